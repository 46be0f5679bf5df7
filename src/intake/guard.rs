//! Foreign readers may panic on malformed files; a panic becomes a finding, and stays silent.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic inside is caught, kept off stderr, and given as its message.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
            }
        }));
    });
    quiet(|| catch_unwind(AssertUnwindSafe(work))).map_err(|cause| {
        let text = cause.downcast_ref::<&str>().map(ToString::to_string);
        text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_default()
    })
}

/// Work that another thread does for a guarded one: a panic goes on to that one, and is kept off stderr here.
pub(super) fn quiet<T>(work: impl FnOnce() -> T) -> T {
    /// A thread waiting for others may be lent to a second guarded work in the middle of a first.
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            QUIET.set(self.0);
        }
    }
    let _before = Before(QUIET.replace(true));
    work()
}

/// Tests plant a panic here: in the reader of a file, or among its rows, where the file's name asks for it.
#[cfg(test)]
pub(super) fn trap(file: &str, room: &str) {
    assert!(!file.contains(&format!("trap in the {room}")), "sprung in the {room}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        let empty: Vec<u8> = Vec::new();
        let result = guarded(|| empty[std::hint::black_box(3)]);
        assert!(result.is_err_and(|text| text.contains("index out of bounds")));
        assert_eq!(guarded(|| 7), Ok(7));
    }

    #[test]
    fn one_guard_within_another_stays_quiet_to_the_end() {
        let outer = guarded(|| {
            assert!(guarded(|| panic!("inner")).is_err_and(|text: String| text == "inner"));
            QUIET.get()
        });
        assert_eq!((outer, QUIET.get()), (Ok(true), false));
    }
}
