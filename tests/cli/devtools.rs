//! A real browser steered over the `DevTools` protocol: pages opened, keys pressed as a person presses them, the page asked what it shows.
//!
//! Two named pipes carry the messages (JSON, each ended by a NUL byte), so no network and no other crate is needed. Whatever is asked
//! is answered within a time limit or the test fails.

use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The longest wait for one answer; the machine may be busy with other tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// A key: its name, its code, its number on a keyboard, and what it types.
pub type Key = (&'static str, &'static str, u32, &'static str);

pub const TAB: Key = ("Tab", "Tab", 9, "");
pub const ENTER: Key = ("Enter", "Enter", 13, "\r");
pub const ESCAPE: Key = ("Escape", "Escape", 27, "");
pub const SPACE: Key = (" ", "Space", 32, " ");
pub const RIGHT: Key = ("ArrowRight", "ArrowRight", 39, "");
pub const DOWN: Key = ("ArrowDown", "ArrowDown", 40, "");
pub const SLASH: Key = ("/", "Slash", 191, "/");

/// One tab of a browser of its own.
pub struct Browser {
    child: Child,
    requests: File,
    /// The end the browser writes to, to wake the reader at the end.
    answers: File,
    messages: Receiver<Value>,
    session: Option<String>,
    asked: u64,
    _folder: TempDir,
}

impl Browser {
    /// Starts this browser with an empty page.
    pub fn start(program: &str) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let pipe = |name: &str| {
            let path = folder.path().join(name);
            assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo starts").success());
            // Opened for both ends, so that neither side waits for the other.
            OpenOptions::new().read(true).write(true).open(path).expect("a pipe")
        };
        let (requests, answers) = (pipe("in"), pipe("out"));
        let line = "exec \"$0\" --headless --no-sandbox --disable-gpu --no-first-run --remote-debugging-pipe \
                    --user-data-dir=\"$1/profile\" 3<\"$1/in\" 4>\"$1/out\"";
        let mut command = Command::new("sh");
        command.args(["-c", line, program]).arg(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("the browser starts");
        let (say, messages) = channel();
        let from = answers.try_clone().expect("a pipe");
        std::thread::spawn(move || {
            for message in BufReader::new(from).split(0) {
                let Some(message) = message.ok().and_then(|message| serde_json::from_slice(&message).ok()) else { return };
                if say.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self { child, requests, answers, messages, session: None, asked: 0, _folder: folder };
        let target = browser.ask("Target.createTarget", &json!({"url": "about:blank"}))["targetId"].clone();
        let session = browser.ask("Target.attachToTarget", &json!({"targetId": target, "flatten": true}));
        browser.session = session["sessionId"].as_str().map(ToOwned::to_owned);
        browser.ask("Page.enable", &json!({}));
        browser
    }

    /// Sends a command and waits for its answer.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let asked = self.asked;
        let mut request = json!({"id": asked, "method": method, "params": params});
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.requests.write_all(format!("{request}\0").as_bytes()).expect("the browser listens");
        let answer = self.wait(method, |message| message["id"] == asked);
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    /// Waits for a message, passing over others.
    fn wait(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).unwrap_or_else(|_| panic!("the browser says nothing to {what}"));
            if wanted(&message) {
                return message;
            }
        }
    }

    /// A window of this size.
    pub fn size(&mut self, width: u32, height: u32) {
        let params = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.ask("Emulation.setDeviceMetricsOverride", &params);
    }

    /// Opens a page and waits until it is there.
    pub fn open(&mut self, page: &Path) {
        self.ask("Page.navigate", &json!({"url": format!("file://{}", page.display())}));
        self.loaded();
    }

    /// Waits for the page that was called.
    pub fn loaded(&mut self) {
        self.wait("the page", |message| message["method"] == "Page.loadEventFired");
    }

    /// Presses a key and lets it go.
    pub fn press(&mut self, key: Key) {
        let (name, code, number, text) = key;
        let down = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        for what in [down, "keyUp"] {
            let typed = if what == "keyUp" { "" } else { text };
            let params = json!({"type": what, "key": name, "code": code, "windowsVirtualKeyCode": number, "text": typed, "unmodifiedText": typed});
            self.ask("Input.dispatchKeyEvent", &params);
        }
    }

    /// Enters a text as an input method does, where the focus is.
    pub fn enter(&mut self, text: &str) {
        self.ask("Input.insertText", &json!({"text": text}));
    }

    /// The value of an expression in the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let answer = self.ask("Runtime.evaluate", &json!({"expression": expression, "returnByValue": true}));
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Whether an expression becomes true before long.
    pub fn becomes(&mut self, expression: &str) -> bool {
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if self.value(expression) == json!(true) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        false
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It closes its own helpers; if it does not, it is ended.
        let _ = self.requests.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(30));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        // What is no message ends the reader.
        let _ = self.answers.write_all(b"end\0");
    }
}
