//! The frame 名册: levels, domains, and every subject that can be assessed, as a tree.

use super::person::{Person, WeightClass};
use rustc_hash::FxHashMap;

/// Index of a [`Subject`] in [`Frame::subjects`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectId(pub u32);

/// Index of a [`Level`] in [`Frame::levels`]; 0 is the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LevelId(pub u8);

/// Index of a [`Domain`] in [`Frame::domains`]; 0 is always the unnamed domain of subjects that name none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainId(pub u16);

/// A level 层级 of the organisation, named by the scheme (corps/division/regiment/company; school/department/lecturer).
#[derive(Clone, Debug)]
pub struct Level {
    pub code: String,
    pub name: String,
    /// The level of persons; the last one.
    pub persons: bool,
}

/// A domain 领域: the peer group within which subjects of one level are compared and ranked.
#[derive(Clone, Debug)]
pub struct Domain {
    pub code: String,
    pub name: String,
}

/// A subject 被测评对象: a unit of the organisation (a person is a subject of a level of their own).
#[derive(Clone, Debug)]
pub struct Subject {
    /// Stable identifier (`units.csv` column `unit`).
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub parent: Option<SubjectId>,
    pub level: LevelId,
    pub domain: DomainId,
    /// People the subject stands for in roll-ups and response rates.
    pub headcount: Option<u64>,
    /// Members of its leading group, for the leaders' quota (method §5).
    pub leaders: Option<u64>,
    /// Frame size per stratum code, where known (`units.csv` columns `headcount.<stratum>`).
    pub stratum_sizes: Vec<(String, u64)>,
    /// 0-based row of the units table (of the persons table, for a person).
    pub row: u32,
    /// What makes it a person; `None`: a unit.
    pub person: Option<Person>,
}

/// Every subject: the units, parents before children, then the persons. Persons are subjects of a level of their own (the last one)
/// and no members of their units: [`Frame::ids`], [`Frame::children`] and [`Frame::unit_levels`] speak of units only.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub levels: Vec<Level>,
    pub domains: Vec<Domain>,
    pub subjects: Vec<Subject>,
    /// Classes of persons with weights of their own, see [`Frame::class`].
    pub classes: Vec<WeightClass>,
    /// How many subjects are units; they come first.
    units: u32,
    /// Persons of each unit.
    persons: Vec<Vec<SubjectId>>,
    children: Vec<Vec<SubjectId>>,
    by_code: FxHashMap<String, SubjectId>,
}

impl Frame {
    /// Builds the frame; `subjects` must list parents before children, persons last (the resolver orders and checks them).
    #[must_use]
    pub fn new(levels: Vec<Level>, domains: Vec<Domain>, subjects: Vec<Subject>) -> Self {
        let units = subjects.iter().position(|subject| subject.person.is_some()).unwrap_or(subjects.len());
        let mut persons = vec![Vec::new(); units];
        let mut children = vec![Vec::new(); subjects.len()];
        let mut by_code = FxHashMap::default();
        for (id, subject) in subjects.iter().enumerate() {
            let id = SubjectId(u32::try_from(id).unwrap_or(u32::MAX));
            let list = if subject.person.is_some() { &mut persons } else { &mut children };
            if let Some(members) = subject.parent.and_then(|parent| list.get_mut(parent.0 as usize)) {
                members.push(id);
            }
            by_code.insert(subject.code.clone(), id);
        }
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        Self { levels, domains, subjects, classes: Vec::new(), units, persons, children, by_code }
    }

    #[must_use]
    pub fn subject(&self, id: SubjectId) -> &Subject {
        &self.subjects[id.0 as usize]
    }

    #[must_use]
    pub fn level(&self, id: LevelId) -> &Level {
        &self.levels[id.0 as usize]
    }

    #[must_use]
    pub fn domain(&self, id: DomainId) -> &Domain {
        &self.domains[id.0 as usize]
    }

    /// Direct member units, in the order of the units table; persons are no members.
    #[must_use]
    pub fn children(&self, id: SubjectId) -> &[SubjectId] {
        &self.children[id.0 as usize]
    }

    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<SubjectId> {
        self.by_code.get(code).copied()
    }

    /// The units, parents before children; no persons.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = SubjectId> + use<> {
        (0..self.units).map(SubjectId)
    }

    /// The persons, in the order of the persons table.
    pub fn person_ids(&self) -> impl DoubleEndedIterator<Item = SubjectId> + use<> {
        (self.units..u32::try_from(self.subjects.len()).unwrap_or(u32::MAX)).map(SubjectId)
    }

    /// The persons of a unit, in the order of the persons table.
    #[must_use]
    pub fn persons_of(&self, unit: SubjectId) -> &[SubjectId] {
        self.persons.get(unit.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// What makes a subject a person.
    #[must_use]
    pub fn person(&self, id: SubjectId) -> Option<&Person> {
        self.subject(id).person.as_ref()
    }

    /// The subject itself, or the unit of a person.
    #[must_use]
    pub fn unit_of(&self, id: SubjectId) -> SubjectId {
        self.person(id).map_or(id, |person| person.unit)
    }

    /// The levels of units, from the top; the level of persons is not among them.
    pub fn unit_levels(&self) -> impl Iterator<Item = LevelId> + '_ {
        (0u8..).zip(&self.levels).filter(|(_, level)| !level.persons).map(|(number, _)| LevelId(number))
    }

    /// Which weights apply to a subject: a position in `Node::weights` and `Stratum::weights`. For a unit its domain; for a person
    /// the number of its class ([`Frame::classes`]) after the domains, so that no weight of units ever applies to a person.
    #[must_use]
    pub fn class(&self, id: SubjectId) -> DomainId {
        let subject = self.subject(id);
        subject.person.as_ref().map_or(subject.domain, |person| person.class)
    }

    /// How many sets of weights there are: domains of units, then classes of persons.
    #[must_use]
    pub fn class_count(&self) -> usize {
        self.domains.len() + self.classes.len()
    }

    /// Whether a class is one of persons.
    #[must_use]
    pub fn is_person_class(&self, class: DomainId) -> bool {
        usize::from(class.0) >= self.domains.len().max(1)
    }

    /// The subject and its ancestors, nearest first.
    pub fn lineage(&self, id: SubjectId) -> impl Iterator<Item = SubjectId> + '_ {
        std::iter::successors(Some(id), |id| self.subject(*id).parent)
    }

    /// Names from the top to the subject, joined by `/`.
    #[must_use]
    pub fn path(&self, id: SubjectId) -> String {
        let mut names: Vec<&str> = self.lineage(id).map(|id| self.subject(id).name.as_str()).collect();
        names.reverse();
        names.join("/")
    }
}
