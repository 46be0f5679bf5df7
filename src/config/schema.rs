//! The JSON schema of `scheme.toml`, generated from the options; editors read the committed copy, the checker reads it from here.

use super::options::Options;
use serde_json::Value;
use std::sync::OnceLock;

/// The schema as a value, made once.
pub(super) fn schema() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| schemars::schema_for!(Options).to_value())
}

/// The JSON schema 模式 of `scheme.toml` as text, as committed in `src/config/scheme.schema.json`.
#[must_use]
pub fn json_schema() -> String {
    let mut text = serde_json::to_string_pretty(schema()).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/scheme.schema.json");
        if std::env::var_os("KAOPING_UPDATE").is_some() {
            std::fs::write(path, json_schema()).expect("schema file is writable");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == json_schema(), "scheme.schema.json is stale: run the tests once with KAOPING_UPDATE=1");
    }
}
