//! Words of the response rates 报送与回收.

use super::of;
use crate::diagnostic::Language;
use Language::{En, Zh};

/// A count for an English sentence's grammar.
fn grammar<'a>(number: u64, one: &'a str, many: &'a str) -> &'a str {
    of(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}

/// Missing returns 缺报, and who lacks most.
pub fn missing(language: Language, due: u64, missing: u64, name: &str, most: u64) -> String {
    match language {
        Zh => format!("应报 {due} 份缺 {missing} 份，缺报最多的是{name}（{most} 份）"),
        En => format!("{missing} of {due} returns {} missing, most in {name} ({most})", grammar(missing, "is", "are")),
    }
}

/// All returns were sent 报齐.
pub fn all_sent(language: Language, due: u64) -> String {
    match language {
        Zh => format!("应报 {due} 份全部报齐"),
        En => format!("all {due} returns due were sent"),
    }
}

/// Void and blank ballots 废票、空白, where nothing was due.
pub fn void(language: Language, void: u64, ballots: u64) -> String {
    match language {
        Zh => format!("{ballots} 张票中废票、空白 {void} 张"),
        En => format!("{void} of {ballots} ballots {} void or blank", grammar(void, "is", "are")),
    }
}

/// How to read it, and how many ballots 票 there are.
pub fn key(language: Language, ballots: u64) -> String {
    match language {
        Zh => {
            format!("各单位含其下级；共 {ballots} 张票（不含重复票）；到会与发收只计两数俱全的会议；▼＝有缺报或收回多于发出")
        }
        En => format!(
            "Units with all below them; {ballots} ballots (duplicates left out); meetings only where both numbers are known; ▼ = returns missing, or more papers back than issued"
        ),
    }
}

/// Returns that were not due 多报.
pub fn surplus(language: Language, returns: u64) -> String {
    match language {
        Zh => format!("多报 {returns} 份"),
        En => format!("{returns} {} not due", grammar(returns, "return was", "returns were")),
    }
}

/// Returns voided by a meeting rule 会议规则作废.
pub fn meeting_void(language: Language, returns: u64) -> String {
    match language {
        Zh => format!("会议规则作废 {returns} 份"),
        En => format!("{returns} {} voided by a meeting rule", grammar(returns, "return", "returns")),
    }
}

/// Units that are left out 未画.
pub fn left_out(language: Language, units: usize) -> String {
    match language {
        Zh => format!("另有 {units} 个单位未画"),
        En => format!("{units} more {} not drawn", of(units, "unit is", "units are")),
    }
}

/// Heads of the four rates: returns 已报／应报, attendance 实到／应到, papers 收回／发出, void ballots 废票.
pub fn rates(language: Language) -> [&'static str; 4] {
    [
        language.pick("已报／应报（份）", "returns sent / due"),
        language.pick("实到／应到（人）", "present / expected"),
        language.pick("收回／发出（张）", "papers returned / issued"),
        language.pick("废票、空白／全部票", "void or blank / all ballots"),
    ]
}

/// The full width of a panel 满格, where it is not 100 %.
pub fn full_width(language: Language, percent: &str) -> String {
    match language {
        Zh => format!("（满格 {percent}%）"),
        En => format!(" (full width {percent}%)"),
    }
}
