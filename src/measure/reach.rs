//! How far one hidden value can be moved while every published sum still holds: linear programming on a small block.

/// Hidden values of one block around the first of them, and the sums that bind them.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    /// The truth, from which every move starts.
    pub at: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
    /// One row per relation, one column per value; moves d must give rows · d = 0.
    pub rows: Vec<Vec<f64>>,
}

/// Coefficients and room below this are nothing.
const TINY: f64 = 1e-9;

/// Whether the first value can move by more than `need`, up or down, within the ranges of all: then nobody can tell it to
/// within ± `need`. A simplex that starts from the truth with values inside their ranges; lowest index first, so it cannot
/// cycle, and stops as soon as the answer is known. Where it gives up the answer is no, which hides more.
pub(super) fn moves(block: &Block, need: f64) -> bool {
    let Some(tableau) = Tableau::new(block) else { return false };
    [1.0, -1.0].into_iter().any(|direction| tableau.clone().push(direction, need))
}

/// The same in one direction: up (1) or down (−1).
pub(super) fn moves_towards(block: &Block, direction: f64, need: f64) -> bool {
    Tableau::new(block).is_some_and(|tableau| tableau.push(direction, need))
}

#[derive(Clone)]
struct Tableau<'a> {
    block: &'a Block,
    at: Vec<f64>,
    rows: Vec<Vec<f64>>,
    /// The value that each row gives.
    basis: Vec<usize>,
}

impl<'a> Tableau<'a> {
    /// Solves each independent row for one value.
    fn new(block: &'a Block) -> Option<Self> {
        let width = block.at.len();
        let mut tableau = Self { block, at: block.at.clone(), rows: Vec::new(), basis: Vec::new() };
        for row in &block.rows {
            let mut row = row.clone();
            row.resize(width, 0.0);
            for (known, basic) in tableau.rows.iter().zip(&tableau.basis) {
                eliminate(&mut row, known, *basic);
            }
            let pivot = (0..width).max_by(|one, other| magnitude(&row, *one).total_cmp(&magnitude(&row, *other)))?;
            if magnitude(&row, pivot) > 1e-7 {
                scale(&mut row, pivot);
                for known in &mut tableau.rows {
                    eliminate(known, &row, pivot);
                }
                tableau.rows.push(row);
                tableau.basis.push(pivot);
            }
        }
        Some(tableau)
    }

    fn push(mut self, direction: f64, need: f64) -> bool {
        for _ in 0..20 * (self.at.len() + 1) {
            if (self.at[0] - self.block.at[0]).abs() > need {
                return true;
            }
            let Some((entering, sign)) = self.entering(direction) else { return false };
            self.step(entering, sign);
        }
        false
    }

    /// How the first value follows another that is free to move.
    fn gain(&self, column: usize) -> f64 {
        match self.basis.iter().position(|basic| *basic == 0) {
            Some(row) => -self.rows[row][column],
            None => f64::from(u8::from(column == 0)),
        }
    }

    fn entering(&self, direction: f64) -> Option<(usize, f64)> {
        (0..self.at.len()).filter(|column| !self.basis.contains(column)).find_map(|column| {
            let gain = self.gain(column) * direction;
            let sign = gain.signum();
            (gain.abs() > TINY && self.room(column, sign) > TINY).then_some((column, sign))
        })
    }

    fn room(&self, column: usize, sign: f64) -> f64 {
        if sign > 0.0 { self.block.high[column] - self.at[column] } else { self.at[column] - self.block.low[column] }
    }

    /// Moves a free value as far as it or a value that follows it can go.
    fn step(&mut self, entering: usize, sign: f64) {
        let mut far = self.room(entering, sign);
        let mut leaving: Option<usize> = None;
        for (number, (row, basic)) in self.rows.iter().zip(&self.basis).enumerate() {
            let slope = -row[entering] * sign;
            if slope.abs() <= TINY {
                continue;
            }
            let limit = (self.room(*basic, slope.signum()) / slope.abs()).max(0.0);
            let tied = leaving.is_some_and(|known| *basic < self.basis[known]) && limit <= far + TINY;
            if limit < far - TINY || tied {
                far = far.min(limit);
                leaving = Some(number);
            }
        }
        self.at[entering] += sign * far;
        for (row, basic) in self.rows.iter().zip(&self.basis) {
            self.at[*basic] -= row[entering] * sign * far;
        }
        if let Some(number) = leaving {
            self.pivot(number, entering);
        }
    }

    fn pivot(&mut self, number: usize, column: usize) {
        let mut row = std::mem::take(&mut self.rows[number]);
        scale(&mut row, column);
        for known in self.rows.iter_mut().filter(|known| !known.is_empty()) {
            eliminate(known, &row, column);
        }
        self.rows[number] = row;
        self.basis[number] = column;
    }
}

fn magnitude(row: &[f64], column: usize) -> f64 {
    row[column].abs()
}

/// Makes the coefficient of a column 1.
fn scale(row: &mut [f64], column: usize) {
    let by = row[column];
    for cell in row {
        *cell /= by;
    }
}

/// Takes a column out of a row, with another row where its coefficient is 1.
fn eliminate(row: &mut [f64], with: &[f64], column: usize) {
    let by = row[column];
    if by != 0.0 {
        for (cell, other) in row.iter_mut().zip(with) {
            *cell -= by * other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(at: &[f64], rows: &[&[f64]]) -> Block {
        Block {
            at: at.to_vec(),
            low: vec![0.0; at.len()],
            high: vec![100.0; at.len()],
            rows: rows.iter().map(|row| row.to_vec()).collect(),
        }
    }

    #[test]
    fn a_value_alone_in_a_sum_is_told() {
        assert!(!moves(&block(&[60.0], &[&[0.4]]), 5.0));
        assert!(moves(&block(&[60.0], &[]), 5.0));
    }

    #[test]
    fn two_in_one_sum_cover_each_other_as_far_as_their_ranges_go() {
        let rows: &[&[f64]] = &[&[0.4, 0.3]];
        assert!(moves(&block(&[60.0, 60.0], rows), 5.0));
        // 99 can fall only as the other's last point allows: 1 × 0.3/0.4
        assert!(!moves(&block(&[99.0, 99.0], rows), 5.0));
        assert!(moves(&block(&[99.0, 99.0], rows), 0.7));
        assert!(!moves(&block(&[99.0, 99.0], rows), 1.1));
    }

    #[test]
    fn two_unknowns_in_two_sums_are_told() {
        assert!(!moves(&block(&[60.0, 70.0], &[&[0.4, 0.3], &[0.5, 0.5]]), 5.0));
        assert!(!moves(&block(&[60.0, 70.0, 50.0], &[&[1.0, 1.0, 0.0], &[0.0, 1.0, 1.0], &[1.0, 0.0, 1.0]]), 5.0));
        assert!(moves(&block(&[60.0, 70.0, 50.0], &[&[1.0, 1.0, 0.0], &[0.0, 1.0, 1.0]]), 5.0));
    }

    #[test]
    fn a_cycle_of_four_moves_and_its_tightest_member_limits_it() {
        let rows: &[&[f64]] = &[&[1.0, 1.0, 0.0, 0.0], &[0.0, 0.0, 1.0, 1.0], &[1.0, 0.0, 1.0, 0.0], &[0.0, 1.0, 0.0, 1.0]];
        assert!(moves(&block(&[50.0, 50.0, 50.0, 50.0], rows), 5.0));
        // up, the third falls to 0 after 2 points; down, the second reaches 100 after 2
        let tight = block(&[50.0, 98.0, 2.0, 50.0], rows);
        assert!(!moves(&tight, 2.5) && moves(&tight, 1.5));
    }
}
