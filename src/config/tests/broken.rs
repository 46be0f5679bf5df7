//! Broken schemes and tables: each expected code, and every offender with its line.

use super::examples::LECTURERS;
use super::{parsed, resolved, shown, table};
use crate::config::{REFERENCE_SCHEME, Tables, parse, reference_units, resolve};
use crate::diagnostic::Language;

/// Line of the first occurrence, 1-based.
fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).expect(part) + 1
}

/// The reference scheme with one part replaced.
fn with(from: &str, to: &str) -> String {
    assert!(REFERENCE_SCHEME.contains(from), "{from}");
    REFERENCE_SCHEME.replacen(from, to, 1)
}

/// Findings of the reference scheme with one part replaced.
fn found(from: &str, to: &str) -> Vec<String> {
    let outcome = resolved(&with(from, to), reference_units());
    shown(&outcome.diagnostics)
}

#[test]
fn every_wrong_key_and_value_is_named_at_once() {
    let text = "titel = \"x\"\nyear = \"2026\"\n[[form]]\ncode = \"a b\"\nname = \"\"\nkind = \"balot\"\n\
                items = [{ code = \"1\", name = \"n\", full = 0.5, weight = \"ten\" }]\n[rules]\nplaces = -1\nrollup = \"head\"\n";
    let found = parse(text, "scheme.toml").expect_err("broken");
    let mut lines = shown(&found);
    lines.sort();
    let expected = [
        "S102 1 titel",
        "S103 0",
        "S104 2 \"…\"",
        "S105 10 head",
        "S105 6 balot",
        "S106 7 0.5",
        "S107 7 ten",
        "S108 9 -1",
        "S111 5",
        "S113 4 a b",
    ];
    assert_eq!(lines, expected);
    let of = |code: &str| found.iter().find(|one| one.code == code).expect(code);
    assert_eq!(of("S102").arg("near"), "title");
    assert_eq!(of("S105").arg("near"), "ballot");
    assert_eq!(crate::diagnostic::shown(of("S106").arg("item"), Language::Zh), "form「a b」.items「1」.full");
    assert_eq!(of("S103").arg("expected"), "title");
    assert_eq!(of("S106").excerpt, Some((vec!["full = 0.5".to_owned()], 0)));
    assert_eq!(of("S107").place.column, Some(47), "points at the key");
}

#[test]
fn syntax_errors_have_their_line() {
    let found = parse("title = \"x\"\nyear = = 3\n", "scheme.toml").expect_err("broken");
    assert_eq!((found[0].code.as_str(), found[0].place.row), ("S101", Some(1)));
}

#[test]
fn no_text_makes_the_parser_panic() {
    // Prefixes of the reference cut anywhere, and each line dropped once.
    for end in (0..REFERENCE_SCHEME.len()).filter(|end| REFERENCE_SCHEME.is_char_boundary(*end)).step_by(97) {
        if let Ok(parsed) = parse(&REFERENCE_SCHEME[..end], "s") {
            let units = table("units.csv", reference_units());
            let _ = resolve(&parsed, &Tables { units, ..Tables::default() }, "x");
        }
    }
    let lines: Vec<&str> = REFERENCE_SCHEME.lines().collect();
    for dropped in 0..lines.len() {
        let text: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| *n != dropped).map(|(_, line)| *line).collect();
        if let Ok(parsed) = parse(&text.join("\n"), "s") {
            let units = table("units.csv", reference_units());
            let _ = resolve(&parsed, &Tables { units, ..Tables::default() }, "x");
        }
    }
}

#[test]
fn sibling_weights_name_their_sum_and_every_part() {
    let outcome = resolved(
        &with("weight = \"20\"\nweights = { village = \"15\"", "weight = \"10\"\nweights = { village = \"15\""),
        reference_units(),
    );
    assert!(outcome.scheme.is_none());
    let codes: Vec<&str> = outcome.diagnostics.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["S404"; 2], "{:#?}", outcome.diagnostics);
    let office = outcome.diagnostics.iter().find(|one| one.arg("other") == "机关").expect("office");
    assert_eq!(office.arg("count"), "90");
    for part in ["mubiao 50", "zhuanxiang 10", "ceping 20", "mindiao 0", "shuping 10"] {
        assert!(office.arg("found").contains(part), "{}", office.arg("found"));
    }
    let rest = outcome.diagnostics.iter().find(|one| one.arg("other") != "机关").expect("rest");
    assert_eq!(rest.arg("other"), "∅｜企业");
}

#[test]
fn scaled_weights_are_allowed_when_asked_for_and_said() {
    let scheme = with("weight = \"20\"\nweights = { village = \"15\"", "weight = \"10\"\nweights = { village = \"15\"");
    let outcome = resolved(&scheme.replace("normalise-weights = false", "normalise-weights = true"), reference_units());
    assert!(outcome.scheme.is_some());
    assert!(outcome.diagnostics.iter().all(|one| one.code == "S420") && outcome.diagnostics.len() == 2);
}

#[test]
fn references_to_nothing_offer_the_nearest() {
    let line = |part: &str| line_of(REFERENCE_SCHEME, part);
    let cases = [
        ("scale = \"grade\"", "scale = \"grad\"", line("scale = \"grade\"")),
        ("strata = \"abc\"", "strata = \"abd\"", line("strata = \"abc\"")),
        ("items-of = \"kaohe\"", "items-of = \"kaoh\"", line("items-of")),
        ("forms = [\"ceping\"]", "forms = [\"cepin\"]", line("forms = [\"ceping\"]")),
        ("indicator = \"zhengzhi\"", "indicator = \"zhenzhi\"", line("indicator = \"zhengzhi\"")),
        ("tie-chain = [\"mubiao\"", "tie-chain = [\"mubia\"", line("tie-chain")),
        ("grade = \"good\" }", "grade = \"god\" }", line("grade = \"good\" }")),
        ("weights = { office = \"20\" }", "weights = { ofice = \"20\" }", line("weights = { office = \"20\" }")),
        ("due-levels = [\"company\"]", "due-levels = [\"compny\"]", line("due-levels")),
    ];
    for (from, to, line) in cases {
        let outcome = resolved(&with(from, to), reference_units());
        let one = outcome.diagnostics.iter().find(|one| one.code == "S110").unwrap_or_else(|| panic!("{to}"));
        assert_eq!(one.place.row.map(|row| row as usize + 1), Some(line), "{to}");
        assert!(from.contains(one.arg("near")), "{to}: {}", one.arg("near"));
    }
}

#[test]
fn each_broken_scheme_has_its_code() {
    let line = |part: &str| line_of(REFERENCE_SCHEME, part);
    let has = |from: &str, to: &str, expected: &str| {
        let found = found(from, to);
        assert!(found.iter().any(|one| one == expected), "{to}: expected {expected}, got {found:#?}");
    };
    let last_node = line("code = \"baozhang\"");
    has("code = \"community\"", "code = \"village\"", &format!("S109 {} village", line("code = \"community\"")));
    has(
        "value = \"100\", class = \"top\", aliases = [\"优\"]",
        "value = \"101\"",
        &format!("S108 {} 101", line("label = \"优秀\"")),
    );
    has("aliases = [\"良\"]", "aliases = [\"优\"]", &format!("S303 {} 优", line("label = \"良好\"")));
    has("name = \"思想建设\"", "name = \"政治建设\"", &format!("S304 {} 政治建设", line("name = \"思想建设\"")));
    has("scale = \"satisfaction\"", "", &format!("S305 {} 对党组织服务群众的评价", line("name = \"对党组织服务群众的评价\"")));
    has(
        "full = \"10\", indicator = \"zhengzhi\"",
        "indicator = \"zhengzhi\"",
        &format!("S306 {} 第一议题学习制度落实", line("第一议题")),
    );
    has(
        "weight = \"0.4\"",
        "weight = \"0.5\"",
        &format!(
            "S307 {} A 0.5 (L{0}) + B 0.3 (L{1}) + C 0.3 (L{2}) = 1.1",
            line("code = \"A\""),
            line("code = \"B\""),
            line("code = \"C\"")
        ),
    );
    has(
        "strata = \"abc\"",
        "strata = \"abc\"\nmissing-stratum = \"give-to:D\"",
        &format!("S309 {} D", line("strata = \"abc\"") + 1),
    );
    has("forms = [\"mindiao\"]", "", &format!("S310 {} mindiao", line("code = \"mindiao\"") - 1));
    has("items-of = \"kaohe\"", "items-of = \"zicha\"", &format!("S311 {} zicha", line("items-of")));
    has(
        "name = \"保障\"\nparent = \"mubiao\"".replace("保障", "服务保障").as_str(),
        "name = \"x\"",
        &format!("S402 {} total (L{}) + baozhang (L{})", last_node - 1, line("code = \"total\"") - 1, last_node - 1)
            .replace(" + ", "，"),
    );
    has(
        "name = \"综合得分\"",
        "name = \"综合得分\"\nparent = \"mubiao\"",
        &format!("S403 {} total", line("name = \"综合得分\"") + 1),
    );
    has("weight = \"50\"", "", &format!("S405 {} mubiao", line("code = \"mubiao\"") - 1));
    has("forms = [\"ceping\"]", "forms = [\"ceping\", \"ceping\"]", &format!("S407 {} ceping", line("forms = [\"ceping\"]")));
    has("indicator = \"zhengzhi\"", "indicator = \"ceping\"", &format!("S410 {} ceping", line("indicator = \"zhengzhi\"")));
    has(
        "full = \"15\"",
        "full = \"14\"",
        &format!("S411 {} zhengzhi 20 + zuzhi 39 + zuofeng 20 + baozhang 20 = 99", line("code = \"mubiao\"") - 1),
    );
    has(
        "name = \"综合得分\"",
        "name = \"综合得分\"\nforms = [\"ceping\"]",
        &format!("S413 {} total", line("name = \"综合得分\"") + 1),
    );
    has("form = \"zicha\"", "form = \"ceping\"", &format!("S416 {} ceping", line("form = \"zicha\"")));
    has(
        "forms = [\"shuzhi\"]",
        "forms = [\"shuzhi\"]\nmeasure = \"excellent-rate\"",
        &format!("S417 {} 述职得分", line("name = \"述职得分\"")),
    );
    has("value = \"80\" }\nleaders", "value = \"95\" }\nleaders", &format!("S501 {} >= 95", line("value = \"80\" }")));
    has("name = \"较差\"\n", "name = \"较差\"\nfrom = \">= 0\"\n", &format!("S502 {} 较差", line("name = \"较差\"") + 1));
    has("from = { op = \">=\", value = \"90\" }", "from = \"<= 90\"", &format!("S503 {} <= 90", line("value = \"90\" }")));
    has("from = { op = \">=\", value = \"90\" }", "from = \"90\"", &format!("S504 {} 90", line("value = \"90\" }")));
    has("share = \"30%\"\nrounding", "share = 30\nrounding", &format!("S505 {} 30", line("ties = \"drop\"") - 2));
    has(
        "missing-procedure = \"renormalise\"",
        "missing-procedure = \"floor\"",
        &format!("S112 {} floor", line("missing-procedure")),
    );
    let total = line("name = \"综合得分\"");
    has("name = \"综合得分\"", "name = \"综合得分\"\nweight = \"100\"", &format!("S422 {} total", total + 1));
    has("name = \"政治建设\"", "name = \"政治建设\", full = \"10\"", &format!("S320 {} 政治建设", line("政治建设")));
    has("code = \"baozhang\"", "code = \"ceping.1\"", &format!("S408 {} ceping.1", line("政治建设")));
    has("min-cell = 5", "min-cell = 1", &format!("S510 {} 1", line("min-cell")));
}

#[test]
fn a_broken_tree_is_reported_once_and_not_everywhere_it_is_used() {
    let found = found(
        "code = \"mindiao\"\nname = \"民意调查\"\nparent = \"total\"",
        "code = \"mindiao\"\nname = \"民意调查\"\nparent = \"totl\"",
    );
    assert_eq!(found, [format!("S110 {} totl", line_of(REFERENCE_SCHEME, "name = \"民意调查\"") + 1)]);
}

#[test]
fn deep_nesting_is_refused_not_followed() {
    let text = format!("a = {}", "[".repeat(100_000));
    assert!(parse(&text, "scheme.toml").is_err());
}

#[test]
fn units_are_checked_row_by_row_and_all_are_named() {
    let units = "unit,parent,level,name,domain,headcount,headcount.X,note\n\
                 a,,师,甲,,\"1,200\",,\n\
                 b,a,团,乙,村,about 30,,\n\
                 b,a,团,丙,,,,\n\
                 c,zz,团,丁,,,,\n\
                 d,a,师,戊,,,,\n\
                 e,f,团,己,,,,\n\
                 f,e,连队,庚,,,,\n\
                 g,a,厂,辛,,,,\n\
                 h,a,团,乙,,,,\n\
                 ,a,团,壬,,,,\n\
                 i j,a,团,癸,,,,\n\
                 k,,团,子,,,,\n";
    let outcome = resolved(REFERENCE_SCHEME, units);
    let lines: Vec<String> = shown(&outcome.diagnostics).into_iter().filter(|one| !one.starts_with("S1")).collect();
    let expected = [
        "S216 0 X",
        "S215 0 note",
        "S214 3 村",
        "S213 3 about 30",
        "S204 4 b",
        "S205 5 zz",
        "S207 6 师",
        "S208 7 e",
        "S207 7 团",
    ];
    for one in expected.iter().take(8).chain(&["S208 8 f", "S206 9 厂", "S211 10 乙", "S212 11  壬", "S210 12 i j", "S209 13 k"])
    {
        assert!(lines.iter().any(|line| line == one), "expected {one}, got {lines:#?}");
    }
    assert!(outcome.scheme.is_none());
}

#[test]
fn missing_columns_are_named_with_the_headers_read() {
    let outcome = resolved(LECTURERS, "编号,名字\n1,甲\n");
    let codes: Vec<String> =
        outcome.diagnostics.iter().filter(|one| one.code == "S202").map(|one| one.arg("item").to_owned()).collect();
    assert_eq!(codes, ["unit", "name"]);
}

#[test]
fn adjustments_and_imported_scores_name_every_bad_row() {
    let adjustments = "subject,kind,points,effect\n三连,加分,1,\n一连,加分,1,\n3-41-1,奖励,1,\n3-41-1,扣分,-2,\n3-41-2,veto,,降为:上等\n四十一团/一连,veto,,cap:good\n";
    let imported = "subject,node,score\n3-41-1,ceping2,90\n3-41-1,ceping,101\n";
    let tables = Tables {
        persons: None,
        units: table("units.csv", reference_units()),
        adjustments: Some(table("adjustments.csv", adjustments)),
        imported: Some(table("imported.csv", imported)),
        ..Tables::default()
    };
    let outcome = resolve(&parsed(REFERENCE_SCHEME), &tables, "x");
    let expected = [
        "S701 2 三连",
        "S705 2 三连",
        "S702 3 一连",
        "S705 3 一连",
        "S703 4 奖励",
        "S704 5 -2",
        "S706 6 降为:上等",
        "S801 2 ceping2",
        "S802 3 101",
    ];
    let mut lines = shown(&outcome.diagnostics);
    let mut expected: Vec<String> = expected.iter().map(|one| (*one).to_owned()).collect();
    lines.sort();
    expected.sort();
    assert_eq!(lines, expected);
    let homonym = outcome.diagnostics.iter().find(|one| one.code == "S702").expect("homonym");
    let expected = crate::diagnostic::shown(homonym.arg("expected"), Language::Zh);
    assert_eq!(expected, "3-41-1（兵团/第三师/四十一团/一连）｜3-44-1（兵团/第三师/四十四团/一连）");
}

#[test]
fn source_rules_are_checked() {
    let text = format!(
        "{REFERENCE_SCHEME}\n[[source]]\nfiles = \"a**\"\nform = \"mindiao\"\nprocedure = \"ceping\"\nstratum = \"A\"\nunit = \"一连\"\n\
         unit-from = \"row\"\nheader-row = 0\ncolumns = {{ \"甲\" = \"item:9\", \"乙\" = \"answers\" }}\n"
    );
    let outcome = resolved(&text, reference_units());
    let mut codes: Vec<&str> = outcome.diagnostics.iter().map(|one| one.code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["S108", "S110", "S110", "S601", "S602", "S603", "S604", "S605", "S606"]);
}
