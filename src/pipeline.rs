//! The only room that knows the order: open the scheme, read the returns in parallel, merge, assess, clear, publish.

use crate::config;
use crate::diagnostic::{Diagnostic, Language, Place, Severity};
use crate::intake::{self, Context, SourceFile};
use crate::measure::{self, Cleared, Counter, Tally, Worths};
use crate::publish::{self, Destination, Draft, Edition, EditionError, Material, SlipFile, Written, sha256};
use crate::survey::{Previous, Scheme, SheetLedger, SourceSheet, Table};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error;

/// What stops a run. Everything else is a [`Diagnostic`] beside the results.
#[derive(Debug, Error)]
pub enum Error {
    /// The scheme or its tables cannot be used; the diagnostics say why.
    #[error("the scheme cannot be used")]
    Scheme(Vec<Diagnostic>),
    /// There is nothing to read.
    #[error("there are no returns to read")]
    NoReturns(Vec<Diagnostic>),
    #[error("{path}: {cause}")]
    Disk { path: String, cause: std::io::Error },
    /// A tally is damaged or belongs to another scheme.
    #[error("{path}: {cause}")]
    Tally { path: String, cause: String },
    /// The edition cannot be written.
    #[error("{0}")]
    Publish(EditionError),
    /// Slips among the returns would be read as returns.
    #[error("{0}: lies within the returns")]
    SlipsAmongReturns(PathBuf),
    /// There is no hand-over to decide on, or the decisions cannot be read.
    #[error("the decisions cannot be checked")]
    HandOver(Vec<Diagnostic>),
    /// A final list in the place of the edition would replace it.
    #[error("{0}: holds the results that were decided on")]
    OverEdition(PathBuf),
    /// The engine of tables or pictures refused.
    #[error("{0}")]
    Table(String),
}

impl Error {
    fn disk(path: &Path, cause: std::io::Error) -> Self {
        Self::Disk { path: path.display().to_string(), cause }
    }
}

/// Told how far reading has come. All calls may come from any thread.
pub trait Progress: Sync {
    /// So many files will be read.
    fn files(&self, count: u64);
    /// One more has been read.
    fn file_done(&self);
}

/// A [`Progress`] that says nothing.
pub struct Silent;

impl Progress for Silent {
    fn files(&self, _: u64) {}
    fn file_done(&self) {}
}

/// An assessment folder whose scheme has been read and resolved.
pub struct Opened {
    pub dir: PathBuf,
    pub scheme: Scheme,
    /// What was noticed in scheme and tables; no errors among them.
    pub diagnostics: Vec<Diagnostic>,
    /// Path below the assessment folder and SHA-256 of scheme and tables.
    pub inputs: Vec<(String, String)>,
}

/// What came of it, cleared for publication.
pub struct Results {
    pub cleared: Cleared,
    /// Every sheet of every file, in order of file and sheet, with what became of it.
    pub sources: Vec<SourceSheet>,
    /// Scheme, sources, measure: all, in that order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Results {
    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        count(&self.diagnostics, severity)
    }
}

/// How many findings have this severity, those listed only as "more" included.
#[must_use]
pub fn count(diagnostics: &[Diagnostic], severity: Severity) -> u64 {
    diagnostics.iter().filter(|found| found.severity() == severity).map(|found| 1 + found.more).sum()
}

/// Reads `scheme.toml` and the tables beside it.
///
/// # Errors
/// [`Error::Scheme`] with every problem found.
pub fn open(dir: &Path) -> Result<Opened, Error> {
    let (parsed, paths) = config::open(dir).map_err(Error::Scheme)?;
    let mut reading = Tables::default();
    reading.hash(&dir.join("scheme.toml"));
    let units = reading.table(&paths.units).unwrap_or_default();
    let persons = paths.persons.as_deref().and_then(|path| reading.table(path));
    let adjustments = paths.adjustments.as_deref().and_then(|path| reading.table(path));
    let imported = paths.imported.as_deref().and_then(|path| reading.imported(path));
    let last_tally = paths.previous.as_deref().filter(|path| is_tally(path));
    let last_table = paths.previous.as_deref().filter(|path| !is_tally(path));
    let previous = last_table.and_then(|path| reading.table(path));
    if let Some(path) = last_tally {
        reading.hash(path);
    }
    if !reading.troubles.is_empty() {
        return Err(Error::Scheme(reading.troubles));
    }
    let mut tables = config::Tables { units, persons, adjustments, imported, previous };
    let published = published(paths.imported.as_deref(), &parsed, &mut tables, dir)?;
    let outcome = config::resolve(&parsed, &tables, &folder_name(dir));
    match outcome.scheme {
        Some(mut scheme) => {
            if let Some(path) = last_tally {
                remember(&mut scheme, path)?;
            }
            let diagnostics = outcome.diagnostics.into_iter().chain(published).collect();
            Ok(Opened { dir: dir.to_owned(), scheme, diagnostics, inputs: reading.inputs })
        }
        None => Err(Error::Scheme(outcome.diagnostics)),
    }
}

/// Where the imported scores are no plain list but somebody's published table, makes one of it. Its words are those of the
/// scheme, so a scheme without any imported score is resolved first.
fn published(
    path: Option<&Path>,
    parsed: &config::Parsed,
    tables: &mut config::Tables,
    dir: &Path,
) -> Result<Vec<Diagnostic>, Error> {
    let other = tables.imported.as_mut().filter(|table| !config::lists_imported(table));
    let (Some(path), Some(table)) = (path, other) else { return Ok(Vec::new()) };
    let name = table.file.to_string();
    *table = Table { file: table.file.clone(), headers: intake::PUBLISHED.map(str::to_owned).to_vec(), ..Table::default() };
    let outcome = config::resolve(parsed, tables, &folder_name(dir));
    let Some(scheme) = outcome.scheme else { return Err(Error::Scheme(outcome.diagnostics)) };
    let read = intake::read_published(path, &name, &scheme);
    tables.imported = Some(read.table);
    Ok(read.diagnostics)
}

fn is_tally(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
}

/// Works last year's scores out again from its tally, as this year's scheme weighs and values answers. Bonuses, deductions and
/// imported scores are this year's and stay out; what must not be shown is not compared either.
fn remember(scheme: &mut Scheme, path: &Path) -> Result<(), Error> {
    let Some(previous) = scheme.rules.analysis.previous.take() else { return Ok(()) };
    let mut last = scheme.clone();
    last.year = previous.year;
    last.tally_fingerprint.clone_from(&previous.fingerprint);
    last.adjustments.clear();
    last.imported.clear();
    let tally = merge_tallies(&last, &[path.to_owned()])?;
    let totals = tally.totals(&last).map_err(|cause| Error::Table(cause.to_string()))?;
    let cleared = measure::clear(measure::assess(&last, &totals), &last);
    scheme.rules.analysis.previous = Some(Previous { scores: measure::last_year(&cleared), ..previous });
    Ok(())
}

/// The name of a folder, also where it is given as `.`: the short name of the assessment.
#[must_use]
pub fn folder_name(dir: &Path) -> String {
    let whole = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    whole.file_name().map_or_else(|| "assessment".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The tables beside the scheme as they are read, with their hashes.
#[derive(Default)]
struct Tables {
    inputs: Vec<(String, String)>,
    troubles: Vec<Diagnostic>,
}

impl Tables {
    fn table(&mut self, path: &Path) -> Option<Table> {
        let name = self.hash(path);
        intake::read_table(path, &name).map_err(|trouble| self.troubles.push(*trouble)).ok()
    }

    /// The imported scores; a workbook whose first sheet is no table may be somebody's publication.
    fn imported(&mut self, path: &Path) -> Option<Table> {
        let table = self.table(path);
        let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let headless = self.troubles.last().is_some_and(|trouble| trouble.code == "F401" && *trouble.place.file == *file);
        if table.is_none() && headless {
            self.troubles.pop();
            return Some(Table { file: file.into(), ..Table::default() });
        }
        table
    }

    /// Notes the SHA-256 of a file and returns its name.
    fn hash(&mut self, path: &Path) -> String {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        if let Ok(bytes) = std::fs::read(path) {
            self.inputs.push((name.clone(), sha256(&bytes)));
        }
        name
    }
}

/// Reads every return and counts it. Files are read in parallel and merged in order, so threads change nothing.
///
/// # Errors
/// [`Error::NoReturns`] when there is no file to read at all.
pub fn count_returns(opened: &Opened, progress: &dyn Progress) -> Result<Tally, Error> {
    let found = intake::discover(&opened.dir);
    if found.files.is_empty() && !has_imported(&opened.scheme) {
        return Err(Error::NoReturns(opened.diagnostics.iter().cloned().chain(found.diagnostics).collect()));
    }
    let wanted = |why: &Diagnostic| !(why.code == "F101" && has_imported(&opened.scheme));
    progress.files(found.files.len() as u64);
    let context = Context::new(&opened.scheme);
    let scheme = &opened.scheme;
    let worths = Arc::new(Worths::new(scheme));
    let read = |file: &SourceFile| {
        let sheets = intake::read(file, &context, &|| Counter::weighing(&worths));
        progress.file_done();
        sheets
    };
    let per_file: Vec<Vec<(SourceSheet, Counter)>> = found.files.par_iter().map(read).collect();
    let mut tally = Tally::new(scheme);
    for (source, counter) in per_file.into_iter().flatten() {
        tally.add(source, counter);
    }
    for diagnostic in found.diagnostics.into_iter().filter(wanted).chain(context.diagnostics()) {
        tally.add(not_read(diagnostic, &context), Counter::new());
    }
    Ok(tally)
}

/// Scores of another assessment may be all there is.
fn has_imported(scheme: &Scheme) -> bool {
    !scheme.imported.is_empty()
}

/// A file that was not opened at all still has its line in the ledger.
fn not_read(diagnostic: Diagnostic, context: &Context<'_>) -> SourceSheet {
    SourceSheet {
        sender: intake::sender(context, &diagnostic.place.file),
        file: diagnostic.place.file.to_string(),
        ledger: SheetLedger {
            status: if diagnostic.severity() == Severity::Note { "ignored" } else { "unreadable" }.to_owned(),
            ..SheetLedger::default()
        },
        diagnostics: vec![diagnostic],
        ..SourceSheet::default()
    }
}

/// Reads tallies written by `kaoping tally` and merges them.
///
/// # Errors
/// [`Error::Tally`] for a damaged file or one of another scheme, [`Error::Disk`] for one that cannot be read.
pub fn merge_tallies(scheme: &Scheme, paths: &[PathBuf]) -> Result<Tally, Error> {
    let mut merged = Tally::new(scheme);
    for path in paths {
        let bytes = std::fs::read(path).map_err(|cause| Error::disk(path, cause))?;
        let refuse = |cause: String| Error::Tally { path: path.display().to_string(), cause };
        let part = Tally::read_parquet(&bytes, scheme).map_err(|cause| refuse(cause.to_string()))?;
        merged = merged.merge(part).map_err(|cause| refuse(cause.to_string()))?;
    }
    Ok(merged)
}

/// Counts → cleared results, with everything noticed on the way.
///
/// # Errors
/// [`Error::Table`] when the tally cannot be written as Parquet.
pub fn assess(opened: &Opened, tally: &Tally) -> Result<Results, Error> {
    results(opened, tally, measure::assess)
}

/// The same as far as it says what is missing or wrong in the returns: no errors, simulations, weak points or flags on ballots.
///
/// # Errors
/// As [`assess`].
pub fn assess_returns(opened: &Opened, tally: &Tally) -> Result<Results, Error> {
    results(opened, tally, measure::assess_returns)
}

fn results(
    opened: &Opened,
    tally: &Tally,
    assess: fn(&Scheme, &measure::Totals) -> measure::Assessment,
) -> Result<Results, Error> {
    let totals = tally.totals(&opened.scheme).map_err(|cause| Error::Table(cause.to_string()))?;
    let assessment = assess(&opened.scheme, &totals);
    let sources = totals.sheets;
    let mut diagnostics = opened.diagnostics.clone();
    diagnostics.extend(sources.iter().flat_map(|source| source.diagnostics.iter().cloned()));
    diagnostics.extend(sources.iter().flat_map(unbalanced));
    let cleared = measure::clear(assessment, &opened.scheme);
    // those that are left: sentences on what is hidden went with it
    diagnostics.extend(cleared.get().diagnostics.iter().cloned());
    diagnostics.extend(measure::unsettled(&opened.scheme, &cleared));
    diagnostics.extend(glyphless(&opened.scheme));
    Ok(Results { cleared, sources, diagnostics })
}

/// Characters of the scheme's names for which charts and PDF have no glyph.
fn glyphless(scheme: &Scheme) -> Option<Diagnostic> {
    let missing = publish::missing_glyphs(scheme);
    let all: Vec<String> = missing.iter().map(char::to_string).collect();
    (!all.is_empty()).then(|| Diagnostic::new("B530", Place::file("scheme.toml")).with("found", all.join(" ")))
}

/// Rows or cells that no rule claimed, or that two did.
fn unbalanced(source: &SourceSheet) -> Vec<Diagnostic> {
    let place = if source.sheet.is_empty() {
        Place::file(source.file.as_str())
    } else {
        Place::sheet(source.file.as_str(), source.sheet.as_str())
    };
    let ledger = &source.ledger;
    let cells: u64 = ledger.cell_fates.iter().map(|(_, count)| count).sum();
    let books = [("E901", ledger.claimed(), ledger.rows), ("E160", cells, ledger.cells)];
    let wrong = books.into_iter().filter(|(_, claimed, read)| claimed != read);
    wrong
        .map(|(code, claimed, read)| Diagnostic::new(code, place.clone()).with("found", claimed).with("expected", read))
        .collect()
}

/// The mergeable counts as a Parquet file.
///
/// # Errors
/// [`Error::Table`] when polars cannot write it.
pub fn parquet(opened: &Opened, tally: &Tally) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    tally.write_parquet(&opened.scheme, &mut bytes).map_err(|cause| Error::Table(cause.to_string()))?;
    Ok(bytes)
}

/// Makes sure, before any work is done, that an edition can be written there.
///
/// # Errors
/// [`Error::Publish`] when the folder cannot be made or is not ours to replace.
pub fn prepare(output: &Path) -> Result<Destination, Error> {
    Edition::prepare(output).map_err(Error::Publish)
}

/// Writes the edition: tables, workbook, charts, page, tally.
///
/// # Errors
/// [`Error::Publish`] when the folder cannot be written, [`Error::Table`] when the tally cannot; the old edition survives.
pub fn publish(
    opened: &Opened,
    (tally, results): (&Tally, &Results),
    exit_status: u8,
    destination: &Destination,
) -> Result<Written, Error> {
    let inputs = inputs(opened, results);
    let material = Material {
        scheme: &opened.scheme,
        cleared: &results.cleared,
        sources: &results.sources,
        diagnostics: &results.diagnostics,
        inputs: &inputs,
        exit_status,
    };
    let draft = Draft::open(destination).map_err(Error::Publish)?;
    reports(opened, results, &inputs, &draft)?;
    pictures(opened, results, &draft)?;
    draft.put_listed("tally.parquet", &parquet(opened, tally)?).map_err(Error::Publish)?;
    let edition = publish::edition(&material, Vec::new(), &draft.listed()).map_err(Error::Publish)?;
    edition.files.par_iter().try_for_each(|(name, bytes)| draft.put(name, bytes)).map_err(Error::Publish)?;
    draft.finish().map_err(Error::Publish)
}

/// Makes sure that slips can be written there: a folder that is new, empty or ours, and not among the returns.
///
/// # Errors
/// [`Error::SlipsAmongReturns`], [`Error::Publish`].
pub fn prepare_slips(opened: &Opened, output: &Path) -> Result<Destination, Error> {
    let whole = |path: &Path| std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    let inside = match (whole(output), whole(&opened.dir.join("returns"))) {
        (Ok(output), Ok(returns)) => output.starts_with(returns),
        _ => false,
    };
    if inside { Err(Error::SlipsAmongReturns(output.to_owned())) } else { prepare(output) }
}

/// Writes a returned workbook for each file with findings among `findings`, and the list of missing returns. Gives how many.
///
/// # Errors
/// [`Error::Publish`] when a workbook cannot be made or written.
pub fn write_slips(
    opened: &Opened,
    results: &Results,
    findings: &[Diagnostic],
    missing: &[&measure::Response],
    destination: &Destination,
) -> Result<(usize, Written), Error> {
    let mut of_file: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.place.file.starts_with("returns/")) {
        of_file.entry(&finding.place.file).or_default().push(finding);
    }
    of_file.retain(|_, findings| findings.iter().any(|finding| publish::is_returned(finding)));
    let found = intake::discover(&opened.dir).files;
    let files: Vec<SlipFile<'_>> = of_file
        .into_par_iter()
        .map(|(file, findings)| {
            let sheet = |finding: &&Diagnostic| finding.place.sheet.as_deref().unwrap_or_default().to_owned();
            let rows: BTreeSet<(u32, String)> =
                findings.iter().filter_map(|finding| Some((finding.place.row?, sheet(finding)))).collect();
            let wanted = |sheet: &str, row: u32| {
                rows.range((row, String::new())..).take_while(|(at, _)| *at == row).any(|(_, name)| name == sheet)
            };
            let source = found.iter().find(|source| &*source.rel == file);
            let sheets = source.map(|source| intake::read_grids(source, &wanted)).unwrap_or_default();
            let sources = results.sources.iter().filter(|source| source.file == file).collect();
            SlipFile { file: file.to_owned(), sheets, sources, findings }
        })
        .collect();
    let count = files.len();
    let edition = publish::slips(&opened.scheme, files, missing).map_err(Error::Publish)?;
    Ok((count, edition.write(destination).map_err(Error::Publish)?))
}

/// What came of decisions that were read back.
pub struct Decided {
    pub diagnostics: Vec<Diagnostic>,
    /// Where the final list is; `None`: an error stands, so nothing was written.
    pub written: Option<Written>,
    /// Persons on the final list, and how many of them were not decided on as suggested.
    pub persons: usize,
    pub departures: usize,
}

/// Checks the organisation's decisions against the edition they were made on, and publishes the final list where no error stands.
///
/// # Errors
/// [`Error::HandOver`] when the edition has no intact hand-over or the decisions cannot be read, [`Error::OverEdition`],
/// [`Error::Publish`].
pub fn decide(edition: &Path, decisions: &Path, output: &Path, language: Language) -> Result<Decided, Error> {
    let whole = |path: &Path| std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    if let (Ok(edition), Ok(output)) = (whole(edition), whole(output))
        && edition.starts_with(&output)
    {
        return Err(Error::OverEdition(output));
    }
    let read = |name: &str| std::fs::read(edition.join(name)).ok();
    let personnel = read(publish::PERSONNEL);
    let hand_over =
        publish::hand_over(read("run.json").as_deref(), personnel.as_deref()).map_err(|found| Error::HandOver(vec![*found]))?;
    let name = decisions.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let table = intake::read_table(decisions, &name).map_err(|found| Error::HandOver(vec![*found]))?;
    let hash = sha256(&std::fs::read(decisions).map_err(|cause| Error::disk(decisions, cause))?);
    let (diagnostics, list) = publish::decide(&hand_over, &table, &hash, language);
    let Some(list) = list else { return Ok(Decided { diagnostics, written: None, persons: 0, departures: 0 }) };
    let destination = prepare(output)?;
    let made = publish::final_edition(&list, &sha256(personnel.as_deref().unwrap_or_default())).map_err(Error::Publish)?;
    let written = made.write(&destination).map_err(Error::Publish)?;
    Ok(Decided { diagnostics, written: Some(written), persons: list.persons.len(), departures: list.departures() })
}

/// Every input file with its SHA-256, scheme and tables first.
fn inputs(opened: &Opened, results: &Results) -> Vec<(String, String)> {
    let mut inputs = opened.inputs.clone();
    for source in results.sources.iter().filter(|source| !source.sha256.is_empty()) {
        if inputs.last().is_none_or(|(file, _)| *file != source.file) {
            inputs.push((source.file.clone(), source.sha256.clone()));
        }
    }
    inputs
}

/// The reports of units, as HTML and PDF, and of persons. They are many: each is written when it is made.
fn reports(opened: &Opened, results: &Results, inputs: &[(String, String)], draft: &Draft<'_>) -> Result<(), Error> {
    let run = publish::run_mark(&opened.scheme, inputs);
    let foot = publish::Foot { title: &opened.scheme.title, run: &run };
    let put = |path: &str, bytes: &[u8]| draft.put_listed(path, bytes).map_err(Error::Publish);
    publish::unit_reports(&opened.scheme, &results.cleared, |path, page| {
        if let Some(stem) = path.strip_suffix("report.html") {
            let pdf = publish::pdf(page, foot).map_err(|cause| Error::Table(cause.to_string()))?;
            put(&format!("{stem}report.pdf"), &pdf)?;
        }
        put(path, page.as_bytes())
    })?;
    publish::person_reports(&opened.scheme, &results.cleared, |path, page| put(path, page.as_bytes()))
}

/// The page and the charts, as SVG and PNG.
fn pictures(opened: &Opened, results: &Results, draft: &Draft<'_>) -> Result<(), Error> {
    let charts = publish::charts(&opened.scheme, &results.cleared);
    let page = publish::index_html(&opened.scheme, &results.cleared, &results.sources, &charts, &results.diagnostics);
    let put = |path: &str, bytes: &[u8]| draft.put_listed(path, bytes).map_err(Error::Publish);
    put("index.html", page.as_bytes())?;
    charts.into_par_iter().try_for_each(|chart| {
        let png = publish::png(&chart.svg).map_err(|cause| Error::Table(cause.to_string()))?;
        put(&format!("charts/{}.png", chart.name), &png)?;
        put(&format!("charts/{}.svg", chart.name), chart.svg.as_bytes())
    })
}

/// Writes one file, making its folder; the file appears whole or not at all.
///
/// # Errors
/// [`Error::Disk`].
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let partial = folder.join(format!(".{}.partial", path.file_name().unwrap_or_default().to_string_lossy()));
    std::fs::write(&partial, bytes).map_err(|cause| Error::disk(&partial, cause))?;
    std::fs::rename(&partial, path).map_err(|cause| Error::disk(path, cause))
}

/// Makes a folder and those above it.
///
/// # Errors
/// [`Error::Disk`].
pub fn make_folder(path: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(path).map_err(|cause| Error::disk(path, cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::{CellFate, RowFate};

    /// Rows or cells without a fate are errors, whoever forgot them: the exit status is 1.
    #[test]
    fn books_that_do_not_balance_are_errors() {
        let mut source = SourceSheet { file: "returns/a.csv".to_owned(), ..SourceSheet::default() };
        source.ledger.add(RowFate::Header, 1);
        source.ledger.add_cells(CellFate::Header, 3);
        assert_eq!(unbalanced(&source), []);
        (source.ledger.rows, source.ledger.cells) = (3, 8);
        let found = unbalanced(&source);
        let shown: Vec<_> = found.iter().map(|d| (d.code.as_str(), d.arg("found"), d.arg("expected"), d.severity())).collect();
        assert_eq!(shown, [("E901", "1", "3", Severity::Error), ("E160", "3", "8", Severity::Error)]);
    }
}
