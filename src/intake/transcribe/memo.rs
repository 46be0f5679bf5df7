//! A look-up from raw cell bytes to what they mean, so that each distinct text is understood once.

use rustc_hash::FxHashMap;

/// Distinct texts kept; beyond it the memo starts anew (it is a cache, results do not depend on it).
const KEPT: usize = 1 << 16;
/// Distinct short texts found by a short scan before any hashing: the options of a scale.
const NEAR: usize = 8;

/// A cache of `V` by bytes.
#[derive(Clone, Debug)]
pub(super) struct Memo<V> {
    near: Vec<(u128, V)>,
    short: FxHashMap<u128, V>,
    long: FxHashMap<Box<[u8]>, V>,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self { near: Vec::new(), short: FxHashMap::default(), long: FxHashMap::default() }
    }
}

/// Up to 15 bytes and their number in one word.
fn pack(bytes: &[u8]) -> Option<u128> {
    let length = u8::try_from(bytes.len()).ok().filter(|length| *length < 16)?;
    let mut word = [0u8; 16];
    word[..bytes.len()].copy_from_slice(bytes);
    word[15] = length;
    Some(u128::from_le_bytes(word))
}

impl<V: Copy> Memo<V> {
    pub(super) fn get(&self, bytes: &[u8]) -> Option<V> {
        match pack(bytes) {
            Some(word) => self
                .near
                .iter()
                .find(|(known, _)| *known == word)
                .map(|(_, value)| *value)
                .or_else(|| self.short.get(&word).copied()),
            None => self.long.get(bytes).copied(),
        }
    }

    pub(super) fn put(&mut self, bytes: &[u8], value: V) {
        if self.short.len() + self.long.len() >= KEPT {
            self.short.clear();
            self.long.clear();
        }
        match pack(bytes) {
            Some(word) if self.near.len() < NEAR => self.near.push((word, value)),
            Some(word) => {
                self.short.insert(word, value);
            }
            None => {
                self.long.insert(bytes.into(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_texts_apart() {
        let mut memo = Memo::default();
        let texts: Vec<String> = (0..40).map(|n| "优".repeat(n)).chain((0..40).map(|n| "a\0".repeat(n))).collect();
        for (value, text) in texts.iter().enumerate().skip(1) {
            if memo.get(text.as_bytes()).is_none() {
                memo.put(text.as_bytes(), value);
            }
        }
        assert_eq!(memo.get("优".repeat(5).as_bytes()), Some(5));
        assert_eq!(memo.get("优".repeat(6).as_bytes()), Some(6));
        assert_eq!(memo.get(b"a\0"), Some(41));
        assert_eq!(memo.get(b"a"), None);
    }
}
