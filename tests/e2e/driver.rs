//! A small WebDriver client (W3C), for WebKitWebDriver alone: blocking, over one HTTP request per command.

use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use testkit::{Context, Error, Result};

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A session with one running program.
pub struct Driver {
    port: u16,
    session: String,
}

/// An element of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

impl Element {
    /// The element in an answer or an argument of a script.
    pub fn of(value: &Value) -> Option<Self> {
        value.get(ELEMENT)?.as_str().map(|id| Self(id.to_owned()))
    }
    fn json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }
}

impl Driver {
    /// Whether a driver answers at this port.
    pub fn is_ready(port: u16) -> bool {
        request(port, "GET", "/status", None).is_ok_and(|status| status["ready"] == true)
    }

    /// Starts the program under the driver.
    pub fn start(port: u16, program: &str, arguments: &[String]) -> Result<Self> {
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "webkitgtk:browserOptions": { "binary": program, "args": arguments } } } });
        let session = request(port, "POST", "/session", Some(&wanted))?;
        let id = session["sessionId"].as_str().context("a session without an id")?.to_owned();
        let driver = Self { port, session: id };
        driver.post("/timeouts", &json!({ "script": 20_000, "pageLoad": 20_000, "implicit": 0 }))?;
        Ok(driver)
    }

    /// Ends the program.
    pub fn end(&self) -> Result<()> {
        request(self.port, "DELETE", &format!("/session/{}", self.session), None).map(drop)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        request(self.port, "POST", &format!("/session/{}{path}", self.session), Some(body))
    }

    fn get(&self, path: &str) -> Result<Value> {
        request(self.port, "GET", &format!("/session/{}{path}", self.session), None)
    }

    /// Runs the body of a function in the frame that the driver is in; it may return a promise. Elements travel as arguments.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": body, "args": arguments }))
    }

    /// An element as an argument.
    pub fn argument(element: &Element) -> Value {
        element.json()
    }

    /// The role that a screen reader would say.
    pub fn role(&self, element: &Element) -> Result<String> {
        self.text_at(element, "computedrole")
    }

    /// The name that a screen reader would say.
    pub fn label(&self, element: &Element) -> Result<String> {
        self.text_at(element, "computedlabel")
    }

    /// The visible text.
    pub fn text(&self, element: &Element) -> Result<String> {
        self.text_at(element, "text")
    }

    fn text_at(&self, element: &Element, what: &str) -> Result<String> {
        let value = self.get(&format!("/element/{}/{what}", element.0))?;
        Ok(value.as_str().unwrap_or_default().trim().to_owned())
    }

    /// Clicks in the middle of an element.
    pub fn click(&self, element: &Element) -> Result<()> {
        self.post(&format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Types into an element.
    pub fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        self.post(&format!("/element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// Presses and lets go of keys, one after the other, wherever the focus is.
    pub fn keys(&self, keys: &str) -> Result<()> {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })])
            .collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }))
            .map(drop)
    }

    /// Presses a key while another is held.
    pub fn chord(&self, held: char, key: char) -> Result<()> {
        let strokes = [("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)];
        let strokes: Vec<Value> = strokes.iter().map(|(what, key)| json!({ "type": what, "value": key })).collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }))
            .map(drop)
    }

    /// Clicks at a point of the window.
    pub fn click_at(&self, x: f64, y: f64) -> Result<()> {
        let strokes = json!([
            { "type": "pointerMove", "x": x.round(), "y": y.round(), "duration": 0 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerUp", "button": 0 }
        ]);
        let mouse =
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": strokes });
        self.post("/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Presses at a point of the window and lets go at another.
    pub fn drag(&self, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        let move_to =
            |(x, y): (f64, f64)| json!({ "type": "pointerMove", "x": x.round(), "y": y.round(), "duration": 100 });
        let strokes = json!([
            move_to(from), { "type": "pointerDown", "button": 0 }, move_to(to), { "type": "pointerUp", "button": 0 }
        ]);
        let mouse =
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": strokes });
        self.post("/actions", &json!({ "actions": [mouse] })).map(drop)
    }

    /// Goes into a frame, or back to the top.
    pub fn enter(&self, frame: Option<&Element>) -> Result<()> {
        self.post("/frame", &json!({ "id": frame.map_or(Value::Null, Element::json) })).map(drop)
    }

    /// The program's windows, oldest first.
    pub fn windows(&self) -> Result<Vec<String>> {
        let handles = self.get("/window/handles")?;
        Ok(handles.as_array().into_iter().flatten().filter_map(|h| h.as_str().map(str::to_owned)).collect())
    }

    /// Goes on in this window.
    pub fn switch(&self, window: &str) -> Result<()> {
        self.post("/window", &json!({ "handle": window })).map(drop)
    }

    /// A picture of the page, PNG in base64.
    pub fn screenshot(&self) -> Result<String> {
        Ok(self.get("/screenshot")?.as_str().unwrap_or_default().to_owned())
    }

    /// Sets the size of the window.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.post("/window/rect", &json!({ "width": width, "height": height })).map(drop)
    }
}

fn request(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("no driver")?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).context("driver")?;
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .context("driver")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context(format!("driver: {method} {path}"))?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without a head")?;
    let mut parsed: Value = serde_json::from_str(body).context(format!("driver: {path}: {answer}"))?;
    let value = parsed["value"].take();
    if head.split(' ').nth(1) == Some("200") {
        Ok(value)
    } else {
        Err(Error::new(format!("driver: {method} {path}: {} {}", value["error"], value["message"])))
    }
}
