//! How results are examined, and last year's results, as written.

use crate::config::values::Number;
use schemars::JsonSchema;
use serde::Deserialize;

/// 分析。How results are examined. All points are of 100.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnalysisOption {
    /// 模拟的随机种子，缺省 20260101；同一种子结果逐字节相同。Seed of the simulations.
    pub seed: Option<u64>,
    /// 名次模拟次数 100–1000000，缺省 1000。Draws of the rank simulation.
    pub draws: Option<u32>,
    /// 低于同类中位数至少几分才算短板，缺省 3。A true score this far below the peers' median is weak.
    pub margin: Option<Number>,
    /// 误报占比上限，缺省 "5%"。Largest expected share of false flags among the flags.
    pub false_flags: Option<Number>,
    /// 及格线；不写则不查。Absolute line for procedures, indicators and items; unset: not looked at.
    pub line: Option<Number>,
    /// 权重上下浮动幅度，缺省 "20%"。How far weights are moved.
    pub weight_spread: Option<Number>,
    /// 两个票种相差至少几分算分歧，缺省 10。Two strata this far apart disagree.
    pub strata_gap: Option<Number>,
    /// 自评高出考核几分以上算虚高，缺省 5。Self-rating more than this above the assessment is inflated.
    pub self_gap: Option<Number>,
    /// 比上年下降至少几分算下滑，缺省 5。A fall against last year of at least this much.
    pub fall: Option<Number>,
    /// 区间算法，缺省 moderated：各票种的方差向同类靠拢，票越少越靠。How intervals are made; unset: moderated.
    pub interval: Option<IntervalOption>,
}

/// 区间算法。How intervals are made.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IntervalOption {
    /// 各票种的方差向同类单位同一票种靠拢，票越少越靠，自由度相应计算；占比按各票种向全体占比靠拢后的有效票数。Variances of strata are drawn towards those of the peers, the fewer the ballots the more.
    Moderated,
    /// 只用本单位的方差，自由度为各票种票数减一之和；与 R 的 survey 包相同。The unit's own variances and Σ(n − 1) degrees of freedom, as R's `survey` package has it.
    Design,
}

/// 上年结果，用于比较。Last year's results, to be compared with.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PreviousOption {
    /// 上年结果文件夹、其中的 scores.csv，或按同一方案计票的 tally.parquet；相对于本文件夹。Last year's report folder, its `scores.csv`, or a `tally.parquet` made under the same scheme.
    #[schemars(length(min = 1))]
    pub file: String,
    /// 上年年度，缺省为本年度减一；只用于 tally.parquet。Last year's year; unset: this year less one. For `tally.parquet` only.
    pub year: Option<i32>,
    /// 措辞或满分改了、但仍按同一题比较的题目编码。Items that changed their wording or full marks and are compared all the same.
    #[serde(default)]
    pub same: Vec<String>,
}
