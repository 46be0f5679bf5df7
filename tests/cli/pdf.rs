//! units/<code>/report.pdf through the binary: one for every unit, two sheets, its name and total as text that can be searched.
//! (That two runs write the same bytes is seen in `determinism`, for all files.)

use super::kit::{Case, pdf_text, tree};

/// A small made assessment of a corps, two divisions and their units.
fn demo() -> Case {
    let case = Case::new();
    let arguments = ["demo", "case", "--divisions", "2", "--regiments", "2", "--companies", "3", "--ballots", "20"];
    assert_eq!(case.kaoping(&arguments).status, 0);
    case
}

fn count(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).filter(|window| *window == wanted).count()
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

#[test]
fn every_unit_has_a_searchable_pdf_of_two_sheets() {
    let case = demo();
    case.run();
    let files = tree(&case.out());
    let standings = case.csv("standings.csv");
    let run: serde_json::Value = serde_json::from_slice(&files["run.json"]).expect("JSON");
    let run = run["run_mark"].as_str().expect("the mark of the run");
    let mut read = 0;
    for unit in standings.rows() {
        let path = format!("units/{}/report.pdf", unit["subject"]);
        let pdf = &files[&path];
        assert!(pdf.starts_with(b"%PDF-1.7") && pdf.len() < 200_000, "{path}: {} bytes", pdf.len());
        let sheets = count(pdf, b"/Type/Page/");
        assert!((1..=2).contains(&sheets), "{path}: {sheets} sheets");
        assert!(sheets == 2 || unit["score"].is_empty(), "{path}: one sheet only for a unit without results");
        let Some(pages) = pdf_text(pdf) else { continue };
        read += 1;
        assert_eq!(pages.len(), sheets, "{path}");
        let said = without_blanks(&pages.concat());
        assert!(said.contains(&without_blanks(&unit["name"])) && said.contains(&unit["score"]), "{path}: {said}");
        for (at, page) in pages.iter().enumerate() {
            let foot = format!("核对码{run}·第{}页，共{sheets}页", at + 1);
            assert!(without_blanks(page).ends_with(&foot), "{path}: {page}");
        }
    }
    assert!(standings.rows().len() > 10);
    if read == 0 {
        use std::io::Write as _;
        writeln!(std::io::stderr(), "skipped: no pdftotext on this machine, the text of the PDFs was not read").expect("stderr");
    }
}
