//! What the words of a sentence tell: an offence once, however many patterns find it there.

use crate::record::Code;

/// An offence that words tell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// First token of the words.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// Offence.
    pub(super) code: Code,
    /// Strength of the words.
    pub(super) weight: f64,
}

/// Adds what a mark tells. Marks of one offence that overlap or touch ("хищение бюджетных средств") are one, as strong
/// as the strongest: else the strength of an offence would be the number of patterns that a lexicon has for it.
pub(super) fn tell(all: &mut Vec<Told>, (start, end): (usize, usize), code: &Code, weight: f64) {
    let touches = |t: &&mut Told| t.code == *code && start <= t.end && t.start <= end;
    match all.iter_mut().find(touches) {
        Some(told) => {
            told.start = told.start.min(start);
            told.end = told.end.max(end);
            told.weight = told.weight.max(weight);
        }
        None => all.push(Told { start, end, code: code.clone(), weight }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_for_one_wording_count_once() {
        let mut all = Vec::new();
        for (span, weight) in [((0, 3), 1.5), ((0, 1), 0.8), ((2, 3), 0.8), ((7, 8), 1.0)] {
            tell(&mut all, span, &"embezzlement".into(), weight);
        }
        tell(&mut all, (1, 2), &"corruption".into(), 1.0);
        let told: Vec<(usize, usize, f64)> = all.iter().map(|t| (t.start, t.end, t.weight)).collect();
        assert_eq!(told, [(0, 3, 1.5), (7, 8, 1.0), (1, 2, 1.0)]);
    }
}
