//! The made organisation: who belongs to whom, and how good each truly is.

use super::dice::Dice;

/// Kind of a unit; each is a domain of the reference scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Village,
    Community,
    Office,
    Enterprise,
}

impl Kind {
    /// The domain code of the reference scheme.
    pub(super) fn domain(self) -> &'static str {
        match self {
            Self::Village => "village",
            Self::Community => "community",
            Self::Office => "office",
            Self::Enterprise => "enterprise",
        }
    }
}

/// What a question is about; the index of a theme in the organisation's strengths and weaknesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    Politics,
    Organisation,
    Conduct,
    Support,
    Service,
}

/// A unit at the lowest level.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) kind: Kind,
    pub(super) regiment: usize,
    pub(super) headcount: u32,
    /// People of the strata A, B, C.
    pub(super) strata: [u32; 3],
    pub(super) leaders: u32,
    quality: i64,
}

/// A regiment and the range of its units.
#[derive(Clone, Debug)]
pub(super) struct Regiment {
    pub(super) code: String,
    pub(super) name: String,
    /// With digits: 41团.
    pub(super) digits: String,
    pub(super) division: usize,
    pub(super) units: std::ops::Range<usize>,
    quality: i64,
}

/// A division.
#[derive(Clone, Debug)]
pub(super) struct Division {
    pub(super) code: String,
    /// 第一师.
    pub(super) name: String,
    /// 一师.
    pub(super) short: String,
    quality: i64,
}

/// The organisation.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) divisions: Vec<Division>,
    pub(super) regiments: Vec<Regiment>,
    pub(super) units: Vec<Unit>,
}

/// The top unit.
pub(super) const CORPS: (&str, &str) = ("corps", "演示兵团");

const COMMUNITIES: [&str; 12] = ["幸福", "团结", "和谐", "春风", "朝阳", "光明", "友谊", "康乐", "文化", "花园", "建设", "东风"];
const ENTERPRISES: [&str; 12] = [
    "农机服务公司",
    "供水服务公司",
    "果品公司",
    "物业公司",
    "种业公司",
    "运输公司",
    "供暖公司",
    "林果合作公司",
    "乳业公司",
    "建材公司",
    "农资公司",
    "加工公司",
];

/// 41 → 四十一, 105 → 一百零五; from 1 to 999.
pub(super) fn chinese(number: usize) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (hundreds, tens, ones) = (number / 100 % 10, number / 10 % 10, number % 10);
    let mut text = String::new();
    if hundreds > 0 {
        text += DIGITS[hundreds];
        text += "百";
    }
    match (hundreds, tens, ones) {
        (0, 1, _) => text += "十",
        (_, 0, 0) => {}
        (1.., 0, _) => text += "零",
        (_, 0, _) => {}
        _ => {
            text += DIGITS[tens];
            text += "十";
        }
    }
    if ones > 0 {
        text += DIGITS[ones];
    }
    text
}

impl Frame {
    /// Makes the organisation. `companies` is the usual number of units of a regiment; every third has one fewer, every third one more.
    pub(super) fn make(divisions: usize, regiments: usize, companies: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "frame");
        let mut frame = Self::default();
        for division in 0..divisions {
            let number = chinese(division + 1);
            frame.divisions.push(Division {
                code: format!("{}", division + 1),
                name: format!("第{number}师"),
                short: format!("{number}师"),
                quality: [150, -50, -150][division % 3] + dice.bell(60),
            });
            for position in 0..regiments {
                frame.add_regiment(division, position, companies, &mut dice);
            }
        }
        frame
    }

    fn add_regiment(&mut self, division: usize, position: usize, companies: usize, dice: &mut Dice) {
        let index = self.regiments.len();
        // 第一师 has 四十一团 and so on: numbers that no real division has in this order.
        let number = 10 * (division + 4) + position + 1;
        let code = format!("{}-{number}", division + 1);
        let count = match index % 3 {
            0 => companies.saturating_sub(1).max(1),
            1 => companies,
            _ => companies + 1,
        };
        let start = self.units.len();
        let quality = dice.bell(180);
        for (place, kind) in kinds(count).into_iter().enumerate() {
            self.units.push(make_unit(&code, index, kind, place, dice));
        }
        self.regiments.push(Regiment {
            code,
            name: format!("{}团", chinese(number)),
            digits: format!("{number}团"),
            division,
            units: start..self.units.len(),
            quality,
        });
    }

    /// How good a unit truly is in one thing, in hundredths of 100 points; `item` adds the hardness of the question.
    pub(super) fn truth(&self, unit: usize, theme: Theme, item: i64) -> i64 {
        let unit = &self.units[unit];
        let regiment = &self.regiments[unit.regiment];
        let division = &self.divisions[regiment.division];
        let weak = match theme {
            // What the charts should find: the third division is weak in conduct, the second regiment in serving people.
            Theme::Conduct if regiment.division % 3 == 2 => -1100,
            Theme::Service if unit.regiment % 12 == 1 => -1300,
            Theme::Politics => 150,
            _ => 0,
        };
        let kind = match unit.kind {
            Kind::Village => 0,
            Kind::Community => 60,
            Kind::Office => 180,
            Kind::Enterprise => -80,
        };
        8380 + division.quality + regiment.quality + unit.quality + kind + weak + item
    }

    /// How good a regiment's leading group truly is, in hundredths of 100 points.
    pub(super) fn regiment_truth(&self, regiment: usize) -> i64 {
        let regiment = &self.regiments[regiment];
        8380 + self.divisions[regiment.division].quality + regiment.quality
    }

    /// The name of a unit with its regiment and division, as forms write it.
    pub(super) fn long_name(&self, unit: usize) -> String {
        let unit = &self.units[unit];
        let regiment = &self.regiments[unit.regiment];
        format!("{}{}{}", self.divisions[regiment.division].name, regiment.name, unit.name)
    }

    /// The folder of a regiment below `returns/`.
    pub(super) fn folder(&self, regiment: usize) -> String {
        let regiment = &self.regiments[regiment];
        format!("{}/{}", self.divisions[regiment.division].name, regiment.name)
    }
}

/// Companies first, then a community, an office and an enterprise as far as there is room.
fn kinds(count: usize) -> Vec<Kind> {
    let others = match count {
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        _ => 3,
    };
    let mut kinds = vec![Kind::Village; count.saturating_sub(others)];
    kinds.extend([Kind::Community, Kind::Office, Kind::Enterprise].into_iter().take(others));
    kinds
}

fn make_unit(regiment_code: &str, regiment: usize, kind: Kind, place: usize, dice: &mut Dice) -> Unit {
    let numbered = |names: &[&str; 12], tail: &str| {
        let round = regiment / names.len();
        let name = names[regiment % names.len()];
        if round == 0 { format!("{name}{tail}") } else { format!("{name}第{}{tail}", chinese(round + 1)) }
    };
    let (code, name, aliases, headcount) = match kind {
        Kind::Village => {
            let number = place + 1;
            (format!("{number}"), format!("{}连", chinese(number)), vec![format!("{number}连")], 90 + dice.below(500))
        }
        Kind::Community => {
            let name = numbered(&COMMUNITIES, "社区");
            ("s1".to_owned(), name.clone(), vec![format!("{name}居委会")], 700 + dice.below(900))
        }
        Kind::Office => {
            ("j1".to_owned(), "机关党委".to_owned(), vec!["机关".to_owned(), "团机关".to_owned()], 60 + dice.below(60))
        }
        Kind::Enterprise => {
            let name = numbered(&ENTERPRISES, "");
            let short = name.replace("服务公司", "公司");
            ("q1".to_owned(), name.clone(), if short == name { Vec::new() } else { vec![short] }, 40 + dice.below(160))
        }
    };
    let leaders = 3 + dice.below(4);
    Unit {
        code: format!("{regiment_code}-{code}"),
        name,
        aliases,
        kind,
        regiment,
        headcount,
        strata: [leaders + 3 + dice.below(4), 12 + headcount / 20, headcount - headcount / 20 - leaders - 20],
        leaders,
        quality: dice.bell(430),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_chinese() {
        let written: Vec<String> = [1, 10, 11, 20, 41, 100, 105, 110, 123].into_iter().map(chinese).collect();
        assert_eq!(written, ["一", "十", "十一", "二十", "四十一", "一百", "一百零五", "一百一十", "一百二十三"]);
    }

    #[test]
    fn the_example_has_the_promised_size_and_unique_codes() {
        let frame = Frame::make(3, 4, 5, 1);
        assert_eq!((frame.divisions.len(), frame.regiments.len(), frame.units.len()), (3, 12, 60));
        let codes: std::collections::BTreeSet<&str> = frame.units.iter().map(|unit| unit.code.as_str()).collect();
        assert_eq!(codes.len(), 60);
        assert_eq!(frame.long_name(0), "第一师四十一团一连");
    }

    #[test]
    fn the_third_division_is_weak_in_conduct() {
        let frame = Frame::make(3, 4, 5, 1);
        let mean = |division: usize| {
            let units: Vec<usize> =
                (0..60).filter(|unit| frame.regiments[frame.units[*unit].regiment].division == division).collect();
            units.iter().map(|unit| frame.truth(*unit, Theme::Conduct, 0) - frame.truth(*unit, Theme::Support, 0)).sum::<i64>()
                / i64::try_from(units.len()).unwrap()
        };
        assert_eq!((mean(0), mean(2)), (0, -1100));
    }
}
