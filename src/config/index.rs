//! The index tree 指标体系: named nodes joined by parent, item nodes generated below them, weights per domain.

use super::classes::Classes;
use super::findings::{Findings, refer, unique};
use super::forms::DraftForm;
use super::instrument::parents_first;
use super::measures;
use super::options::{NodeOption, OneOrMany, Options, RollupOption, SelfRatedOption, SubjectsOption};
use super::policies::{at_least_0, missing_child, within};
use super::tree_weights;
use crate::numeric::{Ratio, int};
use crate::survey::{
    AnswerKind, DomainId, FormId, FormKind, Index, Item, ItemId, Measure, MissingChild, Node, NodeId, NodeKind, NodeSource,
    Rollup, SelfMix,
};
use std::collections::BTreeSet;

/// A node being resolved.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    /// The node as written; `None`: generated.
    pub option: Option<&'a NodeOption>,
    /// Path in the scheme of what it was made from.
    pub path: String,
    pub code: String,
    pub name: String,
    pub kind: NodeKind,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    pub item: Option<(usize, usize)>,
    /// By domain.
    pub weights: Vec<Ratio>,
    /// Forms that it names (as positions).
    pub forms: Vec<usize>,
    /// Of the persons' tree.
    pub persons: bool,
}

/// The drafts, parents before children; the root of the units' tree is the first, the persons' tree stands behind it.
pub(super) type Drafts<'a> = Vec<Draft<'a>>;

/// What the tree is built with.
pub(super) struct Ground<'a> {
    pub options: &'a Options,
    /// Domains of units and classes of persons: the columns of weights.
    pub classes: &'a Classes<'a>,
    /// Domains that some subject has.
    pub used_domains: &'a BTreeSet<DomainId>,
}

/// The index tree; fills in which procedures each form feeds.
pub(super) fn index(ground: &Ground<'_>, forms: &mut [DraftForm<'_>], find: &mut Findings<'_>) -> Index {
    let nodes = &ground.options.node;
    if nodes.is_empty() {
        find.scheme("S401", "node", &[]);
        return Index::default();
    }
    unique(find, nodes.iter().enumerate().map(|(n, node)| (format!("node[{n}].code"), node.code.as_str())));
    let feeds = feeds(nodes, forms, find);
    let Some(order) = order(nodes, find) else { return Index::default() };
    let mut drafts = named(nodes, &order, feeds);
    single_procedure(&mut drafts, forms, find);
    items(&mut drafts, forms, find);
    if drafts.len() > usize::from(u16::MAX) {
        find.scheme("S419", "node", &[("found", &drafts.len().to_string()), ("expected", "65535")]);
        return Index::default();
    }
    tree_weights::fill(ground, &mut drafts, forms, find);
    let index = number(ground, &drafts, forms, find);
    check_codes(&drafts, find);
    measures::check_answers(&drafts, forms, &index, find);
    feed_back(&index, &drafts, forms, find);
    index
}

/// Positions of the forms each node names.
fn feeds(nodes: &[NodeOption], forms: &[DraftForm<'_>], find: &mut Findings<'_>) -> Vec<Vec<usize>> {
    let codes = || forms.iter().map(|draft| draft.form.code.as_str());
    let of = |(n, node): (usize, &NodeOption)| {
        let named = node.forms.iter().enumerate();
        named.filter_map(|(k, code)| refer(find, &format!("node[{n}].forms[{k}]"), code, codes())).collect()
    };
    nodes.iter().enumerate().map(of).collect()
}

/// Order of the named nodes, parents first, the persons' tree last; `None` where they make no such trees.
fn order(nodes: &[NodeOption], find: &mut Findings<'_>) -> Option<Vec<(usize, Option<usize>)>> {
    let codes = || nodes.iter().map(|node| node.code.as_str());
    let parent = |(n, node): (usize, &NodeOption)| {
        node.parent.as_ref().map(|parent| refer(find, &format!("node[{n}].parent"), parent, codes()))
    };
    let parents: Vec<Option<Option<usize>>> = nodes.iter().enumerate().map(parent).collect();
    let of_persons = |n: usize| nodes.get(n).is_some_and(|node| node.subjects == Some(SubjectsOption::Persons));
    let all_roots: Vec<usize> = (0..nodes.len()).filter(|n| parents.get(*n) == Some(&None)).collect();
    if all_roots.is_empty() {
        find.scheme("S401", "node", &[]);
    }
    for n in (0..nodes.len()).filter(|n| nodes.get(*n).is_some_and(|node| node.subjects.is_some()) && !all_roots.contains(n)) {
        find.scheme("S554", &format!("node[{n}].subjects"), &[("found", nodes.get(n).map_or("", |node| node.code.as_str()))]);
    }
    let (person_roots, roots): (Vec<usize>, Vec<usize>) = all_roots.iter().partition(|n| of_persons(**n));
    for roots in [&roots, &person_roots].into_iter().filter(|roots| roots.len() > 1) {
        let name = |n: &usize| nodes.get(*n).map(|node| format!("{} (L{})", node.code, find.spots.line(&format!("node[{n}]"))));
        let all: Vec<String> = roots.iter().filter_map(name).collect();
        for n in roots.iter().skip(1) {
            find.scheme("S402", &format!("node[{n}]"), &[("found", &all.join("，"))]);
        }
    }
    let known: Vec<Option<usize>> = parents.iter().map(|parent| parent.flatten()).collect();
    let mut order = parents_first(&known);
    let root_of = |n: usize| std::iter::successors(Some(n), |n| known.get(*n).copied().flatten()).last().unwrap_or(n);
    order.sort_by_key(|n| of_persons(root_of(*n)));
    for n in (0..nodes.len()).filter(|n| !order.contains(n)) {
        let node = nodes.get(n);
        let parent = node.and_then(|node| node.parent.as_deref()).unwrap_or_default();
        let code = node.map_or("", |node| node.code.as_str());
        find.scheme("S403", &format!("node[{n}].parent"), &[("found", code), ("other", parent)]);
    }
    let single = roots.len() <= 1 && person_roots.len() <= 1 && !all_roots.is_empty();
    let whole = order.len() == nodes.len() && single && parents.iter().all(|parent| *parent != Some(None));
    whole.then(|| order.into_iter().map(|n| (n, known.get(n).copied().flatten())).collect())
}

fn named<'a>(nodes: &'a [NodeOption], order: &[(usize, Option<usize>)], mut feeds: Vec<Vec<usize>>) -> Drafts<'a> {
    let mut drafts: Drafts<'a> = Vec::new();
    let is_root_of_persons = |node: &NodeOption| node.subjects == Some(SubjectsOption::Persons);
    if order.first().and_then(|(n, _)| nodes.get(*n)).is_some_and(is_root_of_persons) {
        drafts.push(no_units(nodes));
    }
    let before = drafts.len();
    for (position, (n, parent)) in order.iter().enumerate() {
        let Some(node) = nodes.get(*n) else { continue };
        let parent = parent.and_then(|parent| order.iter().position(|(known, _)| *known == parent)).map(|at| at + before);
        let above = parent.and_then(|parent| drafts.get_mut(parent));
        let (kind, persons) = match above.as_ref().map(|above| (above.kind, above.persons)) {
            None => (NodeKind::Composite, is_root_of_persons(node)),
            Some((NodeKind::Composite, persons)) => (NodeKind::Procedure, persons),
            Some((_, persons)) => (NodeKind::Indicator, persons),
        };
        if let Some(above) = above {
            above.children.push(position + before);
        }
        drafts.push(Draft {
            option: Some(node),
            path: format!("node[{n}]"),
            code: node.code.clone(),
            name: node.name.clone(),
            kind,
            parent,
            children: Vec::new(),
            item: None,
            weights: Vec::new(),
            forms: feeds.get_mut(*n).map(std::mem::take).unwrap_or_default(),
            persons,
        });
    }
    drafts
}

/// Where only persons are assessed: an empty composite of the units.
fn no_units<'a>(nodes: &[NodeOption]) -> Draft<'a> {
    let taken = nodes.iter().any(|node| node.code == "total");
    Draft {
        option: None,
        path: "node[0]".to_owned(),
        code: if taken { "units-total" } else { "total" }.to_owned(),
        name: "单位综合得分".to_owned(),
        kind: NodeKind::Composite,
        parent: None,
        children: Vec::new(),
        item: None,
        weights: Vec::new(),
        forms: Vec::new(),
        persons: false,
    }
}

/// A composite that names one form and has no nodes below gets one procedure, named after the form; any other form on the
/// composite is refused, since its weight would be anybody's guess.
fn single_procedure(drafts: &mut Drafts<'_>, forms: &[DraftForm<'_>], find: &mut Findings<'_>) {
    for root in drafts.iter_mut().skip(1).filter(|draft| draft.parent.is_none() && !draft.forms.is_empty()) {
        find.scheme("S413", &format!("{}.forms", root.path), &[("found", &root.code)]);
        root.forms.clear();
    }
    let number = drafts.len();
    let alone = drafts.iter().filter(|draft| !draft.persons).count() == 1;
    let Some(root) = drafts.first_mut().filter(|root| !root.forms.is_empty()) else { return };
    let form = root.forms.first().and_then(|form| forms.get(*form));
    let (Some(draft), true) = (form, alone && root.forms.len() == 1) else {
        find.scheme("S413", &format!("{}.forms", root.path), &[("found", &root.code)]);
        root.forms.clear();
        return;
    };
    let form = &draft.form;
    let code = if form.code == root.code { format!("{}-1", form.code) } else { form.code.clone() };
    let (path, forms) = (root.path.clone(), std::mem::take(&mut root.forms));
    root.children.push(number);
    drafts.push(Draft {
        option: None,
        path,
        code,
        name: form.name.clone(),
        kind: NodeKind::Procedure,
        parent: Some(0),
        children: Vec::new(),
        item: None,
        weights: Vec::new(),
        forms,
        persons: false,
    });
}

/// The procedure of a draft.
fn procedure_of(drafts: &[Draft<'_>], n: usize) -> Option<usize> {
    let mut at = n;
    loop {
        let draft = drafts.get(at)?;
        if draft.kind == NodeKind::Procedure {
            return Some(at);
        }
        at = draft.parent?;
    }
}

/// Generates the item nodes. An item goes below the indicator it names within the procedure, else below the node that names its form.
fn items(drafts: &mut Drafts<'_>, forms: &[DraftForm<'_>], find: &mut Findings<'_>) {
    let fed: Vec<(usize, usize)> =
        drafts.iter().enumerate().flat_map(|(n, draft)| draft.forms.iter().map(move |form| (n, *form))).collect();
    let procedures: Vec<Option<usize>> = fed.iter().map(|(node, _)| procedure_of(drafts, *node)).collect();
    let mut seen: BTreeSet<(Option<usize>, usize)> = BTreeSet::new();
    for ((node, form), procedure) in fed.iter().zip(&procedures) {
        if !seen.insert((*procedure, *form)) {
            let (path, code) = (drafts.get(*node).map_or("", |draft| draft.path.as_str()), form_code(forms, *form));
            find.scheme("S407", &format!("{path}.forms"), &[("found", code)]);
            continue;
        }
        let together = fed.iter().zip(&procedures).filter(|(_, other)| *other == procedure).map(|((_, form), _)| form);
        let several = together.collect::<BTreeSet<_>>().len() > 1;
        if let (Some(procedure), Some(draft)) = (procedure, forms.get(*form)) {
            form_items(drafts, *procedure, *node, (*form, draft), several);
        }
    }
    check_indicators(drafts, forms, &fed, find);
}

fn form_code<'f>(forms: &'f [DraftForm<'_>], form: usize) -> &'f str {
    forms.get(form).map_or("", |draft| draft.form.code.as_str())
}

/// Item nodes are `<procedure>.<item>`; where several forms feed a procedure, `<procedure>.<form>.<item>`.
fn form_items(drafts: &mut Drafts<'_>, procedure: usize, node: usize, (number, form): (usize, &DraftForm<'_>), several: bool) {
    let Some(prefix) = drafts.get(procedure).map(|draft| draft.code.clone()) else { return };
    let prefix = if several { format!("{prefix}.{}", form.form.code) } else { prefix };
    for (k, (item, (path, written))) in form.form.items.iter().zip(&form.items).enumerate() {
        let wanted = written.indicator.as_ref().map(OneOrMany::codes).unwrap_or_default();
        let mut named =
            wanted.iter().filter_map(|code| drafts.iter().position(|draft| draft.item.is_none() && draft.code == *code));
        let parent = named.find(|n| procedure_of(drafts, *n) == Some(procedure)).unwrap_or(node);
        let position = drafts.len();
        let persons = drafts.get(parent).is_some_and(|above| above.persons);
        if let Some(above) = drafts.get_mut(parent) {
            above.children.push(position);
        }
        drafts.push(Draft {
            option: None,
            path: path.clone(),
            code: format!("{prefix}.{}", item.code),
            name: item.name.clone(),
            kind: NodeKind::Item,
            parent: Some(parent),
            children: Vec::new(),
            item: Some((number, k)),
            weights: Vec::new(),
            forms: Vec::new(),
            persons,
        });
    }
}

/// Every indicator an item names exists and lies below a procedure that the item's form feeds.
fn check_indicators(drafts: &[Draft<'_>], forms: &[DraftForm<'_>], fed: &[(usize, usize)], find: &mut Findings<'_>) {
    for (form, draft) in forms.iter().enumerate() {
        let procedures: BTreeSet<Option<usize>> =
            fed.iter().filter(|(_, known)| *known == form).map(|(node, _)| procedure_of(drafts, *node)).collect();
        let shared = !procedures.is_empty();
        for (path, item) in draft.items.iter().filter(|(path, _)| path.starts_with(&format!("{}.", draft.path))) {
            let path = format!("{path}.indicator");
            for code in item.indicator.as_ref().map(OneOrMany::codes).unwrap_or_default() {
                let codes = drafts.iter().filter(|draft| draft.item.is_none()).map(|draft| draft.code.as_str());
                let Some(position) = refer(find, &path, code, codes) else { continue };
                if shared && !procedures.contains(&procedure_of(drafts, position)) {
                    find.scheme("S410", &path, &[("found", code), ("form", &draft.form.code)]);
                }
            }
        }
    }
}

/// Numbers the drafts, parents first and in scheme order, and makes the nodes.
fn number(ground: &Ground<'_>, drafts: &[Draft<'_>], forms: &[DraftForm<'_>], find: &mut Findings<'_>) -> Index {
    let order = preorder(drafts);
    let mut place = vec![NodeId(0); drafts.len()];
    for (new, old) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*old) {
            *slot = NodeId(u16::try_from(new).unwrap_or(u16::MAX));
        }
    }
    let id = |old: usize| place.get(old).copied().unwrap_or(Index::ROOT);
    let mut nodes: Vec<Node> = Vec::new();
    for old in &order {
        let Some(draft) = drafts.get(*old) else { continue };
        let parent = draft.parent.map(id);
        let inherited = parent.and_then(|parent| nodes.get(usize::from(parent.0))).map(|above| above.measure.clone());
        let mut node = node(ground, draft, inherited, forms, find);
        if let Some(text) = draft.option.and_then(|option| option.from_unit.as_ref()) {
            node.source = NodeSource::Unit(from_unit(text, draft, drafts, find).filter(|unit| *unit != 0).map(id));
        }
        node.parent = parent;
        node.children = draft.children.iter().map(|child| id(*child)).collect();
        nodes.push(node);
    }
    let persons = order.iter().position(|old| drafts.get(*old).is_some_and(|draft| draft.persons));
    Index { nodes, persons: persons.and_then(|at| u16::try_from(at).ok()).map(NodeId) }
}

/// The draft of the units' tree whose score a person takes over: a procedure, or the composite (0). Only a bare node of the
/// persons' tree can take one (S555).
fn from_unit(text: &str, draft: &Draft<'_>, drafts: &[Draft<'_>], find: &mut Findings<'_>) -> Option<usize> {
    let path = format!("{}.from-unit", draft.path);
    let bare = draft.persons && draft.parent.is_some() && draft.children.is_empty() && draft.forms.is_empty();
    if !bare {
        find.scheme("S555", &path, &[("found", &draft.code)]);
        return None;
    }
    let units =
        || drafts.iter().filter(|draft| !draft.persons && matches!(draft.kind, NodeKind::Composite | NodeKind::Procedure));
    if text == "total" {
        return Some(0);
    }
    let codes: Vec<&str> = units().map(|draft| draft.code.as_str()).collect();
    let position = refer(find, &path, text, codes.iter().copied())?;
    let code = codes.get(position)?;
    drafts.iter().position(|draft| draft.code == *code)
}

/// Positions in tree order: the root, then each child with all below it; the persons' tree last.
pub(super) fn preorder(drafts: &[Draft<'_>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(drafts.len());
    let mut stack: Vec<usize> =
        (0..drafts.len()).filter(|n| drafts.get(*n).is_some_and(|draft| draft.parent.is_none())).collect();
    stack.reverse();
    while let Some(n) = stack.pop() {
        let Some(draft) = drafts.get(n) else { continue };
        order.push(n);
        stack.extend(draft.children.iter().rev());
    }
    order
}

fn node(
    ground: &Ground<'_>,
    draft: &Draft<'_>,
    inherited: Option<Measure>,
    forms: &[DraftForm<'_>],
    find: &mut Findings<'_>,
) -> Node {
    let path = &draft.path;
    let written = |key: &str| format!("{path}.{key}");
    let option = draft.option;
    let measure =
        option.and_then(|option| option.measure.as_ref()).map(|option| measures::measure(option, &written("measure"), find));
    let measure = measure.or(inherited).unwrap_or(Measure::Mean);
    let item = draft.item.and_then(|(form, item)| forms.get(form)?.form.items.get(item));
    let full = match (item, &measure) {
        (Some(_), Measure::Tiers(table)) => table.full.clone(),
        (Some(Item { answer: AnswerKind::Score, full, .. }), _) => full.clone(),
        _ => int(100),
    };
    Node {
        code: draft.code.clone(),
        name: draft.name.clone(),
        kind: draft.kind,
        parent: None,
        children: Vec::new(),
        weights: draft.weights.clone(),
        source: source(draft),
        measure,
        missing: missing(ground, draft, find),
        min_coverage: min_coverage(ground, draft, find),
        rollup: option.and_then(|option| option.rollup).and_then(rollup),
        full,
        self_mix: option
            .and_then(|option| option.self_rated.as_ref())
            .and_then(|option| self_mix(option, draft, &written("self-rated"), forms, find)),
    }
}

fn source(draft: &Draft<'_>) -> NodeSource {
    match draft.item {
        Some((form, item)) => NodeSource::Item {
            form: FormId(u16::try_from(form).unwrap_or(u16::MAX)),
            item: ItemId(u16::try_from(item).unwrap_or(u16::MAX)),
        },
        None if draft.children.is_empty() => NodeSource::Imported,
        None => NodeSource::Children,
    }
}

/// The node's own word, else for the composite `rules.missing-procedure`, else renormalise.
fn missing(ground: &Ground<'_>, draft: &Draft<'_>, find: &mut Findings<'_>) -> MissingChild {
    if let Some(word) = draft.option.and_then(|option| option.missing.as_ref()) {
        return missing_child(find, &format!("{}.missing", draft.path), word);
    }
    match (&ground.options.rules.missing_procedure, draft.kind) {
        (Some(word), NodeKind::Composite) => missing_child(find, "rules.missing-procedure", word),
        _ => MissingChild::Renormalise,
    }
}

/// The node's own, else the rules'; items have none.
fn min_coverage(ground: &Ground<'_>, draft: &Draft<'_>, find: &mut Findings<'_>) -> Ratio {
    if draft.kind == NodeKind::Item {
        return int(0);
    }
    if let Some(own) = draft.option.and_then(|option| option.min_coverage.as_ref()) {
        return within(find, &format!("{}.min-coverage", draft.path), own, 0, 1);
    }
    match (&ground.options.rules.min_coverage, draft.kind) {
        (Some(rule), NodeKind::Composite) => within(find, "rules.min-coverage", rule, 0, 1),
        (Some(rule), _) => rule.0.clone(),
        (None, _) => int(0),
    }
}

/// The roll-up method; `None` is `auto`.
pub(super) fn rollup(option: RollupOption) -> Option<Rollup> {
    match option {
        RollupOption::Auto => None,
        RollupOption::Simple => Some(Rollup::Simple),
        RollupOption::Headcount => Some(Rollup::Headcount),
        RollupOption::Pooled => Some(Rollup::Pooled),
    }
}

fn self_mix(
    option: &SelfRatedOption,
    draft: &Draft<'_>,
    path: &str,
    forms: &[DraftForm<'_>],
    find: &mut Findings<'_>,
) -> Option<SelfMix> {
    let at = |key: &str| format!("{path}.{key}");
    let form = refer(find, &at("form"), &option.form, forms.iter().map(|draft| draft.form.code.as_str()))?;
    let own = forms.get(form)?;
    if own.form.kind != FormKind::SelfRated || draft.kind != NodeKind::Procedure {
        find.scheme("S416", &at("form"), &[("found", &option.form), ("other", &draft.code)]);
        return None;
    }
    Some(SelfMix {
        form: FormId(u16::try_from(form).unwrap_or(u16::MAX)),
        weight: option.weight.as_ref().map_or_else(|| int(0), |weight| within(find, &at("weight"), weight, 0, 1)),
        tolerance: option.tolerance.as_ref().map(|value| within(find, &at("tolerance"), value, 0, 100)),
        penalty: option.penalty.as_ref().map_or_else(|| int(0), |value| at_least_0(find, &at("penalty"), value)),
    })
}

/// Node codes are unique, generated ones included.
fn check_codes(drafts: &[Draft<'_>], find: &mut Findings<'_>) {
    let mut seen: BTreeSet<&str> =
        drafts.iter().filter(|draft| draft.option.is_some()).map(|draft| draft.code.as_str()).collect();
    for draft in drafts.iter().filter(|draft| draft.option.is_none()) {
        if !seen.insert(&draft.code) {
            find.scheme("S408", &draft.path, &[("found", &draft.code)]);
        }
    }
}

/// Tells each form the procedures it feeds; a form that feeds none is reported, and so are self-rated forms with other items.
fn feed_back(index: &Index, drafts: &[Draft<'_>], forms: &mut [DraftForm<'_>], find: &mut Findings<'_>) {
    for id in index.all_procedures() {
        let node = index.node(id);
        let Some(draft) = drafts.iter().position(|draft| draft.code == node.code) else { continue };
        let fed: BTreeSet<usize> = (drafts.iter().enumerate())
            .filter(|(n, _)| procedure_of(drafts, *n) == Some(draft))
            .flat_map(|(_, draft)| draft.forms.iter().copied())
            .collect();
        let mix = node.self_mix.as_ref().map(|mix| usize::from(mix.form.0));
        if let Some(own) = mix {
            compare_items(drafts.get(draft).map_or("", |draft| draft.path.as_str()), own, &fed, forms, find);
        }
        for form in fed.iter().copied().chain(mix) {
            if let Some(form) = forms.get_mut(form).filter(|form| !form.form.procedures.contains(&id)) {
                form.form.procedures.push(id);
            }
        }
    }
    for form in forms.iter_mut() {
        let persons = form.form.procedures.iter().filter(|id| index.is_of_persons(**id)).count();
        form.form.persons = persons > 0;
        if persons > 0 && persons < form.form.procedures.len() {
            find.scheme("S556", &form.path, &[("found", &form.form.code)]);
        }
    }
    for form in forms.iter().filter(|form| form.form.procedures.is_empty()) {
        find.scheme("S310", &form.path, &[("found", &form.form.code)]);
    }
}

/// 自查 and 考核 join on item codes; codes that only one of them has are named.
fn compare_items(path: &str, own: usize, fed: &BTreeSet<usize>, forms: &[DraftForm<'_>], find: &mut Findings<'_>) {
    let codes = |form: usize| -> BTreeSet<&str> {
        forms.get(form).into_iter().flat_map(|form| form.form.items.iter().map(|item| item.code.as_str())).collect()
    };
    let (mine, theirs) = (codes(own), fed.iter().flat_map(|form| codes(*form)).collect::<BTreeSet<_>>());
    let odd: Vec<&str> = mine.symmetric_difference(&theirs).copied().collect();
    if !odd.is_empty() {
        find.scheme("S415", &format!("{path}.self-rated.form"), &[("found", &odd.join("，")), ("form", form_code(forms, own))]);
    }
}
