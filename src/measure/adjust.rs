//! Bonus, deductions, veto 加分、扣分、一票否决, the total they make, and its bounds while a procedure is missing.

use super::assessment::{NodeScore, Scorecard, WhyMissing};
use super::exact::{Sum, hundred};
use super::plan::Plan;
use crate::numeric::{Ratio, exact_text, int};
use crate::survey::{AdjustmentKind, DomainId, Index, Scheme, SubjectId, VetoEffect};
use num_traits::Zero;
use std::collections::BTreeMap;

/// The adjustments of one subject, summed as the scheme says.
#[derive(Clone, Debug)]
pub(super) struct Adjusted {
    /// After one-award-once and the cap.
    pub bonus: Ratio,
    pub claimed: Ratio,
    pub deduction: Ratio,
    /// Effect and reason of every veto, in table order.
    pub vetoes: Vec<(VetoEffect, String)>,
    /// Rows of the adjustments table, 0-based.
    pub rows: Vec<u32>,
    /// Achievements claimed more than once; only the highest award of each counts.
    pub repeated: Vec<String>,
    /// The cap took something away.
    pub capped: bool,
}

/// Adjustments by subject, in frame order.
pub(super) fn adjusted(scheme: &Scheme) -> Vec<Adjusted> {
    let mut rows = vec![Vec::new(); scheme.frame.subjects.len()];
    for adjustment in &scheme.adjustments {
        if let Some(list) = rows.get_mut(adjustment.subject.0 as usize) {
            list.push(adjustment);
        }
    }
    rows.iter().map(|rows| sum_up(scheme, rows)).collect()
}

fn sum_up(scheme: &Scheme, rows: &[&crate::survey::Adjustment]) -> Adjusted {
    let mut out = Adjusted {
        bonus: int(0),
        claimed: int(0),
        deduction: int(0),
        vetoes: Vec::new(),
        rows: rows.iter().map(|row| row.row).collect(),
        repeated: Vec::new(),
        capped: false,
    };
    let mut awards: BTreeMap<&str, (Ratio, u32)> = BTreeMap::new();
    for row in rows {
        match row.kind {
            AdjustmentKind::Bonus => {
                out.claimed += &row.points;
                if row.achievement.is_empty() {
                    out.bonus += &row.points;
                } else {
                    let award = awards.entry(&row.achievement).or_insert_with(|| (row.points.clone(), 0));
                    award.0 = award.0.clone().max(row.points.clone());
                    award.1 += 1;
                }
            }
            AdjustmentKind::Deduction => out.deduction += &row.points,
            AdjustmentKind::Veto => out.vetoes.push((row.effect.unwrap_or(scheme.rules.veto), row.reason.clone())),
        }
    }
    for (achievement, (points, times)) in awards {
        out.bonus += points;
        if times > 1 {
            out.repeated.push(achievement.to_owned());
        }
    }
    if let Some(cap) = &scheme.rules.bonus_cap
        && out.bonus > *cap
    {
        out.bonus = cap.clone();
        out.capped = true;
    }
    out
}

impl Adjusted {
    /// The scorecard of a subject, without a total yet.
    pub(super) fn card(&self, subject: SubjectId, nodes: Vec<NodeScore>) -> Scorecard {
        Scorecard {
            subject,
            nodes,
            bonus: self.bonus.clone(),
            bonus_claimed: self.claimed.clone(),
            deduction: self.deduction.clone(),
            total: None,
            bounds: None,
            vetoed: !self.vetoes.is_empty(),
        }
    }

    /// Composite + bonus − deductions, kept in [0, 100] unless the scheme allows more.
    pub(super) fn apply(&self, composite: &Ratio, above_100: bool) -> Ratio {
        // mostly there is nothing to add, and sums of fractions are dear
        let moved = !(self.bonus.is_zero() && self.deduction.is_zero());
        let total = if moved { composite + &self.bonus - &self.deduction } else { composite.clone() }.max(int(0));
        if above_100 { total } else { total.min(hundred()) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The composite with missing procedures at 0 and at 100, before adjustments (method §10.8). `None` when every one is missing.
pub(super) fn bounds(plan: &Plan<'_>, domain: DomainId, nodes: &[NodeScore]) -> Option<(Ratio, Ratio)> {
    let root = nodes.first()?;
    if root.imported {
        return root.score.clone().map(|score| (score.clone(), score));
    }
    let (mut low, mut missing, mut all) = (Sum::new(), Sum::new(), Sum::new());
    let mut present = false;
    for id in &plan.scheme.index.node(Index::ROOT).children {
        let (Some(weight), Some(part)) = (plan.share(domain, *id), nodes.get(usize::from(id.0))) else { continue };
        if part.why == Some(WhyMissing::NotApplicable) {
            continue;
        }
        all.add(weight);
        match &part.score {
            Some(score) => {
                present = true;
                low.add_product(weight, score);
            }
            None => missing.add(weight),
        }
    }
    if !present {
        return None;
    }
    let low = low.over(&all)?;
    if missing.is_zero() {
        return Some((low.clone(), low));
    }
    let open = missing.over(&all)? * hundred();
    Some((low.clone(), low + open))
}

/// Reasons are parted by [`crate::diagnostic::LIST`]. What several vetoes come to: the worst band, out of the ranking if one of them says so, set rather than capped if one sets.
pub(super) fn strictest(vetoes: &[(VetoEffect, String)]) -> Option<(VetoEffect, String)> {
    let band = |effect: VetoEffect| match effect {
        VetoEffect::Cap(band) => (0, band),
        VetoEffect::Set(band) => (1, band),
        VetoEffect::OutOfRanking(band) => (2, band),
    };
    let kind = vetoes.iter().map(|(effect, _)| band(*effect).0).max()?;
    let worst = vetoes.iter().map(|(effect, _)| band(*effect).1).max()?;
    let reasons: Vec<&str> = vetoes.iter().map(|(_, reason)| reason.as_str()).filter(|reason| !reason.is_empty()).collect();
    let effect = match kind {
        0 => VetoEffect::Cap(worst),
        1 => VetoEffect::Set(worst),
        _ => VetoEffect::OutOfRanking(worst),
    };
    Some((effect, reasons.join(crate::diagnostic::LIST)))
}

/// A share as text, for messages: `30%`, and `1/3` where percent would not be exact.
pub(super) fn percent(share: &Ratio) -> String {
    let points = exact_text(&(share * hundred()));
    if points.contains('/') { exact_text(share) } else { format!("{points}%") }
}
