//! Why an article gave the mentions it gave: tokens' marks, figures, triggers, who took what, and why
//! candidates lost. For `dalel explain`; plain text, in colour on request.

use super::assemble::Proposal;
use super::attribute::{Listed, scopes};
use super::candidate::Candidate;
use super::pattern::Annotated;
use super::peers::{self, Peer};
use super::reading::{self, Read};
use super::scorer::Model;
use super::token::TokenStream;
use super::{Extractor, Language};
use crate::record::{Article, Mention};
use crate::stage::Map;
use std::fmt::Write;

/// ANSI colours, or nothing.
struct Paint(bool);

impl Paint {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }
    fn green(&self, text: &str) -> String {
        self.paint("32", text)
    }
    fn yellow(&self, text: &str) -> String {
        self.paint("33", text)
    }
    fn red(&self, text: &str) -> String {
        self.paint("31", text)
    }
    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }
}

/// A report on every sentence of the article that has a trigger or a figure, then the mentions and what was refused.
pub fn explain(extractor: &Extractor, article: &Article, colour: bool) -> String {
    let paint = Paint(colour);
    let printed = article;
    let respelled = extractor.respelled(article);
    let article = respelled.as_ref().map_or(article, |(article, _)| article);
    let mut out = String::new();
    let Some(language) = extractor.language(article) else {
        return format!("language {} has no rules\n", article.language.as_deref().unwrap_or("unknown"));
    };
    for text in article.title.iter().map(String::as_str).chain([article.text.as_str()]) {
        let stream = TokenStream::new(text);
        let annotated = Annotated::new(&stream, language);
        for read in reading::read(extractor, language, article, &annotated).reads {
            if !read.triggers.is_empty() || !read.quantities.is_empty() {
                sentence(&mut out, &paint, language, &stream, &read);
            }
        }
    }
    let outcome = extractor.map(printed);
    let proposals = extractor.proposals(printed);
    let _ = writeln!(out, "{}", paint.bold("mentions"));
    for mention in &outcome.kept {
        let _ = writeln!(out, "  {}", paint.green(&line(mention)));
        let _ = writeln!(out, "      {}", paint.dim(&format!("{} «{}»", mention.rule_id, mention.evidence)));
        let Some(at) = proposals.iter().position(|p| is_of(p, mention)) else { continue };
        for line in weighed(language, &proposals, at)
            .into_iter()
            .chain(scoped(language, &proposals, at))
            .chain(decided(extractor, &proposals[at]))
        {
            let _ = writeln!(out, "      {}", paint.dim(&line));
        }
    }
    let _ = writeln!(out, "{}", paint.bold("refused"));
    for reject in &outcome.refused {
        let _ = writeln!(out, "  {} {}", paint.red(&reject.reason), reject.detail);
        let refused = |p: &Proposal| {
            reject.reason == "improbable"
                && reject.detail.contains(&format!(": {} p=", p.mention.rule_id))
                && reject.detail.ends_with(&format!("«{}»", p.mention.evidence))
        };
        let Some(at) = proposals.iter().position(refused) else { continue };
        for line in weighed(language, &proposals, at) {
            let _ = writeln!(out, "      {}", paint.dim(&line));
        }
    }
    out
}

fn is_of(proposal: &Proposal, mention: &Mention) -> bool {
    let of = |m: &Mention| (m.rule_id.clone(), m.object.clone(), m.value.map(f64::to_bits), m.evidence.clone());
    of(&proposal.mention) == of(mention)
}

/// What weighed most.
fn told(reasons: &[(&str, f32)]) -> String {
    let told = reasons.iter().take(TELLING).filter(|r| r.1 != 0.0).map(|(name, weight)| format!("{name} {weight:+.2}"));
    told.collect::<Vec<_>>().join("; ")
}

/// The sum of the features' weights, and what weighed most.
fn by_itself(model: &Model, features: &[String]) -> String {
    let mut own: Vec<(&str, f32)> = features.iter().map(|f| (f.as_str(), model.sum(std::slice::from_ref(f)))).collect();
    own.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    format!("by itself {:+.2} ({})", model.sum(features), told(&own))
}

/// The proposals of one's own text, headline or body, and one's place among them.
fn of_its_text(proposals: &[Proposal], at: usize) -> (Vec<&Proposal>, usize) {
    let title = proposals[at].title;
    let place = proposals[..at].iter().filter(|p| p.title == title).count();
    (proposals.iter().filter(|p| p.title == title).collect(), place)
}

/// Why a candidate is as probable as it is: the log-odds by itself, then among the others, each with what weighed most.
fn weighed(language: &Language, proposals: &[Proposal], at: usize) -> Vec<String> {
    let Some(model) = &language.model else { return Vec::new() };
    let mut lines = vec![by_itself(model, &proposals[at].features)];
    if let Some(panel) = &language.panel {
        let (text, place) = of_its_text(proposals, at);
        let peers: Vec<Peer<'_>> = text.iter().map(|p| p.peer(model.sum(&p.features))).collect();
        let row = peers::rows(&peers, proposals[at].title)[place];
        let odds = panel.log_odds(&row);
        lines.push(format!("among the others {odds:+.2} ({})", told(&panel.reasons(&row))));
    }
    if let Some(second) = language.figureless.as_ref().filter(|_| proposals[at].is_without_figure) {
        lines.push(format!("as one without figure {}", by_itself(second, &proposals[at].features)));
    }
    lines
}

/// Why it is taken for a statistic or for one operation: the log-odds of a statistic, likewise.
fn scoped(language: &Language, proposals: &[Proposal], at: usize) -> Vec<String> {
    let Some(model) = &language.scope else { return Vec::new() };
    let scope = proposals[at].mention.scope.as_str();
    let mut lines = vec![format!("scope: {scope}, {}", by_itself(model, &proposals[at].scope_features))];
    if let Some(panel) = &language.scopes {
        let (text, place) = of_its_text(proposals, at);
        let own: Vec<f32> = text.iter().map(|p| model.sum(&p.scope_features)).collect();
        let candidates: Vec<&Candidate> = text.iter().map(|p| &p.candidate).collect();
        let row = scopes::rows(&candidates, &own, proposals[at].title)[place];
        let odds = panel.log_odds(&row);
        lines.push(format!("scope: among the others {odds:+.2} ({})", told(&panel.reasons(&row))));
    }
    lines
}

/// Features that are printed of a candidate and of an option: those that weighed most.
const TELLING: usize = 4;

/// What decided a mention's attributes where the text offers several: the option taken, the next best, and the features
/// that spoke for the one and against it.
fn decided(extractor: &Extractor, proposal: &Proposal) -> Vec<String> {
    let mut lines = Vec::new();
    for (attribute, options) in &proposal.attributes {
        let Some(model) = extractor.attributes.of(*attribute) else { continue };
        let mut scored: Vec<(f32, &Listed)> = options.iter().map(|o| (model.sum(&o.features), o)).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let [(best, taken), (next, other), ..] = scored.as_slice() else { continue };
        let name = |o: &Listed| if o.label.is_empty() { "none".to_owned() } else { o.label.clone() };
        let mut telling: Vec<(f32, &String)> =
            taken.features.iter().map(|f| (model.sum(std::slice::from_ref(f)), f)).collect();
        telling.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let telling: Vec<String> = telling.iter().take(TELLING).map(|(w, f)| format!("{f} {w:+.2}")).collect();
        let attribute = attribute.name();
        lines.push(format!(
            "{attribute}: {} {best:.2}, not {} {next:.2} ({})",
            name(taken),
            name(other),
            telling.join("; ")
        ));
    }
    lines
}

fn line(m: &Mention) -> String {
    let value = m.value.map_or_else(|| "–".to_owned(), |v| v.to_string());
    let max = m.value_max.map_or_else(String::new, |v| format!("…{v}"));
    format!(
        "{} {} {value}{max} {} {} region={} offence={} scope={} agency={} p={:.2}",
        m.event_type,
        m.object,
        m.unit.as_deref().unwrap_or(""),
        m.qualifier.as_str(),
        m.region.join("+"),
        m.offence.as_deref().unwrap_or("–"),
        m.scope.as_str(),
        m.agency.join("+"),
        m.confidence
    )
}

fn sentence(out: &mut String, paint: &Paint, language: &Language, stream: &TokenStream<'_>, read: &Read) {
    let words = |from: usize, to: usize| stream.span(from, to).of(stream.text()).replace('\n', " ");
    let _ = writeln!(out, "{}", paint.bold(&words(read.sentence.start, read.sentence.end)));
    let mut clause = usize::MAX;
    let mut cut = String::new();
    for i in read.sentence.start..read.sentence.end {
        if read.clauses.of(i) != clause {
            clause = read.clauses.of(i);
            let foreign = read.clauses.foreign.get(clause).copied().unwrap_or(false);
            let _ = write!(cut, " [{clause}{}]", if foreign { " own verb" } else { "" });
        }
        let _ = write!(cut, " {}", stream.printed(i));
    }
    let _ = writeln!(out, "  {}{}", paint.dim("clauses"), paint.dim(&cut));
    for mark in &read.marks {
        let entry = &language.lexicon.entries[mark.entry as usize];
        let note = format!("{:?} {} «{}»", entry.dimension, entry.code, words(mark.start, mark.end));
        let _ = writeln!(out, "    {}", paint.dim(&note));
    }
    for a in &read.arguments {
        let _ = writeln!(
            out,
            "  {} {:?} {} {:?} {} «{}»",
            paint.yellow("argument"),
            a.kind,
            a.object,
            a.value,
            a.unit.as_deref().unwrap_or(""),
            words(a.start, a.end)
        );
    }
    for (t, trigger) in read.triggers.iter().enumerate() {
        let rules: Vec<&str> = trigger.rules.iter().map(|r| &*language.rules[*r as usize].id).collect();
        let state = trigger.unreal.map_or_else(|| paint.green("real"), |u| paint.red(u.as_str()));
        let _ = writeln!(
            out,
            "  {} «{}» [{}] {state} {}",
            paint.yellow("trigger"),
            words(trigger.start, trigger.end),
            trigger.clause,
            rules.join(" ")
        );
        for bound in read.bound.iter().filter(|b| b.trigger == t) {
            let taken = bound
                .argument
                .map_or_else(|| "–".to_owned(), |a| words(read.arguments[a].start, read.arguments[a].end));
            let _ = writeln!(
                out,
                "      {} takes «{taken}» at cost {:.1}",
                language.rules[bound.rule as usize].id, bound.cost
            );
        }
    }
}
