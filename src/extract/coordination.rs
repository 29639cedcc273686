//! Coordination: `хозяин и его сын` are two persons.

use super::argument::{Argument, ArgumentKind, Scene};
use super::feats::Feats;
use super::token::Kind;

/// Words that may stand between two coordinated nouns, the conjunction included.
const SPAN: usize = 6;

/// Joins pairs of single persons in one case into one argument.
pub(super) fn join(scene: &Scene<'_>, arguments: &mut Vec<Argument>) {
    let mut i = 0;
    while i + 1 < arguments.len() {
        if let Some(feats) = joined(scene, &arguments[i], &arguments[i + 1]) {
            let second = arguments.remove(i + 1);
            let first = &mut arguments[i];
            first.end = second.end;
            first.value = Some(2.0);
            first.feats = Feats(feats.0 & !Feats::SING.0) | Feats::PLUR;
        }
        i += 1;
    }
}

/// The features that two single persons share, if a conjunction joins them.
fn joined(scene: &Scene<'_>, one: &Argument, other: &Argument) -> Option<Feats> {
    let single = |a: &Argument| {
        a.kind == ArgumentKind::Person
            && !a.has_figure
            && a.value == Some(1.0)
            && a.role.as_deref() == Some("party")
            && !a.weak
    };
    let between = one.end..other.start;
    if !single(one) || !single(other) || between.is_empty() || between.len() > SPAN {
        return None;
    }
    let stream = scene.text.stream;
    let at = between.clone().find(|i| stream.lower(*i) == "и")?;
    // After the conjunction only what describes the second: "и её заместитель", "и 28-летний житель".
    let plain = between.clone().all(|i| {
        let feats = scene.morphology.feats(stream.lower(i));
        let predicate = feats.any(Feats::FINITE | Feats::SHORT | Feats::INF | Feats::CONV) && !feats.any(Feats::NOUN);
        i == at || stream.token(i).kind != Kind::Punct && !predicate && (i < at || !feats.any(Feats::NOUN))
    });
    let shared = Feats(one.feats.0 & other.feats.0);
    (plain && shared.any(Feats::NOM | Feats::ACC | Feats::GEN | Feats::DAT)).then_some(shared)
}
