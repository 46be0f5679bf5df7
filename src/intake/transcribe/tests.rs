//! Whole sheets, drawn as text: what was recognised, what was counted, and whether the books balance.

use super::super::context::Context;
use super::super::draw;
use super::super::fixture;
use super::super::source::{Body, OpenSheet};
use super::read_sheet;
use crate::diagnostic::{Place, entry};
use crate::survey::{Answer, Block, Disposition, RowFate, Scheme, Shape, Sink, SourceSheet, VoidReason, VoteCount};

/// Keeps everything as short texts.
#[derive(Default)]
struct Kept<'s> {
    scheme: Option<&'s Scheme>,
    /// `form/procedure unit>subject stratum: answers disposition`.
    ballots: Vec<String>,
    /// `unit>subject stratum item=answer×count`.
    votes: Vec<String>,
}

fn shown(answer: Answer) -> String {
    match answer {
        Answer::Missing => "-".to_owned(),
        Answer::NotApplicable => "na".to_owned(),
        Answer::Choice(option) => char::from(b'a' + option).to_string(),
        Answer::Score(points) => super::hundredths_text(i64::from(points)),
        Answer::Void(VoidReason::TwoTicks) => "2x".to_owned(),
        Answer::Void(VoidReason::OutOfRange) => "!".to_owned(),
        Answer::Void(VoidReason::Unknown) => "?".to_owned(),
    }
}

impl Sink for Kept<'_> {
    fn block(&mut self, block: &Block) {
        let scheme = self.scheme.expect("scheme");
        let code = |id| scheme.frame.subject(id).code.as_str();
        for row in 0..block.len() {
            let cells: Vec<String> = block
                .row(row)
                .iter()
                .zip(&block.columns)
                .map(|(answer, column)| {
                    column.subject.map_or_else(|| shown(*answer), |id| format!("{}={}", code(id), shown(*answer)))
                })
                .collect();
            let end = match block.dispositions[row] {
                Disposition::Valid => "valid",
                Disposition::Partial => "partial",
                Disposition::Blank => "blank",
                Disposition::Void { .. } => "void",
                Disposition::Duplicate => "duplicate",
            };
            let (form, procedure) = (&scheme.form(block.form).code, &scheme.index.node(block.procedure).code);
            self.ballots.push(format!(
                "{form}/{procedure} {}>{} {}: {} {end}",
                code(block.units[row]),
                code(block.subjects[row]),
                block.strata[row].0,
                cells.join(" ")
            ));
        }
    }

    fn votes(&mut self, votes: &[VoteCount]) {
        let scheme = self.scheme.expect("scheme");
        let code = |id| scheme.frame.subject(id).code.as_str();
        for vote in votes {
            self.votes.push(format!(
                "{}>{} {} {}={}×{}",
                code(vote.unit),
                code(vote.subject),
                vote.stratum.0,
                vote.item.0 + 1,
                shown(vote.answer),
                vote.count
            ));
        }
    }
}

struct Got {
    source: SourceSheet,
    ballots: Vec<String>,
    votes: Vec<String>,
}

impl Got {
    fn codes(&self) -> Vec<&str> {
        self.source.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
    }

    fn fate(&self, fate: RowFate) -> u64 {
        self.source.ledger.fates.iter().find(|(known, _)| *known == fate).map_or(0, |(_, count)| *count)
    }

    fn shape(&self) -> Option<Shape> {
        self.source.layout.as_ref().and_then(|layout| layout.shape)
    }

    fn why(&self) -> String {
        format!(
            "{:?} {:?} {:?}\n{:?}\n{:?}",
            self.source.ledger, self.source.diagnostics, self.source.layout, self.ballots, self.votes
        )
    }
}

fn with(scheme: &Scheme, file: &str, sheet: &str, drawing: &str) -> Got {
    let context = Context::new(scheme);
    let opened = OpenSheet {
        name: (!sheet.is_empty()).then(|| sheet.into()),
        place: Place::sheet(file, sheet),
        hidden: false,
        body: Body::Grid(draw::grid(drawing)),
        diagnostics: Vec::new(),
    };
    let (source, kept) = read_sheet(opened, file, true, &context, Kept { scheme: Some(scheme), ..Kept::default() });
    assert!(source.ledger.balances(), "{:?}", source.ledger);
    for diagnostic in &source.diagnostics {
        assert!(entry(&diagnostic.code).is_some(), "{} has no entry in the catalogue", diagnostic.code);
    }
    Got { source, ballots: kept.ballots, votes: kept.votes }
}

fn read(file: &str, sheet: &str, drawing: &str) -> Got {
    with(&fixture::scheme(), file, sheet, drawing)
}

const WIDE: &str = "2026年度民主测评表
应到60人，实到55人，发出55张，收回4张
序号 | 单位 | 票种 | 政治建设 | 思想建设 | 组织建设 | 作风建设 | 备注
1 | 四十一团一连 | A票 | 优秀 | 良好 | 一般 | A.优秀 | 无意见
2 | 41团1连 | 党员 | 优秀 | 较好 | — | 不了解 |
3 | 四十一团一连 | C | 优秀┋良好 | 优秀 | 优秀 | 优秀 |
4 | 四十一团九连 | C | 优秀 | 优秀 | 优秀 | 优秀 |
5 | 果园连 | C票 | | | | |
合计 | | | 3 | 2 | 1 | 1 |
填表人：张三 | | 审核人：李四";

#[test]
fn wide_ballots_with_all_around_them() {
    let got = read("returns/三师/四十一团/测评.xlsx", "Sheet1", WIDE);
    assert_eq!(got.shape(), Some(Shape::Wide), "{}", got.why());
    assert_eq!(
        got.ballots,
        [
            "ceping/ceping C411>C411 0: a b c a valid",
            "ceping/ceping C411>C411 1: a ? - n partial".replace(" n ", " e ").as_str(),
            "ceping/ceping C411>C411 2: 2x a a a partial",
            "ceping/ceping C412>C412 2: - - - - blank",
        ]
    );
    assert_eq!(got.codes(), ["B402", "B403", "B101"], "{}", got.why());
    let unknown = &got.source.diagnostics[0];
    assert_eq!((unknown.arg("found"), unknown.place.row, unknown.place.column), ("较好", Some(4), Some(4)));
    assert_eq!(unknown.arg("expected"), "优秀｜良好｜一般｜较差｜不了解");
    let fates = [
        RowFate::Title,
        RowFate::Receipt,
        RowFate::Header,
        RowFate::Subtotal,
        RowFate::Footer,
        RowFate::SetAside,
        RowFate::BallotBlank,
    ];
    for fate in fates {
        assert_eq!(got.fate(fate), 1, "{fate:?}");
    }
    assert_eq!(got.source.receipts.len(), 1);
    assert_eq!((got.source.receipts[0].due, got.source.receipts[0].returned), (Some(60), Some(4)));
}

#[test]
fn the_place_of_columns_rows_and_formats_do_not_change_the_fingerprint() {
    let one = read("returns/三师/四十一团/测评.xlsx", "Sheet1", WIDE);
    let other = read(
        "returns/copy of 四十一团.csv",
        "",
        "2026年度民主测评表
应到60人，实到55人，发出55张，收回4张
序号 | 票种 | 单位 | 思想建设 | 政治建设 | 组织建设 | 作风建设 | 备注
5 | C票 | 果园连 | | | | |
1.0 | A票 | 四十一团第1连 | 良 好 | 优秀 | 一般 | A.优秀 | 无意见
2 | 党员 | 三师41团1连 | 较好 | 优秀 | — | 不了解 |
3 | C | 四十一团一连 | 优秀 | 优秀┋良好 | 优秀 | 优秀 |
4 | C | 四十一团九连 | 优秀 | 优秀 | 优秀 | 优秀 |",
    );
    assert_eq!(one.source.fingerprint, other.source.fingerprint, "{}", other.why());
    let changed = read("returns/三师/四十一团/测评.xlsx", "Sheet1", &WIDE.replacen("| 良好 |", "| 一般 |", 1));
    assert_ne!(one.source.fingerprint, changed.source.fingerprint);
}

#[test]
fn stratum_unit_and_year_from_names() {
    let drawing = "1、政治建设 | 2、思想建设 | 3、组织建设 | 4、作风建设\n优秀 | 优秀 | 良好 | 良好";
    let got = read("returns/三师/四十一团/一连-民主测评表(C票).csv", "", drawing);
    assert_eq!(got.ballots, ["ceping/ceping C411>C411 2: a a b b valid"], "{}", got.why());
    assert_eq!((got.source.unit.as_str(), got.source.stratum.as_str()), ("C411", "C"));
    let none = read("returns/三师/四十一团/一连-民主测评表.csv", "", drawing);
    assert_eq!((none.codes(), none.ballots.len()), (vec!["L114"], 0), "{}", none.why());
    let homonym = read("returns/民主测评/一连 A票.csv", "", drawing);
    assert_eq!(homonym.codes(), ["L113"], "{}", homonym.why());
    let last_year = read("returns/三师/四十一团/2025年度一连民主测评表(C票).csv", "", drawing);
    assert_eq!((last_year.source.ledger.status.as_str(), last_year.codes()), ("other-year", vec!["L107"]));
}

#[test]
fn ticks_below_item_and_option() {
    let got = read(
        "returns/三师/四十四团/三连.xlsx",
        "C票",
        "序号 | 对党组织服务群众的评价 | | | 对党员作用发挥的评价 | |
 | 满意 | 基本满意 | 不满意 | 满意 | 基本满意 | 不满意
1 | √ | | | | √ |
2 | √ | ✓ | | | | ●
3 | | | √ | √ | |",
    );
    assert_eq!(
        got.ballots,
        [
            "mindiao/mindiao C442>C442 0: a b valid",
            "mindiao/mindiao C442>C442 0: 2x c partial",
            "mindiao/mindiao C442>C442 0: c a valid",
        ],
        "{}",
        got.why()
    );
    assert_eq!(got.codes(), ["B403"]);
}

#[test]
fn vote_tables_in_three_layouts() {
    let pairs = read(
        "returns/三师/民意调查计票.xlsx",
        "Sheet1",
        "2026年度三师民意调查计票表
单位 | 发出 | 收回 | 对党组织服务群众的评价 | | | | 对党员作用发挥的评价 | | |
 | | | 满意 | 基本满意 | 不满意 | 不了解 | 满意 | 基本满意 | 不满意 | 不了解
四十一团一连 | 30 | 29 | 20 | 5 | 3 | 1 | 18票 | 6 | 4 | 1
四十四团三连 | 30 | 30 | 25 | 5 | 0 | | 十 | 5 | | 
合计 | 60 | 59 | 45 | 10 | 3 | 1 | 18 | 11 | 4 | 1",
    );
    assert_eq!(pairs.shape(), Some(Shape::Votes), "{}", pairs.why());
    assert_eq!(pairs.votes.len(), 11, "{}", pairs.why());
    assert!(pairs.votes.contains(&"C411>C411 0 2=a×18".to_owned()));
    assert_eq!(pairs.codes(), ["B601"]);
    assert_eq!(pairs.source.receipts.len(), 2);
    assert_eq!((pairs.source.receipts[1].unit.as_str(), pairs.source.receipts[1].returned), ("C442", Some(30)));
    let items = read(
        "returns/三师/四十一团/一连.xlsx",
        "A票",
        "民主测评汇总表
被测评单位：四十一团一连 | | | 应到12人 | 实到11人
测评内容 | 优秀 | 良好 | 一般 | 较差 | 不了解 | 优秀率
政治建设 | 8 | 2 | 1 | 0 | 0 | 72.7%
思想建设 | 7 | 3 | 1 | 0 | 0 | 63.6%
组织建设 | 11 | 0 | 0 | 0 | 0 | 100%
作风建设 | 9 | 1 | 1 | 0 | 0 | 81.8%
制度建设 | 9 | 1 | 1 | 0 | 0 | 81.8%",
    );
    assert_eq!((items.shape(), items.votes.len()), (Some(Shape::Votes), 10), "{}", items.why());
    assert_eq!(items.votes[0], "C411>C411 0 1=a×8");
    assert_eq!((items.codes(), items.fate(RowFate::SetAside)), (vec!["B502"], 1));
    assert_eq!(items.source.receipts[0].present, Some(11));
}

#[test]
fn score_sheets_of_both_sides() {
    let got = read(
        "returns/三师/四十一团/一连.xlsx",
        "评分表",
        "2026年度党建工作责任制考核评分表
被考核单位：三师四十一团一连
序号 | 考核项目 | 分值 | 评分 | | 扣分原因
 | | | 自评分 | 考核分 |
一 | 政治引领
1 | 第一议题学习制度落实 | 10 | 10 | 9.5 | 缺1次
2 | 党支部标准化规范化建设 | 15 | 16 | 13分 |
3 | 党风廉政建设（10分） | 10 | 9 | 8(缺会议记录) |
合计 | | 35 | 35 | 31.5 |
考核组成员（签字）：",
    );
    assert_eq!(got.shape(), Some(Shape::Scores), "{}", got.why());
    assert_eq!(
        got.ballots,
        ["zicha/mubiao C411>C411 0: 10 ! 9 partial", "kaohe/mubiao C411>C411 0: 9.5 13 8 valid"],
        "{}",
        got.why()
    );
    // 16 of 15, the remark, and both sums: 10 + 9 is not 35, 9.5 + 13 + 8 is not 31.5.
    assert_eq!(got.codes(), ["E103", "E109", "E201", "E201"], "{}", got.why());
    assert_eq!(got.source.diagnostics[3].arg("expected"), "30.5");
    assert_eq!((got.fate(RowFate::Heading), got.fate(RowFate::Entry), got.fate(RowFate::Subtotal)), (1, 3, 1));
}

#[test]
fn deductions_self_forms_and_units_side_by_side() {
    let minus = read(
        "returns/三师/四十一团/二连考核评分表.xlsx",
        "Sheet1",
        "考核内容 | 分值 | 扣分 | 扣分原因
第一议题学习制度落实 | 10 | 0.5 | 少1次
党支部标准化规范化建设 | 15 | 无 |
党风廉政建设 | 10 | -2 |",
    );
    assert_eq!(minus.ballots, ["kaohe/mubiao C412>C412 0: 9.5 15 8 valid"], "{}", minus.why());
    let own = read(
        "returns/三师/四十一团/二连自查评分表.xlsx",
        "Sheet1",
        "考核内容 | 分值 | 得分
第一议题学习制度落实 | 10 | 9
党支部标准化建设 | 15 | 14
党风廉政建设 | 10 | ",
    );
    assert_eq!(own.ballots, ["zicha/mubiao C412>C412 0: 9 - - partial"], "{}", own.why());
    assert_eq!(own.codes(), ["E115", "E102", "E116"]);
    assert_eq!(own.source.diagnostics[0].arg("near"), "党支部标准化规范化建设");
    let two = read(
        "returns/三师/四十一团/考核评分表.xlsx",
        "Sheet1",
        "序号 | 考核内容 | 分值 | 一连 | | 二连 |
 | | | 自评分 | 考核分 | 自评分 | 考核分
1 | 第一议题学习制度落实 | 10 | 10 | 9 | 8 | 7
2 | 党支部标准化规范化建设 | 15 | 15 | 14 | 13 | 12
3 | 党风廉政建设 | 10 | 10 | 9 | 不涉及 | 不涉及",
    );
    let mut ballots = two.ballots.clone();
    ballots.sort();
    assert_eq!(
        ballots,
        [
            "kaohe/mubiao C411>C411 0: 9 14 9 valid",
            "kaohe/mubiao C412>C412 0: 7 12 na valid",
            "zicha/mubiao C411>C411 0: 10 15 10 valid",
            "zicha/mubiao C412>C412 0: 8 13 na valid",
        ],
        "{}",
        two.why()
    );
}

#[test]
fn judges_in_columns_and_in_rows() {
    let columns = read(
        "returns/三师/专项述职评分表.xlsx",
        "Sheet1",
        "2026年度专项述职评分汇总表
序号 | 述职单位 | 评委1 | 评委2 | 评委3 | 平均分
1 | 四十一团一连 | 95 | 92.5 | 88 | 91.8
2 | 四十四团三连 | 90 | 缺席 | 101 | 90
 | 平均分 | 92.5 | 92.5 | 94 |",
    );
    assert_eq!(columns.shape(), Some(Shape::Judges), "{}", columns.why());
    assert_eq!(
        columns.ballots,
        [
            "shuzhi/zhuanxiang D3>D3 0: C411=95 C442=90 valid",
            "shuzhi/zhuanxiang D3>D3 0: C411=92.5 C442=- partial",
            "shuzhi/zhuanxiang D3>D3 0: C411=88 C442=! partial",
        ],
        "{}",
        columns.why()
    );
    assert_eq!((columns.codes(), columns.fate(RowFate::Subtotal)), (vec!["B404"], 1));
    let rows = read(
        "returns/三师/述职评议/评分.xlsx",
        "Sheet1",
        "评委 | 四十一团一连 | 四十一团二连 | 四十四团三连
评委1 | 95 | 90 | 85
评委2 | 94 | 89 | 缺考",
    );
    assert_eq!(rows.shape(), Some(Shape::Matrix), "{}", rows.why());
    assert_eq!(
        rows.ballots,
        ["shuzhi/shuping D3>D3 0: C411=95 C412=90 C442=85 valid", "shuzhi/shuping D3>D3 0: C411=94 C412=89 C442=- partial"]
    );
    let unclear = read("returns/三师/述职评分.xlsx", "Sheet1", "评委 | 四十一团一连 | 四十一团二连\n评委1 | 95 | 90");
    assert_eq!((unclear.codes(), unclear.ballots.len()), (vec!["L106"], 0), "{}", unclear.why());
}

#[test]
fn one_judge_and_subject_a_row() {
    let got = read(
        "returns/述职.csv",
        "",
        "评委,环节,述职单位,得分".replace(',', " | ").as_str().to_owned().as_str().trim_end().to_owned().as_str(),
    );
    assert_eq!(got.ballots.len(), 0);
    let got = read(
        "returns/述职.csv",
        "",
        "评委 | 环节 | 述职单位 | 得分\n张 | 专项述职 | 四十一团一连 | 90\n李 | 述职评议 | 四十一团一连 | ９１．５\n王 | 座谈 | 四十一团一连 | 91",
    );
    assert_eq!(
        got.ballots,
        ["shuzhi/zhuanxiang C411>C411 0: 90 valid", "shuzhi/shuping C411>C411 0: 91.5 valid"],
        "{}",
        got.why()
    );
    assert_eq!(got.codes(), ["B106"]);
}

#[test]
fn long_files_group_by_ballot() {
    let got = read(
        "returns/三师/民意调查.csv",
        "",
        "问卷编号 | 单位 | 题目 | 答案
7 | 四十一团一连 | 对党组织服务群众的评价 | 满意
8 | 四十四团三连 | 对党组织服务群众的评价 | 不满意
7 | 四十一团一连 | 对党员作用发挥的评价 | 基本满意
8 | 四十四团三连 | 对党员作用的看法 | 满意
9 | 四十四团三连 | 对党员作用发挥的评价 | ",
    );
    assert_eq!(got.shape(), Some(Shape::Long), "{}", got.why());
    assert_eq!(
        got.ballots,
        [
            "mindiao/mindiao C411>C411 0: a b valid",
            "mindiao/mindiao C442>C442 0: c - partial",
            "mindiao/mindiao C442>C442 0: - - blank"
        ]
    );
    assert_eq!((got.codes(), got.fate(RowFate::Entry)), (vec!["B502"], 4));
    let counts = read(
        "returns/三师/民意调查计票.csv",
        "",
        "单位 | 题目 | 选项 | 票数\n四十一团一连 | 对党组织服务群众的评价 | 满意 | 20\n四十一团一连 | 对党组织服务群众的评价 | 不满意 | 3",
    );
    assert_eq!(counts.votes, ["C411>C411 0 1=a×20", "C411>C411 0 1=c×3"], "{}", counts.why());
}

#[test]
fn what_is_no_return_and_what_is_unclear() {
    let cover = with(&fixture::scheme(), "returns/说明.xlsx", "封面", "各单位：\n请于12月底前报送。");
    assert_eq!((cover.source.ledger.status.as_str(), cover.codes()), ("ignored", vec!["L102"]));
    let strange = read("returns/x.csv", "", "姓名 | 电话 | 车牌\n张三 | 1 | 2\n李四 | 3 | 4");
    assert_eq!((strange.source.ledger.status.as_str(), strange.codes()), ("unrecognised", vec!["L103"]));
    // The same items with 得分 and no name at all: 考核 or 自查?
    let both = read(
        "returns/三师/四十一团/一连.xlsx",
        "Sheet1",
        "单位 | 第一议题学习制度落实 | 党支部标准化规范化建设 | 党风廉政建设\n一连 | 9 | 9 | 9\n二连 | 9 | 9 | 9",
    );
    assert_eq!((both.source.ledger.status.as_str(), both.codes()), ("unrecognised", vec!["L101"]), "{}", both.why());
    assert!(both.source.diagnostics[0].arg("line").contains("[[pin]]"));
}

#[test]
fn reworded_items_are_offered_and_rules_decide() {
    let drawing = "单位 | 票种 | 政治建设 | 思想建设 | 组织建设 | 工作作风建设\n四十一团一连 | A票 | 优秀 | 优秀 | 优秀 | 良好";
    let got = read("returns/民主测评.csv", "", drawing);
    assert_eq!(got.ballots, ["ceping/ceping C411>C411 0: a a a - partial"], "{}", got.why());
    assert_eq!((got.codes(), got.source.diagnostics[0].arg("near")), (vec!["L105", "L104", "L130"], "作风建设"));
    let mut scheme = fixture::scheme();
    scheme.sources.push(crate::survey::SourceRule {
        files: "**".to_owned(),
        columns: vec![("工作作风建设".to_owned(), "item:4".to_owned())],
        ..crate::survey::SourceRule::default()
    });
    let ruled = with(&scheme, "returns/民主测评.csv", "", drawing);
    assert_eq!(
        (ruled.ballots[0].as_str(), ruled.codes()),
        ("ceping/ceping C411>C411 0: a a a b valid", vec!["L130"]),
        "{}",
        ruled.why()
    );
}

#[test]
fn survey_platform_export() {
    let got = read("returns/386540716_按文本_民意调查表_79_78.xlsx", "Sheet1", "序号 | 提交答卷时间 | 所用时间 | 来源 | 来源详情 | 来自IP | 1、您所在的单位 | 2、对党组织服务群众的评价 | 3、对党员作用发挥的评价 | 4、您的意见
1 | 2026/09/03 12:00:00 | 10秒 | 链接 | (空) | 127.0.0.1(本地) | 三师四十四团三连 | A.满意 | 基本满意 | (空)
2 | 2026/09/03 12:01:00 | 12秒 | 链接 | (空) | 127.0.0.1(本地) | 三师四十四团三连 | (跳过) | 不了解 | 很好");
    assert_eq!(
        got.ballots,
        ["mindiao/mindiao C442>C442 0: a b valid", "mindiao/mindiao C442>C442 0: - d partial"],
        "{}",
        got.why()
    );
    assert_eq!(got.codes().len(), 0);
}

/// A text file big enough to be streamed: the same ballots, books, findings and fingerprint as held in memory, on one thread or four.
#[test]
fn streaming_changes_nothing() {
    use std::fmt::Write as _;
    let scheme = fixture::scheme();
    let context = Context::new(&scheme);
    let options = ["优秀", "良好", "一般", "较差", "不了解", "", "较好"];
    let units = ["四十一团一连", "果园连", "四十四团三连", "九连"];
    let mut text = String::from("序号,单位,票种,政治建设,思想建设,组织建设,作风建设,意见\n");
    for row in 0..60_000usize {
        let pick = |n: usize| options[(row * (n + 3) + row / 7 * n) % 7];
        let unit = units[if row % 97 == 0 { 3 } else { row % 3 }];
        let stratum = ["A票", "B票", "C票"][row % 3];
        let _ = writeln!(
            text,
            "{},{unit},{stratum},{},{},{},{},{}",
            row + 1,
            pick(0),
            pick(1),
            pick(2),
            pick(3),
            "没有更多的意见和建议。".repeat(3)
        );
    }
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("big.csv");
    std::fs::write(&path, &text).expect("written");
    let file = crate::intake::SourceFile { rel: "returns/三师/测评.csv".into(), path, size: text.len() as u64 };
    let new = || Kept { scheme: Some(&scheme), ..Kept::default() };
    let read = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
        pool.install(|| super::read(&file, &context, &new)).pop().expect("one sheet")
    };
    assert!(matches!(super::open(&file).sheets[0].body, Body::Stream(_)), "the file must be big enough to be streamed");
    let (one, ballots) = read(1);
    let (four, same) = read(4);
    assert_eq!(one, four);
    assert_eq!(ballots.ballots, same.ballots);
    let grid = draw::grid(&text.replace(',', "|"));
    let opened = OpenSheet {
        name: None,
        place: Place::file("returns/三师/测评.csv"),
        hidden: false,
        body: Body::Grid(grid),
        diagnostics: Vec::new(),
    };
    let (held, kept) = read_sheet(opened, "returns/三师/测评.csv", true, &context, new());
    assert_eq!(held.ledger, one.ledger);
    assert_eq!(held.fingerprint, one.fingerprint);
    assert_eq!(kept.ballots, ballots.ballots);
    assert_eq!(held.diagnostics, one.diagnostics);
    assert_eq!(one.ledger.fates.iter().map(|(_, count)| count).sum::<u64>(), 60_001);
    assert!(one.diagnostics.iter().any(|diagnostic| diagnostic.code == "B402" && diagnostic.more > 0));
}

#[test]
fn nothing_of_a_respondent_is_shown() {
    let got = read(
        "returns/三师/四十四团/三连民意调查表.csv",
        "",
        "姓名 | 来自IP | 提交时间 | 单位 | 对党组织服务群众的评价 | 意见 | 对党员作用发挥的评价
张三丰 | 10.0.0.7 | 2026-09-03 | 三师四十四团三连 | 很好 | 食堂太贵 | 满意
李四光 | 10.0.0.8 | 2026-09-03 | 三师四十四团三连 | 满意 | 无 | 满意意",
    );
    assert_eq!(got.codes(), ["B402", "B402"], "{}", got.why());
    let kept = format!("{:?}", got.source);
    for secret in ["张三丰", "10.0.0.7", "2026-09-03", "食堂"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    assert_eq!(got.source.diagnostics[0].excerpt.as_ref().map(|(cells, marked)| cells[*marked].as_str()), Some("很好"));
}
