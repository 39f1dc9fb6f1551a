//! Who works with the data folder from the command line, as the audit trail names them: the user of the operating
//! system, who signs in nowhere else.

use crate::{
    account::MAX_NAME_CHARS,
    store::{AuditRow, Ledger, StoreError},
};
use std::{fs, path::Path};

/// Where these entries come from, in place of the address of a peer.
pub const SOURCE: &str = "command";

/// Somebody who runs a command.
#[derive(Debug, Clone)]
pub struct Administrator {
    name: String,
}

impl Administrator {
    /// Whoever runs this process. Who became root by `sudo` is named too, as `sudo` tells it.
    pub fn here() -> Self {
        let user = effective_uid().map_or_else(named_by_environment, |uid| {
            let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
            user_name(&users, uid).map_or_else(|| format!("uid {uid}"), str::to_owned)
        });
        let caller = std::env::var("SUDO_USER").ok().filter(|caller| user == "root" && *caller != user);
        let name = caller.map_or_else(|| user.clone(), |caller| format!("{user} (sudo {caller})"));
        Self { name: name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect() }
    }

    /// Writes down what this person does; in the transaction that does it, so that neither is there alone.
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
            role: String::new(),
            source: SOURCE.to_owned(),
            action: action.to_owned(),
            target,
        })
    }
}

/// The user of this process, as the kernel knows it: unlike the environment it cannot be told otherwise. `None` where
/// there is no `/proc`.
fn effective_uid() -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(Path::new("/proc/self")).ok().map(|metadata| metadata.uid())
}

fn named_by_environment() -> String {
    let names = ["LOGNAME", "USER"].into_iter().filter_map(|name| std::env::var(name).ok());
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| "?".to_owned())
}

/// The name of a user in the lines of `/etc/passwd`.
fn user_name(users: &str, uid: u32) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, of) = (fields.next()?, fields.nth(1)?);
        (of.parse() == Ok(uid) && !name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_as_the_system_names_them() {
        let users = "root:x:0:0:root:/root:/bin/sh\n# none\nzhang:x:1000:1000::/srv/zhang:/bin/sh\n";
        assert_eq!(user_name(users, 0), Some("root"));
        assert_eq!(user_name(users, 1000), Some("zhang"));
        assert_eq!(user_name(users, 100), None);
    }
}
