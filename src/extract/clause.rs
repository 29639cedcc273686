//! Clauses: a sentence cut around its predicates.

use super::argument::Scene;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::relative::PRONOUN;
use super::token::Kind;
use super::trigger::Trigger;

/// Clauses of a sentence: the clause number of each token, and whether a clause has a finite verb that is no trigger.
#[derive(Debug, Clone, Default)]
pub struct Clauses {
    first: usize,
    of: Vec<usize>,
    /// Whether each clause has a predicate of its own that is no trigger.
    pub foreign: Vec<bool>,
}

impl Clauses {
    /// The clause of a token.
    pub fn of(&self, token: usize) -> usize {
        self.of.get(token.saturating_sub(self.first)).copied().unwrap_or(0)
    }
}

/// Cuts the sentence into clauses.
pub fn clauses(scene: &Scene<'_>, triggers: &[Trigger], kazakh: bool) -> Clauses {
    let stream = scene.text.stream;
    let length = scene.end - scene.start;
    // 1. Predicates: triggers in predicative form, and other finite verbs.
    let mut predicate = vec![0_u8; length];
    for trigger in triggers.iter().filter(|t| !t.covered) {
        if !trigger.feats.has(Feats::NOUN) || trigger.feats.any(Feats::SHORT | Feats::FINITE | Feats::CONV) {
            let full = trigger.feats.has(Feats::PART) && !trigger.feats.any(Feats::SHORT | Feats::FINITE);
            predicate[trigger.head - scene.start] = if full { 3 } else { 1 };
        }
    }
    for i in scene.start..scene.end {
        if predicate[i - scene.start] != 0
            || stream.token(i).kind != Kind::Word
            || triggers.iter().any(|t| t.start <= i && i < t.end)
        {
            continue;
        }
        // Kazakh: "құжатты", "электронды таразы": the accusative and the adjective look like a past tense.
        let thing = |m: &Mark| matches!(m.dimension, Dimension::Object | Dimension::Person);
        if kazakh && scene.marks.iter().any(|m| thing(m) && m.start <= i + 1 && i < m.end) {
            continue;
        }
        if !kazakh && is_name(scene, i) {
            continue;
        }
        let feats = scene.text.feats(i);
        // Kazakh: the participle before a full stop or a comma is the finite verb: "7 азаматын жұмысқа жалдаған."
        let closed = i + 1 >= scene.end || matches!(stream.lower(i + 1), "." | "," | "»" | ";" | "!" | "?");
        let finite = feats.any(Feats::SHORT) && feats.has(Feats::PAST)
            || feats.has(Feats::FINITE)
            || kazakh && closed && feats.has(Feats::PART | Feats::PAST);
        if finite && !feats.any(Feats::NOUN | Feats::ADJ | Feats::OTHER | Feats::NUM) {
            predicate[i - scene.start] = 2;
        }
    }
    // 2. Segments end at marks, and at conjunctions between two predicates.
    let mut segment = vec![0_usize; length];
    let mut number = 0;
    let mut seen = false;
    let mut hard: Vec<bool> = vec![true];
    for i in scene.start..scene.end {
        let at = i - scene.start;
        let lower = stream.lower(i);
        let mark = stream.token(i).kind == Kind::Punct && matches!(lower, "," | ";" | ":" | "–" | "—" | "(" | ")");
        let joint =
            matches!(lower, "и" | "а" | "но" | "однако" | "ал" | "және") && seen && next_has_predicate(&predicate, at);
        if mark || joint {
            number += 1;
            hard.push(lower == ";");
            seen = false;
        }
        segment[at] = number;
        seen |= predicate[at] == 1 || predicate[at] == 2;
    }
    // 3. Segments without predicate belong to the clause before, else to the one after.
    let mut has = vec![false; number + 1];
    let mut foreign_segment = vec![false; number + 1];
    for (at, &kind) in predicate.iter().enumerate() {
        has[segment[at]] |= kind == 1 || kind == 2;
        foreign_segment[segment[at]] |= kind == 2;
    }
    for (at, &kind) in predicate.iter().enumerate() {
        if kind == 1 {
            foreign_segment[segment[at]] = false;
        }
    }
    let mut clause_of = vec![usize::MAX; number + 1];
    let mut clause = 0;
    let mut foreign = Vec::new();
    for s in 0..=number {
        if has[s] {
            clause_of[s] = clause;
            foreign.push(foreign_segment[s]);
            clause += 1;
        }
    }
    if clause == 0 {
        return Clauses { first: scene.start, of: vec![0; length], foreign: vec![false] };
    }
    for s in 0..=number {
        if clause_of[s] == usize::MAX {
            let opens = |a: usize| segment.iter().position(|x| *x == a).map_or(scene.start, |at| scene.start + at);
            if !kazakh && s > 0 && stream.lower(opens(s)) == "(" {
                clause_of[s] = clause_of[s - 1];
                continue;
            }
            // "Возвращено 2 млн, а имущество на 3 млн (6 тысяч долларов) арестовано": the verb stands behind the brackets.
            let adverse = stream.lower(opens(s)) == "," && matches!(stream.lower_or_empty(opens(s) + 1), "а" | "но");
            // "Водитель задержан, а машина, на которой он ехал, изъята": the verb stands behind the insertion.
            let whole = !matches!(stream.lower_or_empty(opens(s) + 2), "также" | "не" | "и" | "именно" | "ещё" | "еще");
            let inserted = (s + 1 < number && inserts(scene, opens(s + 1))).then(|| (s + 2..=number).find(|a| has[*a]));
            if !kazakh
                && adverse
                && whole
                && let Some(Some(a)) = inserted
                && stream.lower(opens(a)) == ","
            {
                clause_of[s] = clause_of[a];
                continue;
            }
            let behind = (s + 1..=number).find(|a| has[*a] || stream.lower(opens(*a)) != "(");
            if !kazakh
                && adverse
                && let Some(a) = behind.filter(|a| has[*a] && stream.lower(opens(*a)) == ")")
            {
                clause_of[s] = clause_of[a];
                continue;
            }
            let before = (0..s).rev().find(|b| has[*b]).map(|b| clause_of[b]);
            // "Дело о взятке, которую он получил, направлено в суд": the opening words skip the relative clause.
            let relative = |a: usize| {
                let first = segment.iter().position(|x| *x == a).map_or(0, |at| scene.start + at);
                (first..first + 4).any(|i| i < scene.end && stream.lower(i).starts_with(PRONOUN))
            };
            let after = (s + 1..=number)
                .find(|a| has[*a] && (kazakh || !relative(*a)))
                .or_else(|| (s + 1..=number).find(|a| has[*a]))
                .map(|a| clause_of[a]);
            clause_of[s] = if kazakh { after.or(before) } else { before.or(after) }.unwrap_or(0);
        }
    }
    Clauses { first: scene.start, of: segment.iter().map(|s| clause_of[*s]).collect(), foreign }
}

/// Whether the comma opens a relative clause or a participle that describes the noun before it.
fn inserts(scene: &Scene<'_>, comma: usize) -> bool {
    let describes = |i: usize| {
        let feats = scene.text.feats(i);
        scene.text.stream.lower(i).starts_with(PRONOUN)
            || feats.has(Feats::PART) && !feats.any(Feats::SHORT | Feats::FINITE | Feats::NOUN)
    };
    scene.text.stream.lower(comma) == "," && (comma + 1..scene.end.min(comma + 4)).any(describes)
}

/// "Автомобиль «Камри»", "близ Каратала": a capitalised word within a sentence, which no reading as a verb makes one.
fn is_name(scene: &Scene<'_>, i: usize) -> bool {
    let stream = scene.text.stream;
    if i == scene.start || !stream.printed(i).starts_with(char::is_uppercase) {
        return false;
    }
    match stream.lower(i - 1) {
        "«" | "\"" | "“" | "„" => i + 1 < scene.end && matches!(stream.lower(i + 1), "»" | "\"" | "”" | "“"),
        before => stream.token(i - 1).kind != Kind::Punct || matches!(before, "," | "-" | "/"),
    }
}

fn next_has_predicate(predicate: &[u8], at: usize) -> bool {
    predicate[at + 1..].iter().take(12).any(|p| *p == 1 || *p == 2)
}

impl Trigger {
    /// Whether it is a predicate that states what has happened.
    pub(super) fn states(&self) -> bool {
        self.unreal.is_none() && self.feats.any(Feats::SHORT | Feats::FINITE)
    }
}

/// Kazakh: "қамалды, оларға жеті жыл төніп тұр", "аса қауіпті топ ұсталған.": what a finite past tense says has happened,
/// whatever law or threat its sentence speaks of, too.
pub(super) fn is_settled(scene: &Scene<'_>, trigger: &Trigger) -> bool {
    let closed = || {
        trigger.end >= scene.end || matches!(scene.text.stream.lower(trigger.end), "." | "," | "»" | ";" | "!" | "?")
    };
    trigger.feats.has(Feats::FINITE | Feats::PAST) || trigger.feats.has(Feats::PART | Feats::PAST) && closed()
}

/// "Последователь секты, планировавший взрыв, задержан": a participle says nothing beyond its own phrase.
pub(super) fn reaches(scene: &Scene<'_>, mark: &Mark, trigger: &Trigger) -> bool {
    let feats = scene.text.feats(mark.head);
    let full = feats.any(Feats::PART) && !feats.any(Feats::SHORT | Feats::FINITE | Feats::INF | Feats::OTHER);
    let comma = |i: &usize| scene.text.stream.lower(*i) == ",";
    // "изъято 3 кг, возможно, есть и другие эпизоды": a parenthesis opens what follows it.
    let between_commas =
        mark.start > scene.start && comma(&(mark.start - 1)) && mark.end < scene.end && comma(&mark.end);
    if between_commas && trigger.end < mark.start {
        return false;
    }
    !full
        || scene.lexicon.patterns.is_head_final()
        || trigger.start < mark.start
        || !(mark.end..trigger.start).any(|i| comma(&i))
}
