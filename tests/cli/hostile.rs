//! Bad input: each a clear diagnostic, exit status as designed, no panic, the rest of the run unharmed.

use super::kit::{Case, GOOD, SCHEME, UNITS, kaoping, text};
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Write};

fn base() -> Case {
    Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲单位-民主测评表.csv", GOOD)
}

/// Runs with one more file; the good return must count all the same, and the code must be said of that file.
fn with_file(name: &str, content: &[u8], code: &str) {
    let case = base().file(name, content);
    let call = case.run();
    assert!(!call.stderr.contains("panicked"), "{}", call.stderr);
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u1")], "score"), "85.00", "{}", call.stderr);
    let diagnostics = case.csv("diagnostics.csv");
    let said: Vec<_> = diagnostics.rows().iter().filter(|row| row["file"] == name).collect();
    assert!(said.iter().any(|row| row["code"].starts_with(code)), "{name}: {said:#?}\n{}", call.stderr);
    assert!(said.iter().all(|row| !row["help"].is_empty() && !row["done"].is_empty()), "{said:#?}");
    let ledger = case.csv("ledger.csv");
    assert_eq!(ledger.rows().iter().filter(|row| row["file"] == name).count(), 1, "{name} has one line in the ledger");
}

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in [["思想建设", "作风建设"], ["优秀", "良好"]].iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet
                .write_string(u32::try_from(row).expect("small"), u16::try_from(column).expect("small"), *cell)
                .expect("written");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn nothing_to_read() {
    let empty = tempfile::tempdir().expect("a folder");
    let call = kaoping(empty.path(), &["run", "nowhere"]);
    assert_eq!(call.status, 2, "{}", call.stderr);
    assert!(call.stderr.contains("scheme.toml"), "{}", call.stderr);
    let call = kaoping(empty.path(), &["check", &text(empty.path())]);
    assert_eq!(call.status, 2, "{}", call.stderr);
    assert!(call.stderr.contains("kaoping init"), "{}", call.stderr);
    let case = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS);
    let call = case.kaoping(&["run", &text(&case.dir()), "-o", &text(&case.out())]);
    assert_eq!(call.status, 2, "{}", call.stderr);
    assert!(!case.out().exists());
}

#[test]
fn broken_files_are_named_and_the_rest_counts() {
    let book = workbook();
    with_file("returns/乙单位-截断.xlsx", &book[..book.len() / 2], "F");
    with_file("returns/乙单位-空.xlsx", b"", "F");
    with_file("returns/乙单位-网页.xls", "<html><table><tr><td>优秀</td></tr></table></html>".as_bytes(), "F");
    with_file("returns/~$乙单位.xlsx", b"lock", "F");
    with_file("returns/说明.docx", b"PK\x03\x04 not a workbook", "F");
    with_file("returns/乙单位-图.png", b"\x89PNG\r\n", "F");
    with_file("returns/乙单位-加密.xlsx", &encrypted(), "F");
}

/// The head of an OLE2 container whose directory names an `EncryptedPackage`, as Excel writes for a password.
fn encrypted() -> Vec<u8> {
    let mut bytes = vec![0u8; 512 * 4];
    bytes[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    bytes[24..26].copy_from_slice(&0x3Eu16.to_le_bytes());
    bytes[26..28].copy_from_slice(&3u16.to_le_bytes());
    bytes[28..30].copy_from_slice(&0xFFFEu16.to_le_bytes());
    bytes[30..32].copy_from_slice(&9u16.to_le_bytes());
    bytes[32..34].copy_from_slice(&6u16.to_le_bytes());
    bytes[44..48].copy_from_slice(&1u32.to_le_bytes());
    bytes[48..52].copy_from_slice(&1u32.to_le_bytes());
    bytes[56..60].copy_from_slice(&4096u32.to_le_bytes());
    bytes[60..64].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
    bytes[68..72].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
    bytes[76..80].copy_from_slice(&0u32.to_le_bytes());
    for entry in 1..109 {
        bytes[76 + entry * 4..80 + entry * 4].copy_from_slice(&u32::MAX.to_le_bytes());
    }
    for (sector, next) in [(0usize, 0xFFFF_FFFDu32), (1, 0xFFFF_FFFE)] {
        bytes[512 + sector * 4..516 + sector * 4].copy_from_slice(&next.to_le_bytes());
    }
    for free in 2..128 {
        bytes[512 + free * 4..516 + free * 4].copy_from_slice(&u32::MAX.to_le_bytes());
    }
    for (number, (name, kind)) in [("Root Entry", 5u8), ("EncryptedPackage", 2), ("EncryptionInfo", 2)].iter().enumerate() {
        let entry = 1024 + number * 128;
        for (at, unit) in name.encode_utf16().enumerate() {
            bytes[entry + at * 2..entry + at * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        let length = u16::try_from((name.len() + 1) * 2).expect("short");
        bytes[entry + 64..entry + 66].copy_from_slice(&length.to_le_bytes());
        bytes[entry + 66] = *kind;
        bytes[entry + 116..entry + 120].copy_from_slice(&0xFFFF_FFFEu32.to_le_bytes());
    }
    bytes
}

#[test]
fn a_directory_named_like_a_workbook_is_no_trouble() {
    let case = base().file("returns/x.xlsx/乙单位-民主测评表.csv", GOOD);
    let call = case.run();
    assert!(call.status < 2, "{}", call.stderr);
    let standings = case.csv("standings.csv");
    assert_eq!(standings.get(&[("subject", "u1")], "score"), "85.00");
}

#[test]
fn a_far_cell_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "甲").expect("A1");
    sheet.write_string(1_048_575, 16_383, "远").expect("XFD1048576");
    let case = base().file("returns/乙单位-远.xlsx", book.save_to_buffer().expect("a workbook"));
    let call = case.run();
    assert!(call.status < 2 && !call.stderr.contains("panicked"), "{}", call.stderr);
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u1")], "score"), "85.00");
}

#[test]
fn a_zip_bomb_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheets/></workbook>"),
    ] {
        zip.start_file(name, options).expect("an entry");
        zip.write_all(content.as_bytes()).expect("written");
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).expect("an entry");
    let block = vec![b' '; 1 << 20];
    for _ in 0..1200 {
        zip.write_all(&block).expect("written");
    }
    let bytes = zip.finish().expect("a zip").into_inner();
    with_file("returns/乙单位-炸弹.xlsx", &bytes, "F");
}

#[test]
fn rows_words_and_units_that_do_not_fit_are_placed_explained_and_mended() {
    let case = base()
        .file("returns/乙单位-民主测评表.csv", "序号,思想建设,作风建设\n1,优秀,很好\n2,良好,\n3,,\n")
        .file("returns/丙单位-民主测评表.csv", GOOD.replace("1,优秀", "1,较差"));
    let call = case.run();
    assert_eq!(call.status, 1, "an unknown unit is an error: {}", call.stderr);
    let diagnostics = case.csv("diagnostics.csv");
    let option = diagnostics.find(&[("file", "returns/乙单位-民主测评表.csv"), ("found", "很好")]);
    assert_eq!(option.len(), 1, "{:#?}", diagnostics.rows());
    assert!(option[0]["cell"].contains("行 2") && option[0]["cell"].contains("列 3"), "{}", option[0]["cell"]);
    assert!(option[0]["expected"].contains("优秀") && option[0]["help"].contains("aliases"), "{option:?}");
    let unit = diagnostics.rows().iter().find(|row| row["file"].contains("丙单位") && row["severity"] == "错误");
    assert!(unit.is_some_and(|row| !row["help"].is_empty()), "{:#?}", diagnostics.rows());
    let ledger = case.csv("ledger.csv");
    assert!(ledger.rows().iter().all(|row| row["balances"] != "否"), "{:#?}", ledger.rows());
    let row = ledger.find(&[("file", "returns/乙单位-民主测评表.csv")])[0];
    assert_eq!((row["rows"].as_str(), row["header"].as_str(), row["ballot_blank"].as_str()), ("4", "1", "1"));
}

#[test]
fn the_same_return_twice_counts_once() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in GOOD.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            let (row, column) = (u32::try_from(row).expect("small"), u16::try_from(column).expect("small"));
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).expect("written"),
                Err(_) => sheet.write_string(row, column, cell).expect("written"),
            };
        }
    }
    let gbk = encoding_rs::GB18030.encode(GOOD).0.into_owned();
    let case = base()
        .file("returns/又一份/甲单位-民主测评表(1).csv", GOOD)
        .file("returns/甲单位-民主测评表-gbk.csv", gbk)
        .file("returns/甲单位-民主测评表.xlsx", book.save_to_buffer().expect("a workbook"));
    let call = case.run();
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u1")], "score"), "85.00");
    let receipts = case.csv("receipts.csv");
    let row = receipts.find(&[("unit", "u1"), ("form", "ceping")])[0];
    assert_eq!(row["valid"], "2", "{}", call.stderr);
    let said = case.csv("diagnostics.csv");
    assert_eq!(said.find(&[("code", "M101")]).len(), 3, "{:#?}", said.rows());
}

#[test]
fn schemes_that_cannot_be_used_name_every_offender() {
    let refused = |scheme: &str, units: &str| {
        let case = Case::new().file("scheme.toml", scheme).file("units.csv", units).file("returns/甲单位.csv", GOOD);
        let call = case.kaoping(&["run", &text(&case.dir()), "-o", &text(&case.out())]);
        assert_eq!(call.status, 2, "{}", call.stderr);
        assert!(!call.stderr.contains("panicked"), "{}", call.stderr);
        call.stderr
    };
    let said = refused(&SCHEME.replace("min-cell", "min-cel"), UNITS);
    assert!(said.contains("min-cel") && said.contains("min-cell"), "{said}");
    let said = refused(&SCHEME.replace("weight = \"100\"", "weight = \"90\""), UNITS);
    assert!(said.contains("90"), "{said}");
    let cyclic = "unit,parent,level,name\nc,,corps,演算兵团\nu1,u2,unit,甲单位\nu2,u1,unit,乙单位\n";
    let said = refused(SCHEME, cyclic);
    assert!(said.contains("u1") && said.contains("u2"), "{said}");
    let tree = SCHEME.replace("parent = \"total\"", "parent = \"ceping\"");
    let said = refused(&tree, UNITS);
    assert!(said.contains("ceping"), "{said}");
    refused("title = ", UNITS);
    refused(SCHEME, "");
}

#[test]
fn a_foreign_folder_is_never_replaced() {
    let case = base();
    super::kit::write(&case.out().join("my thesis.txt"), b"years of work");
    let call = case.kaoping(&["run", &text(&case.dir()), "-o", &text(&case.out())]);
    assert_eq!(call.status, 2, "{}", call.stderr);
    assert!(case.out().join("my thesis.txt").exists());
}
