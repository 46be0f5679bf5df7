//! The fingerprint of everything that gives counts their meaning; independent of the order in which things are listed.

use crate::numeric::{exact_text, hex};
use crate::survey::{AnswerKind, Form, Frame, Index, Item, Scale, Strata};
use sha2::{Digest, Sha256};

/// Hex SHA-256 over frame codes, forms, items, option codes, strata, procedures and the year.
/// Names, option values, weights, bands and policies are left out: they may change between tally and report.
pub(super) fn tally_fingerprint(
    year: Option<i32>,
    frame: &Frame,
    scales: &[Scale],
    strata: &[Strata],
    forms: &[Form],
    index: &Index,
) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(year.map(|year| format!("year\t{year}")));
    lines.extend(frame.subjects.iter().map(|subject| format!("subject\t{}", subject.code)));
    for form in forms {
        lines.push(format!("form\t{}\t{:?}", form.code, form.kind));
        lines.extend(form.items.iter().map(|item| format!("item\t{}\t{}\t{}", form.code, item.code, answer(item, scales))));
        let members = form.strata.and_then(|set| strata.get(set)).into_iter().flat_map(|set| &set.members);
        lines.extend(members.map(|member| format!("stratum\t{}\t{}", form.code, member.code)));
        lines.extend(form.procedures.iter().map(|id| format!("feeds\t{}\t{}", form.code, index.node(*id).code)));
    }
    lines.sort();
    let mut hash = Sha256::new();
    for line in &lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    hex(&hash.finalize())
}

fn answer(item: &Item, scales: &[Scale]) -> String {
    match item.answer {
        AnswerKind::Score => format!("score {}", exact_text(&item.full)),
        AnswerKind::Choice { scale } => {
            let mut codes: Vec<&str> =
                scales.get(scale).into_iter().flat_map(|scale| scale.choices.iter().map(|choice| choice.code.as_str())).collect();
            codes.sort_unstable();
            codes.join(" ")
        }
    }
}
