//! Why an event is what it is: its members, the evidence for each link, the pairs refused and why.

use super::features::Fingerprint;
use super::link;
use super::run::Deduplicator;
use super::{Deduped, compare, index, merge};
use crate::record::{Article, Event, Mention};
use rustc_hash::FxHashMap;
use std::fmt;

/// A mention with what identifies it to a reader.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The mention.
    pub mention_id: String,
    /// Its article.
    pub article_id: String,
    /// Outlet and day, as known.
    pub source: String,
    /// Figure, unit and qualifier.
    pub figure: String,
    /// The words that state it.
    pub evidence: String,
}

/// One pair of mentions and what speaks for and against.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// One mention.
    pub a: String,
    /// The other.
    pub b: String,
    /// The score: above the threshold it speaks for one event.
    pub score: f32,
    /// The reason code of a refusal, or how the figures relate.
    pub outcome: String,
    /// Whether their articles tell one story.
    pub same_story: bool,
    /// What each feature adds to the score of the two articles, the largest first.
    pub articles: Vec<(&'static str, f32)>,
}

/// The whole explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The event.
    pub event: Event,
    /// Its mentions, in the order of publication.
    pub members: Vec<Member>,
    /// The pairs of its mentions from two articles.
    pub links: Vec<Pair>,
    /// Mentions of the same kind that stayed apart, with the member that came nearest.
    pub refused: Vec<Pair>,
    /// The mention that gave each field.
    pub sources: merge::Sources,
}

/// How many refused pairs are told, the nearest first.
const REFUSED: usize = 12;

impl Deduplicator {
    /// Explains an event of finished tables; none if there is no such event.
    pub fn explain(&self, tables: &Deduped, event_id: &str) -> Option<Explanation> {
        let event = tables.events.iter().find(|e| e.event_id == event_id)?;
        let article: FxHashMap<&str, &Article> = tables.articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
        let of_article = index::by_article(&tables.mentions);
        let kind = |m: &Mention| {
            let family = |code: &str| self.background().family(super::text::code(code));
            m.event_type == event.merged.event_type && family(&m.object) == family(&event.merged.object)
        };
        // Fingerprints of the articles that hold a member, or a mention of the same kind.
        let mut prints: FxHashMap<&str, Fingerprint> = FxHashMap::default();
        let mut members: Vec<&Mention> = Vec::new();
        let mut others: Vec<&Mention> = Vec::new();
        for mention in tables.mentions.iter().filter(|m| article.contains_key(m.article_id.as_str())) {
            if mention.event_id.as_deref() == Some(event_id) {
                members.push(mention);
            } else if kind(mention) {
                others.push(mention);
            } else {
                continue;
            }
            let id = mention.article_id.as_str();
            prints.entry(id).or_insert_with(|| Fingerprint::new(article[id], &of_article[id], self.background()));
        }
        members.sort_by_key(|m| (article[m.article_id.as_str()].published_at, m.mention_id.clone()));
        let pair = |a: &Mention, b: &Mention| -> Pair {
            let side = |m: &Mention| {
                let own = &of_article[m.article_id.as_str()];
                let at = own.iter().position(|o| o.mention_id == m.mention_id).unwrap_or(0);
                (&prints[m.article_id.as_str()], at)
            };
            let same_story = article[a.article_id.as_str()].story_id == article[b.article_id.as_str()].story_id;
            let linked = link::link(side(a), side(b), same_story, self.background());
            let evidence = compare::compare(side(a).0, side(b).0, self.background());
            let mut articles = self.weights().terms(&evidence);
            articles.sort_by(|x, y| y.1.abs().total_cmp(&x.1.abs()).then(x.0.cmp(y.0)));
            let outcome = match linked.outcome {
                Ok(m) => format!("figures: {}", m.value.as_str()),
                Err(refusal) => format!("refused: {}", refusal.as_str()),
            };
            Pair {
                a: a.mention_id.clone(),
                b: b.mention_id.clone(),
                score: linked.score,
                outcome,
                same_story,
                articles,
            }
        };
        let mut links = Vec::new();
        for (i, a) in members.iter().enumerate() {
            links.extend(members[i + 1..].iter().filter(|b| b.article_id != a.article_id).map(|b| pair(a, b)));
        }
        let nearest = |other: &&Mention| {
            let pairs = members.iter().filter(|m| m.article_id != other.article_id).map(|m| pair(m, other));
            pairs.max_by(|x, y| x.score.total_cmp(&y.score).then(y.a.cmp(&x.a)))
        };
        let mut refused: Vec<Pair> = others.iter().filter_map(nearest).collect();
        refused.sort_by(|x, y| y.score.total_cmp(&x.score).then((&x.a, &x.b).cmp(&(&y.a, &y.b))));
        refused.truncate(REFUSED);
        let stated = members.iter().map(|m| merge::Stated { mention: m, article: article[m.article_id.as_str()] });
        let (_, sources) = merge::merge(stated.collect());
        let told = members.iter().map(|m| member(m, article[m.article_id.as_str()])).collect();
        Some(Explanation { event: event.clone(), members: told, links, refused, sources })
    }
}

fn member(m: &Mention, article: &Article) -> Member {
    let day = article.published_date().map_or_else(|| "no date".to_owned(), |d| d.to_string());
    let value = m.value.map_or_else(|| "no figure".to_owned(), |v| v.to_string());
    Member {
        mention_id: m.mention_id.clone(),
        article_id: m.article_id.clone(),
        source: format!("{} {day}", article.outlet.as_deref().unwrap_or("unknown outlet")),
        figure: format!("{value} {} ({})", m.unit.as_deref().unwrap_or(""), m.qualifier.as_str()),
        evidence: m.evidence.clone(),
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let story = if self.same_story { "one story" } else { "two stories" };
        write!(f, "  {} – {}  {:+.2}  {}, {story}", self.a, self.b, self.score, self.outcome)?;
        for (name, term) in self.articles.iter().take(6) {
            write!(f, "  {name} {term:+.2}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &self.event;
        let value = e.value_consensus.map_or_else(|| "no figure".to_owned(), |v| v.to_string());
        writeln!(
            f,
            "{}  {} {} {value} {}{}",
            e.event_id,
            e.merged.event_type,
            e.merged.object,
            e.merged.unit.as_deref().unwrap_or(""),
            if e.is_disputed { "  (disputed)" } else { "" }
        )?;
        if let Some(total) = &e.part_of {
            writeln!(f, "part of {total}")?;
        }
        writeln!(f, "members")?;
        for m in &self.members {
            writeln!(f, "  {}  {}  {}  {}  «{}»", m.mention_id, m.article_id, m.source, m.figure, m.evidence)?;
        }
        for (field, mention) in &self.sources {
            writeln!(f, "  {field} from {mention}")?;
        }
        writeln!(f, "links")?;
        for pair in &self.links {
            writeln!(f, "{pair}")?;
        }
        writeln!(f, "refused")?;
        for pair in &self.refused {
            writeln!(f, "{pair}")?;
        }
        Ok(())
    }
}
