//! How sure the results are, as fields of tables: standard errors, intervals, what they rest on; and `reliability.csv`.

use super::TableOut;
use crate::diagnostic::Language;
use crate::measure::{NoError, Reliability, Scorecard, Uncertainty};
use crate::numeric::{round_float, to_f64};
use crate::publish::material::Material;
use crate::publish::words::tables::{error_basis, no_error};
use crate::survey::Scheme;

/// Standard error and both ends of the interval, rounded as scores are; empty: not available.
pub(super) fn interval(table: &mut TableOut, error: Option<&Uncertainty>, places: u32) {
    for end in [|error: &Uncertainty| error.se, |error: &Uncertainty| error.low, |error: &Uncertainty| error.high] {
        table.maybe(error.and_then(|error| round_float(end(error), places)));
    }
}

/// Degrees of freedom (1 place), basis, design effect (3 places); instead of the basis the reason why there is no error. Then, where
/// small strata are drawn towards their peers', the standard error and the degrees of freedom of the interval.
pub(super) fn foundation(
    table: &mut TableOut,
    error: Option<&Uncertainty>,
    none: Option<NoError>,
    (places, language): (u32, Language),
) {
    table.maybe(error.and_then(|error| round_float(error.df, 1)));
    table.text(&error.map_or_else(|| no_error(none, language).to_owned(), |error| error_basis(error, language)));
    table.maybe(error.and_then(|error| error.deff).and_then(|deff| round_float(deff, 3)));
    let moderated = error.and_then(|error| error.moderated);
    table.maybe(moderated.and_then(|moderated| round_float(moderated.se, places)));
    table.maybe(moderated.and_then(|moderated| round_float(moderated.df, 1)));
}

/// The same of the total: the error of the composite, moved by what bonus, deductions and the members' own adjustments add.
pub(super) fn total(table: &mut TableOut, scheme: &Scheme, card: Option<&Scorecard>) {
    interval(table, total_error(scheme, card).as_ref(), scheme.rules.places);
}

/// The error of the total: that of the composite, moved as the total is.
pub(in crate::publish) fn total_error(scheme: &Scheme, card: Option<&Scorecard>) -> Option<Uncertainty> {
    card.and_then(|card| {
        let root = card.nodes.first()?;
        let shift = to_f64(&(card.total.as_ref()? - root.score.as_ref()?));
        let kept = |end: f64| {
            let end = (end + shift).max(0.0);
            if scheme.rules.above_100 { end } else { end.min(100.0) }
        };
        let error = root.error.as_ref()?;
        Some(Uncertainty { low: kept(error.low), high: kept(error.high), ..error.clone() })
    })
}

const RELIABILITY: [&str; 10] =
    ["form", "form_name", "procedure", "procedure_name", "ballots", "item", "item_name", "alpha", "item_rest", "alpha_without"];

/// `reliability.csv`: Cronbach's α of every form as it feeds a procedure, then its items.
pub(in crate::publish) fn reliability(material: &Material<'_>) -> TableOut {
    let mut table = TableOut::new("reliability.csv", RELIABILITY.iter().map(ToString::to_string).collect());
    for found in &material.cleared.get().evidence.reliabilities {
        form_rows(&mut table, material.scheme, found);
    }
    table
}

fn form_rows(table: &mut TableOut, scheme: &Scheme, found: &Reliability) {
    const PLACES: u32 = 4;
    let (form, procedure) = (scheme.form(found.form), scheme.index.node(found.procedure));
    let mut head = |item: (&str, &str), numbers: [Option<f64>; 3]| {
        table.text(&form.code).text(&form.name).text(&procedure.code).text(&procedure.name);
        table.number(found.ballots).text(item.0).text(item.1);
        for number in numbers {
            table.maybe(number.and_then(|number| round_float(number, PLACES)));
        }
    };
    head(("", ""), [found.alpha, None, None]);
    for row in &found.items {
        let item = form.item(row.item);
        head((&item.code, &item.name), [None, row.item_rest, row.alpha_without]);
    }
}
