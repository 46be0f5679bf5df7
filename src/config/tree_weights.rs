//! Weights of the index tree per domain: written, derived from full marks, and checked to add up among siblings.

use super::findings::Findings;
use super::forms::DraftForm;
use super::index::{Draft, Drafts, Ground, preorder};
use super::policies::at_least_0;
use super::weights::{Sum, report_sum};
use crate::numeric::{Ratio, exact_text, int};
use crate::survey::{AnswerKind, DomainId, NodeKind};
use num_traits::Zero;

/// Fills the weights of every draft and checks the sums.
pub(super) fn fill(ground: &Ground<'_>, drafts: &mut Drafts<'_>, forms: &[DraftForm<'_>], find: &mut Findings<'_>) {
    let order = preorder(drafts);
    let marks = marks(drafts, &order, forms);
    for n in &order {
        let mark = marks.get(*n).cloned().unwrap_or_else(|| int(0));
        let Some(draft) = drafts.get(*n) else { continue };
        let only = draft.parent.and_then(|parent| drafts.get(parent)).is_some_and(|root| root.children.len() == 1);
        let weights = weights(ground, draft, &mark, only, forms, find);
        if let Some(draft) = drafts.get_mut(*n) {
            draft.weights = weights;
        }
    }
    for n in &order {
        siblings(ground, drafts, *n, forms, find);
    }
}

/// Full marks below each draft: points of scored items, 1 for each item of options.
fn marks(drafts: &[Draft<'_>], order: &[usize], forms: &[DraftForm<'_>]) -> Vec<Ratio> {
    let mut marks = vec![int(0); drafts.len()];
    for n in order.iter().rev() {
        let Some(draft) = drafts.get(*n) else { continue };
        let own = match draft.item.and_then(|(form, item)| forms.get(form)?.form.items.get(item)) {
            Some(item) if item.answer == AnswerKind::Score => item.full.clone(),
            Some(_) => int(1),
            None => draft.children.iter().filter_map(|child| marks.get(*child)).fold(int(0), |sum, mark| sum + mark),
        };
        if let Some(slot) = marks.get_mut(*n) {
            *slot = own;
        }
    }
    marks
}

fn weights(
    ground: &Ground<'_>,
    draft: &Draft<'_>,
    mark: &Ratio,
    only: bool,
    forms: &[DraftForm<'_>],
    find: &mut Findings<'_>,
) -> Vec<Ratio> {
    let (domains, all) = (ground.classes.domains.len(), ground.classes.count());
    // Weights of the one tree never apply to the subjects of the other.
    let applies = |column: usize| (column >= domains) == draft.persons;
    let same = |weight: Ratio| (0..all).map(|column| if applies(column) { weight.clone() } else { int(0) }).collect();
    if let Some((form, item)) = draft.item {
        let written = forms.get(form).and_then(|form| form.items.get(item)).and_then(|(_, item)| item.weight.as_ref());
        return same(written.map_or_else(|| mark.clone(), |weight| at_least_0(find, &format!("{}.weight", draft.path), weight)));
    }
    let root = draft.kind == NodeKind::Composite;
    if root && written(draft, forms) {
        find.scheme("S422", &format!("{}.weight", draft.path), &[("found", &draft.code)]);
    }
    let (Some(option), false) = (draft.option, root) else { return same(int(100)) };
    let path = format!("{}.weight", draft.path);
    let own = ground.classes.spread(find, &format!("{path}s"), &option.weights);
    let base = match &option.weight {
        Some(weight) => Some(at_least_0(find, &path, weight)),
        None if draft.kind == NodeKind::Procedure => only.then(|| int(100)),
        None => (!mark.is_zero()).then(|| mark.clone()),
    };
    let needed = |domain: usize| u16::try_from(domain).is_ok_and(|domain| ground.used_domains.contains(&DomainId(domain)));
    let matters = |column: usize| applies(column) && (column > 0 || needed(column));
    let lacking = (0..own.len()).any(|column| own.get(column) == Some(&None) && matters(column));
    if base.is_none() && lacking {
        find.scheme("S405", &path, &[("found", &draft.code)]);
    }
    let filled = |(column, own): (usize, Option<Ratio>)| {
        own.or_else(|| base.clone()).filter(|_| applies(column)).unwrap_or_else(|| int(0))
    };
    own.into_iter().enumerate().map(filled).collect()
}

/// A column of weights that applies to a draft: the first of its tree.
fn first_column(ground: &Ground<'_>, draft: &Draft<'_>) -> usize {
    if draft.persons { ground.classes.domains.len() } else { 0 }
}

/// Whether somebody wrote this draft's weight, rather than leaving it to full marks.
fn written(draft: &Draft<'_>, forms: &[DraftForm<'_>]) -> bool {
    match draft.item {
        Some((form, item)) => {
            forms.get(form).and_then(|form| form.items.get(item)).is_some_and(|(_, item)| item.weight.is_some())
        }
        None => draft.option.is_some_and(|option| option.weight.is_some() || !option.weights.is_empty()),
    }
}

/// Written weights of siblings add up to 100, to 1, or to the weight of the node above, in every domain where that node applies.
fn siblings(ground: &Ground<'_>, drafts: &Drafts<'_>, n: usize, forms: &[DraftForm<'_>], find: &mut Findings<'_>) {
    let Some(above) = drafts.get(n) else { return };
    let children: Vec<&Draft<'_>> = above.children.iter().filter_map(|child| drafts.get(*child)).collect();
    if children.is_empty() {
        return;
    }
    let paths: Vec<String> = children.iter().map(|child| format!("{}.weight", child.path)).collect();
    let sums = (0..ground.classes.count()).map(|domain| {
        let parts = children.iter().filter_map(|child| Some((child.code.clone(), child.weights.get(domain)?.clone())));
        Sum { domain, parts: parts.collect() }
    });
    let applies =
        |sum: &Sum| above.weights.get(sum.domain).is_some_and(|weight| !weight.is_zero()) && concerns(ground, above, sum.domain);
    if !children.iter().any(|child| written(child, forms)) {
        return auto_sum(ground, drafts, n, forms, find);
    }
    let base = above.weights.get(first_column(ground, above)).cloned().unwrap_or_else(|| int(100));
    let fits = |sum: &Sum| {
        let total = sum.total();
        [int(100), int(1), base.clone()].contains(&total) || above.weights.get(sum.domain) == Some(&total)
    };
    let wrong: Vec<Sum> = sums.filter(|sum| applies(sum) && (!fits(sum) || sum.total().is_zero())).collect();
    let normalise = ground.options.rules.normalise_weights == Some(true);
    let (zero, off): (Vec<Sum>, Vec<Sum>) = wrong.into_iter().partition(|sum| sum.total().is_zero());
    report_sum(find, "S406", &paths, &zero, &ground.classes.labels, "> 0");
    report_sum(find, if normalise { "S420" } else { "S404" }, &paths, &off, &ground.classes.labels, "100｜1");
}

/// Named domains always concern us; the unnamed one where a subject is in it or no domain is named. Of persons every class does.
fn concerns(ground: &Ground<'_>, above: &Draft<'_>, column: usize) -> bool {
    let domains = ground.classes.domains.len();
    if above.persons {
        return column >= domains;
    }
    column < domains && (column > 0 || domains == 1 || ground.used_domains.contains(&DomainId(0)))
}

/// Full marks of a score sheet that do not make 100 (S411), and points beside options without weights (S409).
fn auto_sum(ground: &Ground<'_>, drafts: &Drafts<'_>, n: usize, forms: &[DraftForm<'_>], find: &mut Findings<'_>) {
    let Some(above) = drafts.get(n) else { return };
    let kinds = answers_below(drafts, n, forms);
    let scored = kinds.contains(&true);
    if scored && kinds.contains(&false) {
        find.scheme("S409", &above.path, &[("found", &above.code)]);
        return;
    }
    let children: Vec<&Draft<'_>> = above.children.iter().filter_map(|child| drafts.get(*child)).collect();
    let column = first_column(ground, above);
    let total = children.iter().filter_map(|child| child.weights.get(column)).fold(int(0), |sum, weight| sum + weight);
    if scored && above.kind == NodeKind::Procedure && total != int(100) {
        let weight = |child: &&Draft<'_>| child.weights.get(column).map_or_else(String::new, exact_text);
        let parts: Vec<String> = children.iter().map(|child| format!("{} {}", child.code, weight(child))).collect();
        let total = exact_text(&total);
        find.scheme("S411", &above.path, &[("found", &format!("{} = {total}", parts.join(" + "))), ("count", &total)]);
    }
}

/// For every item below a draft: whether it is answered with points.
fn answers_below(drafts: &Drafts<'_>, n: usize, forms: &[DraftForm<'_>]) -> Vec<bool> {
    let mut kinds = Vec::new();
    let mut stack = vec![n];
    while let Some(draft) = stack.pop().and_then(|n| drafts.get(n)) {
        stack.extend(&draft.children);
        if let Some(item) = draft.item.and_then(|(form, item)| forms.get(form)?.form.items.get(item)) {
            kinds.push(item.answer == AnswerKind::Score);
        }
    }
    kinds
}
