//! Which form a sheet is and how it is laid out: every form × shape is tried, the best clear reading is taken, and the reasons are kept.

use super::cells::key;
use super::export;
use super::grid::{Grid, Merge};
use super::heads::candidates;
use super::layout::{Plan, pin};
use super::readings::readings;
use super::reasons;
use super::sheet::{Sheet, texts};
use super::tried::Tried;
use crate::diagnostic::{Diagnostic, LIST, Language};
use crate::habits::{Habit, on};
use crate::survey::{FormId, FormKind};
use std::cmp::Ordering;

/// The verdict on a sheet.
#[derive(Debug)]
pub(super) enum Verdict {
    Read(Box<Plan>),
    /// No sign of any form: a cover sheet, instructions.
    Ignored(Diagnostic),
    /// A return, but of which form, or how laid out, is not clear: why, and the readings that were not taken.
    Unclear(Vec<Diagnostic>, Option<Box<Refused>>),
}

/// Readings that were not taken.
#[derive(Debug)]
pub(super) struct Refused {
    pub best: Plan,
    pub second: Option<Plan>,
}

/// A reading below this share of its form's structure is no reading.
const ENOUGH: f64 = 0.5;
/// … unless names say which form it is.
const ENOUGH_NAMED: f64 = 0.25;
/// The margin: by so many points the best reading must beat the next, or the sheet is not read. A whole structure is worth 10
/// points and a name 1.5 (a folder) to 3 (a title). One point is more than one stray column of six costs (0.54) and more than
/// any single cell can move, so no slip of the pen decides between two forms; and it is less than the weakest whole name,
/// so where people said which form it is, they are believed.
pub(super) const MARGIN: f64 = 1.0;
/// Between two shapes of one form names say nothing, and structure alone decides: half of it.
pub(super) const MARGIN_OF_SHAPES: f64 = 0.5;

/// What the names around a sheet say for each form.
struct Named {
    points: Vec<f64>,
    words: Vec<String>,
}

pub(super) fn recognise(sheet: &Sheet<'_>, grid: &Grid) -> Verdict {
    let named = named(sheet, grid);
    let mut plans: Vec<Plan> = Vec::new();
    let tried = Tried::new(sheet, grid);
    let mut signed = None;
    for header in candidates(grid, sheet.rule.header_row) {
        let Some(header) = export::seen(sheet.context, sheet.stem(), header) else { continue };
        // Below the columns of a platform there are only answers.
        if signed.is_some_and(|row| !header.rows.contains(&row)) {
            continue;
        }
        if header.export.is_some_and(|export| export.signed) {
            signed = signed.or(header.rows.first().copied());
        }
        let end = header.rows.last().copied().unwrap_or(0);
        // A header as good as found: what lies further below is data.
        if plans.iter().any(|plan| plan.structure >= 0.9 && plan.header_end() + 2 < end) {
            break;
        }
        let below = tried.below(end);
        if below.is_empty() && header.rows.len() > 1 {
            continue;
        }
        for mut plan in readings(sheet, &tried, &header, below, &named.points) {
            let allowed = sheet.rule.form.is_none_or(|form| form == plan.form || plan.partner == Some(form))
                && sheet.rule.shape.is_none_or(|shape| shape == plan.shape);
            if !allowed {
                continue;
            }
            #[allow(clippy::cast_precision_loss, reason = "at most three header rows")]
            let depth = plan.header_rows.len() as f64;
            plan.structure *= 0.01f64.mul_add(-depth, 1.01);
            plan.score = plan.structure.mul_add(10.0, named.points[usize::from(plan.form.0)].min(5.0));
            keep_best(&mut plans, plan);
        }
    }
    plans.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| order(a).cmp(&order(b))));
    decide(sheet, grid, plans, &named)
}

fn order(plan: &Plan) -> (usize, u16) {
    (plan.header_rows.len(), plan.form.0)
}

/// One plan per form and shape: the better structure, then the fewer and earlier header rows.
fn keep_best(plans: &mut Vec<Plan>, plan: Plan) {
    let same = plans.iter_mut().find(|known| known.form == plan.form && known.shape == plan.shape);
    let Some(known) = same else {
        plans.push(plan);
        return;
    };
    let better = (plan.structure - known.structure).partial_cmp(&0.0).unwrap_or(Ordering::Equal);
    let simpler = plan.header_rows.len() < known.header_rows.len() && plan.header_end() <= known.header_end();
    if (plan.structure > known.structure + 1e-9) || (better == Ordering::Equal && simpler) {
        *known = plan;
    }
}

/// Whether nothing speaks against taking the first of two readings.
fn clearly_better(best: &Plan, second: &Plan) -> bool {
    let margin = if second.form == best.form { MARGIN_OF_SHAPES } else { MARGIN };
    best.score - second.score >= margin || second.structure < ENOUGH_NAMED
}

fn decide(sheet: &Sheet<'_>, grid: &Grid, mut plans: Vec<Plan>, named: &Named) -> Verdict {
    if plans.iter().any(|plan| Some(plan.form) == sheet.rule.form) {
        // A pin names the form itself; the other of the pair 考核/自查 stands in only where there is no such reading.
        plans.retain(|plan| Some(plan.form) == sheet.rule.form);
    }
    let rest = plans.split_off(plans.len().min(1));
    let Some(mut best) = plans.pop() else { return nothing(sheet, grid, named, None) };
    let evidence = named.points[usize::from(best.form.0)];
    let pinned = sheet.rule.form.is_some();
    let enough = best.structure >= ENOUGH
        || (best.structure >= ENOUGH_NAMED && (evidence >= 1.5 || pinned))
        || (pinned && best.structure > 0.0);
    let words = &named.words[usize::from(best.form.0)];
    let language = sheet.context.scheme.language;
    let why =
        if words.is_empty() { language.pick("表名未出现", "its name does not occur").to_owned() } else { words.clone() };
    best.evidence = format!("{}; {}", best.evidence, why);
    if !enough {
        return nothing(sheet, grid, named, Some((best, rest.into_iter().next())));
    }
    best.runner_up = reasons::runner_up(sheet, grid, &best, rest.first());
    if let Some(second) = rest.into_iter().next().filter(|second| !clearly_better(&best, second)) {
        return Verdict::Unclear(vec![unclear(sheet, grid, &best, &second)], Some(refused(grid, best, Some(second))));
    }
    whole_header(grid, &mut best);
    Verdict::Read(Box::new(best))
}

fn refused(grid: &Grid, mut best: Plan, second: Option<Plan>) -> Box<Refused> {
    whole_header(grid, &mut best);
    Box::new(Refused { best, second })
}

/// Takes in the rows above that cells merged downwards join to the header: the same sheet without merges has them in its
/// header too, and both must have one fingerprint.
fn whole_header(grid: &Grid, plan: &mut Plan) {
    while let Some(first) = plan.header_rows.first().copied().filter(|first| *first > 0) {
        let joins = |merge: &&Merge| merge.left == merge.right && merge.top < first && merge.bottom >= first;
        if plan.header_rows.len() >= 3 || grid.merges.iter().filter(joins).count() < 2 {
            return;
        }
        plan.header_rows.insert(0, first - 1);
    }
}

fn unclear(sheet: &Sheet<'_>, grid: &Grid, best: &Plan, second: &Plan) -> Diagnostic {
    let pin = |plan| pin(sheet.context.scheme, plan, sheet.file, &sheet.name);
    let margin = if second.form == best.form { MARGIN_OF_SHAPES } else { MARGIN };
    Diagnostic::new("L101", sheet.place.clone())
        .with("found", reasons::describe(sheet, best))
        .with("other", reasons::describe(sheet, second))
        .with("lacks", reasons::lacks(sheet, grid, second))
        .with("gap", format!("{:.2}", best.score - second.score))
        .with("margin", margin)
        .with("line", pin(best).trim_end())
        .with("second", pin(second).trim_end())
}

/// No reading: an error where this looks like a return, else a note.
fn nothing(sheet: &Sheet<'_>, grid: &Grid, named: &Named, plans: Option<(Plan, Option<Plan>)>) -> Verdict {
    let strongest = named.points.iter().copied().fold(0.0, f64::max);
    let table = grid.rows.iter().filter(|row| texts(row).len() >= 3).count() >= 2;
    let best = plans.as_ref().map(|(best, _)| best);
    let suspicious = best.is_some_and(|plan| plan.structure >= ENOUGH_NAMED)
        || (strongest >= 1.5 && table)
        || (sheet.alone && table)
        || sheet.rule.form.is_some();
    let heads: Vec<String> = grid.rows.iter().map(texts).find(|cells| cells.len() >= 3).unwrap_or_default();
    let found: Vec<&str> = heads.iter().take(12).map(String::as_str).collect();
    let forms: Vec<&str> = sheet.context.scheme.forms.iter().map(|form| form.name.as_str()).collect();
    let named_form = sheet.context.scheme.form_ids().find(|id| named.points[usize::from(id.0)] >= 1.5);
    let near = reasons::nearest(sheet, grid, best, named_form);
    let suspicious = suspicious && on(Habit::RequiredColumns);
    let code = if suspicious { "L103" } else { "L102" };
    let files = super::layout::quoted(&glob::Pattern::escape(sheet.file.strip_prefix("returns/").unwrap_or(sheet.file)));
    let code_of = |id: FormId| sheet.context.scheme.form(id).code.as_str();
    let any = || format!("[[pin]]\nfiles = {files}\nform = \"{}\"\nheader-row = 3", named_form.map_or("…", code_of));
    // A reading of another form than the names say is nothing to be pasted.
    let meant = best.filter(|plan| suspicious && named_form.is_none_or(|form| form == plan.form));
    let line = meant.map(|plan| pin(sheet.context.scheme, plan, sheet.file, &sheet.name));
    let diagnostic = Diagnostic::new(code, sheet.place.clone())
        .with("found", export::masked(&found.join("｜")))
        .with("expected", forms.join(LIST))
        .with("near", near)
        .with("line", line.unwrap_or_else(any).trim_end());
    if !suspicious {
        return Verdict::Ignored(diagnostic);
    }
    let mut why = reasons::near_forms(sheet, grid);
    why.extend(best.map(|plan| reasons::near_items(sheet, plan)).unwrap_or_default());
    why.insert(0, diagnostic);
    Verdict::Unclear(
        why,
        plans.map(|(mut best, second)| {
            best.runner_up = reasons::runner_up(sheet, grid, &best, second.as_ref());
            refused(grid, best, second)
        }),
    )
}

/// Points for each form from title, sheet, file and folder names: the longest form name in a text counts, parts of it do not.
fn named(sheet: &Sheet<'_>, grid: &Grid) -> Named {
    let context = sheet.context;
    let language = context.scheme.language;
    let count = context.scheme.forms.len();
    let mut named = Named { points: vec![0.0; count], words: vec![String::new(); count] };
    let title: String =
        grid.rows.iter().take(6).filter(|row| texts(row).len() <= 3).flat_map(texts).collect::<Vec<_>>().join("|");
    let folders = sheet.folders().join("/");
    let places = [
        (title.as_str(), 3.0, "标题", "title"),
        (sheet.name.as_str(), 2.5, "表名", "sheet name"),
        (sheet.stem(), 2.0, "文件名", "file name"),
        (folders.as_str(), 1.5, "文件夹", "folder"),
    ];
    for (text, weight, zh, en) in places {
        for (form, word, share) in forms_in(sheet, text) {
            let at = usize::from(form.0);
            named.points[at] += weight * share;
            let and = if named.words[at].is_empty() { "" } else { language.pick("、", ", ") };
            let (open, close) = (language.pick("「", " “"), language.pick("」", "”"));
            named.words[at] = format!("{}{and}{}{open}{word}{close}", named.words[at], language.pick(zh, en));
        }
    }
    named
}

/// Forms named in a text: by own name in full, by the name of a procedure by half.
fn forms_in(sheet: &Sheet<'_>, text: &str) -> Vec<(FormId, String, f64)> {
    let scheme = sheet.context.scheme;
    let mut rest = key(text);
    let mut out: Vec<(FormId, String, f64)> = Vec::new();
    let mut names: Vec<(FormId, &String)> =
        scheme.form_ids().flat_map(|id| sheet.context.words(id).names.iter().map(move |name| (id, name))).collect();
    names.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    for (form, name) in names {
        if rest.contains(name.as_str()) {
            rest = rest.replace(name.as_str(), "|");
            out.push((form, name.clone(), 1.0));
        }
    }
    for (procedure, name) in sheet.context.procedure_names() {
        if !name.is_empty() && rest.contains(name) {
            let feeding = scheme.form_ids().filter(|id| scheme.form(*id).procedures.contains(&procedure));
            for form in feeding.filter(|id| scheme.form(*id).kind != FormKind::SelfRated) {
                if !out.iter().any(|(known, ..)| *known == form) {
                    out.push((form, name.to_owned(), 0.5));
                }
            }
        }
    }
    out
}

/// Joins parts of an explanation in the scheme's language.
pub(super) fn because(language: Language, zh: String, en: String) -> String {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use crate::intake::layout::Down;
    use crate::intake::{Context, draw, fixture};
    use crate::survey::Shape;

    fn plan(form: u16, shape: Shape, structure: f64, score: f64) -> Plan {
        Plan {
            form: FormId(form),
            partner: None,
            shape,
            down: Down::No,
            header_rows: vec![0],
            columns: Vec::new(),
            structure,
            score,
            repeated: Vec::new(),
            export: None,
            evidence: String::new(),
            runner_up: String::new(),
        }
    }

    /// At the margin the sheet is read, a hair below it is not, and both readings are handed over with their pins.
    #[test]
    fn the_margin_decides_to_a_hair() {
        let scheme = fixture::scheme();
        let context = Context::new(&scheme);
        let sheet = Sheet::new(&context, "returns/x.xlsx", "S", Place::sheet("returns/x.xlsx", "S"), true);
        let grid = draw::grid("a | b\nc | d");
        let named = Named { points: vec![0.0; scheme.forms.len()], words: vec![String::new(); scheme.forms.len()] };
        let verdict = |other: u16, shape: Shape, behind: f64, structure: f64| {
            let plans = vec![plan(0, Shape::Scores, 0.9, 9.0), plan(other, shape, structure, 9.0 - behind)];
            decide(&sheet, &grid, plans, &named)
        };
        for (form, shape, margin) in [(1, Shape::Scores, MARGIN), (0, Shape::Wide, MARGIN_OF_SHAPES)] {
            assert!(matches!(verdict(form, shape, margin, 0.8), Verdict::Read(_)));
            let Verdict::Unclear(why, Some(readings)) = verdict(form, shape, margin - 0.001, 0.8) else {
                panic!("too close to be read")
            };
            assert_eq!(why[0].code, "L101");
            assert!(why[0].arg("line").contains("form = \"kaohe\"") && why[0].arg("second").contains("[[pin]]"));
            assert!(readings.second.is_some());
            // A reading that is hardly one does not stand in the way, however its name lifts it.
            assert!(matches!(verdict(form, shape, 0.0, ENOUGH_NAMED - 0.01), Verdict::Read(_)));
        }
    }
}
