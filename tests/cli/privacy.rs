//! No address, time stamp, duration or free text of a respondent reaches any output, archives and the tally included.

use super::kit::{Case, kaoping, pdf_text, text, tree};
use calamine::{Data, Reader, open_workbook_auto};
use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::Path;

/// What the questionnaire exports of the example hold of their respondents: addresses, times, durations, opinions.
fn personal() -> BTreeSet<String> {
    let returns = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example/returns");
    let mut found = BTreeSet::new();
    for name in tree(&returns).keys().filter(|name| name.contains("按文本")) {
        let mut book = open_workbook_auto(returns.join(name)).expect("an export");
        let range = book.worksheet_range_at(0).expect("a sheet").expect("readable");
        for row in range.rows().skip(1) {
            let kept = [1, 2, 5, row.len() - 1];
            found.extend(kept.iter().filter_map(|column| match row.get(*column) {
                Some(Data::String(text)) if text.chars().count() > 2 && !text.starts_with('(') => Some(text.clone()),
                _ => None,
            }));
        }
    }
    found
}

/// The bytes a reader could see: the file itself, and what is packed in it.
pub fn unpacked(name: &str, bytes: Vec<u8>) -> Vec<Vec<u8>> {
    if Path::new(name).extension().is_some_and(|ending| ending == "pdf") {
        let pages = pdf_text(&bytes).unwrap_or_default();
        return pages.into_iter().map(String::into_bytes).chain([bytes]).collect();
    }
    if Path::new(name).extension().is_none_or(|ending| ending != "xlsx") {
        return vec![bytes];
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip");
    (0..archive.len())
        .map(|entry| {
            let mut content = Vec::new();
            archive.by_index(entry).expect("an entry").read_to_end(&mut content).expect("readable");
            content
        })
        .collect()
}

#[test]
fn nothing_of_a_respondent_reaches_an_output() {
    let personal = personal();
    assert!(personal.iter().any(|text| text.starts_with("192.0.2.")), "{personal:?}");
    let case = Case::new();
    let input = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example"));
    let call = kaoping(case.home(), &["run", &input, "-v", "-o", &text(&case.out())]);
    let mut places =
        vec![("standard output".to_owned(), call.stdout.into_bytes()), ("standard error".to_owned(), call.stderr.into_bytes())];
    for (name, bytes) in
        tree(&case.out()).into_iter().filter(|(name, _)| Path::new(name).extension().is_none_or(|ending| ending != "png"))
    {
        places.extend(unpacked(&name, bytes).into_iter().map(|content| (name.clone(), content)));
    }
    for (name, content) in places {
        let content = String::from_utf8_lossy(&content);
        let seen = personal.iter().find(|word| content.contains(word.as_str()));
        assert!(seen.is_none(), "{seen:?} in {name}");
    }
}
