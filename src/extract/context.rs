//! What surrounds a candidate: places, times, offences, authorities, scope, from its clause, its sentence,
//! its paragraph and the article, in that order.

use super::Language;
use super::date::{TimeHit, TimeKind};
use super::feats::Feats;
use super::lexicon::{Dimension, Entry};
use super::place::{Gazetteer, PlaceHit};
use super::reading::{Candidate, Read};
use super::token::TokenStream;
use crate::record::{Code, DatePrecision, Scope};
use rustc_hash::FxHashMap;

/// Evidence of one sentence.
#[derive(Debug, Default)]
struct Surroundings {
    places: Vec<PlaceHit>,
    offences: Vec<(usize, Code, f64)>,
    agencies: Vec<(usize, Code)>,
    aggregate: f64,
    incident: f64,
    national: bool,
    /// The sentence says that things happened in another country.
    abroad: bool,
}

/// The context of a whole text.
pub struct Context<'c> {
    gazetteer: &'c Gazetteer,
    reads: &'c [Read],
    times: &'c [TimeHit],
    sentences: Vec<Surroundings>,
    offences: FxHashMap<Code, f64>,
    agencies: Vec<(Code, usize)>,
    home: Vec<Code>,
    home_hits: Vec<PlaceHit>,
    regions: usize,
}

/// Where a result lies.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// ISO 3166-2 codes, sorted.
    pub regions: Vec<Code>,
    /// Nominative name.
    pub locality: Option<String>,
    /// KATO code.
    pub kato: Option<String>,
}

impl<'c> Context<'c> {
    /// Collects the evidence of every sentence.
    pub fn new(
        language: &Language,
        gazetteer: &'c Gazetteer,
        stream: &TokenStream<'_>,
        reads: &'c [Read],
        times: &'c [TimeHit],
    ) -> Self {
        let mut sentences: Vec<Surroundings> = Vec::with_capacity(reads.len());
        let mut offences: FxHashMap<Code, f64> = FxHashMap::default();
        let mut agencies: Vec<(Code, usize)> = Vec::new();
        for (s, read) in reads.iter().enumerate() {
            let mut around = Surroundings {
                places: gazetteer.find(stream, read.sentence.start, read.sentence.end, language.kazakh),
                ..Surroundings::default()
            };
            if language.kazakh {
                around.abroad = around.places.iter().any(|h| {
                    h.country.as_deref().is_some_and(|c| c != "KZ")
                        && !h.adjective_or_inhabitant
                        && language.morphology.feats(stream.lower(h.tokens.end - 1)).has(Feats::LOC)
                });
            }
            for mark in &read.marks {
                let entry: &Entry = &language.lexicon.entries[mark.entry as usize];
                match entry.dimension {
                    Dimension::Offence => around.offences.push((mark.start, entry.code.clone(), entry.weight)),
                    Dimension::Agency => {
                        // "суд Германии": another state's authority.
                        around.abroad |= around
                            .places
                            .iter()
                            .any(|h| h.tokens.start == mark.end && h.country.as_deref().is_some_and(|c| c != "KZ"));
                        around.agencies.push((mark.start, entry.code.clone()));
                    }
                    Dimension::Object => {
                        if let Some(offence) = &entry.offence {
                            around.offences.push((mark.start, offence.clone(), 1.0));
                        }
                    }
                    Dimension::Scope => match entry.code.as_ref() {
                        "aggregate" => around.aggregate += entry.weight,
                        "incident" => around.incident += entry.weight,
                        "national" => around.national = true,
                        // A preposition of place before a name: "in Moscow", not "a citizen of Russia".
                        _ => {
                            around.abroad |= around.places.iter().any(|h| {
                                h.tokens.start == mark.end
                                    && h.country.as_deref().is_some_and(|c| c != "KZ")
                                    && !h.adjective_or_inhabitant
                            });
                        }
                    },
                    _ => {}
                }
            }
            // The headline and the lead name the matter; later paragraphs digress.
            let weight = if s < 3 { 2.0 } else { 1.0 };
            for (_, code, w) in &around.offences {
                *offences.entry(code.clone()).or_default() += w * weight;
            }
            for (_, code) in &around.agencies {
                match agencies.iter_mut().find(|(c, _)| c == code) {
                    Some((_, n)) => *n += 1,
                    None => agencies.push((code.clone(), 1)),
                }
            }
            sentences.push(around);
        }
        let mut counts: FxHashMap<Code, usize> = FxHashMap::default();
        for around in &sentences {
            for hit in &around.places {
                if let Some(region) = &hit.region {
                    *counts.entry(region.clone()).or_default() += 1;
                }
            }
        }
        let lead: Vec<PlaceHit> = sentences
            .iter()
            .zip(reads)
            .filter(|(_, r)| r.sentence.paragraph <= 1)
            .flat_map(|(s, _)| s.places.iter().filter(|h| h.region.is_some()).cloned())
            .collect();
        let mut home: Vec<Code> = Vec::new();
        let mut home_hits = Vec::new();
        let top = counts.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(c, _)| c.clone());
        let first = lead.first().and_then(|h| h.region.clone());
        let chosen = match (first, top) {
            (Some(first), Some(top)) => {
                if counts.get(&first).copied().unwrap_or(0) * 2 >= counts.get(&top).copied().unwrap_or(0) {
                    Some(first)
                } else {
                    Some(top)
                }
            }
            (first, top) => first.or(top),
        };
        if let Some(region) = chosen {
            home_hits = sentences
                .iter()
                .flat_map(|s| s.places.iter())
                .filter(|h| h.region.as_ref() == Some(&region))
                .take(3)
                .cloned()
                .collect();
            home.push(region);
        }
        Self { gazetteer, reads, times, sentences, offences, agencies, home, home_hits, regions: counts.len() }
    }

    /// Whether the sentence speaks of places abroad only.
    pub fn is_abroad(&self, candidate: &Candidate) -> bool {
        let around = &self.sentences[candidate.sentence];
        let home = around.places.iter().any(|h| h.region.is_some() || h.country.as_deref() == Some("KZ"));
        around.abroad && !home
    }

    /// Whether the article says anything of Kazakhstan.
    pub fn is_domestic(&self) -> bool {
        !self.home.is_empty()
            || self.sentences.iter().any(|s| s.national || s.places.iter().any(|h| h.country.as_deref() == Some("KZ")))
            || !self.sentences.iter().any(|s| s.places.iter().any(|h| h.country.as_deref().is_some_and(|c| c != "KZ")))
    }

    /// The candidate's place.
    pub fn place(&self, candidate: &Candidate, scope: Scope) -> Place {
        let around = &self.sentences[candidate.sentence];
        let read = &self.reads[candidate.sentence];
        let anchor = candidate.argument.map_or(candidate.from, |a| read.arguments[a].start);
        let own: Vec<&PlaceHit> = around.places.iter().filter(|h| h.region.is_some() || h.is_ambiguous()).collect();
        if !own.is_empty() {
            return self.nearest(&own, anchor, read);
        }
        if around.national {
            return Place::default();
        }
        let paragraph = read.sentence.paragraph;
        for s in (0..candidate.sentence).rev() {
            if self.reads[s].sentence.paragraph != paragraph {
                break;
            }
            let hits: Vec<PlaceHit> = self.sentences[s].places.iter().filter(|h| h.region.is_some()).cloned().collect();
            if !hits.is_empty() {
                let regions: std::collections::BTreeSet<&Code> =
                    hits.iter().filter_map(|h| h.region.as_ref()).collect();
                if regions.len() > 1 {
                    break;
                }
                return self.combined(&hits);
            }
            if self.sentences[s].national {
                return Place::default();
            }
        }
        let national = self.sentences.iter().zip(self.reads).any(|(s, r)| s.national && r.sentence.paragraph <= 1);
        if scope == Scope::Aggregate && (national || self.regions > 2) || national && self.regions > 3 {
            return Place::default();
        }
        if self.home.is_empty() { Place::default() } else { self.combined(&self.home_hits) }
    }

    /// Of several places in the sentence: those of the candidate's segment, coordinated ones together.
    fn nearest(&self, own: &[&PlaceHit], anchor: usize, read: &Read) -> Place {
        let regions: std::collections::BTreeSet<&Code> = own.iter().filter_map(|h| h.region.as_ref()).collect();
        let clone = |hits: &[&PlaceHit]| hits.iter().map(|h| (*h).clone()).collect::<Vec<_>>();
        if regions.len() <= 1 {
            return self.combined(&clone(own));
        }
        let clause = read.clauses.of(anchor);
        let same: Vec<&PlaceHit> = own.iter().copied().filter(|h| read.clauses.of(h.tokens.start) == clause).collect();
        let pool = if same.is_empty() { own.to_vec() } else { same };
        let plain: Vec<&PlaceHit> = pool.iter().copied().filter(|h| !h.adjective_or_inhabitant).collect();
        let pool = if plain.is_empty() { pool } else { plain };
        let distance = |h: &PlaceHit| {
            if h.tokens.end <= anchor { anchor - h.tokens.end } else { 2 + h.tokens.start.saturating_sub(anchor) }
        };
        let Some(best) = pool.iter().copied().min_by_key(|h| distance(h)) else { return Place::default() };
        // "в Актау и Шымкенте": neighbours at a conjunction's distance go together.
        let group: Vec<&PlaceHit> = pool
            .iter()
            .copied()
            .filter(|h| {
                h.tokens.start.abs_diff(best.tokens.end).min(best.tokens.start.abs_diff(h.tokens.end)) <= 2
                    || h.tokens == best.tokens
            })
            .collect();
        self.combined(&clone(&group))
    }

    fn combined(&self, hits: &[PlaceHit]) -> Place {
        let Some(locus) = self.gazetteer.combine(hits) else { return Place::default() };
        let mut regions = locus.regions;
        regions.sort();
        Place { regions, locality: locus.locality.map(|l| l.to_string()), kato: locus.kato.map(|k| k.to_string()) }
    }

    /// The offence that the words around the candidate tell.
    pub fn offence(&self, candidate: &Candidate, scope: Scope) -> Option<Code> {
        let read = &self.reads[candidate.sentence];
        let clause = read.clauses.of(candidate.argument.map_or(candidate.from, |a| read.arguments[a].head));
        let best = |marks: &[(usize, Code, f64)], clause: Option<usize>| {
            let mut sums: Vec<(Code, f64)> = Vec::new();
            for (at, code, weight) in marks {
                if clause.is_some_and(|c| read.clauses.of(*at) != c) {
                    continue;
                }
                match sums.iter_mut().find(|(c, _)| c == code) {
                    Some((_, w)) => *w += weight,
                    None => sums.push((code.clone(), *weight)),
                }
            }
            sums.into_iter().fold(None, |best: Option<(Code, f64)>, x| match best {
                Some(b) if b.1 >= x.1 => Some(b),
                _ => Some(x),
            })
        };
        let own = &self.sentences[candidate.sentence].offences;
        if let Some((code, _)) = best(own, Some(clause)).or_else(|| best(own, None)) {
            return Some(code);
        }
        let paragraph = read.sentence.paragraph;
        let before: Vec<(usize, Code, f64)> = (0..candidate.sentence)
            .rev()
            .take_while(|s| self.reads[*s].sentence.paragraph == paragraph)
            .flat_map(|s| self.sentences[s].offences.iter().cloned())
            .collect();
        if let Some((code, _)) = best(&before, None) {
            return Some(code);
        }
        let total: f64 = self.offences.values().sum();
        let (code, weight) = self.offences.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
        let share = if scope == Scope::Aggregate { 0.6 } else { 0.0 };
        (weight / total >= share).then(|| code.clone())
    }

    /// The authorities that the sentence, the paragraph or the article names.
    pub fn agency(&self, candidate: &Candidate) -> Vec<Code> {
        let paragraph = self.reads[candidate.sentence].sentence.paragraph;
        let of = |s: usize| self.sentences[s].agencies.iter().map(|(_, c)| c.clone()).collect::<Vec<_>>();
        let mut found = of(candidate.sentence);
        let mut s = candidate.sentence;
        while found.is_empty() && s > 0 && self.reads[s - 1].sentence.paragraph == paragraph {
            s -= 1;
            found = of(s);
        }
        if found.is_empty() {
            found = self
                .agencies
                .iter()
                .filter(|(c, _)| c.as_ref() != "court")
                .max_by_key(|(_, n)| *n)
                .map(|(c, _)| c.clone())
                .into_iter()
                .collect();
        }
        found.sort();
        found.dedup();
        found
    }

    /// The times named in a sentence.
    fn times_of(&self, s: usize) -> impl Iterator<Item = &'c TimeHit> {
        let sentence = self.reads[s].sentence;
        let from = self.times.partition_point(|t| t.tokens.start < sentence.start);
        self.times[from..].iter().take_while(move |t| t.tokens.start < sentence.end)
    }

    /// The time that fits the scope: of the clause, the sentence, the paragraph; a statistic's also of the lead.
    pub fn time(&self, candidate: &Candidate, scope: Scope) -> Option<&'c TimeHit> {
        let wanted = |t: &&TimeHit| t.start.is_some() && (scope == Scope::Aggregate) == is_period(t);
        let read = &self.reads[candidate.sentence];
        let anchor = candidate.argument.map_or(candidate.from, |a| read.arguments[a].start);
        let clause = read.clauses.of(anchor);
        let near = |t: &&TimeHit| {
            let apart = u8::from(read.clauses.of(t.tokens.start) != clause);
            (apart, t.tokens.start.abs_diff(anchor))
        };
        if let Some(hit) = self.times_of(candidate.sentence).filter(wanted).min_by_key(near) {
            return Some(hit);
        }
        let paragraph = read.sentence.paragraph;
        let before = (0..candidate.sentence).rev().take_while(|s| self.reads[*s].sentence.paragraph == paragraph);
        if let Some(hit) = before.filter_map(|s| self.times_of(s).filter(wanted).last()).next() {
            return Some(hit);
        }
        if scope == Scope::Incident {
            return None;
        }
        self.times.iter().find(wanted)
    }

    /// Incident or aggregate.
    pub fn scope(&self, candidate: &Candidate) -> Scope {
        let around = &self.sentences[candidate.sentence];
        let mut balance = around.aggregate - around.incident;
        for hit in self.times_of(candidate.sentence) {
            balance += if is_period(hit) { 2.0 } else { -1.0 };
        }
        if around.national {
            balance += 1.0;
        }
        let figure = candidate.value.unwrap_or(0.0);
        balance += match candidate.unit.as_deref() {
            Some("offence" | "case") if figure >= 10.0 => 2.0,
            Some("offence" | "case") if figure > 1.0 => 0.5,
            Some("person") if figure >= 100.0 => 1.5,
            _ => 0.0,
        };
        let paragraph = self.reads[candidate.sentence].sentence.paragraph;
        let mut weight = 0.7;
        for s in (0..candidate.sentence).rev() {
            if balance.abs() >= 1.0 || self.reads[s].sentence.paragraph != paragraph {
                break;
            }
            let times: f64 = self.times_of(s).map(|t| if is_period(t) { 2.0 } else { -1.0 }).sum();
            balance += weight * (self.sentences[s].aggregate - self.sentences[s].incident + times);
            weight *= 0.7;
        }
        if balance >= 1.0 { Scope::Aggregate } else { Scope::Incident }
    }
}

/// A stretch over which one counts; a single day or month is when something happened.
fn is_period(hit: &TimeHit) -> bool {
    hit.kind == TimeKind::Period || hit.cumulative || hit.precision == DatePrecision::Year
}
