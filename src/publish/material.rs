//! What an edition is made from, and the making of it.

use super::edition::{Edition, EditionError};
use super::table::{TableOut, errors, findings, forensics, persons, results, returns, stability};
use super::{feed, manifest, workbook};
use crate::diagnostic::Diagnostic;
use crate::measure::{Cleared, Scorecard};
use crate::survey::{Scheme, SourceSheet, SubjectId};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Everything an edition is made from.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    pub scheme: &'a Scheme,
    pub cleared: &'a Cleared,
    /// Every sheet of every file, set-aside ones included, in order.
    pub sources: &'a [SourceSheet],
    /// Every diagnostic of the run, in order.
    pub diagnostics: &'a [Diagnostic],
    /// Input files and their SHA-256 in hex, in order.
    pub inputs: &'a [(String, String)],
    /// What the program will return: 0 clean, 1 with findings of severity error.
    pub exit_status: u8,
}

impl<'a> Material<'a> {
    /// Scorecards by subject number.
    pub(super) fn cards(&self) -> Cards<'a> {
        let mut by_subject = vec![None; self.scheme.frame.subjects.len()];
        let all = self.cleared.get();
        for card in all.scorecards.iter().chain(&all.persons.scorecards) {
            if let Some(place) = by_subject.get_mut(card.subject.0 as usize) {
                *place = Some(card);
            }
        }
        Cards { by_subject }
    }
}

/// Scorecards, found by their subject.
pub(super) struct Cards<'a> {
    by_subject: Vec<Option<&'a Scorecard>>,
}

impl<'a> Cards<'a> {
    pub(super) fn of(&self, subject: SubjectId) -> Option<&'a Scorecard> {
        self.by_subject.get(subject.0 as usize).copied().flatten()
    }
}

/// Every CSV table of the edition, in the order of the output list.
#[must_use]
pub fn tables(material: &Material<'_>) -> Vec<TableOut> {
    let makers: [fn(&Material<'_>) -> TableOut; 13] = [
        results::standings,
        results::scores,
        returns::receipts,
        results::quotas,
        returns::ledger,
        returns::diagnostics,
        returns::layouts,
        stability::stability,
        stability::influence,
        findings::findings,
        findings::examined,
        errors::reliability,
        forensics::forensics,
    ];
    let mut tables: Vec<TableOut> = makers.par_iter().map(|make| make(material)).collect();
    if material.scheme.frame.person_ids().next().is_some() {
        tables.insert(1, persons::persons(material));
    }
    tables
}

/// The edition but for what is `written` already (path and hash): the tables as CSV, `results.xlsx`, the `extra` files (charts, page,
/// counts), and `run.json` over all of them.
pub fn edition(
    material: &Material<'_>,
    extra: Vec<(String, Vec<u8>)>,
    written: &BTreeMap<String, String>,
) -> Result<Edition, EditionError> {
    let tables = tables(material);
    let (csvs, book) = rayon::join(
        || tables.par_iter().map(|table| (table.name.clone(), table.csv())).collect::<Vec<_>>(),
        || workbook::results(material, &tables),
    );
    let mut files = csvs;
    files.push(("results.xlsx".to_owned(), book.map_err(|error| EditionError::Workbook(error.to_string()))?));
    files.extend(extra);
    if material.scheme.frame.person_ids().next().is_some() {
        let names = files.iter().map(|(name, _)| name.as_str()).chain(written.keys().map(String::as_str));
        let feed = feed::files(material, &names.collect())?;
        files.extend(feed);
    }
    files.sort_by(|one, other| one.0.cmp(&other.0));
    let run = manifest::run_json(material, &tables, &files, written);
    files.push((manifest::NAME.to_owned(), run.into_bytes()));
    Ok(Edition { files })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::test_fixture::made;
    use crate::survey::MissingChild;

    #[test]
    fn the_same_results_give_the_same_bytes_for_any_number_of_threads() {
        let once = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| {
                let made = made(3, 40, MissingChild::Renormalise);
                edition(&made.material(), vec![("index.html".to_owned(), b"x".to_vec())], &BTreeMap::new()).expect("made")
            })
        };
        let (single, several) = (once(1), once(3));
        for (one, other) in single.files.iter().zip(&several.files) {
            assert!(one == other, "{} differs", one.0);
        }
        let names: Vec<&str> = single.files.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "diagnostics.csv",
            "examined.csv",
            "findings.csv",
            "forensics.csv",
            "index.html",
            "influence.csv",
            "layouts.csv",
            "ledger.csv",
            "quotas.csv",
            "receipts.csv",
            "reliability.csv",
            "results.xlsx",
            "scores.csv",
            "stability.csv",
            "standings.csv",
            "run.json",
        ];
        assert_eq!(names, expected);
        assert_eq!(single, several);
    }

    #[test]
    fn the_manifest_counts_and_names_what_is_there() {
        let made = made(1, 2, MissingChild::Renormalise);
        let edition = edition(&made.material(), Vec::new(), &BTreeMap::new()).expect("made");
        let (_, run) = edition.files.last().expect("a manifest");
        let run: serde_json::Value = serde_json::from_slice(run).expect("JSON");
        assert_eq!(run["program"], "kaoping");
        assert_eq!(run["scheme"]["title"], "2026年度考核");
        assert_eq!(run["ballots"]["valid"], 35);
        assert_eq!(run["read"]["rows_by_fate"]["ballot_valid"], 3);
        assert_eq!(run["results"]["subjects"], 3);
        assert_eq!(run["tables"]["standings.csv"], 3);
        assert_eq!(run["diagnostics"]["error"], 1, "an undocumented code is an error");
        assert_eq!(run["outputs"].as_array().expect("a list").len(), 14);
    }
}
