//! The words by which nodes are known in other people's tables: code and name, and those of the items below.

use super::super::cells::{key, without_brackets};
use crate::survey::{NodeId, NodeSource, Scheme};
use rustc_hash::FxHashMap;

/// Nodes by word. A word of two nodes names neither.
#[derive(Debug, Default)]
pub(super) struct NodeWords {
    words: FxHashMap<String, Option<NodeId>>,
}

impl NodeWords {
    pub(super) fn new(scheme: &Scheme) -> Self {
        let mut known = Self::default();
        for id in scheme.index.ids() {
            let node = scheme.index.node(id);
            known.add(&node.code, id);
            known.add(&node.name, id);
            if let NodeSource::Item { form, item } = &node.source {
                let item = scheme.form(*form).item(*item);
                for word in [&item.code, &item.name].into_iter().chain(&item.aliases) {
                    known.add(word, id);
                }
            }
        }
        known
    }

    fn add(&mut self, word: &str, id: NodeId) {
        let word = key(word);
        if word.is_empty() {
            return;
        }
        let entry = self.words.entry(word).or_insert(Some(id));
        if *entry != Some(id) {
            *entry = None;
        }
    }

    /// The node a title or cell (a key) names, remarks in brackets aside.
    pub(super) fn find(&self, word: &str) -> Option<NodeId> {
        let title = word.trim_end_matches([':', '*', '%']);
        let bare = without_brackets(title);
        [word, title, bare].into_iter().find_map(|word| self.words.get(word).copied().flatten())
    }

    /// A few names, for saying what was looked for.
    pub(super) fn examples(&self, scheme: &Scheme) -> String {
        debug_assert!(!self.words.is_empty() || scheme.index.nodes.is_empty(), "every node has words");
        let names: Vec<&str> = scheme.index.nodes.iter().skip(1).take(6).map(|node| node.name.as_str()).collect();
        names.join(crate::diagnostic::LIST)
    }
}
