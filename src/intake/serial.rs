//! Dates as spreadsheets store them: days since an epoch; and number formats that make a number a date or a percentage.

use super::grid::Cell;

/// `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS`, or `HH:MM:SS` below one day. The 1900 system counts a 29 February 1900 that never was.
pub(super) fn date_text(serial: f64, is_1904: bool) -> Option<Box<str>> {
    // the end of year 9999
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked to be within the calendar")]
    let seconds = (serial * 86_400.0).round() as i64;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let time = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if days == 0 && !is_1904 {
        return Some(time.into());
    }
    // days from 1970-01-01
    let unix = match (is_1904, days) {
        (true, _) => days - 24_107,
        (false, 60..) => days - 25_569,
        (false, _) => days - 25_568,
    };
    let (year, month, day) = civil(unix);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if rest == 0 { date.into() } else { format!("{date} {time}").into() })
}

/// A share as its format shows it, with all its digits: 0.955 is `95.5%`.
pub(super) fn percent_text(share: f64) -> Cell {
    let plain = format!("{:.9}", share * 100.0);
    let digits = if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { &plain };
    Cell::Text(format!("{digits}%").into())
}

/// Does this number format show a percentage? `code`: its text, if it has one of its own.
pub(super) fn is_percent_format(id: u16, code: Option<&str>) -> bool {
    code.map_or(matches!(id, 9 | 10), |code| {
        // A quoted percent sign is only drawn.
        code.split('"').step_by(2).any(|part| part.replace("\\%", "").contains('%'))
    })
}

/// Year, month and day of a day number from 1970-01-01 (H. Hinnant, `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Does this number format show a date or a time? `code`: its text, if it has one of its own.
pub(super) fn is_date_format(id: u16, code: Option<&str>) -> bool {
    // 27–36 and 50–58 are the Chinese date formats
    code.map_or(matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58), shows_date)
}

fn shows_date(code: &str) -> bool {
    let (mut quoted, mut escaped, mut bracket) = (false, false, false);
    for letter in code.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => escaped = true,
            '[' => bracket = true,
            ']' => bracket = false,
            ';' if !bracket => return false,
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'm' | 'M' if !bracket => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_the_dates_excel_shows() {
        let cases = [
            (45_291.0, false, "2023-12-31"),
            (45_658.5, false, "2025-01-01 12:00:00"),
            (60.0 + 1.0, false, "1900-03-01"),
            (59.0, false, "1900-02-28"),
            (0.75, false, "18:00:00"),
            (43_829.0, true, "2023-12-31"),
            (36_585.0, false, "2000-02-29"),
        ];
        for (serial, is_1904, text) in cases {
            assert_eq!(date_text(serial, is_1904).as_deref(), Some(text));
        }
        assert_eq!(date_text(f64::NAN, false), None);
        assert_eq!(date_text(1e300, false), None);
    }

    #[test]
    fn formats_are_told_apart() {
        assert!(is_date_format(14, None) && is_date_format(31, None) && !is_date_format(2, None));
        assert!(is_date_format(164, Some("yyyy\"年\"m\"月\"d\"日\"")));
        assert!(!is_date_format(164, Some("0.00\"d分\"")) && !is_date_format(164, Some("[Red]0.0_s;0")));
        assert!(!is_date_format(164, Some("G/通用格式")));
        assert!(is_percent_format(9, None) && is_percent_format(10, None) && !is_percent_format(2, None));
        assert!(is_percent_format(170, Some("0.0%")) && !is_percent_format(170, Some("0\"%\"")));
        assert_eq!(percent_text(0.955), Cell::Text("95.5%".into()));
        assert_eq!(percent_text(1.0), Cell::Text("100%".into()));
    }
}
