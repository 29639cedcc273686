//! `explain`: what is found in a text, or what makes an event, and why.

use super::args::{Cli, ExplainArgs};
use super::{Failure, knowledge, print};
use dalel::clean::Cleaner;
use dalel::clean::language::identify;
use dalel::dedup::{Deduped, Deduplicator, Settings};
use dalel::extract::Extractor;
use dalel::extract::explain::explain;
use dalel::knowledge::Knowledge;
use dalel::publish::table::read_records;
use dalel::read::{self, Kind, Limits, Record};
use dalel::record::{Article, DatePrecision, Mention};
use dalel::run::aliases;
use dalel::stage::Map as _;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

pub fn run(args: &ExplainArgs, cli: &Cli) -> Result<(), Failure> {
    let knowledge = knowledge(cli, None)?;
    if args.what.starts_with("event-") && args.output.join("events").is_dir() {
        return event(args, &knowledge);
    }
    let extractor = Extractor::new(&knowledge)?;
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    for mut article in articles(args, &knowledge)? {
        if let Some(day) = args.published {
            article.published_at = Some(day.and_time(chrono::NaiveTime::MIN).and_utc());
            article.published_precision = Some(DatePrecision::Day);
        }
        if article.language.is_none() || args.language.is_some() {
            let found = identify(&article.text).map(str::to_owned);
            article.language = args.language.clone().or(found);
        }
        print(explain(&extractor, &article, colour))?;
    }
    Ok(())
}

/// An event: its members, the evidence for each link, the pairs refused and why.
fn event(args: &ExplainArgs, knowledge: &Knowledge) -> Result<(), Failure> {
    let unread = |e| Failure::new(1, e);
    let failed = |e| Failure::new(1, e);
    let tables = Deduped {
        articles: read_records(&args.output.join("articles")).map_err(unread)?,
        mentions: read_records(&args.output.join("mentions")).map_err(unread)?,
        events: read_records(&args.output.join("events")).map_err(unread)?,
        stories: Vec::new(),
    };
    let deduplicator = Deduplicator::new(knowledge, Settings::default())?;
    let place = args.output.display();
    let aliases = aliases::read(&args.output).map_err(failed)?;
    let now = aliases.get("events").and_then(|ids| ids.get(&args.what));
    if let Some(now) = now {
        print(format!("{} went into {now}\n", args.what))?;
    }
    match deduplicator.explain(&tables, now.unwrap_or(&args.what)) {
        Some(explanation) => print(explanation.to_string()),
        None => Err(Failure::new(1, format!("{}: not among the events of {place}; name another --output", args.what))),
    }
}

/// The articles meant: of a file, of the tables, or the text itself.
fn articles(args: &ExplainArgs, knowledge: &Knowledge) -> Result<Vec<Article>, Failure> {
    let path = Path::new(&args.what);
    if path.exists() {
        return of_file(path, knowledge);
    }
    let one_word = !args.what.contains(char::is_whitespace);
    if one_word && Kind::of(&args.what).is_some() {
        return Err(Failure::new(2, format!("{}: no such file", args.what)));
    }
    if one_word && args.output.join("articles").is_dir() {
        let found = of_tables(args)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if one_word && (args.what.starts_with("m-") || args.what.contains("://")) {
        let place = args.output.display();
        return Err(Failure::new(1, format!("{}: not among the tables of {place}; name another --output", args.what)));
    }
    Ok(vec![Article { article_id: "text".into(), text: args.what.clone(), ..Article::default() }])
}

fn of_file(path: &Path, knowledge: &Knowledge) -> Result<Vec<Article>, Failure> {
    let cleaner = Cleaner::new(knowledge)?;
    let inputs = read::discover(&[PathBuf::from(path)]).map_err(|e| Failure::new(2, e))?;
    let mut found = Vec::new();
    for chunk in inputs.chunks() {
        let loaded = chunk.and_then(|chunk| chunk.load(&Limits::default())).map_err(|e| Failure::new(1, e))?;
        let mut refused = loaded.refused;
        for record in loaded.records {
            match record {
                Record::Article(article) => found.push(article),
                Record::Snapshot(page) => {
                    let cleaned = cleaner.map(&page);
                    found.extend(cleaned.kept);
                    refused.extend(cleaned.refused);
                }
            }
        }
        for reject in refused {
            print(format!("refused by {}: {} {}\n", reject.stage, reject.reason, reject.detail))?;
        }
    }
    Ok(found)
}

fn of_tables(args: &ExplainArgs) -> Result<Vec<Article>, Failure> {
    let failed = |e| Failure::new(1, e);
    let mentions: Vec<Mention> = read_records(&args.output.join("mentions")).map_err(failed)?;
    let home = mentions.iter().find(|m| m.mention_id == args.what).map(|m| m.article_id.clone());
    let mut articles: Vec<Article> = read_records(&args.output.join("articles")).map_err(failed)?;
    articles.retain(|article| {
        let names = [article.url.as_deref(), article.canonical_url.as_deref(), Some(article.article_id.as_str())];
        home.as_deref() == Some(&article.article_id) || names.contains(&Some(args.what.as_str()))
    });
    Ok(articles)
}
