//! 报送情况: what was due, sent, missing or too much, and which meetings were void (method §3, §10.8).

use super::assessment::{BallotCount, Response};
use super::estimate::{Counts, MeetingVoids};
use super::exact::count;
use super::plan::Plan;
use super::totals::Totals;
use crate::survey::{Disposition, Form, FormId, Meeting, NodeId, Receipt, Scheme, SubjectId};
use std::collections::BTreeMap;

/// Unit, form, procedure.
pub(super) type Key = (SubjectId, FormId, NodeId);

/// Which meeting rule was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MeetingRule {
    /// 收回 > 发出.
    ReturnedAboveIssued,
    /// 实到/应到 short of the fraction.
    Turnout,
}

/// Heads and papers of one meeting, over its strata.
#[derive(Clone, Debug, Default)]
pub(super) struct Heads {
    pub due: Option<u64>,
    pub present: Option<u64>,
    pub issued: Option<u64>,
    pub returned: Option<u64>,
    pub broken: Option<MeetingRule>,
}

/// Every meeting of which numbers are known.
pub(super) fn meetings(scheme: &Scheme, totals: &Totals) -> BTreeMap<Key, Heads> {
    let mut receipts: BTreeMap<Key, Vec<&Receipt>> = BTreeMap::new();
    for receipt in &totals.receipts {
        for key in keys(scheme, receipt) {
            receipts.entry(key).or_default().push(receipt);
        }
    }
    let heads = |(key, receipts): (Key, Vec<&Receipt>)| {
        let mut heads = Heads {
            due: field(&receipts, |receipt| receipt.due),
            present: field(&receipts, |receipt| receipt.present),
            issued: field(&receipts, |receipt| receipt.issued),
            returned: field(&receipts, |receipt| receipt.returned),
            broken: None,
        };
        heads.broken = broken(&scheme.form(key.1).meeting, &heads);
        (key, heads)
    };
    receipts.into_iter().map(heads).collect()
}

/// The unit × form × procedure a receipt speaks of; without a procedure, every one its form feeds.
fn keys(scheme: &Scheme, receipt: &Receipt) -> Vec<Key> {
    let (Some(unit), Some(form)) = (scheme.frame.by_code(&receipt.unit), scheme.form_by_code(&receipt.form)) else {
        return Vec::new();
    };
    if receipt.procedure.is_empty() {
        return scheme.form(form).procedures.iter().map(|procedure| (unit, form, *procedure)).collect();
    }
    scheme.index.by_code(&receipt.procedure).map(|procedure| (unit, form, procedure)).into_iter().collect()
}

/// The number given for all strata together, else the sum over strata.
fn field(receipts: &[&Receipt], of: fn(&Receipt) -> Option<u64>) -> Option<u64> {
    let whole: Vec<u64> =
        receipts.iter().filter(|receipt| receipt.stratum.is_empty()).filter_map(|receipt| of(receipt)).collect();
    let parts: Vec<u64> = receipts.iter().filter_map(|receipt| of(receipt)).collect();
    match (whole.is_empty(), parts.is_empty()) {
        (false, _) => Some(whole.iter().sum()),
        (true, false) => Some(parts.iter().sum()),
        (true, true) => None,
    }
}

/// The rule that voids the meeting, if one does. Unknown numbers break no rule. Exact: 40 of 60 reaches two thirds.
pub(super) fn broken(rules: &Meeting, heads: &Heads) -> Option<MeetingRule> {
    if rules.returned_above_issued
        && let (Some(issued), Some(returned)) = (heads.issued, heads.returned)
        && returned > issued
    {
        return Some(MeetingRule::ReturnedAboveIssued);
    }
    let threshold = rules.turnout.as_ref()?;
    let (due, present) = (heads.due.filter(|due| *due > 0)?, heads.present?);
    (!threshold.holds(&(count(present) / count(due)))).then_some(MeetingRule::Turnout)
}

pub(super) fn voids(meetings: &BTreeMap<Key, Heads>) -> MeetingVoids {
    meetings.iter().filter(|(_, heads)| heads.broken.is_some()).map(|(key, _)| *key).collect()
}

/// One row per unit × form × procedure that was due or sent, in that order.
pub(super) fn responses(plan: &Plan<'_>, totals: &Totals, counts: &Counts<'_>, meetings: &BTreeMap<Key, Heads>) -> Vec<Response> {
    let mut rows: BTreeMap<Key, Response> = BTreeMap::new();
    for key in due(plan) {
        row(&mut rows, key).due = true;
    }
    for source in &totals.sources {
        row(&mut rows, (source.unit, source.form, source.procedure)).sources += source.sources;
    }
    for ballots in &totals.dispositions {
        add(row(&mut rows, (ballots.unit, ballots.form, ballots.procedure)), ballots);
    }
    for (key, heads) in meetings {
        let row = row(&mut rows, *key);
        (row.attend_due, row.attend_present) = (heads.due, heads.present);
        (row.issued, row.returned) = (heads.issued, heads.returned);
        row.meeting_void = heads.broken.is_some();
    }
    for subject in plan.scheme.frame.ids() {
        for (procedure, form) in counts.rated_by(subject) {
            rated(plan, &mut rows, (subject, form, procedure));
        }
    }
    rows.into_values().collect()
}

/// A subject that was rated has its return, whoever sent the sheet; it is 多报 where the subject does not owe it. Subjects that
/// owe nothing and send nothing themselves (the people rated on a department's sheet) get no row.
fn rated(plan: &Plan<'_>, rows: &mut BTreeMap<Key, Response>, key: Key) {
    let (subject, form, procedure) = key;
    let due = rows.get(&key).is_some_and(|row| row.due);
    let owed_by_others = !plan.scheme.form(form).due_levels.is_empty() && !due;
    let surplus = owed_by_others || plan.share(plan.domain(subject), procedure).is_none();
    if surplus || rows.contains_key(&key) {
        let row = row(rows, key);
        row.sources = row.sources.max(1);
        row.surplus = surplus;
    }
}

fn row(rows: &mut BTreeMap<Key, Response>, (unit, form, procedure): Key) -> &mut Response {
    rows.entry((unit, form, procedure)).or_insert_with(|| Response {
        unit: Some(unit),
        form: Some(form),
        procedure: Some(procedure),
        ..Response::default()
    })
}

/// 应报: every unit of a level and domain that owes a form, for each procedure that applies to it.
fn due(plan: &Plan<'_>) -> Vec<Key> {
    let scheme = plan.scheme;
    let mut keys = Vec::new();
    for id in scheme.form_ids() {
        let form = scheme.form(id);
        for subject in scheme.frame.ids().filter(|subject| owes(scheme, form, *subject)) {
            let applies = |procedure: &&NodeId| applies(plan, form, subject, **procedure);
            keys.extend(form.procedures.iter().filter(applies).map(|procedure| (subject, id, *procedure)));
        }
    }
    keys
}

/// Whether a procedure applies to a unit, or to one of its persons where the form rates persons.
fn applies(plan: &Plan<'_>, form: &Form, subject: SubjectId, procedure: NodeId) -> bool {
    let has = |id: SubjectId| plan.share(plan.domain(id), procedure).is_some();
    if form.persons { plan.scheme.frame.persons_of(subject).iter().any(|person| has(*person)) } else { has(subject) }
}

fn owes(scheme: &Scheme, form: &Form, subject: SubjectId) -> bool {
    let subject = scheme.frame.subject(subject);
    form.due_levels.contains(&subject.level) && (form.due_domains.is_empty() || form.due_domains.contains(&subject.domain))
}

fn add(row: &mut Response, ballots: &BallotCount) {
    match ballots.disposition {
        Disposition::Valid => row.valid += ballots.count,
        Disposition::Partial => row.partial += ballots.count,
        Disposition::Blank => row.blank += ballots.count,
        Disposition::Duplicate => row.duplicate += ballots.count,
        Disposition::Void { rules } => {
            row.void += ballots.count;
            for (bit, code) in Disposition::RULES {
                if rules & bit == 0 {
                    continue;
                }
                match row.void_by.iter_mut().find(|(known, _)| known == code) {
                    Some((_, total)) => *total += ballots.count,
                    None => row.void_by.push((code.to_owned(), ballots.count)),
                }
            }
            row.void_by.sort();
        }
    }
}
