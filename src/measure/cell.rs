//! One cell: the answers of one stratum to one item about one subject, and the score they make (method §4).

use super::exact::{Sum, count, hundred};
use crate::numeric::{Ratio, int, to_f64};
use crate::survey::{Abstain, Answer, AnswerKind, ChoiceClass, Form, Item, Measure, Scale, TierShare, TierTable, Trim};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

/// What the answers of one item are worth, worked out once per item.
#[derive(Clone, Debug)]
pub(super) struct Valuation {
    classes: Vec<ChoiceClass>,
    /// Points of each option as whole numbers over `denominator`; an abstention has none unless the scheme gives it some.
    points: Vec<Option<BigInt>>,
    /// The same where all fit a machine word, as they nearly always do.
    small: Option<Vec<Option<i64>>>,
    denominator: BigInt,
    /// Points of an abstention, over `denominator`.
    abstention: Option<BigInt>,
    /// Full marks of a scored item.
    full: Ratio,
    trim: Trim,
}

/// What the error of a trimmed mean is worked out from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Winsorised {
    /// Answers kept.
    pub kept: u64,
    /// The trimmed mean, points of the 100.
    pub mean: f64,
    /// n/(n − 1) · Σ (w − w̄)² / kept², points²; without correction for a finite population.
    pub variance: f64,
}

/// What a cell came to.
#[derive(Clone, Debug, Default)]
pub(super) struct CellScore {
    pub score: Option<Ratio>,
    /// Answers in the denominator of the score, after trimming.
    pub n: u64,
    pub abstained: u64,
    /// Option number or hundredths, and how many; ascending.
    pub counts: Vec<(i64, u64)>,
    pub not_applicable: u64,
    /// Missing or void.
    pub unanswered: u64,
}

impl Valuation {
    pub(super) fn new(form: &Form, item: &Item, scales: &[Scale]) -> Self {
        let scale = match item.answer {
            AnswerKind::Choice { scale } => scales.get(scale),
            AnswerKind::Score => None,
        };
        let choices = scale.map_or(&[][..], |scale| &scale.choices);
        let abstention = match &form.abstain {
            Abstain::Exclude => None,
            Abstain::Zero => Some(Ratio::zero()),
            Abstain::Value(value) => Some(value.clone()),
        };
        let values: Vec<Option<Ratio>> =
            choices.iter().map(|choice| choice.value.clone().filter(|_| choice.class != ChoiceClass::Abstain)).collect();
        let denominator =
            values.iter().flatten().chain(&abstention).fold(BigInt::from(1u8), |common, value| common.lcm(value.denom()));
        let whole = |value: &Ratio| (value * Ratio::from_integer(denominator.clone())).to_integer();
        let points: Vec<Option<BigInt>> = values.iter().map(|value| value.as_ref().map(whole)).collect();
        let small = points.iter().map(|value| value.as_ref().map(ToPrimitive::to_i64)).map(|value| match value {
            None => Some(None),
            Some(fits) => fits.map(Some),
        });
        Self {
            classes: values
                .iter()
                .zip(choices)
                .map(|(value, choice)| if value.is_some() { choice.class } else { ChoiceClass::Abstain })
                .collect(),
            small: small.collect(),
            abstention: abstention.as_ref().map(whole),
            points,
            denominator,
            full: item.full.clone(),
            trim: form.trim.clone(),
        }
    }

    /// Answered by options, not by points.
    pub(super) fn has_options(&self) -> bool {
        !self.classes.is_empty()
    }

    fn class(&self, option: u8) -> ChoiceClass {
        self.classes.get(usize::from(option)).copied().unwrap_or(ChoiceClass::Abstain)
    }

    /// The score of a cell from its answers, each answer once, in order. The relative measures start from the mean.
    pub(super) fn score(&self, answers: &[(Answer, u64)], measure: &Measure) -> CellScore {
        let mut cell = self.count(answers);
        match measure {
            Measure::Mean | Measure::RatioToBest | Measure::RankScore(_) => self.mean(answers, &mut cell),
            Measure::Tiers(table) => self.tiers(answers, table, &mut cell),
            Measure::ExcellentRate
            | Measure::SatisfiedOnly
            | Measure::SatisfiedBroad
            | Measure::SatisfiedOfAll
            | Measure::Awareness => self.rate(answers, measure, &mut cell),
        }
        cell
    }

    fn count(&self, answers: &[(Answer, u64)]) -> CellScore {
        let mut cell = CellScore::default();
        for &(answer, times) in answers {
            match answer {
                Answer::Missing | Answer::Void(_) => cell.unanswered += times,
                Answer::NotApplicable => cell.not_applicable += times,
                Answer::Choice(option) => {
                    cell.counts.push((i64::from(option), times));
                    if self.class(option) == ChoiceClass::Abstain {
                        cell.abstained += times;
                    }
                }
                Answer::Score(hundredths) => cell.counts.push((i64::from(hundredths), times)),
            }
        }
        cell
    }

    /// Σ v·n / Σ n over scored answers, trimmed; abstentions join in where the scheme gives them a value, and are never trimmed.
    fn mean(&self, answers: &[(Answer, u64)], cell: &mut CellScore) {
        let scored = answers.iter().filter(|(answer, _)| match answer {
            Answer::Choice(option) => self.class(*option) != ChoiceClass::Abstain,
            Answer::Score(_) => true,
            _ => false,
        });
        let (mut total, mut n) = if self.trim == Trim::None { self.plain(scored) } else { self.trimmed(scored) };
        if let Some(value) = &self.abstention {
            total.add_fraction(&(value * cell.abstained), &self.denominator);
            n += cell.abstained;
        }
        cell.n = n;
        cell.score = total.over_count(n);
    }

    /// Sum of points and number of answers. Whole numbers in the loop, one fraction at the end.
    fn plain<'a>(&self, scored: impl Iterator<Item = &'a (Answer, u64)>) -> (Sum, u64) {
        let (mut points, mut large, mut hundredths, mut n) = (0i128, BigInt::zero(), 0i128, 0u64);
        for &(answer, times) in scored {
            n += times;
            match (answer, &self.small) {
                (Answer::Choice(option), Some(small)) => {
                    let value = small.get(usize::from(option)).copied().flatten().unwrap_or(0);
                    points += i128::from(value) * i128::from(times);
                }
                (Answer::Choice(option), None) => {
                    if let Some(Some(value)) = self.points.get(usize::from(option)) {
                        large += value * times;
                    }
                }
                (Answer::Score(value), _) => hundredths += i128::from(value) * i128::from(times),
                _ => {}
            }
        }
        let mut total = Sum::new();
        if hundredths != 0 {
            total.add_fraction(&(self.full.denom() * hundredths), self.full.numer());
        }
        large += points;
        if !large.is_zero() {
            total.add_fraction(&large, &self.denominator);
        }
        (total, n)
    }

    /// The same after trimming: the answers in order of their points, so many taken off each end.
    fn trimmed<'a>(&self, scored: impl Iterator<Item = &'a (Answer, u64)>) -> (Sum, u64) {
        let mut sorted: Vec<(Ratio, u64)> = scored.map(|(answer, times)| (self.value(*answer), *times)).collect();
        sorted.sort();
        let n: u64 = sorted.iter().map(|(_, times)| times).sum();
        let each = cut(&self.trim, n);
        drop_first(sorted.iter_mut(), each);
        drop_first(sorted.iter_mut().rev(), each);
        let mut total = Sum::new();
        for (value, times) in &sorted {
            total.add_product(value, &count(*times));
        }
        (total, n - 2 * each)
    }

    /// The winsorised variance of a trimmed mean; `None` where nothing is trimmed. The answers cut off stand as the outermost kept.
    pub(super) fn winsorised(&self, answers: &[(Answer, u64)]) -> Option<Winsorised> {
        let scored = answers.iter().filter(|(answer, _)| match answer {
            Answer::Choice(option) => self.class(*option) != ChoiceClass::Abstain,
            Answer::Score(_) => true,
            _ => false,
        });
        let mut sorted: Vec<(Ratio, u64)> = scored.map(|(answer, times)| (self.value(*answer), *times)).collect();
        sorted.sort();
        let n: u64 = sorted.iter().map(|(_, times)| times).sum();
        let each = cut(&self.trim, n);
        if each == 0 {
            return None;
        }
        let (low, high) = (at_rank(sorted.iter(), each)?, at_rank(sorted.iter().rev(), each)?);
        let cell = self.score(answers, &Measure::Mean);
        let mut moved: Vec<(f64, u64)> =
            sorted.iter().map(|(value, times)| (to_f64(&value.clone().max(low.clone()).min(high.clone())), *times)).collect();
        if let Some(value) = &self.abstention {
            moved.push((to_f64(&Ratio::new(value.clone(), self.denominator.clone())), cell.abstained));
        }
        Some(Winsorised { kept: cell.n, mean: to_f64(&cell.score?), variance: winsorised_variance(&moved, cell.n) })
    }

    fn value(&self, answer: Answer) -> Ratio {
        match answer {
            Answer::Choice(option) => self
                .points
                .get(usize::from(option))
                .and_then(Option::as_ref)
                .map_or_else(Ratio::zero, |value| Ratio::new(value.clone(), self.denominator.clone())),
            Answer::Score(hundredths) => self.marks(BigInt::from(hundredths)),
            _ => Ratio::zero(),
        }
    }

    /// Hundredths of a mark, out of full marks, as points of the 100.
    fn marks(&self, hundredths: BigInt) -> Ratio {
        if self.full.is_zero() { Ratio::zero() } else { Ratio::from_integer(hundredths) / &self.full }
    }

    fn votes(&self, answers: &[(Answer, u64)], wanted: &[ChoiceClass]) -> u64 {
        let of = |answer: Answer| match answer {
            Answer::Choice(option) => Some(self.class(option)),
            _ => None,
        };
        answers.iter().filter(|(answer, _)| of(*answer).is_some_and(|class| wanted.contains(&class))).map(|(_, n)| n).sum()
    }

    /// The named shares (domain.md §5.1). Only 优秀率 follows the form's abstention policy: where abstentions are given a
    /// value they stand in its denominator; the 满意率 and 知晓率 say in their names what they divide by.
    fn rate(&self, answers: &[(Answer, u64)], measure: &Measure, cell: &mut CellScore) {
        use ChoiceClass::{Abstain, Favourable, Low, Middle, Top};
        let scored = self.votes(answers, &[Top, Favourable, Middle, Low]);
        let all = scored + self.votes(answers, &[Abstain]);
        let (part, n) = match measure {
            Measure::SatisfiedBroad => (self.votes(answers, &[Top, Favourable]), scored),
            Measure::SatisfiedOfAll => (self.votes(answers, &[Top, Favourable]), all),
            Measure::Awareness => (scored, all),
            Measure::ExcellentRate if self.abstention.is_some() => (self.votes(answers, &[Top]), all),
            _ => (self.votes(answers, &[Top]), scored),
        };
        cell.n = n;
        if n > 0 {
            cell.score = Some(hundred() * count(part) / count(n));
        }
    }

    /// 得票率分段: the first row whose every condition holds gives the points. Looked up within each stratum, like every measure;
    /// the strata are weighted afterwards.
    fn tiers(&self, answers: &[(Answer, u64)], table: &TierTable, cell: &mut CellScore) {
        use ChoiceClass::{Favourable, Low, Middle, Top};
        let scored = self.votes(answers, &[Top, Favourable, Middle, Low]);
        cell.n = scored;
        if scored == 0 || table.full.is_zero() {
            return;
        }
        let share = |class| count(self.votes(answers, &[class])) / count(scored);
        let shares = [(TierShare::Top, share(Top)), (TierShare::Favourable, share(Favourable)), (TierShare::Low, share(Low))];
        let holds = |conditions: &[(TierShare, crate::survey::Threshold)]| {
            conditions
                .iter()
                .all(|(wanted, threshold)| shares.iter().any(|(known, value)| known == wanted && threshold.holds(value)))
        };
        cell.score =
            table.rows.iter().find(|(conditions, _)| holds(conditions)).map(|(_, points)| points / &table.full * hundred());
    }
}

/// How many answers trimming takes off each end of n; never all of them.
fn cut(trim: &Trim, n: u64) -> u64 {
    let each = match trim {
        Trim::None => 0,
        Trim::OneEach { when_above } => u64::from(n > *when_above),
        Trim::Each(each) => *each,
        Trim::Share(share) => (share * count(n)).floor().to_integer().to_u64().unwrap_or(0),
    };
    if each.checked_mul(2).is_some_and(|both| n > both) { each } else { 0 }
}

fn drop_first<'a>(ends: impl Iterator<Item = &'a mut (Ratio, u64)>, mut each: u64) {
    for (_, times) in ends {
        let dropped = each.min(*times);
        *times -= dropped;
        each -= dropped;
        if each == 0 {
            return;
        }
    }
}

/// The value at this 0-based place.
fn at_rank<'a>(ends: impl Iterator<Item = &'a (Ratio, u64)>, place: u64) -> Option<Ratio> {
    let mut before = 0;
    for (value, times) in ends {
        before += times;
        if place < before {
            return Some(value.clone());
        }
    }
    None
}

#[allow(clippy::cast_precision_loss, reason = "counts of ballots are far below 2^53")]
fn winsorised_variance(moved: &[(f64, u64)], kept: u64) -> f64 {
    let n: u64 = moved.iter().map(|(_, times)| times).sum();
    let (n, kept) = (n as f64, kept as f64);
    let mean = moved.iter().map(|(value, times)| value * *times as f64).sum::<f64>() / n;
    let squares: f64 = moved.iter().map(|(value, times)| (value - mean) * (value - mean) * *times as f64).sum();
    n / (n - 1.0) * squares / (kept * kept)
}

/// 按排名赋分: the first has 100, each rank lower `step` less, never below 0.
pub(super) fn rank_points(step: &Ratio, rank: u64) -> Ratio {
    (hundred() - step * count(rank.saturating_sub(1))).max(int(0))
}
