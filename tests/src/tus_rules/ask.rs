//! Asking a server a rule, step by step.

use super::{
    Verdict,
    expect::differs,
    rule::{Expect, Rule, Saying, Step},
};
use crate::fault_proxy::{exchange, full};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use hyper::{HeaderMap, Request};
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use std::{collections::BTreeMap, io, net::SocketAddr};

/// An upload that a server would take.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// `Upload-Metadata` for it.
    pub metadata: String,
    /// Its bytes, at least 100.
    pub content: Vec<u8>,
}

/// A server to be asked.
pub struct Server {
    /// Its name and version.
    pub name: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Path of its creation URL.
    pub collection: String,
    /// Path of an upload that never was.
    pub unknown: String,
    /// Sent with every request: who we are.
    pub headers: Vec<(String, String)>,
    /// Gives an upload that it would take and has not seen.
    pub next_upload: Box<dyn FnMut() -> Upload + Send>,
}

/// What a server says of itself.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    extensions: Vec<String>,
    checksums: Vec<String>,
    max_size_bytes: Option<u64>,
}

impl Asked {
    /// Asks by `OPTIONS`.
    pub async fn of(server: &Server) -> Self {
        let options = Step { method: "OPTIONS".into(), to: "collection".into(), ..Step::default() };
        let talk = Talk::new(server, Self::default(), Upload::default());
        let Ok((_, headers)) = talk.send(&options).await else { return Self::default() };
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let list = |name: &str| text(name).split(',').map(|word| word.trim().to_owned()).collect();
        Self {
            extensions: list("tus-extension"),
            checksums: list("tus-checksum-algorithm"),
            max_size_bytes: text("tus-max-size").parse().ok(),
        }
    }

    fn may_be_asked(&self, rule: &Rule) -> bool {
        let offers = |need: &String| match (need.strip_prefix('!'), need.strip_prefix("checksum:")) {
            (Some(not), _) => !self.extensions.iter().any(|extension| extension == not),
            (_, Some(algorithm)) => self.checksums.iter().any(|checksum| checksum == algorithm),
            _ => self.extensions.contains(need),
        };
        rule.needs.iter().all(offers)
            && (!rule.only_with_max_size || self.max_size_bytes.is_some())
            // Nobody waits for days here.
            && !rule.expire
    }
}

/// Asks a server one rule.
pub async fn ask(server: &mut Server, asked: &Asked, rule: &Rule) -> Verdict {
    if !asked.may_be_asked(rule) {
        return Verdict::NotAsked;
    }
    let upload = (server.next_upload)();
    let mut talk = Talk::new(server, asked.clone(), upload);
    let creation = rule.create.then(creation);
    for step in creation.iter().chain(&rule.steps) {
        if let Err(what) = talk.step(step).await {
            return Verdict::Broken(what);
        }
    }
    Verdict::Kept
}

/// One rule being asked.
struct Talk<'s> {
    server: &'s Server,
    asked: Asked,
    upload: Upload,
    locations: BTreeMap<String, String>,
}

impl<'s> Talk<'s> {
    fn new(server: &'s Server, asked: Asked, upload: Upload) -> Self {
        Self { server, asked, upload, locations: BTreeMap::new() }
    }

    async fn step(&mut self, step: &Step) -> Result<(), String> {
        let (status, headers) = self.send(step).await.map_err(|_| format!("{}: no answer", step.method))?;
        if let Some(what) = differs(&step.expect, status, &headers, |text| self.fill(text, &[])) {
            return Err(format!("{}: {what}", step.method));
        }
        let location = headers.get("location").and_then(|location| location.to_str().ok());
        if let (201, Some(location)) = (status, location) {
            let name = step.save.as_deref().unwrap_or("upload");
            self.locations.insert(name.to_owned(), location.to_owned());
        }
        Ok(())
    }

    async fn send(&self, step: &Step) -> io::Result<(u16, HeaderMap)> {
        let body = self.body(step);
        let mut request = Request::builder().method(step.method.as_str()).uri(self.path(&step.to));
        let ours =
            [("host".to_owned(), self.server.address.to_string()), ("tus-resumable".into(), "1.0.0".into())];
        let written = |name: &str| step.headers.keys().any(|written| written.eq_ignore_ascii_case(name));
        for (name, value) in ours.iter().chain(&self.server.headers).filter(|(name, _)| !written(name)) {
            request = request.header(name, value);
        }
        for (name, value) in step.headers.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            request = request.header(name, self.fill(value, &body));
        }
        let request = request.body(full(body)).map_err(io::Error::other)?;
        let answer = exchange(self.server.address, request).await?;
        let (head, body) = answer.into_parts();
        let _whole = body.collect().await;
        Ok((head.status.as_u16(), head.headers))
    }

    fn body(&self, step: &Step) -> Vec<u8> {
        let Some(slice) = &step.body else { return Vec::new() };
        let content = &self.upload.content;
        [&content[slice.from..slice.to.unwrap_or(content.len())], slice.and.as_bytes()].concat()
    }

    /// Path and query of a resource; a `Location` may be absolute.
    fn path(&self, to: &str) -> String {
        let location = match to {
            "collection" => return self.server.collection.clone(),
            "unknown" => return self.server.unknown.clone(),
            name => self.locations.get(name).map_or("/nowhere", String::as_str),
        };
        let after_host = |rest: &str| rest.find('/').map_or("/".to_owned(), |at| rest[at..].to_owned());
        location.split_once("://").map_or_else(|| location.to_owned(), |(_, rest)| after_host(rest))
    }

    fn fill(&self, text: &str, body: &[u8]) -> String {
        let base64 = |algorithm: &'static Algorithm, bytes: &[u8]| STANDARD.encode(digest(algorithm, bytes));
        let mut filled = text
            .replace("${len}", &self.upload.content.len().to_string())
            .replace("${metadata}", &self.upload.metadata)
            .replace("${max+1}", &(self.asked.max_size_bytes.unwrap_or(0) + 1).to_string());
        for (name, algorithm) in [("sha1", &SHA1_FOR_LEGACY_USE_ONLY), ("sha256", &SHA256)] {
            filled = filled
                .replace(&format!("${{{name}}}"), &base64(algorithm, body))
                .replace(&format!("${{{name}-other}}"), &base64(algorithm, b"other bytes"));
        }
        for (name, location) in &self.locations {
            filled = filled.replace(&format!("${{{name}}}"), location);
        }
        filled
    }
}

fn creation() -> Step {
    let headers = [("Upload-Length", "${len}"), ("Upload-Metadata", "${metadata}")];
    Step {
        method: "POST".into(),
        to: "collection".into(),
        headers: headers.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))).into(),
        expect: Expect {
            status: vec![201],
            headers: [("Location".into(), Saying::Present { present: true })].into(),
        },
        ..Step::default()
    }
}
