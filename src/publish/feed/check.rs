//! The organisation's decisions against the rules: who, which grade, limits, quotas, reasons, dates. One error, and nothing is published.

use super::date::{self, Day};
use super::decisions::{Decisions, Part};
use super::model::{Entry, Personnel, Quota};
use super::vocabulary::{AS_SUGGESTED, NO_GRADE, folded, says_nothing};
use crate::diagnostic::{Diagnostic, Language, Severity};
use crate::publish::words;
use crate::survey::{Table, TableRow, person_key};
use std::collections::BTreeMap;

/// So many names stand in one message.
const NAMED: usize = 8;

/// What was decided of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// 0-based row in the decisions file.
    pub row: u32,
    /// Position in `Personnel::grades`; `None`: no grade 不定等次.
    pub grade: Option<usize>,
    pub reason: Option<String>,
    pub date: Option<Day>,
}

/// Decisions as checked: one for each person, by position in `Personnel::persons`, and everything noticed.
pub(super) struct Checked {
    pub verdicts: BTreeMap<usize, Verdict>,
    pub found: Vec<Diagnostic>,
}

impl Checked {
    pub(super) fn stands(&self) -> bool {
        !self.found.iter().any(|found| found.severity() == Severity::Error)
    }
}

/// Checks a decisions file against the hand-over that it was made on. `language`: of lists within messages.
pub(super) fn check(personnel: &Personnel, table: &Table, language: Language) -> Checked {
    let decisions = Decisions::new(table);
    let mut checker = Checker { personnel, decisions, language, found: Vec::new() };
    if let Some(missing) = checker.decisions.missing_columns(language) {
        return Checked { verdicts: BTreeMap::new(), found: vec![missing] };
    }
    let rows: Vec<&TableRow> = table.rows.iter().filter(|row| checker.decisions.is_row(row)).collect();
    if !checker.runs(&rows) {
        return Checked { verdicts: BTreeMap::new(), found: checker.found };
    }
    let of_person = checker.people(&rows);
    let mut verdicts = BTreeMap::new();
    for (person, row) in &of_person {
        if let Some(entry) = personnel.persons.get(*person)
            && let Some(verdict) = checker.verdict(entry, row)
        {
            verdicts.insert(*person, verdict);
        }
    }
    for quota in &personnel.quotas {
        checker.quota(quota, &verdicts);
    }
    checker.codes(&verdicts);
    checker.found.sort_by_key(|found| (found.place.row.is_none(), found.place.row, found.place.column));
    Checked { verdicts, found: checker.found }
}

/// A decision that says no grade that could stand; why has been found.
struct Refused;

struct Checker<'a> {
    personnel: &'a Personnel,
    decisions: Decisions<'a>,
    language: Language,
    found: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn names(&self, names: &[String]) -> String {
        let mut text = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(words::between_names(self.language));
        if names.len() > NAMED {
            text += words::feed::and_others(self.language);
        }
        text
    }

    fn who(&self, entry: &Entry) -> String {
        words::bracketed(&entry.name, &entry.id, self.language)
    }

    /// Rows of another run (P125): decisions made on other results are not checked against these. False: no row is of this run.
    fn runs(&mut self, rows: &[&TableRow]) -> bool {
        let foreign: Vec<&TableRow> = rows.iter().copied().filter(|row| !self.decisions.of_run(row, self.personnel)).collect();
        let Some(first) = foreign.first() else { return true };
        let changed: Vec<String> = foreign.iter().filter_map(|row| self.changed(row)).collect();
        let expected = self.personnel.run.run_hash.get(..super::vocabulary::RUN_DIGITS).unwrap_or_default();
        let found = self.decisions.at("P125", first, Part::Run);
        let found = found.with("expected", expected).with("count", foreign.len()).with("other", rows.len());
        self.found.push(found.with("near", if changed.is_empty() { "—".to_owned() } else { self.names(&changed) }));
        false
    }

    /// What the template suggested, where these results suggest something else.
    fn changed(&self, row: &TableRow) -> Option<String> {
        let entry = self.personnel.persons.iter().find(|entry| entry.id == self.decisions.cell(row, Part::Person))?;
        let (then, now) = (self.decisions.cell(row, Part::Suggested), entry.suggestion.name.as_deref().unwrap_or("—"));
        let none = entry.suggestion.name.is_none() && self.grade(then).is_none();
        (!then.is_empty() && !none && folded(then) != folded(now)).then(|| format!("{} {then}→{now}", self.who(entry)))
    }

    /// Which row is whose: unknown (P111), twice (P112), under another name (P114), not there (P113).
    fn people(&mut self, rows: &[&'a TableRow]) -> BTreeMap<usize, &'a TableRow> {
        let personnel = self.personnel;
        let by_id: BTreeMap<&str, usize> = personnel.persons.iter().enumerate().map(|(at, one)| (one.id.as_str(), at)).collect();
        let mut first: BTreeMap<usize, &TableRow> = BTreeMap::new();
        for row in rows {
            let Some(at) = by_id.get(self.decisions.cell(row, Part::Person)).copied() else {
                let near = self.near(row);
                self.found.push(self.decisions.at("P111", row, Part::Person).with("near", near));
                continue;
            };
            if let Some(known) = first.get(&at) {
                self.found.push(self.decisions.at("P112", row, Part::Person).with("other", known.row + 1));
                continue;
            }
            first.insert(at, row);
            let (name, entry) = (self.decisions.cell(row, Part::Name), &personnel.persons[at]);
            if !name.is_empty() && person_key(name) != person_key(&entry.name) {
                self.found.push(self.decisions.at("P114", row, Part::Name).with("expected", &entry.name));
            }
        }
        for (_, entry) in personnel.persons.iter().enumerate().filter(|(at, _)| !first.contains_key(at)) {
            let run = personnel.run.run_hash.get(..super::vocabulary::RUN_DIGITS).unwrap_or_default();
            let found = Diagnostic::new("P113", self.decisions.place()).with("item", &entry.name).with("unit", &entry.id);
            self.found.push(found.with("found", self.who(entry)).with("other", &entry.unit.name).with("expected", run));
        }
        first
    }

    /// Whom an unknown id may mean: the same name, or the same id but for leading zeros and case.
    fn near(&self, row: &TableRow) -> String {
        let (id, name) = (self.decisions.cell(row, Part::Person), self.decisions.cell(row, Part::Name));
        let bare = |id: &str| folded(id).trim_start_matches('0').to_owned();
        let like = |entry: &&Entry| {
            let named = !name.is_empty() && person_key(name) == person_key(&entry.name);
            named || (!id.is_empty() && bare(id) == bare(&entry.id)) || strsim::damerau_levenshtein(id, &entry.id) == 1
        };
        let close: Vec<String> = self.personnel.persons.iter().filter(like).take(3).map(|entry| self.who(entry)).collect();
        if close.is_empty() { "—".to_owned() } else { close.join(words::between_names(self.language)) }
    }

    fn grade(&self, text: &str) -> Option<usize> {
        let text = folded(text);
        self.personnel.grades.iter().position(|grade| folded(&grade.name) == text || folded(&grade.code) == text)
    }

    /// One person's decision; `None`: it says no grade that is known. What else is wrong with it is found, and refused as a whole.
    fn verdict(&mut self, entry: &Entry, row: &TableRow) -> Option<Verdict> {
        let text = self.decisions.cell(row, Part::Decision);
        let date = self.date(row, text);
        let grade = if entry.gradable { self.decided(entry, row, text) } else { self.ungraded(entry, row, text) }.ok()?;
        let reason = Some(self.decisions.cell(row, Part::Reason)).filter(|reason| !reason.is_empty()).map(str::to_owned);
        let suggested = entry.suggestion.grade.as_deref().and_then(|code| self.personnel.grade_position(code));
        let departs = entry.gradable && grade != suggested;
        self.limits(entry, row, grade);
        if departs && reason.as_deref().is_none_or(says_nothing) {
            let (decided, suggested) = (self.grade_text(grade), self.grade_text(suggested));
            let found = self.decisions.at("P121", row, Part::Reason).with("grade", decided).with("expected", suggested);
            self.found.push(found);
        }
        Some(Verdict { row: row.row, grade, reason, date })
    }

    /// The grade of a person who may have one; refused: undecided (P115), unknown (P116), or consent to nothing (P117).
    fn decided(&mut self, entry: &Entry, row: &TableRow, text: &str) -> Result<Option<usize>, Refused> {
        if text.is_empty() {
            let suggested = entry.suggestion.name.as_deref().unwrap_or("—");
            self.found.push(self.decisions.at("P115", row, Part::Decision).with("expected", suggested));
            return Err(Refused);
        }
        if AS_SUGGESTED.is(text) {
            let code = entry.suggestion.grade.as_deref();
            let grade = code.and_then(|code| self.personnel.grade_position(code));
            if grade.is_none() {
                let listed = self.listed();
                self.found.push(self.decisions.at("P117", row, Part::Decision).with("expected", listed));
            }
            return grade.map(Some).ok_or(Refused);
        }
        if NO_GRADE.is(text) {
            return Ok(None);
        }
        let grade = self.grade(text);
        if grade.is_none() {
            let listed = self.listed();
            self.found.push(self.decisions.at("P116", row, Part::Decision).with("expected", listed));
        }
        grade.map(Some).ok_or(Refused)
    }

    /// A person whose status forbids a grade: blank, consent and "no grade" are the same; anything else is refused (P118).
    fn ungraded(&mut self, entry: &Entry, row: &TableRow, text: &str) -> Result<Option<usize>, Refused> {
        if text.is_empty() || NO_GRADE.is(text) || AS_SUGGESTED.is(text) {
            return Ok(None);
        }
        let statuses = super::csv::statuses(entry, self.language);
        self.found.push(self.decisions.at("P118", row, Part::Decision).with("grade", statuses));
        Err(Refused)
    }

    /// Binding limits on the grade that the decision passes (P119).
    fn limits(&mut self, entry: &Entry, row: &TableRow, grade: Option<usize>) {
        let Some(decided) = grade else { return };
        for cap in entry.suggestion.caps.iter().filter(|cap| cap.binding) {
            if self.personnel.grade_position(&cap.grade).is_some_and(|best| decided < best) {
                let best = self.personnel.grade_name(&cap.grade);
                let found = self.decisions.at("P119", row, Part::Decision);
                self.found.push(found.with("expected", best).with("form", &cap.rule));
            }
        }
    }

    /// The date: missing (P122), none of the calendar (P123), before the year assessed (P124).
    fn date(&mut self, row: &TableRow, decision: &str) -> Option<Day> {
        let text = self.decisions.cell(row, Part::Date);
        if text.is_empty() {
            // A row without a decision has nothing to date: it is undecided, or of somebody who gets no grade anyway.
            if !decision.is_empty() {
                self.found.push(self.decisions.at("P122", row, Part::Date));
            }
            return None;
        }
        let Some(day) = date::read(text) else {
            self.found.push(self.decisions.at("P123", row, Part::Date));
            return None;
        };
        if let Some(year) = self.personnel.run.year.filter(|year| i32::from(day.year) < *year) {
            self.found.push(self.decisions.at("P124", row, Part::Date).with("expected", year));
        }
        Some(day)
    }

    /// More of a pool than there are places (P120), at the first row that the suggestion does not have in it.
    fn quota(&mut self, quota: &Quota, verdicts: &BTreeMap<usize, Verdict>) {
        let Some(grade) = self.personnel.grade_position(&quota.grade) else { return };
        let given: Vec<(&Entry, &Verdict)> = verdicts
            .iter()
            .filter(|(_, verdict)| verdict.grade == Some(grade))
            .filter_map(|(at, verdict)| Some((self.personnel.persons.get(*at)?, verdict)))
            .filter(|(entry, _)| entry.suggestion.quotas.contains(&quota.id))
            .collect();
        let over = (given.len() as u64).saturating_sub(quota.limit);
        if over == 0 {
            return;
        }
        let line = |(entry, verdict): &(&Entry, &Verdict)| words::feed::in_row(&self.who(entry), verdict.row + 1, self.language);
        let beyond = |(entry, _): &&(&Entry, &Verdict)| entry.suggestion.grade.as_deref() != Some(quota.grade.as_str());
        let named: Vec<String> = given.iter().map(line).collect();
        let departing: Vec<String> = given.iter().filter(beyond).map(line).collect();
        let at = given.iter().find(|one| beyond(one)).or(given.last()).map_or(0, |(_, verdict)| verdict.row);
        let Some(row) = self.decisions.table.rows.iter().find(|row| row.row == at) else { return };
        let found = self.decisions.at("P120", row, Part::Decision).with("form", &quota.name).with("count", given.len());
        let found = found.with("expected", quota.limit).with("other", over).with("base", quota.base);
        let found = found.with("grade", self.personnel.grade_name(&quota.grade)).with("given", self.names(&named));
        // The names say more than the one row does.
        let found = Diagnostic { excerpt: None, ..found };
        self.found.push(found.with("near", self.names(if departing.is_empty() { &named } else { &departing })));
    }

    /// Results that have no official code (P127), once for each grade or status.
    fn codes(&mut self, verdicts: &BTreeMap<usize, Verdict>) {
        let mut without: BTreeMap<String, u64> = BTreeMap::new();
        for (at, verdict) in verdicts {
            let Some(entry) = self.personnel.persons.get(*at) else { continue };
            if super::last::result_code(self.personnel, entry, verdict.grade).is_none() {
                *without.entry(self.grade_text(verdict.grade)).or_default() += 1;
            }
        }
        for (grade, count) in without {
            self.found.push(Diagnostic::new("P127", self.decisions.place()).with("found", grade).with("count", count));
        }
    }

    fn listed(&self) -> String {
        let names: Vec<&str> = self.personnel.grades.iter().map(|grade| grade.name.as_str()).collect();
        names.join(words::between_choices(self.language))
    }

    fn grade_text(&self, grade: Option<usize>) -> String {
        let known = grade.and_then(|grade| self.personnel.grades.get(grade));
        known.map_or_else(|| NO_GRADE.word(self.language).to_owned(), |grade| grade.name.clone())
    }
}
