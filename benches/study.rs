//! The simulation study at full size; prints its report. `cargo bench --bench study -- [--repetitions 500] [--divisions 14] [--seed 2026]`
#![allow(clippy::print_stdout, reason = "a report")]

#[path = "study/mod.rs"]
mod study;

use study::marks::{Marks, SIZES, Share};
use study::world::Kind;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str, unset: u64| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)).and_then(|value| value.parse().ok()).unwrap_or(unset)
    };
    let (repetitions, seed) = (option("--repetitions", 500), option("--seed", 2026));
    let divisions = usize::try_from(option("--divisions", 14)).unwrap_or(14);
    println!("# Simulation study\n");
    println!(
        "`cargo bench --bench study > benches/STUDY.md`: {repetitions} repetitions of a corps of {divisions} × 13 regiments, seed {seed}. What is in it: README.md.\n"
    );
    println!("## Units differ, gaps of 8 points planted\n");
    report(&study::study(divisions, repetitions, seed, Kind::Ordinary), true);
    println!("\n## Units differ widely, also in how far their people disagree; gaps of 8 points planted\n");
    report(&study::study(divisions, repetitions / 5, seed, Kind::Widely), true);
    println!("\n## All units alike: they differ only by who happens to live there\n");
    report(&study::study(divisions, repetitions / 5, seed, Kind::Alike), false);
}

fn percent(share: Share) -> String {
    if share.of == 0 { "—".to_owned() } else { format!("{:.2} %", 100.0 * share.value()) }
}

fn sum(shares: &[Share]) -> Share {
    shares.iter().fold(Share::default(), |sum, one| Share { part: sum.part + one.part, of: sum.of + one.of })
}

#[allow(clippy::cast_precision_loss, reason = "counts")]
fn report(marks: &Marks, planted: bool) {
    println!("Share of the 95 % intervals that hold the true score (want 94–96 %), by ballots of the regiment:\n");
    println!("| node | {} | all | intervals |", SIZES.map(|(label, ..)| label).join(" | "));
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let row = |name: &str, shares: &[Share; 4]| {
        println!("| {name} | {} | {} | {} |", shares.map(percent).join(" | "), percent(sum(shares)), sum(shares).of);
    };
    let kinds = ["items", "indicators", "procedures", "composite"];
    for (name, shares) in kinds.iter().zip(&marks.coverage) {
        row(name, shares);
    }
    let forms = ["items of 民主测评 (three strata, four options)", "items of 民意调查 (no strata, three options)"];
    for (name, shares) in forms.iter().zip(&marks.items) {
        row(name, shares);
    }
    let rates = ["优秀率 of 民主测评, from vote counts, by Wilson", "满意率 of 民意调查, from vote counts, by Wilson"];
    for (name, shares) in rates.iter().zip(&marks.shares) {
        row(name, shares);
    }
    for (name, shares) in kinds.iter().zip(&marks.design) {
        row(&format!("{name}, `interval = \"design\"`"), shares);
    }
    for (name, shares) in rates.iter().zip(&marks.design_shares) {
        row(&format!("{name}, `interval = \"design\"`"), shares);
    }
    row("rank, from the posterior (as published)", &marks.ranks);
    row("rank, each total drawn from its own error", &marks.own_errors);
    println!("\nDivisions (rolled up, all nodes): {}. ", percent(marks.divisions));
    let width = |(sum, of): (u64, u64)| sum as f64 / of.max(1) as f64;
    println!(
        "Mean width of the rank intervals: {:.1} places; of those from own errors: {:.1}.\n",
        width(marks.width),
        width(marks.own_width)
    );
    println!(
        "Flags against the peers (items, indicators, procedures of regiments; {} of {} are truly 3 points or more below the median):\n",
        percent(marks.truly_weak),
        marks.truly_weak.of
    );
    println!(
        "| rule | flags a year | false | truly at or above the median | false, mean over years | found at n = 30 | at n = 100 |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for rule in &marks.rules {
        let years = rule.per_repetition.len().max(1) as f64;
        let mean = 100.0 * rule.per_repetition.iter().sum::<f64>() / years;
        let power = if planted { rule.power.map(percent) } else { ["—".to_owned(), "—".to_owned()] };
        let flags = rule.wrong.of as f64 / years;
        println!(
            "| {} | {flags:.1} | {} | {} | {mean:.2} % | {} | {} |",
            rule.name,
            percent(rule.wrong),
            percent(rule.innocent),
            power[0],
            power[1]
        );
    }
    println!(
        "\nOur other flags: below the line of 80, truly not: {} of {}. Strata at least 10 apart (items), truly not: {} of {}. Divisions below peers, truly not: {} of {}.",
        percent(marks.line),
        marks.line.of,
        percent(marks.strata),
        marks.strata.of,
        percent(marks.of_divisions),
        marks.of_divisions.of
    );
}
