//! How a recorder is reached.

use super::far;
use crate::output::Refusal;
use liuhen_btle::Recorder;

/// A word about Bluetooth for a program that was built without it.
#[cfg(not(feature = "bluetooth"))]
pub fn no_bluetooth() -> Refusal {
    Refusal::new(
        "no_bluetooth",
        "本程序未带蓝牙：请安装 libdbus-1-dev，用 cargo build -p liuhen --features bluetooth 编译；无蓝牙时可用 liuhen recorder simulate 和 --link sim:HOST:PORT",
        "this program was built without Bluetooth: install libdbus-1-dev and build with `cargo build -p liuhen --features bluetooth`; without a radio use `liuhen recorder simulate` and --link sim:HOST:PORT",
    )
}

/// The recorder at the end of a link.
pub fn open(link: Option<&str>) -> Result<Box<dyn Recorder>, Refusal> {
    let Some(link) = link else {
        return Err(Refusal::new(
            "link",
            "请用 --link 指明如何连接记录仪，例如 --link sim:127.0.0.1:PORT",
            "say by --link how the recorder is reached, for instance --link sim:127.0.0.1:PORT",
        ));
    };
    match link.split_once(':') {
        Some(("sim", at)) => match at.parse() {
            Ok(at) => Ok(Box::new(far::at(at))),
            Err(_) => Err(Refusal::new("link", format!("地址不对：{at}"), format!("not an address: {at}"))),
        },
        #[cfg(feature = "bluetooth")]
        Some(("ble", name)) => super::radio::open(name),
        #[cfg(not(feature = "bluetooth"))]
        Some(("ble", _)) => Err(no_bluetooth()),
        _ => Err(Refusal::new("link", format!("不认识的连接方式：{link}"), format!("unknown link: {link}"))),
    }
}
