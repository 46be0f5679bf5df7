//! The simulation study of `benches/STUDY.md`, small: intervals and rank intervals hold the truth, flags are true, noise is not
//! flagged. Seeded, so the bounds are met or not; they leave about two standard errors of so small a study.

#[path = "../../benches/study/mod.rs"]
mod made;

use made::marks::{Marks, Share, class};

fn all(shares: &[Share]) -> f64 {
    let sum = shares.iter().fold(Share::default(), |sum, one| Share { part: sum.part + one.part, of: sum.of + one.of });
    assert!(sum.of > 300, "too few to say: {shares:?}");
    sum.value()
}

#[test]
#[ignore = "not settled: power and coverage at small n fall short of what is wanted; see the note of issue 4"]
fn intervals_and_flags_keep_what_they_promise() {
    let marks: Marks = made::study(3, 20, 7, true);
    assert_eq!(marks.repetitions, 20);
    let [items, indicators, procedures, composite] = marks.coverage;
    for (name, shares) in [("indicators", indicators), ("procedures", procedures), ("composite", composite)] {
        let covered = all(&shares);
        assert!((0.925..=0.975).contains(&covered), "{name}: {covered}");
    }
    // Items of few ballots a stratum fall short, as STUDY.md says; larger ones do not.
    let large = all(&items[class(41)..]);
    assert!((0.93..=0.97).contains(&large), "items of more than 40 ballots: {large}");
    assert!(all(&items) > 0.90, "items: {}", all(&items));
    assert!((0.925..=0.985).contains(&all(&marks.ranks)), "ranks: {}", all(&marks.ranks));
    assert!((0.92..=0.98).contains(&all(&[marks.divisions])), "divisions: {:?}", marks.divisions);

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
    let marks = made::study(2, 6, 11, false);
    let ours = &marks.rules[0];
    assert!(ours.wrong.part <= 3, "{:?}", ours.wrong);
    assert!(marks.rules[3].wrong.part > 100, "one sd below the mean always finds somebody: {:?}", marks.rules[3].wrong);
}
