//! Weak points of hand-made scorecards: which are found, why, and what they cost.

use super::{diagnose, fill};
use crate::measure::Assessment;
use crate::measure::assessment::{Cell, Effective, NodeScore, RollupUsed, Scorecard, WhyMissing};
use crate::measure::disclosure::clear;
use crate::measure::evidence::{ErrorBasis, Examined, NoError, Uncertainty, WeakKind, WeakPoint};
use crate::measure::fixture::{form, items, node, r, scheme, show, strata, subject};
use crate::numeric::{Ratio, int, ratio};
use crate::survey::{AnswerKind, FormKind, NodeId, Previous, PreviousScore, Rollup, Scheme, StratumId, SubjectId};

fn error(se: f64, df: f64) -> Uncertainty {
    Uncertainty {
        se,
        low: 0.0,
        high: 100.0,
        df,
        basis: ErrorBasis::Linearised,
        deff: None,
        no_spread: false,
        partly_exact: false,
        moderated: None,
        veiled: false,
    }
}

/// A tree 综合 → one procedure → items, and companies under two regiments of one division.
struct Made {
    scheme: Scheme,
    cards: Vec<Scorecard>,
    procedure: NodeId,
    items: Vec<NodeId>,
}

impl Made {
    fn new(kind: FormKind, items_of: &[&str], companies: usize) -> Self {
        let mut scheme = scheme(1);
        let form = form(&mut scheme, kind, &AnswerKind::Score, items_of);
        let root = node(&mut scheme, "综合", None, "1");
        let procedure = node(&mut scheme, "环节", Some(root), "40");
        node(&mut scheme, "其他", Some(root), "60");
        let items = items(&mut scheme, procedure, form);
        let division = subject(&mut scheme, "师", None, 0, None);
        for company in 0..companies {
            subject(&mut scheme, &format!("{company}连"), Some(division), 2, None);
        }
        let nodes = scheme.index.nodes.len();
        let card = |subject| Scorecard {
            subject,
            nodes: vec![NodeScore::missing(WhyMissing::NothingSent); nodes],
            bonus: int(0),
            bonus_claimed: int(0),
            deduction: int(0),
            total: None,
            bounds: None,
            vetoed: false,
        };
        let cards = scheme.frame.ids().map(card).collect();
        let mut made = Self { scheme, cards, procedure, items };
        for company in 0..companies {
            made.node(company, NodeId(0)).score = Some(int(80));
            made.set(company, procedure, "90", None, 0);
            made.node(company, procedure).weight.effective = r("0.4");
        }
        made
    }

    /// A node of the company with this number.
    fn node(&mut self, company: usize, node: NodeId) -> &mut NodeScore {
        &mut self.cards[company + 1].nodes[usize::from(node.0)]
    }

    fn set(&mut self, company: usize, node: NodeId, score: &str, se: Option<f64>, n: u64) {
        #[allow(clippy::cast_precision_loss, reason = "few")]
        let known = se.map(|se| error(se, n as f64 - 1.0));
        let slot = self.node(company, node);
        slot.score = Some(r(score));
        slot.why = None;
        slot.weight.effective = r("0.5");
        slot.n = n;
        slot.error = known;
        slot.no_error = se.is_none().then_some(NoError::NotASample);
    }

    fn found(&self, kind: WeakKind) -> Vec<WeakPoint> {
        diagnose(&self.scheme, &self.cards).weak_points.into_iter().filter(|point| point.kind == kind).collect()
    }

    fn examined(&self, company: usize) -> Examined {
        diagnose(&self.scheme, &self.cards).examined[company + 1]
    }
}

const SPREAD: [&str; 12] = ["90", "89", "91", "90.5", "88", "92", "89.5", "90", "91.5", "88.5", "90", "89"];

/// Twelve companies around 90, the last at `low`, with this standard error and n.
fn twelve(low: &str, se: f64, n: u64) -> Made {
    let mut made = Made::new(FormKind::Ballot, &["50", "50"], 12);
    let item = made.items[0];
    for (company, score) in SPREAD.iter().enumerate() {
        made.set(company, item, if company == 11 { low } else { score }, Some(se), n);
    }
    made
}

#[test]
fn a_clear_gap_is_flagged_with_its_cost_and_probability() {
    let made = twelve("78", 1.0, 60);
    let found = made.found(WeakKind::BelowPeers);
    assert_eq!(found.len(), 1, "{found:#?}");
    let point = &found[0];
    assert_eq!((point.subject, point.node, point.n), (SubjectId(12), made.items[0], 60));
    assert_eq!((show(Some(&point.reference)), show(Some(&point.gap))), ("90.00".to_owned(), "12.00".to_owned()));
    assert_eq!(show(point.cost.as_ref()), "2.40", "12 × 0.5 × 0.4");
    assert!(point.probability.is_some_and(|p| p > 0.95 && p < 1.0), "{point:?}");
    // The procedure is a score without a sample here; the other item has no score at all.
    assert_eq!(made.examined(11), Examined { tested: 2, not_testable: 0, flagged: 1 });
    assert_eq!(made.examined(0), Examined { tested: 2, not_testable: 0, flagged: 0 });
}

#[test]
fn noise_is_not_flagged_and_too_few_ballots_are_not_fine() {
    assert!(twelve("82", 6.0, 8).found(WeakKind::BelowPeers).is_empty(), "8 points below with an error of 6");
    let mut made = twelve("70", 1.0, 60);
    made.scheme.rules.min_cell = 5;
    let item = made.items[0];
    made.set(11, item, "70", Some(1.0), 4);
    assert!(made.found(WeakKind::BelowPeers).is_empty());
    assert_eq!(made.examined(11), Examined { tested: 1, not_testable: 1, flagged: 0 });
    made.set(11, item, "70", None, 60);
    made.node(11, item).no_error = Some(NoError::OneRespondent);
    assert_eq!(made.examined(11).not_testable, 1);
}

#[test]
fn too_few_peers_are_not_testable() {
    let mut made = Made::new(FormKind::Ballot, &["50", "50"], 4);
    let item = made.items[0];
    for company in 0..4 {
        made.set(company, item, if company == 0 { "50" } else { "90" }, Some(1.0), 60);
    }
    assert!(made.found(WeakKind::BelowPeers).is_empty());
    assert_eq!(made.examined(0).not_testable, 2, "item and procedure");
}

#[test]
fn score_sheets_are_facts() {
    let mut made = Made::new(FormKind::Assessed, &["50", "50"], 5);
    let item = made.items[0];
    for (company, score) in ["90", "90", "90", "87", "87.01"].iter().enumerate() {
        made.set(company, item, score, None, 0);
    }
    let found = made.found(WeakKind::BelowPeers);
    assert_eq!(found.len(), 1, "exactly 3 below counts, 2.99 does not: {found:#?}");
    assert_eq!((found[0].subject, found[0].probability, found[0].n), (SubjectId(4), None, 0));
}

#[test]
fn the_line_is_absolute_and_needs_evidence_too() {
    let mut made = twelve("78", 1.0, 60);
    assert!(made.found(WeakKind::BelowLine).is_empty(), "no line, nothing looked at");
    made.scheme.rules.analysis.line = Some(int(85));
    let found = made.found(WeakKind::BelowLine);
    assert_eq!(found.iter().map(|point| point.subject).collect::<Vec<_>>(), [SubjectId(12)]);
    assert_eq!(show(Some(&found[0].gap)), "7.00");
    made.scheme.rules.analysis.line = Some(r("78.2"));
    assert!(made.found(WeakKind::BelowLine).is_empty(), "as likely above as below");
}

#[test]
fn one_low_node_of_a_high_unit_is_out_of_its_profile() {
    let mut made = Made::new(FormKind::Ballot, &["20"; 5], 8);
    for company in 0..8 {
        for item in 0..5 {
            let lift = if company == 7 { 8 } else { 0 };
            let own = [0, 1, -1, 2, -2, 0, 1, 0][(company * 3 + item) % 8];
            let score = if company == 7 && item == 2 { 80 } else { 80 + lift + own };
            let node = made.items[item];
            made.set(company, node, &score.to_string(), Some(0.8), 80);
        }
    }
    let found = made.found(WeakKind::OffProfile);
    assert_eq!(found.iter().map(|point| (point.subject, point.node)).collect::<Vec<_>>(), [(SubjectId(8), made.items[2])]);
    assert!(made.found(WeakKind::BelowPeers).is_empty(), "it is no worse than the peers there");
    assert!(found[0].reference > int(86) && found[0].reference < int(90), "{found:?}");
}

#[test]
fn a_fall_is_held_against_the_own_past() {
    let mut made = twelve("90", 1.0, 60);
    let item = made.items[0];
    let past =
        |company: u32, score: &str| PreviousScore { subject: SubjectId(company + 1), node: item, score: r(score), se: Some(1.0) };
    let mut scores: Vec<PreviousScore> = (0..11).map(|company| past(company, SPREAD[company as usize])).collect();
    scores.push(past(11, "100"));
    made.scheme.rules.analysis.previous = Some(Previous { scores, ..Previous::default() });
    let found = made.found(WeakKind::Falling);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (found[0].subject, show(Some(&found[0].gap)), show(found[0].cost.as_ref())),
        (SubjectId(12), "10.00".into(), "2.00".into())
    );
    if let Some(previous) = &mut made.scheme.rules.analysis.previous {
        previous.scores.iter_mut().for_each(|score| score.se = Some(5.0));
    }
    assert!(made.found(WeakKind::Falling).is_empty(), "last year was too uncertain");
}

#[test]
fn self_rating_far_above_the_assessment() {
    let mut made = Made::new(FormKind::Assessed, &["100"], 2);
    let procedure = made.procedure;
    for (company, gap) in [(0, "11.6"), (1, "5")] {
        made.node(company, procedure).self_rated = Some(int(98));
        made.node(company, procedure).self_gap = Some(r(gap));
    }
    let found = made.found(WeakKind::SelfInflated);
    assert_eq!(found.len(), 1, "a gap of the tolerance itself is tolerated");
    // domain.md E8b: 自查 98, 考核 86.40.
    assert_eq!((show(Some(&found[0].score)), show(Some(&found[0].gap))), ("86.40".to_owned(), "11.60".to_owned()));
    assert_eq!((found[0].cost.clone(), found[0].probability), (None, None));
}

#[test]
fn strata_that_disagree_are_named_low_and_high() {
    let mut made = twelve("90", 1.0, 60);
    let set = strata(&mut made.scheme, &[("A", "", "0.5"), ("C", "", "0.5")]);
    made.scheme.forms[0].strata = Some(set);
    let item = made.items[0];
    for company in 0..12 {
        let (a, c) = if company == 3 { ("97", "79") } else { ("91", "89") };
        let cell = |stratum: u16, score: &str| Cell {
            stratum: StratumId(stratum),
            score: Some(r(score)),
            n: 30,
            abstained: 0,
            counts: Vec::new(),
            weight: Effective { nominal: ratio(1, 2), effective: ratio(1, 2) },
            error: Some(error(1.5, 29.0)),
            hidden: false,
        };
        made.node(company, item).cells = vec![cell(0, a), cell(1, c)];
    }
    let found = made.found(WeakKind::StrataDisagree);
    assert_eq!(found.len(), 1, "{found:#?}");
    let point = &found[0];
    assert_eq!((point.subject, point.strata), (SubjectId(4), Some((StratumId(1), StratumId(0)))));
    assert_eq!((show(Some(&point.score)), show(Some(&point.reference)), point.n), ("79.00".into(), "97.00".into(), 30));
    made.node(3, item).cells[0].hidden = true;
    assert!(made.found(WeakKind::StrataDisagree).is_empty());
}

/// Six divisions of three companies each; the fourth division is weak through two of its companies.
fn divisions() -> (Scheme, Vec<Scorecard>, NodeId) {
    let mut made = Made::new(FormKind::Ballot, &["100"], 0);
    for division in 0..5 {
        subject(&mut made.scheme, &format!("{division}师"), None, 0, None);
    }
    let ids: Vec<SubjectId> = made.scheme.frame.ids().collect();
    let mut cards = made.cards.clone();
    let blank = cards[0].clone();
    cards.extend(ids.iter().skip(1).map(|id| Scorecard { subject: *id, ..blank.clone() }));
    let item = made.items[0];
    for division in ids {
        let scores = if division == SubjectId(3) { ["60", "90", "75"] } else { ["89", "90", "91"] };
        let mut total = Ratio::from_integer(0.into());
        for (number, score) in scores.iter().enumerate() {
            let member = subject(&mut made.scheme, &format!("{number}连"), Some(division), 2, None);
            let mut card = Scorecard { subject: member, ..blank.clone() };
            score_of(&mut card.nodes[usize::from(item.0)], &r(score), 1.5, 40);
            total += r(score);
            cards.push(card);
        }
        let node = &mut cards[division.0 as usize].nodes[usize::from(item.0)];
        score_of(node, &(total / int(3)), 0.9, 120);
        node.rollup = Some(RollupUsed { method: Rollup::Simple, with_score: 3, members: 3 });
    }
    (made.scheme, cards, item)
}

fn score_of(node: &mut NodeScore, score: &Ratio, se: f64, n: u64) {
    node.score = Some(score.clone());
    node.why = None;
    node.n = n;
    #[allow(clippy::cast_precision_loss, reason = "few")]
    let df = n as f64 - 1.0;
    node.error = Some(error(se, df));
    node.no_error = None;
}

#[test]
fn a_rolled_up_weak_point_is_traced_to_its_members() {
    let (scheme, cards, item) = divisions();
    let found = diagnose(&scheme, &cards).weak_points;
    let weak = found.iter().find(|point| point.subject == SubjectId(3)).expect("flagged");
    assert_eq!((weak.node, weak.kind, show(Some(&weak.gap))), (item, WeakKind::BelowPeers, "15.00".to_owned()));
    // Against 90: 30, 0 and 15 points, a third each: two thirds, none, one third of the 15.
    let shares: Vec<(String, f64)> = weak.drivers.iter().map(|driver| (show(Some(&driver.gap)), driver.share)).collect();
    let near = |one: f64, other: f64| (one - other).abs() < 1e-12;
    assert_eq!(shares.iter().map(|(gap, _)| gap.as_str()).collect::<Vec<_>>(), ["30.00", "15.00", "0.00"]);
    assert!(near(shares[0].1, 2.0 / 3.0) && near(shares[1].1, 1.0 / 3.0) && near(shares[2].1, 0.0), "{shares:?}");
}

#[test]
fn a_hidden_member_is_no_driver_and_no_peer() {
    let (mut scheme, mut cards, item) = divisions();
    scheme.rules.min_cell = 5;
    let of_third: Vec<SubjectId> = scheme.frame.children(SubjectId(3)).to_vec();
    // three answers that differ, so that their spread may lie anywhere between the two hidden ones
    let node = &mut cards[of_third[2].0 as usize].nodes[usize::from(item.0)];
    (node.n, node.error) = (3, Some(error(6.0, 2.0)));
    let mut assessment = Assessment { scorecards: cards, ..Assessment::default() };
    fill(&mut assessment, &scheme);
    let cleared = clear(assessment, &scheme);
    let evidence = &cleared.get().evidence;
    let shown = |subject: SubjectId| cleared.get().scorecards[subject.0 as usize].nodes[usize::from(item.0)].score.is_some();
    let hidden: Vec<SubjectId> = of_third.iter().copied().filter(|member| !shown(*member)).collect();
    assert_eq!(hidden.len(), 2, "itself, and another that protects it");
    for point in &evidence.weak_points {
        assert!(shown(point.subject) && point.drivers.iter().all(|driver| shown(driver.member)), "{point:?}");
    }
    let weak = evidence.weak_points.iter().find(|point| point.subject == SubjectId(3)).expect("still weak");
    let told: f64 = weak.drivers.iter().map(|driver| driver.share).sum();
    assert!(weak.drivers.len() == 1 && told < 0.9, "the rest is that of the hidden: {weak:?}");
    assert_eq!(evidence.examined[hidden[0].0 as usize].not_testable, 1);
    assert!(evidence.funnels.iter().all(|funnel| funnel.points.iter().all(|point| shown(point.subject))));
}

#[test]
fn a_lone_division_without_scores_has_nothing_to_say() {
    let mut assessment = Assessment { scorecards: Made::new(FormKind::Ballot, &["100"], 0).cards, ..Assessment::default() };
    fill(&mut assessment, &Made::new(FormKind::Ballot, &["100"], 0).scheme);
    let evidence = &assessment.evidence;
    assert!(evidence.weak_points.is_empty() && evidence.funnels.is_empty());
    assert_eq!(evidence.examined, [Examined::default()]);
}

#[test]
fn funnels_stand_on_published_errors() {
    let made = twelve("78", 1.0, 60);
    let funnels = diagnose(&made.scheme, &made.cards).funnels;
    assert_eq!(funnels.len(), 1, "the procedure has no error");
    let funnel = &funnels[0];
    let mean: f64 = (SPREAD[..11].iter().map(|text| text.parse::<f64>().expect("a number")).sum::<f64>() + 78.0) / 12.0;
    assert!((funnel.centre - mean).abs() < 1e-9);
    let low = funnel.points.iter().find(|point| point.subject == SubjectId(12)).expect("there");
    assert!((low.z - (78.0 - mean) / funnel.dispersion.sqrt()).abs() < 1e-9 && funnel.dispersion > 1.0, "{funnel:?}");
}
