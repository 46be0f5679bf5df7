//! Big made inputs of declared size for measuring: one wide CSV, or a thousand workbooks, each with its scheme and units.

use super::dice::Dice;
use super::formats::{self, Format};
use super::sheet::{Sheet, Value};
use super::{put, refuse_full};
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const LABELS: [&str; 5] = ["优秀", "良好", "一般", "较差", "不了解"];
const STRATA: [&str; 3] = ["A票", "B票", "C票"];
const TOPICS: [&str; 20] = [
    "政治建设",
    "思想建设",
    "组织建设",
    "作风建设",
    "纪律建设",
    "制度建设",
    "班子团结",
    "科学决策",
    "民主集中",
    "选人用人",
    "联系群众",
    "服务职工",
    "产业发展",
    "民族团结",
    "安全稳定",
    "生态保护",
    "基层治理",
    "廉洁自律",
    "工作实绩",
    "改革创新",
];

fn topic(item: usize) -> String {
    let name = TOPICS[item % TOPICS.len()];
    if item < TOPICS.len() { name.to_owned() } else { format!("{name}之{}", item / TOPICS.len() + 1) }
}

fn unit_name(unit: usize) -> String {
    format!("演示单位{:04}", unit + 1)
}

/// Units of one group, so that roll-ups have something to roll up.
const GROUP: usize = 50;

fn scheme(items: usize) -> String {
    let mut text = String::from(
        "# 演示（编造数据），用于测速。Made data for measuring speed.\n\
        title = \"测速（编造数据）：2026年度民主测评\"\nyear = 2026\nlanguage = \"zh\"\n\n\
        [[level]]\ncode = \"top\"\nname = \"总部\"\n[[level]]\ncode = \"group\"\nname = \"片区\"\n[[level]]\ncode = \"unit\"\nname = \"单位\"\n\n\
        [[domain]]\ncode = \"all\"\nname = \"单位\"\n\n[[scale]]\ncode = \"grade\"\noptions = [\n",
    );
    for (code, (label, value)) in ["a", "b", "c", "d"].into_iter().zip(LABELS.into_iter().zip(["100", "80", "60", "40"])) {
        let _ = writeln!(text, "  {{ code = \"{code}\", label = \"{label}\", value = \"{value}\" }},");
    }
    text += "  { code = \"n\", label = \"不了解\", class = \"abstain\" },\n]\n\n[[strata]]\ncode = \"abc\"\nmembers = [\n";
    for (code, weight) in [("A", "0.4"), ("B", "0.3"), ("C", "0.3")] {
        let _ = writeln!(text, "  {{ code = \"{code}\", name = \"{code}票\", weight = \"{weight}\" }},");
    }
    text += "]\n\n[[form]]\ncode = \"ceping\"\nname = \"民主测评表\"\nkind = \"ballot\"\nscale = \"grade\"\nstrata = \"abc\"\ndue-levels = [\"unit\"]\nitems = [\n";
    for item in 0..items {
        let _ = writeln!(text, "  {{ code = \"{}\", name = \"{}\" }},", item + 1, topic(item));
    }
    text += "]\n\n[[node]]\ncode = \"total\"\nname = \"综合得分\"\n[[node]]\ncode = \"ceping\"\nname = \"民主测评\"\nparent = \"total\"\nweight = \"100\"\nforms = [\"ceping\"]\n\n\
        [rules]\nplaces = 2\nmin-cell = 5\n\n";
    for (code, name, from) in [("excellent", "优秀", "90"), ("good", "良好", "80"), ("fair", "一般", "60")] {
        let _ = writeln!(text, "[[grade]]\ncode = \"{code}\"\nname = \"{name}\"\nfrom = {{ op = \">=\", value = \"{from}\" }}");
    }
    text + "[[grade]]\ncode = \"poor\"\nname = \"较差\"\n"
}

fn units_table(units: usize) -> String {
    let mut text = String::from("unit,parent,level,name,aliases,domain,headcount\r\ntop,,top,演示总部,,,\r\n");
    for group in 0..units.div_ceil(GROUP) {
        let _ = write!(text, "g{0:03},top,group,第{0:03}片区,,,\r\n", group + 1);
    }
    for unit in 0..units {
        let _ = write!(text, "u{:04},g{:03},unit,{},,all,\r\n", unit + 1, unit / GROUP + 1, unit_name(unit));
    }
    text
}

fn beside(dir: &Path, units: usize, items: usize) -> io::Result<()> {
    put(dir, "scheme.toml", scheme(items).as_bytes())?;
    put(dir, "units.csv", units_table(units).as_bytes())
}

/// One option: mostly good, a little abstention; better in some units and items than in others.
fn option(unit: usize, item: usize, dice: &mut Dice) -> usize {
    let lift = u32::try_from((unit * 7 + item * 3) % 15).unwrap_or(0);
    match dice.below(100) + lift {
        0..8 => 3,
        8..20 => 2,
        20..48 => 1,
        48..110 => 0,
        _ => 4,
    }
}

fn stratum(dice: &mut Dice) -> usize {
    match dice.below(10) {
        0 => 0,
        1..4 => 1,
        _ => 2,
    }
}

/// Writes an assessment folder with one wide CSV of `ballots` ballots × `items` graded items with Chinese labels, a unit and a
/// stratum column, streamed to disk; returns the path of the CSV.
pub fn ballots_csv(dir: &Path, ballots: u64, items: usize, units: usize, seed: u64) -> io::Result<PathBuf> {
    refuse_full(dir)?;
    let units = units.max(1);
    beside(dir, units, items)?;
    let path = dir.join("returns").join("民主测评表.csv");
    put(dir, "returns/民主测评表.csv", &[])?;
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(&path)?);
    let names: Vec<String> = (0..units).map(unit_name).collect();
    let header: Vec<String> = ["编号", "单位", "票种"].into_iter().map(str::to_owned).chain((0..items).map(topic)).collect();
    write!(out, "{}\r\n", header.join(","))?;
    let mut dice = Dice::new(seed, "big ballots");
    for number in 1..=ballots {
        let unit = dice.index(units);
        write!(out, "{number},{},{}", names[unit], STRATA[stratum(&mut dice)])?;
        for item in 0..items {
            out.write_all(b",")?;
            out.write_all(LABELS[option(unit, item, &mut dice)].as_bytes())?;
        }
        out.write_all(b"\r\n")?;
    }
    out.flush()?;
    Ok(path)
}

/// Writes an assessment folder with `count` workbooks, one a unit, each of `ballots` ballots × `items` graded items with a title, a unit
/// line and a stratum column.
pub fn workbooks(dir: &Path, count: usize, ballots: usize, items: usize, seed: u64) -> io::Result<()> {
    refuse_full(dir)?;
    beside(dir, count, items)?;
    for unit in 0..count {
        let mut dice = Dice::new(seed, &format!("big workbook {unit}"));
        let mut sheet = Sheet::new("民主测评");
        sheet.title("2026年度民主测评表", items + 2);
        sheet.title(format!("被测评单位：{}", unit_name(unit)), items + 2);
        let mut header: Vec<Value> = vec!["序号".into(), "票种".into()];
        header.extend((0..items).map(|item| Value::from(topic(item))));
        sheet.header(header);
        for number in 1..=ballots {
            let mut row = vec![Value::int(i64::try_from(number).unwrap_or(0)), STRATA[stratum(&mut dice)].into()];
            row.extend((0..items).map(|item| Value::from(LABELS[option(unit, item, &mut dice)])));
            sheet.datum(row);
        }
        let path = format!("returns/第{:03}片区/{}-民主测评表.xlsx", unit / GROUP + 1, unit_name(unit));
        put(dir, &path, &formats::encode(&[sheet], Format::Xlsx)?)?;
    }
    Ok(())
}
