//! What the library promises, by its public names.

mod detection;
mod harm;
mod html;
mod invariants;
mod pipeline;
mod regressions;
mod repairs;
