//! Words of the page for rules and numbers; those it shares with the tables are in `publish::words`.

use crate::diagnostic::Language;
use crate::survey::{QuotaRounding, QuotaTies, RankTies, Scheme, VetoEffect};

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
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
