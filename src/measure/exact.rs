//! Exact weighted sums that reduce once: the fraction arithmetic of the inner loops.

use crate::numeric::{Ratio, int};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

/// Σ over terms as one fraction over their least common denominator, reduced only when asked for, in machine words as long as
/// they suffice. Fractions that reduce after every term, in numbers of any length, cost most of the time of an assessment.
#[derive(Clone, Debug)]
pub(super) enum Sum {
    /// Numerator and (positive) denominator.
    Small(i128, i128),
    Big(BigInt, BigInt),
}

impl Sum {
    pub(super) fn new() -> Self {
        Self::Small(0, 1)
    }

    pub(super) fn add(&mut self, value: &Ratio) {
        self.add_fraction(value.numer(), value.denom());
    }

    /// Adds weight × value.
    pub(super) fn add_product(&mut self, weight: &Ratio, value: &Ratio) {
        if let Self::Small(numer, denom) = self
            && let Some((above, below)) = small_product(weight, value)
            && let Some((sum, common)) = small_sum((*numer, *denom), (above, below))
        {
            (*numer, *denom) = (sum, common);
            return;
        }
        self.add_big(&(weight.numer() * value.numer()), &(weight.denom() * value.denom()));
    }

    /// Adds `numer / denom`; `denom` must be positive (an empty one adds nothing).
    pub(super) fn add_fraction(&mut self, numer: &BigInt, denom: &BigInt) {
        if denom.is_zero() {
            return;
        }
        if let Self::Small(ours, common) = self
            && let (Some(above), Some(below)) = (numer.to_i128(), denom.to_i128())
            && let Some((sum, denominator)) = small_sum((*ours, *common), (above, below))
        {
            (*ours, *common) = (sum, denominator);
            return;
        }
        self.add_big(numer, denom);
    }

    fn add_big(&mut self, numer: &BigInt, denom: &BigInt) {
        let (mut ours, mut common) = match self {
            Self::Small(numer, denom) => (BigInt::from(*numer), BigInt::from(*denom)),
            Self::Big(numer, denom) => (std::mem::take(numer), std::mem::take(denom)),
        };
        if *denom == common {
            ours += numer;
        } else {
            let shared = common_divisor(&common, denom);
            let missing = denom / &shared;
            ours = ours * &missing + numer * (&common / &shared);
            common *= missing;
        }
        *self = Self::Big(ours, common);
    }

    pub(super) fn is_zero(&self) -> bool {
        match self {
            Self::Small(numer, _) => *numer == 0,
            Self::Big(numer, _) => numer.is_zero(),
        }
    }

    fn parts(self) -> (BigInt, BigInt) {
        match self {
            Self::Small(numer, denom) => (BigInt::from(numer), BigInt::from(denom)),
            Self::Big(numer, denom) => (numer, denom),
        }
    }

    /// The sum.
    pub(super) fn ratio(self) -> Ratio {
        match self {
            Self::Small(numer, denom) => small_ratio(numer, denom),
            Self::Big(numer, denom) => Ratio::new(numer, denom),
        }
    }

    /// This sum divided by a count; `None` where that is 0.
    pub(super) fn over_count(self, n: u64) -> Option<Ratio> {
        if n == 0 {
            return None;
        }
        if let Self::Small(numer, denom) = self
            && let Some(denom) = denom.checked_mul(i128::from(n))
        {
            return Some(small_ratio(numer, denom));
        }
        let (numer, denom) = self.parts();
        Some(Ratio::new(numer, denom * n))
    }

    /// This sum divided by another; `None` where that one is 0.
    pub(super) fn over(self, by: &Self) -> Option<Ratio> {
        if by.is_zero() {
            return None;
        }
        if let (Self::Small(numer, denom), Self::Small(above, below)) = (&self, by)
            && let (Some(numer), Some(denom)) = (numer.checked_mul(*below), denom.checked_mul(*above))
        {
            return Some(small_ratio(numer, denom));
        }
        let ((numer, denom), (above, below)) = (self.parts(), by.clone().parts());
        Some(Ratio::new(numer * below, denom * above))
    }
}

fn small_product(weight: &Ratio, value: &Ratio) -> Option<(i128, i128)> {
    let numer = weight.numer().to_i128()?.checked_mul(value.numer().to_i128()?)?;
    let denom = weight.denom().to_i128()?.checked_mul(value.denom().to_i128()?)?;
    Some((numer, denom))
}

/// a/b + c/d over the least common denominator; `None` where a machine word is too short.
fn small_sum((a, b): (i128, i128), (c, d): (i128, i128)) -> Option<(i128, i128)> {
    if b == d {
        return Some((a.checked_add(c)?, b));
    }
    let shared = i128::try_from(divisor(b.unsigned_abs(), d.unsigned_abs())).ok()?;
    let missing = d / shared;
    let numer = a.checked_mul(missing)?.checked_add(c.checked_mul(b / shared)?)?;
    Some((numer, b.checked_mul(missing)?))
}

fn small_ratio(numer: i128, denom: i128) -> Ratio {
    match i128::try_from(divisor(numer.unsigned_abs(), denom.unsigned_abs())) {
        Ok(shared) if denom > 0 => Ratio::new_raw(BigInt::from(numer / shared), BigInt::from(denom / shared)),
        _ => Ratio::new(BigInt::from(numer), BigInt::from(denom)),
    }
}

/// Greatest common divisor; by remainders until both fit the shorter word.
fn divisor(mut a: u128, mut b: u128) -> u128 {
    loop {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(a.gcd(&b));
        }
        if b == 0 {
            return a;
        }
        (a, b) = (b, a % b);
    }
}

/// Greatest common divisor of long numbers; short where one of the two fits a machine word.
fn common_divisor(big: &BigInt, small: &BigInt) -> BigInt {
    match small.to_u64() {
        Some(small) if small > 0 => {
            let rest = (big % small).to_u64().unwrap_or(0);
            BigInt::from(rest.gcd(&small))
        }
        _ => big.gcd(small),
    }
}

/// Σ weight × value / Σ weight; `None` without weight.
pub(super) fn weighted_mean<'a>(terms: impl IntoIterator<Item = (&'a Ratio, &'a Ratio)>) -> Option<Ratio> {
    let (mut total, mut weights) = (Sum::new(), Sum::new());
    for (weight, value) in terms {
        total.add_product(weight, value);
        weights.add(weight);
    }
    total.over(&weights)
}

/// A count as a fraction.
pub(super) fn count(value: u64) -> Ratio {
    Ratio::from_integer(BigInt::from(value))
}

/// A share as points of the 100.
pub(super) fn hundred() -> Ratio {
    int(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::ratio;

    #[test]
    fn sums_as_fractions_do() {
        let terms = [(ratio(1, 3), ratio(7, 10)), (ratio(-5, 6), ratio(3, 7)), (int(4), ratio(1, 2)), (ratio(1, 6), int(0))];
        let plain = terms.iter().map(|(weight, value)| weight * value).sum::<Ratio>();
        let mut sum = Sum::new();
        for (weight, value) in &terms {
            sum.add_product(weight, value);
        }
        assert_eq!(sum.ratio(), plain);
        assert_eq!(weighted_mean([(&int(1), &int(90)), (&int(2), &int(60))]), Some(int(70)));
        assert_eq!(weighted_mean([(&int(0), &int(90))]), None);
    }

    #[test]
    fn leaves_machine_words_without_a_trace() {
        // (1/p + 1/q + …) over the primes passes 128 bits on the way
        let primes = (2i64..400).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
        let (mut sum, mut plain) = (Sum::new(), int(0));
        for prime in primes {
            sum.add_product(&ratio(-7, prime), &ratio(prime + 1, 3));
            sum.add(&ratio(1, prime * prime));
            plain += ratio(-7, prime) * ratio(prime + 1, 3) + ratio(1, prime * prime);
            assert_eq!(sum.clone().ratio(), plain, "after {prime}");
            assert_eq!(sum.clone().over_count(9), Some(&plain / int(9)));
        }
        assert!(matches!(sum, Sum::Big(..)));
        let mut by = Sum::new();
        by.add(&ratio(-3, 4));
        assert_eq!(sum.over(&by), Some(plain / ratio(-3, 4)));
    }

    #[test]
    fn denominators_beyond_a_word_are_exact() {
        let huge = Ratio::new(BigInt::from(1u8), BigInt::from(3u8).pow(60));
        let mut sum = Sum::new();
        sum.add(&huge);
        sum.add(&huge);
        sum.add(&ratio(1, 6));
        assert_eq!(sum.ratio(), &huge + &huge + ratio(1, 6));
    }
}
