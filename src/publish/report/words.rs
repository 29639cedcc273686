//! The report's words and figures in its three languages. Names of codes are in the code lists.

/// One language of the report.
#[derive(Debug)]
pub(super) struct Words {
    /// ISO 639-1.
    pub(super) code: &'static str,
    /// The language's own name.
    pub(super) name: &'static str,
    /// The dataset's title.
    pub(super) title: &'static str,
    /// What a sample says of itself.
    pub(super) sample: &'static str,
    /// Version.
    pub(super) version: &'static str,
    /// What the data are.
    pub(super) about: &'static str,
    /// Names of the main figures: events, articles, outlets, disputed, detained.
    pub(super) figures: [&'static str; 5],
    /// Heading, and what is counted: events over time.
    pub(super) over_time: [&'static str; 2],
    /// Heading, and what is counted: events by region.
    pub(super) by_region: [&'static str; 2],
    /// Heading, and what is counted: events by type.
    pub(super) by_type: [&'static str; 2],
    /// Heading, and what is counted: seizures by mass.
    pub(super) kilograms: [&'static str; 2],
    /// Heading, and what is counted: seizures of money.
    pub(super) tenge: [&'static str; 2],
    /// Heading of the stories.
    pub(super) stories: &'static str,
    /// Articles and outlets of a story.
    pub(super) coverage: [&'static str; 2],
    /// What there is where there is nothing.
    pub(super) nothing: &'static str,
    /// How to read the figures, a sentence each.
    pub(super) notes: [&'static str; 4],
    /// Licence of the data.
    pub(super) licence: &'static str,
    months: [&'static str; 12],
    group: char,
    point: char,
    powers: [&'static str; 2],
}

impl Words {
    /// A number with its thousands apart: none, one or two decimals, as its size needs.
    pub(super) fn number(&self, value: f64) -> String {
        let decimals = if value >= 100.0 || value.fract() == 0.0 { 0 } else { 2 };
        let printed = format!("{value:.decimals$}");
        let (whole, fraction) = printed.split_once('.').unwrap_or((&printed, ""));
        let mut text = String::new();
        for (at, digit) in whole.char_indices() {
            // Four digits need no separator in a table of Russian or Kazakh, but figures in a column do.
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(self.group);
            }
            text.push(digit);
        }
        let fraction = fraction.trim_end_matches('0');
        if !fraction.is_empty() {
            text.push(self.point);
            text += fraction;
        }
        text
    }

    /// A number that may be large: millions and billions by name.
    pub(super) fn amount(&self, value: f64) -> String {
        let (scaled, power) = match value {
            v if v >= 1e9 => (v / 1e9, self.powers[1]),
            v if v >= 1e6 => (v / 1e6, self.powers[0]),
            v => return self.number(v),
        };
        format!("{}\u{a0}{power}", self.number((scaled * 10.0).round() / 10.0))
    }

    /// A month since year 0, as [`super::figures::month`] counts.
    pub(super) fn month(&self, month: i32) -> String {
        format!("{} {}", self.months[month.rem_euclid(12) as usize], month.div_euclid(12))
    }
}

/// The languages, the report's first one first.
pub(super) const LANGUAGES: [Words; 3] = [
    Words {
        code: "en",
        name: "English",
        title: "dalel: law-enforcement results in Kazakhstan",
        sample: "This is a sample, made to show the tables: its articles, outlets and part of its figures are invented. Do not cite it.",
        version: "Version",
        about: "Results that Kazakhstan's authorities announced, extracted from news in Russian and Kazakh. They are what was reported, not statistics of crime.",
        figures: [
            "events",
            "articles read",
            "outlets",
            "events on whose figure outlets disagree",
            "persons detained in single operations",
        ],
        over_time: ["Over time", "Events by time of first report"],
        by_region: ["By region", "Events by region; an event that names two regions counts for both"],
        by_type: ["By kind of result", "Events by type"],
        kilograms: ["Seized, by mass", "Kilograms seized in single operations"],
        tenge: ["Seized, by value", "Tenge seized in single operations, not adjusted for inflation"],
        stories: "Most reported stories",
        coverage: ["articles", "outlets"],
        nothing: "There are none in this release.",
        notes: [
            "Sums add single operations only; statistics over a period and parts of a total are left out, since they overlap.",
            "Results without a figure are counted as events, and add nothing to sums.",
            "Announced results are not convictions, and what nobody reports is not here. A region with more news has more events.",
            "Persons' names are masked in headlines.",
        ],
        licence: "Data: CC BY 4.0.",
        months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        group: ',',
        point: '.',
        powers: ["mn", "bn"],
    },
    Words {
        code: "ru",
        name: "Русский",
        title: "dalel: результаты правоохранительных органов Казахстана",
        sample: "Это образец, показывающий таблицы: его статьи, издания и часть чисел вымышлены. Не цитируйте его.",
        version: "Версия",
        about: "Результаты, о которых объявили органы Казахстана, извлечённые из новостей на русском и казахском языках. Это сообщения прессы, а не статистика преступности.",
        figures: [
            "событий",
            "статей прочитано",
            "изданий",
            "событий, о числах которых издания расходятся",
            "человек задержано в отдельных операциях",
        ],
        over_time: ["По времени", "События по времени первого сообщения"],
        by_region: ["По регионам", "События по регионам; событие, где названы два региона, учтено в обоих"],
        by_type: ["По виду результата", "События по видам"],
        kilograms: ["Изъято по массе", "Изъято в отдельных операциях, кг"],
        tenge: ["Изъято по стоимости", "Изъято в отдельных операциях, тенге без поправки на инфляцию"],
        stories: "Самые освещаемые сюжеты",
        coverage: ["статей", "изданий"],
        nothing: "В этом выпуске таких нет.",
        notes: [
            "Складываются только отдельные операции; статистика за период и части целого не учтены, чтобы ничего не посчитать дважды.",
            "Результаты без числа учтены как события и ничего не прибавляют к суммам.",
            "Объявленный результат — не приговор; о чём никто не сообщил, того здесь нет. Где больше новостей, там больше событий.",
            "Имена людей в заголовках скрыты.",
        ],
        licence: "Данные: CC BY 4.0.",
        months: ["янв.", "февр.", "март", "апр.", "май", "июнь", "июль", "авг.", "сент.", "окт.", "нояб.", "дек."],
        group: '\u{a0}',
        point: ',',
        powers: ["млн", "млрд"],
    },
    Words {
        code: "kk",
        name: "Қазақша",
        title: "dalel: Қазақстан құқық қорғау органдарының нәтижелері",
        sample: "Бұл — кестелерді көрсетуге арналған үлгі: мақалалары, басылымдары және сандарының бір бөлігі ойдан шығарылған. Оған сілтеме жасамаңыз.",
        version: "Нұсқа",
        about: "Қазақстан органдары жариялаған, орыс және қазақ тіліндегі жаңалықтардан алынған нәтижелер. Бұл — баспасөз хабарлары, қылмыс статистикасы емес.",
        figures: [
            "оқиға",
            "мақала оқылды",
            "басылым",
            "саны туралы басылымдар келіспейтін оқиға",
            "адам жеке операцияларда ұсталды",
        ],
        over_time: ["Уақыт бойынша", "Алғашқы хабарланған уақыты бойынша оқиғалар"],
        by_region: ["Өңірлер бойынша", "Өңірлер бойынша оқиғалар; екі өңір аталған оқиға екеуінде де есептеледі"],
        by_type: ["Нәтиже түрі бойынша", "Түрлер бойынша оқиғалар"],
        kilograms: ["Алып қойылғаны, салмағы бойынша", "Жеке операцияларда алынғаны, кг"],
        tenge: ["Алып қойылғаны, құны бойынша", "Жеке операцияларда алынғаны, инфляцияға түзетілмеген теңге"],
        stories: "Ең көп жазылған сюжеттер",
        coverage: ["мақала", "басылым"],
        nothing: "Бұл шығарылымда ондайлар жоқ.",
        notes: [
            "Тек жеке операциялар қосылады; кезең статистикасы мен жалпы санның бөліктері екі рет саналмас үшін есепке алынбайды.",
            "Саны жоқ нәтижелер оқиға ретінде есептеледі, бірақ қосындыға ештеңе қоспайды.",
            "Жарияланған нәтиже үкім емес; ешкім хабарламаған нәрсе мұнда жоқ. Жаңалығы көп өңірде оқиға да көп.",
            "Тақырыптардағы адам есімдері жасырылған.",
        ],
        licence: "Деректер: CC BY 4.0.",
        months: ["қаң.", "ақп.", "нау.", "сәу.", "мам.", "мау.", "шіл.", "там.", "қыр.", "қаз.", "қар.", "жел."],
        group: '\u{a0}',
        point: ',',
        powers: ["млн", "млрд"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_their_language() {
        let [en, ru, _] = &LANGUAGES;
        let check = |words: &Words, value: f64, expect: &str| assert_eq!(words.number(value), expect);
        check(en, 0.0, "0");
        check(en, 58.56, "58.56");
        check(en, 1_234_567.0, "1,234,567");
        check(ru, 1_234.5, "1\u{a0}234");
        check(ru, 0.5, "0,5");
        assert_eq!(en.amount(14.3e9), "14.3\u{a0}bn");
        assert_eq!(ru.amount(4.8e6), "4,8\u{a0}млн");
        assert_eq!(ru.amount(385_000.0), "385\u{a0}000");
        assert_eq!(en.month(2025 * 12), "Jan 2025");
    }
}
