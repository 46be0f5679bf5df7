//! A table: columns as wide as their text asks for, rows that wrap, drawings in their own column, a head that can be repeated.

use super::figure;
use super::inline::{Align, Rich, rich, set};
use super::markup::Element;
use super::sheet::{Item, OfTable, Outline, Part, Role, Slab};
use crate::publish::chart::{Face, GREY, INK, Rgb};

const GROUND: Rgb = (245, 247, 249);
const RULE: Rgb = (223, 227, 232);
const HEAD_RULE: Rgb = (184, 192, 200);
const BAD: Rgb = (178, 24, 43);
/// Room left and right of a cell's text.
const PAD: f64 = 3.5;

/// One cell as it will be set.
struct Cell<'a> {
    text: Rich,
    /// Text at the far end of the cell (the upper end of a scale).
    end: Option<Rich>,
    drawing: Option<&'a Element>,
    align: Align,
    indent: f64,
    /// A number, which is not broken.
    whole: bool,
    role: Role,
}

/// One row with its cells.
struct Row<'a> {
    cells: Vec<Cell<'a>>,
    head: bool,
}

/// The slabs of a table of at most `room` points.
pub(super) fn slabs(table: &Element, base: f64, room: f64, outline: &mut Outline, inside: Part) -> Vec<Slab> {
    let rows: Vec<Row<'_>> = table.elements().flat_map(|group| group.elements().map(|row| read(row, group, base))).collect();
    let columns = columns(&rows, base, room, table.class() == "sum");
    let part = outline.add(Role::Table, inside);
    let last = rows.len().saturating_sub(1);
    let mut out: Vec<Slab> = rows.iter().map(|row| set_row(row, &columns, base, outline, part)).collect();
    for (at, slab) in out.iter_mut().enumerate() {
        // No row alone at the foot or head of a page.
        slab.keep |= at == 1 && last > 1 || at + 1 == last;
    }
    if let Some(first) = out.first_mut() {
        first.before = base * 0.3;
    }
    if let Some(last) = out.last_mut() {
        last.keep = false;
    }
    out
}

fn read<'a>(row: &'a Element, group: &Element, base: f64) -> Row<'a> {
    let head = group.name == "thead";
    let size = base * if head { 0.88 } else { 0.94 };
    let cell = |cell: &'a Element| {
        let number = cell.class() == "n" || cell.class() == "n bad";
        let first = cell.name == "th" && !head;
        let depth = row.class().strip_prefix('d').and_then(|depth| depth.parse::<u32>().ok()).unwrap_or(0);
        let face = match (head, cell.class() == "n bad", first && row.class() == "d0") {
            (true, ..) => Face::new(size, GREY).bold(),
            (_, true, _) => Face::new(size, BAD).bold(),
            (_, _, true) => Face::new(size, INK).bold(),
            _ => Face::new(size, INK),
        };
        let end = cell.elements().find(|element| element.class() == "end");
        Cell {
            text: rich(&cell.children, face),
            end: end.map(|end| rich(&end.children, face)),
            drawing: cell.elements().find(|element| element.name == "svg"),
            align: if number {
                Align::Right
            } else if cell.class() == "c" {
                Align::Middle
            } else {
                Align::Left
            },
            indent: if first { f64::from(depth.min(3)) * base * 1.1 } else { 0.0 },
            whole: number && !head,
            role: if head {
                Role::ColumnHead
            } else if first {
                Role::RowHead
            } else {
                Role::Cell
            },
        }
    };
    Row { cells: row.elements().map(cell).collect(), head }
}

/// What one column asks for.
#[derive(Clone, Copy, Default)]
struct Wish {
    least: f64,
    most: f64,
    drawn: bool,
    /// A drawing that takes what room there is.
    stretched: bool,
}

/// Widths of the columns, together no more than `room`; all of it unless `shrunk`.
fn columns(rows: &[Row<'_>], base: f64, room: f64, shrunk: bool) -> Vec<f64> {
    let count = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut wishes = vec![Wish::default(); count];
    for row in rows {
        for (wish, cell) in wishes.iter_mut().zip(&row.cells) {
            wish.take(cell, row.head, base);
        }
    }
    for wish in wishes.iter_mut().filter(|wish| wish.stretched) {
        wish.most = wish.most.max(room * 0.3);
    }
    let sum = |of: fn(&Wish) -> f64| wishes.iter().map(of).sum::<f64>();
    let (least, most) = (sum(|wish| wish.least), sum(|wish| wish.most));
    let fixed: f64 = wishes.iter().filter(|wish| wish.drawn).map(|wish| wish.most).sum();
    let width = |wish: &Wish| {
        if most <= room {
            let spread = if shrunk || wish.drawn || most <= fixed { 0.0 } else { (room - most) / (most - fixed) };
            wish.most * (1.0 + spread)
        } else if least <= room {
            wish.least + (wish.most - wish.least) * (room - least) / (most - least)
        } else {
            wish.least * room / least
        }
    };
    wishes.iter().map(width).collect()
}

impl Wish {
    fn take(&mut self, cell: &Cell<'_>, head: bool, base: f64) {
        let side = 2.0 * PAD + cell.indent;
        let text = cell.text.widest() + cell.end.as_ref().map_or(0.0, |end| end.widest() + 2.0 * PAD);
        let least = match (cell.whole, head) {
            (true, _) => text,
            // Short heads stay whole, long ones may take two lines, names several.
            (false, true) if text <= base * 4.7 => text,
            (false, true) => cell.text.narrowest().max((text / 2.0 + base).min(text)),
            (false, false) => cell.text.narrowest().max(text.min(base * 7.5)),
        };
        self.least = self.least.max(least + side);
        self.most = self.most.max(text + side);
        if let Some(drawing) = cell.drawing {
            self.drawn = true;
            self.stretched |= drawing.class() == "bar";
            let (least, most) = if drawing.class() == "bar" { (11.0, 16.0) } else { (8.0, 9.5) };
            self.least = self.least.max(base * least);
            self.most = self.most.max(base * most);
        }
    }
}

fn set_row(row: &Row<'_>, columns: &[f64], base: f64, outline: &mut Outline, table: Part) -> Slab {
    let step = base * 1.24;
    let lines: Vec<_> =
        row.cells.iter().zip(columns).map(|(cell, width)| cell.text.balanced(width - 2.0 * PAD - cell.indent)).collect();
    let most = lines.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let height = u32::try_from(most).map_or(1.0, f64::from) * step + base * 0.34;
    let part = outline.add(Role::Row, table);
    let wide: f64 = columns.iter().sum();
    let mut items = Vec::new();
    if row.head {
        items.push(Item::Fill { left: 0.0, top: 0.0, width: wide, height, color: GROUND });
    }
    let mut x = 0.0;
    for ((cell, width), lines) in row.cells.iter().zip(columns).zip(&lines) {
        let own = outline.add(cell.role, part);
        let (left, room) = (x + PAD + cell.indent, width - 2.0 * PAD - cell.indent);
        let used = u32::try_from(lines.len()).map_or(0.0, f64::from) * step;
        // Heads of one and two lines stand on the same foot.
        let top = if row.head { height - used - base * 0.17 } else { (height - used) / 2.0 };
        items.extend(set(lines, (left, room), top, step, cell.align, own));
        if let Some(end) = &cell.end {
            items.extend(set(&end.wrapped(room), (left, room), height - step - base * 0.17, step, Align::Right, own));
        }
        if let Some(drawing) = cell.drawing {
            let high = base * 0.95;
            items.extend(figure::draw(drawing, (x + PAD, (height - high) / 2.0, width - 2.0 * PAD, high)));
        }
        x += width;
    }
    let color = if row.head { HEAD_RULE } else { RULE };
    items.push(Item::Line { points: vec![(0.0, height), (wide, height)], width: 0.5, color });
    let of_table = if row.head { OfTable::Head } else { OfTable::Row };
    Slab { height, items, keep: row.head, of_table, ..Slab::default() }
}
