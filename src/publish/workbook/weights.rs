//! The sheet 权重: the weights every formula of the sheet 重算 takes, one row for all units that share them.

use super::chain::{Chain, FIRST};
use super::page::{Page, Styles};
use crate::measure::{NodeScore, Scorecard, WhyMissing};
use crate::numeric::{Ratio, int, to_f64};
use crate::publish::words::{self, workbook as said};
use crate::survey::{DomainId, LevelId, NodeId, Scheme};
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::BTreeMap;

/// Header row (0-based).
const HEADER: u32 = 3;

/// One row of weights, normalised among siblings, and who uses it.
struct Row {
    level: LevelId,
    domain: DomainId,
    weights: Vec<Ratio>,
    units: u32,
}

/// The distinct rows of weights, and which one each unit uses.
pub(super) struct Weights {
    rows: Vec<Row>,
    of: Vec<u32>,
}

impl Weights {
    pub(super) fn new(scheme: &Scheme, cards: &[&Scorecard], columns: &[NodeId]) -> Self {
        let mut known: BTreeMap<(LevelId, DomainId, Vec<Ratio>), usize> = BTreeMap::new();
        let (mut rows, mut of): (Vec<Row>, Vec<u32>) = (Vec::new(), Vec::with_capacity(cards.len()));
        for card in cards {
            let subject = scheme.frame.subject(card.subject);
            let weights: Vec<Ratio> =
                columns.iter().map(|id| card.nodes.get(usize::from(id.0)).map_or_else(|| int(0), Self::of)).collect();
            let at = *known.entry((subject.level, subject.domain, weights.clone())).or_insert_with(|| {
                rows.push(Row { level: subject.level, domain: subject.domain, weights, units: 0 });
                rows.len() - 1
            });
            if let Some(row) = rows.get_mut(at) {
                row.units += 1;
            }
            of.push(u32::try_from(at).unwrap_or(0));
        }
        Self { rows, of }
    }

    /// The weight a node has before missing siblings are dealt with; 0 where it does not apply.
    pub(super) fn of(node: &NodeScore) -> Ratio {
        if node.why == Some(WhyMissing::NotApplicable) { int(0) } else { node.weight.nominal.clone() }
    }

    /// 0-based row on the sheet of the weights of the unit at this place.
    pub(super) fn row_of(&self, place: usize) -> u32 {
        HEADER + 1 + self.of.get(place).copied().unwrap_or(0)
    }
}

/// The sheet: the columns are those of the sheet 重算.
pub(super) fn sheet(chain: &Chain<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let (scheme, language) = (chain.scheme, chain.scheme.language);
    let mut page = Page::new(&chain.weights_sheet, styles)?;
    page.heading(&format!("{} · {}", scheme.title, chain.weights_sheet), said::WEIGHTS_NOTE.said(language))?;
    let mut names: Vec<String> =
        ["level", "domain", "row", "subjects"].map(|name| words::column(name, language).to_owned()).into();
    names.resize(usize::from(FIRST), String::new());
    let mut above = vec![String::new(); names.len()];
    for id in &chain.columns {
        let own = scheme.index.node(*id);
        above.push(own.parent.map_or(String::new(), |parent| scheme.index.node(parent).name.clone()));
        names.push(own.name.clone());
    }
    page.header(HEADER - 1, &above)?;
    page.header(HEADER, &names)?;
    let rows = &chain.weights.rows;
    for (at, row) in (HEADER + 1..).zip(rows) {
        page.text(at, 0, &scheme.frame.level(row.level).name, &styles.text)?;
        page.text(at, 1, &scheme.frame.domain(row.domain).name, &styles.text)?;
        page.number(at, 2, f64::from(at + 1), 4, &styles.count)?;
        page.number(at, 3, f64::from(row.units), 6, &styles.count)?;
        for (column, weight) in (FIRST..).zip(&row.weights) {
            page.number(at, column, to_f64(weight), 7, &styles.share)?;
        }
    }
    page.finish(HEADER, rows.len(), names.len(), 4)
}
