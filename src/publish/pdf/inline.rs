//! Running text of mixed faces: read from the tree, broken into lines, set down as texts and colour patches.

use super::figure::tone;
use super::markup::{Element, Node};
use super::sheet::{Item, Part};
use crate::publish::chart::{Face, GREY, INK, Rgb, pieces};

/// Stands for a colour patch of a legend among the letters (private use area).
const PATCH: char = '\u{E000}';

/// A character as it will look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    character: char,
    face: Face,
    patch: Option<Rgb>,
    width: f64,
}

impl Letter {
    fn new(character: char, face: Face) -> Self {
        Self { character, face, patch: None, width: face.width(character.encode_utf8(&mut [0; 4])) }
    }

    fn patch(face: Face, patch: Option<Rgb>) -> Self {
        Self { character: PATCH, face, patch, width: face.size * 1.25 }
    }
}

fn width(letters: &[Letter]) -> f64 {
    letters.iter().map(|letter| letter.width).sum()
}

/// Text that can be broken into lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Rich {
    /// What stays together, line by line of the source (`<br>`).
    lines: Vec<Vec<Vec<Letter>>>,
}

/// Reads the text of some nodes; asides (`<small>`) are a tenth smaller.
pub(super) fn rich(nodes: &[Node], face: Face) -> Rich {
    rich_with(nodes, face, face.size * 0.9)
}

/// Reads the text of some nodes, with the size of asides.
pub(super) fn rich_with(nodes: &[Node], face: Face, small: f64) -> Rich {
    let mut letters = Vec::new();
    gather(nodes, face, small, &mut letters);
    Rich { lines: letters.split(|letter| letter.character == '\n').map(|line| broken(trimmed(line))).collect() }
}

/// Reads a legend: each of its spans stays together where it can.
pub(super) fn legend(element: &Element, face: Face) -> Rich {
    let gap = Letter::new(' ', face);
    let mut atoms = Vec::new();
    for span in element.elements() {
        let mut letters = Vec::new();
        gather(&span.children, face, face.size, &mut letters);
        atoms.push(trimmed(&letters).to_vec());
        atoms.push(vec![gap; 4]);
    }
    Rich { lines: vec![atoms] }
}

fn gather(nodes: &[Node], face: Face, small: f64, letters: &mut Vec<Letter>) {
    for node in nodes {
        match node {
            Node::Text(text) => add(text, face, letters),
            Node::Element(element) => match element.name.as_str() {
                "br" => letters.push(Letter::new('\n', face)),
                "b" => gather(&element.children, face.bold().color(INK), small, letters),
                "small" => gather(&element.children, Face::new(small, GREY), small, letters),
                "i" if element.children.is_empty() => {
                    letters.push(Letter::patch(face, tone(element.class())));
                }
                "svg" => {}
                "span" if element.class() == "end" => {}
                _ => gather(&element.children, face, small, letters),
            },
        }
    }
}

/// Blanks run together; none at the beginning of a line.
fn add(text: &str, face: Face, letters: &mut Vec<Letter>) {
    for character in text.chars() {
        let blank = character.is_whitespace() && character != '\u{a0}';
        let before = letters.last().map_or('\n', |last| last.character);
        match (blank, before == ' ' || before == '\n') {
            (true, true) => {}
            (true, false) => letters.push(Letter::new(' ', face)),
            (false, _) => letters.push(Letter::new(character, face)),
        }
    }
}

fn trimmed(letters: &[Letter]) -> &[Letter] {
    trimmed_front(trimmed_end(letters))
}

/// Letters cut where a line may break.
fn broken(letters: &[Letter]) -> Vec<Vec<Letter>> {
    let text: String = letters.iter().map(|letter| letter.character).collect();
    let mut rest = letters;
    let mut atoms = Vec::new();
    for piece in pieces(&text) {
        let (atom, tail) = rest.split_at(piece.chars().count().min(rest.len()));
        atoms.push(atom.to_vec());
        rest = tail;
    }
    atoms
}

impl Rich {
    pub(super) fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.iter().all(|atom| trimmed(atom).is_empty()))
    }

    /// Width when nothing is broken.
    pub(super) fn widest(&self) -> f64 {
        self.lines.iter().map(|line| width(trimmed(&line.concat()))).fold(0.0, f64::max)
    }

    /// Width of the widest piece that should not be broken.
    pub(super) fn narrowest(&self) -> f64 {
        self.lines.iter().flatten().map(|atom| width(trimmed(atom))).fold(0.0, f64::max)
    }

    /// [`Rich::wrapped`] with lines of nearly equal length: no single character is left over for the last one.
    pub(super) fn balanced(&self, room: f64) -> Vec<Vec<Letter>> {
        let greedy = self.wrapped(room);
        if greedy.len() < 2 {
            return greedy;
        }
        let even = greedy.iter().map(|line| width(line)).sum::<f64>() / u32::try_from(greedy.len()).map_or(1.0, f64::from);
        let tries = (0..8).map(|part| self.wrapped(even + (room - even) * f64::from(part) / 8.0));
        tries
            .filter(|lines| lines.len() == greedy.len())
            .find(|lines| lines.iter().all(|line| width(line) <= room))
            .unwrap_or(greedy)
    }

    /// Lines of at most `room` points. A piece that is wider is broken where it must be.
    pub(super) fn wrapped(&self, room: f64) -> Vec<Vec<Letter>> {
        let mut out: Vec<Vec<Letter>> = Vec::new();
        for line in &self.lines {
            let (mut current, mut used): (Vec<Letter>, f64) = (Vec::new(), 0.0);
            for atom in line.iter().flat_map(|atom| fitting(atom, room)) {
                let fits = used + width(trimmed_end(&atom)) <= room + 0.01;
                let atom = if current.is_empty() || !fits { trimmed_front(&atom) } else { atom.as_slice() };
                if !fits && !current.is_empty() {
                    out.push(trimmed(&current).to_vec());
                    (current, used) = (Vec::new(), 0.0);
                }
                current.extend(atom);
                used += width(atom);
            }
            out.push(trimmed(&current).to_vec());
        }
        out.retain(|line| !line.is_empty());
        out
    }
}

fn trimmed_end(letters: &[Letter]) -> &[Letter] {
    let end = letters.iter().rposition(|letter| letter.character != ' ').map_or(0, |at| at + 1);
    letters.get(..end).unwrap_or_default()
}

fn trimmed_front(letters: &[Letter]) -> &[Letter] {
    let from = letters.iter().position(|letter| letter.character != ' ').unwrap_or(letters.len());
    letters.get(from..).unwrap_or_default()
}

/// The atom, in pieces where it does not fit into a line.
fn fitting(atom: &[Letter], room: f64) -> Vec<Vec<Letter>> {
    if width(trimmed(atom)) <= room {
        return vec![atom.to_vec()];
    }
    let smaller = |piece: Vec<Letter>| {
        if width(trimmed(&piece)) <= room { vec![piece] } else { piece.into_iter().map(|letter| vec![letter]).collect() }
    };
    broken(atom).into_iter().flat_map(smaller).collect()
}

/// Where a line begins in its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// Sets lines down one below another, each `step` high, from `top` on.
pub(super) fn set(lines: &[Vec<Letter>], (left, room): (f64, f64), top: f64, step: f64, align: Align, part: Part) -> Vec<Item> {
    let mut items = Vec::new();
    let mut middle = top + step / 2.0;
    for line in lines {
        let free = room - width(line);
        let x = match align {
            Align::Left => left,
            Align::Middle => left + free / 2.0,
            Align::Right => left + free,
        };
        let size = line.iter().map(|letter| letter.face.size).fold(0.0, f64::max);
        set_line(line, x, middle + size * 0.36, part, &mut items);
        middle += step;
    }
    items
}

fn set_line(line: &[Letter], mut x: f64, baseline: f64, part: Part, items: &mut Vec<Item>) {
    let same = |one: &Letter, next: &Letter| {
        let faces = (one.face, next.face);
        let alike = faces.0.weight == faces.1.weight && faces.0.color == faces.1.color;
        alike && faces.0.size.total_cmp(&faces.1.size).is_eq() && one.patch.is_none() && next.patch.is_none()
    };
    for run in line.chunk_by(same) {
        let Some(first) = run.first() else { continue };
        let size = first.face.size;
        if let Some(color) = first.patch {
            items.push(Item::Fill { left: x, top: baseline - size * 0.8, width: size * 0.9, height: size * 0.9, color });
        } else {
            let text: String = run.iter().map(|letter| letter.character).collect();
            items.push(Item::Text { x, baseline, face: first.face, text, part });
        }
        x += width(run);
    }
}

#[cfg(test)]
mod tests {
    use super::super::markup::read;
    use super::*;

    fn lines(page: &str, room: f64) -> Vec<String> {
        let face = Face::new(10.0, INK);
        let page = read(page);
        let plain = |line: Vec<Letter>| line.iter().map(|letter| letter.character).collect();
        rich(&page.children, face).wrapped(room).into_iter().map(plain).collect()
    }

    #[test]
    fn lines_break_between_hanzi_and_words_and_never_exceed_their_room() {
        assert_eq!(lines("政治建设，<b>思想</b>", 42.0), ["政治建", "设，思想"]);
        assert_eq!(lines("line <b>manager</b>\n  quality", 55.0), ["line", "manager", "quality"]);
        assert_eq!(lines("一二<br>三", 100.0), ["一二", "三"]);
        let long = "kaoping-trace-with-a-very-long-folder-name";
        let face = Face::new(10.0, INK);
        let parts = lines(long, 50.0);
        assert_eq!(parts.concat(), long);
        assert!(parts.len() > 2 && parts.iter().all(|line| face.width(line) <= 50.0), "{parts:?}");
    }

    #[test]
    fn balanced_lines_leave_no_single_character() {
        let page = read("对基层治理和平安建设的评价");
        let text = rich(&page.children, Face::new(10.0, INK));
        let lengths = |lines: Vec<Vec<Letter>>| lines.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths(text.wrapped(121.0)), [12, 1]);
        assert_eq!(lengths(text.balanced(121.0)), [7, 6]);
    }

    #[test]
    fn a_run_of_one_face_is_one_text_so_that_it_can_be_searched() {
        let page = read("甲<b>乙丙</b> <small>丁</small>");
        let lines = rich(&page.children, Face::new(10.0, INK)).wrapped(100.0);
        let items = set(&lines, (0.0, 100.0), 0.0, 14.0, Align::Left, None);
        let texts: Vec<_> = items
            .iter()
            .filter_map(|item| if let Item::Text { text, x, .. } = item { Some((text.as_str(), *x)) } else { None })
            .collect();
        assert_eq!(texts.iter().map(|(text, _)| *text).collect::<Vec<_>>(), ["甲", "乙丙", " ", "丁"]);
        assert!((texts[1].1 - 10.0).abs() < 1e-9);
    }
}
