//! Schemes through the door: the reference, small ones, and broken ones with every offender named.

mod broken;
mod examples;
mod folder;
mod previous;
mod small;
mod words;

use super::{Outcome, Parsed, REFERENCE_SCHEME, Tables, parse, reference_units, resolve};
use crate::diagnostic::Diagnostic;
use crate::numeric::{int, ratio};
use crate::survey::{DomainId, Index, NodeKind, Scheme, Table, TableRow, VetoEffect};

/// A table from CSV text as intake would hand it over.
fn table(file: &str, text: &str) -> Table {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let headers: Vec<String> = reader.headers().expect("headers").iter().map(str::to_owned).collect();
    let rows = reader.records().enumerate().map(|(n, record)| {
        let record = record.expect("record");
        let cells = (0..headers.len()).map(|column| record.get(column).unwrap_or_default().trim().to_owned());
        TableRow { row: u32::try_from(n + 1).expect("small"), cells: cells.collect() }
    });
    let rows = rows.collect();
    Table { file: file.into(), sheet: None, headers, rows }
}

fn parsed(text: &str) -> Parsed {
    parse(text, "scheme.toml").unwrap_or_else(|found| panic!("{found:#?}"))
}

fn resolved(scheme: &str, units: &str) -> Outcome {
    resolve(&parsed(scheme), &Tables { units: table("units.csv", units), ..Tables::default() }, "demo")
}

fn clean(scheme: &str, units: &str) -> Scheme {
    let outcome = resolved(scheme, units);
    assert!(outcome.diagnostics.is_empty(), "{:#?}", outcome.diagnostics);
    outcome.scheme.expect("a scheme")
}

/// `CODE line found` of every finding, in order; the line is 1-based.
fn shown(found: &[Diagnostic]) -> Vec<String> {
    let line = |one: &Diagnostic| one.place.row.map_or(0, |row| row + 1);
    found.iter().map(|one| format!("{} {} {}", one.code, line(one), one.arg("found")).trim_end().to_owned()).collect()
}

/// Changes one text of the reference scheme and asks for a finding.
fn breaks_reference(from: &str, to: &str, code: &str, found: &str) {
    assert!(REFERENCE_SCHEME.contains(from), "{from}");
    let got = match parse(&REFERENCE_SCHEME.replacen(from, to, 1), "scheme.toml") {
        Err(found) => found,
        Ok(parsed) => {
            resolve(&parsed, &Tables { units: table("units.csv", reference_units()), ..Tables::default() }, "demo").diagnostics
        }
    };
    assert!(got.iter().any(|one| one.code == code && one.arg("found") == found), "{to}: {got:#?}");
}

#[test]
fn the_reference_scheme_resolves_cleanly() {
    let scheme = clean(REFERENCE_SCHEME, reference_units());
    let node = |code: &str| scheme.index.node(scheme.index.by_code(code).expect(code));
    assert_eq!(scheme.index.node(Index::ROOT).code, "total");
    // 领域权重: 连队 45/10/10/20/15, 机关 50/10/20/0/20.
    let weights = |domain: u16| -> Vec<_> {
        scheme.index.procedures().map(|id| scheme.index.node(id).weight(DomainId(domain)).clone()).collect()
    };
    assert_eq!(weights(0), [50, 10, 10, 10, 20].map(int));
    assert_eq!(weights(1), [45, 10, 10, 20, 15].map(int));
    assert_eq!(weights(3), [50, 10, 20, 0, 20].map(int));
    // 指标权重缺省为所含题目分值之和.
    assert_eq!([node("zhengzhi"), node("zuzhi"), node("baozhang")].map(|node| node.weights[0].clone()), [20, 40, 20].map(int));
    assert_eq!((node("mubiao.3").name.as_str(), node("mubiao.3").full.clone()), ("党支部标准化规范化建设", int(15)));
    assert_eq!(scheme.index.node(node("mubiao.3").parent.expect("parent")).code, "zuzhi");
    // One form, two procedures: items under both.
    assert_eq!((node("zhuanxiang.1").kind, node("shuping.1").kind), (NodeKind::Item, NodeKind::Item));
    let form = |code: &str| scheme.form(scheme.form_by_code(code).expect(code));
    assert_eq!(form("shuzhi").procedures.len(), 2);
    assert_eq!((form("zicha").procedures.len(), form("zicha").items.len()), (1, 9));
    assert_eq!(scheme.rules.veto, VetoEffect::Cap(1));
    assert_eq!(scheme.rules.bands[0].leaders_share, Some(ratio(3, 10)));
    assert_eq!(node("mubiao").min_coverage, ratio(1, 2));
    let unit = scheme.frame.subject(scheme.frame.by_code("3-41-1").expect("unit"));
    assert_eq!((unit.headcount, unit.stratum_sizes.len(), unit.aliases.len()), (Some(310), 3, 1));
}

#[test]
fn the_fingerprint_holds_what_gives_counts_their_meaning() {
    let base = clean(REFERENCE_SCHEME, reference_units()).tally_fingerprint;
    let with = |from: &str, to: &str| {
        assert!(REFERENCE_SCHEME.contains(from), "{from}");
        resolved(&REFERENCE_SCHEME.replacen(from, to, 1), reference_units()).scheme.expect(to).tally_fingerprint
    };
    assert_eq!(with("value = \"80\"", "value = \"85\""), base, "option values belong to the scheme");
    assert_eq!(with("name = \"政治建设\"", "name = \"政治引领\""), base, "wording may be mended");
    assert_eq!(with("bonus-cap = \"5\"", "bonus-cap = \"3\""), base, "policies may change");
    assert_ne!(with("{ code = \"6\", name = \"制度建设\" }", "{ code = \"7\", name = \"制度建设\" }"), base);
    assert_ne!(with("{ code = \"C\", name = \"C票\"", "{ code = \"D\", name = \"C票\""), base);
    let fewer: String = reference_units().lines().take(9).collect::<Vec<_>>().join("\n");
    assert_ne!(clean(REFERENCE_SCHEME, &fewer).tally_fingerprint, base);
    let mut rows: Vec<&str> = reference_units().lines().collect();
    rows[1..].reverse();
    assert_eq!(clean(REFERENCE_SCHEME, &rows.join("\n")).tally_fingerprint, base, "order does not matter");
}
