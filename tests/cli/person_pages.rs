//! Persons of the made example through the binary: a page for each, the appeal's calculation, quotas that add up; and what changes
//! for leaders when the grade of their unit changes.

use super::kit::{Case, Csv, kaoping, levels, text, tiers, tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example")
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

/// The middle of a page between two marks.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no {from}: {page}"));
    rest.split_once(to).map_or(rest, |(inside, _)| inside)
}

#[test]
fn the_example_has_120_persons_each_with_a_page_and_quotas_that_add_up() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("reports");
    let call = kaoping(home.path(), &["run", &text(&example()), "-o", &text(&out)]);
    assert_eq!(call.status, 1, "{}", call.stderr);
    let persons = Csv::read(&out.join("persons.csv"));
    assert_eq!(persons.rows().len(), 120);
    let seen = |column: &str| persons.rows().iter().map(|row| row[column].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(seen("tier"), BTreeSet::from(["第一责任", "直接责任", "具体责任", "集体责任"]));
    assert_eq!(seen("status"), BTreeSet::from(["", "试用期", "立案未结", "病事假超半年", "处分期"]));
    assert!(seen("unit_grade").is_superset(&BTreeSet::from(["优秀", "良好", "一般", "较差"])), "{:?}", seen("unit_grade"));
    assert_eq!(seen("grade"), BTreeSet::from(["", "优秀", "称职", "基本称职", "不称职"]));
    intervals(&persons);
    pages(&out, &persons);
    products(&out, &persons);
    quotas(&out, &persons);
}

/// Products tell a unit's score to more places than it is published with only where nothing below the unit is hidden.
fn products(out: &Path, persons: &Csv) {
    let scores = Csv::read(&out.join("scores.csv"));
    let hidden: BTreeSet<&str> =
        scores.rows().iter().filter(|row| row["hidden"] == "是").map(|row| row["subject"].as_str()).collect();
    let (mut veiled, mut exact) = (0, 0);
    for row in persons.rows().iter().filter(|row| !row["score"].is_empty()) {
        let page = std::fs::read_to_string(out.join("persons").join(&row["person"]).join("report.html")).expect("a page");
        let table = between(&page, "<h2>综合得分怎样算出", "</table>");
        let numbers = table.split(|sign: char| !sign.is_ascii_digit() && sign != '.');
        let long = numbers.filter_map(|number| number.split_once('.')).any(|(_, places)| places.len() > 2);
        let unit = format!("{}-", row["unit"]);
        let below = |code: &&str| **code == row["unit"] || code.starts_with(&unit) || **code == row["person"];
        if hidden.iter().any(below) {
            assert!(!long, "{}: {table}", row["person"]);
            veiled += 1;
        } else {
            exact += usize::from(long);
        }
    }
    assert!(veiled > 5 && exact > 5, "{veiled} {exact}");
}

/// Every ranked person has a rank interval with the rank in it, and they are of use: neither points nor everything.
fn intervals(persons: &Csv) {
    let (mut wide, mut ranked) = (0, 0);
    for row in persons.rows().iter().filter(|row| !row["rank"].is_empty()) {
        let of = |column: &str| row[column].parse::<u32>().unwrap_or_else(|_| panic!("{column}: {row:?}"));
        assert!(1 <= of("rank_low") && of("rank_low") <= of("rank") && of("rank") <= of("rank_high"), "{row:?}");
        assert!(of("rank_high") <= of("of"), "{row:?}");
        ranked += 1;
        wide += u32::from(of("rank_high") > of("rank_low"));
    }
    assert!(ranked > 100 && wide * 2 > ranked, "{wide} of {ranked}");
    assert!(persons.rows().iter().any(|row| !row["rank"].is_empty() && row["rank_high"] != row["of"]));
}

/// A page for each with the published total and grade, linked from the first page, small, with the row of every hidden stratum shut.
fn pages(out: &Path, persons: &Csv) {
    let files = tree(&out.join("persons"));
    let index = std::fs::read_to_string(out.join("index.html")).expect("the first page").replace("&#x2f;", "/");
    for row in persons.rows() {
        let name = format!("{}/report.html", row["person"]);
        let page = String::from_utf8(files[&name].clone()).expect("UTF-8").replace("&#x2f;", "/");
        let total = match row["score"].as_str() {
            "" if row["hidden"] == "是" => "※",
            "" => "—",
            score => score,
        };
        assert!(page.contains(&format!("<b id=\"total\">{total}</b>")), "{name}: {total}");
        let grade = match (row["gradable"].as_str(), row["grade"].as_str()) {
            ("否", _) => "不定等次",
            (_, "") => "—",
            (_, grade) => grade,
        };
        assert!(page.contains(&format!("id=\"grade\">{grade}</b>")), "{name}: {grade}");
        assert!(index.contains(&format!("href=\"persons/{name}\"")), "the first page leads to {name}");
        assert!(page.len() < 60_000 && !page.contains("<script"), "{name}: {} bytes", page.len());
        for reason in row["reasons"].split('；').filter(|reason| !reason.contains(['<', '>'])) {
            assert!(page.contains(reason), "{name} does not say {reason}");
        }
    }
    // 五十一团: four voters of stratum A are too few, and B goes with them so that A cannot be worked out.
    let page = String::from_utf8(files["P039/report.html"].clone()).expect("UTF-8");
    let votes = between(&page, "<section class=\"votes\">", "<section id=\"why\">");
    for stratum in ["A票", "B票"] {
        let row = between(votes, &format!("<th scope=\"row\">{stratum}"), "</tr>");
        assert!(row.contains("人数不足") && !row.contains("class=\"n"), "{stratum}: {row}");
    }
}

/// Per pool: places are what base and share give, and no more than that get the grade.
fn quotas(out: &Path, persons: &Csv) {
    let mut given: BTreeMap<&str, u64> = BTreeMap::new();
    for row in persons.rows().iter().filter(|row| row["grade"] == "优秀") {
        *given.entry(row["pool"].as_str()).or_default() += 1;
    }
    let quotas = Csv::read(&out.join("quotas.csv"));
    let (mut base, mut all) = (0, 0);
    for row in quotas.rows().iter().filter(|row| row["kind"] != "等次名额") {
        let count = |column: &str| row[column].parse::<u64>().expect("a count");
        let exact = number(&row["base"]) * number(&row["share"]);
        assert!((exact - number(&row["exact"])).abs() < 1e-9, "{row:?}");
        assert!(count("given") <= count("places") && number(&row["places"]) <= exact + 1e-9, "{row:?}");
        base += count("base");
        all += count("given");
    }
    assert_eq!(all, given.values().sum::<u64>(), "{given:?}");
    let counts = |row: &&BTreeMap<String, String>| row["gradable"] == "是" && (!row["score"].is_empty() || row["hidden"] == "是");
    let gradable = persons.rows().iter().filter(counts).count();
    assert_eq!(base, gradable as u64, "everybody who may be graded counts in one pool, and in one only");
    let tied: Vec<&str> = quotas.rows().iter().map(|row| row["tied"].as_str()).filter(|tied| !tied.is_empty()).collect();
    assert_eq!(tied, ["P021、P022"], "the joint candidates at the cut are listed");
}

fn trace(person: &str, more: &[&str]) -> String {
    let home = tempfile::tempdir().expect("a folder");
    let folder = text(&example());
    let call = kaoping(home.path(), &[&["trace", &folder, "--subject", person], more].concat());
    assert_eq!(call.status, 0, "{}", call.stderr);
    call.stdout
}

#[test]
fn an_appeal_gets_the_whole_chain_and_what_would_change_the_grade() {
    let sheet: serde_json::Value = serde_json::from_str(&trace("P021", &["--format", "json"])).expect("JSON");
    let terms = sheet["node"]["terms"].as_array().expect("terms");
    let sum: f64 = terms.iter().map(|term| number(term["product"].as_str().expect("a product"))).sum();
    let total = number(sheet["total"]["published"].as_str().expect("a total"));
    assert!((sum - total).abs() < 0.006, "{sum} against {total}");
    assert_eq!(terms.len(), 3, "unit, duty report, votes");
    let person = &sheet["person"];
    // 第一师, units graded 优秀: 5 × 30 % = 1.5, one place; twins are tied for it.
    let quota = &person["quota"];
    assert_eq!((quota["base"].as_u64(), quota["places"].as_u64(), quota["tied"].as_u64()), (Some(5), Some(1), Some(2)));
    assert_eq!((person["tied_at_cut"].as_bool(), person["up"][0]["only_quota"].as_bool()), (Some(true), Some(true)));
    assert_eq!(person["unit"]["code"], "1-43");
    assert!(person["unit_part"]["terms"].as_array().is_some_and(|terms| terms.len() > 1), "the unit's part is worked out too");
    let page = trace("P039", &[]);
    for line in ["升为：优秀", "单靠「个人述职」", "上限须不再适用：述职评议未达到“好”的不得确定为优秀", "单位等次若为："]
    {
        assert!(page.contains(line), "{line}:\n{page}");
    }
    // The votes of A and B are hidden there; those of C are told: 5 × 100 + 15 × 80 + 4 × 60.
    assert!(
        page.contains("A票 人数过少，不公布") && page.contains("优秀(100)×5 + 称职(80)×15 + 基本称职(60)×4 = 1940 ÷ 24"),
        "{page}"
    );
}

const SCHEME: &str = concat!(
    r#"
title = "演算"
language = "zh"
"#,
    levels!(),
    tiers!(),
    r#"[[node]]
code = "total"
name = "单位综合得分"
[[node]]
code = "base"
name = "单位考核"
parent = "total"
weight = "100"
[[node]]
code = "person"
name = "干部综合得分"
subjects = "persons"
[[node]]
code = "p-unit"
name = "所在单位考核"
parent = "person"
from-unit = "total"
weight = "50"
[[node]]
code = "p-own"
name = "本人得分"
parent = "person"
weight = "50"
[[grade]]
code = "excellent"
name = "优秀"
from = ">= 90"
leaders-share = "50%"
[[grade]]
code = "good"
name = "良好"
leaders-share = "25%"
[[person-cap]]
name = "良好单位主要负责人不得优秀"
unit-grade = "good"
principal = true
at-best = "competent"
[persons]
quota-pool = "unit"
[rules]
min-cell = 0
"#
);

/// Four leaders of one unit: 50 % of 4 is two places while the unit is 优秀, 25 % is one when a veto takes it to 良好.
fn leaders(veto: &str) -> Case {
    let case = Case::new()
        .file("scheme.toml", SCHEME)
        .file("units.csv", "unit,parent,level,name\nc,,corps,演算兵团\nu1,c,unit,甲单位\n")
        .file(
            "persons.csv",
            "id,name,unit,tier\nP1,张三,u1,第一责任\nP2,李四,u1,直接责任\nP3,王五,u1,直接责任\nP4,赵六,u1,直接责任\n",
        )
        .file("imported.csv", "subject,node,score\nu1,base,92\nP1,p-own,98\nP2,p-own,96\nP3,p-own,94\nP4,p-own,86\n")
        .file("adjustments.csv", format!("subject,kind,effect,reason\n{veto}"));
    case.run();
    case
}

#[test]
fn another_grade_of_the_unit_changes_quota_and_caps_and_the_page_says_so() {
    let of = |case: &Case, person: &str, column: &str| case.csv("persons.csv").get(&[("person", person)], column).to_owned();
    let page = |case: &Case, person: &str| {
        std::fs::read_to_string(case.out().join(format!("persons/{person}/report.html"))).expect("a page")
    };
    let (plain, vetoed) = (leaders(""), leaders("u1,veto,set:good,通报\n"));
    let grades = |case: &Case| ["P1", "P2", "P3", "P4"].map(|person| of(case, person, "grade"));
    assert_eq!(grades(&plain), ["优秀", "优秀", "称职", "称职"], "two places of 4 × 50 %");
    assert_eq!(grades(&vetoed), ["称职", "优秀", "称职", "称职"], "one place of 4 × 25 %, and the principal is capped");
    assert!(page(&plain, "P3").contains("4 × 50% = 2.00 → <b>2</b>"), "{}", page(&plain, "P3"));
    assert!(page(&vetoed, "P3").contains("4 × 25% = 1.00 → <b>1</b>"));
    assert!(page(&vetoed, "P1").contains("class=\"bites\">≤ 称职</span> 良好单位主要负责人不得优秀"));
    // P4 stands at 89: a point short of 90, which 2 more of its own part (half the weight) would make.
    let call = vetoed.kaoping(&["trace", &text(&vetoed.dir()), "--subject", "赵 六"]);
    for line in ["得分：须 ≥ 90，还差 1 分", "单靠「本人得分」：由 86.00 到 88.00", "优秀 → 优秀名额 50%；良好 → 优秀名额 25%"]
    {
        assert!(call.stdout.contains(line), "{line}: {}{}", call.stdout, call.stderr);
    }
    let call = vetoed.kaoping(&["trace", &text(&vetoed.dir()), "--subject", "P1"]);
    assert!(call.stdout.contains("上限须不再适用：良好单位主要负责人不得优秀"), "{}", call.stdout);
    assert!(call.stdout.contains("良好 → 优秀名额 25%，≤ 称职"), "{}", call.stdout);
}
