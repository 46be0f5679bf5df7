//! Duplicates 重复报送: which of several equal returns counts, and what the books of the others say.

use super::counts::{Counts, DUPLICATE, Key, Kind};
use super::{Source, SourceKey};
use crate::diagnostic::{Diagnostic, Place};
use crate::habits::{Habit, on};
use crate::survey::{Answer, SourceSheet};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What a source contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Counts,
    /// The same content as the source of this number, which counts.
    Duplicate(usize),
    /// Another version of a score sheet of which the source of this number counts.
    Revision(usize),
    /// Another reading of the very return that the source of this number holds.
    Reread(usize),
    /// Not read: ignored, of another year, unreadable, …
    Out,
}

/// The role of every source (in tally order). Among sources that were read and share a fingerprint the first counts; a pin
/// lets another file count as well, never another reading of the same file.
pub(super) fn roles(sources: &[&Source]) -> Vec<Role> {
    let mut first_of: FxHashMap<&str, usize> = FxHashMap::default();
    let mut previous: Option<(&SourceSheet, usize)> = None;
    let mut roles = Vec::with_capacity(sources.len());
    for (at, source) in sources.iter().enumerate() {
        let sheet = &source.sheet;
        if sheet.ledger.status != "read" {
            roles.push(Role::Out);
            continue;
        }
        if sheet.fingerprint.is_empty() {
            roles.push(Role::Counts);
            continue;
        }
        let twin = previous.filter(|(known, _)| {
            known.fingerprint == sheet.fingerprint && known.file == sheet.file && known.sheet == sheet.sheet
        });
        let first = *first_of.entry(&sheet.fingerprint).or_insert(at);
        roles.push(match twin {
            Some((_, known)) => Role::Reread(known),
            None if first == at || sheet.count_anyway => Role::Counts,
            None => Role::Duplicate(first),
        });
        if twin.is_none() {
            previous = Some((sheet, at));
        }
    }
    if on(Habit::Revisions) {
        revisions(sources, &mut roles);
    }
    roles
}

/// Which score sheet, subject and item a source gives points for.
type Scored<'s> = (&'s str, Key);

/// Of score sheets that give points for the same subject and item one counts: the one whose name does not call itself a
/// revision or a copy, then the first. Which is right is for a person to say.
fn revisions(sources: &[&Source], roles: &mut [Role]) {
    let single = |at: &usize| roles.get(*at) == Some(&Role::Counts) && sources.get(*at).is_some_and(|s| s.sheet.single);
    let mut order: Vec<usize> = (0..sources.len()).filter(single).collect();
    order.sort_by_key(|at| sources.get(*at).map(|source| (!source.sheet.count_anyway, is_revision(&source.sheet.file), *at)));
    let mut winners: BTreeMap<Scored<'_>, usize> = BTreeMap::new();
    for at in order {
        let Some(source) = sources.get(at) else { continue };
        let scored: Vec<Scored<'_>> = scored(source).collect();
        let taken = scored.iter().find_map(|key| winners.get(key)).copied();
        match taken.filter(|_| !source.sheet.count_anyway) {
            Some(winner) => roles[at] = Role::Revision(winner),
            None => winners.extend(scored.into_iter().map(|key| (key, at))),
        }
    }
}

/// The items a score sheet gives points for in its own form (a 自查 column beside 考核 is not what makes it a version).
fn scored(source: &Source) -> impl Iterator<Item = Scored<'_>> {
    let points = source.counts.iter().filter(|(key, _)| matches!(key.answer(), Some(Answer::Score(_))));
    points.map(|(key, _)| (source.sheet.form.as_str(), Key { value: 0, kind: Kind::Score, ..*key }))
}

/// Whether a file's name says that it is a later version or a copy.
fn is_revision(file: &str) -> bool {
    const WORDS: [&str; 16] = [
        "修改",
        "修订",
        "更正",
        "订正",
        "改后",
        "重报",
        "重新报",
        "新版",
        "最新",
        "最终",
        "定稿",
        "终稿",
        "副本",
        "copy",
        "备份",
        "旧版",
    ];
    let name = file.rsplit('/').next().unwrap_or(file).to_lowercase();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let numbered = stem.trim_end_matches([')', '）']).rsplit_once(['(', '（']);
    WORDS.iter().any(|word| name.contains(word)) || numbered.is_some_and(|(_, inner)| inner.parse::<u8>().is_ok())
}

/// The sources that count, with their numbers.
pub(super) fn counting<'a>(sources: &[&'a Source]) -> Vec<(usize, &'a Source)> {
    let roles = roles(sources);
    sources.iter().copied().enumerate().zip(roles).filter(|(_, role)| *role == Role::Counts).map(|(source, _)| source).collect()
}

/// The ballots of a set-aside source, all as duplicates; its answers count nowhere.
pub(super) fn as_duplicates(counts: &Counts) -> impl Iterator<Item = (super::counts::Key, u64)> + '_ {
    counts.iter().filter(|(key, _)| key.kind == Kind::Ballot).map(|(key, count)| {
        let mut key = *key;
        (key.value, key.part, key.flags) = (DUPLICATE, 0, 0);
        (key, *count)
    })
}

/// The source sheets with duplicates settled, and what is to be said of them.
pub(super) fn sheets(sources: &[&Source], repeated: &BTreeSet<SourceKey>) -> Vec<SourceSheet> {
    let roles = roles(sources);
    let mut sheets = Vec::with_capacity(sources.len());
    for (source, role) in sources.iter().zip(roles) {
        let mut sheet = source.sheet.clone();
        let other = |at: usize| sources.get(at).map_or_else(String::new, |first| shown(&first.sheet.file, &first.sheet.sheet));
        match role {
            Role::Duplicate(first) => {
                set_aside(&mut sheet);
                let found = Diagnostic::new("M101", place(&sheet))
                    .with("found", shown(&sheet.file, &sheet.sheet))
                    .with("other", other(first))
                    .with("line", pin(&sheet));
                sheet.diagnostics.push(found);
            }
            Role::Revision(first) => {
                set_aside(&mut sheet);
                let file = sheet.file.strip_prefix("returns/").unwrap_or(&sheet.file);
                let kept = sources.get(first).map_or("", |first| first.sheet.file.as_str());
                let found = Diagnostic::new("E134", place(&sheet))
                    .with("found", shown(&sheet.file, &sheet.sheet))
                    .with("other", other(first))
                    .with("line", quoted(file))
                    .with("expected", quoted(kept.strip_prefix("returns/").unwrap_or(kept)));
                sheet.diagnostics.push(found);
            }
            Role::Reread(first) => {
                set_aside(&mut sheet);
                let kept = sources.get(first).map_or(0, |first| first.sheet.ledger.answers);
                let found = Diagnostic::new("M103", place(&sheet))
                    .with("found", shown(&sheet.file, &sheet.sheet))
                    .with("count", source.sheet.ledger.answers)
                    .with("other", kept);
                sheet.diagnostics.push(found);
            }
            Role::Counts | Role::Out => {}
        }
        let key = (sheet.file.clone(), sheet.sheet.clone(), sheet.fingerprint.clone());
        if role != Role::Out && repeated.contains(&key) {
            sheet.diagnostics.push(Diagnostic::new("M102", place(&sheet)).with("found", shown(&sheet.file, &sheet.sheet)));
        }
        sheets.push(sheet);
    }
    sheets
}

/// Moves the data rows of a duplicate to their fate; the books still balance, and nothing of it is taken.
fn set_aside(sheet: &mut SourceSheet) {
    let ledger = &mut sheet.ledger;
    ledger.set_duplicate();
    (ledger.answers, ledger.missing, ledger.void) = (0, 0, 0);
    ledger.voided.clear();
    ledger.flagged.clear();
    "duplicate".clone_into(&mut ledger.status);
}

pub(super) fn place(sheet: &SourceSheet) -> Place {
    if sheet.sheet.is_empty() {
        Place::file(sheet.file.as_str())
    } else {
        Place::sheet(sheet.file.as_str(), sheet.sheet.as_str())
    }
}

/// `file [sheet]`.
pub(super) fn shown(file: &str, sheet: &str) -> String {
    if sheet.is_empty() { file.to_owned() } else { format!("{file} [{sheet}]") }
}

/// A glob that matches this very name, as TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(glob::Pattern::escape(text)).to_string()
}

/// The pin that lets a duplicate count, ready to paste: its globs match this very file and sheet.
fn pin(sheet: &SourceSheet) -> String {
    let file = sheet.file.strip_prefix("returns/").unwrap_or(&sheet.file);
    let mut lines = format!("[[pin]]\nfiles = {}\n", quoted(file));
    if !sheet.sheet.is_empty() {
        lines.push_str("sheet = ");
        lines.push_str(&quoted(&sheet.sheet));
        lines.push('\n');
    }
    lines + "count = true"
}
