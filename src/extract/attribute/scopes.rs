//! Statistic or incident, decided among the figures of a text.
//!
//! "Изъято 7 катеров, 8 автомобилей, 435 кг осетра" in a season's report: a figure that looks like one operation's is
//! a statistic where its neighbours are. The scope model weighs each candidate by itself; what it says of a candidate
//! and of the figures around it are the numbers here, and [`Trees`] decide on them.

use super::scope;
use crate::extract::candidate::Candidate;
use crate::extract::scorer::{Scene, logistic};
use crate::extract::trees::{Row, Trees};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Scope;
use std::collections::BTreeMap;

/// Number of the features.
pub const FEATURES: usize = NAMES.len();

/// The features. A figure's log-odds is the mean over its readings; where a name speaks of others, it is the mean over
/// their figures, 0 where there is none.
pub const NAMES: [&str; 14] = [
    // Log-odds of the candidate by itself.
    "own",
    // The other figures of its sentence: mean, greatest, least, number.
    "sentence",
    "most",
    "least",
    "others",
    // Those of the two sentences before and after.
    "previous",
    "next",
    // All those before and after.
    "before",
    "after",
    // The last sentence before that has any.
    "last",
    // All others, and the number of figures.
    "rest",
    "figures",
    // Decimal logarithm of the value.
    "magnitude",
    // Whether the text is a headline.
    "title",
];

/// The name of the model's file.
const FILE: &str = "scope_peers";

/// The trained decision.
#[derive(Debug, Clone)]
pub struct ScopePanel {
    trees: Trees,
    threshold: f32,
}

impl ScopePanel {
    /// Reads the model; none where the file is missing.
    ///
    /// # Errors
    /// The file's wrong line.
    pub fn load(knowledge: &Knowledge) -> Result<Option<Self>, KnowledgeError> {
        let path = format!("pipelines/model/{FILE}.txt");
        let Some(text) = knowledge.get(&path) else { return Ok(None) };
        let (trees, threshold) = Trees::parse(text, &NAMES)
            .map_err(|(line, message)| KnowledgeError::invalid(format!("{path}:{line}"), message))?;
        Ok(Some(Self { trees, threshold }))
    }

    /// The log-odds that a candidate is a statistic.
    pub fn log_odds(&self, row: &[f32; FEATURES]) -> f32 {
        self.trees.sum(row)
    }

    /// What each feature adds to the log-odds, strongest first.
    pub fn reasons(&self, row: &[f32; FEATURES]) -> Vec<(&'static str, f32)> {
        let mut reasons: Vec<_> = NAMES.into_iter().zip(self.trees.reasons(row)).collect();
        reasons.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        reasons
    }
}

/// Fits the trees.
pub fn panel(rows: impl Iterator<Item = Row<FEATURES>>) -> Trees {
    Trees::fit(&rows.collect::<Vec<_>>())
}

/// The scope of each candidate of a text.
pub fn scopes(scene: &Scene<'_, '_>, candidates: &[Candidate]) -> Vec<Scope> {
    let Some(model) = &scene.language.scope else {
        return candidates.iter().map(|candidate| scene.context.scope(candidate)).collect();
    };
    let own: Vec<f32> = candidates.iter().map(|c| model.visited(|put| scope::features(scene, c, put))).collect();
    let of =
        |probability: f32, threshold: f32| if probability >= threshold { Scope::Aggregate } else { Scope::Incident };
    match &scene.language.scopes {
        Some(panel) => {
            let each: Vec<&Candidate> = candidates.iter().collect();
            let rows = rows(&each, &own, scene.title);
            rows.iter().map(|row| of(logistic(panel.log_odds(row)), panel.threshold)).collect()
        }
        None => own.iter().map(|own| of(logistic(*own), model.threshold)).collect(),
    }
}

/// Log-odds of several figures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sum {
    sum: f32,
    count: usize,
}

impl Sum {
    fn add(&mut self, one: f32) {
        self.sum += one;
        self.count += 1;
    }

    fn and(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, count: self.count + other.count }
    }

    fn without(self, one: f32) -> Self {
        Self { sum: self.sum - one, count: self.count - 1 }
    }

    fn mean(self) -> f32 {
        if self.count == 0 { 0.0 } else { self.sum / self.count as f32 }
    }
}

/// The figures of a sentence.
#[derive(Debug, Clone, Default)]
struct Figures {
    all: Sum,
    /// Greatest first.
    sorted: Vec<f32>,
}

impl Figures {
    /// The greatest and the least but for one of them.
    fn ends(&self, one: f32) -> (f32, f32) {
        let end = |first: Option<&f32>, second: Option<&f32>| {
            first.filter(|f| f.total_cmp(&one).is_ne()).or(second).copied().unwrap_or(0.0)
        };
        let n = self.sorted.len();
        let back = |i: usize| n.checked_sub(i).and_then(|i| self.sorted.get(i));
        (end(self.sorted.first(), self.sorted.get(1)), end(back(1), back(2)))
    }
}

/// The rows of the candidates of one text, in their order, of their log-odds by themselves.
pub fn rows(candidates: &[&Candidate], own: &[f32], title: bool) -> Vec<[f32; FEATURES]> {
    // A figure is read in several ways: it counts once.
    let figure = |c: &Candidate| (c.sentence, c.argument.map_or((1, c.from), |a| (0, a)));
    let mut figures: BTreeMap<_, Sum> = BTreeMap::new();
    for (candidate, own) in candidates.iter().zip(own) {
        figures.entry(figure(candidate)).or_default().add(*own);
    }
    let mut sentences: BTreeMap<usize, Figures> = BTreeMap::new();
    let mut all = Sum::default();
    for ((sentence, _), sum) in &figures {
        let here = sentences.entry(*sentence).or_default();
        here.all.add(sum.mean());
        here.sorted.push(sum.mean());
        all.add(sum.mean());
    }
    // What stands before each sentence.
    let mut before = BTreeMap::new();
    let mut told = Sum::default();
    for (sentence, here) in &mut sentences {
        here.sorted.sort_by(|a, b| b.total_cmp(a));
        before.insert(*sentence, told);
        told = told.and(here.all);
    }
    let among = |from: usize, to: usize| {
        sentences.range(from..to).fold(Sum::default(), |sum, (_, here)| sum.and(here.all)).mean()
    };
    let row = |(candidate, own): (&&Candidate, &f32)| {
        let s = candidate.sentence;
        let mean = figures[&figure(candidate)].mean();
        let here = &sentences[&s];
        let (most, least) = here.ends(mean);
        let before = before[&s];
        let upto = before.and(here.all);
        let after = Sum { sum: all.sum - upto.sum, count: all.count - upto.count };
        let last = sentences.range(..s).next_back().map_or(0.0, |(_, here)| here.all.mean());
        [
            *own,
            here.all.without(mean).mean(),
            most,
            least,
            (here.all.count - 1) as f32,
            among(s.saturating_sub(2), s),
            among(s + 1, s + 3),
            before.mean(),
            after.mean(),
            last,
            all.without(mean).mean(),
            all.count as f32,
            (candidate.value.unwrap_or(0.0).max(0.0) + 1.0).log10() as f32,
            f32::from(u8::from(title)),
        ]
    };
    candidates.iter().zip(own).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::peers::tests::candidate;

    fn column(rows: &[[f32; FEATURES]], name: &str) -> Vec<f32> {
        let at = NAMES.iter().position(|n| *n == name).unwrap();
        rows.iter().map(|row| (row[at] * 100.0).round() / 100.0).collect()
    }

    #[test]
    fn a_figure_is_seen_among_the_figures_around_it() {
        let candidates = [
            candidate(0, Some(0), 99.0),
            // Two readings of one figure.
            candidate(2, Some(0), 7.0),
            candidate(2, Some(0), 7.0),
            candidate(2, Some(1), 8.0),
            candidate(5, None, 1.0),
        ];
        let each: Vec<&Candidate> = candidates.iter().collect();
        let rows = rows(&each, &[3.0, 0.0, -2.0, 1.0, -4.0], false);
        assert_eq!(column(&rows, "own"), [3.0, 0.0, -2.0, 1.0, -4.0]);
        assert_eq!(column(&rows, "sentence"), [0.0, 1.0, 1.0, -1.0, 0.0]);
        assert_eq!(column(&rows, "most"), [0.0, 1.0, 1.0, -1.0, 0.0]);
        assert_eq!(column(&rows, "least"), [0.0, 1.0, 1.0, -1.0, 0.0]);
        assert_eq!(column(&rows, "others"), [0.0, 1.0, 1.0, 1.0, 0.0]);
        assert_eq!(column(&rows, "previous"), [0.0, 3.0, 3.0, 3.0, 0.0]);
        assert_eq!(column(&rows, "next"), [0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(column(&rows, "before"), [0.0, 3.0, 3.0, 3.0, 1.0]);
        assert_eq!(column(&rows, "after"), [-1.33, -4.0, -4.0, -4.0, 0.0]);
        assert_eq!(column(&rows, "last"), [0.0, 3.0, 3.0, 3.0, 0.0]);
        assert_eq!(column(&rows, "rest"), [-1.33, 0.0, 0.0, -0.67, 1.0]);
        assert_eq!(column(&rows, "figures"), [4.0; 5]);
        assert_eq!(column(&rows, "magnitude"), [2.0, 0.9, 0.9, 0.95, 0.3]);
    }

    #[test]
    fn a_figure_alone_has_its_own_log_odds() {
        let only = candidate(3, Some(0), 3.0);
        let rows = rows(&[&only], &[1.5], true);
        assert_eq!(column(&rows, "own"), [1.5]);
        for name in ["sentence", "most", "least", "others", "previous", "next", "before", "after", "last", "rest"] {
            assert_eq!(column(&rows, name), [0.0], "{name}");
        }
        assert_eq!(column(&rows, "title"), [1.0]);
    }
}
