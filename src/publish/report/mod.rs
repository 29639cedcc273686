//! `report.html`: a release's main figures and pictures, in one file that opens anywhere.
//!
//! It has no scripts and loads nothing; the three languages stand in it side by side, and the address's
//! fragment (`#ru`) chooses. Every text of an article passes [`draw::escape`].

mod draw;
mod figures;
mod words;

use super::bundle::Bundle;
use super::release::ReleaseError;
use super::spec::ReleaseSpec;
use crate::record::CodeLists;
use draw::{Bar, Column, Tile, bars, columns, escape, tiles};
use figures::{Figures, ranked};
use std::fmt::Write;
use words::{LANGUAGES, Words};

/// Its name in the release.
pub(super) const REPORT: &str = "report.html";

/// Bars of one picture.
const BARS: usize = 12;

/// Writes `report.html` from the tables that the bundle holds.
pub(super) fn report(bundle: &Bundle, spec: &ReleaseSpec, codes: &CodeLists) -> Result<(), ReleaseError> {
    let figures = Figures::read(bundle.folder())?;
    bundle.write(REPORT, &page(&figures, spec, codes))
}

fn page(figures: &Figures, spec: &ReleaseSpec, codes: &CodeLists) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}, {}</title>\n<style>\n{}</style>\n</head>\n<body>\n<nav aria-label=\"Language\">",
        escape(&spec.title()),
        spec.version,
        include_str!("report.css"),
    );
    for words in &LANGUAGES {
        let _ = write!(html, "<a href=\"#{0}\" hreflang=\"{0}\" lang=\"{0}\">{1}</a>", words.code, words.name);
    }
    html += "</nav>\n";
    for words in &LANGUAGES {
        section(&mut html, words, figures, spec, codes);
    }
    html + "</body>\n</html>\n"
}

fn section(html: &mut String, words: &Words, figures: &Figures, spec: &ReleaseSpec, codes: &CodeLists) {
    let label = |list: &str, code: &str| label(codes, list, code, words);
    let title = spec.title.as_deref().unwrap_or(words.title);
    let _ = writeln!(html, "<main id=\"{0}\" lang=\"{0}\">\n<h1>{1}</h1>", words.code, escape(title));
    if spec.sample {
        let _ = writeln!(html, "<p class=\"sample\">{}</p>", words.sample);
    }
    let _ = writeln!(html, "<p class=\"lead\">{} {} {}.</p>", words.about, words.version, spec.version);

    html.push_str("<dl class=\"figures\">\n");
    let main = [figures.events, figures.articles, figures.outlets, figures.disputed].map(|count| count as f64);
    for (value, name) in main.into_iter().chain([figures.detained.value]).zip(words.figures) {
        let _ = writeln!(html, "<div><dd>{}</dd><dt>{name}</dt></div>", words.number(value));
    }
    html.push_str("</dl>\n");

    head(html, words.over_time);
    *html += &or_nothing(&months(figures, words), words, |list| columns(list, words.over_time[1], words));

    head(html, words.by_region);
    *html += &tiles(&regions(figures, codes, words), words.by_region[1], words);

    head(html, words.by_type);
    let counted = |(code, count): (&crate::record::Code, u64)| {
        let value = count as f64;
        Bar { name: label("event_type", code), value, label: words.number(value) }
    };
    let list: Vec<Bar> = ranked(&figures.types).into_iter().take(BARS).map(counted).collect();
    *html += &or_nothing(&list, words, bars);

    for (unit, text) in [("kg", words.kilograms), ("KZT", words.tenge)] {
        head(html, text);
        let summed = |(code, sum): (&crate::record::Code, figures::Sum)| {
            let name = format!("{} ({})", label("object", code), words.number(sum.count as f64));
            Bar { name, value: sum.value, label: words.amount(sum.value) }
        };
        let list: Vec<Bar> = figures.seized_in(unit).into_iter().take(BARS).map(summed).collect();
        *html += &or_nothing(&list, words, bars);
    }

    let _ = writeln!(html, "<h2>{}</h2>", words.stories);
    *html += &or_nothing(&figures.stories, words, |stories| {
        let mut list = "<ol class=\"stories\">\n".to_owned();
        for story in stories {
            let day = story.first_published_at.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default();
            let language = story.languages.first().map_or("", String::as_str);
            let _ = writeln!(
                list,
                "<li><span lang=\"{}\">{}</span> <small>{day} · {}: {} · {}: {}</small></li>",
                escape(language),
                escape(story.title.as_deref().unwrap_or_default()),
                words.coverage[0],
                story.n_articles,
                words.coverage[1],
                story.n_outlets,
            );
        }
        list + "</ol>\n"
    });

    html.push_str("<footer>\n<ul>\n");
    for note in words.notes {
        let _ = writeln!(html, "<li>{note}</li>");
    }
    let _ = writeln!(html, "</ul>\n<p>{}</p>\n</footer>\n</main>", words.licence);
}

fn head(html: &mut String, [heading, counted]: [&str; 2]) {
    let _ = writeln!(html, "<h2>{heading}</h2>\n<p class=\"axis-title\">{counted}</p>");
}

fn or_nothing<T>(list: &[T], words: &Words, draw: impl FnOnce(&[T]) -> String) -> String {
    if list.is_empty() { format!("<p class=\"nothing\">{}</p>\n", words.nothing) } else { draw(list) }
}

fn label(codes: &CodeLists, list: &str, code: &str, words: &Words) -> String {
    let column = format!("label_{}", words.code);
    codes.list(list).and_then(|list| list.get(code, &column)).unwrap_or(code).to_owned()
}

/// The months from the first report to the last, empty ones too; years where the months would be too many.
fn months(figures: &Figures, words: &Words) -> Vec<Column> {
    const MONTHS: i32 = 60;
    let (Some(first), Some(last)) = (figures.months.keys().next(), figures.months.keys().next_back()) else {
        return Vec::new();
    };
    if last - first >= MONTHS {
        let years = first.div_euclid(12)..=last.div_euclid(12);
        let every = (years.end() - years.start()) / 10 + 1;
        return years
            .map(|year| Column {
                name: year.to_string(),
                tick: (year % every == 0).then(|| year.to_string()),
                count: figures.months.range(year * 12..(year + 1) * 12).map(|(_, count)| count).sum(),
            })
            .collect();
    }
    let every = (last - first) / 8 + 1;
    (*first..=*last)
        .map(|month| Column {
            name: words.month(month),
            tick: ((month - first) % every == 0).then(|| words.month(month)),
            count: figures.months.get(&month).copied().unwrap_or_default(),
        })
        .collect()
}

fn regions(figures: &Figures, codes: &CodeLists, words: &Words) -> Vec<Tile> {
    let Some(list) = codes.list("region") else { return Vec::new() };
    let place = |code: &str, name: &str| list.get(code, name)?.parse().ok();
    list.codes()
        .filter_map(|code| {
            Some(Tile {
                column: place(code, "tile_column")?,
                row: place(code, "tile_row")?,
                short: list.get(code, &format!("short_{}", words.code)).unwrap_or(code).to_owned(),
                name: label(codes, "region", code, words),
                count: figures.regions.get(code).copied().unwrap_or_default(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::publish::Version;
    use crate::record::{Event, Mention, Scope, Story};

    fn event(kind: &str, object: &str, value: f64, unit: &str) -> Event {
        let merged = Mention {
            event_type: kind.into(),
            object: object.into(),
            value: Some(value),
            unit: Some(unit.into()),
            ..Mention::default()
        };
        Event { merged, ..Event::default() }
    }

    fn html(figures: &Figures) -> String {
        let mut spec = ReleaseSpec::new(Version::try_from("2026.11.21".to_owned()).expect("version"));
        spec.sample = true;
        page(figures, &spec, &CodeLists::load(&Knowledge::embedded()).expect("codes"))
    }

    fn figures(events: &[Event]) -> Figures {
        let dir = tempfile::tempdir().expect("folder");
        let write = |name: &str| dir.path().join(format!("{name}.parquet"));
        let footer = crate::publish::table::Footer::default();
        crate::publish::table::write_records(&write("events"), events, &footer).expect("events");
        crate::publish::table::write_records::<Story>(&write("stories"), &[], &footer).expect("stories");
        crate::publish::table::write_records::<crate::record::Article>(&write("articles"), &[], &footer)
            .expect("articles");
        Figures::read(dir.path()).expect("figures")
    }

    #[test]
    fn sums_leave_out_aggregates_and_parts() {
        let mut aggregate = event("seizure", "heroin", 1000.0, "kg");
        aggregate.merged.scope = Scope::Aggregate;
        let mut part = event("seizure", "heroin", 2.0, "kg");
        part.part_of = Some("e-1".into());
        let figures = figures(&[
            event("seizure", "heroin", 5.0, "kg"),
            event("seizure", "hashish", 7.5, "kg"),
            event("seizure", "heroin", 3.0, "item"),
            event("detention", "person", 4.0, "person"),
            aggregate,
            part,
        ]);
        let seized: Vec<_> = figures.seized_in("kg").into_iter().map(|(o, sum)| (o.to_string(), sum.value)).collect();
        assert_eq!(seized, [("hashish".to_owned(), 7.5), ("heroin".to_owned(), 5.0)]);
        assert_eq!((figures.events, figures.detained.value), (6, 4.0));
    }

    #[test]
    fn a_page_stands_alone_in_three_languages() {
        let empty = html(&Figures::default());
        assert!(empty.contains(LANGUAGES[2].nothing), "an empty release says so");
        let mut some = figures(&[event("seizure", "heroin", 5.0, "kg")]);
        some.stories = vec![Story { title: Some("<script>alert(1)</script>\" onload=x".into()), ..Story::default() }];
        let html = html(&some);
        for text in ["Heroin", "Героин", "Қызылорда", "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=x"]
        {
            assert!(html.contains(text), "{text}");
        }
        for bad in ["<script", "src=", "url(", "http://", "https://", "<link", "javascript:", "@import"] {
            assert!(!html.contains(bad), "{bad}");
        }
        assert_eq!(html.matches("<main").count(), 3);
        assert_eq!(html.matches("class=\"ground\"").count(), 3 * 20, "every region has its tile");
    }
}
