//! How persons are graded: tiers, statuses, grades, then caps, preferences and quotas once units, trees and forms are known.

use super::classes::tier_position;
use super::findings::{Findings, listed, near, refer, unique};
use super::options::{
    Options, PersonCapOption, PersonGradeOption, PersonQuotaOption, QuotaPoolOption, QuotaTiesOption, RankWithinOption, ShareOf,
};
use super::policies::{threshold, within};
use super::rules::{quota_rounding, quota_ties};
use super::weights::domain_position;
use crate::numeric::{exact_text, int};
use crate::survey::{
    AnswerKind, Band, Bound, CapWhen, DomainId, Form, Frame, Index, Merit, NodeId, NodeSource, PersonCap, PersonGrade,
    PersonQuota, PersonRules, Prefer, QuotaPool, QuotaTies, Rules, Scale, Status, Tier, TierId, VoteShare,
};
use std::collections::BTreeMap;

/// What the rules of persons refer to.
pub(super) struct Shelf<'a> {
    pub frame: &'a Frame,
    pub index: &'a Index,
    pub forms: &'a [Form],
    pub scales: &'a [Scale],
    /// The rules of units: their bands are the units' grades.
    pub rules: &'a Rules,
}

/// Tiers, statuses, grades and merits, which need nothing else.
pub(super) fn words(options: &Options, find: &mut Findings<'_>) -> PersonRules {
    let at = |table: &str, n: usize| format!("{table}[{n}].code");
    unique(find, options.tier.iter().enumerate().map(|(n, one)| (at("tier", n), one.code.as_str())));
    unique(find, options.status.iter().enumerate().map(|(n, one)| (at("status", n), one.code.as_str())));
    unique(find, options.merit.iter().enumerate().map(|(n, one)| (at("merit", n), one.code.as_str())));
    let tiers = options.tier.iter().map(|tier| Tier {
        code: tier.code.clone(),
        name: tier.name.clone(),
        aliases: tier.aliases.clone(),
        leader: tier.leader.unwrap_or(true),
        principal: tier.principal.unwrap_or(false),
    });
    let merits = options.merit.iter().map(|merit| Merit {
        code: merit.code.clone(),
        name: merit.name.clone(),
        aliases: merit.aliases.clone(),
    });
    let mut rules = PersonRules {
        tiers: tiers.collect(),
        merits: merits.collect(),
        rank_by_tier: !matches!(options.persons.rank_within, Some(RankWithinOption::Domain)),
        ..PersonRules::default()
    };
    if !options.person_grade.is_empty() {
        rules.grades = grades(options, find);
    }
    rules.statuses = statuses(options, &rules.grades, find);
    codes(options, find);
    rules
}

/// Grades, and statuses that forbid one, without their official code (P101): the hand-over will leave it empty.
fn codes(options: &Options, find: &mut Findings<'_>) {
    for (n, grade) in options.person_grade.iter().enumerate().filter(|(_, grade)| grade.result_code.is_none()) {
        find.scheme("P101", &format!("person-grade[{n}]"), &[("found", &grade.name)]);
    }
    let forbids = |status: &super::options::StatusOption| status.gradable == Some(false) && status.result_code.is_none();
    for (n, status) in options.status.iter().enumerate().filter(|(_, status)| forbids(status)) {
        find.scheme("P101", &format!("status[{n}]"), &[("found", &status.name)]);
    }
}

fn grades(options: &Options, find: &mut Findings<'_>) -> Vec<PersonGrade> {
    let written = &options.person_grade;
    unique(find, written.iter().enumerate().map(|(n, grade)| (format!("person-grade[{n}].code"), grade.code.as_str())));
    let last = written.len() - 1;
    let grades: Vec<PersonGrade> = written.iter().enumerate().map(|(n, option)| grade(option, n, n == last, find)).collect();
    for (n, pair) in grades.windows(2).enumerate() {
        let [above, below] = pair else { continue };
        let (Some(above), Some(from)) = (&above.from, &below.from) else { continue };
        if above.value <= from.value {
            let (found, other) = (exact_text(&from.value), exact_text(&above.value));
            find.scheme("S501", &format!("person-grade[{}].from", n + 1), &[("found", &found), ("other", &other)]);
        }
    }
    grades
}

fn grade(option: &PersonGradeOption, n: usize, last: bool, find: &mut Findings<'_>) -> PersonGrade {
    let path = format!("person-grade[{n}].from");
    let from = option.from.as_ref().and_then(|option| threshold(find, &path, option));
    if option.from.is_some() == last {
        find.scheme("S502", &path, &[("found", &option.name)]);
    }
    if let Some(from) = from.as_ref().filter(|from| !matches!(from.bound, Bound::AtLeast | Bound::Above)) {
        find.scheme("S503", &path, &[("found", &exact_text(&from.value))]);
    }
    let result_code = option.result_code.clone().unwrap_or_default();
    PersonGrade { code: option.code.clone(), name: option.name.clone(), from, result_code }
}

fn statuses(options: &Options, grades: &[PersonGrade], find: &mut Findings<'_>) -> Vec<Status> {
    let status = |(n, option): (usize, &super::options::StatusOption)| {
        let gradable = option.gradable.unwrap_or(true);
        Status {
            code: option.code.clone(),
            name: option.name.clone(),
            aliases: option.aliases.clone(),
            gradable,
            at_best: option.at_best.as_ref().and_then(|text| grade_of(find, &format!("status[{n}].at-best"), text, grades)),
            result_code: option.result_code.clone().unwrap_or_default(),
            in_base: option.in_base.unwrap_or(gradable),
        }
    };
    options.status.iter().enumerate().map(status).collect()
}

/// The position of a grade of persons by code or name.
fn grade_of(find: &mut Findings<'_>, path: &str, text: &str, grades: &[PersonGrade]) -> Option<usize> {
    let named = grades.iter().position(|grade| grade.name == text);
    named.or_else(|| refer(find, path, text, grades.iter().map(|grade| grade.code.as_str())))
}

/// Grades of persons in the shape of grades of units, for the words of a veto.
pub(super) fn as_bands(rules: &PersonRules) -> Vec<Band> {
    let band = |grade: &PersonGrade| Band {
        code: grade.code.clone(),
        name: grade.name.clone(),
        from: grade.from.clone(),
        leaders_share: None,
    };
    rules.grades.iter().map(band).collect()
}

/// Caps, preferences and quotas.
pub(super) fn finish(options: &Options, mut rules: PersonRules, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> PersonRules {
    if shelf.index.nodes.is_empty() {
        return rules; // the broken tree is reported where it is broken
    }
    rules.caps = options.person_cap.iter().enumerate().filter_map(|(n, option)| cap(option, n, &rules, shelf, find)).collect();
    rules.prefer = prefer(options, &rules, shelf, find);
    rules.quotas = quotas(options, &rules, shelf, find);
    if rules.quotas.iter().any(|quota| quota.ties == QuotaTies::Tiebreak) && rules.prefer.is_empty() {
        find.scheme("S558", "persons.prefer", &[]);
    }
    rules
}

fn tier(find: &mut Findings<'_>, path: &str, text: &str, tiers: &[Tier]) -> Option<TierId> {
    let known = tier_position(tiers, text);
    if known.is_none() {
        refer(find, path, text, tiers.iter().map(|tier| tier.code.as_str()));
    }
    known
}

fn unit_grade(find: &mut Findings<'_>, path: &str, text: &str, bands: &[Band]) -> Option<usize> {
    let named = bands.iter().position(|band| band.name == text);
    named.or_else(|| refer(find, path, text, bands.iter().map(|band| band.code.as_str())))
}

fn cap(option: &PersonCapOption, n: usize, rules: &PersonRules, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> Option<PersonCap> {
    let at = |key: &str| format!("person-cap[{n}].{key}");
    let given = [option.unit_grade.is_some(), option.score.is_some(), option.share.is_some()];
    let looks = option.node.is_some();
    if given.iter().filter(|given| **given).count() != 1 || looks != option.unit_grade.is_none() {
        find.scheme("S552", &format!("person-cap[{n}]"), &[]);
        return None;
    }
    let tiers = option
        .tiers
        .iter()
        .enumerate()
        .filter_map(|(k, text)| tier(find, &at(&format!("tiers[{k}]")), text, &rules.tiers))
        .collect();
    let at_best = option.at_best.as_ref().and_then(|text| grade_of(find, &at("at-best"), text, &rules.grades));
    let when = match (&option.unit_grade, &option.score, &option.share) {
        (Some(text), _, _) => CapWhen::UnitGrade(unit_grade(find, &at("unit-grade"), text, &shelf.rules.bands)?),
        (_, Some(score), _) => {
            CapWhen::Score { node: node(option, &at("node"), shelf, find)?, threshold: threshold(find, &at("score"), score)? }
        }
        (_, _, share) => {
            let share = threshold(find, &at("share"), share.as_ref()?)?;
            CapWhen::Votes(votes(option, &at, share, shelf, find)?)
        }
    };
    Some(PersonCap {
        name: option.name.clone().unwrap_or_default(),
        when,
        principal: option.principal.unwrap_or(false),
        tiers,
        at_best,
        binding: option.binding.unwrap_or(option.share.is_none()),
    })
}

fn node(option: &PersonCapOption, path: &str, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> Option<NodeId> {
    let text = option.node.as_ref()?;
    let position = refer(find, path, text, shelf.index.nodes.iter().map(|node| node.code.as_str()))?;
    u16::try_from(position).ok().map(NodeId)
}

/// A share of votes: the node's items are answered with options, and each option named is one of theirs.
fn votes(
    option: &PersonCapOption,
    at: &impl Fn(&str) -> String,
    share: crate::survey::Threshold,
    shelf: &Shelf<'_>,
    find: &mut Findings<'_>,
) -> Option<VoteShare> {
    let node = node(option, &at("node"), shelf, find)?;
    let options: Vec<String> = option.options.as_ref().map(|codes| codes.codes().to_vec()).unwrap_or_default();
    let known = options_below(shelf, node);
    let known = || known.iter().map(String::as_str);
    let unknown: Vec<&String> = options.iter().filter(|code| !known().any(|option| option == code.as_str())).collect();
    if options.is_empty() || !unknown.is_empty() || !shelf.index.is_of_persons(node) {
        let found = unknown.first().map_or_else(String::new, |code| (*code).clone());
        let (offer, expected) = (near(&found, known()), listed(known()));
        find.scheme("S553", &at("options"), &[("found", &found), ("near", offer), ("expected", &expected)]);
        return None;
    }
    Some(VoteShare { node, options, of_all: matches!(option.share_of, Some(ShareOf::All)), share })
}

/// Codes of the options with which the items below a node are answered.
fn options_below(shelf: &Shelf<'_>, node: NodeId) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut stack = vec![node];
    while let Some(id) = stack.pop() {
        stack.extend(&shelf.index.node(id).children);
        let NodeSource::Item { form, item } = shelf.index.node(id).source else { continue };
        let item = shelf.forms.get(usize::from(form.0)).and_then(|form| form.items.get(usize::from(item.0)));
        if let Some(AnswerKind::Choice { scale }) = item.map(|item| &item.answer) {
            let choices = shelf.scales.get(*scale).map_or(&[][..], |scale| &scale.choices);
            codes.extend(choices.iter().map(|choice| choice.code.clone()));
        }
    }
    codes.sort();
    codes.dedup();
    codes
}

fn prefer(options: &Options, rules: &PersonRules, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> Vec<Prefer> {
    let step = |(n, text): (usize, &String)| {
        if let Some(merit) = rules.merits.iter().position(|merit| merit.code == *text || merit.name == *text) {
            return Some(Prefer::Merit(merit));
        }
        let merits = rules.merits.iter().map(|merit| merit.code.as_str());
        let of_persons: Vec<NodeId> = shelf.index.person_ids().collect();
        let nodes = of_persons.iter().map(|id| shelf.index.node(*id).code.as_str());
        let position = refer(find, &format!("persons.prefer[{n}]"), text, merits.chain(nodes))?;
        of_persons.get(position.checked_sub(rules.merits.len())?).copied().map(Prefer::Node)
    };
    options.persons.prefer.iter().enumerate().filter_map(step).collect()
}

/// The written quotas, then those that the grades of units give their leaders.
fn quotas(options: &Options, rules: &PersonRules, shelf: &Shelf<'_>, find: &mut Findings<'_>) -> Vec<PersonQuota> {
    let mut quotas: Vec<PersonQuota> =
        options.person_quota.iter().enumerate().filter_map(|(n, option)| quota(option, n, options, rules, shelf, find)).collect();
    check_same(&quotas, find);
    let written: Vec<Option<usize>> = quotas.iter().filter(|quota| quota.grade == 0).map(|quota| quota.unit_grade).collect();
    for (number, band) in shelf.rules.bands.iter().enumerate() {
        let Some(share) = band.leaders_share.clone().filter(|_| !written.contains(&Some(number))) else { continue };
        quotas.push(PersonQuota {
            grade: 0,
            unit_grade: Some(number),
            domain: None,
            tier: None,
            leaders: true,
            pool: pool(options.persons.quota_pool, QuotaPool::Parent),
            share,
            rounding: shelf.rules.leaders_rounding,
            ties: default_ties(options),
        });
    }
    quotas
}

fn default_ties(options: &Options) -> QuotaTies {
    options.persons.ties.map_or(QuotaTies::Drop, |ties: QuotaTiesOption| quota_ties(Some(ties)))
}

fn pool(option: Option<QuotaPoolOption>, unset: QuotaPool) -> QuotaPool {
    match option {
        None => unset,
        Some(QuotaPoolOption::Parent) => QuotaPool::Parent,
        Some(QuotaPoolOption::Unit) => QuotaPool::Unit,
        Some(QuotaPoolOption::All) => QuotaPool::All,
    }
}

fn quota(
    option: &PersonQuotaOption,
    n: usize,
    options: &Options,
    rules: &PersonRules,
    shelf: &Shelf<'_>,
    find: &mut Findings<'_>,
) -> Option<PersonQuota> {
    let at = |key: &str| format!("person-quota[{n}].{key}");
    if option.share.0 < int(0) || option.share.0 > int(1) {
        find.scheme("S505", &at("share"), &[("found", &exact_text(&option.share.0))]);
    }
    let of_unit = match &option.unit_grade {
        Some(text) => Some(unit_grade(find, &at("unit-grade"), text, &shelf.rules.bands)?),
        None => None,
    };
    let domain = match &option.domain {
        Some(text) => {
            let codes = shelf.frame.domains.iter().skip(1).map(|domain| domain.code.as_str());
            let known =
                domain_position(&shelf.frame.domains, text).or_else(|| refer(find, &at("domain"), text, codes).map(|at| at + 1));
            Some(DomainId(u16::try_from(known?).ok()?))
        }
        None => None,
    };
    let tier = match &option.tier {
        Some(text) => Some(tier(find, &at("tier"), text, &rules.tiers)?),
        None => None,
    };
    let by_grade = if of_unit.is_some() { pool(options.persons.quota_pool, QuotaPool::Parent) } else { QuotaPool::All };
    Some(PersonQuota {
        grade: grade_of(find, &at("grade"), &option.grade, &rules.grades)?,
        unit_grade: of_unit,
        domain,
        tier,
        leaders: of_unit.is_some(),
        pool: pool(option.pool, by_grade),
        share: within(find, &at("share"), &option.share, 0, 1),
        rounding: option.rounding.map_or(shelf.rules.leaders_rounding, |rounding| quota_rounding(Some(rounding))),
        ties: option.ties.map_or_else(|| default_ties(options), |ties| quota_ties(Some(ties))),
    })
}

/// Grade, grade of the unit, category, tier.
type QuotaKey = (usize, Option<usize>, Option<DomainId>, Option<TierId>);

/// Two quotas for the same persons and grade contradict each other.
fn check_same(quotas: &[PersonQuota], find: &mut Findings<'_>) {
    let mut first: BTreeMap<QuotaKey, usize> = BTreeMap::new();
    for (n, quota) in quotas.iter().enumerate() {
        let key = (quota.grade, quota.unit_grade, quota.domain, quota.tier);
        match first.get(&key) {
            Some(known) => {
                let line = find.spots.line(&format!("person-quota[{known}]")).to_string();
                find.scheme("S506", &format!("person-quota[{n}]"), &[("line", &line)]);
            }
            None => {
                first.insert(key, n);
            }
        }
    }
}
