//! From options as written and the tables beside them to the scheme, with every cross-check.

use super::findings::Findings;
use super::fingerprint::tally_fingerprint;
use super::forms::{self, DraftForm};
use super::index::{Ground, index};
use super::options::LanguageOption;
use super::parse::Parsed;
use super::{amendments, analysis, frame, instrument, rules, sources};
use crate::diagnostic::{Diagnostic, Language};
use crate::survey::{DomainId, Form, Scheme, Table};
use std::collections::BTreeSet;

/// The tables of an assessment folder, as intake read them.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// `units.csv|xlsx`.
    pub units: Table,
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
    let levels = frame::levels(options, find);
    let domains = frame::domains(options, find);
    let frame = frame::frame(options, levels, domains, &tables.units, find);
    let scales = instrument::scales(options, find);
    let strata = instrument::strata(options, &frame.domains, find);
    let shelf = forms::Shelf { levels: &frame.levels, domains: &frame.domains, scales: &scales, strata: &strata };
    if options.form.is_empty() && tables.imported.is_none() {
        // Scores of other assessments alone make one too; without forms and without them there is nothing to count.
        find.scheme("S114", "form", &[]);
    }
    let mut drafts: Vec<DraftForm<'_>> = forms::forms(options, &shelf, find);
    let used_domains: BTreeSet<DomainId> = frame.subjects.iter().map(|subject| subject.domain).collect();
    let ground = Ground { options, domains: &frame.domains, used_domains: &used_domains };
    let index = index(&ground, &mut drafts, find);
    let forms: Vec<Form> = drafts.into_iter().map(|draft| draft.form).collect();
    let names = frame::Names::new(&frame);
    let bands = rules::bands(options, find);
    let adjustments = amendments::adjustments(tables.adjustments.as_ref(), &names, &bands, find);
    let imported = amendments::imported(tables.imported.as_ref(), &names, &index, find);
    sources::check_imported(&index, &imported, options, find);
    let shelf = sources::Shelf { names: &names, forms: &forms, strata: &strata, index: &index };
    let sources = sources::sources(options, &shelf, find);
    let mut rules = rules::rules(options, bands, &frame, &index, find);
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
        sources,
        adjustments,
        imported,
        tally_fingerprint,
    }
}
