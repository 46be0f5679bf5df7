//! Whom a row is about: unit, subject, stratum and procedure from its columns or from the sheet's surroundings.

use super::super::cells::{is_missing, key};
use super::super::export::masked;
use super::super::layout::Role;
use super::super::names::Found;
use super::Job;
use super::fields::Fields;
use super::memo::Memo;
use super::part::{Part, Who};
use crate::diagnostic::Diagnostic;
use crate::survey::{NodeId, StratumId, SubjectId};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    One(SubjectId),
    Many,
    Nobody,
    Blank,
}

/// Why a row cannot be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Unknown, ambiguous or blank name in this column.
    Unknown(u32),
    Ambiguous(u32),
    Blank(u32),
    Stratum(u32),
    Procedure(u32),
    /// The sheet as a whole lacks it; said once for the sheet.
    Sheet,
}

/// Finds the [`Who`] of rows; caches what names mean.
#[derive(Clone, Debug)]
pub(super) struct Finder {
    units: Vec<u32>,
    subject: Option<u32>,
    /// All columns that name the person, where the form rates persons: an id may stand beside the name.
    persons: Vec<u32>,
    stratum: Option<u32>,
    procedure: Option<u32>,
    names: Memo<Known>,
    people: Memo<Known>,
    pairs: Memo<Option<(SubjectId, SubjectId)>>,
    strata: Memo<Option<StratumId>>,
    procedures: Memo<Option<NodeId>>,
    scratch: Vec<u8>,
}

impl Finder {
    pub(super) fn new(job: &Job<'_>) -> Self {
        let one = |role: Role| job.plan.columns_of(move |known| known == role).next();
        Self {
            units: job.plan.columns_of(|role| matches!(role, Role::Unit | Role::UnitPart)).collect(),
            subject: one(Role::Subject),
            persons: if job.form.persons { job.plan.columns_of(|role| role == Role::Subject).collect() } else { Vec::new() },
            stratum: one(Role::Stratum),
            procedure: one(Role::Procedure),
            names: Memo::default(),
            people: Memo::default(),
            pairs: Memo::default(),
            strata: Memo::default(),
            procedures: Memo::default(),
            scratch: Vec::new(),
        }
    }

    /// Columns whose text says whom the row is about.
    pub(super) fn columns(&self) -> impl Iterator<Item = u32> {
        let more = self.persons.iter().copied().filter(|column| Some(*column) != self.subject);
        self.units.iter().copied().chain(self.subject).chain(more).chain(self.stratum).chain(self.procedure)
    }

    pub(super) fn find(&mut self, job: &Job<'_>, fields: &impl Fields) -> Result<Who, Lost> {
        let (unit, subject) = if job.form.persons { self.person(job, fields)? } else { self.people(job, fields)? };
        let stratum = self.find_stratum(job, fields)?;
        let procedure = match self.procedure {
            None => job.around.procedure.ok_or(Lost::Sheet)?,
            Some(column) => {
                let bytes = fields.get(column);
                let found = self.procedures.get(&bytes).unwrap_or_else(|| {
                    let found = job.sheet.context.procedure(job.form, &key(&String::from_utf8_lossy(&bytes)));
                    self.procedures.put(&bytes, found);
                    found
                });
                found.or(job.around.procedure.filter(|_| bytes.trim_ascii().is_empty())).ok_or(Lost::Procedure(column))?
            }
        };
        Ok(Who { unit, subject, stratum, procedure })
    }

    fn people(&mut self, job: &Job<'_>, fields: &impl Fields) -> Result<(SubjectId, SubjectId), Lost> {
        let unit_text = self.unit_text(fields);
        let unit = unit_text.as_ref().map(|text| self.name(job, text));
        let subject_text = self.subject.map(|column| fields.get(column));
        let subject = subject_text.as_ref().map(|text| self.name(job, text));
        if let (Some(unit_text), Some(subject_text)) = (&unit_text, &subject_text)
            && (unit == Some(Known::Many) || subject == Some(Known::Many))
            && let Some(pair) = self.pair(job, unit_text, subject_text)
        {
            return Ok(pair);
        }
        let unit_column = self.units.last().copied().unwrap_or(0);
        let unit = unit.map(|known| settle(known, unit_column)).transpose()?;
        let subject = match (subject, self.subject) {
            (Some(known), Some(column)) => Some(settle(known, column)?),
            _ => job.around.subject,
        };
        let around = job.around.unit;
        match (unit, subject) {
            (Some(unit), Some(subject)) => Ok((unit, subject)),
            (Some(unit), None) => Ok((unit, unit)),
            (None, Some(subject)) => Ok((around.unwrap_or(subject), subject)),
            (None, None) => around.map(|unit| (unit, unit)).ok_or(Lost::Sheet),
        }
    }

    /// Who answers and which person is rated. The unit is the row's, the sheet's or the person's own, in this order.
    fn person(&mut self, job: &Job<'_>, fields: &impl Fields) -> Result<(SubjectId, SubjectId), Lost> {
        let people = &job.sheet.context.people;
        let text = self.unit_text(fields).map(std::borrow::Cow::into_owned);
        let column = self.units.last().copied().unwrap_or(0);
        let unit = match text.as_ref().map(|text| self.name(job, text)) {
            Some(Known::One(id)) => Some(id),
            Some(Known::Nobody) => return Err(Lost::Unknown(column)),
            // Several units of one name: the person may still be certain.
            Some(Known::Many | Known::Blank) | None => None,
        };
        if job.plan.names_subjects() {
            let unit = unit.or(job.around.unit).ok_or(Lost::Sheet)?;
            return Ok((unit, unit));
        }
        let subject = match self.persons.first().copied() {
            None => job.around.subject.ok_or(Lost::Sheet)?,
            Some(column) => {
                let parts: Vec<String> = self.persons.iter().map(|column| fields.text(*column)).collect();
                settle(self.person_known(job, unit, parts.join(" ").trim()), column)?
            }
        };
        let unit = unit.or(job.around.unit).or_else(|| people.unit(subject)).ok_or(Lost::Sheet)?;
        Ok((unit, subject))
    }

    /// What a person's name means within a unit.
    fn person_known(&mut self, job: &Job<'_>, unit: Option<SubjectId>, text: &str) -> Known {
        let mut joint = unit.map_or(u32::MAX, |unit| unit.0).to_le_bytes().to_vec();
        joint.extend_from_slice(text.as_bytes());
        if let Some(known) = self.people.get(&joint) {
            return known;
        }
        let known = if is_missing(&key(text)) {
            Known::Blank
        } else {
            match job.sheet.context.people.find(text, person_hints(job, unit)) {
                Found::One(id) => Known::One(id),
                Found::Many(_) => Known::Many,
                Found::None => Known::Nobody,
            }
        };
        self.people.put(&joint, known);
        known
    }

    /// The unit's name, put together from the columns above it.
    fn unit_text<'f>(&mut self, fields: &'f impl Fields) -> Option<Cow<'f, [u8]>> {
        match self.units[..] {
            [] => None,
            [only] => Some(fields.get(only)),
            _ => {
                self.scratch.clear();
                for column in &self.units {
                    self.scratch.extend_from_slice(&fields.get(*column));
                }
                Some(Cow::Owned(self.scratch.clone()))
            }
        }
    }

    fn name(&mut self, job: &Job<'_>, bytes: &[u8]) -> Known {
        if let Some(known) = self.names.get(bytes) {
            return known;
        }
        let text = String::from_utf8_lossy(bytes);
        let known = if is_missing(&key(&text)) {
            Known::Blank
        } else {
            match job.sheet.context.roster.find(&text, &job.around.hints) {
                Found::One(id) => Known::One(id),
                Found::Many(_) => Known::Many,
                Found::None => Known::Nobody,
            }
        };
        self.names.put(bytes, known);
        known
    }

    /// Two doubtful names in one row settle each other if just one subject called so lies below one unit called so.
    fn pair(&mut self, job: &Job<'_>, unit: &[u8], subject: &[u8]) -> Option<(SubjectId, SubjectId)> {
        let mut joint = unit.to_vec();
        joint.push(0);
        joint.extend_from_slice(subject);
        if let Some(known) = self.pairs.get(&joint) {
            return known;
        }
        let roster = &job.sheet.context.roster;
        let all = |bytes: &[u8]| match roster.find(&String::from_utf8_lossy(bytes), &job.around.hints) {
            Found::One(id) => vec![id],
            Found::Many(ids) => ids,
            Found::None => Vec::new(),
        };
        let units = all(unit);
        let mut fitting = all(subject)
            .into_iter()
            .flat_map(|subject| units.iter().copied().filter(move |unit| *unit != subject).map(move |unit| (unit, subject)));
        let below = |pair: &(SubjectId, SubjectId)| roster.lineage(pair.1).contains(&pair.0);
        let first = fitting.by_ref().find(below);
        let found = if fitting.any(|pair| below(&pair)) { None } else { first };
        self.pairs.put(&joint, found);
        found
    }

    fn find_stratum(&mut self, job: &Job<'_>, fields: &impl Fields) -> Result<StratumId, Lost> {
        let Some(column) = self.stratum else { return job.around.stratum.ok_or(Lost::Sheet) };
        let bytes = fields.get(column);
        if let Some(Some(found)) = self.strata.get(&bytes) {
            return Ok(found);
        }
        let found = job.sheet.context.stratum(job.form, &key(&String::from_utf8_lossy(&bytes)));
        self.strata.put(&bytes, found);
        found.or(job.around.stratum.filter(|_| bytes.trim_ascii().is_empty())).ok_or(Lost::Stratum(column))
    }

    /// Reports why a row was set aside.
    pub(super) fn report(&self, job: &Job<'_>, lost: Lost, row: u32, fields: &impl Fields, part: &mut Part) {
        let (code, column) = match lost {
            Lost::Unknown(column) => ("B101", column),
            Lost::Ambiguous(column) => ("B102", column),
            Lost::Blank(column) => ("B103", column),
            Lost::Stratum(column) => ("B104", column),
            Lost::Procedure(column) => ("B106", column),
            Lost::Sheet => return,
        };
        if self.persons.contains(&column) {
            return self.report_person(job, lost, (row, column), fields, part);
        }
        if !part.findings.lists(code) {
            part.findings.count(code);
            return;
        }
        let place = job.sheet.place.at(row, column);
        let text = if self.units.contains(&column) && self.units.len() > 1 {
            self.units.iter().map(|column| fields.text(*column)).collect::<String>()
        } else {
            fields.text(column)
        };
        let shown = masked(&text).into_owned();
        let diagnostic = match lost {
            Lost::Unknown(_) => job.sheet.unknown_unit(code, &shown, place),
            Lost::Ambiguous(_) => match job.sheet.context.roster.find(&text, &job.around.hints) {
                Found::Many(ids) => job.sheet.ambiguous(code, &text, &ids, place),
                _ => Diagnostic::new(code, place).with("found", shown),
            },
            Lost::Stratum(_) => Diagnostic::new(code, place)
                .with("found", shown)
                .with("expected", job.strata_names())
                .with("form", &job.form.name),
            Lost::Procedure(_) => Diagnostic::new(code, place).with("found", shown).with("expected", job.procedure_names()),
            Lost::Blank(_) | Lost::Sheet => Diagnostic::new(code, place),
        };
        let (cells, marked) = job.excerpt(fields, column);
        part.findings.push(diagnostic.excerpt(cells, marked));
    }
}

/// The units a person is looked for in: the row's, else the sheet's.
fn person_hints<'j>(job: &'j Job<'_>, unit: Option<SubjectId>) -> &'j [SubjectId] {
    unit.map_or(job.around.hints.as_slice(), |unit| job.sheet.context.roster.lineage(unit))
}

impl Finder {
    /// A person's name that is unknown, ambiguous or blank.
    fn report_person(&self, job: &Job<'_>, lost: Lost, (row, column): (u32, u32), fields: &impl Fields, part: &mut Part) {
        let code = match lost {
            Lost::Ambiguous(_) => "B471",
            Lost::Blank(_) => "B472",
            _ => "B470",
        };
        if !part.findings.lists(code) {
            part.findings.count(code);
            return;
        }
        let place = job.sheet.place.at(row, column);
        let text = self.persons.iter().map(|column| fields.text(*column)).collect::<Vec<_>>().join(" ");
        let roster = &job.sheet.context.roster;
        let unit =
            self.units.last().map(|column| fields.text(*column)).and_then(|unit| match roster.find(&unit, &job.around.hints) {
                Found::One(id) => Some(id),
                _ => None,
            });
        let hints = person_hints(job, unit);
        let diagnostic = match (lost, job.sheet.context.people.find(text.trim(), hints)) {
            (Lost::Ambiguous(_), Found::Many(ids)) => job.sheet.namesakes(code, &text, &ids, place),
            (Lost::Blank(_), _) => Diagnostic::new(code, place),
            _ => job.sheet.unknown_person(code, &text, hints, place),
        };
        let (cells, marked) = job.excerpt(fields, column);
        part.findings.push(diagnostic.excerpt(cells, marked));
    }
}

fn settle(known: Known, column: u32) -> Result<SubjectId, Lost> {
    match known {
        Known::One(id) => Ok(id),
        Known::Many => Err(Lost::Ambiguous(column)),
        Known::Nobody => Err(Lost::Unknown(column)),
        Known::Blank => Err(Lost::Blank(column)),
    }
}
