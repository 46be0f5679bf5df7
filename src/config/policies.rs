//! Policies of a form: abstentions, missing strata, trimming, screening, meetings; and the rule words they are written in.

use super::findings::{Findings, listed, near};
use super::options::{ActOption, FormOption, MeetingOption, ScreeningOption, TrimOption, TrimRule};
use super::values::{BadThreshold, Number, ThresholdOption, Word};
use crate::numeric::{self, Ratio, int};
use crate::survey::{Abstain, Act, CountRule, Meeting, MissingChild, MissingStratum, Screening, Strata, Threshold, Trim};
use num_traits::ToPrimitive;

/// A number that must lie within `low..=high`; reported as S108 where it does not.
pub(super) fn within(find: &mut Findings<'_>, path: &str, number: &Number, low: i64, high: i64) -> Ratio {
    if number.0 < int(low) || number.0 > int(high) {
        let (found, expected) = (numeric::exact_text(&number.0), format!("{low}–{high}"));
        find.scheme("S108", path, &[("found", &found), ("expected", &expected)]);
    }
    number.0.clone()
}

/// A number that must not be negative.
pub(super) fn at_least_0(find: &mut Findings<'_>, path: &str, number: &Number) -> Ratio {
    if number.0 < int(0) {
        let found = numeric::exact_text(&number.0);
        find.scheme("S108", path, &[("found", &found), ("expected", "≥ 0")]);
    }
    number.0.clone()
}

/// A threshold with its operator; S504 without one.
pub(super) fn threshold(find: &mut Findings<'_>, path: &str, option: &ThresholdOption) -> Option<Threshold> {
    let found = option.text();
    match option.threshold() {
        Ok(threshold) => return Some(threshold),
        Err(BadThreshold::NoOperator) => find.scheme("S504", path, &[("found", &found)]),
        Err(BadThreshold::NotANumber) => find.scheme("S107", path, &[("found", &found)]),
    }
    None
}

/// 弃权.
pub(super) fn abstain(find: &mut Findings<'_>, path: &str, word: Option<&Word>) -> Abstain {
    let Some(Word(text)) = word else { return Abstain::Exclude };
    match text.trim() {
        "exclude" => Abstain::Exclude,
        "zero" => Abstain::Zero,
        other => {
            if let Some(value) = numeric::parse(other) {
                return Abstain::Value(within(find, path, &Number(value), 0, 100));
            }
            misunderstood(find, path, text, "exclude｜zero｜60");
            Abstain::Exclude
        }
    }
}

/// A child node without a score.
pub(super) fn missing_child(find: &mut Findings<'_>, path: &str, word: &Word) -> MissingChild {
    let text = word.0.trim();
    let floor = text.strip_prefix("floor").map(|rest| rest.trim_start_matches([':', '：', '=', ' ']));
    match (text, floor.and_then(numeric::parse)) {
        ("renormalise", _) => MissingChild::Renormalise,
        ("zero", _) => MissingChild::Zero,
        ("refuse", _) => MissingChild::Refuse,
        (_, Some(value)) => MissingChild::Floor(within(find, path, &Number(value), 0, 100)),
        _ => {
            misunderstood(find, path, text, "renormalise｜zero｜refuse｜floor:60");
            MissingChild::Renormalise
        }
    }
}

/// A stratum without answers.
pub(super) fn missing_stratum(
    find: &mut Findings<'_>,
    path: &str,
    word: Option<&Word>,
    strata: Option<&Strata>,
) -> MissingStratum {
    let Some(Word(text)) = word else { return MissingStratum::Renormalise };
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("give-to") {
        let code = rest.trim_start_matches([':', '：', '=', ' ']);
        let known = || strata.into_iter().flat_map(|strata| strata.members.iter().map(|member| member.code.as_str()));
        if !known().any(|member| member == code) {
            let (offer, expected) = (near(code, known()), listed(known()));
            find.scheme("S309", path, &[("found", code), ("near", offer), ("expected", &expected)]);
        }
        return MissingStratum::GiveTo(code.to_owned());
    }
    match text {
        "renormalise" => MissingStratum::Renormalise,
        "zero" => MissingStratum::Zero,
        "refuse" => MissingStratum::Refuse,
        _ => {
            misunderstood(find, path, text, "renormalise｜zero｜refuse｜give-to:B");
            MissingStratum::Renormalise
        }
    }
}

fn misunderstood(find: &mut Findings<'_>, path: &str, found: &str, expected: &str) {
    let offer = near(found, expected.split('｜'));
    find.scheme("S112", path, &[("found", found), ("expected", expected), ("near", offer)]);
}

/// Trimming 去掉最高最低分.
pub(super) fn trim(find: &mut Findings<'_>, path: &str, option: Option<&TrimOption>) -> Trim {
    let Some(option) = option else { return Trim::None };
    match option.rule {
        TrimRule::None => Trim::None,
        TrimRule::OneEach => Trim::OneEach { when_above: option.when_above.unwrap_or(5) },
        TrimRule::Each => Trim::Each(option.count.unwrap_or(1)),
        TrimRule::Share => {
            let path = format!("{path}.share");
            let Some(share) = &option.share else {
                find.scheme("S103", &path, &[("expected", "share")]);
                return Trim::None;
            };
            if share.0 < int(0) || share.0 >= numeric::ratio(1, 2) {
                let found = numeric::exact_text(&share.0);
                find.scheme("S108", &path, &[("found", &found), ("expected", "0–49.9%")]);
            }
            Trim::Share(share.0.clone())
        }
    }
}

fn act(option: ActOption) -> Act {
    match option {
        ActOption::Off => Act::Off,
        ActOption::Flag => Act::Flag,
        ActOption::Void => Act::Void,
    }
}

/// Ballot screening 废票规则.
pub(super) fn screening(find: &mut Findings<'_>, path: &str, option: &ScreeningOption) -> Screening {
    let at = |key: &str| format!("{path}.{key}");
    Screening {
        answered_min: option
            .answered_min
            .as_ref()
            .map(|rule| (act(rule.act), within(find, &at("answered-min.share"), &rule.share, 0, 1))),
        all_same: option.all_same.as_ref().map(|rule| (act(rule.act), rule.min_items.unwrap_or(2))),
        all_full: option.all_full.map_or(Act::Off, act),
        too_many_high: option.too_many_high.as_ref().map(|rule| CountRule {
            act: act(rule.act),
            score: hundredths(find, &at("too-many-high.at-or-above"), &rule.at_or_above),
            limit: rule.more_than,
        }),
        too_few_low: option.too_few_low.as_ref().map(|rule| CountRule {
            act: act(rule.act),
            score: hundredths(find, &at("too-few-low.below"), &rule.below),
            limit: rule.fewer_than,
        }),
        self_rating: option.self_rating.map_or(Act::Off, act),
    }
}

/// A score of at most two places, in hundredths.
fn hundredths(find: &mut Findings<'_>, path: &str, number: &Number) -> i64 {
    let scaled = &number.0 * int(100);
    match (scaled.is_integer(), scaled.to_i64()) {
        (true, Some(value)) if value >= 0 => value,
        _ => {
            let found = numeric::exact_text(&number.0);
            find.scheme("S108", path, &[("found", &found), ("expected", "≥ 0, 0.01")]);
            0
        }
    }
}

/// Meeting rules; 收回 > 发出 voids unless switched off.
pub(super) fn meeting(find: &mut Findings<'_>, path: &str, option: &MeetingOption) -> Meeting {
    let path = format!("{path}.turnout");
    Meeting {
        returned_above_issued: option.returned_above_issued.unwrap_or(true),
        turnout: option.turnout.as_ref().and_then(|option| threshold(find, &path, option)),
    }
}

/// Rules that a form's kind of answers can never trigger, or that make no sense with it.
pub(super) fn pointless(find: &mut Findings<'_>, path: &str, form: &FormOption, scored: bool, chosen: bool) {
    if form.trim.as_ref().is_some_and(|trim| trim.rule != TrimRule::None) && !scored {
        find.scheme("S315", &format!("{path}.trim"), &[]);
    }
    let counts =
        [("too-many-high", form.screening.too_many_high.is_some()), ("too-few-low", form.screening.too_few_low.is_some())];
    for (key, given) in counts {
        if given && !scored {
            find.scheme("S314", &format!("{path}.screening.{key}"), &[]);
        }
    }
    if form.abstain.is_some() && !chosen {
        find.scheme("S314", &format!("{path}.abstain"), &[]);
    }
}
