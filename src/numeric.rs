//! Exact arithmetic: fractions that agree everywhere, rounded once, half-up, when published.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::borrow::Borrow;
use std::fmt;

/// An exact fraction. Weights, option values, thresholds and scores are all of this type.
pub type Ratio = num_rational::BigRational;

/// The fraction `value / 1`.
#[must_use]
pub fn int(value: i64) -> Ratio {
    Ratio::from_integer(BigInt::from(value))
}

/// The fraction `numerator / denominator`.
///
/// # Panics
/// If `denominator` is 0.
#[must_use]
pub fn ratio(numerator: i64, denominator: i64) -> Ratio {
    Ratio::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// A score in hundredths as the tally keeps it (8850 is 88.50), as a fraction.
#[must_use]
pub fn from_hundredths(hundredths: i64) -> Ratio {
    ratio(hundredths, 100)
}

/// Reads an exact number as a scheme writes it: `"0.4"`, `"40"`, `"1/3"`, `"30%"`, `"-2.5"`. No exponent, no separators.
#[must_use]
pub fn parse(text: &str) -> Option<Ratio> {
    let text = text.trim();
    if let Some(share) = text.strip_suffix('%') {
        return Some(parse(share)? / int(100));
    }
    if let Some((above, below)) = text.split_once('/') {
        let (above, below) = (parse_decimal(above.trim())?, parse_decimal(below.trim())?);
        return (!below.is_zero()).then(|| above / below);
    }
    parse_decimal(text)
}

fn parse_decimal(text: &str) -> Option<Ratio> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) || part.len() > 30 {
        return None;
    }
    let mantissa: BigInt = format!("0{whole}{part}").parse().ok()?;
    let scale = BigInt::from(10u8).pow(u32::try_from(part.len()).ok()?);
    let value = Ratio::new(mantissa, scale);
    Some(if negative { -value } else { value })
}

/// Rounds half-up 四舍五入 (halves away from zero) to `places` decimals.
#[must_use]
pub fn round_half_up(value: &Ratio, places: u32) -> Published {
    let (numer, denom) = (value.numer().magnitude(), value.denom().magnitude());
    let short = || {
        let (numer, denom) = (numer.to_u128()?, denom.to_u128()?);
        let scaled = numer.checked_mul(10u128.checked_pow(places)?)?;
        let (quotient, remainder) = (scaled.checked_div(denom)?, scaled.checked_rem(denom)?);
        Some(BigInt::from(quotient + u128::from(remainder >= denom - remainder)))
    };
    let long = || {
        let (quotient, remainder) = (numer * BigUint::from(10u8).pow(places)).div_rem(denom);
        let up = remainder * 2u8 >= *denom;
        BigInt::from(if up { quotient + BigUint::one() } else { quotient })
    };
    let magnitude = short().unwrap_or_else(long);
    let mantissa = if value.is_negative() { -magnitude } else { magnitude };
    Published { mantissa, places }
}

/// The nearest double, for charts, intervals and simulation only; never compared with a threshold.
#[must_use]
pub fn to_f64(value: &Ratio) -> f64 {
    let short = || short_quotient(value.numer(), value.denom());
    short().unwrap_or_else(|| value.to_f64().unwrap_or(f64::NAN))
}

/// The nearest double of a fraction of which 72 bits of each part are enough; without taking memory, as `num_rational` does.
fn short_quotient(numer: &BigInt, denom: &BigInt) -> Option<f64> {
    const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
    let (above, below) = (numer.magnitude(), denom.magnitude());
    let sign = if numer.is_negative() { -1.0 } else { 1.0 };
    #[allow(clippy::cast_precision_loss, reason = "exactly a double")]
    if let (Some(above), Some(below)) = (above.to_u64(), below.to_u64())
        && above <= EXACT
        && (1..=EXACT).contains(&below)
    {
        return Some(sign * (above as f64 / below as f64));
    }
    let (above, below) = (above.to_u128()?, below.to_u128()?);
    // Shifted so that the quotient has 57 or 58 bits: 53 for the double, the others with a mark of the remainder to round it by.
    let shift = (below.checked_ilog2()? + 57).checked_sub(above.checked_ilog2()?).filter(|shift| *shift <= 512)?;
    let shifted = above.checked_shl(shift).filter(|shifted| shifted >> shift == above)?;
    let quotient = u64::try_from(shifted / below).ok()? | u64::from(shifted % below != 0);
    let unit = f64::from_bits((1023 - u64::from(shift)) << 52);
    #[allow(clippy::cast_precision_loss, reason = "rounds to the nearest, once")]
    Some(sign * (quotient as f64) * unit)
}

/// The middle of some numbers, exactly; the mean of the two in the middle where their number is even.
#[must_use]
pub fn median<R: Borrow<Ratio>>(values: &[R]) -> Option<Ratio> {
    // doubles first: comparing fractions multiplies them out
    let mut sorted: Vec<(f64, &Ratio)> = values.iter().map(|value| (to_f64(value.borrow()), value.borrow())).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0).then_with(|| one.1.cmp(other.1)));
    let at = |place: usize| sorted.get(place).map(|(_, value)| *value);
    let upper = at(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 { Some(upper.clone()) } else { Some((at(sorted.len() / 2 - 1)? + upper) / int(2)) }
}

/// A number as published: rounded once, with its places. Orders and compares as the printed number does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Published {
    mantissa: BigInt,
    places: u32,
}

impl Published {
    /// The printed number as an exact fraction (grades, ranks and ties are decided on it by default).
    #[must_use]
    pub fn to_ratio(&self) -> Ratio {
        Ratio::new(self.mantissa.clone(), BigInt::from(10u8).pow(self.places))
    }

    /// The printed number as a double, for workbooks and charts.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa.is_negative() { "-" } else { "" };
        let digits = self.mantissa.abs().to_string();
        let places = self.places as usize;
        if places == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, part) = padded.split_at(padded.len() - places);
        write!(f, "{sign}{whole}.{part}")
    }
}

/// Bytes as lower-case hexadecimal digits: hashes and fingerprints as they are written and compared.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A float as it is printed, rounded half up to so many places; `None` where it is no number.
#[must_use]
pub fn round_float(value: f64, places: u32) -> Option<Published> {
    Ratio::from_float(value).map(|value| round_half_up(&value, places))
}

/// A step of a calculation as it is told: a finite decimal of up to six places as it is, anything else rounded to six.
#[must_use]
pub fn step_text(value: &Ratio) -> String {
    const PLACES: u32 = 6;
    let exact = exact_text(value);
    let places = exact.split_once('.').map_or(0, |(_, places)| places.len());
    if exact.contains('/') || places > PLACES as usize { round_half_up(value, PLACES).to_string() } else { exact }
}

/// A fraction written so that [`parse`] reads it back: a finite decimal where there is one, else `a/b`.
#[must_use]
pub fn exact_text(value: &Ratio) -> String {
    let mut rest = value.denom().clone();
    let mut twos = 0u32;
    let mut fives = 0u32;
    while rest.is_even() {
        rest /= 2u8;
        twos += 1;
    }
    while (&rest % 5u8).is_zero() {
        rest /= 5u8;
        fives += 1;
    }
    if rest.is_one() { round_half_up(value, twos.max(fives)).to_string() } else { format!("{}/{}", value.numer(), value.denom()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, places: u32) -> String {
        round_half_up(&parse(text).expect("a number"), places).to_string()
    }

    #[test]
    fn medians_are_exact() {
        let values = [ratio(1, 3), int(90), ratio(2, 3), int(80)];
        let of = |n: usize| median(&values.iter().take(n).collect::<Vec<_>>());
        assert_eq!((of(0), of(1)), (None, Some(ratio(1, 3))));
        assert_eq!(of(3), Some(ratio(2, 3)));
        assert_eq!(of(4), Some((ratio(2, 3) + int(80)) / int(2)));
        assert_eq!(median(&[int(3), int(1), int(2)]), Some(int(2)));
        // no double tells these apart
        let near = |above: i64| int(80) + ratio(above, 1 << 60);
        assert_eq!(median(&[near(3), near(1), near(2)]), Some(near(2)));
    }

    proptest::proptest! {
        #[test]
        fn doubles_are_the_nearest(
            numer in proptest::prelude::any::<i128>(),
            denom in proptest::prelude::any::<i128>(),
            shifts in (0u32..127, 0u32..127),
        ) {
            let (numer, denom) = (numer >> shifts.0, (denom >> shifts.1).max(1));
            let value = Ratio::new(BigInt::from(numer), BigInt::from(denom));
            let ours = to_f64(&value);
            proptest::prop_assert_eq!(ours.to_bits(), value.to_f64().expect("a number").to_bits());
        }
    }

    #[test]
    fn long_and_short_numbers_round_alike() {
        // the same fraction in numbers of any length: halves, and just below and above them
        for (numer, denom) in [(1, 8), (-1, 8), (12_345, 1000), (2, 3), (0, 7), (999_995, 100_000), (124_999, 100_000)] {
            let short = ratio(numer, denom);
            let factor = BigInt::from(10u8).pow(60) + 1u8;
            let long = Ratio::new_raw(short.numer() * &factor, short.denom() * &factor);
            for places in 0..6 {
                assert_eq!(round_half_up(&short, places).to_string(), round_half_up(&long, places).to_string());
            }
        }
        assert_eq!(round_half_up(&ratio(1, 8), 2).to_string(), "0.13");
        assert_eq!(round_half_up(&ratio(-1, 8), 2).to_string(), "-0.13");
        assert_eq!(round_half_up(&ratio(1, 3), 45).to_string(), format!("0.{}", "3".repeat(45)));
    }

    #[test]
    fn reads_exactly_and_rounds_half_up_once() {
        assert_eq!(show("88.445", 2), "88.45"); // domain.md E13c: a double would say 88.44
        assert_eq!(show("88.4449", 2), "88.44");
        assert_eq!(show("-0.005", 2), "-0.01");
        assert_eq!(show("1/3", 4), "0.3333");
        assert_eq!(show("30%", 2), "0.30");
        assert_eq!(show("2/3", 0), "1");
        for bad in ["", "-", ".", "1e3", "1,200", "1/0", "one"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn thresholds_are_exact() {
        // domain.md §0.9: as doubles, 1 - 2/3 <= 1/3 is false.
        assert!(int(1) - ratio(2, 3) <= ratio(1, 3));
        assert_eq!(exact_text(&ratio(1, 3)), "1/3");
        assert_eq!(exact_text(&ratio(9, 40)), "0.225");
    }
}
