//! The pages this program writes, read back as a tree: elements, attributes, text. No more HTML than the templates use.

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Element(Element),
}

/// An element with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

/// Elements without an end.
const VOID: [&str; 5] = ["meta", "link", "br", "img", "hr"];

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn class(&self) -> &str {
        self.attribute("class").unwrap_or_default()
    }

    /// Whether it is an element of this name and class, as in `div.tiles`.
    pub(super) fn is(&self, name: &str, class: &str) -> bool {
        self.name == name && self.class() == class
    }

    /// The elements directly inside.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of this name at any depth, itself included.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        if self.name == name { Some(self) } else { self.elements().find_map(|element| element.find(name)) }
    }

    /// Its text without marks, blanks run together.
    pub(super) fn text(&self) -> String {
        let mut all = String::new();
        self.collect(&mut all);
        all.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn collect(&self, into: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(text) => into.push_str(text),
                Node::Element(element) => element.collect(into),
            }
        }
    }
}

/// Reads a page. What is not closed is closed at the end; an end without a beginning is passed over.
pub(super) fn read(page: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        add_text(&mut open, &rest[..at]);
        let tail = &rest[at + 1..];
        let Some(end) = tail.find('>') else { break };
        let tag = &tail[..end];
        rest = &tail[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            close(&mut open, name.trim());
        } else if !tag.starts_with('!') {
            let element = start(tag.trim_end_matches('/'));
            if matches!(element.name.as_str(), "style" | "script") {
                let end = format!("</{}", element.name);
                rest = rest.find(&end).map_or("", |at| &rest[at..]);
            }
            let whole = tag.ends_with('/') || VOID.contains(&element.name.as_str());
            open.push(element);
            if whole {
                close_last(&mut open);
            }
        }
    }
    add_text(&mut open, rest);
    while open.len() > 1 {
        close_last(&mut open);
    }
    open.pop().unwrap_or_default()
}

fn add_text(open: &mut [Element], text: &str) {
    if let (Some(last), false) = (open.last_mut(), text.is_empty()) {
        last.children.push(Node::Text(plain(text)));
    }
}

fn close(open: &mut Vec<Element>, name: &str) {
    if open.iter().skip(1).any(|element| element.name == name) {
        while open.len() > 1 && close_last(open) != name {}
    }
}

/// Puts the innermost open element into the one around it, and tells its name.
fn close_last(open: &mut Vec<Element>) -> String {
    let Some(element) = open.pop() else { return String::new() };
    let name = element.name.clone();
    if let Some(outer) = open.last_mut() {
        outer.children.push(Node::Element(element));
    }
    name
}

fn start(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while let Some((key, tail)) = rest.split_once('=') {
        let tail = tail.trim_start();
        let Some((value, tail)) = tail.strip_prefix('"').and_then(|tail| tail.split_once('"')) else { break };
        let key = key.split_whitespace().next_back().unwrap_or_default();
        attributes.push((key.to_owned(), plain(value)));
        rest = tail;
    }
    Element { name: name.to_owned(), attributes, children: Vec::new() }
}

/// Text with its entities resolved.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let found = tail.find(';').filter(|end| *end <= 8).and_then(|end| Some((entity(&tail[..end])?, end)));
        if let Some((character, end)) = found {
            out.push(character);
            rest = &tail[end + 1..];
        } else {
            out.push('&');
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_it_is_nested() {
        let page = read(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><style>a>b{}</style></head><body><p class=\"note\">\
             A &amp; B &#x2f; C<br><b>x &lt; y</b></p><svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg></i></body></html>",
        );
        assert_eq!(page.find("html").and_then(|html| html.attribute("lang")), Some("en"));
        let note = page.find("p").expect("a paragraph");
        assert!(note.is("p", "note"));
        assert_eq!(note.text(), "A & B / Cx < y");
        assert_eq!(note.elements().map(|element| element.name.as_str()).collect::<Vec<_>>(), ["br", "b"]);
        assert_eq!(page.find("path").and_then(|path| path.attribute("d")), Some("M0 0"));
        assert_eq!(page.find("style").map(Element::text).as_deref(), Some(""));
    }

    #[test]
    fn what_is_broken_does_not_stop_it() {
        for broken in ["<", "<p", "</p>", "<p>&#xffffffff;&amp", "<a b=c>", "&;", ""] {
            let _ = read(broken);
        }
        assert_eq!(read("<p>1 &unknown; 2").text(), "1 &unknown; 2");
    }
}
