//! The board for programs.

use super::{Board, UnitRow, sums};
use crate::survey::{SourceSheet, SubjectId};
use serde_json::{Value, json};

impl Board<'_> {
    /// One object: sums, every unit with what it owes, every file with its findings; `verbose`: every sheet's layout and books too.
    pub fn json(&self, verbose: bool) -> Value {
        let (due, sent, surplus) = sums(self.units.values());
        let divisions = self.divisions();
        let divisions: Vec<Value> = divisions
            .iter()
            .map(|(id, units)| {
                let subject = self.scheme.frame.subject(*id);
                let units: Vec<Value> = units.iter().filter_map(|unit| self.unit(*unit)).collect();
                json!({ "unit": subject.code, "name": subject.name, "units": units })
            })
            .collect();
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|(file, troubles)| json!({ "file": file, "errors": troubles.errors, "warnings": troubles.warnings }))
            .collect();
        let of = |source: &&SourceSheet| verbose && self.files.contains_key(&source.file);
        let sheets: Vec<Value> = self.results.sources.iter().filter(of).map(sheet).collect();
        let nobody: Vec<&String> = self.nobody.keys().collect();
        json!({
            "type": "returns",
            "summary": { "due": due, "sent": sent, "missing": due - sent, "surplus": surplus, "files": self.files.len() },
            "divisions": divisions, "files": files, "sender_unknown": nobody, "sheets": sheets,
        })
    }

    fn unit(&self, unit: SubjectId) -> Option<Value> {
        let (row, frame) = (self.units.get(&unit)?, &self.scheme.frame);
        Some(json!({
            "unit": frame.subject(unit).code, "path": frame.path(unit), "errors": row.troubles.errors,
            "warnings": row.troubles.warnings, "files": row.files, "returns": self.returns(row),
        }))
    }

    fn returns(&self, row: &UnitRow) -> Vec<Value> {
        row.returns
            .iter()
            .map(|((procedure, form), due)| {
                json!({
                    "form": self.scheme.form(*form).code, "procedure": self.scheme.index.node(*procedure).code,
                    "due": due.owed, "sent": due.sources, "missing": due.missing(), "surplus": due.surplus,
                })
            })
            .collect()
    }
}

fn sheet(source: &SourceSheet) -> Value {
    let (layout, ledger) = (&source.layout, &source.ledger);
    json!({ "file": source.file, "sheet": source.sheet, "sender": source.sender, "layout": layout, "ledger": ledger })
}
