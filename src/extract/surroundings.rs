//! What the learned models see of a candidate's surroundings.

use super::candidate::Candidate;
use super::context::Context;
use super::feature::{Piece, Put, tell};

/// Binary logarithm of the number of sentences below which the length of an article tells nothing.
const BRIEF: u32 = 2;

impl Context<'_> {
    /// Features of the article around a candidate: how much of it is about enforcement, and where.
    pub fn features(&self, candidate: &Candidate, ty: Piece<'_>, put: &mut impl Put) {
        let sentences = self.sentences.len().max(1);
        let share = |n: usize| (n * 4).div_ceil(sentences);
        tell!(put, "agency-share="(share(self.totals.with_agency)));
        tell!(put, "offence-share="(share(self.totals.with_offence)));
        tell!(put, "agencies="(self.agencies.iter().map(|(_, n)| *n).sum::<usize>().min(5)));
        tell!(put, "title-offence="(!self.title.offences.is_empty()));
        tell!(put, "regions="(self.regions.min(3)));
        tell!(put, "trigger-share="(share(self.totals.triggers)));
        tell!(put, "laws="(self.laws.len().min(2)));
        // A press brief of two sentences is no less a result than a long article: shorter than this tells nothing.
        tell!(put, "length="(sentences.ilog2().max(BRIEF)));
        let around = &self.sentences[candidate.sentence];
        tell!(put, "own agency=" (!around.agencies.is_empty()) " offence=" (!around.offences.is_empty()));
        tell!(put, "type=" ty " own agency=" (!around.agencies.is_empty()) " offence=" (!around.offences.is_empty()));
        tell!(put, "abroad="(around.places.iter().any(|h| h.country.as_deref().is_some_and(|c| c != "KZ"))));
        tell!(put, "abroad-share="(share(self.totals.with_abroad)));
        let paragraph = self.reads[candidate.sentence].sentence.paragraph;
        let near = self.sentences.iter().zip(self.reads).filter(|(_, r)| r.sentence.paragraph.abs_diff(paragraph) <= 1);
        let (agency, offence) =
            near.fold((false, false), |(a, o), (s, _)| (a || !s.agencies.is_empty(), o || !s.offences.is_empty()));
        tell!(put, "near agency=" agency " offence=" offence);
        for hit in self.times_of(candidate.sentence) {
            tell!(put, "time=" (hit.kind.name()) " " (hit.precision.name()));
        }
    }
}
