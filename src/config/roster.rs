//! The persons table 干部名册: who is assessed, in which unit, post, tier and status; checked row by row and added to the frame.

use super::classes::tier_position;
use super::columns::{ColumnSpec, Columns, column, split_list};
use super::findings::{Findings, listed, near};
use super::frame::{Names, usable_in_paths};
use super::options::{Options, StratumOption};
use super::weights::domain_position;
use crate::survey::{
    DomainId, Frame, LevelId, Person, PersonRules, Subject, SubjectId, Table, TableRow, TierId, WeightClass, person_key,
};
use std::collections::BTreeMap;

const COLUMNS: [ColumnSpec; 11] = [
    column("id", true, &["编号", "人员编号", "人员编码", "干部编号", "工号", "person"]),
    column("name", true, &["姓名", "干部姓名"]),
    column("unit", true, &["单位", "单位编码", "单位代码", "所在单位"]),
    column("post", false, &["职务", "岗位", "职务职级"]),
    column("tier", false, &["责任层级", "责任"]),
    column("principal", false, &["主要负责人", "是否主要负责人", "一把手"]),
    column("status", false, &["状态", "特殊情况", "人员状态"]),
    column("domain", false, &["领域", "类别", "category"]),
    column("supervisors", false, &["分管领导", "分管票种"]),
    column("merits", false, &["优先条件", "优先"]),
    column("aliases", false, &["别名", "曾用名"]),
];

/// Words for yes and no in a column of its own.
const YES: [&str; 8] = ["是", "1", "yes", "y", "true", "√", "✓", "✔"];
const NO: [&str; 8] = ["", "否", "0", "no", "n", "false", "×", "-"];

/// Words for an ordinary person in the status column.
const ORDINARY: [&str; 7] = ["正常", "在职", "在岗", "无", "-", "—", "normal"];

/// The frame with the persons of the table behind the units.
pub(super) fn join(
    options: &Options,
    frame: Frame,
    table: Option<&Table>,
    rules: &PersonRules,
    find: &mut Findings<'_>,
) -> Frame {
    let Some(table) = table else { return with_classes(frame, Vec::new()) };
    let columns = Columns::find(table, &COLUMNS, |_| false, find);
    if ["id", "name", "unit"].iter().any(|name| columns.number(name).is_none()) {
        return frame;
    }
    let strata = options.strata.iter().flat_map(|set| &set.members).collect();
    let level = LevelId(u8::try_from(frame.levels.len().saturating_sub(1)).unwrap_or(u8::MAX));
    let reader = Reader { columns: &columns, frame: &frame, names: Names::new(&frame), rules, strata, level };
    let mut seen = Seen::default();
    let persons: Vec<Subject> = table.rows.iter().filter_map(|row| reader.person(row, &mut seen, find)).collect();
    homonyms(&columns, table, &persons, find);
    leaders(&frame, &persons, rules, find);
    let Frame { levels, domains, mut subjects, .. } = frame;
    subjects.extend(persons);
    let mut joined = Frame::new(levels, domains, Vec::new());
    let classes = number_classes(&mut subjects, joined.domains.len());
    joined = Frame::new(std::mem::take(&mut joined.levels), std::mem::take(&mut joined.domains), subjects);
    with_classes(joined, classes)
}

/// Without persons one class still stands for them, so that the weights of their tree are checked all the same.
fn with_classes(mut frame: Frame, classes: Vec<WeightClass>) -> Frame {
    if !frame.levels.last().is_some_and(|level| level.persons) {
        return frame;
    }
    let nobody = WeightClass { domain: DomainId(0), tier: None, supervisors: Vec::new() };
    frame.classes = if classes.is_empty() { vec![nobody] } else { classes };
    frame
}

/// Numbers the classes in their order and tells each person its own.
fn number_classes(subjects: &mut [Subject], domains: usize) -> Vec<WeightClass> {
    let of = |subject: &Subject| {
        let person = subject.person.as_ref()?;
        Some(WeightClass { domain: subject.domain, tier: person.tier, supervisors: person.supervisors.clone() })
    };
    let mut classes: Vec<WeightClass> = subjects.iter().filter_map(of).collect();
    classes.sort();
    classes.dedup();
    for subject in subjects {
        let at = of(subject).and_then(|class| classes.binary_search(&class).ok()).unwrap_or(0);
        if let Some(person) = &mut subject.person {
            person.class = DomainId(u16::try_from(domains + at).unwrap_or(u16::MAX));
        }
    }
    classes
}

#[derive(Default)]
struct Seen {
    /// 0-based row of each id.
    ids: BTreeMap<String, u32>,
}

struct Reader<'a> {
    columns: &'a Columns<'a>,
    frame: &'a Frame,
    names: Names<'a>,
    rules: &'a PersonRules,
    strata: Vec<&'a StratumOption>,
    level: LevelId,
}

impl Reader<'_> {
    fn person(&self, row: &TableRow, seen: &mut Seen, find: &mut Findings<'_>) -> Option<Subject> {
        let (id, name) = (self.columns.cell(row, "id"), self.columns.cell(row, "name"));
        if id.is_empty() || name.is_empty() {
            let column = if id.is_empty() { "id" } else { "name" };
            self.columns.report(find, "S543", row, column, &[("found", format!("{id} {name}").trim())]);
            return None;
        }
        let new = self.new_id(id, row, seen, find);
        let unit = self.unit(row, find);
        let tier = self.tier(row, find);
        let person = Person {
            unit: unit?,
            post: self.columns.cell(row, "post").to_owned(),
            tier,
            principal: self.principal(row, tier, find),
            statuses: self.statuses(row, find),
            supervisors: self.supervisors(row, find),
            merits: self.merits(row, find),
            class: DomainId(0),
        };
        let subject = Subject {
            code: id.to_owned(),
            name: name.to_owned(),
            aliases: split_list(self.columns.cell(row, "aliases")),
            parent: unit,
            level: self.level,
            domain: self.domain(row, person.unit, find),
            headcount: None,
            leaders: None,
            stratum_sizes: Vec::new(),
            row: row.row,
            person: Some(person),
        };
        new.then_some(subject)
    }

    /// Whether the id can be used: fit for file names, no unit's code, and new.
    fn new_id(&self, id: &str, row: &TableRow, seen: &mut Seen, find: &mut Findings<'_>) -> bool {
        let other = match (seen.ids.get(id), self.frame.by_code(id)) {
            (Some(line), _) => (line + 1).to_string(),
            (None, Some(unit)) => self.frame.path(unit),
            (None, None) if usable_in_paths(id) => {
                seen.ids.insert(id.to_owned(), row.row);
                return true;
            }
            (None, None) => "/ \\ : * ? \" < > |".to_owned(),
        };
        self.columns.report(find, "S544", row, "id", &[("found", id), ("other", &other)]);
        false
    }

    fn unit(&self, row: &TableRow, find: &mut Findings<'_>) -> Option<SubjectId> {
        let text = self.columns.cell(row, "unit");
        let several = match self.names.find(text) {
            Ok(id) => return Some(id),
            Err(several) => several,
        };
        if !self.frame.subjects.is_empty() {
            let paths: Vec<String> = several
                .iter()
                .map(|id| crate::diagnostic::with_code(&self.frame.subject(*id).code, &self.frame.path(*id)))
                .collect();
            let offer = if paths.is_empty() { near(text, self.names.words()).to_owned() } else { paths.join("｜") };
            let name = self.columns.cell(row, "name");
            self.columns.report(find, "S545", row, "unit", &[("found", text), ("near", &offer), ("other", name)]);
        }
        None
    }

    fn tier(&self, row: &TableRow, find: &mut Findings<'_>) -> Option<TierId> {
        let text = self.columns.cell(row, "tier");
        let found = tier_position(&self.rules.tiers, text);
        if !text.is_empty() && found.is_none() {
            let words = || self.rules.tiers.iter().map(|tier| tier.name.as_str());
            let (offer, expected) = (near(text, words()), listed(words()));
            self.columns.report(find, "S547", row, "tier", &[("found", text), ("near", offer), ("expected", &expected)]);
        }
        found
    }

    /// As the table says, else as the tier says.
    fn principal(&self, row: &TableRow, tier: Option<TierId>, find: &mut Findings<'_>) -> bool {
        let text = self.columns.cell(row, "principal").to_lowercase();
        let by_tier = tier.and_then(|tier| self.rules.tier(tier)).is_some_and(|tier| tier.principal);
        if YES.contains(&text.as_str()) {
            return true;
        }
        if !NO.contains(&text.as_str()) {
            self.columns.report(find, "S549", row, "principal", &[("found", &text)]);
        }
        text.is_empty() && by_tier
    }

    fn statuses(&self, row: &TableRow, find: &mut Findings<'_>) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for text in split_list(self.columns.cell(row, "status")) {
            let is = |known: &str| person_key(known) == person_key(&text);
            if ORDINARY.iter().any(|word| is(word)) {
                continue;
            }
            let known = self
                .rules
                .statuses
                .iter()
                .position(|one| is(&one.code) || is(&one.name) || one.aliases.iter().any(|alias| is(alias)));
            match known {
                Some(status) if !found.contains(&status) => found.push(status),
                Some(_) => {}
                None => {
                    let words = || self.rules.statuses.iter().map(|status| status.name.as_str());
                    let (offer, expected) = (near(&text, words()), listed(words()));
                    self.columns.report(
                        find,
                        "S548",
                        row,
                        "status",
                        &[("found", &text), ("near", offer), ("expected", &expected)],
                    );
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Codes of strata whose raters are in charge of this person.
    fn supervisors(&self, row: &TableRow, find: &mut Findings<'_>) -> Vec<String> {
        let mut codes = Vec::new();
        for text in split_list(self.columns.cell(row, "supervisors")) {
            let named = |member: &&&StratumOption| member.code == text || member.name == text || member.aliases.contains(&text);
            let known = self.strata.iter().find(named);
            if let Some(member) = known {
                codes.push(member.code.clone());
            } else {
                let words = || self.strata.iter().map(|member| member.code.as_str());
                let (offer, expected) = (near(&text, words()), listed(words()));
                let args = [("found", text.as_str()), ("near", offer), ("expected", &expected)];
                self.columns.report(find, "S550", row, "supervisors", &args);
            }
        }
        codes.sort();
        codes.dedup();
        codes
    }

    /// `基层一线（组发〔2026〕3号）；…`: the merit and its evidence.
    fn merits(&self, row: &TableRow, find: &mut Findings<'_>) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for text in split_list(self.columns.cell(row, "merits")) {
            let (name, evidence) = match text.split_once(['(', '（', ':', '：']) {
                Some((name, evidence)) => (name.trim(), evidence.trim().trim_end_matches([')', '）'])),
                None => (text.as_str(), ""),
            };
            let is = |known: &str| person_key(known) == person_key(name);
            let known = self
                .rules
                .merits
                .iter()
                .position(|one| is(&one.code) || is(&one.name) || one.aliases.iter().any(|alias| is(alias)));
            if let Some(merit) = known {
                found.push((merit, evidence.to_owned()));
            } else {
                let words = || self.rules.merits.iter().map(|merit| merit.name.as_str());
                let (offer, expected) = (near(name, words()), listed(words()));
                self.columns.report(find, "S551", row, "merits", &[("found", name), ("near", offer), ("expected", &expected)]);
            }
        }
        found
    }

    /// The category as written, else the unit's domain.
    fn domain(&self, row: &TableRow, unit: SubjectId, find: &mut Findings<'_>) -> DomainId {
        let text = self.columns.cell(row, "domain");
        if text.is_empty() {
            return self.frame.subject(unit).domain;
        }
        let position = domain_position(&self.frame.domains, text);
        if position.is_none() {
            let named = self.frame.domains.get(1..).unwrap_or_default();
            let words = || named.iter().flat_map(|domain| [domain.code.as_str(), domain.name.as_str()]);
            let (offer, expected) = (near(text, words()), listed(words()));
            self.columns.report(find, "S214", row, "domain", &[("found", text), ("near", offer), ("expected", &expected)]);
        }
        DomainId(position.and_then(|position| u16::try_from(position).ok()).unwrap_or(0))
    }
}

/// Two persons of one name in one unit: a sheet tells them apart only by their ids (S546).
fn homonyms(columns: &Columns<'_>, table: &Table, persons: &[Subject], find: &mut Findings<'_>) {
    let mut first: BTreeMap<(Option<SubjectId>, String), &Subject> = BTreeMap::new();
    for person in persons {
        let mut names: Vec<String> = std::iter::once(&person.name)
            .chain(&person.aliases)
            .map(|name| person_key(name))
            .filter(|name| !name.is_empty())
            .collect();
        names.sort();
        names.dedup();
        for name in names {
            let Some(known) = first.get(&(person.parent, name.clone())) else {
                first.insert((person.parent, name), person);
                continue;
            };
            if let Some(row) = table.rows.iter().find(|row| row.row == person.row) {
                let (line, both) = ((known.row + 1).to_string(), format!("{}、{}", known.code, person.code));
                columns.report(find, "S546", row, "name", &[("found", &person.name), ("line", &line), ("other", &both)]);
            }
        }
    }
}

/// Where the units table gives the size of a leading group and the persons table lists another number of its members (S560).
fn leaders(frame: &Frame, persons: &[Subject], rules: &PersonRules, find: &mut Findings<'_>) {
    let mut listed: BTreeMap<SubjectId, u64> = BTreeMap::new();
    for person in persons.iter().filter_map(|subject| subject.person.as_ref()).filter(|person| rules.leads(person)) {
        *listed.entry(person.unit).or_default() += 1;
    }
    for (unit, count) in listed {
        let unit = frame.subject(unit);
        if let Some(stated) = unit.leaders.filter(|stated| *stated != count) {
            let place = crate::diagnostic::Place::file("persons.csv");
            let found = crate::diagnostic::Diagnostic::new("S560", place)
                .with("item", &unit.name)
                .with("found", count)
                .with("expected", stated)
                .with("code", &unit.code);
            find.list.push(found);
        }
    }
}
