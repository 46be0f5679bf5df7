//! The reading habits by name: each rule that keeps one of the messes of real returns from doing harm. All are always
//! kept; only a test can drop one, to prove what it is for (`tests/corpus/` names for each fixture the habit it lives by).

/// One habit; dropped, the plain thing is done instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// Titles above the header are skipped: the header is looked for, not taken to be row 1.
    HeaderSearch,
    /// A header of two or three rows is joined, level by level.
    HeaderLevels,
    /// A merged region's text holds in all its cells, and nowhere else.
    MergedCells,
    /// 合计, 小计, 平均分 are no data.
    SumRows,
    /// A printed sum is compared with the computed one.
    SumCheck,
    /// 填表人, 审核人, 盖章, 年月日, 注 below the table are no data.
    Footers,
    /// Full-width digits, letters, brackets and blanks are read as the narrow ones (NFKC).
    WideSigns,
    /// Zero-width characters are not there.
    InvisibleSigns,
    /// Blanks and line breaks within a word are not there: 张 伟, 自评⏎分.
    InnerBlanks,
    /// The apostrophe that makes a number a text is taken off.
    Apostrophe,
    /// 95分, 12票 are numbers.
    NumberUnits,
    /// 1,200 and 95,5 are numbers.
    NumberCommas,
    /// 95% in a column of points out of 100 is 95.
    PercentSigns,
    /// 0.95 that its format shows as 95% is 95%.
    PercentFormats,
    /// 0.95 among points out of 100 is not taken for 0.95 points.
    Fractions,
    /// √ ✓ ✔ ☑ ● and the like are ticks.
    TickSigns,
    /// Two options for one item void the item.
    TwoTicks,
    /// — / \ 无 未打分 缺考 are not answered, and never 0.
    MissingWords,
    /// 无 in a column of deductions is full marks.
    NothingTakenOff,
    /// 不涉及 leaves both sums.
    NotApplicable,
    /// 扣2 in a score column is a deduction, not 2 points.
    DeductionWords,
    /// A negative score is not taken.
    NegativePoints,
    /// A score above full marks is not taken, nor clipped.
    FullMarks,
    /// One return under two names counts once.
    ContentPrints,
    /// Of two differing score sheets of one unit only one counts, and somebody must choose.
    Revisions,
    /// 四十一团, 41团, 廿三团 and 二十三团: Chinese numerals and digits are one.
    Numerals,
    /// 第三师, 农三师 are 三师.
    UnitPrefixes,
    /// 四十一团党委（盖章） is 四十一团.
    UnitEndings,
    /// 三师四十一团一连 is read level by level.
    UnitPaths,
    /// 一连 is the one of the regiment that path or parent names.
    NearbyUnits,
    /// An unknown name is offered the names most like it, never given one.
    NearNames,
    /// Of two subjects with one name neither is guessed.
    Homonyms,
    /// A serial number with a date format is a date.
    DateCells,
    /// An option that became a date (1-2 → 1月2日) is called that.
    DateTraps,
    /// GB18030 and UTF-16 are told from UTF-8.
    TextEncodings,
    /// Big5 and Shift_JIS are told from GB18030.
    OtherEncodings,
    /// Tabs, semicolons and bars part cells as well as commas.
    Delimiters,
    /// A file is what its first bytes say, not its ending.
    ContentSniffing,
    /// A web page saved as .xls is read for its tables.
    WebTables,
    /// XML Spreadsheet 2003 is read.
    XmlTables,
    /// ~$ lock files are no returns.
    LockFiles,
    /// Documents and pictures are named, not read as text.
    ForeignFiles,
    /// A hidden sheet is not read, and said so.
    HiddenSheets,
    /// Hidden rows count, and it is said.
    HiddenRows,
    /// Hidden columns count, and it is said.
    HiddenColumns,
    /// Each sheet of a workbook is recognised by itself.
    EverySheet,
    /// A sheet's name may say the unit.
    SheetNames,
    /// 被考核单位：… above the table says the unit.
    UnitLines,
    /// A line with another unit between rows begins that unit's table.
    StackedTables,
    /// Columns below a unit's name are that unit's.
    SideBySide,
    /// A formula without a saved result is missing, and said so.
    UnsavedFormulas,
    /// #REF! and the like are missing, and said so.
    ErrorCells,
    /// 18(缺会议记录) is 18 with a reason.
    Remarks,
    /// Comments of cells are counted and said.
    Comments,
    /// 序号 is no score and no item.
    SerialColumns,
    /// Cells that are formatted only are not there.
    RealExtent,
    /// 自评得分, 标准分 and the like are known headers.
    Synonyms,
    /// A return without a column it needs is an error that lists its header.
    RequiredColumns,
    /// A reworded item is named with the one most like it.
    RewordedItems,
    /// 分值 that do not add up to the form's total are named with their sum.
    FullMarkSums,
    /// （34分） beside a section is compared with its items.
    SectionMarks,
    /// 优, 良 in a score column are named as what they are.
    GradeWords,
    /// Ballots without any number cannot be checked for being entered twice: said so.
    AnonymousBallots,
    /// 四十一團 is 四十一团.
    TraditionalSigns,
    /// A sheet of another year is set aside.
    YearCheck,
    /// Folders say the unit above.
    FolderNames,
    /// File and sheet names say the class of voters.
    VoterNames,
    /// Text that a spreadsheet would run is escaped when written.
    FormulaEscapes,
    /// CSV files begin with the mark by which Excel knows UTF-8.
    ByteOrderMark,
}

impl Habit {
    /// Every habit with its name in the fixtures, in order.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::HeaderSearch, "header-search"),
        (Self::HeaderLevels, "header-levels"),
        (Self::MergedCells, "merged-cells"),
        (Self::SumRows, "sum-rows"),
        (Self::SumCheck, "sum-check"),
        (Self::Footers, "footers"),
        (Self::WideSigns, "wide-signs"),
        (Self::InvisibleSigns, "invisible-signs"),
        (Self::InnerBlanks, "inner-blanks"),
        (Self::Apostrophe, "apostrophe"),
        (Self::NumberUnits, "number-units"),
        (Self::NumberCommas, "number-commas"),
        (Self::PercentSigns, "percent-signs"),
        (Self::PercentFormats, "percent-formats"),
        (Self::Fractions, "fractions"),
        (Self::TickSigns, "tick-signs"),
        (Self::TwoTicks, "two-ticks"),
        (Self::MissingWords, "missing-words"),
        (Self::NothingTakenOff, "nothing-taken-off"),
        (Self::NotApplicable, "not-applicable"),
        (Self::DeductionWords, "deduction-words"),
        (Self::NegativePoints, "negative-points"),
        (Self::FullMarks, "full-marks"),
        (Self::ContentPrints, "content-prints"),
        (Self::Revisions, "revisions"),
        (Self::Numerals, "numerals"),
        (Self::UnitPrefixes, "unit-prefixes"),
        (Self::UnitEndings, "unit-endings"),
        (Self::UnitPaths, "unit-paths"),
        (Self::NearbyUnits, "nearby-units"),
        (Self::NearNames, "near-names"),
        (Self::Homonyms, "homonyms"),
        (Self::DateCells, "date-cells"),
        (Self::DateTraps, "date-traps"),
        (Self::TextEncodings, "text-encodings"),
        (Self::OtherEncodings, "other-encodings"),
        (Self::Delimiters, "delimiters"),
        (Self::ContentSniffing, "content-sniffing"),
        (Self::WebTables, "web-tables"),
        (Self::XmlTables, "xml-tables"),
        (Self::LockFiles, "lock-files"),
        (Self::ForeignFiles, "foreign-files"),
        (Self::HiddenSheets, "hidden-sheets"),
        (Self::HiddenRows, "hidden-rows"),
        (Self::HiddenColumns, "hidden-columns"),
        (Self::EverySheet, "every-sheet"),
        (Self::SheetNames, "sheet-names"),
        (Self::UnitLines, "unit-lines"),
        (Self::StackedTables, "stacked-tables"),
        (Self::SideBySide, "side-by-side"),
        (Self::UnsavedFormulas, "unsaved-formulas"),
        (Self::ErrorCells, "error-cells"),
        (Self::Remarks, "remarks"),
        (Self::Comments, "comments"),
        (Self::SerialColumns, "serial-columns"),
        (Self::RealExtent, "real-extent"),
        (Self::Synonyms, "synonyms"),
        (Self::RequiredColumns, "required-columns"),
        (Self::RewordedItems, "reworded-items"),
        (Self::FullMarkSums, "full-mark-sums"),
        (Self::SectionMarks, "section-marks"),
        (Self::GradeWords, "grade-words"),
        (Self::AnonymousBallots, "anonymous-ballots"),
        (Self::TraditionalSigns, "traditional-signs"),
        (Self::YearCheck, "year-check"),
        (Self::FolderNames, "folder-names"),
        (Self::VoterNames, "voter-names"),
        (Self::FormulaEscapes, "formula-escapes"),
        (Self::ByteOrderMark, "byte-order-mark"),
    ];
}

/// Whether a habit is kept. Always: the compiler takes the question away.
#[cfg(not(test))]
#[must_use]
#[inline]
pub const fn on(_: Habit) -> bool {
    true
}

#[cfg(test)]
thread_local! {
    static DROPPED: std::cell::Cell<Option<Habit>> = const { std::cell::Cell::new(None) };
}

/// Whether a habit is kept on this thread.
#[cfg(test)]
pub fn on(habit: Habit) -> bool {
    DROPPED.get() != Some(habit)
}

/// Does `work` without one habit. Only on this thread: give it a pool of one thread where work is shared out.
#[cfg(test)]
pub fn without<R>(habit: Option<Habit>, work: impl FnOnce() -> R) -> R {
    DROPPED.set(habit);
    let result = work();
    DROPPED.set(None);
    result
}
