//! What is counted: one key for answers, ballots and ratings alike, so that one sum serves them all.

use crate::survey::{Answer, Disposition, FormId, ItemId, NodeId, StratumId, SubjectId, VoidReason};

/// What a count is a count of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Answers, by [`Answer`]; `value` is the option, the score in hundredths or the reason.
    Missing,
    NotApplicable,
    Void,
    Choice,
    Score,
    /// Ballots by disposition (`value`), rules broken (`part`) and flagged (`flags`); subject is the unit itself.
    Ballot,
    /// Ballots that count, by subject rated.
    Rating,
    /// Ballots that count, by the bucket of their answers (`value`).
    Pattern,
    /// The same by where they lie.
    Place,
    /// The same by how fast they were filled, where that is known.
    Pace,
}

impl Kind {
    /// Every kind with its word in the table of counts, in order of its number.
    pub(super) const ALL: [(Self, &'static str); 10] = [
        (Self::Missing, "missing"),
        (Self::NotApplicable, "not-applicable"),
        (Self::Void, "void"),
        (Self::Choice, "option"),
        (Self::Score, "score"),
        (Self::Ballot, "ballot"),
        (Self::Rating, "rating"),
        (Self::Pattern, "pattern"),
        (Self::Place, "place"),
        (Self::Pace, "pace"),
    ];

    /// Ballots by a number that sorts them: what forensics look at.
    pub(super) fn sorts_ballots(self) -> bool {
        matches!(self, Self::Pattern | Self::Place | Self::Pace)
    }

    fn of_number(number: u64) -> Self {
        usize::try_from(number).ok().and_then(|number| Self::ALL.get(number)).map_or(Self::Missing, |(kind, _)| *kind)
    }
}

/// Reasons of void answers with their words, in order of their numbers.
pub(super) const REASONS: [(VoidReason, &str); 3] =
    [(VoidReason::TwoTicks, "two-ticks"), (VoidReason::OutOfRange, "out-of-range"), (VoidReason::Unknown, "unknown")];

/// Words of dispositions, in order of their numbers (`Key::value` of a ballot count).
pub(super) const DISPOSITIONS: [&str; 5] = ["valid", "partial", "blank", "void", "duplicate"];
pub(super) const DUPLICATE: i32 = 4;

/// Rule bit of a void ballot that names no rule, so that its answers never pass as counted.
pub(super) const RULE_UNNAMED: u8 = 128;

/// The most that one count may say: far above any electorate, and sums of thousands of sources stay exact in 64 bits.
pub(super) const MOST: u64 = 1 << 48;

/// What is counted, by number; the words are the scheme's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) subject: SubjectId,
    pub(super) unit: SubjectId,
    pub(super) procedure: NodeId,
    pub(super) form: FormId,
    pub(super) item: ItemId,
    pub(super) stratum: StratumId,
    /// 0: counted; else the rule bits that voided the ballot.
    pub(super) part: u8,
    /// Rule bits flagged (ballots only).
    pub(super) flags: u8,
    pub(super) kind: Kind,
    pub(super) value: i32,
}

/// Counts of one source, or of many summed: sorted, each key once, no zeros.
pub(super) type Counts = Vec<(Key, u64)>;

/// Sorts, and adds up equal keys.
pub(super) fn settle_counts(mut counts: Counts) -> Counts {
    counts.retain(|(_, count)| *count > 0);
    counts.sort_unstable();
    counts.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 = kept.1.saturating_add(later.1);
        }
        same
    });
    counts
}

impl Key {
    /// Kind and value of an answer.
    pub(super) fn of_answer(answer: Answer) -> (Kind, i32) {
        match answer {
            Answer::Missing => (Kind::Missing, 0),
            Answer::NotApplicable => (Kind::NotApplicable, 0),
            Answer::Choice(choice) => (Kind::Choice, i32::from(choice)),
            Answer::Score(score) => (Kind::Score, score),
            Answer::Void(VoidReason::TwoTicks) => (Kind::Void, 0),
            Answer::Void(VoidReason::OutOfRange) => (Kind::Void, 1),
            Answer::Void(VoidReason::Unknown) => (Kind::Void, 2),
        }
    }

    /// The answer counted, if the key counts answers.
    pub(super) fn answer(&self) -> Option<Answer> {
        match self.kind {
            Kind::Missing => Some(Answer::Missing),
            Kind::NotApplicable => Some(Answer::NotApplicable),
            Kind::Choice => u8::try_from(self.value).ok().map(Answer::Choice),
            Kind::Score => Some(Answer::Score(self.value)),
            Kind::Void => {
                let reason = usize::try_from(self.value).ok().and_then(|value| REASONS.get(value));
                Some(Answer::Void(reason.map_or(VoidReason::Unknown, |(reason, _)| *reason)))
            }
            Kind::Ballot | Kind::Rating | Kind::Pattern | Kind::Place | Kind::Pace => None,
        }
    }

    /// Number and rule bits of a disposition.
    pub(super) fn of_disposition(disposition: Disposition) -> (i32, u8) {
        match disposition {
            Disposition::Valid => (0, 0),
            Disposition::Partial => (1, 0),
            Disposition::Blank => (2, 0),
            Disposition::Void { rules: 0 } => (3, RULE_UNNAMED),
            Disposition::Void { rules } => (3, rules),
            Disposition::Duplicate => (DUPLICATE, 0),
        }
    }

    /// The disposition counted, if the key counts ballots.
    pub(super) fn disposition(&self) -> Option<Disposition> {
        match (self.kind, self.value) {
            (Kind::Ballot, 0) => Some(Disposition::Valid),
            (Kind::Ballot, 1) => Some(Disposition::Partial),
            (Kind::Ballot, 2) => Some(Disposition::Blank),
            (Kind::Ballot, 3) => Some(Disposition::Void { rules: self.part }),
            (Kind::Ballot, _) => Some(Disposition::Duplicate),
            _ => None,
        }
    }

    /// Who and what, as three numbers: the columns by which the table engine groups.
    pub(super) fn pack(&self) -> [u64; 3] {
        let wide = |high: u32, low: u32| (u64::from(high) << 32) | u64::from(low);
        let pair = |high: u16, low: u16| (u32::from(high) << 16) | u32::from(low);
        let tail = u32::from_be_bytes([0, self.part, self.flags, self.kind as u8]);
        [
            wide(self.subject.0, self.unit.0),
            wide(pair(self.procedure.0, self.form.0), pair(self.item.0, self.stratum.0)),
            wide(tail, self.value.cast_unsigned()),
        ]
    }

    /// The inverse of [`Key::pack`].
    pub(super) fn unpack(packed: [u64; 3]) -> Self {
        let [who, what, how] = packed.map(u64::to_be_bytes);
        let word = |bytes: &[u8; 8], at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let half = |at: usize| u16::from_be_bytes([what[at], what[at + 1]]);
        Self {
            subject: SubjectId(word(&who, 0)),
            unit: SubjectId(word(&who, 4)),
            procedure: NodeId(half(0)),
            form: FormId(half(2)),
            item: ItemId(half(4)),
            stratum: StratumId(half(6)),
            part: how[1],
            flags: how[2],
            kind: Kind::of_number(u64::from(how[3])),
            value: word(&how, 4).cast_signed(),
        }
    }
}
