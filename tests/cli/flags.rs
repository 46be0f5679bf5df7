//! Ballots filled too fast, through the binary: found from what platforms export, and no time is kept anywhere.

use super::kit::{Case, levels, text, tree};
use std::fmt::Write as _;

const SCHEME: &str = concat!(
    r#"
title = "提示"
year = 2026
"#,
    levels!(),
    r#"[[scale]]
code = "s"
options = [
  { code = "a", label = "满意", value = "100", class = "top" },
  { code = "b", label = "基本满意", value = "60", class = "favourable" },
  { code = "c", label = "不满意", value = "0", class = "low" },
]
[[form]]
code = "md"
name = "民意调查表"
kind = "ballot"
scale = "s"
items = [{ code = "1", name = "工作作风" }, { code = "2", name = "服务态度" }, { code = "3", name = "办事效率" }, { code = "4", name = "廉洁自律" }]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "md"
name = "民意调查"
parent = "total"
weight = "100"
forms = ["md"]
"#
);

const ITEMS: &str = "工作作风,服务态度,办事效率,廉洁自律";
const BALLOTS: usize = 24;

/// Answers that differ from ballot to ballot, and a time between 97 and 250 seconds; the first ten of unit 1 and of unit 16 took 7.
fn ballot(unit: usize, at: usize) -> (String, usize) {
    let answers: Vec<&str> = (0..4)
        .map(|item| ["满意", "基本满意", "满意", "不满意", "基本满意"][(at * (item + 1) + unit + item * item) % 5])
        .collect();
    let seconds = if (unit == 1 || unit == 16) && at < 10 { 7 } else { 97 + (at * 37 + unit * 11) % 154 };
    (answers.join(","), seconds)
}

/// Half of the units by 问卷星 with a duration, half by Microsoft Forms with beginning and end.
fn sheet(unit: usize, ballots: std::ops::Range<usize>) -> String {
    let mut csv = if unit <= 10 {
        format!("序号,提交答卷时间,所用时间,来源,来源详情,来自IP,{ITEMS}\n")
    } else {
        format!("ID,开始时间,完成时间,电子邮件,名称,{ITEMS}\n")
    };
    for at in ballots {
        let (answers, seconds) = ballot(unit, at);
        let _ = if unit <= 10 {
            writeln!(csv, "{},2026/9/3 10:{at:02}:{unit:02},{seconds}秒,微信,,10.0.0.{at},{answers}", at + 1)
        } else {
            let (minute, second) = (seconds / 60, seconds % 60);
            writeln!(csv, "{},2026/9/3 10:{at:02}:00,2026/9/3 10:{:02}:{second:02},anonymous,,{answers}", at + 1, at + minute)
        };
    }
    csv
}

fn case(split: bool) -> Case {
    let mut units = "unit,parent,level,name\nc,,corps,演算兵团\n".to_owned();
    let mut case = Case::new();
    for unit in 1..=20 {
        let _ = writeln!(units, "u{unit},c,unit,{unit}号社区");
        let cut = if split { 9 } else { BALLOTS };
        for (number, part) in [0..cut, cut..BALLOTS].into_iter().filter(|part| !part.is_empty()).enumerate() {
            case = case.file(&format!("returns/{unit}号社区/民意调查表-{number}.csv"), sheet(unit, part));
        }
    }
    case.file("units.csv", units).file("scheme.toml", SCHEME)
}

#[test]
fn fast_ballots_are_flagged_from_durations_and_from_moments() {
    let whole = case(false);
    whole.run();
    let flags = whole.csv("forensics.csv");
    let fast = flags.find(&[("kind", "作答过快")]);
    let told: Vec<_> = fast.iter().map(|row| (row["unit"].as_str(), row["count"].as_str(), row["of"].as_str())).collect();
    assert_eq!(told, [("u1", "10", "24"), ("u16", "10", "24")], "{:#?}", flags.rows());
    let said = whole.csv("diagnostics.csv");
    assert_eq!(said.find(&[("code", "M344")]).len(), 2);
    let split = case(true);
    split.run();
    assert_eq!(tree(&whole.out())["forensics.csv"], tree(&split.out())["forensics.csv"]);
}

#[test]
fn no_time_is_kept() {
    let sheet = sheet(2, 0..BALLOTS).replacen("138秒", "4937秒", 1);
    assert!(sheet.contains("4937秒"), "{sheet}");
    let case = case(false).file("returns/2号社区/民意调查表-0.csv", sheet);
    case.run();
    let part = text(&case.home().join("part.parquet"));
    let call = case.kaoping(&["tally", &text(&case.dir()), "-o", &part]);
    assert!(call.status < 2, "{}", call.stderr);
    let mut files = tree(&case.out());
    files.insert("part.parquet".to_owned(), std::fs::read(&part).expect("a tally"));
    for (name, bytes) in &files {
        for word in ["4937", "10.0.0.2", "2026/9/3 10"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} stands in {name}");
        }
    }
}
