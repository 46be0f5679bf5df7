//! Opening an assessment folder.

use super::shown;
use crate::config::{REFERENCE_SCHEME, open, reference_units};
use std::fs;

#[test]
fn an_empty_folder_names_both_missing_files() {
    let dir = tempfile::tempdir().expect("dir");
    let found = open(dir.path()).expect_err("nothing there");
    let codes: Vec<&str> = found.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["S901", "S903"]);
}

#[test]
fn a_whole_folder_opens_and_twins_are_refused() {
    let dir = tempfile::tempdir().expect("dir");
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("written");
    write("scheme.toml", &format!("\u{feff}{REFERENCE_SCHEME}"));
    write("units.csv", reference_units());
    write("imported.csv", "subject,node,score\n");
    let (_, paths) = open(dir.path()).expect("opens");
    assert_eq!(paths.units, dir.path().join("units.csv"));
    assert_eq!((paths.adjustments, paths.imported), (None, Some(dir.path().join("imported.csv"))));
    write("imported.xlsx", "");
    assert_eq!(shown(&open(dir.path()).expect_err("twins")), ["S904 0 imported.xlsx"]);
    fs::write(dir.path().join("scheme.toml"), [0xbf, 0xbc, 0xba, 0xcb]).expect("written"); // GBK 考核
    assert_eq!(shown(&open(dir.path()).expect_err("not UTF-8"))[0], "S902 0 UTF-8 ✗");
}
