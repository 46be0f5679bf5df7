//! `trace` against the worked examples: every line a hand calculator would write, as text and as JSON; and what it must not show.

use super::examples::{UNITS, e2, e3, e8};
use super::kit::{Case, text};

const RETURNS: &str = "returns/甲单位-民主测评表.csv";

fn case((scheme, sheet): (String, String)) -> Case {
    Case::new().file("scheme.toml", scheme).file("units.csv", UNITS).file(RETURNS, sheet)
}

fn trace(case: &Case, more: &[&str]) -> String {
    let dir = text(&case.dir());
    let call = case.kaoping(&[&["trace", &dir, "--subject", "u1"], more].concat());
    assert_eq!(call.status, 0, "{}", call.stderr);
    call.stdout
}

/// The lines without those on errors and rank intervals, which come from elsewhere and have tests of their own.
fn arithmetic(page: &str) -> String {
    let other = |line: &&str| !["标准误", "名次区间", "误差"].iter().any(|word| line.contains(word));
    page.lines().filter(other).collect::<Vec<_>>().join("\n")
}

#[test]
fn e2_a_stratum_is_missing() {
    let expected = "\
演算兵团/甲单位 [u1] 单位
得分 86.27  名次 1/1  建议等次 良好

综合得分 [total] = 86.27  结果不完整（60.0%）
  = 86.266667 × 1
  = 1294/15 → 四舍五入到 2 位 86.27
  民主测评 [ceping] = 86.27  结果不完整（60.0%）  权重 1 → 1
    = 86.266667 × 1
    = 1294/15 → 四舍五入到 2 位 86.27
    总体评价 [ceping.1] = 86.27  结果不完整（60.0%）  权重 1 → 1
      A票 权重 0.4 → 0  n=0
      B票 权重 0.3 → 0.5  n=15
        优秀(100)×8 + 称职(80)×6 + 基本称职(60)×1 = 1340 ÷ 15 = 89.333333
      C票 权重 0.3 → 0.5  n=50
        优秀(100)×20 + 称职(80)×24 + 基本称职(60)×4 + 不称职(0)×2 = 4160 ÷ 50 = 83.2
      = 89.333333 × 0.5 + 83.2 × 0.5
      = 44.666667 + 41.6
      = 1294/15 → 四舍五入到 2 位 86.27

改变等次的最小改动（只看得分，不计名额和否决）
  升为「优秀」：距等次线 3.73 分
    选项：没有哪一张票的一个答案能做到
  降为「一般」：距等次线 6.27 分
    选项：没有哪一张票的一个答案能做到

来源
  民主测评表  returns/甲单位-民主测评表.csv  2 列，第 2 行起";
    assert_eq!(arithmetic(&trace(&case(e2()), &[])), expected);
}

#[test]
fn e3_nested_strata() {
    let page = trace(&case(e3()), &["--node", "ceping.de"]);
    let expected = "\
演算兵团/甲单位 [u1] 单位
得分 88.00  名次 1/1  建议等次 良好

德 [ceping.de] = 89.12
  A1票 权重 0.24 → 0.24  n=1
    95×1 = 95 ÷ 1 = 95
  A2票 权重 0.16 → 0.16  n=2
    90×1 + 92×1 = 182 ÷ 2 = 91
  B票 权重 0.3 → 0.3  n=3
    88×1 + 90×2 = 268 ÷ 3 = 89.333333
  C票 权重 0.3 → 0.3  n=5
    83×4 + 84×1 = 416 ÷ 5 = 83.2
  = 95 × 0.24 + 91 × 0.16 + 89.333333 × 0.3 + 83.2 × 0.3
  = 22.8 + 14.56 + 26.8 + 24.96
  = 89.12 → 四舍五入到 2 位 89.12";
    let page = arithmetic(&page);
    assert!(page.starts_with(expected), "{page}");
    // the largest share of one entry is 0.24 · 0.3 of the total (A1, 绩): 6.3 points from 88 down to 0
    assert!(page.contains("降为「一般」：距等次线 8 分\n    打分：没有哪一个打分能做到"), "{page}");
    assert!(page.contains("升为「优秀」：距等次线 2 分\n    打分：没有哪一个打分能做到") && !page.contains("选项："), "{page}");
}

#[test]
fn e8_a_procedure_is_missing() {
    let (renormalised, _) = e8("renormalise");
    let expected = "\
演算兵团/甲单位 [u1] 单位
得分 88.61  名次 1/1  建议等次 良好
缺项界限 [79.75, 89.75]

综合得分 [total] = 88.61  结果不完整（90.0%）
  = 88.4 × 5/9 + 91 × 1/9 + 84.1 × 1/9 + 90.2 × 2/9
  = 49.111111 + 10.111111 + 9.344444 + 20.044444
  = 1595/18 → 四舍五入到 2 位 88.61
  目标考核 [mubiao] = 88.40  引用上级结果  权重 0.5 → 5/9
  专项述职 [zhuanxiang] = 91.00  引用上级结果  权重 0.1 → 1/9
  民主测评 [ceping] = 84.10  引用上级结果  权重 0.1 → 1/9
  民意调查 [mindiao] 缺（未报送）  权重 0.1 → 0
  述职评议 [shuping] = 90.20  引用上级结果  权重 0.2 → 2/9

改变等次的最小改动（只看得分，不计名额和否决）
  升为「优秀」：距等次线 1.39 分
  降为「一般」：距等次线 8.61 分

来源";
    assert_eq!(arithmetic(&trace(&renormalised, &[])), expected);
    let (floor, _) = e8("floor:60");
    let page = trace(&floor, &[]);
    assert!(page.contains("= 88.4 × 0.5 + 91 × 0.1 + 84.1 × 0.1 + 60 × 0.1 + 90.2 × 0.2\n"), "{page}");
    assert!(page.contains("= 85.75 → 四舍五入到 2 位 85.75"), "{page}");
}

#[test]
fn programs_get_the_same_numbers() {
    let page = trace(&case(e2()), &["--format", "json"]);
    let sheet: serde_json::Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!((&sheet["total"]["exact"], &sheet["total"]["published"]), (&"1294/15".into(), &"86.27".into()));
    let item = &sheet["node"]["children"][0]["children"][0];
    assert_eq!((item["cells"][2]["sum"].as_str(), item["cells"][2]["n"].as_u64()), (Some("4160"), Some(50)));
    assert_eq!(item["terms"][0]["product"], "44.666667");
    assert!(sheet["turning"]["up"]["option"].is_null() && sheet["turning"]["up"]["distance"] == "3.73");
    assert_eq!(sheet["sources"][0]["columns"][0], "2");
}

#[test]
fn hidden_cells_stay_hidden_and_one_answer_turns_the_grade() {
    let (scheme, sheet) = e2();
    let hidden = case((scheme.replace("min-cell = 0", "min-cell = 16"), sheet));
    let page = trace(&hidden, &[]);
    assert!(page.contains("人数过少，不公布") && page.contains("没有在其中寻找"), "{page}");
    assert!(!page.contains("1340") && !page.contains("89.33"), "B of 15 shows:\n{page}");
    let json = trace(&hidden, &["--format", "json"]);
    assert!(!json.contains("1340") && !json.contains("89.33"), "{json}");
    // domain.md E1: 90.67; one 弃权 turned 基本称职 makes 2780/31 = 89.68
    let (scheme, _) = e2();
    let answers: Vec<String> = [("优秀", 18), ("称职", 10), ("基本称职", 2), ("弃权", 2)]
        .iter()
        .flat_map(|(label, count)| std::iter::repeat_n(format!("B票,{label}\n"), *count))
        .collect();
    let page = trace(&case((scheme, format!("票种,总体评价\n{}", answers.concat()))), &[]);
    let line =
        "选项：甲单位 总体评价 [ceping.1] B票 一张票由「弃权」改为「基本称职(60)」：90.666667 → 89.677419，总分 89.68，「良好」";
    assert!(page.contains("降为「良好」：距等次线 0.67 分") && page.contains(line), "{page}");
}
