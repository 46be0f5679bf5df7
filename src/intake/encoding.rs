//! Which encoding a text file is in: BOM, NUL bytes (UTF-16), strict UTF-8, strict GB18030, in that order.
