//! Weights that depend on the subject: by domain for units; by tier, domain and superior in charge for persons.

use super::findings::{Findings, listed, near};
use super::policies::at_least_0;
use super::values::Number;
use super::weights::domain_position;
use crate::numeric::Ratio;
use crate::survey::{Domain, Frame, Tier, TierId, WeightClass};
use std::collections::BTreeMap;

/// Whom weights are told apart by: the domains of units, then the classes of persons.
pub(super) struct Classes<'a> {
    pub domains: &'a [Domain],
    pub of_persons: &'a [WeightClass],
    pub tiers: &'a [Tier],
    /// Names of both, for messages.
    pub labels: Vec<Domain>,
}

/// What a key of a `weights` table names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    tier: Option<TierId>,
    domain: Option<usize>,
}

impl<'a> Classes<'a> {
    pub(super) fn new(frame: &'a Frame, tiers: &'a [Tier]) -> Self {
        let label = |class: &WeightClass| {
            let tier = class.tier.and_then(|tier| tiers.get(usize::from(tier.0))).map_or("", |tier| tier.name.as_str());
            let domain = frame.domain(class.domain).name.as_str();
            let parts: Vec<&str> = [tier, domain]
                .into_iter()
                .chain(class.supervisors.iter().map(String::as_str))
                .filter(|part| !part.is_empty())
                .collect();
            Domain { code: String::new(), name: parts.join("·") }
        };
        let labels = frame.domains.iter().cloned().chain(frame.classes.iter().map(label)).collect();
        Self { domains: &frame.domains, of_persons: &frame.classes, tiers, labels }
    }

    /// How many sets of weights there are.
    pub(super) fn count(&self) -> usize {
        self.labels.len()
    }

    /// The weights of a `weights` table, by domain, then by class of persons; `None`: the table does not say. Of several keys that fit
    /// a person the one that says most counts: `tier/domain`, then the tier, then the domain.
    pub(super) fn spread(&self, find: &mut Findings<'_>, path: &str, table: &BTreeMap<String, Number>) -> Vec<Option<Ratio>> {
        let mut known: Vec<(Key, Ratio)> = Vec::new();
        for (text, number) in table {
            let path = format!("{path}.{text}");
            let weight = at_least_0(find, &path, number);
            match self.key(text) {
                Some(key) => known.push((key, weight)),
                None => self.unknown(find, &path, text),
            }
        }
        let exact = |key: Key| known.iter().find(|(other, _)| *other == key).map(|(_, weight)| weight.clone());
        let of_domain = |domain: usize| if domain == 0 { None } else { exact(Key { tier: None, domain: Some(domain) }) };
        let of_class = |class: &WeightClass| {
            let domain = usize::from(class.domain.0);
            let tier = class.tier.is_some();
            let both = tier.then(|| exact(Key { tier: class.tier, domain: Some(domain) })).flatten();
            both.or_else(|| tier.then(|| exact(Key { tier: class.tier, domain: None })).flatten()).or_else(|| of_domain(domain))
        };
        (0..self.domains.len()).map(of_domain).chain(self.of_persons.iter().map(of_class)).collect()
    }

    /// `连队`, `第一责任`, `第一责任/连队`.
    fn key(&self, text: &str) -> Option<Key> {
        if let Some(domain) = domain_position(self.domains, text) {
            return Some(Key { tier: None, domain: Some(domain) });
        }
        if let Some(tier) = tier_position(self.tiers, text) {
            return Some(Key { tier: Some(tier), domain: None });
        }
        let (tier, domain) = text.split_once(['/', '·', '.', '／'])?;
        let tier = tier_position(self.tiers, tier.trim())?;
        Some(Key { tier: Some(tier), domain: Some(domain_position(self.domains, domain.trim())?) })
    }

    fn unknown(&self, find: &mut Findings<'_>, path: &str, text: &str) {
        let domains = self.domains.iter().skip(1).map(|domain| domain.code.as_str());
        let codes: Vec<&str> = domains.chain(self.tiers.iter().map(|tier| tier.code.as_str())).collect();
        let (offer, expected) = (near(text, codes.iter().copied()), listed(codes.iter().copied()));
        find.scheme("S110", path, &[("found", text), ("near", offer), ("expected", &expected)]);
    }
}

/// The tier of a code, name or alias.
pub(super) fn tier_position(tiers: &[Tier], text: &str) -> Option<TierId> {
    let named = |tier: &Tier| tier.code == text || tier.name == text || tier.aliases.iter().any(|alias| alias == text);
    tiers.iter().position(named).and_then(|position| u16::try_from(position).ok()).map(TierId)
}
