//! What the learned models see of a candidate's surroundings.

use super::candidate::Candidate;
use super::context::{Context, Surroundings, is_period};
use crate::record::Code;

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

    /// Features that tell a statistic from one operation.
    pub fn scope_features(&self, candidate: &Candidate, put: &mut dyn FnMut(std::fmt::Arguments<'_>)) {
        let evidence = |s: usize| {
            let around = &self.sentences[s];
            let times: f64 = self.times_of(s).map(|t| if is_period(t) { 2.0 } else { -1.0 }).sum();
            (around.aggregate - around.incident + times, around)
        };
        let bucket = |x: f64| x.round().clamp(-3.0, 4.0) as i32;
        let (own, around) = evidence(candidate.sentence);
        put(format_args!("own={}", bucket(own)));
        put(format_args!("national={}", around.national));
        for hit in self.times_of(candidate.sentence) {
            put(format_args!("time={:?} {:?} cumulative={}", hit.kind, hit.precision, hit.cumulative));
        }
        let paragraph = self.reads[candidate.sentence].sentence.paragraph;
        let mut before = 0.0;
        let mut after = 0.0;
        let mut all = 0.0;
        let mut figures = 0;
        for (s, read) in self.reads.iter().enumerate() {
            let (balance, _) = evidence(s);
            if read.sentence.paragraph == paragraph {
                if s < candidate.sentence {
                    before = before * 0.7 + balance;
                } else if s > candidate.sentence {
                    after += balance;
                }
                figures += read.arguments.iter().filter(|a| a.value.is_some_and(|v| v > 1.0)).count();
            }
            all += balance;
        }
        put(format_args!("before={}", bucket(before)));
        put(format_args!("after={}", bucket(after)));
        put(format_args!("article={}", bucket(4.0 * all / self.reads.len().max(1) as f64)));
        put(format_args!("own={} before={}", bucket(own).signum(), bucket(before).signum()));
        put(format_args!("figures={}", figures.min(6)));
        put(format_args!("regions={}", self.regions.min(4)));
        put(format_args!("places={}", around.places.iter().filter(|h| h.region.is_some()).count().min(3)));
        let villages = self.sentences.iter().any(|s| s.places.iter().any(|h| !h.name.is_empty()));
        put(format_args!("locality={villages}"));
        let mut seen: Vec<&Code> = Vec::new();
        for (_, agency) in &around.agencies {
            if !seen.contains(&agency) {
                seen.push(agency);
                put(format_args!("agency={agency}"));
            }
        }
        put(format_args!("paragraph={}", paragraph.min(5)));
    }
}
