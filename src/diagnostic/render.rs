//! Words: a diagnostic as a reader sees it, in Chinese or English.

use super::{BRACKETS, Diagnostic, LIST, Language, PlaceKind, QUOTES, Severity, Words, entry};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// A diagnostic in words, one field a column of `diagnostics.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    pub code: String,
    pub severity: String,
    pub title: String,
    pub file: String,
    pub sheet: String,
    pub cell: String,
    pub item: String,
    pub found: String,
    pub expected: String,
    pub done: String,
    pub help: String,
    /// How the sender mends it.
    pub sender: String,
    pub more: u64,
}

/// Fills the texts of a diagnostic.
#[must_use]
pub fn render(diagnostic: &Diagnostic, language: Language) -> Rendered {
    let words = entry(&diagnostic.code).map(|entry| entry.words(language));
    let text = |pick: fn(&Words) -> &str| words.map_or_else(String::new, |words| fill(pick(words), diagnostic, language));
    let found = text(|words| &words.found);
    Rendered {
        code: diagnostic.code.clone(),
        severity: diagnostic.severity().word(language).to_owned(),
        title: text(|words| &words.title),
        file: diagnostic.place.file.to_string(),
        sheet: diagnostic.place.sheet.as_deref().unwrap_or_default().to_owned(),
        cell: diagnostic.place.cell(language),
        item: shown(diagnostic.arg("item"), language),
        found: if found.is_empty() { shown(diagnostic.arg("found"), language) } else { found },
        expected: text(|words| &words.expected),
        done: text(|words| &words.done),
        sender: for_sender(text(|words| &words.sender), text(|words| &words.help)),
        help: text(|words| &words.help),
        more: diagnostic.more,
    }
}

/// What a sender is told to do: never to edit files that only the clerk has.
fn for_sender(own: String, help: String) -> String {
    let clerks = ["scheme.toml", "units.csv", "kaoping", "[["].iter().any(|word| help.contains(word));
    if !own.is_empty() || clerks { own } else { help }
}

/// An argument as the reader's language writes lists, quotes and brackets.
#[must_use]
pub fn shown(arg: &str, language: Language) -> String {
    let signs = [
        (LIST, language.pick("、", ", ")),
        ("｜", language.pick("｜", " | ")),
        (QUOTES[0], language.pick("「", " “")),
        (QUOTES[1], language.pick("」", "”")),
        (BRACKETS[0], language.pick("（", " (")),
        (BRACKETS[1], language.pick("）", ")")),
    ];
    signs.iter().fold(arg.to_owned(), |text, (sign, said)| if text.contains(sign) { text.replace(sign, said) } else { text })
}

/// Replaces each `{name}` by its argument; an unknown name becomes empty.
fn fill(template: &str, diagnostic: &Diagnostic, language: Language) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        out.push_str(&shown(diagnostic.arg(&rest[open + 1..open + close]), language));
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

/// The full message for a terminal. `similar`: how many more of the same code this file has.
#[must_use]
pub fn render_text(diagnostic: &Diagnostic, similar: u64, language: Language, color: bool) -> String {
    let words = render(diagnostic, language);
    let paint = Paint::of(diagnostic.severity(), color);
    let mut out = format!("{}{}[{}]{}: {}\n", paint.strong, words.severity, words.code, paint.plain, words.title);
    if !words.file.is_empty() {
        let _ = writeln!(out, "  ──▶ {}{}", words.file, place_suffix(diagnostic, &words.cell));
    }
    if let Some((cells, marked)) = &diagnostic.excerpt {
        excerpt(&mut out, diagnostic, cells, *marked, &words.item, &paint);
    }
    let lines = [
        (language.pick("读到", "found"), words.found.as_str(), diagnostic.excerpt.is_none()),
        (language.pick("应为", "expected"), words.expected.as_str(), true),
        (language.pick("已作", "done"), words.done.as_str(), true),
        (language.pick("修正", "mend"), words.help.as_str(), true),
    ];
    for (label, text, shown) in lines {
        if shown && !text.is_empty() {
            let _ = writeln!(out, "    = {label}: {text}");
        }
    }
    if similar > 0 {
        let _ = match language {
            Language::Zh => writeln!(out, "    = 同类: 本文件另有 {similar} 处，全部列于 diagnostics.csv"),
            Language::En => writeln!(out, "    = alike: {similar} more in this file, all listed in diagnostics.csv"),
        };
    }
    let _ = writeln!(out, "    = {}: kaoping explain {}", language.pick("详解", "more"), words.code);
    out
}

fn place_suffix(diagnostic: &Diagnostic, cell: &str) -> String {
    match (&diagnostic.place.sheet, cell.is_empty(), diagnostic.place.kind) {
        (Some(sheet), true, _) => format!(" [{sheet}]"),
        (Some(sheet), false, PlaceKind::Workbook) => format!(" [{sheet}!{cell}]"),
        (_, false, _) => format!(" [{cell}]"),
        (None, true, _) => String::new(),
    }
}

fn excerpt(out: &mut String, diagnostic: &Diagnostic, cells: &[String], marked: usize, item: &str, paint: &Paint) {
    let number = diagnostic.place.row.map_or_else(String::new, |row| (row + 1).to_string());
    let gutter = number.width();
    let _ = writeln!(out, " {number} │ {}", cells.join(" │ "));
    let before: usize = cells.iter().take(marked).map(|cell| cell.width() + 3).sum();
    let caret = cells.get(marked).map_or(1, |cell| cell.width().max(1));
    let (pad, carets) = (" ".repeat(before), "^".repeat(caret));
    let _ = writeln!(out, " {} │ {pad}{}{carets}{} {item}", " ".repeat(gutter), paint.strong, paint.plain);
}

struct Paint {
    strong: &'static str,
    plain: &'static str,
}

impl Paint {
    fn of(severity: Severity, color: bool) -> Self {
        let strong = match (color, severity) {
            (false, _) => return Self { strong: "", plain: "" },
            (true, Severity::Error) => "\u{1b}[1;31m",
            (true, Severity::Warning) => "\u{1b}[1;33m",
            (true, Severity::Note) => "\u{1b}[1;36m",
        };
        Self { strong, plain: "\u{1b}[0m" }
    }
}
