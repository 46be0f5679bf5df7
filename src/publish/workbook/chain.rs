//! The sheet 重算: every node of the tree as a live formula over its children, from the items up to the procedures.
//!
//! Scores stand unrounded; the children of a node stand side by side, and so do the members of a unit, so that each mean is a
//! formula over one short range. A formula is written only where the cells of the sheet give the number exactly, and never over
//! a hidden cell.

use super::page::{Page, Styles};
use super::procedures::{absent, subject};
use super::strata::Blocks;
use super::told::Told;
use super::weights::Weights;
use super::{check, rows_end};
use crate::diagnostic::column_letters;
use crate::measure::{NodeScore, Scorecard};
use crate::numeric::{Ratio, int, round_half_up, to_f64};
use crate::publish::table::results::parts;
use crate::publish::words::{self, workbook as said};
use crate::survey::{MissingChild, NodeId, Rollup, Scheme, SubjectId};
use num_traits::Zero;
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::ops::Range;

/// Rows of the published places, of the names of the parents, and of the header (0-based).
const PARAMETERS: u32 = 2;
const HEADER: u32 = 4;
/// Columns before the first node: level, domain, code, name, parent, headcount.
pub(super) const FIRST: u16 = 6;
/// Excel has 16,384 columns; what lies beyond stands in scores.csv.
const MOST_COLUMNS: usize = 16_000;
const PLACES: &str = "$B$3";

/// Where everything stands, and what it is computed from.
pub(super) struct Chain<'a> {
    pub(super) scheme: &'a Scheme,
    pub(super) told: &'a Told,
    /// Units from the top, the members of each side by side.
    pub(super) rows: Vec<&'a Scorecard>,
    /// Place in `rows` by subject.
    place: Vec<Option<u32>>,
    /// Nodes from the procedures down, the children of each side by side.
    pub(super) columns: Vec<NodeId>,
    /// Column by node.
    column: Vec<Option<u16>>,
    pub(super) weights: Weights,
    pub(super) blocks: Blocks,
    /// Name of this sheet, of the weights' and of the strata's.
    pub(super) sheet: String,
    pub(super) weights_sheet: String,
    pub(super) strata_sheet: String,
}

impl<'a> Chain<'a> {
    pub(super) fn new(scheme: &'a Scheme, told: &'a Told, [sheet, weights_sheet, strata_sheet]: [String; 3]) -> Self {
        let (rows, place) = units(scheme, told);
        let (columns, column) = nodes(scheme);
        let weights = Weights::new(scheme, &rows, &columns);
        let blocks = Blocks::new(scheme, &rows);
        Self { scheme, told, rows, place, columns, column, weights, blocks, sheet, weights_sheet, strata_sheet }
    }

    /// 0-based row of the unit at a place of `rows`.
    pub(super) fn at(place: usize) -> u32 {
        HEADER + 1 + u32::try_from(place).unwrap_or(0)
    }

    /// A reference from another sheet to a shown score.
    pub(super) fn reference(&self, subject: SubjectId, node: NodeId) -> Option<String> {
        let place = self.place.get(subject.0 as usize).copied().flatten()?;
        let column = self.column.get(usize::from(node.0)).copied().flatten()?;
        Some(format!("{}{}", quoted(&self.sheet), cell(column, Self::at(place as usize))))
    }

    /// The formula of a node where cells of this workbook give its score exactly.
    pub(super) fn formula(&self, place: usize, id: NodeId) -> Option<String> {
        let card = self.rows.get(place)?;
        let node = card.nodes.get(usize::from(id.0))?;
        let score = node.score.as_ref().filter(|_| !node.hidden && !node.imported)?;
        if let Some(used) = node.rollup {
            return self.members(card, id, used.method, score);
        }
        let children = &self.scheme.index.node(id).children;
        if children.is_empty() {
            let cell = self.blocks.reference(card.subject, id)?;
            return Some(format!("={}{cell}", quoted(&self.strata_sheet)));
        }
        let (from, to) = self.side_by_side(children)?;
        let missing = &self.scheme.index.node(id).missing;
        let given = mean(missing, card, children)?;
        self.told.formula((card.subject, id), (&given, score), PLACES, || {
            let row = Self::at(place);
            let scores = format!("{}:{}", cell(from, row), cell(to, row));
            let above = self.weights.row_of(place);
            let weights = format!("{}{}:{}", quoted(&self.weights_sheet), cell(from, above), cell(to, above));
            Some(format!("={}", mean_formula(missing, &scores, &weights)))
        })
    }

    /// First and last column of nodes that stand side by side.
    fn side_by_side(&self, nodes: &[NodeId]) -> Option<(u16, u16)> {
        let column = |id: &NodeId| self.column.get(usize::from(id.0)).copied().flatten();
        Some((column(nodes.first()?)?, column(nodes.last()?)?))
    }

    /// Mean of the members' rows in the node's column.
    fn members(&self, card: &Scorecard, id: NodeId, method: Rollup, score: &Ratio) -> Option<String> {
        let frame = &self.scheme.frame;
        let members = frame.children(card.subject);
        let (mut sum, mut all) = (int(0), int(0));
        for member in members {
            let node = self.told.of(*member)?.nodes.get(usize::from(id.0))?;
            if node.hidden {
                return None;
            }
            let Some(points) = &node.score else { continue };
            let weight = match method {
                Rollup::Simple => int(1),
                Rollup::Headcount => int(i64::try_from(frame.subject(*member).headcount?).ok()?),
                Rollup::Pooled => return None,
            };
            sum += points * &weight;
            all += weight;
        }
        if all.is_zero() {
            return None;
        }
        let given = sum / all;
        self.told.formula((card.subject, id), (&given, score), PLACES, || self.members_formula(members, id, method))
    }

    fn members_formula(&self, members: &[SubjectId], id: NodeId, method: Rollup) -> Option<String> {
        let row = |member: Option<&SubjectId>| {
            member.and_then(|id| self.place.get(id.0 as usize).copied().flatten()).map(|place| Self::at(place as usize))
        };
        let (from, to) = (row(members.first())?, row(members.last())?);
        let column = self.column.get(usize::from(id.0)).copied().flatten()?;
        let numbers = format!("{}:{}", cell(column, from), cell(column, to));
        let heads = format!("{}:{}", cell(5, from), cell(5, to));
        Some(match method {
            Rollup::Headcount => format!("=SUMPRODUCT({numbers},{heads})/SUMPRODUCT(--ISNUMBER({numbers}),{heads})"),
            Rollup::Simple | Rollup::Pooled => format!("=AVERAGE({numbers})"),
        })
    }
}

/// Units from the top of the frame, level by level of kinship: the members of each stand side by side.
fn units<'a>(scheme: &Scheme, cards: &'a Told) -> (Vec<&'a Scorecard>, Vec<Option<u32>>) {
    let frame = &scheme.frame;
    let mut order: Vec<SubjectId> =
        frame.ids().filter(|id| frame.subject(*id).parent.is_none() && frame.subject(*id).person.is_none()).collect();
    let mut next = 0;
    while let Some(id) = order.get(next).copied() {
        order.extend(frame.children(id).iter().filter(|id| frame.subject(**id).person.is_none()));
        next += 1;
    }
    let mut place = vec![None; frame.subjects.len()];
    let mut rows = Vec::with_capacity(order.len());
    for id in order {
        if let (Some(card), Some(own)) = (cards.of(id), place.get_mut(id.0 as usize)) {
            *own = u32::try_from(rows.len()).ok();
            rows.push(card);
        }
    }
    (rows, place)
}

/// Nodes from the procedures down: the children of each stand side by side.
fn nodes(scheme: &Scheme) -> (Vec<NodeId>, Vec<Option<u16>>) {
    let index = &scheme.index;
    let mut columns: Vec<NodeId> = parts(index).to_vec();
    let mut next = 0;
    while let Some(id) = columns.get(next).copied() {
        columns.extend(&index.node(id).children);
        next += 1;
    }
    columns.truncate(MOST_COLUMNS);
    let mut column = vec![None; index.nodes.len()];
    for (at, id) in (FIRST..).zip(&columns) {
        if let Some(own) = column.get_mut(usize::from(id.0)) {
            *own = Some(at);
        }
    }
    (columns, column)
}

/// What [`mean_formula`] gives, exactly; `None` over hidden cells.
fn mean(missing: &MissingChild, card: &Scorecard, children: &[NodeId]) -> Option<Ratio> {
    let (mut sum, mut present, mut all) = (int(0), int(0), int(0));
    for id in children {
        let node = card.nodes.get(usize::from(id.0)).filter(|node| !node.hidden)?;
        let weight = Weights::of(node);
        all += &weight;
        if let Some(score) = &node.score {
            sum += score * &weight;
            present += weight;
        }
    }
    match missing {
        MissingChild::Renormalise => (!present.is_zero()).then(|| sum / present),
        MissingChild::Zero => (!all.is_zero()).then(|| sum / all),
        MissingChild::Floor(floor) => (!all.is_zero()).then(|| (sum + floor * (&all - present)) / all),
        MissingChild::Refuse => (present == all && !all.is_zero()).then(|| sum / all),
    }
}

/// Σ w·s / Σ w by the policy for missing children.
fn mean_formula(missing: &MissingChild, scores: &str, weights: &str) -> String {
    let sum = format!("SUMPRODUCT({scores},{weights})");
    let present = format!("SUMPRODUCT(--ISNUMBER({scores}),{weights})");
    match missing {
        MissingChild::Renormalise => format!("{sum}/{present}"),
        MissingChild::Zero | MissingChild::Refuse => format!("{sum}/SUM({weights})"),
        MissingChild::Floor(floor) => format!("({sum}+{}*(SUM({weights})-{present}))/SUM({weights})", to_f64(floor)),
    }
}

/// The sheet.
pub(super) fn sheet(chain: &Chain<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let language = chain.scheme.language;
    let mut page = Page::new(&chain.sheet, styles)?;
    page.heading(&format!("{} · {}", chain.scheme.title, chain.sheet), said::CHAIN_NOTE.said(language))?;
    page.text(PARAMETERS, 0, said::PLACES.said(language), &styles.label)?;
    page.number(PARAMETERS, 1, f64::from(chain.scheme.rules.places), 1, &styles.plain)?;
    let names = header(chain, &mut page)?;
    for (place, card) in chain.rows.iter().enumerate() {
        row(&mut page, chain, place, card)?;
    }
    let check_column = FIRST + width(chain) + published(chain).end - published(chain).start;
    check::mark(&mut page.sheet, language, HEADER + 1, rows_end(HEADER + 1, chain.rows.len()), check_column)?;
    page.finish(HEADER, chain.rows.len(), names, 4)
}

fn width(chain: &Chain<'_>) -> u16 {
    u16::try_from(chain.columns.len()).unwrap_or(0)
}

/// The columns of the published procedures.
fn published(chain: &Chain<'_>) -> Range<u16> {
    let from = FIRST + width(chain);
    from..from + u16::try_from(parts(&chain.scheme.index).len().min(chain.columns.len())).unwrap_or(0)
}

/// Two rows of heads: the parent of each node, and the node. Returns how many columns there are.
fn header(chain: &Chain<'_>, page: &mut Page<'_>) -> Result<usize, XlsxError> {
    let (index, language) = (&chain.scheme.index, chain.scheme.language);
    let fixed = ["level", "domain", "subject", "name", "parent", "headcount"];
    let mut names: Vec<String> = fixed.iter().map(|name| words::column(name, language).to_owned()).collect();
    let mut above = vec![String::new(); names.len()];
    for id in &chain.columns {
        let node = index.node(*id);
        above.push(node.parent.map_or(String::new(), |parent| index.node(parent).name.clone()));
        names.push(node.name.clone());
    }
    let printed = published(chain).len();
    for id in chain.columns.iter().take(printed) {
        above.push(said::PUBLISHED.said(language).to_owned());
        names.push(index.node(*id).name.clone());
    }
    above.extend([String::new(), String::new()]);
    names.extend(["check", "origin"].map(|name| words::column(name, language).to_owned()));
    page.header(HEADER - 1, &above)?;
    page.header(HEADER, &names)?;
    Ok(names.len())
}

fn row(page: &mut Page<'_>, chain: &Chain<'_>, place: usize, card: &Scorecard) -> Result<(), XlsxError> {
    let (styles, language, at) = (page.styles, chain.scheme.language, Chain::at(place));
    subject(page, chain.scheme, at, card)?;
    let (mut live, mut still) = (Vec::new(), 0_u32);
    for (column, id) in (FIRST..).zip(&chain.columns) {
        let Some(node) = card.nodes.get(usize::from(id.0)) else { continue };
        match (&node.score, chain.formula(place, *id)) {
            (Some(score), Some(text)) => {
                page.formula(at, column, &text, &to_f64(score).to_string(), &styles.score)?;
                live.push(column);
            }
            (Some(score), None) if !node.hidden => {
                page.number(at, column, to_f64(score), 7, &styles.score)?;
                // Items of score sheets are where the numbers come from.
                still += u32::from(!chain.scheme.index.node(*id).children.is_empty());
            }
            _ => page.text(at, column, absent(node, language), &styles.centred)?,
        }
    }
    let mut pairs = Vec::new();
    for (offset, (column, id)) in (0u16..).zip(published(chain).zip(&chain.columns)) {
        let Some(node) = card.nodes.get(usize::from(id.0)) else { continue };
        printed(page, chain.scheme, at, column, node)?;
        if live.contains(&(FIRST + offset)) {
            pairs.push((cell(FIRST + offset, at), cell(column, at)));
        }
    }
    let end = published(chain).end;
    check::write(page, at, end, &pairs, PLACES, true)?;
    page.text(at, end + 1, &basis(chain, card, still), &styles.text)
}

/// A published score.
fn printed(page: &mut Page<'_>, scheme: &Scheme, row: u32, column: u16, node: &NodeScore) -> Result<(), XlsxError> {
    let styles = page.styles;
    match node.score.as_ref().filter(|_| !node.hidden) {
        Some(score) => page.number(row, column, round_half_up(score, scheme.rules.places).to_f64(), 7, &styles.score),
        None => page.text(row, column, absent(node, scheme.language), &styles.centred),
    }
}

/// How the row came about, and how many inner nodes of it are plain numbers.
fn basis(chain: &Chain<'_>, card: &Scorecard, still: u32) -> String {
    let language = chain.scheme.language;
    let own = match card.nodes.first().and_then(|root| root.rollup) {
        Some(used) => words::rollup(used, language),
        None => said::OWN.said(language).to_owned(),
    };
    if still == 0 { own } else { said::with_plain_numbers(&own, still, language) }
}

/// A relative reference: column and 0-based row.
pub(super) fn cell(column: u16, row: u32) -> String {
    format!("{}{}", column_letters(u32::from(column)), row + 1)
}

/// The name of a sheet in a reference.
pub(super) fn quoted(sheet: &str) -> String {
    format!("'{}'!", sheet.replace('\'', "''"))
}
