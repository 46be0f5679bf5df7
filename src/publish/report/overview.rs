//! The top of the page: one-line findings and tiles.

use super::returns::{Files, Sums};
use super::troubles;
use super::words::grouped;
use crate::diagnostic::{Diagnostic, Severity};
use crate::measure::Standing;
use crate::publish::chart::{Chart, View};
use crate::survey::SourceSheet;
use minijinja::{Value, context};

/// At most this many findings are taken from the charts.
const MOST_FINDINGS: usize = 10;

/// Cautions with their count `{n}` (of `{all}`), Chinese, English, and where the page says more.
const CAUTIONS: [(&str, &str, &str); 5] = [
    (
        "应报 {all} 份中缺报 {n} 份，有关得分不完整",
        "{n} of {all} returns are missing; the scores concerned are incomplete",
        "#returns",
    ),
    (
        "{n} 个对象因缺环节，建议等次仍可能变化",
        "the suggested grade of {n} subjects may still change: a procedure is missing",
        "#standings",
    ),
    (
        "{n} 个对象在名额线上并列，待组织研究决定",
        "{n} subjects are tied at a quota's cut, for the organisation to decide",
        "#standings",
    ),
    ("{n} 个对象若计入废票，建议等次会改变", "{n} subjects would get another grade with void ballots left in", "#standings"),
    (
        "{n} 个数因人数不足（或防反推）不公布",
        "{n} numbers are not shown: too few respondents, or to protect such a number",
        "#method",
    ),
];

/// One-line findings: what the charts say, then what limits them.
pub(super) fn findings(view: &View<'_>, hidden: u64, charts: &[&Chart]) -> Vec<Value> {
    let said = &charts[..charts.len().min(MOST_FINDINGS)];
    let said = whole_levels(charts, said).iter();
    let said = said.map(|chart| context! { text => chart.title.as_str(), link => format!("#chart-{}", chart.name) });
    let sums = Sums::of(view.assessment);
    let with = |test: fn(&&Standing) -> bool| view.assessment.standings.iter().filter(test).count() as u64;
    let counts = [
        sums.missing(),
        with(|standing| standing.grades_possible.len() > 1),
        with(|standing| standing.tied_at_cut),
        with(|standing| standing.grade_unscreened.is_some()),
        hidden,
    ];
    let caution = |(count, (zh, en, link)): (u64, (&str, &str, &str))| {
        let text = view.language().pick(zh, en).replace("{n}", &grouped(count)).replace("{all}", &grouped(sums.due));
        (count > 0).then(|| context! { text, link, caution => true })
    };
    said.chain(counts.into_iter().zip(CAUTIONS).filter_map(caution)).collect()
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
    let tile = |label: (&str, &str), number: String, note: (&str, &str), fill: [u64; 2], bad: bool| {
        let [first, second] = fill.map(grouped);
        let note = language.pick(note.0, note.1).replace("{0}", &first).replace("{1}", &second);
        context! { label => language.pick(label.0, label.1), number, note, bad }
    };
    let returns = format!("{}/{}", grouped(sums.sent), grouped(sums.due));
    let (read, sheets) = (files.read as u64, [files.all as u64, files.set_aside as u64]);
    let ballots = grouped(sums.valid + sums.partial);
    vec![
        tile(("有综合得分的对象", "Subjects with a composite"), grouped(scored), ("共 {0} 个", "of {0}"), [all, 0], scored < all),
        tile(("有效票", "Valid ballots"), ballots, ("废票 {0}，空白 {1}", "{0} void, {1} blank"), [sums.void, sums.blank], false),
        tile(
            ("已计入的文件", "Files counted"),
            grouped(read),
            ("共 {0} 个；搁置 {1} 张表", "of {0}; {1} sheets set aside"),
            sheets,
            sheets[1] > 0,
        ),
        tile(("报送", "Returns"), returns, ("缺报 {0}", "{0} missing"), [sums.missing(), 0], sums.missing() > 0),
        tile(("错误", "Errors"), grouped(errors), ("警告 {0}", "{0} warnings"), [warnings, 0], errors > 0),
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
