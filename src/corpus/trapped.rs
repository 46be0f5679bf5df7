//! A reader that panics in the middle of a run: the file is named, the others count.

use crate::pipeline::{self, Silent};

const GOOD: &str = "序号,政治建设,思想建设,组织建设,作风建设\n1,优秀,良好,优秀,一般\n2,良好,良好,优秀,优秀\n";

#[test]
fn a_panic_inside_a_reader_is_named_and_the_rest_counts() {
    let home = tempfile::tempdir().expect("a folder");
    let schemes = super::folder().join("schemes");
    for (from, to) in [("small.toml", "scheme.toml"), ("small.csv", "units.csv")] {
        std::fs::copy(schemes.join(from), home.path().join(to)).expect("copied");
    }
    let returns = home.path().join("returns/三师/四十一团");
    std::fs::create_dir_all(&returns).expect("folders");
    let traps = ["二连-民主测评表(C票)-trap in the reader.csv", "三连-民主测评表(C票)-trap in the rows.csv"];
    for name in traps.into_iter().chain(["一连-民主测评表(C票).csv"]) {
        std::fs::write(returns.join(name), GOOD).expect("written");
    }
    let opened = pipeline::open(home.path()).expect("a scheme");
    let tally = pipeline::count_returns(&opened, &Silent).expect("a tally");
    let totals = tally.totals(&opened.scheme).expect("totals");
    for (name, room) in traps.into_iter().zip(["reader", "rows"]) {
        let file = format!("returns/三师/四十一团/{name}");
        let source = totals.sheets.iter().find(|sheet| sheet.file == file).expect("a line in the ledger");
        assert_eq!((source.ledger.status.as_str(), source.ledger.balances()), ("unreadable", true));
        let [said] = source.diagnostics.as_slice() else { panic!("{:?}", source.diagnostics) };
        assert_eq!(
            (said.code.as_str(), &*said.place.file, said.arg("found")),
            ("F208", file.as_str(), &*format!("sprung in the {room}"))
        );
        assert!(!source.sender.is_empty(), "the sender is told by the path");
    }
    let counted: u64 = totals.rows.iter().map(|row| row.count).sum();
    assert_eq!(counted, 8, "two ballots of four items, of the one good file");
}
