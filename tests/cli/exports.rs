//! Questionnaire exports, one per platform as it writes them, counted by hand; and nothing of a respondent behind the door.

use super::kit::{Case, levels, pass_or_fail, text, tree};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::fmt::Write as _;
use std::path::Path;

/// Two units, one form of three items on 满意 100, 基本满意 60, 不满意 0, 不了解 without points.
const SCHEME: &str = concat!(
    r#"
title = "民意调查"
"#,
    levels!(),
    r#"[[scale]]
code = "s"
options = [
  { code = "s1", label = "满意", value = "100", class = "top" },
  { code = "s2", label = "基本满意", value = "60", class = "favourable" },
  { code = "s3", label = "不满意", value = "0", class = "low" },
  { code = "s4", label = "不了解", class = "abstain" },
]
[[strata]]
code = "p"
members = [{ code = "A", name = "职工", weight = "50" }, { code = "B", name = "居民", weight = "50" }]
[[form]]
code = "mindiao"
name = "民意调查表"
kind = "ballot"
scale = "s"
strata = "p"
items = [{ code = "1", name = "工作作风" }, { code = "2", name = "服务态度" }, { code = "3", name = "办事效率（含热线）" }]
[[node]]
code = "total"
name = "综合得分"
[[node]]
code = "md"
name = "民意调查"
parent = "total"
weight = "100"
forms = ["mindiao"]
[rules]
min-cell = 1
"#,
    pass_or_fail!()
);

const UNITS: &str = "unit,parent,level,name\nc,,corps,演算兵团\nu1,c,unit,春风社区\nu2,c,unit,明光社区\n";

/// The ballots of every test: unit, stratum, three options (0–3; 9 left out).
///
/// By hand, 春风社区 (u1), strata weigh the same:
/// item 1: 职工 100, 60 → 80; 居民 0, 100 → 50 → 65. item 2: 职工 100, 100; 居民 60 and an abstention → 100 and 60 → 80.
/// item 3: 职工 60, left out → 60; 居民 0, 60 → 30 → 45. 明光社区 (u2): item 1: 居民 100; item 2: 0; item 3: 60.
const BALLOTS: [(usize, usize, [usize; 3]); 5] =
    [(0, 0, [0, 0, 1]), (0, 0, [1, 0, 9]), (0, 1, [2, 1, 2]), (0, 1, [0, 3, 1]), (1, 1, [0, 2, 1])];
const EXPECTED: [(&str, &str, &str, &str); 6] = [
    ("u1", "md.1", "65.00", "4"),
    ("u1", "md.2", "80.00", "3"),
    ("u1", "md.3", "45.00", "3"),
    ("u2", "md.1", "100.00", "1"),
    ("u2", "md.2", "0.00", "1"),
    ("u2", "md.3", "60.00", "1"),
];
const PLACES: [&str; 2] = ["春风社区", "明光社区"];
const STRATA: [&str; 2] = ["职工", "居民"];
const OPTIONS: [&str; 4] = ["满意", "基本满意", "不满意", "不了解"];

fn case() -> Case {
    Case::new().file("scheme.toml", SCHEME).file("units.csv", UNITS)
}

/// The option's text, or what stands for none.
fn option(answer: usize, none: &str) -> String {
    OPTIONS.get(answer).map_or_else(|| none.to_owned(), |label| (*label).to_owned())
}

/// The option's number from 1, or what stands for none.
fn number(answer: usize, none: &str) -> String {
    if answer < OPTIONS.len() { (answer + 1).to_string() } else { none.to_owned() }
}

/// Runs the case and compares every item of every unit with the count by hand; gives the evidence of the layout.
fn counted(case: &Case, platform: &str) -> String {
    let call = case.run();
    let scores = case.csv("scores.csv");
    for (unit, node, score, n) in EXPECTED {
        let wanted = [("subject", unit), ("node", node), ("stratum", "")];
        assert_eq!(scores.get(&wanted, "score"), score, "{platform} {unit} {node}\n{}", call.stderr);
        assert_eq!(scores.get(&wanted, "n"), n, "{platform} {unit} {node}\n{}", call.stderr);
    }
    let ledger = case.csv("ledger.csv");
    assert!(ledger.rows().iter().all(|row| row["balances"] == "是" && row["unclaimed"] == "0"), "{:#?}", ledger.rows());
    let said = case.csv("diagnostics.csv");
    let worse: Vec<_> =
        said.rows().iter().filter(|row| row["severity"] == "错误" && row["code"].starts_with(['B', 'F', 'L'])).collect();
    assert!(worse.is_empty(), "{platform}: {worse:#?}");
    let layouts = case.csv("layouts.csv");
    let evidence: Vec<&str> =
        layouts.rows().iter().map(|row| row["evidence"].as_str()).filter(|text| text.contains(platform)).collect();
    assert!(!evidence.is_empty(), "{platform}: {:#?}", layouts.rows());
    evidence.join("\n")
}

/// A CSV of rows, with `each` turned into the fields of one ballot.
fn lines(header: &str, each: impl Fn(usize, &str, &str, [usize; 3]) -> String) -> String {
    let mut out = format!("{header}\n");
    for (at, (unit, stratum, answers)) in BALLOTS.iter().enumerate() {
        out.push_str(&each(at + 1, PLACES[*unit], STRATA[*stratum], *answers));
        out.push('\n');
    }
    out
}

/// A workbook of one sheet; fields that are whole numbers become number cells.
fn workbook(csv: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    for (row, record) in (0u32..).zip(reader.records()) {
        for (column, field) in (0u16..).zip(&record.expect("a record")) {
            match field.parse::<i32>() {
                Ok(number) => drop(sheet.write_number(row, column, number).expect("written")),
                Err(_) if field.is_empty() => {}
                Err(_) => drop(sheet.write_string(row, column, field).expect("written")),
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

/// 问卷星 by text: six leading columns, a matrix, a multi-choice column, free text, `(空)` and `(跳过)`.
fn wjx_text() -> String {
    lines(
        "序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、您所在的单位,2、您的身份（单选）*,3、请评价以下方面—工作作风,\
         3、请评价以下方面—服务态度,4、【单选题】办事效率（含热线）(必填),5、您常去哪里？（多选）,6、请按重要程度排序,7、您的姓名（选填）,8、您还有什么意见",
        |at, unit, stratum, [one, two, three]| {
            let (one, two) = (option(one, "(跳过)"), option(two, "(空)"));
            let three = if at == 3 { "C.不满意〖排队太久，哨兵意见〗".to_owned() } else { option(three, "(空)") };
            format!(
                "{at},2026/9/{at} 12:00:0{at},7{at}秒,微信,朋友圈,192.0.2.{at}(新疆),{unit},{stratum},{one},{two},{three},\
                 大厅┋网上〖小程序〗,效率→态度→环境,(空),(空)"
            )
        },
    )
}

/// 问卷星 by number: multi-choice split, −2 blank, −3 skipped; the same ballots as by text. The unit is told by the file's name.
fn wjx_number(unit: usize) -> String {
    let mut out = "序号,提交答卷时间,所用时间,来源,来源详情,来自IP,总分,2、工作作风,3、请评价(服务态度),4、办事效率（含热线）,5、您常去哪里？(大厅),5、(网上)\n".to_owned();
    for (at, (_, _, [one, two, three])) in BALLOTS.iter().enumerate().filter(|(_, ballot)| ballot.0 == unit) {
        let (one, two, three) = (number(*one, "-3"), number(*two, "-2"), number(*three, "-3"));
        let _ = writeln!(out, "{at},2026/9/{at} 12:00:0{at},7{at}秒,微信,,192.0.2.{at},12,{one},{two},{three},1,-3");
    }
    out
}

#[test]
fn wjx_by_text() {
    let case = case().file("returns/386540716_按文本_2026年民意调查表_5_5.xlsx", workbook(&wjx_text()));
    assert!(counted(&case, "问卷星导出（按文本）").contains("3/3"));
}

#[test]
fn wjx_by_number_counts_in_the_order_of_the_scale_and_says_so() {
    let flat = SCHEME.replace("strata = \"p\"\n", "");
    let case = Case::new().file("scheme.toml", flat).file("units.csv", UNITS);
    let mut case = case;
    for (unit, name) in PLACES.iter().enumerate() {
        case = case.file(&format!("returns/{name}/38654071{unit}_按序号_民意调查表_5_5.xls.csv"), wjx_number(unit));
    }
    let call = case.run();
    let scores = case.csv("scores.csv");
    // 春风社区 without strata: item 1: 100, 60, 0, 100 → 65; item 2: 100, 100, 60, abstained → 86.67; item 3: 60, 0, 60 → 40.
    for (node, score, n) in [("md.1", "65.00", "4"), ("md.2", "86.67", "3"), ("md.3", "40.00", "3")] {
        let row = [("subject", "u1"), ("node", node)];
        assert_eq!((scores.get(&row, "score"), scores.get(&row, "n")), (score, n), "{node}\n{}", call.stderr);
    }
    let said = case.csv("diagnostics.csv");
    let notes = said.find(&[("code", "L150")]);
    assert_eq!(notes.len(), 2, "{}", call.stderr);
    assert_eq!(notes[0]["expected"], "1=满意、2=基本满意、3=不满意、4=不了解");
    let layouts = case.csv("layouts.csv");
    assert!(layouts.rows()[0]["evidence"].contains("按序号：1、2、3…依选项次序"), "{:?}", layouts.rows()[0]);
    assert_eq!(said.find(&[("code", "B402")]).len(), 0, "{}", call.stderr);
}

/// A plain sheet with the same numbers is not read so: 1 there is no option.
#[test]
fn numbers_in_a_plain_sheet_are_no_options() {
    let flat = SCHEME.replace("strata = \"p\"\n", "");
    let sheet = "序号,工作作风,服务态度,办事效率（含热线）\n1,1,2,3\n2,1,1,2\n3,2,1,1\n";
    let case = Case::new().file("scheme.toml", flat).file("units.csv", UNITS).file("returns/春风社区/民意调查表.csv", sheet);
    let call = case.run();
    let said = case.csv("diagnostics.csv");
    let told = said.rows().iter().filter(|row| ["B402", "L103"].contains(&row["code"].as_str())).count();
    assert!(told > 0, "{}", call.stderr);
    let scores = case.csv("scores.csv");
    assert_eq!(scores.get(&[("subject", "u1"), ("node", "md.1")], "score"), "", "{}", call.stderr);
}

/// Sent by text and by number: one return.
#[test]
fn text_and_number_of_one_questionnaire_count_once() {
    let flat = SCHEME.replace("strata = \"p\"\n", "");
    let by_number = wjx_number(0);
    let mut by_text = String::new();
    for (at, line) in by_number.lines().enumerate() {
        if at == 0 {
            by_text = format!("{line}\n");
            continue;
        }
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        for field in &mut fields[7..10] {
            *field = match field.as_str() {
                "-3" => "(跳过)".to_owned(),
                "-2" => "(空)".to_owned(),
                digits => OPTIONS[digits.parse::<usize>().expect("a number") - 1].to_owned(),
            };
        }
        by_text.push_str(&fields.join(","));
        by_text.push('\n');
    }
    let case = Case::new()
        .file("scheme.toml", flat)
        .file("units.csv", UNITS)
        .file("returns/春风社区/1_按序号_民意调查表_4_4.csv", &by_number)
        .file("returns/春风社区/1_按文本_民意调查表_4_4.xlsx", workbook(&by_text));
    let call = case.run();
    assert_eq!(case.csv("diagnostics.csv").find(&[("code", "M101")]).len(), 1, "{}", call.stderr);
    assert_eq!(case.csv("scores.csv").get(&[("subject", "u1"), ("node", "md.1")], "n"), "4", "{}", call.stderr);
}

/// 腾讯问卷: newest first, `1.` before the question, `A.` before the option, a column per option of a multi-choice question.
fn tencent_survey() -> String {
    let text = lines(
        "编号,开始答题时间,结束答题时间,答题时长,语言,清洗数据结果,智能清洗数据无效概率,地理位置国家和地区,地理位置省,地理位置市,用户类型,用户标识,昵称,\
         自定义字段,IP,UA,Referrer,1.您所在的单位,2.您的身份,3.请评价:工作作风,4.服务态度,5.办事效率（含热线）,6.通勤方式:步行,6.通勤方式:公交,",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| match answer {
                9 => String::new(),
                at => format!("{}.{}", char::from(b'A' + u8::try_from(at).expect("small")), OPTIONS[at]),
            });
            format!(
                "{at},2026/5/{at} 12:00,2026/5/{at} 12:01,3{at},简体中文,有效,0.1,中国,新疆,图木舒克,微信用户,wx_{at}{at}{at}abcdefghijklmnop1234,某某{at},\
                 ,192.0.2.{at},Mozilla/5.0,https://wj.example,{unit},{stratum},{one},{two},{three},A.步行,,"
            )
        },
    );
    let mut rows: Vec<&str> = text.lines().collect();
    rows[1..].reverse();
    format!("\u{feff}{}\n", rows.join("\n"))
}

#[test]
fn tencent_survey_newest_first() {
    counted(&case().file("returns/2026年民意调查表.csv", tencent_survey()), "腾讯问卷导出");
}

#[test]
fn tencent_docs_form() {
    let sheet = lines(
        "提交时间（自动）,您所在的单位（必填）,您的身份（必填）,工作作风（必填）,服务态度（必填）,办事效率（含热线）（必填）,手机号（必填）,提交者（自动）",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| option(answer, ""));
            format!("2026年9月22日 10:1{at},{unit},{stratum},{one},{two},{three},1391234000{at}.00 ,某某{at}")
        },
    );
    counted(&case().file("returns/民意调查表（收集结果）.xlsx", workbook(&sheet)), "腾讯文档收集表导出");
}

fn wenjuan() -> [(&'static str, Vec<u8>); 3] {
    let text = lines(
        "答题序号,来源,开始时间,提交时间,答题时长,Q1_您所在的单位,Q2_您的身份,Q3_请评价_工作作风,Q3_请评价_服务态度,Q4_办事效率（含热线）,Q5_爱好_阅读,Q5_爱好_跑步",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| option(answer, ""));
            format!("{at},直接访问,2026-9-{at} 8:00:00,2026-9-{at} 8:01:00,6{at},{unit},{stratum},{one},{two},{three},阅读,")
        },
    );
    let numbers = lines(
        "答题序号,来源,开始时间,提交时间,答题时长,Q1,Q2,Q3_R1,Q3_R2,Q4,Q5_A1,Q5_A2",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| number(answer, ""));
            let unit = if unit == PLACES[0] { 1 } else { 2 };
            let stratum = if stratum == STRATA[0] { 1 } else { 2 };
            format!("{at},直接访问,2026-9-{at} 8:00:00,2026-9-{at} 8:01:00,6{at},{unit},{stratum},{one},{two},{three},1,0")
        },
    );
    let labels = "Q1,您所在的单位,单选题\n,本题选项:,\n,1,春风社区\n,2,明光社区\nQ2,您的身份,单选题\n,1,职工\n,2,居民\nQ3,请评价,矩阵单选题\n,1,满意\n,2,基本满意\n,3,不满意\n,4,不了解\n";
    [("All_Data_Readable.csv", gbk(&text)), ("All_Data_Original.csv", gbk(&numbers)), ("code.csv", gbk(labels))]
}

#[test]
fn wenjuan_in_three_files_counts_once() {
    let mut case = case();
    for (name, bytes) in wenjuan() {
        case = case.file(&format!("returns/民意调查表/{name}"), bytes);
    }
    counted(&case, "问卷网导出（按文本）");
    let said = case.csv("diagnostics.csv");
    let codes: Vec<&str> = said.rows().iter().map(|row| row["code"].as_str()).filter(|code| code.starts_with("L15")).collect();
    assert_eq!(codes, ["L152", "L151"]);
    let ledger = case.csv("ledger.csv");
    assert_eq!(ledger.find(&[("status", "已计入")]).len(), 1, "{:#?}", ledger.rows());
}

#[test]
fn wenjuan_numbers_alone_are_asked_for_by_text() {
    let case = case().file("returns/民意调查表/All_Data_Original.csv", wenjuan()[1].1.clone());
    let call = case.run();
    assert_eq!(case.csv("diagnostics.csv").find(&[("code", "L153"), ("severity", "警告")]).len(), 1, "{}", call.stderr);
}

#[test]
fn jinshuju() {
    let sheet = lines(
        "序号,您所在的单位,您的身份,工作作风,服务态度,办事效率（含热线）,姓名,手机,提交人,提交时间,修改时间,填写时长,填写设备,操作系统,浏览器,填写者IP",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| option(answer, ""));
            format!(
                "{at},{unit},{stratum},{one},{two},{three},某某{at},1391234000{at},微信用户,2026-09-0{at} 08:00:00,2026-09-0{at} 08:00:00,0:01:0{at},手机,iOS,微信,192.0.2.{at}"
            )
        },
    );
    counted(&case().file("returns/民意调查表.xlsx", workbook(&sheet)), "金数据导出");
}

#[test]
fn google_forms_with_a_grid() {
    let sheet = lines(
        "Timestamp,Email Address,您所在的单位,您的身份,请评价 [工作作风],请评价 [服务态度],办事效率（含热线）,您常去哪里？",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| option(answer, ""));
            format!("2026/09/0{at} 8:00:00 AM GMT+8,p{at}@example.org,{unit},{stratum},{one},{two},{three},大厅;网上")
        },
    );
    counted(&case().file("returns/民意调查表.csv", sheet), "Google Forms导出");
}

/// Microsoft Forms: real date cells, answers of a choice with `;` behind, a quiz's points beside.
#[test]
fn microsoft_forms() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let dated = Format::new().set_num_format("m/d/yy h:mm:ss");
    let header = [
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        "您所在的单位",
        "您的身份",
        "工作作风",
        "服务态度",
        "办事效率（含热线）",
        "Points - 工作作风",
    ];
    for (column, word) in (0u16..).zip(header) {
        sheet.write_string(0, column, word).expect("written");
    }
    for (row, (unit, stratum, answers)) in (1u32..).zip(BALLOTS) {
        sheet.write_number(row, 0, row * 3).expect("written");
        for column in [1, 2] {
            let moment = ExcelDateTime::from_ymd(2026, 9, u8::try_from(row).expect("small")).expect("a day");
            sheet.write_datetime_with_format(row, column, moment, &dated).expect("written");
        }
        let [one, two, three] = answers.map(|answer| if answer > 3 { String::new() } else { format!("{};", OPTIONS[answer]) });
        let texts =
            ["anonymous".to_owned(), "某某".to_owned(), PLACES[unit].to_owned(), STRATA[stratum].to_owned(), one, two, three];
        for (column, word) in (3u16..).zip(texts) {
            sheet.write_string(row, column, word).expect("written");
        }
        sheet.write_number(row, 10, 1).expect("written");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    counted(&case().file("returns/民意调查表(1-5).xlsx", bytes), "Microsoft Forms导出");
}

/// LimeSurvey, full answers: code and question in the title, an array, one answer never handed in.
#[test]
fn limesurvey_full_answers_without_the_unsubmitted() {
    let sheet = lines(
        "\"Response ID\",\"Date submitted\",\"Last page\",\"Start language\",\"Seed\",\"IP address\",\"G01Q01. 您所在的单位\",\"G01Q02. 您的身份\",\
         \"G02Q03[SQ001]. 请评价 [工作作风]\",\"G02Q03[SQ002]. 请评价 [服务态度]\",\"G02Q04. 办事效率（含热线）\"",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| option(answer, ""));
            format!("{},2026-09-0{at} 08:00:00,3,zh-Hans,12345678{at},192.0.2.{at},{unit},{stratum},{one},{two},{three}", at * 2)
        },
    );
    let open = format!("{sheet}99,,1,zh-Hans,5,192.0.2.99,春风社区,职工,不满意,不满意,不满意\n");
    let case = case().file("returns/民意调查表.csv", open);
    counted(&case, "LimeSurvey导出（按文本）");
    let said = case.csv("diagnostics.csv");
    assert_eq!(said.find(&[("code", "B150")])[0]["message"], "1 份答卷开始了但没有提交");
}

/// LimeSurvey, codes: `Q3[SQ001]` is known where the scheme says so, answers `A1`… follow the scale.
#[test]
fn limesurvey_codes() {
    let scheme = SCHEME
        .replace("strata = \"p\"\n", "")
        .replace("{ code = \"1\", name = \"工作作风\" }", "{ code = \"1\", name = \"工作作风\", aliases = [\"Q3[SQ001]\"] }")
        .replace("{ code = \"2\", name = \"服务态度\" }", "{ code = \"2\", name = \"服务态度\", aliases = [\"Q3[SQ002]\"] }")
        .replace("name = \"办事效率（含热线）\" }", "name = \"办事效率（含热线）\", aliases = [\"Q4\"] }");
    let sheet = lines(
        "id,submitdate,lastpage,startlanguage,seed,ipaddr,Q1,Q3[SQ001],Q3[SQ002],Q4,Q5[SQ001],Q5[other]",
        |at, unit, _, answers| {
            let [one, two, three] = answers.map(|answer| if answer > 3 { String::new() } else { format!("A{}", answer + 1) });
            format!("{at},2026-09-0{at} 08:00:00,3,zh-Hans,12345678{at},192.0.2.{at},{unit},{one},{two},{three},Y,")
        },
    );
    let case = Case::new().file("scheme.toml", scheme).file("units.csv", UNITS).file("returns/民意调查表.csv", sheet);
    let call = case.run();
    let scores = case.csv("scores.csv");
    for (node, score, n) in [("md.1", "65.00", "4"), ("md.2", "86.67", "3"), ("md.3", "40.00", "3")] {
        let row = [("subject", "u1"), ("node", node)];
        assert_eq!((scores.get(&row, "score"), scores.get(&row, "n")), (score, n), "{node}\n{}", call.stderr);
    }
}

/// SurveyMonkey: the question in one header row, `Response`, a row or an option in the next.
#[test]
fn surveymonkey_with_two_header_rows() {
    let sheet = lines(
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,您所在的单位,您的身份,请评价以下方面,,办事效率（含热线）,您常去哪里？,\n\
         ,,,,,,,,,Response,Response,工作作风,服务态度,Response,大厅,网上",
        |at, unit, stratum, answers| {
            let [one, two, three] = answers.map(|answer| option(answer, ""));
            format!(
                "1143333222{at},433221{at},09/0{at}/2026 08:00:00 AM,09/0{at}/2026 08:01:00 AM,192.0.2.{at},p{at}@example.org,某,某{at},,{unit},{stratum},{one},{two},{three},大厅,"
            )
        },
    );
    let as_csv = case().file("returns/民意调查表.csv", &sheet);
    counted(&as_csv, "SurveyMonkey导出");
    counted(&case().file("returns/民意调查表.xlsx", workbook(&sheet)), "SurveyMonkey导出");
}

/// The same ballots through two platforms: one table of scores, byte for byte.
#[test]
fn two_platforms_give_one_tally() {
    let of = |name: &str, bytes: Vec<u8>| {
        let case = case().file(name, bytes);
        case.run();
        std::fs::read(case.out().join("scores.csv")).expect("scores")
    };
    let wjx = of("returns/1_按文本_民意调查表_5_5.csv", gbk(&wjx_text()));
    let tencent = of("returns/民意调查表.csv", tencent_survey().into_bytes());
    assert!(wjx == tencent);
}

/// 问卷星 with the units in the rows of a matrix: one ballot rates both.
#[test]
fn a_matrix_of_units() {
    let scheme = SCHEME.replace("strata = \"p\"\n", "").replace(
        "items = [{ code = \"1\", name = \"工作作风\" }, { code = \"2\", name = \"服务态度\" }, { code = \"3\", name = \"办事效率（含热线）\" }]",
        "items = [{ code = \"1\", name = \"总体评价\" }]",
    );
    let sheet = "序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、请评价以下单位—春风社区,1、请评价以下单位—明光社区\n\
                 1,2026/9/1 12:00:00,70秒,微信,,192.0.2.1,满意,不满意\n2,2026/9/1 12:00:01,71秒,微信,,192.0.2.2,基本满意,(跳过)\n";
    let case = Case::new()
        .file("scheme.toml", scheme)
        .file("units.csv", UNITS)
        .file("returns/演算兵团/1_按文本_民意调查表_2_2.csv", sheet);
    let call = case.run();
    let scores = case.csv("scores.csv");
    for (unit, score, n) in [("u1", "80.00", "2"), ("u2", "0.00", "1")] {
        let row = [("subject", unit), ("node", "md.1")];
        assert_eq!((scores.get(&row, "score"), scores.get(&row, "n")), (score, n), "{}", call.stderr);
    }
}

/// What no output may hold.
const SENTINELS: [&str; 12] = [
    "203.0.113.77",
    "13999887766",
    "哨兵甲",
    "哨兵意见",
    "oSentinelOpenId1234567890ab",
    "SentinelPhone",
    "98761秒",
    "23:57:41",
    "sentinel@example.net",
    "652701190001011234",
    "哨兵来源",
    "98761",
];

/// A sheet of a platform with every sentinel in it, rows of every kind of trouble among them.
fn planted(header: &str, row: impl Fn(&str, &str, &str) -> String) -> String {
    let mut out = format!("{header}\n");
    let rows = [
        ("春风社区", "职工", "满意"),
        ("春风社区", "职工", "很好"),                        // no option
        ("无名社区", "职工", "满意"),                        // no unit
        ("春风社区", "其他〖哨兵甲〗", "满意"),              // no stratum, with free text
        ("春风社区", "居民", "其他〖哨兵意见13999887766〗"), // no option, with free text
        ("", "", ""),                                        // only what the platform adds
        ("春风社区", "居民", "满意┋不满意"),
    ];
    for (unit, stratum, answer) in rows {
        out.push_str(&row(unit, stratum, answer));
        out.push('\n');
    }
    out
}

fn planted_exports() -> Vec<(&'static str, String)> {
    let wjx = planted(
        "序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、您所在的单位,2、您的身份,3、工作作风,4、服务态度,5、办事效率（含热线）,6、您的姓名,7、联系电话,8、身份证号,9、邮箱,10、意见,",
        |unit, stratum, answer| {
            format!(
                "1,2026/9/3 23:57:41,98761秒,哨兵来源,哨兵来源,203.0.113.77(新疆),{unit},{stratum},{answer},{answer},{answer},哨兵甲,13999887766,652701190001011234,sentinel@example.net,哨兵意见,哨兵甲"
            )
        },
    );
    let tencent = planted(
        "编号,开始答题时间,结束答题时间,答题时长,地理位置省,用户标识,昵称,IP,UA,Referrer,1.您所在的单位,2.您的身份,3.工作作风,4.服务态度,5.办事效率（含热线）",
        |unit, stratum, answer| {
            format!(
                "7,2026/9/3 23:57:41,2026/9/3 23:57:41,98761,哨兵来源,oSentinelOpenId1234567890ab,哨兵甲,203.0.113.77,SentinelPhone,https://哨兵来源,{unit},{stratum},{answer},{answer},{answer}"
            )
        },
    );
    let form = planted(
        "提交时间（自动）,单位（必填）,身份（必填）,工作作风（必填）,服务态度（必填）,办事效率（含热线）（必填）,姓名（必填）,手机号码,微信号,提交者（自动）",
        |unit, stratum, answer| {
            format!(
                "2026年9月3日 23:57:41,{unit},{stratum},{answer},{answer},{answer},哨兵甲,13999887766,oSentinelOpenId1234567890ab,哨兵甲"
            )
        },
    );
    let jinshuju = planted(
        "序号,单位,身份,工作作风,服务态度,办事效率（含热线）,姓名,手机,提交人,提交时间,填写时长,填写设备,浏览器,填写者IP,微信OpenID",
        |unit, stratum, answer| {
            format!(
                "1,{unit},{stratum},{answer},{answer},{answer},哨兵甲,13999887766,哨兵甲,2026-09-03 23:57:41,98761,SentinelPhone,SentinelPhone,203.0.113.77,oSentinelOpenId1234567890ab"
            )
        },
    );
    let google = planted(
        "Timestamp,Email Address,单位,身份,工作作风,服务态度,办事效率（含热线）,您的意见",
        |unit, stratum, answer| {
            format!("2026/09/03 23:57:41,sentinel@example.net,{unit},{stratum},{answer},{answer},{answer},哨兵意见")
        },
    );
    let microsoft = planted(
        "ID,开始时间,完成时间,电子邮件,名称,单位,身份,工作作风,服务态度,办事效率（含热线）",
        |unit, stratum, answer| {
            format!(
                "1,2026-09-03 23:57:41,2026-09-03 23:57:41,sentinel@example.net,哨兵甲,{unit},{stratum},{answer},{answer},{answer}"
            )
        },
    );
    let lime = planted(
        "id,submitdate,lastpage,startlanguage,seed,startdate,ipaddr,refurl,单位,身份,工作作风,服务态度,办事效率（含热线）,您的手机",
        |unit, stratum, answer| {
            format!(
                "1,2026-09-03 23:57:41,3,zh,98761,2026-09-03 23:57:41,203.0.113.77,哨兵来源,{unit},{stratum},{answer},{answer},{answer},13999887766"
            )
        },
    );
    let monkey = planted(
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,单位,身份,工作作风,服务态度,办事效率（含热线）\n,,,,,,,,,Response,Response,Response,Response,Response",
        |unit, stratum, answer| {
            format!(
                "13999887766,98761,09/03/2026 23:57:41,09/03/2026 23:57:41,203.0.113.77,sentinel@example.net,哨兵甲,哨兵甲,哨兵来源,{unit},{stratum},{answer},{answer},{answer}"
            )
        },
    );
    let wenjuan = planted(
        "答题序号,来源,开始时间,提交时间,答题时长,IP,Q1_单位,Q2_身份,Q3_工作作风,Q4_服务态度,Q5_办事效率（含热线）,Q6_您的姓名",
        |unit, stratum, answer| {
            format!(
                "1,哨兵来源,2026-9-3 23:57:41,2026-9-3 23:57:41,98761,203.0.113.77,{unit},{stratum},{answer},{answer},{answer},哨兵甲"
            )
        },
    );
    // A header that nobody knows: the sheet is not read, and not shown either.
    let unknown = planted("a,b", |_, _, _| "13999887766,203.0.113.77,sentinel@example.net,98761秒".to_owned());
    vec![
        ("1_按文本_民意调查表_7_7.csv", wjx),
        ("腾讯-民意调查表.csv", tencent),
        ("收集表-民意调查表.csv", form),
        ("金数据-民意调查表.csv", jinshuju),
        ("google-民意调查表.csv", google),
        ("ms-民意调查表.csv", microsoft),
        ("lime-民意调查表.csv", lime),
        ("monkey-民意调查表.csv", monkey),
        ("问卷网-民意调查表.csv", wenjuan),
        ("来路不明-民意调查表.csv", unknown),
    ]
}

#[test]
fn nothing_of_a_respondent_passes_the_door() {
    let mut case = case();
    for (name, sheet) in planted_exports() {
        case = case.file(&format!("returns/{name}"), &sheet).file(&format!("returns/xlsx/{name}.xlsx"), workbook(&sheet));
    }
    let call = case.kaoping(&["run", &text(&case.dir()), "-v", "-o", &text(&case.out())]);
    let said = case.csv("diagnostics.csv");
    for code in ["B101", "B104", "B402", "B403"] {
        assert!(said.find(&[("code", code)]).len() >= 10, "{code}: every platform's troubles are told\n{}", call.stderr);
    }
    let mut places =
        vec![("run: stdout".to_owned(), call.stdout.into_bytes()), ("run: stderr".to_owned(), call.stderr.into_bytes())];
    for format in ["text", "json"] {
        let call = case.kaoping(&["--format", format, "check", &text(&case.dir()), "-v"]);
        assert!(call.status < 2, "{}", call.stderr);
        places.push((format!("check {format}: stdout"), call.stdout.into_bytes()));
        places.push((format!("check {format}: stderr"), call.stderr.into_bytes()));
    }
    for (name, bytes) in tree(&case.out()) {
        if Path::new(&name).extension().is_none_or(|ending| ending != "png") {
            places.extend(super::privacy::unpacked(&name, bytes).into_iter().map(|content| (name.clone(), content)));
        }
    }
    for (name, content) in places {
        let content = String::from_utf8_lossy(&content);
        let seen = SENTINELS.iter().find(|word| content.contains(**word));
        let around = seen
            .and_then(|word| content.find(word))
            .map(|at| content[at.saturating_sub(0)..].chars().take(60).collect::<String>());
        assert!(seen.is_none(), "{seen:?} in {name}: {around:?}");
    }
}
