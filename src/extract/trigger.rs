//! Triggers: the words of a rule in a form that says the thing has happened.

use super::argument::Scene;
use super::clause::{Clauses, is_settled, reaches};
use super::feats::Feats;
use super::joint::goes_on;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::rule::Rule;
use super::token::Kind;

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
    /// A longer trigger covers it: it states only what that one does not take, "Курьера поймали на взятке".
    pub covered: bool,
}

/// Finds the triggers: of overlapping ones the more specific wins; equal spans share their rules.
pub fn triggers(scene: &Scene<'_>, rules: &[Rule], taken: &dyn Fn(usize) -> bool) -> Vec<Trigger> {
    let mut marks: Vec<&Mark> =
        scene.marks.iter().filter(|m| m.dimension == Dimension::Trigger && !taken(m.start)).collect();
    marks.sort_by_key(|m| (std::cmp::Reverse(m.weight), m.start, m.end, m.entry));
    let mut found: Vec<(Trigger, u16)> = Vec::new();
    let mut covered: Vec<Trigger> = Vec::new();
    let mut stoppers: Vec<&Mark> = Vec::new();
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
            } else if rules[rule as usize].is_stopper() {
                stoppers.push(mark);
            } else if !same && !stopped && may_state(rules, (&found, &stoppers), mark, feats) {
                match covered.iter_mut().find(|t| (t.start, t.end, t.head) == (mark.start, mark.end, mark.head)) {
                    Some(known) if known.rules.contains(&rule) => {}
                    Some(known) => {
                        known.rules.push(rule);
                        known.beside.push(mark.beside.map(|word| vec![word]));
                    }
                    None => covered.push(Trigger { covered: true, ..new_trigger(scene, mark, rule, feats) }),
                }
            }
            continue;
        }
        found.push((new_trigger(scene, mark, rule, feats), mark.weight));
    }
    let mut triggers: Vec<Trigger> = found.into_iter().map(|(t, _)| t).collect();
    triggers.sort_by_key(|t| t.start);
    triggers.extend(covered);
    if scene.lexicon.patterns.is_head_final() {
        for trigger in &mut triggers {
            close(scene, trigger);
        }
    }
    triggers
}

fn new_trigger(scene: &Scene<'_>, mark: &Mark, rule: u32, feats: Feats) -> Trigger {
    Trigger {
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
        covered: false,
    }
}

/// Whether a shorter trigger may state what the longer ones over it do not take: none is there to keep it silent.
fn may_state(rules: &[Rule], (found, stoppers): (&[(Trigger, u16)], &[&Mark]), mark: &Mark, feats: Feats) -> bool {
    let states = |r: &u32| !rules[*r as usize].is_stopper();
    let mut over = found.iter().filter(|(t, _)| t.start < mark.end && mark.start < t.end);
    feats.any(Feats::VERB | Feats::SHORT)
        && over.all(|(t, _)| t.rules.iter().all(states))
        && !stoppers.iter().any(|m| m.start < mark.end && mark.start < m.end)
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
