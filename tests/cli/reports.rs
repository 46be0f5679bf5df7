//! The pages through the binary: a report for every unit with its published total, sections of the first page, words of one language.

use super::kit::{Case, tree};
use std::fmt::Write as _;
use std::path::Path;

const SCHEME: &str = r#"
title = "Trial"
year = 2026
language = "en"
[[level]]
code = "team"
name = "Team"
[[level]]
code = "unit"
name = "Unit"
[[scale]]
code = "s"
options = [
  { code = "a", label = "good", value = "95", class = "top" },
  { code = "b", label = "fair", value = "75", class = "middle" },
  { code = "c", label = "poor", value = "40", class = "low" },
]
[[strata]]
code = "ab"
members = [{ code = "A", name = "A", weight = "0.4" }, { code = "B", name = "B", weight = "0.6" }]
[[form]]
code = "cp"
name = "Survey"
kind = "ballot"
scale = "s"
strata = "ab"
items = [{ code = "1", name = "Candour" }, { code = "2", name = "Diligence" }, { code = "3", name = "Thrift" }]
[[node]]
code = "total"
name = "Composite"
[[node]]
code = "cp"
name = "Ballot"
parent = "total"
weight = "100"
forms = ["cp"]
"#;

const UNITS: [&str; 5] = ["Alder", "Birch", "Cedar", "Doum", "Elm"];

/// Thirty ballots of stratum B, and of stratum A too few to show in the first two units.
fn ballots(unit: usize) -> String {
    let mut csv = "stratum,Candour,Diligence,Thrift\n".to_owned();
    for (stratum, n) in [("A", if unit < 2 { 3 } else { 12 }), ("B", 30)] {
        for ballot in 0..n {
            csv.push_str(stratum);
            for item in 0..3 {
                let _ = write!(csv, ",{}", ["good", "good", "fair", "poor"][(ballot * (unit + 1) + item * 2 + ballot / 7) % 4]);
            }
            csv.push('\n');
        }
    }
    csv
}

/// The assessment, run.
pub fn case() -> Case {
    let mut case = Case::new();
    let mut units = "unit,parent,level,name\nT,,team,Grove\n".to_owned();
    for (unit, name) in UNITS.into_iter().enumerate() {
        let _ = writeln!(units, "U.{unit},T,unit,{name}");
        case = case.file(&format!("returns/{name}-Survey.csv"), ballots(unit));
    }
    let case = case.file("scheme.toml", SCHEME).file("units.csv", &units);
    case.run();
    case
}

/// Tables that could be wider than a telephone stand in a box that scrolls by itself.
fn assert_tables_are_boxed(name: &str, page: &str) {
    for (at, _) in page.match_indices("<table") {
        let before = page[..at].trim_end();
        assert!(
            before.ends_with("<div class=\"wide\">") || page[at..].starts_with("<table class=\"sum\""),
            "{name}: {}",
            &page[at..(at + 80).min(page.len())]
        );
    }
}

#[test]
fn every_unit_has_a_report_with_its_total_and_the_first_page_its_sections() {
    let case = case();
    let files = tree(&case.out());
    let page = |name: &str| String::from_utf8(files[name].clone()).expect("UTF-8");
    let index = page("index.html");
    for section in ["findings", "returns", "standings", "weak", "charts", "troubles", "method"] {
        assert!(index.contains(&format!("<section id=\"{section}\">")), "{section}");
    }
    assert!(index.contains("Rank interval") && index.contains("95% interval"), "how sure stands in the standings");
    assert_tables_are_boxed("index.html", &index);
    let standings = case.csv("standings.csv");
    assert_eq!(files.keys().filter(|name| name.ends_with("/report.html")).count(), UNITS.len() + 1);
    for row in standings.rows() {
        let name = format!("units/{}/report.html", row["subject"].replace(['/', '.'], "-"));
        let report = page(&name);
        assert!(report.contains(&format!("<b id=\"total\">{}</b>", row["score"])), "{name}: {report}");
        assert!(report.contains(&row["grade"]) && report.contains(&format!("--subject {}", row["subject"])), "{name}");
        assert!(index.replace("&#x2f;", "/").contains(&format!("href=\"{name}\"")), "the first page leads to {name}");
        for section in ["result", "peers", "strong", "weak", "answers", "calculation", "absent"] {
            assert!(report.contains(&format!("<section id=\"{section}\">")), "{name} {section}");
        }
        assert!(report.len() < 120_000 && !report.contains("<script"), "{name}: {} bytes", report.len());
        assert_tables_are_boxed(&name, &report);
    }
}

#[test]
fn pages_of_an_english_scheme_hold_no_chinese() {
    let case = case();
    let ours = |character: char| matches!(character, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    for (name, bytes) in
        tree(&case.out()).into_iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|ending| ending == "html"))
    {
        let page = String::from_utf8(bytes).expect("UTF-8");
        let found: Vec<&str> = page.lines().filter(|line| line.contains(ours)).collect();
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

#[test]
fn a_unit_report_works_its_total_out() {
    let case = case();
    let report = std::fs::read_to_string(case.out().join("units/U-3/report.html")).expect("a report");
    let total = case.csv("standings.csv").get(&[("subject", "U.3")], "score").to_owned();
    let (_, sum) = report.split_once("<table class=\"sum\">").expect("a calculation");
    let (sum, _) = sum.split_once("</table>").expect("its end");
    assert!(sum.contains(&format!("<b>{total}</b>")), "{total}: {sum}");
    let (_, parts) = report.split_once("<section id=\"calculation\">").expect("a section");
    assert!(parts.contains("100%") && parts.contains("Ballot"), "the weight of the only procedure: {parts}");
}
