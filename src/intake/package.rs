//! Zip containers of workbooks: what is inside, whether its declared sizes are sane, and a scanner over the tags of a part.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use zip::ZipArchive;

/// A part may not declare more than this in sum with the others.
const MOST_BYTES: u64 = 1 << 30;
/// Above this sum the ratio of inflated to stored bytes counts.
const SUSPICIOUS_BYTES: u64 = 50 << 20;
const HIGHEST_RATIO: u64 = 200;
/// Deflate cannot do better than this; smaller parts need no counting.
const DEFLATE_LIMIT: u64 = 1032;
/// A text or a tag longer than this is no spreadsheet's.
const LONGEST_RUN: usize = 4 << 20;

/// What a zip file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PackageKind {
    Xlsx,
    Xlsb,
    Ods,
    /// An encrypted OpenDocument file.
    Locked,
    Other,
}

/// Why a zip file is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PackageError {
    Damaged(String),
    /// Declared, or really, too big: inflated bytes and stored bytes.
    Bomb(u64, u64),
}

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Lower-case name with `/` → (index, stored size, declared size).
    parts: BTreeMap<String, (usize, u64, u64)>,
}

impl<'a> Package<'a> {
    /// Reads the directory and weighs the declared sizes; inflates nothing yet.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, PackageError> {
        let damaged = |error: zip::result::ZipError| PackageError::Damaged(error.to_string());
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        let mut parts = BTreeMap::new();
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(damaged)?;
            let name = String::from_utf8_lossy(part.name_raw()).replace('\\', "/").to_lowercase();
            parts.insert(name.trim_start_matches('/').to_owned(), (index, part.compressed_size(), part.size()));
        }
        let declared = parts.values().fold(0_u64, |sum, (_, _, size)| sum.saturating_add(*size));
        let stored = bytes.len() as u64;
        if declared > MOST_BYTES || (declared > SUSPICIOUS_BYTES && declared / stored.max(1) > HIGHEST_RATIO) {
            return Err(PackageError::Bomb(declared, stored));
        }
        Ok(Self { archive, parts })
    }

    /// By its content types, never by its name.
    pub(super) fn kind(&mut self) -> PackageKind {
        let types = self.text("[content_types].xml").unwrap_or_default().to_lowercase();
        let holds = |words: &[&str]| words.iter().any(|word| types.contains(word));
        if holds(&[
            "spreadsheetml.sheet.main",
            "spreadsheetml.template.main",
            "ms-excel.sheet.macroenabled.main",
            "ms-excel.template.macroenabled.main",
        ]) {
            return PackageKind::Xlsx;
        }
        if holds(&["ms-excel.sheet.binary"]) {
            return PackageKind::Xlsb;
        }
        let mimetype = self.text("mimetype").unwrap_or_default();
        if mimetype.starts_with("application/vnd.oasis.opendocument.spreadsheet") && self.parts.contains_key("content.xml") {
            let locked = self.text("meta-inf/manifest.xml").is_some_and(|text| text.contains("encryption-data"));
            return if locked { PackageKind::Locked } else { PackageKind::Ods };
        }
        let guess = [("xl/workbook.xml", PackageKind::Xlsx), ("xl/workbook.bin", PackageKind::Xlsb)];
        guess.into_iter().find(|(name, _)| self.parts.contains_key(*name)).map_or(PackageKind::Other, |(_, kind)| kind)
    }

    pub(super) fn has(&self, prefix: &str) -> bool {
        self.parts.range(prefix.to_owned()..).next().is_some_and(|(name, _)| name.starts_with(prefix))
    }

    /// Inflates the parts that other readers take whole, so that a false declared size is met here first.
    pub(super) fn weigh(&mut self) -> Result<(), PackageError> {
        let heavy: Vec<String> = self
            .parts
            .iter()
            .filter(|(name, (_, stored, _))| !name.starts_with("xl/worksheets/") && stored * DEFLATE_LIMIT > SUSPICIOUS_BYTES)
            .filter(|(name, _)| [".xml", ".bin", ".rels"].iter().any(|end| name.ends_with(end)))
            .map(|(name, _)| name.clone())
            .collect();
        for name in heavy {
            let (stored, declared) = self.parts.get(&name).map_or((0, 0), |(_, stored, declared)| (*stored, *declared));
            let Some(mut part) = self.part(&name) else { continue };
            let really = std::io::copy(&mut part, &mut std::io::sink());
            let really = really.map_err(|error| PackageError::Damaged(error.to_string()))?;
            if really > declared {
                return Err(PackageError::Bomb(really, stored));
            }
        }
        Ok(())
    }

    /// A part, limited to one byte more than it declares.
    pub(super) fn part(&mut self, name: &str) -> Option<impl BufRead + '_> {
        let (index, _, declared) = *self.parts.get(&name.to_lowercase())?;
        let part = self.archive.by_index(index).ok()?;
        Some(BufReader::with_capacity(64 << 10, part.take(declared + 1)))
    }

    /// A small part as text.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let mut bytes = Vec::new();
        self.part(name)?.take(16 << 20).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Relationship id → part name, of `xl/_rels/<workbook>.rels`.
    pub(super) fn relations(&mut self, rels: &str, folder: &str) -> BTreeMap<String, String> {
        let text = self.text(rels).unwrap_or_default();
        let mut tags = Tags::new(text.as_bytes());
        let mut found = BTreeMap::new();
        while let Ok(Some(tag)) = tags.next() {
            if tag.name() != b"Relationship" {
                continue;
            }
            if let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target")) {
                let part = target.strip_prefix('/').map_or_else(|| format!("{folder}/{target}"), ToOwned::to_owned);
                found.insert(id.into_owned(), part.replace("/./", "/"));
            }
        }
        found
    }
}

/// Runs through the tags of an XML part without building anything; texts are skipped.
pub(super) struct Tags<R> {
    source: R,
    tag: Vec<u8>,
    skipped: usize,
}

/// Was the `>` met inside a comment, a CDATA section or an attribute?
fn unfinished(tag: &[u8]) -> bool {
    if tag.starts_with(b"!--") {
        return tag.len() < 5 || !tag.ends_with(b"--");
    }
    if tag.starts_with(b"![CDATA[") {
        return !tag.ends_with(b"]]");
    }
    !tag.starts_with(b"!") && tag.iter().fold(false, |open, byte| open ^ (*byte == b'"'))
}

/// One tag, without its angle brackets.
pub(super) struct Tag<'a> {
    text: &'a [u8],
    /// Bytes of text passed over just before it.
    pub after_text: usize,
}

impl<R: BufRead> Tags<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, tag: Vec::with_capacity(256), skipped: 0 }
    }

    /// The next tag; `None` at the end. Comments and CDATA are passed over.
    pub(super) fn next(&mut self) -> std::io::Result<Option<Tag<'_>>> {
        loop {
            if !self.skip_to(b'<')? {
                return Ok(None);
            }
            self.tag.clear();
            self.read_to(b'>')?;
            while unfinished(&self.tag) {
                self.tag.push(b'>');
                self.read_to(b'>')?;
            }
            if !self.tag.starts_with(b"!") && !self.tag.starts_with(b"?") {
                break;
            }
        }
        Ok(Some(Tag { text: &self.tag, after_text: self.skipped }))
    }

    fn skip_to(&mut self, wanted: u8) -> std::io::Result<bool> {
        self.skipped = 0;
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                return Ok(false);
            }
            if let Some(at) = buffer.iter().position(|byte| *byte == wanted) {
                self.source.consume(at + 1);
                self.skipped += at;
                return Ok(true);
            }
            let length = buffer.len();
            self.source.consume(length);
            self.skipped += length;
            if self.skipped > LONGEST_RUN {
                return Err(std::io::Error::other("text too long"));
            }
        }
    }

    fn read_to(&mut self, wanted: u8) -> std::io::Result<()> {
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(at) = buffer.iter().position(|byte| *byte == wanted) {
                self.tag.extend_from_slice(&buffer[..at]);
                self.source.consume(at + 1);
                return Ok(());
            }
            let length = buffer.len();
            self.tag.extend_from_slice(buffer);
            self.source.consume(length);
            if self.tag.len() > LONGEST_RUN {
                return Err(std::io::Error::other("tag too long"));
            }
        }
    }
}

impl<'a> Tag<'a> {
    /// A tag kept aside.
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self { text, after_text: 0 }
    }

    /// What stands between the angle brackets.
    pub(super) fn raw(&self) -> &'a [u8] {
        self.text
    }

    /// Local name, of a start or an end tag.
    pub(super) fn name(&self) -> &'a [u8] {
        let text = self.text.strip_prefix(b"/").unwrap_or(self.text);
        let end = text.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(text.len());
        let name = &text[..end];
        name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..])
    }

    pub(super) fn is_end(&self) -> bool {
        self.text.starts_with(b"/")
    }

    /// `<c/>`
    pub(super) fn is_empty(&self) -> bool {
        self.text.ends_with(b"/")
    }

    /// An attribute by its local name, unescaped.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let text = std::str::from_utf8(self.text).ok()?;
        let mut rest = text.find(|letter: char| letter.is_ascii_whitespace()).map(|at| &text[at..])?;
        while let Some(equals) = rest.find('=') {
            let key = rest[..equals].trim();
            let local = key.rsplit(':').next().unwrap_or(key);
            let value = rest[equals + 1..].trim_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, after) = value[1..].split_once(quote)?;
            if local == name {
                return quick_xml::escape::unescape(value).ok();
            }
            rest = after;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(xml: &str) -> Vec<String> {
        let mut tags = Tags::new(xml.as_bytes());
        let mut names = Vec::new();
        while let Some(tag) = tags.next().unwrap() {
            let name = String::from_utf8_lossy(tag.name());
            names.push(format!("{}{name}", if tag.is_end() { "/" } else { "" }));
        }
        names
    }

    #[test]
    fn tags_come_without_prefix_comment_or_cdata() {
        let xml = "<?xml version='1.0'?><x:row r=\"1\"><!-- <f> --><x:c a=\"1>2\"/><t><![CDATA[<v>]]></t></x:row>";
        assert_eq!(names(xml), ["row", "c", "t", "/t", "/row"]);
    }

    #[test]
    fn attributes_are_found_by_local_name_and_unescaped() {
        let mut tags = Tags::new(&b"<sheet name=\"A &amp; B\" sheetId='1' r:id = \"rId3\"/>"[..]);
        let tag = tags.next().unwrap().unwrap();
        assert_eq!(tag.attribute("name").as_deref(), Some("A & B"));
        assert_eq!(tag.attribute("id").as_deref(), Some("rId3"));
        assert_eq!(tag.attribute("state"), None);
        assert!(tag.is_empty() && !tag.is_end());
    }
}
