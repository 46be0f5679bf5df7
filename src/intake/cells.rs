//! What one cell says: text folded for comparison, numbers, ticks, and the words for "nothing here".

use super::grid::Cell;
use super::traditional;
use crate::habits::{Habit, on};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Text that stands for a formula whose result was never saved (cannot be typed by hand).
pub(super) const UNCACHED: &str = "\u{1}uncached";

/// Characters that nobody sees and everybody pastes.
fn is_invisible(c: char) -> bool {
    on(Habit::InvisibleSigns)
        && matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{fe0f}')
}

/// NFKC, invisible characters removed, blanks folded to one space, trimmed. For showing and for structure.
pub(super) fn clean(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else if text.chars().all(|c| simple(c).is_some()) {
        fold_blanks(text.chars().filter_map(simple), text.len())
    } else {
        fold_blanks(text.nfkc().filter(|c| !is_invisible(*c)), text.len())
    }
}

fn fold_blanks(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut out = String::with_capacity(room);
    let mut blank = false;
    for c in chars {
        if c.is_whitespace() || (c.is_control() && c != '\u{1}') {
            blank = true;
        } else {
            if blank && !out.is_empty() {
                out.push(' ');
            }
            blank = false;
            out.push(c);
        }
    }
    out
}

/// The form in which words are compared: [`clean`], without any blank, ASCII letters lower-case, an outer apostrophe off.
pub(super) fn key(text: &str) -> String {
    if is_plain(text)
        && !text.chars().any(|c| traditional::simple(c).is_some())
        && !text.bytes().any(|b| b.is_ascii_uppercase() || matches!(b, b'[' | b']' | b'\''))
    {
        return text.to_owned();
    }
    let blank = |c: &char| on(Habit::InnerBlanks) && (c.is_whitespace() || c.is_control());
    let seen = |c: &char| !is_invisible(*c) && !blank(c);
    let mut out = String::with_capacity(text.len());
    if !on(Habit::WideSigns) {
        out.extend(text.trim().chars().filter(seen).map(comparable));
    } else if text.chars().all(|c| simple(c).is_some()) {
        out.extend(text.chars().filter_map(simple).filter(seen).map(comparable));
    } else {
        out.extend(text.nfkc().filter(seen).map(comparable));
    }
    if out.starts_with('\'') && on(Habit::Apostrophe) {
        out.remove(0);
    }
    if on(Habit::InnerBlanks) { out } else { out.trim().to_owned() }
}

/// Printable ASCII and common ideographs only: such text is its own NFKC and has no blanks.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '!'..='~' | '\u{4E00}'..='\u{9FFF}'))
}

/// The NFKC of a character that has one of its own, whatever stands beside it: what nearly all cells are made of.
/// It saves them the tables of Unicode.
fn simple(c: char) -> Option<char> {
    match c {
        ' '..='~' | '\t' | '\n' | '\r' | '\u{4E00}'..='\u{9FFF}' | '、' | '。' | '《' | '》' | '“' | '”' | '—' | '√' | '·' => {
            Some(c)
        }
        '\u{3000}' => Some(' '),
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => None,
    }
}

/// Brackets and quotes of one kind, ASCII letters lower-case, traditional characters as simplified ones.
fn comparable(c: char) -> char {
    match c {
        '【' | '〔' | '[' | '〖' => '(',
        '】' | '〕' | ']' | '〗' => ')',
        '“' | '”' | '『' | '』' | '「' | '」' => '"',
        _ => traditional::simple(c).unwrap_or_else(|| c.to_ascii_lowercase()),
    }
}

/// The text of a cell with the two troubles told apart from text: errors keep their `#`, unsaved formulas are [`UNCACHED`].
pub(super) fn cell_text(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Uncached => Cow::Borrowed(UNCACHED),
        Cell::Number(number) => Cow::Owned(number_text(*number)),
        other => other.text(),
    }
}

/// A number as a person would type it: the noise of binary fractions (17.999999999999996) is taken off at the 9th decimal.
fn number_text(number: f64) -> String {
    let plain = format!("{number}");
    let decimals = plain.split_once('.').map_or(0, |(_, part)| part.len());
    if decimals <= 9 || plain.contains('e') {
        return plain;
    }
    let short = format!("{number:.9}");
    short.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A formula that has no result, or an error value.
pub(super) fn is_error(key: &str) -> bool {
    const ERRORS: [&str; 9] = ["#ref!", "#div/0!", "#n/a", "#value!", "#name?", "#num!", "#null!", "#spill!", "#getting_data"];
    on(Habit::ErrorCells) && ERRORS.contains(&key)
}

/// Words that mean "not answered". Never 0.
pub(super) fn is_missing(key: &str) -> bool {
    const WORDS: [&str; 29] = [
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "－",
        "–",
        "/",
        "//",
        "\\",
        "、",
        ".",
        "未打分",
        "未评分",
        "未评",
        "未填",
        "未答",
        "未作答",
        "空",
        "(空)",
        "(跳过)",
        "跳过",
        "缺考",
        "缺席",
        "n/a",
        "na",
        "null",
        "none",
    ];
    if on(Habit::MissingWords) { WORDS.contains(&key) } else { key.is_empty() }
}

/// Words that mean "does not apply": leaves both sums.
pub(super) fn is_not_applicable(key: &str) -> bool {
    const WORDS: [&str; 8] = ["不涉及", "缺项", "不适用", "无此项", "不考核", "免考", "不参与", "notapplicable"];
    on(Habit::NotApplicable) && WORDS.contains(&key)
}

/// A tick in a tick column; `Some(false)` is an explicit "no".
pub(super) fn tick(key: &str) -> Option<bool> {
    if !on(Habit::TickSigns) {
        return (key == "1").then_some(true);
    }
    match key {
        "√" | "✓" | "✔" | "☑" | "●" | "■" | "1" | "y" | "yes" | "v" | "是" | "对" | "true" | "○" | "o" | "▲" | "★" | "*"
        | "打勾" => Some(true),
        "×" | "✗" | "✘" | "x" | "0" | "n" | "no" | "否" | "☐" | "□" | "false" => Some(false),
        _ => None,
    }
}

/// A tick that cannot be a count: a drawn mark, not the digit 1.
pub(super) fn is_drawn_tick(key: &str) -> bool {
    key != "1" && tick(key) == Some(true)
}

/// A decimal number in hundredths of its unit, with what stood around it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "four marks that occur in any combination")]
pub(super) struct Number {
    pub hundredths: i64,
    /// More than two decimals were given; the value is rounded half-up.
    pub rounded: bool,
    /// Written with a percent sign.
    pub percent: bool,
    /// `扣2`: points taken off rather than given.
    pub deducted: bool,
    /// A remark in brackets behind the number.
    pub remark: bool,
}

/// Reads `95`, `95分`, `95.0`, `９５．５`, `1,200`, `95,5`, `95%`, `扣2`, `18(缺会议记录)`. The text must be a [`key`].
pub(super) fn number(key: &str) -> Option<Number> {
    let (body, remark) = split_remark(key);
    let (body, deducted) = match body.strip_prefix('扣').filter(|_| on(Habit::DeductionWords)) {
        Some(rest) => (rest.strip_prefix("减").unwrap_or(rest), true),
        None => (body, false),
    };
    let (body, percent) = match body.strip_suffix('%').filter(|_| on(Habit::PercentSigns)) {
        Some(rest) => (rest, true),
        None => (body, false),
    };
    let units = ["分", "票", "人", "张", "份", "个"].iter().find_map(|unit| body.strip_suffix(unit));
    let body = units.filter(|_| on(Habit::NumberUnits)).unwrap_or(body);
    let (hundredths, rounded) = decimal(body)?;
    Some(Number { hundredths, rounded, percent, deducted, remark })
}

/// Splits `18(缺会议记录)` into number and remark.
fn split_remark(key: &str) -> (&str, bool) {
    if !key.ends_with(')') || !on(Habit::Remarks) {
        return (key, false);
    }
    match key.find('(') {
        Some(open) if open > 0 => (&key[..open], true),
        _ => (key, false),
    }
}

/// A plain decimal in hundredths, half-up. Thousands separators and a decimal comma are understood.
fn decimal(text: &str) -> Option<(i64, bool)> {
    let (negative, text) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text.strip_prefix('−').unwrap_or(text)),
    };
    let plain = commas(text);
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) || whole.len() > 15 {
        return None;
    }
    let mut value: i64 = 0;
    for digit in whole.bytes().chain(part.bytes().chain(std::iter::repeat(b'0')).take(2)) {
        value = value * 10 + i64::from(digit - b'0');
    }
    let rest = part.get(2..).unwrap_or("").trim_end_matches('0');
    if rest.as_bytes().first().is_some_and(|digit| *digit >= b'5') {
        value += 1;
    }
    Some((if negative { -value } else { value }, !rest.is_empty()))
}

/// `1,200` → `1200`; `95,5` → `95.5`.
fn commas(text: &str) -> Cow<'_, str> {
    if !text.contains(',') || !on(Habit::NumberCommas) {
        return Cow::Borrowed(text);
    }
    let groups: Vec<&str> = text.split('.').next().unwrap_or("").split(',').collect();
    let thousands = groups.len() > 1 && !groups[0].is_empty() && groups[0].len() <= 3 && groups[1..].iter().all(|g| g.len() == 3);
    if thousands {
        Cow::Owned(text.replace(',', ""))
    } else if groups.len() == 2 && !text.contains('.') {
        Cow::Owned(text.replace(',', "."))
    } else {
        Cow::Borrowed(text)
    }
}

/// A count of votes or heads: a whole number, units allowed.
pub(super) fn count(key: &str) -> Option<u64> {
    let number = number(key)?;
    (!number.percent && !number.deducted && !number.rounded && number.hundredths % 100 == 0)
        .then(|| u64::try_from(number.hundredths / 100).ok())
        .flatten()
}

/// A cell's content for the content fingerprint: numbers in one spelling, text folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Canonical {
    Number(i64),
    Text(String),
}

pub(super) fn canonical(text: &str) -> Canonical {
    let folded = key(text);
    match decimal(&folded) {
        Some((hundredths, false)) => Canonical::Number(hundredths),
        _ => Canonical::Text(folded),
    }
}

/// Takes trailing bracketed remarks off: `优秀(90分以上)` → `优秀`. Nested and several groups are taken off.
pub(super) fn without_brackets(key: &str) -> &str {
    let mut rest = key;
    while let Some(body) = rest.strip_suffix(')') {
        let mut depth = 1;
        let open = body.char_indices().rev().find(|(_, c)| {
            match c {
                ')' => depth += 1,
                '(' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        match open {
            Some((at, _)) if at > 0 => rest = &rest[..at],
            _ => break,
        }
    }
    rest
}

/// Takes a leading number off: `1、题干`, `1.题干`, `(1)题干`, `第1题 题干`, `q1题干`, `一、题干`. Gives (number, rest).
pub(super) fn numbering(key: &str) -> Option<(u32, &str)> {
    let (opened, body) = match key.strip_prefix('(') {
        Some(rest) => (true, rest),
        None => (false, key),
    };
    let (ordinal, body) = match body.strip_prefix('第') {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    let lettered = !ordinal && (body.starts_with('q') || body.starts_with('题'));
    let body = if lettered { body.strip_prefix(['q', '题']).unwrap_or(body) } else { body };
    let end = body.find(|c: char| !c.is_ascii_digit() && !is_numeral(c)).unwrap_or(body.len());
    let value = numeral(&body[..end])?;
    let rest = &body[end..];
    let cut = if ordinal {
        rest.strip_prefix(['题', '项', '条']).or_else(|| rest.is_empty().then_some(""))?
    } else if opened {
        rest.strip_prefix(')')?
    } else if rest.is_empty() {
        rest
    } else if lettered {
        rest.strip_prefix('_').unwrap_or(rest)
    } else {
        rest.strip_prefix(['、', '.', ':', ')', '．', '。', ',', '-', '_'])?
    };
    let cut = cut.trim_start_matches(['、', '.', ':', '-', '_', ',']);
    Some((value, cut))
}

/// A Chinese numeral character.
pub(super) fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '廿' | '卅' | '两'
    )
}

/// The value of a run of digits or Chinese numerals: `41`, `四十一`, `一百二十三`, `廿三`, `二〇二六`.
pub(super) fn numeral(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    if !on(Habit::Numerals) {
        return None;
    }
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).and_then(|d| u32::try_from(d).ok());
    if !text.contains(['十', '百', '千', '廿', '卅']) {
        // Position by position: 二〇二六, 四一.
        return text.chars().try_fold(0u32, |sum, c| {
            let value = match c {
                '零' => 0,
                '两' => 2,
                _ => c.to_digit(10).or_else(|| digit(c))?,
            };
            sum.checked_mul(10)?.checked_add(value)
        });
    }
    let (mut total, mut pending) = (0u32, None);
    for c in text.chars() {
        match c {
            '千' => total = total.checked_add(pending.take().unwrap_or(1) * 1000)?,
            '百' => total = total.checked_add(pending.take().unwrap_or(1) * 100)?,
            '十' => total = total.checked_add(pending.take().unwrap_or(1) * 10)?,
            '廿' => total = total.checked_add(20)?,
            '卅' => total = total.checked_add(30)?,
            '零' | '〇' => pending = None,
            '两' => pending = Some(2),
            _ => pending = Some(c.to_digit(10).or_else(|| digit(c))?),
        }
    }
    total.checked_add(pending.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hundredths(text: &str) -> Option<i64> {
        number(&key(text)).map(|number| number.hundredths)
    }

    #[test]
    fn the_short_way_agrees_with_the_tables() {
        for c in (0..0x1_0000).filter_map(char::from_u32) {
            if let Some(folded) = simple(c) {
                let text = c.to_string();
                assert_eq!(text.nfkc().collect::<String>(), folded.to_string(), "{c}");
                assert!(unicode_normalization::char::canonical_combining_class(c) == 0, "{c}");
            }
        }
        assert_eq!(key("【Ａ[b]’】"), "(a(b)’)");
        assert_eq!(clean("（1）  政治 建设，"), "(1) 政治 建设,");
        assert_eq!(clean("e\u{301}"), "é");
    }

    #[test]
    fn folds_what_people_paste() {
        assert_eq!(key(" 优　秀\u{200b}\u{a0}"), "优秀");
        assert_eq!(key("自评\n分"), "自评分");
        assert_eq!(key("Ａ票（9０）"), "a票(90)");
        assert_eq!(clean("  三师　四十一团 \n 一连"), "三师 四十一团 一连");
    }

    #[test]
    fn reads_numbers_as_units_write_them() {
        for (text, value) in
            [("95", 9500), ("95分", 9500), ("95.0 ", 9500), ("９５．５", 9550), ("'95", 9500), ("1,200", 120_000), ("95,5", 9550)]
        {
            assert_eq!(hundredths(text), Some(value), "{text}");
        }
        assert_eq!(hundredths("95％"), Some(9500));
        assert_eq!(hundredths("-2"), Some(-200));
        assert!(number("扣2").is_some_and(|n| n.deducted && n.hundredths == 200));
        assert!(number(&key("18（缺会议记录）")).is_some_and(|n| n.remark && n.hundredths == 1800));
        assert!(number("88.445").is_some_and(|n| n.rounded && n.hundredths == 8845));
        for bad in ["", "优", "1e3", "1.2.3", "12,34,5", "分"] {
            assert_eq!(hundredths(bad), None, "{bad}");
        }
        assert_eq!(cell_text(&Cell::Number(17.999_999_999_999_996)), "18");
        assert_eq!(count("12票"), Some(12));
        assert_eq!(count("12.5"), None);
        assert_eq!(count("-1"), None);
    }

    #[test]
    fn reads_numerals_and_numbering() {
        for (text, value) in [
            ("四十一", 41),
            ("十", 10),
            ("十一", 11),
            ("二十", 20),
            ("一百二十三", 123),
            ("廿三", 23),
            ("二〇二六", 2026),
            ("一百零五", 105),
        ] {
            assert_eq!(numeral(text), Some(value), "{text}");
        }
        assert_eq!(numbering("1、政治建设"), Some((1, "政治建设")));
        assert_eq!(numbering("12.政治建设"), Some((12, "政治建设")));
        assert_eq!(numbering("第3题"), Some((3, "")));
        assert_eq!(numbering("q4"), Some((4, "")));
        assert_eq!(numbering("(五)作风建设"), Some((5, "作风建设")));
        assert_eq!(numbering("一连"), None);
        assert_eq!(numbering("2026年"), None);
        assert_eq!(without_brackets("优秀(90分以上)"), "优秀");
        assert_eq!(without_brackets("(空)"), "(空)");
    }

    #[test]
    fn one_spelling_for_the_fingerprint() {
        assert_eq!(canonical("95"), canonical("９５.0 "));
        assert_ne!(canonical("95"), canonical("95.5"));
        assert_eq!(canonical("-0.5"), canonical("-.50"));
        assert_ne!(canonical("-0.5"), canonical("0.5"));
    }
}
