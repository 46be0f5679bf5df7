//! Tables of how far ranks could move: `stability.csv`, and what decides the order: `influence.csv`.

use super::TableOut;
use super::results::probability;
use crate::measure::{Influence, Spread, Standing};
use crate::publish::material::Material;
use crate::publish::words;
use crate::publish::words::tables::Cause;
use crate::survey::Scheme;

const STABILITY: [&str; 9] = ["level", "domain", "subject", "name", "cause", "published_rank", "kind", "rank", "probability"];

/// `stability.csv`: per subject and cause the probability of every rank, or in large peer groups the ranks below which a
/// share of the draws lies.
pub(in crate::publish) fn stability(material: &Material<'_>) -> TableOut {
    let scheme = material.scheme;
    let mut table = TableOut::new("stability.csv", STABILITY.iter().map(ToString::to_string).collect());
    for standing in &material.cleared.get().standings {
        let causes = [
            (Cause::Sampling, &standing.stability.sampling),
            (Cause::Weights, &standing.stability.weights),
            (Cause::Options, &standing.stability.options),
        ];
        for (cause, spread) in causes {
            if let Some(spread) = spread {
                rows(&mut table, scheme, standing, words::tables::cause(cause, scheme.language), spread);
            }
        }
    }
    table
}

fn rows(table: &mut TableOut, scheme: &Scheme, standing: &Standing, cause: &str, spread: &Spread) {
    let mut row = |kind: &str, rank: u32, share: f64| {
        let subject = scheme.frame.subject(standing.subject);
        table.text(&scheme.frame.level(standing.level).name).text(&scheme.frame.domain(standing.domain).name);
        table.text(&subject.code).text(&subject.name).text(cause).maybe(standing.rank);
        table.text(kind).number(rank).number(probability(share));
    };
    for (rank, share) in &spread.acceptability {
        row(words::of_rank(scheme.language), *rank, *share);
    }
    if spread.acceptability.is_empty() {
        let [lower, middle, upper] = spread.quartiles;
        for (rank, share) in [(spread.low, 0.025), (lower, 0.25), (middle, 0.5), (upper, 0.75), (spread.high, 0.975)] {
            row(words::up_to_rank(scheme.language), rank, share);
        }
    }
}

const INFLUENCE: [&str; 14] = [
    "level",
    "domain",
    "node",
    "node_name",
    "kind",
    "tau_b",
    "moved",
    "of",
    "regraded",
    "farthest",
    "farthest_name",
    "rank_with",
    "rank_without",
    "decides",
];

/// `influence.csv`: what leaving one item or procedure out does to the order of a peer group.
pub(in crate::publish) fn influence(material: &Material<'_>) -> TableOut {
    let mut table = TableOut::new("influence.csv", INFLUENCE.iter().map(ToString::to_string).collect());
    for influence in &material.cleared.get().evidence.influences {
        influence_row(&mut table, material.scheme, influence);
    }
    table
}

fn influence_row(table: &mut TableOut, scheme: &Scheme, row: &Influence) {
    let node = scheme.index.node(row.node);
    table.text(&scheme.frame.level(row.level).name).text(&scheme.frame.domain(row.domain).name);
    table.text(&node.code).text(&node.name).text(words::node_kind(node.kind, scheme.language));
    table.number(probability(row.tau)).number(row.moved).number(row.of).number(row.regraded);
    match row.farthest {
        Some((subject, with, without)) => {
            let subject = scheme.frame.subject(subject);
            table.text(&subject.code).text(&subject.name).number(with).number(without);
        }
        None => {
            table.text("").text("").none().none();
        }
    }
    table.text(&words::tables::left_out(row.moved, row.of, row.regraded, scheme.language));
}
