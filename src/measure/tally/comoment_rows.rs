//! Co-moments as rows of the tally's table: items and worth in words, the sums as a list of integers.

use super::TallyError;
use super::counts::MOST;
use crate::measure::worth::Comoments;
use crate::survey::{FormId, ItemId, NodeId, Scheme, StratumId, SubjectId};
use std::collections::BTreeMap;

/// Kinds of the rows: of ballots without gaps, and of ballots with gaps.
pub(super) const WHOLE: &str = "comoments";
pub(super) const GAPS: &str = "comoments-gaps";
/// Between the items listed.
const BETWEEN: &str = "\t";
/// The most that one sum may be.
const MOST_SUM: i64 = 1 << 62;

/// Lists of items and fingerprints in words, each once.
#[derive(Default)]
pub(super) struct Words {
    items: BTreeMap<(FormId, Vec<ItemId>), String>,
    worths: BTreeMap<u64, String>,
}

impl Words {
    pub(super) fn new<'a>(all: impl Iterator<Item = &'a Comoments>, scheme: &Scheme) -> Result<Self, TallyError> {
        let mut words = Self::default();
        for comoments in all {
            words.worths.entry(comoments.worth).or_insert_with(|| format!("{:016x}", comoments.worth));
            let known = words.items.contains_key(&(comoments.form, comoments.items.clone()));
            if !known {
                let form = scheme.forms.get(usize::from(comoments.form.0));
                let code = |item: &ItemId| Some(form?.items.get(usize::from(item.0))?.code.as_str());
                let codes: Option<Vec<&str>> = comoments.items.iter().map(code).collect();
                let unknown = || TallyError::Unknown { what: "item", code: format!("{:?}", comoments.items) };
                words.items.insert((comoments.form, comoments.items.clone()), codes.ok_or_else(unknown)?.join(BETWEEN));
            }
        }
        Ok(words)
    }

    /// Kind, items and fingerprint of a row.
    pub(super) fn spell(&self, comoments: &Comoments) -> (&'static str, &str, &str) {
        let items = self.items.get(&(comoments.form, comoments.items.clone())).map_or("", String::as_str);
        let worth = self.worths.get(&comoments.worth).map_or("", String::as_str);
        (if comoments.whole { WHOLE } else { GAPS }, items, worth)
    }
}

/// Whose co-moments a row holds.
pub(super) struct Place {
    pub subject: SubjectId,
    pub unit: SubjectId,
    pub procedure: NodeId,
    pub form: FormId,
    pub stratum: StratumId,
}

/// What [`Words::spell`] wrote. `item`: code to number.
pub(super) fn read(
    place: &Place,
    (kind, items, worth): (&str, &str, &str),
    n: u64,
    sums: Vec<i64>,
    item: impl Fn(&str) -> Option<ItemId>,
) -> Result<Comoments, TallyError> {
    let unknown = |code: &str| TallyError::Unknown { what: "item", code: code.to_owned() };
    let ids: Result<Vec<ItemId>, TallyError> = items.split(BETWEEN).map(|code| item(code).ok_or_else(|| unknown(code))).collect();
    let ids = ids?;
    let whole = kind == WHOLE;
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    let fits = once.len() == ids.len() && sums.len() == Comoments::size(ids.len(), whole);
    if !fits || n == 0 || n > MOST || sums.iter().any(|sum| !(0..=MOST_SUM).contains(sum)) {
        return Err(TallyError::Damaged("co-moments that are none".into()));
    }
    let worth = u64::from_str_radix(worth, 16).map_err(|_| TallyError::Damaged("co-moments without worth".into()))?;
    let Place { subject, unit, procedure, form, stratum } = *place;
    Ok(Comoments { subject, unit, procedure, form, stratum, worth, items: ids, whole, n, sums }.sorted())
}
