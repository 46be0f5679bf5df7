//! Words of change: against last year 与上年相比, and ranks over the years 历年名次.

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// How many rose and fell 升降, and who most. Changes carry their signs.
pub fn title(
    language: Language,
    (peers, year): (&str, &str),
    (rose, fell): (usize, usize),
    best: (&str, &str),
    worst: (&str, &str),
) -> String {
    match language {
        Zh => format!(
            "{peers}与{year}相比：{rose} 升 {fell} 降；变化最好的是{}（{}），最差的是{}（{}）",
            best.0, best.1, worst.0, worst.1
        ),
        En => format!("{peers} against {year}: {rose} rose, {fell} fell, from {} {} to {} {}", best.0, best.1, worst.0, worst.1),
    }
}

/// How many have both years 两年都有, and in which order.
pub fn both(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("{subjects} 个对象两年都有综合得分，按变化由大到小"),
        En => format!("{subjects} subjects have a composite in both years; by change"),
    }
}

/// How many have none of the earlier year 没有上年得分.
pub fn without(language: Language, subjects: usize, year: &str) -> String {
    match language {
        Zh => format!("{subjects} 个没有{year}得分，未画"),
        En => format!("{subjects} without a score of {year} {} not drawn", of(subjects, "is", "are")),
    }
}

/// From how many points on a fall is marked ▼ 下滑.
pub fn fall(language: Language, points: &str) -> String {
    match language {
        Zh => format!("▼＝下降达到 {points} 分"),
        En => format!("▼ = fell by {points} points or more"),
    }
}

/// What is not said: whether chance explains a change 抽样误差.
pub fn no_test(language: Language) -> &'static str {
    language.pick(
        "变化未扣除抽样误差，有证据的下滑见短板",
        "changes include sampling error: falls with evidence are among the weak points",
    )
}

/// Only the largest changes 升降最大的 are drawn.
pub fn ends(language: Language, half: usize) -> String {
    match language {
        Zh => format!("只画升降最大的各 {half} 个"),
        En => format!("the {half} largest rises and falls only"),
    }
}

/// Head of the column of changes 变化.
pub fn change(language: Language) -> &'static str {
    language.pick("变化", "change")
}

/// This year's score where it is higher 上升, and where it is lower 下降.
pub fn moved(language: Language, year: &str) -> [String; 2] {
    match language {
        Zh => [format!("{year}，上升"), format!("{year}，下降")],
        En => [format!("{year}, higher"), format!("{year}, lower")],
    }
}

/// Who gained and who lost most ranks 升降几位.
pub fn years(language: Language, peers: &str, up: (&str, i64), down: (&str, i64)) -> String {
    match language {
        Zh => format!("{peers}历年名次：{}上升 {} 位，{}下降 {} 位", up.0, up.1, down.0, down.1),
        En => format!("{peers}, ranks over the years: {} up {}, {} down {}", up.0, up.1, down.0, down.1),
    }
}

/// Nobody's rank 名次 changed.
pub fn no_change(language: Language, peers: &str) -> String {
    match language {
        Zh => format!("{peers}历年名次：没有变化"),
        En => format!("{peers}, ranks over the years: no change"),
    }
}

/// How to read the lines of ranks.
pub fn years_key(language: Language, subjects: usize) -> String {
    match language {
        Zh => format!("{subjects} 个对象；各年名次（1 在上）；粗线＝升降最多的各 3 个；断开＝该年无名次"),
        En => format!(
            "{subjects} subjects; rank in each year, 1 on top; thick = the 3 largest rises and falls; a gap = no rank that year"
        ),
    }
}

/// The legend of the lines: most risen 上升最多, most fallen 下降最多.
pub fn movers(language: Language) -> [&'static str; 2] {
    [language.pick("上升最多", "largest rises"), language.pick("下降最多", "largest falls")]
}
