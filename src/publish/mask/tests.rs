//! The recogniser against its gold: `tests/names/{ru,kk}.txt`, sentences with the names in braces.

use super::*;

/// What was found of a file's sentences, in words.
#[derive(Default, Debug)]
struct Score {
    sentences: usize,
    names: usize,
    masked_names: usize,
    others: usize,
    masked_others: usize,
}

impl Score {
    fn of(masker: &Masker, gold: &str) -> Self {
        let mut score = Self::default();
        for line in gold.lines().filter(|line| !line.starts_with('#')) {
            score.sentences += 1;
            let (mut text, mut inside) = (String::new(), Vec::new());
            for c in line.chars() {
                match c {
                    '{' => inside.push((text.len(), usize::MAX)),
                    '}' => inside.last_mut().expect("opened").1 = text.len(),
                    _ => text.push(c),
                }
            }
            let stream = TokenStream::new(&text);
            let persons = masker.find(&stream, is_kazakh(&text));
            let mut wrong = false;
            for (i, token) in stream.tokens().iter().enumerate() {
                if token.kind != crate::extract::token::Kind::Word {
                    continue;
                }
                let name = inside
                    .iter()
                    .any(|&(from, to)| from <= token.span.start as usize && (token.span.end as usize) <= to);
                let masked = persons.iter().any(|&(from, to)| (from..to).contains(&i));
                let (all, hit) = if name {
                    (&mut score.names, &mut score.masked_names)
                } else {
                    (&mut score.others, &mut score.masked_others)
                };
                *all += 1;
                *hit += usize::from(masked);
                wrong |= name != masked;
            }
            if wrong {
                println!("{line}\n    {}", masker.mask(&text));
            }
        }
        score
    }

    /// Share of the names' words that are masked.
    fn recall(&self) -> f64 {
        self.masked_names as f64 / self.names as f64
    }

    /// Share of the other words that are masked.
    fn loss(&self) -> f64 {
        self.masked_others as f64 / self.others as f64
    }
}

#[test]
fn names_are_masked_and_other_words_are_not() {
    let masker = Masker::new(&Knowledge::embedded()).expect("masker");
    let check = |gold: &str, least: usize| {
        let score = Score::of(&masker, gold);
        println!("{score:?} recall {:.4} loss {:.4}", score.recall(), score.loss());
        assert!(score.sentences >= least, "gold only grows");
        assert!(score.recall() >= 0.99, "recall {:.4}", score.recall());
        assert!(score.loss() <= 0.02, "other words masked {:.4}", score.loss());
    };
    check(include_str!("../../../tests/names/ru.txt"), 280);
    check(include_str!("../../../tests/names/kk.txt"), 140);
}
