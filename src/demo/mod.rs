//! Made data: a whole assessment with planted troubles for learning and testing, and big inputs for measuring.
//!
//! Nothing here describes a real organisation. The same settings give the same bytes on every machine.

mod answers;
mod big;
mod dice;
mod formats;
mod forms;
mod frame;
mod mess;
mod ods;
mod person_papers;
mod persons;
mod plan;
mod sheet;
mod texts;
mod trouble_cells;
mod trouble_files;
mod xls;

pub use big::{ballots_csv, workbooks};

/// The writers of made sheets, for tests that draw sheets of their own.
#[cfg(test)]
pub(crate) mod writers {
    pub(crate) use super::formats::{Format, encode};
    pub(crate) use super::sheet::{Sheet, Value};
}

use answers::UnitAnswers;
use dice::Dice;
use frame::{Frame, Kind};
use mess::{Planted, Planter};
use persons::Persons;
use std::io;
use std::path::Path;

/// The reference scheme; made data answer its forms.
pub(crate) const REFERENCE: &str = include_str!("../config/preset/reference.toml");

/// How many troubles are planted in the returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mess {
    /// All shapes and formats, but nothing is wrong.
    None,
    /// Every trouble once.
    #[default]
    Some,
    /// Every trouble several times.
    Lots,
}

impl Mess {
    /// The word of the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Some => "some",
            Self::Lots => "lots",
        }
    }

    /// The value a word of the command line names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Some, Self::Lots].into_iter().find(|mess| mess.word() == word)
    }

    /// How many times each trouble is planted.
    fn rounds(self) -> usize {
        match self {
            Self::None => 0,
            Self::Some => 1,
            Self::Lots => 3,
        }
    }
}

/// What to make.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Divisions 师, 1–14.
    pub divisions: usize,
    /// Regiments 团 of each division, 1–9.
    pub regiments: usize,
    /// Usual number of units 连队(单位) of a regiment; every third regiment has one fewer, every third one more.
    pub companies: usize,
    /// Ballots of 民主测评 and of 民意调查 in a unit of ordinary size; small units have half.
    pub ballots: u32,
    pub mess: Mess,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { divisions: 3, regiments: 4, companies: 5, ballots: 40, mess: Mess::Some, seed: 2026 }
    }
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files below `returns/`.
    pub files: usize,
    /// Units at the lowest level.
    pub units: usize,
    /// Persons 干部.
    pub persons: usize,
    /// Ballots of 民主测评 and 民意调查, planted copies included, and of 干部民主测评.
    pub ballots: u64,
    /// Planted troubles, as listed in `messes.csv`.
    pub planted: usize,
}

/// Writes an assessment folder: scheme.toml, units.csv, persons.csv, adjustments.csv, returns/**, and the list of what was planted.
/// Refuses a folder that already holds something, so that nobody's real returns are written over.
pub fn write(dir: &Path, settings: &Settings) -> io::Result<Summary> {
    refuse_full(dir)?;
    let frame = Frame::make(
        settings.divisions.clamp(1, 14),
        settings.regiments.clamp(1, 9),
        settings.companies.clamp(1, 40),
        settings.seed,
    );
    let drawn = answers::draw(&frame, settings.ballots.max(1), settings.seed);
    let silent = silent(&frame, settings);
    let mut returns = plan::returns(&frame, &drawn, &silent);
    let shapes = mess::shapes(&returns);
    let dice = Dice::new(settings.seed, "mess");
    let mut planter = Planter {
        frame: &frame,
        drawn: &drawn,
        returns: &mut returns,
        raw: Vec::new(),
        dice,
        planted: silence_notes(&frame, &silent),
    };
    planter.plant(settings.mess.rounds())?;
    let (raw, mut notes) = (planter.raw, planter.planted);
    let troubles = notes.len();
    notes.extend(shapes);
    // The persons come last, with dice of their own: what is made of the units does not depend on them.
    let persons = persons::draw(&frame, settings.ballots.max(1), settings.seed);
    let about_persons = person_papers::returns(&frame, &persons);
    notes.extend(person_papers::shapes(&about_persons));
    returns.extend(about_persons);
    let summary = Summary {
        files: returns.len() + raw.len(),
        units: frame.units.len(),
        persons: persons.all.len(),
        ballots: returns.iter().map(|file| file.ballots).sum(),
        planted: troubles,
    };
    for file in &returns {
        put(dir, &file.path(), &formats::encode(&file.sheets, file.format)?)?;
    }
    for (path, bytes) in &raw {
        put(dir, path, bytes)?;
    }
    beside(dir, settings, &Made { frame, drawn, persons }, &notes, &summary)?;
    Ok(summary)
}

/// What the small files tell of.
struct Made {
    frame: Frame,
    drawn: Vec<UnitAnswers>,
    persons: Persons,
}

fn beside(dir: &Path, settings: &Settings, made: &Made, planted: &[Planted], summary: &Summary) -> io::Result<()> {
    put(dir, "scheme.toml", texts::scheme().as_bytes())?;
    put(dir, "units.csv", texts::units(&made.frame, &made.persons).as_bytes())?;
    put(dir, "persons.csv", texts::table(&person_papers::roster(&made.frame, &made.persons)).as_bytes())?;
    put(dir, "adjustments.csv", texts::adjustments(&made.frame, &made.drawn).as_bytes())?;
    put(dir, "README.md", texts::readme(settings, summary).as_bytes())?;
    put(dir, "messes.csv", texts::list_table(planted).as_bytes())?;
    if settings.mess != Mess::None {
        put(dir, "MESSES.md", texts::list(planted).as_bytes())?;
    }
    Ok(())
}

/// Companies that send nothing, one for every round of troubles, as long as others of their regiment do.
fn silent(frame: &Frame, settings: &Settings) -> Vec<usize> {
    let mut dice = Dice::new(settings.seed, "silent");
    let villages: Vec<usize> = (0..frame.units.len())
        .filter(|unit| frame.units[*unit].kind == Kind::Village && frame.units[*unit].name != "一连")
        .collect();
    let mut silent = Vec::new();
    for _ in 0..settings.mess.rounds().min(villages.len() / 3) {
        let unit = *dice.pick(&villages);
        if !silent.contains(&unit) {
            silent.push(unit);
        }
    }
    silent
}

fn silence_notes(frame: &Frame, silent: &[usize]) -> Vec<Planted> {
    let note = |unit: &usize| Planted {
        wrong: true,
        file: String::new(),
        cell: String::new(),
        number: "16",
        what: format!("{}（{}）什么也没有报", frame.long_name(*unit), frame.units[*unit].code),
        expected: "列为缺报；没有分数，不排名，不是 0 分",
    };
    silent.iter().map(note).collect()
}

fn refuse_full(dir: &Path) -> io::Result<()> {
    if dir.is_dir() && std::fs::read_dir(dir)?.next().is_some() {
        let text = format!("{} is not empty; made data go to a new folder (目录不是空的)", dir.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
    }
    Ok(())
}

/// Writes one file below `dir`, with the folders it needs.
fn put(dir: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let target = dir.join(path);
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(target, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    /// Every file below a folder with its bytes.
    fn read_all(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = walkdir::WalkDir::new(dir).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
        files.map(|entry| (entry.path().strip_prefix(dir).unwrap().to_owned(), std::fs::read(entry.path()).unwrap())).collect()
    }

    fn made(settings: &Settings) -> (Summary, BTreeMap<PathBuf, Vec<u8>>) {
        let dir = tempfile::tempdir().unwrap();
        let summary = write(dir.path(), settings).unwrap();
        (summary, read_all(dir.path()))
    }

    #[test]
    fn the_committed_example_is_what_the_defaults_make() {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example");
        let (_, fresh) = made(&Settings::default());
        if std::env::var_os("KAOPING_UPDATE").is_some() {
            let _ = std::fs::remove_dir_all(&example);
            write(&example, &Settings::default()).unwrap();
        }
        let known = read_all(&example);
        let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&known), names(&fresh));
        let changed: Vec<&PathBuf> =
            fresh.iter().filter(|(path, bytes)| known.get(*path) != Some(bytes)).map(|(path, _)| path).collect();
        assert!(changed.is_empty(), "KAOPING_UPDATE=1 rewrites {changed:?}");
    }

    #[test]
    fn every_planted_place_exists_and_fifteen_kinds_are_planted() {
        let (summary, files) = made(&Settings::default());
        let text = String::from_utf8(files[Path::new("messes.csv")].clone()).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut kinds = std::collections::BTreeSet::new();
        let mut troubles = 0;
        for row in reader.records() {
            let row = row.unwrap();
            assert!(row[2].is_empty() || files.contains_key(Path::new(&row[2])), "{}", &row[2]);
            if &row[0] == "trouble" {
                troubles += 1;
                kinds.insert(row[1].to_owned());
            }
        }
        assert_eq!(troubles, summary.planted);
        assert!(kinds.len() >= 20, "{kinds:?}");
    }

    #[test]
    fn without_mess_nothing_is_planted_and_other_seeds_differ() {
        let settings = Settings { divisions: 2, regiments: 3, mess: Mess::None, ..Settings::default() };
        assert_eq!(Mess::from_word("none"), Some(settings.mess));
        let (summary, files) = made(&settings);
        assert_eq!(summary.planted, 0);
        assert_eq!(files.keys().filter(|path| path.starts_with("returns")).count(), summary.files);
        let (_, others) = made(&Settings { seed: 1, ..settings });
        assert_ne!(files[Path::new("units.csv")], others[Path::new("units.csv")]);
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("scheme.toml"), "real").unwrap();
        assert_eq!(write(dir.path(), &Settings::default()).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn small_and_large_sizes_are_made_without_a_fault() {
        for (divisions, regiments, companies, mess) in [(1, 1, 1, Mess::Lots), (1, 2, 3, Mess::Some), (14, 9, 2, Mess::Lots)] {
            let (summary, _) = made(&Settings { divisions, regiments, companies, ballots: 6, mess, seed: 5 });
            assert!(summary.files > 0);
        }
    }

    #[test]
    fn big_inputs_have_the_declared_size() {
        let dir = tempfile::tempdir().unwrap();
        let path = ballots_csv(&dir.path().join("csv"), 500, 20, 60, 1).unwrap();
        let mut reader = csv::Reader::from_path(path).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((rows.len(), rows[0].len()), (500, 23));
        workbooks(&dir.path().join("books"), 3, 60, 20, 1).unwrap();
        let books: Vec<PathBuf> = read_all(&dir.path().join("books/returns")).into_keys().collect();
        assert_eq!(books.len(), 3);
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(dir.path().join("books/returns").join(&books[0])).unwrap();
        let range = calamine::Reader::worksheet_range(&mut book, "民主测评").unwrap();
        assert_eq!(range.get_size(), (63, 22));
    }

    #[test]
    fn the_units_of_insteval_are_those_of_its_data() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/insteval");
        let mut parents = BTreeMap::new();
        for row in csv::Reader::from_path(folder.join("units.csv")).unwrap().records() {
            let row = row.unwrap();
            if &row[2] == "lecturer" {
                parents.insert(row[0].to_owned(), row[1].to_owned());
            }
        }
        let mut rated = BTreeMap::new();
        for row in csv::Reader::from_path(folder.join("returns/InstEval.csv")).unwrap().records() {
            let row = row.unwrap();
            rated.insert(row[1].to_owned(), format!("D{}", &row[5]));
        }
        assert_eq!(parents.len(), 1128);
        assert_eq!(parents, rated);
    }
}
