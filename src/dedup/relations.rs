//! Relations between events: a part and its total, the results of one operation.

use super::cluster::components;
use super::features::Fingerprint;
use super::grouped::Outline;
use super::run::numbering;
use crate::record::{Scope, stable_id};
use std::collections::BTreeMap;

/// Sets `part_of` and `case_id` of all events, by the event of each mention.
pub(super) fn relate(prints: &[Fingerprint], event_of: &[u32], events: &mut [Outline]) {
    let (first, _) = numbering(prints);
    parts(prints, &first, event_of, events);
    cases(prints, &first, event_of, events);
}

/// An event is a part of the total that most articles name it a part of.
fn parts(prints: &[Fingerprint], first: &[u32], event_of: &[u32], events: &mut [Outline]) {
    let mut votes: BTreeMap<u32, BTreeMap<u32, usize>> = BTreeMap::new();
    for (print, first) in prints.iter().zip(first) {
        for (i, claim) in (0_u32..).zip(&print.claims) {
            if let Some(whole) = claim.part_of {
                let (part, total) = (event_of[(first + i) as usize], event_of[(first + u32::from(whole)) as usize]);
                if part != total {
                    *votes.entry(part).or_default().entry(total).or_default() += 1;
                }
            }
        }
    }
    for (part, totals) in votes {
        // A total is never smaller than its part, so no cycle can arise.
        let larger = |t: &u32| events[*t as usize].value > events[part as usize].value;
        let best = totals.iter().filter(|(t, _)| larger(t)).max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        if let Some((total, _)) = best {
            events[part as usize].part_of = Some(*total);
        }
    }
}

/// Incidents that one article tells together as news, of one offence and place, are of one operation.
fn cases(prints: &[Fingerprint], first: &[u32], event_of: &[u32], events: &mut [Outline]) {
    let mut pairs = Vec::new();
    for (print, first) in prints.iter().zip(first).filter(|(p, _)| !p.digest) {
        let current = (0_u32..).zip(&print.claims).filter(|(_, c)| c.scope == Scope::Incident && !c.background);
        let current: Vec<_> = current.collect();
        for (k, (i, a)) in current.iter().enumerate() {
            for (j, b) in &current[k + 1..] {
                let offence = a.offence == b.offence || a.offence == 0 || b.offence == 0;
                let place = a.regions == b.regions || a.regions.is_empty() || b.regions.is_empty();
                if offence && place {
                    pairs.push((event_of[(first + i) as usize], event_of[(first + j) as usize]));
                }
            }
        }
    }
    let labels = components(events.len() as u32, pairs.iter().copied());
    let mut sizes = vec![0_u32; events.len()];
    for label in &labels {
        sizes[*label as usize] += 1;
    }
    let ids: Vec<String> = labels.iter().map(|l| events[*l as usize].event_id.clone()).collect();
    for (i, event) in events.iter_mut().enumerate() {
        event.case_id = (sizes[labels[i] as usize] > 1).then(|| stable_id("case", &[&ids[i]]));
    }
}
