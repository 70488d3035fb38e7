//! The document that a page becomes, on standard output, to be looked at in a browser:
//! `cargo run -p letter --example page -- FILE.html [dark]`

use letter::{decode, html};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args_os().skip(1);
    let Some(path) = args.next() else { return Ok(()) };
    let dark = args.next().is_some_and(|a| a == "dark");
    let cleaned = html::clean(&decode::html(&std::fs::read(path)?, None));
    println!("{}", html::document(&cleaned.html, true, dark));
    Ok(())
}
