//! Reliability of a form as a scale: Cronbach's α, item–rest correlation, α without each item, from the co-moments of all ballots.

use super::both::Both;
use super::material::{FormMaterial, Materials};

use crate::measure::evidence::{ItemReliability, Reliability};
use crate::numeric::to_f64;
use crate::survey::{ItemId, Scheme};

/// The reliability of one form in one procedure; `None` for forms of a single item. Where answers are missing, each pair of items
/// is looked at on the ballots that have both, as R's `psych::alpha` does for its `raw_alpha` (L. J. Cronbach 1951).
pub(super) fn reliability(scheme: &Scheme, materials: &Materials<'_>, form: &FormMaterial<'_>) -> Option<Reliability> {
    let items = form.worth.items.len();
    if items < 2 {
        return None;
    }
    let mut both = Both::new(items);
    let mut ballots = 0;
    for comoments in materials.comoments_of(form.form, form.procedure) {
        both.add(comoments);
        ballots += comoments.n;
    }
    let slopes: Vec<f64> = form.worth.items.iter().map(|item| to_f64(&item.slope)).collect();
    let covariance = |i: usize, j: usize| both.covariance(i, j) * slopes[i] * slopes[j];
    // An item without variance says nothing of how the form hangs together.
    let used: Vec<usize> = (0..items)
        .filter(|item| form.valuations.get(*item).is_some_and(Option::is_some) && covariance(*item, *item) > 0.0)
        .collect();
    let matrix: Vec<Vec<f64>> = used.iter().map(|i| used.iter().map(|j| covariance(*i, *j)).collect()).collect();
    let enough = ballots >= scheme.rules.min_cell.max(2);
    let items = (0u16..).zip(0..items).map(|(number, item)| {
        let at = used.iter().position(|used| *used == item).filter(|_| enough);
        ItemReliability {
            item: ItemId(number),
            item_rest: at.and_then(|at| item_rest(&matrix, at)),
            alpha_without: at.and_then(|at| alpha(&matrix, Some(at))),
        }
    });
    let items: Vec<ItemReliability> = items.collect();
    let alpha = if enough { alpha(&matrix, None) } else { None };
    Some(Reliability { form: form.form, procedure: form.procedure, ballots, alpha, items })
}

/// k/(k−1) · (1 − trace / sum) of a covariance matrix, one row and column left out if asked.
fn alpha(matrix: &[Vec<f64>], without: Option<usize>) -> Option<f64> {
    let kept = || (0..matrix.len()).filter(|at| Some(*at) != without);
    let items = u32::try_from(kept().count()).ok().filter(|items| *items >= 2)?;
    let total: f64 = kept().map(|i| kept().map(|j| matrix[i][j]).sum::<f64>()).sum();
    let trace: f64 = kept().map(|i| matrix[i][i]).sum();
    let k = f64::from(items);
    (total > 0.0).then(|| k / (k - 1.0) * (1.0 - trace / total))
}

/// Correlation of an item with the sum of the others (corrected item–total correlation; `r.drop` in psych).
fn item_rest(matrix: &[Vec<f64>], item: usize) -> Option<f64> {
    let others = || (0..matrix.len()).filter(|at| *at != item);
    let rest: f64 = others().map(|i| others().map(|j| matrix[i][j]).sum::<f64>()).sum();
    let shared: f64 = others().map(|other| matrix[item][other]).sum();
    let scale = matrix[item][item] * rest;
    (scale > 0.0).then(|| shared / libm::sqrt(scale))
}
