//! A law of mess: whatever harmless disorder a clean return suffers, its counts stay, or the difference is said at its place.
//!
//! Returns of every shape are made clean, then spoilt by dice: columns moved, titles, footers and blanks put in, characters made
//! full-width, aliases used, encodings and formats changed. A silent difference fails, with the seed and what was done.

use super::kit::{text, write};
use kaoping::diagnostic::Severity;
use kaoping::measure::Totals;
use kaoping::pipeline::{Silent, count_returns, open};
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};
use rust_xlsxwriter::{Format, Workbook};
use std::path::Path;
use tempfile::TempDir;

const SCHEME: &str = r#"
title = "2026年度考核"
year = 2026
[[level]]
code = "regiment"
name = "团"
[[level]]
code = "company"
name = "连队"
[[scale]]
code = "grade"
options = [
  { code = "a", label = "优秀", value = "100", aliases = ["优"] },
  { code = "b", label = "良好", value = "80", aliases = ["良"] },
  { code = "c", label = "一般", value = "60" },
  { code = "d", label = "较差", value = "40" },
  { code = "n", label = "不了解", class = "abstain", aliases = ["弃权"] },
]
[[strata]]
code = "abc"
members = [
  { code = "A", name = "A票", weight = "0.4", aliases = ["班子成员"] },
  { code = "B", name = "B票", weight = "0.3", aliases = ["B类", "党员"] },
  { code = "C", name = "C票", weight = "0.3", aliases = ["群众"] },
]
[[form]]
code = "ceping"
name = "民主测评表"
kind = "ballot"
scale = "grade"
strata = "abc"
items = [
  { code = "1", name = "政治建设" }, { code = "2", name = "思想建设" },
  { code = "3", name = "组织建设" }, { code = "4", name = "作风建设", aliases = ["工作作风"] },
]
[[form]]
code = "kaohe"
name = "考核评分表"
kind = "assessed"
items = [
  { code = "1", name = "第一议题学习制度落实", full = "10" },
  { code = "2", name = "党支部标准化规范化建设", full = "15" },
  { code = "3", name = "党风廉政建设", full = "10" },
]
[[form]]
code = "shuzhi"
name = "述职评分表"
kind = "ballot"
answer = "score"
items = [{ code = "1", name = "述职得分", full = "100", aliases = ["得分"] }]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "mubiao"
name = "目标考核"
parent = "total"
weight = "50"
forms = ["kaohe"]
[[node]]
code = "ceping"
name = "民主测评"
parent = "total"
weight = "30"
forms = ["ceping"]
[[node]]
code = "shuping"
name = "述职评议"
parent = "total"
weight = "20"
forms = ["shuzhi"]
"#;
const UNITS: &str = "unit,parent,level,name,aliases\nR,,regiment,四十一团,\nC1,R,company,一连,1连\nC2,R,company,二连,2连\n\
                     C3,R,company,果园连,\n";
const UNIT_NAMES: [[&str; 3]; 3] =
    [["一连", "1连", "四十一团一连"], ["二连", "第二连", "2连"], ["果园连", "果园连 ", "四十一团果园连"]];
const GRADES: [[&str; 3]; 5] = [
    ["优秀", "优", "A.优秀"],
    ["良好", "良", "良好 "],
    ["一般", "一 般", "一般"],
    ["较差", "较差", "D、较差"],
    ["不了解", "弃权", "不了解"],
];
const STRATA: [[&str; 3]; 3] = [["A票", "A", "班子成员"], ["B票", "B类", "党员"], ["C票", "C", "群众"]];
const ITEMS: [[&str; 3]; 4] = [
    ["政治建设", "1、政治建设", "政治\n建设"],
    ["思想建设", "2.思想建设", "思想建设（单选）"],
    ["组织建设", "3、组织建设", " 组织建设"],
    ["作风建设", "工作作风", "4．作风建设"],
];
const TASKS: [[&str; 2]; 3] = [
    ["第一议题学习制度落实", "1.第一议题学习制度落实"],
    ["党支部标准化规范化建设", "党支部标准化规范化建设 "],
    ["党风廉政建设", "党风廉政建设（10分）"],
];

/// One table before it becomes a file: header rows, then data.
#[derive(Clone, Debug)]
struct Sheet {
    name: &'static str,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns whose order says nothing.
    free: bool,
}

struct Dice(Pcg32);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0.next_u32() as usize % below
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    /// A way to write something: the plain one, or with `spoil` any.
    fn pick<'a>(&mut self, ways: &[&'a str], spoil: bool) -> &'a str {
        if spoil { ways[self.roll(ways.len())] } else { ways[0] }
    }
}

fn cells(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The same answers, written plainly or in any of their ways.
fn sheet(shape: &'static str, answers: u64, dice: &mut Dice, spoil: bool) -> Sheet {
    let mut said = Dice(Pcg32::seed_from_u64(answers));
    match shape {
        "wide" => wide(&mut said, dice, spoil),
        "long" => long(&mut said, dice, spoil),
        "votes" => votes(&mut said, dice, spoil),
        "scores" => scores(&mut said, dice, spoil),
        "judges" => judges(&mut said, dice, spoil),
        _ => matrix(&mut said, dice, spoil),
    }
}

fn wide(said: &mut Dice, dice: &mut Dice, spoil: bool) -> Sheet {
    let mut header = cells(&["单位", "票种"]);
    header.extend(ITEMS.iter().map(|ways| dice.pick(ways, spoil).to_owned()));
    let rows = (0..14).map(|_| {
        let mut row =
            vec![dice.pick(&UNIT_NAMES[said.roll(3)], spoil).to_owned(), dice.pick(&STRATA[said.roll(3)], spoil).to_owned()];
        row.extend(
            (0..4).map(|_| if said.one_in(12) { String::new() } else { dice.pick(&GRADES[said.roll(5)], spoil).to_owned() }),
        );
        row
    });
    Sheet { name: "民主测评表.csv", rows: rows.collect(), header, free: true }
}

fn long(said: &mut Dice, dice: &mut Dice, spoil: bool) -> Sheet {
    let header = cells(&["票号", "单位", "票种", "题目", "评价"]);
    let mut rows = Vec::new();
    for ballot in 1..=8 {
        let (unit, stratum) = (said.roll(3), said.roll(3));
        for item in &ITEMS {
            let item = [item[0], item[1]];
            rows.push(cells(&[
                &ballot.to_string(),
                dice.pick(&UNIT_NAMES[unit], spoil),
                dice.pick(&STRATA[stratum], spoil),
                dice.pick(&item, spoil && !item[1].contains("工作")),
                dice.pick(&GRADES[said.roll(5)], spoil),
            ]));
        }
    }
    Sheet { name: "民主测评表.csv", header, rows, free: true }
}

fn votes(said: &mut Dice, dice: &mut Dice, spoil: bool) -> Sheet {
    let header = cells(&["测评内容", "优秀", "良好", "一般", "较差", "不了解"]);
    let rows = ITEMS.iter().map(|item| {
        let mut row = vec![dice.pick(&item[..2], spoil).to_owned()];
        row.extend((0..5).map(|_| (5 + said.roll(20)).to_string()));
        row
    });
    Sheet { name: "一连民主测评计票（A票）.csv", rows: rows.collect(), header, free: true }
}

fn scores(said: &mut Dice, dice: &mut Dice, spoil: bool) -> Sheet {
    let header = cells(&["序号", "考核项目", "分值", "考核分"]);
    let rows = TASKS.iter().zip([10, 15, 10]).zip(1..).map(|((task, full), number)| {
        let points = said.roll(full * 2 + 1);
        let points = if points.is_multiple_of(2) { (points / 2).to_string() } else { format!("{}.5", points / 2) };
        let ways = [points.clone(), format!("{points}分"), format!(" {points}")];
        let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
        cells(&[&number.to_string(), dice.pick(task, spoil && full != 15), &full.to_string(), dice.pick(&ways, spoil)])
    });
    Sheet { name: "一连考核评分表.csv", rows: rows.collect(), header, free: true }
}

fn judges(said: &mut Dice, dice: &mut Dice, spoil: bool) -> Sheet {
    let header = cells(&["单位", "评委1", "评委2", "评委3", "评委4"]);
    let rows = UNIT_NAMES.iter().map(|unit| {
        let mut row = vec![dice.pick(unit, spoil).to_owned()];
        row.extend((0..4).map(|_| (70 + said.roll(30)).to_string()));
        row
    });
    Sheet { name: "述职评分表.csv", rows: rows.collect(), header, free: false }
}

fn matrix(said: &mut Dice, dice: &mut Dice, spoil: bool) -> Sheet {
    let mut header = cells(&["评委"]);
    header.extend(UNIT_NAMES.iter().map(|unit| dice.pick(&unit[..2], spoil).to_owned()));
    let rows = (1..7).map(|judge| {
        let mut row = vec![format!("评委{judge}")];
        row.extend((0..3).map(|_| (70 + said.roll(30)).to_string()));
        row
    });
    Sheet { name: "述职评分表.csv", rows: rows.collect(), header, free: true }
}

/// What was done to a sheet, for the message of a failure.
type Done = Vec<&'static str>;

fn spoil(sheet: &mut Sheet, dice: &mut Dice, done: &mut Done) {
    if sheet.free && dice.one_in(2) {
        done.push("columns moved");
        let width = sheet.header.len();
        for at in (1..width).rev() {
            let other = dice.roll(at + 1);
            sheet.header.swap(at, other);
            sheet.rows.iter_mut().for_each(|row| row.swap(at, other));
        }
    }
    if dice.one_in(3) {
        done.push("a column of remarks");
        let at = dice.roll(sheet.header.len() + 1);
        sheet.header.insert(at, "备注".to_owned());
        for row in &mut sheet.rows {
            row.insert(at, if dice.one_in(4) { "无意见".to_owned() } else { String::new() });
        }
    }
    if dice.one_in(3) {
        done.push("full-width digits");
        for cell in sheet.rows.iter_mut().flatten().filter(|cell| cell.chars().all(|c| c.is_ascii_digit() || c == '.')) {
            *cell = cell.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect();
        }
    }
    if dice.one_in(3) {
        done.push("characters of no width");
        for cell in sheet.header.iter_mut().chain(sheet.rows.iter_mut().flatten()) {
            if !cell.is_empty() && dice.one_in(5) {
                cell.insert_str(0, ["\u{200b}", "\u{a0}", "\u{feff}", "\u{3000}"][dice.roll(4)]);
            }
        }
    }
    if dice.one_in(3) {
        done.push("blank rows");
        let width = sheet.header.len();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(sheet.rows.len() + 1);
            sheet.rows.insert(at, vec![String::new(); width]);
        }
    }
    if dice.one_in(4) {
        done.push("a blank column before");
        sheet.header.insert(0, String::new());
        sheet.rows.iter_mut().for_each(|row| row.insert(0, String::new()));
    }
}

/// Rows above and below.
fn framed(sheet: &Sheet, dice: &mut Dice, done: &mut Done) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    if dice.one_in(2) {
        done.push("a title");
        let form = sheet.name.trim_end_matches(".csv");
        all.push(vec![format!("四十一团2026年度{form}")]);
        if dice.one_in(2) {
            all.push(Vec::new());
        }
    }
    all.push(sheet.header.clone());
    all.extend(sheet.rows.iter().cloned());
    if dice.one_in(2) {
        done.push("a footer");
        if dice.one_in(2) {
            all.push(Vec::new());
        }
        all.push(cells(&["填表人：", "", "审核人：", ""]));
    }
    all
}

/// Bytes and name of the file in one of the formats.
fn file(sheet: &Sheet, rows: &[Vec<String>], dice: &mut Dice, done: &mut Done) -> (String, Vec<u8>) {
    let separator = [",", "\t", ";"][dice.roll(3)];
    let quoted = |cell: &String| {
        if cell.contains(['\n', '"', ',', ';', '\t']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    let ends = ["\n", "\r\n"][dice.roll(2)];
    let csv: String = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(separator) + ends).collect();
    match dice.roll(5) {
        0 => (sheet.name.to_owned(), csv.into_bytes()),
        1 => {
            done.push("UTF-8 with mark");
            (sheet.name.to_owned(), format!("\u{feff}{csv}").into_bytes())
        }
        2 => {
            done.push("GB18030");
            (sheet.name.to_owned(), encoding_rs::GB18030.encode(&csv).0.into_owned())
        }
        3 => {
            done.push("UTF-16");
            let wide = std::iter::once(0xFEFF).chain(csv.encode_utf16()).flat_map(u16::to_le_bytes);
            (sheet.name.to_owned(), wide.collect())
        }
        _ => {
            done.push("workbook");
            (sheet.name.replace(".csv", ".xlsx"), workbook(rows))
        }
    }
}

fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    for (row, cells) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).expect("written"),
                Err(_) => sheet.write_with_format(row, column, cell.as_str(), &plain).expect("written"),
            };
        }
    }
    book.save_to_buffer().expect("a workbook")
}

struct Read {
    totals: Totals,
    /// Codes of warnings and errors that name the file.
    said: Vec<String>,
    ledger: String,
}

fn read(name: &str, bytes: &[u8]) -> Read {
    let home = TempDir::new().expect("a folder");
    write(&home.path().join("scheme.toml"), SCHEME.as_bytes());
    write(&home.path().join("units.csv"), UNITS.as_bytes());
    write(&home.path().join("returns/四十一团").join(name), bytes);
    let opened = open(home.path()).unwrap_or_else(|error| panic!("{}: {error:?}", text(home.path())));
    let tally = count_returns(&opened, &Silent).expect("counted");
    let totals = tally.totals(&opened.scheme).expect("summed");
    assert!(totals.sheets.iter().all(|sheet| sheet.ledger.balances()), "{:?}", totals.sheets);
    let found = totals.sheets.iter().flat_map(|sheet| &sheet.diagnostics);
    let said = found
        .filter(|found| found.severity() != Severity::Note && Path::new(&*found.place.file).file_name().is_some())
        .map(|found| format!("{} {:?}", found.code, found.arg("found")))
        .collect();
    let ledger =
        totals.sheets.iter().map(|sheet| format!("{:?}\n{:?}", sheet.ledger, sheet.layout)).collect::<Vec<_>>().join("\n");
    Read { totals, said, ledger }
}

#[test]
fn harmless_disorder_changes_nothing_or_is_said() {
    let (mut same, mut told, mut wrong) = (0, Vec::new(), Vec::new());
    for shape in ["wide", "long", "matrix", "votes", "scores", "judges"] {
        for seed in 0..60 {
            let answers = seed / 6;
            let mut dice = Dice(Pcg32::seed_from_u64(1000 + seed));
            let clean = sheet(shape, answers, &mut dice, false);
            let rows: Vec<Vec<String>> = std::iter::once(clean.header.clone()).chain(clean.rows.iter().cloned()).collect();
            let plain = rows.iter().map(|row| row.join(",") + "\n").collect::<String>();
            let before = read(clean.name, plain.as_bytes());
            assert!(!before.totals.rows.is_empty() && before.said.is_empty(), "{shape}: {:?}\n{}", before.said, before.ledger);
            let mut done = Done::new();
            let mut spoilt = sheet(shape, answers, &mut dice, true);
            spoil(&mut spoilt, &mut dice, &mut done);
            let rows = framed(&spoilt, &mut dice, &mut done);
            let (name, bytes) = file(&spoilt, &rows, &mut dice, &mut done);
            let after = read(&name, &bytes);
            if after.totals.rows == before.totals.rows && after.totals.ballots == before.totals.ballots {
                same += 1;
            } else if after.said.is_empty() {
                wrong.push(format!("{shape} seed {seed}: {done:?}\n{rows:?}\n{}", after.ledger));
            } else {
                told.push(format!("{shape} seed {seed}: {done:?} {:?}", after.said));
            }
        }
    }
    assert!(wrong.is_empty(), "{} silent differences; the first:\n{}", wrong.len(), wrong[0]);
    assert!(told.len() * 10 <= same, "{same} unchanged, {} reported: too few are simply read:\n{}", told.len(), told.join("\n"));
}
