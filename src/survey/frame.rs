//! The frame 名册: levels, domains, and every subject that can be assessed, as a tree.

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
    /// 0-based row of the units table.
    pub row: u32,
}

/// Every subject, parents before children.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub levels: Vec<Level>,
    pub domains: Vec<Domain>,
    pub subjects: Vec<Subject>,
    children: Vec<Vec<SubjectId>>,
    by_code: FxHashMap<String, SubjectId>,
}

impl Frame {
    /// Builds the frame; `subjects` must list parents before children (the resolver orders and checks them).
    #[must_use]
    pub fn new(levels: Vec<Level>, domains: Vec<Domain>, subjects: Vec<Subject>) -> Self {
        let mut children = vec![Vec::new(); subjects.len()];
        let mut by_code = FxHashMap::default();
        for (id, subject) in subjects.iter().enumerate() {
            let id = SubjectId(u32::try_from(id).unwrap_or(u32::MAX));
            if let Some(parent) = subject.parent {
                children[parent.0 as usize].push(id);
            }
            by_code.insert(subject.code.clone(), id);
        }
        Self { levels, domains, subjects, children, by_code }
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

    /// Direct members, in the order of the units table.
    #[must_use]
    pub fn children(&self, id: SubjectId) -> &[SubjectId] {
        &self.children[id.0 as usize]
    }

    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<SubjectId> {
        self.by_code.get(code).copied()
    }

    /// All ids, parents before children.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = SubjectId> + use<> {
        (0..u32::try_from(self.subjects.len()).unwrap_or(u32::MAX)).map(SubjectId)
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
