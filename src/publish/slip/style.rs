//! What marked cells of a slip look like: colour, frame and sign; heights of wrapped rows.

use crate::diagnostic::Severity;
use rust_xlsxwriter::{Color, Format, FormatBorder};
use unicode_width::UnicodeWidthStr;

/// Frames of ordinary cells.
pub(super) const GREY: Color = Color::RGB(0xA0_A0A0);

/// Signs before what is marked: they show on grey print too.
pub(super) fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "✗",
        Severity::Warning => "△",
        Severity::Note => "·",
    }
}

/// Colours of a severity: background, text.
pub(super) fn colours(severity: Severity) -> (Color, Color) {
    match severity {
        Severity::Error => (Color::RGB(0xFF_C7CE), Color::RGB(0x9C_0006)),
        _ => (Color::RGB(0xFF_EB9C), Color::RGB(0x7F_6000)),
    }
}

/// The same format, marked: colour, a thick frame, and a sign before the value that leaves the value as it is.
pub(super) fn marked(format: &Format, severity: Severity) -> Format {
    let (back, text) = colours(severity);
    let frame = if severity == Severity::Error { FormatBorder::Medium } else { FormatBorder::MediumDashed };
    let sign = sign(severity);
    format
        .clone()
        .set_background_color(back)
        .set_font_color(text)
        .set_border(frame)
        .set_border_color(text)
        .set_num_format(format!("\"{sign} \"General;\"{sign} \"-General;\"{sign} \"General;\"{sign} \"@"))
}

/// Lines that a text takes at a width.
pub(super) fn wrapped(text: &str, width: f64) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a width of a column, 1 to 255")]
    let width = (width as usize).saturating_sub(2).max(4);
    text.lines().map(|line| line.width().div_ceil(width).max(1)).sum::<usize>().max(1)
}

/// Points for so many lines; Excel's limit is 409.
pub(super) fn height(lines: usize) -> f64 {
    f64::from(u16::try_from(lines).unwrap_or(u16::MAX)).mul_add(15.0, 3.0).min(400.0)
}
