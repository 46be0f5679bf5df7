//! Weak points 短板 with their evidence, told apart by kind, and funnels (method §7).
//!
//! Everything here follows from scores that may be shown: the scorecards of an assessment, or, after `clear`, those that are left.
//! So nothing that is hidden can be worked out from a median, a share or a probability.

mod bayes;
mod column;
mod drivers;
mod funnel;
mod ground;
mod kinds;
mod median;
mod previous;
mod strata;
#[cfg(test)]
mod tests;

pub use previous::last_year;

use super::assessment::{Assessment, Scorecard};
use super::evidence::{Examined, Funnel, WeakKind, WeakPoint};
use crate::survey::{Scheme, SubjectId};
use column::Column;
use ground::{Ground, Group};
use kinds::{Look, Profiles};
use rayon::prelude::*;

/// What was found.
#[derive(Default)]
struct Diagnosis {
    /// By subject, node and kind.
    pub weak_points: Vec<WeakPoint>,
    /// By subject, in frame order.
    pub examined: Vec<Examined>,
    pub funnels: Vec<Funnel>,
}

/// What one node over one peer group came to.
struct Found {
    weak_points: Vec<WeakPoint>,
    tested: Vec<SubjectId>,
    not_testable: Vec<SubjectId>,
    funnel: Option<Funnel>,
}

/// Fills what an assessment says of weak points from its scorecards as they are now.
pub(super) fn fill(assessment: &mut Assessment, scheme: &Scheme) {
    let Diagnosis { weak_points, examined, funnels } = diagnose(scheme, &assessment.scorecards);
    let evidence = &mut assessment.evidence;
    (evidence.weak_points, evidence.examined, evidence.funnels) = (weak_points, examined, funnels);
}

/// Looks at every procedure, indicator and item of every subject. The cards stand in frame order.
fn diagnose(scheme: &Scheme, cards: &[Scorecard]) -> Diagnosis {
    let ground = Ground::new(scheme, cards);
    let mut out = Diagnosis { examined: vec![Examined::default(); cards.len()], ..Diagnosis::default() };
    for group in ground.groups() {
        for found in of_group(&ground, &group) {
            out.add(found);
        }
    }
    out.weak_points.sort_by_key(|point| (point.subject, point.node, point.kind));
    out
}

fn of_group(ground: &Ground<'_>, group: &Group) -> Vec<Found> {
    let columns: Vec<Column> = ground.nodes().par_iter().map(|node| Column::new(ground, group, *node)).collect();
    let profiles = Profiles::new(ground, group, &columns);
    let look = |(at, column)| Look { ground, columns: &columns, profiles: &profiles, at, column };
    columns.par_iter().enumerate().map(|pair| of_column(&look(pair), group)).collect()
}

fn of_column(look: &Look<'_>, group: &Group) -> Found {
    let mut weak_points = look.all();
    weak_points.extend(strata::disagreements(look.ground, group, look.column));
    let (tested, not_testable) = look.tested();
    Found { weak_points, tested, not_testable, funnel: funnel::funnel(look.ground, group, look.column) }
}

impl Diagnosis {
    fn add(&mut self, found: Found) {
        for subject in found.tested {
            self.count(subject, |examined| examined.tested += 1);
        }
        for subject in found.not_testable {
            self.count(subject, |examined| examined.not_testable += 1);
        }
        for point in found.weak_points.iter().filter(|point| point.kind == WeakKind::BelowPeers) {
            self.count(point.subject, |examined| examined.flagged += 1);
        }
        self.weak_points.extend(found.weak_points);
        self.funnels.extend(found.funnel);
    }

    fn count(&mut self, subject: SubjectId, add: impl FnOnce(&mut Examined)) {
        if let Some(examined) = self.examined.get_mut(subject.0 as usize) {
            add(examined);
        }
    }
}
