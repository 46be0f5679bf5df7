//! Words of `trace` on a person: how the suggested grade came about, and what would change it.

use crate::diagnostic::{Language, Pair};

/// Head of what led to the grade.
pub(in crate::cli) const CAME_ABOUT: Pair = Pair("建议等次的由来", "how the suggested grade came about");
/// Head of what would change it.
pub(in crate::cli) const WOULD_CHANGE: Pair =
    Pair("改变建议等次所需的条件（其余不变）", "what would change the suggested grade (all else as it is)");
/// A score of too few raters.
pub(in crate::cli) const HIDDEN: Pair =
    Pair("得分由过少的人评出，不公布，不作推算", "too few raters: the score is not shown, and nothing is worked out from it");
/// The best grade is had.
pub(in crate::cli) const NO_BETTER: Pair = Pair("没有更高的等次", "there is no better grade");
/// Before the share of a quota that a grade of the unit gives.
pub(in crate::cli) const BEST_QUOTA: Pair = Pair("优秀名额", "quota");
/// A grade of the unit that limits nothing.
pub(in crate::cli) const NO_LIMIT: Pair = Pair("无限制", "no limit");
/// Before what each grade of the unit would mean.
pub(in crate::cli) const UNIT_GRADES: Pair = Pair("单位等次若为：", "were the unit graded: ");
/// Before a rank interval.
pub(in crate::cli) const RANKS: Pair = Pair("名次区间（抽样误差，95%）", "rank interval (sampling error, 95 %)");
/// Before statuses.
pub(in crate::cli) const STATUSES: Pair = Pair("特殊情况：", "status: ");
/// Before a limit.
pub(in crate::cli) const LIMIT: Pair = Pair("上限", "limit");
/// After a limit that takes nothing away.
pub(in crate::cli) const IDLE: Pair = Pair("（未起作用）", " (takes nothing away)");
/// Before a better grade.
pub(in crate::cli) const UP_TO: Pair = Pair("升为：", "up to: ");
/// Before a limit that stands in the way.
pub(in crate::cli) const LIMIT_MUST_FALL: Pair = Pair("上限须不再适用：", "a limit would have to fall away: ");
/// Before statuses that stand in the way.
pub(in crate::cli) const STATUS_MUST_END: Pair = Pair("特殊情况须解除：", "the status would have to end: ");
/// Only the quota stands in the way.
pub(in crate::cli) const ONLY_QUOTA: Pair =
    Pair("得分和上限都允许，只差名额", "score and limits allow it: only the quota stands in the way");

/// How many points may be lost.
pub(in crate::cli) fn margin(margin: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("降一等次：得分再低于现在 {margin} 分以上"),
        Language::En => format!("one grade down: a score lower by more than {margin}"),
    }
}

/// The person's unit with its grade, duty tier and post: name, code, grade, tier, post.
pub(in crate::cli) fn unit(parts: [&str; 5], language: Language) -> String {
    let [name, code, grade, tier, post] = parts;
    match language {
        Language::Zh => format!("所在单位 {name} [{code}] 等次 {grade}；{tier} {post}"),
        Language::En => format!("unit {name} [{code}] graded {grade}; {tier} {post}"),
    }
}

/// The quota of the person's pool: whose, which grade, base, share, exact product; then places, eligible, given, tied.
pub(in crate::cli) fn quota(pool: [&str; 5], counts: [u64; 4], language: Language) -> String {
    let ([pool, grade, base, share, exact], [places, eligible, given, tied]) = (pool, counts);
    match language {
        Language::Zh => format!(
            "名额 {pool}「{grade}」：基数 {base} × {share} = {exact} → {places} 个；够格 {eligible} 人，给出 {given} 个，并列人选 {tied} 人"
        ),
        Language::En => format!(
            "quota {pool}, {grade}: {base} × {share} = {exact} → {places} places; {eligible} eligible, {given} given, {tied} joint candidates"
        ),
    }
}

/// The line that a grade asks for, and how many points are missing.
pub(in crate::cli) fn line(line: &str, short: Option<&str>, language: Language) -> String {
    match (short, language) {
        (None, Language::Zh) => format!("得分：已达 {line}"),
        (None, Language::En) => format!("score: has reached {line}"),
        (Some(short), Language::Zh) => format!("得分：须 {line}，还差 {short} 分"),
        (Some(short), Language::En) => format!("score: {line} is needed, {short} points are missing"),
    }
}

/// What one part alone would have to be.
pub(in crate::cli) fn alone(name: &str, score: &str, needed: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("单靠「{name}」：由 {score} 到 {needed}"),
        Language::En => format!("by {name} alone: from {score} to {needed}"),
    }
}

/// Those ahead in the queue for a quota.
pub(in crate::cli) fn queue(places: u64, ahead: usize, last: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("名额：{places} 个；同范围够格且得分更高的 {ahead} 人；已得此等次的最低分 {last}"),
        Language::En => {
            format!("quota: {places} places; {ahead} eligible with a higher score; lowest score with this grade {last}")
        }
    }
}
