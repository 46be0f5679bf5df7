//! Source rules and pins as written.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// 来源规则；不写的字段仍由识别决定。A source rule; what is unset stays recognised.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SourceOption {
    /// returns/ 以下的路径通配，** 跨目录。Glob below returns/.
    #[schemars(length(min = 1))]
    pub files: String,
    /// 工作表名通配。Glob over the sheet name.
    pub sheet: Option<String>,
    /// 表。Form.
    pub form: Option<String>,
    /// 环节。Procedure node.
    pub procedure: Option<String>,
    /// 整张表所评的干部，编号或姓名。The person the whole sheet rates.
    pub subject: Option<String>,
    /// 票种。Stratum.
    pub stratum: Option<String>,
    /// 单位代码（或唯一名称、路径）。Unit: code, unique name or path.
    pub unit: Option<String>,
    /// 单位写在哪里：folder│file│sheet│column:表头│cell:B2。Where the unit is written.
    pub unit_from: Option<String>,
    /// 样式。Shape of the sheet.
    pub shape: Option<ShapeOption>,
    /// 表头（最后一行）在第几行，从 1 数。Row of the last header row, from 1.
    pub header_row: Option<u32>,
    /// 表头文字 → 用途：ballot、unit、subject、stratum、procedure、item、answer、count、ignore、item:<题目代码>。Header → use.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// 不是上报材料。Not a return.
    pub ignore: Option<bool>,
    /// 疑似重复或他年也计入。Count it although it looks like a duplicate or another year's.
    pub count: Option<bool>,
}

/// 样式。Shape of a sheet.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShapeOption {
    /// 一行一票，一列一题。One ballot a row.
    Wide,
    /// 一行一个答案。One answer a row.
    Long,
    /// 一行一票，一列一个对象。One subject a column.
    Matrix,
    /// 计票表。Vote counts.
    Votes,
    /// 评分表：一行一题。One item a row.
    Scores,
    /// 述职评分：一行一个对象，一列一个评委。One judge a column.
    Judges,
}
