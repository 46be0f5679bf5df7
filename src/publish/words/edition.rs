//! Why an edition could not be written, with what to do about it.

use crate::diagnostic::Language;
use crate::publish::edition::EditionError;

/// What a reader is told.
pub(in crate::publish) fn edition_error(error: &EditionError, language: Language) -> String {
    use EditionError::{BadName, Io, IsFile, NoName, NotOurs, Twice, Workbook};
    match (error, language) {
        (NoName(path), Language::Zh) => format!("{}：不能作为输出文件夹的名称，请用 -o 指定", path.display()),
        (NoName(path), Language::En) => format!("{}: not the name of a folder that could be made", path.display()),
        (IsFile(path), Language::Zh) => format!("{}：已有同名文件，请用 -o 另指定文件夹", path.display()),
        (IsFile(path), Language::En) => format!("{}: a file of that name is in the way", path.display()),
        (NotOurs(path), Language::Zh) => {
            format!("{}：其中有别的文件而没有本程序的 run.json，不予覆盖；请用 -o 另指定文件夹，或先清空它", path.display())
        }
        (NotOurs(path), Language::En) => format!(
            "{}: holds other files and no run.json of this program; it will not be replaced. Name another folder with -o, or empty this one",
            path.display()
        ),
        (Io { path, error }, Language::Zh) => {
            format!("{}：{error}；请关闭正在打开的文件，检查权限和磁盘空间；原有结果未动", path.display())
        }
        (Io { path, error }, Language::En) => format!(
            "{}: {error}. Close its files in other programs and check rights and free space; the old edition is untouched",
            path.display()
        ),
        (BadName(name), Language::Zh) => format!("「{name}」不是结果文件夹内的路径"),
        (BadName(name), Language::En) => format!("{name:?}: not a path within an edition"),
        (Twice(name), Language::Zh) => format!("「{name}」在结果中出现两次"),
        (Twice(name), Language::En) => format!("{name:?}: twice in one edition"),
        (Workbook(error), Language::Zh) => format!("results.xlsx：{error}"),
        (Workbook(error), Language::En) => format!("results.xlsx: {error}"),
    }
}
