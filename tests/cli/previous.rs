//! Weak points through the binary: peers, the line, and last year's results as a report folder, a table, and a tally.

use super::kit::{Case, ceping_alone, text};
use std::fmt::Write as _;
use std::path::Path;

const SCHEME: &str = concat!(
    r#"
title = "比较"
language = "zh"
level = [{ code = "corps", name = "兵团" }, { code = "unit", name = "单位" }]
[[scale]]
code = "cadre"
options = [{ code = "a", label = "优秀", value = "100" }, { code = "b", label = "称职", value = "80" }, { code = "c", label = "不称职", value = "0" }]
[[form]]
code = "ceping"
name = "民主测评表"
kind = "ballot"
scale = "cadre"
items = [{ code = "1", name = "政治建设" }, { code = "2", name = "作风建设" }]
"#,
    ceping_alone!()
);

/// Votes of 40 on both items; the first of six units as given, the others 30 优秀 and 10 称职 (95 points), one a little better.
fn case(year: i32, extra: &str, first: [[usize; 3]; 2]) -> Case {
    let mut units = "unit,parent,level,name\nc,,corps,兵团\n".to_owned();
    let mut case = Case::new();
    for unit in 1..=6 {
        let _ = writeln!(units, "u{unit},c,unit,{unit}单位");
        let others = [[29 + unit % 3, 11 - unit % 3, 0]; 2];
        let votes = if unit == 1 { first } else { others };
        let column = |votes: [usize; 3]| -> Vec<&str> {
            ["优秀", "称职", "不称职"].iter().zip(votes).flat_map(|(label, n)| std::iter::repeat_n(*label, n)).collect()
        };
        let (one, other) = (column(votes[0]), column(votes[1]));
        let mut sheet = "票号,政治建设,作风建设\n".to_owned();
        for (number, (one, other)) in one.iter().zip(other.iter().rev()).enumerate() {
            let _ = writeln!(sheet, "{},{one},{other}", number + 1);
        }
        case = case.file(&format!("returns/{unit}单位/民主测评表.csv"), sheet);
    }
    case.file("units.csv", units).file("scheme.toml", format!("year = {year}\n{SCHEME}{extra}"))
}

const USUAL: [usize; 3] = [30, 10, 0];
/// 20 优秀, 10 称职, 10 不称职: 70 points.
const FALLEN: [usize; 3] = [20, 10, 10];

fn findings(case: &Case, kind: &str) -> Vec<(String, String, String, String)> {
    let csv = case.csv("findings.csv");
    let rows = csv.find(&[("kind", kind)]);
    let row = |row: &&std::collections::BTreeMap<String, String>| {
        (row["subject"].clone(), row["node"].clone(), row["reference"].clone(), row["gap"].clone())
    };
    rows.iter().map(row).collect()
}

fn one(subject: &str, node: &str, reference: &str, gap: &str) -> (String, String, String, String) {
    (subject.into(), node.into(), reference.into(), gap.into())
}

#[test]
fn a_fall_is_found_from_a_report_folder_a_table_and_a_tally() {
    let last = case(2025, "", [USUAL, USUAL]);
    last.run();
    for file in ["", "/scores.csv", "/tally.parquet"] {
        let file = format!("{}{file}", text(&last.out()));
        let now = case(2026, &format!("[previous]\nfile = \"{file}\"\n"), [FALLEN, FALLEN]);
        now.run();
        let found = findings(&now, "比上年下滑");
        assert_eq!(found, ["ceping", "ceping.1", "ceping.2"].map(|node| one("u1", node, "95.00", "25.00")), "{file}");
        // The median of 70 (itself), 94.5, 94.5, 95, 95.5, 95.5.
        assert!(findings(&now, "低于同类").contains(&one("u1", "ceping.1", "94.75", "24.75")), "{file}");
        let examined = now.csv("examined.csv");
        assert_eq!(examined.get(&[("subject", "u2")], "answer"), "未发现");
        assert_eq!(examined.get(&[("subject", "c")], "answer"), "不能判断（票数或同类太少）");
    }
}

#[test]
fn another_question_is_not_compared_and_said_so() {
    let last = case(2025, "", [USUAL, USUAL]);
    last.run();
    let extra = format!("[previous]\nfile = \"{}\"\n", text(&last.out()));
    let now = case(2026, &extra, [FALLEN, USUAL]);
    let path = now.dir().join("scheme.toml");
    let scheme = std::fs::read_to_string(&path)
        .expect("a scheme")
        .replace("name = \"政治建设\"", "name = \"政治\", aliases = [\"政治建设\"]");
    std::fs::write(&path, &scheme).expect("written");
    now.run();
    assert!(findings(&now, "比上年下滑").is_empty());
    assert!(now.csv("diagnostics.csv").rows().iter().any(|row| row["code"] == "S522" && row["found"].contains("ceping.1")));
    std::fs::write(&path, scheme + "same = [\"ceping.1\"]\n").expect("written");
    now.run();
    let found = findings(&now, "比上年下滑");
    assert_eq!(found, [one("u1", "ceping.1", "95.00", "25.00")], "the scheme says that it is the same");
}

#[test]
fn last_year_that_cannot_be_read_stops_the_run() {
    let missing = case(2026, "[previous]\nfile = \"nowhere/scores.csv\"\n", [USUAL, USUAL]);
    let call = missing.kaoping(&["run", &text(&missing.dir()), "-o", &text(&missing.out())]);
    assert!(call.status == 2 && call.stderr.contains("S920"), "{}", call.stderr);
    let other = case(2026, "[previous]\nfile = \"last.parquet\"\n", [USUAL, USUAL]).file("last.parquet", "no tally");
    let call = other.kaoping(&["run", &text(&other.dir()), "-o", &text(&other.out())]);
    assert!(call.status == 2 && call.stderr.contains("last.parquet"), "{}", call.stderr);
    assert!(!Path::new(&other.out()).exists());
}
