//! Words of the tables alone.

use crate::diagnostic::Language;
use crate::measure::{ErrorBasis, NoError, Uncertainty};

/// A cause for which ranks could move, in `stability.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publish) enum Cause {
    /// Who happened to answer.
    Sampling,
    /// The weights of the scheme.
    Weights,
    /// The values of the options.
    Options,
}

/// A cause for which ranks could move.
pub(in crate::publish) fn cause(cause: Cause, language: Language) -> &'static str {
    match cause {
        Cause::Sampling => language.pick("抽样", "sampling"),
        Cause::Weights => language.pick("权重", "weights"),
        Cause::Options => language.pick("选项分值", "options"),
    }
}

/// What a reader should take from a row of `influence.csv`: so many of the ranks and grades change where the node is left out.
pub(in crate::publish) fn left_out(moved: u32, of: u32, regraded: u32, language: Language) -> String {
    match (moved, language) {
        (0, _) => language.pick("去掉它，名次不变", "without it no rank changes").to_owned(),
        (_, Language::Zh) => format!("去掉它，{of} 个单位中 {moved} 个名次改变，{regraded} 个按分数的等次改变"),
        (_, Language::En) => format!("without it {moved} of {of} ranks change, and {regraded} grades by score"),
    }
}

/// What an error rests on.
pub(in crate::publish) fn error_basis(error: &Uncertainty, language: Language) -> String {
    let word = match error.basis {
        ErrorBasis::Linearised => language.pick("整票", "ballots"),
        ErrorBasis::Bound => language.pick("上界", "bound"),
        ErrorBasis::Mixed => language.pick("部分上界", "partly a bound"),
    };
    let same = if error.no_spread { language.pick("；作答全同", "; all answers alike") } else { "" };
    let exact =
        if error.partly_exact { language.pick("；部分为评分表或引用", "; partly score sheets or imports") } else { "" };
    let veiled = if error.veiled {
        language.pick("；含不公布的格，自由度取小", "; hidden parts in it, so fewer df")
    } else {
        ""
    };
    format!("{word}{same}{exact}{veiled}")
}

/// Why there is no error; nothing where there is no score either.
pub(in crate::publish) fn no_error(why: Option<NoError>, language: Language) -> &'static str {
    match why {
        None | Some(NoError::NoScore) => "",
        Some(NoError::OneRespondent) => language.pick("有票种仅一人作答", "one respondent in a stratum"),
        Some(NoError::NotASample) => language.pick("评分表或引用，非抽样", "score sheets or imports: no sample"),
        Some(NoError::Withheld) => language.pick("人数过少，不公布", "withheld: too few respondents"),
        Some(NoError::NotAMean) => language.pick("分段、排名或比值，非均值", "tiers, ranks or ratios: no mean"),
    }
}

/// Members that are not named among the drivers of a gap.
pub(in crate::publish) fn other_drivers(language: Language) -> &'static str {
    language.pick("其余", "others")
}

/// The same where they lift, and so offset a part of the gap.
pub(in crate::publish) fn offsetting_drivers(language: Language) -> &'static str {
    language.pick("其余抵消", "others offset")
}

/// In place of flags on ballots that would tell whose they are.
pub(in crate::publish) fn flags_withheld(language: Language) -> &'static str {
    language.pick("涉及人数过少，不列", "not listed: too few respondents")
}

/// A kind of quota, in `quotas.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publish) enum QuotaKind {
    /// Of the units' grades.
    Units,
    /// Of the leading groups, by the grades of their units.
    Groups,
    /// Of listed members of leading groups.
    Leaders,
    /// Of other listed persons.
    Persons,
}

/// A kind of quota.
pub(in crate::publish) fn quota_kind(kind: QuotaKind, language: Language) -> &'static str {
    match kind {
        QuotaKind::Units => language.pick("等次名额", "grade quota"),
        QuotaKind::Groups => language.pick("班子成员优秀名额", "leaders' quota of the best grade"),
        QuotaKind::Leaders => language.pick("班子成员名额", "leaders' quota"),
        QuotaKind::Persons => language.pick("干部名额", "persons' quota"),
    }
}

/// The pool of everyone.
pub(in crate::publish) fn everyone(language: Language) -> &'static str {
    language.pick("全部", "all")
}
