//! An edition on disk: written beside the old one, then renamed over it, so that the old one survives any failure.

use super::draft::Draft;
use super::manifest::{self, Earlier};
use crate::diagnostic::Language;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The files of one edition, by path relative to its folder (`/`-separated).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    pub files: Vec<(String, Vec<u8>)>,
}

/// A place where an edition can be written, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    path: PathBuf,
}

/// What writing did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub path: PathBuf,
    /// The old edition was not removed but kept here, because somebody had changed or added files in it.
    pub kept: Option<PathBuf>,
}

/// Why an edition could not be made or written.
#[derive(Debug)]
pub enum EditionError {
    /// Not the name of a folder that could be made.
    NoName(PathBuf),
    /// A file of that name is in the way.
    IsFile(PathBuf),
    /// Holds other files and no `run.json` of this program.
    NotOurs(PathBuf),
    Io {
        path: PathBuf,
        error: io::Error,
    },
    /// Not a path within an edition.
    BadName(String),
    /// Twice in one edition.
    Twice(String),
    /// A workbook that could not be made.
    Workbook(String),
}

impl EditionError {
    /// What a reader is told, with what to do about it.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        super::words::edition_error(self, language)
    }
}

impl std::fmt::Display for EditionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl std::error::Error for EditionError {}

fn at(path: &Path) -> impl FnOnce(io::Error) -> EditionError + '_ {
    |error| EditionError::Io { path: path.to_owned(), error }
}

impl Edition {
    /// Checks, before any work is done, that an edition can be written to `path`: the folder is new, empty or one of ours,
    /// and its neighbour can be created. Restores an edition that a crash left renamed.
    pub fn prepare(path: &Path) -> Result<Destination, EditionError> {
        let absolute = fs::canonicalize(path).or_else(|_| std::path::absolute(path)).map_err(at(path))?;
        if absolute.file_name().is_none() || path.components().next_back() == Some(Component::ParentDir) {
            return Err(EditionError::NoName(path.to_owned()));
        }
        let destination = Destination { path: absolute };
        if let Some(parent) = destination.path.parent() {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        destination.recover()?;
        destination.check_replaceable()?;
        let partial = destination.neighbour("partial");
        remove(&partial)?;
        fs::create_dir(&partial).map_err(at(&partial))?;
        remove(&partial)?;
        Ok(destination)
    }

    /// Writes the files to a neighbour folder and renames it into place.
    pub fn write(&self, destination: &Destination) -> Result<Written, EditionError> {
        let draft = Draft::open(destination)?;
        for (name, bytes) in &self.files {
            draft.put(name, bytes)?;
        }
        draft.finish()
    }
}

impl Destination {
    /// The folder that will hold the edition.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `.<name>.<what>` beside the folder.
    pub(super) fn neighbour(&self, what: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(self.path.file_name().unwrap_or_default());
        name.push(".");
        name.push(what);
        self.path.with_file_name(name)
    }

    /// A crash between the two renames leaves the old edition under its neighbour's name: puts it back.
    fn recover(&self) -> Result<(), EditionError> {
        let old = self.neighbour("old");
        if !old.exists() {
            return Ok(());
        }
        if self.path.exists() { Ok(()) } else { fs::rename(&old, &self.path).map_err(at(&old)) }
    }

    pub(super) fn check_replaceable(&self) -> Result<(), EditionError> {
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(EditionError::Io { path: self.path.clone(), error }),
            Ok(found) if !found.is_dir() => return Err(EditionError::IsFile(self.path.clone())),
            Ok(_) => {}
        }
        let empty = fs::read_dir(&self.path).map_err(at(&self.path))?.next().is_none();
        if empty || self.earlier().is_some() { Ok(()) } else { Err(EditionError::NotOurs(self.path.clone())) }
    }

    fn earlier(&self) -> Option<Earlier> {
        Earlier::read(&fs::read(self.path.join(manifest::NAME)).ok()?)
    }

    pub(super) fn swap(&self, partial: &Path) -> Result<Written, EditionError> {
        let untouched = self.is_as_written();
        let aside = if untouched { self.neighbour("old") } else { self.free_name() };
        if self.path.exists() {
            if untouched {
                remove(&aside)?;
            }
            fs::rename(&self.path, &aside).map_err(at(&self.path))?;
        }
        if let Err(error) = fs::rename(partial, &self.path) {
            let _ = fs::rename(&aside, &self.path);
            return Err(EditionError::Io { path: self.path.clone(), error });
        }
        if untouched {
            // The new edition stands; what cannot be removed now is swept by the next run.
            let _ = remove(&aside);
        }
        Ok(Written { path: self.path.clone(), kept: (!untouched).then_some(aside) })
    }

    /// The first free `<name>.kept-<number>`, for an old edition in which somebody worked.
    fn free_name(&self) -> PathBuf {
        let numbered = |number: u32| {
            let mut name = self.path.file_name().unwrap_or_default().to_owned();
            name.push(format!(".kept-{number}"));
            self.path.with_file_name(name)
        };
        (1..u32::MAX).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| self.neighbour("kept"))
    }

    /// Whether nobody changed or added a file since the old edition was written (decisions entered in the workbook must not be lost).
    fn is_as_written(&self) -> bool {
        let Some(earlier) = self.earlier() else { return true };
        let mut folders = vec![(self.path.clone(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { return false };
            for entry in entries {
                let Ok(entry) = entry else { return false };
                let name = entry.file_name().to_string_lossy().into_owned();
                let relative = format!("{prefix}{name}");
                if entry.path().is_dir() {
                    folders.push((entry.path(), format!("{relative}/")));
                } else if !is_litter(&name) && relative != manifest::NAME {
                    let same = fs::read(entry.path()).is_ok_and(|bytes| earlier.left_so(&relative, &bytes));
                    if !same {
                        return false;
                    }
                }
            }
        }
        true
    }
}

/// Files that systems and office programs leave by themselves.
fn is_litter(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$") || name == "Thumbs.db" || name == "desktop.ini"
}

/// An empty folder; what stood there is removed.
pub(super) fn new_folder(folder: &Path) -> Result<(), EditionError> {
    remove(folder)?;
    fs::create_dir(folder).map_err(at(folder))
}

/// A file with the folders above it.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), EditionError> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(at(parent))?;
    }
    fs::write(path, bytes).map_err(at(path))
}

pub(super) fn remove(folder: &Path) -> Result<(), EditionError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(EditionError::Io { path: folder.to_owned(), error }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An edition with one table and a manifest that lists it.
    fn edition(text: &str) -> Edition {
        let hash = manifest::sha256(text.as_bytes());
        let run = format!("{{\"program\":\"kaoping\",\"outputs\":[{{\"path\":\"a/t.csv\",\"sha256\":\"{hash}\"}}]}}");
        Edition { files: vec![("a/t.csv".to_owned(), text.into()), ("run.json".to_owned(), run.into())] }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_edition_replaces_the_old_one_and_leaves_nothing_beside_it() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("deep").join("out");
        for text in ["one", "two"] {
            let destination = Edition::prepare(&path).expect("writable");
            let written = edition(text).write(&destination).expect("written");
            assert_eq!(written.kept, None);
            assert_eq!(fs::read_to_string(path.join("a/t.csv")).expect("there"), text);
        }
        assert_eq!(names(&home.path().join("deep")), ["out"]);
    }

    #[test]
    fn the_old_edition_survives_a_failure() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("out");
        let destination = Edition::prepare(&path).expect("writable");
        edition("one").write(&destination).expect("written");
        // "a" cannot be a file and a folder: fails halfway through.
        let broken = Edition { files: vec![("a".to_owned(), vec![1]), ("a/t.csv".to_owned(), vec![2])] };
        assert!(matches!(broken.write(&destination), Err(EditionError::Io { .. })));
        for bad in ["../x", "/etc/x", "", "a/../../x", "a\\b"] {
            let bad = Edition { files: vec![(bad.to_owned(), vec![1])] };
            assert!(matches!(bad.write(&destination), Err(EditionError::BadName(_))));
        }
        let twice = Edition { files: vec![("x".to_owned(), vec![1]), ("x".to_owned(), vec![2])] };
        assert!(matches!(twice.write(&destination), Err(EditionError::Twice(_))));
        assert_eq!(fs::read_to_string(path.join("a/t.csv")).expect("there"), "one");
        assert_eq!(names(home.path()), ["out"]);
    }

    #[test]
    fn a_foreign_folder_or_file_is_refused_before_the_work() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("out");
        fs::create_dir(&path).expect("made");
        Edition::prepare(&path).expect("an empty folder will do");
        fs::write(path.join("thesis.doc"), "x").expect("made");
        assert!(matches!(Edition::prepare(&path), Err(EditionError::NotOurs(_))));
        fs::write(path.join("run.json"), "{\"program\":\"other\"}").expect("made");
        assert!(matches!(Edition::prepare(&path), Err(EditionError::NotOurs(_))));
        assert!(matches!(Edition::prepare(&path.join("thesis.doc")), Err(EditionError::IsFile(_))));
        assert!(matches!(Edition::prepare(&path.join("thesis.doc/out")), Err(EditionError::Io { .. })));
        assert!(matches!(Edition::prepare(Path::new("/")), Err(EditionError::NoName(_))));
    }

    #[test]
    fn work_done_in_the_old_edition_is_kept() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("out");
        let destination = Edition::prepare(&path).expect("writable");
        edition("one").write(&destination).expect("written");
        fs::write(path.join("~$results.xlsx"), "lock").expect("made");
        assert_eq!(edition("two").write(&destination).expect("written").kept, None, "litter is nobody's work");
        fs::write(path.join("a/t.csv"), "two, and a decision").expect("changed");
        let kept = edition("three").write(&destination).expect("written").kept.expect("kept");
        assert_eq!(fs::read_to_string(kept.join("a/t.csv")).expect("there"), "two, and a decision");
        assert_eq!(names(home.path()), ["out", "out.kept-1"]);
    }

    #[test]
    fn an_edition_left_aside_by_a_crash_is_put_back() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("out");
        let destination = Edition::prepare(&path).expect("writable");
        edition("one").write(&destination).expect("written");
        fs::rename(&path, destination.neighbour("old")).expect("as a crash leaves it");
        fs::create_dir(destination.neighbour("partial")).expect("as a crash leaves it");
        Edition::prepare(&path).expect("writable");
        assert_eq!(fs::read_to_string(path.join("a/t.csv")).expect("there"), "one");
        assert_eq!(names(home.path()), ["out"]);
    }
}
