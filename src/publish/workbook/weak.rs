//! The sheet of weak points 短板: by level and domain, the costliest first.

use super::page::{Page, Styles};
use super::{Entry, rows_end};
use crate::measure::{Examined, WeakPoint};
use crate::numeric::{Ratio, round_float, round_half_up};
use crate::publish::material::Material;
use crate::publish::table::findings::{PROBABILITY, between, drivers, told};
use crate::publish::words::{self, workbook as said};
use crate::survey::Scheme;
use rust_xlsxwriter::{Color, ConditionalFormatDataBar, Worksheet, XlsxError};

const COLUMNS: [&str; 15] = [
    "level",
    "domain",
    "subject",
    "name",
    "procedure_name",
    "node_name",
    "kind",
    "score",
    "reference",
    "gap",
    "cost",
    "probability",
    "n",
    "between",
    "drivers",
];
/// Position of `cost`.
const COST: u16 = 10;

/// The sheet, with what was looked at in its note.
pub(super) fn sheet(material: &Material<'_>, styles: &Styles, entry: &Entry) -> Result<Worksheet, XlsxError> {
    let (scheme, language) = (material.scheme, material.scheme.language);
    let mut page = Page::new(&entry.name, styles)?;
    page.heading(&format!("{} · {}", scheme.title, entry.name), &note(material))?;
    let names: Vec<String> = COLUMNS.iter().map(|name| words::column(name, language).to_owned()).collect();
    page.header(2, &names)?;
    let points = ordered(material);
    for (at, point) in (3u32..).zip(&points) {
        row(&mut page, scheme, at, point)?;
    }
    if !points.is_empty() {
        let bar = ConditionalFormatDataBar::new().set_fill_color(Color::RGB(0xF4_B183)).set_solid_fill(true);
        page.sheet.add_conditional_format(3, COST, rows_end(3, points.len()), COST, &bar)?;
    }
    page.finish(2, points.len(), names.len(), 4)
}

/// By level and domain, dear ones first, then the wider gap.
fn ordered<'a>(material: &Material<'a>) -> Vec<&'a WeakPoint> {
    let frame = &material.scheme.frame;
    let mut points: Vec<&WeakPoint> = told(material.scheme, &material.cleared.get().evidence.weak_points);
    points.sort_by(|one, other| {
        let place = |point: &WeakPoint| (frame.subject(point.subject).level, frame.subject(point.subject).domain);
        place(one).cmp(&place(other)).then_with(|| other.cost.cmp(&one.cost)).then_with(|| other.gap.cmp(&one.gap))
    });
    points.truncate(super::LAST_ROW - 8);
    points
}

fn note(material: &Material<'_>) -> String {
    let examined = &material.cleared.get().evidence.examined;
    let sum = |of: fn(&Examined) -> u32| examined.iter().map(|one| u64::from(of(one))).sum::<u64>();
    let (tested, not, flagged) = (sum(|one| one.tested), sum(|one| one.not_testable), sum(|one| one.flagged));
    let analysis = &material.scheme.rules.analysis;
    let margin = crate::numeric::exact_text(&analysis.margin);
    let share = round_half_up(&(&analysis.false_flags * crate::numeric::int(100)), 0);
    said::weak_note([tested, flagged, not], &margin, &share.to_string(), material.scheme.language)
}

fn row(page: &mut Page<'_>, scheme: &Scheme, at: u32, point: &WeakPoint) -> Result<(), XlsxError> {
    let styles = page.styles;
    let subject = scheme.frame.subject(point.subject);
    let procedure = scheme.index.procedure_of(point.node).map_or("", |id| scheme.index.node(id).name.as_str());
    let kind = words::weak_kind(point.kind, scheme.language);
    let level = scheme.frame.level(subject.level).name.as_str();
    let domain = scheme.frame.domain(subject.domain).name.as_str();
    let node = scheme.index.node(point.node).name.as_str();
    let texts = [level, domain, &subject.code, &subject.name, procedure, node, kind];
    for (column, text) in (0u16..).zip(texts) {
        page.text(at, column, text, &styles.text)?;
    }
    let points: [Option<&Ratio>; 4] = [Some(&point.score), Some(&point.reference), Some(&point.gap), point.cost.as_ref()];
    for (column, value) in (7u16..).zip(points) {
        match value {
            Some(value) => page.number(at, column, round_half_up(value, scheme.rules.places).to_f64(), 7, &styles.score)?,
            None => page.text(at, column, "", &styles.text)?,
        }
    }
    match point.probability.and_then(|value| round_float(value, PROBABILITY)) {
        Some(share) => page.number(at, 11, share.to_f64(), 7, &styles.share)?,
        None => page.text(at, 11, "", &styles.text)?,
    }
    match u32::try_from(point.n) {
        Ok(n) if n > 0 => page.number(at, 12, f64::from(n), 6, &styles.count)?,
        _ => page.text(at, 12, "", &styles.text)?,
    }
    page.text(at, 13, &between(scheme, point.node, point.strata), &styles.text)?;
    page.text(at, 14, &drivers(scheme, &point.drivers), &styles.wrapped)
}
