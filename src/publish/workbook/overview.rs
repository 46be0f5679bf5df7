//! The first sheet: what was assessed, what counted, the rules in short, and where everything is.

use super::page::{Page, Styles};
use super::{Entry, comma, link_to};
use crate::diagnostic::Language;
use crate::numeric::{Ratio, exact_text, int};
use crate::publish::manifest;
use crate::publish::material::Material;
use crate::publish::table::results::{parts, share};
use crate::publish::words;
use crate::survey::{DomainId, Scheme};
use rust_xlsxwriter::{Worksheet, XlsxError};
use std::collections::BTreeSet;

/// The sheet; `entries` are all sheets, itself the first.
pub(super) fn sheet(material: &Material<'_>, styles: &Styles, entries: &[Entry]) -> Result<Worksheet, XlsxError> {
    let (scheme, language) = (material.scheme, material.scheme.language);
    let name = entries.first().map_or("", |entry| entry.name.as_str());
    let mut page = Page::new(name, styles)?;
    let note = language.pick(
        "等次均为建议等次，供组织研究决定。本表由程序按考核方案测算，每个数可在“环节”中重算。",
        "All grades are suggestions for the organisation to decide. Every total can be recomputed on the sheet “Procedures”.",
    );
    page.heading(&scheme.title, note)?;
    let mut row = links(&mut page, 3, entries, language)?;
    row = facts(&mut page, row + 1, material)?;
    row = weights(&mut page, row + 1, scheme)?;
    rules(&mut page, row + 1, scheme)?;
    page.finish_plain()
}

fn links(page: &mut Page<'_>, mut row: u32, entries: &[Entry], language: Language) -> Result<u32, XlsxError> {
    let styles = page.styles;
    page.text(row, 0, language.pick("各表", "Sheets"), &styles.label)?;
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
    page.text(row, 0, language.pick("计入了什么", "What counted"), &styles.label)?;
    for (label, value) in lines(material) {
        row += 1;
        page.text(row, 0, &label, &styles.text)?;
        page.sheet.write_string_with_format(row, 1, &value, &styles.note)?;
    }
    Ok(row + 1)
}

fn lines(material: &Material<'_>) -> Vec<(String, String)> {
    let language = material.scheme.language;
    let standings = &material.cleared.get().standings;
    let ranked = standings.iter().filter(|standing| standing.rank.is_some()).count();
    let files = material.sources.iter().map(|source| &source.file).collect::<BTreeSet<_>>().len();
    let read = material.sources.iter().filter(|source| source.ledger.status == "read").count();
    let balanced = material.sources.iter().all(|source| source.ledger.balances());
    let ballots = manifest::ballots(material);
    let counted = |name: &str| ballots.get(name).copied().unwrap_or(0);
    let found = manifest::diagnostics(material);
    let hidden = (material.cleared.hidden_small, material.cleared.hidden_complementary);
    let severity = |name: &str| found.get(name).copied().unwrap_or(0);
    let (sheets, set_aside) = (material.sources.len(), material.sources.len() - read);
    let (valid, partial, blank) = (counted("valid"), counted("partial"), counted("blank"));
    let (void, duplicate) = (counted("void"), counted("duplicate"));
    let (errors, warnings, notes) = (severity("error"), severity("warning"), severity("note"));
    let (small, complementary) = hidden;
    let all = standings.len();
    match language {
        Language::Zh => vec![
            ("对象".to_owned(), format!("{all} 个，其中有名次 {ranked} 个")),
            ("来件".to_owned(), format!("{files} 个文件、{sheets} 张表，计入 {read} 张，未计入 {set_aside} 张（见台账）")),
            ("台账".to_owned(), if balanced { "每张表的行数收支相抵" } else { "有表的行数不平，见台账“平账”列" }.to_owned()),
            ("票数".to_owned(), format!("有效 {valid}，部分 {partial}，空白 {blank}，废票 {void}，重复 {duplicate}")),
            ("问题".to_owned(), format!("错误 {errors}，警告 {warnings}，提示 {notes}（见诊断）")),
            ("隐去".to_owned(), format!("作答人数过少 {small} 格，为防倒推另隐 {complementary} 格")),
        ],
        Language::En => vec![
            ("Subjects".to_owned(), format!("{all}, of which ranked {ranked}")),
            ("Returns".to_owned(), format!("{files} files, {sheets} sheets: {read} counted, {set_aside} not (see the ledger)")),
            (
                "Ledger".to_owned(),
                if balanced { "the rows of every sheet balance" } else { "some sheet does not balance: see the ledger" }
                    .to_owned(),
            ),
            (
                "Ballots".to_owned(),
                format!("valid {valid}, partial {partial}, blank {blank}, void {void}, duplicate {duplicate}"),
            ),
            ("Findings".to_owned(), format!("{errors} errors, {warnings} warnings, {notes} notes")),
            ("Hidden".to_owned(), format!("{small} cells with too few respondents, {complementary} more to protect them")),
        ],
    }
}

/// Weights of the procedures by domain.
fn weights(page: &mut Page<'_>, mut row: u32, scheme: &Scheme) -> Result<u32, XlsxError> {
    let (styles, language) = (page.styles, scheme.language);
    page.text(row, 0, language.pick("环节权重", "Weights"), &styles.label)?;
    row += 1;
    page.text(row, 0, words::column("domain", language), &styles.head)?;
    for (column, id) in (1u16..).zip(parts(&scheme.index)) {
        page.text(row, column, &scheme.index.node(*id).name, &styles.head)?;
    }
    let used: BTreeSet<DomainId> = scheme.frame.subjects.iter().map(|subject| subject.domain).collect();
    for domain in used {
        row += 1;
        let name = &scheme.frame.domain(domain).name;
        page.text(row, 0, if name.is_empty() { language.pick("（不分领域）", "(none)") } else { name }, &styles.text)?;
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
    page.text(row, 0, language.pick("主要规则", "Rules"), &styles.label)?;
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
            None => format!("{} {}", band.name, language.pick("其余", "below")),
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
    let rounding = match language {
        Language::Zh => format!("公布 {} 位小数，四舍五入一次", rules.places),
        Language::En => format!("published with {} places, rounded half-up once", rules.places),
    };
    let rollup = rules.rollup.map_or_else(
        || {
            language
                .pick(
                    "人数齐全时按人数加权，否则简单平均；每个指标分别由成员精确分汇总",
                    "headcount-weighted where every member has one, else simple; every node from its members' exact scores",
                )
                .to_owned()
        },
        |method| words::rollup_method(method, language).to_owned(),
    );
    let min_cell = match language {
        Language::Zh => format!("作答不足 {} 人的格隐去", rules.min_cell),
        Language::En => format!("cells with fewer than {} respondents are hidden", rules.min_cell),
    };
    vec![
        (language.pick("等次", "Grades"), bands.join(comma(language))),
        (language.pick("名额", "Quotas"), quotas.join(comma(language))),
        (language.pick("缺环节", "Missing procedure"), missing),
        (language.pick("取整", "Rounding"), rounding),
        (language.pick("向上汇总", "Roll-up"), rollup),
        (language.pick("隐去", "Hidden"), min_cell),
    ]
}
