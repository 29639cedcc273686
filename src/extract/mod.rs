//! Article → mentions. Pure.

pub mod sentence;
pub mod token;

use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Article, Mention};
use crate::stage::{Map, Yield};

/// The stage: lexicons and rules compiled once, then applied to any number of articles.
#[derive(Debug)]
pub struct Extractor {}

impl Extractor {
    /// Compiles the lexicons, rules and gazetteers.
    ///
    /// # Errors
    /// The first data file that is wrong, with its place.
    pub fn new(_knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        Ok(Self {})
    }
}

impl Map for Extractor {
    type In = Article;
    type Out = Mention;
    const NAME: &'static str = "extract";

    fn map(&self, _article: &Article) -> Yield<Mention> {
        Yield::default()
    }
}
