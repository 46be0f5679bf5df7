//! The same ballots as counts of votes, taken as shares: 优秀率 of 民主测评, 满意率 of 民意调查; intervals are Wilson's.

use super::world::{BASE, CEPING, World};
use kaoping::measure::{Assessment, Counter, Tally, assess};
use kaoping::survey::{Answer, Block, FormId, Interval, ItemId, NodeId, RowFate, Scheme, Sink, SourceSheet, VoteCount};
use std::collections::BTreeMap;

/// Measures of the two forms.
pub const MEASURES: [&str; 2] = ["excellent-rate", "satisfied-broad"];

/// The scheme with shares, in its three variants.
pub struct Shares {
    scheme: Scheme,
    design: Scheme,
    truth: Scheme,
}

/// What is made of one year's votes.
pub struct Taken {
    pub sample: Assessment,
    /// The same votes under `interval = "design"`.
    pub design: Assessment,
    pub truth: Assessment,
}

/// Votes of the sample, and those of everybody.
pub struct Votes {
    sample: Tally,
    census: Tally,
}

impl Shares {
    pub fn new(mut scheme: Scheme) -> Self {
        scheme.rules.analysis.draws = 0;
        let mut design = scheme.clone();
        design.rules.analysis.interval = Interval::Design;
        let mut truth = scheme.clone();
        truth.rules.min_cell = 0;
        Self { scheme, design, truth }
    }

    pub fn votes(&self) -> Votes {
        Votes { sample: Tally::new(&self.scheme), census: Tally::new(&self.scheme) }
    }

    pub fn take(&self, votes: &Votes) -> Taken {
        let totals = |tally: &Tally| tally.totals(&self.scheme).expect("a tally adds up");
        let sample = totals(&votes.sample);
        Taken {
            sample: assess(&self.scheme, &sample),
            design: assess(&self.design, &sample),
            truth: assess(&self.truth, &totals(&votes.census)),
        }
    }
}

impl Votes {
    /// Counts the answers of these ballots; that they were given together is lost.
    pub fn add(&mut self, from: (FormId, NodeId), name: &str, sample: &Block, census: &Block) {
        for (tally, block) in [(&mut self.sample, sample), (&mut self.census, census)] {
            let mut counter = Counter::new();
            counter.votes(&counts(from, block));
            let mut sheet = SourceSheet { file: name.into(), fingerprint: name.into(), ..SourceSheet::default() };
            sheet.ledger.add(RowFate::BallotValid, block.len() as u64);
            sheet.ledger.status = "read".into();
            tally.add(sheet, counter);
        }
    }
}

fn counts((form, procedure): (FormId, NodeId), block: &Block) -> Vec<VoteCount> {
    let width = block.answers.len() / block.len().max(1);
    let mut counts: BTreeMap<(u16, u16, u8), u64> = BTreeMap::new();
    for (answers, stratum) in block.answers.chunks(width).zip(&block.strata) {
        for (answer, item) in answers.iter().zip(0u16..) {
            if let Answer::Choice(option) = answer {
                *counts.entry((stratum.0, item, *option)).or_default() += 1;
            }
        }
    }
    let unit = block.units[0];
    let one = |((stratum, item, option), count): (&(u16, u16, u8), &u64)| VoteCount {
        form,
        procedure,
        unit,
        subject: unit,
        stratum: kaoping::survey::StratumId(*stratum),
        item: ItemId(*item),
        answer: Answer::Choice(*option),
        count: *count,
    };
    counts.iter().map(one).collect()
}

/// Whether shares are looked at in this repetition: every fifth is enough.
pub fn looked_at(number: u64) -> bool {
    number.is_multiple_of(5)
}

/// Every interval of an item: of which form, of how many ballots, whether it holds the truth.
pub fn intervals(world: &World, of: &Assessment, truth: &Assessment) -> Vec<(usize, usize, bool)> {
    let mut out = Vec::new();
    for regiment in &world.regiments {
        let at = regiment.subject.0 as usize;
        for number in 0..BASE.len() {
            let place = usize::from(world.item(number).0);
            let (node, true_node) = (&of.scorecards[at].nodes[place], &truth.scorecards[at].nodes[place]);
            let (Some(error), Some(score)) = (&node.error, &true_node.score) else { continue };
            let score = kaoping::numeric::to_f64(score);
            let holds = error.low - 1e-9 <= score && score <= error.high + 1e-9;
            out.push((usize::from(number >= CEPING), regiment.n(), holds));
        }
    }
    out
}
