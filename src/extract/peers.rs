//! A candidate among the candidates of its text: what none of them tells alone.
//!
//! A figure told again in the next paragraph is confirmed; of two readings of one figure mostly one is right; a single
//! doubtful result in an article without any other is mostly none. The [`scorer`](super::scorer) weighs each candidate
//! by itself; what it says of a candidate and of its neighbours are the numbers here, and [`Trees`] decide on them.

use super::candidate::Candidate;
use super::scorer::logistic;
use super::trees::{Row, Trees};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// Number of the features.
pub const FEATURES: usize = NAMES.len();

/// The features. Where a name speaks of others, it is the greatest probability among them, −1 where there is none.
pub const NAMES: [&str; 14] = [
    // Log-odds of the candidate by itself.
    "own",
    // Any other candidate.
    "best",
    // Other readings of the same figure.
    "figure",
    // The same result elsewhere in the text.
    "again",
    // The same type and object with another value, and the number of such.
    "kind",
    "kinds",
    // Candidates whose words overlap: of another type or object, and of the same.
    "overlap",
    "overlap_kind",
    // Candidates of the same trigger, and the number of such.
    "trigger",
    "triggers",
    // Share of the others that have the candidate's type.
    "type_share",
    // Decimal logarithm of the value.
    "magnitude",
    // Words of the evidence.
    "length",
    // Whether the text is a headline.
    "title",
];

/// A candidate with what the scorer says of it.
#[derive(Debug, Clone, Copy)]
pub struct Peer<'c> {
    /// The candidate.
    pub candidate: &'c Candidate,
    /// Its type.
    pub event_type: &'c Code,
    /// Log-odds that it is right, by itself.
    pub own: f32,
}

/// The trained decision.
#[derive(Debug, Clone)]
pub struct Panel {
    trees: Trees,
    /// Least probability at which a candidate is kept.
    pub threshold: f32,
}

impl Panel {
    /// Reads the model of a language (`ru`, `kk`); none where the file is missing.
    ///
    /// # Errors
    /// The file's wrong line.
    pub fn load(knowledge: &Knowledge, language: &str) -> Result<Option<Self>, KnowledgeError> {
        let path = format!("pipelines/model/{language}_peers.txt");
        let Some(text) = knowledge.get(&path) else { return Ok(None) };
        let (trees, threshold) = Trees::parse(text, &NAMES)
            .map_err(|(line, message)| KnowledgeError::invalid(format!("{path}:{line}"), message))?;
        Ok(Some(Self { trees, threshold }))
    }

    /// The log-odds that a candidate is right.
    pub fn log_odds(&self, row: &[f32; FEATURES]) -> f32 {
        self.trees.sum(row)
    }

    /// The probability that a candidate is right.
    pub fn probability(&self, row: &[f32; FEATURES]) -> f32 {
        logistic(self.log_odds(row))
    }

    /// What each feature adds to the log-odds, strongest first.
    pub fn reasons(&self, row: &[f32; FEATURES]) -> Vec<(&'static str, f32)> {
        let mut reasons: Vec<_> = NAMES.into_iter().zip(self.trees.reasons(row)).collect();
        reasons.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        reasons
    }
}

/// Fits the trees.
pub fn panel(rows: impl Iterator<Item = Row<FEATURES>>) -> Trees {
    Trees::fit(&rows.collect::<Vec<_>>())
}

/// Fits the decision; the text of the model.
pub fn fit(rows: impl Iterator<Item = Row<FEATURES>>, threshold: f32) -> String {
    panel(rows).to_text(&NAMES, threshold)
}

/// The greatest probability of a group, and the greatest of those that differ from its holder.
#[derive(Debug, Clone, Copy)]
struct Most<K> {
    first: (f32, K),
    second: f32,
    count: usize,
}

/// The groups that candidates form, each member under a key that tells it from the others of the group.
struct Groups<G, K>(FxHashMap<G, Most<K>>);

impl<G: Eq + Hash, K: Copy + PartialEq> Groups<G, K> {
    fn of(members: impl Iterator<Item = (G, K, f32)>) -> Self {
        let mut groups: FxHashMap<G, Most<K>> = FxHashMap::default();
        for (group, key, p) in members {
            let most = groups.entry(group).or_insert(Most { first: (-1.0, key), second: -1.0, count: 0 });
            most.count += 1;
            if key == most.first.1 {
                most.first.0 = most.first.0.max(p);
            } else if p > most.first.0 {
                most.second = most.first.0;
                most.first = (p, key);
            } else {
                most.second = most.second.max(p);
            }
        }
        Self(groups)
    }

    /// The greatest probability among the group's members with another key.
    fn others(&self, group: &G, key: K) -> f32 {
        self.0.get(group).map_or(-1.0, |most| if most.first.1 == key { most.second } else { most.first.0 })
    }

    fn count(&self, group: &G) -> f32 {
        self.0.get(group).map_or(0.0, |most| most.count as f32)
    }
}

/// The rows of the candidates of one text, in their order.
pub fn rows(peers: &[Peer<'_>], title: bool) -> Vec<[f32; FEATURES]> {
    let kind = |p: &Peer<'_>| (p.event_type.clone(), p.candidate.object.clone());
    let value = |p: &Peer<'_>| p.candidate.value.map(f64::to_bits);
    let result = |p: &Peer<'_>| (kind(p), value(p), p.candidate.unit.clone());
    let figure = |p: &Peer<'_>| p.candidate.argument.map(|a| (p.candidate.sentence, a));
    let trigger = |p: &Peer<'_>| (p.candidate.trigger_sentence, p.candidate.trigger);
    let p: Vec<f32> = peers.iter().map(|p| logistic(p.own)).collect();
    let each = || peers.iter().enumerate();
    let all = Groups::of(each().map(|(i, _)| ((), i, p[i])));
    let figures = Groups::of(each().filter_map(|(i, peer)| Some((figure(peer)?, i, p[i]))));
    let results = Groups::of(each().map(|(i, peer)| (result(peer), i, p[i])));
    let kinds = Groups::of(each().map(|(i, peer)| (kind(peer), (value(peer), unit_of(peer)), p[i])));
    let triggers = Groups::of(each().map(|(i, peer)| (trigger(peer), i, p[i])));
    let types = Groups::of(each().map(|(i, peer)| (peer.event_type.clone(), i, p[i])));
    let mut sentences: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (i, peer) in each() {
        sentences.entry(peer.candidate.sentence).or_default().push(i);
    }
    let row = |(i, peer): (usize, &Peer<'_>)| {
        let c = peer.candidate;
        let (mut overlap, mut overlap_kind) = (-1.0_f32, -1.0_f32);
        for &j in &sentences[&c.sentence] {
            let other = &peers[j];
            let o = other.candidate;
            let same_figure = c.argument.is_some() && c.argument == o.argument;
            if j == i || same_figure || o.from >= c.to || c.from >= o.to {
                continue;
            }
            let most = if kind(other) == kind(peer) { &mut overlap_kind } else { &mut overlap };
            *most = most.max(p[j]);
        }
        let others = (peers.len() - 1).max(1) as f32;
        let (kind, result) = (kind(peer), result(peer));
        [
            peer.own,
            all.others(&(), i),
            figure(peer).map_or(-1.0, |f| figures.others(&f, i)),
            results.others(&result, i),
            kinds.others(&kind, (value(peer), unit_of(peer))),
            kinds.count(&kind) - results.count(&result),
            overlap,
            overlap_kind,
            triggers.others(&trigger(peer), i),
            triggers.count(&trigger(peer)) - 1.0,
            (types.count(peer.event_type) - 1.0) / others,
            (c.value.unwrap_or(0.0).max(0.0) + 1.0).log10() as f32,
            (c.to - c.from) as f32,
            f32::from(u8::from(title)),
        ]
    };
    each().map(row).collect()
}

fn unit_of<'p>(peer: &Peer<'p>) -> Option<&'p str> {
    peer.candidate.unit.as_deref()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::record::Qualifier;

    pub(in crate::extract) fn candidate(sentence: usize, argument: Option<usize>, value: f64) -> Candidate {
        Candidate {
            sentence,
            rule: 0,
            trigger_sentence: sentence,
            trigger: 0,
            argument,
            object: "person".into(),
            value: Some(value),
            value_max: None,
            qualifier: Qualifier::Exact,
            unit: Some("person".into()),
            cost: 0.0,
            how: "bound",
            from: 0,
            to: 4,
        }
    }

    fn column(rows: &[[f32; FEATURES]], name: &str) -> Vec<f32> {
        let at = NAMES.iter().position(|n| *n == name).unwrap();
        rows.iter().map(|row| (row[at] * 100.0).round() / 100.0).collect()
    }

    #[test]
    fn a_candidate_is_seen_among_its_neighbours() {
        let (detention, arrest) = (Code::from("detention"), Code::from("arrest"));
        let candidates = [
            candidate(0, Some(0), 19.0),
            candidate(0, Some(0), 19.0),
            candidate(3, Some(1), 19.0),
            candidate(4, None, 2.0),
        ];
        let types = [&detention, &arrest, &detention, &detention];
        let odds = [0.0, 2.0, -2.0, 1.0];
        let peers: Vec<Peer<'_>> = candidates
            .iter()
            .zip(types)
            .zip(odds)
            .map(|((candidate, event_type), own)| Peer { candidate, event_type, own })
            .collect();
        let rows = rows(&peers, false);
        assert_eq!(column(&rows, "best"), [0.88, 0.73, 0.88, 0.88]);
        assert_eq!(column(&rows, "figure"), [0.88, 0.5, -1.0, -1.0]);
        assert_eq!(column(&rows, "again"), [0.12, -1.0, 0.5, -1.0]);
        assert_eq!(column(&rows, "kind"), [0.73, -1.0, 0.73, 0.5]);
        assert_eq!(column(&rows, "kinds"), [1.0, 0.0, 1.0, 2.0]);
        assert_eq!(column(&rows, "trigger"), [0.88, 0.5, -1.0, -1.0]);
        assert_eq!(column(&rows, "type_share"), [0.67, 0.0, 0.67, 0.67]);
        assert_eq!(column(&rows, "title"), [0.0; 4]);
    }

    #[test]
    fn one_alone_has_no_peers() {
        let only = candidate(0, Some(0), 3.0);
        let event_type = Code::from("arrest");
        let rows = rows(&[Peer { candidate: &only, event_type: &event_type, own: 0.0 }], true);
        assert_eq!(column(&rows, "best"), [-1.0]);
        assert_eq!(column(&rows, "type_share"), [0.0]);
        assert_eq!(column(&rows, "title"), [1.0]);
    }
}
