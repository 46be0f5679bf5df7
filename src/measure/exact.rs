//! Exact weighted sums that reduce once: the fraction arithmetic of the inner loops.

use crate::numeric::{Ratio, int};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

/// Σ over terms as one fraction over their least common denominator, reduced only when asked for.
/// Reducing after every term, as fractions usually do, costs most of the time of an assessment.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    numer: BigInt,
    denom: BigInt,
}

impl Sum {
    pub(super) fn new() -> Self {
        Self { numer: BigInt::zero(), denom: BigInt::one() }
    }

    pub(super) fn add(&mut self, value: &Ratio) {
        self.add_parts(value.numer(), value.denom());
    }

    /// Adds weight × value.
    pub(super) fn add_product(&mut self, weight: &Ratio, value: &Ratio) {
        self.add_parts(&(weight.numer() * value.numer()), &(weight.denom() * value.denom()));
    }

    fn add_parts(&mut self, numer: &BigInt, denom: &BigInt) {
        if *denom == self.denom {
            self.numer += numer;
            return;
        }
        let common = common_divisor(&self.denom, denom);
        let ours = denom / &common;
        let theirs = &self.denom / &common;
        self.numer = &self.numer * &ours + numer * theirs;
        self.denom *= ours;
    }

    /// Adds `numer / denom`; `denom` must be positive (an empty one adds nothing).
    pub(super) fn add_fraction(&mut self, numer: &BigInt, denom: &BigInt) {
        if !denom.is_zero() {
            self.add_parts(numer, denom);
        }
    }

    /// This sum divided by a count; `None` where that is 0.
    pub(super) fn over_count(self, n: u64) -> Option<Ratio> {
        (n > 0).then(|| Ratio::new(self.numer, self.denom * n))
    }

    pub(super) fn is_zero(&self) -> bool {
        self.numer.is_zero()
    }

    /// The sum.
    pub(super) fn ratio(self) -> Ratio {
        Ratio::new(self.numer, self.denom)
    }

    /// This sum divided by another; `None` where that one is 0.
    pub(super) fn over(self, by: &Self) -> Option<Ratio> {
        (!by.is_zero()).then(|| Ratio::new(self.numer * &by.denom, self.denom * &by.numer))
    }
}

/// Greatest common divisor; short where one of the two fits a machine word, as it nearly always does.
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
    fn denominators_beyond_a_word_are_exact() {
        let huge = Ratio::new(BigInt::one(), BigInt::from(3u8).pow(60));
        let mut sum = Sum::new();
        sum.add(&huge);
        sum.add(&huge);
        sum.add(&ratio(1, 6));
        assert_eq!(sum.ratio(), &huge + &huge + ratio(1, 6));
    }
}
