//! What the learned models see of a candidate's surroundings.

use super::candidate::Candidate;
use super::context::{Context, Surroundings};

/// Binary logarithm of the number of sentences below which the length of an article tells nothing.
const BRIEF: u32 = 2;

impl Context<'_> {
    /// Features of the article around a candidate: how much of it is about enforcement, and where.
    pub fn features(&self, candidate: &Candidate, ty: &str, put: &mut dyn FnMut(std::fmt::Arguments<'_>)) {
        let sentences = self.sentences.len().max(1);
        let with = |f: fn(&Surroundings) -> bool| self.sentences.iter().filter(|s| f(s)).count();
        let share = |n: usize| (n * 4).div_ceil(sentences);
        put(format_args!("agency-share={}", share(with(|s| !s.agencies.is_empty()))));
        put(format_args!("offence-share={}", share(with(|s| !s.offences.is_empty()))));
        put(format_args!("agencies={}", self.agencies.iter().map(|(_, n)| *n).sum::<usize>().min(5)));
        put(format_args!("title-offence={}", !self.title.offences.is_empty()));
        put(format_args!("regions={}", self.regions.min(3)));
        let triggers: usize = self.reads.iter().map(|r| r.triggers.len()).sum();
        put(format_args!("trigger-share={}", share(triggers)));
        put(format_args!("laws={}", self.laws.len().min(2)));
        // A press brief of two sentences is no less a result than a long article: shorter than this tells nothing.
        put(format_args!("length={}", sentences.ilog2().max(BRIEF)));
        let around = &self.sentences[candidate.sentence];
        put(format_args!("own agency={} offence={}", !around.agencies.is_empty(), !around.offences.is_empty()));
        put(format_args!(
            "type={ty} own agency={} offence={}",
            !around.agencies.is_empty(),
            !around.offences.is_empty()
        ));
        put(format_args!("abroad={}", around.places.iter().any(|h| h.country.as_deref().is_some_and(|c| c != "KZ"))));
        put(format_args!(
            "abroad-share={}",
            share(with(|s| s.places.iter().any(|h| h.country.as_deref().is_some_and(|c| c != "KZ"))))
        ));
        let paragraph = self.reads[candidate.sentence].sentence.paragraph;
        let near = self.sentences.iter().zip(self.reads).filter(|(_, r)| r.sentence.paragraph.abs_diff(paragraph) <= 1);
        let (agency, offence) =
            near.fold((false, false), |(a, o), (s, _)| (a || !s.agencies.is_empty(), o || !s.offences.is_empty()));
        put(format_args!("near agency={agency} offence={offence}"));
        for hit in self.times_of(candidate.sentence) {
            put(format_args!("time={:?} {:?}", hit.kind, hit.precision));
        }
    }
}
