//! Tells Tauri the names of our commands, so that each is refused until `tauri.conf.json` allows it. The names are read off
//! `commands.rs`: those in the list of the engine's own, and the functions under `#[tauri::command]`. Their permissions are written where builds write; Tauri's own
//! generator would put them at the top of the repository.

use std::fmt::Write as _;
use std::path::Path;

fn main() {
    let file = "src-tauri/src/commands.rs";
    println!("cargo:rerun-if-changed={file}");
    if let Err(error) = build(file) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}

fn build(commands: &str) -> Result<(), Box<dyn std::error::Error>> {
    let source = std::fs::read_to_string(commands)?;
    let (_, list) = source.split_once("{ [$($with)*]\n").ok_or("no list of the engine's own commands")?;
    let (list, rest) = list.split_once("\n} }; }\n").ok_or("the list does not end")?;
    let listed = list.lines().filter(|line| !line.trim_start().starts_with("//"));
    let listed = listed.filter_map(|line| Some(line.trim().split_once('(')?.0));
    let functions = rest.split("#[tauri::command]").skip(1);
    let written = functions.filter_map(|after| Some(after.split_once("fn ")?.1.split_once('(')?.0));
    let names = listed.chain(written);
    let mut permissions = String::new();
    for name in names {
        let slug = name.replace('_', "-");
        writeln!(
            permissions,
            "[[permission]]\nidentifier = \"allow-{slug}\"\ndescription = \"Allows {name}.\"\ncommands.allow = [\"{name}\"]\n"
        )?;
    }
    let folder = Path::new(&std::env::var("OUT_DIR")?).join("commands");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("commands.toml"), permissions)?;
    let pattern: &'static str = folder.join("*.toml").display().to_string().leak();
    let manifest = tauri_build::AppManifest::new().permissions_path_pattern(pattern);
    Ok(tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?)
}
