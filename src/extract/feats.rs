//! Grammatical features as a bit set, shared by Russian and Kazakh.

use std::ops::{BitOr, BitOrAssign};

/// A set of features of one reading of a word form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Feats(pub u32);

impl Feats {
    /// Noun or proper noun.
    pub const NOUN: Self = Self(1);
    /// Verb, in any of its forms.
    pub const VERB: Self = Self(1 << 1);
    /// Adjective.
    pub const ADJ: Self = Self(1 << 2);
    /// Singular.
    pub const SING: Self = Self(1 << 3);
    /// Plural.
    pub const PLUR: Self = Self(1 << 4);
    /// Nominative.
    pub const NOM: Self = Self(1 << 5);
    /// Genitive.
    pub const GEN: Self = Self(1 << 6);
    /// Dative.
    pub const DAT: Self = Self(1 << 7);
    /// Accusative.
    pub const ACC: Self = Self(1 << 8);
    /// Instrumental.
    pub const INS: Self = Self(1 << 9);
    /// Locative, prepositional.
    pub const LOC: Self = Self(1 << 10);
    /// Finite verb form.
    pub const FINITE: Self = Self(1 << 11);
    /// Past tense.
    pub const PAST: Self = Self(1 << 12);
    /// Present tense.
    pub const PRES: Self = Self(1 << 13);
    /// Future tense.
    pub const FUT: Self = Self(1 << 14);
    /// Infinitive.
    pub const INF: Self = Self(1 << 15);
    /// Imperative.
    pub const IMP: Self = Self(1 << 16);
    /// Full participle.
    pub const PART: Self = Self(1 << 17);
    /// Short participle: a predicate.
    pub const SHORT: Self = Self(1 << 18);
    /// Converb.
    pub const CONV: Self = Self(1 << 19);
    /// Passive voice.
    pub const PASS: Self = Self(1 << 20);
    /// Active voice.
    pub const ACT: Self = Self(1 << 21);
    /// Negated by the form itself (Kazakh).
    pub const NEG: Self = Self(1 << 22);
    /// Conditional, optative, necessitative: not said to have happened.
    pub const IRREAL: Self = Self(1 << 23);
    /// Numeral.
    pub const NUM: Self = Self(1 << 24);
    /// Feminine.
    pub const FEM: Self = Self(1 << 25);
    /// Possessive (Kazakh).
    pub const POSS: Self = Self(1 << 26);
    /// Neuter.
    pub const NEUT: Self = Self(1 << 27);
    /// Imperfective aspect.
    pub const IMPF: Self = Self(1 << 28);
    /// Ablative (Kazakh).
    pub const ABL: Self = Self(1 << 29);
    /// A word of another class: adverb, preposition, conjunction, particle, pronoun.
    pub const OTHER: Self = Self(1 << 30);
    /// Conditional (Kazakh), which in news as often says "while" as "if".
    pub const COND: Self = Self(1 << 31);
    /// Any case.
    pub const CASES: Self =
        Self(Self::NOM.0 | Self::GEN.0 | Self::DAT.0 | Self::ACC.0 | Self::INS.0 | Self::LOC.0 | Self::ABL.0);

    /// Whether all features of `other` are present.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether it is a noun in every reading.
    pub const fn is_noun_alone(self) -> bool {
        self.has(Self::NOUN) && !self.any(Self(Self::VERB.0 | Self::ADJ.0 | Self::OTHER.0 | Self::NUM.0))
    }

    /// Whether any feature of `other` is present.
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Feats {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Feats {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
