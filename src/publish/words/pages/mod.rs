//! Words of the pages' templates: one text a key, called as `{{ w("key", n = 3) }}`.
//!
//! A text may hold marks of a page (`<b>`, `<small>`) and arguments: `{n}` stands for the argument, `{n|return|returns}` for the first
//! word where it is 1 and for the second elsewhere. So an English sentence is one sentence, never glued from pieces.

mod evidence;
mod index;
mod person;
mod shared;
mod unit;

use crate::diagnostic::Language;
use std::collections::BTreeMap;

/// Key, Chinese, English.
type Text = (&'static str, &'static str, &'static str);

const TABLES: [&[Text]; 5] = [shared::TEXTS, index::TEXTS, evidence::TEXTS, unit::TEXTS, person::TEXTS];

/// Why a text of a template cannot be said; only a broken template comes here.
#[derive(Debug, thiserror::Error)]
pub(in crate::publish) enum Unsaid {
    #[error("no text of the key {0:?}")]
    Key(String),
    #[error("the text {key:?} wants {name:?}")]
    Argument { key: String, name: String },
}

/// All texts in one language.
pub(in crate::publish) struct Catalogue {
    texts: BTreeMap<&'static str, &'static str>,
}

impl Catalogue {
    pub(in crate::publish) fn new(language: Language) -> Self {
        let all = TABLES.iter().copied().flatten();
        Self { texts: all.map(|(key, zh, en)| (*key, language.pick(zh, en))).collect() }
    }

    /// The text of a key with its arguments, which must be escaped already.
    pub(in crate::publish) fn say(&self, key: &str, argument: impl Fn(&str) -> Option<String>) -> Result<String, Unsaid> {
        let text = self.texts.get(key).ok_or_else(|| Unsaid::Key(key.to_owned()))?;
        filled(text, argument).map_err(|name| Unsaid::Argument { key: key.to_owned(), name })
    }
}

/// The text with its arguments; the name of one that is missing.
fn filled(text: &str, argument: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, more)) = rest.split_once('{') {
        let (inside, after) = more.split_once('}').unwrap_or((more, ""));
        let mut parts = inside.split('|');
        let name = parts.next().unwrap_or_default();
        let value = argument(name).ok_or_else(|| name.to_owned())?;
        out.push_str(before);
        match (parts.next(), parts.next()) {
            (Some(one), Some(many)) => out.push_str(if value == "1" { one } else { many }),
            _ => out.push_str(&value),
        }
        rest = after;
    }
    Ok(out + rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn names(text: &str) -> BTreeSet<&str> {
        let open = text.split('{').skip(1);
        open.map(|rest| rest.split(['|', '}']).next().expect("a name")).collect()
    }

    fn chinese(character: char) -> bool {
        matches!(character, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
    }

    #[test]
    fn numbers_choose_their_words() {
        let said = |n: u32| filled("{n} {n|return is|returns are} missing", |name| (name == "n").then(|| n.to_string()));
        assert_eq!(said(1).as_deref(), Ok("1 return is missing"));
        assert_eq!(said(3).as_deref(), Ok("3 returns are missing"));
        assert_eq!(filled("of {all}", |_| None), Err("all".to_owned()));
        let catalogue = Catalogue::new(Language::En);
        assert!(matches!(catalogue.say("no such key", |_| None), Err(Unsaid::Key(_))));
    }

    #[test]
    fn every_text_stands_in_both_languages_under_its_own_key() {
        let mut keys = BTreeSet::new();
        for (key, zh, en) in TABLES.iter().copied().flatten() {
            assert!(keys.insert(*key), "{key} stands twice");
            assert!(!en.is_empty() && !en.contains(chinese), "{key}: {en}");
            assert!(zh.contains(chinese), "{key}: {zh}");
            assert!(names(zh).is_subset(&names(en)), "{key}: an argument of the Chinese only");
            let begins = en.strip_prefix("<b>").unwrap_or(en).chars().next();
            assert!(!begins.is_some_and(|first| first.is_ascii_lowercase()), "{key} begins in lower case: {en}");
        }
    }

    #[test]
    fn templates_call_texts_that_are_there_and_leave_none_uncalled() {
        let templates = [
            include_str!("../../templates/index.html"),
            include_str!("../../templates/standings.html"),
            include_str!("../../templates/evidence.html"),
            include_str!("../../templates/appendix.html"),
            include_str!("../../templates/unit.html"),
            include_str!("../../templates/person.html"),
        ];
        let known: BTreeMap<&str, &str> = TABLES.iter().copied().flatten().map(|(key, _, en)| (*key, *en)).collect();
        let mut called = BTreeSet::new();
        for call in templates.iter().flat_map(|template| template.split(" w(").skip(1)) {
            let (call, _) = call.split_once(')').expect("an end");
            let key = call.strip_prefix('"').and_then(|rest| rest.split('"').next()).expect("a key");
            let wanted = known.get(key).unwrap_or_else(|| panic!("no text {key:?}"));
            for name in names(wanted) {
                assert!(call.contains(&format!(" {name}=")), "{key} is called without {name}");
            }
            called.insert(key);
        }
        let uncalled: Vec<&&str> = known.keys().filter(|key| !called.contains(*key)).collect();
        assert!(uncalled.is_empty(), "{uncalled:?}");
    }
}
