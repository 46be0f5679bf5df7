//! Questionnaire exports 问卷导出: which platform made a sheet, what its titles say, and what of it must never be kept.
//!
//! Nothing here looks at rows of a sheet that is no export: an export is told by its header alone.

mod halves;
mod mask;
mod pace;
mod platform;
mod private;
mod titles;

pub(super) use halves::{half, with_its_text};
pub(super) use mask::masked;
pub(super) use pace::Clock;
pub(super) use platform::{Export, Platform};
pub(super) use private::{is_moment, is_submission, role};

use super::context::Context;
use super::heads::Header;

/// The header as it is where no platform is recognised; else with its titles taken apart and the platform noted. `None`: it has
/// more rows than the platform writes, so the lower ones are answers.
pub(super) fn seen(context: &Context<'_>, stem: &str, mut header: Header) -> Option<Header> {
    let Some(export) = platform::told(&header, stem) else { return Some(header) };
    if header.rows.len() > export.platform.header_rows() {
        return None;
    }
    header.heads = header.heads.iter().map(|head| titles::plain(context, export.platform, head)).collect();
    header.export = Some(export);
    Some(header)
}
