//! Frames: triggers with the arguments they take.
//!
//! A sentence is cut into clauses, each around one predicate. Each argument goes to the trigger that accepts its object and stands in its
//! clause, else in the neighbouring one; a clause with a verb of its own keeps its arguments to itself.

use super::accept::accepts;
use super::argument::{Argument, ArgumentKind, Scene};
use super::clause::Clauses;
use super::feats::Feats;
use super::joint::{
    between, ceded, chained, comma_between, coordinated, described, handed_on, is_apart, is_apart_in_kazakh, is_habit,
    is_of_another_predicate, is_of_longer, is_part_of_another, is_part_of_noun, is_subject_apart, order_cost,
    substantival, told_beside,
};
use super::rule::Rule;
use super::trigger::Trigger;

/// What a noun without a verb costs: more than a verb of the same clause, less than one of the next.
const ITSELF: f32 = 5.0;

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
            if word && !part_of(trigger) || trigger.covered && is_of_longer(scene, triggers, trigger, argument) {
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
            // "возмещён весь ущерб – 14 млрд": the trigger ends with the noun that the figure explains.
            let beyond =
                is_sum_of_noun(argument) && argument.end > trigger.end && trigger.start < argument.start && !kazakh;
            let overlaps = trigger.start < argument.end && argument.start < trigger.end && !beyond;
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
                if kazakh && is_apart_in_kazakh(scene, rule, trigger, argument, arguments)
                    || !kazakh && is_apart(scene, rule, trigger, argument, (arguments, clauses))
                {
                    continue;
                }
                let spoken =
                    !kazakh && rule.predicative && is_of_another_predicate(scene, r, trigger, argument, triggers);
                if spoken || rule.itself && !own_noun && argument.kind != ArgumentKind::Bare {
                    continue;
                }
                let strong;
                let argument = if argument.weak && !kazakh && is_subject_apart(scene, trigger, argument, clauses) {
                    strong = Argument { weak: false, ..argument.clone() };
                    &strong
                } else {
                    argument
                };
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
                // "Из Сирии вернули 14 горожан, двое взяты под стражу": so has this one, and the first are another's.
                // "девять приезжих и двое горожан; все они задержаны": both are.
                let parted = |o: &Argument| {
                    let mark = |i: usize| matches!(scene.text.stream.lower(i), "," | ";" | "–" | "—");
                    (argument.end..o.start).any(mark)
                };
                let counted = |o: &Argument| {
                    o.has_figure
                        && matches!(o.kind, ArgumentKind::Person | ArgumentKind::Bare)
                        && o.end <= trigger.start
                        && (clauses.of(o.head) == trigger.clause || o.start >= argument.end)
                        && (o.start < argument.end || parted(o))
                        && o.start != argument.start
                        && accepts(rule, o, trigger, kazakh)
                };
                let crowd = argument.kind == ArgumentKind::Person && argument.end <= trigger.start && !kazakh;
                if crowd && apart > 0 && arguments.iter().any(counted) {
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
        // What a longer trigger takes is not told by the shorter one within it.
        let over = |b: &Bound| {
            let own = &triggers[b.trigger];
            let longer = |o: &Trigger| !o.covered && o.start < own.end && own.start < o.end;
            own.covered && best.iter().any(|o| longer(&triggers[o.trigger]))
        };
        let mut told = best.iter().map(over).collect::<Vec<bool>>().into_iter();
        best.retain(|_| told.next() != Some(true));
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
                if other.covered || types.contains(ty) {
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
    if kazakh {
        keep_silent(triggers, rules, &mut bound);
    }
    bound
}

/// A figure that says how large the sum is that a noun before it names: "ущерб – 14 млрд".
fn is_sum_of_noun(argument: &Argument) -> bool {
    argument.has_figure && argument.kind == ArgumentKind::Thing && argument.object.as_ref() == "money"
}

/// Kazakh: a shorter trigger speaks only where the longer ones over it have nothing to say.
fn keep_silent(triggers: &[Trigger], rules: &[Rule], bound: &mut Vec<Bound>) {
    let implies = |t: &Trigger| t.rules.iter().any(|r| rules[*r as usize].implied.is_some());
    let speaks = |t: usize| implies(&triggers[t]) || bound.iter().any(|b| b.trigger == t);
    let silent = |own: &Trigger| {
        let over = |o: &Trigger| !o.covered && o.start < own.end && own.start < o.end;
        own.covered && (0..triggers.len()).any(|t| over(&triggers[t]) && speaks(t))
    };
    let silent: Vec<bool> = triggers.iter().map(silent).collect();
    bound.retain(|b| !silent[b.trigger]);
}
