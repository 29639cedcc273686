//! Stories and events against scored articles, and the invariants of the stage.

#[path = "support/gold.rs"]
mod gold;

use dalel::dedup::{Deduped, dedup};
use dalel::record::{Article, Mention};
use gold::Document;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The scored stories, where they are at hand: a folder of this project or of the development data.
fn gold_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = ["dev_stories.jsonl", "dev_stories_b.jsonl"];
    [root.join("tests/gold"), root.join("../shared/gold")]
        .into_iter()
        .map(|folder| names.iter().map(|n| folder.join(n)).filter(|p| p.exists()).collect::<Vec<_>>())
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

fn records(documents: &[Document]) -> (Vec<Article>, Vec<Mention>) {
    let articles = documents.iter().map(|d| d.article.clone()).collect();
    (articles, documents.iter().flat_map(|d| d.mentions.clone()).collect())
}

/// B-cubed F1 of the stories, and how many pairs of two stories are merged.
fn score(documents: &[Document], deduped: &Deduped) -> (f64, usize) {
    let found: BTreeMap<&str, &str> = deduped
        .articles
        .iter()
        .map(|a| (a.article_id.as_str(), a.story_id.as_deref().expect("every article has a story")))
        .collect();
    let (mut precision, mut recall, mut merged) = (0.0, 0.0, 0);
    for a in documents {
        let (mut gold, mut both, mut predicted) = (0, 0, 0);
        for b in documents {
            let same_gold = a.story == b.story;
            let same_found = found[a.article.article_id.as_str()] == found[b.article.article_id.as_str()];
            gold += usize::from(same_gold);
            predicted += usize::from(same_found);
            both += usize::from(same_gold && same_found);
            merged += usize::from(same_found && !same_gold);
        }
        precision += f64::from(both as u32) / f64::from(predicted as u32);
        recall += f64::from(both as u32) / f64::from(gold as u32);
    }
    let n = documents.len() as f64;
    let (p, r) = (precision / n, recall / n);
    (2.0 * p * r / (p + r), merged / 2)
}

/// Precision and recall of the event pairs across articles.
fn score_events(documents: &[Document], deduped: &Deduped) -> (f64, f64) {
    let event: BTreeMap<&str, &str> = deduped
        .mentions
        .iter()
        .map(|m| (m.mention_id.as_str(), m.event_id.as_deref().expect("every mention has an event")))
        .collect();
    let stated: Vec<(&str, &str, &str)> = documents
        .iter()
        .flat_map(|d| d.mentions.iter().zip(&d.results))
        .filter_map(|(m, r)| Some((m.article_id.as_str(), r.as_deref()?, event[m.mention_id.as_str()])))
        .collect();
    let (mut gold, mut found, mut both) = (0.0, 0.0, 0.0);
    for (i, a) in stated.iter().enumerate() {
        for b in stated[i + 1..].iter().filter(|b| b.0 != a.0) {
            gold += f64::from(u8::from(a.1 == b.1));
            found += f64::from(u8::from(a.2 == b.2));
            both += f64::from(u8::from(a.1 == b.1 && a.2 == b.2));
        }
    }
    (both / found, both / gold)
}

#[test]
fn stories_and_events_of_the_gold_articles_keep_their_scores() {
    for path in gold_files() {
        let documents = gold::read(&path);
        let (articles, mentions) = records(&documents);
        let deduped = dedup(articles, mentions);
        let (f1, merged) = score(&documents, &deduped);
        assert!(f1 >= 0.97, "{}: B-cubed F1 {f1}", path.display());
        assert_eq!(merged, 0, "{}: near misses merged", path.display());
        let (precision, recall) = score_events(&documents, &deduped);
        assert!(precision >= 0.93 && recall >= 0.93, "{}: events {precision} {recall}", path.display());
    }
}

#[test]
fn the_order_of_the_input_never_matters() {
    for path in gold_files() {
        let (mut articles, mut mentions) = records(&gold::read(&path));
        let expect = dedup(articles.clone(), mentions.clone());
        for step in [7, 11, 13] {
            let half = articles.len() / 2;
            articles.rotate_left(step);
            articles[..half].reverse();
            mentions.rotate_left(3 * step);
            mentions.reverse();
            assert_eq!(dedup(articles.clone(), mentions.clone()), expect);
        }
    }
}

fn article(id: &str, day: u32, text: &str) -> Article {
    let date = chrono::NaiveDate::from_ymd_opt(2025, 3, day).expect("a day of March");
    Article {
        article_id: id.into(),
        language: Some("ru".into()),
        outlet: Some(format!("{id}.example")),
        published_at: Some(date.and_hms_opt(0, 0, 0).expect("midnight").and_utc()),
        text: text.into(),
        ..Article::default()
    }
}

#[test]
fn a_reprint_is_one_story_and_other_news_is_another() {
    let text = "В Таразе полицейские задержали жителя села Асса, который хранил в гараже 14 килограммов \
                гашиша. Тайник нашли кинологи во время рейда по дачному массиву. Суд арестовал мужчину на два месяца.";
    let other = "Костанайские таможенники не пустили в страну фуру с контрафактной обувью. Груз без документов \
                 изъят, владельцу выписали штраф. Проверку начали после звонка на горячую линию.";
    let deduped = dedup(
        vec![article("a", 3, text), article("b", 4, &format!("{text} Подробности позже.")), article("c", 4, other)],
        Vec::new(),
    );
    let stories: Vec<_> = deduped.articles.iter().map(|a| a.story_id.clone()).collect();
    assert_eq!(stories[0], stories[1]);
    assert_ne!(stories[0], stories[2]);
    assert_eq!(deduped.stories.len(), 2);
    assert_eq!(deduped.stories.iter().map(|s| s.n_articles).sum::<u32>(), 3);
}

#[test]
fn empty_input_gives_empty_tables() {
    assert_eq!(dedup(Vec::new(), Vec::new()), Deduped::default());
}

#[test]
fn mentions_of_absent_articles_are_dropped() {
    let stray = Mention { mention_id: "m".into(), article_id: "nowhere".into(), ..Mention::default() };
    let deduped = dedup(vec![article("a", 1, "Слова.")], vec![stray]);
    assert!(deduped.mentions.is_empty() && deduped.events.is_empty());
    assert_eq!(deduped.stories.len(), 1);
}
