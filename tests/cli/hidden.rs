//! No value that disclosure control hid stands in any file of an edition: planted scores are looked for in all of them.

use super::kit::{Case, kaoping, pdf_text, text, tree};
use std::fmt::Write as _;
use std::io::{Cursor, Read};
use std::path::Path;

const SCHEME: &str = r#"
title = "藏数"
year = 2026
[[level]]
code = "team"
name = "队"
[[level]]
code = "unit"
name = "连"
[[scale]]
code = "s"
options = [
  { code = "a", label = "优秀", value = "97.31", class = "top" },
  { code = "b", label = "良好", value = "82.47", class = "favourable" },
  { code = "c", label = "较差", value = "31.79", class = "low" },
]
[[strata]]
code = "abc"
members = [
  { code = "A", name = "A票", weight = "0.4" },
  { code = "B", name = "B票", weight = "0.3" },
  { code = "C", name = "C票", weight = "0.3" },
]
[[form]]
code = "cp"
name = "民主测评表"
kind = "ballot"
scale = "s"
strata = "abc"
items = [{ code = "1", name = "政治建设" }, { code = "2", name = "思想建设" }, { code = "3", name = "组织建设" }]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "cp"
name = "民主测评"
parent = "total"
weight = "100"
forms = ["cp"]
[rules]
places = 4
"#;

/// Three ballots of stratum A (too few), thirteen of B, nineteen of C, so that no two strata can have the same mean by chance.
fn ballots(unit: usize) -> (String, Vec<String>) {
    let options = [("优秀", 97.31), ("良好", 82.47), ("较差", 31.79)];
    let mut csv = "票种,政治建设,思想建设,组织建设\n".to_owned();
    let mut small = [0.0; 3];
    for (stratum, n) in [("A", 3), ("B", 13), ("C", 19)] {
        for ballot in 0..n {
            csv.push_str(stratum);
            for (item, sum) in small.iter_mut().enumerate() {
                let mixed = [[0, 0, 1], [0, 1, 2], [1, 1, 2], [0, 0, 2], [0, 1, 1], [1, 2, 2]];
                let answer = if stratum == "A" { mixed[(unit + 2 * item) % 6][ballot] } else { (ballot * (unit + 2) + item) % 3 };
                let (label, value) = options[answer];
                let _ = write!(csv, ",{label}");
                if stratum == "A" {
                    *sum += value;
                }
            }
            csv.push('\n');
        }
    }
    let shown = |sum: &f64| {
        let text = format!("{:.5}", sum / 3.0);
        text[..text.len() - 2].to_owned()
    };
    (csv, small.iter().map(shown).collect())
}

/// The text of a file, and of what is packed in it.
pub fn contents(name: &str, bytes: Vec<u8>) -> String {
    if Path::new(name).extension().is_some_and(|ending| ending == "pdf") {
        return pdf_text(&bytes).unwrap_or_default().concat();
    }
    if Path::new(name).extension().is_none_or(|ending| ending != "xlsx") {
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip");
    let mut all = String::new();
    for entry in 0..archive.len() {
        let mut content = Vec::new();
        archive.by_index(entry).expect("an entry").read_to_end(&mut content).expect("readable");
        all.push_str(&String::from_utf8_lossy(&content));
    }
    all
}

#[test]
fn no_planted_hidden_score_stands_in_any_file() {
    let mut case = Case::new();
    let mut units = "unit,parent,level,name\nT,,team,大队\n".to_owned();
    let mut planted = Vec::new();
    for (unit, name) in ["一连", "二连", "三连", "四连"].into_iter().enumerate() {
        let _ = writeln!(units, "U{unit},T,unit,{name}");
        let (csv, small) = ballots(unit);
        case = case.file(&format!("returns/{name}-民主测评表.csv"), &csv);
        planted.extend(small.into_iter().map(|score| (name, score)));
    }
    let case = case.file("scheme.toml", SCHEME).file("units.csv", &units);
    for call in [
        vec!["run", &text(&case.dir()), "-o", &text(&case.out())],
        vec!["trace", &text(&case.dir()), "--subject", "一连", "-v"],
        vec!["trace", &text(&case.dir()), "--subject", "大队", "--format", "json"],
    ] {
        let call = kaoping(case.home(), &call);
        for (name, score) in &planted {
            assert!(
                !call.stdout.contains(score.as_str()) && !call.stderr.contains(score.as_str()),
                "{name} {score}: {}",
                call.stdout
            );
        }
    }
    let files = tree(&case.out());
    let readable = |name: &str| Path::new(name).extension().is_some_and(|ending| ending != "png" && ending != "parquet");
    assert!(files.keys().filter(|name| readable(name)).count() > 10);
    for (name, bytes) in files.into_iter().filter(|(name, _)| readable(name)) {
        let content = contents(&name, bytes);
        for (unit, score) in &planted {
            assert!(!content.contains(score.as_str()), "{score} of {unit} stands in {name}");
        }
    }
}

#[test]
fn the_planted_scores_do_stand_there_when_nothing_is_hidden() {
    let (csv, small) = ballots(0);
    let case = Case::new()
        .file("returns/一连-民主测评表.csv", &csv)
        .file("scheme.toml", SCHEME.replace("places = 4", "places = 4\nmin-cell = 2"))
        .file("units.csv", "unit,parent,level,name\nT,,team,大队\nU0,T,unit,一连\n");
    case.run();
    let scores = String::from_utf8(tree(&case.out())["scores.csv"].clone()).expect("text");
    assert!(small.iter().all(|score| scores.contains(score.as_str())), "{small:?}");
}
