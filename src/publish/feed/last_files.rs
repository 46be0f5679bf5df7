//! The files of a final list: `final.csv`, `final.xlsx`, `final.json` with its schema, and the manifest.

use super::book::{Kind, Sheet, columns, workbook};
use super::csv::fixed;
use super::last::{Decided, Departure, FinalList, status_names};
use super::model::Tongue;
use super::schema::final_schema;
use crate::diagnostic::Language;
use crate::publish::edition::{Edition, EditionError};
use crate::publish::manifest;
use crate::publish::table::TableOut;
use crate::publish::words::feed::{COUNTS, DEPARTING, EVERYBODY, FILLED, FinalSheet, based_on, departure, field, quota_field};
use crate::publish::words::{between_sentences, yes_no};
use rust_xlsxwriter::{Worksheet, XlsxError};

const COLUMNS: [&str; 23] = [
    "person",
    "name",
    "unit",
    "unit_name",
    "unit_path",
    "unit_grade",
    "post",
    "tier",
    "status",
    "score",
    "hidden",
    "rank",
    "of",
    "suggested_grade",
    "suggestion_reasons",
    "decided_grade",
    "result_code",
    "departure",
    "decision_reason",
    "decision_date",
    "passed_caps",
    "row",
    "run_hash",
];

/// The folder of a final list. `personnel`: SHA-256 of the hand-over that was decided on.
///
/// # Errors
/// [`EditionError::Workbook`] when the workbook cannot be made.
pub fn final_edition(list: &FinalList, personnel: &str) -> Result<Edition, EditionError> {
    let book = book(list).map_err(|error| EditionError::Workbook(format!("final.xlsx: {error}")))?;
    let mut files = vec![
        ("final.csv".to_owned(), table(list).csv()),
        ("final.json".to_owned(), super::json(list)),
        ("final.schema.json".to_owned(), final_schema().into_bytes()),
        ("final.xlsx".to_owned(), book),
    ];
    let inputs = [(super::PERSONNEL, personnel), (list.decisions.file.as_str(), list.decisions.sha256.as_str())];
    let run = manifest::of_final(&inputs, &list.run.run_hash, &files);
    files.push((manifest::NAME.to_owned(), run.into_bytes()));
    Ok(Edition { files })
}

fn language(list: &FinalList) -> Language {
    match list.run.language {
        Tongue::Zh => Language::Zh,
        Tongue::En => Language::En,
    }
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

fn grade_name<'a>(list: &'a FinalList, code: Option<&'a String>) -> &'a str {
    let known = code.and_then(|code| list.grades.iter().find(|grade| grade.code == *code));
    known.map_or("", |grade| grade.name.as_str())
}

fn table(list: &FinalList) -> TableOut {
    let language = language(list);
    let mut out = TableOut::new("final.csv", COLUMNS.map(str::to_owned).to_vec());
    for one in &list.persons {
        let unit = &one.unit;
        out.text(&one.id).text(&one.name).text(&unit.code).text(&unit.name).text(&unit.path).text(text(unit.grade.as_ref()));
        out.text(text(one.post.as_ref())).text(one.tier.as_ref().map_or("", |tier| tier.name.as_str()));
        out.text(&status_names(one, language)).maybe(one.score.map(|score| fixed(score, list.places)));
        out.text(yes_no(one.hidden, language)).maybe(one.rank).number(one.of);
        out.text(grade_name(list, one.suggested.as_ref())).text(&one.suggestion_reasons).text(&one.decided_name);
        out.text(text(one.result_code.as_ref())).text(departure(one.departure, language));
        out.text(text(one.reason.as_ref())).text(text(one.date.as_ref())).text(&one.passed.join(between_sentences(language)));
        out.number(one.row).text(&list.run.run_hash);
    }
    out
}

/// The final list, the departures, quotas as filled, and counts.
fn book(list: &FinalList) -> Result<Vec<u8>, XlsxError> {
    let all: Vec<&Decided> = list.persons.iter().collect();
    let departing: Vec<&Decided> = list.persons.iter().filter(|one| one.departure != Departure::None).collect();
    let sheets = vec![people(list, &EVERYBODY, &all)?, people(list, &DEPARTING, &departing)?, quotas(list)?, counts(list)?];
    workbook(&list.run.title, sheets)
}

fn title(list: &FinalList, words: &FinalSheet) -> String {
    format!("{} · {}", list.run.title, words.title.said(language(list)))
}

const PEOPLE: [&str; 13] = [
    "person",
    "name",
    "unit_name",
    "post",
    "unit_grade",
    "score",
    "suggested_grade",
    "decision",
    "result_code",
    "departure",
    "reason",
    "date",
    "passed",
];

fn people(list: &FinalList, words: &FinalSheet, persons: &[&Decided]) -> Result<Worksheet, XlsxError> {
    let language = language(list);
    let kind = |name: &str| match name {
        "score" => Kind::Number(list.places),
        "reason" | "passed" => Kind::Long,
        "unit_grade" | "suggested_grade" | "decision" | "result_code" | "departure" | "date" => Kind::Centred,
        _ => Kind::Text,
    };
    let row = |one: &&Decided| {
        vec![
            one.id.clone(),
            one.name.clone(),
            one.unit.name.clone(),
            text(one.post.as_ref()).to_owned(),
            text(one.unit.grade.as_ref()).to_owned(),
            one.score.map(|score| fixed(score, list.places)).unwrap_or_default(),
            grade_name(list, one.suggested.as_ref()).to_owned(),
            one.decided_name.clone(),
            text(one.result_code.as_ref()).to_owned(),
            departure(one.departure, language).to_owned(),
            text(one.reason.as_ref()).to_owned(),
            text(one.date.as_ref()).to_owned(),
            one.passed.join(between_sentences(language)),
        ]
    };
    let run = list.run.run_hash.get(..super::vocabulary::RUN_DIGITS).unwrap_or_default();
    let note = based_on(run, &list.decisions.file, persons.len(), language);
    Sheet {
        name: words.name.said(language),
        title: &title(list, words),
        note: &note,
        columns: columns(&PEOPLE, |name| field(name, language).to_owned(), kind),
        rows: persons.iter().map(row).collect(),
        frozen: 2,
    }
    .write()
}

fn quotas(list: &FinalList) -> Result<Worksheet, XlsxError> {
    let language = language(list);
    let names = ["quota", "grade", "unit_grade", "base", "places", "limit", "suggested", "decided", "open"];
    let kind = |name: &str| match name {
        "quota" => Kind::Long,
        "grade" | "unit_grade" => Kind::Centred,
        _ => Kind::Number(0),
    };
    let row = |quota: &super::last::Filled| {
        vec![
            quota.name.clone(),
            grade_name(list, Some(&quota.grade)).to_owned(),
            text(quota.unit_grade.as_ref()).to_owned(),
            quota.base.to_string(),
            quota.places.to_string(),
            quota.limit.to_string(),
            quota.suggested.to_string(),
            quota.decided.to_string(),
            quota.open.to_string(),
        ]
    };
    let sheet = Sheet {
        name: FILLED.name.said(language),
        title: &title(list, &FILLED),
        note: FILLED.note.said(language),
        columns: columns(&names, |name| quota_field(name, language).to_owned(), kind),
        rows: list.quotas.iter().map(row).collect(),
        frozen: 1,
    };
    sheet.write()
}

fn counts(list: &FinalList) -> Result<Worksheet, XlsxError> {
    let language = language(list);
    let kind = |name: &str| if name == "grade" { Kind::Text } else { Kind::Number(0) };
    let row = |count: &super::last::Count| vec![count.name.clone(), count.suggested.to_string(), count.decided.to_string()];
    let sheet = Sheet {
        name: COUNTS.name.said(language),
        title: &title(list, &COUNTS),
        note: COUNTS.note.said(language),
        columns: columns(&["grade", "suggested", "decided"], |name| quota_field(name, language).to_owned(), kind),
        rows: list.counts.iter().map(row).collect(),
        frozen: 1,
    };
    sheet.write()
}
