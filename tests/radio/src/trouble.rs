//! A link over a Bluetooth host stack that nobody here wrote (trouble-host), attached by HCI over TCP to a controller.

use bt_hci::controller::ExternalController;
use bt_hci_serial::SerialTransport;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io_adapters::tokio_1::FromTokio;
use liuhen_btle::{
    BleLink, BondState, Characteristic, Clock, DisconnectReason, LinkAnswer, LinkError, LinkEvent,
    LinkListener, PeerId, Properties, Uuid,
};
use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{ReadHalf, WriteHalf},
    net::TcpStream,
    sync::{mpsc, oneshot},
};
use trouble_host::{
    Address, BleHostError, Error, HostResources, Stack,
    connection::{ConnectConfig, Connection, ConnectionEvent, ScanConfig},
    gatt::GattClient,
    prelude::{CharacteristicProp, DefaultPacketPool},
};

type Io<T> = FromTokio<T>;
type Controller =
    ExternalController<SerialTransport<NoopRawMutex, Io<ReadHalf<TcpStream>>, Io<WriteHalf<TcpStream>>>, 10>;
type Client<'a> = GattClient<'a, Controller, DefaultPacketPool, 10>;
type Reply = oneshot::Sender<Result<Heard, LinkError>>;

/// The machine's own time.
pub struct RealClock(Instant);

impl RealClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for RealClock {
    fn mono_ms(&self) -> u64 {
        self.0.elapsed().as_millis() as u64
    }

    fn sleep(&self, after: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(after))
    }
}

enum Question {
    Connect,
    Disconnect,
    Discover,
    Read(Uuid),
    Write(Uuid, Vec<u8>),
    Subscribe(Uuid),
    IsBonded,
    Bond,
}

#[derive(Debug)]
enum Heard {
    Nothing,
    Bytes(Vec<u8>),
    Table(Vec<Characteristic>),
    Yes(bool),
}

#[derive(Default)]
struct Shared {
    listener: Mutex<Option<Arc<dyn LinkListener>>>,
    max_write_len: AtomicU32,
}

impl Shared {
    fn tell(&self, event: LinkEvent) {
        let listener = self.listener.lock().unwrap().clone();
        if let Some(listener) = listener {
            listener.on_event(event);
        }
    }
}

/// The link; its host stack runs on a thread of its own, because its futures are not `Send`.
pub struct TroubleLink {
    questions: mpsc::UnboundedSender<(Question, Reply)>,
    shared: Arc<Shared>,
}

impl TroubleLink {
    /// Attaches to the controller at `port` of this machine; will connect to the peer with this random address.
    pub fn attach(port: u16, peer: [u8; 6]) -> Arc<Self> {
        let (questions, asked) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::default());
        let link = Arc::new(Self { questions, shared: shared.clone() });
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(port, peer, asked, shared));
        });
        link
    }

    fn ask<T: Send + 'static>(
        &self,
        question: Question,
        take: fn(Heard) -> Option<T>,
    ) -> LinkAnswer<'static, T> {
        let (reply, answer) = oneshot::channel();
        let sent = self.questions.send((question, reply));
        Box::pin(async move {
            sent.map_err(|_| LinkError::Platform)?;
            let heard = answer.await.map_err(|_| LinkError::NotConnected)??;
            take(heard).ok_or(LinkError::Platform)
        })
    }
}

fn nothing(_: Heard) -> Option<()> {
    Some(())
}

async fn serve(
    port: u16,
    peer: [u8; 6],
    mut asked: mpsc::UnboundedReceiver<(Question, Reply)>,
    shared: Arc<Shared>,
) {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (reader, writer) = tokio::io::split(stream);
    let transport = SerialTransport::new(FromTokio::new(reader), FromTokio::new(writer));
    let mut resources: HostResources<DefaultPacketPool, 1, 3> = HostResources::new();
    let stack = trouble_host::new(Controller::new(transport), &mut resources)
        .set_random_address(Address::random([0xff, 1, 2, 3, 4, 0xff]))
        .build();
    let mut runner = stack.runner();
    let mut central = stack.central();
    let target = [Address::random(peer)];
    let work = async {
        while let Some((question, reply)) = asked.recv().await {
            if !matches!(question, Question::Connect) {
                let answer = match question {
                    Question::Disconnect => Ok(Heard::Nothing),
                    _ => Err(LinkError::NotConnected),
                };
                let _ = reply.send(answer);
                continue;
            }
            let config = ConnectConfig {
                connect_params: trouble_host::prelude::RequestedConnParams::default(),
                scan_config: ScanConfig { filter_accept_list: &target, ..Default::default() },
            };
            let connecting = tokio::time::timeout(Duration::from_secs(10), central.connect(&config));
            match connecting.await {
                Ok(Ok(connection)) => session(&stack, &connection, reply, &mut asked, &shared).await,
                _ => drop(reply.send(Err(LinkError::NotConnected))),
            }
        }
    };
    tokio::select! {
        ended = runner.run() => panic!("the host stack ended: {ended:?}"),
        () = work => {}
    }
}

/// One connection, until it ends.
async fn session(
    stack: &Stack<'_, Controller, DefaultPacketPool>,
    connection: &Connection<'_, DefaultPacketPool>,
    reply: Reply,
    asked: &mut mpsc::UnboundedReceiver<(Question, Reply)>,
    shared: &Shared,
) {
    let Ok(client) = Client::new(stack, connection).await else {
        let _ = reply.send(Err(LinkError::NotConnected));
        return;
    };
    shared.max_write_len.store(u32::from(connection.att_mtu()) - 3, SeqCst);
    connection.set_bondable(true).unwrap();
    let table = RefCell::new(Vec::new());
    let (paired, mut pairing) = mpsc::unbounded_channel();
    let mut values = client.listen_all().unwrap();
    let _ = reply.send(Ok(Heard::Nothing));
    let notifications = async {
        loop {
            let value = values.next().await;
            let known = find(&table, |row: &Row| row.handle == value.handle());
            if let Some(row) = known {
                let bytes = value.as_ref().to_vec();
                shared.tell(LinkEvent::Value { characteristic: row.uuid, bytes });
            }
        }
    };
    let events = async {
        loop {
            match connection.next().await {
                ConnectionEvent::Disconnected { .. } => return DisconnectReason::Remote,
                ConnectionEvent::PairingComplete { .. } | ConnectionEvent::Encrypted { .. } => {
                    let _ = paired.send(true);
                }
                ConnectionEvent::PairingFailed(_) | ConnectionEvent::BondLost => {
                    let _ = paired.send(false);
                }
                _ => {}
            }
        }
    };
    let questions = async {
        while let Some((question, reply)) = asked.recv().await {
            if matches!(question, Question::Disconnect) {
                connection.disconnect();
                let _ = reply.send(Ok(Heard::Nothing));
                continue;
            }
            let answer = answer(question, &client, connection, &table, &mut pairing).await;
            let _ = reply.send(answer);
        }
    };
    let reason = tokio::select! {
        _ = client.task() => DisconnectReason::Remote,
        () = notifications => DisconnectReason::Unknown,
        reason = events => reason,
        () = questions => DisconnectReason::Local,
    };
    shared.tell(LinkEvent::Disconnected(reason));
}

#[derive(Clone, Copy)]
struct Row {
    uuid: Uuid,
    handle: u16,
    cccd: Option<u16>,
}

fn find(table: &RefCell<Vec<Row>>, is: impl Fn(&Row) -> bool) -> Option<Row> {
    table.borrow().iter().find(|row| is(row)).copied()
}

async fn answer(
    question: Question,
    client: &Client<'_>,
    connection: &Connection<'_, DefaultPacketPool>,
    table: &RefCell<Vec<Row>>,
    pairing: &mut mpsc::UnboundedReceiver<bool>,
) -> Result<Heard, LinkError> {
    let row = |uuid| find(table, |row| row.uuid == uuid).ok_or(LinkError::NotAllowed);
    match question {
        Question::Connect | Question::Disconnect => Ok(Heard::Nothing),
        Question::Discover => discover(client, table).await.map(Heard::Table),
        Question::Read(uuid) => {
            let mut value = [0; 512];
            let len = client.read_handle(row(uuid)?.handle, &mut value).await.map_err(refusal)?;
            Ok(Heard::Bytes(value[..len].to_vec()))
        }
        Question::Write(uuid, bytes) => {
            client.write_handle(row(uuid)?.handle, &bytes).await.map_err(refusal)?;
            Ok(Heard::Nothing)
        }
        Question::Subscribe(uuid) => {
            let cccd = row(uuid)?.cccd.ok_or(LinkError::NotAllowed)?;
            client.write_handle(cccd, &[1, 0]).await.map_err(refusal)?;
            Ok(Heard::Nothing)
        }
        Question::IsBonded => {
            Ok(Heard::Yes(connection.security_level().is_ok_and(|level| level.encrypted())))
        }
        Question::Bond => {
            while pairing.try_recv().is_ok() {}
            connection.request_security().map_err(|_| LinkError::NotPaired)?;
            let ended = tokio::time::timeout(Duration::from_secs(10), pairing.recv()).await;
            if ended == Ok(Some(true)) { Ok(Heard::Nothing) } else { Err(LinkError::NotPaired) }
        }
    }
}

async fn discover(client: &Client<'_>, table: &RefCell<Vec<Row>>) -> Result<Vec<Characteristic>, LinkError> {
    let mut found = Vec::new();
    table.borrow_mut().clear();
    for service in client.services().await.map_err(refusal)? {
        for characteristic in client.characteristics::<16>(&service).await.map_err(refusal)? {
            let uuid = own(characteristic.uuid.as_raw());
            let cccd = characteristic.cccd_handle;
            table.borrow_mut().push(Row { uuid, handle: characteristic.handle, cccd });
            let has = |property| characteristic.props.any(&[property]);
            found.push(Characteristic {
                service: own(service.uuid().as_raw()),
                uuid,
                properties: Properties {
                    read: has(CharacteristicProp::Read),
                    write: has(CharacteristicProp::Write),
                    write_without_response: has(CharacteristicProp::WriteWithoutResponse),
                    notify: has(CharacteristicProp::Notify),
                },
            });
        }
    }
    Ok(found)
}

/// Little-endian, 16 or 128 bits, as it comes over the air.
fn own(raw: &[u8]) -> Uuid {
    match raw {
        [low, high] => Uuid::assigned(u16::from_le_bytes([*low, *high])),
        raw => {
            let mut bytes: [u8; 16] = raw.try_into().unwrap();
            bytes.reverse();
            Uuid(bytes)
        }
    }
}

fn refusal<E>(error: BleHostError<E>) -> LinkError {
    match error {
        BleHostError::BleHost(Error::Att(code)) => match code.to_u8() {
            0x05 | 0x0F => LinkError::NotPaired,
            code => LinkError::Att(code),
        },
        BleHostError::BleHost(Error::Timeout) => LinkError::TimedOut,
        _ => LinkError::NotConnected,
    }
}

impl BleLink for TroubleLink {
    fn listen(&self, listener: Arc<dyn LinkListener>) {
        *self.shared.listener.lock().unwrap() = Some(listener);
    }

    fn scan(&self, _services: Vec<Uuid>) -> LinkAnswer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn stop_scan(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn connect(&self, _peer: PeerId) -> LinkAnswer<'_, ()> {
        self.ask(Question::Connect, nothing)
    }

    fn disconnect(&self) -> LinkAnswer<'_, ()> {
        self.ask(Question::Disconnect, nothing)
    }

    fn discover(&self) -> LinkAnswer<'_, Vec<Characteristic>> {
        self.ask(Question::Discover, |heard| match heard {
            Heard::Table(table) => Some(table),
            _ => None,
        })
    }

    fn read(&self, characteristic: Uuid) -> LinkAnswer<'_, Vec<u8>> {
        self.ask(Question::Read(characteristic), |heard| match heard {
            Heard::Bytes(bytes) => Some(bytes),
            _ => None,
        })
    }

    fn write(&self, characteristic: Uuid, bytes: Vec<u8>, _with_response: bool) -> LinkAnswer<'_, ()> {
        self.ask(Question::Write(characteristic, bytes), nothing)
    }

    fn subscribe(&self, characteristic: Uuid) -> LinkAnswer<'_, ()> {
        self.ask(Question::Subscribe(characteristic), nothing)
    }

    fn max_write_len(&self) -> u32 {
        self.shared.max_write_len.load(SeqCst).max(20)
    }

    fn bond_state(&self) -> LinkAnswer<'_, BondState> {
        self.ask(Question::IsBonded, |heard| match heard {
            Heard::Yes(true) => Some(BondState::Bonded),
            Heard::Yes(false) => Some(BondState::None),
            _ => None,
        })
    }

    fn request_bond(&self) -> LinkAnswer<'_, ()> {
        self.ask(Question::Bond, nothing)
    }
}
