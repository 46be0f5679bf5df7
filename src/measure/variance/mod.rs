//! How sure every score is (method §6): standard errors and intervals of all nodes, and the reliability of forms.
//!
//! Items of one form are answered on the same ballots, so their covariances count; forms, procedures and members are independent.

mod both;
mod effective;
mod interval;
mod material;
mod node;
mod prior;
mod reliability;
mod sample;
#[cfg(test)]
mod tests;
mod tree;
mod withhold;

pub(super) use withhold::{coarse, of_few, stepped, withhold_from_persons};

use super::assessment::Scorecard;
use super::estimate::{Counts, MeetingVoids};
use super::evidence::Reliability;
use super::plan::Plan;
use super::totals::Totals;
use super::worth::Worths;
use crate::diagnostic::{Diagnostic, Place};
use material::Materials;
use rayon::prelude::*;

/// Fills the errors of every card, of units and of persons; gives the reliability of every form and what is to be said.
pub(super) fn fill(
    plan: &Plan<'_>,
    counts: &Counts<'_>,
    totals: &Totals,
    voids: &MeetingVoids,
    cards: (&mut [Scorecard], &mut [Scorecard]),
) -> (Vec<Reliability>, Vec<Diagnostic>) {
    let worths = Worths::new(plan.scheme);
    let materials = Materials::new(plan, &worths, totals, voids);
    let over = tree::fill(plan, counts, &materials, cards);
    let reliabilities =
        materials.forms.par_iter().filter_map(|form| reliability::reliability(plan.scheme, &materials, form)).collect();
    (reliabilities, notes(plan, &materials, &over))
}

/// Strata with more respondents than people.
pub(super) struct Over {
    pub subject: crate::survey::SubjectId,
    /// Which of the forms of the material.
    pub form: usize,
    pub found: u64,
    pub people: u64,
}

fn notes(plan: &Plan<'_>, materials: &Materials<'_>, over: &[Over]) -> Vec<Diagnostic> {
    let scheme = plan.scheme;
    let mut notes = Vec::new();
    for ((form, procedure), ballots) in &materials.outdated {
        let note = Diagnostic::new("M250", Place::default());
        let (form, procedure) = (&scheme.form(*form).name, &scheme.index.node(*procedure).name);
        notes.push(note.with("form", form).with("procedure", procedure).with("count", ballots));
    }
    for (at, form) in materials.forms.iter().enumerate() {
        let mut found = over.iter().filter(|over| over.form == at);
        let Some(first) = found.next() else { continue };
        let note = Diagnostic::new("M251", Place::default()).with("unit", scheme.frame.path(first.subject));
        let note = note.with("form", &scheme.form(form.form).name).with("found", first.found).with("expected", first.people);
        notes.push(note.with("count", found.count() + 1));
    }
    notes
}
