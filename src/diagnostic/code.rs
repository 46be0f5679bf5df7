//! The catalogue of codes: each documented once; the same text serves messages, `explain`, the report's appendix and the tests.

use super::Language;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// How bad a finding is. Errors make the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Note,
    Warning,
    Error,
}

impl Severity {
    /// The word a reader sees.
    #[must_use]
    pub fn word(self, language: Language) -> &'static str {
        match self {
            Self::Note => language.pick("提示", "note"),
            Self::Warning => language.pick("警告", "warning"),
            Self::Error => language.pick("错误", "error"),
        }
    }
}

/// The texts of one code in one language; `{name}` is filled from the diagnostic's arguments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What is wrong, in a few words.
    pub title: String,
    /// What stood there (defaults to the argument `found`).
    #[serde(default)]
    pub found: String,
    /// What was expected.
    #[serde(default)]
    pub expected: String,
    /// What was done with it.
    pub done: String,
    /// How to mend it.
    pub help: String,
    /// How the sender mends it in the sheet itself (for slips); where empty, the help is given unless it speaks of the scheme.
    #[serde(default)]
    pub sender: String,
    /// Why it matters (for `explain`).
    pub why: String,
    /// A small example (for `explain`).
    #[serde(default)]
    pub example: String,
}

/// One documented code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub severity: Severity,
    pub zh: Words,
    pub en: Words,
}

impl Entry {
    #[must_use]
    pub fn words(&self, language: Language) -> &Words {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

const TEXTS: [(&str, &str); 7] = [
    ("S", include_str!("words/S.toml")),
    ("F", include_str!("words/F.toml")),
    ("L", include_str!("words/L.toml")),
    ("B", include_str!("words/B.toml")),
    ("E", include_str!("words/E.toml")),
    ("M", include_str!("words/M.toml")),
    ("P", include_str!("words/P.toml")),
];

/// Every documented code, in order.
///
/// # Panics
/// If a words file does not parse; a test reads them all.
#[must_use]
pub fn catalogue() -> &'static BTreeMap<String, Entry> {
    static CATALOGUE: OnceLock<BTreeMap<String, Entry>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let mut all = BTreeMap::new();
        for (letter, text) in TEXTS {
            let part: BTreeMap<String, Entry> =
                toml::from_str(text).unwrap_or_else(|error| panic!("words/{letter}.toml: {error}"));
            all.extend(part);
        }
        all
    })
}

/// The entry of one code.
#[must_use]
pub fn entry(code: &str) -> Option<&'static Entry> {
    catalogue().get(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_parses_and_stands_under_its_letter() {
        for (letter, text) in TEXTS {
            let part: BTreeMap<String, Entry> = toml::from_str(text).expect("words file parses");
            for code in part.keys() {
                assert!(code.starts_with(letter) && code.len() == 4, "{code} in words/{letter}.toml");
            }
        }
    }
}
