//! How probable a candidate is, by all models that have something to say of it.
//!
//! The [`scorer`](super::scorer) weighs each candidate by itself, the [`panel`](super::peers) among those of its text. A
//! result without a figure ("подозреваемые задержаны", "орудие изъято") tells both little, and they know mostly results
//! with one: a second scorer, taught by such results above all, gives a second opinion of it
//! (`pipelines/model/<ru|kk>_figureless.txt`), and the mean of both log-odds counts.

use super::Language;
use super::candidate::Candidate;
use super::peers::{self, Peer};
use super::reading::Read;
use super::scorer::{Model, Scene, logistic};

/// Least probability of persons taken into custody without a figure: police news mostly tells of them so ("браконьеры
/// задержаны"), and seldom falsely.
const HELD: f32 = 0.4;

/// The file of a language's second scorer.
pub fn second(language: &str) -> String {
    format!("{language}_figureless")
}

/// Whether no numeral gives the value: a plural without one, or a single thing.
pub fn is_without_figure(reads: &[Read], candidate: &Candidate) -> bool {
    let figure = candidate.argument.is_some_and(|a| reads[candidate.sentence].arguments[a].has_figure);
    candidate.value.is_none() || candidate.value == Some(1.0) && !figure
}

/// The log-odds that two opinions make.
pub fn both(first: f32, second: f32) -> f32 {
    f32::midpoint(first, second)
}

/// The probability of each candidate: by itself, among the others, and by the second opinion.
pub(super) fn weigh(scene: &Scene<'_, '_>, model: &Model, candidates: &[Candidate]) -> Vec<f32> {
    let language = scene.language;
    let peer = |candidate| Peer {
        candidate,
        event_type: &language.rules[candidate.rule as usize].event_type,
        own: model.log_odds(scene, candidate),
    };
    let peers: Vec<Peer<'_>> = candidates.iter().map(peer).collect();
    let first: Vec<f32> = match &language.panel {
        Some(panel) => peers::rows(&peers, scene.title).iter().map(|row| panel.log_odds(row)).collect(),
        None => peers.iter().map(|peer| peer.own).collect(),
    };
    let odds = candidates.iter().zip(first).map(|(candidate, first)| match &language.figureless {
        Some(model) if is_without_figure(scene.reads, candidate) => both(first, model.log_odds(scene, candidate)),
        _ => first,
    });
    odds.map(logistic).collect()
}

/// The least probability at which a candidate is kept.
pub(super) fn least(language: &Language, model: &Model, candidate: &Candidate) -> f32 {
    let usual = language.panel.as_ref().map_or(model.threshold, |panel| panel.threshold);
    let held = matches!(language.rules[candidate.rule as usize].event_type.as_ref(), "detention" | "arrest");
    match &language.figureless {
        Some(second) if candidate.value.is_none() && held => second.threshold.min(HELD),
        Some(second) if candidate.value.is_none() => second.threshold,
        _ => usual,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::Extractor;
    use crate::knowledge::Knowledge;
    use crate::record::Article;

    #[test]
    fn a_plural_and_a_single_thing_have_no_figure() {
        let extractor = Extractor::new(&Knowledge::embedded()).unwrap();
        let text = "В Таразе задержаны подозреваемые, изъяты нож, 2 телефона и наркотики.";
        let article = Article { text: text.into(), ..Article::default() };
        let proposals = extractor.proposals(&article);
        let without = |object: &str| {
            let of = proposals.iter().filter(|p| &*p.mention.object == object);
            of.map(|p| p.is_without_figure).collect::<Vec<_>>()
        };
        for (object, expected) in [("person", true), ("weapon", true), ("drug", true), ("electronics", false)] {
            assert!(without(object).contains(&expected), "{object}: {:?}", without(object));
        }
    }

    #[test]
    fn a_result_without_figure_has_a_second_opinion() {
        let with = Extractor::new(&Knowledge::embedded()).unwrap();
        let mut without = Extractor::new(&Knowledge::embedded()).unwrap();
        without.russian.figureless = None;
        let kept = |extractor: &Extractor, text: &str| {
            let article = Article { text: text.into(), ..Article::default() };
            let kept = crate::stage::Map::map(extractor, &article).kept;
            kept.iter().map(|m| (m.value, m.confidence)).collect::<Vec<_>>()
        };
        let figured = "В Таразе полицейские задержали 14 подозреваемых в кражах скота.";
        assert_eq!(kept(&with, figured), kept(&without, figured));
        assert_eq!(kept(&with, figured).first().map(|m| m.0), Some(Some(14.0)));
        let vague = "В Таразе подозреваемые в краже скота задержаны и водворены в изолятор.";
        assert_eq!(kept(&with, vague).first().map(|m| m.0), Some(None));
        assert_ne!(kept(&with, vague), kept(&without, vague));
    }
}
