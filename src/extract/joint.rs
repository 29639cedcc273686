//! Several triggers and one argument: which of them it belongs to, and which share it.

use super::accept::accepts;
use super::argument::{Argument, ArgumentKind, Scene};
use super::clause::Clauses;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::rule::Rule;
use super::token::Kind;
use super::trigger::{Trigger, Unreal};

/// Words between the subject and the first of its predicates.
const LEAD: usize = 6;

/// "Ущерб в размере 23 млн тенге он полностью возместил": the noun states the figure, the verb acts upon it.
pub(super) fn handed_on(scene: &Scene<'_>, noun: &Trigger, argument: &Argument, verb: &Trigger) -> bool {
    noun.clause == verb.clause
        && !noun.feats.any(Feats::VERB)
        && noun.end <= argument.start
        && argument.end <= verb.start
        && !(argument.end..verb.start).any(|i| matches!(scene.text.stream.lower(i), "," | "и" | "–" | "—"))
}

/// "ұрланған 22 жылқы табылды": the participle before the noun says one thing of it, the verb after it another.
pub(super) fn described(argument: &Argument, one: &Trigger, other: &Trigger) -> bool {
    let (first, second) = if one.start < other.start { (one, other) } else { (other, one) };
    let describes = |t: &Trigger| t.feats.has(Feats::PART) && !t.feats.any(Feats::SHORT | Feats::FINITE);
    argument.has_figure
        && matches!(argument.kind, ArgumentKind::Thing | ArgumentKind::Money)
        && argument.object.as_ref() != "offence"
        && describes(first)
        && first.end <= argument.start
        && argument.start - first.end <= 1
        && argument.end <= second.start
        && first.clause.abs_diff(second.clause) <= 1
        && !describes(second)
}

/// "64 млрд теңге залалдың 51 миллиарды өтелді": of the loss that the noun tells the figure behind it is only a part.
pub(super) fn is_part_of_noun(scene: &Scene<'_>, noun: &Trigger, argument: &Argument) -> bool {
    let last = argument.end - 1;
    let possessed = scene.text.senses(last).iter().any(|s| s.feats.has(Feats::POSS));
    noun.end == argument.start
        && noun.feats.has(Feats::NOUN | Feats::GEN)
        && !noun.feats.any(Feats::VERB | Feats::NOM)
        && argument.has_figure
        && (possessed || scene.text.stream.number_parts(last).1.is_some())
}

/// "ұрлап жүрген", "сатып келген": done again and again.
pub(super) fn is_habit(scene: &Scene<'_>, converb: &Trigger) -> bool {
    scene.marks.iter().any(|m| {
        m.start == converb.end && m.dimension == Dimension::Modality && scene.entry(m).code.as_ref() == "habit"
    })
}

/// "ұрланған 34 жылқының 19-ы": the participle tells of the whole, the figure behind counts a part of it.
pub(super) fn is_part_of_another(participle: &Trigger, argument: &Argument, arguments: &[Argument]) -> bool {
    let whole =
        |a: &Argument| a.has_figure && a.start >= participle.end && a.start < argument.start && argument.start < a.end;
    participle.feats.has(Feats::PART)
        && !participle.feats.any(Feats::SHORT | Feats::FINITE)
        && participle.end <= argument.start
        && arguments.iter().any(whole)
}

/// "Взыскан ущерб в 5 млн": the noun's figure is what the verb of its clause acts upon.
pub(super) fn ceded(
    scene: &Scene<'_>,
    rule: &Rule,
    noun: &Trigger,
    triggers: &[Trigger],
    argument: &Argument,
    rules: &[Rule],
    kazakh: bool,
) -> bool {
    // "остановлена работа обменника с оборотом 36 млрд": what the thing had, not what was done.
    let had = noun.start > scene.start && matches!(scene.text.stream.lower(noun.start - 1), "с" | "со");
    !noun.feats.any(Feats::VERB)
        && !had
        && triggers.iter().any(|verb| {
            verb.clause == noun.clause
                && verb.start < noun.start
                && verb.feats.any(Feats::SHORT | Feats::FINITE | Feats::INF)
                && verb
                    .rules
                    .iter()
                    .map(|r| &rules[*r as usize])
                    .any(|other| rule.cedes.contains(&other.event_type) && accepts(other, argument, verb, kazakh))
        })
}

/// Offences and proceedings: only whole numbers without a unit count them.
pub(super) fn is_proceeding(object: Option<&str>) -> bool {
    matches!(object, Some("offence" | "criminal_case" | "administrative_case" | "civil_claim"))
}

/// "42,8 на 10 тысяч жителей", "1 млрд 700 млн", "627 экземпляров": no number of offences or cases.
pub(super) fn is_no_number_of_proceedings(argument: &Argument) -> bool {
    argument.unit.is_some() || argument.value.is_some_and(|v| v.fract() > 0.0 || v >= 1e6)
}

/// What Kazakh word order sets apart: the facts of "14 факті бойынша тергеу басталды", and who did what was found out.
pub(super) fn is_apart_in_kazakh(
    scene: &Scene<'_>,
    rule: &Rule,
    trigger: &Trigger,
    argument: &Argument,
    arguments: &[Argument],
) -> bool {
    let ground = argument.end < scene.end && scene.text.stream.lower(argument.end) == "бойынша";
    super::governed::is_whole_of_part(trigger, argument, arguments)
        || rule.itself && ground && argument.has_figure && is_proceeding(rule.count.as_deref())
        || argument.kind == ArgumentKind::Person
            && !argument.has_figure
            && argument.end < trigger.start
            && finds_a_deed(scene, trigger)
}

/// "ер адам әйнекті сындырғаны анықталды", "басшысы екені анықталды": what came to light is a deed or who one is, and
/// nobody.
fn finds_a_deed(scene: &Scene<'_>, trigger: &Trigger) -> bool {
    let Some(before) = trigger.start.checked_sub(1).filter(|b| *b > scene.start) else { return false };
    let is_so = |m: &&Mark| m.dimension == Dimension::Modality && scene.entry(m).code.as_ref() == "auxiliary";
    let being = scene.marks.iter().filter(is_so).any(|m| m.start == before)
        && !scene.marks.iter().filter(is_so).any(|m| m.start + 1 == before);
    let feats = scene.text.feats(before);
    scene.lexicon.patterns.is_head_final() && (feats.has(Feats::PART | Feats::POSS) || being)
}

/// What stands outside the trigger's reach whatever the distance: "97 фактов, из которых раскрыто 12", "краж – 54
/// (раскрыта 31)", "по 12 фактам возбуждены дела" (the facts are no result of their own).
pub(super) fn is_apart(
    scene: &Scene<'_>,
    rule: &Rule,
    trigger: &Trigger,
    argument: &Argument,
    (arguments, clauses): (&[Argument], &Clauses),
) -> bool {
    if is_speaker(scene, trigger, argument)
        || is_of_holder(scene, rule, trigger, argument)
        || is_beyond_predicate(scene, trigger, argument)
        || is_of_another_verb(scene, trigger, argument, clauses)
        || describes_another(scene, trigger, argument, arguments)
        || is_of_participle(scene, trigger, argument)
        || is_of_relative(scene, trigger, argument)
        || super::governed::is_ungoverned(scene, trigger, argument, arguments)
    {
        return true;
    }
    let whole = super::governed::whole_of(scene, argument, arguments);
    let of_noun = |whole: &Argument| super::governed::is_behind_noun(scene, whole.start);
    if whole.is_some_and(|w| of_noun(w) || is_apart(scene, rule, trigger, w, (arguments, clauses))) {
        return true;
    }
    let lower = |i: usize| scene.text.stream.lower(i);
    let from = argument.start;
    if rule.itself
        && argument.has_figure
        && is_proceeding(rule.count.as_deref())
        && from > scene.start
        && lower(from - 1) == "по"
    {
        return true;
    }
    // "в 96 случаях возбуждены дела", "более чем в 1500 случаях", "по 136 из них"
    let figure = (from..argument.end).find(|i| scene.text.stream.token(*i).kind == Kind::Number).unwrap_or(from);
    let after = |words: &[&str]| figure > scene.start && words.contains(&lower(figure - 1));
    if argument.has_figure && argument.object.as_ref() == "offence" && after(&["в"])
        || argument.kind == ArgumentKind::Bare && rule.count.as_deref() == Some("offence") && after(&["по", "в"])
    {
        return true;
    }
    if super::partitive::is_whole_of(scene, trigger, argument, arguments) {
        return true;
    }
    if trigger.start < argument.end {
        // A bracket closed before the figure keeps its verb to itself.
        let closed = (trigger.end..from).filter(|i| lower(*i) == ")").count();
        let opened = (trigger.end..from).filter(|i| lower(*i) == "(").count();
        return trigger.end <= from && closed > opened;
    }
    let between = argument.end..trigger.start;
    let relative =
        |i: usize| lower(i) == "из" && matches!(scene.text.stream.lower_or_empty(i + 1), "них" | "которых" | "коих");
    // "1 800 из которых раскрыты": there the figure itself is the part.
    let partitive = between.clone().skip(1).any(relative)
        && arguments.iter().any(|a| a.has_figure && a.start >= trigger.end && a.start <= trigger.end + 6);
    let opened = between.clone().rev().find(|i| matches!(lower(*i), "(" | ")")).filter(|i| lower(*i) == "(");
    let own = opened.is_some_and(|open| {
        let close = (trigger.end..scene.end).find(|i| lower(*i) == ")").unwrap_or(scene.end);
        arguments.iter().any(|a| a.has_figure && a.start > open && a.end <= close)
    });
    argument.has_figure && (partitive || own)
}

/// "«Оба задержаны», – отметил начальник управления": who says it.
fn is_speaker(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument) -> bool {
    let lower = |i: usize| scene.text.stream.lower(i);
    let closes = |i: &usize| matches!(lower(*i), "»" | "\"" | "”") && matches!(lower(i + 1), "," | "–" | "—" | "-");
    let from = trigger.end.min(argument.start);
    let dash = |quote: usize| (quote + 1..argument.start).take(2).any(|i| matches!(lower(i), "–" | "—" | "-"));
    argument.kind == ArgumentKind::Person
        && !argument.has_figure
        && (from..argument.start.saturating_sub(1)).find(closes).is_some_and(dash)
}

/// "Задержаны 16 человек, у одного из них нашли нож": with whom something is found.
fn is_of_holder(scene: &Scene<'_>, rule: &Rule, trigger: &Trigger, argument: &Argument) -> bool {
    let bare = argument.kind == ArgumentKind::Bare && argument.unit.is_none() && !argument.scaled;
    let person = argument.kind == ArgumentKind::Person || bare;
    let behind = trigger.end < argument.start && comma_between(scene, trigger.end, argument.start);
    person && behind && !rule.adjuncts && scene.text.stream.lower(argument.start - 1) == "у"
}

/// "Вес изъятого вещества составил 24 кг": what stands behind the predicate is not what a participle before it describes.
fn is_beyond_predicate(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument) -> bool {
    let full = trigger.feats.has(Feats::PART) && !trigger.feats.any(Feats::SHORT | Feats::FINITE);
    let predicate = |i: usize| {
        let feats = scene.text.feats(i);
        feats.has(Feats::FINITE | Feats::PAST) && !feats.any(Feats::NOUN | Feats::ADJ | Feats::OTHER)
    };
    argument.unit.is_some()
        && matches!(argument.kind, ArgumentKind::Thing | ArgumentKind::Money)
        && full
        && trigger.feats.any(Feats::GEN)
        && !trigger.feats.any(Feats::NOM)
        && (trigger.end..argument.end).any(predicate)
}

/// "Осуждены 1 102 человека, оправданы 24", "41 – взят под стражу": a bare figure beside a verb of its own is that verb's
/// alone.
fn is_of_another_verb(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument, clauses: &Clauses) -> bool {
    let lower = |i: usize| if i < scene.end { scene.text.stream.lower(i) } else { "" };
    let verb = |i: &usize| {
        let feats = scene.text.feats(*i);
        let says = feats.any(Feats::SHORT) || feats.has(Feats::FINITE | Feats::PAST);
        (scene.start..scene.end).contains(i) && says && !feats.any(Feats::NOUN | Feats::ADJ)
    };
    let before = argument.start.checked_sub(1).filter(verb);
    let behind = Some(argument.end + 1).filter(|i| matches!(lower(i - 1), "–" | "—") && *i < scene.end).filter(verb);
    let plain = argument.kind == ArgumentKind::Bare && !argument.scaled;
    plain
        && before
            .or(behind)
            .is_some_and(|own| !(trigger.start <= own && own < trigger.end) && clauses.of(own) != trigger.clause)
}

/// "Задержан мужчина, обманувший 15 горожан": whom an active participle or a verbal noun acts upon is no other verb's.
fn is_of_participle(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument) -> bool {
    if argument.kind != ArgumentKind::Person || !argument.has_figure {
        return false;
    }
    // "на переселение 200 семей"
    let deed = |m: &Mark| m.dimension == Dimension::Trigger && m.start < argument.start && argument.start <= m.end + 1;
    // Not "в отношении 12 человек", nor the size of "группа, состоящая из 8 человек".
    let before = argument.start.checked_sub(1).filter(|b| *b >= scene.start);
    let word = before.map_or("", |b| scene.text.stream.lower(b));
    if word == "из" {
        return false;
    }
    let beside = word != "отношении" && before.is_some_and(|b| scene.text.feats(b).any(Feats::NOUN));
    if beside && super::coordination::is_of_deed(scene, argument.start) && !scene.marks.iter().any(deed) {
        return true;
    }
    let stops = |i: usize| scene.text.stream.token(i).kind == Kind::Punct;
    let before = argument.start.saturating_sub(GOVERNED).max(scene.start)..argument.start;
    let active = |i: usize| {
        let (feats, word) = (scene.text.feats(i), scene.text.stream.lower(i));
        let noun = feats.any(Feats::NOUN | Feats::SHORT | Feats::FINITE | Feats::PASS);
        feats.has(Feats::PART | Feats::ACT) && !noun && !word.ends_with("ся") && !word.ends_with("сь")
    };
    let Some(participle) = before.rev().take_while(|i| !stops(*i)).find(|i| active(*i)) else { return false };
    let opens = participle > scene.start && scene.text.stream.lower(participle - 1) == ",";
    opens && (trigger.end <= participle || trigger.start >= argument.end)
}

/// Whether a predicate without a verb says nothing of an argument: "Пятеро находятся под стражей, двое – под домашним
/// арестом", where the first stands beside a verb; "Хозяин под стражей, семеро рабочих – свидетели".
pub(super) fn is_of_another_predicate(
    scene: &Scene<'_>,
    rule: u32,
    trigger: &Trigger,
    argument: &Argument,
    triggers: &[Trigger],
) -> bool {
    let real = |o: &Trigger| o.unreal.is_none() && o.rules.contains(&rule);
    let person = matches!(argument.kind, ArgumentKind::Person | ArgumentKind::Bare);
    let spoken = trigger.unreal == Some(Unreal::Form) && (!person || triggers.iter().any(real));
    let behind = person && trigger.end <= argument.start && comma_between(scene, trigger.end, argument.start);
    let bare = argument.kind == ArgumentKind::Bare && argument.end <= trigger.start;
    spoken || behind || bare && comma_between(scene, argument.end, trigger.start)
}

/// "Водитель, семь пассажиров которого погибли, осуждён": who belongs to a relative clause.
fn is_of_relative(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument) -> bool {
    let lower = |i: usize| scene.text.stream.lower(i);
    argument.has_figure
        && argument.start > scene.start
        && lower(argument.start - 1) == ","
        && argument.end < scene.end
        && matches!(lower(argument.end), "которого" | "которой" | "которых")
        && (trigger.end <= argument.start || comma_between(scene, argument.end, trigger.start))
}

/// "фуру с 30 похищенными баранами", "грузовик с украденным скотом": the participle describes what follows it alone.
fn describes_another(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument, arguments: &[Argument]) -> bool {
    let full = trigger.feats.has(Feats::PART) && !trigger.feats.any(Feats::SHORT | Feats::FINITE);
    if !full || argument.end > trigger.start || trigger.start <= scene.start {
        return false;
    }
    let within = |a: &Argument| a.has_figure && a.start < trigger.start && trigger.end <= a.end;
    let preposition =
        matches!(scene.text.stream.lower(trigger.start - 1), "с" | "со" | "на" | "в" | "от" | "за" | "под");
    preposition || arguments.iter().any(within)
}

/// What a covered trigger leaves alone: bare figures, who does it, and what the noun of the longer trigger counts
/// ("выявили нехватку 40 тонн").
pub(super) fn is_of_longer(scene: &Scene<'_>, triggers: &[Trigger], trigger: &Trigger, argument: &Argument) -> bool {
    let active = trigger.feats.has(Feats::FINITE) && !trigger.feats.any(Feats::SHORT | Feats::PASS);
    let ahead = argument.has_figure && active && argument.end <= trigger.start;
    let nominative = !argument.has_figure && argument.feats.any(Feats::NOM);
    let head_final = scene.lexicon.patterns.is_head_final();
    let doer = argument.kind == ArgumentKind::Person && (nominative || ahead && !head_final);
    let counts = |o: &Trigger| {
        let noun = scene.text.feats(o.end - 1).any(Feats::NOUN) && o.end > trigger.end;
        !o.covered && o.start < trigger.end && noun && (o.end..=o.end + 1).contains(&argument.start)
    };
    trigger.unreal.is_some() || argument.kind == ArgumentKind::Bare || doer || triggers.iter().any(counts)
}

/// "Чаты, через которые искали курьеров, заблокированы": nothing but an insertion stands between subject and predicate.
pub(super) fn is_subject_apart(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument, clauses: &Clauses) -> bool {
    let lower = |i: usize| scene.text.stream.lower(i);
    argument.end < trigger.start
        && argument.feats.any(Feats::NOM)
        && trigger.feats.any(Feats::SHORT)
        && lower(argument.end) == ","
        && lower(trigger.start - 1) == ","
        && clauses.of(argument.head) == trigger.clause
        && (argument.end + 1..trigger.start - 1).all(|i| clauses.of(i) != trigger.clause)
}

/// Words between an active participle and whom it acts upon at most.
const GOVERNED: usize = 6;

/// Triggers of other clauses between the two.
pub(super) fn between(triggers: &[Trigger], trigger: &Trigger, argument: &Argument) -> usize {
    let (from, to) =
        if trigger.end <= argument.start { (trigger.end, argument.start) } else { (argument.end, trigger.start) };

    triggers
        .iter()
        .filter(|t| !t.covered && t.start >= from && t.end <= to && t.feats.any(Feats::SHORT | Feats::FINITE))
        .count()
}

/// "Подозреваемые установлены, задержаны и доставлены в отдел": the subject of the first predicate is that of all.
pub(super) fn chained(scene: &Scene<'_>, triggers: &[Trigger], trigger: &Trigger, argument: &Argument) -> bool {
    if argument.kind != ArgumentKind::Person || argument.end > trigger.start || !trigger.feats.any(Feats::SHORT) {
        return false;
    }
    let own =
        |t: &&Trigger| !t.covered && t.start >= argument.end && t.end <= trigger.start && t.feats.any(Feats::SHORT);
    let mut chain: Vec<&Trigger> = triggers.iter().filter(own).collect();
    chain.sort_by_key(|t| (t.start, t.end));
    chain.dedup_by_key(|t| t.start);
    chain.push(trigger);
    let near = chain[0].start - argument.end <= LEAD;
    let plain = chain.windows(2).all(|pair| coordinated(scene, pair[0], pair[1]));
    chain.len() > 1 && near && plain
}

/// "Удалось найти вора и вернуть вещи": no verb of its own stands between the helping verb and the second infinitive.
pub(super) fn goes_on(scene: &Scene<'_>, mark: &Mark, trigger: &Trigger) -> bool {
    let verb = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::FINITE | Feats::SHORT) && !feats.any(Feats::NOUN | Feats::ADJ | Feats::NUM | Feats::OTHER)
    };
    let breaks = |i: usize| matches!(scene.text.stream.lower(i), ";" | ":" | "(" | "что" | "чтобы" | "если") || verb(i);
    let infinitive = trigger.feats.has(Feats::INF) && !scene.lexicon.patterns.is_head_final();
    infinitive && mark.end <= trigger.start && !(mark.end..trigger.start).any(breaks)
}

/// `задержаны и арестованы`: nothing but a conjunction or an adverb between them.
pub(super) fn coordinated(scene: &Scene<'_>, one: &Trigger, other: &Trigger) -> bool {
    let (first, second) = if one.start < other.start { (one, other) } else { (other, one) };
    if second.start < first.end {
        return false;
    }
    let stream = scene.text.stream;
    let between = first.end..second.start;
    // "наложен арест, ущерб составил 84 млн": a comma alone joins no nouns.
    let apart = substantival(second) && !scene.lexicon.patterns.is_head_final();
    if apart && !between.clone().any(|i| matches!(stream.lower(i), "и" | "а")) {
        return false;
    }
    // "екеуі ұсталды, үшеуі қамауға алынды", "двое задержаны, ещё трое объявлены в розыск": each has its own.
    let person = scene.lexicon.patterns.is_head_final();
    let counted = scene.marks.iter().any(|m| {
        between.contains(&m.start) && (m.dimension == Dimension::Numeral || person && m.dimension == Dimension::Person)
    });
    !counted
        && between.len() <= 4
        && between.clone().any(|i| matches!(stream.lower(i), "и" | "," | "а" | "және" | "затем" | "позже"))
        && !between.clone().any(|i| stream.token(i).kind == Kind::Number)
}

/// "К административной ответственности привлечены 1 312 человек, к уголовной – 214": of one verb's results a figure takes
/// the one whose word stands between the same commas.
pub(super) fn told_beside(text: &Annotated<'_, '_>, trigger: &Trigger, n: usize, at: usize, rules: &[Rule]) -> bool {
    let comma = |i: usize| matches!(text.stream.lower(i), "," | ";");
    let near = |word: &usize| !(at.min(*word)..at.max(*word)).any(comma);
    let together = |words: &Option<Vec<usize>>| words.as_ref().is_some_and(|w| w.iter().any(near));
    let rule = |n: usize| &rules[trigger.rules[n] as usize];
    let differs = |o: usize| rule(o).event_type != rule(n).event_type || rule(o).is_stopper();
    let mut others = trigger.beside.iter().enumerate().filter(|(o, _)| *o != n && differs(*o));
    trigger.beside[n].is_some() && !together(&trigger.beside[n]) && others.any(|(_, words)| together(words))
}

/// Kazakh: what is acted upon stands before its verb; verbal nouns and nouns take only what is near.
pub(super) fn order_cost(trigger: &Trigger, before: bool, distance: usize) -> f32 {
    let verbal_noun = trigger.feats.has(Feats::INF) && !trigger.feats.has(Feats::PRES);
    let noun = trigger.feats.has(Feats::NOUN) && !trigger.feats.any(Feats::VERB);
    let mut cost = 0.0;
    if before && !noun {
        cost += 6.0;
    }
    if verbal_noun {
        cost += 8.0;
    }
    if noun {
        cost += 0.5 * distance.min(20) as f32;
    }
    cost
}

/// Whether a trigger is a noun and no verb.
pub(super) fn substantival(trigger: &Trigger) -> bool {
    trigger.feats.has(Feats::NOUN) && !trigger.feats.any(Feats::VERB)
}

pub(super) fn comma_between(scene: &Scene<'_>, from: usize, to: usize) -> bool {
    (from..to).any(|i| scene.text.stream.lower(i) == ",")
}
