//! The corpus: each mess of real returns drawn as text in `tests/corpus/*.toml`, built in every format it comes in, read,
//! and compared; and read once more without the habit it lives by, which must fail. Test-only.

mod compare;
mod damaged;
mod draw;
mod files;
mod fixture;
mod reading;
mod trapped;
mod xlsb;

use crate::habits::Habit;
use fixture::Fixture;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// What became of one fixture.
struct Outcome {
    fixture: Fixture,
    /// Per format: what differs from what is expected.
    faults: Vec<(String, Vec<String>)>,
    /// Formats that go wrong without the habit.
    proof: Vec<String>,
}

impl Outcome {
    fn of(fixture: Fixture) -> Self {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool of one thread");
        pool.install(|| {
            let mut faults = Vec::new();
            let mut proof = Vec::new();
            for format in fixture.formats() {
                faults.push((format.clone(), compare::faults(&fixture, &format, None)));
                let habit = fixture.habit();
                if habit.is_some() && !compare::faults(&fixture, &format, habit).is_empty() {
                    proof.push(format);
                }
            }
            Self { fixture, faults, proof }
        })
    }

    fn good(&self) -> bool {
        self.faults.iter().all(|(_, faults)| faults.is_empty()) && !self.proof.is_empty()
    }

    /// A line of RESULTS.md.
    fn line(&self) -> String {
        let results: Vec<String> = self
            .faults
            .iter()
            .map(|(format, faults)| format!("{format} {}", if faults.is_empty() { "✓" } else { "✗" }))
            .collect();
        let Fixture { mess, name, title, act, habit, .. } = &self.fixture;
        format!(
            "| {mess} | {title} | [{name}]({name}.toml) | {act} | {} | `{habit}` | {} |",
            results.join(" · "),
            self.proof.join(" · ")
        )
    }
}

const HEAD: &str = "# 四十种乱象 · The forty messes

每一行是 `domain.md` §6 的一种乱象：怎样画的（`*.toml`）、试过的格式、结果，以及它靠哪一条读表习惯（`src/habits.rs`）读对；
最后一列是去掉这条习惯后读错的格式。本表由测试 `corpus::every_mess_is_read_as_it_should_be` 核对，过时即失败
（`KAOPING_WRITE_RESULTS=1 cargo test --lib corpus` 重写）。

Each row is one mess of `domain.md` §6: the fixture, the formats tried, the result, the reading habit it lives by, and the
formats that go wrong when that habit is dropped. A test keeps this table current.

| 类 mess | 是什么 what | 样例 fixture | 处理 act | 结果 result | 习惯 habit | 去掉即错 fails without |
|---|---|---|---|---|---|---|
";

#[test]
fn every_mess_is_read_as_it_should_be() {
    let only = std::env::var("KAOPING_CORPUS").ok();
    let fixtures = fixture::all(&folder());
    let wanted = |fixture: &Fixture| only.as_ref().is_none_or(|part| fixture.name.contains(part.as_str()));
    let outcomes: Vec<Outcome> = fixtures.into_iter().filter(wanted).map(Outcome::of).collect();
    let (mut table, mut faults) = (String::from(HEAD), String::new());
    for outcome in &outcomes {
        table.push_str(&outcome.line());
        table.push('\n');
        let name = &outcome.fixture.name;
        for (format, found) in outcome.faults.iter().filter(|(_, found)| !found.is_empty()) {
            let _ = writeln!(faults, "{name} as {format}:\n  {}", found.join("\n  "));
        }
        if outcome.proof.is_empty() {
            let _ = writeln!(faults, "{name} is read all the same without `{}`", outcome.fixture.habit);
        }
    }
    writeln!(std::io::stdout(), "{table}").expect("standard output");
    assert!(faults.is_empty(), "\n{faults}");
    if only.is_some() {
        return;
    }
    let messes: BTreeSet<u32> = outcomes.iter().map(|outcome| outcome.fixture.mess).collect();
    assert_eq!(messes, (1..=40).collect(), "every mess has a fixture");
    let used: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.fixture.habit.as_str()).collect();
    let named: BTreeSet<&str> = Habit::ALL.iter().map(|(_, name)| *name).collect();
    assert_eq!(used, named, "every habit has a fixture that lives by it");
    assert!(outcomes.iter().all(Outcome::good));
    let path = folder().join("RESULTS.md");
    if std::env::var_os("KAOPING_WRITE_RESULTS").is_some() {
        std::fs::write(&path, &table).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == table, "tests/corpus/RESULTS.md is out of date: run with KAOPING_WRITE_RESULTS=1");
}
