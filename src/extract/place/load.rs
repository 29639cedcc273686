//! The gazetteer's files, read into a table from first words to forms.

use super::context::Context;
use super::forms::{
    adjective_forms, inhabitant_forms, kazakh_abbreviation, kazakh_cases, kazakh_inhabitants, name_forms,
};
use super::{Gazetteer, Place, PlaceKind};
use crate::extract::token::TokenStream;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeSet;

const PLACES: &str = "pipelines/gazetteers/kz_places.csv";
const FOREIGN: &str = "pipelines/gazetteers/foreign.csv";
const CONTEXT: &str = "pipelines/gazetteers/context.toml";

/// What a form needs around it to be a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// `Жамбылская`, before «область»; alone where the flag tells so.
    RegionAdjective { alone: bool },
    /// `Абай`, beside «область» or «облысы».
    RegionNoun,
    /// `Меркенский`, before «район».
    DistrictAdjective,
    /// `Нура`, beside «район» or «ауданы».
    DistrictNoun,
    /// A name that stands alone.
    Name,
    /// A name that is a surname, too: not beside another capitalised word.
    Surname,
    /// A name that is too common to stand without a head.
    Headed,
    /// `алматинский`
    Adjective,
    /// `алматинец`
    Inhabitant,
    /// `ВКО`
    Abbreviation,
    /// `столица`
    Byname,
}

/// One surface form: the words after its first one, and what it means.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) tail: Box<[Box<str>]>,
    pub(super) place: u32,
    pub(super) role: Role,
    pub(super) russian: bool,
    pub(super) kazakh: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRow {
    kato: String,
    region: String,
    kind: PlaceKind,
    name_ru: String,
    name_kk: String,
    aliases: String,
    adjectives: String,
    inhabitants: String,
    bare: Bare,
    lat: Option<f64>,
    lon: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForeignRow {
    country: String,
    kind: PlaceKind,
    name_ru: String,
    name_kk: String,
    aliases: String,
    adjectives: String,
    inhabitants: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Bare {
    Yes,
    Surname,
    Head,
}

#[derive(Default)]
struct Builder {
    places: Vec<Place>,
    first: FxHashMap<Box<str>, Vec<Form>>,
    codes: FxHashMap<String, Code>,
}

pub(super) fn load(knowledge: &Knowledge) -> Result<Gazetteer, KnowledgeError> {
    let text = |path: &str| {
        knowledge.get(path).ok_or_else(|| KnowledgeError::invalid(path, "the file is missing; restore it"))
    };
    let context: Context =
        toml::from_str(text(CONTEXT)?).map_err(|e| KnowledgeError::invalid(CONTEXT, e.message().to_owned()))?;
    let mut builder = Builder::default();
    builder.first.reserve(48_000);
    let mut seen = BTreeSet::new();
    for (line, row) in rows::<PlaceRow>(PLACES, text(PLACES)?)? {
        let place = format!("{PLACES}:{line}");
        let is_code = row.kato.len() == 9 && row.kato.bytes().all(|b| b.is_ascii_digit());
        if !row.kato.is_empty() && !is_code {
            return Err(KnowledgeError::invalid(place, format!("kato {} is not 9 digits", row.kato)));
        }
        if !row.region.starts_with("KZ-") || row.name_ru.is_empty() || row.name_kk.is_empty() {
            return Err(KnowledgeError::invalid(place, "region, name_ru and name_kk are required"));
        }
        if row.lat.is_some() != row.lon.is_some()
            || row.lat.is_some_and(|lat| !(40.0..56.0).contains(&lat))
            || row.lon.is_some_and(|lon| !(46.0..88.0).contains(&lon))
        {
            return Err(KnowledgeError::invalid(place, "the coordinates are not in Kazakhstan"));
        }
        if !seen.insert((row.region.clone(), row.kind, row.name_ru.clone())) {
            return Err(KnowledgeError::invalid(place, format!("{} is listed twice", row.name_ru)));
        }
        builder.add_place(&row);
    }
    for (line, row) in rows::<ForeignRow>(FOREIGN, text(FOREIGN)?)? {
        if row.country.len() != 2 || row.name_ru.is_empty() || row.name_kk.is_empty() {
            let place = format!("{FOREIGN}:{line}");
            return Err(KnowledgeError::invalid(place, "country (two letters), name_ru and name_kk are required"));
        }
        builder.add_foreign(&row);
    }
    for byname in &context.byname {
        let found = builder
            .places
            .iter()
            .position(|p| *p.name_ru == *byname.name && p.region.as_deref() == Some(byname.region.as_str()));
        let Some(place) = found else {
            let message = format!("byname of {} {}, which {PLACES} does not list", byname.region, byname.name);
            return Err(KnowledgeError::invalid(CONTEXT, message));
        };
        for form in &byname.forms {
            builder.add(form, place as u32, Role::Byname, true, true);
        }
    }
    Ok(Gazetteer { places: builder.places, first: builder.first, context, none: Code::from("") })
}

fn rows<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<Vec<(usize, T)>, KnowledgeError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .enumerate()
        .map(|(i, row)| match row {
            Ok(row) => Ok((i + 2, row)),
            Err(e) => Err(KnowledgeError::invalid(format!("{path}:{}", i + 2), e.to_string())),
        })
        .collect()
}

fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// The form as the tokeniser lower-cases it.
fn fold(name: &str) -> String {
    name.to_lowercase().replace('ё', "е")
}

fn is_abbreviation(name: &str) -> bool {
    name.chars().count() >= 2 && name.chars().all(|c| c.is_uppercase() || c == 'з')
}

impl Builder {
    fn code(&mut self, text: &str) -> Code {
        self.codes.entry(text.to_owned()).or_insert_with(|| Code::from(text)).clone()
    }

    fn add(&mut self, form: &str, place: u32, role: Role, russian: bool, kazakh: bool) {
        let simple = form.bytes().all(|b| b >= 0x80);
        let (head, tail): (Box<str>, Box<[Box<str>]>) = if simple {
            (form.into(), Box::default())
        } else {
            let stream = TokenStream::new(form);
            if stream.is_empty() {
                return;
            }
            (stream.lower(0).into(), (1..stream.len()).map(|i| stream.lower(i).into()).collect())
        };
        let forms = self.first.entry(head).or_default();
        if let Some(known) = forms.iter_mut().find(|f| f.place == place && f.role == role && f.tail == tail) {
            known.russian |= russian;
            known.kazakh |= kazakh;
        } else {
            forms.push(Form { tail, place, role, russian, kazakh });
        }
    }

    fn add_place(&mut self, row: &PlaceRow) {
        let id = self.places.len() as u32;
        let region = Some(self.code(&row.region));
        let kato = (!row.kato.is_empty()).then(|| self.code(&row.kato));
        let (name_ru, name_kk) = (self.code(&row.name_ru), self.code(&row.name_kk));
        let country = Some(self.code("KZ"));
        self.places.push(Place { kind: row.kind, region, country, kato, name_ru, name_kk });
        match row.kind {
            PlaceKind::Region => self.add_region(row, id),
            PlaceKind::District | PlaceKind::CityDistrict => self.add_district(row, id),
            _ => self.add_settlement(row, id),
        }
    }

    fn add_region(&mut self, row: &PlaceRow, id: u32) {
        let alone = row.bare == Bare::Yes;
        for name in std::iter::once(row.name_ru.as_str()).chain([row.name_kk.as_str()]).chain(list(&row.aliases)) {
            let folded = fold(name);
            if let Some(adjective) = folded.strip_suffix(" область") {
                for form in adjective_forms(adjective) {
                    self.add(&form, id, Role::RegionAdjective { alone }, true, false);
                }
            } else if let Some(noun) = folded.strip_prefix("область ").or(folded.strip_suffix(" облысы")) {
                self.add(noun, id, Role::RegionNoun, true, true);
            } else if is_abbreviation(name) {
                self.add(&folded, id, Role::Abbreviation, true, true);
                for form in kazakh_abbreviation(&folded) {
                    self.add(&form, id, Role::Abbreviation, false, true);
                }
            } else if alone {
                for form in name_forms(&folded) {
                    self.add(&form, id, Role::Name, true, false);
                }
                for form in kazakh_cases(&folded) {
                    self.add(&form, id, Role::Name, false, true);
                }
            } else {
                self.add(&folded, id, Role::RegionNoun, true, true);
            }
        }
        self.add_derived(&row.adjectives, &row.inhabitants, id);
        // "жетісулық", "батысқазақстандық": those of a region whose name means nothing else.
        if let Some(noun) = fold(&row.name_kk).strip_suffix(" облысы").filter(|noun| {
            // A region with a city of its name leaves the inhabitants to the city ("ақтөбелік").
            alone && (noun.contains(' ') || list(&row.aliases).any(|a| fold(a) == *noun))
        }) {
            let mut forms = kazakh_inhabitants(noun);
            if noun.contains(' ') {
                forms.extend(kazakh_inhabitants(&noun.replace(' ', "")));
            }
            for form in forms {
                self.add(&form, id, Role::Inhabitant, false, true);
            }
        }
    }

    fn add_district(&mut self, row: &PlaceRow, id: u32) {
        for name in std::iter::once(row.name_ru.as_str()).chain([row.name_kk.as_str()]).chain(list(&row.aliases)) {
            let folded = fold(name);
            if let Some(noun) = folded.strip_prefix("район ") {
                let noun = noun.strip_prefix("имени ").or(noun.strip_prefix("им. ")).unwrap_or(noun);
                self.add(noun, id, Role::DistrictNoun, true, true);
            } else if let Some(adjective) = folded.strip_suffix(" район") {
                for form in adjective_forms(adjective) {
                    self.add(&form, id, Role::DistrictAdjective, true, false);
                }
            } else {
                let noun = folded.strip_suffix(" ауданы").or(folded.strip_suffix(" аудан")).unwrap_or(&folded);
                self.add(noun, id, Role::DistrictNoun, true, true);
            }
        }
    }

    fn add_settlement(&mut self, row: &PlaceRow, id: u32) {
        let role = match row.bare {
            Bare::Yes => Role::Name,
            Bare::Surname => Role::Surname,
            Bare::Head => Role::Headed,
        };
        for name in std::iter::once(row.name_ru.as_str()).chain(list(&row.aliases)) {
            for form in name_forms(&fold(name)) {
                self.add(&form, id, role, true, false);
            }
        }
        for name in std::iter::once(row.name_kk.as_str()).chain(list(&row.aliases)) {
            for form in kazakh_cases(&fold(name)) {
                self.add(&form, id, role, false, true);
            }
        }
        self.add_derived(&row.adjectives, &row.inhabitants, id);
        if row.kind == PlaceKind::City && row.bare != Bare::Head {
            for form in kazakh_inhabitants(&fold(&row.name_kk)) {
                self.add(&form, id, Role::Inhabitant, false, true);
            }
        }
    }

    fn add_foreign(&mut self, row: &ForeignRow) {
        let id = self.places.len() as u32;
        let country = Some(self.code(&row.country));
        let (name_ru, name_kk) = (self.code(&row.name_ru), self.code(&row.name_kk));
        self.places.push(Place { kind: row.kind, region: None, country, kato: None, name_ru, name_kk });
        for name in std::iter::once(row.name_ru.as_str()).chain([row.name_kk.as_str()]).chain(list(&row.aliases)) {
            let folded = fold(name);
            if is_abbreviation(name) {
                self.add(&folded, id, Role::Abbreviation, true, true);
                continue;
            }
            for form in name_forms(&folded) {
                self.add(&form, id, Role::Name, true, false);
            }
            for form in kazakh_cases(&folded) {
                self.add(&form, id, Role::Name, false, true);
            }
        }
        self.add_derived(&row.adjectives, &row.inhabitants, id);
        if !fold(&row.name_kk).contains(' ') {
            for form in kazakh_inhabitants(&fold(&row.name_kk)) {
                self.add(&form, id, Role::Inhabitant, false, true);
            }
        }
    }

    fn add_derived(&mut self, adjectives: &str, inhabitants: &str, id: u32) {
        for adjective in list(adjectives) {
            for form in adjective_forms(&fold(adjective)) {
                self.add(&form, id, Role::Adjective, true, false);
            }
        }
        for inhabitant in list(inhabitants) {
            for form in inhabitant_forms(&fold(inhabitant)) {
                self.add(&form, id, Role::Inhabitant, true, inhabitant.ends_with('к'));
            }
        }
    }
}
