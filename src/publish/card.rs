//! The release's description for people.

use super::bundle::{Content, FileInfo};
use super::spec::{LICENCE, LICENCE_URL, ReleaseSpec};
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
    let mut text = format!("# {}\n\n", spec.title());
    if spec.sample {
        let _ = writeln!(text, "> **{}**\n", spec.warning());
    }
    let _ = writeln!(text, "Version {}. {}\n", spec.version, spec.description());
    text += "## Tables\n\n| file | a row is | rows |\n|---|---|---|\n";
    for file in files {
        if let Content::Table(table) = file.content {
            let description = &table.schema().description;
            let _ = writeln!(text, "| `{}` | {} | {} |", file.path, description.trim_end_matches('.'), file.rows);
        }
    }
    text += "\n`codes/*.csv` has the closed vocabularies with labels in English, Russian and Kazakh; `datapackage.json` \
        the columns with type, unit, description and keys.\n\n## Use\n\n";
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
events <- arrow::read_parquet(\"events.parquet\")
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
