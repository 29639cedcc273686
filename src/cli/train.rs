//! `train`: fits the scorer and the attributes' models on gold articles.

use super::args::{Cli, TrainArgs};
use super::train_scope::{self, Scoped};
use super::{Failure, knowledge, print};
use dalel::eval::{Gold, Truth};
use dalel::extract::assemble::Proposal;
use dalel::extract::attribute::{Attribute, Listed};
use dalel::extract::candidate::Candidate;
use dalel::extract::peers::{self, Peer};
use dalel::extract::train::{L2, L2_CHOICE, Question, Sample, fit, fit_choice, model, taken, to_text};
use dalel::extract::trees::Row;
use dalel::extract::weigh::second;
use dalel::extract::{Extractor, Language};
use dalel::read::{self, Limits, Record};
use dalel::record::{Article, Code, Mention};
use std::path::Path;

/// How much a result without a figure counts for the scorer that gives a second opinion of such.
const FIGURELESS: f32 = 4.0;
/// Strength of L2 of that one: half of the scorer's, for half of its samples' weight lies on few.
const L2_FIGURELESS: f32 = L2 / 2.0;
/// Least probability at which it keeps them: below it more are wrong than right on real news.
const FIGURELESS_LEAST: f32 = 0.47;

/// How much a mention of a harmless article counts in training: it costs a reader more than one that a report of
/// results gets wrong.
const HARMLESS: f32 = 3.0;

pub fn run(args: &TrainArgs, cli: &Cli) -> Result<(), Failure> {
    let gold = Gold::open(&args.gold)?;
    let extractor = Extractor::new(&knowledge(cli, None)?)?;
    let languages = [&extractor.russian, &extractor.kazakh];
    let known: Vec<&str> = languages
        .iter()
        .map(|l| l.code)
        .chain(["figureless", "scope"])
        .chain(Attribute::ALL.iter().map(|a| a.name()))
        .collect();
    if let Some(unknown) = args.only.iter().find(|only| !known.contains(&only.as_str())) {
        return Err(Failure::new(2, format!("--only: there is no model `{unknown}`, but {}", known.join(", "))));
    }
    let mut judged: [Vec<Judged>; 2] = Default::default();
    let mut scope: Vec<Scoped> = Vec::new();
    let mut questions: [Vec<Question>; Attribute::ALL.len()] = Default::default();
    let inputs = read::discover(&args.gold).map_err(|e| Failure::new(2, e))?;
    for chunk in inputs.chunks() {
        let loaded = chunk.and_then(|chunk| chunk.load(&Limits::default())).map_err(|e| Failure::new(1, e))?;
        for record in loaded.records {
            let Record::Article(article) = record else { continue };
            let Some(code) = extractor.language(&article).map(|l| l.code) else { continue };
            let Some(language) = languages.iter().position(|l| l.code == code) else { continue };
            let proposals = extractor.proposals(&article);
            let told = told_with_figure(&gold, &proposals);
            for proposal in proposals {
                let verdict = gold.judge(&article.article_id, &proposal.mention);
                let id = article.article_id.clone();
                scope.push(train_scope::scoped(&proposal, verdict.as_ref().ok().and_then(Option::as_ref)));
                if let Ok(Some(truth)) = &verdict {
                    for (attribute, options) in proposal.attributes {
                        questions[attribute as usize].push(question(&proposal.mention, attribute, options, truth));
                    }
                }
                let weight = if gold.is_harmless(&id) { HARMLESS } else { 1.0 };
                // An optional event counts neither for nor against.
                let right = (!matches!(verdict, Ok(None))).then_some(verdict.is_ok());
                let yields = verdict.is_err() && yields(&proposal.mention, &told);
                let Proposal { candidate, title, is_without_figure, features, mention, .. } = proposal;
                let sample = Sample { features, right: right == Some(true), article: id, weight };
                judged[language].push(Judged {
                    sample,
                    is_counted: right.is_some(),
                    candidate,
                    event_type: mention.event_type,
                    title,
                    is_without_figure,
                    yields,
                });
            }
        }
    }
    if let Some(folds) = args.folds {
        return validate(folds, args.show.as_deref(), &scope, &questions);
    }
    let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|only| only == name);
    if wanted("figureless") {
        for (language, judged) in languages.iter().zip(&judged) {
            let path = args.write.join(format!("{}.txt", second(language.code)));
            write(&path, &to_text(&fit(&of_the_second(judged), L2_FIGURELESS), FIGURELESS_LEAST))?;
        }
    }
    for (language, judged) in languages.iter().zip(&mut judged).filter(|(language, _)| wanted(language.code)) {
        examples(&extractor, language, judged);
        let right = judged.iter().filter(|j| j.sample.right).count();
        let counted: Vec<Sample> = judged.iter().filter(|j| j.is_counted).map(|j| j.sample.clone()).collect();
        write(&args.write.join(format!("{}.txt", language.code)), &to_text(&fit(&counted, L2), args.threshold))?;
        let rows = rows(judged);
        let (by_itself, among) = losses(&rows);
        let path = args.write.join(format!("{}_peers.txt", language.code));
        // What does not win on articles that it has not seen is left out.
        let wins = among < by_itself * WIN;
        if wins {
            write(&path, &peers::fit(rows.iter().map(|(_, row)| *row), args.threshold))?;
        } else if path.exists() {
            std::fs::remove_file(&path).map_err(|e| Failure::new(1, format!("{}: {e}", path.display())))?;
        }
        print(format!(
            "{}: {} candidates, {right} right; loss on articles set aside: {by_itself:.4} by itself, {among:.4} among the \
             others of its text ({})\n",
            language.code,
            judged.len(),
            if wins { "kept" } else { "not kept" }
        ))?;
    }
    // What tells a statistic, a place or an offence is mostly its position, alike in both languages: one model.
    if wanted("scope") {
        train_scope::write(&scope, &args.write)?;
    }
    for (attribute, questions) in Attribute::ALL.iter().zip(&questions).filter(|(a, _)| wanted(a.name())) {
        let weights = fit_choice(questions, *attribute == Attribute::Agency, l2(attribute.name()));
        write(&args.write.join(format!("{}.txt", attribute.name())), &to_text(&weights, 0.5))?;
    }
    Ok(())
}

/// A candidate that gold has judged.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a candidate")]
struct Judged {
    sample: Sample,
    /// Whether it counts: what gold leaves open is a neighbour of the others and no more.
    is_counted: bool,
    candidate: Candidate,
    event_type: Code,
    title: bool,
    is_without_figure: bool,
    /// Whether it is no result of its own beside one that is told with a figure.
    yields: bool,
}

/// The kinds of results that an article tells with a figure: type and object.
fn told_with_figure(gold: &Gold, proposals: &[Proposal]) -> Vec<(Code, Code)> {
    let told = |m: &&Mention| m.value.is_some() && gold.judge(&m.article_id, m).is_ok();
    let told = proposals.iter().map(|p| &p.mention).filter(told);
    told.map(|m| (m.event_type.clone(), m.object.clone())).collect()
}

/// Whether a mention is the headline's or lead's "подозреваемые задержаны" above "задержаны трое": it is put away when
/// duplicates are, whatever the scorer says.
fn yields(mention: &Mention, told: &[(Code, Code)]) -> bool {
    mention.value.is_none() && told.iter().any(|(t, o)| *t == mention.event_type && *o == mention.object)
}

/// What the second scorer learns from: whole articles, and what is told without a figure above all.
fn of_the_second(judged: &[Judged]) -> Vec<Sample> {
    let counted = judged.iter().filter(|j| j.is_counted && !j.yields);
    let weight = |j: &Judged| j.sample.weight * if j.is_without_figure { FIGURELESS } else { 1.0 };
    counted.map(|j| Sample { weight: weight(j), ..j.sample.clone() }).collect()
}

/// Parts of the articles that are set aside in turn, so that the panel learns from what the scorer says of articles
/// that it has not seen.
const FOLDS: u8 = 5;

/// What the loss on unseen articles must fall to, of that of the scorer alone, for the panel to be worth its while.
const WIN: f32 = 0.95;

/// A candidate among the others of its text, and the part of the articles that it belongs to.
type Parted = (u8, Row<{ peers::FEATURES }>);

/// The mean logarithmic loss on articles set aside: of candidates by themselves, and among the others.
fn losses(rows: &[Parted]) -> (f32, f32) {
    let (mut by_itself, mut among, mut weight) = (0.0, 0.0, 0.0);
    for aside in 0..FOLDS {
        let panel = peers::panel(rows.iter().filter(|(fold, _)| *fold != aside).map(|(_, row)| *row));
        for (_, row) in rows.iter().filter(|(fold, _)| *fold == aside) {
            let loss = |log_odds: f32| (1.0 + (if row.right { -log_odds } else { log_odds }).exp()).ln() * row.weight;
            by_itself += loss(row.values[0]);
            among += loss(panel.sum(&row.values));
            weight += row.weight;
        }
    }
    (by_itself / weight.max(1.0), among / weight.max(1.0))
}

/// The candidates among the others of their text, weighed by a scorer that has not seen their article.
fn rows(judged: &[Judged]) -> Vec<Parted> {
    // The examples of one rule go together.
    let whole = |judged: &Judged| judged.sample.article.split(' ').next().unwrap_or_default().to_owned();
    let fold = |judged: &Judged| blake3::hash(whole(judged).as_bytes()).as_bytes()[0] % FOLDS;
    let mut own = vec![0.0; judged.len()];
    for aside in 0..FOLDS {
        let seen = judged.iter().filter(|j| j.is_counted && fold(j) != aside).map(|j| j.sample.clone());
        let fitted = model(&fit(&seen.collect::<Vec<_>>(), L2), 0.5);
        for (one, own) in judged.iter().zip(&mut own).filter(|(one, _)| fold(one) == aside) {
            *own = fitted.sum(&one.sample.features);
        }
    }
    let mut rows = Vec::new();
    let mut rest = judged;
    while let Some(first) = rest.first() {
        let same = |j: &Judged| j.sample.article == first.sample.article && j.title == first.title;
        let (text, after) = rest.split_at(rest.iter().position(|j| !same(j)).unwrap_or(rest.len()));
        let begin = judged.len() - rest.len();
        let peers: Vec<Peer<'_>> = text
            .iter()
            .zip(&own[begin..])
            .map(|(j, own)| Peer { candidate: &j.candidate, event_type: &j.event_type, own: *own })
            .collect();
        let values = peers::rows(&peers, first.title);
        let counted = text.iter().zip(values).filter(|(j, _)| j.is_counted);
        rows.extend(
            counted.map(|(j, values)| (fold(j), Row { values, right: j.sample.right, weight: j.sample.weight })),
        );
        rest = after;
    }
    rows
}

/// How strongly weights are held back: of the offences there are many, each with few articles, and half of what serves
/// the other attributes tells more of them right on articles set aside.
fn l2(attribute: &str) -> f32 {
    if attribute == Attribute::Offence.name() { L2_CHOICE / 2.0 } else { L2_CHOICE }
}

/// What gold says of the options of an attribute.
fn question(mention: &Mention, attribute: Attribute, options: Vec<Listed>, truth: &Truth) -> Question {
    let right = |option: &Listed| match attribute {
        Attribute::Offence if truth.offence.is_empty() => option.label.is_empty(),
        Attribute::Offence => truth.offence.iter().any(|o| **o == *option.label),
        Attribute::Region => option.label == truth.region.join("+"),
        Attribute::Agency => truth.agency.iter().any(|a| **a == *option.label),
        Attribute::Time => option.label == truth.time,
    };
    let right = options.iter().map(right).collect();
    Question { options, right, article: mention.article_id.clone(), evidence: mention.evidence.clone() }
}

/// Prints the share of right answers on articles that the models have not seen.
fn validate(folds: u8, show: Option<&str>, scope: &[Scoped], questions: &[Vec<Question>]) -> Result<(), Failure> {
    let folds = folds.max(2);
    let fold = |article: &str| blake3::hash(article.as_bytes()).as_bytes()[0] % folds;
    let attributes = Attribute::ALL.iter().zip(questions).map(|(a, q)| (a.name(), q.as_slice()));
    for (name, questions) in attributes.filter(|(name, _)| show.is_none_or(|s| s == *name)) {
        // An authority that gold leaves open is not asked for.
        let several = name == "agency";
        let (mut right, mut seen) = (0_u32, 0_u32);
        for aside in 0..folds {
            let (out, rest): (Vec<_>, Vec<_>) = questions.iter().cloned().partition(|q| fold(&q.article) == aside);
            let fitted = model(&fit_choice(&rest, several, l2(name)), 0.5);
            for question in out.iter().filter(|q| name != "agency" || q.right.contains(&true)) {
                seen += 1;
                let taken = taken(&fitted, question, several);
                if taken.iter().any(|i| question.right[*i]) {
                    right += 1;
                } else if show.is_some() {
                    let labels = |of: &dyn Fn(usize) -> bool| {
                        let labels = question.options.iter().enumerate().filter(|(i, _)| of(*i));
                        labels.map(|(_, o)| o.label.as_str()).collect::<Vec<_>>().join("|")
                    };
                    let (told, gold) = (labels(&|i| taken.contains(&i)), labels(&|i| question.right[i]));
                    print(format!("{} took [{told}] not [{gold}]: {}\n", question.article, question.evidence))?;
                }
            }
        }
        let share = f64::from(right) / f64::from(seen.max(1));
        print(format!("{name:8} {share:.4} of {seen} on articles set aside\n"))?;
    }
    if show.is_none_or(|s| s == "scope") {
        let verdict = train_scope::validate(scope, folds);
        if show.is_some() {
            for line in &verdict.wrong {
                print(format!("{line}\n"))?;
            }
        }
        let share = |right: u32| f64::from(right) / f64::from(verdict.seen.max(1));
        print(format!(
            "scope    {:.4} of {} on articles set aside, {:.4} by itself\n",
            share(verdict.right.1),
            verdict.seen,
            share(verdict.right.0)
        ))?;
    }
    Ok(())
}

/// The rules' own examples are short texts that must keep their mentions: without them the scorer would know only
/// whole articles.
fn examples(extractor: &Extractor, language: &Language, judged: &mut Vec<Judged>) {
    for rule in &language.rules {
        for example in &rule.examples {
            let Some((text, expected)) = example.split_once("=>") else { continue };
            let article =
                Article { language: Some(language.code.into()), text: text.trim().into(), ..Article::default() };
            for Proposal { mention, candidate, title, is_without_figure, features, .. } in extractor.proposals(&article)
            {
                let expected_object = expected.split_whitespace().next() == Some(&*mention.object);
                let is_counted = mention.rule_id == *rule.id && expected_object;
                let sample =
                    Sample { features, right: is_counted, article: format!("{} {example}", rule.id), weight: 1.0 };
                let event_type = mention.event_type;
                judged.push(Judged {
                    sample,
                    is_counted,
                    candidate,
                    event_type,
                    title,
                    is_without_figure,
                    yields: false,
                });
            }
        }
    }
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|e| Failure::new(1, format!("{}: {e}", path.display())))
}
