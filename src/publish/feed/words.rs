//! Words of the decisions: names of fields as written and as read back, and the words that stand for no grade and for consent.

use crate::diagnostic::Language;
use unicode_normalization::UnicodeNormalization;

/// So many digits of the run hash stand in a row of the template; at least this many must agree.
pub(super) const RUN_DIGITS: usize = 16;

/// A word that a decision may be, with its other spellings.
pub(super) struct Choice {
    zh: &'static str,
    en: &'static str,
    others: &'static [&'static str],
}

/// 同意建议: the decision is the suggestion.
pub(super) const AS_SUGGESTED: Choice =
    Choice { zh: "同意建议", en: "as suggested", others: &["同意", "同建议", "按建议", "agreed"] };
/// 不定等次: no grade is given.
pub(super) const NO_GRADE: Choice =
    Choice { zh: "不定等次", en: "no grade", others: &["不确定等次", "未定等次", "none given"] };

impl Choice {
    pub(super) fn word(&self, language: Language) -> &'static str {
        language.pick(self.zh, self.en)
    }

    pub(super) fn is(&self, text: &str) -> bool {
        let text = folded(text);
        [self.zh, self.en].iter().chain(self.others).any(|word| folded(word) == text)
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

/// Identifier of a field, Chinese header, English header, further headers under which it is read back.
const FIELDS: &[(&str, &str, &str, &[&str])] = &[
    ("person", "编号", "id", &["干部编号", "人员编号", "person"]),
    ("name", "姓名", "name", &[]),
    ("unit_name", "单位", "unit", &[]),
    ("unit_grade", "单位等次", "unit grade", &[]),
    ("post", "职务", "post", &[]),
    ("tier", "责任层级", "tier", &[]),
    ("status", "特殊情况", "status", &[]),
    ("score", "得分", "score", &[]),
    ("rank", "名次", "rank", &[]),
    ("suggested_grade", "建议等次", "suggested grade", &["suggested_grade"]),
    ("reasons", "建议理由", "reasons", &[]),
    ("caps", "等次上限", "limits", &[]),
    ("quota", "名额范围", "quota", &[]),
    ("decision", "组织评定等次", "decision", &["组织认定等次", "评定等次", "decision_grade"]),
    ("reason", "理由", "reason", &["评定理由", "认定理由", "decision_reason"]),
    ("date", "日期", "date", &["评定日期", "decision_date"]),
    ("run", "运行编号", "run", &["run_hash"]),
    ("grade", "等次", "grade", &[]),
    ("base", "基数", "base", &[]),
    ("share", "比例", "share", &[]),
    ("exact", "基数×比例", "base × share", &[]),
    ("places", "名额", "places", &[]),
    ("limit", "可给", "limit", &[]),
    ("suggested", "建议给出", "suggested", &[]),
    ("decided", "组织给出", "decided", &[]),
    ("open", "余额", "open", &[]),
    ("tied", "线上并列", "joint candidates", &[]),
    ("departure", "与建议比", "against the suggestion", &[]),
    ("result_code", "结果代码", "result code", &[]),
    ("passed", "超过的上限", "limits passed", &[]),
];

/// The header of a field.
pub(super) fn field(name: &str, language: Language) -> &str {
    FIELDS.iter().find(|(known, ..)| *known == name).map_or(name, |(_, zh, en, _)| language.pick(zh, en))
}

/// Every header under which a field is read back.
pub(super) fn headers(name: &str) -> Vec<&'static str> {
    let found = FIELDS.iter().find(|(known, ..)| *known == name);
    found.map_or_else(Vec::new, |(_, zh, en, others)| [*zh, *en].into_iter().chain(others.iter().copied()).collect())
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
