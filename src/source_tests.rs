use super::*;

const GOOD: &str = r#"
id = "a.kz"
name = "A"
kind = "news"
status = "unverified"
languages = ["ru"]
hosts = ["a.kz", "www.a.kz"]
feeds = ["https://a.kz/rss"]
include = ["/news/*"]
exclude = ["*/video/*"]

[[layouts]]
valid_until = "2020-12-31"
body = ".old"

[[layouts]]
body = ".new"

[terms]
licence = "all-rights-reserved"
"#;

#[test]
fn mistakes_have_their_place() {
    let check = |from: &str, to: &str, expected: &str| {
        let content = GOOD.replace(from, to);
        assert_ne!(content, GOOD, "{from}");
        let message = Source::parse("pipelines/sources/a.kz.toml", &content).expect_err(to).to_string();
        let message = message.strip_prefix("pipelines/sources/a.kz.toml:").expect("the file").trim();
        assert!(message.contains(expected), "{message}");
    };
    Source::parse("pipelines/sources/a.kz.toml", GOOD).expect("valid");
    check("include", "includes", "9: unknown field `includes`");
    check("\"a.kz\"\nname", "\"b.kz\"\nname", "the file is called a.kz.toml");
    check("\"news\"", "\"blog\"", "4: unknown variant `blog`");
    check("[\"ru\"]", "[\"de\"]", "language `de`");
    check("\"www.a.kz\"", "\"https://www.a.kz\"", "hosts must name");
    check("https://a.kz/rss", "https://b.kz/rss", "b.kz is not among the hosts");
    check("https://a.kz/rss", "ftp://a.kz/rss", "no address with http");
    check("feeds = [\"https://a.kz/rss\"]", "", "at least one feed");
    check("\"unverified\"", "\"off\"", "needs a note");
    check("/news/*", "/news/[", "pattern");
    check(".new", "..new", "no CSS selector");
    check("\nbody = \".old\"", "", "needs a title");
    check("valid_until = \"2020-12-31\"", "", "only the last layout");
    check("body = \".new\"", "body = \".new\"\nvalid_until = \"2020-01-01\"", "oldest to the newest");
    check("[terms]", "[rate]\nperiod_seconds = -1.0\n[terms]", "rate.period_seconds");
    check("[terms]", "[[listings]]\nurl = \"https://a.kz/\"\nlink = \"a\"\npage = \"x\"\n[terms]", "{page}");
}

#[test]
fn pages_are_taken_by_host_and_path() {
    let source = Source::parse("a.kz.toml", GOOD).expect("valid");
    let check = |url: &str, expected: bool| assert_eq!(source.takes(url), expected, "{url}");
    check("https://a.kz/news/1", true);
    check("http://WWW.a.kz:80/news/1?x=1", true);
    check("https://a.kz/news/video/1", false);
    check("https://a.kz/", false);
    check("https://a.kz", false);
    check("https://b.kz/news/1", false);
    check("https://a.kz@b.kz/news/1", false);
    check("javascript:alert(1)", false);
}

#[test]
fn layouts_follow_the_day() {
    let source = Source::parse("a.kz.toml", GOOD).expect("valid");
    let check = |day: Option<&str>, expected: &str| {
        let day = day.map(|d| d.parse::<NaiveDate>().expect("a date"));
        assert_eq!(source.layout(day).and_then(|l| l.body.as_deref()), Some(expected), "{day:?}");
    };
    check(Some("2020-12-31"), ".old");
    check(Some("2021-01-01"), ".new");
    check(None, ".new");
}

#[test]
fn every_source_of_the_project_is_valid() {
    let knowledge = Knowledge::embedded();
    let sources = Sources::load(&knowledge).unwrap_or_else(|e| panic!("{e}"));
    assert!(sources.len() >= 40, "{}", sources.len());
    let regions = knowledge.get("schemas/codes/region.csv").expect("the code list");
    let codes: BTreeSet<_> = regions.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    for source in sources.iter() {
        assert_eq!(sources.get(&source.id), Some(source));
        // What is not known of the terms is said so.
        assert!(!source.terms.summary.is_empty(), "{}: terms.summary", source.id);
        assert!(source.expect.min_articles_per_week > 0, "{}: expect", source.id);
        for region in &source.regions {
            assert!(codes.contains(region.as_str()), "{}: {region}", source.id);
        }
    }
    let covered: BTreeSet<_> = sources.iter().flat_map(|s| s.regions.iter().map(String::as_str)).collect();
    assert!(covered.len() >= 17, "regions with a source of their own: {covered:?}");
    assert!(sources.iter().any(|s| s.languages == ["kk"]));
}

#[test]
fn sources_that_share_a_host_are_told_apart_by_path() {
    let sources = Sources::load(&Knowledge::embedded()).expect("valid");
    let check = |url: &str, id: Option<&str>| assert_eq!(sources.of_url(url).map(|s| s.id.as_str()), id, "{url}");
    check("https://tengrinews.kz/kazakhstan_news/x-1/", Some("tengrinews.kz"));
    check("https://www.gov.kz/memleket/entities/qriim/press/news/details/1?lang=ru", Some("gov.kz-qriim"));
    check("https://www.gov.kz/memleket/entities/prokuror/press/news/details/1", Some("gov.kz-prokuror"));
    check(
        "https://www.gov.kz/memleket/entities/mvd-shymkent/press/news/details/1?lang=kk",
        Some("gov.kz-mvd-shymkent"),
    );
    check("https://t.me/POLICE_of_KZ/1?embed=1", Some("t.me-police_of_kz"));
    check("https://example.org/", None);
}

/// The cleaner reads fewer selectors than the crawler; a layout's must be among them.
#[test]
fn layouts_are_for_the_cleaner() {
    for source in Sources::load(&Knowledge::embedded()).expect("valid").iter() {
        for layout in &source.layouts {
            for selector in layout.title.iter().chain(&layout.body).chain(&layout.date).chain(&layout.remove) {
                let parsed = crate::clean::html::Selector::parse(selector);
                assert!(parsed.is_ok(), "{}: {selector}: {parsed:?}", source.id);
            }
        }
    }
}

/// The keys of the schema that editors read are those that the program reads.
#[test]
fn the_json_schema_agrees() {
    let knowledge = Knowledge::embedded();
    let schema = knowledge.get("schemas/source.schema.json").expect("the schema");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("JSON");
    let full = Source {
        note: "n".into(),
        listings: vec![Listing {
            next: Some("a".into()),
            page: Some("p".into()),
            suffix: "s".into(),
            ..Listing::default()
        }],
        layouts: vec![Layout {
            valid_until: NaiveDate::from_ymd_opt(2020, 1, 1),
            title: Some("a".into()),
            body: Some("a".into()),
            date: Some("a".into()),
            remove: vec![],
        }],
        terms: Terms { url: Some("u".into()), summary: "s".into(), ..Terms::default() },
        ..Source::default()
    };
    let full = serde_json::to_value(full).expect("JSON");
    let keys =
        |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<BTreeSet<String>>();
    let check = |value: &serde_json::Value, schema: &serde_json::Value| {
        assert_eq!(keys(value), keys(&schema["properties"]));
        assert_eq!(schema["additionalProperties"], false);
    };
    let parts = &schema["properties"];
    check(&full, &schema);
    check(&full["listings"][0], &parts["listings"]["items"]);
    check(&full["layouts"][0], &parts["layouts"]["items"]);
    for part in ["rate", "terms", "expect"] {
        check(&full[part], &parts[part]);
    }
}
