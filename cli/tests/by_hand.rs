//! A day by hand, as the README tells it: every command that scripts rely on, run as a process.
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_record::{note::VerifierKey, recipients::RecipientList};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

const LIUHEN: &str = env!("CARGO_BIN_EXE_liuhen");

fn example(name: &str) -> String {
    format!("{}/../spec/examples/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn media(name: &str) -> String {
    format!("{}/../media/demo/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn run(arguments: &[&str]) -> Output {
    Command::new(LIUHEN).args(arguments).output().unwrap()
}

/// A bureau in its own process; ended when dropped.
struct Bureau {
    process: Child,
    ready: Value,
}

impl Bureau {
    fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    fn start_with(data: &Path, more: &[&str]) -> Self {
        let mut process = Command::new(LIUHEN)
            .args(["bureau", "--data", data.to_str().unwrap(), "--officers", &example("officers.json")])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, ready: serde_json::from_str(&line).unwrap() }
    }

    fn says(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }
}

impl Drop for Bureau {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The officer's phone.
struct Phone(PathBuf);

impl Phone {
    fn call(&self, arguments: &[&str]) -> Value {
        let output = self.output(arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        let last = text.lines().last().unwrap_or_else(|| panic!("{arguments:?} said nothing"));
        serde_json::from_str(last).unwrap()
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let vault = self.0.to_str().unwrap();
        run(&[&["patrol", "--vault", vault, "--json"], arguments].concat())
    }

    fn must(&self, arguments: &[&str]) -> Value {
        let said = self.call(arguments);
        assert_eq!(said["ok"], true, "{arguments:?}: {said}");
        said
    }

    fn refused(&self, arguments: &[&str]) -> Value {
        let output = self.output(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(said["error"]["zh"].as_str().is_some_and(|text| !text.is_empty()), "{said}");
        said["error"].clone()
    }
}

fn missing(error: &Value) -> Vec<&str> {
    error["missing"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

fn open(phone: &Phone) -> Value {
    phone.must(&[
        "open",
        "--activity",
        "patrol",
        "--officer",
        "li-wen",
        "--officer",
        "ding-yi",
        "--party",
        "示例公司",
        "--representative",
        "王平",
        "--place",
        "示例路1号",
    ])
}

#[test]
fn a_day_by_hand_ends_with_everything_stored_and_a_package_that_verifies() {
    let dir = tempfile::tempdir().unwrap();
    let bureau = Bureau::start(&dir.path().join("bureau"));
    assert_eq!(bureau.ready["ready"], true);
    assert!(bureau.says("console_url").starts_with("http://127.0.0.1:"));
    let phone = Phone(dir.path().join("phone"));
    assert_eq!(phone.refused(&["check"])["code"], "not_enrolled");
    phone.must(&["enrol", "--url", bureau.says("url"), "--code", bureau.says("enrol_code")]);
    phone.must(&["check"]);
    let early = phone.refused(&["capture", &media("photo-1-casio-qv-r51.jpg")]);
    assert_eq!(early["code"], "no_session");
    open(&phone);
    let error = phone.refused(&["notice"]);
    assert_eq!(missing(&error), ["certificate_shown"]);
    phone.must(&["show-certificate"]);
    phone.must(&["notice"]);
    phone.must(&["capture", &media("photo-1-casio-qv-r51.jpg"), &media("scene.mp4")]);
    phone.must(&["record-audio", &media("notice-zh.aac")]);
    phone.must(&["document", "on_site_inspection_record", "--fields", &example("inspection.json")]);
    phone.must(&["review"]);
    let officers = [example("strokes-officer-1.json"), example("strokes-officer-2.json")];
    phone.must(&[
        "sign",
        "--strokes",
        &example("strokes-party.json"),
        "--officer-strokes",
        &officers[0],
        "--officer-strokes",
        &officers[1],
    ]);
    phone.must(&["close"]);
    phone.must(&["end-day"]);
    let exported = dir.path().join("from-phone");
    phone.must(&["export", "--out", exported.to_str().unwrap()]);
    let synced = phone.must(&["sync"]);
    assert_eq!(synced["waiting"], Value::Null, "{synced}");
    let status = phone.must(&["status"]);
    assert_eq!(status["not_stored"], 0);
    assert!(status["items"].as_array().unwrap().iter().all(|item| item["freed"] == true));
    packages_verify(dir.path(), &exported);
    a_flipped_byte_of_the_bureau_is_named(&dir.path().join("bureau"));
    freed_items_are_told_as_freed(&phone, &dir.path().join("after-freeing"));
}

fn a_flipped_byte_of_the_bureau_is_named(data: &Path) {
    let fsck = |data: &Path| run(&["bureau", "fsck", "--data", data.to_str().unwrap(), "--json"]);
    let sound = fsck(data);
    let said: Value = serde_json::from_slice(&sound.stdout).unwrap();
    assert_eq!((sound.status.code(), said["ok"].as_bool()), (Some(0), Some(true)), "{said}");
    assert!(said["counts"]["pieces"].as_u64().unwrap() >= 3, "{said}");
    let folder = fs::read_dir(data.join("store/pieces")).unwrap().next().unwrap().unwrap().path();
    let piece = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&piece).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&piece, flipped).unwrap();
    let broken = fsck(data);
    assert_eq!(broken.status.code(), Some(1));
    let said: Value = serde_json::from_slice(&broken.stdout).unwrap();
    assert_eq!(said["broken"][0]["code"], "piece_damaged", "{said}");
    assert!(said["broken"][0]["zh"].as_str().unwrap().contains("已损坏"), "{said}");
    fs::write(&piece, whole).unwrap();
    assert_eq!(fsck(data).status.code(), Some(0), "repaired from a copy, it is whole again");
    assert_eq!(fsck(&data.join("store")).status.code(), Some(2), "a folder where no bureau ran");
}

/// The phone holds no media any more: its export says that the bureau does, and proves it.
fn freed_items_are_told_as_freed(phone: &Phone, out: &Path) {
    phone.must(&["export", "--out", out.to_str().unwrap()]);
    let verify = || run(&["verify", out.to_str().unwrap(), "--json", "--from-phone"]);
    let verified = verify();
    let said: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(verified.status.code(), Some(0), "{said}");
    let notes = said["notes"].as_array().unwrap();
    let freed: Vec<&Value> = notes.iter().filter(|note| note["remark"] == "freed").collect();
    assert!(freed.len() >= 3 && said["counts"]["freed"] == freed.len(), "{said}");
    assert!(
        freed[0]["text_zh"].as_str().unwrap().contains("本机已释放，单位服务器已存储，凭证有效"),
        "{said}"
    );
    let receipt = fs::read_dir(out.join("data/receipts")).unwrap().next().unwrap().unwrap().path();
    fs::write(&receipt, b"{}").unwrap();
    let broken = verify();
    assert_eq!(broken.status.code(), Some(1), "a freed item without a valid receipt is an error");
    assert!(String::from_utf8_lossy(&broken.stdout).contains("item_missing"));
}

/// Whoever takes the bureau's list of contents away can take last records and put another page in: every manifest is
/// written anew, and nothing else shows it. Only a reader who was told that a phone packed it believes that.
fn without_contents_a_package_is_refused(dir: &Path, package: &Path) {
    let cut = dir.join("cut");
    let copied = Command::new("cp").args(["-r".as_ref(), package, cut.as_path()]).status().unwrap();
    assert!(copied.success());
    fs::remove_file(cut.join("data/contents.note")).unwrap();
    fs::write(cut.join("data/index.html"), "another page").unwrap();
    write_manifests_anew(&cut);
    let cut = cut.to_str().unwrap();
    let refused = run(&["verify", cut, "--json"]);
    let said: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    let rules: Vec<_> = said["broken"].as_array().unwrap().iter().map(|broken| &broken["rule"]).collect();
    assert_eq!(rules, ["contents_missing"], "{said}");
    let believed = run(&["verify", cut, "--json", "--from-phone"]);
    let said: Value = serde_json::from_slice(&believed.stdout).unwrap();
    assert_eq!(believed.status.code(), Some(0), "{said}");
    let note = said["notes"].as_array().unwrap().iter().find(|note| note["remark"] == "no_contents").unwrap();
    assert!(note["text_zh"].as_str().unwrap().contains("index.html"), "{note}");
}

/// As a forger would.
fn write_manifests_anew(package: &Path) {
    let shell = "rm -f tagmanifest-sha256.txt \
        && find data -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum > manifest-sha256.txt \
        && sed -i \"s/^Payload-Oxum: .*/Payload-Oxum: $(find data -type f -printf '%s\\n' | awk '{s += $1; n++} END {print s \".\" n}')/\" bag-info.txt \
        && sha256sum bag-info.txt bagit.txt manifest-sha256.txt > tagmanifest-sha256.txt";
    assert!(Command::new("sh").args(["-c", shell]).current_dir(package).status().unwrap().success());
}

fn packages_verify(dir: &Path, exported: &Path) {
    let out = dir.join("package");
    let (data, out_text) = (dir.join("bureau"), out.to_str().unwrap());
    let made = run(&["bureau", "package", "--data", data.to_str().unwrap(), "--out", out_text]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let identity = dir.join("bureau.bureau-identity.txt");
    let verify =
        |package: &str| run(&["verify", package, "--json", "--identity", identity.to_str().unwrap()]);
    let exported = exported.to_str().unwrap();
    let from_phone =
        run(&["verify", exported, "--json", "--from-phone", "--identity", identity.to_str().unwrap()]);
    for verified in [verify(out_text), from_phone] {
        assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
        let said: Value = serde_json::from_slice(&verified.stdout).unwrap();
        assert_eq!(said["counts"]["items"], said["counts"]["decrypted"]);
    }
    without_contents_a_package_is_refused(dir, &out);
    let item = fs::read_dir(out.join("data/items")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&item).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&item, bytes).unwrap();
    let broken = verify(out_text);
    assert_eq!(broken.status.code(), Some(1));
    let name = item.file_name().unwrap().to_str().unwrap();
    assert!(String::from_utf8_lossy(&broken.stdout).contains(name), "the broken item is named");
    assert_eq!(verify(dir.to_str().unwrap()).status.code(), Some(2), "a folder that is no package");
}

#[test]
fn a_phone_joins_a_bureau_with_tls_by_its_invitation_and_never_without_the_right_key() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("bureau");
    let bureau = Bureau::start_with(&data, &["--tls"]);
    let url = bureau.says("url");
    assert!(url.starts_with("https://") && bureau.says("console_url").starts_with(url), "{url}");
    let code = || {
        let made = run(&["bureau", "enrol", "--data", data.to_str().unwrap()]).stdout;
        String::from_utf8(made).unwrap().trim().to_owned()
    };
    let other = Phone(dir.path().join("other"));
    let (whole, last) = (code(), |text: &str| if text.ends_with('0') { "1" } else { "0" }.to_owned());
    let other_key = format!("{}{}", &whole[..whole.len() - 1], last(&whole));
    let without_key = format!("LH1-{}", &whole[4..whole.len() - 65]);
    for wrong in [other_key, without_key] {
        let refused = other.refused(&["enrol", "--url", url, "--code", &wrong]);
        assert!(refused["zh"].as_str().unwrap().contains("服务器证书未通过验证"), "{refused}");
    }
    let phone = Phone(dir.path().join("phone"));
    phone.must(&["enrol", "--invitation", bureau.says("invitation")]);
    let made = run(&["bureau", "enrol", "--data", data.to_str().unwrap()]);
    let (code_alone, said) =
        (String::from_utf8(made.stdout).unwrap(), String::from_utf8(made.stderr).unwrap());
    let invitation = format!("{url}#{}", code_alone.trim());
    assert!(said.contains(&invitation), "{said}");
    other.must(&["enrol", "--invitation", &invitation, "--device-no", "PHONE-02"]);
    phone.must(&["check"]);
    assert!(phone.must(&["sync"])["waiting"].is_null());
    assert_eq!(phone.must(&["find-bureau", "--url", url, "--code", &code()])["url"], url);
}

#[test]
fn a_party_that_refuses_is_recorded_before_a_witness_and_a_used_code_enrols_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let bureau = Bureau::start(&dir.path().join("bureau"));
    let phone = Phone(dir.path().join("phone"));
    let code = bureau.says("enrol_code");
    phone.must(&["enrol", "--url", bureau.says("url"), "--code", code]);
    let other = Phone(dir.path().join("other"));
    assert_eq!(other.refused(&["enrol", "--url", bureau.says("url"), "--code", code])["code"], "sync");
    let data = dir.path().join("bureau");
    let further = run(&["bureau", "enrol", "--data", data.to_str().unwrap()]);
    let further = String::from_utf8(further.stdout).unwrap();
    other.must(&["enrol", "--url", bureau.says("url"), "--code", further.trim(), "--device-no", "PHONE-02"]);

    phone.must(&["check", "--battery", "10", "--override", "phone_battery=现场急需"]);
    open(&phone);
    phone.must(&["show-certificate"]);
    phone.must(&["notice", "--response", "objected"]);
    phone.must(&["capture", &media("photo-2-casio-qv-r51.jpg")]);
    phone.must(&["document", "on_site_inspection_record", "--fields", &example("inspection.json")]);
    phone.must(&["review"]);
    let alone = phone.refused(&["refuse", "--note", "不愿签字"]);
    assert!(missing(&alone).contains(&"officer_signatures"), "{alone}");
    phone.must(&[
        "refuse",
        "--note",
        "不愿签字",
        "--witness",
        "田玉",
        "--witness-unit",
        "社区",
        "--witness-phone",
        "0411",
        "--witness-strokes",
        &example("strokes-witness.json"),
        "--officer-strokes",
        &example("strokes-officer-1.json"),
        "--officer-strokes",
        &example("strokes-officer-2.json"),
    ]);
    phone.must(&["trigger", "T2", "--note", "拒签"]);
    phone.must(&["fault", "--symptom", "镜头起雾", "--device-no", "ZFY-0007"]);
    phone.must(&["close"]);
    assert_eq!(phone.must(&["sync"])["waiting"], Value::Null);
}

#[test]
fn two_processes_do_not_work_on_one_vault() {
    let dir = tempfile::tempdir().unwrap();
    let bureau = Bureau::start(&dir.path().join("bureau"));
    let phone = Phone(dir.path().join("phone"));
    phone.must(&["enrol", "--url", bureau.says("url"), "--code", bureau.says("enrol_code")]);
    phone.must(&["check"]);
    open(&phone);
    phone.must(&["show-certificate"]);
    phone.must(&["notice"]);
    let vault = phone.0.to_str().unwrap();
    let mut recording = Command::new(LIUHEN)
        .args([
            "patrol",
            "--vault",
            vault,
            "--json",
            "record-audio",
            "--pace",
            "16000",
            &media("notice-zh.aac"),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(recording.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains("acked_bytes"), "{line}");
    let refused = phone.refused(&["sync"]);
    assert_eq!(refused["code"], "in_use", "{refused}");
    recording.kill().unwrap();
    recording.wait().unwrap();
    assert_eq!(phone.must(&["sync"])["waiting"], Value::Null, "whoever died holds nothing up");
}

#[test]
fn the_end_of_the_day_counts_by_state_and_names_what_is_late() {
    let dir = tempfile::tempdir().unwrap();
    let bureau = Bureau::start(&dir.path().join("bureau"));
    let phone = Phone(dir.path().join("phone"));
    phone.must(&["enrol", "--url", bureau.says("url"), "--code", bureau.says("enrol_code")]);
    phone.must(&["check"]);
    open(&phone);
    phone.must(&["show-certificate"]);
    phone.must(&["notice"]);
    phone.must(&["capture", &media("photo-1-casio-qv-r51.jpg")]);
    let count = |said: &Value| said["count"].clone();
    let day = phone.must(&["end-day"]);
    assert_eq!(count(&day)["on_device"], 1, "{day}");
    assert_eq!(day["overdue"], serde_json::json!([]));
    let day = phone.must(&["end-day", "--due", "00:00", "--grace", "48:00"]);
    assert_eq!(
        (&day["overdue"][0]["standing"], &day["overdue"][0]["officer"]),
        (&"grace".into(), &"li-wen".into())
    );
    assert_eq!(phone.must(&["status"])["overdue"].as_array().unwrap().len(), 1, "the hour is kept");
    phone.must(&["sync"]);
    let status = phone.must(&["status"]);
    assert_eq!(
        (&status["today"]["count"]["verified"], &status["overdue"]),
        (&1.into(), &serde_json::json!([]))
    );
}

/// What a bureau tells phones about itself.
fn identity(bureau: &Bureau) -> Value {
    let address = bureau.says("url").strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET /v1/identity HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// Of the age project's documents and tests, and of this project's.
const RECIPIENTS: [&str; 3] = [
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    "age15fvlu0stn57qzazqc5nvhf0whj2reazh577pztakkt82j0ywae4ssc9f3t",
];

/// The keys to which phones seal, as the bureau signed them: the epoch, the section's, the recovery key.
fn recipients(bureau: &Bureau) -> (u32, String, Option<String>) {
    let said = identity(bureau);
    let key = VerifierKey::parse(said["vkey"].as_str().unwrap()).unwrap();
    let list = RecipientList::open(said["recipients"].as_str().unwrap(), &key).unwrap();
    (list.epoch, list.section.to_string(), list.recovery.map(|key| key.to_string()))
}

#[test]
fn a_recipient_stays_until_another_one_is_named_or_the_recovery_recipient_is_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("bureau");
    let [first, second, offline] = RECIPIENTS.map(str::to_owned);
    let started = |arguments: &[&str]| recipients(&Bureau::start_with(&data, arguments));
    let (_, made, recovery) = started(&["--recovery-recipient", &offline]);
    assert_eq!(recovery.as_ref(), Some(&offline), "also when the section's key is made");
    let both =
        |epoch, section: &String, recovery| (epoch, section.clone(), Option::<&String>::cloned(recovery));
    assert_eq!(started(&[]), both(1, &made, Some(&offline)));
    assert_eq!(started(&["--recipient", &first]), both(2, &first, Some(&offline)));
    assert_eq!(started(&["--recovery-recipient", &second]), both(3, &first, Some(&second)));
    assert_eq!(
        started(&["--recipient", &second, "--recovery-recipient", &offline]),
        both(4, &second, Some(&offline))
    );
    assert_eq!(started(&["--no-recovery-recipient"]), both(5, &second, None));
    assert_eq!(started(&["--no-recovery-recipient", "--recipient", &second]), both(5, &second, None));
}
