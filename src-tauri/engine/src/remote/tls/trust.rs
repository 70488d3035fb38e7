//! Whose certificate is accepted: whom the system trusts, and beyond that the one certificate that the person accepted by its
//! fingerprint for this host. Signatures of the handshake are verified in either case, so that the peer surely holds the key.

use crate::view::{CertificateView, ServerSettings};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug)]
pub(super) struct Trust {
    system: Arc<dyn ServerCertVerifier>,
    host: String,
    accepted: Option<String>,
    refused: Mutex<Option<CertificateView>>,
}

impl Trust {
    pub(super) fn new(system: Arc<dyn ServerCertVerifier>, server: &ServerSettings) -> Self {
        let accepted = server.accepted_certificate.as_deref().map(normal).filter(|f| f.len() == 64);
        Self { system, host: server.host.clone(), accepted, refused: Mutex::new(None) }
    }

    /// The certificate that was refused, and why.
    pub(super) fn refused(&self) -> Option<CertificateView> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Lower-case hex without separators.
fn normal(fingerprint: &str) -> String {
    fingerprint.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect()
}

/// SHA-256 of a certificate, lower-case hex.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, certificate.as_ref());
    digest.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let Err(reason) = verdict else { return verdict };
        let fingerprint = fingerprint(end_entity);
        if self.accepted.as_deref() == Some(fingerprint.as_str()) {
            return Ok(ServerCertVerified::assertion());
        }
        let view = CertificateView { host: self.host.clone(), fingerprint, reason: reason.to_string() };
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(view);
        Err(reason)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}
