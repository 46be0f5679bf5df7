//! Scales, strata, forms and items as written.

use crate::config::values::{Number, ThresholdOption, Word};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

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
    /// 某领域另定的权重；评干部的还可按责任层级，或 "层级/领域"。Weights that differ by domain, of persons by tier too, or `tier/domain`.
    #[serde(default)]
    pub weights: BTreeMap<String, Number>,
    /// 评自己分管的干部时的权重（persons.csv 的 supervisors 栏写此票种）；有此项者同级权重不必合计 1，按比例归一。
    /// Weight for persons whose `supervisors` name this stratum; siblings are then scaled.
    pub weight_own: Option<Number>,
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
    pub(in crate::config) fn codes(&self) -> &[String] {
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
