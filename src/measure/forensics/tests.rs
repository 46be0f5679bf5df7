//! Ballots made by dice, counted as any others: what was planted is found, and honest ballots are flagged at the stated rate.

use super::fill;
use crate::measure::assessment::Assessment;
use crate::measure::evidence::{Forensic, ForensicKind};
use crate::measure::fixture::{CADRE, Small, ballots, subject};
use crate::measure::{Counter, Tally, Totals, Worths, assess, clear};
use crate::survey::{Answer, Block, Column, Disposition, ItemId, Pace, Sink, SourceSheet, StratumId, SubjectId};
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};
use std::sync::Arc;

const ITEMS: u16 = 8;

/// One ballot: options, and seconds where they are known.
type Ballot = (Vec<u8>, Option<u64>);

struct Dice(Pcg32);

impl Dice {
    /// Near enough normal: four dice, centred, of standard deviation 1.
    fn normal(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| f64::from(self.0.next_u32() >> 8) / f64::from(1u32 << 24)).sum();
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

/// An honest ballot: the unit's standing, what the respondent thinks of everything, and each item for itself.
fn honest(dice: &mut Dice, unit: f64, items: &[f64]) -> Ballot {
    let liking = 0.7 * dice.normal();
    let option = |own: f64| match own {
        0.0.. => 0,
        -1.0.. => 1,
        -2.2.. => 2,
        _ => 3,
    };
    let options = items.iter().map(|item| option(0.4 + unit + item + liking + 0.7 * dice.normal())).collect();
    // from 40 seconds to six minutes, mostly
    let seconds = libm::exp(4.8 + 0.45 * dice.normal() + 0.1 * unit);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds")]
    let seconds = seconds as u64;
    (options, Some(seconds))
}

/// So many companies of `n` honest ballots each; `plant` may change those of the first one.
fn world(seed: u64, units: usize, n: usize, plant: impl Fn(&mut Dice, &mut [Ballot])) -> (Small, Vec<(SubjectId, Vec<Ballot>)>) {
    let mut dice = Dice(Pcg32::seed_from_u64(seed));
    let mut small = ballots(&CADRE, &["100"; ITEMS as usize]);
    let items: Vec<f64> = (0..ITEMS).map(|_| 0.4 * dice.normal()).collect();
    let mut all = Vec::new();
    for number in 0..units {
        let unit = subject(&mut small.scheme, &format!("{number}连"), None, 2, None);
        let standing = if number == 0 { 0.3 } else { 0.5 * dice.normal() };
        let mut cast: Vec<Ballot> = (0..n).map(|_| honest(&mut dice, standing, &items)).collect();
        if number == 0 {
            plant(&mut dice, &mut cast);
        }
        all.push((unit, cast));
    }
    (small, all)
}

fn tally(small: &Small, sources: &[(SubjectId, Vec<Ballot>)]) -> Tally {
    let worths = Arc::new(Worths::new(&small.scheme));
    let mut tally = Tally::new(&small.scheme);
    for (number, (unit, cast)) in sources.iter().enumerate() {
        let columns = (0..ITEMS).map(|item| Column { item: ItemId(item), subject: None }).collect();
        let mut block = Block::new(small.form, small.procedure, columns);
        for (options, seconds) in cast {
            block.units.push(*unit);
            block.subjects.push(*unit);
            block.strata.push(StratumId(0));
            block.dispositions.push(Disposition::Valid);
            block.flags.push(0);
            block.answers.extend(options.iter().map(|option| Answer::Choice(*option)));
            if let Some(pace) = seconds.and_then(Pace::of_seconds) {
                block.note_pace(pace);
            }
        }
        let mut counter = Counter::weighing(&worths);
        counter.block(&block);
        let mut sheet = SourceSheet { file: format!("{}-{number}-{}.csv", unit.0, cast.len()), ..SourceSheet::default() };
        sheet.ledger.status = "read".into();
        tally.add(sheet, counter);
    }
    tally
}

fn totals(small: &Small, sources: &[(SubjectId, Vec<Ballot>)]) -> Totals {
    tally(small, sources).totals(&small.scheme).expect("totals")
}

fn flags(small: &Small, sources: &[(SubjectId, Vec<Ballot>)], kind: ForensicKind) -> Vec<Forensic> {
    let mut out = Assessment::default();
    fill(&mut out, &small.scheme, &totals(small, sources));
    out.evidence.forensics.into_iter().filter(|flag| flag.kind == kind).collect()
}

fn found(plant: impl Fn(&mut Dice, &mut [Ballot]) + Copy, kind: ForensicKind) {
    for seed in 0..4 {
        let (small, sources) = world(seed, 20, 100, plant);
        let found = flags(&small, &sources, kind);
        assert_eq!(found.iter().map(|flag| flag.unit).collect::<Vec<_>>(), [sources[0].0], "seed {seed}: {found:?}");
        assert!(found[0].count >= 10 && found[0].of == 100 && found[0].expected < 6.0, "{found:?}");
    }
}

#[test]
fn a_planted_block_of_low_ballots_is_far_from_the_units_pattern() {
    found(
        |dice, cast| cast.iter_mut().take(14).for_each(|ballot| *ballot = honest(dice, -4.0, &[0.0; ITEMS as usize])),
        ForensicKind::FarFromPattern,
    );
}

#[test]
fn a_planted_block_of_another_profile_is_far_though_its_mean_is_not() {
    let odd = |dice: &mut Dice, cast: &mut [Ballot]| {
        for (options, _) in cast.iter_mut().take(20) {
            for (item, option) in options.iter_mut().enumerate() {
                let turned = dice.normal() > 2.0;
                *option = if (item < 4) == turned { 0 } else { 3 };
            }
        }
    };
    found(odd, ForensicKind::FarFromPattern);
}

#[test]
fn planted_fast_ballots_are_found_and_only_their_classes_are_known() {
    found(|_, cast| cast.iter_mut().take(25).for_each(|(_, seconds)| *seconds = Some(14)), ForensicKind::TooFast);
    // where nothing says how long it took, nothing is said
    let (small, mut sources) = world(1, 20, 60, |_, _| {});
    sources.iter_mut().flat_map(|(_, cast)| cast).for_each(|(_, seconds)| *seconds = None);
    assert!(totals(&small, &sources).paces.is_empty() && flags(&small, &sources, ForensicKind::TooFast).is_empty());
}

#[test]
fn honest_ballots_are_flagged_at_the_stated_rate() {
    // 5 % of 100 organisations without anything odd may have a flag; more than 10 would be 2.3 standard deviations beyond
    for kind in [ForensicKind::FarFromPattern, ForensicKind::TooFast] {
        let alarms = (0..100).filter(|seed| {
            let (small, sources) = world(1000 + seed, 16, 40, |_, _| {});
            !flags(&small, &sources, kind).is_empty()
        });
        let alarms = alarms.count();
        assert!(alarms <= 10, "{alarms} of 100 honest organisations have a flag of kind {kind:?}");
    }
}

#[test]
fn places_and_paces_add_up_however_the_ballots_are_split() {
    let (small, sources) = world(7, 8, 30, |_, _| {});
    let whole = totals(&small, &sources);
    assert!(!whole.places.is_empty() && !whole.paces.is_empty());
    let halves: Vec<(SubjectId, Vec<Ballot>)> = sources
        .iter()
        .flat_map(|(unit, cast)| {
            let (one, other) = cast.split_at(11);
            [(*unit, other.iter().rev().cloned().collect()), (*unit, one.to_vec())]
        })
        .collect();
    let (left, right) = halves.split_at(5);
    let merge = |one: Tally, other: Tally| one.merge(other).expect("one scheme");
    let bytes = |tally: &Tally| {
        let mut bytes = Vec::new();
        tally.write_parquet(&small.scheme, &mut bytes).expect("written");
        bytes
    };
    let one = merge(tally(&small, left), tally(&small, right));
    let other = merge(tally(&small, right), tally(&small, left));
    assert_eq!(bytes(&one), bytes(&other));
    let read = Tally::read_parquet(&bytes(&one), &small.scheme).expect("reads");
    let split = read.totals(&small.scheme).expect("totals");
    assert_eq!((&split.places, &split.paces, &split.patterns), (&whole.places, &whole.paces, &whole.patterns));
}

#[test]
fn a_flag_goes_where_a_cell_of_its_stratum_is_hidden() {
    let plant = |_: &mut Dice, cast: &mut [Ballot]| cast.iter_mut().take(25).for_each(|(_, seconds)| *seconds = Some(14));
    let (mut small, mut sources) = world(3, 20, 60, plant);
    small.scheme.rules.min_cell = 5;
    let open = clear(assess(&small.scheme, &totals(&small, &sources)), &small.scheme);
    let kinds = |of: &Assessment| of.evidence.forensics.iter().map(|flag| flag.kind).collect::<Vec<_>>();
    assert_eq!(kinds(open.get()), [ForensicKind::TooFast]);
    assert!(open.get().diagnostics.iter().any(|said| said.code == "M344"));
    // all but three of the first unit abstain on one item
    sources[0].1.iter_mut().skip(3).for_each(|(options, _)| options[2] = 4);
    let hidden = clear(assess(&small.scheme, &totals(&small, &sources)), &small.scheme);
    assert!(kinds(hidden.get()).is_empty());
    assert!(hidden.get().diagnostics.iter().all(|said| said.code != "M344"));
}
