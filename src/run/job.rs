//! A job file: what a run reads, its thresholds, where it publishes. No logic.

use super::{FetchJob, RunError};
use crate::publish::{Assertion, ReleaseSpec, Version};
use crate::read::{Filter, Limits};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A run, as a file of `pipelines/*.toml` describes it. Unknown keys are refused.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Job {
    /// What the run is for; shown when it starts.
    pub title: String,
    /// Outlets to archives.
    pub fetch: FetchJob,
    /// Input.
    pub read: ReadJob,
    /// Page to article.
    pub clean: CleanJob,
    /// Article to mentions.
    pub extract: ExtractJob,
    /// Mentions to events.
    pub dedup: DedupJob,
    /// Tables to a release.
    pub publish: PublishJob,
    /// How the work is cut.
    pub run: RunJob,
}

/// `[read]`
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadJob {
    /// Files and folders, relative to the job file; `--input` replaces them.
    pub input: Vec<PathBuf>,
    /// Largest page, in bytes after decompression.
    pub max_page_bytes: u64,
    /// Longest line of a JSONL file, in bytes after decompression.
    pub max_line_bytes: u64,
    /// Hosts whose pages are taken from WARC files, with their subdomains; all, where none is named.
    pub hosts: Vec<String>,
    /// First day (UTC) of fetching that is taken from WARC files.
    pub since: Option<NaiveDate>,
    /// Last day (UTC) of fetching that is taken from WARC files.
    pub until: Option<NaiveDate>,
}

impl Default for ReadJob {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            input: Vec::new(),
            max_page_bytes: limits.page_bytes,
            max_line_bytes: limits.line_bytes,
            hosts: Vec::new(),
            since: None,
            until: None,
        }
    }
}

impl ReadJob {
    /// The limits for the readers.
    pub const fn limits(&self) -> Limits {
        Limits { page_bytes: self.max_page_bytes, line_bytes: self.max_line_bytes }
    }

    /// What is taken from WARC files.
    pub fn filter(&self) -> Filter {
        Filter { hosts: self.hosts.clone(), since: self.since, until: self.until }
    }
}

/// `[clean]`: no thresholds yet.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct CleanJob {}

/// `[extract]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExtractJob {
    /// Mentions below this confidence (0 to 1) are refused as `low_confidence`.
    pub min_confidence: f32,
}

/// `[dedup]`: the thresholds of stories and events.
pub type DedupJob = crate::dedup::Settings;

/// `[publish]`: a [`ReleaseSpec`] whose version may be left to the run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublishJob {
    /// Version, and name of the release's folder. Without one it is the day of the run (UTC), `2026.11.21`, and
    /// `2026.11.21-2` … where that day has a release with other content.
    pub version: Option<Version>,
    /// As [`ReleaseSpec::title`].
    pub title: Option<String>,
    /// Whether the data are a sample with partly invented figures: the release then says so everywhere, and since
    /// nobody cites it, it is replaced when its content changes.
    pub sample: bool,
    /// Day of publication.
    pub released: Option<NaiveDate>,
    /// Page of the dataset.
    pub homepage: Option<String>,
    /// DOI, without a resolver.
    pub doi: Option<String>,
    /// What users must know, one sentence each.
    pub known_issues: Vec<String>,
    /// What must hold of the tables.
    pub assert: Vec<Assertion>,
    /// As [`ReleaseSpec::accuracy`]; relative to the job file.
    pub accuracy: Option<PathBuf>,
}

impl PublishJob {
    /// The release with a version.
    pub fn spec(&self, version: Version) -> ReleaseSpec {
        ReleaseSpec {
            version,
            title: self.title.clone(),
            sample: self.sample,
            released: self.released,
            homepage: self.homepage.clone(),
            doi: self.doi.clone(),
            known_issues: self.known_issues.clone(),
            assert: self.assert.clone(),
            accuracy: self.accuracy.clone(),
            made: None,
        }
    }
}

/// `[run]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunJob {
    /// Worker threads; 0 is one for each processor.
    pub threads: usize,
}

impl Job {
    /// Reads a job file. Its relative inputs are taken from the file's own folder.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML, or has an unknown key or a wrong value: `file:line: what`.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        let name = path.display().to_string();
        let content = std::fs::read_to_string(path).map_err(|e| RunError::Job(format!("{name}: {e}")))?;
        let mut job = Self::parse(&name, &content)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for input in &mut job.read.input {
            *input = folder.join(&*input);
        }
        if let Some(accuracy) = &mut job.publish.accuracy {
            *accuracy = folder.join(&*accuracy);
        }
        Ok(job)
    }

    /// Parses a job file's content; `name` is for messages.
    ///
    /// # Errors
    /// As [`Job::open`].
    pub fn parse(name: &str, content: &str) -> Result<Self, RunError> {
        let job: Self = toml::from_str(content).map_err(|error| {
            let line = error.span().map_or(1, |span| content[..span.start].matches('\n').count() + 1);
            let message = error.message().lines().collect::<Vec<_>>().join(" ");
            RunError::Job(format!("{name}:{line}: {message}"))
        })?;
        job.check().map_err(|message| RunError::Job(format!("{name}: {message}")))?;
        Ok(job)
    }

    fn check(&self) -> Result<(), String> {
        self.fetch.check()?;
        if !(0.0..=1.0).contains(&self.extract.min_confidence) {
            return Err("extract.min_confidence must lie between 0 and 1".into());
        }
        if self.read.max_page_bytes == 0 || self.read.max_line_bytes == 0 {
            return Err("read.max_page_bytes and read.max_line_bytes must be above 0".into());
        }
        Ok(())
    }

    /// Whatever of the job changes what a chunk becomes, as one string for its key.
    pub(super) fn chunk_settings(&self) -> String {
        format!("{:?}{:?}{:?}", self.read.limits(), self.clean, self.extract)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_have_their_place() {
        let check = |content: &str, expected: &str| {
            let message = Job::parse("job.toml", content).expect_err(content).to_string();
            assert!(message.starts_with(expected), "{message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        };
        check("[read]\ninput = []\nspeed = 3\n", "job.toml:3: unknown field `speed`");
        check("\n\n[reed]\n", "job.toml:3: unknown field `reed`");
        check("title = \n", "job.toml:1: ");
        check("title = 5\n", "job.toml:1: invalid type");
        check("[extract]\nmin_confidence = 2.0\n", "job.toml: extract.min_confidence");
        check("[publish]\nversion = \"../../etc\"\n", "job.toml:2: version");
    }

    #[test]
    fn every_job_of_the_project_is_valid() {
        let knowledge = crate::knowledge::Knowledge::embedded();
        let jobs: Vec<_> =
            knowledge.files("pipelines/", ".toml").filter(|(p, _)| p.matches('/').count() == 1).collect();
        assert!(jobs.len() >= 3);
        for (path, content) in jobs {
            Job::parse(path, content).unwrap_or_else(|e| panic!("{e}"));
        }
    }
}
