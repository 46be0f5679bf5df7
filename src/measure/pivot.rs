//! The smallest change of one answer that would change a grade: searched over every shown cell, exactly.

use super::assessment::{Assessment, Cell, Cleared, NodeScore, Scorecard};
use super::exact::{Sum, hundred};
use super::plan::{LeafPlan, Plan};
use super::rollup::{headcounts, people};
use super::standing::{band, deciding};
use crate::numeric::{Ratio, int, to_f64};
use crate::survey::{Answer, AnswerKind, FormKind, Index, Measure, NodeId, Rollup, Scheme, StratumId, SubjectId};
use num_traits::{Signed, ToPrimitive, Zero};

/// Towards the better or the worse grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// One answer changed, and what it does to the grade by score.
#[derive(Clone, Debug, PartialEq)]
pub struct Pivot {
    /// The subject whose cell it is: the traced one, or a member below it.
    pub subject: SubjectId,
    /// The item.
    pub node: NodeId,
    pub stratum: StratumId,
    /// Options by number, or points in hundredths.
    pub from: i64,
    pub to: i64,
    /// Filled by the assessing team, not by a respondent.
    pub sheet: bool,
    /// The cell's score before and after.
    pub cell: (Ratio, Ratio),
    /// Total of the traced subject after it, exact.
    pub total: Ratio,
    /// The grade it would have (index in `Rules::bands`).
    pub grade: Option<usize>,
}

/// What one answer could do to the grade by score of one subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turning {
    /// Of one answer to an item of options: the one that moves the total least and still changes the grade. `None`: no single
    /// answer can.
    pub option_up: Option<Pivot>,
    pub option_down: Option<Pivot>,
    /// Of the points of one entry: the fewest points that change the grade. `None`: no single entry can.
    pub points_up: Option<Pivot>,
    pub points_down: Option<Pivot>,
    /// Cells not looked at because they are hidden.
    pub hidden: u64,
    /// Items not looked at, because one answer does not move them alone: pooled or relative measures, punished self-ratings.
    pub set_aside: u64,
}

impl Turning {
    #[must_use]
    pub fn of(&self, direction: Direction, points: bool) -> Option<&Pivot> {
        match (direction, points) {
            (Direction::Up, false) => self.option_up.as_ref(),
            (Direction::Down, false) => self.option_down.as_ref(),
            (Direction::Up, true) => self.points_up.as_ref(),
            (Direction::Down, true) => self.points_down.as_ref(),
        }
    }
}

/// Searches the smallest change of one answer that would change the grade by score of a subject. Quotas and vetoes come after the
/// score and are left out. `None`: the subject has no total.
#[must_use]
pub fn turning(scheme: &Scheme, cleared: &Cleared, subject: SubjectId) -> Option<Turning> {
    let assessment = cleared.get();
    let total = assessment.scorecards.get(subject.0 as usize)?.total.as_ref()?;
    let plan = Plan::new(scheme);
    let grade = band(&scheme.rules, &deciding(&scheme.rules, total));
    let mut search = Search {
        heads: headcounts(&scheme.frame),
        needs: needs(scheme, total, grade),
        plan: &plan,
        assessment,
        total: total.clone(),
        grade,
        found: Turning::default(),
        best: [[None, None], [None, None]],
    };
    search.subject(subject, &mut Vec::new());
    Some(search.found)
}

/// How far the total must move, at least, up and down; infinite where there is no such grade. A little less than the truth, for
/// sorting out what cannot matter.
fn needs(scheme: &Scheme, total: &Ratio, grade: Option<usize>) -> [f64; 2] {
    let rules = &scheme.rules;
    let mut rounding = 0.5;
    for _ in 0..rules.places {
        rounding /= 10.0;
    }
    let distance = |band: Option<usize>| {
        let from = band.and_then(|band| rules.bands.get(band)).and_then(|band| band.from.as_ref());
        from.map_or(f64::INFINITY, |from| ((to_f64(&from.value) - to_f64(total)).abs() - rounding - 1e-9).max(0.0))
    };
    [grade.map_or(0.0, |grade| grade.checked_sub(1).map_or(f64::INFINITY, |better| distance(Some(better)))), distance(grade)]
}

/// One step from a member to the subject above it.
struct Link {
    subject: SubjectId,
    /// Share of the member in the mean, and that mean as it is.
    share: Ratio,
    base: Ratio,
    /// Total of the subject as it is.
    total: Ratio,
}

struct Search<'a> {
    plan: &'a Plan<'a>,
    assessment: &'a Assessment,
    heads: Vec<Option<u64>>,
    total: Ratio,
    grade: Option<usize>,
    /// Up, down.
    needs: [f64; 2],
    found: Turning,
    /// Size of the best found so far: direction, then options or points.
    best: [[Option<Ratio>; 2]; 2],
}

/// One cell that can be changed.
struct Site<'b> {
    card: &'b Scorecard,
    leaf: &'b LeafPlan,
    cell: &'b Cell,
    /// Points of the subject's composite for a point of the cell.
    share: Ratio,
    /// From the subject up to the traced one.
    links: &'b [Link],
}

impl<'a> Search<'a> {
    /// Looks at a subject's own cells, or at those of the members its total is made of; `links` lead up to the traced one,
    /// nearest last.
    fn subject(&mut self, id: SubjectId, links: &mut Vec<Link>) {
        let assessment = self.assessment;
        let Some(card) = assessment.scorecards.get(id.0 as usize) else { return };
        let (Some(root), Some(total)) = (card.nodes.first(), &card.total) else { return };
        match root.rollup.map(|used| used.method) {
            Some(method @ (Rollup::Simple | Rollup::Headcount)) => self.members(id, total, method, links),
            _ if root.imported => {}
            _ => self.node(card, Index::ROOT, &int(1), links),
        }
    }

    fn members(&mut self, id: SubjectId, total: &Ratio, method: Rollup, links: &mut Vec<Link>) {
        let children = self.plan.scheme.frame.children(id).iter();
        let members: Vec<(SubjectId, Ratio, &Ratio)> = children
            .filter_map(|member| {
                let total = self.assessment.scorecards.get(member.0 as usize)?.total.as_ref()?;
                Some((*member, people(method, &self.heads, *member), total))
            })
            .collect();
        let (mut sum, mut all) = (Sum::new(), Sum::new());
        for (_, weight, total) in &members {
            sum.add_product(weight, total);
            all.add(weight);
        }
        let Some(base) = sum.over(&all) else { return };
        let all = all.ratio();
        for (member, weight, _) in members {
            links.push(Link { subject: id, share: weight / &all, base: base.clone(), total: total.clone() });
            self.subject(member, links);
            links.pop();
        }
    }

    /// Every leaf below a node of one subject; `share`: points of the composite for a point of the node.
    fn node(&mut self, card: &'a Scorecard, id: NodeId, share: &Ratio, links: &[Link]) {
        let tree = self.plan.scheme.index.node(id);
        let Some(score) = card.nodes.get(usize::from(id.0)).filter(|score| score.score.is_some() || score.hidden) else { return };
        if score.imported || share.is_zero() {
            return;
        }
        let mixed = tree.self_mix.as_ref().filter(|_| score.self_gap.is_some());
        let moves_alone = score.rollup.is_none()
            || (score.rollup.is_some_and(|used| used.method == Rollup::Pooled) && !tree.children.is_empty());
        if !moves_alone || mixed.is_some_and(|mix| mix.tolerance.is_some() && !mix.penalty.is_zero()) {
            self.found.set_aside += 1;
            return;
        }
        let share = mixed.map_or_else(|| share.clone(), |mix| share * (int(1) - &mix.weight));
        if tree.children.is_empty() {
            self.leaf(card, id, score, &share, links);
        }
        for child in &tree.children {
            if let Some(part) = card.nodes.get(usize::from(child.0)) {
                self.node(card, *child, &(&share * &part.weight.effective), links);
            }
        }
    }

    fn leaf(&mut self, card: &'a Scorecard, id: NodeId, score: &'a NodeScore, share: &Ratio, links: &[Link]) {
        let plan = self.plan;
        let Some(leaf) = plan.leaves.iter().find(|leaf| leaf.node == id) else { return };
        if matches!(plan.scheme.index.node(id).measure, Measure::RatioToBest | Measure::RankScore(_)) {
            self.found.set_aside += 1;
            return;
        }
        for cell in &score.cells {
            let weight = share * &cell.weight.effective;
            if weight.is_zero() {
                continue;
            }
            if cell.hidden {
                self.found.hidden += 1;
            } else if cell.score.is_some() {
                self.site(&Site { card, leaf, cell, share: weight, links });
            }
        }
    }

    fn site(&mut self, site: &Site<'_>) {
        let factor = to_f64(&site.share) * site.links.iter().map(|link| to_f64(&link.share)).product::<f64>();
        // a changed answer moves a mean by at most 100 / n, other measures by at most everything
        let scheme = self.plan.scheme;
        let mean = scheme.index.node(site.leaf.node).measure == Measure::Mean;
        #[allow(clippy::cast_precision_loss, reason = "counts of ballots")]
        let reach = factor * if mean && site.cell.n > 1 { 100.0 / (site.cell.n - 1) as f64 } else { 100.0 };
        let form = scheme.form(site.leaf.form);
        let item = form.item(site.leaf.item);
        for direction in [Direction::Up, Direction::Down] {
            if reach < self.needs[direction as usize] {
                continue;
            }
            match item.answer {
                AnswerKind::Choice { scale } => {
                    self.options(site, scheme.scales.get(scale).map_or(0, |scale| scale.choices.len()), direction);
                }
                AnswerKind::Score => self.points(site, &item.full, direction),
            }
        }
    }

    /// Every option given, turned into every other.
    fn options(&mut self, site: &Site<'_>, choices: usize, direction: Direction) {
        let choices = i64::try_from(choices).unwrap_or(0);
        for (from, _) in site.cell.counts.iter().filter(|(_, times)| *times > 0) {
            for to in (0..choices).filter(|to| to != from) {
                let Some(found) = self.changed(site, *from, to) else { continue };
                let shift = (&found.total - &self.total).abs();
                self.offer(direction, false, shift, found);
            }
        }
    }

    /// Every entry given, moved as little as it takes. The total follows the points, so halving finds the place.
    fn points(&mut self, site: &Site<'_>, full: &Ratio, direction: Direction) {
        let most = (full * hundred()).to_integer().to_i64().unwrap_or(0);
        let turns = |found: &Option<Pivot>| found.as_ref().is_some_and(|found| self.turns(direction, found.grade));
        let mut offers = Vec::new();
        for (from, _) in site.cell.counts.iter().filter(|(_, times)| *times > 0) {
            let at = |steps: i64| if direction == Direction::Up { from + steps } else { from - steps };
            let (mut low, mut high) = (0, if direction == Direction::Up { most - from } else { *from });
            if high <= 0 || !turns(&self.changed(site, *from, at(high))) {
                continue;
            }
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if turns(&self.changed(site, *from, at(middle))) { high = middle } else { low = middle }
            }
            offers.extend(self.changed(site, *from, at(high)).map(|found| (int(high), found)));
        }
        for (size, found) in offers {
            self.offer(direction, true, size, found);
        }
    }

    fn turns(&self, direction: Direction, grade: Option<usize>) -> bool {
        let place = |grade: Option<usize>| grade.unwrap_or(usize::MAX);
        match direction {
            Direction::Up => place(grade) < place(self.grade),
            Direction::Down => place(grade) > place(self.grade),
        }
    }

    /// Keeps the smallest; the first of equals.
    fn offer(&mut self, direction: Direction, points: bool, size: Ratio, found: Pivot) {
        let best = &self.best[direction as usize][usize::from(points)];
        if !self.turns(direction, found.grade) || best.as_ref().is_some_and(|best| *best <= size) {
            return;
        }
        self.best[direction as usize][usize::from(points)] = Some(size);
        let place = match (direction, points) {
            (Direction::Up, false) => &mut self.found.option_up,
            (Direction::Down, false) => &mut self.found.option_down,
            (Direction::Up, true) => &mut self.found.points_up,
            (Direction::Down, true) => &mut self.found.points_down,
        };
        *place = Some(found);
    }

    /// One answer of a cell changed, all the way up. `None` where the cell would have no score any more.
    fn changed(&self, site: &Site<'_>, from: i64, to: i64) -> Option<Pivot> {
        let scheme = self.plan.scheme;
        let answers = answers(site, from, to)?;
        let before = site.cell.score.clone()?;
        let after = site.leaf.valuation.score(&answers, &scheme.index.node(site.leaf.node).measure).score?;
        let composite = site.card.nodes.first()?.score.as_ref()? + &site.share * (&after - &before);
        let above = scheme.rules.above_100;
        let apply = |subject: SubjectId, composite: &Ratio| self.plan.adjusted[subject.0 as usize].apply(composite, above);
        let mut total = apply(site.card.subject, &composite);
        let mut was = site.card.total.clone()?;
        for link in site.links.iter().rev() {
            total = apply(link.subject, &(&link.base + &link.share * (&total - &was)));
            was.clone_from(&link.total);
        }
        let grade = band(&scheme.rules, &deciding(&scheme.rules, &total));
        Some(Pivot {
            subject: site.card.subject,
            node: site.leaf.node,
            stratum: site.cell.stratum,
            from,
            to,
            sheet: scheme.form(site.leaf.form).kind != FormKind::Ballot,
            cell: (before, after),
            total,
            grade,
        })
    }
}

/// The answers of a cell with one of them changed, in order.
fn answers(site: &Site<'_>, from: i64, to: i64) -> Option<Vec<(Answer, u64)>> {
    let choice = site.leaf.valuation.has_options();
    let answer = |value: i64| {
        if choice { u8::try_from(value).ok().map(Answer::Choice) } else { i32::try_from(value).ok().map(Answer::Score) }
    };
    let mut counts = site.cell.counts.clone();
    for (value, times) in &mut counts {
        *times -= u64::from(*value == from);
    }
    match counts.iter_mut().find(|(value, _)| *value == to) {
        Some((_, times)) => *times += 1,
        None => counts.push((to, 1)),
    }
    counts.sort_unstable();
    counts.into_iter().filter(|(_, times)| *times > 0).map(|(value, times)| Some((answer(value)?, times))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::fixture::*;
    use crate::measure::{assess, clear};

    fn found(small: &Small, feed: &Feed, subject: SubjectId) -> Turning {
        turning(&small.scheme, &clear(assess(&small.scheme, &feed.0), &small.scheme), subject).expect("a total")
    }

    fn told(pivot: Option<&Pivot>) -> Option<(i64, i64, String)> {
        pivot.map(|pivot| (pivot.from, pivot.to, show(Some(&pivot.total))))
    }

    #[test]
    fn one_abstention_is_enough_in_e1() {
        // domain.md E1: 18 10 2 0, 弃权 2: 90.67. 弃权 → 基本称职 2780/31 = 89.68 moves less than 优秀 → 基本称职 2680/30 = 89.33;
        // 优秀 → 称职 is 90.00, which is still 优秀
        let mut small = ballots(&CADRE, &["100"]);
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[18, 10, 2, 0, 2]);
        let turning = found(&small, &feed, unit);
        assert_eq!(told(turning.of(Direction::Down, false)), Some((4, 2, "89.68".to_owned())));
        assert_eq!(turning.of(Direction::Up, false), None, "there is no better grade");
        assert_eq!((turning.points_down, turning.hidden, turning.set_aside), (None, 0, 0));
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[18, 10, 2, 0, 0]);
        let turning = found(&small, &feed, unit);
        assert_eq!(told(turning.of(Direction::Down, false)), Some((0, 2, "89.33".to_owned())));
        assert_eq!(turning.option_down.and_then(|pivot| pivot.grade), Some(1));
    }

    #[test]
    fn no_single_answer_can_in_e2() {
        // domain.md E2: 86.27; one ballot of B moves it by 100/15/2 at most, one of C by 1
        let mut small = ballots(&CADRE, &["100"]);
        let set = strata(&mut small.scheme, &[("A", "", "40"), ("B", "", "30"), ("C", "", "30")]);
        small.scheme.forms[0].strata = Some(set);
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 1, &[8, 6, 1, 0]);
        feed.votes(unit, (small.procedure, small.form, 0), 2, &[20, 24, 4, 2]);
        assert_eq!(found(&small, &feed, unit), Turning::default());
        small.scheme.rules.min_cell = 16;
        let turning = found(&small, &feed, unit);
        assert!(turning.hidden >= 1, "B of 15 is not looked at: {turning:?}");
    }

    #[test]
    fn points_move_as_little_as_it_takes_through_trimming() {
        // domain.md E4: 96 92 90 88 95 60 91 trimmed: 456 / 5 = 91.20. The kept five must fall to 449.97 to print 89.99: any of
        // them by 6.03; 96 would first have to fall below 95
        let mut small = ballots(&[], &["100"]);
        small.scheme.forms[0].trim = crate::survey::Trim::OneEach { when_above: 5 };
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.points(unit, (small.procedure, small.form, 0), 0, &["60", "88", "90", "91", "92", "95", "96"]);
        let turning = found(&small, &feed, unit);
        assert_eq!(told(turning.of(Direction::Down, true)), Some((8800, 8197, "89.99".to_owned())));
        assert_eq!((turning.points_up, turning.option_down), (None, None));
    }

    #[test]
    fn a_roll_up_turns_on_an_answer_of_a_member() {
        // 一连 98 (3 people), 二连 70 (1): 91. One 优秀 of 一连 turned 称职 costs 20/10·3/4 = 1.5: 89.50
        let mut small = ballots(&CADRE, &["100"]);
        let regiment = subject(&mut small.scheme, "团", None, 1, None);
        let members =
            [("一连", 3), ("二连", 1)].map(|(name, heads)| subject(&mut small.scheme, name, Some(regiment), 2, Some(heads)));
        let mut feed = Feed::default();
        feed.votes(members[0], (small.procedure, small.form, 0), 0, &[9, 1]);
        feed.votes(members[1], (small.procedure, small.form, 0), 0, &[0, 5, 5]);
        let turning = found(&small, &feed, regiment);
        assert_eq!(told(turning.of(Direction::Down, false)), Some((0, 1, "89.50".to_owned())));
        let pivot = turning.option_down.expect("found");
        assert_eq!((pivot.subject, pivot.cell), (members[0], (int(98), int(96))));
    }
}
