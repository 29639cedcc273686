//! `pipelines/corrections/mentions.csv`: what reviewers decided about single mentions.

use super::field::{FIELDS, field_of, set};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{CodeLists, Mention, Reject, stable_id};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashSet};

const FILE: &str = "pipelines/corrections/mentions.csv";

/// What a reviewer said of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is right: its confidence is 1, and nobody is asked again.
    Accept,
    /// It is none: it is refused.
    Reject,
    /// A field is wrong: it gets another value. One line for each field.
    Amend,
}

impl Decision {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Amend => "amend",
        }
    }
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// What was decided.
    pub decision: Decision,
    /// Mention.
    pub mention_id: String,
    /// Article that states it.
    pub article_id: String,
    /// [`bind`] of the mention that was judged.
    pub evidence_hash: String,
    /// Field to amend, else empty.
    pub field: String,
    /// The field's right value, as [`field_of`] writes it.
    pub value: String,
    /// Who decided.
    pub reviewer: String,
    /// Day of the decision.
    pub reviewed_at: String,
    /// Why.
    pub reason: String,
}

/// A hash of the words that state a mention: what a decision about it is bound to.
pub fn bind(mention: &Mention) -> String {
    stable_id("words", &[&mention.evidence])
}

/// All decisions, by mention.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    all: BTreeMap<String, Vec<Correction>>,
    codes: CodeLists,
}

/// Mentions after review.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reviewed {
    /// Those that stay, in their order.
    pub kept: Vec<Mention>,
    /// Those that a reviewer rejected, or that became equal to another one.
    pub refused: Vec<Reject>,
    /// Decisions that no longer apply, one line each.
    pub stale: Vec<String>,
}

impl Corrections {
    /// The stage's name in the books.
    pub const NAME: &str = "review";

    /// Reads the decisions; without a file there are none.
    ///
    /// # Errors
    /// A line that is wrong, or that contradicts an earlier one, with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let Some(content) = knowledge.get(FILE) else { return Ok(Self::default()) };
        Self::parse(FILE, content, CodeLists::load(knowledge)?)
    }

    fn parse(path: &str, content: &str, codes: CodeLists) -> Result<Self, KnowledgeError> {
        let mut all: BTreeMap<String, Vec<Correction>> = BTreeMap::new();
        for (line, row) in csv::Reader::from_reader(content.as_bytes()).deserialize::<Correction>().enumerate() {
            let at = format!("{path}:{}", line + 2);
            let wrong = |message: String| KnowledgeError::invalid(&at, message);
            let row = row.map_err(|e| wrong(e.to_string()))?;
            let own = all.entry(row.mention_id.clone()).or_default();
            if row.decision == Decision::Amend {
                set(&mut Mention::default(), &row.field, &row.value, &codes).map_err(wrong)?;
            } else if !row.field.is_empty() || !row.value.is_empty() {
                return Err(wrong(format!("{} has no field or value", row.decision.as_str())));
            }
            if own.iter().any(|other| other.decision != row.decision || other.field == row.field) {
                return Err(wrong(format!("{} is decided on twice", row.mention_id)));
            }
            own.push(row);
        }
        Ok(Self { all, codes })
    }

    /// Whether nobody decided anything.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether a mention of this id was decided on.
    pub fn names(&self, mention_id: &str) -> bool {
        self.all.contains_key(mention_id)
    }

    /// Decisions about mentions that nobody saw, of articles that are among those of the run: one line each.
    pub fn unseen(&self, seen: &HashSet<String>, has_article: impl Fn(&str) -> bool) -> Vec<String> {
        let gone = self.all.values().filter(|own| !seen.contains(&own[0].mention_id)).flatten();
        let gone = gone.filter(|c| has_article(&c.article_id));
        gone.map(|c| stale(c, "its article no longer has this mention")).collect()
    }

    /// Whether a mention was decided on, on the words that it has now.
    pub fn decided(&self, mention: &Mention) -> bool {
        let hash = bind(mention);
        self.all.get(&mention.mention_id).is_some_and(|own| own.iter().any(|c| c.evidence_hash == hash))
    }

    /// All decisions, by mention.
    pub fn iter(&self) -> impl Iterator<Item = &Correction> {
        self.all.values().flatten()
    }

    /// Applies the decisions. `has_article` tells whether an article is among those of the run: a decision about
    /// another one is not out of date.
    pub fn apply(&self, mentions: Vec<Mention>, has_article: impl Fn(&str) -> bool) -> Reviewed {
        let mut reviewed = Reviewed::default();
        let mut seen: HashSet<String> = HashSet::new();
        let mut amended: BTreeSet<String> = BTreeSet::new();
        for mut mention in mentions {
            let Some((id, own)) = self.all.get_key_value(&mention.mention_id) else {
                reviewed.kept.push(mention);
                continue;
            };
            seen.insert(id.clone());
            let hash = bind(&mention);
            if let Some(other) = own.iter().find(|c| c.evidence_hash != hash) {
                reviewed.stale.push(stale(other, "its evidence reads differently now"));
                reviewed.kept.push(mention);
                continue;
            }
            if own.iter().any(|c| c.decision == Decision::Reject) {
                let detail = format!("by a reviewer: {}", own[0].reason);
                reviewed.refused.push(Reject::new(Self::NAME, "rejected", mention.mention_id, detail));
                continue;
            }
            for c in own.iter().filter(|c| c.decision == Decision::Amend) {
                if field_of(&mention, &c.field) == c.value {
                    reviewed.stale.push(stale(c, "the extractor reads it so by itself"));
                } else {
                    // Values were checked when they were read.
                    let _ = set(&mut mention, &c.field, &c.value, &self.codes);
                    amended.insert(mention.mention_id.clone());
                }
            }
            mention.confidence = 1.0;
            reviewed.kept.push(mention);
        }
        reviewed.stale.extend(self.unseen(&seen, has_article));
        reviewed.refuse_doubles(&amended);
        reviewed
    }

    /// The file with further decisions; a mention's later ones replace its earlier ones. Sorted.
    ///
    /// # Errors
    /// A decision that the file could not hold.
    pub fn with(&self, decisions: Vec<Correction>, codes: &CodeLists) -> Result<String, KnowledgeError> {
        let mut all = self.all.clone();
        let renewed: BTreeSet<String> = decisions.iter().map(|c| c.mention_id.clone()).collect();
        all.retain(|id, _| !renewed.contains(id));
        for decision in decisions {
            all.entry(decision.mention_id.clone()).or_default().push(decision);
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let wrong = |message: String| KnowledgeError::invalid(FILE, message);
        for own in all.values_mut() {
            let place = |field: &str| FIELDS.iter().position(|f| *f == field);
            own.sort_by_key(|c| place(&c.field));
            for c in own {
                writer.serialize(c).map_err(|e| wrong(e.to_string()))?;
            }
        }
        let bytes = writer.into_inner().map_err(|e| wrong(e.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|e| wrong(e.to_string()))?;
        Self::parse(FILE, &text, codes.clone()).map(|_| text)
    }
}

impl Reviewed {
    /// A corrected mention that now equals another one of its article in every coded field goes.
    fn refuse_doubles(&mut self, amended: &BTreeSet<String>) {
        if amended.is_empty() {
            return;
        }
        let key = |m: &Mention| {
            let coded: Vec<String> = FIELDS.iter().map(|field| field_of(m, field)).collect();
            (m.article_id.clone(), coded)
        };
        let (mut kept, mut corrected): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.kept).into_iter().enumerate().partition(|(_, m)| !amended.contains(&m.mention_id));
        let articles: BTreeSet<&str> = corrected.iter().map(|(_, m)| m.article_id.as_str()).collect();
        let mut known: BTreeSet<_> =
            kept.iter().filter(|(_, m)| articles.contains(m.article_id.as_str())).map(|(_, m)| key(m)).collect();
        corrected.retain(|(_, m)| {
            let new = known.insert(key(m));
            if !new {
                let detail = "corrected, it is another mention of its article";
                self.refused.push(Reject::new(Corrections::NAME, "duplicate", m.mention_id.clone(), detail));
            }
            new
        });
        kept.extend(corrected);
        kept.sort_by_key(|(place, _)| *place);
        self.kept = kept.into_iter().map(|(_, mention)| mention).collect();
    }
}

fn stale(c: &Correction, why: &str) -> String {
    let what = if c.field.is_empty() { String::new() } else { format!(" of {}", c.field) };
    format!("correction out of date: {}{what} {}: {why}", c.decision.as_str(), c.mention_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(id: &str, value: f64) -> Mention {
        Mention {
            mention_id: id.into(),
            article_id: "a".into(),
            event_type: "seizure".into(),
            object: "heroin".into(),
            value: Some(value),
            unit: Some("kg".into()),
            evidence: format!("изъято {value} кг"),
            confidence: 0.5,
            ..Mention::default()
        }
    }

    const HEAD: &str = "decision,mention_id,article_id,evidence_hash,field,value,reviewer,reviewed_at,reason\n";

    fn read(lines: &str) -> Result<Corrections, String> {
        let mut knowledge = Knowledge::embedded();
        knowledge.insert(FILE, format!("{HEAD}{lines}"));
        Corrections::new(&knowledge).map_err(|e| e.to_string())
    }

    fn line(decision: &str, m: &Mention, field: &str, value: &str) -> String {
        format!("{decision},{},{},{},{field},{value},me,2026-11-22,because\n", m.mention_id, m.article_id, bind(m))
    }

    #[test]
    fn a_decision_is_applied() {
        let (a, b, c) = (mention("a", 1.0), mention("b", 2.0), mention("c", 3.0));
        let lines = [
            line("reject", &a, "", ""),
            line("accept", &b, "", ""),
            line("amend", &c, "value", "30"),
            line("amend", &c, "region", "KZ-79"),
        ];
        let corrections = read(&lines.concat()).expect("right");
        let reviewed = corrections.apply(vec![a, b.clone(), c], |_| true);
        assert_eq!(reviewed.refused, [Reject::new("review", "rejected", "a", "by a reviewer: because")]);
        assert_eq!(reviewed.stale, Vec::<String>::new());
        assert_eq!(reviewed.kept[0], Mention { confidence: 1.0, ..b });
        assert_eq!((reviewed.kept[1].value, &*reviewed.kept[1].region[0]), (Some(30.0), "KZ-79"));
    }

    #[test]
    fn one_that_no_longer_applies_is_told() {
        let check = |lines: &str, now: Vec<Mention>, expect: &[&str]| {
            let reviewed = read(lines).expect("right").apply(now.clone(), |article| article == "a");
            assert_eq!(reviewed.kept.len(), now.len());
            assert_eq!(reviewed.stale, expect);
        };
        let m = mention("m", 1.0);
        let other = Mention { evidence: "изъят 1 кг".into(), ..m.clone() };
        check(
            &line("reject", &m, "", ""),
            vec![other],
            &["correction out of date: reject m: its evidence reads differently now"],
        );
        check(
            &line("amend", &m, "value", "7"),
            vec![],
            &["correction out of date: amend of value m: its article no longer has this mention"],
        );
        check(
            &line("amend", &m, "value", "1"),
            vec![m.clone()],
            &["correction out of date: amend of value m: the extractor reads it so by itself"],
        );
        let elsewhere = Mention { article_id: "not of this run".into(), ..m };
        check(&line("reject", &elsewhere, "", ""), vec![], &[]);
    }

    #[test]
    fn a_corrected_double_goes() {
        let (a, b) = (mention("a", 1.0), mention("b", 2.0));
        let reviewed = read(&line("amend", &a, "value", "2")).expect("right").apply(vec![a, b], |_| true);
        assert_eq!(reviewed.kept.iter().map(|m| m.mention_id.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(reviewed.refused[0].reason, "duplicate");
    }

    #[test]
    fn mistakes_have_their_place() {
        let check = |lines: &str, expect: &str| {
            let error = read(lines).expect_err("refused");
            assert!(error.contains(expect), "{error}");
        };
        let m = mention("m", 1.0);
        check(&line("drop", &m, "", ""), "mentions.csv:2: ");
        check(&line("amend", &m, "object", "gold"), "mentions.csv:2: \"gold\" is no code of object");
        check(&line("amend", &m, "evidence", "x"), "mentions.csv:2: \"evidence\" is no field");
        check(&line("reject", &m, "value", "2"), "reject has no field or value");
        check(&(line("accept", &m, "", "") + &line("reject", &m, "", "")), "mentions.csv:3: m is decided on twice");
        check(
            &(line("amend", &m, "value", "1") + &line("amend", &m, "value", "2")),
            "mentions.csv:3: m is decided on twice",
        );
    }
}
