//! A made corps whose true scores are known: populations, samples from them, and both counted by the program itself.

use super::shares::{MEASURES, Shares, Taken, looked_at};
use kaoping::config;
use kaoping::measure::{Assessment, Counter, Tally, Worths, assess};
use kaoping::survey::{
    Answer, Block, Column, Disposition, FormId, Interval, ItemId, NodeId, RowFate, Scheme, Sink, SourceSheet, StratumId,
    SubjectId, Table, TableRow,
};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};
use std::fmt::Write as _;
use std::sync::Arc;

/// Regiments of each division.
const REGIMENTS: usize = 13;
/// Weights and sizes of the strata A, B, C of 民主测评, and how far above the unit's score each stratum rates.
const STRATA: [(&str, f64, f64, f64); 3] = [("A", 0.4, 0.2, 3.0), ("B", 0.3, 0.3, 0.0), ("C", 0.3, 0.5, -4.0)];
/// Typical scores of the eight items of 民主测评 and the five of 民意调查.
pub const BASE: [f64; 13] = [88.0, 86.0, 90.0, 84.0, 87.0, 91.0, 85.0, 89.0, 86.0, 83.0, 88.0, 85.0, 90.0];
/// Items of 民主测评.
pub const CEPING: usize = 8;
/// People per ballot: from nearly a census to a small sample.
const PEOPLE: [f64; 5] = [1.15, 1.5, 2.5, 5.0, 10.0];
/// Scatter of the units, of a unit's items around it, and of its strata around theirs, in points.
const UNIT: f64 = 1.8;
const ITEM: f64 = 1.5;
const STRATUM: f64 = 3.0;
/// Share of variance that the answers of one person have in common.
const COMMON: f64 = 0.45;
/// Questions that a person leaves open, in the sample as in the population: the true score is that of those who would answer.
const OPEN: f64 = 0.03;
/// The planted true gap, in points.
pub const PLANTED: f64 = 8.0;

/// How much units differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only by who happens to live there.
    Alike,
    /// As [`UNIT`], [`ITEM`] and [`STRATUM`] say; gaps are planted.
    Ordinary,
    /// Two and a half times as much, and also in how far their people disagree; gaps are planted.
    Widely,
}

impl Kind {
    /// Factor of the scatter of scores, and standard deviation of the logarithm of the spread of answers.
    fn scatter(self) -> (f64, f64) {
        match self {
            Self::Alike => (0.0, 0.0),
            Self::Ordinary => (1.0, 0.0),
            Self::Widely => (2.5, 0.3),
        }
    }
}

/// What is the same in all repetitions.
pub struct World {
    pub scheme: Scheme,
    /// The scheme for counting whole populations: no draws, no small cells.
    truth: Scheme,
    /// The same with intervals of the design, and no draws.
    design: Scheme,
    worths: Arc<Worths>,
    shares: Shares,
    pub regiments: Vec<Regiment>,
    forms: [FormId; 2],
    procedures: [NodeId; 2],
    scales: [Scale; 2],
    kind: Kind,
    seed: u64,
}

pub struct Regiment {
    pub subject: SubjectId,
    /// Ballots and people by stratum of 民主测评; their sums hold for 民意调查.
    pub ballots: [usize; 3],
    people: [usize; 3],
}

impl Regiment {
    pub fn n(&self) -> usize {
        self.ballots.iter().sum()
    }
}

/// One repetition: what the sample says, what is true, and where a gap was planted.
pub struct Repetition {
    pub number: u64,
    pub sample: Assessment,
    /// The same ballots under `interval = "design"`.
    pub design: Assessment,
    pub truth: Assessment,
    /// The same answers as shares, from counts of votes; every fifth time.
    pub shares: Option<Taken>,
    /// (regiment, item node) with a true gap of [`PLANTED`] points.
    pub planted: Vec<(usize, NodeId)>,
}

impl World {
    pub fn new(divisions: usize, seed: u64, kind: Kind) -> Self {
        let mut dice = Dice::new(seed, u64::MAX);
        let sizes: Vec<([usize; 3], [usize; 3])> = (0..divisions * REGIMENTS).map(|number| size(number, &mut dice)).collect();
        let tables = config::Tables { units: units(&sizes), ..config::Tables::default() };
        let read = |measures: [&str; 2]| {
            let parsed = config::parse(&scheme_text(measures), "scheme.toml").expect("the scheme of the study reads");
            let outcome = config::resolve(&parsed, &tables, "study");
            outcome.scheme.unwrap_or_else(|| panic!("{:#?}", outcome.diagnostics))
        };
        let scheme = read(["mean"; 2]);
        let subject = |number: usize| scheme.frame.by_code(&code(number)).expect("in the frame");
        let regiments = sizes.iter().enumerate();
        let regiments = regiments.map(|(number, (ballots, people))| Regiment {
            subject: subject(number),
            ballots: *ballots,
            people: *people,
        });
        let mut truth = scheme.clone();
        truth.rules.min_cell = 0;
        truth.rules.analysis.draws = 0;
        let mut design = scheme.clone();
        design.rules.analysis.interval = Interval::Design;
        design.rules.analysis.draws = 0;
        Self {
            regiments: regiments.collect(),
            worths: Arc::new(Worths::new(&scheme)),
            forms: ["ceping", "mindiao"].map(|code| scheme.form_by_code(code).expect("a form")),
            procedures: ["ceping", "mindiao"].map(|code| scheme.index.by_code(code).expect("a node")),
            scales: [Scale::new(&[100.0, 80.0, 60.0, 40.0], &[0.0, 1.2, 2.2]), Scale::new(&[100.0, 80.0, 0.0], &[0.0, 1.5])],
            truth,
            design,
            shares: Shares::new(read(MEASURES)),
            scheme,
            kind,
            seed,
        }
    }

    /// The item nodes in the order of [`BASE`].
    pub fn item(&self, number: usize) -> NodeId {
        let (form, item) = if number < CEPING { ("ceping", number + 1) } else { ("mindiao", number - CEPING + 1) };
        self.scheme.index.by_code(&format!("{form}.{item}")).expect("an item")
    }

    /// Draws the truth anew, then populations that have it, then samples from them; counts and assesses both.
    pub fn repetition(&self, number: u64) -> Repetition {
        let mut dice = Dice::new(self.seed, number);
        let (mut sample, mut census) = (Tally::new(&self.scheme), Tally::new(&self.scheme));
        let mut votes = looked_at(number).then(|| self.shares.votes());
        let mut planted = Vec::new();
        for (at, regiment) in self.regiments.iter().enumerate() {
            let targets = self.targets(regiment, &mut dice);
            if let Some(item) = targets.planted {
                planted.push((at, self.item(item)));
            }
            for form in 0..2 {
                let (some, all) = self.blocks(regiment, form, &targets, &mut dice);
                self.add(&mut sample, &format!("{at}-{form}"), &some);
                self.add(&mut census, &format!("{at}-{form}"), &all);
                if let Some(votes) = &mut votes {
                    votes.add((self.forms[form], self.procedures[form]), &format!("{at}-{form}"), &some, &all);
                }
            }
        }
        let totals = |tally: &Tally| tally.totals(&self.scheme).expect("a tally adds up");
        let sample = totals(&sample);
        Repetition {
            number,
            sample: assess(&self.scheme, &sample),
            design: assess(&self.design, &sample),
            truth: assess(&self.truth, &totals(&census)),
            shares: votes.map(|votes| self.shares.take(&votes)),
            planted,
        }
    }

    fn add(&self, tally: &mut Tally, name: &str, block: &Block) {
        let mut counter = Counter::weighing(&self.worths);
        counter.block(block);
        let mut sheet = SourceSheet { file: name.into(), fingerprint: name.into(), ..SourceSheet::default() };
        sheet.ledger.add(RowFate::BallotValid, block.len() as u64);
        sheet.ledger.status = "read".into();
        tally.add(sheet, counter);
    }

    /// Expected scores of one regiment. A gap is planted in one item of each regiment of 30 and of 100 ballots.
    fn targets(&self, regiment: &Regiment, dice: &mut Dice) -> Targets {
        let (scatter, _) = self.kind.scatter();
        let unit = UNIT * scatter * dice.normal();
        let planted = (self.kind != Kind::Alike && [30, 100].contains(&regiment.n())).then(|| dice.below(BASE.len()));
        let mut targets = Targets { scores: [[0.0; 3]; 13], planted };
        let strata = STRATA.map(|_| STRATUM * scatter * dice.normal());
        let level: f64 = STRATA.iter().zip(strata).map(|((_, weight, _, above), own)| weight * (above + own)).sum();
        for (number, base) in BASE.iter().enumerate() {
            let own = unit + ITEM * scatter * dice.normal();
            let score = base + if planted == Some(number) { -PLANTED } else { own };
            for (stratum, (_, _, _, above)) in STRATA.iter().enumerate() {
                let apart = if number < CEPING { above + strata[stratum] - level } else { 0.0 };
                targets.scores[number][stratum] = (score + apart).clamp(42.0, 99.0);
            }
        }
        targets
    }

    /// Ballots of the sample, and those of everybody.
    fn blocks(&self, regiment: &Regiment, form: usize, targets: &Targets, dice: &mut Dice) -> (Block, Block) {
        let (first, last) = if form == 0 { (0, CEPING) } else { (CEPING, BASE.len()) };
        let columns: Vec<Column> =
            (0..last - first).map(|item| Column { item: ItemId(u16::try_from(item).expect("few")), subject: None }).collect();
        let mut some = Block::new(self.forms[form], self.procedures[form], columns);
        let mut all = some.clone();
        let spread = libm::exp(self.kind.scatter().1 * dice.normal());
        for stratum in 0..3 {
            let moves: Vec<f64> = (first..last).map(|item| self.scales[form].moved(targets.scores[item][stratum])).collect();
            for person in 0..regiment.people[stratum] {
                let common = COMMON.sqrt() * dice.normal();
                let own = (1.0 - COMMON).sqrt();
                let mut answer = |shift: &f64| {
                    let value = shift + spread * (common + own * dice.normal());
                    if dice.even() < OPEN { Answer::Missing } else { self.scales[form].answer(value) }
                };
                let answers: Vec<Answer> = moves.iter().map(&mut answer).collect();
                let id = StratumId(if form == 0 { u16::try_from(stratum).expect("few") } else { 0 });
                push(&mut all, regiment.subject, id, &answers);
                if person < regiment.ballots[stratum] {
                    push(&mut some, regiment.subject, id, &answers);
                }
            }
        }
        (some, all)
    }
}

fn push(block: &mut Block, subject: SubjectId, stratum: StratumId, answers: &[Answer]) {
    block.units.push(subject);
    block.subjects.push(subject);
    block.strata.push(stratum);
    block.flags.push(0);
    block.answers.extend(answers);
    let partial = answers.contains(&Answer::Missing);
    block.dispositions.push(if partial { Disposition::Partial } else { Disposition::Valid });
}

struct Targets {
    scores: [[f64; 3]; 13],
    planted: Option<usize>,
}

/// Ballots and people by stratum: every seventh regiment has 30 ballots, every seventh 100, the others 8 to 200, small ones oftener.
fn size(number: usize, dice: &mut Dice) -> ([usize; 3], [usize; 3]) {
    let even = dice.even();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "8 to 200")]
    let n = match number % 7 {
        0 => 30,
        1 => 100,
        _ => libm::round(8.0 * libm::pow(25.0, even)) as usize,
    };
    let a = (n / 5).max(2);
    let b = (3 * n / 10).max(2);
    let ballots = [a, b, n - a - b];
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    let people = ballots.map(|n| libm::ceil(n as f64 * PEOPLE[number % PEOPLE.len()]) as usize);
    (ballots, people)
}

fn code(regiment: usize) -> String {
    format!("d{}-r{}", regiment / REGIMENTS, regiment % REGIMENTS)
}

fn units(sizes: &[([usize; 3], [usize; 3])]) -> Table {
    let headers = ["unit", "parent", "level", "name", "headcount", "headcount.A", "headcount.B", "headcount.C"];
    let row = |cells: Vec<String>| TableRow { row: 1, cells };
    let blank = || vec![String::new(); 4];
    let named = |code: &str, parent: &str, level: &str| [code, parent, level, code].map(str::to_owned).to_vec();
    let mut rows = vec![row([named("corps", "", "corps"), blank()].concat())];
    for (number, (_, people)) in sizes.iter().enumerate() {
        let division = format!("d{}", number / REGIMENTS);
        if number % REGIMENTS == 0 {
            rows.push(row([named(&division, "corps", "division"), blank()].concat()));
        }
        let all: usize = people.iter().sum();
        let heads = [all, people[0], people[1], people[2]].map(|people| people.to_string()).to_vec();
        rows.push(row([named(&code(number), &division, "regiment"), heads].concat()));
    }
    Table { file: "units.csv".into(), sheet: None, headers: headers.map(str::to_owned).to_vec(), rows }
}

fn scheme_text(measures: [&str; 2]) -> String {
    let mut text = String::from(
        "title = \"study\"\nlanguage = \"en\"\nlevel = [{ code = \"corps\", name = \"corps\" }, { code = \"division\", name = \"division\" }, \
         { code = \"regiment\", name = \"regiment\" }]\n[[scale]]\ncode = \"grade\"\noptions = [\n",
    );
    let options = |text: &mut String, values: &[u32]| {
        for value in values {
            let _ = writeln!(text, "  {{ code = \"o{value}\", label = \"o{value}\", value = \"{value}\" }},");
        }
    };
    options(&mut text, &[100, 80, 60, 40]);
    text += "]\n[[scale]]\ncode = \"satisfaction\"\noptions = [\n";
    options(&mut text, &[100, 80, 0]);
    text += "]\n[[strata]]\ncode = \"abc\"\nmembers = [\n";
    for (code, weight, ..) in STRATA {
        let _ = writeln!(text, "  {{ code = \"{code}\", name = \"{code}\", weight = \"{weight}\" }},");
    }
    text +=
        "]\n[[form]]\ncode = \"ceping\"\nname = \"ceping\"\nkind = \"ballot\"\nscale = \"grade\"\nstrata = \"abc\"\nitems = [\n";
    for item in 0..CEPING {
        let _ = writeln!(text, "  {{ code = \"{}\", name = \"c{item}\", indicator = \"i{}\" }},", item + 1, item / 3);
    }
    text += "]\n[[form]]\ncode = \"mindiao\"\nname = \"mindiao\"\nkind = \"ballot\"\nscale = \"satisfaction\"\nitems = [\n";
    for item in 0..BASE.len() - CEPING {
        let _ = writeln!(text, "  {{ code = \"{}\", name = \"m{item}\" }},", item + 1);
    }
    text += "]\n[[node]]\ncode = \"total\"\nname = \"total\"\n";
    for ((form, weight), measure) in [("ceping", 60), ("mindiao", 40)].iter().zip(measures) {
        let _ = writeln!(
            text,
            "[[node]]\ncode = \"{form}\"\nname = \"{form}\"\nparent = \"total\"\nweight = \"{weight}\"\nforms = [\"{form}\"]\nmeasure = \"{measure}\""
        );
    }
    for indicator in 0..3 {
        let _ = writeln!(text, "[[node]]\ncode = \"i{indicator}\"\nname = \"i{indicator}\"\nparent = \"ceping\"");
    }
    text + "[analysis]\nline = \"80\"\n"
}

/// A scale of options as cuts of a normal variable: option k is chosen above `-cuts[k]`.
struct Scale {
    cuts: Vec<f64>,
    /// (shift, expected score), ascending.
    table: Vec<(f64, f64)>,
}

impl Scale {
    fn new(values: &[f64], cuts: &[f64]) -> Self {
        let expected = |shift: f64| {
            let steps = cuts.iter().zip(values.windows(2));
            let last = values.last().copied().unwrap_or(0.0);
            last + steps.map(|(cut, pair)| (pair[0] - pair[1]) * normal(shift + cut)).sum::<f64>()
        };
        let table = (-800..=800).map(|step| f64::from(step) / 200.0).map(|shift| (shift, expected(shift))).collect();
        Self { cuts: cuts.to_vec(), table }
    }

    /// The shift that gives this expected score.
    fn moved(&self, score: f64) -> f64 {
        let above = self.table.partition_point(|(_, known)| *known < score).clamp(1, self.table.len() - 1);
        let ((x0, y0), (x1, y1)) = (self.table[above - 1], self.table[above]);
        x0 + (x1 - x0) * (score - y0) / (y1 - y0)
    }

    fn answer(&self, value: f64) -> Answer {
        let option = self.cuts.iter().position(|cut| value > -cut).unwrap_or(self.cuts.len());
        Answer::Choice(u8::try_from(option).expect("few"))
    }
}

fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Seeded chance.
pub struct Dice(Pcg64);

impl Dice {
    pub fn new(seed: u64, repetition: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed.rotate_left(32) ^ repetition))
    }

    /// Even in (0, 1).
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
    fn even(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    fn below(&mut self, n: usize) -> usize {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "small")]
        let drawn = (self.even() * n as f64) as usize;
        drawn.min(n - 1)
    }

    /// Student's t (R. W. Bailey 1994, Mathematics of Computation 62).
    pub fn t(&mut self, df: f64) -> f64 {
        loop {
            let (u, v) = (2.0 * self.even() - 1.0, 2.0 * self.even() - 1.0);
            let w = u * u + v * v;
            if w < 1.0 {
                return u * (df * (libm::pow(w, -2.0 / df) - 1.0) / w).sqrt();
            }
        }
    }

    /// Standard normal (Box & Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.even())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.even())
    }
}
