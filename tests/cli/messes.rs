//! Every planted trouble of the made example is found, and every odd shape is read without a word; then single troubles
//! of a sender's making, each from a small input.

use super::kit::{Call, Case, Csv, ceping_alone, kaoping, levels, pass_or_fail, text};
use calamine::{Data, Reader, open_workbook_auto};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

type Row = BTreeMap<String, String>;

/// What is demanded of one planted trouble, going by its `expected` text.
enum Demand {
    /// One of these codes at the place; the ledger shows the sheet with this status.
    Said(&'static [&'static str], &'static str),
    /// Read with nothing but notes at the place.
    Silent,
    /// Skipped with this code; nothing is counted from it.
    Skipped(&'static str),
    /// Of two files one is a duplicate, and M101 names it.
    Twice,
    /// The whole meeting is void by this code: no score, never 0.
    Void(&'static str),
    /// The unit sent nothing.
    Absent,
}

fn demand(expected: &str) -> Option<Demand> {
    use Demand::{Absent, Said, Silent, Skipped, Twice, Void};
    const READ: &str = "已计入";
    Some(match expected {
        "列为缺报；没有分数，不排名，不是 0 分" => Absent,
        "得分栏写“扣1”：警告，此项不计，提示改写得分" => Said(&["E105"], READ),
        "超过分值：此项不计并报告，不截断，该表标记不完整" => Said(&["E103"], READ),
        "取数字，括号内作为原因" => Said(&["E109"], READ),
        "得分栏写等次：不猜，报告，此项不计" => Said(&["E132"], READ),
        "百分制一栏的“%”：按分数读并记录" => Said(&["B411"], READ),
        "“—”是未评，不是 0 分" | "“/”是未评，不是 0 分" | "得分栏的“无”是未评，不是 0 分" | "“未打分”是未评，不是 0 分" => {
            Said(&["E102"], READ)
        }
        "按未评处理并警告" | "没有保存结果：按未评处理并警告，请打开后保存一次" => {
            Said(&["E107"], READ)
        }
        "以各项为准，警告并列出两个数" => Said(&["E201"], READ),
        "与方案的分值不同：警告，以方案为准" => Said(&["E111"], READ),
        "提示两处分值不一致，以题目为准" => Said(&["E118"], READ),
        "不猜：报告并给出相近题目，由人在方案里加别名" => Said(&["E115"], READ),
        "缺少必需的列：该表不读，列出见到的表头" => Said(&["L103"], "未识别"),
        "隐藏的行照常计入，并提示" => Said(&["F214"], READ),
        "此题不计，整票保留；提示在方案里加别名" => Said(&["B402"], READ),
        "此题作废，整票其余保留" => Said(&["B403"], READ),
        "不足一半：按方案的规则作废，并列出规则" => Said(&["B301"], READ),
        "此行不计并报告，给出相近名称，不自动改写" => Said(&["B101"], READ),
        "年度不符：搁置并提示，不计入" => Said(&["L107"], "他年"),
        "多报：不计入，列出相近名称" => Said(&["L132"], "未识别"),
        "网页表格：照常读取，提示另存为 xlsx" | "读不了：说明原因，请另存为 xlsx；该单位此表为缺报" => {
            Said(&["F230"], READ)
        }
        "隐藏的表不计，并提示" => Said(&["L109"], "隐藏表，未读"),
        "跳过，只提示" => Skipped("F103"),
        "说明文件是空的，请重新报送" => Skipped("F107"),
        "不是表格：列出，不读" => Skipped("F106"),
        "跳过" => Skipped("F104"),
        "该单位此次测评无效，作缺项处理，不是 0 分" => Void("M21"),
        "只计一份，另一份列为重复" | "内容相同：只计一份，另一份列为重复" => Twice,
        "全角数字按数字读，不报错"
        | "去掉“分”，按数字读"
        | "文本型数字按数字读"
        | "扣分栏的“无”即没有扣分，得满分"
        | "不涉及：此项不进分子也不进分母"
        | "不用序号认题，不报错"
        | "按同义词识别"
        | "只按实有内容读，时间与内存不受影响"
        | "写入任何结果时不得成为公式"
        | "按“优秀”读，不报错"
        | "记为空白票，不计入"
        | "按方案里的别名识别"
        | "认出是同一单位，不报错"
        | "按内容识别，照常读取" => Silent,
        _ => return None,
    })
}

/// The results of one run.
struct Results {
    out: PathBuf,
    diagnostics: Csv,
    ledger: Csv,
    receipts: Csv,
    standings: Csv,
    scores: Csv,
}

impl Results {
    fn of(out: &Path) -> Self {
        let csv = |name: &str| Csv::read(&out.join(name));
        Self {
            out: out.to_owned(),
            diagnostics: csv("diagnostics.csv"),
            ledger: csv("ledger.csv"),
            receipts: csv("receipts.csv"),
            standings: csv("standings.csv"),
            scores: csv("scores.csv"),
        }
    }

    /// Diagnostics of a file, and of the planted cell where it is given.
    fn said(&self, file: &str, cell: &str) -> Vec<&Row> {
        self.diagnostics.rows().iter().filter(|row| row["file"] == file && (cell.is_empty() || at(row, cell))).collect()
    }

    fn books(&self, file: &str) -> Vec<&Row> {
        self.ledger.find(&[("file", file)])
    }

    /// What a trouble failed to show; empty: nothing.
    fn missing(&self, mess: &Row) -> Vec<String> {
        let (file, cell) = (mess["file"].as_str(), mess["cell"].as_str());
        let mut faults = Vec::new();
        let mut need = |holds: bool, what: String| {
            if !holds {
                faults.push(what);
            }
        };
        for row in self.books(file) {
            need(row["balances"] == "是", format!("the books of {} do not balance", row["sheet"]));
        }
        let Some(demand) = demand(&mess["expected"]) else { return vec!["no demand is written for it".to_owned()] };
        match demand {
            Demand::Said(codes, status) => {
                let sheet = cell.split_once('!').map_or("", |(sheet, _)| sheet);
                let here = self.said(file, if codes[0] == "B301" { "" } else { cell });
                for code in codes {
                    let found: Vec<_> = here.iter().filter(|row| row["code"] == **code).collect();
                    need(!found.is_empty(), format!("{code} is not said at {cell}: {:?}", brief(&self.said(file, ""))));
                    need(found.iter().all(|row| explained(row)), format!("{code} explains too little: {found:?}"));
                }
                let books = self.books(file);
                let stands = books.iter().any(|row| row["status"] == status && (sheet.is_empty() || row["sheet"] == sheet));
                need(stands, format!("no sheet is {status}: {books:?}"));
            }
            Demand::Silent => {
                let here = self.said(file, cell);
                need(here.iter().all(|row| row["severity"] == "提示"), format!("complains: {:?}", brief(&here)));
                need(self.books(file).iter().all(|row| row["status"] == "已计入"), "is not read".to_owned());
                need(!self.books(file).is_empty(), "is not in the ledger".to_owned());
            }
            Demand::Skipped(code) => {
                need(self.said(file, "").iter().any(|row| row["code"] == code && explained(row)), format!("{code} is not said"));
                let books = self.books(file);
                need(
                    books.len() == 1 && books[0]["answers"] == "0",
                    format!("one line in the ledger without answers: {books:?}"),
                );
            }
            Demand::Twice => {
                let other = mess["planted"].split(' ').find(|word| word.starts_with("returns/"));
                let other = other.unwrap_or_else(|| panic!("{mess:?}"));
                let files = [file, other];
                let double = files.iter().filter(|file| self.books(file).iter().any(|row| row["status"] == "重复报送"));
                need(double.count() == 1, format!("one of {files:?} is a duplicate"));
                let said = files.iter().flat_map(|file| self.said(file, "")).filter(|row| row["code"] == "M101");
                need(said.count() == 1, "M101 is not said once".to_owned());
            }
            Demand::Void(code) => {
                let books = self.books(file);
                let unit = books.first().map_or("", |row| row["unit"].as_str());
                let receipts = self.receipts.find(&[("unit", unit), ("form", "ceping")]);
                need(receipts.len() == 1 && receipts[0]["meeting_void"] == "是", format!("meeting not void: {receipts:?}"));
                let name = self.standings.get(&[("subject", unit)], "name");
                let said = self.diagnostics.rows().iter();
                let said = said.filter(|row| row["code"].starts_with(code) && row["found"].contains(name)).count();
                need(said > 0, format!("{code} does not name {name}"));
                let scores = self.scores.find(&[("subject", unit), ("node", "ceping"), ("stratum", "")]);
                need(scores.iter().all(|row| row["score"].is_empty()), format!("has a score: {scores:?}"));
            }
            Demand::Absent => {
                let planted = &mess["planted"];
                let (_, code) = planted.split_once('（').unwrap_or_else(|| panic!("{planted}"));
                let code = code.split('）').next().unwrap_or_default();
                need(self.receipts.rows().iter().any(|row| row["unit"] == code && row["missing"] == "是"), "not 缺报".to_owned());
                let standing = self.standings.find(&[("subject", code)]);
                let blank = standing.iter().all(|row| row["score"].is_empty() && row["rank"].is_empty());
                need(blank, format!("has a rank or a score: {standing:?}"));
                let said = self.diagnostics.rows().iter().any(|row| row["code"] == "M209" && row["found"].contains(code));
                need(said, "M209 is not said".to_owned());
            }
        }
        faults
    }
}

/// Whether a diagnostic stands at a planted cell: `Sheet!F7` or `F7`, against `F7`, `行 7，列 6`, `行 7`.
fn at(row: &Row, cell: &str) -> bool {
    let (sheet, cell) = cell.split_once('!').map_or((None, cell), |(sheet, cell)| (Some(sheet), cell));
    let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(cell.len());
    let column = cell[..digits].bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
    let line = &cell[digits..];
    let places = [cell.to_owned(), format!("行 {line}，列 {column}"), format!("行 {line}")];
    // Two ticks are seen at the second one.
    let second = char::from_u32(u32::from(b'A') + column).map(|letter| format!("{letter}{line}"));
    // A sheet that is not read has no cells.
    let whole = row["code"].starts_with('L') && row["cell"].is_empty() && sheet.is_some();
    sheet.is_none_or(|sheet| row["sheet"] == sheet)
        && (whole || places.contains(&row["cell"]) || (row["code"] == "B403" && second.as_deref() == Some(row["cell"].as_str())))
}

/// What was done and how to mend it is said.
fn explained(row: &Row) -> bool {
    !row["done"].is_empty() && !row["help"].is_empty() && !row["message"].is_empty()
}

fn brief(rows: &[&Row]) -> Vec<String> {
    rows.iter().map(|row| format!("{} {}!{} {}", row["code"], row["sheet"], row["cell"], row["found"])).collect()
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("input/example")
}

#[test]
fn every_planted_trouble_is_found_and_every_shape_is_read() {
    let home = tempfile::tempdir().expect("a folder");
    let out = home.path().join("reports");
    let call = kaoping(home.path(), &["run", &text(&example()), "-o", &text(&out)]);
    assert_eq!(call.status, 1, "{}", call.stderr);
    let results = Results::of(&out);
    let messes = Csv::read(&example().join("messes.csv"));
    let (mut table, mut failed, mut troubles) = (String::new(), 0, 0);
    for mess in messes.rows() {
        let faults = if mess["kind"] == "shape" { shape(&results, &messes, mess) } else { results.missing(mess) };
        troubles += usize::from(mess["kind"] == "trouble");
        failed += usize::from(!faults.is_empty());
        let verdict = if faults.is_empty() { "ok".to_owned() } else { faults.join("; ") };
        let ending = mess["file"].rsplit('.').next().unwrap_or_default();
        let _ = writeln!(table, "{:>4} {ending:5} {} {} │ {verdict}", mess["number"], mess["cell"], mess["planted"]);
    }
    writeln!(std::io::stdout(), "{table}").expect("standard output");
    assert_eq!(failed, 0, "{failed} rows of messes.csv:\n{table}");
    assert!(troubles >= 45 && messes.rows().len() - troubles >= 15, "{} rows", messes.rows().len());
    no_formulas(&results);
}

/// An odd shape: every sheet read, nothing said but what was planted as a trouble beside it.
fn shape(results: &Results, messes: &Csv, mess: &Row) -> Vec<String> {
    let file = mess["file"].as_str();
    let planted = |row: &&&Row| {
        messes.find(&[("kind", "trouble"), ("file", file)]).iter().any(|trouble| {
            trouble["cell"].is_empty() || at(row, &trouble["cell"]) || row["code"] == "B402" || row["code"] == "B301"
        })
    };
    let said = results.said(file, "");
    let loud: Vec<&Row> = said.iter().filter(|row| row["severity"] != "提示" && !planted(row)).copied().collect();
    let books = results.books(file);
    let mut faults = Vec::new();
    if !loud.is_empty() {
        faults.push(format!("complains: {:?}", brief(&loud)));
    }
    if books.is_empty() || books.iter().any(|row| row["status"] != "已计入" || row["answers"] == "0" || row["unclaimed"] != "0")
    {
        faults.push(format!("is not read: {books:?}"));
    }
    faults
}

/// No output begins a cell with what a spreadsheet would run.
fn no_formulas(results: &Results) {
    for name in ["diagnostics.csv", "ledger.csv", "layouts.csv", "scores.csv", "receipts.csv"] {
        for row in Csv::read(&results.out.join(name)).rows() {
            for (column, value) in row {
                let number = value.parse::<f64>().is_ok();
                assert!(number || !value.starts_with(['=', '+', '-', '@']), "{name} {column}: {value}");
            }
        }
    }
}

/// The example's scheme and frame with these returns.
fn small() -> Case {
    let read = |name: &str| std::fs::read(example().join(name)).expect("the example");
    Case::new().file("scheme.toml", read("scheme.toml")).file("units.csv", read("units.csv"))
}

const ITEMS: [(&str, u32); 9] = [
    ("第一议题学习制度落实", 10),
    ("意识形态工作责任制落实", 10),
    ("党支部标准化规范化建设", 15),
    ("三会一课与组织生活质量", 15),
    ("党员发展教育管理", 10),
    ("作风建设与整治形式主义", 10),
    ("党风廉政建设", 10),
    ("阵地建设与经费保障", 10),
    ("联系服务职工群众", 10),
];

/// A score sheet of these items, full marks less one for each.
fn score_sheet(items: &[(&str, u32)]) -> String {
    let mut text = String::from("考核评分表\n被考核单位：第一师四十一团一连\n序号,考核内容,分值,考核分\n");
    for (nth, (name, full)) in items.iter().enumerate() {
        let _ = writeln!(text, "{},{name},{full},{}", nth + 1, full - 1);
    }
    text
}

/// Ballots with these numbers below a line of receipts.
fn ballots(returned: usize, numbers: impl Iterator<Item = usize>) -> String {
    let mut text = format!(
        "民主测评表\n应到45人,实到40人,发出测评票40张,收回{returned}张\n序号,政治建设,思想建设,组织建设,作风建设,纪律建设,制度建设\n"
    );
    for number in numbers {
        let last = if number % 3 == 0 { "良好" } else { "优秀" };
        let _ = writeln!(text, "{number},优秀,良好,优秀,一般,优秀,{last}");
    }
    text
}

fn run(case: &Case) -> (Call, Csv) {
    let call = case.run();
    let diagnostics = case.csv("diagnostics.csv");
    (call, diagnostics)
}

#[test]
fn a_deleted_ballot_row_shows() {
    let name = "returns/第一师/四十一团/一连-民主测评表（C票）.csv";
    // 38 returned, the 17th row deleted: the gap is placed, and the number of papers does not agree.
    let case = small().file(name, ballots(38, (1..=38).filter(|number| *number != 17)));
    let (call, said) = run(&case);
    let gap = said.find(&[("file", name), ("code", "B505")]);
    assert_eq!(gap.len(), 1, "{}", call.stderr);
    assert!(gap[0]["found"].contains("17") && gap[0]["cell"] == "行 20，列 1" && explained(gap[0]), "{gap:?}");
    let papers = said.find(&[("code", "M226")]);
    assert_eq!(papers.len(), 1, "{}", call.stderr);
    let found = &papers[0]["found"];
    assert!(found.contains("一连") && found.contains("收回 38") && found.contains("37") && explained(papers[0]), "{found}");
    // The last row deleted leaves no gap: the papers still tell.
    let (_, said) = run(&small().file(name, ballots(38, 1..=37)));
    assert_eq!((said.find(&[("code", "B505")]).len(), said.find(&[("code", "M226")]).len()), (0, 1));
    // Nothing deleted: nothing said. Numbers that mean something else: nothing said.
    let (_, said) = run(&small().file(name, ballots(38, 1..=38)));
    assert_eq!((said.find(&[("code", "B505")]).len(), said.find(&[("code", "M226")]).len()), (0, 0));
    let (_, said) = run(&small().file(name, ballots(38, (1..=38).map(|number| 1000 + number * 7))));
    assert_eq!(said.find(&[("code", "B505")]).len(), 0);
}

#[test]
fn a_deleted_item_row_shows() {
    let name = "returns/第一师/四十一团/一连考核评分表.csv";
    let left: Vec<(&str, u32)> = ITEMS.iter().copied().filter(|(item, _)| *item != "党风廉政建设").collect();
    let case = small().file(name, score_sheet(&left));
    let (call, said) = run(&case);
    let absent = said.find(&[("file", name), ("code", "E116")]);
    assert_eq!(absent.len(), 1, "{}", call.stderr);
    assert!(absent[0]["item"].contains("党风廉政建设") && absent[0]["help"].contains("党风廉政建设") && explained(absent[0]));
    // 81 of 90: the item leaves both sums, and the result says that it is not whole.
    let scores = case.csv("scores.csv");
    let row = scores.find(&[("subject", "1-41-1"), ("node", "mubiao")])[0];
    assert_eq!(row["incomplete"], "是", "{row:?}");
    assert!(said.rows().iter().any(|row| row["code"] == "M228" && row["found"].contains("一连")), "{}", call.stderr);
    let (_, said) = run(&small().file(name, score_sheet(&ITEMS)));
    assert_eq!(said.find(&[("file", name)]).len(), 0, "{:?}", brief(&said.find(&[("file", name)])));
}

#[test]
fn unknown_options_and_units_are_placed_and_mended() {
    let name = "returns/第一师/四十一团/四十一团民主测评表.csv";
    let rows = "单位,票种,政治建设,思想建设,组织建设,作风建设,纪律建设,制度建设\n\
                一连,A票,优秀,很好,优秀,一般,优秀,良好\n\
                十九连,A票,优秀,良好,优秀,一般,优秀,良好\n";
    let (call, said) = run(&small().file(name, rows));
    let option = said.find(&[("file", name), ("code", "B402")])[0];
    assert!(option["found"] == "很好" && option["cell"] == "行 2，列 4" && option["help"].contains("aliases = [\"很好\"]"));
    let unit = said.find(&[("file", name), ("code", "B101")]);
    assert_eq!(unit.len(), 1, "{}", call.stderr);
    assert!(unit[0]["found"] == "十九连" && unit[0]["cell"] == "行 3，列 1" && explained(unit[0]), "{unit:?}");
    assert_eq!(call.status, 1);
}

/// The words of a section and of points written in other ways than the rest.
#[test]
fn shapes_that_the_example_has_no_room_for() {
    let name = "returns/第一师/四十一团/一连考核评分表.csv";
    let mut text = String::from("考核评分表\n被考核单位：三师62团1连\n序号,一级指标,考核内容,分值,扣分,扣分原因\n");
    for (nth, (item, full)) in ITEMS.iter().enumerate() {
        let section = ["政治引领（25分）", "政治引领（25分）", "组织建设(40分)"].get(nth).copied().unwrap_or_default();
        let _ = writeln!(text, "{},{section},{item},{full},{},", nth + 1, if nth == 3 { "无" } else { "1" });
    }
    let case = small().file(&name.replace("第一师/四十一团/一连", ""), text);
    let (call, said) = run(&case);
    let sections = said.find(&[("code", "E118")]);
    assert_eq!(sections.len(), 1, "{}", call.stderr);
    assert!(sections[0]["found"].contains("25") && sections[0]["expected"].contains("20"), "{sections:?}");
    let ledger = case.csv("ledger.csv");
    assert_eq!(ledger.rows()[0]["unit"], "3-62-1", "三师62团1连: {}", call.stderr);
    // 8 of 9 items lost one point of 100; 无 in a column of deductions took nothing.
    let scores = case.csv("scores.csv");
    assert_eq!(scores.get(&[("subject", "3-62-1"), ("node", "mubiao")], "score"), "92.00");
}

/// The rows of a workbook of the example, as texts and numbers.
fn sheets_of(file: &str) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = open_workbook_auto(example().join(file)).expect("a workbook of the example");
    let sheets = book.worksheets();
    sheets.into_iter().map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect())).collect()
}

fn as_csv(rows: &[Vec<Data>]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(ToString::to_string)).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("whole")).expect("UTF-8")
}

fn as_xlsx(name: &str, rows: &[Vec<Data>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name).expect("a name");
    for (at, row) in (0u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(row) {
            match cell {
                Data::Empty => {}
                Data::Float(number) => drop(sheet.write_number(at, column, *number).expect("written")),
                other => drop(sheet.write_string(at, column, other.to_string()).expect("written")),
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// The same return saved as xls, xlsx, UTF-8 CSV and GB18030 CSV: one counts, the others are named.
#[test]
fn one_return_in_every_format_counts_once() {
    for (file, folder) in [("returns/第二师/五十二团/一连党建考核材料.xls", "returns/第二师/五十二团")] {
        let original = std::fs::read(example().join(file)).expect("the example");
        let ending = file.rsplit('.').next().unwrap_or_default();
        let mut case = small().file(&format!("{folder}/一连.{ending}"), original);
        let sheets = sheets_of(file);
        for (name, rows) in &sheets {
            let text = as_csv(rows);
            let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
            // Where a sheet's name alone says which form it is, the file's name has to.
            let stem = if name.contains('表') { name.clone() } else { format!("{name}评分表") };
            case = case
                .file(&format!("{folder}/一连-{stem}.csv"), &text)
                .file(&format!("{folder}/gb/一连-{stem}.csv"), gb)
                .file(&format!("{folder}/一连-{stem}.xlsx"), as_xlsx(name, rows));
        }
        let (call, said) = run(&case);
        let ledger = case.csv("ledger.csv");
        let counted = ledger.find(&[("status", "已计入")]).len();
        let double = ledger.find(&[("status", "重复报送")]).len();
        assert_eq!((counted, double), (sheets.len(), sheets.len() * 3), "{file}: {:#?}\n{}", ledger.rows(), call.stderr);
        assert_eq!(said.find(&[("code", "M101")]).len(), sheets.len() * 3, "{file}");
    }
}

/// More than is held in memory at once: GB18030, receipts above the header, quoted fields, unknown options.
#[test]
fn a_large_file_is_streamed_and_the_books_balance() {
    const ROWS: usize = 150_000;
    let mut text = String::from(
        "2026年民主测评表\n应到160000人,实到155000人,发出测评票150000张,收回150000张\n\
         序号,政治建设,思想建设,组织建设,作风建设,纪律建设,制度建设,\"意见,建议\"\n",
    );
    for number in 1..=ROWS {
        let (odd, last) = (if number % 500 == 0 { "很好" } else { "优秀" }, if number % 3 == 0 { "良好" } else { "优秀" });
        let _ = writeln!(text, "{number},{odd},良好,\"优秀\",一般,优秀,{last},\"继续保持，再接再厉,\"\"好\"\"\"");
    }
    text.push_str("注：此表由单位填写\n");
    let bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
    assert!(bytes.len() > 8 << 20, "{} bytes", bytes.len());
    let name = "returns/第一师/四十一团/一连-民主测评表（C票）.csv";
    let case = small().file(name, bytes);
    let (call, said) = run(&case);
    let unknown = said.find(&[("file", name), ("code", "B402")]);
    let more: usize = unknown.iter().map(|row| row["more"].parse::<usize>().expect("a number")).sum();
    assert_eq!((unknown.len(), more), (200, ROWS / 500 - 200), "{}", call.stderr);
    assert!(unknown.iter().all(|row| row["found"] == "很好"), "{:?}", unknown[0]);
    let (ledger, receipts) = (case.csv("ledger.csv"), case.csv("receipts.csv"));
    let books = ledger.find(&[("file", name)])[0];
    let number = |row: &Row, column: &str| row[column].parse::<usize>().expect("a number");
    assert_eq!((books["balances"].as_str(), books["header"].as_str(), books["receipt"].as_str()), ("是", "1", "1"));
    assert_eq!((books["title"].as_str(), books["footer"].as_str(), number(books, "rows")), ("1", "1", ROWS + 4));
    assert_eq!(number(books, "ballot_valid") + number(books, "ballot_partial"), ROWS);
    assert_eq!((number(books, "answers"), number(books, "answers_void")), (ROWS * 6 - ROWS / 500, ROWS / 500));
    let receipt = receipts.find(&[("unit", "1-41-1"), ("form", "ceping")])[0];
    let heads = ["attend_due", "attend_present", "issued", "returned"].map(|column| receipt[column].as_str());
    assert_eq!(heads, ["160000", "155000", "150000", "150000"]);
    assert_eq!(said.find(&[("code", "B505")]).len() + said.find(&[("code", "M226")]).len(), 0, "{}", call.stderr);
}

/// Serial numbers that happen to be unit codes too stay serial numbers.
#[test]
fn numbers_of_ballots_are_not_codes_of_units() {
    let scheme = concat!(
        r#"
title = "演算"
"#,
        levels!(),
        r#"[[scale]]
code = "s"
options = [{ code = "a", label = "优秀", value = "100" }, { code = "b", label = "良好", value = "80" }, { code = "c", label = "较差", value = "40" }]
[[form]]
code = "ceping"
name = "民主测评表"
kind = "ballot"
scale = "s"
items = [{ code = "1", name = "思想建设" }, { code = "2", name = "作风建设" }]
"#,
        ceping_alone!(),
        pass_or_fail!()
    );
    let mut units = "unit,parent,level,name\nc,,corps,演算兵团\n甲,c,unit,甲单位\n".to_owned();
    let mut sheet = "问卷编号,思想建设,作风建设\n".to_owned();
    for number in 1..=20 {
        let _ = writeln!(units, "{number},c,unit,第{number}队");
        let _ = writeln!(sheet, "{number},优秀,良好");
    }
    let case = Case::new().file("scheme.toml", scheme).file("units.csv", units).file("returns/甲单位-民主测评表.csv", sheet);
    let call = case.run();
    let receipts = case.csv("receipts.csv");
    assert_eq!(receipts.get(&[("unit", "甲"), ("form", "ceping")], "valid"), "20", "{}", call.stderr);
}

/// A vote table with merged header cells and the same table saved flat are one return.
#[test]
fn merged_and_flat_headers_are_one_return() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    for (column, word) in [(0, "单位"), (1, "票种")] {
        sheet.merge_range(1, column, 2, column, word, &plain).expect("merged");
    }
    sheet.write_string(0, 0, "民主测评计票表").expect("written");
    let items = ["政治建设", "思想建设", "组织建设", "作风建设", "纪律建设", "制度建设"];
    let (mut first, mut second, mut counts) = ("单位,票种".to_owned(), ",".to_owned(), "一连,C票".to_owned());
    sheet.write_string(3, 0, "一连").expect("written");
    sheet.write_string(3, 1, "C票").expect("written");
    for (number, item) in (0u16..).zip(items) {
        let left = 2 + number * 2;
        sheet.merge_range(1, left, 1, left + 1, item, &plain).expect("merged");
        let _ = write!(first, ",{item},");
        for (column, (word, count)) in (left..).zip([("优秀", 12u8), ("良好", 8)]) {
            sheet.write_string(2, column, word).expect("written");
            sheet.write_number(3, column, count).expect("written");
            let _ = write!(second, ",{word}");
            let _ = write!(counts, ",{count}");
        }
    }
    let units = "unit,parent,level,name,domain\nc,,corps,演示兵团,\nd,c,division,第一师,\nr,d,regiment,四十一团,\nu,r,company,一连,village\n";
    let scheme = std::fs::read_to_string(example().join("scheme.toml")).expect("a scheme");
    let case = Case::new()
        .file("scheme.toml", scheme)
        .file("units.csv", units)
        .file("returns/第一师/四十一团/民主测评计票表.xlsx", book.save_to_buffer().expect("a workbook"))
        .file("returns/第一师/四十一团/民主测评计票表-平.csv", format!("民主测评计票表\n{first}\n{second}\n{counts}\n"));
    let call = case.run();
    let said = case.csv("diagnostics.csv");
    assert_eq!(said.find(&[("code", "M101")]).len(), 1, "{}", call.stderr);
}
