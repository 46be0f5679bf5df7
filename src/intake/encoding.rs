//! Which encoding a text file is in: BOM, UTF-16 by its NUL bytes, strict UTF-8, strict GB18030, in that order.

use crate::habits::{Habit, on};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// Byte order mark of GB18030 (U+FEFF as four bytes), which `Encoding::for_bom` does not know.
const GB18030_BOM: [u8; 4] = [0x84, 0x31, 0x95, 0x33];

/// What the first bytes of a text file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Detected {
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark, to be skipped.
    pub bom: usize,
    /// The sample is valid in this encoding; `false` means GB18030 was assumed for want of anything better.
    pub sure: bool,
}

/// Detects the encoding of a sample. `whole`: the sample is the whole file, so a character cut at its end is an error.
/// `None`: the bytes are not text at all.
///
/// chardetng is not asked: it is slow, and on short Chinese samples it answers ISO-8859-5 or Big5.
pub(super) fn detect(sample: &[u8], whole: bool) -> Option<Detected> {
    if !on(Habit::TextEncodings) {
        return Some(Detected { encoding: UTF_8, bom: 0, sure: true });
    }
    let sure = |encoding, bom| Some(Detected { encoding, bom, sure: true });
    if let Some((encoding, bom)) = Encoding::for_bom(sample) {
        return sure(encoding, bom);
    }
    if sample.starts_with(&GB18030_BOM) {
        return sure(GB18030, GB18030_BOM.len());
    }
    if sample.contains(&0) {
        return utf16(sample, whole).map(|encoding| Detected { encoding, bom: 0, sure: true });
    }
    if valid(UTF_8, sample, whole) {
        return sure(UTF_8, 0);
    }
    if let Some(other) = other_than_gb(sample, whole).filter(|_| on(Habit::OtherEncodings)) {
        return sure(other, 0);
    }
    if valid(GB18030, sample, whole) {
        return sure(GB18030, 0);
    }
    Some(Detected { encoding: GB18030, bom: 0, sure: false })
}

/// Big5 or Shift_JIS, where GB18030 would give mostly characters that nobody uses. Chinese in daily use lies in the first
/// level of GB 2312 (lead bytes B0–D7) or of Big5 (A4–C6), Japanese is full of kana (82 9F–F1, 83 40–96).
fn other_than_gb(sample: &[u8], whole: bool) -> Option<&'static Encoding> {
    let (all, common) = pairs(sample, |lead, trail| matches!((lead, trail), (0xa1..=0xa3 | 0xb0..=0xd7, 0xa1..)));
    if all < 4 || common * 10 > all * 7 {
        return None;
    }
    let (all, daily) = pairs(sample, |lead, _| matches!(lead, 0xa1 | 0xa4..=0xc6));
    let (all_kana, kana) = pairs(sample, |lead, trail| matches!((lead, trail), (0x82, 0x9f..=0xf1) | (0x83, 0x40..=0x96)));
    if kana * 4 > all_kana && valid(SHIFT_JIS, sample, whole) {
        return Some(SHIFT_JIS);
    }
    (daily * 10 > all * 9 && valid(BIG5, sample, whole)).then_some(BIG5)
}

/// Two-byte characters in a sample, and how many of them are such.
fn pairs(sample: &[u8], such: impl Fn(u8, u8) -> bool) -> (usize, usize) {
    let (mut all, mut some) = (0, 0);
    let mut bytes = sample.iter().copied();
    while let Some(lead) = bytes.next() {
        if lead >= 0x80
            && let Some(trail) = bytes.next()
        {
            all += 1;
            some += usize::from(such(lead, trail));
        }
    }
    (all, some)
}

/// UTF-16 without BOM. Only line ends, delimiters and the digits 1–9 are evidence: 「一」 (U+4E00) has a NUL byte too.
fn utf16(sample: &[u8], whole: bool) -> Option<&'static Encoding> {
    let telling = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t' | b',' | b';' | b'1'..=b'9');
    let pairs = || sample.chunks_exact(2);
    let little = pairs().filter(|pair| telling(pair[0]) && pair[1] == 0).count();
    let big = pairs().filter(|pair| pair[0] == 0 && telling(pair[1])).count();
    let encoding = if little > big { UTF_16LE } else { UTF_16BE };
    (little != big && valid(encoding, sample, whole)).then_some(encoding)
}

/// Is every byte of the sample good in this encoding (a cut last character allowed unless `whole`)?
fn valid(encoding: &'static Encoding, sample: &[u8], whole: bool) -> bool {
    if encoding == UTF_8 {
        return match std::str::from_utf8(sample) {
            Ok(_) => true,
            Err(error) => !whole && error.error_len().is_none(),
        };
    }
    decode(encoding, sample, whole).is_some()
}

/// Decodes strictly; `None` at the first bad byte.
pub(super) fn decode(encoding: &'static Encoding, bytes: &[u8], whole: bool) -> Option<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len())?;
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, whole) {
        (DecoderResult::InputEmpty, _) => Some(text),
        _ => None,
    }
}

/// Decodes with `�` for what cannot be read.
pub(super) fn decode_lossy(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "单位,评价\r\n一连,优秀\r\n二连,良好\r\n";

    fn encoded(encoding: &'static Encoding) -> Vec<u8> {
        let little = encoding == UTF_16LE;
        if little || encoding == UTF_16BE {
            let pair = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
            return TEXT.encode_utf16().flat_map(pair).collect();
        }
        encoding.encode(TEXT).0.into_owned()
    }

    #[test]
    fn every_encoding_is_known_without_a_bom() {
        for encoding in [UTF_8, GB18030, UTF_16LE, UTF_16BE] {
            let bytes = encoded(encoding);
            assert_eq!(detect(&bytes, true), Some(Detected { encoding, bom: 0, sure: true }), "{}", encoding.name());
            assert_eq!(decode(encoding, &bytes, true).as_deref(), Some(TEXT));
        }
    }

    #[test]
    fn big5_and_shift_jis_are_told_from_gb18030_and_it_from_them() {
        let big5 = BIG5.encode("單位,票種,政治建設,作風建設\n一連,A票,優秀,良好\n二連,B票,優秀,優秀\n").0.into_owned();
        let jis = SHIFT_JIS.encode("部署,評価\nアンケート,とても良い\n総務,まあまあ\n").0.into_owned();
        assert_eq!(detect(&big5, true).map(|found| found.encoding), Some(BIG5));
        assert_eq!(detect(&jis, true).map(|found| found.encoding), Some(SHIFT_JIS));
        for text in [
            "单位,票种,政治建设\n一连,A票,优秀\n",
            "一、喆、堃、犇、垚燚\n優秀,單位,評價\n优秀,单位,评价,良好,一般,较差\n",
            "满意",
        ] {
            let gb = GB18030.encode(text).0.into_owned();
            assert_eq!(detect(&gb, true).map(|found| found.encoding), Some(GB18030), "{text}");
        }
    }

    #[test]
    fn a_bom_is_believed_and_measured() {
        for (bom, encoding) in
            [(&b"\xef\xbb\xbf"[..], UTF_8), (b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE), (&GB18030_BOM, GB18030)]
        {
            let bytes = [bom, &encoded(encoding)].concat();
            assert_eq!(detect(&bytes, true), Some(Detected { encoding, bom: bom.len(), sure: true }));
        }
    }

    #[test]
    fn a_sample_cut_inside_a_character_is_no_error_but_a_file_cut_there_is() {
        for encoding in [UTF_8, GB18030] {
            let bytes = encoded(encoding);
            let cut = &bytes[..=usize::from(encoding == UTF_8)];
            assert!(detect(cut, false).is_some_and(|found| found.sure));
            assert!(!valid(encoding, cut, true));
        }
    }

    #[test]
    fn two_yi_in_utf16_do_not_turn_the_byte_order() {
        let text = "一一一,一\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(detect(&bytes, true).map(|found| found.encoding), Some(UTF_16LE));
    }

    #[test]
    fn binary_is_not_text() {
        assert_eq!(detect(&[0x7f, b'E', b'L', b'F', 0, 0, 0, 0, 1, 0, 0xff], true), None);
    }
}
