//! Signing in for a trial: both servers, nothing saved.

use crate::error::{Code, Error, Result, UiError};
use crate::remote::{Connect, Credential};
use crate::sync::folders;
use crate::view::{AccountForm, Check, Role, Security, ServerSettings, Trial};
use std::net::IpAddr;

/// Signs in to both servers of a form at once.
pub(crate) async fn trial(connect: &dyn Connect, form: &AccountForm) -> Result<Trial> {
    check_form(form)?;
    let incoming = async {
        let mut remote = connect.imap(&form.incoming, &Credential::from(form.password.as_str())).await?;
        let listed = remote.list().await?;
        remote.logout().await;
        Ok(folders::listings(&listed))
    };
    let outgoing = async {
        match &form.outgoing {
            Some(server) => {
                let own = form.outgoing_password.as_ref().unwrap_or(&form.password);
                Some(connect.smtp_trial(server, &Credential::from(own.as_str())).await)
            }
            None => None,
        }
    };
    let (incoming, outgoing) = tokio::join!(incoming, outgoing);
    let (folders, recognised) = match &incoming {
        Ok(all) => (all.len(), all.iter().filter(|l| l.role != Role::None).count()),
        Err(_) => (0, 0),
    };
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Trial {
        incoming: check(incoming.map(|_| ()), &form.incoming),
        outgoing: form.outgoing.as_ref().zip(outgoing).map(|(server, tried)| check(tried, server)),
        folders: number(folders),
        recognised: number(recognised),
    })
}

fn check(tried: Result<()>, server: &ServerSettings) -> Check {
    match tried {
        Ok(()) => Check::Ok,
        Err(Error::Certificate(certificate)) => Check::Untrusted { certificate: *certificate },
        Err(e) => Check::Failed { error: about(UiError::from(e), server) },
    }
}

/// The error of a failed check.
pub(crate) fn failure(check: &Check) -> Option<UiError> {
    match check {
        Check::Ok => None,
        Check::Untrusted { certificate } => Some(UiError::from(Error::Certificate(Box::new(certificate.clone())))),
        Check::Failed { error } => Some(error.clone()),
    }
}

/// Adds what the sentence needs to know of the server.
pub(crate) fn about(mut error: UiError, server: &ServerSettings) -> UiError {
    for (key, value) in
        [("host", server.host.clone()), ("port", server.port.to_string()), ("user", server.user.clone())]
    {
        error.params.entry(key.to_owned()).or_insert(value);
    }
    error
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn check_server(server: &ServerSettings, fields: [&'static str; 3]) -> Result<()> {
    let [host, port, user] = fields;
    let bad_host = server.host.is_empty()
        || server.host.len() > 255
        || server
            .host
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '/' | '@' | '\\' | '?' | '#'));
    if bad_host {
        return Err(Error::Invalid(host));
    }
    if server.port == 0 {
        return Err(Error::Invalid(port));
    }
    if server.user.is_empty() || server.user.chars().any(char::is_control) {
        return Err(Error::Invalid(user));
    }
    if server.security == Security::None && !server.allow_clear_text && !is_loopback(&server.host) {
        return Err(Error::Ui(Box::new(about(UiError::new(Code::NoTls), server))));
    }
    Ok(())
}

/// What can be said before any server is asked.
fn check_form(form: &AccountForm) -> Result<()> {
    let (local, domain) = form.email.rsplit_once('@').ok_or(Error::Invalid("email"))?;
    if local.is_empty() || domain.is_empty() || form.email.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Error::Invalid("email"));
    }
    if form.name.chars().any(char::is_control) {
        return Err(Error::Invalid("name"));
    }
    if form.password.is_empty() || form.password.contains('\0') {
        return Err(Error::Invalid("password"));
    }
    check_server(&form.incoming, ["incomingServer", "incomingPort", "userName"])?;
    if let Some(outgoing) = &form.outgoing {
        if form.outgoing_password.as_ref().is_some_and(String::is_empty) {
            return Err(Error::Invalid("outgoingPassword"));
        }
        check_outgoing(outgoing, form.outgoing_password.as_deref())?;
    }
    Ok(())
}

/// The same of an outgoing server alone.
pub(crate) fn check_outgoing(server: &ServerSettings, password: Option<&str>) -> Result<()> {
    check_server(server, ["outgoingServer", "outgoingPort", "userName"])?;
    if password.is_some_and(|p| p.contains('\0')) {
        return Err(Error::Invalid("outgoingPassword"));
    }
    Ok(())
}
