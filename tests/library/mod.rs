//! What the library promises, by its public names.

mod detection;
mod harm;
mod html;
pub(crate) mod invariants;
mod line_model;
mod lost_letters;
mod main_text;
mod pipeline;
mod regressions;
mod repairs;
