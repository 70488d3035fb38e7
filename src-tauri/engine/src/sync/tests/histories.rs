//! Random histories of server changes, cuts and visits: they always end with the store equal to the server.

use super::*;
use proptest::prelude::*;

/// Something that happens between two visits.
#[derive(Clone, Debug)]
enum Event {
    Deliver {
        other: bool,
        seen: bool,
    },
    DeliverMany {
        n: u8,
    },
    Flag {
        other: bool,
        nth: u8,
        seen: bool,
        on: bool,
    },
    Expunge {
        other: bool,
        nth: u8,
    },
    Copy {
        nth: u8,
    },
    Renumber {
        other: bool,
    },
    DropFolder,
    /// A round that is cut after so many steps.
    Round {
        steps: u8,
    },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (any::<bool>(), any::<bool>()).prop_map(|(other, seen)| Event::Deliver { other, seen }),
        1 => (20u8..120).prop_map(|n| Event::DeliverMany { n }),
        4 => (any::<bool>(), any::<u8>(), any::<bool>(), any::<bool>())
            .prop_map(|(other, nth, seen, on)| Event::Flag { other, nth, seen, on }),
        3 => (any::<bool>(), any::<u8>()).prop_map(|(other, nth)| Event::Expunge { other, nth }),
        1 => any::<u8>().prop_map(|nth| Event::Copy { nth }),
        1 => any::<bool>().prop_map(|other| Event::Renumber { other }),
        1 => Just(Event::DropFolder),
        6 => (0u8..40).prop_map(|steps| Event::Round { steps }),
    ]
}

fn name(other: bool) -> &'static str {
    if other { "Other" } else { "INBOX" }
}

fn nth_uid(room: &Room, other: bool, nth: u8) -> Option<u32> {
    let mut server = room.server.lock();
    let uids: Vec<u32> = server.mailbox(name(other)).mails.keys().copied().collect();
    (!uids.is_empty()).then(|| uids[usize::from(nth) % uids.len()])
}

async fn happen(room: &Room, event: &Event) {
    match *event {
        Event::Deliver { other, seen } => {
            room.server.lock().deliver(name(other), seen);
        }
        Event::DeliverMany { n } => {
            for _ in 0..n {
                room.server.lock().deliver("INBOX", true);
            }
        }
        Event::Flag { other, nth, seen, on } => {
            if let Some(uid) = nth_uid(room, other, nth) {
                room.server.lock().set_flags(name(other), uid, |f| if seen { f.seen = on } else { f.flagged = on });
            }
        }
        Event::Expunge { other, nth } => {
            if let Some(uid) = nth_uid(room, other, nth) {
                room.server.lock().expunge(name(other), uid);
            }
        }
        Event::Copy { nth } => {
            if let Some(uid) = nth_uid(room, false, nth) {
                room.server.lock().copy("INBOX", uid, "Other");
            }
        }
        Event::Renumber { other } => room.server.lock().renumber(name(other)),
        Event::DropFolder => {
            // Deleted and made anew by another client: another UIDVALIDITY, as RFC 3501 wants.
            let mut server = room.server.lock();
            let validity = server.mailbox("Other").uidvalidity;
            server.boxes.remove("Other");
            server.mailbox("Other").uidvalidity = validity + 1;
        }
        Event::Round { steps } => {
            let mut c = room.server.connect(Some(u32::from(steps)));
            let _ = room.round(&mut c).await;
            room.assert_counts().await;
        }
    }
}

fn capabilities() -> impl Strategy<Value = &'static [&'static str]> {
    prop_oneof![Just(ALL), Just(&["CONDSTORE"][..]), Just(&[][..])]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_store_ends_equal_to_the_server(
        capabilities in capabilities(),
        events in prop::collection::vec(event(), 1..40),
    ) {
        run(async {
            let room = Room::new(capabilities).await;
            for e in &events {
                happen(&room, e).await;
            }
            // Quiet: two whole rounds (the second look at what vanished may be one of them).
            for _ in 0..2 {
                let mut c = room.server.connect(None);
                room.round(&mut c).await.unwrap();
            }
            prop_assert_eq!(room.here().await, room.there());
            room.assert_counts().await;
            room.house.store.close().await;
            Ok(())
        })?;
    }
}
