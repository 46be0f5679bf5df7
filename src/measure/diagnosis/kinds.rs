//! The kinds of weak point that hold a score against a reference: peers, a line, the own profile, last year, the self-rating.

use super::column::{Case, Column, Question, Reading, decide};
use super::drivers::drivers;
use super::ground::{Basis, Ground, Group, Point};
use super::median::{middle_without, order};
use crate::measure::evidence::{WeakKind, WeakPoint};
use crate::numeric::{Ratio, int, median, ratio, to_f64};
use crate::survey::{NodeKind, SubjectId};
use num_traits::Signed;

/// Fewest nodes of one kind that make a profile.
const MIN_PROFILE: usize = 4;
/// Facts of a profile lie outside the ordinary beyond this many deviations (1.4826 × the median absolute deviation is the
/// standard deviation of a normal; three of them after Leys et al. 2013).
const OUTLYING: (i64, i64) = (3 * 14_826, 10_000);

/// The profiles of one peer group: per member and kind of node, how far each node lies from its median.
pub(super) struct Profiles {
    /// Per member: (column, deviation from the peers' median), by kind of node.
    deviations: Vec<Vec<(NodeKind, Deviations)>>,
}

/// Deviations of the nodes of one kind, and their ascending order.
struct Deviations {
    columns: Vec<usize>,
    values: Vec<f64>,
    order: Vec<usize>,
}

impl Profiles {
    pub(super) fn new(ground: &Ground<'_>, group: &Group, columns: &[Column]) -> Self {
        let kinds = [NodeKind::Procedure, NodeKind::Indicator, NodeKind::Item];
        let of = |member: usize, kind: NodeKind| {
            let mut found = Deviations { columns: Vec::new(), values: Vec::new(), order: Vec::new() };
            for (number, column) in columns.iter().enumerate() {
                let reading = column.readings.get(member).and_then(Option::as_ref);
                let relied = reading.filter(|reading| reading.basis != Basis::Unknown);
                if let (Some(reading), Some(median)) = (relied, &column.median)
                    && ground.scheme.index.node(column.node).kind == kind
                {
                    found.columns.push(number);
                    found.values.push(reading.point.value - median.value);
                }
            }
            found.order = order(&found.values);
            found
        };
        let members = 0..group.members.len();
        Self { deviations: members.map(|member| kinds.map(|kind| (kind, of(member, kind))).into()).collect() }
    }

    /// What a member's other nodes lead one to expect at a node: the peers' median there, moved by the median deviation of the
    /// others. With the number of the others.
    fn expected(&self, columns: &[Column], member: usize, at: usize, kind: NodeKind) -> Option<(Ratio, usize)> {
        let (_, own) = self.deviations.get(member)?.iter().find(|(known, _)| *known == kind)?;
        if own.columns.len() < MIN_PROFILE {
            return None;
        }
        let place = own.columns.iter().position(|column| *column == at)?;
        let (low, high) = middle_without(&own.order, place)?;
        let deviation = |place: usize| {
            let column = columns.get(*own.columns.get(place)?)?;
            let reading = column.readings.get(member)?.as_ref()?;
            Some(&reading.point.exact - &column.median.as_ref()?.exact)
        };
        let level = if low == high { deviation(low)? } else { (deviation(low)? + deviation(high)?) / int(2) };
        Some((&columns.get(at)?.median.as_ref()?.exact + level, own.columns.len() - 1))
    }
}

/// One column of one group, and everything beside it.
pub(super) struct Look<'a> {
    pub ground: &'a Ground<'a>,
    pub columns: &'a [Column],
    pub profiles: &'a Profiles,
    /// Number of the column looked at.
    pub at: usize,
    pub column: &'a Column,
}

impl<'a> Look<'a> {
    fn question(&self, margin: &'a Ratio, of_peers: bool) -> Question<'a> {
        Question { margin, share: to_f64(&self.ground.scheme.rules.analysis.false_flags), of_peers }
    }

    fn relied(&self) -> impl Iterator<Item = &'a Reading> + use<'a> {
        self.column.readings.iter().flatten().filter(|reading| reading.basis != Basis::Unknown)
    }

    /// All kinds, in no particular order.
    pub(super) fn all(&self) -> Vec<WeakPoint> {
        let mut found = self.below_peers();
        found.extend(self.below_line());
        found.extend(self.off_profile());
        found.extend(self.falling());
        found.extend(self.self_inflated());
        found
    }

    fn below_peers(&self) -> Vec<WeakPoint> {
        let Some(median) = &self.column.median else { return Vec::new() };
        let cases = self.relied().map(|reading| against(reading, median)).collect();
        let flagged = decide(cases, self.question(&self.ground.scheme.rules.analysis.margin, true));
        self.points(flagged, WeakKind::BelowPeers)
    }

    fn below_line(&self) -> Vec<WeakPoint> {
        let Some(line) = &self.ground.scheme.rules.analysis.line else { return Vec::new() };
        let line = Point::new(line.clone());
        let cases = self.relied().map(|reading| against(reading, &line)).collect();
        let flagged = decide(cases, self.question(&int(0), false));
        self.points(flagged, WeakKind::BelowLine)
    }

    fn off_profile(&self) -> Vec<WeakPoint> {
        let kind = self.ground.scheme.index.node(self.column.node).kind;
        let mut cases: Vec<Case<'a>> = Vec::new();
        for (member, reading) in self.column.readings.iter().enumerate() {
            let Some(reading) = reading.as_ref().filter(|reading| reading.basis != Basis::Unknown) else { continue };
            let Some((expected, others)) = self.profiles.expected(self.columns, member, self.at, kind) else { continue };
            let difference = reading.point.value - to_f64(&expected);
            // The others have an error too: about that of a median of so many alike.
            #[allow(clippy::cast_precision_loss, reason = "numbers of nodes")]
            let wider = 1.0 + std::f64::consts::FRAC_PI_2 / others as f64;
            let variance = reading.variance.map(|variance| variance * wider);
            cases.push(Case { reading, reference: expected, difference, variance });
        }
        let ordinary = ordinary_fall(&cases);
        let mut flagged = decide(cases, self.question(&self.ground.scheme.rules.analysis.margin, true));
        flagged.retain(|(case, probability)| {
            probability.is_some() || ordinary.as_ref().is_none_or(|fall| &case.reference - &case.reading.point.exact > *fall)
        });
        self.points(flagged, WeakKind::OffProfile)
    }

    fn falling(&self) -> Vec<WeakPoint> {
        let node = self.column.node;
        let case = |reading: &'a Reading| {
            let last = self.ground.last(reading.subject, node)?;
            let difference = reading.point.value - to_f64(&last.score);
            // An error of last year that is not known is taken to be this year's.
            let variance = reading.variance.map(|now| now + last.se.map_or(now, |se| se * se));
            Some(Case { reading, reference: last.score.clone(), difference, variance })
        };
        let cases: Vec<Case<'a>> = self.relied().filter_map(case).collect();
        let flagged = decide(cases, self.question(&self.ground.scheme.rules.analysis.fall, false));
        self.points(flagged, WeakKind::Falling)
    }

    /// 虚高: the self-rating of a whole procedure above the assessment of the same items. A fact of two score sheets.
    fn self_inflated(&self) -> Vec<WeakPoint> {
        let allowed = &self.ground.scheme.rules.analysis.self_gap;
        let mut out = Vec::new();
        for reading in self.column.there() {
            let Some(node) = self.ground.node(reading.subject, self.column.node) else { continue };
            let (Some(rated), Some(gap)) = (&node.self_rated, &node.self_gap) else { continue };
            if gap > allowed && gap.is_positive() {
                out.push(WeakPoint {
                    subject: reading.subject,
                    node: self.column.node,
                    kind: WeakKind::SelfInflated,
                    score: rated - gap,
                    reference: rated.clone(),
                    gap: gap.clone(),
                    cost: None,
                    probability: None,
                    n: 0,
                    strata: None,
                    drivers: Vec::new(),
                });
            }
        }
        out
    }

    fn points(&self, flagged: Vec<(Case<'_>, Option<f64>)>, kind: WeakKind) -> Vec<WeakPoint> {
        let point = |(case, probability): (Case<'_>, Option<f64>)| {
            let (subject, node) = (case.reading.subject, self.column.node);
            let gap = &case.reference - &case.reading.point.exact;
            let cost = self.ground.weight(subject, node).map(|weight| weight * &gap);
            let drivers = drivers(self.ground, (subject, node, kind), &case.reference, &gap);
            let score = case.reading.point.exact.clone();
            WeakPoint {
                subject,
                node,
                kind,
                score,
                reference: case.reference,
                gap,
                cost,
                probability,
                n: case.reading.n,
                strata: None,
                drivers,
            }
        };
        flagged.into_iter().map(point).collect()
    }

    /// Subjects whose node was held against the peers, and those where it could not be.
    pub(super) fn tested(&self) -> (Vec<SubjectId>, Vec<SubjectId>) {
        let peers = self.column.median.is_some();
        let (tested, not): (Vec<&Reading>, Vec<&Reading>) =
            self.column.there().partition(|reading| peers && reading.basis != Basis::Unknown);
        let ids = |readings: Vec<&Reading>| readings.into_iter().map(|reading| reading.subject).collect::<Vec<_>>();
        let mut not = ids(not);
        not.extend(&self.column.hidden);
        (ids(tested), not)
    }
}

fn against<'a>(reading: &'a Reading, reference: &Point) -> Case<'a> {
    let difference = reading.point.value - reference.value;
    Case { reading, reference: reference.exact.clone(), difference, variance: reading.variance }
}

/// How far below expectation facts of a column ordinarily lie at most; `None`: too few to say.
fn ordinary_fall(cases: &[Case<'_>]) -> Option<Ratio> {
    let facts: Vec<Ratio> = cases
        .iter()
        .filter(|case| case.variance.is_none())
        .map(|case| (&case.reference - &case.reading.point.exact).abs())
        .collect();
    let spread = median(&facts.iter().collect::<Vec<_>>())?;
    Some(spread * ratio(OUTLYING.0, OUTLYING.1))
}
