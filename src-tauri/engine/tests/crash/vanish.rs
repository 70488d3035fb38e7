//! Killed while a message is carried to another account, and until the engine is back another program has taken the original away,
//! or that and the folder it was to go to. What was acknowledged is never lost once its bytes are here: it arrives, once, or is put
//! where the person sees it. Where they were not here yet, there is nothing to carry, and the person is told.

use crate::check;
use crate::kill::{BARE, FULL, seed};
use crate::scene::{Ended, Hand, MAILS, Orders, Run, Scene, letter};
use engine::view::*;
use std::path::PathBuf;
use std::time::Instant;
use testkit::imap::Imap;

/// Kills when not all steps are asked for.
const FEW: u64 = 6;
/// What is carried.
const MAIL: &str = "Carry";
/// Where to, in the other account.
const TARGET: &str = "Vitrine";

/// Signs in, has it carried unless that was acknowledged before, and waits until all is quiet.
pub async fn perform(orders: &Orders) {
    let hand = Hand::open(orders).await;
    let done = orders.acknowledged();
    // What has gone meanwhile is not acted on any more.
    if done.is_none_or(|done| done == 0) {
        hand.up_to_date().await;
    }
    if done.is_none() {
        orders.acknowledge(0);
    }
    if done.is_none_or(|done| done == 0) {
        let folder = hand.find(hand.bob, TARGET).await;
        let shown = hand.shown(hand.alice, "INBOX").await;
        // Filed, and its acknowledgement was lost with the process: it is not shown here any more.
        if let (Some(folder), Some(row)) = (folder, shown.iter().find(|r| r.subject == MAIL)) {
            hand.engine.act(Intent::Move { folder }, Target::Rows { rows: vec![row.id] }).await.unwrap();
        }
        orders.acknowledge(1);
    }
    hand.quiet().await;
    hand.engine.close().await;
}

/// What the store of a process that was killed knows.
#[derive(Debug)]
struct Left {
    /// The act was filed.
    filed: bool,
    /// It waits, all bytes are here, and the other server has not said that it has it.
    held: bool,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn left(run: &Run) -> Left {
    runtime().block_on(async {
        let store = check::open(&run.orders.profile).await;
        let filed = check::one::<i64>(&store, "SELECT count(*) FROM act").await > 0;
        let held = "SELECT count(*) FROM op o JOIN part b ON b.message = o.message AND b.section = ''
            JOIN placement p ON p.id = o.placement WHERE o.kind = 5 AND o.state = 0 AND p.server_folder IS NULL";
        let held = check::one::<i64>(&store, held).await > 0;
        store.close().await;
        Left { filed, held }
    })
}

/// How many of it are in the target; none where that is gone.
fn arrived(scene: &Scene, run: &Run) -> usize {
    let user = &run.orders.users[1];
    if !scene.server.eye().mailboxes(user).unwrap().iter().any(|m| m == TARGET) {
        return 0;
    }
    let of = check::there(scene, user).into_iter().filter(|p| p.0 == TARGET && !p.3.contains("\\Deleted"));
    of.filter(|p| p.2 == MAIL).count()
}

/// What must be true in the end.
struct Expected {
    /// How many have arrived.
    arrived: usize,
    /// It is in the folder of what could be stored nowhere.
    recovered: bool,
    told: bool,
}

fn check(scene: &Scene, run: &Run, expected: &Expected, why: &str) {
    let mut alice: Vec<check::Place> = check::there(scene, &run.orders.users[0]);
    // A server without UIDPLUS can only mark what was carried away.
    alice.retain(|p| !p.3.contains("\\Deleted"));
    // All else is as it was.
    assert_eq!(alice.len(), MAILS.len() - 1, "{why}: {alice:?}");
    assert!(alice.iter().all(|p| p.2 != MAIL && p.0 == "INBOX"), "{why}: {alice:?}");
    assert_eq!(arrived(scene, run), expected.arrived, "{why}: arrived");
    runtime().block_on(async {
        let store = check::open(&run.orders.profile).await;
        let kept = check::recovered(&store).await;
        assert_eq!(kept.len(), usize::from(expected.recovered), "{why}: in sight: {kept:?}");
        for (subject, reason, file) in kept {
            assert!(subject == MAIL && reason.contains("no-such-folder"), "{why}: {subject}: {reason}");
            let bytes = std::fs::read(run.orders.profile.join("files").join(file)).unwrap();
            let number = MAILS.iter().position(|m| m.0 == MAIL).unwrap();
            assert!(bytes == letter(number, MAIL).0, "{why}: its bytes are others");
        }
        let unseen: i64 = check::one(&store, "SELECT count(*) FROM act WHERE unseen = 1 AND error IS NOT NULL").await;
        assert_eq!(unseen != 0, expected.told, "{why}: told");
        check::whole(&store, why).await;
        store.close().await;
    });
    let half = std::fs::read_dir(run.orders.profile.join("carried")).into_iter().flatten();
    let half: Vec<PathBuf> = half.map(|f| f.unwrap().path()).collect();
    assert!(half.is_empty(), "{why}: left behind: {half:?}");
}

fn set_out(scene: &Scene) -> Run {
    let mut run = scene.run();
    run.orders.carried = true;
    let mut client = Imap::connect(run.orders.port).unwrap();
    client.login(&run.orders.users[1], &format!("pw-{}", run.orders.users[1])).unwrap();
    client.run(&format!("CREATE {TARGET}")).unwrap();
    run
}

/// `folder_too`: the other program deletes the target as well.
fn at_every_step(capability: Option<&str>, folder_too: bool) {
    let seed = seed();
    let all = std::env::var_os("RESTANTE_CRASH_ALL").is_some();
    let scene = Scene::new(capability, if all { 500 } else { 100 });
    let run = set_out(&scene);
    let steps = run.counted();
    check(&scene, &run, &Expected { arrived: 1, recovered: false, told: false }, "without a kill");

    // What came before the act is the business of others.
    let first = run.orders.passed(0).min(steps - 1);
    let stride = if all { 1 } else { ((steps - first) / FEW).max(1) };
    println!("steps {first} to {steps}, every {stride}");
    let start = Instant::now();
    let (mut died, mut saved) = (0, 0);
    let few: Vec<u64> = (first + 1 + seed % stride..=steps).step_by(usize::try_from(stride).unwrap()).collect();
    // The bytes are here for some steps alone: where none of the few was among them, the others are tried until one is.
    let others = (first + 1..=steps).filter(|n| !few.contains(n));
    for (at, n) in few.iter().copied().chain(others).enumerate() {
        let extra = at >= few.len();
        if extra && saved > 0 {
            break;
        }
        let run = set_out(&scene);
        let mut command = run.command(&[]);
        command.env("RESTANTE_CRASH_AT", n.to_string());
        if run.end(&mut run.start(command)) == Ended::Killed && !extra {
            died += 1;
        }
        let left = left(&run);
        let why = format!("RESTANTE_CRASH_AT={n} of {steps}, {capability:?}, {left:?}");
        println!("{:6.1} s: {why}", start.elapsed().as_secs_f32());
        let before = arrived(&scene, &run);
        let alice = &run.orders.users[0];
        let eye = scene.server.eye();
        eye.doveadm(&["expunge", "-u", alice, "mailbox", "INBOX", "subject", MAIL]).unwrap();
        if folder_too {
            eye.delete(&run.orders.users[1], TARGET).unwrap();
        }
        run.to_the_end();
        saved += usize::from(left.held);
        let over = before > 0 && !left.held;
        let expected = Expected {
            arrived: if folder_too { 0 } else { before.max(usize::from(left.held)) },
            recovered: folder_too && left.held,
            // Told where it is neither where it was to go nor where it was.
            told: left.filed && !over && (folder_too || !left.held),
        };
        check(&scene, &run, &expected, &why);
    }
    assert!(died * stride > (steps - first) / 2, "{died} of {first}..{steps} / {stride} died");
    assert!(saved > 0, "none was killed while its bytes were here");
}

#[test]
fn its_original_and_it_arrives_all_the_same() {
    at_every_step(FULL, false);
}

#[test]
fn its_original_where_nothing_tells_what_arrived() {
    at_every_step(BARE, false);
}

#[test]
fn its_original_and_its_folder_and_it_is_put_in_sight() {
    at_every_step(FULL, true);
}

#[test]
fn its_original_and_its_folder_where_nothing_tells_what_arrived() {
    at_every_step(BARE, true);
}
