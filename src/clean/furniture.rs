//! The wording of a page's furniture: what stands around an article and is none of it.
//!
//! The words are data, `pipelines/lexicons/<language>/furniture.toml`, one file per language; markup
//! hints (`class` and `id` words) are in `pipelines/lexicons/html/furniture.toml`. All languages are
//! compiled into one lexicon: a Kazakh page carries Russian buttons and English share bars.

use crate::knowledge::{Knowledge, KnowledgeError};
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// What a line of furniture does on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Introduces links to other stories; the article may go on after them.
    More,
    /// Introduces what follows an article: comments, popular stories, an archive.
    End,
    /// A control: the line is nothing but its label.
    Button,
    /// Asks the reader for something: subscribe, report a mistake.
    Call,
    /// Credits a picture, or says what it shows.
    Credit,
    /// A section of the outlet.
    Section,
    /// Names an author's position, or introduces the author.
    Author,
    /// A counter of views, comments or minutes.
    Counter,
    /// Introduces a date.
    Dated,
    /// Says that the rest is for subscribers.
    Paywall,
    /// Says that the page does not exist or cannot be shown.
    ErrorPage,
    /// Says that the page needs a script to show its content.
    Script,
}

/// One group of phrases with one role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    role: Role,
    /// Phrases that are furniture where they make up the whole line.
    #[serde(default)]
    lines: Vec<String>,
    /// Phrases that make furniture of a line that begins with them.
    #[serde(default)]
    starts: Vec<String>,
    /// Phrases that make furniture of a line wherever they stand in it.
    #[serde(default)]
    parts: Vec<String>,
    /// Phrases that make furniture of a line that begins with them and a colon.
    #[serde(default)]
    labels: Vec<String>,
    /// Longest line, in characters, that `starts`, `parts` and `labels` apply to.
    #[serde(default = "default_limit")]
    max_chars: usize,
    /// Lines that have this role.
    examples: Vec<String>,
    /// Lines that look like it and are none.
    #[serde(default)]
    counter_examples: Vec<String>,
}

const fn default_limit() -> usize {
    160
}

/// The file of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    furniture: Vec<Group>,
    /// For each month, January first: its forms in this language.
    #[serde(default)]
    months: Vec<Vec<String>>,
    /// Words for the day of fetching, and for the day before.
    #[serde(default)]
    today: Vec<String>,
    #[serde(default)]
    yesterday: Vec<String>,
    /// Words after a span of time that ended with the fetching, and the words for its units.
    #[serde(default)]
    ago: Vec<String>,
    #[serde(default)]
    minutes: Vec<String>,
    #[serde(default)]
    hours: Vec<String>,
    #[serde(default)]
    days: Vec<String>,
    /// Words for "year" that stand within a date.
    #[serde(default)]
    year: Vec<String>,
    /// Phrases between a statement and the source it is taken from, the source after them or before.
    #[serde(default)]
    source_after: Vec<String>,
    #[serde(default)]
    source_before: Vec<String>,
    /// Words in the name of a site that is an authority's own.
    #[serde(default)]
    agency_sites: Vec<String>,
    /// Hosts of authorities' own sites: suffixes.
    #[serde(default)]
    agency_hosts: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Phrase {
    role: Role,
    max_chars: u32,
}

/// The compiled wording of all languages.
#[derive(Debug, Default)]
pub struct Furniture {
    lines: FxHashMap<String, Role>,
    /// Phrases by their first word: the rest of the phrase, and what it makes of a line.
    starts: FxHashMap<String, Vec<(String, Phrase)>>,
    labels: FxHashMap<String, Phrase>,
    parts: Vec<(String, Phrase)>,
    /// The longest line (characters) to which any phrase, and any phrase within a line, applies.
    longest: u32,
    longest_part: u32,
    part_finder: Option<aho_corasick::AhoCorasick>,
    /// Month number (1–12) by word form.
    pub months: FxHashMap<String, u32>,
    /// Days before the day of fetching by word: 0 or 1.
    pub relative_days: FxHashMap<String, u32>,
    /// Words for "ago".
    pub ago: Vec<String>,
    /// The minutes in a unit of time, by its word forms.
    pub minutes_of: FxHashMap<String, i64>,
    /// Words for "year" within a date.
    pub year_words: Vec<String>,
    /// Phrases that name a source after them.
    pub source_after: Vec<String>,
    /// Phrases that name a source before them.
    pub source_before: Vec<String>,
    /// Words in an authority's own site name.
    pub agency_sites: Vec<String>,
    /// Host suffixes of authorities' own sites.
    pub agency_hosts: Vec<String>,
    /// How many examples and counter-examples were run.
    pub n_examples: usize,
}

impl Furniture {
    /// Compiles all `pipelines/lexicons/*/furniture.toml` and runs their examples.
    ///
    /// # Errors
    /// Wrong TOML, an unknown key, a phrase with two roles, an example that fails.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let mut all = Self::default();
        let mut files = Vec::new();
        for (path, content) in knowledge.files("pipelines/lexicons/", "/furniture.toml") {
            if path == super::markup::PATH {
                continue;
            }
            let file: File = toml::from_str(content).map_err(|e| KnowledgeError::invalid(path, e.to_string()))?;
            all.add(path, &file)?;
            files.push((path, file));
        }
        all.part_finder = aho_corasick::AhoCorasick::builder()
            .kind(Some(aho_corasick::AhoCorasickKind::DFA))
            .build(all.parts.iter().map(|(text, _)| text))
            .ok();
        for (path, file) in &files {
            all.run_examples(path, file)?;
        }
        Ok(all)
    }

    fn add(&mut self, path: &str, file: &File) -> Result<(), KnowledgeError> {
        for group in &file.furniture {
            self.longest = self.longest.max(group.max_chars as u32);
            if !group.parts.is_empty() {
                self.longest_part = self.longest_part.max(group.max_chars as u32);
            }
            let phrase = Phrase { role: group.role, max_chars: group.max_chars as u32 };
            for line in &group.lines {
                let key = normalised(line);
                if let Some(other) = self.lines.insert(key, group.role)
                    && other != group.role
                {
                    return Err(KnowledgeError::invalid(
                        path,
                        format!("\"{line}\" is both {other:?} and {:?}", group.role),
                    ));
                }
            }
            for start in &group.starts {
                let key = normalised(start);
                let (first, rest) = key.split_once(' ').unwrap_or((&key, ""));
                self.starts.entry(first.to_owned()).or_default().push((rest.to_owned(), phrase));
            }
            for label in &group.labels {
                self.labels.insert(normalised(label), phrase);
            }
            for part in &group.parts {
                self.parts.push((format!(" {} ", normalised(part)), phrase));
            }
        }
        if !file.months.is_empty() && file.months.len() != 12 {
            return Err(KnowledgeError::invalid(path, format!("months: {} instead of 12", file.months.len())));
        }
        for (number, forms) in (1..).zip(&file.months) {
            self.months.extend(forms.iter().map(|form| (form.to_lowercase(), number)));
        }
        self.relative_days.extend(file.today.iter().map(|word| (word.to_lowercase(), 0)));
        self.relative_days.extend(file.yesterday.iter().map(|word| (word.to_lowercase(), 1)));
        self.ago.extend(file.ago.iter().map(|word| word.to_lowercase()));
        for (unit, minutes) in [(&file.minutes, 1), (&file.hours, 60), (&file.days, 24 * 60)] {
            self.minutes_of.extend(unit.iter().map(|word| (word.to_lowercase(), minutes)));
        }
        self.year_words.extend(file.year.iter().map(|word| word.to_lowercase()));
        self.source_after.extend(file.source_after.iter().map(|word| word.to_lowercase()));
        self.source_before.extend(file.source_before.iter().map(|word| word.to_lowercase()));
        self.agency_sites.extend(file.agency_sites.iter().map(|word| normalised(word)));
        self.agency_hosts.extend(file.agency_hosts.iter().cloned());
        Ok(())
    }

    fn run_examples(&mut self, path: &str, file: &File) -> Result<(), KnowledgeError> {
        for group in &file.furniture {
            for (examples, wanted) in [(&group.examples, true), (&group.counter_examples, false)] {
                for example in examples {
                    let role = self.role(example);
                    if (role == Some(group.role)) != wanted {
                        let message = format!("example \"{example}\" of {:?} has the role {role:?}", group.role);
                        return Err(KnowledgeError::invalid(path, message));
                    }
                    self.n_examples += 1;
                }
            }
        }
        Ok(())
    }

    /// What a line does on the page, where its wording tells.
    pub fn role(&self, line: &str) -> Option<Role> {
        // Longer than any limit: prose. Saves the normalisation.
        if line.len() > 1200 {
            return None;
        }
        let key = normalised(line);
        // "Comments (12)": the count is no part of the label.
        let label = key.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        if let Some(&role) = self.lines.get(&key).or_else(|| self.lines.get(label)) {
            return Some(role);
        }
        let n_chars = key.chars().count() as u32;
        // Longer than what any phrase applies to.
        if n_chars > self.longest {
            return None;
        }
        let (first, rest) = key.split_once(' ').unwrap_or((&key, ""));
        let start = self.starts.get(first).and_then(|phrases| {
            let fitting = phrases.iter().filter(|(phrase, p)| n_chars <= p.max_chars && is_word_prefix(phrase, rest));
            fitting.max_by_key(|(phrase, _)| phrase.len()).map(|(_, phrase)| phrase.role)
        });
        let part = self.part_finder.as_ref().filter(|_| n_chars <= self.longest_part).and_then(|finder| {
            let padded = format!(" {key} ");
            let phrases = finder.find_overlapping_iter(&padded).map(|m| self.parts[m.pattern().as_usize()].1);
            phrases.filter(|p| n_chars <= p.max_chars).map(|p| p.role).next()
        });
        // What says that the page shows no article outweighs how its line begins.
        match part {
            Some(Role::Paywall | Role::Script | Role::ErrorPage) => part,
            _ => start.or(part).or_else(|| self.labelled(line, n_chars)),
        }
    }

    /// What a line is by its label: "Photo: …".
    fn labelled(&self, line: &str, n_chars: u32) -> Option<Role> {
        let (label, _) = line.split_once(':')?;
        self.label(label).filter(|phrase| label.len() <= 80 && n_chars <= phrase.1).map(|(role, _)| role)
    }

    /// The role of a label before a colon, and the longest line (characters) that it labels.
    pub fn label(&self, label: &str) -> Option<(Role, u32)> {
        self.labels.get(&normalised(label)).map(|phrase| (phrase.role, phrase.max_chars))
    }
}

fn is_word_prefix(phrase: &str, text: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| phrase.is_empty() || rest.is_empty() || rest.starts_with(' '))
}

/// A line as phrases are compared: lower case, `ё` as `е`, everything but letters and digits as one space.
pub fn normalised(line: &str) -> String {
    let mut key = String::with_capacity(line.len());
    let mut gap = false;
    for c in line.chars() {
        // The common letters first: the general tables are ten times slower.
        let lower = match c {
            'a'..='z' | '0'..='9' | 'а'..='я' | 'ѐ' | 'ђ'..='џ' | 'ғ' | 'қ' | 'ң' | 'ү' | 'ұ' | 'һ' | 'ә' | 'ө' => {
                c
            }
            'A'..='Z' => c.to_ascii_lowercase(),
            'А'..='Я' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
            'Ё' | 'ё' => 'е',
            '\0'..='/' | ':'..='@' | '['..='`' | '{'..='\u{A9}' | '«' | '»' | '\u{2000}'..='\u{206F}' | '№' => {
                gap = true;
                continue;
            }
            _ if c.is_alphanumeric() => c.to_lowercase().next().unwrap_or(c),
            _ => {
                gap = true;
                continue;
            }
        };
        if gap && !key.is_empty() {
            key.push(' ');
        }
        gap = false;
        key.push(lower);
    }
    key
}
