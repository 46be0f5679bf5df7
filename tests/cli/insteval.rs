//! Real data: 73,421 lecturer evaluations (R package lme4, InstEval). Every mean agrees with R's to the published digit.

use super::kit::{Case, Csv, kaoping, text};
use std::io::Write;
use std::path::Path;

/// 20 × a mean on 1–5 as R prints it (15 digits), rounded half-up to `places`.
fn expected(mean: &str, places: u32) -> String {
    let exact = kaoping::numeric::parse(mean).expect("a number") * kaoping::numeric::int(20);
    kaoping::numeric::round_half_up(&exact, places).to_string()
}

#[test]
fn every_lecturer_and_department_agrees_with_r() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = root.join("../shared/data/insteval");
    let case = Case::new();
    let call = kaoping(case.home(), &["run", &text(&root.join("input/insteval")), "-o", &text(&case.out())]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    let standings = case.csv("standings.csv");
    assert_eq!(standings.find(&[("level", "Lecturer")]).len(), 1128);
    assert_eq!(standings.find(&[("level", "Department")]).len(), 14);
    // overall mean of the 73,421 ratings, R 4.2.2 (reference_R.txt): 3.205744950
    assert_eq!(standings.get(&[("level", "School")], "score"), expected("3.205744950", 6));
    if !reference.exists() {
        writeln!(std::io::stderr(), "skipped in part: ../shared/data/insteval is not beside the project").expect("stderr");
        return;
    }
    let departments = read(&reference.join("reference_by_dept.csv"));
    for row in &departments {
        let found = standings.get(&[("level", "Department"), ("subject", &format!("D{}", row[0]))], "score");
        assert_eq!(found, expected(&row[4], 6), "department {}", row[0]);
    }
    let lecturers = read(&reference.join("reference_by_dept_lecturer.csv"));
    assert_eq!(lecturers.len(), 1128);
    let by_code: std::collections::BTreeMap<&str, &str> = standings
        .find(&[("level", "Lecturer")])
        .into_iter()
        .map(|row| (row["subject"].as_str(), row["score"].as_str()))
        .collect();
    for row in &lecturers {
        assert_eq!(by_code[row[1].as_str()], expected(&row[3], 6), "lecturer {}", row[1]);
    }
    let ballots: u64 = counts(&case.csv("receipts.csv"));
    assert_eq!(ballots, 73_421);
}

fn counts(receipts: &Csv) -> u64 {
    receipts.rows().iter().map(|row| row["valid"].parse::<u64>().unwrap_or(0)).sum()
}

fn read(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).expect("the reference");
    reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
}
