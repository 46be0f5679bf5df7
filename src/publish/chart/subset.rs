//! A font cut down to the characters of one file, so that a chart shows Chinese on machines without Chinese fonts.
//!
//! TrueType outlines only (OpenType 1.9, tables `glyf`, `loca`, `cmap` format 12). Glyphs are renumbered; layout tables are dropped.

use super::font::{EMBEDDED, Weight, bytes, glyph};
use base64::Engine as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// `@font-face` rules with the subset of each weight in use, embedded. Empty sets are left out.
#[must_use]
pub fn font_faces(regular: &BTreeSet<char>, bold: &BTreeSet<char>) -> String {
    let mut css = String::new();
    for (weight, number, characters) in [(Weight::Regular, 400, regular), (Weight::Bold, 700, bold)] {
        let Some(font) = subset(weight, characters) else { continue };
        let data = base64::engine::general_purpose::STANDARD.encode(font);
        let _ = write!(
            css,
            "@font-face{{font-family:\"{EMBEDDED}\";font-weight:{number};src:url(data:font/ttf;base64,{data}) format(\"truetype\")}}"
        );
    }
    css
}

/// A TrueType font with the glyphs of these characters; `None` when none of them is in the embedded font.
#[must_use]
pub fn subset(weight: Weight, characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let wanted: BTreeMap<char, u16> = characters.iter().filter_map(|c| Some((*c, glyph(weight, *c)?))).collect();
    if wanted.is_empty() {
        return None;
    }
    let source = Source::open(bytes(weight))?;
    let kept = source.closure(wanted.values().copied());
    let new_number = |old: u16| kept.iter().position(|known| *known == old).and_then(|at| u16::try_from(at).ok());
    let (glyf, loca) = source.outlines(&kept, &new_number)?;
    let count = u16::try_from(kept.len()).ok()?;
    let mut tables: Vec<(&[u8; 4], Vec<u8>)> = vec![
        (b"OS/2", source.table(*b"OS/2")?.to_vec()),
        (b"cmap", cmap(&wanted, &new_number)?),
        (b"glyf", glyf),
        (b"head", source.head()?),
        (b"hhea", patched(source.table(*b"hhea")?, 34, count)?),
        (b"hmtx", source.metrics(&kept)?),
        (b"loca", loca),
        (b"maxp", patched(source.table(*b"maxp")?, 4, count)?),
        (b"name", source.table(*b"name")?.to_vec()),
        (b"post", source.table(*b"post")?.to_vec()),
    ];
    assemble(&mut tables)
}

/// The tables of a font file.
struct Source<'a> {
    data: &'a [u8],
    glyf: &'a [u8],
    loca: &'a [u8],
    hmtx: &'a [u8],
    long_loca: bool,
    long_metrics: u16,
}

impl<'a> Source<'a> {
    fn open(data: &'a [u8]) -> Option<Self> {
        let find = |tag| find_table(data, tag);
        let long_loca = u16_at(find(*b"head")?, 50)? == 1;
        let long_metrics = u16_at(find(*b"hhea")?, 34)?;
        Some(Self { data, glyf: find(*b"glyf")?, loca: find(*b"loca")?, hmtx: find(*b"hmtx")?, long_loca, long_metrics })
    }

    fn table(&self, tag: [u8; 4]) -> Option<&'a [u8]> {
        find_table(self.data, tag)
    }

    fn outline(&self, glyph: u16) -> Option<&'a [u8]> {
        let at = usize::from(glyph);
        let (from, to) = if self.long_loca {
            (u32_at(self.loca, at * 4)?, u32_at(self.loca, at * 4 + 4)?)
        } else {
            (u32::from(u16_at(self.loca, at * 2)?) * 2, u32::from(u16_at(self.loca, at * 2 + 2)?) * 2)
        };
        self.glyf.get(from as usize..to as usize)
    }

    /// The glyphs asked for, glyph 0, and every component they are composed of; ascending.
    fn closure(&self, wanted: impl Iterator<Item = u16>) -> Vec<u16> {
        let mut kept: BTreeSet<u16> = BTreeSet::new();
        let mut open: Vec<u16> = wanted.chain([0]).collect();
        while let Some(glyph) = open.pop() {
            if kept.insert(glyph) {
                let parts = self.outline(glyph).map(components).unwrap_or_default();
                open.extend(parts.iter().map(|(_, part)| *part));
            }
        }
        kept.into_iter().collect()
    }

    fn outlines(&self, kept: &[u16], new_number: &dyn Fn(u16) -> Option<u16>) -> Option<(Vec<u8>, Vec<u8>)> {
        let (mut glyf, mut loca) = (Vec::new(), Vec::new());
        for glyph in kept {
            loca.extend(u32::try_from(glyf.len()).ok()?.to_be_bytes());
            let mut outline = self.outline(*glyph)?.to_vec();
            for (at, part) in components(&outline) {
                outline.get_mut(at..at + 2)?.copy_from_slice(&new_number(part)?.to_be_bytes());
            }
            glyf.extend(outline);
            glyf.resize(glyf.len().next_multiple_of(4), 0);
        }
        loca.extend(u32::try_from(glyf.len()).ok()?.to_be_bytes());
        Some((glyf, loca))
    }

    /// Advance and left side bearing of each kept glyph.
    fn metrics(&self, kept: &[u16]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(kept.len() * 4);
        for glyph in kept {
            let long = (*glyph).min(self.long_metrics.checked_sub(1)?);
            let bearing = if *glyph < self.long_metrics {
                u16_at(self.hmtx, usize::from(*glyph) * 4 + 2)?
            } else {
                u16_at(self.hmtx, usize::from(self.long_metrics) * 4 + usize::from(*glyph - self.long_metrics) * 2)?
            };
            out.extend(u16_at(self.hmtx, usize::from(long) * 4)?.to_be_bytes());
            out.extend(bearing.to_be_bytes());
        }
        Some(out)
    }

    /// The head table with long offsets and no checksum yet.
    fn head(&self) -> Option<Vec<u8>> {
        let mut head = patched(self.table(*b"head")?, 50, 1)?;
        head.get_mut(8..12)?.fill(0);
        Some(head)
    }
}

fn find_table(data: &[u8], tag: [u8; 4]) -> Option<&[u8]> {
    let count = usize::from(u16_at(data, 4)?);
    let record = (0..count).map(|at| 12 + at * 16).find(|at| data.get(*at..at + 4) == Some(&tag[..]))?;
    let from = u32_at(data, record + 8)? as usize;
    data.get(from..from + u32_at(data, record + 12)? as usize)
}

/// (offset of the number, glyph number) of each component of a composite glyph; empty for a simple one.
fn components(outline: &[u8]) -> Vec<(usize, u16)> {
    let mut out = Vec::new();
    if u16_at(outline, 0).is_none_or(|contours| contours < 0x8000) {
        return out;
    }
    let mut at = 10;
    while let (Some(flags), Some(part)) = (u16_at(outline, at), u16_at(outline, at + 2)) {
        out.push((at + 2, part));
        let scale =
            if flags & 0x08 != 0 { 2 } else { 0 } + if flags & 0x40 != 0 { 4 } else { 0 } + if flags & 0x80 != 0 { 8 } else { 0 };
        at += 4 + if flags & 0x01 != 0 { 4 } else { 2 } + scale;
        if flags & 0x20 == 0 {
            break;
        }
    }
    out
}

/// Format 12 under platform 3 (Windows), encoding 10 (full Unicode).
fn cmap(wanted: &BTreeMap<char, u16>, new_number: &dyn Fn(u16) -> Option<u16>) -> Option<Vec<u8>> {
    let count = u32::try_from(wanted.len()).ok()?;
    let mut out = Vec::new();
    for number in [0u16, 1, 3, 10] {
        out.extend(number.to_be_bytes());
    }
    out.extend(12u32.to_be_bytes());
    out.extend(12u16.to_be_bytes());
    out.extend(0u16.to_be_bytes());
    for number in [16 + count * 12, 0, count] {
        out.extend(number.to_be_bytes());
    }
    for (character, old) in wanted {
        for number in [u32::from(*character), u32::from(*character), u32::from(new_number(*old)?)] {
            out.extend(number.to_be_bytes());
        }
    }
    Some(out)
}

fn patched(table: &[u8], at: usize, value: u16) -> Option<Vec<u8>> {
    let mut table = table.to_vec();
    table.get_mut(at..at + 2)?.copy_from_slice(&value.to_be_bytes());
    Some(table)
}

/// Writes directory and tables, then the checksum of the whole into `head`.
fn assemble(tables: &mut [(&[u8; 4], Vec<u8>)]) -> Option<Vec<u8>> {
    let count = u16::try_from(tables.len()).ok()?;
    let power = u16::try_from(count.ilog2()).ok()?;
    let mut out = 0x0001_0000u32.to_be_bytes().to_vec();
    for number in [count, 16 << power, power, count * 16 - (16 << power)] {
        out.extend(number.to_be_bytes());
    }
    let mut offset = 12 + tables.len() * 16;
    let mut head = 0;
    for (tag, table) in tables.iter() {
        if *tag == b"head" {
            head = offset;
        }
        out.extend(*tag);
        for number in [checksum(table), u32::try_from(offset).ok()?, u32::try_from(table.len()).ok()?] {
            out.extend(number.to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for (_, table) in tables.iter() {
        out.extend(table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xB1B0_AFBAu32.wrapping_sub(checksum(&out));
    out.get_mut(head + 8..head + 12)?.copy_from_slice(&adjustment.to_be_bytes());
    Some(out)
}

fn checksum(data: &[u8]) -> u32 {
    data.chunks(4).fold(0u32, |sum, chunk| {
        let mut word = [0u8; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ab_glyph::{Font, FontRef};

    #[test]
    fn subset_keeps_outlines_and_advances_of_its_characters_only() {
        let characters: BTreeSet<char> = "师考评é12.3✓".chars().collect();
        let small = subset(Weight::Regular, &characters).expect("a font");
        assert!(small.len() < 20_000, "{} bytes", small.len());
        let small = FontRef::try_from_slice(&small).expect("it parses").clone();
        let whole = FontRef::try_from_slice(bytes(Weight::Regular)).expect("it parses");
        for character in "师考评é12.3".chars() {
            let (new, old) = (small.glyph_id(character), whole.glyph_id(character));
            assert_ne!(new.0, 0, "{character}");
            assert!((small.h_advance_unscaled(new) - whole.h_advance_unscaled(old)).abs() < 1e-6);
            let size = |font: &FontRef<'_>, id| font.outline(id).map(|outline| outline.curves.len());
            assert_eq!(size(&small, new), size(&whole, old), "{character}");
        }
        assert_eq!(small.glyph_id('团').0, 0);
    }

    #[test]
    fn whole_file_checksum_is_the_magic_number() {
        let font = subset(Weight::Bold, &"一二".chars().collect()).expect("a font");
        assert_eq!(checksum(&font), 0xB1B0_AFBA);
    }
}
