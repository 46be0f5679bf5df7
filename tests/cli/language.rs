//! Words in one language: templates hold none, the rooms that compute hold none without it, and what an English
//! scheme writes holds none either.

use super::kit::tree;
use super::reports::case;
use std::io::{Cursor, Read};
use std::path::Path;

fn chinese(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}')
}

fn source(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = walkdir::WalkDir::new(root.join(folder)).sort_by_file_name().into_iter().map(|entry| entry.expect("an entry"));
    let read = |entry: walkdir::DirEntry| {
        let name = entry.path().strip_prefix(&root).expect("below").to_string_lossy().into_owned();
        entry.file_type().is_file().then(|| (name, std::fs::read_to_string(entry.path()).unwrap_or_default()))
    };
    files.filter_map(read).collect()
}

#[test]
fn templates_hold_no_chinese_at_all() {
    let templates = source("publish/templates");
    assert!(templates.len() >= 5);
    for (name, text) in templates {
        let found: Vec<&str> = text.lines().filter(|line| line.contains(chinese)).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn the_rooms_that_compute_say_nothing() {
    // `settle` reads words in the names of files (修订 …); the others are test-only.
    for (name, text) in source("measure") {
        let test_only =
            ["tests", "fixture", "examples", "laws", "attack", "cases", "settle"].iter().any(|part| name.contains(part));
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for line in code.lines().filter(|line| !test_only && !line.trim_start().starts_with("//")) {
            let code = line.split(" // ").next().unwrap_or_default();
            let paired = code.contains(".pick(\"");
            let spoken = !paired && code.split('"').skip(1).step_by(2).any(|literal| literal.contains(chinese));
            assert!(!spoken, "{name}: {line}");
        }
    }
}

#[test]
fn charts_tables_and_workbook_of_an_english_scheme_hold_no_chinese() {
    let case = case();
    for (name, bytes) in tree(&case.out()) {
        let text = match Path::new(&name).extension().and_then(|ending| ending.to_str()) {
            Some("svg" | "csv") => String::from_utf8(bytes).expect("UTF-8"),
            Some("xlsx") => {
                let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip");
                let mut shared = String::new();
                archive.by_name("xl/sharedStrings.xml").expect("texts").read_to_string(&mut shared).expect("UTF-8");
                shared
            }
            _ => continue,
        };
        let found: Vec<&str> = text.split(['\n', '<']).filter(|part| part.contains(chinese)).take(5).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}
