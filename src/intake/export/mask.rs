//! The second line of defence: what looks like an address, number, mail or moment of a person is not shown, whatever column it stands in.

use std::borrow::Cow;

/// The text for showing: telephone numbers, card numbers, IP addresses, mail addresses, account ids, clock times, durations and the
/// free text behind 其他〖…〗 replaced by `…`.
pub(in crate::intake) fn masked(text: &str) -> Cow<'_, str> {
    let free = text.contains(['〖', '〗']);
    if !free && !text.split(|c| !in_word(c)).any(personal) {
        return Cow::Borrowed(text);
    }
    let text = if free { without_free_text(text) } else { text.to_owned() };
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if in_word(c) {
            word.push(c);
            continue;
        }
        out.push_str(if personal(&word) { "…" } else { &word });
        word.clear();
        out.push(c);
    }
    out.pop();
    Cow::Owned(out)
}

fn without_free_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('〖') {
        out.push_str(before);
        out.push_str("〖…〗");
        rest = inside.split_once('〗').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | ':' | '_' | '-' | '+' | '秒')
}

fn personal(word: &str) -> bool {
    if word.len() < 4 {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let longest = word.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let phone = longest >= 10 || (digits >= 10 && letters == 0 && word.contains('-'));
    let mail = word.contains('@');
    let account = word.len() >= 20 && letters > 0 && digits > 0;
    phone || mail || account || is_ip(word) || is_clock(word) || is_duration(word)
}

fn is_ip(word: &str) -> bool {
    let four = word.split('.').count() == 4
        && word.split('.').all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let six = word.split(':').count() >= 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    four || six
}

/// `10:13`, `12:00:00`, `20:15:33.120`.
fn is_clock(word: &str) -> bool {
    let mut parts = word.split(':');
    let digits = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let clock = parts.next().is_some_and(digits) && parts.next().is_some_and(digits);
    clock && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
}

fn is_duration(word: &str) -> bool {
    word.strip_suffix('秒').is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_persons_own_is_not_shown() {
        for (text, shown) in [
            ("13912345678", "…"),
            ("电话139-1234-5678", "电话…"),
            ("192.0.2.7(新疆)", "…(新疆)"),
            ("2026/09/03 12:00:00", "2026/09/03 …"),
            ("zhang.san@example.org", "…"),
            ("652701199001011234", "…"),
            ("oX9aBcD3fGhIjKlMnOpQrStUvWx1", "…"),
            ("98765秒", "…"),
            ("其他〖我是张三〗", "其他〖…〗"),
            ("2001:db8::7", "…"),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
        for text in ["88.5", "101", "1,200", "较好", "A.良好", "2026年", "三师四十一团/一连", "-0.5", "第5题", "3-41-1"]
        {
            assert!(matches!(masked(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }
}
