//! Candidates → mentions: attributes from the sentence, the paragraph and the article; duplicates.

use super::context::Context;
use super::pattern::Annotated;
use super::reading::{self, Candidate, Read, Reading};
use super::rule::ObjectClasses;
use super::token::TokenStream;
use super::{Extractor, Language};
use crate::record::{Article, Code, Mention, Qualifier, Reject, Scope, Span, stable_id};
use crate::stage::{Map, Yield};

/// Longest evidence, in Unicode scalar values.
const EVIDENCE: usize = 240;

/// All mentions of an article.
pub fn mentions(extractor: &Extractor, language: &Language, article: &Article) -> Yield<Mention> {
    let mut body = part(extractor, language, article, &article.text, false);
    if let Some(title) = article.title.as_deref().filter(|t| !t.is_empty() && !article.text.starts_with(*t)) {
        let headline = part(extractor, language, article, title, true);
        merge_headline(&mut body, headline);
    }
    for mention in &mut body.kept {
        identify(mention);
    }
    body.kept.sort_by(|a, b| (a.evidence_span, &a.mention_id).cmp(&(b.evidence_span, &b.mention_id)));
    body.kept.dedup_by(|a, b| a.mention_id == b.mention_id);
    body
}

/// A headline's result is new only where the body states none of its kind.
fn merge_headline(body: &mut Yield<Mention>, headline: Yield<Mention>) {
    for mention in headline.kept {
        if !body.kept.iter().any(|b| b.event_type == mention.event_type) {
            body.kept.push(mention);
        }
    }
}

fn identify(mention: &mut Mention) {
    let value = mention.value.map_or_else(String::new, |v| format!("{v:.6}"));
    let max = mention.value_max.map_or_else(String::new, |v| format!("{v:.6}"));
    let regions = mention.region.join(",");
    let date = mention.date_start.map_or_else(String::new, |d| d.to_string());
    let period = mention.period_start.map_or_else(String::new, |d| d.to_string());
    mention.mention_id = stable_id(
        "m",
        &[
            &mention.article_id,
            &mention.event_type,
            &mention.object,
            &value,
            &max,
            mention.qualifier.as_str(),
            mention.unit.as_deref().unwrap_or(""),
            &regions,
            mention.scope.as_str(),
            &date,
            &period,
            mention.offence.as_deref().unwrap_or(""),
        ],
    );
}

fn part(extractor: &Extractor, language: &Language, article: &Article, text: &str, title: bool) -> Yield<Mention> {
    let stream = TokenStream::new(text);
    let annotated = Annotated::new(&stream, &language.lexicon.vocabulary, language.morphology.as_ref());
    let Reading { reads, times, laws } = reading::read(extractor, language, article, &annotated);
    let mut refused = Vec::new();
    let mut refuse = |reason: &'static str, token: usize| {
        let at = stream.token(token).span.start;
        refused.push(Reject::new(
            Extractor::NAME,
            reason,
            article.article_id.clone(),
            format!("byte {at}: {}", stream.printed(token)),
        ));
    };
    let candidates = reading::candidates(language, &extractor.classes, &annotated, &reads, &mut refuse);
    let context = Context::new(extractor, language, &stream, &reads, &times, &laws);
    let headline = TokenStream::new(article.title.as_deref().unwrap_or("").trim());
    let headline = Annotated::new(&headline, &language.lexicon.vocabulary, language.morphology.as_ref());
    let context = context.with_title(language, &headline);
    let mut kept = Vec::new();
    for candidate in &candidates {
        let event_type = &language.rules[candidate.rule as usize].event_type;
        if !context.is_domestic() || (context.is_abroad(candidate) && event_type.as_ref() != "extradition") {
            refuse("abroad", candidate.from);
            continue;
        }
        kept.push(mention(language, &extractor.classes, article, &stream, &reads, &context, candidate, title));
    }
    Yield { kept: dedupe(kept), refused }
}

#[expect(clippy::too_many_arguments, reason = "one private step of `part`, split for reading")]
fn mention(
    language: &Language,
    classes: &ObjectClasses,
    article: &Article,
    stream: &TokenStream<'_>,
    reads: &[Read],
    context: &Context<'_>,
    candidate: &Candidate,
    title: bool,
) -> Mention {
    let rule = &language.rules[candidate.rule as usize];
    let read = &reads[candidate.sentence];
    let trigger = &reads[candidate.trigger_sentence].triggers[candidate.trigger];
    let span = evidence_span(stream, candidate, read);
    let scope = context.scope(candidate);
    let place = context.place(candidate, scope);
    let hint = candidate.argument.and_then(|a| read.arguments[a].offence.clone());
    let named = hint.clone().filter(|_| candidate.object.as_ref() == "offence");
    let time = context.time(candidate, scope);
    let drugs = (classes.class(&candidate.object) == "drug").then(|| Code::from("drugs"));
    let mut agency: Vec<Code> = if rule.agency.is_empty() { context.agency(candidate) } else { rule.agency.clone() };
    agency.sort();
    agency.dedup();
    Mention {
        article_id: article.article_id.clone(),
        event_type: rule.event_type.clone(),
        object: candidate.object.clone(),
        value: candidate.value,
        value_max: candidate.value_max,
        qualifier: candidate.qualifier,
        unit: candidate.unit.clone(),
        region: place.regions,
        locality: place.locality,
        kato: place.kato,
        offence: rule.offence.clone().or(drugs).or(named).or_else(|| context.offence(candidate, scope)).or(hint),
        scope,
        period_start: time.filter(|_| scope == Scope::Aggregate).and_then(|t| t.start),
        period_end: time.filter(|_| scope == Scope::Aggregate).and_then(|t| t.end),
        date_start: time.filter(|_| scope == Scope::Incident).and_then(|t| t.start),
        date_end: time.filter(|_| scope == Scope::Incident).and_then(|t| t.end),
        date_precision: time.filter(|t| scope == Scope::Incident && t.start.is_some()).map(|t| t.precision),
        citizenship: if candidate.object.as_ref() == "person" { context.citizenship(candidate) } else { Vec::new() },
        articles: context.articles(candidate, scope),
        agency,
        evidence: span.of(stream.text()).to_owned(),
        evidence_span: if title { Span::default() } else { span },
        trigger: stream.span(trigger.start, trigger.end).of(stream.text()).to_owned(),
        rule_id: rule.id.to_string(),
        confidence: 1.0 / (1.0 + candidate.cost / 10.0),
        ..Mention::default()
    }
}

/// The words from trigger to argument, cut to the limit around the argument.
fn evidence_span(stream: &TokenStream<'_>, candidate: &Candidate, read: &Read) -> Span {
    let (mut from, mut to) = (candidate.from, candidate.to);
    let long = |from: usize, to: usize| stream.span(from, to).of(stream.text()).chars().count() > EVIDENCE;
    if long(from, to)
        && let Some(argument) = candidate.argument.map(|a| &read.arguments[a])
    {
        (from, to) = (argument.start, argument.end);
    }
    while to > from + 1 && long(from, to) {
        to -= 1;
    }
    stream.span(from, to)
}

/// Mentions that agree in every coded field are one; a mention without figure yields to one with.
fn dedupe(all: Vec<Mention>) -> Vec<Mention> {
    let mut kept: Vec<Mention> = Vec::new();
    for mention in &all {
        let same = |k: &&mut Mention| {
            k.event_type == mention.event_type
                && k.object == mention.object
                && k.value == mention.value
                && k.unit == mention.unit
        };
        if let Some(first) = kept.iter_mut().find(|k| same(k)) {
            if first.qualifier == Qualifier::Exact
                && mention.qualifier != Qualifier::Exact
                && mention.confidence > first.confidence
            {
                first.qualifier = mention.qualifier;
            }
            continue;
        }
        let vague = mention.value.is_none()
            && all
                .iter()
                .any(|o| o.event_type == mention.event_type && o.object == mention.object && o.value.is_some());
        if !vague {
            kept.push(mention.clone());
        }
    }
    kept
}
