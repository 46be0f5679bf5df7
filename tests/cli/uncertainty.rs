//! Errors, intervals, design effects and reliabilities against R's `survey` and `psych`: the scripts and what they printed are in
//! tests/reference. Read through the library, in full precision.

use super::kit::Case;
use kaoping::measure::{Assessment, Cell, NodeScore, Uncertainty, assess};
use kaoping::pipeline::{Silent, count_returns, open};
use kaoping::survey::{Interval, Scheme, SubjectId};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A data file beside the project; tells where it is not there.
fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    if !path.exists() {
        use std::io::Write as _;
        writeln!(std::io::stderr(), "skipped: ../shared/data/{name} is not beside the project").expect("stderr");
        return None;
    }
    Some(path)
}

type Row = BTreeMap<String, String>;

fn table(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    let headers = reader.headers().expect("a header").clone();
    let row = |record: csv::StringRecord| headers.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.expect("a record"))).collect()
}

fn reference(name: &str) -> Vec<Row> {
    table(&root().join("tests/reference").join(name))
}

/// R knows nothing of peers: strata of fewer than 30 ballots stand for themselves only under `interval = "design"`.
fn result(dir: &Path, interval: Interval) -> (Scheme, Assessment) {
    let mut opened = open(dir).unwrap_or_else(|cause| panic!("{cause:?}"));
    opened.scheme.rules.analysis.interval = interval;
    let tally = count_returns(&opened, &Silent).expect("returns");
    let totals = tally.totals(&opened.scheme).expect("totals");
    let assessment = assess(&opened.scheme, &totals);
    (opened.scheme, assessment)
}

fn node<'a>(scheme: &Scheme, assessment: &'a Assessment, subject: SubjectId, code: &str) -> &'a NodeScore {
    let id = scheme.index.by_code(code).unwrap_or_else(|| panic!("no node {code}"));
    &assessment.scorecards[subject.0 as usize].nodes[usize::from(id.0)]
}

/// Agreement to 1e-9, of the value or of 1.
fn close(ours: f64, theirs: &str, what: &str) {
    let theirs: f64 = theirs.parse().unwrap_or_else(|_| panic!("{what}: R says {theirs:?}, we {ours}"));
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{what}: {ours}, R {theirs}");
}

fn agrees(error: Option<&Uncertainty>, row: &Row) {
    let what = format!("{row:?}");
    let error = error.unwrap_or_else(|| panic!("no error: {what}"));
    close(error.se, &row["se"], &format!("se of {what}"));
    close(error.df, &row["df"], &format!("df of {what}"));
    close(error.low, &row["low"], &format!("low of {what}"));
    close(error.high, &row["high"], &format!("high of {what}"));
    if row["deff"] != "NA" {
        close(error.deff.expect("a design effect"), &row["deff"], &format!("deff of {what}"));
    }
}

const APISTRAT: &str = r#"
title = "California schools"
language = "en"
[[level]]
code = "state"
name = "state"
[[strata]]
code = "type"
members = [
  { code = "E", name = "Elementary", weight = "4421/6194" },
  { code = "H", name = "High", weight = "755/6194" },
  { code = "M", name = "Middle", weight = "1018/6194" },
]
[[form]]
code = "school"
name = "School"
kind = "ballot"
answer = "score"
strata = "type"
items = [
  { code = "i1", name = "index this year", full = "1000", weight = "60", indicator = "both" },
  { code = "i2", name = "index last year", full = "1000", weight = "40", indicator = "both" },
  { code = "i3", name = "learners of English", full = "100", weight = "70", indicator = "gaps" },
  { code = "i4", name = "moved in", full = "100", weight = "30", indicator = "gaps" },
  { code = "i5", name = "index of those that met the target", full = "1000", weight = "50", indicator = "domains" },
  { code = "i6", name = "index of those that missed it", full = "1000", weight = "50", indicator = "domains" },
]
[[node]]
code = "total"
name = "total"
[[node]]
code = "form"
name = "form"
parent = "total"
weight = "100"
forms = ["school"]
[[node]]
code = "both"
name = "both"
parent = "form"
weight = "50"
[[node]]
code = "gaps"
name = "gaps"
parent = "form"
weight = "30"
[[node]]
code = "domains"
name = "domains"
parent = "form"
weight = "20"
[rules]
min-cell = 0
[[grade]]
code = "all"
name = "All"
[[source]]
files = "schools.csv"
form = "school"
procedure = "form"
unit = "CA"
shape = "wide"
columns = { type = "stratum", i1 = "item:i1", i2 = "item:i2", i3 = "item:i3", i4 = "item:i4", i5 = "item:i5", i6 = "item:i6" }
"#;

/// The six items that apistrat.R makes of the data.
fn schools(data: &Path) -> String {
    let mut out = "type,i1,i2,i3,i4,i5,i6\n".to_owned();
    for row in table(data) {
        let given = |name: &str, yes: bool| if yes { row[name].clone() } else { String::new() };
        let number = |name: &str| row[name].parse::<f64>().expect("a number");
        let cells = [
            row["api00"].clone(),
            row["api99"].clone(),
            given("ell", number("full") >= 80.0),
            given("mobility", number("emer") <= 20.0),
            given("api00", row["sch.wide"] == "Yes"),
            given("api00", row["sch.wide"] == "No"),
        ];
        writeln!(out, "{},{}", row["stype"], cells.join(",")).expect("text");
    }
    out
}

#[test]
fn a_stratified_sample_agrees_with_the_survey_package() {
    let Some(data) = shared("survey_api/apistrat.csv") else { return };
    let case = Case::new()
        .file("scheme.toml", APISTRAT)
        .file("units.csv", "unit,parent,level,name,headcount.E,headcount.H,headcount.M\nCA,,state,California,4421,755,1018\n")
        .file("returns/schools.csv", schools(&data));
    let (scheme, assessment) = result(&case.dir(), Interval::default());
    let state = SubjectId(0);
    let rows = reference("apistrat.csv");
    assert_eq!(rows.len(), 28);
    for row in &rows {
        let code = if row["kind"] == "node" { row["name"].clone() } else { format!("form.{}", row["name"]) };
        let found = node(&scheme, &assessment, state, &code);
        let score = |score: Option<&kaoping::numeric::Ratio>| kaoping::numeric::to_f64(score.expect("a score"));
        if row["kind"] == "cell" {
            let stratum = ["E", "H", "M"].iter().position(|code| *code == row["stratum"]).expect("a stratum");
            let cell: &Cell = found.cells.iter().find(|cell| usize::from(cell.stratum.0) == stratum).expect("a cell");
            close(score(cell.score.as_ref()), &row["mean"], "mean");
            agrees(cell.error.as_ref(), row);
        } else {
            close(score(found.score.as_ref()), &row["mean"], "mean");
            agrees(found.error.as_ref(), row);
        }
    }
}

/// A number as printed with so many places.
fn printed(text: &str, places: u32) -> String {
    let value: f64 = text.parse().expect("a number");
    let exact = kaoping::numeric::Ratio::from_float(value).expect("finite");
    kaoping::numeric::round_half_up(&exact, places).to_string()
}

#[test]
fn the_tables_print_errors_and_what_they_rest_on() {
    let Some(data) = shared("survey_api/apistrat.csv") else { return };
    let case = Case::new()
        .file("scheme.toml", APISTRAT)
        .file("units.csv", "unit,parent,level,name,headcount.E,headcount.H,headcount.M\nCA,,state,California,4421,755,1018\n")
        .file("returns/schools.csv", schools(&data));
    case.run();
    let (scores, standings, reliability) = (case.csv("scores.csv"), case.csv("standings.csv"), case.csv("reliability.csv"));
    let reference = reference("apistrat.csv");
    let row = |name: &str| reference.iter().find(|row| row["name"] == name && row["stratum"].is_empty()).expect("a row");
    let wanted = row("both");
    for column in ["se", "low", "high"] {
        assert_eq!(scores.get(&[("node", "both")], column), printed(&wanted[column], 2));
        assert_eq!(standings.get(&[("subject", "CA")], column), printed(&row("form")[column], 2));
    }
    assert_eq!(scores.get(&[("node", "both")], "df"), "197.0");
    assert_eq!(scores.get(&[("node", "both")], "deff"), printed(&wanted["deff"], 3));
    assert_eq!(scores.get(&[("node", "both")], "basis"), "ballots");
    assert_eq!(reliability.find(&[("form", "school")]).len(), 7);
    assert_eq!(reliability.get(&[("item", "")], "ballots"), "200");
}

/// The committed example, and the same with strata by `service`.
fn insteval(strata: bool) -> (Scheme, Assessment) {
    if !strata {
        return result(&root().join("input/insteval"), Interval::Design);
    }
    let read = |name: &str| std::fs::read_to_string(root().join("input/insteval").join(name)).expect("input/insteval");
    let members = "[[strata]]\ncode = \"service\"\nmembers = [\n  { code = \"0\", name = \"own\", weight = \"0.6\" },\n  \
                   { code = \"1\", name = \"service\", weight = \"0.4\" },\n]\n";
    let scheme = read("scheme.toml")
        .replace("[[form]]\n", &format!("{members}[[form]]\n"))
        .replace("scale = \"rating\"\n", "scale = \"rating\"\nstrata = \"service\"\n")
        .replace("service = \"ignore\"", "service = \"stratum\"");
    let case = Case::new()
        .file("scheme.toml", scheme)
        .file("units.csv", read("units.csv"))
        .file("returns/InstEval.csv", read("returns/InstEval.csv"));
    result(&case.dir(), Interval::Design)
}

#[test]
fn lecturers_and_departments_agree_with_the_survey_package() {
    for strata in [false, true] {
        let (scheme, assessment) = insteval(strata);
        let rows = reference("insteval.csv");
        let (mut compared, mut lonely) = (0, 0);
        for row in rows.iter().filter(|row| row["strata"] == if strata { "TRUE" } else { "FALSE" }) {
            let subject = scheme.frame.by_code(&row["subject"]).expect("a subject");
            for code in ["total", "rating", "rating.y"] {
                let found = node(&scheme, &assessment, subject, code);
                close(kaoping::numeric::to_f64(found.score.as_ref().expect("a score")), &row["mean"], "mean");
                if row["se"].is_empty() {
                    assert_eq!(found.no_error, Some(kaoping::measure::NoError::OneRespondent), "{row:?}");
                    lonely += 1;
                } else {
                    agrees(found.error.as_ref(), row);
                    compared += 1;
                }
            }
        }
        assert_eq!((compared + lonely, lonely), (3 * 1142, if strata { 3 * 94 } else { 0 }));
    }
}

/// One form of `bfi`: five items 1 to 6, those with a minus reversed by their options' worth.
fn bfi_form(code: &str, items: &[&str]) -> String {
    let item = |item: &&str| {
        let (scale, item) = item.strip_prefix('-').map_or(("up", *item), |item| ("down", item));
        format!("  {{ code = \"{item}\", name = \"item {item}\", scale = \"{scale}\" }},\n")
    };
    let columns: Vec<String> =
        items.iter().map(|item| item.trim_start_matches('-')).map(|item| format!("{item} = \"item:{item}\"")).collect();
    format!(
        "[[form]]\ncode = \"{code}\"\nname = \"Scale {code}\"\nkind = \"ballot\"\nscale = \"up\"\nitems = [\n{}]\n[[node]]\n\
         code = \"n{code}\"\nname = \"n{code}\"\nparent = \"total\"\nweight = \"20\"\nforms = [\"{code}\"]\n[[source]]\nfiles = \"{code}.csv\"\n\
         form = \"{code}\"\nprocedure = \"n{code}\"\nunit = \"all\"\nshape = \"wide\"\ncolumns = {{ id = \"ballot\", {} }}\n",
        items.iter().map(item).collect::<String>(),
        columns.join(", ")
    )
}

const BFI: [(&str, [&str; 5]); 5] = [
    ("A", ["-A1", "A2", "A3", "A4", "A5"]),
    ("C", ["C1", "C2", "C3", "-C4", "-C5"]),
    ("E", ["-E1", "-E2", "E3", "E4", "E5"]),
    ("N", ["N1", "N2", "N3", "N4", "N5"]),
    ("O", ["O1", "-O2", "O3", "O4", "-O5"]),
];

fn bfi(data: &Path) -> Case {
    let option = |code: u32, worth: u32| {
        format!("  {{ code = \"{code}\", label = \"{code}\", value = \"{worth}\", class = \"middle\" }},\n")
    };
    let up: String = (1..=6).rev().map(|code| option(code, 20 * (code - 1))).collect();
    let down: String = (1..=6).map(|code| option(code, 100 - 20 * (code - 1))).collect();
    let mut scheme = format!(
        "title = \"bfi\"\nlanguage = \"en\"\n[[level]]\ncode = \"all\"\nname = \"all\"\n[[scale]]\ncode = \"up\"\noptions = [\n{up}]\n[[scale]]\n\
         code = \"down\"\noptions = [\n{down}]\n[[node]]\ncode = \"total\"\nname = \"total\"\n[rules]\nmin-cell = 5\n[[grade]]\ncode = \"g\"\nname = \"G\"\n"
    );
    let rows = table(data);
    let mut case = Case::new().file("units.csv", "unit,parent,level,name\nall,,all,Everybody\n");
    for (code, items) in BFI {
        scheme.push_str(&bfi_form(code, &items));
        let names: Vec<&str> = items.iter().map(|item| item.trim_start_matches('-')).collect();
        let mut csv = format!("id,{}\n", names.join(","));
        for row in &rows {
            let answers: Vec<&str> = names.iter().map(|name| row[*name].as_str()).collect();
            writeln!(csv, "{},{}", row["id"], answers.join(",")).expect("text");
        }
        case = case.file(&format!("returns/{code}.csv"), csv);
    }
    case.file("scheme.toml", scheme)
}

#[test]
fn the_reliability_of_bfi_agrees_with_the_psych_package() {
    let Some(data) = shared("psych_bfi/bfi.csv") else { return };
    let case = bfi(&data);
    let (scheme, assessment) = result(&case.dir(), Interval::default());
    let rows = reference("bfi.csv");
    assert_eq!((rows.len(), assessment.evidence.reliabilities.len()), (30, 5));
    for row in &rows {
        let form = scheme.form_by_code(&row["scale"]).expect("a form");
        let found = assessment.evidence.reliabilities.iter().find(|known| known.form == form).expect("a reliability");
        if row["item"].is_empty() {
            close(found.alpha.expect("an alpha"), &row["alpha"], "alpha");
            continue;
        }
        let at = scheme.form(form).items.iter().position(|item| item.code == row["item"]).expect("an item");
        close(found.items[at].alpha_without.expect("an alpha"), &row["alpha"], "alpha without");
        close(found.items[at].item_rest.expect("a correlation"), &row["item_rest"], "item-rest");
    }
}
