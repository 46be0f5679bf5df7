//! How long a ballot took, as an export tells it: read at the door, reduced to its class at once, kept nowhere.

use super::super::cells::{key, without_brackets};
use super::super::layout::{PlanColumn, Role};
use crate::survey::Pace;

/// Titles of a duration.
const DURATIONS: [&str; 9] =
    ["所用时间", "答题时长", "填写时长", "作答时长", "答卷时长", "填写用时", "interviewtime", "totaltime", "总时间"];
/// Titles of beginnings and ends, of one program each.
const SPANS: [(&[&str], &[&str]); 5] = [
    (&["开始答题时间"], &["结束答题时间"]),
    (&["开始时间", "starttime"], &["完成时间", "completiontime", "提交时间", "结束时间"]),
    (&["startdate", "datestarted", "开始日期"], &["submitdate", "datesubmitted", "提交日期", "enddate", "结束日期"]),
    (&["datecreated", "创建日期"], &["datemodified", "修改日期"]),
    (&["开始填写时间"], &["提交时间", "结束填写时间"]),
];

/// Where an export says how long a ballot took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Clock {
    Duration(u32),
    /// From and to.
    Span(u32, u32),
}

impl Clock {
    /// The clock among the columns of an export; a duration before a beginning and an end.
    pub(in crate::intake) fn among(columns: &[PlanColumn]) -> Option<Self> {
        let beside = |known: &&PlanColumn| !matches!(known.role, Role::Answer(..) | Role::Tick(..));
        let find = |titles: &[&str]| {
            let titled = |known: &&PlanColumn| {
                let title = key(&known.header);
                titles.contains(&title.as_str()) || titles.contains(&without_brackets(&title))
            };
            columns.iter().filter(beside).find(titled).map(|known| known.column)
        };
        let span = |(from, to): &(&[&str], &[&str])| Some(Self::Span(find(from)?, find(to)?));
        find(&DURATIONS).map(Self::Duration).or_else(|| SPANS.iter().find_map(span))
    }

    /// The class of one row's time. `text` gives the text of a column.
    pub(in crate::intake) fn read(self, text: impl Fn(u32) -> String) -> Option<Pace> {
        let seconds = match self {
            Self::Duration(column) => duration(&text(column)),
            Self::Span(from, to) => between(&text(from), &text(to)),
        };
        seconds.and_then(Pace::of_seconds)
    }
}

/// Whole seconds of `123秒`, `123.4`, `2分3秒`, `1小时2分`, `00:02:03`, `2 min 3 s`.
fn duration(text: &str) -> Option<u64> {
    let text = key(text);
    if text.contains(':') {
        return time_of_day(&text).filter(|(before, _)| before.is_empty()).map(|(_, seconds)| seconds);
    }
    let (mut rest, mut seconds, mut named) = (text.as_str(), 0u64, false);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let unit_end = behind.find(|c: char| c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(unit_end);
        let worth = match unit {
            "小时" | "时" | "h" | "hour" | "hours" => 3600,
            "分钟" | "分" | "min" | "m" | "mins" | "minute" | "minutes" => 60,
            "秒" | "秒钟" | "s" | "sec" | "secs" | "second" | "seconds" => 1,
            "" if !named && next.is_empty() => 1,
            _ => return None,
        };
        // parts of a second tell nothing
        let whole = number.split('.').next().unwrap_or_default();
        seconds = seconds.checked_add(whole.parse::<u64>().ok()?.checked_mul(worth)?)?;
        (rest, named) = (next, true);
    }
    named.then_some(seconds)
}

/// Seconds between two moments of one day; moments without seconds, or of two days, tell too little.
fn between(from: &str, to: &str) -> Option<u64> {
    let (from, to) = (from.to_lowercase(), to.to_lowercase());
    let ((day, start), (other, end)) = (time_of_day(&from)?, time_of_day(&to)?);
    (day == other).then_some(())?;
    end.checked_sub(start)
}

/// What stands before the time, words for halves of the day apart, and the time in seconds; `None` where it has no seconds.
fn time_of_day(text: &str) -> Option<(String, u64)> {
    let colon = text.find(':')?;
    let hour_at = text[..colon]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let mut parts = text[hour_at..].splitn(3, ':');
    let hour: u64 = parts.next()?.parse().ok()?;
    let minute: u64 = parts.next()?.parse().ok()?;
    let last = parts.next()?;
    let second: u64 = last[..last.find(|c: char| !c.is_ascii_digit()).unwrap_or(last.len())].parse().ok()?;
    let half = ["下午", "晚上", "pm", "p.m"].iter().any(|word| text.contains(word));
    let morning = ["上午", "凌晨", "早上", "am", "a.m"].iter().any(|word| text.contains(word));
    let hour = match hour {
        12 if morning => 0,
        0..12 if half => hour + 12,
        _ => hour,
    };
    let before =
        ["下午", "晚上", "上午", "凌晨", "早上"].iter().fold(text[..hour_at].to_owned(), |text, word| text.replace(word, ""));
    (minute < 60 && second < 60 && hour < 24).then(|| (before.trim().to_owned(), hour * 3600 + minute * 60 + second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_the_platforms_write_them() {
        let cases = [
            ("123秒", Some(123)),
            ("123", Some(123)),
            ("48.73", Some(48)),
            ("２分３秒", Some(123)),
            ("1小时2分3秒", Some(3723)),
            ("2 分钟", Some(120)),
            ("00:02:03", Some(123)),
            ("2 min 3 s", Some(123)),
            ("1h 2m", Some(3720)),
            ("12:03", None),
            ("很久", None),
            ("", None),
            ("3次", None),
            ("2026-09-03", None),
            ("99999999999999999999", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(duration(text), seconds, "{text}");
        }
    }

    #[test]
    fn moments_of_one_day_have_a_distance() {
        let cases = [
            ("2026/9/3 9:05:10", "2026/9/3 9:07:13", Some(123)),
            ("2026-09-03 11:59:00", "2026-09-03 13:00:01", Some(3661)),
            ("9/3/26 11:59:59 AM", "9/3/26 12:00:09 PM", Some(10)),
            ("2026/9/3 上午11:59:59", "2026/9/3 下午12:00:09", Some(10)),
            ("2026-09-03T09:00:00Z", "2026-09-03T09:01:00Z", Some(60)),
            ("2026-09-03 23:59:50", "2026-09-04 00:00:40", None),
            ("2026-09-03 09:00", "2026-09-03 09:02", None),
            ("2026-09-03 09:02:00", "2026-09-03 09:00:00", None),
            ("", "2026-09-03 09:00:00", None),
        ];
        for (from, to, seconds) in cases {
            assert_eq!(between(from, to), seconds, "{from} – {to}");
        }
    }
}
