//! The five forms as sheets, in the shapes units send them.

use super::answers::{ASKED, Ballot, GRADES, Meeting, RATED, SATISFACTION, SCORED, STRATA, UnitAnswers};
use super::sheet::{Sheet, Value, decimal};

/// Which points a score sheet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Points {
    /// 自评分 only: 自查评分表.
    SelfRated,
    /// 考核分 only: 考核评分表.
    Assessed,
    /// Both, side by side under a merged header.
    Both,
    /// 扣分 instead of points.
    Deductions,
}

impl Points {
    fn title(self) -> &'static str {
        match self {
            Self::SelfRated => "党建工作责任制自查评分表",
            Self::Assessed | Self::Both | Self::Deductions => "党建工作责任制考核评分表",
        }
    }

    fn headers(self) -> &'static [&'static str] {
        match self {
            Self::SelfRated => &["自评分", "备注"],
            Self::Assessed => &["考核分", "扣分原因"],
            Self::Both => &["自评\n分", "考核\n分", "扣分原因"],
            Self::Deductions => &["扣分", "扣分原因"],
        }
    }

    fn of(self, answers: &UnitAnswers, item: usize) -> Vec<i64> {
        let assessed = answers.assessed[item];
        match self {
            Self::SelfRated => vec![answers.self_rated[item]],
            Self::Assessed => vec![assessed],
            Self::Both => vec![answers.self_rated[item], assessed],
            Self::Deductions => vec![SCORED[item].full * 100 - assessed],
        }
    }
}

/// A score sheet of one unit. `unit` is the line below the title; without it the unit stands in a file, folder or sheet name.
pub(super) fn score_sheet(name: &str, year: &str, unit: Option<&str>, points: Points, answers: &UnitAnswers) -> Sheet {
    let mut sheet = Sheet::new(name);
    let width = 5 + points.headers().len();
    sheet.title(format!("{year}{}", points.title()), width);
    if let Some(unit) = unit {
        sheet.title(format!("被考核单位：{unit}（盖章）"), width);
    }
    score_header(&mut sheet, points);
    let subtotals = points == Points::Deductions;
    let mut start = 0;
    while start < SCORED.len() {
        let end = (start..SCORED.len()).find(|item| SCORED[*item].group != SCORED[start].group).unwrap_or(SCORED.len());
        let top = sheet.rows.len();
        for item in start..end {
            score_row(&mut sheet, points, answers, item, item == start);
        }
        if end - start > 1 {
            sheet.merges.push((top, 1, top + end - start - 1, 1));
        }
        if subtotals {
            sheet.datum(total_row("小计", points, answers, start..end));
        }
        start = end;
    }
    let data = sheet.data;
    sheet.push(total_row("合计", points, answers, 0..SCORED.len()));
    sheet.data = data;
    let footer = match points {
        Points::SelfRated => "填表人：　　　　审核人：　　　　2026年12月　日",
        _ => "考核组组长（签字）：　　　　2026年12月　日",
    };
    sheet.push(vec![footer.into()]);
    sheet
}

fn score_header(sheet: &mut Sheet, points: Points) {
    let fixed = ["序号", "一级指标", "考核内容", "分值", "评分标准"];
    let headers = points.headers();
    if points != Points::Both {
        return sheet.header(fixed.iter().chain(headers).map(|text| Value::from(*text)).collect());
    }
    // 评分 spans the two columns of points; everything else spans both rows.
    let top = sheet.rows.len();
    let mut upper: Vec<Value> = fixed.iter().map(|text| Value::from(*text)).collect();
    upper.extend(["评分".into(), Value::Empty, headers[2].into()]);
    sheet.push(upper);
    let mut lower = vec![Value::Empty; fixed.len()];
    lower.extend([headers[0].into(), headers[1].into(), Value::Empty]);
    sheet.header(lower);
    sheet.merges.push((top, 5, top, 6));
    sheet.merges.extend((0..5).chain([7]).map(|column| (top, column, top + 1, column)));
}

/// Full marks of an indicator: the sum of its items'.
fn group_full(group: &str) -> i64 {
    SCORED.iter().filter(|item| item.group == group).map(|item| item.full).sum()
}

fn score_row(sheet: &mut Sheet, points: Points, answers: &UnitAnswers, item: usize, first: bool) {
    let of = &SCORED[item];
    let group = if first { format!("{}（{}分）", of.group, group_full(of.group)).into() } else { Value::Empty };
    let number = i64::try_from(item + 1).unwrap_or(0);
    let mut row = vec![Value::int(number), group, of.name.into(), Value::int(of.full), of.criterion.into()];
    row.extend(points.of(answers, item).into_iter().map(Value::Hundredths));
    let lost = of.full * 100 - answers.assessed[item];
    let reason =
        if points != Points::SelfRated && lost >= 150 { of.criterion.trim_start_matches('每').into() } else { Value::Empty };
    row.push(reason);
    sheet.datum(row);
}

fn total_row(label: &str, points: Points, answers: &UnitAnswers, items: std::ops::Range<usize>) -> Vec<Value> {
    let full = items.clone().map(|item| SCORED[item].full).sum::<i64>();
    let mut row = vec![label.into(), Value::Empty, Value::Empty, Value::int(full), Value::Empty];
    let columns = points.of(answers, 0).len();
    for column in 0..columns {
        row.push(Value::Hundredths(items.clone().map(|item| points.of(answers, item)[column]).sum()));
    }
    row
}

/// 应到/实到/发出/收回 as a line of text.
pub(super) fn meeting_line(meeting: Meeting) -> String {
    let Meeting { due, present, issued, returned } = meeting;
    format!("应到{due}人　实到{present}人　发出测评票{issued}张　收回{returned}张")
}

/// All strata of a meeting together.
pub(super) fn whole(meetings: &[Meeting; 3]) -> Meeting {
    meetings.iter().fold(Meeting::default(), |sum, part| Meeting {
        due: sum.due + part.due,
        present: sum.present + part.present,
        issued: sum.issued + part.issued,
        returned: sum.returned + part.returned,
    })
}

/// What a sheet of ballots says besides the ballots.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heading<'a> {
    /// Title; empty: none.
    pub(super) title: &'a str,
    /// Lines below the title.
    pub(super) lines: &'a [String],
    pub(super) unit_column: bool,
    pub(super) stratum_column: bool,
}

fn option_text(options: &[&str], answer: Option<usize>) -> Value {
    answer.and_then(|option| options.get(option)).map_or(Value::Empty, |label| Value::from(*label))
}

/// 民主测评表, one ballot a row, one item a column.
pub(super) fn wide_ballots(name: &str, heading: Heading<'_>, ballots: &[(&str, &Ballot)]) -> Sheet {
    let mut sheet = Sheet::new(name);
    let mut header: Vec<Value> = vec!["序号".into()];
    header.extend(heading.unit_column.then(|| "单位".into()));
    header.extend(heading.stratum_column.then(|| "票种".into()));
    header.extend(RATED.iter().map(|(item, ..)| Value::from(*item)));
    header.push("意见建议".into());
    put_heading(&mut sheet, heading, header.len());
    sheet.header(header);
    for (number, (unit, ballot)) in ballots.iter().enumerate() {
        let mut row = vec![count(number + 1)];
        row.extend(heading.unit_column.then(|| Value::from(*unit)));
        row.extend(heading.stratum_column.then(|| Value::from(STRATA[ballot.stratum])));
        row.extend(ballot.answers.iter().map(|answer| option_text(&GRADES, *answer)));
        row.push(Value::Empty);
        sheet.datum(row);
    }
    sheet
}

fn put_heading(sheet: &mut Sheet, heading: Heading<'_>, width: usize) {
    if !heading.title.is_empty() {
        sheet.title(heading.title, width);
    }
    for line in heading.lines {
        sheet.title(line.clone(), width);
    }
}

fn count(number: usize) -> Value {
    Value::int(i64::try_from(number).unwrap_or(i64::MAX / 100))
}

/// 民主测评表 with a column for every option of every item and a tick in one of them.
pub(super) fn tick_ballots(name: &str, heading: Heading<'_>, ballots: &[&Ballot]) -> Sheet {
    let mut sheet = Sheet::new(name);
    put_heading(&mut sheet, heading, 2 + RATED.len() * GRADES.len());
    item_option_header(&mut sheet, &["序号", "票种"]);
    for (number, ballot) in ballots.iter().enumerate() {
        let mut row = vec![count(number + 1), STRATA[ballot.stratum].into()];
        for answer in &ballot.answers {
            row.extend((0..GRADES.len()).map(|option| if *answer == Some(option) { "√".into() } else { Value::Empty }));
        }
        sheet.datum(row);
    }
    sheet
}

/// Two header rows: items merged across their options.
fn item_option_header(sheet: &mut Sheet, before: &[&str]) {
    let top = sheet.rows.len();
    let mut upper: Vec<Value> = before.iter().map(|text| Value::from(*text)).collect();
    let mut lower = vec![Value::Empty; before.len()];
    for (item, ..) in RATED {
        sheet.merges.push((top, upper.len(), top, upper.len() + GRADES.len() - 1));
        upper.push(item.into());
        upper.resize(upper.len() + GRADES.len() - 1, Value::Empty);
        lower.extend(GRADES.map(Value::from));
    }
    sheet.merges.extend((0..before.len()).map(|column| (top, column, top + 1, column)));
    sheet.push(upper);
    sheet.header(lower);
}

/// 计票表: units × strata in rows, items × options in two header rows, receipts beside.
pub(super) fn vote_table(name: &str, title: &str, units: &[(&str, &UnitAnswers)]) -> Sheet {
    let mut sheet = Sheet::new(name);
    let before = ["单位", "票种", "应到人数", "实到人数", "发出票数", "收回票数"];
    sheet.title(title, before.len() + RATED.len() * GRADES.len());
    item_option_header(&mut sheet, &before);
    for (unit, answers) in units {
        let top = sheet.rows.len();
        sheet.merges.push((top, 0, top + STRATA.len() - 1, 0));
        for (stratum, label) in STRATA.iter().enumerate() {
            let meeting = answers.meetings[stratum];
            let first = if stratum == 0 { Value::from(*unit) } else { Value::Empty };
            let mut row = vec![first, Value::from(*label)];
            row.extend([meeting.due, meeting.present, meeting.issued, meeting.returned].map(Value::int));
            for item in 0..RATED.len() {
                for option in 0..GRADES.len() {
                    let votes =
                        answers.ballots.iter().filter(|b| b.stratum == stratum && b.answers[item] == Some(option)).count();
                    row.push(count(votes));
                }
            }
            sheet.datum(row);
        }
    }
    sheet.push(vec!["注：各票种分别计票，空白票不计入各档。".into()]);
    sheet
}

/// 民意调查 as 问卷星 exports it "按文本": six leading columns, numbered questions, `(空)` for blanks.
pub(super) fn survey_export(name: &str, units: &[(&str, &UnitAnswers)]) -> Sheet {
    let mut sheet = Sheet::new(name);
    let mut header: Vec<Value> =
        ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "1、您所在的单位"].map(Value::from).into();
    for (number, (item, ..)) in ASKED.iter().enumerate() {
        header.push(format!("{}、{item}", number + 2).into());
    }
    header.push(format!("{}、您对党建工作还有什么意见建议？", ASKED.len() + 2).into());
    sheet.header(header);
    let mut number = 0;
    for (unit, answers) in units {
        for respondent in &answers.survey {
            number += 1;
            // 192.0.2.0/24 belongs to nobody: it is reserved for documentation.
            let mut row = vec![
                count(number),
                format!("2026/12/{:02} {:02}:{:02}:00", 1 + number % 9, 8 + number % 11, number * 7 % 60).into(),
                format!("{}秒", 45 + number * 13 % 170).into(),
                "微信".into(),
                "直接访问".into(),
                format!("192.0.2.{}(演示)", 1 + number % 250).into(),
                Value::from(*unit),
            ];
            row.extend(respondent.iter().map(|answer| match answer {
                None => "(空)".into(),
                answer => option_text(&SATISFACTION, *answer),
            }));
            row.push(if number % 9 == 0 { "希望多开展技能培训".into() } else { "(空)".into() });
            sheet.datum(row);
        }
    }
    sheet
}

/// 民意调查表, one respondent a row; `unit_column` where several units share the sheet.
pub(super) fn survey_wide(name: &str, heading: Heading<'_>, units: &[(&str, &UnitAnswers)]) -> Sheet {
    let mut sheet = Sheet::new(name);
    let mut header: Vec<Value> = vec!["问卷编号".into()];
    header.extend(heading.unit_column.then(|| "所在单位".into()));
    header.extend(ASKED.iter().map(|(item, ..)| Value::from(*item)));
    put_heading(&mut sheet, heading, header.len());
    sheet.header(header);
    let mut number = 0;
    for (unit, answers) in units {
        for respondent in &answers.survey {
            number += 1;
            let mut row = vec![count(number)];
            row.extend(heading.unit_column.then(|| Value::from(*unit)));
            row.extend(respondent.iter().map(|answer| option_text(&SATISFACTION, *answer)));
            sheet.datum(row);
        }
    }
    sheet
}

/// 民意调查 as one answer a row.
pub(super) fn survey_long(name: &str, units: &[(&str, &UnitAnswers)]) -> Sheet {
    let mut sheet = Sheet::new(name);
    sheet.header(["问卷编号", "单位", "题目", "选项"].map(Value::from).into());
    let mut number = 0;
    for (unit, answers) in units {
        for respondent in &answers.survey {
            number += 1;
            for ((item, ..), answer) in ASKED.iter().zip(respondent) {
                sheet.datum(vec![
                    format!("W{number:04}").into(),
                    Value::from(*unit),
                    Value::from(*item),
                    option_text(&SATISFACTION, *answer),
                ]);
            }
        }
    }
    sheet
}

/// 民意调查 as one count a row: unit, item, option, votes.
pub(super) fn survey_counts(name: &str, title: &str, units: &[(&str, &UnitAnswers)]) -> Sheet {
    let mut sheet = Sheet::new(name);
    sheet.title(title, 4);
    sheet.header(["单位", "题目", "选项", "票数"].map(Value::from).into());
    for (unit, answers) in units {
        for (item, (text, ..)) in ASKED.iter().enumerate() {
            for (option, label) in SATISFACTION.iter().enumerate() {
                let votes = answers.survey.iter().filter(|respondent| respondent[item] == Some(option)).count();
                sheet.datum(vec![Value::from(*unit), Value::from(*text), Value::from(*label), count(votes)]);
            }
        }
    }
    sheet
}

/// A unit and the marks its judges gave, in hundredths.
pub(super) type Marks<'a> = (&'a str, &'a [i64]);

/// 述职评分表: one unit a row, one judge a column, the mean as a formula at the end.
pub(super) fn judges_sheet(name: &str, title: &str, units: &[Marks<'_>]) -> Sheet {
    let mut sheet = Sheet::new(name);
    let judges = units.first().map_or(0, |(_, marks)| marks.len());
    let mut header: Vec<Value> = vec!["序号".into(), "被评单位".into()];
    header.extend((1..=judges).map(|judge| Value::from(format!("评委{judge}"))));
    header.push("平均分".into());
    sheet.title(title, header.len());
    sheet.header(header);
    for (number, (unit, marks)) in units.iter().enumerate() {
        let mut row = vec![count(number + 1), Value::from(*unit)];
        row.extend(marks.iter().copied().map(Value::Hundredths));
        let place = sheet.rows.len();
        let formula = format!("=AVERAGE({}:{})", super::sheet::a1(place, 2), super::sheet::a1(place, 1 + judges));
        let mean = mean_half_up(marks);
        row.push(Value::Formula(formula, Some(decimal(mean))));
        sheet.datum(row);
    }
    sheet.push(vec!["计分人：　　　　监票人：　　　　".into()]);
    sheet
}

fn mean_half_up(marks: &[i64]) -> i64 {
    let count = i64::try_from(marks.len()).unwrap_or(1).max(1);
    (marks.iter().sum::<i64>() * 2 + count) / (2 * count)
}

/// 述职评分表 the other way round: one judge a row, one unit a column.
pub(super) fn matrix_sheet(name: &str, title: &str, units: &[Marks<'_>]) -> Sheet {
    let mut sheet = Sheet::new(name);
    sheet.title(title, units.len() + 1);
    let mut header: Vec<Value> = vec!["评委".into()];
    header.extend(units.iter().map(|(unit, _)| Value::from(*unit)));
    sheet.header(header);
    let judges = units.first().map_or(0, |(_, marks)| marks.len());
    for judge in 0..judges {
        let mut row = vec![format!("评委{}", judge + 1).into()];
        row.extend(units.iter().map(|(_, marks)| Value::Hundredths(marks[judge])));
        sheet.datum(row);
    }
    sheet
}

/// 述职评分表 with a column 环节: both reports in one file, one mark a row.
pub(super) fn marks_list(name: &str, procedures: &[(&str, Vec<Marks<'_>>)]) -> Sheet {
    let mut sheet = Sheet::new(name);
    sheet.header(["序号", "环节", "被评单位", "得分"].map(Value::from).into());
    for (procedure, units) in procedures {
        for (unit, marks) in units {
            for mark in *marks {
                let number = count(sheet.rows.len());
                sheet.datum(vec![number, Value::from(*procedure), Value::from(*unit), Value::Hundredths(*mark)]);
            }
        }
    }
    sheet
}
