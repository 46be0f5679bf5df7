//! Records of delimited text: where each ends, what its fields are, and which opening quotes never close.
//!
//! One rule for quotes serves the cutting into chunks and the parsing, so both always see the same rows. A quote opens only at
//! the start of a field. It is taken as an ordinary character when it does not close on its line, nor within
//! [`LONGEST_QUOTE_LINES`] lines and [`LONGEST_QUOTE_BYTES`] bytes, or closes on a later line in the middle of text: then two
//! unrelated quotes were met. Where every quote is as it should be (see [`tidy`]), both go 64 bytes at a time.

use std::borrow::Cow;

/// A quoted field may span this many line ends.
pub(super) const LONGEST_QUOTE_LINES: usize = 1_000;
/// … and, if it spans any, this many bytes.
pub(super) const LONGEST_QUOTE_BYTES: usize = 1 << 20;
/// The unit separator: takes the place of `，` where that is the delimiter.
pub(super) const WIDE_COMMA: u8 = 0x1f;
/// Marks a field that stands in the scratch text (a quoted field with doubled quotes).
const IN_SCRATCH: u32 = 1 << 31;

/// One record: its fields as UTF-8 bytes, quotes taken off. Short records simply have fewer fields.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    text: &'a [u8],
    scratch: &'a [u8],
    bounds: &'a [(u32, u32)],
}

impl<'a> Record<'a> {
    /// Number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// The field's bytes as written (valid UTF-8); empty if there is no such field.
    #[must_use]
    pub fn get(&self, column: usize) -> &'a [u8] {
        self.bounds.get(column).map_or(&[], |&bound| self.slice(bound))
    }

    /// The field as text.
    #[must_use]
    pub fn text(&self, column: usize) -> Cow<'a, str> {
        String::from_utf8_lossy(self.get(column))
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let record = *self;
        record.bounds.iter().map(move |&bound| record.slice(bound))
    }

    fn slice(&self, (from, to): (u32, u32)) -> &'a [u8] {
        let (source, from) = if from & IN_SCRATCH == 0 { (self.text, from) } else { (self.scratch, from & !IN_SCRATCH) };
        source.get(from as usize..to as usize).unwrap_or_default()
    }
}

/// How an opening quote ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    /// The closing quote stands here; were there doubled quotes before it?
    Closed(usize, bool),
    /// The bytes end first, and more are to come.
    Unknown,
    /// Never: the quote is an ordinary character.
    Ordinary,
}

/// Follows the quote opened at `open`. `last`: no bytes follow these.
fn follow_quote(bytes: &[u8], open: usize, delimiter: u8, last: bool) -> Quote {
    let (mut at, mut lines, mut doubled) = (open + 1, 0_usize, false);
    let too_long = |lines: usize, here: usize| lines > LONGEST_QUOTE_LINES || (lines > 0 && here - open > LONGEST_QUOTE_BYTES);
    while let Some(found) = find(bytes, at, bytes.len(), [b'"', b'\n', b'\r']) {
        let next = bytes.get(found + 1).copied();
        if bytes[found] != b'"' {
            lines += usize::from(bytes[found] == b'\n' || next != Some(b'\n'));
        }
        if too_long(lines, found) {
            return Quote::Ordinary;
        }
        match next {
            _ if bytes[found] != b'"' => at = found + 1,
            Some(b'"') => (at, doubled) = (found + 2, true),
            None if !last => return Quote::Unknown,
            Some(byte) if lines > 0 && byte != delimiter && byte != b'\n' && byte != b'\r' => return Quote::Ordinary,
            _ => return Quote::Closed(found, doubled),
        }
    }
    if last || too_long(lines, bytes.len()) { Quote::Ordinary } else { Quote::Unknown }
}

/// Where the whole records of a buffer end, and how many rows they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub end: usize,
    pub rows: usize,
    /// No quotes but those that open and close a field on one line.
    pub tidy: bool,
}

/// Finds the end of the last whole record. With `last`, whatever remains is a record too.
pub(super) fn cut(bytes: &[u8], delimiter: u8, last: bool) -> Cut {
    let tidy = tidy(bytes, delimiter, last);
    let found = if tidy { cut_plain(bytes) } else { cut_quoted(bytes, delimiter, last) };
    let rest = usize::from(last && found.end < bytes.len());
    Cut { end: if last { bytes.len() } else { found.end }, rows: found.rows + rest, tidy }
}

/// Does every quote open at the start of a field or close before a delimiter or line end, and on the same line (doubled quotes
/// inside allowed)? With `last`, none may be open at the end. Then line ends end records, and no quote needs to be followed.
pub(super) fn tidy(bytes: &[u8], delimiter: u8, last: bool) -> bool {
    if !bytes.contains(&b'"') {
        return true;
    }
    // all ones while inside quotes; whether the byte before the block may stand before a field; whether it was a closing quote
    let (mut inside, mut edge, mut closed) = (0_u64, 1_u64, 0_u64);
    let mut sound = |block: &[u8; 64], length: usize| {
        let quotes = bitmap(block, b'"');
        let ends = bitmap(block, b'\n') | bitmap(block, b'\r');
        let edges = quotes | ends | bitmap(block, delimiter);
        let parity = prefix_xor(quotes) ^ inside;
        let openers = quotes & parity;
        let closers = quotes & !parity;
        let known = u64::MAX >> (64 - length);
        let wrong = (openers & !((edges << 1) | edge)) | (((closers << 1) | closed) & !edges & known) | (ends & parity);
        inside = 0_u64.wrapping_sub(parity >> 63);
        edge = edges >> 63;
        closed = closers >> 63;
        wrong == 0
    };
    let (blocks, tail) = bytes.as_chunks::<64>();
    if !blocks.iter().all(|block| sound(block, 64)) {
        return false;
    }
    let mut padded = [0; 64];
    padded[..tail.len()].copy_from_slice(tail);
    (tail.is_empty() || sound(&padded, tail.len())) && !(last && inside != 0)
}

/// Bit i: byte i of the block is the wanted one.
#[inline]
fn bitmap(block: &[u8; 64], wanted: u8) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |map, word| {
        // gathers the high bits of eight bytes
        let high = equal_in(u64::from_le_bytes(*word), wanted) >> 7;
        (map << 8) | (high.wrapping_mul(0x0102_0408_1020_4080) >> 56)
    })
}

/// Bit i: the parity of bits 0 to i.
#[inline]
fn prefix_xor(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].iter().fold(bits, |bits, shift| bits ^ (bits << shift))
}

fn cut_plain(bytes: &[u8]) -> Cut {
    // a carriage return at the very end may be half of a line end
    let whole = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let Some(end) = whole.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) else { return Cut::default() };
    let lines = &bytes[..=end];
    let mates = lines[1..].chunks(128).chain(Some(&[][..]));
    let rows = lines.chunks(128).zip(mates).map(|(part, mates)| usize::from(line_ends(part)) - usize::from(pairs(part, mates)));
    Cut { end: end + 1, rows: rows.sum(), tidy: true }
}

/// Line feeds and carriage returns among at most 255 bytes. Counted in bytes, which the compiler turns into vector code.
fn line_ends(part: &[u8]) -> u8 {
    part.iter().map(|byte| u8::from(matches!(byte, b'\n' | b'\r'))).sum()
}

/// Carriage returns before a line feed; `mates`: the same bytes, one further on.
fn pairs(part: &[u8], mates: &[u8]) -> u8 {
    part.iter().zip(mates).map(|(byte, mate)| u8::from(*byte == b'\r') & u8::from(*mate == b'\n')).sum()
}

fn cut_quoted(bytes: &[u8], delimiter: u8, last: bool) -> Cut {
    let mut cut = Cut::default();
    let mut at = 0;
    while let Some(found) = find(bytes, at, bytes.len(), [b'"', b'\n', b'\r']) {
        at = found + 1;
        match bytes[found] {
            b'"' if found == cut.end || bytes[found - 1] == delimiter => match follow_quote(bytes, found, delimiter, last) {
                Quote::Closed(close, _) => at = after_quoted(bytes, close, delimiter),
                Quote::Unknown => return cut,
                Quote::Ordinary => {}
            },
            b'"' => {}
            b'\r' if bytes.get(at) == Some(&b'\n') => {}
            b'\r' if at == bytes.len() && !last => return cut,
            _ => cut = Cut { end: at, rows: cut.rows + 1, tidy: false },
        }
    }
    cut
}

/// From a closing quote to the next delimiter or line end: what stands between belongs to the field, quotes and all.
#[inline]
fn after_quoted(bytes: &[u8], close: usize, delimiter: u8) -> usize {
    if bytes.get(close + 1) == Some(&delimiter) {
        return close + 1;
    }
    find(bytes, close + 1, bytes.len(), [delimiter, b'\n', b'\r']).unwrap_or(bytes.len())
}

/// Calls `each` for every record that is not blank, until it says `false`. Gives the rows with an unclosed quote.
pub(super) fn parse(bytes: &[u8], first_row: u32, delimiter: u8, each: &mut dyn FnMut(u32, &Record<'_>) -> bool) -> Vec<u32> {
    parse_known(bytes, first_row, delimiter, tidy(bytes, delimiter, true), each)
}

/// Like [`parse`], where it is known whether the bytes are [`tidy`].
pub(super) fn parse_known(
    bytes: &[u8],
    first_row: u32,
    delimiter: u8,
    tidy: bool,
    each: &mut dyn FnMut(u32, &Record<'_>) -> bool,
) -> Vec<u32> {
    let mut parser = Parser {
        bytes,
        delimiter,
        row: first_row,
        bounds: Vec::with_capacity(64),
        scratch: Vec::new(),
        unclosed: Vec::new(),
        each,
    };
    if tidy {
        parser.tidy();
    } else {
        parser.quoted();
    }
    parser.unclosed
}

struct Parser<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    row: u32,
    bounds: Vec<(u32, u32)>,
    scratch: Vec<u8>,
    unclosed: Vec<u32>,
    each: &'a mut dyn FnMut(u32, &Record<'_>) -> bool,
}

impl Parser<'_> {
    /// No quote to be followed: 64 bytes at a time, delimiters and line ends told apart by bit maps.
    fn tidy(&mut self) {
        let (bytes, delimiter) = (self.bytes, self.delimiter);
        let has_quotes = bytes.contains(&b'"');
        let (mut field, mut base, mut inside) = (0, 0, 0_u64);
        let (blocks, tail) = bytes.as_chunks::<64>();
        let mut last = [0; 64];
        last[..tail.len()].copy_from_slice(tail);
        for block in blocks.iter().chain(Some(&last)) {
            let ends = bitmap(block, b'\n') | bitmap(block, b'\r');
            let mut hits = ends | bitmap(block, delimiter);
            if has_quotes {
                let parity = prefix_xor(bitmap(block, b'"')) ^ inside;
                inside = 0_u64.wrapping_sub(parity >> 63);
                hits &= !parity;
            }
            while hits != 0 {
                let bit = hits.trailing_zeros();
                let at = base + bit as usize;
                hits &= hits - 1;
                if (ends >> bit) & 1 == 0 {
                    self.field(field, at, has_quotes);
                    field = at + 1;
                } else if !self.line_end(at, &mut field, has_quotes) {
                    return;
                }
            }
            base += 64;
        }
        if !self.bounds.is_empty() || field < bytes.len() {
            self.field(field, bytes.len(), has_quotes);
            self.finish();
        }
    }

    /// A field of tidy text: its quotes taken off, if it has any.
    #[inline]
    fn field(&mut self, from: usize, to: usize, has_quotes: bool) {
        if has_quotes && self.bytes.get(from) == Some(&b'"') && to > from + 1 {
            let doubled = self.bytes[from + 1..to - 1].contains(&b'"');
            self.push_quoted(from + 1, to - 1, to, doubled);
        } else {
            self.bounds.push((narrow(from), narrow(to)));
        }
    }

    fn line_end(&mut self, at: usize, field: &mut usize, has_quotes: bool) -> bool {
        let second_half = *field == at && self.bounds.is_empty() && at > 0 && self.bytes[at - 1..=at] == *b"\r\n";
        let from = std::mem::replace(field, at + 1);
        if second_half {
            return true;
        }
        self.field(from, at, has_quotes);
        self.finish()
    }

    /// A delimiter or line end outside quotes; false when the caller has had enough.
    #[inline]
    fn special(&mut self, at: usize, field: &mut usize) -> bool {
        let byte = self.bytes[at];
        if byte == self.delimiter {
            self.bounds.push((narrow(*field), narrow(at)));
            *field = at + 1;
            return true;
        }
        self.bounds.push((narrow(*field), narrow(at)));
        *field = at + 1;
        self.finish()
    }

    /// What stands after the last line end.
    fn rest(&mut self, field: usize) {
        if !self.bounds.is_empty() || field < self.bytes.len() {
            self.bounds.push((narrow(field), narrow(self.bytes.len())));
            self.finish();
        }
    }

    fn finish(&mut self) -> bool {
        let blank = matches!(self.bounds.as_slice(), [(from, to)] if from == to);
        let record = Record { text: self.bytes, scratch: &self.scratch, bounds: &self.bounds };
        let go_on = blank || (self.each)(self.row, &record);
        self.row = self.row.saturating_add(1);
        self.bounds.clear();
        self.scratch.clear();
        go_on
    }

    fn quoted(&mut self) {
        let mut field = 0;
        while field < self.bytes.len() {
            let mut from = field;
            if self.bytes[field] == b'"' {
                match follow_quote(self.bytes, field, self.delimiter, true) {
                    Quote::Closed(close, doubled) => {
                        from = after_quoted(self.bytes, close, self.delimiter);
                        self.push_quoted(field + 1, close, from, doubled);
                        if from == self.bytes.len() {
                            self.finish();
                            return;
                        }
                        if self.bytes[from] == self.delimiter {
                            field = from + 1;
                            if field == self.bytes.len() {
                                self.rest(field);
                            }
                        } else if self.finish() {
                            field = self.next_line(from);
                        } else {
                            return;
                        }
                        continue;
                    }
                    _ if self.unclosed.last() != Some(&self.row) => self.unclosed.push(self.row),
                    _ => {}
                }
                from += 1;
            }
            let Some(at) = find(self.bytes, from, self.bytes.len(), [self.delimiter, b'\n', b'\r']) else { break };
            if !self.special(at, &mut field) {
                return;
            }
            if self.bytes[at] != self.delimiter {
                field = self.next_line(at);
            }
        }
        self.rest(field);
    }

    /// The first byte after the line end at `at`.
    fn next_line(&self, at: usize) -> usize {
        at + 1 + usize::from(self.bytes[at] == b'\r' && self.bytes.get(at + 1) == Some(&b'\n'))
    }

    /// A quoted field `from..close`, with text up to `end` after its closing quote (mostly none).
    fn push_quoted(&mut self, from: usize, close: usize, end: usize, doubled: bool) {
        let inner = &self.bytes[from..close];
        let wide = self.delimiter == WIDE_COMMA && inner.contains(&WIDE_COMMA);
        if end == close + 1 && !doubled && !wide {
            self.bounds.push((narrow(from), narrow(close)));
            return;
        }
        let start = self.scratch.len();
        let mut twin = false;
        for &byte in inner {
            twin = byte == b'"' && !twin;
            match byte {
                _ if twin => {}
                WIDE_COMMA if wide => self.scratch.extend_from_slice("，".as_bytes()),
                _ => self.scratch.push(byte),
            }
        }
        self.scratch.extend_from_slice(&self.bytes[close + 1..end]);
        self.bounds.push((narrow(start) | IN_SCRATCH, narrow(self.scratch.len())));
    }
}

/// Offsets fit: no chunk comes near 2 GiB.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX) & !IN_SCRATCH
}

/// First place in `from..to` of one of three bytes, eight bytes at a time.
#[inline]
fn find(bytes: &[u8], from: usize, to: usize, wanted: [u8; 3]) -> Option<usize> {
    let mut at = from;
    while let Some(word) = bytes.get(at..to)?.first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let hits = equal_in(word, wanted[0]) | equal_in(word, wanted[1]) | equal_in(word, wanted[2]);
        if hits != 0 {
            return Some(at + (hits.trailing_zeros() / 8) as usize);
        }
        at += 8;
    }
    bytes[at..to].iter().position(|byte| wanted.contains(byte)).map(|more| at + more)
}

/// The high bit of every byte of `word` that equals `byte`.
#[inline]
fn equal_in(word: u64, byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let other = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    !(((other & LOW) + LOW) | other | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Rows = Vec<(u32, Vec<String>)>;

    fn rows(text: &str, delimiter: u8) -> (Rows, Vec<u32>) {
        let mut rows = Vec::new();
        let unclosed = parse(text.as_bytes(), 0, delimiter, &mut |row, record| {
            rows.push((row, (0..record.len()).map(|column| record.text(column).into_owned()).collect()));
            true
        });
        (rows, unclosed)
    }

    fn row(number: u32, fields: &[&str]) -> (u32, Vec<String>) {
        (number, fields.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn blank_lines_count_as_rows_and_every_line_end_is_known() {
        let (found, unclosed) = rows("a,b\r\n\r\nc\rd,\n\n,e", b',');
        assert_eq!(found, [row(0, &["a", "b"]), row(2, &["c"]), row(3, &["d", ""]), row(5, &["", "e"])]);
        assert!(unclosed.is_empty());
    }

    #[test]
    fn quotes_hold_delimiters_line_ends_and_doubled_quotes() {
        let (found, unclosed) = rows("\"a,1\",\"b\r\n2\"\r\n\n\"say \"\"hi\"\"\",\"\"\n5\" pipe,x", b',');
        let expected = [row(0, &["a,1", "b\r\n2"]), row(2, &["say \"hi\"", ""]), row(3, &["5\" pipe", "x"])];
        assert_eq!(found, expected);
        assert!(unclosed.is_empty());
    }

    #[test]
    fn an_unclosed_quote_swallows_nothing() {
        let (found, unclosed) = rows("head,x\n\"open,1\nr0,\"q\"\nr1,\"q\"\nr2,\"q\"\n", b',');
        assert_eq!(found.len(), 5);
        assert_eq!(found[1], row(1, &["\"open", "1"]));
        assert_eq!(found[4], row(4, &["r2", "q"]));
        assert_eq!(unclosed, [1]);
    }

    #[test]
    fn a_quote_open_for_more_than_a_thousand_lines_is_an_ordinary_character() {
        let long = |lines: usize| format!("\"a{}\",z\n", "\n".repeat(lines));
        assert_eq!(rows(&long(LONGEST_QUOTE_LINES), b',').0.len(), 1);
        let (found, unclosed) = rows(&long(LONGEST_QUOTE_LINES + 1), b',');
        assert_eq!(found, [row(0, &["\"a"]), row(1_001, &["\"", "z"])]);
        assert_eq!(unclosed, [0, 1_001]);
    }

    #[test]
    fn a_cut_waits_for_the_other_half_of_a_line_end_and_of_a_quote() {
        assert_eq!(cut(b"a\r\nb\r", b',', false), Cut { end: 3, rows: 1, tidy: true });
        assert_eq!(cut(b"a\n\"b\nc", b',', false), Cut { end: 2, rows: 1, tidy: false });
        assert_eq!(cut(b"a\n\"b\nc", b',', true), Cut { end: 6, rows: 3, tidy: false });
        assert_eq!(cut(b"abc", b',', false), Cut { tidy: true, ..Cut::default() });
    }

    proptest! {
        /// rust-csv is the oracle, where no quote is taken as an ordinary character.
        #[test]
        fn fields_equal_those_of_rust_csv(text in "[ab,\"\r\n]{0,40}") {
            let (found, unclosed) = rows(&text, b',');
            if unclosed.is_empty() {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
                let mut expected: Vec<Vec<String>> =
                    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
                // a line of nothing but two quotes is blank to us
                expected.retain(|fields| fields != &[""]);
                let fields: Vec<Vec<String>> = found.into_iter().map(|(_, fields)| fields).collect();
                prop_assert_eq!(fields, expected);
            }
        }

        /// The fast way and the careful way give the same rows wherever the text is tidy.
        #[test]
        fn tidy_text_needs_no_care(fields in prop::collection::vec("(\"([ab,]|\"\"){0,40}\"|[ab]{0,40})[,\n\r]", 0..12), spoil in "[ab\"\n]{0,2}") {
            let text = fields.concat() + &spoil;
            let read = |tidy| {
                let mut rows = Vec::new();
                let unclosed = parse_known(text.as_bytes(), 0, b',', tidy, &mut |row, record| {
                    rows.push((row, record.iter().map(<[u8]>::to_vec).collect::<Vec<_>>()));
                    true
                });
                (rows, unclosed)
            };
            prop_assert!(tidy(fields.concat().as_bytes(), b',', true));
            if tidy(text.as_bytes(), b',', true) {
                prop_assert_eq!(read(true), read(false));
                let careful = cut_quoted(text.as_bytes(), b',', false);
                prop_assert_eq!(Cut { tidy: false, ..cut_plain(text.as_bytes()) }, careful);
            }
        }

        /// Cut anywhere, the parts give the rows of the whole.
        #[test]
        fn cutting_changes_nothing(text in "[ab,\"\r\n]{0,60}", at in 0usize..60) {
            let bytes = text.as_bytes();
            let cut_at = cut(&bytes[..at.min(bytes.len())], b',', false);
            let (whole, mut parts) = (rows(&text, b','), rows(&text[..cut_at.end], b','));
            let mut rest = Vec::new();
            let first = u32::try_from(cut_at.rows).unwrap();
            let unclosed = parse(&bytes[cut_at.end..], first, b',', &mut |row, record| {
                rest.push((row, (0..record.len()).map(|column| record.text(column).into_owned()).collect()));
                true
            });
            parts.0.extend(rest);
            parts.1.extend(unclosed);
            prop_assert_eq!(parts, whole);
        }
    }
}
