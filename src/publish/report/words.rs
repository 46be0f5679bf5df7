//! Words of the page that depend on data: reasons, states of sheets, policies.

use crate::diagnostic::Language;
use crate::measure::WhyMissing;
use crate::numeric::exact_text;
use crate::survey::{Bound, MissingChild, QuotaRounding, QuotaTies, RankTies, Scheme, Threshold, VetoEffect};

/// Why a node has no score.
pub(super) fn why_missing(why: WhyMissing, language: Language) -> &'static str {
    match why {
        WhyMissing::NotApplicable => language.pick("不适用（权重为 0）", "not applicable (weight 0)"),
        WhyMissing::NothingSent => language.pick("未报送", "nothing sent"),
        WhyMissing::MeetingVoid => language.pick("会议规则作废", "voided by a meeting rule"),
        WhyMissing::Refused => language.pick("有缺项，方案规定不计分", "a part is missing and the scheme refuses"),
        WhyMissing::LowCoverage => language.pick("覆盖率低于下限", "coverage below the minimum"),
        WhyMissing::NothingScored => language.pick("无有效作答", "no scored answer"),
    }
}

/// Codes of [`crate::measure::Standing::reasons`] with their words; `{0}`, `{1}` … are the arguments.
const REASONS: [(&str, &str, &str); 10] = [
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
    ("incomplete", "有缺项，见覆盖率", "incomplete: see coverage"),
    ("no-score", "无得分", "no score"),
];

/// A rule that led to a suggested grade, in words; an unknown code is shown with its arguments.
pub(super) fn reason(code: &str, args: &[String], language: Language) -> String {
    let Some((_, zh, en)) = REASONS.iter().find(|(known, ..)| *known == code) else {
        return if args.is_empty() { code.to_owned() } else { format!("{code}({})", args.join(", ")) };
    };
    let mut text = language.pick(zh, en).to_owned();
    for number in 0..6 {
        text = text.replace(&format!("{{{number}}}"), args.get(number).map_or("", String::as_str));
    }
    text.replace("（）", "").replace(" ()", "").replace("得分  属", "属")
}

/// What became of a sheet; an unknown state is shown as it is.
pub(super) fn status(code: &str, language: Language) -> &str {
    let zh = match code {
        "read" => "已计入",
        "ignored" => "按规则忽略",
        "hidden" => "隐藏表，未读",
        "duplicate" => "疑似重复，未计入",
        "other-year" => "他年数据，未计入",
        "unrecognised" => "未能识别",
        "unreadable" => "无法读取",
        "empty" => "空表",
        _ => return code,
    };
    language.pick(zh, code)
}

/// `≥ 90`.
pub(super) fn threshold(threshold: &Threshold) -> String {
    let sign = match threshold.bound {
        Bound::AtLeast => "≥",
        Bound::Above => ">",
        Bound::Below => "<",
        Bound::AtMost => "≤",
    };
    format!("{sign} {}", exact_text(&threshold.value))
}

/// What a missing part does to its node.
pub(super) fn missing_child(policy: &MissingChild, language: Language) -> String {
    match policy {
        MissingChild::Renormalise => {
            language.pick("缺项的权重由其余分担，并注明不完整", "the others carry its weight; marked incomplete").to_owned()
        }
        MissingChild::Zero => language.pick("缺项按 0 分", "counts as 0").to_owned(),
        MissingChild::Floor(floor) => format!("{} {}", language.pick("缺项按", "counts as"), exact_text(floor)),
        MissingChild::Refuse => language.pick("有缺项则不计分", "no score where a part is missing").to_owned(),
    }
}

pub(super) fn rank_ties(ties: RankTies, language: Language) -> &'static str {
    match ties {
        RankTies::Competition => language.pick("并列占位（1-2-2-4）", "joint ranks, 1-2-2-4"),
        RankTies::Dense => language.pick("并列不占位（1-2-2-3）", "joint ranks, 1-2-2-3"),
        RankTies::Chain => language.pick("按并列顺序规则分先后", "decided by the tie chain"),
    }
}

pub(super) fn quota_rounding(rounding: QuotaRounding, language: Language) -> &'static str {
    match rounding {
        QuotaRounding::Floor => language.pick("舍去小数", "rounded down"),
        QuotaRounding::HalfUp => language.pick("四舍五入", "rounded half-up"),
        QuotaRounding::Ceil => language.pick("进一", "rounded up"),
    }
}

pub(super) fn quota_ties(ties: QuotaTies, language: Language) -> &'static str {
    match ties {
        QuotaTies::Drop => language
            .pick("名额线上并列的都不列入，待组织研究决定", "all tied at the cut drop out, for the organisation to decide"),
        QuotaTies::Include => language.pick("名额线上并列的都列入", "all tied at the cut are included"),
        QuotaTies::Tiebreak => language.pick("名额线上并列的按并列顺序规则取舍", "ties at the cut are decided by the tie chain"),
    }
}

pub(super) fn veto(effect: VetoEffect, scheme: &Scheme) -> String {
    let name = |band: usize| scheme.rules.bands.get(band).map_or("", |band| band.name.as_str());
    match (effect, scheme.language) {
        (VetoEffect::Cap(band), Language::Zh) => format!("不改得分；等次不高于「{}」", name(band)),
        (VetoEffect::Cap(band), Language::En) => format!("leaves the score; grade at best {}", name(band)),
        (VetoEffect::Set(band), Language::Zh) => format!("不改得分；等次定为「{}」", name(band)),
        (VetoEffect::Set(band), Language::En) => format!("leaves the score; grade set to {}", name(band)),
        (VetoEffect::OutOfRanking(band), Language::Zh) => format!("不参加排名；等次定为「{}」", name(band)),
        (VetoEffect::OutOfRanking(band), Language::En) => format!("out of the ranking; grade set to {}", name(band)),
    }
}

/// 1234567 as `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fill_their_arguments_and_leave_no_braces() {
        let args = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(reason("veto-cap", &args(&["良好", "安全事故"]), Language::Zh), "一票否决：不高于「良好」（安全事故）");
        assert_eq!(reason("veto-cap", &args(&["良好", ""]), Language::Zh), "一票否决：不高于「良好」");
        assert_eq!(reason("band", &[], Language::Zh), "属「」段");
        assert_eq!(reason("new-rule", &args(&["a", "b"]), Language::En), "new-rule(a, b)");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
