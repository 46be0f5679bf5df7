//! What the study counts: how often intervals hold the truth, and how often flags are true.

use super::shares;
use super::world::{CEPING, Dice, Repetition, World};
use kaoping::measure::{Assessment, WeakKind};
use kaoping::numeric::to_f64;
use kaoping::survey::{NodeId, NodeKind, SubjectId};
use std::collections::BTreeSet;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share {
    pub part: u64,
    pub of: u64,
}

impl Share {
    fn add(&mut self, other: Self) {
        self.part += other.part;
        self.of += other.of;
    }

    fn note(&mut self, holds: bool) {
        self.of += 1;
        self.part += u64::from(holds);
    }

    #[allow(clippy::cast_precision_loss, reason = "counts")]
    pub fn value(self) -> f64 {
        self.part as f64 / self.of.max(1) as f64
    }
}

/// Classes of size: label, fewest and most ballots.
pub const SIZES: [(&str, usize, usize); 4] = [("8–15", 8, 15), ("16–40", 16, 40), ("41–100", 41, 100), ("101–200", 101, 200)];

/// One rule that flags.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    pub name: &'static str,
    /// Flags that are false: the true score is less than 3 points below the true median of the peers.
    pub wrong: Share,
    /// Flags of cells that truly lie at or above the median of the peers.
    pub innocent: Share,
    /// Planted gaps that were found, at n = 30 and 100.
    pub power: [Share; 2],
    /// Mean over repetitions of the false share (none flagged: 0).
    pub per_repetition: Vec<f64>,
}

/// By kind of node (items, indicators, procedures, composite) and size.
pub type Coverage = [[Share; 4]; 4];

#[derive(Clone, Debug, Default)]
pub struct Marks {
    pub repetitions: u64,
    /// Coverage of 95 % intervals of regiments by size, for items, indicators, procedures, composite.
    pub coverage: Coverage,
    /// The same where intervals are those of the design.
    pub design: Coverage,
    /// Items by form: 民主测评 (strata), 民意调查 (none).
    pub items: [[Share; 4]; 2],
    /// Shares by form, and the same where intervals are those of the design.
    pub shares: [[Share; 4]; 2],
    pub design_shares: [[Share; 4]; 2],
    /// The same as `coverage` for rolled-up divisions, all nodes.
    pub divisions: Share,
    /// Rank intervals of regiments that hold the true rank; all, and by size.
    pub ranks: [Share; 4],
    /// The same where every total is drawn from its own error around its published value.
    pub own_errors: [Share; 4],
    /// Mean width of rank intervals, and of those from own errors: sum, number.
    pub width: (u64, u64),
    pub own_width: (u64, u64),
    /// Ours, then the naive ones.
    pub rules: Vec<Rule>,
    /// Below the line of 80 by our rule: true score at or above it.
    pub line: Share,
    /// Strata that disagree by our rule (items): truly less than 10 apart.
    pub strata: Share,
    /// Ours over divisions.
    pub of_divisions: Share,
    /// Cells whose true score lies at least 3 points below the true median, and all.
    pub truly_weak: Share,
}

pub const RULES: [&str; 5] = ["kaoping", "below 80", "lowest three items", "below mean − 1 sd", "below median by 3"];

pub fn class(n: usize) -> usize {
    SIZES.iter().position(|(_, low, high)| (*low..=*high).contains(&n)).unwrap_or(0)
}

/// Everything read off one repetition, by regiment.
struct Sheet<'a> {
    world: &'a World,
    sample: &'a Assessment,
    truth: &'a Assessment,
    nodes: Vec<NodeId>,
}

impl Sheet<'_> {
    fn score(of: &Assessment, subject: SubjectId, node: NodeId) -> Option<f64> {
        of.scorecards[subject.0 as usize].nodes[usize::from(node.0)].score.as_ref().map(to_f64)
    }

    fn true_rank(&self, subject: SubjectId) -> Option<u32> {
        self.truth.standings.iter().find(|one| one.subject == subject).and_then(|one| one.rank)
    }

    /// Ballots of a regiment.
    fn size(&self, subject: SubjectId) -> Option<usize> {
        self.world.regiments.iter().find(|known| known.subject == subject).map(super::world::Regiment::n)
    }

    /// Every interval: whose, of which kind of node, and whether it holds the true score.
    fn intervals(&self, of: &Assessment) -> Vec<(SubjectId, usize, bool)> {
        let mut out = Vec::new();
        let index = &self.world.scheme.index;
        for (card, truth) in of.scorecards.iter().zip(&self.truth.scorecards) {
            for (id, (node, truth)) in index.ids().zip(card.nodes.iter().zip(&truth.nodes)) {
                let (Some(error), Some(truth)) = (&node.error, &truth.score) else { continue };
                let truth = to_f64(truth);
                let kind = match index.node(id).kind {
                    NodeKind::Item => 0,
                    NodeKind::Indicator => 1,
                    NodeKind::Procedure => 2,
                    NodeKind::Composite => 3,
                };
                out.push((card.subject, kind, error.low - 1e-9 <= truth && truth <= error.high + 1e-9));
            }
        }
        out
    }

    fn true_median(&self, node: NodeId, subjects: &[SubjectId]) -> f64 {
        median(subjects.iter().filter_map(|subject| Self::score(self.truth, *subject, node)).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n % 2 == 1 { values[n / 2] } else { f64::midpoint(values[n / 2 - 1], values[n / 2]) }
}

impl Marks {
    pub fn new() -> Self {
        let rules = RULES.map(|name| Rule { name, ..Rule::default() });
        Self { rules: rules.into(), ..Self::default() }
    }

    pub fn add(&mut self, world: &World, repetition: &Repetition) {
        let nodes = world.scheme.index.ids().filter(|id| world.scheme.index.node(*id).kind != NodeKind::Composite).collect();
        let sheet = Sheet { world, sample: &repetition.sample, truth: &repetition.truth, nodes };
        self.repetitions += 1;
        self.cover(&sheet);
        self.cover_design(&sheet, &repetition.design);
        self.cover_items(&sheet, repetition);
        self.rank(&sheet);
        self.rank_by_own_errors(&sheet, repetition.number);
        self.flag(&sheet, repetition);
    }

    /// The marks of further repetitions.
    pub fn merge(&mut self, other: &Self) {
        self.repetitions += other.repetitions;
        let grids = [(&mut self.coverage, &other.coverage), (&mut self.design, &other.design)];
        for (mine, theirs) in grids {
            mine.iter_mut().flatten().zip(theirs.iter().flatten()).for_each(|(mine, theirs)| mine.add(*theirs));
        }
        let rows =
            [(&mut self.items, &other.items), (&mut self.shares, &other.shares), (&mut self.design_shares, &other.design_shares)];
        for (mine, theirs) in rows {
            mine.iter_mut().flatten().zip(theirs.iter().flatten()).for_each(|(mine, theirs)| mine.add(*theirs));
        }
        for (mine, theirs) in [(&mut self.ranks, &other.ranks), (&mut self.own_errors, &other.own_errors)] {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.add(*theirs));
        }
        for (mine, theirs) in [(&mut self.width, other.width), (&mut self.own_width, other.own_width)] {
            *mine = (mine.0 + theirs.0, mine.1 + theirs.1);
        }
        for (mine, theirs) in self.rules.iter_mut().zip(&other.rules) {
            mine.wrong.add(theirs.wrong);
            mine.innocent.add(theirs.innocent);
            mine.power.iter_mut().zip(theirs.power).for_each(|(mine, theirs)| mine.add(theirs));
            mine.per_repetition.extend(&theirs.per_repetition);
        }
        self.divisions.add(other.divisions);
        self.line.add(other.line);
        self.strata.add(other.strata);
        self.of_divisions.add(other.of_divisions);
        self.truly_weak.add(other.truly_weak);
    }

    fn cover(&mut self, sheet: &Sheet<'_>) {
        for (subject, kind, holds) in sheet.intervals(sheet.sample) {
            match (kind, sheet.size(subject)) {
                (kind, Some(n)) => self.coverage[kind][class(n)].note(holds),
                (_, None) if sheet.world.scheme.frame.subject(subject).level.0 == 1 => self.divisions.note(holds),
                (_, None) => {}
            }
        }
    }

    fn cover_design(&mut self, sheet: &Sheet<'_>, design: &Assessment) {
        for (subject, kind, holds) in sheet.intervals(design) {
            if let Some(n) = sheet.size(subject) {
                self.design[kind][class(n)].note(holds);
            }
        }
    }

    /// Items form by form, as means and as shares.
    fn cover_items(&mut self, sheet: &Sheet<'_>, repetition: &Repetition) {
        let note = |rows: &mut [[Share; 4]; 2], of: &Assessment, truth: &Assessment| {
            for (form, n, holds) in shares::intervals(sheet.world, of, truth) {
                rows[form][class(n)].note(holds);
            }
        };
        note(&mut self.items, sheet.sample, sheet.truth);
        if let Some(taken) = &repetition.shares {
            note(&mut self.shares, &taken.sample, &taken.truth);
            note(&mut self.design_shares, &taken.design, &taken.truth);
        }
    }

    /// Rank intervals from 1,000 draws of every total from t around its published value.
    fn rank_by_own_errors(&mut self, sheet: &Sheet<'_>, number: u64) {
        const DRAWS: usize = 1000;
        let mut dice = Dice::new(number, 0x7261_6e6b);
        let of = |subject: SubjectId| {
            let error = sheet.sample.scorecards[subject.0 as usize].nodes[0].error.as_ref()?;
            Some((Sheet::score(sheet.sample, subject, NodeId(0))?, error.working()))
        };
        let known: Option<Vec<(f64, (f64, f64))>> = sheet.world.regiments.iter().map(|one| of(one.subject)).collect();
        let Some(known) = known else { return };
        let mut drawn: Vec<Vec<u32>> = vec![Vec::with_capacity(DRAWS); known.len()];
        for _ in 0..DRAWS {
            let mut order: Vec<(f64, usize)> =
                known.iter().enumerate().map(|(at, (score, (se, df)))| (score + se * dice.t(*df), at)).collect();
            order.sort_by(|one, other| other.0.total_cmp(&one.0));
            (1..).zip(&order).for_each(|(rank, (_, at))| drawn[*at].push(rank));
        }
        for (regiment, mut ranks) in sheet.world.regiments.iter().zip(drawn) {
            ranks.sort_unstable();
            let (low, high) = (ranks[DRAWS / 40], ranks[DRAWS - 1 - DRAWS / 40]);
            let Some(rank) = sheet.true_rank(regiment.subject) else { continue };
            self.own_errors[class(regiment.n())].note((low..=high).contains(&rank));
            self.own_width.0 += u64::from(high - low + 1);
            self.own_width.1 += 1;
        }
    }

    fn rank(&mut self, sheet: &Sheet<'_>) {
        for regiment in &sheet.world.regiments {
            let standing = sheet.sample.standings.iter().find(|one| one.subject == regiment.subject);
            let spread = standing.and_then(|standing| standing.stability.sampling.as_ref());
            let (Some(spread), Some(rank)) = (spread, sheet.true_rank(regiment.subject)) else { continue };
            self.ranks[class(regiment.n())].note((spread.low..=spread.high).contains(&rank));
            self.width.0 += u64::from(spread.high - spread.low + 1);
            self.width.1 += 1;
        }
    }

    fn flag(&mut self, sheet: &Sheet<'_>, repetition: &Repetition) {
        let subjects: Vec<SubjectId> = sheet.world.regiments.iter().map(|regiment| regiment.subject).collect();
        let medians: Vec<f64> = sheet.nodes.iter().map(|node| sheet.true_median(*node, &subjects)).collect();
        let position = |node: NodeId| sheet.nodes.iter().position(|known| *known == node);
        let gap = |subject: SubjectId, node: NodeId| {
            let truth = Sheet::score(sheet.truth, subject, node)?;
            Some(medians[position(node)?] - truth)
        };
        for subject in &subjects {
            for node in &sheet.nodes {
                self.truly_weak.note(gap(*subject, *node).is_some_and(|gap| gap >= 3.0));
            }
        }
        for (rule, flags) in [ours(sheet), below(sheet), lowest(sheet), one_sd(sheet, &subjects), by_median(sheet, &subjects)]
            .into_iter()
            .enumerate()
        {
            let rule = &mut self.rules[rule];
            let mut now = Share::default();
            for (subject, node) in flags.iter().filter(|(subject, _)| subjects.contains(subject)) {
                let Some(gap) = gap(*subject, *node) else { continue };
                now.note(gap < 3.0);
                rule.innocent.note(gap <= 0.0);
            }
            rule.wrong.part += now.part;
            rule.wrong.of += now.of;
            rule.per_repetition.push(now.value());
            for (regiment, node) in &repetition.planted {
                let regiment = &sheet.world.regiments[*regiment];
                rule.power[usize::from(regiment.n() == 100)].note(flags.contains(&(regiment.subject, *node)));
            }
        }
        self.others(sheet);
    }

    /// The other kinds of ours, and divisions.
    fn others(&mut self, sheet: &Sheet<'_>) {
        let frame = &sheet.world.scheme.frame;
        let divisions: Vec<SubjectId> = frame.ids().filter(|id| frame.subject(*id).level.0 == 1).collect();
        for point in &sheet.sample.evidence.weak_points {
            let Some(truth) = Sheet::score(sheet.truth, point.subject, point.node) else { continue };
            match point.kind {
                WeakKind::BelowLine => self.line.note(truth >= 80.0),
                WeakKind::BelowPeers if divisions.contains(&point.subject) => {
                    let median = sheet.true_median(point.node, &divisions);
                    self.of_divisions.note(median - truth < 3.0);
                }
                WeakKind::StrataDisagree => {
                    let cells = &sheet.truth.scorecards[point.subject.0 as usize].nodes[usize::from(point.node.0)].cells;
                    let of = |stratum| {
                        let cell = cells.iter().find(|cell| cell.stratum == stratum)?;
                        cell.score.as_ref().map(to_f64)
                    };
                    let pair = point.strata.and_then(|(low, high)| Some((of(low)?, of(high)?)));
                    if let Some((low, high)) = pair {
                        self.strata.note(high - low < 10.0);
                    }
                }
                _ => {}
            }
        }
    }
}

type Flags = BTreeSet<(SubjectId, NodeId)>;

fn ours(sheet: &Sheet<'_>) -> Flags {
    let points = sheet.sample.evidence.weak_points.iter().filter(|point| point.kind == WeakKind::BelowPeers);
    points.map(|point| (point.subject, point.node)).collect()
}

fn observed<'a>(sheet: &'a Sheet<'_>, node: NodeId) -> impl Iterator<Item = (SubjectId, f64)> + 'a {
    let of = move |subject| Some((subject, Sheet::score(sheet.sample, subject, node)?));
    sheet.world.regiments.iter().map(|regiment| regiment.subject).filter_map(of)
}

fn below(sheet: &Sheet<'_>) -> Flags {
    let low = |node: &NodeId| {
        observed(sheet, *node).filter(|(_, score)| *score < 80.0).map(|(subject, _)| (subject, *node)).collect::<Vec<_>>()
    };
    sheet.nodes.iter().flat_map(low).collect()
}

fn lowest(sheet: &Sheet<'_>) -> Flags {
    let items: Vec<NodeId> = (0..CEPING + 5).map(|number| sheet.world.item(number)).collect();
    let mut flags = Flags::new();
    for regiment in &sheet.world.regiments {
        let score = |node: &NodeId| Sheet::score(sheet.sample, regiment.subject, *node).map(|score| (score, *node));
        let mut scores: Vec<(f64, NodeId)> = items.iter().filter_map(score).collect();
        scores.sort_by(|one, other| one.0.total_cmp(&other.0));
        flags.extend(scores.iter().take(3).map(|(_, node)| (regiment.subject, *node)));
    }
    flags
}

#[allow(clippy::cast_precision_loss, reason = "numbers of peers")]
fn one_sd(sheet: &Sheet<'_>, subjects: &[SubjectId]) -> Flags {
    let mut flags = Flags::new();
    for node in &sheet.nodes {
        let mean = observed(sheet, *node).map(|(_, score)| score).sum::<f64>() / subjects.len() as f64;
        let squares: f64 = observed(sheet, *node).map(|(_, score)| (score - mean) * (score - mean)).sum();
        let limit = mean - (squares / (subjects.len() as f64 - 1.0)).sqrt();
        flags.extend(observed(sheet, *node).filter(|(_, score)| *score < limit).map(|(subject, _)| (subject, *node)));
    }
    flags
}

fn by_median(sheet: &Sheet<'_>, _: &[SubjectId]) -> Flags {
    let mut flags = Flags::new();
    for node in &sheet.nodes {
        let limit = median(observed(sheet, *node).map(|(_, score)| score).collect()) - 3.0;
        flags.extend(observed(sheet, *node).filter(|(_, score)| *score <= limit).map(|(subject, _)| (subject, *node)));
    }
    flags
}
