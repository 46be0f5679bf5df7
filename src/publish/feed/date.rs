//! Dates of decisions as people write them: 2026-01-05, 2026年1月5日, 二〇二六年一月五日, 20260105.

use unicode_normalization::UnicodeNormalization;

/// A day of the calendar; orders as time does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::struct_field_names, reason = "a day of a month")]
pub(super) struct Day {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Reads a date: year, month and day in this order, with signs or Chinese characters between, or eight digits. A time of day after
/// it is dropped. `None`: no date of the calendar, or one that could be read in two ways.
pub(super) fn read(text: &str) -> Option<Day> {
    let text: String = text.nfkc().collect();
    let text = text.trim().trim_start_matches('\'');
    let date = text.split_once([' ', 'T']).map_or(text, |(date, time)| if is_time(time) { date } else { text });
    let date: String = date.chars().filter(|c| !c.is_whitespace()).collect();
    let parts: Vec<&str> = match date.strip_suffix(['日', '号']) {
        Some(date) => date.split(['年', '月']).collect(),
        None if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) => vec![&date[..4], &date[4..6], &date[6..]],
        None => {
            let sign = date.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
            date.split(sign).collect()
        }
    };
    let [year, month, day] = parts[..] else { return None };
    made(year_of(year)?, small(month)?, small(day)?)
}

/// `00:00:00` and the like.
fn is_time(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z'))
}

fn digit(sign: char) -> Option<u8> {
    let value = "〇一二三四五六七八九".chars().position(|known| known == sign);
    let zero = matches!(sign, '零' | '○' | '0').then_some(0);
    value.or(zero).or_else(|| sign.to_digit(10).map(|value| value as usize)).and_then(|value| u8::try_from(value).ok())
}

/// Four digits, Arabic or Chinese.
fn year_of(text: &str) -> Option<u16> {
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    let digits = digits.filter(|digits| digits.len() == 4)?;
    Some(digits.into_iter().fold(0, |year, digit| year * 10 + u16::from(digit)))
}

/// A number up to 99: `5`, `05`, `五`, `十`, `十二`, `二十`, `三十一`.
fn small(text: &str) -> Option<u8> {
    if let Some((tens, ones)) = text.split_once('十') {
        let one = |part: &str, none: u8| match part.chars().collect::<Vec<_>>()[..] {
            [] => Some(none),
            [sign] => digit(sign),
            _ => None,
        };
        return Some(one(tens, 1)? * 10 + one(ones, 0)?);
    }
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    match digits?[..] {
        [one] => Some(one),
        [ten, one] => Some(ten * 10 + one),
        _ => None,
    }
}

/// A day that the calendar has.
fn made(year: u16, month: u8, day: u8) -> Option<Day> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    ((1900..=2999).contains(&year) && (1..=last).contains(&day)).then_some(Day { year, month, day })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in [
            "2026-01-05",
            "2026-1-5",
            "2026/1/5",
            "2026.01.05",
            "20260105",
            "2026年1月5日",
            "2026 年 1 月 5 日",
            "２０２６年１月５号",
            "二〇二六年一月五日",
            "二○二六年一月五日",
            "2026-01-05 00:00:00",
            "2026-01-05T09:30:00",
            "'2026-01-05",
        ] {
            assert_eq!(read(text).map(|day| day.to_string()).as_deref(), Some("2026-01-05"), "{text}");
        }
        assert_eq!(read("二〇二五年十二月三十一日").map(|day| day.to_string()).as_deref(), Some("2025-12-31"));
        assert_eq!(read("2024-02-29").map(|day| day.to_string()).as_deref(), Some("2024-02-29"));
    }

    #[test]
    fn what_is_no_date_is_not_made_one() {
        for text in [
            "",
            "46027",
            "1月5日",
            "2026年1月",
            "2026-13-01",
            "2026-02-29",
            "2026-04-31",
            "05/01/2026",
            "26-1-5",
            "待定",
            "2026-1-5-6",
            "2026年十十月1日",
            "99999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
