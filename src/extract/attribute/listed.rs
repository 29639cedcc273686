//! Places of a list of figures: "Астанада – 31, Алматыда – 40", "21 – в Алматы, 12 – в Астане".

use super::Asked;
use crate::extract::place::PlaceHit;
use crate::extract::token::Kind;
use crate::record::Code;
use std::ops::Range;

/// The places that are named together with one of them: "Астана мен Алматы қалаларында", "в Актау и Шымкенте".
pub(super) fn joined<'h, 'p>(hits: &'h [&'p PlaceHit], at: usize) -> &'h [&'p PlaceHit] {
    let beside = |a: &PlaceHit, b: &PlaceHit| {
        let gap = b.tokens.start.checked_sub(a.tokens.end);
        gap.is_some_and(|g| g <= 1) && a.region != b.region && !a.adjective_or_inhabitant && !b.adjective_or_inhabitant
    };
    &hits[together(hits.len(), at, |a, b| beside(hits[a], hits[b]))]
}

/// Those of `n` places around one of them of which each stands beside the next.
pub(in crate::extract) fn together(n: usize, at: usize, beside: impl Fn(usize, usize) -> bool) -> Range<usize> {
    let (mut from, mut to) = (at, at + 1);
    while from > 0 && beside(from - 1, from) {
        from -= 1;
    }
    while to < n && beside(to - 1, to) {
        to += 1;
    }
    from..to
}

/// Tokens of a share between a place and its figures at most.
const SHARE: usize = 12;

/// The place that a list names straight before the figure, over a dash or a bracket, where the list names others, too.
pub(super) fn listed_place<'c>(
    asked: &Asked<'_, '_, '_>,
    here: &[&'c PlaceHit],
) -> Option<(Vec<&'c PlaceHit>, Vec<Code>)> {
    let (context, anchor) = (asked.scene.context, asked.anchor());
    let opens = |i: usize| matches!(asked.scene.text.stream.lower_or_empty(i), "–" | "—" | "-" | "(" | ":");
    let argument = &asked.scene.reads[asked.candidate.sentence].arguments[asked.candidate.argument?];
    // "дизель, Түркістан облысында – 71 тонна": the noun stands before the place, the figure behind it.
    let within = |h: &PlaceHit| argument.start < h.tokens.start && h.tokens.end < argument.end;
    let before = |h: &PlaceHit| h.tokens.end < anchor && anchor - h.tokens.end == 1;
    // "в Мангистауской – на 12,2 процента (с 3 097 до 3 474)": by how much stands between them.
    let share = |h: &PlaceHit| {
        h.tokens.end + 1 < anchor
            && anchor - h.tokens.end <= SHARE
            && asked.scene.text.stream.lower(h.tokens.end + 1) == "на"
            && (h.tokens.end..anchor).all(|i| !matches!(asked.scene.text.stream.lower(i), "," | ";" | "." | ")"))
    };
    // "лабораторий 22, из них 21 – в Алматы, 12 – в Астане": the figure stands before its place.
    let named = |i: usize| here.iter().position(|h| h.tokens.start == i);
    let stream = asked.scene.text.stream;
    let number = |i: usize| i < stream.len() && stream.token(i).kind == Kind::Number;
    let behind = || {
        let end = argument.end;
        let dash = matches!(asked.scene.text.stream.lower_or_empty(end), "–" | "—" | "-");
        let preposition = matches!(asked.scene.text.stream.lower_or_empty(end + 1), "в" | "на" | "по" | "из");
        (dash && preposition).then(|| named(end + 2)).flatten()
    };
    // "в Алматы 94 факта, в Шымкенте 52": its place stands straight before it, and so do others before theirs.
    let straight = || {
        let figures = here.iter().filter(|h| number(h.tokens.end) && !h.adjective_or_inhabitant).count();
        let dashes = here.iter().filter(|h| opens(h.tokens.end) && number(h.tokens.end + 1)).count();
        let own = here.iter().position(|h| h.tokens.end == anchor && number(anchor) && !h.adjective_or_inhabitant);
        own.filter(|_| figures + dashes > 1)
    };
    let before = here.iter().rposition(|h| (within(h) || before(h) || share(h)) && opens(h.tokens.end));
    let at = before.or_else(behind).or_else(straight)?;
    let others = here.iter().any(|h| h.region != here[at].region);
    let hits = joined(here, at).to_vec();
    let regions = context.regions_of(&hits);
    (others && !regions.is_empty()).then_some((hits, regions))
}
