//! Which charts an assessment gets, in which order, under which names.

use super::dots::{self, Peers};
use super::heat::Heat;
use super::page::Drawing;
use super::view::{View, file_stem};
use super::{answers, change, costs, funnel, ranks, returns, selves, stack, strata, strip};
use crate::survey::{DomainId, LevelId, SubjectId};

/// What a chart shows, for pages that pick charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Units × indicators.
    Heat,
    /// What weak points 短板 cost, with their drivers.
    Costs,
    /// Contribution of the procedures 环节 to the composite.
    Stack,
    /// Answers by item.
    Items,
    /// Answers by unit.
    Answers,
    /// Strata 票种 against each other.
    Strata,
    /// Response rates 报送.
    Returns,
    /// Distribution of a large peer group by the units above it.
    Strip,
    /// Ranked scores with intervals.
    Dots,
    /// Rank intervals 名次区间.
    Ranks,
    /// Self-rating 自评 against assessment 考核.
    SelfRating,
    /// Funnels.
    Funnel,
    /// Against last year.
    Change,
    /// Ranks over the years.
    Years,
}

impl Kind {
    /// The first word of the names of its files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::Costs => "costs",
            Self::Stack => "stack",
            Self::Items => "items",
            Self::Answers => "answers",
            Self::Strata => "strata",
            Self::Returns => "returns",
            Self::Strip => "strip",
            Self::Dots => "dots",
            Self::Ranks => "ranks",
            Self::SelfRating => "self",
            Self::Funnel => "funnel",
            Self::Change => "change",
            Self::Years => "years",
        }
    }
}

/// What a chart is about: the key by which pages find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    pub kind: Kind,
    /// Level of the subjects drawn; `None`: everyone together.
    pub level: Option<LevelId>,
    /// Domain of the peers drawn; `None`: all domains of the level.
    pub domain: Option<DomainId>,
    /// The subject whose members are drawn; `None`: all of the level.
    pub of: Option<SubjectId>,
}

/// Whether a chart belongs on the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    Yes,
    No,
    /// Only where it is a single page.
    IfWhole,
}

type Draw<'a> = Box<dyn Fn(&View<'a>, &str) -> Vec<Drawing> + Send + Sync + 'a>;

/// One chart, or the pages of one.
pub struct Task<'a> {
    /// File stem of the first page.
    pub name: String,
    pub about: About,
    pub front: Front,
    pub draw: Draw<'a>,
}

/// More rows than this are not set against each other in one heatmap or one stack; their parents' charts show them.
const MOST_COMPARED: usize = 200;
/// From this many peers on, strips show the distribution by the overview level.
const MANY: usize = 30;
/// Rows of the heatmap of the level below the overview: those that cost most.
const COSTLIEST: usize = 40;

/// Every chart of an assessment, the overview first.
pub fn tasks<'a>(view: &View<'a>) -> Vec<Task<'a>> {
    let levels = view.levels();
    let Some(overview) = levels.first().copied() else { return Vec::new() };
    let rows = view.subjects_of(overview);
    let mut tasks = Vec::new();
    let about = |kind| About { kind, level: Some(overview), domain: None, of: None };
    if rows.len() <= MOST_COMPARED {
        compare(view, &mut tasks, &rows, about, "", Front::Yes);
    }
    let tops: Vec<SubjectId> = view.scheme.frame.ids().filter(|id| view.scheme.frame.subject(*id).parent.is_none()).collect();
    let everyone = About { level: None, ..about(Kind::Items) };
    let draw = move |view: &View<'a>, name: &str| answers::by_item(view, &tops, name, "");
    tasks.push(Task { name: "items".to_owned(), about: everyone, front: Front::Yes, draw: Box::new(draw) });
    if let Some(level) = levels.get(1) {
        costliest(view, &mut tasks, *level);
    }
    for peers in dots::peer_groups(view) {
        of_peers(view, &mut tasks, &peers, overview);
    }
    for parent in &rows {
        of_members(view, &mut tasks, overview, *parent);
    }
    tasks
}

/// Charts that set units against each other.
fn compare<'a>(
    view: &View<'a>,
    tasks: &mut Vec<Task<'a>>,
    rows: &[SubjectId],
    about: impl Fn(Kind) -> About,
    of: &str,
    front: Front,
) {
    type Drawer = fn(&View<'_>, &[SubjectId], &str, &str) -> Vec<Drawing>;
    let drawers: [(Kind, Front, Drawer); 6] = [
        (Kind::Heat, front, |view, rows, name, of| {
            Heat::new(view, rows.to_vec()).map(|heat| heat.draw(view, name, of)).unwrap_or_default()
        }),
        (Kind::Costs, front, |view, rows, name, of| costs::draw(view, rows, name, of).into_iter().collect()),
        (Kind::Stack, front, stack::draw),
        (Kind::Answers, Front::No, answers::by_unit),
        (Kind::Strata, front, strata::draw),
        (Kind::Returns, front, |view, rows, name, of| returns::draw(view, rows, name, of).into_iter().collect()),
    ];
    for (kind, front, drawer) in drawers {
        let about = about(kind);
        let (rows, of) = (rows.to_vec(), of.to_owned());
        let draw = move |view: &View<'a>, name: &str| drawer(view, &rows, name, &of);
        tasks.push(Task { name: name(view, &about), about, front, draw: Box::new(draw) });
    }
}

/// `<kind>-<level>`, and the domain or the subject whose members are drawn.
fn name(view: &View<'_>, about: &About) -> String {
    let frame = &view.scheme.frame;
    let level = match about.of {
        // The members of a subject go under the subject's own level and code.
        Some(of) => Some(frame.subject(of).level),
        None => about.level,
    };
    let level = level.map(|level| frame.level(level).code.clone());
    let domain = about.domain.filter(|domain| domain.0 != 0).map(|domain| frame.domain(domain).code.clone());
    let of = about.of.map(|of| frame.subject(of).code.clone());
    let parts = [Some(about.kind.code().to_owned()), level, domain, of];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    file_stem(&parts.join("-"))
}

/// The costliest rows of a whole level.
fn costliest<'a>(view: &View<'a>, tasks: &mut Vec<Task<'a>>, level: LevelId) {
    let rows = view.subjects_of(level);
    let one_domain =
        rows.windows(2).all(|pair| view.scheme.frame.subject(pair[0]).domain == view.scheme.frame.subject(pair[1]).domain);
    if rows.len() > 4 * MOST_COMPARED || !one_domain {
        return;
    }
    let about = About { kind: Kind::Heat, level: Some(level), domain: None, of: None };
    let draw = move |view: &View<'a>, name: &str| {
        Heat::new(view, rows.clone()).map(|heat| heat.costliest(COSTLIEST).draw(view, name, "")).unwrap_or_default()
    };
    tasks.push(Task { name: name(view, &about), about, front: Front::No, draw: Box::new(draw) });
    let about = About { kind: Kind::Costs, ..about };
    let rows = view.subjects_of(level);
    let draw = move |view: &View<'a>, name: &str| costs::draw(view, &rows, name, "").into_iter().collect();
    tasks.push(Task { name: name(view, &about), about, front: Front::Yes, draw: Box::new(draw) });
}

/// Charts of one peer group.
fn of_peers<'a>(view: &View<'a>, tasks: &mut Vec<Task<'a>>, peers: &Peers<'a>, overview: LevelId) {
    type Drawer = fn(&View<'_>, &Peers<'_>, &str) -> Vec<Drawing>;
    let mut push = |kind: Kind, front: Front, draw: Draw<'a>| {
        let about = About { kind, level: Some(peers.level), domain: Some(peers.domain), of: None };
        tasks.push(Task { name: name(view, &about), about, front, draw });
    };
    if peers.level > overview && peers.len() >= MANY {
        let own = peers.clone();
        let draw = move |view: &View<'a>, name: &str| strip::draw(view, &own, overview, name).into_iter().collect();
        push(Kind::Strip, Front::Yes, Box::new(draw));
    }
    let drawers: [(Kind, Front, Drawer); 6] = [
        (Kind::Dots, Front::IfWhole, |view, peers, name| peers.draw(view, name)),
        (Kind::Ranks, Front::No, ranks::draw),
        (Kind::Funnel, Front::No, |view, peers, name| funnel::draw(view, peers, name).into_iter().collect()),
        (Kind::SelfRating, Front::No, selves::draw),
        (Kind::Change, Front::No, |view, peers, name| change::dumbbell(view, peers, name).into_iter().collect()),
        (Kind::Years, Front::No, |view, peers, name| change::years(view, peers, name).into_iter().collect()),
    ];
    for (kind, front, drawer) in drawers {
        let own = peers.clone();
        push(kind, front, Box::new(move |view: &View<'a>, name: &str| drawer(view, &own, name)));
    }
}

/// Charts of the members of one subject.
fn of_members<'a>(view: &View<'a>, tasks: &mut Vec<Task<'a>>, overview: LevelId, parent: SubjectId) {
    let members: Vec<SubjectId> = view.members(parent).iter().copied().filter(|member| view.any_score(*member)).collect();
    if members.len() > MOST_COMPARED {
        return;
    }
    let level = members.first().map(|member| view.scheme.frame.subject(*member).level);
    let of = view.name(parent);
    let about = |kind| About { kind, level, domain: None, of: Some(parent) };
    compare(view, tasks, &members, about, of, Front::No);
    // A division's weak points are its own.
    if let Some(task) = tasks.iter_mut().rev().take(6).find(|task| task.about.kind == Kind::Costs) {
        task.about.level = Some(overview);
        let of = of.to_owned();
        // Where none of them could be tested, those of its members.
        let own = move |view: &View<'a>, name: &str| {
            costs::draw(view, &[parent], name, &of).or_else(|| costs::draw(view, &members, name, &of))
        };
        task.draw = Box::new(move |view, name| own(view, name).into_iter().collect());
    }
    let own = About { level: Some(overview), ..about(Kind::Items) };
    let of = of.to_owned();
    let draw = move |view: &View<'a>, name: &str| answers::by_item(view, &[parent], name, &of);
    tasks.push(Task { name: name(view, &own), about: own, front: Front::No, draw: Box::new(draw) });
}
