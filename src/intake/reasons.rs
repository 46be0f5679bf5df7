//! Why a sheet was read as it was: the score of a reading in parts, what it lacks, the pin that fixes it, and near names to confirm.

use super::cells::key;
use super::context::Sure;
use super::grid::{Grid, GridRow};
use super::layout::{Plan, Role, shape_word};
use super::likeness::likeness;
use super::sheet::{Sheet, texts};
use crate::diagnostic::{Diagnostic, Language};
use crate::survey::{Form, FormId, ItemId};

/// Rows below the header in which items are looked for.
const LOOKED: usize = 200;
/// Items named one by one.
const NAMED: usize = 4;
/// Names less like each other than this are not offered: a third of the signs may differ.
const LIKE: f64 = 0.6;
/// A header at least so much like an item is offered for it.
const NEAR_ITEM: f64 = 0.5;

/// `民主测评表·wide，得分 12.6（结构 9.6 + 名称 3.0）：题目对上 6/6，可读答案 98%；标题「民主测评表」`.
pub(super) fn describe(sheet: &Sheet<'_>, plan: &Plan) -> String {
    let form = &sheet.context.scheme.form(plan.form).name;
    format!("{form}·{}{}", shape_word(plan.shape), why(sheet, plan))
}

/// Score and evidence of a reading.
pub(super) fn why(sheet: &Sheet<'_>, plan: &Plan) -> String {
    let structure = plan.structure * 10.0;
    let names = plan.score - structure;
    let evidence = &plan.evidence;
    match sheet.context.scheme.language {
        Language::Zh => format!("，得分 {:.1}（结构 {structure:.1} + 名称 {names:.1}）：{evidence}", plan.score),
        Language::En => format!(", score {:.1} (structure {structure:.1} + names {names:.1}): {evidence}", plan.score),
    }
}

/// The next best reading, by how much it is worse, and what it lacks.
pub(super) fn runner_up(sheet: &Sheet<'_>, grid: &Grid, best: &Plan, second: Option<&Plan>) -> String {
    let language = sheet.context.scheme.language;
    let Some(second) = second else {
        return language.pick("没有别的读法成立", "no other reading holds").to_owned();
    };
    let gap = best.score - second.score;
    let behind = match language {
        Language::Zh => format!("落后 {gap:.1}"),
        Language::En => format!("{gap:.1} behind"),
    };
    format!("{}; {behind}; {}", describe(sheet, second), lacks(sheet, grid, second))
}

/// Of a sheet that no reading fits: which comes nearest, and whether the names speak of another form.
pub(super) fn nearest(sheet: &Sheet<'_>, grid: &Grid, best: Option<&Plan>, named: Option<FormId>) -> String {
    let language = sheet.context.scheme.language;
    let reading = best.map(|plan| format!("{}; {}", describe(sheet, plan), lacks(sheet, grid, plan)));
    let other = named.filter(|form| best.is_none_or(|plan| plan.form != *form)).map(|form| {
        let name = &sheet.context.scheme.form(form).name;
        match language {
            Language::Zh => format!("名称说是「{name}」，但表里找不到它的题目与答案（分数）列"),
            Language::En => format!("the names say “{name}”, but its items and columns of answers (points) are not there"),
        }
    });
    let parts: Vec<String> = other.into_iter().chain(reading).collect();
    if parts.is_empty() { language.pick("无", "none").to_owned() } else { parts.join(language.pick("；", "; ")) }
}

/// Items of the form that a reading does not find, and columns that it does not know.
pub(super) fn lacks(sheet: &Sheet<'_>, grid: &Grid, plan: &Plan) -> String {
    let form = sheet.context.scheme.form(plan.form);
    let found = items_found(sheet, grid, plan);
    let missing: Vec<&str> = (0..)
        .zip(&form.items)
        .filter(|(at, _)| !found.contains(&ItemId(*at)) && !plan.has(|role| matches!(role, Role::Rater)))
        .map(|(_, item)| item.name.as_str())
        .collect();
    let unknown: Vec<&str> =
        plan.columns.iter().filter(|column| column.role == Role::Unknown).map(|column| column.header.as_str()).collect();
    let language = sheet.context.scheme.language;
    let list = |names: &[&str]| {
        let more = if names.len() > NAMED { language.pick("等", " …") } else { "" };
        format!("{}{more}", names.iter().take(NAMED).copied().collect::<Vec<_>>().join(language.pick("、", ", ")))
    };
    let mut parts = Vec::new();
    if !missing.is_empty() {
        let (count, all) = (missing.len(), form.items.len());
        parts.push(match language {
            Language::Zh => format!("缺 {count}/{all} 题：{}", list(&missing)),
            Language::En => format!("lacks {count} of {all} items: {}", list(&missing)),
        });
    }
    if !unknown.is_empty() && !at_top(grid, plan) {
        // What this reading takes for a header may be a respondent's row: counted, not shown.
        let count = unknown.len();
        parts.push(match language {
            Language::Zh => format!("不认识的列：{count} 列"),
            Language::En => format!("{count} unknown columns"),
        });
    } else if !unknown.is_empty() {
        parts.push(format!("{} {}", language.pick("不认识的列：", "unknown columns:"), list(&unknown)));
    }
    if parts.is_empty() {
        parts.push(language.pick("结构上什么也不缺", "nothing in its structure").to_owned());
    }
    parts.join(language.pick("；", "; "))
}

/// Whether no row above a reading's header could be the header itself.
fn at_top(grid: &Grid, plan: &Plan) -> bool {
    let first = plan.header_rows.first().copied().unwrap_or(0);
    grid.rows.iter().take_while(|row| row.row < first).all(|row| texts(row).len() < 3)
}

fn items_found(sheet: &Sheet<'_>, grid: &Grid, plan: &Plan) -> Vec<ItemId> {
    let words = sheet.context.words(plan.form);
    let mut found: Vec<ItemId> = Vec::new();
    for column in &plan.columns {
        match column.role {
            Role::Answer(item, _) | Role::Tick(item, _, _) | Role::Votes(Some(item), _, _) => found.push(item),
            Role::ItemName => found.extend(below(grid, plan).filter_map(|row| {
                let (item, sure) = words.item(&key(&row.get(column.column).text()))?;
                (sure > Sure::Number).then_some(item)
            })),
            Role::ItemCode => {
                found.extend(below(grid, plan).filter_map(|row| words.by_code(&key(&row.get(column.column).text()))));
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn below<'g>(grid: &'g Grid, plan: &Plan) -> impl Iterator<Item = &'g GridRow> + use<'g> {
    let end = plan.header_end();
    grid.rows.iter().filter(move |row| row.row > end).take(LOOKED)
}

/// The alias line of an item, with those it has already: put between the braces of the item it makes the name known.
pub(super) fn alias_line(aliases: &[String], found: &str) -> String {
    let all: Vec<String> = aliases.iter().map(String::as_str).chain([found]).map(super::layout::quoted).collect();
    format!("aliases = [{}]", all.join(", "))
}

/// The code of the form in whose table an item stands in `scheme.toml`: forms may share items (`items-of`).
pub(super) fn owner<'s>(sheet: &Sheet<'s>, form: &'s Form, code: &str) -> &'s str {
    let scheme = sheet.context.scheme;
    let name = |form: &'s Form| form.items.iter().find(|item| item.code == code).map(|item| item.name.as_str());
    let first = scheme.forms.iter().find(|other| other.items.len() == form.items.len() && name(other) == name(form));
    first.map_or(form.code.as_str(), |form| form.code.as_str())
}

/// Names around a sheet that are nearly the name of a form: offered, never taken.
pub(super) fn near_forms(sheet: &Sheet<'_>, grid: &Grid) -> Vec<Diagnostic> {
    let titles: Vec<String> = grid.rows.iter().take(6).filter(|row| texts(row).len() <= 3).flat_map(texts).collect();
    let words = titles.iter().map(String::as_str).chain([sheet.name.as_str(), sheet.stem()]);
    let mut out: Vec<Diagnostic> = Vec::new();
    for text in words {
        for token in key(text).split(super::context::is_separator).filter(|token| token.chars().count() >= 4) {
            if let Some(found) = near_form(sheet, token)
                && !out.iter().any(|known| known.arg("found") == found.arg("found"))
            {
                out.push(found);
            }
        }
    }
    out
}

fn near_form(sheet: &Sheet<'_>, token: &str) -> Option<Diagnostic> {
    let scheme = sheet.context.scheme;
    // A title says more than the form's name (2026年度…): only its end is compared.
    let tail = |name: &str| {
        let (signs, wanted) = (token.chars().count(), name.chars().count());
        token.chars().skip(signs.saturating_sub(wanted)).collect::<String>()
    };
    let likeness = |form: &Form| {
        let name = key(&form.name);
        let tail = tail(&name);
        (strsim::normalized_levenshtein(&name, &tail), tail)
    };
    let (best, form) = scheme
        .forms
        .iter()
        .map(|form| (likeness(form), form))
        .max_by(|one, other| one.0.0.total_cmp(&other.0.0).then_with(|| other.1.code.cmp(&one.1.code)))?;
    let (like, found) = best;
    (LIKE..1.0).contains(&like).then(|| {
        Diagnostic::new("L170", sheet.place.clone())
            .with("near", &form.name)
            .with("code", &form.code)
            .with("line", alias_line(&form.aliases, &found))
            .with("found", found)
    })
}

/// Headers nobody knows that are nearly an item of the form: offered, never taken.
pub(super) fn near_items(sheet: &Sheet<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let form = sheet.context.scheme.form(plan.form);
    let taken = |item: ItemId| {
        plan.has(|role| match role {
            Role::Answer(known, _) | Role::Tick(known, _, _) | Role::Votes(Some(known), _, _) => known == item,
            _ => false,
        })
    };
    let mut free: Vec<ItemId> = (0..).zip(&form.items).map(|(at, _)| ItemId(at)).filter(|item| !taken(*item)).collect();
    let mut out = Vec::new();
    for column in plan.columns.iter().filter(|column| column.role == Role::Unknown) {
        let best = free
            .iter()
            .flat_map(|item| spellings(&column.header).into_iter().map(move |text| (*item, text)))
            .map(|(item, text)| (likeness(&bare(&form.item(item).name), &bare(&text), NEAR_ITEM), item, text))
            .max_by(|one, other| one.0.total_cmp(&other.0).then_with(|| other.1.cmp(&one.1)));
        let Some((_, item, text)) = best.filter(|(like, ..)| *like >= NEAR_ITEM) else { continue };
        free.retain(|known| *known != item);
        let known = form.item(item);
        out.push(
            Diagnostic::new("L105", sheet.place.at(plan.header_end(), column.column))
                .with("near", &known.name)
                .with("item", super::transcribe::item_name(form, item))
                .with("form", &form.name)
                .with("code", &known.code)
                .with("owner", owner(sheet, form, &known.code))
                .with("line", alias_line(&known.aliases, &text))
                .with("found", text),
        );
    }
    out
}

/// The texts of a header that may name an item: its levels, and what stands before a dash or bracket with an option.
fn spellings(header: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for level in header.split('/') {
        out.push(level.to_owned());
        if let Some((item, _)) = level.rsplit_once(['-', '—', '(', '（']) {
            out.push(item.to_owned());
        }
    }
    out.retain(|text| !text.trim().is_empty());
    out
}

/// A name without number and brackets, for likeness.
pub(super) fn bare(text: &str) -> String {
    let whole = key(text);
    let rest = super::cells::numbering(&whole).map_or(whole.as_str(), |(_, rest)| rest);
    super::cells::without_brackets(rest).to_owned()
}
