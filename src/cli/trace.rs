//! `kaoping trace`: one score taken apart as a hand calculator would, down to counts and source sheets. Hidden cells stay hidden.

use super::printer::Printer;
use super::{CLEAN, FAILED};
use crate::diagnostic::Language;
use crate::measure::Tally;
use crate::measure::{Cell, NodeScore, Scorecard};
use crate::numeric::{Ratio, exact_text, from_hundredths, int, round_half_up};
use crate::pipeline::{self, Error, Results};
use crate::survey::{AnswerKind, Form, Index, Item, NodeId, NodeSource, Scheme, SubjectId};
use num_traits::Zero;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

pub fn trace(dir: &Path, subject: &str, node: Option<&str>, from: &[PathBuf], printer: &Printer) -> Result<u8, Error> {
    let opened = pipeline::open(dir)?;
    let Some(subject) = find_subject(&opened.scheme, subject, printer) else { return Ok(FAILED) };
    let Some(node) = find_node(&opened.scheme, node, printer) else { return Ok(FAILED) };
    let tally = if from.is_empty() {
        pipeline::count_returns(&opened, &printer.progress())?
    } else {
        pipeline::merge_tallies(&opened.scheme, from)?
    };
    let results = pipeline::assess(&opened, &tally)?;
    let Some(card) = results.cleared.get().scorecards.iter().find(|card| card.subject == subject) else {
        return Ok(printer.failure(printer.pick("该单位没有得分", "this subject has no score")));
    };
    let mut sheet = Sheet { scheme: &opened.scheme, card, language: printer.language, out: String::new() };
    sheet.head(&results);
    sheet.node(node, 0);
    sheet.sources(&tally, &results, node);
    printer.lines(&sheet.out);
    Ok(CLEAN)
}

pub(super) fn find_subject(scheme: &Scheme, wanted: &str, printer: &Printer) -> Option<SubjectId> {
    let frame = &scheme.frame;
    if let Some(found) = frame.by_code(wanted) {
        return Some(found);
    }
    let named: Vec<SubjectId> =
        frame.ids().filter(|id| frame.subject(*id).name == wanted || frame.path(*id).ends_with(wanted)).collect();
    if let [only] = named[..] {
        return Some(only);
    }
    let mut near: Vec<(usize, SubjectId)> = if named.is_empty() {
        frame.ids().map(|id| (strsim::levenshtein(&frame.subject(id).name, wanted), id)).collect()
    } else {
        named.into_iter().map(|id| (0, id)).collect()
    };
    near.sort();
    let offers: Vec<String> =
        near.iter().take(5).map(|(_, id)| format!("{} ({})", frame.subject(*id).code, frame.path(*id))).collect();
    printer.failure(&match printer.language {
        Language::Zh => format!("单位「{wanted}」不唯一或不存在；相近的有：{}", offers.join("、")),
        Language::En => format!("subject `{wanted}` is unknown or not unique; near: {}", offers.join(", ")),
    });
    None
}

fn find_node(scheme: &Scheme, wanted: Option<&str>, printer: &Printer) -> Option<NodeId> {
    let Some(wanted) = wanted else { return Some(Index::ROOT) };
    let found = scheme.index.by_code(wanted).or_else(|| scheme.index.ids().find(|id| scheme.index.node(*id).name == wanted));
    if found.is_none() {
        let codes: Vec<&str> = scheme.index.nodes.iter().map(|node| node.code.as_str()).collect();
        printer.failure(&match printer.language {
            Language::Zh => format!("没有指标「{wanted}」；有：{}", codes.join("、")),
            Language::En => format!("there is no node `{wanted}`; there are: {}", codes.join(", ")),
        });
    }
    found
}

/// The page being written.
struct Sheet<'a> {
    scheme: &'a Scheme,
    card: &'a Scorecard,
    language: Language,
    out: String,
}

impl Sheet<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "  ".repeat(depth));
    }

    fn points(&self, value: &Ratio) -> String {
        round_half_up(value, self.scheme.rules.places).to_string()
    }

    /// Who, total, place, grade, and how the total came from the composite.
    fn head(&mut self, results: &Results) {
        let frame = &self.scheme.frame;
        let subject = frame.subject(self.card.subject);
        let domain = &frame.domain(subject.domain).name;
        self.line(
            0,
            &format!("{} [{}] {} {}", frame.path(self.card.subject), subject.code, frame.level(subject.level).name, domain),
        );
        let standing = results.cleared.get().standings.iter().find(|standing| standing.subject == self.card.subject);
        if let Some(standing) = standing {
            let score = standing.score.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string);
            let rank = standing.rank.map_or_else(|| "—".to_owned(), |rank| format!("{rank}/{}", standing.of));
            let grade = standing.grade.map_or("—", |band| self.scheme.rules.bands[band].name.as_str());
            let words = self.language.pick("得分|名次|建议等次", "score|rank|suggested grade");
            let labels: Vec<&str> = words.split('|').collect();
            self.line(0, &format!("{} {score}  {} {rank}  {} {grade}", labels[0], labels[1], labels[2]));
        }
        self.adjustments();
        self.out.push('\n');
    }

    fn adjustments(&mut self) {
        let composite = self.card.nodes[0].score.clone();
        if let (Some(composite), Some(total)) = (composite, &self.card.total)
            && !(self.card.bonus.is_zero() && self.card.deduction.is_zero())
        {
            let (bonus, claimed) = (exact_text(&self.card.bonus), exact_text(&self.card.bonus_claimed));
            let text = match self.language {
                Language::Zh => format!(
                    "{} ＋加分 {bonus}（申报 {claimed}） －扣分 {} ＝ {}",
                    self.points(&composite),
                    exact_text(&self.card.deduction),
                    self.points(total)
                ),
                Language::En => format!(
                    "{} + bonus {bonus} (claimed {claimed}) - deductions {} = {}",
                    self.points(&composite),
                    exact_text(&self.card.deduction),
                    self.points(total)
                ),
            };
            self.line(0, &text);
        }
        if let Some((low, high)) = self.card.bounds.clone().filter(|(low, high)| low != high) {
            let text = format!("{} [{}, {}]", self.language.pick("缺项界限", "bounds"), self.points(&low), self.points(&high));
            self.line(0, &text);
        }
        if self.card.vetoed {
            self.line(0, self.language.pick("一票否决（得分照列）", "vetoed (the score stands)"));
        }
    }

    /// A node, the sum that makes it, and everything below.
    fn node(&mut self, id: NodeId, depth: usize) {
        let scheme = self.scheme;
        let node = scheme.index.node(id);
        let score = &self.card.nodes[id.0 as usize];
        let title = format!("{} [{}] {}", node.name, node.code, self.value(score));
        self.line(depth, &title);
        if let NodeSource::Item { form, item } = node.source {
            let form = scheme.form(form);
            self.cells(form, form.item(item), score, depth + 1);
            return;
        }
        if score.rollup.is_none() && !score.imported {
            self.sum(id, depth + 1);
        }
        for child in node.children.clone() {
            if !scheme.index.node(child).weight(scheme.frame.subject(self.card.subject).domain).is_zero() {
                self.node(child, depth + 1);
            }
        }
    }

    fn value(&self, score: &NodeScore) -> String {
        let mut text = match (&score.score, score.hidden) {
            (_, true) => self.language.pick("（人数过少，不公布）", "(hidden: too few respondents)").to_owned(),
            (Some(value), false) => format!("= {}", self.points(value)),
            (None, false) => format!("{} {:?}", self.language.pick("缺", "missing"), score.why),
        };
        let coverage = round_half_up(&(score.coverage.clone() * int(100)), 1);
        if score.incomplete {
            let _ = write!(text, "  {}（{coverage}%）", self.language.pick("结果不完整", "incomplete"));
        }
        if let Some(rollup) = score.rollup {
            let _ = write!(
                text,
                "  {} {:?}（{}/{}）",
                self.language.pick("由下级汇总", "rolled up"),
                rollup.method,
                rollup.with_score,
                rollup.members
            );
        }
        if score.imported {
            text.push_str(self.language.pick("  引用上级结果", "  imported"));
        }
        if let (Some(own), Some(gap)) = (&score.self_rated, &score.self_gap) {
            let labels = self.language.pick("自评|自评－考核", "self-rated|self - assessed");
            let (first, second) = labels.split_once('|').unwrap_or_default();
            let _ = write!(text, "  {first} {}，{second} {}", self.points(own), self.points(gap));
        }
        text
    }

    /// `Σ w·S / Σ w` of the children, with the weights as they worked.
    fn sum(&mut self, id: NodeId, depth: usize) {
        let scheme = self.scheme;
        let parts: Vec<String> = scheme
            .index
            .node(id)
            .children
            .iter()
            .filter_map(|child| {
                let score = &self.card.nodes[child.0 as usize];
                let value = score.score.as_ref()?;
                (!score.weight.effective.is_zero())
                    .then(|| format!("{} × {}", self.points(value), exact_text(&score.weight.effective)))
            })
            .collect();
        if !parts.is_empty() {
            self.line(depth, &format!("= {}", parts.join(" + ")));
        }
    }

    /// The strata of an item: counts, values, weights.
    fn cells(&mut self, form: &Form, item: &Item, score: &NodeScore, depth: usize) {
        let strata = self.scheme.strata_of(form);
        for cell in &score.cells {
            let name = strata.map_or("", |strata| strata.member(cell.stratum).name.as_str());
            let text = if cell.hidden {
                format!("{name} {}", self.language.pick("人数过少，不公布", "hidden: too few respondents"))
            } else {
                self.cell(item, cell, name)
            };
            self.line(depth, &text);
        }
    }

    fn cell(&self, item: &Item, cell: &Cell, name: &str) -> String {
        let counts: Vec<String> = cell.counts.iter().map(|(answer, count)| self.count(item, *answer, *count)).collect();
        let score = cell.score.as_ref().map_or_else(|| "—".to_owned(), |value| self.points(value));
        let weight = format!("{} → {}", exact_text(&cell.weight.nominal), exact_text(&cell.weight.effective));
        let given: u64 = cell.counts.iter().map(|(_, count)| count).sum();
        let trimmed = match (given - given.min(cell.n + cell.abstained), self.language) {
            (0, _) => String::new(),
            (cut, Language::Zh) => format!("（另有 {cut} 个最高、最低分已去掉）"),
            (cut, Language::En) => format!(" ({cut} highest and lowest dropped)"),
        };
        match self.language {
            Language::Zh => format!("{name} 权重 {weight}  n={}{trimmed}  {}  ＝ {score}", cell.n, counts.join("，")),
            Language::En => format!("{name} weight {weight}  n={}{trimmed}  {}  = {score}", cell.n, counts.join(", ")),
        }
    }

    fn count(&self, item: &Item, answer: i64, count: u64) -> String {
        match item.answer {
            AnswerKind::Score => format!("{}×{count}", exact_text(&from_hundredths(answer))),
            AnswerKind::Choice { scale } => {
                let choice = usize::try_from(answer).ok().and_then(|choice| self.scheme.scales[scale].choices.get(choice));
                choice.map_or_else(String::new, |choice| {
                    let value = choice.value.as_ref().map_or_else(|| "—".to_owned(), exact_text);
                    format!("{}({value})×{count}", choice.label)
                })
            }
        }
    }

    /// The sheets whose answers are in it: those on the subject, or on its members where the score was rolled up.
    fn sources(&mut self, tally: &Tally, results: &Results, node: NodeId) {
        let index = &self.scheme.index;
        let procedures = match index.procedure_of(node) {
            Some(procedure) => BTreeSet::from([procedure]),
            None => index.procedures().collect(),
        };
        let mut found = tally.holding(&BTreeSet::from([self.card.subject]), &procedures);
        if found.is_empty() {
            let frame = &self.scheme.frame;
            let members = frame.ids().filter(|id| frame.lineage(*id).any(|above| above == self.card.subject)).collect();
            found = tally.holding(&members, &procedures);
        }
        let counted: BTreeSet<(&str, &str)> = results
            .sources
            .iter()
            .filter(|source| source.ledger.status == "read")
            .map(|source| (source.file.as_str(), source.sheet.as_str()))
            .collect();
        self.out.push('\n');
        self.line(0, self.language.pick("来源", "sources"));
        for (file, sheet, form) in &found {
            if counted.contains(&(file.as_str(), sheet.as_str())) {
                let form = &self.scheme.form(*form).name;
                let sheet = if sheet.is_empty() { String::new() } else { format!(" [{sheet}]") };
                self.line(1, &format!("{form}  {file}{sheet}"));
            }
        }
    }
}
