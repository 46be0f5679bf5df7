//! The shop window: `run input/example` gives what stands in `reports/example`, and `check` and `trace` leave no trace.

use super::kit::{Case, kaoping, text, tree};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// Units and persons whose own pages stand in the window; those of the others are bulk, which git does not keep (`.gitignore`).
const SAMPLES: [&str; 5] = ["units/corps/", "units/3/", "units/3-61/", "units/3-61-3/", "persons/P021/"];

fn bulk(name: &str) -> bool {
    let page = (name.starts_with("units/") || name.starts_with("persons/")) && name.matches('/').count() > 1;
    page && !SAMPLES.iter().any(|sample| name.starts_with(sample))
}

/// `KAOPING_UPDATE=1` rewrites the window. PNGs are drawn from the SVGs compared here and may differ between processors.
#[test]
fn the_example_gives_the_reports_in_the_repository() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let window = root.join("reports/example");
    let input = text(&root.join("input/example"));
    if std::env::var_os("KAOPING_UPDATE").is_some() {
        assert!(kaoping(root, &["run", &input, "-o", &text(&window)]).status < 2);
    }
    let case = Case::new();
    let call = kaoping(case.home(), &["run", &input, "-o", &text(&case.out())]);
    assert_eq!(call.status, 1, "the planted troubles are found: {}", call.stderr);
    let kept = |folder: &Path| tree(folder).into_iter().filter(|(name, _)| !bulk(name)).collect::<BTreeMap<_, _>>();
    let (old, new) = (kept(&window), kept(&case.out()));
    assert!(SAMPLES.iter().all(|sample| new.keys().any(|name| name.starts_with(sample))), "every sample is there");
    assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
    let drawn = |name: &str| Path::new(name).extension().is_some_and(|ending| ending == "png") || name == "run.json";
    let differing: Vec<&String> = old.keys().filter(|name| !drawn(name) && old[*name] != new[*name]).collect();
    assert!(differing.is_empty(), "{differing:?}: look at the difference; KAOPING_UPDATE=1 cargo test golden accepts it");
}

#[test]
fn check_and_trace_write_nothing() {
    let case = Case::new();
    assert_eq!(case.kaoping(&["demo", &text(&case.dir()), "--divisions", "1", "--regiments", "1", "--mess", "none"]).status, 0);
    let before = tree(case.home());
    let checked = case.kaoping(&["check", &text(&case.dir())]);
    assert!(checked.status < 2 && checked.stdout.contains("应报"), "{}{}", checked.stdout, checked.stderr);
    let traced = case.kaoping(&["trace", &text(&case.dir()), "--subject", "四十一团"]);
    assert_eq!(traced.status, 0, "{}", traced.stderr);
    assert_eq!(before, tree(case.home()));
}

#[test]
fn a_trace_adds_up_and_names_its_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let case = Case::new();
    let input = text(&root.join("input/example"));
    let traced = kaoping(case.home(), &["trace", &input, "--subject", "3-61-3", "--node", "ceping"]);
    assert_eq!(traced.status, 0, "{}", traced.stderr);
    for part in ["民主测评 [ceping]", "A票 权重 0.4 → 0.4", "优秀(100)×", "六十一团民主测评计票表.xlsx"] {
        assert!(traced.stdout.contains(part), "{part} in\n{}", traced.stdout);
    }
    assert!(!traced.stdout.contains("第一师/"), "another division's sheets are no source:\n{}", traced.stdout);
    let unknown = kaoping(case.home(), &["trace", &input, "--subject", "九十九团"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("相近"), "{}", unknown.stderr);
}

#[test]
fn run_json_names_every_input_that_was_opened_with_its_hash() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("reports/example/run.json")).expect("run.json");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let inputs: Vec<&serde_json::Value> = manifest["inputs"].as_array().expect("a list").iter().collect();
    assert!(inputs.len() > 150, "{}", inputs.len());
    for input in inputs {
        let bytes = std::fs::read(root.join("input/example").join(input["path"].as_str().expect("a path"))).expect("an input");
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert_eq!(input["sha256"], hash, "{}", input["path"]);
    }
}
