//! Medians of exact fractions: put in order by their doubles, taken exactly.

use crate::numeric::{Ratio, int, to_f64};

/// The median and the numbers behind it; the mean of the two in the middle where their number is even.
pub(super) fn median(values: &[&Ratio]) -> Option<Ratio> {
    let order = ordered(values.iter().map(|value| to_f64(value)));
    let exact = |at: usize| order.get(at).and_then(|at| values.get(*at)).map(|value| (*value).clone());
    middle(values.len(), exact, |one, other| (one + other) / int(2))
}

/// The positions of some numbers in ascending order, earlier ones first among equals.
fn ordered(values: impl Iterator<Item = f64>) -> Vec<usize> {
    let values: Vec<f64> = values.collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values.get(*one).copied().unwrap_or(0.0).total_cmp(&values.get(*other).copied().unwrap_or(0.0)));
    order
}

fn middle<T>(n: usize, at: impl Fn(usize) -> Option<T>, half: impl Fn(T, T) -> T) -> Option<T> {
    let upper = at(n / 2)?;
    if n % 2 == 1 { Some(upper) } else { Some(half(at((n / 2).checked_sub(1)?)?, upper)) }
}

/// The positions in the middle of some numbers in ascending order, one of them left out: one position, or two.
pub(super) fn middle_without(order: &[usize], out: usize) -> Option<(usize, usize)> {
    let rest = order.len().checked_sub(1)?;
    let place = order.iter().position(|at| *at == out)?;
    let nth = |n: usize| order.get(if n < place { n } else { n + 1 }).copied();
    let upper = nth(rest / 2).filter(|_| rest > 0)?;
    if rest % 2 == 1 { Some((upper, upper)) } else { Some((nth(rest / 2 - 1)?, upper)) }
}

/// [`ordered`], for others to leave one out.
pub(super) fn order(values: &[f64]) -> Vec<usize> {
    ordered(values.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::ratio;

    #[test]
    fn medians_are_exact() {
        let values = [ratio(1, 3), int(90), ratio(2, 3), int(80)];
        let of = |n: usize| median(&values.iter().take(n).collect::<Vec<_>>());
        assert_eq!((of(0), of(1)), (None, Some(ratio(1, 3))));
        assert_eq!(of(3), Some(ratio(2, 3)));
        assert_eq!(of(4), Some((ratio(2, 3) + int(80)) / int(2)));
    }

    #[test]
    fn one_is_left_out() {
        let order = order(&[30.0, 10.0, 20.0, 40.0]);
        assert_eq!(middle_without(&order, 1), Some((0, 0)), "20 30 40");
        assert_eq!(middle_without(&order, 3), Some((2, 2)), "10 20 30");
        assert_eq!(middle_without(&order[..3], 0), Some((1, 2)), "10 20");
        assert_eq!(middle_without(&[7], 7), None);
    }
}
