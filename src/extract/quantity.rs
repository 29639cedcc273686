//! Numbers, ranges, units, money: figures in normalised units.
//!
//! `1 млрд 155 млн тенге` → 1.155e9 KZT; `2,1 тонны` → 2100 kg; `734 228` → 734228; `полтора миллиона` →
//! 1.5e6; `от 3 до 5 кг` → 3…5 kg; `3 года 6 месяцев` → 3.5 year; `свыше 300` → 300, `min`. Which words
//! are numbers, units and qualifiers is in the lexicons; this module knows only how they combine.

use super::feats::Feats;
use super::identifier::is_name_part;
use super::lexicon::{Dimension, Lexicon};
use super::number::{Marks, Number, number};
use super::pattern::{Annotated, Mark};
use super::token::Kind;
use super::unit::{lower_units, months_after, unit_at};
use super::worth::is_crypto;
use crate::record::{Code, Qualifier};

/// A figure with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// First token: the figure or, with a qualifier before it, the qualifier.
    pub start: usize,
    /// First token of the figure itself.
    pub figure: usize,
    /// One past the last token, unit included.
    pub end: usize,
    /// The figure in the normalised unit; the lower end of a range.
    pub value: f64,
    /// The upper end of a range.
    pub value_max: Option<f64>,
    /// Exact, bound or rounded.
    pub qualifier: Qualifier,
    /// Normalised unit, currency, `percent`, `other`; none for a bare number.
    pub unit: Option<Code>,
    /// Object that the unit implies.
    pub object: Option<Code>,
    /// Whether it is written with a scale word (тыс., млн) but no unit: money as often as things.
    pub scaled: bool,
    /// The grammatical suffix of a number in digits (`5-еуі`).
    pub has_suffix: bool,
}

/// Finds all figures in a token range. `marks` are the lexicon marks of the range, sorted by first token;
/// `taken` tells tokens that are no figures (dates, articles of law).
pub fn find(
    text: &Annotated<'_, '_>,
    lexicon: &Lexicon,
    marks: &[Mark],
    start: usize,
    end: usize,
    taken: &dyn Fn(usize) -> bool,
) -> Vec<Quantity> {
    let marks = Marks { lexicon, marks };
    let mut found: Vec<Quantity> = Vec::new();
    let (mut i, mut next) = (start, 0);
    while i < end {
        while marks.marks.get(next).is_some_and(|m| m.start < i) {
            next += 1;
        }
        // Most words open no figure.
        let mut here = marks.marks[next..].iter().take_while(|m| m.start == i);
        let counts = |m: &Mark| matches!(m.dimension, Dimension::Unit | Dimension::Numeral);
        let opens = text.stream.token(i).kind == Kind::Number || here.any(counts);
        if !opens || taken(i) {
            i += 1;
            continue;
        }
        match quantity(text, &marks, i, start, end, taken) {
            Some(mut quantity) => {
                quantity.value = significant(quantity.value);
                quantity.value_max = quantity.value_max.map(significant);
                i = quantity.end.max(i + 1);
                found.push(quantity);
            }
            None => i += 1,
        }
    }
    if lexicon.patterns.is_head_final() {
        join_ranges(text, &mut found);
    } else {
        share_scales(text, &mut found);
    }
    found
}

/// `4,1 и 3,8 тысячи протоколов`, `1,2 и 3 млн тенге`: a decimal counts nothing; its scale and unit are told with the next.
fn share_scales(text: &Annotated<'_, '_>, found: &mut [Quantity]) {
    for i in (1..found.len()).rev() {
        let (before, next) = found.split_at_mut(i);
        let (Some(low), high) = (before.last_mut(), &next[0]) else { continue };
        let joined = high.start == low.end + 1 && matches!(text.stream.lower(low.end), "и" | "или");
        let plain = low.unit.is_none() && !low.scaled && low.value.fract() != 0.0 && low.value_max.is_none();
        if joined && plain && high.scaled && high.value_max.is_none() {
            low.value = significant(low.value * scale_of(high.value));
            low.scaled = true;
            low.unit.clone_from(&high.unit);
        }
        // "мужчины 59 и 56 лет"
        if joined && low.unit.is_none() && !low.scaled && high.unit.as_deref() == Some("year") {
            low.unit.clone_from(&high.unit);
        }
    }
}

/// `3 жылдан 8 жылға дейін`, `1,2-ден 3 миллион теңгеге дейін`: from the ablative to what `дейін` bounds.
fn join_ranges(text: &Annotated<'_, '_>, found: &mut Vec<Quantity>) {
    let mut i = 0;
    while i + 1 < found.len() {
        let (low, high) = (&found[i], &found[i + 1]);
        let last = low.end - 1;
        let ablative = text.senses(last).iter().any(|s| s.feats.any(Feats::ABL))
            || text
                .stream
                .number_parts(last)
                .1
                .is_some_and(|s| matches!(s, "дан" | "ден" | "тан" | "тен" | "нан" | "нен"));
        let scale = if low.unit.is_none() && !low.scaled && high.scaled { scale_of(high.value) } else { 1.0 };
        let value = low.value * scale;
        let same = low.unit.is_none() || low.unit == high.unit;
        // "50-ден 100 АЕК көлемінде": the unit of the higher end is that of both.
        let bound = high.qualifier == Qualifier::Max
            || low.unit.is_none()
                && low.has_suffix
                && high.unit.as_deref().is_some_and(|u| u != "item" && u != "percent");
        if ablative && same && high.start == low.end && bound && value < high.value {
            let joined = Quantity {
                value,
                value_max: Some(high.value),
                start: low.start,
                figure: low.figure,
                qualifier: Qualifier::Exact,
                ..high.clone()
            };
            found[i] = joined;
            found.remove(i + 1);
        }
        i += 1;
    }
}

fn quantity(
    text: &Annotated<'_, '_>,
    marks: &Marks<'_>,
    i: usize,
    start: usize,
    end: usize,
    taken: &dyn Fn(usize) -> bool,
) -> Option<Quantity> {
    let prefix_unit = marks.at(i, Dimension::Unit).filter(|(m, e)| {
        e.count.is_none()
            && text.stream.token(m.start).kind == Kind::Punct
            && m.end < end
            && text.stream.token(m.end).kind == Kind::Number
    });
    if let Some((mark, entry)) = prefix_unit {
        // `$176 000`
        let number = number(text, marks, mark.end, end, taken)?;
        let mut quantity = build(text, marks, i, start, end, number);
        quantity.unit = Some(entry.code.clone());
        return Some(quantity);
    }
    if let Some((mark, entry)) = marks.at(i, Dimension::Unit)
        && let Some(count) = entry.count
    {
        // `полкило`, `полтонны`
        let number = Number { end: mark.end, value: count, scaled: false, has_suffix: false };
        let mut quantity = build(text, marks, i, start, end, number);
        quantity.value = count * entry.factor;
        quantity.unit = Some(entry.code.clone());
        return Some(quantity);
    }
    if is_name_part(text, i, start, end) {
        return None;
    }
    if let Some(first) = number(text, marks, i, end, taken) {
        return Some(build(text, marks, i, start, end, first));
    }
    one_of_unit(text, marks, i, start, end)
        .or_else(|| year_and_months(text, marks, i, end))
        .or_else(|| from_a_year(text, marks, i, start, end))
}

/// `от года до двух лет`: the lower end without a numeral is one.
fn from_a_year(text: &Annotated<'_, '_>, marks: &Marks<'_>, i: usize, start: usize, end: usize) -> Option<Quantity> {
    let year = |e: &super::lexicon::Entry| e.code.as_ref() == "year" && e.count.is_none();
    marks.at(i, Dimension::Unit).filter(|(m, e)| year(e) && m.end == i + 1)?;
    let opened = i > start && text.stream.lower(i - 1) == "от" && i + 2 < end && text.stream.lower(i + 1) == "до";
    let second = opened.then(|| number(text, marks, i + 2, end, &|_| false)).flatten()?;
    let (to, unit) = unit_at(text, marks, second.end, end);
    let number = Number { end: i + 1, value: 1.0, scaled: false, has_suffix: false };
    let mut quantity = build(text, marks, i, i, i + 1, number);
    (quantity.start, quantity.end, quantity.value_max) = (i - 1, to, Some(second.value));
    quantity.unit = unit.filter(|e| year(e)).map(|e| e.code.clone());
    (quantity.unit.is_some() && second.value > 1.0).then_some(quantity)
}

/// `год и шесть месяцев`: the year without a numeral is one.
fn year_and_months(text: &Annotated<'_, '_>, marks: &Marks<'_>, i: usize, end: usize) -> Option<Quantity> {
    let (mark, entry) = marks.at(i, Dimension::Unit).filter(|(_, e)| e.code.as_ref() == "year" && e.count.is_none())?;
    let single = text.senses(mark.head).iter().any(|s| s.feats.has(Feats::SING)) && mark.end == i + 1;
    let number = Number { end: mark.end, value: 1.0, scaled: false, has_suffix: false };
    let mut quantity = build(text, marks, i, i, mark.end, number);
    quantity.unit = Some(entry.code.clone());
    lower_units(text, marks, &mut quantity, entry, end);
    (single && quantity.end > mark.end).then_some(quantity)
}

/// `более тонны`, `тонну прекурсоров`: a unit in the singular, after a qualifier or before its goods, is one.
fn one_of_unit(text: &Annotated<'_, '_>, marks: &Marks<'_>, i: usize, start: usize, end: usize) -> Option<Quantity> {
    let (mark, entry) = marks
        .at(i, Dimension::Unit)
        .filter(|(_, e)| matches!(e.code.as_ref(), "kg" | "l" | "ha" | "m3") && e.factor >= 1.0)?;
    let singular = text.senses(mark.head).iter().any(|s| s.lemma == mark.lemma && s.feats.has(Feats::SING));
    // "более тонны"; "келіге жуық"
    let after = marks.at(mark.end, Dimension::Qualifier).is_some_and(|(_, e)| e.after);
    let qualified = marks.ending(i, Dimension::Qualifier).is_some() || mark.end < end && after;
    let goods = mark.end < end && marks.at(mark.end, Dimension::Object).is_some();
    let digits = i > start && text.stream.token(i - 1).kind == Kind::Number;
    if !singular || digits || !(qualified || goods) || text.stream.lower(i).chars().count() < 4 {
        return None;
    }
    let number = Number { end: i, value: 1.0, scaled: false, has_suffix: false };
    let mut quantity = build(text, marks, i, start, end, number);
    quantity.value = entry.factor;
    quantity.unit = Some(entry.code.clone());
    quantity.end = mark.end;
    if after {
        qualify(text, marks, &mut quantity, start, end);
    }
    Some(quantity)
}

/// `278-і`, `50-сын`: the endings by which a figure belongs to a whole.
fn is_possessive(suffix: &str) -> bool {
    matches!(suffix, "і" | "ы" | "сі" | "сы" | "ін" | "ын" | "сін" | "сын")
}

/// From a number: range, unit, lower units, qualifiers.
fn build(text: &Annotated<'_, '_>, marks: &Marks<'_>, i: usize, start: usize, end: usize, first: Number) -> Quantity {
    let mut quantity = Quantity {
        start: i,
        figure: i,
        end: first.end,
        value: first.value,
        value_max: None,
        qualifier: Qualifier::Exact,
        unit: None,
        object: None,
        scaled: first.scaled,
        has_suffix: first.has_suffix,
    };
    if let Some((mark, entry)) = marks.at(i, Dimension::Numeral)
        && mark.end == first.end
    {
        quantity.object.clone_from(&entry.object);
    }
    let free = |_: usize| false;
    // The unit may stand between the ends of a range: "от 3 кг до 5 кг", "от 90 до 120 млн тенге".
    // "оның 278-і тәулік ішінде ашылды": a part of what was counted has its own noun before it.
    let part = first.has_suffix && text.stream.number_parts(first.end - 1).1.is_some_and(is_possessive);
    // "екі жас қыз": young persons, no age.
    let young = marks.at(first.end, Dimension::Person).is_some_and(|(m, _)| m.end > first.end + 1);
    let alone = part || young && first.end < end;
    let (after_unit, mut unit) = if alone { (first.end, None) } else { unit_at(text, marks, first.end, end) };
    let joiner = if unit.is_some() { after_unit } else { first.end };
    // "увеличилось с 60 до 84": two figures, no range.
    let opened = i > start
        && matches!(text.stream.lower(i - 1), "от" | "с" | "со")
        && !(text.stream.lower(i - 1) != "от" && is_changed(text, marks, i - 1, start, end));
    if joiner < end {
        let mark = text.stream.lower(joiner);
        let dash = matches!(mark, "-" | "–" | "—") && (!text.stream.token(joiner).space_before || opened);
        if (dash || (opened && mark == "до") || mark == "-")
            && let Some(second) = number(text, marks, joiner + 1, end, &free)
        {
            let mut high = second.value;
            let mut low = first.value;
            // "90–120 млн": the scale belongs to both ends.
            if second.scaled && !first.scaled && low < high && unit.is_none() {
                let scale = scale_of(high);
                if scale > 1.0 && low < 1000.0 {
                    low *= scale;
                }
            }
            let (to, second_unit) = unit_at(text, marks, second.end, end);
            let same = match (&unit, &second_unit) {
                (Some(a), Some(b)) => a.code == b.code,
                _ => true,
            };
            if high > low && same {
                quantity.end = if second_unit.is_some() { to } else { second.end };
                let factor = second_unit.or(unit).map_or(1.0, |u| u.factor);
                low *= unit.map_or(factor, |u| u.factor);
                high *= factor;
                quantity.value = low;
                quantity.value_max = Some(high);
                quantity.scaled |= second.scaled;
                // "от 5 до 6 лет 6 месяцев"
                if let Some((to, months)) = months_after(text, marks, second_unit, quantity.end, end) {
                    (quantity.end, quantity.value_max) = (to, Some(high + months / 12.0));
                }
                unit = second_unit.or(unit);
                quantity.unit = unit.map(|u| u.code.clone());
                quantity.object = unit.and_then(|u| u.object.clone());
                quantity.start = if opened { i - 1 } else { i };
                qualify(text, marks, &mut quantity, start, end);
                return quantity;
            }
        }
    }
    if let Some(entry) = unit {
        quantity.end = after_unit;
        quantity.value = first.value * entry.factor;
        // "78.640 тенге": nobody counts thousandths of a tenge, but of a bitcoin.
        let money = is_currency(&entry.code) && !is_crypto(&entry.code);
        if money && first.end == i + 1 && has_thousands(text.stream.printed(i)) {
            quantity.value *= 1e3;
        }
        quantity.unit = Some(entry.code.clone());
        quantity.object.clone_from(&entry.object);
        lower_units(text, marks, &mut quantity, entry, end);
    }
    qualify(text, marks, &mut quantity, start, end);
    quantity
}

/// Whether a unit is a currency, by its code of ISO 4217.
pub(super) fn is_currency(unit: &str) -> bool {
    unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase())
}

/// Three digits behind the only point or comma.
fn has_thousands(digits: &str) -> bool {
    let three = |rest: &str| rest.len() == 3 && rest.bytes().all(|b| b.is_ascii_digit()) && rest != "000";
    digits.split_once(['.', ',']).is_some_and(|(whole, rest)| whole.len() <= 3 && whole != "0" && three(rest))
}

fn scale_of(value: f64) -> f64 {
    [1e12, 1e9, 1e6, 1e3].into_iter().find(|scale| value >= *scale).unwrap_or(1.0)
}

/// Qualifiers around a figure; several may stand there, the strongest bound wins over "approx".
fn qualify(text: &Annotated<'_, '_>, marks: &Marks<'_>, quantity: &mut Quantity, start: usize, end: usize) {
    let set = |quantity: &mut Quantity, code: &str| {
        let found = match code {
            "exact" => Qualifier::Exact,
            "min" => Qualifier::Min,
            "max" => Qualifier::Max,
            _ => Qualifier::Approx,
        };
        if quantity.qualifier == Qualifier::Exact {
            quantity.qualifier = found;
        }
    };
    let mut at = quantity.start;
    for _ in 0..2 {
        let mut probe = at;
        // "более чем на 5 млн": a preposition may stand between.
        let mut found = None;
        for _ in 0..2 {
            if probe <= start {
                break;
            }
            if let Some((mark, entry)) = marks.ending(probe, Dimension::Qualifier).filter(|(m, e)| {
                !e.after && !matches!(e.code.as_ref(), "worth" | "age" | "changed" | "amount") && m.start >= start
            }) {
                // "выросло до 1 106": reached, no bound.
                let reached = mark.end == mark.start + 1 && is_changed(text, marks, mark.start, start, end);
                found = Some((mark.start, if reached { "exact".into() } else { entry.code.clone() }));
                break;
            }
            if matches!(text.stream.lower(probe - 1), "на" | "в" | "с" | "к" | "до" | "из" | "по" | "$" | "от")
            {
                probe -= 1;
            } else {
                break;
            }
        }
        let Some((from, code)) = found else { break };
        set(quantity, &code);
        quantity.start = from;
        at = from;
    }
    for probe in [quantity.end, quantity.end + 1] {
        if probe < end
            && let Some((mark, entry)) = marks.at(probe, Dimension::Qualifier).filter(|(_, e)| e.after)
            // "свыше 4 тонн табака и более 15 тонн спирта": it bounds the next figure.
            && (text.stream.lower(probe) != "и" || text.stream.token(mark.end.min(end - 1)).kind != Kind::Number)
        {
            if probe > quantity.end && text.stream.token(quantity.end).kind != Kind::Word {
                break;
            }
            set(quantity, &entry.code);
            if probe == quantity.end {
                quantity.end = mark.end;
                // "200 с лишним миллионов тенге", "300-ден астам адам": scale and unit after the qualifier.
                if let Some((scale, entry)) =
                    marks.at(quantity.end, Dimension::Numeral).filter(|(_, e)| e.code.as_ref() == "scale")
                    && quantity.unit.is_none()
                    && quantity.end < end
                {
                    quantity.value *= entry.value.unwrap_or(1.0);
                    quantity.scaled = true;
                    quantity.end = scale.end;
                }
                if quantity.unit.is_none()
                    && let (to, Some(unit)) = unit_at(text, marks, quantity.end, end)
                {
                    quantity.value *= unit.factor;
                    quantity.unit = Some(unit.code.clone());
                    quantity.object.clone_from(&unit.object);
                    quantity.end = to;
                }
            }
            break;
        }
    }
}

/// Words between "выросло" and the figure that it reached at most.
const CHANGED: usize = 8;

/// Whether a word for rising or falling (qualifier `changed`) leads up to "с", "до" before a figure, or the pair of
/// figures itself tells it.
fn is_changed(text: &Annotated<'_, '_>, marks: &Marks<'_>, at: usize, start: usize, end: usize) -> bool {
    let word = || {
        (at.saturating_sub(CHANGED).max(start)..at)
            .rev()
            .take_while(|i| !matches!(text.stream.lower(*i), "," | ";" | ":" | "."))
            .any(|i| marks.at(i, Dimension::Qualifier).is_some_and(|(_, e)| e.code.as_ref() == "changed"))
    };
    let mut from = at.saturating_sub(PAIR).max(start)..at;
    match text.stream.lower(at) {
        "с" | "со" => word() || compares(text, marks, at, start, end),
        "до" => {
            word() || from.any(|i| matches!(text.stream.lower(i), "с" | "со") && compares(text, marks, i, start, end))
        }
        _ => false,
    }
}

/// Tokens from "с" to "до" at most.
const PAIR: usize = 4;

/// "тяжких – на 16,5% (с 1 128 до 990)": one count at two times. A range does not fall, and no share stands before it.
fn compares(text: &Annotated<'_, '_>, marks: &Marks<'_>, with: usize, start: usize, end: usize) -> bool {
    let free = |_: usize| false;
    let Some(first) = number(text, marks, with + 1, end, &free) else { return false };
    let Some(second) = (first.end < end && text.stream.lower(first.end) == "до")
        .then(|| number(text, marks, first.end + 1, end, &free))
        .flatten()
    else {
        return false;
    };
    let share = || {
        // "(+40%, с 214 до 300 случаев)"
        let comma = with > start && text.stream.lower(with - 1) == ",";
        let before = with.saturating_sub(CHANGED).max(start)..with - usize::from(comma);
        before
            .rev()
            .take_while(|i| !matches!(text.stream.lower(*i), "," | ";" | "."))
            .any(|i| marks.at(i, Dimension::Unit).is_some_and(|(_, e)| e.code.as_ref() == "percent"))
    };
    first.value > second.value || share()
}

/// Twelve significant digits: `16,1 млрд` is 16100000000, not 16100000000.000002.
fn significant(value: f64) -> f64 {
    if value.fract() == 0.0 && value.abs() < 1e11 {
        return value;
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}
