//! Readings in which items, subjects or answers run downwards: score sheets, vote tables, judges' tables, paper ballots, long files.

use super::context::{Sure, scale_of};
use super::heads::Head;
use super::layout::{Down, Plan, PlanColumn, Role, Side};
use super::names::Found;
use super::readings::{Attempt, of, share};
use super::recognise::because;
use super::words::Use;
use crate::habits::{Habit, on};
use crate::survey::{FormId, FormKind, ItemId, Shape, StratumId, SubjectId};

/// A column of counts or ticks: its stratum, if the header names one, and its option.
type OptionColumn = (u32, Option<StratumId>, u8);

/// A column whose cells name items.
struct ItemColumns {
    /// Columns with names, and with codes only.
    names: Vec<u32>,
    codes: Vec<u32>,
    /// Different items met in the sample.
    found: usize,
    /// Share of sample rows that name an item.
    rows: f64,
}

impl Attempt<'_, '_> {
    pub(super) fn downwards(&self) -> Vec<Plan> {
        let items = self.item_columns();
        let plans =
            [self.scores(&items), self.votes_by_row(&items), self.subjects_by_option(), self.judges(&items), self.long(&items)];
        plans.into_iter().flatten().collect()
    }

    /// Which columns name items, going by the sample.
    fn item_columns(&self) -> ItemColumns {
        let words = self.words();
        let (mut names, mut codes) = (Vec::new(), Vec::new());
        let mut found: Vec<ItemId> = Vec::new();
        for head in &self.header.heads {
            let texts = self.samples(head.column);
            let used = head.last_used;
            let by_rule = self.by_rule(head);
            let score_like =
                matches!(used, Some(Use::Full | Use::SelfScore | Use::Score | Use::Deduction | Use::Count | Use::Receipt(_)));
            if score_like || by_rule.is_some_and(|role| !matches!(role, Role::ItemName)) {
                continue;
            }
            let by_name: Vec<ItemId> = texts
                .iter()
                .filter_map(|text| words.item(text))
                .filter(|(_, sure)| *sure > Sure::Number)
                .map(|(item, _)| item)
                .collect();
            if !by_name.is_empty() {
                names.push(head.column);
                found.extend(by_name);
            } else if matches!(used, Some(Use::Sequence | Use::Item)) || by_rule == Some(Role::ItemName) {
                let numbered: Vec<ItemId> = texts.iter().filter_map(|text| words.item(text).map(|(item, _)| item)).collect();
                if !numbered.is_empty()
                    && (used == Some(Use::Item) || by_rule.is_some() || share(&texts, |text| words.by_code(text).is_some()) > 0.5)
                {
                    codes.push(head.column);
                    if used == Some(Use::Item) || by_rule.is_some() {
                        found.extend(numbered);
                    }
                }
            }
        }
        let rows = self.below.iter().filter(|row| !row.sums && !row.lone).count();
        let named_rows = self
            .below
            .iter()
            .filter(|row| !row.lone)
            .filter(|row| names.iter().chain(&codes).any(|column| words.item(row.get(*column)).is_some()))
            .count();
        found.sort_unstable();
        found.dedup();
        let rows = of(f64::from(u32::try_from(named_rows).unwrap_or(0)), rows).min(1.0);
        ItemColumns { names, codes, found: found.len(), rows }
    }

    fn item_role(items: &ItemColumns, column: u32) -> Option<Role> {
        if items.names.contains(&column) { Some(Role::ItemName) } else { items.codes.contains(&column).then_some(Role::ItemCode) }
    }

    fn share_of_items(&self, items: &ItemColumns) -> f64 {
        of(f64::from(u32::try_from(items.found).unwrap_or(0)), self.the_form().items.len())
    }

    /// 评分表: one item a row, points in columns.
    fn scores(&self, items: &ItemColumns) -> Option<Plan> {
        let form = self.the_form();
        let kind = form.kind;
        if items.found == 0 || scale_of(form, ItemId(0)).is_some() || (kind == FormKind::Ballot && form.items.len() < 2) {
            return None;
        }
        let partner = self.partner();
        let prefers_self =
            kind == FormKind::SelfRated && partner.is_some_and(|other| self.points_named(self.form) > self.points_named(other));
        let mut columns = Vec::with_capacity(self.header.heads.len());
        let (mut own, mut other) = (0, 0);
        for head in &self.header.heads {
            let role = self
                .by_rule(head)
                .or_else(|| Self::item_role(items, head.column))
                .unwrap_or_else(|| self.point_role(head, prefers_self));
            match role {
                Role::Points(Side::Own, _) | Role::Deduction(Side::Own, _) => own += 1,
                Role::Points(Side::Partner, _) | Role::Deduction(Side::Partner, _) => other += 1,
                _ => {}
            }
            columns.push(PlanColumn { column: head.column, header: head.text.clone(), role });
        }
        if own == 0 || (kind == FormKind::SelfRated && other > 0 && !prefers_self) || self.many_units(&columns) {
            return None;
        }
        let structure = self.share_of_items(items) * 0.3f64.mul_add(items.rows, 0.7);
        let evidence = because(
            self.sheet.context.scheme.language,
            format!("题目对上 {}/{}，分数列 {}", items.found, form.items.len(), own + other),
            format!("{} of {} items found, {} columns of points", items.found, form.items.len(), own + other),
        );
        let partner = partner.filter(|_| other > 0);
        Some(Plan { partner, down: Down::Items, ..self.plan(Shape::Scores, columns, structure, evidence) })
    }

    fn points_named(&self, form: FormId) -> f64 {
        self.named.get(usize::from(form.0)).copied().unwrap_or(0.0)
    }

    /// The form with the same items on the other side of 自查/考核.
    fn partner(&self) -> Option<FormId> {
        let scheme = self.sheet.context.scheme;
        let own = self.the_form();
        let wanted = match own.kind {
            FormKind::Assessed => FormKind::SelfRated,
            FormKind::SelfRated => FormKind::Assessed,
            FormKind::Ballot => return None,
        };
        scheme.form_ids().find(|id| {
            let other = scheme.form(*id);
            other.kind == wanted
                && other.items.iter().any(|item| own.items.iter().any(|mine| mine.code == item.code && mine.name == item.name))
        })
    }

    /// A column of points, of deductions, or something beside them.
    fn point_role(&self, head: &Head, prefers_self: bool) -> Role {
        let kind = self.the_form().kind;
        let unit = head.levels.iter().filter(|_| on(Habit::SideBySide)).find_map(|level| match self.whom(level) {
            Found::One(id) if level.chars().count() > 1 => Some(id),
            _ => None,
        });
        let side = |own: bool| if own { Side::Own } else { Side::Partner };
        match head.last_used {
            Some(Use::SelfScore) if kind == FormKind::Ballot => Role::Meta,
            Some(Use::SelfScore) => Role::Points(side(kind == FormKind::SelfRated), unit),
            // 得分 in a sheet that calls itself 自查评分表 is the self-rating, 考核分 is not.
            Some(Use::Score) if prefers_self && !head.last().contains(['考', '核', '评', '审', '上']) => {
                Role::Points(Side::Own, unit)
            }
            Some(Use::Score) => Role::Points(side(kind != FormKind::SelfRated), unit),
            Some(Use::Answer) if ["打分", "分数"].contains(&head.last()) => Role::Points(Side::Own, unit),
            Some(Use::Deduction) if prefers_self => Role::Deduction(Side::Own, unit),
            Some(Use::Deduction) => Role::Deduction(side(kind != FormKind::SelfRated), unit),
            Some(Use::Full) => Role::Full,
            None if unit.is_some() => Role::Points(Side::Own, unit),
            _ => self.by_word(head),
        }
    }

    /// A column of several units beside the items makes it a list of answers, not a score sheet.
    fn many_units(&self, columns: &[PlanColumn]) -> bool {
        columns.iter().filter(|column| column.role == Role::Unit).any(|column| {
            let mut texts = self.samples(column.column);
            texts.sort_unstable();
            texts.dedup();
            texts.len() > 1
        })
    }

    /// Options in the header (perhaps below strata), items in the rows: counts, or the ticks of one paper ballot.
    fn votes_by_row(&self, items: &ItemColumns) -> Option<Plan> {
        let form = self.the_form();
        let scale = scale_of(form, ItemId(0))?;
        if items.found == 0 {
            return None;
        }
        let (mut columns, cells) = self.option_columns(scale, |column| Self::item_role(items, column));
        let options = option_count(&cells);
        if options < 2 {
            return None;
        }
        self.settle_labels(&mut columns);
        let places: Vec<u32> = cells.iter().map(|(column, ..)| *column).collect();
        let (ticks, valid) = self.ticks(&places);
        let structure = self.share_of_items(items) * 0.5f64.mul_add(valid, 0.5) * 0.2f64.mul_add(items.rows, 0.8);
        let evidence = self.across(items.found, form.items.len(), valid);
        Some(self.by_option(columns, ticks, Down::Items, structure, evidence))
    }

    /// Options in the header, subjects in the rows, for a form of one item.
    fn subjects_by_option(&self) -> Option<Plan> {
        let form = self.the_form();
        let scale = scale_of(form, ItemId(0)).filter(|_| form.items.len() == 1)?;
        let (mut columns, cells) = self.option_columns(scale, |_| None);
        let options = option_count(&cells);
        if options < 2 {
            return None;
        }
        self.settle_labels(&mut columns);
        let label = self.label(&columns)?;
        let places: Vec<u32> = cells.iter().map(|(column, ..)| *column).collect();
        let (ticks, valid) = self.ticks(&places);
        let known = self.subjects_share(label);
        let structure = 0.9 * known * 0.5f64.mul_add(valid, 0.5);
        let evidence = because(
            self.sheet.context.scheme.language,
            format!("表头有 {options} 个选项，{}% 的行是名册中的对象", (known * 100.0).round()),
            format!("{options} options in the header, {}% of rows are subjects of the frame", (known * 100.0).round()),
        );
        Some(self.by_option(columns, ticks, Down::Subjects, structure, evidence))
    }

    fn by_option(&self, mut columns: Vec<PlanColumn>, ticks: bool, down: Down, structure: f64, evidence: String) -> Plan {
        if !ticks {
            let down = if down == Down::Subjects { Down::No } else { down };
            // Each row of subjects is a row of counts of the only item.
            if down == Down::No {
                for column in &mut columns {
                    if let Role::Votes(item, _, _) = &mut column.role {
                        *item = Some(ItemId(0));
                    }
                }
            }
            return Plan { down, ..self.plan(Shape::Votes, columns, structure, evidence) };
        }
        for column in &mut columns {
            if let Role::Votes(_, _, option) = column.role {
                column.role = Role::PaperTick(option);
            }
        }
        Plan { down, ..self.plan(Shape::Matrix, columns, structure, evidence) }
    }

    /// Columns headed by options, the rest by their words.
    fn option_columns(&self, scale: usize, item_role: impl Fn(u32) -> Option<Role>) -> (Vec<PlanColumn>, Vec<OptionColumn>) {
        let context = self.sheet.context;
        let mut cells: Vec<OptionColumn> = Vec::new();
        let mut columns = Vec::with_capacity(self.header.heads.len());
        for head in &self.header.heads {
            let stratum = head.levels.iter().find_map(|level| context.stratum(self.the_form(), level));
            let option = context
                .option_header(scale, head.last())
                .filter(|option| !cells.iter().any(|(_, known, other)| *known == stratum && other == option));
            let role = match (self.by_rule(head).or_else(|| item_role(head.column)), option) {
                (Some(role), _) => role,
                (None, Some(option)) => {
                    cells.push((head.column, stratum, option));
                    Role::Votes(None, stratum, option)
                }
                (None, None) => self.by_word(head),
            };
            columns.push(PlanColumn { column: head.column, header: head.text.clone(), role });
        }
        (columns, cells)
    }

    /// 述职评分: subjects (or items of one subject) in the rows, one judge a column.
    fn judges(&self, items: &ItemColumns) -> Option<Plan> {
        let form = self.the_form();
        if form.kind != FormKind::Ballot {
            return None;
        }
        let raters: Vec<u32> = self.header.heads.iter().filter(|head| head.judge).map(|head| head.column).collect();
        if raters.is_empty() || (raters.len() < 2 && self.header.heads.len() > 3) {
            return None;
        }
        let down = if form.items.len() == 1 { Down::Subjects } else { Down::Items };
        let mut columns: Vec<PlanColumn> = Vec::with_capacity(self.header.heads.len());
        for head in &self.header.heads {
            let rater = raters.contains(&head.column).then_some(Role::Rater);
            let item = Self::item_role(items, head.column).filter(|_| down == Down::Items);
            let role = self.by_rule(head).or(rater).or(item).unwrap_or_else(|| self.by_word(head));
            columns.push(PlanColumn { column: head.column, header: head.text.clone(), role });
        }
        self.settle_labels(&mut columns);
        let cells: Vec<(u32, ItemId)> = raters.iter().map(|column| (*column, ItemId(0))).collect();
        let valid = if down == Down::Subjects { self.valid_share(&cells) } else { 1.0 };
        let known = match down {
            Down::Subjects => {
                let label = self.label(&columns)?;
                self.subjects_share(label)
            }
            _ => self.share_of_items(items),
        };
        let structure = 0.98 * known * 0.6f64.mul_add(valid, 0.4);
        let count = raters.len();
        let evidence = because(
            self.sheet.context.scheme.language,
            format!("评委列 {count}，{}% 的行对上，可读分数 {}%", (known * 100.0).round(), (valid * 100.0).round()),
            format!(
                "{count} judges' columns, {}% of rows known, {}% of scores readable",
                (known * 100.0).round(),
                (valid * 100.0).round()
            ),
        );
        Some(Plan { down, ..self.plan(Shape::Judges, columns, structure, evidence) })
    }

    /// One answer a row, or one count a row.
    fn long(&self, items: &ItemColumns) -> Option<Plan> {
        let form = self.the_form();
        if items.found == 0 || items.rows < 0.5 {
            return None;
        }
        let mut columns = Vec::with_capacity(self.header.heads.len());
        let mut answer: Option<u32> = None;
        for head in &self.header.heads {
            let by_word = match head.last_used {
                Some(Use::Answer | Use::Score) if answer.is_none() => Role::AnswerText,
                Some(Use::Count) => Role::Count,
                _ => self.by_word(head),
            };
            let role = self.by_rule(head).or_else(|| Self::item_role(items, head.column)).unwrap_or(by_word);
            if role == Role::AnswerText {
                answer = Some(head.column);
            }
            columns.push(PlanColumn { column: head.column, header: head.text.clone(), role });
        }
        let answer = answer?;
        self.settle_labels(&mut columns);
        let has = |role| columns.iter().any(|column| column.role == role);
        let grouped =
            has(Role::Ballot) || has(Role::Sequence) || has(Role::Count) || (form.kind != FormKind::Ballot && has(Role::Unit));
        if !grouped {
            return None;
        }
        if !has(Role::Ballot)
            && !has(Role::Count)
            && let Some(column) = columns.iter_mut().find(|column| column.role == Role::Sequence)
        {
            column.role = Role::Ballot;
        }
        let valid = self.valid_share(&[(answer, ItemId(0))]);
        // A long file may be sorted by item: the sample need not show all of them.
        let structure = 0.95 * 0.3f64.mul_add(self.share_of_items(items), 0.7) * items.rows * 0.6f64.mul_add(valid, 0.4);
        let evidence = self.across(items.found, form.items.len(), valid);
        Some(self.plan(Shape::Long, columns, structure, evidence))
    }
}

fn option_count(cells: &[OptionColumn]) -> usize {
    let mut options: Vec<u8> = cells.iter().map(|(_, _, option)| *option).collect();
    options.sort_unstable();
    options.dedup();
    options.len()
}

/// The unit a points column names, for the transcriber.
pub(super) fn column_unit(role: Role) -> Option<SubjectId> {
    match role {
        Role::Points(_, unit) | Role::Deduction(_, unit) => unit,
        _ => None,
    }
}
