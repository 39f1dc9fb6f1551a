//! The server's process is really killed at every [`Point`] between two durable steps, in each way in which a piece gets
//! there; a new process must find everything that was acknowledged, list nothing that is missing, and let the phone go on
//! from where it was: it sends one piece again at most.
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
    Digest, ItemId,
    note::VerifierKey,
    seal::PIECE_BYTES,
    tlog::{Checkpoint, parse_hash, verify_consistency},
};
use reqwest::RequestBuilder;
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
    /// A whole piece in the one request that made its upload.
    WholePiece,
    /// The server gets there by itself.
    Nothing,
}

use Asks::{Creation, Nothing, PartOfPiece, Receipts, Records, RestOfPiece, WholePiece};

/// How a piece gets to its end: what brings it, and how many pieces its item has, of which all others are stored.
const ARRIVING: &[(Asks, usize)] = &[(RestOfPiece, 1), (RestOfPiece, 2), (WholePiece, 1), (WholePiece, 2)];
/// The same of any bytes.
const WRITING: &[(Asks, usize)] =
    &[(PartOfPiece, 1), (RestOfPiece, 1), (RestOfPiece, 2), (WholePiece, 1), (WholePiece, 2)];

/// Every way in which the server comes to a point.
fn ways(point: Point) -> &'static [(Asks, usize)] {
    use Point::{
        CheckpointCommitted, CheckpointFiled, CosignatureCommitted, CosignatureReceived, ItemAppended,
        ItemCommitted, ItemHashed, OffsetCommitted, PartInPlace, PieceCommitted, PieceInPlace, PieceRenamed,
        PieceSynced, PieceWritten, RecordsAppended, RecordsCommitted, StagedCopied, StampCommitted,
        StampReceived, UploadClaimed, UploadCreated, WitnessJudged, WitnessKept,
    };
    match point {
        RecordsAppended | RecordsCommitted => &[(Records, 1)],
        CheckpointCommitted | CheckpointFiled => &[(Receipts, 1)],
        UploadCreated => &[(Creation, 1)],
        UploadClaimed | StagedCopied => &[(PartOfPiece, 1), (RestOfPiece, 1), (RestOfPiece, 2)],
        PartInPlace | OffsetCommitted => &[(PartOfPiece, 1), (PartOfPiece, 2)],
        PieceWritten | PieceSynced => WRITING,
        PieceRenamed | PieceInPlace | PieceCommitted | ItemAppended | ItemCommitted => ARRIVING,
        // The digest of an item of one piece is that of the piece.
        ItemHashed => &[(RestOfPiece, 2), (WholePiece, 2)],
        CosignatureReceived | CosignatureCommitted | StampReceived | StampCommitted => &[(Nothing, 1)],
        WitnessJudged | WitnessKept => &[],
    }
}

/// At which points the processes that run one after another are killed: only what one has left behind is copied.
fn kills(point: Point) -> Vec<Point> {
    if point == Point::StagedCopied { vec![Point::UploadClaimed, point] } else { vec![point] }
}

/// The piece before, which is stored: every piece but the last has this length.
static FIRST: [u8; PIECE_BYTES as usize] = [7; PIECE_BYTES as usize];
const ACKNOWLEDGED: usize = 5;
/// Long enough to go to the disk past the cache, and a rest that does not.
const LONG_BYTES: usize = (2 << 20) + 70_000;

/// The piece that is on its way.
fn piece(asks: Asks) -> Vec<u8> {
    match asks {
        WholePiece => (0..LONG_BYTES).map(|n| (n / 3) as u8).collect(),
        _ => b"a piece that is on its way".to_vec(),
    }
}

/// From there on the piece has its final name.
fn is_kept(point: Point) -> bool {
    use Point::{ItemAppended, ItemCommitted, ItemHashed, PieceCommitted, PieceInPlace, PieceRenamed};
    matches!(point, PieceRenamed | PieceInPlace | PieceCommitted | ItemHashed | ItemAppended | ItemCommitted)
}

/// Not a test: what runs in the child process when it is asked for.
#[tokio::test]
async fn child_process() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let at = std::env::var(AT).ok().map(|at| Point::ALL[at.parse::<usize>().unwrap()]);
    if let Ok(watched) = std::env::var(WATCHED) {
        let mut config = WitnessConfig::new(&dir, vec![watched.parse().unwrap()]);
        config.clock = Arc::<TestClock>::default();
        config.faults = Arc::new(StandAt(at));
        let witness = Witness::start(config).await.unwrap();
        say("url", &witness.url());
        std::future::pending::<()>().await;
    }
    let mut config = BureauConfig::new(dir);
    config.clock = Arc::<TestClock>::default();
    config.faults = Arc::new(StandAt(at));
    config.witnesses = std::env::var(WITNESS).ok().map(|text| text.parse().unwrap()).into_iter().collect();
    config.tsa = std::env::var(TSA).ok().map(|url| Tsa::new(url, None).unwrap());
    let bureau = Bureau::start(config).await.unwrap();
    say("url", &bureau.url());
    std::future::pending::<()>().await;
}

fn number(point: Point) -> String {
    Point::ALL.iter().position(|of| *of == point).unwrap().to_string()
}

/// An office with one item stored, one under way, one of which nothing is there, and the houses that vouch for its log.
struct Scene {
    office: Office,
    phone: Phone,
    safe: ItemId,
    item: ItemId,
    /// The last piece of that item, and its number.
    piece: Vec<u8>,
    idx: usize,
    /// Of its upload, when a part of the piece is acknowledged.
    path: Option<String>,
    other: ItemId,
    held: Checkpoint,
    witness: Witness,
    tsa: tsa::Tsa,
    _witness_dir: TempDir,
}

impl Scene {
    async fn set(asks: Asks, pieces: usize) -> Self {
        let office = Office::open().await;
        let mut phone = office.phone().await;
        let (_, safe) = phone.capture(&[b"acknowledged".to_vec()]);
        let (piece, idx) = (piece(asks), pieces - 1);
        let all: Vec<_> = (0..idx).map(|_| FIRST.to_vec()).chain([piece.clone()]).collect();
        let (_, item) = phone.capture(&all);
        phone.send().await.ok();
        phone.upload(safe, 0, b"acknowledged").await;
        for idx in 0..idx {
            assert_eq!(phone.post_whole(item, idx, &FIRST).send().await.unwrap().status(), 201);
        }
        let mut path = None;
        if asks != WholePiece {
            let begun = phone.create(item, idx, &piece).await;
            let part = phone.patch(&begun, 0, &piece[..ACKNOWLEDGED]);
            assert_eq!(part.send().await.unwrap().status(), 204);
            path = Some(begun);
        }
        let receipts = phone.get(&format!("/v1/receipts?items={safe}")).await.ok();
        assert_eq!(receipts["items"].as_array().unwrap().len(), 1);
        let key = VerifierKey::parse(&phone.vkey).unwrap();
        let held = Checkpoint::open(receipts["checkpoint"].as_str().unwrap(), &key).unwrap();
        let (_, other) = phone.capture(&[b"other".to_vec()]);
        if asks != Records {
            phone.send().await.ok();
        }
        let witness_dir = TempDir::new().unwrap();
        let witness = Witness::start(WitnessConfig::new(witness_dir.path(), vec![key])).await.unwrap();
        let tsa = tsa::Tsa::start("ec -pkeyopt ec_paramgen_curve:P-256").await;
        Self {
            office,
            phone,
            safe,
            item,
            piece,
            idx,
            path,
            other,
            held,
            witness,
            tsa,
            _witness_dir: witness_dir,
        }
    }

    fn witness_address(&self) -> String {
        format!("{}={}", self.witness.url(), self.witness.key())
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

    /// The bureau in a process of its own, which is asked and does not answer, because it is killed at `point`.
    async fn ask_and_kill(&mut self, asks: Asks, point: Point) {
        let mut variables = vec![(DIR, self.office.data_dir().display().to_string()), (AT, number(point))];
        match point {
            Point::CosignatureReceived | Point::CosignatureCommitted => {
                variables.push((WITNESS, self.witness_address()));
            }
            Point::StampReceived | Point::StampCommitted => variables.push((TSA, self.tsa.url.clone())),
            _ => {}
        }
        let process = Process::start(&variables);
        if asks != Nothing {
            self.phone.url = process.hear("url");
        }
        let request = self.request(asks);
        let asking = tokio::spawn(async move {
            match request {
                Some(request) => request.send().await.is_err(),
                None => true,
            }
        });
        tokio::task::spawn_blocking(move || process.kill_where_it_stands()).await.unwrap();
        assert!(asking.await.unwrap(), "{asks:?}: killed before the answer");
    }

    fn request(&self, asks: Asks) -> Option<RequestBuilder> {
        let (phone, piece) = (&self.phone, &self.piece);
        let rest = |to| phone.patch(self.path.as_ref().unwrap(), ACKNOWLEDGED, &piece[ACKNOWLEDGED..to]);
        Some(match asks {
            Nothing => return None,
            Records => {
                let request = phone.http.post(format!("{}/v1/records", phone.url));
                request.bearer_auth(&phone.token).json(&Phone::batch(&phone.records))
            }
            Receipts => phone.http.get(format!("{}/v1/receipts", phone.url)).bearer_auth(&phone.token),
            Creation => {
                let metadata = Phone::metadata(self.other, 0, Digest::of(b"other"));
                let request = phone.tus("POST", "/v1/uploads").header("Upload-Length", 5);
                request.header("Upload-Metadata", metadata)
            }
            PartOfPiece => rest(9),
            RestOfPiece => rest(piece.len()),
            WholePiece => phone.post_whole(self.item, self.idx, piece),
        })
    }

    /// What the bureau still wants of the item under way: number and length of each piece.
    async fn wanted(&self) -> Vec<(usize, usize)> {
        let missing = self.phone.get("/v1/items/missing").await.ok();
        let of_item = |listed: &&serde_json::Value| listed["item"] == self.item.to_string();
        let pieces =
            missing["items"].as_array().unwrap().iter().find(of_item).map(|listed| &listed["pieces"]);
        let number = |piece: &serde_json::Value, name: &str| piece[name].as_u64().unwrap() as usize;
        let pieces = pieces.into_iter().flat_map(|pieces| pieces.as_array().unwrap());
        pieces.map(|piece| (number(piece, "index"), number(piece, "len_bytes"))).collect()
    }

    /// Sends of the piece under way what the bureau does not have, as the phone does after a failure.
    async fn go_on(&self, told: &str) {
        let path = match &self.path {
            Some(path) => path.clone(),
            None => self.phone.create(self.item, self.idx, &self.piece).await,
        };
        let head = self.phone.tus("HEAD", &path).send().await.unwrap();
        let offset: usize = head.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
        assert!(self.path.is_none() || offset >= ACKNOWLEDGED, "{told}: what was acknowledged is there");
        let rest = self.phone.patch(&path, offset, &self.piece[offset..]).send().await.unwrap();
        assert_eq!(rest.status(), 204, "{told}");
    }

    async fn restart(&mut self) {
        let mut config = self.office.config();
        config.witnesses = vec![self.witness_address().parse::<WitnessAddress>().unwrap()];
        config.tsa = Some(Tsa::new(&self.tsa.url, Some(&self.tsa.ca_pem())).unwrap());
        self.office.bureau = Some(Bureau::start(config).await.unwrap());
        self.phone.url = self.office.url();
    }

    /// Every record and every item is in the log once, the witness has seen it, and it was stamped once.
    async fn assert_vouched_for(&self, told: &str) {
        let size = self.office.bureau().office().read(|rows| rows.log_size()).unwrap();
        assert_eq!(size, 1 + 3 * 3 + 3, "{told}: every record and every item is in the log once");
        let identity = self.phone.get("/v1/identity").await.ok();
        assert_eq!(identity["cosigners"][0]["size"].as_u64(), Some(size), "{told}: {identity}");
        self.office.bureau().stamped().await;
        let stamps = self.office.bureau().office().read(|rows| rows.stamps(9)).unwrap();
        assert_eq!(stamps.len(), 1, "{told}: the log as it was found is stamped, once");
    }
}

async fn kill_at(point: Point, asks: Asks, pieces: usize) {
    let told = format!("{point:?}, {asks:?}, item of {pieces}");
    let mut scene = Scene::set(asks, pieces).await;
    scene.office.stop().await;
    for point in kills(point) {
        scene.ask_and_kill(asks, point).await;
    }
    scene.restart().await;
    scene.assert_sound(&told);
    scene.still_holds(&told).await;
    let piece = (scene.idx, scene.piece.len());
    let wanted = if is_kept(point) { vec![] } else { vec![piece] };
    assert_eq!(
        scene.wanted().await,
        wanted,
        "{told}: one piece is sent again at most, and none that is kept"
    );
    if wanted.is_empty() {
        assert_eq!(scene.stage(scene.item), ItemStage::Stored, "{told}: it finishes what it has by itself");
    } else {
        scene.go_on(&told).await;
    }
    scene.phone.post_records(&scene.phone.records).await.ok();
    scene.phone.upload(scene.other, 0, b"other").await;
    scene.still_holds(&told).await;
    scene.assert_sound(&told);
    for item in [scene.item, scene.other] {
        assert_eq!(scene.stage(item), ItemStage::Stored, "{told}");
    }
    scene.assert_vouched_for(&told).await;
}

#[tokio::test]
async fn a_killed_server_keeps_what_it_acknowledged_and_lists_nothing_missing() {
    for point in Point::ALL {
        for (asks, pieces) in ways(*point) {
            kill_at(*point, *asks, *pieces).await;
        }
    }
}

#[tokio::test]
async fn a_killed_witness_has_kept_whatever_it_may_have_signed() {
    for point in [Point::WitnessJudged, Point::WitnessKept] {
        let dir = TempDir::new().unwrap();
        let mut log = Log::of("log.example/a", 12);
        let key = log.key().to_string();
        let variables = [(DIR, dir.path().display().to_string()), (WATCHED, key), (AT, number(point))];
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
