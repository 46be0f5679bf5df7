//! The method as it was applied: weights, grades, quotas, policies, rounding.

use crate::measure::QuotaCut;
use crate::numeric::{Ratio, exact_text, int, round_half_up};
use crate::publish::chart::View;
use crate::publish::words::report::{self as words, Policy};
use crate::publish::words::{missing_child, rollup_method};
use crate::survey::{DomainId, Index};
use minijinja::{Value, context};
use num_traits::Zero;
use std::collections::BTreeSet;

/// The appendix.
pub(super) fn section(view: &View<'_>) -> Value {
    let rules = &view.scheme.rules;
    let quotas: Vec<Value> = view.assessment.quotas.iter().map(|cut| quota(view, cut)).collect();
    context! {
        weights => weights(view),
        bands => rules.bands.iter().map(|band| context! {
            name => band.name.as_str(),
            from => band.from.as_ref().map(ToString::to_string),
            leaders => band.leaders_share.as_ref().map(percent),
        }).collect::<Vec<_>>(),
        leaders => rules.bands.iter().any(|band| band.leaders_share.is_some()),
        quotas,
        policies => policies(view),
        fingerprint => view.scheme.tally_fingerprint.as_str(),
    }
}

fn percent(share: &Ratio) -> String {
    format!("{}%", exact_text(&(share * int(100))))
}

/// Weights of the procedures by domain, in percent of all procedures.
fn weights(view: &View<'_>) -> Value {
    let (frame, index) = (&view.scheme.frame, &view.scheme.index);
    let used: BTreeSet<DomainId> = frame.subjects.iter().map(|subject| subject.domain).collect();
    let name = |domain: &DomainId| match frame.domain(*domain).name.as_str() {
        "" => words::no_domain(view.language()).to_owned(),
        name => name.to_owned(),
    };
    let whole = |domain: DomainId| index.procedures().map(|node| index.node(node).weight(domain).clone()).sum::<Ratio>();
    let share = |weight: &Ratio, whole: &Ratio| match (weight.is_zero(), whole.is_zero()) {
        (true, _) => "/".to_owned(),
        (false, true) => exact_text(weight),
        (false, false) => {
            format!("{}%", round_half_up(&(weight / whole * int(100)), 2).to_string().trim_end_matches('0').trim_end_matches('.'))
        }
    };
    let row = |procedure| {
        let node = index.node(procedure);
        let cells: Vec<String> = used.iter().map(|domain| share(node.weight(*domain), &whole(*domain))).collect();
        context! { name => node.name.as_str(), cells, missing => words::capital(&missing_child(&node.missing, view.language())) }
    };
    context! {
        domains => used.iter().map(name).collect::<Vec<_>>(),
        rows => index.procedures().map(row).collect::<Vec<_>>(),
    }
}

fn quota(view: &View<'_>, cut: &QuotaCut) -> Value {
    let frame = &view.scheme.frame;
    context! {
        level => frame.level(cut.level).name.as_str(),
        domain => frame.domain(cut.domain).name.as_str(),
        band => view.scheme.rules.bands.get(cut.band).map(|band| band.name.clone()),
        base => cut.base,
        share => percent(&cut.share),
        exact => exact_text(&round_half_up(&cut.exact, 2).to_ratio()),
        places => cut.places,
        eligible => cut.eligible,
        given => cut.given,
    }
}

/// (what, how) pairs of the rules that shape every number.
fn policies(view: &View<'_>) -> Vec<Value> {
    let (rules, language) = (&view.scheme.rules, view.language());
    let used = rollups(view);
    let chain: Vec<&str> = rules.tie_chain.iter().map(|node| view.scheme.index.node(*node).name.as_str()).collect();
    let none = || words::none(language).to_owned();
    let root = view.scheme.index.node(Index::ROOT);
    let mut all = vec![
        (Policy::Rounding, words::rounding(rules.basis, rules.places, language)),
        (Policy::Ranks, words::ranks(rules.rank_ties, language)),
        (Policy::TieChain, if chain.is_empty() { none() } else { chain.join(" → ") }),
        (Policy::MissingProcedure, words::capital(&missing_child(&root.missing, language))),
        (Policy::RollUp, if used.is_empty() { none() } else { words::capital(&used) }),
        (Policy::BonusCap, rules.bonus_cap.as_ref().map_or_else(none, exact_text)),
        (Policy::Veto, words::veto(rules.veto, view.scheme)),
        (Policy::NotShown, words::not_shown(rules.min_cell, language)),
        (Policy::Intervals, words::intervals(rules.analysis.interval, language).to_owned()),
        (Policy::RankIntervals, words::rank_intervals(rules.analysis.draws, language)),
    ];
    for quota in &rules.quotas {
        let grade = rules.bands.get(quota.band).map_or("", |band| band.name.as_str());
        all.push((Policy::Quota, words::quota(grade, &percent(&quota.share), quota.rounding, quota.ties, language)));
    }
    let pair = |(policy, how): (Policy, String)| context! { what => words::policy(policy, language), how };
    all.into_iter().map(pair).collect()
}

/// Roll-up methods that were used.
fn rollups(view: &View<'_>) -> String {
    let language = view.language();
    let used: BTreeSet<&str> = view
        .assessment
        .scorecards
        .iter()
        .filter_map(|card| Some(rollup_method(card.nodes.first()?.rollup?.method, language)))
        .collect();
    used.into_iter().collect::<Vec<_>>().join(words::comma(language))
}
