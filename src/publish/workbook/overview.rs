//! The first sheet: what was assessed, what counted, the rules in short, and where everything is.

use super::page::{Page, Styles};
use super::{Entry, link_to};
use crate::diagnostic::Language;
use crate::numeric::{Ratio, exact_text, int};
use crate::publish::manifest;
use crate::publish::material::Material;
use crate::publish::table::results::{parts, share};
use crate::publish::words::{self, overview as first, workbook as said};
use crate::survey::{DomainId, Scheme};
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::BTreeSet;

/// The sheet; `entries` are all sheets, itself the first.
pub(super) fn sheet(material: &Material<'_>, styles: &Styles, entries: &[Entry]) -> Result<Worksheet, XlsxError> {
    let (scheme, language) = (material.scheme, material.scheme.language);
    let name = entries.first().map_or("", |entry| entry.name.as_str());
    let mut page = Page::new(name, styles)?;
    page.heading(&scheme.title, said::OVERVIEW_NOTE.said(language))?;
    let mut row = links(&mut page, 3, entries, language)?;
    row = facts(&mut page, row + 1, material)?;
    row = weights(&mut page, row + 1, scheme)?;
    rules(&mut page, row + 1, scheme)?;
    page.finish_plain()
}

fn links(page: &mut Page<'_>, mut row: u32, entries: &[Entry], language: Language) -> Result<u32, XlsxError> {
    let styles = page.styles;
    page.text(row, 0, said::SHEETS.said(language), &styles.label)?;
    for entry in entries.iter().skip(1) {
        row += 1;
        page.text(row, 0, &entry.name, &styles.link)?;
        page.sheet.write_url_with_options(row, 0, link_to(&entry.name).as_str(), &entry.name, "", Some(&styles.link))?;
        page.sheet.write_string_with_format(row, 1, &entry.about, &styles.note)?;
    }
    Ok(row + 1)
}

/// What counted: one line each.
fn facts(page: &mut Page<'_>, mut row: u32, material: &Material<'_>) -> Result<u32, XlsxError> {
    let (styles, language) = (page.styles, material.scheme.language);
    page.text(row, 0, said::COUNTED.said(language), &styles.label)?;
    for (label, value) in first::counted(&counted(material), language) {
        row += 1;
        page.text(row, 0, label, &styles.text)?;
        page.sheet.write_string_with_format(row, 1, &value, &styles.note)?;
    }
    Ok(row + 1)
}

fn counted(material: &Material<'_>) -> first::Counted {
    let standings = &material.cleared.get().standings;
    let files = material.sources.iter().map(|source| &source.file).collect::<BTreeSet<_>>().len();
    let read = material.sources.iter().filter(|source| source.ledger.status == "read").count();
    let (ballots, found) = (manifest::ballots(material), manifest::diagnostics(material));
    first::Counted {
        subjects: [standings.len(), standings.iter().filter(|standing| standing.rank.is_some()).count()],
        returns: [files, material.sources.len(), read],
        balanced: material.sources.iter().all(|source| source.ledger.balances()),
        ballots: ["valid", "partial", "blank", "void", "duplicate"].map(|name| ballots.get(name).copied().unwrap_or(0)),
        findings: ["error", "warning", "note"].map(|name| found.get(name).copied().unwrap_or(0)),
        hidden: [material.cleared.hidden_small, material.cleared.hidden_complementary],
    }
}

/// Weights of the procedures by domain.
fn weights(page: &mut Page<'_>, mut row: u32, scheme: &Scheme) -> Result<u32, XlsxError> {
    let (styles, language) = (page.styles, scheme.language);
    page.text(row, 0, said::PROCEDURE_WEIGHTS.said(language), &styles.label)?;
    row += 1;
    page.text(row, 0, words::column("domain", language), &styles.head)?;
    for (column, id) in (1u16..).zip(parts(&scheme.index)) {
        page.text(row, column, &scheme.index.node(*id).name, &styles.head)?;
    }
    let used: BTreeSet<DomainId> = scheme.frame.subjects.iter().map(|subject| subject.domain).collect();
    for domain in used {
        row += 1;
        let name = &scheme.frame.domain(domain).name;
        page.text(row, 0, if name.is_empty() { said::NO_DOMAIN.said(language) } else { name }, &styles.text)?;
        let given: Vec<&Ratio> =
            parts(&scheme.index).iter().filter_map(|id| scheme.index.node(*id).weights.get(domain.0 as usize)).collect();
        for (column, weight) in (1u16..).zip(&given) {
            page.text(row, column, &exact_text(weight), &styles.centred)?;
        }
    }
    Ok(row + 1)
}

fn rules(page: &mut Page<'_>, mut row: u32, scheme: &Scheme) -> Result<u32, XlsxError> {
    let (styles, language) = (page.styles, scheme.language);
    page.text(row, 0, said::RULES.said(language), &styles.label)?;
    for (label, value) in rule_lines(scheme) {
        row += 1;
        page.text(row, 0, label, &styles.text)?;
        page.sheet.write_string_with_format(row, 1, &value, &styles.note)?;
    }
    Ok(row + 1)
}

fn rule_lines(scheme: &Scheme) -> Vec<(&'static str, String)> {
    let (language, rules) = (scheme.language, &scheme.rules);
    let bands: Vec<String> = rules
        .bands
        .iter()
        .map(|band| match &band.from {
            Some(from) => format!("{} {from}", band.name),
            None => format!("{} {}", band.name, first::BELOW.said(language)),
        })
        .collect();
    let quotas: Vec<String> = rules
        .quotas
        .iter()
        .map(|quota| {
            let name = rules.bands.get(quota.band).map_or("", |band| band.name.as_str());
            format!("{name} ≤ {}%", share(&(&quota.share * int(100))))
        })
        .collect();
    let missing = scheme.index.nodes.first().map_or(String::new(), |root| words::missing_child(&root.missing, language));
    let rollup =
        rules.rollup.map_or_else(|| first::ROLLUP_BY_NEED.said(language), |method| words::rollup_method(method, language));
    let and = words::between_parts(language);
    let texts = [
        bands.join(and),
        quotas.join(and),
        missing,
        first::rounding(rules.places, language),
        rollup.to_owned(),
        first::min_cell(rules.min_cell, language),
    ];
    first::RULES.map(|label| label.said(language)).into_iter().zip(texts).collect()
}
