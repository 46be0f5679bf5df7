//! Persons, from input files through the binary: E3–E5, E11, E13, E17 of the method with their exact numbers, and each rule with its
//! edge. Source of the numbers: exact rational arithmetic by hand and by an independent script.
#![expect(clippy::format_push_string, clippy::format_collect, reason = "short tables read better so")]

use super::kit::{Case, levels, staff, tiers};

const HEAD: &str = concat!(
    r#"
title = "演算"
language = "zh"
"#,
    levels!(),
    tiers!(),
    staff!(),
    r#"[[merit]]
code = "frontline"
name = "基层一线"
[[scale]]
code = "cadre"
options = [
  { code = "a", label = "优秀", value = "100" },
  { code = "b", label = "称职", value = "80" },
  { code = "c", label = "基本称职", value = "60", class = "low" },
  { code = "d", label = "不称职", value = "0", class = "low" },
  { code = "n", label = "弃权", class = "abstain" },
]
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
[[grade]]
code = "excellent"
name = "优秀"
from = ">= 90"
leaders-share = "30%"
[[grade]]
code = "good"
name = "良好"
from = ">= 80"
leaders-share = "25%"
[[grade]]
code = "fair"
name = "一般"
from = ">= 60"
leaders-share = "20%"
[[grade]]
code = "poor"
name = "较差"
leaders-share = "15%"
[[person-cap]]
name = "一般单位主要负责人"
unit-grade = "fair"
principal = true
at-best = "competent"
[[person-cap]]
name = "较差单位主要负责人"
unit-grade = "poor"
principal = true
at-best = "basic"
"#
);

const UNITS: &str =
    "unit,parent,level,name\nc,,corps,演算兵团\nu1,c,unit,甲单位\nu2,c,unit,乙单位\nu3,c,unit,丙单位\nu4,c,unit,丁单位\n";

/// A tree of persons with one form on one node.
fn one_form(form: &str, min_cell: u32) -> String {
    format!(
        "{HEAD}{form}\n[[node]]\ncode = \"p\"\nname = \"本人测评\"\nparent = \"person\"\nweight = \"100\"\nforms = [\"f\"]\n[rules]\nmin-cell = {min_cell}\n"
    )
}

/// Persons whose composite is imported.
fn imported(rules: &str) -> String {
    format!("{HEAD}[[node]]\ncode = \"p\"\nname = \"本人得分\"\nparent = \"person\"\nweight = \"100\"\n{rules}")
}

const SCORES: &str = "[[form]]\ncode = \"f\"\nname = \"干部评分表\"\nkind = \"ballot\"\nanswer = \"score\"\ntrim = { rule = \"one-each\", when-above = 5 }\n";

fn persons(rows: &[&str]) -> String {
    let mut out = "id,name,unit,post,tier,status,merits,supervisors\n".to_owned();
    for row in rows {
        out.push_str(row);
        out.push('\n');
    }
    out
}

fn case(scheme: &str, people: &str) -> Case {
    Case::new().file("scheme.toml", scheme).file("units.csv", UNITS).file("persons.csv", people)
}

fn of(case: &Case, person: &str, column: &str) -> String {
    case.csv("persons.csv").get(&[("person", person)], column).to_owned()
}

/// How often a code was reported.
fn said(case: &Case, code: &str) -> usize {
    case.csv("diagnostics.csv").find(&[("code", code)]).len()
}

#[test]
fn e3_nested_raters_and_dimensions_of_a_person() {
    let form = r#"
[[strata]]
code = "abc"
members = [
  { code = "A", name = "A票", weight = "0.4" },
  { code = "A1", name = "A1票", parent = "A", weight = "0.6" },
  { code = "A2", name = "A2票", parent = "A", weight = "0.4" },
  { code = "B", name = "B票", weight = "0.3" },
  { code = "C", name = "C票", weight = "0.3" },
]
[[form]]
code = "f"
name = "干部民主测评表"
kind = "ballot"
answer = "score"
strata = "abc"
items = [
  { code = "de", name = "德", full = "100", weight = "20" },
  { code = "neng", name = "能", full = "100", weight = "15" },
  { code = "qin", name = "勤", full = "100", weight = "15" },
  { code = "ji", name = "绩", full = "100", weight = "30" },
  { code = "lian", name = "廉", full = "100", weight = "20" },
]
"#;
    let mut rows = "票种,德,能,勤,绩,廉\nA1票,95,90,92,88,96\nA2票,90,85,90,84,95\nA2票,92,88,86,86,93\n".to_owned();
    for score in [88, 90, 90] {
        rows.push_str(&format!("B票,{score},{score},{score},{score},{score}\n"));
    }
    for score in [83, 83, 83, 83, 84] {
        rows.push_str(&format!("C票,{score},{score},{score},{score},{score}\n"));
    }
    let people = persons(&["P1,张 三,u1,书记,第一责任,,,", "P2,李四,u1,副书记,直接责任,,,"]);
    // The person stands in a line below the title, in the file name, or in a column of every row.
    let line = format!("干部民主测评表\n被测评人：张三\n{rows}");
    let column: String = rows
        .lines()
        .map(|row| if row.starts_with("票种") { format!("被测评人,{row}\n") } else { format!("张　三,{row}\n") })
        .collect();
    for (file, sheet) in [
        ("returns/甲单位/测评.csv", &line),
        ("returns/甲单位/张三-干部民主测评表.csv", &rows),
        ("returns/甲单位/测评.csv", &column),
    ] {
        let case = case(&one_form(form, 0), &people).file(file, sheet);
        let call = case.run();
        assert_eq!(of(&case, "P1", "score"), "88.00", "{file}\n{}", call.stderr);
        assert_eq!(of(&case, "P2", "score"), "");
        let scores = case.csv("scores.csv");
        let de = scores.get(&[("subject", "P1"), ("node", "p.de"), ("stratum", "A2票")], "effective_weight");
        assert_eq!(de, "0.16", "0.4 × 0.4");
    }
}

#[test]
fn e4_duty_reports_are_trimmed_above_five_judges() {
    let form = format!("{SCORES}items = [{{ code = \"1\", name = \"述职得分\", full = \"100\" }}]");
    let people = persons(&["P1,张三,u1,,,,,", "P2,李四,u1,,,,,", "P3,王五,u2,,,,,"]);
    let sheet = "干部评分表\n姓名,评委1,评委2,评委3,评委4,评委5,评委6,评委7\n张三,96,92,90,88,95,60,91\n李 四,96,96,90,88,60,60,\n王五,96,92,90,88,60,,\n";
    let case = case(&one_form(&form, 0), &people).file("returns/述职/干部评分表.csv", sheet);
    let call = case.run();
    let score = |person| of(&case, person, "score");
    assert_eq!([score("P1"), score("P2"), score("P3")], ["91.20", "83.50", "85.20"], "{}", call.stderr);
}

#[test]
fn e5_matrix_ballots_with_their_rules() {
    let form = format!(
        "{SCORES}items = [{{ code = \"1\", name = \"综合得分\", full = \"100\" }}]\nscreening = {{ all-same = {{ act = \"void\" }}, all-full = \"void\", too-many-high = {{ act = \"void\", at-or-above = \"90\", more-than = 3 }}, too-few-low = {{ act = \"void\", below = \"70\", fewer-than = 2 }} }}"
    );
    let names = ["甲某", "乙某", "丙某", "丁某", "戊某", "己某", "庚某", "辛某"];
    let rows: Vec<String> = names.iter().enumerate().map(|(n, name)| format!("P{},{name},u1,,,,,", n + 1)).collect();
    let people = persons(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let ballots = [
        "95,91,92,88,85,80,65,60",
        "100,100,100,100,100,100,100,100",
        "85,85,85,85,85,85,85,85",
        "95,94,93,92,85,80,65,60",
        "95,90,88,86,84,80,75,69",
        "92,90,91,89,88,87,69,66",
        "89,88,93,90,80,82,68,64",
        "90,84,91,85,83,79,66,67",
        "97,86,89,93,81,78,60,62",
        "88,92,94,80,79,90,69,68",
    ];
    let mut sheet = format!("票号,{}\n", names.join(","));
    for (n, ballot) in ballots.iter().enumerate() {
        sheet.push_str(&format!("{},{ballot}\n", n + 1));
    }
    let case = case(&one_form(&form, 0), &people).file("returns/甲单位-干部评分表.csv", sheet);
    let call = case.run();
    let scores: Vec<String> = (1..=8).map(|n| of(&case, &format!("P{n}"), "score")).collect();
    assert_eq!(scores, ["91.50", "88.75", "91.75", "88.00", "82.25", "82.00", "67.00", "64.75"], "{}", call.stderr);
    let receipts = case.csv("receipts.csv");
    assert_eq!(receipts.get(&[("unit", "u1"), ("form", "f")], "void"), "4");
    assert!(receipts.rows().iter().all(|row| !row["unit"].starts_with('P')), "persons are in no receipt");
    assert!(case.csv("standings.csv").rows().iter().all(|row| !row["subject"].starts_with('P')), "nor among the units");
}

const VOTE: &str = "[[form]]\ncode = \"f\"\nname = \"干部测评计票表\"\nkind = \"ballot\"\nscale = \"cadre\"\nitems = [{ code = \"1\", name = \"总体评价\" }]";

#[test]
fn vote_counts_per_person_and_exactly_a_third() {
    let scheme = one_form(VOTE, 5)
        + "[[person-cap]]\nname = \"不称职票\"\nnode = \"p.1\"\noptions = \"d\"\nshare = \">= 1/3\"\nat-best = \"unfit\"\n\
           [[person-cap]]\nname = \"谈话\"\nnode = \"p\"\noptions = [\"c\", \"d\"]\nshare = \"> 1/3\"\n";
    let people = persons(&["P1,张三,u1,,,,,", "P2,李四,u1,,,,,", "P3,王五,u1,,,,,", "P4,赵六,u1,,,,,"]);
    // 5 of 15 is exactly a third; 5 of 16 is not; abstentions are no scored votes; 6 of 18 low votes do not exceed a third.
    let sheet = "姓名,优秀,称职,基本称职,不称职,弃权\n张三,10,0,0,5,3\n李四,11,0,0,5,0\n王五,12,0,6,0,0\n赵六,2,1,0,1,9\n";
    let case = case(&scheme, &people).file("returns/甲单位-干部测评计票表.csv", sheet);
    let call = case.run();
    let get = |person, column| of(&case, person, column);
    assert_eq!(
        (get("P1", "score"), get("P1", "grade"), get("P1", "result_code")),
        ("66.67".into(), "不称职".into(), "4".into()),
        "{}",
        call.stderr
    );
    assert_eq!(
        (get("P1", "grade_by_score"), get("P1", "cap"), get("P1", "cap_reason")),
        ("基本称职".into(), "不称职".into(), "不称职票".into())
    );
    assert!(get("P1", "reasons").contains("5/15"), "{}", get("P1", "reasons"));
    assert_eq!((get("P2", "score"), get("P2", "grade"), get("P2", "cap")), ("68.75".into(), "基本称职".into(), String::new()));
    assert!(!get("P3", "reasons").contains("谈话"), "{}", get("P3", "reasons"));
    // Four raters: nothing of it is shown, and the list does not tell where the person would stand.
    assert_eq!(
        (get("P4", "score"), get("P4", "grade"), get("P4", "rank"), get("P4", "hidden")),
        (String::new(), String::new(), String::new(), "是".into())
    );
    assert_eq!((get("P1", "of"), get("P2", "rank")), ("3".into(), "2".into()));
    let scores = case.csv("scores.csv");
    assert!(
        scores
            .find(&[("subject", "P4")])
            .iter()
            .filter(|row| row["node"] != "person")
            .all(|row| row["score"].is_empty() && row["hidden"] == "是")
    );
}

#[test]
fn counts_of_persons_travel_as_a_tally() {
    let people = persons(&["P1,张三,u1,,,,,", "P2,李四,u1,,,,,"]);
    let sheet = "姓名,优秀,称职,基本称职,不称职,弃权\n张三,10,3,2,0,3\n李四,4,4,4,4,0\n";
    let case = case(&one_form(VOTE, 5), &people).file("returns/甲单位-干部测评计票表.csv", sheet);
    case.run();
    let path = |name: &str| case.home().join(name).to_str().expect("UTF-8").to_owned();
    let dir = case.dir().to_str().expect("UTF-8").to_owned();
    let call = case.kaoping(&["tally", &dir, "-o", &path("part.parquet")]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    let call = case.kaoping(&["report", &dir, "--from", &path("part.parquet"), "-o", &path("again")]);
    assert!(call.status < 2, "{}", call.stderr);
    let read = |folder: &str, name: &str| std::fs::read(case.home().join(folder).join(name)).expect("a table");
    for name in ["persons.csv", "scores.csv", "quotas.csv"] {
        assert!(read("again", name) == read("reports", name), "{name} differs");
    }
    assert_eq!(of(&case, "P1", "score"), "90.67", "(10·100 + 3·80 + 2·60) / 15");
}

fn three_parts() -> String {
    let node = |code: &str, rest: &str| format!("[[node]]\ncode = \"{code}\"\nname = \"{code}\"\nparent = \"person\"\n{rest}\n");
    let unit = "from-unit = \"total\"\nweight = \"50\"\nweights = { staff = \"20\" }";
    let vote = "weight = \"20\"\nweights = { staff = \"50\" }";
    format!("{HEAD}{}{}{}", node("p-unit", unit), node("p-report", "weight = \"30\""), node("p-vote", vote))
}

#[test]
fn e17_a_secretary_and_the_grade_of_the_unit() {
    let people = persons(&[
        "P1,张三,u1,书记,第一责任,,,",
        "P2,李四,u2,书记,第一责任,,,",
        "P3,王五,u2,委员,直接责任,,,",
        "P4,赵六,u1,干事,具体责任,,,",
    ]);
    let scores = "subject,node,score\nu1,base,84.30\nu2,base,93.00\nP1,p-report,93.10\nP1,p-vote,95.20\nP2,p-report,93.10\nP2,p-vote,95.20\n\
                  P3,p-report,93.10\nP3,p-vote,95.20\nP4,p-report,93.10\nP4,p-vote,95.20\n";
    let wide = "[persons]\nquota-pool = \"all\"\n[[person-quota]]\ngrade = \"excellent\"\nunit-grade = \"excellent\"\nshare = \"100%\"\n\
                [[person-quota]]\ngrade = \"excellent\"\nunit-grade = \"fair\"\nshare = \"100%\"\n";
    let scheme = three_parts() + wide;
    let run = |adjustments: &str| {
        let case = case(&scheme, &people).file("imported.csv", scores).file("adjustments.csv", adjustments);
        let call = case.run();
        assert!(case.out().join("persons.csv").exists(), "{}", call.stderr);
        case
    };
    let plain = run("subject,kind,points\nu3,bonus,1\n");
    let get = |case: &Case, person: &str, column: &str| of(case, person, column);
    // 0.5·84.30 + 0.3·93.10 + 0.2·95.20 = 89.12; with 93.00: 93.47. A person of the staff: 0.2·84.30 + 0.3·93.10 + 0.5·95.20 = 92.39.
    assert_eq!([get(&plain, "P1", "score"), get(&plain, "P2", "score"), get(&plain, "P4", "score")], ["89.12", "93.47", "92.39"]);
    assert_eq!((get(&plain, "P2", "grade"), get(&plain, "P2", "unit_grade")), ("优秀".to_owned(), "优秀".to_owned()));
    // The unit is graded 一般 whatever its score: its principal is capped, its other leader is not.
    let vetoed = run("subject,kind,effect,reason\nu2,veto,set:fair,通报\n");
    assert_eq!((get(&vetoed, "P2", "score"), get(&vetoed, "P2", "grade_by_score")), ("93.47".to_owned(), "优秀".to_owned()));
    assert_eq!((get(&vetoed, "P2", "grade"), get(&vetoed, "P2", "result_code")), ("称职".to_owned(), "2".to_owned()));
    assert_eq!(
        (get(&vetoed, "P2", "cap"), get(&vetoed, "P2", "cap_reason")),
        ("称职".to_owned(), "一般单位主要负责人".to_owned())
    );
    assert!(get(&vetoed, "P2", "reasons").contains("所在单位「乙单位」等次为「一般」"), "{}", get(&vetoed, "P2", "reasons"));
    assert_eq!(get(&vetoed, "P3", "grade"), "优秀");
    assert_eq!((said(&plain, "M292"), said(&vetoed, "M292")), (0, 1), "the output says so");
    let worse = run("subject,kind,effect\nu2,veto,set:poor\n");
    assert_eq!(
        (get(&worse, "P2", "grade"), get(&worse, "P3", "grade")),
        ("基本称职".to_owned(), "称职".to_owned()),
        "15 % of 2 is no place"
    );
}

#[test]
fn e13_the_unit_is_taken_over_exactly_and_rounded_once() {
    // Five procedures of the unit: exact 89.997, published 90.00.
    let tree: String = ["50", "10", "10", "10", "20"]
        .iter()
        .enumerate()
        .map(|(n, weight)| format!("[[node]]\ncode = \"u{n}\"\nname = \"环节{n}\"\nparent = \"total\"\nweight = \"{weight}\"\n"))
        .collect();
    let head = HEAD.replace("[[node]]\ncode = \"base\"\nname = \"单位考核\"\nparent = \"total\"\nweight = \"100\"\n", &tree);
    let scheme = |rules: &str| {
        format!(
            "{head}[[node]]\ncode = \"p\"\nname = \"单位\"\nparent = \"person\"\nweight = \"100\"\nfrom-unit = \"total\"\n[persons]\nquota-pool = \"all\"\n[[person-quota]]\ngrade = \"excellent\"\nunit-grade = \"good\"\nshare = \"100%\"\n[rules]\n{rules}\n"
        )
    };
    let scheme = |rules: &str| scheme(rules).replace("leaders-share = \"30%\"", "leaders-share = \"100%\"");
    let parts: String = ["89.37", "91.25", "87.45", "90.55", "91.935"]
        .iter()
        .enumerate()
        .map(|(n, score)| format!("u1,u{n},{score}\n"))
        .collect();
    let people = persons(&["P1,张三,u1,委员,直接责任,,,"]);
    for (rules, score, grade) in
        [("", "90.00", "优秀"), ("places = 3", "89.997", "称职"), ("rounding-basis = \"exact\"", "90.00", "称职")]
    {
        let case = case(&scheme(rules), &people).file("imported.csv", format!("subject,node,score\n{parts}"));
        let call = case.run();
        assert_eq!(
            (of(&case, "P1", "score").as_str(), of(&case, "P1", "grade").as_str()),
            (score, grade),
            "{rules}\n{}",
            call.stderr
        );
    }
    // E13c: U = (88.445, 90.444), V = (88.4449, 90.4449) with 0.6/0.4: 89.2446 < 89.2449, though rounding each part first says the opposite.
    let two = format!(
        "{HEAD}[[node]]\ncode = \"p1\"\nname = \"单位\"\nparent = \"person\"\nweight = \"60\"\nfrom-unit = \"base\"\n[[node]]\ncode = \"p2\"\nname = \"述职\"\nparent = \"person\"\nweight = \"40\"\n[rules]\nplaces = 4\n"
    );
    let people = persons(&["U,张三,u1,,直接责任,,,", "V,李四,u2,,直接责任,,,"]);
    let scores = "subject,node,score\nu1,base,88.445\nU,p2,90.444\nu2,base,88.4449\nV,p2,90.4449\n";
    let case = case(&two, &people).file("imported.csv", scores);
    case.run();
    assert_eq!((of(&case, "U", "score"), of(&case, "V", "score")), ("89.2446".to_owned(), "89.2449".to_owned()));
    assert_eq!((of(&case, "U", "rank"), of(&case, "V", "rank")), ("2".to_owned(), "1".to_owned()));
}

/// Nine leaders in each of four units, graded 优秀, 良好, 一般, 较差; everybody's own score above 90 and different.
fn nine_leaders() -> (String, String) {
    let mut rows = Vec::new();
    let mut scores = "subject,node,score\nu1,base,95\nu2,base,85\nu3,base,70\nu4,base,50\n".to_owned();
    for unit in 1..=4 {
        for n in 1..=9 {
            rows.push(format!("L{unit}{n},干部{unit}{n},u{unit},,直接责任,,,"));
            scores.push_str(&format!("L{unit}{n},p,{}\n", 90 + n));
        }
    }
    (persons(&rows.iter().map(String::as_str).collect::<Vec<_>>()), scores)
}

#[test]
fn e11_nine_leaders_by_the_grade_of_their_unit() {
    let (people, scores) = nine_leaders();
    for (rounding, places) in [("floor", ["2", "2", "1", "1"]), ("half-up", ["3", "2", "2", "1"]), ("ceil", ["3", "3", "2", "2"])]
    {
        let scheme = imported(&format!("[rules]\nleaders-rounding = \"{rounding}\"\n[persons]\nquota-pool = \"unit\"\n"));
        let case = case(&scheme, &people).file("imported.csv", &scores);
        let call = case.run();
        let quotas = case.csv("quotas.csv");
        for (unit, (places, grade)) in (1..=4).zip(places.iter().zip(["优秀", "良好", "一般", "较差"])) {
            let row = [("pool", &*format!("u{unit}")), ("unit_grade", grade), ("kind", "班子成员名额")];
            let get = |column: &str| quotas.get(&row, column).to_owned();
            assert_eq!(
                (get("base"), get("places"), get("given")),
                ("9".into(), (*places).to_owned(), (*places).to_owned()),
                "{}",
                call.stderr
            );
            let persons = case.csv("persons.csv");
            let given = persons.find(&[("unit", &*format!("u{unit}")), ("grade", "优秀")]).len();
            assert_eq!(given.to_string(), *places, "the list agrees with the quota");
        }
        assert_eq!(
            said(&case, "M294"),
            if rounding == "floor" {
                0
            } else if rounding == "half-up" {
                2
            } else {
                4
            }
        );
    }
}

#[test]
fn pools_join_units_of_one_grade_and_follow_it() {
    // Three leaders in each of two 优秀 units under one parent: 30 % of 6 is one place, of 3 none.
    let people = persons(&[
        "A1,甲一,u1,,直接责任,,,",
        "A2,甲二,u1,,直接责任,,,",
        "A3,甲三,u1,,直接责任,,,",
        "B1,乙一,u2,,直接责任,,,",
        "B2,乙二,u2,,直接责任,,,",
        "B3,乙三,u2,,直接责任,试用期,,",
    ]);
    let scores = "subject,node,score\nu1,base,95\nu2,base,92\nA1,p,91\nA2,p,92\nA3,p,93\nB1,p,94\nB2,p,95\nB3,p,99\n";
    let run = |rules: &str, adjustments: &str| {
        let case = case(&imported(rules), &people).file("imported.csv", scores).file("adjustments.csv", adjustments);
        case.run();
        case
    };
    let none = "subject,kind,points\nu3,bonus,1\n";
    let parent = run("", none);
    // Ungradable B3 is not in the base: 30 % of 5 is one place, for B2.
    let row = [("kind", "班子成员名额"), ("unit_grade", "优秀")];
    let get = |case: &Case, column: &str| case.csv("quotas.csv").get(&row, column).to_owned();
    assert_eq!(
        (get(&parent, "pool"), get(&parent, "base"), get(&parent, "exact"), get(&parent, "places")),
        ("c".into(), "5".into(), "1.5".into(), "1".into())
    );
    assert_eq!((of(&parent, "B2", "grade"), of(&parent, "B1", "grade")), ("优秀".to_owned(), "称职".to_owned()));
    assert_eq!(
        (of(&parent, "B3", "grade"), of(&parent, "B3", "result_code"), of(&parent, "B3", "score")),
        (String::new(), "5A".into(), "99.00".into())
    );
    assert!(of(&parent, "B3", "reasons").contains("试用期：不定等次") && of(&parent, "B3", "rank").is_empty());
    let unit = run("[persons]\nquota-pool = \"unit\"\n", none);
    assert_eq!(of(&unit, "B2", "grade"), "称职", "30 % of 2 is no place");
    assert_eq!(said(&unit, "M295"), 2, "N too small for any 优秀: said for both units");
    // The second unit is graded 一般: it leaves the pool, and each pool follows its own share.
    let moved = run("", "subject,kind,effect\nu2,veto,set:fair\n");
    let quotas = moved.csv("quotas.csv");
    let base = |grade: &str, column: &str| quotas.get(&[("kind", "班子成员名额"), ("unit_grade", grade)], column).to_owned();
    assert_eq!((base("优秀", "base"), base("优秀", "share")), ("3".to_owned(), "0.3".to_owned()));
    assert_eq!(
        (base("一般", "base"), base("一般", "share"), base("一般", "exact")),
        ("2".to_owned(), "0.2".to_owned(), "0.4".to_owned())
    );
    assert_eq!(of(&moved, "B2", "unit_grade"), "一般");
}

#[test]
fn ties_at_the_cut_are_joint_candidates_or_preferred_by_evidence() {
    let people = persons(&[
        "A1,甲一,u1,,直接责任,,,",
        "A2,甲二,u1,,直接责任,,基层一线（组发〔2026〕3号）,",
        "A3,甲三,u1,,直接责任,,,",
        "A4,甲四,u1,,直接责任,,,",
    ]);
    let scores = "subject,node,score\nu1,base,95\nA1,p,95\nA2,p,93\nA3,p,93\nA4,p,80\n";
    let run = |ties: &str| {
        let rules = format!(
            "[persons]\nprefer = [\"frontline\"]\nties = \"{ties}\"\n[[person-quota]]\ngrade = \"excellent\"\nunit-grade = \"excellent\"\nshare = \"50%\"\n"
        );
        let case = case(&imported(&rules), &people).file("imported.csv", scores);
        case.run();
        case
    };
    let grades = |case: &Case| ["A1", "A2", "A3", "A4"].map(|person| of(case, person, "grade"));
    let drop = run("drop");
    assert_eq!(grades(&drop), ["优秀", "称职", "称职", "称职"]);
    assert_eq!(["A1", "A2", "A3", "A4"].map(|person| of(&drop, person, "tied_at_cut")), ["否", "是", "是", "否"]);
    assert_eq!(drop.csv("quotas.csv").get(&[("kind", "班子成员名额"), ("unit_grade", "优秀")], "tied"), "A2、A3");
    assert_eq!(said(&drop, "M293"), 1);
    assert_eq!(grades(&run("include")), ["优秀", "优秀", "优秀", "称职"]);
    let broken = run("tiebreak");
    assert_eq!(grades(&broken), ["优秀", "优秀", "称职", "称职"]);
    assert!(of(&broken, "A2", "reasons").contains("基层一线") && of(&broken, "A2", "reasons").contains("组发〔2026〕3号"));
    assert!(of(&broken, "A3", "reasons").contains("未列"), "{}", of(&broken, "A3", "reasons"));
    assert_eq!(of(&broken, "A1", "rank"), "1");
    assert_eq!((of(&broken, "A2", "rank"), of(&broken, "A3", "rank")), ("2".to_owned(), "2".to_owned()), "ranks stay joint");
}

#[test]
fn a_superior_counts_more_for_those_in_his_charge() {
    let form = r#"
[[strata]]
code = "seats"
members = [
  { code = "L1", name = "一号领导", weight = "0.2", weight-own = "0.6" },
  { code = "L2", name = "二号领导", weight = "0.2", weight-own = "0.6" },
  { code = "M", name = "群众", weight = "0.2" },
]
[[form]]
code = "f"
name = "干部评分表"
kind = "ballot"
answer = "score"
strata = "seats"
items = [{ code = "1", name = "得分", full = "100" }]
"#;
    let people = persons(&["P1,张三,u1,,,,,L1", "P2,李四,u1,,,,,二号领导", "P3,王五,u1,,,,,"]);
    let sheet = "票种,张三,李四,王五\n一号领导,100,100,100\n二号领导,80,80,80\n群众,60,60,60\n";
    let case = case(&one_form(form, 0), &people).file("returns/甲单位-干部评分表.csv", sheet);
    let call = case.run();
    // (0.6·100 + 0.2·80 + 0.2·60) = 88; (0.2·100 + 0.6·80 + 0.2·60) = 80; thirds: 80.
    let score = |person| of(&case, person, "score");
    assert_eq!([score("P1"), score("P2"), score("P3")], ["88.00", "80.00", "80.00"], "{}", call.stderr);
    let weight = |person| {
        case.csv("scores.csv").get(&[("subject", person), ("node", "p.1"), ("stratum", "二号领导")], "weight").to_owned()
    };
    assert_eq!([weight("P1"), weight("P2"), weight("P3")], ["0.2", "0.6", "0.333333"]);
}

#[test]
fn namesakes_strangers_and_ids() {
    let form = format!("{SCORES}items = [{{ code = \"1\", name = \"得分\", full = \"100\" }}]");
    let people = persons(&[
        "P1,张三,u1,书记,,,,",
        "P2,张 三,u1,委员,,,,",
        "P3,张三,u2,,,,,",
        "P4,买买提·吐尔逊,u2,,,,,",
        "P5,李四,u1,,,,,",
    ]);
    let sheet = "干部评分表\n单位,编号,姓名,评委1,评委2\n甲单位,P1,张三,90,90\n甲单位,P2,张三,80,80\n乙单位,,张　三,70,70\n乙单位,,买买提 • 吐尔逊,60,60\n甲单位,,张三,10,10\n乙单位,,李四,20,20\n甲单位,,李思,30,30\n甲单位,,李四,50,50\n";
    let case = case(&one_form(&form, 0), &people).file("returns/述职/干部评分表.csv", sheet);
    let call = case.run();
    let score = |person| of(&case, person, "score");
    assert_eq!(
        [score("P1"), score("P2"), score("P3"), score("P4"), score("P5")],
        ["90.00", "80.00", "70.00", "60.00", "50.00"],
        "{}",
        call.stderr
    );
    assert_eq!((said(&case, "S546"), said(&case, "B471"), said(&case, "B470")), (1, 1, 2), "{}", call.stderr);
    let found = case.csv("diagnostics.csv");
    let near: Vec<&str> = found.find(&[("code", "B470")]).iter().map(|row| row["expected"].as_str()).collect();
    assert!(near.iter().all(|text| text.contains("李四（")), "{near:?}");
    assert!(call.stderr.contains("B471"), "{}", call.stderr);
}

#[test]
fn a_broken_persons_table_is_refused_row_by_row() {
    let people = "编号,姓名,单位,责任层级,状态,主要负责人,优先条件\nP1,张三,九单位,第一责任,,,\nP1,李四,u1,第二责任,休假,也许,\nu1,王五,u1,,,,得奖\n,赵六,u1,,,,\n";
    let case = Case::new()
        .file("scheme.toml", imported(""))
        .file("units.csv", UNITS)
        .file("persons.csv", people)
        .file("returns/x.csv", "a,b\n1,2\n");
    let call = case.kaoping(&["run", case.dir().to_str().expect("UTF-8"), "-o", case.out().to_str().expect("UTF-8")]);
    assert_eq!(call.status, 2, "{}", call.stderr);
    for code in ["S543", "S544", "S545", "S547", "S548", "S549", "S551"] {
        assert!(call.stderr.contains(&format!("[{code}]")), "{code}\n{}", call.stderr);
    }
}

#[test]
fn init_writes_a_persons_table_that_checks() {
    let case = Case::new();
    let dir = case.home().join("new");
    let call = case.kaoping(&["init", dir.to_str().expect("UTF-8")]);
    assert_eq!(call.status, 0, "{}", call.stderr);
    super::kit::write(
        &dir.join("returns/述职/干部述职评分表.csv"),
        "姓名,评委1,评委2,评委3,评委4,评委5\n张一,90,91,92,93,94\n买买提吐尔逊,80,80,80,80,80\n".as_bytes(),
    );
    let out = case.home().join("out");
    let call = case.kaoping(&["run", dir.to_str().expect("UTF-8"), "-o", out.to_str().expect("UTF-8")]);
    assert!(call.status < 2, "{}", call.stderr);
    let persons = super::kit::Csv::read(&out.join("persons.csv"));
    assert_eq!(persons.get(&[("person", "P001")], "p-report"), "92.00", "{}", call.stderr);
    assert_eq!((persons.get(&[("person", "P005")], "p-report"), persons.get(&[("person", "P005")], "grade")), ("80.00", ""));
}

#[test]
fn a_score_below_the_line_caps_and_exactly_on_it_does_not() {
    let people = persons(&["P1,张三,u1,,直接责任,,,", "P2,李四,u1,,直接责任,,,", "P3,王五,u2,,直接责任,,,"]);
    // Not 好 in the duty report: the person's own node, and a node of the unit, each with its line.
    let rules = "[persons]\nquota-pool = \"all\"\n[[person-quota]]\ngrade = \"excellent\"\nshare = \"100%\"\ntier = \"direct\"\npool = \"all\"\n\
                 [[person-cap]]\nname = \"述职未达到好\"\nnode = \"p\"\nscore = \"< 95\"\nat-best = \"competent\"\n\
                 [[person-cap]]\nname = \"单位考核不足\"\nnode = \"base\"\nscore = \"< 90\"\nat-best = \"basic\"\n";
    let scores = "subject,node,score\nu1,base,90\nu2,base,89.99\nP1,p,95\nP2,p,94.99\nP3,p,99\n";
    let case = case(&imported(rules), &people).file("imported.csv", scores);
    let call = case.run();
    let grades = ["P1", "P2", "P3"].map(|person| of(&case, person, "grade"));
    assert_eq!(grades, ["优秀", "称职", "基本称职"], "{}", call.stderr);
    assert_eq!([of(&case, "P2", "cap_reason"), of(&case, "P3", "cap_reason")], ["述职未达到好", "单位考核不足"]);
    assert!(of(&case, "P2", "reasons").contains("「本人得分」94.99（< 95）"), "{}", of(&case, "P2", "reasons"));
}

#[test]
fn each_category_has_its_own_pool() {
    let scheme = format!(
        "{}[[domain]]\ncode = \"lead\"\nname = \"领导职务\"\n[[domain]]\ncode = \"rank\"\nname = \"职级\"\n",
        imported("")
    );
    let mut people = "id,name,unit,tier,category\n".to_owned();
    let mut scores = "subject,node,score\nu1,base,95\n".to_owned();
    for n in 1..=4 {
        people.push_str(&format!("A{n},甲{n},u1,直接责任,领导职务\nB{n},乙{n},u1,直接责任,rank\n"));
        scores.push_str(&format!("A{n},p,{}\nB{n},p,{}\n", 90 + n, 95 + n));
    }
    let case = case(&scheme, &people).file("imported.csv", scores);
    let call = case.run();
    let quotas = case.csv("quotas.csv");
    for domain in ["领导职务", "职级"] {
        let row = [("domain", domain), ("unit_grade", "优秀")];
        let get = |column: &str| quotas.get(&row, column).to_owned();
        // 30 % of 4, not of 8: one place each.
        assert_eq!((get("base"), get("exact"), get("places")), ("4".into(), "1.2".into(), "1".into()), "{}", call.stderr);
    }
    assert_eq!(
        [of(&case, "A4", "grade"), of(&case, "B3", "grade")],
        ["优秀", "称职"],
        "the best of the weaker category, not the second of the other"
    );
    assert_eq!([of(&case, "A4", "rank"), of(&case, "B4", "rank"), of(&case, "A4", "of")], ["1", "1", "4"]);
}

#[test]
fn exactly_the_least_number_of_raters_is_shown() {
    let people = persons(&["P1,张三,u1,,,,,", "P2,李四,u1,,,,,"]);
    let sheet = "姓名,优秀,称职,基本称职,不称职,弃权\n张三,5,0,0,0,0\n李四,4,0,0,0,9\n";
    let case = case(&one_form(VOTE, 5), &people).file("returns/甲单位-干部测评计票表.csv", sheet);
    case.run();
    assert_eq!((of(&case, "P1", "score"), of(&case, "P1", "hidden")), ("100.00".to_owned(), "否".to_owned()));
    assert_eq!(
        (of(&case, "P2", "score"), of(&case, "P2", "hidden")),
        (String::new(), "是".to_owned()),
        "abstentions are no raters"
    );
}
