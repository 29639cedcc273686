//! The headline: what it names.

use super::Language;
use super::abroad;
use super::context::{Context, Domestic, HINT};
use super::lexicon::Dimension;
use super::pattern::Annotated;
use super::place::PlaceHit;
use super::standing;
use super::token::TokenStream;
use super::told::{Told, tell};
use crate::record::Code;

/// What the headline names.
#[derive(Debug, Default)]
pub(super) struct Headline {
    pub(super) offences: Vec<Told>,
    pub(super) agencies: Vec<Code>,
    pub(super) places: Vec<PlaceHit>,
    pub(super) national: bool,
    pub(super) campaign: bool,
    pub(super) foreign: bool,
    /// Those of the places that lie at home.
    pub(super) domestic: Domestic,
    /// How much more it speaks of a statistic than of one operation.
    pub(super) balance: f64,
}

impl Context<'_> {
    /// Takes what the headline names.
    #[must_use]
    pub fn with_title(mut self, language: &Language, stream: &TokenStream<'_>, text: &Annotated<'_, '_>) -> Self {
        let marks: Vec<_> = language.lexicon.patterns.find(text, 0, text.stream.len());
        for mark in &marks {
            let entry = &language.lexicon.entries[mark.entry as usize];
            let (span, told) = ((mark.start, mark.end), &mut self.title.offences);
            match (entry.dimension, &entry.offence) {
                (Dimension::Offence, _) => tell(told, span, &entry.code, entry.weight),
                (Dimension::Object, Some(offence)) => {
                    let weight = if entry.code.as_ref() == "offence" { 1.0 } else { HINT };
                    tell(told, span, offence, weight);
                }
                (Dimension::Agency, _) => self.title.agencies.push(entry.code.clone()),
                (Dimension::Scope, _) => match entry.code.as_ref() {
                    "national" => self.title.national = true,
                    "campaign" => {
                        self.title.balance += entry.weight;
                        self.title.campaign = true;
                    }
                    "foreign" => self.title.foreign = true,
                    "regional" => self.regionals += 1,
                    "aggregate" => self.title.balance += entry.weight,
                    "incident" => self.title.balance -= entry.weight,
                    _ => {}
                },
                _ => {}
            }
        }
        self.title.places = self.gazetteer.find(text.stream, 0, text.stream.len(), language.kazakh);
        let persons = abroad::of_persons(text.stream, &marks, &self.title.places);
        let asked = standing::Asked { text, kazakh: language.kazakh, marks: &marks, persons: &persons, from: 0 };
        standing::tell(&asked, &mut self.title.places);
        self.without_capital(stream, text.stream);
        self.title.domestic = Domestic::new(self.gazetteer, &self.title.places, |_| true);
        self.totals.named = self.named();
        self
    }
}
