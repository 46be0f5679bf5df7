//! Schemes through the door: the reference, small ones, and broken ones with every offender named.

use super::{Outcome, Parsed, REFERENCE_SCHEME, Tables, parse, reference_units, resolve};
use crate::diagnostic::Diagnostic;
use crate::numeric::{int, ratio};
use crate::survey::{
    Abstain, Bound, ChoiceClass, DomainId, Measure, MissingChild, MissingStratum, NodeKind, NodeSource, Scheme, Table, TableRow,
    TierShare, VetoEffect,
};

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

#[test]
fn the_reference_scheme_resolves_cleanly() {
    let scheme = clean(REFERENCE_SCHEME, reference_units());
    let node = |code: &str| scheme.index.node(scheme.index.by_code(code).expect(code));
    assert_eq!(scheme.index.procedures().count(), 5);
    assert_eq!(scheme.index.node(crate::survey::Index::ROOT).code, "total");
    // 领域权重: 连队 45/10/10/20/15, 机关 50/10/20/0/20.
    let weights = |domain: u16| -> Vec<_> {
        scheme.index.procedures().map(|id| scheme.index.node(id).weight(DomainId(domain)).clone()).collect()
    };
    assert_eq!(weights(0), [50, 10, 10, 10, 20].map(int));
    assert_eq!(weights(1), [45, 10, 10, 20, 15].map(int));
    assert_eq!(weights(3), [50, 10, 20, 0, 20].map(int));
    // 指标权重缺省为所含题目分值之和.
    assert_eq!([node("zhengzhi"), node("zuzhi"), node("baozhang")].map(|node| node.weights[0].clone()), [20, 40, 20].map(int));
    assert_eq!(node("mubiao.3").name, "党支部标准化规范化建设");
    assert_eq!(node("mubiao.3").full, int(15));
    // One form, two procedures: items under both.
    assert_eq!((node("zhuanxiang.1").kind, node("shuping.1").kind), (NodeKind::Item, NodeKind::Item));
    let shuzhi = scheme.form(scheme.form_by_code("shuzhi").expect("shuzhi"));
    assert_eq!(shuzhi.procedures.len(), 2);
    let self_rated = scheme.form(scheme.form_by_code("zicha").expect("zicha"));
    assert_eq!((self_rated.procedures.len(), self_rated.items.len()), (1, 9));
    assert_eq!(scheme.rules.veto, VetoEffect::Cap(1));
    assert_eq!(scheme.rules.bands[0].leaders_share, Some(ratio(3, 10)));
    assert_eq!(scheme.frame.subject(scheme.frame.by_code("3-41-1").expect("unit")).stratum_sizes.len(), 3);
    assert_eq!(scheme.tally_fingerprint.len(), 64);
}
