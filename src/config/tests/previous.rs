//! Settings of the analysis, and last year's results matched by code.

use super::{breaks_reference, parsed, shown, table};
use crate::config::{Outcome, REFERENCE_SCHEME, Tables, open, reference_units, resolve};
use crate::numeric::{int, ratio};
use crate::survey::{Analysis, Previous};
use std::fmt::Write as _;

fn with_previous(extra: &str, scores: &str) -> Outcome {
    let scheme = format!("{REFERENCE_SCHEME}\n[previous]\nfile = \"scores.csv\"\n{extra}");
    let tables =
        Tables { units: table("units.csv", reference_units()), previous: Some(table("scores.csv", scores)), ..Tables::default() };
    resolve(&parsed(&scheme), &tables, "demo")
}

fn known(outcome: &Outcome) -> Vec<(String, String)> {
    let scheme = outcome.scheme.as_ref().expect("a scheme");
    let previous: &Previous = scheme.rules.analysis.previous.as_ref().expect("last year");
    let name = |score: &crate::survey::PreviousScore| {
        (scheme.index.node(score.node).code.clone(), crate::numeric::exact_text(&score.score))
    };
    previous.scores.iter().map(name).collect()
}

/// All nine items of 目标考核 as they are, the procedure, and its indicators.
fn last_year(change: impl Fn(&str, &mut String, &mut String)) -> String {
    let mut text = "subject,node,node_name,stratum,score,full,se\n".to_owned();
    let scheme =
        resolve(&parsed(REFERENCE_SCHEME), &Tables { units: table("units.csv", reference_units()), ..Tables::default() }, "demo");
    let scheme = scheme.scheme.expect("a scheme");
    for node in &scheme.index.nodes {
        let (mut name, mut full) = (node.name.clone(), crate::numeric::exact_text(&node.full));
        change(&node.code, &mut name, &mut full);
        if node.code.starts_with("mubiao") || ["zhengzhi", "zuzhi", "zuofeng", "baozhang"].contains(&node.code.as_str()) {
            let _ = write!(text, "3-41-1,{},{name},,88.25,{full},1.5\n3-41-1,{},{name},A票,70,{full},\n", node.code, node.code);
        }
    }
    text + "gone-unit,mubiao,目标考核,,80,100,\n"
}

#[test]
fn the_reference_scheme_spells_out_the_defaults() {
    let tables = Tables { units: table("units.csv", reference_units()), ..Tables::default() };
    let scheme = resolve(&parsed(REFERENCE_SCHEME), &tables, "demo").scheme.expect("a scheme");
    assert_eq!(scheme.rules.analysis, Analysis::default());
    let changed = REFERENCE_SCHEME.replacen("margin = \"3\"", "margin = \"5/2\"\nline = 60", 1);
    let analysis = resolve(&parsed(&changed), &tables, "demo").scheme.expect("a scheme").rules.analysis;
    assert_eq!((analysis.margin, analysis.line), (ratio(5, 2), Some(int(60))));
}

#[test]
fn settings_out_of_range_are_named() {
    breaks_reference("draws = 1000", "draws = 10", "S108", "10");
    breaks_reference("margin = \"3\"", "margin = \"101\"", "S108", "101");
    breaks_reference("weight-spread = \"20%\"", "weight-spread = \"2\"", "S108", "2");
    breaks_reference("false-flags = \"5%\"", "false-flags = \"60%\"", "S520", "0.6");
    breaks_reference("seed = 20260101", "sed = 1", "S102", "sed");
}

#[test]
fn unchanged_nodes_are_matched_by_code() {
    let outcome = with_previous("", &last_year(|_, _, _| {}));
    let codes: Vec<String> = known(&outcome).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes.len(), 14, "nine items, four indicators, one procedure: {codes:?}");
    assert!(known(&outcome).iter().all(|(_, score)| score == "88.25"), "the row of the whole node, not of a stratum");
    let found = shown(&outcome.diagnostics);
    assert!(found.iter().any(|one| one.starts_with("S521") && one.contains("gone-unit")), "{found:#?}");
}

#[test]
fn a_changed_item_and_all_above_it_are_listed_and_not_compared() {
    let reworded = |code: &str, name: &mut String, _: &mut String| {
        if code == "mubiao.3" {
            "支部工作".clone_into(name);
        }
    };
    let outcome = with_previous("", &last_year(reworded));
    let codes: Vec<String> = known(&outcome).into_iter().map(|(code, _)| code).collect();
    assert!(codes.contains(&"zhengzhi".to_owned()) && codes.contains(&"mubiao.1".to_owned()), "{codes:?}");
    assert!(["mubiao.3", "zuzhi", "mubiao"].iter().all(|code| !codes.contains(&(*code).to_owned())), "{codes:?}");
    let text = outcome.diagnostics.iter().find(|one| one.code == "S522").expect("listed").arg("found").to_owned();
    assert!(text.contains("mubiao.3") && !text.contains("mubiao.1"), "{text}");
    let again = with_previous("same = [\"mubiao.3\"]\n", &last_year(reworded));
    assert_eq!(known(&again).len(), 14, "the scheme may say that it is the same");
    let marks = |code: &str, _: &mut String, full: &mut String| {
        if code == "mubiao.3" {
            "40".clone_into(full);
        }
    };
    assert_eq!(known(&with_previous("", &last_year(marks))).len(), 11, "other full marks are another item");
}

#[test]
fn an_item_that_is_gone_changes_what_is_above_it() {
    let text = last_year(|_, _, _| {}) + "3-41-1,mubiao.99,旧题,,70,10,\n";
    let codes: Vec<String> = known(&with_previous("", &text)).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes.len(), 9, "items only: {codes:?}");
}

#[test]
fn a_file_that_is_not_there_stops_the_run() {
    let dir = tempfile::tempdir().expect("dir");
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("written");
    write("scheme.toml", &format!("{REFERENCE_SCHEME}\n[previous]\nfile = \"last\"\n"));
    write("units.csv", reference_units());
    let found = shown(&open(dir.path()).expect_err("not there"));
    assert!(found.len() == 1 && found[0].starts_with("S920") && found[0].ends_with("last"), "{found:?}");
    std::fs::create_dir(dir.path().join("last")).expect("folder");
    write("last/scores.csv", "subject,node,score\n");
    let (_, paths) = open(dir.path()).expect("opens");
    assert_eq!(paths.previous, Some(dir.path().join("last/scores.csv")));
}
