//! How far ranks and grades could move, by cause: sampling error, weights, option values, told apart (method §6).

mod chance;
mod collect;
mod field;
mod model;
mod notice;
mod options;
mod persons;
mod sampling;
#[cfg(test)]
mod tests;
mod weights;

pub(super) use field::{Field, key};
pub use notice::unsettled;
pub(super) use persons::fill as fill_persons;

use super::assessment::{Scorecard, Standing};
use super::estimate::Counts;
use super::evidence::{Spread, Stability};
use super::plan::Plan;
use collect::Collector;
use field::Scratch;
use model::Model;
use options::Options;
use rayon::prelude::*;
use sampling::Sampling;
use weights::Weights;

/// Cells of all tables of ranks together, over the parts that count at the same time (256 MiB).
const MOST_CELLS: usize = 1 << 26;

/// What is drawn.
enum Cause {
    Sampling(Sampling),
    Weights(Weights),
    Options(Options),
}

impl Cause {
    fn moves(&self) -> &[bool] {
        match self {
            Self::Sampling(cause) => &cause.moves,
            Self::Weights(cause) => &cause.moves,
            Self::Options(cause) => &cause.moves,
        }
    }

    fn draw(&self, model: &Model, draw: u64, totals: &mut [f64]) {
        match self {
            Self::Sampling(cause) => cause.draw(model, draw, totals),
            Self::Weights(cause) => cause.draw(model, draw, totals),
            Self::Options(cause) => cause.draw(model, draw, totals),
        }
    }

    /// Whether something can be said of the place of this subject.
    fn known(&self, slot: usize) -> bool {
        match self {
            Self::Sampling(cause) => !cause.unknown[slot],
            Self::Weights(_) | Self::Options(_) => true,
        }
    }

    fn put(&self, stability: &mut Stability, spread: Spread) {
        let place = match self {
            Self::Sampling(_) => &mut stability.sampling,
            Self::Weights(_) => &mut stability.weights,
            Self::Options(_) => &mut stability.options,
        };
        *place = Some(spread);
    }
}

/// Fills the stability of every standing that has a rank. Where no total of a peer group can move by a cause, that cause stays
/// `None` for all of it; peers that cannot move stand where they are while the others are drawn.
pub(super) fn fill(plan: &Plan<'_>, counts: &Counts<'_>, cards: &[Scorecard], standings: &mut [Standing]) {
    if plan.scheme.rules.analysis.draws == 0 {
        return;
    }
    let fields = Field::all(plan, cards, standings);
    let model = Model::new(plan, cards);
    let causes = [
        Cause::Sampling(Sampling::new(plan.scheme, cards, &model, &fields)),
        Cause::Weights(Weights::new(plan, &model)),
        Cause::Options(Options::new(plan, counts, cards, &model)),
    ];
    let mut places: Vec<Option<usize>> = vec![None; cards.len()];
    for (place, standing) in standings.iter().enumerate() {
        places[standing.subject.0 as usize] = Some(place);
    }
    for cause in &causes {
        let movable = |field: &&Field| field.contenders.iter().any(|peer| cause.moves()[peer.subject.0 as usize]);
        let drawn: Vec<&Field> = fields.iter().filter(movable).collect();
        let collected = simulate(plan, &model, cause, &drawn);
        for (field, collector) in drawn.iter().zip(&collected) {
            let of = u32::try_from(field.ranked()).unwrap_or(u32::MAX);
            for (number, peer) in field.contenders.iter().enumerate() {
                let slot = peer.subject.0 as usize;
                if let (Some(rank), Some(place), true) = (peer.rank, places[slot], cause.known(slot)) {
                    cause.put(&mut standings[place].stability, collector.spread(number, rank, of));
                }
            }
        }
    }
}

/// All draws of one cause, shared out over the threads; what is counted does not hang on how.
fn simulate(plan: &Plan<'_>, model: &Model, cause: &Cause, fields: &[&Field]) -> Vec<Collector> {
    let empty: Vec<Collector> = fields.iter().map(|field| Collector::new(field)).collect();
    let cells: usize = empty.iter().map(Collector::cells).sum();
    let parts = rayon::current_num_threads().min(MOST_CELLS / cells.max(1)).max(1) as u64;
    let draws = u64::from(plan.scheme.rules.analysis.draws);
    let part = |part: u64| {
        let mut collected = empty.clone();
        let mut totals = vec![f64::NAN; model.bases.len()];
        let mut scratch = Scratch::default();
        for draw in draws * part / parts..draws * (part + 1) / parts {
            cause.draw(model, draw, &mut totals);
            for (field, collector) in fields.iter().zip(&mut collected) {
                field.draw(&totals, cause.moves(), &mut scratch);
                collector.take(&scratch);
            }
        }
        collected
    };
    let done: Vec<Vec<Collector>> = (0..parts).into_par_iter().map(part).collect();
    let mut sums = empty.clone();
    for collected in &done {
        sums.iter_mut().zip(collected).for_each(|(sum, collector)| sum.add(collector));
    }
    sums
}
