//! What every sheet is read against: the words of the scheme, compiled once.

use super::cells::{key, numbering, numeral, without_brackets};
use super::names::Roster;
use super::people::People;
use crate::diagnostic::{Diagnostic, Place};
use crate::survey::{AnswerKind, Form, FormId, ItemId, NodeId, Scheme, SourceRule, StratumId};
use glob::{MatchOptions, Pattern};
use rustc_hash::FxHashMap;

/// The scheme and all its words. Shared by every file of a run.
#[derive(Debug)]
pub struct Context<'a> {
    pub scheme: &'a Scheme,
    /// Names of the frame, built once.
    pub roster: Roster,
    /// The persons of the frame, looked up by forms that rate persons.
    pub people: People,
    pub(super) forms: Vec<FormWords>,
    scales: Vec<FxHashMap<String, u8>>,
    strata: Vec<FxHashMap<String, StratumId>>,
    procedures: Vec<(NodeId, String)>,
    /// Per subject: the hash of its code, for content fingerprints.
    prints: Vec<u128>,
    stops: Vec<String>,
    rules: Vec<(Glob, Option<Glob>)>,
}

/// A glob, or why it cannot be read.
type Glob = Result<Pattern, String>;

/// The words of one form.
#[derive(Debug, Default)]
pub(super) struct FormWords {
    /// Keys of its name and aliases, longest first.
    pub names: Vec<String>,
    items: FxHashMap<String, ItemId>,
    codes: FxHashMap<String, ItemId>,
}

/// How surely a text names an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// Only its number.
    Number,
    /// A code of letters, or a part of the text.
    Part,
    /// Its name or an alias.
    Name,
}

impl Sure {
    /// Weight in the score of a reading.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Number => 0.6,
            Self::Part => 0.9,
            Self::Name => 1.0,
        }
    }
}

impl<'a> Context<'a> {
    #[must_use]
    pub fn new(scheme: &'a Scheme) -> Self {
        let mut context = Self::compile(scheme);
        context.stops = context.all_stop_words();
        context
    }

    fn compile(scheme: &'a Scheme) -> Self {
        let glob = |text: &str| Pattern::new(text).map_err(|error| error.to_string());
        Self {
            scheme,
            roster: Roster::new(&scheme.frame),
            people: People::new(&scheme.frame),
            forms: scheme.forms.iter().map(FormWords::new).collect(),
            scales: scheme.scales.iter().map(|scale| option_words(&scale.choices)).collect(),
            strata: scheme.strata.iter().map(stratum_words).collect(),
            procedures: scheme.index.all_procedures().map(|id| (id, key(&scheme.index.node(id).name))).collect(),
            prints: scheme.frame.subjects.iter().map(|subject| super::print::hash(subject.code.as_bytes())).collect(),
            stops: Vec::new(),
            rules: scheme.sources.iter().map(|rule| (glob(&rule.files), rule.sheet.as_deref().map(glob))).collect(),
        }
    }

    /// The hash of a subject's code.
    pub(super) fn subject_print(&self, id: crate::survey::SubjectId) -> u128 {
        self.prints.get(id.0 as usize).copied().unwrap_or_default()
    }

    pub(super) fn words(&self, form: FormId) -> &FormWords {
        &self.forms[form.0 as usize]
    }

    /// Whether a title as a whole is the name, an alias or the lettered code of an item of any form.
    pub(super) fn knows_title(&self, text_key: &str) -> bool {
        let lettered = text_key.bytes().any(|byte| byte.is_ascii_alphabetic());
        self.forms.iter().any(|form| form.items.contains_key(text_key) || (lettered && form.codes.contains_key(text_key)))
    }

    /// The options of a scale if none of its words is a bare number, so that 1, 2, 3 may count them off.
    pub(super) fn numberless(&self, scale: usize) -> Option<u8> {
        let words = self.scales.get(scale)?;
        let count = u8::try_from(self.scheme.scales.get(scale)?.choices.len()).ok()?;
        (1..=count).all(|number| !words.contains_key(&number.to_string())).then_some(count)
    }

    /// The option of a scale that a cell names: by whole label, alias or code, `A.优秀`, `优秀(90分以上)`, `4-优秀`.
    pub(super) fn option(&self, scale: usize, text_key: &str) -> Option<u8> {
        let words = self.scales.get(scale)?;
        let bare = without_brackets(text_key);
        if let Some(found) = words.get(text_key).or_else(|| words.get(bare)) {
            return Some(*found);
        }
        let end = bare.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(bare.len());
        let (marker, rest) = bare.split_at(end);
        let rest = rest.trim_start_matches(['.', '、', ':', ')', '-', '_', ',']);
        if marker.is_empty() || marker.len() > 2 {
            return bare.strip_suffix(".0").or_else(|| bare.strip_suffix(".00")).and_then(|whole| words.get(whole)).copied();
        }
        let found = words.get(rest).copied().filter(|_| !rest.is_empty());
        // `A.良好` where A is the code of 优秀 contradicts itself.
        found.filter(|found| words.get(marker).is_none_or(|code| code == found)).or_else(|| {
            let whole = bare.strip_suffix(".00").or_else(|| bare.strip_suffix(".0"))?;
            words.get(whole).copied()
        })
    }

    /// Whether a word is an option of any scale.
    pub(super) fn is_option(&self, text_key: &str) -> bool {
        (0..self.scales.len()).any(|scale| self.option(scale, text_key).is_some())
    }

    /// The option a count column is headed with: also `优秀票`, `优秀(票数)`, `优秀人数`.
    pub(super) fn option_header(&self, scale: usize, header_key: &str) -> Option<u8> {
        self.option(scale, header_key).or_else(|| {
            let bare = without_brackets(header_key);
            ["票数", "得票数", "人数", "得票", "票"].iter().find_map(|end| self.option(scale, bare.strip_suffix(end)?))
        })
    }

    /// The options of a scale by name, for help texts.
    pub(super) fn option_labels(&self, scale: usize) -> String {
        let labels: Vec<&str> = self
            .scheme
            .scales
            .get(scale)
            .map_or(&[][..], |scale| &scale.choices)
            .iter()
            .map(|choice| choice.label.as_str())
            .collect();
        labels.join("｜")
    }

    /// The stratum of a form that a text names; ballots belong to leaves.
    pub(super) fn stratum(&self, form: &Form, text_key: &str) -> Option<StratumId> {
        let words = self.strata.get(form.strata?)?;
        words.get(text_key).or_else(|| words.get(without_brackets(text_key))).copied()
    }

    /// A stratum named as a token of a longer name (`一连-民主测评表(C票)`), if exactly one is.
    pub(super) fn stratum_in(&self, form: &Form, text: &str) -> Option<StratumId> {
        let text = key(text);
        let mut found: Vec<StratumId> =
            text.split(is_separator).filter_map(|token| self.strata.get(form.strata?)?.get(token).copied()).collect();
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            // …民主测评表A票: the token stands at the end without a separator.
            let words = self.strata.get(form.strata?)?;
            let names = self.scheme.strata.get(form.strata?)?;
            found = names
                .members
                .iter()
                .filter_map(|member| {
                    words.get(&key(&member.name)).filter(|_| text.contains(&key(&member.name)) && member.name.chars().count() > 1)
                })
                .copied()
                .collect();
            found.dedup();
        }
        if let [only] = found[..] { Some(only) } else { None }
    }

    /// The procedure a cell of a 环节 column names, among those the form feeds.
    pub(super) fn procedure(&self, form: &Form, text_key: &str) -> Option<NodeId> {
        let node = |id: &NodeId| self.scheme.index.node(*id);
        form.procedures.iter().copied().find(|id| key(&node(id).code) == text_key || key(&node(id).name) == text_key)
    }

    /// The procedure whose name stands in a longer text, if exactly one of the form's does.
    pub(super) fn procedure_in(&self, form: &Form, text: &str) -> Option<NodeId> {
        let text = key(text);
        let mut named =
            self.procedures.iter().filter(|(id, name)| form.procedures.contains(id) && !name.is_empty() && text.contains(name));
        match (named.next(), named.next()) {
            (Some((id, _)), None) => Some(*id),
            _ => None,
        }
    }

    pub(super) fn procedure_names(&self) -> impl Iterator<Item = (NodeId, &str)> {
        self.procedures.iter().map(|(id, name)| (*id, name.as_str()))
    }

    /// Every word that may stand in a file name beside a unit's name, longest first.
    pub(super) fn stop_words(&self) -> &[String] {
        &self.stops
    }

    fn all_stop_words(&self) -> Vec<String> {
        let strata = self.scheme.strata.iter().flat_map(|set| &set.members).flat_map(|member| {
            std::iter::once(&member.name).chain(&member.aliases).map(|word| key(word)).filter(|word| word.chars().count() > 1)
        });
        let forms = self.forms.iter().flat_map(|form| form.names.iter().cloned());
        let mut words: Vec<String> = forms.chain(strata).chain(self.procedures.iter().map(|(_, name)| name.clone())).collect();
        words.retain(|word| !word.is_empty());
        words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        words.dedup();
        words
    }

    /// The `[[source]]` and `[[pin]]` rules that match, laid over each other: the last that sets a field wins.
    pub(super) fn rule(&self, below_returns: &str, sheet: &str) -> SourceRule {
        let options = MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };
        let mut merged = SourceRule::default();
        for (rule, (files, sheets)) in self.scheme.sources.iter().zip(&self.rules) {
            let Ok(files) = files else { continue };
            let sheet_fits = match sheets {
                None => true,
                Some(Ok(pattern)) => pattern.matches_with(sheet, options),
                Some(Err(_)) => false,
            };
            if files.matches_with(below_returns, options) && sheet_fits {
                overlay(&mut merged, rule);
            }
        }
        merged
    }

    /// Findings about the rules themselves: globs that cannot be read. Once per run, not per file.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let place = Place::file("scheme.toml");
        let broken = self.broken_rules();
        broken
            .into_iter()
            .map(|(glob, why)| Diagnostic::new("L117", place.clone()).with("found", glob).with("other", why))
            .collect()
    }

    fn broken_rules(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        for (rule, (files, sheets)) in self.scheme.sources.iter().zip(&self.rules) {
            if let Err(why) = files {
                out.push((rule.files.clone(), why.clone()));
            }
            if let Some(Err(why)) = sheets {
                out.push((rule.sheet.clone().unwrap_or_default(), why.clone()));
            }
        }
        out
    }
}

fn overlay(under: &mut SourceRule, rule: &SourceRule) {
    under.files.clone_from(&rule.files);
    under.form = rule.form.or(under.form);
    under.procedure = rule.procedure.or(under.procedure);
    under.unit = rule.unit.or(under.unit);
    under.subject = rule.subject.or(under.subject);
    under.shape = rule.shape.or(under.shape);
    under.header_row = rule.header_row.or(under.header_row);
    if rule.stratum.is_some() {
        under.stratum.clone_from(&rule.stratum);
    }
    if rule.unit_from.is_some() {
        under.unit_from.clone_from(&rule.unit_from);
    }
    for (header, role) in &rule.columns {
        under.columns.retain(|(known, _)| known != header);
        under.columns.push((header.clone(), role.clone()));
    }
    under.ignore |= rule.ignore;
    under.count |= rule.count;
}

/// Characters that part the words of a file or sheet name.
pub(super) fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '_'
                | '('
                | ')'
                | '.'
                | '、'
                | ','
                | '+'
                | '·'
                | '—'
                | '–'
                | '~'
                | '|'
                | '/'
                | ':'
                | '"'
                | '《'
                | '》'
                | '#'
                | '&'
                | '；'
                | ';'
        )
}

fn option_words(choices: &[crate::survey::Choice]) -> FxHashMap<String, u8> {
    let mut words = FxHashMap::default();
    // Labels first, then aliases, then codes: a code never hides another option's label.
    for (at, choice) in (0u8..).zip(choices) {
        words.entry(key(&choice.label)).or_insert(at);
    }
    for (at, choice) in (0u8..).zip(choices) {
        for word in choice.aliases.iter().chain(std::iter::once(&choice.code)) {
            words.entry(key(word)).or_insert(at);
        }
    }
    words
}

fn stratum_words(strata: &crate::survey::Strata) -> FxHashMap<String, StratumId> {
    let mut words = FxHashMap::default();
    for (at, member) in (0u16..).zip(&strata.members) {
        let id = StratumId(at);
        if strata.children(Some(id)).next().is_none() {
            for word in [&member.name, &member.code].into_iter().chain(&member.aliases) {
                words.entry(key(word)).or_insert(id);
            }
        }
    }
    words
}

impl FormWords {
    fn new(form: &Form) -> Self {
        let mut names: Vec<String> =
            std::iter::once(&form.name).chain(&form.aliases).map(|name| key(name)).filter(|name| !name.is_empty()).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let mut words = Self { names, ..Self::default() };
        for (at, item) in (0u16..).zip(&form.items) {
            let id = ItemId(at);
            for name in std::iter::once(&item.name).chain(&item.aliases) {
                let whole = key(name);
                let stripped = numbering(&whole).map(|(_, rest)| rest.to_owned()).filter(|rest| !rest.is_empty());
                words.items.entry(without_brackets(&whole).to_owned()).or_insert(id);
                words.items.entry(whole).or_insert(id);
                if let Some(stripped) = stripped {
                    words.items.entry(stripped).or_insert(id);
                }
            }
            words.codes.entry(key(&item.code)).or_insert(id);
        }
        words
    }

    /// The item a text names, and how surely.
    pub(super) fn item(&self, text_key: &str) -> Option<(ItemId, Sure)> {
        if text_key.is_empty() {
            return None;
        }
        let named = |text: &str| self.items.get(text).or_else(|| self.items.get(without_brackets(text))).copied();
        if let Some(found) = named(text_key) {
            return Some((found, Sure::Name));
        }
        let numbered = numbering(text_key);
        if let Some((_, rest)) = numbered.filter(|(_, rest)| !rest.is_empty())
            && let Some(found) = named(rest)
        {
            return Some((found, Sure::Name));
        }
        // 问卷星 matrix: `1、题干—行标题`, `第1题(行标题)`.
        let tail = text_key.rsplit(['—', '–', ':', '|']).next().filter(|tail| tail.len() < text_key.len()).and_then(named);
        let inner = text_key
            .strip_suffix(')')
            .and_then(|body| body.rsplit_once('('))
            .and_then(|(_, inner)| self.items.get(inner).copied());
        if let Some(found) = tail.or(inner) {
            return Some((found, Sure::Part));
        }
        if let Some(found) = self.codes.get(text_key) {
            let plain = text_key.bytes().all(|b| b.is_ascii_digit());
            return Some((*found, if plain { Sure::Number } else { Sure::Part }));
        }
        let (number, _) = numbered.filter(|(_, rest)| rest.is_empty() || without_brackets(rest).is_empty())?;
        self.codes.get(&number.to_string()).map(|found| (*found, Sure::Number))
    }

    /// The item of a code or number (`3`, `三`).
    pub(super) fn by_code(&self, text_key: &str) -> Option<ItemId> {
        let whole = text_key.strip_suffix(".0").unwrap_or(text_key);
        self.codes.get(whole).or_else(|| self.codes.get(&numeral(whole)?.to_string())).copied()
    }
}

/// The scale of an item, if it is answered by options.
pub(super) fn scale_of(form: &Form, item: ItemId) -> Option<usize> {
    match form.items.get(usize::from(item.0))?.answer {
        AnswerKind::Choice { scale } => Some(scale),
        AnswerKind::Score => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::fixture;

    #[test]
    fn options_are_whole_words() {
        let scheme = fixture::scheme();
        let context = Context::new(&scheme);
        for (text, option) in
            [("优秀", 0), ("A.优秀", 0), ("a优秀", 0), ("优秀（90分以上）", 0), ("4-一般", 2), ("b", 1), (" 较 差", 3)]
        {
            assert_eq!(context.option(0, &key(text)), Some(option), "{text}");
        }
        for text in ["较好", "A.良好", "不优秀", "优秀良好", "优"] {
            assert_eq!(context.option(0, &key(text)), None, "{text}");
        }
        assert_eq!(context.option(1, &key("不满意")), Some(2)); // 满意 ⊂ 基本满意, 不满意
        assert_eq!(context.option(1, &key("比较满意")), None);
        assert_eq!(context.option_header(0, &key("优秀票数")), Some(0));
    }

    #[test]
    fn items_by_name_number_and_part() {
        let scheme = fixture::scheme();
        let context = Context::new(&scheme);
        let words = context.words(FormId(2));
        for text in ["政治建设", "1、政治建设", "1.政治建设", "第1题：政治建设", "政治建设(必填)", "（1）政治 建设"]
        {
            assert_eq!(words.item(&key(text)), Some((fixture::item(1), Sure::Name)), "{text}");
        }
        assert_eq!(words.item(&key("第2题")), Some((fixture::item(2), Sure::Number)));
        assert_eq!(words.item(&key("Q3")), Some((fixture::item(3), Sure::Number)));
        assert_eq!(words.item(&key("7、请评价—作风建设")), Some((fixture::item(4), Sure::Part)));
        assert_eq!(words.item(&key("1、经济建设")), None);
        assert_eq!(context.words(FormId(0)).item(&key("一、党风廉政建设（10分）")), Some((fixture::item(3), Sure::Name)));
    }

    #[test]
    fn strata_and_procedures_in_names() {
        let scheme = fixture::scheme();
        let context = Context::new(&scheme);
        let (ceping, shuzhi) = (scheme.form(FormId(2)), scheme.form(FormId(4)));
        assert_eq!(context.stratum_in(ceping, "一连-民主测评表(C票)"), Some(StratumId(2)));
        assert_eq!(context.stratum_in(ceping, "民主测评表B票"), Some(StratumId(1)));
        assert_eq!(context.stratum_in(ceping, "民主测评表（A票、B票）"), None);
        assert_eq!(context.procedure_in(shuzhi, "2026年度专项述职评分表"), Some(NodeId(2)));
        assert_eq!(context.procedure_in(shuzhi, "述职评分表"), None);
    }
}
