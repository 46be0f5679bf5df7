//! Diagnostics grouped by code: how many, where first, what was done, how to mend.

use super::numbers::grouped;
use crate::diagnostic::{Diagnostic, Language, Severity, render};
use minijinja::{Value, context};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Places listed per code; the rest is in `diagnostics.csv`.
const MOST_PLACES: usize = 8;

/// How many findings of a severity there are, those not listed one by one included.
pub(super) fn count(diagnostics: &[Diagnostic], severity: Severity) -> u64 {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity() == severity).map(|diagnostic| 1 + diagnostic.more).sum()
}

/// Groups, errors first, then by number.
pub(super) fn section(diagnostics: &[Diagnostic], language: Language) -> Vec<Value> {
    let mut groups: BTreeMap<(Reverse<Severity>, &str), Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        groups.entry((Reverse(diagnostic.severity()), diagnostic.code.as_str())).or_default().push(diagnostic);
    }
    groups.iter().filter_map(|((severity, code), group)| group_row(code, severity.0, group, language)).collect()
}

fn group_row(code: &str, severity: Severity, group: &[&Diagnostic], language: Language) -> Option<Value> {
    let first = render(group.first()?, language);
    let place = |diagnostic: &&Diagnostic| {
        let words = render(diagnostic, language);
        let cell = match (words.sheet.is_empty(), words.cell.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!(" [{}]", words.cell),
            (false, true) => format!(" [{}]", words.sheet),
            (false, false) => format!(" [{}!{}]", words.sheet, words.cell),
        };
        context! { at => format!("{}{cell}", words.file), title => words.title, found => words.found, help => words.help, more => words.more }
    };
    Some(context! {
        code,
        severity => severity.word(language),
        tone => match severity { Severity::Error => "error", Severity::Warning => "warning", Severity::Note => "note" },
        count => grouped(group.iter().map(|diagnostic| 1 + diagnostic.more).sum()),
        title => first.title,
        done => first.done,
        help => first.help,
        places => group.iter().take(MOST_PLACES).map(place).collect::<Vec<_>>(),
        rest => group.len().saturating_sub(MOST_PLACES),
    })
}
