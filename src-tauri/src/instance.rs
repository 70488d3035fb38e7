//! One running program per profile. The lock decides who is first (the system lets go of it however the program ends); the
//! first listens on a loopback port, whose number and a random word stand in a file that only the owner can read. A second
//! start says the word, and the `mailto:` address it was given, if any; the first comes to the front, the second ends. A first that is ending does not come forward any more:
//! then the second waits for the lock, and is the first.

use crate::profile::write_private;
use std::fs::{File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

const LOCK: &str = "lock";
const DOOR: &str = "instance";
/// How long a start waits for one that is starting, or ending, before it gives up.
const PATIENCE: Duration = Duration::from_secs(15);
/// Most octets of a `mailto:` address that is handed on; what is longer is left out. A command line holds no more on Windows.
const ADDRESS: u64 = 64 << 10;
/// How long a knock may take.
const KNOCK: Duration = Duration::from_secs(2);

/// Who we are.
pub enum Instance {
    /// The first: holds the profile while this lives.
    First(First),
    /// Another one has the profile, and has come to the front.
    Second,
}

/// The hold on a profile.
pub struct First {
    lock: File,
    door: TcpListener,
    word: String,
}

/// Takes the profile, or wakes the one that has it. That one may still be starting, and have no door yet; or be ending, and
/// behind its door nobody answers. So both are tried for some seconds.
pub fn take(profile: &Path, mailto: Option<&str>) -> io::Result<Instance> {
    let until = Instant::now() + PATIENCE;
    let lock = File::options().create(true).truncate(false).write(true).open(profile.join(LOCK))?;
    loop {
        match lock.try_lock() {
            Ok(()) => return first(profile, lock).map(Instance::First),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        match knock(profile, mailto) {
            Ok(()) => return Ok(Instance::Second),
            Err(_) if Instant::now() < until => std::thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(error),
        }
    }
}

fn first(profile: &Path, lock: File) -> io::Result<First> {
    let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let word = format!("{:032x}", rand::random::<u128>());
    let port = door.local_addr()?.port();
    write_private(&profile.join(DOOR), format!("{port} {word}\n").as_bytes())?;
    Ok(First { lock, door, word })
}

fn knock(profile: &Path, mailto: Option<&str>) -> io::Result<()> {
    let text = std::fs::read_to_string(profile.join(DOOR))?;
    let (port, word) = text.trim_end().split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
    let port: u16 = port.parse().map_err(|_| io::ErrorKind::InvalidData)?;
    let mut door = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), KNOCK)?;
    door.set_read_timeout(Some(KNOCK))?;
    // One line, whatever is in it, and none that the first would not read to its end.
    let address = mailto.filter(|address| (address.len() as u64) < ADDRESS).unwrap_or_default();
    let line: String = address.chars().filter(|c| !c.is_control()).collect();
    write!(door, "{word}\n{line}\n")?;
    let mut answer = [0; 3];
    door.read_exact(&mut answer)?;
    if &answer == b"ok\n" { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

impl First {
    /// Calls back whenever a second start says the word, with the address it was given; false says that the program is ending, and
    /// the second is left to wait. On a thread of its own, for the program's life.
    pub fn listen(self, come_forward: impl Fn(Option<String>) -> bool + Send + 'static) -> io::Result<()> {
        std::thread::Builder::new().name("instance".into()).spawn(move || {
            for mut caller in self.door.incoming().flatten() {
                if said(&mut caller, &self.word) && come_forward(address(&caller)) {
                    // Who does not hear it knocks again.
                    let _ = caller.write_all(b"ok\n");
                }
            }
            // The thread takes the lock along and keeps it as long as it listens.
            drop(self.lock);
        })?;
        Ok(())
    }
}

/// Whether the caller says the word within a second.
fn said(caller: &mut TcpStream, word: &str) -> bool {
    let mut heard = [0; 33];
    caller.set_read_timeout(Some(Duration::from_secs(1))).is_ok()
        && caller.read_exact(&mut heard).is_ok()
        && heard.strip_suffix(b"\n") == Some(word.as_bytes())
}

/// The address on the second line, if there is one.
fn address(caller: &TcpStream) -> Option<String> {
    let mut line = Vec::new();
    BufReader::new(caller.take(ADDRESS)).read_until(b'\n', &mut line).ok()?;
    let text = String::from_utf8(line).ok()?;
    text.strip_suffix('\n').filter(|address| !address.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_second_start_wakes_the_first_and_no_stranger_does() {
        let profile = tempfile::tempdir().unwrap();
        let Instance::First(first) = take(profile.path(), None).unwrap() else { panic!("not first") };
        let port = first.door.local_addr().unwrap().port();
        let (sender, woken) = mpsc::channel();
        first.listen(move |address| sender.send(address).is_ok()).unwrap();

        for stranger in ["x\n", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", &format!("{}\n", "0".repeat(32))] {
            let mut door = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
            let mut answer = Vec::new();
            // A refusal may come as a reset, at any of these: an answer as good as none.
            let _ = door.write_all(stranger.as_bytes());
            let _ = door.shutdown(std::net::Shutdown::Write);
            let _ = door.read_to_end(&mut answer);
            assert_eq!(answer, b"", "{stranger}");
        }
        assert!(woken.try_recv().is_err());

        assert!(matches!(take(profile.path(), None).unwrap(), Instance::Second));
        assert_eq!(woken.recv_timeout(PATIENCE).unwrap(), None);
    }

    #[test]
    fn a_second_start_hands_on_its_address_as_one_line() {
        let profile = tempfile::tempdir().unwrap();
        let Instance::First(first) = take(profile.path(), None).unwrap() else { panic!("not first") };
        let (sender, woken) = mpsc::channel();
        first.listen(move |address| sender.send(address).is_ok()).unwrap();
        let long = format!("mailto:{}", "x".repeat(200_000));
        for (given, heard) in [
            ("mailto:a@b.example?body=%0D%0Ax", Some("mailto:a@b.example?body=%0D%0Ax")),
            ("mailto:a@b.example\r\nBcc: c@d.example\n", Some("mailto:a@b.exampleBcc: c@d.example")),
            ("mailto:é@b.example", Some("mailto:é@b.example")),
            ("", None),
            (&long, None),
        ] {
            assert!(matches!(take(profile.path(), Some(given)).unwrap(), Instance::Second));
            assert_eq!(woken.recv_timeout(PATIENCE).unwrap().as_deref(), heard);
        }
    }

    #[test]
    fn a_start_beside_one_that_is_ending_is_the_first() {
        let profile = tempfile::tempdir().unwrap();
        let Instance::First(first) = take(profile.path(), None).unwrap() else { panic!("not first") };
        // As a process that has ended leaves it: the door's file is still there, behind it nobody.
        let (sender, knocked) = mpsc::channel();
        let First { lock, door, .. } = first;
        let ending = std::thread::spawn(move || {
            let _caller = door.accept().unwrap();
            sender.send(()).unwrap();
            drop(door);
            drop(lock);
        });
        assert!(matches!(take(profile.path(), None).unwrap(), Instance::First(_)));
        knocked.try_recv().unwrap();
        ending.join().unwrap();
    }

    #[test]
    fn one_that_is_ending_does_not_come_forward() {
        let profile = tempfile::tempdir().unwrap();
        let Instance::First(first) = take(profile.path(), None).unwrap() else { panic!("not first") };
        let (sender, asked) = mpsc::channel();
        first.listen(move |_| sender.send(()).is_err()).unwrap();
        assert!(knock(profile.path(), None).is_err());
        asked.recv_timeout(PATIENCE).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_word() {
        use std::os::unix::fs::PermissionsExt as _;
        let profile = tempfile::tempdir().unwrap();
        let first = take(profile.path(), None).unwrap();
        let mode = std::fs::metadata(profile.path().join(DOOR)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(first);
    }
}
