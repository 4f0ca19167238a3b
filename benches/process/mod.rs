//! CPU time of processes, as Linux tells it in `/proc`.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// Clock ticks in a second, as `/proc` counts: the same on all Linux systems of today.
const TICKS: u64 = 100;

/// State and CPU time so far, in user and in kernel mode, of the process with the folder `process` in `/proc`. The
/// state of one that has ended and is not waited for yet is `Z`.
pub(crate) fn status(process: &Path) -> (char, Duration) {
    let stat = fs::read_to_string(process.join("stat")).expect("Linux has it until the process is waited for");
    // Behind the name, which may hold anything but a closing bracket: state, and 11 further on the ticks.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let state = fields.first().and_then(|state| state.chars().next()).expect("Linux tells it");
    let ticks: u64 = fields.get(11..13).unwrap_or_default().iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    (state, Duration::from_millis(ticks * 1000 / TICKS))
}
