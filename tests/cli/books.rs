//! The books: every row and every cell that holds something has one fate, counted against other readers of the same files.

use super::kit::{Case, Csv, board, example_board, levels, two_answers};
use calamine::{Reader, Xlsx, open_workbook};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn number(row: &BTreeMap<String, String>, name: &str) -> u64 {
    row[name].parse().unwrap_or_else(|_| panic!("{name}: {}", row[name]))
}

fn sum(books: &Value) -> u64 {
    books.as_array().expect("books").iter().map(|fate| fate[1].as_u64().expect("a count")).sum()
}

/// Rows and cells of every sheet of both examples balance.
#[test]
fn the_books_of_both_examples_balance() {
    let evaluations = board(&Path::new(ROOT).join("input/insteval"));
    for (board, least) in [(example_board(), 150), (&evaluations, 1)] {
        let sheets = board["sheets"].as_array().expect("sheets");
        assert!(sheets.len() >= least);
        for sheet in sheets {
            let ledger = &sheet["ledger"];
            assert_eq!(
                (sum(&ledger["fates"]), sum(&ledger["cell_fates"])),
                (count(ledger, "rows"), count(ledger, "cells")),
                "{sheet}"
            );
            // A sheet that was read took something.
            let taken = ledger["cell_fates"].as_array().expect("books").iter().any(|fate| fate[0] == "Answer");
            assert!(ledger["status"] != "read" || taken, "{sheet}");
        }
    }
}

fn count(ledger: &Value, name: &str) -> u64 {
    ledger[name].as_u64().expect("a count")
}

/// Cells of plain sheets of the example, counted by other readers.
#[test]
fn other_readers_find_as_many_cells() {
    let folder = Path::new(ROOT).join("input/example");
    let (mut workbooks, mut texts) = (0, 0);
    for sheet in example_board()["sheets"].as_array().expect("sheets").iter().filter(|sheet| sheet["ledger"]["status"] == "read")
    {
        let path = folder.join(sheet["file"].as_str().expect("a path"));
        let cells = count(&sheet["ledger"], "cells");
        if let Some(found) = workbook_cells(&path, sheet["sheet"].as_str().expect("a name")) {
            assert_eq!(cells, found, "{sheet}");
            workbooks += 1;
        } else if let Some(found) = text_cells(&path) {
            assert_eq!(cells, found, "{sheet}");
            texts += 1;
        }
    }
    assert!(workbooks > 20 && texts > 20, "{workbooks} workbooks, {texts} texts compared");
}

/// Cells of an xlsx sheet that hold something, those below a merged region too; none for sheets with formulas.
fn workbook_cells(path: &Path, sheet: &str) -> Option<u64> {
    let mut book: Xlsx<_> = open_workbook(path).ok()?;
    let merges = book.merge_cells_by_sheet_name(sheet).unwrap_or_default();
    if book.worksheet_formula(sheet).is_ok_and(|range| range.used_cells().next().is_some()) {
        return None;
    }
    let range = book.worksheet_range(sheet).ok()?;
    let (top, left) = range.start()?;
    let (bottom, right) = range.end()?;
    let at = |row: usize, column: usize| (u32::try_from(row).expect("few") + top, u32::try_from(column).expect("few") + left);
    let mut cells: BTreeSet<(u32, u32)> = range
        .used_cells()
        .filter(|(_, _, cell)| !cell.to_string().trim().is_empty())
        .map(|(row, column, _)| at(row, column))
        .collect();
    for merge in merges.iter().filter(|merge| cells.contains(&merge.start)).collect::<Vec<_>>() {
        for row in merge.start.0..=merge.end.0.min(bottom) {
            cells.extend((merge.start.1..=merge.end.1.min(right)).map(|column| (row, column)));
        }
    }
    Some(cells.len() as u64)
}

/// Non-empty fields of a UTF-8 or GB18030 text with commas.
fn text_cells(path: &Path) -> Option<u64> {
    let bytes = std::fs::read(path).ok()?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned(),
    };
    if text.contains(['\t', ';', '\0', '"']) || !text.contains(',') {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let fields = reader.records().map(|record| record.expect("a record").iter().filter(|f| !f.trim().is_empty()).count() as u64);
    Some(fields.sum())
}

const SCHEME: &str = concat!(
    r#"
title = "演算"
language = "zh"
"#,
    levels!(),
    two_answers!(),
    r#"items = [{ code = "1", name = "政治建设" }, { code = "2", name = "思想建设" }]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "n1"
name = "民主测评"
parent = "total"
weight = "100"
forms = ["ceping"]
[rules]
min-cell = 5
"#
);
const UNITS: &str = "unit,parent,level,name,domain\nc,,corps,演算兵团,\nu1,c,unit,甲单位,\n";

fn run(sheet: &str) -> (i32, Csv, Csv) {
    let case = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/民主测评表.csv", sheet);
    let call = case.run();
    (call.status, case.csv("ledger.csv"), case.csv("diagnostics.csv"))
}

#[test]
fn a_row_that_no_rule_claims_is_an_error() {
    let clean = "单位,政治建设,思想建设,备注\n甲单位,优秀,良好,\n";
    let (status, ledger, _) = run(clean);
    assert_eq!((status, ledger.get(&[], "unclaimed")), (0, "0"));
    let (status, ledger, found) = run(&format!("{clean},,,此行不知何物\n"));
    assert_eq!((status, ledger.get(&[], "unclaimed"), ledger.get(&[], "cells_unclaimed")), (1, "1", "1"));
    assert_eq!(found.get(&[("code", "B501")], "cell"), "行 3，列 4");
    assert_eq!(ledger.get(&[], "balances"), "是", "it stands in the books all the same");
}

/// Every fate of a cell, in one sheet: worked by hand.
#[test]
fn each_cell_ends_once() {
    let sheet = "2026年度民主测评表,,,,,,\n\
                 序号,单位,提交时间,政治建设,思想建设,备注,车牌\n\
                 1,甲单位,12:00,优秀,较好,好,A1\n\
                 2,甲单位,12:01,—,良好,,A2\n\
                 3,丙单位,12:02,优秀,良好,,\n\
                 合计,,,2,,,\n\
                 填表人：某某,,,,,,\n";
    let (status, ledger, _) = run(sheet);
    assert_eq!(status, 1, "an unknown unit");
    let cell = |name: &str| number(ledger.rows().first().expect("a sheet"), &format!("cells_{name}"));
    let got =
        ["title", "header", "key", "private", "answer", "void", "missing", "remark", "ignored", "set_aside", "sum", "footer"];
    assert_eq!(got.map(cell), [1, 7, 4, 2, 2, 1, 1, 1, 2, 5, 2, 1]);
    assert_eq!(ledger.get(&[], "cells"), "29");
}
