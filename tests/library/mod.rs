//! What the library promises, by its public names.

mod detection;
mod harm;
mod html;
mod pipeline;
mod repairs;
