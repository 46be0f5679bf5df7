//! What answers are worth in whole numbers: the codes that co-moments are made of, and the way back to points of the 100.
//!
//! Option values belong to the scheme, co-moments to the tally. So the tally counts in codes that every affine image of the
//! values shares (100/80/60/0 and 50/40/30/0 and 0/20/40/100 all have the codes 0/1/2/5), and carries a fingerprint of them:
//! values may be rescaled between tally and report, and a report under values of another shape knows that they do not fit.

use crate::numeric::{Ratio, int};
use crate::survey::{
    Abstain, AnswerKind, Choice, ChoiceClass, Form, FormId, Item, ItemId, Measure, NodeId, NodeSource, Scheme, StratumId,
    SubjectId,
};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Codes above this are not used: sums of products of 8 million ballots stay exact in 64 bits.
pub(super) const MOST_CODE: u32 = 1 << 20;

/// The codes of one item's answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Codes {
    /// By option; `None`: not scored.
    Options(Vec<Option<u32>>),
    /// Points given, in hundredths, are their own code.
    Score,
}

/// One item: codes, and points of the 100 = base + slope × code.
#[derive(Clone, Debug)]
pub(super) struct Worth {
    pub codes: Codes,
    pub base: Ratio,
    pub slope: Ratio,
    /// The values fit whole numbers up to a million; else the codes are the nearest ones, good enough for an error.
    pub exact: bool,
}

/// The items of one form as they feed one procedure.
#[derive(Clone, Debug)]
pub(super) struct FormWorth {
    pub items: Vec<Worth>,
    /// Over the codes of every item, in the order of their own codes.
    pub fingerprint: u64,
}

impl FormWorth {
    /// Whether co-moments can be summed: every item's codes are exact.
    pub fn exact(&self) -> bool {
        self.items.iter().all(|item| item.exact)
    }
}

/// What the answers of every form are worth in every procedure it feeds.
#[derive(Debug)]
pub struct Worths {
    forms: BTreeMap<(FormId, NodeId), FormWorth>,
}

impl Worths {
    #[must_use]
    pub fn new(scheme: &Scheme) -> Self {
        let index = &scheme.index;
        let mut measures: BTreeMap<(FormId, NodeId, ItemId), &Measure> = BTreeMap::new();
        for id in index.all_ids() {
            let node = index.node(id);
            if let (NodeSource::Item { form, item }, Some(procedure)) = (node.source, index.procedure_of(id)) {
                measures.insert((form, procedure, item), &node.measure);
            }
        }
        let mut forms = BTreeMap::new();
        for id in scheme.form_ids() {
            let form = scheme.form(id);
            for procedure in &form.procedures {
                let item = |(number, item): (u16, &Item)| {
                    let measure = measures.get(&(id, *procedure, ItemId(number))).copied().unwrap_or(&Measure::Mean);
                    worth(scheme, form, item, measure)
                };
                let items: Vec<Worth> = (0u16..).zip(&form.items).map(item).collect();
                let fingerprint = fingerprint(scheme, form, &items);
                forms.insert((id, *procedure), FormWorth { items, fingerprint });
            }
        }
        Self { forms }
    }

    pub(super) fn of(&self, form: FormId, procedure: NodeId) -> Option<&FormWorth> {
        self.forms.get(&(form, procedure))
    }
}

/// Co-moments of whole ballots (method §6): sums over the ballots of one source, or of many, that rate one subject in one stratum.
/// Answers stand as codes; a ballot's answers to the items listed are one respondent's, read from one row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Comoments {
    pub subject: SubjectId,
    /// The unit whose respondents answered.
    pub unit: SubjectId,
    pub procedure: NodeId,
    pub form: FormId,
    pub stratum: StratumId,
    /// Fingerprint of the codes.
    pub worth: u64,
    /// The items asked, ascending; at least two.
    pub items: Vec<ItemId>,
    /// Ballots on which every one of the items is scored; else those on which one is not.
    pub whole: bool,
    /// Ballots.
    pub n: u64,
    /// Over items i ≤ j in the order of `items`, a = 1 where the ballot scores the item, else 0, and u its code.
    /// `whole`: Σ u_i for each i, then Σ u_i u_j for each pair i ≤ j, row by row.
    /// Else: Σ a_i a_j for each pair i ≤ j, then Σ a_i a_j u_j for all i, j, then Σ a_i a_j u_i u_j for each pair i ≤ j.
    pub sums: Vec<i64>,
}

impl Comoments {
    /// How many sums so many items have.
    pub(super) fn size(items: usize, whole: bool) -> usize {
        let pairs = items * (items + 1) / 2;
        if whole { items + pairs } else { pairs + items * items + pairs }
    }

    /// The same with the items in ascending order.
    pub(super) fn sorted(mut self) -> Self {
        let k = self.items.len();
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by_key(|at| self.items.get(*at).copied());
        if order.is_sorted() {
            return self;
        }
        let get = |at: usize| self.sums.get(at).copied().unwrap_or_default();
        let place = |i: usize, j: usize| {
            let (low, high) = (i.min(j), i.max(j));
            low * k - low * low.saturating_sub(1) / 2 + high - low
        };
        let pairs = k * (k + 1) / 2;
        let triangle = |start: usize, out: &mut Vec<i64>| {
            for (first, i) in order.iter().enumerate() {
                out.extend(order.iter().skip(first).map(|j| get(start + place(*i, *j))));
            }
        };
        let mut sums = Vec::with_capacity(self.sums.len());
        if self.whole {
            sums.extend(order.iter().map(|i| get(*i)));
            triangle(k, &mut sums);
        } else {
            triangle(0, &mut sums);
            for i in &order {
                sums.extend(order.iter().map(|j| get(pairs + i * k + j)));
            }
            triangle(pairs + k * k, &mut sums);
        }
        self.items.sort_unstable();
        self.sums = sums;
        self
    }

    /// What sums are kept apart by.
    pub(super) fn key(&self) -> ComomentKey {
        (self.subject, self.unit, self.procedure, self.form, self.stratum, self.worth, self.items.clone(), self.whole)
    }

    /// Adds the sums of other ballots of the same key; false where they do not fit, and nothing is added.
    pub(super) fn add(&mut self, other: &Self) -> bool {
        if self.sums.len() != other.sums.len() {
            return false;
        }
        let total: Option<Vec<i64>> = self.sums.iter().zip(&other.sums).map(|(one, other)| one.checked_add(*other)).collect();
        let (Some(sums), Some(n)) = (total, self.n.checked_add(other.n)) else { return false };
        (self.sums, self.n) = (sums, n);
        true
    }
}

/// See [`Comoments::key`].
pub(super) type ComomentKey = (SubjectId, SubjectId, NodeId, FormId, StratumId, u64, Vec<ItemId>, bool);

/// Points of each option as the measure takes them; `None`: not scored.
fn points(form: &Form, choices: &[Choice], measure: &Measure) -> Vec<Option<Ratio>> {
    let abstention = match &form.abstain {
        Abstain::Exclude => None,
        Abstain::Zero => Some(int(0)),
        Abstain::Value(value) => Some(value.clone()),
    };
    let of = |choice: &Choice| {
        let value = choice.value.as_ref().filter(|_| choice.class != ChoiceClass::Abstain);
        let class = if value.is_some() { choice.class } else { ChoiceClass::Abstain };
        let full = |yes: bool| Some(int(if yes { 100 } else { 0 }));
        match (measure, class) {
            (Measure::ExcellentRate, ChoiceClass::Abstain) => abstention.as_ref().map(|_| int(0)),
            (Measure::SatisfiedOnly | Measure::SatisfiedBroad, ChoiceClass::Abstain) => None,
            (Measure::SatisfiedOfAll | Measure::Awareness, ChoiceClass::Abstain) => full(false),
            (Measure::ExcellentRate | Measure::SatisfiedOnly, class) => full(class == ChoiceClass::Top),
            (Measure::SatisfiedBroad | Measure::SatisfiedOfAll, class) => {
                full(matches!(class, ChoiceClass::Top | ChoiceClass::Favourable))
            }
            (Measure::Awareness, _) => full(true),
            (_, ChoiceClass::Abstain) => abstention.clone(),
            _ => value.cloned(),
        }
    };
    choices.iter().map(of).collect()
}

fn worth(scheme: &Scheme, form: &Form, item: &Item, measure: &Measure) -> Worth {
    let AnswerKind::Choice { scale } = item.answer else {
        let slope = if item.full.is_zero() { int(0) } else { int(1) / &item.full };
        return Worth { codes: Codes::Score, base: int(0), slope, exact: true };
    };
    let choices = scheme.scales.get(scale).map_or(&[][..], |scale| &scale.choices);
    coded(choices, &points(form, choices, measure))
}

/// The codes: distances from the least (or from the greatest) value in units of their greatest common divisor. Of the two
/// directions the one that comes first when read in the order of the options' names, so that a list in another order, a
/// rescaled one and a reversed one have the same codes.
fn coded(choices: &[Choice], points: &[Option<Ratio>]) -> Worth {
    let scored = || points.iter().flatten();
    let (Some(least), Some(most)) = (scored().min().cloned(), scored().max().cloned()) else {
        return Worth { codes: Codes::Options(vec![None; points.len()]), base: int(0), slope: int(0), exact: true };
    };
    let mut unit = common_unit(points, &least);
    if unit.is_zero() {
        let codes = points.iter().map(|value| value.as_ref().map(|_| 0)).collect();
        return Worth { codes: Codes::Options(codes), base: least, slope: int(0), exact: true };
    }
    let finest = (&most - &least) / int(i64::from(MOST_CODE));
    let exact = unit >= finest;
    unit = unit.max(finest);
    let code = |distance: Ratio| (distance.abs() / &unit).round().to_integer().to_u32().unwrap_or(MOST_CODE);
    let towards = |from: &Ratio| -> Vec<Option<u32>> {
        points.iter().map(|value| value.as_ref().map(|value| code(value - from))).collect()
    };
    let (up, down) = (towards(&least), towards(&most));
    let mut names: Vec<usize> = (0..choices.len()).collect();
    names.sort_by_key(|at| choices.get(*at).map(|choice| choice.code.as_str()));
    let read = |codes: &[Option<u32>]| -> Vec<Option<u32>> { names.iter().map(|at| codes.get(*at).copied().flatten()).collect() };
    if read(&up) <= read(&down) {
        Worth { codes: Codes::Options(up), base: least, slope: unit, exact }
    } else {
        Worth { codes: Codes::Options(down), base: most, slope: -unit, exact }
    }
}

/// The greatest common divisor of the distances from the least value; 0 where all are equal.
fn common_unit(points: &[Option<Ratio>], least: &Ratio) -> Ratio {
    let common = points.iter().flatten().fold(BigInt::from(1u8), |common, value| common.lcm(value.denom()));
    let whole = |value: Ratio| (value * Ratio::from_integer(common.clone())).to_integer();
    let unit = points.iter().flatten().fold(BigInt::zero(), |unit, value| unit.gcd(&whole(value - least)));
    Ratio::new(unit, common)
}

/// The first eight bytes of the SHA-256 of everybody's codes, by their names: the order of lists does not matter.
fn fingerprint(scheme: &Scheme, form: &Form, items: &[Worth]) -> u64 {
    let mut lines: Vec<String> = form.items.iter().zip(items).map(|(item, worth)| line(scheme, item, worth)).collect();
    lines.sort_unstable();
    let digest = Sha256::digest(lines.join("\n").as_bytes());
    digest.first_chunk::<8>().map_or(0, |head| u64::from_be_bytes(*head))
}

fn line(scheme: &Scheme, item: &Item, worth: &Worth) -> String {
    let (Codes::Options(codes), AnswerKind::Choice { scale }) = (&worth.codes, &item.answer) else {
        return format!("{}\tscore", item.code);
    };
    let choices = scheme.scales.get(*scale).map_or(&[][..], |scale| &scale.choices);
    let mut words: Vec<String> = choices
        .iter()
        .zip(codes)
        .map(|(choice, code)| code.map_or_else(|| format!("{}=", choice.code), |code| format!("{}={code}", choice.code)))
        .collect();
    words.sort_unstable();
    format!("{}\t{}", item.code, words.join("\t"))
}
