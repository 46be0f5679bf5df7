//! index.html: one offline page with the findings, standings, charts, method and diagnostics of an assessment.

mod evidence;
mod method;
mod numbers;
mod overview;
mod person;
mod persons;
mod returns;
mod standings;
mod troubles;
mod unit;

use super::chart::{Chart, Kind, View, font_faces, without_font};
use crate::diagnostic::{Diagnostic, Language};
use crate::measure::Cleared;
use crate::publish::words::pages::Catalogue;
use crate::survey::{Scheme, SourceSheet};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, HtmlEscape, UndefinedBehavior, Value, context};
pub use person::person_reports;
use std::collections::BTreeSet;
pub use unit::unit_reports;

/// Charts put into the page itself take at most this many bytes together; the others are linked.
const MOST_CHART_BYTES: usize = 1_200_000;
/// Where the embedded font goes once it is known which characters the page has.
const FONTS: &str = "/*fonts*/";

/// The first page of an edition: one file, no network, readable with scripts off.
#[must_use]
pub fn index_html(
    scheme: &Scheme,
    cleared: &Cleared,
    sources: &[SourceSheet],
    charts: &[Chart],
    diagnostics: &[Diagnostic],
) -> String {
    let hidden = cleared.hidden_small + cleared.hidden_complementary;
    page(&View::new(scheme, cleared.get()), hidden, sources, charts, diagnostics)
}

fn page(view: &View<'_>, hidden: u64, sources: &[SourceSheet], charts: &[Chart], diagnostics: &[Diagnostic]) -> String {
    let language = view.language();
    let (shown, linked) = split(charts);
    let pages = unit::paths(view.scheme);
    let evidence = evidence::section(view, &pages);
    let figures: Vec<Value> = shown.iter().map(|chart| figure(chart, evidence.is_some())).collect();
    let values = context! {
        lang => language.pick("zh-CN", "en"),
        title => view.scheme.title.as_str(),
        year => view.scheme.year,
        style => Value::from_safe_string(include_str!("../templates/style.css").to_owned()),
        script => Value::from_safe_string(include_str!("../templates/script.js").to_owned()),
        findings => overview::findings(view, hidden, &shown),
        tiles => overview::tiles(view, sources, diagnostics),
        returns => returns::section(view, sources, view.levels().first().copied()),
        standings => standings::section(view, &pages),
        evidence,
        persons => persons::section(view),
        charts => figures,
        files => files(view),
        links => links(&linked),
        method => method::section(view),
        troubles => troubles::section(diagnostics, language),
    };
    match environment(language).and_then(|environment| environment.get_template("index.html")?.render(values)) {
        Ok(html) => with_fonts(&html),
        // Only a broken template comes here; a test renders it.
        Err(error) => format!("<!doctype html><meta charset=\"utf-8\"><title>{}</title><p>{error:#}</p>", "kaoping"),
    }
}

fn environment(language: Language) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // What is not defined is an error where tests run; a reader rather misses a word than the page.
    environment.set_undefined_behavior(if cfg!(debug_assertions) {
        UndefinedBehavior::SemiStrict
    } else {
        UndefinedBehavior::Lenient
    });
    let catalogue = Catalogue::new(language);
    environment.add_function("w", move |key: &str, arguments: Kwargs| say(&catalogue, key, &arguments));
    environment.add_global("sp", language.pick("", " "));
    environment.add_template("index.html", include_str!("../templates/index.html"))?;
    environment.add_template("standings.html", include_str!("../templates/standings.html"))?;
    environment.add_template("evidence.html", include_str!("../templates/evidence.html"))?;
    environment.add_template("unit.html", include_str!("../templates/unit.html"))?;
    environment.add_template("person.html", include_str!("../templates/person.html"))?;
    environment.add_template("appendix.html", include_str!("../templates/appendix.html"))?;
    Ok(environment)
}

/// A text of the catalogue; its arguments are escaped where they are not marked as safe.
fn say(catalogue: &Catalogue, key: &str, arguments: &Kwargs) -> Result<Value, Error> {
    let argument = |name: &str| {
        let value = arguments.has(name).then(|| arguments.peek::<Value>(name).ok()).flatten()?;
        match (value.is_undefined(), value.is_none(), value.is_safe()) {
            (true, ..) => None,
            (_, true, _) => Some(String::new()),
            (.., true) => Some(value.to_string()),
            _ => Some(HtmlEscape(&value.to_string()).to_string()),
        }
    };
    match catalogue.say(key, argument) {
        Ok(text) => Ok(Value::from_safe_string(text)),
        Err(unsaid) => Err(Error::new(ErrorKind::InvalidOperation, unsaid.to_string())),
    }
}

/// Overview charts as far as they fit, and all the others.
fn split(charts: &[Chart]) -> (Vec<&Chart>, Vec<&Chart>) {
    let mut room = MOST_CHART_BYTES;
    charts.iter().partition(|chart| {
        let size = if chart.overview { without_font(&chart.svg).len() } else { usize::MAX };
        let fits = size <= room;
        room -= if fits { size } else { 0 };
        fits
    })
}

/// Charts to be opened from the folder; the pages of one chart stand in one line.
fn links(charts: &[&Chart]) -> Vec<Value> {
    let line = |pages: &[&Chart]| {
        let more: Vec<Value> =
            pages.iter().skip(1).map(|chart| context! { name => chart.name.as_str(), page => chart.page + 1 }).collect();
        context! { name => pages[0].name.as_str(), title => pages[0].title.as_str(), more }
    };
    charts.chunk_by(|one, next| one.about == next.about && next.page > 0).map(line).collect()
}

/// Tables that a reader may want to open next.
fn files(view: &View<'_>) -> Vec<&'static str> {
    let mut files = vec!["results.xlsx", "standings.csv", "scores.csv", "findings.csv", "stability.csv", "influence.csv"];
    files.extend(["receipts.csv", "ledger.csv", "diagnostics.csv"]);
    if view.scheme.frame.person_ids().next().is_some() {
        files.push("persons.csv");
    }
    files
}

/// A chart, and the section that it belongs to.
fn figure(chart: &Chart, diagnosed: bool) -> Value {
    let svg = without_font(&chart.svg);
    let place = match chart.about.kind {
        Kind::Returns => "returns",
        Kind::Heat | Kind::Costs if diagnosed => "weak",
        _ => "charts",
    };
    context! { place, name => chart.name.as_str(), title => chart.title.as_str(), svg => Value::from_safe_string(svg) }
}

/// Embeds the characters the page uses, so that it reads the same on a machine without Chinese fonts.
fn with_fonts(html: &str) -> String {
    let characters: BTreeSet<char> = html.chars().filter(|character| !character.is_control()).collect();
    let bold: BTreeSet<char> = bold_characters(html);
    html.replacen(FONTS, &font_faces(&characters, &bold), 1)
}

/// Characters that can stand in bold: ASCII, headings, table heads, names of grades, bold texts of charts.
fn bold_characters(html: &str) -> BTreeSet<char> {
    let mut found: BTreeSet<char> = (' '..='~').chain(['−', '–', '—', '▼', '…', '，', '：', '「', '」', '（', '）']).collect();
    for (open, close) in [
        ("<h", "</h"),
        ("<th", "</th>"),
        ("<b>", "</b>"),
        ("<b ", "</b>"),
        ("<summary", "</summary>"),
        ("font-weight=\"bold\"", "</text>"),
    ] {
        let mut rest = html;
        while let Some(from) = rest.find(open) {
            let tail = &rest[from..];
            let end = tail.find(close).unwrap_or(tail.len());
            found.extend(tail[..end].chars().filter(|character| !character.is_control()));
            rest = &tail[end..];
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::chart::charts_of;
    use super::super::chart::fixture::Made;
    use super::*;
    use crate::diagnostic::Place;

    fn made_page(made: &Made) -> String {
        let view = made.view();
        let mut sheets = vec![SourceSheet { file: "三师/一连.xlsx".to_owned(), ..SourceSheet::default() }; 2];
        sheets[0].ledger.status = "read".to_owned();
        sheets[1].ledger.status = "duplicate".to_owned();
        let diagnostics =
            [Diagnostic::new("F999", Place::sheet("三师/<b>一连.xlsx", "Sheet1").at(16, 5)).with("found", "<script>")];
        page(&view, 3, &sheets, &charts_of(&view), &diagnostics)
    }

    #[test]
    fn page_is_one_file_without_network_and_escapes_what_it_is_given() {
        let html = made_page(&Made::new(4, 3, 4));
        assert!(html.contains("</html>"), "{html}");
        for forbidden in ["<link", "<img", "src=\"", "@import", "<b>一连", "found\"><script>"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        let addresses = html.replace("http://www.w3.org/2000/svg", "");
        assert!(!addresses.contains("http://") && !addresses.contains("https://"));
        assert_eq!(html.matches("@font-face").count(), 2);
    }

    #[test]
    fn every_subject_stands_in_the_page_with_its_published_score() {
        let made = Made::new(3, 2, 6);
        let html = made_page(&made);
        for standing in &made.assessment.standings {
            let score = standing.score.as_ref().expect("made subjects have scores").to_string();
            let name = &made.scheme.frame.subject(standing.subject).name;
            assert!(html.contains(&score) && html.contains(name.as_str()), "{name} {score}");
        }
    }

    #[test]
    fn a_large_assessment_stays_below_five_megabytes() {
        let made = Made::new(14, 13, 11);
        let html = made_page(&made);
        assert!(made.assessment.standings.len() > 2000);
        assert!(html.len() < 5_000_000, "{} bytes", html.len());
        assert_eq!(html, made_page(&made));
    }

    fn small_page() -> String {
        let made = crate::publish::test_fixture::made(4, 6, crate::survey::MissingChild::Renormalise);
        let charts = crate::publish::charts(&made.scheme, &made.cleared);
        index_html(&made.scheme, &made.cleared, &made.sources, &charts, &made.diagnostics)
    }

    #[test]
    fn the_doors_make_a_page_of_a_cleared_assessment() {
        let html = small_page();
        assert!(html.contains("建议等次") && html.contains("</svg>") && html.contains("</html>"), "{html}");
    }

    /// Writes pages to the folder in `CHARTS_TO`, to be looked at.
    #[test]
    #[ignore = "writes pages for people to look at"]
    fn gallery() {
        let Ok(folder) = std::env::var("CHARTS_TO") else { return };
        for (name, made) in [("zh", Made::new(14, 13, 11)), ("en", Made::english(14, 3, 4)), ("one", Made::one_item(14, 80))] {
            std::fs::write(format!("{folder}/{name}.html"), made_page(&made)).expect("page");
        }
        std::fs::write(format!("{folder}/small.html"), small_page()).expect("page");
    }
}
