//! Weak points 短板 with their evidence, told apart by kind, and funnels (method §7).

mod previous;

pub use previous::last_year;
