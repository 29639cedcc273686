//! Relations between events: a part and its total, the results of one operation.

use super::components::Components;
use super::features::Fingerprint;
use super::grouped::Grouped;
use super::shelf::Prints;
use crate::record::Scope;

/// The part and the total of each mention that names an event a part of another.
type Votes = Vec<(u32, u32)>;

/// Sets the totals and cases of all events.
pub(super) fn relate(prints: &Prints, events: &mut Grouped) {
    let (mut votes, mut cases) = (Votes::new(), Components::new(events.len(), events.shelf().cloned()));
    for (article, print) in prints.iter().enumerate() {
        let event = |claim: usize| events.event_of(article, claim);
        vote(&print, event, &mut votes);
        join(&print, event, &mut cases);
    }
    votes.sort_unstable();
    for votes in votes.chunk_by(|a, b| a.0 == b.0) {
        let part = votes[0].0;
        // A total is never smaller than its part, so no cycle can arise.
        let larger = |t: u32| events.value(t) > events.value(part);
        let totals = votes.chunk_by(|a, b| a.1 == b.1).map(|same| (same[0].1, same.len()));
        let best = totals.filter(|(t, _)| larger(*t)).max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((total, _)) = best {
            events.set_total(part, total);
        }
    }
    events.set_cases(cases.labels());
}

/// An event is a part of the total that most articles name it a part of.
fn vote(print: &Fingerprint, event: impl Fn(usize) -> u32, votes: &mut Votes) {
    for (i, claim) in print.claims.iter().enumerate() {
        if let Some(whole) = claim.part_of {
            let (part, total) = (event(i), event(usize::from(whole)));
            if part != total {
                votes.push((part, total));
            }
        }
    }
}

/// Incidents that one article tells together as news, of one offence and place, are of one operation.
fn join(print: &Fingerprint, event: impl Fn(usize) -> u32, cases: &mut Components) {
    if print.digest {
        return;
    }
    let current = print.claims.iter().enumerate().filter(|(_, c)| c.scope == Scope::Incident && !c.background);
    let current: Vec<_> = current.collect();
    for (k, (i, a)) in current.iter().enumerate() {
        for (j, b) in &current[k + 1..] {
            let offence = a.offence == b.offence || a.offence == 0 || b.offence == 0;
            let place = a.regions == b.regions || a.regions.is_empty() || b.regions.is_empty();
            if offence && place {
                cases.join(event(*i), event(*j));
            }
        }
    }
}
