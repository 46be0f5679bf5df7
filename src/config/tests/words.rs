//! Every code that config uses is documented, and every documented text uses only known arguments.

use crate::diagnostic::{Language, catalogue};
use std::collections::BTreeSet;

fn used_codes() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config");
    let mut codes = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("source");
            let quoted = text.split('"').filter(|part| part.len() == 4 && part.starts_with('S'));
            codes.extend(quoted.filter(|part| part[1..].bytes().all(|b| b.is_ascii_digit())).map(str::to_owned));
        }
    }
    codes
}

#[test]
fn every_code_used_is_documented_and_every_documented_code_is_used() {
    let documented: BTreeSet<String> = catalogue().keys().filter(|code| code.starts_with('S')).cloned().collect();
    assert_eq!(used_codes(), documented);
}

#[test]
fn texts_use_known_arguments_only() {
    const KNOWN: [&str; 10] = ["found", "expected", "item", "unit", "form", "near", "count", "other", "line", "…"];
    for (code, entry) in catalogue().iter().filter(|(code, _)| code.starts_with('S')) {
        for language in [Language::Zh, Language::En] {
            let words = entry.words(language);
            for text in [&words.title, &words.expected, &words.done, &words.help, &words.why] {
                let names = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
                names.for_each(|name| assert!(KNOWN.contains(&name), "{code}: {{{name}}} in {text}"));
            }
            assert!(
                !words.title.is_empty() && !words.done.is_empty() && !words.help.is_empty() && !words.why.is_empty(),
                "{code}"
            );
        }
    }
}
