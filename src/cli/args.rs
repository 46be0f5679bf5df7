//! The command line as a person types it. The help texts here are the only documentation of the flags.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// 考评：把各单位报来的表格变成可核对的结果 │ From returned spreadsheets to graded, ranked, charted results.
#[derive(Debug, Parser)]
#[command(name = "kaoping", version, about, disable_help_subcommand = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

/// Flags that every command knows.
#[derive(Debug, Args)]
pub struct Global {
    /// 并行线程数（默认：全部核） │ worker threads (default: all cores)
    #[arg(short, long, global = true, value_name = "N")]
    pub jobs: Option<usize>,
    /// 只说错误 │ say errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// 逐条列出，不按类合并 │ list every finding, not one per kind
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// 何时着色 │ when to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// 输出给人看还是给程序读 │ output for people or for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// `warnings`：有警告也以 1 退出 │ `warnings`: warnings too make the exit status 1
    #[arg(long, global = true, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// 界面语言（默认看 LANG；报告用方案的 language） │ language of messages (default: from LANG; reports follow the scheme)
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Zh,
    En,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 新建方案与名册 │ write a first scheme.toml and units.csv
    Init {
        /// 新的考核文件夹 │ the new assessment folder
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// 读全部回收表：谁报了、谁没报、哪里有错；不写文件 │ who has sent, who has not, what is wrong; writes nothing
    Check {
        /// 考核文件夹 │ the assessment folder
        dir: PathBuf,
        /// 只看一个单位及其下级 │ one unit and those below it
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// 给每个有问题的文件写一份退回表 │ write a returned workbook for each file with findings
        #[arg(long, value_name = "DIR")]
        slips: Option<PathBuf>,
    },
    /// 从回收表到报告，一步到底 │ the whole way from returns to reports
    Run {
        /// 考核文件夹 │ the assessment folder
        #[arg(default_value = "input/example")]
        dir: PathBuf,
        /// 报告文件夹（默认 reports/<文件夹名>） │ report folder (default reports/<name>)
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// 只计票，可合并 │ counts only; mergeable
    Tally {
        /// 考核文件夹 │ the assessment folder
        dir: PathBuf,
        /// 计票文件 │ the tally file
        #[arg(short, long, default_value = "part.parquet")]
        output: PathBuf,
    },
    /// 合并计票并出报告，与 run 逐字节相同 │ merge tallies and publish; equals `run` byte for byte
    Report {
        /// 考核文件夹（方案与名册） │ the assessment folder (scheme and units)
        dir: PathBuf,
        /// 计票文件，可多个 │ tally files
        #[arg(long, required = true, num_args = 1.., value_name = "TALLY")]
        from: Vec<PathBuf>,
        /// 报告文件夹（默认 reports/<文件夹名>） │ report folder (default reports/<name>)
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// 一个得分的来历：权重、票数、来源 │ one score back to weights, counts and sources
    Trace {
        /// 考核文件夹 │ the assessment folder
        dir: PathBuf,
        /// 单位编码或名称 │ code or name of the subject
        #[arg(long, value_name = "ID")]
        subject: String,
        /// 指标编码（默认：综合得分） │ node code (default: the composite)
        #[arg(long, value_name = "CODE")]
        node: Option<String>,
        /// 用已有计票，不再读回收表 │ use tallies instead of reading the returns
        #[arg(long, num_args = 1.., value_name = "TALLY")]
        from: Vec<PathBuf>,
    },
    /// 读回组织评定，按名额和规则核对，公布审定名单 │ check the organisation's decisions and publish the final list
    Decide {
        /// 结果文件夹（run 写出的） │ the report folder that `run` wrote
        dir: PathBuf,
        /// 填好的 feed/decisions.xlsx，或同样各列的 csv │ the filled feed/decisions.xlsx, or a csv of the same columns
        decisions: PathBuf,
        /// 审定名单的文件夹（默认 <结果文件夹>-final） │ folder of the final list (default <report folder>-final)
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
    /// 某个代码是什么意思、怎样改 │ what a code means and how to mend it
    Explain {
        /// 例如 B402；不写则列出全部 │ such as B402; none: list all
        code: Option<String>,
    },
    /// 写一套演示数据（编造） │ write made demonstration data
    Demo {
        /// 新的考核文件夹 │ the new assessment folder
        dir: PathBuf,
        #[arg(long, default_value_t = 3)]
        divisions: usize,
        /// 每师的团数 │ regiments in each division
        #[arg(long, default_value_t = 4)]
        regiments: usize,
        /// 每团的单位数 │ units in each regiment
        #[arg(long, default_value_t = 5)]
        companies: usize,
        /// 每单位的票数（约） │ ballots for each unit (about)
        #[arg(long, default_value_t = 40)]
        ballots: u32,
        /// 掺入多少乱象 │ how much mess to plant
        #[arg(long, value_enum, default_value_t = Mess::Some)]
        mess: Mess,
        #[arg(long, default_value_t = 2026)]
        seed: u64,
    },
    /// 方案的 JSON Schema │ JSON schema of scheme.toml
    Schema,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mess {
    None,
    Some,
    Lots,
}
