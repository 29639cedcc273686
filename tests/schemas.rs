//! Schemas, code lists and records agree; records survive the way through Arrow.

use chrono::{DateTime, NaiveDate, Utc};
use dalel::knowledge::Knowledge;
use dalel::record::schema::{FieldType, Table};
use dalel::record::{
    Article, Code, CodeLists, Columnar, DatePrecision, Event, Mention, Qualifier, Reject, Scope, Span, Story,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn codes() -> CodeLists {
    CodeLists::load(&Knowledge::embedded()).expect("code lists")
}

/// `to_batch` compares names, order, types and nullability with the schema and panics where they differ.
#[test]
fn every_record_has_the_columns_of_its_schema() {
    fn check<R: Columnar>(columns: usize) {
        let batch = R::to_batch(&[]);
        assert_eq!(batch.num_columns(), columns, "{}", R::TABLE.name());
        assert_eq!(R::TABLE.schema().name, R::TABLE.name());
        for (field, schema) in batch.schema().fields().iter().zip(&R::TABLE.schema().fields) {
            assert_eq!(field.metadata().get("description"), Some(&schema.description));
            assert_eq!(field.metadata().get("description_ru"), Some(&schema.description_ru));
            assert_eq!(field.metadata().get("unit"), schema.unit.as_ref());
        }
    }
    check::<Article>(14);
    check::<Mention>(30);
    check::<Event>(37);
    check::<Story>(6);
    check::<Reject>(4);
    assert!(Table::Articles.arrow().column_with_name("text").is_none(), "the body never enters a release");
}

#[test]
fn schemas_describe_every_column_and_point_to_what_exists() {
    let codes = codes();
    for table in Table::PUBLIC {
        let schema = table.schema();
        for field in &schema.fields {
            let at = format!("{}.{}", schema.name, field.name);
            assert!(field.description.ends_with('.') && field.description_ru.ends_with('.'), "{at}: description");
            assert!(field.description_ru.chars().any(|c| matches!(c, 'а'..='я')), "{at}: Russian description");
            if let Some(list) = &field.code_list {
                assert!(codes.list(list).is_some(), "{at}: no code list {list}");
            }
            if matches!(field.r#type, FieldType::Integer) || field.name.starts_with("value") {
                assert!(field.unit.is_some(), "{at}: a number says its unit");
            }
        }
        for name in &schema.primary_key {
            let field = schema.field(name).expect("primary key");
            assert!(field.required() && field.constraints.as_ref().and_then(|c| c.unique) == Some(true));
        }
        for key in &schema.foreign_keys {
            let name = if key.reference.resource.is_empty() { table.name() } else { &key.reference.resource };
            let target = Table::from_name(name).expect("foreign key's table").schema();
            assert_eq!(target.primary_key, key.reference.fields);
            assert!(key.fields.iter().all(|name| schema.field(name).is_some()));
        }
    }
}

#[test]
fn enums_are_their_code_lists() {
    let codes = codes();
    let check = |list: &str, expect: Vec<&str>| {
        assert_eq!(codes.list(list).expect(list).codes().collect::<Vec<_>>(), expect);
    };
    check("qualifier", Qualifier::ALL.map(Qualifier::as_str).to_vec());
    check("scope", Scope::ALL.map(Scope::as_str).to_vec());
    check("date_precision", DatePrecision::ALL.map(DatePrecision::as_str).to_vec());
}

#[test]
fn code_lists_are_complete_and_labelled_in_their_language() {
    let codes = codes();
    let check = |list: &str, count: usize| assert_eq!(codes.list(list).expect(list).len(), count, "{list}");
    check("event_type", 26);
    check("object", 68);
    check("offence", 33);
    check("agency", 12);
    check("region", 20);
    for (name, list) in codes.iter() {
        for code in list.codes() {
            let definition = list.get(code, "definition").expect("definition");
            assert!(definition.ends_with('.'), "{name}.{code}: a definition is a sentence");
        }
    }
    let objects = codes.list("object").expect("object");
    for code in objects.codes() {
        let unit = objects.get(code, "unit_default").expect("unit_default");
        assert!(codes.contains("unit", unit), "object.{code}: unit_default {unit}");
    }
    let offences = codes.list("offence").expect("offence");
    for code in offences.codes() {
        let iccs = offences.get(code, "iccs").expect("iccs");
        let section: u32 = iccs[..2].parse().expect("ICCS sections are 01 to 11");
        assert!((1..=11).contains(&section) && matches!(iccs.len(), 2 | 4 | 5 | 6), "offence.{code}: {iccs}");
    }
    let regions = codes.list("region").expect("region");
    let mut tiles = BTreeSet::new();
    for code in regions.codes() {
        assert_eq!(regions.get(code, "kato"), code.strip_prefix("KZ-"), "ISO 3166-2:KZ follows KATO");
        let tile = ["tile_column", "tile_row"].map(|name| regions.get(code, name)?.parse::<u32>().ok());
        assert!(tile.iter().all(Option::is_some) && tiles.insert(tile), "region.{code}: a tile of its own");
        for language in ["en", "ru", "kk"] {
            let short = regions.get(code, &format!("short_{language}")).unwrap_or_default();
            assert!((1..=11).contains(&short.chars().count()), "region.{code}: {short:?} must fit a tile");
        }
    }
}

#[test]
fn iccs_follows_the_offence() {
    let mention = Mention { offence: Some("homicide".into()), ..Mention::default() };
    let batch = Mention::to_batch(&[mention, Mention::default()]);
    let text = arrow::compute::cast(batch.column_by_name("iccs").expect("iccs"), &arrow::datatypes::DataType::Utf8);
    let text = text.expect("text");
    let text = arrow::array::AsArray::as_string::<i32>(&text);
    assert_eq!(text.iter().collect::<Vec<_>>(), [Some("0101"), None]);
}

#[test]
fn foreign_tables_are_read_with_clear_errors() {
    let batch = Mention::to_batch(&[Mention { event_type: "fine".into(), ..Mention::default() }]);
    let column = |name: &str| batch.schema().index_of(name).expect("column");
    let check = |columns: &[usize], expect: Result<usize, &str>| {
        let got = Mention::from_batch(&batch.project(columns).expect("project"));
        match (got, expect) {
            (Ok(rows), Ok(count)) => assert_eq!(rows.len(), count),
            (Err(error), Err(message)) => assert_eq!(error.to_string(), message),
            (got, expect) => panic!("{got:?} is not {expect:?}"),
        }
    };
    check(&(0..batch.num_columns()).collect::<Vec<_>>(), Ok(1));
    let without = |name: &str| (0..batch.num_columns()).filter(|&i| i != column(name)).collect::<Vec<_>>();
    check(&without("locality"), Ok(1));
    check(&without("event_type"), Err("table mentions lacks the column event_type"));
    check(&without("evidence"), Err("table mentions, column evidence, row 0: a required value is missing"));
}

fn code() -> impl Strategy<Value = Code> {
    "[a-z_]{1,8}".prop_map(Code::from)
}

fn date() -> impl Strategy<Value = NaiveDate> {
    (0i32..80_000).prop_map(|day| NaiveDate::from_num_days_from_ce_opt(700_000 + day).expect("in range"))
}

fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    (-4_000_000_000_000_000i64..4_000_000_000_000_000).prop_map(|t| DateTime::from_timestamp_micros(t).expect("time"))
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(2.3e9), 0.0..1e12f64]
}

prop_compose! {
    fn arguments()(
        (event_type, object, unit, offence) in (code(), code(), of(code()), of(code())),
        (value, value_max) in (of(number()), of(number())),
        (qualifier, scope) in (prop::sample::select(&Qualifier::ALL[..]), prop::sample::select(&Scope::ALL[..])),
        (region, agency, citizenship) in (vec(code(), 0..3), vec(code(), 0..3), vec(code(), 0..3)),
        (locality, kato, articles) in (of(".{0,12}"), of("[0-9]{9}"), vec(".{0,12}", 0..3)),
        (period_start, period_end, date_start, date_end) in (of(date()), of(date()), of(date()), of(date())),
        date_precision in of(prop::sample::select(&DatePrecision::ALL[..])),
    ) -> Mention {
        Mention {
            event_type, object, unit, offence, value, value_max, qualifier, scope, region, agency, citizenship, locality,
            kato, articles, period_start, period_end, date_start, date_end, date_precision, ..Mention::default()
        }
    }
}

prop_compose! {
    fn mention()(
        merged in arguments(),
        (mention_id, article_id, event_id, case_id) in (".{0,12}", ".{0,12}", of(".{0,12}"), of(".{0,12}")),
        (evidence, trigger, rule_id) in (".{0,40}", ".{0,12}", "[a-z.]{0,12}"),
        (start, end) in (0u32..1_000_000, 0u32..1_000_000),
        confidence in 0f32..=1.0,
    ) -> Mention {
        Mention {
            mention_id, article_id, event_id, case_id, evidence, trigger, rule_id,
            evidence_span: Span::new(start, end), confidence, ..merged
        }
    }
}

prop_compose! {
    fn event()(
        merged in arguments(),
        (event_id, mention_id, article_id, evidence) in (".{0,12}", ".{0,12}", ".{0,12}", ".{0,40}"),
        (value_min, value_max_reported, value_consensus) in (of(number()), of(number()), of(number())),
        (is_disputed, n_mentions, n_outlets, confidence) in (any::<bool>(), 0u32..1000, 0u32..1000, 0f32..=1.0),
        (first_published_at, last_published_at) in (of(moment()), of(moment())),
        (story_id, case_id, part_of) in (of(".{0,12}"), of(".{0,12}"), of(".{0,12}")),
        mention_ids in vec(".{0,12}", 0..4),
    ) -> Event {
        Event {
            merged: Mention {
                mention_id, article_id, evidence, confidence, event_id: Some(event_id.clone()),
                case_id: case_id.clone(), ..merged
            },
            event_id, value_min, value_max_reported, value_consensus, is_disputed, n_mentions, n_outlets,
            first_published_at, last_published_at, story_id, case_id, part_of, mention_ids,
        }
    }
}

prop_compose! {
    fn article()(
        (article_id, url, canonical_url, outlet) in (".{0,12}", of(".{0,12}"), of(".{0,12}"), of(".{0,12}")),
        (language, title, text) in (of("[a-z]{2}"), of(".{0,40}"), ".{0,200}"),
        (author_is_agency, published_at, fetched_at) in (any::<bool>(), of(moment()), of(moment())),
        published_precision in of(prop::sample::select(&DatePrecision::ALL[..])),
        (content_hash, story_id) in ("[0-9a-f]{64}", of(".{0,12}")),
    ) -> Article {
        Article {
            article_id, url, canonical_url, outlet, language, title, text, author_is_agency, published_at,
            published_precision, fetched_at, content_hash, story_id,
        }
    }
}

fn round_trip<R: Columnar + PartialEq + std::fmt::Debug>(records: &[R]) {
    let batch = R::to_batch(records);
    assert_eq!(batch.num_rows(), records.len());
    assert_eq!(R::from_batch(&batch).expect("own batch"), records);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn articles_round_trip(records in vec(article(), 0..8)) { round_trip(&records); }

    #[test]
    fn mentions_round_trip(records in vec(mention(), 0..8)) { round_trip(&records); }

    #[test]
    fn events_round_trip(records in vec(event(), 0..8)) { round_trip(&records); }

    #[test]
    fn stories_round_trip(records in vec((".{0,12}", of(".{0,20}"), 0u32..99, 0u32..99, of(moment()), vec("[a-z]{2}", 0..3)), 0..8)) {
        let records: Vec<Story> = records.into_iter().map(|(story_id, title, n_articles, n_outlets, first_published_at, languages)| {
            Story { story_id, title, n_articles, n_outlets, first_published_at, languages }
        }).collect();
        round_trip(&records);
    }

    #[test]
    fn rejects_round_trip(records in vec(("[a-z]{1,8}", "[a-z_]{1,8}", ".{0,12}", ".{0,40}"), 0..8)) {
        let records: Vec<Reject> = records.into_iter().map(|(s, r, i, d)| Reject::new(&s, &r, i, d)).collect();
        round_trip(&records);
    }
}
