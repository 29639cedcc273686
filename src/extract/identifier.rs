//! Digits that count nothing: names of models and outlets, telephones, dates, hours of the day.

use super::pattern::Annotated;
use super::token::{Caps, Kind};

/// `24/7`, `Lexus 570`, `Remington 11-87`, `24KZ`, `участок №52`: digits of a name; `СТО`, `СОТ`: an abbreviation spelt as a
/// number.
pub(super) fn is_name_part(text: &Annotated<'_, '_>, i: usize, start: usize, end: usize) -> bool {
    let token = text.stream.token(i);
    if token.kind == Kind::Word {
        let shouted = |at: usize| text.stream.token(at).caps == Caps::Upper;
        let alone = !(i > start && shouted(i - 1) || i + 1 < end && shouted(i + 1));
        return token.caps == Caps::Upper && alone && text.stream.lower(i).chars().count() <= 3;
    }
    if token.kind != Kind::Number {
        return false;
    }
    if i > start && matches!(text.stream.lower(i - 1), "№" | "#") || is_iso_date(text, i, start, end) {
        return true;
    }
    if is_phone(text, i, start, end) {
        return true;
    }
    // "24KZ", "31.kz": an outlet.
    let outlet = |at: usize| {
        at < end && !text.stream.token(at).space_before && matches!(text.stream.lower(at), "kz" | "tv" | "tube")
    };
    if outlet(i + 1) || i + 1 < end && text.stream.lower(i + 1) == "." && outlet(i + 2) || is_clock(text, i, start) {
        return true;
    }
    // "24/7", but not "100 МРП / 393 200 тенге"
    let slash = |at: usize| at < end && text.stream.lower(at) == "/" && !text.stream.token(at).space_before;
    let latin = |at: usize| {
        at > start
            && text.stream.token(at - 1).kind == Kind::Word
            && text.stream.token(at - 1).caps != Caps::Lower
            && text.stream.lower(at - 1).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let glued = i > start + 2 && !text.stream.token(i).space_before && text.stream.lower(i - 1) == "-";
    let second = glued && text.stream.token(i - 2).kind == Kind::Number && latin(i - 2);
    let short = text.stream.number_parts(i).0.len() <= 4;
    slash(i + 1) || i > start && slash(i - 1) || (latin(i) || second) && short
}

/// `39-40-00`, at any of its three numbers, `+7 7172 70 84 78`: a telephone.
fn is_phone(text: &Annotated<'_, '_>, i: usize, start: usize, end: usize) -> bool {
    let part = |at: &usize| {
        let token = text.stream.token(*at);
        token.kind == Kind::Number || matches!(text.stream.lower(*at), "-" | "(" | ")")
    };
    let first = (start..i).rev().take_while(part).last().unwrap_or(i);
    let abroad = first > start && text.stream.lower(first - 1) == "+";
    abroad || is_hyphenated(text, i, start..end, |lengths| lengths.iter().all(|n| *n <= 3))
}

/// `2026-01-28`, at any of its three numbers.
fn is_iso_date(text: &Annotated<'_, '_>, i: usize, start: usize, end: usize) -> bool {
    is_hyphenated(text, i, start..end, |lengths| lengths == [4, 2, 2])
}

/// Whether the number is one of three that hyphens join, with digits of these lengths.
fn is_hyphenated(
    text: &Annotated<'_, '_>,
    i: usize,
    within: std::ops::Range<usize>,
    fits: impl Fn([usize; 3]) -> bool,
) -> bool {
    let glued = |at: usize| !text.stream.token(at).space_before;
    let number = |at: usize| text.stream.token(at).kind == Kind::Number;
    let hyphen = |at: usize| text.stream.lower(at) == "-";
    let last = within.end.saturating_sub(4);
    [i, i.wrapping_sub(2), i.wrapping_sub(4)].into_iter().any(|at| {
        (within.start..last).contains(&at)
            && (number(at) && number(at + 2) && number(at + 4))
            && (hyphen(at + 1) && hyphen(at + 3))
            && (at + 1..at + 5).all(glued)
            && fits([at, at + 2, at + 4].map(|n| text.stream.lower(n).len()))
    })
}

/// "после 23.00", "в 18.30": an hour of the day.
fn is_clock(text: &Annotated<'_, '_>, i: usize, start: usize) -> bool {
    let hour = text.stream.lower(i).split_once('.').is_some_and(|(hour, minute)| {
        matches!(minute, "00" | "15" | "30" | "45") && hour.parse::<u32>().is_ok_and(|hour| hour < 25)
    });
    hour && i > start && matches!(text.stream.lower(i - 1), "после" | "в" | "до" | "с" | "к" | "около")
}
