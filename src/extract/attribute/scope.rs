//! Statistic or single operation.

use crate::extract::argument::ArgumentKind;
use crate::extract::candidate::Candidate;
use crate::extract::context::is_period;
use crate::extract::feature::{Piece, Put, tell, tell_each};
use crate::extract::lexicon::Dimension;
use crate::extract::scorer::Scene;
use crate::extract::token::Kind;
use crate::record::{Code, Qualifier};

/// Visits the names of the features that tell a statistic from one operation.
pub fn features(scene: &Scene<'_, '_>, candidate: &Candidate, put: &mut impl Put) {
    let ty = Piece::of(&scene.language.rules[candidate.rule as usize].event_type);
    let log = candidate.value.map_or(-1, |v| v.max(1.0).log10() as i32).min(6);
    let unit = Piece::of(candidate.unit.as_deref().unwrap_or("none"));
    tell!(put, "bias");
    tell!(put, "type=" ty);
    tell!(put, "type=" ty " log=" log);
    tell!(put, "unit=" unit " log=" log);
    let one = candidate.value == Some(1.0);
    tell!(put, "one=" one);
    tell!(put, "object="(&candidate.object));
    tell!(put, "exact=" (candidate.qualifier == Qualifier::Exact) " log=" log);
    surroundings(scene, candidate, put);
    position(scene, candidate, ty, put);
    words(scene, candidate, put);
}

/// "сутки", "подведены итоги", "в ходе обыска": the words around the figure.
fn words(scene: &Scene<'_, '_>, candidate: &Candidate, put: &mut impl Put) {
    tell_each!(put, super::stems(scene, candidate), "word=");
}

fn bucket(x: f64) -> i32 {
    x.round().clamp(-3.0, 4.0) as i32
}

fn surroundings(scene: &Scene<'_, '_>, candidate: &Candidate, put: &mut impl Put) {
    let context = scene.context;
    let around = &context.sentences[candidate.sentence];
    let balances = &context.totals.balances;
    let own = balances[candidate.sentence];
    tell!(put, "own="(bucket(own)));
    tell!(put, "national="(around.national));
    for hit in context.times_of(candidate.sentence) {
        tell!(put, "time=" (hit.kind.name()) " " (hit.precision.name()) " cumulative=" (hit.cumulative));
    }
    let paragraph = scene.reads[candidate.sentence].sentence.paragraph;
    // A paragraph's sentences stand side by side.
    let here = |s: &usize| scene.reads[*s].sentence.paragraph == paragraph;
    let from = (0..candidate.sentence).rev().take_while(here).last().unwrap_or(candidate.sentence);
    let (mut before, mut after, mut figures) = (0.0, 0.0, 0);
    for s in (from..scene.reads.len()).take_while(here) {
        match s.cmp(&candidate.sentence) {
            std::cmp::Ordering::Less => before = before * 0.7 + balances[s],
            std::cmp::Ordering::Greater => after += balances[s],
            std::cmp::Ordering::Equal => {}
        }
        figures += scene.reads[s].arguments.iter().filter(|a| a.value.is_some_and(|v| v > 1.0)).count();
    }
    let article = bucket(4.0 * context.totals.balance / scene.reads.len().max(1) as f64);
    tell!(put, "before="(bucket(before)));
    tell!(put, "after="(bucket(after)));
    tell!(put, "article=" article);
    tell!(put, "own=" (bucket(own).signum()) " before=" (bucket(before).signum()));
    tell!(put, "own=" (bucket(own).signum()) " article=" article);
    tell!(put, "own=" (bucket(own).signum()) " before=" (bucket(before).signum()) " article=" (article.signum()));
    tell!(put, "figures="(figures.min(6)));
    tell!(put, "regions="(context.regions.min(4)));
    tell!(put, "places="(around.places.iter().filter(|h| h.region.is_some()).count().min(3)));
    let villages = context.totals.locality;
    tell!(put, "locality=" villages);
    let mut seen: Vec<&Code> = Vec::new();
    for (_, agency) in &around.agencies {
        if !seen.contains(&agency) {
            seen.push(agency);
            tell!(put, "agency=" agency);
        }
    }
    tell!(put, "paragraph="(paragraph.min(5)));
    let title = &context.title;
    tell!(put, "title="(bucket(title.balance)));
    tell!(put, "title=" (bucket(title.balance).signum()) " own=" (bucket(own).signum()));
    tell!(put, "title national=" (title.national) " regions=" (context.regions.min(4)));
    let lead: f64 = balances.iter().take(2).sum();
    tell!(put, "lead=" (bucket(lead)) " own=" (bucket(own).signum()));
    tell!(put, "central=" (around.central) " regional=" (around.regional));
    tell!(put, "centrals="(context.centrals.min(3)));
    let campaigns = context.totals.campaigns;
    let told = if around.campaign {
        "own"
    } else if context.title.campaign || campaigns.is_some_and(|(first, _)| first < candidate.sentence) {
        "before"
    } else if campaigns.is_some_and(|(_, last)| candidate.sentence < last) {
        "after"
    } else {
        "no"
    };
    tell!(put, "campaign=" told);
    tell!(put, "campaign=" told " one=" (candidate.value == Some(1.0)));
    tell!(put, "campaign=" told " own=" (bucket(own).signum()));
}

fn position(scene: &Scene<'_, '_>, candidate: &Candidate, ty: Piece<'_>, put: &mut impl Put) {
    let context = scene.context;
    let own = candidate.sentence;
    let read = &scene.reads[own];
    let paragraph = read.sentence.paragraph;
    let anchor = candidate.argument.map_or(candidate.from, |a| read.arguments[a].start);
    // The time told last before the result, and how far back.
    let told = context.times.iter().rev().find(|t| t.tokens.start < anchor);
    let (kind, apart) = match told {
        Some(hit) => {
            let at = scene.reads.iter().position(|r| hit.tokens.start < r.sentence.end).unwrap_or(own);
            let apart = if at == own {
                "sentence"
            } else if scene.reads[at].sentence.paragraph == paragraph {
                "paragraph"
            } else {
                "far"
            };
            (if is_period(hit) { "period" } else { "moment" }, apart)
        }
        None => ("none", "far"),
    };
    tell!(put, "told=" kind " " apart);
    let nearest = context.times_of(own).min_by_key(|t| t.tokens.start.abs_diff(anchor));
    if let Some(hit) = nearest {
        tell!(put, "nearest period=" (is_period(hit)) " before=" (hit.tokens.start < anchor));
    }
    let periods = context.totals.periods;
    tell!(put, "periods=" (periods.min(4)) " moments=" ((context.times.len() - periods).min(4)));
    // Single persons make a case; many figures make a report.
    let near = || scene.reads.iter().filter(|r| r.sentence.paragraph == paragraph).flat_map(|r| &r.arguments);
    let single = near().filter(|a| a.kind == ArgumentKind::Person && a.value == Some(1.0)).count();
    tell!(put, "single persons="(single.min(3)));
    let here = |f: &dyn Fn(f64) -> bool| read.arguments.iter().filter(|a| a.value.is_some_and(f)).count();
    tell!(put, "sentence figures="(here(&|v| v > 1.0).min(5)));
    tell!(put, "sentence ones="(here(&|v| (v - 1.0).abs() < f64::EPSILON).min(3)));
    let all = context.totals.figures;
    tell!(put, "article figures="((all + 1).ilog2()));
    tell!(put, "length=" ((scene.reads.len() + 1).ilog2()) " figures=" ((all + 1).ilog2()));
    let counted = matches!(&*candidate.object, "offence" | "criminal_case" | "administrative_case");
    let hint = candidate.argument.and_then(|a| read.arguments[a].offence.clone()).is_some();
    tell!(put, "counted=" counted " general=" (!hint) " one=" (candidate.value == Some(1.0)));
    tell!(put, "figure=" (candidate.argument.is_some_and(|a| read.arguments[a].has_figure)) " type=" ty);
    // "Всего …", "Так, …", "Кроме того, …": how the sentence and its paragraph open.
    let first = scene.reads.iter().find(|r| r.sentence.paragraph == paragraph).map_or(read, |r| r);
    for (name, at) in [("opens", read.sentence.start), ("paragraph opens", first.sentence.start)] {
        if scene.text.stream.token(at).kind == Kind::Word {
            tell!(put, name "=" (scene.text.stream.lower(at)));
        }
    }
    let item = matches!(scene.text.stream.lower(read.sentence.start), "–" | "—" | "-" | "•" | "*" | "·");
    tell!(put, "item=" item);
    let mut seen: Vec<u32> = Vec::new();
    for mark in &read.marks {
        if mark.dimension == Dimension::Scope && !seen.contains(&mark.lemma) {
            seen.push(mark.lemma);
            tell!(put, "cue="(scene.text.stream.lower(mark.start)));
        }
    }
}
