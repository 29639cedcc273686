//! Training of the scorer: logistic regression by full-batch gradient descent with L2, no randomness.

use super::scorer::Model;
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
}

/// Features seen in fewer samples are dropped: they would remember single articles.
const LEAST: usize = 4;
/// Strength of L2, per sample.
const L2: f32 = 0.004;
/// Passes over all samples.
const PASSES: usize = 400;

/// Fits the weights; the result does not depend on the order of the samples.
pub fn fit(samples: &[Sample]) -> Vec<(String, f32)> {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for sample in samples {
        for feature in &sample.features {
            *counts.entry(feature).or_default() += 1;
        }
    }
    let mut names: Vec<&str> = counts.iter().filter(|(_, n)| **n >= LEAST).map(|(f, _)| *f).collect();
    names.sort_unstable();
    let index: FxHashMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let mut rows: Vec<(Vec<usize>, bool)> = samples
        .iter()
        .map(|s| {
            let mut row: Vec<usize> = s.features.iter().filter_map(|f| index.get(f.as_str()).copied()).collect();
            row.sort_unstable();
            row.dedup();
            (row, s.right)
        })
        .collect();
    rows.sort();
    let mut weights = vec![0.0_f32; names.len()];
    let mut history = vec![1e-6_f32; names.len()];
    let n = rows.len().max(1) as f32;
    for _ in 0..PASSES {
        let mut gradient = vec![0.0_f32; names.len()];
        for (row, right) in &rows {
            let sum: f32 = row.iter().map(|i| weights[*i]).sum();
            let error = 1.0 / (1.0 + (-sum).exp()) - f32::from(u8::from(*right));
            for i in row {
                gradient[*i] += error;
            }
        }
        for i in 0..weights.len() {
            let g = gradient[i] / n + L2 * weights[i];
            history[i] += g * g;
            weights[i] -= 0.1 * g / history[i].sqrt();
        }
    }
    names.into_iter().zip(weights).filter(|(_, w)| w.abs() >= 0.01).map(|(n, w)| (n.to_owned(), w)).collect()
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
