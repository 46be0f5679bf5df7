//! Made sheets → bytes of a file: xlsx, xls, ods, CSV in four encodings, a web page named `.xls`.

use super::sheet::{Sheet, Value};
use super::{ods, xls};
use encoding_rs::GB18030;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as Style, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};
use std::io::{self, Cursor, Read, Write};

/// A file format that units send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Xlsx,
    Xls,
    Ods,
    /// CSV, UTF-8 without byte order mark.
    Csv,
    /// CSV as Excel saves "CSV UTF-8".
    CsvBom,
    /// CSV as a Chinese Excel saves it.
    CsvGb,
    /// CSV with semicolons, UTF-8.
    CsvSemicolon,
    /// "Unicode 文本": UTF-16LE with mark, tabs.
    Unicode,
    /// A web page named `.xls`, as many web systems "export to Excel".
    Html,
    /// A workbook of the new format under the old name.
    XlsxNamedXls,
}

impl Format {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls | Self::Html | Self::XlsxNamedXls => "xls",
            Self::Ods => "ods",
            Self::Csv | Self::CsvBom | Self::CsvGb | Self::CsvSemicolon => "csv",
            Self::Unicode => "txt",
        }
    }

    /// Whether the file can hold several sheets.
    pub(super) fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xls | Self::Ods | Self::XlsxNamedXls)
    }
}

/// The file's bytes. Text formats hold the first sheet only.
pub(crate) fn encode(sheets: &[Sheet], format: Format) -> io::Result<Vec<u8>> {
    let text = |delimiter| sheets.first().map_or_else(|| Ok(String::new()), |sheet| delimited(sheet, delimiter));
    Ok(match format {
        Format::Xlsx | Format::XlsxNamedXls => {
            xlsx(sheets).map_err(io::Error::other).and_then(|bytes| without_results(bytes, sheets))?
        }
        Format::Xls => xls::workbook(sheets),
        Format::Ods => ods::workbook(sheets)?,
        Format::Csv => text(b',')?.into_bytes(),
        Format::CsvSemicolon => text(b';')?.into_bytes(),
        Format::CsvBom => format!("\u{feff}{}", text(b',')?).into_bytes(),
        Format::CsvGb => GB18030.encode(&text(b',')?).0.into_owned(),
        Format::Unicode => format!("\u{feff}{}", text(b'\t')?).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Format::Html => sheets.first().map(html).unwrap_or_default().into_bytes(),
    })
}

fn delimited(sheet: &Sheet, delimiter: u8) -> io::Result<String> {
    let width = sheet.width();
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in 0..sheet.rows.len() {
        // Excel writes every row as wide as the widest.
        writer.write_record((0..width).map(|column| sheet.get(row, column).text()))?;
    }
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn xlsx(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The library would write today's date.
    let made = ExcelDateTime::from_ymd(2026, 12, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for sheet in sheets {
        xlsx_sheet(book.add_worksheet(), sheet)?;
    }
    book.save_to_buffer()
}

fn xlsx_sheet(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_name(&sheet.name)?;
    let title = Style::new().set_bold().set_align(FormatAlign::Center).set_font_size(14);
    let plain = Style::new().set_border(FormatBorder::Thin).set_text_wrap();
    for &(top, left, bottom, right) in &sheet.merges {
        let (top, left, bottom, right) = (row_number(top), column_number(left), row_number(bottom), column_number(right));
        page.merge_range(top, left, bottom, right, "", &title)?;
    }
    for (row, cells) in sheet.rows.iter().enumerate() {
        let style = if cells.len() == 1 { &title } else { &plain };
        for (column, value) in cells.iter().enumerate() {
            xlsx_cell(page, row_number(row), column_number(column), value, style)?;
        }
    }
    for row in &sheet.hidden_rows {
        page.set_row_hidden(row_number(*row))?;
    }
    if let Some((row, column)) = sheet.far {
        page.write_blank(row, column, &plain)?;
        // Borders drawn far below the last ballot, as templates have them.
        for below in 0..300 {
            for column in 0..column_number(sheet.width()) {
                page.write_blank(row_number(sheet.rows.len() + below), column, &plain)?;
            }
        }
    }
    for column in 0..column_number(sheet.width()) {
        page.set_column_width(column, if column == 0 { 6 } else { 14 })?;
    }
    page.set_hidden(sheet.hidden);
    Ok(())
}

fn xlsx_cell(page: &mut Worksheet, row: u32, column: u16, value: &Value, style: &Style) -> Result<(), XlsxError> {
    match value {
        Value::Empty => return Ok(()),
        Value::Text(text) => page.write_string_with_format(row, column, text, style)?,
        Value::Hundredths(number) => page.write_number_with_format(row, column, real(*number), style)?,
        Value::Formula(formula, cached) => {
            let formula = Formula::new(formula).set_result(cached.as_deref().unwrap_or(NEVER));
            page.write_formula_with_format(row, column, formula, style)?
        }
        Value::Error(error) => page.write_formula_with_format(row, column, Formula::new("=0/0").set_result(*error), style)?,
    };
    Ok(())
}

/// Stands for "no result" until [`without_results`] takes it out: the library cannot leave a result away.
const NEVER: &str = "never-calculated";

/// Takes the results of never calculated formulas out of the sheets, as programs that do not calculate leave them.
fn without_results(bytes: Vec<u8>, sheets: &[Sheet]) -> io::Result<Vec<u8>> {
    let never = |value: &Value| matches!(value, Value::Formula(_, None));
    if !sheets.iter().any(|sheet| sheet.rows.iter().flatten().any(never)) {
        return Ok(bytes);
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let mut text = String::new();
        let name = part.name()?.into_owned();
        part.read_to_string(&mut text)?;
        let text = text.replace(&format!("<v>{NEVER}</v>"), "").replace(" t=\"str\"><f>", "><f>");
        packed.start_file(name, stamp())?;
        packed.write_all(text.as_bytes())?;
    }
    Ok(packed.finish()?.into_inner())
}

/// Zip options with a fixed time instead of the clock.
pub(super) fn stamp() -> zip::write::SimpleFileOptions {
    zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default())
}

/// A number of hundredths as the nearest double.
pub(super) fn real(hundredths: i64) -> f64 {
    i32::try_from(hundredths).map_or(f64::NAN, f64::from) / 100.0
}

fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn column_number(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// Text for XML and HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn html(sheet: &Sheet) -> String {
    let mut page = String::from("<html><head><meta charset=\"utf-8\"></head><body><table border=\"1\">\r\n");
    for row in &sheet.rows {
        page += "<tr>";
        for value in row {
            page += "<td>";
            page += &escape(&value.text());
            page += "</td>";
        }
        page += "</tr>\r\n";
    }
    page + "</table></body></html>\r\n"
}

/// A word-processor document with one paragraph: not a spreadsheet.
pub(super) fn docx(text: &str) -> io::Result<Vec<u8>> {
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "{head}<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"{kind}\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "{head}<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}\" Target=\"word/document.xml\"/></Relationships>"
            ),
        ),
        (
            "word/document.xml",
            format!(
                "{head}<w:document xmlns:w=\"{word}\"><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>",
                escape(text)
            ),
        ),
    ];
    let mut packed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        packed.start_file(name, stamp())?;
        packed.write_all(text.as_bytes())?;
    }
    Ok(packed.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader};

    fn sample() -> Sheet {
        let mut sheet = Sheet::new("考核");
        sheet.title("演示考核评分表", 3);
        sheet.header(vec!["序号".into(), "项目".into(), "得分".into()]);
        sheet.datum(vec![Value::int(1), "阵地,建设\"甲\"".into(), Value::Hundredths(850)]);
        sheet.datum(vec![Value::int(2), "作风\n建设 & 纪律".into(), "９.５分".into()]);
        sheet
    }

    fn cells(range: &calamine::Range<Data>) -> Vec<String> {
        range.rows().skip(1).flatten().map(ToString::to_string).collect()
    }

    #[test]
    fn every_workbook_format_reads_back_the_same() {
        let sheets = [sample(), Sheet { hidden: true, name: "去年".into(), ..sample() }];
        let expected = ["序号", "项目", "得分", "1", "阵地,建设\"甲\"", "8.5", "2", "作风\n建设 & 纪律", "９.５分"];
        let mut xlsx = calamine::Xlsx::new(Cursor::new(encode(&sheets, Format::Xlsx).unwrap())).unwrap();
        assert_eq!(cells(&xlsx.worksheet_range("考核").unwrap()), expected);
        assert_eq!(xlsx.sheets_metadata()[1].visible, calamine::SheetVisible::Hidden);
        let mut xls = calamine::Xls::new(Cursor::new(encode(&sheets, Format::Xls).unwrap())).unwrap();
        assert_eq!(cells(&xls.worksheet_range("考核").unwrap()), expected);
        assert_eq!(xls.sheets_metadata()[1].visible, calamine::SheetVisible::Hidden);
        assert_eq!(xls.merge_cells_by_sheet_name("考核").unwrap().len(), 1);
        let mut ods = calamine::Ods::new(Cursor::new(encode(&sheets, Format::Ods).unwrap())).unwrap();
        assert_eq!(cells(&ods.worksheet_range("考核").unwrap()), expected);
    }

    #[test]
    fn text_formats_hold_the_same_characters() {
        let utf8 = String::from_utf8(encode(&[sample()], Format::Csv).unwrap()).unwrap();
        assert!(utf8.starts_with("演示考核评分表,,\r\n序号,项目,得分\r\n1,\"阵地,建设\"\"甲\"\"\",8.5\r\n"), "{utf8}");
        let bytes = encode(&[sample()], Format::CsvGb).unwrap();
        let (decoded, _, broken) = GB18030.decode(&bytes);
        assert_eq!((&*decoded, broken), (utf8.as_str(), false));
        let unicode = encode(&[sample()], Format::Unicode).unwrap();
        assert_eq!(unicode[..2], [0xff, 0xfe]);
        assert!(encode(&[sample()], Format::CsvBom).unwrap().starts_with(b"\xef\xbb\xbf"));
    }

    #[test]
    fn a_never_calculated_formula_has_no_saved_result() {
        let mut sheet = sample();
        sheet.set(2, 2, Value::Formula("=4+4".into(), None));
        sheet.set(3, 2, Value::Error("#REF!"));
        let mut archive = zip::ZipArchive::new(Cursor::new(encode(&[sheet], Format::Xlsx).unwrap())).unwrap();
        let mut xml = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut xml).unwrap();
        assert!(xml.contains("<f>4+4</f></c>"), "{xml}");
        assert!(xml.contains("<v>#REF!</v>"), "{xml}");
    }
}
