//! How alike two names are, for offers; lengths that cannot come near cost nothing.

/// 1 less the edit distance by the longer length: 1 for equal texts. Below `least` it may be given as 0, without comparing: the distance
/// is never less than the difference of the lengths, so a long cell beside the names of a frame costs no more than a look.
pub(super) fn likeness(one: &str, other: &str, least: f64) -> f64 {
    // A sign takes one to four bytes: lengths in bytes may rule a pair out before signs are counted.
    let (short, long) = (one.len().min(other.len()), one.len().max(other.len()));
    if hopeless(short, long.div_ceil(4), least) {
        return 0.0;
    }
    let (one_signs, other_signs) = (one.chars().count(), other.chars().count());
    if hopeless(one_signs.min(other_signs), one_signs.max(other_signs), least) {
        return 0.0;
    }
    strsim::normalized_levenshtein(one, other)
}

/// Whether texts of at most `short` and at least `long` signs are less alike than `least`.
#[allow(clippy::cast_precision_loss, reason = "lengths of texts")]
fn hopeless(short: usize, long: usize, least: f64) -> bool {
    (short as f64) < least * long as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_enough_is_measured_and_nothing_else_changes() {
        let texts = ["", "一连", "四十一团一连", "41团1连", "abc", "abd", "思想政治建设情况", "思想建设", "a一"];
        for one in texts {
            for other in texts {
                let whole = strsim::normalized_levenshtein(one, other);
                for least in [0.0, 0.4, 0.5, 0.9] {
                    let found = likeness(one, other, least);
                    let expected = if whole >= least { whole } else { found };
                    assert!((found - expected).abs() < 1e-12 && (found <= whole), "{one} {other} {least}: {found} {whole}");
                }
            }
        }
    }

    #[test]
    fn a_long_text_is_told_at_a_glance() {
        let essay = "甲单".repeat(1_000_000);
        let alike: f64 = (0..100_000).map(|_| likeness("单位第一号", &essay, 0.4)).sum();
        assert!(alike.abs() < f64::EPSILON);
    }
}
