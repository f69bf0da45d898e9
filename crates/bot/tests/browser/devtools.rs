//! [`Browser`]: a headless Chromium, driven by the DevTools protocol over two pipes.
//!
//! With `--remote-debugging-pipe` Chromium reads commands from descriptor 3 and writes answers to descriptor 4, each JSON text ended by a zero
//! byte (<https://chromedevtools.github.io/devtools-protocol/>). So no WebSocket, no driver program and no port are needed: a shell joins both
//! descriptors to the child's standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::leaks::Leaks;

/// What a machine without a browser needs.
pub(crate) const HOW_TO_GET_IT: &str = "apt-get install --yes chromium";
/// Under these names a Chromium may stand.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// An answer of the browser itself: it starts within seconds, on a busy machine within many.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// So often a click is tried on what moves.
const CLICKS_MAX: usize = 5;
/// For a wait inside the page, beside the page's own limit.
const SLACK: Duration = Duration::from_secs(30);

/// A running browser with one page.
pub(crate) struct Browser {
    child: Child,
    commands: ChildStdin,
    answers: Receiver<Value>,
    session: String,
    last_id: u64,
    leaks: Arc<Mutex<Leaks>>,
    // Its profile; last, so that the browser is gone before it.
    _profile: TempDir,
}

/// How the page is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Like a phone: touch instead of a mouse that hovers, no scroll bars.
    pub(crate) phone: bool,
}

impl Browser {
    /// Starts it with an empty page; what is written there is not to be told.
    ///
    /// # Panics
    /// If there is no Chromium, saying how to get it.
    pub(crate) fn start(screen: Screen, leaks: Arc<Mutex<Leaks>>) -> Self {
        let name = find().unwrap_or_else(|| panic!("there is no Chromium for the browser tests: `{HOW_TO_GET_IT}`"));
        let profile = tempfile::tempdir().expect("a folder for the browser's profile");
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#, name])
            .args(["--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--disable-extensions", "--mute-audio", "--no-proxy-server", "--lang=en-GB"])
            .args(["--hide-scrollbars", "--force-prefers-reduced-motion"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("there is a shell");
        let commands = child.stdin.take().expect("asked for as a pipe");
        let output = BufReader::new(child.stdout.take().expect("asked for as a pipe"));
        let (told, answers) = channel();
        std::thread::spawn(move || {
            for text in output.split(0) {
                let Ok(answer) = text.map_err(drop).and_then(|text| serde_json::from_slice(&text).map_err(drop)) else {
                    return;
                };
                if told.send(answer).is_err() {
                    return;
                }
            }
        });
        let session = String::new();
        let mut browser = Self { child, commands, answers, session, last_id: 0, leaks, _profile: profile };
        let page = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.call("Target.attachToTarget", json!({"targetId": page["targetId"], "flatten": true}));
        browser.session = attached["sessionId"].as_str().expect("a session").to_owned();
        browser.call("Page.enable", json!({}));
        browser.look(screen);
        browser
    }

    /// Looks at the page in another way.
    pub(crate) fn look(&mut self, screen: Screen) {
        let Screen { width, height, phone } = screen;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone});
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Opens an address and waits until it is loaded.
    pub(crate) fn open(&mut self, url: &str) {
        let opened = self.call("Page.navigate", json!({"url": url}));
        assert!(opened["errorText"].is_null(), "{url}: {}", opened["errorText"]);
        self.wait(
            "a loaded page",
            "return document.readyState === 'complete' && location.href !== 'about:blank'",
            ANSWER_TIME,
        );
    }

    /// Runs a function's body in the page again and again until it returns something true; gives that, or `None` after `limit`.
    pub(crate) fn find(&mut self, body: &str, limit: Duration) -> Option<Value> {
        let code = format!(
            "(async () => {{
                const until = performance.now() + {};
                for (;;) {{
                    const found = (() => {{ {body} }})();
                    if (found) return found;
                    if (performance.now() > until) return null;
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }}
            }})()",
            limit.as_millis()
        );
        let answer = self.call_within(
            "Runtime.evaluate",
            json!({"expression": code, "awaitPromise": true, "returnByValue": true}),
            limit + SLACK,
        );
        assert!(answer["exceptionDetails"].is_null(), "{body}: {}", answer["exceptionDetails"]);
        Some(answer["result"]["value"].clone()).filter(|value| !value.is_null())
    }

    /// The same, where nothing found is a failure.
    pub(crate) fn wait(&mut self, what: &str, body: &str, limit: Duration) -> Value {
        self.find(body, limit)
            .unwrap_or_else(|| panic!("{what} did not come within {limit:?}; the page says:\n{}", self.text()))
    }

    /// What is to be read on the page.
    pub(crate) fn text(&mut self) -> String {
        self.find("return document.body.innerText", ANSWER_TIME)
            .and_then(|text| Some(text.as_str()?.to_owned()))
            .unwrap_or_default()
    }

    /// Clicks what `body` (a function's body that returns an element) finds, once it can be seen and nothing lies over it.
    pub(crate) fn click(&mut self, what: &str, body: &str, limit: Duration) {
        let place = format!(
            "const element = (() => {{ {body} }})();
            if (!element) return null;
            element.scrollIntoView({{ block: 'nearest' }});
            const box = element.getBoundingClientRect();
            const x = box.left + box.width / 2, y = box.top + box.height / 2;
            const hit = document.elementFromPoint(x, y);
            if (!hit || !(element === hit || element.contains(hit)) || element.disabled) return null;
            window.wasClicked = false;
            element.addEventListener('click', () => {{ window.wasClicked = true; }}, {{ capture: true, once: true }});
            return [x, y];"
        );
        for _ in 0..CLICKS_MAX {
            let at = self.wait(what, &place, limit);
            for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
                let button = if kind == "mouseMoved" { "none" } else { "left" };
                let event = json!({"type": kind, "x": at[0], "y": at[1], "button": button, "clickCount": 1});
                self.call("Input.dispatchMouseEvent", event);
            }
            // Something may have come and moved it away from under the mouse.
            if self.find("return window.wasClicked", Duration::from_millis(500)).is_some() {
                return;
            }
        }
        panic!("{what} moves away from each click");
    }

    /// Writes into what has the focus.
    pub(crate) fn write(&mut self, text: &str) {
        self.leaks.lock().expect("nobody panics with it").text(text);
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses and lets go of the Enter key.
    pub(crate) fn enter(&mut self) {
        for kind in ["keyDown", "keyUp"] {
            let event =
                json!({"type": kind, "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13});
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Chooses files in the file input that `selector` names.
    pub(crate) fn choose_files(&mut self, selector: &str, files: &[&Path]) {
        let code = format!("document.querySelector({})", json!(selector));
        let input = self.call("Runtime.evaluate", json!({"expression": code}));
        let object = &input["result"]["objectId"];
        assert!(object.is_string(), "there is no `{selector}`");
        self.call("DOM.setFileInputFiles", json!({"files": files, "objectId": object}));
    }

    /// A PNG of what is to be seen.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        use base64::Engine;
        let shot = self.call("Page.captureScreenshot", json!({"format": "png", "optimizeForSpeed": false}));
        let text = shot["data"].as_str().expect("a picture");
        base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.call_within(method, params, ANSWER_TIME)
    }

    fn call_within(&mut self, method: &str, params: Value, limit: Duration) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut command = json!({"id": id, "method": method, "params": params});
        if !self.session.is_empty() {
            command["sessionId"] = json!(self.session);
        }
        let sent =
            self.commands.write_all(command.to_string().as_bytes()).and_then(|()| self.commands.write_all(b"\0"));
        sent.and_then(|()| self.commands.flush())
            .unwrap_or_else(|error| panic!("{method}: the browser is gone: {error}"));
        loop {
            match self.answers.recv_timeout(limit) {
                // Events of the page come in between.
                Ok(answer) if answer["id"] != json!(id) => {}
                Ok(mut answer) => {
                    assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                    return answer["result"].take();
                }
                Err(RecvTimeoutError::Timeout) => panic!("{method}: no answer of the browser within {limit:?}"),
                Err(RecvTimeoutError::Disconnected) => panic!("{method}: the browser ended"),
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The shell became the browser, which ends with all its helpers when its pipe closes or it is killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn find() -> Option<&'static str> {
    let runs = |name: &&str| {
        let tried = Command::new(name)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        tried.is_ok_and(|status| status.success())
    };
    NAMES.into_iter().find(runs)
}
