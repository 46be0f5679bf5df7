//! Medians with one number left out, by positions in order.

/// The positions in the middle of some numbers in ascending order, one of them left out: one position, or two.
pub(super) fn middle_without(order: &[usize], out: usize) -> Option<(usize, usize)> {
    let rest = order.len().checked_sub(1)?;
    let place = order.iter().position(|at| *at == out)?;
    let nth = |n: usize| order.get(if n < place { n } else { n + 1 }).copied();
    let upper = nth(rest / 2).filter(|_| rest > 0)?;
    if rest % 2 == 1 { Some((upper, upper)) } else { Some((nth(rest / 2 - 1)?, upper)) }
}

/// The positions of some numbers in ascending order, earlier ones first among equals.
pub(super) fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values.get(*one).copied().unwrap_or(0.0).total_cmp(&values.get(*other).copied().unwrap_or(0.0)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_left_out() {
        let order = order(&[30.0, 10.0, 20.0, 40.0]);
        assert_eq!(middle_without(&order, 1), Some((0, 0)), "20 30 40");
        assert_eq!(middle_without(&order, 3), Some((2, 2)), "10 20 30");
        assert_eq!(middle_without(&order[..3], 0), Some((1, 2)), "10 20");
        assert_eq!(middle_without(&[7], 7), None);
    }
}
