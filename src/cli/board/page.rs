//! The board as people read it: a table a division, the list of missing returns, and how each sheet was read.

use super::{Board, Due, Paper, Troubles, UnitRow, sums};
use crate::cli::words::{
    self,
    board::{self as said, Sums},
};
use crate::diagnostic::column_letters;
use crate::survey::{Layout, SubjectId};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// Units listed below each division without `-v`; the others are counted.
const MOST_UNITS: usize = 12;
/// Lines of the list of missing returns without `-v`.
const MOST_MISSING: usize = 40;
/// Files of nobody without `-v`.
const MOST_FILES: usize = 12;

impl Board<'_> {
    /// The board as people read it.
    pub fn text(&self, verbose: bool) -> String {
        let mut out = String::new();
        self.heading(&mut out);
        for (division, units) in self.divisions() {
            self.division(&mut out, division, &units, verbose);
        }
        self.missing_text(&mut out, verbose);
        self.of_nobody(&mut out, verbose);
        if verbose {
            self.layouts(&mut out);
        }
        out
    }

    fn heading(&self, out: &mut String) {
        let (due, sent, surplus) = sums(self.units.values());
        let with = |wrong: fn(&Troubles) -> bool| self.files.values().filter(|troubles| wrong(troubles)).map(|_| 1_u64).sum();
        let (errors, warnings) = (with(|t| t.errors > 0), with(|t| t.errors == 0 && t.warnings > 0));
        let title = self.only.map_or_else(|| self.scheme.title.clone(), |unit| self.scheme.frame.path(unit));
        let sums = Sums { due, sent, surplus, errors, warnings };
        let _ = writeln!(out, "{}", said::head(&title, self.files.len(), sums, self.language));
    }

    fn division(&self, out: &mut String, division: SubjectId, units: &[SubjectId], verbose: bool) {
        let frame = &self.scheme.frame;
        let rows: Vec<(SubjectId, &UnitRow)> = units.iter().filter_map(|id| Some((*id, self.units.get(id)?))).collect();
        let (due, sent, surplus) = sums(rows.iter().map(|(_, row)| *row));
        let (errors, warnings) =
            rows.iter().fold((0, 0), |sum, (_, row)| (sum.0 + row.troubles.errors, sum.1 + row.troubles.warnings));
        let name = &frame.subject(division).name;
        let _ = writeln!(out, "\n{}", said::division(name, Sums { due, sent, surplus, errors, warnings }, self.language));
        let notable: Vec<&(SubjectId, &UnitRow)> =
            rows.iter().filter(|(_, row)| verbose || self.only.is_some() || row.is_notable()).collect();
        let shown = if verbose || self.only.is_some() { notable.len() } else { notable.len().min(MOST_UNITS) };
        self.table(out, division, &notable[..shown]);
        let (folded, fine) = (notable.len() - shown, rows.len() - notable.len());
        let mut rest = Vec::new();
        if folded > 0 {
            rest.push(said::folded(folded, self.language));
        }
        if fine > 0 {
            rest.push(said::fine(fine, self.language));
        }
        if !rest.is_empty() {
            let hint = said::HOW_TO_SEE.said(self.language);
            let hint = if folded > 0 { hint } else { "" };
            let _ = writeln!(out, "  {}{hint}", rest.join(words::between_sentences(self.language)));
        }
    }

    /// One line a unit, one column a form.
    fn table(&self, out: &mut String, division: SubjectId, rows: &[&(SubjectId, &UnitRow)]) {
        if rows.is_empty() {
            return;
        }
        let papers: Vec<Paper> =
            self.papers.iter().copied().filter(|paper| rows.iter().any(|(_, row)| row.returns.contains_key(paper))).collect();
        let mut lines: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
        let mut head = vec![said::UNIT.said(self.language).to_owned()];
        head.extend(papers.iter().map(|paper| self.paper(*paper)));
        head.extend(said::TROUBLES.map(|head| head.said(self.language).to_owned()));
        lines.push(head);
        for (unit, row) in rows {
            let mut line = vec![self.below(division, *unit)];
            line.extend(papers.iter().map(|paper| self.mark(row.returns.get(paper).copied())));
            let number = |count: u64| if count == 0 { "·".to_owned() } else { count.to_string() };
            line.extend([number(row.troubles.errors), number(row.troubles.warnings)]);
            lines.push(line);
        }
        let width = |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..lines.first().map_or(0, Vec::len)).map(width).collect();
        for line in &lines {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())));
            let _ = writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }

    fn mark(&self, due: Option<Due>) -> String {
        match due {
            Some(due) if due.missing() => said::MISSING.said(self.language).to_owned(),
            Some(due) if due.surplus => said::SURPLUS.said(self.language).to_owned(),
            Some(due) if due.sources > 1 => format!("✓{}", due.sources),
            Some(due) if due.sources == 1 => "✓".to_owned(),
            _ => "·".to_owned(),
        }
    }

    /// The form's name, with the procedure where it feeds more than one.
    fn paper(&self, (procedure, form): Paper) -> String {
        let form = self.scheme.form(form);
        if form.procedures.len() < 2 {
            return form.name.clone();
        }
        let procedure = &self.scheme.index.node(procedure).name;
        said::form_of(&form.name, procedure, self.language)
    }

    /// A unit's path below its division.
    fn below(&self, division: SubjectId, unit: SubjectId) -> String {
        let frame = &self.scheme.frame;
        let mut names: Vec<&str> =
            frame.lineage(unit).take_while(|id| *id != division).map(|id| frame.subject(id).name.as_str()).collect();
        names.reverse();
        if names.is_empty() { said::ITSELF.said(self.language).to_owned() } else { names.join("/") }
    }

    /// The list of missing returns, ready to be sent round.
    fn missing_text(&self, out: &mut String, verbose: bool) {
        let mut lines: Vec<(SubjectId, String)> = Vec::new();
        for (division, units) in self.divisions() {
            for unit in units {
                let Some(row) = self.units.get(&unit) else { continue };
                let papers: Vec<String> =
                    row.returns.iter().filter(|(_, due)| due.missing()).map(|(paper, _)| self.paper(*paper)).collect();
                if !papers.is_empty() {
                    let papers = papers.join(words::between_names(self.language));
                    lines.push((division, format!("{}{}{papers}", self.below(division, unit), words::colon(self.language))));
                }
            }
        }
        if lines.is_empty() {
            let _ = writeln!(out, "\n{}", said::COMPLETE.said(self.language));
            return;
        }
        let _ = writeln!(out, "\n{}", said::MISSING_LIST.said(self.language));
        let shown = if verbose { lines.len() } else { lines.len().min(MOST_MISSING) };
        let mut last = None;
        for (division, line) in lines.iter().take(shown) {
            if last.replace(*division) != Some(*division) {
                let _ = writeln!(out, "{}", self.scheme.frame.subject(*division).name);
            }
            let _ = writeln!(out, "  {line}");
        }
        let rest = lines.len() - shown;
        if rest > 0 {
            let _ = writeln!(out, "  {}", said::more_missing(rest, self.language));
        }
    }

    fn of_nobody(&self, out: &mut String, verbose: bool) {
        let wrong: Vec<(&String, &Troubles)> = self.nobody.iter().filter(|(_, troubles)| troubles.any()).collect();
        if wrong.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", said::OF_NOBODY.said(self.language));
        let shown = if verbose { wrong.len() } else { wrong.len().min(MOST_FILES) };
        for (file, troubles) in wrong.iter().take(shown) {
            let _ = writeln!(out, "  {}", said::file(file, troubles.errors, troubles.warnings, self.language));
        }
        if wrong.len() > shown {
            let _ = writeln!(out, "  {}", said::more(wrong.len() - shown, self.language));
        }
    }

    /// How each sheet was read, and why.
    fn layouts(&self, out: &mut String) {
        let _ = writeln!(out, "\n{}", said::LAYOUTS.said(self.language));
        for source in self.results.sources.iter().filter(|source| self.files.contains_key(&source.file)) {
            let Some(layout) = &source.layout else { continue };
            let sheet = if source.sheet.is_empty() { String::new() } else { format!(" [{}]", source.sheet) };
            let refused = if layout.refused { said::NOT_READ.said(self.language) } else { "" };
            let _ = writeln!(out, "{}{sheet}{refused}", source.file);
            self.layout(out, layout);
        }
    }

    fn layout(&self, out: &mut String, layout: &Layout) {
        let language = self.language;
        let rows: Vec<String> = layout.header_rows.iter().map(|row| (row + 1).to_string()).collect();
        let form = self.scheme.form_by_code(&layout.form).map_or(layout.form.as_str(), |id| &self.scheme.form(id).name);
        let column = |(column, header, means): &(u32, String, String)| {
            let header = header.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{} {header}→{means}", column_letters(*column))
        };
        let columns: Vec<String> = layout.columns.iter().map(column).collect();
        let header = said::HEADER_ROWS.said(language);
        let texts = [
            format!("{form}  {header} {}", rows.join(" ")),
            columns.join(said::between_columns(language)),
            layout.evidence.clone(),
            layout.runner_up.clone(),
        ];
        for (label, text) in said::LAYOUT.map(|label| label.said(language)).into_iter().zip(texts) {
            let _ = writeln!(out, "  {label}  {text}");
        }
        for pin in [&layout.pin, &layout.other_pin].into_iter().filter(|pin| !pin.is_empty()) {
            let _ = writeln!(out, "    {}", pin.trim_end().replace('\n', "\n    "));
        }
    }
}
