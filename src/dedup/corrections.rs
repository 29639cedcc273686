//! Human corrections: pairs of articles or mentions that a reviewer joined or split.
//!
//! `pipelines/corrections/links.csv` has one decision a line:
//! `decision,level,a,b,reviewer,reviewed_at,reason`, where `decision` is `join` or `split`, `level` is
//! `story` (then `a` and `b` are article ids) or `event` (mention ids). Ids are hashes of what they name,
//! so a decision survives rebuilds and no longer applies when its mention reads differently.

use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Reject;
use serde::Deserialize;

const FILE: &str = "pipelines/corrections/links.csv";

/// Join or split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The two are one, whatever the evidence.
    Join,
    /// The two are not one, whatever the evidence.
    Split,
}

impl Decision {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Split => "split",
        }
    }
}

impl Level {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Event => "event",
        }
    }
}

/// What a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Two articles.
    Story,
    /// Two mentions.
    Event,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Join or split.
    pub decision: Decision,
    /// Articles or mentions.
    pub level: Level,
    /// One id.
    pub a: String,
    /// The other id.
    pub b: String,
    /// Who decided.
    pub reviewer: String,
    /// Day of the decision.
    pub reviewed_at: String,
    /// Why.
    pub reason: String,
}

/// All decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections {
    all: Vec<Correction>,
}

impl Corrections {
    /// Reads the decisions of a knowledge base; without a file there are none.
    ///
    /// # Errors
    /// A line that is wrong, or two lines that contradict each other, with their place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let mut all: Vec<Correction> = Vec::new();
        let content = knowledge.get(FILE).unwrap_or("");
        for (line, row) in csv::Reader::from_reader(content.as_bytes()).deserialize::<Correction>().enumerate() {
            let at = format!("{FILE}:{}", line + 2);
            let row = row.map_err(|e| KnowledgeError::invalid(&at, e.to_string()))?;
            let same = |o: &Correction| {
                o.level == row.level && ((&o.a, &o.b) == (&row.a, &row.b) || (&o.b, &o.a) == (&row.a, &row.b))
            };
            if row.a == row.b {
                return Err(KnowledgeError::invalid(at, format!("{} is paired with itself", row.a)));
            }
            if all.iter().any(|o| same(o) && o.decision != row.decision) {
                return Err(KnowledgeError::invalid(at, format!("{} and {} are both joined and split", row.a, row.b)));
            }
            all.push(row);
        }
        Ok(Self { all })
    }

    /// The decisions that name an article or mention which is not there: it reads differently now, or is gone.
    /// One refusal for each such name; `is_there` looks a name up.
    pub fn stale(&self, is_there: impl Fn(Level, &str) -> bool) -> Vec<Reject> {
        let mut stale = Vec::new();
        for c in &self.all {
            for id in [&c.a, &c.b].into_iter().filter(|id| !is_there(c.level, id)) {
                let (decision, level) = (c.decision.as_str(), c.level.as_str());
                let detail = format!("{FILE}: {decision} {level} {} {} ({}): {id} is not there", c.a, c.b, c.reason);
                stale.push(Reject::new("dedup", "stale_correction", id.clone(), detail));
            }
        }
        stale
    }

    /// The pairs of a level and decision.
    pub fn pairs(&self, level: Level, decision: Decision) -> impl Iterator<Item = (&str, &str)> {
        let wanted = self.all.iter().filter(move |c| c.level == level && c.decision == decision);
        wanted.map(|c| (c.a.as_str(), c.b.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> Result<Corrections, String> {
        let mut knowledge = Knowledge::default();
        knowledge.insert(FILE, format!("decision,level,a,b,reviewer,reviewed_at,reason\n{lines}"));
        Corrections::new(&knowledge).map_err(|e| e.to_string())
    }

    fn check(lines: &str, expect: &str) {
        let error = read(lines).expect_err("refused");
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn decisions_are_read_and_contradictions_refused() {
        let both =
            read("join,story,x,y,me,2025-01-01,one raid\nsplit,event,m,n,me,2025-01-01,two raids\n").expect("right");
        assert_eq!(both.pairs(Level::Story, Decision::Join).collect::<Vec<_>>(), [("x", "y")]);
        assert_eq!(both.pairs(Level::Event, Decision::Split).collect::<Vec<_>>(), [("m", "n")]);
        let stale = both.stale(|level, id| level == Level::Story && id == "x");
        assert_eq!(stale.iter().map(|r| r.record_id.as_str()).collect::<Vec<_>>(), ["y", "m", "n"]);
        assert!(stale[0].detail.contains("join story x y"), "{}", stale[0].detail);
        check("join,story,x,y,me,d,r\nsplit,story,y,x,me,d,r\n", "links.csv:3: y and x are both joined and split");
        check("merge,story,x,y,me,d,r\n", "links.csv:2");
        check("join,story,x,x,me,d,r\n", "paired with itself");
    }
}
