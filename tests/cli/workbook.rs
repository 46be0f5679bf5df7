//! results.xlsx for an auditor: links that lead somewhere, print set-up on every sheet, and formulas that an office program
//! recalculates to the printed numbers.

use super::kit::{Case, kaoping, text};
use calamine::{Data, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// The workbook of a made assessment with mess, strata, hidden cells and roll-ups over three levels.
fn book() -> &'static [u8] {
    static BOOK: OnceLock<Vec<u8>> = OnceLock::new();
    BOOK.get_or_init(|| {
        let case = Case::new();
        let size = ["--divisions", "2", "--regiments", "2", "--companies", "5", "--ballots", "24"];
        let folder = text(&case.dir());
        let demo = [&["demo", folder.as_str()], &size[..]].concat();
        assert_eq!(kaoping(case.home(), &demo).status, 0);
        case.run();
        std::fs::read(case.out().join("results.xlsx")).expect("a workbook")
    })
}

/// The parts of the package by name.
fn package(book: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).expect("a workbook is a zip");
    let mut parts = BTreeMap::new();
    for entry in 0..archive.len() {
        let mut entry = archive.by_index(entry).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("readable");
        parts.insert(name, content);
    }
    parts
}

fn sheets(parts: &BTreeMap<String, Vec<u8>>) -> Vec<(&str, &str)> {
    parts
        .iter()
        .filter(|(name, _)| name.starts_with("xl/worksheets/sheet"))
        .map(|(name, content)| (name.as_str(), std::str::from_utf8(content).expect("UTF-8")))
        .collect()
}

/// Rows of a sheet with every formula's place.
struct Sheet {
    values: calamine::Range<Data>,
    formulas: calamine::Range<String>,
}

fn open(bytes: &[u8]) -> BTreeMap<String, Sheet> {
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).expect("opens");
    let names = book.sheet_names();
    let read = |name: String| {
        let values = book.worksheet_range(&name).expect("values");
        let formulas = book.worksheet_formula(&name).expect("formulas");
        (name, Sheet { values, formulas })
    };
    names.into_iter().map(read).collect()
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("small")
}

/// Places (row, column) and texts of the formulas.
fn formulas(sheet: &Sheet) -> Vec<((u32, u32), &str)> {
    let Some((top, left)) = sheet.formulas.start() else { return Vec::new() };
    let cells = sheet.formulas.cells().filter(|(_, _, text)| !text.is_empty());
    cells.map(|(row, column, text)| ((top + small(row), left + small(column)), text.as_str())).collect()
}

#[test]
fn every_sheet_is_set_up_for_print_and_every_link_leads_to_a_sheet() {
    let parts = package(book());
    let sheets = sheets(&parts);
    assert!(sheets.len() >= 15, "{}", sheets.len());
    for (name, xml) in &sheets {
        for part in
            ["paperSize=\"9\"", "<pageMargins", "<oddHeader", "<oddFooter", "fitToPage=\"1\"", "orientation=\"landscape\""]
        {
            assert!(xml.contains(part), "{name}: {part}");
        }
        if xml.contains("<autoFilter") {
            assert!(xml.contains("state=\"frozen\""), "{name}: filtered, so its head stays in sight");
        }
    }
    let workbook = String::from_utf8(parts["xl/workbook.xml"].clone()).expect("UTF-8");
    let filtered = sheets.iter().filter(|(_, xml)| xml.contains("<autoFilter")).count();
    assert_eq!(workbook.matches("_xlnm.Print_Titles").count(), filtered, "heads are repeated on every printed page");
    let overview = sheets.iter().find(|(name, _)| name.ends_with("/sheet1.xml")).expect("the first sheet").1;
    let names = open(book());
    let mut linked = 0;
    for link in overview.split("<hyperlink ").skip(1) {
        let target = link.split("location=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a target");
        let (sheet, _) = target.rsplit_once('!').expect("a sheet");
        assert!(names.contains_key(sheet.trim_matches('\'')), "{target}");
        linked += 1;
    }
    assert_eq!(linked, names.len() - 1, "the overview leads to every other sheet");
}

#[test]
fn formulas_go_from_strata_and_items_to_the_total_and_touch_no_hidden_cell() {
    let sheets = open(book());
    let places = |name: &str| formulas(&sheets[name]);
    let (chain, procedures, strata) = (places("重算"), places("环节"), places("票种"));
    assert!(chain.iter().any(|(_, text)| text.contains("'票种'!")), "items are taken from the strata");
    assert!(
        chain.iter().any(|(_, text)| text.contains("SUMPRODUCT(") && text.contains("'权重'!")),
        "indicators from their children"
    );
    assert!(procedures.iter().any(|(_, text)| text.contains("'重算'!")), "procedures from the chain");
    assert!(strata.iter().any(|(_, text)| text.starts_with("SUMPRODUCT(")), "items over strata: {:?}", strata.first());
    let hidden = sheets["票种"].values.cells().filter(|(_, _, value)| **value == Data::String("不公布".to_owned())).count();
    assert!(hidden > 0, "something is hidden in the made assessment");
    // A row of the strata with a hidden cell has no formula at all, and no other sheet points at it.
    let rows =
        |(row, _, _): (usize, usize, &Data)| u32::try_from(row).expect("small") + sheets["票种"].values.start().expect("cells").0;
    let dark: Vec<u32> =
        sheets["票种"].values.cells().filter(|(_, _, value)| **value == Data::String("不公布".to_owned())).map(rows).collect();
    assert!(strata.iter().all(|((row, _), _)| !dark.contains(row)));
    for (_, text) in &chain {
        if let Some(cell) = text.strip_prefix("'票种'!") {
            let row: u32 = cell.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse().expect("a row");
            assert!(!dark.contains(&(row - 1)), "{text}");
        }
    }
    let verdicts = |name: &str| sheets[name].values.cells().filter(|(_, _, v)| **v == Data::String("一致".to_owned())).count();
    for name in ["重算", "环节", "票种"] {
        assert!(verdicts(name) >= 20, "{name}: {} rows agree", verdicts(name));
        let differs = sheets[name].values.cells().filter(|(_, _, v)| **v == Data::String("不一致".to_owned())).count();
        assert_eq!(differs, 0, "{name}");
    }
}

/// The package without the results that the formulas were written with: who opens it must calculate.
fn without_results(book: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in package(book) {
        writer.start_file(&name, zip::write::SimpleFileOptions::default()).expect("an entry");
        let content = if name.starts_with("xl/worksheets/sheet") {
            let xml = String::from_utf8(content).expect("UTF-8");
            let mut parts = xml.split("</f><v>");
            let mut bare = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (_, rest) = part.split_once("</v>").expect("the end of a value");
                bare.push_str("</f>");
                bare.push_str(rest);
            }
            bare.into_bytes()
        } else {
            content
        };
        writer.write_all(&content).expect("written");
    }
    writer.finish().expect("a package").into_inner()
}

/// Every sheet as LibreOffice recalculates it, by name; `None` where there is no LibreOffice.
fn recalculated(folder: &Path, book: &[u8]) -> Option<BTreeMap<String, Vec<Vec<String>>>> {
    let bare = folder.join("bare.xlsx");
    std::fs::write(&bare, without_results(book)).expect("written");
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let all = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";
    let call = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", all, "--outdir", &text(folder), &text(&bare)])
        .output()
        .ok()?;
    assert!(call.status.success(), "{}", String::from_utf8_lossy(&call.stderr));
    let mut sheets = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let Some(sheet) = name.strip_prefix("bare-").and_then(|rest| rest.strip_suffix(".csv")) else { continue };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path).expect("a CSV");
        let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        sheets.insert(sheet.to_owned(), rows);
    }
    Some(sheets)
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn libreoffice_recalculates_every_formula_to_the_printed_number() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let Some(again) = recalculated(folder.path(), book()) else {
        println!("skipped: no LibreOffice (soffice) on this machine to recalculate results.xlsx");
        return;
    };
    let mut compared = 0;
    for (name, sheet) in open(book()) {
        let live = formulas(&sheet);
        let Some(rows) = again.get(&name) else {
            assert!(live.is_empty(), "LibreOffice gives no sheet {name}: {:?}", again.keys());
            continue;
        };
        assert!(
            rows.iter().flatten().all(|cell| !cell.starts_with("Err:") && !cell.starts_with("#N") && !cell.starts_with("#V"))
        );
        for ((row, column), formula) in live {
            let ours = sheet.values.get_value((row, column)).expect("a result written with the formula");
            let theirs = rows.get(row as usize).and_then(|cells| cells.get(column as usize)).expect("a cell");
            let same = match ours {
                Data::Float(value) => theirs.parse::<f64>().is_ok_and(|other| (value - other).abs() < 1e-9),
                value => value.to_string() == *theirs,
            };
            assert!(same, "{name} row {} column {}: {formula} gives {theirs}, printed {ours}", row + 1, column + 1);
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared} formulas");
}
