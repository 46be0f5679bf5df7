//! `run.json`: what went in, what came out, and with which program; no clock, keys in a fixed order.

use super::material::Material;
use super::table::TableOut;
use crate::diagnostic::{Language, Severity};
use crate::numeric::hex;
use crate::survey::{CellFate, RowFate, Scheme};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// File name of the manifest; a folder that holds one of ours is an edition.
pub(super) const NAME: &str = "run.json";
/// Value of the key `program`.
pub(super) const PROGRAM: &str = env!("CARGO_PKG_NAME");

#[derive(Serialize)]
struct Run<'a> {
    program: &'a str,
    version: &'a str,
    /// Mark of the run, as the sheets of the reports name it.
    #[serde(rename = "run_mark")]
    mark: String,
    exit_status: u8,
    scheme: SchemeKey<'a>,
    inputs: Vec<File<'a>>,
    read: Read<'a>,
    ballots: BTreeMap<&'static str, u64>,
    results: Results,
    diagnostics: BTreeMap<&'static str, usize>,
    /// Rows of every table.
    tables: BTreeMap<&'a str, usize>,
    /// Every other file of the edition.
    outputs: Vec<File<'a>>,
}

#[derive(Serialize)]
struct SchemeKey<'a> {
    code: &'a str,
    title: &'a str,
    year: Option<i32>,
    language: &'static str,
    tally_fingerprint: &'a str,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    sha256: String,
}

#[derive(Serialize)]
struct Read<'a> {
    files: usize,
    sheets: usize,
    sheets_by_status: BTreeMap<&'a str, usize>,
    rows: u64,
    rows_by_fate: BTreeMap<&'static str, u64>,
    cells: u64,
    cells_by_fate: BTreeMap<&'static str, u64>,
    balances: bool,
    answers: u64,
    missing: u64,
    void: u64,
}

#[derive(Serialize)]
struct Results {
    subjects: usize,
    with_total: usize,
    ranked: usize,
    incomplete: usize,
    vetoed: usize,
    hidden_small: u64,
    hidden_complementary: u64,
}

/// Hex SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Mark of a run: the first 12 hex digits of a hash over version, scheme and inputs. Two runs of one mark give the same edition,
/// so a sheet of paper leads back to the `run.json` that names every input.
#[must_use]
pub fn run_mark(scheme: &Scheme, inputs: &[(String, String)]) -> String {
    let mut all = format!("{}\n{}\n", env!("CARGO_PKG_VERSION"), scheme.tally_fingerprint);
    for (path, hash) in inputs {
        all.extend([path, "\t", hash, "\n"]);
    }
    sha256(all.as_bytes()).chars().take(12).collect()
}

/// The manifest of a folder of slips: enough to know it for ours and to see whether somebody worked in it.
pub(super) fn of_slips(files: &[(String, Vec<u8>)]) -> String {
    let outputs: Vec<File<'_>> = files.iter().map(|(path, bytes)| File { path, sha256: sha256(bytes) }).collect();
    let run =
        serde_json::json!({ "program": PROGRAM, "version": env!("CARGO_PKG_VERSION"), "kind": "slips", "outputs": outputs });
    let mut text = serde_json::to_string_pretty(&run).unwrap_or_default();
    text.push('\n');
    text
}

/// The manifest of a final list: what was decided on, with which file, and what came out.
pub(super) fn of_final(inputs: &[(&str, &str)], run_hash: &str, files: &[(String, Vec<u8>)]) -> String {
    let hashed: Vec<File<'_>> = inputs.iter().map(|(path, hash)| File { path, sha256: (*hash).to_owned() }).collect();
    let outputs: Vec<File<'_>> = files.iter().map(|(path, bytes)| File { path, sha256: sha256(bytes) }).collect();
    let run = serde_json::json!({
        "program": PROGRAM, "version": env!("CARGO_PKG_VERSION"), "kind": "decisions", "run_hash": run_hash,
        "inputs": hashed, "outputs": outputs,
    });
    let mut text = serde_json::to_string_pretty(&run).unwrap_or_default();
    text.push('\n');
    text
}

/// The manifest of an edition that has the given other files, and those written before with their hashes.
pub(super) fn run_json(
    material: &Material<'_>,
    tables: &[TableOut],
    files: &[(String, Vec<u8>)],
    written: &BTreeMap<String, String>,
) -> String {
    let scheme = material.scheme;
    let mut outputs: Vec<File<'_>> = files.par_iter().map(|(path, bytes)| File { path, sha256: sha256(bytes) }).collect();
    outputs.extend(written.iter().map(|(path, hash)| File { path, sha256: hash.clone() }));
    outputs.sort_by_key(|file| file.path);
    let run = Run {
        program: PROGRAM,
        version: env!("CARGO_PKG_VERSION"),
        mark: run_mark(scheme, material.inputs),
        exit_status: material.exit_status,
        scheme: SchemeKey {
            code: &scheme.code,
            title: &scheme.title,
            year: scheme.year,
            language: match scheme.language {
                Language::Zh => "zh",
                Language::En => "en",
            },
            tally_fingerprint: &scheme.tally_fingerprint,
        },
        inputs: material.inputs.iter().map(|(path, hash)| File { path, sha256: hash.clone() }).collect(),
        read: read(material),
        ballots: ballots(material),
        results: results(material),
        diagnostics: diagnostics(material),
        tables: tables.iter().map(|table| (table.name.as_str(), table.len())).collect(),
        outputs,
    };
    let mut text = serde_json::to_string_pretty(&run).unwrap_or_default();
    text.push('\n');
    text
}

fn read<'a>(material: &Material<'a>) -> Read<'a> {
    let ledgers = || material.sources.iter().map(|source| &source.ledger);
    let mut sheets_by_status = BTreeMap::new();
    let mut rows_by_fate: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut cells_by_fate: BTreeMap<&'static str, u64> = BTreeMap::new();
    for ledger in ledgers() {
        *sheets_by_status.entry(ledger.status.as_str()).or_insert(0) += 1;
        for (fate, count) in &ledger.fates {
            let name = RowFate::ALL.iter().find(|(known, _)| known == fate).map_or("", |(_, name)| *name);
            *rows_by_fate.entry(name).or_insert(0) += count;
        }
        for (fate, count) in &ledger.cell_fates {
            let name = CellFate::ALL.iter().find(|(known, _)| known == fate).map_or("", |(_, name)| *name);
            *cells_by_fate.entry(name).or_insert(0) += count;
        }
    }
    Read {
        files: material.sources.iter().map(|source| source.file.as_str()).collect::<BTreeSet<_>>().len(),
        sheets: material.sources.len(),
        sheets_by_status,
        rows: ledgers().map(|ledger| ledger.rows).sum(),
        rows_by_fate,
        cells: ledgers().map(|ledger| ledger.cells).sum(),
        cells_by_fate,
        balances: ledgers().all(crate::survey::SheetLedger::balances),
        answers: ledgers().map(|ledger| ledger.answers).sum(),
        missing: ledgers().map(|ledger| ledger.missing).sum(),
        void: ledgers().map(|ledger| ledger.void).sum(),
    }
}

/// Ballots by how they ended.
pub(super) fn ballots(material: &Material<'_>) -> BTreeMap<&'static str, u64> {
    let mut all = BTreeMap::new();
    for response in &material.cleared.get().responses {
        let ends = [
            ("valid", response.valid),
            ("partial", response.partial),
            ("blank", response.blank),
            ("void", response.void),
            ("duplicate", response.duplicate),
        ];
        for (name, count) in ends {
            *all.entry(name).or_insert(0) += count;
        }
    }
    all
}

fn results(material: &Material<'_>) -> Results {
    let assessment = material.cleared.get();
    let cards = &assessment.scorecards;
    Results {
        subjects: cards.len(),
        with_total: cards.iter().filter(|card| card.total.is_some()).count(),
        ranked: assessment.standings.iter().filter(|standing| standing.rank.is_some()).count(),
        incomplete: cards.iter().filter(|card| card.nodes.first().is_some_and(|root| root.incomplete)).count(),
        vetoed: cards.iter().filter(|card| card.vetoed).count(),
        hidden_small: material.cleared.hidden_small,
        hidden_complementary: material.cleared.hidden_complementary,
    }
}

/// Diagnostics by severity.
pub(super) fn diagnostics(material: &Material<'_>) -> BTreeMap<&'static str, usize> {
    let mut all = BTreeMap::from([("error", 0), ("note", 0), ("warning", 0)]);
    for diagnostic in material.diagnostics {
        let name = match diagnostic.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        *all.entry(name).or_insert(0) += 1;
    }
    all
}

/// What is needed of an earlier `run.json`.
#[derive(Deserialize)]
pub(super) struct Earlier {
    program: String,
    #[serde(default)]
    outputs: Vec<EarlierFile>,
}

#[derive(Deserialize)]
struct EarlierFile {
    path: String,
    sha256: String,
}

impl Earlier {
    /// Reads a manifest; `None`: not one of ours.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(bytes).ok().filter(|run| run.program == PROGRAM)
    }

    /// Whether a file is as the edition left it.
    pub(super) fn left_so(&self, path: &str, bytes: &[u8]) -> bool {
        self.outputs.iter().any(|file| file.path == path && file.sha256 == sha256(bytes))
    }
}
