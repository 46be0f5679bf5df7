//! What is read back from filled-in decisions: other spellings of headers, of consent and of no grade. What is written stands in `words`.

use crate::diagnostic::Language;
use crate::publish::words::{Pair, feed as words};
use unicode_normalization::UnicodeNormalization;

/// So many digits of the run hash stand in a row of the template; at least this many must agree.
pub(super) const RUN_DIGITS: usize = 16;

/// A word that a decision may be, with its other spellings.
pub(super) struct Choice {
    written: Pair,
    others: &'static [&'static str],
}

/// 同意建议: the decision is the suggestion.
pub(super) const AS_SUGGESTED: Choice =
    Choice { written: words::AS_SUGGESTED, others: &["同意", "同建议", "按建议", "agreed"] };
/// 不定等次: no grade is given.
pub(super) const NO_GRADE: Choice =
    Choice { written: words::NO_GRADE, others: &["不确定等次", "未定等次", "none given"] };

impl Choice {
    pub(super) fn word(&self, language: Language) -> &'static str {
        self.written.said(language)
    }

    pub(super) fn is(&self, text: &str) -> bool {
        let text = folded(text);
        [self.written.0, self.written.1].iter().chain(self.others).any(|word| folded(word) == text)
    }
}

/// A word as it compares: compatibility forms folded, blanks out, ASCII lower-case.
pub(super) fn folded(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control()).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a text says nothing: blank, strokes and dots, or a word for "none", "as above", "agreed".
pub(super) fn says_nothing(text: &str) -> bool {
    let said: String = folded(text).chars().filter(|c| c.is_alphanumeric()).collect();
    ["", "无", "没有", "同上", "略", "同意", "none", "na", "ditto", "asabove", "0"].contains(&said.as_str())
}

/// Identifier of a field, further headers under which it is read back.
const FIELDS: &[(&str, &[&str])] = &[
    ("person", &["干部编号", "人员编号", "person"]),
    ("suggested_grade", &["suggested_grade"]),
    ("decision", &["组织认定等次", "评定等次", "decision_grade"]),
    ("reason", &["评定理由", "认定理由", "decision_reason"]),
    ("date", &["评定日期", "decision_date"]),
    ("run", &["run_hash"]),
];

/// Every header under which a field is read back: as written in either language, and its other spellings.
pub(super) fn headers(name: &'static str) -> Vec<&'static str> {
    let others = FIELDS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, others)| others);
    [Language::Zh, Language::En].map(|language| words::field(name, language)).into_iter().chain(others.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_compare_as_people_write_them() {
        assert!(AS_SUGGESTED.is(" 同意 建议") && AS_SUGGESTED.is("As Suggested") && !AS_SUGGESTED.is("不同意建议"));
        assert!(NO_GRADE.is("不定等次") && !NO_GRADE.is(""));
        for nothing in ["", " ", "无", "—", "/", "无。", "N/A", "同上"] {
            assert!(says_nothing(nothing), "{nothing:?}");
        }
        assert!(!says_nothing("无故缺席半年"));
    }
}
