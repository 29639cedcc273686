//! What a text offers to all its results: laid out once, and asked by each of them.

use super::agency::{COURT, DEFAULT};
use super::listed::joined;
use super::offence::{last_named, order};
use crate::extract::context::{Context, Domestic, Surroundings, is_period};
use crate::extract::date::TimeHit;
use crate::extract::feature::{Key, Piece};
use crate::extract::place::PlaceHit;
use crate::extract::standing::Standing;
use crate::extract::token::TokenStream;
use crate::extract::told::Told;
use crate::record::Code;
use std::cell::OnceCell;

/// What a text offers to all its results, worked out when it is first asked for.
#[derive(Default)]
pub struct Ground<'s> {
    offences: OnceCell<OffenceGround>,
    regions: OnceCell<RegionGround<'s>>,
    times: OnceCell<TimeGround<'s>>,
    agencies: OnceCell<AgencyGround>,
    stems: OnceCell<Vec<Option<Piece<'s>>>>,
}

impl<'s> Ground<'s> {
    pub(super) fn offences(&self, context: &Context<'_>) -> &OffenceGround {
        self.offences.get_or_init(|| OffenceGround::new(context))
    }

    pub(super) fn regions(&self, context: &'s Context<'s>, stream: &TokenStream<'_>) -> &RegionGround<'s> {
        self.regions.get_or_init(|| RegionGround::new(context, stream))
    }

    pub(super) fn agencies(&self, context: &Context<'_>) -> &AgencyGround {
        self.agencies.get_or_init(|| AgencyGround::new(context))
    }

    pub(super) fn stems(&self, stream: &'s TokenStream<'_>) -> &[Option<Piece<'s>>] {
        self.stems.get_or_init(|| super::all_stems(stream))
    }

    pub(super) fn times(&self, context: &Context<'s>) -> &TimeGround<'s> {
        self.times.get_or_init(|| TimeGround::new(context))
    }
}

/// What a text tells of offences, worked out once for all its results.
#[derive(Debug)]
pub(super) struct OffenceGround {
    /// The codes that it tells, sorted; what follows are indices into them.
    pub(super) codes: Vec<Code>,
    /// Their pieces.
    pub(super) keys: Vec<Key>,
    /// Those of each sentence's [`Told`], in their order.
    pub(super) told: Vec<Vec<usize>>,
    /// The last of each sentence's that is more than a hint.
    pub(super) last: Vec<Option<usize>>,
    /// Those that articles of law punish, by sentence.
    pub(super) laws: Vec<(usize, usize)>,
    /// The headline's, in the order of its words, each once.
    pub(super) title: Vec<usize>,
}

impl OffenceGround {
    pub(super) fn new(context: &Context<'_>) -> Self {
        let sentences = &context.sentences;
        let words = sentences.iter().flat_map(|s| &s.offences).chain(&context.title.offences).map(|t| &t.code);
        let laws = sentences.iter().flat_map(|s| &s.laws).chain(&context.totals.cited);
        let mut codes: Vec<Code> = words.chain(laws).cloned().collect();
        codes.sort_unstable();
        codes.dedup();
        let index = |code: &Code| codes.partition_point(|c| c < code);
        let told = sentences.iter().map(|s| s.offences.iter().map(|t| index(&t.code)).collect()).collect();
        let last = |told: &[Told]| last_named(told.iter()).map(|t| index(&t.code));
        let last = sentences.iter().map(|s| last(&s.offences)).collect();
        let laws = sentences.iter().enumerate().flat_map(|(s, around)| around.laws.iter().map(move |code| (s, code)));
        let laws = laws.map(|(s, code)| (s, index(code))).collect();
        let title = order(&context.title.offences).into_iter().map(index).collect();
        let keys = codes.iter().map(|code| Piece::from(code).key()).collect();
        Self { codes, keys, told, last, laws, title }
    }
}

/// What a text tells of authorities, worked out once for all its results.
#[derive(Debug)]
pub(super) struct AgencyGround {
    /// The codes that it tells and those that are always asked for, sorted; what follows are indices into them.
    pub(super) codes: Vec<Code>,
    /// Their pieces.
    pub(super) keys: Vec<Key>,
    /// Sentence, token and code.
    pub(super) named: Vec<(usize, usize, usize)>,
    /// The headline's.
    pub(super) title: Vec<usize>,
}

impl AgencyGround {
    fn new(context: &Context<'_>) -> Self {
        let sentences = || context.sentences.iter().enumerate();
        let own = sentences().flat_map(|(_, around)| &around.agencies).map(|(_, code)| code);
        let mut codes: Vec<Code> = own.chain(&context.title.agencies).cloned().collect();
        codes.extend([DEFAULT, COURT].map(Code::from));
        codes.sort_unstable();
        codes.dedup();
        let index = |code: &Code| codes.partition_point(|c| c < code);
        let of = |(s, around): (usize, &Surroundings)| {
            around.agencies.iter().map(|(at, code)| (s, *at, index(code))).collect::<Vec<_>>()
        };
        let named = sentences().flat_map(of).collect();
        let title = context.title.agencies.iter().map(index).collect();
        let keys = codes.iter().map(|code| Piece::from(code).key()).collect();
        Self { codes, keys, named, title }
    }
}

/// The places of a text, worked out once for all its results.
#[derive(Debug)]
pub(super) struct RegionGround<'c> {
    /// Those at home, by sentence.
    pub(super) places: Vec<Vec<&'c PlaceHit>>,
    /// Those of each sentence where something happened.
    pub(super) placed: Vec<Vec<&'c PlaceHit>>,
    /// Sentences that list more than two regions.
    pub(super) lists: Vec<usize>,
    /// Each place's regions once, in the order of the text.
    pub(super) told: Vec<Everywhere<'c>>,
    /// Mentions of each region.
    pub(super) counts: Vec<(Code, usize)>,
    /// All regions that the text and its headline may mean; a [`Set`] counts them by their number here.
    codes: Vec<Code>,
    /// The sets of `told`.
    pub(super) told_sets: Vec<Set>,
    /// The places of the opening with their regions, all and those that are named first.
    pub(super) lead: Vec<(Vec<&'c PlaceHit>, Vec<Code>)>,
    /// The regions whose authorities the text names, and the first of them.
    pub(super) authorities: Set,
    pub(super) authority: Set,
    /// Regions that are named in one breath.
    pub(super) chains: Vec<Chain<'c>>,
}

/// Places of several regions that are named in one breath: "в Алматы, Астане и в Степногорске".
#[derive(Debug)]
pub(super) struct Chain<'c> {
    pub(super) hits: Vec<&'c PlaceHit>,
    pub(super) regions: Vec<Code>,
    pub(super) set: Set,
    /// How the first of them stands.
    pub(super) standing: Standing,
    /// Its sentence; none for the headline.
    pub(super) sentence: Option<usize>,
}

/// A set of regions of one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Set(pub(super) u64);

impl Set {
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Regions that places of the text mean.
#[derive(Debug)]
pub(super) struct Everywhere<'c> {
    pub(super) regions: &'c [Code],
    /// The first of the places.
    pub(super) first: &'c PlaceHit,
    /// How they stand, at best.
    pub(super) standing: Standing,
    /// Whether they all tell where a person is from.
    pub(super) resident: bool,
}

impl<'c> RegionGround<'c> {
    pub(super) fn new(context: &'c Context<'c>, stream: &TokenStream<'_>) -> Self {
        let of = |(s, domestic): (usize, &Domestic)| domestic.of(&context.sentences[s].places);
        let places: Vec<Vec<&PlaceHit>> = context.domestic.iter().enumerate().map(of).collect();
        let settled = |hits: &Vec<&'c PlaceHit>| hits.iter().copied().filter(|h| h.standing.settles()).collect();
        let placed = places.iter().map(settled).collect();
        let mut told: Vec<Everywhere<'c>> = Vec::new();
        let mut counts: Vec<(Code, usize)> = Vec::new();
        for (hits, domestic) in places.iter().zip(&context.domestic) {
            for (hit, regions) in hits.iter().zip(&domestic.each).filter(|(_, regions)| !regions.is_empty()) {
                if let Some(told) = told.iter_mut().find(|t| t.regions == regions.as_slice()) {
                    told.standing = told.standing.min(hit.standing);
                    told.resident &= hit.resident;
                } else {
                    let (standing, resident) = (hit.standing, hit.resident);
                    told.push(Everywhere { regions, first: hit, standing, resident });
                }
            }
            for region in hits.iter().zip(&domestic.each).filter_map(|(hit, _)| hit.region.as_ref()) {
                match counts.iter_mut().find(|(c, _)| c == region) {
                    Some((_, n)) => *n += 1,
                    None => counts.push((region.clone(), 1)),
                }
            }
        }
        let opening = |s: &usize| context.reads[*s].sentence.paragraph <= 1;
        let sentences = (0..context.reads.len().min(4)).filter(opening);
        let lead: Vec<&PlaceHit> = sentences.flat_map(|s| places[s].iter().copied()).collect();
        let groups = if lead.is_empty() { Vec::new() } else { vec![lead.clone(), joined(&lead, 0).to_vec()] };
        let lead = groups.into_iter().map(|hits| (hits.clone(), context.regions_of(&hits))).collect();
        let lists = (0..places.len()).filter(|s| context.domestic[*s].regions.len() > 2).collect();
        let each = context.domestic.iter().chain([&context.title.domestic]).flat_map(Domestic::all);
        let named = context.sentences.iter().flat_map(|s| &s.places).filter_map(|h| h.region.as_ref());
        let mut codes: Vec<Code> = counts.iter().map(|(code, _)| code.clone()).collect();
        for code in each.chain(named) {
            if !codes.contains(code) {
                codes.push(code.clone());
            }
        }
        let (authorities, authority) = (Set::default(), Set::default());
        let title = (None, context.title.domestic.of(&context.title.places));
        let own = places.iter().enumerate().map(|(s, hits)| (Some(s), hits.clone()));
        let texts: Vec<_> = std::iter::once(title).chain(own).filter(|(_, hits)| hits.len() > 1).collect();
        let (chains, told_sets) = (Vec::new(), Vec::new());
        let mut ground =
            Self { places, placed, lists, told, counts, codes, told_sets, lead, authorities, authority, chains };
        ground.told_sets = ground.told.iter().map(|told| ground.set(told.regions)).collect();
        for (sentence, hits) in texts {
            for chain in chained(stream, sentence.is_some(), &hits) {
                let (regions, standing) = (context.regions_of(&chain), chain[0].standing);
                if regions.len() > 1 && !standing.passes() {
                    let set = ground.set(&regions);
                    ground.chains.push(Chain { hits: chain, regions, set, standing, sentence });
                }
            }
        }
        let named = context.authorities();
        ground.authorities = ground.set(named);
        ground.authority = ground.set(&named[..named.len().min(1)]);
        ground
    }

    /// The set of regions; those beyond 63 share a number.
    pub(super) fn set(&self, regions: &[Code]) -> Set {
        // Codes of regions differ in their last letter, mostly.
        let same = |a: &Code, b: &Code| a.as_bytes().last() == b.as_bytes().last() && a == b;
        let bit = |code: &Code| self.codes.iter().position(|c| same(c, code)).unwrap_or(63).min(63);
        Set(regions.iter().fold(0, |set, code| set | 1 << bit(code)))
    }

    /// Mentions of the regions of a set.
    pub(super) fn mentions(&self, set: Set) -> usize {
        let of = |(i, (_, n)): (usize, &(Code, usize))| if set.0 >> i.min(63) & 1 == 1 { *n } else { 0 };
        self.counts.iter().enumerate().map(of).sum()
    }
}

/// Tokens between two places of a chain at most: ", а также в городе".
const LINKS: usize = 4;

/// Words between places that are named in one breath.
fn is_link(word: &str) -> bool {
    let joint = matches!(word, "," | "и" | "или" | "а" | "также" | "және" | "мен" | "пен" | "бен" | "/");
    joint || matches!(word, "в" | "во" | "на" | "по" | "г" | "гг" | "." | "город" | "города" | "городе" | "городах")
}

/// The runs of places of a sentence that nothing but links stand between; the headline's tokens are its own.
fn chained<'c>(stream: &TokenStream<'_>, of_text: bool, hits: &[&'c PlaceHit]) -> Vec<Vec<&'c PlaceHit>> {
    let mut found: Vec<Vec<&'c PlaceHit>> = Vec::new();
    let mut open = false;
    for pair in hits.windows(2) {
        let gap = pair[0].tokens.end..pair[1].tokens.start;
        let linked = if of_text { gap.clone().all(|i| is_link(stream.lower(i))) } else { gap.len() == 1 };
        if gap.is_empty() || gap.len() > LINKS || !linked {
            open = false;
        } else if let Some(run) = found.last_mut().filter(|_| open) {
            run.push(pair[1]);
        } else {
            found.push(pair.to_vec());
            open = true;
        }
    }
    found
}

/// The times of a text, worked out once for all its results.
#[derive(Debug)]
pub(super) struct TimeGround<'c> {
    /// Each time once, in the order of the text.
    pub(super) times: Vec<&'c TimeHit>,
    /// The times as they are named: sentence, hit and index into `times`.
    pub(super) named: Vec<(usize, &'c TimeHit, usize)>,
}

impl<'c> TimeGround<'c> {
    pub(super) fn new(context: &Context<'c>) -> Self {
        let mut times: Vec<&TimeHit> = Vec::new();
        let mut named = Vec::new();
        for s in 0..context.sentences.len() {
            for hit in context.times_of(s).filter(|t| t.start.is_some()) {
                let same = |h: &&TimeHit| h.start == hit.start && h.end == hit.end && is_period(h) == is_period(hit);
                let at = times.iter().position(same).unwrap_or_else(|| {
                    times.push(hit);
                    times.len() - 1
                });
                named.push((s, hit, at));
            }
        }
        Self { times, named }
    }
}
