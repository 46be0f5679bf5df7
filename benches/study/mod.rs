//! The simulation study of method §6 and §7: made corps with known true scores, assessed by the program's own code.

pub mod marks;
pub mod world;

use marks::Marks;
use world::World;

/// So many repetitions of a corps of so many divisions; `differ`: its units differ, and weak points are planted.
pub fn study(divisions: usize, repetitions: u64, seed: u64, differ: bool) -> Marks {
    let world = World::new(divisions, seed, differ);
    let mut marks = Marks::new();
    for number in 0..repetitions {
        marks.add(&world, &world.repetition(number));
    }
    marks
}
