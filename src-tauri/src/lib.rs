//! # The shell: the only code that knows Tauri
//!
//! It opens the engine, builds the window, and carries words between the two. It decides nothing about mail.
//!
//! - [`bindings`] is the single list of commands and events; [`commands`] has one short function for each.
//! - [`events`] gathers what the engine says has changed and tells the window in one batch.
//! - [`frame`] serves mail to a frame that can neither run nor load anything. Read its head before touching a frame.
//! - [`window`] builds the windows and refuses whatever a page could do beyond drawing; [`web_process`] sets WebKit's sandbox.
//! - [`desktop`] announces, opens, and asks where to save; [`mail_program`] is the system's choice of one for `mailto:`.
//! - [`profile`], [`instance`], [`log`]: where data is kept, by one running program, and what is written down.
//!
//! **What is never here:** SQL, IMAP, HTML, a decision. **Who may call:** the window labelled `main` and those
//! that drafts are written in, by commands that `tauri.conf.json` allows one by one. A path never comes from the window: the system's dialog gives it to Rust.
//!
//! Menus are Tauri's own: on macOS the usual ones, without which copy and paste have no keys there; none elsewhere.

pub mod bindings;
pub mod commands;
pub mod desktop;
pub mod events;
pub mod frame;
pub mod instance;
pub mod log;
pub mod mail_program;
pub mod profile;
pub mod state;
pub mod web_process;
pub mod window;

use crate::desktop::{Announcer, Desk};
use crate::instance::Instance;
use crate::profile::{Invocation, Options};
use crate::state::{Opened, Opening};
use engine::engine::Engine;
use engine::error::{Code, UiError};
use engine::remote::network::Network;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tauri::{App, AppHandle, Manager, RunEvent};
use tokio::sync::Notify;

/// Sync waits so long for the first rows to be on the screen, and no longer.
const FIRST_ROWS: Duration = Duration::from_millis(1_500);

/// How long the engine may take to end. What it has not written by then it finds again from the server.
const FAREWELL: Duration = Duration::from_secs(3);

/// The program.
pub fn main() -> ExitCode {
    let at = Instant::now();
    match Invocation::parse(std::env::args_os().skip(1), std::env::var_os("RESTANTE_PROFILE")) {
        Invocation::Say(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Invocation::Wrong(text) => {
            eprint!("{text}");
            ExitCode::from(2)
        }
        Invocation::Run(options) => {
            web_process::prepare();
            match run(at, options) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    tracing::error!(%error, "the program ends");
                    eprintln!("restante: {error}");
                    ExitCode::FAILURE
                }
            }
        }
    }
}

fn run(at: Instant, options: Options) -> Result<(), Box<dyn std::error::Error>> {
    let profile = profile::make(&options.profile)?;
    let Instance::First(first) = instance::take(&profile, options.mailto.as_deref())? else { return Ok(()) };
    let options = Options { profile, ..options };
    log::start(&options.profile)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "start");

    let (opening, opened) = Opened::pair();
    let painted = Arc::new(Notify::new());
    let ending = Arc::new(AtomicBool::new(false));
    let is_ending = ending.clone();
    let bindings = bindings::bindings();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .register_asynchronous_uri_scheme_protocol(frame::SCHEME, frame::serve)
        .invoke_handler(bindings.invoke_handler())
        .manage(opened)
        .manage(frame::Views::default())
        .manage(window::Began { at, options: options.clone(), painted: painted.clone() })
        .setup(move |app: &mut App| {
            bindings.mount_events(app);
            let app = app.handle();
            app.manage(Desk::new(app.clone(), options.mailto));
            desktop::hear_clicks(app)?;
            tauri::async_runtime::spawn(begin(app.clone(), options.profile, opening, painted, options.add_accounts));
            window::open(app)?;
            let forward = app.clone();
            first.listen(move |mailto| {
                let is_here = !is_ending.load(Ordering::Acquire) && window::come_forward(&forward);
                mailto.filter(|_| is_here).into_iter().for_each(|url| forward.state::<Desk>().write_to(url));
                is_here
            })?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(move |app, event| match event {
        RunEvent::ExitRequested { .. } => ending.store(true, Ordering::Release),
        RunEvent::Exit => end(app),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => urls.iter().for_each(|url| app.state::<Desk>().follow(url.as_str())),
        _ => {}
    });
    Ok(())
}

/// Opens the engine and starts it. What goes wrong is told to every command that asks for the engine.
async fn begin(app: AppHandle, profile: PathBuf, opening: Opening, painted: Arc<Notify>, add_accounts: Vec<PathBuf>) {
    let desktop = Arc::new(Announcer(app.clone()));
    let opened = async { Engine::open(&profile, desktop, Arc::new(Network::new()?)).await };
    let engine = match opened.await {
        Ok(engine) => engine,
        Err(error) => {
            tracing::error!(%error, "the profile cannot be opened");
            return opening.done(Err(error.into()));
        }
    };
    tauri::async_runtime::spawn(events::carry(app, engine.topics()));
    opening.done(Ok(engine.clone()));
    // First what is here comes to the screen, then the servers are asked: both at once would delay the former.
    let _ = tokio::time::timeout(FIRST_ROWS, painted.notified()).await;
    if let Err(error) = engine.begin().await {
        tracing::error!(%error, "sync cannot start");
    }
    for file in add_accounts {
        if let Err(error) = add_account(&engine, &file).await {
            tracing::error!(file = %file.display(), ?error, "an account could not be added");
            eprintln!("restante: {}: {:?} {}", file.display(), error.code, error.detail.unwrap_or_default());
        }
    }
}

/// Adds the account of a form on disk; the file, which holds a password, is removed as soon as it is read.
async fn add_account(engine: &Engine, file: &Path) -> Result<(), UiError> {
    let wrong = |error: &dyn std::fmt::Display| UiError::new(Code::Invalid).with("field", "file").detail(error);
    let json = std::fs::read(file).map_err(|e| wrong(&e))?;
    std::fs::remove_file(file).map_err(|e| wrong(&e))?;
    let form = serde_json::from_slice(&json).map_err(|e| wrong(&e))?;
    engine.add_account(form).await.map(drop)
}

fn end(app: &AppHandle) {
    if let Some(engine) = app.state::<Opened>().now() {
        let ended = tauri::async_runtime::block_on(async { tokio::time::timeout(FAREWELL, engine.close()).await });
        if ended.is_err() {
            tracing::warn!("the engine did not end in time");
        }
    }
    tracing::info!("end");
}
