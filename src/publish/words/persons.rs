//! Reasons, limits and quotas of persons in words, for those who explain one person's result.

use super::{cap_rule, reason};
use crate::diagnostic::Language;
use crate::measure::{CapReason, PersonPool, PersonStanding};
use crate::publish::table::persons::grade;
use crate::publish::table::results::band;
use crate::survey::Scheme;

/// The rules that led to a suggestion, in order, each as a sentence.
#[must_use]
pub fn reasons_of(standing: &PersonStanding, language: Language) -> Vec<String> {
    let told = standing.reasons.iter().map(|(code, args)| reason(code, args, language));
    told.filter(|text| !text.is_empty()).collect()
}

/// What a limit rests on, in words.
#[must_use]
pub fn limit_of(scheme: &Scheme, why: CapReason) -> String {
    let language = scheme.language;
    match why {
        CapReason::Status(status) => scheme.persons.statuses.get(status).map(|status| status.name.clone()).unwrap_or_default(),
        CapReason::Veto => language.pick("一票否决", "veto").to_owned(),
        CapReason::Rule(rule) => scheme.persons.caps.get(rule).map_or_else(String::new, |cap| cap_rule(scheme, cap)),
    }
}

/// Whose places a pool holds: `四十一团·优秀单位·连队`.
#[must_use]
pub fn name_of_pool(scheme: &Scheme, pool: &PersonPool) -> String {
    let language = scheme.language;
    let scope = pool.scope.map_or("", |scope| scheme.frame.subject(scope).name.as_str());
    let unit_grade = band(scheme, pool.unit_grade);
    let of_units = match (unit_grade.is_empty(), language) {
        (true, _) => String::new(),
        (false, Language::Zh) => format!("{unit_grade}单位"),
        (false, Language::En) => format!("units graded {unit_grade}"),
    };
    let level = pool.level.map_or("", |level| scheme.frame.level(level).name.as_str());
    let parts = [scope, level, of_units.as_str(), scheme.frame.domain(pool.domain).name.as_str()];
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("·")
}

/// Name of a grade of persons; a dash where there is none.
#[must_use]
pub fn person_grade(scheme: &Scheme, index: Option<usize>) -> &str {
    index.map_or("—", |_| grade(scheme, index))
}
