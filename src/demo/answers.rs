//! What everybody answered: points, ballots and judges' scores drawn around each unit's true quality.

use super::dice::Dice;
use super::frame::{Frame, Kind, Theme};

/// An item of the score sheets 考核评分表 and 自查评分表.
pub(super) struct ScoreItem {
    pub(super) name: &'static str,
    pub(super) full: i64,
    /// The indicator it belongs to, and what a sheet prints beside it.
    pub(super) group: &'static str,
    pub(super) criterion: &'static str,
    theme: Theme,
    hardness: i64,
}

const fn item(
    name: &'static str,
    full: i64,
    group: &'static str,
    criterion: &'static str,
    theme: Theme,
    hardness: i64,
) -> ScoreItem {
    ScoreItem { name, full, group, criterion, theme, hardness }
}

/// The nine items of the reference scheme, in its order.
pub(super) const SCORED: [ScoreItem; 9] = [
    item("第一议题学习制度落实", 10, "政治引领", "每少学习1次扣0.5分", Theme::Politics, 250),
    item("意识形态工作责任制落实", 10, "政治引领", "未专题研究的扣1分", Theme::Politics, 120),
    item("党支部标准化规范化建设", 15, "组织建设", "每有1项不达标扣1分", Theme::Organisation, -150),
    item("三会一课与组织生活质量", 15, "组织建设", "每少开1次扣0.5分", Theme::Organisation, 0),
    item("党员发展教育管理", 10, "组织建设", "材料不全的扣0.5分", Theme::Organisation, -250),
    item("作风建设与整治形式主义", 10, "作风廉政", "查实1件扣1分", Theme::Conduct, -50),
    item("党风廉政建设", 10, "作风廉政", "未签责任书的扣1分", Theme::Conduct, 100),
    item("阵地建设与经费保障", 10, "服务保障", "阵地不达标的扣1分", Theme::Support, -100),
    item("联系服务职工群众", 10, "服务保障", "台账缺1次扣0.5分", Theme::Service, 80),
];

/// Items of 民主测评表 with their themes and hardness.
pub(super) const RATED: [(&str, Theme, i64); 6] = [
    ("政治建设", Theme::Politics, 200),
    ("思想建设", Theme::Politics, 100),
    ("组织建设", Theme::Organisation, 0),
    ("作风建设", Theme::Conduct, 0),
    ("纪律建设", Theme::Conduct, 50),
    ("制度建设", Theme::Support, -120),
];

/// Items of 民意调查表.
pub(super) const ASKED: [(&str, Theme, i64); 4] = [
    ("对党组织服务群众的评价", Theme::Service, 0),
    ("对党员作用发挥的评价", Theme::Organisation, 100),
    ("对解决急难愁盼问题的评价", Theme::Service, -250),
    ("对基层治理和平安建设的评价", Theme::Support, 150),
];

/// Options of 民主测评表, best first; the last is an abstention.
pub(super) const GRADES: [&str; 5] = ["优秀", "良好", "一般", "较差", "不了解"];
/// Options of 民意调查表.
pub(super) const SATISFACTION: [&str; 4] = ["满意", "基本满意", "不满意", "不了解"];
/// Strata 票种.
pub(super) const STRATA: [&str; 3] = ["A票", "B票", "C票"];

/// One ballot of 民主测评: its stratum, and per item the option (`None`: left blank).
#[derive(Clone, Debug)]
pub(super) struct Ballot {
    pub(super) stratum: usize,
    pub(super) answers: Vec<Option<usize>>,
}

/// Heads and papers of one stratum of one meeting.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meeting {
    pub(super) due: u32,
    pub(super) present: u32,
    pub(super) issued: u32,
    pub(super) returned: u32,
}

/// Everything one unit sent or was given.
#[derive(Clone, Debug, Default)]
pub(super) struct UnitAnswers {
    /// Points in hundredths, by item.
    pub(super) assessed: Vec<i64>,
    pub(super) self_rated: Vec<i64>,
    pub(super) ballots: Vec<Ballot>,
    pub(super) meetings: [Meeting; 3],
    /// 民意调查: options by item; empty for offices, which have nobody to ask.
    pub(super) survey: Vec<Vec<Option<usize>>>,
    /// 专项述职 and 述职评议: one score a judge, in hundredths.
    pub(super) special: Vec<i64>,
    pub(super) review: Vec<i64>,
}

/// Number of judges of 专项述职 and 述职评议.
pub(super) const JUDGES: [usize; 2] = [7, 9];

/// Draws everything, unit by unit.
pub(super) fn draw(frame: &Frame, ballots: u32, seed: u64) -> Vec<UnitAnswers> {
    let mut judges = Dice::new(seed, "judges");
    let leniency: Vec<[Vec<i64>; 2]> =
        frame.regiments.iter().map(|_| JUDGES.map(|count| (0..count).map(|_| judges.bell(180)).collect())).collect();
    (0..frame.units.len())
        .map(|unit| {
            let mut dice = Dice::new(seed, &format!("answers {}", frame.units[unit].code));
            draw_unit(frame, unit, ballots, &leniency[frame.units[unit].regiment], &mut dice)
        })
        .collect()
}

fn draw_unit(frame: &Frame, unit: usize, ballots: u32, leniency: &[Vec<i64>; 2], dice: &mut Dice) -> UnitAnswers {
    let mut drawn = UnitAnswers::default();
    // One regiment praises itself: the gap 自评 − 考核 should stand out.
    let praise = if frame.units[unit].regiment % 12 == 6 { 900 } else { 250 };
    for item in &SCORED {
        let truth = frame.truth(unit, item.theme, item.hardness) + 350 + dice.bell(320);
        let given = half_points(truth.min(9_950), item.full);
        drawn.assessed.push(given);
        drawn.self_rated.push(half_points((truth + praise + dice.bell(200)).min(10_000), item.full).max(given));
    }
    // Small units have few ballots, so their results are noisy.
    let ballots = if frame.units[unit].headcount < 160 { ballots.div_ceil(2) } else { ballots };
    draw_ballots(frame, unit, ballots, &mut drawn, dice);
    if frame.units[unit].kind != Kind::Office {
        for _ in 0..ballots {
            let mood = dice.bell(900);
            drawn
                .survey
                .push(ASKED.iter().map(|(_, theme, hard)| satisfied(frame.truth(unit, *theme, *hard) + mood, dice)).collect());
        }
    }
    let report = frame.truth(unit, Theme::Politics, 250) + dice.bell(200);
    drawn.special = leniency[0].iter().map(|judge| mark(report + judge + dice.bell(130))).collect();
    drawn.review = leniency[1].iter().map(|judge| mark(report - 100 + judge + dice.bell(220))).collect();
    drawn
}

/// Points of an item out of its full marks, in steps of half a point, in hundredths.
fn half_points(quality: i64, full: i64) -> i64 {
    ((quality.clamp(0, 10_000) * full * 2 + 5_000) / 10_000 * 50).min(full * 100)
}

/// A judge's mark between 60 and 99 in steps of half a point, in hundredths.
fn mark(quality: i64) -> i64 {
    (quality.clamp(6_000, 9_900) + 25) / 50 * 50
}

fn draw_ballots(frame: &Frame, unit: usize, ballots: u32, drawn: &mut UnitAnswers, dice: &mut Dice) {
    let people = frame.units[unit].strata;
    let leaders = (ballots / 5).max(5);
    let members = ballots * 3 / 10;
    for (stratum, wanted) in [leaders, members, ballots.saturating_sub(leaders + members)].into_iter().enumerate() {
        let issued = wanted.min(people[stratum]).max(1);
        let returned = if stratum == 2 && issued > 8 { issued - dice.below(2) } else { issued };
        let due = issued + dice.below(issued / 6 + 1);
        drawn.meetings[stratum] = Meeting { due, present: issued, issued, returned };
        for _ in 0..returned {
            let mood = dice.bell(600) + [250, 50, -150][stratum];
            let answers = RATED.iter().map(|(_, theme, hard)| rated(frame.truth(unit, *theme, *hard) + mood, dice)).collect();
            drawn.ballots.push(Ballot { stratum, answers });
        }
    }
}

fn rated(quality: i64, dice: &mut Dice) -> Option<usize> {
    match dice.below(100) {
        0 => return None,
        1..4 => return Some(4),
        _ => {}
    }
    let felt = quality + dice.bell(800);
    Some(match felt {
        8_200.. => 0,
        7_000.. => 1,
        5_800.. => 2,
        _ => 3,
    })
}

fn satisfied(quality: i64, dice: &mut Dice) -> Option<usize> {
    match dice.below(100) {
        0 => return None,
        1..6 => return Some(3),
        _ => {}
    }
    let felt = quality + dice.bell(1_100);
    Some(match felt {
        7_900.. => 0,
        6_300.. => 1,
        _ => 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_options_are_those_of_the_reference_scheme() {
        let scheme = super::super::REFERENCE;
        for item in &SCORED {
            assert!(scheme.contains(&format!("name = \"{}\", full = \"{}\"", item.name, item.full)), "{}", item.name);
            assert!(scheme.contains(&format!("name = \"{}\"\nparent = \"mubiao\"", item.group)), "{}", item.group);
        }
        for (name, ..) in RATED.iter().chain(&ASKED) {
            assert!(scheme.contains(&format!("name = \"{name}\" }}")), "{name}");
        }
        for label in GRADES.iter().chain(&SATISFACTION) {
            assert!(scheme.contains(&format!("label = \"{label}\"")), "{label}");
        }
    }

    /// Roughly what the reference scheme will make of a unit, in hundredths.
    fn rough_total(drawn: &UnitAnswers) -> i64 {
        let mean = |values: &mut dyn Iterator<Item = i64>| {
            let values: Vec<i64> = values.collect();
            values.iter().sum::<i64>() / i64::try_from(values.len()).unwrap().max(1)
        };
        let rated = mean(
            &mut drawn
                .ballots
                .iter()
                .flat_map(|b| &b.answers)
                .filter_map(|a| a.and_then(|option| [10_000, 8_000, 6_000, 4_000].get(option).copied())),
        );
        let asked =
            mean(&mut drawn.survey.iter().flatten().filter_map(|a| a.and_then(|option| [10_000, 8_000, 0].get(option).copied())));
        let judged = mean(&mut drawn.special.iter().copied()) * 10 + mean(&mut drawn.review.iter().copied()) * 20;
        let points = drawn.assessed.iter().sum::<i64>() * 50;
        let (sum, weight) = (points + judged + rated * 10, 90);
        if drawn.survey.is_empty() { sum / weight } else { (sum + asked * 10) / (weight + 10) }
    }

    #[test]
    fn the_totals_spread_over_the_grades() {
        let frame = Frame::make(3, 4, 5, 2026);
        let mut totals: Vec<i64> = draw(&frame, 40, 2026).iter().map(rough_total).collect();
        totals.sort_unstable();
        let share = |from: i64| totals.iter().filter(|total| **total >= from).count() * 100 / totals.len();
        assert!((20..=45).contains(&share(9_000)), "{totals:?}");
        assert!((70..=97).contains(&share(8_000)), "{totals:?}");
    }

    #[test]
    fn answers_follow_the_truth_and_keep_their_ranges() {
        let frame = Frame::make(3, 4, 5, 3);
        let drawn = draw(&frame, 40, 3);
        let share = |unit: usize| {
            let ballots = &drawn[unit].ballots;
            ballots.iter().filter(|ballot| ballot.answers[3] == Some(0)).count() * 100 / ballots.len()
        };
        let mean = |division: usize| {
            let units: Vec<usize> =
                (0..60).filter(|unit| frame.regiments[frame.units[*unit].regiment].division == division).collect();
            units.iter().map(|unit| share(*unit)).sum::<usize>() / units.len()
        };
        // 作风建设: the third division is weak in it.
        assert!(mean(0) > mean(2) + 15, "{} {}", mean(0), mean(2));
        for (unit, answers) in frame.units.iter().zip(&drawn) {
            for (points, item) in answers.assessed.iter().zip(&SCORED) {
                assert!((0..=item.full * 100).contains(points) && points % 50 == 0, "{} {points}", unit.code);
            }
            assert_eq!(answers.survey.is_empty(), unit.kind == Kind::Office);
            assert!(answers.special.iter().all(|mark| (6_000..=9_900).contains(mark)));
            assert!(answers.meetings.iter().all(|m| m.returned <= m.issued && m.issued <= m.present && m.present <= m.due));
        }
    }
}
