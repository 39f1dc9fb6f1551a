//! Joining and signing in.

use super::{
    ApiError,
    auth::Caller,
    blocking,
    json::{self, Json},
};
use crate::{
    enrol::{
        join::{self, Applicant, JoinError},
        login::{self, LoginError},
    },
    lists,
    office::Office,
};
use axum::{extract::State, response::Response};
use liuhen_record::{DeviceId, Digest, note::VerifierKey};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const REVOKED_ZH: &str = "该设备已被注销，请联系管理员";

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> Self {
        let (status, code, zh) = match &error {
            JoinError::CodeUnknown => (403, "code_unknown", "登记码无效，请核对后重新输入"),
            JoinError::CodeUsed => (403, "code_used", "登记码已被使用，请向管理员索取新的登记码"),
            JoinError::CodeExpired => (403, "code_expired", "登记码已过期，请向管理员索取新的登记码"),
            JoinError::Key => (422, "bad_key", "设备公钥格式不正确"),
            JoinError::Signature => (403, "bad_signature", "设备签名验证失败"),
            JoinError::Text(_) => (422, "bad_text", "设备编号或程序名称为空或过长"),
            JoinError::Enrolled => (409, "device_enrolled", "该设备已登记"),
            JoinError::OldUnknown => (404, "device_unknown", "原设备未登记"),
            JoinError::Revoked => (403, "device_revoked", REVOKED_ZH),
            JoinError::OldSucceeded => (409, "device_succeeded", "原设备已由其他设备接替"),
            JoinError::Store(_) => (500, "internal", ""),
        };
        match error {
            JoinError::Store(error) => error.into(),
            error => Self::new(status, code, error.to_string(), zh),
        }
    }
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Unknown => Self::new(403, "device_unknown", error.to_string(), "设备未登记"),
            LoginError::Revoked => Self::new(403, "device_revoked", error.to_string(), REVOKED_ZH),
            LoginError::Challenge => {
                Self::new(403, "challenge", error.to_string(), "登录质询无效或已过期，请重试")
            }
            LoginError::Signature => Self::new(403, "bad_signature", error.to_string(), "设备签名验证失败"),
            LoginError::Random(error) => Self::internal(&error),
            LoginError::Store(error) => error.into(),
        }
    }
}

/// What a phone that joined is told.
#[derive(Serialize)]
struct Joined {
    device: DeviceId,
    vkey: String,
    recipients: String,
    roster: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    witnesses: Option<String>,
    time_ms: i64,
}

fn joined(office: &Office, device: DeviceId) -> Result<Joined, ApiError> {
    let (recipients, roster, witnesses) = office.read(|rows| {
        let recipients = lists::recipients(rows)?.ok_or(lists::ListError::Absent)?;
        Ok::<_, lists::ListError>((recipients, lists::roster(rows)?, lists::witnesses(rows)?))
    })?;
    let vkey: &VerifierKey = office.notary.signer().verifier_key();
    let time_ms = office.clock.now_ms();
    Ok(Joined { device, vkey: vkey.to_string(), recipients, roster, witnesses, time_ms })
}

/// Body of `POST /v1/enrol`.
#[derive(Deserialize)]
pub struct EnrolBody {
    code: String,
    spki_pem: String,
    device_no: String,
    app: String,
    signature: String,
}

/// `POST /v1/enrol`
pub async fn enrol(
    State(office): State<Arc<Office>>,
    Json(body): Json<EnrolBody>,
) -> Result<Response, ApiError> {
    let signature = json::base64("signature", &body.signature)?;
    let joined = blocking(&office, move |office| {
        let applicant = Applicant { spki_pem: &body.spki_pem, device_no: &body.device_no, app: &body.app };
        let now_ms = office.clock.now_ms();
        let device = office.write(|rows| join::enrol(rows, &body.code, applicant, &signature, now_ms))?;
        joined(office, device)
    })
    .await?;
    Ok(json::answer(&joined))
}

/// Body of `POST /v1/succeed`.
#[derive(Deserialize)]
pub struct SucceedBody {
    old_device: DeviceId,
    spki_pem: String,
    device_no: String,
    #[serde(default)]
    app: Option<String>,
    signature_old: String,
    signature_new: String,
}

/// `POST /v1/succeed`
pub async fn succeed(
    State(office): State<Arc<Office>>,
    Json(body): Json<SucceedBody>,
) -> Result<Response, ApiError> {
    let old = json::base64("signature_old", &body.signature_old)?;
    let new = json::base64("signature_new", &body.signature_new)?;
    let joined = blocking(&office, move |office| {
        let app = body.app.as_deref().unwrap_or("liuhen");
        let applicant = Applicant { spki_pem: &body.spki_pem, device_no: &body.device_no, app };
        let now_ms = office.clock.now_ms();
        let device =
            office.write(|rows| join::succeed(rows, body.old_device, applicant, &old, &new, now_ms))?;
        joined(office, device)
    })
    .await?;
    Ok(json::answer(&joined))
}

/// Body of `POST /v1/challenge`.
#[derive(Deserialize)]
pub struct ChallengeBody {
    device: DeviceId,
}

#[derive(Serialize)]
struct Challenge {
    challenge: Digest,
    expires_ms: i64,
}

/// `POST /v1/challenge`
pub async fn challenge(
    State(office): State<Arc<Office>>,
    Json(body): Json<ChallengeBody>,
) -> Result<Response, ApiError> {
    let (challenge, expires_ms) = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.read(|rows| login::challenge(rows, &office.challenges, body.device, now_ms))
    })
    .await?;
    Ok(json::answer(&Challenge { challenge, expires_ms }))
}

/// Body of `POST /v1/token`.
#[derive(Deserialize)]
pub struct TokenBody {
    device: DeviceId,
    challenge: String,
    signature: String,
}

#[derive(Serialize)]
struct SignedIn {
    token: String,
    expires_ms: i64,
    recipients: String,
    roster: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    witnesses: Option<String>,
    time_ms: i64,
}

/// `POST /v1/token`
pub async fn token(
    State(office): State<Arc<Office>>,
    Json(body): Json<TokenBody>,
) -> Result<Response, ApiError> {
    let signature = json::base64("signature", &body.signature)?;
    let token = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        let ours = (&office.challenges, office.origin());
        let answered = office
            .read(|rows| login::answered(rows, ours, body.device, &body.challenge, &signature, now_ms))?;
        let (token, expires_ms) = office.write(|rows| login::token(rows, answered, now_ms))?;
        let Joined { recipients, roster, witnesses, time_ms, .. } = joined(office, body.device)?;
        Ok::<_, ApiError>(SignedIn { token, expires_ms, recipients, roster, witnesses, time_ms })
    })
    .await?;
    Ok(json::answer(&token))
}

#[derive(Serialize)]
struct UploadToken {
    token: String,
    expires_ms: i64,
}

/// `POST /v1/upload-token`; a body is not read.
pub async fn upload_token(
    State(office): State<Arc<Office>>,
    Caller(device): Caller,
) -> Result<Response, ApiError> {
    let (token, expires_ms) = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| login::upload_token(rows, device, now_ms))
    })
    .await?;
    Ok(json::answer(&UploadToken { token, expires_ms }))
}
