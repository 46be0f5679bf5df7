//! units/<code>/report.html: what one unit is told, on two pages: its place, where it is strong and weak, its answers, and how its total is made.

mod answers;
mod calculation;
mod peers;
mod profile;

pub(super) use calculation::percent;
pub(super) use peers::Range;
pub(super) use profile::strip;

use super::evidence::{percent as share_percent, weak_facts};
use super::standings::{interval, notes, ranks};
use crate::measure::{Cleared, Examined, Scorecard, Spread, Standing, WeakPoint};
use crate::numeric::exact_text;
use crate::publish::chart::{Section, View, file_stem, font_faces, sections};
use crate::publish::table::findings::told;
use crate::publish::words::reason;
use crate::publish::words::report::{self as words, Cause};
use crate::survey::{NodeId, Scheme, SubjectId};
use minijinja::{Environment, Value, context};
use peers::Field;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What every report needs, made once.
struct Ground<'a> {
    view: &'a View<'a>,
    sections: Vec<Section>,
    field: Field,
    pages: BTreeMap<u32, String>,
    /// Last year's scores by subject and node.
    last: BTreeMap<(SubjectId, NodeId), &'a crate::survey::PreviousScore>,
    examined: BTreeMap<SubjectId, Examined>,
    weak: BTreeMap<SubjectId, Vec<&'a WeakPoint>>,
    /// Units with something hidden, and those above them: a step told too exactly could give it back.
    veiled: BTreeSet<SubjectId>,
}

/// A report for every unit with a scorecard, handed over as it is made (from several threads, in no order): path below the edition
/// and page; last the font they share. So no more pages are held than are being made.
///
/// # Errors
/// The first that `take` gives.
pub fn unit_reports<E: Send>(
    scheme: &Scheme,
    cleared: &Cleared,
    take: impl Fn(&str, &str) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let view = View::new(scheme, cleared.get());
    // Only a broken template goes the other way; a test renders it.
    let Ok(environment) = super::environment(scheme.language) else { return Ok(()) };
    let previous = scheme.rules.analysis.previous.as_ref();
    let ground = Ground {
        view: &view,
        sections: sections(scheme),
        field: Field::new(&view),
        pages: paths(scheme),
        last: previous.iter().flat_map(|all| &all.scores).map(|score| ((score.subject, score.node), score)).collect(),
        examined: examined_by_subject(&view),
        weak: weak_by_subject(&view),
        veiled: veiled(&view),
    };
    let cards: Vec<SubjectId> = view.assessment.scorecards.iter().map(|card| card.subject).collect();
    let one = |subject: SubjectId| {
        let Some(path) = ground.pages.get(&subject.0) else { return Ok(Characters::default()) };
        let page = ground.page(&environment, subject);
        take(path, &page).map(|()| Characters::of(&page))
    };
    let used = cards.into_par_iter().map(one).try_reduce(Characters::default, |one, other| Ok(one.and(other)))?;
    used.font().map_or(Ok(()), |font| take("units/font.css", &font))
}

/// The characters of pages, for the one font they share; a page sent on alone takes those of the reader's machine.
#[derive(Default)]
pub(super) struct Characters {
    regular: BTreeSet<char>,
    bold: BTreeSet<char>,
}

impl Characters {
    pub(super) fn of(page: &str) -> Self {
        let regular = page.chars().filter(|character| !character.is_control()).collect();
        Self { regular, bold: super::bold_characters(page) }
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.regular.extend(other.regular);
        self.bold.extend(other.bold);
        self
    }

    /// The style sheet with the font; `None` where there are no pages.
    pub(super) fn font(&self) -> Option<String> {
        (!self.regular.is_empty()).then(|| font_faces(&self.regular, &self.bold))
    }
}

fn weak_by_subject<'a>(view: &View<'a>) -> BTreeMap<SubjectId, Vec<&'a WeakPoint>> {
    let mut all: BTreeMap<SubjectId, Vec<&WeakPoint>> = BTreeMap::new();
    for point in told(view.scheme, &view.assessment.evidence.weak_points) {
        all.entry(point.subject).or_default().push(point);
    }
    all
}

/// Units with a hidden score or cell, and every unit that they belong to.
pub(super) fn veiled(view: &View<'_>) -> BTreeSet<SubjectId> {
    let hides = |card: &&Scorecard| card.nodes.iter().any(|node| node.hidden || node.cells.iter().any(|cell| cell.hidden));
    let cards = view.assessment.scorecards.iter().filter(hides);
    cards.flat_map(|card| view.scheme.frame.lineage(card.subject)).collect()
}

fn examined_by_subject(view: &View<'_>) -> BTreeMap<SubjectId, Examined> {
    let all = view.assessment.scorecards.iter().zip(&view.assessment.evidence.examined);
    all.map(|(card, examined)| (card.subject, *examined)).collect()
}

/// Path of every unit's report below the edition, by subject number; codes that a folder cannot tell apart get a mark.
pub(super) fn paths(scheme: &Scheme) -> BTreeMap<u32, String> {
    let mut taken = BTreeSet::new();
    let path = |id: SubjectId| {
        let mut stem = file_stem(&scheme.frame.subject(id).code);
        while !taken.insert(stem.to_lowercase()) {
            stem.push_str("-b");
        }
        (id.0, format!("units/{stem}/report.html"))
    };
    scheme.frame.ids().map(path).collect()
}

impl Ground<'_> {
    fn page(&self, environment: &Environment<'_>, subject: SubjectId) -> String {
        let values = self.values(subject);
        match environment.get_template("unit.html").and_then(|template| template.render(values)) {
            Ok(html) => html,
            Err(error) => format!("<!doctype html><meta charset=\"utf-8\"><title>{}</title><p>{error:#}</p>", "kaoping"),
        }
    }

    fn values(&self, subject: SubjectId) -> Value {
        let view = self.view;
        let (scheme, language) = (view.scheme, view.language());
        let own = scheme.frame.subject(subject);
        let lineage: Vec<SubjectId> = scheme.frame.lineage(subject).skip(1).collect();
        let above: Vec<&str> = lineage.iter().rev().map(|id| view.name(*id)).collect();
        let (answers, hidden) = answers::section(self, subject);
        context! {
            lang => language.pick("zh-CN", "en"),
            style => Value::from_safe_string(include_str!("../../templates/unit.css").to_owned()),
            title => scheme.title.as_str(),
            year => scheme.year,
            name => own.name.as_str(),
            code => own.code.as_str(),
            path => above.join(" / "),
            level => scheme.frame.level(own.level).name.as_str(),
            domain => scheme.frame.domain(own.domain).name.as_str(),
            standing => view.standing(subject).map(|standing| self.standing(standing)),
            profile => profile::section(self, subject),
            weak => self.weak(subject),
            answers,
            change => profile::change(self, subject),
            total => calculation::section(self, subject),
            members => profile::members(self, subject),
            absent => calculation::absent(view, subject, hidden),
            min_cell => scheme.rules.min_cell,
        }
    }

    fn standing(&self, standing: &Standing) -> Value {
        let view = self.view;
        let bands = &view.scheme.rules.bands;
        let band = standing.reasons.iter().find(|(code, _)| code == "band");
        let causes = [
            (Cause::Sampling, &standing.stability.sampling),
            (Cause::Weights, &standing.stability.weights),
            (Cause::Options, &standing.stability.options),
        ];
        let language = view.language();
        let shaken = |(cause, spread): (Cause, &Option<Spread>)| {
            let spread = spread.as_ref()?;
            Some(
                context! { cause => words::cause(cause, language), range => ranks(spread), kept => share_percent(spread.grade_kept) },
            )
        };
        let notes = notes(view, standing);
        context! {
            score => standing.score.as_ref().map(ToString::to_string),
            rank => standing.rank,
            of => standing.of,
            grade => standing.grade.and_then(|at| bands.get(at)).map(|band| band.name.as_str()),
            interval => interval(view, standing.subject),
            band => band.map(|(code, args)| words::sentence(&reason(code, args, language), language)),
            notes => (!notes.is_empty()).then(|| words::sentence(&notes, language)),
            tied => standing.tied_at_cut,
            spreads => causes.into_iter().filter_map(shaken).collect::<Vec<_>>(),
        }
    }

    fn weak(&self, subject: SubjectId) -> Value {
        let view = self.view;
        let mut points: Vec<&WeakPoint> = self.weak.get(&subject).cloned().unwrap_or_default();
        points.sort_by(|one, other| other.cost.cmp(&one.cost).then_with(|| other.gap.cmp(&one.gap)));
        let looked = self.examined.get(&subject);
        context! {
            facts => points.iter().take(MOST_WEAK).any(|point| point.probability.is_none()),
            rows => points.iter().take(MOST_WEAK).map(|point| weak_facts(view, point)).collect::<Vec<_>>(),
            more => points.len().saturating_sub(MOST_WEAK),
            looked => looked.map(|one| context! {
                tested => one.tested, not => one.not_testable, flagged => one.flagged,
            }),
            margin => exact_text(&view.scheme.rules.analysis.margin),
        }
    }
}

/// Weak points told on two pages; the rest is in `findings.csv`.
const MOST_WEAK: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::chart::fixture::Made;

    #[test]
    fn codes_that_a_folder_cannot_tell_apart_get_paths_of_their_own() {
        let mut made = Made::new(3, 0, 0);
        for (subject, code) in made.scheme.frame.subjects.iter_mut().zip(["a/1", "A-1", "a.1", "b"]) {
            code.clone_into(&mut subject.code);
        }
        let paths: Vec<String> = paths(&made.scheme).into_values().collect();
        assert_eq!(&paths[..3], ["units/a-1/report.html", "units/A-1-b/report.html", "units/a-1-b-b/report.html"]);
    }

    #[test]
    fn every_unit_has_a_small_page_with_its_published_total() {
        let made = Made::new(3, 2, 4);
        let cleared = Cleared::assumed(made.assessment.clone());
        let pages = crate::publish::test_fixture::taken(|take| unit_reports(&made.scheme, &cleared, take));
        assert_eq!(pages.len(), made.assessment.scorecards.len() + 1, "and one font for all");
        let paths = paths(&made.scheme);
        for standing in &made.assessment.standings {
            let path = &paths[&standing.subject.0];
            let (_, page) = pages.iter().find(|(name, _)| name == path).expect("a page");
            let total = standing.score.as_ref().expect("a score").to_string();
            assert!(page.contains("</html>") && page.contains(&format!("<b id=\"total\">{total}</b>")), "{path}: {page}");
            assert!(page.len() < 120_000, "{path}: {}", page.len());
        }
    }
}
