//! The authorities that achieved a result.

use super::{Asked, Options, score};
use crate::extract::feature::{Piece, Put, pieces, tell};
use crate::extract::scorer::Model;
use crate::record::{Code, Scope};

/// Where an authority may be told, the closest first.
const SOURCES: [Piece<'static>; 10] =
    pieces(["clause", "sentence", "head", "prev1", "prev", "next", "before", "title", "lead", "article"]);

/// The authority that is meant where the text names none.
pub(super) const DEFAULT: &str = "police";
/// The authority of verdicts.
pub(super) const COURT: &str = "court";

/// An authority that the text offers.
#[derive(Debug, Clone)]
pub struct AgencyOption<'c> {
    /// Code.
    pub code: &'c Code,
    piece: Piece<'c>,
    is_court: bool,
    told: [usize; SOURCES.len()],
    /// Tokens from its nearest word in the sentence to the trigger.
    distance: Option<usize>,
    /// Whether that word stands before the trigger.
    before: bool,
    rule: bool,
}

/// The authorities of the text around a candidate.
#[derive(Debug)]
pub struct Agencies<'c> {
    /// Options; there is always the police.
    pub options: Vec<AgencyOption<'c>>,
    first: usize,
}

/// Lists the options.
pub fn options<'c>(asked: &'c Asked<'_, '_, '_>) -> Agencies<'c> {
    let context = asked.scene.context;
    let ground = asked.scene.ground.agencies(context);
    let own = asked.candidate.sentence;
    let read = &asked.scene.reads[own];
    let clause = read.clauses.of(asked.anchor());
    let trigger = &asked.scene.reads[asked.candidate.trigger_sentence].triggers[asked.candidate.trigger];
    let place = if asked.candidate.trigger_sentence == own { trigger.start } else { asked.anchor() };
    let paragraph = asked.paragraph(own);
    let head = asked.head();
    let codes = ground.codes.iter().zip(&ground.keys);
    let mut options: Vec<AgencyOption<'c>> =
        codes.map(|(code, key)| AgencyOption::new(code, Piece::with(code, *key))).collect();
    for code in &asked.scene.language.rules[asked.candidate.rule as usize].agency {
        let at = options.iter().position(|o| o.code == code).unwrap_or_else(|| {
            options.push(AgencyOption::new(code, Piece::from(code)));
            options.len() - 1
        });
        options[at].rule = true;
    }
    for code in &ground.title {
        options[*code].told[7] += 1;
    }
    for &(s, at, code) in &ground.named {
        let p = asked.paragraph(s);
        let option = &mut options[code];
        let mut put = |source: usize| option.told[source] += 1;
        put(9);
        if p <= 1 && s < 3 {
            put(8);
        }
        if s == own {
            put(1);
            if read.clauses.of(at) == clause {
                put(0);
            }
            let distance = at.abs_diff(place);
            if option.distance.is_none_or(|d| distance < d) {
                option.distance = Some(distance);
                option.before = at < place;
            }
        } else if Some(s) == head {
            put(2);
        } else if p == paragraph {
            put(if s > own {
                5
            } else if s + 1 == own {
                3
            } else {
                4
            });
        } else if p + 1 == paragraph {
            put(6);
        }
    }
    let first = (0..SOURCES.len()).find(|s| options.iter().any(|o| o.told[*s] > 0)).unwrap_or(SOURCES.len());
    if options.len() > ground.codes.len() {
        options.sort_by(|a, b| a.code.cmp(b.code));
    }
    Agencies { options, first }
}

impl<'c> AgencyOption<'c> {
    fn new(code: &'c Code, piece: Piece<'c>) -> Self {
        let is_court = &**code == COURT;
        Self { code, piece, is_court, told: [0; SOURCES.len()], distance: None, before: false, rule: false }
    }
}

impl Agencies<'_> {
    /// The authorities that are more probable than not; else the likeliest, if it is not improbable.
    pub fn chosen(&self, model: Option<&Model>, asked: &Asked<'_, '_, '_>) -> Vec<Code> {
        // Who only publishes a statistic has achieved nothing, and nobody else is named beside it.
        let around = &asked.scene.context.sentences[asked.candidate.sentence];
        let ruled = self.options.iter().any(|o| o.rule);
        if around.publisher && around.agencies.is_empty() && !ruled && asked.scope == Scope::Aggregate {
            return Vec::new();
        }
        let Some(model) = model else {
            let ruled = self.options.iter().any(|o| o.rule);
            let told =
                |o: &&AgencyOption<'_>| if ruled { o.rule } else { o.told.get(self.first).is_some_and(|n| *n > 0) };
            return self.options.iter().filter(told).map(|o| o.code.clone()).collect();
        };
        let mut scored: Vec<(f32, &Code)> =
            (0..self.count()).map(|i| (score(model, self, asked, i), self.options[i].code)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        // Half, and a quarter, as log-odds.
        let mut codes: Vec<Code> = scored.iter().filter(|(s, _)| *s >= 0.0).map(|(_, c)| (*c).clone()).collect();
        if codes.is_empty() {
            codes = scored.first().filter(|(s, _)| *s >= -1.1).map(|(_, c)| (*c).clone()).into_iter().collect();
        }
        codes.sort();
        codes
    }
}

impl Options for Agencies<'_> {
    fn count(&self) -> usize {
        self.options.len()
    }

    fn closest(&self) -> usize {
        self.options.iter().position(|o| o.told.get(self.first).is_some_and(|n| *n > 0)).unwrap_or(0)
    }

    fn label(&self, option: usize) -> String {
        self.options[option].code.to_string()
    }

    fn features(&self, asked: &Asked<'_, '_, '_>, option: usize, put: &mut impl Put) {
        let this = &self.options[option];
        let (code, is_court) = (this.piece, this.is_court);
        let ty = asked.event_type;
        let scope = asked.scope_name;
        let first = SOURCES.get(self.first).copied().unwrap_or(const { Piece::of("nowhere") });
        tell!(put, "bias");
        tell!(put, "code=" code);
        tell!(put, "code=" code " type=" ty);
        tell!(put, "code=" code " " scope);
        tell!(put, "code=" code " first=" first);
        let total: usize = self.options.iter().map(|o| o.told[9]).sum();
        let most = self.options.iter().filter(|o| !o.is_court).map(|o| o.told[9]).max().unwrap_or(0);
        if this.told[9] == 0 {
            tell!(put, "absent");
            tell!(put, "absent code=" code);
            tell!(put, "absent code=" code " first=" first);
            tell!(put, "absent code=" code " type=" ty);
            tell!(put, "absent code=" code " named=" (total.min(4)));
        }
        if this.rule {
            tell!(put, "rule");
            tell!(put, "rule code=" code);
        }
        for (s, source) in SOURCES.iter().enumerate() {
            if this.told[s] == 0 {
                continue;
            }
            tell!(put, source);
            tell!(put, source " court=" is_court);
            tell!(put, source " " scope);
            let alone = self.options.iter().all(|o| o.told[s] == 0 || o.piece.is(code));
            tell!(put, source " alone=" alone);
            if s == self.first {
                tell!(put, "first=" source " alone=" alone);
                tell!(put, "first=" source " court=" is_court " type=" ty);
            }
            if s <= 1 {
                tell!(put, source " code=" code " type=" ty);
            }
            if matches!(s, 7 | 8) {
                tell!(put, source " first=" first);
                tell!(put, source " code=" code);
            }
        }
        tell!(put, "share="((4 * this.told[9]).div_ceil(total.max(1))));
        tell!(put, "top=" (this.told[9] == most && most > 0) " first=" first);
        tell!(put, "top=" (this.told[9] == most && most > 0) " code=" code);
        if let Some(distance) = this.distance {
            tell!(put, "distance=" (distance.min(15) / 3) " before=" (this.before));
            let nearest = self.options.iter().filter_map(|o| o.distance).min() == Some(distance);
            tell!(put, "nearest=" nearest " before=" (this.before));
            tell!(put, "nearest=" nearest " court=" is_court " type=" ty);
        }
        for other in self.options.iter().filter(|o| o.told[1] > 0 && !o.piece.is(code)) {
            tell!(put, code " beside " (other.piece) " here=" (this.told[1] > 0));
        }
    }
}
