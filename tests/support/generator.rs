//! Generated articles for measuring: clusters of one article in several wordings.
//!
//! A cluster's original is a chain of phrases of three to eight words from news-like texts, with names and
//! figures of its own. Each copy has a share of its words edited: replaced, dropped, doubled by another, or
//! swapped with the next. Everything follows from the seed.

use dalel::record::{Article, DatePrecision};

/// `SplitMix64` (Steele, Lea and Flood 2014): small, seedable, good enough for test data.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What to generate.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Number of clusters.
    pub clusters: usize,
    /// Articles of each cluster, the original among them.
    pub copies: usize,
    /// Lowest share of edited words of a copy.
    pub edits_from: f64,
    /// Highest share of edited words of a copy.
    pub edits_to: f64,
    /// Days over which the clusters are spread.
    pub days: usize,
}

/// The words of texts, in order, to draw phrases from.
pub fn words(texts: &[String]) -> Vec<String> {
    texts.iter().flat_map(|t| t.split_whitespace()).map(str::to_owned).collect()
}

const SYLLABLES: [&str; 24] = [
    "ал", "бек", "гор", "дар", "ер", "жан", "за", "кар", "лов", "мур", "нур", "ор", "пет", "рус", "сар", "тал", "ур",
    "фед", "хан", "чин", "шал", "ысы", "яр", "кум",
];

fn name(random: &mut Random) -> String {
    let mut name: String = (0..3).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect();
    let first = name.remove(0);
    name.insert_str(0, &first.to_uppercase().to_string());
    name
}

fn original(vocabulary: &[String], random: &mut Random) -> Vec<String> {
    let length = 120 + random.below(160);
    let mut text: Vec<String> = Vec::with_capacity(length + 8);
    let names: Vec<String> = (0..4).map(|_| name(random)).collect();
    while text.len() < length {
        let run = 3 + random.below(6);
        let start = random.below(vocabulary.len() - run);
        text.extend_from_slice(&vocabulary[start..start + run]);
        match random.below(12) {
            0 => text.push(names[random.below(names.len())].clone()),
            1 => text.push((12 + random.below(9000)).to_string()),
            _ => {}
        }
    }
    text
}

fn edited(text: &[String], share: f64, vocabulary: &[String], random: &mut Random) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        if random.unit() < share {
            let other = vocabulary[random.below(vocabulary.len())].clone();
            match random.below(4) {
                0 | 1 => out.push(other),
                2 => {}
                _ if i + 1 < text.len() => {
                    out.push(text[i + 1].clone());
                    out.push(text[i].clone());
                    i += 1;
                }
                _ => out.push(other),
            }
        } else {
            out.push(text[i].clone());
        }
        i += 1;
    }
    out
}

/// The articles of cluster `c`; the id is `c<cluster>-<copy>`.
pub fn cluster(plan: Plan, vocabulary: &[String], seed: u64, c: usize) -> Vec<Article> {
    let mut random = Random(seed ^ (c as u64).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let text = original(vocabulary, &mut random);
    let day = chrono::NaiveDate::from_ymd_opt(2016, 1, 1).expect("a date")
        + chrono::Days::new((c * plan.days / plan.clusters.max(1)) as u64);
    (0..plan.copies)
        .map(|copy| {
            let share = plan.edits_from + random.unit() * (plan.edits_to - plan.edits_from);
            let words = if copy == 0 { text.clone() } else { edited(&text, share, vocabulary, &mut random) };
            let title = words.iter().take(8).cloned().collect::<Vec<_>>().join(" ");
            let late = random.below(3) as u64;
            let at = (day + chrono::Days::new(late)).and_hms_opt(0, 0, 0).expect("midnight").and_utc();
            Article {
                article_id: format!("c{c:07}-{copy}"),
                outlet: Some(format!("o{}.example", random.below(40))),
                language: Some("ru".into()),
                title: Some(title),
                text: words.join(" "),
                published_at: Some(at),
                published_precision: Some(DatePrecision::Day),
                ..Article::default()
            }
        })
        .collect()
}
