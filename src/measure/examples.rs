//! The worked examples E1–E18 of domain.md, number by number, and the laws of the method.

use super::assessment::{Assessment, WhyMissing};
use super::fixture::*;
use super::totals::Totals;
use super::{assess, clear};
use crate::numeric::{Ratio, int, ratio};
use crate::survey::{
    Abstain, AdjustmentKind, Answer, Basis, Bound, ChoiceClass, FormKind, Index, LevelId, Measure, Meeting, MissingChild,
    MissingStratum, NodeId, Quota, QuotaRounding, QuotaTies, RankTies, Receipt, Rollup, Scheme, SelfMix, SubjectId, Threshold,
    TierShare, TierTable, Trim, VetoEffect,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn total(assessment: &Assessment, subject: SubjectId) -> String {
    show(card(assessment, subject).total.as_ref())
}

#[test]
fn e1_abstention_policies() {
    let mut small = ballots(&CADRE, &["100"]);
    let unit = company(&mut small.scheme, "一连");
    let mut feed = Feed::default();
    feed.votes(unit, (small.procedure, small.form, 0), 0, &[18, 10, 2, 0, 2]);
    let mut with = |abstain: Abstain, measure: Measure| {
        small.scheme.forms[0].abstain = abstain;
        small.scheme.index.nodes[2].measure = measure;
        total(&assess(&small.scheme, &feed.0), unit)
    };
    assert_eq!(with(Abstain::Exclude, Measure::Mean), "90.67");
    assert_eq!(with(Abstain::Zero, Measure::Mean), "85.00");
    assert_eq!(with(Abstain::Value(int(60)), Measure::Mean), "88.75");
    assert_eq!(with(Abstain::Exclude, Measure::ExcellentRate), "60.00");
    assert_eq!(with(Abstain::Zero, Measure::ExcellentRate), "56.25");
}

#[test]
fn e1_other_option_values() {
    for (values, score) in
        [(["95", "85", "75", "65"], "90.33"), (["95", "85", "70", "50"], "90.00"), (["100", "80", "60", "40"], "90.67")]
    {
        let options: Vec<_> = CADRE.iter().zip(values).map(|((label, _, class), value)| (*label, value, *class)).collect();
        let mut small = ballots(&options, &["100"]);
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[18, 10, 2]);
        assert_eq!(total(&assess(&small.scheme, &feed.0), unit), score);
    }
}

/// E2: strata A, B, C at 40/30/30; B 8-6-1-0, C 20-24-4-2.
fn e2() -> (Small, SubjectId, Feed) {
    let mut small = ballots(&CADRE, &["100"]);
    let set = strata(&mut small.scheme, &[("A", "", "0.4"), ("B", "", "0.3"), ("C", "", "0.3")]);
    small.scheme.forms[0].strata = Some(set);
    let unit = company(&mut small.scheme, "一连");
    let mut feed = Feed::default();
    feed.votes(unit, (small.procedure, small.form, 0), 1, &[8, 6, 1, 0]);
    feed.votes(unit, (small.procedure, small.form, 0), 2, &[20, 24, 4, 2]);
    (small, unit, feed)
}

#[test]
fn e2_missing_stratum_policies() {
    let (mut small, unit, feed) = e2();
    let mut with = |policy: MissingStratum| {
        small.scheme.forms[0].missing_stratum = policy;
        let result = assess(&small.scheme, &feed.0);
        let item = &card(&result, unit).nodes[2];
        let effective: Vec<String> = item.cells.iter().map(|cell| show(Some(&cell.weight.effective))).collect();
        (total(&result, unit), item.incomplete, show(Some(&item.coverage)), effective.join(" "), codes(&result).join(" "))
    };
    let says = |score: &str, incomplete, effective: &str, code: &str| {
        (score.to_owned(), incomplete, "0.60".to_owned(), effective.to_owned(), code.to_owned())
    };
    assert_eq!(with(MissingStratum::Renormalise), says("86.27", true, "0.00 0.50 0.50", "M201"));
    assert_eq!(with(MissingStratum::Zero), says("51.76", true, "0.40 0.30 0.30", "M202"));
    assert_eq!(with(MissingStratum::GiveTo("B".to_owned())), says("87.49", true, "0.00 0.70 0.30", "M203"));
    let refused = with(MissingStratum::Refuse);
    assert_eq!((refused.0.as_str(), refused.4.as_str()), ("none", "M204"));
}

#[test]
fn e2_cells_and_pooled() {
    let (small, unit, mut feed) = e2();
    let cells = |feed: &Feed| -> Vec<String> {
        let result = assess(&small.scheme, &feed.0);
        card(&result, unit).nodes[2].cells.iter().map(|cell| format!("{} {}", cell.n, show(cell.score.as_ref()))).collect()
    };
    assert_eq!(cells(&feed), ["0 none", "15 89.33", "50 83.20"]);
    feed.votes(unit, (small.procedure, small.form, 0), 0, &[1, 1, 0, 0]);
    assert_eq!(total(&assess(&small.scheme, &feed.0), unit), "87.76", "A = 90");

    let mut one = ballots(&CADRE, &["100"]);
    let unit = company(&mut one.scheme, "一连");
    let mut feed = Feed::default();
    feed.votes(unit, (one.procedure, one.form, 0), 0, &[28, 30, 5, 2]);
    assert_eq!(total(&assess(&one.scheme, &feed.0), unit), "84.62");
}

#[test]
fn e3_nested_strata_by_dimension() {
    let mut small = ballots(&[], &["100"; 5]);
    for (item, weight) in small.items.iter().zip(["20", "15", "15", "30", "20"]) {
        small.scheme.index.nodes[usize::from(item.0)].weights = vec![r(weight)];
    }
    let members = [("A", "", "0.4"), ("A1", "A", "0.6"), ("A2", "A", "0.4"), ("B", "", "0.3"), ("C", "", "0.3")];
    let set = strata(&mut small.scheme, &members);
    small.scheme.forms[0].strata = Some(set);
    let unit = company(&mut small.scheme, "一连");
    let sheets: [(u16, [&str; 5]); 3] =
        [(1, ["95", "90", "92", "88", "96"]), (2, ["90", "85", "90", "84", "95"]), (2, ["92", "88", "86", "86", "93"])];
    let mut feed = Feed::default();
    for (stratum, points) in sheets {
        for (item, points) in (0u16..).zip(points) {
            feed.points(unit, (small.procedure, small.form, item), stratum, &[points]);
        }
    }
    assert_eq!(total(&assess(&small.scheme, &feed.0), unit), "90.61", "A alone");
    let votes = [(3u16, [("100", 8), ("80", 6), ("60", 1), ("0", 0)]), (4, [("100", 20), ("80", 24), ("60", 4), ("0", 2)])];
    for (stratum, votes) in votes {
        for item in 0..5 {
            for (points, times) in votes {
                feed.points(unit, (small.procedure, small.form, item), stratum, &vec![points; times]);
            }
        }
    }
    let result = assess(&small.scheme, &feed.0);
    assert_eq!(total(&result, unit), "88.00");
    let cell = &card(&result, unit).nodes[2].cells[0];
    assert_eq!((cell.weight.nominal.clone(), cell.weight.effective.clone()), (ratio(6, 25), ratio(6, 25)), "A1 is 0.24 of all");
}

#[test]
fn nested_stratum_that_is_missing_is_renormalised_inside_its_parent() {
    let mut small = ballots(&[], &["100"]);
    let set = strata(&mut small.scheme, &[("A", "", "0.4"), ("A1", "A", "0.6"), ("A2", "A", "0.4"), ("B", "", "0.6")]);
    small.scheme.forms[0].strata = Some(set);
    let unit = company(&mut small.scheme, "一连");
    let mut feed = Feed::default();
    feed.points(unit, (small.procedure, small.form, 0), 2, &["80"]);
    feed.points(unit, (small.procedure, small.form, 0), 3, &["90"]);
    for policy in [MissingStratum::Renormalise, MissingStratum::Zero, MissingStratum::Refuse] {
        small.scheme.forms[0].missing_stratum = policy;
        let result = assess(&small.scheme, &feed.0);
        assert_eq!(total(&result, unit), "86.00", "0.4·80 + 0.6·90");
        assert_eq!(card(&result, unit).nodes[2].coverage, ratio(76, 100));
        assert!(card(&result, unit).nodes[0].incomplete, "climbs to the top");
    }
}

#[test]
fn e4_trimmed_means() {
    let mut small = ballots(&[], &["100"]);
    let unit = company(&mut small.scheme, "一连");
    let mut of = |trim: Trim, points: &[&str]| {
        small.scheme.forms[0].trim = trim;
        let mut feed = Feed::default();
        feed.points(unit, (small.procedure, small.form, 0), 0, points);
        total(&assess(&small.scheme, &feed.0), unit)
    };
    let seven = ["96", "92", "90", "88", "95", "60", "91"];
    let six = ["96", "96", "90", "88", "60", "60"];
    let five = ["96", "92", "90", "88", "60"];
    assert_eq!(of(Trim::None, &seven), "87.43");
    assert_eq!(of(Trim::OneEach { when_above: 5 }, &seven), "91.20");
    assert_eq!(of(Trim::OneEach { when_above: 5 }, &six), "83.50", "one of tied extremes only");
    assert_eq!(of(Trim::OneEach { when_above: 5 }, &five), "85.20");
    assert_eq!(of(Trim::OneEach { when_above: 4 }, &five), "90.00");
    assert_eq!(of(Trim::Each(3), &seven), "91.00", "the median");
    assert_eq!(of(Trim::Each(3), &six), "81.67", "never all of them");
    assert_eq!(of(Trim::Share(r("15%")), &seven), "91.20", "floor of 1.05");
}

#[test]
fn e5_screened_ballots_then_trim_and_the_same_left_in() {
    let sheets: [(u8, [i32; 8]); 10] = [
        (0, [95, 91, 92, 88, 85, 80, 65, 60]),
        (4, [100; 8]),
        (2, [85; 8]),
        (8, [95, 94, 93, 92, 85, 80, 65, 60]),
        (16, [95, 90, 88, 86, 84, 80, 75, 69]),
        (0, [92, 90, 91, 89, 88, 87, 69, 66]),
        (0, [89, 88, 93, 90, 80, 82, 68, 64]),
        (0, [90, 84, 91, 85, 83, 79, 66, 67]),
        (0, [97, 86, 89, 93, 81, 78, 60, 62]),
        (0, [88, 92, 94, 80, 79, 90, 69, 68]),
    ];
    let mut small = ballots(&[], &["100"]);
    small.scheme.forms[0].trim = Trim::OneEach { when_above: 5 };
    let people: Vec<SubjectId> =
        ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"].map(|name| company(&mut small.scheme, name)).to_vec();
    let mut feed = Feed::default();
    for (part, sheet) in sheets {
        for (subject, points) in people.iter().zip(sheet) {
            feed.row(*subject, (small.procedure, small.form, 0), 0, part, Answer::Score(points * 100), 1);
        }
    }
    let result = assess(&small.scheme, &feed.0);
    let scores: Vec<String> = people.iter().map(|subject| total(&result, *subject)).collect();
    assert_eq!(scores, ["91.50", "88.75", "91.75", "88.00", "82.25", "82.00", "67.00", "64.75"]);
    let first = &card(&result, people[0]).nodes[0];
    assert_eq!(show(first.unscreened.as_ref()), "92.63", "all ten, trimmed: 741/8");
}

#[test]
fn left_in_tells_where_a_grade_would_change() {
    let mut small = ballots(&CADRE, &["100"]);
    let unit = company(&mut small.scheme, "一连");
    let from = (small.procedure, small.form, 0);
    let mut feed = Feed::default();
    feed.votes(unit, from, 0, &[10, 10, 0, 0]);
    feed.row(unit, from, 0, 4, Answer::Choice(0), 10);
    feed.row(unit, from, 0, 0, Answer::Void(crate::survey::VoidReason::TwoTicks), 7);
    let result = assess(&small.scheme, &feed.0);
    let place = standing(&result, unit);
    assert_eq!((place.grade, place.grade_unscreened), (Some(0), None), "90.00 either way is 优秀");
    feed.row(unit, from, 0, 2, Answer::Choice(2), 10);
    let result = assess(&small.scheme, &feed.0);
    let place = standing(&result, unit);
    assert_eq!((place.grade, place.grade_unscreened), (Some(0), Some(1)), "3400/40 = 85");
    assert_eq!(codes(&result), ["M229"]);
}

#[test]
fn e6_turnout_and_returned_above_issued() {
    let at = |bound, value: &str| Meeting { returned_above_issued: true, turnout: Some(Threshold { bound, value: r(value) }) };
    let outcome = |meeting: Meeting, due, present, issued, returned| {
        let mut small = ballots(&CADRE, &["100"]);
        small.scheme.forms[0].meeting = meeting;
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[20, 15]);
        feed.0.receipts.push(Receipt {
            unit: "一连".to_owned(),
            form: "f0".to_owned(),
            procedure: "民主测评".to_owned(),
            due: Some(due),
            present: Some(present),
            issued: Some(issued),
            returned: Some(returned),
            ..Receipt::default()
        });
        let result = assess(&small.scheme, &feed.0);
        let node = &card(&result, unit).nodes[1];
        assert_eq!(node.score.is_none(), result.responses[0].meeting_void);
        assert_eq!(node.why, result.responses[0].meeting_void.then_some(WhyMissing::MeetingVoid));
        codes(&result).join(" ")
    };
    let thirds = || at(Bound::AtLeast, "2/3");
    assert_eq!(outcome(thirds(), 60, 39, 40, 38), "M212");
    assert_eq!(outcome(thirds(), 60, 40, 40, 38), "");
    assert_eq!(outcome(thirds(), 61, 40, 40, 38), "M212", "61 need 41");
    assert_eq!(outcome(thirds(), 61, 41, 40, 38), "");
    assert_eq!(outcome(at(Bound::Above, "1/2"), 60, 30, 40, 38), "M212", "超过半数");
    assert_eq!(outcome(at(Bound::Above, "1/2"), 60, 31, 40, 38), "");
    assert_eq!(outcome(at(Bound::AtLeast, "80%"), 60, 48, 40, 38), "");
    assert_eq!(outcome(thirds(), 60, 60, 40, 41), "M211");
}

#[test]
fn e7_vote_share_tiers() {
    let top = |value: &str| vec![(TierShare::Top, at_least(value))];
    let below = Threshold { bound: Bound::Below, value: r("1/3") };
    let table = TierTable {
        full: int(200),
        rows: vec![
            (top("90%"), int(200)),
            (top("80%"), int(190)),
            (top("70%"), int(180)),
            (top("60%"), int(170)),
            (vec![(TierShare::Low, below)], int(160)),
            (Vec::new(), int(130)),
        ],
    };
    for (votes, points) in [([62, 30, 5, 3], 170), ([12, 10, 8, 3], 130), ([12, 11, 8, 2], 160), ([27, 2, 1, 0], 200)] {
        let mut small = ballots(&CADRE, &["100"]);
        small.scheme.index.nodes[2].measure = Measure::Tiers(table.clone());
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &votes);
        let result = assess(&small.scheme, &feed.0);
        assert_eq!(card(&result, unit).nodes[2].score, Some(ratio(points, 2)), "{votes:?}");
    }
}

const PROCEDURES: [(&str, &str); 5] =
    [("目标考核", "50"), ("专项述职", "10"), ("民主测评", "10"), ("民意调查", "10"), ("述职评议", "20")];

/// Five procedures that take imported scores.
fn five(domains: u16) -> (Scheme, Vec<NodeId>) {
    let mut scheme = scheme(domains);
    let root = node(&mut scheme, "综合", None, "1");
    let procedures = PROCEDURES.map(|(name, weight)| node(&mut scheme, name, Some(root), weight)).to_vec();
    (scheme, procedures)
}

#[test]
fn e8_missing_procedure_policies_bounds_and_coverage() {
    let (mut scheme, procedures) = five(1);
    let unit = company(&mut scheme, "一连");
    for (procedure, score) in procedures.iter().zip(["88.40", "91.00", "84.10", "", "90.20"]) {
        if !score.is_empty() {
            import(&mut scheme, unit, *procedure, score);
        }
    }
    let mut with = |policy: MissingChild| {
        scheme.index.nodes[0].missing = policy;
        let result = assess(&scheme, &Totals::default());
        let card = card(&result, unit);
        assert_eq!(show(Some(&card.nodes[0].coverage)), "0.90");
        let bounds = card.bounds.clone().map(|(low, high)| format!("{} {}", show(Some(&low)), show(Some(&high))));
        assert_eq!(bounds.as_deref(), Some("79.75 89.75"));
        total(&result, unit)
    };
    assert_eq!(with(MissingChild::Renormalise), "88.61");
    assert_eq!(with(MissingChild::Zero), "79.75");
    assert_eq!(with(MissingChild::Floor(int(60))), "85.75");
    assert_eq!(with(MissingChild::Floor(r("86.50"))), "88.40");
    assert_eq!(with(MissingChild::Refuse), "none");
    scheme.index.nodes[0].missing = MissingChild::Renormalise;
    let result = assess(&scheme, &Totals::default());
    assert_eq!(standing(&result, unit).grades_possible, [1, 2], "优秀 is impossible whatever the survey says");
    let effective = &card(&result, unit).nodes[1].weight;
    assert_eq!((effective.nominal.clone(), effective.effective.clone()), (ratio(1, 2), ratio(5, 9)));
    scheme.index.nodes[0].min_coverage = r("0.95");
    let result = assess(&scheme, &Totals::default());
    assert_eq!(card(&result, unit).nodes[0].why, Some(WhyMissing::LowCoverage));
    assert_eq!(codes(&result), ["M210"]);
}

#[test]
fn weight_zero_is_not_applicable_and_narrows_no_bounds() {
    let (mut scheme, procedures) = five(2);
    scheme.index.nodes[usize::from(procedures[3].0)].weights[1] = int(0);
    let unit = company(&mut scheme, "机关");
    change(&mut scheme, unit, |subject| subject.domain = crate::survey::DomainId(1));
    for (procedure, score) in procedures.iter().zip(["88.40", "91.00", "84.10", "70", "90.20"]) {
        import(&mut scheme, unit, *procedure, score);
    }
    let result = assess(&scheme, &Totals::default());
    let card = card(&result, unit);
    assert_eq!(total(&result, unit), "88.61");
    assert_eq!(card.nodes[4].why, Some(WhyMissing::NotApplicable));
    assert_eq!(card.bounds.as_ref().map(|(low, high)| low == high), Some(true));
    assert_eq!((card.nodes[0].incomplete, card.nodes[0].coverage.clone()), (false, int(1)));
    assert_eq!(codes(&result), ["M216"], "an import for a procedure that does not apply");
}

/// A score sheet and its self-rated twin on one item of 100.
fn sheets() -> (Scheme, NodeId, SubjectId) {
    let mut scheme = scheme(1);
    let assessed = form(&mut scheme, FormKind::Assessed, &crate::survey::AnswerKind::Score, &["60", "40"]);
    let own = form(&mut scheme, FormKind::SelfRated, &crate::survey::AnswerKind::Score, &["60", "40"]);
    let root = node(&mut scheme, "综合", None, "1");
    let procedure = node(&mut scheme, "目标考核", Some(root), "100");
    items(&mut scheme, procedure, assessed);
    scheme.forms[1].procedures.push(procedure);
    let mix = SelfMix { form: own, weight: int(0), tolerance: None, penalty: int(0) };
    scheme.index.nodes[usize::from(procedure.0)].self_mix = Some(mix);
    let unit = company(&mut scheme, "一连");
    (scheme, procedure, unit)
}

#[test]
fn e8b_self_rating_gap_mix_and_penalty() {
    let (mut scheme, procedure, unit) = sheets();
    let mut feed = Feed::default();
    for (form, points) in [(0, ["50", "36.40"]), (1, ["59", "39"])] {
        for (item, points) in (0u16..).zip(points) {
            feed.points(unit, (procedure, crate::survey::FormId(form), item), 0, &[points]);
        }
    }
    let mut with = |weight: &str, tolerance: Option<&str>, penalty: &str| {
        let mix = scheme.index.nodes[usize::from(procedure.0)].self_mix.as_mut().expect("set above");
        (mix.weight, mix.tolerance, mix.penalty) = (r(weight), tolerance.map(r), r(penalty));
        let result = assess(&scheme, &feed.0);
        let node = &card(&result, unit).nodes[usize::from(procedure.0)];
        assert_eq!((show(node.self_rated.as_ref()), show(node.self_gap.as_ref())), ("98.00".to_owned(), "11.60".to_owned()));
        show(node.score.as_ref())
    };
    assert_eq!(with("0", None, "0"), "86.40");
    assert_eq!(with("20%", None, "0"), "88.72");
    assert_eq!(with("30%", None, "0"), "89.88");
    assert_eq!(with("0", Some("5"), "20%"), "85.08");
}

#[test]
fn only_a_self_rating_leaves_the_procedure_missing_and_is_shown() {
    let (mut scheme, procedure, unit) = sheets();
    scheme.forms[0].due_levels = vec![LevelId(2)];
    let mut feed = Feed::default();
    feed.points(unit, (procedure, crate::survey::FormId(1), 0), 0, &["54"]);
    let result = assess(&scheme, &feed.0);
    let node = &card(&result, unit).nodes[usize::from(procedure.0)];
    assert_eq!((node.score.clone(), node.why), (None, Some(WhyMissing::NothingSent)));
    assert_eq!(show(node.self_rated.as_ref()), "90.00");
    assert_eq!(codes(&result), ["M213"]);
}

#[test]
fn score_sheet_items_marked_not_applicable_leave_both_sums() {
    let (scheme, procedure, unit) = sheets();
    let form = crate::survey::FormId(0);
    let mut feed = Feed::default();
    feed.points(unit, (procedure, form, 0), 0, &["45"]);
    let mut other = feed.clone();
    feed.row(unit, (procedure, form, 1), 0, 0, Answer::NotApplicable, 1);
    let result = assess(&scheme, &feed.0);
    let node = &card(&result, unit).nodes[1];
    assert_eq!((show(node.score.as_ref()), node.incomplete, node.coverage.clone()), ("75.00".to_owned(), false, int(1)));
    other.row(unit, (procedure, form, 1), 0, 0, Answer::Missing, 1);
    let result = assess(&scheme, &other.0);
    let node = &card(&result, unit).nodes[1];
    assert_eq!((show(node.score.as_ref()), node.incomplete, node.coverage.clone()), ("75.00".to_owned(), true, ratio(3, 5)));
    assert_eq!(codes(&result), ["M228"]);
}

#[test]
fn e9_bonus_cap_deductions_and_veto() {
    let build = |achievements: [&str; 3], veto: Option<VetoEffect>| {
        let (mut scheme, _) = five(1);
        let unit = company(&mut scheme, "一连");
        import(&mut scheme, unit, Index::ROOT, "91.64");
        scheme.rules.bonus_cap = Some(int(5));
        for (points, achievement) in ["3", "2", "1.5"].iter().zip(achievements) {
            adjust(&mut scheme, unit, AdjustmentKind::Bonus, points, achievement);
        }
        adjust(&mut scheme, unit, AdjustmentKind::Deduction, "2", "");
        adjust(&mut scheme, unit, AdjustmentKind::Deduction, "1", "");
        if let Some(effect) = veto {
            scheme.rules.veto = effect;
            adjust(&mut scheme, unit, AdjustmentKind::Veto, "0", "");
        }
        let result = assess(&scheme, &Totals::default());
        let place = standing(&result, unit);
        let name = place.grade.map(|grade| scheme.rules.bands[grade].name.clone()).unwrap_or_default();
        (total(&result, unit), name, place.rank)
    };
    let each = ["甲", "乙", ""];
    let is = |score: &str, grade: &str, rank| (score.to_owned(), grade.to_owned(), rank);
    assert_eq!(build(each, None), is("93.64", "优秀", Some(1)));
    assert_eq!(build(["甲"; 3], None), is("91.64", "优秀", Some(1)), "one achievement counts once");
    assert_eq!(build(each, Some(VetoEffect::Cap(1))), is("93.64", "良好", Some(1)));
    assert_eq!(build(each, Some(VetoEffect::Set(3))), is("93.64", "较差", Some(1)));
    assert_eq!(build(each, Some(VetoEffect::OutOfRanking(3))), is("93.64", "较差", None));
}

/// E10: thirteen companies, the second vetoed.
fn e10(rounding: QuotaRounding, ties: QuotaTies) -> (Scheme, Vec<SubjectId>) {
    const UNITS: [(&str, &str, &str, &str); 13] = [
        ("一连", "95.20", "96", "92"),
        ("二连", "94.80", "93", "95"),
        ("三连", "94.10", "94", "90"),
        ("四连", "93.10", "92", "93"),
        ("五连", "93.10", "92", "91"),
        ("六连", "93.10", "90", "96"),
        ("七连", "91.00", "90", "88"),
        ("八连", "90.40", "89", "89"),
        ("九连", "88.70", "88", "85"),
        ("十连", "86.00", "86", "84"),
        ("十一连", "85.20", "85", "80"),
        ("十二连", "79.90", "78", "82"),
        ("十三连", "72.30", "70", "75"),
    ];
    let (mut scheme, procedures) = five(1);
    scheme.rules.tie_chain = vec![procedures[0], procedures[2]];
    scheme.rules.quotas = vec![Quota { level: None, domain: None, band: 0, share: r("30%"), rounding, ties }];
    // the frame stands in reverse, so that an order by name or file would show
    let mut ids: Vec<SubjectId> = UNITS.iter().rev().map(|(name, ..)| company(&mut scheme, name)).collect();
    ids.reverse();
    for (id, (_, score, target, vote)) in ids.iter().zip(UNITS) {
        for (node, score) in [(Index::ROOT, score), (procedures[0], target), (procedures[2], vote)] {
            import(&mut scheme, *id, node, score);
        }
    }
    adjust(&mut scheme, ids[1], AdjustmentKind::Veto, "0", "");
    (scheme, ids)
}

fn excellent(scheme: &Scheme, result: &Assessment) -> String {
    let standings = result.standings.iter().filter(|standing| standing.grade == Some(0));
    standings.map(|standing| scheme.frame.subject(standing.subject).name.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn e10_quota_with_ties() {
    use QuotaRounding::{Ceil, Floor, HalfUp};
    use QuotaTies::{Drop, Include, Tiebreak};
    let cases = [
        (Floor, Tiebreak, "一连 三连 四连", 3, ""),
        (Floor, Drop, "一连 三连", 3, "M221"),
        (Floor, Include, "一连 三连 四连 五连 六连", 3, "M222"),
        (HalfUp, Tiebreak, "一连 三连 四连 五连", 4, "M220"),
        (Ceil, Tiebreak, "一连 三连 四连 五连", 4, "M220"),
    ];
    for (rounding, ties, names, places, code) in cases {
        let (scheme, _) = e10(rounding, ties);
        let result = assess(&scheme, &Totals::default());
        assert_eq!(excellent(&scheme, &result), names);
        let cut = &result.quotas[0];
        assert_eq!((cut.base, cut.exact.clone(), cut.places, cut.eligible), (13, ratio(39, 10), places, 7));
        assert_eq!(cut.given, names.split(' ').count() as u64);
        let heard: Vec<&str> = codes(&result).into_iter().filter(|code| *code > "M219").collect();
        assert_eq!(heard.join(" "), code);
    }
}

#[test]
fn e10_ranks_and_reasons() {
    let ranks = |ties: RankTies| -> Vec<u32> {
        let (mut scheme, ids) = e10(QuotaRounding::Floor, QuotaTies::Drop);
        scheme.rules.rank_ties = ties;
        let result = assess(&scheme, &Totals::default());
        ids[..8].iter().filter_map(|id| standing(&result, *id).rank).collect()
    };
    assert_eq!(ranks(RankTies::Competition), [1, 2, 3, 4, 4, 4, 7, 8]);
    assert_eq!(ranks(RankTies::Dense), [1, 2, 3, 4, 4, 4, 5, 6]);
    assert_eq!(ranks(RankTies::Chain), [1, 2, 3, 4, 5, 6, 7, 8]);
    let (scheme, ids) = e10(QuotaRounding::Floor, QuotaTies::Drop);
    let result = assess(&scheme, &Totals::default());
    let reasons = |id: SubjectId| -> Vec<&str> { standing(&result, id).reasons.iter().map(|(code, _)| code.as_str()).collect() };
    assert_eq!(reasons(ids[1]), ["band", "veto-cap"]);
    assert_eq!(reasons(ids[4]), ["band", "tie-at-cut"]);
    assert_eq!(reasons(ids[6]), ["band", "quota-full"]);
    let tied: Vec<bool> = ids.iter().map(|id| standing(&result, *id).tied_at_cut).collect();
    assert_eq!(tied.iter().filter(|tied| **tied).count(), 3);
    let listed: Vec<SubjectId> = result.standings.iter().map(|standing| standing.subject).collect();
    assert_eq!(listed, ids, "ties are listed by the chain");
    let mut out = scheme.clone();
    out.rules.veto = VetoEffect::OutOfRanking(3);
    let result = assess(&out, &Totals::default());
    let vetoed = result.standings.last().expect("listed");
    assert_eq!((vetoed.subject, vetoed.rank, vetoed.of, vetoed.grade), (ids[1], None, 12, Some(3)));
    assert_eq!(result.quotas[0].base, 13, "the vetoed one counts in the base");
}

#[test]
fn equal_throughout_is_joint_and_never_broken_by_order() {
    let (mut scheme, procedures) = five(1);
    scheme.rules.tie_chain = vec![procedures[0]];
    let share = r("1/2");
    scheme.rules.quotas =
        vec![Quota { level: None, domain: None, band: 0, share, rounding: QuotaRounding::Floor, ties: QuotaTies::Tiebreak }];
    for name in ["甲", "乙", "丙", "丁"] {
        let id = company(&mut scheme, name);
        import(&mut scheme, id, Index::ROOT, if name == "丁" { "95" } else { "92" });
    }
    let result = assess(&scheme, &Totals::default());
    assert_eq!(excellent(&scheme, &result), "丁");
    assert_eq!(result.standings.iter().filter(|standing| standing.tied_at_cut).count(), 3);
    assert_eq!(result.standings.iter().filter_map(|standing| standing.rank).collect::<Vec<_>>(), [1, 2, 2, 2]);
}

#[test]
fn e11_leaders_quota_by_grade_and_pooled() {
    for (score, floor, half_up) in [("95", 2, 3), ("85", 2, 2), ("70", 1, 2), ("50", 1, 1)] {
        for (rounding, places) in [(QuotaRounding::Floor, floor), (QuotaRounding::HalfUp, half_up)] {
            let (mut scheme, _) = five(1);
            scheme.rules.leaders_rounding = rounding;
            let unit = company(&mut scheme, "一连");
            change(&mut scheme, unit, |subject| subject.leaders = Some(9));
            import(&mut scheme, unit, Index::ROOT, score);
            let result = assess(&scheme, &Totals::default());
            assert_eq!((result.leaders[0].pool, result.leaders[0].places), (unit, places), "{score}");
        }
    }
    let (mut scheme, _) = five(1);
    let regiment = subject(&mut scheme, "四十一团", None, 1, None);
    for name in ["一连", "二连", "三连"] {
        let unit = subject(&mut scheme, name, Some(regiment), 2, None);
        change(&mut scheme, unit, |subject| subject.leaders = Some(3));
        import(&mut scheme, unit, Index::ROOT, "95");
    }
    let result = assess(&scheme, &Totals::default());
    let pool = &result.leaders[0];
    assert_eq!((pool.pool, pool.units, pool.leaders, pool.places), (regiment, 3, 9, 2), "one unit alone would floor to 0");
}

#[test]
fn e12_named_shares_and_indices() {
    let shares = |middle: &str, low: &str, measure: Measure| {
        let options = [
            ("满意", "100", ChoiceClass::Top),
            ("基本满意", middle, ChoiceClass::Favourable),
            ("不满意", low, ChoiceClass::Low),
            ("不了解", "", ChoiceClass::Abstain),
        ];
        let mut small = ballots(&options, &["100"]);
        small.scheme.index.nodes[2].measure = measure;
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[120, 60, 10, 30]);
        total(&assess(&small.scheme, &feed.0), unit)
    };
    assert_eq!(shares("80", "0", Measure::SatisfiedBroad), "94.74");
    assert_eq!(shares("80", "0", Measure::SatisfiedOfAll), "81.82");
    assert_eq!(shares("80", "0", Measure::SatisfiedOnly), "63.16");
    assert_eq!(shares("80", "0", Measure::Mean), "88.42");
    assert_eq!(shares("60", "0", Measure::Mean), "82.11");
    assert_eq!(shares("80", "60", Measure::Mean), "91.58");
    assert_eq!(shares("80", "0", Measure::Awareness), "86.36");
}

#[test]
fn e12b_roll_up_simple_by_people_and_pooled() {
    let build = |rollup: Option<Rollup>, sizes: [usize; 3], heads: bool| {
        let mut small = ballots(&[], &["100"]);
        small.scheme.rules.rollup = rollup;
        let regiment = subject(&mut small.scheme, "团", None, 1, None);
        let mut feed = Feed::default();
        for ((name, people, points), n) in [("一连", 800, "92"), ("二连", 1200, "84"), ("三连", 200, "70")].iter().zip(sizes)
        {
            let unit = subject(&mut small.scheme, name, Some(regiment), 2, heads.then_some(*people));
            feed.points(unit, (small.procedure, small.form, 0), 0, &vec![*points; n]);
        }
        let result = assess(&small.scheme, &feed.0);
        let used = card(&result, regiment).nodes[0].rollup.expect("rolled up").method;
        (total(&result, regiment), used)
    };
    assert_eq!(build(None, [40; 3], true), ("85.64".to_owned(), Rollup::Headcount));
    assert_eq!(build(None, [40; 3], false), ("82.00".to_owned(), Rollup::Simple));
    assert_eq!(build(Some(Rollup::Simple), [40; 3], true), ("82.00".to_owned(), Rollup::Simple));
    assert_eq!(build(Some(Rollup::Pooled), [40; 3], true), ("82.00".to_owned(), Rollup::Pooled));
    assert_eq!(build(Some(Rollup::Pooled), [60, 40, 20], true), ("85.67".to_owned(), Rollup::Pooled));
}

#[test]
fn e12c_wilson_intervals_of_shares() {
    for (part, all, low, high) in [(18, 20, 69.90, 97.21), (36, 40, 76.95, 96.04), (180, 200, 85.06, 93.43)] {
        let mut small = ballots(&CADRE, &["100"]);
        small.scheme.index.nodes[2].measure = Measure::ExcellentRate;
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[part, all - part]);
        let result = assess(&small.scheme, &feed.0);
        let (below, above) = card(&result, unit).nodes[2].interval.expect("a share has one");
        assert!((below - low).abs() < 0.005 && (above - high).abs() < 0.005, "{below} {above}");
    }
}

#[test]
fn e13_grade_on_the_published_or_the_exact_number() {
    let (mut scheme, procedures) = five(1);
    let unit = company(&mut scheme, "一连");
    for (procedure, score) in procedures.iter().zip(["89.37", "91.25", "87.45", "90.55", "91.935"]) {
        import(&mut scheme, unit, *procedure, score);
    }
    let result = assess(&scheme, &Totals::default());
    assert_eq!(card(&result, unit).total, Some(r("89.997")));
    assert_eq!((total(&result, unit), standing(&result, unit).grade), ("90.00".to_owned(), Some(0)));
    scheme.rules.basis = Basis::Exact;
    assert_eq!(standing(&assess(&scheme, &Totals::default()), unit).grade, Some(1));
}

#[test]
fn e13c_rounds_once_at_the_end() {
    let mut scheme = scheme(1);
    scheme.rules.basis = Basis::Exact;
    let root = node(&mut scheme, "综合", None, "1");
    let parts = [node(&mut scheme, "甲", Some(root), "0.6"), node(&mut scheme, "乙", Some(root), "0.4")];
    let units = [("U", ["88.445", "90.444"]), ("V", ["88.4449", "90.4449"])].map(|(name, scores)| {
        let unit = company(&mut scheme, name);
        for (part, score) in parts.iter().zip(scores) {
            import(&mut scheme, unit, *part, score);
        }
        unit
    });
    let result = assess(&scheme, &Totals::default());
    assert_eq!(card(&result, units[0]).total, Some(r("89.2446")));
    assert_eq!(card(&result, units[1]).total, Some(r("89.2449")));
    assert_eq!(standing(&result, units[1]).rank, Some(1));
}

#[test]
fn e15_score_by_rank_and_ratio_to_the_best() {
    let of = |measure: Measure, scores: &[&str]| -> Vec<String> {
        let (mut scheme, procedures) = five(1);
        scheme.index.nodes[1].measure = measure;
        let units: Vec<SubjectId> = scores.iter().enumerate().map(|(n, _)| company(&mut scheme, &n.to_string())).collect();
        for (unit, score) in units.iter().zip(scores) {
            import(&mut scheme, *unit, procedures[0], score);
        }
        let result = assess(&scheme, &Totals::default());
        units.iter().map(|unit| show(card(&result, *unit).nodes[1].score.as_ref())).collect()
    };
    assert_eq!(of(Measure::RankScore(int(2)), &["90", "85", "85", "70", "60"]), ["100.00", "98.00", "98.00", "94.00", "92.00"]);
    let ratios = of(Measure::RatioToBest, &["412.6", "455.3"]);
    assert_eq!(ratios, ["90.62", "100.00"]);
    assert_eq!(show(Some(&(r("412.6") / r("455.3") * int(600)))), "543.73");
}

#[test]
fn relative_measures_look_at_the_peers_ballots() {
    let mut small = ballots(&CADRE, &["100"]);
    small.scheme.index.nodes[2].measure = Measure::RatioToBest;
    let (one, two) = (company(&mut small.scheme, "一连"), company(&mut small.scheme, "二连"));
    let mut feed = Feed::default();
    feed.votes(one, (small.procedure, small.form, 0), 0, &[0, 1]);
    feed.votes(two, (small.procedure, small.form, 0), 0, &[0, 0, 1]);
    let result = assess(&small.scheme, &feed.0);
    assert_eq!((total(&result, one), total(&result, two)), ("100.00".to_owned(), "75.00".to_owned()));
}

#[test]
fn e17_weighted_composite() {
    let mut scheme = scheme(1);
    let root = node(&mut scheme, "综合", None, "1");
    let unit = company(&mut scheme, "书记");
    for (name, weight, score) in [("单位", "50", "84.30"), ("述职", "30", "93.10"), ("测评", "20", "95.20")] {
        let part = node(&mut scheme, name, Some(root), weight);
        import(&mut scheme, unit, part, score);
    }
    assert_eq!(total(&assess(&scheme, &Totals::default()), unit), "89.12");
}

#[test]
fn e18_companies_regiments_division() {
    let build = |rollup: Option<Rollup>| {
        let (mut scheme, procedures) = five(1);
        scheme.rules.rollup = rollup;
        let division = subject(&mut scheme, "三师", None, 0, None);
        let mut regiments = Vec::new();
        let members = [
            ("四十一团", vec![("一连", "92.10", 310), ("二连", "88.40", 150), ("三连", "79.60", 90)]),
            ("四十四团", vec![("一连", "90.00", 120), ("二连", "83.50", 480)]),
        ];
        for (name, companies) in members {
            let regiment = subject(&mut scheme, name, Some(division), 1, None);
            regiments.push(regiment);
            for (name, score, people) in companies {
                let unit = subject(&mut scheme, name, Some(regiment), 2, Some(people));
                import(&mut scheme, unit, procedures[0], score);
            }
        }
        let result = assess(&scheme, &Totals::default());
        let top = crate::numeric::round_half_up(card(&result, division).total.as_ref().expect("rolled up"), 3).to_string();
        (total(&result, regiments[0]), total(&result, regiments[1]), top)
    };
    let is = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(build(Some(Rollup::Simple)), is("86.70", "86.75", "86.725"));
    assert_eq!(build(None), is("89.05", "84.80", "86.830"), "the order of the two regiments reverses");
}

#[test]
fn a_subject_with_its_own_score_keeps_it_and_passes_it_up() {
    let (mut scheme, procedures) = five(1);
    let division = subject(&mut scheme, "三师", None, 0, None);
    let regiment = subject(&mut scheme, "四十一团", Some(division), 1, None);
    let unit = subject(&mut scheme, "一连", Some(regiment), 2, None);
    import(&mut scheme, unit, procedures[0], "70");
    import(&mut scheme, regiment, procedures[0], "90");
    adjust(&mut scheme, regiment, AdjustmentKind::Bonus, "2", "");
    let result = assess(&scheme, &Totals::default());
    assert_eq!((total(&result, regiment), total(&result, division)), ("92.00".to_owned(), "92.00".to_owned()));
    assert_eq!(card(&result, regiment).nodes[0].rollup, None);
    let used = card(&result, division).nodes[0].rollup.expect("rolled up");
    assert_eq!((used.with_score, used.members), (1, 1));
}

#[test]
fn due_sent_missing_and_surplus() {
    let mut small = ballots(&CADRE, &["100"]);
    small.scheme.forms[0].due_levels = vec![LevelId(2)];
    let regiment = subject(&mut small.scheme, "团", None, 1, None);
    let sent = subject(&mut small.scheme, "一连", Some(regiment), 2, None);
    let silent = subject(&mut small.scheme, "二连", Some(regiment), 2, None);
    let mut feed = Feed::default();
    for unit in [regiment, sent] {
        feed.votes(unit, (small.procedure, small.form, 0), 0, &[5, 5]);
    }
    let result = assess(&small.scheme, &feed.0);
    let rows: Vec<_> = result.responses.iter().map(|row| (row.unit, row.due, row.sources, row.surplus)).collect();
    assert_eq!(rows, [(Some(regiment), false, 1, true), (Some(sent), true, 1, false), (Some(silent), true, 0, false)]);
    assert_eq!(codes(&result), ["M225", "M209"]);
}

#[test]
fn every_code_is_documented_and_every_argument_is_given() {
    let notice = include_str!("notice.rs");
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
