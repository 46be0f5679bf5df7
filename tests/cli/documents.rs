//! README and help are fed to the binary.

use super::kit::{Case, kaoping};
use std::path::Path;

/// The `kaoping …` and `cargo run --release -- …` lines of the README's code blocks.
fn readme_commands() -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let mut inside = false;
    let mut commands = Vec::new();
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = !inside;
            continue;
        }
        let line = line.split(" #").next().unwrap_or_default().trim();
        let rest = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("kaoping "));
        if let (true, Some(rest)) = (inside, rest) {
            commands.push(rest.split_whitespace().map(str::to_owned).collect());
        }
    }
    commands
}

#[test]
fn readme_commands_run() {
    let commands = readme_commands();
    assert!(commands.len() >= 5, "{commands:?}");
    let case = Case::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::os::unix::fs::symlink(root.join("input"), case.home().join("input")).expect("a link");
    for command in commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let call = kaoping(case.home(), &words);
        assert!(call.status < 2, "kaoping {}\n{}{}", words.join(" "), call.stdout, call.stderr);
    }
}

#[test]
fn every_command_has_help() {
    let case = Case::new();
    for command in ["init", "check", "run", "tally", "report", "trace", "explain", "demo", "schema"] {
        let call = case.kaoping(&[command, "--help"]);
        assert_eq!(call.status, 0);
        assert!(call.stdout.contains("Usage: kaoping"), "{}", call.stdout);
    }
}

#[test]
fn every_code_explains_itself_in_both_languages() {
    let case = Case::new();
    for code in kaoping::diagnostic::catalogue().keys() {
        for language in ["zh", "en"] {
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_kaoping"))
                .current_dir(case.home())
                .args(["explain", code, "--lang", language])
                .output()
                .expect("starts");
            assert!(output.status.success() && output.stdout.len() > 60, "{code} {language}");
        }
    }
    let unknown = case.kaoping(&["explain", "Z999"]);
    assert_eq!(unknown.status, 2);
}

#[test]
fn init_gives_an_assessment_that_checks() {
    let case = Case::new();
    assert_eq!(case.kaoping(&["init", "new"]).status, 0);
    assert_eq!(case.kaoping(&["init", "new"]).status, 2, "an existing scheme is kept");
    let call = case.kaoping(&["check", "new"]);
    assert_eq!(call.status, 2, "no returns yet: {}", call.stderr);
    assert!(call.stderr.contains("F1"), "{}", call.stderr);
}

#[test]
fn findings_for_programs_are_json_and_warnings_can_be_denied() {
    let case = Case::new();
    assert_eq!(case.kaoping(&["demo", "made", "--divisions", "1", "--regiments", "1", "--mess", "none"]).status, 0);
    let clean = case.kaoping(&["check", "made", "--format", "json"]);
    let lines: Vec<serde_json::Value> =
        clean.stdout.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect();
    let (board, lines) = lines.split_last().expect("the board is the last line");
    assert_eq!(board["type"], "returns");
    assert!(lines.iter().all(|line| line["code"].is_string() && line["done"].is_string() && line["help"].is_string()));
    let warned = lines.iter().any(|line| line["severity"] == "warning");
    let denied = case.kaoping(&["check", "made", "--deny", "warnings", "-q"]);
    assert_eq!(denied.status, i32::from(warned || clean.status == 1));
}
