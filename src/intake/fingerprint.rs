//! A content hash of records that survives another encoding, other quoting, other line ends and any cutting into parts.

use super::record::Record;

/// Odd constants with well-mixed bits (fractional parts of √2, √3, √5 and √7).
const KEYS: [u64; 4] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1];

/// A 128-bit content hash of records: a sum over (row, fields), so parts may be added in any order.
/// Meant to find a return sent twice, not to withstand a forger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// Adds one record. Trailing empty fields make no difference.
    pub fn add(&mut self, row: u32, record: &Record<'_>) {
        let mut state = [KEYS[0] ^ u64::from(row), KEYS[1]];
        let mut held_back = 0_u64;
        for field in record.iter() {
            if field.is_empty() {
                held_back += 1;
                continue;
            }
            let told = (held_back << 32) ^ field.len() as u64;
            held_back = 1;
            let mut rest = field;
            while rest.len() > 16 {
                let (block, after) = rest.split_at(16);
                let [left, right] = words(block);
                stir(&mut state, left, right);
                rest = after;
            }
            let [left, right] = words(rest);
            stir(&mut state, left ^ told.rotate_left(7), right);
        }
        let high = fold(state[0] ^ KEYS[2], state[1] | 1);
        let low = fold(state[1] ^ KEYS[3], state[0] | 1);
        self.0 = self.0.wrapping_add((u128::from(high) << 64) | u128::from(low));
    }

    /// Adds what another part of the same file gave.
    pub fn merge(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    /// 32 hex digits.
    #[must_use]
    pub fn hex(self) -> String {
        format!("{:032x}", self.0)
    }
}

/// One to sixteen bytes as two words, which overlap where there are fewer than sixteen.
#[inline]
fn words(block: &[u8]) -> [u64; 2] {
    if let (Some(first), Some(last)) = (block.first_chunk::<8>(), block.last_chunk::<8>()) {
        return [u64::from_le_bytes(*first), u64::from_le_bytes(*last)];
    }
    if let (Some(first), Some(last)) = (block.first_chunk::<4>(), block.last_chunk::<4>()) {
        return [u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()];
    }
    let at = |index: usize| block.get(index).map_or(0, |byte| u64::from(*byte));
    [at(0) | at(1) << 8, at(2)]
}

#[inline]
fn stir(state: &mut [u64; 2], left: u64, right: u64) {
    state[0] = fold(left ^ KEYS[2], right ^ state[0]).wrapping_add(KEYS[0]);
    state[1] = fold(right ^ KEYS[3], left ^ state[1].rotate_left(23)).wrapping_add(KEYS[1]);
}

/// Both halves of the 128-bit product, folded.
#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    #[allow(clippy::cast_possible_truncation, reason = "the low half is wanted")]
    let low = product as u64;
    low ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::super::record::parse;
    use super::*;

    fn print(text: &str, first_row: u32, delimiter: u8) -> Fingerprint {
        let mut print = Fingerprint::default();
        parse(text.as_bytes(), first_row, delimiter, &mut |row, record| {
            print.add(row, record);
            true
        });
        print
    }

    #[test]
    fn writing_does_not_matter_but_content_and_place_do() {
        let base = print("单位,优秀\n一连,3\n", 0, b',');
        assert_eq!(base, print("\"单位\";优秀\r\n一连;\"3\";;", 0, b';'));
        let others = ["单位,优秀\n一连,4\n", "单位优,秀\n一连,3\n", "单位,,优秀\n一连,3\n", "一连,3\n单位,优秀\n"];
        for other in others {
            assert_ne!(base, print(other, 0, b','), "{other}");
        }
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let mut parts = print("一连,3\n", 1, b',');
        parts.merge(print("单位,优秀\n", 0, b','));
        assert_eq!(parts, print("单位,优秀\n一连,3\n", 0, b','));
        assert_eq!(parts.hex().len(), 32);
    }
}
