//! What only says more of the noun before it: names in quotes, participles behind a comma, lists in brackets.

use super::argument::{Argument, ArgumentKind, Scene};
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::quantity::Quantity;
use super::token::Caps;
use std::ops::Range;

/// Words between what is named and the bracket at most.
const REACH: usize = 2;

/// Drops the things without figure that a bracket lists of what stands before it: "четыре единицы оружия (нарезное и
/// гладкоствольное)".
pub(super) fn drop_details(scene: &Scene<'_>, arguments: &mut Vec<Argument>) {
    let lower = |i: usize| scene.text.stream.lower(i);
    let opened = |a: &Argument| {
        let open = (scene.start..a.start).rev().find(|i| matches!(lower(*i), "(" | ")"))?;
        (lower(open) == "(").then_some(open)
    };
    let kind = |a: &Argument, of: &Argument| {
        let pair = (of.object.as_ref(), a.object.as_ref());
        pair.0 == pair.1 || matches!(pair, ("weapon", "firearm") | ("equipment", "electronics"))
    };
    let detail = |a: &Argument| {
        let thing = a.kind == ArgumentKind::Thing && !a.has_figure;
        let Some(open) = opened(a).filter(|_| thing) else { return false };
        arguments.iter().any(|of| of.end <= open && open - of.end <= REACH && kind(a, of))
    };
    let mut keep = arguments.iter().map(|a| !detail(a)).collect::<Vec<_>>().into_iter();
    arguments.retain(|_| keep.next().unwrap_or(true));
}

/// "ОПМ «Браконьер»": a capitalised nominative alone in quotes, inside the sentence, is a name and nobody.
pub(super) fn is_name_in_quotes(scene: &Scene<'_>, mark: &Mark) -> bool {
    let quote = |i: usize| matches!(scene.text.stream.lower(i), "«" | "»" | "\"" | "“" | "”" | "„");
    mark.dimension == Dimension::Person
        && !scene.lexicon.patterns.is_head_final()
        && mark.end == mark.start + 1
        && scene.text.stream.token(mark.start).caps != Caps::Lower
        && mark.start > scene.start + 1
        && quote(mark.start - 1)
        && mark.end < scene.end
        && quote(mark.end)
        && scene.feats(mark).has(Feats::NOM | Feats::SING)
}

/// "группы, подозреваемой в сбыте": the participle describes the group before the comma, it is no person.
pub(super) fn is_apposed(scene: &Scene<'_>, mark: &Mark) -> bool {
    let comma = mark.start > scene.start + 1 && scene.text.stream.lower(mark.start - 1) == ",";
    let accused = mark.dimension == Dimension::Person
        && scene.text.feats(mark.start).any(Feats::PART | Feats::ADJ)
        && matches!(scene.text.stream.lower_or_empty(mark.end), "в" | "во");
    let case = Feats(scene.feats(mark).0 & Feats::CASES.0);
    let group = |m: &Mark| {
        m.dimension == Dimension::Object
            && m.end + 1 == mark.start
            && scene.entry(m).code.as_ref() == "criminal_group"
            && scene.feats(m).any(case)
    };
    comma && accused && scene.marks.iter().any(group)
}

/// "родители несовершеннолетнего привлечены": the genitive straight behind persons says whose they are.
pub(super) fn is_of_person(scene: &Scene<'_>, argument: &Argument) -> bool {
    let person = |m: &Mark| {
        m.dimension == Dimension::Person
            && m.end == argument.start
            && scene.entry(m).code.as_ref() == "party"
            && scene.feats(m).any(Feats::NOM)
            && !scene.feats(m).any(Feats::GEN | Feats::DAT | Feats::ADJ | Feats::PART)
    };
    !argument.has_figure
        && argument.feats.any(Feats::GEN)
        && !argument.feats.any(Feats::NOM)
        && scene.marks.iter().any(person)
}

/// "Похищено 1 800 тонн нефти, изъято 640 тонн": a predicate of its own stands between a noun and a measure.
pub(super) fn is_past_predicate(scene: &Scene<'_>, between: Range<usize>) -> bool {
    let predicate = |i: usize| {
        let deed = |m: &Mark| m.dimension == Dimension::Trigger && m.head == i;
        scene.text.feats(i).any(Feats::SHORT | Feats::FINITE) && scene.marks.iter().any(deed)
    };
    let mut behind = between.skip_while(|i| scene.text.stream.lower(*i) != ",");
    !scene.lexicon.patterns.is_head_final() && behind.any(predicate)
}

/// "Похищенные велосипеды, 9 единиц, возвращены".
pub(super) fn is_count_apposed(scene: &Scene<'_>, noun: &Mark, quantity: &Quantity) -> bool {
    let closes = |i: usize| i < scene.end && matches!(scene.text.stream.lower(i), "," | "." | ")");
    // "16 кг икры рыб, 406 орудий лова": the count has goods of its own.
    let own = |m: &Mark| m.dimension == Dimension::Object && quantity.figure < m.start && m.start < quantity.end;
    noun.end + 1 == quantity.start
        && !scene.marks.iter().any(own)
        && scene.text.stream.lower(noun.end) == ","
        && closes(quantity.end)
        && quantity.end > quantity.figure + 1
        && quantity.unit.as_deref() == Some("item")
        && scene.feats(noun).any(Feats::PLUR)
}

/// "по незаконному хранению оружия и боеприпасов – 71": what follows counts the deeds, not the ammunition.
pub(super) fn is_of_deeds(scene: &Scene<'_>, noun: usize) -> bool {
    let joined = noun >= scene.start + 2 && scene.text.stream.lower(noun - 1) == "и";
    let deed = |at: usize| super::coordination::is_of_deed(scene, at);
    !scene.lexicon.patterns.is_head_final() && (deed(noun) || joined && deed(noun - 2))
}

/// "ТОО «Престиж 7»": the number of a name in quotes, behind a capitalised word that opens it.
pub(super) fn is_number_of_name(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let quote = |i: usize| matches!(scene.text.stream.lower(i), "«" | "\"" | "“" | "„");
    let word = quantity.start.saturating_sub(1);
    word > scene.start
        && scene.text.stream.token(word).caps != Caps::Lower
        && (quote(word - 1) || word >= scene.start + 2 && quote(word - 2))
}
