//! Persons as written: tiers, statuses, grades, caps, quotas.

use super::instrument::OneOrMany;
use super::rules::{QuotaRoundingOption, QuotaTiesOption};
use crate::config::values::{Number, ThresholdOption};
use schemars::JsonSchema;
use serde::Deserialize;

/// 责任层级。A duty tier.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TierOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称，如 第一责任。Name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 同义写法，如 书记。Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// 领导成员（适用按单位等次定的名额），缺省 true。Members of the leading group.
    pub leader: Option<bool>,
    /// 此层级即主要负责人，缺省 false；persons.csv 另写的从其写。Principals, unless persons.csv says otherwise.
    pub principal: Option<bool>,
}

/// 特殊情况。A special status.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatusOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称，如 试用期。Name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 同义写法。Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// 可否定等次，缺省 true。Whether a grade may be suggested.
    pub gradable: Option<bool>,
    /// 最高等次。The grade is at best this one.
    pub at_best: Option<String>,
    /// 结果代码，如 5A。Official code of the result where no grade is given.
    pub result_code: Option<String>,
    /// 计入名额基数；缺省随 gradable。Counts in the base of quotas; unset: as gradable.
    pub in_base: Option<bool>,
}

/// 干部等次，由高到低。A grade of persons, best first.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonGradeOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称。Name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 下限，带方向；最末等次不写。Lower end; the last grade has none.
    pub from: Option<ThresholdOption>,
    /// 结果代码，如 1、2B。Official code of the result.
    pub result_code: Option<String>,
}

/// 优先条件。Something that speaks for a person among equals.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MeritOption {
    /// 代码，唯一。Unique code.
    #[schemars(length(min = 1), extend("format" = "code"))]
    pub code: String,
    /// 名称，如 长期在基层一线。Name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// 同义写法。Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// 限制干部等次的规则；unit-grade、score、share 三种条件写其一。A rule that limits the grade; exactly one of the three conditions.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonCapOption {
    /// 规则的名字，写进理由。What the rule is called in the reasons.
    pub name: Option<String>,
    /// 所在单位为此等次时。Where the unit has this grade.
    pub unit_grade: Option<String>,
    /// score、share 所看的指标。The node that `score` or `share` looks at.
    pub node: Option<String>,
    /// 该指标得分如此时，如 "< 90"。Where the node's score is so.
    pub score: Option<ThresholdOption>,
    /// share 所计的选项代码。The options whose votes `share` adds up.
    pub options: Option<OneOrMany>,
    /// 得票率如此时，如 ">= 1/3"。Where the share of these votes is so.
    pub share: Option<ThresholdOption>,
    /// 得票率的分母：scored 不含弃权（缺省）│ all 全部。What the share is of.
    pub share_of: Option<ShareOf>,
    /// 只对主要负责人，缺省 false。Principals only.
    pub principal: Option<bool>,
    /// 只对这些责任层级。These tiers only.
    #[serde(default)]
    pub tiers: Vec<String>,
    /// 最高等次；不写则只提醒，不改等次。At best this grade; unset: said for attention only.
    pub at_best: Option<String>,
    /// 组织评定（kaoping decide）也不得超过；为 false 的写明理由可以超过。缺省：share 为 false（看票不唯票），其余 true。
    /// The organisation's decision may not pass it either; false: it may, with a reason. Unset: false for `share`, else true.
    pub binding: Option<bool>,
}

/// 得票率的分母。What a share of votes is of.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShareOf {
    /// 计分的票。Scored votes.
    Scored,
    /// 全部票，含弃权。All votes.
    All,
}

/// 干部名额。A quota of one grade of persons.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonQuotaOption {
    /// 等次。The grade.
    pub grade: String,
    /// 只管此等次单位的领导成员；不写则管别的名额没有管到的人。Leaders of units of this grade only.
    pub unit_grade: Option<String>,
    /// 只管此类别；不写则各类别分别计算。This category only; unset: every category on its own.
    pub domain: Option<String>,
    /// 只管此责任层级。This tier only.
    pub tier: Option<String>,
    /// 比例 0–1，如 "30%"。Share.
    pub share: Number,
    /// 取整，缺省随 rules 的 leaders-rounding。Rounding.
    pub rounding: Option<QuotaRoundingOption>,
    /// 切线处同分，缺省随 persons 的 ties。Ties across the cut.
    pub ties: Option<QuotaTiesOption>,
    /// 名额合并的范围；缺省写了 unit-grade 的随 persons 的 quota-pool，否则 all。Which units share it.
    pub pool: Option<QuotaPoolOption>,
}

/// 名额合并的范围。Units that share a quota.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaPoolOption {
    /// 同一上级之下的同等次单位。Units of one grade under the same parent.
    Parent,
    /// 各单位分别。Each unit on its own.
    Unit,
    /// 全部。All units.
    All,
}

/// 名次范围。Within what persons are ranked.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RankWithinOption {
    /// 单位层级×类别×责任层级。Unit level × category × tier.
    Tier,
    /// 单位层级×类别。Unit level × category.
    Domain,
}

/// 干部考核的总规则。Rules about all persons.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonsOption {
    /// 领导成员名额合并的范围，缺省 parent。Units that share the leaders' quotas.
    pub quota_pool: Option<QuotaPoolOption>,
    /// 切线处同分，缺省 drop；tiebreak 按 prefer。Ties across the cut.
    pub ties: Option<QuotaTiesOption>,
    /// 同等条件下依次优先：merit 或指标的代码。Among equals, in this order: codes of merits or nodes.
    #[serde(default)]
    pub prefer: Vec<String>,
    /// 名次范围，缺省 tier。Within what persons are ranked.
    pub rank_within: Option<RankWithinOption>,
}
