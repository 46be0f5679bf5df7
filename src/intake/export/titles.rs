//! Titles of questions without what a platform hangs on them: `1.【单选题】政治建设(必填)*` is 政治建设.

use super::super::cells::numbering;
use super::super::context::Context;
use super::super::heads::Head;
use super::platform::Platform;

/// Words in brackets that say what kind of question it is, not what it asks.
const KINDS: [&str; 34] = [
    "单选题",
    "单选",
    "多选题",
    "多选",
    "必填",
    "必答",
    "必答题",
    "选填",
    "选答",
    "选答题",
    "自动",
    "矩阵单选题",
    "矩阵题",
    "矩阵单选",
    "矩阵量表题",
    "量表题",
    "矩阵多选题",
    "打分题",
    "评分题",
    "评价题",
    "下拉题",
    "下拉框",
    "填空题",
    "问答题",
    "单项选择",
    "单项选择题",
    "多项选择题",
    "nps题",
    "滑动条题",
    "required",
    "optional",
    "singlechoice",
    "*",
    "比重题",
];

/// What stands below a question that has a single answer column.
const ANSWERS: [&str; 8] = ["response", "open-endedresponse", "回答", "答复", "回复", "开放式回答", "开放式答复", "开放式回复"];

/// A head whose levels are the bare words of its title: question, and row or option where the platform puts one behind it.
pub(super) fn plain(context: &Context<'_>, platform: Platform, head: &Head) -> Head {
    let mut levels: Vec<String> = Vec::with_capacity(2);
    for level in &head.levels {
        if head.levels.len() > 1 && ANSWERS.contains(&level.as_str()) {
            continue;
        }
        let title = bare(level);
        match split(title, platform).filter(|_| !context.knows_title(title)) {
            Some((question, part)) => levels.extend([bare(question).to_owned(), bare(part).to_owned()]),
            None => levels.push(title.to_owned()),
        }
    }
    levels.retain(|level| !level.is_empty());
    if levels.is_empty() {
        levels.clone_from(&head.levels);
    }
    Head::new(head.column, levels, head.text.clone())
}

/// Numbers, question kinds and marks off both ends, as often as they come.
fn bare(title: &str) -> &str {
    let mut rest = title;
    loop {
        let before = rest;
        rest = rest.trim_matches(['*', '?', ':', '。', ' ']);
        rest = numbering(rest).map_or(rest, |(_, behind)| if unnumbered(behind) { behind } else { rest });
        rest = coded(rest).unwrap_or(rest);
        if let Some((kind, behind)) = rest.strip_prefix('(').and_then(|body| body.split_once(')')) {
            if KINDS.contains(&kind) && !behind.is_empty() {
                rest = behind;
            } else if behind.is_empty() && !kind.is_empty() && !kind.contains('(') {
                rest = kind;
            }
        }
        if let Some((front, kind)) = rest.strip_suffix(')').and_then(|body| body.rsplit_once('('))
            && KINDS.contains(&kind)
            && !front.is_empty()
        {
            rest = front;
        }
        if rest == before || rest.is_empty() {
            return if rest.is_empty() { before } else { rest };
        }
    }
}

/// Whether what stands behind a number is a title: `q1(sq001)` is a code as a whole.
fn unnumbered(behind: &str) -> bool {
    !behind.is_empty() && !behind.starts_with("(sq") && !behind.starts_with("(other")
}

/// Behind the code of a question: `g01q02(sq001).政治建设`.
fn coded(title: &str) -> Option<&str> {
    let (code, rest) = title.split_once('.')?;
    let letters = code.starts_with(|c: char| c.is_ascii_alphabetic()) && code.bytes().any(|byte| byte.is_ascii_digit());
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'(' | b')' | b'_'));
    (letters && plain && !rest.is_empty()).then_some(rest)
}

/// Question and row (or option): `题干—行`, `题干(行)`, `题干:选项`, 问卷网 `题干_行`.
fn split(title: &str, platform: Platform) -> Option<(&str, &str)> {
    let by = |mark: &[char]| title.rsplit_once(mark).filter(|(front, part)| !front.is_empty() && !part.is_empty());
    let dashed = title.rsplit_once("——").or_else(|| by(&['—', '–', '|']));
    let bracketed = || {
        let body = title.strip_suffix(')')?;
        body.rsplit_once('(').filter(|(front, part)| !front.is_empty() && !part.is_empty())
    };
    let underlined = || by(&['_']).filter(|_| platform == Platform::Wenjuan);
    dashed.or_else(bracketed).or_else(underlined).or_else(|| by(&[':']))
}

#[cfg(test)]
mod tests {
    use super::super::super::cells::key;
    use super::*;
    use crate::intake::fixture;

    fn levels(platform: Platform, title: &str) -> String {
        let scheme = fixture::scheme();
        let context = Context::new(&scheme);
        plain(&context, platform, &Head::new(0, vec![key(title)], title.to_owned())).levels.join("|")
    }

    #[test]
    fn titles_lose_what_platforms_hang_on_them() {
        for title in [
            "1、政治建设",
            "Q1.政治建设",
            "1.【单选题】政治建设",
            "政治建设（必填）",
            "*政治建设",
            "1. 政治建设 *",
            "第1题(政治建设)",
            "1：政治建设",
            "G01Q02. 政治建设",
            "2、 政治建设？（单选题） *",
            "（1）政治建设",
        ] {
            assert_eq!(levels(Platform::Wjx, title), "政治建设", "{title}");
        }
        assert_eq!(levels(Platform::Wenjuan, "Q3_请评价_作风建设"), "请评价|作风建设");
        assert_eq!(levels(Platform::Wjx, "7、请评价以下方面—作风建设"), "请评价以下方面|作风建设");
        assert_eq!(levels(Platform::Wjx, "7、请评价以下方面(作风建设)"), "请评价以下方面|作风建设");
        assert_eq!(levels(Platform::TencentSurvey, "6.通勤地点:图书馆"), "通勤地点|图书馆");
        assert_eq!(levels(Platform::LimeSurvey, "G01Q02[SQ001]. 请评价 [作风建设]"), "请评价|作风建设");
        assert_eq!(levels(Platform::GoogleForms, "请评价 [作风建设]"), "请评价|作风建设");
    }

    #[test]
    fn an_item_with_brackets_in_its_name_stays_whole() {
        let scheme = fixture::scheme();
        let mut scheme = scheme;
        scheme.forms[2].items[0].name = "政治建设（含统战）".to_owned();
        let context = Context::new(&scheme);
        let head = Head::new(0, vec![key("1、政治建设（含统战）")], String::new());
        assert_eq!(plain(&context, Platform::Wjx, &head).levels, ["政治建设(含统战)"]);
    }
}
