//! Checks a scheme's keys and values against the schema: every unknown, missing or mistyped key at once, each with its line.

use super::findings::{Findings, Spot, Spots, listed, near};
use super::schema::schema;
use crate::diagnostic::Diagnostic;
use crate::numeric;
use serde_json::Value;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Line starts of a text, for turning byte offsets into places.
pub(super) struct Text<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// 0-based line and character column of a byte offset.
    pub(super) fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    fn spot(&self, offset: usize, label: &str) -> Spot {
        let (row, column) = self.place(offset);
        let rest = self.text.get(offset..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        Spot { row, column, label: label.to_owned(), snippet: snippet(rest) }
    }
}

/// The entry at the start of a line's rest: up to a comma, closing brace or comment outside quotes, 60 characters at most.
fn snippet(rest: &str) -> String {
    let mut depth = 0u32;
    let mut quoted = false;
    let end = rest.char_indices().take(60).find(|(_, c)| {
        quoted ^= *c == '"';
        match c {
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' | ',' | '#' if !quoted && depth == 0 => return true,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
        false
    });
    let limit = rest.char_indices().nth(60).map_or(rest.len(), |(at, _)| at);
    let end = end.map_or(limit, |(at, _)| at);
    rest.get(..end).unwrap_or(rest).trim_end().to_owned()
}

/// Notes the place of every key and value.
pub(super) fn spots(text: &Text<'_>, file: Arc<str>, table: &Spanned<DeTable<'_>>) -> Spots {
    let mut spots = Spots { file, ..Spots::default() };
    note_table(text, table.get_ref(), "", "", &mut spots);
    spots
}

fn note_table(text: &Text<'_>, table: &DeTable<'_>, path: &str, label: &str, spots: &mut Spots) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let path = join(path, name);
        let label = join(label, name);
        spots.spots.insert(path.clone(), text.spot(key.span().start, &label));
        note_value(text, value.get_ref(), &path, &label, spots);
    }
}

fn note_value(text: &Text<'_>, value: &DeValue<'_>, path: &str, label: &str, spots: &mut Spots) {
    match value {
        DeValue::Table(table) => note_table(text, table, path, label, spots),
        DeValue::Array(array) => {
            for (number, value) in array.iter().enumerate() {
                let label = element_label(label, number, value.get_ref());
                let path = format!("{path}[{number}]");
                spots.spots.insert(path.clone(), text.spot(value.span().start, &label));
                note_value(text, value.get_ref(), &path, &label, spots);
            }
        }
        _ => {}
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// `form「ceping」` where the element has a code, else `source#2`.
fn element_label(label: &str, number: usize, value: &DeValue<'_>) -> String {
    let code = match value {
        DeValue::Table(table) => table.get("code").and_then(|code| code.get_ref().as_str()),
        _ => None,
    };
    code.map_or_else(|| format!("{label}#{}", number + 1), |code| crate::diagnostic::named(label, code))
}

/// All findings on keys and values of a parsed document.
pub(super) fn check(spots: &Spots, table: &Spanned<DeTable<'_>>) -> Vec<Diagnostic> {
    let mut walk = Walk { root: schema(), find: Findings::new(spots) };
    walk.table(table.get_ref(), schema(), "");
    walk.find.list
}

struct Walk<'a> {
    root: &'a Value,
    find: Findings<'a>,
}

impl<'a> Walk<'a> {
    fn table(&mut self, table: &DeTable<'_>, schema: &'a Value, path: &str) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let path = join(path, name);
            let known = properties.and_then(|properties| properties.get(name));
            match (known, schema.get("additionalProperties")) {
                (Some(schema), _) => self.value(value.get_ref(), schema, &path),
                (None, Some(rest @ Value::Object(_))) => self.value(value.get_ref(), rest, &path),
                (None, _) => {
                    let keys = || properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str));
                    let (offer, expected) = (near(name, keys()), listed(keys()));
                    self.find.scheme("S102", &path, &[("found", name), ("near", offer), ("expected", &expected)]);
                }
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !table.contains_key(*key)) {
            let path = join(path, key);
            self.find.scheme("S103", &path, &[("expected", key)]);
        }
    }

    fn value(&mut self, value: &DeValue<'_>, schema: &'a Value, path: &str) {
        let leaves = self.leaves(schema);
        let kind = kind(value);
        let Some(leaf) = leaves.iter().find(|leaf| kinds(leaf).contains(&kind)) else {
            return self.mistyped(value, &leaves, path);
        };
        match value {
            DeValue::Table(table) => self.table(table, leaf, path),
            DeValue::Array(array) => {
                let items = leaf.get("items").unwrap_or(&Value::Null);
                for (number, value) in array.iter().enumerate() {
                    self.value(value.get_ref(), items, &format!("{path}[{number}]"));
                }
            }
            DeValue::String(text) => self.text(text.as_ref(), leaf, path),
            DeValue::Integer(integer) => self.integer(integer.as_str(), integer.radix(), leaf, path),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, leaf: &Value, path: &str) {
        let format = leaf.get("format").and_then(Value::as_str).unwrap_or_default();
        let choices = choices(leaf);
        if !choices.is_empty() && !choices.contains(&text) {
            let (offer, expected) = (near(text, choices.iter().copied()), listed(choices.iter().copied()));
            self.find.scheme("S105", path, &[("found", text), ("near", offer), ("expected", &expected)]);
        } else if leaf.get("minLength").is_some() && text.trim().is_empty() {
            self.find.scheme("S111", path, &[]);
        } else if format == "exact-number" && numeric::parse(text).is_none() {
            self.find.scheme("S107", path, &[("found", text)]);
        } else if format == "code" && !is_code(text) {
            self.find.scheme("S113", path, &[("found", text)]);
        }
    }

    fn integer(&mut self, text: &str, radix: u32, leaf: &Value, path: &str) {
        let value = i64::from_str_radix(text, radix).ok();
        let minimum = leaf.get("minimum").and_then(Value::as_i64);
        let small = |value| minimum.is_some_and(|minimum| value < minimum);
        let bits32 = leaf.get("format").and_then(Value::as_str).is_some_and(|format| format.ends_with("int32"));
        let large = |value| bits32 && value > i64::from(i32::MAX);
        if value.is_none_or(|value| small(value) || large(value)) {
            let expected = minimum.map_or_else(|| "−2147483648–2147483647".to_owned(), |minimum| format!("≥ {minimum}"));
            self.find.scheme("S108", path, &[("found", text), ("expected", &expected)]);
        }
    }

    fn mistyped(&mut self, value: &DeValue<'_>, leaves: &[&Value], path: &str) {
        let exact = leaves.iter().any(|leaf| leaf.get("format").and_then(Value::as_str) == Some("exact-number"));
        if let (DeValue::Float(float), true) = (value, exact) {
            return self.find.scheme("S106", path, &[("found", float.as_str())]);
        }
        let mut wanted: Vec<&str> = leaves.iter().flat_map(|leaf| kinds(leaf)).map(shown).collect();
        wanted.dedup();
        self.find.scheme("S104", path, &[("found", shown(kind(value))), ("expected", &wanted.join("｜"))]);
    }

    /// The plain schemas a schema stands for: references followed, alternatives spread, `null` dropped.
    fn leaves(&self, schema: &'a Value) -> Vec<&'a Value> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
            return target.map(|target| self.leaves(target)).unwrap_or_default();
        }
        if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
            return any.iter().flat_map(|schema| self.leaves(schema)).collect();
        }
        if schema.get("type").and_then(Value::as_str) == Some("null") { Vec::new() } else { vec![schema] }
    }
}

/// Codes go into file names, node names and lists: no blanks, separators or path signs.
fn is_code(text: &str) -> bool {
    text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !r#"/\,，;；|:*?"<>「」"#.contains(c)) && !text.starts_with('.')
}

/// The words a leaf allows, where it lists them.
fn choices(leaf: &Value) -> Vec<&str> {
    let listed = leaf.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let one = leaf.get("const").and_then(Value::as_str);
    let nested = leaf.get("oneOf").and_then(Value::as_array).into_iter().flatten().flat_map(choices);
    listed.chain(one).chain(nested).collect()
}

/// The TOML kinds a leaf accepts.
fn kinds(leaf: &Value) -> Vec<&str> {
    match leaf.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect(),
        _ if !choices(leaf).is_empty() => vec!["string"],
        _ => Vec::new(),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
    }
}

/// A kind as TOML writes it, the same in every language.
fn shown(kind: &str) -> &str {
    match kind {
        "string" => "\"…\"",
        "integer" => "1",
        "number" => "1.0",
        "boolean" => "true / false",
        "array" => "[ … ]",
        "object" => "{ … }",
        other => other,
    }
}
