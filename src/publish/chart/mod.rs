//! Charts: SVG by plotters, PNG from the same SVG by resvg; every file shows Chinese on any machine.

mod answers;
mod canvas;
mod change;
mod costs;
mod dots;
#[cfg(test)]
pub(in crate::publish) mod fixture;
#[cfg(test)]
mod fixture_evidence;
mod font;
mod funnel;
mod gallery;
mod heat;
mod heat_words;
mod marks;
mod page;
mod palette;
mod past;
mod plane;
mod pool;
mod ranks;
mod raster;
mod returns;
mod rows;
mod selves;
mod stack;
mod strata;
mod strip;
mod subset;
mod view;

pub use canvas::without_font;
pub(in crate::publish) use canvas::{Face, Rgb};
pub(in crate::publish) use font::{Weight, bytes as font_bytes, cut, glyph, pieces};
pub use gallery::{About, Kind};
pub(in crate::publish) use palette::{BLUE, GREY, INK};
pub(in crate::publish) use pool::{Pool, Section, Side, sections};
pub use raster::{PictureError, png};
pub use subset::font_faces;
pub(in crate::publish) use view::{Shown, View, file_stem};

use crate::measure::Cleared;
use crate::survey::Scheme;
use gallery::{Front, Task, tasks};
use page::Drawing;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// One chart as a standalone SVG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// File stem: letters, digits, `-` and `_`; the same as long as the frame keeps its codes.
    pub name: String,
    /// What it is about, for pages that pick charts. The pages of one chart share it.
    pub about: About,
    /// Page of the chart, from 0, and how many it has.
    pub page: usize,
    pub pages: usize,
    /// What it shows, as a finding: the caption.
    pub title: String,
    /// How to read it, how many are behind it, and what is hidden or missing.
    pub note: String,
    /// With the glyphs it needs inside.
    pub svg: String,
    /// One of the few that belong on the first page of a report.
    pub overview: bool,
}

/// All charts of an assessment, in a fixed order, the overview first.
#[must_use]
pub fn charts(scheme: &Scheme, cleared: &Cleared) -> Vec<Chart> {
    charts_of(&View::new(scheme, cleared.get()))
}

/// Characters of the scheme's names that the embedded font lacks: a picture shows a gap in their place
/// (a browser takes them from the reader's own fonts). Empty for nearly all schemes.
#[must_use]
pub fn missing_glyphs(scheme: &Scheme) -> BTreeSet<char> {
    let subjects = scheme.frame.subjects.iter().map(|subject| subject.name.as_str());
    let nodes = scheme.index.nodes.iter().map(|node| node.name.as_str());
    let rest = scheme.frame.levels.iter().map(|level| level.name.as_str());
    let rest = rest.chain(scheme.frame.domains.iter().map(|domain| domain.name.as_str()));
    let rest = rest.chain(scheme.rules.bands.iter().map(|band| band.name.as_str()));
    let rest = rest.chain(scheme.scales.iter().flat_map(|scale| &scale.choices).map(|choice| choice.label.as_str()));
    let rest = rest.chain(scheme.strata.iter().flat_map(|strata| &strata.members).map(|stratum| stratum.name.as_str()));
    let rest = rest.chain(scheme.forms.iter().map(|form| form.name.as_str()));
    let characters = subjects.chain(nodes).chain(rest).flat_map(str::chars);
    characters
        .filter(|character| !character.is_whitespace() && font::glyph(font::Weight::Regular, *character).is_none())
        .collect()
}

/// Splitting the work does not change its order: tasks are listed, drawn side by side, and joined as listed.
pub(in crate::publish) fn charts_of(view: &View<'_>) -> Vec<Chart> {
    let mut charts: Vec<Chart> = tasks(view).into_par_iter().flat_map_iter(|task| drawn(view, &task)).collect();
    let mut taken = BTreeSet::new();
    for chart in &mut charts {
        let mut name = chart.name.clone();
        while !taken.insert(name.to_lowercase()) {
            name.push_str("-b");
        }
        chart.name = name;
    }
    charts
}

/// The pages of one chart.
fn drawn<'a>(view: &View<'a>, task: &Task<'a>) -> Vec<Chart> {
    let mut drawings: Vec<Drawing> = (task.draw)(view, &task.name);
    number(view, &mut drawings);
    let pages = drawings.len();
    let overview = task.front == Front::Yes || task.front == Front::IfWhole && pages == 1;
    let chart = |(page, drawing): (usize, Drawing)| Chart {
        svg: drawing.canvas.svg(view.language(), &drawing.title, &drawing.subtitle),
        name: drawing.name,
        about: task.about,
        page,
        pages,
        title: drawing.title,
        note: drawing.subtitle,
        overview,
    };
    drawings.into_iter().enumerate().map(chart).collect()
}

/// Writes on each of several pages which one it is.
fn number(view: &View<'_>, drawings: &mut [Drawing]) {
    let pages = drawings.len();
    for (page, drawing) in drawings.iter_mut().enumerate().filter(|_| pages > 1) {
        let (right, text) =
            (drawing.canvas.width - page::EDGE, crate::publish::words::charts::page(view.language(), page + 1, pages));
        drawing.canvas.text(right, 19.0, canvas::Anchor::End, palette::SMALL, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::Made;
    use super::*;
    use crate::numeric::{Ratio, ratio, to_f64};
    use crate::survey::LevelId;

    /// Draws everything of a made assessment without turning it into SVG.
    fn drawings(made: &Made) -> Vec<Drawing> {
        let view = made.view();
        let mut all = Vec::new();
        for task in tasks(&view) {
            let mut drawings = (task.draw)(&view, &task.name);
            number(&view, &mut drawings);
            all.append(&mut drawings);
        }
        all
    }

    #[test]
    fn no_text_leaves_the_page_or_overlaps_another() {
        let long = Made::long_names(14, 13, 2);
        let kinds: BTreeSet<Kind> = tasks(&long.view()).iter().map(|task| task.about.kind).collect();
        assert_eq!(kinds.len(), 14, "every kind is tried: {kinds:?}");
        for made in [long, Made::new(14, 13, 2), Made::english(14, 3, 20), Made::english(3, 2, 0), Made::one_item(14, 80), few()]
        {
            let drawings = drawings(&made);
            assert!(drawings.len() >= 2);
            for drawing in drawings {
                let (width, height) = (drawing.canvas.width, drawing.canvas.height);
                let boxes = drawing.canvas.text_boxes();
                for (at, a) in boxes.iter().enumerate() {
                    let inside = a.0 >= 8.0 && a.1 >= 8.0 && a.2 <= width - 8.0 && a.3 <= height - 4.0;
                    assert!(inside, "{}: 「{}」 leaves the page: {a:?} of {width} × {height}", drawing.name, a.4);
                    let over =
                        boxes[at + 1..].iter().find(|b| a.0 < b.2 - 1.0 && b.0 < a.2 - 1.0 && a.1 < b.3 - 1.0 && b.1 < a.3 - 1.0);
                    assert!(over.is_none(), "{}: 「{}」 overlaps {over:?}", drawing.name, a.4);
                }
            }
        }
    }

    #[test]
    fn every_kind_is_there_and_twice_the_same() {
        let made = Made::new(14, 13, 2);
        let charts = charts_of(&made.view());
        let names = "heat-division heat-regiment heat-division-d1 costs-division stack-division dots-division dots-regiment \
                     dots-company-village strip-regiment items items-division-d1 answers-division answers-division-d14 strata-division \
                     strata-division-d2 returns-division returns-division-d3 ranks-division ranks-regiment-5 ranks-company-village \
                     funnel-regiment self-company-village change-division change-regiment years-division";
        for name in names.split_whitespace() {
            assert!(
                charts.iter().any(|chart| chart.name == name),
                "{name} among {:?}",
                charts.iter().map(|c| &c.name).collect::<Vec<_>>()
            );
        }
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            assert!(charts == pool.install(|| charts_of(&made.view())), "{threads} threads");
        }
    }

    /// Four divisions, one of whose regiments has a hidden item that a careless clearer left in, with everything that hangs on it.
    fn with_hidden(score: &Ratio, count: u64) -> Made {
        let mut made = Made::new(4, 3, 0);
        let (division, regiment) = (made.level(1)[0], made.level(2)[1]);
        let node = made.scheme.index.by_code("ceping.2").expect("node");
        for subject in [division, regiment] {
            made.hide(subject, "ceping.2", score.clone());
            made.assessment.scorecards[subject.0 as usize].nodes[node.0 as usize].n = count;
        }
        for cell in &mut made.assessment.scorecards[regiment.0 as usize].nodes[node.0 as usize].cells {
            cell.counts = vec![(0, count), (3, 1)];
            cell.score = Some(score.clone());
        }
        let other = made.level(2)[2];
        let cell = &mut made.assessment.scorecards[other.0 as usize].nodes[node.0 as usize].cells[1];
        (cell.hidden, cell.counts, cell.score) = (true, vec![(1, count)], Some(score.clone()));
        let evidence = &mut made.assessment.evidence;
        evidence.weak_points.retain(|point| point.node != node || point.subject != division && point.subject != regiment);
        let mut point = evidence.weak_points[0].clone();
        (point.subject, point.node, point.score, point.cost) = (division, node, score.clone(), Some(score.clone()));
        evidence.weak_points.push(point);
        let mut funnel = evidence.funnels.iter().find(|funnel| funnel.level == LevelId(2)).expect("a funnel").clone();
        funnel.node = node;
        let own = funnel.points.iter_mut().find(|point| point.subject == regiment).expect("a point");
        (own.score, own.z) = (to_f64(score), -9.0);
        evidence.funnels.push(funnel);
        made
    }

    #[test]
    fn what_is_hidden_changes_no_chart() {
        let [one, other] =
            [with_hidden(&ratio(1234, 100), 987), with_hidden(&ratio(7171, 100), 321)].map(|made| charts_of(&made.view()));
        assert_eq!(one.len(), other.len());
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(one.name, other.name);
            assert!(one.svg == other.svg && one.note == other.note, "{} tells what is hidden", one.name);
        }
        let heat = one.iter().find(|chart| chart.name == "heat-division").expect("a heatmap");
        assert!(heat.svg.contains("不公布"));
    }

    #[test]
    fn pages_find_charts_by_what_they_are_about() {
        let made = Made::new(4, 13, 2);
        let charts = charts_of(&made.view());
        let division = made.level(1)[2];
        let of = |kind| charts.iter().filter(move |chart| chart.about.kind == kind && chart.about.of == Some(division)).count();
        for kind in [Kind::Heat, Kind::Stack, Kind::Items, Kind::Answers, Kind::Strata, Kind::Returns] {
            assert_eq!(of(kind), 1, "{kind:?}");
        }
        let dots: Vec<&Chart> =
            charts.iter().filter(|chart| chart.about.kind == Kind::Dots && chart.about.level == Some(LevelId(2))).collect();
        assert_eq!(dots.iter().map(|chart| (chart.page, chart.pages)).collect::<Vec<_>>(), [(0, 2), (1, 2)]);
        assert_eq!(dots[1].name, "dots-regiment-2");
        let names: BTreeSet<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
        assert_eq!(names.len(), charts.len());
        assert!(charts.iter().all(|chart| !chart.title.is_empty() && !chart.note.is_empty()));
        for chart in &charts {
            let mark = format!(">第 {}/{} 页<", chart.page + 1, chart.pages);
            assert_eq!(chart.svg.contains(&mark), chart.pages > 1, "{}", chart.name);
            assert!(chart.svg.starts_with("<svg ") && chart.svg.contains("role=\"img\" xml:lang=\"zh-CN\""));
            assert!(chart.svg.contains("<title>") && chart.svg.contains("<desc>"), "for readers who cannot see it");
        }
    }

    #[test]
    fn a_chart_without_data_is_not_drawn() {
        let mut made = Made::new(3, 2, 0);
        made.assessment.evidence = crate::measure::Evidence::default();
        made.past.clear();
        made.assessment.responses.clear();
        for standing in &mut made.assessment.standings {
            standing.stability = crate::measure::Stability::default();
        }
        for card in &mut made.assessment.scorecards {
            for node in &mut card.nodes {
                node.cells.clear();
                node.self_rated = None;
            }
        }
        let kinds: BTreeSet<Kind> = charts_of(&made.view()).iter().map(|chart| chart.about.kind).collect();
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [Kind::Heat, Kind::Stack, Kind::Dots]);
    }

    #[test]
    fn characters_outside_the_font_are_named() {
        let mut made = Made::new(2, 1, 0);
        assert!(missing_glyphs(&made.scheme).is_empty());
        made.scheme.frame.subjects[1].name.push('✓');
        assert_eq!(missing_glyphs(&made.scheme).into_iter().collect::<String>(), "✓");
    }

    #[test]
    fn an_empty_assessment_has_no_charts() {
        let made = Made::new(1, 0, 0);
        assert!(charts_of(&made.view()).is_empty());
    }

    #[test]
    fn picture_is_twice_the_size_and_needs_no_system_font() {
        let made = Made::new(3, 2, 0);
        let chart = &charts_of(&made.view())[0];
        let picture = png(&chart.svg).expect("a picture");
        let width: f64 =
            chart.svg.split("width=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("width").parse().expect("number");
        let pixels = u32::from_be_bytes(picture[16..20].try_into().expect("IHDR"));
        assert!((f64::from(pixels) - 2.0 * width).abs() <= 2.0, "{pixels} for {width}");
    }

    /// Few units, one cell hidden and one missing.
    fn few() -> Made {
        let mut few = Made::new(3, 2, 4);
        let division = few.level(1)[0];
        few.hide(division, "ceping.2", ratio(70, 1));
        few.set(division, "mindiao.3", None);
        few
    }

    /// Writes every chart to the folder in `CHARTS_TO`, to be looked at.
    #[test]
    #[ignore = "writes pictures for people to look at"]
    fn gallery() {
        let Ok(folder) = std::env::var("CHARTS_TO") else { return };
        let make = |name: &str| match name {
            "zh" => Made::new(14, 13, 11),
            "en" => Made::english(14, 3, 20),
            "one" => Made::one_item(14, 80),
            _ => few(),
        };
        // `CHARTS_OF=zh` draws one of them only.
        for name in ["zh", "en", "one", "few"].into_iter().filter(|name| !std::env::var("CHARTS_OF").is_ok_and(|of| of != *name))
        {
            let folder = format!("{folder}/{name}");
            std::fs::create_dir_all(&folder).expect("folder");
            charts_of(&make(name).view()).par_iter().for_each(|chart| {
                std::fs::write(format!("{folder}/{}.svg", chart.name), &chart.svg).expect("svg");
                std::fs::write(format!("{folder}/{}.png", chart.name), png(&chart.svg).expect("picture")).expect("png");
            });
        }
    }
}
