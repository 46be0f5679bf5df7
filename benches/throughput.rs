//! Speed and memory of the built program beside Python peers, on made inputs of declared size; see `benches/README.md`.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "mess/mod.rs"]
mod mess;

use kaoping::{demo, measure, pipeline};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// What to measure; every field is an option `--<name> VALUE` after `--`.
struct Plan {
    ballots: u64,
    items: usize,
    units: usize,
    workbooks: usize,
    per_workbook: usize,
    runs: usize,
    /// Subjects and items of the assessment in memory.
    subjects: usize,
    subject_items: usize,
    /// `all`, or one of `ballots`, `workbooks`, `mess`, `memory`, `assess`.
    only: String,
    python: String,
    bin: PathBuf,
    /// Keep the inputs here instead of a temporary folder; made again only where they are not there.
    keep: Option<PathBuf>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            ballots: 1_000_000,
            items: 20,
            units: 200,
            workbooks: 1_000,
            per_workbook: 60,
            subjects: 2_000,
            subject_items: 60,
            runs: 5,
            only: "all".into(),
            python: "python3".into(),
            bin: env!("CARGO_BIN_EXE_kaoping").into(),
            keep: None,
        }
    }
}

impl Plan {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut plan = Self::default();
        while let Some(word) = words.next() {
            // `cargo bench` adds this one itself.
            if word == "--bench" {
                continue;
            }
            let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
            let bad = || format!("{word} {value}: not a number");
            match word.as_str() {
                "--ballots" => plan.ballots = value.parse().map_err(|_| bad())?,
                "--items" => plan.items = value.parse().map_err(|_| bad())?,
                "--units" => plan.units = value.parse().map_err(|_| bad())?,
                "--workbooks" => plan.workbooks = value.parse().map_err(|_| bad())?,
                "--per-workbook" => plan.per_workbook = value.parse().map_err(|_| bad())?,
                "--subjects" => plan.subjects = value.parse().map_err(|_| bad())?,
                "--subject-items" => plan.subject_items = value.parse().map_err(|_| bad())?,
                "--runs" => plan.runs = value.parse::<usize>().map_err(|_| bad())?.max(1),
                "--only" => plan.only = value,
                "--python" => plan.python = value,
                "--bin" => plan.bin = value.into(),
                "--keep" => plan.keep = Some(value.into()),
                _ => return Err(format!("{word}: unknown; see benches/README.md")),
            }
        }
        Ok(plan)
    }

    fn wants(&self, part: &str) -> bool {
        self.only == "all" || self.only == part
    }

    fn peer(&self, script: &str, input: &Path, out: &Path) -> Vec<String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(script);
        words([Path::new(&self.python), &script, input, out])
    }
}

fn words<const N: usize>(parts: [&Path; N]) -> Vec<String> {
    parts.map(|part| part.to_string_lossy().into_owned()).to_vec()
}

/// One program under measurement.
struct Rival {
    name: String,
    command: Vec<String>,
    /// What it writes; removed before every run.
    out: PathBuf,
}

/// One finished run.
#[derive(Clone, Copy)]
struct Run {
    seconds: f64,
    /// Peak resident set; `None` where the system does not tell.
    peak_mib: Option<f64>,
}

fn main() -> ExitCode {
    let done = Plan::read(std::env::args().skip(1)).map_err(io::Error::other).and_then(|plan| tables(&plan));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("throughput: {error}");
            ExitCode::FAILURE
        }
    }
}

fn tables(plan: &Plan) -> io::Result<()> {
    let temporary = tempfile::tempdir()?;
    let work = plan.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&work)?;
    println!("{}, {} threads, {} runs each, alternating\n", std::env::consts::ARCH, threads(), plan.runs);
    if plan.wants("ballots") {
        let input = ballots(plan, &work, plan.ballots)?;
        let title = format!("one CSV: {} ballots × {} items, {} MiB", plan.ballots, plan.items, mebibytes(&input));
        table(&title, &alternate(&csv_rivals(plan, &work, &input), plan.runs)?);
    }
    if plan.wants("workbooks") {
        let input = workbooks(plan, &work)?;
        let title = format!("{} workbooks × {} ballots × {} items", plan.workbooks, plan.per_workbook, plan.items);
        let (tally, run, peer) = (work.join("w-tally.parquet"), work.join("w-run"), work.join("w-peer.csv"));
        let command = plan.peer("fastexcel_workbooks.py", &input.join("returns"), &peer);
        let rivals = [
            tally_rival(plan, &input, &tally),
            run_rival(plan, &input, &run),
            Rival { name: "fastexcel + polars".into(), command, out: peer },
        ];
        table(&title, &alternate(&rivals, plan.runs)?);
    }
    if plan.wants("mess") {
        messy(plan, &work)?;
    }
    if plan.wants("assess") {
        assessing(plan, &work)?;
    }
    if plan.wants("memory") {
        for factor in [1, 2, 4] {
            let input = ballots(plan, &work, plan.ballots * factor)?;
            let title = format!("memory: {} ballots × {} items, {} MiB", plan.ballots * factor, plan.items, mebibytes(&input));
            table(&title, &alternate(&csv_rivals(plan, &work, &input), 1)?);
        }
    }
    Ok(())
}

/// The clean workbooks, made where they are not there yet.
fn workbooks(plan: &Plan, work: &Path) -> io::Result<PathBuf> {
    let input = work.join(format!("workbooks-{}x{}x{}", plan.workbooks, plan.per_workbook, plan.items));
    if !input.exists() {
        demo::workbooks(&input, plan.workbooks, plan.per_workbook, plan.items, 1)?;
    }
    Ok(input)
}

/// The clean workbooks and their messy copies, read by turns. The counts must be the same before anything is timed.
fn messy(plan: &Plan, work: &Path) -> io::Result<()> {
    let clean = workbooks(plan, work)?;
    let messy = work.join(format!("messy-{}x{}x{}", plan.workbooks, plan.per_workbook, plan.items));
    if !messy.exists() {
        mess::copy(&clean, &messy)?;
    }
    let failed = |error: pipeline::Error| io::Error::other(error.to_string());
    let counted = |folder: &Path| {
        let opened = pipeline::open(folder).map_err(failed)?;
        let tally = pipeline::count_returns(&opened, &pipeline::Silent).map_err(failed)?;
        tally.totals(&opened.scheme).map_err(|error| io::Error::other(error.to_string()))
    };
    let (wanted, found) = (counted(&clean)?, counted(&messy)?);
    let ended = |totals: &measure::Totals| format!("{:?}", totals.dispositions);
    if found.rows != wanted.rows || ended(&found) != ended(&wanted) || wanted.rows.is_empty() {
        let differ = wanted.rows.iter().zip(&found.rows).find(|(one, other)| one != other);
        return Err(io::Error::other(format!("the mess is counted otherwise: {differ:?}")));
    }
    let outs = [work.join("clean.parquet"), work.join("messy.parquet")];
    let rivals = [
        Rival { name: "kaoping tally, clean".into(), ..tally_rival(plan, &clean, &outs[0]) },
        Rival { name: "kaoping tally, messy".into(), ..tally_rival(plan, &messy, &outs[1]) },
    ];
    let results = alternate(&rivals, plan.runs)?;
    let answers: u64 = wanted.rows.iter().map(|row| row.count).sum();
    table(&format!("{} workbooks, clean and messy: the same {answers} answers", plan.workbooks), &results);
    let ratios: Vec<f64> = results[0].1.iter().zip(&results[1].1).map(|(one, other)| other.seconds / one.seconds).collect();
    let (low, high) = (ratios.iter().copied().fold(f64::INFINITY, f64::min), ratios.iter().copied().fold(0.0, f64::max));
    println!("messy ÷ clean, pair by pair: median {:.2}, {low:.2}–{high:.2}\n", median(ratios));
    Ok(())
}

/// From counts in memory to everything assessed, without reading or writing: with no, with 1,000 and with 10,000 draws of every
/// rank, each for sampling error, weights and option values.
fn assessing(plan: &Plan, work: &Path) -> io::Result<()> {
    let folder = work.join(format!("subjects-{}x{}", plan.subjects, plan.subject_items));
    if !folder.exists() {
        demo::ballots_csv(&folder, plan.subjects as u64 * 30, plan.subject_items, plan.subjects, 1)?;
    }
    let failed = |error: pipeline::Error| io::Error::other(error.to_string());
    let mut opened = pipeline::open(&folder).map_err(failed)?;
    let tally = pipeline::count_returns(&opened, &pipeline::Silent).map_err(failed)?;
    let totals = tally.totals(&opened.scheme).map_err(|error| io::Error::other(error.to_string()))?;
    println!("### {} subjects × {} items, {} counts, in memory\n", plan.subjects, plan.subject_items, totals.rows.len());
    println!("| draws of every rank | median s | min–max s |\n|---|---:|---:|");
    for draws in [0, 1_000, 10_000] {
        opened.scheme.rules.analysis.draws = draws;
        let mut seconds = Vec::new();
        for _ in 0..plan.runs {
            let start = Instant::now();
            let result = measure::assess(&opened.scheme, &totals);
            seconds.push(start.elapsed().as_secs_f64());
            let drawn = result.standings.iter().filter(|standing| standing.stability.options.is_some()).count();
            if result.standings.len() < plan.subjects || (drawn >= plan.subjects) != (draws > 0) {
                return Err(io::Error::other(format!("{drawn} of {} subjects drawn", result.standings.len())));
            }
        }
        let (low, high) = (seconds.iter().copied().fold(f64::INFINITY, f64::min), seconds.iter().copied().fold(0.0, f64::max));
        println!("| {draws} | {:.2} | {low:.2}–{high:.2} |", median(seconds));
    }
    println!();
    Ok(())
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn ballots(plan: &Plan, work: &Path, count: u64) -> io::Result<PathBuf> {
    let folder = work.join(format!("ballots-{count}x{}", plan.items));
    if !folder.exists() {
        demo::ballots_csv(&folder, count, plan.items, plan.units, 1)?;
    }
    Ok(folder)
}

fn csv_of(folder: &Path) -> PathBuf {
    folder.join("returns").join("民主测评表.csv")
}

fn mebibytes(folder: &Path) -> u64 {
    std::fs::metadata(csv_of(folder)).map_or(0, |file| file.len() >> 20)
}

fn csv_rivals(plan: &Plan, work: &Path, input: &Path) -> Vec<Rival> {
    let (tally, run, peer) = (work.join("c-tally.parquet"), work.join("c-run"), work.join("c-peer.csv"));
    let command = plan.peer("polars_csv.py", &csv_of(input), &peer);
    vec![
        tally_rival(plan, input, &tally),
        run_rival(plan, input, &run),
        Rival { name: "polars, streaming".into(), command, out: peer },
    ]
}

fn tally_rival(plan: &Plan, input: &Path, out: &Path) -> Rival {
    let command = words([&plan.bin, Path::new("tally"), input, Path::new("-q"), Path::new("-o"), out]);
    Rival { name: "kaoping tally".into(), command, out: out.to_owned() }
}

fn run_rival(plan: &Plan, input: &Path, out: &Path) -> Rival {
    let command = words([&plan.bin, Path::new("run"), input, Path::new("-q"), Path::new("-o"), out]);
    Rival { name: "kaoping run".into(), command, out: out.to_owned() }
}

/// Runs the rivals by turns, so that a slow minute of the machine falls on all of them; one warming run first.
fn alternate(rivals: &[Rival], runs: usize) -> io::Result<Vec<(String, Vec<Run>)>> {
    let mut results: Vec<(String, Vec<Run>)> = rivals.iter().map(|rival| (rival.name.clone(), Vec::new())).collect();
    for round in 0..=runs {
        for (rival, (_, done)) in rivals.iter().zip(&mut results) {
            // The warming run fills the file cache; its time is not kept.
            let run = once(rival)?;
            if round > 0 {
                done.push(run);
            }
        }
    }
    Ok(results)
}

fn once(rival: &Rival) -> io::Result<Run> {
    let _ = std::fs::remove_file(&rival.out);
    let _ = std::fs::remove_dir_all(&rival.out);
    let start = Instant::now();
    let mut child =
        Command::new(&rival.command[0]).args(&rival.command[1..]).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let mut peak = None;
    let status = loop {
        peak = high_water(&child).or(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    // 1 is "finished, with findings"; anything above did not do the work.
    let accepted = i32::from(rival.name.starts_with("kaoping"));
    if status.code().is_none_or(|code| code > accepted) {
        return Err(io::Error::other(format!("{} failed ({status}): {}", rival.name, rival.command.join(" "))));
    }
    let seconds = start.elapsed().as_secs_f64();
    // A program that does nothing would be the fastest.
    if !rival.out.exists() {
        return Err(io::Error::other(format!("{} wrote nothing: {}", rival.name, rival.command.join(" "))));
    }
    Ok(Run { seconds, peak_mib: peak })
}

/// The kernel's high-water mark of a process's resident memory, MiB. It only grows, so the last look before the end is the peak.
fn high_water(child: &Child) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// Prints medians, the spread, peak memory, and how many times the first rival's time and memory each one takes.
fn table(title: &str, results: &[(String, Vec<Run>)]) {
    println!("### {title}\n");
    println!("| program | median s | min–max s | peak MiB | time ÷ first | memory ÷ first |");
    println!("|---|---:|---:|---:|---:|---:|");
    let summary = |runs: &[Run]| {
        let time = median(runs.iter().map(|run| run.seconds).collect());
        (time, median(runs.iter().filter_map(|run| run.peak_mib).collect()))
    };
    let first = results.first().map_or((f64::NAN, f64::NAN), |(_, runs)| summary(runs));
    for (name, runs) in results {
        let (time, peak) = summary(runs);
        let seconds = || runs.iter().map(|run| run.seconds);
        let (low, high) = (seconds().fold(f64::INFINITY, f64::min), seconds().fold(0.0, f64::max));
        println!("| {name} | {time:.2} | {low:.2}–{high:.2} | {peak:.0} | {:.2} | {:.2} |", time / first.0, peak / first.1);
    }
    println!();
}
