//! What a look at the ballots as such brought up: `forensics.csv`.

use super::TableOut;
use crate::measure::Forensic;
use crate::numeric::round_float;
use crate::publish::material::Material;
use crate::publish::words;
use crate::survey::{LevelId, Scheme};

const FORENSICS: [&str; 11] =
    ["unit", "name", "subject", "form", "procedure", "stratum", "kind", "count", "of", "expected", "probability"];

/// `forensics.csv`: flags on ballots with their evidence; a flag is no verdict and took nothing out.
pub(in crate::publish) fn forensics(material: &Material<'_>) -> TableOut {
    let mut table = TableOut::new("forensics.csv", FORENSICS.iter().map(ToString::to_string).collect());
    for flag in &material.cleared.get().evidence.forensics {
        row(&mut table, material.scheme, flag);
    }
    for (level, count) in &material.cleared.get().evidence.forensics_withheld {
        withheld(&mut table, material.scheme, *level, *count);
    }
    table
}

/// A row for the flags of one level that are not listed; without a number where that would tell whose they are.
fn withheld(table: &mut TableOut, scheme: &Scheme, level: LevelId, count: Option<u64>) {
    table.text("").text(&scheme.frame.level(level).name).text("").text("").text("").text("");
    table.text(words::tables::flags_withheld(scheme.language));
    table.maybe(count).none().none().none();
}

fn row(table: &mut TableOut, scheme: &Scheme, flag: &Forensic) {
    let unit = scheme.frame.subject(flag.unit);
    let form = scheme.form(flag.form);
    let stratum = scheme.strata_of(form).map_or("", |strata| strata.member(flag.stratum).name.as_str());
    let subject = if flag.subject == flag.unit { "" } else { scheme.frame.subject(flag.subject).code.as_str() };
    table
        .text(&unit.code)
        .text(&unit.name)
        .text(subject)
        .text(&form.name)
        .text(&scheme.index.node(flag.procedure).name)
        .text(stratum);
    table.text(words::forensic_kind(flag.kind, scheme.language)).number(flag.count).number(flag.of);
    table.maybe(round_float(flag.expected, 1)).maybe(round_float(flag.probability, 6));
}
