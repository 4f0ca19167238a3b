//! Work on many threads, put out in the order in which it came in, with bounded memory.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{bounded, unbounded};

/// Bytes of input that may be under way. A piece that is larger passes alone.
const BYTES_IN_FLIGHT: usize = 24 << 20;
/// Pieces that may be under way, for each worker.
const PIECES_PER_WORKER: usize = 4;

/// Takes one piece of work and its size in bytes; `false` means that no more is wanted.
pub(crate) type Give<'a, T> = &'a mut dyn FnMut(T, usize) -> bool;

struct Numbered<T> {
    number: u64,
    bytes: usize,
    item: T,
}

/// Runs `produce` on a thread of its own, `map` on `threads` threads (0: one a core), and `consume` on
/// this one, in the order in which the pieces were produced.
///
/// # Errors
/// The first error of `consume`, after which nothing more is produced.
pub(crate) fn ordered_map<T: Send, R: Send, E: Send>(
    threads: usize,
    produce: impl FnOnce(Give<'_, T>) + Send,
    map: impl Fn(T) -> R + Sync,
    mut consume: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let threads = if threads == 0 { thread::available_parallelism().map_or(1, usize::from) } else { threads };
    let budget = Budget::new(BYTES_IN_FLIGHT, PIECES_PER_WORKER * threads);
    let (to_workers, pieces) = unbounded::<Numbered<T>>();
    let (to_consumer, results) = bounded::<Numbered<R>>(PIECES_PER_WORKER * threads);
    thread::scope(|scope| {
        let (budget, map) = (&budget, &map);
        scope.spawn(move || {
            let mut number = 0;
            produce(&mut |item, bytes| {
                let sent = budget.acquire(bytes) && to_workers.send(Numbered { number, bytes, item }).is_ok();
                number += 1;
                sent
            });
        });
        for _ in 0..threads {
            let (pieces, to_consumer) = (pieces.clone(), to_consumer.clone());
            scope.spawn(move || {
                for Numbered { number, bytes, item } in pieces {
                    if to_consumer.send(Numbered { number, bytes, item: map(item) }).is_err() {
                        return;
                    }
                }
            });
        }
        drop((pieces, to_consumer));
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut result = Ok(());
        'all: for done in &results {
            waiting.insert(done.number, done);
            while let Some(Numbered { bytes, item, .. }) = waiting.remove(&next) {
                next += 1;
                result = consume(item);
                if result.is_err() {
                    break 'all;
                }
                budget.release(bytes);
            }
        }
        // Whatever ended the loop, nobody may be left waiting.
        budget.close();
        drop(results);
        result
    })
}

/// Bounds what lies between producer and consumer.
struct Budget {
    state: Mutex<BudgetState>,
    changed: Condvar,
    max_bytes: usize,
    max_pieces: usize,
}

#[derive(Default)]
struct BudgetState {
    bytes: usize,
    pieces: usize,
    closed: bool,
}

impl Budget {
    fn new(max_bytes: usize, max_pieces: usize) -> Self {
        Self { state: Mutex::default(), changed: Condvar::new(), max_bytes, max_pieces }
    }

    /// Waits for room; `false` if the budget was closed. Something too large passes when it is alone.
    fn acquire(&self, bytes: usize) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if state.closed {
                return false;
            }
            let fits = state.bytes + bytes <= self.max_bytes && state.pieces < self.max_pieces;
            if fits || state.pieces == 0 {
                state.bytes += bytes;
                state.pieces += 1;
                return true;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn release(&self, bytes: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.bytes = state.bytes.saturating_sub(bytes);
        state.pieces = state.pieces.saturating_sub(1);
        self.changed.notify_all();
    }

    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_work() {
        let mut seen = Vec::new();
        let produce = |give: Give<'_, u64>| {
            for number in 0..500 {
                give(number, 1 << 20);
            }
        };
        let map = |number: u64| {
            // The later the number, the less there is to do.
            (0..(500 - number) * 50).fold(number, |sum, step| std::hint::black_box(sum ^ step));
            number
        };
        let consume = |number| {
            seen.push(number);
            Ok::<(), ()>(())
        };
        assert_eq!(ordered_map(8, produce, map, consume), Ok(()));
        assert_eq!(seen, (0..500).collect::<Vec<u64>>());
    }

    #[test]
    fn an_error_of_the_consumer_ends_everything() {
        let produce = |give: Give<'_, u64>| while give(1, 1) {};
        let mut left = 5;
        let consume = |_| {
            left -= 1;
            if left == 0 { Err("full") } else { Ok(()) }
        };
        assert_eq!(ordered_map(2, produce, |number| number, consume), Err("full"));
    }
}
