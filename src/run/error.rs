//! Why a run stopped.

use crate::knowledge::KnowledgeError;
use crate::read::ReadError;

/// An error that ends a run. Each is one line, with the place and the cause; nothing that was written before is
/// lost, and the next run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The job file is wrong.
    #[error("{0}")]
    Job(String),
    /// An input cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A data file is wrong.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// An output cannot be written (rights, a full disk) or a work file cannot be read back.
    #[error("{path}: {message}")]
    Io {
        /// File or folder.
        path: String,
        /// Cause.
        message: String,
    },
    /// An Arrow batch does not have the columns that a stage asks for.
    #[error("{0}")]
    Columns(String),
    /// There is nothing to work on.
    #[error("{0}")]
    NoInput(String),
    /// A stage lost or invented records: an error in dalel.
    #[error("{stage}: {seen} in, but {kept} kept and {refused} refused; this is an error in dalel, please report it")]
    Unaccounted {
        /// Stage.
        stage: String,
        /// Records that entered.
        seen: usize,
        /// Records that left.
        kept: usize,
        /// Records refused.
        refused: usize,
    },
    /// An assertion about the tables failed; the release was not written.
    #[error("release stopped: {0}")]
    Assertion(String),
}

impl RunError {
    /// An error of the file system.
    pub fn io(path: &std::path::Path, cause: impl std::fmt::Display) -> Self {
        Self::Io { path: path.display().to_string(), message: cause.to_string() }
    }

    /// The exit code of the command line: 1 failed, 2 wrong usage, 3 an assertion stopped a release.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Job(_) | Self::Read(ReadError::Missing { .. } | ReadError::UnknownKind { .. }) => 2,
            Self::Assertion(_) => 3,
            _ => 1,
        }
    }
}
