//! The only room that prints: findings and summaries, for people or for programs.
#![expect(clippy::print_stderr, reason = "this is the printer")]

use super::FAILED;
use super::args::{Color, Deny, Global};
use super::words;
use crate::diagnostic::{Diagnostic, Language, Severity, render, render_text};
use crate::pipeline::{self, Error, Progress};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

/// So many files with the same kind of finding are listed without `-v`; the others are counted.
const MOST_FILES: u64 = 5;

/// How to speak.
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of the command line")]
pub struct Printer {
    pub language: Language,
    pub json: bool,
    quiet: bool,
    pub verbose: bool,
    color: bool,
    deny_warnings: bool,
}

impl Printer {
    pub fn new(global: &Global, language: Language) -> Self {
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        Self {
            language,
            json: super::is_json(global.format),
            quiet: global.quiet,
            verbose: global.verbose,
            color,
            deny_warnings: global.deny == Some(Deny::Warnings),
        }
    }

    /// The exit status that these findings deserve.
    pub fn status(&self, diagnostics: &[Diagnostic]) -> u8 {
        let bad = |severity| pipeline::count(diagnostics, severity) > 0;
        u8::from(bad(Severity::Error) || (self.deny_warnings && bad(Severity::Warning)))
    }

    /// Results proper, on standard output. A closed pipe is not an error.
    #[expect(clippy::unused_self, reason = "everything that prints goes through a printer")]
    pub fn lines(&self, text: &str) -> u8 {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{}", text.trim_end_matches('\n'));
        super::CLEAN
    }

    /// A remark beside the results; silent with `-q` and in JSON.
    pub fn remark(&self, text: &str) {
        if !self.quiet && !self.json {
            eprintln!("{text}");
        }
    }

    /// The same, each one by itself: where nothing is written that could list the rest.
    pub fn every_finding(&self, diagnostics: &[Diagnostic]) {
        if self.json {
            self.findings(diagnostics);
            return;
        }
        let mut err = std::io::stderr().lock();
        for found in diagnostics.iter().filter(|found| !self.quiet || found.severity() == Severity::Error) {
            let _ = writeln!(err, "{}", render_text(found, found.more, self.language, self.color));
        }
    }

    /// Findings on standard error (people) or one JSON object a line on standard output (programs).
    pub fn findings(&self, diagnostics: &[Diagnostic]) {
        if self.json {
            for diagnostic in diagnostics {
                self.lines(&self.json_line(diagnostic));
            }
            return;
        }
        let shown = |severity| if self.quiet { severity == Severity::Error } else { self.verbose || severity > Severity::Note };
        let mut alike: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for diagnostic in diagnostics {
            *alike.entry((&diagnostic.place.file, &diagnostic.code)).or_default() += 1 + diagnostic.more;
        }
        let mut files: BTreeMap<&str, u64> = BTreeMap::new();
        let mut err = std::io::stderr().lock();
        for diagnostic in diagnostics.iter().filter(|diagnostic| shown(diagnostic.severity())) {
            let similar = if self.verbose {
                diagnostic.more
            } else {
                match alike.remove(&(&*diagnostic.place.file, diagnostic.code.as_str())) {
                    Some(count) => count - 1,
                    None => continue,
                }
            };
            let listed = files.entry(diagnostic.code.as_str()).or_default();
            *listed += 1;
            if !self.verbose && *listed > MOST_FILES {
                continue;
            }
            let _ = writeln!(err, "{}", render_text(diagnostic, similar, self.language, self.color));
        }
        for (code, count) in files.into_iter().filter(|(_, count)| !self.verbose && *count > MOST_FILES) {
            let rest = count - MOST_FILES;
            let _ = writeln!(err, "{}", words::more_files(code, rest, self.language));
        }
    }

    fn json_line(&self, diagnostic: &Diagnostic) -> String {
        let words = render(diagnostic, self.language);
        let severity = match diagnostic.severity() {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        serde_json::json!({
            "type": "finding", "code": words.code, "severity": severity, "title": words.title, "file": words.file, "sheet": words.sheet,
            "row": diagnostic.place.row.map(|row| row + 1), "column": diagnostic.place.column.map(|column| column + 1),
            "cell": words.cell, "item": words.item, "found": words.found, "expected": words.expected,
            "done": words.done, "help": words.help, "more": words.more,
        })
        .to_string()
    }

    /// One line with the number of findings.
    pub fn tally_of_findings(&self, diagnostics: &[Diagnostic]) {
        let of = |severity| pipeline::count(diagnostics, severity);
        let (errors, warnings, notes) = (of(Severity::Error), of(Severity::Warning), of(Severity::Note));
        self.remark(&words::tally_of_findings(errors, warnings, notes, self.language));
    }

    /// What stopped the run.
    pub fn error(&self, error: &Error) -> u8 {
        match error {
            Error::Scheme(diagnostics) | Error::NoReturns(diagnostics) | Error::HandOver(diagnostics) => {
                self.findings(diagnostics);
                if !self.json {
                    self.tally_of_findings(diagnostics);
                }
                FAILED
            }
            Error::Disk { path, cause } => self.failure(&words::disk(path, cause, self.language)),
            Error::Tally { path, cause } => self.failure(&words::bad_tally(path, cause, self.language)),
            Error::SlipsAmongReturns(path) => self.failure(&words::slips_among_returns(path.display(), self.language)),
            Error::OverEdition(path) => self.failure(&words::over_edition(path.display(), self.language)),
            Error::Publish(cause) => self.failure(&cause.message(self.language)),
            Error::Table(cause) => self.failure(cause),
        }
    }

    /// A sentence that explains why nothing came of it.
    pub fn failure(&self, cause: &str) -> u8 {
        if self.json {
            self.lines(&serde_json::json!({ "severity": "error", "title": cause }).to_string());
        } else {
            eprintln!("{}: {cause}", words::ERROR.said(self.language));
        }
        FAILED
    }

    /// A bar on a terminal, silence in a pipe.
    pub fn progress(&self) -> Bar {
        let visible = !self.quiet && !self.json && std::io::stderr().is_terminal();
        Bar { bar: visible.then(|| ProgressBar::new(0)) }
    }
}

/// Progress of reading.
pub struct Bar {
    bar: Option<ProgressBar>,
}

impl Progress for Bar {
    fn files(&self, count: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(count);
            if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}") {
                bar.set_style(style);
            }
        }
    }

    fn file_done(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
