//! What surrounds a candidate: places, times, offences, authorities, scope, from its clause, its sentence,
//! its paragraph and the article, in that order.

use super::abroad;
use super::attribute;
use super::candidate::Candidate;
use super::date::{TimeHit, TimeKind};
use super::feats::Feats;
use super::headline::Headline;
use super::law::LawHit;
use super::lexicon::{Dimension, Entry};
use super::pattern::{Annotated, Mark};
use super::place::{Gazetteer, PlaceHit};
use super::reading::Read;
use super::settle;
use super::standing::{self, Standing};
use super::told::{Told, tell};
use super::totals::Totals;
use super::{Extractor, Language};
use crate::record::{Code, DatePrecision, Scope};
use chrono::Datelike;
use std::cell::OnceCell;
use std::ops::Range;

/// Evidence of one sentence.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a sentence")]
pub(super) struct Surroundings {
    pub(super) places: Vec<PlaceHit>,
    pub(super) offences: Vec<Told>,
    pub(super) agencies: Vec<(usize, Code)>,
    pub(super) citizens: Vec<(usize, Code)>,
    pub(super) aggregate: f64,
    pub(super) incident: f64,
    pub(super) national: bool,
    /// It names a central authority: a ministry, an agency's head office.
    pub(super) central: bool,
    /// It speaks of "the region", "the city" that the text has named before.
    pub(super) regional: bool,
    /// Offences that its articles of law punish.
    pub(super) laws: Vec<Code>,
    /// The sentence says that things happened in another country.
    pub(super) abroad: bool,
    /// … because it names another state's authority.
    pub(super) foreign: bool,
    /// First tokens of the places that things come from, go to or border on.
    pub(super) passing: Vec<usize>,
    /// Places that tell whose somebody is: "жителя Павлодара", "хакера из Казахстана".
    pub(super) persons: Vec<usize>,
    /// The parts between commas where it says that things happened in other countries.
    pub(super) located: Vec<Range<usize>>,
    /// The sentence names an authority that only Kazakhstan has.
    pub(super) own: bool,
    /// It names a body that only publishes statistics.
    pub(super) publisher: bool,
    /// It names a campaign: what it brought is counted over many days and places.
    pub(super) campaign: bool,
    /// First tokens of the words that mean the whole country, and those that mean the region named before.
    pub(super) countrywide: Vec<usize>,
    pub(super) regionally: Vec<usize>,
    /// First tokens of the central authorities.
    pub(super) centrally: Vec<usize>,
}

/// The context of a whole text.
pub struct Context<'c> {
    pub(super) gazetteer: &'c Gazetteer,
    pub(super) reads: &'c [Read],
    pub(super) times: &'c [TimeHit],
    pub(super) laws: &'c [LawHit],
    pub(super) sentences: Vec<Surroundings>,
    pub(super) title: Headline,
    pub(super) agencies: Vec<(Code, usize)>,
    /// Number of regions that the text names.
    pub(super) regions: usize,
    /// Number of sentences that name a central authority.
    pub(super) centrals: usize,
    /// Number of sentences, the headline included, that speak of "the region", "the city".
    pub(super) regionals: usize,
    /// What is counted over the whole text.
    pub(super) totals: Totals,
    /// The places at home of each sentence.
    pub(super) domestic: Vec<Domestic>,
    authorities: OnceCell<Vec<Code>>,
}

/// The places at home that a sentence or headline names.
#[derive(Debug, Default)]
pub(super) struct Domestic {
    /// Indices of the hits.
    hits: Vec<usize>,
    /// Regions of all of them together.
    pub(super) regions: Vec<Code>,
    /// Regions of each.
    pub(super) each: Vec<Vec<Code>>,
}

impl Domestic {
    pub(super) fn new(gazetteer: &Gazetteer, places: &[PlaceHit], counts: impl Fn(&PlaceHit) -> bool) -> Self {
        let at_home = |p: &PlaceHit| p.region.is_some() || p.is_ambiguous();
        let hits: Vec<usize> = (0..places.len()).filter(|i| at_home(&places[*i]) && counts(&places[*i])).collect();
        let regions = |hits: &[&PlaceHit]| gazetteer.combine(hits).map_or_else(Vec::new, |l| l.regions);
        let each: Vec<Vec<Code>> = hits.iter().map(|i| regions(&[&places[*i]])).collect();
        let all = match each.as_slice() {
            [one] => one.clone(),
            _ => regions(&hits.iter().map(|i| &places[*i]).collect::<Vec<_>>()),
        };
        Self { hits, regions: all, each }
    }

    /// The regions of all and of each.
    pub(super) fn all(&self) -> impl Iterator<Item = &Code> {
        self.regions.iter().chain(self.each.iter().flatten())
    }

    /// The hits themselves, of the places that it was made of.
    pub(super) fn of<'p>(&self, places: &'p [PlaceHit]) -> Vec<&'p PlaceHit> {
        self.hits.iter().map(|i| &places[*i]).collect()
    }
}

/// Where national newsrooms sit: Astana and Almaty.
const NEWSROOMS: [&str; 2] = ["KZ-71", "KZ-75"];

/// Weight of an article of law.
const LAW: f64 = 2.5;

/// Weight of an object that merely goes with an offence, beside words that name one.
pub(super) const HINT: f64 = 0.3;

/// What is left of an offence's words within the name of an authority.
const OFFICE: f64 = 0.2;

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
        extractor: &'c Extractor,
        language: &Language,
        text: &Annotated<'_, '_>,
        reads: &'c [Read],
        times: &'c [TimeHit],
        laws: &'c [LawHit],
    ) -> Self {
        let gazetteer = &extractor.gazetteer;
        let stream = text.stream;
        let mut sentences: Vec<Surroundings> = Vec::with_capacity(reads.len());
        let mut agencies: Vec<(Code, usize)> = Vec::new();
        for read in reads {
            let mut around = Surroundings {
                places: gazetteer.find(stream, read.sentence.start, read.sentence.end, language.kazakh),
                ..Surroundings::default()
            };
            let (from, to) = (read.sentence.start, read.sentence.end);
            // "3 млн долларов США": a currency's country is no place.
            around.places.retain(|h| {
                // "10 000 АҚШ доллары": in Kazakh the country stands first.
                let currency = |m: &Mark| {
                    let (ahead, behind) = (m.start < h.tokens.start, h.tokens.end < m.end);
                    m.start <= h.tokens.start && h.tokens.end <= m.end && if language.kazakh { behind } else { ahead }
                };
                !read.marks.iter().any(|m| m.dimension == Dimension::Unit && currency(m))
            });
            for hit in extractor.citizens.find(stream, from, to, language.kazakh, &around.places) {
                around.citizens.push((hit.tokens.start, hit.country));
            }
            // "столичный главк МВД России": another country's capital.
            let citizen = |h: &PlaceHit| around.citizens.iter().any(|(at, _)| *at == h.tokens.start);
            if around.places.iter().any(|h| abroad::is_state_abroad(h) && !citizen(h)) {
                around.places.retain(|h| !abroad::is_capital(stream, h));
            }
            for hit in laws.iter().filter(|l| from <= l.tokens.start && l.tokens.start < to) {
                if let Some(offence) = hit.article.as_deref().and_then(|a| extractor.laws.offence(a)) {
                    around.laws.push(offence.clone());
                    tell(&mut around.offences, (hit.tokens.start, hit.tokens.end), &offence, LAW);
                }
            }
            // "Ташкент. Суд приговорил": the dateline says where.
            around.abroad = around
                .places
                .iter()
                .any(|h| h.dateline && h.tokens.start == from && h.country.as_deref().is_some_and(|c| c != "KZ"));
            if language.kazakh {
                around.abroad |= around.places.iter().any(|h| {
                    h.country.as_deref().is_some_and(|c| c != "KZ")
                        && !h.adjective_or_inhabitant
                        && text.feats(h.tokens.end - 1).has(Feats::LOC)
                });
            }
            // "российские таможенники" are no customs of ours.
            let of_others = |mark: &Mark| {
                read.marks.iter().any(|m| {
                    let longer = m.start <= mark.start && mark.end <= m.end && m.end - m.start > mark.end - mark.start;
                    let foreign = language.lexicon.entries[m.entry as usize].code.as_ref() == "foreign";
                    longer && foreign && matches!(m.dimension, Dimension::Agency | Dimension::Scope)
                })
            };
            for mark in &read.marks {
                let entry: &Entry = &language.lexicon.entries[mark.entry as usize];
                if mark.dimension == Dimension::Agency && entry.code.as_ref() != "foreign" && of_others(mark) {
                    continue;
                }
                let span = (mark.start, mark.end);
                match mark.dimension {
                    Dimension::Offence => {
                        // "антикоррупционная служба": what an authority fights is no offence that it found.
                        let named =
                            |m: &&Mark| m.dimension == Dimension::Agency && m.start <= mark.start && mark.end <= m.end;
                        let weight =
                            if read.marks.iter().any(|m| named(&m)) { entry.weight * OFFICE } else { entry.weight };
                        tell(&mut around.offences, span, &entry.code, weight);
                    }
                    Dimension::Agency => {
                        // "органы национальной безопасности Кыргызстана": none of ours.
                        let theirs = around.places.iter().any(|h| abroad::is_of(h, mark, language.kazakh));
                        around.foreign |= theirs;
                        // Border guards and secret services are every state's: such words weigh less.
                        around.own |= !theirs && entry.weight >= 1.0 && abroad::is_own(&entry.code);
                        around.agencies.push((mark.start, entry.code.clone()));
                    }
                    Dimension::Object if entry.code.as_ref() == "offence" => {
                        if let Some(offence) = &entry.offence {
                            tell(&mut around.offences, span, offence, 1.0);
                        }
                    }
                    Dimension::Object => {
                        if let Some(offence) = &entry.offence {
                            tell(&mut around.offences, span, offence, HINT);
                        }
                    }
                    Dimension::Scope => match entry.code.as_ref() {
                        "aggregate" => around.aggregate += entry.weight,
                        "incident" => around.incident += entry.weight,
                        // "срок пребывания в стране" says where one may be, not where one was found.
                        "national" => {
                            let told = !read.marks.iter().any(|m| {
                                let scope = m.dimension == Dimension::Scope;
                                let longer = m.start < mark.start && mark.end <= m.end;
                                scope && longer && language.lexicon.entries[m.entry as usize].code.as_ref() == "passage"
                            });
                            if told {
                                around.national = true;
                                around.countrywide.push(mark.start);
                            }
                        }
                        // "8 вилл за рубежом": where the things lie, not where they were taken.
                        "foreign" if abroad::is_of_property(language, &read.marks, mark.start) => {}
                        "foreign" => (around.abroad, around.foreign) = (true, true),
                        "administrative" | "criminal" => {}
                        "central" => {
                            around.central = true;
                            around.centrally.push(mark.start);
                        }
                        "regional" => {
                            around.regional = true;
                            around.regionally.push(mark.start);
                        }
                        "publisher" => around.publisher = true,
                        "campaign" => {
                            around.aggregate += entry.weight;
                            around.campaign = true;
                        }
                        // Read by `discourse`.
                        "passage" => around
                            .passing
                            .extend(around.places.iter().map(|h| h.tokens.start).filter(|at| *at == mark.end)),
                        // A preposition of place before a name: "in Moscow", not "to Moscow" or "a citizen of Russia".
                        _ => {
                            for hit in around.places.iter().filter(|h| h.tokens.start == mark.end) {
                                let feats = text.feats(hit.tokens.end - 1);
                                let there = hit.country.as_deref().is_some_and(|c| c != "KZ");
                                let lies = there && abroad::is_of_property(language, &read.marks, mark.start);
                                if feats.any(Feats::ACC) && !feats.any(Feats::LOC) || lies {
                                    around.passing.push(hit.tokens.start);
                                } else if there && !hit.adjective_or_inhabitant {
                                    around.abroad = true;
                                    around.located.push(abroad::part(stream, from..to, hit.tokens.start));
                                }
                            }
                        }
                    },
                    _ => {}
                }
            }
            around.abroad |= around.foreign;
            around.persons = abroad::of_persons(stream, &read.marks, &around.places);
            let asked =
                standing::Asked { text, kazakh: language.kazakh, marks: &read.marks, persons: &around.persons, from };
            standing::tell(&asked, &mut around.places);
            // "Қырғызстанға қашпақ болған": where one goes or comes from, nothing was done.
            if language.kazakh {
                let passes = |h: &&PlaceHit| matches!(h.standing, Standing::From | Standing::Toward);
                around.passing.extend(around.places.iter().filter(passes).map(|h| h.tokens.start));
            }
            for (_, code) in &around.agencies {
                match agencies.iter_mut().find(|(c, _)| c == code) {
                    Some((_, n)) => *n += 1,
                    None => agencies.push((code.clone(), 1)),
                }
            }
            sentences.push(around);
        }
        settle::settle(gazetteer, &mut sentences, language.kazakh);
        let mut regions: Vec<&Code> =
            sentences.iter().flat_map(|s| &s.places).filter_map(|h| h.region.as_ref()).collect();
        regions.sort_unstable();
        regions.dedup();
        let regions = regions.len();
        let centrals = sentences.iter().filter(|s| s.central).count();
        let regionals = sentences.iter().filter(|s| s.regional).count();
        // "АСТАНА. Казинформ – В Талдыкоргане задержан": the newsroom's city is not the result's where another is told.
        let opens = |h: &PlaceHit| h.dateline && reads.first().is_some_and(|r| h.tokens.start == r.sentence.start);
        let newsroom = |h: &PlaceHit| opens(h) && h.region.as_deref().is_some_and(|r| NEWSROOMS.contains(&r));
        let told = |h: &PlaceHit| h.region.is_some() && !newsroom(h) && !h.inhabitant;
        let elsewhere = sentences.iter().flat_map(|s| &s.places).any(told);
        // The head office dates what it gathers from everywhere: that it sits in the capital tells nothing.
        let office = |h: &PlaceHit| opens(h) && h.region.as_deref() == Some(NEWSROOMS[0]);
        let counts = |h: &PlaceHit| !(elsewhere && newsroom(h) || office(h));
        let domestic = sentences.iter().map(|s| Domestic::new(gazetteer, &s.places, counts)).collect();
        let mut context = Self {
            gazetteer,
            reads,
            times,
            laws,
            sentences,
            agencies,
            regions,
            centrals,
            regionals,
            title: Headline::default(),
            totals: Totals::default(),
            domestic,
            authorities: OnceCell::new(),
        };
        context.totals = context.count();
        context
    }

    /// Of several places in the sentence: those of the candidate's segment, coordinated ones together.
    pub(super) fn nearest<'h>(own: &[&'h PlaceHit], anchor: usize, read: &Read) -> Vec<&'h PlaceHit> {
        let mut regions = own.iter().filter_map(|h| h.region.as_ref());
        let first = regions.next();
        if regions.all(|r| Some(r) == first) {
            return own.to_vec();
        }
        let clause = read.clauses.of(anchor);
        let same: Vec<&'h PlaceHit> =
            own.iter().copied().filter(|h| read.clauses.of(h.tokens.start) == clause).collect();
        let pool = if same.is_empty() { own.to_vec() } else { same };
        let at_home = |h: &&PlaceHit| !h.adjective_or_inhabitant && !h.resident;
        let plain: Vec<&'h PlaceHit> = pool.iter().copied().filter(at_home).collect();
        let pool = if plain.is_empty() { pool } else { plain };
        let distance = |h: &PlaceHit| {
            if h.tokens.end <= anchor { anchor - h.tokens.end } else { 2 + h.tokens.start.saturating_sub(anchor) }
        };
        let Some(best) = pool.iter().copied().min_by_key(|h| distance(h)) else { return Vec::new() };
        // "в Актау, Атырау и Шымкенте": neighbours at a conjunction's distance go together.
        let beside = |a: usize, b: usize| pool[b].tokens.start.saturating_sub(pool[a].tokens.end) <= 2;
        let at = pool.iter().position(|h| h.tokens == best.tokens).unwrap_or(0);
        pool[attribute::together(pool.len(), at, beside)].to_vec()
    }

    /// The regions that several hits mean together.
    pub(super) fn regions_of(&self, hits: &[&PlaceHit]) -> Vec<Code> {
        self.gazetteer.combine(hits).map_or_else(Vec::new, |l| l.regions)
    }

    /// The place that several hits tell.
    pub fn combined(&self, hits: &[&PlaceHit]) -> Place {
        let Some(locus) = self.gazetteer.combine(hits) else { return Place::default() };
        let mut regions = locus.regions;
        regions.sort();
        Place { regions, locality: locus.locality.map(|l| l.to_string()), kato: locus.kato.map(|k| k.to_string()) }
    }

    /// Citizenships told in the candidate's clause.
    pub fn citizenship(&self, candidate: &Candidate) -> Vec<Code> {
        let read = &self.reads[candidate.sentence];
        let clause = read.clauses.of(candidate.argument.map_or(candidate.from, |a| read.arguments[a].head));
        let own = self.sentences[candidate.sentence].citizens.iter().filter(|(at, _)| read.clauses.of(*at) == clause);
        let mut codes: Vec<Code> = own.map(|(_, c)| c.clone()).collect();
        codes.sort();
        codes.dedup();
        codes
    }

    /// Articles of law: those of the sentence; for an incident those of its case, which are the ones cited in its
    /// paragraph, or in the only sentence of the article that cites any.
    pub fn articles(&self, candidate: &Candidate, scope: Scope) -> Vec<String> {
        let of = |s: usize| {
            let sentence = self.reads[s].sentence;
            let mut found: Vec<String> = Vec::new();
            let here = |l: &&LawHit| sentence.start <= l.tokens.start && l.tokens.start < sentence.end;
            for article in self.laws.iter().filter(here).filter_map(|l| l.article.as_ref()) {
                if !found.contains(article) {
                    found.push(article.clone());
                }
            }
            found
        };
        let own = of(candidate.sentence);
        if !own.is_empty() || scope == Scope::Aggregate {
            return own;
        }
        let paragraph = self.reads[candidate.sentence].sentence.paragraph;
        if self.laws.is_empty() {
            return own;
        }
        let mut citing: Vec<usize> = Vec::new();
        for at in self.laws.iter().filter(|l| l.article.is_some()).map(|l| l.tokens.start) {
            let s = self.reads.partition_point(|r| r.sentence.end <= at);
            if self.reads.get(s).is_some_and(|r| r.sentence.start <= at) && citing.last() != Some(&s) {
                citing.push(s);
            }
        }
        let near: Vec<usize> =
            citing.iter().copied().filter(|s| self.reads[*s].sentence.paragraph == paragraph).collect();
        match (near.as_slice(), citing.as_slice()) {
            ([.., one], _) | ([], [one]) => of(*one),
            _ => Vec::new(),
        }
    }

    /// The regions whose authorities the text names, the first of them first.
    pub(super) fn authorities(&self) -> &[Code] {
        self.authorities.get_or_init(|| {
            let mut found: Vec<Code> = Vec::new();
            let hits = self.sentences.iter().flat_map(|s| &s.places).filter(|h| h.standing == Standing::Authority);
            for region in hits.filter_map(|h| h.region.as_ref()) {
                if !found.contains(region) {
                    found.push(region.clone());
                }
            }
            found
        })
    }

    /// The times named in a sentence.
    pub(super) fn times_of(&self, s: usize) -> impl Iterator<Item = &'c TimeHit> {
        let sentence = self.reads[s].sentence;
        let from = self.times.partition_point(|t| t.tokens.start < sentence.start);
        self.times[from..].iter().take_while(move |t| t.tokens.start < sentence.end)
    }

    /// Whether a sentence tells of another year than the last one the text names.
    pub(super) fn is_background(&self, s: usize) -> bool {
        let year = |t: &TimeHit| t.end.map(|d| d.year());
        let last = self.times.iter().filter_map(year).max();
        let own = self.times_of(s).filter_map(year).max();
        own.is_some() && own != last
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
pub(super) fn is_period(hit: &TimeHit) -> bool {
    hit.kind == TimeKind::Period || hit.cumulative || hit.precision == DatePrecision::Year
}
