//! The file of the rules, as `tests/vectors/tus/README.md` describes it.

use crate::root;
use serde::Deserialize;
use std::{collections::BTreeMap, fs};

/// One rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// `must`, `should`, `may`, …
    pub level: String,
    /// Heading of the protocol.
    pub section: String,
    /// What stands there.
    pub quote: String,
    /// What a server must announce to be asked.
    pub needs: Vec<String>,
    /// Whether an upload is created first.
    pub create: bool,
    /// Asked only of servers with `Tus-Max-Size`.
    #[serde(default)]
    pub only_with_max_size: bool,
    /// Asked only where an upload can be let expire.
    #[serde(default)]
    pub expire: bool,
    /// Requests and answers, in order.
    pub steps: Vec<Step>,
}

/// One request and its answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// Method.
    pub method: String,
    /// Which resource.
    pub to: String,
    /// Headers; `null` leaves out one that would be there.
    pub headers: BTreeMap<String, Option<String>>,
    /// The body.
    pub body: Option<Slice>,
    /// Name under which the `Location` of the answer is kept.
    pub save: Option<String>,
    /// Not a request: the upload expires.
    pub expire: bool,
    /// What must come back.
    pub expect: Expect,
}

/// Bytes of the content of an upload.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Slice {
    /// The first.
    pub from: usize,
    /// Behind the last; the end when there is none.
    pub to: Option<usize>,
    /// Text beyond the content.
    pub and: String,
}

/// What must come back.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// One of these.
    pub status: Vec<u16>,
    /// Headers, and what is said of them.
    pub headers: BTreeMap<String, Saying>,
}

/// What is said of a header.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Saying {
    /// It has this value.
    Is(String),
    /// It is there, or not.
    Present {
        /// Whether it is.
        present: bool,
    },
    /// A member of its list.
    Has {
        /// Which.
        has: String,
    },
    /// A regular expression for the whole value.
    Matches {
        /// Which.
        matches: String,
    },
}

#[derive(Deserialize)]
struct File {
    rules: Vec<Rule>,
}

/// All rules.
pub fn rules() -> Vec<Rule> {
    let text = fs::read_to_string(root().join("tests/vectors/tus/rules.json")).expect("the rules");
    serde_json::from_str::<File>(&text).expect("as the README beside them says").rules
}
