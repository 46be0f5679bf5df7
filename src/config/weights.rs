//! Sums of sibling weights, domain by domain: where they do not add up, every part is named with its line.

use super::findings::{Findings, listed};
use crate::numeric::{Ratio, exact_text, int};
use crate::survey::Domain;

/// Weights of siblings in one domain.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    pub domain: usize,
    /// (code, weight).
    pub parts: Vec<(String, Ratio)>,
}

impl Sum {
    pub(super) fn total(&self) -> Ratio {
        self.parts.iter().fold(int(0), |sum, (_, weight)| sum + weight)
    }
}

/// The position of a domain named by code or name; the unnamed domain 0 is never found.
pub(super) fn domain_position(domains: &[Domain], text: &str) -> Option<usize> {
    let by = |pick: fn(&Domain) -> &str| domains.iter().skip(1).position(|domain| pick(domain) == text).map(|at| at + 1);
    by(|domain| &domain.code).or_else(|| by(|domain| &domain.name))
}

/// One finding for all domains in which the same parts give the same wrong sum. `paths` are the lines of the parts.
pub(super) fn report_sum(
    find: &mut Findings<'_>,
    code: &str,
    paths: &[String],
    wrong: &[Sum],
    domains: &[Domain],
    expected: &str,
) {
    let mut texts: Vec<(String, String, Vec<&str>)> = Vec::new();
    for sum in wrong {
        let lines = sum.parts.iter().enumerate().map(|(n, (code, weight))| {
            let line = paths.get(n).map_or(0, |path| find.spots.line(path));
            format!("{code} {} (L{line})", exact_text(weight))
        });
        let text = lines.collect::<Vec<_>>().join(" + ");
        let domain = domains.get(sum.domain).map_or("", |domain| domain.name.as_str());
        let domain = if domain.is_empty() { "∅" } else { domain };
        match texts.iter_mut().find(|(known, _, _)| *known == text) {
            Some((_, _, names)) => names.push(domain),
            None => texts.push((text, exact_text(&sum.total()), vec![domain])),
        }
    }
    let place = paths.first().map_or("", String::as_str);
    for (text, total, names) in texts {
        let found = format!("{text} = {total}");
        find.scheme(code, place, &[("found", &found), ("count", &total), ("other", &listed(names)), ("expected", expected)]);
    }
}
