//! The content fingerprint of a return: the same for every format, encoding, column order and row order of the same cells.

use super::cells::{Canonical, canonical};
use crate::numeric::hex;
use sha2::{Digest, Sha256};

const LANES: [u64; 4] = [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03, 0x8cb9_2ba7_2f3d_8dd7, 0xaef1_7502_108e_f2d9];

/// Folds a 64×64-bit product.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    #[allow(clippy::cast_possible_truncation, reason = "both halves are wanted")]
    let halves = (product as u64, (product >> 64) as u64);
    halves.0 ^ halves.1
}

/// 128 bits of a text. Not against forgers; against a return sent twice.
pub(super) fn hash(bytes: &[u8]) -> u128 {
    let (mut low, mut high) = (LANES[0] ^ bytes.len() as u64, LANES[1]);
    for part in bytes.chunks(8) {
        let mut word = [0u8; 8];
        word[..part.len()].copy_from_slice(part);
        let word = u64::from_le_bytes(word);
        low = fold(low ^ word, LANES[2]);
        high = fold(high ^ word.rotate_left(29), LANES[3] ^ low);
    }
    (u128::from(fold(high, LANES[0])) << 64) | u128::from(fold(low ^ high, LANES[1]))
}

/// The hash of a cell's content, numbers in one spelling.
pub(super) fn content(text: &str) -> u128 {
    match canonical(text) {
        Canonical::Number(hundredths) => number(hundredths),
        Canonical::Text(text) => hash(text.as_bytes()),
    }
}

/// The hash of a number given in hundredths.
pub(super) fn number(hundredths: i64) -> u128 {
    hash(&hundredths.to_le_bytes()) ^ 1
}

/// A sum over cells and rows; parts may be added in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Print(u128);

/// The cells of one row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowPrint(u128);

impl RowPrint {
    /// Adds a cell: `salt` says what the column is used for.
    pub(super) fn cell(&mut self, salt: u128, content: u128) {
        self.0 = self.0.wrapping_add((salt | 1).wrapping_mul(content));
    }
}

impl Print {
    pub(super) fn row(&mut self, row: RowPrint) {
        self.0 = self.0.wrapping_add(hash(&row.0.to_le_bytes()));
    }

    pub(super) fn add(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// Hex, 32 digits, over what the sheet is and what its cells say.
    pub(super) fn hex(self, what: &[&str]) -> String {
        let mut digest = Sha256::new();
        for part in what {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        digest.update(self.0.to_le_bytes());
        hex(&digest.finalize()[..16])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(rows: &[&[&str]]) -> Print {
        let mut print = Print::default();
        for cells in rows {
            let mut row = RowPrint::default();
            for (column, cell) in cells.iter().enumerate() {
                row.cell(hash(&[u8::try_from(column).expect("few")]), content(cell));
            }
            print.row(row);
        }
        print
    }

    #[test]
    fn order_is_nothing_and_content_is_everything() {
        let one = print(&[&["优秀", "95"], &["良好", "80"]]);
        assert_eq!(one, print(&[&["良好", "80.0"], &["优 秀", "９５"]]));
        assert_ne!(one, print(&[&["优秀", "80"], &["良好", "95"]]));
        assert_ne!(one, print(&[&["优秀", "95"], &["良好", "80"], &["良好", "80"]]));
        assert_eq!(one.hex(&["ceping"]).len(), 32);
        assert_ne!(one.hex(&["ceping"]), one.hex(&["mindiao"]));
    }
}
