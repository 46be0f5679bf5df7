//! The simulation study of `benches/STUDY.md`, small: intervals and rank intervals hold the truth, flags are true, noise is not
//! flagged. Seeded, so the bounds are met or not; they leave about two standard errors of so small a study.

#[path = "../../benches/study/mod.rs"]
mod made;

use made::marks::{Marks, Share, class};
use made::world::Kind;

fn all(shares: &[Share]) -> f64 {
    let sum = shares.iter().fold(Share::default(), |sum, one| Share { part: sum.part + one.part, of: sum.of + one.of });
    assert!(sum.of > 300, "too few to say: {shares:?}");
    sum.value()
}

#[test]
fn intervals_and_flags_keep_what_they_promise() {
    let marks: Marks = made::study(3, 20, 7, Kind::Ordinary);
    assert_eq!(marks.repetitions, 20);
    let near = |name: &str, shares: &[Share], within: f64| {
        let covered = all(shares);
        assert!((covered - 0.95).abs() <= within, "{name}: {covered}");
    };
    let [items, indicators, procedures, composite] = marks.coverage;
    // intervals of one unit hang together: about two standard errors of so small a study, and the point that is asked for
    near("items", &items, 0.015);
    near("indicators", &indicators, 0.02);
    near("procedures", &procedures, 0.02);
    near("composite", &composite, 0.025);
    near("items of fewest ballots", &items[..class(16)], 0.025);
    near("ranks", &marks.ranks, 0.03);
    near("divisions", &[marks.divisions], 0.025);
    for (form, shares) in ["items in strata", "items without strata"].iter().zip(&marks.items) {
        near(form, shares, 0.02);
    }
    let [excellent, satisfied] = marks.shares;
    near("shares in strata", &excellent, 0.02);
    // few dissatisfied: Wilson's interval errs on the long side near the end of the scale
    near("shares without strata", &satisfied, 0.03);
    // what neither peers nor posterior had a part in is too short, and so is what a few alike ballots make of a stratum
    assert!(all(&marks.design_shares[0][..class(41)]) < all(&excellent[..class(41)]) - 0.02, "{:?}", marks.design_shares);
    assert!(all(&marks.design[0][..class(16)]) < 0.91, "{:?}", marks.design);
    assert!(all(&marks.own_errors) < all(&marks.ranks) - 0.02, "{:?}", marks.own_errors);

    let (ours, naive) = marks.rules.split_first().expect("rules");
    assert!(ours.wrong.of > 200 && ours.wrong.value() <= 0.05, "{} false of {:?}", ours.name, ours.wrong);
    let [at_30, at_100] = ours.power.map(Share::value);
    assert!(at_30 > 0.20 && at_100 > 0.55, "gaps of 8 points found: {:?}", ours.power);
    for rule in naive {
        assert!(rule.wrong.value() > 4.0 * ours.wrong.value(), "{}: {:?}", rule.name, rule.wrong);
    }
    for (name, share) in [("line", marks.line), ("strata", marks.strata)] {
        assert!(share.of > 50 && share.value() <= 0.06, "{name}: {share:?}");
    }
}

#[test]
fn where_all_units_are_alike_hardly_anything_is_flagged() {
    let marks = made::study(2, 6, 11, Kind::Alike);
    let ours = &marks.rules[0];
    assert!(ours.wrong.part <= 3, "{:?}", ours.wrong);
    assert!(marks.rules[3].wrong.part > 100, "one sd below the mean always finds somebody: {:?}", marks.rules[3].wrong);
}

#[test]
fn intervals_hold_too_where_units_differ_widely() {
    let marks = made::study(3, 6, 5, Kind::Widely);
    let covered = all(&marks.coverage[0]);
    assert!((covered - 0.95).abs() <= 0.025, "items: {covered}");
    let ours = &marks.rules[0];
    assert!(ours.wrong.of > 200 && ours.wrong.value() <= 0.05, "{:?}", ours.wrong);
}
