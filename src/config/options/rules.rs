//! Rules, grades and quotas as written.

use super::tree::RollupOption;
use crate::config::values::{Number, ThresholdOption, Word};
use schemars::JsonSchema;
use serde::Deserialize;

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
