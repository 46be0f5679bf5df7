//! The embedded font: its bytes, how wide a text is, how it wraps and where it is cut.

use ab_glyph::{Font, FontRef};
use std::sync::OnceLock;

/// The family as charts and pages name it: the embedded font first, then what Chinese machines have.
pub const FAMILY: &str = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif";

/// Name of the embedded font alone.
pub const EMBEDDED: &str = "Noto Sans SC";

/// Weight of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    Regular,
    Bold,
}

/// The whole embedded font of one weight.
#[must_use]
pub fn bytes(weight: Weight) -> &'static [u8] {
    match weight {
        Weight::Regular => include_bytes!("../fonts/NotoSansSC-Regular-subset.ttf"),
        Weight::Bold => include_bytes!("../fonts/NotoSansSC-Bold-subset.ttf"),
    }
}

fn face(weight: Weight) -> Option<&'static FontRef<'static>> {
    static FACES: OnceLock<[Option<FontRef<'static>>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [Weight::Regular, Weight::Bold].map(|weight| FontRef::try_from_slice(bytes(weight)).ok()));
    match weight {
        Weight::Regular => faces[0].as_ref(),
        Weight::Bold => faces[1].as_ref(),
    }
}

/// Glyph number of a character, `None` where the embedded font lacks it.
#[must_use]
pub fn glyph(weight: Weight, character: char) -> Option<u16> {
    let id = face(weight)?.glyph_id(character).0;
    (id != 0).then_some(id)
}

/// Width of a text in pixels at a font size of `size` pixels. A character the font lacks counts as one em.
#[must_use]
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    text.chars().map(|character| em(character, weight)).sum::<f64>() * size
}

fn em(character: char, weight: Weight) -> f64 {
    let advance = face(weight).and_then(|font| {
        let id = font.glyph_id(character);
        Some(f64::from(font.h_advance_unscaled(id)) / f64::from(font.units_per_em()?)).filter(|_| id.0 != 0)
    });
    advance.unwrap_or(1.0)
}

/// The text, cut with `…` where it is wider than `room` pixels.
#[must_use]
pub fn cut(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = em('…', weight) * size;
    for character in text.chars() {
        used += em(character, weight) * size;
        if used > room {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

/// The text in lines of at most `room` pixels, at most `lines` of them; the last is cut if it must be.
#[must_use]
pub fn wrap(text: &str, size: f64, weight: Weight, room: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    let pieces = pieces(text);
    for (at, piece) in pieces.iter().enumerate() {
        let full = out.len() >= lines;
        let Some(last) = out.last_mut() else { break };
        let fits = width(&format!("{last}{}", piece.trim_end()), size, weight) <= room;
        if fits || last.is_empty() {
            last.push_str(piece);
        } else if !full {
            out.push(piece.trim_start().to_owned());
        } else {
            last.push_str(&pieces[at..].concat());
            break;
        }
    }
    out.iter().map(|line| cut(line.trim(), size, weight, room)).filter(|line| !line.is_empty()).collect()
}

/// [`wrap`] with lines of nearly equal length: no single character is left over for the last one.
#[must_use]
pub fn wrap_even(text: &str, size: f64, weight: Weight, room: f64, lines: usize) -> Vec<String> {
    let greedy = wrap(text, size, weight, room, lines);
    let mut left = width(text, size, weight);
    let mut even: Vec<String> = vec![String::new()];
    let mut used = 0.0;
    for piece in pieces(text) {
        let wide = width(&piece, size, weight);
        let share = left / f64::from(u32::try_from(greedy.len() + 1 - even.len()).unwrap_or(1));
        if used > 0.0 && used + wide / 2.0 > share && even.len() < greedy.len() {
            left -= used;
            used = 0.0;
            even.push(String::new());
        }
        if let Some(last) = even.last_mut() {
            last.push_str(&piece);
        }
        used += wide;
    }
    let even: Vec<String> = even.iter().map(|line| line.trim().to_owned()).collect();
    let fits = even.iter().all(|line| width(line, size, weight) <= room);
    if fits { even } else { greedy }
}

/// Where a line may break: between Chinese characters, after blanks; never before closing or after opening marks.
#[must_use]
pub fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut glue = true;
    for character in text.chars() {
        let closing = "，。；：、）」”’》〉】！？％…·)],.;:%!?".contains(character);
        let wide = !closing && !character.is_ascii() && character.is_alphanumeric() && u32::from(character) >= 0x2E80;
        let opening = "（「“‘《〈【([".contains(character);
        match out.last_mut() {
            Some(last) if closing || glue && !(wide && ends_wide(last)) || in_number(last, character) => last.push(character),
            _ => out.push(character.to_string()),
        }
        glue = opening || !(wide || closing || character == ' ');
    }
    out
}

/// Whether a character goes on with a number or a word after a mark inside it: `42.66`, `12:30`.
fn in_number(before: &str, character: char) -> bool {
    let mut back = before.chars().rev();
    character.is_ascii_alphanumeric()
        && back.next().is_some_and(|mark| ".,:".contains(mark))
        && back.next().is_some_and(|digit| digit.is_ascii_digit())
}

fn ends_wide(text: &str) -> bool {
    text.chars().next_back().is_some_and(|last| u32::from(last) >= 0x2E80 && last.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hanzi_is_one_em_and_ascii_is_narrower() {
        assert!((width("考评", 10.0, Weight::Regular) - 20.0).abs() < 1e-9);
        assert!(width("ii", 10.0, Weight::Regular) < 8.0);
        assert_eq!(glyph(Weight::Regular, '✓'), None);
    }

    #[test]
    fn wraps_between_hanzi_but_not_inside_words_or_before_marks() {
        assert_eq!(wrap("对解决急难愁盼问题的评价", 10.0, Weight::Regular, 52.0, 4), ["对解决急难", "愁盼问题的", "评价"]);
        assert_eq!(wrap("政治建设，思想", 10.0, Weight::Regular, 42.0, 3), ["政治建", "设，思想"]);
        assert_eq!(wrap("line manager quality", 10.0, Weight::Regular, 55.0, 3), ["line", "manager", "quality"]);
        assert_eq!(
            wrap_even("对基层治理和平安建设的评价", 10.0, Weight::Regular, 45.0, 5),
            ["对基层", "治理和", "平安建设", "的评价"]
        );
        assert_eq!(wrap_even("政治引领", 10.0, Weight::Regular, 45.0, 5), ["政治引领"]);
        assert_eq!(wrap("last with 44.62", 10.0, Weight::Regular, 50.0, 3), ["last with", "44.62"]);
        assert_eq!(wrap("一二三四五六七八", 10.0, Weight::Regular, 41.0, 1), ["一二三…"]);
    }
}
