//! The steps over one document, in the order in which they run.

pub mod annotate;
pub mod decode;
pub mod extract;
pub mod normalize;
pub mod repair;
pub mod strip;
