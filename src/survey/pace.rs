//! How fast a ballot was filled: all that is ever kept of a duration, a class out of thirty, each of them wide.

/// Lower ends of the classes in seconds. Four classes on, the time is three times as long, exactly.
const ENDS: [u64; 29] = [
    3, 4, 5, 7, 9, 12, 15, 21, 27, 36, 45, 63, 81, 108, 135, 189, 243, 324, 405, 567, 729, 972, 1215, 1701, 2187, 2916, 3645,
    5103, 6561,
];

/// A class of durations 答题用时档: 0 is up to 3 seconds, the last one two hours and more. The duration itself ends at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pace(u8);

impl Pace {
    /// How many classes there are.
    pub const COUNT: usize = ENDS.len() + 1;

    /// The class of a duration; 0 seconds is what programs write where they do not know.
    #[must_use]
    pub fn of_seconds(seconds: u64) -> Option<Self> {
        let class = ENDS.partition_point(|end| *end <= seconds);
        u8::try_from(class).ok().filter(|_| seconds > 0).map(Self)
    }

    #[must_use]
    pub fn of_number(number: u16) -> Option<Self> {
        u8::try_from(number).ok().filter(|number| usize::from(*number) < Self::COUNT).map(Self)
    }

    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether every time of this class is less than a third of every time of the other.
    #[must_use]
    pub fn is_under_a_third_of(self, other: Self) -> bool {
        self.0 + 5 <= other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_is_a_third_whatever_the_class() {
        let pace = |seconds| Pace::of_seconds(seconds).expect("a time");
        assert_eq!(Pace::of_seconds(0), None);
        assert_eq!([1, 2, 3, 6560, 6561, u64::MAX].map(|seconds| pace(seconds).number()), [0, 0, 1, 28, 29, 29]);
        for median in 1..8000u64 {
            for seconds in [1, median / 9, median / 4, median / 3, median.div_ceil(3), median / 2, median] {
                if seconds > 0 && pace(seconds).is_under_a_third_of(pace(median)) {
                    assert!(seconds * 3 < median, "{seconds} of {median}");
                }
            }
            // 3^(1/2) beyond the third it is told for certain
            if median >= 48 {
                assert!(pace(median / 6).is_under_a_third_of(pace(median)), "{median}");
            }
        }
    }
}
