//! What experts found a substance to be: "изъято 300 граммов порошка. Экспертиза установила, что это мефедрон".

use super::Language;
use super::candidate::Candidate;
use super::lexicon::Dimension;
use super::reading::Read;
use super::rule::ObjectClasses;
use crate::record::Code;

/// Sentences between what was taken and what it turned out to be.
const REACH: usize = 4;

/// Sentences between the name of a drug and its weight.
const NAMED: usize = 2;

/// The one drug that a sentence about an examination names.
pub(super) fn named(language: &Language, classes: &ObjectClasses, read: &Read) -> Option<Code> {
    let entries = &language.lexicon.entries;
    let is = |dimension: Dimension, code: &str| {
        read.marks.iter().find(|m| m.dimension == dimension && entries[m.entry as usize].code.as_ref() == code)
    };
    let cue = is(Dimension::Anaphora, "finding")?;
    if is(Dimension::Modality, "negation").is_some() {
        return None;
    }
    let mut codes: Vec<&Code> = Vec::new();
    for mark in read.marks.iter().filter(|m| m.dimension == Dimension::Object && m.start >= cue.start) {
        let code = &entries[mark.entry as usize].code;
        let plain = !matches!(code.as_ref(), "drug" | "drug_plant" | "precursor" | "psychotropic");
        if classes.class(code) == "drug" && plain && !codes.contains(&code) {
            codes.push(code);
        }
    }
    the_one(codes)
}

/// The drug that all these are.
fn the_one(mut codes: Vec<&Code>) -> Option<Code> {
    // "синтетический наркотик мефедрон": the name says more than the kind.
    if codes.len() == 2 {
        codes.retain(|c| c.as_ref() != "synthetic_drug");
    }
    match codes.as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}

/// What the sentence before says that the goods are.
pub(super) fn told(language: &Language, classes: &ObjectClasses, reads: &[Read], s: usize) -> Option<Code> {
    let before = &reads[s.checked_sub(1)?];
    let near = before.sentence.paragraph + 1 >= reads[s].sentence.paragraph;
    named(language, classes, before).filter(|_| near)
}

/// The one drug that this sentence, before a word of it, and the two sentences before it name: "перекрыли канал поставки
/// мефедрона. Общий вес изъятого – 11 кг", "нашли свёрток с гашишем. Вес наркотика – 48 граммов".
pub(super) fn spoken_of(
    language: &Language,
    classes: &ObjectClasses,
    reads: &[Read],
    s: usize,
    end: usize,
) -> Option<Code> {
    let mut codes: Vec<&Code> = Vec::new();
    for read in &reads[s.saturating_sub(NAMED)..=s] {
        for mark in read.marks.iter().filter(|m| m.dimension == Dimension::Object && m.end <= end) {
            let code = &language.lexicon.entries[mark.entry as usize].code;
            if classes.class(code) == "drug" && code.as_ref() != "drug" && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    the_one(codes)
}

/// Gives the substances taken in the sentences before the name that this sentence tells.
pub(super) fn name(
    language: &Language,
    classes: &ObjectClasses,
    reads: &[Read],
    s: usize,
    here: &mut [Candidate],
    found: &mut [Candidate],
) {
    let Some(code) = named(language, classes, &reads[s]) else { return };
    let earlier = found.iter_mut().rev().take_while(|c| c.sentence + REACH >= s);
    for candidate in here.iter_mut().chain(earlier) {
        let rule = &language.rules[candidate.rule as usize];
        // "брикет весом 300 граммов": what was weighed turned out to be the drug.
        let parcel = candidate.object.as_ref() == "goods"
            && candidate.unit.as_deref() == Some("kg")
            && candidate.sentence + 1 >= s
            && !language.kazakh;
        if (candidate.object.as_ref() == "drug" || parcel)
            && rule.event_type.as_ref() == "seizure"
            && rule.objects.contains(&code)
        {
            candidate.object = code.clone();
        }
    }
}
