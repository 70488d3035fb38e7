//! The rows of conversations counted from scratch, by statements that know nothing of how they are kept.

use super::*;

/// Every place in every scope that it is in, by statements that know nothing of rows: thread, scope, mail, order, place, flags, files.
pub(super) async fn scoped(store: &Store) -> Vec<(i64, i64, String, i64, i64, i64, i64)> {
    let all = "m.in_all = 1";
    let wanted = "coalesce(m.role, 0) NOT IN (6, 7)";
    let mut sql = String::from(
        "WITH m AS (SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END AS thread,
             coalesce(m.message_id || '/' || m.date || '/' || m.who, m.id) AS mail, p.id, p.folder, p.date, p.due, p.flags, p.files,
             p.asleep, f.role, a.in_all FROM placement p JOIN message m ON m.id = p.message
             LEFT JOIN folder f ON f.id = p.folder LEFT JOIN account a ON a.id = f.account WHERE p.hidden = 0)
         SELECT thread, folder, CAST(id AS TEXT), date, id, flags, files FROM m WHERE asleep = 0",
    );
    for (scope, by, which) in [
        (-1, "date", format!("asleep = 0 AND {all} AND role = 1")),
        (-2, "date", format!("asleep = 0 AND {all} AND {wanted} AND (flags & 1) = 0")),
        (-3, "date", format!("{all} AND (flags & 2) = 2")),
        (-4, "-due", format!("asleep = 1 AND {all}")),
        (-5, "date", format!("asleep = 0 AND {all} AND role = 2")),
        (-6, "date", format!("asleep = 0 AND {all} AND role = 3")),
        (-7, "date", format!("asleep = 0 AND {all} AND {wanted}")),
    ] {
        sql += &format!(" UNION ALL SELECT thread, {scope}, mail, {by}, id, flags, files FROM m WHERE {which}");
    }
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(store.read()).await.unwrap()
}

/// The rows and the places that stand for a mail, counted from scratch.
pub(super) async fn recount(store: &Store) -> (BTreeSet<Talk>, BTreeMap<i64, i64>) {
    let mut all = scoped(store).await;
    all.sort_by_key(|(thread, scope, mail, at, place, ..)| (*scope, *thread, mail.clone(), -*at, -*place));
    let mut bits: BTreeMap<i64, i64> = BTreeMap::new();
    let mut talks: BTreeMap<(i64, i64), Talk> = BTreeMap::new();
    let mut before = None;
    let mut lead = 0;
    for (thread, scope, mail, date, place, flags, files) in all {
        if before == Some((thread, scope, mail.clone())) {
            *bits.entry(lead).or_default() |= COPIES;
            continue;
        }
        before = Some((thread, scope, mail));
        lead = place;
        if scope < 0 {
            *bits.entry(place).or_default() |= bit_of(scope);
        }
        let none =
            Talk { thread, scope, date, place, messages: 0, unread: 0, flagged: 0, files: 0, takers: String::new() };
        let talk = talks.entry((scope, thread)).or_insert(none);
        if (date, place) > (talk.date, talk.place) {
            (talk.date, talk.place) = (date, place);
        }
        talk.messages += 1;
        talk.unread += i64::from(flags & 1 == 0);
        talk.flagged += i64::from(flags & 2 == 2);
        talk.files += files;
    }
    bits.retain(|_, b| *b != 0);
    write_takers(store, &mut talks).await;
    (talks.into_values().collect(), bits)
}

/// A place with its mail and who wrote it: thread, mail, place, folder, in Trash or Junk, name, address, unread.
type Written = (i64, String, i64, i64, bool, String, String, bool);

/// Who takes part, counted from scratch.
async fn write_takers(store: &Store, talks: &mut BTreeMap<(i64, i64), Talk>) {
    let within: BTreeSet<(i64, i64)> = scoped(store).await.iter().map(|p| (p.1, p.4)).collect();
    let all: Vec<Written> = sqlx::query_as(
        "SELECT CASE m.thread WHEN 0 THEN -m.id ELSE m.thread END, coalesce(m.message_id || '/' || m.date || '/' || m.who, m.id),
             p.id, p.folder, coalesce(f.role, 0) IN (6, 7), m.who, lower(coalesce(m.people ->> '$.f[0][1]', m.who)), (p.flags & 1) = 0
         FROM placement p JOIN message m ON m.id = p.message LEFT JOIN folder f ON f.id = p.folder
         WHERE p.hidden = 0 ORDER BY m.date, m.id",
    )
    .fetch_all(store.read())
    .await
    .unwrap();
    for talk in talks.values_mut() {
        let folder = all.iter().find(|p| p.2 == talk.place).unwrap().3;
        let beside = |p: &&Written| p.0 == talk.thread && (!p.4 || p.3 == folder);
        let mut mails: Vec<&str> = Vec::new();
        let mut takers: Vec<(String, String, u8)> = Vec::new();
        for place in all.iter().filter(beside) {
            if !mails.contains(&place.1.as_str()) {
                mails.push(&place.1);
            }
            if takers.iter().all(|t| t.1 != place.6) {
                takers.push((place.5.clone(), place.6.clone(), 0));
            }
            if place.7 && within.contains(&(talk.scope, place.2)) {
                takers.iter_mut().find(|t| t.1 == place.6).unwrap().2 = 1;
            }
        }
        talk.takers = serde_json::to_string(&(mails.len(), takers)).unwrap();
    }
}

pub(super) async fn compare(store: &Store, why: &str) {
    let (talks, bits) = recount(store).await;
    let kept: Vec<Talk> = sqlx::query_as("SELECT * FROM talk").fetch_all(store.read()).await.unwrap();
    assert_eq!(kept.into_iter().collect::<BTreeSet<_>>(), talks, "{why}");
    let kept: Vec<(i64, i64)> =
        sqlx::query_as("SELECT id, lists FROM placement WHERE lists <> 0").fetch_all(store.read()).await.unwrap();
    assert_eq!(kept.into_iter().collect::<BTreeMap<_, _>>(), bits, "{why}");
    let stale: i64 = sqlx::query_scalar("SELECT count(*) FROM stale").fetch_one(store.read()).await.unwrap();
    assert_eq!(stale, 0, "{why}");
    for scope in -7..7 {
        let of: Vec<&Talk> = talks.iter().filter(|t| t.scope == scope).collect();
        let sum = |n: fn(&Talk) -> i64| of.iter().map(|t| n(t)).sum::<i64>();
        let right = Tally {
            talks: sum(|_| 1),
            unread_talks: sum(|t| i64::from(t.unread > 0)),
            flagged_talks: sum(|t| i64::from(t.flagged > 0)),
            file_talks: sum(|t| i64::from(t.files > 0)),
            mails: sum(|t| t.messages),
            unread: sum(|t| t.unread),
            flagged: sum(|t| t.flagged),
            files: sum(|t| t.files),
        };
        let kept: Option<Tally> = sqlx::query_as(
            "SELECT talks, unread_talks, flagged_talks, file_talks, mails, unread, flagged, files FROM tally WHERE scope = ?1",
        )
        .bind(scope)
        .fetch_optional(store.read())
        .await
        .unwrap();
        assert_eq!(kept.unwrap_or_default(), right, "{why}: {scope}");
    }
}
