//! The index tree 指标体系: composite → procedure 环节 → indicator 指标 → item 题目.

use super::frame::DomainId;
use super::instrument::{FormId, ItemId};
use super::rules::{MissingChild, Rollup, Threshold};
use crate::numeric::Ratio;

/// Index of a [`Node`] in [`Index::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u16);

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    Composite,
    Procedure,
    Indicator,
    Item,
}

/// Where a leaf takes its numbers from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeSource {
    /// The weighted mean of the children (an inner node).
    Children,
    /// One item of one form, as sent for the procedure above.
    Item { form: FormId, item: ItemId },
    /// Only imported scores (引用上级结果), or missing.
    Imported,
    /// The exact score of the person's unit: of this node of the units' tree, or of its total after adjustments.
    Unit(Option<NodeId>),
}

/// How an item's answers become a score (method §4). All but `Mean` need a scale of options, except the last two.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// Σ v(o)·n(o) / Σ n(o).
    Mean,
    /// 优秀率: top / scored.
    ExcellentRate,
    /// 满意率(仅满意): top / scored.
    SatisfiedOnly,
    /// 满意率(广义, 剔除不了解): (top + favourable) / scored.
    SatisfiedBroad,
    /// 满意率(广义, 含不了解): (top + favourable) / all.
    SatisfiedOfAll,
    /// 知晓率: scored / all.
    Awareness,
    /// 得票率分段.
    Tiers(TierTable),
    /// 按实绩赋分: the mean divided by the best mean of the peers (level × domain), × 100.
    RatioToBest,
    /// 按排名赋分: first = 100, each rank lower less by this many points.
    RankScore(Ratio),
}

/// Vote-share tiers 得票率分段 (domain.md E7): the first row that holds gives the points, out of `full`.
#[derive(Clone, Debug, PartialEq)]
pub struct TierTable {
    pub full: Ratio,
    pub rows: Vec<(Vec<(TierShare, Threshold)>, Ratio)>,
}

/// Which share a tier's condition looks at (shares of scored ballots, as fractions of 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TierShare {
    Top,
    Favourable,
    Low,
}

/// How 自查 and 考核 make one procedure (method §4). Default: 考核 counts, 自查 is shown with the gap.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfMix {
    /// The self-rated form, with the same items as the assessed one, matched by item code.
    pub form: FormId,
    /// Share of 自查 in the mix, 0–1.
    pub weight: Ratio,
    /// 虚高: gap 自评 − 考核 (points of 100) that is tolerated.
    pub tolerance: Option<Ratio>,
    /// Points deducted per point of gap beyond the tolerance.
    pub penalty: Ratio,
}

/// A node 指标 of the index tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// Unique; item nodes are `<procedure>.<item code>`.
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    pub parent: Option<NodeId>,
    pub children: Vec<NodeId>,
    /// Weight among its siblings by domain of the subject (indexed by `DomainId`); in the persons' tree by class of the person
    /// ([`super::Frame::class`]). 0: not applicable 不适用, never missing.
    pub weights: Vec<Ratio>,
    pub source: NodeSource,
    pub measure: Measure,
    /// What a missing child does to this node.
    pub missing: MissingChild,
    /// Below this coverage the node is missing (0: off).
    pub min_coverage: Ratio,
    /// How members' scores climb; `None`: the scheme's default.
    pub rollup: Option<Rollup>,
    /// Points the node stands for when printed as points (items: full marks; else 100).
    pub full: Ratio,
    pub self_mix: Option<SelfMix>,
}

/// The trees, parents before children: that of the units, whose root is node 0, then that of the persons, if there is one.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub nodes: Vec<Node>,
    /// Root of the persons' tree; all nodes from here on are of that tree.
    pub persons: Option<NodeId>,
}

impl Index {
    pub const ROOT: NodeId = NodeId(0);

    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The nodes of the units' tree, parents before children.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.unit_nodes()).map(NodeId)
    }

    /// The nodes of the persons' tree, parents before children; none where there is no such tree.
    pub fn person_ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (self.unit_nodes()..self.count()).map(NodeId)
    }

    /// The nodes of both trees.
    pub fn all_ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.count()).map(NodeId)
    }

    fn count(&self) -> u16 {
        u16::try_from(self.nodes.len()).unwrap_or(u16::MAX)
    }

    fn unit_nodes(&self) -> u16 {
        self.persons.map_or_else(|| self.count(), |root| root.0)
    }

    /// Whether a node is of the persons' tree.
    #[must_use]
    pub fn is_of_persons(&self, id: NodeId) -> bool {
        self.persons.is_some_and(|root| id >= root)
    }

    /// A node of either tree.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<NodeId> {
        self.all_ids().find(|id| self.node(*id).code == code)
    }

    /// The procedures of units, in scheme order.
    pub fn procedures(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.ids().filter(|id| self.node(*id).kind == NodeKind::Procedure)
    }

    /// The procedures of persons, in scheme order.
    pub fn person_procedures(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.person_ids().filter(|id| self.node(*id).kind == NodeKind::Procedure)
    }

    /// The procedures of both trees.
    pub fn all_procedures(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.procedures().chain(self.person_procedures())
    }

    /// The procedure a node belongs to (itself included); `None` for the composite.
    #[must_use]
    pub fn procedure_of(&self, id: NodeId) -> Option<NodeId> {
        std::iter::successors(Some(id), |id| self.node(*id).parent).find(|id| self.node(*id).kind == NodeKind::Procedure)
    }
}

impl Node {
    /// The weight for subjects of `domain`.
    #[must_use]
    pub fn weight(&self, domain: DomainId) -> &Ratio {
        &self.weights[domain.0 as usize]
    }
}
