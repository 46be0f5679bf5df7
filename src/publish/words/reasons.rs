//! Rules that led to a suggested grade, as sentences.

use super::between_sentences;
use crate::diagnostic::{LIST, Language};
use crate::survey::{CapWhen, PersonCap, Scheme};

/// A rule that led to a suggested grade, in words; `{0}`, `{1}` … are its arguments. An unknown code is shown with them.
pub(in crate::publish) fn reason(code: &str, args: &[String], language: Language) -> String {
    let found = REASONS.iter().find(|(known, ..)| *known == code);
    let Some((_, zh, en)) = found else {
        return if args.is_empty() { code.to_owned() } else { format!("{code}({})", args.join(", ")) };
    };
    let mut text = language.pick(zh, en).to_owned();
    for (number, arg) in args.iter().enumerate() {
        text = text.replace(&format!("{{{number}}}"), &arg.replace(LIST, between_sentences(language)));
    }
    // An argument that was not given leaves no braces behind, nor an empty pair of brackets.
    for number in args.len()..6 {
        text = text.replace(&format!("{{{number}}}"), "");
    }
    text.replace("（）", "").replace(" ()", "")
}

/// Codes of [`crate::measure::Standing::reasons`] with their words.
const REASONS: &[(&str, &str, &str)] = &[
    ("band", "得分 {1} 属「{0}」段", "score {1} lies in {0}"),
    ("veto-cap", "一票否决：不高于「{0}」（{1}）", "veto: at best {0} ({1})"),
    ("veto-set", "一票否决：定为「{0}」（{1}）", "veto: set to {0} ({1})"),
    ("veto-out", "一票否决：不参加排名，定为「{0}」（{1}）", "veto: out of the ranking, {0} ({1})"),
    (
        "quota-full",
        "「{0}」名额 {1} 个（基数 {2}×{3}）已满，列下一等次",
        "quota of {0} is full ({1} places, {2} × {3}): next grade",
    ),
    (
        "tie-at-cut",
        "「{0}」名额线上 {1} 个并列而余 {2} 个，待组织研究决定",
        "{1} tied at the cut for {0}, {2} places left: for the organisation to decide",
    ),
    (
        "tie-included",
        "「{0}」名额线上 {1} 个并列而余 {2} 个，按方案一并列入",
        "{1} tied at the cut for {0}, {2} places left: all included",
    ),
    (
        "tie-broken",
        "「{0}」名额线上 {1} 个并列而余 {2} 个，按并列顺序规则取舍",
        "{1} tied at the cut for {0}, {2} places left: decided by the tie chain",
    ),
    ("status", "{0}：不定等次", "{0}: no grade is given"),
    ("cap-status", "{1}：不高于「{0}」", "{1}: at best {0}"),
    ("cap-unit", "所在单位「{2}」等次为「{1}」：不高于「{0}」（{3}）", "{2} is graded {1}: at best {0} ({3})"),
    ("cap-score", "「{1}」{2}（{3}）：不高于「{0}」（{4}）", "{1} is {2} ({3}): at best {0} ({4})"),
    ("cap-votes", "「{1}」{2}/{3} 票（{4}）：不高于「{0}」（{5}）", "{1}: {2} of {3} votes ({4}): at best {0} ({5})"),
    ("note-unit", "提醒：所在单位「{2}」等次为「{1}」（{3}）", "attention: {2} is graded {1} ({3})"),
    ("note-score", "提醒：「{1}」{2}（{3}）（{4}）", "attention: {1} is {2} ({3}) ({4})"),
    ("note-votes", "提醒：「{1}」{2}/{3} 票（{4}）（{5}）", "attention: {1}: {2} of {3} votes ({4}) ({5})"),
    ("preferred", "与他人同分，按「{1}」优先列「{0}」（{2}）", "preferred among equals for {0} by {1} ({2})"),
    ("not-preferred", "与他人同分，按「{1}」未列「{0}」（{2}）", "not preferred among equals for {0} by {1} ({2})"),
    ("incomplete", "有缺项，见覆盖率", "incomplete: see coverage"),
    ("no-score", "无得分", "no score"),
    ("hidden", "得分由过少的人评出，不公布，不排名", "made by too few respondents: not shown, not ranked"),
];

/// A rule that limits a person's grade, by its own name, else by what it looks at.
pub(in crate::publish) fn cap_rule(scheme: &Scheme, cap: &PersonCap) -> String {
    if !cap.name.is_empty() {
        return cap.name.clone();
    }
    let language = scheme.language;
    match &cap.when {
        CapWhen::UnitGrade(band) => {
            let grade = scheme.rules.bands.get(*band).map_or("", |band| band.name.as_str());
            format!("{}{grade}", language.pick("所在单位等次：", "unit graded "))
        }
        CapWhen::Score { node, .. } => scheme.index.node(*node).name.clone(),
        CapWhen::Votes(votes) => format!("{}{}", scheme.index.node(votes.node).name, language.pick("得票率", " votes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_filled_and_unknown_ones_are_shown() {
        let args = |args: &[&str]| args.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(reason("band", &args(&["优秀", "90.00"]), Language::Zh), "得分 90.00 属「优秀」段");
        assert_eq!(reason("veto-cap", &args(&["良好"]), Language::Zh), "一票否决：不高于「良好」");
        assert_eq!(reason("veto-cap", &args(&["good", "fire"]), Language::En), "veto: at best good (fire)");
        assert_eq!(reason("new-rule", &args(&["x"]), Language::Zh), "new-rule(x)");
    }
}
