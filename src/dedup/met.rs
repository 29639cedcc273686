//! Which articles met, by article: for the pairs of mentions that are refused only because their articles met.

use super::cluster::Refusals;
use super::features::Fingerprint;
use super::link::REFUSED;

/// The pairs of articles that met, and whose mention each one is.
pub(super) struct Articles {
    /// The article and the kind of each mention.
    of_claim: Vec<u32>,
    kind: Vec<u32>,
    /// The later articles that each article met, sorted, one article after the other, and where each begins.
    later: Vec<u32>,
    starts: Vec<u32>,
}

impl Articles {
    /// From pairs of an earlier and a later article.
    pub(super) fn new(prints: &[Fingerprint], mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        let mut starts = vec![0; prints.len() + 1];
        for (earlier, _) in &pairs {
            starts[*earlier as usize + 1] += 1;
        }
        for article in 0..prints.len() {
            starts[article + 1] += starts[article];
        }
        let of_claim = (0..).zip(prints).flat_map(|(article, print)| vec![article; print.claims.len()]).collect();
        let kind = prints.iter().flat_map(|print| print.claims.iter().map(|claim| claim.kind)).collect();
        Self { of_claim, kind, later: pairs.into_iter().map(|pair| pair.1).collect(), starts }
    }
}

impl Refusals for Articles {
    const SCORE: f32 = REFUSED;

    fn is_refused(&self, a: u32, b: u32) -> bool {
        let [article, other] = [a, b].map(|claim| self.of_claim[claim as usize]);
        if self.kind[a as usize] != self.kind[b as usize] || article == other {
            return false;
        }
        let earlier = article.min(other) as usize;
        let [start, end] = [0, 1].map(|next| self.starts[earlier + next] as usize);
        self.later[start..end].binary_search(&article.max(other)).is_ok()
    }
}
