//! The tally as Parquet: one long table that other tools can read, and that comes back unchanged or not at all.
//!
//! Rows of kind `source` open each source and carry its books as JSON in column `sheet_json`; the rows after it are its
//! counts and co-moments. `counts` says whether the source counts (duplicates do not); it is worked out, not read back.
//!
//! Rows of kinds `comoments` and `comoments-gaps` list in `item` the codes of several items, in `answer` the fingerprint of what
//! answers were worth, in `count` the ballots and in `sums` the sums, in the order of [`Comoments::sums`].

use super::counts::{Counts, DISPOSITIONS, Key, Kind, MOST, REASONS, RULE_UNNAMED};
use super::settle::counting;
use super::{Source, Tally, TallyError, comoment_rows};
use crate::measure::worth::Comoments;
use crate::survey::{AnswerKind, Disposition, FormId, ItemId, NodeId, Scheme, SourceSheet, StratumId, SubjectId};
use polars::prelude::{
    Column, DataFrame, DataType, Int64Type, IntoColumn, KeyValueMetadata, ListBuilderTrait, ListPrimitiveChunkedBuilder,
    NewChunkedArray, ParquetCompression, ParquetReader, ParquetWriter, PolarsResult, SerReader, StringChunked,
};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Write};

/// Version of the table's layout.
const FORMAT: &str = "3";
const FORMAT_KEY: &str = "kaoping.format";
const SCHEME_KEY: &str = "kaoping.scheme";
/// Rows of one row group.
const CHUNK: usize = 1 << 18;
const MAGIC: &[u8; 4] = b"PAR1";
/// Stands before the digest of the file, between its last page and its footer, where Parquet readers never look.
const SEAL: &[u8; 8] = b"KAOPING\x01";
const DIGEST: usize = 32;
/// Word of the rows that open a source.
const SOURCE: &str = "source";
/// Sums after which a row group is closed.
const CHUNK_SUMS: usize = 1 << 21;
/// Word of the part that counts.
const COUNTED: &str = "counted";
/// Text columns, in order.
const TEXTS: [&str; 12] =
    ["file", "sheet", "unit", "subject", "procedure", "form", "item", "stratum", "part", "flags", "kind", "answer"];

/// Writes `tally`, sealed by its digest.
pub(super) fn write(tally: &Tally, scheme: &Scheme, mut out: impl Write) -> Result<(), TallyError> {
    own_scheme(&tally.fingerprint, scheme)?;
    let entries = tally.entries();
    let mut counts = vec![false; entries.len()];
    for (at, _) in counting(&entries) {
        counts[at] = true;
    }
    let words = Words::new();
    let lists = comoment_rows::Words::new(entries.iter().flat_map(|source| &source.comoments), scheme)?;
    let mut table = Rows::default();
    let mut bytes = Vec::new();
    let metadata = vec![(FORMAT_KEY.to_owned(), FORMAT.to_owned()), (SCHEME_KEY.to_owned(), tally.fingerprint.clone())];
    let empty = Rows::default().frame()?;
    let mut writer = ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(metadata)))
        .batched(empty.schema())?;
    for (at, source) in entries.iter().enumerate() {
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        table.open(number, counts[at], &source.sheet)?;
        for (key, count) in &source.counts {
            table.count(number, counts[at], &source.sheet, &words.spell(key, scheme)?, *count)?;
            if table.len() == CHUNK {
                writer.write_batch(&std::mem::take(&mut table).frame()?)?;
            }
        }
        for comoments in &source.comoments {
            let spelling = words.place(comoments, lists.spell(comoments), scheme)?;
            table.comoments(number, counts[at], &source.sheet, &spelling, comoments);
            if table.sums_held >= CHUNK_SUMS {
                writer.write_batch(&std::mem::take(&mut table).frame()?)?;
            }
        }
    }
    if table.len() > 0 {
        writer.write_batch(&table.frame()?)?;
    }
    writer.finish()?;
    out.write_all(&seal(bytes)?)?;
    Ok(())
}

fn own_scheme(fingerprint: &str, scheme: &Scheme) -> Result<(), TallyError> {
    if fingerprint == scheme.tally_fingerprint {
        return Ok(());
    }
    Err(TallyError::OtherScheme { ours: scheme.tally_fingerprint.clone(), theirs: fingerprint.to_owned() })
}

/// The first byte of the footer of a Parquet file.
fn footer(bytes: &[u8]) -> Option<usize> {
    let (rest, magic) = bytes.split_last_chunk::<4>()?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    (magic == MAGIC).then_some(())?;
    rest.len().checked_sub(length)
}

/// Puts the digest of the whole file before its footer: offsets in the footer point to pages before it, so nothing moves.
fn seal(mut bytes: Vec<u8>) -> Result<Vec<u8>, TallyError> {
    let digest = Sha256::digest(&bytes);
    let at = footer(&bytes).ok_or(TallyError::NotATally("the engine wrote no footer"))?;
    bytes.splice(at..at, SEAL.iter().copied().chain(digest));
    Ok(bytes)
}

/// Takes the seal off and checks it; the engine only ever sees bytes this program wrote.
fn unseal(bytes: &[u8]) -> Result<Vec<u8>, TallyError> {
    if !bytes.starts_with(MAGIC) {
        return Err(TallyError::NotATally("the file is not Parquet"));
    }
    let at = footer(bytes).ok_or_else(|| TallyError::Damaged("the file is cut off".into()))?;
    let (body, footer) = bytes.split_at(at);
    let (body, digest) = body.split_last_chunk::<DIGEST>().ok_or(TallyError::NotATally("the seal is missing"))?;
    let Some(body) = body.strip_suffix(SEAL) else {
        return Err(TallyError::NotATally("the seal is missing: another tool wrote or rewrote the file"));
    };
    let whole = [body, footer].concat();
    if Sha256::digest(&whole).as_slice() != digest {
        return Err(TallyError::Damaged("its content does not match its seal".into()));
    }
    Ok(whole)
}

/// Reads what [`write`] wrote.
pub(super) fn read(bytes: &[u8], scheme: &Scheme) -> Result<Tally, TallyError> {
    let whole = unseal(bytes)?;
    // The seal vouches for the bytes, not for the sender: should the engine stumble over a forged file, that is an error too.
    let read = std::panic::catch_unwind(|| table(whole));
    let (frame, metadata) = read.map_err(|_| TallyError::Damaged("the engine cannot read its pages".into()))??;
    let known = |name: &str| metadata.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if known(FORMAT_KEY) != FORMAT {
        return Err(TallyError::OtherFormat { found: known(FORMAT_KEY).to_owned(), expected: FORMAT });
    }
    own_scheme(known(SCHEME_KEY), scheme)?;
    let mut tally = Tally::new(scheme);
    for source in sources(&frame, scheme)? {
        tally.insert(source);
    }
    Ok(tally)
}

fn table(bytes: Vec<u8>) -> PolarsResult<(DataFrame, Vec<(String, String)>)> {
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let metadata = reader.get_metadata()?.key_value_metadata().clone().unwrap_or_default();
    let pairs = metadata.into_iter().map(|pair| (pair.key, pair.value.unwrap_or_default())).collect();
    Ok((reader.finish()?, pairs))
}

/// The columns of a stretch of the table.
#[derive(Default)]
struct Rows<'a> {
    source: Vec<u32>,
    counts: Vec<bool>,
    texts: [Vec<&'a str>; TEXTS.len()],
    score: Vec<Option<i32>>,
    count: Vec<u64>,
    json: Vec<Option<String>>,
    sums: Vec<Option<&'a [i64]>>,
    sums_held: usize,
}

/// The words of one count: the text columns after file and sheet, and the score.
struct Spelling<'a> {
    texts: [&'a str; TEXTS.len() - 2],
    score: Option<i32>,
}

impl<'a> Rows<'a> {
    fn len(&self) -> usize {
        self.source.len()
    }

    fn open(&mut self, source: u32, counts: bool, sheet: &'a SourceSheet) -> Result<(), TallyError> {
        let json = serde_json::to_string(sheet).map_err(|error| TallyError::Damaged(error.to_string()))?;
        let mut texts = [""; TEXTS.len() - 2];
        texts[8] = SOURCE;
        self.push(source, counts, sheet, &Spelling { texts, score: None }, 0);
        self.json.push(Some(json));
        self.sums.push(None);
        Ok(())
    }

    fn comoments(
        &mut self,
        source: u32,
        counts: bool,
        sheet: &'a SourceSheet,
        spelling: &Spelling<'a>,
        comoments: &'a Comoments,
    ) {
        self.push(source, counts, sheet, spelling, comoments.n);
        self.json.push(None);
        self.sums.push(Some(&comoments.sums));
        self.sums_held += comoments.sums.len();
    }

    fn count(
        &mut self,
        source: u32,
        counts: bool,
        sheet: &'a SourceSheet,
        spelling: &Spelling<'a>,
        count: u64,
    ) -> Result<(), TallyError> {
        if count > MOST {
            return Err(TallyError::Damaged(format!("a count of {count} is beyond any electorate")));
        }
        self.push(source, counts, sheet, spelling, count);
        self.json.push(None);
        self.sums.push(None);
        Ok(())
    }

    fn push(&mut self, source: u32, counts: bool, sheet: &'a SourceSheet, spelling: &Spelling<'a>, count: u64) {
        self.source.push(source);
        self.counts.push(counts);
        let texts = [sheet.file.as_str(), sheet.sheet.as_str()].into_iter().chain(spelling.texts);
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text);
        }
        self.score.push(spelling.score);
        self.count.push(count);
    }

    fn frame(self) -> Result<DataFrame, TallyError> {
        let height = self.len();
        let mut columns = vec![Column::new("source".into(), self.source), Column::new("counts".into(), self.counts)];
        for (name, texts) in TEXTS.iter().zip(&self.texts) {
            columns.push(StringChunked::from_slice((*name).into(), texts).into_column());
        }
        columns.push(Column::new("score".into(), self.score));
        columns.push(Column::new("count".into(), self.count.iter().map(|count| count.cast_signed()).collect::<Vec<i64>>()));
        columns.push(Column::new("sheet_json".into(), self.json));
        let mut sums = ListPrimitiveChunkedBuilder::<Int64Type>::new("sums".into(), height, self.sums_held, DataType::Int64);
        for row in self.sums {
            sums.append_opt_slice(row);
        }
        columns.push(sums.finish().into_column());
        Ok(DataFrame::new(height, columns)?)
    }
}

/// Sets of rule bits in words.
struct Words {
    parts: Vec<String>,
}

impl Words {
    fn new() -> Self {
        Self { parts: (0..=u8::MAX).map(rules_text).collect() }
    }

    /// The words of a row of co-moments.
    fn place<'a>(
        &'a self,
        of: &Comoments,
        (kind, items, worth): (&'static str, &'a str, &'a str),
        scheme: &'a Scheme,
    ) -> Result<Spelling<'a>, TallyError> {
        let Comoments { subject, unit, procedure, form, stratum, .. } = *of;
        let (item, part, flags, kind_of_count, value) = (ItemId(0), 0, 0, Kind::Rating, 0);
        let key = Key { subject, unit, procedure, form, item, stratum, part, flags, kind: kind_of_count, value };
        let mut spelling = self.spell(&key, scheme)?;
        (spelling.texts[4], spelling.texts[8], spelling.texts[9]) = (items, kind, worth);
        Ok(spelling)
    }

    /// The words of one count.
    fn spell<'a>(&'a self, key: &Key, scheme: &'a Scheme) -> Result<Spelling<'a>, TallyError> {
        let unknown = |what, number: usize| TallyError::Unknown { what, code: format!("#{number}") };
        let subject = |id: SubjectId| {
            let known = scheme.frame.subjects.get(id.0 as usize).map(|subject| subject.code.as_str());
            known.ok_or_else(|| unknown("subject", id.0 as usize))
        };
        let procedure = scheme.index.nodes.get(usize::from(key.procedure.0));
        let procedure = procedure.ok_or_else(|| unknown("procedure", usize::from(key.procedure.0)))?;
        let form = scheme.forms.get(usize::from(key.form.0)).ok_or_else(|| unknown("form", usize::from(key.form.0)))?;
        let stratum = match scheme.strata_of(form) {
            None => "",
            Some(strata) if strata.members.is_empty() => "",
            Some(strata) => {
                let member = strata.members.get(usize::from(key.stratum.0));
                member.ok_or_else(|| unknown("stratum", usize::from(key.stratum.0)))?.code.as_str()
            }
        };
        let kind = Kind::ALL.iter().find(|(kind, _)| *kind == key.kind).map_or("", |(_, word)| *word);
        let (item, answer, score) = match key.kind {
            Kind::Ballot => ("", number_word(&DISPOSITIONS, key.value).unwrap_or("duplicate"), None),
            Kind::Rating => ("", "", None),
            kind if kind.sorts_ballots() => ("", "", Some(key.value)),
            _ => {
                let item = form.items.get(usize::from(key.item.0));
                let item = item.ok_or_else(|| unknown("item", usize::from(key.item.0)))?;
                let (answer, score) = answer_words(key, &item.answer, scheme)?;
                (item.code.as_str(), answer, score)
            }
        };
        let part = if key.part == 0 { COUNTED } else { self.parts[usize::from(key.part)].as_str() };
        let flags = self.parts[usize::from(key.flags)].as_str();
        let texts =
            [subject(key.unit)?, subject(key.subject)?, &procedure.code, &form.code, item, stratum, part, flags, kind, answer];
        Ok(Spelling { texts, score })
    }
}

fn number_word<'a>(words: &[&'a str], number: i32) -> Option<&'a str> {
    words.get(usize::try_from(number).ok()?).copied()
}

/// The word and the score of an answer.
fn answer_words<'a>(key: &Key, kind: &AnswerKind, scheme: &'a Scheme) -> Result<(&'a str, Option<i32>), TallyError> {
    match (key.kind, kind) {
        (Kind::Score, _) => Ok(("", Some(key.value))),
        (Kind::Void, _) => Ok((number_word(&REASONS.map(|(_, word)| word), key.value).unwrap_or("unknown"), None)),
        (Kind::Choice, AnswerKind::Choice { scale }) => {
            let choices = scheme.scales.get(*scale).map_or(&[][..], |scale| scale.choices.as_slice());
            let choice = usize::try_from(key.value).ok().and_then(|value| choices.get(value));
            let unknown = || TallyError::Unknown { what: "option", code: format!("#{}", key.value) };
            Ok((choice.ok_or_else(unknown)?.code.as_str(), None))
        }
        (Kind::Choice, AnswerKind::Score) => Err(TallyError::Unknown { what: "option", code: format!("#{}", key.value) }),
        _ => Ok(("", None)),
    }
}

/// `all-same+all-full`.
fn rules_text(rules: u8) -> String {
    let named = Disposition::RULES.iter().chain(&[(RULE_UNNAMED, "unnamed")]);
    named.filter(|(bit, _)| rules & bit != 0).map(|(_, word)| *word).collect::<Vec<_>>().join("+")
}

/// The inverse of [`rules_text`].
fn rules_of(text: &str) -> Option<u8> {
    let bit = |word: &str| {
        let known = Disposition::RULES.iter().find(|(_, name)| *name == word).map(|(bit, _)| *bit);
        known.or((word == "unnamed").then_some(RULE_UNNAMED))
    };
    text.split('+').filter(|word| !word.is_empty()).try_fold(0, |rules, word| Some(rules | bit(word)?))
}

/// The sources of a table, in its order.
fn sources(frame: &DataFrame, scheme: &Scheme) -> Result<Vec<Source>, TallyError> {
    let mut texts = Vec::with_capacity(TEXTS.len());
    for name in TEXTS {
        texts.push(frame.column(name)?.str()?.iter().map(Option::unwrap_or_default).collect::<Vec<&str>>());
    }
    let (scores, counts) = (frame.column("score")?.i32()?, frame.column("count")?.i64()?);
    let json = frame.column("sheet_json")?.str()?;
    let sums = frame.column("sums")?.list()?;
    let codes = Codes::new(scheme);
    let mut sources: Vec<Source> = Vec::new();
    for (row, ((score, count), json)) in scores.iter().zip(counts.iter()).zip(json.iter()).enumerate() {
        if let Some(json) = json {
            let sheet = serde_json::from_str(json).map_err(|error| TallyError::Damaged(format!("books of a source: {error}")))?;
            sources.push(Source { sheet, counts: Counts::new(), comoments: Vec::new() });
            continue;
        }
        let word = |column: usize| texts.get(column).and_then(|column| column.get(row)).copied().unwrap_or_default();
        if matches!(word(10), comoment_rows::WHOLE | comoment_rows::GAPS) {
            let list = sums.get_as_series(row).map(|list| list.i64().map(|list| list.iter().flatten().collect::<Vec<i64>>()));
            let n = count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
            let found = codes.comoments(&word, n, list.transpose()?.unwrap_or_default())?;
            sources.last_mut().ok_or_else(|| TallyError::Damaged("sums of no source".into()))?.comoments.push(found);
            continue;
        }
        let key = codes.key(&word, score)?;
        let count = count.and_then(|count| u64::try_from(count).ok()).filter(|count| (1..=MOST).contains(count));
        match (sources.last_mut(), count) {
            (Some(source), Some(count)) if source.counts.last().is_none_or(|(before, _)| *before < key) => {
                source.counts.push((key, count));
            }
            _ => return Err(TallyError::Damaged(format!("row {row} is no count of a source"))),
        }
    }
    for source in &mut sources {
        source.comoments.sort_unstable();
        if source.comoments.windows(2).any(|pair| pair[0].key() == pair[1].key()) {
            return Err(TallyError::Damaged("co-moments of one source stand twice".into()));
        }
    }
    Ok(sources)
}

/// Codes to numbers.
struct Codes<'a> {
    scheme: &'a Scheme,
    nodes: FxHashMap<&'a str, NodeId>,
    forms: FxHashMap<&'a str, FormId>,
    items: FxHashMap<(FormId, &'a str), ItemId>,
    strata: FxHashMap<(FormId, &'a str), StratumId>,
    options: FxHashMap<(FormId, ItemId, &'a str), i32>,
}

impl<'a> Codes<'a> {
    fn new(scheme: &'a Scheme) -> Self {
        let nodes = scheme.index.all_ids().map(|id| (scheme.index.node(id).code.as_str(), id)).collect();
        let (mut forms, mut items) = (FxHashMap::default(), FxHashMap::default());
        let (mut strata, mut options) = (FxHashMap::default(), FxHashMap::default());
        for id in scheme.form_ids() {
            let form = scheme.form(id);
            forms.insert(form.code.as_str(), id);
            for (number, item) in (0..).zip(&form.items) {
                let item_id = ItemId(number);
                items.insert((id, item.code.as_str()), item_id);
                let AnswerKind::Choice { scale } = item.answer else { continue };
                let choices = scheme.scales.get(scale).map_or(&[][..], |scale| scale.choices.as_slice());
                options.extend((0..).zip(choices).map(|(number, choice)| ((id, item_id, choice.code.as_str()), number)));
            }
            let members = scheme.strata_of(form).map_or(&[][..], |strata| strata.members.as_slice());
            strata.extend((0..).zip(members).map(|(number, member)| ((id, member.code.as_str()), StratumId(number))));
            if members.is_empty() {
                strata.insert((id, ""), StratumId(0));
            }
        }
        Self { scheme, nodes, forms, items, strata, options }
    }

    /// The co-moments of a row of words.
    fn comoments<'w>(&self, word: &impl Fn(usize) -> &'w str, n: u64, sums: Vec<i64>) -> Result<Comoments, TallyError> {
        let unknown = |what, column: usize| TallyError::Unknown { what, code: word(column).to_owned() };
        let form = *self.forms.get(word(5)).ok_or_else(|| unknown("form", 5))?;
        let place = comoment_rows::Place {
            subject: self.scheme.frame.by_code(word(3)).ok_or_else(|| unknown("subject", 3))?,
            unit: self.scheme.frame.by_code(word(2)).ok_or_else(|| unknown("unit", 2))?,
            procedure: *self.nodes.get(word(4)).ok_or_else(|| unknown("procedure", 4))?,
            form,
            stratum: *self.strata.get(&(form, word(7))).ok_or_else(|| unknown("stratum", 7))?,
        };
        let item = |code: &str| self.items.get(&(form, code)).copied();
        comoment_rows::read(&place, (word(10), word(6), word(11)), n, sums, item)
    }

    /// The key of a row of words.
    fn key<'w>(&self, word: &impl Fn(usize) -> &'w str, score: Option<i32>) -> Result<Key, TallyError> {
        let unknown = |what, column: usize| TallyError::Unknown { what, code: word(column).to_owned() };
        let subject = |what, column| self.scheme.frame.by_code(word(column)).ok_or_else(|| unknown(what, column));
        let form = *self.forms.get(word(5)).ok_or_else(|| unknown("form", 5))?;
        let kind = Kind::ALL.iter().find(|(_, name)| *name == word(10)).ok_or_else(|| unknown("kind", 10))?.0;
        let answers = !(kind.sorts_ballots() || matches!(kind, Kind::Ballot | Kind::Rating));
        let item = if answers { *self.items.get(&(form, word(6))).ok_or_else(|| unknown("item", 6))? } else { ItemId(0) };
        let numbered = |words: &[&str]| words.iter().zip(0..).find(|(name, _)| **name == word(11)).map(|(_, number)| number);
        let value = match kind {
            Kind::Choice => self.options.get(&(form, item, word(11))).copied(),
            Kind::Score | Kind::Pattern | Kind::Place | Kind::Pace => score,
            Kind::Void => numbered(&REASONS.map(|(_, name)| name)),
            Kind::Ballot => numbered(&DISPOSITIONS),
            Kind::Missing | Kind::NotApplicable | Kind::Rating => Some(0),
        };
        Ok(Key {
            subject: subject("subject", 3)?,
            unit: subject("unit", 2)?,
            procedure: *self.nodes.get(word(4)).ok_or_else(|| unknown("procedure", 4))?,
            form,
            item,
            stratum: *self.strata.get(&(form, word(7))).ok_or_else(|| unknown("stratum", 7))?,
            part: if word(8) == COUNTED { 0 } else { rules_of(word(8)).ok_or_else(|| unknown("rule", 8))? },
            flags: rules_of(word(9)).ok_or_else(|| unknown("rule", 9))?,
            kind,
            value: value.ok_or_else(|| unknown("answer", 11))?,
        })
    }
}
