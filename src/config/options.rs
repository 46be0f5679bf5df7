//! The scheme as written: every key of `scheme.toml`, its meaning and its default. The JSON schema and the checks are made from these types.

use super::values::{Number, ThresholdOption, Word};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// 考核方案 scheme.toml。每个数字都是可以改的约定。A scheme: every number is a choice.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// 方案名称，印在报告上。Title printed on the reports.
    #[schemars(length(min = 1))]
    pub title: String,
    /// 考核年度；他年的材料不计入。Year of the assessment; returns of another year are set aside. Unset: not checked.
    pub year: Option<i32>,
    /// 报告语言，缺省 zh。Language of the reports.
    pub language: Option<LanguageOption>,
    /// 层级，由上到下。Levels of the organisation, from the top.
    #[serde(default)]
    pub level: Vec<LevelOption>,
    /// 领域：只在同层级、同领域内排名。Domains: ranks are within level × domain.
    #[serde(default)]
    pub domain: Vec<DomainOption>,
    /// 选项。Scales of options.
    #[serde(default)]
    pub scale: Vec<ScaleOption>,
    /// 票种。Sets of strata (classes of respondents).
    #[serde(default)]
    pub strata: Vec<StrataOption>,
    /// 表。Forms.
    #[serde(default)]
    pub form: Vec<FormOption>,
    /// 指标体系，平铺，靠 parent 连成树。The index tree, flat by `parent`; the node without a parent is the composite.
    #[serde(default)]
    pub node: Vec<NodeOption>,
    /// 规则。Rules of the whole assessment.
    #[serde(default)]
    pub rules: RulesOption,
    /// 等次，由高到低；不写则用 90/80/60。Grades, best first; unset: 90/80/60.
    #[serde(default)]
    pub grade: Vec<GradeOption>,
    /// 名额。Quotas.
    #[serde(default)]
    pub quota: Vec<QuotaOption>,
    /// 来源规则：识别不了时才写。Where recognition cannot decide.
    #[serde(default)]
    pub source: Vec<SourceOption>,
    /// 同 source，优先。The same keys as `source`, stronger.
    #[serde(default)]
    pub pin: Vec<SourceOption>,
}

/// 语言。Language.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LanguageOption {
    /// 中文。Chinese.
    Zh,
    /// 英文。English.
    En,
}

/// 层级。A level.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LevelOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称。Name.
    #[schemars(length(min = 1))]
    pub name: String,
}

/// 领域。A domain.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DomainOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称。Name.
    #[schemars(length(min = 1))]
    pub name: String,
}

/// 一组选项，从最好的写起。A scale of options, best first.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScaleOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 选项，至多 250 个。The options, at most 250.
    pub options: Vec<ChoiceOption>,
}

/// 一个选项。An option.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChoiceOption {
    /// 代码，同组内唯一。Code, unique in its scale.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 票上的文字。Text on the ballot.
    #[schemars(length(min = 1))]
    pub label: String,
    /// 分值 0–100；不写即弃权类。Value 0–100; without one the option is an abstention.
    pub value: Option<Number>,
    /// 类别；不写则推定：无分值为 abstain，分值最高 top，次高 favourable，最低 low，其余 middle。
    /// Class; unset: no value abstain, highest value top, second favourable, lowest low, others middle.
    pub class: Option<ClassOption>,
    /// 弃权：等于 class = "abstain"。The same as class = "abstain".
    pub abstain: Option<bool>,
    /// 同义写法。Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// 选项类别。What an option says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClassOption {
    /// 优秀、满意。
    Top,
    /// 良好、基本满意。
    Favourable,
    /// 居中。
    Middle,
    /// 较差、不满意。
    Low,
    /// 弃权、不了解。
    Abstain,
}

/// 一组票种。A set of strata.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StrataOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 票种。The strata.
    pub members: Vec<StratumOption>,
}

/// 票种。A stratum.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StratumOption {
    /// 代码，同组内唯一。Code, unique in its set.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称。Name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 权重；同一上级之下合计 1（或 100）。Weight; siblings add up to 1 (or 100).
    pub weight: Number,
    /// 某领域另定的权重。Weights that differ by domain.
    #[serde(default)]
    pub weights: BTreeMap<String, Number>,
    /// 上级票种：A = 0.6·A1 + 0.4·A2。The stratum it is a part of.
    pub parent: Option<String>,
    /// 同义写法。Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// 表。A form.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FormOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 表名，表头上的字样。Name as on the sheet.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 同义写法。Other names of the form.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// 种类，缺省 ballot。Kind of paper.
    pub kind: Option<FormKindOption>,
    /// 题目。Items.
    #[serde(default)]
    pub items: Vec<ItemOption>,
    /// 与另一表同题（自查与考核）。The same items as another form.
    pub items_of: Option<String>,
    /// 作答方式：option 选项（需 scale）│ score 打分；评分表缺省 score。How items are answered.
    pub answer: Option<AnswerOption>,
    /// 题目所用选项。Scale of the items.
    pub scale: Option<String>,
    /// 票种。Set of strata.
    pub strata: Option<String>,
    /// 应报此表的层级（代码或名称）；不写则不查应报。Levels from which the form is due; unset: not checked.
    #[serde(default)]
    pub due_levels: Vec<String>,
    /// 应报此表的领域；不写则凡权重不为 0 者。Domains from which it is due; unset: all whose weight is not 0.
    #[serde(default)]
    pub due_domains: Vec<String>,
    /// 弃权：exclude 不计（缺省）│ zero 计 0 │ 一个分值如 "60"。Abstentions.
    pub abstain: Option<Word>,
    /// 某票种无票：renormalise 重新归一（缺省）│ zero │ refuse │ give-to:B 权重给 B。A stratum without answers.
    pub missing_stratum: Option<Word>,
    /// 去掉最高最低分，缺省不去。Trimming; unset: none.
    pub trim: Option<TrimOption>,
    /// 废票规则，缺省都不启用。Ballot screening; unset: off.
    #[serde(default)]
    pub screening: ScreeningOption,
    /// 会议规则。Meeting rules.
    #[serde(default)]
    pub meeting: MeetingOption,
}

/// 表的种类。Kind of paper.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FormKindOption {
    /// 票：一人一份。One respondent a sheet.
    Ballot,
    /// 考核评分表。Points given by the assessing team.
    Assessed,
    /// 自查评分表。Points the subject gives itself.
    SelfRated,
}

/// 作答方式。How an item is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerOption {
    /// 选项。One option of the scale.
    Option,
    /// 打分，0 至满分。Points from 0 to full marks.
    Score,
}

/// 题目。An item.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ItemOption {
    /// 代码，同表内唯一。Code, unique in its form.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 题目文字。Text of the item.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 同义写法。Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// 本题作答方式，缺省随表。Overrides the form's.
    pub answer: Option<AnswerOption>,
    /// 本题选项，缺省随表。Overrides the form's.
    pub scale: Option<String>,
    /// 满分；打分题用，评分表必写，票缺省 100。Full marks of a scored item; ballots default to 100.
    pub full: Option<Number>,
    /// 权重，缺省为满分（打分题）或 1。Weight; unset: full marks (scored items) or 1.
    pub weight: Option<Number>,
    /// 所属指标，可写几个（此表用于几个环节时）。The indicator(s) it belongs to.
    pub indicator: Option<OneOrMany>,
}

/// 一个或几个代码。One code or several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    /// The codes.
    pub(super) fn codes(&self) -> &[String] {
        match self {
            Self::One(code) => std::slice::from_ref(code),
            Self::Many(codes) => codes,
        }
    }
}

/// 去分。Trimming, per item within a stratum.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrimOption {
    /// 规则。The rule.
    pub rule: TrimRule,
    /// one-each：人数超过几人才去，缺省 5。`one-each`: only when more than this many answered.
    pub when_above: Option<u64>,
    /// each：两端各去几个，缺省 1。`each`: how many at either end.
    pub count: Option<u64>,
    /// share：两端各去几成，如 "10%"。`share`: which share at either end.
    pub share: Option<Number>,
}

/// 去分规则。Trimming rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TrimRule {
    /// 不去。
    None,
    /// 去一个最高分和一个最低分。One highest and one lowest.
    OneEach,
    /// 两端各去几个。So many at either end.
    Each,
    /// 两端各去几成。A share at either end.
    Share,
}

/// 废票规则。Screening rules of a form.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ScreeningOption {
    /// 作答比例不足。Answered share below a minimum.
    pub answered_min: Option<AnsweredMinOption>,
    /// 全部同一答案。Every answer the same.
    pub all_same: Option<AllSameOption>,
    /// 全部满分。Every answer full marks.
    pub all_full: Option<ActOption>,
    /// 一票评多人：高分者过多。On a ballot on many subjects: too many high.
    pub too_many_high: Option<TooManyHighOption>,
    /// 一票评多人：低分者过少。On a ballot on many subjects: too few low.
    pub too_few_low: Option<TooFewLowOption>,
    /// 给自己打分。Rating oneself.
    pub self_rating: Option<ActOption>,
}

/// 处置。What a rule does to a ballot that breaks it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActOption {
    /// 不查。Not looked at.
    Off,
    /// 照计，列出。Counted, and listed.
    Flag,
    /// 废票。Void.
    Void,
}

/// 作答比例下限。Minimum answered share.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnsweredMinOption {
    /// 处置。
    pub act: ActOption,
    /// 至少答几成，如 "1/2"。
    pub share: Number,
}

/// 全部同一答案。Every answer the same.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AllSameOption {
    /// 处置。
    pub act: ActOption,
    /// 至少答了几题才查，缺省 2。With at least this many answers.
    pub min_items: Option<u32>,
}

/// 高分者过多。Too many high scores on one ballot.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TooManyHighOption {
    /// 处置。
    pub act: ActOption,
    /// 达到此分者。At or above this score.
    pub at_or_above: Number,
    /// 多于几人。More than this many subjects.
    pub more_than: u32,
}

/// 低分者过少。Too few low scores on one ballot.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TooFewLowOption {
    /// 处置。
    pub act: ActOption,
    /// 低于此分者。Below this score.
    pub below: Number,
    /// 少于几人。Fewer than this many subjects.
    pub fewer_than: u32,
}

/// 会议规则。Meeting rules per unit.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MeetingOption {
    /// 收回多于发出，该单位此表作废，缺省 true。More returned than issued voids the form for the unit.
    pub returned_above_issued: Option<bool>,
    /// 到会率 实到/应到 须满足。Turnout must satisfy this.
    pub turnout: Option<ThresholdOption>,
}

/// 指标。A node of the index tree.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NodeOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称。Name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 上级指标；只有综合得分没有。The node above; only the composite has none.
    pub parent: Option<String>,
    /// 权重；环节必写，指标缺省为所含题目的满分之和；0 即不适用。Weight among its siblings; 0: not applicable.
    pub weight: Option<Number>,
    /// 某领域另定的权重。Weights that differ by domain.
    #[serde(default)]
    pub weights: BTreeMap<String, Number>,
    /// 由哪些表供分；无下级也无表者只取引用分。Forms that feed it; without children or forms: imported scores only.
    #[serde(default)]
    pub forms: Vec<String>,
    /// 算法，对其下题目有效，缺省 mean。How the items below are scored.
    pub measure: Option<MeasureOption>,
    /// 下级缺分：renormalise（缺省）│ zero │ refuse │ floor:60。What a missing child does.
    pub missing: Option<Word>,
    /// 覆盖率低于此数则视为缺分，缺省随 rules。Below this coverage the node is missing.
    pub min_coverage: Option<Number>,
    /// 向上汇总，缺省随 rules。How members' scores climb.
    pub rollup: Option<RollupOption>,
    /// 自查与考核的关系。How self-rating enters a procedure.
    pub self_rated: Option<SelfRatedOption>,
}

/// 算法。A measure: a name, or a table with one key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum MeasureOption {
    Named(MeasureName),
    Table(MeasureTable),
}

/// 算法名。Named measures.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MeasureName {
    /// 平均分。Mean value.
    Mean,
    /// 优秀率。Top share of scored ballots.
    ExcellentRate,
    /// 满意率(仅满意)。Top share of scored ballots.
    SatisfiedOnly,
    /// 满意率(广义, 剔除不了解)。Top and favourable of scored ballots.
    SatisfiedBroad,
    /// 满意率(广义, 含不了解)。Top and favourable of all ballots.
    SatisfiedOfAll,
    /// 知晓率。Scored of all ballots.
    Awareness,
    /// 按实绩赋分：与同类最高分之比。Ratio to the best of the peers.
    RatioToBest,
}

/// 带参数的算法，只写一个键。Measures with parameters; exactly one key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MeasureTable {
    /// 按排名赋分：第一名 100，每降一名减几分。Points less per rank.
    pub rank_step: Option<Number>,
    /// 得票率分段。Vote-share tiers.
    pub tiers: Option<TiersOption>,
}

/// 得票率分段：自上而下，第一条成立者给分。Vote-share tiers: the first row that holds gives the points.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TiersOption {
    /// 满分，缺省 100。Full points.
    pub full: Option<Number>,
    /// 各段；最后一段可以无条件。The rows; the last may have no condition.
    pub rows: Vec<TierRowOption>,
}

/// 一段。A tier; every condition given must hold. Shares are of scored ballots, e.g. ">= 90%".
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TierRowOption {
    /// 优秀得票率。Share of top options.
    pub top: Option<ThresholdOption>,
    /// 良好得票率。Share of favourable options.
    pub favourable: Option<ThresholdOption>,
    /// 低档得票率（基本称职＋不称职）。Share of low options.
    pub low: Option<ThresholdOption>,
    /// 得分。Points given.
    pub points: Number,
}

/// 汇总方法。How members' scores make their parent's.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RollupOption {
    /// 成员都有人数则按人数，否则简单平均。Headcount where every member has one, else simple.
    Auto,
    /// 简单平均。Simple mean.
    Simple,
    /// 按人数加权。Weighted by headcount.
    Headcount,
    /// 票合并计算。Pooled ballots.
    Pooled,
}

/// 自查与考核。Self-rating beside the assessed score.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SelfRatedOption {
    /// 自查表，与考核表同题。The self-rated form.
    pub form: String,
    /// 自查所占份额 0–1，缺省 0：以考核为准。Share of the self-rating in the mix.
    pub weight: Option<Number>,
    /// 容许的虚高分数。Tolerated gap 自评 − 考核, in points of 100.
    pub tolerance: Option<Number>,
    /// 超出容许部分每分扣几分，缺省 0。Points deducted per point of gap beyond the tolerance.
    pub penalty: Option<Number>,
}

/// 规则。Rules.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RulesOption {
    /// 公布小数位数 0–6，缺省 2。Places of published scores.
    pub places: Option<u32>,
    /// 等次、名次按公布分还是精确值，缺省 published。Which number decides grades, ranks and ties.
    pub rounding_basis: Option<BasisOption>,
    /// 同分名次，缺省 competition。Ranks of equal scores.
    pub rank_ties: Option<RankTiesOption>,
    /// 同分时依次比较的指标。Nodes that break ties, in order.
    #[serde(default)]
    pub tie_chain: Vec<String>,
    /// 环节缺分，缺省 renormalise；写法同 node 的 missing。What a missing procedure does.
    pub missing_procedure: Option<Word>,
    /// 最低覆盖率，缺省 0 即不查。Minimum coverage of every node that sets none.
    pub min_coverage: Option<Number>,
    /// 同级权重合计不是 100 时按比例折算（并说明），缺省 false 即拒绝。Sibling weights that do not add up are scaled, and it is said.
    pub normalise_weights: Option<bool>,
    /// 汇总方法，缺省 auto。Roll-up.
    pub rollup: Option<RollupOption>,
    /// 加分封顶；不写则不封。Cap of the bonus points.
    pub bonus_cap: Option<Number>,
    /// 总分可超 100，缺省 false。Totals may exceed 100.
    pub above_100: Option<bool>,
    /// 少于几人的数据不公开，缺省 5。Fewer respondents than this in a cell: hidden.
    pub min_cell: Option<u64>,
    /// 领导成员名额取整，缺省 floor。Rounding of the leaders' quota.
    pub leaders_rounding: Option<QuotaRoundingOption>,
    /// 表中小计与计算之差的容许值（分），缺省 0.01。Tolerated difference from a subtotal in a sheet.
    pub subtotal_tolerance: Option<Number>,
    /// 一票否决，缺省封顶到第二等次。Effect of a veto.
    pub veto: Option<VetoOption>,
}

/// 依据。Basis of grades and ranks.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BasisOption {
    /// 公布分。The published number.
    Published,
    /// 精确值。The exact fraction.
    Exact,
}

/// 同分名次。Ranks of equal scores.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RankTiesOption {
    /// 1-2-2-4。
    Competition,
    /// 1-2-2-3。
    Dense,
    /// 按 tie-chain 分先后。The tie chain decides.
    Chain,
}

/// 名额取整。Rounding of a quota.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaRoundingOption {
    /// 舍去。Down.
    Floor,
    /// 四舍五入。Half up.
    HalfUp,
    /// 进一。Up.
    Ceil,
}

/// 一票否决。A veto.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VetoOption {
    /// 效果。The effect.
    pub effect: VetoEffectOption,
    /// 等次；缺省 cap 为第二等次，其余为最末等次。The grade; unset: the second for `cap`, else the last.
    pub grade: Option<String>,
}

/// 否决效果。Effect of a veto.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VetoEffectOption {
    /// 等次封顶。The grade is at best this one.
    Cap,
    /// 直接定等次。The grade is this one.
    Set,
    /// 不参加排名，等次直接定。Out of the ranking, graded so.
    OutOfRanking,
}

/// 等次。A grade.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GradeOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称。Name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 下限，带方向，如 { op = ">=", value = "90" }；最末等次不写。Lower end; the last grade has none.
    pub from: Option<ThresholdOption>,
    /// 该等次单位的领导成员优秀比例。Share of the best grade among the leaders of such a unit.
    pub leaders_share: Option<Number>,
}

/// 名额。A quota.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuotaOption {
    /// 层级；不写则每层级。Level; unset: every level.
    pub level: Option<String>,
    /// 领域；不写则各领域分别计算。Domain; unset: every domain on its own.
    pub domain: Option<String>,
    /// 等次。The grade.
    pub grade: String,
    /// 比例 0–1，如 "30%"。Share.
    pub share: Number,
    /// 取整，缺省 floor。Rounding.
    pub rounding: Option<QuotaRoundingOption>,
    /// 切线处同分，缺省 drop。Ties across the cut.
    pub ties: Option<QuotaTiesOption>,
}

/// 切线处同分。Ties across the cut.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaTiesOption {
    /// 都不进，列出待定。All drop out, listed for decision.
    Drop,
    /// 都进。All are in.
    Include,
    /// 按 tie-chain。The tie chain decides.
    Tiebreak,
}

/// 来源规则；不写的字段仍由识别决定。A source rule; what is unset stays recognised.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SourceOption {
    /// returns/ 以下的路径通配，** 跨目录。Glob below returns/.
    #[schemars(length(min = 1))]
    pub files: String,
    /// 工作表名通配。Glob over the sheet name.
    pub sheet: Option<String>,
    /// 表。Form.
    pub form: Option<String>,
    /// 环节。Procedure node.
    pub procedure: Option<String>,
    /// 票种。Stratum.
    pub stratum: Option<String>,
    /// 单位代码（或唯一名称、路径）。Unit: code, unique name or path.
    pub unit: Option<String>,
    /// 单位写在哪里：folder│file│sheet│column:表头│cell:B2。Where the unit is written.
    pub unit_from: Option<String>,
    /// 样式。Shape of the sheet.
    pub shape: Option<ShapeOption>,
    /// 表头（最后一行）在第几行，从 1 数。Row of the last header row, from 1.
    pub header_row: Option<u32>,
    /// 表头文字 → 用途：ballot、unit、subject、stratum、procedure、item、answer、count、ignore、item:<题目代码>。Header → use.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// 不是上报材料。Not a return.
    pub ignore: Option<bool>,
    /// 疑似重复或他年也计入。Count it although it looks like a duplicate or another year's.
    pub count: Option<bool>,
}

/// 样式。Shape of a sheet.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShapeOption {
    /// 一行一票，一列一题。One ballot a row.
    Wide,
    /// 一行一个答案。One answer a row.
    Long,
    /// 一行一票，一列一个对象。One subject a column.
    Matrix,
    /// 计票表。Vote counts.
    Votes,
    /// 评分表：一行一题。One item a row.
    Scores,
    /// 述职评分：一行一个对象，一列一个评委。One judge a column.
    Judges,
}
