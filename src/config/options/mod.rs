//! The scheme as written: every key of `scheme.toml`, its meaning and its default. The JSON schema and the checks are made from these types.

mod analysis;
mod instrument;
mod persons;
mod rules;
mod sources;
mod tree;

pub use analysis::{AnalysisOption, IntervalOption, PreviousOption};
pub use instrument::{
    ActOption, AnswerOption, ChoiceOption, ClassOption, FormKindOption, FormOption, ItemOption, MeetingOption, OneOrMany,
    ScaleOption, ScreeningOption, StrataOption, StratumOption, TrimOption, TrimRule,
};
pub use persons::{
    MeritOption, PersonCapOption, PersonGradeOption, PersonQuotaOption, PersonsOption, QuotaPoolOption, RankWithinOption,
    ShareOf, StatusOption, TierOption,
};
pub use rules::{
    BasisOption, GradeOption, QuotaOption, QuotaRoundingOption, QuotaTiesOption, RankTiesOption, RulesOption, VetoEffectOption,
};
pub use sources::{ShapeOption, SourceOption};
pub use tree::{
    MeasureName, MeasureOption, NodeOption, RollupOption, SelfRatedOption, SubjectsOption, TierRowOption, TiersOption,
};

use schemars::JsonSchema;
use serde::Deserialize;

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
    /// 责任层级。Duty tiers of persons.
    #[serde(default)]
    pub tier: Vec<TierOption>,
    /// 特殊情况（试用期、立案未结等）。Special statuses of persons.
    #[serde(default)]
    pub status: Vec<StatusOption>,
    /// 同等条件下优先的条件。What speaks for a person among equals.
    #[serde(default)]
    pub merit: Vec<MeritOption>,
    /// 干部等次，由高到低；不写则用 优秀 90、称职 70、基本称职 60、不称职。Grades of persons, best first.
    #[serde(default)]
    pub person_grade: Vec<PersonGradeOption>,
    /// 限制干部等次的规则。Rules that limit a person's grade.
    #[serde(default)]
    pub person_cap: Vec<PersonCapOption>,
    /// 干部名额；另外 grade 的 leaders-share 就是领导成员的优秀名额。Quotas of persons, beside `leaders-share` of the grades.
    #[serde(default)]
    pub person_quota: Vec<PersonQuotaOption>,
    /// 干部考核的总规则。Rules about all persons.
    #[serde(default)]
    pub persons: PersonsOption,
    /// 分析：短板、区间、模拟的口径。How results are examined.
    #[serde(default)]
    pub analysis: AnalysisOption,
    /// 上年结果。Last year's results.
    pub previous: Option<PreviousOption>,
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
    /// 干部的层级，只能是最后一个；有 persons.csv 而未写者自动加。The level of persons: the last one; implied by persons.csv.
    pub persons: Option<bool>,
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
