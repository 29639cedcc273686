//! Training of what tells a statistic from one operation: each candidate by itself, then among the figures of its text.

use super::Failure;
use dalel::eval::Truth;
use dalel::extract::assemble::Proposal;
use dalel::extract::attribute::{Listed, scopes};
use dalel::extract::candidate::Candidate;
use dalel::extract::train::{L2_CHOICE, Question, fit_choice, model, to_text};
use dalel::extract::trees::{Row, Trees};
use std::collections::BTreeMap;
use std::path::Path;

/// A candidate, and what gold says of it.
pub struct Scoped {
    candidate: Candidate,
    title: bool,
    question: Question,
    /// None where gold does not have the candidate: it is a neighbour of the others and no more.
    is_statistic: Option<bool>,
}

/// Takes a proposal's part in the training.
pub fn scoped(proposal: &Proposal, truth: Option<&Truth>) -> Scoped {
    let is_statistic = truth.map(|t| t.scope.iter().any(|s| s.as_ref() == "aggregate"));
    Scoped {
        candidate: proposal.candidate.clone(),
        title: proposal.title,
        question: Question {
            options: vec![Listed { label: "aggregate".into(), features: proposal.scope_features.clone() }],
            right: vec![is_statistic == Some(true)],
            article: proposal.mention.article_id.clone(),
            evidence: proposal.mention.evidence.clone(),
        },
        is_statistic,
    }
}

/// The questions that gold answers.
fn questions<'s>(all: impl Iterator<Item = &'s Scoped>) -> Vec<Question> {
    all.filter(|s| s.is_statistic.is_some()).map(|s| s.question.clone()).collect()
}

fn fold(scoped: &Scoped, folds: u8) -> u8 {
    blake3::hash(scoped.question.article.as_bytes()).as_bytes()[0] % folds
}

/// The log-odds of each candidate by a model that has not seen its article.
fn own(all: &[Scoped], folds: u8) -> Vec<f32> {
    let mut own = vec![0.0; all.len()];
    for aside in 0..folds {
        let seen = questions(all.iter().filter(|s| fold(s, folds) != aside));
        let fitted = model(&fit_choice(&seen, true, L2_CHOICE), 0.5);
        for (scoped, own) in all.iter().zip(&mut own).filter(|(s, _)| fold(s, folds) == aside) {
            *own = fitted.sum(&scoped.question.options[0].features);
        }
    }
    own
}

/// The rows of the candidates that gold has, with their number.
fn rows(all: &[Scoped], own: &[f32]) -> Vec<(usize, Row<{ scopes::FEATURES }>)> {
    let mut sizes: BTreeMap<&str, f32> = BTreeMap::new();
    for scoped in all.iter().filter(|s| s.is_statistic.is_some()) {
        *sizes.entry(&scoped.question.article).or_default() += 1.0;
    }
    let mut rows = Vec::new();
    let mut from = 0;
    while from < all.len() {
        let first = &all[from];
        let same = |s: &Scoped| s.question.article == first.question.article && s.title == first.title;
        let to = from + all[from..].iter().position(|s| !same(s)).unwrap_or(all.len() - from);
        let text: Vec<&Candidate> = all[from..to].iter().map(|s| &s.candidate).collect();
        for (i, values) in scopes::rows(&text, &own[from..to], first.title).into_iter().enumerate() {
            let scoped = &all[from + i];
            if let Some(right) = scoped.is_statistic {
                // Articles share their weight, as for the other attributes.
                let weight = 1.0 / sizes[scoped.question.article.as_str()].sqrt();
                rows.push((from + i, Row { values, right, weight }));
            }
        }
        from = to;
    }
    rows
}

/// Parts of the articles that are set aside in turn, so that the panel learns from what the model says of articles that
/// it has not seen.
const FOLDS: u8 = 5;

/// Fits both models and writes them into a folder.
pub fn write(all: &[Scoped], to: &Path) -> Result<(), Failure> {
    let weights = fit_choice(&questions(all.iter()), true, L2_CHOICE);
    super::train::write(&to.join("scope.txt"), &to_text(&weights, 0.5))?;
    let rows = rows(all, &own(all, FOLDS));
    let panel = scopes::panel(rows.into_iter().map(|(_, row)| row));
    super::train::write(&to.join("scope_peers.txt"), &panel.to_text(&scopes::NAMES, 0.5))
}

/// Shares of right answers on articles that the models have not seen, and the wrong ones.
pub struct Verdict {
    /// By itself, and among the others.
    pub right: (u32, u32),
    /// Answers.
    pub seen: u32,
    /// What was answered wrongly among the others.
    pub wrong: Vec<String>,
}

/// Answers the questions of each part of the articles by models of the rest.
pub fn validate(all: &[Scoped], folds: u8) -> Verdict {
    let own = own(all, folds);
    let rows = rows(all, &own);
    let mut verdict = Verdict { right: (0, 0), seen: 0, wrong: Vec::new() };
    for aside in 0..folds {
        let rest = rows.iter().filter(|(i, _)| fold(&all[*i], folds) != aside);
        let panel: Trees = scopes::panel(rest.map(|(_, row)| *row));
        for (i, row) in rows.iter().filter(|(i, _)| fold(&all[*i], folds) == aside) {
            verdict.seen += 1;
            verdict.right.0 += u32::from((own[*i] >= 0.0) == row.right);
            let told = panel.sum(&row.values) >= 0.0;
            verdict.right.1 += u32::from(told == row.right);
            if told != row.right {
                let question = &all[*i].question;
                let name = |statistic: bool| if statistic { "aggregate" } else { "incident" };
                verdict.wrong.push(format!(
                    "{} took [{}] not [{}]: {}",
                    question.article,
                    name(told),
                    name(row.right),
                    question.evidence
                ));
            }
        }
    }
    verdict
}
