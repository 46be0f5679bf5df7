//! One cell of a published table: points, a percentage, a share, or one of the signs that mean "not given". Never 0 for nothing.

use super::super::cells::{is_missing, key};
use crate::numeric::{Ratio, int, parse};
use num_traits::{One, Zero};

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Blank,
    /// Withheld or not asked: `[c]`, `..`, `-`, `*`.
    Withheld,
    /// Written with a percent sign: points of 100.
    Percent(Ratio),
    /// A bare number: points of 100, or a share of 1 where the whole sheet is written so.
    Plain(Ratio),
    Odd,
}

/// Signs by which statistical offices and others withhold a number.
const WITHHELD: [&str; 30] = [
    "..",
    "...",
    ":",
    "*",
    "**",
    "(c)",
    "(x)",
    "(z)",
    "(u)",
    "(w)",
    "(low)",
    "(s)",
    "c",
    "x",
    "z",
    "s",
    "n<10",
    "<10",
    "suppressed",
    "notavailable",
    "notapplicable",
    "notasked",
    "不适用",
    "不公布",
    "保密",
    "未公布",
    "缺",
    "无",
    "#",
    "†",
];

/// Reads a cell's text.
pub(super) fn value(text: &str) -> Value {
    let word = key(text);
    if word.is_empty() {
        return Value::Blank;
    }
    if is_missing(&word) || WITHHELD.contains(&word.as_str()) || word == "…" {
        return Value::Withheld;
    }
    let (number, percent) = match word.strip_suffix('%') {
        Some(number) => (number, true),
        None => (word.strip_suffix("分").unwrap_or(&word), false),
    };
    if number.contains(['/', '%']) {
        return Value::Odd;
    }
    match parse(number) {
        Some(value) if percent => Value::Percent(value),
        Some(value) => Value::Plain(value),
        None => Value::Odd,
    }
}

/// How bare numbers of a sheet are meant: nearly all within 0–1 and none above 2, they are shares of 1 (a response rate may be
/// 1.02); else points of 100.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scale {
    numbers: u32,
    /// Within 0–1, and strictly between.
    within: u32,
    between: u32,
    /// Above 2.
    above: u32,
    percent: bool,
}

impl Scale {
    /// Takes one cell into account.
    pub(super) fn note(&mut self, value: &Value) {
        match value {
            Value::Percent(_) => self.percent = true,
            Value::Plain(value) => {
                let (zero, one) = (Ratio::zero(), Ratio::one());
                self.numbers += 1;
                self.within += u32::from(*value >= zero && *value <= one);
                self.between += u32::from(*value > zero && *value < one);
                self.above += u32::from(*value > int(2));
            }
            Value::Blank | Value::Withheld | Value::Odd => {}
        }
    }

    /// Bare numbers are shares of 1.
    pub(super) fn shares(self) -> bool {
        self.between > 0 && self.above == 0 && self.within * 10 >= self.numbers * 9
    }

    /// A fraction may mean either: beside percentages, or where fractions are many and larger numbers too.
    fn doubtful(self) -> bool {
        if self.shares() { self.percent } else { self.between * 2 >= self.numbers }
    }

    /// Points of 100; `None`: out of range, or a bare fraction that may mean either.
    pub(super) fn points(self, value: &Value) -> Option<Ratio> {
        let points = match value {
            Value::Plain(value) if self.doubtful() && *value <= int(2) => return None,
            Value::Plain(value) if self.shares() => value * int(100),
            Value::Percent(value) | Value::Plain(value) => value.clone(),
            Value::Blank | Value::Withheld | Value::Odd => return None,
        };
        (points >= Ratio::zero() && points <= int(100)).then_some(points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withheld_is_never_zero_and_shares_are_told_by_the_whole_sheet() {
        for text in ["[c]", "..", "-", "—", "*", ":", "[x]", "n/a", "…", " .. "] {
            assert_eq!(value(text), Value::Withheld, "{text}");
        }
        assert_eq!(value("  "), Value::Blank);
        assert_eq!(value("0%"), Value::Percent(int(0)));
        assert_eq!(value("80 %"), Value::Percent(int(80)));
        for odd in ["good", "1/2", "8o%"] {
            assert_eq!(value(odd), Value::Odd, "{odd}");
        }
        let scale = |texts: &[&str]| {
            let mut scale = Scale::default();
            for text in texts {
                scale.note(&value(text));
            }
            scale
        };
        assert_eq!(scale(&["0.8", "1", "0"]).points(&value("0.55")), Some(int(55)));
        assert_eq!(scale(&["80", "75", "0.5"]).points(&value("0.5")), parse("0.5"));
        assert_eq!(scale(&["80", "0.5"]).points(&value("0.5")), None);
        let rates = scale(&["0.8", "0.9", "0.7", "0.6", "0.5", "0.4", "0.3", "0.2", "0.1", "1.02"]);
        assert_eq!((rates.points(&value("0.8")), rates.points(&value("1.02"))), (Some(int(80)), None));
        assert_eq!(scale(&["80%", "0.5"]).points(&value("0.5")), None);
        assert_eq!(scale(&["80%", "0.5"]).points(&value("80%")), Some(int(80)));
        assert_eq!(scale(&["80"]).points(&value("101")), None);
    }
}
