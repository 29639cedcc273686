//! The release's description for people.

use super::bundle::{Content, FileInfo};
use super::spec::{ABOUT, LICENCE, LICENCE_URL, ReleaseSpec};
use crate::record::schema::Table;
use std::fmt::Write;

/// `LICENSE-DATA`.
pub(super) const LICENCE_TEXT: &str = "\
dalel: law-enforcement results in Kazakhstan
Copyright The dalel developers

The data of this release are licensed under the Creative Commons Attribution 4.0 International licence
(CC BY 4.0). You may share and adapt them for any purpose, even commercially, if you give appropriate credit,
link to the licence, and say whether changes were made.

The licence's text: https://creativecommons.org/licenses/by/4.0/legalcode

The evidence column quotes published news, at most 240 characters a result, so that every figure can be
checked; the rights in those quotations stay with their authors.
";

/// `README.md`.
pub(super) fn readme(spec: &ReleaseSpec, files: &[FileInfo]) -> String {
    let mut text = front_matter(spec, files);
    let _ = writeln!(text, "# {}\n", spec.title());
    if spec.sample {
        let _ = writeln!(text, "> **{}**\n", spec.warning());
    }
    let _ = writeln!(text, "Version {}. {ABOUT}\n", spec.version);
    text += "## Tables\n\n| file | a row is | rows |\n|---|---|---|\n";
    for file in files {
        if let Content::Table(table) = file.content {
            let description = &table.schema().description;
            let _ = writeln!(text, "| `{}` | {} | {} |", file.path, description.trim_end_matches('.'), file.rows);
        }
    }
    text += FILES;
    text += "\n## Use\n\n";
    text += USE;
    text += "\n## What to know\n\n";
    for line in KNOW {
        let _ = writeln!(text, "- {line}");
    }
    for issue in &spec.known_issues {
        let _ = writeln!(text, "- {issue}");
    }
    let _ = writeln!(text, "\n## Licence\n\nData: [{LICENCE}]({LICENCE_URL}), see `LICENSE-DATA`.");
    text
}

/// The head by which the Hugging Face Hub knows the dataset and its tables.
fn front_matter(spec: &ReleaseSpec, files: &[FileInfo]) -> String {
    let rows =
        files.iter().filter(|f| matches!(f.content, Content::Table(_))).map(|f| f.rows).max().unwrap_or_default();
    let size = match rows {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        _ => "10M<n<100M",
    };
    let mut text = format!(
        "---\npretty_name: {}\nlicense: {}\nlanguage:\n  - ru\n  - kk\nsize_categories:\n  - {size}\ntags:\n",
        serde_json::Value::from(spec.title()),
        LICENCE.to_lowercase(),
    );
    for tag in ["kazakhstan", "crime", "law-enforcement", "event-extraction", "news"] {
        let _ = writeln!(text, "  - {tag}");
    }
    text += "configs:\n";
    for file in files {
        if let Content::Table(table) = file.content {
            let default = if table == Table::Events { "    default: true\n" } else { "" };
            let _ = write!(text, "  - config_name: {}\n    data_files: {}\n{default}", file.resource, file.path);
        }
    }
    text += "---\n\n";
    text
}

const FILES: &str = "
| file | what it is |
|---|---|
| `*.csv.gz` | the same tables as CSV; lists are JSON, and a text that a spreadsheet would run as a formula begins with `'` |
| `codes/*.csv` | closed vocabularies with labels in English, Russian and Kazakh, and mappings to ICCS 1.0 and UN-CTS |
| `report.html` | the main figures and pictures in English, Russian and Kazakh; opens without a network |
| `DICTIONARY.md`, `DICTIONARY.ru.md` | every column and code |
| `CHANGES.md`, `changes.parquet` | what differs from the former version, and where removed identifiers went |
| `retired.csv` | every identifier that an earlier version had and this one has not, and what took its place |
| `corrections.csv` | mentions that reviewers accepted, rejected or amended |
| `erased.csv` | articles of former versions that were taken out on request |
| `accuracy.json` | how often the extraction is right, and with which rules it was made |
| `datapackage.json`, `croissant.json`, `dcat.jsonld` | the release for programs: Frictionless, Croissant, DCAT |
| `CITATION.cff`, `.zenodo.json`, `LICENSE-DATA`, `SHA256SUMS` | citation, deposit, licence, checksums |
";

const USE: &str = "\
```python
import pandas as pd
events = pd.read_parquet(\"events.parquet\")
```

```python
import polars as pl
events = pl.read_parquet(\"events.parquet\")
```

```sql
-- DuckDB: heroin seized in single operations, by region
SELECT unnest(region) AS region, sum(value) AS kg
FROM 'events.parquet'
WHERE event_type = 'seizure' AND object = 'heroin' AND unit = 'kg' AND scope = 'incident' AND part_of IS NULL
GROUP BY ALL ORDER BY kg DESC;
```

```r
events <- read.csv(gzfile(\"events.csv.gz\"), encoding = \"UTF-8\")   # or arrow::read_parquet(\"events.parquet\")
```
";

/// Usage warnings.
const KNOW: [&str; 6] = [
    "News report what authorities announce. Announced results are not convictions, and what nobody reports is not here.",
    "Sum `value` only over `scope = 'incident'` with `part_of` empty: aggregates are statistics over a period and overlap with incidents and with each other.",
    "Values are comparable only within one `unit`. Money stands in its own currency, not adjusted for inflation.",
    "`value` is missing where the article gives no figure; that is not zero.",
    "`is_disputed` marks events for which outlets give different figures; `value_min` and `value_max_reported` give the range.",
    "Persons' names are masked in titles and evidence, by rules; addresses (`url`) are as the outlets chose them. The full texts are not part of the data.",
];
