//! Schemes of other shapes: a one-form survey of lecturers, nested strata, tiers, floors, adjustments, imported scores, sources.

use super::{clean, parsed, shown, table};
use crate::config::{Tables, resolve};
use crate::numeric::{int, ratio};
use crate::survey::{
    Abstain, Act, AdjustmentKind, Bound, ChoiceClass, LevelId, Measure, MissingChild, MissingStratum, NodeKind, NodeSource,
    Shape, Threshold, TierShare, Trim, UnitFrom, VetoEffect,
};

/// Lecturers rated 1–5 by students: three levels, one form, one item, one node.
pub(super) const LECTURERS: &str = r#"
title = "InstEval"
language = "en"
level = [{ code = "school", name = "School" }, { code = "department", name = "Department" }, { code = "lecturer", name = "Lecturer" }]
[[scale]]
code = "five"
options = [{ code = "1", label = "1", value = "20" }, { code = "2", label = "2", value = "40" }, { code = "3", label = "3", value = "60" },
  { code = "4", label = "4", value = "80" }, { code = "5", label = "5", value = 100 }]
[[form]]
code = "rating"
name = "Rating"
scale = "five"
items = [{ code = "y", name = "y" }]
[[node]]
code = "total"
name = "Rating"
forms = ["rating"]
[[source]]
files = "**"
columns = { y = "item:y", d = "subject", dept = "unit" }
"#;

#[test]
fn one_form_and_one_node_are_a_scheme() {
    let units = "unit,parent,level,name\nL1,D1,lecturer,L1\nD1,S,department,D1\nS,,school,S\nL2,D1,lecturer,L2\n";
    let outcome = resolve(&parsed(LECTURERS), &Tables { units: table("units.csv", units), ..Tables::default() }, "x");
    assert_eq!(shown(&outcome.diagnostics), ["S317 5"], "options listed from the lowest: said, not refused");
    let scheme = outcome.scheme.expect("a scheme");
    let codes: Vec<&str> = scheme.index.nodes.iter().map(|node| node.code.as_str()).collect();
    assert_eq!(codes, ["total", "rating", "rating.y"]);
    assert_eq!(scheme.index.nodes[1].weights, [int(100)]);
    let classes: Vec<ChoiceClass> = scheme.scales[0].choices.iter().map(|choice| choice.class).collect();
    assert_eq!(classes, [ChoiceClass::Low, ChoiceClass::Middle, ChoiceClass::Middle, ChoiceClass::Favourable, ChoiceClass::Top]);
    let order: Vec<&str> = scheme.frame.subjects.iter().map(|subject| subject.code.as_str()).collect();
    assert_eq!(order, ["S", "D1", "L1", "L2"]);
    assert_eq!(scheme.rules.bands.len(), 4);
    assert_eq!((scheme.rules.min_cell, scheme.rules.places), (5, 2));
}

pub(super) const RICH: &str = r#"
title = "例"
level = [{ code = "unit", name = "单位" }]
[[scale]]
code = "cadre"
options = [{ code = "a", label = "优秀", value = "100" }, { code = "b", label = "称职", value = "80" },
  { code = "c", label = "基本称职", value = "60", class = "low" }, { code = "d", label = "不称职", value = "0" }, { code = "n", label = "弃权" }]
[[strata]]
code = "abc"
members = [{ code = "A1", name = "正职", weight = "0.6", parent = "A" }, { code = "A2", name = "副职", weight = "0.4", parent = "A" },
  { code = "A", name = "A票", weight = "40" }, { code = "B", name = "B票", weight = "30" }, { code = "C", name = "C票", weight = "30" }]
[[form]]
code = "vote"
name = "测评表"
scale = "cadre"
strata = "abc"
abstain = 60
missing-stratum = "give-to:B"
meeting.turnout = "超过 1/2"
items = [{ code = "1.1", name = "总体评价" }]
[[form]]
code = "points"
name = "打分表"
answer = "score"
meeting.returned-above-issued = false
trim = { rule = "one-each" }
screening.too-many-high = { act = "void", at-or-above = "90", more-than = 3 }
screening.too-few-low = { act = "void", below = "70", fewer-than = 2 }
screening.all-full = "void"
items = [{ code = "1", name = "德", full = "20" }, { code = "2", name = "能", full = "80" }]
[[node]]
code = "total"
name = "综合"
missing = "floor:60"
[[node]]
code = "votes"
name = "得票"
parent = "total"
weight = "0.5"
forms = ["vote"]
[node.measure.tiers]
full = "200"
rows = [{ top = ">= 90%", points = "200" }, { low = "达到1/3", points = "130" }, { points = "160" }]
[[node]]
code = "other"
name = "上级考核"
parent = "total"
weight = "0.3"
[[node]]
code = "score"
name = "打分"
parent = "total"
weight = "0.2"
forms = ["points"]
measure = { rank-step = "2" }
rollup = "pooled"
[[pin]]
files = "票/**/*.xlsx"
form = "vote"
stratum = "A票"
unit-from = "cell:B2"
shape = "votes"
header-row = 3
columns = { "总体" = "item:1.1", "备注" = "ignore" }
"#;

#[test]
fn policies_of_every_kind_are_expressible() {
    let units = "单位编码,名称\nu1,一连\nu2,二连\n";
    let imported = Some(table("imported.csv", "单位,指标,得分,满分\nu1,上级考核,45,50\n一连,other,1,\n二连,other,88分,\n"));
    let adjustments = "subject,kind,points,document,effect\nu1,加分,2,党发1号,\nu2,veto,,,定为:较差\n";
    let tables = Tables {
        units: table("units.csv", units),
        adjustments: Some(table("adjustments.csv", adjustments)),
        imported,
        ..Tables::default()
    };
    let outcome = resolve(&parsed(RICH), &tables, "x");
    assert_eq!(shown(&outcome.diagnostics), ["S803 3 一连 other"]);
    // The doubled score is an error; without it the scheme stands.
    let imported = Some(table("imported.csv", "单位,指标,得分,满分\nu1,上级考核,45,50\n二连,other,88分,\n"));
    let outcome = resolve(&parsed(RICH), &Tables { imported, ..tables }, "x");
    assert_eq!(shown(&outcome.diagnostics), [""; 0]);
    let scheme = outcome.scheme.expect("a scheme");
    assert_eq!(scheme.imported.iter().map(|one| one.score.clone()).collect::<Vec<_>>(), [int(90), int(88)]);
    assert_eq!((scheme.adjustments[0].kind, scheme.adjustments[0].points.clone()), (AdjustmentKind::Bonus, int(2)));
    assert_eq!(scheme.adjustments[1].effect, Some(VetoEffect::Set(3)));
    assert_eq!(scheme.frame.subjects[0].level, LevelId(0));

    let (vote, points) = (&scheme.forms[0], &scheme.forms[1]);
    assert_eq!((&vote.abstain, &vote.missing_stratum), (&Abstain::Value(int(60)), &MissingStratum::GiveTo("B".to_owned())));
    assert_eq!(vote.meeting.turnout, Some(Threshold { bound: Bound::Above, value: ratio(1, 2) }));
    assert!(vote.meeting.returned_above_issued && !points.meeting.returned_above_issued);
    assert_eq!(points.trim, Trim::OneEach { when_above: 5 });
    let high = points.screening.too_many_high.as_ref().expect("rule");
    assert_eq!((high.act, high.score, high.limit, points.screening.all_full), (Act::Void, 9000, 3, Act::Void));
    let strata: Vec<(&str, bool)> = scheme.strata[0].members.iter().map(|m| (m.code.as_str(), m.parent.is_some())).collect();
    assert_eq!(strata, [("A", false), ("A1", true), ("A2", true), ("B", false), ("C", false)]);

    let node = |code: &str| scheme.index.node(scheme.index.by_code(code).expect(code));
    assert_eq!(node("total").missing, MissingChild::Floor(int(60)));
    assert_eq!((node("other").source, node("other").kind), (NodeSource::Imported, NodeKind::Procedure));
    assert_eq!(node("score.2").measure, Measure::RankScore(int(2)));
    let Measure::Tiers(tiers) = &node("votes.1.1").measure else { panic!("tiers") };
    assert_eq!(tiers.full, int(200));
    assert_eq!(tiers.rows[1], (vec![(TierShare::Low, Threshold { bound: Bound::AtLeast, value: ratio(1, 3) })], int(130)));
    let pin = &scheme.sources[0];
    assert_eq!((pin.stratum.as_deref(), pin.shape, pin.header_row), (Some("A"), Some(Shape::Votes), Some(2)));
    assert_eq!(pin.unit_from, Some(UnitFrom::Cell(1, 1)));
}

#[test]
fn a_procedure_of_two_forms_names_both_in_its_items() {
    let scheme = r#"
title = "x"
level = [{ code = "u", name = "单位" }]
form = [{ code = "p", name = "甲表", answer = "score", items = [{ code = "1", name = "一", full = "40" }] },
        { code = "q", name = "乙表", answer = "score", items = [{ code = "1", name = "一", full = "60" }] }]
node = [{ code = "t", name = "总分" }, { code = "n", name = "环节", parent = "t", forms = ["p", "q"] }]
"#;
    let scheme = clean(scheme, "unit,name\na,甲\n");
    let codes: Vec<&str> = scheme.index.nodes.iter().map(|node| node.code.as_str()).collect();
    assert_eq!(codes, ["t", "n", "n.p.1", "n.q.1"]);
}
