//! Words into calls, results into exit status: 0 clean, 1 finished with findings of severity error, 2 could not run.

mod args;
mod board;
mod check;
mod decide;
mod explain;
mod init;
mod printer;
mod session;
mod trace;
mod words;

use crate::diagnostic::Language;
use crate::pipeline;
use args::{Cli, Command, Format, Lang};
use clap::Parser;
use printer::Printer;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Clean.
pub const CLEAN: u8 = 0;
/// Finished, with findings of severity error.
pub const FINDINGS: u8 = 1;
/// Could not run.
pub const FAILED: u8 = 2;

/// Runs the program with these arguments (the first is its name) and returns the exit status. Can be called more than once.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(trouble) => {
            let _ = trouble.print();
            return if trouble.use_stderr() { FAILED } else { CLEAN };
        }
    };
    let printer = Printer::new(&cli.global, language(cli.global.lang));
    match rayon::ThreadPoolBuilder::new().num_threads(cli.global.jobs.unwrap_or(0)).build() {
        Ok(pool) => pool.install(|| dispatch(cli.command, &printer)),
        Err(cause) => printer.failure(&cause.to_string()),
    }
}

fn dispatch(command: Command, printer: &Printer) -> u8 {
    match command {
        Command::Init { dir } => init::init(&dir, printer),
        Command::Check { dir, unit, slips } => finish(check::check(&dir, unit.as_deref(), slips.as_deref(), printer), printer),
        Command::Run { dir, output } => {
            finish(session::run(&dir, &output.unwrap_or_else(|| default_output(&dir)), printer), printer)
        }
        Command::Tally { dir, output } => finish(session::tally(&dir, &output, printer), printer),
        Command::Report { dir, from, output } => {
            finish(session::report(&dir, &from, &output.unwrap_or_else(|| default_output(&dir)), printer), printer)
        }
        Command::Trace { dir, subject, node, from } => {
            finish(trace::trace(&dir, &subject, node.as_deref(), &from, printer), printer)
        }
        Command::Decide { dir, decisions, output } => finish(decide::decide(&dir, &decisions, output, printer), printer),
        Command::Explain { code } => explain::explain(code.as_deref(), printer),
        Command::Demo { dir, divisions, regiments, companies, ballots, mess, seed } => {
            init::demo(&dir, divisions, regiments, companies, ballots, mess, seed, printer)
        }
        Command::Schema => printer.lines(&crate::config::json_schema()),
    }
}

/// `reports/<name of the assessment folder>`.
fn default_output(dir: &Path) -> PathBuf {
    Path::new("reports").join(pipeline::folder_name(dir))
}

fn finish(outcome: Result<u8, pipeline::Error>, printer: &Printer) -> u8 {
    outcome.unwrap_or_else(|trouble| printer.error(&trouble))
}

/// `--lang`, else Chinese where `LC_ALL`, `LC_MESSAGES` or `LANG` starts with `zh`.
fn language(flag: Option<Lang>) -> Language {
    match flag {
        Some(Lang::Zh) => Language::Zh,
        Some(Lang::En) => Language::En,
        None => {
            let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
            let value = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG")).unwrap_or_default();
            if value.starts_with("zh") { Language::Zh } else { Language::En }
        }
    }
}

/// Whether output is meant for programs.
fn is_json(format: Format) -> bool {
    format == Format::Json
}
