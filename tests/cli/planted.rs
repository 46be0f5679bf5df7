//! Every number that disclosure control took away from the made example — scores, errors, interval ends, gaps, costs, results of
//! persons — is looked for in every output, rounded to every length; and sentences on hidden subjects are looked for too.
//!
//! What was taken away is known from the same assessment with nothing hidden. `tally.parquet` holds the exact counts and is the
//! office's working file; it is not looked into.

use super::hidden::contents;
use super::kit::{Case, Csv, SCHEME, kaoping, text, tree, write};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const PLACES: u32 = 6;

/// The made example with six places, and with this minimum cell.
fn example(home: &Path, min_cell: &str) -> PathBuf {
    let folder = home.join(format!("example-{min_cell}"));
    for (name, bytes) in tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example")) {
        let bytes = if name == "scheme.toml" {
            let scheme = String::from_utf8(bytes).expect("UTF-8");
            let edited = scheme.replace("min-cell = 5", &format!("min-cell = {min_cell}")).replace("places = 2", "places = 6");
            assert!(edited.contains(&format!("min-cell = {min_cell}")) && edited.contains("places = 6"));
            edited.into_bytes()
        } else {
            bytes
        };
        write(&folder.join(name), &bytes);
    }
    folder
}

fn run(folder: &Path, out: &Path) -> String {
    let call = kaoping(folder, &["run", &text(folder), "-o", &text(out), "-v"]);
    assert!(call.status < 2, "{}", call.stderr);
    call.stdout + &call.stderr
}

type Key = (String, String, String);

fn key(row: &BTreeMap<String, String>, stratum: &str) -> Key {
    (row["subject"].clone(), row["node"].clone(), row.get(stratum).cloned().unwrap_or_default())
}

/// Numbers of some columns, as written.
fn numbers<'r>(row: &'r BTreeMap<String, String>, columns: &'r [&str]) -> impl Iterator<Item = (String, String)> + 'r {
    columns.iter().filter_map(|column| {
        let text = row.get(*column)?;
        text.parse::<f64>().ok().map(|_| ((*column).to_owned(), text.clone()))
    })
}

const SCORES: [&str; 8] = ["score", "points", "se", "low", "high", "interval_se", "deff", "unscreened"];
const FINDINGS: [&str; 4] = ["score", "gap", "cost", "probability"];
const PERSONS: [&str; 7] = ["score", "bound_low", "bound_high", "p-report", "p-vote", "p-unit", "coverage"];

/// (what it is, its number with six places) of everything that stands in the open edition and not in the closed one; and every number
/// that may stand there.
fn taken_away(open: &Path, closed: &Path) -> (Vec<(String, f64)>, BTreeSet<String>) {
    let (mut gone, mut legal) = (Vec::new(), BTreeSet::new());
    let mut compare = |file: &str, columns: &[&str], key: &dyn Fn(&BTreeMap<String, String>) -> Key| {
        let (open, closed) = (Csv::read(&open.join(file)), Csv::read(&closed.join(file)));
        let shown: BTreeMap<Key, &BTreeMap<String, String>> = closed.rows().iter().map(|row| (key(row), row)).collect();
        for row in open.rows() {
            let own = key(row);
            for (column, number) in numbers(row, columns) {
                let there = shown.get(&own).and_then(|shown| shown.get(&column));
                if there.is_some_and(|there| !there.is_empty()) {
                    continue;
                }
                // what is not listed in the closed edition is not taken away: it may only be no finding any more
                if shown.contains_key(&own) || file == "findings.csv" {
                    gone.push((format!("{file} {own:?} {column}"), number.parse().expect("a number")));
                }
            }
        }
        for row in closed.rows() {
            let all: Vec<&str> = row.keys().map(String::as_str).collect();
            for (_, number) in numbers(row, &all) {
                legal.extend((0..=PLACES).map(|places| rounded(number.parse().expect("a number"), places)));
            }
        }
    };
    compare("scores.csv", &SCORES, &|row| key(row, "stratum"));
    compare("findings.csv", &FINDINGS, &|row| {
        let (subject, node, _) = key(row, "kind");
        (subject, node, format!("{} {}", row["kind"], row["between"]))
    });
    compare("persons.csv", &PERSONS, &|row| (row["person"].clone(), String::new(), String::new()));
    compare("standings.csv", &["score", "se", "low", "high", "bound_low", "bound_high"], &|row| {
        (row["subject"].clone(), String::new(), String::new())
    });
    compare("reliability.csv", &["alpha", "item_rest", "alpha_without"], &|row| {
        (row["form"].clone(), row["procedure"].clone(), row["item"].clone())
    });
    // rates of return and probabilities of ranks, which no answer goes into
    for (file, columns) in [("receipts.csv", ["turnout"]), ("stability.csv", ["probability"])] {
        for row in Csv::read(&closed.join(file)).rows() {
            for (_, number) in numbers(row, &columns) {
                legal.extend((0..=PLACES).map(|places| rounded(number.parse().expect("a number"), places)));
            }
        }
    }
    (gone, legal)
}

/// A total with hidden cells in it is told to its published places: its exact fraction would give their counts back.
fn only_published_places(sheet: &serde_json::Value, subject: &str) {
    assert_eq!(sheet["rounded"].as_bool(), Some(true), "{subject} has hidden cells");
    let mut totals = vec![&sheet["total"]["exact"], &sheet["node"]["score"]["exact"]];
    for (way, kind) in [("up", "option"), ("up", "points"), ("down", "option"), ("down", "points")] {
        totals.push(&sheet["turning"][way][kind]["total"]["exact"]);
    }
    totals.extend(sheet["bounds"].as_array().into_iter().flatten().map(|bound| &bound["exact"]));
    let told: Vec<&str> = totals.into_iter().filter_map(serde_json::Value::as_str).collect();
    assert!(!told.is_empty(), "{subject}");
    for exact in told {
        let places = exact.split_once('.').map_or(0, |(_, places)| places.len());
        assert!(!exact.contains('/') && places <= PLACES as usize, "{subject}: {exact}");
    }
}

fn rounded(value: f64, places: u32) -> String {
    format!("{value:.*}", places as usize)
}

/// All numbers of a text: runs of digits with at most one point between them.
fn tokens(content: &str) -> BTreeSet<&str> {
    let runs = content.split(|sign: char| !sign.is_ascii_digit() && sign != '.');
    runs.map(|run| run.trim_matches('.')).filter(|run| run.len() > 3).collect()
}

/// Places of decimals that are looked for: drawings are full of short numbers of their own.
fn lengths(name: &str) -> std::ops::RangeInclusive<u32> {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if ["csv", "json", "xlsx", ""].contains(&ending) { 3..=PLACES } else { 4..=PLACES }
}

#[test]
fn nothing_that_was_taken_away_stands_in_any_output() {
    let home = tempfile::tempdir().expect("a folder");
    let (open, closed) = (example(home.path(), "1"), example(home.path(), "5"));
    let (open_out, out) = (home.path().join("open"), home.path().join("closed"));
    run(&open, &open_out);
    let mut places = vec![("standard output".to_owned(), run(&closed, &out))];
    for subject in ["1-42-j1", "1-42", "1-42-q1", "P039"] {
        for more in [&["-v"][..], &["--format", "json"]] {
            let call = kaoping(&closed, &[&["trace", &text(&closed), "--subject", subject], more].concat());
            assert_eq!(call.status, 0, "{}", call.stderr);
            if more.contains(&"json") {
                only_published_places(&serde_json::from_str(&call.stdout).expect("JSON"), subject);
            }
            places.push((format!("trace {subject}"), call.stdout));
        }
    }
    let (gone, legal) = taken_away(&open_out, &out);
    assert!(gone.len() > 300, "{} numbers were taken away", gone.len());
    let readable = |name: &str| Path::new(name).extension().is_some_and(|ending| ending != "png" && ending != "parquet");
    places.extend(tree(&out).into_iter().filter(|(name, _)| readable(name)).map(|(name, bytes)| {
        let content = contents(&name, bytes);
        (name, content)
    }));
    let unmistakable =
        |value: f64| rounded(value, PLACES).trim_end_matches('0').split('.').nth(1).is_some_and(|rest| rest.len() > 4);
    let wanted: Vec<&(String, f64)> = gone.iter().filter(|(_, value)| unmistakable(*value)).collect();
    assert!(wanted.len() > 150, "{} of them are unmistakable", wanted.len());
    let mut found = Vec::new();
    for (name, content) in &places {
        let tokens = tokens(content);
        for (what, value) in &wanted {
            for length in lengths(name) {
                let token = rounded(*value, length);
                if !legal.contains(&token) && tokens.contains(token.as_str()) {
                    found.push(format!("{token}, {what}, stands in {name}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} of {} × {}: {:#?}", found.len(), wanted.len(), places.len(), &found[..found.len().min(20)]);
    // the search finds what is there
    let scores = contents("scores.csv", tree(&open_out)["scores.csv"].clone());
    let there = tokens(&scores);
    let of_scores = wanted.iter().filter(|(what, _)| what.starts_with("scores.csv") && !what.ends_with("deff"));
    assert!(
        of_scores.clone().count() > 100
            && of_scores.into_iter().all(|(_, value)| there.contains(rounded(*value, PLACES).as_str()))
    );
}

/// So many ballots with these answers to the two items.
fn ballots(votes: &[(usize, &str)]) -> String {
    let lines = votes.iter().flat_map(|(times, answers)| std::iter::repeat_n(*answers, *times));
    let numbered = lines.enumerate().map(|(number, answers)| format!("{},{answers}\n", number + 1));
    format!("序号,思想建设,作风建设\n{}", numbered.collect::<String>())
}

/// Three units of twenty ballots and one of three, all to one item; straight lines are void. With those left in, the one of three falls a grade, and
/// the best falls behind the second by its three void ballots.
#[test]
fn no_sentence_tells_of_a_hidden_subject_or_of_few_void_ballots() {
    let screened = "scale = \"s\"\nscreening = { all-same = { act = \"void\", min-items = 2 } }\nitems";
    let scheme = SCHEME.replace("scale = \"s\"\nitems", screened);
    assert!(scheme.contains("all-same"));
    let units =
        "unit,parent,level,name\nc,,corps,演算兵团\nu1,c,unit,甲单位\nu2,c,unit,乙单位\nu3,c,unit,丙单位\nu4,c,unit,丁单位\n";
    let of = |min_cell: &str, fourth: &str| {
        let case = Case::new()
            .file("scheme.toml", scheme.replace("min-cell = 0", &format!("min-cell = {min_cell}")))
            .file("units.csv", units)
            .file("returns/甲单位/民主测评表.csv", ballots(&[(19, "优秀,良好"), (1, "良好,较差"), (3, "较差,较差")]))
            .file("returns/乙单位/民主测评表.csv", ballots(&[(18, "优秀,良好"), (2, "良好,较差")]))
            .file("returns/丙单位/民主测评表.csv", ballots(&[(12, "优秀,良好"), (8, "良好,较差")]))
            .file("returns/丁单位/民主测评表.csv", fourth);
        case.run();
        case
    };
    let said = |case: &Case, code: &str| case.csv("diagnostics.csv").find(&[("code", code)]).len();
    let few = ballots(&[(1, "优秀,"), (2, "良好,"), (9, "较差,较差")]);
    let open = of("0", &few);
    assert_eq!((said(&open, "M229"), said(&open, "M342"), said(&open, "M353")), (1, 1, 0), "the planted sentences are said");
    let enough = of("5", &ballots(&[(9, "优秀,良好")]));
    assert_eq!((said(&enough, "M342"), said(&enough, "M353")), (0, 1), "that the order would change is said, not how far");
    assert!(enough.csv("standings.csv").rows().iter().all(|row| row["rank_unscreened"].is_empty()));
    let closed = of("5", &few);
    let standings = closed.csv("standings.csv");
    assert_eq!(standings.get(&[("subject", "u4")], "score"), "", "the unit of three is hidden");
    assert!(standings.rows().iter().all(|row| row["rank_unscreened"].is_empty()));
    assert_eq!((said(&closed, "M229"), said(&closed, "M342")), (0, 0));
    for (name, bytes) in tree(&closed.out()).into_iter().filter(|(name, _)| !name.ends_with("png") && !name.ends_with("parquet"))
    {
        let content = contents(&name, bytes);
        assert!(!content.contains("M229") && !content.contains("M342"), "{name}");
    }
}
