//! The regions in which a result lies.

use super::ground::{Chain, RegionGround, Set};
use super::listed::{joined, listed_place};
use super::setting::{Scenery, Setting, setting};
use super::{Asked, Options};
use crate::extract::context::{Context, Place};
use crate::extract::feats::Feats;
use crate::extract::feature::{Piece, Put, pieces, tell, tell_each};
use crate::extract::lexicon::Dimension;
use crate::extract::place::{PlaceHit, PlaceKind};
use crate::extract::standing::Standing;
use crate::record::{Code, Scope};
use std::borrow::Cow;

/// Where a region may be told, the closest first.
const SOURCES: [Piece<'static>; 14] = pieces([
    "nearest", "sentence", "one", "head", "prev1", "prev2", "prev", "next", "before", "title", "lead", "list",
    "article", "placed",
]);
const NEAREST: usize = 0;
const SENTENCE: usize = 1;
const ONE: usize = 2;
const PREVIOUS: usize = 4;
const HEAD: usize = 3;
const NEXT: usize = 7;
const BEFORE: usize = 8;
const TITLE: usize = 9;
const LEAD: usize = 10;
const LIST: usize = 11;
const ARTICLE: usize = 12;
const PLACED: usize = 13;

/// Where a chain of places stands, the closest first.
const CHAINED: [Piece<'static>; 6] = pieces(["own", "before", "paragraph", "title", "lead", "article"]);

const SETTING: Piece<'static> = Piece::of("setting");
const HOME: Piece<'static> = Piece::of("home");

/// Regions that the text offers.
#[derive(Debug, Clone, Default)]
pub struct RegionOption<'c> {
    /// ISO 3166-2 codes, sorted; empty for "nationwide or not stated".
    pub regions: Cow<'c, [Code]>,
    set: Set,
    /// The places that told them, of the closest source.
    pub hits: Cow<'c, [&'c PlaceHit]>,
    told: [bool; SOURCES.len()],
    /// How its places stand there, at best.
    standing: [Option<Standing>; SOURCES.len()],
    /// Whether there it only tells where a person is from.
    resident: [bool; SOURCES.len()],
}

/// The regions of the text around a candidate.
#[derive(Debug)]
pub struct Regions<'c> {
    /// Options; "none" comes first.
    pub options: Vec<RegionOption<'c>>,
    first: usize,
    /// The text's places.
    ground: &'c RegionGround<'c>,
    /// Mentions of all regions, and of the one that is named most.
    all: usize,
    most: usize,
    /// Where the text says that it speaks of the whole country.
    national: &'static str,
    /// Whether some region only tells where a person is from.
    resident: bool,
    /// What set the scene last, and the place of ours that did.
    setting: Setting,
    home: Setting,
    scene: Set,
    at_home: Set,
    /// The closest chain of places, and where it stands.
    chain: Option<(&'c Chain<'c>, Piece<'static>)>,
}

impl<'c> Regions<'c> {
    /// Takes an option with the hits that tell it, and the regions that these mean together.
    fn add(&mut self, source: usize, hits: &[&'c PlaceHit], regions: &[Code]) {
        if regions.is_empty() {
            return;
        }
        let standing = hits.iter().map(|h| h.standing).min();
        let resident = hits.iter().all(|h| h.resident);
        let make = || (Cow::Owned(hits.to_vec()), Cow::Owned(regions.to_vec()));
        let set = self.ground.set(regions);
        self.tell(source, (set, regions), (standing, resident), make);
    }

    /// The option of some regions, with the hits that tell it.
    fn option(
        &mut self,
        (set, regions): (Set, &[Code]),
        make: impl FnOnce() -> (Cow<'c, [&'c PlaceHit]>, Cow<'c, [Code]>),
    ) -> &mut RegionOption<'c> {
        let same = |o: &RegionOption<'_>| o.set == set && *o.regions == *regions;
        let at = self.options.iter().position(same).unwrap_or_else(|| {
            let (hits, regions) = make();
            self.options.push(RegionOption { regions, set, hits, ..RegionOption::default() });
            self.options.len() - 1
        });
        &mut self.options[at]
    }

    /// The same of hits whose best standing is known, and whether all are of residents.
    fn tell(
        &mut self,
        source: usize,
        told: (Set, &[Code]),
        (standing, resident): (Option<Standing>, bool),
        make: impl FnOnce() -> (Cow<'c, [&'c PlaceHit]>, Cow<'c, [Code]>),
    ) {
        self.first = self.first.min(source);
        let option = self.option(told, make);
        option.resident[source] = resident && (option.resident[source] || !option.told[source]);
        option.told[source] = true;
        option.standing[source] = option.standing[source].into_iter().chain(standing).min();
    }
}

impl Regions<'_> {
    /// The place of an option: a statistic of a region is not one of the town in which it was told.
    pub fn place(&self, asked: &Asked<'_, '_, '_>, option: usize) -> Place {
        let option = &self.options[option];
        let mut place = asked.scene.context.combined(&option.hits);
        let city = matches!(place.regions.as_slice(), [r] if matches!(r.as_ref(), "KZ-71" | "KZ-75" | "KZ-79"));
        if asked.scope == Scope::Aggregate && !city && !option.told[NEAREST] {
            let regions: Vec<&PlaceHit> = option.hits.iter().copied().filter(|h| h.kind == PlaceKind::Region).collect();
            place.locality = None;
            place.kato = asked.scene.context.combined(&regions).kato;
        }
        place
    }
}

/// The places of a sentence without those that only tell where somebody or something is from or goes, "житель Тараза",
/// "поезд Алматы – Петропавловск", unless there are no others; and the regions that they mean together.
fn at_home<'c>(
    asked: &Asked<'_, '_, '_>,
    s: usize,
    hits: &[&'c PlaceHit],
    regions: &[Code],
) -> (Vec<&'c PlaceHit>, Vec<Code>) {
    let (stream, read) = (asked.scene.text.stream, &asked.scene.reads[s]);
    let person = |i: usize| read.marks.iter().any(|m| m.dimension == Dimension::Person && m.end == i);
    let from = |h: &PlaceHit| {
        let before = h.tokens.start.checked_sub(1).filter(|b| *b > read.sentence.start);
        before.is_some_and(|b| stream.lower(b) == "из" && person(b))
    };
    let mut plain: Vec<&'c PlaceHit> = Vec::new();
    let mut origin: Option<&PlaceHit> = None;
    for &hit in hits {
        // "жителей Алматы и Шымкента"
        let joined = origin.is_some_and(|o| hit.tokens.start <= o.tokens.end + 1);
        if hit.resident || from(hit) || joined {
            origin = Some(hit);
        } else if !hit.standing.passes() {
            plain.push(hit);
        }
    }
    if plain.is_empty() || plain.len() == hits.len() {
        return (hits.to_vec(), regions.to_vec());
    }
    let regions = asked.scene.context.regions_of(&plain);
    (plain, regions)
}

/// The chain of places that is the closest to a result.
fn closest_chain<'c>(asked: &Asked<'c, '_, '_>, chains: &'c [Chain<'c>]) -> Option<(&'c Chain<'c>, Piece<'static>)> {
    let own = asked.candidate.sentence;
    let paragraph = asked.paragraph(own);
    let place = |chain: &Chain<'_>| match chain.sentence {
        None => 3,
        Some(s) if s == own => 0,
        Some(s) if s + 1 == own => 1,
        Some(s) if s < own && asked.paragraph(s) == paragraph => 2,
        Some(s) if asked.paragraph(s) <= 1 => 4,
        Some(_) => 5,
    };
    let closest = chains.iter().map(|chain| (place(chain), chain)).min_by_key(|(place, _)| *place);
    closest.map(|(place, chain)| (chain, CHAINED[place]))
}

/// Lists the options.
pub fn options<'c>(asked: &Asked<'c, '_, '_>) -> Regions<'c> {
    let context = asked.scene.context;
    let own = asked.candidate.sentence;
    let read = &asked.scene.reads[own];
    let paragraph = asked.paragraph(own);
    let ground = asked.scene.ground.regions(context, asked.scene.text.stream);
    let places = |s: usize| ground.places[s].as_slice();
    let regions = |s: usize| context.domestic[s].regions.as_slice();
    let (scene, home) = (setting(asked, false), setting(asked, true));
    let mut found = Regions {
        options: vec![RegionOption::default()],
        first: SOURCES.len(),
        ground,
        all: ground.counts.iter().map(|(_, n)| *n).sum(),
        most: ground.counts.iter().map(|(_, n)| *n).max().unwrap_or(0),
        national: "no",
        resident: false,
        scene: ground.set(&scene.regions),
        at_home: ground.set(&home.regions),
        setting: scene,
        home,
        chain: None,
    };
    let here = places(own);
    if let Some((hits, regions)) = listed_place(asked, here) {
        // "Астанада – 31, Алматыда – 40": nothing else is asked where the figure stands behind its place.
        found.options.clear();
        found.add(NEAREST, &hits, &regions);
        return found;
    }
    // "Закрыта 51 лаборатория, четыре из них – в Костанае": the place of a part is not the whole's.
    let end = asked.candidate.argument.map_or(asked.candidate.to, |a| read.arguments[a].end);
    let whole = |h: &&PlaceHit| !asked.is_of_part(end, h.tokens.start);
    let of_parts = !here.iter().all(&whole);
    let here: Vec<&'c PlaceHit> = here.iter().copied().filter(whole).collect();
    if of_parts && !here.is_empty() {
        let nearest = Context::nearest(&here, asked.anchor(), read);
        found.add(NEAREST, &nearest, &context.regions_of(&nearest));
        found.add(SENTENCE, &here, &context.regions_of(&here));
        for hit in &here {
            found.add(ONE, &[hit], &context.regions_of(&[hit]));
        }
    } else if !here.is_empty() {
        let nearest = Context::nearest(&here, asked.anchor(), read);
        if nearest.len() == here.len() {
            found.add(NEAREST, &nearest, regions(own));
        } else {
            found.add(NEAREST, &nearest, &context.regions_of(&nearest));
        }
        let (settled, of_them) = at_home(asked, own, &here, regions(own));
        found.add(SENTENCE, &settled, &of_them);
        for (hit, regions) in here.iter().zip(&context.domestic[own].each) {
            found.add(ONE, &[hit], regions);
        }
    }
    if let Some(head) = asked.head() {
        found.add(HEAD, places(head), regions(head));
    }
    let mut distance = 0;
    for s in (0..own).rev().take_while(|s| asked.paragraph(*s) == paragraph) {
        let (hits, of_them) = at_home(asked, s, places(s), regions(s));
        found.add(PREVIOUS + distance, &hits, &of_them);
        if !hits.is_empty() {
            let last = joined(&hits, hits.len() - 1);
            match (last, context.domestic[s].each.last().filter(|_| hits.len() == context.domestic[s].each.len())) {
                ([_], Some(regions)) => found.add(PREVIOUS + distance, last, regions),
                _ => found.add(PREVIOUS + distance, last, &context.regions_of(last)),
            }
        }
        distance = (distance + 1).min(2);
    }
    if asked.scene.reads.get(own + 1).is_some_and(|r| r.sentence.paragraph == paragraph) {
        found.add(NEXT, places(own + 1), regions(own + 1));
    }
    let mut before = (0..own).rev().filter(|s| asked.paragraph(*s) + 1 == paragraph);
    if let Some(s) = before.find(|s| !context.domestic[*s].each.is_empty()) {
        found.add(BEFORE, places(s), regions(s));
    }
    let title = &context.title;
    found.add(TITLE, &title.domestic.of(&title.places), &title.domestic.regions);
    for (hits, regions) in &ground.lead {
        found.add(LEAD, hits, regions);
    }
    for s in ground.lists.iter().copied().filter(|s| *s != own) {
        found.add(LIST, places(s), regions(s));
    }
    for (told, set) in ground.told.iter().zip(&ground.told_sets) {
        let make = || (Cow::Borrowed(std::slice::from_ref(&told.first)), Cow::Borrowed(told.regions));
        found.tell(ARTICLE, (*set, told.regions), (Some(told.standing), told.resident), make);
    }
    // Where the sentence, or the last one before it that does, says that things happened.
    if let Some(hits) = (0..=own).rev().map(|s| &ground.placed[s]).find(|hits| !hits.is_empty()) {
        found.add(PLACED, hits, &context.regions_of(hits));
    }
    for chain in &ground.chains {
        found.option((chain.set, &chain.regions), || (Cow::Borrowed(&chain.hits), Cow::Borrowed(&chain.regions)));
    }
    found.chain = closest_chain(asked, &ground.chains);
    found.resident = found.options.iter().any(|o| o.resident != [false; SOURCES.len()]);
    let national = |s: usize| context.sentences[s].national;
    let sentences = || 0..asked.scene.reads.len();
    found.national = if national(own) {
        "own"
    } else if sentences().any(|s| s < own && asked.paragraph(s) == paragraph && national(s)) {
        "before"
    } else if context.title.national {
        "title"
    } else if sentences().any(|s| asked.paragraph(s) <= 1 && national(s)) {
        "lead"
    } else if sentences().any(national) {
        "article"
    } else {
        "no"
    };
    found.options[1..].sort_by(|a, b| a.regions.cmp(&b.regions));
    found
}

impl Options for Regions<'_> {
    fn count(&self) -> usize {
        self.options.len()
    }

    fn closest(&self) -> usize {
        let told = |o: &&RegionOption<'_>, source: usize| o.told[source];
        let own = self.options.iter().any(|o| o.told[NEAREST]);
        if !own && self.national != "no" && self.national != "article" {
            return 0;
        }
        let sources = [NEAREST, HEAD, PREVIOUS, PREVIOUS + 1, PREVIOUS + 2, LEAD, TITLE, ARTICLE];
        let best = |source: usize| {
            let options = self.options.iter().enumerate().filter(|(_, o)| told(o, source));
            options
                .max_by_key(|(i, o)| (self.ground.mentions(o.set) / o.regions.len().max(1), usize::MAX - i))
                .map(|(i, _)| i)
        };
        sources.into_iter().find_map(best).unwrap_or(0)
    }

    fn label(&self, option: usize) -> String {
        self.options[option].regions.join("+")
    }

    fn features(&self, asked: &Asked<'_, '_, '_>, option: usize, put: &mut impl Put) {
        let this = &self.options[option];
        let context = asked.scene.context;
        let around = &context.sentences[asked.candidate.sentence];
        let scope = asked.scope_name;
        let ty = asked.event_type;
        let first = SOURCES.get(self.first).copied().unwrap_or(const { Piece::of("nowhere") });
        let regions = self.ground.counts.len().min(5);
        let paragraph = asked.paragraph(asked.candidate.sentence);
        let (stated, national) = (self.national != "no", Piece::of(self.national));
        let regional = context.regionals.min(3);
        if this.regions.is_empty() {
            tell!(put, "none");
            tell!(put, "none " scope);
            tell!(put, "none first=" first);
            tell!(put, "none first=" first " " scope);
            tell!(put, "none national=" national);
            tell!(put, "none national=" national " " scope);
            tell!(put, "none national=" national " first=" first);
            tell!(put, "none regions=" regions " " scope);
            tell!(put, "none regions=" regions " national=" stated);
            tell!(put, "none type=" ty);
            tell!(put, "none type=" ty " " scope);
            for (_, agency) in &around.agencies {
                tell!(put, "none agency=" agency " " scope);
            }
            tell!(put, "none paragraph=" (paragraph.min(5)) " " scope);
            let country = around.places.iter().any(|h| {
                h.kind == PlaceKind::Country && h.country.as_deref() == Some("KZ") && !h.adjective_or_inhabitant
            });
            tell!(put, "none country=" country " first=" first);
            tell!(put, "none abroad=" (around.abroad) " first=" first);
            let foreign = around.places.iter().any(|h| h.country.as_deref().is_some_and(|c| c != "KZ"));
            tell!(put, "none foreign=" foreign " first=" first);
            tell!(put, "none central=" (around.central) " " scope " first=" first);
            tell!(put, "none central in article=" (context.centrals.min(3)) " " scope);
            tell!(put, "none regional=" (around.regional) " first=" first);
            tell!(put, "none regional in article=" regional " regions=" regions);
            tell!(put, "none regional in article=" regional " first=" first " " scope);
            tell!(put, "none title=" (self.options.iter().any(|o| o.told[TITLE])) " " scope);
            tell!(put, "none lead=" (self.options.iter().any(|o| o.told[LEAD])) " " scope);
            tell!(put, "none most=" (self.most.min(5)) " " scope);
            tell_each!(put, &asked.words().pieces, "none word=");
            tell!(put, "none setting=" (self.setting.kind()) " " scope);
            tell!(put, "none setting=" (self.setting.kind()) " " (self.setting.distance()) " " scope);
            tell!(put, "none setting=" (self.setting.kind()) " national=" national);
            tell!(put, "none setting=" (self.setting.kind()) " " (self.setting.distance()) " central=" (around.central));
            tell!(put, "none home=" (self.home.kind()) " " (self.home.distance()) " " scope);
            tell!(put, "none authorities=" (context.authorities().len().min(3)) " " scope);
            let stands = self.options.iter().filter_map(|o| o.standing.get(self.first).copied().flatten()).min();
            if let Some(standing) = stands {
                tell!(put, "none first=" first " " (standing.piece()));
                tell!(put, "none first=" first " " (standing.piece()) " " scope);
            }
            if let Some((chain, place)) = self.chain {
                tell!(put, "none chain=" place " " scope);
                tell!(put, "none chain=" place " " (chain.standing.piece()));
                tell!(put, "none chain=" place " first=" first);
            }
            tell!(put, "none years=" (context.is_background(asked.candidate.sentence)) " " scope);
            return;
        }
        let many = this.regions.len() > 1;
        tell!(put, "many=" many);
        tell!(put, "many=" many " " scope);
        for (s, source) in SOURCES.iter().enumerate() {
            if !this.told[s] {
                continue;
            }
            tell!(put, source);
            tell!(put, source " " scope);
            tell!(put, source " many=" many);
            tell!(put, source " first=" first);
            if self.resident {
                tell!(put, source " resident=" (this.resident[s]));
            }
            if matches!(s, TITLE | LEAD) {
                tell!(put, source " national=" national " " scope);
                tell!(put, source " regions=" regions);
                tell!(put, source " regional=" (around.regional));
            }
            if s == self.first {
                tell!(put, "first=" source " national=" national);
                tell!(put, "first=" source " paragraph=" (paragraph.min(4)));
                tell!(put, "first=" source " regions=" regions " " scope);
            }
        }
        for (source, standing) in SOURCES.iter().zip(this.standing) {
            if let Some(standing) = standing {
                tell!(put, source " " (standing.piece()));
                tell!(put, source " " (standing.piece()) " first=" first);
                tell!(put, source " " (standing.piece()) " " scope);
            }
        }
        if let Some((chain, place)) = self.chain {
            let fits = if chain.set == this.set {
                const { Piece::of("whole") }
            } else if this.set.is_within(chain.set) {
                const { Piece::of("part") }
            } else {
                const { Piece::of("other") }
            };
            let nearest = this.told[NEAREST];
            tell!(put, "chain=" place " " fits " " scope);
            tell!(put, "chain=" place " " fits " " (chain.standing.piece()));
            tell!(put, "chain=" place " " fits " nearest=" nearest " first=" first);
        }
        let best = this.standing.iter().flatten().min();
        if let Some(best) = best {
            tell!(put, "best="(best.piece()));
            tell!(put, "best=" (best.piece()) " " scope);
        }
        for (name, told, regions) in [(SETTING, &self.setting, self.scene), (HOME, &self.home, self.at_home)] {
            let (kind, distance, same) = (told.kind(), told.distance(), regions == this.set);
            let within = !regions.is_empty() && regions.is_within(this.set);
            tell!(put, name "=" kind " same=" same " within=" within);
            tell!(put, name "=" kind " " distance " same=" same);
            tell!(put, name "=" kind " " distance " same=" same " " scope);
        }
        if self.setting.scenery == Scenery::Region {
            tell!(put, "region of home=" (self.at_home == this.set) " title=" (this.told[TITLE]));
        }
        if !self.ground.authorities.is_empty() {
            let all = context.authorities().len().min(3);
            tell!(put, "authority=" (self.ground.authority.meets(this.set)) " of=" all " " scope);
            tell!(put, "authority=" (this.set.is_within(self.ground.authorities)) " many=" many);
        }
        let (count, most) = (self.ground.mentions(this.set), self.most);
        let share = (4 * count).div_ceil(self.all.max(1));
        tell!(put, "share=" share " many=" many);
        tell!(put, "share=" share " first=" first);
        tell!(put, "top=" (count == most) " " scope);
        tell!(put, "top=" (count == most) " first=" first);
        tell!(put, "top=" (count == most) " title=" (this.told[TITLE]) " lead=" (this.told[LEAD]));
        tell!(put, "only=" (regions == 1) " national=" national);
        tell!(put, "only=" (regions == 1) " regional in article=" regional " first=" first);
        let inside = |h: &&PlaceHit| h.region.as_ref().is_some_and(|r| this.regions.contains(r));
        let own: Vec<&PlaceHit> = around.places.iter().filter(inside).collect();
        if own.is_empty() {
            return;
        }
        let stream = asked.scene.text.stream;
        tell!(put, "own adjective="(own.iter().all(|h| h.adjective_or_inhabitant)));
        tell!(put, "own resident="(own.iter().all(|h| h.resident)));
        let anchor = asked.anchor();
        tell!(put, "own before="(own.iter().any(|h| h.tokens.start < anchor)));
        for hit in own {
            if asked.scene.language.kazakh {
                let feats = asked.scene.text.feats(hit.tokens.end - 1);
                for (name, case) in [("loc", Feats::LOC), ("abl", Feats::ABL), ("gen", Feats::GEN), ("dat", Feats::DAT)]
                {
                    if feats.has(case) {
                        tell!(put, "own case=" name);
                    }
                }
            } else if hit.tokens.start > 0 {
                // A place that opens its paragraph stands behind a line break, which no model's line can hold.
                let before = stream.lower(hit.tokens.start - 1);
                tell!(put, "own after="(if before.trim().is_empty() { "paragraph" } else { before }));
            }
        }
    }
}
