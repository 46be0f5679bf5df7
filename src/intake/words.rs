//! The words of survey spreadsheets: what a header, a label, a footer, a total or a receipt line is called.

use super::cells::{clean, is_numeral, key, without_brackets};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// What a column is used for, going by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Identifies a ballot 票号.
    Ballot,
    /// 序号: a ballot's number where nothing better is there.
    Sequence,
    /// The unit whose people answer 单位.
    Unit,
    /// A level above the unit (师, 团场) in a column of its own.
    UnitPart,
    /// Who is rated 被测评对象.
    Subject,
    Stratum,
    Procedure,
    /// 题目 (long files, score sheets).
    Item,
    Answer,
    Count,
    /// 分值.
    Full,
    SelfScore,
    Score,
    Deduction,
    /// 扣分原因, 备注, 评分标准 and what else is read past.
    Meta,
    /// A time, duration, address or device: read past, and never part of anything kept.
    Private,
    /// 平均分, 合计, 得票率: made from other cells.
    Aggregate,
    Receipt(Head),
}

/// One of the meeting's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Due,
    Present,
    Issued,
    Returned,
    Valid,
}

const HEADERS: &[(Use, &[&str])] = &[
    (
        Use::Ballot,
        &[
            "票号",
            "选票编号",
            "选票号",
            "问卷编号",
            "答卷编号",
            "答卷id",
            "票编号",
            "ballot",
            "ballotid",
            "ballot_id",
            "respondent",
            "respondentid",
            "答卷序号",
            "问卷id",
            "票序",
            "评委",
            "评委姓名",
            "评委编号",
            "judge",
        ],
    ),
    (Use::Sequence, &["序号", "编号", "no", "no.", "id", "#", "行号", "序", "票"]),
    (
        Use::Unit,
        &[
            "单位",
            "单位名称",
            "被测评单位",
            "被考核单位",
            "被考评单位",
            "被评单位",
            "所在单位",
            "部门",
            "所属单位",
            "填报单位",
            "测评单位",
            "考核单位",
            "参评单位",
            "考核对象",
            "考评对象",
            "您所在的单位",
            "您所在单位",
            "所在连队",
            "所在部门",
            "连队(单位)",
            "受评单位",
            "述职单位",
            "unit",
            "department",
            "dept",
            "党支部",
            "党组织",
            "党组织名称",
            "支部",
            "支部名称",
        ],
    ),
    (
        Use::UnitPart,
        &[
            "师",
            "师市",
            "师(市)",
            "团",
            "团场",
            "团(镇)",
            "团镇",
            "所属师",
            "所属团",
            "所在师",
            "所在团",
            "所属团场",
            "上级单位",
            "上级",
        ],
    ),
    (
        Use::Subject,
        &[
            "被测评对象",
            "测评对象",
            "被评价对象",
            "评价对象",
            "姓名",
            "被测评人",
            "被评人",
            "述职人",
            "述职对象",
            "被考核人",
            "测评人选",
            "干部姓名",
            "评议对象",
            "被评议对象",
            "被评议人",
            "subject",
            "测评单位(被评)",
            "述职人姓名",
        ],
    ),
    (
        Use::Stratum,
        &[
            "票种",
            "身份",
            "类别",
            "票类",
            "票别",
            "人员类别",
            "您的身份",
            "您的身份是",
            "参评人员类别",
            "测评人身份",
            "人员身份",
            "评价主体",
            "测评主体",
            "投票人类别",
            "选票类别",
            "stratum",
            "参评身份",
            "票型",
        ],
    ),
    (Use::Procedure, &["环节", "考核环节", "测评环节", "述职环节", "procedure", "述职类型", "述职类别"]),
    (
        Use::Item,
        &[
            "题目",
            "测评项目",
            "测评内容",
            "考核项目",
            "考核内容",
            "考评项目",
            "考评内容",
            "评价项目",
            "评价内容",
            "指标",
            "考核指标",
            "评价指标",
            "测评指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "项目",
            "内容",
            "项目名称",
            "指标名称",
            "题项",
            "题干",
            "问题",
            "调查项目",
            "调查内容",
            "评议内容",
            "评议项目",
            "评分项目",
            "评分内容",
            "要素",
            "测评要素",
            "item",
            "question",
            "考核要点",
            "题号",
            "题目编号",
            "项目编号",
            "指标编号",
            "考评项目及标准分",
            "指标内容",
            "任务",
        ],
    ),
    (
        Use::Answer,
        &[
            "答案",
            "回答",
            "评价",
            "选择",
            "选项",
            "评价等次",
            "等次",
            "评价结果",
            "测评结果",
            "结果",
            "answer",
            "response",
            "option",
            "打分",
            "分数",
            "评价等级",
            "测评等次",
            "value",
        ],
    ),
    (Use::Count, &["票数", "得票", "得票数", "人数", "计数", "数量", "count", "n", "票数(张)", "票数(票)"]),
    (
        Use::Full,
        &[
            "分值",
            "满分",
            "标准分",
            "标准分值",
            "基本分",
            "基准分",
            "满分值",
            "权重分",
            "赋分",
            "项目分值",
            "分数值",
            "标准分数",
            "应得分",
        ],
    ),
    (
        Use::SelfScore,
        &[
            "自评分",
            "自查分",
            "自评得分",
            "自查得分",
            "自评",
            "自查",
            "自查评分",
            "自评分数",
            "单位自评",
            "单位自评分",
            "自我评分",
            "自测分",
        ],
    ),
    (
        Use::Score,
        &[
            "考核分",
            "得分",
            "考核得分",
            "考评得分",
            "考评分",
            "评分",
            "实得分",
            "核定分",
            "考核组评分",
            "考核组打分",
            "组评分",
            "考核评分",
            "考核",
            "上级考核分",
            "考核组评",
            "实际得分",
            "评定分",
            "复核分",
            "复核得分",
            "score",
            "考评",
            "审核得分",
            "审核分",
        ],
    ),
    (Use::Deduction, &["扣分", "扣分值", "扣减分", "扣分数", "扣除分", "考核扣分"]),
    (
        Use::Aggregate,
        &[
            "平均分",
            "平均",
            "平均得分",
            "均分",
            "总分",
            "合计",
            "小计",
            "总计",
            "最高分",
            "最低分",
            "排名",
            "名次",
            "得票率",
            "优秀率",
            "满意率",
            "称职率",
            "合格率",
            "最终得分",
            "加权得分",
            "折算分",
            "折算得分",
            "去掉最高最低后平均分",
            "去最高最低平均",
            "汇总",
            "占比",
            "比例",
            "总票数",
            "票数合计",
            "合计票数",
            "total",
            "average",
            "mean",
            "rank",
            "等级",
            "有效平均分",
            "综合排名",
            "综合得分",
            "综合评分",
        ],
    ),
    (
        Use::Private,
        &[
            "提交时间",
            "提交答卷时间",
            "所用时间",
            "来自ip",
            "ip",
            "ip地址",
            "答题时长",
            "开始答题时间",
            "结束答题时间",
            "填写时长",
            "填写设备",
            "浏览器",
            "timestamp",
            "时间戳记",
            "修改时间",
            "创建时间",
            "开始时间",
            "结束时间",
            "提交者",
            "提交人",
            "答题人",
            "昵称",
            "电话",
            "手机",
            "手机号",
            "联系电话",
            "ua",
            "referrer",
            "微信",
            "openid",
            "用户",
            "用户名",
            "时间",
            "日期",
            "填表时间",
            "填表日期",
            "submitdate",
            "startdate",
            "datestamp",
            "ipaddr",
            "设备",
            "地理位置",
            "地理位置国家",
            "地理位置省",
            "地理位置市",
            "填写人",
            "填表人",
            "投票人",
            "测评人",
            "评价人",
            "提交时间(自动)",
            "提交者(自动)",
            "身份证号",
            "工号",
        ],
    ),
    (
        Use::Meta,
        &[
            "备注",
            "来源",
            "来源详情",
            "来源渠道",
            "说明",
            "意见",
            "建议",
            "意见建议",
            "意见和建议",
            "其他意见",
            "您的意见",
            "扣分原因",
            "扣分理由",
            "扣分说明",
            "加分",
            "加扣分",
            "加扣分原因",
            "评分标准",
            "评分细则",
            "考核方式",
            "考评方式",
            "考核标准",
            "评分依据",
            "评分办法",
            "赋分办法",
            "佐证材料",
            "责任部门",
            "牵头单位",
            "责任单位",
            "评语",
            "性别",
            "年龄",
            "学历",
            "职务",
            "岗位",
            "政治面貌",
            "民族",
            "职级",
            "自定义字段",
            "语言",
            "清洗数据结果",
            "考核办法",
            "考评细则",
            "评估标准",
            "考核依据",
            "加分原因",
            "原因",
            "理由",
            "存在问题",
            "自评说明",
            "自查情况",
            "完成情况",
            "考核情况",
            "年度",
            "级别",
            "层级",
            "领域",
        ],
    ),
    (Use::Receipt(Head::Due), &["应到", "应到人数", "应参加人数", "应参加", "应到会人数"]),
    (Use::Receipt(Head::Present), &["实到", "实到人数", "实际参加人数", "实际参加", "参加人数", "到会人数", "实到会人数"]),
    (Use::Receipt(Head::Issued), &["发出", "发出票数", "发出张数", "发票", "发放", "发放票数", "发出份数", "发放份数"]),
    (Use::Receipt(Head::Returned), &["收回", "收回票数", "收回张数", "回收", "回收票数", "收回份数", "回收份数"]),
    (Use::Receipt(Head::Valid), &["有效", "有效票", "有效票数", "有效问卷"]),
];

/// Every header word with its use; of a word listed twice the first use stands.
fn header_words() -> &'static FxHashMap<&'static str, Use> {
    static WORDS: OnceLock<FxHashMap<&'static str, Use>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut all = FxHashMap::default();
        for (role, words) in HEADERS {
            for word in *words {
                all.entry(*word).or_insert(*role);
            }
        }
        all
    })
}

/// The use a header announces, by whole words; remarks in brackets do not matter.
pub(super) fn header_use(header: &str) -> Option<Use> {
    let whole = key(header);
    let numberless =
        super::cells::numbering(&whole).map_or(whole.as_str(), |(_, rest)| if rest.is_empty() { &whole } else { rest });
    [whole.as_str(), without_brackets(&whole), numberless, without_brackets(numberless)].into_iter().find_map(|word| {
        let word = word.trim_end_matches([':', '*', '?', '。']);
        header_words().get(word).copied()
    })
}

/// 评委1, 1号评委, 专家三, 票2, 第5票: one rater's column or row.
pub(super) fn is_judge(header: &str) -> bool {
    const WORDS: [&str; 22] = [
        "评委",
        "专家",
        "评审",
        "评分人",
        "评审专家",
        "考评员",
        "票",
        "选票",
        "测评票",
        "judge",
        "ballot",
        "委员",
        "评议人",
        "测评人",
        "领导",
        "考核组成员",
        "评审员",
        "评委会成员",
        "号评委",
        "评分员",
        "评价人",
        "代表",
    ];
    let whole = key(header);
    let whole = without_brackets(&whole);
    let word: String = whole
        .chars()
        .filter(|c| {
            !c.is_ascii_digit()
                && !is_numeral(*c)
                && !matches!(c, '号' | '第' | '#' | '-' | '_' | '.' | '甲' | '乙' | '丙' | '丁' | '戊' | '己' | '庚' | '辛')
        })
        .collect();
    let word = if word.len() > 1 && !word.is_ascii() { word.trim_end_matches(|c: char| c.is_ascii_lowercase()) } else { &word };
    WORDS.contains(&word) && word.len() < whole.len()
}

/// A row that sums up others: 合计, 平均分, 得票率….
pub(super) fn is_summary(first_key: &str) -> bool {
    const WORDS: [&str; 22] = [
        "合计",
        "小计",
        "总计",
        "总分",
        "平均",
        "平均分",
        "均分",
        "平均得分",
        "比例",
        "占比",
        "得票率",
        "百分比",
        "汇总",
        "最高分",
        "最低分",
        "总票数",
        "优秀率",
        "满意率",
        "得分合计",
        "总得分",
        "total",
        "average",
    ];
    let bare = without_brackets(first_key).trim_end_matches([':', '%']);
    let bare = bare.trim_start_matches(['共', '总']);
    WORDS.contains(&bare) || WORDS.contains(&without_brackets(first_key).trim_end_matches([':', '%']))
}

/// 小计: a sum of the rows since the last one; the other summaries look at everything.
pub(super) fn is_partial_sum(first_key: &str) -> bool {
    without_brackets(first_key).trim_end_matches(':') == "小计"
}

/// 合计, 总分, 小计: checked against the computed sum (averages and shares are not).
pub(super) fn is_sum(first_key: &str) -> bool {
    let bare = without_brackets(first_key).trim_end_matches(':');
    ["合计", "小计", "总计", "总分", "得分合计", "总得分", "合计得分", "total"].contains(&bare)
}

/// A line below (or above) the table that is about its making: 填表人, 审核人, 盖章, 注:, 年 月 日.
pub(super) fn is_footer(text_key: &str) -> bool {
    const STARTS: [&str; 36] = [
        "填表人",
        "填报人",
        "审核人",
        "制表",
        "制表人",
        "审核",
        "盖章",
        "(盖章)",
        "单位(盖章)",
        "单位盖章",
        "单位负责人",
        "负责人",
        "注:",
        "注1",
        "备注:",
        "说明:",
        "填表说明",
        "监票人",
        "计票人",
        "唱票人",
        "总监票",
        "联系人",
        "联系电话",
        "考核组成员",
        "考核组长",
        "考核组组长",
        "考评组",
        "评委签字",
        "评委签名",
        "签字",
        "签名",
        "填表日期",
        "填报日期",
        "日期:",
        "打印日期",
        "考核时间",
    ];
    STARTS.iter().any(|start| text_key.starts_with(start)) || is_signature(text_key) || is_date_line(text_key)
}

/// `计分人: 监票人:`: somebody's part in the making, and a colon.
fn is_signature(text_key: &str) -> bool {
    let Some((before, _)) = text_key.split_once(':') else { return false };
    let short = before.chars().count() <= 8;
    short
        && ["人", "员", "组长", "签字", "签名", "盖章", "(盖章)", "(签字)", "(签名)", "日期"]
            .iter()
            .any(|end| before.ends_with(end))
        && label(before).is_none()
}

/// `2026年12月1日`, `年月日`.
fn is_date_line(text_key: &str) -> bool {
    let rest: String = text_key.chars().filter(|c| !c.is_ascii_digit() && !is_numeral(*c) && !matches!(c, '_' | ':')).collect();
    rest == "年月日" || rest == "日期年月日" || rest == "时间年月日"
}

/// Labels in title rows: what the text behind the colon says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Unit,
    Stratum,
    Procedure,
    /// 被测评对象, 姓名.
    Subject,
}

/// Pairs of label and value in one cell: `被考核单位：三师四十一团一连　票种：A票`. An empty value stands in the next cell.
pub(super) fn labels(text: &str) -> Vec<(Label, String)> {
    let cleaned = clean(text);
    let mut out: Vec<(Label, String)> = Vec::new();
    let mut open = false;
    for token in cleaned.split(' ') {
        if let Some((before, after)) = token.split_once(':') {
            open = false;
            if let Some(label) = label(before) {
                out.push((label, after.to_owned()));
                open = true;
            }
        } else if open && let Some((_, value)) = out.last_mut() {
            value.push_str(token);
        } else if let Some(label) = label(token) {
            out.push((label, String::new()));
            open = false;
        }
    }
    out
}

fn label(text: &str) -> Option<Label> {
    match header_use(text.trim_start_matches(['(', '【']))? {
        Use::Unit => Some(Label::Unit),
        Use::Stratum => Some(Label::Stratum),
        Use::Procedure => Some(Label::Procedure),
        Use::Subject => Some(Label::Subject),
        _ => None,
    }
}

/// The numbers of a meeting in a line: `应到60人，实到55人，发出55张，收回54张，有效票53张`.
pub(super) fn heads(text: &str) -> Vec<(Head, u64)> {
    const WORDS: [(Head, &[&str]); 5] = [
        (Head::Due, &["应到", "应参加"]),
        (Head::Present, &["实到", "实际参加", "参加测评"]),
        (Head::Issued, &["发出", "发放"]),
        (Head::Returned, &["收回", "回收"]),
        (Head::Valid, &["有效"]),
    ];
    let text = key(text);
    let mut out = Vec::new();
    for (head, words) in WORDS {
        let Some((at, word)) = words.iter().find_map(|word| text.find(word).map(|at| (at, *word))) else { continue };
        let rest =
            text[at + word.len()..].trim_start_matches(|c: char| "会人数票张份为共是总测评表问卷选的:|()_,、=".contains(c));
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if let Ok(value) = rest[..end].parse::<u64>() {
            out.push((head, value));
        }
    }
    out
}

/// The year a title or a file name speaks of: `2026年度…`, `2026年…考核`; dates do not count.
pub(super) fn year(text: &str) -> Option<i32> {
    let text = key(text);
    text.match_indices('年').find_map(|(at, _)| {
        let before: String = text[..at].chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        let after = &text[at + '年'.len_utf8()..];
        let dated = after.starts_with(|c: char| c.is_ascii_digit() || is_numeral(c) || c == '月');
        let value = super::cells::numeral(&before)?;
        (!dated && before.chars().count() == 4 && (1990..2100).contains(&value)).then(|| i32::try_from(value).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_by_whole_words() {
        assert_eq!(header_use("自评\n分"), Some(Use::SelfScore));
        assert_eq!(header_use("您的身份（必填）"), Some(Use::Stratum));
        assert_eq!(header_use("1、您的身份"), Some(Use::Stratum));
        assert_eq!(header_use("提交答卷时间"), Some(Use::Private));
        assert_eq!(header_use("实到人数"), Some(Use::Receipt(Head::Present)));
        assert_eq!(header_use("政治建设"), None);
        for judge in ["评委1", "1号评委", "评委三", "第5票", "专家A", "评委甲"] {
            assert!(is_judge(judge), "{judge}");
        }
        for other in ["评委", "平均分", "一连", "序号"] {
            assert!(!is_judge(other), "{other}");
        }
    }

    #[test]
    fn lines_around_the_table() {
        assert_eq!(heads("应到60人，实到55人，发出55张，收回 54 张，其中有效票53张").len(), 5);
        assert_eq!(heads("应到会人数：60|实到"), vec![(Head::Due, 60)]);
        assert_eq!(
            labels("被考核单位：三师 四十一团一连　票种：A票"),
            vec![(Label::Unit, "三师四十一团一连".to_owned()), (Label::Stratum, "A票".to_owned())]
        );
        assert_eq!(labels("被测评单位:"), vec![(Label::Unit, String::new())]);
        assert!(is_footer(&key("填表人：        审核人：")) && is_footer(&key("2026 年 12 月 3 日")));
        assert!(!is_footer(&key("日常管理")));
        assert!(is_summary("合计") && is_summary("平均分(分)") && !is_summary("综合治理"));
        assert_eq!(year("2025年度四十一团考核评分表"), Some(2025));
        assert_eq!(year("二〇二六年度测评"), Some(2026));
        assert_eq!(year("填报日期：2027年1月5日"), None);
    }
}
