//! Tables of what came in: `receipts.csv`, `ledger.csv`, `diagnostics.csv`, `layouts.csv`.

use super::TableOut;
use super::results::share;
use crate::diagnostic::{Language, column_letters, render};
use crate::measure::Response;
use crate::numeric::ratio;
use crate::publish::material::Material;
use crate::publish::words;
use crate::survey::{CellFate, Disposition, Layout, RowFate, Scheme, SourceSheet};

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// One column per screening rule, and one for codes that are none of them. A ballot that breaks several rules is void once but
/// stands under each of them, so these columns may add up to more than the void ballots.
fn rule_columns(columns: &mut Vec<String>, prefix: &str) {
    columns.extend(Disposition::RULES.iter().map(|(_, rule)| format!("{prefix}_{rule}")));
    columns.push(format!("{prefix}_other"));
}

fn rule_counts(table: &mut TableOut, counts: &[(String, u64)]) {
    let known = |code: &str| Disposition::RULES.iter().any(|(_, rule)| *rule == code);
    for (_, rule) in Disposition::RULES {
        table.number(counts.iter().filter(|(code, _)| code == rule).map(|(_, count)| count).sum::<u64>());
    }
    table.number(counts.iter().filter(|(code, _)| !known(code)).map(|(_, count)| count).sum::<u64>());
}

/// `receipts.csv`: 报送情况, one row per unit × form × procedure.
pub(in crate::publish) fn receipts(material: &Material<'_>) -> TableOut {
    let mut columns = named(&["unit", "unit_name", "form", "form_name", "procedure", "procedure_name"]);
    columns.extend(named(&["due", "sent", "missing", "surplus", "attend_due", "attend_present", "turnout", "issued"]));
    columns.extend(named(&["returned", "valid", "partial", "blank", "void", "duplicate", "meeting_void"]));
    rule_columns(&mut columns, "void");
    let mut table = TableOut::new("receipts.csv", columns);
    for response in &material.cleared.get().responses {
        response_row(&mut table, material.scheme, response);
    }
    table
}

fn response_row(table: &mut TableOut, scheme: &Scheme, response: &Response) {
    let language = scheme.language;
    let unit = response.unit.map(|unit| scheme.frame.subject(unit));
    let form = response.form.map(|form| scheme.form(form));
    let procedure = response.procedure.map(|procedure| scheme.index.node(procedure));
    table.text(unit.map_or("", |unit| &unit.code)).text(unit.map_or("", |unit| &unit.name));
    table.text(form.map_or("", |form| &form.code)).text(form.map_or("", |form| &form.name));
    table.text(procedure.map_or("", |node| &node.code)).text(procedure.map_or("", |node| &node.name));
    table.text(words::yes_no(response.due, language)).number(response.sources);
    table.text(words::yes_no(response.due && response.sources == 0, language)).text(words::yes_no(response.surplus, language));
    table.maybe(response.attend_due).maybe(response.attend_present).maybe(turnout(response));
    table.maybe(response.issued).maybe(response.returned);
    table.number(response.valid).number(response.partial).number(response.blank).number(response.void);
    table.number(response.duplicate).text(words::yes_no(response.meeting_void, language));
    rule_counts(table, &response.void_by);
}

/// 到会率 = 实到 / 应到, 0–1.
fn turnout(response: &Response) -> Option<String> {
    let due = i64::try_from(response.attend_due?).ok().filter(|due| *due > 0)?;
    let present = i64::try_from(response.attend_present?).ok()?;
    Some(share(&ratio(present, due)))
}

/// `ledger.csv`: the books of every file and sheet.
pub(in crate::publish) fn ledger(material: &Material<'_>) -> TableOut {
    let mut columns = named(&["file", "sheet", "status", "form", "procedure", "unit", "unit_name", "stratum", "year", "rows"]);
    columns.extend(RowFate::ALL.iter().map(|(_, name)| (*name).to_owned()));
    columns.push("cells".to_owned());
    columns.extend(CellFate::ALL.iter().map(|(_, name)| (*name).to_owned()));
    columns.extend(named(&["balances", "answers", "answers_missing", "answers_void"]));
    rule_columns(&mut columns, "void");
    rule_columns(&mut columns, "flag");
    let mut table = TableOut::new("ledger.csv", columns);
    for source in material.sources {
        source_row(&mut table, material.scheme, source);
    }
    table
}

fn source_row(table: &mut TableOut, scheme: &Scheme, source: &SourceSheet) {
    let (language, ledger) = (scheme.language, &source.ledger);
    let unit = scheme.frame.by_code(&source.unit).map_or("", |unit| scheme.frame.subject(unit).name.as_str());
    table.text(&source.file).text(&source.sheet).text(words::status(&ledger.status, language));
    table.text(&source.form).text(&source.procedure).text(&source.unit).text(unit).text(&source.stratum);
    table.maybe(source.year).number(ledger.rows);
    for (fate, _) in RowFate::ALL {
        table.number(ledger.rows_of(fate));
    }
    table.number(ledger.cells);
    for (fate, _) in CellFate::ALL {
        table.number(ledger.cells_of(fate));
    }
    table.text(words::yes_no(ledger.balances(), language));
    table.number(ledger.answers).number(ledger.missing).number(ledger.void);
    rule_counts(table, &ledger.voided);
    rule_counts(table, &ledger.flagged);
}

/// `diagnostics.csv`: every finding, with what was done and how to mend it.
pub(in crate::publish) fn diagnostics(material: &Material<'_>) -> TableOut {
    let columns =
        named(&["code", "severity", "file", "sheet", "cell", "item", "found", "expected", "done", "help", "more", "message"]);
    let mut table = TableOut::new("diagnostics.csv", columns);
    for diagnostic in material.diagnostics {
        let words = render(diagnostic, material.scheme.language);
        table.text(&words.code).text(&words.severity).text(&words.file).text(&words.sheet).text(&words.cell);
        table.text(&words.item).text(&words.found).text(&words.expected).text(&words.done).text(&words.help);
        table.number(words.more).text(&words.title);
    }
    table
}

/// `layouts.csv`: how each sheet was understood, and the pin that would settle it.
pub(in crate::publish) fn layouts(material: &Material<'_>) -> TableOut {
    let columns =
        named(&["file", "sheet", "status", "form", "procedure", "shape", "header_rows", "columns", "evidence", "runner_up"])
            .into_iter()
            .chain(named(&["pin", "other_pin"]))
            .collect();
    let mut table = TableOut::new("layouts.csv", columns);
    for source in material.sources {
        let Some(layout) = &source.layout else { continue };
        let shape = layout.shape.map_or("", |shape| words::shape(shape, material.scheme.language));
        let headers: Vec<String> = layout.header_rows.iter().map(|row| (row + 1).to_string()).collect();
        table.text(&source.file).text(&source.sheet).text(words::status(&source.ledger.status, material.scheme.language));
        table.text(&layout.form).text(&layout.procedure).text(shape);
        table.text(&headers.join(" ")).text(&used_columns(layout, source.sheet.is_empty(), material.scheme.language));
        table.text(&layout.evidence).text(&layout.runner_up);
        table.text(&layout.pin).text(&layout.other_pin);
    }
    table
}

/// `A 单位→unit｜B 政治建设→item:1`; numbers instead of letters for text files.
fn used_columns(layout: &Layout, numbers: bool, language: Language) -> String {
    let one = |(column, header, means): &(u32, String, String)| {
        let place = if numbers { (column + 1).to_string() } else { column_letters(*column) };
        format!("{place} {}→{means}", header.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    layout.columns.iter().map(one).collect::<Vec<_>>().join(words::between_choices(language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::test_fixture::made;
    use crate::survey::MissingChild;

    fn value<'a>(table: &'a TableOut, column: &str) -> &'a str {
        table.get(0, table.column(column).expect("a column")).text
    }

    #[test]
    fn receipts_say_what_is_due_and_how_ballots_ended() {
        let made = made(1, 2, MissingChild::Renormalise);
        let table = receipts(&made.material());
        assert_eq!(value(&table, "turnout"), "0.666667");
        assert_eq!((value(&table, "due"), value(&table, "missing"), value(&table, "surplus")), ("是", "否", "否"));
        assert_eq!((value(&table, "void_all-same"), value(&table, "void_other")), ("2", "1"));
        assert_eq!(value(&table, "issued"), "");
    }

    #[test]
    fn the_ledger_balances_and_foreign_text_is_escaped() {
        let made = made(1, 1, MissingChild::Renormalise);
        let table = ledger(&made.material());
        assert_eq!((value(&table, "rows"), value(&table, "header"), value(&table, "ballot_valid")), ("4", "1", "3"));
        assert_eq!((value(&table, "balances"), value(&table, "status"), value(&table, "void_all-same")), ("是", "已计入", "2"));
        let text = String::from_utf8(table.csv()).expect("UTF-8");
        assert!(text.contains(",'=1+1,"), "{text}");
        assert_eq!(value(&layouts(&made.material()), "columns"), "A 单位→unit｜AB 政治 建设→item:1");
        let found = diagnostics(&made.material());
        assert_eq!((value(&found, "cell"), value(&found, "found")), ("F17", "=cmd|'x'!A1"));
        assert!(String::from_utf8(found.csv()).expect("UTF-8").contains(",'=cmd|'x'!A1,"));
    }
}
