//! All channels, and which of them write the sequences that are seen in a text.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::language::class::{Class, class};
use crate::stages::repair::lossy::channel::{self, After, CORE, Channel, Decoding, Loss, Spec};

/// All channels, the more common before the rarer. Their tables are made when they are asked for.
pub(crate) struct Index {
    specs: Vec<Spec>,
    channels: Vec<OnceLock<Channel>>,
    /// Finds what the channels make of the core characters.
    automaton: AhoCorasick,
    /// For each pattern of the automaton the channels that write it.
    writers: Vec<Vec<usize>>,
}

impl Index {
    pub(crate) fn get() -> &'static Self {
        static INDEX: OnceLock<Index> = OnceLock::new();
        INDEX.get_or_init(Self::new)
    }

    fn new() -> Self {
        let specs = channel::all();
        let mut patterns: Vec<(String, Vec<usize>)> = Vec::new();
        let mut known = BTreeMap::new();
        let channels: Vec<OnceLock<Channel>> = specs.iter().map(|_| OnceLock::new()).collect();
        for (i, &spec) in specs.iter().enumerate() {
            for visible in core(spec) {
                let visible: String = visible.into_iter().collect();
                let at = *known.entry(visible.clone()).or_insert_with(|| {
                    patterns.push((visible, Vec::new()));
                    patterns.len() - 1
                });
                if patterns[at].1.last() != Some(&i) {
                    patterns[at].1.push(i);
                }
            }
        }
        let automaton =
            AhoCorasick::new(patterns.iter().map(|(visible, _)| visible)).expect("a few thousand short patterns");
        let writers = patterns.into_iter().map(|(_, writers)| writers).collect();
        Self { specs, channels, automaton, writers }
    }

    /// How many sequences of the core characters each channel may have written in `text`.
    pub(crate) fn hits(&self, text: &str) -> Vec<usize> {
        let mut hits = vec![0; self.specs.len()];
        for found in self.automaton.find_overlapping_iter(text) {
            for &spec in &self.writers[found.pattern().as_usize()] {
                // Where one of these stands, shorter ones stand several times.
                let is_long = matches!(self.specs[spec], Spec::MisreadTwice(..));
                hits[spec] += if is_long { found.len() } else { 1 };
            }
        }
        hits
    }

    pub(crate) fn specs(&self) -> &[Spec] {
        &self.specs
    }

    pub(crate) fn channel(&'static self, i: usize) -> &'static Channel {
        self.channels[i].get_or_init(|| Channel::new(self.specs[i]))
    }
}

/// The channels of which most is seen, at least one `share`th of the best, and no more than `most` of them. `hits` are
/// numbers of channels with how much is seen of each.
pub(crate) fn most_seen(hits: impl Iterator<Item = (usize, usize)>, share: usize, most: usize) -> Vec<usize> {
    let mut seen: Vec<(usize, usize)> = hits.filter(|(_, count)| *count > 0).collect();
    seen.sort_by_key(|(i, count)| (std::cmp::Reverse(*count), *i));
    let best = seen.first().map_or(0, |(_, count)| *count);
    seen.into_iter().filter(|(_, count)| count * share >= best).take(most).map(|(i, _)| i).collect()
}

/// The sequences that the core characters become, where they are long enough to tell.
fn core(spec: Spec) -> Vec<Vec<char>> {
    let lone = matches!(spec, Spec::LowByte | Spec::Confused(..) | Spec::ReadAsUtf8);
    let tells = |(original, visible): &(char, Vec<char>)| match spec {
        // Quotes and dashes are common for better reasons.
        Spec::Confused(..) => visible.iter().all(|&c| is_telling(c)),
        _ => {
            lone || visible.len() >= 3
                || *visible == ['â']
                || has_strict_loss(spec, visible)
                || is_shortened(spec, *original, visible)
        }
    };
    Channel::of(spec, CORE).into_iter().filter(tells).map(|(_, visible)| visible).collect()
}

/// Whether two characters are left of three bytes, none of them ASCII.
fn is_shortened(spec: Spec, original: char, visible: &[char]) -> bool {
    let drops = matches!(spec, Spec::Misread(_, _, After::Encoded(_, Loss::Dropped)));
    drops && original.len_utf8() == 3 && visible.len() == 2 && visible.iter().all(|c| !c.is_ascii())
}

/// Whether a single character is reason to think of a confusion of encodings.
fn is_telling(c: char) -> bool {
    let kind = class(c);
    kind.is_letter() || matches!(kind, Class::Odd | Class::Box | Class::Math | Class::Control)
}

fn has_strict_loss(spec: Spec, visible: &[char]) -> bool {
    matches!(spec, Spec::Misread(_, Decoding::Strict, _)) && visible.contains(&char::REPLACEMENT_CHARACTER)
}
