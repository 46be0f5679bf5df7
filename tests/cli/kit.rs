//! A case in a few lines: a scratch assessment folder, the binary run on it, its outputs read back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

// Parts of small schemes; macros, so that a scheme stays a constant: `concat!(levels!(), r#"…"#)`.

/// The levels 兵团 and 单位 of a scheme.
macro_rules! levels {
    () => {
        r#"[[level]]
code = "corps"
name = "兵团"
[[level]]
code = "unit"
name = "单位"
"#
    };
}

/// A composite of one procedure, 民主测评, of the form `ceping`.
macro_rules! ceping_alone {
    () => {
        r#"[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "ceping"
name = "民主测评"
parent = "total"
weight = "100"
forms = ["ceping"]
"#
    };
}

/// Two grades: 合格 from 60, 不合格.
macro_rules! pass_or_fail {
    () => {
        r#"[[grade]]
code = "good"
name = "合格"
from = { op = ">=", value = "60" }
[[grade]]
code = "poor"
name = "不合格"
"#
    };
}

/// Two duty tiers: 第一责任 of principals, 直接责任.
macro_rules! tiers {
    () => {
        r#"[[tier]]
code = "first"
name = "第一责任"
principal = true
[[tier]]
code = "direct"
name = "直接责任"
"#
    };
}

/// A third tier, 具体责任, and the status 试用期 without a grade.
macro_rules! staff {
    () => {
        r#"[[tier]]
code = "staff"
name = "具体责任"
leader = false
[[status]]
code = "probation"
name = "试用期"
gradable = false
result-code = "5A"
"#
    };
}

/// A scale of two answers, 优秀 100 and 良好 80, and the head of the form `ceping` that uses it.
macro_rules! two_answers {
    () => {
        r#"[[scale]]
code = "s"
options = [{ code = "a", label = "优秀", value = "100" }, { code = "b", label = "良好", value = "80" }]
[[form]]
code = "ceping"
name = "民主测评表"
kind = "ballot"
scale = "s"
"#
    };
}
pub(crate) use {ceping_alone, levels, pass_or_fail, staff, tiers, two_answers};

/// A small scheme: one ballot form of two items; three options worth 100, 80 and 40.
pub const SCHEME: &str = concat!(
    r#"
title = "演算"
"#,
    levels!(),
    r#"[[scale]]
code = "s"
options = [
  { code = "a", label = "优秀", value = "100" },
  { code = "b", label = "良好", value = "80" },
  { code = "c", label = "较差", value = "40" },
]
[[form]]
code = "ceping"
name = "民主测评表"
kind = "ballot"
scale = "s"
items = [{ code = "1", name = "思想建设" }, { code = "2", name = "作风建设" }]
"#,
    ceping_alone!(),
    r#"[rules]
min-cell = 0
"#,
    pass_or_fail!()
);
/// Its units 甲单位 (u1) and 乙单位 (u2).
pub const UNITS: &str = "unit,parent,level,name\nc,,corps,演算兵团\nu1,c,unit,甲单位\nu2,c,unit,乙单位\n";
/// A return in order: 85.00.
pub const GOOD: &str = "序号,思想建设,作风建设\n1,优秀,良好\n2,良好,良好\n";

/// A scratch assessment folder.
pub struct Case {
    home: TempDir,
}

/// What one call of the binary gave.
pub struct Call {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// One CSV that the binary wrote, by header.
pub struct Csv {
    rows: Vec<BTreeMap<String, String>>,
}

impl Case {
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a scratch folder") }
    }

    /// The assessment folder.
    pub fn dir(&self) -> PathBuf {
        self.home.path().join("case")
    }

    /// The report folder.
    pub fn out(&self) -> PathBuf {
        self.home.path().join("reports")
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes one file of the assessment.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        write(&self.dir().join(name), content.as_ref());
        self
    }

    /// `kaoping run`, expected to finish (0 or 1).
    pub fn run(&self) -> Call {
        let call = self.kaoping(&["run", &text(&self.dir()), "-o", &text(&self.out())]);
        assert!(call.status < 2, "did not run:\n{}", call.stderr);
        call
    }

    /// Any call, in Chinese, in the scratch folder.
    pub fn kaoping(&self, arguments: &[&str]) -> Call {
        kaoping(self.home.path(), arguments)
    }

    pub fn csv(&self, name: &str) -> Csv {
        Csv::read(&self.out().join(name))
    }
}

/// `kaoping check -v --format json` on an assessment: its last line, the board with every sheet's layout and books.
pub fn board(folder: &Path) -> serde_json::Value {
    let call = kaoping(folder, &["check", &text(folder), "-v", "--format", "json"]);
    assert!(call.status < 2, "{}{}", call.stdout, call.stderr);
    serde_json::from_str(call.stdout.lines().last().expect("lines")).expect("JSON")
}

/// The board of `input/example`, made once.
pub fn example_board() -> &'static serde_json::Value {
    static BOARD: std::sync::OnceLock<serde_json::Value> = std::sync::OnceLock::new();
    BOARD.get_or_init(|| board(&Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example")))
}

/// Runs the binary in a folder, in Chinese.
pub fn kaoping(folder: &Path, arguments: &[&str]) -> Call {
    let output = Command::new(env!("CARGO_BIN_EXE_kaoping"))
        .current_dir(folder)
        .args(["--lang", "zh", "--color", "never"])
        .args(arguments)
        .output()
        .expect("the binary starts");
    Call {
        status: output.status.code().expect("the binary was not killed"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

impl Csv {
    pub fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
        assert!(bytes.starts_with("\u{feff}".as_bytes()), "{} opens in Excel: needs a BOM", path.display());
        let mut reader = csv::Reader::from_reader(&bytes[3..]);
        let headers = reader.headers().expect("a header").clone();
        let rows = reader
            .records()
            .map(|record| {
                let record = record.expect("a record");
                headers.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
            })
            .collect();
        Self { rows }
    }

    pub fn rows(&self) -> &[BTreeMap<String, String>] {
        &self.rows
    }

    /// The rows where these columns have these values.
    pub fn find(&self, wanted: &[(&str, &str)]) -> Vec<&BTreeMap<String, String>> {
        self.rows.iter().filter(|row| wanted.iter().all(|(name, value)| row[*name] == *value)).collect()
    }

    /// The only such row's value.
    pub fn get(&self, wanted: &[(&str, &str)], column: &str) -> &str {
        let found = self.find(wanted);
        assert_eq!(found.len(), 1, "{wanted:?} in {:#?}", self.rows);
        found[0].get(column).unwrap_or_else(|| panic!("no column {column}: {:?}", found[0].keys()))
    }
}

pub fn write(path: &Path, content: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, content).expect("a file");
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// Every file below a folder with its bytes, by relative path.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.expect("a readable folder");
        if entry.file_type().is_file() {
            let name = text(entry.path().strip_prefix(folder).expect("below"));
            all.insert(name, std::fs::read(entry.path()).expect("a readable file"));
        }
    }
    all
}

/// The text of a PDF as a reader gets it out, page by page; `None` where the machine has no `pdftotext`.
pub fn pdf_text(pdf: &[u8]) -> Option<Vec<String>> {
    let file = tempfile::NamedTempFile::new().expect("a scratch file");
    std::fs::write(file.path(), pdf).expect("a file");
    let output = Command::new("pdftotext").args(["-layout", &text(file.path()), "-"]).output().ok()?;
    let pages = String::from_utf8(output.stdout).expect("UTF-8");
    Some(pages.split_terminator('\u{c}').map(str::to_owned).collect())
}
