//! A time-stamping authority: `openssl ts` behind a tiny HTTP server.

use axum::{Router, body::Bytes, http::header, routing::post};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use tempfile::TempDir;

const CONFIG: &str = "
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[web]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
[tsa_config]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
";

/// An authority with its own root, in a folder.
pub struct Tsa {
    dir: Arc<TempDir>,
    pub url: String,
}

impl Tsa {
    /// Makes root and signer, and listens. `key` is what `openssl req -newkey` takes.
    pub async fn start(key: &str) -> Self {
        let dir = Arc::new(TempDir::new().unwrap());
        make(dir.path(), key);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/tsr", listener.local_addr().unwrap());
        let folder = dir.clone();
        let stamp = move |query: Bytes| {
            let folder = folder.clone();
            async move {
                let reply = tokio::task::spawn_blocking(move || reply(folder.path(), &query)).await.unwrap();
                ([(header::CONTENT_TYPE, "application/timestamp-reply")], reply)
            }
        };
        tokio::spawn(axum::serve(listener, Router::new().route("/tsr", post(stamp))).into_future());
        Self { dir, url }
    }

    pub fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    pub fn ca_pem(&self) -> String {
        fs::read_to_string(self.ca_file()).unwrap()
    }

    /// Whether `openssl ts -verify` believes this reply over this file.
    pub fn openssl_verifies(&self, data: &Path, reply: &Path) -> bool {
        let mut command = Command::new("openssl");
        command
            .args(["ts", "-verify", "-data"])
            .arg(data)
            .arg("-in")
            .arg(reply)
            .arg("-CAfile")
            .arg(self.ca_file());
        command.output().unwrap().status.success()
    }
}

fn openssl(dir: &Path, args: &str) {
    let output = Command::new("openssl").current_dir(dir).args(args.split(' ')).output().unwrap();
    assert!(output.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Root, signer, and a certificate that may not stamp, all for a month.
fn make(dir: &Path, key: &str) {
    fs::write(dir.join("tsa.cnf"), CONFIG).unwrap();
    fs::write(dir.join("serial"), "01\n").unwrap();
    openssl(
        dir,
        &format!(
            "req -x509 -config tsa.cnf -newkey {key} -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=Root -extensions ca"
        ),
    );
    openssl(
        dir,
        &format!(
            "req -new -config tsa.cnf -newkey {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=Stamps"
        ),
    );
    openssl(
        dir,
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile tsa.cnf -extensions tsa -out tsa.pem",
    );
}

fn reply(dir: &Path, query: &[u8]) -> Vec<u8> {
    let (asked, answered) = (dir.join("query.tsq"), dir.join("reply.tsr"));
    fs::write(&asked, query).unwrap();
    let args = "ts -reply -config tsa.cnf -section tsa_config -queryfile query.tsq -signer tsa.pem -inkey tsa.key -chain ca.pem -out reply.tsr";
    openssl(dir, args);
    fs::read(answered).unwrap()
}
