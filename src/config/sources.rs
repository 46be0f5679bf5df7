//! `[[source]]` and `[[pin]]`: what recognition cannot or should not decide, checked against forms, procedures and units.

use super::findings::{Findings, listed, near, refer};
use super::frame::Names;
use super::options::{Options, ShapeOption, SourceOption};
use crate::survey::{Form, FormId, Index, NodeId, NodeKind, Shape, SourceRule, Strata, SubjectId, UnitFrom};

/// What source rules refer to.
pub(super) struct Shelf<'a> {
    pub names: &'a Names<'a>,
    pub forms: &'a [Form],
    pub strata: &'a [Strata],
    pub index: &'a Index,
}

/// Sources, then pins.
pub(super) fn sources(options: &Options, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> Vec<SourceRule> {
    let sources = options.source.iter().enumerate().map(|(n, option)| (format!("source[{n}]"), option));
    let pins = options.pin.iter().enumerate().map(|(n, option)| (format!("pin[{n}]"), option));
    sources.chain(pins).map(|(path, option)| rule(option, &path, shelf, find)).collect()
}

fn rule(option: &SourceOption, path: &str, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> SourceRule {
    let at = |key: &str| format!("{path}.{key}");
    glob(&option.files, &at("files"), find);
    if let Some(sheet) = &option.sheet {
        glob(sheet, &at("sheet"), find);
    }
    if option.unit.is_some() && option.unit_from.is_some() {
        find.scheme("S605", &at("unit-from"), &[]);
    }
    let form = option.form.as_ref().and_then(|code| {
        let position = refer(find, &at("form"), code, shelf.forms.iter().map(|form| form.code.as_str()))?;
        u16::try_from(position).ok().map(FormId)
    });
    SourceRule {
        files: option.files.clone(),
        sheet: option.sheet.clone(),
        form,
        procedure: procedure(option, &at("procedure"), form, shelf, find),
        stratum: option.stratum.as_ref().and_then(|text| stratum(text, &at("stratum"), form, shelf, find)),
        unit: option.unit.as_ref().and_then(|text| subject(text, &at("unit"), false, shelf.names, find)),
        subject: option.subject.as_ref().and_then(|text| subject(text, &at("subject"), true, shelf.names, find)),
        unit_from: option.unit_from.as_ref().and_then(|text| unit_from(text, &at("unit-from"), find)),
        shape: option.shape.map(shape),
        header_row: header_row(option, &at("header-row"), find),
        columns: columns(option, &at("columns"), form, shelf, find),
        ignore: option.ignore.unwrap_or(false),
        count: option.count.unwrap_or(false),
    }
}

fn glob(pattern: &str, path: &str, find: &mut Findings<'_>) {
    if let Err(error) = glob::Pattern::new(pattern) {
        find.scheme("S601", path, &[("found", pattern), ("other", error.msg)]);
    }
}

/// A procedure node; where the form is named too, one that the form feeds (S606).
fn procedure(
    option: &SourceOption,
    path: &str,
    form: Option<FormId>,
    shelf: &Shelf<'_>,
    find: &mut Findings<'_>,
) -> Option<NodeId> {
    let code = option.procedure.as_ref().filter(|_| !shelf.index.nodes.is_empty())?;
    let procedures: Vec<NodeId> = shelf.index.all_procedures().collect();
    let codes = procedures.iter().map(|id| shelf.index.node(*id).code.as_str());
    let id = *procedures.get(refer(find, path, code, codes)?)?;
    if let Some(form) = form.and_then(|form| shelf.forms.get(usize::from(form.0)))
        && !form.procedures.contains(&id)
    {
        let fed = form.procedures.iter().map(|id| shelf.index.node(*id).code.as_str());
        find.scheme("S606", path, &[("found", code), ("form", &form.code), ("expected", &listed(fed))]);
    }
    Some(id)
}

/// A stratum by code, name or alias: of the form's set where the form is named, else of any.
fn stratum(text: &str, path: &str, form: Option<FormId>, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> Option<String> {
    let own = form.and_then(|form| shelf.forms.get(usize::from(form.0))).map(|form| form.strata);
    let sets = shelf.strata.iter().enumerate().filter(|(n, _)| own.is_none_or(|own| own == Some(*n)));
    let members: Vec<_> = sets.flat_map(|(_, set)| &set.members).collect();
    let known =
        members.iter().find(|member| member.code == text || member.name == text || member.aliases.iter().any(|a| a == text));
    if known.is_none() {
        let codes = || members.iter().map(|member| member.code.as_str());
        find.scheme("S110", path, &[("found", text), ("near", near(text, codes())), ("expected", &listed(codes()))]);
    }
    known.map(|member| member.code.clone())
}

/// A unit, or a person where one is wanted.
fn subject(text: &str, path: &str, person: bool, names: &Names<'_>, find: &mut Findings<'_>) -> Option<SubjectId> {
    match names.find(text) {
        Ok(id) if names.frame.person(id).is_some() == person => return Some(id),
        found => {
            let several = found.err().unwrap_or_default();
            let candidates: Vec<&str> = several.iter().map(|id| names.frame.subject(*id).code.as_str()).collect();
            find.scheme("S602", path, &[("found", text), ("near", near(text, names.words())), ("expected", &listed(candidates))]);
        }
    }
    None
}

/// `folder`, `file`, `sheet`, `column:单位`, `cell:B2`.
fn unit_from(text: &str, path: &str, find: &mut Findings<'_>) -> Option<UnitFrom> {
    let (word, rest) = text.split_once([':', '：']).unwrap_or((text, ""));
    let rest = rest.trim();
    let from = match (word.trim(), rest.is_empty()) {
        ("folder", true) => Some(UnitFrom::Folder),
        ("file", true) => Some(UnitFrom::File),
        ("sheet", true) => Some(UnitFrom::Sheet),
        ("column", false) => Some(UnitFrom::Column(rest.to_owned())),
        ("cell", false) => cell(rest).map(|(row, column)| UnitFrom::Cell(row, column)),
        _ => None,
    };
    if from.is_none() {
        find.scheme("S603", path, &[("found", text), ("expected", "folder｜file｜sheet｜column:单位｜cell:B2")]);
    }
    from
}

/// `B2` as 0-based (row, column).
fn cell(text: &str) -> Option<(u32, u32)> {
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(split);
    let row = digits.parse::<u32>().ok()?.checked_sub(1)?;
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        return None;
    }
    let column = letters.bytes().fold(0u32, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    Some((row, column - 1))
}

fn header_row(option: &SourceOption, path: &str, find: &mut Findings<'_>) -> Option<u32> {
    let row = option.header_row?;
    if row == 0 {
        find.scheme("S108", path, &[("found", "0"), ("expected", "≥ 1")]);
    }
    row.checked_sub(1)
}

/// Uses of columns; `item:<code>` must name an item of the form (of any form where none is named).
fn columns(
    option: &SourceOption,
    path: &str,
    form: Option<FormId>,
    shelf: &Shelf<'_>,
    find: &mut Findings<'_>,
) -> Vec<(String, String)> {
    const USES: [&str; 9] = ["ballot", "unit", "subject", "stratum", "procedure", "item", "answer", "count", "ignore"];
    for (header, usage) in &option.columns {
        let path = format!("{path}.{header}");
        let forms = || match form.and_then(|form| shelf.forms.get(usize::from(form.0))) {
            Some(form) => std::slice::from_ref(form),
            None => shelf.forms,
        };
        let items = || forms().iter().flat_map(|form| form.items.iter().map(|item| item.code.as_str()));
        match usage.strip_prefix("item:") {
            Some(code) if !items().any(|item| item == code) => {
                find.scheme("S110", &path, &[("found", code), ("near", near(code, items())), ("expected", &listed(items()))]);
            }
            None if !USES.contains(&usage.as_str()) => {
                let expected = format!("{}｜item:…", USES.join("｜"));
                find.scheme("S604", &path, &[("found", usage), ("near", near(usage, USES)), ("expected", &expected)]);
            }
            _ => {}
        }
    }
    option.columns.iter().map(|(header, usage)| (header.clone(), usage.clone())).collect()
}

fn shape(option: ShapeOption) -> Shape {
    match option {
        ShapeOption::Wide => Shape::Wide,
        ShapeOption::Long => Shape::Long,
        ShapeOption::Matrix => Shape::Matrix,
        ShapeOption::Votes => Shape::Votes,
        ShapeOption::Scores => Shape::Scores,
        ShapeOption::Judges => Shape::Judges,
    }
}

/// Nodes without children and forms take imported scores only; where none is given, that is said (S412).
pub(super) fn check_imported(index: &Index, imported: &[crate::survey::Imported], options: &Options, find: &mut Findings<'_>) {
    for id in index.all_ids() {
        let node = index.node(id);
        let empty = id == Index::ROOT && index.persons.is_some();
        let bare = node.source == crate::survey::NodeSource::Imported && node.kind != NodeKind::Item;
        if bare && !empty && !imported.iter().any(|one| one.node == id) {
            let position = options.node.iter().position(|option| option.code == node.code).unwrap_or(0);
            find.scheme("S412", &format!("node[{position}]"), &[("found", &node.code)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_spreadsheets_write_them() {
        assert_eq!(cell("B2"), Some((1, 1)));
        assert_eq!(cell("aa10"), Some((9, 26)));
        for bad in ["B0", "2B", "B", "7", "AAAA1", "B-1"] {
            assert_eq!(cell(bad), None, "{bad}");
        }
    }
}
