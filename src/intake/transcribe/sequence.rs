//! 序号 down a sheet of ballots: a few numbers left out mean rows taken away. Stretches add up in order.

use super::Job;
use crate::diagnostic::{Diagnostic, LIST};

/// Gaps kept for showing.
const SHOWN: usize = 8;

/// The numbers of one stretch of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sequence {
    /// The first number and its row.
    first: Option<(u32, u32)>,
    last: u32,
    numbers: u64,
    missing: u64,
    /// (from, to, row of the number after), the first ones.
    gaps: Vec<(u32, u32, u32)>,
    /// Numbers that go back to anything but 1: no sequence.
    disorder: bool,
}

impl Sequence {
    /// Takes the number of the next row.
    pub(super) fn push(&mut self, number: u32, row: u32) {
        self.numbers += 1;
        if self.first.is_some() {
            self.step(number, row);
        } else {
            self.first = Some((number, row));
        }
        self.last = number;
    }

    /// Compares with the number before: 1 begins anew.
    fn step(&mut self, number: u32, row: u32) {
        if number > self.last {
            self.gap(self.last + 1, number, row);
        } else if number != 1 {
            self.disorder = true;
        }
    }

    fn gap(&mut self, from: u32, next: u32, row: u32) {
        if from < next {
            self.missing += u64::from(next - from);
            if self.gaps.len() < SHOWN {
                self.gaps.push((from, next - 1, row));
            }
        }
    }

    /// Takes in the stretch that follows.
    pub(super) fn append(&mut self, next: Self) {
        let Some((number, row)) = next.first else { return };
        if self.first.is_some() {
            self.step(number, row);
        } else {
            self.first = next.first;
        }
        self.last = next.last;
        self.numbers += next.numbers;
        self.missing += next.missing;
        self.gaps.extend(next.gaps);
        self.gaps.truncate(SHOWN);
        self.disorder |= next.disorder;
    }

    /// A finding where a few numbers are left out; of a list that leaves out many, numbers mean something else.
    pub(super) fn report(mut self, job: &Job<'_>, column: u32) -> Option<Diagnostic> {
        let (first, row) = self.first?;
        if first > 1 {
            self.gap(1, first, row);
            self.gaps.rotate_right(1);
        }
        let few = self.missing <= 2.max(self.numbers / 20);
        if self.disorder || self.missing == 0 || self.numbers < 3 || !few {
            return None;
        }
        let shown: Vec<String> =
            self.gaps.iter().map(|(from, to, _)| if from == to { from.to_string() } else { format!("{from}–{to}") }).collect();
        let at = self.gaps.first().map_or(row, |(_, _, row)| *row);
        let diagnostic = Diagnostic::new("B505", job.place(at, column))
            .with("found", shown.join(LIST))
            .with("count", self.missing)
            .with("rows", self.numbers)
            .with("form", &job.form.name);
        Some(diagnostic)
    }
}

/// A plain whole number of a 序号 cell.
pub(super) fn number(bytes: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(bytes.trim_ascii()).ok()?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[u32]) -> Sequence {
        let mut sequence = Sequence::default();
        for (row, number) in (0..).zip(numbers) {
            sequence.push(*number, row);
        }
        sequence
    }

    #[test]
    fn gaps_are_the_same_for_any_split() {
        let numbers = [1, 2, 3, 5, 6, 9, 1, 2, 4];
        let whole = of(&numbers);
        assert_eq!((whole.missing, whole.disorder), (4, false));
        assert_eq!(whole.gaps, [(4, 4, 3), (7, 8, 5), (3, 3, 8)]);
        for cut in 0..=numbers.len() {
            let mut joined = of(&numbers[..cut]);
            let mut rest = Sequence::default();
            for (row, number) in (0..).zip(&numbers).skip(cut) {
                rest.push(*number, row);
            }
            joined.append(rest);
            assert_eq!(joined, whole, "cut at {cut}");
        }
        assert!(of(&[3, 1, 2, 9, 5]).disorder);
        assert_eq!(number(b" 17 "), Some(17));
        assert_eq!(number("十七".as_bytes()), None);
        assert_eq!(number(b""), None);
    }
}
