//! One node over one peer group: the scores, their errors, the median they are held against.

use super::bayes::{MIN_PEERS, Measured, Peers, Raw, flagged, moderated, posteriors};
use super::ground::{Basis, Ground, Group, Point};
use crate::numeric::{Ratio, median, to_f64};
use crate::survey::{NodeId, SubjectId};

/// The score of one subject at the node.
pub(super) struct Reading {
    pub subject: SubjectId,
    pub point: Point,
    pub n: u64,
    pub basis: Basis,
    /// Error variance, drawn towards the peers'; known for samples only.
    pub variance: Option<f64>,
}

/// One node over one peer group.
pub(super) struct Column {
    pub node: NodeId,
    /// Per member of the group; `None`: no score.
    pub readings: Vec<Option<Reading>>,
    /// Members whose score is hidden.
    pub hidden: Vec<SubjectId>,
    /// The median of the peers, where enough of them have a score that can be relied on.
    pub median: Option<Point>,
}

impl Column {
    pub(super) fn new(ground: &Ground<'_>, group: &Group, node: NodeId) -> Self {
        let mut raw: Vec<Raw> = Vec::new();
        let mut hidden = Vec::new();
        let mut readings: Vec<Option<Reading>> = Vec::with_capacity(group.members.len());
        for subject in &group.members {
            let score = ground.node(*subject, node);
            if score.is_some_and(|score| score.hidden) {
                hidden.push(*subject);
            }
            let reading = score.filter(|score| !score.hidden).and_then(|score| {
                let basis = ground.basis(node, score);
                if let (Basis::Sample, Some(error)) = (basis, &score.error) {
                    raw.push(raw_error(error.se, error.df, score.n, ground.asked(*subject, node, score.n)));
                }
                let point = Point::new(score.score.clone()?);
                Some(Reading { subject: *subject, point, n: score.n, basis, variance: None })
            });
            readings.push(reading);
        }
        let samples = readings.iter_mut().flatten().filter(|reading| reading.basis == Basis::Sample);
        for (reading, variance) in samples.zip(moderated(&raw)) {
            reading.variance = variance;
            if variance.is_none() {
                reading.basis = Basis::Unknown;
            }
        }
        let relied: Vec<&Ratio> =
            readings.iter().flatten().filter(|one| one.basis != Basis::Unknown).map(|one| &one.point.exact).collect();
        let median = if relied.len() < MIN_PEERS { None } else { median(&relied).map(Point::new) };
        Self { node, readings, hidden, median }
    }

    pub(super) fn there(&self) -> impl Iterator<Item = &Reading> {
        self.readings.iter().flatten()
    }
}

#[allow(clippy::cast_precision_loss, reason = "numbers of ballots")]
fn raw_error(se: f64, df: f64, n: u64, asked: f64) -> Raw {
    Raw { variance: se * se, df, n: n as f64, asked }
}

/// Something held against a reference: how far above it (below: negative), and with which error.
pub(super) struct Case<'a> {
    pub reading: &'a Reading,
    pub reference: Ratio,
    /// Score less reference.
    pub difference: f64,
    /// `None`: a fact.
    pub variance: Option<f64>,
}

/// What is asked of cases.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    /// At least this far below its reference.
    pub margin: &'a Ratio,
    /// Allowed share of false flags.
    pub share: f64,
    /// The reference is a median of peers, itself uncertain.
    pub of_peers: bool,
}

/// The cases that are flagged, with their probability (`None`: a fact). Samples of one column are decided together, so that each
/// question put to one peer group answers for its own false flags: what is found elsewhere neither helps nor harms it.
pub(super) fn decide<'a>(cases: Vec<Case<'a>>, question: Question<'_>) -> Vec<(Case<'a>, Option<f64>)> {
    let (samples, facts): (Vec<Case<'a>>, Vec<Case<'a>>) = cases.into_iter().partition(|case| case.variance.is_some());
    let measured: Vec<Measured> =
        samples.iter().filter_map(|case| case.variance.map(|variance| Measured { value: case.difference, variance })).collect();
    let Peers { posteriors, median_variance, learned } = posteriors(&measured);
    let doubt = if question.of_peers { median_variance } else { 0.0 };
    let threshold = -to_f64(question.margin);
    let probabilities: Vec<f64> = posteriors.iter().map(|posterior| posterior.at_most(threshold, doubt)).collect();
    let flags = flagged(&probabilities, question.share, learned);
    let decided = samples.into_iter().zip(probabilities).zip(flags);
    let mut out: Vec<(Case<'a>, Option<f64>)> = decided
        .filter(|((case, _), flag)| *flag && case.reading.point.exact < case.reference)
        .map(|((case, probability), _)| (case, Some(probability)))
        .collect();
    out.extend(facts.into_iter().filter(|case| is_fact(case, question.margin)).map(|case| (case, None)));
    out
}

/// Exactly at least the margin below the reference, and below it at all.
fn is_fact(case: &Case<'_>, margin: &Ratio) -> bool {
    let gap = &case.reference - &case.reading.point.exact;
    gap >= *margin && case.reading.point.exact < case.reference
}
