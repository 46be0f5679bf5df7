//! The sheet 票种: item × stratum of every unit, and the item's score as a live formula over its strata.

use super::chain::{Chain, cell};
use super::page::{Page, Styles};
use super::{LAST_ROW, check, rows_end};
use crate::measure::{Cell, NodeScore, Scorecard};
use crate::numeric::{Ratio, int, round_half_up, to_f64};
use crate::publish::words::{self, workbook as said};
use crate::survey::{Form, NodeId, NodeSource, Scheme, StratumId, SubjectId};
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of the published places and of the header (0-based).
const PARAMETERS: u32 = 2;
const HEADER: u32 = 4;
/// Columns before the first stratum: level, domain, code, name, procedure, item.
const FIRST: u16 = 6;
const PLACES: &str = "$B$3";

/// Which stratum stands in which column, and which item of which unit in which row.
pub(super) struct Blocks {
    /// Strata of all sets: (set, stratum).
    strata: Vec<(usize, StratumId)>,
    /// (subject, item) in the order of the rows.
    rows: Vec<(SubjectId, NodeId)>,
    /// Row of each item whose score its strata give exactly.
    live: BTreeMap<(SubjectId, NodeId), u32>,
}

impl Blocks {
    pub(super) fn new(scheme: &Scheme, cards: &[&Scorecard]) -> Self {
        let mut strata = BTreeSet::new();
        let (mut rows, mut live) = (Vec::new(), BTreeMap::new());
        for card in cards {
            for id in scheme.index.ids() {
                let Some((form, node)) = form(scheme, id).zip(card.nodes.get(usize::from(id.0))) else { continue };
                let Some(set) = form.strata.filter(|_| !node.cells.is_empty() && rows.len() < LAST_ROW - 8) else { continue };
                strata.extend(node.cells.iter().map(|cell| (set, cell.stratum)));
                if given(node).is_some() {
                    live.insert((card.subject, id), HEADER + 1 + u32::try_from(rows.len()).unwrap_or(0));
                }
                rows.push((card.subject, id));
            }
        }
        Self { strata: strata.into_iter().collect(), rows, live }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn width(&self) -> u16 {
        u16::try_from(self.strata.len()).unwrap_or(0)
    }

    /// The cell of an item's recomputed score, on this sheet.
    pub(super) fn reference(&self, subject: SubjectId, id: NodeId) -> Option<String> {
        self.live.get(&(subject, id)).map(|row| cell(FIRST + 3 * self.width(), *row))
    }
}

/// The form of an item node.
fn form(scheme: &Scheme, id: NodeId) -> Option<&Form> {
    match scheme.index.node(id).source {
        NodeSource::Item { form, .. } => Some(scheme.form(form)),
        _ => None,
    }
}

/// Σ effective weight × score over the strata where that is the item's score and nothing of it is hidden.
fn given(node: &NodeScore) -> Option<&Ratio> {
    let score = node.score.as_ref().filter(|_| !node.hidden && node.rollup.is_none() && !node.imported)?;
    let mut sum = int(0);
    for cell in &node.cells {
        if cell.hidden {
            return None;
        }
        sum += cell.score.as_ref().map_or_else(|| int(0), |score| score * &cell.weight.effective);
    }
    (&sum == score).then_some(score)
}

/// The sheet.
pub(super) fn sheet(chain: &Chain<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let (scheme, language) = (chain.scheme, chain.scheme.language);
    let blocks = &chain.blocks;
    let mut page = Page::new(&chain.strata_sheet, styles)?;
    page.heading(&format!("{} · {}", scheme.title, chain.strata_sheet), said::STRATA_NOTE.said(language))?;
    page.text(PARAMETERS, 0, said::PLACES.said(language), &styles.label)?;
    page.number(PARAMETERS, 1, f64::from(scheme.rules.places), 1, &styles.plain)?;
    let names = header(chain, &mut page)?;
    let mut cards = chain.rows.iter().map(|card| (card.subject, *card)).collect::<BTreeMap<SubjectId, &Scorecard>>();
    for (at, (subject, id)) in (HEADER + 1..).zip(&blocks.rows) {
        if let Some(node) = cards.get_mut(subject).and_then(|card| card.nodes.get(usize::from(id.0))) {
            row(&mut page, chain, at, (*subject, *id), node)?;
        }
    }
    let column = FIRST + 3 * blocks.width() + 2;
    check::mark(&mut page.sheet, language, HEADER + 1, rows_end(HEADER + 1, blocks.rows.len()), column)?;
    page.finish(HEADER, blocks.rows.len(), names, 4)
}

fn header(chain: &Chain<'_>, page: &mut Page<'_>) -> Result<usize, XlsxError> {
    let (scheme, language) = (chain.scheme, chain.scheme.language);
    let fixed = ["level", "domain", "subject", "name", "procedure_name", "node_name"];
    let mut names: Vec<String> = fixed.iter().map(|name| words::column(name, language).to_owned()).collect();
    let mut above = vec![String::new(); names.len()];
    for what in [said::OF_SCORE, said::OF_EFFECTIVE_WEIGHT, said::OF_ANSWERS] {
        for (set, stratum) in &chain.blocks.strata {
            above.push(what.said(language).to_owned());
            names.push(scheme.strata.get(*set).map_or(String::new(), |set| set.member(*stratum).name.clone()));
        }
    }
    above.extend(vec![String::new(); 3]);
    names.extend(["item_formula", "published", "check"].map(|name| words::column(name, language).to_owned()));
    page.header(HEADER - 1, &above)?;
    page.header(HEADER, &names)?;
    Ok(names.len())
}

fn row(
    page: &mut Page<'_>,
    chain: &Chain<'_>,
    at: u32,
    (subject, id): (SubjectId, NodeId),
    node: &NodeScore,
) -> Result<(), XlsxError> {
    let (styles, scheme, blocks) = (page.styles, chain.scheme, &chain.blocks);
    let (unit, width) = (scheme.frame.subject(subject), blocks.width());
    let procedure = scheme.index.procedure_of(id).map_or("", |id| scheme.index.node(id).name.as_str());
    let (level, domain) = (scheme.frame.level(unit.level).name.as_str(), scheme.frame.domain(unit.domain).name.as_str());
    let texts = [level, domain, unit.code.as_str(), unit.name.as_str(), procedure, scheme.index.node(id).name.as_str()];
    for (column, text) in (0u16..).zip(texts) {
        page.text(at, column, text, &styles.text)?;
    }
    let set = form(scheme, id).and_then(|form| form.strata);
    for (column, (of, stratum)) in (FIRST..).zip(&blocks.strata) {
        let cell = node.cells.iter().find(|cell| Some(*of) == set && cell.stratum == *stratum);
        part(page, at, [column, column + width, column + 2 * width], cell)?;
    }
    let result = FIRST + 3 * width;
    let absent = super::procedures::absent(node, scheme.language);
    match node.score.as_ref().filter(|_| !node.hidden) {
        Some(score) if blocks.live.contains_key(&(subject, id)) => {
            let range = |from: u16| format!("{}:{}", cell(from, at), cell(from + width - 1, at));
            let text = format!("=SUMPRODUCT({},{})", range(FIRST), range(FIRST + width));
            page.formula(at, result, &text, &to_f64(score).to_string(), &styles.score)?;
        }
        Some(score) => page.number(at, result, to_f64(score), 7, &styles.score)?,
        None => page.text(at, result, absent, &styles.centred)?,
    }
    match node.score.as_ref().filter(|_| !node.hidden) {
        Some(score) => page.number(at, result + 1, round_half_up(score, scheme.rules.places).to_f64(), 7, &styles.score)?,
        None => page.text(at, result + 1, absent, &styles.centred)?,
    }
    let live = blocks.live.contains_key(&(subject, id));
    let pairs = live.then(|| (cell(result, at), cell(result + 1, at)));
    check::write(page, at, result + 2, pairs.as_slice(), PLACES, true)
}

/// One stratum's score, weight and number of answers; a hidden one says so and shows none of them but its weight.
fn part(page: &mut Page<'_>, at: u32, [score, weight, n]: [u16; 3], cell: Option<&Cell>) -> Result<(), XlsxError> {
    let styles = page.styles;
    let Some(own) = cell else {
        for column in [score, weight, n] {
            page.text(at, column, "", &styles.text)?;
        }
        return Ok(());
    };
    page.number(at, weight, to_f64(&own.weight.effective), 7, &styles.share)?;
    if own.hidden {
        let hidden = words::hidden(page.language);
        page.text(at, score, hidden, &styles.centred)?;
        return page.text(at, n, hidden, &styles.centred);
    }
    match &own.score {
        Some(points) => page.number(at, score, to_f64(points), 7, &styles.score)?,
        None => page.text(at, score, "—", &styles.centred)?,
    }
    page.number(at, n, f64::from(u32::try_from(own.n).unwrap_or(u32::MAX)), 6, &styles.count)
}
