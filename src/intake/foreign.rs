//! Files that are no tables, told by their first bytes: pictures, documents, archives, and web pages saved as `.xls`.

/// The code and a name for the kind of file; `None`: perhaps a text table.
pub(super) fn foreign_kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const MAGICS: [(&[u8], &str); 15] = [
        (b"%PDF", "PDF"),
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"GIF8", "GIF"),
        (b"RIFF", "RIFF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"Rar!", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"\x1f\x8b", "gzip"),
        (b"PK", "ZIP"),
        (b"{\\rtf", "RTF"),
        (b"SQLite format 3\0", "SQLite"),
        (b"\x7fELF", "ELF"),
        (b"PAR1", "Parquet"),
    ];
    if let Some((_, name)) = MAGICS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(("F106", name));
    }
    // BIFF2, 3 and 4 streams without a container
    if [b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"].iter().any(|magic| bytes.starts_with(*magic)) {
        return Some(("F205", "Excel 2–4"));
    }
    markup(bytes)
}

/// Web pages and XML, in any encoding whose ASCII letters can be picked out.
fn markup(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let ascii: Vec<u8> =
        bytes.iter().take(8192).filter(|byte| byte.is_ascii() && **byte != 0).map(u8::to_ascii_lowercase).collect();
    let text = String::from_utf8_lossy(&ascii);
    let text = text.trim_start();
    if !text.starts_with('<') {
        return None;
    }
    if text.contains("urn:schemas-microsoft-com:office:spreadsheet") && text.starts_with("<?xml") {
        return Some(("F204", "XML 2003"));
    }
    let starts = ["<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<style"];
    if starts.iter().any(|start| text.starts_with(start)) || text.contains("<table") || text.contains("<html") {
        return Some(("F203", "HTML"));
    }
    text.starts_with("<?xml").then_some(("F106", "XML"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_content() {
        let cases: [(&[u8], Option<&str>); 7] = [
            (b"%PDF-1.7", Some("F106")),
            (b"\xef\xbb\xbf<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">", Some("F203")),
            (b"\n <TABLE border=1>", Some("F203")),
            (b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", Some("F204")),
            (b"\xff\xfe<\0h\0t\0m\0l\0>\0", Some("F203")),
            (b"\x09\x04\x06\x00\x00\x00", Some("F205")),
            ("单位,<优秀>\n".as_bytes(), None),
        ];
        for (bytes, code) in cases {
            assert_eq!(foreign_kind(bytes).map(|(code, _)| code), code, "{bytes:?}");
        }
    }
}
