use super::*;
use crate::extract::Extractor;
use crate::record::Article;
use crate::stage::Map;

fn extractor() -> Extractor {
    Extractor::new(&Knowledge::embedded()).expect("data files")
}

fn cyrillic(script: &Script, text: &str) -> String {
    script.respell(text, text, true).map_or_else(|| text.to_owned(), |r| r.text)
}

#[test]
fn the_examples_of_the_data_file() {
    let extractor = extractor();
    for example in extractor.script.examples() {
        assert_eq!(extractor.script.spelling(&example.latin), Some(example.spelling.as_str()), "{}", example.latin);
        assert_eq!(cyrillic(&extractor.script, &example.latin), example.cyrillic);
    }
}

#[test]
fn letters_that_look_alike() {
    let extractor = extractor();
    let check = |text: &str, expect: &str| assert_eq!(cyrillic(&extractor.script, text), expect);
    check("Қылмыcтық ic қозғалды, 5-i ұсталды", "Қылмыстық іс қозғалды, 5-і ұсталды");
    check("Ќазаќстанда Telegram-арна, IT-компания, iPhone", "Қазақстанда Telegram-арна, IT-компания, iPhone");
    assert!(extractor.script.respell("Қылмыстық іс қозғалды", "Қылмыстық іс қозғалды", true).is_none());
    assert!(
        extractor
            .script
            .respell("Kaspi Bank, WhatsApp және iPhone 15", "Kaspi Bank, WhatsApp және iPhone 15", true)
            .is_none()
    );
}

#[test]
fn spans_lead_back() {
    let extractor = extractor();
    let text = "Shymkentte qylmystyq is qozǵaldy.\nЕкi адам";
    let respelled = extractor.script.respell(text, text, true).expect("respelled");
    for (cyrillic, printed) in [("Шымкентте", "Shymkentte"), ("қозғалды", "qozǵaldy"), ("Екі адам", "Екi адам")]
    {
        let at = respelled.text.find(cyrillic).expect(cyrillic) as u32;
        let span = Span::new(at, at + cyrillic.len() as u32);
        assert_eq!(respelled.printed(span).of(text), printed);
    }
}

/// Each sentence as it is printed in several alphabets, and what all must give.
#[test]
fn latin_articles_give_what_cyrillic_ones_give() {
    let extractor = extractor();
    let articles = [
        [
            "Шымкентте полиция екі адамды ұстады. Тінту кезінде 3 келі марихуана мен үш ұялы телефон тәркіленді. Қылмыстық іс қозғалды.",
            "Şymkentte polisiia ekı adamdy ūstady. Tıntu kezınde 3 kelı marihuana men üş ūialy telefon tärkılendı. Qylmystyq ıs qozğaldy.",
            "Shymkentte polıtsııa eki adamdy ustady. Tintý kezinde 3 keli marıhýana men úsh uıaly telefon tárkilendi. Qylmystyq is qozǵaldy.",
            "S’ymkentte polici’ya eki adamdy ustady. Tinty’ kezinde 3 keli mari’hy’ana men u’s’ ui’aly telefon ta’rkilendi. Qylmystyq is qozg’aldy.",
            "Şımkentte polïcïya eki adamdı ustadı. Tintw kezinde 3 keli marïxwana men üş uyalı telefon tärkilendi. Qılmıstıq is qozğaldı.",
            "Шымкентте полиция eкi адамды ұстады. Тiнту кезiнде 3 келi мaрихуана мен үш ұялы телефон тәркiлендi. Қылмыстық ic қозғалды.",
        ],
        [
            "Алаяқтардан 45 миллион теңге залал келген. Сот айыпталушыны 5 жылға бас бостандығынан айырды.",
            "Alaiaqtardan 45 million teñge zalal kelgen. Sot aiyptaluşyny 5 jylğa bas bostandyğynan aiyrdy.",
            "Alaıaqtardan 45 mıllıon teńge zalal kelgen. Sot aıyptalýshyny 5 jylǵa bas bostandyǵynan aıyrdy.",
            "Alai’aqtardan 45 mi’lli’on ten’ge zalal kelgen. Sot ai’yptaly’s’yny 5 jylg’a bas bostandyg’ynan ai’yrdy.",
            "Alayaqtardan 45 mïllïon teñge zalal kelgen. Sot ayıptalwşını 5 jılğa bas bostandığınan ayırdı.",
            "Алаяқтaрдан 45 миллиoн теңге залал келгeн. Coт айыпталушыны 5 жылғa бас бостандығынан айырды.",
        ],
    ];
    for texts in articles {
        let mentions = |text: &str| {
            let article = Article { language: Some("kk".into()), text: text.to_owned(), ..Article::default() };
            let kept = extractor.map(&article).kept;
            for m in &kept {
                assert_eq!(m.evidence_span.of(text), m.evidence);
                assert!(text.contains(&m.trigger), "{}", m.trigger);
            }
            let mut coded: Vec<String> = kept
                .iter()
                .map(|m| format!("{} {} {:?} {:?} {:?}", m.event_type, m.object, m.value, m.unit, m.region))
                .collect();
            coded.sort();
            coded
        };
        let expected = mentions(texts[0]);
        assert!(expected.len() > 1, "{expected:?}");
        for text in &texts[1..] {
            assert_eq!(mentions(text), expected, "{text}");
        }
    }
}

#[test]
fn a_quotation_is_read_in_its_own_language() {
    let extractor = extractor();
    let text = "Атырауда полиция үш адамды ұстады, деп хабарлады облыстық департамент.\nВ ходе обыска изъято 12 килограммов красной икры и два автомобиля, задержанные водворены в изолятор.";
    let article = Article { language: Some("kk".into()), text: text.to_owned(), ..Article::default() };
    let found = extractor.map(&article).kept;
    assert!(found.iter().any(|m| &*m.event_type == "detention" && m.value == Some(3.0)));
    let seized =
        found.iter().find(|m| &*m.event_type == "seizure" && m.value == Some(12.0)).expect("the quotation's figure");
    assert_eq!(seized.evidence_span.of(text), seized.evidence);
}
