//! How results are examined, and last year's scores matched by codes.

use super::columns::{ColumnSpec, Columns, column};
use super::findings::{Findings, listed, refer};
use super::options::{AnalysisOption, IntervalOption, Options};
use super::policies::within;
use crate::numeric::{self, Ratio, int};
use crate::survey::{Analysis, Frame, Index, Interval, NodeId, NodeKind, Previous, PreviousScore, SubjectId, Table, TableRow};
use std::collections::{BTreeMap, BTreeSet};

const DRAWS: std::ops::RangeInclusive<u32> = 100..=1_000_000;

/// The settings, defaults filled in.
pub(super) fn analysis(options: &Options, find: &mut Findings<'_>) -> Analysis {
    let AnalysisOption { seed, draws, margin, false_flags, line, weight_spread, strata_gap, self_gap, fall, interval } =
        &options.analysis;
    let default = Analysis::default();
    let draws = draws.unwrap_or(default.draws);
    if !DRAWS.contains(&draws) {
        let expected = format!("{}–{}", DRAWS.start(), DRAWS.end());
        find.scheme("S108", "analysis.draws", &[("found", &draws.to_string()), ("expected", &expected)]);
    }
    let mut points = |name: &str, number: &Option<_>, unset: Ratio| {
        number.as_ref().map_or(unset, |number| within(find, &format!("analysis.{name}"), number, 0, 100))
    };
    let margin = points("margin", margin, default.margin);
    let strata_gap = points("strata-gap", strata_gap, default.strata_gap);
    let self_gap = points("self-gap", self_gap, default.self_gap);
    let fall = points("fall", fall, default.fall);
    let line = line.as_ref().map(|line| within(find, "analysis.line", line, 0, 100));
    let mut share = |name: &str, number: &Option<_>, unset: Ratio| {
        number.as_ref().map_or(unset, |number| within(find, &format!("analysis.{name}"), number, 0, 1))
    };
    let false_flags = share("false-flags", false_flags, default.false_flags);
    let weight_spread = share("weight-spread", weight_spread, default.weight_spread);
    if false_flags > numeric::ratio(1, 2) {
        find.scheme("S520", "analysis.false-flags", &[("found", &numeric::exact_text(&false_flags))]);
    }
    Analysis {
        seed: seed.unwrap_or(default.seed),
        draws,
        margin,
        false_flags,
        line,
        weight_spread,
        strata_gap,
        self_gap,
        fall,
        interval: interval.map_or(default.interval, |interval| match interval {
            IntervalOption::Moderated => Interval::Moderated,
            IntervalOption::Design => Interval::Design,
        }),
        previous: None,
    }
}

/// Columns of last year's `scores.csv` that are looked at; all others are its own.
const SCORES: [ColumnSpec; 7] = [
    column("subject", true, &["编码"]),
    column("node", true, &["指标编码"]),
    column("score", true, &["得分"]),
    column("node_name", false, &["指标"]),
    column("stratum", false, &["票种"]),
    column("full", false, &["满分"]),
    column("se", false, &["标准误"]),
];

/// Last year's results where the scheme names them: matched by subject and node code, changed nodes left out and listed.
/// `fingerprint` gives that of a tally of a year under this scheme.
pub(super) fn previous(
    options: &Options,
    table: Option<&Table>,
    (frame, index): (&Frame, &Index),
    fingerprint: impl Fn(Option<i32>) -> String,
    find: &mut Findings<'_>,
) -> Option<Previous> {
    let written = options.previous.as_ref()?;
    let mut same = BTreeSet::new();
    for (n, code) in written.same.iter().enumerate() {
        let codes = index.nodes.iter().map(|node| node.code.as_str());
        if refer(find, &format!("previous.same[{n}]"), code, codes).is_some() {
            same.insert(code.as_str());
        }
    }
    let year = written.year.or(options.year.map(|year| year - 1));
    let mut out = Previous { year, fingerprint: fingerprint(year), scores: Vec::new() };
    let Some(table) = table else { return Some(out) };
    let columns = Columns::find(table, &SCORES, |_| true, find);
    if ["subject", "node", "score"].iter().any(|name| columns.number(name).is_none()) {
        return Some(out);
    }
    let rows = Rows { columns: &columns, index, frame };
    let comparable = rows.comparable(&same, find);
    out.scores = rows.scores(&comparable, find);
    Some(out)
}

struct Rows<'a> {
    columns: &'a Columns<'a>,
    index: &'a Index,
    frame: &'a Frame,
}

impl<'a> Rows<'a> {
    /// Rows of whole nodes, not of single strata.
    fn nodes(&self) -> impl Iterator<Item = &'a TableRow> + '_ {
        self.columns.table.rows.iter().filter(|row| self.columns.cell(row, "stratum").is_empty())
    }

    /// Nodes that can be compared; those that changed are reported (S522).
    fn comparable(&self, same: &BTreeSet<&str>, find: &mut Findings<'_>) -> BTreeSet<NodeId> {
        let mut last: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        for row in self.nodes() {
            let cell = |name| self.columns.cell(row, name);
            last.entry(cell("node")).or_insert((cell("node_name"), cell("full")));
        }
        let since = Changes { index: self.index, last: &last, same };
        let changed = since.list();
        if !changed.is_empty() {
            let text = listed(changed.iter().map(String::as_str));
            find.table("S522", self.columns.table, None, None, &[("found", &text), ("count", &changed.len().to_string())]);
        }
        since.comparable()
    }

    fn scores(&self, comparable: &BTreeSet<NodeId>, find: &mut Findings<'_>) -> Vec<PreviousScore> {
        let mut scores: BTreeMap<(SubjectId, NodeId), PreviousScore> = BTreeMap::new();
        let mut unknown: BTreeSet<&str> = BTreeSet::new();
        for row in self.nodes() {
            let cell = |name| self.columns.cell(row, name);
            let code = cell("subject").trim_start_matches('\'');
            let Some(subject) = self.frame.by_code(code) else {
                unknown.insert(code);
                continue;
            };
            let Some(node) = self.index.by_code(cell("node")).filter(|node| comparable.contains(node)) else { continue };
            let text = cell("score");
            if text.is_empty() {
                continue; // missing or hidden
            }
            let Some(score) = numeric::parse(text).filter(|score| *score >= int(0) && *score <= int(100)) else {
                self.columns.report(find, "S802", row, "score", &[("found", text), ("expected", "0–100")]);
                continue;
            };
            let se = cell("se").parse::<f64>().ok().filter(|se| se.is_finite() && *se >= 0.0);
            scores.insert((subject, node), PreviousScore { subject, node, score, se });
        }
        if !unknown.is_empty() {
            let (text, count) = (listed(unknown.iter().copied()), unknown.len().to_string());
            find.table("S521", self.columns.table, None, None, &[("found", &text), ("count", &count)]);
        }
        scores.into_values().collect()
    }
}

/// What became of the nodes since last year.
struct Changes<'a> {
    index: &'a Index,
    /// Last year's code → name, full marks.
    last: &'a BTreeMap<&'a str, (&'a str, &'a str)>,
    same: &'a BTreeSet<&'a str>,
}

impl Changes<'_> {
    /// A leaf is the same if its code, wording and full marks are, or if the scheme says so.
    fn same_leaf(&self, id: NodeId) -> bool {
        let node = self.index.node(id);
        let Some((name, full)) = self.last.get(node.code.as_str()) else { return false };
        let worded = name.is_empty() || squeezed(name) == squeezed(&node.name);
        let marked = numeric::parse(full).is_none_or(|full| full == node.full);
        (worded && marked) || self.same.contains(node.code.as_str())
    }

    /// Last year's items of this procedure that are gone.
    fn gone(&self, procedure: NodeId) -> impl Iterator<Item = &str> + '_ {
        let prefix = format!("{}.", self.index.node(procedure).code);
        let gone = move |code: &&&str| code.starts_with(&prefix) && self.index.by_code(code).is_none();
        self.last.keys().filter(gone).copied()
    }

    /// Leaves as they are, nodes above where nothing below them came, went or changed (or where the scheme says so).
    fn comparable(&self) -> BTreeSet<NodeId> {
        let mut same = BTreeSet::new();
        for id in self.index.ids().rev() {
            let node = self.index.node(id);
            let known = self.last.contains_key(node.code.as_str());
            let whole = || node.children.iter().all(|child| same.contains(child)) && self.nothing_gone(id);
            let kept =
                if node.children.is_empty() { self.same_leaf(id) } else { self.same.contains(node.code.as_str()) || whole() };
            if known && kept {
                same.insert(id);
            }
        }
        same
    }

    fn nothing_gone(&self, id: NodeId) -> bool {
        match self.index.procedure_of(id) {
            Some(procedure) => self.gone(procedure).next().is_none(),
            None => self.index.procedures().all(|procedure| self.gone(procedure).next().is_none()),
        }
    }

    /// Items that changed, are new, or are gone, for a reader.
    fn list(&self) -> Vec<String> {
        let leaves = self.index.ids().filter(|id| self.index.node(*id).kind == NodeKind::Item);
        let mut out: Vec<String> = leaves.filter(|id| !self.same_leaf(*id)).map(|id| self.index.node(id).code.clone()).collect();
        out.extend(self.index.procedures().flat_map(|procedure| self.gone(procedure)).map(|code| format!("−{code}")));
        out
    }
}

/// A wording without blanks.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
