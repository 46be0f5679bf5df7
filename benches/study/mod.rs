//! The simulation study of method §6 and §7: made corps with known true scores, assessed by the program's own code.

pub mod marks;
pub mod shares;
pub mod world;

use marks::Marks;
use rayon::prelude::*;
use world::{Kind, World};

/// So many repetitions of a corps of so many divisions.
pub fn study(divisions: usize, repetitions: u64, seed: u64, kind: Kind) -> Marks {
    let world = World::new(divisions, seed, kind);
    let one = |number| {
        let mut marks = Marks::new();
        marks.add(&world, &world.repetition(number));
        marks
    };
    let mut sum = Marks::new();
    // a few at a time: whole corps take room
    for start in (0..repetitions).step_by(8) {
        let some: Vec<Marks> = (start..repetitions.min(start + 8)).into_par_iter().map(one).collect();
        for marks in &some {
            sum.merge(marks);
        }
    }
    sum
}
