//! Columns of an export that belong to the respondent or to the platform: read past, shown nowhere, kept nowhere.

use super::super::cells::{key, without_brackets};
use super::super::heads::Head;
use super::super::layout::Role;
use super::super::words::Use;
use super::platform::Platform;

/// Parts of a title that mean a person's own data wherever they stand.
const OWN: [&str; 30] = [
    "姓名",
    "名字",
    "昵称",
    "手机",
    "电话",
    "联系方式",
    "身份证",
    "证件号",
    "邮箱",
    "电子邮件",
    "微信",
    "openid",
    "unionid",
    "qq号",
    "学号",
    "工号",
    "住址",
    "家庭地址",
    "经纬度",
    "email",
    "e-mail",
    "phone",
    "mobile",
    "yourname",
    "fullname",
    "ipaddress",
    "ip地址",
    "useragent",
    "车牌",
    "银行卡",
];

/// Whole titles of columns that a platform adds.
const ADDED: [&str; 61] = [
    "name",
    "名称",
    "名",
    "姓",
    "firstname",
    "lastname",
    "username",
    "用户名",
    "用户类型",
    "用户标识",
    "ua",
    "referrer",
    "ip",
    "来自ip",
    "填写者ip",
    "来源",
    "来源详情",
    "来源渠道",
    "渠道",
    "自定义字段",
    "语言",
    "startlanguage",
    "起始语言",
    "开始语言",
    "lastpage",
    "最后一页",
    "最后页",
    "seed",
    "种子",
    "token",
    "refurl",
    "ipaddr",
    "interviewtime",
    "grouptime",
    "清洗数据结果",
    "智能清洗数据无效概率",
    "地理位置",
    "地理位置国家",
    "地理位置国家和地区",
    "地理位置省",
    "地理位置市",
    "操作系统",
    "浏览器",
    "设备",
    "填写设备",
    "填写时长",
    "答题时长",
    "所用时间",
    "扩展属性",
    "微信昵称",
    "微信性别",
    "微信国家",
    "微信省市",
    "微信头像",
    "customdata",
    "customdata1",
    "省份",
    "城市",
    "省",
    "市",
    "国家",
];

/// Titles of the moment an answer was handed in.
const MOMENTS: [&str; 21] = [
    "提交答卷时间",
    "提交时间",
    "提交时间(自动)",
    "结束答题时间",
    "完成时间",
    "timestamp",
    "时间戳记",
    "时间戳",
    "submitdate",
    "datesubmitted",
    "提交日期",
    "completiontime",
    "enddate",
    "结束日期",
    "开始答题时间",
    "开始时间",
    "starttime",
    "startdate",
    "datestamp",
    "datestarted",
    "datelastaction",
];

/// The role of a column of an export that names no item, where the platform or the title says more than the words alone.
///
/// `rated`: the share of its values that name somebody of the frame.
pub(in crate::intake) fn role(platform: Platform, head: &Head, rated: impl Fn() -> f64) -> Option<Role> {
    let word = head.last();
    let bare = without_brackets(word);
    if is_moment(word) || ADDED.contains(&bare) || ADDED.contains(&word) {
        return Some(Role::Private);
    }
    let own = OWN.iter().any(|part| head.levels.iter().any(|level| level.contains(part)));
    let asked = head.levels.iter().any(|level| level.contains(['您', '你']) || level.contains("your"));
    match head.used {
        Some(Use::Subject) if own && asked => Some(Role::Private),
        // 姓名 in an export is who answered, unless the frame knows these people.
        Some(Use::Subject) if own => (rated() < 0.6).then_some(Role::Private),
        Some(Use::Meta | Use::Private) => Some(Role::Private),
        Some(Use::Ballot | Use::Sequence) if platform.numbers_with_gaps() => Some(Role::Ballot),
        Some(Use::Ballot | Use::Sequence) => None,
        _ => own.then_some(Role::Private),
    }
}

/// The moment of an answer: part of the row's fingerprint (the same answers by text and by number are one return), never kept.
pub(in crate::intake) fn is_moment(title: &str) -> bool {
    let word = key(title);
    MOMENTS.contains(&word.as_str()) || MOMENTS.contains(&without_brackets(&word))
}

/// The moment of handing in that LimeSurvey leaves blank for answers never handed in.
pub(in crate::intake) fn is_submission(header_key: &str) -> bool {
    ["submitdate", "datesubmitted", "提交日期"].contains(&header_key)
}
