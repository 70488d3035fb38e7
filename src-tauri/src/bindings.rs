//! The single list of commands and events: the handler and the window's TypeScript come from it.

use crate::commands::{engine_commands, *};
use crate::events::{Changed, Leave, Left, LinkHeld, OpenMessage, WriteMailto};
use tauri_specta::{Builder, collect_commands, collect_events};

/// The shell's own commands, in the brackets, after the engine's.
macro_rules! with_the_shell_s {
    ([$($own:ident)*] $($(#[doc = $doc:expr])* $name:ident($($value:ident: $kind:ty),*) -> $answer:ty;)*) => {
        collect_commands![$($name,)* $($own),*]
    };
}

/// Everything that crosses between window and shell.
pub fn bindings() -> Builder<tauri::Wry> {
    Builder::new()
        // What is written and what is read have one shape here, so one type serves for both.
        .disable_serde_phases()
        .commands(engine_commands!(with_the_shell_s [
            secrets_state
            show_body
            save_attachment
            attach_files
            save_all_attachments
            save_message
            open_attachment
            print_message
            open_link
            pick_up_target
            pick_up_mailto
            open_writing
            writings
            close_writing
            mail_program_standing
            become_mail_program
            import_contacts
            export_contacts
            painted
        ]))
        .events(collect_events![Changed, Leave, Left, LinkHeld, OpenMessage, WriteMailto])
}
