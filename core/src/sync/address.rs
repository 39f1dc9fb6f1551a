//! Where the bureau is, and which of the addresses it names may be spoken to.

use serde::{Deserialize, Serialize};

/// Text that is not a usable address of a bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address that begins with https:// and names a host")]
pub struct AddressError;

/// The bureau's address: scheme, host and port, perhaps a path before `/v1`; never with a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    text: String,
    /// Where the path begins in `text`.
    host_end: usize,
}

impl Address {
    /// Reads an address as typed.
    ///
    /// # Errors
    /// [`AddressError`]; whether plain `http` is acceptable is the transport's to say.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim().trim_end_matches('/');
        let host = ["https://", "http://"].iter().find_map(|s| text.strip_prefix(s)).ok_or(AddressError)?;
        let host_start = text.len() - host.len();
        let host_end = host_start + host.find('/').unwrap_or(host.len());
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@?#\\\"<>".contains(c);
        if host_end == host_start || text.contains(odd) || text.contains("..") {
            return Err(AddressError);
        }
        Ok(Self { text: text.to_owned(), host_end })
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The absolute URL of `path`, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The absolute URL of an upload that the bureau named (tus `Location`): absolute, or beginning with a slash.
    /// `None` for another host, another scheme, or anything odd: our token goes to the bureau only.
    pub fn upload(&self, location: &str) -> Option<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~+:[]%".contains(c);
        if location.len() > 1024 || !location.chars().all(plain) || location.contains("..") {
            return None;
        }
        let host = &self.text[..self.host_end];
        if location.starts_with('/') && !location.starts_with("//") {
            return Some(format!("{host}{location}"));
        }
        location.strip_prefix(host).filter(|path| path.starts_with('/')).map(|_| location.to_owned())
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_as_typed_and_joined_with_paths() {
        let address = Address::parse(" https://bureau.example:8443/liuhen/ ").unwrap();
        assert_eq!(address.join("/v1/identity"), "https://bureau.example:8443/liuhen/v1/identity");
        for bad in [
            "",
            "bureau.example",
            "ftp://bureau.example",
            "https://",
            "https://a@b",
            "https://a b",
            "https:///v1",
        ] {
            assert_eq!(Address::parse(bad), Err(AddressError), "{bad}");
        }
    }

    #[test]
    fn an_upload_address_never_leaves_the_bureau() {
        let address = Address::parse("https://bureau.example:8443").unwrap();
        let same = Some("https://bureau.example:8443/v1/uploads/ab12".to_owned());
        assert_eq!(address.upload("/v1/uploads/ab12"), same);
        assert_eq!(address.upload("https://bureau.example:8443/v1/uploads/ab12"), same);
        for bad in [
            "https://evil.example/v1/uploads/ab12",
            "https://bureau.example:8443.evil.example/v1/uploads/ab12",
            "https://bureau.example:84431/v1/uploads/ab12",
            "http://bureau.example:8443/v1/uploads/ab12",
            "//evil.example/v1/uploads/ab12",
            "/v1/uploads/../token",
            "/v1/uploads/a b",
            "/v1/uploads/a?b",
            "v1/uploads/ab12",
            "",
        ] {
            assert_eq!(address.upload(bad), None, "{bad}");
        }
    }
}
