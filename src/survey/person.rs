//! Persons 干部 as subjects: post, duty tier, status; and the rules by which they are graded after the units.

use super::frame::{DomainId, SubjectId};
use super::index::NodeId;
use super::rules::{Bound, QuotaRounding, QuotaTies, Threshold};
use crate::numeric::{Ratio, int};
use unicode_normalization::UnicodeNormalization;

/// Index of a [`Tier`] in [`PersonRules::tiers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TierId(pub u16);

/// What makes a subject a person; the unit is the subject's `parent`.
#[derive(Clone, Debug)]
pub struct Person {
    /// The unit he or she belongs to and answers for.
    pub unit: SubjectId,
    /// Post 职务, as written.
    pub post: String,
    /// Duty tier 责任层级.
    pub tier: Option<TierId>,
    /// 主要负责人: the unit's grade may cap the principal's.
    pub principal: bool,
    /// Indices in [`PersonRules::statuses`].
    pub statuses: Vec<usize>,
    /// Codes of the strata whose raters are in charge of this person 分管领导: they count with their `weight-own`.
    pub supervisors: Vec<String>,
    /// What speaks for the person where all else is equal 同等条件优先: index in [`PersonRules::merits`], and the evidence named.
    pub merits: Vec<(usize, String)>,
    /// Which weights apply, see [`super::Frame::class`].
    pub class: DomainId,
}

/// A class of persons with weights of their own: those of one domain and tier, rated by the same superiors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeightClass {
    pub domain: DomainId,
    pub tier: Option<TierId>,
    /// Sorted codes of strata that count with their `weight-own`.
    pub supervisors: Vec<String>,
}

/// A duty tier 责任层级: 第一责任, 直接责任, 具体责任, 集体责任.
#[derive(Clone, Debug)]
pub struct Tier {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    /// Members of the leading group 领导成员: the quotas by unit grade are theirs.
    pub leader: bool,
    /// Persons of this tier are principals unless `persons.csv` says otherwise.
    pub principal: bool,
}

/// A special status 特殊情况: 试用期, 立案未结, 病事假超半年, 处分期 ….
#[derive(Clone, Debug)]
pub struct Status {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    /// Whether a grade may be suggested at all.
    pub gradable: bool,
    /// The grade is at best this one (index in [`PersonRules::grades`]).
    pub at_best: Option<usize>,
    /// Official code of the result where no grade is given (5A 试用期不定等次 …); empty: none declared.
    pub result_code: String,
    /// Counts in the base of quotas.
    pub in_base: bool,
}

/// A grade of persons 等次: 优秀, 称职, 基本称职, 不称职.
#[derive(Clone, Debug)]
pub struct PersonGrade {
    pub code: String,
    pub name: String,
    /// Lower end with its operator; the last has none.
    pub from: Option<Threshold>,
    /// Official code of the result (1 优秀 … or 2B 合格 …).
    pub result_code: String,
}

/// Something that speaks for a person among equals 同等条件下优先.
#[derive(Clone, Debug)]
pub struct Merit {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
}

/// One step of the order of preference among equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefer {
    /// Those who have the merit (index in [`PersonRules::merits`]) come first.
    Merit(usize),
    /// The higher score of this node of the persons' tree comes first.
    Node(NodeId),
}

/// Which share of votes a rule looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct VoteShare {
    /// Item, or a node whose items are counted together.
    pub node: NodeId,
    /// Option codes whose votes are added up.
    pub options: Vec<String>,
    /// Of all votes, abstentions included; else of scored votes.
    pub of_all: bool,
    pub share: Threshold,
}

/// When a rule of persons applies.
#[derive(Clone, Debug, PartialEq)]
pub enum CapWhen {
    /// The person's unit has this grade (index in [`super::Rules::bands`]).
    UnitGrade(usize),
    /// The score of a node of the persons' tree (or of the unit, for a node of the units' tree) satisfies the threshold.
    Score { node: NodeId, threshold: Threshold },
    /// So many votes of a kind.
    Votes(VoteShare),
}

/// A rule that limits a person's grade, or calls for attention.
#[derive(Clone, Debug)]
pub struct PersonCap {
    /// What the rule is called where it is applied; may be empty.
    pub name: String,
    pub when: CapWhen,
    /// Only principals.
    pub principal: bool,
    /// Only these tiers; empty: all.
    pub tiers: Vec<TierId>,
    /// The grade is at best this one (index in [`PersonRules::grades`]); `None`: said, for attention, without effect on the grade.
    pub at_best: Option<usize>,
    /// The organisation's decision may not pass it either; else it may, with a reason.
    pub binding: bool,
}

/// Persons of which units share one quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuotaPool {
    /// Units of one grade under the same parent.
    #[default]
    Parent,
    /// Each unit on its own.
    Unit,
    /// All units.
    All,
}

/// A quota 名额 of one grade of persons, per pool × category.
#[derive(Clone, Debug)]
pub struct PersonQuota {
    /// Index in [`PersonRules::grades`].
    pub grade: usize,
    /// Only members of units of this grade (index in [`super::Rules::bands`]).
    pub unit_grade: Option<usize>,
    /// Only this category; else each category on its own.
    pub domain: Option<DomainId>,
    pub tier: Option<TierId>,
    /// Only members of leading groups ([`Tier::leader`]; persons without a tier are taken as such).
    pub leaders: bool,
    pub pool: QuotaPool,
    pub share: Ratio,
    pub rounding: QuotaRounding,
    pub ties: QuotaTies,
}

/// Everything about the grading of persons.
#[derive(Clone, Debug)]
pub struct PersonRules {
    pub tiers: Vec<Tier>,
    pub statuses: Vec<Status>,
    /// Best first.
    pub grades: Vec<PersonGrade>,
    pub merits: Vec<Merit>,
    /// The order of preference among equals at a quota cut.
    pub prefer: Vec<Prefer>,
    pub caps: Vec<PersonCap>,
    pub quotas: Vec<PersonQuota>,
    /// Ranks are within tiers too, not only within unit level × category.
    pub rank_by_tier: bool,
}

impl Default for PersonRules {
    /// [90,100] 优秀, [70,90) 称职, [60,70) 基本称职, below 不称职, with the official codes 1–4; no other rule.
    fn default() -> Self {
        let all = [
            ("excellent", "优秀", Some(90)),
            ("competent", "称职", Some(70)),
            ("basic", "基本称职", Some(60)),
            ("unfit", "不称职", None),
        ];
        let grade = |(number, (code, name, from)): (usize, (&str, &str, Option<i64>))| PersonGrade {
            code: code.to_owned(),
            name: name.to_owned(),
            from: from.map(|from| Threshold { bound: Bound::AtLeast, value: int(from) }),
            result_code: (number + 1).to_string(),
        };
        Self {
            tiers: Vec::new(),
            statuses: Vec::new(),
            grades: all.into_iter().enumerate().map(grade).collect(),
            merits: Vec::new(),
            prefer: Vec::new(),
            caps: Vec::new(),
            quotas: Vec::new(),
            rank_by_tier: true,
        }
    }
}

impl PersonRules {
    #[must_use]
    pub fn tier(&self, id: TierId) -> Option<&Tier> {
        self.tiers.get(usize::from(id.0))
    }

    /// Whether a person is of a leading group 领导成员.
    #[must_use]
    pub fn leads(&self, person: &Person) -> bool {
        person.tier.and_then(|tier| self.tier(tier)).is_none_or(|tier| tier.leader)
    }
}

/// A person's name as it compares: compatibility forms folded, blanks and the dots within names (`·`, `•`, `・`, `.`) out, ASCII
/// letters lower-case: `张 三` is `张三`.
#[must_use]
pub fn person_key(name: &str) -> String {
    let dot = |c: char| matches!(c, '·' | '•' | '‧' | '・' | '･' | '∙' | '⋅' | '.' | '。');
    let shown = |c: char| !c.is_whitespace() && !c.is_control() && !dot(c) && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    name.nfkc().filter(|c| shown(*c)).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_blanks_and_dots() {
        for name in ["张三", "张 三", "张\u{3000}三", " 张三\u{200b}"] {
            assert_eq!(person_key(name), "张三");
        }
        assert_eq!(person_key("买买提·吐尔逊"), person_key("买买提 • 吐尔逊"));
        assert_eq!(person_key("Ｐ００１"), "p001");
        assert_ne!(person_key("张三"), person_key("张三丰"));
    }
}
