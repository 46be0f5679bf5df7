//! Troubles of whole files: copies, last year's, strangers, locks, wrong formats, units that sent nothing.

use super::formats::{self, Format};
use super::mess::{self, Planter, Spot};
use super::plan::{Paper, Return};
use super::sheet::Value;
use std::io;

/// Plants each trouble of this kind once.
pub(super) fn plant(planter: &mut Planter<'_>) -> io::Result<()> {
    copies(planter);
    last_year(planter);
    stranger(planter);
    wrong_formats(planter);
    hidden_sheet(planter);
    no_spreadsheets(planter)
}

fn copies(planter: &mut Planter<'_>) {
    if let Some(file) = planter.take(|file| file.paper == Paper::SelfRated) {
        let original = planter.returns[file].path();
        let stem = format!("{}（定稿） - 副本", planter.returns[file].stem);
        let copy = Return { stem, ..planter.returns[file].clone() };
        planter.note_file(copy.path(), "14", format!("与 {original} 内容相同，换了名字"), "只计一份，另一份列为重复");
        planter.returns.push(copy);
    }
    if let Some(file) = planter.take(|file| file.paper == Paper::BallotsWide) {
        let original = planter.returns[file].path();
        let copy = Return { format: Format::CsvGb, ..planter.returns[file].clone() };
        planter.note_file(copy.path(), "14", format!("{original} 另存为 CSV（GB18030）"), "内容相同：只计一份，另一份列为重复");
        planter.returns.push(copy);
    }
}

fn last_year(planter: &mut Planter<'_>) {
    let Some(file) = planter.take(|file| file.paper == Paper::SelfRated && file.format.is_workbook()) else { return };
    let mut old = planter.returns[file].clone();
    old.stem = format!("{}2025年", old.stem);
    let page = &mut old.sheets[0];
    page.set(0, 0, "2025年度党建工作责任制自查评分表");
    let (from, to) = page.data;
    for row in from..to {
        if let Value::Hundredths(points) = page.get(row, 5) {
            page.set(row, 5, Value::Hundredths(points - 50));
        }
    }
    page.rows.truncate(to);
    planter.note_file(old.path(), "37", "去年（2025 年度）的表混在里面", "年度不符：搁置并提示，不计入");
    planter.returns.push(old);
}

fn stranger(planter: &mut Planter<'_>) {
    let Some(file) = planter.take(|file| file.paper == Paper::SelfRated) else { return };
    let mut other = planter.returns[file].clone();
    let folder = other.stem.rsplit_once('/').map_or("returns", |(folder, _)| folder).to_owned();
    other.stem = format!("{folder}/农科所-自查评分表");
    other.sheets[0].set(1, 0, "被考核单位：农科所（盖章）");
    planter.note_file(other.path(), "16", "名册中没有“农科所”", "多报：不计入，列出相近名称");
    planter.returns.push(other);
}

fn wrong_formats(planter: &mut Planter<'_>) {
    if let Some(file) = planter.take(|file| file.paper == Paper::SelfRated && file.format.is_workbook()) {
        planter.returns[file].format = Format::XlsxNamedXls;
        let path = planter.returns[file].path();
        planter.note_file(path, "20", "xlsx 文件改名为 .xls", "按内容识别，照常读取");
    }
    if let Some(file) = planter.take(|file| file.paper == Paper::BothPoints && file.unit.is_some()) {
        planter.returns[file].format = Format::Html;
        let path = planter.returns[file].path();
        planter.note_file(path, "20", "网页（HTML 表格）存成 .xls", "网页表格：照常读取，提示另存为 xlsx");
    }
}

fn hidden_sheet(planter: &mut Planter<'_>) {
    let Some(file) = planter.take(|file| file.paper == Paper::TwoForms && file.format == Format::Xlsx) else { return };
    let mut old = planter.returns[file].sheets[1].clone();
    "底稿".clone_into(&mut old.name);
    old.hidden = true;
    let column = old.column(&["考核分"]).unwrap_or(5);
    let row = old.data.0;
    old.set(row, column, Value::int(1));
    planter.returns[file].sheets.push(old);
    planter.note_cell(Spot { file, sheet: 2, row, column }, "22", "隐藏的工作表“底稿”，分数不同", "隐藏的表不计，并提示");
}

fn no_spreadsheets(planter: &mut Planter<'_>) -> io::Result<()> {
    let Some(file) = planter.take(|file| file.paper == Paper::BallotsSheets) else { return Ok(()) };
    let stem = planter.returns[file].stem.clone();
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("returns", &stem));
    // What a spreadsheet program leaves beside an open file: the user's name in a fixed frame; here no name.
    let lock = (format!("{folder}/~${name}.xlsx"), vec![b' '; 165]);
    let empty = (format!("{folder}/{name}（补充）.xlsx"), Vec::new());
    let letter = (format!("{folder}/情况说明.docx"), mess::letter()?);
    if planter.raw.iter().any(|(path, _)| *path == letter.0) {
        return Ok(());
    }
    planter.note_file(lock.0.clone(), "21", "打开文件时留下的锁文件", "跳过，只提示");
    planter.note_file(empty.0.clone(), "21", "0 字节的文件", "说明文件是空的，请重新报送");
    planter.note_file(letter.0.clone(), "21", "Word 文档", "不是表格：列出，不读");
    planter.raw.extend([lock, empty, letter]);
    let temporary = format!("{folder}/.DS_Store");
    planter.note_file(temporary.clone(), "21", "系统留下的文件", "跳过");
    planter.raw.push((temporary, formats::escape("demo").into_bytes()));
    Ok(())
}
