//! The reading habits by name: each rule that keeps one of the messes of real returns from doing harm. All are always
//! kept; only a test can drop one, to prove what it is for (`tests/corpus/` names for each fixture the habit it lives by).

/// One habit. The comment says what is done where it is kept; dropped, the plain thing is done instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// Titles above the header are skipped: the header is looked for, not taken to be row 1.
    HeaderSearch,
}

impl Habit {
    /// Every habit with its name in the fixtures, in order.
    pub const ALL: &'static [(Self, &'static str)] = &[(Self::HeaderSearch, "header-search")];
}

/// Whether a habit is kept. Always: the compiler takes the question away.
#[cfg(not(test))]
#[must_use]
#[inline]
pub const fn on(_: Habit) -> bool {
    true
}

#[cfg(test)]
thread_local! {
    static DROPPED: std::cell::Cell<Option<Habit>> = const { std::cell::Cell::new(None) };
}

/// Whether a habit is kept on this thread.
#[cfg(test)]
pub fn on(habit: Habit) -> bool {
    DROPPED.get() != Some(habit)
}

/// Does `work` without one habit. Only on this thread: give it a pool of one thread where work is shared out.
#[cfg(test)]
pub fn without<R>(habit: Option<Habit>, work: impl FnOnce() -> R) -> R {
    DROPPED.set(habit);
    let result = work();
    DROPPED.set(None);
    result
}
