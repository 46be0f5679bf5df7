//! `feed/decisions.xlsx`: one row a person, the suggestion beside three cells that the organisation fills in.

use super::book::{HEADER, Kind, Sheet, columns, workbook};
use super::csv::{caps_text, fixed, reasons_text};
use super::model::{Entry, Personnel};
use super::vocabulary::{AS_SUGGESTED, NO_GRADE, RUN_DIGITS};
use crate::publish::words::{Pair, between_names, between_sentences, feed as words, hidden};
use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, Worksheet, XlsxError};

/// Columns of the template; those from `decision` to `date` are filled in.
const COLUMNS: [&str; 15] = [
    "person",
    "name",
    "unit_name",
    "post",
    "unit_grade",
    "score",
    "rank",
    "suggested_grade",
    "reasons",
    "caps",
    "quota",
    "decision",
    "reason",
    "date",
    "run",
];

/// The workbook: decisions, quotas, and how to fill it in.
pub(super) fn template(personnel: &Personnel) -> Result<Vec<u8>, XlsxError> {
    let language = personnel.language();
    let title = format!("{} · {}", personnel.run.title, words::decisions(language));
    workbook(&title, vec![decisions(personnel, &title)?, quotas(personnel)?, notes(personnel)?])
}

fn decisions(personnel: &Personnel, title: &str) -> Result<Worksheet, XlsxError> {
    let language = personnel.language();
    let kind = |name: &str| match name {
        "score" => Kind::Number(personnel.places),
        "rank" => Kind::Number(0),
        "reasons" | "caps" | "quota" => Kind::Long,
        "suggested_grade" | "unit_grade" => Kind::Centred,
        "decision" | "reason" => Kind::Input,
        "date" => Kind::InputDate,
        _ => Kind::Text,
    };
    let sheet = Sheet {
        name: words::decisions(language),
        title,
        note: words::decisions_note(language),
        columns: columns(&COLUMNS, |name| words::field(name, language).to_owned(), kind),
        rows: personnel.persons.iter().map(|entry| row(personnel, entry)).collect(),
        frozen: 2,
    };
    let mut out = sheet.write()?;
    choices(&mut out, personnel)?;
    let at = |name: &str| COLUMNS.iter().position(|known| *known == name).and_then(|at| u16::try_from(at).ok()).unwrap_or(0);
    out.set_column_width(at("decision"), 16)?.set_column_width(at("reason"), 36)?.set_column_width(at("date"), 13)?;
    Ok(out)
}

fn row(personnel: &Personnel, entry: &Entry) -> Vec<String> {
    let language = personnel.language();
    let suggestion = &entry.suggestion;
    let none = if entry.gradable { words::no_suggestion(language) } else { NO_GRADE.word(language) };
    let score = match entry.score.value {
        Some(value) => fixed(value, personnel.places),
        None if entry.score.hidden => hidden(language).to_owned(),
        None => String::new(),
    };
    let quota = |id: &String| {
        let quota = personnel.quota(id)?;
        Some(format!("{} {} {}", quota.name, personnel.grade_name(&quota.grade), quota.limit))
    };
    let quotas: Vec<String> = suggestion.quotas.iter().filter_map(quota).collect();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        entry.id.clone(),
        entry.name.clone(),
        entry.unit.name.clone(),
        text(&entry.post),
        text(&entry.unit.grade),
        score,
        entry.rank.rank.map(|rank| rank.to_string()).unwrap_or_default(),
        suggestion.name.clone().unwrap_or_else(|| none.to_owned()),
        reasons_text(entry, language),
        caps_text(personnel, entry),
        quotas.join(between_sentences(language)),
        String::new(),
        String::new(),
        String::new(),
        personnel.run.run_hash.get(..RUN_DIGITS).unwrap_or_default().to_owned(),
    ]
}

/// Offers the grades where one may be given, and only "no grade" where none may.
fn choices(out: &mut Worksheet, personnel: &Personnel) -> Result<(), XlsxError> {
    let language = personnel.language();
    let column = COLUMNS.iter().position(|name| *name == "decision").and_then(|at| u16::try_from(at).ok()).unwrap_or(0);
    let mut graded: Vec<&str> = vec![AS_SUGGESTED.word(language)];
    graded.extend(personnel.grades.iter().map(|grade| grade.name.as_str()));
    graded.push(NO_GRADE.word(language));
    // A list that Excel would not take (too long, or a comma within a name) is left out; the check says what is wrong all the same.
    if graded.iter().any(|name| name.contains(',')) {
        return Ok(());
    }
    let mut first = HEADER + 1;
    for alike in personnel.persons.chunk_by(|one, other| one.gradable == other.gradable) {
        let bottom = first.saturating_add(u32::try_from(alike.len()).unwrap_or(1)) - 1;
        let open = alike.iter().all(|entry| entry.gradable);
        let offered = if open { graded.as_slice() } else { &[NO_GRADE.word(language)] };
        let Ok(list) = DataValidation::new().allow_list_strings(offered) else { return Ok(()) };
        let list = list.set_error_style(DataValidationErrorStyle::Warning).set_input_message(words::choose(language))?;
        out.add_data_validation(first, column, bottom, column, &list)?;
        first = bottom + 1;
    }
    Ok(())
}

fn quotas(personnel: &Personnel) -> Result<Worksheet, XlsxError> {
    let language = personnel.language();
    let names = ["quota", "grade", "base", "share", "exact", "places", "limit", "suggested", "tied"];
    let kind = |name: &str| match name {
        "quota" | "tied" => Kind::Long,
        "share" | "exact" => Kind::Number(2),
        "base" | "places" | "limit" | "suggested" => Kind::Number(0),
        _ => Kind::Centred,
    };
    let row = |quota: &super::model::Quota| {
        vec![
            quota.name.clone(),
            personnel.grade_name(&quota.grade).to_owned(),
            quota.base.to_string(),
            quota.share.to_string(),
            quota.exact.to_string(),
            quota.places.to_string(),
            quota.limit.to_string(),
            quota.suggested.to_string(),
            quota.tied.join(between_names(language)),
        ]
    };
    let sheet = Sheet {
        name: words::quotas(language),
        title: words::quotas(language),
        note: words::quotas_note(language),
        columns: columns(&names, |name| words::quota_field(name, language).to_owned(), kind),
        rows: personnel.quotas.iter().map(row).collect(),
        frozen: 1,
    };
    sheet.write()
}

fn notes(personnel: &Personnel) -> Result<Worksheet, XlsxError> {
    let language = personnel.language();
    let [name, title, what, how] = words::NOTES.map(|pair| pair.said(language));
    let run = format!("{} {}", words::field("run", language), personnel.run.run_hash);
    let line = |(what, how): (Pair, Pair)| vec![what.said(language).to_owned(), how.said(language).to_owned()];
    let sheet = Sheet {
        name,
        title,
        note: &run,
        columns: columns(&[what, how], ToOwned::to_owned, |_| Kind::Text),
        rows: words::HOW_TO.map(line).into(),
        frozen: 0,
    };
    let mut out = sheet.write()?;
    out.set_column_width(1, 100)?;
    Ok(out)
}
