//! The running app, as a person meets it: parts are found by role and name, nothing by class or position.

mod mail;

use crate::canary::Canary;
use crate::desk::Desk;
use crate::driver::{Driver, Element};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::{Context, Error, Result, wait_for};

/// The longest a person would wait. Every wait ends as soon as its state is there.
const PATIENCE: Duration = Duration::from_secs(20);

/// Selectors for the elements that can have a role; what they really say is asked of the engine.
const CANDIDATES: [(&str, &str); 19] = [
    ("button", "button, [role=button], summary"),
    ("textbox", "input:not([type=checkbox]):not([type=radio]), textarea, [role=textbox]"),
    ("combobox", "select, [role=combobox]"),
    ("option", "[role=option]"),
    ("listbox", "[role=listbox]"),
    ("tree", "[role=tree]"),
    ("treeitem", "[role=treeitem]"),
    ("navigation", "nav, [role=navigation]"),
    ("main", "main, [role=main]"),
    ("article", "article, [role=article]"),
    ("note", "[role=note]"),
    ("status", "[role=status], output"),
    ("form", "form"),
    ("dialog", "dialog, [role=dialog]"),
    ("list", "ul, ol, [role=list]"),
    ("listitem", "li, [role=listitem]"),
    ("region", "section, [role=region]"),
    ("menuitem", "[role=menuitem], [role=menuitemradio], [role=menuitemcheckbox]"),
    ("frame", "iframe"),
];

/// The app with its desktop, and the canary that must stay silent.
pub struct App {
    driver: Option<Driver>,
    /// The desktop it runs on.
    pub desk: Desk,
    /// Hears what the webview requests.
    pub canary: Canary,
    profile: PathBuf,
}

impl App {
    /// The app on a desktop of its own, without an account.
    pub fn fresh() -> Result<Self> {
        let canary = Canary::start()?;
        let desk = Desk::start(canary.port())?;
        Self::on(desk, canary, &[])
    }

    /// The app, with these accounts (forms in JSON) added at start.
    pub fn with_accounts(forms: &[Value]) -> Result<Self> {
        let canary = Canary::start()?;
        let desk = Desk::start(canary.port())?;
        Self::on(desk, canary, forms)
    }

    /// The app on a given desktop.
    pub fn on(desk: Desk, canary: Canary, forms: &[Value]) -> Result<Self> {
        let profile = desk.folder().join("profile");
        let mut app = Self { driver: None, desk, canary, profile };
        app.start(forms)?;
        Ok(app)
    }

    fn start(&mut self, forms: &[Value]) -> Result<()> {
        let of = |path: &Path| path.display().to_string();
        let ready = self.desk.folder().join("ready");
        // A file of an earlier start says nothing of this one.
        let _ = std::fs::remove_file(&ready);
        let mut arguments = vec!["--profile".to_owned(), of(&self.profile), "--ready-file".to_owned(), of(&ready)];
        for (number, form) in forms.iter().enumerate() {
            let file = self.desk.folder().join(format!("account-{number}.json"));
            std::fs::write(&file, form.to_string()).context("an account's form")?;
            arguments.extend(["--add-account".to_owned(), of(&file)]);
        }
        // Where figures are taken it is another build of the same program.
        let program = std::env::var("RESTANTE_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_restante").to_owned());
        let started = Driver::start(self.desk.port(), &program, &arguments);
        self.driver = Some(started.map_err(|error| self.explain(error, None))?);
        self.wait("the first frame", || Ok(ready.exists().then_some(())))
    }

    /// Ends the app as a crash would, and starts it again with the same profile, at once: one that is still ending is waited for
    /// by the app itself.
    pub fn restart(&mut self) -> Result<()> {
        if let Some(driver) = self.driver.take() {
            driver.end()?;
        }
        self.start(&[])
    }

    /// Starts the program once more with this argument, as the system does; that start hands it to the first and ends.
    pub fn start_beside(&self, argument: &str) -> Result<()> {
        let mut second = std::process::Command::new(env!("CARGO_BIN_EXE_restante"));
        second.args(["--profile".as_ref(), self.profile.as_os_str(), argument.as_ref()]);
        second.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let status = second.status().context("a second start")?;
        if status.success() { Ok(()) } else { Err(Error::new(format!("the second start ends with {status}"))) }
    }

    /// Ends the app, and waits until it has ended.
    pub fn quit(&mut self) -> Result<()> {
        match self.driver.take() {
            Some(driver) => driver.end()?,
            None => return Ok(()),
        }
        wait_for("the end of the program", PATIENCE, || (!self.is_running()).then_some(()))
    }

    /// Whether a process of this profile is there.
    fn is_running(&self) -> bool {
        let profile = self.profile.as_os_str().as_encoded_bytes();
        let of = |process: std::fs::DirEntry| std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let ours = |words: Vec<u8>| words.split(|b| *b == 0).skip(1).any(|word| word == profile);
        std::fs::read_dir("/proc").into_iter().flatten().flatten().map(of).any(ours)
    }

    /// The driver below, for what has no word here.
    pub fn driver(&self) -> &Driver {
        self.driver.as_ref().unwrap()
    }

    /// Where the app keeps its data.
    pub fn profile(&self) -> &Path {
        &self.profile
    }

    /// The app's own log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.profile.join("log/restante.log")).unwrap_or_default()
    }

    /// Waits for a state. Failures of the driver on the way (an element that has just gone) count as "not yet".
    pub fn wait<T>(&self, what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        self.wait_within(what, PATIENCE, look)
    }

    /// Waits for a state that may take longer or must be quicker.
    pub fn wait_within<T>(
        &self,
        what: &str,
        limit: Duration,
        mut look: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let mut last = None;
        let found = wait_for(what, limit, || match look() {
            Ok(found) => found,
            Err(error) => {
                last = Some(error);
                None
            }
        });
        found.map_err(|error| self.explain(error, last))
    }

    /// What a person looking at the failure wants to see.
    fn explain(&self, error: Error, last: Option<Error>) -> Error {
        if self.driver.is_some() {
            let test = std::thread::current().name().unwrap_or("a-test").replace("::", "-");
            // The picture is a help; the failure is what counts.
            let _ = self.picture(&format!("failed-{test}"));
        }
        let page = "return document.body ? document.body.innerText.slice(0, 2000) : '(no page)'";
        let page = self.driver.as_ref().map(|d| d.script(page, &[]));
        let page = page.map_or("(not running)".to_owned(), |p| {
            p.map_or_else(|e| e.to_string(), |v| v.as_str().unwrap_or("").to_owned())
        });
        let end =
            |text: String| text.chars().rev().take(3000).collect::<Vec<_>>().into_iter().rev().collect::<String>();
        // What is wrong stands first and last: of a long output the middle is what is cut.
        Error::new(format!(
            "{error}\n--- page\n{page}\n--- log\n{}\n--- desk\n{}\n--- last: {last:?}\n--- {error}",
            end(self.log()),
            end(self.desk.log())
        ))
    }

    /// All visible elements of a role whose name passes, with their names.
    pub fn all(&self, role: &str, name: impl Fn(&str) -> bool) -> Result<Vec<(Element, String)>> {
        let selector =
            CANDIDATES.iter().find(|(r, _)| *r == role).map(|(_, s)| *s).context(format!("no selector for {role}"))?;
        let script = "return [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility() && !e.closest('[inert], [aria-hidden=true]'))";
        let found = self.driver().script(script, &[json!(selector)])?;
        let mut passed = Vec::new();
        for element in found.as_array().into_iter().flatten().filter_map(Element::of) {
            // One that has gone meanwhile is not there.
            let Ok(label) = self.label(&element) else { continue };
            if name(&label) {
                passed.push((element, label));
            }
        }
        Ok(passed)
    }

    /// The name of an element; WebKit gives frames none, so there the title stands.
    fn label(&self, element: &Element) -> Result<String> {
        let label = self.driver().label(element)?;
        if !label.is_empty() {
            return Ok(label);
        }
        let title = self.driver().script("return arguments[0].title ?? ''", &[Driver::argument(element)])?;
        Ok(title.as_str().unwrap_or_default().to_owned())
    }

    /// Waits for the one visible element of this role and exactly this name.
    pub fn find(&self, role: &str, name: &str) -> Result<Element> {
        self.find_by(role, name, |label| label == name)
    }

    /// Waits for the first visible element of this role whose name holds this.
    pub fn find_with(&self, role: &str, part: &str) -> Result<Element> {
        self.find_by(role, part, |label| label.contains(part))
    }

    fn find_by(&self, role: &str, what: &str, name: impl Fn(&str) -> bool) -> Result<Element> {
        let look = || Ok(self.all(role, &name)?.into_iter().next().map(|(element, _)| element));
        self.wait(&format!("{role} {what:?}"), look).map_err(|error| {
            let there: Vec<String> =
                self.all(role, |_| true).unwrap_or_default().into_iter().map(|(_, name)| name).collect();
            Error::new(format!("{error}\nof this role there are {there:?}"))
        })
    }

    /// Whether such an element is there now.
    pub fn has(&self, role: &str, name: &str) -> Result<bool> {
        Ok(!self.all(role, |label| label == name)?.is_empty())
    }

    /// Waits until a piece of text stands on the page.
    pub fn see(&self, text: &str) -> Result<()> {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.wait(&format!("the words {text:?}"), || {
            Ok((self.driver().script(script, &[json!(text)])? == Value::Bool(true)).then_some(()))
        })
    }

    /// Clicks.
    pub fn click(&self, role: &str, name: &str) -> Result<()> {
        let mut last = None;
        self.wait(&format!("a click on {role} {name:?}"), || {
            let element = self.all(role, |label| label == name)?.into_iter().next();
            last = element
                .map(|(element, _)| self.steady(&element).and_then(|()| self.driver().click(&element)))
                .transpose()?;
            Ok(last)
        })
    }

    /// Waits until an element has stood in one place for two frames: nobody hits what is still moving.
    fn steady(&self, element: &Element) -> Result<()> {
        let script = "const e = arguments[0]; const at = () => { const r = e.getBoundingClientRect(); return `${r.x} ${r.y} ${r.width}`; }; \
                      const frame = () => new Promise((done) => requestAnimationFrame(done)); \
                      return (async () => { for (;;) { const before = at(); await frame(); await frame(); if (at() === before) return; } })()";
        self.driver().script(script, &[Driver::argument(element)]).map(drop)
    }

    /// Types into a field, in place of what stood there.
    pub fn fill(&self, name: &str, text: &str) -> Result<()> {
        self.wait(&format!("typing into {name:?}"), || {
            let field = self.find("textbox", name)?;
            self.driver().script("arguments[0].focus(); arguments[0].select()", &[Driver::argument(&field)])?;
            self.driver().type_into(&field, text).map(Some)
        })
    }

    /// Chooses in a drop-down list, by value.
    pub fn choose(&self, name: &str, value: &str) -> Result<()> {
        let list = self.find("combobox", name)?;
        let script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('change', { bubbles: true })); \
                      return arguments[0].value";
        let chosen = self.driver().script(script, &[Driver::argument(&list), json!(value)])?;
        if chosen == json!(value) { Ok(()) } else { Err(Error::new(format!("{name} has no {value}"))) }
    }

    /// Clicks on a label by its words, as for a choice among several.
    pub fn click_text(&self, words: &str) -> Result<()> {
        let script = "return [...document.querySelectorAll('label')].find((l) => l.checkVisibility() && l.innerText.includes(arguments[0])) ?? null";
        let label = self.wait(&format!("the label {words:?}"), || {
            Ok(Element::of(&self.driver().script(script, &[json!(words)])?))
        })?;
        self.driver().click(&label)
    }

    /// Presses keys in the window. The driver's own look into a mail's frame leaves the focus there, unlike a person's eye, so
    /// it is taken back first.
    pub fn press(&self, keys: &str) -> Result<()> {
        self.driver().script("window.focus()", &[])?;
        self.driver().keys(keys)
    }

    /// Presses a key while another is held.
    pub fn chord(&self, held: char, key: char) -> Result<()> {
        self.driver().script("window.focus()", &[])?;
        self.driver().chord(held, key)
    }

    /// Opens the newest row whose name holds this, and waits for its article. Mail that comes meanwhile moves rows under the
    /// hand: whoever hit the row beside it, as a person would see, tries again.
    pub fn open(&self, subject: &str) -> Result<()> {
        let mut clicked = false;
        self.wait(&format!("a row with {subject:?}, opened"), || {
            let chosen = "return document.querySelector('[role=option][aria-selected=true]')?.getAttribute('aria-label') ?? ''";
            let hit = clicked && self.driver().script(chosen, &[])?.as_str().unwrap_or_default().contains(subject);
            if !hit {
                clicked = self.click_row(subject)?;
            }
            if !clicked {
                // Further down, or above: a page on, and from the top again after the end.
                let page = "const l = document.querySelector('[role=listbox][aria-multiselectable]'); if (!l) return; \
                            const end = l.scrollTop + l.clientHeight >= l.scrollHeight - 2; l.scrollTop = end ? 0 : l.scrollTop + l.clientHeight * 0.7";
                self.driver().script(page, &[])?;
            }
            Ok((!self.all("article", |name| name.contains(subject))?.is_empty()).then_some(()))
        })
    }

    /// Clicks the first row on screen whose name holds this. False: there is none.
    fn click_row(&self, subject: &str) -> Result<bool> {
        for (row, _) in self.all("option", |label| label.contains(subject))? {
            // A row kept ready beyond the edge is another row by the time it has been scrolled to.
            let inside = "const l = arguments[0].closest('[role=listbox]').getBoundingClientRect(); const r = arguments[0].getBoundingClientRect(); \
                          return r.top >= l.top && r.bottom <= l.bottom";
            if self.driver().script(inside, &[Driver::argument(&row)])? == true {
                self.steady(&row)?;
                self.driver().click(&row)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits for the row at this place (counted from one) of the whole list, and gives its name.
    pub fn find_by_position(&self, place: usize) -> Result<String> {
        self.wait(&format!("row {place}"), || {
            let script = "return document.querySelector(`[role=option][aria-posinset='${arguments[0]}']`)";
            let row = self.driver().script(script, &[json!(place)])?;
            let label = Element::of(&row).map(|row| self.label(&row)).transpose()?;
            Ok(label.filter(|label| label != "Not read yet"))
        })
    }

    /// Waits until the state line says this.
    pub fn state(&self, text: &str) -> Result<()> {
        self.wait(&format!("the state line {text:?}"), || {
            for (element, label) in self.all("status", |_| true)? {
                if label.contains(text) || self.driver().text(&element)?.contains(text) {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
    }

    /// Waits for two frames.
    pub fn painted(&self) -> Result<()> {
        let painted =
            "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.driver().script(painted, &[]).map(drop)
    }

    /// Writes a picture into `screenshots/`, for a person to look at.
    pub fn picture(&self, name: &str) -> Result<()> {
        // A picture shows the last painted frame.
        self.painted()?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
        std::fs::create_dir_all(&folder).context("screenshots")?;
        use base64::Engine as _;
        let png = base64::engine::general_purpose::STANDARD.decode(self.driver().screenshot()?).context("a picture")?;
        std::fs::write(folder.join(format!("{name}.png")), png).context("a picture")
    }

    /// Nothing was requested by the webview since the start.
    pub fn assert_silent(&self) {
        assert_eq!(self.canary.seen(), Vec::<String>::new(), "the webview went to the network");
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // The desktop ends the program too; this lets it end first and say so.
        let _ = self.quit();
    }
}
