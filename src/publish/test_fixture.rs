//! A small made assessment for the tests of this room: divisions of companies, five procedures, one missing, one hidden cell.

use super::Material;
use crate::diagnostic::{Diagnostic, Language, Place};
use crate::measure::{
    Assessment, Cell, Cleared, Effective, ErrorBasis, Evidence, LeadersQuota, NodeScore, QuotaCut, Response, RollupUsed,
    Scorecard, Standing, Uncertainty, WhyMissing,
};
use crate::numeric::{Ratio, int, parse, ratio, round_half_up};
use crate::survey::{
    Abstain, AnswerKind, Band, Basis, Bound, Domain, DomainId, Form, FormId, FormKind, Frame, Index, Item, ItemId, Layout, Level,
    LevelId, Measure, Meeting, MissingChild, MissingStratum, Node, NodeId, NodeKind, NodeSource, Quota, QuotaRounding, QuotaTies,
    RankTies, Rollup, RowFate, Rules, Scheme, Screening, Shape, SheetLedger, SourceSheet, Strata, Stratum, StratumId, Subject,
    SubjectId, Threshold, Trim, VetoEffect,
};

pub(super) fn number(text: &str) -> Ratio {
    parse(text).expect("a number")
}

/// A made run and everything it is made from.
pub(super) struct Made {
    pub(super) scheme: Scheme,
    pub(super) cleared: Cleared,
    pub(super) sources: Vec<SourceSheet>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) inputs: Vec<(String, String)>,
}

impl Made {
    pub(super) fn material(&self) -> Material<'_> {
        Material {
            scheme: &self.scheme,
            cleared: &self.cleared,
            sources: &self.sources,
            diagnostics: &self.diagnostics,
            inputs: &self.inputs,
            exit_status: 0,
        }
    }
}

/// `divisions` divisions of `companies` companies each; `policy` for missing procedures.
pub(super) fn made(divisions: u32, companies: u32, policy: MissingChild) -> Made {
    let scheme = scheme(divisions, companies, policy);
    let assessment = assessment(&scheme);
    let mut ledger = SheetLedger { status: "read".to_owned(), answers: 12, missing: 1, ..SheetLedger::default() };
    ledger.add(RowFate::Header, 1);
    ledger.add(RowFate::BallotValid, 3);
    ledger.voided.push(("all-same".to_owned(), 2));
    let layout = Layout {
        form: "ceping".to_owned(),
        shape: Some(Shape::Wide),
        header_rows: vec![2],
        columns: vec![(0, "单位".to_owned(), "unit".to_owned()), (27, "政治\n建设".to_owned(), "item:1".to_owned())],
        ..Layout::default()
    };
    let source = SourceSheet {
        file: "returns/三师/一连.xlsx".to_owned(),
        sheet: "=1+1".to_owned(),
        form: "ceping".to_owned(),
        unit: "d0-0".to_owned(),
        ledger,
        layout: Some(layout),
        ..SourceSheet::default()
    };
    Made {
        cleared: Cleared::assumed(assessment),
        sources: vec![source],
        diagnostics: vec![
            Diagnostic::new("B999", Place::sheet("returns/a.xlsx", "Sheet1").at(16, 5)).with("found", "=cmd|'x'!A1"),
        ],
        inputs: vec![("scheme.toml".to_owned(), "00".repeat(32))],
        scheme,
    }
}

fn scheme(divisions: u32, companies: u32, policy: MissingChild) -> Scheme {
    let level = |code: &str, name: &str| Level { code: code.to_owned(), name: name.to_owned(), persons: false };
    let domain = |code: &str, name: &str| Domain { code: code.to_owned(), name: name.to_owned() };
    let frame = Frame::new(
        vec![level("division", "师"), level("company", "连队(单位)")],
        vec![domain("", ""), domain("village", "连队")],
        subjects(divisions, companies),
    );
    Scheme {
        code: "made".to_owned(),
        title: "2026年度考核".to_owned(),
        year: Some(2026),
        language: Language::Zh,
        frame,
        scales: Vec::new(),
        strata: vec![Strata { code: "ab".to_owned(), members: vec![stratum("A", "A票"), stratum("B", "B票")] }],
        forms: vec![form()],
        index: index(policy),
        rules: rules(),
        persons: crate::survey::PersonRules::default(),
        sources: Vec::new(),
        adjustments: Vec::new(),
        imported: Vec::new(),
        tally_fingerprint: "f".repeat(64),
    }
}

fn subjects(divisions: u32, companies: u32) -> Vec<Subject> {
    let mut all = Vec::new();
    let subject = |code: String, name: String, parent: Option<SubjectId>, headcount: Option<u64>| Subject {
        code,
        name,
        aliases: Vec::new(),
        level: LevelId(u8::from(parent.is_some())),
        domain: DomainId(u16::from(parent.is_some())),
        parent,
        headcount,
        leaders: None,
        stratum_sizes: Vec::new(),
        row: 0,
        person: None,
    };
    for division in 0..divisions {
        let id = SubjectId(u32::try_from(all.len()).expect("few"));
        all.push(subject(format!("d{division}"), format!("第{}师", division + 1), None, None));
        for company in 0..companies {
            let heads = Some(u64::from(310 - 80 * (company % 3)));
            all.push(subject(format!("d{division}-{company}"), format!("{}连", company + 1), Some(id), heads));
        }
    }
    all
}

fn stratum(code: &str, name: &str) -> Stratum {
    Stratum { code: code.to_owned(), name: name.to_owned(), aliases: Vec::new(), parent: None, weights: vec![ratio(1, 2); 2] }
}

fn form() -> Form {
    let item = Item {
        code: "1".to_owned(),
        name: "政治建设".to_owned(),
        aliases: Vec::new(),
        answer: AnswerKind::Score,
        full: int(100),
    };
    Form {
        code: "ceping".to_owned(),
        name: "民主测评表".to_owned(),
        aliases: Vec::new(),
        kind: FormKind::Ballot,
        items: vec![item],
        strata: Some(0),
        procedures: vec![NodeId(3)],
        abstain: Abstain::default(),
        missing_stratum: MissingStratum::default(),
        trim: Trim::None,
        screening: Screening::default(),
        meeting: Meeting::default(),
        due_levels: vec![LevelId(1)],
        due_domains: Vec::new(),
        persons: false,
    }
}

/// Composite, five procedures (50/10/10/10/20), one item below 民主测评.
fn index(policy: MissingChild) -> Index {
    let node = |code: &str, name: &str, kind, parent, weight: i64| Node {
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        parent,
        children: Vec::new(),
        weights: vec![int(weight); 2],
        source: NodeSource::Children,
        measure: Measure::Mean,
        missing: MissingChild::default(),
        min_coverage: int(0),
        rollup: None,
        full: int(100),
        self_mix: None,
    };
    let mut nodes = vec![node("total", "综合得分", NodeKind::Composite, None, 1)];
    let procedures = [
        ("mubiao", "目标考核", 50),
        ("zhuanxiang", "专项述职", 10),
        ("score", "民主测评", 10),
        ("mindiao", "民意调查", 10),
        ("shuping", "述职评议", 20),
    ];
    for (code, name, weight) in procedures {
        nodes.push(node(code, name, NodeKind::Procedure, Some(NodeId(0)), weight));
    }
    let mut item = node("score.1", "政治建设", NodeKind::Item, Some(NodeId(3)), 1);
    item.source = NodeSource::Item { form: FormId(0), item: ItemId(0) };
    item.full = int(20);
    nodes.push(item);
    nodes[0].children = (1..=5).map(NodeId).collect();
    nodes[0].missing = policy;
    nodes[3].children = vec![NodeId(6)];
    Index { nodes, persons: None }
}

fn rules() -> Rules {
    let band = |code: &str, name: &str, from: Option<i64>| Band {
        code: code.to_owned(),
        name: name.to_owned(),
        from: from.map(|from| Threshold { bound: Bound::AtLeast, value: int(from) }),
        leaders_share: None,
    };
    let quota =
        Quota { level: None, domain: None, band: 0, share: ratio(3, 10), rounding: QuotaRounding::Floor, ties: QuotaTies::Drop };
    Rules {
        places: 2,
        basis: Basis::Published,
        rollup: None,
        rank_ties: RankTies::Competition,
        tie_chain: Vec::new(),
        bonus_cap: Some(int(5)),
        above_100: false,
        veto: VetoEffect::Cap(1),
        bands: vec![
            band("a", "优秀", Some(90)),
            band("b", "良好", Some(80)),
            band("c", "一般", Some(60)),
            band("d", "较差", None),
        ],
        quotas: vec![quota],
        leaders_rounding: QuotaRounding::Floor,
        min_cell: 5,
        subtotal_tolerance: int(0),
        analysis: crate::survey::Analysis::default(),
    }
}

fn blank_node(nominal: Ratio, score: Option<Ratio>) -> NodeScore {
    NodeScore {
        why: score.is_none().then_some(WhyMissing::NothingSent),
        coverage: int(i64::from(score.is_some())),
        weight: Effective { effective: nominal.clone(), nominal },
        score,
        n: 0,
        incomplete: false,
        rollup: None,
        imported: false,
        error: None,
        no_error: None,
        cells: Vec::new(),
        self_rated: None,
        self_gap: None,
        unscreened: None,
        hidden: false,
    }
}

/// Σ w·s / Σ w by the policy of the root.
fn mean(policy: &MissingChild, parts: &[(Ratio, Option<Ratio>)]) -> Option<Ratio> {
    let (mut sum, mut all) = (int(0), int(0));
    for (weight, score) in parts {
        let score = match (score, policy) {
            (Some(score), _) => score.clone(),
            (None, MissingChild::Renormalise) => continue,
            (None, MissingChild::Zero) => int(0),
            (None, MissingChild::Floor(floor)) => floor.clone(),
            (None, MissingChild::Refuse) => return None,
        };
        sum += score * weight;
        all += weight;
    }
    Some(sum / all)
}

/// Company `number`: scores 88.40, 91.00, 84.10, –, 90.20 (domain.md E8) for the first, others made from it.
fn company(scheme: &Scheme, subject: SubjectId, number: i64) -> Scorecard {
    let shift = ratio(-(number * 7919 % 1801), 97);
    let give = |text: &str| Some(number_of(text) + &shift);
    let fourth = if number % 3 == 0 { None } else { give("92.345") };
    let scores = [give("88.40"), give("91.00"), give("84.10"), fourth, give("90.20")];
    let weights = [ratio(1, 2), ratio(1, 10), ratio(1, 10), ratio(1, 10), ratio(1, 5)];
    let parts: Vec<(Ratio, Option<Ratio>)> = weights.iter().cloned().zip(scores.iter().cloned()).collect();
    let composite = mean(&scheme.index.nodes[0].missing, &parts);
    let mut nodes = vec![blank_node(int(1), composite.clone())];
    nodes[0].incomplete = scores[3].is_none();
    nodes[0].coverage = if scores[3].is_none() { ratio(9, 10) } else { int(1) };
    nodes.extend(parts.into_iter().map(|(weight, score)| blank_node(weight, score)));
    nodes.push(item(give("84.10").expect("given")));
    let (bonus, deduction) = (int(number % 4), if number % 5 == 1 { ratio(5, 4) } else { int(0) });
    let total = composite.map(|composite| (composite + &bonus - &deduction).max(int(0)).min(int(100)));
    Scorecard {
        subject,
        nodes,
        bonus_claimed: bonus.clone(),
        bonus,
        deduction,
        bounds: total.clone().map(|total| (total.clone() - int(1), total)),
        total,
        vetoed: false,
    }
}

fn number_of(text: &str) -> Ratio {
    number(text)
}

/// An item with one shown and one hidden stratum.
fn item(score: Ratio) -> NodeScore {
    let cell = |stratum: u16, score: Option<Ratio>, n: u64| Cell {
        stratum: StratumId(stratum),
        hidden: score.is_none(),
        score,
        n,
        abstained: 1,
        counts: Vec::new(),
        weight: Effective { nominal: ratio(1, 2), effective: ratio(1, 2) },
        error: None,
    };
    let mut node = blank_node(int(1), Some(score.clone()));
    node.n = 12;
    node.error = Some(Uncertainty {
        se: 2.8,
        low: 80.125,
        high: 92.0,
        df: 11.0,
        basis: ErrorBasis::Linearised,
        deff: None,
        no_spread: false,
        partly_exact: false,
        moderated: None,
        veiled: false,
    });
    node.cells = vec![cell(0, Some(score), 12), cell(1, None, 3)];
    node
}

/// A division: every node the mean of its members by `method`, the total that of their totals (method §10.9).
fn division(scheme: &Scheme, subject: SubjectId, members: &[Scorecard], method: Rollup) -> Scorecard {
    let rolled = |pick: &dyn Fn(&Scorecard) -> Option<Ratio>| {
        let (mut sum, mut all) = (int(0), int(0));
        for member in members {
            let heads = match method {
                Rollup::Headcount => scheme.frame.subject(member.subject).headcount.expect("given"),
                Rollup::Simple | Rollup::Pooled => 1,
            };
            let heads = int(i64::try_from(heads).expect("small"));
            if let Some(value) = pick(member) {
                sum += value * &heads;
                all += heads;
            }
        }
        (all > int(0)).then(|| sum / all)
    };
    let used = RollupUsed { method, with_score: 2, members: u32::try_from(members.len()).expect("few") };
    let node = |id: usize| {
        let mut node = blank_node(members[0].nodes[id].weight.nominal.clone(), rolled(&|card| card.nodes[id].score.clone()));
        node.rollup = Some(used);
        node
    };
    let total = rolled(&|card| card.total.clone());
    Scorecard {
        subject,
        nodes: (0..scheme.index.nodes.len()).map(node).collect(),
        bonus: int(0),
        bonus_claimed: int(0),
        deduction: int(0),
        bounds: total.clone().map(|total| (total.clone(), total)),
        total,
        vetoed: false,
    }
}

fn assessment(scheme: &Scheme) -> Assessment {
    let mut scorecards: Vec<Option<Scorecard>> = vec![None; scheme.frame.subjects.len()];
    let mut number = 0;
    for id in scheme.frame.ids().filter(|id| scheme.frame.subject(*id).parent.is_none()) {
        let mut members = Vec::new();
        for member in scheme.frame.children(id) {
            members.push(company(scheme, *member, number));
            number += 1;
        }
        let method =
            if scheme.frame.subject(id).code.ends_with(['1', '3', '5', '7', '9']) { Rollup::Simple } else { Rollup::Headcount };
        scorecards[id.0 as usize] = Some(division(scheme, id, &members, method));
        for member in members {
            let at = member.subject.0 as usize;
            scorecards[at] = Some(member);
        }
    }
    let scorecards: Vec<Scorecard> = scorecards.into_iter().map(|card| card.expect("every subject")).collect();
    let mut standings = Vec::new();
    for level in [LevelId(0), LevelId(1)] {
        standings.extend(ranked(scheme, &scorecards, level));
    }
    Assessment {
        persons: crate::measure::Persons::default(),
        evidence: Evidence::default(),
        standings,
        quotas: vec![cut()],
        leaders: vec![pool()],
        responses: vec![response()],
        diagnostics: Vec::new(),
        scorecards,
    }
}

fn ranked(scheme: &Scheme, cards: &[Scorecard], level: LevelId) -> Vec<Standing> {
    let mut all: Vec<&Scorecard> = cards.iter().filter(|card| scheme.frame.subject(card.subject).level == level).collect();
    all.sort_by(|one, other| other.total.cmp(&one.total));
    let of = u32::try_from(all.len()).expect("few");
    (1..)
        .zip(all)
        .map(|(rank, card)| {
            let score = card.total.as_ref().map(|total| round_half_up(total, 2));
            let grade = score.as_ref().and_then(|score| {
                let holds = |band: &Band| band.from.as_ref().is_none_or(|from| from.holds(&score.to_ratio()));
                scheme.rules.bands.iter().position(holds)
            });
            Standing {
                subject: card.subject,
                level,
                domain: scheme.frame.subject(card.subject).domain,
                reasons: vec![(
                    "band".to_owned(),
                    vec!["良好".to_owned(), score.as_ref().map_or(String::new(), ToString::to_string)],
                )],
                rank: score.is_some().then_some(rank),
                score,
                of,
                grade,
                grade_by_score: grade,
                grades_possible: grade.into_iter().collect(),
                grade_unscreened: None,
                rank_unscreened: None,
                tied_at_cut: false,
                stability: crate::measure::Stability::default(),
            }
        })
        .collect()
}

fn cut() -> QuotaCut {
    QuotaCut {
        level: LevelId(1),
        domain: DomainId(1),
        band: 0,
        base: 13,
        share: ratio(3, 10),
        exact: ratio(39, 10),
        places: 3,
        eligible: 7,
        given: 3,
    }
}

fn pool() -> LeadersQuota {
    LeadersQuota {
        pool: SubjectId(0),
        level: LevelId(1),
        band: 0,
        units: 2,
        leaders: 9,
        share: ratio(3, 10),
        exact: ratio(27, 10),
        places: 2,
    }
}

fn response() -> Response {
    Response {
        unit: Some(SubjectId(1)),
        form: Some(FormId(0)),
        procedure: Some(NodeId(3)),
        due: true,
        sources: 1,
        attend_due: Some(60),
        attend_present: Some(40),
        valid: 35,
        void: 3,
        void_by: vec![("all-same".to_owned(), 2), ("all-same+all-full".to_owned(), 1)],
        ..Response::default()
    }
}

/// What is handed over page by page, by path.
pub(super) fn taken(
    give: impl FnOnce(&(dyn Fn(&str, &str) -> Result<(), ()> + Sync)) -> Result<(), ()>,
) -> Vec<(String, String)> {
    let pages = std::sync::Mutex::new(std::collections::BTreeMap::new());
    let take = |path: &str, page: &str| {
        pages.lock().expect("nobody fell").insert(path.to_owned(), page.to_owned());
        Ok(())
    };
    give(&take).expect("all are taken");
    pages.into_inner().expect("nobody fell").into_iter().collect()
}
