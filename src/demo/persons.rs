//! The made persons: leading groups of regiments and companies, party workers of offices; how good each is, and what was answered about them.

use super::dice::Dice;
use super::frame::{Frame, Kind};

/// Duty tiers of the reference scheme.
pub(super) const TIERS: [&str; 4] = ["第一责任", "直接责任", "集体责任", "具体责任"];
/// Judges of the persons' duty reports.
pub(super) const JUDGES: usize = 7;

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "林", "高", "罗", "郑",
    "梁", "谢", "宋",
];
const GIVEN: [&str; 30] = [
    "建国", "秀英", "伟", "志强", "海燕", "军", "玉梅", "晓东", "丽娟", "国华", "敏", "永平", "红霞", "振华", "勇", "春梅",
    "文斌", "静", "立新", "雪莲", "磊", "艳红", "新民", "芳", "卫东", "桂兰", "涛", "亚男", "天山", "娜",
];

/// Where a person serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Regiment(usize),
    Unit(usize),
}

/// One person and what was answered about him or her.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) regiment: usize,
    pub(super) post: &'static str,
    /// Index in [`TIERS`].
    pub(super) tier: usize,
    pub(super) status: &'static str,
    pub(super) merit: &'static str,
    /// Shares his or her name with somebody of the same regiment.
    pub(super) namesake: bool,
    /// One mark a judge of the duty report, in hundredths; empty: gave none.
    pub(super) marks: Vec<i64>,
    /// Per ballot of the regiment's meeting: the option, or left blank.
    pub(super) votes: Vec<Option<usize>>,
}

/// Everybody, and the strata of the ballots of every regiment's meeting about them.
#[derive(Clone, Debug, Default)]
pub(super) struct Persons {
    pub(super) all: Vec<Person>,
    pub(super) voters: Vec<Vec<usize>>,
}

const POSTS: [(usize, &str); 5] = [(0, "党委书记"), (1, "党委副书记"), (2, "纪委书记"), (2, "党委常委"), (2, "党委委员")];

/// Draws the persons and their answers; `ballots` is the number of voters at a regiment's meeting.
pub(super) fn draw(frame: &Frame, ballots: u32, seed: u64) -> Persons {
    let mut names = Names::new(seed);
    let mut persons = Persons::default();
    for (regiment, of) in frame.regiments.iter().enumerate() {
        let voters = voters(regiment, ballots);
        let mut dice = Dice::new(seed, &format!("persons {}", of.code));
        let lenient: Vec<i64> = (0..JUDGES).map(|_| dice.bell(150)).collect();
        let first = persons.all.len();
        for (place, tier, post) in posts(frame, regiment) {
            let mut person = names.person(place, regiment, tier, post);
            let talent = base(frame, place) + 230 + dice.bell(420) + plight(persons.all.len());
            person.marks = lenient.iter().map(|judge| mark(talent + 350 + judge + dice.bell(140))).collect();
            person.votes = voters.iter().map(|stratum| vote(talent + [250, 80, -60][*stratum], &mut dice)).collect();
            special(&mut person, persons.all.len());
            persons.all.push(person);
        }
        twins(&mut persons.all[first..], regiment);
        persons.voters.push(voters);
    }
    namesakes(&mut persons.all, frame);
    persons
}

/// Who serves in a regiment: five in its leading group, two in every company's, a party worker in the office.
fn posts(frame: &Frame, regiment: usize) -> Vec<(Place, usize, &'static str)> {
    let mut all: Vec<_> = POSTS.into_iter().map(|(tier, post)| (Place::Regiment(regiment), tier, post)).collect();
    for unit in frame.regiments[regiment].units.clone() {
        let place = Place::Unit(unit);
        match frame.units[unit].kind {
            Kind::Village if unit % 2 == 0 => all.extend([(place, 0, "党支部书记"), (place, 1, "党支部副书记")]),
            Kind::Village => all.extend([(place, 0, "党支部书记"), (place, 2, "党支部委员")]),
            Kind::Office => all.push((place, 3, "党务干部")),
            Kind::Community | Kind::Enterprise => {}
        }
    }
    all
}

/// Strata of the ballots; at one regiment's meeting the stratum A is so small that it must be hidden.
fn voters(regiment: usize, ballots: u32) -> Vec<usize> {
    let leaders = if regiment == 4 { 4 } else { (ballots / 5).max(6) };
    let members = (ballots * 3 / 10).max(6);
    let others = ballots.saturating_sub(leaders + members).max(6);
    let strata = [leaders, members, others];
    strata.iter().enumerate().flat_map(|(stratum, count)| (0..*count).map(move |_| stratum)).collect()
}

fn base(frame: &Frame, place: Place) -> i64 {
    match place {
        Place::Regiment(regiment) => frame.regiment_truth(regiment),
        Place::Unit(unit) => frame.truth(unit, super::frame::Theme::Organisation, 0),
    }
}

/// A few are in trouble: the votes against them should stand out.
fn plight(number: usize) -> i64 {
    match number {
        23 => -3_300,
        75 => -2_500,
        47 | 99 => -1_900,
        _ => 0,
    }
}

/// A judge's mark between 50 and 99 in steps of half a point, in hundredths.
fn mark(quality: i64) -> i64 {
    (quality.clamp(5_000, 9_900) + 25) / 50 * 50
}

fn vote(quality: i64, dice: &mut Dice) -> Option<usize> {
    match dice.below(100) {
        0 => return None,
        1..4 => return Some(4),
        _ => {}
    }
    Some(match quality + dice.bell(750) {
        8_250.. => 0,
        7_000.. => 1,
        5_900.. => 2,
        _ => 3,
    })
}

/// Statuses, merits, and one who gave no duty report.
fn special(person: &mut Person, number: usize) {
    person.status = match number {
        13 | 58 | 103 => "试用期",
        31 => "立案未结",
        42 | 90 => "病事假超半年",
        19 | 66 => "处分期",
        _ => "",
    };
    person.merit = match number % 12 {
        6 => "长期在基层一线（演示师组发〔2026〕9号）",
        _ => "",
    };
    if number == 42 {
        person.marks.clear();
    }
}

/// In one regiment two members of the leading group got the same of everybody: joint candidates wherever the cut falls on them.
fn twins(group: &mut [Person], regiment: usize) {
    if regiment == 2 && group.len() > 3 {
        let (marks, votes) = (group[2].marks.clone(), group[2].votes.clone());
        (group[3].marks, group[3].votes) = (marks, votes);
    }
}

/// Two namesakes within one regiment, in different companies, and two in different divisions.
fn namesakes(all: &mut [Person], frame: &Frame) {
    let of_company = |person: &Person| matches!(person.place, Place::Unit(unit) if frame.units[unit].kind == Kind::Village);
    let of = |regiment: usize| {
        let all = &*all;
        (0..all.len()).filter(move |at| all[*at].regiment == regiment && of_company(&all[*at])).collect::<Vec<_>>()
    };
    let (near, far) = (of(1), [of(0), of(8)]);
    // of one company, one could not be told from the other by any sheet
    if let [first, .., last] = near[..]
        && all[first].place != all[last].place
    {
        let name = all[first].name.clone();
        all[last].name = name;
        all[first].namesake = true;
        all[last].namesake = true;
    }
    if let ([one, ..], [.., other]) = (&far[0][..], &far[1][..]) {
        let name = all[*one].name.clone();
        all[*other].name = name;
    }
}

/// Names that nobody else has.
struct Names {
    dice: Dice,
    given: std::collections::BTreeSet<String>,
    number: usize,
}

impl Names {
    fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed, "names"), given: std::collections::BTreeSet::new(), number: 0 }
    }

    fn person(&mut self, place: Place, regiment: usize, tier: usize, post: &'static str) -> Person {
        self.number += 1;
        Person {
            id: format!("P{:03}", self.number),
            name: self.name(),
            place,
            regiment,
            post,
            tier,
            status: "",
            merit: "",
            namesake: false,
            marks: Vec::new(),
            votes: Vec::new(),
        }
    }

    /// After enough draws every name is taken; then a number makes it new.
    fn name(&mut self) -> String {
        let mut name = String::new();
        for _ in 0..40 {
            name = format!("{}{}", self.dice.pick(&SURNAMES), self.dice.pick(&GIVEN));
            if self.given.insert(name.clone()) {
                return name;
            }
        }
        format!("{name}{}", super::frame::chinese(self.number % 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_example_has_120_persons_in_all_tiers_and_statuses() {
        let frame = Frame::make(3, 4, 5, 2026);
        let persons = draw(&frame, 40, 2026);
        assert_eq!(persons.all.len(), 120);
        let seen = |of: &dyn Fn(&Person) -> String| persons.all.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!((seen(&|one| one.tier.to_string()), seen(&|one| one.status.to_owned())), (TIERS.len(), 5));
        assert_eq!(seen(&|one| one.name.clone()), 118, "two pairs of namesakes");
        assert_eq!(seen(&|one| one.id.clone()), 120);
        for one in &persons.all {
            assert_eq!(one.votes.len(), persons.voters[one.regiment].len(), "{}", one.id);
        }
    }
}
