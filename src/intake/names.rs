//! Who is meant: names of units and people found in the frame, homonyms settled by context, near names only offered.

use super::cells::{is_numeral, key, numeral};
use super::likeness::likeness;
use crate::habits::{Habit, on};
use crate::survey::{Frame, SubjectId};
use rustc_hash::FxHashMap;

/// What a name led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    One(SubjectId),
    /// Several subjects are called so and nothing tells them apart.
    Many(Vec<SubjectId>),
    None,
}

/// All names of the frame, ready for look-up. Built once from the scheme's frame.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// By code, name or alias as written; by name with numerals as digits; by the same without 党支部 and the like.
    exact: FxHashMap<String, Vec<SubjectId>>,
    digits: FxHashMap<String, Vec<SubjectId>>,
    bare: FxHashMap<String, Vec<SubjectId>>,
    /// Per subject: its bare names.
    names: Vec<Vec<String>>,
    /// Per subject: itself and its ancestors.
    lineage: Vec<Vec<SubjectId>>,
    /// Per subject: name for offers.
    shown: Vec<String>,
}

/// Longest text, in bytes, that can be a name or a path of names.
const LONGEST_NAME: usize = 600;
/// Names less alike than this are not offered.
const NEAR: f64 = 0.4;

impl Roster {
    #[must_use]
    pub fn new(frame: &Frame) -> Self {
        let mut roster = Self::default();
        for id in frame.ids() {
            let subject = frame.subject(id);
            let mut names = Vec::new();
            add(&mut roster.exact, key(&subject.code), id);
            for name in std::iter::once(&subject.name).chain(&subject.aliases) {
                let exact = key(name);
                let digits = digits_key(&exact);
                let bare = bare_key(&digits);
                add(&mut roster.exact, exact, id);
                add(&mut roster.digits, digits, id);
                add(&mut roster.bare, bare.clone(), id);
                if !bare.is_empty() && !names.contains(&bare) {
                    names.push(bare);
                }
            }
            roster.names.push(names);
            roster.lineage.push(frame.lineage(id).collect());
            roster.shown.push(subject.name.clone());
        }
        roster
    }

    /// Finds a subject by code, name, alias or path (`三师四十一团一连`); `hints` are subjects known from the surroundings.
    #[must_use]
    pub fn find(&self, text: &str, hints: &[SubjectId]) -> Found {
        // An essay names nobody, and trying every part of it as a path takes the square of its length.
        if text.len() > LONGEST_NAME {
            return Found::None;
        }
        let exact = key(text);
        if exact.is_empty() {
            return Found::None;
        }
        let digits = digits_key(&exact);
        let bare = bare_key(&digits);
        if let Some(found) = self.exact.get(&exact).or_else(|| self.digits.get(&digits)).or_else(|| self.bare.get(&bare)) {
            return self.settle(found, hints);
        }
        let path = if on(Habit::UnitPaths) { self.by_path(&bare) } else { Vec::new() };
        if path.is_empty() { Found::None } else { self.settle(&path, hints) }
    }

    /// Only what the words say: found without context and without doubt.
    #[must_use]
    pub fn find_certain(&self, text: &str) -> Option<SubjectId> {
        match self.find(text, &[]) {
            Found::One(id) => Some(id),
            _ => None,
        }
    }

    /// Of several subjects of one name, the one with most of its ancestors (or itself) among the hints.
    fn settle(&self, found: &[SubjectId], hints: &[SubjectId]) -> Found {
        if let [only] = found {
            return Found::One(*only);
        }
        if !on(Habit::Homonyms) {
            return found.first().map_or(Found::None, |id| Found::One(*id));
        }
        let hints = if on(Habit::NearbyUnits) { hints } else { &[] };
        let weight = |id: &SubjectId| self.lineage(*id).iter().filter(|above| hints.contains(above)).count();
        let best = found.iter().map(weight).max().unwrap_or(0);
        let mut left = found.iter().filter(|id| best > 0 && weight(id) == best);
        match (left.next(), left.next()) {
            (Some(only), None) => Found::One(*only),
            _ => Found::Many(found.to_vec()),
        }
    }

    /// `3师41团1连`: the longest tail that is a name whose ancestors use up the rest.
    fn by_path(&self, bare: &str) -> Vec<SubjectId> {
        let joined: String =
            bare.chars().filter(|c| !matches!(c, '/' | '\\' | '-' | '_' | '·' | '>' | ',' | '、' | '.')).collect();
        for (at, _) in joined.char_indices() {
            let Some(tail) = self.bare.get(&joined[at..]) else { continue };
            let fitting: Vec<SubjectId> =
                tail.iter().copied().filter(|id| self.uses_up(&joined[..at], self.lineage(*id))).collect();
            if !fitting.is_empty() {
                return fitting;
            }
        }
        Vec::new()
    }

    /// Whether names of the lineage, upwards, make up the rest; a unit may be named twice (三师图木舒克市).
    fn uses_up(&self, rest: &str, lineage: &[SubjectId]) -> bool {
        rest.is_empty()
            || lineage.iter().enumerate().any(|(step, above)| {
                self.names.get(above.0 as usize).is_some_and(|names| {
                    names
                        .iter()
                        .any(|name| rest.strip_suffix(name.as_str()).is_some_and(|less| self.uses_up(less, &lineage[step..])))
                })
            })
    }

    /// The subject and its ancestors, nearest first.
    #[must_use]
    pub fn lineage(&self, id: SubjectId) -> &[SubjectId] {
        self.lineage.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether one of the two lies above the other (or is it).
    #[must_use]
    pub fn related(&self, one: SubjectId, other: SubjectId) -> bool {
        self.lineage(one).contains(&other) || self.lineage(other).contains(&one)
    }

    /// The lowest subject above (or among) all the given.
    #[must_use]
    pub fn common(&self, subjects: &[SubjectId]) -> Option<SubjectId> {
        let first = subjects.first()?;
        self.lineage(*first).iter().copied().find(|above| subjects.iter().all(|id| self.lineage(*id).contains(above)))
    }

    /// The first bare name of the subject above.
    fn above(&self, id: usize) -> Option<&str> {
        let above = self.lineage.get(id)?.get(1)?;
        self.names.get(above.0 as usize)?.first().map(String::as_str)
    }

    /// Names that look like the text, best first, at most three. Offers for a person, never an answer.
    #[must_use]
    pub fn nearest(&self, text: &str) -> Vec<String> {
        if !on(Habit::NearNames) {
            return Vec::new();
        }
        let wanted = bare_key(&digits_key(&key(text)));
        let mut scored: Vec<(f64, usize, bool)> = Vec::new();
        for (id, names) in self.names.iter().enumerate() {
            let alike = |name: &str| likeness(name, &wanted, NEAR);
            let alone = names.iter().map(|name| alike(name)).fold(0.0, f64::max);
            // 四十一团十一连 is more like 四十一团一连 than like 四十一团.
            let below = self.above(id).zip(names.first()).map_or(0.0, |(above, name)| alike(&format!("{above}{name}")));
            scored.push((alone.max(below), id, below > alone));
        }
        scored.retain(|(score, ..)| *score >= NEAR);
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut names: Vec<String> = Vec::new();
        for (_, id, whole) in scored {
            let above = self.lineage.get(id).and_then(|lineage| lineage.get(1)).filter(|_| whole);
            let name = above.map_or_else(String::new, |above| self.shown[above.0 as usize].clone()) + &self.shown[id];
            if !names.contains(&name) && names.len() < 3 {
                names.push(name);
            }
        }
        names
    }
}

fn add(index: &mut FxHashMap<String, Vec<SubjectId>>, name: String, id: SubjectId) {
    if name.is_empty() {
        return;
    }
    let known = index.entry(name).or_default();
    if !known.contains(&id) {
        known.push(id);
    }
}

/// Numerals as digits, and the prefixes 第 and 农 before them off: `农三师` and `第三师` are `3师`.
fn digits_key(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut rest = key;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() || is_numeral(first) {
            let end = rest.find(|c: char| !c.is_ascii_digit() && !is_numeral(c)).unwrap_or(rest.len());
            match numeral(&rest[..end]) {
                Some(value) => {
                    if out.ends_with('第') && on(Habit::UnitPrefixes) {
                        out.pop();
                    }
                    if (out == "农" || out == "兵团") && on(Habit::UnitPrefixes) {
                        out.clear();
                    }
                    out.push_str(&value.to_string());
                }
                None => out.push_str(&rest[..end]),
            }
            rest = &rest[end..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// 党支部, 党委, (盖章) and the like off the end, unless nothing would be left.
fn bare_key(digits: &str) -> String {
    const ENDS: [&str; 15] = [
        "(盖章)",
        "(公章)",
        "盖章",
        "公章",
        "党支部委员会",
        "党总支委员会",
        "党支部",
        "党总支",
        "党工委",
        "党委会",
        "党委",
        "党组",
        "支部委员会",
        "支部",
        "委员会",
    ];
    let mut rest = digits;
    if !on(Habit::UnitEndings) {
        return rest.to_owned();
    }
    while let Some(less) = ENDS.iter().find_map(|end| rest.strip_suffix(end)).filter(|less| !less.is_empty()) {
        rest = less;
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::fixture;

    fn code(roster: &Roster, frame: &Frame, text: &str, hints: &[&str]) -> String {
        let hints: Vec<SubjectId> = hints.iter().filter_map(|code| frame.by_code(code)).collect();
        match roster.find(text, &hints) {
            Found::One(id) => frame.subject(id).code.clone(),
            Found::Many(ids) => format!("{}?", ids.len()),
            Found::None => "-".to_owned(),
        }
    }

    #[test]
    fn one_unit_under_many_names() {
        let scheme = fixture::scheme();
        let roster = Roster::new(&scheme.frame);
        for name in ["三师", "第三师", "3师", "农三师", "三师图木舒克市", "图木舒克市", "第三师 党委", "D3"]
        {
            assert_eq!(code(&roster, &scheme.frame, name, &[]), "D3", "{name}");
        }
        for name in ["四十一团", "41团", "第四十一团", "四十一团党委（盖章）", "三师四十一团", "三师/41团"]
        {
            assert_eq!(code(&roster, &scheme.frame, name, &[]), "R41", "{name}");
        }
        for name in ["三师四十一团一连", "41团1连", "四十一团 第一连 党支部", "农三师四十一团一连"] {
            assert_eq!(code(&roster, &scheme.frame, name, &[]), "C411", "{name}");
        }
    }

    #[test]
    fn homonyms_need_context_and_strangers_stay_strangers() {
        let scheme = fixture::scheme();
        let roster = Roster::new(&scheme.frame);
        assert_eq!(code(&roster, &scheme.frame, "一连", &[]), "2?");
        assert_eq!(code(&roster, &scheme.frame, "1连", &["R44", "D3"]), "C441");
        assert_eq!(code(&roster, &scheme.frame, "一团", &[]), "-"); // not the tail of 四十一团
        assert_eq!(code(&roster, &scheme.frame, "九连", &["R41"]), "-");
        assert!(roster.nearest("四十二团").contains(&"四十一团".to_owned()));
        let both: Vec<SubjectId> = ["C411", "C441"].iter().filter_map(|c| scheme.frame.by_code(c)).collect();
        assert_eq!(roster.common(&both), scheme.frame.by_code("D3"));
    }
}
