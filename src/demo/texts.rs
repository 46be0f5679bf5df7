//! The small files beside the returns: scheme.toml, units.csv, adjustments.csv, README.md and the list of planted troubles.

use super::answers::UnitAnswers;
use super::frame::{CORPS, Frame, Kind};
use super::mess::Planted;
use super::person_papers::leaders;
use super::persons::{Persons, Place};
use super::{REFERENCE, Settings, Summary};
use std::fmt::Write as _;

/// The reference scheme under a title that says what it is.
pub(super) fn scheme() -> String {
    let notice = "# 演示（编造数据）：单位、人数、分数都是编造的，与任何真实单位无关。Made data, no real organisation.\n";
    let title = REFERENCE.lines().find(|line| line.starts_with("title = ")).unwrap_or_default();
    format!("{notice}{}", REFERENCE.replacen(title, "title = \"演示（编造数据）：2026年度党建工作责任制考核\"", 1))
}

/// A CSV field, quoted where it must be.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// CSV with the mark that makes Excel read it as UTF-8.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::from("\u{feff}");
    for row in rows {
        let fields: Vec<String> = row.iter().map(|cell| field(cell)).collect();
        text += &fields.join(",");
        text += "\r\n";
    }
    text
}

fn texts<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

/// Thousands with a separator, as clerks write them.
fn thousands(number: u32) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

/// The frame 名册.
pub(super) fn units(frame: &Frame, persons: &Persons) -> String {
    let mut rows = vec![texts([
        "unit",
        "parent",
        "level",
        "name",
        "aliases",
        "domain",
        "headcount",
        "leaders",
        "headcount.A",
        "headcount.B",
        "headcount.C",
    ])];
    let people = |units: &mut dyn Iterator<Item = usize>| units.map(|unit| frame.units[unit].headcount).sum::<u32>().to_string();
    let inner = |code: &str, parent: &str, level: &str, name: &str, aliases: &str, people: &str, leaders: usize| {
        texts([code, parent, level, name, aliases, "", people, &leaders.to_string(), "", "", ""])
    };
    rows.push(inner(CORPS.0, "", "corps", CORPS.1, "", &people(&mut (0..frame.units.len())), 7));
    for (number, division) in frame.divisions.iter().enumerate() {
        let mut members = (0..frame.units.len()).filter(|unit| frame.regiments[frame.units[*unit].regiment].division == number);
        let aliases = format!("{}|农{}|{}师", division.short, division.short, number + 1);
        rows.push(inner(&division.code, CORPS.0, "division", &division.name, &aliases, &people(&mut members), 7));
    }
    for (number, regiment) in frame.regiments.iter().enumerate() {
        let parent = &frame.divisions[regiment.division].code;
        rows.push(inner(
            &regiment.code,
            parent,
            "regiment",
            &regiment.name,
            &regiment.digits,
            &people(&mut regiment.units.clone()),
            leaders(persons, Place::Regiment(number)).unwrap_or(7),
        ));
    }
    for (number, unit) in frame.units.iter().enumerate() {
        let parent = &frame.regiments[unit.regiment].code;
        let mut row = texts([&unit.code, parent, "company", &unit.name, &unit.aliases.join("|"), unit.kind.domain()]);
        row.push(thousands(unit.headcount));
        row.push(leaders(persons, Place::Unit(number)).map_or(unit.leaders.to_string(), |listed| listed.to_string()));
        row.extend(unit.strata.map(|people| people.to_string()));
        rows.push(row);
    }
    table(&rows)
}

/// A few bonuses, deductions and vetoes, each with a made document.
pub(super) fn adjustments(frame: &Frame, drawn: &[UnitAnswers]) -> String {
    let mut best: Vec<usize> = (0..frame.units.len()).collect();
    best.sort_by_key(|unit| (std::cmp::Reverse(drawn[*unit].assessed.iter().sum::<i64>()), *unit));
    let code = |place: usize| best.get(place % best.len().max(1)).map_or("", |unit| frame.units[*unit].code.as_str());
    let last = best.len().saturating_sub(1);
    let mut rows = vec![
        texts(["subject", "kind", "points", "achievement", "award-level", "document", "reason", "effect"]),
        texts([code(4), "bonus", "2", "基层党建示范点", "师", "演示师发〔2026〕12号", "被命名为示范点", ""]),
        texts([code(4), "bonus", "3", "基层党建示范点", "兵团", "演示兵发〔2026〕35号", "同一事项更高一级，只计最高", ""]),
        texts([code(9), "bonus", "1.5", "民族团结进步先进集体", "师", "演示师发〔2026〕20号", "受到表彰", ""]),
        texts([code(last), "deduction", "2", "", "", "演示师通〔2026〕7号", "整改不力，通报批评", ""]),
        texts([code(12), "deduction", "0.5", "", "", "演示团通〔2026〕3号", "材料迟报", ""]),
        texts([code(1), "veto", "", "", "", "演示师安〔2026〕5号", "发生安全生产责任事故，一票否决", ""]),
    ];
    // The last company but one: no unit would be graded 较差 by its score alone, and its leaders' caps depend on it.
    let companies: Vec<usize> = best.iter().copied().filter(|unit| frame.units[*unit].kind == Kind::Village).collect();
    if let [.., unit, _] = companies[..] {
        let code = &frame.units[unit].code;
        rows.push(texts([code, "veto", "", "", "", "演示师纪〔2026〕11号", "党组织软弱涣散，限期整顿", "set:poor"]));
    }
    table(&rows)
}

/// What this folder is, by which command it was made.
pub(super) fn readme(settings: &Settings, summary: &Summary) -> String {
    let Summary { files, units, persons, .. } = summary;
    let Settings { divisions, regiments, companies, ballots, mess, seed } = settings;
    let command = format!(
        "kaoping demo DIR --divisions {divisions} --regiments {regiments} --companies {companies} --ballots {ballots} --mess {} --seed {seed}",
        mess.word()
    );
    let troubles = match mess {
        super::Mess::None => {
            "没有故意放入的差错；`messes.csv` 只列出各种版式的例子。\nNo troubles are planted; `messes.csv` lists examples of the shapes."
        }
        _ => {
            "故意放入的差错及程序应有的处理，逐条列在 `MESSES.md`（供阅读）和 `messes.csv`（供程序）。\nThe planted troubles, and what the program should do with each, are listed in `MESSES.md` and `messes.csv`."
        }
    };
    format!(
        "# 演示数据（全部编造） · Made data\n\n\
        单位、番号归属、人员、人数、票、分数、文号都是由程序按种子随机编造的，与任何真实单位、人员无关。\n\
        Everything here is made up by a seeded generator; it describes no real organisation and no real person.\n\n\
        ```\n{command}\n```\n\n\
        同样的参数在任何机器上得到逐字节相同的文件：{units} 个基层单位，{persons} 名干部，`returns/` 下 {files} 个文件。\n\
        The same settings give the same bytes on every machine: {units} units, {persons} persons, {files} files below `returns/`.\n\n\
        {troubles}\n\n\
        | 文件 | 内容 |\n|---|---|\n\
        | `scheme.toml` | 考核方案（参考方案，改了标题） |\n\
        | `units.csv` | 名册：兵团、师、团、连队、社区、机关、企业 |\n\
        | `persons.csv` | 干部名册：团领导班子、连队党支部班子、机关党务干部；责任层级、特殊情况、优先条件 |\n\
        | `adjustments.csv` | 加分、扣分、一票否决及依据文件 |\n\
        | `returns/**` | 各单位报来的表：五种表和两种干部表，xlsx、xls、ods、CSV（UTF-8、GB18030）、UTF-16 文本 |\n\n\
        编入的“真相”，供核对图表：第三师作风廉政偏弱；全部团中的第二个团在联系服务群众上偏弱；第七个团自评明显偏高；\n\
        人少的单位票少，结果起伏大。\n\
        Built in, for the charts to find: the third division is weak in conduct, the second regiment in serving people,\n\
        the seventh regiment rates itself too high, and small units are noisy.\n"
    )
}

/// The planted troubles for people.
pub(super) fn list(planted: &[Planted]) -> String {
    let mut text = String::from(
        "# 故意放入的差错 · Planted troubles\n\n\
        全部为编造数据。“应有的处理”是对程序的要求：读完之后，这里的每一条都应能在诊断、台账或报送情况中找到（“样式”一类应当一声不响地读对）。\n",
    );
    for (wrong, heading) in [(true, "差错"), (false, "样式（不是差错，但容易读错）")] {
        let rows: Vec<&Planted> = planted.iter().filter(|one| one.wrong == wrong).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {heading}\n\n| 类 | 文件 | 位置 | 放入了什么 | 应有的处理 |\n|---|---|---|---|---|\n");
        for one in rows {
            let cell = |text: &str| text.replace('|', "\\|");
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                one.number,
                cell(&one.file),
                one.cell,
                cell(&one.what),
                one.expected
            );
        }
    }
    text
}

/// The same for programs.
pub(super) fn list_table(planted: &[Planted]) -> String {
    let mut rows = vec![texts(["kind", "number", "file", "cell", "planted", "expected"])];
    for one in planted {
        let kind = if one.wrong { "trouble" } else { "shape" };
        rows.push(texts([kind, one.number, &one.file, &one.cell, &one.what, one.expected]));
    }
    table(&rows)
}
