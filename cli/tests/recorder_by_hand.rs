//! A recorder's day on the command line, with a simulated recorder and a real bureau, all in processes of their own.
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

const LIUHEN: &str = env!("CARGO_BIN_EXE_liuhen");
const NO: &str = "ZFY-0007";

/// A process that says one JSON line when it is ready; ended when dropped.
struct Ready(Child, Value);

impl Ready {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(LIUHEN)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(process, serde_json::from_str(&line).unwrap())
    }

    fn says(&self, name: &str) -> &str {
        self.1[name].as_str().unwrap()
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn call(arguments: &[&str]) -> (bool, Value) {
    let output = Command::new(LIUHEN).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let last = text
        .lines()
        .last()
        .unwrap_or_else(|| panic!("{arguments:?} said nothing: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.success(), serde_json::from_str(last).unwrap())
}

struct Officer {
    vault: PathBuf,
    link: String,
}

impl Officer {
    fn recorder(&self, arguments: &[&str]) -> (bool, Value) {
        let vault = self.vault.to_str().unwrap();
        let head = ["recorder", "--json", "--vault", vault, "--recorder", NO, "--link", &self.link];
        call(&[&head, arguments].concat())
    }

    fn must(&self, arguments: &[&str]) -> Value {
        let (ok, said) = self.recorder(arguments);
        assert!(ok && said["ok"] == true, "{arguments:?}: {said}");
        said
    }

    fn refused(&self, arguments: &[&str]) -> Value {
        let (ok, said) = self.recorder(arguments);
        assert!(!ok, "{arguments:?}: {said}");
        assert!(!said["error"]["zh"].as_str().unwrap().is_empty());
        said["error"].clone()
    }

    fn patrol(&self, arguments: &[&str]) -> Value {
        let (ok, said) =
            call(&[&["patrol", "--vault", self.vault.to_str().unwrap(), "--json"], arguments].concat());
        assert!(ok, "{arguments:?}: {said}");
        said
    }
}

fn issue(officer: &Officer) -> Value {
    let who =
        ["--officer", "li-wen", "--serial", "SIM0001", "--officer-no", "210001", "--issued-by", "赵保管"];
    officer.must(&[&["issue"][..], &who].concat())
}

fn missing(error: &Value) -> &str {
    error["missing"][0].as_str().unwrap_or_default()
}

fn site(dir: &Path) -> (Ready, Ready, Officer) {
    let officers = format!("{}/../spec/examples/officers.json", env!("CARGO_MANIFEST_DIR"));
    let data = dir.join("bureau");
    let bureau = Ready::start(&["bureau", "--data", data.to_str().unwrap(), "--officers", &officers]);
    let card = dir.join("card");
    let recorder = Ready::start(&[
        "recorder",
        "--json",
        "simulate",
        "--bytes-per-sec",
        "1000",
        "--card",
        card.to_str().unwrap(),
    ]);
    let officer = Officer { vault: dir.join("phone"), link: recorder.says("link").to_owned() };
    officer.patrol(&["enrol", "--url", bureau.says("url"), "--code", bureau.says("enrol_code")]);
    (bureau, recorder, officer)
}

#[test]
fn a_recorders_day_by_hand_from_issue_to_releasable() {
    let dir = tempfile::tempdir().unwrap();
    let (_bureau, recorder, officer) = site(dir.path());
    assert_eq!(recorder.says("kind"), "in_process");
    assert_eq!(officer.must(&["scan"])["recorders"][0]["serial"], "SIM0001");
    assert_eq!(missing(&officer.refused(&["pair"])), "recorder_issued");
    assert_eq!(issue(&officer)["cert_no"].as_str().map(str::is_empty), Some(false));
    let again =
        officer.refused(&["issue", "--officer", "ding-yi", "--serial", "SIM0001", "--issued-by", "赵保管"]);
    assert_eq!(missing(&again), "recorder_free");
    let paired = officer.must(&["pair"]);
    assert!(paired["clock_offset_ms"].as_i64().unwrap() > 3_000, "{paired}");
    assert!(paired["clock_offset_after_ms"].as_i64().unwrap().abs() <= 1_500, "{paired}");
    let check = officer.must(&["check"]);
    assert_eq!(
        (&check["failed"], check["recorder"]["serial"].as_str()),
        (&serde_json::json!([]), Some("SIM0001"))
    );
    officer.patrol(&[
        "open",
        "--officer",
        "li-wen",
        "--officer",
        "ding-yi",
        "--party",
        "示例公司",
        "--place",
        "示例路1号",
    ]);
    assert_eq!(missing(&officer.refused(&["mark"])), "");
    officer.must(&["start"]);
    officer.must(&["mark"]);
    let looked = officer.must(&["status"]);
    assert_eq!((&looked["answers"], &looked["recording"]), (&true.into(), &true.into()));
    officer.must(&["stop"]);
    let list = officer.must(&["manifest"]);
    assert_eq!(list["files"].as_array().unwrap().len(), 1);
    let card = dir.path().join("card");
    let done = officer.must(&["import", card.to_str().unwrap()]);
    assert_eq!(
        (&done["matched"], &done["missing"], &done["unassigned"]),
        (&1.into(), &0.into(), &0.into()),
        "{done}"
    );
    let again = officer.must(&["import", card.to_str().unwrap()]);
    assert_eq!((&again["files"], &again["already_here"]), (&0.into(), &1.into()));
    officer.must(&["release"]);
    officer.patrol(&["sync"]);
    let (ok, told) = call(&["recorder", "--json", "--vault", officer.vault.to_str().unwrap(), "status"]);
    assert!(ok);
    let footage = &told["recorders"][0]["footage"];
    assert_eq!((&footage["matched"], &footage["releasable"]), (&1.into(), &1.into()), "{told}");
    officer.must(&["return", "--received-by", "赵保管", "--no-data-on-device"]);
}

#[test]
fn a_faulty_recorder_is_locked_out_drained_under_supervision_and_put_back_by_a_repair() {
    let dir = tempfile::tempdir().unwrap();
    let (_bureau, _recorder, officer) = site(dir.path());
    issue(&officer);
    officer.patrol(&["fault", "--device-no", NO, "--symptom", "不能开机"]);
    assert_eq!(missing(&officer.refused(&["pair"])), "device_in_order");
    let card = dir.path().join("by-hand");
    fs::create_dir_all(card.join("DCIM")).unwrap();
    fs::write(card.join("DCIM/MOVI0001.AVI"), "still on it").unwrap();
    let card = card.to_str().unwrap();
    assert_eq!(missing(&officer.refused(&["import", card])), "supervision");
    let drained = officer.must(&["import", card, "--custodian", "赵保管"]);
    assert_eq!((&drained["files"], &drained["unassigned"]), (&1.into(), &1.into()));
    let (ok, told) = call(&["recorder", "--json", "--vault", officer.vault.to_str().unwrap(), "status"]);
    assert!(ok && told["recorders"][0]["faulty"] == true, "{told}");
    assert_eq!(told["recorders"][0]["footage"]["unassigned"][0]["why"], "no_time");
    let item = told["recorders"][0]["footage"]["unassigned"][0]["item"].as_str().unwrap().to_owned();
    let nowhere = "07".repeat(16);
    let by_hand = ["assign", &item, "--officer", "li-wen", "--reason", "录像中可见门牌"];
    let refused = officer.refused(&[&by_hand[..], &["--session", &nowhere]].concat());
    assert_eq!(missing(&refused), "session_known");
    officer.must(&["repair", "--step", "sent", "--repairer", "示例维修站", "--approved-by", "赵保管"]);
    assert_eq!(missing(&officer.refused(&["start"])), "device_in_order");
    officer.must(&["repair", "--step", "returned", "--repairer", "示例维修站", "--approved-by", "赵保管"]);
    officer.must(&["pair"]);
}

#[test]
fn what_cannot_be_done_here_says_how_it_can() {
    if cfg!(not(feature = "bluetooth")) {
        let (ok, said) = call(&["recorder", "--json", "scan"]);
        assert!(!ok);
        assert_eq!(said["error"]["code"], "no_bluetooth");
        assert!(said["error"]["zh"].as_str().unwrap().contains("--features bluetooth"));
    }
    let (ok, said) = call(&["recorder", "--json", "--recorder", NO, "pair"]);
    assert!(!ok);
    assert_eq!(said["error"]["code"], "vault");
    let help = Command::new(LIUHEN).args(["recorder", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for verb in [
        "scan", "pair", "status", "check", "start", "stop", "mark", "manifest", "import", "assign",
        "simulate",
    ] {
        assert!(help.contains(&format!("\n  {verb} ")), "{verb} is in the help");
    }
    assert!(help.contains("使用前检查"), "Chinese comes first");
}
