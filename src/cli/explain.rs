//! `kaoping explain CODE`: the same text that stands behind every message.

use super::printer::Printer;
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
    printer.failure(&match (printer.language, near.is_empty()) {
        (Language::Zh, true) => format!("没有代码 {wanted}；kaoping explain 列出全部"),
        (Language::Zh, false) => format!("没有代码 {wanted}；是否指 {}？", near.join("、")),
        (Language::En, true) => format!("there is no code {wanted}; `kaoping explain` lists them all"),
        (Language::En, false) => format!("there is no code {wanted}; did you mean {}?", near.join(", ")),
    });
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
    let words = entry.words(language);
    let mut out = format!("{code} {} [{}]\n\n", words.title, entry.severity.word(language));
    let parts = [
        (language.pick("读到", "found"), &words.found),
        (language.pick("应为", "expected"), &words.expected),
        (language.pick("为什么要紧", "why it matters"), &words.why),
        (language.pick("程序怎样处理", "what is done with it"), &words.done),
        (language.pick("怎样修正", "how to mend it"), &words.help),
        (language.pick("报送单位怎样改", "how the sender mends it"), &words.sender),
        (language.pick("例", "example"), &words.example),
    ];
    for (label, text) in parts {
        if !text.is_empty() {
            let indented = text.trim_end().replace('\n', "\n    ");
            let _ = writeln!(out, "{label}\n    {indented}");
        }
    }
    out
}
