//! One phone, many threads: a verb at a time, and an officer's verb before work that can wait.
//!
//! A synchronisation may take an hour, and looking after a recorder goes on all day; neither may keep a photograph
//! waiting. Both are therefore work that steps aside: when somebody comes, the switch of the step under way is thrown,
//! what was on its way is dropped (it is level-triggered and goes on where it was), and the verb has the phone.

use super::{Phone, PhoneError, absence::Attendance};
use crate::{ports::Clock, sync::Cancel};
use std::{
    cell::Cell,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

thread_local! {
    static IN_VERB: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a verb: a port that calls the phone back from there would wait for itself.
pub fn is_in_verb() -> bool {
    IN_VERB.get()
}

/// Marks a thread as being inside a verb until it is dropped.
struct Inside {
    before: bool,
}

impl Inside {
    fn enter() -> Self {
        Self { before: IN_VERB.replace(true) }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        IN_VERB.set(self.before);
    }
}

#[derive(Default)]
struct Queue {
    /// Verbs that wait for the phone.
    waiting: usize,
    /// The switch of the work that has the phone and can step aside.
    step: Option<Cancel>,
}

/// A phone that several threads use.
pub struct Desk {
    phone: Mutex<Option<Phone>>,
    queue: Mutex<Queue>,
    nobody_waits: Condvar,
    /// Told without the phone, which may be busy.
    pub(super) attendance: Attendance,
    pub(super) clock: Arc<dyn Clock>,
}

/// A panic in a verb leaves no half-written state behind: the vault writes in transactions.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// Puts a phone on the desk.
    pub fn new(phone: Phone) -> Self {
        let (attendance, clock) = (phone.attendance.clone(), Arc::clone(&phone.ports.clock));
        Self {
            phone: Mutex::new(Some(phone)),
            queue: Mutex::default(),
            nobody_waits: Condvar::new(),
            attendance,
            clock,
        }
    }

    /// Does one verb; blocks until the phone is free, and asks work that can wait to step aside.
    ///
    /// # Errors
    /// Those of the verb; [`PhoneError::Suspended`] while the phone is put away; [`PhoneError::Reentrant`] from inside
    /// a verb.
    pub fn with<T>(&self, verb: impl FnOnce(&mut Phone) -> Result<T, PhoneError>) -> Result<T, PhoneError> {
        if is_in_verb() {
            return Err(PhoneError::Reentrant);
        }
        let mut phone = self.come();
        let _inside = Inside::enter();
        verb(phone.as_mut().ok_or(PhoneError::Suspended)?)
    }

    /// Does work that can wait: begins when nobody else wants the phone, and gives the work a switch that is thrown
    /// when somebody does. The work tells by what it returns whether it was done.
    ///
    /// # Errors
    /// As [`Desk::with`].
    pub fn aside<T>(
        &self,
        work: impl FnOnce(&mut Phone, &Cancel) -> Result<T, PhoneError>,
    ) -> Result<T, PhoneError> {
        if is_in_verb() {
            return Err(PhoneError::Reentrant);
        }
        let phone = self.come_last();
        self.stepping_aside(phone, work)
    }

    /// Does something short that comes often: it goes before work that can wait, and steps aside itself when a verb
    /// comes.
    ///
    /// # Errors
    /// As [`Desk::with`].
    pub fn briefly<T>(
        &self,
        work: impl FnOnce(&mut Phone, &Cancel) -> Result<T, PhoneError>,
    ) -> Result<T, PhoneError> {
        if is_in_verb() {
            return Err(PhoneError::Reentrant);
        }
        let phone = self.come();
        self.stepping_aside(phone, work)
    }

    fn stepping_aside<T>(
        &self,
        mut phone: MutexGuard<'_, Option<Phone>>,
        work: impl FnOnce(&mut Phone, &Cancel) -> Result<T, PhoneError>,
    ) -> Result<T, PhoneError> {
        let step = Cancel::new();
        {
            let mut queue = lock(&self.queue);
            if queue.waiting > 0 {
                step.cancel();
            }
            queue.step = Some(step.clone());
        }
        let _inside = Inside::enter();
        let done = phone.as_mut().ok_or(PhoneError::Suspended).and_then(|phone| work(phone, &step));
        lock(&self.queue).step = None;
        done
    }

    /// Takes the phone off the desk: the system is about to hold the process still.
    ///
    /// # Errors
    /// [`PhoneError::Suspended`] when it is away already.
    pub fn take(&self) -> Result<Phone, PhoneError> {
        self.come().take().ok_or(PhoneError::Suspended)
    }

    /// Puts a phone back. The process is the same, and remembers who looked at the screen.
    pub fn put(&self, phone: Phone) {
        let phone = Phone { attendance: self.attendance.clone(), ..phone };
        *self.come() = Some(phone);
    }

    fn come(&self) -> MutexGuard<'_, Option<Phone>> {
        {
            let mut queue = lock(&self.queue);
            queue.waiting += 1;
            if let Some(step) = &queue.step {
                step.cancel();
            }
        }
        let phone = lock(&self.phone);
        let mut queue = lock(&self.queue);
        queue.waiting -= 1;
        if queue.waiting == 0 {
            self.nobody_waits.notify_all();
        }
        phone
    }

    fn come_last(&self) -> MutexGuard<'_, Option<Phone>> {
        let waiting = |queue: &mut Queue| queue.waiting > 0;
        loop {
            let queue = lock(&self.queue);
            drop(self.nobody_waits.wait_while(queue, waiting).unwrap_or_else(PoisonError::into_inner));
            let phone = lock(&self.phone);
            if lock(&self.queue).waiting == 0 {
                return phone;
            }
            // Somebody came in between: they go first.
        }
    }
}
