//! Tables without some of their articles: what remains keeps its groups.

use super::merge::{Stated, merge};
use super::run::name_story;
use super::{Deduped, index};
use crate::record::{Article, Mention, Story};
use std::collections::{BTreeMap, BTreeSet};

/// The tables without the articles that are gone, and without all that only they told.
///
/// Nothing is compared anew: an event or story of which some articles remain is merged from these, so its figures,
/// its place and its words are theirs. An event takes the identifier of its earliest mention, as in [`merge`], and what
/// points to it follows.
pub fn without(tables: Deduped, is_gone: impl Fn(&Article) -> bool) -> Deduped {
    let Deduped { mut articles, mut mentions, events, stories } = tables;
    let gone: BTreeMap<String, Option<String>> =
        articles.iter().filter(|a| is_gone(a)).map(|a| (a.article_id.clone(), a.story_id.clone())).collect();
    articles.retain(|a| !gone.contains_key(&a.article_id));
    let lost: BTreeSet<String> =
        mentions.iter().filter(|m| gone.contains_key(&m.article_id)).map(|m| m.mention_id.clone()).collect();
    mentions.retain(|m| !lost.contains(&m.mention_id));

    let article: BTreeMap<&str, &Article> = articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
    let mention: BTreeMap<&str, &Mention> = mentions.iter().map(|m| (m.mention_id.as_str(), m)).collect();
    let stated = |id: &String| {
        let mention = *mention.get(id.as_str())?;
        Some(Stated { mention, article: article.get(mention.article_id.as_str())? })
    };
    // By former identifier the present one; none where nothing of the event is left.
    let mut renamed: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut kept = Vec::with_capacity(events.len());
    for event in events {
        if !event.mention_ids.iter().any(|id| lost.contains(id)) {
            kept.push(event);
            continue;
        }
        let left: Vec<Stated<'_>> = event.mention_ids.iter().filter_map(stated).collect();
        if left.is_empty() {
            renamed.insert(event.event_id, None);
            continue;
        }
        let (mut merged, _) = merge(left);
        merged.part_of = event.part_of;
        merged.case_id.clone_from(&event.case_id);
        merged.merged.case_id = event.case_id;
        renamed.insert(event.event_id, Some(merged.event_id.clone()));
        kept.push(merged);
    }
    let present = |id: &mut Option<String>| {
        if let Some(now) = id.as_ref().and_then(|id| renamed.get(id)) {
            id.clone_from(now);
        }
    };
    let mut cases: BTreeMap<String, usize> = BTreeMap::new();
    for event in &mut kept {
        present(&mut event.part_of);
        if let Some(case) = &event.case_id {
            *cases.entry(case.clone()).or_default() += 1;
        }
    }
    // One result alone is no operation of several.
    let several = |case: &Option<String>| case.as_ref().is_some_and(|case| cases.get(case).is_some_and(|n| *n > 1));
    for event in kept.iter_mut().filter(|event| !several(&event.case_id)) {
        event.case_id = None;
        event.merged.case_id = None;
    }
    let stories = left(stories, &articles, &gone.into_values().flatten().collect());
    for mention in &mut mentions {
        present(&mut mention.event_id);
        if !several(&mention.case_id) {
            mention.case_id = None;
        }
    }
    kept.sort_by(|a, b| a.event_id.cmp(&b.event_id));
    Deduped { articles, mentions, events: kept, stories }
}

/// The stories, those that lost an article told by the others.
fn left(stories: Vec<Story>, articles: &[Article], touched: &BTreeSet<String>) -> Vec<Story> {
    let told = |story: Story| {
        if !touched.contains(&story.story_id) {
            return Some(story);
        }
        let mut members: Vec<&Article> =
            articles.iter().filter(|a| a.story_id.as_ref() == Some(&story.story_id)).collect();
        members.sort_by_cached_key(|a| index::place(a));
        (!members.is_empty()).then(|| Story { story_id: story.story_id, ..name_story(&members) })
    };
    stories.into_iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Event;

    fn article(id: &str, day: u32, title: &str) -> Article {
        let at = chrono::NaiveDate::from_ymd_opt(2026, 3, day).and_then(|d| d.and_hms_opt(9, 0, 0));
        Article {
            article_id: id.into(),
            outlet: Some(format!("{id}.example")),
            title: Some(title.into()),
            published_at: at.map(|at| at.and_utc()),
            story_id: Some("s".into()),
            ..Article::default()
        }
    }

    fn mention(id: &str, article: &str, value: f64) -> Mention {
        Mention {
            mention_id: id.into(),
            article_id: article.into(),
            evidence: format!("words of {article}"),
            value: Some(value),
            unit: Some("kg".into()),
            case_id: Some("c".into()),
            ..Mention::default()
        }
    }

    /// Two articles on one seizure, of which the first alone tells another.
    fn tables() -> Deduped {
        let articles = vec![article("a", 1, "First"), article("b", 2, "Second")];
        let mut mentions = vec![mention("m1", "a", 5.0), mention("m2", "b", 6.0), mention("m3", "a", 9.0)];
        let of = |ids: &[usize]| {
            let stated = ids.iter().map(|&i| {
                let article = articles.iter().find(|a| a.article_id == mentions[i].article_id).expect("article");
                Stated { mention: &mentions[i], article }
            });
            let (mut event, _) = merge(stated.collect());
            event.case_id = Some("c".into());
            event.merged.case_id = Some("c".into());
            event
        };
        let mut events: Vec<Event> = vec![of(&[0, 1]), of(&[2])];
        events[0].part_of = Some(events[1].event_id.clone());
        for (i, event) in [(0, 0), (1, 0), (2, 1)] {
            mentions[i].event_id = Some(events[event].event_id.clone());
        }
        let members: Vec<&Article> = articles.iter().collect();
        let stories = vec![Story { story_id: "s".into(), ..name_story(&members) }];
        Deduped { articles, mentions, events, stories }
    }

    #[test]
    fn what_remains_is_told_by_the_others() {
        let left = without(tables(), |a| a.article_id == "a");
        assert_eq!(left.articles.len(), 1);
        let [event] = &left.events[..] else { panic!("{:?}", left.events) };
        assert_eq!((event.value_consensus, event.n_mentions, event.n_outlets), (Some(6.0), 1, 1));
        assert_eq!((event.merged.evidence.as_str(), event.merged.article_id.as_str()), ("words of b", "b"));
        assert_eq!((&event.part_of, &event.case_id), (&None, &None), "both pointed to what is gone");
        assert_eq!(left.mentions[0].event_id.as_ref(), Some(&event.event_id));
        assert_eq!((left.stories[0].title.as_deref(), left.stories[0].n_articles), (Some("Second"), 1));
        assert!(!format!("{left:?}").contains("words of a"));
    }

    #[test]
    fn nothing_else_changes() {
        assert_eq!(without(tables(), |_| false), {
            let mut same = tables();
            same.events.sort_by(|a, b| a.event_id.cmp(&b.event_id));
            same
        });
        let none = without(tables(), |_| true);
        assert_eq!(none, Deduped::default());
    }
}
