//! An edition as it is written: every file goes to the neighbour folder when it is made, and at the end the folder into its place.

use super::edition::{Destination, EditionError, Written, new_folder, remove, write_file};
use super::manifest::sha256;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A neighbour folder that fills. Dropped before it is finished, it takes its folder away; the old edition stays as it was.
#[derive(Debug)]
pub struct Draft<'a> {
    destination: &'a Destination,
    folder: PathBuf,
    /// Names of the files, with the SHA-256 of those that are to be listed in `run.json`.
    files: Mutex<BTreeMap<String, Option<String>>>,
    finished: bool,
}

impl<'a> Draft<'a> {
    /// An empty neighbour folder of a destination.
    ///
    /// # Errors
    /// [`EditionError`] when the destination must not be replaced or the folder cannot be made.
    pub fn open(destination: &'a Destination) -> Result<Self, EditionError> {
        destination.check_replaceable()?;
        let folder = destination.neighbour("partial");
        new_folder(&folder)?;
        Ok(Self { destination, folder, files: Mutex::default(), finished: false })
    }

    /// Writes a file, by its path within the edition. Threads may write at the same time.
    ///
    /// # Errors
    /// [`EditionError`] for a path that leads out of the edition or was written before, and for what the disk refuses.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), EditionError> {
        self.add(name, None, bytes)
    }

    /// The same for a file that [`Draft::listed`] is to tell of, with its hash.
    ///
    /// # Errors
    /// As [`Draft::put`].
    pub fn put_listed(&self, name: &str, bytes: &[u8]) -> Result<(), EditionError> {
        self.add(name, Some(sha256(bytes)), bytes)
    }

    fn add(&self, name: &str, hash: Option<String>, bytes: &[u8]) -> Result<(), EditionError> {
        let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || name.is_empty() || name.contains('\\') {
            return Err(EditionError::BadName(name.to_owned()));
        }
        let known = self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), hash);
        if known.is_some() {
            return Err(EditionError::Twice(name.to_owned()));
        }
        write_file(&self.folder.join(name), bytes)
    }

    /// Path and SHA-256 of every listed file, by path.
    #[must_use]
    pub fn listed(&self) -> BTreeMap<String, String> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.iter().filter_map(|(name, hash)| Some((name.clone(), hash.clone()?))).collect()
    }

    /// Renames the folder into its place.
    ///
    /// # Errors
    /// [`EditionError`] when the disk refuses; then the old edition stands.
    pub fn finish(mut self) -> Result<Written, EditionError> {
        let written = self.destination.swap(&self.folder)?;
        self.finished = true;
        Ok(written)
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.finished {
            // The error that stopped the writing is the one to tell.
            let _ = remove(&self.folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Edition;
    use super::*;
    use rayon::prelude::*;
    use std::fs;

    #[test]
    fn what_is_given_up_leaves_nothing_and_what_is_finished_stands_whole() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("out");
        let destination = Edition::prepare(&path).expect("writable");
        let draft = Draft::open(&destination).expect("a folder");
        draft.put("a/b.txt", b"x").expect("written");
        assert!(matches!(draft.put_listed("a/b.txt", b"x"), Err(EditionError::Twice(_))));
        drop(draft);
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 0, "nothing is left");
        let draft = Draft::open(&destination).expect("a folder");
        let names: Vec<String> = (0..40).map(|number| format!("units/{number}/report.html")).collect();
        names.par_iter().try_for_each(|name| draft.put_listed(name, name.as_bytes())).expect("written");
        draft.put("index.html", b"x").expect("written");
        let listed = draft.listed();
        assert_eq!(listed.len(), 40);
        assert_eq!(listed["units/7/report.html"], sha256(b"units/7/report.html"));
        draft.finish().expect("in its place");
        assert_eq!(fs::read(path.join("units/7/report.html")).expect("there"), b"units/7/report.html");
        assert_eq!(fs::read_dir(home.path()).expect("a folder").count(), 1, "only the edition");
    }
}
