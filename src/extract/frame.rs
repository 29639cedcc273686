//! Frames: triggers with the arguments they take.
//!
//! A sentence is cut into clauses, each around one predicate. A trigger is a rule's words in a form that
//! says the thing has happened. Each argument goes to the trigger that accepts its object and stands in its
//! clause, else in the neighbouring one; a clause with a verb of its own keeps its arguments to itself.

use super::accept::accepts;
use super::argument::{Argument, ArgumentKind, Scene};
use super::clause::{Clauses, is_settled, reaches};
use super::feats::Feats;
use super::joint::{
    between, ceded, chained, comma_between, coordinated, described, goes_on, handed_on, is_apart, is_apart_in_kazakh,
    is_habit, is_of_another_predicate, is_part_of_another, is_part_of_noun, order_cost, substantival, told_beside,
};
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::rule::Rule;
use super::token::Kind;

/// What a noun without a verb costs: more than a verb of the same clause, less than one of the next.
const ITSELF: f32 = 5.0;

/// Why a trigger states no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreal {
    /// Negated.
    Negated,
    /// A threat, plan, law or condition stands in its clause or sentence.
    Modal,
    /// Its own form says that it has not happened: infinitive, future, imperative, conditional.
    Form,
}

impl Unreal {
    /// The reason code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negated => "negated",
            Self::Modal => "not_real",
            Self::Form => "not_past",
        }
    }
}

/// A trigger in a sentence.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// The word that carries the form.
    pub head: usize,
    /// Lexicon entry of the pattern that matched.
    pub entry: u32,
    /// Features of the form.
    pub feats: Feats,
    /// Rules that it may fire.
    pub rules: Vec<u32>,
    /// The words of each rule's patterns that stand apart, "привлечены … к уголовной"; none where one needs no such word.
    pub beside: Vec<Option<Vec<usize>>>,
    /// Why it states nothing, if so.
    pub unreal: Option<Unreal>,
    /// Clause number.
    pub clause: usize,
    /// A reflexive verb: its subject is who it happens to ("попавшийся").
    pub reflexive: bool,
}

/// A trigger's rule with one argument; none where the object is implied.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// Index into the triggers.
    pub trigger: usize,
    /// Rule number.
    pub rule: u32,
    /// Index into the arguments.
    pub argument: Option<usize>,
    /// Distance measure: 0 is adjacent; larger is less certain.
    pub cost: f32,
}

/// Finds the triggers: of overlapping ones the more specific wins; equal spans share their rules.
pub fn triggers(scene: &Scene<'_>, rules: &[Rule], taken: &dyn Fn(usize) -> bool) -> Vec<Trigger> {
    let mut marks: Vec<&Mark> =
        scene.marks.iter().filter(|m| m.dimension == Dimension::Trigger && !taken(m.start)).collect();
    marks.sort_by_key(|m| (std::cmp::Reverse(m.weight), m.start, m.end, m.entry));
    let mut found: Vec<(Trigger, u16)> = Vec::new();
    for mark in marks {
        let rule = scene.lexicon.entries[mark.entry as usize].rule;
        let feats = best_form(scene, mark, &rules[rule as usize]);
        if let Some((trigger, weight)) = found.iter_mut().find(|(t, _)| t.start < mark.end && mark.start < t.end) {
            let spans = trigger.start == mark.start && trigger.end == mark.end;
            let same = spans && (*weight == mark.weight || !scene.lexicon.patterns.is_head_final())
                || (*weight == mark.weight && trigger.head == mark.head);
            // A stopper of the same type keeps the lighter pattern out even where both lie on one word.
            let stopped = trigger.rules.iter().map(|r| &rules[*r as usize]).any(|held| {
                held.event_type == rules[rule as usize].event_type && held.is_stopper() && *weight > mark.weight
            });
            let says = |f: Feats| f.any(Feats::SHORT) || f.has(Feats::FINITE | Feats::PAST);
            if let Some(known) = trigger.rules.iter().position(|r| *r == rule).filter(|_| spans) {
                let words = trigger.beside[known].take().zip(mark.beside);
                trigger.beside[known] = words.map(|(words, word)| [words, vec![word]].concat());
            }
            if same && !stopped && !trigger.rules.contains(&rule) {
                trigger.rules.push(rule);
                trigger.beside.push(mark.beside.map(|word| vec![word]));
                trigger.feats |= feats;
            } else if same && !stopped && spans && says(feats) && !says(trigger.feats) {
                // The same words by another pattern of the rule: the reading that is a predicate counts.
                trigger.feats = feats;
            }
            continue;
        }
        let trigger = Trigger {
            start: mark.start,
            end: mark.end,
            head: mark.head,
            entry: mark.entry,
            feats,
            rules: vec![rule],
            beside: vec![mark.beside.map(|word| vec![word])],
            unreal: None,
            clause: 0,
            reflexive: scene.text.stream.lower(mark.head).ends_with("ся"),
        };
        found.push((trigger, mark.weight));
    }
    let mut triggers: Vec<Trigger> = found.into_iter().map(|(t, _)| t).collect();
    triggers.sort_by_key(|t| t.start);
    if scene.lexicon.patterns.is_head_final() {
        for trigger in &mut triggers {
            close(scene, trigger);
        }
    }
    triggers
}

/// Kazakh: the participle is the finite verb where nothing follows that it could describe (`ұсталған.`,
/// `ұсталған еді`), or where it is a clause's own noun (`ұсталғаны белгілі`).
fn close(scene: &Scene<'_>, trigger: &mut Trigger) {
    let stream = scene.text.stream;
    if trigger.feats.has(Feats::COND) {
        // "187 қылмыс тіркелсе, биыл 112-ге жеткен": real, if what follows is.
        let last = (trigger.end..scene.end).rev().find(|i| stream.token(*i).kind == Kind::Word);
        let past = last.is_some_and(|i| {
            let feats =
                scene.text.feats(i) | scene.text.senses(i).iter().fold(Feats::default(), |all, s| all | s.feats);
            feats.any(Feats::PAST) && !feats.any(Feats::PRES | Feats::FUT | Feats::IRREAL)
        });
        trigger.feats |= if past { Feats::CONV } else { Feats::IRREAL };
    }
    if !trigger.feats.has(Feats::PART) {
        return;
    }
    if trigger.feats.has(Feats::PLUR) {
        // "сотталғандар": those who were.
        trigger.feats = Feats(trigger.feats.0 & !(Feats::PART.0 | Feats::VERB.0)) | Feats::NOUN;
        return;
    }
    let ends = trigger.end >= scene.end
        || stream.token(trigger.end).kind == Kind::Punct
            && !matches!(stream.lower(trigger.end), "«" | "\"" | "“" | "-");
    let auxiliary = || {
        scene.marks.iter().any(|m| {
            let entry = &scene.lexicon.entries[m.entry as usize];
            m.start == trigger.end && m.dimension == Dimension::Modality && entry.code.as_ref() == "auxiliary"
        })
    };
    if ends || trigger.feats.has(Feats::POSS) || auxiliary() {
        trigger.feats = Feats(trigger.feats.0 & !Feats::PART.0) | Feats::FINITE | Feats::PAST;
    }
}

/// The features of the reading that is most likely a predicate.
fn best_form(scene: &Scene<'_>, mark: &Mark, rule: &Rule) -> Feats {
    if rule.predicative {
        return Feats::VERB | Feats::SHORT | Feats::PAST;
    }
    let senses = scene.text.senses(mark.head).iter().filter(|s| s.lemma == mark.lemma);
    let mut all = Feats::default();
    let mut predicate = Feats::default();
    for sense in senses {
        all |= sense.feats;
        if sense.feats.any(Feats::SHORT) || sense.feats.has(Feats::FINITE | Feats::PAST) {
            predicate |= sense.feats;
        }
    }
    if predicate == Feats::default() { all } else { predicate }
}

/// Marks triggers whose words do not say that the thing has happened.
pub fn judge(
    scene: &Scene<'_>,
    triggers: &mut [Trigger],
    clauses: &Clauses,
    rules: &[Rule],
    (sentence_is_unreal, of_law): (bool, bool),
) {
    let settled = triggers.iter().filter(|t| is_settled(scene, t)).map(|t| t.start).max();
    for trigger in triggers.iter_mut() {
        trigger.clause = clauses.of(trigger.head);
        if trigger.rules.iter().all(|r| rules[*r as usize].predicative) && has_verb(scene, trigger) {
            trigger.unreal = Some(Unreal::Form);
            continue;
        }
        let rule = |f: fn(&Rule) -> bool| trigger.rules.iter().any(|r| f(&rules[*r as usize]));
        let mut realis = false;
        let joined = trigger.feats.has(Feats::CONV) && settled.is_some_and(|s| trigger.start < s);
        let mut modal = sentence_is_unreal || of_law && !joined && !is_settled(scene, trigger);
        let mut negated = trigger.feats.any(Feats::NEG);
        for mark in scene.marks {
            let entry = &scene.lexicon.entries[mark.entry as usize];
            if mark.dimension != Dimension::Modality || (mark.start < trigger.end && trigger.start < mark.end) {
                continue;
            }
            // "не менее 5 кг": the negation is the qualifier's.
            if scene.marks.iter().any(|q| {
                q.start <= mark.start
                    && mark.end <= q.end
                    && q.end - q.start > mark.end - mark.start
                    && q.dimension == Dimension::Qualifier
            }) {
                continue;
            }
            match entry.code.as_ref() {
                "clause" if clauses.of(mark.start) == trigger.clause && reaches(scene, mark, trigger) => modal = true,
                // "суд постановил: признать виновным": what follows the colon is what was decided.
                "realis"
                    if clauses.of(mark.start) == trigger.clause
                        || mark.end < trigger.start && scene.text.stream.lower(mark.end) == ":"
                        || goes_on(scene, mark, trigger) =>
                {
                    // "задержать не удалось": the negation of the helping verb is that of the deed.
                    let denied = mark.start > scene.start
                        && scene.marks.iter().any(|n| {
                            n.end == mark.start
                                && n.dimension == Dimension::Modality
                                && scene.lexicon.entries[n.entry as usize].code.as_ref() != "realis"
                        });
                    negated |= denied && trigger.feats.has(Feats::INF);
                    realis |= !denied;
                }
                "negation"
                    if mark.end == trigger.head
                        || mark.end == trigger.start
                        || mark.end + 1 == trigger.start && clauses.of(mark.start) == trigger.clause =>
                {
                    negated = true;
                }
                "negation_after" if mark.start == trigger.end => negated = true,
                "modal_after" if mark.start >= trigger.end && mark.start <= trigger.end + 1 => modal = true,
                _ => {}
            }
        }
        let feats = trigger.feats;
        let past = feats.any(Feats::SHORT | Feats::CONV | Feats::PART) || feats.has(Feats::PAST);
        let verb = feats.any(Feats::VERB);
        let plain = feats.has(Feats::FINITE) && !feats.any(Feats::FUT | Feats::PRES | Feats::IMP);
        let allowed = feats.has(Feats::PRES) && rule(|r| r.present)
            || feats.has(Feats::FUT) && rule(|r| r.future)
            || feats.has(Feats::INF) && (realis || rule(|r| r.infinitive));
        let form = verb && !(past || plain || allowed);
        trigger.unreal = if negated {
            Some(Unreal::Negated)
        } else if modal && !realis && !(rule(|r| r.inherit) && !verb && !sentence_is_unreal) {
            Some(Unreal::Modal)
        } else if form || feats.any(Feats::IRREAL) {
            Some(Unreal::Form)
        } else {
            None
        };
    }
}

/// Whether a verb stands between the marks around a predicate without a verb: then the verb says what happened.
fn has_verb(scene: &Scene<'_>, trigger: &Trigger) -> bool {
    let stream = scene.text.stream;
    let within = |i: &usize| stream.token(*i).kind != Kind::Punct || matches!(stream.lower(*i), "«" | "»" | "\"");
    // "Двое подозреваемых – под домашним арестом": a participle that names persons is no verb.
    let names = |i: usize| scene.marks.iter().any(|m| m.dimension == Dimension::Person && m.start <= i && i < m.end);
    let verb = |i: usize| {
        let feats = scene.text.feats(i);
        let full = feats.any(Feats::PART) && !feats.any(Feats::FINITE | Feats::SHORT);
        feats.any(Feats::FINITE | Feats::SHORT | Feats::INF | Feats::CONV | Feats::PART)
            && !feats.any(Feats::NOUN)
            && !(full && names(i))
    };
    (trigger.end..scene.end).take_while(within).any(verb)
        || (scene.start..trigger.start).rev().take_while(within).any(verb)
}

/// Joins arguments to triggers.
pub fn bind(
    scene: &Scene<'_>,
    triggers: &[Trigger],
    arguments: &[Argument],
    clauses: &Clauses,
    rules: &[Rule],
    kazakh: bool,
) -> Vec<Bound> {
    let mut bound: Vec<Bound> = Vec::new();
    for (a, argument) in arguments.iter().enumerate() {
        let clause = clauses.of(argument.head);
        let mut best: Vec<Bound> = Vec::new();
        // "алып қойды" has no sheep, "хаттама толтырды" no case for another verb: the noun is a word of that trigger.
        let part_of = |t: &Trigger| t.start <= argument.start && argument.end <= t.end && t.end - t.start > 1;
        let word = kazakh && !argument.has_figure && triggers.iter().any(part_of);
        for (t, trigger) in triggers.iter().enumerate() {
            if word && !part_of(trigger) {
                continue;
            }
            // "26 задержанных": the participle is both the trigger and the noun of the figure.
            let substantive =
                argument.kind == ArgumentKind::Person && argument.has_figure && argument.head == trigger.head;
            // "возмещено 2 млрд тенге ущерба": the figure stands in the gap of the trigger's words.
            let inside = argument.has_figure && trigger.start < argument.start && argument.end <= trigger.end;
            let kinds = matches!(argument.kind, ArgumentKind::Money | ArgumentKind::Duration);
            // Kazakh: "құлдықтан екі ер адам босатылды", but not a noun that is a word of the trigger.
            let free = kazakh && argument.kind != ArgumentKind::Bare && argument.end <= trigger.head;
            let in_gap = inside && (!kazakh && kinds || free);
            // "18 мың доллар табылды": the unit is a word of the trigger, too.
            let overlaps = trigger.start < argument.end && argument.start < trigger.end;
            let shares_unit = kazakh
                && argument.kind == ArgumentKind::Money
                && argument.start < trigger.start
                && trigger.head >= argument.end;
            if overlaps
                && !shares_unit
                && !substantive
                && !in_gap
                && trigger.rules.iter().all(|r| rules[*r as usize].as_object.is_none() && !rules[*r as usize].itself)
            {
                continue;
            }
            for (n, &r) in trigger.rules.iter().enumerate() {
                let rule = &rules[r as usize];
                if argument.has_figure && told_beside(scene.text, trigger, n, argument.start, rules) {
                    continue;
                }
                let own_noun = trigger.start < argument.end && argument.start < trigger.end;
                if kazakh && is_apart_in_kazakh(scene, rule, trigger, argument)
                    || !kazakh && is_apart(scene, rule, trigger, argument, (arguments, clauses))
                {
                    continue;
                }
                let spoken =
                    !kazakh && rule.predicative && is_of_another_predicate(scene, r, trigger, argument, triggers);
                if spoken || rule.itself && !own_noun && argument.kind != ArgumentKind::Bare {
                    continue;
                }
                if !(substantive && rule.objects.contains(&argument.object) || accepts(rule, argument, trigger, kazakh))
                {
                    continue;
                }
                let relative = !kazakh && super::relative::takes(scene, trigger, argument, arguments, clauses);
                let chained = !kazakh && !argument.has_figure && chained(scene, triggers, trigger, argument);
                let apart = if relative || chained { 0 } else { trigger.clause.abs_diff(clause) };
                // A clause with a verb of its own mostly keeps its arguments: far bindings are proposed, the scorer decides.
                let own_verb = clauses.foreign.get(clause).copied().unwrap_or(false);
                if apart > 4 || apart > 1 && !argument.has_figure || apart > 0 && own_verb && !argument.has_figure {
                    continue;
                }
                let distance = if argument.start >= trigger.end {
                    argument.start - trigger.end
                } else {
                    trigger.start.saturating_sub(argument.end)
                };
                let before = trigger.end <= argument.start;
                // Kazakh: a number behind its verb is another's: "ұстады, деп хабарлайды Хабар 24".
                let opened = |i: usize| matches!(scene.text.stream.lower(i), "–" | "—" | "-" | ":" | "(");
                if kazakh
                    && before
                    && argument.kind == ArgumentKind::Bare
                    && !argument.part
                    && trigger.feats.any(Feats::FINITE)
                    && !(trigger.end..argument.start).any(opened)
                {
                    continue;
                }
                if kazakh
                    && (is_part_of_noun(scene, trigger, argument) || is_part_of_another(trigger, argument, arguments))
                {
                    continue;
                }
                // "телефон ұрлап жүрген қыздар": which telephones, nobody says.
                let thing = argument.kind == ArgumentKind::Thing && !argument.has_figure;
                if kazakh && thing && trigger.feats.has(Feats::CONV) && is_habit(scene, trigger) {
                    continue;
                }
                // "Ол қамауға алынды, қалған жетеуі жіберілді": what stands behind a finite verb, before another one.
                let closed = trigger.feats.has(Feats::FINITE) && !(trigger.end..argument.start).any(opened);
                if kazakh && before && apart > 0 && own_verb && closed {
                    continue;
                }
                // A stopper noun keeps what is its own: "с запретом на охоту, второму – 5 лет"; "24 адамды әкімшілік,
                // 8 шенеунікті тәртіптік жауапқа тарттырды".
                let stops = rule.objects.is_empty() && !trigger.feats.any(Feats::VERB) && before != kazakh;
                let (from, to) = if before { (trigger.end, argument.start) } else { (argument.end, trigger.start) };
                if stops && comma_between(scene, from, to) {
                    continue;
                }
                // "освобождением всех заложников, преступника обезвредили": a noun's person ends with its phrase.
                let named = argument.kind == ArgumentKind::Person && !argument.has_figure && !kazakh;
                if named && before && substantival(trigger) && comma_between(scene, trigger.end, argument.start) {
                    continue;
                }
                // "Прокурор отметил, что двое арестованы": the verb has persons of its own.
                let own = |o: &Argument| {
                    o.kind == ArgumentKind::Person
                        && clauses.of(o.head) == trigger.clause
                        && accepts(rule, o, trigger, kazakh)
                };
                if named && apart > 0 && argument.end <= trigger.start && arguments.iter().any(own) {
                    continue;
                }
                let mut cost = 6.0 * apart as f32 + 0.2 * distance.min(40) as f32;
                if apart > 0 && own_verb {
                    cost += 8.0;
                }
                if kazakh {
                    cost += order_cost(trigger, before, distance);
                }
                // A noun alone yields to any verb in reach.
                if rule.itself {
                    cost += ITSELF;
                }
                // "Общий вес – 48 граммов": the measure is of the goods told of before.
                let inherits = rule.inherit && argument.unit.is_some() && !kazakh;
                if argument.kind == ArgumentKind::Bare && !inherits {
                    cost += 3.0 + distance.saturating_sub(4).min(20) as f32;
                    if argument.part && rule.count.is_none() {
                        cost += ITSELF;
                    }
                }
                if !rule.cedes.is_empty() && ceded(scene, rule, trigger, triggers, argument, rules, kazakh) {
                    cost += ITSELF;
                }
                cost += if chained || rule.inherit && distance <= 6 {
                    0.0
                } else {
                    4.0 * between(triggers, trigger, argument) as f32
                };
                best.push(Bound { trigger: t, rule: r, argument: Some(a), cost });
            }
        }
        best.sort_by(|x, y| x.cost.total_cmp(&y.cost).then(x.trigger.cmp(&y.trigger)).then(x.rule.cmp(&y.rule)));
        let Some(first) = best.first().cloned() else { continue };
        // "Пятеро подсудимых признаны виновными": the noun says one thing of them, the verb another.
        let inside = |b: &Bound| triggers[b.trigger].start < argument.end && argument.start < triggers[b.trigger].end;
        // "сожгли 840 кг наркотиков, изъятых по 320 делам": the participle says one thing, the verb another.
        let full = |b: &Bound| {
            let feats = triggers[b.trigger].feats;
            !kazakh && feats.has(Feats::PART) && !feats.any(Feats::SHORT | Feats::FINITE)
        };
        if (inside(&first) || full(&first))
            && let Some(other) = best.iter().find(|b| {
                !inside(b)
                    && !full(b)
                    && b.cost < 6.0
                    && rules[b.rule as usize].event_type != rules[first.rule as usize].event_type
            })
        {
            bound.push(other.clone());
        }
        // The same trigger may state several results of one argument (conviction and sentence differ in object
        // and never meet here), and coordinated triggers share it: "задержаны и арестованы двое".
        let lead = &triggers[first.trigger];
        let mut types = vec![rules[first.rule as usize].event_type.clone()];
        let shared: Vec<Bound> = best[1..]
            .iter()
            .filter(|b| {
                let other = &triggers[b.trigger];
                let ty = &rules[b.rule as usize].event_type;
                if types.contains(ty) {
                    return false;
                }
                let relative = || super::relative::takes(scene, other, argument, arguments, clauses);
                let joined = b.trigger == first.trigger
                    || !kazakh
                        && argument.has_figure
                        && super::relative::is_patient(scene, other, argument)
                        && relative()
                    || coordinated(scene, lead, other)
                    || kazakh && described(argument, lead, other)
                    || rules[first.rule as usize].cedes.contains(ty) && handed_on(scene, lead, argument, other)
                    || rules[b.rule as usize].cedes.contains(&types[0]) && handed_on(scene, other, argument, lead);
                if joined {
                    types.push(ty.clone());
                }
                joined
            })
            .cloned()
            .collect();
        bound.push(first);
        bound.extend(shared);
    }
    bound
}
