//! The sheet written out, line by line, as somebody with a pocket calculator would.

use super::sheet::{CellPart, Change, Error, Part, Sheet, Source, Term, Turn, TurningPart};
use crate::diagnostic::Language;
use std::fmt::Write as _;

/// Sums of more terms than this are left to the data.
const MOST_TERMS: usize = 40;

/// The whole page.
pub fn text(sheet: &Sheet, language: Language) -> String {
    let mut page = Page { language, places: sheet.places, out: String::new() };
    page.head(sheet);
    page.out.push('\n');
    page.part(&sheet.node, 0, None);
    if let Some(person) = &sheet.person {
        page.person(person);
    }
    if sheet.rounded {
        page.out.push('\n');
        page.rounded();
    }
    if let Some(turning) = &sheet.turning {
        page.out.push('\n');
        page.turning(turning, sheet);
    }
    page.out.push('\n');
    page.sources(&sheet.sources);
    page.out
}

struct Page {
    language: Language,
    places: u32,
    out: String,
}

impl Page {
    /// Why sums may be off by a last place.
    fn rounded(&mut self) {
        let zh = "有格人数过少不公布：含有它的得分只列公布的位数，按它相加，末位可能差 1；计算用的是精确值";
        let en = "some cells are hidden: scores that hold them are told to their published places, so sums may be off by one in the last; the calculation is exact";
        let text = self.pick(zh, en).to_owned();
        self.line(0, &text);
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{}", "  ".repeat(depth), text.trim_end());
    }

    fn pick<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.language.pick(zh, en)
    }

    /// Who, total, place, grade, and how the total came from the composite.
    fn head(&mut self, sheet: &Sheet) {
        self.line(0, &format!("{} [{}] {} {}", sheet.path, sheet.subject.code, sheet.level, sheet.domain));
        let score = sheet.total.as_ref().map_or("—", |total| total.published.as_str());
        let rank = sheet.rank.map_or_else(|| "—".to_owned(), |rank| format!("{rank}/{}", sheet.of));
        let line = match self.language {
            Language::Zh => format!("得分 {score}  名次 {rank}  建议等次 {}", sheet.grade),
            Language::En => format!("score {score}  rank {rank}  suggested grade {}", sheet.grade),
        };
        self.line(0, &line);
        if let Some(adjustments) = &sheet.adjustments {
            let (composite, total) = (&adjustments.composite.published, score);
            let (bonus, claimed, deduction) = (&adjustments.bonus, &adjustments.bonus_claimed, &adjustments.deduction);
            self.line(
                0,
                &match self.language {
                    Language::Zh => format!("{composite} ＋加分 {bonus}（申报 {claimed}） －扣分 {deduction} ＝ {total}"),
                    Language::En => format!("{composite} + bonus {bonus} (claimed {claimed}) - deductions {deduction} = {total}"),
                },
            );
        }
        if let Some((low, high)) = &sheet.bounds {
            let text = format!("{} [{}, {}]", self.pick("缺项界限", "bounds"), low.published, high.published);
            self.line(0, &text);
        }
        if sheet.vetoed {
            self.line(0, self.language.pick("一票否决（得分照列）", "vetoed (the score stands)"));
        }
        for interval in &sheet.stability {
            let (cause, low, high, kept) = (&interval.cause, interval.low, interval.high, &interval.grade_kept);
            let mut text = match self.language {
                Language::Zh => format!("名次区间（{cause}） {low}–{high}，等次保持 {kept}"),
                Language::En => format!("rank interval ({cause}) {low}–{high}, grade kept in {kept}"),
            };
            if interval.widened {
                text.push_str(self.pick("（已扩到含公布名次）", " (widened to hold the published rank)"));
            }
            let mut likely: Vec<&(u32, String)> = interval.probabilities.iter().collect();
            if likely.len() > 1 {
                likely.truncate(12);
                let ranks: Vec<String> = likely
                    .iter()
                    .map(|(rank, share)| match self.language {
                        Language::Zh => format!("第{rank}名 {share}"),
                        Language::En => format!("rank {rank} {share}"),
                    })
                    .collect();
                let more = if interval.probabilities.len() > likely.len() { " …" } else { "" };
                let _ = write!(text, "：{}{more}", ranks.join("，"));
            }
            self.line(0, &text);
        }
    }

    /// A node, the sum that makes it, and everything below.
    fn part(&mut self, part: &Part, depth: usize, above: Option<&Part>) {
        let mut title = format!("{} [{}] {}", part.name, part.code, self.value(part));
        if above.is_some() {
            let _ = write!(title, "  {} {} → {}", self.pick("权重", "weight"), part.weight.nominal, part.weight.effective);
        }
        self.line(depth, &title);
        let inside = depth + 1;
        if let Some(measure) = &part.measure {
            self.line(inside, measure);
        }
        for cell in &part.cells {
            self.cell(cell, part, inside);
        }
        self.sum(&part.terms, part, inside);
        self.sure(part, above, inside);
        for child in &part.children {
            self.part(child, inside, Some(part));
        }
    }

    fn value(&self, part: &Part) -> String {
        let mut text = match (&part.score, part.hidden) {
            (_, true) => self.pick("（人数过少，不公布）", "(hidden: too few respondents)").to_owned(),
            (Some(value), false) => format!("= {}", value.published),
            (None, false) => match &part.missing {
                Some(why) => format!("{}（{why}）", self.pick("缺", "missing")),
                None => self.pick("缺", "missing").to_owned(),
            },
        };
        if part.incomplete {
            let _ = write!(text, "  {}（{}%）", self.pick("结果不完整", "incomplete"), part.coverage);
        }
        if let Some(rollup) = &part.rollup {
            let (method, with, of) = (&rollup.method, rollup.with_score, rollup.members);
            let _ = write!(text, "  {} {method}（{with}/{of}）", self.pick("由下级汇总", "rolled up"));
        }
        if part.imported {
            text.push_str(self.pick("  引用上级结果", "  imported"));
        }
        if let (Some(own), Some(gap)) = (&part.self_rated, &part.self_gap) {
            let _ = match self.language {
                Language::Zh => write!(text, "  自评 {}，自评－考核 {}", own.published, gap.published),
                Language::En => write!(text, "  self-rated {}, self - assessed {}", own.published, gap.published),
            };
        }
        text
    }

    /// `= a × w + b × w = … + … = exact → published`.
    fn sum(&mut self, terms: &[Term], part: &Part, depth: usize) {
        let (Some(score), false) = (&part.score, terms.is_empty()) else { return };
        if terms.len() > MOST_TERMS {
            let text = match self.language {
                Language::Zh => format!("= {} 个下级得分按份额相加（逐个列出见 --format json）", terms.len()),
                Language::En => {
                    format!("= the scores of {} members by their shares (each is listed with --format json)", terms.len())
                }
            };
            self.line(depth, &text);
        } else {
            self.products(terms, depth);
        }
        let rounded = match self.language {
            Language::Zh => format!("= {} → 四舍五入到 {} 位 {}", score.exact, self.places, score.published),
            Language::En => format!("= {} → rounded half up to {} places {}", score.exact, self.places, score.published),
        };
        self.line(depth, &rounded);
    }

    fn products(&mut self, terms: &[Term], depth: usize) {
        let products: Vec<String> = terms.iter().map(|term| format!("{} × {}", term.value, term.weight)).collect();
        self.line(depth, &format!("= {}", products.join(" + ")));
        if terms.len() > 1 {
            let values: Vec<&str> = terms.iter().map(|term| term.product.as_str()).collect();
            self.line(depth, &format!("= {}", values.join(" + ")));
        }
    }

    /// The error of a node, or why it has none, unless the node above has just said so.
    fn sure(&mut self, part: &Part, above: Option<&Part>, depth: usize) {
        if part.hidden {
            return;
        }
        if let Some(error) = &part.error {
            let text = self.error(error);
            self.line(depth, &text);
        } else if let Some(why) = part.no_error.as_ref().filter(|_| above.is_none_or(|above| above.no_error != part.no_error)) {
            self.line(depth, why);
        }
    }

    fn error(&self, error: &Error) -> String {
        let Error { se, df, moderated, t, low, high, basis } = error;
        let mut text = match self.language {
            Language::Zh => format!("标准误 {se}（{basis}，自由度 {df}）"),
            Language::En => format!("standard error {se} ({basis}, {df} df)"),
        };
        if let Some((se, df)) = moderated {
            let _ = match self.language {
                Language::Zh => write!(text, "；方差向同类靠拢后 {se}（自由度 {df}）"),
                Language::En => write!(text, "; with variances drawn towards the peers' {se} ({df} df)"),
            };
        }
        let arrow =
            t.as_ref().map_or_else(String::new, |t| format!(" ± {t} × {} →", moderated.as_ref().map_or(se, |(se, _)| se)));
        let interval = self.pick("95% 区间", "95 % interval");
        format!("{text}{arrow} {interval} [{low}, {high}]")
    }

    /// One stratum: counts, values, sum, mean.
    fn cell(&mut self, cell: &CellPart, part: &Part, depth: usize) {
        let name = &cell.stratum;
        if cell.hidden {
            let text = format!("{name} {}", self.pick("人数过少，不公布", "hidden: too few respondents"));
            self.line(depth, text.trim_start());
            return;
        }
        let weight = format!("{} → {}", cell.weight.nominal, cell.weight.effective);
        let mut text = match self.language {
            Language::Zh => format!("{name} 权重 {weight}  n={}", cell.n),
            Language::En => format!("{name} weight {weight}  n={}", cell.n),
        };
        if cell.abstained > 0 {
            let _ = write!(text, "{} {}", self.pick("，弃权", ", abstained"), cell.abstained);
        }
        if cell.trimmed > 0 {
            let _ = match self.language {
                Language::Zh => write!(text, "，另有 {} 个最高、最低分已去掉", cell.trimmed),
                Language::En => write!(text, ", {} highest and lowest dropped", cell.trimmed),
            };
        }
        self.line(depth, text.trim_start());
        let answers: Vec<String> = cell
            .answers
            .iter()
            .map(|answer| match &answer.value {
                Some(value) if *value == answer.answer => format!("{}×{}", answer.answer, answer.count),
                Some(value) => format!("{}({value})×{}", answer.answer, answer.count),
                None => format!("{}(—)×{}", answer.answer, answer.count),
            })
            .collect();
        let Some((sum, score)) = cell.sum.as_ref().zip(cell.score.as_ref()) else {
            if !answers.is_empty() {
                self.line(depth + 1, &answers.join("，"));
            }
            return;
        };
        let plain = part.measure.is_none() && cell.trimmed == 0;
        let made = match (plain, part.measure.is_none(), self.language) {
            (true, ..) => format!(" = {sum} ÷ {} = {score}", cell.n),
            (_, true, Language::Zh) => format!(" → 去掉后合计 {sum} ÷ {} = {score}", cell.n),
            (_, true, Language::En) => format!(" → {sum} left ÷ {} = {score}", cell.n),
            _ => format!(" → {score}"),
        };
        self.line(depth + 1, &format!("{}{made}", answers.join(if plain { " + " } else { "，" })));
        // of a single stratum the item says it
        if let Some(error) = cell.error.as_ref().filter(|_| part.cells.len() > 1) {
            let text = self.error(error);
            self.line(depth + 1, &text);
        }
    }

    /// The unit's calculation, then limits, quota and the way to other grades.
    fn person(&mut self, person: &super::person::PersonSheet) {
        if let Some(unit) = &person.unit_part {
            self.out.push('\n');
            let who = &person.unit;
            let text = format!("{}{} [{}]", self.pick("单位部分怎样算出：", "how the unit's part is made: "), who.name, who.code);
            self.line(0, &text);
            self.part(unit, 1, None);
        }
        self.out.push('\n');
        for (depth, text) in super::person::lines(person, self.language) {
            self.line(depth, &text);
        }
    }

    /// The smallest change of one answer that would change the grade by score.
    fn turning(&mut self, turning: &TurningPart, sheet: &Sheet) {
        self.line(
            0,
            self.language.pick(
                "改变等次的最小改动（只看得分，不计名额和否决）",
                "smallest change that would change the grade (by score; quotas and vetoes aside)",
            ),
        );
        if sheet.grade != sheet.grade_by_score {
            let text = match self.language {
                Language::Zh => format!("按得分为「{}」，建议等次「{}」由名额或否决而来", sheet.grade_by_score, sheet.grade),
                Language::En => {
                    format!("by score {}; the suggested {} comes from a quota or a veto", sheet.grade_by_score, sheet.grade)
                }
            };
            self.line(1, &text);
        }
        for (up, turn) in [(true, &turning.up), (false, &turning.down)] {
            if let Some(turn) = turn {
                self.turn(turn, up);
            }
        }
        if turning.up.is_none() && turning.down.is_none() {
            self.line(1, self.language.pick("没有可升可降的等次", "there is no better and no worse grade"));
        }
        if turning.hidden_cells > 0 {
            let text = match self.language {
                Language::Zh => format!("另有 {} 处人数过少、不公布，没有在其中寻找", turning.hidden_cells),
                Language::En => format!("{} hidden cells (too few respondents) were not looked at", turning.hidden_cells),
            };
            self.line(1, &text);
        }
        if turning.items_set_aside > 0 {
            let text = match self.language {
                Language::Zh => format!(
                    "另有 {} 处由合并计票、相对赋分或虚高扣分而来，一个答案的作用不能单独计算，没有在其中寻找",
                    turning.items_set_aside
                ),
                Language::En => format!(
                    "{} parts that are pooled, relative to peers or punished for self-rating were not looked at",
                    turning.items_set_aside
                ),
            };
            self.line(1, &text);
        }
    }

    fn turn(&mut self, turn: &Turn, up: bool) {
        let (grade, distance) = (&turn.grade, &turn.distance);
        let title = match (self.language, up) {
            (Language::Zh, true) => format!("升为「{grade}」：距等次线 {distance} 分"),
            (Language::Zh, false) => format!("降为「{grade}」：距等次线 {distance} 分"),
            (Language::En, true) => format!("up to {grade}: {distance} points from the line"),
            (Language::En, false) => format!("down to {grade}: {distance} points from the line"),
        };
        self.line(1, &title);
        let kinds = [(&turn.option, turn.has_options, false), (&turn.points, turn.has_points, true)];
        for (change, there, points) in kinds.into_iter().filter(|(_, there, _)| *there) {
            debug_assert!(there);
            let text = match (change, points, self.language) {
                (Some(change), _, _) => self.change(change),
                (None, false, Language::Zh) => "选项：没有哪一张票的一个答案能做到".to_owned(),
                (None, true, Language::Zh) => "打分：没有哪一个打分能做到".to_owned(),
                (None, false, Language::En) => "options: no single answer can".to_owned(),
                (None, true, Language::En) => "points: no single entry can".to_owned(),
            };
            self.line(2, &text);
        }
    }

    fn change(&self, change: &Change) -> String {
        let Change { subject, node, name, stratum, from, to, by, cell_before, cell_after, total, grade } = change;
        let place = format!("{} {name} [{node}] {stratum}", subject.name);
        let place = place.trim_end();
        match (self.language, by) {
            (Language::Zh, None) => format!(
                "选项：{place} 一张票由「{from}」改为「{to}」：{cell_before} → {cell_after}，总分 {}，「{grade}」",
                total.published
            ),
            (Language::Zh, Some(by)) => format!(
                "打分：{place} 一个打分由 {from} 改为 {to}（{by} 分）：{cell_before} → {cell_after}，总分 {}，「{grade}」",
                total.published
            ),
            (Language::En, None) => {
                format!(
                    "options: {place}: one ballot from {from} to {to}: {cell_before} → {cell_after}, total {}, {grade}",
                    total.published
                )
            }
            (Language::En, Some(by)) => {
                format!(
                    "points: {place}: one entry from {from} to {to} ({by}): {cell_before} → {cell_after}, total {}, {grade}",
                    total.published
                )
            }
        }
    }

    fn sources(&mut self, sources: &[Source]) {
        self.line(0, self.language.pick("来源", "sources"));
        for source in sources {
            let sheet = if source.sheet.is_empty() { String::new() } else { format!(" [{}]", source.sheet) };
            let mut text = format!("{}  {}{sheet}", source.form, source.file);
            if let Some(row) = source.first_row.filter(|_| !source.columns.is_empty()) {
                let columns = source.columns.join(self.pick("、", ", "));
                let _ = match self.language {
                    Language::Zh => write!(text, "  {columns} 列，第 {row} 行起"),
                    Language::En => write!(text, "  columns {columns}, from row {row}"),
                };
            }
            self.line(1, &text);
        }
    }
}
