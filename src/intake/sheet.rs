//! One sheet and its surroundings: what path, sheet name, title and the lines around the table say of unit, stratum, procedure, year.

use super::cells::{cell_text, clean, is_missing, key};
use super::context::{Context, is_separator};
use super::findings::Findings;
use super::grid::{Cell, Grid, GridRow};
use super::names::Found;
use super::words::{Head, Label, heads, is_footer, labels, year, year_of_name};
use crate::diagnostic::{Diagnostic, LIST, Place};
use crate::habits::{Habit, on};
use crate::survey::{Form, FormId, NodeId, SourceRule, StratumId, SubjectId, UnitFrom};

/// A sheet about to be read.
#[derive(Debug)]
pub(super) struct Sheet<'c> {
    pub context: &'c Context<'c>,
    /// Path relative to the assessment folder.
    pub file: &'c str,
    /// Sheet name, empty for text files.
    pub name: String,
    pub place: Place,
    pub rule: SourceRule,
    /// The only sheet of its file.
    pub alone: bool,
    /// Units named by folders and file name, with all above them: they settle homonyms.
    pub hints: Vec<SubjectId>,
    /// Who sent the file, going by folders, file and sheet names.
    pub sender: Option<SubjectId>,
}

/// The numbers of one line, and the stratum it names.
pub(super) type MeetingLine = (Option<StratumId>, Vec<(Head, u64)>);

/// What holds for the whole sheet.
#[derive(Clone, Debug, Default)]
pub(super) struct Surroundings {
    pub unit: Option<SubjectId>,
    /// Named but not found, or found twice: nothing may be guessed in its place.
    pub unit_trouble: bool,
    pub subject: Option<SubjectId>,
    pub stratum: Option<StratumId>,
    pub procedure: Option<NodeId>,
    pub hints: Vec<SubjectId>,
    pub receipts: Vec<MeetingLine>,
}

impl<'c> Sheet<'c> {
    pub(super) fn new(context: &'c Context<'c>, file: &'c str, name: &str, place: Place, alone: bool) -> Self {
        let below = file.strip_prefix("returns/").unwrap_or(file);
        let rule = context.rule(below, name);
        let mut sheet = Self { context, file, name: name.to_owned(), place, rule, alone, hints: Vec::new(), sender: None };
        let mut parts: Vec<String> = sheet.folders().into_iter().map(str::to_owned).collect();
        parts.push(sheet.stem().to_owned());
        if on(Habit::SheetNames) {
            parts.push(name.to_owned());
        }
        for part in parts {
            if let Found::One(id) = sheet.unit_in(&part, &sheet.hints) {
                sheet.hint(id);
                // The lowest on one line; of two lines the first (the folder) stands.
                if sheet.sender.is_none_or(|known| context.roster.lineage(id).contains(&known)) {
                    sheet.sender = Some(id);
                }
            }
        }
        sheet
    }

    fn hint(&mut self, id: SubjectId) {
        for above in self.context.roster.lineage(id) {
            if !self.hints.contains(above) {
                self.hints.push(*above);
            }
        }
    }

    /// Folder names below `returns/`, outermost first.
    pub(super) fn folders(&self) -> Vec<&str> {
        let below = self.file.strip_prefix("returns/").unwrap_or(self.file);
        let mut parts: Vec<&str> = below.split('/').collect();
        parts.pop();
        if !on(Habit::FolderNames) {
            parts.clear();
        }
        parts
    }

    /// File name without its ending.
    pub(super) fn stem(&self) -> &str {
        let name = self.file.rsplit('/').next().unwrap_or(self.file);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The unit named in a longer name (`一连-民主测评表(C票)`, `三师四十一团一连民主测评计票表`).
    pub(super) fn unit_in(&self, text: &str, hints: &[SubjectId]) -> Found {
        let mut rest = key(text);
        if rest.is_empty() {
            return Found::None;
        }
        if Self::plausible(&rest)
            && let found @ Found::One(_) = self.context.roster.find(&rest, hints)
        {
            return found;
        }
        for word in self.context.stop_words() {
            rest = rest.replace(word.as_str(), "|");
        }
        for word in
            ["汇总表", "统计表", "计票表", "登记表", "汇总", "统计", "计票", "评分表", "测评表", "调查表", "结果", "年度", "考核"]
        {
            rest = rest.replace(word, "|");
        }
        let units = |rest: &str| {
            let tokens = rest.split(is_separator).filter(|token| Self::plausible(token));
            self.deepest(tokens.map(|token| self.context.roster.find(token, hints)))
        };
        match units(&rest) {
            // Words that also occur within names come off only where nothing is found with them.
            Found::None => {
                for word in
                    ["党建", "材料", "资料", "报送", "上报", "报表", "附件", "修改版", "修订版", "定稿", "最终版", "最新版"]
                {
                    rest = rest.replace(word, "|");
                }
                units(&rest)
            }
            found => found,
        }
    }

    /// A bare number or a single letter in a name is nobody's code.
    fn plausible(token: &str) -> bool {
        token.chars().count() > 1 && !token.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    }

    /// Of several units found in one name, the lowest, if all lie on one line.
    fn deepest(&self, found: impl Iterator<Item = Found>) -> Found {
        let mut best = Found::None;
        for next in found {
            best = match (best, next) {
                (best, Found::None) => best,
                (Found::One(old), Found::One(new)) if self.context.roster.lineage(new).contains(&old) => Found::One(new),
                (Found::One(old), Found::One(new)) if self.context.roster.lineage(old).contains(&new) => Found::One(old),
                (Found::One(old), Found::One(new)) => Found::Many(vec![old, new]),
                (Found::None | Found::Many(_), next) | (next, Found::Many(_)) => next,
            };
        }
        best
    }

    /// The texts around the table: title rows and what stands below the data, each cell once.
    pub(super) fn outside<'g>(grid: &'g Grid, header: &[u32]) -> impl Iterator<Item = (&'g GridRow, bool)> {
        let first = header.first().copied().unwrap_or(0);
        let last = header.last().copied().unwrap_or(0);
        grid.rows
            .iter()
            .filter_map(move |row| if row.row < first { Some((row, true)) } else { (row.row > last).then_some((row, false)) })
    }

    /// The assessment year this sheet speaks of: title, sheet name, file name, folders, in this order.
    pub(super) fn year(&self, grid: &Grid, header: &[u32]) -> Option<i32> {
        let title =
            Self::outside(grid, header).filter(|(_, above)| *above).flat_map(|(row, _)| texts(row)).find_map(|text| year(&text));
        title
            .or_else(|| year_of_name(&self.name))
            .or_else(|| year_of_name(self.stem()))
            .or_else(|| self.folders().iter().rev().find_map(|folder| year_of_name(folder)))
    }

    /// Everything the surroundings say, with findings where they contradict each other or the frame.
    pub(super) fn surroundings(&self, grid: &Grid, form: FormId, header: &[u32], findings: &mut Findings) -> Surroundings {
        let form = self.context.scheme.form(form);
        let mut around = Surroundings { hints: self.hints.clone(), ..Surroundings::default() };
        let mut said: Vec<(Label, String, Place)> = Vec::new();
        let mut titles: Vec<String> = Vec::new();
        for (row, above) in Self::outside(grid, header) {
            if !above && !may_be_aside(row) {
                continue;
            }
            let cells = texts(row);
            if !above && !is_aside(&cells) {
                continue;
            }
            let line = cells.join("|");
            let numbers = heads(&line);
            if !numbers.is_empty() {
                around.receipts.push((self.context.stratum_in(form, &line), numbers));
            }
            self.labelled(row, &mut said);
            if above {
                titles.extend(cells);
            }
        }
        self.settle_unit(grid, &said, &titles, &mut around, findings);
        self.settle_rest(form, &said, &titles, &mut around);
        if form.persons {
            self.settle_person(&said, &titles, &mut around, findings);
        }
        around
    }

    /// Labels of a row with their values; an empty value is taken from the next cell.
    fn labelled(&self, row: &GridRow, said: &mut Vec<(Label, String, Place)>) {
        let cells: Vec<(u32, String)> = row
            .cells
            .iter()
            .map(|(column, cell)| (*column, cell_text(cell).into_owned()))
            .filter(|(_, text)| !text.trim().is_empty())
            .collect();
        for (at, (column, text)) in cells.iter().enumerate() {
            if at > 0 && cells[at - 1].1 == *text {
                continue; // a merged cell's copy
            }
            let colon = clean(text).contains(':');
            for (label, value) in labels(text) {
                let next = || cells[at + 1..].iter().map(|(_, next)| next).find(|next| *next != text);
                let value = if value.is_empty() { next().map(|next| clean(next)).unwrap_or_default() } else { value };
                // Without a colon only a lone pair of cells is a label and its value.
                if !value.is_empty() && !is_missing(&key(&value)) && (colon || cells.len() <= 4) && labels(&value).is_empty() {
                    said.push((label, value, self.place.at(row.row, *column)));
                }
            }
        }
    }

    fn settle_unit(
        &self,
        grid: &Grid,
        said: &[(Label, String, Place)],
        titles: &[String],
        around: &mut Surroundings,
        findings: &mut Findings,
    ) {
        if let Some(unit) = self.rule.unit {
            around.unit = Some(unit);
            return self.hint_all(around, unit);
        }
        let place = &self.place;
        if let Some((value, place)) = self.unit_by_rule(grid) {
            return self.take_unit(&value, &place, around, findings);
        }
        let line = said.iter().find(|(label, ..)| *label == Label::Unit && on(Habit::UnitLines));
        if let Some((_, value, place)) = line {
            self.take_unit(value, place, around, findings);
            self.contradiction(around, findings);
            return;
        }
        let names: Vec<&str> = titles
            .iter()
            .map(String::as_str)
            .chain(on(Habit::SheetNames).then_some(self.name.as_str()))
            .chain([self.stem()])
            .chain(self.folders().into_iter().rev())
            .filter(|name| !name.is_empty())
            .collect();
        for name in names {
            match self.unit_in(name, &self.hints) {
                Found::One(id) => {
                    around.unit = Some(id);
                    self.hint_all(around, id);
                    return;
                }
                Found::Many(ids) => {
                    around.unit_trouble = true;
                    findings.push(self.ambiguous("L113", name, &ids, place.clone()));
                    return;
                }
                Found::None => {}
            }
        }
    }

    fn unit_by_rule(&self, grid: &Grid) -> Option<(String, Place)> {
        let whole = self.place.clone();
        match self.rule.unit_from.as_ref()? {
            UnitFrom::Folder => self.folders().last().map(|folder| ((*folder).to_owned(), whole)),
            UnitFrom::File => Some((self.stem().to_owned(), whole)),
            UnitFrom::Sheet => Some((self.name.clone(), whole)),
            UnitFrom::Cell(row, column) => Some((cell_text(grid.get(*row, *column)).into_owned(), whole.at(*row, *column))),
            UnitFrom::Column(_) => None,
        }
    }

    fn take_unit(&self, value: &str, place: &Place, around: &mut Surroundings, findings: &mut Findings) {
        let value = labels(value)
            .into_iter()
            .find(|(label, value)| *label == Label::Unit && !value.is_empty())
            .map_or_else(|| value.to_owned(), |(_, value)| value);
        let found = match self.context.roster.find(&value, &around.hints) {
            Found::None => self.unit_in(&value, &around.hints),
            found => found,
        };
        match found {
            Found::One(id) => {
                around.unit = Some(id);
                self.hint_all(around, id);
            }
            Found::Many(ids) => {
                around.unit_trouble = true;
                findings.push(self.ambiguous("L113", &value, &ids, place.clone()));
            }
            Found::None => {
                around.unit_trouble = true;
                findings.push(self.unknown_unit("L112", &value, place.clone()));
            }
        }
    }

    /// The cell says one unit, the file or sheet name another.
    fn contradiction(&self, around: &Surroundings, findings: &mut Findings) {
        let Some(unit) = around.unit else { return };
        for name in [self.name.as_str(), self.stem()] {
            if let Found::One(other) = self.unit_in(name, &self.hints)
                && !self.context.roster.related(unit, other)
            {
                let path = |id| self.context.scheme.frame.path(id);
                findings.push(
                    Diagnostic::new("L108", self.place.clone())
                        .with("found", path(unit))
                        .with("other", path(other))
                        .with("name", name),
                );
                return;
            }
        }
    }

    fn hint_all(&self, around: &mut Surroundings, id: SubjectId) {
        for above in self.context.roster.lineage(id) {
            if !around.hints.contains(above) {
                around.hints.push(*above);
            }
        }
    }

    fn settle_rest(&self, form: &Form, said: &[(Label, String, Place)], titles: &[String], around: &mut Surroundings) {
        let context = self.context;
        let value = |wanted: Label| said.iter().find(|(label, ..)| *label == wanted).map(|(_, value, _)| value.as_str());
        around.subject =
            value(Label::Subject).filter(|_| !form.persons).and_then(|text| match context.roster.find(text, &around.hints) {
                Found::One(id) => Some(id),
                _ => None,
            });
        let mut names: Vec<&str> = titles.iter().map(String::as_str).collect();
        names.extend([self.name.as_str(), self.stem()]);
        names.extend(self.folders().into_iter().rev());
        around.stratum = match &self.rule.stratum {
            Some(code) => context.stratum(form, &key(code)),
            None => value(Label::Stratum)
                .and_then(|text| context.stratum(form, &key(text)))
                .or_else(|| names.iter().filter(|_| on(Habit::VoterNames)).find_map(|name| context.stratum_in(form, name))),
        };
        if form.strata.is_none() {
            around.stratum = Some(StratumId(0));
        } else if let Some(only) = context.scheme.strata_of(form).filter(|set| set.members.len() == 1) {
            let _ = only;
            around.stratum = Some(StratumId(0));
        }
        around.procedure = self
            .rule
            .procedure
            .filter(|id| form.procedures.contains(id))
            .or_else(|| if let [only] = form.procedures[..] { Some(only) } else { None })
            .or_else(|| {
                value(Label::Procedure)
                    .and_then(|text| context.procedure(form, &key(text)).or_else(|| context.procedure_in(form, text)))
            })
            .or_else(|| names.iter().find_map(|name| context.procedure_in(form, name)));
    }

    /// The person a whole sheet rates: as a rule says, a line `被测评人：张三`, else a name in title, sheet or file name. The unit is
    /// his or hers where nothing else is said.
    fn settle_person(
        &self,
        said: &[(Label, String, Place)],
        titles: &[String],
        around: &mut Surroundings,
        findings: &mut Findings,
    ) {
        let people = &self.context.people;
        let labelled = said.iter().find(|(label, ..)| *label == Label::Subject);
        around.subject = self.rule.subject;
        if let (None, Some((_, value, place))) = (around.subject, labelled) {
            match people.find(value, &around.hints) {
                Found::One(id) => around.subject = Some(id),
                Found::Many(ids) => {
                    around.unit_trouble = true;
                    findings.push(self.namesakes("L201", value, &ids, place.clone()));
                }
                Found::None => {
                    around.unit_trouble = true;
                    findings.push(self.unknown_person("L200", value, &around.hints, place.clone()));
                }
            }
        } else if around.subject.is_none() {
            let names = titles.iter().map(String::as_str).chain([self.name.as_str(), self.stem()]);
            let found = names.map(|name| self.person_in(name, &around.hints)).find(|found| *found != Found::None);
            if let Some(Found::One(id)) = found {
                around.subject = Some(id);
            }
        }
        if let (None, false, Some(unit)) = (around.unit, around.unit_trouble, around.subject.and_then(|id| people.unit(id))) {
            around.unit = Some(unit);
            self.hint_all(around, unit);
        }
    }

    /// The person named in a longer name, words of forms and strata left out.
    fn person_in(&self, text: &str, hints: &[SubjectId]) -> Found {
        let mut rest = key(text);
        for word in self.context.stop_words() {
            rest = rest.replace(word.as_str(), "|");
        }
        self.context.people.in_name(rest.split(is_separator).filter(|token| Self::plausible(token)), hints)
    }

    pub(super) fn unknown_person(&self, code: &str, found: &str, hints: &[SubjectId], place: Place) -> Diagnostic {
        let near = self.context.people.nearest(found, hints);
        let below = self.file.strip_prefix("returns/").unwrap_or(self.file);
        Diagnostic::new(code, place)
            .with("found", clean(found))
            .with("near", near.join(LIST))
            .with("unit", hints.first().map_or_else(String::new, |unit| self.context.scheme.frame.path(*unit)))
            .with("line", super::layout::quoted(&glob::Pattern::escape(below)))
    }

    pub(super) fn namesakes(&self, code: &str, found: &str, ids: &[SubjectId], place: Place) -> Diagnostic {
        let first = ids.first().map_or("", |id| self.context.scheme.frame.subject(*id).code.as_str());
        let below = self.file.strip_prefix("returns/").unwrap_or(self.file);
        Diagnostic::new(code, place)
            .with("found", clean(found))
            .with("other", self.context.people.shown(ids))
            .with("code", first)
            .with("line", super::layout::quoted(&glob::Pattern::escape(below)))
    }

    pub(super) fn unknown_unit(&self, code: &str, found: &str, place: Place) -> Diagnostic {
        let near = self.context.roster.nearest(found);
        // Nothing alike: another text, without an offer.
        let code = match code {
            _ if !near.is_empty() => code,
            "L112" => "L132",
            _ => "B130",
        };
        Diagnostic::new(code, place)
            .with("found", clean(found))
            .with("near", near.join(LIST))
            .with("first", near.first().map_or("…", String::as_str))
    }

    pub(super) fn ambiguous(&self, code: &str, found: &str, ids: &[SubjectId], place: Place) -> Diagnostic {
        let paths: Vec<String> = ids.iter().take(6).map(|id| self.context.scheme.frame.path(*id)).collect();
        let unit = ids.first().map_or("", |id| self.context.scheme.frame.subject(*id).code.as_str());
        let below = self.file.strip_prefix("returns/").unwrap_or(self.file);
        Diagnostic::new(code, place)
            .with("found", clean(found))
            .with("other", paths.join(LIST))
            .with("unit", unit)
            .with("line", below)
    }
}

/// The texts of a row, blanks and merged copies left out.
pub(super) fn texts(row: &GridRow) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (_, cell) in &row.cells {
        let text = clean(&cell_text(cell));
        if !text.is_empty() && out.last() != Some(&text) {
            out.push(text);
        }
    }
    out
}

/// Cheap first look for [`is_aside`]: a row that begins with a number and has no character of a receipt line is data.
fn may_be_aside(row: &GridRow) -> bool {
    let told = |text: &str| text.contains(['应', '实', '参', '发', '收', '回', '有']);
    !matches!(row.cells.first(), Some((_, Cell::Number(_))))
        || row.cells.iter().any(|(_, cell)| matches!(cell, Cell::Text(text) if told(text)))
}

/// A row below the header that is about the table rather than in it: a footer, or a line of meeting numbers.
pub(super) fn is_aside(cells: &[String]) -> bool {
    let Some(first) = cells.first() else { return false };
    is_footer(&key(first))
        || (cells.len() <= 10 && heads(&cells.join("|")).len() >= 2)
        || (cells.len() <= 2 && !heads(first).is_empty())
}
