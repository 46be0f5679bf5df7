//! The worked examples E1–E13 and E18 of the method, from input files through the binary, with their exact numbers.
//! Source of the numbers: exact rational arithmetic by hand and by an independent script.
#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    clippy::many_single_char_names,
    reason = "short tables read better so"
)]

use super::kit::{Case, Csv, levels};

const BANDS: &str = r#"
[[grade]]
code = "excellent"
name = "优秀"
from = { op = ">=", value = "90" }
leaders-share = "30%"
[[grade]]
code = "good"
name = "良好"
from = { op = ">=", value = "80" }
leaders-share = "25%"
[[grade]]
code = "fair"
name = "一般"
from = { op = ">=", value = "60" }
leaders-share = "20%"
[[grade]]
code = "poor"
name = "较差"
leaders-share = "15%"
"#;

const CADRE: &str = r#"
[[scale]]
code = "cadre"
options = [
  { code = "a", label = "优秀", value = "100" },
  { code = "b", label = "称职", value = "80" },
  { code = "c", label = "基本称职", value = "60", class = "low" },
  { code = "d", label = "不称职", value = "0", class = "low" },
  { code = "n", label = "弃权", class = "abstain" },
]
"#;

const LEVELS: &str = concat!(
    r#"
title = "演算"
language = "zh"
"#,
    levels!()
);

pub const UNITS: &str = "unit,parent,level,name,domain\nc,,corps,演算兵团,\nu1,c,unit,甲单位,\n";

/// A form of one item on the cadre scale, feeding one procedure.
fn one_item(form: &str, node: &str) -> String {
    format!(
        r#"{LEVELS}{CADRE}
[[form]]
code = "ceping"
name = "民主测评表"
kind = "ballot"
scale = "cadre"
{form}
items = [{{ code = "1", name = "总体评价" }}]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "ceping"
name = "民主测评"
parent = "total"
weight = "100"
forms = ["ceping"]
{node}
[rules]
min-cell = 0
{BANDS}"#
    )
}

fn votes(counts: [u32; 5]) -> String {
    let [a, b, c, d, n] = counts;
    format!("测评项目,优秀,称职,基本称职,不称职,弃权\n总体评价,{a},{b},{c},{d},{n}\n")
}

/// The same counts as single ballots, one a row.
fn ballots(stratum: &str, counts: [u32; 5]) -> String {
    let labels = ["优秀", "称职", "基本称职", "不称职", "弃权"];
    let mut out = String::new();
    for (label, count) in labels.iter().zip(counts) {
        for _ in 0..count {
            out.push_str(&format!("{stratum}{label}\n"));
        }
    }
    out
}

fn unit_score(case: &Case) -> String {
    case.csv("standings.csv").get(&[("subject", "u1")], "score").to_owned()
}

fn score_of(scheme: &str, file: &str, content: &str) -> String {
    let case = Case::new().file("scheme.toml", scheme).file("units.csv", UNITS).file(file, content);
    let call = case.run();
    let score = unit_score(&case);
    assert!(!score.is_empty(), "no score:\n{}", call.stderr);
    score
}

#[test]
fn e1_abstentions() {
    let table = "returns/甲单位-民主测评表.csv";
    let counts = votes([18, 10, 2, 0, 2]);
    let as_ballots = format!("序号,总体评价\n{}", ballots("1,", [18, 10, 2, 0, 2]));
    for (policy, expected) in [("exclude", "90.67"), ("zero", "85.00"), ("60", "88.75")] {
        let scheme = one_item(&format!("abstain = \"{policy}\""), "");
        assert_eq!(score_of(&scheme, table, &counts), expected, "{policy}");
        assert_eq!(score_of(&scheme, table, &as_ballots), expected, "{policy}, ballots");
    }
    let scale = |values: [&str; 4]| {
        let mut scheme = one_item("", "");
        for (label, (old, new)) in ["优秀", "称职", "基本称职", "不称职"].iter().zip(["100", "80", "60", "0"].iter().zip(values))
        {
            scheme = scheme
                .replace(&format!("label = \"{label}\", value = \"{old}\""), &format!("label = \"{label}\", value = \"{new}\""));
        }
        score_of(&scheme, table, &counts)
    };
    assert_eq!(scale(["100", "80", "60", "40"]), "90.67");
    assert_eq!(scale(["95", "85", "75", "65"]), "90.33");
    assert_eq!(scale(["95", "85", "70", "50"]), "90.00");
    let rate =
        |abstain: &str| score_of(&one_item(&format!("abstain = \"{abstain}\""), "measure = \"excellent-rate\""), table, &counts);
    assert_eq!(rate("exclude"), "60.00");
    assert_eq!(rate("zero"), "56.25");
}

const ABC: &str = r#"
[[strata]]
code = "abc"
members = [
  { code = "A", name = "A票", weight = "0.4" },
  { code = "B", name = "B票", weight = "0.3" },
  { code = "C", name = "C票", weight = "0.3" },
]
"#;

#[test]
fn e2_a_stratum_without_ballots() {
    let file = "returns/甲单位-民主测评表.csv";
    let b = ballots("B票,", [8, 6, 1, 0, 0]);
    let c = ballots("C票,", [20, 24, 4, 2, 0]);
    let sheet = format!("票种,总体评价\n{b}{c}");
    let scheme = |policy: &str| {
        one_item(&format!("strata = \"abc\"\nmissing-stratum = \"{policy}\""), "").replacen(CADRE, &format!("{CADRE}{ABC}"), 1)
    };
    assert_eq!(score_of(&scheme("renormalise"), file, &sheet), "86.27");
    assert_eq!(score_of(&scheme("zero"), file, &sheet), "51.76");
    assert_eq!(score_of(&scheme("give-to:B"), file, &sheet), "87.49");
    let pooled = format!("序号,总体评价\n{}{}", ballots("1,", [8, 6, 1, 0, 0]), ballots("1,", [20, 24, 4, 2, 0]));
    assert_eq!(score_of(&one_item("", ""), file, &pooled), "84.62");
    let with_a = format!("{sheet}{}", ballots("A票,", [1, 1, 0, 0, 0]));
    assert_eq!(score_of(&scheme("renormalise"), file, &with_a), "87.76");
    let case = Case::new().file("scheme.toml", scheme("refuse")).file("units.csv", UNITS).file(file, &sheet);
    case.run();
    assert_eq!(unit_score(&case), "");
}

/// Scheme and ballots of E2.
pub fn e2() -> (String, String) {
    let scheme = one_item("strata = \"abc\"", "").replacen(CADRE, &format!("{CADRE}{ABC}"), 1);
    let sheet = format!("票种,总体评价\n{}{}", ballots("B票,", [8, 6, 1, 0, 0]), ballots("C票,", [20, 24, 4, 2, 0]));
    (scheme, sheet)
}

#[test]
fn e2_is_marked_incomplete_with_effective_weights() {
    let (scheme, sheet) = e2();
    let case = Case::new().file("scheme.toml", scheme).file("units.csv", UNITS).file("returns/甲单位-民主测评表.csv", sheet);
    case.run();
    let scores = case.csv("scores.csv");
    let cell = |stratum: &str, column: &str| {
        scores.get(&[("subject", "u1"), ("node", "ceping.1"), ("stratum", stratum)], column).to_owned()
    };
    assert_eq!(cell("B票", "score"), "89.33");
    assert_eq!(cell("C票", "score"), "83.20");
    assert_eq!((cell("A票", "effective_weight"), cell("B票", "effective_weight")), ("0".to_owned(), "0.5".to_owned()));
    assert_ne!(case.csv("standings.csv").get(&[("subject", "u1")], "incomplete"), "");
}

/// Scheme and ballots of E3.
pub fn e3() -> (String, String) {
    let scheme = format!(
        r#"{LEVELS}
[[strata]]
code = "abc"
members = [
  {{ code = "A", name = "A票", weight = "0.4" }},
  {{ code = "A1", name = "A1票", parent = "A", weight = "0.6" }},
  {{ code = "A2", name = "A2票", parent = "A", weight = "0.4" }},
  {{ code = "B", name = "B票", weight = "0.3" }},
  {{ code = "C", name = "C票", weight = "0.3" }},
]
[[form]]
code = "ceping"
name = "民主测评表"
kind = "ballot"
answer = "score"
strata = "abc"
items = [
  {{ code = "de", name = "德", full = "100", weight = "20" }},
  {{ code = "neng", name = "能", full = "100", weight = "15" }},
  {{ code = "qin", name = "勤", full = "100", weight = "15" }},
  {{ code = "ji", name = "绩", full = "100", weight = "30" }},
  {{ code = "lian", name = "廉", full = "100", weight = "20" }},
]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "ceping"
name = "民主测评"
parent = "total"
weight = "100"
forms = ["ceping"]
[rules]
min-cell = 0
{BANDS}"#
    );
    let mut sheet = "票种,德,能,勤,绩,廉\nA1票,95,90,92,88,96\nA2票,90,85,90,84,95\nA2票,92,88,86,86,93\n".to_owned();
    for score in [88, 90, 90] {
        sheet.push_str(&format!("B票,{score},{score},{score},{score},{score}\n"));
    }
    for score in [83, 83, 83, 83, 84] {
        sheet.push_str(&format!("C票,{score},{score},{score},{score},{score}\n"));
    }
    (scheme, sheet)
}

#[test]
fn e3_nested_strata_and_dimensions() {
    let (scheme, sheet) = e3();
    assert_eq!(score_of(&scheme, "returns/甲单位-民主测评表.csv", &sheet), "88.00");
    let only_a: String = sheet.lines().take(4).map(|line| format!("{line}\n")).collect();
    assert_eq!(score_of(&scheme, "returns/甲单位-民主测评表.csv", &only_a), "90.61");
}

/// One scored item, judged by several.
fn judged(form: &str, subjects: &str) -> String {
    format!(
        r#"{LEVELS}{subjects}
[[form]]
code = "shuzhi"
name = "述职评分表"
kind = "ballot"
answer = "score"
{form}
items = [{{ code = "1", name = "述职得分", full = "100", aliases = ["得分"] }}]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "shuping"
name = "述职评议"
parent = "total"
weight = "100"
forms = ["shuzhi"]
[rules]
min-cell = 0
{BANDS}"#
    )
}

#[test]
fn e4_trimmed_mean() {
    let trim = judged("trim = { rule = \"one-each\", when-above = 5 }", "");
    let table = |scores: &[u32]| {
        let judges: Vec<String> = (1..=scores.len()).map(|judge| format!("评委{judge}")).collect();
        let scores: Vec<String> = scores.iter().map(ToString::to_string).collect();
        format!("述职评分表\n单位,{}\n甲单位,{}\n", judges.join(","), scores.join(","))
    };
    let file = "returns/述职评分表.csv";
    let seven = table(&[96, 92, 90, 88, 95, 60, 91]);
    assert_eq!(score_of(&judged("", ""), file, &seven), "87.43");
    assert_eq!(score_of(&trim, file, &seven), "91.20");
    assert_eq!(score_of(&trim, file, &table(&[96, 96, 90, 88, 60, 60])), "83.50");
    assert_eq!(score_of(&trim, file, &table(&[96, 92, 90, 88, 60])), "85.20");
}

#[test]
fn e5_ballots_on_eight_people() {
    let rules = r#"trim = { rule = "one-each", when-above = 5 }
screening = { all-same = { act = "void", min-items = 2 }, all-full = "void", too-many-high = { act = "void", at-or-above = "90", more-than = 3 }, too-few-low = { act = "void", below = "70", fewer-than = 2 } }"#;
    let scheme = judged(rules, "[[level]]\ncode = \"person\"\nname = \"干部\"\n");
    let names = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"];
    let mut units = UNITS.to_owned();
    for (number, name) in names.iter().enumerate() {
        units.push_str(&format!("p{number},u1,person,{name}同志,\n"));
    }
    let header: Vec<String> = names.iter().map(|name| format!("{name}同志")).collect();
    let rows = [
        [95, 91, 92, 88, 85, 80, 65, 60],
        [100; 8],
        [85; 8],
        [95, 94, 93, 92, 85, 80, 65, 60],
        [95, 90, 88, 86, 84, 80, 75, 69],
        [92, 90, 91, 89, 88, 87, 69, 66],
        [89, 88, 93, 90, 80, 82, 68, 64],
        [90, 84, 91, 85, 83, 79, 66, 67],
        [97, 86, 89, 93, 81, 78, 60, 62],
        [88, 92, 94, 80, 79, 90, 69, 68],
    ];
    let mut sheet = format!("甲单位述职评分表\n票号,{}\n", header.join(","));
    for (number, row) in rows.iter().enumerate() {
        let row: Vec<String> = row.iter().map(ToString::to_string).collect();
        sheet.push_str(&format!("{},{}\n", number + 1, row.join(",")));
    }
    let case = Case::new().file("scheme.toml", scheme).file("units.csv", units).file("returns/甲单位/述职评分表.csv", sheet);
    let call = case.run();
    let standings = case.csv("standings.csv");
    let expected = ["91.50", "88.75", "91.75", "88.00", "82.25", "82.00", "67.00", "64.75"];
    for (number, expected) in expected.iter().enumerate() {
        let code = format!("p{number}");
        assert_eq!(standings.get(&[("subject", &code)], "score"), *expected, "{code}\n{}", call.stderr);
    }
    let receipts = case.csv("receipts.csv");
    let row = receipts.find(&[("unit", "u1"), ("form", "shuzhi")]);
    assert_eq!((row[0]["valid"].as_str(), row[0]["void"].as_str()), ("6", "4"));
}

#[test]
fn e6_turnout() {
    let scheme = |rule: &str| one_item(&format!("meeting = {{ returned-above-issued = true, turnout = {rule} }}"), "");
    let sheet = |due: u32, present: u32, issued: u32, returned: u32| {
        format!(
            "甲单位民主测评表\n应到{due}人，实到{present}人，发出{issued}张，收回{returned}张\n序号,总体评价\n{}",
            ballots("1,", [30, 5, 0, 0, 0])
        )
    };
    let counted = |rule: &str, due, present, issued, returned| {
        let case = Case::new()
            .file("scheme.toml", scheme(rule))
            .file("units.csv", UNITS)
            .file("returns/甲单位-民主测评表.csv", sheet(due, present, issued, returned));
        case.run();
        !unit_score(&case).is_empty()
    };
    let two_thirds = r#"{ op = ">=", value = "2/3" }"#;
    assert!(!counted(two_thirds, 60, 39, 39, 35));
    assert!(counted(two_thirds, 60, 40, 40, 35));
    assert!(!counted(two_thirds, 61, 40, 40, 35));
    assert!(counted(two_thirds, 61, 41, 41, 35));
    let half = r#"{ op = ">", value = "1/2" }"#;
    assert!(!counted(half, 60, 30, 40, 35));
    assert!(counted(half, 60, 31, 40, 35));
    assert!(counted(r#"{ op = ">=", value = "80%" }"#, 60, 48, 48, 35));
    assert!(!counted(two_thirds, 60, 41, 40, 41), "more returned than issued");
}

#[test]
fn e6_void_ballots_leave_thirty_five_valid() {
    let scheme = one_item("screening = { answered-min = { act = \"void\", share = \"1\" } }", "");
    let sheet =
        format!("甲单位民主测评表\n发出40张，收回38张\n序号,总体评价\n{}36,\n37,\n38,\n", ballots("1,", [30, 5, 0, 0, 0]));
    let case = Case::new().file("scheme.toml", scheme).file("units.csv", UNITS).file("returns/甲单位-民主测评表.csv", sheet);
    case.run();
    let receipts = case.csv("receipts.csv");
    let row = receipts.find(&[("unit", "u1")])[0];
    assert_eq!((row["issued"].as_str(), row["returned"].as_str(), row["valid"].as_str()), ("40", "38", "35"));
    assert_eq!(row["blank"].parse::<u32>().expect("count") + row["void"].parse::<u32>().expect("count"), 3);
}

#[test]
fn e7_vote_share_tiers() {
    let tiers = r#"measure = { tiers = { full = "200", rows = [
  { top = { op = ">=", value = "90%" }, points = "200" },
  { top = { op = ">=", value = "80%" }, points = "190" },
  { top = { op = ">=", value = "70%" }, points = "180" },
  { top = { op = ">=", value = "60%" }, points = "170" },
  { low = { op = "<", value = "1/3" }, points = "160" },
  { points = "130" },
] } }"#;
    let points = |counts| {
        let case = Case::new()
            .file("scheme.toml", one_item("", &tiers.replace('\n', "")))
            .file("units.csv", UNITS)
            .file("returns/甲单位-民主测评表.csv", votes(counts));
        case.run();
        case.csv("scores.csv").get(&[("subject", "u1"), ("node", "ceping.1"), ("stratum", "")], "points").to_owned()
    };
    assert_eq!(points([62, 30, 5, 3, 0]), "170.00");
    assert_eq!(points([12, 10, 8, 3, 0]), "130.00", "exactly a third");
    assert_eq!(points([12, 11, 8, 2, 0]), "160.00");
    assert_eq!(points([27, 2, 1, 0, 0]), "200.00");
}

/// Five procedures whose scores come from elsewhere.
fn five(rules: &str, more: &str) -> String {
    let mut nodes = String::new();
    for (code, name, weight) in [
        ("mubiao", "目标考核", 50),
        ("zhuanxiang", "专项述职", 10),
        ("ceping", "民主测评", 10),
        ("mindiao", "民意调查", 10),
        ("shuping", "述职评议", 20),
    ] {
        nodes.push_str(&format!("[[node]]\ncode = \"{code}\"\nname = \"{name}\"\nparent = \"total\"\nweight = \"{weight}\"\n"));
    }
    format!("{LEVELS}[[node]]\ncode = \"total\"\nname = \"综合得分\"\n{nodes}[rules]\nmin-cell = 0\n{rules}\n{BANDS}{more}")
}

fn imported(scheme: &str, units: &str, scores: &[(&str, &str, &str)], adjustments: &str) -> (Case, String) {
    let mut table = "subject,node,score\n".to_owned();
    for (subject, node, score) in scores {
        table.push_str(&format!("{subject},{node},{score}\n"));
    }
    let mut case = Case::new().file("scheme.toml", scheme).file("units.csv", units).file("imported.csv", table);
    if !adjustments.is_empty() {
        case = case.file("adjustments.csv", adjustments);
    }
    let call = case.run();
    (case, call.stderr)
}

/// E8 with this policy for the missing procedure, run.
pub fn e8(policy: &str) -> (Case, String) {
    let scores =
        [("u1", "mubiao", "88.40"), ("u1", "zhuanxiang", "91.00"), ("u1", "ceping", "84.10"), ("u1", "shuping", "90.20")];
    imported(&five(&format!("missing-procedure = \"{policy}\""), ""), UNITS, &scores, "")
}

#[test]
fn e8_a_missing_procedure() {
    for (policy, expected) in [("renormalise", "88.61"), ("zero", "79.75"), ("floor:86.50", "88.40"), ("floor:60", "85.75")] {
        let (case, said) = e8(policy);
        let standings = case.csv("standings.csv");
        let get = |column: &str| standings.get(&[("subject", "u1")], column).to_owned();
        assert_eq!(get("score"), expected, "{policy}\n{said}");
        assert_eq!((get("bound_low"), get("bound_high")), ("79.75".to_owned(), "89.75".to_owned()));
        assert!(!get("grades_possible").contains("优秀"), "{}", get("grades_possible"));
    }
}

#[test]
fn e8b_self_rating_and_assessment() {
    let scheme = |node: &str| {
        format!(
            r#"{LEVELS}
[[form]]
code = "kaohe"
name = "考核评分表"
kind = "assessed"
items = [{{ code = "1", name = "制度建设", full = "40" }}, {{ code = "2", name = "队伍建设", full = "60" }}]
[[form]]
code = "zicha"
name = "自查评分表"
kind = "self-rated"
items-of = "kaohe"
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "mubiao"
name = "目标考核"
parent = "total"
weight = "100"
forms = ["kaohe"]
self-rated = {{ form = "zicha", {node} }}
[rules]
{BANDS}"#
        )
    };
    let sheet =
        "甲单位考核评分表\n序号,考核项目,分值,自评分,考核分\n1,制度建设,40,39.5,34.4\n2,队伍建设,60,58.5,52\n,合计,100,98,86.4\n";
    let file = "returns/甲单位-考核评分表.csv";
    assert_eq!(score_of(&scheme("weight = \"0\""), file, sheet), "86.40");
    assert_eq!(score_of(&scheme("weight = \"0.2\""), file, sheet), "88.72");
    assert_eq!(score_of(&scheme("weight = \"0.3\""), file, sheet), "89.88");
    let penalty = scheme("weight = \"0\", tolerance = \"5\", penalty = \"0.2\"");
    assert_eq!(score_of(&penalty, file, sheet), "85.08");
    let case = Case::new().file("scheme.toml", penalty).file("units.csv", UNITS).file(file, sheet);
    case.run();
    let gap = case.csv("scores.csv").get(&[("subject", "u1"), ("node", "mubiao"), ("stratum", "")], "self_gap").to_owned();
    assert_eq!(gap, "11.60");
}

#[test]
fn e9_bonus_cap_deductions_and_veto() {
    let all = |score: &'static str| ["mubiao", "zhuanxiang", "ceping", "mindiao", "shuping"].map(|node| ("u1", node, score));
    let head = "subject,kind,points,achievement,award-level,document,reason\n";
    let awards = format!(
        "{head}u1,bonus,3,甲,国家级,文1,\nu1,bonus,2,乙,省级,文2,\nu1,bonus,1.5,丙,师级,文3,\nu1,deduction,2,,,文4,通报\nu1,deduction,1,,,文5,通报\n"
    );
    let score = |rules: &str, adjustments: &str| {
        let (case, _) = imported(&five(rules, ""), UNITS, &all("91.64"), adjustments);
        let standings = case.csv("standings.csv");
        let get = |column: &str| standings.get(&[("subject", "u1")], column).to_owned();
        (get("score"), get("grade"), get("rank"))
    };
    let cap = "bonus-cap = \"5\"\nveto = { effect = \"cap\", grade = \"good\" }";
    assert_eq!(score(cap, &awards), ("93.64".into(), "优秀".into(), "1".into()));
    let vetoed = format!("{awards}u1,veto,,,,文6,一票否决\n");
    assert_eq!(score(cap, &vetoed), ("93.64".into(), "良好".into(), "1".into()));
    let out = cap.replace("effect = \"cap\", grade = \"good\"", "effect = \"out-of-ranking\", grade = \"poor\"");
    assert_eq!(score(&out, &vetoed), ("93.64".into(), "较差".into(), String::new()));
    let one = awards.replace(",乙,", ",甲,").replace(",丙,", ",甲,");
    assert_eq!(score(cap, &one).0, "91.64");
}

fn e10_case(quota: &str, rules: &str) -> Csv {
    let rows: [(&str, &str, u32, u32); 13] = [
        ("一连", "95.20", 96, 92),
        ("二连", "94.80", 93, 95),
        ("三连", "94.10", 94, 90),
        ("四连", "93.10", 92, 93),
        ("五连", "93.10", 92, 91),
        ("六连", "93.10", 90, 96),
        ("七连", "91.00", 90, 88),
        ("八连", "90.40", 89, 89),
        ("九连", "88.70", 88, 85),
        ("十连", "86.00", 86, 84),
        ("十一连", "85.20", 85, 80),
        ("十二连", "79.90", 78, 82),
        ("十三连", "72.30", 70, 75),
    ];
    let mut units = "unit,parent,level,name,domain\nc,,corps,演算兵团,\n".to_owned();
    let mut scores = Vec::new();
    for (name, total, goal, vote) in rows {
        units.push_str(&format!("{name},c,unit,{name},\n"));
        scores.push((name, "total", total.to_owned()));
        scores.push((name, "mubiao", goal.to_string()));
        scores.push((name, "ceping", vote.to_string()));
    }
    let scores: Vec<(&str, &str, &str)> = scores.iter().map(|(a, b, c)| (*a, *b, c.as_str())).collect();
    let rules = format!("tie-chain = [\"mubiao\", \"ceping\"]\nveto = {{ effect = \"cap\", grade = \"good\" }}\n{rules}");
    let quota = format!("[[quota]]\nlevel = \"unit\"\ngrade = \"excellent\"\nshare = \"30%\"\n{quota}\n");
    let veto = "subject,kind,points,achievement,award-level,document,reason\n二连,veto,,,,文,否决\n";
    let (case, said) = imported(&five(&rules, &quota), &units, &scores, veto);
    let standings = case.csv("standings.csv");
    assert_eq!(standings.find(&[("level", "单位")]).len(), 13, "{said}");
    standings
}

fn excellent(standings: &Csv) -> Vec<String> {
    standings.find(&[("level", "单位"), ("grade", "优秀")]).iter().map(|row| row["name"].clone()).collect()
}

#[test]
fn e10_quota_with_ties_and_ranks() {
    assert_eq!(excellent(&e10_case("rounding = \"floor\"\nties = \"tiebreak\"", "")), ["一连", "三连", "四连"]);
    assert_eq!(excellent(&e10_case("rounding = \"floor\"\nties = \"drop\"", "")), ["一连", "三连"]);
    assert_eq!(excellent(&e10_case("rounding = \"floor\"\nties = \"include\"", "")), ["一连", "三连", "四连", "五连", "六连"]);
    assert_eq!(excellent(&e10_case("rounding = \"half-up\"\nties = \"tiebreak\"", "")), ["一连", "三连", "四连", "五连"]);
    let ranks = |rules: &str| -> Vec<String> {
        e10_case("", rules).find(&[("level", "单位")]).iter().take(8).map(|row| row["rank"].clone()).collect()
    };
    assert_eq!(ranks(""), ["1", "2", "3", "4", "4", "4", "7", "8"]);
    assert_eq!(ranks("rank-ties = \"dense\""), ["1", "2", "3", "4", "4", "4", "5", "6"]);
}

#[test]
fn e11_leaders_quota_by_grade_of_the_unit() {
    let units = "unit,parent,level,name,domain,leaders\nc,,corps,演算兵团,,\na,c,unit,甲,,9\nb,c,unit,乙,,9\nd,c,unit,丙,,9\ne,c,unit,丁,,9\n";
    let scores = [("a", "total", "95"), ("b", "total", "85"), ("d", "total", "70"), ("e", "total", "50")];
    for (rounding, expected) in [("floor", ["2", "2", "1", "1"]), ("half-up", ["3", "2", "2", "1"])] {
        let (case, said) = imported(&five(&format!("leaders-rounding = \"{rounding}\""), ""), units, &scores, "");
        let quotas = case.csv("quotas.csv");
        for ((grade, exact), places) in
            [("优秀", "2.7"), ("良好", "2.25"), ("一般", "1.8"), ("较差", "1.35")].iter().zip(expected)
        {
            let row = [("kind", "班子成员优秀名额"), ("grade", *grade)];
            assert_eq!(quotas.get(&row, "exact"), *exact, "{said}");
            assert_eq!(quotas.get(&row, "places"), places, "{rounding} {grade}");
        }
    }
}

fn satisfaction(values: [&str; 3], measure: &str) -> String {
    let [a, b, c] = values;
    let scale = format!(
        r#"
[[scale]]
code = "cadre"
options = [
  {{ code = "a", label = "满意", value = "{a}", class = "top" }},
  {{ code = "b", label = "基本满意", value = "{b}", class = "favourable" }},
  {{ code = "c", label = "不满意", value = "{c}", class = "low" }},
  {{ code = "n", label = "不了解", class = "abstain" }},
]
"#
    );
    one_item("", measure).replacen(CADRE, &scale, 1)
}

#[test]
fn e12_satisfaction_indices() {
    let table = "测评项目,满意,基本满意,不满意,不了解\n总体评价,120,60,10,30\n";
    let file = "returns/甲单位-民主测评表.csv";
    for (measure, expected) in
        [("satisfied-broad", "94.74"), ("satisfied-of-all", "81.82"), ("satisfied-only", "63.16"), ("awareness", "86.36")]
    {
        let scheme = satisfaction(["100", "80", "0"], &format!("measure = \"{measure}\""));
        assert_eq!(score_of(&scheme, file, table), expected, "{measure}");
    }
    for (values, expected) in [(["100", "80", "0"], "88.42"), (["100", "60", "0"], "82.11"), (["100", "80", "60"], "91.58")] {
        assert_eq!(score_of(&satisfaction(values, ""), file, table), expected, "{values:?}");
    }
}

#[test]
fn e12b_three_ways_to_roll_up() {
    let units = "unit,parent,level,name,domain,headcount\nc,,corps,演算兵团,,\nu1,c,unit,一连,,800\nu2,c,unit,二连,,1200\nu3,c,unit,三连,,200\n";
    let ballots = |counts: [u32; 3]| {
        let mut sheet = "述职评分表\n单位,得分\n".to_owned();
        for ((name, score), count) in [("一连", 92), ("二连", 84), ("三连", 70)].iter().zip(counts) {
            for _ in 0..count {
                sheet.push_str(&format!("{name},{score}\n"));
            }
        }
        sheet
    };
    for (rollup, counts, expected) in [
        ("simple", [60, 40, 20], "82.00"),
        ("headcount", [60, 40, 20], "85.64"),
        ("auto", [60, 40, 20], "82.00"),
        ("pooled", [60, 40, 20], "85.67"),
        ("pooled", [40, 40, 40], "82.00"),
    ] {
        let scheme = judged("", "").replace("[rules]", &format!("[rules]\nrollup = \"{rollup}\""));
        let units = if rollup == "auto" { units.replace(",200\n", ",\n") } else { units.to_owned() };
        let case =
            Case::new().file("scheme.toml", scheme).file("units.csv", units).file("returns/述职评分表.csv", ballots(counts));
        let call = case.run();
        assert_eq!(case.csv("standings.csv").get(&[("subject", "c")], "score"), expected, "{rollup}\n{}", call.stderr);
    }
}

#[test]
fn e12c_wilson_intervals_of_shares() {
    for (top, rest, low, high) in [(18, 2, "69.90", "97.21"), (36, 4, "76.95", "96.04"), (180, 20, "85.06", "93.43")] {
        let table = format!("测评项目,满意,基本满意,不满意,不了解\n总体评价,{top},0,{rest},0\n");
        let case = Case::new()
            .file("scheme.toml", satisfaction(["100", "80", "0"], "measure = \"satisfied-broad\""))
            .file("units.csv", UNITS)
            .file("returns/甲单位-民主测评表.csv", table);
        case.run();
        let scores = case.csv("scores.csv");
        let get = |column: &str| scores.get(&[("subject", "u1"), ("node", "ceping.1"), ("stratum", "")], column).to_owned();
        assert_eq!((get("score").as_str(), get("low").as_str(), get("high").as_str()), ("90.00", low, high));
    }
}

#[test]
fn e13_the_published_number_decides() {
    let scores = [
        ("u1", "mubiao", "89.37"),
        ("u1", "zhuanxiang", "91.25"),
        ("u1", "ceping", "87.45"),
        ("u1", "mindiao", "90.55"),
        ("u1", "shuping", "91.935"),
    ];
    for (basis, grade) in [("published", "优秀"), ("exact", "良好")] {
        let (case, _) = imported(&five(&format!("rounding-basis = \"{basis}\""), ""), UNITS, &scores, "");
        let standings = case.csv("standings.csv");
        let get = |column: &str| standings.get(&[("subject", "u1")], column).to_owned();
        assert_eq!((get("score").as_str(), get("grade").as_str()), ("90.00", grade), "{basis}");
    }
}

/// E18 rolled up this way, run.
pub fn e18(rollup: &str) -> (Case, String) {
    let units = "unit,parent,level,name,domain,headcount\n\
        d,,division,第三师,,1150\nr41,d,regiment,四十一团,,550\nr44,d,regiment,四十四团,,600\n\
        a1,r41,company,一连,,310\na2,r41,company,二连,,150\na3,r41,company,三连,,90\n\
        b1,r44,company,一连,,120\nb2,r44,company,二连,,480\n";
    let levels = "title = \"演算\"\n[[level]]\ncode = \"division\"\nname = \"师\"\n[[level]]\ncode = \"regiment\"\nname = \"团\"\n[[level]]\ncode = \"company\"\nname = \"连\"\n";
    let scores = [
        ("a1", "total", "92.10"),
        ("a2", "total", "88.40"),
        ("a3", "total", "79.60"),
        ("b1", "total", "90.00"),
        ("b2", "total", "83.50"),
    ];
    let scheme = five(&format!("rollup = \"{rollup}\"\nplaces = 3"), "").replacen(LEVELS, levels, 1);
    imported(&scheme, units, &scores, "")
}

#[test]
fn e18_roll_up_reverses_the_order() {
    for (rollup, r41, r44, division, order) in
        [("simple", "86.700", "86.750", "86.725", ["r44", "r41"]), ("headcount", "89.045", "84.800", "86.830", ["r41", "r44"])]
    {
        let (case, said) = e18(rollup);
        let standings = case.csv("standings.csv");
        let get = |subject: &str| standings.get(&[("subject", subject)], "score").to_owned();
        assert_eq!((get("r41").as_str(), get("r44").as_str(), get("d").as_str()), (r41, r44, division), "{said}");
        let listed: Vec<String> = standings.find(&[("level", "团")]).iter().map(|row| row["subject"].clone()).collect();
        assert_eq!(listed, order);
    }
}
