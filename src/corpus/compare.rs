//! What a reading lacks of what its fixture expects.

use super::draw::place;
use super::fixture::Fixture;
use super::reading::{self, Key, Reading};
use crate::diagnostic::{Diagnostic, Language};
use crate::habits::{Habit, without};
use crate::survey::{RowFate, SourceSheet};

/// Builds, reads and compares; `dropped`: without this habit.
pub(super) fn faults(fixture: &Fixture, format: &str, dropped: Option<Habit>) -> Vec<String> {
    let home = tempfile::tempdir().expect("a folder");
    let built = reading::build(fixture, format, home.path());
    let outputs: Vec<String> = fixture.run.output.iter().map(|output| output.name.clone()).collect();
    let whole = !fixture.run.said.is_empty();
    let (reading, written) = without(dropped, || reading::read(home.path(), whole, &outputs));
    let mut faults = Vec::new();
    for (key, sheet) in &built.sheets {
        let said = wanted(&sheet.said, format);
        let books = sheet.books.as_deref();
        let expected = Expected { status: &sheet.status, taken: &sheet.taken, said, books };
        of_sheet(&reading, key, &expected, &mut faults);
    }
    for (name, file) in &built.others {
        let found: Vec<&Diagnostic> = reading
            .sheets
            .iter()
            .filter(|((file, _), _)| file == name)
            .flat_map(|(_, source)| &source.diagnostics)
            .chain(reading.run.iter().filter(|found| found.place.file.strip_prefix("returns/") == Some(name)))
            .collect();
        same(&wanted(&file.said, format), &found, name, &mut faults);
        let known = reading.sheets.get(&(name.clone(), String::new())).map(|source| source.ledger.status.as_str());
        if file.status.as_deref() != known {
            faults.push(format!("{name} is {known:?} in the ledger, not {:?}", file.status));
        }
    }
    for line in &fixture.run.said {
        if !reading.run.iter().any(|found| matches(line, found)) {
            let codes: Vec<String> = reading.run.iter().map(shown).collect();
            faults.push(format!("the run does not say {line}: {}", codes.join("; ")));
        }
    }
    for output in &fixture.run.output {
        let text = written.get(&output.name).map_or("", String::as_str);
        if !text.starts_with(&output.starts) {
            faults.push(format!("{} does not start with {:?}", output.name, output.starts));
        }
        faults
            .extend(output.has.iter().filter(|part| !text.contains(*part)).map(|part| format!("{} lacks {part:?}", output.name)));
        faults
            .extend(output.lacks.iter().filter(|part| text.contains(*part)).map(|part| format!("{} has {part:?}", output.name)));
    }
    faults
}

struct Expected<'e> {
    status: &'e str,
    taken: &'e [String],
    said: Vec<String>,
    books: Option<&'e str>,
}

/// The lines that hold for a format: `xlsx,xls: F214 6` holds for two.
fn wanted(lines: &[String], format: &str) -> Vec<String> {
    let holds = |line: &String| match line.split_once(": ") {
        Some((formats, rest)) if formats.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == ',') => {
            formats.split(',').any(|known| known == format).then(|| rest.to_owned())
        }
        _ => Some(line.clone()),
    };
    lines.iter().filter_map(holds).collect()
}

fn of_sheet(reading: &Reading, key: &Key, expected: &Expected<'_>, faults: &mut Vec<String>) {
    let label = if key.1.is_empty() { key.0.clone() } else { format!("{} [{}]", key.0, key.1) };
    let none = SourceSheet::default();
    let Some(source) = reading.sheets.get(key).or_else(|| expected.status.is_empty().then_some(&none)) else {
        let file: Vec<String> = reading
            .sheets
            .iter()
            .filter(|(known, _)| known.0 == key.0)
            .flat_map(|(_, s)| s.diagnostics.iter().map(shown))
            .collect();
        faults.push(format!("{label} was not read at all: {file:?}"));
        return;
    };
    if source.ledger.status != expected.status {
        faults.push(format!("{label} is {}, not {}", source.ledger.status, expected.status));
    }
    let mut taken = reading.taken.get(key).cloned().unwrap_or_default();
    let mut wanted = expected.taken.to_vec();
    taken.sort();
    wanted.sort();
    if taken != wanted && (expected.status == "read" || !taken.is_empty()) && source.ledger.status != "duplicate" {
        faults.push(format!("{label} took\n    {}\n  not\n    {}", taken.join("\n    "), wanted.join("\n    ")));
    }
    same(&expected.said, &source.diagnostics.iter().collect::<Vec<_>>(), &label, faults);
    if let Some(books) = expected.books {
        let name = |fate: RowFate| RowFate::ALL.iter().find(|(known, _)| *known == fate).map_or("", |(_, name)| name);
        let mut found: Vec<String> = source.ledger.fates.iter().map(|(fate, count)| format!("{}={count}", name(*fate))).collect();
        let mut listed: Vec<String> = books.split(' ').map(str::to_owned).collect();
        found.sort();
        listed.sort();
        if found != listed {
            faults.push(format!("{label}: the books say {}, not {}", found.join(" "), listed.join(" ")));
        }
    }
}

/// Every expected finding once, and no other.
fn same(expected: &[String], found: &[&Diagnostic], label: &str, faults: &mut Vec<String>) {
    let mut left: Vec<&Diagnostic> = found.to_vec();
    for line in expected {
        if let Some(at) = left.iter().position(|found| matches(line, found)) {
            left.remove(at);
        } else {
            let all: Vec<String> = found.iter().map(|found| shown(found)).collect();
            faults.push(format!("{label} does not say {line}: {}", all.join("; ")));
        }
    }
    faults.extend(left.iter().map(|found| format!("{label} says {}", shown(found))));
}

/// `CODE PLACE arg=value arg~part`; the place may be left out as `-`.
fn matches(line: &str, found: &Diagnostic) -> bool {
    let mut words = line.split(' ');
    let (code, at) = (words.next().unwrap_or_default(), words.next().unwrap_or("-"));
    let stands = match at {
        "-" => true,
        row if row.bytes().all(|byte| byte.is_ascii_digit()) => {
            found.place.row == row.parse::<u32>().ok().map(|row| row - 1) && found.place.column.is_none()
        }
        cell => {
            let (row, column) = place(cell);
            (found.place.row, found.place.column) == (u32::try_from(row).ok(), u32::try_from(column).ok())
        }
    };
    found.code == code
        && stands
        && words.all(|word| match (word.split_once('='), word.split_once('~')) {
            (Some((name, value)), _) if name.bytes().all(|byte| byte.is_ascii_lowercase()) => said(found.arg(name)) == value,
            (_, Some((name, part))) => said(found.arg(name)).contains(part),
            _ => panic!("{line}: {word}"),
        })
}

fn said(arg: &str) -> String {
    crate::diagnostic::shown(arg, Language::Zh)
}

fn shown(found: &Diagnostic) -> String {
    let args: Vec<String> = found.args.iter().map(|(name, value)| format!("{name}={}", said(value))).collect();
    let column = found.place.column.map(crate::diagnostic::column_letters).unwrap_or_default();
    let row = found.place.row.map(|row| (row + 1).to_string()).unwrap_or_default();
    format!("{} {column}{row} {}", found.code, args.join(" "))
}
