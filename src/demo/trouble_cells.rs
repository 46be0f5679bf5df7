//! Troubles within sheets: odd numbers, odd marks, wrong sums, changed items, bad meetings.

use super::answers::{Meeting, STRATA};
use super::forms;
use super::frame::Kind;
use super::mess::{Planter, Spot};
use super::plan::{Paper, Return};
use super::sheet::{Value, decimal};

const SHEETS: [Paper; 4] = [Paper::SelfRated, Paper::Assessed, Paper::BothPoints, Paper::TwoForms];
const POINTS: [&str; 2] = ["考核分", "自评分"];
/// Papers with ballots one a row and items in columns.
const BALLOTS: [Paper; 4] = [Paper::BallotsWide, Paper::BallotsOneStratum, Paper::BallotsSheets, Paper::BallotsRegiment];
const RATED: [&str; 6] = ["政治建设", "思想建设", "组织建设", "作风建设", "纪律建设", "制度建设"];

/// Plants each trouble of this kind once.
pub(super) fn plant(planter: &mut Planter<'_>) {
    numbers(planter);
    not_numbers(planter);
    sums(planter);
    items(planter);
    layout(planter);
    ballots(planter);
    meetings(planter);
    names(planter);
}

/// What a trouble does to the sum its clerk wrote below.
#[derive(Clone, Copy)]
enum Sum {
    /// The number is still there, only oddly written.
    Stays,
    /// The clerk left the cell out of the sum.
    LeavesOut,
}

/// Replaces one cell of points by a text made from the points that stood there.
fn retype(planter: &mut Planter<'_>, number: &'static str, sum: Sum, text: impl Fn(&str) -> String, expected: &'static str) {
    if let Some(spot) = planter.take_points(&SHEETS, &POINTS) {
        let old = planter.value(spot);
        let new = text(&old.text());
        planter.set(spot, new.as_str());
        if let (Sum::LeavesOut, Value::Hundredths(points)) = (sum, &old) {
            change_sum(planter, spot, -points);
        }
        planter.note_cell(spot, number, format!("「{new}」（原 {}）", old.text()), expected);
    }
}

/// Moves the 合计 below a cell of points.
fn change_sum(planter: &mut Planter<'_>, spot: Spot, by: i64) {
    let page = planter.page(spot);
    let row = page.data.1;
    if let Value::Hundredths(sum) = page.get(row, spot.column) {
        page.set(row, spot.column, Value::Hundredths(sum + by));
    }
}

fn numbers(planter: &mut Planter<'_>) {
    retype(planter, "6", Sum::Stays, wide_digits, "全角数字按数字读，不报错");
    retype(planter, "7", Sum::Stays, |old| format!("{old}分"), "去掉“分”，按数字读");
    retype(planter, "7", Sum::Stays, |old| format!(" {old} "), "文本型数字按数字读");
    retype(planter, "12", Sum::LeavesOut, |_| "扣1".to_owned(), "得分栏写“扣1”：警告，此项不计，提示改写得分");
    retype(planter, "13", Sum::Stays, |_| "95".to_owned(), "超过分值：此项不计并报告，不截断，该表标记不完整");
    retype(planter, "25", Sum::Stays, |old| format!("{old}(缺会议记录)"), "取数字，括号内作为原因");
    retype(planter, "33", Sum::LeavesOut, |_| "优".to_owned(), "得分栏写等次：不猜，报告，此项不计");
    if let Some(spot) = planter.take_points(&[Paper::Judges], &["评委3"]) {
        let old = planter.value(spot).text();
        planter.set(spot, format!("{old}%"));
        planter.note_cell(spot, "8", format!("「{old}%」"), "百分制一栏的“%”：按分数读并记录");
    }
}

fn wide_digits(text: &str) -> String {
    let wide = |c: char| match c {
        '0'..='9' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        '.' => '．',
        other => other,
    };
    text.chars().map(wide).collect()
}

fn not_numbers(planter: &mut Planter<'_>) {
    retype(planter, "11", Sum::LeavesOut, |_| "—".to_owned(), "“—”是未评，不是 0 分");
    retype(planter, "11", Sum::LeavesOut, |_| "/".to_owned(), "“/”是未评，不是 0 分");
    retype(planter, "11", Sum::LeavesOut, |_| "无".to_owned(), "得分栏的“无”是未评，不是 0 分");
    retype(planter, "11", Sum::LeavesOut, |_| "未打分".to_owned(), "“未打分”是未评，不是 0 分");
    retype(planter, "11", Sum::LeavesOut, |_| "不涉及".to_owned(), "不涉及：此项不进分子也不进分母");
    if let Some(file) = planter.take(|file| file.paper == Paper::Deductions) {
        let page = &planter.returns[file].sheets[0];
        let column = page.column(&["扣分"]).unwrap_or(5);
        let row = (page.data.0..page.data.1).find(|row| page.get(*row, column) == Value::Hundredths(0));
        if let Some(row) = row {
            let spot = Spot { file, sheet: 0, row, column };
            planter.set(spot, "无");
            planter.note_cell(spot, "11", "扣分栏「无」（原 0）", "扣分栏的“无”即没有扣分，得满分");
        }
    }
    if let Some(file) = planter.take(|file| SHEETS.contains(&file.paper) && file.format == super::formats::Format::Xlsx) {
        if let Some(spot) = planter.points_in(file, &POINTS) {
            leave_out(planter, spot);
            planter.set(spot, Value::Error("#REF!"));
            planter.note_cell(spot, "24", "错误值 #REF!", "按未评处理并警告");
        }
        if let Some(spot) = planter.points_in(file, &POINTS) {
            leave_out(planter, spot);
            planter.set(spot, Value::Formula("=5+4".to_owned(), None));
            planter.note_cell(spot, "24", "从未计算过的公式 =5+4", "没有保存结果：按未评处理并警告，请打开后保存一次");
        }
    }
}

/// Takes the points of a cell out of the sum below it.
fn leave_out(planter: &mut Planter<'_>, spot: Spot) {
    if let Value::Hundredths(points) = planter.value(spot) {
        change_sum(planter, spot, -points);
    }
}

fn sums(planter: &mut Planter<'_>) {
    if let Some(spot) = planter.take_points(&[Paper::SelfRated, Paper::Assessed, Paper::BothPoints], &POINTS) {
        let page = planter.page(spot);
        let row = page.data.1;
        if let Value::Hundredths(sum) = page.get(row, spot.column) {
            page.set(row, spot.column, Value::Hundredths(sum + 200));
            let wrong = format!("合计写作 {}，各项之和为 {}", decimal(sum + 200), decimal(sum));
            planter.note_cell(Spot { row, ..spot }, "4", wrong, "以各项为准，警告并列出两个数");
        }
    }
    if let Some(file) = planter.take(|file| SHEETS.contains(&file.paper)) {
        let spot = Spot { file, sheet: 0, row: planter.returns[file].sheets[0].data.0, column: 3 };
        planter.set(spot, Value::int(12));
        change_sum(planter, spot, 200);
        planter.note_cell(spot, "31", "分值由 10 改成 12，各项分值之和成了 102", "与方案的分值不同：警告，以方案为准");
    }
    if let Some(file) = planter.take(|file| SHEETS.contains(&file.paper)) {
        let spot = Spot { file, sheet: 0, row: planter.returns[file].sheets[0].data.0, column: 1 };
        planter.set(spot, "政治引领（25分）");
        planter.note_cell(spot, "32", "一级指标写 25 分，所含题目合计 20 分", "提示两处分值不一致，以题目为准");
    }
}

fn items(planter: &mut Planter<'_>) {
    if let Some(file) = planter.take(|file| file.paper == Paper::SelfRated) {
        let spot = Spot { file, sheet: 0, row: planter.returns[file].sheets[0].data.0 + 5, column: 2 };
        planter.set(spot, "作风建设与为基层减负");
        planter.note_cell(
            spot,
            "30",
            "题目被改写（方案中为“作风建设与整治形式主义”）",
            "不猜：报告并给出相近题目，由人在方案里加别名",
        );
    }
    if let Some(file) = planter.take(|file| matches!(file.paper, Paper::SelfRated | Paper::BothPoints)) {
        let row = planter.returns[file].sheets[0].data.0;
        for offset in [1, 4, 6] {
            planter.returns[file].sheets[0].set(row + offset, 0, if offset == 4 { Value::Empty } else { Value::int(1) });
        }
        planter.note_cell(Spot { file, sheet: 0, row: row + 1, column: 0 }, "27", "序号断号、重号、缺号", "不用序号认题，不报错");
    }
}

fn layout(planter: &mut Planter<'_>) {
    if let Some(file) = planter.take(|file| file.paper == Paper::SelfRated && file.format.is_workbook()) {
        let page = &mut planter.returns[file].sheets[0];
        let top = page.header;
        page.merges.retain(|merge| merge.2 < top);
        for row in top..page.data.1 {
            if let Some(cells) = page.rows.get_mut(row).filter(|cells| cells.len() > 5) {
                cells.swap(3, 5);
            }
        }
        let total = page.data.1;
        if let Some(cells) = page.rows.get_mut(total).filter(|cells| cells.len() > 5) {
            cells.swap(3, 5);
        }
        page.set(top, 5, "标准分");
        page.set(top, 3, "自评得分");
        planter.note_cell(
            Spot { file, sheet: 0, row: top, column: 3 },
            "29",
            "列序不同，表头写“自评得分”“标准分”",
            "按同义词识别",
        );
    }
    if let Some(file) = planter.take(|file| file.paper == Paper::SelfRated) {
        let page = &mut planter.returns[file].sheets[0];
        let top = page.header;
        for row in top..=page.data.1 {
            if let Some(cells) = page.rows.get_mut(row).filter(|cells| cells.len() > 5) {
                cells.remove(5);
            }
        }
        let path = planter.returns[file].path();
        planter.note_file(path, "29", "没有“自评分”一栏", "缺少必需的列：该表不读，列出见到的表头");
    }
    if let Some(file) = planter.take(|file| file.format == super::formats::Format::Xlsx && file.paper == Paper::BallotsWide) {
        let page = &mut planter.returns[file].sheets[0];
        page.far = Some((1_048_575, 16_383));
        let path = planter.returns[file].path();
        planter.note_file(path, "28", "XFD1048576 有一个只设了格式的空单元格", "只按实有内容读，时间与内存不受影响");
    }
    if let Some(file) = planter.take(|file| file.paper == Paper::BallotsSheets) {
        let page = &mut planter.returns[file].sheets[2];
        let rows = [page.data.0 + 1, page.data.0 + 2];
        page.hidden_rows.extend(rows);
        planter.note_cell(
            Spot { file, sheet: 2, row: rows[0], column: 0 },
            "22",
            "筛选后隐藏的两行票",
            "隐藏的行照常计入，并提示",
        );
    }
    if let Some(file) = planter.take(|file| file.paper == Paper::BallotsRegiment) {
        let last = planter.returns[file].sheets[0].width() - 1;
        let row = planter.returns[file].sheets[0].data.0;
        let spot = Spot { file, sheet: 0, row, column: last };
        planter.set(spot, "=HYPERLINK(\"http://example.invalid\",\"点我\")");
        planter.note_cell(spot, "39", "意见栏以“=”开头", "写入任何结果时不得成为公式");
    }
}

/// A ballot cell of a plain return.
fn take_ballot(planter: &mut Planter<'_>) -> Option<Spot> {
    let column = *planter.dice.pick(&RATED);
    planter.take_points(&BALLOTS, &[column])
}

fn ballots(planter: &mut Planter<'_>) {
    if let Some(spot) = take_ballot(planter) {
        for row in [spot.row, planter.page(spot).data.0] {
            planter.set(Spot { row, ..spot }, "较好");
        }
        planter.note_cell(spot, "2.1", "选项「较好」不在测评表中（本列另有一处）", "此题不计，整票保留；提示在方案里加别名");
    }
    if let Some(spot) = take_ballot(planter) {
        planter.set(spot, "优秀、良好");
        planter.note_cell(spot, "10", "一题写了两个等次", "此题作废，整票其余保留");
    }
    if let Some(spot) = take_ballot(planter) {
        planter.set(spot, "优\u{3000}秀\u{200b}");
        planter.note_cell(spot, "6", "「优　秀」中间有全角空格，末尾有零宽字符", "按“优秀”读，不报错");
    }
    if let Some(spot) = take_ballot(planter) {
        wipe(planter, spot, 6);
        planter.note_cell(spot, "2.4", "整票空白", "记为空白票，不计入");
    }
    if let Some(spot) = take_ballot(planter) {
        wipe(planter, spot, 4);
        planter.note_cell(spot, "2.4", "六题只答了两题", "不足一半：按方案的规则作废，并列出规则");
    }
    if let Some(spot) = planter.take_points(&[Paper::BallotsTicks], &["优秀"]) {
        for column in [spot.column, spot.column + 1] {
            planter.set(Spot { column, ..spot }, "√");
        }
        for column in spot.column + 2..spot.column + 5 {
            planter.set(Spot { column, ..spot }, "");
        }
        planter.note_cell(spot, "10", "同一题在“优秀”“良好”都打了“√”", "此题作废，整票其余保留");
    }
}

/// Blanks the last `count` items of a ballot.
fn wipe(planter: &mut Planter<'_>, spot: Spot, count: usize) {
    let columns: Vec<usize> = RATED.iter().rev().take(count).filter_map(|item| planter.page(spot).column(&[item])).collect();
    for column in columns {
        planter.set(Spot { column, ..spot }, "");
    }
}

/// Rewrites the line of heads and papers of a return.
fn rewrite_meeting(planter: &mut Planter<'_>, change: impl Fn(Meeting) -> Meeting, what: &str, expected: &'static str) {
    let Some(file) = planter.take(|file| file.paper == Paper::BallotsWide) else { return };
    let Some(unit) = planter.returns[file].unit else { return };
    let line = forms::meeting_line(change(forms::whole(&planter.drawn[unit].meetings)));
    let spot = Spot { file, sheet: 0, row: 2, column: 0 };
    planter.set(spot, line.as_str());
    planter.note_cell(spot, "2.4", format!("{what}：{line}"), expected);
}

fn meetings(planter: &mut Planter<'_>) {
    rewrite_meeting(
        planter,
        |was| Meeting { due: was.present * 3 / 2 + 1, ..was },
        "实到不足应到的三分之二",
        "该单位此次测评无效，作缺项处理，不是 0 分",
    );
    rewrite_meeting(
        planter,
        |was| Meeting { issued: was.returned - 1, ..was },
        "收回多于发出",
        "该单位此次测评无效，作缺项处理，不是 0 分",
    );
    if let Some(file) = planter.take(|file| file.paper == Paper::VoteTable) {
        let row = planter.returns[file].sheets[0].data.0;
        let labels = ["领导班子", "中层干部", "群众"];
        for (offset, label) in labels.into_iter().enumerate() {
            planter.returns[file].sheets[0].set(row + offset, 1, label);
        }
        let spot = Spot { file, sheet: 0, row, column: 1 };
        planter.note_cell(
            spot,
            "15",
            format!("票种写作 {}（即 {}）", labels.join("、"), STRATA.join("、")),
            "按方案里的别名识别",
        );
    }
}

/// Other names of the same unit.
fn names(planter: &mut Planter<'_>) {
    let frame = planter.frame;
    for digits in [false, true] {
        let village = |file: &Return| file.unit.is_some_and(|unit| frame.units[unit].kind == Kind::Village);
        let Some(file) = planter.take(|file| file.paper == Paper::SelfRated && village(file)) else { continue };
        let unit = &frame.units[planter.returns[file].unit.unwrap_or(0)];
        let regiment = &frame.regiments[unit.regiment];
        let division = &frame.divisions[regiment.division];
        let text = if digits {
            let number = unit.aliases.first().unwrap_or(&unit.name);
            format!("被考核单位：{}师{}{number}", regiment.division + 1, regiment.digits)
        } else {
            format!("被考核单位：农{}{}{}党支部（盖章）", division.short, regiment.digits, unit.name)
        };
        let spot = Spot { file, sheet: 0, row: 1, column: 0 };
        planter.set(spot, text.as_str());
        planter.note_cell(spot, "15", format!("单位写作「{text}」"), "认出是同一单位，不报错");
    }
    if let Some(file) = planter.take(|file| file.paper == Paper::BallotsRegiment) {
        let regiment = &frame.regiments[planter.returns[file].regiment];
        let (from, to) = ("一连", format!("第{}1连", regiment.name));
        let page = &mut planter.returns[file].sheets[0];
        let mut first = None;
        for row in page.data.0..page.data.1 {
            if page.get(row, 1) == Value::from(from) {
                page.set(row, 1, to.as_str());
                first.get_or_insert(row);
            }
        }
        if let Some(row) = first {
            let spot = Spot { file, sheet: 0, row, column: 1 };
            planter.note_cell(spot, "15", format!("「一连」写作「{to}」"), "认出是同一单位，不报错");
        }
    }
    if let Some(file) = planter.take(|file| matches!(file.paper, Paper::SurveyLong | Paper::SurveyRegiment | Paper::SurveyExport))
    {
        let page = &mut planter.returns[file].sheets[0];
        let Some(column) = page.column(&["单位", "所在单位", "1、您所在的单位"]) else { return };
        let row = page.data.1 - 1;
        page.set(row, column, "十九连");
        let spot = Spot { file, sheet: 0, row, column };
        planter.note_cell(spot, "15", "「十九连」不在名册中", "此行不计并报告，给出相近名称，不自动改写");
    }
}
