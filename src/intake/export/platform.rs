//! The platforms, told by the columns that each puts beside the questions.

use super::super::cells::without_brackets;
use super::super::heads::Header;
use crate::diagnostic::Language;

/// Where a sheet of answers was downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Platform {
    /// 问卷星, by text or by number.
    Wjx,
    /// 腾讯问卷.
    TencentSurvey,
    /// 腾讯文档收集表.
    TencentForm,
    /// 问卷网.
    Wenjuan,
    /// 金数据.
    Jinshuju,
    GoogleForms,
    MicrosoftForms,
    LimeSurvey,
    SurveyMonkey,
}

/// A sheet told as an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) struct Export {
    pub platform: Platform,
    /// Its own columns stand in the header (else only the file's name speaks of it).
    pub signed: bool,
    /// Options are given by their number in the order of the scale.
    pub by_number: bool,
}

impl Platform {
    /// Name for readers.
    pub(in crate::intake) fn name(self, language: Language) -> &'static str {
        match self {
            Self::Wjx => language.pick("问卷星", "Wenjuanxing"),
            Self::TencentSurvey => language.pick("腾讯问卷", "Tencent Survey"),
            Self::TencentForm => language.pick("腾讯文档收集表", "Tencent Docs form"),
            Self::Wenjuan => language.pick("问卷网", "Wenjuan.com"),
            Self::Jinshuju => language.pick("金数据", "Jinshuju"),
            Self::GoogleForms => "Google Forms",
            Self::MicrosoftForms => "Microsoft Forms",
            Self::LimeSurvey => "LimeSurvey",
            Self::SurveyMonkey => "SurveyMonkey",
        }
    }

    /// Whether it offers answers by option number, so that a bare 2 may mean the second option.
    pub(in crate::intake) fn has_numbers(self) -> bool {
        matches!(self, Self::Wjx | Self::Wenjuan | Self::LimeSurvey)
    }

    /// How many rows its header has at most.
    pub(super) fn header_rows(self) -> usize {
        if self == Self::SurveyMonkey { 2 } else { 1 }
    }

    /// Whether its running numbers have gaps by nature (numbers of answers never handed in, or deleted ones).
    pub(super) fn numbers_with_gaps(self) -> bool {
        matches!(self, Self::LimeSurvey | Self::MicrosoftForms | Self::SurveyMonkey)
    }
}

/// Each platform with columns that must all be there, and columns of which one must.
const SIGNS: [(Platform, &[&str], &[&str]); 15] = [
    (Platform::Wjx, &["提交答卷时间"], &["所用时间", "来自ip", "来源", "来源详情", "来源渠道", "序号"]),
    (Platform::TencentSurvey, &["开始答题时间", "结束答题时间"], &["编号", "答题时长", "ip", "ua", "清洗数据结果"]),
    (Platform::TencentForm, &["提交时间(自动)"], &[]),
    (Platform::TencentForm, &["提交者(自动)"], &[]),
    (Platform::Jinshuju, &["提交时间"], &["填写时长", "填写设备", "修改时间", "填写者ip", "提交人", "扩展属性", "微信openid"]),
    (Platform::GoogleForms, &["timestamp"], &[]),
    (Platform::GoogleForms, &["时间戳记"], &[]),
    (Platform::GoogleForms, &["时间戳"], &[]),
    (Platform::MicrosoftForms, &["starttime", "completiontime"], &["id", "email", "name"]),
    (Platform::MicrosoftForms, &["开始时间", "完成时间"], &["id", "电子邮件", "名称", "姓名"]),
    (Platform::LimeSurvey, &["submitdate"], &["lastpage", "startlanguage", "seed", "startdate", "id"]),
    (Platform::LimeSurvey, &["datesubmitted"], &["responseid", "lastpage", "startlanguage", "seed"]),
    (Platform::LimeSurvey, &["提交日期"], &["最后一页", "最后页", "起始语言", "开始语言", "答复id", "回复id", "种子"]),
    (Platform::SurveyMonkey, &["respondentid", "collectorid"], &[]),
    (Platform::SurveyMonkey, &["受访者id", "收集器id"], &[]),
];

/// The platform whose columns stand in a header, or whose name stands in the file's.
pub(super) fn told(header: &Header, stem: &str) -> Option<Export> {
    let has = |word: &&str| {
        header.heads.iter().flat_map(|head| &head.levels).any(|level| level == word || without_brackets(level) == *word)
    };
    let by_columns =
        SIGNS.iter().find(|(_, all, any)| all.iter().all(has) && (any.is_empty() || any.iter().any(has))).map(|sign| sign.0);
    let wenjuan =
        || has(&"答题时长") && header.heads.iter().flat_map(|head| &head.levels).any(|level| question_code(level).is_some());
    let wjx = || (stem.contains("_按文本_") || stem.contains("_按序号_")) && header.heads.len() >= 3;
    let signed = by_columns.or_else(|| wenjuan().then_some(Platform::Wenjuan));
    let platform = signed.or_else(|| wjx().then_some(Platform::Wjx))?;
    Some(Export { platform, signed: signed.is_some(), by_number: false })
}

/// The rest of a title after `q12`, as 问卷网 writes its columns: `q3_请评价_作风建设`, `q2_a1`.
pub(super) fn question_code(level: &str) -> Option<&str> {
    let rest = level.strip_prefix('q')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (end > 0 && (end == rest.len() || rest[end..].starts_with(['_', '.', '、']))).then(|| &rest[end..])
}
