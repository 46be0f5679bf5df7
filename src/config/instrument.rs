//! Scales 选项 and strata 票种 of the scheme.

use super::classes::Classes;
use super::findings::{Findings, refer, unique};
use super::options::{ChoiceOption, ClassOption, Options, ScaleOption, StrataOption, StratumOption};
use super::policies::{at_least_0, within};
use super::weights::{Sum, report_sum};
use crate::numeric::{Ratio, int};
use crate::survey::{Choice, ChoiceClass, Scale, Strata, Stratum, StratumId};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The scales, in scheme order.
pub(super) fn scales(options: &Options, find: &mut Findings<'_>) -> Vec<Scale> {
    unique(find, options.scale.iter().enumerate().map(|(n, scale)| (format!("scale[{n}].code"), scale.code.as_str())));
    options.scale.iter().enumerate().map(|(n, option)| scale(option, &format!("scale[{n}]"), find)).collect()
}

fn scale(option: &ScaleOption, path: &str, find: &mut Findings<'_>) -> Scale {
    let at = |n: usize, key: &str| format!("{path}.options[{n}].{key}");
    unique(find, option.options.iter().enumerate().map(|(n, choice)| (at(n, "code"), choice.code.as_str())));
    let texts = option.options.iter().enumerate();
    same_texts(find, "S303", texts.map(|(n, choice)| (at(n, "label"), choice.label.as_str(), choice.aliases.as_slice())));
    if option.options.len() > 250 {
        find.scheme("S302", path, &[("found", &option.options.len().to_string())]);
    }
    let derived = derived_classes(&option.options);
    let choices: Vec<Choice> = option
        .options
        .iter()
        .zip(derived)
        .enumerate()
        .map(|(n, (choice, class))| self::choice(choice, class, &format!("{path}.options[{n}]"), find))
        .collect();
    let values: Vec<&Ratio> = choices.iter().filter_map(|choice| choice.value.as_ref()).collect();
    if values.is_empty() {
        find.scheme("S301", path, &[]);
    } else if !values.is_sorted_by(|above, below| above >= below) {
        find.scheme("S317", path, &[]);
    }
    Scale { code: option.code.clone(), choices }
}

fn choice(option: &ChoiceOption, derived: ChoiceClass, path: &str, find: &mut Findings<'_>) -> Choice {
    let class = match option.class {
        None => derived,
        Some(ClassOption::Top) => ChoiceClass::Top,
        Some(ClassOption::Favourable) => ChoiceClass::Favourable,
        Some(ClassOption::Middle) => ChoiceClass::Middle,
        Some(ClassOption::Low) => ChoiceClass::Low,
        Some(ClassOption::Abstain) => ChoiceClass::Abstain,
    };
    let mut value = option.value.as_ref().map(|number| within(find, &format!("{path}.value"), number, 0, 100));
    match (class == ChoiceClass::Abstain, value.is_some()) {
        (true, true) => {
            find.scheme("S316", &format!("{path}.value"), &[("found", &option.label)]);
            value = None;
        }
        (false, false) => find.scheme("S318", path, &[("found", &option.label)]),
        _ => {}
    }
    Choice { code: option.code.clone(), label: option.label.clone(), aliases: option.aliases.clone(), value, class }
}

/// Classes of options that name none: without a value an abstention; else by value, highest top, next favourable, lowest low.
fn derived_classes(options: &[ChoiceOption]) -> Vec<ChoiceClass> {
    let abstains = |option: &ChoiceOption| option.abstain == Some(true) || option.value.is_none();
    let mut order: Vec<usize> = (0..options.len()).filter(|n| options.get(*n).is_some_and(|option| !abstains(option))).collect();
    let value = |n: usize| options.get(n).and_then(|option| option.value.as_ref()).map(|number| number.0.clone());
    order.sort_by_key(|n| std::cmp::Reverse(value(*n)));
    let last = order.len().saturating_sub(1);
    (0..options.len())
        .map(|n| match order.iter().position(|known| *known == n) {
            None => ChoiceClass::Abstain,
            Some(0) => ChoiceClass::Top,
            Some(rank) if rank == last => ChoiceClass::Low,
            Some(1) => ChoiceClass::Favourable,
            Some(_) => ChoiceClass::Middle,
        })
        .collect()
}

/// Reports texts (names and aliases) that two entries share, since a sheet could not tell them apart.
pub(super) fn same_texts<'a>(
    find: &mut Findings<'_>,
    code: &str,
    entries: impl Iterator<Item = (String, &'a str, &'a [String])>,
) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for (path, name, aliases) in entries {
        let mut own: Vec<String> = std::iter::once(name).chain(aliases.iter().map(String::as_str)).map(plain).collect();
        own.sort();
        own.dedup();
        for text in own {
            if let Some(known) = first.get(&text) {
                let line = find.spots.line(known).to_string();
                find.scheme(code, &path, &[("found", &text), ("line", &line)]);
            } else {
                first.insert(text, path.clone());
            }
        }
    }
}

/// A text as two spellings of it compare: compatibility forms folded, blanks out.
pub(super) fn plain(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// The sets of strata; members parents first.
pub(super) fn strata(options: &Options, classes: &Classes<'_>, find: &mut Findings<'_>) -> Vec<Strata> {
    unique(find, options.strata.iter().enumerate().map(|(n, set)| (format!("strata[{n}].code"), set.code.as_str())));
    options.strata.iter().enumerate().map(|(n, set)| strata_set(set, &format!("strata[{n}]"), classes, find)).collect()
}

fn strata_set(set: &StrataOption, path: &str, classes: &Classes<'_>, find: &mut Findings<'_>) -> Strata {
    let at = |n: usize, key: &str| format!("{path}.members[{n}].{key}");
    let members = &set.members;
    if members.is_empty() {
        find.scheme("S114", &format!("{path}.members"), &[]);
    }
    unique(find, members.iter().enumerate().map(|(n, member)| (at(n, "code"), member.code.as_str())));
    let texts = members.iter().enumerate();
    same_texts(find, "S312", texts.map(|(n, member)| (at(n, "name"), member.name.as_str(), member.aliases.as_slice())));
    let codes = || members.iter().map(|member| member.code.as_str());
    let parents: Vec<Option<usize>> = (members.iter().enumerate())
        .map(|(n, member)| member.parent.as_ref().and_then(|parent| refer(find, &at(n, "parent"), parent, codes())))
        .collect();
    let order = parents_first(&parents);
    for n in (0..members.len()).filter(|n| !order.contains(n)) {
        find.scheme("S308", &at(n, "parent"), &[("found", members.get(n).map_or("", |member| member.code.as_str()))]);
    }
    let weights: Vec<Vec<Ratio>> =
        members.iter().enumerate().map(|(n, member)| stratum_weights(member, &at(n, "weight"), classes, find)).collect();
    check_sums(set, path, &parents, &weights, classes, find);
    let place = |old: usize| order.iter().position(|known| *known == old).and_then(|new| u16::try_from(new).ok()).map(StratumId);
    let members = order.iter().filter_map(|old| {
        let member = members.get(*old)?;
        Some(Stratum {
            code: member.code.clone(),
            name: member.name.clone(),
            aliases: member.aliases.clone(),
            parent: parents.get(*old).copied().flatten().and_then(place),
            weights: weights.get(*old).cloned().unwrap_or_default(),
        })
    });
    Strata { code: set.code.clone(), members: members.collect() }
}

fn stratum_weights(member: &StratumOption, path: &str, classes: &Classes<'_>, find: &mut Findings<'_>) -> Vec<Ratio> {
    let base = at_least_0(find, path, &member.weight);
    let own = member.weight_own.as_ref().map(|weight| at_least_0(find, &format!("{path}-own"), weight));
    let mut weights: Vec<Ratio> = classes
        .spread(find, &format!("{path}s"), &member.weights)
        .into_iter()
        .map(|spread| spread.unwrap_or_else(|| base.clone()))
        .collect();
    for (weight, class) in weights.iter_mut().skip(classes.domains.len()).zip(classes.of_persons) {
        if let Some(own) = own.as_ref().filter(|_| class.supervisors.contains(&member.code)) {
            weight.clone_from(own);
        }
    }
    weights
}

/// Weights of sibling strata add up to 1 (or 100) in every domain, and for every class of persons that has other weights; those of
/// which some depend on who is in charge are scaled instead.
fn check_sums(
    set: &StrataOption,
    path: &str,
    parents: &[Option<usize>],
    weights: &[Vec<Ratio>],
    classes: &Classes<'_>,
    find: &mut Findings<'_>,
) {
    let mut groups: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (n, parent) in parents.iter().enumerate() {
        groups.entry(*parent).or_default().push(n);
    }
    let depends = |n: &usize| set.members.get(*n).is_some_and(|member| member.weight_own.is_some());
    for group in groups.values().filter(|group| !group.iter().any(depends)) {
        let usual = |column: usize| group.iter().all(|n| weights.get(*n).is_some_and(|row| row.get(column) == row.first()));
        let columns = (0..classes.count()).filter(|column| *column < classes.domains.len() || !usual(*column));
        let paths: Vec<String> = group.iter().map(|n| format!("{path}.members[{n}].weight")).collect();
        let sums = columns.map(|domain| {
            let parts = group.iter().filter_map(|n| {
                let member = set.members.get(*n)?;
                Some((member.code.clone(), weights.get(*n)?.get(domain)?.clone()))
            });
            Sum { domain, parts: parts.collect() }
        });
        let wrong: Vec<Sum> = sums.filter(|sum| ![int(1), int(100)].contains(&sum.total())).collect();
        report_sum(find, "S307", &paths, &wrong, &classes.labels, "1｜100");
    }
}

/// Positions ordered so that parents come before children, children in their order; members of a cycle are left out.
pub(super) fn parents_first(parents: &[Option<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
    let mut stack: Vec<usize> = Vec::new();
    for (n, parent) in parents.iter().enumerate() {
        match parent {
            Some(parent) => children.get_mut(*parent).into_iter().for_each(|list| list.push(n)),
            None => stack.push(n),
        }
    }
    stack.reverse();
    let mut order = Vec::with_capacity(parents.len());
    while let Some(n) = stack.pop() {
        order.push(n);
        stack.extend(children.get(n).into_iter().flatten().rev());
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_first_and_cycles_stay_out() {
        // 0 below 2; 1 and 3 in a cycle; 4 below 2, after 0.
        assert_eq!(parents_first(&[Some(2), Some(3), None, Some(1), Some(2)]), [2, 0, 4]);
    }
}
