//! Which articles met, by article: for the pairs of mentions that are refused only because their articles met.

use super::cluster::Edge;
use super::features::Fingerprint;
use super::link::REFUSED;

/// The pairs of articles that met, and whose mention each one is.
pub(super) struct Articles<'p> {
    prints: &'p [Fingerprint],
    /// The article of each mention.
    of_claim: Vec<u32>,
    /// The number of each article's first mention.
    first: &'p [u32],
    /// The later articles that each article met, sorted, one article after the other, and where each begins.
    later: Vec<u32>,
    starts: Vec<u32>,
}

impl<'p> Articles<'p> {
    /// From pairs of an earlier and a later article; `first` is the number of each one's first mention.
    pub(super) fn new(prints: &'p [Fingerprint], first: &'p [u32], mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        let mut starts = vec![0; prints.len() + 1];
        for (earlier, _) in &pairs {
            starts[*earlier as usize + 1] += 1;
        }
        for article in 0..prints.len() {
            starts[article + 1] += starts[article];
        }
        let of_claim = (0..).zip(prints).flat_map(|(article, print)| vec![article; print.claims.len()]).collect();
        Self { prints, of_claim, first, later: pairs.into_iter().map(|pair| pair.1).collect(), starts }
    }

    fn kind(&self, claim: u32) -> u32 {
        let article = self.of_claim[claim as usize] as usize;
        self.prints[article].claims[(claim - self.first[article]) as usize].kind
    }

    /// The pairs of one kind among some mentions of articles that met, by place, without those that are known.
    pub(super) fn refused(&self, claims: &[u32], known: &mut [Edge]) -> Vec<Edge> {
        known.sort_unstable_by_key(|edge| edge.a);
        let kinds: Vec<u32> = claims.iter().map(|claim| self.kind(*claim)).collect();
        let mut places = 0..claims.len() as u32;
        let own = claims.chunk_by(|a, b| self.of_claim[*a as usize] == self.of_claim[*b as usize]);
        let own: Vec<(u32, Vec<u32>)> =
            own.map(|own| (self.of_claim[own[0] as usize], places.by_ref().take(own.len()).collect())).collect();
        let mut refused = Vec::new();
        // For each mention the last one to which its score is known.
        let mut known_to = vec![u32::MAX; claims.len()];
        let mut known = known.iter().peekable();
        let mut met: Vec<&[u32]> = Vec::new();
        for (at, (article, claims)) in own.iter().enumerate() {
            self.met(*article, &own[at + 1..], &mut met);
            for a in claims {
                while let Some(edge) = known.next_if(|edge| edge.a <= *a) {
                    known_to[edge.b as usize] = edge.a;
                }
                for b in met.iter().copied().flatten() {
                    if kinds[*a as usize] == kinds[*b as usize] && known_to[*b as usize] != *a {
                        refused.push(Edge { a: *a, b: *b, score: REFUSED });
                    }
                }
            }
        }
        refused
    }

    /// The mentions of those of some later articles that an article met.
    fn met<'o>(&self, article: u32, others: &'o [(u32, Vec<u32>)], met: &mut Vec<&'o [u32]>) {
        let [start, end] = [0, 1].map(|next| self.starts[article as usize + next] as usize);
        let later = &self.later[start..end];
        met.clear();
        if others.len() < later.len() {
            let own = others.iter().filter(|other| later.binary_search(&other.0).is_ok());
            met.extend(own.map(|other| &other.1[..]));
        } else {
            let own = later.iter().filter_map(|later| others.binary_search_by_key(later, |other| other.0).ok());
            met.extend(own.map(|at| &others[at].1[..]));
        }
    }
}
