//! How a unit's total is made: weights, products, sum, bonus and deductions, rounding; and what is missing or hidden.

use super::Ground;
use crate::measure::{NodeScore, Scorecard, WhyMissing};
use crate::numeric::{Ratio, int, round_half_up, step_text};
use crate::publish::chart::View;
use crate::publish::words::report::comma;
use crate::publish::words::{rollup, why_missing};
use crate::survey::{Index, MissingChild, NodeId, SubjectId};
use minijinja::{Value, context};
use num_traits::{Signed, Zero};

/// Names listed of what is hidden or missing.
const MOST_NAMED: usize = 12;

pub(in crate::publish::report) fn percent(share: &Ratio) -> String {
    let text = round_half_up(&(share * int(100)), 2).to_string();
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The steps from the procedures to the published total; `None` where there is no total to explain.
pub(super) fn section(ground: &Ground<'_>, subject: SubjectId) -> Option<Value> {
    let view = ground.view;
    let card = view.card(subject)?;
    let root = card.nodes.first().filter(|root| !root.hidden)?;
    let (composite, total) = (root.score.as_ref()?, card.total.as_ref()?);
    let rest = total - composite - &card.bonus + &card.deduction;
    let veiled = ground.veiled.contains(&subject);
    let step = |value: &Ratio| if veiled { view.publish(value).to_string() } else { step_text(value) };
    let signed = |value: &Ratio| if value.is_negative() { format!("−{}", step(&value.abs())) } else { step(value) };
    Some(context! {
        veiled,
        rolled => root.rollup.map(|used| rollup(used, view.language())),
        imported => root.imported,
        rows => terms(view, card, root, &step),
        composite => step(composite),
        bonus => (!card.bonus.is_zero() || !card.bonus_claimed.is_zero()).then(|| step_text(&card.bonus)),
        claimed => (card.bonus_claimed != card.bonus).then(|| step_text(&card.bonus_claimed)),
        deduction => (!card.deduction.is_zero()).then(|| step_text(&card.deduction)),
        rest => (!rest.is_zero()).then(|| signed(&rest)),
        total => step(total),
        published => view.publish(total).to_string(),
        places => view.scheme.rules.places,
        coverage => percent(&root.coverage),
        bounds => card.bounds.as_ref().filter(|(low, high)| low != high).map(|(low, high)| {
            format!("{}–{}", view.publish(low), view.publish(high))
        }),
    })
}

/// Score × effective weight of every procedure; of a roll-up nothing, for its total is the members'.
fn terms(view: &View<'_>, card: &Scorecard, root: &NodeScore, step: &dyn Fn(&Ratio) -> String) -> Vec<Value> {
    let index = &view.scheme.index;
    if root.rollup.is_some() || root.imported {
        return Vec::new();
    }
    let filled = match &index.node(Index::ROOT).missing {
        MissingChild::Zero => Some(int(0)),
        MissingChild::Floor(floor) => Some(floor.clone()),
        MissingChild::Renormalise | MissingChild::Refuse => None,
    };
    let row = |id: &NodeId| {
        let own = card.nodes.get(usize::from(id.0))?;
        if own.why == Some(WhyMissing::NotApplicable) {
            return None;
        }
        let counted = own.score.as_ref().or(filled.as_ref()).filter(|_| !own.hidden && own.weight.effective.is_positive());
        Some(context! {
            name => index.node(*id).name.as_str(),
            nominal => percent(&own.weight.nominal),
            effective => percent(&own.weight.effective),
            score => counted.map(step),
            product => counted.map(|score| step(&(score * &own.weight.effective))),
            hidden => own.hidden,
            why => own.score.is_none().then_some(own.why).flatten().map(|why| why_missing(why, view.language())),
        })
    };
    index.node(Index::ROOT).children.iter().filter_map(row).collect()
}

/// What of it must not be shown, cells of `answers` among it, and what has no score and why.
pub(super) fn absent(view: &View<'_>, subject: SubjectId, answers: u64) -> Value {
    let index = &view.scheme.index;
    let Some(card) = view.card(subject) else { return context! { hidden => 0, answers } };
    let nodes = || index.ids().filter_map(|id| Some((id, card.nodes.get(usize::from(id.0))?)));
    let name = |id: NodeId| index.node(id).name.as_str();
    let hidden: Vec<&str> = nodes().filter(|(_, node)| node.hidden).map(|(id, _)| name(id)).collect();
    let cells: usize = nodes().map(|(_, node)| node.cells.iter().filter(|cell| cell.hidden).count()).sum();
    let lacks = |node: &NodeScore| !node.hidden && node.score.is_none();
    // What lies below a missing node is missing with it and not told again.
    let topmost = |id: NodeId| {
        let parent = index.node(id).parent.and_then(|id| card.nodes.get(usize::from(id.0)));
        !parent.is_some_and(lacks)
    };
    let missing: Vec<Value> = nodes()
        .filter(|(id, node)| lacks(node) && topmost(*id) && node.why.is_some())
        .map(|(id, node)| context! { name => name(id), why => node.why.map(|why| why_missing(why, view.language())) })
        .collect();
    context! {
        hidden => hidden.len(),
        hidden_names => hidden.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(comma(view.language())),
        cells,
        answers,
        missing => missing.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>(),
        missing_more => missing.len().saturating_sub(MOST_NAMED),
    }
}

#[cfg(test)]
mod tests {
    use crate::measure::Cleared;
    use crate::publish::chart::fixture::Made;
    use crate::publish::test_fixture::taken;
    use crate::publish::unit_reports;
    use crate::survey::{NodeId, SubjectId};

    /// The calculation on the page of a unit.
    fn steps(made: &Made, subject: SubjectId) -> String {
        let cleared = Cleared::assumed(made.assessment.clone());
        let path = format!("units/{}/report.html", crate::publish::chart::file_stem(&made.scheme.frame.subject(subject).code));
        let pages = taken(|take| unit_reports(&made.scheme, &cleared, take));
        let (_, page) = pages.into_iter().find(|(name, _)| *name == path).expect("a page");
        let (_, section) = page.split_once("id=\"calculation\"").expect("a section");
        section.split_once("</section>").expect("its end").0.split("<details").next().unwrap_or_default().to_owned()
    }

    /// Digits behind the point of the longest number.
    fn places(text: &str) -> usize {
        let tails = text.split('.').skip(1).map(|tail| tail.chars().take_while(char::is_ascii_digit).count());
        tails.max().unwrap_or(0)
    }

    #[test]
    fn steps_are_exact_unless_something_below_is_hidden() {
        let mut made = Made::new(3, 2, 2);
        let (division, other) = (made.level(1)[0], made.level(1)[1]);
        let regiment =
            made.scheme.frame.ids().find(|id| made.scheme.frame.subject(*id).parent == Some(division)).expect("a regiment");
        // A step that no two places can hold.
        let root = &mut made.assessment.scorecards[regiment.0 as usize].nodes[usize::from(NodeId(0).0)];
        root.score = root.score.take().map(|score| score + crate::numeric::ratio(1, 7000));
        assert!(places(&steps(&made, regiment)) > 2, "{}", steps(&made, regiment));
        made.assessment.scorecards[regiment.0 as usize].nodes.last_mut().expect("a node").hidden = true;
        assert_eq!(places(&steps(&made, regiment)), 2, "{}", steps(&made, regiment));
        assert_eq!(places(&steps(&made, division)), 2, "what is above could give it back: {}", steps(&made, division));
        assert!(steps(&made, other).contains("</table>"));
    }
}
