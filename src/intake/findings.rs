//! The diagnostics of one sheet: listed up to a limit a code, then only counted.

use crate::diagnostic::Diagnostic;
use std::collections::BTreeMap;

/// Listed one by one per sheet and code; the rest is counted in `more` of the last one listed.
const LISTED: u64 = 200;

/// Findings in order of reading; the same for any split of the sheet into parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    list: Vec<Diagnostic>,
    /// Per code: how many were met, and where the last listed one stands.
    seen: BTreeMap<String, (u64, usize)>,
}

impl Findings {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let (met, last) = self.seen.entry(diagnostic.code.clone()).or_default();
        *met += 1;
        if *met <= LISTED {
            *last = self.list.len();
            self.list.push(diagnostic);
        }
    }

    /// Whether another finding of this code would still be listed (else only [`Findings::count`] it).
    pub(super) fn lists(&self, code: &str) -> bool {
        self.seen.get(code).is_none_or(|(met, _)| *met < LISTED)
    }

    /// Counts a finding that is not listed any more.
    pub(super) fn count(&mut self, code: &str) {
        if let Some((met, _)) = self.seen.get_mut(code) {
            *met += 1;
        }
    }

    /// The cells at which findings of these codes stand, sorted.
    pub(super) fn places(&self, codes: &[&str]) -> Vec<(u32, u32)> {
        let these = self.list.iter().filter(|found| codes.contains(&found.code.as_str()));
        let mut places: Vec<(u32, u32)> = these.filter_map(|found| found.place.row.zip(found.place.column)).collect();
        places.sort_unstable();
        places
    }

    /// Adds the findings of the part that follows.
    pub(super) fn append(&mut self, next: Self) {
        let mut over: Vec<(String, u64)> = Vec::new();
        for (code, (met, _)) in &next.seen {
            over.push((code.clone(), met.saturating_sub(LISTED)));
        }
        for diagnostic in next.list {
            self.push(diagnostic);
        }
        for (code, count) in over {
            if let Some((met, _)) = self.seen.get_mut(&code) {
                *met += count;
            }
        }
    }

    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        for (met, last) in self.seen.values() {
            if let Some(diagnostic) = self.list.get_mut(*last) {
                diagnostic.more += met.saturating_sub(LISTED);
            }
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    #[test]
    fn the_split_does_not_matter() {
        let one = |row| Diagnostic::new("B402", Place::file("a.csv").row(row));
        let mut whole = Findings::default();
        let mut parts = [Findings::default(), Findings::default()];
        for row in 0..500 {
            whole.push(one(row));
            parts[usize::from(row >= 230)].push(one(row));
        }
        let [mut first, second] = parts;
        first.append(second);
        let (whole, joined) = (whole.finish(), first.finish());
        assert_eq!(whole, joined);
        assert_eq!((whole.len(), whole[199].more), (200, 300));
    }
}
