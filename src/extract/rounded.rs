//! A rounded figure and the exact one told later are one result (rule 9 of the coding manual).

use crate::record::{Mention, Qualifier};

/// How far a rounded figure may lie from the exact one, as a share.
const NEAR: f64 = 0.12;

/// "Около 40 дел возбудили", then "возбуждено 38": the first figure is rounded, the other is what it stands for.
pub(super) fn rounds(rounded: &Mention, exact: &Mention) -> bool {
    let (Some(round), Some(figure)) = (rounded.value, exact.value) else { return false };
    let share = (figure - round) / round;
    let fits = match rounded.qualifier {
        Qualifier::Exact => false,
        Qualifier::Approx => share.abs() < NEAR,
        Qualifier::Min => (0.0..NEAR).contains(&share),
        Qualifier::Max => (-NEAR..=0.0).contains(&share),
    };
    fits && digits(round) < digits(figure)
        && exact.qualifier == Qualifier::Exact
        && rounded.event_type == exact.event_type
        && rounded.object == exact.object
        && rounded.unit == exact.unit
        && rounded.region == exact.region
        && rounded.evidence_span.start < exact.evidence_span.start
        && compatible(rounded.offence.as_ref(), exact.offence.as_ref())
        && compatible(rounded.date_start.as_ref(), exact.date_start.as_ref())
        && compatible(rounded.period_start.as_ref(), exact.period_start.as_ref())
}

/// Whether they do not contradict each other.
fn compatible<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Significant digits.
fn digits(value: f64) -> usize {
    format!("{value}").chars().filter(char::is_ascii_digit).collect::<String>().trim_matches('0').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Span;

    fn told(value: f64, qualifier: Qualifier, at: u32) -> Mention {
        let evidence_span = Span::new(at, at + 10);
        Mention { event_type: "case_opened".into(), value: Some(value), qualifier, evidence_span, ..Mention::default() }
    }

    #[test]
    fn a_rounded_figure_stands_for_the_exact_one_behind_it() {
        let exact = told(38.0, Qualifier::Exact, 90);
        assert!(rounds(&told(40.0, Qualifier::Approx, 0), &exact), "около 40 – 38");
        assert!(!rounds(&told(40.0, Qualifier::Min, 0), &exact), "более 40 – 38");
        assert!(!rounds(&told(40.0, Qualifier::Exact, 0), &exact), "40 – 38");
        assert!(!rounds(&told(60.0, Qualifier::Approx, 0), &exact), "около 60 – 38");
        assert!(!rounds(&told(40.0, Qualifier::Approx, 120), &exact), "told later");
        assert!(rounds(&told(46e6, Qualifier::Min, 0), &told(46.7e6, Qualifier::Exact, 50)), "более 46 млн – 46,7 млн");
    }
}
