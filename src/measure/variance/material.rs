//! What errors are worked out from: per subject and form the counts, the co-moments that fit, and the people there are.

use super::sample::{Stratum, stratum};
use crate::measure::cell::Valuation;
use crate::measure::estimate::{Counts, Filter, MeetingVoids, SubjectCounts};
use crate::measure::plan::Plan;
use crate::measure::totals::{SubjectBallots, Totals};
use crate::measure::worth::{Comoments, FormWorth, Worths};
use crate::survey::{Answer, FormId, FormKind, ItemId, NodeId, StratumId, SubjectId, Trim};
use std::collections::{BTreeMap, BTreeSet};

/// A ballot form as it feeds one procedure.
pub(super) struct FormMaterial<'a> {
    pub procedure: NodeId,
    pub form: FormId,
    pub worth: &'a FormWorth,
    pub trim: &'a Trim,
    /// By item; `None` where no node takes it.
    pub valuations: Vec<Option<&'a Valuation>>,
    /// Strata of the form; 1 where it has none.
    pub strata: usize,
}

/// The answers of one stratum to one form about one subject (or about several, pooled).
#[derive(Default)]
pub(super) struct Group<'a> {
    answers: Vec<Vec<(Answer, u64)>>,
    pub comoments: Vec<&'a Comoments>,
    /// Ballots that count.
    pub ballots: u64,
    /// People there are; `None`: not known.
    pub size: Option<u64>,
}

impl Group<'_> {
    pub(super) fn answers(&self, item: usize) -> &[(Answer, u64)] {
        self.answers.get(item).map_or(&[], Vec::as_slice)
    }
}

/// The sample of one form: by stratum, `None` where nobody answered.
pub(super) type Sample = Vec<Option<Stratum>>;

pub(super) struct Materials<'a> {
    plan: &'a Plan<'a>,
    pub forms: Vec<FormMaterial<'a>>,
    /// Which of `forms` an item node belongs to, and its item.
    pub leaves: BTreeMap<NodeId, (usize, usize)>,
    comoments: Vec<Vec<&'a Comoments>>,
    ballots: Vec<Vec<&'a SubjectBallots>>,
    /// Forms whose co-moments were made with values of another shape, and of how many ballots.
    pub outdated: BTreeMap<(FormId, NodeId), u64>,
}

impl<'a> Materials<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, worths: &'a Worths, totals: &'a Totals, voids: &MeetingVoids) -> Self {
        let subjects = plan.scheme.frame.subjects.len();
        let mut out = Self {
            plan,
            forms: Vec::new(),
            leaves: BTreeMap::new(),
            comoments: vec![Vec::new(); subjects],
            ballots: vec![Vec::new(); subjects],
            outdated: BTreeMap::new(),
        };
        out.take_forms(worths);
        for comoments in &totals.comoments {
            let key = (comoments.form, comoments.procedure);
            if voids.contains(&(comoments.unit, comoments.form, comoments.procedure)) {
                continue;
            }
            if worths.of(key.0, key.1).is_none_or(|worth| worth.fingerprint != comoments.worth) {
                *out.outdated.entry(key).or_default() += comoments.n;
            } else if let Some(list) = out.comoments.get_mut(comoments.subject.0 as usize) {
                list.push(comoments);
            }
        }
        for ballots in totals.ballots.iter().filter(|row| !voids.contains(&(row.unit, row.form, row.procedure))) {
            if let Some(list) = out.ballots.get_mut(ballots.subject.0 as usize) {
                list.push(ballots);
            }
        }
        out
    }

    fn take_forms(&mut self, worths: &'a Worths) {
        let plan = self.plan;
        for leaf in plan.leaves.iter().filter(|leaf| plan.scheme.form(leaf.form).kind == FormKind::Ballot) {
            let known = self.forms.iter().position(|form| form.form == leaf.form && form.procedure == leaf.procedure);
            let at = known.unwrap_or(self.forms.len());
            if known.is_none() {
                let Some(worth) = worths.of(leaf.form, leaf.procedure) else { continue };
                let form = plan.scheme.form(leaf.form);
                self.forms.push(FormMaterial {
                    procedure: leaf.procedure,
                    form: leaf.form,
                    worth,
                    trim: &form.trim,
                    valuations: vec![None; form.items.len()],
                    strata: plan.scheme.strata_of(form).map_or(1, |strata| strata.members.len()),
                });
            }
            let item = usize::from(leaf.item.0);
            if let Some(slot) = self.forms.get_mut(at).and_then(|form| form.valuations.get_mut(item)) {
                *slot = Some(&leaf.valuation);
            }
            self.leaves.insert(leaf.node, (at, item));
        }
    }

    /// All co-moments of one form that fit, subject after subject.
    pub(super) fn comoments_of(&self, form: FormId, procedure: NodeId) -> impl Iterator<Item = &'a Comoments> + '_ {
        let all = self.comoments.iter().flatten().copied();
        all.filter(move |comoments| comoments.form == form && comoments.procedure == procedure)
    }

    /// The samples of every form, of one subject or of several pooled.
    pub(super) fn samples(&self, counts: &Counts<'_>, subjects: &[SubjectId]) -> Vec<Sample> {
        let counts = counts.of(subjects, Filter::Counted);
        self.forms.iter().map(|form| self.sample(form, &counts, subjects)).collect()
    }

    fn sample(&self, form: &FormMaterial<'_>, counts: &SubjectCounts<'_>, subjects: &[SubjectId]) -> Sample {
        let mut groups: Vec<Group<'_>> = (0..form.strata).map(|_| Group::default()).collect();
        let mut raters: Vec<Raters> = vec![Raters::default(); form.strata];
        let one = self.plan.scheme.form(form.form).strata.is_none();
        let place = |stratum: StratumId| if one { 0 } else { usize::from(stratum.0) };
        let items = form.valuations.len();
        for (item, number) in (0..items).zip(0u16..) {
            for row in counts.item((form.procedure, form.form, ItemId(number))) {
                let Some(group) = groups.get_mut(place(row.stratum)) else { continue };
                group.answers.resize(items, Vec::new());
                group.answers[item].push((row.answer, row.count));
                raters[place(row.stratum)].note(row.subject, row.unit);
            }
        }
        let fits = |wanted: (FormId, NodeId)| wanted == (form.form, form.procedure);
        for subject in subjects.iter().map(|subject| subject.0 as usize) {
            for comoments in self.comoments[subject].iter().filter(|row| fits((row.form, row.procedure))) {
                if let Some(group) = groups.get_mut(place(comoments.stratum)) {
                    group.comoments.push(comoments);
                }
            }
            for row in self.ballots[subject].iter().filter(|row| fits((row.form, row.procedure))) {
                if let Some(group) = groups.get_mut(place(row.stratum)) {
                    group.ballots += row.count;
                }
            }
        }
        let strata = groups.into_iter().zip(raters).enumerate();
        strata
            .map(|(number, (mut group, raters))| {
                group.size = self.size(form, number, &raters);
                (!group.answers.is_empty()).then(|| stratum(form, &group))
            })
            .collect()
    }

    /// People in a stratum of the subjects that were rated, if each was rated by its own people and says how many there are.
    fn size(&self, form: &FormMaterial<'_>, number: usize, raters: &Raters) -> Option<u64> {
        let frame = &self.plan.scheme.frame;
        let strata = self.plan.scheme.strata_of(self.plan.scheme.form(form.form));
        let of = |id: &SubjectId| {
            let subject = frame.subject(*id);
            match strata {
                None => subject.headcount,
                Some(strata) => {
                    let code = &strata.members.get(number)?.code;
                    subject.stratum_sizes.iter().find(|(known, _)| known == code).map(|(_, size)| *size)
                }
            }
        };
        let own = !raters.subjects.is_empty() && !raters.strangers;
        if own { raters.subjects.iter().map(of).sum() } else { None }
    }
}

/// Who was rated, and whether by anybody but its own people.
#[derive(Clone, Default)]
struct Raters {
    subjects: BTreeSet<SubjectId>,
    strangers: bool,
}

impl Raters {
    fn note(&mut self, subject: SubjectId, unit: SubjectId) {
        self.subjects.insert(subject);
        self.strangers |= subject != unit;
    }
}
