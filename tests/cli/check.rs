//! `kaoping check` as a clerk uses it: the board, one unit, JSON, and the returned workbooks, opened again and compared cell by cell.

use super::kit::{Call, Case, levels, text, tree, two_answers, write};
use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn example() -> String {
    text(&Path::new(ROOT).join("input/example"))
}

#[test]
fn the_board_says_who_sent_what_and_writes_nothing() {
    let case = Case::new();
    let call = case.kaoping(&["check", &example()]);
    assert_eq!(call.status, 1, "the example holds errors");
    let board = &call.stdout;
    for line in [
        "报送情况  演示（编造数据）：2026年度党建工作责任制考核",
        "缺报清单（可直接转发）",
        "  五十三团/一连：自查评分表",
        "  六十四团/二连：考核评分表、自查评分表、述职评分表（专项述职）、民主测评表、民意调查表、述职评分表（述职评议）",
    ] {
        assert!(board.lines().any(|known| known == line), "{line} in\n{board}");
    }
    let row = |unit: &str| {
        let line = board.lines().find(|line| line.split_whitespace().next() == Some(unit));
        line.unwrap_or_else(|| panic!("{unit} in\n{board}")).split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let head = row("单位");
    assert_eq!(head[1..=2], ["考核评分表", "自查评分表"]);
    assert_eq!(head[head.len() - 2..], ["错误", "警告"]);
    assert_eq!(row("五十三团/一连")[1..], ["✓", "缺", "✓", "✓", "✓", "✓", "·", "1", "·"]);
    assert_eq!(row("六十四团/二连")[1..], ["缺", "缺", "缺", "缺", "缺", "缺", "·", "·", "·", "·"]);
    // Sums of the divisions are the sum of the whole, and the missing ones are listed one by one.
    let numbers = |line: &str| -> Vec<u64> {
        line.split(|sign: char| !sign.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
    };
    let whole = numbers(board.lines().nth(1).expect("sums"));
    let mut sums = [0; 4];
    for line in board.lines().filter(|line| line.contains("  应报 ")) {
        for (sum, number) in sums.iter_mut().zip(numbers(line)) {
            *sum += number;
        }
    }
    assert_eq!(sums[..], whole[..4]);
    assert_eq!(whole[0] - whole[1], whole[2]);
    assert!(tree(case.home()).is_empty(), "nothing is written");
}

#[test]
fn one_unit_and_the_same_for_programs() {
    let case = Case::new();
    let one = case.kaoping(&["check", &example(), "--unit", "五十三团"]);
    assert!(one.stdout.contains("演示兵团/第二师/五十三团") && one.stdout.contains("五十三团/友谊社区"), "{}", one.stdout);
    assert!(!one.stdout.contains("四十四团") && !one.stderr.contains("第一师"), "{}\n{}", one.stdout, one.stderr);
    let none = case.kaoping(&["check", &example(), "--unit", "九十九团"]);
    assert_eq!(none.status, 2);
    let json = case.kaoping(&["check", &example(), "--format", "json"]);
    let lines: Vec<serde_json::Value> =
        json.stdout.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    let (last, findings) = lines.split_last().expect("lines");
    assert!(findings.iter().all(|line| line["type"] == "finding"));
    assert_eq!(last["type"], "returns");
    let returns: Vec<&serde_json::Value> = last["divisions"]
        .as_array()
        .expect("divisions")
        .iter()
        .flat_map(|division| division["units"].as_array().expect("units"))
        .flat_map(|unit| unit["returns"].as_array().expect("returns"))
        .collect();
    let count = |what: &str| returns.iter().filter(|one| one[what] == true).count();
    assert_eq!(last["summary"]["due"], count("due"));
    assert_eq!(last["summary"]["missing"], count("missing"));
    let wrong: u64 =
        findings.iter().filter(|line| line["severity"] == "error").map(|line| 1 + line["more"].as_u64().unwrap()).sum();
    let told: u64 = last["files"].as_array().expect("files").iter().map(|file| file["errors"].as_u64().unwrap()).sum();
    assert_eq!(told, wrong, "every error of the example stands in some file");
}

#[test]
fn long_lists_are_folded_with_their_count() {
    let units: Vec<String> = (0..300).map(|n| format!("u{n},d,unit,单位{n},\n")).collect();
    let units = units.concat();
    let case = Case::new()
        .file(
            "scheme.toml",
            SCHEME.replace("name = \"兵团\"\n", "name = \"兵团\"\n[[level]]\ncode = \"division\"\nname = \"师\"\n"),
        )
        .file("units.csv", format!("unit,parent,level,name,domain\nc,,corps,演算兵团,\nd,c,division,一师,\n{units}"))
        .file("returns/民主测评表.csv", "单位,政治建设,思想建设\n单位7,优秀,良好\n");
    let call = case.kaoping(&["check", &text(&case.dir())]);
    assert!(call.stdout.lines().count() < 70, "{}", call.stdout);
    assert!(call.stdout.contains("另有 287 个单位有缺报或问题未列；1 个单位齐全无误"), "{}", call.stdout);
    assert!(call.stdout.contains("另有 259 个单位缺报"), "{}", call.stdout);
    let all = case.kaoping(&["check", &text(&case.dir()), "-v"]);
    assert!(all.stdout.contains("单位299") && !all.stdout.contains("另有"), "-v lists all");
}

const SCHEME: &str = concat!(
    r#"
title = "演算"
language = "zh"
"#,
    levels!(),
    two_answers!(),
    r#"due-levels = ["unit"]
items = [{ code = "1", name = "政治建设" }, { code = "2", name = "思想建设" }]
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
const UNITS: &str = "unit,parent,level,name,domain\nc,,corps,演算兵团,\nu1,c,unit,甲单位,\nu2,c,unit,乙单位,\n";

fn slips(folder: &str) -> (Case, PathBuf, Call) {
    let case = Case::new();
    let out = case.home().join("slips");
    let call = case.kaoping(&["check", folder, "--slips", &text(&out)]);
    (case, out, call)
}

fn sheets(path: &Path) -> Vec<(String, Range<Data>)> {
    let mut book: Xlsx<BufReader<File>> = open_workbook(path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    book.worksheets()
}

fn part(path: &Path, wanted: &str) -> String {
    let mut zip = zip::ZipArchive::new(File::open(path).expect("there")).expect("a zip");
    let mut text = String::new();
    if let Ok(mut file) = zip.by_name(wanted) {
        file.read_to_string(&mut text).expect("UTF-8");
    }
    text
}

fn shown(data: Option<&Data>) -> String {
    data.map_or_else(String::new, ToString::to_string)
}

#[test]
fn every_file_with_findings_goes_back_with_its_own_cells_and_its_findings() {
    let (_case, out, call) = slips(&example());
    let files = tree(&out);
    let told: Vec<&str> = files.keys().map(String::as_str).filter(|name| name.contains(".xlsx")).collect();
    assert!(call.stderr.contains(&format!("退回表 {} 份", told.len())), "{}", call.stderr);
    assert!(files.contains_key("missing.csv") && files.contains_key("run.json"));
    let missing = String::from_utf8(files["missing.csv"].clone()).expect("UTF-8");
    let due = call.stdout.lines().nth(1).and_then(|line| line.split("缺报 ").nth(1)).expect("sums");
    assert_eq!(
        missing.lines().count() - 1,
        due.split(' ').next().and_then(|count| count.parse::<usize>().ok()).expect("a count")
    );
    let original = Path::new(ROOT).join("input/example/returns");
    let mut compared = 0;
    for name in told {
        let book = sheets(&out.join(name));
        assert_eq!(book[0].0, "退回说明");
        let findings = (1..book[0].1.height()).filter(|row| shown(book[0].1.get((*row, 0))).parse::<f64>().is_ok()).count();
        assert!(findings >= 1, "{name} lists nothing");
        let source = original.join(name);
        if !source.is_file() || book.len() < 2 {
            continue;
        }
        for (sheet, sent) in sheets(&source) {
            let (_, back) = book.iter().find(|(known, _)| *known == sheet).unwrap_or_else(|| panic!("{name} lacks {sheet}"));
            for (row, column, cell) in sent.used_cells().map(|(row, column, cell)| (row, column, shown(Some(cell)))) {
                let at = (
                    u32::try_from(row).unwrap() + sent.start().unwrap().0,
                    u32::try_from(column).unwrap() + sent.start().unwrap().1,
                );
                assert_eq!(shown(back.get_value(at)).trim(), cell.trim(), "{name} {sheet} {at:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared} cells compared");
}

/// A CSV with one bad option, one unknown unit, respondents' data, and texts that would be formulas.
const MESSY: &str = "提交时间,来自IP,姓名,单位,政治建设,思想建设,意见\n\
2026/9/3 12:00,10.2.3.4(本地),张三,甲单位,优秀,较好,=1+1\n\
2026/9/3 12:01,10.2.3.5(本地),李四,丙单位,优秀,优秀,@SUM(A1)\n\
2026/9/3 12:02,10.2.3.6(本地),王五,乙单位,良好,优秀,-2\n";

#[test]
fn a_slip_marks_says_and_withholds() {
    let case = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲/民主测评表.csv", MESSY);
    let out = case.home().join("slips");
    let call = case.kaoping(&["check", &text(&case.dir()), "--slips", &text(&out)]);
    assert_eq!(call.status, 1, "{}", call.stderr);
    let path = out.join("甲/民主测评表.xlsx");
    let book = sheets(&path);
    let (name, sheet) = &book[1];
    assert_eq!(name, "民主测评表");
    let row = |row: usize| (0..8).map(|column| shown(sheet.get((row, column)))).collect::<Vec<_>>();
    assert_eq!(row(0), ["提交时间", "来自IP", "姓名", "单位", "政治建设", "思想建设", "意见", "核对意见 / Remarks"]);
    let first = row(1);
    assert_eq!(first[..7], ["已隐去", "已隐去", "已隐去", "甲单位", "优秀", "较好", "=1+1"]);
    assert!(first[7].starts_with("△ F2 2「思想建设」：选项不在测评表中；读到：较好；应为：优秀｜良好"), "{}", first[7]);
    let second = row(2);
    assert!(second[7].starts_with("✗ D3 ") && second[7].contains("丙单位"), "{}", second[7]);
    assert_eq!((second[6].as_str(), row(3)[7].as_str()), ("@SUM(A1)", ""));
    assert!(!part(&path, "xl/worksheets/sheet2.xml").contains("<f>"), "a text became a formula");
    let comments = part(&path, "xl/comments1.xml");
    assert!(
        comments.contains("选项不在测评表中") && comments.contains("ref=\"F2\"") && comments.contains("ref=\"D3\""),
        "{comments}"
    );
    let styles = part(&path, "xl/styles.xml");
    for colour in ["FFFFC7CE", "FFFFEB9C", "✗ ", "△ "] {
        assert!(styles.contains(colour), "{colour} in {styles}");
    }
    let notes: Vec<String> = book[0].1.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for wanted in ["退回说明：甲/民主测评表.csv", "F2", "D3", "✗ 错误", "△ 警告"] {
        assert!(notes.iter().any(|cell| cell == wanted), "{wanted} in {notes:?}");
    }
    assert!(part(&path, "xl/worksheets/sheet1.xml").contains("location=\"'民主测评表'!F2\""));
    for (sheet, range) in &book {
        for (_, _, cell) in range.used_cells() {
            let text = cell.to_string();
            for secret in ["10.2.3", "张三", "李四", "2026/9/3"] {
                assert!(!text.contains(secret), "{secret} in {sheet}: {text}");
            }
        }
    }
}

#[test]
fn a_mended_slip_is_read_like_the_sheet_it_came_from() {
    let clean = MESSY.replace("较好", "良好").replace("丙单位", "乙单位");
    let ledger = |case: &Case| -> BTreeMap<String, String> {
        case.run();
        let rows = case.csv("ledger.csv");
        let row = rows.find(&[("status", "已计入")]);
        assert_eq!(row.len(), 1);
        row[0].clone()
    };
    let sent = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲/民主测评表.csv", &clean);
    let wanted = ledger(&sent);
    // The slip of the messy sheet, unmended, gives the very findings of the messy sheet; nothing of ours is taken for data.
    let messy = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲/民主测评表.csv", MESSY);
    let messy_books = ledger(&messy);
    let out = messy.home().join("slips");
    messy.kaoping(&["check", &text(&messy.dir()), "--slips", &text(&out)]);
    let slip = std::fs::read(out.join("甲/民主测评表.xlsx")).expect("a slip");
    let back = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲/民主测评表.xlsx", slip);
    let back_books = ledger(&back);
    for name in ["rows", "ballot_valid", "ballot_partial", "set_aside", "answers", "cells_answer", "cells_void", "cells_private"]
    {
        assert_eq!(back_books[name], messy_books[name], "{name}");
    }
    assert_ne!(messy_books["ballot_valid"], wanted["ballot_valid"], "the mess was worth mending");
    let codes = |case: &Case, skip: &str| -> Vec<String> {
        case.csv("diagnostics.csv").rows().iter().map(|row| row["code"].clone()).filter(|code| code != skip).collect()
    };
    assert_eq!(codes(&back, "L171"), codes(&messy, ""));
}

#[test]
fn slips_never_overwrite_what_is_not_theirs_and_never_stand_among_the_returns() {
    let case = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("returns/甲/民主测评表.csv", MESSY);
    let inside = case.kaoping(&["check", &text(&case.dir()), "--slips", &text(&case.dir().join("returns/slips"))]);
    assert_eq!(inside.status, 2);
    assert!(inside.stderr.contains("returns"), "{}", inside.stderr);
    let foreign = case.home().join("foreign");
    write(&foreign.join("thesis.doc"), b"x");
    let refused = case.kaoping(&["check", &text(&case.dir()), "--slips", &text(&foreign)]);
    assert_eq!(refused.status, 2);
    assert_eq!(tree(&foreign).len(), 1);
    let out = case.home().join("out");
    let once = || case.kaoping(&["check", &text(&case.dir()), "--slips", &text(&out)]);
    once();
    let first = tree(&out);
    once();
    assert_eq!(tree(&out), first, "the same findings, the same bytes");
    write(&out.join("甲/民主测评表.xlsx"), b"worked on");
    let kept = once();
    assert!(kept.stderr.contains("kept-1"), "{}", kept.stderr);
    assert_eq!(std::fs::read(case.home().join("out.kept-1/甲/民主测评表.xlsx")).expect("kept"), b"worked on");
}

#[test]
fn an_unreadable_file_goes_back_with_the_explanation_only() {
    let case = Case::new()
        .file("scheme.toml", SCHEME)
        .file("units.csv", UNITS)
        .file("returns/甲单位.xls", [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[7; 900]].concat())
        .file("returns/甲单位.xlsx", "")
        .file("returns/乙单位.csv", "单位,政治建设,思想建设\n乙单位,优秀,良好\n");
    let out = case.home().join("slips");
    case.kaoping(&["check", &text(&case.dir()), "--slips", &text(&out)]);
    for name in ["甲单位.xls.xlsx", "甲单位.xlsx.xlsx"] {
        let book = sheets(&out.join(name));
        assert_eq!(book.len(), 1, "{name}");
        let cells: Vec<String> = book[0].1.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
        assert!(cells.iter().any(|cell| cell.contains("没有读进来")), "{cells:?}");
        assert!(cells.iter().any(|cell| cell == "✗ 错误"), "{cells:?}");
    }
    assert!(!out.join("乙单位.xlsx").exists(), "nothing is wrong with it");
}

#[test]
fn the_board_in_english() {
    let case = Case::new()
        .file("scheme.toml", SCHEME)
        .file("units.csv", UNITS)
        .file("returns/乙单位.csv", "单位,政治建设,思想建设\n乙单位,优秀,良好\n");
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_kaoping"));
    let output = program.args(["--lang", "en", "check", &text(&case.dir())]).output().expect("the binary starts");
    let board = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(board.starts_with("Returns  演算") && board.contains("Missing returns (to be sent round)"), "{board}");
    assert!(board.contains("2 returns due, 1 arrived, 1 missing, 0 not due"), "{board}");
}
