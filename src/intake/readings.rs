//! Every reading that a header allows: wide and matrix here (answers run across), the rest in `readings_down`.

use super::answers::{Odd, Reader};
use super::cells::{is_drawn_tick, is_missing, key, tick};
use super::context::{FormWords, Sure, scale_of};
use super::export::{self, Export};
use super::heads::{Head, Header};
use super::layout::{Down, Plan, PlanColumn, Role};
use super::names::Found;
use super::recognise::because;
use super::sheet::Sheet;
use super::tried::{Tried, TriedRow};
use super::words::Use;
use crate::survey::{Form, FormId, FormKind, ItemId, Shape, SubjectId, UnitFrom};

/// One header tried for one form.
pub(super) struct Attempt<'t, 'c> {
    pub sheet: &'t Sheet<'c>,
    pub header: &'t Header,
    pub tried: &'t Tried<'t, 'c>,
    pub below: &'t [TriedRow],
    pub form: FormId,
    /// What names say for each form.
    pub named: &'t [f64],
}

/// All readings of one header, for every form.
pub(super) fn readings(
    sheet: &Sheet<'_>,
    tried: &Tried<'_, '_>,
    header: &Header,
    below: &[TriedRow],
    named: &[f64],
) -> Vec<Plan> {
    let mut out = Vec::new();
    let nobody = sheet.context.people.is_empty();
    for form in sheet.context.scheme.form_ids().filter(|form| !(nobody && sheet.context.scheme.form(*form).persons)) {
        let attempt = Attempt { sheet, header, tried, below, form, named };
        out.extend([attempt.wide(), attempt.ticks_or_votes(), attempt.matrix()].into_iter().flatten());
        // A questionnaire is filled one row a person.
        if header.export.is_none() {
            out.extend(attempt.downwards());
        }
    }
    out
}

impl<'t> Attempt<'t, '_> {
    pub(super) fn the_form(&self) -> &'t Form {
        self.sheet.context.scheme.form(self.form)
    }

    pub(super) fn words(&self) -> &'t FormWords {
        self.sheet.context.words(self.form)
    }

    /// The role a rule gives to a header, if one does.
    pub(super) fn by_rule(&self, head: &Head) -> Option<Role> {
        let is = |header: &str| {
            let header = key(header);
            head.levels.contains(&header) || head.joined() == header || key(&head.text) == header
        };
        if let Some(UnitFrom::Column(header)) = &self.sheet.rule.unit_from
            && is(header)
        {
            return Some(Role::Unit);
        }
        let (_, used) = self.sheet.rule.columns.iter().find(|(header, _)| is(header))?;
        Some(match used.as_str() {
            "ballot" => Role::Ballot,
            "unit" => Role::Unit,
            "subject" => Role::Subject,
            "stratum" => Role::Stratum,
            "procedure" => Role::Procedure,
            "item" => Role::ItemName,
            "answer" => Role::AnswerText,
            "count" => Role::Count,
            other => match other.strip_prefix("item:").and_then(|code| self.words().by_code(&key(code))) {
                Some(item) => Role::Answer(item, None),
                None => Role::Meta,
            },
        })
    }

    /// The role of a header that names no item.
    pub(super) fn by_word(&self, head: &Head) -> Role {
        if let Some(Export { platform, .. }) = self.header.export
            && let Some(role) = export::role(platform, head, || self.subjects_share(head.column))
        {
            return role;
        }
        let Some(used) = head.used else {
            return Role::Unknown;
        };
        match used {
            Use::Ballot => Role::Ballot,
            Use::Sequence => Role::Sequence,
            Use::Unit => Role::Unit,
            Use::UnitPart => Role::UnitPart,
            Use::Subject => Role::Subject,
            Use::Stratum if self.the_form().strata.is_some() => Role::Stratum,
            Use::Procedure if self.the_form().procedures.len() > 1 => Role::Procedure,
            Use::Private => Role::Private,
            Use::Aggregate => Role::Aggregate,
            Use::Receipt(head) => Role::Receipt(head),
            Use::Stratum | Use::Procedure | Use::Meta => Role::Meta,
            Use::Item | Use::Answer | Use::Count | Use::Full | Use::SelfScore | Use::Score | Use::Deduction => Role::Unknown,
        }
    }

    /// The item a header names.
    pub(super) fn item_of(&self, head: &Head) -> Option<(ItemId, Sure)> {
        let words = self.words();
        // Question 3 of a questionnaire need not be item 3 of the form: only words count there.
        let sure = |found: &(ItemId, Sure)| found.1 > Sure::Number || self.header.export.is_none();
        let mut found = words.item(head.last()).filter(sure);
        for other in [head.joined(), head.levels.first().cloned().unwrap_or_default()] {
            // An option or a number below an item's name is a vote column or already data.
            let lower = self
                .sheet
                .context
                .scheme
                .scales
                .iter()
                .enumerate()
                .any(|(scale, _)| self.sheet.context.option(scale, head.last()).is_some());
            if found.is_none_or(|(_, sure)| sure == Sure::Number) && (head.levels.len() == 1 || !lower) {
                found = words.item(&other).filter(|(_, sure)| *sure > Sure::Number).or(found);
            }
        }
        found
    }

    /// Item and option named together by two levels (or by one, `政治建设-优秀`).
    fn pair(&self, head: &Head) -> Option<(ItemId, u8)> {
        let parts: Vec<String> = if head.levels.len() > 1 {
            head.levels.clone()
        } else {
            let (item, option) = split_pair(head.last())?;
            vec![item.to_owned(), option.to_owned()]
        };
        let option_text = parts.last()?;
        let (item, _) = parts[..parts.len() - 1].iter().rev().find_map(|part| self.words().item(part))?;
        let scale = scale_of(self.the_form(), item)?;
        Some((item, self.sheet.context.option_header(scale, option_text)?))
    }

    /// Answers of single cells that can be read, as a share of those given.
    pub(super) fn valid_share(&self, columns: &[(u32, ItemId)]) -> f64 {
        self.readable_share(columns, self.header.export)
    }

    fn readable_share(&self, columns: &[(u32, ItemId)], export: Option<Export>) -> f64 {
        let (mut given, mut good) = (0u32, 0u32);
        for (column, item) in columns {
            let reader = Reader::new(self.sheet.context, self.the_form(), *item).of_export(export);
            for word in self.samples(*column).into_iter().filter(|word| !is_missing(word)) {
                given += 1;
                let odd = reader.read_word(word).1;
                good += u32::from(!matches!(
                    odd,
                    Odd::UnknownOption | Odd::NotANumber | Odd::GradeWord | Odd::Date | Odd::AboveFull | Odd::Negative
                ));
            }
        }
        if given == 0 { 0.75 } else { f64::from(good) / f64::from(given) }
    }

    /// Keys of a column's non-empty cells in the sample, sums left out.
    pub(super) fn samples(&self, column: u32) -> Vec<&'t str> {
        self.below.iter().filter(|row| !row.sums).map(|row| row.get(column)).filter(|word| !word.is_empty()).collect()
    }

    /// Whom a word names: a person where the form rates persons, else a unit.
    pub(super) fn whom(&self, word: &str) -> Found {
        if self.the_form().persons { self.tried.find_person(word) } else { self.tried.find(word) }
    }

    pub(super) fn subjects_share(&self, column: u32) -> f64 {
        share(&self.samples(column), |word| self.whom(word) != Found::None)
    }

    /// The column that says whom a row rates.
    pub(super) fn label(&self, columns: &[PlanColumn]) -> Option<u32> {
        let persons = self.the_form().persons;
        let says = |role: Role| role == Role::Subject || (role == Role::Unit && !persons);
        columns.iter().find(|column| says(column.role)).map(|column| column.column)
    }

    fn strata_share(&self, column: u32) -> f64 {
        share(&self.samples(column), |word| self.sheet.context.stratum(self.the_form(), word).is_some())
    }

    /// Share of the column's values that are bare numbers.
    fn numbers_share(&self, column: u32) -> f64 {
        share(&self.samples(column), |word| word.bytes().all(|sign| sign.is_ascii_digit()))
    }

    /// Gives unnamed columns of names their role, and takes 姓名 of respondents out.
    pub(super) fn settle_labels(&self, columns: &mut [PlanColumn]) {
        if self.the_form().persons {
            self.settle_persons(columns);
        } else {
            self.settle_units(columns);
        }
        if self.the_form().strata.is_some() && !columns.iter().any(|column| column.role == Role::Stratum) {
            let unnamed = columns.iter_mut().filter(|column| column.role == Role::Unknown);
            if let Some(column) = unnamed.into_iter().find(|column| self.strata_share(column.column) >= 0.6) {
                column.role = Role::Stratum;
            }
        }
    }

    /// The columns that name persons, ids beside names too. 姓名 that are nobody's beside them are the raters' own: taken out.
    fn settle_persons(&self, columns: &mut [PlanColumn]) {
        let ruled = |column: &PlanColumn| self.by_column_rule(&column.header).is_some();
        let names = |column: &PlanColumn| {
            let free =
                matches!(column.role, Role::Unknown | Role::Unit | Role::Ballot | Role::Sequence | Role::Private | Role::Meta);
            let counted = column.role == Role::Sequence && self.numbers_share(column.column) >= 0.5;
            // What an export says of its respondents names nobody who is rated, even where all of them are in the frame.
            let respondents = column.role == Role::Private && self.header.export.is_some();
            free && !counted && !respondents && !ruled(column) && self.subjects_share(column.column) >= 0.6
        };
        for column in columns.iter_mut() {
            if names(column) {
                column.role = Role::Subject;
            }
        }
        let told = |column: &PlanColumn| column.role == Role::Subject && self.subjects_share(column.column) >= 0.2;
        if !columns.iter().any(told) {
            return;
        }
        for column in columns.iter_mut() {
            if column.role == Role::Subject && !told(column) && !ruled(column) && !self.samples(column.column).is_empty() {
                column.role = Role::Private;
            }
        }
    }

    fn settle_units(&self, columns: &mut [PlanColumn]) {
        let has = |columns: &[PlanColumn], role| columns.iter().any(|column| column.role == role);
        let unit_there = has(columns, Role::Unit) || has(columns, Role::UnitPart);
        for column in columns.iter_mut().filter(|column| column.role == Role::Subject) {
            if self.subjects_share(column.column) < 0.2
                && unit_there
                && !self.below.is_empty()
                && self.by_column_rule(&column.header).is_none()
            {
                column.role = Role::Private;
            }
        }
        if !has(columns, Role::Unit) && !has(columns, Role::Subject) {
            // A number under 编号 is the ballot's own, even where the frame has codes like it.
            let numbered = |column: &PlanColumn| self.numbers_share(column.column) >= 0.5;
            let unnamed = columns
                .iter_mut()
                .filter(|column| column.role == Role::Unknown || (column.role == Role::Ballot && !numbered(column)));
            if let Some(column) = unnamed.into_iter().find(|column| self.subjects_share(column.column) >= 0.6) {
                column.role = Role::Unit;
            }
        }
    }

    fn by_column_rule(&self, header: &str) -> Option<&str> {
        let header = key(header);
        self.sheet.rule.columns.iter().find(|(known, _)| key(known) == header).map(|(_, used)| used.as_str())
    }

    pub(super) fn plan(&self, shape: Shape, columns: Vec<PlanColumn>, structure: f64, evidence: String) -> Plan {
        Plan {
            form: self.form,
            partner: None,
            shape,
            down: Down::No,
            header_rows: self.header.rows.clone(),
            columns,
            structure,
            score: 0.0,
            repeated: Vec::new(),
            export: self.header.export,
            evidence,
            runner_up: String::new(),
        }
    }

    /// One ballot (or unit) a row, one item a column.
    fn wide(&self) -> Option<Plan> {
        let form = self.the_form();
        let mut columns = Vec::with_capacity(self.header.heads.len());
        let mut weights: Vec<f64> = vec![0.0; form.items.len()];
        let (mut repeated, mut answers) = (Vec::new(), Vec::new());
        for head in &self.header.heads {
            if self.by_rule(head).is_none() && head.last_judge {
                return None;
            }
            let named = self.item_of(head).filter(|(_, sure)| *sure > Sure::Number || self.by_word(head) == Role::Unknown);
            let mut role = match (self.by_rule(head), named) {
                (Some(role), _) => role,
                (None, Some((item, _))) => Role::Answer(item, None),
                (None, None) => self.by_word(head),
            };
            if let Role::Answer(item, _) = role {
                let weight = weights.get_mut(usize::from(item.0))?;
                if *weight > 0.0 {
                    repeated.push((head.column, item));
                    role = Role::Unknown;
                } else {
                    *weight = named.map_or(1.0, |(_, sure)| sure.weight());
                    answers.push((head.column, item));
                }
            }
            columns.push(PlanColumn { column: head.column, header: head.text.clone(), role });
        }
        // Bare numbers with nothing answered below them are as likely the last row of data.
        let named = weights.iter().any(|weight| *weight > Sure::Number.weight());
        let silent = || answers.iter().all(|(column, _)| self.samples(*column).is_empty());
        if self.swallows_answers(&answers) || (!named && silent()) {
            return None;
        }
        self.settle_labels(&mut columns);
        let many_units = columns.iter().any(|column| matches!(column.role, Role::Unit | Role::Subject));
        if answers.is_empty() || (form.kind != FormKind::Ballot && !many_units) {
            return None;
        }
        let (valid, export) = self.coding(&answers);
        let unknown = self.strangers(&columns);
        let structure =
            of(weights.iter().sum(), form.items.len()) * 0.6f64.mul_add(valid, 0.4) * of_found(answers.len(), unknown);
        let evidence = self.told(export, self.across(answers.len(), form.items.len(), valid));
        Some(Plan { export, repeated, ..self.plan(Shape::Wide, columns, structure, evidence) })
    }

    /// The share of answers that can be read, and how an export gives them: by number where every answer in the sample is one
    /// and the scale has no words of that kind.
    fn coding(&self, answers: &[(u32, ItemId)]) -> (f64, Option<Export>) {
        let plain = self.valid_share(answers);
        let Some(export) = self.header.export.filter(|export| export.platform.has_numbers() && plain < 1.0) else {
            return (plain, self.header.export);
        };
        let by_number = Export { by_number: true, ..export };
        let choices = answers.iter().any(|(_, item)| {
            scale_of(self.the_form(), *item).is_some_and(|scale| self.sheet.context.numberless(scale).is_some())
        });
        let share = if choices { self.readable_share(answers, Some(by_number)) } else { 0.0 };
        // A single text among the answers: these are no numbers of options.
        let all = (share - 1.0).abs() < f64::EPSILON;
        if all { (share, Some(by_number)) } else { (plain, self.header.export) }
    }

    /// Whether a lower row of the header holds answers: then it is data, and a ballot would be lost.
    fn swallows_answers(&self, answers: &[(u32, ItemId)]) -> bool {
        self.header.heads.iter().filter(|head| head.levels.len() > 1).any(|head| {
            let item = answers.iter().find(|(column, _)| *column == head.column).map(|(_, item)| *item);
            item.is_some_and(|item| {
                let reader = Reader::new(self.sheet.context, self.the_form(), item);
                head.levels[1..].iter().any(|level| reader.read_word(level).0.is_answered())
            })
        })
    }

    /// Columns that nothing explains. A questionnaire asks more than the form: there they are no sign of a wrong reading.
    fn strangers(&self, columns: &[PlanColumn]) -> usize {
        if self.header.export.is_some() {
            return 0;
        }
        columns.iter().filter(|column| column.role == Role::Unknown).count()
    }

    /// The evidence with the platform in front.
    fn told(&self, export: Option<Export>, evidence: String) -> String {
        let Some(Export { platform, by_number, .. }) = export else { return evidence };
        let language = self.sheet.context.scheme.language;
        let name = platform.name(language);
        match (by_number, platform.has_numbers()) {
            (true, _) => because(
                language,
                format!("{name}导出（按序号：1、2、3…依选项次序）；{evidence}"),
                format!("export of {name} (by number: 1, 2, 3… in the order of the scale); {evidence}"),
            ),
            (false, true) => {
                because(language, format!("{name}导出（按文本）；{evidence}"), format!("export of {name} (by text); {evidence}"))
            }
            (false, false) => because(language, format!("{name}导出；{evidence}"), format!("export of {name}; {evidence}")),
        }
    }

    pub(super) fn across(&self, found: usize, all: usize, valid: f64) -> String {
        let percent = (valid * 100.0).round();
        because(
            self.sheet.context.scheme.language,
            format!("题目对上 {found}/{all}，可读答案 {percent}%"),
            format!("{found} of {all} items found, {percent}% of answers readable"),
        )
    }

    /// item × option in the header: ticks of ballots, or counts of votes.
    fn ticks_or_votes(&self) -> Option<Plan> {
        let form = self.the_form();
        let mut columns = Vec::with_capacity(self.header.heads.len());
        let mut pairs: Vec<(u32, ItemId, u8)> = Vec::new();
        for head in &self.header.heads {
            let pair = self.pair(head).filter(|(item, option)| !pairs.iter().any(|(_, i, o)| i == item && o == option));
            let role = match (self.by_rule(head), pair) {
                (Some(role), _) => role,
                (None, Some((item, option))) => {
                    pairs.push((head.column, item, option));
                    Role::Tick(item, None, option)
                }
                (None, None) => self.by_word(head),
            };
            columns.push(PlanColumn { column: head.column, header: head.text.clone(), role });
        }
        if pairs.len() < 2 {
            return None;
        }
        self.settle_labels(&mut columns);
        let mut items: Vec<ItemId> = pairs.iter().map(|(_, item, _)| *item).collect();
        items.dedup();
        items.sort_unstable();
        items.dedup();
        let cells: Vec<u32> = pairs.iter().map(|(column, ..)| *column).collect();
        let (ticks, valid) = self.ticks(&cells);
        let structure = of(count(items.len().min(form.items.len())), form.items.len()) * 0.6f64.mul_add(valid, 0.4);
        let evidence = self.told(self.header.export, self.across(items.len(), form.items.len(), valid));
        if ticks {
            return Some(self.plan(Shape::Wide, columns, structure, evidence));
        }
        if self.header.export.is_some() {
            return None; // nobody counts votes on such a platform
        }
        for column in &mut columns {
            if let Role::Tick(item, _, option) = column.role {
                column.role = Role::Votes(Some(item), None, option);
            }
        }
        Some(self.plan(Shape::Votes, columns, structure, evidence))
    }

    /// Whether cells hold ticks (else counts), and the share of them that is one or the other.
    pub(super) fn ticks(&self, columns: &[u32]) -> (bool, f64) {
        let (mut given, mut drawn, mut ones, mut counts) = (0u32, 0u32, 0u32, 0u32);
        for row in self.below.iter().filter(|row| !row.sums) {
            for column in columns {
                let word = row.get(*column);
                if is_missing(word) || (self.header.export.is_some() && matches!(word, "-2" | "-3")) {
                    continue;
                }
                given += 1;
                if is_drawn_tick(word) {
                    drawn += 1;
                } else if matches!(word, "0" | "1") {
                    ones += 1;
                } else if super::cells::count(word).is_some() {
                    counts += 1;
                } else if tick(word).is_some() {
                    drawn += 1;
                }
            }
        }
        let ticks = counts == 0 && (drawn > 0 || (ones > 0 && self.below.len() >= 3));
        let good = if ticks { drawn + ones } else { counts + ones };
        (ticks, if given == 0 { 0.75 } else { f64::from(good) / f64::from(given) })
    }

    /// One ballot a row, one subject (× item) a column.
    fn matrix(&self) -> Option<Plan> {
        let form = self.the_form();
        let mut columns = Vec::with_capacity(self.header.heads.len());
        let mut answers: Vec<(u32, ItemId)> = Vec::new();
        let mut subjects: Vec<SubjectId> = Vec::new();
        for head in &self.header.heads {
            let rated = self.rated(head).filter(|_| form.kind == FormKind::Ballot);
            let role = match (self.by_rule(head), rated) {
                (Some(role), _) | (None, Some(role)) => role,
                (None, None) => self.by_word(head),
            };
            if let Role::Answer(item, Some(subject)) | Role::Tick(item, Some(subject), _) = role {
                if matches!(role, Role::Answer(..)) {
                    answers.push((head.column, item));
                }
                subjects.push(subject);
            }
            columns.push(PlanColumn { column: head.column, header: head.text.clone(), role });
        }
        subjects.sort_unstable();
        subjects.dedup();
        if subjects.len() < 2 || self.swallows_answers(&answers) {
            return None;
        }
        let (valid, export) = self.coding(&answers);
        let unknown = self.strangers(&columns);
        let structure = 0.95 * 0.6f64.mul_add(valid, 0.4) * of_found(subjects.len(), unknown);
        let count = subjects.len();
        let evidence = because(
            self.sheet.context.scheme.language,
            format!("表头有 {count} 个被测评对象，可读答案 {}%", (valid * 100.0).round()),
            format!("{count} subjects in the header, {}% of answers readable", (valid * 100.0).round()),
        );
        let evidence = self.told(export, evidence);
        Some(Plan { export, ..self.plan(Shape::Matrix, columns, structure, evidence) })
    }

    /// A column that rates a subject named in its header.
    fn rated(&self, head: &Head) -> Option<Role> {
        let context = self.sheet.context;
        let form = self.the_form();
        let (at, subject) = head.levels.iter().enumerate().find_map(|(at, level)| match self.whom(level) {
            Found::One(id) if level.chars().count() > 1 => Some((at, id)),
            _ => None,
        })?;
        let others: Vec<&String> =
            head.levels.iter().enumerate().filter(|(level, _)| *level != at).map(|(_, text)| text).collect();
        let item = match others.iter().find_map(|text| self.words().item(text)) {
            Some((item, _)) => item,
            None if form.items.len() == 1 => ItemId(0),
            None => return None,
        };
        let option = scale_of(form, item).and_then(|scale| others.iter().find_map(|text| context.option(scale, text)));
        Some(match option {
            Some(option) => Role::Tick(item, Some(subject), option),
            None => Role::Answer(item, Some(subject)),
        })
    }
}

/// `政治建设-优秀`, `政治建设(优秀)`.
fn split_pair(word: &str) -> Option<(&str, &str)> {
    if let Some(body) = word.strip_suffix(')') {
        return body.rsplit_once('(');
    }
    word.rsplit_once(['-', '/', '_', '—', ':', '|'])
}

#[allow(clippy::cast_precision_loss, reason = "a few thousand columns at most")]
fn count(number: usize) -> f64 {
    number as f64
}

/// A sum out of a count.
pub(super) fn of(sum: f64, all: usize) -> f64 {
    if all == 0 { 0.0 } else { sum / count(all) }
}

/// Columns understood against those that are not (each of which weighs a third).
fn of_found(found: usize, unknown: usize) -> f64 {
    let found = count(found);
    found / count(unknown).mul_add(0.34, found)
}

pub(super) fn share(texts: &[&str], holds: impl Fn(&str) -> bool) -> f64 {
    of(f64::from(u32::try_from(texts.iter().filter(|text| holds(text)).count()).unwrap_or(u32::MAX)), texts.len())
}
