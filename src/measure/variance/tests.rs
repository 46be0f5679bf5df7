//! Errors against hand-worked numbers, and against the formula of method §6 taken ballot by ballot.

use crate::measure::assessment::{Assessment, NodeScore};
use crate::measure::evidence::{ErrorBasis, NoError, Uncertainty};
use crate::measure::fixture::{CADRE, Small, ballots, card, change, company, r, strata, subject};
use crate::measure::{Counter, Tally, Totals, Worths, assess};
use crate::numeric::int;
use crate::survey::{
    Answer, Block, Column, Disposition, FormId, ItemId, Measure, NodeId, Rollup, Scheme, Sink, SourceSheet, StratumId, SubjectId,
    Trim, VoteCount,
};
use proptest::prelude::*;
use std::sync::Arc;

/// One ballot: subject, stratum, options (`None`: not answered).
pub(super) type Ballot<'a> = (SubjectId, u16, &'a [Option<u8>]);

fn answer(option: Option<u8>) -> Answer {
    option.map_or(Answer::Missing, Answer::Choice)
}

/// A tally of these ballots, one source a list.
fn tally(scheme: &Scheme, procedure: NodeId, sources: &[Vec<Ballot<'_>>]) -> Tally {
    let worths = Arc::new(Worths::new(scheme));
    let mut tally = Tally::new(scheme);
    for (number, ballots) in sources.iter().enumerate() {
        let mut counter = Counter::weighing(&worths);
        for ballots in ballots.chunks(3) {
            let width = ballots.first().map_or(0, |(_, _, options)| options.len());
            let column = |item: usize| Column { item: ItemId(u16::try_from(item).expect("few")), subject: None };
            let mut block = Block::new(FormId(0), procedure, (0..width).map(column).collect());
            for (subject, stratum, options) in ballots {
                block.units.push(*subject);
                block.subjects.push(*subject);
                block.strata.push(StratumId(*stratum));
                block.dispositions.push(Disposition::Valid);
                block.flags.push(0);
                block.answers.extend(options.iter().map(|option| answer(*option)));
            }
            counter.block(&block);
        }
        let mut sheet = SourceSheet { file: format!("{number}.csv"), ..SourceSheet::default() };
        sheet.ledger.status = "read".into();
        tally.add(sheet, counter);
    }
    tally
}

fn totals(small: &Small, sources: &[Vec<Ballot<'_>>]) -> Totals {
    tally(&small.scheme, small.procedure, sources).totals(&small.scheme).expect("totals")
}

pub(super) fn assessed(small: &Small, sources: &[Vec<Ballot<'_>>]) -> Assessment {
    assess(&small.scheme, &totals(small, sources))
}

pub(super) fn error(node: &NodeScore) -> &Uncertainty {
    node.error.as_ref().unwrap_or_else(|| panic!("no error: {:?}", node.no_error))
}

fn says(assessment: &Assessment, code: &str) -> bool {
    assessment.diagnostics.iter().any(|found| found.code == code)
}

#[track_caller]
pub(super) fn near(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0), "{ours} is not {theirs}");
}

pub(super) fn full(options: &[[u8; 2]]) -> Vec<[Option<u8>; 2]> {
    options.iter().map(|options| options.map(Some)).collect()
}

#[test]
fn items_of_one_ballot_move_together() {
    let mut small = ballots(&CADRE, &["100", "100"]);
    let unit = company(&mut small.scheme, "一连");
    let answers = full(&[[0, 0], [1, 1], [2, 2]]); // 100/100, 80/80, 60/60
    let list = answers.iter().map(|options| (unit, 0, &options[..])).collect();
    let result = assessed(&small, &[list]);
    let nodes = &card(&result, unit).nodes;
    // By hand: s² = 400 of each item and of the ballots' means, so SE² = 400/3 at every node.
    for node in nodes {
        near(error(node).se, (400.0f64 / 3.0).sqrt());
        near(error(node).df, 2.0);
        assert_eq!((error(node).basis, error(node).no_spread), (ErrorBasis::Linearised, false));
    }
    near(error(&nodes[0]).deff.expect("one form"), 1.0);
    // qt(0.975, 2) = 4.302652729749464
    near(error(&nodes[0]).low, 80.0 - 4.302_652_729_749_464 * (400.0f64 / 3.0).sqrt());
    assert!(error(&nodes[0]).high >= 100.0, "kept in 0–100");
    // Against each other they cancel: 100/60, 80/80, 60/100.
    let answers = full(&[[0, 2], [1, 1], [2, 0]]);
    let result = assessed(&small, &[answers.iter().map(|options| (unit, 0, &options[..])).collect()]);
    let nodes = &card(&result, unit).nodes;
    near(error(&nodes[1]).se, 0.0);
    assert!(!error(&nodes[1]).no_spread, "the answers do differ");
}

fn votes(small: &Small, unit: SubjectId, counts: &[[u64; 4]]) -> Counter {
    let mut counter = Counter::new();
    for (item, counts) in (0u16..).zip(counts) {
        for (option, count) in (0u8..).zip(counts) {
            counter.votes(&[VoteCount {
                form: small.form,
                procedure: small.procedure,
                unit,
                subject: unit,
                stratum: StratumId(0),
                item: ItemId(item),
                answer: Answer::Choice(option),
                count: *count,
            }]);
        }
    }
    counter
}

#[test]
fn vote_counts_have_the_bound() {
    let mut small = ballots(&CADRE, &["100", "100"]);
    let unit = company(&mut small.scheme, "一连");
    let mut tally = Tally::new(&small.scheme);
    let mut sheet = SourceSheet::default();
    sheet.ledger.status = "read".into();
    tally.add(sheet.clone(), votes(&small, unit, &[[1, 1, 1, 0], [2, 0, 0, 1]]));
    let result = assess(&small.scheme, &tally.totals(&small.scheme).expect("totals"));
    let nodes = &card(&result, unit).nodes;
    let (one, other) = ((400.0f64 / 3.0).sqrt(), (10_000.0f64 / 9.0).sqrt());
    near(error(&nodes[2]).se, one);
    assert_eq!(error(&nodes[2]).basis, ErrorBasis::Linearised, "an item needs no co-moments");
    near(error(&nodes[1]).se, 0.5 * one + 0.5 * other);
    assert_eq!(error(&nodes[1]).basis, ErrorBasis::Bound);
    assert_eq!(error(&nodes[1]).deff, None);
    // Three ballots with their co-moments beside the three votes: 100/100, 80/80, 60/60.
    let answers = full(&[[0, 0], [1, 1], [2, 2]]);
    let list: Vec<Ballot<'_>> = answers.iter().map(|options| (unit, 0, &options[..])).collect();
    let both = tally.merge(self::tally(&small.scheme, small.procedure, &[list])).expect("one scheme");
    let result = assess(&small.scheme, &both.totals(&small.scheme).expect("totals"));
    let node = &card(&result, unit).nodes[1];
    assert_eq!(error(node).basis, ErrorBasis::Mixed);
    // Means 80 and 220/3; n/(n−1) = 6/5. Ballots: Σ (u+v)² with u = ±20, 0 and v = u + 20/3; votes: Σ u² = 800 and
    // Σ v² = 2·(80/3)² + (220/3)².
    let v = |u: f64| u + 20.0 / 3.0;
    let known: f64 = [20.0, 0.0, -20.0].iter().map(|u| (u + v(*u)) * (u + v(*u))).sum::<f64>() / 144.0;
    let loose = (800.0f64.sqrt() + (2.0 * square(80.0 / 3.0) + square(220.0 / 3.0)).sqrt()) / 12.0;
    near(error(node).se, (1.2 * (known + loose * loose)).sqrt());
}

#[test]
fn one_respondent_or_one_opinion_is_said() {
    let mut small = ballots(&CADRE, &["100", "100"]);
    let set = strata(&mut small.scheme, &[("A", "", "0.5"), ("B", "", "0.5")]);
    small.scheme.forms[0].strata = Some(set);
    let (lone, same) = (company(&mut small.scheme, "一连"), company(&mut small.scheme, "二连"));
    let answers = full(&[[0, 1], [1, 1]]);
    let list = vec![
        (lone, 0, &answers[0][..]),
        (lone, 1, &answers[0][..]),
        (lone, 1, &answers[1][..]),
        (same, 0, &answers[0][..]),
        (same, 0, &answers[0][..]),
        (same, 1, &answers[1][..]),
        (same, 1, &answers[1][..]),
    ];
    let result = assessed(&small, &[list]);
    for node in &card(&result, lone).nodes {
        assert_eq!((&node.error, node.no_error), (&None, Some(NoError::OneRespondent)));
    }
    let cells = &card(&result, lone).nodes[2].cells;
    assert!(cells[0].error.is_none() && cells[1].error.is_some());
    for node in &card(&result, same).nodes {
        assert_eq!((error(node).se, error(node).no_spread, error(node).df), (0.0, true, 2.0));
    }
}

#[test]
fn whoever_did_not_answer_is_all_that_is_left_to_chance() {
    let mut small = ballots(&CADRE, &["100", "100"]);
    let unit = company(&mut small.scheme, "一连");
    let answers = full(&[[0, 0], [1, 1], [2, 2]]);
    let list: Vec<Ballot<'_>> = answers.iter().map(|options| (unit, 0, &options[..])).collect();
    let with = |small: &mut Small, people: Option<u64>| {
        change(&mut small.scheme, unit, |subject| subject.headcount = people);
        assessed(small, std::slice::from_ref(&list))
    };
    for (people, rest) in [(Some(12), 0.75), (Some(3), 0.0), (None, 1.0), (Some(2), 1.0)] {
        let result = with(&mut small, people);
        let found = error(&card(&result, unit).nodes[1]);
        near(found.se, (rest * 400.0f64 / 3.0).sqrt());
        assert!(!found.no_spread);
        assert_eq!(says(&result, "M251"), people == Some(2), "{people:?}");
    }
}

#[test]
fn values_may_be_rescaled_after_the_tally_and_nothing_else() {
    let mut small = ballots(&CADRE, &["100", "100"]);
    let unit = company(&mut small.scheme, "一连");
    let answers = full(&[[0, 1], [1, 0], [2, 3], [0, 0], [3, 1], [1, 2]]);
    let list: Vec<Ballot<'_>> = answers.iter().map(|options| (unit, 0, &options[..])).collect();
    let before = tally(&small.scheme, small.procedure, std::slice::from_ref(&list));
    for (values, fits) in [
        (["50", "40", "30", "0"], true),
        (["0", "20", "40", "100"], true),
        (["30.5", "30.3", "30.1", "29.5"], true),
        (["100", "90", "60", "0"], false),
    ] {
        for (choice, value) in small.scheme.scales[0].choices.iter_mut().zip(values) {
            choice.value = Some(r(value));
        }
        let anew = tally(&small.scheme, small.procedure, std::slice::from_ref(&list)).totals(&small.scheme).expect("totals");
        let late = before.totals(&small.scheme).expect("totals");
        let (anew, late) = (assess(&small.scheme, &anew), assess(&small.scheme, &late));
        let (new, old) = (&card(&anew, unit).nodes, &card(&late, unit).nodes);
        assert_eq!(new[1].score, old[1].score);
        assert_eq!(says(&late, "M250"), !fits, "{values:?}");
        assert_eq!(error(&new[1]).basis, ErrorBasis::Linearised);
        assert_eq!(error(&old[1]).basis, if fits { ErrorBasis::Linearised } else { ErrorBasis::Bound });
        assert_eq!(error(&new[1]).se.to_bits() == error(&old[1]).se.to_bits(), fits);
        assert!(error(&old[1]).se >= error(&new[1]).se, "the bound is never too small");
        assert_eq!(error(&new[2]), error(&old[2]), "items need no co-moments");
    }
}

#[test]
fn trimmed_means_have_winsorised_errors() {
    let mut small = ballots(&[], &["100", "100"]);
    small.scheme.forms[0].trim = Trim::OneEach { when_above: 5 };
    let unit = company(&mut small.scheme, "一连");
    let mut counter = Counter::weighing(&Arc::new(Worths::new(&small.scheme)));
    let columns = (0..2).map(|item| Column { item: ItemId(item), subject: None }).collect();
    let mut block = Block::new(small.form, small.procedure, columns);
    for score in [60, 70, 75, 80, 85, 90, 100] {
        block.units.push(unit);
        block.subjects.push(unit);
        block.strata.push(StratumId(0));
        block.dispositions.push(Disposition::Valid);
        block.flags.push(0);
        block.answers.extend([Answer::Score(score * 100), Answer::Score(score * 100)]);
    }
    counter.block(&block);
    let mut tally = Tally::new(&small.scheme);
    let mut sheet = SourceSheet::default();
    sheet.ledger.status = "read".into();
    tally.add(sheet, counter);
    let result = assess(&small.scheme, &tally.totals(&small.scheme).expect("totals"));
    let nodes = &card(&result, unit).nodes;
    // Winsorised 70 70 75 80 85 90 90: Σ(w − 80)² = 450; SE² = 7/6 · 450 / 5² = 21, with 5 − 1 degrees of freedom.
    near(error(&nodes[2]).se, 21.0f64.sqrt());
    near(error(&nodes[2]).df, 4.0);
    assert_eq!(error(&nodes[2]).basis, ErrorBasis::Linearised);
    near(error(&nodes[1]).se, 21.0f64.sqrt());
    assert_eq!(error(&nodes[1]).basis, ErrorBasis::Mixed, "the correlation is that of the untrimmed answers");
}

/// Wilson's intervals of domain.md E12c: 18/20, 36/40, 180/200.
#[test]
fn shares_have_wilsons_interval() {
    let mut small = ballots(&CADRE, &["100"]);
    small.scheme.index.nodes[2].measure = Measure::ExcellentRate;
    let unit = company(&mut small.scheme, "一连");
    let (yes, no) = ([Some(0u8)], [Some(1u8)]);
    for (part, n, low, high) in [(18, 20, "69.90", "97.21"), (36, 40, "76.95", "96.04"), (180, 200, "85.06", "93.43")] {
        let list = (0..n).map(|at| (unit, 0, if at < part { &yes[..] } else { &no[..] })).collect();
        let result = assessed(&small, &[list]);
        let found = error(&card(&result, unit).nodes[2]);
        assert_eq!((format!("{:.2}", found.low), format!("{:.2}", found.high)), (low.to_owned(), high.to_owned()));
    }
}

#[test]
fn relative_measures_have_no_error() {
    let mut small = ballots(&CADRE, &["100", "100"]);
    small.scheme.index.nodes[2].measure = Measure::RatioToBest;
    let unit = company(&mut small.scheme, "一连");
    let answers = full(&[[0, 1], [1, 1]]);
    let result = assessed(&small, &[answers.iter().map(|options| (unit, 0, &options[..])).collect()]);
    let nodes = &card(&result, unit).nodes;
    assert_eq!(
        [0, 1, 2, 3].map(|at| nodes[at].no_error),
        [Some(NoError::NotAMean), Some(NoError::NotAMean), Some(NoError::NotAMean), None]
    );
}

/// A regiment of two companies with 40 and 10 people; the ballots of the first, and of the second.
fn regiment() -> (Small, [SubjectId; 3]) {
    let mut small = ballots(&CADRE, &["100", "100"]);
    let top = subject(&mut small.scheme, "团", None, 1, None);
    let one = subject(&mut small.scheme, "一连", Some(top), 2, Some(40));
    let other = subject(&mut small.scheme, "二连", Some(top), 2, Some(10));
    (small, [top, one, other])
}

#[test]
fn rolled_up_errors_follow_the_weights() {
    let (mut small, [top, one, other]) = regiment();
    let (first, second) = (full(&[[0, 0], [1, 1], [2, 2]]), full(&[[0, 1], [2, 1], [1, 1], [0, 0]]));
    let list = first.iter().map(|options| (one, 0, &options[..])).chain(second.iter().map(|options| (other, 0, &options[..])));
    let list: Vec<Ballot<'_>> = list.collect();
    let variance = |result: &Assessment, subject: SubjectId| square(error(&card(result, subject).nodes[0]).se);
    for (method, weights) in [(Rollup::Simple, [0.5, 0.5]), (Rollup::Headcount, [0.8, 0.2])] {
        small.scheme.rules.rollup = Some(method);
        let result = assessed(&small, std::slice::from_ref(&list));
        let parts = [weights[0] * weights[0] * variance(&result, one), weights[1] * weights[1] * variance(&result, other)];
        near(variance(&result, top), parts[0] + parts[1]);
        // Welch–Satterthwaite of 2 and 3 degrees of freedom
        let df = square(parts[0] + parts[1]) / (square(parts[0]) / 2.0 + square(parts[1]) / 3.0);
        near(error(&card(&result, top).nodes[0]).df, df);
    }
    small.scheme.rules.rollup = Some(Rollup::Pooled);
    let result = assessed(&small, std::slice::from_ref(&list));
    let pooled = error(&card(&result, top).nodes[0]).clone();
    change(&mut small.scheme, one, |subject| subject.headcount = Some(50));
    let one_sample: Vec<Ballot<'_>> = list.iter().map(|(_, stratum, options)| (one, *stratum, *options)).collect();
    let result = assessed(&small, &[one_sample]);
    assert_eq!(&pooled, error(&card(&result, one).nodes[0]), "seven ballots of fifty people");
}

#[test]
fn one_member_of_one_respondent_does_not_silence_the_others() {
    let (mut small, [top, one, other]) = regiment();
    small.scheme.rules.rollup = Some(Rollup::Simple);
    change(&mut small.scheme, one, |subject| subject.headcount = None);
    let answers = full(&[[0, 0], [1, 1], [2, 2]]);
    let mut list: Vec<Ballot<'_>> = answers.iter().map(|options| (one, 0, &options[..])).collect();
    list.push((other, 0, &answers[0][..]));
    let result = assessed(&small, &[list]);
    assert_eq!(card(&result, other).nodes[0].no_error, Some(NoError::OneRespondent));
    let found = error(&card(&result, top).nodes[0]);
    // The widest spread there can be, ±50, stands for the one.
    near(found.se, (0.25 * 400.0f64 / 3.0 + 0.25 * 2500.0).sqrt());
    assert_eq!(found.basis, ErrorBasis::Mixed);
}

fn square(value: f64) -> f64 {
    value * value
}

/// Method §6 to the letter: Σ_c (1 − n/N) · n/(n−1) · Σ_b z_b².
#[allow(clippy::cast_precision_loss, reason = "a few ballots")]
fn plain(small: &Small, list: &[Ballot<'_>], weights: &[f64], shares: &[f64], people: u64) -> Option<f64> {
    const WORTH: [f64; 4] = [100.0, 80.0, 60.0, 0.0];
    let items = weights.len();
    let value = |option: Option<u8>| option.and_then(|option| WORTH.get(usize::from(option)).copied());
    let strata: Vec<Vec<&[Option<u8>]>> = (0..shares.len())
        .map(|stratum| list.iter().filter(|ballot| usize::from(ballot.1) == stratum).map(|ballot| ballot.2).collect())
        .collect();
    let answered =
        |stratum: usize, item: usize| strata[stratum].iter().filter_map(|ballot| value(ballot[item])).collect::<Vec<f64>>();
    let item_weight = |item: usize| {
        let present = (0..items).filter(|item| (0..shares.len()).any(|stratum| !answered(stratum, *item).is_empty()));
        weights[item] / present.map(|item| weights[item]).sum::<f64>()
    };
    let share = |stratum: usize, item: usize| {
        let present = (0..shares.len()).filter(|stratum| !answered(*stratum, item).is_empty());
        shares[stratum] / present.map(|stratum| shares[stratum]).sum::<f64>()
    };
    assert_eq!(small.items.len(), items);
    let mut variance = 0.0;
    for (stratum, ballots) in strata.iter().enumerate().filter(|(_, ballots)| !ballots.is_empty()) {
        let mut z = vec![0.0; ballots.len()];
        for item in 0..items {
            let answers = answered(stratum, item);
            match answers.len() {
                0 => continue,
                1 => return None,
                _ => {}
            }
            let (n, mean) = (answers.len() as f64, answers.iter().sum::<f64>() / answers.len() as f64);
            for (z, ballot) in z.iter_mut().zip(ballots) {
                *z += value(ballot[item]).map_or(0.0, |value| item_weight(item) * share(stratum, item) * (value - mean) / n);
            }
        }
        if z.iter().all(|z| *z == 0.0) {
            continue;
        }
        let n = ballots.len() as f64;
        variance += (1.0 - n / people as f64) * n / (n - 1.0) * z.iter().map(|z| z * z).sum::<f64>();
    }
    Some(variance.sqrt())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_quadratic_form_is_the_formula_ballot_by_ballot(
        ballots in prop::collection::vec((0u16..2, prop::collection::vec(prop::option::weighted(0.8, 0u8..5), 3)), 4..30),
        cut in 0usize..4,
    ) {
        let mut small = crate::measure::fixture::ballots(&CADRE, &["100"; 3]);
        for (node, weight) in small.items.iter().zip([5, 3, 2]) {
            small.scheme.index.nodes[usize::from(node.0)].weights = vec![int(weight)];
        }
        let set = strata(&mut small.scheme, &[("A", "", "0.7"), ("B", "", "0.3")]);
        small.scheme.forms[0].strata = Some(set);
        let unit = company(&mut small.scheme, "一连");
        change(&mut small.scheme, unit, |subject| subject.stratum_sizes = vec![("A".into(), 40), ("B".into(), 40)]);
        let list: Vec<Ballot<'_>> = ballots.iter().map(|(stratum, options)| (unit, *stratum, &options[..])).collect();
        let whole = assessed(&small, std::slice::from_ref(&list));
        let node = &card(&whole, unit).nodes[0];
        let wanted = plain(&small, &list, &[5.0, 3.0, 2.0], &[0.7, 0.3], 40);
        if let (Some(wanted), Some(_)) = (wanted, &node.score) {
            let found = error(node).se;
            prop_assert!((found - wanted).abs() <= 1e-9 * wanted.max(1.0), "{} is not {}", found, wanted);
        }
        // In parts, through files, in another order: the same to the last bit.
        let (front, back) = list.split_at(cut.min(list.len()));
        let parts = tally(&small.scheme, small.procedure, &[back.to_vec(), front.to_vec()]);
        let mut bytes = Vec::new();
        parts.write_parquet(&small.scheme, &mut bytes).expect("written");
        let read = Tally::read_parquet(&bytes, &small.scheme).expect("read");
        prop_assert_eq!(&read, &parts);
        let again = assess(&small.scheme, &read.totals(&small.scheme).expect("totals"));
        for (one, other) in card(&whole, unit).nodes.iter().zip(&card(&again, unit).nodes) {
            prop_assert_eq!(&one.error, &other.error);
            prop_assert_eq!(one.no_error, other.no_error);
        }
        prop_assert_eq!(&whole.evidence.reliabilities, &again.evidence.reliabilities);
    }
}

#[test]
fn duplicates_bring_no_co_moments() {
    let mut small = ballots(&CADRE, &["100", "100"]);
    let unit = company(&mut small.scheme, "一连");
    let answers = full(&[[0, 0], [1, 1], [2, 2]]);
    let list: Vec<Ballot<'_>> = answers.iter().map(|options| (unit, 0, &options[..])).collect();
    let once = totals(&small, std::slice::from_ref(&list));
    let mut twice = Tally::new(&small.scheme);
    for file in ["a.csv", "b.csv"] {
        let mut sheet = SourceSheet { file: file.into(), fingerprint: "x".into(), ..SourceSheet::default() };
        sheet.ledger.status = "read".into();
        let mut counter = Counter::weighing(&Arc::new(Worths::new(&small.scheme)));
        let columns = (0..2).map(|item| Column { item: ItemId(item), subject: None }).collect();
        let mut block = Block::new(small.form, small.procedure, columns);
        for (unit, _, options) in &list {
            block.units.push(*unit);
            block.subjects.push(*unit);
            block.strata.push(StratumId(0));
            block.dispositions.push(Disposition::Valid);
            block.flags.push(0);
            block.answers.extend(options.iter().map(|option| answer(*option)));
        }
        counter.block(&block);
        twice.add(sheet, counter);
    }
    assert_eq!(twice.totals(&small.scheme).expect("totals").comoments, once.comoments);
    assert_eq!(once.comoments.len(), 1);
    assert_eq!(once.comoments[0].sums, [12, 12, 50, 50, 50], "codes 5, 4, 3 of both items");
}
