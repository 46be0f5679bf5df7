//! Records of delimited text: where each ends, what its fields are, and which opening quotes never close.
//!
//! One rule for quotes serves the cutting into chunks and the parsing, so both always see the same rows. A quote opens only at
//! the start of a field. It is taken as an ordinary character when it does not close within [`LONGEST_QUOTE_LINES`] lines and
//! [`LONGEST_QUOTE_BYTES`] bytes, or closes on a later line in the middle of text: then two unrelated quotes were met.

use std::borrow::Cow;

/// A quoted field may span this many line ends.
pub(super) const LONGEST_QUOTE_LINES: usize = 1_000;
/// … and this many bytes.
pub(super) const LONGEST_QUOTE_BYTES: usize = 1 << 20;
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
    /// The closing quote stands here.
    Closed(usize),
    /// The bytes end first, and more are to come.
    Unknown,
    /// Never: the quote is an ordinary character.
    Ordinary,
}

/// Follows the quote opened at `open`. `last`: no bytes follow these.
fn follow_quote(bytes: &[u8], open: usize, delimiter: u8, last: bool) -> Quote {
    let (mut at, mut lines) = (open + 1, 0_usize);
    loop {
        let limit = bytes.len().min(open + LONGEST_QUOTE_BYTES);
        let Some(found) = find(bytes, at, limit, [b'"', b'\n', b'\r']) else {
            return if limit < bytes.len() || last { Quote::Ordinary } else { Quote::Unknown };
        };
        let next = bytes.get(found + 1).copied();
        if bytes[found] != b'"' {
            lines += usize::from(bytes[found] == b'\n' || next != Some(b'\n'));
            if lines > LONGEST_QUOTE_LINES {
                return Quote::Ordinary;
            }
            at = found + 1;
            continue;
        }
        match next {
            Some(b'"') => at = found + 2,
            None if !last => return Quote::Unknown,
            Some(byte) if lines > 0 && byte != delimiter && byte != b'\n' && byte != b'\r' => return Quote::Ordinary,
            _ => return Quote::Closed(found),
        }
    }
}

/// Where the whole records of a buffer end, and how many rows they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub end: usize,
    pub rows: usize,
}

/// Finds the end of the last whole record. With `last`, whatever remains is a record too.
pub(super) fn cut(bytes: &[u8], delimiter: u8, last: bool) -> Cut {
    let found = if bytes.contains(&b'"') { cut_quoted(bytes, delimiter, last) } else { cut_plain(bytes) };
    if last && found.end < bytes.len() {
        return Cut { end: bytes.len(), rows: found.rows + 1 };
    }
    found
}

fn cut_plain(bytes: &[u8]) -> Cut {
    // a carriage return at the very end may be half of a line end
    let whole = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let Some(end) = whole.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')) else { return Cut::default() };
    let lines = &bytes[..=end];
    let newlines: usize = lines.chunks(128).map(|part| usize::from(count(part, b'\n'))).sum();
    let lone = if lines.contains(&b'\r') {
        let mates = lines.iter().skip(1).chain(Some(&0));
        lines.iter().zip(mates).filter(|&(byte, mate)| *byte == b'\r' && *mate != b'\n').count()
    } else {
        0
    };
    Cut { end: end + 1, rows: newlines + lone }
}

/// Counts in bytes, which the compiler turns into vector code; at most 255 bytes at a time.
fn count(part: &[u8], wanted: u8) -> u8 {
    part.iter().map(|byte| u8::from(*byte == wanted)).sum()
}

fn cut_quoted(bytes: &[u8], delimiter: u8, last: bool) -> Cut {
    let mut cut = Cut::default();
    let mut at = 0;
    while let Some(found) = find(bytes, at, bytes.len(), [b'"', b'\n', b'\r']) {
        at = found + 1;
        match bytes[found] {
            b'"' if found == cut.end || bytes[found - 1] == delimiter => match follow_quote(bytes, found, delimiter, last) {
                Quote::Closed(close) => at = after_quoted(bytes, close, delimiter),
                Quote::Unknown => return cut,
                Quote::Ordinary => {}
            },
            b'"' => {}
            b'\r' if bytes.get(at) == Some(&b'\n') => {}
            b'\r' if at == bytes.len() && !last => return cut,
            _ => cut = Cut { end: at, rows: cut.rows + 1 },
        }
    }
    cut
}

/// From a closing quote to the next delimiter or line end: what stands between belongs to the field, quotes and all.
fn after_quoted(bytes: &[u8], close: usize, delimiter: u8) -> usize {
    find(bytes, close + 1, bytes.len(), [delimiter, b'\n', b'\r']).unwrap_or(bytes.len())
}

/// Calls `each` for every record that is not blank, until it says `false`. Gives the rows with an unclosed quote.
pub(super) fn parse(bytes: &[u8], first_row: u32, delimiter: u8, each: &mut dyn FnMut(u32, &Record<'_>) -> bool) -> Vec<u32> {
    let mut parser = Parser {
        bytes,
        delimiter,
        row: first_row,
        bounds: Vec::with_capacity(64),
        scratch: Vec::new(),
        unclosed: Vec::new(),
        each,
    };
    if bytes.contains(&b'"') {
        parser.quoted();
    } else {
        parser.plain();
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
    /// No quotes anywhere: eight bytes at a time.
    fn plain(&mut self) {
        let (mut field, mut base) = (0, 0);
        let wanted = [self.delimiter, b'\n', b'\r'];
        let (words, _) = self.bytes.as_chunks::<8>();
        for word in words {
            let mut hits = matches_in(u64::from_le_bytes(*word), wanted);
            while hits != 0 {
                let at = base + (hits.trailing_zeros() / 8) as usize;
                hits &= hits - 1;
                if !self.special(at, &mut field) {
                    return;
                }
            }
            base += 8;
        }
        for at in base..self.bytes.len() {
            if wanted.contains(&self.bytes[at]) && !self.special(at, &mut field) {
                return;
            }
        }
        self.rest(field);
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
        let second_half = byte == b'\n' && *field == at && at > 0 && self.bytes[at - 1] == b'\r';
        if second_half {
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
                    Quote::Closed(close) => {
                        from = after_quoted(self.bytes, close, self.delimiter);
                        self.push_quoted(field + 1, close, from);
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
    fn push_quoted(&mut self, from: usize, close: usize, end: usize) {
        let inner = &self.bytes[from..close];
        if end == close + 1 && !inner.contains(&b'"') {
            self.bounds.push((narrow(from), narrow(close)));
            return;
        }
        let start = self.scratch.len();
        let mut twin = false;
        for &byte in inner {
            twin = byte == b'"' && !twin;
            if !twin {
                self.scratch.push(byte);
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
fn find(bytes: &[u8], from: usize, to: usize, wanted: [u8; 3]) -> Option<usize> {
    let part = bytes.get(from..to)?;
    let (words, tail) = part.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let hits = matches_in(u64::from_le_bytes(*word), wanted);
        if hits != 0 {
            return Some(from + index * 8 + (hits.trailing_zeros() / 8) as usize);
        }
    }
    let done = from + words.len() * 8;
    tail.iter().position(|byte| wanted.contains(byte)).map(|at| done + at)
}

/// The high bit of every byte of `word` that is one of `wanted`.
#[inline]
fn matches_in(word: u64, wanted: [u8; 3]) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let equal = |byte: u8| {
        let other = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
        !(((other & LOW) + LOW) | other | LOW)
    };
    equal(wanted[0]) | equal(wanted[1]) | equal(wanted[2])
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
        let mut text = "head,x\n\"open,1\n".to_owned();
        for number in 0..3 {
            text.push_str(&format!("r{number},\"q\"\n"));
        }
        let (found, unclosed) = rows(&text, b',');
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
        assert_eq!(cut(b"a\r\nb\r", b',', false), Cut { end: 3, rows: 1 });
        assert_eq!(cut(b"a\n\"b\nc", b',', false), Cut { end: 2, rows: 1 });
        assert_eq!(cut(b"a\n\"b\nc", b',', true), Cut { end: 6, rows: 3 });
        assert_eq!(cut(b"abc", b',', false), Cut::default());
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
