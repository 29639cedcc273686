//! Patterns over the words of a sentence: the one notation of all lexicons and rules.
//!
//! | notation | matches |
//! |---|---|
//! | `изъять` | the word in any of its forms |
//! | `изъять@noun` | only its forms of that class (`noun`, `verb`, `adj`, `plur`, `sing`, `part`, `short`) |
//! | `=под` | exactly this form |
//! | `нарко*` | any word with this beginning |
//! | `a\|b` | one of the alternatives |
//! | `слово?` | the word or nothing |
//! | `...` | up to four words, not across `,` `;` `:` or a dash |
//! | `<num>` | a number in digits |
//! | `A & B` | both parts, in any order, at most ten words apart; the mark lies on the first part |
//!
//! Patterns are looked up by their first word, so a token costs one hash look-up whatever their number.

use super::Language;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::morphology::Morphology;
use super::token::{Kind, TokenStream};
use super::vocabulary::{LemmaId, Sense, Vocabulary};
use super::word::{Fold, Word};
use std::ops::Range;
use std::sync::Arc;

/// Words that `...` may skip.
const GAP: usize = 4;
/// Words between the parts of `A & B`.
const WINDOW: usize = 10;

/// The words of which one has to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    /// Sorted.
    lemmas: Vec<LemmaId>,
    fold: Fold,
}

impl Choice {
    fn new(mut lemmas: Vec<LemmaId>) -> Self {
        lemmas.sort_unstable();
        lemmas.dedup();
        let fold = Fold::of(lemmas.iter().copied());
        Self { lemmas, fold }
    }

    /// The first reading of a token that is one of the words.
    #[inline]
    fn read(&self, text: &Annotated<'_, '_>, i: usize) -> Option<LemmaId> {
        let word = &text.words[i];
        if !self.fold.meets(word.fold) {
            return None;
        }
        let known = |lemma: &LemmaId| match self.lemmas.as_slice() {
            [one] => one == lemma,
            many => many.binary_search(lemma).is_ok(),
        };
        word.senses.iter().map(|sense| sense.lemma).find(known)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    Words(Choice),
    Number,
    Gap,
}

#[derive(Debug, Clone)]
struct Compiled {
    parts: Vec<Vec<Element>>,
    /// One word and nothing else, as most are: it matches wherever its lemma stands.
    single: bool,
    entry: u32,
    dimension: Dimension,
}

/// A pattern under the lemma of its first word.
#[derive(Debug, Clone, Copy)]
struct Entrance {
    pattern: u32,
    /// Two further lemmas without which it cannot match; [`NONE`] where it needs fewer.
    needs: [LemmaId; 2],
}

/// The patterns that begin with one lemma: most of them need the next word, too, and are found by it.
#[derive(Debug, Clone, Default)]
struct Entrances {
    /// By the lemma of the word that must follow at once, sorted.
    followed: Vec<(LemmaId, Entrance)>,
    /// The lemmas of these words.
    following: Fold,
    /// All others.
    others: Vec<Entrance>,
}

impl Entrances {
    /// Collects the patterns that may match in a sentence, in their order.
    fn candidates(&self, next: Option<&Word>, sentence: &Lemmas, found: &mut Vec<u32>) {
        let fits = |entrance: &&Entrance| entrance.needs.iter().all(|lemma| sentence.may_hold(*lemma));
        found.clear();
        found.extend(self.others.iter().filter(fits).map(|entrance| entrance.pattern));
        let Some(next) = next.filter(|next| self.following.meets(next.fold)) else { return };
        let others = found.len();
        for sense in &next.senses {
            let from = self.followed.partition_point(|(lemma, _)| *lemma < sense.lemma);
            let same = self.followed[from..].iter().take_while(|(lemma, _)| *lemma == sense.lemma);
            found.extend(same.map(|(_, entrance)| entrance).filter(fits).map(|entrance| entrance.pattern));
        }
        if found.len() > others {
            found.sort_unstable();
        }
    }
}

/// No lemma.
const NONE: LemmaId = LemmaId::MAX;

/// The first lemmas, beyond the first word, that stand without alternative.
fn needs(parts: &[Vec<Element>]) -> [LemmaId; 2] {
    let single = |element: &Element| match element {
        Element::Words(Choice { lemmas, .. }) if lemmas.len() == 1 => Some(lemmas[0]),
        _ => None,
    };
    let mut single = parts.iter().flatten().skip(1).filter_map(single);
    [single.next().unwrap_or(NONE), single.next().unwrap_or(NONE)]
}

/// The lemmas of a sentence, folded into a few words: what they do not hold is not there, what they hold may be.
struct Lemmas([u64; 64]);

impl Lemmas {
    fn of(text: &Annotated<'_, '_>, start: usize, end: usize) -> Self {
        let mut bits = [0; 64];
        for sense in (start..end).flat_map(|i| text.senses(i)) {
            bits[sense.lemma as usize / 64 % 64] |= 1 << (sense.lemma % 64);
        }
        Self(bits)
    }

    #[inline]
    fn may_hold(&self, lemma: LemmaId) -> bool {
        lemma == NONE || self.0[lemma as usize / 64 % 64] >> (lemma % 64) & 1 == 1
    }
}

/// The tokens of one text with what their language knows of them.
#[derive(Debug)]
pub struct Annotated<'a, 't> {
    /// The tokens.
    pub stream: &'a TokenStream<'t>,
    /// The morphology of their language.
    pub morphology: &'a dyn Morphology,
    words: Vec<Arc<Word>>,
}

impl<'a, 't> Annotated<'a, 't> {
    /// Looks every word up.
    pub fn new(stream: &'a TokenStream<'t>, language: &'a Language) -> Self {
        let morphology = language.morphology.as_ref();
        let lower = (0..stream.len()).map(|i| stream.lower(i));
        let words = language.words.of(lower, &language.lexicon.vocabulary, morphology);
        Self { stream, morphology, words }
    }

    /// The readings of a token.
    #[inline]
    pub fn senses(&self, i: usize) -> &[Sense] {
        &self.words[i].senses
    }

    /// The union of the features of a token's likely readings.
    #[inline]
    pub fn feats(&self, i: usize) -> Feats {
        self.words[i].feats(self.stream.lower(i), self.morphology)
    }
}

/// A found pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// What it stands for: the caller's number.
    pub entry: u32,
    /// The token that carries number and case.
    pub head: usize,
    /// The lemma matched there.
    pub lemma: LemmaId,
    /// Word class of what it stands for.
    pub dimension: Dimension,
    /// Number of pattern words matched, all parts together: longer patterns are more specific.
    pub weight: u16,
    /// First token of the last part of `A & B`.
    pub beside: Option<usize>,
}

/// A set of compiled patterns.
#[derive(Debug, Default)]
pub struct PatternSet {
    patterns: Vec<Compiled>,
    /// Patterns by the lemma of their first word.
    by_first: Vec<Entrances>,
    is_head_final: bool,
}

impl PatternSet {
    /// Compiles one pattern for `entry`.
    ///
    /// # Errors
    /// What is wrong with the notation.
    pub fn add(
        &mut self,
        notation: &str,
        (dimension, entry): (Dimension, u32),
        vocabulary: &mut Vocabulary,
        morphology: &dyn Morphology,
    ) -> Result<(), String> {
        self.is_head_final = morphology.is_head_final();
        let mut variants: Vec<Vec<Vec<Element>>> = vec![Vec::new()];
        for part in notation.split('&') {
            let mut expanded: Vec<Vec<Element>> = vec![Vec::new()];
            for word in part.split_whitespace() {
                let (word, optional) = match word.strip_suffix('?') {
                    Some(word) => (word, true),
                    None => (word, false),
                };
                let element = match word {
                    "..." => Element::Gap,
                    "<num>" => Element::Number,
                    _ if word.starts_with('<') => return Err(format!("`{word}`: unknown class")),
                    _ if word.split('|').any(|w| w.starts_with('=') && w.ends_with('*')) => {
                        return Err(format!("`{word}`: an exact form has no `*`"));
                    }
                    _ => {
                        Element::Words(Choice::new(word.split('|').map(|w| vocabulary.intern(w, morphology)).collect()))
                    }
                };
                let with = expanded.iter().map(|v| [v.as_slice(), std::slice::from_ref(&element)].concat());
                expanded = if optional { expanded.clone().into_iter().chain(with).collect() } else { with.collect() };
            }
            if expanded.iter().any(|v| !matches!(v.first(), Some(Element::Words(_))) || v.last() == Some(&Element::Gap))
            {
                return Err(format!("`{notation}`: a part begins with a word that is not optional, and ends with one"));
            }
            variants = variants
                .iter()
                .flat_map(|v| expanded.iter().map(move |e| [v.as_slice(), std::slice::from_ref(e)].concat()))
                .collect();
        }
        for parts in variants {
            let number = self.patterns.len() as u32;
            if let Some(Element::Words(words)) = parts.first().and_then(|p| p.first()) {
                for &word in &words.lemmas {
                    let word = word as usize;
                    if self.by_first.len() <= word {
                        self.by_first.resize_with(word + 1, Entrances::default);
                    }
                    let entrance = Entrance { pattern: number, needs: needs(&parts) };
                    let Entrances { followed, following, others } = &mut self.by_first[word];
                    match parts[0].get(1) {
                        Some(Element::Words(next)) => {
                            *following = following.and(next.fold);
                            for lemma in &next.lemmas {
                                let at = followed.partition_point(|(l, e)| (*l, e.pattern) < (*lemma, number));
                                followed.insert(at, (*lemma, entrance));
                            }
                        }
                        _ => others.push(entrance),
                    }
                }
            }
            let single = matches!(parts.as_slice(), [part] if part.len() == 1);
            self.patterns.push(Compiled { parts, single, entry, dimension });
        }
        Ok(())
    }

    /// Whether the language's phrases end with their head.
    pub fn is_head_final(&self) -> bool {
        self.is_head_final
    }

    /// Number of patterns, optional words expanded.
    pub fn len(&self) -> usize {
        self.patterns.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// All matches that begin within the token range, in text order.
    pub fn find(&self, text: &Annotated<'_, '_>, start: usize, end: usize) -> Vec<Mark> {
        let mut marks = Vec::with_capacity(end.saturating_sub(start));
        let mut matched: Vec<u32> = Vec::new();
        let mut candidates: Vec<u32> = Vec::new();
        let lemmas = Lemmas::of(text, start, end);
        for i in start..end {
            let senses = text.senses(i);
            matched.clear();
            for (n, sense) in senses.iter().enumerate() {
                let Some(entrances) = self.by_first.get(sense.lemma as usize) else { continue };
                if senses[..n].iter().any(|s| s.lemma == sense.lemma) {
                    continue;
                }
                let next = (i + 1 < end).then(|| &*text.words[i + 1]);
                entrances.candidates(next, &lemmas, &mut candidates);
                for number in &candidates {
                    if matched.contains(number) {
                        continue;
                    }
                    let pattern = &self.patterns[*number as usize];
                    let mark = if pattern.single {
                        let (head, lemma, weight, beside) = (i, sense.lemma, 1, None);
                        let (entry, dimension) = (pattern.entry, pattern.dimension);
                        Some(Mark { start: i, end: i + 1, entry, head, lemma, dimension, weight, beside })
                    } else {
                        self.try_at(pattern, &lemmas, text, i..end, start)
                    };
                    if let Some(mark) = mark {
                        matched.push(*number);
                        marks.push(mark);
                    }
                }
            }
        }
        marks
    }

    fn try_at(
        &self,
        pattern: &Compiled,
        lemmas: &Lemmas,
        text: &Annotated<'_, '_>,
        Range { start: i, end }: Range<usize>,
        start: usize,
    ) -> Option<Mark> {
        let mut head = None;
        let mut weight = 0;
        let last = self.is_head_final;
        let to = match_part(&pattern.parts[0], text, i, end, last, &mut head, &mut weight)?;
        let mut beside = None;
        for part in &pattern.parts[1..] {
            let Some(Element::Words(first)) = part.first() else { return None };
            if !first.lemmas.iter().any(|lemma| lemmas.may_hold(*lemma)) {
                return None;
            }
            let mut other = None;
            let from = words_away(text, (start..i).rev()).unwrap_or(start);
            let until = words_away(text, to..end).map_or(end, |t| t + 1);
            let opens = |at: usize| first.read(text, at).is_some();
            let found = (from..until).filter(|at| (*at < i || *at >= to) && opens(*at)).find(|&at| {
                match_part(part, text, at, end, last, &mut other, &mut weight).is_some_and(|e| e <= i || at >= to)
            })?;
            beside = Some(found);
        }
        let (head, lemma) = head?;
        let (entry, dimension) = (pattern.entry, pattern.dimension);
        Some(Mark { start: i, end: to, entry, head, lemma, dimension, weight, beside })
    }
}

/// The last of the tokens that is still in the window: figures and marks between do not count.
fn words_away(text: &Annotated<'_, '_>, tokens: impl Iterator<Item = usize>) -> Option<usize> {
    tokens.filter(|t| text.stream.token(*t).kind == Kind::Word).nth(WINDOW - 1)
}

/// Matches one part at a token; the head is the first word that can be a noun or a verb, else the first; in a
/// head-final language the last.
fn match_part(
    part: &[Element],
    text: &Annotated<'_, '_>,
    at: usize,
    end: usize,
    is_head_final: bool,
    head: &mut Option<(usize, LemmaId)>,
    weight: &mut u16,
) -> Option<usize> {
    let mut i = at;
    let (mut first, mut noun, mut last) = (None, None, None);
    let (mut gap, mut words_matched) = (0, 0);
    for element in part {
        match element {
            Element::Gap => gap = GAP,
            Element::Number => {
                let hit = (i..(i + gap + 1).min(end)).find(|&t| text.stream.token(t).kind == Kind::Number)?;
                i = hit + 1;
                gap = 0;
            }
            Element::Words(words) => {
                let mut hit = None;
                for t in i..(i + gap + 1).min(end) {
                    if let Some(lemma) = words.read(text, t) {
                        hit = Some((t, lemma));
                        break;
                    }
                    if text.stream.token(t).kind == Kind::Punct
                        && matches!(text.stream.lower(t), "," | ";" | ":" | "–" | "—")
                    {
                        break;
                    }
                }
                let (t, lemma) = hit?;
                let says = |s: &Sense| s.lemma == lemma && s.feats.any(Feats::NOUN | Feats::VERB);
                if !is_head_final && noun.is_none() && text.senses(t).iter().any(says) {
                    noun = hit;
                }
                // "его подчинённые": a participle for a noun, not whose it is.
                let whose = |(t, _): &(usize, LemmaId)| matches!(text.stream.lower(*t), "его" | "ее" | "её" | "их");
                first = first.filter(|f| !whose(f)).or(hit);
                last = hit;
                words_matched += 1;
                i = t + 1;
                gap = 0;
            }
        }
    }
    *weight += words_matched;
    *head = Some(if is_head_final { last? } else { noun.or(first)? });
    Some(i)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractor;
    use crate::knowledge::Knowledge;

    #[test]
    fn wrong_notations_are_told() {
        let extractor = Extractor::new(&Knowledge::embedded()).expect("data files");
        let russian = &extractor.russian;
        let add = |notation: &str| {
            let mut vocabulary = Vocabulary::new(russian.morphology.as_ref());
            let to = (Dimension::Object, 0);
            PatternSet::default().add(notation, to, &mut vocabulary, russian.morphology.as_ref())
        };
        for wrong in ["=нарко*", "груз =нарко*", "<word>", "груз ...", "... & груз"] {
            assert!(add(wrong).is_err(), "{wrong}");
        }
        for right in ["нарко*", "=груз", "груз ... =нарко", "груз <num>", "груз & нарко*"]
        {
            assert_eq!(add(right), Ok(()), "{right}");
        }
    }
}
