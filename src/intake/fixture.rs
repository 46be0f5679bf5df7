//! A small scheme built by hand, for the tests of this room.

use crate::diagnostic::Language;
use crate::numeric::{Ratio, int};
use crate::survey::{
    Abstain, AnswerKind, Basis, Choice, ChoiceClass, Domain, DomainId, Form, FormKind, Frame, Index, Item, ItemId, Level,
    LevelId, Measure, Meeting, MissingChild, MissingStratum, Node, NodeId, NodeKind, NodeSource, QuotaRounding, RankTies, Rules,
    Scale, Scheme, Screening, Strata, Stratum, Subject, SubjectId, Trim, VetoEffect,
};

fn subject(code: &str, name: &str, aliases: &[&str], parent: Option<u32>, level: u8) -> Subject {
    Subject {
        code: code.to_owned(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        parent: parent.map(SubjectId),
        level: LevelId(level),
        domain: DomainId(0),
        headcount: None,
        leaders: None,
        stratum_sizes: Vec::new(),
        row: 0,
        person: None,
    }
}

fn frame() -> Frame {
    let level = |code: &str, name: &str| Level { code: code.to_owned(), name: name.to_owned(), persons: false };
    let levels = vec![level("corps", "兵团"), level("division", "师"), level("regiment", "团"), level("company", "连队")];
    let subjects = vec![
        subject("BT", "演示兵团", &[], None, 0),
        subject("D3", "三师", &["图木舒克市"], Some(0), 1),
        subject("R41", "四十一团", &[], Some(1), 2),
        subject("R44", "四十四团", &[], Some(1), 2),
        subject("C411", "一连", &[], Some(2), 3),
        subject("C412", "二连", &["果园连"], Some(2), 3),
        subject("C441", "一连", &[], Some(3), 3),
        subject("C442", "三连", &[], Some(3), 3),
    ];
    Frame::new(levels, vec![Domain { code: String::new(), name: String::new() }], subjects)
}

fn scale(code: &str, labels: &[(&str, &str, Option<i64>)]) -> Scale {
    let choices = labels.iter().map(|(code, label, value)| Choice {
        code: (*code).to_owned(),
        label: (*label).to_owned(),
        aliases: Vec::new(),
        value: value.map(int),
        class: if value.is_none() { ChoiceClass::Abstain } else { ChoiceClass::Middle },
    });
    Scale { code: code.to_owned(), choices: choices.collect() }
}

fn form(code: &str, name: &str, kind: FormKind, items: &[(&str, i64)], answer: &AnswerKind, procedures: &[u16]) -> Form {
    let items = items.iter().enumerate().map(|(at, (name, full))| Item {
        code: (at + 1).to_string(),
        name: (*name).to_owned(),
        aliases: if *name == "述职得分" {
            vec!["得分".to_owned(), "评分".to_owned(), "综合得分".to_owned()]
        } else {
            Vec::new()
        },
        answer: answer.clone(),
        full: int(*full),
    });
    Form {
        code: code.to_owned(),
        name: name.to_owned(),
        aliases: Vec::new(),
        kind,
        items: items.collect(),
        strata: (code == "ceping").then_some(0),
        procedures: procedures.iter().map(|id| NodeId(*id)).collect(),
        abstain: Abstain::Exclude,
        missing_stratum: MissingStratum::Renormalise,
        trim: Trim::None,
        screening: Screening::default(),
        meeting: Meeting::default(),
        due_levels: vec![LevelId(3)],
        due_domains: Vec::new(),
        persons: false,
    }
}

fn node(code: &str, name: &str, kind: NodeKind, parent: Option<u16>) -> Node {
    Node {
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        parent: parent.map(NodeId),
        children: Vec::new(),
        weights: vec![int(20)],
        source: NodeSource::Children,
        measure: Measure::Mean,
        missing: MissingChild::Renormalise,
        min_coverage: int(0),
        rollup: None,
        full: int(100),
        self_mix: None,
    }
}

fn rules() -> Rules {
    Rules {
        places: 2,
        basis: Basis::Published,
        rollup: None,
        rank_ties: RankTies::Competition,
        tie_chain: Vec::new(),
        bonus_cap: None,
        above_100: false,
        veto: VetoEffect::Cap(0),
        bands: Vec::new(),
        quotas: Vec::new(),
        leaders_rounding: QuotaRounding::Floor,
        min_cell: 5,
        subtotal_tolerance: Ratio::new(1.into(), 100.into()),
        analysis: crate::survey::Analysis::default(),
    }
}

/// 三师 with two regiments of two companies each; the five forms with few items.
pub(super) fn scheme() -> Scheme {
    let stratum = |code: &str, alias: &str| Stratum {
        code: code.to_owned(),
        name: format!("{code}票"),
        aliases: vec![alias.to_owned()],
        parent: None,
        weights: vec![int(1)],
    };
    let scored: [(&str, i64); 3] = [("第一议题学习制度落实", 10), ("党支部标准化规范化建设", 15), ("党风廉政建设", 10)];
    let choice = |scale| AnswerKind::Choice { scale };
    let forms = vec![
        form("kaohe", "考核评分表", FormKind::Assessed, &scored, &AnswerKind::Score, &[1]),
        form("zicha", "自查评分表", FormKind::SelfRated, &scored, &AnswerKind::Score, &[1]),
        form(
            "ceping",
            "民主测评表",
            FormKind::Ballot,
            &[("政治建设", 100), ("思想建设", 100), ("组织建设", 100), ("作风建设", 100)],
            &choice(0),
            &[3],
        ),
        form(
            "mindiao",
            "民意调查表",
            FormKind::Ballot,
            &[("对党组织服务群众的评价", 100), ("对党员作用发挥的评价", 100)],
            &choice(1),
            &[4],
        ),
        form("shuzhi", "述职评分表", FormKind::Ballot, &[("述职得分", 100)], &AnswerKind::Score, &[2, 5]),
    ];
    let procedure = |code, name| node(code, name, NodeKind::Procedure, Some(0));
    let nodes = vec![
        node("total", "综合得分", NodeKind::Composite, None),
        procedure("mubiao", "目标考核"),
        procedure("zhuanxiang", "专项述职"),
        procedure("ceping", "民主测评"),
        procedure("mindiao", "民意调查"),
        procedure("shuping", "述职评议"),
    ];
    Scheme {
        code: "demo".to_owned(),
        title: "2026年度考核".to_owned(),
        year: Some(2026),
        language: Language::Zh,
        frame: frame(),
        scales: vec![
            scale(
                "grade",
                &[
                    ("a", "优秀", Some(100)),
                    ("b", "良好", Some(80)),
                    ("c", "一般", Some(60)),
                    ("d", "较差", Some(40)),
                    ("n", "不了解", None),
                ],
            ),
            scale(
                "satisfaction",
                &[("a", "满意", Some(100)), ("b", "基本满意", Some(80)), ("c", "不满意", Some(0)), ("n", "不了解", None)],
            ),
        ],
        strata: vec![Strata {
            code: "abc".to_owned(),
            members: vec![stratum("A", "领导班子"), stratum("B", "党员"), stratum("C", "群众")],
        }],
        forms,
        index: Index { nodes, persons: None },
        rules: rules(),
        persons: crate::survey::PersonRules::default(),
        sources: Vec::new(),
        adjustments: Vec::new(),
        imported: Vec::new(),
        tally_fingerprint: String::new(),
    }
}

/// The item with this number.
pub(super) fn item(number: u16) -> ItemId {
    ItemId(number - 1)
}
