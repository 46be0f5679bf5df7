//! persons/<id>/report.html: what one person is told and what goes into the file, on one page: votes, strata, parts, limits, quota.
//!
//! Both get the same page: it holds nothing about anybody else but ranges over five and more peers.

mod parts;
mod peers;
mod votes;

use super::evidence::weak_facts;
use super::standings::span;
use super::unit::{Characters, veiled};
use crate::measure::{Cleared, PersonPool, PersonStanding, Scorecard};
use crate::numeric::round_half_up;
use crate::publish::chart::{View, file_stem};
use crate::publish::table::persons::grade;
use crate::publish::words::report::{capital, comma};
use crate::publish::words::{limit_of, name_of_pool, reason};
use crate::survey::{NodeId, PreviousScore, Scheme, SubjectId};
use minijinja::{Environment, Value, context};
use peers::Field;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Weak points of the unit that are named; the rest is in the unit's own report.
const MOST_WEAK: usize = 3;

/// What every page needs, made once.
struct Ground<'a> {
    view: &'a View<'a>,
    field: Field,
    cards: BTreeMap<SubjectId, &'a Scorecard>,
    units: BTreeMap<u32, String>,
    pages: BTreeMap<u32, String>,
    /// Last year's scores by subject and node.
    last: BTreeMap<(SubjectId, NodeId), &'a PreviousScore>,
    /// Units with something hidden below.
    veiled: BTreeSet<SubjectId>,
}

/// A page for every person, handed over as it is made (from several threads, in no order): path below the edition and page; last the
/// font they share.
///
/// # Errors
/// The first that `take` gives.
pub fn person_reports<E: Send>(
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
        field: Field::new(&view),
        cards: peers::cards(view.assessment),
        units: super::unit::paths(scheme),
        pages: paths(scheme),
        last: previous.iter().flat_map(|all| &all.scores).map(|score| ((score.subject, score.node), score)).collect(),
        veiled: veiled(&view),
    };
    let one = |standing: &PersonStanding| {
        let found = ground.pages.get(&standing.subject.0).zip(ground.cards.get(&standing.subject));
        let Some((path, card)) = found else { return Ok(Characters::default()) };
        let page = ground.page(&environment, standing, card);
        take(path, &page).map(|()| Characters::of(&page))
    };
    let standings = view.assessment.persons.standings.par_iter();
    let used = standings.map(one).try_reduce(Characters::default, |one, other| Ok(one.and(other)))?;
    used.font().map_or(Ok(()), |font| take("persons/font.css", &font))
}

/// Path of every person's page below the edition, by subject number; ids that a folder cannot tell apart get a mark.
pub(super) fn paths(scheme: &Scheme) -> BTreeMap<u32, String> {
    let mut taken = BTreeSet::new();
    let path = |id: SubjectId| {
        let mut stem = file_stem(&scheme.frame.subject(id).code);
        while !taken.insert(stem.to_lowercase()) {
            stem.push_str("-b");
        }
        (id.0, format!("persons/{stem}/report.html"))
    };
    scheme.frame.person_ids().map(path).collect()
}

impl Ground<'_> {
    fn page(&self, environment: &Environment<'_>, standing: &PersonStanding, card: &Scorecard) -> String {
        let values = self.values(standing, card);
        match environment.get_template("person.html").and_then(|template| template.render(values)) {
            Ok(html) => html,
            Err(error) => format!("<!doctype html><meta charset=\"utf-8\"><title>{}</title><p>{error:#}</p>", "kaoping"),
        }
    }

    fn values(&self, standing: &PersonStanding, card: &Scorecard) -> Value {
        let view = self.view;
        let (scheme, language) = (view.scheme, view.language());
        let own = scheme.frame.subject(standing.subject);
        let person = scheme.frame.person(standing.subject);
        let statuses = person.map_or(&[][..], |person| &person.statuses).iter();
        let tier = standing.tier.and_then(|tier| scheme.persons.tier(tier));
        let style = concat!(include_str!("../../templates/unit.css"), include_str!("../../templates/person.css"));
        context! {
            lang => language.pick("zh-CN", "en"),
            style => Value::from_safe_string(style.to_owned()),
            title => scheme.title.as_str(),
            year => scheme.year,
            name => own.name.as_str(),
            code => own.code.as_str(),
            post => person.map(|person| person.post.as_str()),
            path => scheme.frame.path(standing.unit).replace('/', " / "),
            unit_page => self.units.get(&standing.unit.0).map(|path| format!("../../{path}")),
            unit => view.name(standing.unit),
            tier => tier.map(|tier| tier.name.as_str()),
            principal => person.is_some_and(|person| person.principal),
            domain => scheme.frame.domain(standing.domain).name.as_str(),
            statuses => statuses.filter_map(|status| Some(scheme.persons.statuses.get(*status)?.name.clone())).collect::<Vec<_>>().join(comma(language)),
            standing => self.standing(standing, card),
            caps => caps(scheme, standing),
            pool => standing.pool.and_then(|pool| view.assessment.persons.pools.get(pool)).map(|pool| self.pool(standing, pool)),
            parts => parts::section(self, card),
            votes => votes::section(self, card),
            change => parts::change(self, card),
            weak => self.weak(standing.unit),
            min_cell => scheme.rules.min_cell,
        }
    }

    fn standing(&self, standing: &PersonStanding, card: &Scorecard) -> Value {
        let (scheme, language) = (self.view.scheme, self.view.language());
        let reasons =
            standing.reasons.iter().map(|(code, args)| capital(&reason(code, args, language))).filter(|text| !text.is_empty());
        let bands = &scheme.rules.bands;
        context! {
            score => standing.score.as_ref().map(ToString::to_string),
            hidden => standing.hidden,
            interval => parts::total_interval(self, card),
            rank => standing.rank, of => standing.of,
            spread => standing.rank_interval.map(|(low, high)| span(&low, &high)),
            grade => standing.grade.map(|at| grade(scheme, Some(at))),
            by_score => standing.grade_by_score.map(|at| grade(scheme, Some(at))),
            code => standing.result_code.as_str(),
            gradable => standing.gradable,
            unit_grade => standing.unit_grade.and_then(|at| bands.get(at)).map(|band| band.name.as_str()),
            unit_score => self.view.standing(standing.unit).and_then(|unit| unit.score.as_ref()).map(ToString::to_string),
            tied => standing.tied_at_cut,
            possible => standing.grades_possible.iter().map(|at| grade(scheme, Some(*at))).collect::<Vec<_>>().join(comma(language)),
            reasons => reasons.collect::<Vec<_>>(),
        }
    }

    /// The quota of the best grade, and the person's place in it.
    fn pool(&self, standing: &PersonStanding, pool: &PersonPool) -> Value {
        let view = self.view;
        let scheme = view.scheme;
        let percent = |share: &crate::numeric::Ratio| super::unit::percent(share);
        let number = standing.pool;
        let ahead = standing.score.as_ref().map(|own| {
            let peers = view.assessment.persons.standings.iter();
            let better = |other: &&PersonStanding| {
                other.pool == number
                    && other.grade_by_score.is_some_and(|at| at <= pool.grade)
                    && other.score.as_ref() > Some(own)
            };
            peers.filter(better).count()
        });
        context! {
            name => name_of_pool(scheme, pool),
            grade => grade(scheme, Some(pool.grade)),
            base => pool.base, share => percent(&pool.share),
            exact => round_half_up(&pool.exact, 2).to_string(),
            places => pool.places, eligible => pool.eligible, given => pool.given,
            tied => pool.tied.len(),
            ahead => ahead.filter(|_| standing.grade_by_score.is_some_and(|at| at <= pool.grade)),
        }
    }

    /// What the unit is weak in: the person answers for it.
    fn weak(&self, unit: SubjectId) -> Value {
        let view = self.view;
        let mut points: Vec<_> = view.assessment.evidence.weak_points.iter().filter(|point| point.subject == unit).collect();
        points.sort_by(|one, other| other.cost.cmp(&one.cost).then_with(|| other.gap.cmp(&one.gap)));
        context! {
            rows => points.iter().take(MOST_WEAK).map(|point| weak_facts(view, point)).collect::<Vec<_>>(),
            more => points.len().saturating_sub(MOST_WEAK),
        }
    }
}

/// Every limit that applies, and whether it takes something away.
fn caps(scheme: &Scheme, standing: &PersonStanding) -> Vec<Value> {
    let cap = |cap: &crate::measure::AppliedCap| {
        context! { grade => grade(scheme, Some(cap.grade)), why => limit_of(scheme, cap.why), bites => cap.bites }
    };
    standing.caps.iter().map(cap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::chart::fixture::Made;

    #[test]
    fn without_persons_there_are_no_pages() {
        let made = Made::new(2, 2, 0);
        let cleared = Cleared::assumed(made.assessment.clone());
        assert!(crate::publish::test_fixture::taken(|take| person_reports(&made.scheme, &cleared, take)).is_empty());
    }
}
