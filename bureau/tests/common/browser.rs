//! Somebody at the console: a client with one cookie.

use super::{Office, client};
use liuhen_bureau::{account::Role, admin};
use reqwest::{Client, Response, header};
use std::collections::BTreeSet;

pub struct Browser {
    pub url: String,
    http: Client,
    pub cookie: String,
}

/// A section head who is signed in.
pub async fn signed_in(office: &Office) -> Browser {
    let password = admin::add_account(&office.data_dir(), "张主任", Role::SectionHead).unwrap();
    let mut browser = Browser::new(&office.url());
    browser.enter("张主任", &password).await;
    browser
}

/// The items to which a page links.
pub fn found(page: &str) -> BTreeSet<String> {
    let links = page.split("href=\"/console/item/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// A page as it came.
pub struct Shown {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Shown {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    /// The session's secret in the page's forms.
    pub fn csrf(&self) -> String {
        let rest = self.text.split("name=\"csrf\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), http: client(), cookie: String::new() }
    }

    /// A page and those that follow it.
    pub async fn pages(&self, path: &str) -> Vec<String> {
        let (mut path, mut pages) = (path.to_owned(), Vec::new());
        loop {
            let page = self.get(&path).await.text;
            let next =
                page.split_once("\" rel=\"next\"").map(|(before, _)| before.rsplit('"').next().unwrap());
            let next = next.map(|link| link.replace("&amp;", "&"));
            pages.push(page);
            match next {
                Some(next) => path = next,
                None => return pages,
            }
        }
    }

    pub async fn get(&self, path: &str) -> Shown {
        let request = self.http.get(format!("{}{path}", self.url)).header("Cookie", &self.cookie);
        Shown::of(request.send().await.unwrap()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let encode =
            |text: &str| text.bytes().flat_map(|b| ["%".to_owned(), hex::encode([b])]).collect::<String>();
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header("Cookie", &self.cookie)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.join("&"));
        let shown = Shown::of(request.send().await.unwrap()).await;
        if let Some(cookie) = shown.header("set-cookie").split(';').next().filter(|c| !c.is_empty()) {
            cookie.clone_into(&mut self.cookie);
        }
        shown
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> Shown {
        self.post("/console/sign-in", &[("name", name), ("password", password)]).await
    }

    /// Signs in with a one-time password and changes it, as everybody must.
    pub async fn enter(&mut self, name: &str, one_time: &str) {
        assert_eq!(self.sign_in(name, one_time).await.header("location"), "/console");
        let csrf = self.get("/console/password").await.csrf();
        let new = "a longer password";
        let fields = [("csrf", csrf.as_str()), ("old", one_time), ("new", new), ("again", new)];
        assert_eq!(self.post("/console/password", &fields).await.header("location"), "/console/sign-in");
        assert_eq!(self.sign_in(name, new).await.header("location"), "/console");
    }
}
