//! What else is left in texts by programs: references, escapes, marks and controls.

pub(super) mod byte_order;
pub(super) mod controls;
pub(super) mod encoded_words;
pub(super) mod entities;
pub(super) mod escapes;
pub(super) mod terminal;
