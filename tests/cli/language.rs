//! Words in one language: templates hold no Chinese, the rooms that compute hold none without its English, and what an English scheme
//! writes holds none either. What the publications say stands in one room, each Chinese text before its English.

use super::kit::tree;
use super::reports::case;
use std::io::{Cursor, Read};
use std::path::Path;

fn chinese(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}')
}

/// Chinese characters, Chinese punctuation, full-width forms.
fn wide(character: char) -> bool {
    chinese(character) || matches!(character, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
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
        let found: Vec<&str> = text.lines().filter(|line| line.contains(wide)).collect();
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
        let found: Vec<&str> = text.split(['\n', '<']).filter(|part| part.contains(wide)).take(5).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

/// The texts in double quotes of Rust source, outside comments and the tests at its end, each with the number of its line.
fn literals(code: &str) -> Vec<(usize, String)> {
    let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let signs: Vec<char> = code.chars().collect();
    let at = |place: usize| signs.get(place).copied().unwrap_or_default();
    let (mut place, mut line, mut found) = (0, 1, Vec::new());
    while place < signs.len() {
        let started = place;
        match at(place) {
            '/' if at(place + 1) == '/' => place += signs[place..].iter().take_while(|sign| **sign != '\n').count(),
            // A character in quotes; anything else after such a quote is a lifetime.
            '\'' if at(place + 1) == '\\' => {
                place += 3;
                place += signs[place..].iter().take_while(|sign| **sign != '\'').count() + 1;
            }
            '\'' if at(place + 2) == '\'' => place += 3,
            'r' if at(place + 1) == '#' && at(place + 2) == '"' => {
                let rest: String = signs[place + 3..].iter().collect();
                let text = rest.split("\"#").next().unwrap_or_default().to_owned();
                place += 5 + text.chars().count();
                found.push((line, text));
            }
            '"' => {
                let mut text = String::new();
                place += 1;
                while place < signs.len() && at(place) != '"' {
                    text.push(at(place));
                    if at(place) == '\\' {
                        place += 1;
                        text.push(at(place));
                    }
                    place += 1;
                }
                place += 1;
                found.push((line, text));
            }
            _ => place += 1,
        }
        line += signs[started..place.min(signs.len())].iter().filter(|sign| **sign == '\n').count();
    }
    found
}

#[test]
fn the_reader_of_literals_sees_texts_only() {
    let code = "/// \"甲\"\nlet a = f::<'a>('\"', '\\'', \"乙\\\"\"); // \"丙\"\nr#\"丁\"戊\"#;\n\"\n\" \"己\"\n#[cfg(test)]\nmod tests {\"庚\"";
    let seen: Vec<(usize, String)> = literals(code);
    let seen: Vec<(usize, &str)> = seen.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(seen, [(2, "乙\\\""), (3, "丁\"戊"), (4, "\n"), (5, "己")]);
}

/// Source of a room without what only tests use.
fn spoken(room: &str) -> Vec<(String, String)> {
    let test_only = |name: &str| name.contains("fixture") || name.ends_with("tests.rs");
    source(room)
        .into_iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|ending| ending == "rs") && !test_only(name))
        .collect()
}

#[test]
fn what_publications_and_the_command_line_say_stands_in_one_room_each() {
    // Words that are read, not written: digits of dates, and other spellings in filled-in decisions.
    let reads = ["publish/feed/date.rs", "publish/feed/vocabulary.rs"];
    let mut wrong = Vec::new();
    for room in ["publish", "cli"] {
        let (files, words) = (spoken(room), format!("{room}/words/"));
        assert!(files.iter().any(|(name, _)| name.starts_with(&words)));
        for (name, text) in files.iter().filter(|(name, _)| !name.starts_with(&words) && !reads.contains(&name.as_str())) {
            // Many signs without a word are a set of signs, such as those that no line begins with.
            let signs = |text: &str| !text.contains(chinese) && text.chars().count() > 5;
            let said = literals(text).into_iter().filter(|(_, text)| text.contains(wide) && !signs(text));
            wrong.extend(said.map(|(line, text)| format!("{name}:{line}: {text}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Chinese texts without as many English ones right behind them. Up to three may stand together: the cases of one sentence.
fn alone(texts: &[(usize, String)]) -> Vec<(usize, String)> {
    // The name of a typeface.
    let names = ["等线"];
    let mut left: Vec<&(usize, String)> = texts.iter().filter(|(_, text)| !names.contains(&text.as_str())).collect();
    let mut wrong = Vec::new();
    while !left.is_empty() {
        left.drain(..left.iter().take_while(|(_, text)| !text.contains(wide)).count());
        let run: Vec<&(usize, String)> = left.iter().copied().take_while(|(_, text)| text.contains(wide)).collect();
        left.drain(..run.len());
        let english = left.iter().take(run.len()).filter(|(_, text)| !text.contains(wide)).count();
        let said = run.iter().zip(&left).all(|((_, zh), (_, en))| !zh.contains(chinese) || !en.is_empty());
        if english < run.len() || run.len() > 3 || !said {
            wrong.extend(run.into_iter().cloned());
        }
    }
    wrong
}

#[test]
fn every_chinese_text_stands_before_its_english() {
    let found = |texts: &[&str]| alone(&texts.iter().map(|text| (0, (*text).to_owned())).collect::<Vec<_>>()).len();
    assert_eq!(found(&["甲", "a", "b", "乙", "丙", "c", "d"]), 0);
    assert_eq!((found(&["甲", "乙", "a"]), found(&["甲"]), found(&["甲", ""]), found(&["，", ""])), (2, 1, 1, 0));
    let mut wrong = Vec::new();
    for (name, text) in spoken("publish/words").into_iter().chain(spoken("cli/words")) {
        wrong.extend(alone(&literals(&text)).into_iter().map(|(line, text)| format!("{name}:{line}: {text}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
