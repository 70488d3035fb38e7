//! Tells Tauri the names of our commands, so that each is refused until `tauri.conf.json` allows it. The names are read off
//! `commands.rs`: the functions under `#[tauri::command]`.

fn main() {
    let file = "src-tauri/src/commands.rs";
    println!("cargo:rerun-if-changed={file}");
    let source = std::fs::read_to_string(file).unwrap_or_default();
    let commands: Vec<&'static str> = source
        .split("#[tauri::command]")
        .skip(1)
        .filter_map(|after| after.split_once("fn ")?.1.split_once('('))
        .map(|(name, _)| &*name.to_owned().leak())
        .collect();
    let manifest = tauri_build::AppManifest::new().commands(commands.leak());
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
