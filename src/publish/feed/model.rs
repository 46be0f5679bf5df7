//! The hand-over to cadre evaluation 交接文件 as typed data: what `feed/personnel.json` holds, field by field, and nothing else.
//!
//! No type here has room for a ballot, a count of votes or the score of a hidden cell: a hidden number is `null` with `hidden`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the format; a field that changes its meaning or goes away raises the first number, a new field the second.
pub(super) const VERSION: &str = "1.0";

/// 干部考核结果交接文件：年度考核的结果交给干部考核使用。等次都是建议，由组织评定。
/// Hand-over of persons' results to cadre evaluation. Every grade is a suggestion; the organisation decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Personnel {
    /// 格式版本。Version of this format.
    #[schemars(extend("const" = "1.0"))]
    pub schema_version: String,
    /// 出自哪次运行。The run that these results come from.
    pub run: Run,
    /// 公布的得分保留几位小数。Decimals of published scores.
    pub places: u32,
    /// 干部等次，由高到低。Grades of persons, best first.
    pub grades: Vec<Grade>,
    /// 方案中的特殊情况。Special statuses of the scheme.
    pub statuses: Vec<Status>,
    /// 每个名额怎样算出、给了谁的范围。Every quota as it was applied, with its pool.
    pub quotas: Vec<Quota>,
    /// 干部，按单位层级、类别、责任层级、名次排列。Persons by unit level, category, duty tier, rank.
    pub persons: Vec<Entry>,
}

/// 一次运行。A run of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names are those of the format")]
pub struct Run {
    /// 程序名。Name of the program.
    pub program: String,
    /// 程序版本。Version of the program.
    pub version: String,
    /// 考核代码，即考核文件夹的名称。Code of the assessment: the name of its folder.
    pub assessment: String,
    /// 考核名称。Title of the assessment.
    pub title: String,
    /// 考核年度；方案没有写则为 null。Year of the assessment; null where the scheme names none.
    pub year: Option<i32>,
    /// 文中文字所用的语言。Language of the words in this file.
    pub language: Tongue,
    /// 运行编号：本文件内容（此栏、版本除外）的 SHA-256；结果变了，编号就变。Run hash: SHA-256 of what this file says, without this
    /// field and the version; other results have another hash.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    pub run_hash: String,
}

/// 语言。A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tongue {
    /// 中文。Chinese.
    Zh,
    /// 英文。English.
    En,
}

/// 干部等次。A grade of persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// 代码，其他各处用它指这个等次。Code by which the other fields name the grade.
    pub code: String,
    /// 名称，如 优秀。Name as people read it.
    pub name: String,
    /// 年度考核结果代码，如 1、2B；方案没有写则为 null，程序不猜。Official result code; null where the scheme declares none: it is never guessed.
    pub result_code: Option<String>,
}

/// 特殊情况，如试用期。A special status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// 代码。Code of the status.
    pub code: String,
    /// 名称。Name as people read it.
    pub name: String,
    /// 可否定等次。Whether a grade may be given.
    pub gradable: bool,
    /// 最高等次的代码；不限则为 null。Code of the best grade possible; null: no limit.
    pub at_best: Option<String>,
    /// 不定等次时的结果代码，如 5A；方案没有写则为 null。Official code where no grade is given; null where none is declared.
    pub result_code: Option<String>,
}

/// 一个名额：一个范围内至多几人得此等次。A quota: how many of one pool may have a grade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// 编号，本文件内唯一。Identifier within this file.
    pub id: String,
    /// 范围的名称，如 四十一团·优秀单位·连队。Name of the pool.
    pub name: String,
    /// 等次代码。Code of the grade.
    pub grade: String,
    /// 范围内单位的等次；不按单位等次的为 null。Grade of the pooled units; null: whatever their grade.
    pub unit_grade: Option<String>,
    /// 范围所在的单位或上级的编码；全部单位为 null。Code of the unit or parent that the pool lies in; null: all units.
    pub scope: Option<String>,
    /// 范围内单位的层级；全部单位为 null。Level of the pooled units; null: all levels.
    pub level: Option<String>,
    /// 类别（领域）；没有分类则为 null。Category; null where there is none.
    pub category: Option<String>,
    /// 是否领导成员的名额。Whether it is a quota of members of leading groups.
    pub leaders: bool,
    /// 有人在此范围的单位数。Units with persons in the pool.
    pub units: u32,
    /// 基数：计入的人数。Base: persons that count.
    pub base: u64,
    /// 比例，0–1。Share of the base, 0–1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// 基数×比例，未取整。Base × share before rounding.
    #[schemars(range(min = 0.0))]
    pub exact: f64,
    /// 名额数，按方案取整。Places, rounded as the scheme says.
    pub places: u64,
    /// 组织评定可给的人数：即名额；方案规定线上并列一并列入的，为列入后的人数。How many the organisation may give: the places, or as
    /// many as are suggested where the scheme includes ties across the cut.
    pub limit: u64,
    /// 建议得此等次的人数（不公开的不计）。Persons suggested for the grade, hidden ones not counted.
    pub suggested: u64,
    /// 名额线上的并列人选（编号），待组织决定。Ids of joint candidates at the cut, for the organisation to decide.
    pub tied: Vec<String>,
    /// 范围内的干部（编号）。Ids of the persons of the pool.
    pub members: Vec<String>,
}

/// 一名干部的结果、建议、依据，和留给组织的空位。One person: results, suggestion, evidence, and room for the decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// 干部编号，唯一。Unique identifier of the person.
    pub id: String,
    /// 姓名。Name of the person.
    pub name: String,
    /// 所在、所负责的单位。The unit that he or she belongs to and answers for.
    pub unit: Unit,
    /// 类别（领域）；没有分类则为 null。Category; null where there is none.
    pub category: Option<String>,
    /// 职务，照名册；未写则为 null。Post as the list of persons has it; null: not given.
    pub post: Option<String>,
    /// 是否主要负责人。Whether he or she is the principal of the unit.
    pub principal: bool,
    /// 责任层级；未写则为 null。Duty tier; null: not given.
    pub tier: Option<Named>,
    /// 特殊情况；一般没有。Special statuses; usually none.
    pub statuses: Vec<Named>,
    /// 可否定等次；有的特殊情况不可。Whether a grade may be given: some statuses forbid it.
    pub gradable: bool,
    /// 综合得分及其组成。The composite score and its parts.
    pub score: Score,
    /// 名次及其区间。Rank and rank interval.
    pub rank: Rank,
    /// 建议等次及其由来。The suggested grade and how it came about.
    pub suggestion: Suggestion,
    /// 所负责单位的短板。Weak points of the unit that he or she answers for.
    pub weak_points: Vec<WeakSpot>,
    /// 依据在哪里。Where the evidence stands.
    pub evidence: Evidence,
    /// 组织评定，交接时为空。The organisation's decision, empty when handed over.
    pub decision: Decision,
}

/// 单位。A unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// 单位编码。Code of the unit.
    pub code: String,
    /// 单位名称。Name of the unit.
    pub name: String,
    /// 由上到下的全称，以 / 分隔。Names from the top down, joined by /.
    pub path: String,
    /// 单位层级。Level of the unit.
    pub level: String,
    /// 单位的建议等次；没有则为 null。Suggested grade of the unit; null: none.
    pub grade: Option<String>,
}

/// 代码与名称。A code with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// 代码。Code in the scheme.
    pub code: String,
    /// 名称。Name as people read it.
    pub name: String,
}

/// 综合得分。A composite score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// 公布的综合得分，已四舍五入一次；没有或不公开则为 null。Published composite, rounded once; null: none, or not shown.
    #[schemars(range(min = 0.0))]
    pub value: Option<f64>,
    /// 不公开：评的人太少，数字会透露谁怎样评。Not shown: too few raters, the number would tell on them.
    pub hidden: bool,
    /// 没有得分的原因；有得分或不公开则为 null。Why there is no score; null where there is one or it is hidden.
    pub why: Option<String>,
    /// 抽样误差的 95 % 区间下端；没有抽样误差或不公开则为 null。Lower end of the 95 % interval of sampling error; null: none known, or not shown.
    pub low: Option<f64>,
    /// 抽样误差的 95 % 区间上端；没有抽样误差或不公开则为 null。Upper end of the 95 % interval of sampling error; null: none known, or not shown.
    pub high: Option<f64>,
    /// 有缺项，按方案处理过。Something was missing and dealt with by the scheme's policy.
    pub incomplete: bool,
    /// 覆盖率 0–1：到齐的权重；没有得分则为 null。Share of the weight that is present, 0–1; null without a score.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub coverage: Option<f64>,
    /// 加分。Bonus points counted.
    #[schemars(range(min = 0.0))]
    pub bonus: f64,
    /// 扣分。Points deducted.
    #[schemars(range(min = 0.0))]
    pub deduction: f64,
    /// 各部分，得分乘有效权重之和再加减分即综合得分。Parts: the sum of score × effective weight, with bonus and deduction, is the composite.
    pub parts: Vec<Part>,
}

/// 综合得分的一部分。One part of a composite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// 指标代码。Code of the node.
    pub node: String,
    /// 指标名称。Name of the node.
    pub name: String,
    /// 取自所在单位的结果。Taken over from the unit's result.
    pub of_unit: bool,
    /// 公布的得分；没有或不公开则为 null。Published score; null: none, or not shown.
    #[schemars(range(min = 0.0))]
    pub score: Option<f64>,
    /// 不公开：评的人太少。Not shown: too few raters.
    pub hidden: bool,
    /// 没有得分的原因；否则为 null。Why there is no score; else null.
    pub why: Option<String>,
    /// 方案规定的权重，0–1。Weight as the scheme says, 0–1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub weight: f64,
    /// 缺项处理后实际的权重，0–1。Weight it really had once missing parts were dealt with, 0–1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub effective_weight: f64,
}

/// 名次。A rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_field_names, reason = "the names are those of the format")]
pub struct Rank {
    /// 名次；不排名则为 null。Rank; null: not ranked.
    #[schemars(range(min = 1))]
    pub rank: Option<u32>,
    /// 参加排名的同类人数。Peers with a rank.
    pub of: u32,
    /// 在谁中间排名，如 连队·第一责任。Among whom, in words.
    pub within: String,
    /// 名次区间的好的一端；没有算则为 null。Better end of the rank interval; null: not computed.
    #[schemars(range(min = 1))]
    pub low: Option<u32>,
    /// 名次区间的差的一端；没有算则为 null。Worse end of the rank interval; null: not computed.
    #[schemars(range(min = 1))]
    pub high: Option<u32>,
    /// 没有名次区间的原因；有则为 null。Why there is no interval; null where there is one.
    pub why: Option<String>,
}

/// 建议等次。A suggested grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// 建议等次的代码；不定等次、没有得分或不公开则为 null。Code of the suggested grade; null: no grade may be given, no score, or not shown.
    pub grade: Option<String>,
    /// 建议等次的名称；没有则为 null。Name of the suggested grade; null: none.
    pub name: Option<String>,
    /// 结果代码：等次的，或不定等次的特殊情况的；方案没有写则为 null。Official result code, of the grade or of the status that forbids one; null: none declared.
    pub result_code: Option<String>,
    /// 只按得分的等次代码，未计上限和名额。Code of the grade by score alone, before caps and quotas; null: no score, or not shown.
    pub grade_by_score: Option<String>,
    /// 缺项未定时仍可能的等次代码。Codes of the grades still possible while a part is missing.
    pub possible: Vec<String>,
    /// 名额线上的并列人选，待组织决定。A joint candidate at a quota cut, for the organisation to decide.
    pub tied_at_cut: bool,
    /// 所在名额范围的编号。Ids of the quotas whose pools he or she is in.
    pub quotas: Vec<String>,
    /// 适用的等次上限。Limits on the grade that apply.
    pub caps: Vec<Cap>,
    /// 得出建议的各条理由，依次。Reasons that led to the suggestion, in order.
    pub reasons: Vec<Reason>,
}

/// 等次上限。A limit on a grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// 最高等次的代码。Code of the best grade that it leaves.
    pub grade: String,
    /// 依据的种类。What kind of rule it is.
    pub kind: CapKind,
    /// 组织评定也不得超过；否则写明理由可以超过。The decision may not pass it either; else it may, with a reason.
    pub binding: bool,
    /// 起了作用：只按得分会更高。It took something away: by score alone the grade would be better.
    pub bites: bool,
    /// 规则的名字。The rule in words.
    pub rule: String,
}

/// 等次上限的种类。Kinds of limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CapKind {
    /// 单位等次。The grade of the unit.
    UnitGrade,
    /// 一个指标的得分。The score of a node.
    Score,
    /// 得票率。A share of votes.
    Votes,
    /// 特殊情况。A special status.
    Status,
    /// 一票否决。A veto.
    Veto,
}

/// 一条理由。One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// 理由的代码，固定。Stable code of the reason.
    pub code: String,
    /// 文字。The reason in words.
    pub text: String,
}

/// 单位的一处短板。A weak point of a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeakSpot {
    /// 指标代码。Code of the node.
    pub node: String,
    /// 指标名称。Name of the node.
    pub name: String,
    /// 种类，如 低于同类。Kind of weak point, in words.
    pub kind: String,
    /// 得分。Score of the unit there.
    pub score: f64,
    /// 参照：同类中位数、及格线、上年等。What it is held against.
    pub reference: f64,
    /// 差距，分。Gap in points.
    pub gap: f64,
    /// 影响总分，分；不影响则为 null。What it costs of the total; null: nothing.
    pub cost: Option<f64>,
    /// 真实差距达到方案所定幅度的概率；评分表没有抽样误差则为 null。Probability that the true gap is at least what the scheme asks; null:
    /// points of a score sheet, no sample.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub probability: Option<f64>,
}

/// 依据。Where the evidence stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// 运行编号，同上。The run hash, as above.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    pub run_hash: String,
    /// 本次结果文件夹中的文件。Files of the same edition.
    pub files: Vec<EvidenceFile>,
    /// 组成综合得分的指标代码，单位的指标在内。Codes of the nodes that the composite is made from, those of the unit included.
    pub nodes: Vec<String>,
}

/// 一个作依据的文件。A file with evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// 结果文件夹内的路径。Path within the edition.
    pub path: String,
    /// 查哪一列；整个文件都是则为 null。Column to look in; null: the whole file.
    pub column: Option<String>,
    /// 该列等于什么；整个文件都是则为 null。Value to look for; null: the whole file.
    pub value: Option<String>,
}

/// 组织评定。The organisation's decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// 组织评定等次（名称或代码）；未定则为 null。Grade decided; null: not decided yet.
    pub grade: Option<String>,
    /// 理由；与建议不同的必须写明。Reason; required where it departs from the suggestion.
    pub reason: Option<String>,
    /// 评定日期。Date of the decision.
    #[schemars(extend("format" = "date"))]
    pub date: Option<String>,
}

impl Personnel {
    /// Position of a grade by its code; 0 is the best.
    pub(super) fn grade_position(&self, code: &str) -> Option<usize> {
        self.grades.iter().position(|grade| grade.code == code)
    }

    /// The name of a grade by its code.
    pub(super) fn grade_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.grades.iter().find(|grade| grade.code == code).map_or(code, |grade| grade.name.as_str())
    }

    /// A quota by its id.
    pub(super) fn quota(&self, id: &str) -> Option<&Quota> {
        self.quotas.iter().find(|quota| quota.id == id)
    }

    /// The language of the words in it.
    #[must_use]
    pub fn language(&self) -> crate::diagnostic::Language {
        match self.run.language {
            Tongue::Zh => crate::diagnostic::Language::Zh,
            Tongue::En => crate::diagnostic::Language::En,
        }
    }
}
