//! Recognition shows its reasons: pins reproduce every reading, near names are offered and never taken, close readings are refused.

use super::kit::{Case, board, example_board, levels, text, tree, two_answers};
use serde_json::Value;
use std::path::Path;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/input/example");

/// The example folder, copied, with more text at the end of its scheme.
fn example(more: &str) -> Case {
    let mut case = Case::new();
    for (name, bytes) in tree(Path::new(EXAMPLE)) {
        let bytes = if name == "scheme.toml" { [bytes, b"\n".to_vec(), more.into()].concat() } else { bytes };
        case = case.file(&name, bytes);
    }
    case
}

/// How each sheet was read (or nearly): file and sheet, then what the reading is.
fn readings(board: &Value, refused: bool) -> Vec<(String, Vec<Value>)> {
    let sheets = board["sheets"].as_array().expect("sheets").iter();
    let wanted = sheets.filter(|sheet| sheet["layout"].is_object() && sheet["layout"]["refused"] == refused);
    let how = |layout: &Value| ["form", "procedure", "shape", "header_rows", "columns"].map(|name| layout[name].clone()).to_vec();
    wanted.map(|sheet| (format!("{} {}", sheet["file"], sheet["sheet"]), how(&sheet["layout"]))).collect()
}

fn pins(board: &Value, refused: bool) -> String {
    let layouts = board["sheets"].as_array().expect("sheets").iter().map(|sheet| &sheet["layout"]);
    layouts.filter(|layout| layout["refused"] == refused).filter_map(|layout| layout["pin"].as_str()).collect()
}

#[test]
fn every_pin_of_the_example_gives_the_reading_it_came_from() {
    let first = example_board();
    let pinned = board(&example(&pins(first, false)).dir());
    assert!(readings(first, false).len() > 150);
    assert_eq!(readings(&pinned, false), readings(first, false));
    assert_eq!(pinned["divisions"], first["divisions"], "the same returns, the same findings");
}

#[test]
fn a_refused_sheet_is_read_with_its_pin() {
    let first = example_board();
    let wanted = readings(first, true);
    assert!(!wanted.is_empty());
    let now = readings(&board(&example(&pins(first, true)).dir()), false);
    for (sheet, how) in wanted {
        let (_, read) = now.iter().find(|(known, _)| *known == sheet).unwrap_or_else(|| panic!("{sheet} is still refused"));
        // The procedure of a refused sheet was never asked for.
        assert_eq!((&read[0], &read[2..]), (&how[0], &how[2..]), "{sheet}");
    }
}

/// Two forms with the same items; nothing else tells them apart.
const TWINS: &str = concat!(
    r#"
title = "演算"
language = "zh"
"#,
    levels!(),
    two_answers!(),
    r#"items = [
  { code = "1", name = "政治建设" },
  { code = "2", name = "思想建设", aliases = ["思想工作"] },
  { code = "3", name = "作风建设" },
]
[[form]]
code = "pingyi"
name = "群众评议表"
kind = "ballot"
scale = "s"
items = [
  { code = "1", name = "政治建设" },
  { code = "2", name = "思想建设" },
  { code = "3", name = "作风建设" },
]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "n1"
name = "第一环节"
parent = "total"
weight = "60"
forms = ["ceping"]
[[node]]
code = "n2"
name = "第二环节"
parent = "total"
weight = "40"
forms = ["pingyi"]
[rules]
min-cell = 1
"#
);
const UNITS: &str = "unit,parent,level,name,domain\nc,,corps,演算兵团,\nu1,c,unit,甲单位,\nu2,c,unit,乙单位,\n";

fn twins(scheme: &str, name: &str, sheet: &str) -> Case {
    Case::new().file("scheme.toml", scheme).file("units.csv", UNITS).file(&format!("returns/{name}"), sheet)
}

#[test]
fn a_sheet_of_two_readings_is_not_read_and_either_pin_settles_it() {
    let sheet = "单位,政治建设,思想建设,作风建设\n甲单位,优秀,良好,优秀\n甲单位,优秀,优秀,良好\n";
    let case = twins(TWINS, "一.csv", sheet);
    assert_eq!(case.run().status, 1);
    let found = case.csv("diagnostics.csv");
    let help = found.get(&[("code", "L101")], "help").to_owned();
    assert_eq!(case.csv("ledger.csv").get(&[], "status"), "未识别");
    let pins: Vec<String> = help.split("[[pin]]").skip(1).map(|part| format!("[[pin]]{part}")).collect();
    assert_eq!(pins.len(), 2, "{help}");
    for (pin, form) in pins.iter().zip(["ceping", "pingyi"]) {
        let lines: Vec<&str> = pin.lines().filter(|line| !line.starts_with('若')).collect();
        let lines = lines.join("\n");
        let settled = twins(&format!("{TWINS}{lines}"), "一.csv", sheet);
        settled.run();
        let layouts = settled.csv("layouts.csv");
        assert_eq!((layouts.get(&[], "form"), layouts.get(&[], "status")), (form, "已计入"));
        assert_eq!(settled.csv("ledger.csv").get(&[], "ballot_valid"), "2");
    }
}

/// One sign off: offered with the line that makes it known, and not taken until the line is there.
#[test]
fn a_header_one_sign_off_is_offered_and_not_taken() {
    let sheet = "单位,政治建设,思想建没,作风建设\n甲单位,优秀,良好,优秀\n甲单位,优秀,优秀,良好\n";
    let case = twins(TWINS, "民主测评表.csv", sheet);
    case.run();
    let found = case.csv("diagnostics.csv");
    let near = found.find(&[("code", "L105")]);
    assert_eq!((near.len(), near[0]["found"].as_str(), near[0]["cell"].as_str()), (1, "思想建没", "行 1，列 3"));
    let ledger = case.csv("ledger.csv");
    assert_eq!((ledger.get(&[], "ballot_partial"), ledger.get(&[], "cells_ignored")), ("2", "2"));
    let line = near[0]["help"].lines().last().expect("a line to paste").to_owned();
    assert_eq!(line, r#"aliases = ["思想工作", "思想建没"]"#);
    assert!(near[0]["help"].contains(r#"[[form]] code = "ceping""#) && near[0]["help"].contains(r#"code = "2""#));
    let mended = twins(&TWINS.replacen(r#"aliases = ["思想工作"]"#, &line, 1), "民主测评表.csv", sheet);
    mended.run();
    assert!(mended.csv("diagnostics.csv").find(&[("code", "L105")]).is_empty());
    assert_eq!(mended.csv("ledger.csv").get(&[], "ballot_valid"), "2");
}

/// The same for the name of a form: two forms of the same items, and a title that is neither.
#[test]
fn a_form_one_sign_off_is_offered_and_not_taken() {
    let sheet = "2026年度民主测评标,,,\n单位,甲题,乙题,丙题\n甲单位,优秀,良好,优秀\n甲单位,优秀,优秀,良好\n";
    let case = twins(TWINS, "一.csv", sheet);
    assert_eq!(case.run().status, 1);
    let near = case.csv("diagnostics.csv");
    let help = near.get(&[("code", "L170")], "help");
    assert!(help.contains(r#"[[form]] code = "ceping""#), "{help}");
    assert_eq!(help.lines().last(), Some(r#"aliases = ["民主测评标"]"#));
    assert_eq!(case.csv("ledger.csv").get(&[], "status"), "未识别");
}

#[test]
fn the_reasons_are_shown_with_the_scores_and_what_the_second_lacks() {
    let sheet = "票号,单位,政治建设,思想建设,作风建设\n1,甲单位,优秀,良好,优秀\n2,甲单位,优秀,优秀,良好\n";
    let case = twins(TWINS, "民主测评表.csv", sheet);
    case.run();
    let layouts = case.csv("layouts.csv");
    let (why, second) = (layouts.get(&[], "evidence"), layouts.get(&[], "runner_up"));
    assert!(
        why.contains("结构 10.0 + 名称 2.0") && why.contains("题目对上 3/3") && why.contains("文件名「民主测评表」"),
        "{why}"
    );
    assert!(second.starts_with("群众评议表·wide") && second.contains("落后 2.0"), "{second}");
    let columns = layouts.get(&[], "columns");
    assert_eq!(columns, "1 票号→ballot｜2 单位→unit｜3 政治建设→item:1｜4 思想建设→item:2｜5 作风建设→item:3");
    let told = case.kaoping(&["check", &text(&case.dir()), "-v"]);
    assert!(told.stdout.contains("[[pin]]") && told.stdout.contains("群众评议表·wide"), "{}", told.stdout);
}
