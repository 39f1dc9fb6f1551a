//! How many uploads, and how many batches of records, there are at once: one phone that is out of order must not keep out
//! the others.

use crate::http::ApiError;
use liuhen_record::DeviceId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// When somebody who was turned away may come again, seconds.
const COME_AGAIN_SECS: u32 = 5;

/// How many uploads, or batches, are let in.
#[derive(Debug, Clone, Copy)]
pub struct CrowdLimits {
    /// Of all devices.
    pub at_once: usize,
    /// Of one device.
    pub of_one_device: usize,
}

impl CrowdLimits {
    /// Uploads, whose bytes do not stay in memory.
    pub const UPLOADS: Self = Self { at_once: 384, of_one_device: 256 };
    /// Batches of records, each of which is in memory as a whole. A phone sends one after another; a second place is for
    /// when its connection broke and nobody has noticed yet.
    pub const BATCHES: Self = Self { at_once: 16, of_one_device: 2 };
}

/// What a crowd does.
#[derive(Debug, Clone, Copy)]
pub enum Doing {
    /// Uploads pieces.
    Uploading,
    /// Sends records.
    Sending,
}

impl Doing {
    fn too_much_of_one(self) -> ApiError {
        match self {
            Self::Uploading => ApiError::new(
                429,
                "too_many_uploads",
                "this device has too many uploads at once",
                "该设备同时上传的任务过多，请稍后重试",
            ),
            Self::Sending => ApiError::new(
                429,
                "too_many_batches",
                "this device sends too many batches of records at once",
                "该设备同时提交的记录批次过多，请稍后重试",
            ),
        }
    }

    fn too_much_of_all(self) -> ApiError {
        let said = match self {
            Self::Uploading => "too many uploads at once",
            Self::Sending => "too many batches of records at once",
        };
        ApiError::new(503, "busy", said, "服务器繁忙，请稍后重试")
    }
}

/// Bytes of all bodies together that may wait for the disk: what two hundred uploads take stays bounded however slow
/// the disk is. One upload alone never waits for it.
const WAITING_BYTES: usize = 4 << 20;

/// Room for a part of a body among those that wait for the disk. Given up when dropped.
pub type Room = Option<OwnedSemaphorePermit>;

/// Everybody who is uploading, or sending records.
pub struct Crowd {
    doing: Doing,
    limits: CrowdLimits,
    waiting_bytes: Arc<Semaphore>,
    present: Arc<Mutex<HashMap<DeviceId, usize>>>,
}

/// A place in the crowd. Given up when dropped.
pub struct Present {
    device: DeviceId,
    present: Arc<Mutex<HashMap<DeviceId, usize>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Crowd {
    /// Nobody, and these limits.
    pub fn new(doing: Doing, limits: CrowdLimits) -> Self {
        let waiting_bytes = Arc::new(Semaphore::new(WAITING_BYTES));
        Self { doing, limits, waiting_bytes, present: Arc::default() }
    }

    /// Waits until there is room for a part of `len_bytes`. Whoever has room has a thread that writes, so somebody always
    /// goes on.
    pub(super) async fn room_for(&self, len_bytes: usize) -> Room {
        let len_bytes = u32::try_from(len_bytes.min(WAITING_BYTES)).unwrap_or(u32::MAX);
        // It is never closed.
        Arc::clone(&self.waiting_bytes).acquire_many_owned(len_bytes).await.ok()
    }

    /// Lets one in.
    ///
    /// # Errors
    /// 429 when the device has too many, 503 when all together have.
    pub fn enter(&self, device: DeviceId) -> Result<Present, ApiError> {
        let mut present = lock(&self.present);
        let own = present.get(&device).copied().unwrap_or(0);
        if own >= self.limits.of_one_device {
            return Err(self.doing.too_much_of_one().retry_after(COME_AGAIN_SECS));
        }
        if present.values().sum::<usize>() >= self.limits.at_once {
            return Err(self.doing.too_much_of_all().retry_after(COME_AGAIN_SECS));
        }
        present.insert(device, own + 1);
        Ok(Present { device, present: self.present.clone() })
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut present = lock(&self.present);
        match present.get_mut(&self.device) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                present.remove(&self.device);
            }
        }
    }
}
