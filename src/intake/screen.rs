//! Screening 废票判定 (method §3): a pure function from a ballot's answers to its disposition, with every broken rule named.

use crate::numeric::{Ratio, int};
use crate::survey::{Act, Answer, AnswerKind, Column, CountRule, Disposition, Form, Scheme, Screening, SubjectId};
use num_traits::ToPrimitive;

/// The screening rules of one form, compiled for the columns of its ballots.
#[derive(Clone, Debug)]
pub struct Screener<'a> {
    rules: &'a Screening,
    columns: Vec<Judged>,
    /// Columns of each rated subject, where a ballot rates several.
    subjects: Vec<(SubjectId, Vec<usize>)>,
}

/// What a column's answer is measured by.
#[derive(Clone, Debug)]
struct Judged {
    /// Full marks in hundredths.
    full: i64,
    /// The best option.
    top: Option<u8>,
    /// Option values in hundredths of the 0–100 scale; `None`: not scored.
    values: Vec<Option<i64>>,
}

impl<'a> Screener<'a> {
    #[must_use]
    pub fn new(scheme: &'a Scheme, form: &'a Form, columns: &[Column]) -> Self {
        let mut subjects: Vec<(SubjectId, Vec<usize>)> = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let Some(subject) = column.subject else { continue };
            match subjects.iter_mut().find(|(known, _)| *known == subject) {
                Some((_, list)) => list.push(at),
                None => subjects.push((subject, vec![at])),
            }
        }
        let judged = columns.iter().map(|column| Judged::new(scheme, form, *column)).collect();
        Self { rules: &form.screening, columns: judged, subjects }
    }

    /// How the ballot ends, and the rules it breaks that only flag. `rater`: who filled it, where that is a subject (self-rating).
    #[must_use]
    pub fn judge(&self, answers: &[Answer], rater: Option<SubjectId>) -> (Disposition, u8) {
        let (mut answered, mut applicable, mut void) = (0u32, 0u32, 0u32);
        for answer in answers {
            match answer {
                Answer::NotApplicable => continue,
                Answer::Choice(_) | Answer::Score(_) => answered += 1,
                Answer::Void(_) => void += 1,
                Answer::Missing => {}
            }
            applicable += 1;
        }
        if answered == 0 && void == 0 {
            return (Disposition::Blank, 0);
        }
        let (voiding, flagged) = self.broken(answers, answered, applicable, rater);
        let disposition = if voiding != 0 {
            Disposition::Void { rules: voiding }
        } else if answered == applicable {
            Disposition::Valid
        } else {
            Disposition::Partial
        };
        (disposition, flagged)
    }

    /// Bits of the broken rules that void, and of those that flag.
    fn broken(&self, answers: &[Answer], answered: u32, applicable: u32, rater: Option<SubjectId>) -> (u8, u8) {
        let (mut voiding, mut flagged) = (0, 0);
        let mut note = |act: Act, bit: u8| match act {
            Act::Off => {}
            Act::Flag => flagged |= bit,
            Act::Void => voiding |= bit,
        };
        if let Some((act, share)) = &self.rules.answered_min
            && int(i64::from(answered)) < share * int(i64::from(applicable))
        {
            note(*act, Disposition::ANSWERED_MIN);
        }
        let full = self.rules.all_full != Act::Off && answered > 0 && self.all_full(answers);
        if full {
            note(self.rules.all_full, Disposition::ALL_FULL);
        }
        // All full marks is also all the same: named once, unless the weaker name is the stronger rule.
        if let Some((act, least)) = self.rules.all_same
            && answered >= least.max(1)
            && !(full && self.rules.all_full == Act::Void)
            && all_same(answers)
        {
            note(act, Disposition::ALL_SAME);
        }
        if self.subjects.len() > 1 {
            for (rule, bit) in
                [(&self.rules.too_many_high, Disposition::TOO_MANY_HIGH), (&self.rules.too_few_low, Disposition::TOO_FEW_LOW)]
            {
                if let Some(rule) = rule
                    && self.breaks_count(rule, bit, answers)
                {
                    note(rule.act, bit);
                }
            }
            if self.rules.self_rating != Act::Off && self.rates_self(answers, rater) {
                note(self.rules.self_rating, Disposition::SELF_RATING);
            }
        }
        (voiding, flagged)
    }

    fn all_full(&self, answers: &[Answer]) -> bool {
        answers.iter().zip(&self.columns).all(|(answer, column)| match answer {
            Answer::Choice(choice) => column.top == Some(*choice),
            Answer::Score(points) => i64::from(*points) == column.full,
            _ => true,
        })
    }

    fn rates_self(&self, answers: &[Answer], rater: Option<SubjectId>) -> bool {
        self.subjects
            .iter()
            .filter(|(subject, _)| Some(*subject) == rater)
            .any(|(_, columns)| columns.iter().any(|at| answers.get(*at).is_some_and(|answer| answer.is_answered())))
    }

    fn breaks_count(&self, rule: &CountRule, bit: u8, answers: &[Answer]) -> bool {
        let (mut high, mut low) = (0u32, 0u32);
        for (_, columns) in &self.subjects {
            match self.reaches(rule.score, columns, answers) {
                Some(true) => high += 1,
                Some(false) => low += 1,
                None => {}
            }
        }
        if bit == Disposition::TOO_MANY_HIGH { high > rule.limit } else { low < rule.limit }
    }

    /// Whether a subject's score on this ballot (points of 100, over its answered items) is at or above `score` hundredths; exact.
    fn reaches(&self, score: i64, columns: &[usize], answers: &[Answer]) -> Option<bool> {
        let (mut points, mut full) = (0i128, 0i128);
        for at in columns {
            let (Some(answer), Some(column)) = (answers.get(*at), self.columns.get(*at)) else { continue };
            match answer {
                Answer::Score(given) => {
                    points += i128::from(*given);
                    full += i128::from(column.full);
                }
                Answer::Choice(choice) => {
                    if let Some(Some(value)) = column.values.get(usize::from(*choice)) {
                        points += i128::from(*value);
                        full += 10_000;
                    }
                }
                _ => {}
            }
        }
        (full > 0).then_some(points * 10_000 >= i128::from(score) * full)
    }
}

impl Judged {
    fn new(scheme: &Scheme, form: &Form, column: Column) -> Self {
        let item = form.item(column.item);
        let choices = match item.answer {
            AnswerKind::Choice { scale } => scheme.scales.get(scale).map_or(&[][..], |scale| &scale.choices),
            AnswerKind::Score => &[],
        };
        let best = choices.iter().filter_map(|choice| choice.value.as_ref()).max();
        let top = choices.iter().position(|choice| choice.value.is_some() && choice.value.as_ref() == best);
        Self {
            full: hundredths(&item.full),
            top: top.and_then(|top| u8::try_from(top).ok()),
            values: choices.iter().map(|choice| choice.value.as_ref().map(hundredths)).collect(),
        }
    }
}

/// A scheme's number in hundredths (full marks and option values have at most two decimals in practice; more are cut).
pub(super) fn hundredths(value: &Ratio) -> i64 {
    // Nearly all full marks are whole: no need to reduce a fraction.
    if value.is_integer() {
        return value.numer().to_i64().and_then(|whole| whole.checked_mul(100)).unwrap_or(i64::MAX);
    }
    (value * int(100)).floor().to_integer().to_i64().unwrap_or(i64::MAX)
}

fn all_same(answers: &[Answer]) -> bool {
    let mut given = answers.iter().filter(|answer| answer.is_answered());
    given.next().is_some_and(|first| given.all(|other| other == first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::fixture;
    use crate::numeric::ratio;
    use crate::survey::{FormId, ItemId, VoidReason};

    /// domain.md E5, the rule of a published ballot: at most 3 people at 90 or more, at least 2 below 70, not all the same, not all full.
    fn e5() -> Screening {
        let rule = |score, limit| Some(CountRule { act: Act::Void, score, limit });
        Screening {
            all_same: Some((Act::Void, 2)),
            all_full: Act::Void,
            too_many_high: rule(9000, 3),
            too_few_low: rule(7000, 2),
            ..Screening::default()
        }
    }

    fn judge(screening: Screening, scores: &[i32], rater: Option<u32>) -> (Disposition, u8) {
        let mut scheme = fixture::scheme();
        let form = scheme.form_by_code("shuzhi").expect("form");
        scheme.forms[form.0 as usize].screening = screening;
        let columns: Vec<Column> = (0..u32::try_from(scores.len()).expect("few"))
            .map(|subject| Column { item: ItemId(0), subject: Some(SubjectId(subject)) })
            .collect();
        let answers: Vec<Answer> = scores.iter().map(|score| Answer::Score(score * 100)).collect();
        Screener::new(&scheme, scheme.form(form), &columns).judge(&answers, rater.map(SubjectId))
    }

    #[test]
    fn e5_ballots_one_to_ten() {
        use Disposition as D;
        let cases: [(&[i32], u8); 10] = [
            (&[95, 91, 92, 88, 85, 80, 65, 60], 0),
            (&[100; 8], D::ALL_FULL | D::TOO_MANY_HIGH | D::TOO_FEW_LOW), // 全部满分+优秀超3人+70分以下不足2人
            (&[85; 8], D::ALL_SAME | D::TOO_FEW_LOW),                     // 全部同分+70分以下不足2人
            (&[95, 94, 93, 92, 85, 80, 65, 60], D::TOO_MANY_HIGH),
            (&[95, 90, 88, 86, 84, 80, 75, 69], D::TOO_FEW_LOW),
            (&[92, 90, 91, 89, 88, 87, 69, 66], 0),
            (&[89, 88, 93, 90, 80, 82, 68, 64], 0),
            (&[90, 84, 91, 85, 83, 79, 66, 67], 0),
            (&[97, 86, 89, 93, 81, 78, 60, 62], 0),
            (&[88, 92, 94, 80, 79, 90, 69, 68], 0),
        ];
        for (at, (scores, rules)) in cases.iter().enumerate() {
            let wanted = if *rules == 0 { D::Valid } else { D::Void { rules: *rules } };
            assert_eq!(judge(e5(), scores, None), (wanted, 0), "b{}", at + 1);
        }
    }

    #[test]
    fn edges_flags_and_self_rating() {
        let same = |least| Screening { all_same: Some((Act::Flag, least)), ..Screening::default() };
        assert_eq!(judge(same(3), &[80, 80, 80], None), (Disposition::Valid, Disposition::ALL_SAME)); // exactly k
        assert_eq!(judge(same(4), &[80, 80, 80], None), (Disposition::Valid, 0));
        let own = Screening { self_rating: Act::Void, ..Screening::default() };
        assert_eq!(judge(own.clone(), &[80, 90], Some(1)).0, Disposition::Void { rules: Disposition::SELF_RATING });
        assert_eq!(judge(own, &[80, 90], Some(7)).0, Disposition::Valid);
    }

    #[test]
    fn shares_and_what_is_no_answer() {
        let mut scheme = fixture::scheme();
        let form = FormId(2);
        assert_eq!(scheme.form(form).code, "ceping");
        scheme.forms[2].screening.answered_min = Some((Act::Void, ratio(1, 2)));
        let columns: Vec<Column> = (0..4).map(|item| Column { item: ItemId(item), subject: None }).collect();
        let screener = Screener::new(&scheme, scheme.form(form), &columns);
        let (a, n, m, na) = (Answer::Choice(0), Answer::Choice(4), Answer::Missing, Answer::NotApplicable);
        assert_eq!(screener.judge(&[a, n, m, m], None).0, Disposition::Partial); // exactly half; 弃权 is an answer
        assert_eq!(screener.judge(&[a, m, m, m], None).0, Disposition::Void { rules: Disposition::ANSWERED_MIN });
        assert_eq!(screener.judge(&[a, na, na, m], None).0, Disposition::Partial); // 不涉及 leaves both sums
        assert_eq!(screener.judge(&[a, a, a, na], None).0, Disposition::Valid);
        assert_eq!(screener.judge(&[m, m, na, m], None).0, Disposition::Blank);
        let void = Answer::Void(VoidReason::TwoTicks);
        assert_eq!(screener.judge(&[a, a, a, void], None).0, Disposition::Partial);
    }
}
