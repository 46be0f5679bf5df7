//! Measures 算法: how the items below a node are scored, and whether their answers allow it.

use super::findings::Findings;
use super::forms::DraftForm;
use super::index::Draft;
use super::options::{MeasureName, MeasureOption, TierRowOption, TiersOption};
use super::policies::{at_least_0, threshold};
use crate::numeric::{exact_text, int};
use crate::survey::{AnswerKind, Index, Measure, TierShare, TierTable};

/// A measure as written; S417 where it names none or two.
pub(super) fn measure(option: &MeasureOption, path: &str, find: &mut Findings<'_>) -> Measure {
    match option {
        MeasureOption::Named(name) => named(*name),
        MeasureOption::Table(table) => match (&table.rank_step, &table.tiers) {
            (Some(step), None) => Measure::RankScore(at_least_0(find, &format!("{path}.rank-step"), step)),
            (None, Some(tiers)) => Measure::Tiers(tier_table(tiers, &format!("{path}.tiers"), find)),
            _ => {
                find.scheme("S418", path, &[]);
                Measure::Mean
            }
        },
    }
}

fn named(name: MeasureName) -> Measure {
    match name {
        MeasureName::Mean => Measure::Mean,
        MeasureName::ExcellentRate => Measure::ExcellentRate,
        MeasureName::SatisfiedOnly => Measure::SatisfiedOnly,
        MeasureName::SatisfiedBroad => Measure::SatisfiedBroad,
        MeasureName::SatisfiedOfAll => Measure::SatisfiedOfAll,
        MeasureName::Awareness => Measure::Awareness,
        MeasureName::RatioToBest => Measure::RatioToBest,
    }
}

/// 得票率分段; rows behind one without a condition could never hold (S421), and points lie within the full ones.
fn tier_table(option: &TiersOption, path: &str, find: &mut Findings<'_>) -> TierTable {
    let full = option.full.as_ref().map_or_else(|| int(100), |full| at_least_0(find, &format!("{path}.full"), full));
    if full == int(0) {
        find.scheme("S108", &format!("{path}.full"), &[("found", "0"), ("expected", "> 0")]);
    }
    let open = option.rows.iter().position(|row| row.top.is_none() && row.favourable.is_none() && row.low.is_none());
    if option.rows.is_empty() || open.is_none_or(|open| open + 1 != option.rows.len()) {
        find.scheme("S421", &format!("{path}.rows"), &[]);
    }
    let rows = option.rows.iter().enumerate().map(|(n, row)| {
        let path = format!("{path}.rows[{n}]");
        let points = at_least_0(find, &format!("{path}.points"), &row.points);
        if points > full {
            let expected = format!("0–{}", exact_text(&full));
            find.scheme("S108", &format!("{path}.points"), &[("found", &exact_text(&points)), ("expected", &expected)]);
        }
        (conditions(row, &path, find), points)
    });
    let rows = rows.collect();
    TierTable { full, rows }
}

fn conditions(row: &TierRowOption, path: &str, find: &mut Findings<'_>) -> Vec<(TierShare, crate::survey::Threshold)> {
    let all = [
        (TierShare::Top, "top", &row.top),
        (TierShare::Favourable, "favourable", &row.favourable),
        (TierShare::Low, "low", &row.low),
    ];
    let written = all.into_iter().filter_map(|(share, key, option)| {
        let threshold = threshold(find, &format!("{path}.{key}"), option.as_ref()?)?;
        if threshold.value < int(0) || threshold.value > int(1) {
            let found = exact_text(&threshold.value);
            find.scheme("S108", &format!("{path}.{key}"), &[("found", &found), ("expected", "0–1（90%）")]);
        }
        Some((share, threshold))
    });
    written.collect()
}

/// Shares and tiers need options; an item answered with points cannot be measured so (S417).
pub(super) fn check_answers(drafts: &[Draft<'_>], forms: &[DraftForm<'_>], index: &Index, find: &mut Findings<'_>) {
    for draft in drafts {
        let Some((form, item)) = draft.item else { continue };
        let scored =
            forms.get(form).and_then(|form| form.form.items.get(item)).is_some_and(|item| item.answer == AnswerKind::Score);
        let measure = index.by_code(&draft.code).map(|id| &index.node(id).measure);
        let any = matches!(measure, None | Some(Measure::Mean | Measure::RatioToBest | Measure::RankScore(_)));
        if scored && !any {
            find.scheme("S417", &draft.path, &[("found", &draft.name), ("other", &draft.code)]);
        }
    }
}
