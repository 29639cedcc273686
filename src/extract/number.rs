//! Numbers without their units: digits, groups of digits, number words and scale words.

use super::feats::Feats;
use super::lexicon::{Dimension, Entry, Lexicon};
use super::pattern::{Annotated, Mark};
use super::token::Kind;

/// The quantity marks of a sentence, by their first token.
pub(super) struct Marks<'m> {
    pub(super) lexicon: &'m Lexicon,
    pub(super) marks: &'m [Mark],
}

impl<'m> Marks<'m> {
    /// The longest mark of a dimension that starts at a token.
    pub(super) fn at(&self, i: usize, dimension: Dimension) -> Option<(&'m Mark, &'m Entry)> {
        let from = self.marks.partition_point(|m| m.start < i);
        self.marks[from..]
            .iter()
            .take_while(|m| m.start == i)
            .filter(|m| m.dimension == dimension)
            .map(|m| (m, &self.lexicon.entries[m.entry as usize]))
            .max_by_key(|(m, _)| m.end)
    }

    /// The longest mark of a dimension that ends at a token.
    pub(super) fn ending(&self, end: usize, dimension: Dimension) -> Option<(&'m Mark, &'m Entry)> {
        let until = self.marks.partition_point(|m| m.start < end);
        self.marks[until.saturating_sub(40)..until]
            .iter()
            .filter(|m| m.end == end && m.dimension == dimension)
            .map(|m| (m, &self.lexicon.entries[m.entry as usize]))
            .filter(|(_, e)| !e.after && !matches!(e.code.as_ref(), "worth" | "age" | "amount"))
            .min_by_key(|(m, _)| m.start)
    }
}

/// A number without its unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) end: usize,
    pub(super) value: f64,
    pub(super) scaled: bool,
    pub(super) has_suffix: bool,
}

/// A number at a token: digits, groups of digits, number words and scale words.
pub(super) fn number(
    text: &Annotated<'_, '_>,
    marks: &Marks<'_>,
    i: usize,
    end: usize,
    taken: &dyn Fn(usize) -> bool,
) -> Option<Number> {
    if i >= end || taken(i) {
        return None;
    }
    let mut total = 0.0;
    let mut at = i;
    let mut last_scale = f64::INFINITY;
    let mut number = None;
    // Whether the full stop of an abbreviated scale was passed, which may have ended the sentence.
    let mut stopped = false;
    while let Some(part) = group(text, marks, at, end).or_else(|| bare_scale(text, marks, at, end, number.is_some())) {
        // "13 тысяч 200", "1 млрд 155 млн": each further group must fit below the last scale.
        if number.is_some()
            && (part.value >= last_scale || part.own_scale >= last_scale || last_scale <= 1.0 || part.fraction)
        {
            break;
        }
        // "взыскано 410 млн. 56 машин", but "13 тыс. 200 человек": behind a stop all its digits are told.
        if stopped && part.own_scale <= 1.0 && part.value < last_scale / 10.0 {
            break;
        }
        total += part.value;
        last_scale = part.own_scale;
        number = Some(Number {
            end: part.end,
            value: total,
            scaled: part.own_scale > 1.0 || number.is_some_and(|n: Number| n.scaled),
            has_suffix: part.suffix,
        });
        at = part.end;
        if part.own_scale <= 1.0 {
            break;
        }
        if at < end
            && text.stream.lower(at) == "."
            && at + 1 < end
            && text.stream.token(at + 1).caps == super::token::Caps::Lower
        {
            at += 1;
            stopped = true;
            if let Some(n) = number.as_mut() {
                n.end = at;
            }
        }
    }
    number.map(|n| Number { end: repeated(text, marks, n.end, end), ..n })
}

/// Words in which brackets repeat a number at most.
const REPEATED: usize = 10;

/// "14 000 (четырнадцать тысяч) пачек": where the number ends, its repetition in words included.
fn repeated(text: &Annotated<'_, '_>, marks: &Marks<'_>, at: usize, end: usize) -> usize {
    if at >= end || text.stream.lower(at) != "(" {
        return at;
    }
    let Some(close) = (at + 1..end.min(at + 2 + REPEATED)).find(|i| text.stream.lower(*i) == ")") else { return at };
    let numeral = |i: usize| marks.at(i, Dimension::Numeral).is_some();
    if close > at + 1 && (at + 1..close).all(numeral) { close + 1 } else { at }
}

struct Group {
    end: usize,
    value: f64,
    own_scale: f64,
    fraction: bool,
    suffix: bool,
}

/// "тысячи людей", "сотни граммов", "десятков килограммов" have no figure; "около сотни" is singular.
fn is_vague_plural(text: &Annotated<'_, '_>, marks: &Marks<'_>, mark: &Mark, i: usize) -> bool {
    if is_plural_multiple(text, marks, mark) {
        return true;
    }
    let direct = |number: Feats| {
        text.senses(mark.head).iter().any(|s| {
            s.lemma == mark.lemma
                && s.feats.has(number)
                && s.feats.any(Feats::NOM | Feats::ACC | Feats::INS | Feats::DAT)
        })
    };
    direct(Feats::PLUR | Feats::NOUN) && !direct(Feats::SING) && marks.ending(i, Dimension::Qualifier).is_none()
}

/// "десятков", "сотнями", "возврат миллионов": some tens, hundreds and millions, in any case.
fn is_plural_multiple(text: &Annotated<'_, '_>, marks: &Marks<'_>, mark: &Mark) -> bool {
    let has = |number: Feats| text.senses(mark.head).iter().any(|s| s.lemma == mark.lemma && s.feats.has(number));
    matches!(marks.lexicon.entries[mark.entry as usize].code.as_ref(), "multiple" | "scale")
        && has(Feats::PLUR | Feats::NOUN)
        && !has(Feats::SING)
}

/// "бірнеше жүз мың", "несколько сот тысяч": some of a number's words stand before a token, and "some" before them.
fn follows_vague(text: &Annotated<'_, '_>, marks: &Marks<'_>, mut i: usize) -> bool {
    let ends_at = |i: usize| {
        let numeral = marks.marks.iter().filter(move |m| m.end == i && m.dimension == Dimension::Numeral);
        numeral.map(|m| (m, marks.lexicon.entries[m.entry as usize].code.as_ref()))
    };
    loop {
        if ends_at(i).any(|(_, code)| code == "vague") {
            return true;
        }
        let word = |m: &Mark| m.start < i && text.stream.token(m.start).kind == Kind::Word;
        match ends_at(i).find(|(m, code)| word(m) && matches!(*code, "cardinal" | "multiple" | "scale")) {
            Some((mark, _)) => i = mark.start,
            None => return false,
        }
    }
}

/// A scale word alone is one of it: "миллион тенге", "тысяча человек".
fn bare_scale(text: &Annotated<'_, '_>, marks: &Marks<'_>, i: usize, end: usize, follows: bool) -> Option<Group> {
    if i >= end || follows {
        return None;
    }
    let (mark, entry) = marks.at(i, Dimension::Numeral).filter(|(_, e)| e.code.as_ref() == "scale" && !e.weak)?;
    // "несколько тысяч": some.
    let tens = |m: &Mark| m.end == i && m.dimension == Dimension::Numeral && is_plural_multiple(text, marks, m);
    if follows_vague(text, marks, i) || marks.marks.iter().any(tens) || is_vague_plural(text, marks, mark, i) {
        return None;
    }
    let scale = entry.value?;
    Some(Group { end: mark.end, value: scale, own_scale: scale, fraction: false, suffix: false })
}

/// Digits or number words, then a scale word.
fn group(text: &Annotated<'_, '_>, marks: &Marks<'_>, i: usize, end: usize) -> Option<Group> {
    if i >= end {
        return None;
    }
    let (mut at, mut value, mut suffix) = (i, 0.0, false);
    let fraction;
    if text.stream.token(i).kind == Kind::Number {
        let (digits, ending) = text.stream.number_parts(i);
        if let Some(ending) = ending {
            // "2-х домов" are two, "10-х классов" the tenth ones.
            let ordinal = ending == "х" && !digits.ends_with(['2', '3', '4']);
            if ordinal || !marks.lexicon.suffixes.contains(ending) {
                return None;
            }
            suffix = true;
        }
        let parsed = digits_value(digits)?;
        value = parsed.0;
        fraction = parsed.1;
        at += 1;
        // "734 228": groups of exactly three digits after one of at most three.
        if !fraction && digits.len() <= 3 && ending.is_none() {
            while at < end
                && text.stream.token(at).kind == Kind::Number
                && text.stream.token(at).space_before
                && text.stream.number_parts(at).0.len() == 3
                && text.stream.number_parts(at).0.bytes().all(|b| b.is_ascii_digit())
                && gap(text, at) <= 2
            {
                value = value * 1000.0 + text.stream.number_parts(at).0.parse::<f64>().ok()?;
                suffix |= text.stream.number_parts(at).1.is_some();
                at += 1;
                if suffix {
                    break;
                }
            }
            // "12 400,5 тыс.": the last group has the decimals.
            if at < end && !suffix && text.stream.token(at).kind == Kind::Number && gap(text, at) <= 2 {
                let (last, ending) = text.stream.number_parts(at);
                if ending.is_none()
                    && last.find(',') == Some(3)
                    && let Some((last, true)) = digits_value(last)
                {
                    value = value * 1000.0 + last;
                    at += 1;
                }
            }
        }
    } else {
        let mut last = f64::INFINITY;
        let mut any = false;
        if marks.lexicon.patterns.is_head_final() && follows_vague(text, marks, i) {
            return None;
        }
        while let Some((mark, entry)) =
            marks.at(at, Dimension::Numeral).filter(|(_, e)| matches!(e.code.as_ref(), "cardinal" | "multiple"))
        {
            let part = entry.value?;
            // "полтора десятка", "пара сотен".
            if any && entry.code.as_ref() == "multiple" && value < part {
                value *= part;
                at = mark.end;
                break;
            }
            if !any && part >= 10.0 && is_vague_plural(text, marks, mark, at) {
                return None;
            }
            // "двадцать четыре", "сто пятьдесят": descending orders of magnitude.
            if any && (part >= last || last < 10.0 || (last > 10.0 && last < 20.0) || (last < 100.0 && part >= 10.0)) {
                break;
            }
            value += part;
            last = part;
            any = true;
            at = mark.end;
            if at >= end {
                break;
            }
        }
        if !any {
            return None;
        }
        fraction = value.fract() != 0.0;
    }
    // "3 жүзден аса", "2 жүз қой": hundreds counted in digits.
    let spelt = text.stream.token(i).kind == Kind::Number && !fraction && (2.0..10.0).contains(&value) && at < end;
    if spelt
        && let Some((mark, entry)) = marks.at(at, Dimension::Numeral).filter(|(_, e)| e.code.as_ref() == "cardinal")
        && entry.value == Some(100.0)
        && marks.lexicon.patterns.is_head_final()
    {
        value *= 100.0;
        at = mark.end;
    }
    // "два с половиной миллиона", "бір жарым".
    if at < end
        && let Some((mark, entry)) = marks.at(at, Dimension::Numeral).filter(|(_, e)| e.code.as_ref() == "half")
    {
        value += entry.value.unwrap_or(0.5);
        at = mark.end;
    }
    let mut own_scale = 1.0;
    while at < end
        && let Some((mark, entry)) = marks.at(at, Dimension::Numeral).filter(|(_, e)| e.code.as_ref() == "scale")
    {
        let scale = entry.value.unwrap_or(1.0);
        // "тысяча миллионов" does not occur; a second, smaller scale begins a new group.
        if own_scale > 1.0 {
            break;
        }
        value *= scale;
        own_scale = scale;
        at = mark.end;
        // "41,7 тыс. USDT": the full stop of the abbreviation.
        let stop = |i: usize| i + 1 < end && text.stream.lower(i) == "." && !text.stream.token(i).space_before;
        if stop(at) && text.stream.token(at + 1).kind == Kind::Word {
            at += 1;
        }
    }
    Some(Group { end: at, value, own_scale, fraction: fraction && own_scale <= 1.0, suffix })
}

/// Bytes between a token and the one before it.
fn gap(text: &Annotated<'_, '_>, i: usize) -> u32 {
    text.stream.token(i).span.start - text.stream.token(i - 1).span.end
}

/// `1,155` and `2.1` are decimals, `1.155.000`, `12,500,000` and `540.000` are groups; times and dates are none.
fn digits_value(digits: &str) -> Option<(f64, bool)> {
    if digits.len() > 18 || digits.contains(':') {
        return None;
    }
    let separators = digits.bytes().filter(|b| matches!(b, b'.' | b',')).count();
    if separators > 1 {
        let groups: Vec<&str> = digits.split(['.', ',']).collect();
        if groups[1..].iter().all(|g| g.len() == 3) && (1..=3).contains(&groups[0].len()) {
            return groups.concat().parse().ok().map(|v| (v, false));
        }
        return None;
    }
    if let Some((thousands, "000")) = digits.split_once('.').filter(|(t, _)| (1..=3).contains(&t.len()) && *t != "0") {
        return thousands.parse::<f64>().ok().map(|v| (v * 1e3, false));
    }
    let value: f64 = digits.replace(',', ".").parse().ok()?;
    Some((value, separators == 1))
}
