//! Merging: the mentions of one result → one event.

use super::claim::{ValueRelation, relate};
use super::text::significant_digits;
use crate::record::{Article, Code, DatePrecision, Event, Mention, Qualifier, stable_id};
use std::collections::{BTreeMap, BTreeSet};

/// A mention with its article, as merging sees it.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'r> {
    /// The mention.
    pub mention: &'r Mention,
    /// Its article.
    pub article: &'r Article,
}

/// The order of publication; undated articles last, ties by id.
fn published<'r>(s: &Stated<'r>) -> (bool, Option<chrono::DateTime<chrono::Utc>>, &'r str) {
    (s.article.published_at.is_none(), s.article.published_at, &s.mention.mention_id)
}

fn in_order(a: &Stated<'_>, b: &Stated<'_>) -> std::cmp::Ordering {
    published(a).cmp(&published(b))
}

/// How original and precise a statement is; the smallest is the best.
fn rank(s: &Stated<'_>) -> (bool, bool, std::cmp::Reverse<u32>) {
    (
        !s.article.author_is_agency,
        s.mention.qualifier != Qualifier::Exact,
        std::cmp::Reverse(s.mention.value.map_or(0, significant_digits)),
    )
}

fn compatible(a: &Mention, b: &Mention) -> bool {
    match (a.value, b.value) {
        (Some(x), Some(y)) => relate((x, a.qualifier), (y, b.qualifier)) != ValueRelation::Different,
        _ => true,
    }
}

/// The statement whose figure the event takes: of the figures that agree with the last update, the most
/// original and most precise; where figures of one day disagree, those most articles state.
fn consensus<'r>(stated: &[Stated<'r>]) -> Option<Stated<'r>> {
    let valued: Vec<Stated<'r>> = stated.iter().filter(|s| s.mention.value.is_some()).copied().collect();
    let day = |s: &Stated<'_>| s.article.published_date();
    let told_later = |s: &Stated<'_>| {
        // An article that gives both the old and the new figure tells the old one as background.
        valued.iter().any(|o| {
            o.mention.article_id == s.mention.article_id
                && !compatible(o.mention, s.mention)
                && valued.iter().any(|e| day(e) < day(s) && compatible(e.mention, s.mention))
        })
    };
    let mut support: Vec<(Option<chrono::NaiveDate>, usize, Stated<'r>)> = valued
        .iter()
        .filter(|s| !told_later(s))
        .map(|s| {
            let agreeing = valued.iter().filter(|o| compatible(s.mention, o.mention)).count();
            (day(s), agreeing, *s)
        })
        .collect();
    support.sort_by(|a, b| {
        (b.0, b.1)
            .cmp(&(a.0, a.1))
            .then_with(|| rank(&a.2).cmp(&rank(&b.2)))
            .then_with(|| published(&a.2).cmp(&published(&b.2)))
    });
    let last = support.first()?.2;
    let mut agreeing: Vec<Stated<'r>> =
        valued.iter().filter(|s| compatible(last.mention, s.mention)).copied().collect();
    agreeing.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| published(a).cmp(&published(b))));
    agreeing.first().copied()
}

/// The value that most mentions give; ties go to the earlier one.
fn most<'r, T: Ord + Clone>(stated: &[Stated<'r>], of: impl Fn(&'r Mention) -> Option<T>) -> Option<T> {
    let mut counts: BTreeMap<T, (usize, usize)> = BTreeMap::new();
    for (i, s) in stated.iter().enumerate() {
        if let Some(value) = of(s.mention) {
            let entry = counts.entry(value).or_insert((0, i));
            entry.0 += 1;
        }
    }
    counts.into_iter().max_by(|a, b| (a.1.0, b.1.1).cmp(&(b.1.0, a.1.1))).map(|(value, _)| value)
}

fn union(stated: &[Stated<'_>], of: impl Fn(&Mention) -> &[Code]) -> Vec<Code> {
    let all: BTreeSet<Code> = stated.iter().flat_map(|s| of(s.mention).iter().cloned()).collect();
    all.into_iter().collect()
}

/// The id of the event whose earliest mention this is.
pub fn event_id(earliest: &Mention) -> String {
    stable_id("event", &[&earliest.mention_id])
}

/// The id and the figure of the event of some mentions, of which there is at least one; without merging them.
pub(super) fn outline(stated: &[Stated<'_>]) -> (String, Option<f64>) {
    let mut sorted = stated.to_vec();
    sorted.sort_by(in_order);
    let figure = if sorted.len() == 1 { None } else { consensus(&sorted) }.unwrap_or(sorted[0]);
    (event_id(sorted[0].mention), figure.mention.value)
}

/// The mention that gave each field of an event.
pub type Sources = BTreeMap<&'static str, String>;

/// Merges the mentions of one result; there is at least one.
pub fn merge(mut stated: Vec<Stated<'_>>) -> (Event, Sources) {
    stated.sort_by(in_order);
    let earliest = stated[0];
    let figure = consensus(&stated).unwrap_or(earliest);
    let mut sources = Sources::from([("value", figure.mention.mention_id.clone())]);
    let mut merged = figure.mention.clone();
    merged.object =
        most(&stated, |m| Some(m.object.clone())).filter(|_| merged.value.is_none()).unwrap_or(merged.object);
    merged.offence = most(&stated, |m| m.offence.clone());
    merged.region = most(&stated, |m| (!m.region.is_empty()).then(|| m.region.clone())).unwrap_or_default();
    let place = stated
        .iter()
        .find(|s| s.mention.locality.is_some() && (merged.region.is_empty() || s.mention.region == merged.region));
    merged.locality = place.and_then(|s| s.mention.locality.clone());
    merged.kato = place.or(stated.iter().find(|s| s.mention.kato.is_some())).and_then(|s| s.mention.kato.clone());
    if let Some(s) = place {
        sources.insert("locality", s.mention.mention_id.clone());
    }
    // The most precise date, of the earliest article that gives it.
    let dated = stated.iter().filter(|s| s.mention.date_start.is_some());
    let best = dated
        .min_by_key(|s| (std::cmp::Reverse(s.mention.date_precision.unwrap_or(DatePrecision::Year)), published(s)));
    if let Some(s) = best {
        merged.date_start = s.mention.date_start;
        merged.date_end = s.mention.date_end;
        merged.date_precision = s.mention.date_precision;
        sources.insert("date", s.mention.mention_id.clone());
    }
    if merged.period_start.is_none()
        && let Some(s) = stated.iter().find(|s| s.mention.period_start.is_some())
    {
        merged.period_start = s.mention.period_start;
        merged.period_end = s.mention.period_end;
        sources.insert("period", s.mention.mention_id.clone());
    }
    merged.agency = union(&stated, |m| &m.agency);
    merged.citizenship = union(&stated, |m| &m.citizenship);
    let articles: BTreeSet<&String> = stated.iter().flat_map(|s| s.mention.articles.iter()).collect();
    merged.articles = articles.into_iter().cloned().collect();

    let id = event_id(earliest.mention);
    merged.event_id = Some(id.clone());
    // A figure of another unit is another fact: only those in the consensus unit are compared.
    let values: Vec<f64> =
        stated.iter().filter(|s| s.mention.unit == merged.unit).filter_map(|s| s.mention.value).collect();
    let disputed = stated.iter().any(|s| s.mention.unit == merged.unit && !compatible(s.mention, figure.mention));
    let outlets: BTreeSet<&str> =
        stated.iter().map(|s| s.article.outlet.as_deref().unwrap_or(&s.article.article_id)).collect();
    let mention_ids: Vec<String> = stated.iter().map(|s| s.mention.mention_id.clone()).collect();
    let event = Event {
        event_id: id,
        value_min: values.iter().copied().reduce(f64::min),
        value_max_reported: values.iter().copied().reduce(f64::max),
        value_consensus: merged.value,
        is_disputed: disputed,
        n_mentions: stated.len() as u32,
        n_outlets: outlets.len() as u32,
        first_published_at: stated.iter().filter_map(|s| s.article.published_at).min(),
        last_published_at: stated.iter().filter_map(|s| s.article.published_at).max(),
        story_id: figure.article.story_id.clone(),
        case_id: None,
        part_of: None,
        mention_ids,
        merged,
    };
    (event, sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Told {
        day: u32,
        agency: bool,
        value: f64,
        qualifier: Qualifier,
    }

    /// The event of some figures, told by articles `a`, `b` … in this order of their ids.
    fn event(told: &[Told]) -> (Event, Sources) {
        let articles: Vec<Article> = told
            .iter()
            .zip('a'..)
            .map(|(t, id)| Article {
                article_id: id.to_string(),
                outlet: Some(format!("{id}.example")),
                author_is_agency: t.agency,
                published_at: chrono::NaiveDate::from_ymd_opt(2026, 3, t.day)
                    .and_then(|d| d.and_hms_opt(9, 0, 0))
                    .map(|t| t.and_utc()),
                ..Article::default()
            })
            .collect();
        let mentions: Vec<Mention> = told
            .iter()
            .zip(&articles)
            .map(|(t, article)| Mention {
                mention_id: format!("m-{}", article.article_id),
                article_id: article.article_id.clone(),
                value: Some(t.value),
                qualifier: t.qualifier,
                unit: Some("person".into()),
                ..Mention::default()
            })
            .collect();
        merge(articles.iter().zip(&mentions).map(|(article, mention)| Stated { mention, article }).collect())
    }

    const fn told(day: u32, agency: bool, value: f64, qualifier: Qualifier) -> Told {
        Told { day, agency, value, qualifier }
    }

    #[test]
    fn the_authority_s_own_figure_wins_over_an_earlier_and_more_precise_one() {
        let (event, sources) = event(&[
            told(2, false, 2173.0, Qualifier::Exact),
            told(3, true, 2170.0, Qualifier::Exact),
            told(3, false, 2200.0, Qualifier::Approx),
        ]);
        assert_eq!((event.value_consensus, event.is_disputed), (Some(2170.0), false));
        assert_eq!((event.value_min, event.value_max_reported), (Some(2170.0), Some(2200.0)));
        assert_eq!(sources["value"], "m-b");
        assert_eq!(event.event_id, event_id(&Mention { mention_id: "m-a".into(), ..Mention::default() }));
    }

    #[test]
    fn without_it_the_most_precise_of_those_that_agree() {
        let (event, _) = event(&[told(2, false, 50.0, Qualifier::Min), told(2, false, 52.0, Qualifier::Exact)]);
        assert_eq!((event.value_consensus, event.is_disputed), (Some(52.0), false));
    }

    #[test]
    fn an_update_is_the_consensus_and_members_stand_in_order_of_publication() {
        let (event, _) = event(&[
            told(9, false, 27.0, Qualifier::Exact),
            told(4, true, 21.0, Qualifier::Exact),
            told(6, false, 24.0, Qualifier::Exact),
        ]);
        assert_eq!((event.value_consensus, event.is_disputed), (Some(27.0), true));
        assert_eq!((event.value_min, event.value_max_reported), (Some(21.0), Some(27.0)));
        assert_eq!(event.mention_ids, ["m-b", "m-c", "m-a"]);
        assert_eq!((event.n_mentions, event.n_outlets), (3, 3));
    }
}
