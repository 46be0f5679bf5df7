//! Strata 票种: the weight each class of respondents really has in an item score (method §4, §10.7).

use super::assessment::Effective;
use super::exact::Sum;
use crate::numeric::{Ratio, int};
use crate::survey::{DomainId, MissingStratum, Strata, StratumId};
use num_traits::{One, Zero};

/// How the strata of one item combine, once it is known which of them answered.
#[derive(Clone, Debug)]
pub(super) struct Combination {
    /// Per stratum, its share of the item score: the product of the weights down the nest. Σ effective × score is the item score.
    pub weights: Vec<Effective>,
    /// Policy `refuse`, and a stratum is missing.
    pub refused: bool,
    /// No stratum applies to this domain.
    pub not_applicable: bool,
    /// Share of the weight of the strata that answered.
    pub coverage: Ratio,
    /// Strata without answers, the outermost ones only.
    pub missing: Vec<StratumId>,
}

struct Combiner<'a> {
    strata: &'a Strata,
    domain: DomainId,
    present: &'a [bool],
    policy: &'a MissingStratum,
    out: Combination,
}

/// Weights of a form without strata: one class, all of it.
pub(super) fn single(present: bool) -> Combination {
    let share = if present { Ratio::one() } else { Ratio::zero() };
    Combination {
        weights: vec![Effective { nominal: int(1), effective: share.clone() }],
        refused: false,
        not_applicable: false,
        coverage: share,
        missing: Vec::new(),
    }
}

/// Combines strata by weight. Inside a nest, what is missing is always renormalised among its siblings first (or given to the
/// sibling the policy names); the policy itself speaks where a stratum of the outermost level is missing.
pub(super) fn combine(strata: &Strata, domain: DomainId, present: &[bool], policy: &MissingStratum) -> Combination {
    let none = Effective { nominal: Ratio::zero(), effective: Ratio::zero() };
    let out = Combination {
        weights: vec![none; strata.members.len()],
        refused: false,
        not_applicable: false,
        coverage: Ratio::zero(),
        missing: Vec::new(),
    };
    let mut combiner = Combiner { strata, domain, present, policy, out };
    let applicable = combiner.level(None, &int(1), &int(1));
    combiner.out.not_applicable = !applicable;
    combiner.out
}

impl Combiner<'_> {
    fn weight(&self, id: StratumId) -> Ratio {
        self.strata.member(id).weights.get(usize::from(self.domain.0)).cloned().unwrap_or_else(Ratio::zero)
    }

    fn answered(&self, id: StratumId) -> bool {
        self.present.get(usize::from(id.0)).copied().unwrap_or(false)
    }

    fn any_below(&self, id: StratumId) -> bool {
        self.strata.children(Some(id)).any(|child| !self.weight(child).is_zero() && self.has(child))
    }

    /// Whether a stratum or one nested in it answered.
    fn has(&self, id: StratumId) -> bool {
        self.answered(id) || self.any_below(id)
    }

    /// Spreads the share of `parent` over its members; false where no member applies.
    fn level(&mut self, parent: Option<StratumId>, nominal: &Ratio, effective: &Ratio) -> bool {
        let members: Vec<(StratumId, Ratio, bool)> = self
            .strata
            .children(parent)
            .map(|id| (id, self.weight(id), self.has(id)))
            .filter(|(_, weight, _)| !weight.is_zero())
            .collect();
        let (total, here) = (sum(&members, |_| true), sum(&members, |has| has));
        if total.is_zero() {
            return false;
        }
        let policy = self.here(parent, &members);
        self.note_missing(&members, &here, parent.is_none());
        for (id, weight, has) in &members {
            let own = weight / &total;
            let share = match &policy {
                Here::Renormalise if !has || here.is_zero() => Ratio::zero(),
                Here::Renormalise => weight / &here,
                Here::Keep => own.clone(),
                Here::GiveTo(target) if target == id => &own + (&total - &here) / &total,
                Here::GiveTo(_) if *has => own.clone(),
                Here::GiveTo(_) => Ratio::zero(),
            };
            self.member(*id, nominal * own, effective * share);
        }
        true
    }

    /// What happens to missing members at this level.
    fn here(&self, parent: Option<StratumId>, members: &[(StratumId, Ratio, bool)]) -> Here {
        match self.policy {
            MissingStratum::Zero if parent.is_none() => Here::Keep,
            MissingStratum::GiveTo(code) => {
                let named = self.strata.members.iter().position(|member| member.code == *code);
                let target = named.and_then(|named| self.ancestor_among(named, members));
                target.map_or(Here::Renormalise, Here::GiveTo)
            }
            _ => Here::Renormalise,
        }
    }

    /// The member that is the named stratum or holds it, if it answered.
    fn ancestor_among(&self, named: usize, members: &[(StratumId, Ratio, bool)]) -> Option<StratumId> {
        let start = StratumId(u16::try_from(named).ok()?);
        let mut lineage = std::iter::successors(Some(start), |id| self.strata.member(*id).parent);
        lineage.find_map(|id| members.iter().find(|(member, _, has)| *member == id && *has).map(|_| id))
    }

    fn note_missing(&mut self, members: &[(StratumId, Ratio, bool)], here: &Ratio, top: bool) {
        if here.is_zero() {
            return; // the parent, or the whole item, is what is missing
        }
        let missing = members.iter().filter(|(_, _, has)| !has).map(|(id, _, _)| *id);
        let before = self.out.missing.len();
        self.out.missing.extend(missing);
        let any = self.out.missing.len() > before;
        self.out.refused |= any && top && *self.policy == MissingStratum::Refuse;
    }

    /// A leaf takes its share; a nest spreads it, unless only its own ballots are there.
    fn member(&mut self, id: StratumId, nominal: Ratio, effective: Ratio) {
        let stands_for_itself = self.answered(id) && !self.any_below(id);
        if !stands_for_itself && self.level(Some(id), &nominal, &effective) {
            return;
        }
        if self.answered(id) {
            self.out.coverage += &nominal;
        }
        self.out.weights[usize::from(id.0)] = Effective { nominal, effective };
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Here {
    Renormalise,
    /// Missing ones keep their weight and count as 0.
    Keep,
    GiveTo(StratumId),
}

fn sum(members: &[(StratumId, Ratio, bool)], wanted: impl Fn(bool) -> bool) -> Ratio {
    let mut total = Sum::new();
    for (_, weight, has) in members {
        if wanted(*has) {
            total.add(weight);
        }
    }
    total.ratio()
}
