//! What hidden scores leave behind elsewhere: errors of nothing, ranks drawn with hidden procedures, sentences that name a grade.

use super::assessment::{Assessment, Cell, NodeScore, Scorecard, Standing};
use super::disclosure::{contributors, few_voided};
use super::evidence::NoError;
use crate::diagnostic::{Diagnostic, LIST, Place};
use crate::survey::{DomainId, FormId, Index, LevelId, NodeId, NodeSource, Scheme, SubjectId};
use std::collections::BTreeSet;

/// Takes away errors of 0 of scores with a hidden part: where nobody differs from anybody within a stratum, every hidden stratum
/// is the value of one option, and the sum tells which.
pub(super) fn certainties(cards: &mut [Scorecard], scheme: &Scheme) {
    let certain = |card: &Scorecard, slot: usize| {
        card.nodes.get(slot).and_then(|node| node.error.as_ref()).is_some_and(|error| error.se <= 0.0)
    };
    let mut tell: Vec<(usize, usize)> = Vec::new();
    for (number, card) in cards.iter().enumerate() {
        let slots = (0..card.nodes.len()).filter(|slot| certain(card, *slot));
        tell.extend(slots.filter(|slot| hidden_below(cards, scheme, number, *slot)).map(|slot| (number, slot)));
    }
    for (number, slot) in tell {
        if let Some(node) = cards.get_mut(number).and_then(|card| card.nodes.get_mut(slot)) {
            (node.error, node.no_error) = (None, Some(NoError::Withheld));
        }
    }
}

/// Says that errors were withheld, and draws no rank interval from one: the interval would give it back.
pub(super) fn errors_withheld(assessment: &mut Assessment, scheme: &Scheme) {
    let withheld = |node: &NodeScore| node.no_error == Some(NoError::Withheld) && !node.hidden;
    let count = assessment.scorecards.iter().flat_map(|card| &card.nodes).filter(|node| withheld(node)).count();
    let cards = &assessment.scorecards;
    let root = |subject: SubjectId| cards.get(subject.0 as usize).and_then(|card| card.nodes.first());
    for standing in &mut assessment.standings {
        if root(standing.subject).is_some_and(withheld) {
            standing.stability.sampling = None;
        }
    }
    if count > 0 {
        let note = Diagnostic::new("M350", Place::default()).with("count", count).with("least", scheme.rules.min_cell);
        assessment.diagnostics.push(note);
    }
}

/// Whether a stratum, a child or a member of a node is hidden, or something below those.
fn hidden_below(cards: &[Scorecard], scheme: &Scheme, number: usize, slot: usize) -> bool {
    let Some(card) = cards.get(number) else { return false };
    let Some((node, rule)) = card.nodes.get(slot).zip(scheme.index.nodes.get(slot)) else { return false };
    let part = |number: usize, slot: usize| {
        cards.get(number).and_then(|card| card.nodes.get(slot)).is_some_and(|node| node.hidden)
            || hidden_below(cards, scheme, number, slot)
    };
    node.cells.iter().any(|cell| cell.hidden)
        || rule.children.iter().any(|child| part(number, usize::from(child.0)))
        || (node.rollup.is_some() && scheme.frame.children(card.subject).iter().any(|member| part(member.0 as usize, slot)))
}

/// Codes that say a subject's grade or rank, or what the screened-out ballots would make of it.
const OF_RANKS: [&str; 4] = ["M221", "M222", "M229", "M342"];
/// The same of persons.
const OF_PERSONS: [&str; 4] = ["M292", "M293", "M296", "M297"];

/// Units: sentences on the grade or rank of a subject without a published composite, and on the order of its peers; ranks under
/// other weights where a procedure is hidden, since they hang on it.
pub(super) fn of_units(assessment: &mut Assessment, scheme: &Scheme) {
    let hidden = |subject: SubjectId, slot: u16| {
        let card = assessment.scorecards.get(subject.0 as usize);
        card.and_then(|card| card.nodes.get(usize::from(slot))).is_some_and(|node| node.hidden)
    };
    let parts = &scheme.index.node(Index::ROOT).children;
    let any_part = |subject: SubjectId| parts.iter().any(|part| hidden(subject, part.0));
    let moved: Vec<bool> = assessment.standings.iter().map(|standing| any_part(standing.subject)).collect();
    let gone: Vec<(SubjectId, LevelId, DomainId)> = assessment
        .standings
        .iter()
        .filter(|standing| hidden(standing.subject, Index::ROOT.0))
        .map(|standing| (standing.subject, standing.level, standing.domain))
        .collect();
    let broken: BTreeSet<(LevelId, DomainId)> = gone.iter().map(|(_, level, domain)| (*level, *domain)).collect();
    of_few_voided(assessment, scheme, &broken);
    for (standing, moved) in assessment.standings.iter_mut().zip(moved) {
        if moved {
            standing.stability.weights = None;
        }
        if broken.contains(&(standing.level, standing.domain)) {
            standing.rank_unscreened = None;
        }
    }
    let frame = &scheme.frame;
    let codes: BTreeSet<&str> = gone.iter().map(|(subject, ..)| frame.subject(*subject).code.as_str()).collect();
    let name = |(level, domain): &(LevelId, DomainId)| (frame.level(*level).name.as_str(), frame.domain(*domain).name.as_str());
    let groups: Vec<(&str, &str)> = broken.iter().map(name).collect();
    assessment.diagnostics.retain(|said| !(OF_RANKS.contains(&said.code.as_str()) && tells(said, &codes, &groups)));
}

/// Ranks with screened-out ballots left in, of peer groups in which somebody has few of those: the neighbours in such an order hold
/// what the few said between two numbers. That the order would change is still said.
fn of_few_voided(assessment: &mut Assessment, scheme: &Scheme, broken: &BTreeSet<(LevelId, DomainId)>) {
    let few = few_voided(assessment, scheme);
    let of = |standing: &Standing| (standing.level, standing.domain);
    let concerned = assessment.standings.iter().filter(|standing| few.contains(&standing.subject)).map(of);
    let groups: BTreeSet<(LevelId, DomainId)> = concerned.collect();
    let mut moved: BTreeSet<(LevelId, DomainId)> = BTreeSet::new();
    for standing in assessment.standings.iter_mut().filter(|standing| groups.contains(&of(standing))) {
        if standing.rank_unscreened.take().is_some() {
            moved.insert(of(standing));
        }
    }
    let frame = &scheme.frame;
    let name = |(level, domain): &(LevelId, DomainId)| (frame.level(*level).name.as_str(), frame.domain(*domain).name.as_str());
    let named: Vec<(&str, &str)> = moved.iter().map(name).collect();
    let about = |said: &Diagnostic| said.code.as_str() == "M342" && named.contains(&(said.arg("level"), said.arg("domain")));
    assessment.diagnostics.retain(|said| !about(said));
    let said = moved.difference(broken).map(|group| {
        let (level, domain) = name(group);
        Diagnostic::new("M353", Place::default()).with("level", level).with("domain", domain).with("least", scheme.rules.min_cell)
    });
    assessment.diagnostics.extend(said);
}

/// A form's α and its items' correlations are published where at most this share of its ballots (one of so many) stands in cells of
/// too few: else they are numbers on those. The covariances of the others are not published, so no cell can be told from them.
const FEW_PART: u64 = 10;

/// Takes away the reliabilities of forms of which too much is hidden, and says so. Before hidden cells are emptied.
pub(super) fn of_reliabilities(assessment: &mut Assessment, scheme: &Scheme) {
    let mut forms = Vec::new();
    let cards = assessment.scorecards.iter().chain(&assessment.persons.scorecards);
    let cards: Vec<&Scorecard> = cards.collect();
    for found in &mut assessment.evidence.reliabilities {
        let few: u64 = cards.iter().map(|card| ballots_of_few(card, scheme, (found.form, found.procedure))).sum();
        if few * FEW_PART > found.ballots && found.alpha.is_some() {
            found.alpha = None;
            found.items.iter_mut().for_each(|item| (item.item_rest, item.alpha_without) = (None, None));
            forms.push(scheme.form(found.form).name.as_str());
        }
    }
    if !forms.is_empty() {
        let note = Diagnostic::new("M352", Place::default()).with("found", forms.join(LIST)).with("least", scheme.rules.min_cell);
        assessment.diagnostics.push(note);
    }
}

/// Ballots of a form on one subject that stand in cells of too few: of the item with most of them.
fn ballots_of_few(card: &Scorecard, scheme: &Scheme, (form, procedure): (FormId, NodeId)) -> u64 {
    let index = &scheme.index;
    let fed = |id: &NodeId| matches!(index.node(*id).source, NodeSource::Item { form: own, .. } if own == form);
    let leaves = index.all_ids().filter(|id| fed(id) && index.procedure_of(*id) == Some(procedure));
    let few = |cell: &Cell| (1..scheme.rules.min_cell).contains(&contributors(cell));
    let of = |node: &NodeScore| -> u64 { node.cells.iter().filter(|cell| few(cell)).map(contributors).sum() };
    leaves.filter_map(|id| card.nodes.get(usize::from(id.0))).map(of).max().unwrap_or(0)
}

/// Whether a sentence is about one of these subjects, or about the order of one of these groups.
fn tells(said: &Diagnostic, codes: &BTreeSet<&str>, groups: &[(&str, &str)]) -> bool {
    match said.code.as_str() {
        "M229" => codes.contains(said.arg("code")),
        "M342" => groups.contains(&(said.arg("level"), said.arg("domain"))),
        _ => groups.iter().any(|(level, domain)| format!("{level}·{domain}").trim_end_matches('·') == said.arg("unit")),
    }
}

/// Persons: sentences on the grade of those whose composite is not shown, and on ties that they take part in.
pub(super) fn of_persons(assessment: &mut Assessment, scheme: &Scheme) {
    let hidden = assessment.persons.standings.iter().filter(|standing| standing.hidden);
    let codes: Vec<&str> = hidden.map(|standing| scheme.frame.subject(standing.subject).code.as_str()).collect();
    if codes.is_empty() {
        return;
    }
    let named: Vec<String> = codes.iter().map(|code| crate::diagnostic::with_code("", code)).collect();
    assessment.diagnostics.retain(|said| match said.code.as_str() {
        code if !OF_PERSONS.contains(&code) => true,
        "M293" | "M296" => !named.iter().any(|name| said.arg("found").contains(name.as_str())),
        _ => !codes.contains(&said.arg("code")),
    });
}

#[cfg(test)]
mod tests {
    use crate::measure::fixture::{CADRE, Feed, ballots, card, company, strata};
    use crate::measure::{Assessment, assess, clear};

    /// Strata of 3, 6 and 30; all tick 称职, but for these votes.
    fn item(second: [u64; 3], third: [u64; 2]) -> (Assessment, crate::survey::SubjectId) {
        let mut small = ballots(&CADRE, &["100"]);
        let set = strata(&mut small.scheme, &[("A", "", "0.4"), ("B", "", "0.3"), ("C", "", "0.3")]);
        small.scheme.forms[0].strata = Some(set);
        small.scheme.rules.min_cell = 5;
        let unit = company(&mut small.scheme, "一连");
        let mut feed = Feed::default();
        for (stratum, votes) in [(0, &[0u64, 3][..]), (1, &second), (2, &third)] {
            feed.votes(unit, (small.procedure, small.form, 0), stratum, votes);
        }
        (clear(assess(&small.scheme, &feed.0), &small.scheme).get().clone(), unit)
    }

    #[test]
    fn no_error_of_nothing_stands_over_hidden_strata() {
        // 80 with an error of 0: 0.4·a + 0.3·b = 56 with a and b out of 100, 80, 60, 0 has one solution, 80 and 80
        let options = [100.0, 80.0, 60.0, 0.0];
        let fits = |a: f64| options.iter().filter(|b| (0.4 * a + 0.3 * **b - 56.0).abs() < 1e-9).count();
        assert_eq!(options.iter().map(|a| fits(*a)).sum::<usize>(), 1);
        let (certain, unit) = item([0, 6, 0], [0, 30]);
        let node = &card(&certain, unit).nodes[2];
        assert!(node.score.is_some() && node.cells[0].hidden && node.error.is_none());
        // the error of the third stratum is published: what is left of the item's is that of the two hidden ones, nothing
        let (still, unit) = item([0, 6, 0], [7, 23]);
        let node = &card(&still, unit).nodes[2];
        assert!(node.score.is_some() && node.cells[2].error.is_some() && node.error.is_none());
        assert_eq!(node.no_error, Some(super::NoError::Withheld));
        let (spread, unit) = item([2, 1, 3], [7, 23]);
        let node = &card(&spread, unit).nodes[2];
        assert!(node.score.is_some() && node.cells[0].hidden && node.error.is_some());
    }

    /// Twenty-five companies of three items; of the eighth three answered the first, eight the second, with these options.
    fn companies(first: usize, second: usize) -> (Assessment, Assessment, Vec<crate::survey::NodeId>) {
        let mut small = ballots(&CADRE, &["100"; 3]);
        small.scheme.rules.min_cell = 5;
        let mut feed = Feed::default();
        for company_number in 0..25u64 {
            let unit = company(&mut small.scheme, &format!("{company_number}连"));
            for item in 0..3u16 {
                let top = (company_number * 7 + u64::from(item) * 5) % 19;
                let mut votes = [top, 20 - top, 0];
                let few = [3, 8, 30][usize::from(item)];
                if company_number == 8 {
                    votes = [0; 3];
                    votes[[first, second, 1][usize::from(item)]] = few;
                }
                feed.votes(unit, (small.procedure, small.form, item), 0, &votes);
            }
        }
        let open = assess(&small.scheme, &feed.0);
        let cleared = clear(open.clone(), &small.scheme).get().clone();
        (open, cleared, small.items)
    }

    #[test]
    fn what_leaving_an_item_out_does_says_nothing_of_hidden_scores() {
        // 100 and 60 change places: all that is published of scores stays the same
        let (open, one, items) = companies(0, 2);
        let (open_other, other, _) = companies(2, 0);
        let scores = |result: &Assessment| {
            result.standings.iter().map(|one| (one.subject, one.score.clone(), one.rank)).collect::<Vec<_>>()
        };
        assert_eq!(scores(&one), scores(&other));
        assert_ne!(
            open.evidence.influences, open_other.evidence.influences,
            "before: the order without the item tells them apart"
        );
        assert_eq!(one.evidence.influences, other.evidence.influences);
        let of = |node| one.evidence.influences.iter().find(|row| row.node == node).map(|row| row.of);
        assert_eq!((of(items[0]), of(items[1]), of(items[2])), (Some(24), Some(24), Some(25)));
        let eighth =
            one.standings.iter().find(|standing| standing.stability.options.is_none()).expect("the one with hidden items");
        let far = one.evidence.influences.iter().filter(|row| row.node == items[0] || row.node == items[1]);
        assert!(far.into_iter().all(|row| row.farthest.is_none_or(|(subject, ..)| subject != eighth.subject)));
    }

    #[test]
    fn reliability_of_few_is_withheld() {
        let reliability = |few: u64, many: u64| {
            let mut small = ballots(&CADRE, &["100"; 2]);
            small.scheme.rules.min_cell = 5;
            let mut feed = Feed::default();
            for (name, n) in [("一连", few), ("二连", many)] {
                let unit = company(&mut small.scheme, name);
                for item in 0..2 {
                    feed.votes(unit, (small.procedure, small.form, item), 0, &[n - 1, 1]);
                }
            }
            let mut result = assess(&small.scheme, &feed.0);
            let items = vec![super::super::evidence::ItemReliability {
                item: crate::survey::ItemId(0),
                item_rest: Some(0.5),
                alpha_without: None,
            }];
            let (form, procedure) = (small.form, small.procedure);
            let alpha = Some(0.8);
            let found = super::super::evidence::Reliability { form, procedure, ballots: few + many, alpha, items };
            result.evidence.reliabilities = vec![found];
            let cleared = clear(result, &small.scheme);
            let found = &cleared.get().evidence.reliabilities[0];
            let said = cleared.get().diagnostics.iter().any(|said| said.code.as_str() == "M352");
            assert_eq!(found.alpha.is_none(), found.items[0].item_rest.is_none());
            (found.alpha, said)
        };
        assert_eq!(reliability(3, 26), (None, true), "3 of 29 are more than a tenth");
        assert_eq!(reliability(3, 27), (Some(0.8), false));
        assert_eq!(reliability(5, 20), (Some(0.8), false), "five are no secret");
    }
}
