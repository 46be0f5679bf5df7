//! The files as the units sent them: which are there, what each really is, and one way to open them all.

use super::delimited::{SAMPLE, SMALL, open_stream, read_delimited_grid};
use super::excel::{Sheet, is_workbook, read_workbook};
use super::foreign::foreign_kind;
use super::grid::Grid;
use super::guard::guarded;
use super::markup::read_markup;
use super::stream::DelimitedStream;
use crate::diagnostic::{Diagnostic, Place};
use crate::habits::{Habit, on};
use crate::numeric::hex;
use crate::survey::{Table, TableRow};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Web pages and XML bigger than this are not read for their tables.
const LARGEST_MARKUP: u64 = 32 << 20;

/// Workbooks bigger than this are not opened.
const LARGEST_WORKBOOK: u64 = 512 << 20;

/// One returned file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the assessment folder, `/`-separated: `returns/三师/一连.xlsx`.
    pub rel: Arc<str>,
    /// Where it stands on this disk.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
}

/// What stands under `returns/`.
#[derive(Clone, Debug, Default)]
pub struct Discovered {
    /// Files to open, in byte order of `rel`. What they are is seen when they are opened.
    pub files: Vec<SourceFile>,
    /// Files left out, and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file opened: its sheets, or the reason why there are none.
#[derive(Debug, Default)]
pub struct Opened {
    /// In the order of the workbook; a text file has one sheet without a name.
    pub sheets: Vec<OpenSheet>,
    /// Findings about the file as a whole.
    pub diagnostics: Vec<Diagnostic>,
    /// SHA-256 of the bytes, in hex; `None` for streamed files (see [`super::Chunks::hashing`]).
    pub sha256: Option<String>,
}

/// One sheet, ready to be recognised.
#[derive(Debug)]
pub struct OpenSheet {
    /// Sheet name; `None` for text files.
    pub name: Option<Arc<str>>,
    /// File, sheet and kind; add the cell with [`Place::at`].
    pub place: Place,
    /// The sheet is hidden in the workbook (it is read all the same; whether it counts is not decided here).
    pub hidden: bool,
    pub body: Body,
    /// Findings about this sheet (uncached formulas, error cells, hidden rows, broken quotes …).
    pub diagnostics: Vec<Diagnostic>,
}

/// A sheet in memory, or a big text file read in chunks of constant memory.
#[derive(Debug)]
pub enum Body {
    Grid(Grid),
    Stream(DelimitedStream),
}

/// Lists the files under `root/returns`, in byte order of their relative paths. Nothing is opened.
#[must_use]
pub fn discover(root: &Path) -> Discovered {
    let mut found = Discovered::default();
    let folder = root.join("returns");
    if !folder.is_dir() {
        found.diagnostics.push(Diagnostic::new("F101", Place::file("returns")));
        return found;
    }
    let home = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mut walk = walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let place = Place::file(error.path().map_or_else(|| "returns".to_owned(), |path| relative(path, root)));
                found.diagnostics.push(Diagnostic::new("F108", place).with("found", reason(&error)));
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        match judge(&entry, root, &home) {
            Verdict::Take(file) => found.files.push(file),
            Verdict::Descend(None) => {}
            Verdict::Descend(Some(note)) => found.diagnostics.push(*note),
            Verdict::Leave(note) => {
                found.diagnostics.push(*note);
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            }
        }
    }
    found.files.sort_by(|one, other| one.rel.as_bytes().cmp(other.rel.as_bytes()));
    found.diagnostics.sort_by(|one, other| (&one.place, &one.code).cmp(&(&other.place, &other.code)));
    if found.files.is_empty() {
        found.diagnostics.push(Diagnostic::new("F102", Place::file("returns")));
    }
    found
}

enum Verdict {
    Take(SourceFile),
    Descend(Option<Box<Diagnostic>>),
    Leave(Box<Diagnostic>),
}

fn judge(entry: &walkdir::DirEntry, root: &Path, home: &Path) -> Verdict {
    let rel = relative(entry.path(), root);
    let name = entry.file_name().to_string_lossy().into_owned();
    let note = |code: &str| Box::new(Diagnostic::new(code, Place::file(rel.as_str())).with("found", &name));
    if on(Habit::LockFiles) && (name.starts_with("~$") || name.starts_with(".~")) {
        return Verdict::Leave(note("F103"));
    }
    if name.starts_with('.') || ["thumbs.db", "desktop.ini", "__macosx"].contains(&name.to_lowercase().as_str()) {
        return Verdict::Leave(note("F104"));
    }
    if entry.file_type().is_dir() {
        return Verdict::Descend(looks_like_workbook(&name).then(|| note("F105")));
    }
    let inside = !entry.file_type().is_symlink()
        || entry.path().canonicalize().is_ok_and(|target| target.starts_with(home) && target.is_file());
    if !inside {
        return Verdict::Leave(note("F109"));
    }
    match std::fs::metadata(entry.path()) {
        Ok(data) if data.is_file() && data.len() == 0 => Verdict::Leave(note("F107")),
        Ok(data) if data.is_file() => {
            Verdict::Take(SourceFile { rel: rel.into(), path: entry.path().to_owned(), size: data.len() })
        }
        Ok(_) => Verdict::Leave(note("F104")),
        Err(error) => Verdict::Leave(Box::new(Diagnostic::new("F108", Place::file(rel)).with("found", cause(&error)))),
    }
}

fn looks_like_workbook(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    ["xlsx", "xls", "xlsm", "xlsb", "et", "ods", "csv"].contains(&end.as_str())
}

/// The path below `root`, `/`-separated.
fn relative(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// The kind of an I/O error, the same words on every machine.
fn cause(error: &io::Error) -> String {
    error.kind().to_string()
}

fn reason(error: &walkdir::Error) -> String {
    error.io_error().map_or_else(|| "loop".to_owned(), cause)
}

/// Opens one file, whatever it really is. Never fails: the diagnostics say why there are no sheets.
#[must_use]
pub fn open(file: &SourceFile) -> Opened {
    let place = Place::file(file.rel.clone());
    let mut opened = Opened::default();
    match open_path(&file.path, &place, SMALL) {
        Ok((sheets, sha256)) => {
            opened.sheets = sheets;
            opened.sha256 = sha256;
        }
        Err(diagnostic) => opened.diagnostics.push(*diagnostic),
    }
    opened
}

pub(super) type Sheets = (Vec<OpenSheet>, Option<String>);

/// `small`: text files up to this size become grids. A panic of a reader is a finding like any other.
pub(super) fn open_path(path: &Path, place: &Place, small: u64) -> Result<Sheets, Box<Diagnostic>> {
    let read = guarded(|| read_path(path, place, small));
    read.unwrap_or_else(|cause| Err(failed(place, &cause)))
}

/// A reader panicked on this file.
pub(super) fn failed(place: &Place, cause: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new("F208", place.clone()).with("found", cause))
}

fn read_path(path: &Path, place: &Place, small: u64) -> Result<Sheets, Box<Diagnostic>> {
    #[cfg(test)]
    super::guard::trap(&place.file, "reader");
    let refuse = |code: &str, found: &str| Box::new(Diagnostic::new(code, place.clone()).with("found", found));
    let unreadable = |error: io::Error| refuse("F108", &cause(&error));
    let mut file = open_bytes(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::new();
    file.by_ref().take(SAMPLE as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.is_empty() {
        return Err(refuse("F107", ""));
    }
    let workbook = is_workbook(&bytes) && (on(Habit::ContentSniffing) || !place.file.ends_with(".csv"));
    let foreign = foreign_kind(&bytes).filter(|_| !workbook && on(Habit::ForeignFiles));
    if let Some((code @ ("F203" | "F204"), _)) = foreign
        && size <= LARGEST_MARKUP
        && on(if code == "F203" { Habit::WebTables } else { Habit::XmlTables })
    {
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let sha256 = Some(hex(&Sha256::digest(&bytes)));
        let sheets = read_markup(&bytes, code == "F204", place).map_err(|found| refuse(code, &found))?;
        return Ok((sheets.into_iter().map(|sheet| open_sheet(sheet, place)).collect(), sha256));
    }
    if !workbook {
        if let Some((code, found)) = foreign {
            return Err(refuse(code, found));
        }
        if size > small {
            let stream = open_stream(path, size, &bytes, place).ok_or_else(|| refuse("F106", "binary"))?;
            let (stream, diagnostics) = stream;
            let sheet = OpenSheet { name: None, place: place.clone(), hidden: false, body: Body::Stream(stream), diagnostics };
            return Ok((vec![sheet], None));
        }
    } else if size > LARGEST_WORKBOOK {
        return Err(refuse("F110", &format!("{} MB", size >> 20)));
    }
    file.take(LARGEST_WORKBOOK).read_to_end(&mut bytes).map_err(unreadable)?;
    let sha256 = Some(hex(&Sha256::digest(&bytes)));
    if workbook {
        let sheets = read_workbook(&bytes, place)?;
        return Ok((sheets.into_iter().map(|sheet| open_sheet(sheet, place)).collect(), sha256));
    }
    let (grid, diagnostics) = read_delimited_grid(&bytes, place).ok_or_else(|| refuse("F106", "binary"))?;
    let body = Body::Grid(grid);
    Ok((vec![OpenSheet { name: None, place: place.clone(), hidden: false, body, diagnostics }], sha256))
}

fn open_sheet(sheet: Sheet, place: &Place) -> OpenSheet {
    let name: Arc<str> = sheet.name.into();
    let place = Place::sheet(place.file.clone(), name.clone());
    OpenSheet { name: Some(name), place, hidden: sheet.hidden, body: Body::Grid(sheet.grid), diagnostics: sheet.diagnostics }
}

/// Whether a file of this name lies in the same folder.
pub(super) fn is_beside(path: &Path, name: &str) -> bool {
    path.with_file_name(name).is_file()
}

/// A file being read.
pub(super) type RawFile = File;

/// The one place where readers get at a file.
pub(super) fn open_bytes(path: &Path) -> io::Result<RawFile> {
    File::open(path)
}

/// Reads a small table (`units.csv`, `persons.xlsx`, …): of its first visible sheet with anything in it, the first row with two
/// or more non-empty cells is the header. `rel` is the path shown in diagnostics.
pub fn read_table(path: &Path, rel: &str) -> Result<Table, Box<Diagnostic>> {
    let place = Place::file(rel);
    let (sheets, _) = open_path(path, &place, u64::MAX)?;
    let usable = |sheet: &&OpenSheet| !sheet.hidden && matches!(&sheet.body, Body::Grid(grid) if !grid.rows.is_empty());
    let nothing = || Box::new(Diagnostic::new("F401", place.clone()));
    let sheet = sheets.iter().find(usable).ok_or_else(nothing)?;
    let Body::Grid(grid) = &sheet.body else { return Err(nothing()) };
    let filled = |row: &super::grid::GridRow| row.cells.iter().filter(|(_, cell)| !cell.is_empty()).count();
    let header = grid.rows.iter().position(|row| filled(row) >= 2).ok_or_else(nothing)?;
    let cells = |row: &super::grid::GridRow, width: u32| -> Vec<String> {
        (0..width).map(|column| row.get(column).text().trim().to_owned()).collect()
    };
    let head = &grid.rows[header];
    let width = head.cells.iter().filter(|(_, cell)| !cell.is_empty()).map(|(column, _)| column + 1).max().unwrap_or(0);
    let rows = grid.rows[header + 1..].iter().filter(|row| !row.is_blank());
    Ok(Table {
        file: rel.into(),
        sheet: sheet.name.clone(),
        headers: cells(head, width),
        rows: rows.map(|row| TableRow { row: row.row, cells: cells(row, width) }).collect(),
    })
}
