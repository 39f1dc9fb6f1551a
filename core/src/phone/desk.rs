//! One phone, many threads: a verb at a time, and an officer's verb before work that can wait.
//!
//! A synchronisation may take an hour, and looking after a recorder goes on all day; neither may keep a photograph
//! waiting. Both are therefore work that steps aside: when somebody comes, the switch of the step under way is thrown,
//! what was on its way is dropped (it is level-triggered and goes on where it was), and the verb has the phone.

use super::{Phone, PhoneError, Started, absence::Attendance};
use crate::{
    capture::Recovered,
    ports::{Clock, Ports},
    sync::{Cancel, Suspended},
};
use std::{
    cell::Cell,
    path::PathBuf,
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

/// The phone, or what opens it again.
struct Place {
    phone: Option<Phone>,
    /// The vault's folder and what the phone stands on, while it is put away.
    away: Option<(PathBuf, Ports)>,
}

impl Place {
    fn phone(&mut self) -> Result<&mut Phone, PhoneError> {
        self.phone.as_mut().ok_or(PhoneError::Suspended)
    }
}

/// What bringing the phone back found.
pub struct BroughtBack {
    /// The folder and the reason, when a damaged store was set aside and a new one begun.
    pub quarantined: Option<(String, String)>,
    /// Captures that were left open and that were ended now.
    pub recovered: Vec<Recovered>,
}

/// A phone that several threads use.
pub struct Desk {
    place: Mutex<Place>,
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
        let place = Place { phone: Some(phone), away: None };
        Self {
            place: Mutex::new(place),
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
        let mut place = self.come();
        let _inside = Inside::enter();
        place.phone()?.noting(verb)
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
        let place = self.come_last();
        self.stepping_aside(place, work)
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
        let place = self.come();
        self.stepping_aside(place, work)
    }

    fn stepping_aside<T>(
        &self,
        mut place: MutexGuard<'_, Place>,
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
        let done = place.phone().and_then(|phone| phone.noting(|phone| work(phone, &step)));
        lock(&self.queue).step = None;
        done
    }

    /// Puts the phone away: the system is about to hold the process still. [`Desk::bring_back`] opens it again.
    ///
    /// # Errors
    /// [`PhoneError::Recording`] while something is captured, and the phone stays where it is: a vault that is opened
    /// again seals whatever it finds open, also a file that is still being written. [`PhoneError::Suspended`] when it
    /// is away already. Otherwise as [`Phone::prepare_suspend`]: the phone is away all the same.
    pub fn put_away(&self) -> Result<Suspended, PhoneError> {
        if is_in_verb() {
            return Err(PhoneError::Reentrant);
        }
        let mut place = self.come();
        let _inside = Inside::enter();
        let phone = place.phone()?;
        if phone.vault.is_capturing() {
            return Err(PhoneError::Recording);
        }
        // Known before anything can fail: a phone that is closed can be opened again.
        let away = (phone.vault.dir().to_owned(), phone.ports());
        place.away = Some(away);
        place.phone.take().ok_or(PhoneError::Suspended)?.prepare_suspend()
    }

    /// Opens a phone that was put away, and says what that found; `None` when it is not away.
    ///
    /// # Errors
    /// As [`Phone::start`]. It stays away then, and can be brought back later.
    pub fn bring_back(&self) -> Result<Option<BroughtBack>, PhoneError> {
        if is_in_verb() {
            return Err(PhoneError::Reentrant);
        }
        let mut place = self.come();
        let _inside = Inside::enter();
        let Some((dir, ports)) = place.away.clone() else { return Ok(None) };
        let Started { phone, quarantined, recovered } = Phone::start(&dir, ports)?;
        // The process is the same, and remembers who looked at the screen.
        let phone = Phone { attendance: self.attendance.clone(), ..phone };
        *place = Place { phone: Some(phone), away: None };
        Ok(Some(BroughtBack { quarantined, recovered }))
    }

    fn come(&self) -> MutexGuard<'_, Place> {
        {
            let mut queue = lock(&self.queue);
            queue.waiting += 1;
            if let Some(step) = &queue.step {
                step.cancel();
            }
        }
        let place = lock(&self.place);
        let mut queue = lock(&self.queue);
        queue.waiting -= 1;
        if queue.waiting == 0 {
            self.nobody_waits.notify_all();
        }
        place
    }

    fn come_last(&self) -> MutexGuard<'_, Place> {
        let waiting = |queue: &mut Queue| queue.waiting > 0;
        loop {
            let queue = lock(&self.queue);
            drop(self.nobody_waits.wait_while(queue, waiting).unwrap_or_else(PoisonError::into_inner));
            let place = lock(&self.place);
            if lock(&self.queue).waiting == 0 {
                return place;
            }
            // Somebody came in between: they go first.
        }
    }
}
