//! Planning: which tasks may be sent now, and if none may, why.

use super::{Queue, QueueError, Task, TaskRow, TaskState, session, store};
use crate::{
    ports::NetworkState,
    sync::{SyncOptions, Wake, backoff, office_network::obstacle, waiting::Waiting},
};
use liuhen_record::DeviceId;

/// Under which circumstances something is planned.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// The network now.
    pub network: NetworkState,
    /// Who asked, and on which networks bytes may be sent.
    pub options: SyncOptions,
}

/// What is to be sent now.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Whole requests, in the order in which they matter; each may be sent independently of the others.
    pub tasks: Vec<Task>,
    /// Why nothing else is planned; `None` when there is nothing else.
    pub waiting: Option<Waiting>,
}

impl Queue {
    /// What a foreign executor should send now, as whole requests. Everything planned counts as under way from now
    /// on: it is not planned again before [`Queue::on_result`] or [`Queue::on_wake`] says that it ended.
    ///
    /// # Errors
    /// [`QueueError`].
    pub fn plan(&mut self, conditions: &Conditions) -> Result<Plan, QueueError> {
        self.plan_for(TaskState::WithShell, conditions)
    }

    /// The same for the core's own executor.
    pub(in crate::sync) fn plan_own(&mut self, conditions: &Conditions) -> Result<Plan, QueueError> {
        self.plan_for(TaskState::WithCore, conditions)
    }

    fn plan_for(&mut self, executor: TaskState, conditions: &Conditions) -> Result<Plan, QueueError> {
        if let Some(waiting) = obstacle(&conditions.network, &conditions.options) {
            return Ok(Plan { tasks: Vec::new(), waiting: Some(waiting) });
        }
        let now_ms = self.now_ms()?;
        let wake = conditions.options.wake;
        if let Some(waiting) = self.circuit_obstacle(wake, now_ms)? {
            return Ok(Plan { tasks: Vec::new(), waiting: Some(waiting) });
        }
        let mut plan = Plan::default();
        let mut without_token = false;
        let mut handed = Vec::new();
        let session = session(self.store.conn())?;
        let rows = self.rows()?.into_iter().filter(|row| is_ready(row, wake, now_ms, session));
        for row in rows {
            match self.account(row.device)?.filter(|account| account.is_usable(now_ms)) {
                None => without_token = true,
                Some(account) => {
                    plan.tasks.push(Task::new(&row, &account, conditions.options.idle_timeout_ms));
                    handed.push(TaskRow { state: executor, handed_ms: now_ms, ..row });
                }
            }
        }
        self.put_rows(&handed)?;
        plan.waiting = if without_token { Some(Waiting::Login) } else { self.remaining(None)? };
        Ok(plan)
    }

    /// The tasks of `device` that the core's own executor should send now; they count as under way from now on.
    pub(in crate::sync) fn pick(&mut self, device: DeviceId, wake: Wake) -> Result<Vec<TaskRow>, QueueError> {
        let now_ms = self.now_ms()?;
        let session = session(self.store.conn())?;
        let mut rows = self.rows()?;
        rows.retain(|row| row.device == device && is_ready(row, wake, now_ms, session));
        for row in &mut rows {
            (row.state, row.handed_ms) = (TaskState::WithCore, now_ms);
        }
        self.put_rows(&rows)?;
        Ok(rows)
    }

    /// What the circuit says to somebody who would send now. A person may always try.
    pub(in crate::sync) fn circuit_obstacle(
        &self,
        wake: Wake,
        now_ms: i64,
    ) -> Result<Option<Waiting>, QueueError> {
        let circuit = self.circuit()?;
        let open = wake == Wake::Scheduled && !circuit.is_closed(now_ms);
        Ok(open.then(|| Waiting::BackOff { left_ms: circuit.not_before_ms.saturating_sub(now_ms) }))
    }

    /// Why something (of one device) is left in the queue; `None` when nothing is that the queue could do anything about.
    pub(in crate::sync) fn remaining(&self, of: Option<DeviceId>) -> Result<Option<Waiting>, QueueError> {
        let now_ms = self.now_ms()?;
        let mut rows = self.rows()?;
        rows.retain(|row| of.is_none_or(|device| device == row.device));
        let count = |state| rows.iter().filter(|row| row.state == state).count() as u32;
        let parked = count(TaskState::Parked);
        if parked > 0 {
            return Ok(Some(Waiting::Parked { pieces: parked }));
        }
        let later = rows.iter().filter(|row| row.state == TaskState::Later);
        if let Some(due_ms) = later.map(|row| row.not_before_ms).min() {
            let left_ms = due_ms.saturating_sub(now_ms).max(0);
            return Ok(Some(Waiting::PieceBackOff { pieces: count(TaskState::Later), left_ms }));
        }
        let pieces = count(TaskState::WithShell) + count(TaskState::Waiting);
        Ok((pieces > 0).then_some(Waiting::InBackground { pieces }))
    }

    fn put_rows(&mut self, rows: &[TaskRow]) -> Result<(), QueueError> {
        self.store.write(|tx| {
            for row in rows {
                store::put_task(tx, row)?;
            }
            Ok(())
        })
    }
}

/// Whether a task may be sent now. A person, or a network that has just appeared, does not wait for what waits for
/// another attempt; but nothing is tried twice in one session.
fn is_ready(row: &TaskRow, wake: Wake, now_ms: i64, session: i64) -> bool {
    match row.state {
        TaskState::Waiting => true,
        TaskState::Later => {
            let due = backoff::is_due(row.not_before_ms, now_ms);
            due || (wake == Wake::Asked && row.tried_in < session)
        }
        TaskState::WithCore | TaskState::WithShell | TaskState::Parked | TaskState::Done => false,
    }
}
