//! A small scheme and ways to fill a tally under it, for the tests of this room.

use super::{Counter, Tally};
use crate::diagnostic::Language;
use crate::numeric::int;
use crate::survey::*;

/// Corps (0) over divisions 1, 2 over companies 3, 4 and 5, 6; form `mz` with strata A, B and items q1 (4 options), q2 (4 options),
/// q3 (score), q4 (20 options); form `dc` without strata and item d1 (4 options); procedures `p` and `q`.
pub(super) fn scheme() -> Scheme {
    let parents = [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)];
    let levels = [0, 1, 1, 2, 2, 2, 2];
    let subjects = parents.iter().zip(levels).zip(0..).map(|((parent, level), row)| Subject {
        code: format!("u{row}"),
        name: format!("单位{row}"),
        aliases: Vec::new(),
        parent: parent.map(SubjectId),
        level: LevelId(level),
        domain: DomainId(0),
        headcount: None,
        leaders: None,
        stratum_sizes: Vec::new(),
        row,
        person: None,
    });
    let level = |code: &str| Level { code: code.into(), name: code.into(), persons: false };
    Scheme {
        code: "test".into(),
        title: "测试".into(),
        year: Some(2025),
        language: Language::Zh,
        frame: Frame::new(["corps", "division", "company"].map(level).into(), Vec::new(), subjects.collect()),
        scales: vec![scale("four", 4), scale("twenty", 20)],
        strata: vec![Strata { code: "abc".into(), members: ["A", "B"].map(stratum).into() }],
        forms: vec![
            form("mz", &[("q1", Some(0)), ("q2", Some(0)), ("q3", None), ("q4", Some(1))], Some(0)),
            form("dc", &[("d1", Some(0))], None),
        ],
        index: Index {
            nodes: vec![node("total", NodeKind::Composite), node("p", NodeKind::Procedure), node("q", NodeKind::Procedure)],
            persons: None,
        },
        rules: rules(),
        persons: crate::survey::PersonRules::default(),
        sources: Vec::new(),
        adjustments: Vec::new(),
        imported: Vec::new(),
        tally_fingerprint: "f00d".into(),
    }
}

fn scale(code: &str, options: usize) -> Scale {
    let choice = |at: usize| Choice {
        code: format!("o{at}"),
        label: format!("选项{at}"),
        aliases: Vec::new(),
        value: None,
        class: ChoiceClass::Middle,
    };
    Scale { code: code.into(), choices: (0..options).map(choice).collect() }
}

fn stratum(code: &str) -> Stratum {
    Stratum { code: code.into(), name: code.into(), aliases: Vec::new(), parent: None, weights: Vec::new() }
}

fn form(code: &str, items: &[(&str, Option<usize>)], strata: Option<usize>) -> Form {
    let item = |(code, scale): &(&str, Option<usize>)| Item {
        code: (*code).into(),
        name: (*code).into(),
        aliases: Vec::new(),
        answer: scale.map_or(AnswerKind::Score, |scale| AnswerKind::Choice { scale }),
        full: int(100),
    };
    Form {
        code: code.into(),
        name: code.into(),
        aliases: Vec::new(),
        kind: FormKind::Ballot,
        items: items.iter().map(item).collect(),
        strata,
        procedures: vec![NodeId(1), NodeId(2)],
        abstain: Abstain::default(),
        missing_stratum: MissingStratum::default(),
        trim: Trim::default(),
        screening: Screening::default(),
        meeting: Meeting::default(),
        due_levels: Vec::new(),
        due_domains: Vec::new(),
        persons: false,
    }
}

fn node(code: &str, kind: NodeKind) -> Node {
    Node {
        code: code.into(),
        name: code.into(),
        kind,
        parent: None,
        children: Vec::new(),
        weights: Vec::new(),
        source: NodeSource::Children,
        measure: Measure::Mean,
        missing: MissingChild::default(),
        min_coverage: int(0),
        rollup: None,
        full: int(100),
        self_mix: None,
    }
}

fn rules() -> Rules {
    Rules {
        places: 2,
        basis: Basis::default(),
        rollup: None,
        rank_ties: RankTies::default(),
        tie_chain: Vec::new(),
        bonus_cap: None,
        above_100: false,
        veto: VetoEffect::Cap(0),
        bands: Vec::new(),
        quotas: Vec::new(),
        leaders_rounding: QuotaRounding::default(),
        min_cell: 5,
        subtotal_tolerance: int(0),
        analysis: crate::survey::Analysis::default(),
    }
}

pub(super) const MZ: FormId = FormId(0);
pub(super) const P: NodeId = NodeId(1);

/// One ballot on all four items of form `mz`.
#[derive(Clone, Debug)]
pub(super) struct Ballot {
    pub unit: u32,
    pub subject: u32,
    pub stratum: u16,
    pub disposition: Disposition,
    pub flags: u8,
    pub answers: [Answer; 4],
}

/// The columns of form `mz`, the last of them rating subject 6 if `fixed`.
pub(super) fn columns(fixed: bool) -> Vec<Column> {
    let subject = |item: u16| (fixed && item == 3).then_some(SubjectId(6));
    (0..4).map(|item| Column { item: ItemId(item), subject: subject(item) }).collect()
}

/// Counts ballots in blocks of at most `rows`.
pub(super) fn count(ballots: &[Ballot], rows: usize, fixed: bool) -> Counter {
    let mut counter = Counter::new();
    for ballots in ballots.chunks(rows.max(1)) {
        let mut block = Block::new(MZ, P, columns(fixed));
        for ballot in ballots {
            block.units.push(SubjectId(ballot.unit));
            block.subjects.push(SubjectId(ballot.subject));
            block.strata.push(StratumId(ballot.stratum));
            block.dispositions.push(ballot.disposition);
            block.flags.push(ballot.flags);
            block.answers.extend(ballot.answers);
            if let Some(pace) = Pace::of_number(u16::from(ballot.flags)) {
                block.note_pace(pace);
            }
        }
        counter.block(&block);
    }
    counter
}

/// A sheet that was read, with `rows` valid ballots in its books.
pub(super) fn sheet(file: &str, fingerprint: &str, rows: u64) -> SourceSheet {
    let mut sheet = SourceSheet { file: file.into(), fingerprint: fingerprint.into(), ..SourceSheet::default() };
    sheet.ledger.add(RowFate::Header, 1);
    sheet.ledger.add(RowFate::BallotValid, rows);
    sheet.ledger.answers = rows;
    sheet.ledger.status = "read".into();
    sheet
}

/// `n` like ballots of company 3 in stratum A that choose the option on q1 and leave the rest open.
pub(super) fn votes(option: u8, n: usize) -> Vec<Ballot> {
    let answers = [Answer::Choice(option), Answer::Missing, Answer::Missing, Answer::Missing];
    vec![Ballot { unit: 3, subject: 3, stratum: 0, disposition: Disposition::Partial, flags: 0, answers }; n]
}

/// A tally of one sheet of such ballots.
pub(super) fn tally(file: &str, fingerprint: &str, option: u8, n: usize) -> Tally {
    let mut tally = Tally::new(&scheme());
    tally.add(sheet(file, fingerprint, n as u64), count(&votes(option, n), 7, false));
    tally
}

pub(super) fn bytes(tally: &Tally) -> Vec<u8> {
    let mut bytes = Vec::new();
    tally.write_parquet(&scheme(), &mut bytes).expect("a tally writes");
    bytes
}
