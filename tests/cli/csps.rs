//! Published scores: the UK Civil Service People Survey (Open Government Licence), read cell for cell from every format it came
//! in; and a small table of the same kind with everything such tables do.

use super::kit::{Call, Case, text};
use calamine::{Data, Reader, open_workbook_auto};
use rust_xlsxwriter::{Format, Workbook};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A file of the survey, beside the project; `None` with a word where it is not.
fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/csps").join(name);
    if path.is_file() {
        return Some(path);
    }
    writeln!(std::io::stderr(), "skipped: ../shared/data/csps/{name} is not beside the project").expect("stderr");
    None
}

/// One organisation: code, name, department group, and its scores by header.
struct Row {
    code: String,
    name: String,
    group: String,
    scores: Vec<String>,
}

/// A published table as an independent reader sees it: headers of scores, and rows.
struct Published {
    headers: Vec<String>,
    rows: Vec<Row>,
}

/// The scheme in a few lines: three levels, and a node per column.
fn scheme(published: &Published) -> String {
    let mut text = "title = \"Civil Service People Survey\"\nlanguage = \"en\"\nanalysis = { draws = 100 }\n\
        level = [{ code = \"service\", name = \"Service\" }, { code = \"group\", name = \"Group\" }, { code = \"organisation\", name = \"Organisation\" }]\n\
        node = [\n  { code = \"all\", name = \"All scores\" },\n  { code = \"survey\", name = \"Survey\", parent = \"all\", weight = \"100\" },\n"
        .to_owned();
    for (number, header) in published.headers.iter().enumerate() {
        let _ = writeln!(
            text,
            "  {{ code = \"n{number}\", name = \"{header}\", parent = \"survey\", weight = \"100/{}\" }},",
            published.headers.len()
        );
    }
    text + "]\n"
}

/// The frame: a department's total stands above the organisations of the department, everybody below the whole service.
fn units(published: &Published) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["unit", "parent", "level", "name"]).expect("written");
    let totals: BTreeMap<&str, &str> = published
        .rows
        .iter()
        .filter(|row| row.name.contains(" group (") || row.code.ends_with("_GROUP"))
        .map(|row| (row.group.as_str(), row.code.as_str()))
        .collect();
    assert_eq!(totals.len(), 3, "Home Office, Justice, Statistics");
    for row in &published.rows {
        let (parent, level) = match row.code.as_str() {
            "CS_MEAN" | "CS_MEDIAN" => ("", "service"),
            code if totals.get(row.group.as_str()) == Some(&code) => ("CS_MEAN", "group"),
            _ => (*totals.get(row.group.as_str()).unwrap_or(&"CS_MEAN"), "organisation"),
        };
        writer.write_record([&row.code, parent, level, &row.name]).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("whole")).expect("UTF-8")
}

/// Runs the program on one file and compares every cell.
fn compare(published: &Published, file: &str, bytes: Vec<u8>) -> (Case, Call) {
    let case = Case::new().file("scheme.toml", scheme(published)).file("units.csv", units(published)).file(file, bytes);
    let call = case.run();
    let scores = case.csv("scores.csv");
    let read: BTreeMap<(&str, &str), &BTreeMap<String, String>> =
        scores.rows().iter().map(|row| ((row["subject"].as_str(), row["node"].as_str()), row)).collect();
    let mut compared = 0;
    for row in &published.rows {
        for (number, expected) in row.scores.iter().enumerate() {
            let node = format!("n{number}");
            let found =
                read.get(&(row.code.as_str(), node.as_str())).unwrap_or_else(|| panic!("{} {node}\n{}", row.code, call.stderr));
            assert_eq!(
                (found["score"].as_str(), found["imported"].as_str()),
                (expected.as_str(), if expected.is_empty() { "no" } else { "yes" }),
                "{} {}\n{}",
                row.name,
                published.headers[number],
                call.stderr
            );
            compared += 1;
        }
    }
    assert_eq!(compared, published.rows.len() * published.headers.len());
    (case, call)
}

/// The number of roll-ups and other findings of a run, by code.
fn codes(case: &Case) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for row in case.csv("diagnostics.csv").rows() {
        *found.entry(row["code"].clone()).or_default() += 1;
    }
    found
}

/// The 2019 table by a plain CSV reader: `80%` is 80.00.
fn plain_2019() -> Option<(Published, Vec<u8>)> {
    let bytes =
        std::fs::read(data("Civil-Service-People-Survey-2019-All-Organisation-Scores-CSV-format.csv")?).expect("readable");
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes));
    let headers = reader.headers().expect("a header").iter().skip(3).map(str::to_owned).collect();
    let rows = reader.records().map(|record| {
        let record = record.expect("a record");
        let points = |cell: &str| format!("{}.00", cell.strip_suffix('%').expect("a percentage"));
        Row {
            group: record[0].to_owned(),
            name: record[1].to_owned(),
            code: record[2].to_owned(),
            scores: record.iter().skip(3).map(points).collect(),
        }
    });
    let published = Published { headers, rows: rows.collect() };
    Some((published, bytes))
}

#[test]
fn the_2019_table_is_the_same_from_csv_and_workbook() {
    let Some((published, csv)) = plain_2019() else { return };
    let Some(book) = data("Civil-Service-People-Survey-2019-All-Organisation-Scores-Excel.xlsx") else { return };
    assert_eq!((published.rows.len(), published.headers.len()), (111, 92));
    let (from_csv, _) = compare(&published, "imported.csv", csv);
    assert_eq!(codes(&from_csv).get("B451"), Some(&1), "the three departments and the service are roll-ups");
    let (from_book, call) = compare(&published, "imported.xlsx", std::fs::read(book).expect("readable"));
    let (one, other) = (from_csv.out().join("scores.csv"), from_book.out().join("scores.csv"));
    assert!(std::fs::read(one).expect("scores") == std::fs::read(other).expect("scores"));
    let codes = codes(&from_book);
    // Contents and the two sheets of metadata; two tables read; three names with a footnote; roll-ups in both tables.
    assert_eq!(
        (codes.get("L160"), codes.get("L163"), codes.get("L164"), codes.get("B451")),
        (Some(&3), Some(&2), Some(&1), Some(&2)),
        "{}",
        call.stderr
    );
    let said = from_book.csv("diagnostics.csv");
    let rollups = said.find(&[("code", "B451")])[0]["found"].clone();
    for name in
        ["All civil servants (mean score)", "Home Office group", "Ministry of Justice group", "UK Statistics Authority group"]
    {
        assert!(rollups.contains(name), "{rollups}");
    }
    assert!(codes.keys().all(|code| !["B450", "B452", "B453", "B455", "L161", "L162"].contains(&code.as_str())), "{codes:?}");
}

/// The 2020 workbook by a plain reader of cells: codes beside names, 0.8 is 80.00.
fn plain_2020(path: &Path) -> Published {
    let mut book = open_workbook_auto(path).expect("a workbook");
    let mut headers = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for name in ["Table_1", "Table_2"] {
        let range = book.worksheet_range(name).expect("a sheet");
        let mut lines = range.rows();
        headers.extend(lines.next().expect("a header").iter().skip(3).map(|cell| cell.to_string().replace('\n', " ")));
        for line in lines {
            let texts: Vec<String> = line.iter().take(3).map(ToString::to_string).collect();
            let scores = line.iter().skip(3).map(|cell| match cell {
                // One organisation has a response rate of 102 %: no score, said so.
                Data::Float(number) if *number > 1.0 => String::new(),
                Data::Float(number) => format!("{:.2}", (number * 100.0).round()),
                Data::Int(number) => format!("{:.2}", 100 * number),
                other => panic!("{other:?} in {texts:?}"),
            });
            match rows.iter_mut().find(|row| row.code == texts[1]) {
                Some(row) => row.scores.extend(scores),
                None => rows.push(Row {
                    group: texts[0].clone(),
                    code: texts[1].clone(),
                    name: texts[2].clone(),
                    scores: scores.collect(),
                }),
            }
        }
    }
    Published { headers, rows }
}

#[test]
fn the_2020_workbook_of_another_office_suite_too() {
    let Some(path) = data("Civil_Service_People_Survey_2020-_All_organisation_scores.ods") else { return };
    let published = plain_2020(&path);
    assert_eq!((published.rows.len(), published.headers.len()), (111, 95));
    let (case, call) = compare(&published, "imported.ods", std::fs::read(path).expect("readable"));
    let codes = codes(&case);
    assert_eq!((codes.get("L160"), codes.get("L163"), codes.get("B451")), (Some(&3), Some(&2), Some(&2)), "{}", call.stderr);
    assert!(codes.keys().all(|code| !["B450", "B453", "B455", "L161", "L162"].contains(&code.as_str())), "{codes:?}");
    assert_eq!(case.csv("diagnostics.csv").get(&[("code", "B452")], "found"), "1.02");
}

const SMALL: &str = r#"
title = "引用"
level = [{ code = "all", name = "全体" }, { code = "group", name = "部门" }, { code = "unit", name = "单位" }]
node = [
  { code = "total", name = "综合得分" },
  { code = "work", name = "工作满意度", parent = "total", weight = "50" },
  { code = "team", name = "班子满意度", parent = "total", weight = "50" },
]
"#;
const SMALL_UNITS: &str =
    "unit,parent,level,name\nall,,all,全体\ng,all,group,农业部门合计\nu1,g,unit,种子站\nu2,g,unit,农机站\nu3,all,unit,学校\n";

fn small(imported: (&str, Vec<u8>)) -> Case {
    Case::new().file("scheme.toml", SMALL).file("units.csv", SMALL_UNITS).file(imported.0, imported.1)
}

fn score(case: &Case, unit: &str, node: &str) -> String {
    case.csv("scores.csv").get(&[("subject", unit), ("node", node)], "score").to_owned()
}

/// Title, header of two rows with merged cells, spacer columns, headings, withheld cells, a total beside its members, a footnote,
/// a row of a benchmark, a column nobody knows, and a sheet of notes.
#[test]
fn a_table_with_everything() {
    let mut book = Workbook::new();
    let notes = book.add_worksheet();
    notes.set_name("说明").expect("a name");
    notes.write_string(0, 0, "本表由统计处发布").expect("written");
    notes.write_string(1, 0, "[c] 为不公布").expect("written");
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.write_string(0, 0, "满意度调查 全部单位").expect("written");
    sheet.merge_range(2, 0, 3, 0, "单位名称", &plain).expect("merged");
    sheet.merge_range(2, 2, 2, 3, "主题得分", &plain).expect("merged");
    sheet.merge_range(2, 5, 3, 5, "回收率", &plain).expect("merged");
    sheet.write_string(3, 2, "工作\n满意度").expect("written");
    sheet.write_string(3, 3, "班子满意度").expect("written");
    let rows: [(&str, &str, &str); 9] = [
        ("全体基准（中位数）", "0.7", "0.6"),
        ("全体", "0.71", "0.61"),
        ("农业", "", ""),
        ("农业部门合计1", "0.55", "0.5"),
        ("种子站", "0.8", "[c]"),
        ("农机站", "..", "-"),
        ("教育", "", ""),
        ("学校", "1", "0"),
        ("", "", ""),
    ];
    for (row, (name, work, team)) in (5u32..).zip(rows) {
        sheet.write_string(row, 0, name).expect("written");
        for (column, text) in [(2, work), (3, team)] {
            match text.parse::<f64>() {
                Ok(number) => drop(sheet.write_number(row, column, number).expect("written")),
                Err(_) => drop(sheet.write_string(row, column, text).expect("written")),
            }
        }
        if !work.is_empty() {
            sheet.write_number(row, 5, 0.9).expect("written");
        }
    }
    sheet.write_string(15, 0, "注释").expect("written");
    sheet.write_string(16, 0, "1：合计为所属单位的合并结果").expect("written");
    let case = small(("imported.xlsx", book.save_to_buffer().expect("a workbook")));
    let call = case.run();
    for (unit, work, team) in [("all", "71.00", "61.00"), ("g", "55.00", "50.00"), ("u3", "100.00", "0.00")] {
        assert_eq!(
            (score(&case, unit, "work").as_str(), score(&case, unit, "team").as_str()),
            (work, team),
            "{unit}\n{}",
            call.stderr
        );
    }
    // Withheld is missing, never 0; the total of the department is its own row, not one more member.
    assert_eq!((score(&case, "u1", "work").as_str(), score(&case, "u1", "team").as_str()), ("80.00", ""));
    assert_eq!((score(&case, "u2", "work").as_str(), score(&case, "u2", "team").as_str()), ("", ""));
    let said = case.csv("diagnostics.csv");
    assert_eq!(said.get(&[("code", "B454")], "message"), "3 个得分未公布");
    assert_eq!(said.get(&[("code", "B451")], "found"), "全体、农业部门合计");
    assert_eq!(said.get(&[("code", "L164")], "found"), "农业部门合计1");
    assert_eq!(said.get(&[("code", "L162")], "found"), "回收率");
    assert_eq!(said.get(&[("code", "B450")], "found"), "全体基准(中位数)");
    assert_eq!(said.get(&[("code", "L163")], "found"), "表头在第 3、4 行；得分行 5，小标题 3，注释 1，未采纳 1；与前面重复 0");
    assert_eq!(said.get(&[("code", "L160")], "sheet"), "说明");
}

/// One score a row, percentages, a contradiction, a cell that may mean two things, a node nobody knows.
#[test]
fn a_long_table_and_its_troubles() {
    let text = "部门,单位名称,代码,指标名称,百分比\n农业,种子站,u1,工作满意度,80%\n农业,种子站,u1,班子满意度,75%\n农业,农机站,u2,工作满意度,0.8\n\
                农业,农机站,u2,班子满意度,..\n教育,学校,u3,工作满意度,101%\n教育,学校,u3,班子满意度,66%\n教育,学校,u3,班子满意度,67%\n教育,学校,u1,工作满意度,50%\n教育,学校,u3,午餐满意度,70%\n";
    let case = small(("imported.csv", text.as_bytes().to_vec()));
    let call = case.run();
    assert_eq!((score(&case, "u1", "work").as_str(), score(&case, "u1", "team").as_str()), ("80.00", "75.00"), "{}", call.stderr);
    assert_eq!(
        (score(&case, "u2", "work").as_str(), score(&case, "u3", "work").as_str(), score(&case, "u3", "team").as_str()),
        ("", "", "66.00")
    );
    let said = case.csv("diagnostics.csv");
    let cells: Vec<(&str, &str)> =
        said.find(&[("code", "B452")]).iter().map(|row| (row["cell"].as_str(), row["found"].as_str())).collect();
    assert_eq!(cells, [("行 4，列 5", "0.8"), ("行 6，列 5", "101%")], "{}", call.stderr);
    assert_eq!(said.get(&[("code", "B453")], "found"), "67");
    assert_eq!(said.get(&[("code", "B455")], "cell"), "行 9，列 3", "{}", call.stderr);
    assert_eq!(said.get(&[("code", "B456")], "found"), "午餐满意度");
}

/// A table that names nothing of the scheme is an error, not silence; the plain list of three columns is read as ever.
#[test]
fn nothing_known_is_said_and_a_plain_list_stays_one() {
    let case = small(("imported.csv", "机构,甲,乙\n种子站,80%,70%\n".as_bytes().to_vec()));
    let call = case.kaoping(&["run", &text(&case.dir()), "-o", &text(&case.out())]);
    assert!(call.status == 2 && call.stderr.contains("错误[L161]"), "{} {}", call.status, call.stderr);
    let case = small(("imported.csv", "单位,指标,得分,满分\nu1,work,45,50\n".as_bytes().to_vec()));
    case.run();
    assert_eq!(score(&case, "u1", "work"), "90.00");
}
