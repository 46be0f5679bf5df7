//! What charts say: titles that name the finding, notes, legends, heads and axes; here what all charts share.

pub mod answers;
pub mod change;
pub mod costs;
pub mod dots;
pub mod funnel;
pub mod heat;
pub mod ranks;
pub mod returns;
pub mod selves;
pub mod stack;
pub mod strata;
pub mod strip;

use crate::diagnostic::Language;
use Language::{En, Zh};

/// `one` of a single thing, `many` of any other number: for English sentences.
fn of<'a>(number: usize, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

/// What parts two facts of a note 分号.
pub fn semicolon(language: Language) -> &'static str {
    language.pick("；", "; ")
}

/// What parts the names of a list 顿号.
pub fn comma(language: Language) -> &'static str {
    language.pick("、", ", ")
}

/// What joins options that are counted together: 满意＋基本满意.
pub fn plus(language: Language) -> &'static str {
    language.pick("＋", " + ")
}

/// Before a title about a whole level: 各师.
pub fn every(language: Language, level: &str) -> String {
    match language {
        Zh => format!("各{level}："),
        En => format!("{level}: "),
    }
}

/// Before a title about the members of one subject: 第一师.
pub fn within(language: Language, subject: &str) -> String {
    format!("{subject}{}", language.pick("：", ": "))
}

/// A peer group 层级·领域.
pub fn peers(language: Language, level: &str, domain: &str) -> String {
    format!("{level}{}{domain}", language.pick("·", ", "))
}

/// Which of several pages 第几页.
pub fn page(language: Language, page: usize, pages: usize) -> String {
    match language {
        Zh => format!("第 {page}/{pages} 页"),
        En => format!("Page {page} of {pages}"),
    }
}

/// How many people stand behind a row 答题人数.
pub fn respondents(language: Language, range: &str) -> String {
    match language {
        Zh => format!("每行答题人数 n＝{range}"),
        En => format!("respondents per row n = {range}"),
    }
}

/// Scores that were given to the rows themselves 本级得分.
pub fn own_scores(language: Language) -> &'static str {
    language.pick("本级得分，未汇总", "scores of their own, not rolled up")
}

/// Scores that come from the members 上卷, and by which method.
pub fn rolled_up(language: Language, methods: &str) -> String {
    match language {
        Zh => format!("由下级汇总：{methods}"),
        En => format!("rolled up from members: {methods}"),
    }
}

/// A year 年度 as a column head.
pub fn year(language: Language, year: i32) -> String {
    match language {
        Zh => format!("{year}年"),
        En => format!("{year}"),
    }
}

/// The year before, where its number is unknown 上年.
pub fn last_year(language: Language) -> &'static str {
    language.pick("上年", "last year")
}

/// This year, where its number is unknown 今年.
pub fn this_year(language: Language) -> &'static str {
    language.pick("今年", "this year")
}

/// An axis of scores 得分.
pub fn score_axis(language: Language) -> &'static str {
    language.pick("得分（分）", "score (points)")
}

/// A probability in percent; what rounds to nothing or to certainty is said to lie beyond.
pub fn probability(share: f64) -> String {
    match share {
        share if share >= 0.995 => ">99%".to_owned(),
        share if share < 0.005 => "<1%".to_owned(),
        share => format!("{:.0}%", share * 100.0),
    }
}

/// The middle of a group 中位数.
pub fn median(language: Language) -> &'static str {
    language.pick("中位数", "median")
}

/// A number that is not there 缺.
pub const NONE: &str = "—";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_quite_certain() {
        assert_eq!([1.0, 0.996, 0.99, 0.5, 0.004].map(probability), [">99%", ">99%", "99%", "50%", "<1%"]);
    }

    #[test]
    fn a_few_are_not_none() {
        let shares = [(0, 1), (1, 250), (1, 2), (100, 1)].map(|(part, whole)| crate::numeric::ratio(part, whole));
        assert_eq!(shares.map(|share| answers::percent(&share)), ["0%", "<1%", "1%", "100%"]);
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(returns::missing(En, 116, 1, "R", 1), "1 of 116 returns is missing, most in R (1)");
        assert_eq!(funnel::below(En, "company", 1, "n", 1), "company: 1 score lies below the 99.8% limit, as in \"n\"");
        assert_eq!(funnel::below(Zh, "团", 3, "甲", 2), "团：3 处低到偶然难以解释（99.8% 限以下），「甲」最多，2 处");
        assert_eq!(costs::title(En, "", "S", "n", "0.17", 2), "\"n\" of S costs most of 2 weak points: 0.17 points of the total");
        // One in a thousand of the scores lies below the limit by chance.
        assert_eq!(funnel::by_chance(Zh, 15_720), "15720 个得分只凭偶然约有 16 处低于此限");
        assert_eq!(funnel::by_chance(En, 168), "of 168 scores chance alone puts less than 1 below it");
    }
}
