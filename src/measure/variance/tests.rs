//! Errors against hand-worked numbers and outside references.

use std::collections::BTreeSet;

#[test]
fn every_code_is_documented_and_every_argument_is_given() {
    let source = include_str!("mod.rs");
    let used: BTreeSet<&str> = source.match_indices("\"M2").filter_map(|(at, _)| source.get(at + 1..at + 5)).collect();
    let known = crate::diagnostic::catalogue().keys().map(String::as_str).filter(|code| ("M250".."M260").contains(code));
    assert_eq!(used, known.collect::<BTreeSet<_>>());
    for entry in used.iter().filter_map(|code| crate::diagnostic::entry(code)) {
        for words in [&entry.zh, &entry.en] {
            let text = [&words.found, &words.expected, &words.done, &words.help].map(String::as_str).concat();
            for name in text.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                assert!(source.contains(&format!(".with(\"{name}\"")), "{{{name}}} is never given");
            }
        }
    }
}
