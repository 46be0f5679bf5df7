//! The worked examples of domain.md that make scores: E1–E8, E12, E15, number by number.

use super::assess;
use super::assessment::WhyMissing;
use super::fixture::*;
use super::totals::Totals;
use crate::numeric::{int, ratio};
use crate::survey::{
    Abstain, Answer, Bound, FormKind, LevelId, Measure, Meeting, MissingChild, MissingStratum, NodeId, Receipt, Scheme, SelfMix,
    SubjectId, Threshold, TierShare, TierTable, Trim,
};

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
fn people_rated_on_a_sheet_of_their_department_get_no_row_of_returns() {
    let mut small = ballots(&CADRE, &["100"]);
    let department = subject(&mut small.scheme, "系", None, 1, None);
    let lecturers = ["甲", "乙"].map(|name| subject(&mut small.scheme, name, Some(department), 2, None));
    let mut feed = Feed::default();
    for lecturer in lecturers {
        feed.votes(lecturer, (small.procedure, small.form, 0), 0, &[5, 5]);
    }
    feed.0.rows.iter_mut().for_each(|row| row.unit = department);
    let source = crate::measure::SourceCount { unit: department, form: small.form, procedure: small.procedure, sources: 3 };
    feed.0.sources.push(source);
    let result = assess(&small.scheme, &feed.0);
    let rows: Vec<_> = result.responses.iter().map(|row| (row.unit, row.sources, row.surplus)).collect();
    assert_eq!(rows, [(Some(department), 3, false)]);
    assert_eq!(total(&result, department), "90.00");

    small.scheme.forms[0].due_levels = vec![LevelId(2)];
    let result = assess(&small.scheme, &feed.0);
    let rows: Vec<_> = result.responses.iter().map(|row| (row.due, row.sources, row.surplus)).collect();
    assert_eq!(rows, [(false, 3, false), (true, 1, false), (true, 1, false)], "rated on another's sheet is sent");
}
