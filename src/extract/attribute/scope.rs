//! Statistic or single operation.

use crate::extract::argument::ArgumentKind;
use crate::extract::candidate::Candidate;
use crate::extract::context::is_period;
use crate::extract::lexicon::Dimension;
use crate::extract::scorer::Scene;
use crate::extract::token::Kind;
use crate::record::{Code, Qualifier};
use std::fmt::Write;

/// Visits the names of the features that tell a statistic from one operation.
pub fn features(scene: &Scene<'_, '_>, candidate: &Candidate, visit: &mut dyn FnMut(&str)) {
    let mut name = String::with_capacity(64);
    let mut put = |parts: std::fmt::Arguments<'_>| {
        name.clear();
        let _ = name.write_fmt(parts);
        visit(&name);
    };
    let ty = &*scene.language.rules[candidate.rule as usize].event_type;
    let log = candidate.value.map_or(-1, |v| v.max(1.0).log10() as i32).min(6);
    let unit = candidate.unit.as_deref().unwrap_or("none");
    put(format_args!("bias"));
    put(format_args!("type={ty}"));
    put(format_args!("type={ty} log={log}"));
    put(format_args!("unit={unit} log={log}"));
    let one = candidate.value == Some(1.0);
    put(format_args!("one={one}"));
    put(format_args!("object={}", candidate.object));
    put(format_args!("exact={} log={log}", candidate.qualifier == Qualifier::Exact));
    surroundings(scene, candidate, &mut put);
    position(scene, candidate, ty, &mut put);
}

fn bucket(x: f64) -> i32 {
    x.round().clamp(-3.0, 4.0) as i32
}

/// How much more a sentence speaks of a statistic than of one operation.
fn balance(scene: &Scene<'_, '_>, s: usize) -> f64 {
    let around = &scene.context.sentences[s];
    let times: f64 = scene.context.times_of(s).map(|t| if is_period(t) { 2.0 } else { -1.0 }).sum();
    around.aggregate - around.incident + times
}

fn surroundings(scene: &Scene<'_, '_>, candidate: &Candidate, put: &mut dyn FnMut(std::fmt::Arguments<'_>)) {
    let context = scene.context;
    let around = &context.sentences[candidate.sentence];
    let own = balance(scene, candidate.sentence);
    put(format_args!("own={}", bucket(own)));
    put(format_args!("national={}", around.national));
    for hit in context.times_of(candidate.sentence) {
        put(format_args!("time={:?} {:?} cumulative={}", hit.kind, hit.precision, hit.cumulative));
    }
    let paragraph = scene.reads[candidate.sentence].sentence.paragraph;
    let (mut before, mut after, mut all, mut figures) = (0.0, 0.0, 0.0, 0);
    for (s, read) in scene.reads.iter().enumerate() {
        let balance = balance(scene, s);
        if read.sentence.paragraph == paragraph {
            if s < candidate.sentence {
                before = before * 0.7 + balance;
            } else if s > candidate.sentence {
                after += balance;
            }
            figures += read.arguments.iter().filter(|a| a.value.is_some_and(|v| v > 1.0)).count();
        }
        all += balance;
    }
    let article = bucket(4.0 * all / scene.reads.len().max(1) as f64);
    put(format_args!("before={}", bucket(before)));
    put(format_args!("after={}", bucket(after)));
    put(format_args!("article={article}"));
    put(format_args!("own={} before={}", bucket(own).signum(), bucket(before).signum()));
    put(format_args!("own={} article={article}", bucket(own).signum()));
    put(format_args!("own={} before={} article={}", bucket(own).signum(), bucket(before).signum(), article.signum()));
    put(format_args!("figures={}", figures.min(6)));
    put(format_args!("regions={}", context.regions.min(4)));
    put(format_args!("places={}", around.places.iter().filter(|h| h.region.is_some()).count().min(3)));
    let villages = context.sentences.iter().any(|s| s.places.iter().any(|h| !h.name.is_empty()));
    put(format_args!("locality={villages}"));
    let mut seen: Vec<&Code> = Vec::new();
    for (_, agency) in &around.agencies {
        if !seen.contains(&agency) {
            seen.push(agency);
            put(format_args!("agency={agency}"));
        }
    }
    put(format_args!("paragraph={}", paragraph.min(5)));
    let title = &context.title;
    put(format_args!("title={}", bucket(title.balance)));
    put(format_args!("title={} own={}", bucket(title.balance).signum(), bucket(own).signum()));
    put(format_args!("title national={} regions={}", title.national, context.regions.min(4)));
    let lead: f64 = (0..scene.reads.len().min(2)).map(|s| balance(scene, s)).sum();
    put(format_args!("lead={} own={}", bucket(lead), bucket(own).signum()));
    put(format_args!("central={} regional={}", around.central, around.regional));
    put(format_args!("centrals={}", context.centrals.min(3)));
}

fn position(scene: &Scene<'_, '_>, candidate: &Candidate, ty: &str, put: &mut dyn FnMut(std::fmt::Arguments<'_>)) {
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
    put(format_args!("told={kind} {apart}"));
    let nearest = context.times_of(own).min_by_key(|t| t.tokens.start.abs_diff(anchor));
    if let Some(hit) = nearest {
        put(format_args!("nearest period={} before={}", is_period(hit), hit.tokens.start < anchor));
    }
    let periods = context.times.iter().filter(|t| is_period(t)).count();
    put(format_args!("periods={} moments={}", periods.min(4), (context.times.len() - periods).min(4)));
    // Single persons make a case; many figures make a report.
    let near = || scene.reads.iter().filter(|r| r.sentence.paragraph == paragraph).flat_map(|r| &r.arguments);
    let single = near().filter(|a| a.kind == ArgumentKind::Person && a.value == Some(1.0)).count();
    put(format_args!("single persons={}", single.min(3)));
    let here = |f: &dyn Fn(f64) -> bool| read.arguments.iter().filter(|a| a.value.is_some_and(f)).count();
    put(format_args!("sentence figures={}", here(&|v| v > 1.0).min(5)));
    put(format_args!("sentence ones={}", here(&|v| (v - 1.0).abs() < f64::EPSILON).min(3)));
    let all = scene.reads.iter().flat_map(|r| &r.arguments).filter(|a| a.value.is_some_and(|v| v > 1.0)).count();
    put(format_args!("article figures={}", (all + 1).ilog2()));
    put(format_args!("length={} figures={}", (scene.reads.len() + 1).ilog2(), (all + 1).ilog2()));
    let counted = matches!(&*candidate.object, "offence" | "criminal_case" | "administrative_case");
    let hint = candidate.argument.and_then(|a| read.arguments[a].offence.clone()).is_some();
    put(format_args!("counted={counted} general={} one={}", !hint, candidate.value == Some(1.0)));
    put(format_args!("figure={} type={ty}", candidate.argument.is_some_and(|a| read.arguments[a].has_figure)));
    // "Всего …", "Так, …", "Кроме того, …": how the sentence and its paragraph open.
    let first = scene.reads.iter().find(|r| r.sentence.paragraph == paragraph).map_or(read, |r| r);
    for (name, at) in [("opens", read.sentence.start), ("paragraph opens", first.sentence.start)] {
        if scene.stream.token(at).kind == Kind::Word {
            put(format_args!("{name}={}", scene.stream.lower(at)));
        }
    }
    let item = matches!(scene.stream.lower(read.sentence.start), "–" | "—" | "-" | "•" | "*" | "·");
    put(format_args!("item={item}"));
    let mut seen: Vec<u32> = Vec::new();
    for mark in &read.marks {
        let entry = &scene.language.lexicon.entries[mark.entry as usize];
        if entry.dimension == Dimension::Scope && !seen.contains(&mark.lemma) {
            seen.push(mark.lemma);
            put(format_args!("cue={}", scene.stream.lower(mark.start)));
        }
    }
}
