//! Laws of the tally: counting, merging, summing and writing agree with the plainest account of them.

use super::counts::{Counts, Key, Kind, settle_counts};
use super::fixture::*;
use super::{Counter, Tally, sum};
use crate::measure::CountRow;
use crate::survey::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        (0u8..4).prop_map(Answer::Choice),
        Just(Answer::Missing),
        Just(Answer::NotApplicable),
        prop_oneof![Just(VoidReason::TwoTicks), Just(VoidReason::OutOfRange), Just(VoidReason::Unknown)].prop_map(Answer::Void),
    ]
}

fn ballot() -> impl Strategy<Value = Ballot> {
    let disposition = prop_oneof![
        Just(Disposition::Valid),
        Just(Disposition::Partial),
        Just(Disposition::Blank),
        (0u8..64).prop_map(|rules| Disposition::Void { rules }),
        Just(Disposition::Duplicate),
    ];
    let answers = (answer(), answer(), prop_oneof![answer_score(), Just(Answer::Missing)], (0u8..20).prop_map(Answer::Choice));
    (3u32..7, 0u32..7, 0u16..2, disposition, 0u8..64, answers).prop_map(
        |(unit, subject, stratum, disposition, flags, answers)| Ballot {
            unit,
            subject,
            stratum,
            disposition,
            flags,
            answers: answers.into(),
        },
    )
}

fn answer_score() -> impl Strategy<Value = Answer> {
    prop_oneof![0..=10_050i32, (0..=210).prop_map(|half_points| half_points * 50), Just(-50), Just(i32::MAX)]
        .prop_map(Answer::Score)
}

/// Sources with few names and contents, so that duplicates, repeats and second readings are common.
fn tallies() -> impl Strategy<Value = Tally> {
    let source = (0usize..3, 0usize..3, 0u8..3, 1usize..3, any::<bool>(), any::<bool>());
    prop::collection::vec(source, 0..5).prop_map(|sources| {
        let mut tally = Tally::new(&scheme());
        for (file, fingerprint, option, n, pinned, year) in sources {
            let mut sheet = sheet(["a.csv", "b.csv", "c.csv"][file], ["", "x", "y"][fingerprint], n as u64);
            sheet.count_anyway = pinned;
            if year {
                sheet.ledger.status = "other-year".into();
            }
            tally.add(sheet, count(&votes(option, n), 1, false));
        }
        tally
    })
}

/// Everything that readers can get from a tally, as text; repeats (M102) tell of the inputs and are left out.
fn readings(tally: &Tally) -> String {
    let mut totals = tally.totals(&scheme()).expect("totals");
    for sheet in &mut totals.sheets {
        sheet.diagnostics.retain(|found| found.code != "M102");
    }
    format!("{totals:?}")
}

fn merge(one: &Tally, other: &Tally) -> Tally {
    one.clone().merge(other.clone()).expect("one scheme")
}

/// The plainest count of answers: one ballot and one cell at a time.
fn naive(ballots: &[Ballot], fixed: bool) -> Vec<CountRow> {
    let mut counts: BTreeMap<CountRow, u64> = BTreeMap::new();
    for ballot in ballots {
        let part = match ballot.disposition {
            Disposition::Valid | Disposition::Partial => 0,
            Disposition::Void { rules: 0 } => 128,
            Disposition::Void { rules } => rules,
            Disposition::Blank | Disposition::Duplicate => continue,
        };
        for (item, answer) in (0..).zip(ballot.answers) {
            let subject = if fixed && item == 3 { 6 } else { ballot.subject };
            let row = CountRow {
                subject: SubjectId(subject),
                unit: SubjectId(ballot.unit),
                procedure: P,
                form: MZ,
                item: ItemId(item),
                stratum: StratumId(ballot.stratum),
                part,
                answer,
                count: 0,
            };
            *counts.entry(row).or_default() += 1;
        }
    }
    let mut rows: Vec<CountRow> = counts.into_iter().map(|(row, count)| CountRow { count, ..row }).collect();
    rows.sort_unstable();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn counting_in_any_blocks_equals_the_plainest_count(
        ballots in prop::collection::vec(ballot(), 0..60), rows in 1usize..20, fixed: bool,
    ) {
        let mut tally = Tally::new(&scheme());
        tally.add(sheet("a.csv", "x", ballots.len() as u64), count(&ballots, rows, fixed));
        let totals = tally.totals(&scheme()).unwrap();
        prop_assert_eq!(&totals.rows, &naive(&ballots, fixed));
        let ended = |wanted: Disposition| ballots.iter().filter(|ballot| ballot.disposition == wanted).count() as u64;
        let told = |wanted: Disposition| totals.dispositions.iter().filter(|row| row.disposition == wanted).map(|row| row.count).sum::<u64>();
        for wanted in [Disposition::Valid, Disposition::Partial, Disposition::Blank, Disposition::Duplicate, Disposition::Void { rules: 2 }] {
            prop_assert_eq!(told(wanted), ended(wanted));
        }
        prop_assert_eq!(totals.dispositions.iter().map(|row| row.count).sum::<u64>(), ballots.len() as u64);
        for (rule, _) in Disposition::RULES {
            let flagged = ballots.iter().filter(|ballot| ballot.flags & rule != 0).count() as u64;
            prop_assert_eq!(totals.flags.iter().filter(|row| row.rule == rule).map(|row| row.count).sum::<u64>(), flagged);
        }
        for subject in 0..7 {
            let rates = |ballot: &&Ballot| ballot.disposition.counts() && (ballot.subject == subject || (fixed && subject == 6));
            let told = totals.ballots.iter().filter(|row| row.subject.0 == subject).map(|row| row.count).sum::<u64>();
            prop_assert_eq!(told, ballots.iter().filter(rates).count() as u64);
        }
    }

    #[test]
    fn split_then_merged_is_the_whole(ballots in prop::collection::vec(ballot(), 1..60), cut in 0usize..60) {
        let (left, right) = ballots.split_at(cut.min(ballots.len()));
        let part = |file: &str, ballots: &[Ballot]| {
            let mut tally = Tally::new(&scheme());
            tally.add(sheet(file, file, ballots.len() as u64), count(ballots, 5, false));
            tally
        };
        let whole = part("whole.csv", &ballots).totals(&scheme()).unwrap();
        let split = merge(&part("a.csv", left), &part("b.csv", right)).totals(&scheme()).unwrap();
        prop_assert_eq!(&whole.rows, &split.rows);
        prop_assert_eq!(&whole.ballots, &split.ballots);
        prop_assert_eq!(&whole.flags, &split.flags);
        prop_assert_eq!(&whole.paces, &split.paces);
        let told = |ballot: &&Ballot| ballot.disposition.counts() && ballot.flags < 30;
        let paces = whole.paces.iter().map(|row| row.count).sum::<u64>();
        prop_assert_eq!(paces, ballots.iter().filter(told).count() as u64);
        prop_assert_eq!(format!("{:?}", whole.dispositions), format!("{:?}", split.dispositions));
    }

    #[test]
    fn merging_commutes_associates_and_repeats_without_effect(a in tallies(), b in tallies(), c in tallies()) {
        let (left, right) = (merge(&merge(&a, &b), &c), merge(&a, &merge(&b, &c)));
        let turned = merge(&merge(&c, &b), &a);
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&left, &turned);
        prop_assert_eq!(&left, &merge(&left, &b));
        prop_assert_eq!(left.sheets(&scheme()), turned.sheets(&scheme()));
        prop_assert_eq!(readings(&left), readings(&merge(&left, &left)));
        prop_assert_eq!(bytes(&left), bytes(&turned));
    }

    #[test]
    fn reading_gives_back_what_was_written(mut tally in tallies(), ballots in prop::collection::vec(ballot(), 0..30)) {
        tally.add(sheet("returns/师/连, \"甲\".csv", "z", ballots.len() as u64), count(&ballots, 9, true));
        let written = bytes(&tally);
        let read = Tally::read_parquet(&written, &scheme()).unwrap();
        prop_assert_eq!(&read, &tally);
        prop_assert_eq!(bytes(&read), written);
        prop_assert_eq!(readings(&read), readings(&tally));
    }

    #[test]
    fn the_engine_adds_up_as_a_plain_sort_does(ballots in prop::collection::vec(ballot(), 0..60)) {
        let once = count(&ballots, 8, true).finish().0;
        let thrice: Counts = once.iter().chain(&once).chain(&once).copied().collect();
        prop_assert_eq!(sum::sum(&thrice).unwrap(), settle_counts(thrice));
    }

    #[test]
    fn packing_a_key_loses_nothing(
        subject: u32, unit: u32, procedure: u16, form: u16, item: u16, stratum: u16, part: u8, flags: u8, kind in 0..Kind::ALL.len(), value: i32,
    ) {
        let key = Key {
            subject: SubjectId(subject), unit: SubjectId(unit), procedure: NodeId(procedure), form: FormId(form), item: ItemId(item),
            stratum: StratumId(stratum), part, flags, kind: Kind::ALL[kind].0, value,
        };
        prop_assert_eq!(Key::unpack(key.pack()), key);
    }
}

/// Counts of `sources` sources of one unit each, as a year of returns gives them.
fn many(sources: u32) -> Counts {
    let row = |source: u32, at: u32| {
        let key = Key {
            subject: SubjectId(source / 3),
            unit: SubjectId(source / 3),
            procedure: P,
            form: MZ,
            item: ItemId(u16::try_from(at / 5).unwrap()),
            stratum: StratumId(0),
            part: 0,
            flags: 0,
            kind: Kind::Choice,
            value: i32::try_from(at % 5).unwrap(),
        };
        (key, u64::from(at + 1))
    };
    (0..sources).flat_map(|source| (0..100).map(move |at| row(source, at))).collect()
}

/// Not a test: prints what counting, summing and writing cost. Run in release with `--ignored --nocapture`.
#[test]
#[ignore = "measures; prints"]
#[allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "a measurement")]
fn cost() {
    use std::time::Instant;
    let nanos = |start: Instant, n: usize| start.elapsed().as_nanos() as f64 / n as f64;
    let (rows, width, blocks) = (4096, 20, 250);
    for (name, kind) in [("options", 0u32), ("scores", 1), ("options, 300 units mixed", 2)] {
        let columns = (0..20).map(|item| Column { item: ItemId(item), subject: None }).collect();
        let mut block = Block::new(MZ, P, columns);
        let mut seed = 1u32;
        for _ in 0..rows {
            let mut next = |below: u32| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 8) % below
            };
            let unit = SubjectId(if kind == 2 { next(300) } else { 3 });
            block.units.push(unit);
            block.subjects.push(unit);
            block.strata.push(StratumId(u16::try_from(next(3)).unwrap()));
            block.dispositions.push(if next(20) == 0 { Disposition::Void { rules: 2 } } else { Disposition::Valid });
            block.flags.push(0);
            for _ in 0..width {
                let option = Answer::Choice(u8::try_from(next(5)).unwrap());
                block.answers.push(if kind == 1 { Answer::Score(i32::try_from(6000 + next(80) * 50).unwrap()) } else { option });
            }
        }
        let mut counter = Counter::new();
        let start = Instant::now();
        for _ in 0..blocks {
            counter.block(&block);
        }
        println!("count {name}: {:.2} ns/answer", nanos(start, rows * width * blocks));
        let start = Instant::now();
        let counts = counter.finish().0;
        println!("  finish: {} counts in {:?}", counts.len(), start.elapsed());
    }
    let counts = many(10_000);
    let start = Instant::now();
    let engine = sum::sum(&counts).unwrap();
    println!("sum of {} counts to {}: engine {:?}", counts.len(), engine.len(), start.elapsed());
    let start = Instant::now();
    let plain = settle_counts(counts);
    println!("  plain sort and merge {:?}", start.elapsed());
    assert_eq!(engine, plain);
}
