//! From the text of one cell to one answer, and what was odd about it.

use super::cells::{UNCACHED, is_error, is_missing, is_not_applicable, key, number};
use super::context::Context;
use super::export::{Export, Platform};
use super::screen::hundredths;
use crate::habits::{Habit, on};
use crate::survey::{Answer, AnswerKind, Form, ItemId, VoidReason};

/// What was odd about a cell; each has a diagnostic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Odd {
    #[default]
    Nothing,
    /// Not an option of the scale.
    UnknownOption,
    /// Two options in one cell.
    TwoTicks,
    /// Neither number nor a word for "missing".
    NotANumber,
    AboveFull,
    Negative,
    /// `扣2` in a score column.
    Deducted,
    /// `#REF!` and the like.
    ErrorValue,
    /// A formula never calculated.
    Uncached,
    /// More than two decimals.
    Rounded,
    /// A remark beside the score.
    Remark,
    /// `95%` in a column of points out of 100.
    Percent,
    /// `0.95` in a column of points out of 100: a share, it seems.
    Fraction,
    /// A grade word (优, 良好) where points belong.
    GradeWord,
    /// `1-2` that a spreadsheet turned into a date.
    Date,
}

impl Odd {
    /// Whether the cell could not be taken for an answer.
    pub(super) fn spoils(self) -> bool {
        !matches!(self, Self::Nothing | Self::Rounded | Self::Remark | Self::Percent)
    }

    /// The diagnostic's code; `None`: not worth one.
    pub(super) fn code(self, scores: bool) -> Option<&'static str> {
        Some(match (self, scores) {
            (Self::Nothing, _) => return None,
            (Self::UnknownOption, _) => "B402",
            (Self::TwoTicks, _) => "B403",
            (Self::AboveFull, false) => "B404",
            (Self::Negative, false) => "B405",
            (Self::Deducted, false) => "B406",
            (Self::NotANumber, false) => "B407",
            (Self::ErrorValue | Self::Uncached, false) => "B408",
            (Self::Rounded, false) => "B409",
            (Self::Remark, false) => "B410",
            (Self::Percent, false) => "B411",
            (Self::AboveFull, true) => "E103",
            (Self::Negative, true) => "E104",
            (Self::Deducted, true) => "E105",
            (Self::NotANumber, true) => "E106",
            (Self::ErrorValue | Self::Uncached, true) => "E107",
            (Self::Rounded, true) => "E108",
            (Self::Remark, true) => "E109",
            (Self::Percent, true) => "E117",
            (Self::Date, false) => "B420",
            (Self::Fraction, false) => "B421",
            (Self::GradeWord, false) => "B422",
            (Self::Date, true) => "E130",
            (Self::Fraction, true) => "E131",
            (Self::GradeWord, true) => "E132",
        })
    }
}

/// Reads the cells of one item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'c> {
    context: &'c Context<'c>,
    scale: Option<usize>,
    full: i64,
    export: Option<Export>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(context: &'c Context<'c>, form: &Form, item: ItemId) -> Self {
        let item = form.item(item);
        let scale = match item.answer {
            AnswerKind::Choice { scale } => Some(scale),
            AnswerKind::Score => None,
        };
        Self { context, scale, full: hundredths(&item.full), export: None }
    }

    /// The same for the cells of a questionnaire export.
    pub(super) fn of_export(self, export: Option<Export>) -> Self {
        Self { export, ..self }
    }

    /// Full marks in hundredths.
    pub(super) fn full(&self) -> i64 {
        self.full
    }

    pub(super) fn scale(&self) -> Option<usize> {
        self.scale
    }

    pub(super) fn read(&self, text: &str) -> (Answer, Odd) {
        if text == UNCACHED {
            return (Answer::Missing, Odd::Uncached);
        }
        self.read_word(&key(text))
    }

    /// The same for a text that is a key already.
    pub(super) fn read_word(&self, word: &str) -> (Answer, Odd) {
        if is_missing(word) {
            return (Answer::Missing, Odd::Nothing);
        }
        if is_error(word) {
            return (Answer::Missing, Odd::ErrorValue);
        }
        let word = match self.export {
            // 问卷星 by number: blank, skipped
            Some(_) if matches!(word, "-2" | "-3") => return (Answer::Missing, Odd::Nothing),
            Some(_) => word.trim_end_matches([';', '┋', ',']),
            None => word,
        };
        match self.scale {
            Some(scale) => self.choice(scale, word),
            None => self.score(word),
        }
    }

    fn choice(&self, scale: usize, word: &str) -> (Answer, Odd) {
        if let Some(option) = self.context.option(scale, word).or_else(|| self.numbered(scale, word)) {
            return (Answer::Choice(option), Odd::Nothing);
        }
        if is_not_applicable(word) {
            return (Answer::NotApplicable, Odd::Nothing);
        }
        if matches!(word, "-2" | "-3" | "无" | "未选") {
            return (Answer::Missing, Odd::Nothing); // 问卷星 by number: blank, skipped
        }
        if word == "-9999" || self.two_options(scale, word) {
            return (Answer::Void(VoidReason::TwoTicks), Odd::TwoTicks);
        }
        let odd = if is_date(word) && on(Habit::DateTraps) { Odd::Date } else { Odd::UnknownOption };
        (Answer::Void(VoidReason::Unknown), odd)
    }

    /// The option of this number, in an export by number: 1 is the first of the scale (LimeSurvey: `A1`, `AO01`).
    fn numbered(&self, scale: usize, word: &str) -> Option<u8> {
        let export = self.export.filter(|export| export.by_number)?;
        let digits = match export.platform {
            Platform::LimeSurvey => word.strip_prefix("ao").or_else(|| word.strip_prefix('a')).unwrap_or(word),
            _ => word.strip_suffix(".0").unwrap_or(word),
        };
        let number: u8 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
        let count = self.context.numberless(scale)?;
        (1..=count).contains(&number).then(|| number - 1)
    }

    fn two_options(&self, scale: usize, word: &str) -> bool {
        let parts: Vec<&str> = word.split(['┋', ';', '、', ',', '/', '|', '+']).filter(|part| !part.is_empty()).collect();
        on(Habit::TwoTicks) && parts.len() > 1 && parts.iter().all(|part| self.context.option(scale, part).is_some())
    }

    fn score(&self, word: &str) -> (Answer, Odd) {
        if is_not_applicable(word) {
            return (Answer::NotApplicable, Odd::Nothing);
        }
        if word == "无" {
            return (Answer::Missing, Odd::Nothing);
        }
        let unknown = (Answer::Void(VoidReason::Unknown), self.no_number(word));
        let out = |odd| (Answer::Void(VoidReason::OutOfRange), odd);
        let Some(number) = number(word) else { return unknown };
        if number.percent && self.full != 10_000 {
            return unknown;
        }
        if number.deducted {
            return out(Odd::Deducted);
        }
        if number.hundredths < 0 && on(Habit::NegativePoints) {
            return out(Odd::Negative);
        }
        if number.hundredths > self.full && on(Habit::FullMarks) {
            return out(Odd::AboveFull);
        }
        // Less than one point out of a hundred, but not nothing: a share, and whether 0.95 is 95 is not for us to say.
        if self.full >= 10_000 && (1..100).contains(&number.hundredths) && !number.percent && on(Habit::Fractions) {
            return out(Odd::Fraction);
        }
        let odd = match (number.rounded, number.remark) {
            (true, _) => Odd::Rounded,
            (_, true) => Odd::Remark,
            _ if number.percent => Odd::Percent,
            _ => Odd::Nothing,
        };
        (i32::try_from(number.hundredths).map_or(Answer::Void(VoidReason::OutOfRange), Answer::Score), odd)
    }

    /// Why a word is no number.
    fn no_number(&self, word: &str) -> Odd {
        if is_date(word) && on(Habit::DateTraps) {
            Odd::Date
        } else if on(Habit::GradeWords) && (is_grade_word(word) || self.context.is_option(word)) {
            Odd::GradeWord
        } else {
            Odd::NotANumber
        }
    }

    /// Points from a deduction column: full marks less what was taken off, not below 0. 无 and blank beside a form in use: see the caller.
    pub(super) fn deduction(&self, text: &str) -> (Option<Answer>, Odd) {
        if text == UNCACHED {
            return (Some(Answer::Missing), Odd::Uncached);
        }
        let word = key(text);
        if word == "无" && on(Habit::NothingTakenOff) {
            return (i32::try_from(self.full).ok().map(Answer::Score), Odd::Nothing);
        }
        if is_missing(&word) {
            return (None, Odd::Nothing);
        }
        if is_not_applicable(&word) {
            return (Some(Answer::NotApplicable), Odd::Nothing);
        }
        if is_error(&word) {
            return (Some(Answer::Missing), Odd::ErrorValue);
        }
        match number(&word) {
            // -2 and 扣2 and 2 mean the same in a column of deductions.
            Some(number) if !number.percent => {
                let left = (self.full - number.hundredths.abs()).max(0);
                let odd = if number.hundredths.abs() > self.full { Odd::AboveFull } else { Odd::Nothing };
                (i32::try_from(left).ok().map(Answer::Score), odd)
            }
            _ => (Some(Answer::Void(VoidReason::Unknown)), self.no_number(&word)),
        }
    }
}

/// `2026-01-02`, `1月2日`, `2-jan`: what spreadsheets make of `1-2`.
fn is_date(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let digits = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let date = word.get(..10).unwrap_or(word);
    if let [year, month, day] = date.split(['-', '/']).collect::<Vec<_>>()[..] {
        return year.len() == 4 && digits(year) && digits(month) && digits(day);
    }
    if let Some((month, day)) = word.split_once('月') {
        return digits(month) && digits(day.trim_end_matches('日'));
    }
    word.split_once('-')
        .is_some_and(|(one, other)| (digits(one) && MONTHS.contains(&other)) || (MONTHS.contains(&one) && digits(other)))
}

/// Words for a grade that people write where points belong.
fn is_grade_word(word: &str) -> bool {
    const WORDS: [&str; 22] = [
        "优",
        "良",
        "中",
        "差",
        "优秀",
        "良好",
        "中等",
        "一般",
        "较好",
        "较差",
        "好",
        "合格",
        "基本合格",
        "不合格",
        "及格",
        "不及格",
        "达标",
        "称职",
        "基本称职",
        "不称职",
        "满意",
        "不满意",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::fixture;
    use crate::survey::FormId;

    #[test]
    fn missing_is_never_zero() {
        let scheme = fixture::scheme();
        let context = Context::new(&scheme);
        let score = Reader::new(&context, scheme.form(FormId(4)), fixture::item(1));
        for text in ["", " ", "—", "/", "未打分", "缺考", "无", "-", "N/A"] {
            assert_eq!(score.read(text).0, Answer::Missing, "{text}");
        }
        assert_eq!(score.read("0"), (Answer::Score(0), Odd::Nothing));
        assert_eq!(score.read("不涉及").0, Answer::NotApplicable);
        assert_eq!(score.read("95%"), (Answer::Score(9500), Odd::Percent));
        assert_eq!(score.read("95分"), (Answer::Score(9500), Odd::Nothing));
        assert_eq!(score.read("100.01"), (Answer::Void(VoidReason::OutOfRange), Odd::AboveFull));
        assert_eq!(score.read("-2"), (Answer::Void(VoidReason::OutOfRange), Odd::Negative));
        assert_eq!(score.read("扣2").1, Odd::Deducted);
        assert_eq!(score.read("优").1, Odd::GradeWord);
        assert_eq!(score.read("优上").1, Odd::NotANumber);
        assert_eq!(score.read("0.95"), (Answer::Void(VoidReason::OutOfRange), Odd::Fraction));
        for date in ["2026-01-02", "1月2日", "2-Jan", "2026/1/2"] {
            assert_eq!(score.read(date).1, Odd::Date, "{date}");
        }
        assert_eq!(score.read("#REF!"), (Answer::Missing, Odd::ErrorValue));
        assert_eq!(score.read("18（缺会议记录）"), (Answer::Score(1800), Odd::Remark));
    }

    #[test]
    fn options_and_deductions() {
        let scheme = fixture::scheme();
        let context = Context::new(&scheme);
        let choice = Reader::new(&context, scheme.form(FormId(2)), fixture::item(1));
        assert_eq!(choice.read("良好"), (Answer::Choice(1), Odd::Nothing));
        assert_eq!(choice.read("优秀┋良好"), (Answer::Void(VoidReason::TwoTicks), Odd::TwoTicks));
        assert_eq!(choice.read("较好"), (Answer::Void(VoidReason::Unknown), Odd::UnknownOption));
        assert_eq!(choice.read("（空）").0, Answer::Missing);
        let points = Reader::new(&context, scheme.form(FormId(0)), fixture::item(2)); // out of 15
        assert_eq!(points.deduction("2").0, Some(Answer::Score(1300)));
        assert_eq!(points.deduction("-0.5").0, Some(Answer::Score(1450)));
        assert_eq!(points.deduction("无").0, Some(Answer::Score(1500)));
        assert_eq!(points.deduction("20"), (Some(Answer::Score(0)), Odd::AboveFull));
        assert_eq!(points.deduction("").0, None);
        assert_eq!(points.read("95%").1, Odd::NotANumber); // a share of 15 points is nobody's score
    }
}
