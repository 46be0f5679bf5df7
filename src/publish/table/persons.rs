//! Tables of persons: `persons.csv`, and their pools in `quotas.csv`.

use super::TableOut;
use super::results::{band, share};
use crate::measure::PersonStanding;
use crate::numeric::{Ratio, round_half_up};
use crate::publish::material::{Cards, Material};
use crate::publish::words::tables::{QuotaKind, everyone, quota_kind};
use crate::publish::words::{self, limit_of, name_of_pool};
use crate::survey::{NodeId, QuotaPool, Scheme};

const PERSONS: [&str; 42] = [
    "unit_level",
    "domain",
    "tier",
    "person",
    "name",
    "unit",
    "unit_name",
    "post",
    "principal",
    "unit_grade",
    "status",
    "gradable",
    "score",
    "rank",
    "of",
    "rank_low",
    "rank_high",
    "grade",
    "result_code",
    "grade_by_score",
    "cap",
    "cap_reason",
    "reasons",
    "tied_at_cut",
    "pool",
    "pool_places",
    "incomplete",
    "coverage",
    "bound_low",
    "bound_high",
    "grades_possible",
    "unscreened_grade",
    "bonus",
    "bonus_claimed",
    "deduction",
    "veto",
    "merits",
    "supervisors",
    "hidden",
    "why_missing",
    "decision",
    "decision_reason",
];

/// `persons.csv`: place, suggested grade and parts of every person, with what limits the grade; the last fixed columns are left for
/// the organisation's decision. By unit level, category, tier and rank.
pub(in crate::publish) fn persons(material: &Material<'_>) -> TableOut {
    let scheme = material.scheme;
    let mut columns: Vec<String> = PERSONS.iter().map(ToString::to_string).collect();
    for procedure in scheme.index.person_procedures() {
        let code = &scheme.index.node(procedure).code;
        columns.push(if columns.contains(code) { format!("procedure.{code}") } else { code.clone() });
    }
    let mut table = TableOut::new("persons.csv", columns);
    let cards = material.cards();
    for standing in &material.cleared.get().persons.standings {
        who(&mut table, scheme, standing);
        result(&mut table, material, standing);
        rest(&mut table, scheme, &cards, standing);
    }
    table
}

/// Name of a grade of persons, empty if there is none.
pub(in crate::publish) fn grade(scheme: &Scheme, index: Option<usize>) -> &str {
    index.and_then(|index| scheme.persons.grades.get(index)).map_or("", |grade| grade.name.as_str())
}

fn who(table: &mut TableOut, scheme: &Scheme, standing: &PersonStanding) {
    let (frame, language) = (&scheme.frame, scheme.language);
    let (subject, unit) = (frame.subject(standing.subject), frame.subject(standing.unit));
    let tier = standing.tier.and_then(|tier| scheme.persons.tier(tier)).map_or("", |tier| tier.name.as_str());
    table.text(&frame.level(standing.unit_level).name).text(&frame.domain(standing.domain).name).text(tier);
    table.text(&subject.code).text(&subject.name).text(&unit.code).text(&unit.name);
    let person = subject.person.as_ref();
    table.text(person.map_or("", |person| person.post.as_str()));
    table.text(person.map_or("", |person| words::yes_no(person.principal, language)));
    table.text(band(scheme, standing.unit_grade));
    let statuses = person.map_or(&[][..], |person| &person.statuses);
    let names: Vec<&str> =
        statuses.iter().filter_map(|status| Some(scheme.persons.statuses.get(*status)?.name.as_str())).collect();
    table.text(&names.join(words::between_names(language))).text(words::yes_no(standing.gradable, language));
}

fn result(table: &mut TableOut, material: &Material<'_>, standing: &PersonStanding) {
    let (scheme, language) = (material.scheme, material.scheme.language);
    table.maybe(standing.score.as_ref()).maybe(standing.rank).number(standing.of);
    let (low, high) = standing.rank_interval.unzip();
    table.maybe(low).maybe(high);
    table.text(grade(scheme, standing.grade)).text(&standing.result_code).text(grade(scheme, standing.grade_by_score));
    let strictest = standing.caps.iter().max_by_key(|cap| cap.grade);
    table.text(grade(scheme, strictest.map(|cap| cap.grade)));
    let same = standing.caps.iter().filter(|cap| Some(cap.grade) == strictest.map(|cap| cap.grade));
    let why: Vec<String> = same.map(|cap| limit_of(scheme, cap.why)).collect();
    table.text(&why.join(words::between_sentences(language)));
    let reasons: Vec<String> =
        standing.reasons.iter().map(|(code, args)| words::reason(code, args, language)).filter(|text| !text.is_empty()).collect();
    table.text(&reasons.join(words::between_sentences(language))).text(words::yes_no(standing.tied_at_cut, language));
    let pool = standing.pool.and_then(|pool| material.cleared.get().persons.pools.get(pool));
    table.text(&pool.map_or_else(String::new, |pool| name_of_pool(scheme, pool))).maybe(pool.map(|pool| pool.places));
}

fn rest(table: &mut TableOut, scheme: &Scheme, cards: &Cards<'_>, standing: &PersonStanding) {
    let (places, language) = (scheme.rules.places, scheme.language);
    let publish = |value: &Ratio| round_half_up(value, places);
    let card = cards.of(standing.subject);
    let node = |id: NodeId| card.and_then(|card| card.nodes.get(usize::from(id.0)));
    let root = scheme.index.persons.and_then(node);
    table.text(root.map_or("", |root| words::yes_no(root.incomplete, language)));
    table.maybe(root.map(|root| share(&root.coverage)));
    let bounds = card.and_then(|card| card.bounds.as_ref());
    table.maybe(bounds.map(|(low, _)| publish(low))).maybe(bounds.map(|(_, high)| publish(high)));
    let possible: Vec<&str> = standing.grades_possible.iter().map(|index| grade(scheme, Some(*index))).collect();
    table.text(&possible.join(words::between_names(language))).text(grade(scheme, standing.grade_unscreened));
    table.maybe(card.map(|card| publish(&card.bonus))).maybe(card.map(|card| publish(&card.bonus_claimed)));
    table.maybe(card.map(|card| publish(&card.deduction))).text(card.map_or("", |card| words::yes_no(card.vetoed, language)));
    let person = scheme.frame.person(standing.subject);
    let merits = person.map_or(&[][..], |person| &person.merits).iter().filter_map(|(merit, evidence)| {
        let name = &scheme.persons.merits.get(*merit)?.name;
        Some(if evidence.is_empty() { name.clone() } else { words::bracketed(name, evidence, language) })
    });
    table.text(&merits.collect::<Vec<_>>().join(words::between_sentences(language)));
    let supervisors: Vec<&str> = person.map_or(&[][..], |person| &person.supervisors).iter().map(String::as_str).collect();
    table.text(&supervisors.join(words::between_names(language))).text(words::yes_no(standing.hidden, language));
    table.text(root.and_then(|root| root.why).map_or("", |why| words::why_missing(why, language)));
    table.text("").text("");
    for procedure in scheme.index.person_procedures() {
        table.maybe(node(procedure).and_then(|node| node.score.as_ref()).map(publish));
    }
}

/// Rows of `quotas.csv`: one per pool of persons.
pub(super) fn pools(table: &mut TableOut, material: &Material<'_>) {
    let scheme = material.scheme;
    for pool in &material.cleared.get().persons.pools {
        let rule = scheme.persons.quotas.get(pool.quota);
        let leaders = rule.is_some_and(|rule| rule.leaders);
        table.text(quota_kind(if leaders { QuotaKind::Leaders } else { QuotaKind::Persons }, scheme.language));
        table.text(pool.level.map_or("", |level| scheme.frame.level(level).name.as_str()));
        table.text(&scheme.frame.domain(pool.domain).name);
        let scope = pool.scope.map(|scope| scheme.frame.subject(scope));
        let all = rule.is_some_and(|rule| rule.pool == QuotaPool::All);
        table.text(scope.map_or("", |scope| scope.code.as_str()));
        table.text(scope.map_or(if all { everyone(scheme.language) } else { "" }, |scope| scope.name.as_str()));
        table.text(grade(scheme, Some(pool.grade))).number(pool.units).number(pool.base).number(share(&pool.share));
        table.number(share(&pool.exact)).number(pool.places).number(pool.eligible).number(pool.given);
        table.text(band(scheme, pool.unit_grade));
        let tied: Vec<&str> = pool.tied.iter().map(|id| scheme.frame.subject(*id).code.as_str()).collect();
        table.text(&tied.join(words::between_names(scheme.language)));
    }
}
