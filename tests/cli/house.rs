//! The laws of the house: imports go down only, the wings never meet, codes are documented, forbidden words stay out.

use super::kit::tree;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Floor of each room; wings of one floor must not import each other unless listed as the same room.
const FLOORS: [(&str, u8); 14] = [
    ("diagnostic", 1),
    ("numeric", 1),
    ("habits", 1),
    ("survey", 2),
    ("intake", 3),
    ("config", 3),
    ("measure", 3),
    ("publish", 4),
    ("demo", 4),
    ("pipeline", 5),
    ("cli", 6),
    ("corpus", 6),
    ("main", 7),
    ("lib", 7),
];

fn sources() -> BTreeMap<String, String> {
    tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .into_iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|ending| ending == "rs"))
        .map(|(name, bytes)| (name, String::from_utf8(bytes).expect("UTF-8")))
        .collect()
}

fn room(file: &str) -> String {
    file.split(['/', '.']).next().unwrap_or_default().to_owned()
}

fn floor(room: &str) -> u8 {
    FLOORS.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("{room} has no floor")).1
}

/// Rooms named after `crate::` anywhere in a text, braces after `crate::{` included.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].ends_with("kaoping_") || text[..at].ends_with('$') {
            continue;
        }
        let rest = &text[at + 7..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = &list[..list.find(';').unwrap_or(list.len())];
            let mut depth = 0;
            let mut name = String::new();
            for sign in list.chars() {
                match sign {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.insert(std::mem::take(&mut name));
                    }
                    _ if depth == 0 => name.push(sign),
                    _ => {}
                }
            }
            found.insert(name);
        } else {
            found.insert(rest.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect());
        }
    }
    found
        .into_iter()
        .map(|name| name.trim().split("::").next().unwrap_or_default().trim_end_matches('{').to_owned())
        .filter(|name| FLOORS.iter().any(|(room, _)| room == name))
        .collect()
}

#[test]
fn imports_go_down_only_and_wings_never_meet() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let own = room(&file);
        for other in imports(&text) {
            if other != own && floor(&other) >= floor(&own) {
                wrong.push(format!("{file} (floor {}) imports {other} (floor {})", floor(&own), floor(&other)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_import_reader_sees_lists_and_paths() {
    let seen = imports("use crate::{config, demo::x, pipeline};\nlet x = crate::measure::assess;\nuse crate::survey::{A, B};");
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["config", "demo", "measure", "pipeline", "survey"]);
}

/// Files that are modules under `#[cfg(test)]`.
const TEST_ONLY: [&str; 6] = ["measure/attack.rs", "/laws.rs", "/tests.rs", "test_fixture.rs", "intake/hostile.rs", "corpus/"];

#[test]
fn only_the_printer_prints_and_few_rooms_touch_the_disk() {
    let disk = ["config/", "intake/source.rs", "intake/stream.rs", "publish/edition.rs", "pipeline.rs", "demo/"];
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if TEST_ONLY.iter().any(|name| file.ends_with(name) || (name.ends_with('/') && file.starts_with(name))) {
            continue;
        }
        let body = without_tests(&text);
        for word in ["println!", "print!(", "eprintln!", "eprint!("] {
            if body.contains(word) && file != "cli/printer.rs" {
                wrong.push(format!("{file}: {word}"));
            }
        }
        let touches = ["std::fs", "File::open", "File::create"].iter().any(|word| body.contains(word));
        if touches && !disk.iter().any(|room| file.starts_with(room)) {
            wrong.push(format!("{file} touches the disk"));
        }
        for word in ["todo!", "dbg!", "unimplemented!", "SystemTime::now", "Instant::now", "use super::*"] {
            if body.contains(word) {
                wrong.push(format!("{file}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

#[test]
fn every_code_is_documented_once_and_every_documented_code_is_used() {
    let mut used = BTreeSet::new();
    for (file, text) in sources() {
        let text = without_tests(&text);
        for (at, _) in text.match_indices('"') {
            let Some(word) = text.get(at + 1..at + 5) else { continue };
            let mut signs = word.chars();
            let letter = signs.next().is_some_and(|sign| "SFLBEMP".contains(sign));
            if letter && signs.all(|sign| sign.is_ascii_digit()) && text[at + 5..].starts_with('"') && !file.contains("test") {
                used.insert(word.to_owned());
            }
        }
    }
    let documented: BTreeSet<String> = kaoping::diagnostic::catalogue().keys().cloned().collect();
    let missing: Vec<_> = used.difference(&documented).collect();
    let unused: Vec<_> = documented.difference(&used).collect();
    assert!(missing.is_empty(), "used but not documented: {missing:?}");
    assert!(unused.is_empty(), "documented but never used: {unused:?}");
}

#[test]
fn every_code_helps_in_both_languages() {
    for (code, entry) in kaoping::diagnostic::catalogue() {
        for words in [&entry.zh, &entry.en] {
            for (name, text) in [("title", &words.title), ("done", &words.done), ("help", &words.help), ("why", &words.why)] {
                assert!(!text.trim().is_empty(), "{code} has no {name}");
            }
        }
    }
}
