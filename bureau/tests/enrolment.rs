//! Joining and signing in: one-use codes, possession of the key, short tokens.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office, client,
    phone::{Answer, Phone},
};
use liuhen_bureau::admin;
use liuhen_record::{
    challenge::{IdentityChallenge, Nonce},
    note::VerifierKey,
};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_code_enrols_one_phone() {
    let office = Office::open().await;
    let code = office.code();
    let mut first = Phone::new(&office.url());
    first.enrol(&code).await.ok();
    let mut second = Phone::new(&office.url());
    second.enrol(&code).await.refused(403, "code_used");
}

#[tokio::test]
async fn a_phone_that_lost_the_answer_may_enrol_again_with_the_same_code() {
    let office = Office::open().await;
    let (code, mut phone) = (office.code(), Phone::new(&office.url()));
    let first = phone.enrol(&code).await.ok();
    assert_eq!(phone.enrol(&code).await.ok()["device"], first["device"]);
    phone.enrol(&office.code()).await.refused(409, "device_enrolled");
}

#[tokio::test]
async fn a_code_expires() {
    let office = Office::open().await;
    let (code, mut phone) = (office.code(), Phone::new(&office.url()));
    office.clock.advance_ms(600_000);
    phone.enrol(&code).await.refused(403, "code_expired");
}

#[tokio::test]
async fn codes_that_were_never_made_are_refused() {
    let office = Office::open().await;
    let mut phone = Phone::new(&office.url());
    for code in ["", "LH1-", "LH1-00112233445566778899aabbccddeeff-0011223344556677", "nonsense", "LH1-zz-zz"]
    {
        phone.enrol(code).await.refused(403, "code_unknown");
    }
}

#[tokio::test]
async fn a_phone_without_the_key_does_not_enrol_and_does_not_use_up_the_code() {
    let office = Office::open().await;
    let (code, mut phone, other) = (office.code(), Phone::new(&office.url()), Phone::new(&office.url()));
    let mut body = phone.enrol_body(&code);
    body["spki_pem"] = json!(other.key.pem());
    phone.post("/v1/enrol", body).await.refused(403, "bad_signature");
    phone.enrol(&code).await.ok();
}

#[tokio::test]
async fn the_code_names_the_key_that_the_bureau_shows() {
    let office = Office::open().await;
    let identity = Phone::new(&office.url()).get("/v1/identity").await.ok();
    let vkey = liuhen_record::note::VerifierKey::parse(identity["vkey"].as_str().unwrap()).unwrap();
    assert!(office.code().ends_with(&format!("-{}", vkey.fingerprint())));
    assert_eq!(vkey.name(), identity["origin"].as_str().unwrap());
}

async fn enrolled(office: &Office) -> Phone {
    let mut phone = Phone::new(&office.url());
    phone.enrol(&office.code()).await.ok();
    phone
}

#[tokio::test]
async fn a_challenge_is_answered_once() {
    let office = Office::open().await;
    let phone = enrolled(&office).await;
    let answer = phone.answer_to(&phone.challenge().await).await;
    phone.post("/v1/token", answer.clone()).await.ok();
    phone.post("/v1/token", answer.clone()).await.refused(403, "challenge");
    for _ in 0..20 {
        phone.post("/v1/token", phone.answer_to(&phone.challenge().await).await).await.ok();
    }
    phone.post("/v1/token", answer).await.refused(403, "challenge");
}

#[tokio::test]
async fn a_wrong_answer_gets_nothing_and_spoils_nothing_for_the_phone() {
    let office = Office::open().await;
    let phone = enrolled(&office).await;
    let right = phone.answer_to(&phone.challenge().await).await;
    let mut wrong = right.clone();
    wrong["signature"] = json!(phone.sign64("something else"));
    phone.post("/v1/token", wrong).await.refused(403, "bad_signature");
    phone.post("/v1/token", right).await.ok();
}

#[tokio::test]
async fn whoever_asks_for_challenges_in_a_phones_name_does_not_keep_it_out() {
    let office = Office::open().await;
    let phone = enrolled(&office).await;
    let challenge = phone.challenge().await;
    for _ in 0..50 {
        phone.challenge().await;
    }
    phone.post("/v1/token", phone.answer_to(&challenge).await).await.ok();
}

#[tokio::test]
async fn a_challenge_is_good_for_two_minutes_for_the_phone_that_asked_also_after_a_restart() {
    let mut office = Office::open().await;
    let (mut phone, other) = (enrolled(&office).await, enrolled(&office).await);
    let refused = async |phone: &Phone, challenge: &str| {
        phone.post("/v1/token", phone.answer_to(challenge).await).await.refused(403, "challenge");
    };
    let (first, second, third) = (phone.challenge().await, phone.challenge().await, phone.challenge().await);
    refused(&other, &first).await;
    for never_made in [&first[1..], &first.to_uppercase(), &"0".repeat(64), ""] {
        refused(&phone, never_made).await;
    }
    phone.post("/v1/token", phone.answer_to(&second).await).await.ok();
    office.restart().await;
    phone.url = office.url();
    refused(&phone, &second).await;
    office.clock.advance_ms(119_999);
    phone.post("/v1/token", phone.answer_to(&first).await).await.ok();
    office.clock.advance_ms(1);
    refused(&phone, &third).await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_brings_no_used_challenge_back_and_none_of_tomorrow_counts() {
    let office = Office::open().await;
    let phone = enrolled(&office).await;
    let day_ms = 24 * 3_600_000;
    let used = phone.answer_to(&phone.challenge().await).await;
    phone.post("/v1/token", used.clone()).await.ok();
    office.clock.advance_ms(day_ms);
    phone.post("/v1/token", phone.answer_to(&phone.challenge().await).await).await.ok();
    let of_tomorrow = phone.answer_to(&phone.challenge().await).await;
    office.clock.advance_ms(-day_ms);
    phone.post("/v1/token", used).await.refused(403, "challenge");
    phone.post("/v1/token", of_tomorrow).await.refused(403, "challenge");
    phone.post("/v1/token", phone.answer_to(&phone.challenge().await).await).await.ok();
}

#[tokio::test]
async fn strangers_and_expired_tokens_get_nothing() {
    let office = Office::open().await;
    let phone = office.phone().await;
    for path in ["/v1/records/head", "/v1/items/missing", "/v1/receipts"] {
        for token in ["", "00", &"0".repeat(64)] {
            let request = client().get(format!("{}{path}", office.url())).bearer_auth(token);
            Answer::of(request.send().await.unwrap()).await.refused(401, "token");
        }
        Answer::of(client().get(format!("{}{path}", office.url())).send().await.unwrap())
            .await
            .refused(401, "token");
    }
    office.clock.advance_ms(30 * 60_000);
    phone.get("/v1/records/head").await.refused(401, "token");
    let stranger = Phone::new(&office.url());
    stranger.post("/v1/challenge", json!({"device": stranger.device()})).await.refused(403, "device_unknown");
}

#[tokio::test]
async fn a_clock_of_the_bureau_that_was_ahead_keeps_no_phone_out() {
    const DAY_MS: i64 = 24 * 3_600_000;
    let office = Office::open().await;
    let mut phone = office.phone().await;
    office.clock.advance_ms(DAY_MS);
    for _ in 0..16 {
        phone.sign_in().await;
    }
    let ahead = phone.token.clone();
    office.clock.advance_ms(-DAY_MS);
    phone.sign_in().await;
    phone.get("/v1/records/head").await.ok();
    phone.token = ahead;
    phone.get("/v1/records/head").await.refused(401, "token");
    phone.sign_in().await;
    office.clock.advance_ms(-60_000);
    phone.get("/v1/records/head").await.ok();
}

#[tokio::test]
async fn a_damaged_phone_is_continued_by_a_new_key_signed_by_the_old_one() {
    let office = Office::open().await;
    let (old, mut new) = (office.phone().await, Phone::new(&office.url()));
    let message = format!("liuhen-succeed/v1\n{}\n{}\n", old.device(), new.device());
    let mut body = json!({"old_device": old.device(), "spki_pem": new.key.pem(), "device_no": "XG-P-01",
        "signature_old": new.sign64(&message), "signature_new": new.sign64(&message)});
    new.post("/v1/succeed", body.clone()).await.refused(403, "bad_signature");
    body["signature_old"] = json!(old.sign64(&message));
    let joined = new.post("/v1/succeed", body.clone()).await.ok();
    assert_eq!(new.post("/v1/succeed", body).await.ok()["device"], joined["device"]);
    new.vkey = joined["vkey"].as_str().unwrap().to_owned();
    new.sign_in().await;
    new.write_enrolled();
    new.send().await.ok();

    let mut old = old;
    old.capture(&[b"too late".to_vec()]);
    old.send().await.refused(409, "device_succeeded");
}

#[tokio::test]
async fn the_bureau_signs_the_number_that_a_phone_made_up() {
    let office = Office::open().await;
    let phone = Phone::new(&office.url());
    let nonce = Nonce([0xa5; 32]);
    let identity = phone.get(&format!("/v1/identity?nonce={nonce}")).await.ok();
    let key = VerifierKey::parse(identity["vkey"].as_str().unwrap()).unwrap();
    let answer = IdentityChallenge::open(identity["challenge"].as_str().unwrap(), &key, &nonce).unwrap();
    assert_eq!((answer.origin.as_str(), answer.nonce), (key.name(), nonce));
    assert_eq!(Some(answer.time_ms), identity["time_ms"].as_u64());
    assert!(phone.get("/v1/identity").await.ok().get("challenge").is_none());
    for nonce in ["", "0", &"g".repeat(64), &"A".repeat(64), &"0".repeat(65)] {
        phone.get(&format!("/v1/identity?nonce={nonce}")).await.refused(400, "bad_query");
    }
    phone.get(&format!("/v1/identity?nonce={nonce}&nonce={nonce}")).await.refused(400, "bad_query");
}

/// The token that a phone may leave with an executor.
async fn upload_token(phone: &Phone) -> String {
    let answer =
        phone.http.post(format!("{}/v1/upload-token", phone.url)).bearer_auth(&phone.token).send().await;
    Answer::of(answer.unwrap()).await.ok()["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_upload_token_uploads_for_seven_days_and_does_nothing_else() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[b"one".to_vec()]);
    phone.send().await.ok();
    phone.token = upload_token(&phone).await;
    for path in ["/v1/records/head", "/v1/receipts"] {
        phone.get(path).await.refused(403, "token_scope");
    }
    phone.post("/v1/records", json!({"records": []})).await.refused(403, "token_scope");
    phone.post("/v1/upload-token", json!({})).await.refused(403, "token_scope");
    office.clock.advance_ms(7 * 24 * 3_600_000 - 1);
    assert_eq!(phone.get("/v1/items/missing").await.ok()["items"][0]["item"], json!(item));
    phone.upload(item, 0, b"one").await;
    office.clock.advance_ms(1);
    phone.get("/v1/items/missing").await.refused(401, "token");
    let head = phone.tus("HEAD", &format!("/v1/uploads/{}", "0".repeat(32))).send().await.unwrap();
    assert_eq!(head.status(), 401);
}

#[tokio::test]
async fn a_device_that_was_struck_off_gets_in_no_more() {
    let office = Office::open().await;
    let (code, mut phone) = (office.code(), Phone::new(&office.url()));
    phone.enrol(&code).await.ok();
    phone.sign_in().await;
    let upload_token = upload_token(&phone).await;
    let device = phone.device();
    assert!(matches!(
        admin::revoke_device(&office.data_dir(), Phone::new("").device()),
        Err(admin::AdminError::Device)
    ));
    admin::revoke_device(&office.data_dir(), device).unwrap();
    phone.get("/v1/records/head").await.refused(401, "token");
    phone.token = upload_token;
    phone.get("/v1/items/missing").await.refused(401, "token");
    phone.post("/v1/challenge", json!({"device": device})).await.refused(403, "device_revoked");
    phone.enrol(&code).await.refused(403, "device_revoked");
    let new = Phone::new(&office.url());
    let message = format!("liuhen-succeed/v1\n{device}\n{}\n", new.device());
    let body = json!({"old_device": device, "spki_pem": new.key.pem(), "device_no": "XG-P-01",
        "signature_old": phone.sign64(&message), "signature_new": new.sign64(&message)});
    new.post("/v1/succeed", body).await.refused(403, "device_revoked");
}

#[tokio::test]
async fn the_devices_that_continue_a_struck_off_one_get_in_no_more_either() {
    let office = Office::open().await;
    let mut phones = vec![office.phone().await];
    for _ in 0..2 {
        let (old, mut new) = (phones.last().unwrap(), Phone::new(&office.url()));
        let message = format!("liuhen-succeed/v1\n{}\n{}\n", old.device(), new.device());
        let body = json!({"old_device": old.device(), "spki_pem": new.key.pem(), "device_no": "XG-P-01",
            "signature_old": old.sign64(&message), "signature_new": new.sign64(&message)});
        new.post("/v1/succeed", body).await.ok();
        new.sign_in().await;
        phones.push(new);
    }
    let bystander = office.phone().await;
    let struck_off = admin::revoke_device(&office.data_dir(), phones[0].device()).unwrap();
    assert_eq!(struck_off, phones.iter().map(Phone::device).collect::<Vec<_>>(), "each is named");
    for phone in &phones {
        phone.get("/v1/records/head").await.refused(401, "token");
        phone.post("/v1/challenge", json!({"device": phone.device()})).await.refused(403, "device_revoked");
    }
    bystander.get("/v1/records/head").await.ok();
}

#[tokio::test]
async fn two_tokens_in_one_request_are_none() {
    let office = Office::open().await;
    let phone = office.phone().await;
    let request = phone.http.request(Method::GET, format!("{}/v1/records/head", phone.url));
    let request = request.bearer_auth(&phone.token).header("Authorization", "Bearer 0");
    Answer::of(request.send().await.unwrap()).await.refused(401, "token");
}
