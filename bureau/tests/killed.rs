//! The server's process is really killed between any two durable steps; a new process must find everything that was
//! acknowledged, list nothing that is missing, and let the phone go on from where it was.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office,
    child::{Process, StandAt, say},
    clock::TestClock,
    log::Log,
    phone::Phone,
    tsa,
};
use liuhen_bureau::{
    Bureau, BureauConfig,
    fault::Point,
    fsck::fsck,
    log::{stamps::Tsa, witnesses::WitnessAddress},
    store::ItemStage,
    witness::{Witness, WitnessConfig},
};
use liuhen_record::{
    ItemId,
    note::VerifierKey,
    tlog::{Checkpoint, parse_hash, verify_consistency},
};
use std::sync::Arc;
use tempfile::TempDir;

const DIR: &str = "LIUHEN_KILLED_DIR";
const AT: &str = "LIUHEN_KILLED_AT";
const WITNESS: &str = "LIUHEN_KILLED_WITNESS";
const TSA: &str = "LIUHEN_KILLED_TSA";
/// Verifier key of a log: the child is a witness of it.
const WATCHED: &str = "LIUHEN_KILLED_WATCHED";

/// What the phone asks for when the server is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Records,
    Receipts,
    Creation,
    PartOfPiece,
    RestOfPiece,
    /// The server gets there by itself.
    Nothing,
}

const POINTS: [(Point, Asks); 17] = [
    (Point::RecordsCommitted, Asks::Records),
    (Point::CheckpointCommitted, Asks::Receipts),
    (Point::CheckpointFiled, Asks::Receipts),
    (Point::UploadCreated, Asks::Creation),
    (Point::UploadClaimed, Asks::RestOfPiece),
    (Point::PieceWritten, Asks::RestOfPiece),
    (Point::PieceSynced, Asks::RestOfPiece),
    (Point::OffsetCommitted, Asks::PartOfPiece),
    (Point::PieceRenamed, Asks::RestOfPiece),
    (Point::PieceInPlace, Asks::RestOfPiece),
    (Point::PieceCommitted, Asks::RestOfPiece),
    (Point::ItemHashed, Asks::RestOfPiece),
    (Point::ItemCommitted, Asks::RestOfPiece),
    (Point::CosignatureReceived, Asks::Nothing),
    (Point::CosignatureCommitted, Asks::Nothing),
    (Point::StampReceived, Asks::Nothing),
    (Point::StampCommitted, Asks::Nothing),
];
const WITNESS_POINTS: [Point; 2] = [Point::WitnessJudged, Point::WitnessKept];

const PIECE: &[u8] = b"a piece that is on its way";
const ACKNOWLEDGED: usize = 5;

/// From there on the piece has its final name.
fn is_kept(point: Point) -> bool {
    use Point::{ItemCommitted, ItemHashed, PieceCommitted, PieceInPlace, PieceRenamed};
    matches!(point, PieceRenamed | PieceInPlace | PieceCommitted | ItemHashed | ItemCommitted)
}

/// Not a test: what runs in the child process when it is asked for.
#[tokio::test]
async fn child_process() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let at = std::env::var(AT).ok().map(|at| at.parse::<usize>().unwrap());
    if let Ok(watched) = std::env::var(WATCHED) {
        let mut config = WitnessConfig::new(&dir, vec![watched.parse().unwrap()]);
        config.clock = Arc::<TestClock>::default();
        config.faults = Arc::new(StandAt(at.map(|at| WITNESS_POINTS[at])));
        let witness = Witness::start(config).await.unwrap();
        say("url", &witness.url());
        std::future::pending::<()>().await;
    }
    let mut config = BureauConfig::new(dir);
    config.clock = Arc::<TestClock>::default();
    config.faults = Arc::new(StandAt(at.map(|at| POINTS[at].0)));
    config.witnesses = std::env::var(WITNESS).ok().map(|text| text.parse().unwrap()).into_iter().collect();
    config.tsa = std::env::var(TSA).ok().map(|url| Tsa::new(url, None).unwrap());
    let bureau = Bureau::start(config).await.unwrap();
    say("url", &bureau.url());
    std::future::pending::<()>().await;
}

/// An office with one item stored, one under way, and the houses that vouch for its log.
struct Scene {
    office: Office,
    phone: Phone,
    safe: ItemId,
    item: ItemId,
    path: String,
    held: Checkpoint,
    witness: Witness,
    tsa: tsa::Tsa,
    _witness_dir: TempDir,
}

impl Scene {
    async fn set() -> Self {
        let office = Office::open().await;
        let mut phone = office.phone().await;
        let (_, safe) = phone.capture(&[b"acknowledged".to_vec()]);
        let (_, item) = phone.capture(&[PIECE.to_vec()]);
        phone.send().await.ok();
        phone.upload(safe, 0, b"acknowledged").await;
        let path = phone.create(item, 0, PIECE).await;
        assert_eq!(phone.patch(&path, 0, &PIECE[..ACKNOWLEDGED]).send().await.unwrap().status(), 204);
        let receipts = phone.get(&format!("/v1/receipts?items={safe}")).await.ok();
        assert_eq!(receipts["items"].as_array().unwrap().len(), 1);
        let key = VerifierKey::parse(&phone.vkey).unwrap();
        let held = Checkpoint::open(receipts["checkpoint"].as_str().unwrap(), &key).unwrap();
        let witness_dir = TempDir::new().unwrap();
        let witness = Witness::start(WitnessConfig::new(witness_dir.path(), vec![key])).await.unwrap();
        let tsa = tsa::Tsa::start("ec -pkeyopt ec_paramgen_curve:P-256").await;
        Self { office, phone, safe, item, path, held, witness, tsa, _witness_dir: witness_dir }
    }

    /// The log's word about what was acknowledged before: nobody forgot it.
    async fn still_holds(&self, told: &str) {
        let key = VerifierKey::parse(&self.phone.vkey).unwrap();
        let wanted = format!("/v1/receipts?since_size={}&items={}", self.held.size, self.safe);
        let receipts = self.phone.get(&wanted).await.ok();
        let now = Checkpoint::open(receipts["checkpoint"].as_str().unwrap(), &key).unwrap();
        let proof = receipts["consistency"].as_array().unwrap();
        let proof: Vec<_> = proof.iter().map(|hash| parse_hash(hash.as_str().unwrap()).unwrap()).collect();
        verify_consistency(&self.held, &now, &proof).unwrap_or_else(|error| panic!("{told}: {error}"));
        assert_eq!(receipts["items"].as_array().unwrap().len(), 1, "{told}");
    }

    fn stage(&self, item: ItemId) -> ItemStage {
        self.office.bureau().office().read(|rows| rows.item(item)).unwrap().unwrap().stage
    }

    fn assert_sound(&self, told: &str) {
        assert_eq!(fsck(self.office.bureau().office()).unwrap().broken, [], "{told}");
        assert_eq!(self.stage(self.safe), ItemStage::Stored, "{told}");
    }

    /// Asks, and is left without an answer because the process is killed.
    async fn ask_and_kill(&mut self, asks: Asks, other: ItemId, process: Process) {
        let phone = &self.phone;
        let request = match asks {
            Asks::Nothing => None,
            Asks::Records => {
                let body = Phone::batch(&phone.records);
                Some(
                    phone
                        .http
                        .post(format!("{}/v1/records", phone.url))
                        .bearer_auth(&phone.token)
                        .json(&body),
                )
            }
            Asks::Receipts => {
                Some(phone.http.get(format!("{}/v1/receipts", phone.url)).bearer_auth(&phone.token))
            }
            Asks::Creation => {
                let metadata = Phone::metadata(other, 0, liuhen_record::Digest::of(b"other"));
                let request = phone.tus("POST", "/v1/uploads").header("Upload-Length", 5);
                Some(request.header("Upload-Metadata", metadata))
            }
            Asks::PartOfPiece => Some(phone.patch(&self.path, ACKNOWLEDGED, &PIECE[ACKNOWLEDGED..9])),
            Asks::RestOfPiece => Some(phone.patch(&self.path, ACKNOWLEDGED, &PIECE[ACKNOWLEDGED..])),
        };
        let asking = tokio::spawn(async move {
            match request {
                Some(request) => request.send().await.is_err(),
                None => true,
            }
        });
        tokio::task::spawn_blocking(move || process.kill_where_it_stands()).await.unwrap();
        assert!(asking.await.unwrap(), "{asks:?}: killed before the answer");
    }
}

#[tokio::test]
async fn a_killed_server_keeps_what_it_acknowledged_and_lists_nothing_missing() {
    for (at, (point, asks)) in POINTS.into_iter().enumerate() {
        let told = format!("{point:?}");
        let mut scene = Scene::set().await;
        let (_, other) = scene.phone.capture(&[b"other".to_vec()]);
        if asks != Asks::Records {
            scene.phone.send().await.ok();
        }
        scene.office.stop().await;
        let address = format!("{}={}", scene.witness.url(), scene.witness.key());
        let mut variables = vec![(DIR, scene.office.data_dir().display().to_string()), (AT, at.to_string())];
        match point {
            Point::CosignatureReceived | Point::CosignatureCommitted => {
                variables.push((WITNESS, address.clone()));
            }
            Point::StampReceived | Point::StampCommitted => variables.push((TSA, scene.tsa.url.clone())),
            _ => {}
        }
        let process = Process::start(&variables);
        if asks != Asks::Nothing {
            scene.phone.url = process.hear("url");
        }
        scene.ask_and_kill(asks, other, process).await;

        let mut config = scene.office.config();
        config.witnesses = vec![address.parse::<WitnessAddress>().unwrap()];
        config.tsa = Some(Tsa::new(&scene.tsa.url, Some(&scene.tsa.ca_pem())).unwrap());
        scene.office.bureau = Some(Bureau::start(config).await.unwrap());
        scene.phone.url = scene.office.url();
        scene.assert_sound(&told);
        scene.still_holds(&told).await;
        if is_kept(point) {
            assert_eq!(
                scene.stage(scene.item),
                ItemStage::Stored,
                "{told}: nothing acknowledged is asked for again"
            );
        } else {
            let head = scene.phone.tus("HEAD", &scene.path).send().await.unwrap();
            let offset: usize = head.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
            assert!(offset >= ACKNOWLEDGED, "{told}: what was acknowledged is there");
            assert_eq!(
                scene.phone.patch(&scene.path, offset, &PIECE[offset..]).send().await.unwrap().status(),
                204
            );
        }
        scene.phone.post_records(&scene.phone.records).await.ok();
        scene.phone.upload(other, 0, b"other").await;
        scene.still_holds(&told).await;
        scene.assert_sound(&told);
        for item in [scene.item, other] {
            assert_eq!(scene.stage(item), ItemStage::Stored, "{told}");
        }
        let size = scene.office.bureau().office().read(|rows| rows.log_size()).unwrap();
        assert_eq!(size, 1 + 3 * 3 + 3, "{told}: every record and every item is in the log once");
        let identity = scene.phone.get("/v1/identity").await.ok();
        assert_eq!(identity["cosigners"][0]["size"].as_u64(), Some(size), "{told}: {identity}");
        scene.office.bureau().stamped().await;
        let stamps = scene.office.bureau().office().read(|rows| rows.stamps(9)).unwrap();
        assert_eq!(stamps.len(), 1, "{told}: the log as it was found is stamped, once");
    }
}

#[tokio::test]
async fn a_killed_witness_has_kept_whatever_it_may_have_signed() {
    for (at, point) in WITNESS_POINTS.into_iter().enumerate() {
        let dir = TempDir::new().unwrap();
        let mut log = Log::of("log.example/a", 12);
        let key = log.key().to_string();
        let variables = [(DIR, dir.path().display().to_string()), (WATCHED, key), (AT, at.to_string())];
        let process = Process::start(&variables);
        let ask = |url: String, body: String| async move {
            let answer = common::client().post(format!("{url}/add-checkpoint")).body(body).send().await?;
            Ok::<_, reqwest::Error>((answer.status().as_u16(), answer.text().await?))
        };
        let asking = tokio::spawn(ask(process.hear("url"), log.request(0, 9).to_string()));
        tokio::task::spawn_blocking(move || process.kill_where_it_stands()).await.unwrap();
        assert!(asking.await.unwrap().is_err(), "killed before the answer");

        let process = Process::start(&variables[..2]);
        let url = process.hear("url");
        let again = ask(url.clone(), log.request(0, 9).to_string()).await.unwrap();
        if point == Point::WitnessKept {
            assert_eq!(again, (409, "9\n".to_owned()), "it may have answered: it stands by it");
            let here = log.request(9, 9).to_string();
            assert_eq!(ask(url.clone(), here).await.unwrap().0, 200, "and signs the same again");
        } else {
            assert_eq!(again.0, 200, "nothing was kept, nothing was signed");
        }
        log.rewrite(4, 12);
        for (old, new) in [(9, 12), (9, 9)] {
            assert_eq!(
                ask(url.clone(), log.request(old, new).to_string()).await.unwrap().0,
                422,
                "{point:?}"
            );
        }
    }
}
