//! Made assessments for tests: a corps of divisions, regiments and companies, its English twin, and one item for many lecturers.

use super::fixture_evidence;
use super::past::Past;
use super::view::View;
use crate::diagnostic::Language;
use crate::measure::{
    Assessment, Effective, ErrorBasis, NodeScore, Response, RollupUsed, Scorecard, Standing, Uncertainty, WhyMissing,
};
use crate::numeric::{Ratio, int, ratio, round_half_up};
use crate::survey::{
    Abstain, AnswerKind, Band, Basis, Bound, Domain, DomainId, Form, FormId, FormKind, Frame, Index, Item, ItemId, Level,
    LevelId, Measure, Meeting, MissingChild, MissingStratum, Node, NodeId, NodeKind, NodeSource, RankTies, Rollup, Rules, Scheme,
    Screening, Subject, SubjectId, Threshold, Trim, VetoEffect,
};
use num_traits::Zero;

/// A scheme with a full made result.
pub struct Made {
    pub scheme: Scheme,
    pub assessment: Assessment,
    /// Two earlier years.
    pub past: Vec<Past>,
}

/// Procedure: code, name, weight, parts (code, name, weight).
type Procedure = (&'static str, &'static str, i64, &'static [(&'static str, &'static str, i64)]);

const CHINESE: [Procedure; 5] = [
    (
        "mubiao",
        "目标考核",
        50,
        &[("zhengzhi", "政治引领", 20), ("zuzhi", "组织建设", 40), ("zuofeng", "作风廉政", 20), ("baozhang", "服务保障", 20)],
    ),
    ("zhuanxiang", "专项述职", 10, &[("1", "述职得分", 100)]),
    (
        "ceping",
        "民主测评",
        10,
        &[
            ("1", "政治建设", 1),
            ("2", "思想建设", 1),
            ("3", "组织建设", 1),
            ("4", "作风建设", 1),
            ("5", "纪律建设", 1),
            ("6", "制度建设", 1),
        ],
    ),
    (
        "mindiao",
        "民意调查",
        10,
        &[
            ("1", "对党组织服务群众的评价", 1),
            ("2", "对党员作用发挥的评价", 1),
            ("3", "对解决急难愁盼问题的评价", 1),
            ("4", "对基层治理和平安建设的评价", 1),
        ],
    ),
    ("shuping", "述职评议", 20, &[("1", "述职得分", 100)]),
];

const ENGLISH: [Procedure; 5] = [
    (
        "goals",
        "Goal assessment",
        50,
        &[("lead", "Political leadership", 20), ("org", "Organisation building", 40), ("integrity", "Conduct and integrity", 40)],
    ),
    ("report", "Special report", 10, &[("1", "Score", 100)]),
    (
        "review",
        "Peer review",
        10,
        &[("1", "Line management", 1), ("2", "Resources and workload", 1), ("3", "Learning and development", 1)],
    ),
    ("survey", "Public survey", 10, &[("1", "Service to residents", 1), ("2", "Inclusion and fair treatment", 1)]),
    ("debate", "Report debate", 20, &[("1", "Score", 100)]),
];

const ONE: [Procedure; 1] = [("rating", "Rating", 100, &[("1", "Lecture rating", 100)])];

const CITIES: [&str; 14] = [
    "阿拉尔",
    "铁门关",
    "图木舒克",
    "可克达拉",
    "双河",
    "五家渠",
    "胡杨河",
    "石河子",
    "白杨",
    "北屯",
    "建筑工程",
    "乌鲁木齐",
    "新星",
    "昆玉",
];
const DIGITS: [&str; 10] = ["〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// 1–99 in Chinese.
fn chinese(number: usize) -> String {
    let ones = if number.is_multiple_of(10) { "" } else { DIGITS[number % 10] };
    match number / 10 {
        0 => DIGITS[number].to_owned(),
        1 => format!("十{ones}"),
        tens => format!("{}十{ones}", DIGITS[tens]),
    }
}

/// A repeatable source of numbers (Knuth's MMIX constants), about normal with this spread.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, spread: f64) -> f64 {
        let sum: f64 = (0..6).map(|_| self.unit()).sum();
        (sum - 3.0) * spread * std::f64::consts::SQRT_2
    }

    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }
}

impl Made {
    /// A Chinese corps; `companies` per regiment, 0: regiments are the lowest level.
    pub fn new(divisions: usize, regiments: usize, companies: usize) -> Self {
        Self::chinese(divisions, regiments, companies, str::to_owned)
    }

    /// The same; every unit and every node has a name of at least twelve characters.
    pub fn long_names(divisions: usize, regiments: usize, companies: usize) -> Self {
        let long =
            |name: &str| format!("{name}{}", "直属机关离退休工作管理处".chars().skip(name.chars().count()).collect::<String>());
        let mut made = Self::chinese(divisions, regiments, companies, long);
        for node in made.scheme.index.nodes.iter_mut().skip(1) {
            node.name = long(&node.name);
        }
        made
    }

    fn chinese(divisions: usize, regiments: usize, companies: usize, named: fn(&str) -> String) -> Self {
        let domains = ["", "连队", "社区", "机关"].map(str::to_owned);
        let mut frame = Plan::new(&["兵团", "师", "团", "连队(单位)"], &domains, "新疆生产建设兵团");
        for d in 1..=divisions {
            let division = frame.add(
                Some(SubjectId(0)),
                1,
                0,
                format!("d{d}"),
                named(&format!("第{}师（{}市）", chinese(d), CITIES[(d - 1) % 14])),
            );
            for r in 1..=regiments {
                let name = format!("{}团", chinese((d * 13 + r) % 98 + 1));
                let regiment = frame.add(Some(division), 2, 0, format!("d{d}-{r}"), named(&name));
                for c in 1..=companies {
                    let (domain, name) = match c % 6 {
                        4 => (2, format!("幸福里{}社区", chinese(c))),
                        5 => (3, "党政综合办公室机关".to_owned()),
                        _ => (1, format!("{}连", chinese(c))),
                    };
                    frame.add(Some(regiment), 3, domain, format!("d{d}-{r}-{c}"), named(&name));
                }
            }
        }
        Self::build(Language::Zh, "2026年度党建工作责任制考核", frame, &CHINESE, &["优秀", "良好", "一般", "较差"])
    }

    /// The same in English, with long names.
    pub fn english(divisions: usize, regiments: usize, companies: usize) -> Self {
        let domains = ["", "Village", "Community"].map(str::to_owned);
        let mut frame = Plan::new(&["corps", "division", "regiment", "company"], &domains, "The corps");
        for d in 1..=divisions {
            let division = frame.add(Some(SubjectId(0)), 1, 0, format!("d{d}"), format!("Division {d} of the northern border"));
            for r in 1..=regiments {
                let regiment = frame.add(Some(division), 2, 0, format!("d{d}-{r}"), format!("Regiment {}", d * 100 + r));
                for c in 1..=companies {
                    let domain = u16::from(c % 4 == 0) + 1;
                    frame.add(Some(regiment), 3, domain, format!("d{d}-{r}-{c}"), format!("Company {c}"));
                }
            }
        }
        Self::build(Language::En, "Annual assessment 2026", frame, &ENGLISH, &["Excellent", "Good", "Fair", "Poor"])
    }

    /// One school, departments, many lecturers, one procedure of one item.
    pub fn one_item(departments: usize, lecturers: usize) -> Self {
        let mut frame = Plan::new(&["school", "department", "lecturer"], &[String::new()], "School");
        for d in 1..=departments {
            let department = frame.add(Some(SubjectId(0)), 1, 0, format!("{d}"), format!("Department {d}"));
            for l in 1..=lecturers {
                frame.add(Some(department), 2, 0, format!("{d}-{l}"), format!("Lecturer {}", d * 1000 + l));
            }
        }
        Self::build(Language::En, "Lecture ratings", frame, &ONE, &["Excellent", "Good", "Fair", "Poor"])
    }

    pub fn view(&self) -> View<'_> {
        View::new(&self.scheme, &self.assessment).with_past(self.past.clone())
    }

    /// All subjects of a level.
    pub fn level(&self, level: u8) -> Vec<SubjectId> {
        let frame = &self.scheme.frame;
        frame.ids().filter(|id| frame.subject(*id).level == LevelId(level)).collect()
    }

    /// Sets one score, leaving everything above as it was.
    pub fn set(&mut self, subject: SubjectId, node: &str, score: Option<Ratio>) {
        let node = self.scheme.index.by_code(node).expect("node");
        self.assessment.scorecards[subject.0 as usize].nodes[node.0 as usize].score = score;
    }

    /// Marks one score as hidden although a careless clearer left it in.
    pub fn hide(&mut self, subject: SubjectId, node: &str, score: Ratio) {
        self.set(subject, node, Some(score));
        let node = self.scheme.index.by_code(node).expect("node");
        self.assessment.scorecards[subject.0 as usize].nodes[node.0 as usize].hidden = true;
    }

    fn build(language: Language, title: &str, plan: Plan, procedures: &[Procedure], grades: &[&str; 4]) -> Self {
        let mut index = tree(procedures, plan.domains.len());
        let frame = Frame::new(plan.levels, plan.domains, plan.subjects);
        let forms = forms(procedures, &mut index);
        let frame_domains = frame.domains.len();
        let scheme = Scheme {
            code: "made".to_owned(),
            title: title.to_owned(),
            year: Some(2026),
            language,
            frame,
            scales: fixture_evidence::scales(language),
            strata: fixture_evidence::strata(language, frame_domains),
            forms,
            index,
            rules: rules(grades),
            persons: crate::survey::PersonRules::default(),
            sources: Vec::new(),
            adjustments: Vec::new(),
            imported: Vec::new(),
            tally_fingerprint: "0".repeat(64),
        };
        let scorecards = score(&scheme);
        let standings = stand(&scheme, &scorecards);
        let leaves = scheme.frame.ids().filter(|id| scheme.frame.children(*id).is_empty());
        let responses = leaves.flat_map(|id| respond(&scheme, &scorecards, id)).collect();
        let mut assessment = Assessment { scorecards, standings, responses, ..Assessment::default() };
        fixture_evidence::add(&scheme, &mut assessment);
        Self { past: fixture_evidence::past(&scheme, &assessment), assessment, scheme }
    }
}

/// One form a procedure: the first an assessing team's sheet, the last a sheet of points, the others of options.
fn forms(procedures: &[Procedure], index: &mut Index) -> Vec<Form> {
    let last = procedures.len() - 1;
    let form = |(at, (code, name, _, parts)): (usize, &Procedure)| {
        let one = parts.len() == 1 && procedures.len() > 1;
        let answer = match at {
            _ if one => AnswerKind::Score,
            3 => AnswerKind::Choice { scale: 1 },
            _ => AnswerKind::Choice { scale: 0 },
        };
        let form = FormId(u16::try_from(at).expect("few"));
        let item = |(number, (_, name, _)): (usize, &(&str, &str, i64))| Item {
            code: (number + 1).to_string(),
            name: (*name).to_owned(),
            aliases: Vec::new(),
            answer: answer.clone(),
            full: int(100),
        };
        for (number, (part, ..)) in parts.iter().enumerate() {
            let node = index.by_code(&format!("{code}.{part}")).expect("item");
            let item = ItemId(u16::try_from(number).expect("few"));
            index.nodes[node.0 as usize].source = NodeSource::Item { form, item };
        }
        Form {
            code: (*code).to_owned(),
            name: if name.is_ascii() { format!("{name} sheet") } else { format!("{name}表") },
            aliases: Vec::new(),
            kind: if at == 0 && last > 0 { FormKind::Assessed } else { FormKind::Ballot },
            items: parts.iter().enumerate().map(item).collect(),
            strata: (at == 2).then_some(0),
            procedures: vec![index.by_code(code).expect("procedure")],
            abstain: Abstain::Exclude,
            missing_stratum: MissingStratum::Renormalise,
            trim: Trim::None,
            screening: Screening::default(),
            meeting: Meeting::default(),
            due_levels: Vec::new(),
            due_domains: Vec::new(),
            persons: false,
        }
    };
    procedures.iter().enumerate().map(form).collect()
}

/// A subject's returns: due where the procedure applies, sent where it has a score.
fn respond(scheme: &Scheme, cards: &[Scorecard], id: SubjectId) -> Vec<Response> {
    let respond = |form: FormId| {
        let procedure = scheme.form(form).procedures[0];
        let node = &cards[id.0 as usize].nodes[procedure.0 as usize];
        let sent = u64::from(node.score.is_some());
        Response {
            unit: Some(id),
            form: Some(form),
            procedure: Some(procedure),
            due: node.why != Some(WhyMissing::NotApplicable),
            sources: u32::from(node.score.is_some()),
            valid: 58 * sent,
            partial: 2 * sent,
            void: u64::from(id.0 % 3) * sent,
            attend_due: (procedure.0 > 8).then_some(70),
            attend_present: (procedure.0 > 8).then_some(63 - u64::from(id.0 % 7)),
            issued: (procedure.0 > 8).then_some(62),
            returned: (procedure.0 > 8).then_some(60 + u64::from(id.0.is_multiple_of(11)) * 3),
            ..Response::default()
        }
    };
    scheme.form_ids().map(respond).collect()
}

/// A frame being written.
struct Plan {
    levels: Vec<Level>,
    domains: Vec<Domain>,
    subjects: Vec<Subject>,
}

impl Plan {
    fn new(levels: &[&str], domains: &[String], top: &str) -> Self {
        const CODES: [&str; 4] = ["corps", "division", "regiment", "company"];
        let level = |(at, name): (usize, &&str)| Level { code: CODES[at].to_owned(), name: (*name).to_owned(), persons: false };
        let domain = |(at, name): (usize, &String)| Domain {
            code: ["", "village", "community", "office"][at].to_owned(),
            name: name.clone(),
        };
        let mut plan = Self {
            levels: levels.iter().enumerate().map(level).collect(),
            domains: domains.iter().enumerate().map(domain).collect(),
            subjects: Vec::new(),
        };
        plan.add(None, 0, 0, "top".to_owned(), top.to_owned());
        plan
    }

    fn add(&mut self, parent: Option<SubjectId>, level: u8, domain: u16, code: String, name: String) -> SubjectId {
        let row = u32::try_from(self.subjects.len()).expect("few");
        self.subjects.push(Subject {
            code,
            name,
            aliases: Vec::new(),
            parent,
            level: LevelId(level),
            domain: DomainId(domain),
            headcount: Some(60),
            leaders: None,
            stratum_sizes: Vec::new(),
            row,
            person: None,
        });
        SubjectId(row)
    }
}

fn tree(procedures: &[Procedure], domains: usize) -> Index {
    let node = |code: String, name: &str, kind, parent, weight: i64| Node {
        code,
        name: name.to_owned(),
        kind,
        parent,
        children: Vec::new(),
        weights: vec![int(weight); domains],
        source: NodeSource::Children,
        measure: Measure::Mean,
        missing: MissingChild::Renormalise,
        min_coverage: Ratio::zero(),
        rollup: None,
        full: int(100),
        self_mix: None,
    };
    let mut nodes = vec![node("total".to_owned(), "综合得分", NodeKind::Composite, None, 1)];
    for (code, name, weight, parts) in procedures {
        let above = NodeId(u16::try_from(nodes.len()).expect("few"));
        nodes[0].children.push(above);
        nodes.push(node((*code).to_owned(), name, NodeKind::Procedure, Some(NodeId(0)), *weight));
        for (part, name, weight) in *parts {
            let id = NodeId(u16::try_from(nodes.len()).expect("few"));
            nodes[above.0 as usize].children.push(id);
            nodes.push(node(format!("{code}.{part}"), name, NodeKind::Item, Some(above), *weight));
        }
    }
    if procedures[0].1.is_ascii() {
        nodes[0].name = "Composite".to_owned();
    }
    // Offices have no public survey, as in the reference scheme.
    for node in nodes.iter_mut().filter(|node| node.code == "mindiao" && domains > 3) {
        node.weights[3] = int(0);
    }
    Index { nodes, persons: None }
}

fn rules(grades: &[&str; 4]) -> Rules {
    let from = |value: i64| Some(Threshold { bound: Bound::AtLeast, value: int(value) });
    let band = |(at, name): (usize, &&str)| Band {
        code: format!("g{at}"),
        name: (*name).to_owned(),
        from: [from(90), from(80), from(60), None][at].clone(),
        leaders_share: None,
    };
    Rules {
        places: 2,
        basis: Basis::Published,
        rollup: None,
        rank_ties: RankTies::Competition,
        tie_chain: Vec::new(),
        bonus_cap: None,
        above_100: false,
        veto: VetoEffect::Cap(1),
        bands: grades.iter().enumerate().map(band).collect(),
        quotas: Vec::new(),
        leaders_rounding: crate::survey::QuotaRounding::Floor,
        min_cell: 5,
        subtotal_tolerance: ratio(1, 2),
        analysis: crate::survey::Analysis::default(),
    }
}

/// An error of a point and a half, more or less.
fn error(middle: f64) -> Uncertainty {
    Uncertainty {
        se: 0.8,
        low: middle - 1.6,
        high: middle + 1.5,
        df: 59.0,
        basis: ErrorBasis::Linearised,
        deff: None,
        no_spread: false,
        partly_exact: true,
        moderated: None,
        veiled: false,
    }
}

fn empty() -> NodeScore {
    NodeScore {
        score: None,
        why: Some(WhyMissing::NothingSent),
        n: 0,
        weight: Effective { nominal: Ratio::zero(), effective: Ratio::zero() },
        coverage: int(1),
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

/// Leaves by dice around their parents' luck; everything above as means of members.
fn score(scheme: &Scheme) -> Vec<Scorecard> {
    let (frame, index) = (&scheme.frame, &scheme.index);
    let mut dice = Dice(20_260_101);
    let mut luck: Vec<Vec<f64>> = Vec::new();
    let mut cards: Vec<Scorecard> = Vec::new();
    for id in frame.ids() {
        let spread = [0.0, 2.5, 2.5, 4.0][frame.subject(id).level.0 as usize];
        let base =
            frame.subject(id).parent.map_or_else(|| vec![84.0; index.nodes.len()], |parent| luck[parent.0 as usize].clone());
        let own = dice.roll(spread);
        luck.push(base.iter().map(|value| value + own + dice.roll(spread * 0.8)).collect());
        cards.push(Scorecard {
            subject: id,
            nodes: vec![empty(); index.nodes.len()],
            bonus: Ratio::zero(),
            bonus_claimed: Ratio::zero(),
            deduction: Ratio::zero(),
            total: None,
            bounds: None,
            vetoed: false,
        });
    }
    for id in frame.ids().rev() {
        let nodes = if frame.children(id).is_empty() {
            own_scores(scheme, id, &luck[id.0 as usize], dice.unit())
        } else {
            rolled_up(&cards, frame.children(id), index.nodes.len())
        };
        let card = &mut cards[id.0 as usize];
        card.total.clone_from(&nodes[0].score);
        card.vetoed = id.0 % 97 == 50;
        if nodes[0].incomplete {
            card.bounds = card.total.as_ref().map(|total| (total * ratio(9, 10), total * ratio(9, 10) + int(10)));
        }
        card.nodes = nodes;
    }
    cards
}

fn own_scores(scheme: &Scheme, id: SubjectId, luck: &[f64], chance: f64) -> Vec<NodeScore> {
    let index = &scheme.index;
    let domain = scheme.frame.subject(id).domain;
    let mut nodes = vec![empty(); index.nodes.len()];
    // One subject in fifty has not sent its third procedure.
    let lost = index.procedures().nth(2).filter(|_| chance < 0.02);
    for node in index.ids().rev() {
        let at = node.0 as usize;
        let procedure = index.procedure_of(node);
        if procedure.is_some_and(|procedure| index.node(procedure).weight(domain).is_zero()) {
            nodes[at].why = Some(WhyMissing::NotApplicable);
        } else if procedure.is_some() && procedure == lost {
            nodes[at].why = Some(WhyMissing::NothingSent);
        } else if index.node(node).children.is_empty() {
            #[allow(clippy::cast_possible_truncation, reason = "a score")]
            let hundredths = (luck[at].clamp(35.0, 99.5) * 100.0) as i64;
            nodes[at] = NodeScore { score: Some(ratio(hundredths, 100)), why: None, n: 60, ..empty() };
        } else {
            nodes[at] = mean(index, node, domain, &nodes, lost.is_some());
        }
    }
    let sent: Vec<NodeId> = index.procedures().filter(|node| nodes[node.0 as usize].score.is_some()).collect();
    for node in sent {
        let present: Ratio = index
            .procedures()
            .filter(|p| nodes[p.0 as usize].score.is_some())
            .map(|p| index.node(p).weight(domain).clone())
            .sum();
        let weight = index.node(node).weight(domain) / present;
        nodes[node.0 as usize].weight = Effective { nominal: weight.clone(), effective: weight };
    }
    nodes
}

fn mean(index: &Index, node: NodeId, domain: DomainId, nodes: &[NodeScore], lost: bool) -> NodeScore {
    let (mut sum, mut all) = (Ratio::zero(), Ratio::zero());
    for child in &index.node(node).children {
        if let Some(score) = &nodes[child.0 as usize].score {
            sum += score * index.node(*child).weight(domain);
            all += index.node(*child).weight(domain);
        }
    }
    let score = sum / all;
    let middle = crate::numeric::to_f64(&score);
    let root = node == Index::ROOT;
    NodeScore { score: Some(score), why: None, n: 60, incomplete: lost && root, error: root.then(|| error(middle)), ..empty() }
}

fn rolled_up(cards: &[Scorecard], members: &[SubjectId], nodes: usize) -> Vec<NodeScore> {
    let mean = |node: usize| {
        let scores: Vec<&Ratio> = members.iter().filter_map(|id| cards[id.0 as usize].nodes[node].score.as_ref()).collect();
        let count = i64::try_from(scores.len()).expect("few");
        let used = RollupUsed {
            method: Rollup::Headcount,
            with_score: u32::try_from(scores.len()).expect("few"),
            members: u32::try_from(members.len()).expect("few"),
        };
        // Rounded here only to keep made fractions short.
        let score = (count > 0).then(|| round_half_up(&(scores.into_iter().sum::<Ratio>() / int(count.max(1))), 4).to_ratio());
        let n = members.iter().map(|id| cards[id.0 as usize].nodes[node].n).sum();
        let why = score.is_none().then_some(WhyMissing::NothingSent);
        let error = score.as_ref().filter(|_| node == 0).map(|score| error(crate::numeric::to_f64(score)));
        NodeScore { score, why, n, rollup: Some(used), error, ..empty() }
    };
    (0..nodes).map(mean).collect()
}

fn stand(scheme: &Scheme, cards: &[Scorecard]) -> Vec<Standing> {
    let mut standings: Vec<Standing> = Vec::new();
    for card in cards {
        let subject = scheme.frame.subject(card.subject);
        let score = card.total.as_ref().map(|total| round_half_up(total, 2));
        let fits =
            |band: &Band| band.from.as_ref().is_none_or(|from| score.as_ref().is_some_and(|score| from.holds(&score.to_ratio())));
        let grade = scheme.rules.bands.iter().position(fits);
        standings.push(Standing {
            subject: card.subject,
            level: subject.level,
            domain: subject.domain,
            score,
            rank: None,
            of: 0,
            grade: if card.vetoed { grade.max(Some(1)) } else { grade },
            grade_by_score: grade,
            reasons: vec![("band".to_owned(), Vec::new())],
            grades_possible: Vec::new(),
            grade_unscreened: None,
            rank_unscreened: None,
            tied_at_cut: false,
            stability: crate::measure::Stability::default(),
        });
    }
    standings.sort_by(|a, b| {
        (a.level, a.domain).cmp(&(b.level, b.domain)).then(b.score.cmp(&a.score)).then(a.subject.cmp(&b.subject))
    });
    let all = standings.clone();
    for standing in &mut standings {
        let peers =
            || all.iter().filter(|peer| (peer.level, peer.domain) == (standing.level, standing.domain) && peer.score.is_some());
        let better = peers().filter(|peer| peer.score > standing.score).count();
        standing.of = u32::try_from(peers().count()).expect("few");
        standing.rank = standing.score.is_some().then(|| u32::try_from(better + 1).expect("few"));
    }
    standings
}
