//! Candidates → mentions: attributes from the sentence, the paragraph and the article; duplicates.

use super::attribute::{self, Asked, Attribute, Ground, Listed};
use super::candidate::{self, Candidate};
use super::case;
use super::context::Context;
use super::lexicon::Dimension;
use super::pattern::Annotated;
use super::peers::Peer;
use super::quantity::is_currency;
use super::reading::{self, Read, Reading};
use super::rounded::rounds;
use super::rule::ObjectClasses;
use super::scorer::{self, Scene};
use super::script::Respelled;
use super::tally;
use super::token::TokenStream;
use super::topic::Topic;
use super::weigh::{is_without_figure, least, weigh};
use super::{Extractor, Language};
use crate::record::{Article, Code, Mention, Qualifier, Reject, Scope, Span, stable_id};
use crate::stage::{Map, Yield};
use std::cell::OnceCell;

/// Longest evidence, in Unicode scalar values.
const EVIDENCE: usize = 240;

/// Bytes around a figure within which a mention of the same kind without figure is taken for the same result.
const VAGUE_REACH: u32 = 1600;

/// All mentions of an article.
pub fn mentions(extractor: &Extractor, language: &Language, article: &Article) -> Yield<Mention> {
    let (mut body, relevant) = part(extractor, language, article, &article.text, None);
    if let Some(title) = article.title.as_deref().filter(|t| !t.is_empty() && !article.text.starts_with(*t)) {
        let (headline, _) = part(extractor, language, article, title, Some(relevant));
        merge_headline(&mut body, headline, |found| in_context(extractor, language, article, title, found));
    }
    if language.model.is_some() {
        refuse_other_offences(language, &mut body);
    }
    for mention in &mut body.kept {
        identify(mention);
    }
    body.kept.sort_by(|a, b| (a.evidence_span, &a.mention_id).cmp(&(b.evidence_span, &b.mention_id)));
    body.kept.dedup_by(|a, b| a.mention_id == b.mention_id);
    case::assign(&mut body.kept);
    body
}

/// Refuses what a rule states only about certain offences, where the text makes it a result about another.
fn refuse_other_offences(language: &Language, body: &mut Yield<Mention>) {
    let narrow: Vec<_> = language.rules.iter().filter(|r| !r.about.is_empty()).collect();
    body.kept.retain(|m| {
        let stated = narrow.iter().find(|r| *r.id == *m.rule_id).is_none_or(|r| r.is_about(m.offence.as_ref()));
        if !stated {
            let detail = format!("byte {}: {} «{}»", m.evidence_span.start, m.rule_id, m.evidence);
            body.refused.push(Reject::new(Extractor::NAME, "other_offence", m.article_id.clone(), detail));
        }
        stated
    });
}

/// A headline's result is new only where the body states none of its kind; a headline's arrest may be the body's
/// fifteen days.
fn merge_headline(body: &mut Yield<Mention>, headline: Yield<Mention>, in_context: impl FnOnce(&mut Vec<Mention>)) {
    let days = |b: &Mention, m: &Mention| &*m.event_type == "arrest" && &*b.event_type == "administrative_penalty";
    // "500 тысяч пачек сигарет" above a body that tells what they are worth.
    let sum = |m: &Mention| m.unit.as_deref().is_some_and(is_currency);
    let worth = |b: &Mention, m: &Mention| m.value.is_some() && b.object == m.object && sum(b) && !sum(m);
    let told = |b: &Mention, m: &Mention| b.event_type == m.event_type && !worth(b, m) || days(b, m);
    let new = |m: &Mention| !body.kept.iter().any(|b| told(b, m));
    let mut new: Vec<Mention> = headline.kept.into_iter().filter(new).collect();
    if !new.is_empty() {
        in_context(&mut new);
        body.kept.append(&mut new);
    }
}

/// Gives a headline's results the attributes that the text below it tells, and drops what is no result beside it:
/// "Задержан депутат" above a report from another country.
fn in_context(extractor: &Extractor, language: &Language, article: &Article, title: &str, found: &mut Vec<Mention>) {
    let mut confirmed = Vec::new();
    headline(extractor, language, article, title, &mut |_, _, mention| {
        let same = |m: &&mut Mention| m.rule_id == mention.rule_id && m.evidence == mention.evidence;
        confirmed.push((mention.rule_id.clone(), mention.evidence.clone()));
        if let Some(told) = found.iter_mut().find(same) {
            let identity = (told.value, told.unit.take(), told.object.clone(), told.confidence);
            *told = mention;
            (told.value, told.unit, told.object, told.confidence) = identity;
        }
    });
    found.retain(|m| confirmed.iter().any(|(rule, evidence)| *rule == m.rule_id && *evidence == m.evidence));
}

/// Takes the candidates of a text and what makes a mention of one, by its number.
type Visit<'v> = dyn FnMut(&Scene<'_, '_>, &[Candidate], &dyn Fn(usize) -> Mention) + 'v;

/// Visits the candidates of a headline, read together with the text below it.
fn headline(
    extractor: &Extractor,
    language: &Language,
    article: &Article,
    title: &str,
    visit: &mut dyn FnMut(&Scene<'_, '_>, &Candidate, Mention),
) {
    let text = format!("{title}\n\n{}", article.text);
    candidates(extractor, language, article, &text, Some(true), &mut |scene, candidates, mention| {
        let in_title = |c: &Candidate| scene.text.stream.span(c.from, c.to).end as usize <= title.len();
        for (i, candidate) in candidates.iter().enumerate().filter(|(_, c)| in_title(c)) {
            visit(scene, candidate, mention(i));
        }
    });
}

/// What quotations in the other language state anew: the article's own words stand first.
pub fn add_quoted(own: &mut Yield<Mention>, quoted: Yield<Mention>) {
    for mention in quoted.kept {
        let told = |m: &Mention| {
            m.event_type == mention.event_type
                && m.object == mention.object
                && (mention.value.is_none() || m.value == mention.value && m.unit == mention.unit)
        };
        if !own.kept.iter().any(told) {
            own.kept.push(mention);
        }
    }
    own.kept.sort_by(|a, b| (a.evidence_span, &a.mention_id).cmp(&(b.evidence_span, &b.mention_id)));
    own.refused.extend(quoted.refused);
}

/// Evidence and trigger in the letters of the printed text.
pub fn as_printed(mention: &mut Mention, respelled: &Respelled, printed: &str) {
    let read = mention.evidence_span;
    let within = read.of(&respelled.text).find(&mention.trigger).map(|at| read.start as usize + at);
    if let Some(at) = within.or_else(|| respelled.text.find(&mention.trigger)) {
        let span = Span::new(at as u32, (at + mention.trigger.len()) as u32);
        respelled.printed(span).of(printed).clone_into(&mut mention.trigger);
    }
    mention.evidence_span = respelled.printed(read);
    mention.evidence_span.of(printed).clone_into(&mut mention.evidence);
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

/// A candidate as a mention, with the features of both models.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The mention it would be.
    pub mention: Mention,
    /// What it was made from.
    pub candidate: Candidate,
    /// Whether it stands in the headline.
    pub title: bool,
    /// Whether no numeral gives its value.
    pub is_without_figure: bool,
    /// Features of the scorer.
    pub features: Vec<String>,
    /// Features of the scope model.
    pub scope_features: Vec<String>,
    /// What the text offers for each attribute.
    pub attributes: [(Attribute, Vec<Listed>); Attribute::ALL.len()],
}

impl Proposal {
    /// The candidate among the others, with its log-odds by itself.
    pub fn peer(&self, own: f32) -> Peer<'_> {
        Peer { candidate: &self.candidate, event_type: &self.mention.event_type, own }
    }
}

/// All candidates of an article's text and headline, none refused.
pub fn proposals(extractor: &Extractor, language: &Language, article: &Article) -> Vec<Proposal> {
    let mut all = Vec::new();
    let title = article.title.as_deref().unwrap_or("");
    let mut below = Vec::new();
    headline(extractor, language, article, title, &mut |scene, candidate, mention| {
        let asked = asked(scene, &extractor.classes, candidate, mention.scope);
        below.push((mention.rule_id, mention.evidence, attribute::all(&asked)));
    });
    let mut visit = |scene: &Scene<'_, '_>, candidates: &[Candidate], mention: &dyn Fn(usize) -> Mention| {
        for (i, candidate) in candidates.iter().enumerate() {
            let mention = mention(i);
            let same =
                |(rule, evidence, _): &&(String, String, _)| *rule == mention.rule_id && *evidence == mention.evidence;
            let attributes = match below.iter().find(same).filter(|_| scene.title) {
                Some((.., attributes)) => attributes.clone(),
                None => attribute::all(&asked(scene, &extractor.classes, candidate, mention.scope)),
            };
            let (mut features, mut scope_features) = (Vec::new(), Vec::new());
            scorer::features(scene, candidate, &mut features);
            attribute::scope_features(scene, candidate, &mut scope_features);
            let (candidate, title) = (candidate.clone(), scene.title);
            let is_without_figure = is_without_figure(scene.reads, &candidate);
            all.push(Proposal { mention, candidate, title, is_without_figure, features, scope_features, attributes });
        }
    };
    let (_, relevant) = candidates(extractor, language, article, &article.text, None, &mut visit);
    candidates(extractor, language, article, title, Some(relevant), &mut visit);
    all
}

/// Reads the body, or a headline whose body's verdict is given; returns whether the text is about enforcement.
fn part(
    extractor: &Extractor,
    language: &Language,
    article: &Article,
    text: &str,
    title: Option<bool>,
) -> (Yield<Mention>, bool) {
    let mut kept = Vec::new();
    let mut doubtful = Vec::new();
    let mut visit = |scene: &Scene<'_, '_>, candidates: &[Candidate], mention: &dyn Fn(usize) -> Mention| {
        let Some(model) = &language.model else {
            kept.extend((0..candidates.len()).map(mention));
            return;
        };
        // Most candidates are refused: they are weighed before their attributes are worked out.
        for (i, (candidate, confidence)) in candidates.iter().zip(weigh(scene, model, candidates)).enumerate() {
            let least = least(language, model, candidate);
            if confidence >= least {
                kept.push(Mention { confidence, ..mention(i) });
                continue;
            }
            let at = scene.text.stream.token(candidate.from).span.start;
            let rule = &language.rules[candidate.rule as usize].id;
            let evidence = evidence_span(scene.text.stream, candidate, &scene.reads[candidate.sentence]).of(text);
            let detail = format!("byte {at}: {rule} p={confidence:.2} «{evidence}»");
            doubtful.push(Reject::new(Extractor::NAME, "improbable", article.article_id.clone(), detail));
        }
    };
    let (mut refused, relevant) = candidates(extractor, language, article, text, title, &mut visit);
    refused.extend(doubtful);
    (Yield { kept: dedupe(&extractor.classes, language, text, &kept), refused }, relevant)
}

/// Reads a text and visits its candidates; returns what was refused on the way, and whether the text is about
/// enforcement in the main. A headline (`title`) has its body's verdict.
fn candidates(
    extractor: &Extractor,
    language: &Language,
    article: &Article,
    text: &str,
    title: Option<bool>,
    visit: &mut Visit<'_>,
) -> (Vec<Reject>, bool) {
    let stream = TokenStream::new(text);
    let annotated = Annotated::new(&stream, language);
    let headline = TokenStream::new(article.title.as_deref().unwrap_or("").trim());
    let headline = Annotated::new(&headline, language);
    let mut reading = reading::open(extractor, language, &annotated);
    let topic = Topic::new(language, &reading.reads, &annotated, &reading.laws, &headline);
    let relevant = title.unwrap_or(topic.relevant);
    let dominant = relevant && !topic.sparse;
    let mut refused = Vec::new();
    let mut refuse = |reason: &'static str, token: usize| {
        let at = stream.token(token).span.start;
        let detail = format!("byte {at}: {}", stream.printed(token));
        refused.push(Reject::new(Extractor::NAME, reason, article.article_id.clone(), detail));
    };
    // Most news is about something else: nothing of it is read any further.
    if !relevant {
        let marks = reading.reads.iter().flat_map(|r| &r.marks);
        marks.filter(|m| m.dimension == Dimension::Trigger).take(1).for_each(|m| refuse("off_topic", m.start));
        return (refused, false);
    }
    reading.finish(extractor, language, article, &annotated);
    let Reading { reads, times, laws } = reading;
    let mut candidates = candidate::candidates(language, &extractor.classes, &annotated, &reads, &mut refuse);
    if candidates.is_empty() {
        return (refused, dominant);
    }
    let context =
        Context::new(extractor, language, &annotated, &reads, &times, &laws).with_title(language, &stream, &headline);
    let (title, ground) = (title.is_some(), Ground::default());
    let scene = Scene { language, text: &annotated, reads: &reads, context: &context, title, ground };
    candidates.retain(|candidate| {
        let event_type = &language.rules[candidate.rule as usize].event_type;
        // Who is brought home comes from abroad.
        let handed_over = event_type.as_ref() == "extradition";
        let property = matches!(event_type.as_ref(), "recovery" | "asset_freeze" | "confiscation");
        let here = || context.is_domestic() && !context.is_abroad(candidate, property);
        let at_home = if handed_over { context.names_home() } else { here() };
        let loss = matches!(event_type.as_ref(), "damage" | "recovery");
        let reason = if at_home { topic.refuses(candidate, title, loss) } else { Some("abroad") };
        if let Some(reason) = reason {
            refuse(reason, candidate.from);
        }
        reason.is_none()
    });
    // Worked out for all at once, and only where some candidate is kept.
    let told = OnceCell::new();
    let scope = |i: usize| told.get_or_init(|| tally::scopes(&scene, &annotated, &candidates))[i];
    visit(&scene, &candidates, &|i| mention(extractor, &scene, article, &candidates[i], scope(i)));
    (refused, dominant)
}

/// What the attributes of a candidate are chosen from.
fn asked<'a, 's, 't>(
    scene: &'a Scene<'s, 't>,
    classes: &ObjectClasses,
    candidate: &'a Candidate,
    scope: Scope,
) -> Asked<'a, 's, 't> {
    let rule = &scene.language.rules[candidate.rule as usize];
    let drugs = (classes.class(&candidate.object) == "drug").then(|| Code::from("drugs"));
    Asked::new(scene, candidate, scope, &rule.event_type, rule.offence.clone().or(drugs))
}

fn mention(
    extractor: &Extractor,
    scene: &Scene<'_, '_>,
    article: &Article,
    candidate: &Candidate,
    scope: Scope,
) -> Mention {
    let Scene { language, text: Annotated { stream, .. }, reads, context, title, .. } = *scene;
    let rule = &language.rules[candidate.rule as usize];
    let read = &reads[candidate.sentence];
    let trigger = &reads[candidate.trigger_sentence].triggers[candidate.trigger];
    let span = evidence_span(stream, candidate, read);
    let chosen = attribute::choose(&extractor.attributes, &asked(scene, &extractor.classes, candidate, scope));
    let (place, time) = (chosen.place, chosen.time);
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
        offence: chosen.offence,
        scope,
        period_start: time.filter(|_| scope == Scope::Aggregate).and_then(|t| t.start),
        period_end: time.filter(|_| scope == Scope::Aggregate).and_then(|t| t.end),
        date_start: time.filter(|_| scope == Scope::Incident).and_then(|t| t.start),
        date_end: time.filter(|_| scope == Scope::Incident).and_then(|t| t.end),
        date_precision: time.filter(|t| scope == Scope::Incident && t.start.is_some()).map(|t| t.precision),
        citizenship: if candidate.object.as_ref() == "person" { context.citizenship(candidate) } else { Vec::new() },
        articles: context.articles(candidate, scope),
        agency: chosen.agency,
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

/// Whether two mentions tell of single operations against different offences in different paragraphs: a digest's cases.
fn other_case(text: &str, one: &Mention, other: &Mention) -> bool {
    let offences = one.offence.as_ref().zip(other.offence.as_ref()).is_some_and(|(a, b)| a != b);
    let incident = |m: &Mention| m.scope == Scope::Incident && m.value.is_some();
    let (from, to) = (one.evidence_span.end as usize, other.evidence_span.start as usize);
    offences && incident(one) && incident(other) && text.get(from..to).is_some_and(|between| between.contains('\n'))
}

/// Whether two mentions tell of different places or days: a digest's cases, a statistic's regions.
fn apart(one: &Mention, other: &Mention) -> bool {
    let days = one.date_start.zip(other.date_start).is_some_and(|(a, b)| a != b);
    !one.region.is_empty() && !other.region.is_empty() && one.region != other.region || days
}

/// `13 телефонов, SIM-бокс и ноутбуки`: items of one list after their verb, each counted for itself.
fn lists(counted: &Mention, vague: &Mention) -> bool {
    let (one, other) = (counted.evidence_span, vague.evidence_span);
    let tail = vague.evidence.get(counted.evidence.len()..).unwrap_or("");
    &*vague.object != "person"
        && one.start == other.start
        && one.end < other.end
        && (tail.contains(',') || tail.contains(" и "))
        && !tail.contains([':', '–', '—', '('])
}

/// "Изъяты запрещённые вещества", later "марихуана, 1,8 кг": a general word says no more than the drug that is weighed.
fn specifies(classes: &ObjectClasses, weighed: &Mention, general: &Mention) -> bool {
    let (one, other) = (weighed.evidence_span, general.evidence_span);
    let one_list = one.start < other.end && other.start < one.end;
    &*general.object == "drug"
        && &*weighed.object != "drug"
        && classes.class(&weighed.object) == "drug"
        && weighed.value.is_some()
        && weighed.event_type == general.event_type
        && !one_list
        && !apart(weighed, general)
}

/// Mentions that agree in every coded field are one; a mention without figure yields to one with.
fn dedupe(classes: &ObjectClasses, language: &Language, text: &str, all: &[Mention]) -> Vec<Mention> {
    // A life term has no figure and yields to none.
    let whole = |m: &Mention| {
        language.rules.iter().any(|r| *r.id == *m.rule_id && r.implied_value == Some(0.0) && r.objects.is_empty())
    };
    let mut kept: Vec<Mention> = Vec::new();
    for mention in all {
        let same = |k: &&mut Mention| {
            k.event_type == mention.event_type
                && k.object == mention.object
                && !apart(k, mention)
                && !other_case(text, k, mention)
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
        let near = |o: &Mention| o.evidence_span.start.abs_diff(mention.evidence_span.start) < VAGUE_REACH;
        let vague = mention.value.is_none()
            && !whole(mention)
            && all.iter().any(|o| {
                o.event_type == mention.event_type
                    && o.object == mention.object
                    && o.value.is_some()
                    && near(o)
                    && !lists(o, mention)
            });
        let vague = vague
            || mention.value.is_none()
                && !language.kazakh
                && all.iter().any(|o| near(o) && specifies(classes, o, mention));
        let rounded = all.iter().any(|o| rounds(mention, o));
        if !vague && !rounded {
            kept.push(mention.clone());
        }
    }
    kept
}
