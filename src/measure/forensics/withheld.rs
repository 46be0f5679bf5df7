//! Flags that are not listed because they would tell of few respondents: how many there are is said, by level.

use super::Forensic;
use crate::diagnostic::{Diagnostic, LIST, Place};
use crate::measure::assessment::{Assessment, Scorecard};
use crate::survey::{LevelId, Scheme, SubjectId};
use std::collections::BTreeMap;

/// With fewer units to which a flag could belong its number is not told.
const FEWEST_UNITS: usize = 3;

/// Flags that too few ballots carry, by level.
pub(super) fn few<'a>(scheme: &Scheme, flags: impl Iterator<Item = &'a Forensic>) -> Vec<(LevelId, Option<u64>)> {
    let mut counts: BTreeMap<LevelId, u64> = BTreeMap::new();
    for flag in flags {
        if let Some(level) = super::level(scheme, flag.unit) {
            *counts.entry(level).or_default() += 1;
        }
    }
    counts.into_iter().map(|(level, count)| (level, Some(count))).collect()
}

/// Adds those that touch hidden cells. Where fewer than three units of a level have any, that flags of theirs are not listed is said
/// whether or not there is one: a number would tell which unit it is.
pub(super) fn add(assessment: &mut Assessment, scheme: &Scheme, gone: &[Forensic]) {
    let mut counts: BTreeMap<LevelId, Option<u64>> = assessment.evidence.forensics_withheld.iter().copied().collect();
    for flag in gone {
        let Some(level) = super::level(scheme, flag.unit) else { continue };
        let count = counts.entry(level).or_insert(Some(0));
        *count = count.map(|count| count + 1);
    }
    for (level, units) in veiled(assessment, scheme) {
        if units < FEWEST_UNITS {
            counts.insert(level, None);
        }
    }
    assessment.evidence.forensics_withheld = counts.into_iter().collect();
}

/// Units with hidden cells, by level; those of persons with them.
fn veiled(assessment: &Assessment, scheme: &Scheme) -> BTreeMap<LevelId, usize> {
    let hidden = |card: &&Scorecard| card.nodes.iter().any(|node| node.hidden || node.cells.iter().any(|cell| cell.hidden));
    let cards = assessment.scorecards.iter().chain(&assessment.persons.scorecards);
    let mut units: BTreeMap<LevelId, std::collections::BTreeSet<SubjectId>> = BTreeMap::new();
    for card in cards.filter(hidden) {
        let unit = scheme.frame.person(card.subject).map_or(card.subject, |person| person.unit);
        if let Some(level) = super::level(scheme, unit) {
            units.entry(level).or_default().insert(unit);
        }
    }
    units.into_iter().map(|(level, units)| (level, units.len())).collect()
}

/// One sentence on all of them.
pub(super) fn notice(assessment: &Assessment, scheme: &Scheme) -> Option<Diagnostic> {
    let name = |level: &LevelId| scheme.frame.level(*level).name.clone();
    let some = scheme.language.pick("有无均不列", "none listed, whether there are any or not");
    let parts: Vec<String> = assessment
        .evidence
        .forensics_withheld
        .iter()
        .map(|(level, count)| format!("{} {}", name(level), count.map_or_else(|| some.to_owned(), |count| count.to_string())))
        .collect();
    let note = Diagnostic::new("M351", Place::default()).with("found", parts.join(LIST)).with("least", scheme.rules.min_cell);
    (!parts.is_empty()).then_some(note)
}
