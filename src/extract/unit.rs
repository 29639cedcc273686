//! The units of figures: what follows a number, and the smaller units that add up with it.

use super::lexicon::{Dimension, Entry};
use super::number::{Marks, number};
use super::pattern::{Annotated, Mark};
use super::quantity::Quantity;

/// `6 месяцев` behind years: the end of the months and how many they are.
pub(super) fn months_after(
    text: &Annotated<'_, '_>,
    marks: &Marks<'_>,
    years: Option<&Entry>,
    at: usize,
    end: usize,
) -> Option<(usize, f64)> {
    years.filter(|u| u.code.as_ref() == "year")?;
    let joined = at < end && text.stream.lower(at) == "и";
    let months = number(text, marks, at + usize::from(joined), end, &|_| false)?;
    let (to, unit) = unit_at(text, marks, months.end, end);
    unit.filter(|u| u.code.as_ref() == "month").map(|_| (to, months.value))
}

/// `2 кг 870 г`, `3 года 6 месяцев`, `5 тенге 20 тиын`: a smaller unit of the same kind adds up.
pub(super) fn lower_units(
    text: &Annotated<'_, '_>,
    marks: &Marks<'_>,
    quantity: &mut Quantity,
    entry: &Entry,
    end: usize,
) {
    let mut at = quantity.end;
    if at < end && matches!(text.stream.lower(at), "и" | "мен" | "пен" | "бен") {
        at += 1;
    }
    let free = |_: usize| false;
    let Some(next) = number(text, marks, at, end, &free) else { return };
    let (to, Some(unit)) = unit_at(text, marks, next.end, end) else { return };
    let months = entry.code.as_ref() == "year" && unit.code.as_ref() == "month";
    if months {
        quantity.value += next.value / 12.0;
        quantity.end = to;
    } else if unit.code == entry.code && unit.factor < entry.factor && unit.object == entry.object {
        quantity.value += next.value * unit.factor;
        quantity.end = to;
    }
}

/// The unit that follows a figure, over at most one adjective-like word (`5 условных единиц` is a pattern).
pub(super) fn unit_at<'m>(
    text: &Annotated<'_, '_>,
    marks: &Marks<'m>,
    i: usize,
    end: usize,
) -> (usize, Option<&'m Entry>) {
    if i >= end {
        return (i, None);
    }
    // "оның 141-і бас бостандығынан айырылды": the first word of a longer trigger is no unit.
    let longer = |m: &Mark| marks.at(i, Dimension::Trigger).is_some_and(|(t, _)| t.end > m.end);
    let head_final = marks.lexicon.patterns.is_head_final();
    let counts = |m: &Mark, e: &Entry| e.code.as_ref() == "item" && head_final && longer(m);
    // "402 год назад" are no years.
    let then =
        |m: &Mark| marks.at(i, Dimension::Anaphora).is_some_and(|(t, e)| e.code.as_ref() == "former" && t.end > m.end);
    match marks.at(i, Dimension::Unit).filter(|(m, e)| e.count.is_none() && !counts(m, e) && !then(m)) {
        Some((mark, entry)) => {
            let mut to = mark.end;
            // The full stop of an abbreviated unit: "кг.", "тыс." inside the sentence.
            if to < end && text.stream.lower(to) == "." && !text.stream.token(to).space_before && to + 1 < end {
                to += 1;
            }
            (to, Some(entry))
        }
        None => (i, None),
    }
}
