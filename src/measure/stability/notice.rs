//! Grades that rest on noise, on the exact weights, or on the exact values of the options (codes M260–M262).

use crate::diagnostic::{Diagnostic, LIST, Place};
use crate::measure::assessment::{Cleared, Standing};
use crate::measure::evidence::{Spread, Stability};
use crate::numeric::{Ratio, ratio, round_half_up};
use crate::survey::{DomainId, LevelId, Scheme};
use num_traits::FromPrimitive;
use std::collections::BTreeMap;

/// A grade that changes in at least this share of the draws is worth a note (1/4).
const WORTH_A_NOTE: f64 = 0.25;

/// So many subjects are named in a notice on a peer group.
const NAMED: usize = 8;

/// One notice per subject whose grade rests on sampling error, in the order of the standings; weights and option values are the
/// scheme's own, so there one notice per peer group. Drawn from what may be shown, since ranks and grades are named.
#[must_use]
pub fn unsettled(scheme: &Scheme, cleared: &Cleared) -> Vec<Diagnostic> {
    let standings = &cleared.get().standings;
    let mut out: Vec<Diagnostic> = standings.iter().filter_map(|standing| of_subject(scheme, standing)).collect();
    let mut groups: BTreeMap<(LevelId, DomainId), Vec<&Standing>> = BTreeMap::new();
    for standing in standings {
        groups.entry((standing.level, standing.domain)).or_default().push(standing);
    }
    for standings in groups.values() {
        out.extend(of_group(scheme, "M261", standings, |stability| stability.weights.as_ref()));
        out.extend(of_group(scheme, "M262", standings, |stability| stability.options.as_ref()));
    }
    out
}

fn changes(spread: &Spread) -> bool {
    1.0 - spread.grade_kept >= WORTH_A_NOTE
}

fn of_subject(scheme: &Scheme, standing: &Standing) -> Option<Diagnostic> {
    let spread = standing.stability.sampling.as_ref().filter(|spread| changes(spread))?;
    let share = Ratio::from_f64((1.0 - spread.grade_kept) * 100.0).unwrap_or_else(|| ratio(0, 1));
    let grade = standing.grade.and_then(|band| scheme.rules.bands.get(band)).map_or("—", |band| band.name.as_str());
    let notice = Diagnostic::new("M260", Place::default())
        .with("unit", scheme.frame.path(standing.subject))
        .with("grade", grade)
        .with("share", format!("{}%", round_half_up(&share, 0)))
        .with("rank", standing.rank.unwrap_or_default())
        .with("of", standing.of)
        .with("low", spread.low)
        .with("high", spread.high);
    Some(notice)
}

fn of_group(
    scheme: &Scheme,
    code: &str,
    standings: &[&Standing],
    spread: impl Fn(&Stability) -> Option<&Spread>,
) -> Option<Diagnostic> {
    let frame = &scheme.frame;
    let found = standings.iter().filter(|standing| spread(&standing.stability).is_some_and(changes));
    let names: Vec<&str> = found.map(|standing| frame.subject(standing.subject).name.as_str()).collect();
    let first = standings.first().filter(|_| !names.is_empty())?;
    let place = format!("{}·{}", frame.level(first.level).name, frame.domain(first.domain).name);
    let notice = Diagnostic::new(code, Place::default())
        .with("unit", place.trim_end_matches('·'))
        .with("count", names.len())
        .with("of", first.of)
        .with("names", format!("{}{}", names[..names.len().min(NAMED)].join(LIST), if names.len() > NAMED { "…" } else { "" }));
    Some(notice)
}
