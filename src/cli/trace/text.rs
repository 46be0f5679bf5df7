//! The sheet written out, line by line, as somebody with a pocket calculator would.

use super::sheet::{CellPart, Change, Error, Interval, Part, Sheet, Source, Term, Turn, TurningPart};
use crate::cli::words::{
    self,
    trace::{self as said, Changed},
};
use crate::diagnostic::Language;
use std::fmt::Write as _;

/// Sums of more terms than this are left to the data.
const MOST_TERMS: usize = 40;
/// Ranks of an interval that are told one by one.
const MOST_RANKS: usize = 12;

/// The whole page.
pub fn text(sheet: &Sheet, language: Language) -> String {
    let mut page = Page { language, places: sheet.places, out: String::new() };
    page.head(sheet);
    page.out.push('\n');
    page.part(&sheet.node, 0, None);
    if let Some(person) = &sheet.person {
        page.person(person);
    }
    if sheet.rounded {
        page.out.push('\n');
        page.rounded();
    }
    if let Some(turning) = &sheet.turning {
        page.out.push('\n');
        page.turning(turning, sheet);
    }
    page.out.push('\n');
    page.sources(&sheet.sources);
    page.out
}

struct Page {
    language: Language,
    places: u32,
    out: String,
}

impl Page {
    /// Why sums may be off by a last place.
    fn rounded(&mut self) {
        self.line(0, said::ROUNDED.said(self.language));
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{}", "  ".repeat(depth), text.trim_end());
    }

    /// Who, total, place, grade, and how the total came from the composite.
    fn head(&mut self, sheet: &Sheet) {
        self.line(0, &format!("{} [{}] {} {}", sheet.path, sheet.subject.code, sheet.level, sheet.domain));
        let score = sheet.total.as_ref().map_or("—", |total| total.published.as_str());
        let rank = sheet.rank.map_or_else(|| "—".to_owned(), |rank| format!("{rank}/{}", sheet.of));
        self.line(0, &said::head(score, &rank, &sheet.grade, self.language));
        if let Some(adjustments) = &sheet.adjustments {
            let (composite, bonus) = (&adjustments.composite.published, &adjustments.bonus);
            let numbers = [composite, bonus, &adjustments.bonus_claimed, &adjustments.deduction, score];
            self.line(0, &said::adjusted(numbers, self.language));
        }
        if let Some((low, high)) = &sheet.bounds {
            let text = format!("{} [{}, {}]", said::BOUNDS.said(self.language), low.published, high.published);
            self.line(0, &text);
        }
        if sheet.vetoed {
            self.line(0, said::VETOED.said(self.language));
        }
        for interval in &sheet.stability {
            let text = self.interval(interval);
            self.line(0, &text);
        }
    }

    /// A rank interval, with the likeliest ranks.
    fn interval(&self, interval: &Interval) -> String {
        let language = self.language;
        let mut text = said::ranks(&interval.cause, interval.low, interval.high, &interval.grade_kept, language);
        if interval.widened {
            text.push_str(said::WIDENED.said(language));
        }
        let likely: Vec<String> =
            interval.probabilities.iter().take(MOST_RANKS).map(|(rank, share)| said::rank(*rank, share, language)).collect();
        if likely.len() > 1 {
            let more = if interval.probabilities.len() > likely.len() { " …" } else { "" };
            let _ = write!(text, "{}{}{more}", words::colon(language), likely.join(words::between_parts(language)));
        }
        text
    }

    /// A node, the sum that makes it, and everything below.
    fn part(&mut self, part: &Part, depth: usize, above: Option<&Part>) {
        let mut title = format!("{} [{}] {}", part.name, part.code, self.value(part));
        if above.is_some() {
            let _ = write!(title, "  {} {} → {}", said::WEIGHT.said(self.language), part.weight.nominal, part.weight.effective);
        }
        self.line(depth, &title);
        let inside = depth + 1;
        if let Some(measure) = &part.measure {
            self.line(inside, measure);
        }
        for cell in &part.cells {
            self.cell(cell, part, inside);
        }
        self.sum(&part.terms, part, inside);
        self.sure(part, above, inside);
        for child in &part.children {
            self.part(child, inside, Some(part));
        }
    }

    fn value(&self, part: &Part) -> String {
        let language = self.language;
        let mut text = match (&part.score, part.hidden) {
            (_, true) => said::HIDDEN_SCORE.said(language).to_owned(),
            (Some(value), false) => format!("= {}", value.published),
            (None, false) => said::missing(part.missing.as_deref(), language),
        };
        if part.incomplete {
            let _ = write!(text, "  {}", said::incomplete(&part.coverage, language));
        }
        if let Some(rollup) = &part.rollup {
            let _ = write!(text, "  {}", said::rolled_up(&rollup.method, rollup.with_score, rollup.members, language));
        }
        if part.imported {
            text.push_str(said::IMPORTED.said(language));
        }
        if let (Some(own), Some(gap)) = (&part.self_rated, &part.self_gap) {
            let _ = write!(text, "  {}", said::self_rated(&own.published, &gap.published, language));
        }
        text
    }

    /// `= a × w + b × w = … + … = exact → published`.
    fn sum(&mut self, terms: &[Term], part: &Part, depth: usize) {
        let (Some(score), false) = (&part.score, terms.is_empty()) else { return };
        if terms.len() > MOST_TERMS {
            self.line(depth, &said::many_terms(terms.len(), self.language));
        } else {
            self.products(terms, depth);
        }
        self.line(depth, &said::rounded_to(&score.exact, self.places, &score.published, self.language));
    }

    fn products(&mut self, terms: &[Term], depth: usize) {
        let products: Vec<String> = terms.iter().map(|term| format!("{} × {}", term.value, term.weight)).collect();
        self.line(depth, &format!("= {}", products.join(" + ")));
        if terms.len() > 1 {
            let values: Vec<&str> = terms.iter().map(|term| term.product.as_str()).collect();
            self.line(depth, &format!("= {}", values.join(" + ")));
        }
    }

    /// The error of a node, or why it has none, unless the node above has just said so.
    fn sure(&mut self, part: &Part, above: Option<&Part>, depth: usize) {
        if part.hidden {
            return;
        }
        if let Some(error) = &part.error {
            let text = self.error(error);
            self.line(depth, &text);
        } else if let Some(why) = part.no_error.as_ref().filter(|_| above.is_none_or(|above| above.no_error != part.no_error)) {
            self.line(depth, why);
        }
    }

    fn error(&self, error: &Error) -> String {
        let Error { se, df, moderated, t, low, high, basis } = error;
        let mut text = said::standard_error(se, basis, df, self.language);
        if let Some((se, df)) = moderated {
            text.push_str(&said::moderated(se, df, self.language));
        }
        let arrow =
            t.as_ref().map_or_else(String::new, |t| format!(" ± {t} × {} →", moderated.as_ref().map_or(se, |(se, _)| se)));
        format!("{text}{arrow} {} [{low}, {high}]", said::INTERVAL.said(self.language))
    }

    /// One stratum: counts, values, sum, mean.
    fn cell(&mut self, cell: &CellPart, part: &Part, depth: usize) {
        let name = &cell.stratum;
        if cell.hidden {
            let text = format!("{name} {}", said::HIDDEN_CELL.said(self.language));
            self.line(depth, text.trim_start());
            return;
        }
        let weight = format!("{} → {}", cell.weight.nominal, cell.weight.effective);
        let mut text = said::stratum(name, &weight, cell.n, self.language);
        if cell.abstained > 0 {
            let _ = write!(text, "{} {}", said::ABSTAINED.said(self.language), cell.abstained);
        }
        if cell.trimmed > 0 {
            text.push_str(&said::trimmed(cell.trimmed, self.language));
        }
        self.line(depth, text.trim_start());
        let answers: Vec<String> = cell
            .answers
            .iter()
            .map(|answer| match &answer.value {
                Some(value) if *value == answer.answer => format!("{}×{}", answer.answer, answer.count),
                Some(value) => format!("{}({value})×{}", answer.answer, answer.count),
                None => format!("{}(—)×{}", answer.answer, answer.count),
            })
            .collect();
        let Some((sum, score)) = cell.sum.as_ref().zip(cell.score.as_ref()) else {
            if !answers.is_empty() {
                self.line(depth + 1, &answers.join(words::between_parts(self.language)));
            }
            return;
        };
        let plain = part.measure.is_none() && cell.trimmed == 0;
        let made = match (plain, part.measure.is_none()) {
            (true, _) => format!(" = {sum} ÷ {} = {score}", cell.n),
            (_, true) => said::left(sum, cell.n, score, self.language),
            _ => format!(" → {score}"),
        };
        self.line(depth + 1, &format!("{}{made}", answers.join(if plain { " + " } else { words::between_parts(self.language) })));
        // of a single stratum the item says it
        if let Some(error) = cell.error.as_ref().filter(|_| part.cells.len() > 1) {
            let text = self.error(error);
            self.line(depth + 1, &text);
        }
    }

    /// The unit's calculation, then limits, quota and the way to other grades.
    fn person(&mut self, person: &super::person::PersonSheet) {
        if let Some(unit) = &person.unit_part {
            self.out.push('\n');
            let who = &person.unit;
            let text = format!("{}{} [{}]", said::UNIT_PART.said(self.language), who.name, who.code);
            self.line(0, &text);
            self.part(unit, 1, None);
        }
        self.out.push('\n');
        for (depth, text) in super::person::lines(person, self.language) {
            self.line(depth, &text);
        }
    }

    /// The smallest change of one answer that would change the grade by score.
    fn turning(&mut self, turning: &TurningPart, sheet: &Sheet) {
        let language = self.language;
        self.line(0, said::TURNING.said(language));
        if sheet.grade != sheet.grade_by_score {
            self.line(1, &said::graded_otherwise(&sheet.grade_by_score, &sheet.grade, language));
        }
        for (up, turn) in [(true, &turning.up), (false, &turning.down)] {
            if let Some(turn) = turn {
                self.turn(turn, up);
            }
        }
        if turning.up.is_none() && turning.down.is_none() {
            self.line(1, said::NO_OTHER_GRADE.said(language));
        }
        if turning.hidden_cells > 0 {
            self.line(1, &said::hidden_cells(turning.hidden_cells, language));
        }
        if turning.items_set_aside > 0 {
            self.line(1, &said::set_aside(turning.items_set_aside, language));
        }
    }

    fn turn(&mut self, turn: &Turn, up: bool) {
        self.line(1, &said::distance(up, &turn.grade, &turn.distance, self.language));
        let options = (&turn.option, turn.has_options, said::NO_OPTION);
        let points = (&turn.points, turn.has_points, said::NO_POINTS);
        for (change, _, none) in [options, points].into_iter().filter(|(_, there, _)| *there) {
            let text = change.as_ref().map_or_else(|| none.said(self.language).to_owned(), |change| self.change(change));
            self.line(2, &text);
        }
    }

    fn change(&self, change: &Change) -> String {
        let Change { subject, node, name, stratum, from, to, by, cell_before, cell_after, total, grade } = change;
        let place = format!("{} {name} [{node}] {stratum}", subject.name);
        let (place, by, total) = (place.trim_end(), by.as_deref(), &total.published);
        said::changed(&Changed { place, from, to, by, cell: [cell_before, cell_after], total, grade }, self.language)
    }

    fn sources(&mut self, sources: &[Source]) {
        self.line(0, said::SOURCES.said(self.language));
        for source in sources {
            let sheet = if source.sheet.is_empty() { String::new() } else { format!(" [{}]", source.sheet) };
            let mut text = format!("{}  {}{sheet}", source.form, source.file);
            if let Some(row) = source.first_row.filter(|_| !source.columns.is_empty()) {
                let columns = source.columns.join(words::between_names(self.language));
                text.push_str(&said::columns(&columns, row, self.language));
            }
            self.line(1, &text);
        }
    }
}
