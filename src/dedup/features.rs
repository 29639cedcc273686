//! What is kept of an article and of its mentions for comparison: small sorted sets of hashes.
//!
//! A [`Fingerprint`] and its [`Claim`]s are pure functions of one article and its mentions; nothing else
//! of the article is needed to compare it, so the texts of a million articles need not be in memory.

use super::background::Background;
use super::kinds::{Kinds, LINE};
pub use super::sets::{for_shared, for_shared_at, shared};
use super::siblings;
use super::text::{self, Kind, Term};
use crate::record::{Article, Mention, Qualifier, Scope};
use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How many of the smallest bigram hashes of a text are kept: its sketch (bottom-k `MinHash`).
pub const SKETCH: usize = 48;
/// How many stems of an article are kept at most, the rarest first.
const STEMS: usize = 192;
/// How many numbers are kept at most.
const NUMBERS: usize = 96;
/// One bit for each stem.
pub(super) type Marks = [u64; STEMS / 64];
/// How many terms of the body count as its lead.
const LEAD: usize = 45;
/// A stem in more than this share of articles (weight below -ln share) says nothing.
const COMMON: f32 = 0.9;
/// An article whose incidents are of this many offences is a digest; one case may well have two or three.
const DIGEST_OFFENCES: usize = 4;
/// An article whose incidents are of several offences and lie each in one of this many regions is a digest, too.
const DIGEST_REGIONS: usize = 3;
/// An article with this many numbered items is a digest.
const DIGEST: usize = 3;
/// How many mentions of an article are compared: pairs of them are looked at, and their numbers have 16 bits.
const MENTIONS: usize = 4_096;

/// An inclusive range of days (days from the common era).
pub type Days = (i32, i32);

/// One article, reduced to what comparison needs. All sets are sorted and free of duplicates; they lie in
/// one allocation, since an index holds a million of these.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fingerprint {
    /// Hash of the language code; 0 unknown.
    pub language: u32,
    /// Hash of the outlet; 0 unknown.
    pub outlet: u32,
    /// Day of publication; none where unknown.
    pub day: Option<i32>,
    /// The three sets, one after the other: stems, numbers, sketch.
    pub(super) sets: Box<[u32]>,
    /// Where each set ends.
    pub(super) ends: [u16; 3],
    /// Which stems stand in the title or the first sentences.
    pub(super) lead: Marks,
    /// Which stems are names.
    pub(super) names: Marks,
    /// Sum of the stems' weights.
    pub mass: f32,
    /// Sum of the weights of the stems in the lead.
    pub lead_mass: f32,
    /// Whether it tells of several unrelated things (a digest).
    pub digest: bool,
    /// Its mentions, in the order of their ids.
    pub claims: Box<[Claim]>,
    /// How many mentions follow those, of an article that states more results than anybody compares: each is an event
    /// of its own.
    pub uncompared: u32,
    /// The mentions by kind.
    pub(super) kinds: Kinds,
    /// Regions of the current mentions, sorted.
    pub(super) regions: Box<[u32]>,
    /// Whether a current mention names no region.
    pub(super) everywhere: bool,
}

/// One mention, reduced to what comparison needs. A code is its hash; 0 is "none".
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a claim")]
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claim {
    /// Hash of the mention's id.
    pub id: u32,
    /// The event type.
    pub event_type: u32,
    /// The object.
    pub object: u32,
    /// The unit.
    pub unit: u32,
    /// The figure.
    pub value: Option<f64>,
    /// Upper end of a range.
    pub value_max: Option<f64>,
    /// Exact, bound or rounded.
    pub qualifier: Qualifier,
    /// Incident or aggregate.
    pub scope: Scope,
    /// Regions, sorted.
    pub regions: Box<[u32]>,
    /// Stem of the locality.
    pub locality: u32,
    /// Offence.
    pub offence: u32,
    /// Authorities, sorted.
    pub agencies: Box<[u32]>,
    /// Citizenships, sorted.
    pub citizenships: Box<[u32]>,
    /// Period of an aggregate.
    pub period: Option<Days>,
    /// Date of an incident.
    pub date: Option<Days>,
    /// Stems of the sentence part that states it.
    pub evidence: Box<[u32]>,
    /// Stems and names of the paragraph around it; many mentions stand in one.
    pub context: Arc<[u32]>,
    /// Whether it stands in the headline or the first paragraphs.
    pub in_lead: bool,
    /// Whether it is an earlier result told as background.
    pub background: bool,
    /// Whether words near it tell an update of a figure.
    pub updated: bool,
    /// Where it stands in the text (bytes).
    pub start: u32,
    /// Where the words that state it end (bytes).
    pub end: u32,
    /// The claim of the same article that this one is a part of.
    pub part_of: Option<u16>,
    /// Hash of the families of event type and object: mentions of two kinds never state one result.
    pub kind: u32,
    /// Significant digits of the figure.
    pub digits: u32,
    /// How telling the figure is.
    pub specificity: f32,
    /// Sum of the weights of the evidence's stems.
    pub evidence_mass: f32,
    /// Sum of the weights of the context's stems.
    pub context_mass: f32,
    /// The first claim of the article with the same context.
    pub paragraph: u16,
    /// Whether it is the only mention of its kind, object and unit in its article.
    pub is_alone: bool,
    /// Whether no mention of its kind in the article has a larger figure.
    pub is_largest: bool,
    /// Whether it is what its article means by the kind.
    pub is_main: bool,
    /// The claim of the article that gives the earlier or later figure of the same thing.
    pub update: Option<u16>,
}

/// Days from the common era.
pub fn day(date: NaiveDate) -> i32 {
    date.num_days_from_ce()
}

fn sorted(mut hashes: Vec<u32>) -> Box<[u32]> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.into_boxed_slice()
}

fn codes<T: AsRef<str>>(list: &[T]) -> Box<[u32]> {
    sorted(list.iter().map(|c| text::code(c.as_ref())).collect())
}

/// Whether a term says something about what the text is about.
fn is_content(term: &Term, background: &Background) -> bool {
    term.kind != Kind::Number && term.length >= 3 && background.weight(term.hash) > COMMON
}

/// Whether a number can identify: not a year, not one or two digits without a scale.
fn is_telling(term: &Term) -> bool {
    term.kind == Kind::Number && term.value >= 11.0 && !(1985.0..=2040.0).contains(&term.value)
        || term.kind == Kind::Number && term.value > 0.0 && term.value.fract() != 0.0
}

impl Fingerprint {
    /// The fingerprint of an article with its mentions (those of this article only).
    pub fn new(article: &Article, mentions: &[&Mention], background: &Background) -> Self {
        let mut terms = Vec::with_capacity(article.text.len() / 8);
        text::scan(article.title.as_deref().unwrap_or(""), background, &mut terms);
        let title_terms = terms.len();
        // A headline's first word may be a name; it is never inside a sentence.
        text::scan(&article.text, background, &mut terms);

        let (mut stems, mut lead, mut names, mut numbers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (i, term) in terms.iter().enumerate() {
            if is_content(term, background) {
                stems.push(term.hash);
                if i < title_terms + LEAD {
                    lead.push(term.hash);
                }
                if term.kind == Kind::Name {
                    names.push(term.hash);
                }
            } else if is_telling(term) {
                numbers.push(term.hash);
            }
        }
        let mut stems = sorted(stems);
        if stems.len() > STEMS {
            let mut rarest: Vec<(f32, u32)> = stems.iter().map(|s| (background.weight(*s), *s)).collect();
            rarest.select_nth_unstable_by(STEMS, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            stems = sorted(rarest[..STEMS].iter().map(|(_, s)| *s).collect());
        }
        let numbers: Vec<u32> = sorted(numbers).iter().copied().take(NUMBERS).collect();
        let weights: Vec<f32> = stems.iter().map(|s| background.weight(*s)).collect();
        let (lead, names) = (marks(&stems, &lead), marks(&stems, &names));
        let published = article.published_date().map(day);
        let mut fingerprint = Self {
            language: article.language.as_deref().map_or(0, text::code),
            outlet: article.outlet.as_deref().map_or(0, text::code),
            day: published,
            sets: Box::default(),
            ends: [0; 3],
            lead,
            names,
            mass: weights.iter().sum(),
            lead_mass: weights.iter().enumerate().filter(|(i, _)| is_marked(&lead, *i)).map(|(_, w)| w).sum(),
            digest: numbered_paragraphs(&article.text) >= DIGEST,
            claims: Box::default(),
            uncompared: mentions.len().saturating_sub(MENTIONS) as u32,
            kinds: Kinds::default(),
            regions: Box::default(),
            everywhere: false,
        };
        let mut sets = Vec::new();
        for (end, set) in fingerprint.ends.iter_mut().zip([&stems[..], &numbers, &sketch(&terms)]) {
            sets.extend_from_slice(set);
            *end = sets.len() as u16;
        }
        fingerprint.sets = sets.into_boxed_slice();
        let mentions = &mentions[..mentions.len().min(MENTIONS)];
        if !mentions.is_empty() {
            let mut claims = claims(article, mentions, published, terms.split_at(title_terms), background);
            siblings::settle(&mut claims, background);
            fingerprint = fingerprint.with_claims(claims);
            // A paragraph tells one thing, whatever offences the goods found there are filed under.
            let claims = &fingerprint.claims;
            let first = |c: &&Claim| {
                claims.iter().all(|o| o.paragraph != c.paragraph || (c.start, c.end, c.id) <= (o.start, o.end, o.id))
            };
            let incidents = claims.iter().filter(first).filter(|c| c.scope == Scope::Incident && c.offence != 0);
            let regions = incidents.clone().filter(|c| c.regions.len() == 1).map(|c| c.regions[0]);
            let regions = sorted(regions.collect());
            let offences = sorted(incidents.map(|c| c.offence).collect());
            fingerprint.digest |=
                offences.len() >= DIGEST_OFFENCES || offences.len() > 1 && regions.len() >= DIGEST_REGIONS;
        }
        fingerprint
    }

    /// The fingerprint with its mentions, and what follows from them.
    pub(super) fn with_claims(self, claims: Box<[Claim]>) -> Self {
        let current = claims.iter().filter(|c| !c.background);
        Self {
            kinds: Kinds::new(&claims),
            everywhere: current.clone().any(|c| c.regions.is_empty()),
            regions: sorted(current.flat_map(|c| c.regions.iter().copied()).collect()),
            claims,
            ..self
        }
    }

    /// Reads what comparing asks for first. Those of several articles are fetched at once where each is touched before one
    /// is compared: waiting for them one after the other takes half of the time.
    pub(super) fn touch(&self) {
        let words = self.sets.iter().step_by(LINE / size_of::<u32>()).chain(self.regions.first());
        std::hint::black_box(words.fold(self.kinds.touch(), |all, word| all ^ word));
    }

    /// How many mentions it has.
    pub(super) fn mentions(&self) -> usize {
        self.claims.len() + self.uncompared as usize
    }

    /// Its mentions of one kind.
    pub(super) fn of_kind(&self, kind: u32) -> impl Iterator<Item = &Claim> {
        self.kinds.of(kind).iter().map(|f| &self.claims[usize::from(f.claim)])
    }

    #[inline]
    fn set(&self, i: usize) -> &[u32] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.sets[usize::from(start)..usize::from(self.ends[i])]
    }

    /// Content stems of title and body.
    pub fn stems(&self) -> &[u32] {
        self.set(0)
    }

    /// Numbers that say something: not years, not single digits.
    pub fn numbers(&self) -> &[u32] {
        self.set(1)
    }

    /// The smallest hashes of the text's word pairs.
    pub fn sketch(&self) -> &[u32] {
        self.set(2)
    }

    /// Whether the stem at a place stands in the title or the first sentences.
    pub fn is_lead(&self, at: usize) -> bool {
        is_marked(&self.lead, at)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = u32> {
        let mut marks = self.names;
        let mut word = 0;
        std::iter::from_fn(move || {
            while word < marks.len() {
                if marks[word] != 0 {
                    let bit = marks[word].trailing_zeros() as usize;
                    marks[word] &= marks[word] - 1;
                    return self.stems().get(word * 64 + bit).copied();
                }
                word += 1;
            }
            None
        })
    }

    /// Whether the stem at a place is a name: capitalised, an acronym, Latin.
    pub fn is_name(&self, at: usize) -> bool {
        is_marked(&self.names, at)
    }
}

#[inline]
fn is_marked(marks: &Marks, at: usize) -> bool {
    marks[at / 64] >> (at % 64) & 1 == 1
}

/// Marks those of some sorted stems that are among others.
fn marks(stems: &[u32], wanted: &[u32]) -> Marks {
    let mut marks = Marks::default();
    for at in wanted.iter().filter_map(|stem| stems.binary_search(stem).ok()) {
        marks[at / 64] |= 1 << (at % 64);
    }
    marks
}

/// How many paragraphs begin with their number: `1.`, `2)`.
fn numbered_paragraphs(body: &str) -> usize {
    let numbered = |line: &&str| {
        let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < line.trim_start().len() && rest.starts_with(['.', ')']) && rest[1..].starts_with(' ')
    };
    body.lines().filter(numbered).count()
}

/// The smallest hashes of adjacent word pairs: a sample that two texts take alike.
fn sketch(terms: &[Term]) -> Box<[u32]> {
    let mut pairs: Vec<u32> = terms.windows(2).map(|w| text::pair(w[0].hash, w[1].hash)).collect();
    if pairs.len() > 2 * SKETCH {
        // Keep a margin for duplicates, then the exact order on the few that are left.
        pairs.select_nth_unstable(2 * SKETCH);
        pairs.truncate(2 * SKETCH);
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.truncate(SKETCH);
    pairs.into_boxed_slice()
}

/// The claims of an article, in the order of its mentions, from the terms of its title and of its body.
fn claims(
    article: &Article,
    mentions: &[&Mention],
    published: Option<i32>,
    (title, terms): (&[Term], &[Term]),
    background: &Background,
) -> Box<[Claim]> {
    let body = article.text.as_str();
    let lead_end = text::lead_end(body);
    // Many mentions stand in one paragraph.
    let mut contexts: FxHashMap<std::ops::Range<usize>, (bool, Arc<[u32]>)> = FxHashMap::default();
    let mut evidence_terms = Vec::new();
    let mut claims: Box<[Claim]> = mentions
        .iter()
        .map(|m| {
            let start = (m.evidence_span.start as usize).min(body.len());
            let in_title = m.evidence_span.is_empty();
            let around = if in_title { 0..0 } else { text::paragraph(body, start) };
            let (updated, context) = contexts.entry(around.clone()).or_insert_with(|| {
                let first = |at: usize| terms.partition_point(|t| (t.at as usize) < at);
                let terms = if in_title { title } else { &terms[first(around.start)..first(around.end)] };
                let telling = terms.iter().filter(|t| is_content(t, background) || is_telling(t));
                (
                    terms.iter().any(|t| background.is_update(t.hash)),
                    Arc::from(sorted(telling.map(|t| t.hash).collect())),
                )
            });
            let (updated, context) = (*updated, context.clone());
            evidence_terms.clear();
            text::scan(&m.evidence, background, &mut evidence_terms);
            let evidence = evidence_terms.iter().filter(|t| is_content(t, background)).map(|t| t.hash);
            let evidence = sorted(evidence.collect());
            let date = m.date_start.map(|s| (day(s), m.date_end.map_or(day(s), day)));
            let period = m.period_start.map(|s| (day(s), m.period_end.map_or(day(s), day)));
            let background_claim = published.is_some_and(|p| {
                date.is_some_and(|(start, end)| {
                    end < p - if end - start < 25 { BACKGROUND_DATE } else { BACKGROUND_MONTH }
                }) || period.is_some_and(|(_, end)| end < p - BACKGROUND_PERIOD)
            });
            Claim {
                id: text::code(&m.mention_id),
                event_type: text::code(&m.event_type),
                object: text::code(&m.object),
                unit: m.unit.as_deref().map_or(0, text::code),
                value: m.value.filter(|v| v.is_finite()),
                value_max: m.value_max.filter(|v| v.is_finite()),
                qualifier: m.qualifier,
                scope: m.scope,
                regions: codes(&m.region),
                locality: m.locality.as_deref().map_or(0, text::stem),
                offence: m.offence.as_deref().filter(|o| *o != "other").map_or(0, text::code),
                agencies: codes(&m.agency),
                citizenships: codes(&m.citizenship),
                period: (m.scope == Scope::Aggregate).then_some(period).flatten(),
                date: (m.scope == Scope::Incident).then_some(date).flatten(),
                evidence,
                context,
                in_lead: in_title || start < lead_end,
                background: background_claim,
                updated,
                start: m.evidence_span.start,
                end: m.evidence_span.end,
                ..Claim::default()
            }
        })
        .collect();
    // Beside a later result of the same kind, an earlier one is told for comparison.
    let times: Vec<Option<Days>> =
        claims.iter().map(|c| c.date.or(c.period).map(|d| (d.0, published.map_or(d.1, |p| d.1.min(p))))).collect();
    for i in 0..claims.len() {
        let superseded = |j: usize| {
            (claims[i].event_type, claims[i].object) == (claims[j].event_type, claims[j].object)
                && claims[i].scope == claims[j].scope
                && matches!((times[i], times[j]), (Some(x), Some(y)) if x.1 + SUPERSEDED <= y.1
                    && (claims[i].scope == Scope::Incident || (x.0 - y.0).abs() < SUPERSEDED))
        };
        if (0..claims.len()).any(superseded) {
            claims[i].background = true;
        }
    }
    let spans: Vec<(usize, usize)> =
        mentions.iter().map(|m| (m.evidence_span.start as usize, m.evidence_span.end as usize)).collect();
    let parts = background.parts(body);
    for i in 0..claims.len() {
        claims[i].part_of = part_of(&claims, &spans, i, &parts, background);
    }
    claims
}

/// The nearest larger figure of the same kind before a mention, where the words between or around say that
/// the one is a part of the other.
fn part_of(
    claims: &[Claim],
    spans: &[(usize, usize)],
    part: usize,
    told: &[std::ops::Range<usize>],
    background: &Background,
) -> Option<u16> {
    let p = &claims[part];
    let value = p.value?;
    let whole = (0..claims.len())
        .filter(|j| {
            let w = &claims[*j];
            (w.event_type, w.unit, w.scope) == (p.event_type, p.unit, p.scope)
                && background.family(w.object) == background.family(p.object)
                && w.value.is_some_and(|v| v > value)
                && spans[*j].0 < spans[part].1
        })
        .max_by_key(|j| (spans[*j].0, *j))?;
    let (start, end) = (spans[whole].0, spans[part].1);
    let told = end - start < PART_REACH && told.iter().any(|words| start <= words.start && words.end <= end);
    told.then_some(whole as u16)
}

/// How far (bytes) a part may stand from its total.
const PART_REACH: usize = 400;

/// A result this many days before another of its kind in the article is told for comparison.
const SUPERSEDED: i32 = 4;

/// An incident this many days before publication is told as background.
const BACKGROUND_DATE: i32 = 9;
/// A month (or longer) that ended this many days before publication dates a background incident.
const BACKGROUND_MONTH: i32 = 3;
/// An aggregate's period that ended this many days before publication is told for comparison.
const BACKGROUND_PERIOD: i32 = 40;
