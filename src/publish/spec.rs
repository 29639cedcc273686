//! What a release is to be: the `[publish]` part of a job file.

use super::assertion::Assertion;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The licence of the data.
pub const LICENCE: &str = "CC-BY-4.0";

/// Where the licence's text lies.
pub const LICENCE_URL: &str = "https://creativecommons.org/licenses/by/4.0/";

/// What the data are.
pub(super) const ABOUT: &str = "Results of law-enforcement authorities in Kazakhstan (persons detained and convicted, \
    offences detected, goods and money seized, damage and its recovery), extracted from news in Russian and Kazakh. Every \
    figure points to the words that state it.";

/// A version: calendar versioning, `2026.11` or `2026.11.21`, with an optional suffix `-sample`, `-rc.1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version(String);

impl Version {
    /// The version as text: the name of the release's folder.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Version {
    /// The version that takes this one's place: `2026.11.21` → `2026.11.21-2` → `2026.11.21-3`, `2026.11.21-sample` →
    /// `2026.11.21-sample.2`.
    #[must_use]
    pub fn next(&self) -> Self {
        let (base, number) = match self.0.rsplit_once(['-', '.']) {
            Some((base, number)) if base.contains('.') && self.0.contains('-') => (base, number.parse::<u32>().ok()),
            _ => ("", None),
        };
        match number {
            Some(number) => Self(format!("{}{}", &self.0[..=base.len()], number.saturating_add(1))),
            None if self.0.contains('-') => Self(format!("{}.2", self.0)),
            None => Self(format!("{}-2", self.0)),
        }
    }
}

impl Ord for Version {
    /// By the calendar, then by the suffix, a number as a number: `2026.9` < `2026.11` < `2026.11-2` < `2026.11-10`.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        fn key(version: &Version) -> (Vec<u32>, Option<u32>, &str, Option<u32>, &str) {
            let (date, suffix) = version.0.split_once('-').unwrap_or((&version.0, ""));
            let number = |text: &str| text.parse::<u32>().ok();
            let (word, last) = suffix.rsplit_once('.').unwrap_or((suffix, ""));
            (date.split('.').filter_map(number).collect(), number(suffix), word, number(last), &version.0)
        }
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.0
    }
}

impl TryFrom<String> for Version {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (date, suffix) = text.split_once('-').map_or((text.as_str(), None), |(date, suffix)| (date, Some(suffix)));
        let parts: Vec<&str> = date.split('.').collect();
        let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten();
        let numbers: Option<Vec<u32>> = parts.iter().map(|part| number(part)).collect();
        let calendar = numbers.is_some_and(|n| {
            matches!(n.len(), 2 | 3)
                && parts[0].len() == 4
                && (1..=12).contains(&n[1])
                && n.get(2).is_none_or(|day| (1..=31).contains(day))
        });
        let plain = |suffix: &str| {
            !suffix.is_empty()
                && !suffix.starts_with('.')
                && suffix.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
        };
        if calendar && suffix.is_none_or(plain) {
            Ok(Self(text))
        } else {
            Err(format!("version {text:?} is not of the form 2026.11, 2026.11.21 or 2026.11.21-sample"))
        }
    }
}

/// What a release is to be. A job file has it as `[publish]`.
///
/// ```
/// let spec: dalel::publish::ReleaseSpec = toml::from_str(r#"
///     version = "2026.11.21-sample"
///     sample = true
/// "#)?;
/// assert!(spec.title().contains("sample"));
/// assert!(toml::from_str::<dalel::publish::ReleaseSpec>("version = 'latest'").is_err());
/// assert!(toml::from_str::<dalel::publish::ReleaseSpec>("version = '2026.11'\nverison = 1").is_err());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseSpec {
    /// Version, and name of the release's folder.
    pub version: Version,
    /// Title; without one, the dataset's own.
    #[serde(default)]
    pub title: Option<String>,
    /// Whether the data are a sample with invented figures. The release then says so wherever it describes
    /// itself.
    #[serde(default)]
    pub sample: bool,
    /// Day of publication; without one, the day that the version names, see [`ReleaseSpec::day`].
    #[serde(default)]
    pub released: Option<NaiveDate>,
    /// Page of the dataset.
    #[serde(default)]
    pub homepage: Option<String>,
    /// DOI, without a resolver: `10.5281/zenodo.…`.
    #[serde(default)]
    pub doi: Option<String>,
    /// What users must know, one sentence each.
    #[serde(default)]
    pub known_issues: Vec<String>,
    /// What must hold of the tables.
    #[serde(default)]
    pub assert: Vec<Assertion>,
    /// The evaluation of exactly this version, as `dalel eval --json` prints it; it becomes part of
    /// `accuracy.json`.
    #[serde(default)]
    pub accuracy: Option<PathBuf>,
    /// `accuracy.json` of the release whose rows these are, where they were not made anew: what it says of program and
    /// accuracy holds for them.
    #[serde(skip)]
    pub made: Option<serde_json::Value>,
}

impl ReleaseSpec {
    /// A release with a version and nothing else.
    pub fn new(version: Version) -> Self {
        Self {
            version,
            title: None,
            sample: false,
            released: None,
            homepage: None,
            doi: None,
            known_issues: Vec::new(),
            assert: Vec::new(),
            accuracy: None,
            made: None,
        }
    }

    /// The title, with the warning that a sample carries.
    pub fn title(&self) -> String {
        let title = self.title.as_deref().unwrap_or("dalel: law-enforcement results in Kazakhstan");
        if self.sample { format!("{title} (sample: partly invented figures)") } else { title.to_owned() }
    }

    /// One paragraph on what the data are, for catalogues: a sample's begins with its warning.
    pub fn description(&self) -> String {
        [self.warning(), ABOUT].join(" ").trim_start().to_owned()
    }

    /// What a sample says of itself.
    pub fn warning(&self) -> &'static str {
        if self.sample {
            "THIS IS A SAMPLE, made to show the tables: its articles, outlets and part of its figures are invented. Do not cite it."
        } else {
            ""
        }
    }

    /// Day of publication: as given, else the version's where it names a day. A release knows no clock.
    pub fn day(&self) -> Option<NaiveDate> {
        let date = self.version.0.split('-').next().unwrap_or_default();
        self.released.or_else(|| NaiveDate::parse_from_str(date, "%Y.%m.%d").ok())
    }

    /// Where the release lies below the folder of all releases.
    pub fn folder(&self, releases: &Path) -> PathBuf {
        releases.join(self.version.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_that_of_the_version_unless_given() {
        let check = |version: &str, expect: Option<(i32, u32, u32)>| {
            let spec = ReleaseSpec::new(Version::try_from(version.to_owned()).expect("version"));
            assert_eq!(spec.day(), expect.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d)), "{version}");
        };
        check("2026.11.21", Some((2026, 11, 21)));
        check("2026.11.21-sample", Some((2026, 11, 21)));
        check("2026.11", None);
        check("2026.2.31", None);
    }

    #[test]
    fn versions_follow_the_calendar() {
        let sorted =
            ["2026.9", "2026.9.30", "2026.11", "2026.11.2", "2026.11.21", "2026.11.21-2", "2026.11.21-10", "2027.1"];
        let versions = sorted.map(|text| Version::try_from(text.to_owned()).expect("version"));
        assert!(versions.is_sorted());
    }

    #[test]
    fn the_next_version_is_later_than_this() {
        let check = |text: &str, expect: &str| {
            let version = Version::try_from(text.to_owned()).expect("version");
            assert_eq!(version.next().as_str(), expect);
            assert!(version < version.next() && Version::try_from(version.next().0).is_ok(), "{expect}");
        };
        check("2026.11", "2026.11-2");
        check("2026.11.21", "2026.11.21-2");
        check("2026.11.21-2", "2026.11.21-3");
        check("2026.11.21-9", "2026.11.21-10");
        check("2026.11.21-sample", "2026.11.21-sample.2");
        check("2026.11.21-sample.9", "2026.11.21-sample.10");
        check("2026.11-rc.1", "2026.11-rc.2");
    }

    #[test]
    fn versions() {
        let check = |text: &str, good: bool| assert_eq!(Version::try_from(text.to_owned()).is_ok(), good, "{text}");
        for good in ["2026.11", "2026.1", "2026.11.21", "2026.11.21-sample", "2026.11-rc.1"] {
            check(good, true);
        }
        for bad in [
            "",
            ".",
            "..",
            "latest",
            "1.0.0",
            "2026",
            "2026.13",
            "2026.11.32",
            "2026.11.",
            "2026.11-",
            "2026.11-../x",
            "2026.11/x",
            "2026.+1",
            "2026.11-A",
            "2026.11-.x",
        ] {
            check(bad, false);
        }
    }
}
