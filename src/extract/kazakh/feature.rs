//! What Kazakh suffixes say, as a set.

use super::super::feats::Feats;
use serde::Deserialize;

/// What one suffix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the grammatical terms themselves")]
pub enum Feature {
    Verb,
    Plural,
    First,
    Second,
    Third,
    PluralPerson,
    Genitive,
    Accusative,
    Dative,
    Locative,
    Ablative,
    Instrumental,
    Relational,
    Adjective,
    Without,
    Agent,
    Similar,
    Manner,
    Passive,
    Reflexive,
    Reciprocal,
    Causative,
    Negated,
    Past,
    Evidential,
    Perfect,
    Habitual,
    Future,
    Intention,
    State,
    Infinitive,
    Converb,
    Continuous,
    Purpose,
    Until,
    Present,
    Conditional,
    Optative,
    Imperative,
    ByFirst,
    BySecond,
}

/// A set of features of one analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Features(u64);

impl Features {
    /// The set with one feature more.
    #[must_use]
    pub const fn with(self, feature: Feature) -> Self {
        Self(self.0 | 1 << feature as u32)
    }

    /// Whether a feature is in the set.
    pub const fn has(self, feature: Feature) -> bool {
        self.0 >> feature as u32 & 1 == 1
    }

    /// Whether any of several is.
    pub fn any(self, features: &[Feature]) -> bool {
        features.iter().any(|f| self.has(*f))
    }

    /// Both sets.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// As the engine's features.
    pub fn feats(self) -> Feats {
        const CASES: [(Feature, Feats); 6] = [
            (Feature::Genitive, Feats::GEN),
            (Feature::Accusative, Feats::ACC),
            (Feature::Dative, Feats::DAT),
            (Feature::Locative, Feats::LOC),
            (Feature::Ablative, Feats::ABL),
            (Feature::Instrumental, Feats::INS),
        ];
        let mut feats = if self.has(Feature::Plural) { Feats::PLUR } else { Feats::SING };
        let case = CASES.iter().filter(|(f, _)| self.has(*f)).fold(Feats::default(), |all, (_, feat)| all | *feat);
        feats |= match case {
            _ if self.has(Feature::Relational) => Feats::LOC | Feats::ADJ,
            Feats(0) => Feats::NOM,
            case => case,
        };
        if self.any(&[Feature::First, Feature::Second, Feature::Third]) {
            feats |= Feats::POSS;
        }
        if !self.has(Feature::Verb) {
            return feats | Feats::NOUN;
        }
        feats |= Feats::VERB;
        let forms = [
            (Feature::Past, Feats::FINITE | Feats::PAST),
            (Feature::Evidential, Feats::FINITE | Feats::PAST),
            (Feature::Perfect, Feats::PART | Feats::PAST),
            (Feature::Converb, Feats::CONV),
            (Feature::State, Feats::SHORT | Feats::PAST),
            (Feature::Present, Feats::FINITE | Feats::PRES),
            (Feature::Continuous, Feats::PRES),
            (Feature::Infinitive, Feats::INF),
            (Feature::Negated, Feats::NEG),
            (Feature::Habitual, Feats::IRREAL),
            (Feature::Future, Feats::IRREAL | Feats::FUT),
            (Feature::Intention, Feats::IRREAL),
            (Feature::Conditional, Feats::COND),
            (Feature::Optative, Feats::IRREAL),
            (Feature::Imperative, Feats::IRREAL | Feats::IMP),
            (Feature::Purpose, Feats::IRREAL),
            (Feature::Until, Feats::IRREAL),
        ];
        for (feature, feat) in forms {
            if self.has(feature) {
                feats |= feat;
            }
        }
        // "ұсталғаныңызды білсеңіз": what a reader is told of himself is advice.
        if self.any(&[Feature::Second, Feature::BySecond]) {
            feats |= Feats::IRREAL;
        }
        // "айыпталуда": is being accused.
        if self.has(Feature::Infinitive) && self.has(Feature::Locative) && !feats.any(Feats::POSS) {
            feats |= Feats::FINITE | Feats::PRES;
        }
        feats | if self.any(&[Feature::Passive, Feature::Reflexive]) { Feats::PASS } else { Feats::ACT }
    }
}

impl FromIterator<Feature> for Features {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        features.into_iter().fold(Self::default(), Self::with)
    }
}
