//! `feed/decisions.xlsx`: one row a person, the suggestion beside three cells that the organisation fills in.

use super::book::{Column, HEADER, Kind, Sheet, workbook};
use super::csv::{caps_text, fixed, reasons_text};
use super::model::{Entry, Personnel};
use super::words::{AS_SUGGESTED, NO_GRADE, RUN_DIGITS, field};
use crate::diagnostic::Language;
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
    let title = format!("{} · {}", personnel.run.title, language.pick("组织评定", "Decisions"));
    workbook(&title, vec![decisions(personnel, &title)?, quotas(personnel)?, notes(personnel)?])
}

fn decisions(personnel: &Personnel, title: &str) -> Result<Worksheet, XlsxError> {
    let language = personnel.language();
    let note = language.pick(
        "黄格由组织填写：等次从列表选；与建议不同的写明理由；日期如 2026-01-05。填好后运行 kaoping decide 结果文件夹 本文件。",
        "Fill in the yellow cells: grade from the list; a reason where it departs from the suggestion; a date such as 2026-01-05. Then: kaoping decide EDITION THIS-FILE.",
    );
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
        name: language.pick("组织评定", "Decisions"),
        title,
        note,
        columns: COLUMNS.map(|name| Column { name: field(name, language).to_owned(), kind: kind(name) }).into(),
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
    let none = if entry.gradable { language.pick("无建议", "none") } else { NO_GRADE.word(language) };
    let score = match entry.score.value {
        Some(value) => fixed(value, personnel.places),
        None if entry.score.hidden => language.pick("不公开", "hidden").to_owned(),
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
        quotas.join(super::csv::semicolon(language)),
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
    let message =
        language.pick("从列表选择；「同意建议」即按建议等次", "Choose from the list; \"as suggested\" takes the suggestion");
    let mut first = HEADER + 1;
    for alike in personnel.persons.chunk_by(|one, other| one.gradable == other.gradable) {
        let bottom = first.saturating_add(u32::try_from(alike.len()).unwrap_or(1)) - 1;
        let open = alike.iter().all(|entry| entry.gradable);
        let words = if open { graded.as_slice() } else { &[NO_GRADE.word(language)] };
        let Ok(list) = DataValidation::new().allow_list_strings(words) else { return Ok(()) };
        let list = list.set_error_style(DataValidationErrorStyle::Warning).set_input_message(message)?;
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
            quota.tied.join(language.pick("、", ", ")),
        ]
    };
    let sheet = Sheet {
        name: language.pick("名额", "Quotas"),
        title: language.pick("名额", "Quotas"),
        note: language.pick(
            "每个范围至多可给的人数；组织评定不得超过「可给」。",
            "How many each pool may have at most; decisions may not exceed the limit.",
        ),
        columns: names.map(|name| Column { name: field(name, language).to_owned(), kind: kind(name) }).into(),
        rows: personnel.quotas.iter().map(row).collect(),
        frozen: 1,
    };
    sheet.write()
}

fn notes(personnel: &Personnel) -> Result<Worksheet, XlsxError> {
    let language = personnel.language();
    let lines: &[(&str, &str)] = match language {
        Language::Zh => &[
            ("等次", "填等次名称；「同意建议」即按建议等次；「不定等次」用于不能定等次的人。有建议的也可另定，写明理由。"),
            ("理由", "与建议等次不同的必须写明，例如：承担重大专项任务，党委会2026年1月5日研究。「无」「同上」不算理由。"),
            ("日期", "会议或决定的日期：2026-01-05、2026年1月5日、二〇二六年一月五日都可以。"),
            ("名额", "每个范围给出的人数不得超过「名额」表的「可给」；线上并列的由组织取舍，取的写明理由。"),
            ("上限", "所在单位等次、特殊情况、一票否决等限定的最高等次不得超过；得票率规则写明理由可以超过。"),
            ("行", "每人一行，不删行、不加行、不改编号；可以排序和筛选。"),
            ("运行编号", "说明这些建议出自哪次运行；结果变了就要用新的表，程序会指出哪些建议变了。"),
        ],
        Language::En => &[
            (
                "Grade",
                "The name of a grade; \"as suggested\" takes the suggestion; \"no grade\" for those who get none. Another grade needs a reason.",
            ),
            ("Reason", "Required where the decision departs from the suggestion. \"None\" or \"as above\" is no reason."),
            ("Date", "Of the meeting or decision: 2026-01-05 or 2026年1月5日."),
            (
                "Quota",
                "No pool may get more than the limit on the sheet of quotas; joint candidates are for you to decide, with a reason.",
            ),
            (
                "Limit",
                "Limits by the unit's grade, by a status or by a veto may not be passed; those by votes may, with a reason.",
            ),
            ("Rows", "One row a person: do not delete, add or renumber rows; sorting and filtering are fine."),
            (
                "Run",
                "Says which run the suggestions are from; other results need a new template, and the program says which suggestions changed.",
            ),
        ],
    };
    let column = |zh: &str, en: &str| Column { name: language.pick(zh, en).to_owned(), kind: Kind::Text };
    let run = format!("{} {}", language.pick("运行编号", "run"), personnel.run.run_hash);
    let sheet = Sheet {
        name: language.pick("说明", "Notes"),
        title: language.pick("怎样填写", "How to fill it in"),
        note: &run,
        columns: vec![column("栏", "Field"), column("说明", "What to write")],
        rows: lines.iter().map(|(field, text)| vec![(*field).to_owned(), (*text).to_owned()]).collect(),
        frozen: 0,
    };
    let mut out = sheet.write()?;
    out.set_column_width(1, 100)?;
    Ok(out)
}
