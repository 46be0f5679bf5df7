//! The laws of the method, what its notices need, and how long it takes.

use super::assessment::Cell;
use super::fixture::*;
use super::totals::Totals;
use super::{assess, clear};
use crate::numeric::{Ratio, int, ratio};
use crate::survey::{Answer, FormKind, LevelId, SubjectId};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn every_code_is_documented_and_every_argument_is_given() {
    // every file of this room that makes diagnostics
    let notice = [
        include_str!("notice.rs"),
        include_str!("stability/notice.rs"),
        include_str!("variance/mod.rs"),
        include_str!("persons/notice.rs"),
    ]
    .concat();
    let used: BTreeSet<&str> = notice.match_indices("\"M2").filter_map(|(at, _)| notice.get(at + 1..at + 5)).collect();
    let known: BTreeSet<&str> =
        crate::diagnostic::catalogue().keys().map(String::as_str).filter(|code| code.starts_with("M2")).collect();
    assert_eq!(used, known);
    for entry in known.iter().filter_map(|code| crate::diagnostic::entry(code)) {
        for words in [&entry.zh, &entry.en] {
            let text = [&words.found, &words.expected, &words.done, &words.help].map(String::as_str).concat();
            for name in text.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                assert!(notice.contains(&format!(".with(\"{name}\"")), "{{{name}}} is never given");
            }
        }
    }
}

/// Two items, three strata, one form.
fn lawful() -> Small {
    let mut scheme = scheme(1);
    let answer = scale(&mut scheme, &CADRE);
    let form = form(&mut scheme, FormKind::Ballot, &answer, &["100", "100"]);
    scheme.forms[0].strata = Some(strata(&mut scheme, &[("A", "", "0.4"), ("B", "", "0.35"), ("C", "", "0.25")]));
    let root = node(&mut scheme, "综合", None, "1");
    let procedure = node(&mut scheme, "民主测评", Some(root), "100");
    let items = items(&mut scheme, procedure, form);
    Small { scheme, form, procedure, items }
}

fn votes() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(0u64..9, 5)
}

fn fed(small: &Small, units: &[SubjectId], cells: &[Vec<u64>]) -> Feed {
    let mut feed = Feed::default();
    for (number, votes) in cells.iter().enumerate() {
        let (unit, rest) = (units[number / 6 % units.len()], number % 6);
        let item = u16::try_from(rest / 3).expect("small");
        feed.votes(unit, (small.procedure, small.form, item), u16::try_from(rest % 3).expect("small"), votes);
    }
    feed
}

proptest! {
    #[test]
    fn law_raising_one_answer_never_lowers_its_subject(
        cells in proptest::collection::vec(votes(), 6), cell in 0usize..6, from in 1usize..4, to in 0usize..3,
    ) {
        let mut small = lawful();
        let unit = company(&mut small.scheme, "一连");
        prop_assume!(to < from && cells[cell][from] > 0);
        let mut raised = cells.clone();
        raised[cell][from] -= 1;
        raised[cell][to] += 1;
        let score = |cells: &[Vec<u64>]| card(&assess(&small.scheme, &fed(&small, &[unit], cells).0), unit).total.clone();
        prop_assert!(score(&raised) > score(&cells));
    }

    #[test]
    fn law_rescaled_sibling_weights_change_nothing(
        cells in proptest::collection::vec(votes(), 6), factor in 1i64..50, below in 1i64..50,
    ) {
        let mut small = lawful();
        let unit = company(&mut small.scheme, "一连");
        let feed = fed(&small, &[unit], &cells);
        let before = format!("{:?}", assess(&small.scheme, &feed.0));
        let factor = ratio(factor, below);
        for item in &small.items {
            small.scheme.index.nodes[usize::from(item.0)].weights[0] *= &factor;
        }
        for stratum in &mut small.scheme.strata[0].members {
            stratum.weights[0] *= &factor;
        }
        prop_assert_eq!(format!("{:?}", assess(&small.scheme, &feed.0)), before);
    }

    #[test]
    fn law_permuting_rows_changes_nothing(
        (rows, mixed) in proptest::collection::vec(votes(), 18).prop_flat_map(|cells| {
            let mut small = lawful();
            let units = ["一连", "二连", "三连"].map(|name| company(&mut small.scheme, name));
            let rows = fed(&small, &units, &cells).0.rows;
            (Just(rows.clone()), Just(rows).prop_shuffle())
        })
    ) {
        let mut small = lawful();
        for name in ["一连", "二连", "三连"] {
            company(&mut small.scheme, name);
        }
        let result = |rows| assess(&small.scheme, &Totals { rows, ..Totals::default() });
        prop_assert_eq!(format!("{:?}", result(rows)), format!("{:?}", result(mixed)));
    }
}

proptest! {
    #[test]
    fn law_no_small_cell_is_shown_or_left_alone(cells in proptest::collection::vec(votes(), 18), least in 2u64..12) {
        let mut small = lawful();
        let regiment = subject(&mut small.scheme, "团", None, 1, None);
        let units = ["一连", "二连", "三连"].map(|name| subject(&mut small.scheme, name, Some(regiment), 2, None));
        small.scheme.rules.min_cell = least;
        let feed = fed(&small, &units, &cells);
        let open = assess(&small.scheme, &feed.0);
        let cleared = clear(open.clone(), &small.scheme);
        let raters = |cell: &Cell| cell.counts.iter().map(|(_, n)| n).sum::<u64>() - cell.abstained;
        for item in &small.items {
            let slot = usize::from(item.0);
            for unit in units {
                let (before, after) = (&card(&open, unit).nodes[slot], &card(cleared.get(), unit).nodes[slot]);
                for (before, after) in before.cells.iter().zip(&after.cells) {
                    prop_assert!(after.hidden || before.counts.is_empty() || raters(before) >= least);
                    prop_assert!(!after.hidden || (after.counts.is_empty() && after.score.is_none() && after.n == 0));
                }
                let counted = |cells: &[Cell]| cells.iter().filter(|cell| cell.weight.effective > int(0) && cell.hidden).count();
                prop_assert!(after.hidden || counted(&after.cells) != 1, "one stratum alone is the item less the others");
                prop_assert_eq!(after.hidden && before.score.is_some(), after.score != before.score);
            }
            let hidden = |unit: SubjectId| card(cleared.get(), unit).nodes[slot].hidden;
            let parent = &card(cleared.get(), regiment).nodes[slot];
            prop_assert!(parent.score.is_none() || units.iter().filter(|unit| hidden(**unit)).count() != 1);
        }
        for unit in units {
            prop_assert_eq!(&card(&open, unit).total, &card(cleared.get(), unit).total, "totals stay published");
        }
    }
}

#[test]
fn exact_fractions_stay_small() {
    // sums over many different numbers of ballots share a least common denominator instead of multiplying them
    let mut small = lawful();
    let regiment = subject(&mut small.scheme, "团", None, 1, None);
    let mut feed = Feed::default();
    for number in 0..200u64 {
        let unit = subject(&mut small.scheme, &number.to_string(), Some(regiment), 2, Some(1 + number % 7));
        for item in 0..2 {
            for stratum in 0..3 {
                feed.votes(unit, (small.procedure, small.form, item), stratum, &[1 + number % 11, number % 5, number % 3]);
            }
        }
    }
    let result = assess(&small.scheme, &feed.0);
    let bits = card(&result, regiment).total.as_ref().map(|total: &Ratio| total.denom().bits());
    assert!(bits.is_some_and(|bits| bits < 64), "{bits:?}");
}

/// Speed, in release: `cargo test --release --lib -- --ignored speed --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
#[allow(clippy::print_stderr, reason = "the point of it")]
fn speed_of_two_thousand_subjects() {
    let mut scheme = scheme(1);
    let answer = scale(&mut scheme, &CADRE);
    let id = form(&mut scheme, FormKind::Ballot, &answer, &["100"; 60]);
    scheme.forms[0].strata = Some(strata(&mut scheme, &[("A", "", "0.4"), ("B", "", "0.35"), ("C", "", "0.25")]));
    let root = node(&mut scheme, "综合", None, "1");
    let procedure = node(&mut scheme, "民主测评", Some(root), "100");
    items(&mut scheme, procedure, id);
    scheme.rules.min_cell = 5;
    let mut subjects = Vec::new();
    let mut feed = Feed::default();
    for number in 0..2000u32 {
        let parent = (number % 20 != 0).then(|| SubjectId(number - number % 20));
        subjects.push(crate::survey::Subject {
            code: number.to_string(),
            name: number.to_string(),
            aliases: Vec::new(),
            parent,
            level: LevelId(if parent.is_some() { 2 } else { 1 }),
            domain: crate::survey::DomainId(0),
            headcount: Some(u64::from(100 + number % 300)),
            leaders: None,
            stratum_sizes: Vec::new(),
            row: number,
            person: None,
        });
        for item in (0..60u16).filter(|_| parent.is_some()) {
            for stratum in 0..3 {
                let n = u64::from(number % 97 + u32::from(item * (stratum + 3)) % 31);
                feed.votes(SubjectId(number), (procedure, id, item), stratum, &[n + 9, n % 7 + 3, n % 3, n % 2, n % 5]);
            }
        }
        feed.row(SubjectId(number), (procedure, id, 0), 0, 4, Answer::Choice(0), 2);
    }
    scheme.frame = crate::survey::Frame::new(scheme.frame.levels.clone(), scheme.frame.domains.clone(), subjects);
    let start = std::time::Instant::now();
    let result = assess(&scheme, &feed.0);
    let assessed = start.elapsed();
    let cleared = clear(result, &scheme);
    eprintln!("assess {assessed:?}, with clear {:?}, {} rows", start.elapsed(), feed.0.rows.len());
    assert_eq!(cleared.get().scorecards.len(), 2000);
}
