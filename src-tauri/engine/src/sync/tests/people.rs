//! Contacts that a person keeps, and templates.

use super::post::Post;
use super::*;
use crate::error::{Code, Error, UiError};
use crate::view::*;

async fn gather(post: &Post) {
    post.look().await;
    while post.store().gather_contacts().await.unwrap() {}
}

fn mail(post: &Post, mailbox: &str, n: u32, from: &str, to: &str) {
    let mail = format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {n}\r\nMessage-ID: <p{n}@x.org>\r\nDate: Fri, 27 Nov 2026 10:00:00 +0000\r\n\r\nx\r\n"
    );
    post.room.server.lock().put(mailbox, mail.as_bytes());
}

fn new(name: &str, email: &str) -> Contact {
    Contact { name: name.into(), email: email.into(), ..Contact::default() }
}

async fn names(post: &Post, query: &str) -> Vec<(String, String)> {
    let page = post.store().contacts(query, 0, 100).await.unwrap();
    assert_eq!(page.total as usize, page.contacts.len());
    page.contacts.into_iter().map(|c| (c.name, c.email)).collect()
}

fn pair(name: &str, email: &str) -> (String, String) {
    (name.to_owned(), email.to_owned())
}

#[test]
fn contacts_are_ones_own_once_they_are_kept() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        mail(&post, "INBOX", 1, "Zoe Älder <zoe@example.net>", "me@example.org");
        mail(&post, "INBOX", 2, "no name <ANN@example.net>", "me@example.org");
        gather(&post).await;
        let store = post.store();
        assert_eq!(names(&post, "").await, [pair("no name", "ANN@example.net"), pair("Zoe Älder", "zoe@example.net")]);
        let zoe = store.contacts("alder", 0, 10).await.unwrap().contacts[0].clone();
        assert!(!zoe.kept && zoe.heard == 1 && zoe.written == 0 && zoe.last.is_some(), "{zoe:?}");

        // What was gathered becomes the person's own, and mail renames it no more.
        let kept = store.save_contact(&Contact { name: "Zoe".into(), ..zoe.clone() }).await.unwrap();
        assert!(kept.kept && kept.id == zoe.id && kept.heard == 1);
        mail(&post, "INBOX", 3, "Dr Zoe <zoe@example.net>", "me@example.org");
        gather(&post).await;
        assert_eq!(names(&post, "zoe").await, [pair("Zoe", "zoe@example.net")]);
        assert!(names(&post, "alder").await.is_empty(), "found by what it is called now");

        // A new one under an address that was gathered is that one.
        let ann = store.save_contact(&new("Ann Cee", "ann@example.net")).await.unwrap();
        assert_eq!((ann.heard, ann.kept), (1, true));
        for (wrong, code) in [
            (new("x", "no address"), Code::Invalid),
            (new("x", ""), Code::Invalid),
            (new("x", "a@localhost"), Code::Invalid),
            (new("x", "Zoe@Example.net"), Code::ContactExists),
            (Contact { email: "ann@example.net".into(), ..kept.clone() }, Code::ContactExists),
            (Contact { id: 999, ..new("x", "x@example.net") }, Code::Gone),
        ] {
            let said = UiError::from(store.save_contact(&wrong).await.unwrap_err());
            assert_eq!(said.code, code, "{wrong:?}");
        }
        // Another address: what was gathered under that one comes along.
        mail(&post, "INBOX", 4, "zoe@work.example", "me@example.org");
        gather(&post).await;
        let moved = store.save_contact(&Contact { email: "zoe@work.example".into(), ..kept }).await.unwrap();
        assert_eq!((moved.heard, names(&post, "zoe").await.len()), (3, 1));
    });
}

#[test]
fn who_was_removed_comes_back_by_being_written_to() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        mail(&post, "INBOX", 1, "Zoe <zoe@example.net>", "me@example.org");
        mail(&post, "Sent", 2, "me@example.org", "Zoe <zoe@example.net>");
        gather(&post).await;
        let store = post.store();
        let zoe = store.contacts("", 0, 10).await.unwrap().contacts[0].clone();
        store.remove_contact(zoe.id).await.unwrap();
        assert!(names(&post, "").await.is_empty() && store.suggest("zoe", 9).await.unwrap().is_empty());
        // She writes; and older mail to her is only found now.
        mail(&post, "INBOX", 3, "Zoe <zoe@example.net>", "me@example.org");
        mail(&post, "Sent", 4, "me@example.org", "Zoe <zoe@example.net>");
        post.sql("UPDATE contact SET removed = 4000000000").await;
        gather(&post).await;
        assert!(names(&post, "").await.is_empty());
        let draft = post.write("Zoe <zoe@example.net>", "x").await;
        post.send(draft.id).await;
        assert_eq!(names(&post, "").await, [pair("Zoe", "zoe@example.net")]);
        assert!(matches!(store.remove_contact(999).await, Ok(())), "one that is not there is removed");
    });
}

#[test]
fn cards_come_in_and_go_out() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        mail(&post, "INBOX", 1, "Stranger <stranger@example.net>", "me@example.org");
        mail(&post, "INBOX", 2, "B <bo@example.net>", "me@example.org");
        gather(&post).await;
        let cards = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann Cee\r\nN:Cee;Ann;;;\r\nORG:Panes\r\nNOTE:Thursday\\nor Friday\r\n\
                     EMAIL;PREF=1:ann@example.net\r\nEMAIL;TYPE=work:ann@work.example\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo\r\nEMAIL:bo@example.net\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nobody\r\nEMAIL:not an address\r\nEND:VCARD\r\n";
        let read = || letter::vcard::parse(cards.as_bytes());
        let store = post.store();
        let told = store.import_cards(read()).await.unwrap();
        assert_eq!(told, Imported { added: 2, changed: 1, unreadable: 1 });
        let again = store.import_cards(read()).await.unwrap();
        assert_eq!((again.added, again.changed), (0, 0), "nothing is new");
        assert_eq!(names(&post, "ann").await.len(), 2);
        let out = letter::vcard::parse(store.export_cards().await.unwrap().as_bytes());
        let of = |name: &str| out.iter().find(|c| c.name == name).unwrap_or_else(|| panic!("{name} in {out:?}"));
        assert_eq!(out.len(), 2, "whom one neither keeps nor wrote to stays: {out:?}");
        let ann = of("Ann Cee");
        assert_eq!(
            (ann.family.as_str(), ann.organization.as_str(), ann.note.as_str()),
            ("Cee", "Panes", "Thursday\nor Friday")
        );
        let emails: Vec<(&str, bool)> = ann.emails.iter().map(|e| (e.email.as_str(), e.preferred)).collect();
        assert_eq!(emails, [("ann@example.net", true), ("ann@work.example", false)]);
        assert_eq!(of("Bo").emails.len(), 1);
        // Taken up again elsewhere, it says the same.
        let other = Post::new(&["UIDPLUS"]).await;
        other.store().import_cards(out.clone()).await.unwrap();
        assert_eq!(letter::vcard::parse(other.store().export_cards().await.unwrap().as_bytes()), out);
        // Named anew here, the parts of the old name go.
        let one = store.contacts("ann@work.example", 0, 1).await.unwrap().contacts[0].clone();
        store.save_contact(&Contact { name: "Ann Dee".into(), ..one }).await.unwrap();
        let out = letter::vcard::parse(store.export_cards().await.unwrap().as_bytes());
        let dee = out.iter().find(|c| c.name == "Ann Dee").unwrap();
        assert_eq!((dee.family.as_str(), dee.emails.len(), out.len()), ("", 1, 3));
        let uids: std::collections::BTreeSet<&str> = out.iter().map(|c| c.uid.as_str()).collect();
        assert_eq!(uids.len(), 3);
    });
}

#[test]
fn many_contacts_have_pages_in_order() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        post.sql(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2499)
             INSERT INTO contact (email, name, heard) SELECT 'p' || i || '@example.net', 'Person ' || (i * 7919 % 2500), 1 FROM n",
        )
        .await;
        let store = post.store();
        let mut all = Vec::new();
        loop {
            let page = store.contacts("person", u32::try_from(all.len()).unwrap(), 400).await.unwrap();
            assert_eq!(page.total, 2_500);
            if page.contacts.is_empty() {
                break;
            }
            all.extend(page.contacts);
        }
        assert_eq!(all.len(), 2_500);
        assert!(all.windows(2).all(|w| w[0].name <= w[1].name));
        assert_eq!(store.contacts("person 77", 0, 9).await.unwrap().total, 11);
        assert_eq!(store.suggest("per p77", 50).await.unwrap().len(), 11);
        assert_eq!(store.suggest("p77@", 9).await.unwrap().len(), 1);
    });
}

fn html(text: &str) -> DraftChange {
    DraftChange { html: Some(text.into()), ..DraftChange::default() }
}

#[test]
fn a_template_stands_before_signature_and_quote() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let own = post.store().identities().await.unwrap()[0].clone();
        post.composing.save_identity(Identity { signature: "<div>Me</div>".into(), ..own }).await.unwrap();
        let draft = post.write("ann@example.net", "Panes").await;
        let signed = post.composing.compose(Compose::New { account: None }).await.unwrap().html;
        assert!(signed.contains("m-signature"), "{signed}");
        let picture =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let shown = post.composing.attach_bytes(draft.id, "p.png".into(), String::new(), picture, true).await.unwrap();
        let unused = post.composing.attach_bytes(draft.id, "q.png".into(), String::new(), picture, true).await.unwrap();
        post.composing.attach_bytes(draft.id, "a.txt".into(), "text/plain".into(), "SGVsbG8=", false).await.unwrap();
        assert!(unused.cid.is_some());
        let text = format!("<div>Dear <b>all</b></div><img src=\"cid:{}\"><div><br></div>", shown.cid.unwrap());
        post.composing.save(draft.id, draft.version, &html(&format!("{text}{signed}"))).await.unwrap();
        let made = post.composing.save_template(draft.id, "  Greeting ").await.unwrap();
        assert_eq!((made.name.as_str(), made.subject.as_str()), ("Greeting", "Panes"));
        assert!(post.composing.save_template(draft.id, " ").await.is_err());
        assert_eq!(post.composing.save_template(draft.id, "greeting").await.unwrap().id, made.id, "replaced");

        let answer = post.composing.compose(Compose::New { account: None }).await.unwrap();
        let quoted =
            format!("<div>Hello</div>{signed}<div>Bo wrote:</div><blockquote type=\"cite\">theirs</blockquote>");
        let before = DraftChange { subject: Some("Re: x".into()), ..html(&quoted) };
        post.composing.save(answer.id, answer.version, &before).await.unwrap();
        let filled = post.composing.use_template(answer.id, made.id).await.unwrap();
        let at = |what: &str| filled.html.find(what).unwrap_or_else(|| panic!("{what} in {}", filled.html));
        assert!(
            at("Hello") < at("<b>all</b>") && at("<b>all</b>") < at("m-signature") && at("m-signature") < at("theirs")
        );
        assert_eq!(filled.html.matches("m-signature").count(), 1, "{}", filled.html);
        assert_eq!((filled.subject.as_str(), filled.to[0].email.as_str()), ("Re: x", "ann@example.net"));
        assert_eq!(filled.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["p.png", "a.txt"]);
        assert!(at(&format!("cid:{}", filled.files[0].cid.clone().unwrap())) > 0);
        // Once more: its picture is another one, and the first text is there as a version.
        let twice = post.composing.use_template(answer.id, made.id).await.unwrap();
        assert_eq!(twice.html.matches("<b>all</b>").count(), 2);
        assert_ne!(twice.files[0].cid, twice.files[2].cid);

        // The draft it came from may go, and a start sweeps up: the template has its files.
        post.composing.discard(draft.id, true).await.unwrap();
        crate::freeze::sweep(&post.room.house.profile, &post.store().written_files().await.unwrap());
        let plain = post.composing.compose(Compose::New { account: None }).await.unwrap();
        let change = DraftChange { plain: Some(true), text: Some("\n\n-- \nMe\n".into()), ..html("") };
        post.composing.save(plain.id, plain.version, &change).await.unwrap();
        let filled = post.composing.use_template(plain.id, made.id).await.unwrap();
        assert!(filled.text.starts_with("Dear ") && filled.text.ends_with("\n\n-- \nMe\n"), "{:?}", filled.text);
        assert_eq!(filled.files.len(), 2);

        post.composing.rename_template(made.id, "Hello").await.unwrap();
        let other = post.composing.save_template(plain.id, "Other").await.unwrap();
        assert!(post.composing.rename_template(other.id, "HELLO").await.is_err());
        assert!(matches!(post.composing.rename_template(99, "x").await, Err(Error::Gone(_))));
        post.composing.remove_template(made.id).await.unwrap();
        assert_eq!(
            post.store().templates().await.unwrap().iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
            ["Other"]
        );
        assert!(matches!(post.composing.use_template(plain.id, made.id).await, Err(Error::Gone(_))));
    });
}

/// Quote, one's own words and signature stand where the person wants them, and a template among one's own words.
#[test]
fn answers_are_written_above_the_quote_or_below_it() {
    run(async {
        let post = Post::new(&["UIDPLUS"]).await;
        let own = post.store().identities().await.unwrap()[0].clone();
        let model = post.write("ann@example.net", "x").await;
        post.composing.save(model.id, model.version, &html("<div>template</div>")).await.unwrap();
        let template = post.composing.save_template(model.id, "T").await.unwrap();
        mail(&post, "INBOX", 1, "Bo <bo@example.net>", "me@example.org");
        post.look().await;
        let message: i64 = sqlx::query_scalar("SELECT id FROM message").fetch_one(post.store().read()).await.unwrap();
        let message = u32::try_from(message).unwrap();
        // Written below, signed above the quote; what the answer says with a template in it; the same in plain text, before.
        let orders = [
            (false, true, "mine template signature quote", "mine\n\nsignature\n\nBo wrote:\n> quote\n"),
            (false, false, "mine template quote signature", "mine\n\nBo wrote:\n> quote\n\n-- \nsignature\n"),
            // Whoever writes below the quote signs there.
            (true, true, "quote mine template signature", "Bo wrote:\n> quote\n\nmine\n\n-- \nsignature\n"),
            (true, false, "quote mine template signature", "Bo wrote:\n> quote\n\nmine\n\n-- \nsignature\n"),
        ];
        for (below, above, expected, text) in orders {
            let signature = "<div>signature</div>".to_owned();
            let signed = Identity { signature, signature_above: above, ..own.clone() };
            post.composing.save_identity(signed).await.unwrap();
            let settings = Settings { answer_below: below, ..post.store().settings().await.unwrap() };
            post.store().set_settings(&settings).await.unwrap();
            for plain in [false, true] {
                let why = format!("below {below}, signed above {above}, plain {plain}");
                let selection = Some("<div>quote</div>".to_owned());
                let compose = Compose::Answer { message, how: AnswerKind::Reply, selection };
                let answer = post.composing.compose(compose).await.unwrap();
                // A person types where the room is.
                let room = "<div><br></div>";
                assert!(answer.html.contains(room), "{why}: {}", answer.html);
                let change = if plain {
                    DraftChange { plain: Some(true), text: Some(text.into()), ..html("") }
                } else {
                    html(&answer.html.replacen(room, "<div>mine</div>", 1))
                };
                post.composing.save(answer.id, answer.version, &change).await.unwrap();
                let filled = post.composing.use_template(answer.id, template.id).await.unwrap();
                let shown = if plain { filled.text } else { letter::compose::turned(&filled.html, true) };
                let ours = ["quote", "mine", "template", "signature"];
                let words = shown.split(|c: char| !c.is_alphabetic()).filter(|word| ours.contains(word));
                let order = words.collect::<Vec<_>>().join(" ");
                // In plain text nothing tells a signature above a quote from one's own words.
                let expected = if plain && above && !below { "mine signature template quote" } else { expected };
                assert_eq!(order, expected, "{why}: {shown}");

                // What is kept of it is one's own.
                let kept = post.composing.save_template(answer.id, "K").await.unwrap();
                let fresh = post.composing.compose(Compose::New { account: None }).await.unwrap();
                let used = post.composing.use_template(fresh.id, kept.id).await.unwrap().html;
                assert!(used.contains("mine") && used.contains("template") && !used.contains("quote"), "{why}: {used}");
            }
        }
    });
}
