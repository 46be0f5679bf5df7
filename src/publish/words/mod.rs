//! Every word that a reader of a table, workbook, slip, chart or page sees, in the scheme's language: one place.

pub(in crate::publish) mod charts;
pub(in crate::publish) mod pages;
mod persons;
pub(in crate::publish) mod report;

pub use persons::{limit_of, name_of_pool, person_grade, reasons_of};

use crate::diagnostic::Language;
use crate::measure::{Examined, RollupUsed, WeakKind, WhyMissing};
use crate::survey::{CapWhen, MissingChild, NodeKind, PersonCap, Rollup, Scheme, Shape};

/// 是 or 否.
pub(super) fn yes_no(value: bool, language: Language) -> &'static str {
    if value { language.pick("是", "yes") } else { language.pick("否", "no") }
}

/// P(rank = r).
pub(super) fn of_rank(language: Language) -> &'static str {
    language.pick("居此名次", "at this rank")
}

/// P(rank ≤ r).
pub(super) fn up_to_rank(language: Language) -> &'static str {
    language.pick("不低于此名次", "at this rank or better")
}

/// A kind of weak point.
pub(super) fn weak_kind(kind: WeakKind, language: Language) -> &'static str {
    match kind {
        WeakKind::BelowPeers => language.pick("低于同类", "below peers"),
        WeakKind::BelowLine => language.pick("低于及格线", "below the line"),
        WeakKind::OffProfile => language.pick("偏离自身水平", "off its own profile"),
        WeakKind::Falling => language.pick("比上年下滑", "falling"),
        WeakKind::StrataDisagree => language.pick("票种分歧", "strata disagree"),
        WeakKind::SelfInflated => language.pick("自评虚高", "self-rating inflated"),
    }
}

/// What came of looking at one subject.
pub(super) fn examined(examined: Examined, language: Language) -> &'static str {
    match examined {
        Examined { flagged: 1.., .. } => language.pick("有短板", "found"),
        Examined { tested: 1.., .. } => language.pick("未发现", "none"),
        Examined { not_testable: 1.., .. } => {
            language.pick("不能判断（票数或同类太少）", "not testable (too few ballots or peers)")
        }
        _ => language.pick("没有得分", "no scores"),
    }
}

/// What a node is.
pub(super) fn node_kind(kind: NodeKind, language: Language) -> &'static str {
    match kind {
        NodeKind::Composite => language.pick("综合", "composite"),
        NodeKind::Procedure => language.pick("环节", "procedure"),
        NodeKind::Indicator => language.pick("指标", "indicator"),
        NodeKind::Item => language.pick("题目", "item"),
    }
}

/// Why a node has no score.
pub(super) fn why_missing(why: WhyMissing, language: Language) -> &'static str {
    match why {
        WhyMissing::NotApplicable => language.pick("不适用（权重为 0）", "not applicable (weight 0)"),
        WhyMissing::NothingSent => language.pick("未报送", "nothing sent"),
        WhyMissing::MeetingVoid => language.pick("会议规则作废", "voided by a meeting rule"),
        WhyMissing::Refused => language.pick("有缺项，方案规定不计分", "a part is missing and the scheme refuses"),
        WhyMissing::LowCoverage => language.pick("覆盖率低于下限", "coverage below the minimum"),
        WhyMissing::NothingScored => language.pick("无有效作答", "no scored answer"),
    }
}

/// How members' scores make their parent's.
pub(super) fn rollup_method(method: Rollup, language: Language) -> &'static str {
    match method {
        Rollup::Simple => language.pick("简单平均", "simple mean"),
        Rollup::Headcount => language.pick("按人数加权", "headcount-weighted"),
        Rollup::Pooled => language.pick("合并计票", "pooled ballots"),
    }
}

/// The roll-up that was used, with how many members had a score: `按人数加权 12/13`.
pub(super) fn rollup(used: RollupUsed, language: Language) -> String {
    format!("{} {}/{}", rollup_method(used.method, language), used.with_score, used.members)
}

/// The policy for missing procedures.
pub(super) fn missing_child(policy: &MissingChild, language: Language) -> String {
    match policy {
        MissingChild::Renormalise => {
            language.pick("缺项权重按比例分给其余", "renormalise the weights of those present").to_owned()
        }
        MissingChild::Zero => language.pick("缺项按 0 分", "missing counts 0").to_owned(),
        MissingChild::Floor(floor) => {
            format!("{} {}", language.pick("缺项按保底分", "missing counts"), crate::numeric::exact_text(floor))
        }
        MissingChild::Refuse => language.pick("有缺项则不计总分", "refuse where one is missing").to_owned(),
    }
}

/// What a sheet looks like.
pub(super) fn shape(shape: Shape, language: Language) -> &'static str {
    match shape {
        Shape::Wide => language.pick("一行一票", "one ballot a row"),
        Shape::Long => language.pick("一行一答", "one answer a row"),
        Shape::Matrix => language.pick("一票多对象", "one ballot, many subjects"),
        Shape::Votes => language.pick("计票表", "vote counts"),
        Shape::Scores => language.pick("评分表", "score sheet"),
        Shape::Judges => language.pick("评委打分表", "judges' scores"),
    }
}

/// Status of a sheet in the ledger; an unknown one is shown as it is.
pub(super) fn status(code: &str, language: Language) -> &str {
    let zh = match code {
        "read" => "已计入",
        "ignored" => "按规则忽略",
        "hidden" => "隐藏表，未读",
        "duplicate" => "重复报送",
        "other-year" => "他年",
        "unrecognised" => "未识别",
        "unreadable" => "无法读取",
        "empty" => "空表",
        _ => return code,
    };
    language.pick(zh, code)
}

/// A rule that led to a suggested grade, in words; `{0}`, `{1}` … are its arguments. An unknown code is shown with them.
pub(super) fn reason(code: &str, args: &[String], language: Language) -> String {
    let found = REASONS.iter().find(|(known, ..)| *known == code);
    let Some((_, zh, en)) = found else {
        return if args.is_empty() { code.to_owned() } else { format!("{code}({})", args.join(", ")) };
    };
    let mut text = language.pick(zh, en).to_owned();
    for (number, arg) in args.iter().enumerate() {
        text = text.replace(&format!("{{{number}}}"), arg);
    }
    // An argument that was not given leaves no braces behind, nor an empty pair of brackets.
    for number in args.len()..6 {
        text = text.replace(&format!("{{{number}}}"), "");
    }
    text.replace("（）", "").replace(" ()", "")
}

/// Codes of [`crate::measure::Standing::reasons`] with their words.
const REASONS: &[(&str, &str, &str)] = &[
    ("band", "得分 {1} 属「{0}」段", "score {1} lies in {0}"),
    ("veto-cap", "一票否决：不高于「{0}」（{1}）", "veto: at best {0} ({1})"),
    ("veto-set", "一票否决：定为「{0}」（{1}）", "veto: set to {0} ({1})"),
    ("veto-out", "一票否决：不参加排名，定为「{0}」（{1}）", "veto: out of the ranking, {0} ({1})"),
    (
        "quota-full",
        "「{0}」名额 {1} 个（基数 {2}×{3}）已满，列下一等次",
        "quota of {0} is full ({1} places, {2} × {3}): next grade",
    ),
    (
        "tie-at-cut",
        "「{0}」名额线上 {1} 个并列而余 {2} 个，待组织研究决定",
        "{1} tied at the cut for {0}, {2} places left: for the organisation to decide",
    ),
    (
        "tie-included",
        "「{0}」名额线上 {1} 个并列而余 {2} 个，按方案一并列入",
        "{1} tied at the cut for {0}, {2} places left: all included",
    ),
    (
        "tie-broken",
        "「{0}」名额线上 {1} 个并列而余 {2} 个，按并列顺序规则取舍",
        "{1} tied at the cut for {0}, {2} places left: decided by the tie chain",
    ),
    ("status", "{0}：不定等次", "{0}: no grade is given"),
    ("cap-status", "{1}：不高于「{0}」", "{1}: at best {0}"),
    ("cap-unit", "所在单位「{2}」等次为「{1}」：不高于「{0}」（{3}）", "{2} is graded {1}: at best {0} ({3})"),
    ("cap-score", "「{1}」{2}（{3}）：不高于「{0}」（{4}）", "{1} is {2} ({3}): at best {0} ({4})"),
    ("cap-votes", "「{1}」{2}/{3} 票（{4}）：不高于「{0}」（{5}）", "{1}: {2} of {3} votes ({4}): at best {0} ({5})"),
    ("note-unit", "提醒：所在单位「{2}」等次为「{1}」（{3}）", "attention: {2} is graded {1} ({3})"),
    ("note-score", "提醒：「{1}」{2}（{3}）（{4}）", "attention: {1} is {2} ({3}) ({4})"),
    ("note-votes", "提醒：「{1}」{2}/{3} 票（{4}）（{5}）", "attention: {1}: {2} of {3} votes ({4}) ({5})"),
    ("preferred", "与他人同分，按「{1}」优先列「{0}」（{2}）", "preferred among equals for {0} by {1} ({2})"),
    ("not-preferred", "与他人同分，按「{1}」未列「{0}」（{2}）", "not preferred among equals for {0} by {1} ({2})"),
    ("incomplete", "有缺项，见覆盖率", "incomplete: see coverage"),
    ("no-score", "无得分", "no score"),
    ("hidden", "得分由过少的人评出，不公开，不排名", "made by too few respondents: not shown, not ranked"),
];

/// A rule that limits a person's grade, by its own name, else by what it looks at.
pub(super) fn cap_rule(scheme: &Scheme, cap: &PersonCap) -> String {
    if !cap.name.is_empty() {
        return cap.name.clone();
    }
    let language = scheme.language;
    match &cap.when {
        CapWhen::UnitGrade(band) => {
            let grade = scheme.rules.bands.get(*band).map_or("", |band| band.name.as_str());
            format!("{}{grade}", language.pick("所在单位等次：", "unit graded "))
        }
        CapWhen::Score { node, .. } => scheme.index.node(*node).name.clone(),
        CapWhen::Votes(votes) => format!("{}{}", scheme.index.node(votes.node).name, language.pick("得票率", " votes")),
    }
}

/// Header of a column as a reader of the workbook sees it; an unknown one (a procedure) is shown as it is.
pub(super) fn column(name: &str, language: Language) -> &str {
    let found = COLUMNS.iter().find(|(known, ..)| *known == name);
    match (found, language) {
        (Some((_, zh, _)), Language::Zh) => zh,
        (Some((_, _, en)), Language::En) => en,
        (None, _) => name,
    }
}

/// Identifier of a CSV column, Chinese header, English header.
const COLUMNS: &[(&str, &str, &str)] = &[
    ("level", "层级", "Level"),
    ("domain", "领域", "Domain"),
    ("subject", "编码", "Code"),
    ("name", "名称", "Name"),
    ("parent", "上级编码", "Parent code"),
    ("parent_name", "上级", "Parent"),
    ("score", "得分", "Score"),
    ("rank", "名次", "Rank"),
    ("of", "参排数", "Of"),
    ("rank_low_weights", "名次上界(权重浮动)", "Rank from (weights)"),
    ("rank_high_weights", "名次下界(权重浮动)", "Rank to (weights)"),
    ("rank_low_options", "名次上界(分值浮动)", "Rank from (values)"),
    ("rank_high_options", "名次下界(分值浮动)", "Rank to (values)"),
    ("grade_kept", "等次保持的概率", "Grade kept"),
    ("reference", "参照", "Reference"),
    ("gap", "差距", "Gap"),
    ("cost", "影响总分", "Cost of the total"),
    ("probability", "概率", "Probability"),
    ("drivers", "主要来自", "Driven by"),
    ("between", "分歧票种", "Between"),
    ("tested", "已检", "Tested"),
    ("not_testable", "不能判断", "Not testable"),
    ("flagged", "低于同类", "Flagged"),
    ("answer", "结论", "Answer"),
    ("rank_low", "名次上界", "Rank from"),
    ("rank_high", "名次下界", "Rank to"),
    ("grade", "建议等次", "Suggested grade"),
    ("grade_by_score", "按得分等次", "Grade by score"),
    ("decision", "组织认定等次", "Decision"),
    ("decision_reason", "认定理由", "Reason of decision"),
    ("incomplete", "不完整", "Incomplete"),
    ("coverage", "覆盖率", "Coverage"),
    ("bound_low", "最低可能", "Lowest possible"),
    ("bound_high", "最高可能", "Highest possible"),
    ("veto", "一票否决", "Veto"),
    ("reasons", "理由", "Reasons"),
    ("bonus", "加分", "Bonus"),
    ("bonus_claimed", "申报加分", "Bonus claimed"),
    ("deduction", "扣分", "Deduction"),
    ("rollup", "汇总方式", "Roll-up"),
    ("unscreened_grade", "不剔废票时等次", "Grade with void ballots left in"),
    ("grades_possible", "可能等次", "Grades possible"),
    ("tied_at_cut", "名额线并列", "Tied at the cut"),
    ("node", "指标编码", "Node code"),
    ("node_name", "指标", "Node"),
    ("kind", "类别", "Kind"),
    ("stratum", "票种", "Stratum"),
    ("points", "折合分值", "Points"),
    ("full", "满分", "Full marks"),
    ("n", "票数", "n"),
    ("abstained", "弃权", "Abstained"),
    ("se", "标准误", "SE"),
    ("low", "区间下限", "Low"),
    ("high", "区间上限", "High"),
    ("weight", "权重", "Weight"),
    ("effective_weight", "有效权重", "Effective weight"),
    ("self_rated", "自评", "Self-rated"),
    ("self_gap", "自评−考核", "Self − assessed"),
    ("unscreened", "不剔废票", "Unscreened"),
    ("why_missing", "缺分原因", "Why missing"),
    ("hidden", "隐去", "Hidden"),
    ("imported", "引用", "Imported"),
    ("unit_level", "单位层级", "Unit level"),
    ("tier", "责任层级", "Tier"),
    ("person", "干部编号", "Person"),
    ("post", "职务", "Post"),
    ("principal", "主要负责人", "Principal"),
    ("unit_grade", "单位等次", "Unit grade"),
    ("gradable", "可定等次", "Gradable"),
    ("result_code", "结果代码", "Result code"),
    ("cap", "等次封顶", "Cap"),
    ("cap_reason", "封顶依据", "Reason of cap"),
    ("pool_places", "范围内名额", "Places of the pool"),
    ("merits", "优先条件", "Merits"),
    ("supervisors", "分管票种", "Superiors"),
    ("tied", "并列人选", "Joint candidates"),
    ("df", "自由度", "df"),
    ("basis", "误差依据", "Basis of the error"),
    ("deff", "设计效应", "Design effect"),
    ("interval_se", "区间用标准误", "SE of the interval"),
    ("interval_df", "区间用自由度", "df of the interval"),
    ("ballots", "票数", "Ballots"),
    ("item_name", "题目文字", "Item text"),
    ("alpha", "克朗巴赫α", "Cronbach's α"),
    ("item_rest", "题与其余相关", "Item–rest correlation"),
    ("alpha_without", "去掉本题的α", "α without the item"),
    ("unit", "单位编码", "Unit code"),
    ("unit_name", "单位", "Unit"),
    ("form", "表编码", "Form code"),
    ("form_name", "表", "Form"),
    ("procedure", "环节编码", "Procedure code"),
    ("procedure_name", "环节", "Procedure"),
    ("due", "应报", "Due"),
    ("sent", "已报份数", "Sent"),
    ("missing", "缺报", "Missing"),
    ("surplus", "多报", "Surplus"),
    ("attend_due", "应到", "Expected"),
    ("attend_present", "实到", "Present"),
    ("turnout", "到会率", "Turnout"),
    ("issued", "发出", "Issued"),
    ("returned", "收回", "Returned"),
    ("valid", "有效", "Valid"),
    ("partial", "部分", "Partial"),
    ("blank", "空白", "Blank"),
    ("void", "废票", "Void"),
    ("duplicate", "重复", "Duplicate"),
    ("meeting_void", "会议规则作废", "Meeting void"),
    ("pool", "范围编码", "Pool code"),
    ("pool_name", "名额范围", "Pool"),
    ("units", "单位数", "Units"),
    ("base", "基数", "Base"),
    ("share", "比例", "Share"),
    ("exact", "基数×比例", "Exact"),
    ("places", "名额", "Places"),
    ("eligible", "够格", "Eligible"),
    ("given", "给出", "Given"),
    ("file", "文件", "File"),
    ("sheet", "工作表", "Sheet"),
    ("status", "状态", "Status"),
    ("year", "年度", "Year"),
    ("rows", "行数", "Rows"),
    ("balances", "平账", "Balances"),
    ("answers", "作答", "Answers"),
    ("answers_missing", "未作答", "Unanswered"),
    ("answers_void", "作废作答", "Void answers"),
    ("message", "问题", "Finding"),
    ("code", "编号", "Code"),
    ("severity", "程度", "Severity"),
    ("cell", "位置", "Place"),
    ("item", "题目", "Item"),
    ("found", "读到", "Found"),
    ("expected", "应为", "Expected"),
    ("done", "已作处理", "Done"),
    ("help", "修正办法", "How to mend"),
    ("more", "同类另有", "More alike"),
    ("title", "标题行", "Title rows"),
    ("header", "表头行", "Header rows"),
    ("subtotal", "小计行", "Subtotals"),
    ("footer", "表尾行", "Footers"),
    ("blank_row", "空行", "Blank rows"),
    ("receipt", "会议数行", "Receipt rows"),
    ("heading", "分节行", "Headings"),
    ("entry", "计入行", "Entries"),
    ("set_aside", "搁置行", "Set aside"),
    ("unclaimed", "无归属行", "Unclaimed"),
    ("header_rows", "表头行号", "Header rows"),
    ("shape", "形式", "Shape"),
    ("columns", "各列用途", "Columns"),
    ("evidence", "依据", "Evidence"),
    ("runner_up", "次选及所缺", "Runner-up"),
    ("pin", "固定用 pin", "Pin"),
    ("other_pin", "次选的 pin", "Pin of the runner-up"),
    ("cells", "非空单元格", "Cells"),
    ("cells_answer", "格:作答", "Cells: answers"),
    ("cells_missing", "格:未作答", "Cells: unanswered"),
    ("cells_void", "格:作废", "Cells: void"),
    ("cells_key", "格:对象题号", "Cells: keys"),
    ("cells_header", "格:表头", "Cells: headers"),
    ("cells_title", "格:标题", "Cells: titles"),
    ("cells_sum", "格:合计", "Cells: sums"),
    ("cells_footer", "格:表尾", "Cells: footers"),
    ("cells_receipt", "格:会议数", "Cells: receipts"),
    ("cells_remark", "格:备注", "Cells: remarks"),
    ("cells_ignored", "格:未用列", "Cells: ignored"),
    ("cells_private", "格:个人信息弃去", "Cells: personal, dropped"),
    ("cells_set_aside", "格:搁置", "Cells: set aside"),
    ("cells_duplicate", "格:重复", "Cells: duplicate"),
    ("cells_unclaimed", "格:无归属", "Cells: unclaimed"),
    ("void_answered-min", "废票:答题不足", "Void: too few answers"),
    ("void_all-same", "废票:全同", "Void: all the same"),
    ("void_all-full", "废票:全满分", "Void: all full marks"),
    ("void_too-many-high", "废票:高分过多", "Void: too many high"),
    ("void_too-few-low", "废票:低分过少", "Void: too few low"),
    ("void_self-rating", "废票:自评", "Void: self-rating"),
    ("void_other", "废票:其他规则", "Void: other rules"),
    ("flag_answered-min", "提示:答题不足", "Flag: too few answers"),
    ("flag_all-same", "提示:全同", "Flag: all the same"),
    ("flag_all-full", "提示:全满分", "Flag: all full marks"),
    ("flag_too-many-high", "提示:高分过多", "Flag: too many high"),
    ("flag_too-few-low", "提示:低分过少", "Flag: too few low"),
    ("flag_self-rating", "提示:自评", "Flag: self-rating"),
    ("flag_other", "提示:其他规则", "Flag: other rules"),
];

/// A flag on ballots, in a word.
pub(super) fn forensic_kind(kind: crate::measure::ForensicKind, language: Language) -> &'static str {
    use crate::measure::ForensicKind::{EqualBallots, FarFromPattern, StraightLines, TooFast};
    match kind {
        StraightLines => language.pick("一答到底的票偏多", "many straight lines"),
        EqualBallots => language.pick("雷同票成片", "a block of equal ballots"),
        FarFromPattern => language.pick("与本单位答法相去甚远", "far from the unit's pattern"),
        TooFast => language.pick("作答过快", "filled too fast"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_filled_and_unknown_ones_are_shown() {
        let args = |args: &[&str]| args.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(reason("band", &args(&["优秀", "90.00"]), Language::Zh), "得分 90.00 属「优秀」段");
        assert_eq!(reason("veto-cap", &args(&["良好"]), Language::Zh), "一票否决：不高于「良好」");
        assert_eq!(reason("veto-cap", &args(&["good", "fire"]), Language::En), "veto: at best good (fire)");
        assert_eq!(reason("new-rule", &args(&["x"]), Language::Zh), "new-rule(x)");
    }

    #[test]
    fn every_column_has_one_word_in_each_language() {
        let mut names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        let known = names.len();
        names.dedup();
        assert_eq!(names.len(), known);
        assert!(crate::survey::CellFate::ALL.iter().all(|(_, name)| names.contains(name)));
        assert!(crate::survey::RowFate::ALL.iter().all(|(_, name)| names.contains(name) || name.starts_with("ballot_")));
    }
}
