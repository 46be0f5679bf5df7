//! The JSON Schemas (2020-12) of what is handed over, generated from the types; the committed copies are held current by a test.

use super::last::FinalList;
use super::model::Personnel;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The schema of a type as it is written.
fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

fn text_of<T: JsonSchema>(id: &str) -> String {
    let mut schema = schema_of::<T>();
    schema.insert("$id".to_owned(), id.into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The schema of `feed/personnel.json`.
#[must_use]
pub fn personnel_schema() -> String {
    text_of::<Personnel>("urn:kaoping:personnel:1")
}

/// The schema of `final.json`.
#[must_use]
pub fn final_schema() -> String {
    text_of::<FinalList>("urn:kaoping:final:1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn committed_schemas_are_current() {
        for (name, text) in [("personnel.schema.json", personnel_schema()), ("final.schema.json", final_schema())] {
            let path = format!("{}/src/publish/feed/{name}", env!("CARGO_MANIFEST_DIR"));
            if std::env::var_os("KAOPING_UPDATE").is_some() {
                std::fs::write(&path, &text).expect("schema file is writable");
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(committed == text, "{name} is stale: run the tests once with KAOPING_UPDATE=1");
        }
    }

    /// Every object's every field, by path, with what the schema says of it.
    fn fields<'a>(schema: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            found.push((format!("{path}.{name}"), field));
        }
        for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
            fields(definition, name, found);
        }
    }

    #[test]
    fn every_field_is_documented_in_both_languages_and_required() {
        for text in [personnel_schema(), final_schema()] {
            let schema: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            let mut found = Vec::new();
            fields(&schema, "", &mut found);
            assert!(found.len() > 40, "{}", found.len());
            for (path, field) in found {
                let words = field["description"].as_str().unwrap_or_default();
                let chinese = words.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
                let english = words.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1).count();
                assert!(chinese >= 2 && english >= 2, "{path}: {words:?}");
            }
            let mut objects: Vec<&Value> = schema["$defs"].as_object().into_iter().flatten().map(|(_, object)| object).collect();
            objects.push(&schema);
            for object in objects.into_iter().filter(|object| object["type"] == "object") {
                let names = object["properties"].as_object().expect("fields").len();
                assert_eq!(object["required"].as_array().map(Vec::len), Some(names), "{object}");
                assert_eq!(object["additionalProperties"], false);
            }
        }
    }
}
