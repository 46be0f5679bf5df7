//! `feed/personnel.csv`: the hand-over as one flat table, one row a person.

use super::model::{Entry, Part, Personnel};
use crate::diagnostic::Language;
use crate::publish::table::TableOut;
use crate::publish::words::feed::told_of;
use crate::publish::words::{between_names, between_sentences, hidden, yes_no};

const COLUMNS: [&str; 46] = [
    "person",
    "name",
    "unit",
    "unit_name",
    "unit_path",
    "unit_level",
    "unit_grade",
    "category",
    "post",
    "principal",
    "tier",
    "status",
    "gradable",
    "score",
    "hidden",
    "why_missing",
    "low",
    "high",
    "incomplete",
    "coverage",
    "parts",
    "bonus",
    "deduction",
    "suggested_grade",
    "result_code",
    "grade_by_score",
    "grades_possible",
    "rank",
    "of",
    "rank_within",
    "rank_low",
    "rank_high",
    "rank_interval_why",
    "caps",
    "reasons",
    "quota",
    "quota_places",
    "tied_at_cut",
    "weak_points",
    "evidence",
    "nodes",
    "schema_version",
    "run_hash",
    "decision_grade",
    "decision_reason",
    "decision_date",
];

/// The table; the last three columns are left for the organisation's decision.
pub(super) fn table(personnel: &Personnel) -> TableOut {
    let mut table = TableOut::new("feed/personnel.csv", COLUMNS.map(str::to_owned).to_vec());
    for entry in &personnel.persons {
        row(&mut table, personnel, entry);
    }
    table
}

/// A number with the published places.
pub(super) fn fixed(value: f64, places: u32) -> String {
    format!("{value:.*}", usize::try_from(places).unwrap_or(2))
}

fn row(table: &mut TableOut, personnel: &Personnel, entry: &Entry) {
    let (language, places) = (personnel.language(), personnel.places);
    let yes = |value| yes_no(value, language);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<f64>| value.map(|value| fixed(value, places));
    let unit = &entry.unit;
    table.text(&entry.id).text(&entry.name).text(&unit.code).text(&unit.name).text(&unit.path).text(&unit.level);
    table.text(&text(&unit.grade)).text(&text(&entry.category)).text(&text(&entry.post)).text(yes(entry.principal));
    table.text(entry.tier.as_ref().map_or("", |tier| tier.name.as_str())).text(&statuses(entry, language));
    table.text(yes(entry.gradable));
    let score = &entry.score;
    table.maybe(number(score.value)).text(yes(score.hidden)).text(&text(&score.why));
    table.maybe(number(score.low)).maybe(number(score.high)).text(yes(score.incomplete)).maybe(score.coverage);
    let parts: Vec<String> = score.parts.iter().map(|part| part_text(part, personnel)).collect();
    table
        .text(&parts.join(between_sentences(language)))
        .number(fixed(score.bonus, places))
        .number(fixed(score.deduction, places));
    suggested(table, personnel, entry);
    let spot = |spot: &super::model::WeakSpot| told_of(&spot.name, &spot.kind, language);
    let weak: Vec<String> = entry.weak_points.iter().map(spot).collect();
    let file = |file: &super::model::EvidenceFile| match (&file.column, &file.value) {
        (Some(column), Some(value)) => format!("{} {column}={value}", file.path),
        _ => file.path.clone(),
    };
    let files: Vec<String> = entry.evidence.files.iter().map(file).collect();
    table.text(&weak.join(between_sentences(language))).text(&files.join(between_sentences(language)));
    table.text(&entry.evidence.nodes.join(between_names(language)));
    table.text(&personnel.schema_version).text(&personnel.run.run_hash);
    let decision = &entry.decision;
    table.text(&text(&decision.grade)).text(&text(&decision.reason)).text(&text(&decision.date));
}

fn suggested(table: &mut TableOut, personnel: &Personnel, entry: &Entry) {
    let language = personnel.language();
    let (suggestion, rank) = (&entry.suggestion, &entry.rank);
    let name = |code: &str| personnel.grade_name(code).to_owned();
    table.text(suggestion.name.as_deref().unwrap_or_default()).text(suggestion.result_code.as_deref().unwrap_or_default());
    table.text(&suggestion.grade_by_score.as_deref().map(name).unwrap_or_default());
    let possible: Vec<String> = suggestion.possible.iter().map(|code| name(code)).collect();
    table.text(&possible.join(between_names(language)));
    table.maybe(rank.rank).number(rank.of).text(&rank.within).maybe(rank.low).maybe(rank.high);
    table.text(rank.why.as_deref().unwrap_or_default());
    table.text(&caps_text(personnel, entry)).text(&reasons_text(entry, language));
    let quotas = || suggestion.quotas.iter().filter_map(|id| personnel.quota(id));
    let names: Vec<String> = quotas().map(|quota| format!("{} {}", quota.name, personnel.grade_name(&quota.grade))).collect();
    let places: Vec<String> = quotas().map(|quota| quota.places.to_string()).collect();
    table.text(&names.join(between_sentences(language))).text(&places.join(between_sentences(language)));
    table.text(yes_no(suggestion.tied_at_cut, language));
}

/// Special statuses by name.
pub(super) fn statuses(entry: &Entry, language: Language) -> String {
    entry.statuses.iter().map(|status| status.name.as_str()).collect::<Vec<_>>().join(between_names(language))
}

/// The reasons of a suggestion in one text.
pub(super) fn reasons_text(entry: &Entry, language: Language) -> String {
    let texts = entry.suggestion.reasons.iter().map(|reason| reason.text.as_str());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(between_sentences(language))
}

/// The limits on a grade: `称职：一般单位主要负责人`.
pub(super) fn caps_text(personnel: &Personnel, entry: &Entry) -> String {
    let language = personnel.language();
    let cap = |cap: &super::model::Cap| told_of(personnel.grade_name(&cap.grade), &cap.rule, language);
    entry.suggestion.caps.iter().map(cap).collect::<Vec<_>>().join(between_sentences(language))
}

/// `个人述职 93.10×0.3`.
fn part_text(part: &Part, personnel: &Personnel) -> String {
    let language = personnel.language();
    let score = match (part.score, part.hidden) {
        (Some(score), _) => fixed(score, personnel.places),
        (None, true) => hidden(language).to_owned(),
        (None, false) => part.why.clone().unwrap_or_else(|| "—".to_owned()),
    };
    format!("{} {score}×{}", part.name, part.effective_weight)
}
