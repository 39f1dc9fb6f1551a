//! Every MUST of tus 1.0.0 asked of our server and of three others. Where they differ stands in `tests/README.md`;
//! `LIUHEN_WRITE_TABLE=1` writes it anew.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_tests::{
    peers::{PeerKind, PeerServer},
    root,
    sync_support::{Office, SealedPiece, TestPhone, bytes_of},
    tus_rules::{Asked, Rule, Server, Upload, Verdict, ask, rules},
};
use std::{fmt::Write as _, fs};

const BEGIN: &str = "<!-- tus: begin -->\n";
const END: &str = "<!-- tus: end -->\n";

/// Our bureau, with a phone whose records name one piece for each rule.
async fn ours(most: usize) -> (Server, TestPhone, Office) {
    let office = Office::open().await;
    let mut phone = TestPhone::new();
    phone.enrol(&office.url(), &office.code()).await.expect("enrolled");
    let session = phone.open_session(1);
    for seed in 0..most {
        phone.capture(session, &bytes_of(64, seed as u64));
    }
    phone.send_records_only().await;
    let address = office.url().trim_start_matches("http://").parse().unwrap();
    let bearer = phone.bearer(address).await;
    let mut pieces = phone.sealed_pieces().into_iter();
    let server = Server {
        name: "ours".into(),
        address,
        collection: "/v1/uploads".into(),
        unknown: format!("/v1/uploads/{}", "0".repeat(32)),
        headers: vec![("authorization".into(), format!("Bearer {bearer}"))],
        next_upload: Box::new(move || {
            let piece: SealedPiece = pieces.next().expect("a piece for each rule");
            Upload { metadata: piece.header(), content: fs::read(&piece.path).unwrap() }
        }),
    };
    (server, phone, office)
}

async fn verdicts(server: &mut Server, rules: &[Rule]) -> Vec<Verdict> {
    let asked = Asked::of(server).await;
    let mut verdicts = Vec::new();
    for rule in rules {
        verdicts.push(ask(server, &asked, rule).await);
    }
    verdicts
}

#[tokio::test]
async fn our_server_keeps_every_rule_of_what_it_offers() {
    let rules = rules();
    assert!(rules.len() > 50);
    let (mut server, _phone, office) = ours(rules.len()).await;
    let verdicts = verdicts(&mut server, &rules).await;
    let broken: Vec<_> =
        rules.iter().zip(&verdicts).filter(|(_, verdict)| matches!(verdict, Verdict::Broken(_))).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    let offered = verdicts.iter().filter(|verdict| **verdict == Verdict::Kept).count();
    assert!(offered > 40, "{offered} were asked");
    assert_eq!(office.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_breaks_a_rule_is_found_out() {
    use liuhen_tests::fault_proxy::{empty, serve_http};
    let (address, task) = serve_http(|_| async {
        Ok(hyper::Response::builder()
            .header("tus-version", "1.0.0")
            .header("location", "/files/1")
            .body(empty())
            .unwrap())
    })
    .await;
    let mut server = Server {
        name: "whoever says yes to everything".into(),
        address,
        collection: "/files".into(),
        unknown: "/files/0".into(),
        headers: Vec::new(),
        next_upload: Box::new(|| Upload { metadata: "name YQ==".into(), content: vec![1; 128] }),
    };
    let rules = rules();
    let verdicts = verdicts(&mut server, &rules).await;
    task.abort();
    let named = |wanted: fn(&Verdict) -> bool| -> Vec<&str> {
        rules
            .iter()
            .zip(&verdicts)
            .filter(|(_, verdict)| wanted(verdict))
            .map(|(rule, _)| rule.id.as_str())
            .collect()
    };
    // Nothing is said of extensions, so nothing of them is asked.
    assert_eq!(
        named(|verdict| *verdict == Verdict::Kept),
        ["version-1", "version-2", "options-1", "options-2"]
    );
    assert!(named(|verdict| matches!(verdict, Verdict::Broken(_))).len() > 20);
}

/// What `tests/README.md` says about the servers.
fn table(rules: &[Rule], columns: &[(String, Vec<Verdict>)]) -> String {
    let mut text = String::new();
    let count = |verdicts: &[Verdict], one: fn(&Verdict) -> bool| verdicts.iter().filter(|v| one(v)).count();
    writeln!(text, "\n{} rules, of these kept / not kept / not asked:", rules.len()).unwrap();
    for (name, verdicts) in columns {
        let kept = count(verdicts, |v| *v == Verdict::Kept);
        let broken = count(verdicts, |v| matches!(v, Verdict::Broken(_)));
        let absent = count(verdicts, |v| *v == Verdict::NotAsked);
        writeln!(text, "- {name}: {kept} / {broken} / {absent}").unwrap();
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    writeln!(text, "\n| rule | | {} |\n|---|---|{}", names.join(" | "), "---|".repeat(names.len())).unwrap();
    for (at, rule) in rules.iter().enumerate() {
        let row: Vec<&Verdict> = columns.iter().map(|(_, verdicts)| &verdicts[at]).collect();
        if row.iter().any(|verdict| matches!(verdict, Verdict::Broken(_))) {
            let cells: Vec<String> = row.into_iter().map(cell).collect();
            writeln!(text, "| `{}` {} | {} | {} |", rule.id, rule.section, rule.level, cells.join(" | "))
                .unwrap();
        }
    }
    text + "\n"
}

fn cell(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Kept => "✓".to_owned(),
        Verdict::NotAsked => "–".to_owned(),
        Verdict::Broken(what) => what.clone(),
    }
}

#[tokio::test]
async fn where_four_servers_differ_stands_in_the_readme() {
    let mut peers = Vec::new();
    for kind in [PeerKind::Tusd, PeerKind::TusNode, PeerKind::TusAxum] {
        let Some(peer) = PeerServer::start(kind).await else { return };
        peers.push(peer);
    }
    let rules = rules();
    let (server, _phone, _office) = ours(rules.len()).await;
    let mut columns = Vec::new();
    for mut server in std::iter::once(server).chain(peers.iter().map(PeerServer::for_rules)) {
        let verdicts = verdicts(&mut server, &rules).await;
        columns.push((server.name, verdicts));
    }
    let found = table(&rules, &columns);
    let path = root().join("tests/README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("where the table begins");
    let (written, after) = rest.split_once(END).expect("where it ends");
    if std::env::var_os("LIUHEN_WRITE_TABLE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{found}{END}{after}")).unwrap();
    } else {
        assert_eq!(written, found, "LIUHEN_WRITE_TABLE=1 writes it anew");
    }
}
