//! Places at which a test stops the world, to show that what was acknowledged survives and nothing else is
//! listed. In service [`NoFaults`] does nothing.

use std::io;

macro_rules! points {
    ($(#[$doc:meta])* $name:ident { $($(#[$pdoc:meta])* $point:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$pdoc])* $point),+ }

        impl $name {
            /// Every one of them, so that no test leaves one out.
            pub const ALL: &[Self] = &[$(Self::$point),+];
        }
    };
}

points! {
    /// A place between two durable steps.
    Point {
        /// The bytes of a piece are written, nothing is synced.
        PieceWritten,
        /// The bytes of a piece are durable under a temporary name.
        PieceSynced,
        /// A piece has its final name, which may not be durable.
        PieceRenamed,
        /// A piece is durable under its final name; the ledger does not know.
        PieceInPlace,
        /// The ledger lists the piece as stored; the phone has no answer.
        PieceCommitted,
        /// The ledger lists an item as stored; nobody was told.
        ItemCommitted,
        /// Records and their log leaves are in a transaction that is not committed.
        RecordsAppended,
        /// Records and their log leaves are durable; the phone has no answer.
        RecordsCommitted,
        /// A checkpoint is in the ledger, not yet in its file.
        CheckpointCommitted,
        /// A checkpoint is in the ledger and in its file; nobody was told.
        CheckpointFiled,
        /// A cosignature of a witness has come, and is not in the ledger.
        CosignatureReceived,
        /// A cosignature is in the ledger; nobody was told.
        CosignatureCommitted,
        /// A time-stamp token has come, and is not in the ledger.
        StampReceived,
        /// A time-stamp token is in the ledger; nobody was told.
        StampCommitted,
        /// An upload is in the ledger; the phone has no answer.
        UploadCreated,
        /// A request has claimed an upload; no byte of it is written.
        UploadClaimed,
        /// What is acknowledged of an upload is durable at a second place; the ledger names the first.
        StagedCopied,
        /// A part of a piece and its name are durable; its offset is not in the ledger.
        PartInPlace,
        /// A part of a piece is durable and its offset is in the ledger; the phone has no answer.
        OffsetCommitted,
        /// The digest of an item is known; its statement is not in the log.
        ItemHashed,
        /// The statement about an item is in the log, in a transaction that is not committed.
        ItemAppended,
        /// A witness will sign, and has kept nothing yet.
        WitnessJudged,
        /// A witness has kept the checkpoint; the log has no answer.
        WitnessKept,
    }
}

/// What happens at a [`Point`].
pub trait Faults: Send + Sync {
    /// Called at every point. An error is treated like one of the file system's; not returning at all (killing
    /// the process) is allowed.
    ///
    /// # Errors
    /// The error to inject.
    fn hit(&self, point: Point) -> io::Result<()>;
}

/// Nothing happens.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFaults;

impl Faults for NoFaults {
    fn hit(&self, _: Point) -> io::Result<()> {
        Ok(())
    }
}
