//! What a mention is among those of its own article: found once, and not anew for every pair of articles.

use super::background::Background;
use super::features::Claim;
use super::{claim, text};

/// The unit of people: a sum may be estimated anew ten times higher, but heads are counted.
const PERSON: &str = "person";

/// Sets what follows from the other mentions of the article, and from the tables.
pub(super) fn settle(claims: &mut [Claim], background: &Background) {
    for c in claims.iter_mut() {
        c.kind = text::pair(background.event_family(c.event_type), background.family(c.object));
        c.digits = c.value.map_or(0, text::significant_digits);
        c.specificity = c.value.map_or(0.0, claim::specificity);
        c.evidence_mass = mass(&c.evidence, background);
    }
    for i in 0..claims.len() {
        let is_alone = is_alone(claims, i);
        let (is_largest, is_main) = (is_largest(claims, i), is_main(claims, i));
        let paragraph = (0..i).find(|j| claims[*j].context == claims[i].context).unwrap_or(i) as u16;
        let update = update_of(claims, i, background).map(|j| j as u16);
        let first = usize::from(paragraph);
        let context_mass = if first < i { claims[first].context_mass } else { mass(&claims[i].context, background) };
        let known = std::mem::take(&mut claims[i]);
        claims[i] = Claim { context_mass, paragraph, is_alone, is_largest, is_main, update, ..known };
    }
}

fn mass(stems: &[u32], background: &Background) -> f32 {
    stems.iter().map(|s| background.weight(*s)).sum()
}

fn same(a: &Claim, b: &Claim) -> bool {
    (a.event_type, a.object, a.scope) == (b.event_type, b.object, b.scope)
}

/// Whether no other mention is of the same kind, object and unit.
fn is_alone(claims: &[Claim], i: usize) -> bool {
    let p = &claims[i];
    let of_unit = |c: &&Claim| c.unit == p.unit || c.unit == 0 || p.unit == 0;
    claims.iter().filter(|c| same(c, p)).filter(of_unit).count() == 1
}

/// Whether no mention of its kind in the article has a larger figure.
fn is_largest(claims: &[Claim], i: usize) -> bool {
    let p = &claims[i];
    claims.iter().filter(|c| same(c, p)).all(|c| c.unit != p.unit || c.value <= p.value)
}

/// Whether a mention is what its article means by the kind: the largest of its unit, and of several units the first.
fn is_main(claims: &[Claim], i: usize) -> bool {
    let p = &claims[i];
    let first_unit = claims.iter().filter(|c| same(c, p)).min_by_key(|c| (c.start, c.end)).map(|c| c.unit);
    is_largest(claims, i) && first_unit == Some(p.unit)
}

/// The mention of the article that gives the earlier or later figure of the same thing: the neighbour in
/// the text whose figure is near, where words tell an update.
fn update_of(claims: &[Claim], x: usize, background: &Background) -> Option<usize> {
    let p = &claims[x];
    if p.value.is_none() || background.is_fixed(p.event_type) || !claims.iter().any(|c| c.updated && same(p, c)) {
        return None;
    }
    let same = |q: &Claim| same(p, q) && p.unit == q.unit && p.period == q.period && p.regions == q.regions;
    let mut kind: Vec<usize> = (0..claims.len()).filter(|i| same(&claims[*i])).collect();
    kind.sort_by_key(|i| (claims[*i].start, claims[*i].end, *i));
    let alone = kind.len() == 2;
    // The first pair in the text that qualifies; each mention has one partner at most. Between the two may stand what
    // came in addition: "21 yesterday, three more at night, now 24, 22 of them from abroad".
    let near_by = (0..kind.len()).flat_map(|i| (i + 1..kind.len().min(i + 3)).map(move |j| (i, j)));
    let pair = near_by.map(|(i, j)| [kind[i], kind[j]]).find(|pair| {
        let (q, r) = (&claims[pair[0]], &claims[pair[1]]);
        let near = match (q.value, r.value) {
            (Some(v), Some(w)) if v > 0.0 && w > 0.0 => {
                let ratio = v.max(w) / v.min(w);
                let part = |x: usize, y: usize| claims[x].part_of.is_some_and(|whole| usize::from(whole) == y);
                let people = q.unit == text::code(PERSON);
                ratio > 1.0 && (alone && !people || ratio <= 1.6) && !part(pair[0], pair[1]) && !part(pair[1], pair[0])
            }
            _ => false,
        };
        near && (q.updated || r.updated)
    })?;
    match (pair[0] == x, pair[1] == x) {
        (true, _) => Some(pair[1]),
        (_, true) => Some(pair[0]),
        _ => None,
    }
}
