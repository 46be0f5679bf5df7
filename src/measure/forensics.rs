//! Ballots looked at as such: more straight lines than peers give, blocks of equal ballots, ballots far from the unit's pattern
//! ([`far`]) and ballots filled too fast ([`fast`]). A flag with its evidence, never a verdict, and nothing is taken out for it.
//!
//! Per unit × form × stratum, against the same stratum of the same form among units of the same level:
//!
//! - straight lines: x of n against the share p of the others, z = (x − n·p) / √(n·p·(1−p)·φ), φ the over-dispersion among the
//!   peers (Spiegelhalter 2005), so that units that really are all of one mind do not stand out by that alone; the larger of
//!   the normal tail of z and the binomial tail;
//! - equal ballots: the largest bucket m of n ballots that are no straight lines. Alike by chance are as many as the unit's own
//!   answers make likely, Π_i max_o share(i,o), times how much more alike than independent answers ballots of the peers are
//!   (their median), plus one bucket's share of strangers; the tail of the binomial, times the number of buckets;
//! - far and fast ballots: as straight lines.
//!
//! Flagged are the largest sets whose false discovery rate is 5 % (Benjamini and Hochberg 1995), per kind.

mod excess;
mod far;
mod fast;
#[cfg(test)]
mod tests;
mod withheld;

use super::assessment::Assessment;
use super::evidence::{Forensic, ForensicKind};
use super::tally::patterns::{BUCKETS, STRAIGHT};
use super::totals::{CountRow, Totals};
use crate::diagnostic::{Diagnostic, Place};
use crate::survey::{FormId, LevelId, NodeId, NodeSource, Scheme, StratumId, SubjectId};
use excess::{Share, binomial_tail, discoveries, excess};
use std::collections::BTreeMap;

/// Fewer ballots tell nothing.
const FEWEST_BALLOTS: u64 = 10;
/// Fewer peers are no measure.
const FEWEST_PEERS: usize = 6;

/// Ballots of one unit, form, procedure and stratum about one subject.
type Cell = (FormId, NodeId, StratumId, SubjectId, SubjectId);
/// What is compared with each other.
type Peers = (FormId, NodeId, StratumId, LevelId);

#[derive(Clone, Debug, Default)]
struct Look {
    n: f64,
    straight: f64,
    /// Largest bucket of the others.
    block: f64,
    /// Π_i max_o share(i,o).
    alike: f64,
}

/// The codes of the notices.
const CODES: [&str; 4] = ["M340", "M341", "M343", "M344"];

/// Fills the flags and says them.
pub(super) fn fill(out: &mut Assessment, scheme: &Scheme, totals: &Totals) {
    let (mut straight, mut equal) = (Vec::new(), Vec::new());
    for group in peers(scheme, looks(totals).into_iter(), |(cell, _)| cell) {
        if group.len() >= FEWEST_PEERS {
            straight.extend(excess(&straight_lines(&group), ForensicKind::StraightLines, 0.0));
            equal.extend(equal_ballots(&group));
        }
    }
    let spread = peers(scheme, far::places(&totals.places).into_iter(), |(cell, _)| cell);
    let far = spread.iter().flat_map(|group| far::far_ballots(group)).collect();
    let timed = peers(scheme, fast::shares(&totals.paces).into_iter(), |(cell, ..)| cell);
    let fast = timed.iter().flat_map(|group| fast::fast_ballots(group)).collect();
    let mut flags: Vec<Forensic> = [straight, equal, far, fast].into_iter().flat_map(discoveries).collect();
    let least = scheme.rules.min_cell;
    let few = |flag: &Forensic| flag.of < least || flag.count < least;
    out.evidence.forensics_withheld = withheld::few(scheme, flags.iter().filter(|flag| few(flag)));
    flags.retain(|flag| !few(flag));
    flags.sort_by_key(|flag| (flag.unit, flag.form, flag.procedure, flag.stratum, flag.subject, flag.kind));
    out.diagnostics.extend(flags.iter().map(|flag| notice(scheme, flag)));
    out.evidence.forensics = flags;
}

/// Takes away the flags of strata of which some cell is hidden: how many ballots there are straight, equal or far would narrow down
/// what they say.
pub(super) fn conceal(assessment: &mut Assessment, scheme: &Scheme) {
    let flags = std::mem::take(&mut assessment.evidence.forensics);
    let (gone, flags): (Vec<Forensic>, Vec<Forensic>) =
        flags.into_iter().partition(|flag| touches_hidden(assessment, scheme, flag));
    withheld::add(assessment, scheme, &gone);
    assessment.diagnostics.retain(|said| !CODES.contains(&said.code.as_str()));
    assessment.diagnostics.extend(flags.iter().map(|flag| notice(scheme, flag)));
    assessment.diagnostics.extend(withheld::notice(assessment, scheme));
    assessment.evidence.forensics = flags;
}

fn touches_hidden(assessment: &Assessment, scheme: &Scheme, flag: &Forensic) -> bool {
    let own = assessment.scorecards.get(flag.subject.0 as usize).filter(|card| card.subject == flag.subject);
    let persons = &assessment.persons.scorecards;
    let card = own.or_else(|| persons.iter().find(|card| card.subject == flag.subject));
    let Some(card) = card else { return true };
    card.nodes.iter().zip(&scheme.index.nodes).any(|(node, rule)| {
        let asked = matches!(rule.source, NodeSource::Item { form, .. } if form == flag.form);
        asked && (node.hidden || node.cells.iter().any(|cell| cell.hidden && cell.stratum == flag.stratum))
    })
}

/// Cells by what they are compared with.
fn peers<T>(scheme: &Scheme, cells: impl Iterator<Item = T>, cell: impl Fn(&T) -> &Cell) -> Vec<Vec<T>> {
    let mut groups: BTreeMap<Peers, Vec<T>> = BTreeMap::new();
    for one in cells {
        let (form, procedure, stratum, unit, _) = *cell(&one);
        let Some(level) = level(scheme, unit) else { continue };
        groups.entry((form, procedure, stratum, level)).or_default().push(one);
    }
    groups.into_values().collect()
}

/// The straight lines among the ballots of every cell.
fn straight_lines(group: &[(Cell, Look)]) -> Vec<Share> {
    group.iter().map(|(cell, look)| (*cell, look.straight, look.n)).collect()
}

fn level(scheme: &Scheme, unit: SubjectId) -> Option<LevelId> {
    scheme.frame.subjects.get(unit.0 as usize).map(|unit| unit.level)
}

#[allow(clippy::cast_precision_loss, reason = "ballots of a unit")]
fn looks(totals: &Totals) -> BTreeMap<Cell, Look> {
    let mut looks: BTreeMap<Cell, Look> = BTreeMap::new();
    for row in &totals.patterns {
        let look = looks.entry((row.form, row.procedure, row.stratum, row.unit, row.subject)).or_default();
        let count = row.count as f64;
        look.n += count;
        if row.bucket == STRAIGHT {
            look.straight += count;
        } else {
            look.block = look.block.max(count);
        }
    }
    looks.retain(|_, look| look.n >= FEWEST_BALLOTS as f64);
    for (cell, alike) in likeness(totals) {
        if let Some(look) = looks.get_mut(&cell) {
            look.alike = alike;
        }
    }
    looks
}

/// Π_i max_o share(i,o) of every cell: how often the commonest ballot would be given, were answers independent. The counts stand
/// sorted, so those of one item of one cell stand together.
#[allow(clippy::cast_precision_loss, reason = "ballots of a unit")]
fn likeness(totals: &Totals) -> BTreeMap<Cell, f64> {
    let sheet = |row: &CountRow| (row.subject, row.unit, row.procedure, row.form);
    let cell = |row: &CountRow| (row.item, row.stratum);
    let mut alike = BTreeMap::new();
    for rows in totals.rows.chunk_by(|one, other| sheet(one) == sheet(other)) {
        let mut strata: BTreeMap<StratumId, f64> = BTreeMap::new();
        for answers in rows.chunk_by(|one, other| cell(one) == cell(other)) {
            let counts = answers.iter().filter(|row| row.part == 0).map(|row| row.count);
            let (most, all) = counts.fold((0, 0), |(most, all), count| (count.max(most), all + count));
            if let (Some(row), 1..) = (answers.first(), all) {
                *strata.entry(row.stratum).or_insert(1.0) *= most as f64 / all as f64;
            }
        }
        let Some(row) = rows.first() else { continue };
        let cells = strata.into_iter().map(|(stratum, share)| ((row.form, row.procedure, stratum, row.unit, row.subject), share));
        alike.extend(cells);
    }
    alike
}

fn equal_ballots(group: &[(Cell, Look)]) -> Vec<Forensic> {
    let strangers = 1.0 / f64::from(BUCKETS);
    let rest = |look: &Look| look.n - look.straight;
    let usable: Vec<&(Cell, Look)> = group.iter().filter(|(_, look)| rest(look) > 0.0 && look.alike > 0.0).collect();
    let mut excess: Vec<f64> = usable.iter().map(|(_, look)| look.block / rest(look) / (look.alike + strangers)).collect();
    excess.sort_by(f64::total_cmp);
    let more = excess.get(excess.len() / 2).copied().unwrap_or(1.0).max(1.0);
    let flag = |(cell, look): &&(Cell, Look)| {
        let p = ((look.alike + strangers) * more).min(1.0);
        let tail = (binomial_tail(rest(look), p, look.block) * f64::from(BUCKETS)).min(1.0);
        forensic(*cell, ForensicKind::EqualBallots, (look.block, rest(look)), rest(look) * p, tail)
    };
    usable.iter().map(flag).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole numbers of ballots")]
fn forensic(cell: Cell, kind: ForensicKind, (count, of): (f64, f64), expected: f64, probability: f64) -> Forensic {
    let (form, procedure, stratum, unit, subject) = cell;
    Forensic { unit, subject, form, procedure, stratum, kind, count: count as u64, of: of as u64, expected, probability }
}

fn notice(scheme: &Scheme, flag: &Forensic) -> Diagnostic {
    let form = scheme.form(flag.form);
    let stratum = scheme.strata_of(form).map_or("", |strata| strata.member(flag.stratum).name.as_str());
    let code = match flag.kind {
        ForensicKind::StraightLines => "M340",
        ForensicKind::EqualBallots => "M341",
        ForensicKind::FarFromPattern => "M343",
        ForensicKind::TooFast => "M344",
    };
    Diagnostic::new(code, Place::default())
        .with("unit", scheme.frame.path(flag.unit))
        .with("form", form.name.as_str())
        .with("stratum", stratum)
        .with("found", flag.count)
        .with("of", flag.of)
        .with("expected", format!("{:.1}", flag.expected))
}

#[cfg(test)]
mod chances {
    #![allow(clippy::cast_precision_loss, reason = "few ballots")]

    use super::{Cell, Look, binomial_tail, discoveries, equal_ballots, excess, straight_lines};
    use crate::measure::evidence::{Forensic, ForensicKind};
    use crate::survey::{FormId, NodeId, StratumId, SubjectId};
    use rand_pcg::Pcg32;
    use rand_pcg::rand_core::{Rng, SeedableRng};
    use std::collections::BTreeMap;

    #[test]
    fn the_tail_of_the_binomial() {
        // R: pbinom(2, 10, .3, lower.tail = FALSE), pbinom(49, 400, .05, …), pbinom(30, 60, .2, …)
        assert!((binomial_tail(10.0, 0.3, 3.0) - 0.617_217_213_6).abs() < 1e-9);
        assert!((binomial_tail(400.0, 0.05, 50.0) / 3.757_297_207_251_49e-9 - 1.0).abs() < 1e-9);
        assert!((binomial_tail(60.0, 0.2, 31.0) / 4.892_109_599_529_35e-8 - 1.0).abs() < 1e-9);
        assert!((binomial_tail(10.0, 0.3, 0.0) - 1.0).abs() < 1e-12);
    }

    /// Units of `n` ballots of six items with five options; in the first, so many ballots are copies of one.
    fn made(seed: u64, units: u32, n: usize, copies: usize, lines: usize) -> Vec<(Cell, Look)> {
        let mut dice = Pcg32::seed_from_u64(seed);
        let mut group = Vec::new();
        for unit in 0..units {
            let mut buckets: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
            let mut shares = vec![[0.0; 5]; 6];
            let mut straight = 0.0;
            for ballot in 0..n {
                let liking = dice.next_u32() % 3;
                let mut answers: Vec<u32> = (0..6).map(|_| (dice.next_u32() % 3 + liking).min(4)).collect();
                if unit == 0 && ballot < copies {
                    answers = vec![0, 1, 0, 2, 0, 1];
                } else if unit == 0 && ballot < copies + lines {
                    answers = vec![0; 6];
                }
                for (item, answer) in answers.iter().enumerate() {
                    shares[item][*answer as usize] += 1.0 / n as f64;
                }
                if answers.iter().all(|answer| *answer == answers[0]) {
                    straight += 1.0;
                } else {
                    *buckets.entry(answers).or_default() += 1.0;
                }
            }
            let block = buckets.values().copied().fold(0.0, f64::max);
            let alike = shares.iter().map(|item| item.iter().copied().fold(0.0, f64::max)).product();
            let cell = (FormId(0), NodeId(1), StratumId(0), SubjectId(unit), SubjectId(unit));
            group.push((cell, Look { n: n as f64, straight, block, alike }));
        }
        group
    }

    fn lines(group: &[(Cell, Look)]) -> Vec<Forensic> {
        excess(&straight_lines(group), ForensicKind::StraightLines, 0.0)
    }

    #[test]
    fn a_planted_block_of_equal_ballots_is_found_and_chance_is_not() {
        let found = discoveries(equal_ballots(&made(1, 30, 400, 50, 0)));
        assert_eq!(found.iter().map(|flag| flag.unit.0).collect::<Vec<_>>(), [0]);
        assert!(found[0].count >= 50 && found[0].probability < 1e-6, "{found:?}");
        let mut false_alarms = 0;
        for seed in 0..200 {
            let group = made(100 + seed, 20, 60, 0, 0);
            false_alarms += usize::from(!discoveries(equal_ballots(&group)).is_empty());
        }
        assert!(false_alarms <= 16, "{false_alarms} of 200 clean organisations were flagged; 5 % are 10");
    }

    #[test]
    fn planted_straight_lines_are_found_and_chance_is_not() {
        let found = discoveries(lines(&made(2, 30, 100, 0, 45)));
        assert_eq!(found.iter().map(|flag| flag.unit.0).collect::<Vec<_>>(), [0]);
        let mut false_alarms = 0;
        for seed in 0..200 {
            false_alarms += usize::from(!discoveries(lines(&made(500 + seed, 20, 60, 0, 0))).is_empty());
        }
        assert!(false_alarms <= 20, "{false_alarms} of 200");
    }
}
