//! Who looks: the session cookie.

use crate::{
    account::Role,
    clock::CLOCK_STEP_MS,
    http::{blocking, serve::Peer},
    office::Office,
    store::{AuditRow, Ledger, StoreError},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use liuhen_record::Digest;
use std::sync::Arc;

/// Name of the cookie.
pub const COOKIE: &str = "liuhen_console";
/// A session that is not used for so long ends, milliseconds.
const IDLE_MS: i64 = 30 * 60_000;
/// And every session ends after so long, milliseconds.
const LONGEST_MS: i64 = 12 * 3_600_000;
/// The session's last use is written down at most this often, milliseconds.
const TOUCH_EVERY_MS: i64 = 60_000;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account's number.
    pub account: i64,
    /// The account's name.
    pub name: String,
    /// The account's role, by word.
    pub role: String,
    /// What forms must carry.
    pub csrf: String,
    /// SHA-256 of the session's token.
    pub token_sha256: Digest,
    /// Where they sit.
    pub source: String,
    /// Name of the office.
    pub office: String,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
}

impl SignedIn {
    /// The role as people say it.
    pub fn role_zh(&self) -> &'static str {
        self.role.parse::<Role>().map_or("", Role::zh)
    }

    /// [`Role::may_read_audit`].
    pub fn may_read_audit(&self) -> bool {
        self.role.parse::<Role>().is_ok_and(Role::may_read_audit)
    }

    /// Writes down what this person does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note(
        &self,
        rows: &dyn Ledger,
        at_ms: i64,
        action: &str,
        target: String,
    ) -> Result<(), StoreError> {
        rows.add_audit(&AuditRow {
            at_ms,
            name: self.name.clone(),
            role: self.role.clone(),
            source: self.source.clone(),
            action: action.to_owned(),
            target,
        })
    }
}

/// The value of our cookie.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value)
}

/// Address of the client: behind a proxy, what the proxy says. That is the last value of the last such line; a proxy that
/// only adds passes on in front of it what the client chose to send.
pub fn source(office: &Office, parts: &Parts) -> String {
    let mut lines = parts.headers.get_all("x-forwarded-for").iter();
    let forwarded = lines.next_back().and_then(|value| value.to_str().ok());
    let forwarded = forwarded.and_then(|text| text.rsplit(',').next()).map(str::trim);
    let named = |text: &&str| !text.is_empty() && text.len() <= 45;
    match forwarded.filter(|_| office.behind_tls_proxy).filter(named) {
        Some(forwarded) => forwarded.to_owned(),
        None => parts.extensions.get::<Peer>().map(|peer| peer.0.ip().to_string()).unwrap_or_default(),
    }
}

/// Sends whoever is not signed in to the sign-in page.
pub enum Elsewhere {
    /// To the sign-in page.
    SignIn,
    /// The password must be changed first.
    Password,
    /// The ledger failed.
    Failed(crate::http::ApiError),
}

impl IntoResponse for Elsewhere {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn => Redirect::to("/console/sign-in").into_response(),
            Self::Password => Redirect::to("/console/password").into_response(),
            Self::Failed(error) => super::page::PageError(error).into_response(),
        }
    }
}

impl FromRequestParts<Arc<Office>> for SignedIn {
    type Rejection = Elsewhere;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Elsewhere> {
        let source = source(office, parts);
        let token = cookie(&parts.headers).ok_or(Elsewhere::SignIn)?;
        let token_sha256 = Digest::of(token.as_bytes());
        let found = blocking(office, move |office| find(office, token_sha256, source)).await;
        let user = found.map_err(Elsewhere::Failed)?.ok_or(Elsewhere::SignIn)?;
        let allowed = ["/password", "/sign-out"].iter().any(|end| parts.uri.path().ends_with(end));
        if user.must_change && !allowed { Err(Elsewhere::Password) } else { Ok(user) }
    }
}

/// Between which instants the last use of a session that counts may lie. What lies further in the future was written by a clock
/// that was ahead.
pub fn window(now_ms: i64) -> (i64, i64) {
    (now_ms - IDLE_MS, now_ms + CLOCK_STEP_MS)
}

/// At start and from time to time: sessions that count no more are forgotten. One of the future that nobody shows meanwhile would
/// else count again on its day.
///
/// # Errors
/// [`StoreError`].
pub fn forget_ended(office: &Office) -> Result<(), StoreError> {
    let within_ms = window(office.clock.now_ms());
    office.write(|rows| rows.forget_web_sessions(within_ms))
}

fn find(office: &Office, token_sha256: Digest, source: String) -> Result<Option<SignedIn>, StoreError> {
    let now_ms = office.clock.now_ms();
    let Some((session, account)) = office.read(|rows| rows.web_session(&token_sha256))? else {
        return Ok(None);
    };
    if session.seen_ms.max(session.created_ms) - now_ms > CLOCK_STEP_MS {
        // Not only for now: the day would come on which it counts again.
        office.write(|rows| rows.end_web_session(&token_sha256))?;
        return Ok(None);
    }
    if now_ms - session.seen_ms >= IDLE_MS || now_ms - session.created_ms >= LONGEST_MS {
        return Ok(None);
    }
    if now_ms - session.seen_ms >= TOUCH_EVERY_MS {
        office.write(|rows| rows.touch_web_session(&token_sha256, now_ms))?;
    }
    Ok(Some(SignedIn {
        account: account.account,
        name: account.name,
        role: account.role,
        csrf: session.csrf,
        token_sha256,
        source,
        office: office.name.clone(),
        must_change: account.must_change,
    }))
}
