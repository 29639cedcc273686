//! The offence that a result is about.

use super::ground::OffenceGround;
use super::{Asked, Options, level};
use crate::extract::context::HINT;
use crate::extract::feats::Feats;
use crate::extract::feature::{Piece, Put, pieces, tell, tell_each, tell_words};
use crate::extract::token::Kind;
use crate::extract::told::Told;
use crate::record::Code;

/// Where an offence's words may stand, the closest first.
const SOURCES: [Piece<'static>; 11] =
    pieces(["clause", "sentence", "head", "prev1", "prev", "next1", "next", "before", "title", "lead", "article"]);

/// The last words that are more than a hint.
pub(super) fn last_named<'t>(told: impl Iterator<Item = &'t Told>) -> Option<&'t Told> {
    told.filter(|t| t.weight > HINT).max_by_key(|t| t.start)
}

/// An offence that the text offers.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each a feature")]
pub struct OffenceOption<'c> {
    /// Code; none for "cannot be told".
    pub code: Option<&'c Code>,
    piece: Piece<'c>,
    /// Strength of its words in each of [`SOURCES`].
    strength: [f64; SOURCES.len()],
    /// Whether it is the strongest there.
    top: [bool; SOURCES.len()],
    /// Distance of its nearest word in the sentence.
    nearest: bool,
    /// The counted noun, the object or an article of law tells it.
    named: bool,
    object: bool,
    law: bool,
    /// Articles of law of the paragraph name it, and of the text.
    law_near: bool,
    law_far: bool,
    /// Articles of law elsewhere in the text name it and no other.
    cited: bool,
    /// Its words are the last before the result, so many sentences back.
    last: Option<usize>,
    /// How many others the sentence tells before it; none where the sentence does not tell it.
    order: Option<usize>,
    /// The same in the headline.
    title_order: Option<usize>,
    /// The preposition that governs its words beside the result ("за кражу", "о взятке"), or the word behind them
    /// ("ұрлық үшін").
    governor: Option<String>,
    /// Its words touch the figure, over a dash or a bracket at most.
    adjacent: bool,
    /// Whether anything tells it: an option at all.
    offered: bool,
    /// Whether it is told in the sentence, what heads it, the one before or the headline.
    near: bool,
}

/// The offences of the text around a candidate.
#[derive(Debug, Default)]
pub struct Offences<'c> {
    /// Options; "none" comes first.
    pub options: Vec<OffenceOption<'c>>,
    /// The closest source that has any.
    first: usize,
    /// The closest source with words that name one, not words that merely go with one.
    firm: usize,
    /// A counted noun that names no offence: «зарегистрировано 58 преступлений».
    general: bool,
    /// How many the own sentence tells, and the headline.
    told: usize,
    titled: usize,
    /// Paragraphs of cases of their own, each with its place.
    digest: bool,
    /// The authorities of the own sentence, each once, and the one that the text names most.
    agencies: Vec<Piece<'c>>,
    main: Option<Piece<'c>>,
    /// Strength of all words of the text, and how many offences they tell.
    all: f64,
    named: usize,
}

/// Lists the options.
pub fn options<'c>(asked: &'c Asked<'_, '_, '_>) -> Offences<'c> {
    if let Some(code) = &asked.offence {
        let options = vec![OffenceOption::of(code)];
        return Offences { options, ..Offences::default() };
    }
    let context = asked.scene.context;
    let ground = asked.scene.ground.offences(context);
    let own = asked.candidate.sentence;
    let read = &asked.scene.reads[own];
    let argument = asked.candidate.argument.map(|a| &read.arguments[a]);
    let clause = read.clauses.of(argument.map_or(asked.candidate.from, |a| a.head));
    let paragraph = asked.paragraph(own);
    let head = asked.head();
    let hint = argument.and_then(|a| a.offence.as_ref());
    let counted = matches!(asked.candidate.object.as_ref(), "offence" | "criminal_case" | "administrative_case");
    let anchor = asked.anchor();
    // "None", and an option for each code of the text; those that nothing tells around the candidate go in the end.
    let mut options: Vec<OffenceOption<'c>> = Vec::with_capacity(ground.codes.len() + 3);
    options.push(OffenceOption::new(None, const { Piece::of("") }));
    let codes = ground.codes.iter().zip(&ground.keys);
    options.extend(codes.map(|(code, key)| OffenceOption::new(Some(code), Piece::with(code, *key))));
    options[0].offered = true;
    let mut nearest: Option<(usize, usize)> = None;
    for (s, (around, told)) in context.sentences.iter().zip(&ground.told).enumerate() {
        if told.is_empty() {
            continue;
        }
        let p = asked.paragraph(s);
        let beside = if s == own {
            None
        } else if Some(s) == head {
            Some(2)
        } else if p == paragraph {
            Some(match s.cmp(&own) {
                std::cmp::Ordering::Less => 4 - usize::from(s + 1 == own),
                _ => 6 - usize::from(s == own + 1),
            })
        } else {
            (p + 1 == paragraph).then_some(7)
        };
        for (Told { start: at, weight, .. }, code) in around.offences.iter().zip(told) {
            // "245 правонарушений, из них краж – 91": what is said of the parts does not hold for the whole.
            if s == own && counted && hint.is_none() && asked.is_of_part(argument.map_or(anchor, |a| a.end), *at) {
                continue;
            }
            let option = options[code + 1].offer();
            option.strength[10] += weight;
            if s < 3 {
                option.strength[9] += weight;
            }
            if let Some(source) = beside {
                option.strength[source] += weight;
            }
            if s == own {
                option.strength[1] += weight;
                if read.clauses.of(*at) == clause {
                    option.strength[0] += weight;
                }
                let distance = at.abs_diff(anchor);
                if nearest.is_none_or(|(d, _)| distance < d) {
                    nearest = Some((distance, *code));
                }
            }
        }
    }
    for told in &context.title.offences {
        option(&mut options, ground, &told.code).offer().strength[8] += told.weight;
    }
    let own_order = order(&context.sentences[own].offences);
    for (n, code) in own_order.iter().enumerate() {
        let option = option(&mut options, ground, code);
        option.order = option.offered.then_some(n);
    }
    for (n, code) in ground.title.iter().enumerate() {
        options[code + 1].offer().title_order = Some(n);
    }
    let (told, titled) = (own_order.len(), ground.title.len());
    // Of the words for one offence those nearest to the result tell how it is governed.
    let mut words: Vec<&Told> = context.sentences[own].offences.iter().collect();
    words.sort_by_key(|t| std::cmp::Reverse((t.start.abs_diff(anchor), t.start)));
    for told in words {
        let option = option(&mut options, ground, &told.code);
        if option.offered {
            option.governor = governor(asked, told);
            option.adjacent |= argument.is_some_and(|a| touches(asked, (a.start, a.end), (told.start, told.end)));
        }
    }
    if let Some(only) = &context.totals.cited {
        option(&mut options, ground, only).offer().cited = true;
    }
    for (s, code) in &ground.laws {
        let option = options[code + 1].offer();
        option.law_far = true;
        option.law_near |= asked.paragraph(*s) == paragraph;
        option.law |= *s == own;
    }
    let here = || last_named(context.sentences[own].offences.iter().filter(|t| t.start < anchor));
    if let Some(last) = here() {
        option(&mut options, ground, &last.code).offer().last = Some(0);
    } else if let Some((s, last)) = (own.saturating_sub(LAST)..own).rev().find_map(|s| Some((s, ground.last[s]?))) {
        options[last + 1].offer().last = Some(own - s);
    }
    if let Some(code) = hint {
        let option = option(&mut options, ground, code).offer();
        if counted {
            option.named = true;
        } else {
            option.object = true;
        }
    }
    if let Some((_, code)) = nearest {
        options[code + 1].nearest = true;
    }
    let sorted = options.len() == ground.codes.len() + 1;
    options.retain(|o| o.offered);
    if !sorted {
        options[1..].sort_by(|a, b| a.code.cmp(&b.code));
    }
    for source in 0..SOURCES.len() {
        let most = options.iter().map(|o| o.strength[source]).fold(0.0, f64::max);
        for option in &mut options {
            option.top[source] = most > 0.0 && option.strength[source] >= most - 1e-9;
        }
    }
    for option in &mut options {
        option.near = [0, 1, 2, 3, 8].iter().any(|s| option.strength[*s] > 0.0);
    }
    let first = (0..SOURCES.len()).find(|s| options.iter().any(|o| o.top[*s])).unwrap_or(SOURCES.len());
    let firm = (0..SOURCES.len()).find(|s| options.iter().any(|o| o.strength[*s] >= FIRM)).unwrap_or(SOURCES.len());
    let mut agencies: Vec<Piece<'c>> = Vec::new();
    for agency in context.sentences[own].agencies.iter().map(|(_, agency)| Piece::from(agency)) {
        if !agencies.iter().any(|a| a.is(agency)) {
            agencies.push(agency);
        }
    }
    Offences {
        first,
        firm,
        general: counted && hint.is_none(),
        told,
        titled,
        digest: context.totals.digest,
        agencies,
        main: context.agencies.iter().max_by_key(|(_, n)| *n).map(|(code, _)| Piece::from(code)),
        all: options.iter().map(|o| o.strength[10]).sum(),
        named: options.iter().filter(|o| o.strength[10] > 0.0).count(),
        options,
    }
}

/// The option of a code: one of the text's, or a new one.
fn option<'o, 'c>(
    options: &'o mut Vec<OffenceOption<'c>>,
    ground: &OffenceGround,
    code: &'c Code,
) -> &'o mut OffenceOption<'c> {
    let known = ground.codes.binary_search(code).ok().map(|at| at + 1);
    let at = known.or_else(|| options.iter().position(|o| o.code == Some(code))).unwrap_or_else(|| {
        options.push(OffenceOption::of(code));
        options.len() - 1
    });
    &mut options[at]
}

/// The codes that words tell, in their order, each once.
pub(super) fn order(told: &[Told]) -> Vec<&Code> {
    let mut sorted: Vec<&Told> = told.iter().collect();
    sorted.sort_by_key(|t| t.start);
    let mut found: Vec<&Code> = Vec::new();
    for told in sorted {
        if !found.contains(&&told.code) {
            found.push(&told.code);
        }
    }
    found
}

/// Strength of words that name an offence.
const FIRM: f64 = 1.0;

/// Sentences back in which the last words of an offence are looked for.
const LAST: usize = 6;

/// Words between a preposition and what it governs: "по факту", "за совершение серии".
const GOVERNED: usize = 3;

/// The preposition before the words of an offence in their clause; Kazakh: the word behind them.
fn governor(asked: &Asked<'_, '_, '_>, told: &Told) -> Option<String> {
    let stream = asked.scene.text.stream;
    let language = asked.scene.language;
    let sentence = asked.scene.reads[asked.candidate.sentence].sentence;
    let word = |i: usize| stream.token(i).kind == Kind::Word;
    if language.kazakh {
        let next = told.end;
        return (next < sentence.end && word(next)).then(|| stream.lower(next).chars().take(8).collect());
    }
    let before = (sentence.start..told.start).rev().take(GOVERNED).take_while(|i| word(*i));
    let preposition = |i: &usize| stream.lower(*i).chars().count() <= 4 && asked.scene.text.feats(*i).any(Feats::OTHER);
    before.into_iter().find(preposition).map(|i| stream.lower(i).to_owned())
}

/// Whether two spans touch over a dash, a bracket or a comma at most.
fn touches(asked: &Asked<'_, '_, '_>, one: (usize, usize), other: (usize, usize)) -> bool {
    let (from, to) = if one.0 < other.0 { (one.1, other.0) } else { (other.1, one.0) };
    let mark = |i: usize| asked.scene.text.stream.token(i).kind == Kind::Punct;
    to <= from || to - from == 1 && mark(from)
}

impl<'c> OffenceOption<'c> {
    fn of(code: &'c Code) -> Self {
        Self::new(Some(code), Piece::from(code))
    }

    fn new(code: Option<&'c Code>, piece: Piece<'c>) -> Self {
        Self {
            code,
            piece,
            strength: [0.0; SOURCES.len()],
            top: [false; SOURCES.len()],
            nearest: false,
            named: false,
            object: false,
            law: false,
            law_near: false,
            law_far: false,
            cited: false,
            last: None,
            order: None,
            title_order: None,
            governor: None,
            adjacent: false,
            offered: false,
            near: false,
        }
    }

    /// Takes it for an option.
    fn offer(&mut self) -> &mut Self {
        self.offered = true;
        self
    }
}

impl Options for Offences<'_> {
    fn count(&self) -> usize {
        self.options.len()
    }

    fn closest(&self) -> usize {
        let rank = |o: &OffenceOption<'_>| {
            let at = |s: usize| if o.top[s] { o.strength[s] } else { 0.0 };
            if o.named { 1e6 } else { at(0) + 3.0 * at(1) + 1.5 * at(3) + at(4) + at(8) + 0.5 * at(9) + 0.3 * at(10) }
        };
        let best =
            (0..self.options.len()).rev().max_by(|a, b| rank(&self.options[*a]).total_cmp(&rank(&self.options[*b])));
        best.unwrap_or(0)
    }

    fn label(&self, option: usize) -> String {
        self.options[option].piece.text.to_owned()
    }

    fn features(&self, asked: &Asked<'_, '_, '_>, option: usize, put: &mut impl Put) {
        let this = &self.options[option];
        let (scope, ty) = (asked.scope_name, asked.event_type);
        let object = Piece::of(&asked.candidate.object);
        let agencies = self.agencies.iter();
        let source = |s: usize| SOURCES.get(s).copied().unwrap_or(const { Piece::of("nowhere") });
        if this.code.is_none() {
            let strongest = |s: usize| self.options.iter().map(|o| o.strength[s]).fold(0.0, f64::max);
            tell!(put, "none");
            tell!(put, "none " scope);
            tell!(put, "none first="(source(self.first)));
            tell!(put, "none " scope " first=" (source(self.first)));
            tell!(put, "none firm=" (source(self.firm)) " " scope);
            tell!(put, "none firm=" (source(self.firm)) " first=" (source(self.first)));
            tell!(put, "none type=" ty);
            tell_words!(put, asked.words(), "none word=");
            tell_each!(put, agencies, "none agency=");
            if let Some(main) = self.main {
                tell!(put, "none main agency=" main " " scope);
            }
            tell!(put, "none object=" object);
            tell!(put, "none general=" (self.general) " " scope);
            tell!(put, "none general=" (self.general) " first=" (source(self.first)));
            tell!(put, "none title=" (strongest(8) > 0.0) " " scope);
            let rivals = self.options.iter().filter(|o| o.top[10] || o.strength[10] > 1.0).count();
            tell!(put, "none " scope " offences=" (rivals.min(5)));
            tell!(put, "none paragraph=" (asked.paragraph(asked.candidate.sentence).min(4)) " " scope);
            for s in [1, 7, 8, 9] {
                if strongest(s) > 0.0 {
                    tell!(put, "none " (source(s)) "=" (level(strongest(s))));
                }
            }
            return;
        }
        let code = this.piece;
        tell!(put, "code=" code);
        tell!(put, "code=" code " object=" object);
        tell!(put, "code=" code " " scope);
        tell!(put, "code=" code " type=" ty);
        tell_words!(put, asked.words(), "code=" code " word=");
        tell_each!(put, agencies, "code=" code " agency=");
        if let Some(main) = self.main {
            tell!(put, "code=" code " main agency=" main);
        }
        if let Some(last) = this.last {
            tell!(put, "last=" (last.min(4)) " " scope);
            tell!(put, "last=" (last.min(4)) " first=" (source(self.first)));
            tell!(put, "last=" (last.min(4)) " told=" (self.told.min(4)));
        }
        for (s, source) in SOURCES.iter().enumerate() {
            if this.strength[s] > 0.0 {
                tell!(put, source);
                tell!(put, source "=" (level(this.strength[s])));
                tell!(put, scope " " source);
                if this.top[s] {
                    tell!(put, "top " source);
                    tell!(put, "top " source " " scope);
                }
                if matches!(s, 0 | 1 | 8) {
                    tell!(put, source " code=" code);
                }
            }
        }
        if self.first < SOURCES.len() && this.top[self.first] {
            tell!(put, "first="(source(self.first)));
            tell!(put, "first=" (source(self.first)) " " scope);
        }
        if self.firm < SOURCES.len() && this.strength[self.firm] >= FIRM {
            let top = this.top[self.firm];
            tell!(put, "firm=" (source(self.firm)) " top=" top);
            tell!(put, "firm=" (source(self.firm)) " " scope " top=" top);
            tell!(put, "firm=" (source(self.firm)) " first=" (source(self.first)));
            tell!(put, "firm code=" code);
        } else {
            tell!(put, "not firm first=" (source(self.first)) " firm=" (source(self.firm)));
        }
        let both = [0, 1, 3, 4, 7].iter().any(|s| this.strength[*s] > 0.0) && this.strength[8] > 0.0;
        tell!(put, "near and title=" both " " scope);
        let share = this.strength[10] / self.all.max(0.1);
        tell!(put, scope " share=" ((share * 5.0).round() as i32));
        tell!(put, "first=" (source(self.first)) " share=" ((share * 4.0).round() as i32));
        for (flag, name) in [
            (this.nearest, const { Piece::of("nearest") }),
            (this.named, const { Piece::of("named") }),
            (this.object, const { Piece::of("object") }),
            (this.law, const { Piece::of("law") }),
            (this.law_near, const { Piece::of("law near") }),
            (this.law_far, const { Piece::of("law far") }),
            (this.cited, const { Piece::of("cited") }),
            (this.adjacent, const { Piece::of("adjacent") }),
        ] {
            if flag {
                tell!(put, name);
                tell!(put, name " " scope);
                tell!(put, name " code=" code);
            }
        }
        let told = self.named.min(4);
        if let Some(order) = this.order {
            tell!(put, "order=" (order.min(3)) " of=" (self.told.min(4)));
            tell!(put, "order=" (order.min(3)) " " scope);
            if self.told == 1 {
                tell!(put, "alone told=" told);
                tell!(put, "alone " scope);
                tell!(put, "alone code=" code " object=" object);
            }
        } else {
            tell!(put, "elsewhere own=" (self.told.min(2)) " told=" told);
        }
        if let Some(order) = this.title_order {
            tell!(put, "title order=" (order.min(3)) " of=" (self.titled.min(4)));
        }
        if let Some(governor) = &this.governor {
            let governor = Piece::from(governor);
            tell!(put, "governor=" governor);
            tell!(put, "governor=" governor " type=" ty);
        }
        if self.digest {
            for (s, source) in SOURCES.iter().enumerate().skip(1) {
                if this.strength[s] > 0.0 {
                    tell!(put, "digest " source);
                }
            }
        }
        // "кражу семи лошадей": what the clause tells beside the offence that the counted noun names.
        let named = self.options.iter().filter(|_| !this.named).find(|o| o.named);
        if let Some(named) = named.and_then(|o| o.code.map(|_| o.piece)) {
            tell!(put, "beside " named " clause=" (this.strength[0] >= 1.5));
            tell!(put, code " beside " named " clause=" (this.strength[0] >= 1.5));
        }
        // Which of two offences is meant where both are told: the named one, not the group that commits it.
        if this.near {
            let rivals = self.options.iter().filter(|o| o.near && o.code.is_some()).map(|o| o.piece);
            tell_each!(put, rivals.filter(|rival| !rival.is(code)), code " over ");
        }
    }
}
