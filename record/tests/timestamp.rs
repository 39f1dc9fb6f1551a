//! Runs every file of `tests/vectors/timestamp`, made with `openssl ts` by `tests/vectors/timestamp/make.py`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use liuhen_record::{
    Digest,
    timestamp::{TimestampAuthorities, TimestampError, TimestampRequest, TimestampToken},
};
use serde_json::Value;
use std::path::Path;

fn judge(data: &[u8], reply: &[u8], ca: &str) -> Result<i64, TimestampError> {
    let token = TimestampToken::parse_reply(reply)?;
    token.check(data, None)?;
    token.verify(&TimestampAuthorities::from_pem(ca)?)?;
    Ok(token.time_ms)
}

#[test]
fn every_timestamp_vector_is_judged_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/timestamp");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let vectors = files.iter().filter(|file| file.extension().is_some_and(|end| end == "json"));
    let mut judged = 0;
    for file in vectors {
        let vector: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let [data, reply] =
            ["data", "reply"].map(|name| STANDARD.decode(vector[name].as_str().unwrap()).unwrap());
        let found =
            judge(&data, &reply, vector["ca"].as_str().unwrap()).map_err(|error| format!("{error:?}"));
        let variant = found.as_ref().err().map(|text| text.split(['(', ' ']).next().unwrap());
        assert_eq!(variant, vector["reason"].as_str(), "{}: {} {found:?}", file.display(), vector["rule"]);
        judged += 1;
    }
    assert!(judged >= 14);
}

#[test]
fn a_request_is_the_der_that_rfc_3161_says() {
    let request = TimestampRequest::new(Digest([0xab; 32]), [0x80, 1, 2, 3, 4, 5, 6, 7]);
    let expected = format!(
        "3043020101{}{}{}",
        "3031300d060960864801650304020105000420",
        "ab".repeat(32),
        "02084001020304050607".to_owned() + "0101ff"
    );
    assert_eq!(hex::encode(request.to_der()), expected);
    assert!(TimestampAuthorities::from_pem("no certificate").is_err());
}
