//! The same ballots give the same bytes: for any threads, any order of files, any split, in one go or by parts.

use super::kit::{Case, kaoping, text, tree};
use std::path::Path;

fn demo() -> Case {
    let case = Case::new();
    let call = case.kaoping(&[
        "demo",
        &text(&case.dir()),
        "--divisions",
        "2",
        "--regiments",
        "2",
        "--companies",
        "4",
        "--ballots",
        "12",
    ]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    case
}

fn run_to(case: &Case, name: &str, jobs: &str) -> std::collections::BTreeMap<String, Vec<u8>> {
    let out = case.home().join(name);
    let call = case.kaoping(&["run", &text(&case.dir()), "-o", &text(&out), "-j", jobs]);
    assert!(call.status < 2, "{}", call.stderr);
    tree(&out)
}

#[test]
fn threads_and_parts_change_no_byte() {
    let case = demo();
    let one = run_to(&case, "one", "1");
    assert!(one.len() > 10, "{:?}", one.keys());
    for jobs in ["2", "8"] {
        same(&one, &run_to(&case, jobs, jobs));
    }
    // tally + report equals run
    let tally = case.home().join("all.parquet");
    assert!(case.kaoping(&["tally", &text(&case.dir()), "-o", &text(&tally)]).status < 2);
    let out = case.home().join("reported");
    assert!(case.kaoping(&["report", &text(&case.dir()), "--from", &text(&tally), "-o", &text(&out)]).status < 2);
    same(&one, &tree(&out));
}

fn same(left: &std::collections::BTreeMap<String, Vec<u8>>, right: &std::collections::BTreeMap<String, Vec<u8>>) {
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    let differing: Vec<&String> = left.keys().filter(|name| left[*name] != right[*name]).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

/// Findings of a command as lines of JSON, without those on what the results are worth.
fn of_returns(case: &Case, words: &[&str]) -> Vec<String> {
    let call = case.kaoping(&[words, &["--format", "json", "-v"]].concat());
    assert!(call.status < 2, "{}", call.stderr);
    let of_results = |code: &str| matches!(code, "M229" | "M297" | "M342") || code.starts_with("M25") || code.starts_with("M26");
    let shown = |code: &str| !of_results(code) && !code.starts_with("M34") && !code.starts_with("M35");
    let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).ok().map(|value| (value, line.to_owned()));
    let finding = |(value, line): (serde_json::Value, String)| value["code"].as_str().is_some_and(shown).then_some(line);
    call.stdout.lines().filter_map(line).filter_map(finding).collect()
}

#[test]
fn a_tally_says_of_the_returns_what_a_run_says() {
    let case = demo();
    let (dir, tally, out) = (text(&case.dir()), text(&case.home().join("all.parquet")), text(&case.home().join("out")));
    let tallied = of_returns(&case, &["tally", &dir, "-o", &tally]);
    let run = of_returns(&case, &["run", &dir, "-o", &out]);
    assert!(tallied.len() > 5 && tallied.iter().any(|line| line.contains("\"M2")), "{tallied:#?}");
    assert_eq!(tallied, run);
}

#[test]
fn tallies_of_parts_merge_in_any_order() {
    let case = demo();
    let whole = run_to(&case, "whole", "2");
    let returns: Vec<String> = tree(&case.dir().join("returns")).into_keys().collect();
    let mut parts = Vec::new();
    for part in 0..3 {
        let folder = case.home().join(format!("part{part}"));
        for name in ["scheme.toml", "units.csv", "persons.csv", "adjustments.csv"] {
            let from = case.dir().join(name);
            if from.exists() {
                super::kit::write(&folder.join(name), &std::fs::read(from).expect("readable"));
            }
        }
        for (_, file) in returns.iter().enumerate().filter(|(number, _)| number % 3 == part) {
            let bytes = std::fs::read(case.dir().join("returns").join(file)).expect("readable");
            super::kit::write(&folder.join("returns").join(file), &bytes);
        }
        let tally = case.home().join(format!("part{part}.parquet"));
        let call = case.kaoping(&["tally", &text(&folder), "-o", &text(&tally)]);
        assert!(call.status < 2, "{}", call.stderr);
        parts.push(text(&tally));
    }
    for order in [[0, 1, 2], [2, 0, 1]] {
        let out = case.home().join(format!("merged{}", order[0]));
        let dir = text(&case.dir());
        let out_text = text(&out);
        let mut words = vec!["report", &dir, "-o", &out_text, "--from"];
        words.extend(order.iter().map(|part| parts[*part].as_str()));
        let call = case.kaoping(&words);
        assert!(call.status < 2, "{}", call.stderr);
        same(&whole, &tree(&out));
    }
}

/// The result files that must not depend on how the ballots were filed.
const RESULTS: [&str; 4] = ["standings.csv", "scores.csv", "receipts.csv", "quotas.csv"];

/// One result file; of the receipts all but the number of files that were sent, which is what the split changes.
fn results(case: &Case, name: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut rows = case.csv(name).rows().to_vec();
    for row in &mut rows {
        row.remove("sent");
    }
    rows
}

#[test]
fn ballots_split_in_five_files_or_one_give_the_same_results() {
    let scheme = std::fs::read_to_string(demo().dir().join("scheme.toml")).expect("a scheme");
    let units = "unit,parent,level,name,domain\nc,,corps,演示兵团,\nd,c,division,第一师,\nr,d,regiment,四十一团,\nu,r,company,一连,village\n";
    let grades = ["优秀", "良好", "一般", "较差", "不了解"];
    let rows: Vec<String> = (0..50)
        .map(|ballot: usize| {
            let answers: Vec<&str> = (0..6).map(|item| grades[(ballot * 7 + item * 3 + ballot / 5) % 5]).collect();
            format!("{},{}票,{}", ballot + 1, ["A", "B", "C"][ballot % 3], answers.join(","))
        })
        .collect();
    let head = "序号,票种,政治建设,思想建设,组织建设,作风建设,纪律建设,制度建设\n";
    let mut seen = Vec::new();
    for split in [1, 5] {
        let mut case = Case::new().file("scheme.toml", &scheme).file("units.csv", units);
        for (number, part) in rows.chunks(50 / split).enumerate() {
            let name = format!("returns/第一师/四十一团/一连-民主测评表-{number}.csv");
            case = case.file(&name, format!("{head}{}\n", part.join("\n")));
        }
        let call = case.run();
        assert!(!case.csv("scores.csv").find(&[("subject", "u"), ("node", "ceping")])[0]["score"].is_empty(), "{}", call.stderr);
        seen.push(RESULTS.map(|name| results(&case, name)));
    }
    for (number, name) in RESULTS.iter().enumerate() {
        assert!(seen[0][number] == seen[1][number], "{name} differs");
    }
}

#[test]
fn shuffled_file_names_change_no_result() {
    let case = demo();
    let before = run_to(&case, "before", "2");
    // the same files under other names, so that they are read in another order; unit, form and stratum words stay in the names
    let returns = case.dir().join("returns");
    let files: Vec<String> = tree(&returns).into_keys().collect();
    for (number, file) in files.iter().enumerate() {
        let path = returns.join(file);
        let name = path.file_name().expect("a name").to_str().expect("UTF-8");
        if name.starts_with(['~', '.']) {
            continue;
        }
        let order = (number * 7919) % files.len();
        std::fs::rename(&path, path.with_file_name(format!("z{order:04}_{name}"))).expect("renamed");
    }
    let after = run_to(&case, "after", "2");
    for name in ["standings.csv", "scores.csv", "quotas.csv"] {
        assert_eq!(before[name], after[name], "{name}");
    }
}

#[test]
fn the_example_in_the_repository_is_what_demo_writes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let case = Case::new();
    let call = kaoping(case.home(), &["demo", "made"]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    same(&tree(&root.join("input/example")), &tree(&case.home().join("made")));
}
