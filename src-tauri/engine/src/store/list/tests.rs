//! Pages of long lists.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::super::count;
use crate::store::Store;
use crate::view::{List, ListKey};
use sqlx::AssertSqlSafe;
use std::time::Duration;

const ROWS: u32 = 7_003;

/// A folder of many rows, several of them of the same second.
async fn long() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let mut tx = store.write().await.unwrap();
    let server = "{\"host\":\"h\",\"port\":1,\"security\":\"tls\",\"user\":\"u\",\"acceptedCertificate\":null}";
    for sql in [
        format!(
            "INSERT INTO account (id, position, name, email, label, color, signed_out, incoming, outgoing) VALUES (1, 1, 'n', 'e', 'l', '#000000', 0, '{server}', NULL)"
        ),
        format!(
            "INSERT INTO folder (id, account, mailbox, path, role, total) VALUES (1, 1, 'INBOX', 'INBOX', 1, {ROWS})"
        ),
        format!(
            "INSERT INTO message (account, identity, who, whom, subject, date, size, people)
             SELECT 1, value, 'w', '', 'Mail ' || value, 0, 0, '{{}}' FROM {}",
            numbers()
        ),
        format!(
            "INSERT INTO placement (folder, server_folder, uid, message, date, flags, server_flags, inbox, files)
             SELECT 1, 1, value, value, (value * 37 % {ROWS}) / 5, 1, 1, 1, 0 FROM {}",
            numbers()
        ),
    ] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    (folder, store)
}

fn numbers() -> String {
    format!(
        "(WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < {ROWS}) SELECT value FROM n)"
    )
}

#[tokio::test]
async fn pages_from_a_milestone_are_those_from_the_end() {
    let (_folder, store) = long().await;
    for list in [List::of(ListKey::Folder { id: 1 }), List::of(ListKey::Inboxes)] {
        let rows = store.list_page(&list, 0, 1).await.unwrap().total as usize;
        let mut whole = Vec::new();
        while whole.len() < rows {
            let page = store.list_page(&list, count(i64::try_from(whole.len()).unwrap()), 500).await.unwrap();
            whole.extend(page.rows);
        }
        // Laid by the pages above; a commit throws them away, and the next deep page lays them anew.
        for round in 0..2 {
            store.list_page(&list, ROWS / 2, 100).await.unwrap();
            while store.milestones.before(&list, store.commits(), ROWS / 2).is_none() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            for offset in [0, 999, 1_000, 1_001, 1_900, 3_000, 3_456, 5_999, 6_000, 6_903, 7_000, 7_002, 7_003] {
                let page = store.list_page(&list, offset, 100).await.unwrap();
                let (from, to) = ((offset as usize).min(whole.len()), (offset as usize + 100).min(whole.len()));
                assert_eq!(page.rows, whole[from..to], "{list:?} {offset} round {round}");
            }
            let gone = whole.remove(4_000 + round);
            let mut tx = store.write().await.unwrap();
            sqlx::query("DELETE FROM placement WHERE id = ?1").bind(gone.id).execute(&mut *tx).await.unwrap();
            sqlx::query("UPDATE folder SET total = total - 1").execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            assert!(store.milestones.before(&list, store.commits(), ROWS / 2).is_none());
        }
    }
}
