//! Tables → a release: Parquet files, and the folder that is published.

pub mod spec;
pub mod table;

pub use spec::{ReleaseSpec, Version};
