//! How many uploads there are at once: one phone that is out of order must not keep out the others.

use crate::http::ApiError;
use liuhen_record::DeviceId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// When somebody who was turned away may come again, seconds.
const COME_AGAIN_SECS: u32 = 5;

/// How many uploads are let in.
#[derive(Debug, Clone, Copy)]
pub struct CrowdLimits {
    /// Of all devices.
    pub at_once: usize,
    /// Of one device.
    pub of_one_device: usize,
}

impl Default for CrowdLimits {
    fn default() -> Self {
        Self { at_once: 384, of_one_device: 256 }
    }
}

/// Bytes of all bodies together that may wait for the disk: what two hundred uploads take stays bounded however slow
/// the disk is. One upload alone never waits for it.
const WAITING_BYTES: usize = 4 << 20;

/// Room for a part of a body among those that wait for the disk. Given up when dropped.
pub type Room = Option<OwnedSemaphorePermit>;

/// Everybody who is uploading.
pub struct Crowd {
    limits: CrowdLimits,
    waiting_bytes: Arc<Semaphore>,
    present: Arc<Mutex<HashMap<DeviceId, usize>>>,
}

/// A place among those who upload. Given up when dropped.
pub struct Present {
    device: DeviceId,
    present: Arc<Mutex<HashMap<DeviceId, usize>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Crowd {
    /// Nobody, and these limits.
    pub fn new(limits: CrowdLimits) -> Self {
        let waiting_bytes = Arc::new(Semaphore::new(WAITING_BYTES));
        Self { limits, waiting_bytes, present: Arc::default() }
    }

    /// Waits until there is room for a part of `len_bytes`. Whoever has room has a thread that writes, so somebody always
    /// goes on.
    pub(super) async fn room_for(&self, len_bytes: usize) -> Room {
        let len_bytes = u32::try_from(len_bytes.min(WAITING_BYTES)).unwrap_or(u32::MAX);
        // It is never closed.
        Arc::clone(&self.waiting_bytes).acquire_many_owned(len_bytes).await.ok()
    }

    /// Lets one upload in.
    ///
    /// # Errors
    /// 429 when the device has too many, 503 when all together have.
    pub fn enter(&self, device: DeviceId) -> Result<Present, ApiError> {
        let mut present = lock(&self.present);
        let own = present.get(&device).copied().unwrap_or(0);
        if own >= self.limits.of_one_device {
            let error = ApiError::new(
                429,
                "too_many_uploads",
                "this device has too many uploads at once",
                "该设备同时上传的任务过多，请稍后重试",
            );
            return Err(error.retry_after(COME_AGAIN_SECS));
        }
        if present.values().sum::<usize>() >= self.limits.at_once {
            let error = ApiError::new(503, "busy", "too many uploads at once", "服务器繁忙，请稍后重试");
            return Err(error.retry_after(COME_AGAIN_SECS));
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
