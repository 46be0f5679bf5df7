//! Nodes of the index tree as written.

use crate::config::values::{Number, ThresholdOption, Word};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

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
    /// 只写在没有上级的指标上：units（缺省）│ persons 干部的综合得分，另成一棵树。Whose composite this is; nodes without parent only.
    pub subjects: Option<SubjectsOption>,
    /// 干部指标：取所在单位的得分，"total" 或单位环节的代码。Takes the exact score of the person's unit: `total` or a procedure.
    pub from_unit: Option<String>,
    /// 权重；环节必写，指标缺省为所含题目的满分之和；0 即不适用。Weight among its siblings; 0: not applicable.
    pub weight: Option<Number>,
    /// 某领域另定的权重；干部指标还可按责任层级，或 "层级/领域"。Weights that differ by domain; of persons by tier too, or `tier/domain`.
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

/// 谁的指标。Whose nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectsOption {
    /// 单位。Units.
    Units,
    /// 干部。Persons.
    Persons,
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
