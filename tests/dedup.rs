//! Stories and events against scored articles, and the invariants of the stage.

#[path = "support/generator.rs"]
mod generator;
#[path = "support/gold.rs"]
mod gold;

use dalel::dedup::alias::aliases;
use dalel::dedup::{Deduped, Deduplicator, Index, Settings, dedup};
use dalel::knowledge::Knowledge;
use dalel::record::{Article, Mention, Span};
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

/// Stories of our own, which fit no weights: reprint, rewrite, translation, update, digest, verdict, near misses.
#[test]
fn stories_and_events_of_our_own_articles_are_told_apart_and_joined() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold/stories/own_stories.jsonl");
    let documents = gold::read(&path);
    assert!(documents.len() >= 21);
    let (articles, mentions) = records(&documents);
    let deduped = dedup(articles, mentions);
    let (f1, merged) = score(&documents, &deduped);
    assert!(f1 >= 0.97 && merged == 0, "B-cubed F1 {f1}, {merged} near misses merged");
    let (precision, recall) = score_events(&documents, &deduped);
    assert!(precision >= 0.97 && recall >= 0.97, "events {precision} {recall}");
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
fn an_article_of_more_results_than_are_compared_keeps_them_all() {
    let mention = |article: &str, n: usize| Mention {
        mention_id: format!("{article}-{n:05}"),
        article_id: article.into(),
        event_type: format!("kind-{}", n / 8).as_str().into(),
        object: "thing".into(),
        value: Some(n as f64 + 100.0),
        ..Mention::default()
    };
    let mentions: Vec<Mention> = ["a", "b"].iter().flat_map(|id| (0..4_200).map(|n| mention(id, n))).collect();
    let deduped = dedup(vec![article("a", 3, "Отчёт за год."), article("b", 4, "Отчёт за год.")], mentions);
    assert_eq!(deduped.mentions.len(), 8_400);
    assert!(deduped.mentions.iter().all(|mention| mention.event_id.is_some()));
    assert_eq!(deduped.events.iter().map(|event| event.n_mentions).sum::<u32>(), 8_400);
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

/// A seizure of this many kilograms of fuel.
fn fuel(article: &str, kilograms: f64) -> Mention {
    Mention {
        mention_id: format!("{article}-{kilograms}"),
        article_id: article.into(),
        event_type: "seizure".into(),
        object: "fuel".into(),
        value: Some(kilograms),
        unit: Some("kg".into()),
        region: vec!["KZ-31".into()],
        ..Mention::default()
    }
}

#[test]
fn a_total_is_the_sum_of_the_parts_that_another_article_tells() {
    let articles = [
        article("a", 3, "На разъезде под Мерке пограничники вскрыли цистерны: 61 тонна солярки и 118 тонн бензина."),
        article("b", 4, "Железнодорожный состав с горючим дальше Мерке не пустили. В цистернах плескалось 179 тонн."),
        article("c", 5, "Горючее из железнодорожных цистерн под Мерке изъято: в составе насчитали 143 тонны."),
    ];
    let parts = [fuel("a", 61e3), fuel("a", 118e3)];
    let score = |article: &Article, mention: Mention| {
        let deduplicator = Deduplicator::embedded(Settings::default());
        let (print, _) = deduplicator.unit(&articles[0], &parts);
        deduplicator.score(&print, &deduplicator.unit(article, &[mention]).0)
    };
    let total = score(&articles[1], fuel("b", 179e3));
    assert!(total > score(&articles[2], fuel("c", 143e3)) + 1.0, "{total}");
    assert!(total > score(&articles[1], fuel("b", 143e3)) + 1.0, "{total}");
}

/// A mention of an offence in a place.
fn of_offence(article: &str, start: u32, event_type: &str, offence: &str) -> Mention {
    Mention {
        mention_id: format!("{article}-{start}"),
        article_id: article.into(),
        event_type: event_type.into(),
        object: "drug".into(),
        offence: Some(offence.into()),
        evidence_span: Span { start, end: start + 1 },
        ..Mention::default()
    }
}

#[test]
fn a_raid_that_finds_goods_of_many_offences_is_no_digest() {
    let offences = ["extortion", "weapons", "drugs", "theft"];
    let is_digest = |text: &str| {
        let start =
            |i: usize| if text.contains('\n') { text.match_indices('\n').nth(i).map_or(0, |m| m.0 + 1) } else { i };
        let mentions: Vec<Mention> =
            offences.iter().enumerate().map(|(i, o)| of_offence("a", start(i) as u32, "seizure", o)).collect();
        Deduplicator::embedded(Settings::default()).unit(&article("a", 3, text), &mentions).0.digest
    };
    assert!(!is_digest("Вымогатели хранили обрез, коноплю и угнанные машины."));
    assert!(is_digest("\nШантажист задержан.\nОбрез изъят.\nКонопля сожжена.\nКража раскрыта."));
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

/// Adds the records in steps, and returns the tables after the last.
fn in_steps(deduplicator: &Deduplicator, steps: &[Vec<Article>], mentions: &[Mention]) -> Deduped {
    let mut index = Index::default();
    for step in steps {
        let own: Vec<Mention> =
            mentions.iter().filter(|m| step.iter().any(|a| a.article_id == m.article_id)).cloned().collect();
        index.add(deduplicator, step, &own);
    }
    deduplicator.tables(&index, steps.concat(), mentions.to_vec())
}

#[test]
fn an_updated_figure_beside_its_parts_is_the_earlier_one_s_event() {
    let documents: Vec<Document> = gold_files().iter().flat_map(|p| gold::read(p)).collect();
    let (articles, mentions) = records(&documents);
    let tables = dedup(articles, mentions);
    let events = tables.event_of();
    let of = |article: &str, value: f64| {
        let m = tables
            .mentions
            .iter()
            .find(|m| m.article_id == article && m.event_type.as_ref() == "detention" && m.value == Some(value));
        m.map(|m| events[&m.mention_id].clone())
    };
    // "21 on the first day, now 24, three more at night; 22 of them from abroad".
    let (Some(first), Some(now)) = (of("dev-su-006", 21.0), of("dev-su-006", 24.0)) else { return };
    assert_eq!(first, now);
    assert_ne!(of("dev-su-006", 22.0), Some(now));
}

/// The words of the scored Russian articles that are no stories.
fn vocabulary() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold");
    let files = ["courts", "incidents", "economic", "reports", "incidents_b", "reports_b"];
    let documents = files.iter().flat_map(|f| gold::read(&folder.join(format!("dev_ru_{f}.jsonl"))));
    generator::words(&documents.map(|d| d.article.text).collect::<Vec<_>>())
}

#[test]
fn thirty_daily_steps_equal_one_run() {
    let deduplicator = Deduplicator::embedded(Settings::default());
    let plan = generator::Plan { clusters: 90, copies: 4, edits_from: 0.05, edits_to: 0.3, days: 30 };
    let words = vocabulary();
    let mut articles: Vec<Article> = (0..plan.clusters).flat_map(|c| generator::cluster(plan, &words, 3, c)).collect();
    let (scored, mentions) = gold_files().first().map(|p| records(&gold::read(p))).unwrap_or_default();
    articles.extend(scored);
    articles.sort_by_key(|a| (a.published_at, a.article_id.clone()));
    let whole = deduplicator.run(articles.clone(), mentions.clone());
    let days: Vec<Vec<Article>> = articles.chunks(articles.len().div_ceil(30)).map(<[Article]>::to_vec).collect();
    assert_eq!(in_steps(&deduplicator, &days, &mentions), whole);

    // Late articles, in any order, give the same again.
    let mut shuffled = days;
    shuffled.reverse();
    shuffled.swap(0, 17);
    assert_eq!(in_steps(&deduplicator, &shuffled, &mentions), whole);
}

#[test]
fn edited_copies_are_found_and_nothing_else() {
    let words = vocabulary();
    for (edits_from, edits_to) in [(0.01, 0.06), (0.1, 0.3)] {
        let plan = generator::Plan { clusters: 400, copies: 5, edits_from, edits_to, days: 60 };
        let articles: Vec<Article> = (0..plan.clusters).flat_map(|c| generator::cluster(plan, &words, 7, c)).collect();
        let deduped = dedup(articles, Vec::new());
        let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for article in &deduped.articles {
            let story = article.story_id.as_deref().expect("every article has a story");
            found.entry(story).or_default().push(&article.article_id[..8]);
        }
        let (mut right, mut all) = (0_u32, 0_u32);
        for members in found.values() {
            for (i, a) in members.iter().enumerate() {
                all += (members.len() - i - 1) as u32;
                right += members[i + 1..].iter().filter(|b| *b == a).count() as u32;
            }
        }
        let true_pairs = 400.0 * 10.0;
        assert!(f64::from(right) / true_pairs >= 0.95, "recall {right} of {true_pairs}");
        assert!(f64::from(right) / f64::from(all) >= 0.99, "precision {right} of {all}");
    }
}

#[test]
fn corrections_join_and_split_and_leave_aliases() {
    let Some(path) = gold_files().into_iter().next() else { return };
    let (articles, mentions) = records(&gold::read(&path));
    let before = dedup(articles.clone(), mentions.clone());
    let with = |lines: &str| {
        let mut knowledge = Knowledge::embedded();
        let header = "decision,level,a,b,reviewer,reviewed_at,reason";
        knowledge.insert("pipelines/corrections/links.csv", format!("{header}\n{lines}"));
        let deduplicator = Deduplicator::new(&knowledge, Settings::default()).expect("right");
        deduplicator.run(articles.clone(), mentions.clone())
    };
    let story = |tables: &Deduped, id: &str| tables.story_of()[id].clone();
    let (a, b) = ("dev-st-001", "dev-st-004");
    assert_ne!(story(&before, a), story(&before, b));
    let joined = with(&format!("join,story,{a},{b},me,2026-01-01,one operation"));
    assert_eq!(story(&joined, a), story(&joined, b));
    let moved = aliases(&before.story_of(), &joined.story_of());
    assert_eq!(moved.get(&story(&before, b)), Some(&story(&joined, a)));

    let (a, b) = ("dev-st-007", "dev-st-008");
    assert_eq!(story(&before, a), story(&before, b));
    let split = with(&format!("split,story,{b},{a},me,2026-01-01,two raids"));
    assert_ne!(story(&split, a), story(&split, b));

    // An event of two mentions, split.
    let event = before.events.iter().find(|e| e.n_mentions == 2).expect("an event of two mentions");
    let (m, n) = (&event.mention_ids[0], &event.mention_ids[1]);
    let split = with(&format!("split,event,{m},{n},me,2026-01-01,two results"));
    assert_ne!(split.event_of()[m], split.event_of()[n]);
    assert_eq!(with("join,story,gone,dev-st-001,me,2026-01-01,an article that is no more"), before);
}

#[test]
fn ids_stay_when_members_join_or_leave_an_alias() {
    for path in gold_files() {
        let (mut articles, mentions) = records(&gold::read(&path));
        articles.sort_by_key(|a| (a.published_at, a.article_id.clone()));
        let (mut before, mut stayed) = (Deduped::default(), 0);
        for upto in [articles.len() / 3, articles.len() / 2, articles.len()] {
            let after = dedup(articles[..upto].to_vec(), mentions.clone());
            for (old, new) in [(before.story_of(), after.story_of()), (before.event_of(), after.event_of())] {
                let aliases = aliases(&old, &new);
                let given: std::collections::BTreeSet<&String> = new.values().collect();
                for (member, id) in &old {
                    assert!(given.contains(id) || given.contains(&aliases[id]), "{member}: {id} is lost");
                    stayed += usize::from(new[member] == *id);
                }
            }
            before = after;
        }
        let all = 2 * (articles.len() / 3 + articles.len() / 2);
        assert!(stayed > all / 2, "{stayed} of some {all} members kept their group's id");
    }
}

#[test]
fn a_story_s_origin_is_the_authority_s_own_release() {
    let text = "В Таразе полицейские задержали жителя села Асса, который хранил в гараже 14 килограммов \
                гашиша. Тайник нашли кинологи во время рейда по дачному массиву. Суд арестовал мужчину на два месяца.";
    let titled = |id: &str, day, title: &str, own| Article {
        title: Some(title.into()),
        author_is_agency: own,
        ..article(id, day, text)
    };
    let stories = dedup(
        vec![titled("a", 3, "Гашиш в гараже", false), titled("b", 3, "О задержании жителя села Асса", true)],
        Vec::new(),
    )
    .stories;
    assert_eq!(stories.len(), 1);
    assert_eq!(stories[0].title.as_deref(), Some("О задержании жителя села Асса"));
}

#[test]
fn an_event_is_explained_by_its_members_links_and_refusals() {
    let Some(path) = gold_files().into_iter().next() else { return };
    let (articles, mentions) = records(&gold::read(&path));
    let deduplicator = Deduplicator::embedded(Settings::default());
    let tables = deduplicator.run(articles, mentions);
    let event = tables.events.iter().max_by_key(|e| (e.n_mentions, e.event_id.clone())).expect("events");
    let explained = deduplicator.explain(&tables, &event.event_id).expect("is there");
    assert_eq!(explained.members.len(), event.n_mentions as usize);
    assert!(!explained.links.is_empty() && !explained.sources.is_empty());
    assert!(explained.refused.iter().all(|p| !event.mention_ids.contains(&p.b)));
    let printed = explained.to_string();
    assert!(printed.contains(&event.event_id) && printed.contains("refused"));
    assert!(deduplicator.explain(&tables, "event-0").is_none());
}

#[test]
fn merged_events_keep_the_range_the_consensus_and_the_dispute() {
    let documents: Vec<Document> = gold_files().iter().flat_map(|p| gold::read(p)).collect();
    if documents.is_empty() {
        return;
    }
    let (articles, mentions) = records(&documents);
    let tables = dedup(articles, mentions);
    let of = |result: &str| {
        let m = documents
            .iter()
            .flat_map(|d| d.mentions.iter().zip(&d.results))
            .find(|(_, r)| r.as_deref() == Some(result))
            .expect("the result is stated");
        let id = &tables.event_of()[&m.0.mention_id];
        tables.events.iter().find(|e| e.event_id == *id).expect("is there")
    };
    // 58.56 in the first report, "almost 59", 58.6, and 58.5 in a digest.
    let cannabis = of("almaty-obl-58kg-marihuana-2025-10/seizure-cannabis");
    assert_eq!(
        (cannabis.value_consensus, cannabis.value_min, cannabis.value_max_reported),
        (Some(58.56), Some(58.5), Some(59.0))
    );
    assert!(!cannabis.is_disputed);
    assert_eq!(cannabis.n_outlets, 4);
    // Four detained on the first day, six on the next.
    let detained = of("shymkent-ubiystvo-posle-dtp-2026-01/detention");
    assert_eq!((detained.value_consensus, detained.is_disputed), (Some(6.0), true));
    // 120 tonnes of petrol are a part of 188 tonnes.
    let petrol = of("merke-tsisterny-toplivo-2021-11/seizure-petrol");
    let total = of("merke-tsisterny-toplivo-2021-11/seizure-total");
    assert_eq!(petrol.part_of.as_deref(), Some(total.event_id.as_str()));
    // One raid's results are one case.
    let laboratory = of("karaganda-sortirovka-lab-2025-11/lab");
    assert!(laboratory.case_id.is_some());
    assert_eq!(laboratory.case_id, of("karaganda-sortirovka-lab-2025-11/seizure-pvp").case_id);
    assert_ne!(laboratory.case_id, of("karaganda-maykuduk-lab-2025-11/lab").case_id);
}
