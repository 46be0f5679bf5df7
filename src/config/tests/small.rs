//! The rest of the codes, each broken into a small scheme: the code, the line, and what was found.

use super::examples::{LECTURERS, RICH};
use super::{resolved, shown};

const UNITS: &str = "unit,name,level\nu1,一连,\nu2,二连,\n";

/// Breaks a scheme in one place and asks for a finding `CODE line found` (the line where `at` stands, after the change).
fn breaks(base: &str, from: &str, to: &str, code: &str, at: &str, found: &str) {
    assert!(base.contains(from), "{from}");
    let text = base.replacen(from, to, 1);
    let line = if at.is_empty() { 0 } else { text.lines().position(|line| line.contains(at)).expect(at) + 1 };
    let units = if base == RICH { UNITS } else { "unit,name,level\nS,S,school\n" };
    let got = shown(&resolved(&text, units).diagnostics);
    let expected = format!("{code} {line} {found}");
    let above = format!("{code} {} {found}", line.saturating_sub(1)); // the [[table]] line
    assert!(
        got.iter().any(|one| one == expected.trim_end() || one == above.trim_end()),
        "{to}: expected {expected}, got {got:#?}"
    );
}

#[test]
fn instruments() {
    let option = "{ code = \"1\", label = \"1\", value = \"20\" }";
    let empty = "[[strata]]\ncode = \"none\"\nmembers = []\n[[strata]]\ncode = \"abc\"";
    breaks(RICH, "[[strata]]\ncode = \"abc\"", empty, "S114", "members = []", "");
    breaks(LECTURERS, "items = [{ code = \"y\", name = \"y\" }]", "items = []", "S313", "code = \"rating\"", "rating");
    breaks(LECTURERS, "value = 100 }]", "value = 100, class = \"abstain\" }]", "S316", "label = \"5\"", "5");
    breaks(LECTURERS, option, "{ code = \"1\", label = \"1\", class = \"low\" }", "S318", "label = \"1\"", "1");
    breaks(RICH, "label = \"优秀\", value = \"100\"", "label = \"优秀\", value = \"50\"", "S317", "code = \"cadre\"", "");
    breaks(RICH, "weight = \"40\" }", "weight = \"40\", parent = \"A1\" }", "S308", "code = \"A\"", "A");
    breaks(RICH, "name = \"副职\"", "name = \"正 职\"", "S312", "code = \"A2\"", "正职");
    breaks(
        RICH,
        "strata = \"abc\"\nabstain",
        "strata = \"abc\"\nscreening.too-few-low = { act = \"void\", below = \"70\", fewer-than = 2 }\nabstain",
        "S314",
        "fewer-than = 2",
        "",
    );
    breaks(
        RICH,
        "strata = \"abc\"\nabstain",
        "strata = \"abc\"\ntrim = { rule = \"each\" }\nabstain",
        "S315",
        "rule = \"each\"",
        "",
    );
    breaks(RICH, "name = \"打分表\"", "name = \"测评表\"", "S319", "answer = \"score\"", "测评表");
    let none = "[[scale]]\ncode = \"none\"\noptions = [{ code = \"n\", label = \"弃权\" }]\n[[scale]]\ncode = \"five\"";
    breaks(LECTURERS, "[[scale]]\ncode = \"five\"", none, "S301", "code = \"none\"", "");
    let many: Vec<String> = (0..251).map(|n| format!("{{ code = \"{n}\", label = \"L{n}\", value = \"1\" }}")).collect();
    let scale = format!("options = [{}, ", many.join(", "));
    breaks(LECTURERS, "options = [", &scale, "S302", "code = \"five\"", "256");
}

#[test]
fn trees() {
    breaks(RICH, "name = \"综合\"", "name = \"综合\"\nparent = \"votes\"", "S401", "[[node]]", "");
    breaks(RICH, "weight = \"0.5\"", "weight = \"0.5\"\nweights = { x = \"1\" }", "S110", "x = \"1\"", "x");
    breaks(RICH, "name = \"综合\"\nmissing", "name = \"综合\"\n#", "S412", "code = \"other\"", "other");
    breaks(RICH, "measure = { rank-step = \"2\" }", "measure = {}", "S418", "measure = {}", "");
    breaks(RICH, ", { points = \"160\" }]", "]", "S421", "rows = [", "");
    breaks(
        RICH,
        "{ code = \"1\", name = \"德\", full = \"20\" }",
        "{ code = \"1\", name = \"德\", scale = \"cadre\" }",
        "S409",
        "code = \"score\"",
        "score",
    );
    breaks(
        RICH,
        "weight = \"0.2\"\nforms",
        "weight = \"0.2\"\nself-rated = { form = \"own\" }\nforms",
        "S110",
        "form = \"own\"",
        "own",
    );
    let own = "[[form]]\ncode = \"own\"\nname = \"自评表\"\nkind = \"self-rated\"\nitems = [{ code = \"1\", name = \"德\", full = \"20\" }, { code = \"3\", name = \"勤\", full = \"80\" }]\n[[node]]\ncode = \"score\"\nself-rated = { form = \"own\" }";
    breaks(RICH, "[[node]]\ncode = \"score\"", own, "S415", "self-rated = {", "2，3");
    let zero = RICH.replace("weight = \"0.5\"", "weight = 0").replace("weight = \"0.3\"", "weight = 0");
    let got = shown(&resolved(&zero.replace("weight = \"0.2\"", "weight = 0"), UNITS).diagnostics);
    assert!(got.iter().any(|one| one.starts_with("S406") && one.ends_with("= 0")), "{got:#?}");
}

#[test]
fn rules_and_frames() {
    breaks(RICH, "[[pin]]", "[rules]\nrank-ties = \"chain\"\n[[pin]]", "S507", "[rules]", "");
    let twice = "[[quota]]\ngrade = \"good\"\nshare = \"30%\"\n[[quota]]\ngrade = \"良好\"\nshare = \"1/4\" # second\n[[pin]]";
    assert!(
        resolved(&RICH.replace("[[pin]]", twice), UNITS)
            .diagnostics
            .iter()
            .any(|one| one.code == "S506" && !one.arg("line").is_empty())
    );
    let levels: Vec<String> = (0..251).map(|n| format!("{{ code = \"l{n}\", name = \"{n}\" }}")).collect();
    let levels = format!("level = [{}]", levels.join(", "));
    breaks(RICH, "level = [{ code = \"unit\", name = \"单位\" }]", &levels, "S419", "level = [", "251");
    breaks(RICH, "level = [{ code = \"unit\", name = \"单位\" }]", "", "S201", "", "");
    let empty = shown(&resolved(RICH, "unit,name,level\n").diagnostics);
    assert!(empty.iter().any(|one| one.starts_with("S203")), "{empty:#?}");
}
