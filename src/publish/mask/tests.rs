//! The recogniser against its gold: `tests/names/{ru,kk}.txt`, sentences with the names in braces.

use super::*;
use proptest::prelude::*;

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

#[test]
fn masks_keep_the_sentence_readable() {
    let masker = Masker::new(&Knowledge::embedded()).expect("masker");
    let check = |text: &str, expect: &str| assert_eq!(masker.mask(text), expect);
    check("гр. А. Б. Ахметов осуждён", "гр. [имя] осуждён");
    check("осуждён Иванов Иван Иванович, 1980 г.р.", "осуждён [имя], 1980 г.р.");
    check("задержаны Абаев, Ким и Пак.", "задержаны [имя], [имя] и [имя].");
    check("Күдікті Нұрлан Сейіттің үйінен 2 кг есірткі", "Күдікті [есім] үйінен 2 кг есірткі");
    check("Айгуль (имя изменено) перевела 3 млн", "[имя] (имя изменено) перевела 3 млн");
    check("ТОО «Иванов и К» на улице Кунаева", "ТОО «Иванов и К» на улице Кунаева");
    check("В Байдибеке вернули похищенную кобылу", "В Байдибеке вернули похищенную кобылу");
    check("ушла двоим из Молокановки", "ушла двоим из Молокановки");
    check("Шымкент пен Қонаевта тәркіленді", "Шымкент пен Қонаевта тәркіленді");
    check("", "");
}

proptest! {
    /// Text never panics; what has no capital letter stays as it is; whatever is cut out, the rest stays in order.
    #[test]
    fn any_text_is_masked_without_harm(text in "[А-Яа-яЁёӘәҚқІіA-Za-z0-9 .,«»\"\n–-]{0,80}|\\PC{0,40}") {
        static MASKER: std::sync::LazyLock<Masker> =
            std::sync::LazyLock::new(|| Masker::new(&Knowledge::embedded()).expect("masker"));
        let masked = MASKER.mask(&text);
        if !text.chars().any(char::is_uppercase) {
            prop_assert_eq!(&*masked, &text);
        }
        let mut rest = text.as_str();
        for part in masked.split("[имя]").flat_map(|part| part.split("[есім]")) {
            let at = rest.find(part);
            prop_assert!(at.is_some(), "{} is no part of {}", part, rest);
            rest = &rest[at.unwrap_or_default() + part.len()..];
        }
    }
}
