//! One test binary for everything that is tested from outside.

#[cfg(feature = "cli")]
mod command;
mod library;
mod properties;
