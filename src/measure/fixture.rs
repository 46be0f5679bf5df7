//! Small schemes and counts written by hand, for the tests of this room.

use super::assessment::{Assessment, Scorecard, Standing};
use super::totals::{CountRow, Totals};
use crate::diagnostic::Language;
use crate::numeric::{Ratio, int, parse, round_half_up};
use crate::survey::{
    Abstain, Adjustment, AdjustmentKind, Answer, AnswerKind, Band, Basis, Bound, Choice, ChoiceClass, Domain, DomainId, Form,
    FormId, FormKind, Frame, Imported, Index, Item, ItemId, Level, LevelId, Measure, Meeting, MissingChild, MissingStratum, Node,
    NodeId, NodeKind, NodeSource, QuotaRounding, RankTies, Rules, Scale, Scheme, Screening, Strata, Stratum, StratumId, Subject,
    SubjectId, Threshold, Trim, VetoEffect,
};

pub(super) fn r(text: &str) -> Ratio {
    parse(text).expect("a number")
}

pub(super) fn show(value: Option<&Ratio>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| round_half_up(value, 2).to_string())
}

pub(super) fn at_least(value: &str) -> Threshold {
    Threshold { bound: Bound::AtLeast, value: r(value) }
}

pub(super) const CADRE: [(&str, &str, ChoiceClass); 5] = [
    ("优秀", "100", ChoiceClass::Top),
    ("称职", "80", ChoiceClass::Favourable),
    ("基本称职", "60", ChoiceClass::Low),
    ("不称职", "0", ChoiceClass::Low),
    ("弃权", "", ChoiceClass::Abstain),
];

/// A scheme without anything: three levels, so many domains, the usual four bands, nothing hidden.
pub(super) fn scheme(domains: u16) -> Scheme {
    let levels =
        ["division", "regiment", "company"].map(|code| Level { code: code.to_owned(), name: code.to_owned(), persons: false });
    let domains: Vec<Domain> =
        (0..domains).map(|number| Domain { code: format!("d{number}"), name: format!("领域{number}") }).collect();
    Scheme {
        code: "test".to_owned(),
        title: String::new(),
        year: None,
        language: Language::Zh,
        frame: Frame::new(levels.to_vec(), domains, Vec::new()),
        scales: Vec::new(),
        strata: Vec::new(),
        forms: Vec::new(),
        index: Index::default(),
        rules: rules(),
        persons: crate::survey::PersonRules::default(),
        sources: Vec::new(),
        adjustments: Vec::new(),
        imported: Vec::new(),
        tally_fingerprint: String::new(),
    }
}

fn rules() -> Rules {
    let band = |name: &str, from: Option<&str>, share: &str| Band {
        code: name.to_owned(),
        name: name.to_owned(),
        from: from.map(at_least),
        leaders_share: Some(r(share)),
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
        bands: vec![
            band("优秀", Some("90"), "30%"),
            band("良好", Some("80"), "25%"),
            band("一般", Some("60"), "20%"),
            band("较差", None, "15%"),
        ],
        quotas: Vec::new(),
        leaders_rounding: QuotaRounding::Floor,
        min_cell: 0,
        subtotal_tolerance: int(0),
        analysis: crate::survey::Analysis { draws: 60, ..crate::survey::Analysis::default() },
    }
}

pub(super) fn subject(
    scheme: &mut Scheme,
    name: &str,
    parent: Option<SubjectId>,
    level: u8,
    headcount: Option<u64>,
) -> SubjectId {
    let frame = &scheme.frame;
    let id = SubjectId(u32::try_from(frame.subjects.len()).expect("few"));
    let mut subjects = frame.subjects.clone();
    subjects.push(Subject {
        code: format!("{}{name}", parent.map_or_else(String::new, |parent| format!("{}-", frame.subject(parent).code))),
        name: name.to_owned(),
        aliases: Vec::new(),
        parent,
        level: LevelId(level),
        domain: DomainId(0),
        headcount,
        leaders: None,
        stratum_sizes: Vec::new(),
        row: id.0,
        person: None,
    });
    scheme.frame = Frame::new(frame.levels.clone(), frame.domains.clone(), subjects);
    id
}

/// Puts subjects of one kind into a domain or gives them leaders.
pub(super) fn change(scheme: &mut Scheme, id: SubjectId, edit: impl FnOnce(&mut Subject)) {
    let mut subjects = scheme.frame.subjects.clone();
    edit(&mut subjects[id.0 as usize]);
    scheme.frame = Frame::new(scheme.frame.levels.clone(), scheme.frame.domains.clone(), subjects);
}

pub(super) fn company(scheme: &mut Scheme, name: &str) -> SubjectId {
    subject(scheme, name, None, 2, None)
}

pub(super) fn scale(scheme: &mut Scheme, options: &[(&str, &str, ChoiceClass)]) -> AnswerKind {
    let choice = |(label, value, class): &(&str, &str, ChoiceClass)| Choice {
        code: (*label).to_owned(),
        label: (*label).to_owned(),
        aliases: Vec::new(),
        value: parse(value),
        class: *class,
    };
    scheme.scales.push(Scale { code: format!("s{}", scheme.scales.len()), choices: options.iter().map(choice).collect() });
    AnswerKind::Choice { scale: scheme.scales.len() - 1 }
}

/// Strata by code, code of the parent, weight.
pub(super) fn strata(scheme: &mut Scheme, members: &[(&str, &str, &str)]) -> usize {
    let domains = scheme.frame.domains.len();
    let mut known: Vec<Stratum> = Vec::new();
    for (code, parent, weight) in members {
        let parent = known.iter().position(|member| member.code == *parent);
        known.push(Stratum {
            code: (*code).to_owned(),
            name: (*code).to_owned(),
            aliases: Vec::new(),
            parent: parent.map(|parent| StratumId(u16::try_from(parent).expect("few"))),
            weights: vec![r(weight); domains],
        });
    }
    scheme.strata.push(Strata { code: "abc".to_owned(), members: known });
    scheme.strata.len() - 1
}

/// A form with items of these full marks, numbered from 1.
pub(super) fn form(scheme: &mut Scheme, kind: FormKind, answer: &AnswerKind, fulls: &[&str]) -> FormId {
    let item = |(number, full): (usize, &&str)| Item {
        code: (number + 1).to_string(),
        name: format!("第{}题", number + 1),
        aliases: Vec::new(),
        answer: answer.clone(),
        full: r(full),
    };
    let id = FormId(u16::try_from(scheme.forms.len()).expect("few"));
    scheme.forms.push(Form {
        code: format!("f{}", id.0),
        name: format!("表{}", id.0),
        aliases: Vec::new(),
        kind,
        items: fulls.iter().enumerate().map(item).collect(),
        strata: None,
        procedures: Vec::new(),
        abstain: Abstain::Exclude,
        missing_stratum: MissingStratum::Renormalise,
        trim: Trim::None,
        screening: Screening::default(),
        meeting: Meeting::default(),
        due_levels: Vec::new(),
        due_domains: Vec::new(),
        persons: false,
    });
    id
}

pub(super) fn node(scheme: &mut Scheme, name: &str, parent: Option<NodeId>, weight: &str) -> NodeId {
    let kind = match parent.map(|parent| scheme.index.node(parent).kind) {
        None => NodeKind::Composite,
        Some(NodeKind::Composite) => NodeKind::Procedure,
        Some(_) => NodeKind::Indicator,
    };
    push(scheme, name, kind, parent, r(weight), NodeSource::Imported)
}

fn push(scheme: &mut Scheme, name: &str, kind: NodeKind, parent: Option<NodeId>, weight: Ratio, source: NodeSource) -> NodeId {
    let id = NodeId(u16::try_from(scheme.index.nodes.len()).expect("few"));
    if let Some(parent) = parent {
        let parent = &mut scheme.index.nodes[usize::from(parent.0)];
        parent.children.push(id);
        parent.source = NodeSource::Children;
    }
    scheme.index.nodes.push(Node {
        code: name.to_owned(),
        name: name.to_owned(),
        kind,
        parent,
        children: Vec::new(),
        weights: vec![weight; scheme.frame.domains.len()],
        source,
        measure: Measure::Mean,
        missing: MissingChild::Renormalise,
        min_coverage: int(0),
        rollup: None,
        full: int(100),
        self_mix: None,
    });
    id
}

/// One node per item of the form below `parent`, weight = full marks.
pub(super) fn items(scheme: &mut Scheme, parent: NodeId, form: FormId) -> Vec<NodeId> {
    let fulls: Vec<Ratio> = scheme.form(form).items.iter().map(|item| item.full.clone()).collect();
    let procedure = scheme.index.procedure_of(parent).expect("below a procedure");
    scheme.forms[usize::from(form.0)].procedures.push(procedure);
    let number = |number: usize| u16::try_from(number).expect("few");
    (0..fulls.len())
        .map(|item| {
            let source = NodeSource::Item { form, item: ItemId(number(item)) };
            let name = format!("{}.{}", scheme.index.node(parent).code, item + 1);
            push(scheme, &name, NodeKind::Item, Some(parent), fulls[item].clone(), source)
        })
        .collect()
}

/// One form feeding one procedure below a root: the smallest tree.
pub(super) struct Small {
    pub scheme: Scheme,
    pub form: FormId,
    pub procedure: NodeId,
    pub items: Vec<NodeId>,
}

pub(super) fn ballots(options: &[(&str, &str, ChoiceClass)], fulls: &[&str]) -> Small {
    let mut scheme = scheme(1);
    let answer = if options.is_empty() { AnswerKind::Score } else { scale(&mut scheme, options) };
    let form = form(&mut scheme, FormKind::Ballot, &answer, fulls);
    let root = node(&mut scheme, "综合", None, "1");
    let procedure = node(&mut scheme, "民主测评", Some(root), "100");
    let items = items(&mut scheme, procedure, form);
    Small { scheme, form, procedure, items }
}

/// Counts written by hand.
#[derive(Clone, Default)]
pub(super) struct Feed(pub Totals);

impl Feed {
    pub(super) fn row(
        &mut self,
        subject: SubjectId,
        from: (NodeId, FormId, u16),
        stratum: u16,
        part: u8,
        answer: Answer,
        count: u64,
    ) {
        let (procedure, form, item) = from;
        let (item, stratum) = (ItemId(item), StratumId(stratum));
        if count > 0 {
            self.0.rows.push(CountRow { subject, unit: subject, procedure, form, item, stratum, part, answer, count });
        }
    }

    /// Votes for each option in order.
    pub(super) fn votes(&mut self, subject: SubjectId, from: (NodeId, FormId, u16), stratum: u16, votes: &[u64]) {
        for (option, count) in (0u8..).zip(votes) {
            self.row(subject, from, stratum, 0, Answer::Choice(option), *count);
        }
    }

    /// Points as given.
    pub(super) fn points(&mut self, subject: SubjectId, from: (NodeId, FormId, u16), stratum: u16, points: &[&str]) {
        for text in points {
            let hundredths: i32 = (r(text) * int(100)).to_integer().try_into().expect("points");
            self.row(subject, from, stratum, 0, Answer::Score(hundredths), 1);
        }
    }
}

pub(super) fn import(scheme: &mut Scheme, subject: SubjectId, node: NodeId, score: &str) {
    scheme.imported.push(Imported { subject, node, score: r(score), row: 1 });
}

pub(super) fn adjust(scheme: &mut Scheme, subject: SubjectId, kind: AdjustmentKind, points: &str, achievement: &str) {
    scheme.adjustments.push(Adjustment {
        subject,
        kind,
        points: r(points),
        achievement: achievement.to_owned(),
        award_level: String::new(),
        document: String::new(),
        reason: "安全事故".to_owned(),
        effect: None,
        row: 1,
    });
}

pub(super) fn card(assessment: &Assessment, subject: SubjectId) -> &Scorecard {
    &assessment.scorecards[subject.0 as usize]
}

pub(super) fn standing(assessment: &Assessment, subject: SubjectId) -> &Standing {
    assessment.standings.iter().find(|standing| standing.subject == subject).expect("listed")
}

/// Codes of the diagnostics of the method itself, in order; what is said of how sure it is (from M250 on) has tests of its own.
pub(super) fn codes(assessment: &Assessment) -> Vec<&str> {
    assessment.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).filter(|code| *code < "M250").collect()
}

const PROCEDURES: [(&str, &str); 5] =
    [("目标考核", "50"), ("专项述职", "10"), ("民主测评", "10"), ("民意调查", "10"), ("述职评议", "20")];

/// Five procedures that take imported scores.
pub(super) fn five(domains: u16) -> (Scheme, Vec<NodeId>) {
    let mut scheme = scheme(domains);
    let root = node(&mut scheme, "综合", None, "1");
    let procedures = PROCEDURES.map(|(name, weight)| node(&mut scheme, name, Some(root), weight)).to_vec();
    (scheme, procedures)
}

/// The total as published.
pub(super) fn total(assessment: &Assessment, subject: SubjectId) -> String {
    show(card(assessment, subject).total.as_ref())
}
