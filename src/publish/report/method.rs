//! The method as it was applied: weights, grades, quotas, policies, rounding.

use super::words;
use crate::diagnostic::Language;
use crate::measure::QuotaCut;
use crate::numeric::{Ratio, exact_text, int, round_half_up};
use crate::publish::chart::View;
use crate::publish::words::{missing_child, rollup_method};
use crate::survey::{Basis, DomainId, Index, Interval};
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
        "" => view.language().pick("未分领域", "no domain").to_owned(),
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
        context! { name => node.name.as_str(), cells, missing => missing_child(&node.missing, view.language()) }
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
    let pair = |(zh, en, text): (&str, &str, String)| context! { what => language.pick(zh, en), how => text };
    let used = rollups(view);
    let chain: Vec<&str> = rules.tie_chain.iter().map(|node| view.scheme.index.node(*node).name.as_str()).collect();
    let none = language.pick("无", "none").to_owned();
    let mut all = vec![
        ("计算与取整", "Rounding", rounding(view)),
        (
            "名次",
            "Ranks",
            format!(
                "{}{}",
                language.pick("同层级、同领域内排名；", "within level and domain; "),
                words::rank_ties(rules.rank_ties, language)
            ),
        ),
        ("并列顺序", "Tie chain", if chain.is_empty() { none.clone() } else { chain.join(" → ") }),
        ("缺环节时", "Where a procedure is missing", missing_child(&view.scheme.index.node(Index::ROOT).missing, language)),
        ("上卷方式", "Roll-up", if used.is_empty() { none.clone() } else { used }),
        ("加分上限", "Bonus cap", rules.bonus_cap.as_ref().map_or(none, exact_text)),
        ("一票否决", "Veto", words::veto(rules.veto, view.scheme)),
        (
            "不公布",
            "Not shown",
            match language {
                Language::Zh => format!("少于 {} 人的格，以及为防反推而一并隐去的格", rules.min_cell),
                Language::En => {
                    format!("cells with fewer than {} respondents, and cells that would give them away", rules.min_cell)
                }
            },
        ),
        ("95% 区间", "95% intervals", intervals(rules.analysis.interval, language).to_owned()),
        ("名次区间", "Rank intervals", ranks(rules.analysis.draws, language)),
    ];
    for quota in &rules.quotas {
        let name = rules.bands.get(quota.band).map_or("", |band| band.name.as_str());
        let text = format!(
            "{name} {}；{}；{}",
            percent(&quota.share),
            words::quota_rounding(quota.rounding, language),
            words::quota_ties(quota.ties, language)
        );
        all.push(("名额", "Quota", if language == Language::En { text.replace('；', "; ") } else { text }));
    }
    all.into_iter().map(pair).collect()
}

/// How the intervals of scores are made.
fn intervals(interval: Interval, language: Language) -> &'static str {
    match interval {
        Interval::Moderated => language.pick(
            "按票种分层的线性化标准误，乘 t 分位数；各票种的方差向同类单位同一票种靠拢，票越少越靠，自由度相应计算（票少时本身的方差多半是偶然，只用它，95% 的区间在 8–15 票时只有 88% 含真值）；占比用 Wilson 区间，按有效票数，其中各票种的占比向全体的占比靠拢。一个票种只有一人作答的，不给区间",
            "linearised standard errors, stratum by stratum, times a quantile of t; variances of strata are drawn towards those of the same stratum of the peers, the fewer the ballots the more, with degrees of freedom to match (from few ballots a variance is mostly chance: with it alone 95% intervals hold the truth in 88% of cases at 8–15 ballots); shares by Wilson with effective ballots, the shares of the strata drawn towards that of all. A stratum of one respondent gives no interval",
        ),
        Interval::Design => language.pick(
            "按票种分层的线性化标准误，乘 t 分位数，自由度为各票种票数减一之和（方案中 interval = design）；票很少时区间偏窄；占比用 Wilson 区间。一个票种只有一人作答的，不给区间",
            "linearised standard errors, stratum by stratum, times a quantile of t with Σ(n − 1) degrees of freedom (interval = design in the scheme); too narrow with very few ballots; shares by Wilson. A stratum of one respondent gives no interval",
        ),
    }
}

/// How rank intervals are made.
fn ranks(draws: u32, language: Language) -> String {
    match language {
        Language::Zh => format!(
            "抽取 {draws} 次：公布分已含一次误差，若围绕公布分再抽，误差就算了两次，名次会挤向中间、区间偏窄；所以从「真分按同类分布、公布分带误差」推得的真分中抽取，取名次的 2.5%–97.5%"
        ),
        Language::En => format!(
            "{draws} draws. Published totals already hold their error once; drawn around them it would count twice, and the intervals would be too narrow. So true totals are drawn from what the published ones, their errors and the spread of the peers say of them; 2.5–97.5% of their ranks"
        ),
    }
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
    used.into_iter().collect::<Vec<_>>().join(language.pick("、", ", "))
}

/// How numbers are rounded, and which of them decides.
fn rounding(view: &View<'_>) -> String {
    let (rules, language) = (&view.scheme.rules, view.language());
    match (language, rules.basis) {
        (Language::Zh, Basis::Published) => format!("精确分数计算，公布时一次四舍五入到 {} 位；等次、名次按公布数", rules.places),
        (Language::Zh, Basis::Exact) => format!("精确分数计算，公布时一次四舍五入到 {} 位；等次、名次按精确值", rules.places),
        (Language::En, Basis::Published) => {
            format!("exact fractions, rounded half-up once to {} places; grades and ranks use the published number", rules.places)
        }
        (Language::En, Basis::Exact) => {
            format!("exact fractions, rounded half-up once to {} places; grades and ranks use the exact value", rules.places)
        }
    }
}
