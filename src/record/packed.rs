//! Records as bytes, for what lies on disk between two steps of one run: without names, read by the build that wrote
//! them.

use super::{Article, Code, DatePrecision, Mention, Qualifier, Scope, Span};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Adds a number, seven bits a byte.
fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_number(from: &mut &[u8]) -> Option<u64> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
        shift += 7;
    }
}

fn put_bytes<const N: usize>(out: &mut Vec<u8>, bytes: [u8; N]) {
    out.extend(bytes);
}

fn take_bytes<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(*head)
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend(text.as_bytes());
}

fn take_text<'b>(from: &mut &'b [u8]) -> Option<&'b str> {
    let length = usize::try_from(take_number(from)?).ok()?;
    let (head, rest) = from.split_at_checked(length)?;
    *from = rest;
    std::str::from_utf8(head).ok()
}

fn put_maybe<T>(out: &mut Vec<u8>, value: Option<T>, put: impl FnOnce(&mut Vec<u8>, T)) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        put(out, value);
    }
}

#[expect(clippy::option_option, reason = "whether the bytes suffice, and whether it is known")]
fn take_maybe<'b, T>(from: &mut &'b [u8], take: impl FnOnce(&mut &'b [u8]) -> Option<T>) -> Option<Option<T>> {
    match take_bytes(from)? {
        [0] => Some(None),
        _ => take(from).map(Some),
    }
}

fn put_list<T: AsRef<str>>(out: &mut Vec<u8>, list: &[T]) {
    put_number(out, list.len() as u64);
    for item in list {
        put_text(out, item.as_ref());
    }
}

fn take_list<'b, T: From<&'b str>>(from: &mut &'b [u8]) -> Option<Vec<T>> {
    (0..take_number(from)?).map(|_| take_text(from).map(T::from)).collect()
}

fn put_day(out: &mut Vec<u8>, day: NaiveDate) {
    put_bytes(out, day.num_days_from_ce().to_le_bytes());
}

fn take_day(from: &mut &[u8]) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::from_le_bytes(take_bytes(from)?))
}

fn put_double(out: &mut Vec<u8>, value: f64) {
    put_bytes(out, value.to_le_bytes());
}

fn take_double(from: &mut &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(take_bytes(from)?))
}

/// One of some values, by its place among them.
fn put_one<T: PartialEq>(out: &mut Vec<u8>, value: &T, all: &[T]) {
    out.push(all.iter().position(|other| other == value).unwrap_or_default() as u8);
}

fn take_one<T: Copy>(from: &mut &[u8], all: &[T]) -> Option<T> {
    let [place] = take_bytes(from)?;
    all.get(usize::from(place)).copied()
}

/// What tells a mention's figure, without the rest of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure<'b> {
    /// [`Mention::mention_id`].
    pub mention_id: &'b str,
    /// [`Mention::article_id`].
    pub article_id: &'b str,
    /// [`Mention::value`].
    pub value: Option<f64>,
    /// [`Mention::qualifier`].
    pub qualifier: Qualifier,
}

impl<'b> Figure<'b> {
    /// Of the bytes of a mention; none of other bytes.
    pub fn unpack(mut bytes: &'b [u8]) -> Option<Self> {
        Self::take(&mut bytes)
    }

    fn take(from: &mut &'b [u8]) -> Option<Self> {
        Some(Self {
            mention_id: take_text(from)?,
            article_id: take_text(from)?,
            value: take_maybe(from, take_double)?,
            qualifier: take_one(from, &Qualifier::ALL)?,
        })
    }
}

impl Mention {
    /// Adds the mention's bytes.
    pub fn pack(&self, out: &mut Vec<u8>) {
        // Named field by field, so that a new field does not compile until it is packed, too.
        let Self {
            mention_id,
            article_id,
            event_id,
            case_id,
            event_type,
            object,
            value,
            value_max,
            qualifier,
            unit,
            region,
            locality,
            kato,
            offence,
            scope,
            period_start,
            period_end,
            date_start,
            date_end,
            date_precision,
            agency,
            citizenship,
            articles,
            evidence,
            evidence_span,
            trigger,
            rule_id,
            confidence,
        } = self;
        put_text(out, mention_id);
        put_text(out, article_id);
        put_maybe(out, *value, put_double);
        put_one(out, qualifier, &Qualifier::ALL);
        put_maybe(out, *value_max, put_double);
        put_maybe(out, event_id.as_deref(), put_text);
        put_maybe(out, case_id.as_deref(), put_text);
        put_text(out, event_type);
        put_text(out, object);
        put_maybe(out, unit.as_deref(), put_text);
        put_list(out, region);
        put_maybe(out, locality.as_deref(), put_text);
        put_maybe(out, kato.as_deref(), put_text);
        put_maybe(out, offence.as_deref(), put_text);
        put_one(out, scope, &Scope::ALL);
        for day in [period_start, period_end, date_start, date_end] {
            put_maybe(out, *day, put_day);
        }
        put_maybe(out, date_precision.as_ref(), |out, precision| put_one(out, precision, &DatePrecision::ALL));
        put_list(out, agency);
        put_list(out, citizenship);
        put_list(out, articles);
        put_text(out, evidence);
        put_bytes(out, evidence_span.start.to_le_bytes());
        put_bytes(out, evidence_span.end.to_le_bytes());
        put_text(out, trigger);
        put_text(out, rule_id);
        put_bytes(out, confidence.to_le_bytes());
    }

    /// The mention of [`Mention::pack`]; none of other bytes.
    pub fn unpack(bytes: &[u8]) -> Option<Self> {
        let from = &mut &bytes[..];
        let Figure { mention_id, article_id, value, qualifier } = Figure::take(from)?;
        let mention = Self {
            mention_id: mention_id.to_owned(),
            article_id: article_id.to_owned(),
            value,
            qualifier,
            value_max: take_maybe(from, take_double)?,
            event_id: take_maybe(from, take_text)?.map(str::to_owned),
            case_id: take_maybe(from, take_text)?.map(str::to_owned),
            event_type: take_text(from)?.into(),
            object: take_text(from)?.into(),
            unit: take_maybe(from, take_text)?.map(Code::from),
            region: take_list(from)?,
            locality: take_maybe(from, take_text)?.map(str::to_owned),
            kato: take_maybe(from, take_text)?.map(str::to_owned),
            offence: take_maybe(from, take_text)?.map(Code::from),
            scope: take_one(from, &Scope::ALL)?,
            period_start: take_maybe(from, take_day)?,
            period_end: take_maybe(from, take_day)?,
            date_start: take_maybe(from, take_day)?,
            date_end: take_maybe(from, take_day)?,
            date_precision: take_maybe(from, |from| take_one(from, &DatePrecision::ALL))?,
            agency: take_list(from)?,
            citizenship: take_list(from)?,
            articles: take_list(from)?,
            evidence: take_text(from)?.to_owned(),
            evidence_span: Span::new(u32::from_le_bytes(take_bytes(from)?), u32::from_le_bytes(take_bytes(from)?)),
            trigger: take_text(from)?.to_owned(),
            rule_id: take_text(from)?.to_owned(),
            confidence: f32::from_le_bytes(take_bytes(from)?),
        };
        from.is_empty().then_some(mention)
    }
}

/// What stories and events tell of an article: all but its text and what only its own row tells.
impl Article {
    /// Adds the bytes of the article's id, outlet, language, title, publication and whether an authority wrote it.
    pub fn pack_head(&self, out: &mut Vec<u8>) {
        put_text(out, &self.article_id);
        put_maybe(out, self.outlet.as_deref(), put_text);
        put_maybe(out, self.language.as_deref(), put_text);
        put_maybe(out, self.title.as_deref(), put_text);
        out.push(u8::from(self.author_is_agency));
        put_maybe(out, self.published_at, |out, at| {
            put_bytes(out, at.timestamp().to_le_bytes());
            put_bytes(out, at.timestamp_subsec_nanos().to_le_bytes());
        });
    }

    /// The article of [`Article::pack_head`], else empty; none of other bytes.
    pub fn unpack_head(bytes: &[u8]) -> Option<Self> {
        let from = &mut &bytes[..];
        let moment = |from: &mut &[u8]| -> Option<DateTime<Utc>> {
            let (seconds, nanos) = (i64::from_le_bytes(take_bytes(from)?), u32::from_le_bytes(take_bytes(from)?));
            DateTime::from_timestamp(seconds, nanos)
        };
        let article = Self {
            article_id: take_text(from)?.to_owned(),
            outlet: take_maybe(from, take_text)?.map(str::to_owned),
            language: take_maybe(from, take_text)?.map(str::to_owned),
            title: take_maybe(from, take_text)?.map(str::to_owned),
            author_is_agency: take_bytes(from)? != [0],
            published_at: take_maybe(from, moment)?,
            ..Self::default()
        };
        from.is_empty().then_some(article)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions() -> [Mention; 2] {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d);
        let full = Mention {
            mention_id: "mention-1".into(),
            article_id: "статья".into(),
            event_id: Some("event-1".into()),
            case_id: Some(String::new()),
            event_type: "seizure".into(),
            object: "hashish".into(),
            value: Some(-0.5),
            value_max: Some(f64::MAX),
            qualifier: Qualifier::Approx,
            unit: Some("kg".into()),
            region: vec!["KZ-71".into(), "KZ-75".into()],
            locality: Some("Актау".into()),
            kato: Some("471010000".into()),
            offence: Some("drugs".into()),
            scope: Scope::Aggregate,
            period_start: day(1),
            period_end: day(2),
            date_start: day(3),
            date_end: NaiveDate::MIN.into(),
            date_precision: Some(DatePrecision::Second),
            agency: vec!["police".into()],
            citizenship: vec!["KZ".into()],
            articles: vec!["УК 297 ч.3".into(), String::new()],
            evidence: "изъято ".repeat(40),
            evidence_span: Span::new(7, u32::MAX),
            trigger: "изъято".into(),
            rule_id: "r".into(),
            confidence: 0.75,
        };
        [full, Mention::default()]
    }

    #[test]
    fn a_mention_comes_out_as_it_went_in() {
        for mention in mentions() {
            let mut bytes = Vec::new();
            mention.pack(&mut bytes);
            assert_eq!(Mention::unpack(&bytes), Some(mention.clone()));
            let figure = Figure::unpack(&bytes).expect("its first bytes");
            assert_eq!((figure.mention_id, figure.article_id), (&*mention.mention_id, &*mention.article_id));
            assert_eq!((figure.value, figure.qualifier), (mention.value, mention.qualifier));
            for cut in 0..bytes.len() {
                assert_eq!(Mention::unpack(&bytes[..cut]), None, "{cut}");
            }
            bytes.push(0);
            assert_eq!(Mention::unpack(&bytes), None, "more bytes");
        }
    }

    #[test]
    fn so_does_what_is_told_of_an_article() {
        let full = Article {
            article_id: "a".into(),
            outlet: Some("akorda.kz".into()),
            language: Some("kk".into()),
            title: Some("Тақырып".into()),
            author_is_agency: true,
            published_at: DateTime::from_timestamp(-7, 1_000),
            ..Article::default()
        };
        for article in [full, Article::default()] {
            let mut bytes = Vec::new();
            article.pack_head(&mut bytes);
            assert_eq!(Article::unpack_head(&bytes), Some(article));
            assert_eq!(Article::unpack_head(&bytes[1..]), None);
        }
    }
}
