//! The worked examples of domain.md from totals to grades and roll-ups: E9–E13, E17, E18, number by number.

use super::assess;
use super::assessment::Assessment;
use super::fixture::*;
use super::totals::Totals;
use crate::numeric::{int, ratio};
use crate::survey::{
    AdjustmentKind, Basis, ChoiceClass, Index, LevelId, Measure, Quota, QuotaRounding, QuotaTies, RankTies, Rollup, Scheme,
    SubjectId, VetoEffect,
};

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
        let (below, above) = card(&result, unit).nodes[2].interval().expect("a share has one");
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
fn members_to_whom_a_node_does_not_apply_stay_out_of_its_roll_up() {
    let (mut scheme, procedures) = five(2);
    scheme.index.nodes[usize::from(procedures[3].0)].weights[1] = int(0);
    let regiment = subject(&mut scheme, "团", None, 1, None);
    for (name, domain, survey) in [("一连", 0, "80"), ("机关", 1, "10"), ("二连", 0, "90")] {
        let unit = subject(&mut scheme, name, Some(regiment), 2, None);
        change(&mut scheme, unit, |subject| subject.domain = crate::survey::DomainId(domain));
        import(&mut scheme, unit, procedures[0], "70");
        import(&mut scheme, unit, procedures[3], survey);
    }
    let result = assess(&scheme, &Totals::default());
    let survey = &card(&result, regiment).nodes[usize::from(procedures[3].0)];
    assert_eq!(show(survey.score.as_ref()), "85.00", "the office has no survey");
    assert_eq!(survey.rollup.map(|used| (used.with_score, used.members)), Some((2, 2)));
    // companies (50·70 + 10·80)/60 and (50·70 + 10·90)/60, the office 70: each composite passes up its own
    assert_eq!(total(&result, regiment), show(Some(&((ratio(4300, 60) + ratio(4400, 60) + int(70)) / int(3)))));
}

#[test]
fn ranks_and_quotas_stay_within_level_and_domain_and_the_narrow_quota_wins() {
    let (mut scheme, _) = five(2);
    let quota = |domain, share: &str| Quota {
        level: None,
        domain,
        band: 0,
        share: r(share),
        rounding: QuotaRounding::Floor,
        ties: QuotaTies::Drop,
    };
    scheme.rules.quotas = vec![quota(Some(crate::survey::DomainId(1)), "1/2"), quota(None, "1/4")];
    let mut units = Vec::new();
    for (number, score) in (0u16..).zip(["99", "98", "97", "96", "95", "94", "93", "92"]) {
        let unit = company(&mut scheme, &number.to_string());
        change(&mut scheme, unit, |subject| subject.domain = crate::survey::DomainId(number % 2));
        import(&mut scheme, unit, Index::ROOT, score);
        units.push(unit);
    }
    let result = assess(&scheme, &Totals::default());
    let ranks: Vec<Option<u32>> = units.iter().map(|unit| standing(&result, *unit).rank).collect();
    assert_eq!(ranks, [1, 1, 2, 2, 3, 3, 4, 4].map(Some));
    assert_eq!(excellent(&scheme, &result), "0 1 3");
    assert_eq!(result.quotas.iter().map(|cut| cut.places).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn due_but_not_sent_is_said_even_where_the_members_stand_in() {
    let mut small = ballots(&crate::measure::fixture::CADRE, &["100"]);
    small.scheme.forms[0].due_levels = vec![crate::survey::LevelId(1), crate::survey::LevelId(2)];
    let regiment = subject(&mut small.scheme, "团", None, 1, None);
    let unit = subject(&mut small.scheme, "一连", Some(regiment), 2, None);
    let mut feed = Feed::default();
    feed.votes(unit, (small.procedure, small.form, 0), 0, &[5, 5]);
    let result = assess(&small.scheme, &feed.0);
    assert_eq!(total(&result, regiment), "90.00");
    assert_eq!(codes(&result), ["M231"]);
}
