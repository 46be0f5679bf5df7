//! `results.xlsx`: the results for people, with live formulas that recompute the totals.

mod chain;
mod check;
mod overview;
mod page;
mod procedures;
mod strata;
mod told;
mod weak;
mod weights;

use super::material::Material;
use super::table::TableOut;
use super::table::results::FIRST_PROCEDURE;
use super::words::workbook::{self as said, SheetWords};
use super::words::{self, column, column_of};
use crate::diagnostic::column_letters;
use crate::measure::NodeScore;
use crate::numeric::round_half_up;
use crate::survey::{LevelId, NodeId, NodeKind, Scheme};
use page::{LAST_ROW, Page, Styles};
pub(super) use page::{base, cut};
use rayon::prelude::*;
use rust_xlsxwriter::{
    Color, ConditionalFormat3ColorScale, ConditionalFormatCell, ConditionalFormatCellRule, DataValidation,
    DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError,
};
use told::Told;

/// What a sheet shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Overview,
    Ranking(LevelId),
    Procedures,
    Nodes,
    Chain,
    Strata,
    Weights,
    Weak,
    /// The CSV table of this name.
    Table(&'static str),
}

/// A sheet to be made: what it shows, its name, and one line on what is there.
struct Entry {
    kind: Kind,
    name: String,
    about: String,
}

/// The workbook of an edition, as bytes; the same results give the same bytes.
pub(super) fn results(material: &Material<'_>, tables: &[TableOut]) -> Result<Vec<u8>, XlsxError> {
    let styles = Styles::new(material.scheme);
    let mut entries = entries(material);
    let name = |wanted: Kind| entries.iter().find(|entry| entry.kind == wanted).map_or(String::new(), |entry| entry.name.clone());
    let told = Told::new(material);
    let chain = chain::Chain::new(material.scheme, &told, [Kind::Chain, Kind::Weights, Kind::Strata].map(name));
    if chain.blocks.is_empty() {
        entries.retain(|entry| entry.kind != Kind::Strata);
    }
    let sheets: Vec<Result<Worksheet, XlsxError>> = entries
        .par_iter()
        .map(|entry| match entry.kind {
            Kind::Overview => overview::sheet(material, &styles, &entries),
            Kind::Ranking(level) => ranking(material, tables, &styles, entry, level),
            Kind::Procedures => procedures::sheet(material, &styles, &entry.name, &chain),
            Kind::Chain => chain::sheet(&chain, &styles),
            Kind::Strata => strata::sheet(&chain, &styles),
            Kind::Weights => weights::sheet(&chain, &styles),
            Kind::Nodes => indicators(material, &styles, entry),
            Kind::Weak => weak::sheet(material, &styles, entry),
            Kind::Table(name) => plain(material.scheme, tables, &styles, entry, name),
        })
        .collect();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(&material.scheme.title)?);
    for sheet in sheets {
        workbook.push_worksheet(sheet?);
    }
    workbook.save_to_buffer()
}

/// Document properties with a fixed date: no clock reaches the bytes.
pub(super) fn properties(title: &str) -> Result<DocProperties, XlsxError> {
    let fixed = ExcelDateTime::from_ymd(2000, 1, 1)?;
    Ok(DocProperties::new().set_title(title).set_author(env!("CARGO_PKG_NAME")).set_creation_datetime(&fixed))
}

/// The sheets after the rankings.
const REST: [(Kind, &SheetWords); 12] = [
    (Kind::Procedures, &said::PROCEDURES),
    (Kind::Nodes, &said::NODES),
    (Kind::Chain, &said::CHAIN),
    (Kind::Strata, &said::STRATA),
    (Kind::Weights, &said::WEIGHTS),
    (Kind::Weak, &said::WEAK),
    (Kind::Table("examined.csv"), &said::EXAMINED),
    (Kind::Table("receipts.csv"), &said::RECEIPTS),
    (Kind::Table("ledger.csv"), &said::LEDGER),
    (Kind::Table("diagnostics.csv"), &said::DIAGNOSTICS),
    (Kind::Table("layouts.csv"), &said::LAYOUTS),
    (Kind::Table("quotas.csv"), &said::QUOTAS),
];

/// The sheets in order; their names are unique and short enough.
fn entries(material: &Material<'_>) -> Vec<Entry> {
    let (scheme, language) = (material.scheme, material.scheme.language);
    let of = |kind: Kind, words: &SheetWords| (kind, words.name.said(language).to_owned(), words.about.said(language));
    let mut wanted = vec![of(Kind::Overview, &said::OVERVIEW)];
    for (number, level) in scheme.frame.levels.iter().enumerate() {
        let id = LevelId(u8::try_from(number).unwrap_or(u8::MAX));
        if material.cleared.get().standings.iter().any(|standing| standing.level == id) {
            let (kind, name, about) = of(Kind::Ranking(id), &said::RANKING);
            wanted.push((kind, format!("{name}-{}", level.name), about));
        }
    }
    if material.scheme.frame.person_ids().next().is_some() {
        wanted.push(of(Kind::Table("persons.csv"), &said::PERSONS));
    }
    wanted.extend(REST.map(|(kind, words)| of(kind, words)));
    let mut taken: Vec<String> = Vec::new();
    wanted
        .into_iter()
        .map(|(kind, name, about)| Entry { kind, name: sheet_name(&name, &mut taken), about: about.to_owned() })
        .collect()
}

/// A name that Excel takes: at most 31 UTF-16 units, no `[]:*?/\`, no quotes at the ends, not twice.
pub(super) fn sheet_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let clean: String = wanted.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let short = |limit: usize| {
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units <= limit
        };
        clean.trim().chars().take_while(fits).collect::<String>()
    };
    let mut name = short(31);
    let mut number = 2;
    while name.is_empty() || taken.contains(&name.to_lowercase()) {
        name = format!("{}~{number}", short(26));
        number += 1;
    }
    taken.push(name.to_lowercase());
    name
}

/// Columns of a ranking sheet: before the procedures, after them, and further right, beyond what is printed.
const RANKING: [&str; 8] = ["domain", "rank", "subject", "name", "parent_name", "score", "rank_low", "rank_high"];
const RANKING_GRADES: [&str; 4] = ["grade", "decision", "decision_reason", "reasons"];
const RANKING_TAIL: [&str; 20] = [
    "of",
    "grade_kept",
    "rank_low_weights",
    "rank_high_weights",
    "rank_low_options",
    "rank_high_options",
    "tied_at_cut",
    "incomplete",
    "coverage",
    "bound_low",
    "bound_high",
    "grades_possible",
    "grade_by_score",
    "unscreened_grade",
    "veto",
    "bonus",
    "bonus_claimed",
    "deduction",
    "rollup",
    "why_missing",
];

/// One level's ranking, all domains, with room for the organisation's decision.
fn ranking(
    material: &Material<'_>,
    tables: &[TableOut],
    styles: &Styles,
    entry: &Entry,
    level: LevelId,
) -> Result<Worksheet, XlsxError> {
    let (scheme, language) = (material.scheme, material.scheme.language);
    let mut page = Page::new(&entry.name, styles)?;
    page.heading(&format!("{} · {}", scheme.title, entry.name), said::RANKING_NOTE.said(language))?;
    let Some(table) = tables.iter().find(|table| table.name == "standings.csv") else { return page.finish_plain() };
    let first = FIRST_PROCEDURE;
    let end = first + scheme.index.procedures().count();
    let cards = material.cards();
    let columns = ranking_columns(scheme, table, first);
    let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    page.header(2, &names)?;
    let standings = &material.cleared.get().standings;
    let rows: Vec<usize> =
        standings.iter().enumerate().filter(|(_, standing)| standing.level == level).map(|(row, _)| row).collect();
    for (number, row) in rows.iter().enumerate() {
        let at = 3 + u32::try_from(number).unwrap_or(0);
        for (column, (_, source)) in (0u16..).zip(&columns) {
            match source.and_then(|source| table.columns.get(source).map(|name| (source, name))) {
                Some((source, _)) if (first..end).contains(&source) => {
                    let field = table.get(*row, source);
                    let id = scheme.index.procedures().nth(source - first);
                    let own = standings.get(*row).and_then(|standing| cards.of(standing.subject));
                    match own.zip(id).and_then(|(card, id)| card.nodes.get(id.0 as usize)) {
                        Some(missing) if field.text.is_empty() => {
                            page.text(at, column, procedures::absent(missing, language), &styles.centred)?;
                        }
                        _ => page.field(at, column, field, &styles.score)?,
                    }
                }
                Some((source, name)) => page.field(at, column, table.get(*row, source), format_of(styles, name))?,
                None => page.input(at, column)?,
            }
        }
    }
    let graded = ["grade", "decision"].map(|name| names.iter().position(|known| known == column(name, language)));
    for column in graded.into_iter().flatten() {
        colour_grades(&mut page.sheet, scheme, 3, rows.len(), column)?;
    }
    if let Some(column) = graded.get(1).copied().flatten() {
        choose_grades(&mut page.sheet, scheme, 3, rows.len(), column)?;
    }
    page.printed = names.len() - RANKING_TAIL.len();
    page.finish(2, rows.len(), names.len(), 4)
}

/// Headers of a ranking sheet, each with its column in `standings.csv` (none: to be filled in); the procedures' start at `first`.
fn ranking_columns(scheme: &Scheme, table: &TableOut, first: usize) -> Vec<(String, Option<usize>)> {
    let word = |name: &&str| (column(name, scheme.language).to_owned(), table.column(name));
    let procedures = scheme.index.procedures().enumerate();
    let procedures = procedures.map(|(number, id)| (scheme.index.node(id).name.clone(), Some(first + number)));
    RANKING.iter().map(word).chain(procedures).chain(RANKING_GRADES.iter().chain(&RANKING_TAIL).map(word)).collect()
}

/// How a column's fields are shown.
fn format_of<'a>(styles: &'a Styles, column: &str) -> &'a Format {
    match column {
        "score" | "bound_low" | "bound_high" | "bonus" | "bonus_claimed" | "deduction" => &styles.score,
        "coverage" | "share" | "turnout" | "grade_kept" => &styles.share,
        "reasons" | "found" | "expected" | "done" | "help" | "message" | "evidence" => &styles.wrapped,
        "grade" | "rank" | "of" | "incomplete" | "veto" | "tied_at_cut" | "severity" | "code" | "balances" | "due"
        | "missing" | "surplus" | "meeting_void" | "stratum" => &styles.centred,
        "exact" | "year" => &styles.plain,
        _ => &styles.count,
    }
}

/// Fill of a grade, best first; told apart in grey print too.
const GRADES: [u32; 6] = [0xA9_D5F5, 0xDD_EEFA, 0xFF_F2CC, 0xF8_CBAD, 0xE6_9A7A, 0xC9_6A4B];

fn rows_end(first: u32, rows: usize) -> u32 {
    first.saturating_add(u32::try_from(rows.max(1)).unwrap_or(1)) - 1
}

fn colour_grades(sheet: &mut Worksheet, scheme: &Scheme, first: u32, rows: usize, column: usize) -> Result<(), XlsxError> {
    let column = u16::try_from(column).unwrap_or(0);
    for (band, colour) in scheme.rules.bands.iter().zip(GRADES) {
        let rule = ConditionalFormatCellRule::EqualTo(band.name.as_str());
        let fill = Format::new().set_background_color(Color::RGB(colour));
        let format = ConditionalFormatCell::new().set_rule(rule).set_format(fill);
        sheet.add_conditional_format(first, column, rows_end(first, rows), column, &format)?;
    }
    Ok(())
}

/// Offers the grades in the decision column; another text is warned about, not refused.
fn choose_grades(sheet: &mut Worksheet, scheme: &Scheme, first: u32, rows: usize, column: usize) -> Result<(), XlsxError> {
    let column = u16::try_from(column).unwrap_or(0);
    let names: Vec<&str> = scheme.rules.bands.iter().map(|band| band.name.as_str()).collect();
    // A list that Excel would not take (too long, or a comma within a name) is left out.
    if names.is_empty() || names.iter().any(|name| name.contains(',')) {
        return Ok(());
    }
    let Ok(list) = DataValidation::new().allow_list_strings(&names) else { return Ok(()) };
    sheet.add_data_validation(
        first,
        column,
        rows_end(first, rows),
        column,
        &list.set_error_style(DataValidationErrorStyle::Warning),
    )?;
    Ok(())
}

/// Subject × node: every indicator and item below the procedures.
fn indicators(material: &Material<'_>, styles: &Styles, entry: &Entry) -> Result<Worksheet, XlsxError> {
    let (scheme, language) = (material.scheme, material.scheme.language);
    let mut page = Page::new(&entry.name, styles)?;
    page.heading(&format!("{} · {}", scheme.title, entry.name), said::NODES_NOTE.said(language))?;
    let below = |id: &NodeId| matches!(scheme.index.node(*id).kind, NodeKind::Indicator | NodeKind::Item);
    // Excel has 16,384 columns.
    let listed: Vec<NodeId> = scheme.index.ids().filter(below).take(16_000).collect();
    let mut names: Vec<String> = ["level", "domain", "subject", "name"].map(|name| column(name, language).to_owned()).into();
    names.extend(listed.iter().map(|id| scheme.index.node(*id).name.clone()));
    let above: Vec<String> =
        std::iter::repeat_n(String::new(), 4).chain(listed.iter().map(|id| procedure(scheme, *id))).collect();
    page.header(2, &above)?;
    page.header(3, &names)?;
    let cards = material.cards();
    let standings = &material.cleared.get().standings;
    for (at, standing) in (4_u32..).zip(standings) {
        let subject = scheme.frame.subject(standing.subject);
        page.text(at, 0, &scheme.frame.level(standing.level).name, &styles.text)?;
        page.text(at, 1, &scheme.frame.domain(standing.domain).name, &styles.text)?;
        page.text(at, 2, &subject.code, &styles.text)?;
        page.text(at, 3, &subject.name, &styles.text)?;
        let Some(card) = cards.of(standing.subject) else { continue };
        for (column, id) in (4u16..).zip(&listed) {
            if let Some(score) = card.nodes.get(id.0 as usize) {
                node_cell(&mut page, scheme, at, column, score)?;
            }
        }
    }
    // Compared within a level: a division's mean is no peer of a company's score.
    let mut first = 4;
    for level in standings.chunk_by(|one, other| one.level == other.level) {
        for column in 4..names.len() {
            colour_column(&mut page.sheet, first, level.len(), column)?;
        }
        first = rows_end(first, level.len()) + 1;
    }
    page.finish(3, standings.len(), names.len(), 4)
}

fn node_cell(page: &mut Page<'_>, scheme: &Scheme, row: u32, column: u16, node: &NodeScore) -> Result<(), XlsxError> {
    let styles = page.styles;
    match &node.score {
        Some(score) => page.number(row, column, round_half_up(score, scheme.rules.places).to_f64(), 7, &styles.score),
        None if node.hidden => page.text(row, column, words::hidden(scheme.language), &styles.centred),
        None => page.text(row, column, "—", &styles.centred),
    }
}

/// The procedure a node stands under, as a reader sees it.
fn procedure(scheme: &Scheme, id: NodeId) -> String {
    scheme.index.procedure_of(id).map_or(String::new(), |id| scheme.index.node(id).name.clone())
}

fn colour_column(sheet: &mut Worksheet, first: u32, rows: usize, column: usize) -> Result<(), XlsxError> {
    let column = u16::try_from(column).unwrap_or(0);
    let scale = ConditionalFormat3ColorScale::new()
        .set_minimum_color(Color::RGB(0xF4_B183))
        .set_midpoint_color(Color::White)
        .set_maximum_color(Color::RGB(0x9D_C3E6));
    sheet.add_conditional_format(first, column, rows_end(first, rows), column, &scale)?;
    Ok(())
}

/// A CSV table as a sheet, with headers in the scheme's language.
fn plain(scheme: &Scheme, tables: &[TableOut], styles: &Styles, entry: &Entry, name: &str) -> Result<Worksheet, XlsxError> {
    let mut page = Page::new(&entry.name, styles)?;
    let Some(table) = tables.iter().find(|table| table.name == name) else { return page.finish_plain() };
    let room = LAST_ROW - 8;
    let note = if table.len() > room {
        said::first_rows(room, table.len(), name, scheme.language)
    } else {
        said::same_as(&entry.about, name, scheme.language)
    };
    page.heading(&format!("{} · {}", scheme.title, entry.name), &note)?;
    let listed: Vec<usize> = (0..table.columns.len()).filter(|column| !has_name_beside(table, *column)).collect();
    let heading = |column: &usize| column_of(name, name_of_code(&table.columns[*column]), scheme.language).to_owned();
    let names: Vec<String> = listed.iter().map(heading).collect();
    page.header(2, &names)?;
    let rows = table.len().min(room);
    for row in 0..rows {
        let at = 3 + u32::try_from(row).unwrap_or(0);
        for (column, source) in (0u16..).zip(&listed) {
            let (name, field) = (table.columns[*source].as_str(), table.get(row, *source));
            match in_words(scheme, name, field.text) {
                Some(text) => page.text(at, column, text, &styles.text)?,
                None => page.field(at, column, field, format_of(styles, name))?,
            }
        }
    }
    page.finish(2, rows, names.len(), 2)
}

/// Codes of forms and procedures are left out where their names stand in a column of their own.
fn has_name_beside(table: &TableOut, column: usize) -> bool {
    let name = table.columns.get(column).map_or("", String::as_str);
    matches!(name, "form" | "procedure") && table.column(&format!("{name}_name")).is_some()
}

/// The column as people read it: forms and procedures by name.
fn name_of_code(column: &str) -> &str {
    match column {
        "form" => "form_name",
        "procedure" => "procedure_name",
        other => other,
    }
}

/// The name of a form or procedure by its code.
fn in_words<'a>(scheme: &'a Scheme, column: &str, code: &str) -> Option<&'a str> {
    match column {
        "form" => scheme.forms.iter().find(|form| form.code == code).map(|form| form.name.as_str()),
        "procedure" => scheme.index.nodes.iter().find(|node| node.code == code).map(|node| node.name.as_str()),
        _ => None,
    }
}

/// A link to a cell of a sheet in this workbook.
fn link_to(sheet: &str) -> String {
    format!("internal:'{}'!{}1", sheet.replace('\'', "''"), column_letters(0))
}

#[cfg(test)]
mod tests;
