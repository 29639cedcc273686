//! Article → mentions: what an article says law enforcement achieved, figure by figure.
//!
//! In: an [`Article`] with its text, language and publication date. Out: its [`Mention`]s, each with the
//! words that state it, and a [`Reject`] for every figure that a trigger wanted but that could not be coded.
//! Pure: the article's date is the only clock, the lexicons and rules are compiled once and passed in.
//!
//! The steps, each a module: [`token`] → [`sentence`] → [`pattern`] (lexicon marks) → [`quantity`] (figures) →
//! [`argument`] (figures with their nouns) → [`trigger`] → [`clause`] → [`frame`] (who takes what) → [`candidate`]
//! (implied objects, series, breakdowns, anaphora) → [`scorer`] (how probable) → [`peers`] (how probable among the others) → [`weigh`] → [`assemble`] (place, time, offence, agency, scope, duplicates).
//!
//! All wording is data: `pipelines/lexicons/<ru|kk>/*.toml` ([`lexicon`]) and
//! `pipelines/rules/<event_type>/<ru|kk>*.toml` ([`rule`]).
//!
//! ```
//! use dalel::{extract::Extractor, knowledge::Knowledge, record::Article, stage::Map};
//! let extractor = Extractor::new(&Knowledge::embedded()).unwrap();
//! let article = Article { text: "В Таразе задержан мужчина, изъято 3 кг марихуаны.".into(), ..Article::default() };
//! let found = extractor.map(&article).kept;
//! let seizure = found.iter().find(|m| &*m.event_type == "seizure").unwrap();
//! assert_eq!((&*seizure.object, seizure.value), ("cannabis", Some(3.0)));
//! ```

mod abroad;
mod accept;
mod anaphora;
mod antecedent;
mod apposition;
pub mod argument;
pub mod assemble;
pub mod attribute;
#[cfg(test)]
mod binding_tests;
mod breakdown;
pub mod candidate;
mod carry;
pub mod case;
pub mod citizenship;
pub mod clause;
pub mod compiled;
mod compound;
pub mod context;
mod coordination;
pub mod date;
mod difference;
mod discourse;
mod ellipsis;
mod enumeration;
pub mod explain;
mod facts;
pub mod feats;
pub mod feature;
#[cfg(test)]
mod figures_tests;
mod finding;
mod former;
pub mod forms;
pub mod frame;
mod given;
mod governed;
#[cfg(test)]
mod governed_tests;
mod headed;
mod headline;
mod identifier;
mod joint;
pub mod kazakh;
mod label;
pub mod law;
mod letter;
pub mod lexicon;
mod members;
pub mod morphology;
mod named;
mod nearby;
mod noun;
mod number;
mod own_goods;
mod partitive;
pub mod passage;
pub mod pattern;
pub mod peers;
pub mod phrase;
pub mod place;
mod proceeding;
pub mod quantity;
pub mod reading;
mod relative;
mod rounded;
pub mod rule;
pub mod scorer;
pub mod script;
pub mod sentence;
mod series;
mod settle;
mod standing;
pub mod stretch;
mod surroundings;
mod tally;
mod term;
pub mod token;
mod told;
mod topic;
mod totals;
pub mod train;
pub mod trees;
pub mod trigger;
mod unit;
pub mod vocabulary;
pub mod weigh;
pub mod word;
mod worth;

use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Article, Mention, Reject};
use crate::stage::{Map, Yield};
use kazakh::Kazakh;
use lexicon::Lexicon;
use morphology::{Morphology, Russian};
use rule::{ObjectClasses, Rule};

/// The forms of the Russian lexicons' words ([`compiled`]), by the build script.
static FORMS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/forms_ru.bin"));

/// Everything that one language needs.
#[derive(Debug)]
pub struct Language {
    /// ISO 639-1.
    pub code: &'static str,
    /// Whether arguments precede their verb and endings are stripped, not listed.
    pub kazakh: bool,
    /// Word forms.
    pub morphology: Box<dyn Morphology>,
    /// Words.
    pub lexicon: Lexicon,
    /// Word forms met so far.
    pub words: word::Words,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Weighs candidates; none before the first training.
    pub model: Option<scorer::Model>,
    /// Weighs a candidate among those of its text; where there is none, each stands by itself.
    pub panel: Option<peers::Panel>,
    /// A second opinion of results without a figure; where there is none, the others decide.
    pub figureless: Option<scorer::Model>,
    /// Tells statistics from single operations; none before the first training.
    pub scope: Option<scorer::Model>,
    /// Tells them apart among the figures of the text; where there is none, each stands by itself.
    pub scopes: Option<attribute::scopes::ScopePanel>,
}

impl Language {
    fn new(
        knowledge: &Knowledge,
        code: &'static str,
        morphology: Box<dyn Morphology>,
        classes: &ObjectClasses,
    ) -> Result<Self, KnowledgeError> {
        let mut lexicon = Lexicon::new(knowledge, code, morphology.as_ref())?;
        let rules = rule::load(knowledge, code, classes, &mut lexicon, morphology.as_ref())?;
        let model = scorer::Model::load(knowledge, code)?;
        let panel = peers::Panel::load(knowledge, code)?;
        let figureless = scorer::Model::load(knowledge, &weigh::second(code))?;
        // One model for both languages.
        let scope = scorer::Model::load(knowledge, "scope")?;
        let scopes = attribute::scopes::ScopePanel::load(knowledge)?;
        let words = word::Words::default();
        let kazakh = code == "kk";
        Ok(Self { code, kazakh, morphology, lexicon, words, rules, model, panel, figureless, scope, scopes })
    }
}

/// The stage: lexicons and rules compiled once, then applied to any number of articles.
#[derive(Debug)]
pub struct Extractor {
    /// Classes of object codes.
    pub classes: ObjectClasses,
    /// Places.
    pub gazetteer: place::Gazetteer,
    /// Dates and periods.
    pub times: date::TimeFinder,
    /// Articles of law.
    pub laws: law::LawFinder,
    /// Citizenship.
    pub citizens: citizenship::CitizenshipFinder,
    /// Russian.
    pub russian: Language,
    /// Kazakh.
    pub kazakh: Language,
    /// Kazakh in other letters.
    pub script: script::Script,
    /// Choose among the attributes that the text offers.
    pub attributes: attribute::Models,
}

impl Extractor {
    /// Compiles the lexicons, rules and gazetteers.
    ///
    /// # Errors
    /// The first data file that is wrong, with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let classes = ObjectClasses::new(knowledge)?;
        // The languages know nothing of each other, and compiling them is what a start waits for.
        let (russian, rest) = std::thread::scope(|scope| {
            let russian = scope.spawn(|| {
                let russian = Russian::new().map_err(|e| KnowledgeError::invalid("rumorph dictionary", e))?;
                Language::new(knowledge, "ru", Box::new(russian.with_forms(FORMS)), &classes)
            });
            let rest = (|| {
                let kazakh = Kazakh::new(knowledge)?;
                let kazakh = Language::new(knowledge, "kk", Box::new(kazakh), &classes)?;
                Ok::<_, KnowledgeError>((kazakh, place::Gazetteer::new(knowledge)?, date::TimeFinder::new(knowledge)?))
            })();
            (russian.join(), rest)
        });
        let russian = russian.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let (kazakh, gazetteer, times) = rest?;
        Ok(Self {
            gazetteer,
            times,
            laws: law::LawFinder::new(knowledge)?,
            citizens: citizenship::CitizenshipFinder::new(knowledge)?,
            script: script::Script::new(knowledge, &kazakh.lexicon)?,
            attributes: attribute::Models::load(knowledge)?,
            classes,
            russian,
            kazakh,
        })
    }

    /// The rules alone, without the learned models: what the examples of rules are run with.
    #[must_use]
    pub fn without_models(mut self) -> Self {
        for language in [&mut self.russian, &mut self.kazakh] {
            language.model = None;
            language.panel = None;
            language.figureless = None;
            language.scope = None;
            language.scopes = None;
        }
        self.attributes = attribute::Models::default();
        self
    }

    /// The candidates of an article before any is refused, with the features of both models: for training.
    pub fn proposals(&self, article: &Article) -> Vec<assemble::Proposal> {
        let respelled = self.respelled(article);
        let article = respelled.as_ref().map_or(article, |(article, _)| article);
        self.language(article).map_or_else(Vec::new, |language| assemble::proposals(self, language, article))
    }

    /// The article in the alphabet of the lexicons, and the way back to its printed text; none where it is so printed.
    pub fn respelled(&self, article: &Article) -> Option<(Article, Option<script::Respelled>)> {
        let kazakh = article.language.as_deref() == Some("kk");
        let text = self.script.respell(&article.text, &article.text, kazakh);
        let title = article.title.as_deref().and_then(|t| self.script.respell(t, &article.text, kazakh));
        if text.is_none() && title.is_none() {
            return None;
        }
        let mut read = article.clone();
        if let Some(text) = &text {
            read.text.clone_from(&text.text);
        }
        if let Some(title) = title {
            read.title = Some(title.text);
        }
        Some((read, text))
    }

    /// The mentions of an article in the lexicons' alphabet, a stretch at a time.
    fn read(&self, language: &Language, article: &Article) -> Yield<Mention> {
        let stretches = stretch::cut(&article.text);
        if stretches.len() == 1 {
            return self.read_stretch(language, article);
        }
        let frame = Article { text: String::new(), ..article.clone() };
        let mut joined = stretch::Joined::default();
        for range in stretches {
            let stretch = Article { text: article.text[range.clone()].to_owned(), ..frame.clone() };
            joined.add(range.start, self.read_stretch(language, &stretch));
        }
        joined.into_yield()
    }

    /// Reads each paragraph in its own language.
    fn read_stretch(&self, language: &Language, article: &Article) -> Yield<Mention> {
        let Some((own, other)) = passage::part(&article.text, language.kazakh) else {
            return assemble::mentions(self, language, article);
        };
        let mut found = assemble::mentions(self, language, &Article { text: own, ..article.clone() });
        let second = if language.kazakh { &self.russian } else { &self.kazakh };
        let quoted = assemble::mentions(self, second, &Article { text: other, title: None, ..article.clone() });
        assemble::add_quoted(&mut found, quoted);
        found
    }

    /// The language engine for an article; none for other languages.
    pub fn language(&self, article: &Article) -> Option<&Language> {
        match article.language.as_deref() {
            Some("ru") | None => Some(&self.russian),
            Some("kk") => Some(&self.kazakh),
            _ => None,
        }
    }
}

impl Map for Extractor {
    type In = Article;
    type Out = Mention;
    const NAME: &'static str = "extract";

    fn map(&self, article: &Article) -> Yield<Mention> {
        let Some(language) = self.language(article) else {
            let detail = article.language.clone().unwrap_or_default();
            return Yield::refused(Reject::new(Self::NAME, "language", article.article_id.clone(), detail));
        };
        let Some((read, respelled)) = self.respelled(article) else { return self.read(language, article) };
        let mut found = self.read(language, &read);
        if let Some(respelled) = respelled {
            for mention in found.kept.iter_mut().filter(|m| !m.evidence_span.is_empty()) {
                assemble::as_printed(mention, &respelled, &article.text);
            }
        }
        found
    }
}
