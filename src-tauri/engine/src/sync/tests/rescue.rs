//! A damaged store: set aside, made anew, and what waited still reaches the server.

use super::super::account::Account;
use super::acting::Desk;
use super::run;
use crate::engine::House;
use crate::snooze;
use crate::store::{Store, now, number};
use crate::view::{Id, Intent, List, ListKey};
use std::path::Path;
use std::sync::Arc;

const SERVER: &[&str] = &["IDLE", "CONDSTORE", "QRESYNC", "ESEARCH", "MOVE", "UIDPLUS"];

/// Ruins the page that a table or index begins with.
pub(super) async fn ruin(store: &Store, name: &str, file: &Path) {
    let page: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_schema WHERE name = ?1")
        .bind(name)
        .fetch_one(store.read())
        .await
        .unwrap();
    let size: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(store.read()).await.unwrap();
    store.close().await;
    let mut bytes = std::fs::read(file).unwrap();
    let at = usize::try_from((page - 1) * size).unwrap();
    bytes[at..at + usize::try_from(size).unwrap()].fill(0xff);
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn what_waited_in_a_damaged_store_still_reaches_the_server() {
    for ruined in ["placement_list", "body", "message_identity", "sqlite_sequence"] {
        run(async {
            let desk = Desk::with_mail(SERVER, 70).await;
            let rows: Vec<Id> = desk.rows("INBOX").await.iter().map(|r| r.id).collect();
            let other = desk.room.folder("Other").await;
            desk.act(Intent::Archive, &rows[..3]).await.unwrap();
            desk.act(Intent::Flag { on: true }, &rows[2..4]).await.unwrap();
            desk.act(Intent::Copy { folder: other }, &rows[4..5]).await.unwrap();
            desk.act(Intent::Delete, &rows[65..66]).await.unwrap();
            let due = snooze::rounded(now() + 90_000);
            desk.act(Intent::Snooze { until: number(due) }, &rows[10..11]).await.unwrap();
            // One that sleeps on this computer alone.
            let mut tx = desk.room.house.store.write().await.unwrap();
            sqlx::query("UPDATE placement SET local_due = ?2 WHERE id = ?1")
                .bind(rows[11])
                .bind(due)
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let profile = desk.room.house.profile.clone();
            ruin(&desk.room.house.store, ruined, &profile.join("mail.sqlite")).await;
            // The run did not end by itself.
            std::fs::write(profile.join("mail.sqlite.open"), "").unwrap();

            let store = Store::open(&profile).await.unwrap();
            assert!(store.rescued(), "{ruined}");
            assert_eq!(store.accounts().await.unwrap().len(), 1, "{ruined}");
            assert!(profile.join("damaged/mail.sqlite").exists());
            let old = &desk.room.house;
            let house = Arc::new(House {
                profile: profile.clone(),
                store,
                topics: old.topics.clone(),
                secrets: old.secrets.clone(),
                desktop: old.desktop.clone(),
                connect: old.connect.clone(),
            });
            let mut desk = desk;
            desk.account = Account::new(house.clone(), desk.room.account, false);
            desk.room.house = house;
            desk.quiet().await;
            assert_eq!(desk.waiting().await, 0);
            assert_eq!(desk.subjects("Archive").await, ["Mail 68", "Mail 69", "Mail 70"], "{ruined}");
            assert_eq!(desk.subjects("Other").await, ["Mail 66"], "{ruined}");
            let there = desk.there();
            assert!(!there.iter().any(|(_, name)| *name == 5), "{ruined}: deleted for ever");
            assert_eq!(there.len(), 70, "one went, one was copied");
            let flagged: Vec<String> =
                desk.rows("INBOX").await.into_iter().filter(|r| r.flagged).map(|r| r.subject).collect();
            assert_eq!(flagged, ["Mail 67"]);
            let asleep = desk.room.house.store.list_page(&List::of(ListKey::Snoozed), 0, 9).await.unwrap().rows;
            let mut asleep: Vec<String> = asleep.into_iter().map(|r| r.subject).collect();
            asleep.sort();
            assert_eq!(asleep, ["Mail 59", "Mail 60"], "{ruined}");
            desk.assert_equal().await;
            desk.room.house.store.close().await;
            assert!(!Store::open(&profile).await.unwrap().rescued(), "{ruined}: once");
        });
    }
}

#[test]
fn a_large_store_is_looked_over_behind_the_window() {
    for ruined in [None, Some("body")] {
        run(async {
            let desk = Desk::with_mail(SERVER, 70).await;
            let profile = desk.room.house.profile.clone();
            match ruined {
                Some(ruined) => ruin(&desk.room.house.store, ruined, &profile.join("mail.sqlite")).await,
                None => desk.room.house.store.close().await,
            }
            std::fs::write(profile.join("mail.sqlite.open"), "").unwrap();
            // However it ended, nobody waits.
            let store = Store::open_looking(&profile, 0).await.unwrap();
            assert!(!store.rescued());
            store.look_over().await;
            store.close().await;
            assert_eq!(profile.join("mail.sqlite.open").exists(), ruined.is_some(), "what was found is known");
            let store = Store::open_looking(&profile, 0).await.unwrap();
            assert_eq!(store.rescued(), ruined.is_some());
            assert_eq!(store.accounts().await.unwrap().len(), 1);
            store.close().await;
            let store = Store::open_looking(&profile, 0).await.unwrap();
            assert!(!store.rescued(), "once");
            store.close().await;
        });
    }
}

#[test]
fn what_cannot_be_read_at_all_is_kept_and_begun_anew() {
    run(async {
        for (name, bytes) in
            [("no header", vec![0; 8_192]), ("not a store", b"Dear diary".repeat(500)), ("cut", vec![0x53; 3])]
        {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("mail.sqlite"), &bytes).unwrap();
            let store = Store::open(folder.path()).await.unwrap();
            assert!(store.rescued(), "{name}");
            assert!(store.accounts().await.unwrap().is_empty());
            assert_eq!(
                std::fs::read(folder.path().join("damaged/mail.sqlite")).unwrap(),
                bytes,
                "{name}: kept as it was"
            );
            store.close().await;
        }
    });
}

#[test]
fn a_store_of_a_newer_version_is_left_as_it_is() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of the future', 1, x'00', 0)",
        )
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        store.close().await;
        let before = std::fs::read(folder.path().join("mail.sqlite")).unwrap();
        for _ in 0..2 {
            assert!(matches!(Store::open(folder.path()).await, Err(crate::error::Error::NewerStore(9999))));
        }
        assert_eq!(std::fs::read(folder.path().join("mail.sqlite")).unwrap(), before);
    });
}

#[test]
fn of_a_store_that_cannot_be_read_at_all_accounts_settings_and_labels_are_left() {
    for harm in [0, 1, 2] {
        run(async {
            let desk = Desk::with_mail(SERVER, 3).await;
            let store = &desk.room.house.store;
            let profile = desk.room.house.profile.clone();
            let mut settings = store.settings().await.unwrap();
            settings.language = "de".into();
            store.set_settings(&settings).await.unwrap();
            store.make_label("Büro", "#123456").await.unwrap();
            store.order_labels(&["b&APw-ro".into(), "$label3".into()]).await.unwrap();
            store.trust(desk.room.account, "ines@example.org").await.unwrap();
            let (accounts, labels) = (store.accounts().await.unwrap(), store.labels().await.unwrap());
            assert_eq!(
                labels.iter().map(|l| l.keyword.as_str()).take(3).collect::<Vec<_>>(),
                ["b&APw-ro", "$label3", "$label1"]
            );
            let file = profile.join("mail.sqlite");
            store.close().await;
            let mut bytes = std::fs::read(&file).unwrap();
            match harm {
                0 => bytes.fill(0),
                1 => bytes.iter_mut().zip(0u32..).for_each(|(b, n)| *b ^= u8::try_from(n * 31 % 251).unwrap()),
                _ => bytes.truncate(50),
            }
            std::fs::write(&file, bytes).unwrap();
            let store = Store::open(&profile).await.unwrap();
            assert!(store.rescued(), "{harm}");
            assert_eq!((store.accounts().await.unwrap(), store.labels().await.unwrap()), (accounts, labels), "{harm}");
            assert_eq!(store.settings().await.unwrap(), settings);
            assert!(store.trusts(desk.room.account, "ines@example.org").await.unwrap());
            // One that is removed leaves the copy as well.
            store.remove_account(desk.room.account).await.unwrap();
            let copy = std::fs::read_to_string(profile.join("accounts.json")).unwrap();
            assert!(!copy.contains("example.org") && copy.contains("#123456"), "{copy}");
        });
    }
}

#[test]
fn folders_that_waited_are_still_told_after_a_rescue() {
    run(async {
        let mut desk = Desk::with_mail(SERVER, 3).await;
        let store = desk.room.house.store.clone();
        let other = desk.room.folder("Other").await;
        store.file_folder(other, crate::store::folder_changes::Deed::Rename("Else".into())).await.unwrap();
        store.create_folder(desk.room.account, Some(other), "new").await.unwrap();
        let profile = desk.room.house.profile.clone();
        ruin(&store, "placement_list", &profile.join("mail.sqlite")).await;
        std::fs::write(profile.join("mail.sqlite.open"), "").unwrap();
        let store = Store::open(&profile).await.unwrap();
        let old = &desk.room.house;
        let house = Arc::new(House {
            profile,
            store,
            topics: old.topics.clone(),
            secrets: old.secrets.clone(),
            desktop: old.desktop.clone(),
            connect: old.connect.clone(),
        });
        desk.account = Account::new(house.clone(), desk.room.account, false);
        desk.room.house = house;
        desk.quiet().await;
        assert_eq!(desk.waiting().await, 0);
        let there: Vec<String> = desk.room.server.lock().boxes.keys().cloned().collect();
        assert_eq!(there, ["Archive", "Else", "Else/new", "INBOX", "Junk", "Trash"]);
        desk.assert_equal().await;
    });
}
