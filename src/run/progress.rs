//! What a run tells those who watch it.

use crate::record::Reject;

/// Is told of a run's progress; the command line shows it, tests ignore it.
pub trait Observer: Sync {
    /// A phase begins (`read`, `dedup`, `publish`); `total` is the number of chunks or 0 where it is not known.
    fn phase(&self, _name: &str, _total: usize) {}
    /// A chunk was finished (or found finished) with so many records.
    fn chunk(&self, _records: usize, _found_done: bool) {}
    /// A file, line or row could not be read.
    fn refused(&self, _reject: &Reject) {}
    /// Something that the person who runs it should know.
    fn note(&self, _message: &str) {}
    /// Something that is not as it should be; the run goes on.
    fn warn(&self, message: &str) {
        self.note(message);
    }
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
