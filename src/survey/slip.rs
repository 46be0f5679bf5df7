//! The words by which a returned workbook 退回表 is known again when a sender mends it and sends it back.

/// Names of the first sheet, which lists the findings: Chinese, English.
pub const SLIP_NOTES: [&str; 2] = ["退回说明", "Return notes"];
/// What its first cell begins with.
pub const SLIP_TITLES: [&str; 2] = ["退回说明：", "Return notes: "];
/// Header of the column of remarks that is added at the right.
pub const SLIP_REMARKS: &str = "核对意见 / Remarks";
/// Takes the place of a respondent's own data.
pub const SLIP_HIDDEN: [&str; 2] = ["已隐去", "withheld"];
