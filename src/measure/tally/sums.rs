//! Sums of products of one lane: wide ones that hold anything, and narrow ones that take many ballots before they are full.

/// Ballots without gaps.
#[derive(Debug, Default)]
pub(super) struct Whole {
    pub n: u64,
    /// Σ u_i.
    pub sums: Vec<u64>,
    /// Σ u_i u_j, i ≤ j, row by row.
    pub products: Vec<u64>,
}

/// Ballots with gaps: a is 1 where the item is scored.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    pub n: u64,
    /// Σ a_i a_j, i ≤ j.
    pub both: Vec<u64>,
    /// Σ a_i a_j u_j, all i, j.
    pub sums: Vec<u64>,
    /// Σ a_i a_j u_i u_j, i ≤ j.
    pub products: Vec<u64>,
}

impl Whole {
    fn open(&mut self, k: usize) {
        if self.sums.is_empty() {
            self.sums.resize(k, 0);
            self.products.resize(k * (k + 1) / 2, 0);
        }
    }

    pub(super) fn add(&mut self, codes: &[u32]) {
        let k = codes.len();
        self.open(k);
        self.n += 1;
        add_row(&mut self.sums, codes);
        let mut rest = self.products.as_mut_slice();
        for (i, own) in codes.iter().enumerate() {
            let Some((row, below)) = rest.split_at_mut_checked(k - i) else { return };
            add_products(row, codes.get(i..).unwrap_or_default(), *own);
            rest = below;
        }
    }
}

impl Gaps {
    fn open(&mut self, k: usize) {
        if self.both.is_empty() {
            self.both.resize(k * (k + 1) / 2, 0);
            self.sums.resize(k * k, 0);
            self.products.resize(k * (k + 1) / 2, 0);
        }
    }

    pub(super) fn add(&mut self, codes: &[u32], scored: &[u32]) {
        let k = codes.len();
        self.open(k);
        self.n += 1;
        let (mut both, mut products) = (self.both.as_mut_slice(), self.products.as_mut_slice());
        let rows = self.sums.chunks_exact_mut(k).zip(codes.iter().zip(scored)).enumerate();
        for (i, (sums, (own, is_scored))) in rows {
            let Some((both_row, both_below)) = both.split_at_mut_checked(k - i) else { return };
            let Some((products_row, products_below)) = products.split_at_mut_checked(k - i) else { return };
            if *is_scored == 1 {
                add_row(sums, codes);
                add_row(both_row, scored.get(i..).unwrap_or_default());
                add_products(products_row, codes.get(i..).unwrap_or_default(), *own);
            }
            (both, products) = (both_below, products_below);
        }
    }
}

/// Plain loops over two slices: the compiler makes them wide.
fn add_row(sums: &mut [u64], row: &[u32]) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum += u64::from(*value);
    }
}

fn add_products(sums: &mut [u64], row: &[u32], own: u32) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum += u64::from(own) * u64::from(*value);
    }
}

/// Items beside each other in narrow sums: a register of the plainest machine.
const EIGHT: usize = 8;
/// The most items that narrow sums take.
pub(super) const MOST_ITEMS: usize = 64;
/// The greatest code that narrow sums take.
pub(super) const MOST_NARROW: u16 = 63;

/// A ballot's codes, 0 where unscored, and 1 for what is scored.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub codes: [u16; MOST_ITEMS],
    pub scored: [u16; MOST_ITEMS],
}

impl Default for Row {
    fn default() -> Self {
        Self { codes: [0; MOST_ITEMS], scored: [0; MOST_ITEMS] }
    }
}

/// Sums in 16 bits, to be poured into wide ones before they are full. Matrices are whole, row by row, each row filled up to eights,
/// so that the loop over a row has a fixed length: that costs less than skipping the half of it that is not needed.
#[derive(Debug, Default)]
pub(super) struct NarrowWhole {
    pub n: u32,
    sums: Vec<u16>,
    products: Vec<u16>,
}

#[derive(Debug, Default)]
pub(super) struct NarrowGaps {
    pub n: u32,
    both: Vec<u16>,
    sums: Vec<u16>,
    products: Vec<u16>,
}

/// Columns of a row of k items.
fn width(k: usize) -> usize {
    k.div_ceil(EIGHT) * EIGHT
}

/// Calls the loop that is made for the width of a row.
macro_rules! at_width {
    ($sums:ident, $k:ident, $row:ident) => {
        match width($k) {
            8 => $sums.wide::<8>($row),
            16 => $sums.wide::<16>($row),
            24 => $sums.wide::<24>($row),
            32 => $sums.wide::<32>($row),
            40 => $sums.wide::<40>($row),
            48 => $sums.wide::<48>($row),
            56 => $sums.wide::<56>($row),
            _ => $sums.wide::<64>($row),
        }
    };
}

impl NarrowWhole {
    pub(super) fn add(&mut self, k: usize, row: &Row) {
        if self.sums.is_empty() {
            self.sums.resize(width(k), 0);
            self.products.resize(k * width(k), 0);
        }
        self.n += 1;
        at_width!(self, k, row);
    }

    fn wide<const N: usize>(&mut self, row: &Row) {
        // A copy of its own, so that the compiler keeps it in registers.
        let (Some(&codes), Some(sums)) = (row.codes.first_chunk::<N>(), self.sums.first_chunk_mut::<N>()) else { return };
        add_times(sums, &codes, 1);
        for (sums, own) in self.products.as_chunks_mut::<N>().0.iter_mut().zip(&codes) {
            add_times(sums, &codes, *own);
        }
    }

    pub(super) fn pour(&mut self, k: usize, into: &mut Whole) {
        if self.n == 0 {
            return;
        }
        into.open(k);
        into.n += u64::from(self.n);
        self.n = 0;
        pour_rows(&mut self.sums, k, &mut into.sums, |_| 0..k);
        pour_rows(&mut self.products, k, &mut into.products, |i| i..k);
    }
}

impl NarrowGaps {
    pub(super) fn add(&mut self, k: usize, row: &Row) {
        if self.both.is_empty() {
            for sums in [&mut self.both, &mut self.sums, &mut self.products] {
                sums.resize(k * width(k), 0);
            }
        }
        self.n += 1;
        at_width!(self, k, row);
    }

    fn wide<const N: usize>(&mut self, row: &Row) {
        let (Some(&codes), Some(&scored)) = (row.codes.first_chunk::<N>(), row.scored.first_chunk::<N>()) else { return };
        let both = self.both.as_chunks_mut::<N>().0.iter_mut();
        let sums = self.sums.as_chunks_mut::<N>().0.iter_mut();
        let products = self.products.as_chunks_mut::<N>().0.iter_mut();
        for (((own, is_scored), both), (sums, products)) in codes.iter().zip(&scored).zip(both).zip(sums.zip(products)) {
            if *is_scored == 1 {
                add_times(both, &scored, 1);
                add_times(sums, &codes, 1);
                add_times(products, &codes, *own);
            }
        }
    }

    pub(super) fn pour(&mut self, k: usize, into: &mut Gaps) {
        if self.n == 0 {
            return;
        }
        into.open(k);
        into.n += u64::from(self.n);
        self.n = 0;
        pour_rows(&mut self.both, k, &mut into.both, |i| i..k);
        pour_rows(&mut self.sums, k, &mut into.sums, |_| 0..k);
        pour_rows(&mut self.products, k, &mut into.products, |i| i..k);
    }
}

/// The hot loop: sums += row × times. Nothing overflows: the lane is poured out in time.
#[inline]
fn add_times<const N: usize>(sums: &mut [u16; N], row: &[u16; N], times: u16) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum = sum.wrapping_add(value.wrapping_mul(times));
    }
}

/// Pours the rows out, of each the columns asked for, and empties them.
fn pour_rows(from: &mut [u16], k: usize, into: &mut [u64], columns: impl Fn(usize) -> std::ops::Range<usize>) {
    let mut out = into.iter_mut();
    for (number, row) in from.chunks_exact(width(k).max(1)).enumerate() {
        let wanted = columns(number);
        let narrow = row.get(wanted.clone()).unwrap_or_default();
        for (narrow, wide) in narrow.iter().zip(out.by_ref().take(wanted.len())) {
            *wide += u64::from(*narrow);
        }
    }
    from.fill(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_sums_are_the_wide_ones() {
        for k in [2usize, 7, 8, 9, 20, 33] {
            let (mut whole, mut gaps) = (Whole::default(), Gaps::default());
            let (mut poured, mut poured_gaps) = (Whole::default(), Gaps::default());
            let (mut narrow, mut narrow_gaps) = (NarrowWhole::default(), NarrowGaps::default());
            let mut seed = 7u32;
            for ballot in 0..100 {
                let (mut codes, mut scored, mut row) = (vec![0u32; k], vec![1u32; k], Row::default());
                for at in 0..k {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let gap = ballot % 2 == 1 && (seed >> 20).is_multiple_of(4);
                    let code = if gap { 0 } else { (seed >> 8) % (u32::from(MOST_NARROW) + 1) };
                    (codes[at], scored[at]) = (code, u32::from(!gap));
                    row.codes[at] = u16::try_from(code).expect("narrow");
                    row.scored[at] = u16::from(!gap);
                }
                if ballot % 2 == 0 {
                    whole.add(&codes);
                    narrow.add(k, &row);
                } else {
                    gaps.add(&codes, &scored);
                    narrow_gaps.add(k, &row);
                }
                if ballot % 16 == 15 {
                    narrow.pour(k, &mut poured);
                    narrow_gaps.pour(k, &mut poured_gaps);
                }
            }
            narrow.pour(k, &mut poured);
            narrow_gaps.pour(k, &mut poured_gaps);
            assert_eq!((whole.n, &whole.sums, &whole.products), (poured.n, &poured.sums, &poured.products), "{k}");
            assert_eq!((gaps.n, &gaps.both, &gaps.sums), (poured_gaps.n, &poured_gaps.both, &poured_gaps.sums), "{k}");
            assert_eq!(gaps.products, poured_gaps.products, "{k}");
        }
    }
}
