//! Forms 表 and their items 题目, with the policies of each form.

use super::findings::{Findings, refer, unique};
use super::instrument::same_texts;
use super::options::{AnswerOption, FormKindOption, FormOption, ItemOption, Options};
use super::policies;
use super::weights::domain_position;
use crate::numeric::int;
use crate::survey::{AnswerKind, Domain, DomainId, Form, FormKind, Item, Level, LevelId, Scale, Strata};
use num_traits::Zero;

/// A form being resolved: the form, and its items as written (which indicators and weights they name).
#[derive(Debug)]
pub(super) struct DraftForm<'a> {
    pub form: Form,
    /// (path in the scheme, item as written), one per item of the form.
    pub items: Vec<(String, &'a ItemOption)>,
    pub path: String,
}

/// What forms refer to.
pub(super) struct Shelf<'a> {
    pub levels: &'a [Level],
    pub domains: &'a [Domain],
    pub scales: &'a [Scale],
    pub strata: &'a [Strata],
}

/// The forms, in scheme order; their procedures are filled by the index.
pub(super) fn forms<'a>(options: &'a Options, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> Vec<DraftForm<'a>> {
    let at = |n: usize| format!("form[{n}]");
    unique(find, options.form.iter().enumerate().map(|(n, form)| (format!("{}.code", at(n)), form.code.as_str())));
    let names = options.form.iter().enumerate();
    same_texts(find, "S319", names.map(|(n, form)| (format!("{}.name", at(n)), form.name.as_str(), form.aliases.as_slice())));
    options.form.iter().enumerate().map(|(n, option)| form(options, option, at(n), shelf, find)).collect()
}

fn form<'a>(
    options: &'a Options,
    option: &'a FormOption,
    path: String,
    shelf: &Shelf<'_>,
    find: &mut Findings<'_>,
) -> DraftForm<'a> {
    let written = written_items(options, option, &path, find);
    let kind = match option.kind {
        None | Some(FormKindOption::Ballot) => FormKind::Ballot,
        Some(FormKindOption::Assessed) => FormKind::Assessed,
        Some(FormKindOption::SelfRated) => FormKind::SelfRated,
    };
    let own_scale = scale_of(find, &format!("{path}.scale"), option.scale.as_deref(), shelf);
    let items: Vec<Item> = written.iter().map(|(at, written)| item(option, kind, own_scale, written, at, shelf, find)).collect();
    let strata = option
        .strata
        .as_ref()
        .and_then(|code| refer(find, &format!("{path}.strata"), code, shelf.strata.iter().map(|strata| strata.code.as_str())));
    let missing = format!("{path}.missing-stratum");
    let set = strata.and_then(|set| shelf.strata.get(set));
    let scored = items.iter().any(|item| item.answer == AnswerKind::Score);
    let chosen = items.iter().any(|item| item.answer != AnswerKind::Score);
    policies::pointless(find, &path, option, scored, chosen);
    let form = Form {
        code: option.code.clone(),
        name: option.name.clone(),
        aliases: option.aliases.clone(),
        kind,
        items,
        strata,
        procedures: Vec::new(),
        abstain: policies::abstain(find, &format!("{path}.abstain"), option.abstain.as_ref()),
        missing_stratum: policies::missing_stratum(find, &missing, option.missing_stratum.as_ref(), set),
        trim: policies::trim(find, &format!("{path}.trim"), option.trim.as_ref()),
        screening: policies::screening(find, &format!("{path}.screening"), &option.screening),
        meeting: policies::meeting(find, &format!("{path}.meeting"), &option.meeting),
        due_levels: due_levels(find, &path, option, shelf.levels),
        due_domains: due_domains(find, &path, option, shelf.domains),
        persons: false,
    };
    DraftForm { form, items: written, path }
}

/// The items of a form: its own, or those of the form that `items-of` names.
fn written_items<'a>(
    options: &'a Options,
    option: &'a FormOption,
    path: &str,
    find: &mut Findings<'_>,
) -> Vec<(String, &'a ItemOption)> {
    let at = |form: &str, n: usize| format!("{form}.items[{n}]");
    let Some(target) = &option.items_of else {
        if option.items.is_empty() {
            find.scheme("S313", path, &[("found", &option.code)]);
        }
        let entries = || option.items.iter().enumerate();
        unique(find, entries().map(|(n, item)| (format!("{}.code", at(path, n)), item.code.as_str())));
        let texts = entries().map(|(n, item)| (format!("{}.name", at(path, n)), item.name.as_str(), item.aliases.as_slice()));
        same_texts(find, "S304", texts);
        return entries().map(|(n, item)| (at(path, n), item)).collect();
    };
    let key = format!("{path}.items-of");
    let codes = options.form.iter().map(|form| form.code.as_str());
    let Some(position) = refer(find, &key, target, codes) else { return Vec::new() };
    let source = options.form.get(position).filter(|source| source.items_of.is_none() && option.items.is_empty());
    let Some(source) = source else {
        find.scheme("S311", &key, &[("found", target)]);
        return Vec::new();
    };
    source.items.iter().enumerate().map(|(n, item)| (at(&format!("form[{position}]"), n), item)).collect()
}

fn scale_of(find: &mut Findings<'_>, path: &str, code: Option<&str>, shelf: &Shelf<'_>) -> Option<usize> {
    code.and_then(|code| refer(find, path, code, shelf.scales.iter().map(|scale| scale.code.as_str())))
}

fn item(
    form: &FormOption,
    kind: FormKind,
    form_scale: Option<usize>,
    option: &ItemOption,
    path: &str,
    shelf: &Shelf<'_>,
    find: &mut Findings<'_>,
) -> Item {
    let item_scale = scale_of(find, &format!("{path}.scale"), option.scale.as_deref(), shelf);
    let answer = answer_of(form, kind, option);
    let answer = match answer {
        AnswerOption::Score => AnswerKind::Score,
        AnswerOption::Option => {
            if form.scale.is_none() && option.scale.is_none() {
                find.scheme("S305", path, &[("found", &option.name)]);
            }
            AnswerKind::Choice { scale: item_scale.or(form_scale).unwrap_or(0) }
        }
    };
    let full = option.full.as_ref().map(|full| policies::at_least_0(find, &format!("{path}.full"), full));
    if answer == AnswerKind::Score && full.as_ref().is_some_and(Zero::is_zero) {
        find.scheme("S108", &format!("{path}.full"), &[("found", "0"), ("expected", "> 0")]);
    }
    if answer != AnswerKind::Score && full.is_some() {
        find.scheme("S320", &format!("{path}.full"), &[("found", &option.name)]);
    }
    if answer == AnswerKind::Score && full.is_none() && kind != FormKind::Ballot {
        find.scheme("S306", path, &[("found", &option.name)]);
    }
    let full = if answer == AnswerKind::Score { full.unwrap_or_else(|| int(100)) } else { int(100) };
    Item { code: option.code.clone(), name: option.name.clone(), aliases: option.aliases.clone(), answer, full }
}

/// The item's own word, else its scale, else the form's word, else the form's scale, else by kind: score sheets hold points.
fn answer_of(form: &FormOption, kind: FormKind, item: &ItemOption) -> AnswerOption {
    let by_scale = |scale: &Option<String>| scale.as_ref().map(|_| AnswerOption::Option);
    let by_kind = if kind == FormKind::Ballot { AnswerOption::Option } else { AnswerOption::Score };
    item.answer.or_else(|| by_scale(&item.scale)).or(form.answer).or_else(|| by_scale(&form.scale)).unwrap_or(by_kind)
}

fn due_levels(find: &mut Findings<'_>, path: &str, option: &FormOption, levels: &[Level]) -> Vec<LevelId> {
    let found = option.due_levels.iter().enumerate().filter_map(|(n, text)| {
        let by_name = levels.iter().position(|level| level.name == *text);
        let codes = levels.iter().map(|level| level.code.as_str());
        let known = by_name.or_else(|| refer(find, &format!("{path}.due-levels[{n}]"), text, codes));
        if known.and_then(|position| levels.get(position)).is_some_and(|level| level.persons) {
            find.scheme("S541", &format!("{path}.due-levels[{n}]"), &[("found", text)]);
        }
        known.and_then(|position| u8::try_from(position).ok()).map(LevelId)
    });
    found.collect()
}

fn due_domains(find: &mut Findings<'_>, path: &str, option: &FormOption, domains: &[Domain]) -> Vec<DomainId> {
    let found = option.due_domains.iter().enumerate().filter_map(|(n, text)| {
        let codes = domains.iter().skip(1).map(|domain| domain.code.as_str());
        let known = domain_position(domains, text)
            .or_else(|| refer(find, &format!("{path}.due-domains[{n}]"), text, codes).map(|at| at + 1));
        known.and_then(|position| u16::try_from(position).ok()).map(DomainId)
    });
    found.collect()
}
