//! What is sent about persons: persons.csv, ballots that rate many, lists, vote-count tables, and judges' sheets of duty reports.

use super::answers::STRATA;
use super::formats::Format;
use super::frame::Frame;
use super::mess::Planted;
use super::persons::{JUDGES, Person, Persons, Place, TIERS};
use super::plan::{Paper, Return};
use super::sheet::{Sheet, Value};

/// Options of the persons' ballots, best first; the last is an abstention.
const OPTIONS: [&str; 5] = ["优秀", "称职", "基本称职", "不称职", "不了解"];

/// The persons table 干部名册.
pub(super) fn roster(frame: &Frame, persons: &Persons) -> Vec<Vec<String>> {
    let head = ["id", "name", "unit", "post", "tier", "principal", "status", "merits"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for one in &persons.all {
        let unit = match one.place {
            Place::Regiment(regiment) => &frame.regiments[regiment].code,
            Place::Unit(unit) => &frame.units[unit].code,
        };
        let principal = if one.tier == 0 { "是" } else { "" };
        let cells = [&one.id, &one.name, unit, one.post, TIERS[one.tier], principal, one.status, one.merit];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    rows
}

/// How many members of the leading group are listed for a place, where any are.
pub(super) fn leaders(persons: &Persons, place: Place) -> Option<usize> {
    let of = persons.all.iter().filter(|one| one.place == place && one.tier < 3).count();
    (of > 0).then_some(of)
}

/// The returns about persons, regiment by regiment.
pub(super) fn returns(frame: &Frame, persons: &Persons) -> Vec<Return> {
    let mut all = Vec::new();
    for regiment in 0..frame.regiments.len() {
        let of = Of { frame, regiment, people: persons.all.iter().filter(|one| one.regiment == regiment).collect() };
        if of.people.is_empty() {
            continue;
        }
        let voters = &persons.voters[regiment];
        let (name, format, paper, sheet) = match regiment % 3 {
            0 => ("干部民主测评表", Format::Xlsx, Paper::PersonMatrix, of.matrix(voters)),
            1 => ("干部民主测评计票表", Format::Xls, Paper::PersonVotes, of.votes(voters)),
            _ => ("干部民主测评表", Format::CsvGb, Paper::PersonList, of.list(voters)),
        };
        all.push(of.file(name, format, paper, sheet, if regiment % 3 == 1 { 0 } else { voters.len() as u64 }));
        let (format, paper, sheet) = match regiment % 2 {
            0 => (Format::Xlsx, Paper::PersonJudges, of.judges()),
            _ => (Format::Ods, Paper::PersonMarks, of.marks()),
        };
        all.push(of.file("干部述职评分表", format, paper, sheet, 0));
    }
    all
}

/// The persons of one regiment.
struct Of<'a> {
    frame: &'a Frame,
    regiment: usize,
    people: Vec<&'a Person>,
}

impl Of<'_> {
    fn file(&self, name: &str, format: Format, paper: Paper, sheet: Sheet, ballots: u64) -> Return {
        let stem = format!("returns/{}/干部/{name}", self.frame.folder(self.regiment));
        Return { stem, format, paper, sheets: vec![sheet], regiment: self.regiment, unit: None, ballots, plain: false }
    }

    fn title(&self, what: &str) -> String {
        format!("{}2026年度{what}", self.frame.regiments[self.regiment].name)
    }

    fn unit(&self, person: &Person) -> &str {
        match person.place {
            Place::Regiment(regiment) => &self.frame.regiments[regiment].name,
            Place::Unit(unit) => &self.frame.units[unit].name,
        }
    }

    /// One ballot a row, one person a column: a ballot rates many.
    fn matrix(&self, voters: &[usize]) -> Sheet {
        let mut sheet = Sheet::new("民主测评");
        sheet.title(self.title("干部民主测评表"), self.people.len() + 2);
        let mut header: Vec<Value> = vec!["序号".into(), "票种".into()];
        header.extend(self.people.iter().map(|one| Value::from(marked(one))));
        sheet.header(header);
        for (number, stratum) in voters.iter().enumerate() {
            let mut row = vec![whole(number + 1), STRATA[*stratum].into()];
            row.extend(self.people.iter().map(|one| option(one.votes[number])));
            sheet.datum(row);
        }
        sheet
    }

    /// 计票表: a person and stratum a row, an option a column.
    fn votes(&self, voters: &[usize]) -> Sheet {
        let mut sheet = Sheet::new("计票");
        sheet.title(self.title("干部民主测评计票表"), 4 + OPTIONS.len());
        let mut header: Vec<Value> = ["序号", "单位", "姓名", "票种"].map(Value::from).into();
        header.extend(OPTIONS.map(Value::from));
        sheet.header(header);
        for one in &self.people {
            for (stratum, label) in STRATA.iter().enumerate() {
                let number = whole(sheet.rows.len() - 1);
                let mut row = vec![number, Value::from(self.unit(one)), Value::from(one.name.as_str()), Value::from(*label)];
                row.extend((0..OPTIONS.len()).map(|option| {
                    let cast = voters.iter().zip(&one.votes);
                    whole(cast.filter(|(of, vote)| **of == stratum && **vote == Some(option)).count())
                }));
                sheet.datum(row);
            }
        }
        sheet
    }

    /// One vote a row; names of two characters are spaced, as forms are often filled in.
    fn list(&self, voters: &[usize]) -> Sheet {
        let mut sheet = Sheet::new("");
        sheet.header(["票号", "被测评人单位", "姓名", "票种", "总体评价"].map(Value::from).into());
        for (number, stratum) in voters.iter().enumerate() {
            for one in &self.people {
                let row = [self.unit(one).to_owned(), spaced(&one.name), STRATA[*stratum].to_owned()].map(Value::from);
                sheet.datum(std::iter::once(whole(number + 1)).chain(row).chain([option(one.votes[number])]).collect());
            }
        }
        sheet
    }

    /// 述职评分表: one person a row, one judge a column.
    fn judges(&self) -> Sheet {
        let mut sheet = Sheet::new("评分");
        let mut header: Vec<Value> = ["序号", "姓名", "单位"].map(Value::from).into();
        header.extend((1..=JUDGES).map(|judge| Value::from(format!("评委{judge}"))));
        sheet.title(self.title("干部述职评分表"), header.len());
        sheet.header(header);
        for (number, one) in self.people.iter().filter(|one| !one.marks.is_empty()).enumerate() {
            let mut row = vec![whole(number + 1), Value::from(spaced(&one.name)), Value::from(self.unit(one))];
            row.extend(one.marks.iter().copied().map(Value::Hundredths));
            sheet.datum(row);
        }
        sheet.push(vec!["计分人：　　　　监票人：　　　　".into()]);
        sheet
    }

    /// The other way round: one judge a row, one person a column.
    fn marks(&self) -> Sheet {
        let mut sheet = Sheet::new("评分");
        let people: Vec<&&Person> = self.people.iter().filter(|one| !one.marks.is_empty()).collect();
        sheet.title(self.title("干部述职评分表"), people.len() + 1);
        let mut header: Vec<Value> = vec!["评委".into()];
        header.extend(people.iter().map(|one| Value::from(marked(one))));
        sheet.header(header);
        for judge in 0..JUDGES {
            let mut row = vec![format!("评委{}", judge + 1).into()];
            row.extend(people.iter().map(|one| Value::Hundredths(one.marks[judge])));
            sheet.datum(row);
        }
        sheet
    }
}

/// The name; of namesakes within one sheet with the id.
fn marked(person: &Person) -> String {
    if person.namesake { format!("{}（{}）", person.name, person.id) } else { person.name.clone() }
}

/// `王伟` as `王　伟`.
fn spaced(name: &str) -> String {
    let mut characters = name.chars();
    match (characters.next(), characters.next(), characters.next()) {
        (Some(first), Some(second), None) => format!("{first}　{second}"),
        _ => name.to_owned(),
    }
}

fn whole(number: usize) -> Value {
    Value::int(i64::try_from(number).unwrap_or(i64::MAX / 100))
}

fn option(vote: Option<usize>) -> Value {
    vote.and_then(|option| OPTIONS.get(option)).map_or(Value::Empty, |label| Value::from(*label))
}

/// Shapes of these returns that trip careless readers: one example of each.
pub(super) fn shapes(returns: &[Return]) -> Vec<Planted> {
    let list: [(&'static str, &str, &'static str, Paper); 4] = [
        ("17", "一张票评多名干部，每人一列", "每列是一名干部；按票筛选、按票种统计", Paper::PersonMatrix),
        ("17", "同一团里两名干部同名，在不同连队", "由“单位”列分清，不猜", Paper::PersonVotes),
        ("17", "同名干部的表头写“姓名（编号）”", "由编号分清", Paper::PersonMarks),
        ("17", "两个字的姓名中间有空格", "去掉空格再认人", Paper::PersonList),
    ];
    let mut found = Vec::new();
    for (number, what, expected, paper) in list {
        if let Some(file) = returns.iter().find(|file| file.paper == paper) {
            let what = what.to_owned();
            found.push(Planted { wrong: false, file: file.path(), cell: String::new(), number, what, expected });
        }
    }
    found
}
