//! Reads `.jsonl` articles and prints one JSON mention a line: for scoring while the pipeline grows.
#![allow(clippy::disallowed_methods, reason = "a tool for developers")]
use dalel::{extract::Extractor, knowledge::Knowledge, record::Article, stage::Map};
use std::io::Write;

fn main() {
    let knowledge = Knowledge::open(std::path::Path::new(".")).expect("data files");
    let extractor = match Extractor::new(&knowledge) {
        Ok(e) => e,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(1)
        }
    };
    let extractor = if std::env::var_os("NO_MODEL").is_some() { extractor.without_models() } else { extractor };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if std::env::args().nth(1).as_deref() == Some("explain") {
        for text in std::env::args().skip(2) {
            let lang = if std::env::var_os("KK").is_some() || text.chars().any(|c| "әғқңөұүһі".contains(c)) {
                "kk"
            } else {
                "ru"
            };
            let article = Article { language: Some(lang.into()), text, ..Article::default() };
            print!("{}", dalel::extract::explain::explain(&extractor, &article, false));
        }
        return;
    }
    for path in std::env::args().skip(1) {
        for line in std::fs::read_to_string(&path).expect("file").lines() {
            let v: serde_json::Value = serde_json::from_str(line).expect("json");
            let s = |k: &str| v[k].as_str().map(str::to_owned);
            let published = s("published")
                .and_then(|p| chrono::NaiveDate::parse_from_str(&p, "%Y-%m-%d").ok())
                .and_then(|d| d.and_hms_opt(0, 0, 0))
                .map(|d| d.and_utc());
            let article = Article {
                article_id: s("id").unwrap_or_default(),
                language: s("lang"),
                outlet: s("outlet"),
                title: s("title"),
                text: s("text").unwrap_or_default(),
                published_at: published,
                ..Article::default()
            };
            if std::env::var_os("DEBUG_ARGS").is_some() {
                let Some(language) = extractor.language(&article) else { continue };
                let stream = dalel::extract::token::TokenStream::new(&article.text);
                let text = dalel::extract::pattern::Annotated::new(&stream, language);
                for read in dalel::extract::reading::read(&extractor, language, &article, &text).reads {
                    for (i, a) in read.arguments.iter().enumerate() {
                        let bound: Vec<String> = read
                            .bound
                            .iter()
                            .filter(|b| b.argument == Some(i))
                            .map(|b| {
                                format!(
                                    "{}{}",
                                    language.rules[b.rule as usize].event_type,
                                    read.triggers[b.trigger].unreal.map_or("", |u| u.as_str())
                                )
                            })
                            .collect();
                        writeln!(out, "{}", serde_json::json!({"article_id": article.article_id, "kind": format!("{:?}", a.kind), "object": &*a.object, "value": a.value, "unit": a.unit.as_deref(), "bound": bound, "text": stream.span(a.start, a.end).of(stream.text())})).expect("stdout");
                    }
                }
                continue;
            }
            // What the scorer sees of each proposal.
            if std::env::var_os("FEATURES").is_some() {
                for p in extractor.proposals(&article) {
                    let (m, c) = (&p.mention, &p.candidate);
                    let place = serde_json::json!({"sentence": c.sentence, "argument": c.argument, "trigger": [c.trigger_sentence, c.trigger], "from": c.from, "to": c.to, "cost": c.cost, "how": c.how, "rule": m.rule_id, "title": p.title});
                    writeln!(out, "{}", serde_json::json!({"place": place, "article_id": m.article_id, "event_type": &*m.event_type, "object": &*m.object, "value": m.value, "evidence": m.evidence, "features": p.features})).expect("stdout");
                }
                continue;
            }
            // What the rules propose before the scorer weighs it: tells a missing rule from a refused candidate.
            let mentions = if std::env::var_os("PROPOSALS").is_some() {
                extractor.proposals(&article).into_iter().map(|p| p.mention).collect()
            } else {
                extractor.map(&article).kept
            };
            for m in mentions {
                let row = serde_json::json!({"article_id": m.article_id, "event_type": &*m.event_type, "object": &*m.object, "value": m.value, "value_max": m.value_max, "qualifier": m.qualifier.as_str(), "unit": m.unit.as_deref(), "region": m.region.iter().map(|c| &**c).collect::<Vec<_>>(), "locality": m.locality, "offence": m.offence.as_deref(), "scope": m.scope.as_str(), "agency": m.agency.iter().map(|c| &**c).collect::<Vec<_>>(), "evidence": m.evidence, "rule_id": m.rule_id, "trigger": m.trigger, "period": [m.period_start.map(|d| d.to_string()), m.period_end.map(|d| d.to_string())], "date": m.date_start.map(|d| d.to_string()), "case_id": m.case_id, "articles": m.articles, "confidence": m.confidence});
                writeln!(out, "{row}").expect("stdout");
            }
        }
    }
}
