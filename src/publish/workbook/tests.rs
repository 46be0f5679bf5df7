//! The workbook opened again: its numbers are those of the CSVs, its formulas hold the printed results.

use super::told::Told;
use super::{results, sheet_name};
use crate::diagnostic::Language;
use crate::numeric::{round_half_up, to_f64};
use crate::publish::material::tables;
use crate::publish::test_fixture::{Made, made, number};
use crate::survey::{Index, MissingChild, SubjectId};
use calamine::{Data, DataType, Reader, Xlsx};
use std::io::Cursor;

fn open(made: &Made) -> Xlsx<Cursor<Vec<u8>>> {
    let material = made.material();
    Xlsx::new(Cursor::new(results(&material, &tables(&material)).expect("made"))).expect("opens")
}

/// Rows of a sheet below its header, as text.
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str, header: usize) -> (Vec<String>, Vec<Vec<Data>>) {
    let range = book.worksheet_range(sheet).expect("the sheet");
    let mut all = range.rows().skip(header).map(<[Data]>::to_vec);
    let names = all.next().expect("a header").iter().map(ToString::to_string).collect();
    (names, all.collect())
}

fn column(names: &[String], name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no column {name} in {names:?}"))
}

#[test]
fn sheets_are_there_and_agree_with_the_tables() {
    let made = made(2, 7, MissingChild::Renormalise);
    let mut book = open(&made);
    let expected = [
        "概览",
        "排名-师",
        "排名-连队(单位)",
        "环节",
        "指标",
        "重算",
        "票种",
        "权重",
        "短板",
        "短板检查",
        "报送情况",
        "台账",
        "诊断",
        "读法",
        "名额",
    ];
    assert_eq!(book.sheet_names(), expected);
    let tables = tables(&made.material());
    let standings = &tables[0];
    let (names, ranking) = rows(&mut book, "排名-连队(单位)", 2);
    assert_eq!(ranking.len(), 14);
    for (row, cells) in ranking.iter().enumerate() {
        for (header, name) in
            [("得分", "score"), ("名次", "rank"), ("目标考核", "mubiao"), ("民主测评", "procedure.score"), ("加分", "bonus")]
        {
            let text = standings.get(row + 2, standings.column(name).expect("a column")).text;
            let shown = cells[column(&names, header)].as_string().expect("a number");
            assert_eq!(shown.parse::<f64>(), text.parse::<f64>(), "{name}");
        }
        assert_eq!(cells[column(&names, "编码")].to_string(), standings.get(row + 2, 2).text);
    }
    let (_, ledger) = rows(&mut book, "台账", 2);
    assert_eq!(ledger[0][1], Data::String("=1+1".to_owned()), "a text stays a text, unescaped");
    assert!(book.worksheet_formula("台账").expect("the sheet").is_empty());
}

#[test]
fn above_hidden_numbers_stand_published_places_only() {
    let made = made(2, 7, MissingChild::Renormalise);
    let material = made.material();
    let told = Told::new(&material);
    let (index, frame) = (&material.scheme.index, &material.scheme.frame);
    let (names, cells) = rows(&mut open(&made), "重算", 4);
    let code = column(&names, "编码");
    let (mut veiled, mut long) = (0, 0);
    for (card, full) in told.all().iter().zip(&material.cleared.get().scorecards) {
        let row = cells.iter().find(|row| row[code].to_string() == frame.subject(card.subject).code).expect("a row");
        for id in index.ids() {
            let (own, full) = (&card.nodes[usize::from(id.0)].score, &full.nodes[usize::from(id.0)].score);
            let (Some(own), Some(full)) = (own, full) else { continue };
            let published = round_half_up(full, material.scheme.rules.places).to_ratio();
            if !told.veiled(card.subject, id) {
                assert_eq!(own, full);
                long += usize::from(*own != published);
                continue;
            }
            assert_eq!(*own, published);
            veiled += usize::from(published != *full);
            if let Some(at) = names.iter().position(|name| *name == index.node(id).name) {
                let shown = row[at].as_f64().expect("a number");
                assert!((shown - to_f64(&published)).abs() < 1e-12, "{shown} for {full}");
            }
        }
    }
    assert!(veiled > 0 && long > 0, "{veiled} {long}");
}

#[test]
fn formulas_hold_the_printed_totals_under_every_policy() {
    for policy in [MissingChild::Renormalise, MissingChild::Zero, MissingChild::Floor(number("60")), MissingChild::Refuse] {
        let made = made(2, 7, policy.clone());
        let mut book = open(&made);
        let (names, cells) = rows(&mut book, "环节", 4);
        let formulas = book.worksheet_formula("环节").expect("the sheet");
        let (total, published, check) = (column(&names, "总分(公式)"), column(&names, "公布分"), column(&names, "核对"));
        assert_eq!(cells.len(), 16);
        let material = made.material();
        let (told, code, mut plain) = (Told::new(&material), column(&names, "编码"), 0);
        for (row, cells) in cells.iter().enumerate() {
            if cells[published] == Data::String("—".to_owned()) {
                assert_eq!(policy, MissingChild::Refuse);
                continue;
            }
            assert_eq!(cells[total], cells[published]);
            assert_eq!(cells[check], Data::String("一致".to_owned()));
            let place = |column: usize| (u32::try_from(row + 5).expect("small"), u32::try_from(column).expect("small"));
            for live in [total - 4, total - 1, total, check] {
                if formulas.get_value(place(live)).is_none_or(String::is_empty) {
                    // above hidden numbers published places alone may miss the last one
                    let of_row = |id: &SubjectId| material.scheme.frame.subject(*id).code == cells[code].to_string();
                    let subject = material.scheme.frame.ids().find(of_row).expect("a subject");
                    assert!(told.veiled(subject, Index::ROOT) && live != check, "{policy:?}, row {row}, column {live}");
                    plain += 1;
                }
            }
        }
        assert!(plain <= 2, "{policy:?}: {plain}");
    }
}

#[test]
fn what_the_row_cannot_give_is_not_a_formula() {
    let made = made(1, 2, MissingChild::Renormalise);
    let mut assessment = made.cleared.get().clone();
    let hidden = &mut assessment.scorecards[1].nodes[1];
    (hidden.score, hidden.hidden) = (None, true);
    assessment.scorecards[2].nodes[0].imported = true;
    let made = Made { cleared: crate::measure::Cleared::assumed(assessment), ..made };
    let mut book = open(&made);
    let (names, cells) = rows(&mut book, "环节", 4);
    let basis = |row: usize| cells[row][column(&names, "来历")].to_string();
    assert!(basis(1).contains("不公布"), "{}", basis(1));
    assert_eq!(basis(2), "引用上级结果");
    assert_eq!(cells[1][column(&names, "目标考核")].to_string(), "不公布");
    let formulas = book.worksheet_formula("环节").expect("the sheet");
    let composite = u32::try_from(column(&names, "综合(公式)")).expect("small");
    assert!(formulas.get_value((6, composite)).is_none_or(String::is_empty));
}

#[test]
fn a_total_that_does_not_follow_is_shown_to_differ() {
    let made = made(1, 1, MissingChild::Renormalise);
    let mut assessment = made.cleared.get().clone();
    assessment.scorecards[1].total = Some(number("99"));
    let made = Made { cleared: crate::measure::Cleared::assumed(assessment), ..made };
    let (names, cells) = rows(&mut open(&made), "环节", 4);
    assert_eq!(cells[1][column(&names, "核对")].to_string(), "不一致");
}

#[test]
fn sheet_names_are_made_legal_and_unique() {
    let mut taken = Vec::new();
    assert_eq!(sheet_name("排名-a/b:c", &mut taken), "排名-a b c");
    assert_eq!(sheet_name("排名-A/b:c", &mut taken), "排名-A b c~2");
    let long = "很".repeat(40);
    assert_eq!(sheet_name(&long, &mut taken).chars().count(), 31);
    assert_eq!(sheet_name(&long, &mut taken), format!("{}~2", "很".repeat(26)));
    assert_eq!(sheet_name("[]", &mut taken), "~2");
}

#[test]
fn an_english_scheme_gives_an_english_workbook() {
    let mut made = made(1, 2, MissingChild::Renormalise);
    made.scheme.language = Language::En;
    let mut book = open(&made);
    assert_eq!(book.sheet_names()[..2], ["Overview", "Rank-师"]);
    let (names, cells) = rows(&mut book, "Procedures", 4);
    assert_eq!(cells[1][column(&names, "Check")].to_string(), "consistent");
    assert_eq!(cells[1][column(&names, "Basis")].to_string(), "weighted procedures (some missing)");
}

#[test]
fn a_text_too_long_for_a_cell_is_cut() {
    let mut made = made(1, 1, MissingChild::Renormalise);
    made.diagnostics[0].args[0].1 = "很".repeat(40_000);
    let (names, cells) = rows(&mut open(&made), "诊断", 2);
    assert_eq!(cells[0][column(&names, "读到")].to_string().chars().count(), 16_000);
}

/// Writes editions of 14 × 150 companies under every policy to the folder in `KAOPING_LOOK`, to recalculate in an office program.
#[test]
#[ignore = "writes to disk, for looking"]
fn editions_to_look_at() {
    let Ok(folder) = std::env::var("KAOPING_LOOK") else { return };
    let policies = [MissingChild::Renormalise, MissingChild::Zero, MissingChild::Floor(number("60")), MissingChild::Refuse];
    for (policy, name) in policies.into_iter().zip(["renormalise", "zero", "floor", "refuse"]) {
        let mut made = made(14, 150, policy);
        made.scheme.rules.above_100 = name == "zero";
        let edition = crate::publish::edition(&made.material(), Vec::new(), &std::collections::BTreeMap::new()).expect("made");
        let place = std::path::Path::new(&folder).join(name);
        edition.write(&crate::publish::Edition::prepare(&place).expect("writable")).expect("written");
    }
}

#[test]
fn every_header_is_a_word_and_no_identifier() {
    use crate::publish::words::{column_of, feed};
    let made = made(2, 3, MissingChild::Renormalise);
    let material = made.material();
    let shown = ["persons.csv", "examined.csv", "receipts.csv", "ledger.csv", "diagnostics.csv", "layouts.csv", "quotas.csv"];
    for table in tables(&material).iter().filter(|table| shown.contains(&table.name.as_str())) {
        for name in &table.columns {
            let word = column_of(&table.name, name, Language::Zh);
            let procedure = made.scheme.index.person_procedures().any(|id| made.scheme.index.node(id).code == *name);
            assert!(procedure || !word.is_ascii() || word == "n", "{}: {name}", table.name);
        }
    }
    for name in ["person", "name", "unit_name", "suggested_grade", "caps", "quota", "decision", "reason", "date", "run", "passed"]
    {
        assert!(!feed::field(name, Language::Zh).is_ascii() && feed::field(name, Language::En) != name, "{name}");
    }
}
