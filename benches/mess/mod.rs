//! The clean workbooks once more, as units really send them: the same ballots under several of the forty messes each.

mod page;

use calamine::{Data, Reader, Xlsx, open_workbook};
use page::{Cell, Page};
use std::io;
use std::path::Path;

/// The options of the made form, in its order.
const LABELS: [&str; 5] = ["优秀", "良好", "一般", "较差", "不了解"];
/// Rows of a clean workbook above its ballots: title, unit line, header.
const HEADER: usize = 2;
/// Columns before the items: number and stratum.
const BEFORE: usize = 2;
/// Messes in one workbook.
const EACH: usize = 6;

/// One mess; the number is that of domain.md §6.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mess {
    /// 1: more lines above the header
    Titles,
    /// 2: a header of two merged rows
    Merged,
    /// 4: a row that adds up
    Sums,
    /// 5: signatures, dates, notes
    Footers,
    /// 6: full-width letters and blanks
    Wide,
    /// 6: zero-width signs and hard blanks
    Invisible,
    /// 7: numbers as text
    Texts,
    /// 9: ticks under the options
    Ticks,
    /// 15: the unit with 党支部（盖章）
    Endings,
    /// 22: hidden rows, columns and a hidden sheet
    Hidden,
    /// 25: comments beside answers
    Comments,
    /// 25: a column of remarks
    Remarks,
    /// 26: line breaks and numbers in headers
    Breaks,
    /// 28: a used range to the last cell of the sheet, and blank rows
    Extent,
    /// 29: columns in another order
    Order,
}

const ALL: [Mess; 15] = [
    Mess::Titles,
    Mess::Merged,
    Mess::Sums,
    Mess::Footers,
    Mess::Wide,
    Mess::Invisible,
    Mess::Texts,
    Mess::Ticks,
    Mess::Endings,
    Mess::Hidden,
    Mess::Comments,
    Mess::Remarks,
    Mess::Breaks,
    Mess::Extent,
    Mess::Order,
];

/// The messes of the workbook of this number: every mess in two workbooks of five, in changing company.
fn of_workbook(number: usize) -> Vec<Mess> {
    // 7 shares no factor with 15, so the six are different ones.
    (0..EACH).map(|nth| ALL[(number + number / ALL.len() + nth * 7) % ALL.len()]).collect()
}

/// Writes a messy copy of an assessment folder of clean workbooks.
pub fn copy(clean: &Path, messy: &Path) -> io::Result<()> {
    for name in ["scheme.toml", "units.csv"] {
        std::fs::create_dir_all(messy)?;
        std::fs::copy(clean.join(name), messy.join(name))?;
    }
    let mut files: Vec<_> = walkdir::WalkDir::new(clean.join("returns")).into_iter().collect::<Result<_, _>>()?;
    files.retain(|entry| entry.file_type().is_file());
    files.sort_by(|one, other| one.path().cmp(other.path()));
    for (number, entry) in files.iter().enumerate() {
        let to = messy.join(entry.path().strip_prefix(clean).map_err(io::Error::other)?);
        std::fs::create_dir_all(to.parent().unwrap_or(messy))?;
        let page = mess(read(entry.path())?, &of_workbook(number));
        std::fs::write(to, page.bytes().map_err(io::Error::other)?)?;
    }
    Ok(())
}

/// The rows of a clean workbook.
fn read(path: &Path) -> io::Result<Vec<Vec<Cell>>> {
    let mut book: Xlsx<_> = open_workbook(path).map_err(|error: calamine::XlsxError| io::Error::other(error))?;
    let range = book.worksheet_range_at(0).ok_or_else(|| io::Error::other("no sheet"))?.map_err(io::Error::other)?;
    let cell = |data: &Data| match data {
        Data::Empty => Cell::Empty,
        Data::Float(number) => Cell::Number(*number),
        other => Cell::Text(other.to_string()),
    };
    Ok(range.rows().map(|row| row.iter().map(cell).collect()).collect())
}

fn mess(mut rows: Vec<Vec<Cell>>, messes: &[Mess]) -> Page {
    let has = |mess| messes.contains(&mess);
    let mut page = Page::default();
    let mut ballots = rows.split_off(HEADER + 1);
    let mut header = rows.pop().unwrap_or_default();
    if has(Mess::Order) {
        std::iter::once(&mut header).chain(&mut ballots).for_each(|row| row[BEFORE..].reverse());
    }
    if has(Mess::Breaks) {
        for (number, cell) in (1..).zip(&mut header[BEFORE..]) {
            cell.change(|text| format!("{number}.\n{text}"));
        }
    }
    let sums = has(Mess::Sums).then(|| sums(&header, &ballots, has(Mess::Ticks)));
    for row in &mut ballots {
        dress(row, messes);
    }
    let upper = if has(Mess::Ticks) {
        Some(under_options(&mut header))
    } else if has(Mess::Merged) {
        let items = header.len() - BEFORE;
        let mut upper = vec![Cell::Empty; header.len()];
        upper[BEFORE] = "测评内容".into();
        page.merges.push((0, BEFORE, BEFORE + items - 1));
        Some(upper)
    } else {
        None
    };
    if has(Mess::Remarks) {
        header.push("意见建议".into());
        let remarks = ["", "希望多下连队", "", "无"].iter().cycle();
        ballots.iter_mut().zip(remarks).for_each(|(row, remark)| row.push(Cell::from(*remark)));
    }
    if has(Mess::Titles) {
        rows.insert(1, vec!["（2026年度考核专用，请于12月20日前报送）".into()]);
        rows.push(vec!["填表说明：请在相应等次下如实评价，不记名。".into()]);
        rows.push(Vec::new());
    }
    if has(Mess::Endings) {
        rows.iter_mut().flatten().for_each(|cell| {
            cell.change(|text| if text.starts_with("被测评单位") { format!("{text}党支部（盖章）") } else { text });
        });
    }
    let top = rows.len();
    page.merges.iter_mut().for_each(|merge| merge.0 = top);
    rows.extend(upper);
    rows.push(header);
    let first = rows.len();
    rows.extend(ballots);
    rows.extend(sums);
    if has(Mess::Extent) {
        // blank rows between the ballots
        (0..5).for_each(|nth| rows.insert(first + 7 + nth * 9, Vec::new()));
    }
    if has(Mess::Footers) {
        let lines = ["填表人：王某　　审核人：李某", "单位（盖章）：", "2026年12月3日", "注：本表一式两份。"];
        rows.extend(lines.map(|line| vec![line.into()]));
    }
    page.rows = rows;
    page.hidden = has(Mess::Hidden).then_some(first + 3);
    page.comments = if has(Mess::Comments) { vec![(first + 1, BEFORE), (first + 4, BEFORE + 1)] } else { Vec::new() };
    page.extent = has(Mess::Extent);
    page
}

/// Writes the answers of one ballot as people do.
fn dress(row: &mut Vec<Cell>, messes: &[Mess]) {
    let has = |mess| messes.contains(&mess);
    if has(Mess::Texts) {
        row[0].change_number(|number| format!("{number}"));
    }
    if has(Mess::Ticks) {
        let ticked = row.split_off(BEFORE);
        for cell in ticked {
            row.extend(LABELS.map(|label| if cell.is(label) { Cell::from("√") } else { Cell::Empty }));
        }
    }
    if has(Mess::Wide) {
        row[1].change(|text| text.replace('A', "Ａ").replace('B', "Ｂ").replace('C', "Ｃ"));
        row[BEFORE..].iter_mut().step_by(3).for_each(|cell| cell.change(|text| format!("　{text} ")));
    }
    if has(Mess::Invisible) {
        row[BEFORE..].iter_mut().step_by(4).for_each(|cell| cell.change(|text| format!("\u{200b}{text}\u{a0}")));
    }
}

/// A row at the end that counts the answers; under ticked options, the ticks of each.
fn sums(header: &[Cell], ballots: &[Vec<Cell>], ticks: bool) -> Vec<Cell> {
    let mut row: Vec<Cell> = vec!["合计".into(), Cell::Empty];
    for column in BEFORE..header.len() {
        #[allow(clippy::cast_precision_loss, reason = "some sixty ballots")]
        let count = |label: &str| Cell::Number(ballots.iter().filter(|ballot| ballot[column].is(label)).count() as f64);
        if ticks { row.extend(LABELS.map(count)) } else { row.push(count(LABELS[0])) }
    }
    row
}

/// Makes the header the lower of two rows, an option in every column; gives the upper row.
fn under_options(header: &mut Vec<Cell>) -> Vec<Cell> {
    let items = header.split_off(BEFORE);
    let upper: Vec<Cell> = header
        .drain(..)
        .chain(items.into_iter().flat_map(|item| {
            let rest = std::iter::repeat_n(Cell::Empty, LABELS.len() - 1);
            std::iter::once(item).chain(rest)
        }))
        .collect();
    header.extend([Cell::Empty, Cell::Empty]);
    header.extend((BEFORE..upper.len()).map(|column| Cell::from(LABELS[(column - BEFORE) % LABELS.len()])));
    upper
}
