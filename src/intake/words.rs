//! The words of survey spreadsheets: what a header, a label, a footer, a total or a receipt line is called.

use super::cells::{clean, is_numeral, key, without_brackets};
use super::vocabulary::HEADERS;
pub(super) use super::vocabulary::{Head, Use};
use crate::habits::{Habit, on};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Every header word with its use; of a word listed twice the first use stands.
fn header_words() -> &'static FxHashMap<&'static str, Use> {
    static WORDS: OnceLock<FxHashMap<&'static str, Use>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut all = FxHashMap::default();
        for (role, words) in HEADERS {
            for word in *words {
                all.entry(*word).or_insert(*role);
            }
        }
        all
    })
}

/// The use a header announces, by whole words; remarks in brackets do not matter.
pub(super) fn header_use(header: &str) -> Option<Use> {
    let whole = key(header);
    let numberless =
        super::cells::numbering(&whole).map_or(whole.as_str(), |(_, rest)| if rest.is_empty() { &whole } else { rest });
    [whole.as_str(), without_brackets(&whole), numberless, without_brackets(numberless)].into_iter().find_map(|word| {
        let word = word.trim_end_matches([':', '*', '?', '。']);
        let used = header_words().get(word).copied();
        used.filter(|used| *used != Use::Sequence || on(Habit::SerialColumns))
            .filter(|_| on(Habit::Synonyms) || is_first_word(word))
    })
}

/// The first word of its use: all that is known without synonyms.
fn is_first_word(word: &str) -> bool {
    HEADERS.iter().any(|(_, words)| words.first() == Some(&word))
}

/// 评委1, 1号评委, 专家三, 票2, 第5票: one rater's column or row.
pub(super) fn is_judge(header: &str) -> bool {
    const WORDS: [&str; 22] = [
        "评委",
        "专家",
        "评审",
        "评分人",
        "评审专家",
        "考评员",
        "票",
        "选票",
        "测评票",
        "judge",
        "ballot",
        "委员",
        "评议人",
        "测评人",
        "领导",
        "考核组成员",
        "评审员",
        "评委会成员",
        "号评委",
        "评分员",
        "评价人",
        "代表",
    ];
    let whole = key(header);
    let whole = without_brackets(&whole);
    if header_use(whole) == Some(Use::Ballot) {
        return false; // 票号 numbers ballots
    }
    let word: String = whole
        .chars()
        .filter(|c| {
            !c.is_ascii_digit()
                && !is_numeral(*c)
                && !matches!(c, '号' | '第' | '#' | '-' | '_' | '.' | '甲' | '乙' | '丙' | '丁' | '戊' | '己' | '庚' | '辛')
        })
        .collect();
    let word = if word.len() > 1 && !word.is_ascii() { word.trim_end_matches(|c: char| c.is_ascii_lowercase()) } else { &word };
    WORDS.contains(&word) && word.len() < whole.len()
}

/// A row that sums up others: 合计, 平均分, 得票率….
pub(super) fn is_summary(first_key: &str) -> bool {
    const WORDS: [&str; 22] = [
        "合计",
        "小计",
        "总计",
        "总分",
        "平均",
        "平均分",
        "均分",
        "平均得分",
        "比例",
        "占比",
        "得票率",
        "百分比",
        "汇总",
        "最高分",
        "最低分",
        "总票数",
        "优秀率",
        "满意率",
        "得分合计",
        "总得分",
        "total",
        "average",
    ];
    let bare = without_brackets(first_key).trim_end_matches([':', '%']);
    let bare = bare.trim_start_matches(['共', '总']);
    if !on(Habit::SumRows) {
        return false;
    }
    WORDS.contains(&bare) || WORDS.contains(&without_brackets(first_key).trim_end_matches([':', '%']))
}

/// 小计: a sum of the rows since the last one; the other summaries look at everything.
pub(super) fn is_partial_sum(first_key: &str) -> bool {
    without_brackets(first_key).trim_end_matches(':') == "小计"
}

/// 合计, 总分, 小计: checked against the computed sum (averages and shares are not).
pub(super) fn is_sum(first_key: &str) -> bool {
    let bare = without_brackets(first_key).trim_end_matches(':');
    ["合计", "小计", "总计", "总分", "得分合计", "总得分", "合计得分", "total"].contains(&bare)
}

/// A line below (or above) the table that is about its making: 填表人, 审核人, 盖章, 注:, 年 月 日.
pub(super) fn is_footer(text_key: &str) -> bool {
    const STARTS: [&str; 36] = [
        "填表人",
        "填报人",
        "审核人",
        "制表",
        "制表人",
        "审核",
        "盖章",
        "(盖章)",
        "单位(盖章)",
        "单位盖章",
        "单位负责人",
        "负责人",
        "注:",
        "注1",
        "备注:",
        "说明:",
        "填表说明",
        "监票人",
        "计票人",
        "唱票人",
        "总监票",
        "联系人",
        "联系电话",
        "考核组成员",
        "考核组长",
        "考核组组长",
        "考评组",
        "评委签字",
        "评委签名",
        "签字",
        "签名",
        "填表日期",
        "填报日期",
        "日期:",
        "打印日期",
        "考核时间",
    ];
    if !on(Habit::Footers) {
        return false;
    }
    STARTS.iter().any(|start| text_key.starts_with(start)) || is_signature(text_key) || is_date_line(text_key)
}

/// `计分人: 监票人:`: somebody's part in the making, and a colon.
fn is_signature(text_key: &str) -> bool {
    let Some((before, _)) = text_key.split_once(':') else { return false };
    let short = before.chars().count() <= 8;
    short
        && ["人", "员", "组长", "签字", "签名", "盖章", "(盖章)", "(签字)", "(签名)", "日期"]
            .iter()
            .any(|end| before.ends_with(end))
        && label(before).is_none()
}

/// `2026年12月1日`, `年月日`, and a date as cells and people write it: `2026-12-01`, `2026.12.1`, `12月1日`.
pub(super) fn is_date_line(text_key: &str) -> bool {
    let bare = text_key.trim_start_matches("日期").trim_start_matches("时间").trim_start_matches(':');
    let parts: Vec<&str> = bare.split(['-', '.', '/']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(digits) && parts[0].len() == 4 {
        return true;
    }
    let rest: String = text_key.chars().filter(|c| !c.is_ascii_digit() && !is_numeral(*c) && !matches!(c, '_' | ':')).collect();
    (rest == "月日" && text_key.len() > rest.len()) || rest == "年月日" || rest == "日期年月日" || rest == "时间年月日"
}

/// Labels in title rows: what the text behind the colon says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Unit,
    Stratum,
    Procedure,
    /// 被测评对象, 姓名.
    Subject,
}

/// Pairs of label and value in one cell: `被考核单位：三师四十一团一连　票种：A票`. An empty value stands in the next cell.
pub(super) fn labels(text: &str) -> Vec<(Label, String)> {
    let cleaned = clean(text);
    let mut out: Vec<(Label, String)> = Vec::new();
    let mut open = false;
    for token in cleaned.split(' ') {
        if let Some((before, after)) = token.split_once(':') {
            open = false;
            if let Some(label) = label(before) {
                out.push((label, after.to_owned()));
                open = true;
            }
        } else if open && let Some((_, value)) = out.last_mut() {
            value.push_str(token);
        } else if let Some(label) = label(token) {
            out.push((label, String::new()));
            open = false;
        }
    }
    out
}

fn label(text: &str) -> Option<Label> {
    match header_use(text.trim_start_matches(['(', '【']))? {
        Use::Unit => Some(Label::Unit),
        Use::Stratum => Some(Label::Stratum),
        Use::Procedure => Some(Label::Procedure),
        Use::Subject => Some(Label::Subject),
        _ => None,
    }
}

/// The numbers of a meeting in a line: `应到60人，实到55人，发出55张，收回54张，有效票53张`.
pub(super) fn heads(text: &str) -> Vec<(Head, u64)> {
    const WORDS: [(Head, &[&str]); 5] = [
        (Head::Due, &["应到", "应参加"]),
        (Head::Present, &["实到", "实际参加", "参加测评"]),
        (Head::Issued, &["发出", "发放"]),
        (Head::Returned, &["收回", "回收"]),
        (Head::Valid, &["有效"]),
    ];
    let text = key(text);
    let mut out = Vec::new();
    for (head, words) in WORDS {
        let Some((at, word)) = words.iter().find_map(|word| text.find(word).map(|at| (at, *word))) else { continue };
        let rest =
            text[at + word.len()..].trim_start_matches(|c: char| "会人数票张份为共是总测评表问卷选的:|()_,、=".contains(c));
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if let Ok(value) = rest[..end].parse::<u64>() {
            out.push((head, value));
        }
    }
    out
}

/// The year a title or a file name speaks of: `2026年度…`, `2026年…考核`; dates do not count.
pub(super) fn year(text: &str) -> Option<i32> {
    let text = key(text);
    text.match_indices('年').find_map(|(at, _)| {
        let before: String = text[..at].chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        let after = &text[at + '年'.len_utf8()..];
        let dated = after.starts_with(|c: char| c.is_ascii_digit() || is_numeral(c) || c == '月');
        let value = super::cells::numeral(&before)?;
        (!dated && before.chars().count() == 4 && (1990..2100).contains(&value)).then(|| i32::try_from(value).ok()).flatten()
    })
}

/// The year in a file, sheet or folder name: also bare, `考核评分表2025`, where no date is meant.
pub(super) fn year_of_name(text: &str) -> Option<i32> {
    year(text).or_else(|| {
        let text = key(text);
        let numbers = text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.' | '_'));
        let mut years = numbers.map(|part| part.trim_matches(['-', '/', '.', '_'])).filter(|part| part.len() == 4);
        let only = years.next().filter(|_| years.next().is_none())?;
        let dated = text.split_once(only).is_some_and(|(_, after)| after.starts_with('月'));
        only.parse::<i32>().ok().filter(|year| (2000..2100).contains(year) && !dated)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_by_whole_words() {
        assert_eq!(header_use("自评\n分"), Some(Use::SelfScore));
        assert_eq!(header_use("您的身份（必填）"), Some(Use::Stratum));
        assert_eq!(header_use("1、您的身份"), Some(Use::Stratum));
        assert_eq!(header_use("提交答卷时间"), Some(Use::Private));
        assert_eq!(header_use("实到人数"), Some(Use::Receipt(Head::Present)));
        assert_eq!(header_use("政治建设"), None);
        for judge in ["评委1", "1号评委", "评委三", "第5票", "专家A", "评委甲"] {
            assert!(is_judge(judge), "{judge}");
        }
        for other in ["评委", "平均分", "一连", "序号", "票号", "选票号"] {
            assert!(!is_judge(other), "{other}");
        }
    }

    #[test]
    fn lines_around_the_table() {
        assert_eq!(heads("应到60人，实到55人，发出55张，收回 54 张，其中有效票53张").len(), 5);
        assert_eq!(heads("应到会人数：60|实到"), vec![(Head::Due, 60)]);
        assert_eq!(
            labels("被考核单位：三师 四十一团一连　票种：A票"),
            vec![(Label::Unit, "三师四十一团一连".to_owned()), (Label::Stratum, "A票".to_owned())]
        );
        assert_eq!(labels("被测评单位:"), vec![(Label::Unit, String::new())]);
        assert!(is_footer(&key("填表人：        审核人：")) && is_footer(&key("2026 年 12 月 3 日")));
        assert!(!is_footer(&key("日常管理")));
        assert!(is_summary("合计") && is_summary("平均分(分)") && !is_summary("综合治理"));
        assert_eq!(year("2025年度四十一团考核评分表"), Some(2025));
        assert_eq!(year("二〇二六年度测评"), Some(2026));
        assert_eq!(year("填报日期：2027年1月5日"), None);
        assert_eq!(year_of_name("一连考核评分表2025"), Some(2025));
        assert_eq!(year_of_name("2025-四十一团"), Some(2025));
        for other in ["20251203", "2025.12.3", "2025-12-03", "386540716_按文本_2_79", "1234号"] {
            assert_eq!(year_of_name(other), None, "{other}");
        }
    }
}
