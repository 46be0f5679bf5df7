//! What a sheet as a whole lacks: items without a column, columns that look like items, nobody named.

use super::super::cells::key;
use super::super::findings::Findings;
use super::super::layout::Role;
use super::super::reasons;
use super::Job;
use super::odd::item_name;
use crate::diagnostic::{Diagnostic, LIST};
use crate::habits::{Habit, on};
use crate::survey::{FormKind, ItemId, Shape};

pub(super) fn report(job: &Job<'_>, findings: &mut Findings) {
    nobody(job, findings);
    if job.plan.has(|role| matches!(role, Role::Answer(_, None) | Role::Tick(_, None, _) | Role::Votes(Some(_), _, _))) {
        items(job, findings);
        anonymous(job, findings);
    }
    for (column, item) in &job.plan.repeated {
        let place = job.place(job.plan.header_end(), *column);
        findings.push(Diagnostic::new("L115", place).with("item", item_name(job.form, *item)).with("form", &job.form.name));
    }
    for (header, _) in &job.sheet.rule.columns {
        let known =
            job.plan.columns.iter().any(|column| {
                key(&column.header) == key(header) || column.header.split('/').any(|level| key(level) == key(header))
            });
        if !known {
            let heads: Vec<&str> = job.plan.columns.iter().map(|column| column.header.as_str()).collect();
            findings
                .push(Diagnostic::new("L111", job.sheet.place.clone()).with("found", heads.join("｜")).with("expected", header));
        }
    }
}

/// Ballots without a number, a time or anything else of their own: one typed in twice cannot be found.
fn anonymous(job: &Job<'_>, findings: &mut Findings) {
    let own = job.plan.shape != Shape::Wide || job.plan.has(|role| matches!(role, Role::Ballot | Role::Sequence | Role::Private));
    if !own && !job.lost() && job.form.kind == FormKind::Ballot && on(Habit::AnonymousBallots) {
        findings.push(Diagnostic::new("L130", job.sheet.place.row(job.plan.header_end())).with("form", &job.form.name));
    }
}

/// Unit, stratum or procedure said nowhere: one finding for the sheet.
fn nobody(job: &Job<'_>, findings: &mut Findings) {
    let has = |role: Role| job.plan.has(|known| known == role);
    let unit_column = has(Role::Unit) || has(Role::UnitPart) || has(Role::Subject);
    let named = job.plan.columns.iter().any(|column| super::super::readings_down::column_unit(column.role).is_some());
    let below = job.sheet.file.strip_prefix("returns/").unwrap_or(job.sheet.file);
    let line = super::super::layout::quoted(&glob::Pattern::escape(below));
    let diagnostic = |code: &str| Diagnostic::new(code, job.sheet.place.clone()).with("form", &job.form.name).with("line", &line);
    if job.form.persons {
        let told = has(Role::Subject) || named || job.plan.names_subjects() || job.around.subject.is_some();
        if !told && !job.around.unit_trouble {
            findings.push(diagnostic("L202"));
        }
    } else if !unit_column && !named && job.around.unit.is_none() && job.around.subject.is_none() && !job.around.unit_trouble {
        findings.push(diagnostic("L116"));
    }
    if job.form.strata.is_some() && !has(Role::Stratum) && job.around.stratum.is_none() {
        findings.push(diagnostic("L114").with("expected", job.strata_names()));
    }
    if !has(Role::Procedure) && job.around.procedure.is_none() {
        let codes: Vec<&str> =
            job.form.procedures.iter().map(|id| job.sheet.context.scheme.index.node(*id).code.as_str()).collect();
        let first = codes.first().copied().unwrap_or_default();
        findings.push(diagnostic("L106").with("expected", job.procedure_names()).with("near", first));
    }
}

/// Items of the form without a column, each with the unknown header that looks most like it.
fn items(job: &Job<'_>, findings: &mut Findings) {
    let taken = |item: ItemId| {
        job.plan.has(|role| matches!(role, Role::Answer(known, _) | Role::Tick(known, _, _) | Role::Votes(Some(known), _, _) if known == item))
    };
    let missing: Vec<ItemId> = (0..).zip(&job.form.items).map(|(at, _)| ItemId(at)).filter(|item| !taken(*item)).collect();
    if missing.is_empty() {
        return;
    }
    for near in reasons::near_items(job.sheet, job.plan) {
        findings.push(near);
    }
    let names: Vec<String> = missing.iter().map(|item| item_name(job.form, *item)).collect();
    findings.push(
        Diagnostic::new("L104", job.sheet.place.row(job.plan.header_end()))
            .with("item", names.join(LIST))
            .with("form", &job.form.name)
            .with("count", missing.len()),
    );
}
