//! Which form a sheet is and how it is laid out: every form × shape is tried, the best clear reading is taken, and the reasons are kept.

use super::cells::key;
use super::export;
use super::grid::{Grid, Merge};
use super::heads::candidates;
use super::layout::{Plan, pin, shape_word};
use super::readings::readings;
use super::sheet::{Sheet, texts};
use super::tried::Tried;
use crate::diagnostic::{Diagnostic, Language};
use crate::survey::{FormId, FormKind};
use std::cmp::Ordering;

/// The verdict on a sheet.
#[derive(Debug)]
pub(super) enum Verdict {
    Read(Box<Plan>),
    /// No sign of any form: a cover sheet, instructions.
    Ignored(Diagnostic),
    /// A return, but of which form, or how laid out, is not clear.
    Unclear(Diagnostic),
}

/// A reading below this share of its form's structure is no reading.
const ENOUGH: f64 = 0.5;
/// … unless names say which form it is.
const ENOUGH_NAMED: f64 = 0.25;
/// The best reading must beat the next by this many points.
const CLEAR: f64 = 1.0;

/// What the names around a sheet say for each form.
struct Named {
    points: Vec<f64>,
    words: Vec<String>,
}

pub(super) fn recognise(sheet: &Sheet<'_>, grid: &Grid) -> Verdict {
    let named = named(sheet, grid);
    let mut plans: Vec<Plan> = Vec::new();
    let tried = Tried::new(sheet, grid);
    for header in candidates(grid, sheet.rule.header_row) {
        let Some(header) = export::seen(sheet.context, sheet.stem(), header) else { continue };
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

fn decide(sheet: &Sheet<'_>, grid: &Grid, mut plans: Vec<Plan>, named: &Named) -> Verdict {
    let rest = plans.split_off(plans.len().min(1));
    let Some(mut best) = plans.pop() else { return nothing(sheet, grid, named, None) };
    let evidence = named.points[usize::from(best.form.0)];
    let pinned = sheet.rule.form.is_some();
    let enough = best.structure >= ENOUGH
        || (best.structure >= ENOUGH_NAMED && (evidence >= 1.5 || pinned))
        || (pinned && best.structure > 0.0);
    if !enough {
        return nothing(sheet, grid, named, Some(&best));
    }
    let scheme = sheet.context.scheme;
    let language = scheme.language;
    if let Some(second) = rest.first() {
        let close = if second.form == best.form { CLEAR / 2.0 } else { CLEAR };
        if best.score - second.score < close && second.structure >= ENOUGH_NAMED {
            return Verdict::Unclear(unclear(sheet, &best, second));
        }
        best.runner_up = describe(sheet, second);
    }
    let words = &named.words[usize::from(best.form.0)];
    let why =
        if words.is_empty() { language.pick("表名未出现", "its name does not occur").to_owned() } else { words.clone() };
    best.evidence = format!("{}; {}", best.evidence, why);
    whole_header(grid, &mut best);
    Verdict::Read(Box::new(best))
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

fn describe(sheet: &Sheet<'_>, plan: &Plan) -> String {
    let scheme = sheet.context.scheme;
    let form = &scheme.form(plan.form).name;
    format!("{form}·{} ({:.1}: {})", shape_word(plan.shape), plan.score, plan.evidence)
}

fn unclear(sheet: &Sheet<'_>, best: &Plan, second: &Plan) -> Diagnostic {
    Diagnostic::new("L101", sheet.place.clone())
        .with("found", describe(sheet, best))
        .with("other", describe(sheet, second))
        .with("line", pin(sheet.context.scheme, best, sheet.file, &sheet.name))
}

/// No reading: an error where this looks like a return, else a note.
fn nothing(sheet: &Sheet<'_>, grid: &Grid, named: &Named, best: Option<&Plan>) -> Verdict {
    let strongest = named.points.iter().copied().fold(0.0, f64::max);
    let table = grid.rows.iter().filter(|row| texts(row).len() >= 3).count() >= 2;
    let suspicious = best.is_some_and(|plan| plan.structure >= ENOUGH_NAMED)
        || (strongest >= 1.5 && table)
        || (sheet.alone && table)
        || sheet.rule.form.is_some();
    let heads: Vec<String> = grid.rows.iter().map(texts).find(|cells| cells.len() >= 3).unwrap_or_default();
    let found: Vec<&str> = heads.iter().take(12).map(String::as_str).collect();
    let forms: Vec<&str> = sheet.context.scheme.forms.iter().map(|form| form.name.as_str()).collect();
    let near = best.map(|plan| describe(sheet, plan)).unwrap_or_default();
    let code = if suspicious { "L103" } else { "L102" };
    let below = sheet.file.strip_prefix("returns/").unwrap_or(sheet.file);
    let diagnostic = Diagnostic::new(code, sheet.place.clone())
        .with("found", export::masked(&found.join("｜")))
        .with("expected", forms.join("、"))
        .with("near", near)
        .with("line", super::layout::quoted(&glob::Pattern::escape(below)));
    if suspicious { Verdict::Unclear(diagnostic) } else { Verdict::Ignored(diagnostic) }
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
            named.words[at] = format!(
                "{}{}{}「{word}」",
                named.words[at],
                if named.words[at].is_empty() { "" } else { "、" },
                language.pick(zh, en)
            );
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
