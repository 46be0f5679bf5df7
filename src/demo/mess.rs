//! Troubles planted in made returns, each noted with what the program should make of it.

use super::answers::UnitAnswers;
use super::dice::Dice;
use super::formats::{self, Format};
use super::frame::Frame;
use super::plan::{Paper, Return};
use super::sheet::{Sheet, Value, a1};
use super::{trouble_cells, trouble_files};
use std::io;

/// One planted trouble, or one ordinary oddity of shape worth knowing.
#[derive(Clone, Debug)]
pub(super) struct Planted {
    /// Whether something is wrong; else it is only an unusual shape that must be read without a word.
    pub(super) wrong: bool,
    pub(super) file: String,
    /// `Sheet!F7`, or empty for the whole file.
    pub(super) cell: String,
    /// Number in the list of troubles.
    pub(super) number: &'static str,
    pub(super) what: String,
    pub(super) expected: &'static str,
}

/// Plants troubles and keeps the list.
pub(super) struct Planter<'a> {
    pub(super) frame: &'a Frame,
    pub(super) drawn: &'a [UnitAnswers],
    pub(super) returns: &'a mut Vec<Return>,
    /// Files that are no sheets: path and bytes.
    pub(super) raw: Vec<(String, Vec<u8>)>,
    pub(super) dice: Dice,
    pub(super) planted: Vec<Planted>,
}

/// Which row and column of which sheet a trouble goes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) file: usize,
    pub(super) sheet: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Planter<'_> {
    /// Plants every kind of trouble `rounds` times, as far as there are returns to take them.
    pub(super) fn plant(&mut self, rounds: usize) -> io::Result<()> {
        for _ in 0..rounds {
            trouble_cells::plant(self);
            trouble_files::plant(self)?;
        }
        Ok(())
    }

    /// A plain return that suits, taken so that no second trouble falls on it.
    pub(super) fn take(&mut self, suits: impl Fn(&Return) -> bool) -> Option<usize> {
        let fit: Vec<usize> =
            (0..self.returns.len()).filter(|file| self.returns[*file].plain && suits(&self.returns[*file])).collect();
        if fit.is_empty() {
            return None;
        }
        let file = *self.dice.pick(&fit);
        self.returns[file].plain = false;
        Some(file)
    }

    /// A cell of points in a data row of a plain return of one of these papers.
    pub(super) fn take_points(&mut self, papers: &[Paper], headers: &[&str]) -> Option<Spot> {
        let file = self.take(|file| papers.contains(&file.paper))?;
        self.points_in(file, headers)
    }

    /// A cell below one of these headers in a return.
    pub(super) fn points_in(&mut self, file: usize, headers: &[&str]) -> Option<Spot> {
        let places: Vec<(usize, usize)> = self.returns[file]
            .sheets
            .iter()
            .enumerate()
            .filter_map(|(sheet, page)| Some((sheet, page.column(headers)?)))
            .collect();
        if places.is_empty() {
            return None;
        }
        let (sheet, column) = *self.dice.pick(&places);
        let page = &self.returns[file].sheets[sheet];
        let rows: Vec<usize> = (page.data.0..page.data.1).filter(|row| page.get(*row, 0) != Value::from("小计")).collect();
        if rows.is_empty() {
            return None;
        }
        let row = *self.dice.pick(&rows);
        Some(Spot { file, sheet, row, column })
    }

    pub(super) fn page(&mut self, spot: Spot) -> &mut Sheet {
        &mut self.returns[spot.file].sheets[spot.sheet]
    }

    pub(super) fn value(&self, spot: Spot) -> Value {
        self.returns[spot.file].sheets[spot.sheet].get(spot.row, spot.column)
    }

    pub(super) fn set(&mut self, spot: Spot, value: impl Into<Value>) {
        self.page(spot).set(spot.row, spot.column, value);
    }

    /// Notes a trouble at a cell.
    pub(super) fn note_cell(&mut self, spot: Spot, number: &'static str, what: impl Into<String>, expected: &'static str) {
        let of = &self.returns[spot.file];
        let place = a1(spot.row, spot.column);
        let cell = if of.format.is_workbook() { format!("{}!{place}", of.sheets[spot.sheet].name) } else { place };
        let file = of.path();
        self.planted.push(Planted { wrong: true, file, cell, number, what: what.into(), expected });
    }

    /// Notes a trouble of a whole file.
    pub(super) fn note_file(
        &mut self,
        file: impl Into<String>,
        number: &'static str,
        what: impl Into<String>,
        expected: &'static str,
    ) {
        let cell = String::new();
        self.planted.push(Planted { wrong: true, file: file.into(), cell, number, what: what.into(), expected });
    }
}

/// Shapes that are ordinary in made data but trip careless readers: one example of each that occurs.
pub(super) fn shapes(returns: &[Return]) -> Vec<Planted> {
    type Test = fn(&Return) -> bool;
    let list: [(&'static str, &str, &'static str, Test); 15] = [
        ("1", "表头上方有标题行、单位行", "从标题下找到表头", |file| file.paper == Paper::SelfRated),
        ("2", "两行合并表头：题目 × 等次", "合并表头按列拼接", |file| file.paper == Paper::VoteTable),
        ("3", "单位、一级指标为合并单元格，只有左上角有字", "在合并区内向下填充", |file| {
            file.paper == Paper::VoteTable
        }),
        ("4", "小计、合计行", "只用于核对，不计入", |file| file.paper == Paper::Deductions),
        ("5", "表尾：填表人、审核人、年月日、注", "略去", |file| file.paper == Paper::SelfRated),
        ("9", "每题每档一列，打“√”", "勾选即选该档", |file| file.paper == Paper::BallotsTicks),
        ("19", "GB18030 编码的 CSV", "自动识别编码", |file| file.format == Format::CsvGb),
        ("19", "UTF-16“Unicode 文本”，制表符分隔", "自动识别编码与分隔符", |file| {
            file.format == Format::Unicode
        }),
        ("20", "Excel 97–2003 的 .xls", "照常读取", |file| file.format == Format::Xls),
        ("23", "一个工作簿含多个单位，工作表名即单位", "每表各计", |file| file.paper == Paper::Assessed),
        ("23", "一个工作簿含两种表", "每表各自识别", |file| file.paper == Paper::TwoForms),
        ("26", "表头内有换行“自评⏎分”", "忽略空白与换行", |file| file.paper == Paper::BothPoints),
        ("29", "问卷星导出：前六列为序号、时间、来源、IP", "略去，不写入任何结果", |file| {
            file.paper == Paper::SurveyExport
        }),
        ("38", "单位在文件夹名，票种在文件名", "由路径得知", |file| file.paper == Paper::BallotsOneStratum),
        ("38", "票种在工作表名", "由工作表名得知", |file| file.paper == Paper::BallotsSheets),
    ];
    let mut found = Vec::new();
    for (number, what, expected, test) in list {
        if let Some(file) = returns.iter().find(|file| test(file)) {
            let what = what.to_owned();
            found.push(Planted { wrong: false, file: file.path(), cell: String::new(), number, what, expected });
        }
    }
    found
}

/// A document that is no spreadsheet.
pub(super) fn letter() -> io::Result<Vec<u8>> {
    formats::docx("关于报送2026年度党建考核材料的说明（演示）")
}
