//! Tables of results: `standings.csv`, `scores.csv`, `quotas.csv`.

use super::{TableOut, errors};
use crate::diagnostic::Language;
use crate::measure::{Cell, NodeScore, QuotaCut, Scorecard, Spread, Standing};
use crate::numeric::{Ratio, round_half_up};
use crate::publish::material::{Cards, Material};
use crate::publish::words;
use crate::publish::words::tables::{QuotaKind, quota_kind};
use crate::survey::{Index, LevelId, Node, NodeId, NodeSource, Scheme, SubjectId};
use rayon::prelude::*;

/// A share 0–1 as printed: six places, needless zeros left out (`0.5`, `0.555556`).
pub(in crate::publish) fn share(value: &Ratio) -> String {
    let text = round_half_up(value, 6).to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Name of the band with this index, empty if there is none.
pub(in crate::publish) fn band(scheme: &Scheme, index: Option<usize>) -> &str {
    index.and_then(|index| scheme.rules.bands.get(index)).map_or("", |band| band.name.as_str())
}

const STANDINGS: [&str; 27] = [
    "level",
    "domain",
    "subject",
    "name",
    "parent",
    "score",
    "rank",
    "of",
    "rank_low",
    "rank_high",
    "grade",
    "incomplete",
    "coverage",
    "bound_low",
    "bound_high",
    "veto",
    "reasons",
    "bonus",
    "deduction",
    "rollup",
    "unscreened_grade",
    "grades_possible",
    "grade_by_score",
    "tied_at_cut",
    "bonus_claimed",
    "parent_name",
    "why_missing",
];

/// Where the procedures begin in `standings.csv`.
pub(in crate::publish) const FIRST_PROCEDURE: usize = STANDINGS.len();

/// What stands behind the procedures: ranks under other weights and option values, how often the grade stays (sampling), and the
/// error of the score.
const BEHIND: [&str; 9] = [
    "rank_low_weights",
    "rank_high_weights",
    "rank_low_options",
    "rank_high_options",
    "grade_kept",
    "se",
    "low",
    "high",
    "rank_unscreened",
];

/// Columns of `standings.csv`: the fixed ones, then one per procedure under its code (a code that is taken gets a prefix).
fn standings_columns(scheme: &Scheme) -> Vec<String> {
    let mut columns: Vec<String> = STANDINGS.iter().map(ToString::to_string).collect();
    for procedure in scheme.index.procedures() {
        let code = &scheme.index.node(procedure).code;
        columns.push(if columns.contains(code) { format!("procedure.{code}") } else { code.clone() });
    }
    for column in BEHIND {
        columns.push(if columns.iter().any(|known| known == column) { format!("standing.{column}") } else { column.to_owned() });
    }
    columns
}

/// `standings.csv`: place, grade and procedures of every subject, by level, domain and rank.
pub(in crate::publish) fn standings(material: &Material<'_>) -> TableOut {
    let mut table = TableOut::new("standings.csv", standings_columns(material.scheme));
    let cards = material.cards();
    for standing in &material.cleared.get().standings {
        standing_row(&mut table, material.scheme, &cards, standing);
    }
    table
}

fn standing_row(table: &mut TableOut, scheme: &Scheme, cards: &Cards<'_>, standing: &Standing) {
    let (frame, places, language) = (&scheme.frame, scheme.rules.places, scheme.language);
    let subject = frame.subject(standing.subject);
    let parent = subject.parent.map(|parent| frame.subject(parent));
    let card = cards.of(standing.subject);
    let root = card.and_then(|card| card.nodes.first());
    let publish = |value: &Ratio| round_half_up(value, places);
    table.text(&frame.level(standing.level).name).text(&frame.domain(standing.domain).name);
    table.text(&subject.code).text(&subject.name).text(parent.map_or("", |parent| &parent.code));
    table.maybe(standing.score.as_ref()).maybe(standing.rank).number(standing.of);
    let stability = &standing.stability;
    ends(table, stability.sampling.as_ref());
    table.text(band(scheme, standing.grade));
    table.text(root.map_or("", |root| words::yes_no(root.incomplete, language)));
    table.maybe(root.map(|root| share(&root.coverage)));
    let bounds = card.and_then(|card| card.bounds.as_ref());
    table.maybe(bounds.map(|(low, _)| publish(low))).maybe(bounds.map(|(_, high)| publish(high)));
    table.text(card.map_or("", |card| words::yes_no(card.vetoed, language)));
    table.text(&reasons(standing, language));
    table.maybe(card.map(|card| publish(&card.bonus))).maybe(card.map(|card| publish(&card.deduction)));
    table.text(&root.and_then(|root| root.rollup).map_or(String::new(), |used| words::rollup(used, language)));
    table.text(band(scheme, standing.grade_unscreened));
    let possible: Vec<&str> = standing.grades_possible.iter().map(|index| band(scheme, Some(*index))).collect();
    table.text(&possible.join(words::between_names(language)));
    table.text(band(scheme, standing.grade_by_score)).text(words::yes_no(standing.tied_at_cut, language));
    table.maybe(card.map(|card| publish(&card.bonus_claimed)));
    table.text(parent.map_or("", |parent| &parent.name));
    table.text(root.and_then(|root| root.why).map_or("", |why| words::why_missing(why, language)));
    for procedure in scheme.index.procedures() {
        let score = card.and_then(|card| card.nodes.get(procedure.0 as usize)).and_then(|node| node.score.as_ref());
        table.maybe(score.map(publish));
    }
    ends(table, stability.weights.as_ref());
    ends(table, stability.options.as_ref());
    table.maybe(stability.sampling.as_ref().map(|spread| probability(spread.grade_kept)));
    errors::total(table, scheme, card);
    table.maybe(standing.rank_unscreened);
}

/// The ends of a rank interval; empty: not available.
fn ends(table: &mut TableOut, spread: Option<&Spread>) {
    table.maybe(spread.map(|spread| spread.low)).maybe(spread.map(|spread| spread.high));
}

/// A probability as printed, as shares are.
pub(super) fn probability(value: f64) -> String {
    Ratio::from_float(value).map_or_else(String::new, |value| share(&value))
}

/// The rules that led to a suggested grade, in order.
fn reasons(standing: &Standing, language: Language) -> String {
    let texts: Vec<String> =
        standing.reasons.iter().map(|(code, args)| words::reason(code, args, language)).filter(|text| !text.is_empty()).collect();
    texts.join(words::between_sentences(language))
}

const SCORES: [&str; 30] = [
    "subject",
    "name",
    "node",
    "node_name",
    "kind",
    "stratum",
    "score",
    "points",
    "full",
    "n",
    "abstained",
    "se",
    "low",
    "high",
    "weight",
    "effective_weight",
    "coverage",
    "incomplete",
    "rollup",
    "self_rated",
    "self_gap",
    "unscreened",
    "why_missing",
    "hidden",
    "imported",
    "df",
    "basis",
    "deff",
    "interval_se",
    "interval_df",
];

/// `scores.csv`: one row per subject × node, and per stratum where a form has strata.
pub(in crate::publish) fn scores(material: &Material<'_>) -> TableOut {
    let mut table = TableOut::new("scores.csv", SCORES.iter().map(ToString::to_string).collect());
    let parts: Vec<TableOut> = material
        .cleared
        .get()
        .scorecards
        .par_chunks(64)
        .map(|cards| {
            let mut part = table.sibling();
            for card in cards {
                card_rows(&mut part, material.scheme, card);
            }
            part
        })
        .collect();
    for part in &parts {
        table.append(part);
    }
    for card in &material.cleared.get().persons.scorecards {
        card_rows(&mut table, material.scheme, card);
    }
    table
}

fn card_rows(table: &mut TableOut, scheme: &Scheme, card: &Scorecard) {
    let person = scheme.frame.person(card.subject).is_some();
    for (id, score) in scheme.index.all_ids().zip(&card.nodes).filter(|(id, _)| scheme.index.is_of_persons(*id) == person) {
        let node = scheme.index.node(id);
        let strata = match node.source {
            NodeSource::Item { form, .. } => scheme.strata_of(scheme.form(form)),
            NodeSource::Children | NodeSource::Imported | NodeSource::Unit(_) => None,
        };
        node_row(table, scheme, card.subject, node, score);
        for cell in strata.map_or(&[][..], |_| &score.cells) {
            let name = strata.and_then(|set| set.members.get(cell.stratum.0 as usize)).map_or("", |member| &member.name);
            cell_row(table, scheme, card.subject, node, cell, name);
        }
    }
}

/// The first columns of a row of `scores.csv`, up to the points.
fn head(table: &mut TableOut, scheme: &Scheme, subject: SubjectId, node: &Node, stratum: &str, score: Option<&Ratio>) {
    let subject = scheme.frame.subject(subject);
    let places = scheme.rules.places;
    table.text(&subject.code).text(&subject.name).text(&node.code).text(&node.name);
    table.text(words::node_kind(node.kind, scheme.language)).text(stratum);
    table.maybe(score.map(|score| round_half_up(score, places)));
    let points = score.map(|score| score * &node.full / crate::numeric::int(100));
    table.maybe(points.map(|points| round_half_up(&points, places))).number(share(&node.full));
}

fn node_row(table: &mut TableOut, scheme: &Scheme, subject: SubjectId, node: &Node, score: &NodeScore) {
    let (places, language) = (scheme.rules.places, scheme.language);
    let publish = |value: &Ratio| round_half_up(value, places);
    head(table, scheme, subject, node, "", score.score.as_ref());
    let only = if score.cells.len() == 1 { score.cells.first() } else { None };
    table.maybe((!score.hidden).then_some(score.n));
    table.maybe(only.filter(|cell| !cell.hidden).map(|cell| cell.abstained));
    errors::interval(table, score.error.as_ref(), places);
    table.number(share(&score.weight.nominal)).number(share(&score.weight.effective)).number(share(&score.coverage));
    table.text(words::yes_no(score.incomplete, language));
    table.text(&score.rollup.map_or(String::new(), |used| words::rollup(used, language)));
    table.maybe(score.self_rated.as_ref().map(publish)).maybe(score.self_gap.as_ref().map(publish));
    table.maybe(score.unscreened.as_ref().map(publish));
    table.text(score.why.map_or("", |why| words::why_missing(why, language)));
    table.text(words::yes_no(score.hidden, language)).text(words::yes_no(score.imported, language));
    errors::foundation(table, score.error.as_ref(), score.no_error, (places, language));
}

fn cell_row(table: &mut TableOut, scheme: &Scheme, subject: SubjectId, node: &Node, cell: &Cell, stratum: &str) {
    head(table, scheme, subject, node, stratum, cell.score.as_ref());
    table.maybe((!cell.hidden).then_some(cell.n)).maybe((!cell.hidden).then_some(cell.abstained));
    errors::interval(table, cell.error.as_ref(), scheme.rules.places);
    table.number(share(&cell.weight.nominal)).number(share(&cell.weight.effective));
    table.none().none().none().none().none().none().none();
    table.text(words::yes_no(cell.hidden, scheme.language)).none();
    errors::foundation(table, cell.error.as_ref(), None, (scheme.rules.places, scheme.language));
}

const QUOTAS: [&str; 15] = [
    "kind",
    "level",
    "domain",
    "pool",
    "pool_name",
    "grade",
    "units",
    "base",
    "share",
    "exact",
    "places",
    "eligible",
    "given",
    "unit_grade",
    "tied",
];

/// `quotas.csv`: the quota cuts of the best grade per level × domain, then the leaders' pools (those of the persons, where they are listed).
pub(in crate::publish) fn quotas(material: &Material<'_>) -> TableOut {
    let scheme = material.scheme;
    let mut table = TableOut::new("quotas.csv", QUOTAS.iter().map(ToString::to_string).collect());
    for cut in &material.cleared.get().quotas {
        cut_row(&mut table, scheme, cut);
    }
    for pool in &material.cleared.get().leaders {
        let subject = scheme.frame.subject(pool.pool);
        table.text(quota_kind(QuotaKind::Groups, scheme.language)).text(level(scheme, pool.level)).text("");
        table.text(&subject.code).text(&subject.name).text(band(scheme, Some(pool.band))).number(pool.units);
        table.number(pool.leaders).number(share(&pool.share)).number(share(&pool.exact)).number(pool.places).none().none();
        table.text(band(scheme, Some(pool.band))).text("");
    }
    super::persons::pools(&mut table, material);
    table
}

fn cut_row(table: &mut TableOut, scheme: &Scheme, cut: &QuotaCut) {
    let domain = &scheme.frame.domain(cut.domain).name;
    table.text(quota_kind(QuotaKind::Units, scheme.language)).text(level(scheme, cut.level)).text(domain);
    table.text("").text("").text(band(scheme, Some(cut.band))).none();
    table.number(cut.base).number(share(&cut.share)).number(share(&cut.exact));
    table.number(cut.places).number(cut.eligible).number(cut.given).text("").text("");
}

fn level(scheme: &Scheme, id: LevelId) -> &str {
    &scheme.frame.level(id).name
}

/// The nodes the composite is made of.
pub(in crate::publish) fn parts(index: &Index) -> &[NodeId] {
    index.nodes.first().map_or(&[], |root| &root.children)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::test_fixture::{made, number};
    use crate::survey::MissingChild;

    fn csv(table: &TableOut) -> Vec<String> {
        let text = String::from_utf8(table.csv()).expect("UTF-8");
        text.trim_start_matches('\u{feff}').lines().map(ToOwned::to_owned).collect()
    }

    #[test]
    fn shares_are_printed_short() {
        assert_eq!(share(&ratio_of("1/2")), "0.5");
        assert_eq!(share(&ratio_of("5/9")), "0.555556");
        assert_eq!(share(&ratio_of("100")), "100");
        assert_eq!(share(&ratio_of("0")), "0");
    }

    fn ratio_of(text: &str) -> Ratio {
        number(text)
    }

    #[test]
    fn standings_print_the_published_numbers() {
        let made = made(1, 2, MissingChild::Renormalise);
        let lines = csv(&standings(&made.material()));
        // A procedure whose code is taken gets a prefix.
        assert!(
            lines[0].contains("why_missing,mubiao,zhuanxiang,procedure.score,mindiao,shuping,rank_low_weights"),
            "{}",
            lines[0]
        );
        // domain.md E8: 79.75 on weight 90 is 88.61 after renormalisation.
        let first = "连队(单位),连队,d0-0,1连,d0,88.61,1,2,,,良好,是,0.9,87.61,88.61,否,得分 88.61 属「良好」段,0.00,0.00,,,良好,良好,否,0.00,第1师,,88.40,91.00,84.10,,90.20,,,,,,,,,";
        assert_eq!(lines[2], first);
        assert_eq!(lines.len(), 4);
    }

    #[test]
    fn scores_have_a_row_per_node_and_per_stratum_and_hide_what_is_hidden() {
        let made = made(1, 1, MissingChild::Renormalise);
        let lines = csv(&scores(&made.material()));
        let of_item: Vec<&String> = lines.iter().filter(|line| line.starts_with("d0-0,1连,score.1,")).collect();
        let expected = [
            "d0-0,1连,score.1,政治建设,题目,,84.10,16.82,20,12,,2.80,80.13,92.00,1,1,1,否,,,,,,否,否,11.0,整票,,,",
            "d0-0,1连,score.1,政治建设,题目,A票,84.10,16.82,20,12,1,,,,0.5,0.5,,,,,,,,否,,,,,,",
            "d0-0,1连,score.1,政治建设,题目,B票,,,20,,,,,,0.5,0.5,,,,,,,,是,,,,,,",
        ];
        assert_eq!(of_item, expected);
        assert!(lines.iter().any(|line| line.starts_with("d0-0,1连,mindiao,") && line.contains("未报送")));
    }

    #[test]
    fn quotas_list_cuts_and_pools() {
        let made = made(1, 2, MissingChild::Renormalise);
        let lines = csv(&quotas(&made.material()));
        assert_eq!(lines[1], "等次名额,连队(单位),连队,,,优秀,,13,0.3,3.9,3,7,3,,");
        assert_eq!(lines[2], "班子成员优秀名额,连队(单位),,d0,第1师,优秀,2,9,0.3,2.7,2,,,优秀,");
    }
}
