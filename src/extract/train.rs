//! Training of the scorer and of the attributes' models: log-linear models by full-batch gradient descent with
//! L2, no randomness.

use super::attribute::Listed;
use super::scorer::{Model, logistic};
use rustc_hash::FxHashMap;
use std::fmt::Write;

/// One candidate with its features and whether gold has it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Feature names.
    pub features: Vec<String>,
    /// Whether it is right.
    pub right: bool,
    /// Article, for cross-validation.
    pub article: String,
    /// How much it counts; 1 for a usual one.
    pub weight: f32,
}

/// Features seen in fewer samples are dropped: they would remember single articles.
const LEAST: usize = 4;
/// Strength of L2, per unit of weight: what serves the scorer.
pub const L2: f32 = 0.004;
/// Passes over all samples.
const PASSES: usize = 400;

/// Fits the weights, held back by L2 of a strength per unit of weight; the result does not depend on the order of the
/// samples.
pub fn fit(samples: &[Sample], l2: f32) -> Vec<(String, f32)> {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for sample in samples {
        for feature in &sample.features {
            *counts.entry(feature).or_default() += 1;
        }
    }
    let mut names: Vec<&str> = counts.iter().filter(|(_, n)| **n >= LEAST).map(|(f, _)| *f).collect();
    names.sort_unstable();
    let index: FxHashMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let mut rows: Vec<(Vec<usize>, bool, f32)> = samples
        .iter()
        .map(|s| {
            let mut row: Vec<usize> = s.features.iter().filter_map(|f| index.get(f.as_str()).copied()).collect();
            row.sort_unstable();
            row.dedup();
            (row, s.right, s.weight)
        })
        .collect();
    rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)).then(a.2.total_cmp(&b.2)));
    let mut weights = vec![0.0_f32; names.len()];
    let mut history = vec![1e-6_f32; names.len()];
    let n = rows.iter().map(|(_, _, weight)| *weight).sum::<f32>().max(1.0);
    for _ in 0..PASSES {
        let mut gradient = vec![0.0_f32; names.len()];
        for (row, right, weight) in &rows {
            let sum: f32 = row.iter().map(|i| weights[*i]).sum();
            let error = weight * (logistic(sum) - f32::from(u8::from(*right)));
            for i in row {
                gradient[*i] += error;
            }
        }
        for i in 0..weights.len() {
            let g = gradient[i] / n + l2 * weights[i];
            history[i] += g * g;
            weights[i] -= 0.1 * g / history[i].sqrt();
        }
    }
    names.into_iter().zip(weights).filter(|(_, w)| w.abs() >= 0.01).map(|(n, w)| (n.to_owned(), w)).collect()
}

/// The features of an option, by number, and whether it is right.
type Row = (Vec<usize>, bool);

/// One question of an attribute: what the text offers, and what of it is right.
#[derive(Debug, Clone)]
pub struct Question {
    /// The options with their features.
    pub options: Vec<Listed>,
    /// Whether each option is right.
    pub right: Vec<bool>,
    /// Article: questions of one article share its weight, and cross-validation keeps them together.
    pub article: String,
    /// The words of the result, for the reader.
    pub evidence: String,
}

/// Features of a choice seen in fewer articles are dropped.
const LEAST_ARTICLES: usize = 4;
/// Strength of L2 of a choice, per unit of weight: what serves most of the attributes.
pub const L2_CHOICE: f32 = 0.002;

/// Fits a choice: of the options of a question one is right (`several`: each is right or wrong by itself), with weights
/// held back by L2 of a strength per unit of weight.
pub fn fit_choice(questions: &[Question], several: bool, l2: f32) -> Vec<(String, f32)> {
    let mut articles: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    let mut sizes: FxHashMap<&str, f32> = FxHashMap::default();
    for question in questions {
        *sizes.entry(&question.article).or_default() += 1.0;
        for feature in question.options.iter().flat_map(|o| &o.features) {
            let seen = articles.entry(feature).or_default();
            if !seen.contains(&question.article.as_str()) {
                seen.push(&question.article);
            }
        }
    }
    let mut names: Vec<&str> = articles.iter().filter(|(_, a)| a.len() >= LEAST_ARTICLES).map(|(f, _)| *f).collect();
    names.sort_unstable();
    let index: FxHashMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let mut rows: Vec<(Vec<Row>, f32)> = questions
        .iter()
        .filter(|q| several || q.right.contains(&true))
        .map(|q| {
            let options = q.options.iter().zip(&q.right).map(|(option, right)| {
                let mut row: Vec<usize> =
                    option.features.iter().filter_map(|f| index.get(f.as_str()).copied()).collect();
                row.sort_unstable();
                row.dedup();
                (row, *right)
            });
            (options.collect(), 1.0 / sizes[q.article.as_str()].sqrt())
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let total: f32 = rows.iter().map(|(_, w)| *w).sum::<f32>().max(1.0);
    let mut weights = vec![0.0_f32; names.len()];
    let mut history = vec![1e-6_f32; names.len()];
    let mut gradient = vec![0.0_f32; names.len()];
    for _ in 0..PASSES {
        gradient.fill(0.0);
        for (options, weight) in &rows {
            let sums: Vec<f32> = options.iter().map(|(row, _)| row.iter().map(|i| weights[*i]).sum()).collect();
            let errors: Vec<f32> = if several {
                let error =
                    |(sum, (_, right)): (&f32, &(Vec<usize>, bool))| logistic(*sum) - f32::from(u8::from(*right));
                sums.iter().zip(options).map(error).collect()
            } else {
                let most = sums.iter().copied().fold(f32::MIN, f32::max);
                let shares: Vec<f32> = sums.iter().map(|s| (s - most).exp()).collect();
                let all: f32 = shares.iter().sum();
                let right: f32 = shares.iter().zip(options).filter(|(_, o)| o.1).map(|(s, _)| *s).sum();
                let error = |(share, (_, is)): (&f32, &(Vec<usize>, bool))| {
                    share / all - if *is { share / right.max(f32::MIN_POSITIVE) } else { 0.0 }
                };
                shares.iter().zip(options).map(error).collect()
            };
            for ((row, _), error) in options.iter().zip(errors) {
                for i in row {
                    gradient[*i] += weight * error;
                }
            }
        }
        for i in 0..weights.len() {
            let g = gradient[i] / total + l2 * weights[i];
            history[i] += g * g;
            weights[i] -= 0.1 * g / history[i].sqrt();
        }
    }
    names.into_iter().zip(weights).filter(|(_, w)| w.abs() >= 0.01).map(|(n, w)| (n.to_owned(), w)).collect()
}

/// The options that a model takes: the best; of several, all that are more probable than not.
pub fn taken(model: &Model, question: &Question, several: bool) -> Vec<usize> {
    let sums: Vec<f32> = question.options.iter().map(|option| model.sum(&option.features)).collect();
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let first = sums.iter().position(|s| *s >= most);
    (0..sums.len()).filter(|i| Some(*i) == first || several && sums[*i] >= 0.0).collect()
}

/// The model as text, sorted by feature.
pub fn to_text(weights: &[(String, f32)], threshold: f32) -> String {
    let mut text = String::from("# Trained by `make train`; do not edit.\nfeature\tweight\n");
    let _ = writeln!(text, "threshold\t{threshold}");
    for (name, weight) in weights {
        let _ = writeln!(text, "{name}\t{weight:.3}");
    }
    text
}

/// A model of the weights, as it will be read back.
pub fn model(weights: &[(String, f32)], threshold: f32) -> Model {
    Model::from_weights(weights, threshold)
}
