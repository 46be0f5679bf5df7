//! From options as written and the tables beside them to the scheme, with every cross-check.

use super::classes::Classes;
use super::findings::Findings;
use super::fingerprint::tally_fingerprint;
use super::forms::{self, DraftForm};
use super::index::{Ground, index};
use super::options::LanguageOption;
use super::options::SubjectsOption;
use super::parse::Parsed;
use super::{amendments, analysis, frame, instrument, persons, roster, rules, sources};
use crate::diagnostic::{Diagnostic, Language};
use crate::survey::{DomainId, Form, Scheme, Table};
use std::collections::BTreeSet;

/// The tables of an assessment folder, as intake read them.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// `units.csv|xlsx`.
    pub units: Table,
    /// `persons.csv|xlsx`.
    pub persons: Option<Table>,
    /// `adjustments.csv|xlsx`.
    pub adjustments: Option<Table>,
    /// `imported.csv|xlsx`.
    pub imported: Option<Table>,
    /// Last year's `scores.csv`, where `[previous]` names one.
    pub previous: Option<Table>,
}

/// What resolving gave: a scheme unless an error was found, and all that was found, in file and line order.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub scheme: Option<Scheme>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Resolves a scheme. `code` is the short name of the assessment (its folder); reports go to `reports/<code>/`.
#[must_use]
pub fn resolve(parsed: &Parsed, tables: &Tables, code: &str) -> Outcome {
    let mut find = Findings::new(&parsed.spots);
    let scheme = build(parsed, tables, code, &mut find);
    let scheme = (!find.failed()).then_some(scheme);
    let mut diagnostics = find.list;
    diagnostics.sort_by(|a, b| (&a.place, &a.code).cmp(&(&b.place, &b.code)));
    diagnostics.dedup();
    Outcome { scheme, diagnostics }
}

fn build(parsed: &Parsed, tables: &Tables, code: &str, find: &mut Findings<'_>) -> Scheme {
    let options = &parsed.options;
    let of_persons = tables.persons.is_some() || options.node.iter().any(|node| node.subjects == Some(SubjectsOption::Persons));
    let levels = frame::levels(options, of_persons, find);
    let domains = frame::domains(options, find);
    let frame = frame::frame(options, levels, domains, &tables.units, find);
    let person_rules = persons::words(options, find);
    let frame = roster::join(options, frame, tables.persons.as_ref(), &person_rules, find);
    let classes = Classes::new(&frame, &person_rules.tiers);
    let scales = instrument::scales(options, find);
    let strata = instrument::strata(options, &classes, find);
    let shelf = forms::Shelf { levels: &frame.levels, domains: &frame.domains, scales: &scales, strata: &strata };
    if options.form.is_empty() && tables.imported.is_none() {
        // Scores of other assessments alone make one too; without forms and without them there is nothing to count.
        find.scheme("S114", "form", &[]);
    }
    let mut drafts: Vec<DraftForm<'_>> = forms::forms(options, &shelf, find);
    let used_domains: BTreeSet<DomainId> = frame.ids().map(|id| frame.subject(id).domain).collect();
    let ground = Ground { options, classes: &classes, used_domains: &used_domains };
    let index = index(&ground, &mut drafts, find);
    let forms: Vec<Form> = drafts.into_iter().map(|draft| draft.form).collect();
    let names = frame::Names::new(&frame);
    let bands = rules::bands(options, find);
    let adjustments =
        amendments::adjustments(tables.adjustments.as_ref(), &names, [&bands, &persons::as_bands(&person_rules)], find);
    let imported = amendments::imported(tables.imported.as_ref(), &names, &index, find);
    sources::check_imported(&index, &imported, options, find);
    let shelf = sources::Shelf { names: &names, forms: &forms, strata: &strata, index: &index };
    let sources = sources::sources(options, &shelf, find);
    let mut rules = rules::rules(options, bands, &frame, &index, find);
    let shelf = persons::Shelf { frame: &frame, index: &index, forms: &forms, scales: &scales, rules: &rules };
    let person_rules = persons::finish(options, person_rules, &shelf, find);
    if !frame.person_ids().any(|_| true) || index.persons.is_some() {
        // The tree and its persons, or neither.
    } else if let Some(table) = &tables.persons {
        find.table("S542", table, None, None, &[]);
    }
    let of_year = |year| tally_fingerprint(year, &frame, &scales, &strata, &forms, &index);
    let tally_fingerprint = of_year(options.year);
    rules.analysis.previous = analysis::previous(options, tables.previous.as_ref(), (&frame, &index), of_year, find);
    let language = match options.language {
        Some(LanguageOption::En) => Language::En,
        _ => Language::Zh,
    };
    Scheme {
        code: code.to_owned(),
        title: options.title.clone(),
        year: options.year,
        language,
        frame,
        scales,
        strata,
        forms,
        index,
        rules,
        persons: person_rules,
        sources,
        adjustments,
        imported,
        tally_fingerprint,
    }
}
