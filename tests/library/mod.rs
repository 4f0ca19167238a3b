//! What the library promises, by its public names.

mod detection;
mod harm;
mod html;
pub(crate) mod invariants;
mod line_model;
mod lost_letters;
mod pipeline;
mod regressions;
mod repairs;
