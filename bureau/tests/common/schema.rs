//! Answers against `spec/openapi.json`: the status is documented, and the body is of the schema written there.
//!
//! Knows the part of JSON Schema that the document uses, and fails on a word that it does not know.

use serde_json::Value;
use std::sync::OnceLock;

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(include_str!("../../../spec/openapi.json")).unwrap())
}

fn resolve(value: &Value) -> &Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(at) => resolve(document().pointer(at.trim_start_matches('#')).unwrap_or_else(|| panic!("{at}"))),
        None => value,
    }
}

/// The documented path that an address belongs to; console pages belong to none.
fn item_of(path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or(path);
    let paths = document()["paths"].as_object().unwrap();
    let is_upload = path.strip_prefix("/v1/uploads/").is_some_and(|rest| !rest.is_empty());
    paths.get(if is_upload { "/v1/uploads/{upload}" } else { path })
}

/// Asserts that the document knows of such an answer.
#[track_caller]
pub fn check_status(method: &str, path: &str, status: u16) -> Option<&'static Value> {
    let operation = &item_of(path)?[method.to_ascii_lowercase()];
    if operation.is_null() {
        assert_eq!(status, 405, "{method} {path} is not documented");
        return None;
    }
    let response = resolve(&operation["responses"][status.to_string()]);
    assert!(response.is_object(), "{method} {path} answers {status}, which is not documented");
    Some(response)
}

/// Asserts that an answer is as the document says.
#[track_caller]
pub fn check(method: &str, path: &str, status: u16, body: &Value) {
    let Some(response) = check_status(method, path, status) else { return };
    let Some(content) = response.get("content").and_then(Value::as_object) else { return };
    let Some(schema) = content.iter().find(|(kind, _)| kind.contains("json")).map(|(_, c)| &c["schema"])
    else {
        return;
    };
    if let Err(why) = fits(schema, body) {
        panic!("{method} {path} {status}: {why}: {body}");
    }
}

fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    let schema = resolve(schema);
    for (word, wanted) in schema.as_object().unwrap() {
        let fine = match word.as_str() {
            "description" | "maxItems" => true,
            "type" => is_of(wanted, value),
            "enum" => wanted.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_none_or(|n| n >= wanted.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|n| n <= wanted.as_i64().unwrap()),
            "pattern" => value.as_str().is_none_or(|text| matches(wanted.as_str().unwrap(), text)),
            "required" => {
                let names = wanted.as_array().unwrap();
                names.iter().all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "properties" => {
                let members = wanted.as_object().unwrap();
                for (name, schema) in members {
                    value.get(name).map_or(Ok(()), |member| fits(schema, member))?;
                }
                // Readers ignore what they do not know, but what the bureau says is to be written down.
                let known = value.as_object().is_none_or(|object| {
                    object.keys().all(|name| {
                        members.contains_key(name)
                            || members.contains_key("code")
                            || members.contains_key("error")
                    })
                });
                if !known {
                    return Err("a member is not documented".to_owned());
                }
                true
            }
            "items" => {
                for element in value.as_array().into_iter().flatten() {
                    fits(wanted, element)?;
                }
                true
            }
            other => panic!("the document uses {other}, which this test does not know"),
        };
        if !fine {
            return Err(format!("{word} {wanted} does not hold for {value}"));
        }
    }
    Ok(())
}

fn is_of(wanted: &Value, value: &Value) -> bool {
    let one = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        other => panic!("type {other}"),
    };
    match wanted {
        Value::String(name) => one(name),
        names => names.as_array().unwrap().iter().any(|name| one(name.as_str().unwrap())),
    }
}

/// The three patterns that answers are described by.
fn matches(pattern: &str, text: &str) -> bool {
    let hex = |len| text.len() == len && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match pattern {
        "^[0-9a-f]{32}$" => hex(32),
        "^[0-9a-f]{64}$" => hex(64),
        "^[A-Za-z0-9+/]*={0,2}$" => {
            text.trim_end_matches('=').bytes().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b))
        }
        other => panic!("pattern {other}"),
    }
}
