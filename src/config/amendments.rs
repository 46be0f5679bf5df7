//! Adjustments 加分扣分否决 and imported scores 引用上级结果, checked row by row.

use super::columns::{ColumnSpec, Columns, column};
use super::findings::{Findings, listed, near};
use super::frame::Names;
use super::rules::veto_effect;
use crate::numeric::{self, Ratio, int};
use crate::survey::{Adjustment, AdjustmentKind, Band, Imported, Index, NodeId, SubjectId, Table, TableRow, VetoEffect};
use num_traits::Zero;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

const SUBJECT: ColumnSpec = column(
    "subject",
    true,
    &["unit", "person", "单位", "单位编码", "单位代码", "干部", "干部编号", "对象", "被考核对象", "编码"],
);

const ADJUSTMENTS: [ColumnSpec; 8] = [
    SUBJECT,
    column("kind", true, &["类型", "种类", "事项类型"]),
    column("points", false, &["分值", "分数", "加减分"]),
    column("achievement", false, &["事项", "成果", "业绩"]),
    column("award-level", false, &["award_level", "表彰级别", "奖项级别"]),
    column("document", false, &["文件", "文号", "依据文件"]),
    column("reason", false, &["原因", "事由", "说明"]),
    column("effect", false, &["效果", "否决效果"]),
];

const IMPORTED: [ColumnSpec; 4] = [
    SUBJECT,
    column("node", true, &["指标", "环节", "指标代码"]),
    column("score", true, &["得分", "分数", "成绩"]),
    column("full", false, &["满分"]),
];

/// Kinds in both languages.
const KINDS: [(&str, AdjustmentKind); 7] = [
    ("bonus", AdjustmentKind::Bonus),
    ("加分", AdjustmentKind::Bonus),
    ("deduction", AdjustmentKind::Deduction),
    ("扣分", AdjustmentKind::Deduction),
    ("减分", AdjustmentKind::Deduction),
    ("veto", AdjustmentKind::Veto),
    ("一票否决", AdjustmentKind::Veto),
];

/// The adjustments of a table. `bands`: the grades of units and of persons, for the words of a veto.
pub(super) fn adjustments(
    table: Option<&Table>,
    names: &Names<'_>,
    bands: [&[Band]; 2],
    find: &mut Findings<'_>,
) -> Vec<Adjustment> {
    let Some(table) = table else { return Vec::new() };
    let columns = Columns::find(table, &ADJUSTMENTS, |_| false, find);
    if columns.number("subject").is_none() || columns.number("kind").is_none() {
        return Vec::new();
    }
    table.rows.iter().filter_map(|row| adjustment(&columns, row, names, bands, find)).collect()
}

fn adjustment(
    columns: &Columns<'_>,
    row: &TableRow,
    names: &Names<'_>,
    bands: [&[Band]; 2],
    find: &mut Findings<'_>,
) -> Option<Adjustment> {
    let subject = subject(columns, row, names, find);
    let kind = kind(columns, row, find);
    let points = points(columns, row, kind, find);
    let of_person = subject.is_some_and(|id| names.frame.person(id).is_some());
    let effect = effect(columns, row, kind, bands[usize::from(of_person)], find);
    let text = |name: &str| columns.cell(row, name).to_owned();
    if kind == Some(AdjustmentKind::Bonus) && text("document").is_empty() {
        let found = format!("{} {}", columns.cell(row, "subject"), columns.cell(row, "achievement"));
        columns.report(find, "S705", row, "document", &[("found", found.trim())]);
    }
    Some(Adjustment {
        subject: subject?,
        kind: kind?,
        points: points?,
        achievement: text("achievement"),
        award_level: text("award-level"),
        document: text("document"),
        reason: text("reason"),
        effect,
        row: row.row,
    })
}

fn subject(columns: &Columns<'_>, row: &TableRow, names: &Names<'_>, find: &mut Findings<'_>) -> Option<SubjectId> {
    let text = columns.cell(row, "subject");
    match names.find(text) {
        Ok(id) => return Some(id),
        Err(several) if several.is_empty() => {
            if names.frame.subjects.is_empty() {
                return None;
            }
            columns.report(find, "S701", row, "subject", &[("found", text), ("near", near(text, names.words()))]);
        }
        Err(several) => {
            let candidates: Vec<String> = several
                .iter()
                .map(|id| crate::diagnostic::with_code(&names.frame.subject(*id).code, &names.frame.path(*id)))
                .collect();
            let expected = listed(candidates.iter().map(String::as_str));
            columns.report(find, "S702", row, "subject", &[("found", text), ("expected", &expected)]);
        }
    }
    None
}

fn kind(columns: &Columns<'_>, row: &TableRow, find: &mut Findings<'_>) -> Option<AdjustmentKind> {
    let text = columns.cell(row, "kind");
    let known = KINDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, kind)| *kind);
    if known.is_none() {
        let words = || KINDS.iter().map(|(word, _)| *word);
        columns.report(
            find,
            "S703",
            row,
            "kind",
            &[("found", text), ("near", near(text, words())), ("expected", &listed(words()))],
        );
    }
    known
}

/// Points are given without a sign: the kind says which way they go. A veto needs none.
fn points(columns: &Columns<'_>, row: &TableRow, kind: Option<AdjustmentKind>, find: &mut Findings<'_>) -> Option<Ratio> {
    let text = columns.cell(row, "points");
    if kind == Some(AdjustmentKind::Veto) && text.is_empty() {
        return Some(int(0));
    }
    let value = number(text).filter(|value| *value >= int(0));
    if value.is_none() {
        columns.report(find, "S704", row, "points", &[("found", text), ("expected", "≥ 0")]);
    }
    value
}

/// A number in a table: as in a scheme, and with `分` behind it.
fn number(text: &str) -> Option<Ratio> {
    let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    numeric::parse(folded.trim_end_matches('分'))
}

/// `cap:good`, `定为：较差`, `out-of-ranking`.
fn effect(
    columns: &Columns<'_>,
    row: &TableRow,
    kind: Option<AdjustmentKind>,
    bands: &[Band],
    find: &mut Findings<'_>,
) -> Option<VetoEffect> {
    let text = columns.cell(row, "effect");
    if text.is_empty() {
        return None;
    }
    let (word, grade) = text.split_once([':', '：']).unwrap_or((text, ""));
    let make = match word.trim() {
        "cap" | "封顶" | "降为" => Some(VetoEffect::Cap as fn(usize) -> VetoEffect),
        "set" | "定为" => Some(VetoEffect::Set as fn(usize) -> VetoEffect),
        "out-of-ranking" | "不参加排名" | "不排名" => Some(VetoEffect::OutOfRanking as fn(usize) -> VetoEffect),
        _ => None,
    };
    let effect = make.and_then(|make| veto_effect(make, Some(grade.trim()).filter(|grade| !grade.is_empty()), bands));
    if effect.is_none() || kind != Some(AdjustmentKind::Veto) {
        let grades = listed(bands.iter().map(|band| band.code.as_str()));
        let expected = format!("cap:…｜set:…｜out-of-ranking:…（{grades}）");
        columns.report(find, "S706", row, "effect", &[("found", text), ("expected", &expected)]);
    }
    effect
}

/// Whether a table is a plain list of imported scores: one a row, with columns of subject, node and score.
#[must_use]
pub fn lists_imported(table: &Table) -> bool {
    let has = |spec: &ColumnSpec| {
        let names: Vec<&str> = std::iter::once(spec.name).chain(spec.synonyms.iter().copied()).collect();
        table.column(&names).is_some()
    };
    IMPORTED.iter().filter(|spec| spec.required).all(has)
}

/// The imported scores of a table.
pub(super) fn imported(table: Option<&Table>, names: &Names<'_>, index: &Index, find: &mut Findings<'_>) -> Vec<Imported> {
    let Some(table) = table else { return Vec::new() };
    let columns = Columns::find(table, &IMPORTED, |_| false, find);
    if ["subject", "node", "score"].iter().any(|name| columns.number(name).is_none()) {
        return Vec::new();
    }
    let mut first: BTreeMap<(SubjectId, NodeId), u32> = BTreeMap::new();
    let mut all = Vec::new();
    for row in &table.rows {
        let Some(one) = imported_row(&columns, row, names, index, find) else { continue };
        if let Some(known) = first.get(&(one.subject, one.node)) {
            let found = format!("{} {}", columns.cell(row, "subject"), columns.cell(row, "node"));
            columns.report(find, "S803", row, "subject", &[("found", &found), ("line", &(known + 1).to_string())]);
        } else {
            first.insert((one.subject, one.node), one.row);
            all.push(one);
        }
    }
    all
}

fn imported_row(
    columns: &Columns<'_>,
    row: &TableRow,
    names: &Names<'_>,
    index: &Index,
    find: &mut Findings<'_>,
) -> Option<Imported> {
    let subject = subject(columns, row, names, find);
    let text = columns.cell(row, "node");
    let node = node_by_text(index, text);
    if node.is_none() && !index.nodes.is_empty() {
        let codes = || index.nodes.iter().map(|node| node.code.as_str());
        columns.report(
            find,
            "S801",
            row,
            "node",
            &[("found", text), ("near", near(text, codes())), ("expected", &listed(codes()))],
        );
    }
    let (score, full) = (columns.cell(row, "score"), columns.cell(row, "full"));
    let full_value = if full.is_empty() { Some(int(100)) } else { number(full).filter(|full| !full.is_zero()) };
    let rescaled = number(score).zip(full_value).map(|(score, full)| score * int(100) / full);
    let rescaled = rescaled.filter(|score| *score >= int(0) && *score <= int(100));
    if rescaled.is_none() {
        let shown = if full.is_empty() { "100" } else { full };
        columns.report(find, "S802", row, "score", &[("found", score), ("expected", &format!("0–{shown}"))]);
    }
    if let (Some(subject), Some(node)) = (subject, node)
        && names.frame.person(subject).is_some() != index.is_of_persons(node)
    {
        columns.report(find, "S557", row, "node", &[("found", text), ("other", columns.cell(row, "subject"))]);
    }
    Some(Imported { subject: subject?, node: node?, score: rescaled?, row: row.row })
}

/// A node by code, else by a name that only one node has.
fn node_by_text(index: &Index, text: &str) -> Option<NodeId> {
    let mut named = index.ids().filter(|id| index.node(*id).name == text);
    index.by_code(text).or_else(|| named.next().filter(|_| named.next().is_none()))
}
