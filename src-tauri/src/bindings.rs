//! The single list of commands and events: the handler and the window's TypeScript come from it.

use crate::commands::*;
use crate::events::{Changed, LinkHeld, OpenMessage};
use tauri_specta::{Builder, collect_commands, collect_events};

/// Everything that crosses between window and shell.
pub fn bindings() -> Builder<tauri::Wry> {
    Builder::new()
        // What is written and what is read have one shape here, so one type serves for both.
        .disable_serde_phases()
        .commands(collect_commands![
            start,
            accounts,
            folders,
            list_page,
            list_index,
            open_message,
            message,
            retry_body,
            message_headers,
            message_source,
            load_images,
            transfers,
            cancel_transfer,
            discover,
            try_account,
            add_account,
            edit_account,
            order_accounts,
            sign_out,
            sign_in,
            accept_certificate,
            remove_account,
            secrets_state,
            choose_secrets,
            unlock_secrets,
            settings,
            set_settings,
            keep_offline,
            act,
            act_preview,
            mark_opened,
            undo,
            timeline,
            history,
            refusals,
            dismiss_refusal,
            labels,
            make_label,
            edit_label,
            order_labels,
            remove_label,
            create_folder,
            rename_folder,
            move_folder,
            delete_folder,
            hide_folder,
            set_folder_role,
            favourite_folder,
            health,
            health_report,
            retry_now,
            show_body,
            save_attachment,
            save_all_attachments,
            save_message,
            open_attachment,
            print_message,
            open_link,
            pick_up_target,
            painted,
        ])
        .events(collect_events![Changed, LinkHeld, OpenMessage])
}
