//! Which person is meant: by id, by name within the units a sheet or row speaks of; namesakes are never guessed, near names only offered.

use super::likeness::likeness;
use super::names::Found;
use crate::survey::{Frame, SubjectId, person_key};
use rustc_hash::FxHashMap;

/// Names less alike than this are not offered; a person of a hinted unit is so much more alike.
const NEAR: f64 = 0.4;
const HERE: f64 = 0.05;

/// All persons of the frame, ready for look-up.
#[derive(Clone, Debug, Default)]
pub struct People {
    ids: FxHashMap<String, SubjectId>,
    /// By name and alias; by post and name written together (`连长王二`, `王二连长`).
    names: FxHashMap<String, Vec<SubjectId>>,
    persons: Vec<Known>,
}

/// One person.
#[derive(Clone, Debug)]
struct Known {
    id: SubjectId,
    names: Vec<String>,
    /// The unit and its ancestors.
    lineage: Vec<SubjectId>,
    /// For offers: `张三（四十一团/一连 P001）`.
    shown: String,
}

impl People {
    pub(super) fn new(frame: &Frame) -> Self {
        let mut people = Self::default();
        for id in frame.person_ids() {
            let subject = frame.subject(id);
            let Some(person) = &subject.person else { continue };
            people.ids.insert(person_key(&subject.code), id);
            let mut names: Vec<String> =
                std::iter::once(&subject.name).chain(&subject.aliases).map(|name| person_key(name)).collect();
            names.sort();
            names.dedup();
            let post = person_key(&person.post);
            for name in names.iter().filter(|name| !name.is_empty()) {
                people.names.entry(name.clone()).or_default().push(id);
                if !post.is_empty() {
                    for joined in [format!("{post}{name}"), format!("{name}{post}")] {
                        people.names.entry(joined).or_default().push(id);
                    }
                }
            }
            people.persons.push(Known {
                id,
                names,
                lineage: frame.lineage(person.unit).collect(),
                shown: format!("{}（{} {}）", subject.name, frame.path(person.unit), subject.code),
            });
        }
        people
    }

    pub(super) fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    fn known(&self, id: SubjectId) -> Option<&Known> {
        self.persons.binary_search_by_key(&id, |known| known.id).ok().and_then(|at| self.persons.get(at))
    }

    /// The unit of a person.
    pub(super) fn unit(&self, id: SubjectId) -> Option<SubjectId> {
        self.known(id)?.lineage.first().copied()
    }

    /// Finds a person. An id is certain wherever it stands (`P001`, `张三(P001)`). A name counts within the units the `hints` speak of
    /// (a unit with all above it): of namesakes the one of that very unit; a namesake of an unrelated unit is nobody.
    pub(super) fn find(&self, text: &str, hints: &[SubjectId]) -> Found {
        let whole = person_key(text);
        if whole.is_empty() {
            return Found::None;
        }
        if let Some(id) = self.ids.get(&whole) {
            return Found::One(*id);
        }
        if let Some(found) = self.names.get(&whole) {
            return self.settle(found, hints);
        }
        self.in_parts(text, hints)
    }

    /// `P001 张三`, `张三(P001)`, `张三(党支部书记)`, `张三同志`: every part that is an id or a name must mean the same person.
    fn in_parts(&self, text: &str, hints: &[SubjectId]) -> Found {
        let separates = |c: char| c.is_whitespace() || "()（）[]【】/／\\-—_、,，:：|".contains(c);
        let parts: Vec<String> = text.split(separates).map(person_key).filter(|part| !part.is_empty()).collect();
        let bare =
            |part: &String| ["同志", "先生", "女士"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part).to_owned();
        let by_id: Vec<SubjectId> = parts.iter().filter_map(|part| self.ids.get(part).copied()).collect();
        let named: Vec<&Vec<SubjectId>> =
            parts.iter().filter_map(|part| self.names.get(part).or_else(|| self.names.get(&bare(part)))).collect();
        match by_id.as_slice() {
            [first, rest @ ..] => {
                let agrees = rest.iter().all(|id| id == first) && named.iter().all(|ids| ids.contains(first));
                if agrees { Found::One(*first) } else { Found::None }
            }
            [] => match named.as_slice() {
                [first, rest @ ..] => {
                    let all: Vec<SubjectId> =
                        first.iter().copied().filter(|id| rest.iter().all(|ids| ids.contains(id))).collect();
                    self.settle(&all, hints)
                }
                // A name without blanks between two-character parts: `张 三` was folded before; nothing else is guessed.
                [] => Found::None,
            },
        }
    }

    /// Of several persons of one name, those whose unit the hints speak of; that very unit before those below and above it.
    fn settle(&self, found: &[SubjectId], hints: &[SubjectId]) -> Found {
        let mut found = found.to_vec();
        found.dedup();
        if !hints.is_empty() {
            let deepest: Vec<SubjectId> = hints.iter().copied().filter(|hint| self.is_deepest(*hint, hints)).collect();
            let near = |id: &SubjectId| {
                let lineage = self.known(*id).map_or(&[][..], |known| known.lineage.as_slice());
                let unit = lineage.first();
                match unit {
                    Some(unit) if deepest.contains(unit) => 2u8,
                    Some(unit) if hints.contains(unit) || deepest.iter().any(|hint| lineage.contains(hint)) => 1,
                    _ => 0,
                }
            };
            let best = found.iter().map(near).max().unwrap_or(0);
            found.retain(|id| best > 0 && near(id) == best);
        }
        match found.as_slice() {
            [] => Found::None,
            [only] => Found::One(*only),
            _ => Found::Many(found),
        }
    }

    /// Whether no other hint lies below this one, going by the lineages of the persons' units.
    fn is_deepest(&self, hint: SubjectId, hints: &[SubjectId]) -> bool {
        let below = |other: &SubjectId| {
            *other != hint
                && self.persons.iter().any(|known| {
                    let at = known.lineage.iter().position(|above| above == other);
                    at.is_some_and(|at| known.lineage.get(at + 1..).is_some_and(|above| above.contains(&hint)))
                })
        };
        !hints.iter().any(below)
    }

    /// Persons whose names look like the text, best first, those of the hinted units before others; at most three.
    pub(super) fn nearest(&self, text: &str, hints: &[SubjectId]) -> Vec<String> {
        let wanted = person_key(text);
        let mut scored: Vec<(f64, &Known)> = self
            .persons
            .iter()
            .map(|known| {
                let best = known.names.iter().map(|name| likeness(name, &wanted, NEAR - HERE)).fold(0.0, f64::max);
                let here = known.lineage.first().is_some_and(|unit| hints.contains(unit));
                (if here && best > 0.0 { best + HERE } else { best }, known)
            })
            .filter(|(score, _)| *score >= NEAR)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(&b.1.id)));
        scored.into_iter().take(3).map(|(_, known)| known.shown.clone()).collect()
    }

    /// How persons are shown in lists of candidates.
    pub(super) fn shown(&self, ids: &[SubjectId]) -> String {
        let names: Vec<&str> = ids.iter().take(6).filter_map(|id| Some(self.known(*id)?.shown.as_str())).collect();
        names.join(crate::diagnostic::LIST)
    }

    /// The only person named in a longer name (`张三-民主测评表`, `2026年度张三同志述职评分表`); words of forms are taken off by the caller.
    pub(super) fn in_name<'t>(&self, tokens: impl Iterator<Item = &'t str>, hints: &[SubjectId]) -> Found {
        let mut best = Found::None;
        for token in tokens {
            best = match (best, self.find(token, hints)) {
                (best, Found::None) => best,
                (Found::None, next) => next,
                (Found::One(one), Found::One(other)) if one == other => Found::One(one),
                (Found::One(one), Found::One(other)) => Found::Many(vec![one, other]),
                (best, _) => best,
            };
        }
        best
    }
}
