//! Accounts: tried before they are kept, apart from each other, removed without a trace.

use crate::room::Room;
use engine::error::Code;
use engine::view::*;
use testkit::Options;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trial_says_what_is_wrong() {
    let room = Room::new(Options::default()).await;
    let right = room.form("alice");
    let code = |check: &Check| match check {
        Check::Failed { error } => Some(error.code),
        _ => None,
    };

    let trial = room.engine.try_account(right.clone()).await.unwrap();
    assert_eq!(trial.incoming, Check::Ok);
    assert!(trial.folders >= 6 && trial.recognised >= 6, "{trial:?}");

    let mut wrong = right.clone();
    wrong.password = "wrong".into();
    let trial = room.engine.try_account(wrong.clone()).await.unwrap();
    assert_eq!(code(&trial.incoming), Some(Code::WrongPassword), "{trial:?}");
    assert_eq!(room.engine.add_account(wrong).await.unwrap_err().code, Code::WrongPassword);
    assert!(room.engine.accounts().await.unwrap().is_empty(), "nothing is kept of a failed trial");

    let mut strange = right.clone();
    strange.incoming.accepted_certificate = None;
    let trial = room.engine.try_account(strange).await.unwrap();
    let Check::Untrusted { certificate } = trial.incoming else { panic!("{trial:?}") };
    assert_eq!((certificate.fingerprint.as_str(), certificate.host.as_str()), (room.server.fingerprint(), "127.0.0.1"));

    let mut other = right.clone();
    other.incoming.accepted_certificate = Some("0".repeat(64));
    let trial = room.engine.try_account(other).await.unwrap();
    assert!(matches!(trial.incoming, Check::Untrusted { .. }), "{trial:?}");

    let mut nobody = right.clone();
    let closed = testkit::Closed::new().unwrap();
    nobody.incoming.port = closed.port().unwrap();
    let trial = room.engine.try_account(nobody).await.unwrap();
    assert_eq!(code(&trial.incoming), Some(Code::Unreachable), "{trial:?}");

    let mut no_tls = right.clone();
    no_tls.incoming.port = room.server.ports().imap;
    let trial = room.engine.try_account(no_tls.clone()).await.unwrap();
    assert_eq!(code(&trial.incoming), Some(Code::WrongProtocol), "{trial:?}");
    no_tls.incoming.security = Security::StartTls;
    let trial = room.engine.try_account(no_tls).await.unwrap();
    assert_eq!(trial.incoming, Check::Ok);

    for (field, change) in [
        ("email", Box::new(|f: &mut AccountForm| f.email = "alice".into()) as Box<dyn Fn(&mut AccountForm)>),
        ("password", Box::new(|f| f.password.clear())),
        ("incomingServer", Box::new(|f| f.incoming.host = "imap.example.org/x".into())),
        ("incomingPort", Box::new(|f| f.incoming.port = 0)),
        ("userName", Box::new(|f| f.incoming.user = "a\r\nb".into())),
    ] {
        let mut form = right.clone();
        change(&mut form);
        let error = room.engine.try_account(form).await.unwrap_err();
        assert_eq!((error.code, error.params.get("field").map(String::as_str)), (Code::Invalid, Some(field)));
    }
    let mut clear = right;
    clear.incoming.host = "192.0.2.1".into();
    clear.incoming.security = Security::None;
    assert_eq!(room.engine.try_account(clear).await.unwrap_err().code, Code::NoTls);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_never_disturbs_another() {
    let room = Room::new(Options::default()).await;
    let alice = room.add("alice").await;
    let bob = room.add("bob").await;
    room.up_to_date(alice).await;
    room.up_to_date(bob).await;
    room.engine.sign_out(bob).await.unwrap();
    room.deliver("alice", "Still works");
    room.row(alice, "Still works").await;
    let states: Vec<AccountState> = room.engine.accounts().await.unwrap().into_iter().map(|a| a.state).collect();
    assert_eq!(states[1], AccountState::SignedOut);
    // The wrong password is said, and changes nothing; the right one brings the account back.
    let error = room.engine.sign_in(bob, "wrong".into()).await.unwrap_err();
    assert_eq!((error.code, error.params["user"].as_str()), (Code::WrongPassword, "bob"));
    room.deliver("bob", "Meanwhile");
    room.engine.sign_in(bob, "pw-bob".into()).await.unwrap();
    room.row(bob, "Meanwhile").await;
    let inboxes = room.rows(ListKey::Inboxes).await;
    assert_eq!(inboxes.len(), 2);
    room.engine.order_accounts(vec![bob, alice]).await.unwrap();
    let order: Vec<Id> = room.engine.accounts().await.unwrap().iter().map(|a| a.id).collect();
    assert_eq!(order, [bob, alice]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removed_without_a_trace() {
    let room = Room::new(Options::default()).await;
    room.deliver("alice", "Kakapo-in-the-subject");
    room.deliver("bob", "Takahe-in-the-subject");
    let alice = room.add("alice").await;
    let bob = room.add("bob").await;
    let row = room.row(alice, "Kakapo-in-the-subject").await;
    room.row(bob, "Takahe-in-the-subject").await;
    room.engine.open_message(row.message).await.unwrap();
    crate::syncing::ready(&room, row.message).await;
    room.engine.part_file(row.message, String::new()).await.unwrap();
    let report = room.engine.health_report(alice).await.unwrap();
    assert!(!report.contains("pw-alice") && !report.contains("alice@"), "{report}");

    room.engine.remove_account(alice).await.unwrap();
    room.row(bob, "Takahe-in-the-subject").await;
    room.engine.close().await;
    let mut looked = 0;
    let mut folders = vec![room.profile.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            looked += 1;
            for word in ["Kakapo", "pw-alice", "pw-bob", "alice@example.org"] {
                let found = bytes.windows(word.len()).any(|w| w == word.as_bytes());
                assert!(!found, "{word} in {}", path.display());
            }
        }
    }
    assert!(looked > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_wrong_now_is_tried_once() {
    let mut room = Room::new(Options::default()).await;
    let account = room.add("alice").await;
    room.up_to_date(account).await;
    // Changed on the server by another hand.
    room.server.restart_with(|o| o.users = vec![("alice".into(), "another".into())]).unwrap();
    room.proxy.drop_all();
    let error = room
        .wait("needs the person", |e| async move {
            match e.accounts().await.unwrap().remove(0).state {
                AccountState::NeedsYou { error } => Some(error),
                _ => None,
            }
        })
        .await;
    assert_eq!((error.code, error.params["user"].as_str()), (Code::WrongPassword, "alice"));
    let folder = room.folder(account, "Sent").await;
    // A look at a folder is no reason to try a password that is known to be wrong.
    room.rows(ListKey::Folder { id: folder.id }).await;
    room.engine.keep_offline(folder.id, Some(3)).await.unwrap();
    room.deliver("alice", "Later");
    room.engine.sign_in(account, "another".into()).await.unwrap();
    room.row(account, "Later").await;
    let tried = room.server.log().matches("auth failed").count();
    assert_eq!(tried, 1, "{}", room.server.log());
}
