//! Meeting numbers 应到/实到/发出/收回 of several sources: one receipt per unit × form × procedure × stratum.

use super::Source;
use super::counts::Kind;
use super::settle::{place, shown};
use crate::diagnostic::Diagnostic;
use crate::survey::{Receipt, Scheme};
use std::collections::BTreeMap;

/// One meeting as stated, perhaps by several sheets.
struct Meeting {
    numbers: Receipt,
    /// Number of the first source that stated it.
    at: usize,
    /// 收回 equals the ballots of that very source: it speaks of itself alone.
    own: bool,
}

/// Merges the receipts of the counting sources (numbered in tally order), with what is to be said at which source (M104).
///
/// Sheets that state the same numbers, or numbers that complete each other, speak of one meeting, unless each returned
/// exactly as many papers as it holds ballots. Other numbers are other meetings: they add up, and where their ballots do
/// not bear that out it is reported.
pub(super) fn merge(counting: &[(usize, &Source)], scheme: &Scheme) -> (Vec<Receipt>, Vec<(usize, Diagnostic)>) {
    let mut stated: BTreeMap<[&str; 4], Vec<(usize, &Source, &Receipt)>> = BTreeMap::new();
    for (at, source) in counting {
        for receipt in &source.sheet.receipts {
            let key = [&receipt.unit, &receipt.form, &receipt.procedure, &receipt.stratum].map(String::as_str);
            stated.entry(key).or_default().push((*at, source, receipt));
        }
    }
    let (mut receipts, mut conflicts) = (Vec::new(), Vec::new());
    for statements in stated.into_values() {
        let meetings = meetings(&statements, scheme);
        if let [first, second, ..] = meetings.as_slice()
            && !meetings.iter().all(|meeting| meeting.own)
        {
            conflicts.extend(conflict(first, second, counting));
        }
        receipts.extend(sum(&meetings));
    }
    (receipts, conflicts)
}

fn meetings(statements: &[(usize, &Source, &Receipt)], scheme: &Scheme) -> Vec<Meeting> {
    let mut meetings: Vec<Meeting> = Vec::new();
    for (at, source, receipt) in statements {
        let own = statements.len() > 1
            && receipt.returned.is_some_and(|papers| papers > 0 && papers == ballots(source, receipt, scheme));
        let same = meetings.iter_mut().find(|known| agree(&known.numbers, receipt) && (known.at == *at || !(known.own && own)));
        match same {
            Some(known) => complete(&mut known.numbers, receipt),
            None => meetings.push(Meeting { numbers: (*receipt).clone(), at: *at, own }),
        }
    }
    meetings
}

/// Ballots of the receipt's unit, form, procedure and stratum in one source, however they ended.
fn ballots(source: &Source, receipt: &Receipt, scheme: &Scheme) -> u64 {
    let unit = scheme.frame.by_code(&receipt.unit);
    let form = scheme.form_by_code(&receipt.form);
    let procedure = scheme.index.by_code(&receipt.procedure);
    let strata = form.and_then(|form| scheme.strata_of(scheme.form(form)));
    let of_stratum = |id: crate::survey::StratumId| {
        let member = strata.and_then(|strata| strata.members.get(usize::from(id.0)));
        receipt.stratum.is_empty() || member.is_some_and(|member| member.code == receipt.stratum)
    };
    let counted = source.counts.iter().filter(|(key, _)| {
        key.kind == Kind::Ballot
            && (Some(key.unit), Some(key.form), Some(key.procedure)) == (unit, form, procedure)
            && of_stratum(key.stratum)
    });
    counted.map(|(_, count)| count).sum()
}

fn numbers(receipt: &Receipt) -> [Option<u64>; 5] {
    [receipt.due, receipt.present, receipt.issued, receipt.returned, receipt.valid]
}

/// No number that both know differs.
fn agree(one: &Receipt, other: &Receipt) -> bool {
    numbers(one).iter().zip(numbers(other)).all(|(one, other)| one.is_none() || other.is_none() || *one == other)
}

fn complete(known: &mut Receipt, more: &Receipt) {
    known.due = known.due.or(more.due);
    known.present = known.present.or(more.present);
    known.issued = known.issued.or(more.issued);
    known.returned = known.returned.or(more.returned);
    known.valid = known.valid.or(more.valid);
}

/// Adds up meetings. A number that one of them leaves open stays open: half a sum would break the meeting rules.
fn sum(meetings: &[Meeting]) -> Option<Receipt> {
    let add = |one: Option<u64>, other: Option<u64>| one.zip(other).map(|(one, other)| one.saturating_add(other));
    meetings.iter().map(|meeting| meeting.numbers.clone()).reduce(|total, more| Receipt {
        due: add(total.due, more.due),
        present: add(total.present, more.present),
        issued: add(total.issued, more.issued),
        returned: add(total.returned, more.returned),
        valid: add(total.valid, more.valid),
        ..total
    })
}

fn conflict(first: &Meeting, second: &Meeting, counting: &[(usize, &Source)]) -> Option<(usize, Diagnostic)> {
    let source = |at: usize| counting.iter().find(|(known, _)| *known == at).map(|(_, source)| &source.sheet);
    let (stated, before) = (source(second.at)?, source(first.at)?);
    let diagnostic = Diagnostic::new("M104", place(stated))
        .with("unit", &second.numbers.unit)
        .with("form", &second.numbers.form)
        .with("found", figures(&second.numbers))
        .with("expected", figures(&first.numbers))
        .with("other", shown(&before.file, &before.sheet));
    Some((second.at, diagnostic))
}

/// 应到/实到/发出/收回 as `42/40/40/38`.
fn figures(receipt: &Receipt) -> String {
    let [due, present, issued, returned, _] =
        numbers(receipt).map(|number| number.map_or_else(|| "—".to_owned(), |n| n.to_string()));
    format!("{due}/{present}/{issued}/{returned}")
}
