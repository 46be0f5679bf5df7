//! Odd and hostile files: each is read for what it is, or refused by name; nothing is executed, nothing hangs, the rest counts.

use super::kit::{Call, Case, GOOD, SCHEME, UNITS};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;

/// The good return of 甲单位 and another file.
fn with(name: &str, content: &[u8]) -> (Case, Call) {
    let case = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲单位-民主测评表.csv", GOOD);
    let case = case.file(&format!("returns/{name}"), content);
    let call = case.run();
    assert!(!call.stderr.contains("panicked"), "{name}: {}", call.stderr);
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u1")], "score"), "85.00", "{name}: {}", call.stderr);
    (case, call)
}

/// Read for what it is: 乙单位 has this score and nothing is wrong.
fn reads(name: &str, content: &[u8], score: &str) {
    let (case, call) = with(name, content);
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u2")], "score"), score, "{name}: {}", call.stderr);
    let found = case.csv("diagnostics.csv");
    let errors: Vec<_> = found.find(&[("file", &format!("returns/{name}"))]);
    assert!(errors.iter().all(|row| row["severity"] != "错误"), "{name}: {errors:#?}");
}

/// Not read, and said why, with a mend.
fn refused(name: &str, content: &[u8], code: &str) {
    let (case, call) = with(name, content);
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u2")], "score"), "", "{name}: {}", call.stderr);
    let found = case.csv("diagnostics.csv");
    let said = found.find(&[("file", &format!("returns/{name}")), ("code", code)]);
    assert!(!said.is_empty(), "{name}: no {code} in {:#?}", found.rows());
    assert!(said.iter().all(|row| !row["help"].is_empty() && !row["done"].is_empty()), "{said:#?}");
}

/// A minimal workbook of these rows, parts replaced or added; the main part's content type may be another.
fn package(sheet: &str, main: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let types = format!(
        r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{main}"/></Types>"#
    );
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = |kind: &str, target: &str| {
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{relation}/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{relation}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let mut parts = vec![
        ("[Content_Types].xml", types),
        ("_rels/.rels", rels("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", rels("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ];
    for (name, content) in more {
        parts.push((name, (*content).to_owned()));
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(content.as_bytes()).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

const MAIN: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

fn sheet(prolog: &str, rows: &[&[&str]]) -> String {
    let mut xml = format!(r#"{prolog}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#);
    for (row, cells) in (1..).zip(rows) {
        let _ = write!(xml, r#"<row r="{row}">"#);
        for (column, cell) in ('A'..).zip(*cells) {
            let _ = write!(xml, r#"<c r="{column}{row}" t="inlineStr"><is><t>{cell}</t></is></c>"#);
        }
        xml.push_str("</row>");
    }
    xml + "</sheetData></worksheet>"
}

const ROWS: &[&[&str]] = &[&["思想建设", "作风建设"], &["优秀", "较差"]];

#[test]
fn files_are_told_by_their_content() {
    let csv = "思想建设,作风建设\n优秀,较差\n";
    let book = package(&sheet("", ROWS), MAIN, &[]);
    reads("乙单位-民主测评表.xlsx", csv.as_bytes(), "70.00");
    reads("乙单位-民主测评表.xls", csv.as_bytes(), "70.00");
    reads("乙单位-民主测评表.csv", &book, "70.00");
    reads("乙单位-民主测评表.et", &book, "70.00");
    let macros = "application/vnd.ms-excel.sheet.macroEnabled.main+xml";
    reads("乙单位-民主测评表.xlsm", &package(&sheet("", ROWS), macros, &[("xl/vbaProject.bin", "never run")]), "70.00");
}

#[test]
fn texts_with_broken_lines_and_quotes_are_read_as_far_as_they_can_be() {
    reads("乙单位-民主测评表.csv", "思想建设,作风建设\r优秀,较差\r\n优秀,较差\n优秀,较差\r".as_bytes(), "70.00");
    reads("乙单位-民主测评表.csv", "思想建设,作风建设,意见\n优秀,较差,\"说\"\"好\"\"，\n两行\"\n".as_bytes(), "70.00");
    reads("乙单位-民主测评表.csv", "思想建设,作风建设\n优\u{0}秀,较差\n".replace('\u{0}', "").as_bytes(), "70.00");
    let (case, call) = with("乙单位-民主测评表.csv", "思想建设,作风建设\n\"优秀,较差\n优秀,较差\n".as_bytes());
    let found = case.csv("diagnostics.csv");
    let said = found.find(&[("file", "returns/乙单位-民主测评表.csv")]);
    assert!(said.iter().any(|row| row["severity"] != "说明"), "an open quote must be said: {said:#?}\n{}", call.stderr);
}

#[test]
fn many_columns_and_long_cells_cost_little() {
    let mut wide = "思想建设,作风建设".to_owned();
    let mut answers = "优秀,较差".to_owned();
    for column in 0..10_000 {
        let _ = write!(wide, ",附加{column}");
        answers.push_str(",x");
    }
    // two items among ten thousand strangers are no form for certain: said so, with the pin that would read it
    refused("乙单位-民主测评表.csv", format!("{wide}\n{answers}\n").as_bytes(), "L103");
    for length in [30_000, 3_000_000] {
        let remark = "好".repeat(length / 3);
        reads("乙单位-民主测评表.csv", format!("思想建设,作风建设,意见\n优秀,较差,{remark}\n").as_bytes(), "70.00");
    }
}

#[test]
fn formulas_are_text_and_never_leave_as_formulas() {
    let csv = "思想建设,作风建设\n优秀,较差\n\"=cmd|' /C calc'!A0\",+1+1\n@SUM(A1),-2\n";
    let (case, _) = with("乙单位-民主测评表.csv", csv.as_bytes());
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u2")], "score"), "70.00");
    let found = case.csv("diagnostics.csv");
    let said: Vec<&str> = found.rows().iter().map(|row| row["found"].as_str()).filter(|text| text.contains("cmd")).collect();
    assert!(!said.is_empty(), "{:#?}", found.rows());
    assert!(said.iter().all(|text| !text.starts_with(['=', '+', '-', '@'])), "{said:?}");
}

#[test]
fn tricks_of_xml_are_refused_or_harmless() {
    let mut bomb = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..12 {
        let _ = write!(bomb, "<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10));
    }
    bomb.push_str("]>");
    let rows: &[&[&str]] = &[&["思想建设", "作风建设"], &["优秀", "&a11;"]];
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    let leak: &[&[&str]] = &[&["思想建设", "作风建设"], &["优秀", "&x;"]];
    for (prolog, rows) in [(bomb.as_str(), rows), (outside, leak)] {
        let started = std::time::Instant::now();
        let (case, call) = with("乙单位-民主测评表.xlsx", &package(&sheet(prolog, rows), MAIN, &[]));
        assert!(started.elapsed().as_secs() < 60, "an entity was unfolded");
        let found = case.csv("diagnostics.csv");
        assert!(!found.find(&[("file", "returns/乙单位-民主测评表.xlsx")]).is_empty(), "{}", call.stderr);
        assert!(found.rows().iter().all(|row| !row["found"].contains("root:")), "{:#?}", found.rows());
    }
    let deep = format!("<worksheet><sheetData>{}", "<row>".repeat(200_000));
    refused_or_empty("乙单位-民主测评表.xlsx", &package(&deep, MAIN, &[]));
    let index = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="s"><v>4294967295</v></c></row></sheetData></worksheet>"#;
    refused_or_empty("乙单位-民主测评表.xlsx", &package(index, MAIN, &[]));
}

/// Something is said of the file, and nothing of it counts.
fn refused_or_empty(name: &str, content: &[u8]) {
    let (case, call) = with(name, content);
    assert_eq!(case.csv("standings.csv").get(&[("subject", "u2")], "score"), "", "{}", call.stderr);
    let found = case.csv("diagnostics.csv");
    assert!(!found.find(&[("file", &format!("returns/{name}"))]).is_empty(), "{:#?}", found.rows());
}

#[test]
fn paths_within_a_package_lead_nowhere() {
    let more = [("../../../../tmp/evil.xml", "<x/>"), ("/etc/evil", "x"), ("xl\\..\\..\\evil", "x")];
    reads("乙单位-民主测评表.xlsx", &package(&sheet("", ROWS), MAIN, &more), "70.00");
    assert!(!std::path::Path::new("/tmp/evil.xml").exists());
}

#[test]
fn names_of_files_may_be_anything() {
    let csv = "思想建设,作风建设\n优秀,较差\n".as_bytes();
    reads("乙单位 - 民主测评表（终稿）〔2026〕#%&{}.csv", csv, "70.00");
    reads("\u{202e}乙单位-民主测评表.csv", csv, "70.00");
    reads(&format!("乙单位-民主测评表{}.csv", "长".repeat(60)), csv, "70.00");
    reads("乙单位\n民主测评表.csv", csv, "70.00");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_named_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let case = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲单位-民主测评表.csv", GOOD);
    let odd = case.dir().join("returns").join(std::ffi::OsStr::from_bytes(b"\xd2\xd2-ceping.csv"));
    std::fs::write(&odd, GOOD).expect("a file");
    let call = case.run();
    assert!(!call.stderr.contains("panicked"), "{}", call.stderr);
    assert_eq!(case.csv("ledger.csv").rows().len(), 2, "{:#?}", case.csv("ledger.csv").rows());
}

#[test]
fn old_and_locked_formats_are_refused_with_a_way_out() {
    let fixture = |name: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/formats").join(name);
        std::fs::read(path).expect("a fixture")
    };
    refused("乙单位-民主测评表.xls", &fixture("excel95.xls"), "F205");
    refused("乙单位-民主测评表.xlsx", &fixture("password.xlsx"), "F202");
}
