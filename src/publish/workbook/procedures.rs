//! The sheet 环节: subject × procedure with weights, and the total as a live formula beside the printed one.
//!
//! Scores stand in the cells unrounded (shown with the published places), so that the formula rounds once, at the end, as the
//! method says. A roll-up is recomputed from the members' rows further down. A formula is written only where these cells can give
//! the number; where they cannot (pooled ballots, an imported score, a hidden part), it stands alone and the last column says why.

use super::chain::Chain;
use super::check;
use super::page::{Page, Styles};
use super::told::Told;
use crate::diagnostic::{Language, column_letters};
use crate::measure::{NodeScore, Scorecard, WhyMissing};
use crate::numeric::{Ratio, int, round_half_up, to_f64};
use crate::publish::material::Material;
use crate::publish::table::results::parts;
use crate::publish::words::{self, workbook as said};
use crate::survey::{Index, MissingChild, Node, NodeId, Rollup, Scheme};
use num_traits::Zero;
use rust_xlsxwriter::{Worksheet, XlsxError};

/// Row of the parameters, and of the header (0-based).
const PARAMETERS: u32 = 2;
const HEADER: u32 = 4;
/// Columns before the first score: level, domain, code, name, parent, headcount.
const FIRST: u16 = 6;
/// Absolute places of the parameters.
const PLACES: &str = "$B$3";
const CEILING: &str = "$D$3";
const FLOOR: &str = "$F$3";

/// Where things stand on the sheet.
struct Plan<'a> {
    scheme: &'a Scheme,
    parts: &'a [NodeId],
    told: &'a Told,
    /// Cards in the order of the rows, upper levels first.
    rows: Vec<&'a Scorecard>,
    /// First row (1-based) below the rows of each level, by `LevelId`.
    below: Vec<usize>,
}

impl Plan<'_> {
    fn width(&self) -> u16 {
        u16::try_from(self.parts.len()).unwrap_or(0)
    }

    /// Column of the composite; bonus, deduction, unrounded total, total, published, check, basis follow.
    fn composite(&self) -> u16 {
        FIRST + 3 * self.width()
    }

    /// 1-based row of the last subject.
    fn last(&self) -> usize {
        HEADER as usize + 1 + self.rows.len()
    }
}

/// The sheet.
pub(super) fn sheet(material: &Material<'_>, styles: &Styles, name: &str, chain: &Chain<'_>) -> Result<Worksheet, XlsxError> {
    let plan = plan(material, chain.told);
    let mut page = Page::new(name, styles)?;
    let language = plan.scheme.language;
    page.heading(&format!("{} · {name}", plan.scheme.title), said::PROCEDURES_NOTE.said(language))?;
    parameters(&mut page, plan.scheme)?;
    let names = header(&plan);
    page.header(HEADER, &names)?;
    for (number, card) in plan.rows.iter().enumerate() {
        let row = HEADER + 1 + u32::try_from(number).unwrap_or(0);
        subject(&mut page, plan.scheme, row, card)?;
        scores(&mut page, &plan, chain, row, card)?;
        totals(&mut page, &plan, row, card)?;
    }
    let last = super::rows_end(HEADER + 1, plan.rows.len());
    check::mark(&mut page.sheet, language, HEADER + 1, last, plan.composite() + 6)?;
    page.finish(HEADER, plan.rows.len(), names.len(), 4)
}

fn plan<'a>(material: &Material<'a>, told: &'a Told) -> Plan<'a> {
    let scheme = material.scheme;
    let mut listed = vec![false; scheme.frame.subjects.len()];
    let mut rows = Vec::with_capacity(listed.len());
    let assessment = material.cleared.get();
    let order = assessment.standings.iter().map(|standing| standing.subject);
    for subject in order.chain(told.all().iter().map(|card| card.subject)) {
        if let (Some(seen), Some(card)) = (listed.get_mut(subject.0 as usize), told.of(subject))
            && !std::mem::replace(seen, true)
        {
            rows.push(card);
        }
    }
    let level = |card: &&Scorecard| scheme.frame.subject(card.subject).level;
    // Stable: within a level the order of the standings stays.
    rows.sort_by_key(level);
    let first = HEADER as usize + 2;
    let below =
        (0..scheme.frame.levels.len()).map(|upper| first + rows.partition_point(|card| usize::from(level(card).0) <= upper));
    let below = below.collect();
    Plan { scheme, parts: parts(&scheme.index), told, rows, below }
}

fn parameters(page: &mut Page<'_>, scheme: &Scheme) -> Result<(), XlsxError> {
    let (styles, language) = (page.styles, scheme.language);
    let missing = scheme.index.nodes.first().map(|root| &root.missing);
    let floor = match missing {
        Some(MissingChild::Floor(floor)) => Some(to_f64(floor)),
        Some(MissingChild::Zero) => Some(0.0),
        _ => None,
    };
    page.text(PARAMETERS, 0, said::PLACES.said(language), &styles.label)?;
    page.number(PARAMETERS, 1, f64::from(scheme.rules.places), 1, &styles.plain)?;
    page.text(PARAMETERS, 2, said::CEILING.said(language), &styles.label)?;
    if scheme.rules.above_100 {
        page.text(PARAMETERS, 3, said::NO_CEILING.said(language), &styles.plain)?;
    } else {
        page.number(PARAMETERS, 3, 100.0, 3, &styles.plain)?;
    }
    page.text(PARAMETERS, 4, said::MISSING_COUNTS.said(language), &styles.label)?;
    match floor {
        Some(floor) => page.number(PARAMETERS, 5, floor, 3, &styles.plain)?,
        None => page.text(PARAMETERS, 5, "—", &styles.plain)?,
    }
    let policy = missing.map_or(String::new(), |policy| words::missing_child(policy, language));
    page.sheet.write_string_with_format(PARAMETERS, 6, policy, &styles.note)?;
    Ok(())
}

/// The columns after the procedures' weights.
const TAIL: [&str; 8] =
    ["composite_formula", "bonus", "deduction", "unrounded_formula", "total_formula", "published", "check", "origin"];

fn header(plan: &Plan<'_>) -> Vec<String> {
    let language = plan.scheme.language;
    let fixed = ["level", "domain", "subject", "name", "parent", "headcount"];
    let mut names: Vec<String> = fixed.iter().map(|name| words::column(name, language).to_owned()).collect();
    let nodes = || plan.parts.iter().map(|id| plan.scheme.index.node(*id).name.as_str());
    names.extend(nodes().map(ToOwned::to_owned));
    names.extend(nodes().map(|name| format!("{name} {}", said::OF_WEIGHT.said(language))));
    names.extend(nodes().map(|name| format!("{name} {}", said::OF_EFFECTIVE_WEIGHT.said(language))));
    names.extend(TAIL.map(|name| words::column(name, language).to_owned()));
    names
}

/// Level, domain, code, name, parent and headcount, in the first six columns.
pub(super) fn subject(page: &mut Page<'_>, scheme: &Scheme, row: u32, card: &Scorecard) -> Result<(), XlsxError> {
    let frame = &scheme.frame;
    let subject = frame.subject(card.subject);
    let styles = page.styles;
    page.text(row, 0, &frame.level(subject.level).name, &styles.text)?;
    page.text(row, 1, &frame.domain(subject.domain).name, &styles.text)?;
    page.text(row, 2, &subject.code, &styles.text)?;
    page.text(row, 3, &subject.name, &styles.text)?;
    page.text(row, 4, subject.parent.map_or("", |parent| &frame.subject(parent).code), &styles.text)?;
    match subject.headcount {
        Some(count) => exact(page, row, 5, &int(i64::try_from(count).unwrap_or(i64::MAX)), &styles.count.clone()),
        None => page.text(row, 5, "", &styles.text),
    }
}

/// An unrounded number.
fn exact(page: &mut Page<'_>, row: u32, column: u16, value: &Ratio, format: &rust_xlsxwriter::Format) -> Result<(), XlsxError> {
    page.number(row, column, to_f64(value), 7, format)
}

/// The procedures' scores, taken from the sheet that recomputes them, and their weights.
fn scores(page: &mut Page<'_>, plan: &Plan<'_>, chain: &Chain<'_>, row: u32, card: &Scorecard) -> Result<(), XlsxError> {
    let (styles, width) = (page.styles, plan.width());
    for (number, id) in plan.parts.iter().enumerate() {
        let Some(node) = card.nodes.get(id.0 as usize) else { continue };
        let column = FIRST + u16::try_from(number).unwrap_or(0);
        match &node.score {
            Some(_) if !node.hidden => {
                let link = chain.reference(card.subject, *id).map(|cell| format!("={cell}"));
                number_or_formula(page, row, column, node.score.as_ref(), link)?;
            }
            _ => page.text(row, column, absent(node, plan.scheme.language), &styles.centred)?,
        }
        exact(page, row, column + width, &node.weight.nominal, &styles.share)?;
        exact(page, row, column + 2 * width, &node.weight.effective, &styles.share)?;
    }
    Ok(())
}

/// What stands in place of a score.
pub(super) fn absent(node: &NodeScore, language: Language) -> &'static str {
    match (node.hidden, node.why) {
        (true, _) => words::hidden(language),
        (_, Some(WhyMissing::NotApplicable)) => words::not_applicable(language),
        _ => "—",
    }
}

fn totals(page: &mut Page<'_>, plan: &Plan<'_>, row: u32, card: &Scorecard) -> Result<(), XlsxError> {
    let styles = page.styles;
    let at = plan.composite();
    let composite = card.nodes.first().and_then(|root| root.score.as_ref());
    let (formula, basis) = composite_formula(plan, row, card);
    number_or_formula(page, row, at, composite, formula)?;
    exact(page, row, at + 1, &card.bonus, &styles.score)?;
    exact(page, row, at + 2, &card.deduction, &styles.score)?;
    let (formula, value) = unrounded(plan, row, card);
    number_or_formula(page, row, at + 3, value.as_ref(), formula)?;
    page.text(row, at + 7, &basis, &styles.text)?;
    let (Some(value), Some(total)) = (value, &card.total) else {
        for column in at + 4..=at + 6 {
            page.text(row, column, "—", &styles.centred)?;
        }
        return Ok(());
    };
    let places = plan.scheme.rules.places;
    let (again, printed) = (round_half_up(&value, places), round_half_up(total, places));
    let round = format!("=ROUND(ROUND({},10),{PLACES})", cell(at + 3, row));
    page.formula(row, at + 4, &round, &again.to_string(), &styles.score)?;
    page.number(row, at + 5, printed.to_f64(), 7, &styles.score)?;
    let pair = (cell(at + 4, row), cell(at + 5, row));
    check::write(page, row, at + 6, &[pair], PLACES, again == printed)
}

fn number_or_formula(
    page: &mut Page<'_>,
    row: u32,
    column: u16,
    value: Option<&Ratio>,
    formula: Option<String>,
) -> Result<(), XlsxError> {
    let styles = page.styles;
    match (value, formula) {
        (Some(value), Some(text)) => page.formula(row, column, &text, &to_f64(value).to_string(), &styles.score),
        (Some(value), None) => exact(page, row, column, value, &styles.score),
        (None, _) => page.text(row, column, "—", &styles.centred),
    }
}

/// The total before rounding: its formula, and what that formula gives, exactly. Of a roll-up: the members' totals with the
/// subject's own adjustments on top; else its composite with them.
fn unrounded(plan: &Plan<'_>, row: u32, card: &Scorecard) -> (Option<String>, Option<Ratio>) {
    let at = plan.composite();
    let (Some(root), Some(total)) = (card.nodes.first(), &card.total) else { return (None, None) };
    let told = |given: Option<Ratio>, text: &dyn Fn() -> Option<String>| -> (bool, Option<String>) {
        let fits = given.as_ref().is_some_and(|given| plan.told.agrees((card.subject, Index::ROOT), (given, total)));
        let formula = given.and_then(|given| plan.told.formula((card.subject, Index::ROOT), (&given, total), PLACES, text));
        (fits, formula)
    };
    if let Some(used) = root.rollup {
        let given =
            members_mean(plan, card, used.method, |member| member.total.clone()).map(|mean| clamped(plan.scheme, &mean, card));
        let text = || members_formula(plan, row, card, used.method, at + 3).map(|mean| total_formula(plan, row, &mean));
        if let (true, formula) = told(given, &text) {
            return (formula, Some(total.clone()));
        }
    }
    let given = root.score.as_ref().map(|composite| clamped(plan.scheme, composite, card));
    let text = || Some(total_formula(plan, row, &cell(at, row)));
    match told(given.clone(), &text) {
        (true, formula) => (formula, Some(total.clone())),
        (false, _) if root.rollup.is_some() => (None, Some(total.clone())),
        // numbers of published places may miss a total by the last of them
        (false, _) if given.as_ref().is_some_and(|given| plan.told.nearly((card.subject, Index::ROOT), (given, total))) => {
            (None, Some(total.clone()))
        }
        (false, _) => (text(), given),
    }
}

/// Base + bonus − deduction, kept within its limits.
fn clamped(scheme: &Scheme, base: &Ratio, card: &Scorecard) -> Ratio {
    let sum = (base + &card.bonus - &card.deduction).max(int(0));
    if scheme.rules.above_100 { sum } else { sum.min(int(100)) }
}

/// The formula of [`clamped`].
fn total_formula(plan: &Plan<'_>, row: u32, base: &str) -> String {
    let at = plan.composite();
    let sum = format!("{base}+{}-{}", cell(at + 1, row), cell(at + 2, row));
    if plan.scheme.rules.above_100 { format!("=MAX(0,{sum})") } else { format!("=MIN({CEILING},MAX(0,{sum}))") }
}

/// The formula of the composite where the sheet's cells give it exactly, and how it came about.
fn composite_formula(plan: &Plan<'_>, row: u32, card: &Scorecard) -> (Option<String>, String) {
    let language = plan.scheme.language;
    let Some((root, node)) = card.nodes.first().zip(plan.scheme.index.nodes.first()) else { return (None, String::new()) };
    if let Some(why) = root.why.filter(|_| root.score.is_none()) {
        return (None, words::why_missing(why, language).to_owned());
    }
    if root.imported {
        return (None, said::IMPORTED.said(language).to_owned());
    }
    if let Some(used) = root.rollup {
        let composite = |member: &'_ Scorecard| -> Option<Ratio> { member.nodes.first()?.score.clone() };
        let given = members_mean(plan, card, used.method, composite);
        let column = plan.composite();
        let text = || members_formula(plan, row, card, used.method, column).map(|mean| format!("={mean}"));
        let formula = given.zip(root.score.as_ref());
        let formula =
            formula.and_then(|(given, score)| plan.told.formula((card.subject, Index::ROOT), (&given, score), PLACES, text));
        return (formula, words::rollup(used, language));
    }
    let hidden = plan.parts.iter().any(|id| card.nodes.get(id.0 as usize).is_some_and(|part| part.hidden));
    if hidden {
        return (None, said::HAS_HIDDEN.said(language).to_owned());
    }
    let formula = recomputed(plan, node, card).zip(root.score.as_ref()).and_then(|(given, score)| {
        let text = || Some(mean_formula(plan, row, &node.missing));
        plan.told.formula((card.subject, Index::ROOT), (&given, score), PLACES, text)
    });
    let basis = match (&formula, root.incomplete) {
        (None, _) => said::OTHER_RULE,
        (_, true) => said::WEIGHTED_INCOMPLETE,
        (_, false) => said::WEIGHTED,
    };
    (formula, basis.said(language).to_owned())
}

/// What [`mean_formula`] gives, exactly.
fn recomputed(plan: &Plan<'_>, root: &Node, card: &Scorecard) -> Option<Ratio> {
    let (mut sum, mut present, mut all) = (int(0), int(0), int(0));
    for id in plan.parts {
        let node = card.nodes.get(id.0 as usize)?;
        all += &node.weight.nominal;
        if let Some(score) = &node.score {
            sum += score * &node.weight.nominal;
            present += &node.weight.nominal;
        }
    }
    match &root.missing {
        MissingChild::Renormalise => (!present.is_zero()).then(|| sum / present),
        MissingChild::Zero => (!all.is_zero()).then(|| sum / all),
        MissingChild::Floor(floor) => (!all.is_zero()).then(|| (sum + floor * (&all - present)) / all),
        MissingChild::Refuse => (present == all && !all.is_zero()).then(|| sum / all),
    }
}

/// Σ w·s / Σ w over the procedures of the row, by the policy for missing ones.
fn mean_formula(plan: &Plan<'_>, row: u32, missing: &MissingChild) -> String {
    let width = plan.width();
    let scores = format!("{}:{}", cell(FIRST, row), cell(FIRST + width.saturating_sub(1), row));
    let weights = format!("{}:{}", cell(FIRST + width, row), cell(FIRST + (2 * width).saturating_sub(1), row));
    let sum = format!("SUMPRODUCT({scores},{weights})");
    let present = format!("SUMPRODUCT(--ISNUMBER({scores}),{weights})");
    match missing {
        MissingChild::Renormalise => format!("={sum}/{present}"),
        MissingChild::Zero | MissingChild::Floor(_) => format!("=({sum}+{FLOOR}*(SUM({weights})-{present}))/SUM({weights})"),
        MissingChild::Refuse => format!("={sum}/SUM({weights})"),
    }
}

/// The mean of the members' numbers in one column, further down the sheet.
fn members_formula(plan: &Plan<'_>, row: u32, card: &Scorecard, method: Rollup, column: u16) -> Option<String> {
    let level = plan.scheme.frame.subject(card.subject).level;
    let (from, to) = (*plan.below.get(usize::from(level.0))?, plan.last());
    let range = |column: u16| {
        let letters = column_letters(u32::from(column));
        format!("${letters}${from}:${letters}${to}")
    };
    let (members, numbers) = (format!("--EXACT({},{})", range(4), cell(2, row)), range(column));
    let heads = if method == Rollup::Headcount { format!(",{}", range(5)) } else { String::new() };
    Some(format!("SUMPRODUCT({members},{numbers}{heads})/SUMPRODUCT({members},--ISNUMBER({numbers}){heads})"))
}

/// What [`members_formula`] gives, exactly; `None` where it cannot.
fn members_mean(
    plan: &Plan<'_>,
    card: &Scorecard,
    method: Rollup,
    number: impl Fn(&Scorecard) -> Option<Ratio>,
) -> Option<Ratio> {
    let frame = &plan.scheme.frame;
    let (mut sum, mut all) = (int(0), int(0));
    for member in frame.children(card.subject) {
        let Some(score) = plan.told.of(*member).and_then(&number) else { continue };
        let weight = match method {
            Rollup::Simple => int(1),
            Rollup::Headcount => int(i64::try_from(frame.subject(*member).headcount?).ok()?),
            Rollup::Pooled => return None,
        };
        sum += score * &weight;
        all += weight;
    }
    (!all.is_zero()).then(|| sum / all)
}

/// A relative reference: column and 0-based row.
fn cell(column: u16, row: u32) -> String {
    format!("{}{}", column_letters(u32::from(column)), row + 1)
}
