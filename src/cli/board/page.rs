//! The board as people read it: a table a division, the list of missing returns, and how each sheet was read.

use super::{Board, Due, Paper, Troubles, UnitRow, sums};
use crate::diagnostic::{Language, column_letters};
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
        let with = |wrong: fn(&Troubles) -> bool| self.files.values().filter(|troubles| wrong(troubles)).count();
        let (errors, warnings) = (with(|t| t.errors > 0), with(|t| t.errors == 0 && t.warnings > 0));
        let files = self.files.len();
        let title = self.only.map_or_else(|| self.scheme.title.clone(), |unit| self.scheme.frame.path(unit));
        let missing = due - sent;
        let _ = match self.language {
            Language::Zh => writeln!(
                out,
                "报送情况  {title}\n应报 {due} 份，已报 {sent} 份，缺报 {missing} 份，多报 {surplus} 份；收到 {files} 个文件：有错误的 {errors} 个，只有警告的 {warnings} 个"
            ),
            Language::En => writeln!(
                out,
                "Returns  {title}\n{due} returns due, {sent} arrived, {missing} missing, {surplus} not due; {files} files: {errors} with errors, {warnings} with warnings only"
            ),
        };
    }

    fn division(&self, out: &mut String, division: SubjectId, units: &[SubjectId], verbose: bool) {
        let frame = &self.scheme.frame;
        let rows: Vec<(SubjectId, &UnitRow)> = units.iter().filter_map(|id| Some((*id, self.units.get(id)?))).collect();
        let (due, sent, surplus) = sums(rows.iter().map(|(_, row)| *row));
        let (errors, warnings) =
            rows.iter().fold((0, 0), |sum, (_, row)| (sum.0 + row.troubles.errors, sum.1 + row.troubles.warnings));
        let name = &frame.subject(division).name;
        let missing = due - sent;
        let _ = match self.language {
            Language::Zh => writeln!(
                out,
                "\n{name}  应报 {due}，已报 {sent}，缺报 {missing}，多报 {surplus}；错误 {errors} 处，警告 {warnings} 处"
            ),
            Language::En => writeln!(
                out,
                "\n{name}  due {due}, arrived {sent}, missing {missing}, not due {surplus}; {errors} errors, {warnings} warnings"
            ),
        };
        let notable: Vec<&(SubjectId, &UnitRow)> =
            rows.iter().filter(|(_, row)| verbose || self.only.is_some() || row.is_notable()).collect();
        let shown = if verbose || self.only.is_some() { notable.len() } else { notable.len().min(MOST_UNITS) };
        self.table(out, division, &notable[..shown]);
        let (folded, fine) = (notable.len() - shown, rows.len() - notable.len());
        let mut rest = Vec::new();
        if folded > 0 {
            rest.push(match self.language {
                Language::Zh => format!("另有 {folded} 个单位有缺报或问题未列"),
                Language::En => format!("{folded} more units with something missing or wrong are not listed"),
            });
        }
        if fine > 0 {
            rest.push(match self.language {
                Language::Zh => format!("{fine} 个单位齐全无误"),
                Language::En => format!("{fine} units complete and in order"),
            });
        }
        if !rest.is_empty() {
            let hint = self.language.pick("（-v 全列，--unit 看一个）", " (-v lists all, --unit shows one)");
            let hint = if folded > 0 { hint } else { "" };
            let _ = writeln!(out, "  {}{hint}", rest.join(self.language.pick("；", "; ")));
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
        let mut head = vec![self.language.pick("单位", "unit").to_owned()];
        head.extend(papers.iter().map(|paper| self.paper(*paper)));
        head.extend([self.language.pick("错误", "errors"), self.language.pick("警告", "warnings")].map(str::to_owned));
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
            Some(due) if due.missing() => self.language.pick("缺", "missing").to_owned(),
            Some(due) if due.surplus => self.language.pick("多报", "not due").to_owned(),
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
        match self.language {
            Language::Zh => format!("{}（{procedure}）", form.name),
            Language::En => format!("{} ({procedure})", form.name),
        }
    }

    /// A unit's path below its division.
    fn below(&self, division: SubjectId, unit: SubjectId) -> String {
        let frame = &self.scheme.frame;
        let mut names: Vec<&str> =
            frame.lineage(unit).take_while(|id| *id != division).map(|id| frame.subject(id).name.as_str()).collect();
        names.reverse();
        if names.is_empty() { self.language.pick("（本级）", "(itself)").to_owned() } else { names.join("/") }
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
                    let papers = papers.join(self.language.pick("、", ", "));
                    lines.push((division, format!("{}{}{papers}", self.below(division, unit), self.language.pick("：", ": "))));
                }
            }
        }
        if lines.is_empty() {
            let _ = writeln!(out, "\n{}", self.language.pick("没有缺报。", "Nothing is missing."));
            return;
        }
        let _ = writeln!(out, "\n{}", self.language.pick("缺报清单（可直接转发）", "Missing returns (to be sent round)"));
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
            let _ = match self.language {
                Language::Zh => writeln!(out, "  …… 另有 {rest} 个单位缺报，-v 全列"),
                Language::En => writeln!(out, "  … {rest} more units; -v lists all"),
            };
        }
    }

    fn of_nobody(&self, out: &mut String, verbose: bool) {
        let wrong: Vec<(&String, &Troubles)> = self.nobody.iter().filter(|(_, troubles)| troubles.any()).collect();
        if wrong.is_empty() {
            return;
        }
        let heading = self
            .language
            .pick("看不出是哪个单位报的、有问题的文件", "Files with findings of which nobody can tell who sent them");
        let _ = writeln!(out, "\n{heading}");
        let shown = if verbose { wrong.len() } else { wrong.len().min(MOST_FILES) };
        for (file, troubles) in wrong.iter().take(shown) {
            let _ = match self.language {
                Language::Zh => writeln!(out, "  {file}  错误 {}，警告 {}", troubles.errors, troubles.warnings),
                Language::En => writeln!(out, "  {file}  {} errors, {} warnings", troubles.errors, troubles.warnings),
            };
        }
        if wrong.len() > shown {
            let _ = match self.language {
                Language::Zh => writeln!(out, "  …… 另有 {} 个，-v 全列", wrong.len() - shown),
                Language::En => writeln!(out, "  … {} more; -v lists all", wrong.len() - shown),
            };
        }
    }

    /// How each sheet was read, and why.
    fn layouts(&self, out: &mut String) {
        let _ = writeln!(out, "\n{}", self.language.pick("每张表是怎样读的", "How each sheet was read"));
        for source in self.results.sources.iter().filter(|source| self.files.contains_key(&source.file)) {
            let Some(layout) = &source.layout else { continue };
            let sheet = if source.sheet.is_empty() { String::new() } else { format!(" [{}]", source.sheet) };
            let refused = if layout.refused { self.language.pick("（未读）", " (not read)") } else { "" };
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
        let header = language.pick("表头行", "header rows");
        let lines = [
            (language.pick("表", "form"), format!("{form}  {header} {}", rows.join(" "))),
            (language.pick("各列", "columns"), columns.join("｜")),
            (language.pick("依据", "why"), layout.evidence.clone()),
            (language.pick("次选", "next"), layout.runner_up.clone()),
        ];
        for (label, text) in lines {
            let _ = writeln!(out, "  {label}  {text}");
        }
        for pin in [&layout.pin, &layout.other_pin].into_iter().filter(|pin| !pin.is_empty()) {
            let _ = writeln!(out, "    {}", pin.trim_end().replace('\n', "\n    "));
        }
    }
}
