//! Rules: which words state which result, as data.
//!
//! One file or a few per event type and language, `pipelines/rules/<event_type>/<ru|kk>.toml` and
//! `<ru|kk>_<theme>.toml`, such as `ru_stoppers.toml`:
//!
//! ```toml
//! [[rule]]
//! id = "ru.detention.detain"
//! triggers = ["задержать", "доставить ... =в полиция"]   # patterns (see `pattern`)
//! objects = ["person"]        # object codes, `@class`, or `duration` (a length of time) that the trigger takes
//! implied = "person"          # the object where none is named: "Он задержан" (optional)
//! implied_value = 1           # and its figure, if the words themselves tell it; 0: none (optional;
//!                             # else one for a singular verb, the persons spoken of for a plural one)
//! as_object = "drug_lab"      # the object whatever is named (optional)
//! offence = "drugs"           # the offence that the trigger itself tells (optional)
//! agency = ["court"]          # the authority that the trigger itself tells (optional)
//! present = true              # the present tense states a result, too: "находится под стражей"
//! future = true               # … and so does the future: "проведёт в колонии" (verdicts)
//! noun = true                 # a trigger noun with a figure states a result: "изъятие 3 кг"
//! attributive = true          # a full participle states it: "изъятые 3 кг", "задержанный мужчина"
//! cases = ["dat"]             # the cases beyond nominative and accusative (Russian: and genitive) that what it
//!                             # takes may have
//! subject = true              # Kazakh: the active verb's doer is who it happens to: "қолға түсті"
//! adjuncts = true             # it acts upon what stands after a preposition, too: "арест наложен на квартиру"
//! figure = true               # only what has a figure counts: "лишился денег" states no damage
//! itself = true               # the trigger is the counted noun itself, where no verb is in reach: "марихуаны – 59 кг"
//! count = "offence"           # a bare figure without noun beside the trigger is of this object
//! absorbs = ["duration"]      # what belongs to the trigger without being a result: "арестован на два месяца"
//! predicative = true          # the words say it without a verb: "подозреваемый – в изоляторе"; beside a verb they do not
//! inherit = true              # the object is that of the last mention of this type: "Её стоимость – 5 млн тенге"
//! yields = ["detention"]      # states nothing where one of these is stated of the same persons or things, or by
//!                             # the same words
//! cedes = ["recovery"]        # a trigger noun leaves its figure to a verb of these types: "взыскан ущерб в 5 млн"
//! refers = ["damage"]         # a sum without figure is that of the last of these: "ущерб возмещён полностью"
//! about = ["extortion"]       # states something only where the text makes it a result about one of these offences
//! strong = true               # takes words that alone may mean anything: "дом", "участок"
//! infinitive = true           # an infinitive states it: "должен выплатить" of a court
//! turns = "ru.administrative_penalty.hold_liable"  # the rule that it stands for where the text speaks of the
//!                             # administrative code and not of the criminal one: "привлечён к ответственности"
//! examples = ["В Таразе задержан мужчина => person 1 person"]
//! counter = ["Задержан рейс Алматы – Астана"]
//! ```
//!
//! An example is `text => object value unit` for one mention of the rule's event type (`null` for no
//! value); a counter-example must not make the rule fire. A rule without objects is a *stopper*: its longer
//! triggers keep shorter ones from firing (`освободить =от =должности`), so it has counter-examples only.
//! All are run by the tests. Ids are unique, and no
//! trigger stands twice for one event type and object.

use super::feats::Feats;
use super::lexicon::{Lexicon, syntax_error};
use super::morphology::Morphology;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<RuleSpec>,
}

#[expect(clippy::struct_excessive_bools, reason = "independent switches of a rule file")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSpec {
    id: String,
    triggers: Vec<String>,
    objects: Vec<String>,
    implied: Option<String>,
    implied_value: Option<f64>,
    as_object: Option<String>,
    offence: Option<String>,
    #[serde(default)]
    agency: Vec<String>,
    #[serde(default)]
    present: bool,
    #[serde(default)]
    future: bool,
    #[serde(default)]
    noun: bool,
    #[serde(default)]
    attributive: bool,
    #[serde(default)]
    adjuncts: bool,
    #[serde(default)]
    figure: bool,
    #[serde(default)]
    itself: bool,
    #[serde(default)]
    inherit: bool,
    #[serde(default)]
    predicative: bool,
    #[serde(default)]
    cases: Vec<String>,
    #[serde(default)]
    subject: bool,
    #[serde(default)]
    yields: Vec<String>,
    #[serde(default)]
    strong: bool,
    #[serde(default)]
    infinitive: bool,
    turns: Option<String>,
    #[serde(default)]
    cedes: Vec<String>,
    #[serde(default)]
    refers: Vec<String>,
    #[serde(default)]
    about: Vec<String>,
    count: Option<String>,
    #[serde(default)]
    absorbs: Vec<String>,
    examples: Vec<String>,
    counter: Vec<String>,
}

/// One rule, compiled.
#[expect(clippy::struct_excessive_bools, reason = "independent switches of a rule file")]
#[derive(Debug, Clone)]
pub struct Rule {
    /// Unique id.
    pub id: Code,
    /// Event type: the folder's name.
    pub event_type: Code,
    /// Object codes that the trigger takes.
    pub objects: FxHashSet<Code>,
    /// Object where none is named.
    pub implied: Option<Code>,
    /// Its figure.
    pub implied_value: Option<f64>,
    /// The object whatever is named.
    pub as_object: Option<Code>,
    /// Offence that the trigger tells.
    pub offence: Option<Code>,
    /// Authorities that the trigger tells.
    pub agency: Vec<Code>,
    /// The present tense counts.
    pub present: bool,
    /// The future tense counts.
    pub future: bool,
    /// Nouns count when they carry a figure.
    pub noun: bool,
    /// Full participles count.
    pub attributive: bool,
    /// What stands after a preposition is acted upon, too.
    pub adjuncts: bool,
    /// Only arguments with a figure count.
    pub figure: bool,
    /// The trigger is the noun of the argument itself.
    pub itself: bool,
    /// The trigger is a predicate without a verb.
    pub predicative: bool,
    /// The object is that of the last mention of the same event type.
    pub inherit: bool,
    /// Kazakh: cases of arguments beyond nominative and accusative.
    pub cases: Feats,
    /// Kazakh: the active verb's doer is who it happens to.
    pub subject: bool,
    /// Event types that, stated of the same object in the same sentence, make this one void.
    pub yields: Vec<Code>,
    /// Weak nouns count wherever they stand in the clause.
    pub strong: bool,
    /// The infinitive counts.
    pub infinitive: bool,
    /// Id of the rule that it stands for in an administrative text.
    pub turns: Option<Code>,
    /// Event types to whose verbs a trigger noun leaves its figure.
    pub cedes: Vec<Code>,
    /// Event types whose last sum is meant by a sum without figure.
    pub refers: Vec<Code>,
    /// Offences of which one must be what the result is about; any where empty.
    pub about: Vec<Code>,
    /// Object of a bare figure.
    pub count: Option<Code>,
    /// Objects that belong to the trigger without being its result.
    pub absorbs: FxHashSet<Code>,
    /// `text => object value unit`.
    pub examples: Vec<String>,
    /// Texts in which it must not fire.
    pub counter: Vec<String>,
    /// File that holds it.
    pub source: String,
}

impl Rule {
    /// Whether it takes nothing and says nothing: its triggers keep others from firing.
    pub fn is_stopper(&self) -> bool {
        self.objects.is_empty() && self.implied.is_none()
    }

    /// Whether a result about this offence is one that it states.
    pub fn is_about(&self, offence: Option<&Code>) -> bool {
        self.about.is_empty() || offence.is_some_and(|o| self.about.contains(o))
    }

    /// Whether it takes sums and nothing else: a fine, a damage.
    pub fn is_of_sums(&self) -> bool {
        self.objects.contains("money") && self.objects.iter().all(|o| matches!(o.as_ref(), "money" | "cryptocurrency"))
    }
}

/// Object codes by class, from `schemas/codes/object.csv`.
#[derive(Debug, Default, Clone)]
pub struct ObjectClasses {
    /// Class of each code.
    pub class_of: FxHashMap<Code, Code>,
}

impl ObjectClasses {
    /// Reads the code list.
    ///
    /// # Errors
    /// The list is missing or has no `code` and `class` columns.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let path = "schemas/codes/object.csv";
        let content = knowledge.get(path).ok_or_else(|| KnowledgeError::invalid(path, "the code list is missing"))?;
        let mut reader = csv::Reader::from_reader(content.as_bytes());
        let headers = reader.headers().map_err(|e| KnowledgeError::invalid(path, e.to_string()))?.clone();
        let column = |name: &str| {
            headers
                .iter()
                .position(|h| h == name)
                .ok_or_else(|| KnowledgeError::invalid(path, format!("no column `{name}`")))
        };
        let (code, class) = (column("code")?, column("class")?);
        let mut class_of = FxHashMap::default();
        for row in reader.records() {
            let row = row.map_err(|e| KnowledgeError::invalid(path, e.to_string()))?;
            class_of.insert(row[code].into(), row[class].into());
        }
        Ok(Self { class_of })
    }

    /// The class of a code; empty for an unknown one.
    pub fn class(&self, code: &str) -> &str {
        self.class_of.get(code).map_or("", AsRef::as_ref)
    }

    /// Expands `@class` and checks codes.
    fn expand(&self, path: &str, id: &str, names: &[String]) -> Result<FxHashSet<Code>, KnowledgeError> {
        let mut codes = FxHashSet::default();
        for name in names {
            if let Some(class) = name.strip_prefix('@') {
                let before = codes.len();
                codes.extend(self.class_of.iter().filter(|(_, c)| c.as_ref() == class).map(|(code, _)| code.clone()));
                if codes.len() == before && !self.class_of.values().any(|c| c.as_ref() == class) {
                    return Err(KnowledgeError::invalid(path, format!("{id}: no object of class `{name}`")));
                }
            } else if name == "duration" || self.class_of.contains_key(name.as_str()) {
                codes.insert(name.as_str().into());
            } else {
                return Err(KnowledgeError::invalid(path, format!("{id}: unknown object `{name}`")));
            }
        }
        Ok(codes)
    }
}

/// Where the rules lie, a folder for each event type.
const RULES: &str = "pipelines/rules/";

/// Loads the rules of one language and adds their triggers to its lexicon.
///
/// # Errors
/// The first file that is wrong, with its place.
pub fn load(
    knowledge: &Knowledge,
    language: &str,
    classes: &ObjectClasses,
    lexicon: &mut Lexicon,
    morphology: &dyn Morphology,
) -> Result<Vec<Rule>, KnowledgeError> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut ids: FxHashSet<String> = FxHashSet::default();
    let mut shadowed: FxHashMap<(String, Code, String), String> = FxHashMap::default();
    for (path, content) in knowledge.files(RULES, ".toml") {
        let Some((event_type, file)) = path.trim_start_matches(RULES).split_once('/') else { continue };
        if file.split(['_', '.']).next() != Some(language) {
            continue;
        }
        let file: File = toml::from_str(content).map_err(|e| syntax_error(path, content, &e))?;
        for spec in file.rule {
            if !ids.insert(spec.id.clone()) {
                return Err(KnowledgeError::invalid(path, format!("rule id `{}` is given twice", spec.id)));
            }
            // A rule without objects is a stopper: its longer trigger keeps a shorter one from firing.
            let stopper = spec.objects.is_empty() && spec.implied.is_none();
            if (spec.examples.is_empty() && !stopper) || spec.counter.is_empty() {
                return Err(KnowledgeError::invalid(
                    path,
                    format!("{}: needs an example and a counter-example", spec.id),
                ));
            }
            let objects = classes.expand(path, &spec.id, &spec.objects)?;
            let absorbs = classes.expand(path, &spec.id, &spec.absorbs)?;
            let number = rules.len() as u32;
            for trigger in &spec.triggers {
                for object in &objects {
                    let key = (event_type.to_owned(), object.clone(), trigger.clone());
                    if let Some(first) = shadowed.insert(key, spec.id.clone()) {
                        let message = format!("{}: trigger `{trigger}` is shadowed by rule {first}", spec.id);
                        return Err(KnowledgeError::invalid(path, message));
                    }
                }
                lexicon
                    .add_trigger(trigger, number, path, morphology)
                    .map_err(|e| KnowledgeError::invalid(path, format!("{}: {e}", spec.id)))?;
            }
            let mut cases = Feats::default();
            for name in &spec.cases {
                cases |= match name.as_str() {
                    "gen" => Feats::GEN,
                    "dat" => Feats::DAT,
                    "loc" => Feats::LOC,
                    "abl" => Feats::ABL,
                    "ins" => Feats::INS,
                    _ => return Err(KnowledgeError::invalid(path, format!("{}: unknown case `{name}`", spec.id))),
                };
            }
            let codes = |names: &[String]| names.iter().map(|n| Code::from(n.as_str())).collect::<Vec<_>>();
            let code = |name: Option<String>| name.map(|n| Code::from(n.as_str()));
            rules.push(Rule {
                id: spec.id.as_str().into(),
                event_type: event_type.into(),
                objects,
                implied: code(spec.implied),
                implied_value: spec.implied_value,
                as_object: code(spec.as_object),
                offence: code(spec.offence),
                agency: codes(&spec.agency),
                present: spec.present,
                future: spec.future,
                noun: spec.noun,
                attributive: spec.attributive,
                adjuncts: spec.adjuncts,
                figure: spec.figure,
                itself: spec.itself,
                inherit: spec.inherit,
                predicative: spec.predicative,
                cases,
                subject: spec.subject,
                yields: codes(&spec.yields),
                strong: spec.strong,
                infinitive: spec.infinitive,
                turns: code(spec.turns),
                cedes: codes(&spec.cedes),
                refers: codes(&spec.refers),
                about: codes(&spec.about),
                count: code(spec.count),
                absorbs,
                examples: spec.examples,
                counter: spec.counter,
                source: path.to_owned(),
            });
        }
    }
    Ok(rules)
}
