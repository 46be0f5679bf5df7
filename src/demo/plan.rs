//! Who sends what: every regiment has its habits of shape, format and naming.

use super::answers::{Ballot, STRATA, UnitAnswers};
use super::formats::Format;
use super::forms::{self, Heading, Marks, Points};
use super::frame::{Frame, Kind};
use super::sheet::Sheet;

/// What a return is, so that troubles find a place that suits them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paper {
    SelfRated,
    Assessed,
    BothPoints,
    Deductions,
    /// 自查 and 考核 as two sheets of one workbook.
    TwoForms,
    BallotsWide,
    BallotsOneStratum,
    BallotsSheets,
    BallotsTicks,
    BallotsRegiment,
    VoteTable,
    SurveyExport,
    SurveyWide,
    SurveyRegiment,
    SurveyLong,
    SurveyCounts,
    Judges,
    Matrix,
    MarksList,
    PersonMatrix,
    PersonVotes,
    PersonList,
    PersonJudges,
    PersonMarks,
}

/// One file below `returns/`.
#[derive(Clone, Debug)]
pub(super) struct Return {
    /// Path relative to the assessment folder, without extension.
    pub(super) stem: String,
    pub(super) format: Format,
    pub(super) paper: Paper,
    pub(super) sheets: Vec<Sheet>,
    /// The regiment, and the unit where the file is of one unit.
    pub(super) regiment: usize,
    pub(super) unit: Option<usize>,
    /// Ballots in it.
    pub(super) ballots: u64,
    /// Has no trouble planted yet.
    pub(super) plain: bool,
}

impl Return {
    pub(super) fn path(&self) -> String {
        format!("{}.{}", self.stem, self.format.extension())
    }
}

/// A planner of one regiment's returns.
struct Habits<'a> {
    frame: &'a Frame,
    drawn: &'a [UnitAnswers],
    regiment: usize,
    /// Units that send something.
    units: Vec<usize>,
    folder: String,
    made: Vec<Return>,
}

/// All returns, regiment by regiment; `silent` units send nothing.
pub(super) fn returns(frame: &Frame, drawn: &[UnitAnswers], silent: &[usize]) -> Vec<Return> {
    let mut all = Vec::new();
    for (regiment, of) in frame.regiments.iter().enumerate() {
        let units: Vec<usize> = of.units.clone().filter(|unit| !silent.contains(unit)).collect();
        let folder = format!("returns/{}", frame.folder(regiment));
        let mut habits = Habits { frame, drawn, regiment, units, folder, made: Vec::new() };
        habits.points();
        habits.ballots();
        habits.survey();
        habits.reports();
        all.extend(habits.made);
    }
    all
}

const YEAR: &str = "2026年度";

impl<'a> Habits<'a> {
    fn name(&self, unit: usize) -> &'a str {
        &self.frame.units[unit].name
    }

    fn send(&mut self, name: &str, format: Format, paper: Paper, sheets: Vec<Sheet>, unit: Option<usize>) {
        let stem = format!("{}/{name}", self.folder);
        self.made.push(Return { stem, format, paper, sheets, regiment: self.regiment, unit, ballots: 0, plain: true });
    }

    fn count_last(&mut self, ballots: usize) {
        if let Some(last) = self.made.last_mut() {
            last.ballots = ballots as u64;
        }
    }

    fn score(&self, unit: usize, name: &str, line: bool, points: Points) -> Sheet {
        let long = self.frame.long_name(unit);
        forms::score_sheet(name, YEAR, line.then_some(long.as_str()), points, &self.drawn[unit])
    }

    /// A sheet for every unit, named after it.
    fn score_book(&self, points: Points) -> Vec<Sheet> {
        self.units.iter().map(|unit| self.score(*unit, self.name(*unit), false, points)).collect()
    }

    /// 考核评分表 and 自查评分表.
    fn points(&mut self) {
        let regiment = self.frame.regiments[self.regiment].name.clone();
        match self.regiment % 6 {
            0 => {
                self.self_rated_files(Format::Xlsx);
                let book = self.score_book(Points::Assessed);
                self.send(&format!("{regiment}考核评分表（考核组）"), Format::Xlsx, Paper::Assessed, book, None);
            }
            1 => self.per_unit_points(Format::Xlsx),
            2 => {
                let book = self.score_book(Points::Both);
                self.send(&format!("{regiment}考核评分表（汇总）"), Format::Xls, Paper::BothPoints, book, None);
            }
            3 => {
                self.self_rated_files(Format::CsvGb);
                let book = self.score_book(Points::Deductions);
                self.send(&format!("{regiment}考核评分表（扣分）"), Format::Xlsx, Paper::Deductions, book, None);
            }
            4 => self.per_unit_points(Format::Ods),
            _ => self.two_forms(),
        }
    }

    fn self_rated_files(&mut self, format: Format) {
        for unit in self.units.clone() {
            let sheet = self.score(unit, "Sheet1", true, Points::SelfRated);
            self.send(&format!("{}-自查评分表", self.name(unit)), format, Paper::SelfRated, vec![sheet], Some(unit));
        }
    }

    fn per_unit_points(&mut self, format: Format) {
        for unit in self.units.clone() {
            let sheet = self.score(unit, "考核", true, Points::Both);
            self.send(&format!("{}考核评分表", self.name(unit)), format, Paper::BothPoints, vec![sheet], Some(unit));
        }
    }

    fn two_forms(&mut self) {
        for unit in self.units.clone() {
            let sheets = vec![
                self.score(unit, "自查评分表", true, Points::SelfRated),
                self.score(unit, "考核评分表", true, Points::Assessed),
            ];
            let format = if unit % 2 == 0 { Format::Xls } else { Format::Xlsx };
            self.send(&format!("{}党建考核材料", self.name(unit)), format, Paper::TwoForms, sheets, Some(unit));
        }
    }

    fn ballots_of(&self, unit: usize, stratum: Option<usize>) -> Vec<(&'a str, &'a Ballot)> {
        let name = self.name(unit);
        let drawn = self.drawn;
        let wanted = |ballot: &&Ballot| stratum.is_none_or(|stratum| ballot.stratum == stratum);
        drawn[unit].ballots.iter().filter(wanted).map(|ballot| (name, ballot)).collect()
    }

    /// 民主测评表.
    fn ballots(&mut self) {
        match self.regiment % 6 {
            0 => self.ballots_by_unit(false),
            1 => self.ballots_by_stratum(),
            2 => self.vote_table(),
            3 => self.ballots_by_sheet(),
            4 => self.ballots_by_unit(true),
            _ => self.ballots_of_regiment(),
        }
    }

    fn ballots_by_unit(&mut self, ticks: bool) {
        for unit in self.units.clone() {
            let ballots = self.ballots_of(unit, None);
            let lines = [
                format!("被测评单位：{}", self.frame.long_name(unit)),
                forms::meeting_line(forms::whole(&self.drawn[unit].meetings)),
            ];
            let heading =
                Heading { title: "2026年度民主测评表", lines: &lines, stratum_column: true, ..Heading::default() };
            let count = ballots.len();
            let (sheet, paper) = if ticks {
                let ballots: Vec<&Ballot> = ballots.into_iter().map(|(_, ballot)| ballot).collect();
                (forms::tick_ballots("民主测评", heading, &ballots), Paper::BallotsTicks)
            } else {
                (forms::wide_ballots("民主测评", heading, &ballots), Paper::BallotsWide)
            };
            self.send(&format!("民主测评/{}-民主测评表", self.name(unit)), Format::Xlsx, paper, vec![sheet], Some(unit));
            self.count_last(count);
        }
    }

    fn ballots_by_stratum(&mut self) {
        for unit in self.units.clone() {
            for (stratum, label) in STRATA.iter().enumerate() {
                let ballots = self.ballots_of(unit, Some(stratum));
                let lines = [forms::meeting_line(self.drawn[unit].meetings[stratum])];
                let heading = Heading { title: "2026年度民主测评表", lines: &lines, ..Heading::default() };
                let sheet = forms::wide_ballots("", heading, &ballots);
                let name = format!("民主测评/{}-民主测评表（{label}）", self.name(unit));
                self.send(&name, Format::CsvBom, Paper::BallotsOneStratum, vec![sheet], Some(unit));
                self.count_last(ballots.len());
            }
        }
    }

    fn ballots_by_sheet(&mut self) {
        for unit in self.units.clone() {
            let mut sheets = Vec::new();
            for (stratum, label) in STRATA.iter().enumerate() {
                let ballots = self.ballots_of(unit, Some(stratum));
                let lines = [
                    format!("被测评单位：{}", self.frame.long_name(unit)),
                    forms::meeting_line(self.drawn[unit].meetings[stratum]),
                ];
                let heading = Heading { title: "2026年度民主测评表", lines: &lines, ..Heading::default() };
                sheets.push(forms::wide_ballots(label, heading, &ballots));
            }
            let name = format!("{}民主测评表", self.name(unit));
            self.send(&name, Format::Xlsx, Paper::BallotsSheets, sheets, Some(unit));
            self.count_last(self.drawn[unit].ballots.len());
        }
    }

    fn vote_table(&mut self) {
        let units: Vec<(&str, &UnitAnswers)> = self.units.iter().map(|unit| (self.name(*unit), &self.drawn[*unit])).collect();
        let count = units.iter().map(|(_, answers)| answers.ballots.len()).sum();
        let regiment = self.frame.regiments[self.regiment].name.clone();
        let sheet = forms::vote_table("计票", &format!("{regiment}2026年度民主测评计票表"), &units);
        self.send(&format!("{regiment}民主测评计票表"), Format::Xlsx, Paper::VoteTable, vec![sheet], None);
        self.count_last(count);
    }

    fn ballots_of_regiment(&mut self) {
        let ballots: Vec<(&str, &Ballot)> = self.units.iter().flat_map(|unit| self.ballots_of(*unit, None)).collect();
        let regiment = self.frame.regiments[self.regiment].name.clone();
        let heading = Heading { unit_column: true, stratum_column: true, ..Heading::default() };
        let sheet = forms::wide_ballots("", heading, &ballots);
        self.send(&format!("{regiment}民主测评表2026"), Format::CsvGb, Paper::BallotsRegiment, vec![sheet], None);
        self.count_last(ballots.len());
    }

    /// 民意调查表; offices have nobody to ask.
    fn survey(&mut self) {
        let asked: Vec<usize> = self.units.iter().copied().filter(|unit| self.frame.units[*unit].kind != Kind::Office).collect();
        let units: Vec<(&str, &UnitAnswers)> = asked.iter().map(|unit| (self.name(*unit), &self.drawn[*unit])).collect();
        let total: usize = units.iter().map(|(_, answers)| answers.survey.len()).sum();
        if units.is_empty() {
            return;
        }
        let regiment = self.frame.regiments[self.regiment].name.clone();
        let (name, format, paper, sheet) = match self.regiment % 5 {
            0 => {
                let name = format!("{}_按文本_{regiment}2026年民意调查表_{total}_{total}", 386_500_100 + self.regiment);
                (name, Format::Xlsx, Paper::SurveyExport, forms::survey_export("Sheet1", &units))
            }
            1 => return self.survey_by_unit(&asked),
            2 => (format!("{regiment}民意调查表明细"), Format::CsvBom, Paper::SurveyLong, forms::survey_long("", &units)),
            3 => {
                let sheet = forms::survey_counts("民意调查", &format!("{regiment}2026年民意调查表（计票）"), &units);
                (format!("{regiment}民意调查表"), Format::Xlsx, Paper::SurveyCounts, sheet)
            }
            _ => {
                let heading = Heading { unit_column: true, ..Heading::default() };
                (format!("{regiment}民意调查表"), Format::Unicode, Paper::SurveyRegiment, forms::survey_wide("", heading, &units))
            }
        };
        self.send(&name, format, paper, vec![sheet], None);
        self.count_last(total);
    }

    fn survey_by_unit(&mut self, asked: &[usize]) {
        let format = if self.regiment.is_multiple_of(2) { Format::CsvSemicolon } else { Format::Csv };
        for unit in asked {
            let heading = Heading { title: "2026年度民意调查表", ..Heading::default() };
            let sheet = forms::survey_wide("", heading, &[(self.name(*unit), &self.drawn[*unit])]);
            let name = format!("{}/民意调查表", self.name(*unit));
            self.send(&name, format, Paper::SurveyWide, vec![sheet], Some(*unit));
            self.count_last(self.drawn[*unit].survey.len());
        }
    }

    /// 述职评分表 of 专项述职 and 述职评议.
    fn reports(&mut self) {
        let drawn = self.drawn;
        let marks = |review: bool| -> Vec<Marks<'a>> {
            let pick = |unit: &usize| if review { &drawn[*unit].review[..] } else { &drawn[*unit].special[..] };
            self.units.iter().map(|unit| (self.name(*unit), pick(unit))).collect()
        };
        let (special, review) = (marks(false), marks(true));
        if special.is_empty() {
            return;
        }
        let titles = ["2026年度专项述职评分表", "2026年度述职评议评分表"];
        match self.regiment % 4 {
            0 => {
                for (title, units) in titles.into_iter().zip([special, review]) {
                    let name = title.trim_start_matches(YEAR);
                    self.send(name, Format::Xlsx, Paper::Judges, vec![forms::judges_sheet("评分", title, &units)], None);
                }
            }
            1 => {
                for (title, units) in titles.into_iter().zip([special, review]) {
                    let name = title.trim_start_matches(YEAR);
                    self.send(name, Format::Xlsx, Paper::Matrix, vec![forms::matrix_sheet("评分", title, &units)], None);
                }
            }
            2 => {
                let sheet = forms::marks_list("", &[("专项述职", special), ("述职评议", review)]);
                self.send("述职评分表", Format::CsvBom, Paper::MarksList, vec![sheet], None);
            }
            _ => {
                let sheets = vec![
                    forms::judges_sheet("专项述职", titles[0], &special),
                    forms::judges_sheet("述职评议", titles[1], &review),
                ];
                self.send("述职评分表", Format::Xls, Paper::Judges, sheets, None);
            }
        }
    }
}
