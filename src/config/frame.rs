//! The frame 名册: levels and domains of the scheme, and the units table checked and ordered parents first.

use super::columns::{ColumnSpec, Columns, column, head_count, split_list};
use super::findings::{Findings, listed, near, unique};
use super::instrument::{parents_first, plain};
use super::options::{LevelOption, Options, StratumOption};
use super::weights::domain_position;
use crate::survey::{Domain, DomainId, Frame, Level, LevelId, Subject, SubjectId, Table, TableRow};
use std::collections::BTreeMap;

const COLUMNS: [ColumnSpec; 8] = [
    column("unit", true, &["单位编码", "单位代码", "编码", "代码"]),
    column("parent", false, &["上级", "上级编码", "上级代码", "上级单位编码", "上级单位代码", "上级单位"]),
    column("level", false, &["层级", "级别"]),
    column("name", true, &["名称", "单位名称"]),
    column("aliases", false, &["别名", "简称", "曾用名"]),
    column("domain", false, &["领域", "类别"]),
    column("headcount", false, &["人数", "总人数"]),
    column("leaders", false, &["班子人数", "领导人数", "领导班子人数"]),
];

/// The levels of the scheme; that of persons is added last where there are `persons` and no level says it is theirs.
pub(super) fn levels(options: &Options, persons: bool, find: &mut Findings<'_>) -> Vec<Level> {
    if options.level.is_empty() {
        find.scheme("S201", "level", &[]);
    }
    if options.level.len() > 250 {
        find.scheme("S419", "level", &[("found", &options.level.len().to_string()), ("expected", "250")]);
    }
    unique(find, options.level.iter().enumerate().map(|(n, level)| (format!("level[{n}].code"), level.code.as_str())));
    let written = options.level.iter();
    let of_persons = |option: &LevelOption| option.persons == Some(true);
    let mut levels: Vec<Level> =
        written.map(|level| Level { code: level.code.clone(), name: level.name.clone(), persons: of_persons(level) }).collect();
    if let Some(early) = options.level.iter().rev().skip(1).position(of_persons) {
        let n = options.level.len().saturating_sub(2 + early);
        find.scheme("S540", &format!("level[{n}]"), &[("found", &levels[n].name)]);
    }
    if persons && !levels.last().is_some_and(|level| level.persons) {
        let code = if levels.iter().any(|level| level.code == "person") { "person-" } else { "person" };
        levels.push(Level { code: code.to_owned(), name: "干部".to_owned(), persons: true });
    }
    levels
}

/// The domains of the scheme; 0 is the unnamed one.
pub(super) fn domains(options: &Options, find: &mut Findings<'_>) -> Vec<Domain> {
    unique(find, options.domain.iter().enumerate().map(|(n, domain)| (format!("domain[{n}].code"), domain.code.as_str())));
    let unnamed = Domain { code: String::new(), name: String::new() };
    let named = options.domain.iter().map(|domain| Domain { code: domain.code.clone(), name: domain.name.clone() });
    std::iter::once(unnamed).chain(named).collect()
}

/// The frame of a checked units table.
pub(super) fn frame(
    options: &Options,
    levels: Vec<Level>,
    domains: Vec<Domain>,
    table: &Table,
    find: &mut Findings<'_>,
) -> Frame {
    let members: Vec<&StratumOption> = options.strata.iter().flat_map(|set| &set.members).collect();
    let sizes = stratum_columns(table, &members, find);
    let is_size = |header: &str| stratum_header(header).is_some();
    let columns = Columns::find(table, &COLUMNS, is_size, find);
    if columns.number("unit").is_none() || columns.number("name").is_none() {
        return Frame::new(levels, domains, Vec::new());
    }
    if table.rows.is_empty() {
        find.table("S203", table, None, None, &[]);
    }
    let of_units = levels.split(|level| level.persons).next().unwrap_or_default();
    let units = Units { columns: &columns, rows: &table.rows, levels: of_units, domains: &domains, sizes: &sizes };
    let subjects = units.resolve(find);
    Frame::new(levels, domains, subjects)
}

/// `headcount.<stratum>` and `人数.<票种>`.
fn stratum_header(header: &str) -> Option<&str> {
    let header = header.trim();
    let rest = header.strip_prefix("headcount").or_else(|| header.strip_prefix("人数"))?;
    rest.strip_prefix(['.', '．', '·', '-', ':', '：']).map(str::trim).filter(|rest| !rest.is_empty())
}

fn stratum_columns(table: &Table, members: &[&StratumOption], find: &mut Findings<'_>) -> Vec<(usize, String)> {
    let mut sizes = Vec::new();
    for (number, header) in table.headers.iter().enumerate() {
        let Some(text) = stratum_header(header) else { continue };
        let known =
            members.iter().find(|member| member.code == text || member.name == text || member.aliases.iter().any(|a| a == text));
        if let Some(member) = known {
            sizes.push((number, member.code.clone()));
        } else {
            let codes = || members.iter().map(|member| member.code.as_str());
            let args = [("found", text), ("near", near(text, codes())), ("expected", &listed(codes()))];
            find.table("S216", table, None, Some(number), &args);
        }
    }
    sizes
}

/// The rows of the units table while they are checked.
struct Units<'a> {
    columns: &'a Columns<'a>,
    rows: &'a [TableRow],
    levels: &'a [Level],
    domains: &'a [Domain],
    sizes: &'a [(usize, String)],
}

impl Units<'_> {
    fn code(&self, n: usize) -> &str {
        self.rows.get(n).map_or("", |row| self.columns.cell(row, "unit"))
    }

    fn name(&self, n: usize) -> &str {
        self.rows.get(n).map_or("", |row| self.columns.cell(row, "name"))
    }

    fn report(&self, find: &mut Findings<'_>, code: &str, n: usize, column: &str, args: &[(&str, &str)]) {
        if let Some(row) = self.rows.get(n) {
            self.columns.report(find, code, row, column, args);
        }
    }

    /// 1-based row for lists of offenders.
    fn line(&self, n: usize) -> String {
        self.rows.get(n).map_or_else(String::new, |row| (row.row + 1).to_string())
    }

    fn resolve(&self, find: &mut Findings<'_>) -> Vec<Subject> {
        let by_code = self.codes(find);
        let parents = self.parents(&by_code, find);
        let levels: Vec<LevelId> = (0..self.rows.len()).map(|n| self.level(n, find)).collect();
        self.check_levels(&parents, &levels, find);
        self.check_names(&parents, find);
        let order = parents_first(&parents);
        let mut place = vec![None; self.rows.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(*old) {
                *slot = u32::try_from(new).ok().map(SubjectId);
            }
        }
        for (n, _) in place.iter().enumerate().filter(|(_, place)| place.is_none()) {
            self.report(find, "S208", n, "parent", &[("found", self.code(n)), ("other", self.parent_text(n))]);
        }
        let subject = |old: &usize| {
            let parent = parents.get(*old).copied().flatten().and_then(|parent| place.get(parent).copied().flatten());
            self.subject(*old, parent, levels.get(*old).copied().unwrap_or(LevelId(0)), find)
        };
        order.iter().filter_map(subject).collect()
    }

    fn parent_text(&self, n: usize) -> &str {
        self.rows.get(n).map_or("", |row| self.columns.cell(row, "parent"))
    }

    /// First row of each code; empty, unusable and repeated codes are reported.
    fn codes(&self, find: &mut Findings<'_>) -> BTreeMap<String, usize> {
        let mut by_code: BTreeMap<String, usize> = BTreeMap::new();
        for n in 0..self.rows.len() {
            let code = self.code(n);
            if code.is_empty() || self.name(n).is_empty() {
                let column = if code.is_empty() { "unit" } else { "name" };
                self.report(find, "S212", n, column, &[("found", &format!("{code} {}", self.name(n)))]);
            }
            if code.is_empty() {
                continue;
            }
            if !usable_in_paths(code) {
                self.report(find, "S210", n, "unit", &[("found", code)]);
            }
            match by_code.get(code) {
                Some(first) => self.report(find, "S204", n, "unit", &[("found", code), ("line", &self.line(*first))]),
                None => {
                    by_code.insert(code.to_owned(), n);
                }
            }
        }
        by_code
    }

    fn parents(&self, by_code: &BTreeMap<String, usize>, find: &mut Findings<'_>) -> Vec<Option<usize>> {
        let first_with: BTreeMap<&str, usize> = (0..self.rows.len()).rev().map(|n| (self.name(n), n)).collect();
        let parent = |n: usize| {
            let text = self.parent_text(n);
            if text.is_empty() {
                return None;
            }
            let known = by_code.get(text).copied();
            if known.is_none() {
                let its_code = first_with.get(text).map(|row| self.code(*row));
                let offer = its_code.unwrap_or_else(|| near(text, by_code.keys().map(String::as_str)));
                self.report(find, "S205", n, "parent", &[("found", text), ("near", offer), ("unit", self.name(n))]);
            }
            known
        };
        (0..self.rows.len()).map(parent).collect()
    }

    fn level(&self, n: usize, find: &mut Findings<'_>) -> LevelId {
        let text = self.rows.get(n).map_or("", |row| self.columns.cell(row, "level"));
        if self.levels.is_empty() || (text.is_empty() && self.levels.len() == 1) {
            return LevelId(0);
        }
        let position = self.levels.iter().position(|level| level.code == text || level.name == text);
        if position.is_none() {
            let words = || self.levels.iter().flat_map(|level| [level.code.as_str(), level.name.as_str()]);
            self.report(
                find,
                "S206",
                n,
                "level",
                &[("found", text), ("near", near(text, words())), ("expected", &listed(words()))],
            );
        }
        LevelId(position.and_then(|position| u8::try_from(position).ok()).unwrap_or(u8::MAX))
    }

    /// A unit's level lies below its parent's (levels may be skipped); units without a parent share one level.
    fn check_levels(&self, parents: &[Option<usize>], levels: &[LevelId], find: &mut Findings<'_>) {
        let known = |n: usize| levels.get(n).copied().filter(|level| usize::from(level.0) < self.levels.len());
        let name = |level: LevelId| self.levels.get(usize::from(level.0)).map_or("", |level| level.name.as_str());
        let top = (0..parents.len()).filter(|n| parents.get(*n) == Some(&None)).filter_map(known).min();
        for (n, parent) in parents.iter().enumerate() {
            let Some(own) = known(n) else { continue };
            match (parent, parent.and_then(known)) {
                (Some(parent), Some(above)) if above >= own => {
                    let above = crate::diagnostic::with_code(self.name(*parent), name(above));
                    self.report(find, "S207", n, "level", &[("found", name(own)), ("other", &above), ("unit", self.name(n))]);
                }
                (None, _) if self.parent_text(n).is_empty() && top.is_some_and(|top| own > top) => {
                    let top = top.map_or("", name);
                    self.report(find, "S209", n, "parent", &[("found", self.code(n)), ("unit", self.name(n)), ("other", top)]);
                }
                _ => {}
            }
        }
    }

    /// Siblings whose names or aliases are the same cannot be told apart in a return.
    fn check_names(&self, parents: &[Option<usize>], find: &mut Findings<'_>) {
        let mut first: BTreeMap<(Option<usize>, String), usize> = BTreeMap::new();
        for (n, parent) in parents.iter().enumerate() {
            let aliases = self.rows.get(n).map_or("", |row| self.columns.cell(row, "aliases"));
            let mut own: Vec<String> = split_list(aliases).iter().map(|alias| plain(alias)).collect();
            own.push(plain(self.name(n)));
            own.sort();
            own.dedup();
            for text in own.into_iter().filter(|text| !text.is_empty()) {
                let key = (*parent, text);
                if let Some(known) = first.get(&key) {
                    let args = [("found", key.1.as_str()), ("line", &self.line(*known)), ("other", self.code(*known))];
                    self.report(find, "S211", n, "name", &args);
                } else {
                    first.insert(key, n);
                }
            }
        }
    }

    fn subject(&self, n: usize, parent: Option<SubjectId>, level: LevelId, find: &mut Findings<'_>) -> Option<Subject> {
        let row = self.rows.get(n)?;
        let stratum_sizes = self.sizes.iter().filter_map(|(column, code)| {
            let text = row.cells.get(*column).map(|cell| cell.trim()).filter(|text| !text.is_empty())?;
            let count = head_count(text);
            if count.is_none() {
                find.table("S213", self.columns.table, Some(row), Some(*column), &[("found", text), ("unit", self.name(n))]);
            }
            Some((code.clone(), count?))
        });
        let stratum_sizes = stratum_sizes.collect();
        Some(Subject {
            code: self.code(n).to_owned(),
            name: self.name(n).to_owned(),
            aliases: split_list(self.columns.cell(row, "aliases")),
            parent,
            level,
            domain: self.domain(n, row, find),
            headcount: self.count(n, row, "headcount", find),
            leaders: self.count(n, row, "leaders", find),
            stratum_sizes,
            row: row.row,
            person: None,
        })
    }

    fn domain(&self, n: usize, row: &TableRow, find: &mut Findings<'_>) -> DomainId {
        let text = self.columns.cell(row, "domain");
        if text.is_empty() {
            return DomainId(0);
        }
        let position = domain_position(self.domains, text);
        if position.is_none() {
            let named = self.domains.get(1..).unwrap_or_default();
            let words = || named.iter().flat_map(|domain| [domain.code.as_str(), domain.name.as_str()]);
            let (offer, expected) = (near(text, words()), listed(words()));
            self.report(find, "S214", n, "domain", &[("found", text), ("near", offer), ("expected", &expected)]);
        }
        DomainId(position.and_then(|position| u16::try_from(position).ok()).unwrap_or(0))
    }

    fn count(&self, n: usize, row: &TableRow, column: &str, find: &mut Findings<'_>) -> Option<u64> {
        let text = self.columns.cell(row, column);
        if text.is_empty() {
            return None;
        }
        let count = head_count(text);
        if count.is_none() {
            self.report(find, "S213", n, column, &[("found", text), ("unit", self.name(n))]);
        }
        count
    }
}

/// Codes of units and persons name folders of the reports.
pub(super) fn usable_in_paths(code: &str) -> bool {
    !code.starts_with('.') && code.chars().all(|c| !c.is_control() && !c.is_whitespace() && !r#"/\:*?"<>|"#.contains(c))
}

/// Subjects by code, by name or alias, and by path.
pub(super) struct Names<'a> {
    pub frame: &'a Frame,
    by_name: BTreeMap<String, Vec<SubjectId>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(frame: &'a Frame) -> Self {
        let mut by_name: BTreeMap<String, Vec<SubjectId>> = BTreeMap::new();
        for id in frame.ids().chain(frame.person_ids()) {
            let mut names = spellings(frame, id);
            names.sort();
            names.dedup();
            for name in names {
                by_name.entry(name).or_default().push(id);
            }
        }
        Self { frame, by_name }
    }

    /// A subject by code, else by a name or alias that only one has, else by a path such as `四十一团/一连`.
    /// `Err(candidates)` where several answer to it (none: empty).
    pub(super) fn find(&self, text: &str) -> Result<SubjectId, Vec<SubjectId>> {
        if let Some(id) = self.frame.by_code(text) {
            return Ok(id);
        }
        let segments: Vec<String> = text.split('/').rev().map(plain).collect();
        let last = segments.first().map(String::as_str).unwrap_or_default();
        let named = self.by_name.get(last).into_iter().flatten().copied();
        let fitting: Vec<SubjectId> = named.filter(|id| self.lies_on(*id, &segments)).collect();
        match fitting.as_slice() {
            [one] => Ok(*one),
            _ => Err(fitting),
        }
    }

    /// Whether a subject and its ancestors carry these names, nearest first.
    fn lies_on(&self, id: SubjectId, segments: &[String]) -> bool {
        let lineage: Vec<SubjectId> = self.frame.lineage(id).take(segments.len()).collect();
        lineage.len() == segments.len()
            && lineage.iter().zip(segments).all(|(id, segment)| spellings(self.frame, *id).contains(segment))
    }

    /// Every code and name, for offers.
    pub(super) fn words(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.frame.subjects.iter().flat_map(|subject| [subject.code.as_str(), subject.name.as_str()])
    }
}

/// Name and aliases of a subject, as they compare.
fn spellings(frame: &Frame, id: SubjectId) -> Vec<String> {
    let subject = frame.subject(id);
    std::iter::once(&subject.name).chain(&subject.aliases).map(|name| plain(name)).collect()
}
