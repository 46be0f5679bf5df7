//! Rules of the whole assessment: bands, quotas, veto, rounding, ties, what must not be shown.

use super::analysis::analysis;
use super::findings::{Findings, listed, near, refer, unique};
use super::index::rollup;
use super::options::{
    BasisOption, GradeOption, Options, QuotaOption, QuotaRoundingOption, QuotaTiesOption, RankTiesOption, VetoEffectOption,
};
use super::policies::{at_least_0, threshold, within};
use super::values::sign;
use super::weights::domain_position;
use crate::numeric::{exact_text, int, ratio};
use crate::survey::{
    Band, Basis, Bound, DomainId, Frame, Index, LevelId, NodeId, Quota, QuotaRounding, QuotaTies, RankTies, Rules, Threshold,
    VetoEffect,
};
use std::collections::BTreeMap;

/// The rules, defaults filled in.
pub(super) fn rules(options: &Options, bands: Vec<Band>, frame: &Frame, index: &Index, find: &mut Findings<'_>) -> Rules {
    let written = &options.rules;
    let places = written.places.unwrap_or(2);
    if places > 6 {
        find.scheme("S108", "rules.places", &[("found", &places.to_string()), ("expected", "0–6")]);
    }
    let min_cell = written.min_cell.unwrap_or(5);
    if min_cell < 2 {
        find.scheme("S510", "rules.min-cell", &[("found", &min_cell.to_string())]);
    }
    let quotas: Vec<Quota> =
        options.quota.iter().enumerate().filter_map(|(n, option)| quota(option, n, &bands, frame, find)).collect();
    check_same_quotas(&quotas, find);
    Rules {
        places,
        basis: match written.rounding_basis {
            Some(BasisOption::Exact) => Basis::Exact,
            _ => Basis::Published,
        },
        rollup: written.rollup.and_then(rollup),
        rank_ties: match written.rank_ties {
            Some(RankTiesOption::Dense) => RankTies::Dense,
            Some(RankTiesOption::Chain) => RankTies::Chain,
            _ => RankTies::Competition,
        },
        tie_chain: tie_chain(options, index, find),
        bonus_cap: written.bonus_cap.as_ref().map(|cap| at_least_0(find, "rules.bonus-cap", cap)),
        above_100: written.above_100.unwrap_or(false),
        veto: veto(options, &bands, find),
        bands,
        quotas,
        leaders_rounding: quota_rounding(written.leaders_rounding),
        min_cell,
        subtotal_tolerance: written
            .subtotal_tolerance
            .as_ref()
            .map_or_else(|| ratio(1, 100), |value| at_least_0(find, "rules.subtotal-tolerance", value)),
        analysis: analysis(options, find),
    }
}

fn tie_chain(options: &Options, index: &Index, find: &mut Findings<'_>) -> Vec<NodeId> {
    let written = options.rules.tie_chain.iter().enumerate().filter(|_| !index.nodes.is_empty());
    let chain = written.filter_map(|(n, code)| {
        let codes = index.nodes.iter().map(|node| node.code.as_str());
        let position = refer(find, &format!("rules.tie-chain[{n}]"), code, codes)?;
        u16::try_from(position).ok().map(NodeId)
    });
    let chain: Vec<NodeId> = chain.collect();
    let ties = |quota: &QuotaOption| matches!(quota.ties, Some(QuotaTiesOption::Tiebreak));
    let needed = matches!(options.rules.rank_ties, Some(RankTiesOption::Chain)) || options.quota.iter().any(ties);
    if needed && options.rules.tie_chain.is_empty() {
        find.scheme("S507", "rules.tie-chain", &[]);
    }
    chain
}

/// The bands, best first; 90/80/60 where the scheme has none.
pub(super) fn bands(options: &Options, find: &mut Findings<'_>) -> Vec<Band> {
    if options.grade.is_empty() {
        return default_bands(matches!(options.language, Some(super::options::LanguageOption::En)));
    }
    unique(find, options.grade.iter().enumerate().map(|(n, grade)| (format!("grade[{n}].code"), grade.code.as_str())));
    let last = options.grade.len() - 1;
    let bands: Vec<Band> = options.grade.iter().enumerate().map(|(n, grade)| band(grade, n, n == last, find)).collect();
    for (n, pair) in bands.windows(2).enumerate() {
        let [above, below] = pair else { continue };
        let (Some(above), Some(from)) = (&above.from, &below.from) else { continue };
        let descends = above.value > from.value
            || (above.value == from.value && above.bound == Bound::Above && from.bound == Bound::AtLeast);
        if !descends {
            let (found, other) = (shown(from), shown(above));
            find.scheme("S501", &format!("grade[{}].from", n + 1), &[("found", &found), ("other", &other)]);
        }
    }
    bands
}

fn shown(threshold: &Threshold) -> String {
    format!("{} {}", sign(threshold.bound), exact_text(&threshold.value))
}

fn band(option: &GradeOption, n: usize, last: bool, find: &mut Findings<'_>) -> Band {
    let path = format!("grade[{n}].from");
    let from = option.from.as_ref().and_then(|option| threshold(find, &path, option));
    if option.from.is_some() == last {
        find.scheme("S502", &path, &[("found", &option.name)]);
    }
    if let Some(from) = from.as_ref().filter(|from| !matches!(from.bound, Bound::AtLeast | Bound::Above)) {
        find.scheme("S503", &path, &[("found", &shown(from))]);
    }
    let share = format!("grade[{n}].leaders-share");
    let leaders_share = option.leaders_share.as_ref().map(|value| within(find, &share, value, 0, 1));
    Band { code: option.code.clone(), name: option.name.clone(), from, leaders_share }
}

/// [90,100] 优秀, [80,90) 良好, [60,80) 一般, below 较差 (method §5), with the leaders' shares 30/25/20/15 %.
fn default_bands(english: bool) -> Vec<Band> {
    let all = [
        ("excellent", "优秀", "Excellent", Some(90), 30),
        ("good", "良好", "Good", Some(80), 25),
        ("fair", "一般", "Fair", Some(60), 20),
        ("poor", "较差", "Poor", None, 15),
    ];
    let band = |(code, zh, en, from, share): (&str, &str, &str, Option<i64>, i64)| Band {
        code: code.to_owned(),
        name: if english { en } else { zh }.to_owned(),
        from: from.map(|from| Threshold { bound: Bound::AtLeast, value: int(from) }),
        leaders_share: Some(ratio(share, 100)),
    };
    all.into_iter().map(band).collect()
}

/// The position of a band by code or name.
fn band_position(bands: &[Band], text: &str) -> Option<usize> {
    bands.iter().position(|band| band.code == text).or_else(|| bands.iter().position(|band| band.name == text))
}

fn refer_band(find: &mut Findings<'_>, path: &str, text: &str, bands: &[Band]) -> Option<usize> {
    let position = band_position(bands, text);
    if position.is_none() {
        let codes = || bands.iter().map(|band| band.code.as_str());
        find.scheme("S110", path, &[("found", text), ("near", near(text, codes())), ("expected", &listed(codes()))]);
    }
    position
}

/// A veto's effect on a grade; unset: the second grade for a cap, else the last. `None`: no such grade.
pub(super) fn veto_effect(make: fn(usize) -> VetoEffect, grade: Option<&str>, bands: &[Band]) -> Option<VetoEffect> {
    let last = bands.len().saturating_sub(1);
    match grade {
        Some(text) => band_position(bands, text).map(make),
        None if matches!(make(0), VetoEffect::Cap(_)) => Some(make(last.min(1))),
        None => Some(make(last)),
    }
}

fn veto(options: &Options, bands: &[Band], find: &mut Findings<'_>) -> VetoEffect {
    let default = VetoEffect::Cap(bands.len().saturating_sub(1).min(1));
    let Some(option) = &options.rules.veto else { return default };
    let make: fn(usize) -> VetoEffect = match option.effect {
        VetoEffectOption::Cap => VetoEffect::Cap,
        VetoEffectOption::Set => VetoEffect::Set,
        VetoEffectOption::OutOfRanking => VetoEffect::OutOfRanking,
    };
    if let Some(grade) = &option.grade
        && refer_band(find, "rules.veto.grade", grade, bands).is_none()
    {
        return default;
    }
    veto_effect(make, option.grade.as_deref(), bands).unwrap_or(default)
}

/// How places are rounded; unset: down.
pub(super) fn quota_rounding(option: Option<QuotaRoundingOption>) -> QuotaRounding {
    match option {
        None | Some(QuotaRoundingOption::Floor) => QuotaRounding::Floor,
        Some(QuotaRoundingOption::HalfUp) => QuotaRounding::HalfUp,
        Some(QuotaRoundingOption::Ceil) => QuotaRounding::Ceil,
    }
}

fn quota(option: &QuotaOption, n: usize, bands: &[Band], frame: &Frame, find: &mut Findings<'_>) -> Option<Quota> {
    let at = |key: &str| format!("quota[{n}].{key}");
    if option.share.0 < int(0) || option.share.0 > int(1) {
        find.scheme("S505", &at("share"), &[("found", &exact_text(&option.share.0))]);
    }
    let level = option.level.as_ref().and_then(|text| {
        let named = frame.levels.iter().position(|level| level.name == *text);
        let codes = frame.levels.iter().map(|level| level.code.as_str());
        if frame.levels.iter().any(|level| level.persons && (level.name == *text || level.code == *text)) {
            find.scheme("S541", &at("level"), &[("found", text)]);
        }
        named.or_else(|| refer(find, &at("level"), text, codes)).and_then(|position| u8::try_from(position).ok()).map(LevelId)
    });
    let domain = option.domain.as_ref().and_then(|text| {
        let codes = frame.domains.iter().skip(1).map(|domain| domain.code.as_str());
        let position = domain_position(&frame.domains, text).or_else(|| refer(find, &at("domain"), text, codes).map(|at| at + 1));
        position.and_then(|position| u16::try_from(position).ok()).map(DomainId)
    });
    let band = refer_band(find, &at("grade"), &option.grade, bands)?;
    Some(Quota {
        level,
        domain,
        band,
        share: option.share.0.clone(),
        rounding: quota_rounding(option.rounding),
        ties: quota_ties(option.ties),
    })
}

/// What happens to ties across the cut; unset: all drop out.
pub(super) fn quota_ties(option: Option<QuotaTiesOption>) -> QuotaTies {
    match option {
        None | Some(QuotaTiesOption::Drop) => QuotaTies::Drop,
        Some(QuotaTiesOption::Include) => QuotaTies::Include,
        Some(QuotaTiesOption::Tiebreak) => QuotaTies::Tiebreak,
    }
}

/// Two quotas for the same level, domain and grade contradict each other.
fn check_same_quotas(quotas: &[Quota], find: &mut Findings<'_>) {
    let mut first: BTreeMap<(Option<LevelId>, Option<DomainId>, usize), usize> = BTreeMap::new();
    for (n, quota) in quotas.iter().enumerate() {
        let key = (quota.level, quota.domain, quota.band);
        if let Some(known) = first.get(&key) {
            let line = find.spots.line(&format!("quota[{known}]")).to_string();
            find.scheme("S506", &format!("quota[{n}]"), &[("line", &line)]);
        } else {
            first.insert(key, n);
        }
    }
}
