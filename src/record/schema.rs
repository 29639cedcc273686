//! The tables' schemas: `schemas/*.json` (Frictionless Table Schema 2.0), compiled in, and the Arrow
//! schemas that follow from them.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// The name of the private column with an article's body.
pub const TEXT: &str = "text";

/// A table of the dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One row per article.
    Articles,
    /// One row per result that one article states.
    Mentions,
    /// One row per real-world result.
    Events,
    /// One row per story.
    Stories,
    /// One row per refused record. Private.
    Rejects,
    /// One row per difference from the former version.
    Changes,
}

impl Table {
    /// All tables.
    const ALL: [Self; 6] = [Self::Articles, Self::Mentions, Self::Events, Self::Stories, Self::Rejects, Self::Changes];

    /// The tables of a run that a release has, in the order in which it lists them.
    pub const PUBLIC: [Self; 4] = [Self::Articles, Self::Mentions, Self::Events, Self::Stories];

    /// The table's name: its folder, file and resource.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Mentions => "mentions",
            Self::Events => "events",
            Self::Stories => "stories",
            Self::Rejects => "rejects",
            Self::Changes => "changes",
        }
    }

    /// The table with a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The schema's JSON as it stands in `schemas/`.
    pub const fn schema_json(self) -> &'static str {
        match self {
            Self::Articles => include_str!("../../schemas/articles.json"),
            Self::Mentions => include_str!("../../schemas/mentions.json"),
            Self::Events => include_str!("../../schemas/events.json"),
            Self::Stories => include_str!("../../schemas/stories.json"),
            Self::Rejects => include_str!("../../schemas/rejects.json"),
            Self::Changes => include_str!("../../schemas/changes.json"),
        }
    }

    /// The parsed schema.
    pub fn schema(self) -> &'static TableSchema {
        &parsed(self).schema
    }

    /// The Arrow schema of a release: the schema's columns.
    pub fn arrow(self) -> SchemaRef {
        parsed(self).public.clone()
    }

    /// The Arrow schema of the private layer: that of a release, and for articles the body in [`TEXT`].
    pub fn arrow_private(self) -> SchemaRef {
        parsed(self).private.clone()
    }
}

/// A Frictionless field type, as far as the tables use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text.
    String,
    /// A 32-bit integer.
    Integer,
    /// A floating-point number, 64 bits unless `physicalType` says `float32`.
    Number,
    /// True or false.
    Boolean,
    /// A calendar day.
    Date,
    /// A moment, UTC, microseconds.
    Datetime,
    /// A list of texts.
    Array,
}

/// How Parquet stores a field where the type alone does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhysicalType {
    /// Text with few distinct values.
    Dictionary,
    /// A 32-bit float.
    Float32,
}

/// What a value must satisfy (Frictionless field constraints).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Constraints {
    /// Never missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// No two rows share a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<bool>,
    /// Smallest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// Largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// Shortest text, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// Longest text, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Regular expression of the whole text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The only values allowed; a release fills it from the field's code list.
    #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<String>>,
}

/// The type of a list's items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArrayItem {
    /// Type of an item.
    pub r#type: FieldType,
    /// What an item must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Constraints>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FieldSchema {
    /// Name.
    pub name: String,
    /// Type.
    pub r#type: FieldType,
    /// Type of a list's items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array_item: Option<ArrayItem>,
    /// Meaning, English.
    pub description: String,
    /// Meaning, Russian.
    #[serde(rename = "description_ru")]
    pub description_ru: String,
    /// Unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Name of the code list that closes the vocabulary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_list: Option<String>,
    /// Storage, where the type alone does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical_type: Option<PhysicalType>,
    /// An example value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What a value must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Constraints>,
}

impl FieldSchema {
    /// Whether a value may never be missing.
    pub fn required(&self) -> bool {
        self.constraints.as_ref().and_then(|c| c.required).unwrap_or(false)
    }

    /// The column's Arrow type.
    pub fn arrow_type(&self) -> DataType {
        let closed = self.code_list.is_some() || self.physical_type == Some(PhysicalType::Dictionary);
        match self.r#type {
            FieldType::String if closed => dictionary(),
            FieldType::String => DataType::Utf8,
            FieldType::Integer => DataType::Int32,
            FieldType::Number if self.physical_type == Some(PhysicalType::Float32) => DataType::Float32,
            FieldType::Number => DataType::Float64,
            FieldType::Boolean => DataType::Boolean,
            FieldType::Date => DataType::Date32,
            FieldType::Datetime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            FieldType::Array => DataType::List(list_item()),
        }
    }

    fn arrow(&self) -> Field {
        let mut metadata = HashMap::from([
            ("description".to_owned(), self.description.clone()),
            ("description_ru".to_owned(), self.description_ru.clone()),
        ]);
        metadata.extend(self.unit.iter().map(|unit| ("unit".to_owned(), unit.clone())));
        metadata.extend(self.code_list.iter().map(|list| ("code_list".to_owned(), list.clone())));
        Field::new(&self.name, self.arrow_type(), !self.required()).with_metadata(metadata)
    }
}

/// The Arrow type of a text column with few distinct values.
pub(crate) fn dictionary() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// The item of a list column, named as the Parquet format asks.
pub(crate) fn list_item() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Utf8, false))
}

/// What a foreign key points to; an empty resource is the table itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Table.
    pub resource: String,
    /// Columns there.
    pub fields: Vec<String>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// Columns here.
    pub fields: Vec<String>,
    /// Columns there.
    pub reference: Reference,
}

/// A table's schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TableSchema {
    /// Profile of the JSON.
    #[serde(rename = "$schema")]
    pub profile: String,
    /// The table's name.
    pub name: String,
    /// Title, English.
    pub title: String,
    /// Title, Russian.
    #[serde(rename = "title_ru")]
    pub title_ru: String,
    /// What a row is, English.
    pub description: String,
    /// What a row is, Russian.
    #[serde(rename = "description_ru")]
    pub description_ru: String,
    /// Columns, in order.
    pub fields: Vec<FieldSchema>,
    /// Columns that identify a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// Columns that point to other tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
}

impl TableSchema {
    /// One column by name.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }
}

struct Parsed {
    schema: TableSchema,
    public: SchemaRef,
    private: SchemaRef,
}

fn parsed(table: Table) -> &'static Parsed {
    static PARSED: LazyLock<[Parsed; 6]> = LazyLock::new(|| {
        Table::ALL.map(|table| {
            // The files are compiled in and parsed by a test, so a mistake cannot reach a user.
            let schema: TableSchema = serde_json::from_str(table.schema_json())
                .unwrap_or_else(|error| panic!("schemas/{}.json: {error}", table.name()));
            let mut fields: Vec<Field> = schema.fields.iter().map(FieldSchema::arrow).collect();
            let public = Arc::new(Schema::new(fields.clone()));
            if table == Table::Articles {
                fields.push(Field::new(TEXT, DataType::Utf8, false).with_metadata(HashMap::from([(
                    "description".to_owned(),
                    "Body of the article. Private: never in a release.".to_owned(),
                )])));
            }
            Parsed { schema, public, private: Arc::new(Schema::new(fields)) }
        })
    });
    &PARSED[table as usize]
}
