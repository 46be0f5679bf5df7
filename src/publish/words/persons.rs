//! Reasons, limits and quotas of persons in words, for those who explain one person's result.

use super::reason;
use crate::diagnostic::Language;
use crate::measure::{CapReason, PersonPool, PersonStanding};
use crate::publish::table::persons::{cap_reason, grade, pool_name};
use crate::survey::Scheme;

/// The rules that led to a suggestion, in order, each as a sentence.
#[must_use]
pub fn reasons_of(standing: &PersonStanding, language: Language) -> Vec<String> {
    let told = standing.reasons.iter().map(|(code, args)| reason(code, args, language));
    told.filter(|text| !text.is_empty()).collect()
}

/// What a limit rests on.
#[must_use]
pub fn limit_of(scheme: &Scheme, why: CapReason) -> String {
    cap_reason(scheme, why)
}

/// Whose places a pool holds.
#[must_use]
pub fn name_of_pool(scheme: &Scheme, pool: &PersonPool) -> String {
    pool_name(scheme, pool)
}

/// Name of a grade of persons; a dash where there is none.
#[must_use]
pub fn person_grade(scheme: &Scheme, index: Option<usize>) -> &str {
    index.map_or("—", |_| grade(scheme, index))
}
