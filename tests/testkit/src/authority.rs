//! A certificate authority of one test run: made at start, trusted by nobody who is not told to.

use crate::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;

/// A CA and what it needs to sign.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

/// A server's certificate with its key.
#[derive(Clone)]
pub struct Identity {
    /// The certificate and its CA, as a server's configuration wants them.
    pub chain_pem: String,
    /// The private key.
    pub key_pem: String,
    /// SHA-256 of the certificate in DER, lower-case hex: what a person compares and accepts.
    pub fingerprint: String,
    chain: Vec<CertificateDer<'static>>,
    key_der: Vec<u8>,
}

impl Authority {
    /// Makes a new one; takes a millisecond.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "CA of a test run");
        let key = KeyPair::generate().context("key of the CA")?;
        let certificate = params.self_signed(&key).context("certificate of the CA")?;
        Ok(Self { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) })
    }

    /// Its certificate, to be put where a client looks for whom to trust (`SSL_CERT_FILE`).
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for these host names and addresses.
    ///
    /// # Errors
    /// A name that no certificate can carry.
    pub fn issue(&self, hosts: &[&str]) -> Result<Identity> {
        let names: Vec<String> = hosts.iter().map(|&h| h.to_owned()).collect();
        let mut params = CertificateParams::new(names).context("names of a certificate")?;
        params.distinguished_name.push(DnType::CommonName, hosts.first().copied().unwrap_or("localhost"));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().context("key of a server")?;
        let certificate = params.signed_by(&key, &self.issuer).context("certificate of a server")?;
        Ok(Identity {
            chain_pem: format!("{}{}", certificate.pem(), self.pem),
            key_pem: key.serialize_pem(),
            fingerprint: sha256_hex(certificate.der()),
            chain: vec![certificate.der().clone(), self.der.clone()],
            key_der: key.serialize_der(),
        })
    }

    /// TLS for a client that trusts this CA alone.
    ///
    /// # Errors
    /// When rustls does not take the certificate.
    pub fn client(&self) -> Result<Arc<rustls::ClientConfig>> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.der.clone()).context("trusting the CA")?;
        Ok(Arc::new(client_builder()?.with_root_certificates(roots).with_no_client_auth()))
    }
}

impl Identity {
    /// TLS for a server that shows this certificate.
    ///
    /// # Errors
    /// When rustls does not take the key.
    pub fn server(&self) -> Result<Arc<rustls::ServerConfig>> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key_der.clone()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS versions")?
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), key)
            .context("certificate of a server")?;
        Ok(Arc::new(config))
    }
}

fn client_builder() -> Result<rustls::ConfigBuilder<rustls::ClientConfig, rustls::WantsVerifier>> {
    // The provider is named rather than installed: a test of the engine may install its own.
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .context("TLS versions")
}

/// SHA-256 in lower-case hex, for fingerprints and for comparing files.
pub fn sha256_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
