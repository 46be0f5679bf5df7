//! Tests: the files nobody wants to get. Each is made here, or stands in `tests/corpus/formats`.

use super::grid::{Cell, Grid};
use super::source::{Body, OpenSheet, Opened, SourceFile, discover, open, read_table};
use crate::diagnostic::Diagnostic;
use rust_xlsxwriter::{Format, Workbook};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("returns")).unwrap();
        Self(folder)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> SourceFile {
        let path = self.0.path().join("returns").join(name);
        std::fs::write(&path, bytes).unwrap();
        SourceFile { rel: format!("returns/{name}").into(), path, size: bytes.len() as u64 }
    }
}

fn opened(bytes: &[u8]) -> Opened {
    let folder = Folder::new();
    open(&folder.put("一连.xlsx", bytes))
}

fn corpus(name: &str) -> Opened {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/formats").join(name);
    open(&SourceFile { rel: format!("returns/{name}").into(), size: 0, path })
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|found| found.code.as_str()).collect()
}

/// The one code a file is refused with.
fn refused(opened: &Opened) -> &str {
    assert!(opened.sheets.is_empty());
    assert_eq!(opened.diagnostics.len(), 1);
    assert_eq!(&*opened.diagnostics[0].place.file, "returns/一连.xlsx");
    &opened.diagnostics[0].code
}

fn grid(sheet: &OpenSheet) -> &Grid {
    let Body::Grid(grid) = &sheet.body else { panic!("not a grid") };
    grid
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

/// A zip file of these parts.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &str = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

const MAIN: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// A minimal xlsx around the XML of one sheet.
fn minimal(sheet: &[u8]) -> Vec<u8> {
    package(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", MAIN.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

#[test]
fn a_far_cell_costs_nothing() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "单位").unwrap();
        sheet.write(1_048_575, 16_383, 1).unwrap();
    });
    let opened = opened(&bytes);
    let grid = grid(&opened.sheets[0]);
    assert_eq!((grid.rows.len(), grid.height, grid.width), (2, 1_048_576, 16_384));
    assert_eq!(grid.get(1_048_575, 16_383), &Cell::Number(1.0));
    assert_eq!(opened.sha256.as_ref().map(String::len), Some(64));
}

#[test]
fn merges_hidden_rows_and_hidden_sheets_of_xlsx_are_known() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 0, 9, "2025年度测评", &Format::new()).unwrap();
        sheet.merge_range(1, 1, 1, 2, "评分", &Format::new()).unwrap();
        for (column, text) in ["单位", "自评", "考核"].into_iter().enumerate() {
            sheet.write(2, u16::try_from(column).unwrap(), text).unwrap();
        }
        sheet.set_row_hidden(2).unwrap();
        book.add_worksheet().set_hidden(true).write(0, 0, true).unwrap();
    });
    let opened = opened(&bytes);
    let [first, second] = opened.sheets.as_slice() else { panic!("two sheets") };
    let first_grid = grid(first);
    assert_eq!(first_grid.get(1, 2).text(), "评分");
    assert_eq!(first_grid.merges.len(), 2);
    assert_eq!((first_grid.width, first_grid.get(0, 2).text().as_ref()), (3, "2025年度测评"));
    assert!(first_grid.row(2).unwrap().hidden);
    assert_eq!(codes(&first.diagnostics), ["F214"]);
    assert!(!first.hidden && second.hidden);
    assert_eq!(grid(second).get(0, 0), &Cell::Bool(true));
    assert_eq!(second.place.sheet.as_deref(), Some("Sheet2"));
}

#[test]
fn a_truncated_workbook_is_refused_wherever_it_breaks_off() {
    let bytes = workbook(|book| {
        book.add_worksheet().write(0, 0, "单位").unwrap();
    });
    for part in [5, bytes.len() / 2, bytes.len() - 10] {
        assert_eq!(refused(&opened(&bytes[..part])), "F201", "{part} bytes");
    }
}

#[test]
fn a_sheet_that_breaks_off_is_not_half_read() {
    let opened = opened(&minimal(b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row"));
    assert_eq!(opened.diagnostics, []);
    assert_eq!(codes(&opened.sheets[0].diagnostics), ["F216"]);
    assert!(grid(&opened.sheets[0]).rows.is_empty());
}

/// Records of a binary part: (type, words of four bytes); a text becomes its length and its UTF-16 units.
fn records(list: &[(u16, &[u32], &[&str])]) -> Vec<u8> {
    let mut part = Vec::new();
    for (kind, words, texts) in list {
        let mut data: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        for text in *texts {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            data.extend(u32::try_from(units.len() / 2).unwrap().to_le_bytes());
            data.extend(units);
        }
        let [low, high] = [u8::try_from(kind & 0x7f).unwrap(), u8::try_from(kind >> 7).unwrap()];
        part.extend(if high == 0 { vec![low] } else { vec![low | 0x80, high] });
        part.push(u8::try_from(data.len()).unwrap());
        part.extend(data);
    }
    part
}

#[test]
fn a_binary_workbook_is_read_with_its_merges_and_hidden_rows() {
    let book = records(&[
        (0x83, &[], &[]),
        (0x8f, &[], &[]),
        (0x9c, &[1, 7], &["rId1", "测评"]),
        (0x90, &[], &[]),
        (0x9d, &[0; 7], &[]),
        (0x84, &[], &[]),
    ]);
    let integer = |value: u32| (value << 2) | 2;
    let sheet = records(&[
        (0x81, &[], &[]),
        (0x94, &[0, 5, 0, 2], &[]),
        (0x91, &[], &[]),
        // row, style, height and flags (bit 28: hidden)
        (0, &[3, 0, 0x1000_0000, 0, 0], &[]),
        (6, &[0, 0], &["单位"]),
        (2, &[1, 0, integer(95)], &[]),
        (0, &[5, 0, 0, 0, 0], &[]),
        (2, &[2, 0, integer(7)], &[]),
        (0x92, &[], &[]),
        (0xb1, &[1], &[]),
        (0xb0, &[3, 5, 0, 0], &[]),
        (0xb2, &[], &[]),
        (0x82, &[], &[]),
    ]);
    let types = TYPES
        .replace("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "vnd.ms-excel.sheet.binary.macroEnabled.main");
    let rels = RELS.replace("sheet1.xml", "sheet1.bin");
    let opened = opened(&package(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("xl/workbook.bin", &book),
        ("xl/_rels/workbook.bin.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.bin", &sheet),
    ]));
    assert_eq!(opened.diagnostics, []);
    let sheet = &opened.sheets[0];
    assert_eq!((sheet.name.as_deref(), sheet.hidden, codes(&sheet.diagnostics)), (Some("测评"), true, vec!["F214"]));
    let grid = grid(sheet);
    assert_eq!((grid.get(3, 0).text(), grid.get(3, 1)), ("单位".into(), &Cell::Number(95.0)));
    assert_eq!((grid.get(5, 0).text(), grid.get(5, 2)), ("单位".into(), &Cell::Number(7.0)));
    assert!(grid.row(3).unwrap().hidden && !grid.row(5).unwrap().hidden);
}

#[test]
fn a_bomb_is_refused_before_it_is_inflated() {
    let bytes = minimal(&vec![b' '; 60 << 20]);
    assert!(bytes.len() < 200 << 10);
    assert_eq!(refused(&opened(&bytes)), "F207");
}

#[test]
fn a_bomb_that_hides_its_size_is_met_too() {
    let mut bytes = minimal(&vec![b' '; 60 << 20]);
    let declared = (60_u32 << 20).to_le_bytes();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == declared {
            bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
        }
    }
    let opened = opened(&bytes);
    let found = opened.diagnostics.iter().chain(opened.sheets.iter().flat_map(|sheet| &sheet.diagnostics));
    assert!(found.count() > 0);
    assert!(opened.sheets.iter().all(|sheet| grid(sheet).rows.is_empty()));
}

#[test]
fn other_kinds_of_file_are_named() {
    let docx = package(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]);
    let found = opened(&docx);
    assert_eq!((refused(&found), found.diagnostics[0].arg("found")), ("F106", "Word"));
    assert_eq!(refused(&opened(b"%PDF-1.4 ...")), "F106");
    assert_eq!(refused(&opened(b"\x00\x01\x02\x03binary\x00")), "F106");
    assert_eq!(refused(&opened("<html><frameset><frame src=\"a_files/sheet001.htm\"></frameset></html>".as_bytes())), "F203");
    assert_eq!(
        refused(&opened(b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>")),
        "F204"
    );
    assert_eq!(refused(&opened(b"")), "F107");
    let gone = SourceFile { rel: "returns/一连.xlsx".into(), path: "/nonexistent/x".into(), size: 9 };
    assert_eq!(refused(&open(&gone)), "F108");
}

#[test]
fn a_text_file_may_be_called_xlsx() {
    let opened = opened("单位;评价\n一连;优秀\n".as_bytes());
    assert_eq!(grid(&opened.sheets[0]).get(1, 1).text(), "优秀");
    assert_eq!(opened.sheets[0].name, None);
}

#[test]
fn formulas_without_a_result_are_not_zero_and_rows_do_not_vanish() {
    let opened = corpus("uncached.xlsx");
    let sheet = &opened.sheets[0];
    assert_eq!(grid(sheet).get(5, 3), &Cell::Uncached);
    assert_eq!(grid(sheet).get(5, 2), &Cell::Uncached);
    assert_eq!(codes(&sheet.diagnostics), ["F214"]);
}

/// The same content in three formats gives the same cells.
#[test]
fn xlsx_xls_and_ods_read_alike() {
    for name in ["office.xlsx", "office.xls", "office.ods"] {
        let opened = corpus(name);
        assert_eq!(opened.diagnostics, [], "{name}");
        let names: Vec<_> = opened.sheets.iter().map(|sheet| (sheet.name.as_deref().unwrap(), sheet.hidden)).collect();
        assert_eq!(names, [("民主测评", false), ("填表说明", true)], "{name}");
        let grid = grid(&opened.sheets[0]);
        let text = |row, column| grid.get(row, column).text().into_owned();
        assert_eq!(text(1, 5), "2025年度 连队测评表", "{name}: merged title");
        assert_eq!((text(3, 1), text(4, 1)), ("一连".into(), "一连".into()), "{name}: merged unit");
        assert_eq!(grid.copied_from(4, 1), Some((3, 1)), "{name}");
        assert_eq!((text(3, 2), text(3, 3), text(4, 3)), ("12".into(), "88.5".into(), "-2.25".into()), "{name}");
        assert_eq!(grid.get(3, 4), &Cell::Date("2025-12-31".into()), "{name}");
        assert_eq!(grid.get(4, 4), &Cell::Date("2025-01-02 08:30:00".into()), "{name}");
        assert_eq!(text(3, 5), "第一行\n第二行", "{name}");
        assert_eq!(grid.get(5, 2), &Cell::Error("#DIV/0!".into()), "{name}");
        assert_eq!(grid.get(5, 3), &Cell::Number(86.25), "{name}: cached formula");
        assert_eq!(text(5, 5), "　全角９５．５ ", "{name}: blanks kept");
        let hidden: Vec<_> = grid.rows.iter().filter(|row| row.hidden).map(|row| row.row).collect();
        assert_eq!(hidden, [4], "{name}");
        assert_eq!(codes(&opened.sheets[0].diagnostics), ["F214"], "{name}");
    }
}

#[test]
fn an_xls_of_a_library_reads_its_long_string_table() {
    let opened = corpus("xlwt.xls");
    let sheet = &opened.sheets[0];
    let grid = grid(sheet);
    for row in 7..57 {
        assert_eq!(grid.get(row, 0).text(), format!("{}{row}", "长".repeat(200)));
    }
    assert_eq!(grid.get(1, 4).text(), "2025年度 连队测评表");
    assert_eq!(grid.get(3, 4), &Cell::Date("2025-12-31".into()));
    assert!(opened.sheets[1].hidden);
}

#[test]
fn passwords_and_old_formats_are_named() {
    assert_eq!(codes(&corpus("password.xlsx").diagnostics), ["F202"]);
    assert_eq!(codes(&corpus("excel95.xls").diagnostics), ["F205"]);
}

#[test]
fn discovery_is_sorted_and_says_what_it_leaves_out() {
    let folder = Folder::new();
    folder.put("b.csv", b"a,b\n");
    folder.put("~$b.xlsx", b"x");
    folder.put(".DS_Store", b"x");
    folder.put("Thumbs.db", b"x");
    folder.put("empty.xlsx", b"");
    let nested = folder.0.path().join("returns/a.xlsx");
    std::fs::create_dir(&nested).unwrap();
    std::fs::write(nested.join("一连.csv"), b"a,b\n").unwrap();
    let found = discover(folder.0.path());
    let files: Vec<_> = found.files.iter().map(|file| &*file.rel).collect();
    assert_eq!(files, ["returns/a.xlsx/一连.csv", "returns/b.csv"]);
    assert_eq!(found.files[1].size, 4);
    assert_eq!(codes(&found.diagnostics), ["F104", "F104", "F105", "F107", "F103"]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_not_followed() {
    let (folder, outside) = (Folder::new(), Folder::new());
    let secret = outside.put("x.csv", b"a,b\n");
    let inside = folder.put("y.csv", b"a,b\n");
    let returns = folder.0.path().join("returns");
    std::os::unix::fs::symlink(&secret.path, returns.join("out.csv")).unwrap();
    std::os::unix::fs::symlink(&inside.path, returns.join("in.csv")).unwrap();
    std::os::unix::fs::symlink(&returns, returns.join("loop")).unwrap();
    let found = discover(folder.0.path());
    let files: Vec<_> = found.files.iter().map(|file| &*file.rel).collect();
    assert_eq!(files, ["returns/in.csv", "returns/y.csv"]);
    assert_eq!(codes(&found.diagnostics), ["F109", "F109"]);
}

#[test]
fn an_empty_or_missing_folder_is_an_error() {
    let folder = Folder::new();
    assert_eq!(codes(&discover(folder.0.path()).diagnostics), ["F102"]);
    assert_eq!(codes(&discover(&folder.0.path().join("nothing")).diagnostics), ["F101"]);
}

#[test]
fn small_tables_read_alike_from_csv_and_workbook() {
    let folder = Folder::new();
    let csv = folder.put("units.csv", "单位名册\n\nunit , name,aliases\n0301, 一连 ,1连\n\n0302,二连\n".as_bytes());
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        let rows = [
            ["单位名册", "", ""],
            ["", "", ""],
            ["unit", "name", "aliases"],
            ["0301", "一连", "1连"],
            ["", "", ""],
            ["0302", "二连", ""],
        ];
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write(row, column, cell).unwrap();
            }
        }
    });
    let xlsx = folder.put("units.xlsx", &bytes);
    for file in [csv, xlsx] {
        let table = read_table(&file.path, "units").unwrap();
        assert_eq!(table.headers, ["unit", "name", "aliases"]);
        let rows: Vec<_> = table.rows.iter().map(|row| (row.row, row.cells.join("|"))).collect();
        assert_eq!(rows, [(3, "0301|一连|1连".to_owned()), (5, "0302|二连|".to_owned())]);
    }
    let title = folder.put("title.csv", "只有标题\n".as_bytes());
    assert_eq!(read_table(&title.path, "title.csv").map_err(|found| found.code).err().as_deref(), Some("F401"));
}

/// How many million cells a second: `cargo test --release --lib -- --ignored --nocapture cells_a_second`.
#[test]
#[ignore = "a measurement"]
#[allow(clippy::print_stdout, reason = "a measurement")]
fn cells_a_second() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        for row in 0..20_000_u32 {
            for column in 0..50_u16 {
                let value = (row * 31 + u32::from(column) * 17) % 101;
                match column {
                    0..9 => sheet.write(row, column, ["非常满意", "满意", "一般"][(value % 3) as usize]).unwrap(),
                    _ => sheet.write(row, column, value).unwrap(),
                };
            }
        }
    });
    let start = std::time::Instant::now();
    let opened = opened(&bytes);
    let seconds = start.elapsed().as_secs_f64();
    let cells: usize = grid(&opened.sheets[0]).rows.iter().map(|row| row.cells.len()).sum();
    assert_eq!(cells, 1_000_000);
    println!("{:.2} million cells a second", 1.0 / seconds);
}
