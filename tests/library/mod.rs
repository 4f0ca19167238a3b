//! What the library promises, by its public names.

mod html;
mod pipeline;
mod repairs;
