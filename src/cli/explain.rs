//! `kaoping explain CODE`: the same text that stands behind every message.

use super::printer::Printer;
use super::words;
use super::{CLEAN, FAILED};
use crate::diagnostic::{Entry, Language, catalogue, entry};
use std::fmt::Write as _;

pub fn explain(code: Option<&str>, printer: &Printer) -> u8 {
    let Some(code) = code else { return list(printer) };
    let wanted = code.trim().to_ascii_uppercase();
    if let Some(found) = entry(&wanted) {
        return printer.lines(&page(&wanted, found, printer.language));
    }
    let near: Vec<&str> =
        catalogue().keys().map(String::as_str).filter(|known| strsim::damerau_levenshtein(known, &wanted) == 1).take(5).collect();
    printer.failure(&words::no_code(&wanted, &near, printer.language));
    FAILED
}

fn list(printer: &Printer) -> u8 {
    for (code, entry) in catalogue() {
        let words = entry.words(printer.language);
        printer.lines(&format!("{code}  {}  {}", entry.severity.word(printer.language), words.title));
    }
    CLEAN
}

/// The whole page of one code.
fn page(code: &str, entry: &Entry, language: Language) -> String {
    let said = entry.words(language);
    let mut out = format!("{code} {} [{}]\n\n", said.title, entry.severity.word(language));
    let texts = [&said.found, &said.expected, &said.why, &said.done, &said.help, &said.sender, &said.example];
    let parts = words::EXPLAINED.map(|label| label.said(language)).into_iter().zip(texts);
    for (label, text) in parts {
        if !text.is_empty() {
            let indented = text.trim_end().replace('\n', "\n    ");
            let _ = writeln!(out, "{label}\n    {indented}");
        }
    }
    out
}
