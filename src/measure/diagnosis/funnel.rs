//! Funnels: what chance alone makes of equal units, and how much more they scatter (Spiegelhalter 2005, Stat. Med. 24, 1185–1202).

use super::bayes::{MIN_PEERS, Measured, centre, paule_mandel};
use super::column::Column;
use super::ground::{Basis, Ground, Group};
use super::median::order;
use crate::measure::evidence::{Funnel, FunnelPoint};

/// Share of the z-scores that is drawn in at each end before over-dispersion is judged, so that the few that are looked for do not
/// hide themselves.
const WINSORISED: f64 = 0.1;

/// The funnel of one node over one peer group; `None` with too few scores that have an error. Scores without any (nobody missing,
/// or all answers alike) have no place in a funnel.
pub(super) fn funnel(ground: &Ground<'_>, group: &Group, column: &Column) -> Option<Funnel> {
    let mut points: Vec<FunnelPoint> = column
        .there()
        .filter(|reading| reading.basis == Basis::Sample)
        .filter_map(|reading| {
            let se = ground.node(reading.subject, column.node)?.error.as_ref()?.working().0;
            let point = FunnelPoint { subject: reading.subject, score: reading.point.value, se, n: reading.n, z: 0.0 };
            (se > 0.0).then_some(point)
        })
        .collect();
    if points.len() < MIN_PEERS {
        return None;
    }
    let measured: Vec<Measured> =
        points.iter().map(|point| Measured { value: point.score, variance: point.se * point.se }).collect();
    let centre = centre(&measured, 0.0);
    let z: Vec<f64> = points.iter().map(|point| (point.score - centre) / point.se).collect();
    let dispersion = dispersion(&z);
    for point in &mut points {
        point.z = (point.score - centre) / (point.se * dispersion.sqrt());
    }
    let tau = paule_mandel(&measured).sqrt();
    Some(Funnel { level: group.level, domain: group.domain, node: column.node, centre, dispersion, tau, points })
}

/// φ: the mean square of the winsorised z-scores, at least 1.
fn dispersion(z: &[f64]) -> f64 {
    let order = order(z);
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few")]
    let cut = (z.len() as f64 * WINSORISED) as usize;
    let at = |place: usize| order.get(place).and_then(|at| z.get(*at)).copied().unwrap_or(0.0);
    let (low, high) = (at(cut), at(z.len().saturating_sub(cut + 1)));
    #[allow(clippy::cast_precision_loss, reason = "numbers of peers")]
    let mean = z.iter().map(|z| z.clamp(low, high)).map(|z| z * z).sum::<f64>() / z.len().max(1) as f64;
    mean.max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dispersion_draws_in_a_tenth_at_each_end() {
        // Ten: the lowest becomes −2, the highest 2. (4 + 4 + 1·6 + 4 + 4)/10
        let z = [-30.0, -2.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 2.0, 9.0];
        assert!((dispersion(&z) - 2.2).abs() < 1e-12);
        assert!((dispersion(&[0.1; 8]) - 1.0).abs() < 1e-12, "never less than chance");
    }
}
