//! Cases: the results of one operation within an article share one.
//!
//! Mentions are taken in the order of the text. An incident joins the latest case that it does not contradict in
//! place, offence or date; else it opens one. Statistics belong to no case, and a case of one result is none.

use crate::record::{Mention, Scope, stable_id};

/// Bytes of text after which a digest's next result is taken for another case.
const REACH: u32 = 900;

/// What the results of a case agree on.
struct Case {
    members: Vec<usize>,
    end: u32,
}

/// Sets `case_id`. The mentions are sorted by their place in the text and carry their ids.
pub fn assign(mentions: &mut [Mention]) {
    let mut places: Vec<&Vec<_>> = mentions.iter().map(|m| &m.region).filter(|r| !r.is_empty()).collect();
    places.sort();
    places.dedup();
    let digest = places.len() > 2;
    let mut cases: Vec<Case> = Vec::new();
    for (i, mention) in mentions.iter().enumerate().filter(|(_, m)| m.scope == Scope::Incident) {
        let joins = |case: &&mut Case| {
            let near = !digest || mention.evidence_span.start.saturating_sub(case.end) < REACH;
            near && case.members.iter().all(|m| agree(&mentions[*m], mention))
        };
        match cases.iter_mut().rev().find(joins) {
            Some(case) => {
                case.members.push(i);
                case.end = mention.evidence_span.end;
            }
            None => cases.push(Case { members: vec![i], end: mention.evidence_span.end }),
        }
    }
    for case in cases.iter().filter(|c| c.members.len() > 1) {
        let first = &mentions[case.members[0]];
        let id = stable_id("case", &[&first.article_id, &first.mention_id]);
        for member in &case.members {
            mentions[*member].case_id = Some(id.clone());
        }
    }
}

/// Whether nothing that both tell differs.
fn agree(one: &Mention, other: &Mention) -> bool {
    let place = one.region.is_empty() || other.region.is_empty() || one.region == other.region;
    let offence = one.offence.is_none() || other.offence.is_none() || one.offence == other.offence;
    let year = |m: &Mention| m.date_start.map(|d| chrono::Datelike::year(&d));
    let date = year(one).is_none() || year(other).is_none() || year(one) == year(other);
    place && offence && date
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Span;

    fn mention(id: &str, region: &str, scope: Scope, at: u32) -> Mention {
        Mention {
            mention_id: id.into(),
            region: vec![region.into()],
            scope,
            evidence_span: Span::new(at, at + 10),
            ..Mention::default()
        }
    }

    #[test]
    fn results_of_one_operation_share_a_case() {
        let mut mentions = [
            mention("a", "KZ-31", Scope::Incident, 0),
            mention("b", "KZ-31", Scope::Incident, 100),
            mention("c", "KZ-75", Scope::Incident, 200),
            mention("d", "KZ-31", Scope::Aggregate, 300),
        ];
        assign(&mut mentions);
        assert!(mentions[0].case_id.is_some());
        assert_eq!(mentions[0].case_id, mentions[1].case_id);
        assert_eq!(mentions[2].case_id, None, "a case of one result is none");
        assert_eq!(mentions[3].case_id, None, "a statistic has no case");
    }
}
