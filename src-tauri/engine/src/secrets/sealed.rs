//! A file of secrets, sealed with a passphrase: Argon2id makes the key, ChaCha20-Poly1305 seals. Written whole each time,
//! beside and then renamed, under a fresh nonce.

use crate::error::{Error, Result};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Memory of the key derivation in KiB, and its passes (OWASP asks for no less than 19 MiB and 2).
const MEMORY: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// The file's content.
#[derive(Serialize, Deserialize)]
struct Envelope {
    version: u32,
    memory: u32,
    passes: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

/// An opened file of secrets.
pub(super) struct Sealed {
    file: PathBuf,
    key: Zeroizing<[u8; 32]>,
    salt: [u8; 16],
    /// By their names in the file: the account's id, and what of it.
    items: BTreeMap<String, SecretString>,
}

fn derive(passphrase: &SecretString, salt: &[u8], memory: u32, passes: u32) -> Result<Zeroizing<[u8; 32]>> {
    // Bounds on what a file may ask for: it may have been put there by somebody else.
    let params =
        Params::new(memory.min(512 * 1024), passes.min(16), 1, Some(32)).map_err(|_| Error::WrongPassphrase)?;
    let mut key = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, &mut *key)
        .map_err(|_| Error::WrongPassphrase)?;
    Ok(key)
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::Internal("no randomness".into()))?;
    Ok(bytes)
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| Error::Internal("key".into()))?;
    Ok(LessSafeKey::new(key))
}

impl Sealed {
    /// Makes a new, empty file; one that was there is replaced.
    pub(super) fn create(file: &Path, passphrase: &SecretString) -> Result<Self> {
        let salt = random::<16>()?;
        let key = derive(passphrase, &salt, MEMORY, PASSES)?;
        let sealed = Self { file: file.to_owned(), key, salt, items: BTreeMap::new() };
        sealed.write()?;
        Ok(sealed)
    }

    /// Opens the file.
    pub(super) fn open(file: &Path, passphrase: &SecretString) -> Result<Self> {
        let damaged = || Error::Keyring("the sealed file is damaged".into());
        let envelope: Envelope = serde_json::from_slice(&std::fs::read(file)?).map_err(|_| damaged())?;
        let field = |text: &str| BASE64.decode(text).map_err(|_| damaged());
        let salt: [u8; 16] = field(&envelope.salt)?.try_into().map_err(|_| damaged())?;
        let nonce: [u8; NONCE_LEN] = field(&envelope.nonce)?.try_into().map_err(|_| damaged())?;
        let mut sealed = Zeroizing::new(field(&envelope.sealed)?);
        let key = derive(passphrase, &salt, envelope.memory, envelope.passes)?;
        let open = cipher(&key)?
            .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
            .map_err(|_| Error::WrongPassphrase)?;
        let items: BTreeMap<String, String> = serde_json::from_slice(open).map_err(|_| damaged())?;
        let items = items.into_iter().map(|(a, s)| (a, SecretString::from(s))).collect();
        Ok(Self { file: file.to_owned(), key, salt, items })
    }

    pub(super) fn get(&self, item: &str) -> Option<SecretString> {
        self.items.get(item).cloned()
    }

    pub(super) fn set(&mut self, item: String, secret: SecretString) -> Result<()> {
        self.items.insert(item, secret);
        self.write()
    }

    pub(super) fn remove(&mut self, item: &str) -> Result<()> {
        self.items.remove(item);
        self.write()
    }

    fn write(&self) -> Result<()> {
        let plain: BTreeMap<&str, &str> = self.items.iter().map(|(a, s)| (a.as_str(), s.expose_secret())).collect();
        let mut bytes = Zeroizing::new(serde_json::to_vec(&plain).map_err(|e| Error::Internal(e.to_string()))?);
        let nonce = random::<NONCE_LEN>()?;
        let tag = cipher(&self.key)?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes)
            .map_err(|_| Error::Internal("seal".into()))?;
        bytes.extend_from_slice(tag.as_ref());
        let envelope = Envelope {
            version: 1,
            memory: MEMORY,
            passes: PASSES,
            salt: BASE64.encode(self.salt),
            nonce: BASE64.encode(nonce),
            sealed: BASE64.encode(&*bytes),
        };
        let text = serde_json::to_vec(&envelope).map_err(|e| Error::Internal(e.to_string()))?;
        let beside = self.file.with_extension("new");
        std::fs::write(&beside, text)?;
        Ok(std::fs::rename(&beside, &self.file)?)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn opens_with_its_passphrase_alone_and_holds_nothing_in_clear() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secrets.sealed");
        let right = SecretString::from("correct horse".to_owned());
        let mut sealed = Sealed::create(&file, &right).unwrap();
        sealed.set("7".into(), SecretString::from("pw-of-seven".to_owned())).unwrap();
        sealed.set("8/outgoing".into(), SecretString::from("pw-of-eight".to_owned())).unwrap();
        sealed.remove("8/outgoing").unwrap();

        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains("pw-of-seven"));
        let again = Sealed::open(&file, &right).unwrap();
        assert_eq!(again.get("7").unwrap().expose_secret(), "pw-of-seven");
        assert!(again.get("8/outgoing").is_none());
        let wrong = Sealed::open(&file, &SecretString::from("wrong horse".to_owned()));
        assert!(matches!(wrong, Err(Error::WrongPassphrase)));

        let mut bytes = std::fs::read(&file).unwrap();
        bytes.truncate(bytes.len() / 2);
        std::fs::write(&file, bytes).unwrap();
        assert!(matches!(Sealed::open(&file, &right), Err(Error::Keyring(_))));
    }
}
