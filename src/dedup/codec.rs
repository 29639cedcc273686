//! A fingerprint as bytes: what travels between the machines of a cluster.
//!
//! Little-endian, without names: both ends run one build, and [`VERSION`] refuses what another one wrote.

use super::features::{Claim, Fingerprint, Marks};
use crate::record::{Qualifier, Scope};
use std::sync::Arc;

/// The layout's version, the first byte.
const VERSION: u8 = 3;

impl Fingerprint {
    /// The fingerprint as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Named field by field, so that a new field does not compile until it travels, too. The last three follow from
        // the claims.
        let Self {
            language,
            outlet,
            day,
            sets,
            ends,
            lead,
            names,
            mass,
            lead_mass,
            digest,
            claims,
            uncompared,
            kinds: _,
            regions: _,
            everywhere: _,
        } = self;
        let mut out = Vec::with_capacity(64 + sets.len() * 4 + claims.len() * 160);
        out.push(VERSION);
        put(&mut out, [*language, *outlet, mass.to_bits(), lead_mass.to_bits(), u32::from(*digest)]);
        put_days(&mut out, day.map(|d| (d, d)));
        put_set(&mut out, sets);
        put(&mut out, ends.map(u32::from));
        put_marks(&mut out, lead);
        put_marks(&mut out, names);
        put(&mut out, [claims.len() as u32, *uncompared]);
        for (number, claim) in claims.iter().enumerate() {
            put_claim(&mut out, claim);
            // Many mentions stand in one paragraph, which travels with the first.
            if usize::from(claim.paragraph) == number {
                put_set(&mut out, &claim.context);
            }
        }
        out
    }

    /// The fingerprint of [`Fingerprint::to_bytes`]; none of other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, mut rest) = bytes.split_first()?;
        let from = &mut rest;
        if *version != VERSION {
            return None;
        }
        let [language, outlet, mass, lead_mass, digest] = take(from)?;
        let day = take_days(from)?.map(|days| days.0);
        let sets = take_set(from)?;
        let ends: [u32; 3] = take(from)?;
        let (lead, names) = (take_marks(from)?, take_marks(from)?);
        let [n, uncompared] = take(from)?;
        let mut claims: Vec<Claim> = Vec::with_capacity((n as usize).min(from.len()));
        for number in 0..n as usize {
            let mut claim = take_claim(from)?;
            let first = usize::from(claim.paragraph);
            claim.context =
                if first == number { Arc::from(take_set(from)?) } else { claims.get(first)?.context.clone() };
            claims.push(claim);
        }
        let sorted = ends.is_sorted() && ends[2] as usize == sets.len() && u16::try_from(sets.len()).is_ok();
        let complete = rest.is_empty() && sorted;
        let print = complete.then(|| Self {
            language,
            outlet,
            day,
            sets,
            ends: ends.map(|end| end as u16),
            lead,
            names,
            mass: f32::from_bits(mass),
            lead_mass: f32::from_bits(lead_mass),
            digest: digest != 0,
            uncompared,
            ..Self::default()
        })?;
        Some(print.with_claims(claims.into()))
    }
}

fn put_claim(out: &mut Vec<u8>, claim: &Claim) {
    let Claim {
        id,
        event_type,
        object,
        unit,
        value,
        value_max,
        qualifier,
        scope,
        regions,
        locality,
        offence,
        agencies,
        citizenships,
        period,
        date,
        evidence,
        context: _,
        in_lead,
        background,
        updated,
        start,
        end,
        part_of,
        kind,
        digits,
        specificity,
        evidence_mass,
        context_mass,
        paragraph,
        is_alone,
        is_largest,
        is_main,
        update,
    } = claim;
    let flags = [in_lead, background, updated, is_alone, is_largest, is_main];
    let flags = (0..).zip(flags).map(|(bit, flag)| u32::from(*flag) << bit).sum();
    put(out, [*id, *event_type, *object, *unit, *locality, *offence, *start, flags]);
    let other = |claim: &Option<u16>| claim.map_or(u32::MAX, u32::from);
    put(out, [*qualifier as u32, *scope as u32, other(part_of), other(update), *end, *kind, *digits]);
    put(out, [specificity.to_bits(), evidence_mass.to_bits(), context_mass.to_bits(), u32::from(*paragraph)]);
    put_value(out, *value);
    put_value(out, *value_max);
    put_days(out, *period);
    put_days(out, *date);
    for set in [&regions[..], agencies, citizenships, evidence] {
        put_set(out, set);
    }
}

fn take_claim(from: &mut &[u8]) -> Option<Claim> {
    let [id, event_type, object, unit, locality, offence, start, flags] = take(from)?;
    let [qualifier, scope, part_of, update, end, kind, digits] = take(from)?;
    let [specificity, evidence_mass, context_mass, paragraph] = take(from)?;
    let (value, value_max) = (take_value(from)?, take_value(from)?);
    let (period, date) = (take_days(from)?, take_days(from)?);
    let mut set = || take_set(from);
    let (regions, agencies, citizenships, evidence) = (set()?, set()?, set()?, set()?);
    Some(Claim {
        id,
        event_type,
        object,
        unit,
        value,
        value_max,
        qualifier: Qualifier::ALL.into_iter().find(|q| *q as u32 == qualifier)?,
        scope: Scope::ALL.into_iter().find(|s| *s as u32 == scope)?,
        regions,
        locality,
        offence,
        agencies,
        citizenships,
        period,
        date,
        evidence,
        context: Arc::default(),
        in_lead: flags & 1 != 0,
        background: flags & 2 != 0,
        updated: flags & 4 != 0,
        start,
        end,
        part_of: u16::try_from(part_of).ok(),
        kind,
        digits,
        specificity: f32::from_bits(specificity),
        evidence_mass: f32::from_bits(evidence_mass),
        context_mass: f32::from_bits(context_mass),
        paragraph: u16::try_from(paragraph).ok()?,
        is_alone: flags & 8 != 0,
        is_largest: flags & 16 != 0,
        is_main: flags & 32 != 0,
        update: u16::try_from(update).ok(),
    })
}

fn put<const N: usize>(out: &mut Vec<u8>, values: [u32; N]) {
    for v in values {
        out.extend_from_slice(&v.to_le_bytes());
    }
}

fn take<const N: usize>(from: &mut &[u8]) -> Option<[u32; N]> {
    let (head, rest) = from.split_at_checked(N * 4)?;
    let (words, _) = head.as_chunks::<4>();
    *from = rest;
    Some(std::array::from_fn(|at| u32::from_le_bytes(words[at])))
}

fn put_set(out: &mut Vec<u8>, set: &[u32]) {
    put(out, [set.len() as u32]);
    for v in set {
        out.extend_from_slice(&v.to_le_bytes());
    }
}

fn take_set(from: &mut &[u8]) -> Option<Box<[u32]>> {
    let [n] = take(from)?;
    let (head, rest) = from.split_at_checked((n as usize).checked_mul(4)?)?;
    *from = rest;
    Some(head.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect())
}

fn put_marks(out: &mut Vec<u8>, marks: &Marks) {
    out.extend(marks.iter().flat_map(|v| v.to_le_bytes()));
}

fn take_marks(from: &mut &[u8]) -> Option<Marks> {
    let mut marks = Marks::default();
    for mark in &mut marks {
        let [low, high] = take(from)?;
        *mark = u64::from(low) | u64::from(high) << 32;
    }
    Some(marks)
}

fn put_value(out: &mut Vec<u8>, value: Option<f64>) {
    let bits = value.unwrap_or_default().to_bits();
    put(out, [u32::from(value.is_some()), bits as u32, (bits >> 32) as u32]);
}

#[expect(clippy::option_option, reason = "whether the bytes suffice, and whether it is known")]
fn take_value(from: &mut &[u8]) -> Option<Option<f64>> {
    let [some, low, high] = take(from)?;
    Some((some != 0).then(|| f64::from_bits(u64::from(low) | u64::from(high) << 32)))
}

fn put_days(out: &mut Vec<u8>, days: Option<(i32, i32)>) {
    let (first, last) = days.unwrap_or_default();
    put(out, [u32::from(days.is_some()), first.cast_unsigned(), last.cast_unsigned()]);
}

#[expect(clippy::option_option, reason = "whether the bytes suffice, and whether it is known")]
fn take_days(from: &mut &[u8]) -> Option<Option<(i32, i32)>> {
    let [some, first, last] = take(from)?;
    Some((some != 0).then_some((first.cast_signed(), last.cast_signed())))
}
