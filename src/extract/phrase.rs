//! Noun phrases of a head-final language: which noun of a chain is meant, which only describes.
//!
//! In Kazakh what describes stands before what is described: `20 есірткі арнасы` counts channels, not drugs;
//! `көлік иесі` is an owner; `мал соятын орын` is a place; and an amount in the genitive tells what the next
//! noun is worth: `9 млрд теңгенің мүлкі`.

use super::argument::{Argument, Scene};
use super::feats::Feats;
use super::lexicon::Dimension;
use super::noun;
use super::pattern::Mark;
use super::quantity::Quantity;
use super::token::{Caps, Kind};

/// The noun that a chain of nouns ends in: each is followed at once by one that it possesses.
pub fn chain_head(scene: &Scene<'_>, nouns: &[Mark], mut i: usize) -> usize {
    while let Some(next) = nouns.get(i + 1)
        && next.start == nouns[i].end
        && (next.dimension == nouns[i].dimension || is_owner(scene, next))
        && (scene.feats(next).has(Feats::POSS) || is_kind_of_offence(scene, &nouns[i], next))
        && is_unmarked(scene.feats(&nouns[i]))
        && !is_case_of_money(scene, &nouns[i], next)
    {
        i += 1;
    }
    i
}

/// `алаяқтық сайт`: the offence only tells which sites.
fn is_kind_of_offence(scene: &Scene<'_>, noun: &Mark, next: &Mark) -> bool {
    let code = |m: &Mark| scene.lexicon.entries[m.entry as usize].code.clone();
    code(noun).as_ref() == "offence" && !matches!(code(next).as_ref(), "offence" | "money" | "criminal_case")
}

/// `100 дерек шетел валютасына тиесілі`: the facts are counted, not the money.
fn is_case_of_money(scene: &Scene<'_>, noun: &Mark, next: &Mark) -> bool {
    let code = |m: &Mark| scene.lexicon.entries[m.entry as usize].code.clone();
    code(noun).as_ref() == "offence" && code(next).as_ref() == "money"
}

/// Words of a campaign's name before or behind a noun of it, and between it and the word for the campaign.
const CAMPAIGN_NAME: usize = 4;

/// `6481 қару иесі`: owners are counted; `19 телефон иесіне қайтарылды`: telephones are.
fn is_owner(scene: &Scene<'_>, next: &Mark) -> bool {
    // `9 мың мал иесін тапты`: the owner is a word of the trigger.
    let said = |m: &Mark| m.dimension == Dimension::Trigger && m.start == next.start && m.end > next.end;
    next.dimension == Dimension::Person
        && !scene.feats(next).any(Feats::DAT | Feats::LOC | Feats::ABL | Feats::INS)
        && !scene.marks.iter().any(said)
}

pub(super) fn is_unmarked(feats: Feats) -> bool {
    feats.has(Feats::NOM) && !feats.any(Feats::POSS | Feats::GEN | Feats::DAT | Feats::ACC | Feats::LOC | Feats::ABL)
}

/// Whether a word of that kind stands straight behind a noun.
fn followed(scene: &Scene<'_>, noun: &Mark, kind: &str) -> bool {
    let of_kind = |m: &Mark| scene.lexicon.entries[m.entry as usize].code.as_ref() == kind;
    scene.marks.iter().any(|m| m.start == noun.end && m.dimension == Dimension::Modality && of_kind(m))
}

/// Whether a thing's noun only describes the word after it: `пирамида белгісі`, `көлік жуатын орын`. Its
/// trigger describes nothing.
pub fn is_modifier(scene: &Scene<'_>, noun: &Mark) -> bool {
    let next = noun.end;
    if next < scene.end && matches!(scene.text.stream.lower(next), "қарсы" | "қатысты") {
        // "киберқылмысқа қарсы департамент", "ұрлыққа қатысты 12 қылмыс": what is fought is no result.
        return true;
    }
    if followed(scene, noun, "negation_after") {
        // "акциз маркасы жоқ 3 480 бөтелке": what is missing.
        return true;
    }
    let genitive = scene.feats(noun).has(Feats::GEN) && next < scene.end;
    if genitive && scene.text.stream.token(next).kind == Kind::Number {
        // "заңнаманы бұзудың 418 дерегі": the figure's noun is meant.
        let code = scene.lexicon.entries[noun.entry as usize].code.as_ref();
        return code == "offence"
            && scene.marks.iter().any(|m| {
                let entry = &scene.lexicon.entries[m.entry as usize];
                (next + 1..next + 4).contains(&m.start)
                    && m.dimension == Dimension::Object
                    && entry.code.as_ref() == code
            });
    }
    if next >= scene.end || scene.text.stream.token(next).kind != Kind::Word || !is_unmarked(scene.feats(noun)) {
        return false;
    }
    let is_known = scene.marks.iter().any(|m| {
        m.start == next
            && matches!(
                m.dimension,
                Dimension::Trigger | Dimension::Numeral | Dimension::Unit | Dimension::Qualifier | Dimension::Modality
            )
            && scene.lexicon.entries[m.entry as usize].code.as_ref() != "worth_before"
    });
    let lower = scene.text.stream.lower(next);
    // "Қылмыстық топ Ұлытау облысында ұсталды": a name begins another phrase.
    let caps = |i: usize| scene.text.stream.token(i).caps;
    if caps(next) != Caps::Lower && caps(noun.end - 1) == Caps::Lower {
        return false;
    }
    !is_known && (scene.text.morphology.is_possessed(lower) || scene.text.morphology.governs(lower))
}

/// The thing whose worth an amount in the genitive or with `тұратын`, `болатын` tells: `9 млрд теңгенің мүлкі`.
pub fn thing_worth(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark]) -> Option<usize> {
    let last = quantity.end.checked_sub(1)?;
    let cue = |i: usize| {
        scene.marks.iter().any(|m| {
            m.start == i && {
                let entry = &scene.lexicon.entries[m.entry as usize];
                m.dimension == Dimension::Modality && entry.code.as_ref() == "worth"
            }
        })
    };
    if let Some(found) = worth_before(scene, quantity, nouns) {
        return Some(found);
    }
    let genitive = (quantity.figure..=last).any(|i| {
        scene.text.senses(i).iter().any(|s| s.feats.any(Feats::GEN)) && scene.text.stream.token(i).kind == Kind::Word
    });
    // "15 млн теңгеден асатын жанармай": the qualifier says the worth, too.
    let priced = (quantity.figure..=quantity.end + 1).any(|i| i < scene.end && cue(i));
    // "500 млн теңгеден астам мүлік", "2 млрд теңгелік тауар": the noun that follows at once has that worth.
    let adjoined = scene.marks.iter().any(|m| {
        let price = m.dimension == Dimension::Modality && scene.entry(m).code.as_ref() == "priced";
        m.end == quantity.end && (m.dimension == Dimension::Qualifier || price && m.start == last)
    });
    if adjoined && let Some(found) = nouns.iter().position(|n| n.start == quantity.end) {
        let found = chain_head(scene, nouns, found);
        return is_worthy(scene, &nouns[found]).then_some(found);
    }
    if !genitive && !priced {
        return None;
    }
    let reach = quantity.end + if genitive { 3 } else { 6 };
    let found = nouns.iter().position(|n| n.start >= quantity.end && n.start <= reach)?;
    let found = chain_head(scene, nouns, found);
    is_worthy(scene, &nouns[found]).then_some(found)
}

/// `тауардың құны – 190 млн теңге`: the noun before the word for worth, else the last thing before it.
fn worth_before(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark]) -> Option<usize> {
    let cue = scene.marks.iter().find(|m| {
        m.end <= quantity.start && quantity.start - m.end <= 2 && {
            let entry = &scene.lexicon.entries[m.entry as usize];
            m.dimension == Dimension::Modality && entry.code.as_ref() == "worth_before"
        }
    })?;
    let found = nouns.iter().rposition(|n| n.end <= cue.start && is_worthy(scene, n))?;
    let words = (nouns[found].end..cue.start).filter(|i| scene.text.stream.token(*i).kind == Kind::Word);
    (words.count() <= 3).then_some(found)
}

/// The noun that a figure counts, `found` beside it, else the whole of which it is a part. `543-іне айыппұл салынды`: a
/// sum has a currency, these are persons.
pub fn counted_noun(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark], found: Option<usize>) -> Option<usize> {
    let is_sum = |i: usize| scene.lexicon.entries[nouns[i].entry as usize].code.as_ref() == "money";
    match found {
        None => whole_noun(scene, quantity, nouns),
        Some(i) if quantity.unit.is_none() && !quantity.scaled && is_sum(i) => None,
        found => found,
    }
}

/// The noun in the genitive whose part a figure tells: `малдың 20-сы`, `айыпталушылардың төртеуі`.
pub fn whole_noun(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark]) -> Option<usize> {
    let found = nouns.iter().rposition(|n| n.end == quantity.start)?;
    let possessed = scene.text.senses(quantity.end - 1).iter().any(|s| s.feats.has(Feats::POSS));
    let part = quantity.has_suffix
        || possessed
        || is_collective(scene, quantity)
        || is_spelt_part(scene, quantity, &nouns[found..=found]);
    (scene.feats(&nouns[found]).has(Feats::GEN) && part).then_some(found)
}

/// `телефонның он екісі`: the numeral in words possesses, and its whole stands before it.
pub fn is_spelt_part(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark]) -> bool {
    let last = quantity.end - 1;
    let lower = scene.text.stream.lower(last);
    let possessed = ["сы", "сі", "сын", "сін", "сына", "сіне"].iter().any(|e| lower.ends_with(e));
    let whole = |m: &Mark| m.end == quantity.start && scene.feats(m).has(Feats::GEN);
    quantity.unit.is_none()
        && !quantity.scaled
        && scene.text.stream.token(last).kind == Kind::Word
        && possessed
        && nouns.iter().any(whole)
}

/// `тоғызы`, `екеуі`: a numeral that stands for those it counts.
pub fn is_collective(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let counts = |m: &Mark| m.dimension == Dimension::Person && scene.entry(m).value.is_some();
    scene.marks.iter().any(|m| m.start >= quantity.figure && m.end == quantity.end && counts(m))
}

/// `екі тексеруші`: a counted noun that no lexicon knows, but its ending says that it is a person.
pub fn is_counted_agent(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let next = quantity.end;
    next < scene.end
        && !quantity.scaled
        && scene.text.stream.token(next).caps == Caps::Lower
        && scene.text.morphology.is_agent(scene.text.stream.lower(next))
        && !scene.marks.iter().any(|m| m.start <= next && next < m.end && m.dimension != Dimension::Topic)
}

/// `Үшеуінің мүлкі`: so many own it.
pub fn is_number_of_owners(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let lower = scene.text.stream.lower(quantity.end - 1);
    // "үшеуінен есірткі тапты": from so many.
    let cases = ["ның", "нің", "нан", "нен", "дан", "ден", "тан", "тен"];
    quantity.unit.is_none() && cases.iter().any(|e| lower.ends_with(e)) && is_collective(scene, quantity)
}

/// Whether a noun is of things that have a price.
fn is_worthy(scene: &Scene<'_>, noun: &Mark) -> bool {
    let code = scene.lexicon.entries[noun.entry as usize].code.as_ref();
    matches!(scene.classes.class(code), "drug" | "goods")
        || matches!(
            code,
            "property" | "real_estate" | "land" | "vehicle" | "jewellery" | "securities" | "cryptocurrency"
        )
}

/// `46 млрд теңгенің 31 млрд теңгесі`: the first figure is the whole of which the second is told.
pub fn is_whole(scene: &Scene<'_>, quantity: &Quantity, next: Option<&Quantity>) -> bool {
    next.is_some_and(|n| n.start == quantity.end)
        && quantity.end > quantity.figure
        && scene.text.senses(quantity.end - 1).iter().any(|s| s.feats.has(Feats::GEN))
}

/// `бірнеше атыс қаруы`: a word for "several" within the two words before.
pub fn is_several(scene: &Scene<'_>, noun: &Mark) -> bool {
    scene.marks.iter().any(|m| {
        m.end <= noun.start && noun.start - m.end <= 1 && m.start >= scene.start && {
            let entry = &scene.lexicon.entries[m.entry as usize];
            m.dimension == Dimension::Modality && entry.code.as_ref() == "several"
        }
    })
}

/// `19, 22 және 23 жастағы үш дос`, `в возрасте 28 и 30 лет`, `2008 и 2009 годов рождения`: bare figures joined
/// to an age are ages, those joined to a year are years.
pub fn is_age_list(scene: &Scene<'_>, quantities: &[Quantity], n: usize) -> bool {
    let joins =
        |i: usize| matches!(scene.text.stream.lower(i), "," | "және" | "мен" | "пен" | "бен" | "–" | "-" | "и" | "до");
    let mut i = n;
    while quantities[i].unit.is_none()
        && let Some(next) = quantities.get(i + 1)
        && next.start == quantities[i].end + 1
        && joins(quantities[i].end)
    {
        if next.unit.as_deref() == Some("age") {
            return true;
        }
        i += 1;
    }
    let quantity = &quantities[n];
    if quantity.unit.is_some() || quantity.scaled {
        return false;
    }
    let year = |text: &str| text.parse::<u16>().is_ok_and(|y| (1930..=2035).contains(&y));
    let beside_year = quantity.end + 1 < scene.end
        && joins(quantity.end)
        && year(scene.text.stream.lower(quantity.figure))
        && year(scene.text.stream.lower(quantity.end + 1));
    let mut first = n;
    while first > 0 && quantities[first - 1].end + 1 == quantities[first].start && joins(quantities[first - 1].end) {
        first -= 1;
    }
    let told = scene.marks.iter().any(|m| {
        let entry = scene.entry(m);
        let from = quantities[first].start;
        m.dimension == Dimension::Qualifier
            && entry.code.as_ref() == "age"
            && m.start >= scene.start
            && m.end <= quantities[first].figure
            && from.saturating_sub(m.end) <= 2
    });
    beside_year || told
}

/// `қойлардың барлығы`: the genitive is of the word for all.
pub fn is_all_of(scene: &Scene<'_>, noun: &Mark) -> bool {
    scene.marks.iter().any(|m| {
        m.start == noun.end
            && m.dimension == Dimension::Anaphora
            && scene.lexicon.entries[m.entry as usize].code.as_ref() == "all"
    })
}

/// A possessed scale word without noun: the sum is of what was spoken of, in Kazakhstan's money unless told.
pub fn partitive_sum(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    scene.lexicon.patterns.is_head_final()
        && quantity.scaled
        && quantity.value >= 1e6
        && quantity.end > quantity.figure
        && scene.text.senses(quantity.end - 1).iter().any(|s| s.feats.has(Feats::POSS))
}

/// `18 тапанша мен мылтық`: two nouns of one kind joined share the figure before the first.
pub fn shares_figure(scene: &Scene<'_>, nouns: &[Mark], used: &[bool], i: usize) -> bool {
    let Some(before) = i.checked_sub(1).filter(|b| used[*b]) else { return false };
    let code = |n: usize| &scene.lexicon.entries[nouns[n].entry as usize].code;
    nouns[before].end + 1 == nouns[i].start
        && matches!(scene.text.stream.lower(nouns[before].end), "мен" | "пен" | "бен" | "және")
        && code(before) == code(i)
}

/// `19 адамды алдаған әйел`, `үш тұрғыны мінген көліктен`: the participle that follows at once, no result itself, is
/// what was done to them, or what they did with the thing behind it.
pub fn is_object_of_participle(scene: &Scene<'_>, noun: &Mark) -> bool {
    let feats = scene.feats(noun);
    let next = noun.end;
    let acted_on = feats.has(Feats::ACC) && !feats.has(Feats::NOM);
    let thing = |m: &Mark| m.start == next + 1 && m.dimension == Dimension::Object;
    next < scene.end
        && (acted_on || feats.has(Feats::NOM) && scene.marks.iter().any(thing))
        && scene.text.stream.token(next).kind == Kind::Word
        // "екі жігітті Талдықорғанның соты": a name that only ends like a participle.
        && scene.text.stream.token(next).caps == Caps::Lower
        && scene.text.feats(next).has(Feats::PART)
        && !scene.marks.iter().any(|m| m.start <= next && next < m.end && m.dimension == Dimension::Trigger)
}

/// `26 мал қамайтын орын`: what the participle behind it is for is not counted.
pub fn is_purpose(scene: &Scene<'_>, noun: &Mark) -> bool {
    let next = noun.end;
    next + 1 < scene.end
        && is_unmarked(scene.feats(noun))
        && scene.text.feats(next).has(Feats::PART | Feats::IRREAL)
        && scene.text.stream.token(next + 1).kind == Kind::Word
}

/// `жүргізушіге шабуыл жасаған үш жігіт`: who is named in the phrase of a participle that describes another person.
pub fn is_in_participle_phrase(scene: &Scene<'_>, noun: &Mark) -> bool {
    let feats = scene.feats(noun);
    let stream = scene.text.stream;
    if !feats.any(Feats::DAT | Feats::ACC | Feats::ABL) || feats.has(Feats::NOM) {
        return false;
    }
    let near =
        |from: usize, n: usize| (from..scene.end.min(from + n)).take_while(|i| stream.token(*i).kind != Kind::Punct);
    let participle = near(noun.end, 3).find(|i| {
        let feats = scene.text.feats(*i);
        let trigger = scene.marks.iter().any(|m| m.start <= *i && *i < m.end && m.dimension == Dimension::Trigger);
        feats.has(Feats::PART) && !trigger && stream.token(*i).caps == Caps::Lower
    });
    let person = |at: usize| scene.marks.iter().any(|m| m.start == at && m.dimension == Dimension::Person);
    participle.is_some_and(|at| near(at + 1, 3).any(person))
}

/// `«Мал ұрысы» жедел-профилактикалық іс-шарасы`: what a campaign is called is nobody and nothing of its own.
pub fn is_campaign_name(scene: &Scene<'_>, noun: &Mark) -> bool {
    let quote = |i: usize| matches!(scene.text.stream.lower(i), "«" | "»" | "\"" | "“" | "”" | "„");
    let opened = (noun.start.saturating_sub(CAMPAIGN_NAME).max(scene.start)..noun.start).any(quote);
    let Some(closed) = (noun.end..scene.end.min(noun.end + CAMPAIGN_NAME)).find(|i| quote(*i)) else { return false };
    let campaign = |m: &&Mark| m.dimension == Dimension::Scope && scene.entry(m).code.as_ref() == "campaign";
    opened && scene.marks.iter().filter(campaign).any(|m| (closed + 1..=closed + CAMPAIGN_NAME).contains(&m.start))
}

/// `5 700 дроппердің картасы`: as many cards as their owners.
pub fn owned(scene: &Scene<'_>, nouns: &[Mark], i: usize) -> Option<usize> {
    let next = nouns.get(i + 1)?;
    let code = scene.lexicon.entries[next.entry as usize].code.as_ref();
    (next.start == nouns[i].end
        && scene.feats(&nouns[i]).has(Feats::GEN)
        && scene.feats(next).has(Feats::POSS)
        && matches!(code, "bank_card" | "bank_account" | "vehicle" | "phone_number" | "online_account"))
    .then_some(i + 1)
}

/// `соның 41-ін`, `29-ы`: the figure possesses, so it is a part of what was counted before.
pub fn is_part(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let suffix = scene.text.stream.number_parts(quantity.end.max(1) - 1).1.unwrap_or_default();
    // "240-ына қатысты талап арыз": as many claims as the part has.
    if scene.text.stream.lower_or_empty(quantity.end) == "қатысты" {
        return false;
    }
    let case = ["ын", "ін", "сын", "сін", "ына", "іне", "сына", "сіне", "ның", "нің"];
    matches!(suffix, "ы" | "і" | "сы" | "сі" | "еуі" | "ауы" | "еуін" | "ауын" | "уі" | "уы" | "уін" | "уын")
        || case.contains(&suffix)
}

/// `істердің 31-і`, `адамның 12-сіне`, `балықтың 3 тоннасы`: the case of the part is that of the figure or its unit.
pub fn case_of_part(scene: &Scene<'_>, quantity: &Quantity) -> Feats {
    if !quantity.has_suffix {
        let unit =
            (quantity.figure..quantity.end).flat_map(|i| scene.text.senses(i)).filter(|s| s.feats.has(Feats::POSS));
        let cases = unit.fold(Feats::default(), |all, s| all | s.feats);
        return if cases.any(Feats::CASES) { cases } else { Feats::NOM | Feats::ACC };
    }
    match scene.text.stream.number_parts(quantity.figure).1.unwrap_or_default() {
        "ына" | "іне" | "сына" | "сіне" | "еуіне" | "ауына" => Feats::DAT,
        "ның" | "нің" | "ының" | "інің" | "сының" | "сінің" => Feats::GEN,
        "ынан" | "інен" | "сынан" | "сінен" | "еуінен" => Feats::ABL,
        "ында" | "інде" | "сында" | "сінде" | "еуінде" => Feats::LOC,
        _ => Feats::NOM | Feats::ACC,
    }
}

/// `29-дағы күдікті`: a bare figure in the locative that describes is an age.
pub fn is_age(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let suffix = scene.text.stream.number_parts(quantity.figure).1.unwrap_or_default();
    quantity.unit.is_none() && !quantity.scaled && matches!(suffix, "дағы" | "дегі" | "тағы" | "тегі")
}

/// `109 дана (454 келі) бекіре`: the noun after the bracket is of the figures before it and in it.
pub fn noun_past_bracket(scene: &Scene<'_>, quantities: &[Quantity], n: usize, nouns: &[Mark]) -> Option<usize> {
    let lower = |i: usize| if i < scene.end { scene.text.stream.lower(i) } else { "" };
    let quantity = &quantities[n];
    let close = if lower(quantity.end) == "(" {
        let inner = quantities.get(n + 1).filter(|q| q.start == quantity.end + 1)?;
        inner.end
    } else if quantity.start > scene.start && lower(quantity.start - 1) == "(" {
        quantity.end
    } else {
        return None;
    };
    (lower(close) == ")").then_some(())?;
    nouns.iter().position(|m| m.start == close + 1)
}

/// `11-і – бірінші басшы`, `екеуі – Ресей азаматы`: what a part is called, not what was done to it.
pub fn is_nominal_predicate(scene: &Scene<'_>, noun: &Mark) -> bool {
    let stream = scene.text.stream;
    // `сатушы жігіт`, `студент қыз`: of two persons side by side the first describes the second.
    let beside = |m: &Mark| m.start == noun.end && m.dimension == Dimension::Person;
    if is_unmarked(scene.feats(noun)) && !scene.feats(noun).has(Feats::PLUR) {
        let next = scene.marks.iter().filter(|m| beside(m));
        if next.max_by_key(|m| m.end).is_some_and(|m| !scene.feats(m).any(Feats::POSS)) {
            return true;
        }
    }
    // `күдікті ретінде 8 адам ұсталды`: as what they are held; `бастығы айтқандай`: who says so.
    if followed(scene, noun, "as") || noun::is_speaker(scene, noun) {
        return true;
    }
    let dash = |i: &usize| matches!(stream.lower(*i), "–" | "—") && is_part_word(scene, *i);
    let from = noun.start.saturating_sub(4).max(scene.start);
    let Some(at) = (from..noun.start).rev().find(dash) else { return false };
    (at + 1..noun.start).all(|i| stream.token(i).kind == Kind::Word)
}

/// Whether the word before is a part of what was counted: `34-і`, `екеуі`, `бірі`.
fn is_part_word(scene: &Scene<'_>, at: usize) -> bool {
    if at <= scene.start {
        return false;
    }
    if scene.text.stream.token(at - 1).kind == Kind::Number {
        let suffix = scene.text.stream.number_parts(at - 1).1;
        return suffix.is_some_and(|s| !["де", "да", "ан", "ен"].iter().any(|case| s.ends_with(case)));
    }
    let entry = |m: &Mark| &scene.lexicon.entries[m.entry as usize];
    let counts = |m: &Mark| match m.dimension {
        Dimension::Numeral => true,
        Dimension::Person => entry(m).value.is_some(),
        Dimension::Anaphora => entry(m).code.as_ref() == "one_of",
        _ => false,
    };
    scene.text.senses(at - 1).iter().any(|s| s.feats.has(Feats::POSS))
        && scene.marks.iter().any(|m| m.end == at && counts(m))
}

/// `жігіт пен оның танысы ұсталды`: two single persons joined are two.
pub fn join_persons(scene: &Scene<'_>, arguments: &mut Vec<Argument>) {
    let mut i = 0;
    while i + 1 < arguments.len() {
        if are_joined(scene, &arguments[i], &arguments[i + 1]) {
            let second = arguments.remove(i + 1);
            let first = &mut arguments[i];
            first.end = second.end;
            first.head = second.head;
            first.value = Some(2.0);
            first.feats = second.feats | Feats::PLUR;
        }
        i += 1;
    }
}

fn are_joined(scene: &Scene<'_>, one: &Argument, other: &Argument) -> bool {
    let stream = scene.text.stream;
    let between = one.end..other.start;
    if !one.is_single_party() || !other.is_single_party() || between.is_empty() || between.len() > 6 {
        return false;
    }
    let described = |i: usize| {
        stream.token(i).kind != Kind::Punct
            && !scene.text.feats(i).has(Feats::FINITE)
            && !scene.marks.iter().any(|m| m.start == i && m.dimension == Dimension::Trigger)
    };
    matches!(stream.lower(one.end), "мен" | "пен" | "бен" | "және")
        && one.feats.any(Feats::NOM)
        && !one.feats.any(Feats::GEN | Feats::DAT | Feats::ABL | Feats::LOC)
        && between.clone().skip(1).all(described)
}
