//! What a made assessment knows beside its scores: answers, errors, rank intervals, weak points, funnels, earlier years.

use super::fixture::Dice;
use super::past::Past;
use crate::diagnostic::Language;
use crate::measure::{Assessment, Cell, Driver, Effective, Examined, Funnel, FunnelPoint, Spread, WeakKind, WeakPoint};
use crate::numeric::{Ratio, int, ratio, round_half_up, to_f64};
use crate::survey::{
    AnswerKind, Choice, ChoiceClass, DomainId, FormKind, Index, LevelId, NodeKind, NodeSource, Scale, Scheme, Strata, Stratum,
    StratumId, SubjectId,
};
use num_traits::{Signed, Zero};

/// Four grades and two satisfactions, each with an abstention.
pub fn scales(language: Language) -> Vec<Scale> {
    let choice = |(at, (zh, en, value, class)): (usize, &(&str, &str, Option<i64>, ChoiceClass))| Choice {
        code: at.to_string(),
        label: language.pick(zh, en).to_owned(),
        aliases: Vec::new(),
        value: value.map(int),
        class: *class,
    };
    let scale = |code: &str, choices: &[(&str, &str, Option<i64>, ChoiceClass)]| Scale {
        code: code.to_owned(),
        choices: choices.iter().enumerate().map(choice).collect(),
    };
    let aside = ("不了解", "Don't know", None, ChoiceClass::Abstain);
    vec![
        scale(
            "grade",
            &[
                ("优秀", "Excellent", Some(100), ChoiceClass::Top),
                ("良好", "Good", Some(80), ChoiceClass::Favourable),
                ("一般", "Fair", Some(60), ChoiceClass::Middle),
                ("较差", "Poor", Some(40), ChoiceClass::Low),
                aside,
            ],
        ),
        scale(
            "satisfaction",
            &[
                ("满意", "Satisfied", Some(100), ChoiceClass::Top),
                ("基本满意", "Fairly satisfied", Some(80), ChoiceClass::Favourable),
                ("不满意", "Dissatisfied", Some(0), ChoiceClass::Low),
                aside,
            ],
        ),
    ]
}

/// A, B, C.
pub fn strata(language: Language, domains: usize) -> Vec<Strata> {
    let member = |(zh, en, weight): (&str, &str, i64)| Stratum {
        code: en.to_owned(),
        name: language.pick(zh, en).to_owned(),
        aliases: Vec::new(),
        parent: None,
        weights: vec![ratio(weight, 10); domains],
    };
    let members = [("A票", "Leaders", 4), ("B票", "Middle managers", 3), ("C票", "Staff and residents", 3)].map(member).to_vec();
    vec![Strata { code: "abc".to_owned(), members }]
}

/// Fills in everything beside the scores.
pub fn add(scheme: &Scheme, assessment: &mut Assessment) {
    let mut dice = Dice(77);
    answers(scheme, assessment, &mut dice);
    self_ratings(scheme, assessment, &mut dice);
    spreads(assessment);
    weak_points(scheme, assessment);
    funnels(scheme, assessment, &mut dice);
}

/// Answers of 60 respondents of each lowest subject around its score.
fn answers(scheme: &Scheme, assessment: &mut Assessment, dice: &mut Dice) {
    for card in &mut assessment.scorecards {
        if !scheme.frame.children(card.subject).is_empty() {
            continue;
        }
        for node in scheme.index.ids() {
            let NodeSource::Item { form, item } = scheme.index.node(node).source else { continue };
            let (form, own) = (scheme.form(form), &mut card.nodes[node.0 as usize]);
            let Some(score) = own.score.as_ref().map(to_f64).filter(|_| form.kind == FormKind::Ballot) else { continue };
            let strata = if form.strata.is_some() { 3 } else { 1 };
            let n = 60 / strata;
            let cell = |stratum: u16| {
                let counts = match form.item(item).answer {
                    AnswerKind::Choice { scale } => choices(scale, score - 2.0 * f64::from(stratum) + dice.roll(2.0), n),
                    AnswerKind::Score => points(score, n),
                };
                let abstained = counts.iter().filter(|(answer, _)| counts.len() > 1 && *answer == 4).map(|(_, n)| n).sum();
                let weight = Effective { nominal: ratio(1, 3), effective: ratio(1, 3) };
                Cell {
                    stratum: StratumId(stratum),
                    score: own.score.clone(),
                    n,
                    abstained,
                    counts,
                    weight,
                    error: None,
                    hidden: false,
                }
            };
            own.cells = (0..u16::try_from(strata).expect("few")).map(cell).collect();
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "shares of sixty made respondents"
)]
fn choices(scale: usize, score: f64, n: u64) -> Vec<(i64, u64)> {
    let part = |share: f64| (share.clamp(0.0, 1.0) * n as f64) as u64;
    let good = ((score - 40.0) / 60.0).clamp(0.05, 0.95);
    let top = part(good * good);
    let next = part(good * (1.0 - good) * 1.4).min(n - top);
    let aside = ((n - top - next) / 4).min(3);
    let rest = n - top - next - aside;
    if scale == 1 {
        return vec![(0, top), (1, next), (2, rest), (3, aside)];
    }
    vec![(0, top), (1, next), (2, rest - rest / 3), (3, rest / 3), (4, aside)]
}

#[allow(clippy::cast_possible_truncation, reason = "a score")]
fn points(score: f64, n: u64) -> Vec<(i64, u64)> {
    let middle = (score * 100.0) as i64;
    vec![((middle - 900).max(0), n / 4), (middle, n / 2), ((middle + 600).min(10_000), n / 4)]
}

fn self_ratings(scheme: &Scheme, assessment: &mut Assessment, dice: &mut Dice) {
    if scheme.index.procedures().count() < 2 {
        return;
    }
    for card in assessment.scorecards.iter_mut().filter(|card| scheme.frame.children(card.subject).is_empty()) {
        let own = &mut card.nodes[1];
        let Some(score) = own.score.clone() else { continue };
        #[allow(clippy::cast_possible_truncation, reason = "a gap of a few points")]
        let gap = ratio(((2.0 + dice.roll(3.0)) * 100.0) as i64, 100);
        own.self_rated = Some((&score + &gap).min(int(100)));
        own.self_gap = own.self_rated.as_ref().map(|own| own - &score);
    }
}

/// Rank intervals a tenth of the peers wide.
fn spreads(assessment: &mut Assessment) {
    for standing in &mut assessment.standings {
        let Some(rank) = standing.rank else { continue };
        let half = standing.of / 12 + 1;
        let (low, high) = (rank.saturating_sub(half).max(1), (rank + half).min(standing.of));
        let share = |at: u32| 1.0 / (1.0 + f64::from(at.abs_diff(rank))) / 2.5;
        let acceptability = if standing.of > 200 { Vec::new() } else { (low..=high).map(|at| (at, share(at))).collect() };
        let quartiles = [low.midpoint(rank), rank, high.midpoint(rank)];
        standing.stability.sampling = Some(Spread { low, high, grade_kept: 0.83, acceptability, quartiles, widened: false });
    }
}

/// Items far below the mean of all are weak.
fn weak_points(scheme: &Scheme, assessment: &mut Assessment) {
    let evidence = &mut assessment.evidence;
    evidence.examined = vec![Examined { tested: 12, not_testable: 1, flagged: 1 }; scheme.frame.subjects.len()];
    let share = scheme.index.procedures().count();
    for card in &assessment.scorecards {
        for node in scheme.index.ids().filter(|node| scheme.index.node(*node).kind == NodeKind::Item) {
            let own = &card.nodes[node.0 as usize];
            let Some(score) = own.score.clone().filter(|score| *score < int(if card.subject.0 < 200 { 82 } else { 70 })) else {
                continue;
            };
            let gap = int(85) - &score;
            let cost = &gap * ratio(1, 6 * i64::try_from(share).expect("few"));
            let members = scheme.frame.children(card.subject);
            let driver = |(at, member): (usize, &SubjectId)| Driver {
                member: *member,
                gap: gap.clone(),
                share: [0.55, 0.4, 0.25, -0.2].get(at).copied().unwrap_or(0.0),
            };
            evidence.weak_points.push(WeakPoint {
                subject: card.subject,
                node,
                kind: WeakKind::BelowPeers,
                score,
                reference: int(85),
                gap: gap.clone(),
                cost: Some(cost),
                probability: Some(0.97),
                n: own.n,
                strata: None,
                drivers: members.iter().enumerate().map(driver).collect(),
            });
        }
    }
}

/// A funnel for each procedure of each peer group, the subjects of different size.
fn funnels(scheme: &Scheme, assessment: &mut Assessment, dice: &mut Dice) {
    let groups: std::collections::BTreeSet<(LevelId, DomainId)> =
        assessment.standings.iter().map(|standing| (standing.level, standing.domain)).collect();
    for (level, domain) in groups {
        for node in scheme.index.procedures() {
            let peers = assessment.standings.iter().filter(|standing| (standing.level, standing.domain) == (level, domain));
            let mut point = |subject: SubjectId| {
                let score = to_f64(assessment.scorecards[subject.0 as usize].nodes[node.0 as usize].score.as_ref()?);
                let n = 8 + u64::from(subject.0 % 19) * 11 + u64::from(subject.0 % 3) * 5;
                #[allow(clippy::cast_precision_loss, reason = "few")]
                let se = (14.0 + dice.roll(1.0)) / (n as f64).sqrt();
                Some(FunnelPoint { subject, score, se, n, z: (score - 84.0) / se / 1.3 })
            };
            let points: Vec<FunnelPoint> = peers.filter_map(|standing| point(standing.subject)).collect();
            assessment.evidence.funnels.push(Funnel { level, domain, node, centre: 84.0, dispersion: 1.69, tau: 1.5, points });
        }
    }
}

/// Two earlier years around this one's totals.
pub fn past(scheme: &Scheme, assessment: &Assessment) -> Vec<Past> {
    let mut dice = Dice(5);
    let mut year = |label: &str| {
        let score = |subject: SubjectId| assessment.scorecards[subject.0 as usize].nodes[Index::ROOT.0 as usize].score.clone();
        #[allow(clippy::cast_possible_truncation, reason = "a shift of a few points")]
        let scores: Vec<Option<Ratio>> = scheme
            .frame
            .ids()
            .map(|id| score(id).map(|score| round_half_up(&(score + ratio((dice.roll(3.0) * 100.0) as i64, 100)), 2).to_ratio()))
            .map(|score| score.filter(Signed::is_positive))
            .collect();
        let of = |id: SubjectId| scores[id.0 as usize].clone().unwrap_or_else(Ratio::zero);
        let rank = |id: SubjectId| {
            let own = scheme.frame.subject(id);
            let peers = scheme.frame.ids().filter(|peer| {
                let peer = scheme.frame.subject(*peer);
                (peer.level, peer.domain) == (own.level, own.domain)
            });
            u32::try_from(peers.filter(|peer| of(*peer) > of(id)).count() + 1).expect("few")
        };
        let small = scheme.frame.subjects.len() < 600;
        let ranks = scheme.frame.ids().map(|id| (small || scheme.frame.subject(id).level.0 < 2).then(|| rank(id))).collect();
        Past { label: label.to_owned(), scores, ranks }
    };
    let names = match scheme.language {
        Language::Zh => ["2024年", "2025年"],
        Language::En => ["2024", "2025"],
    };
    names.map(&mut year).to_vec()
}
