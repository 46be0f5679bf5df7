//! The top of the page: one-line findings and tiles.

use super::numbers::grouped;
use super::returns::{Files, Sums};
use super::troubles;
use crate::diagnostic::{Diagnostic, Severity};
use crate::measure::Standing;
use crate::publish::chart::{Chart, View};
use crate::publish::words::report::{self as words, Caution, Tile};
use crate::survey::SourceSheet;
use minijinja::{Value, context};

/// At most this many findings are taken from the charts.
const MOST_FINDINGS: usize = 10;

/// One-line findings: what the charts say, then what limits them.
pub(super) fn findings(view: &View<'_>, hidden: u64, charts: &[&Chart]) -> Vec<Value> {
    let said = &charts[..charts.len().min(MOST_FINDINGS)];
    let said = whole_levels(charts, said).iter();
    let said = said.map(|chart| context! { text => chart.title.as_str(), link => format!("#chart-{}", chart.name) });
    let sums = Sums::of(view.assessment);
    let with = |test: fn(&&Standing) -> bool| view.assessment.standings.iter().filter(test).count() as u64;
    let counts = [
        (sums.missing(), Caution::Missing(sums.due), "#returns"),
        (with(|standing| standing.grades_possible.len() > 1), Caution::GradesOpen, "#standings"),
        (with(|standing| standing.tied_at_cut), Caution::Tied, "#standings"),
        (with(|standing| standing.grade_unscreened.is_some()), Caution::VoidBallots, "#standings"),
        (hidden, Caution::Hidden, "#method"),
    ];
    let caution = |(count, what, link): (u64, Caution, &str)| {
        let text = words::caution(what, count, grouped, view.language());
        (count > 0).then(|| context! { text, link, caution => true })
    };
    said.chain(counts.into_iter().filter_map(caution)).collect()
}

/// Without a level whose peer groups do not all fit: four domains are all named, or none of them.
fn whole_levels<'a, 'b>(all: &[&'a Chart], said: &'b [&'a Chart]) -> &'b [&'a Chart] {
    let kind = |chart: &Chart| chart.name.splitn(3, '-').take(2).collect::<Vec<_>>().join("-");
    let Some(next) = all.get(said.len()).map(|chart| kind(chart)) else { return said };
    let kept = said.iter().take_while(|chart| kind(chart) != next).count();
    if kept == 0 { said } else { &said[..kept] }
}

/// Numbers at a glance: subjects, ballots, files, returns, errors.
pub(super) fn tiles(view: &View<'_>, sources: &[SourceSheet], diagnostics: &[Diagnostic]) -> Vec<Value> {
    let language = view.language();
    let (sums, files) = (Sums::of(view.assessment), Files::of(sources));
    let all = view.assessment.standings.len() as u64;
    let scored = view.assessment.standings.iter().filter(|standing| standing.score.is_some()).count() as u64;
    let [errors, warnings] = [Severity::Error, Severity::Warning].map(|severity| troubles::count(diagnostics, severity));
    let tile = |what: Tile<'_>, number: String, bad: bool| {
        let (label, note) = words::tile(what, language);
        context! { label, number, note, bad }
    };
    let returns = format!("{}/{}", grouped(sums.sent), grouped(sums.due));
    let aside = files.set_aside as u64;
    vec![
        tile(Tile::Subjects(&grouped(all)), grouped(scored), scored < all),
        tile(Tile::Ballots(&grouped(sums.void), &grouped(sums.blank)), grouped(sums.valid + sums.partial), false),
        tile(Tile::Files(&grouped(files.all as u64), aside, &grouped(aside)), grouped(files.read as u64), aside > 0),
        tile(Tile::Returns(&grouped(sums.missing())), returns, sums.missing() > 0),
        tile(Tile::Errors(warnings, &grouped(warnings)), grouped(errors), errors > 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::chart::fixture::Made;

    #[test]
    fn cautions_are_said_only_where_there_is_something_to_say() {
        let made = Made::new(2, 2, 0);
        let view = made.view();
        let texts = |hidden| findings(&view, hidden, &[]).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(!texts(0).contains("不公布"));
        assert!(texts(1234).contains("1,234 个数因人数不足"));
    }
}
