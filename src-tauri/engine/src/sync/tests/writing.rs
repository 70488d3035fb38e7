//! Drafts: nothing that was saved is lost, copies on the server follow, and two who write on one draft keep both.

use super::post::Post;
use super::*;
use crate::store::drafts::QUIET;
use crate::view::*;

fn html(text: &str) -> DraftChange {
    DraftChange { html: Some(format!("<div>{text}</div>")), ..DraftChange::default() }
}

#[test]
fn every_save_is_a_version_and_a_late_one_is_kept() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.composing.compose(Compose::New { account: None }).await.unwrap();
        let first = post.composing.save(draft.id, draft.version, &html("one")).await.unwrap();
        assert_eq!(post.composing.save(draft.id, first, &html("one")).await.unwrap(), first, "nothing changed");
        let second = post.composing.save(draft.id, first, &html("two")).await.unwrap();
        // Another window, which has not seen that.
        let subject = DraftChange { subject: Some("Panes".into()), ..html("three") };
        let third = post.composing.save(draft.id, first, &subject).await.unwrap();
        assert!(first < second && second < third);
        let now = post.composing.draft(draft.id).await.unwrap();
        assert_eq!((now.html.as_str(), now.subject.as_str()), ("<div>three</div>", "Panes"));
        let back = post.composing.restore(draft.id, second).await.unwrap();
        assert_eq!((back.html.as_str(), back.subject.as_str()), ("<div>two</div>", ""));
        let versions = post.store().draft_versions(draft.id).await.unwrap();
        assert_eq!(versions.len(), 5);
        assert!(versions.windows(2).all(|w| w[0].version > w[1].version));
        assert_eq!((versions[1].subject.as_str(), versions[1].words), ("Panes", 1));

        post.composing.discard(draft.id, true).await.unwrap();
        assert!(post.store().drafts().await.unwrap().is_empty());
        post.composing.discard(draft.id, false).await.unwrap();
        assert_eq!(post.store().drafts().await.unwrap()[0].html, "<div>two</div>");
    });
}

#[test]
fn old_versions_are_thinned_and_the_last_hour_is_not() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.composing.compose(Compose::New { account: None }).await.unwrap();
        let mut version = draft.version;
        for n in 0..200 {
            version = post.composing.save(draft.id, version, &html(&n.to_string())).await.unwrap();
        }
        // One every two minutes, the last just now.
        post.sql(
            "UPDATE draft_version SET changed = changed - 120 * ((SELECT max(version) FROM draft_version) - version)",
        )
        .await;
        post.composing.save(draft.id, version, &html("last")).await.unwrap();
        let versions = post.store().draft_versions(draft.id).await.unwrap();
        let newest = versions[0].changed;
        let recent = versions.iter().filter(|v| newest - v.changed < 3_500.0).count();
        assert_eq!(recent, 31, "30 of the last hour, and the new one");
        let old: Vec<i64> = versions
            .iter()
            .filter(|v| newest - v.changed > 3_700.0)
            .map(|v| {
                #[expect(clippy::cast_possible_truncation, reason = "seconds")]
                let changed = v.changed as i64;
                changed / 900
            })
            .collect();
        let mut once = old.clone();
        once.dedup();
        assert_eq!(old, once, "one for each quarter of an hour");
        assert!((21..=25).contains(&old.len()), "{}", old.len());
        // After days, the last alone.
        post.sql("UPDATE draft_version SET changed = changed - 10 * 86400").await;
        post.composing.save(draft.id, versions[0].version, &html("after days")).await.unwrap();
        assert_eq!(post.store().draft_versions(draft.id).await.unwrap().len(), 1);
    });
}

#[test]
fn a_copy_on_the_server_follows_and_another_client_s_stays() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        post.room.server.lock().put("Drafts", b"Subject: Theirs\r\nMessage-ID: <theirs@x.org>\r\n\r\nx\r\n");
        post.look().await;
        let draft = post.composing.compose(Compose::New { account: None }).await.unwrap();
        post.file(None).await.unwrap();
        assert_eq!(post.there("Drafts").len(), 1, "nothing is written in it yet");
        let before = crate::store::now();
        let one = post.composing.save(draft.id, draft.version, &html("one")).await.unwrap();
        let due = post.store().next_copy(post.room.account).await.unwrap().unwrap();
        assert!(due >= before + QUIET, "not at once");
        post.file(None).await.unwrap();
        let there = post.there("Drafts");
        assert!(there.len() == 2 && there[1].contains("one"), "{there:?}");
        post.composing.save(draft.id, one, &html("two")).await.unwrap();
        post.file(None).await.unwrap();
        let there = post.there("Drafts");
        assert!(there.len() == 2 && there[0].contains("Theirs") && there[1].contains("two"), "{there:?}");
        assert!(post.room.server.lock().boxes["Drafts"].mails.values().any(|m| m.flags.draft && m.flags.seen));
        assert_eq!(post.store().next_copy(post.room.account).await.unwrap(), None);

        // Opened from the list of Drafts, it is the draft that is here.
        let message: i64 = sqlx::query_scalar("SELECT p.message FROM placement p JOIN draft d ON d.copy_place = p.id")
            .fetch_one(post.store().read())
            .await
            .unwrap();
        let taken = post.composing.compose(Compose::Take { message: u32::try_from(message).unwrap() }).await.unwrap();
        assert_eq!(taken.id, draft.id);

        // Sent: its copy goes, theirs stays.
        let to =
            DraftChange { to: Some(crate::compose::parse_recipients("ann@example.net")), ..DraftChange::default() };
        post.composing.save(draft.id, taken.version, &to).await.unwrap();
        post.send(draft.id).await;
        post.deliver().await;
        post.file(None).await.unwrap();
        let there = post.there("Drafts");
        assert!(there.len() == 1 && there[0].contains("Theirs"), "{there:?}");
        let timeline = post.store().timeline("", None, 10).await.unwrap();
        assert!(timeline.is_empty(), "{timeline:?}");
    });
}

#[test]
fn two_clients_on_one_draft_keep_both() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.composing.compose(Compose::New { account: None }).await.unwrap();
        let one = post.composing.save(draft.id, draft.version, &html("one")).await.unwrap();
        post.file(None).await.unwrap();
        // Another client takes our copy away, and puts its own there.
        {
            let mut server = post.room.server.lock();
            let uid = *server.boxes["Drafts"].mails.keys().next().unwrap();
            let theirs = String::from_utf8_lossy(&server.boxes["Drafts"].mails[&uid].bytes).replace("one", "other");
            server.expunge("Drafts", uid);
            server.put("Drafts", theirs.as_bytes());
        }
        post.composing.save(draft.id, one, &html("two")).await.unwrap();
        post.file(None).await.unwrap();
        post.file(None).await.unwrap();
        let mut there = post.there("Drafts");
        there.sort();
        assert!(
            there.len() == 2 && there.iter().any(|t| t.contains("other")) && there.iter().any(|t| t.contains("two"))
        );
    });
}

#[test]
fn another_client_s_draft_is_taken_up_and_goes_on() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let theirs = "From: me@example.org\r\nTo: Ann <ann@example.net>, nobody\r\nSubject: Gr=?utf-8?q?=C3=BC?=n\r\n\
                      In-Reply-To: <q@x.org>\r\nReferences: <p@x.org> <q@x.org>\r\nMessage-ID: <theirs@x.org>\r\n\r\nHalf a\r\nletter\r\n";
        let question = "From: Ann <ann@example.net>\r\nTo: me@example.org\r\nMessage-ID: <q@x.org>\r\n\r\n?\r\n";
        post.room.server.lock().put("INBOX", question.as_bytes());
        post.room.server.lock().put("Drafts", theirs.as_bytes());
        post.look().await;
        let store = post.store();
        let of = |id: &'static str| async move {
            let sql = "SELECT id FROM message WHERE message_id = ?1";
            sqlx::query_scalar::<_, i64>(sql).bind(id).fetch_one(store.read()).await.unwrap()
        };
        let (asked, message) =
            (u32::try_from(of("q@x.org").await).unwrap(), u32::try_from(of("theirs@x.org").await).unwrap());
        let draft = post.composing.compose(Compose::Take { message }).await.unwrap();
        assert!(draft.plain && draft.text.contains("Half a") && draft.text.contains("letter"), "{draft:?}");
        assert_eq!(draft.to[0].email, "ann@example.net");
        assert!(draft.to.get(1).is_none_or(|r| r.wrong));
        let written = post.store().written(draft.id).await.unwrap();
        assert_eq!(written.in_reply_to.as_deref(), Some("q@x.org"));
        assert_eq!(written.draft.answer.map(|a| a.message), Some(asked), "what it answers is here");
        // Taken up twice it is the same.
        let again = post.composing.compose(Compose::Take { message }).await.unwrap();
        assert_eq!(again.id, draft.id);
        post.file(None).await.unwrap();
        assert_eq!(post.there("Drafts"), [theirs], "nothing was changed yet");
        let change = DraftChange { text: Some("A whole letter".into()), ..DraftChange::default() };
        post.composing.save(draft.id, draft.version, &change).await.unwrap();
        post.file(None).await.unwrap();
        let there = post.there("Drafts");
        assert!(there.len() == 1 && there[0].contains("A whole letter") && there[0].contains("<q@x.org>"), "{there:?}");
    });
}

#[test]
fn a_draft_that_is_closed_is_copied_at_once_and_whole() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let store = post.store();
        let draft = post.composing.compose(Compose::New { account: None }).await.unwrap();
        post.composing.close_draft(draft.id).await.unwrap();
        assert_eq!(store.next_copy(post.room.account).await.unwrap(), None, "nothing is written in it");
        post.composing.save(draft.id, draft.version, &html("one")).await.unwrap();
        assert!(store.next_copy(post.room.account).await.unwrap().unwrap() > crate::store::now());
        post.composing.close_draft(draft.id).await.unwrap();
        assert!(store.next_copy(post.room.account).await.unwrap().unwrap() <= crate::store::now());
        post.file(None).await.unwrap();
        post.composing.close_draft(draft.id).await.unwrap();
        assert_eq!(store.next_copy(post.room.account).await.unwrap(), None, "the server has what we have");

        // A forwarded file comes here for it.
        let mail = "From: Ann <ann@example.net>\r\nTo: me@example.org\r\nSubject: Plan\r\nMessage-ID: <plan@x.org>\r\n\r\nx\r\n";
        post.room.server.lock().put("INBOX", mail.as_bytes());
        post.look().await;
        let message: i64 = sqlx::query_scalar("SELECT id FROM message WHERE message_id = 'plan@x.org'")
            .fetch_one(store.read())
            .await
            .unwrap();
        let message = u32::try_from(message).unwrap();
        let how = AnswerKind::ForwardAttached;
        let forward = post.composing.compose(Compose::Answer { message, how, selection: None }).await.unwrap();
        post.composing.save(forward.id, forward.version, &html("see below")).await.unwrap();
        post.file(None).await.unwrap();
        let copy = |post: &Post| post.there("Drafts").into_iter().find(|t| t.contains("see below")).unwrap_or_default();
        assert!(!copy(&post).contains("plan@x.org>\r\n\r\nx"), "not fetched while it is written");
        let path = crate::store::files::folder(&post.room.house.profile);
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("whole"), mail).unwrap();
        post.sql("INSERT INTO part (message, section, file, size) SELECT id, '', 'whole', 99 FROM message WHERE message_id = 'plan@x.org'")
            .await;
        store.copy_now(forward.id, true).await.unwrap();
        assert!(store.next_copy(post.room.account).await.unwrap().unwrap() <= crate::store::now());
        post.file(None).await.unwrap();
        assert!(copy(&post).contains("Message-ID: <plan@x.org>\r\n\r\nx"), "{}", copy(&post));
        assert_eq!(post.there("Drafts").len(), 2);
        // What is on its way out, or was put away, is not copied any more.
        post.composing.discard(forward.id, true).await.unwrap();
        post.composing.close_draft(forward.id).await.unwrap();
        post.file(None).await.unwrap();
        assert_eq!(post.there("Drafts").len(), 1);
    });
}

/// Wherever the connection ends while a copy is replaced: the old one is there until the new one is, and in the end there is one.
#[test]
fn one_copy_in_drafts_wherever_the_wire_is_cut() {
    run(async {
        for lose_answer in [false, true] {
            for capabilities in [&["UIDPLUS"][..], &[]] {
                for cut in 0..24 {
                    let post = Post::new(capabilities).await;
                    let draft = post.composing.compose(Compose::New { account: None }).await.unwrap();
                    let one = post.composing.save(draft.id, draft.version, &html("one")).await.unwrap();
                    post.file(None).await.unwrap();
                    post.composing.save(draft.id, one, &html("two")).await.unwrap();
                    post.room.server.lock().lose_answer = lose_answer;
                    let _ = post.file(Some(cut)).await;
                    post.room.server.lock().lose_answer = false;
                    assert!(!post.there("Drafts").is_empty(), "cut after {cut}: none is there");
                    for _ in 0..4 {
                        post.file(None).await.unwrap();
                    }
                    let server = post.room.server.lock();
                    let there: Vec<String> = server.boxes["Drafts"]
                        .mails
                        .values()
                        .filter(|m| !m.flags.deleted)
                        .map(|m| String::from_utf8_lossy(&m.bytes).into_owned())
                        .collect();
                    assert!(
                        there.len() == 1 && there[0].contains("two"),
                        "cut after {cut}, {lose_answer}, {capabilities:?}: {there:?}"
                    );
                }
            }
        }
    });
}

#[test]
fn a_draft_that_was_discarded_takes_its_copy_along() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.composing.compose(Compose::New { account: None }).await.unwrap();
        post.composing.save(draft.id, draft.version, &html("one")).await.unwrap();
        post.file(None).await.unwrap();
        post.composing.discard(draft.id, true).await.unwrap();
        post.file(None).await.unwrap();
        assert!(post.there("Drafts").is_empty());
        post.composing.discard(draft.id, false).await.unwrap();
        post.file(None).await.unwrap();
        assert_eq!(post.there("Drafts").len(), 1);
    });
}

#[test]
fn files_go_along_whatever_becomes_of_the_original() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.write("ann@example.net", "Panes").await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("größe.csv");
        std::fs::write(&path, "a;b\r\n1;2\r\n").unwrap();
        let added = post.composing.attach_paths(draft.id, vec![path.clone()]).await.unwrap();
        assert_eq!((added[0].name.as_str(), added[0].mime.as_str(), added[0].remote), ("größe.csv", "text/csv", false));
        std::fs::remove_file(&path).unwrap();
        assert!(post.composing.attach_paths(draft.id, vec![path]).await.is_err());
        let text = "SGVsbG8=";
        let pasted = post.composing.attach_bytes(draft.id, "x.png".into(), String::new(), text, true).await.unwrap();
        assert_eq!(pasted.cid, None, "no picture, whatever it is called");
        post.composing.detach(draft.id, pasted.id).await.unwrap();
        assert_eq!(post.composing.draft(draft.id).await.unwrap().files.len(), 1);
        post.send(draft.id).await;
        post.deliver().await;
        let text = post.kept()[0].text.clone();
        assert!(text.contains("YTtiDQoxOzINCg=="), "{text}");
        assert!(!text.contains(folder.path().to_str().unwrap()), "no path leaves this computer");
    });
}

#[test]
fn identities_come_with_their_account() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let all = post.store().identities().await.unwrap();
        let first = &all[0];
        assert_eq!((all.len(), first.email.as_str(), first.is_default), (1, "me@example.org", true));
        assert!(post.store().remove_identity(first.id).await.is_err(), "the last stays");
        let second = Identity { id: 0, email: "other@example.org".into(), is_default: true, ..first.clone() };
        let second = post.composing.save_identity(second).await.unwrap();
        let defaults: Vec<bool> = post.store().identities().await.unwrap().iter().map(|i| i.is_default).collect();
        assert_eq!(defaults, [true, false]);
        post.store().remove_identity(second.id).await.unwrap();
        assert!(post.store().identities().await.unwrap()[0].is_default);
        let wrong = Identity { email: "a b".into(), ..first.clone() };
        assert!(post.composing.save_identity(wrong).await.is_err());
    });
}

#[test]
fn those_one_wrote_to_come_first() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        {
            let mut server = post.room.server.lock();
            for (n, mailbox, from, to) in [
                (1, "Sent", "me@example.org", "Ann Cee <ann@example.net>"),
                (2, "Sent", "me@example.org", "ann@example.net, Bob <bob@example.net>"),
                (3, "INBOX", "Anna Dee <anna@example.com>", "me@example.org"),
                (4, "INBOX", "Zoe <zoe@ann.example>", "me@example.org"),
            ] {
                let mail = format!("From: {from}\r\nTo: {to}\r\nSubject: {n}\r\nMessage-ID: <c{n}@x.org>\r\n\r\nx\r\n");
                server.put(mailbox, mail.as_bytes());
            }
        }
        post.look().await;
        while post.store().gather_contacts().await.unwrap() {}
        while post.store().gather_contacts().await.unwrap() {}
        let told: Vec<(String, u32)> =
            post.store().suggest("ann", 10).await.unwrap().into_iter().map(|c| (c.email, c.written)).collect();
        let of = |e: &str, n| (e.to_owned(), n);
        assert_eq!(told, [of("ann@example.net", 2), of("anna@example.com", 0), of("zoe@ann.example", 0)]);
        assert_eq!(post.store().suggest("Cee", 10).await.unwrap()[0].name, "Ann Cee");
        for nobody in ["", "%", "_", "\\", "nn@"] {
            assert!(post.store().suggest(nobody, 10).await.unwrap().is_empty(), "{nobody}");
        }
        // One that is written to is known at once.
        let draft = post.write("New One <new@example.net>", "x").await;
        post.send(draft.id).await;
        assert_eq!(post.store().suggest("new", 10).await.unwrap()[0].written, 1);
    });
}

#[test]
fn a_damaged_store_costs_no_word() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let draft = post.write("ann@example.net", "Unsent").await;
        let second = post.composing.save(draft.id, draft.version, &html("once more")).await.unwrap();
        let waiting = post.write("ann@example.net", "Waiting").await;
        let waiting = post.send(waiting.id).await;
        let begun = post.write("ann@example.net", "Begun").await;
        let begun = post.send(begun.id).await;
        assert!(post.store().begin_outgoing(begun, &[]).await.unwrap());
        let identities = post.store().identities().await.unwrap();
        let template = post.composing.save_template(draft.id, "Kept").await.unwrap();
        let contact = Contact { name: "Ann".into(), email: "ann@own.example".into(), ..Contact::default() };
        let contact = post.store().save_contact(&contact).await.unwrap();
        let profile = post.room.house.profile.clone();
        rescue::ruin(post.store(), "placement_list", &profile.join("mail.sqlite")).await;
        std::fs::write(profile.join("mail.sqlite.open"), "").unwrap();

        let store = Store::open(&profile).await.unwrap();
        assert!(store.rescued());
        assert_eq!(store.identities().await.unwrap(), identities);
        assert_eq!(store.templates().await.unwrap(), [template]);
        assert_eq!(store.contacts("ann@own.example", 0, 9).await.unwrap().contacts, [contact]);
        let drafts = store.drafts().await.unwrap();
        assert_eq!((drafts.len(), drafts[0].html.as_str(), drafts[0].version), (1, "<div>once more</div>", second));
        assert!(store.draft_versions(draft.id).await.unwrap().len() >= 3);
        store.outgoing_unknown().await.unwrap();
        let state = |id| store.one_outgoing(id);
        assert!(matches!(state(waiting).await.unwrap().state, SendState::Waiting { .. }));
        assert!(matches!(state(begun).await.unwrap().state, SendState::Unknown { .. }));
        let parcel = store.parcel(waiting).await.unwrap().unwrap();
        assert!(profile.join("files").join(parcel.file.unwrap()).is_file());
    });
}
