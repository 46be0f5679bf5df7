//! Hand-worked cases: duplicates, receipts, pooling, damaged files.

use super::fixture::*;
use super::{MergeError, Tally, TallyError};
use crate::survey::*;

fn codes(sheets: &[SourceSheet]) -> Vec<Vec<&str>> {
    sheets.iter().map(|sheet| sheet.diagnostics.iter().map(|found| found.code.as_str()).collect()).collect()
}

fn counted(tally: &Tally, answer: Answer) -> u64 {
    let totals = tally.totals(&scheme()).expect("totals");
    totals.rows.iter().filter(|row| row.answer == answer && row.item == ItemId(0)).map(|row| row.count).sum()
}

fn merged(parts: impl IntoIterator<Item = Tally>) -> Tally {
    parts.into_iter().reduce(|all, part| all.merge(part).expect("one scheme")).expect("parts")
}

#[test]
fn of_equal_returns_the_first_counts_and_the_books_balance() {
    let twice =
        merged([tally("returns/b [1].csv", "x", 0, 6), tally("returns/a.csv", "x", 0, 6), tally("returns/c.csv", "y", 1, 2)]);
    let sheets = twice.sheets(&scheme());
    assert_eq!(codes(&sheets), [vec![], vec!["M101"], vec![]]);
    let aside = &sheets[1];
    assert_eq!(aside.ledger.status, "duplicate");
    assert!(aside.ledger.balances() && aside.ledger.fates.contains(&(RowFate::Duplicate, 6)));
    assert!(!aside.ledger.fates.iter().any(|(fate, _)| *fate == RowFate::BallotValid));
    assert_eq!(aside.diagnostics[0].arg("other"), "returns/a.csv");
    assert_eq!(aside.diagnostics[0].arg("line"), "[[pin]]\nfiles = \"b [[]1[]].csv\"\ncount = true");
    assert_eq!((counted(&twice, Answer::Choice(0)), counted(&twice, Answer::Choice(1))), (6, 2));
    let totals = twice.totals(&scheme()).unwrap();
    let ended: Vec<_> = totals.dispositions.iter().map(|ballots| (ballots.disposition, ballots.count)).collect();
    assert_eq!(ended, [(Disposition::Partial, 8), (Disposition::Duplicate, 6)]);
    assert_eq!(totals.sources.iter().map(|sent| sent.sources).collect::<Vec<_>>(), [2]);
    assert_eq!(totals.ballots.iter().map(|ballots| ballots.count).collect::<Vec<_>>(), [8]);
}

#[test]
fn the_pin_that_a_duplicate_is_given_matches_its_file_and_nothing_else() {
    let twice = merged([tally("returns/b [1]*.csv", "x", 0, 6), tally("returns/a.csv", "x", 0, 6)]);
    let sheets = twice.sheets(&scheme());
    let line: toml::Table = sheets[1].diagnostics[0].arg("line").parse().expect("the line is TOML");
    let glob = line["pin"][0]["files"].as_str().map(glob::Pattern::new).unwrap().unwrap();
    assert!(glob.matches("b [1]*.csv") && !glob.matches("b 1.csv") && !glob.matches("b [1]x.csv"));
}

#[test]
fn a_pin_counts_a_duplicate_and_only_sheets_that_were_read_count() {
    let mut tally = tally("a.csv", "x", 0, 6);
    let mut pinned = sheet("b.csv", "x", 6);
    pinned.count_anyway = true;
    tally.add(pinned, count(&votes(0, 6), 6, false));
    let mut other_year = sheet("c.csv", "x", 6);
    other_year.ledger.status = "other-year".into();
    tally.add(other_year, count(&votes(0, 6), 6, false));
    assert_eq!(counted(&tally, Answer::Choice(0)), 12);
    let sheets = tally.sheets(&scheme());
    assert_eq!(codes(&sheets), [vec![""; 0], vec![], vec![]]);
    assert_eq!(sheets[2].ledger.status, "other-year");
}

#[test]
fn sheets_without_a_fingerprint_are_never_duplicates() {
    let tally = merged([tally("a.csv", "", 0, 6), tally("b.csv", "", 0, 6)]);
    assert_eq!(counted(&tally, Answer::Choice(0)), 12);
}

#[test]
fn the_same_entry_in_two_parts_counts_once_and_says_so() {
    let part = || tally("a.csv", "x", 0, 6);
    let twice = merged([part(), part(), tally("b.csv", "y", 0, 1)]);
    assert_eq!(counted(&twice, Answer::Choice(0)), 7);
    assert_eq!(codes(&twice.sheets(&scheme())), [vec!["M102"], vec![]]);
    assert_eq!(bytes(&twice), bytes(&merged([part(), tally("b.csv", "y", 0, 1)])));
}

#[test]
fn of_two_readings_of_one_sheet_the_fuller_counts_even_if_pinned() {
    let mut poorer = tally("a.csv", "x", 0, 5);
    let mut fuller = sheet("a.csv", "x", 6);
    fuller.count_anyway = true;
    let mut other = Tally::new(&scheme());
    other.add(fuller, count(&votes(0, 6), 6, false));
    poorer = poorer.merge(other.clone()).unwrap();
    assert_eq!(counted(&poorer, Answer::Choice(0)), 6);
    let sheets = poorer.sheets(&scheme());
    assert_eq!(codes(&sheets), [vec![], vec!["M103"]]);
    assert_eq!((sheets[1].diagnostics[0].arg("count"), sheets[1].diagnostics[0].arg("other")), ("5", "6"));
}

#[test]
fn tallies_of_two_schemes_refuse_to_merge() {
    let mut other = scheme();
    other.tally_fingerprint = "beef".into();
    let refused = Tally::new(&scheme()).merge(Tally::new(&other)).unwrap_err();
    assert_eq!(refused, MergeError::OtherScheme { ours: "f00d".into(), theirs: "beef".into() });
    let error = Tally::read_parquet(&bytes(&tally("a.csv", "x", 0, 1)), &other).unwrap_err();
    assert!(matches!(error, TallyError::OtherScheme { .. }), "{error}");
}

fn receipt(due: u64, issued: Option<u64>, returned: Option<u64>) -> Receipt {
    Receipt {
        unit: "u3".into(),
        form: "mz".into(),
        procedure: "p".into(),
        stratum: "A".into(),
        due: Some(due),
        present: Some(due),
        issued,
        returned,
        valid: None,
    }
}

/// Two sheets with 6 and 4 ballots and these receipts: the merged receipts, and whether it was reported.
fn receipts(first: Receipt, second: Receipt) -> (Vec<Receipt>, bool) {
    let mut tally = Tally::new(&scheme());
    for (file, n, receipt) in [("a.csv", 6, first), ("b.csv", 4, second)] {
        let sheet = SourceSheet { receipts: vec![receipt], ..sheet(file, file, n as u64) };
        tally.add(sheet, count(&votes(0, n), n, false));
    }
    let reported = codes(&tally.sheets(&scheme()))[1] == ["M104"];
    (tally.totals(&scheme()).unwrap().receipts, reported)
}

#[test]
fn meeting_numbers_of_several_sheets() {
    // One meeting, its numbers written on both sheets, or completing each other.
    assert_eq!(
        receipts(receipt(12, Some(11), Some(10)), receipt(12, Some(11), Some(10))),
        (vec![receipt(12, Some(11), Some(10))], false)
    );
    assert_eq!(
        receipts(receipt(12, Some(11), None), receipt(12, None, Some(10))),
        (vec![receipt(12, Some(11), Some(10))], false)
    );
    // Two meetings: each sheet returned what it holds.
    assert_eq!(
        receipts(receipt(8, Some(7), Some(6)), receipt(5, Some(5), Some(4))),
        (vec![receipt(13, Some(12), Some(10))], false)
    );
    // Numbers that differ and that the ballots do not bear out: added up, and reported.
    assert_eq!(
        receipts(receipt(12, Some(11), Some(9)), receipt(5, Some(5), Some(4))),
        (vec![receipt(17, Some(16), Some(13))], true)
    );
    // What one leaves open stays open.
    assert_eq!(receipts(receipt(8, None, Some(6)), receipt(5, Some(5), Some(4))), (vec![receipt(13, None, Some(10))], false));
}

#[test]
fn two_equal_meetings_that_each_hold_their_own_ballots_add_up() {
    let mut tally = Tally::new(&scheme());
    for file in ["a.csv", "b.csv"] {
        let sheet = SourceSheet { receipts: vec![receipt(8, Some(7), Some(6))], ..sheet(file, file, 6) };
        tally.add(sheet, count(&votes(0, 6), 6, false));
    }
    assert_eq!(tally.totals(&scheme()).unwrap().receipts, [receipt(16, Some(14), Some(12))]);
}

#[test]
fn pooling_sums_all_below_to_their_ancestor() {
    let mut tally = Tally::new(&scheme());
    let ballots: Vec<Ballot> = [(3, 2), (4, 3), (5, 5), (1, 7)]
        .iter()
        .flat_map(|(unit, n)| votes(0, *n).into_iter().map(|ballot| Ballot { unit: *unit, subject: *unit, ..ballot }))
        .collect();
    tally.add(sheet("a.csv", "x", 17), count(&ballots, 4, false));
    let totals = tally.totals(&scheme()).unwrap();
    let pooled = |level, without: u32| {
        let rows = totals.pooled(&scheme().frame, LevelId(level), |row| row.unit != SubjectId(without)).unwrap();
        let chosen = rows.iter().filter(|row| row.answer == Answer::Choice(0));
        chosen.map(|row| (row.subject.0, row.unit.0, row.count)).collect::<Vec<_>>()
    };
    // The division's own 7 votes are not its members' (method §10.9): they climb to the corps only.
    assert_eq!(pooled(1, 99), [(1, 1, 5), (2, 2, 5)]);
    assert_eq!(pooled(0, 99), [(0, 0, 17)]);
    assert_eq!(pooled(1, 4), [(1, 1, 2), (2, 2, 5)]);
    assert_eq!(pooled(2, 99), []);
}

#[test]
fn vote_counts_add_to_ballots_and_a_nameless_void_never_counts() {
    let mut counter = count(&votes(0, 2), 2, false);
    let vote = VoteCount {
        form: MZ,
        procedure: P,
        unit: SubjectId(3),
        subject: SubjectId(3),
        stratum: StratumId(0),
        item: ItemId(0),
        answer: Answer::Choice(0),
        count: 40,
    };
    counter.votes(&[vote, VoteCount { count: 0, item: ItemId(1), ..vote }]);
    let mut void = votes(0, 1);
    void[0].disposition = Disposition::Void { rules: 0 };
    let mut tally = Tally::new(&scheme());
    tally.add(sheet("a.csv", "x", 2), counter);
    tally.add(sheet("b.csv", "y", 1), count(&void, 1, false));
    let rows = tally.totals(&scheme()).unwrap().rows;
    let chosen: Vec<_> = rows.iter().filter(|row| row.answer == Answer::Choice(0)).map(|row| (row.part, row.count)).collect();
    assert_eq!(chosen, [(0, 42), (128, 1)]);
}

#[test]
fn a_damaged_file_is_an_error_wherever_it_is_damaged() {
    let whole = bytes(&merged([tally("returns/一连.csv", "x", 0, 6), tally("b.csv", "y", 1, 2)]));
    assert!(Tally::read_parquet(&whole, &scheme()).is_ok());
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        assert!(Tally::read_parquet(&bytes, &scheme()).is_err(), "byte {at} of {}", whole.len());
    }
    for length in 0..whole.len() {
        assert!(Tally::read_parquet(&whole[..length], &scheme()).is_err(), "cut at {length}");
    }
}

#[test]
fn a_code_that_the_scheme_does_not_have_is_named() {
    let bytes = bytes(&tally("a.csv", "x", 3, 6));
    let mut poorer = scheme();
    poorer.scales[0].choices.pop();
    let error = Tally::read_parquet(&bytes, &poorer).unwrap_err();
    assert!(matches!(&error, TallyError::Unknown { code, .. } if code == "o3"), "{error}");
}

#[test]
fn every_code_of_this_room_is_documented_with_every_argument_it_names() {
    for (code, names) in [
        ("M101", &["found", "other", "line"][..]),
        ("M102", &["found"]),
        ("M103", &["found", "count", "other"]),
        ("M104", &["unit", "form", "found", "expected", "other"]),
    ] {
        let entry = crate::diagnostic::entry(code).expect(code);
        for words in [&entry.zh, &entry.en] {
            let texts = [&words.title, &words.found, &words.expected, &words.done, &words.help];
            for open in texts.iter().flat_map(|text| text.split('{').skip(1)) {
                let name = open.split('}').next().unwrap_or_default();
                assert!(names.contains(&name), "{code} names {{{name}}}");
            }
        }
    }
}
