//! The hand-over and the decisions read back, through the binary: the schema, quotas that add up, every refusal and its edge.

#![expect(clippy::print_stderr, clippy::format_collect, reason = "a skipped check is said; short tables read better so")]

use super::kit::{Call, Case, Csv, levels, staff, text, tiers, write};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const SCHEME: &str = concat!(
    r#"
title = "演算"
year = 2026
language = "zh"
"#,
    levels!(),
    tiers!(),
    staff!(),
    r#"[[status]]
code = "sanction"
name = "处分期"
at-best = "basic"
[[scale]]
code = "cadre"
options = [
  { code = "a", label = "优秀", value = "100" },
  { code = "b", label = "称职", value = "80" },
  { code = "d", label = "不称职", value = "0", class = "low" },
]
[[form]]
code = "f"
name = "干部测评计票表"
kind = "ballot"
scale = "cadre"
items = [{ code = "1", name = "总体评价" }]
[[node]]
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
code = "own"
name = "本人测评"
parent = "person"
weight = "60"
forms = ["f"]
[[node]]
code = "unit"
name = "所在单位"
parent = "person"
weight = "40"
from-unit = "total"
[[grade]]
code = "excellent"
name = "优秀"
from = ">= 90"
leaders-share = "50%"
[[grade]]
code = "fair"
name = "一般"
leaders-share = "30%"
[[person-cap]]
name = "一般单位主要负责人"
unit-grade = "fair"
principal = true
at-best = "competent"
[[person-cap]]
name = "不称职票达三分之一"
node = "own.1"
options = "d"
share = ">= 1/3"
at-best = "unfit"
[rules]
min-cell = 5
"#
);

const UNITS: &str = "unit,parent,level,name\nc,,corps,演算兵团\nu1,c,unit,甲单位\nu2,c,unit,乙单位\n";

/// Two places of 优秀 for the four leaders of 甲单位 (A5 is on probation and not in the base), none for the three of 乙单位.
const PERSONS: &str = "id,name,unit,post,tier,status\nA1,甲 一,u1,书记,第一责任,\nA2,甲二,u1,副书记,直接责任,\nA3,甲三,u1,委员,直接责任,\n\
    A4,甲四,u1,委员,直接责任,处分期\nA5,甲五,u1,委员,直接责任,试用期\nB1,乙一,u2,书记,第一责任,\nB2,=乙二,u2,委员,直接责任,\nB3,乙三,u2,委员,直接责任,\n";

/// Of 20 votes each; B3 was rated by four, and nothing of it is shown; B2 has a third of 不称职.
const VOTES: [(&str, &str); 2] = [
    ("甲单位", "姓名,优秀,称职,不称职\n甲一,20,0,0\n甲二,18,2,0\n甲三,16,4,0\n甲四,10,10,0\n甲五,20,0,0\n"),
    ("乙单位", "姓名,优秀,称职,不称职\n乙一,20,0,0\n=乙二,8,2,5\n乙三,3,1,0\n"),
];

const SCORES: &str = "subject,node,score\nu1,base,95\nu2,base,85\n";

fn case() -> Case {
    let case = Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS).file("persons.csv", PERSONS);
    let returned = |case: Case, (unit, votes): (&str, &str)| case.file(&format!("returns/{unit}-干部测评计票表.csv"), votes);
    let case = VOTES.into_iter().fold(case.file("imported.csv", SCORES), returned);
    case.run();
    case
}

fn personnel(case: &Case) -> Value {
    let bytes = std::fs::read(case.out().join("feed/personnel.json")).expect("a hand-over");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn entry<'a>(personnel: &'a Value, id: &str) -> &'a Value {
    personnel["persons"].as_array().expect("a list").iter().find(|one| one["id"] == id).expect("the person")
}

/// A filled decisions file: everybody as suggested on one day, but for the rows given (decision, reason, date).
fn filled(personnel: &Value, changes: &[(&str, [&str; 3])]) -> String {
    let run = &personnel["run"]["run_hash"].as_str().expect("a hash")[..16];
    let changes: BTreeMap<&str, &[&str; 3]> = changes.iter().map(|(id, row)| (*id, row)).collect();
    let mut out = "编号,姓名,建议等次,组织评定等次,理由,日期,运行编号\n".to_owned();
    for one in personnel["persons"].as_array().expect("a list") {
        let (id, name) = (one["id"].as_str().expect("an id"), one["name"].as_str().expect("a name"));
        let suggested = one["suggestion"]["name"].as_str().unwrap_or_default();
        let open = if suggested.is_empty() { ["不定等次", "", "2026-12-30"] } else { ["同意建议", "", "2026-12-30"] };
        let [decision, reason, date] = changes.get(id).map_or(open, |row| **row);
        let name = if name.starts_with('=') { format!("'{name}") } else { name.to_owned() };
        out += &[id, &name, suggested, decision, reason, date, run].join(",");
        out.push('\n');
    }
    out
}

fn decide(case: &Case, decisions: &str) -> Call {
    write(&case.home().join("decisions.csv"), decisions.as_bytes());
    let path = |name: &str| text(&case.home().join(name));
    case.kaoping(&["decide", &text(&case.out()), &path("decisions.csv"), "-o", &path("final")])
}

/// Refused with these codes and no others, in the order of rows, and nothing was written.
fn refused(case: &Case, decisions: &str, codes: &[&str]) -> String {
    let call = decide(case, decisions);
    assert_eq!(call.status, 1, "{}", call.stderr);
    let said: Vec<&str> = call.stderr.lines().filter_map(|line| line.split_once("错误[")?.1.get(..4)).collect();
    assert_eq!(said, codes, "{}", call.stderr);
    assert!(!case.home().join("final").exists(), "nothing is published while an error stands");
    call.stderr
}

/// Everybody as suggested, with what this case needs besides: a grade for B3, whose result is hidden.
fn accepted(case: &Case, changes: &[(&str, [&str; 3])]) -> Csv {
    let call = decide(case, &filled(&personnel(case), changes));
    assert_eq!(call.status, 0, "{}", call.stderr);
    Csv::read(&case.home().join("final/final.csv"))
}

/// B3's result is hidden, so nothing is suggested: the organisation decides by itself.
const B3: (&str, [&str; 3]) = ("B3", ["称职", "考察谈话了解情况", "2026-12-30"]);

#[test]
fn the_hand_over_says_everything_of_everybody_and_nothing_hidden() {
    let case = case();
    let all = personnel(&case);
    let first = entry(&all, "A1");
    // 0.6 × 100 + 0.4 × 95 = 98
    assert_eq!(first["score"]["value"], 98.0);
    let parts: Vec<(f64, f64)> = first["score"]["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| (part["score"].as_f64().expect("a score"), part["effective_weight"].as_f64().expect("a weight")))
        .collect();
    assert_eq!(parts, [(100.0, 0.6), (95.0, 0.4)]);
    assert_eq!((first["name"].as_str(), first["unit"]["path"].as_str()), (Some("甲 一"), Some("演算兵团/甲单位")));
    assert_eq!(first["suggestion"]["result_code"], "1");
    assert_eq!(first["decision"], serde_json::json!({ "grade": null, "reason": null, "date": null }));
    let capped = entry(&all, "B1");
    assert_eq!(capped["suggestion"]["grade"], "competent");
    let cap = &capped["suggestion"]["caps"][0];
    assert_eq!((&cap["kind"], &cap["grade"]), (&"unit-grade".into(), &"competent".into()));
    assert_eq!((&cap["binding"], &cap["bites"]), (&true.into(), &true.into()));
    assert_eq!(entry(&all, "B2")["suggestion"]["caps"][0]["binding"], false, "votes are not the last word");
    assert_eq!(entry(&all, "A5")["suggestion"]["result_code"], "5A");
    // Four raters: no score, no grade, no rank, no votes, and no bounds from which they could be told.
    let hidden = entry(&all, "B3");
    assert_eq!((&hidden["score"]["value"], &hidden["score"]["hidden"]), (&Value::Null, &true.into()));
    for empty in [
        &hidden["suggestion"]["grade"],
        &hidden["suggestion"]["grade_by_score"],
        &hidden["rank"]["rank"],
        &hidden["score"]["low"],
    ] {
        assert_eq!(empty, &Value::Null);
    }
    assert!(
        hidden["score"]["parts"].as_array().expect("parts").iter().any(|part| part["hidden"] == true && part["score"].is_null())
    );
    let words = hidden.to_string();
    assert!(!words.contains("95.0") && !words.contains("91.0"), "{words}");
    // Evidence can be looked up: every file is there, and has the row.
    for file in first["evidence"]["files"].as_array().expect("files") {
        let path = case.out().join(file["path"].as_str().expect("a path"));
        assert!(path.is_file(), "{}", path.display());
        if let Some(column) = file["column"].as_str() {
            assert!(!Csv::read(&path).find(&[(column, file["value"].as_str().expect("a value"))]).is_empty());
        }
    }
    // The flat table says the same, and no cell of it is a formula.
    let table = Csv::read(&case.out().join("feed/personnel.csv"));
    assert_eq!(table.get(&[("person", "A1")], "score"), "98.00");
    assert_eq!(table.get(&[("person", "B2")], "name"), "'=乙二");
    assert_eq!(table.get(&[("person", "B3")], "score"), "");
    assert_eq!(table.rows().len(), 8);
}

/// An independent validator: python's `jsonschema`, where it is installed.
fn validated(schema: &Path, instance: &Path) {
    let script = "import json,sys\ntry:\n import jsonschema\nexcept ImportError:\n print('absent'); sys.exit()\n\
        s=json.load(open(sys.argv[1])); d=json.load(open(sys.argv[2]))\n\
        V=jsonschema.Draft202012Validator; V.check_schema(s)\n\
        v=V(s,format_checker=V.FORMAT_CHECKER)\n\
        e=[x.json_path+': '+x.message for x in v.iter_errors(d)]\n\
        d['surprise']=1\n\
        print('valid' if not e and list(v.iter_errors(d)) else e)";
    let python = Command::new("python3").args(["-c", script]).arg(schema).arg(instance).output();
    match python.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()) {
        Ok(said) if said == "absent" => eprintln!("skipped: python3 has no jsonschema"),
        Ok(said) => assert_eq!(said, "valid", "{}", instance.display()),
        Err(cause) => eprintln!("skipped: python3: {cause}"),
    }
    let read = |path: &Path| serde_json::from_slice::<Value>(&std::fs::read(path).expect("a file")).expect("JSON");
    let schema = read(schema);
    shaped(&schema, &schema, &read(instance), "$");
}

/// A small check of our own, for machines without the other: required and unknown fields, types, references, constants, lower ends.
fn shaped(root: &Value, schema: &Value, value: &Value, path: &str) {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return shaped(root, &root["$defs"][name], value, path);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let null = choices.iter().any(|choice| choice["type"] == "null");
        let other = choices.iter().find(|choice| choice["type"] != "null").expect("a choice");
        assert!(null, "{path}");
        if !value.is_null() {
            shaped(root, other, value, path);
        }
        return;
    }
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed: Vec<&str> = match &schema["type"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    assert!(allowed.is_empty() || allowed.contains(&is) || (is == "integer" && allowed.contains(&"number")), "{path}: {is}");
    assert!(schema["const"].is_null() || schema["const"] == *value, "{path}");
    assert!(schema["minimum"].as_f64().zip(value.as_f64()).is_none_or(|(least, value)| value >= least), "{path}");
    if let Some(fields) = value.as_object() {
        let known = schema["properties"].as_object().expect("fields");
        assert!(
            fields.keys().all(|name| known.contains_key(name)) && known.keys().all(|name| fields.contains_key(name)),
            "{path}"
        );
        for (name, field) in fields {
            shaped(root, &known[name], field, &format!("{path}.{name}"));
        }
    }
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        shaped(root, &schema["items"], item, &format!("{path}[{number}]"));
    }
}

#[test]
fn the_files_validate_against_their_schemas_and_the_quotas_add_up() {
    let case = case();
    accepted(&case, &[B3]);
    let (feed, last) = (case.out().join("feed"), case.home().join("final"));
    validated(&feed.join("personnel.schema.json"), &feed.join("personnel.json"));
    validated(&last.join("final.schema.json"), &last.join("final.json"));
    adds_up(&personnel(&case), &case.csv("quotas.csv"));
}

/// Per unit grade: leaders who can be graded are the bases; 优秀 given is within the places; the table of quotas says the same.
fn adds_up(all: &Value, quotas: &Csv) {
    let persons = all["persons"].as_array().expect("a list");
    let mut grades: Vec<&str> = persons.iter().filter_map(|one| one["unit"]["grade"].as_str()).collect();
    grades.sort_unstable();
    grades.dedup();
    assert!(!grades.is_empty());
    for unit_grade in grades {
        let pools: Vec<&Value> =
            all["quotas"].as_array().expect("a list").iter().filter(|quota| quota["unit_grade"] == unit_grade).collect();
        let sum = |field: &str| pools.iter().map(|pool| pool[field].as_u64().expect("a count")).sum::<u64>();
        let ids: Vec<&Value> = pools.iter().map(|pool| &pool["id"]).collect();
        let in_pool = |one: &&Value| one["suggestion"]["quotas"].as_array().expect("a list").iter().any(|id| ids.contains(&id));
        let inside: Vec<&Value> = persons.iter().filter(in_pool).collect();
        assert!(inside.iter().all(|one| one["unit"]["grade"] == unit_grade), "{unit_grade}");
        let scored =
            |one: &&&Value| one["gradable"] == true && (one["score"]["value"].is_number() || one["score"]["hidden"] == true);
        assert_eq!(inside.iter().filter(scored).count() as u64, sum("base"), "{unit_grade}");
        let excellent = inside.iter().filter(|one| one["suggestion"]["grade"] == "excellent").count() as u64;
        assert_eq!(excellent, sum("suggested"), "{unit_grade}");
        assert!(sum("suggested") <= sum("limit"));
        let rows = quotas.find(&[("unit_grade", unit_grade)]);
        let of_table = |column: &str| rows.iter().map(|row| row[column].parse::<u64>().expect("a number")).sum::<u64>();
        assert_eq!((of_table("base"), of_table("places")), (sum("base"), sum("places")), "{unit_grade}");
    }
}

#[test]
fn the_suggestions_untouched_make_the_final_list() {
    let case = case();
    let list = accepted(&case, &[B3]);
    assert_eq!(list.rows().len(), 8);
    let of = |person: &str, column: &str| list.get(&[("person", person)], column).to_owned();
    for one in personnel(&case)["persons"].as_array().expect("a list") {
        let (id, name) = (one["id"].as_str().expect("an id"), one["suggestion"]["name"].as_str());
        if let Some(name) = name {
            assert_eq!((of(id, "decided_grade"), of(id, "departure")), (name.to_owned(), "同建议".to_owned()));
        }
    }
    assert_eq!(
        (of("A1", "result_code"), of("A5", "decided_grade"), of("A5", "result_code")),
        ("1".into(), "不定等次".into(), "5A".into())
    );
    assert_eq!((of("B3", "departure"), of("B3", "decision_reason")), ("无建议而评定".to_owned(), "考察谈话了解情况".to_owned()));
    let published: Value =
        serde_json::from_slice(&std::fs::read(case.home().join("final/final.json")).expect("there")).expect("JSON");
    let of_excellent = &published["quotas"][0];
    assert_eq!((&of_excellent["decided"], &of_excellent["limit"], &of_excellent["open"]), (&2.into(), &2.into(), &0.into()));
    // The same again gives the same bytes, and the manifest knows what it rests on.
    let before = super::kit::tree(&case.home().join("final"));
    accepted(&case, &[B3]);
    assert!(before == super::kit::tree(&case.home().join("final")));
    let run: Value = serde_json::from_slice(&before["run.json"]).expect("JSON");
    assert_eq!(run["run_hash"], personnel(&case)["run"]["run_hash"]);
}

#[test]
fn departures_stand_with_their_reasons_and_dates_in_every_spelling() {
    let case = case();
    // The place of A2 goes to A3: exactly the quota. B1 at exactly the limit. B2 above a limit that votes set.
    let list = accepted(
        &case,
        &[
            B3,
            ("A2", ["称职", "本年度主要工作由他人完成", "2026年12月5日"]),
            ("A3", ["excellent", "承担重大专项任务", "二〇二六年十二月三十一日"]),
            ("B1", ["称职", "", "2026/1/5"]),
            ("B2", ["基本称职", "经核实不称职票多因岗位调整", "20260105"]),
            ("A5", ["", "", ""]),
        ],
    );
    let of = |person: &str, column: &str| list.get(&[("person", person)], column).to_owned();
    assert_eq!((of("A2", "departure"), of("A3", "departure")), ("低于建议".to_owned(), "高于建议".to_owned()));
    assert_eq!((of("A2", "decision_date"), of("A3", "decision_date")), ("2026-12-05".to_owned(), "2026-12-31".to_owned()));
    assert_eq!((of("B1", "departure"), of("B1", "decision_date")), ("同建议".to_owned(), "2026-01-05".to_owned()));
    assert_eq!((of("B2", "passed_caps"), of("B2", "result_code")), ("不称职票达三分之一".to_owned(), "3".to_owned()));
    assert_eq!((of("A5", "decided_grade"), of("A5", "decision_date")), ("不定等次".to_owned(), String::new()));
}

#[test]
fn each_rule_refuses_with_its_row() {
    let case = case();
    let all = personnel(&case);
    let day = "2026-12-30";
    let one = |change: (&str, [&str; 3]), codes: &[&str]| refused(&case, &filled(&all, &[B3, change]), codes);
    // One more than the quota: the rows are named, and the one that was not suggested.
    let said = one(("A3", ["优秀", "承担重大专项任务", day]), &["P120"]);
    assert!(said.contains("甲三（A3）第 ") && said.contains("至多 2 人") && said.contains("演算兵团·单位·优秀单位"), "{said}");
    let said = one(("B1", ["优秀", "成绩突出", day]), &["P119", "P120"]);
    assert!(said.contains("一般单位主要负责人"), "{said}");
    let said = one(("A4", ["称职", "表现较好", day]), &["P119"]);
    assert!(said.contains("处分期") && said.contains("基本称职"), "{said}");
    let said = one(("A5", ["称职", "表现较好", day]), &["P118"]);
    assert!(said.contains("试用期") && said.contains("改为「不定等次」"), "{said}");
    one(("A2", ["称职", "无", day]), &["P121"]);
    one(("A2", ["称职", "", day]), &["P121"]);
    one(("B3", ["同意建议", "", day]), &["P117"]);
    one(("B3", ["称职", "", day]), &["P121"]);
    one(("A2", ["优", "", day]), &["P116"]);
    one(("A2", ["", "", ""]), &["P115"]);
    one(("A2", ["优秀", "", ""]), &["P122"]);
    one(("A2", ["优秀", "", "46027"]), &["P123"]);
    one(("A2", ["优秀", "", "2026年2月29日"]), &["P123"]);
    // Who is who.
    let whole = filled(&all, &[B3]);
    let without: String = whole.lines().filter(|line| !line.starts_with("A2,")).map(|line| format!("{line}\n")).collect();
    assert!(refused(&case, &without, &["P113"]).contains("甲二（A2）"));
    let line = whole.lines().find(|line| line.starts_with("A2,")).expect("a row");
    refused(&case, &format!("{whole}{line}\n"), &["P112"]);
    let said = refused(&case, &whole.replace("A2,甲二", "a2,甲二"), &["P111", "P113"]);
    assert!(said.contains("相近的：甲二（A2）"), "{said}");
    refused(&case, &whole.replace("A2,甲二", "A2,甲三"), &["P114"]);
    refused(&case, &whole.replace("理由", "备注"), &["P126"]);
    // In English too, with the rule and the mend.
    let path = text(&case.home().join("decisions.csv"));
    let mut english = Command::new(env!("CARGO_BIN_EXE_kaoping"));
    let call =
        english.args(["--lang", "en", "--format", "json", "decide", &text(&case.out()), &path]).output().expect("it starts");
    let said = String::from_utf8(call.stdout).expect("UTF-8");
    assert!(call.status.code() == Some(1) && said.contains("\"P126\"") && said.contains("lack a column"), "{said}");
    assert_eq!(case.kaoping(&["explain", "P120"]).status, 0);
}

#[test]
fn a_day_before_the_year_is_only_pointed_out() {
    let case = case();
    let call = decide(&case, &filled(&personnel(&case), &[B3, ("A1", ["优秀", "", "2025-12-31"])]));
    assert_eq!(call.status, 0, "{}", call.stderr);
    assert!(call.stderr.contains("警告[P124]") && case.home().join("final/final.csv").exists(), "{}", call.stderr);
}

#[test]
fn decisions_of_another_run_or_on_changed_results_are_refused() {
    let case = case();
    let then = filled(&personnel(&case), &[B3]);
    // The same results have the same hash, whatever else changed.
    let case = case.file("returns/说明.txt", "附注");
    case.run();
    assert_eq!(decide(&case, &then).status, 0);
    std::fs::remove_dir_all(case.home().join("final")).expect("removed");
    // 乙单位 is now 优秀: its leaders' limits and quota change, and the old template no longer counts.
    let case = case.file("imported.csv", SCORES.replace("85", "92"));
    case.run();
    let said = refused(&case, &then, &["P125"]);
    assert!(said.contains("8 行中有 8 行") && said.contains("乙一（B1） 称职→优秀"), "{said}");
    // Somebody works in the hand-over itself.
    let path = case.out().join("feed/personnel.json");
    let changed = std::fs::read_to_string(&path).expect("there").replace("\"limit\": ", "\"limit\": 1");
    std::fs::write(&path, changed).expect("written");
    let call = decide(&case, &filled(&personnel(&case), &[B3]));
    assert!(call.status == 2 && call.stderr.contains("[P103]"), "{}", call.stderr);
    std::fs::remove_file(&path).expect("removed");
    assert!(decide(&case, &then).stderr.contains("[P102]"));
    let home = text(case.home());
    let call = case.kaoping(&["decide", &home, &text(&case.home().join("decisions.csv"))]);
    assert!(call.status == 2 && call.stderr.contains("[P102]"), "{}", call.stderr);
}

#[test]
fn the_template_is_filled_in_excel_and_read_back() {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let case = case();
    let template = case.out().join("feed/decisions.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&template).expect("a workbook");
    let range = calamine::Reader::worksheet_range(&mut book, "组织评定").expect("the sheet");
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows[2][..2], ["编号", "姓名"]);
    assert_eq!(rows[2][11..], ["组织评定等次", "理由", "日期", "运行编号"]);
    assert_eq!(rows.len(), 3 + 8);
    assert!(rows[3..].iter().all(|row| row[11..14].iter().all(String::is_empty)), "nothing is decided beforehand");
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&template).expect("there")).expect("a package");
    let sheet = std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").expect("the sheet")).expect("UTF-8");
    assert!(sheet.contains("同意建议,优秀,称职,基本称职,不称职,不定等次"), "the grades are offered in a list");
    // Untouched, it decides nothing: every person who can be graded is named.
    let call = case.kaoping(&["decide", &text(&case.out()), &text(&template)]);
    assert_eq!((call.status, call.stderr.matches("错误[P115]").count()), (1, 7), "{}", call.stderr);
    assert!(call.stderr.contains("[组织评定!L4]"), "{}", call.stderr);
    // Filled in, with dates as Excel keeps them.
    let mut out = Workbook::new();
    let sheet = out.add_worksheet();
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    for (at, row) in (0u32..).zip(&rows) {
        for (column, cell) in (0u16..).zip(row) {
            sheet.write_string(at, column, cell).expect("written");
        }
        if at > 2 {
            let decision = match row[0].as_str() {
                "B3" => "称职",
                "A5" => "不定等次",
                _ => "同意建议",
            };
            sheet.write_string(at, 11, decision).expect("written");
            sheet.write_string(at, 12, if row[0] == "B3" { "考察谈话了解情况" } else { "" }).expect("written");
            let date = ExcelDateTime::from_ymd(2026, 1, 5).expect("a date");
            sheet.write_datetime_with_format(at, 13, &date, &day).expect("written");
        }
    }
    let path = case.home().join("填好.xlsx");
    out.save(&path).expect("saved");
    let call = case.kaoping(&["decide", &text(&case.out()), &text(&path)]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    // Without -o the list stands beside the edition.
    let list = Csv::read(&case.home().join("reports-final/final.csv"));
    assert_eq!((list.rows().len(), list.get(&[("person", "A1")], "decision_date")), (8, "2026-01-05"));
    // And never in its place.
    let call = case.kaoping(&["decide", &text(&case.out()), &text(&path), "-o", &text(&case.out())]);
    assert!(call.status == 2 && case.out().join("index.html").exists(), "{}", call.stderr);
}
