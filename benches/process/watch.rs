//! What a process took until its end.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::Duration;

use crate::process;

/// What a process took.
pub(crate) struct Used {
    pub(crate) cpu: Duration,
    pub(crate) peak_kilobytes: u64,
}

/// Reads what `/proc` says of a process until it has ended. The peak is that of a hundredth of a second before
/// the end, or later.
pub(crate) fn watch(child: &Child) -> Used {
    let folder = Path::new("/proc").join(child.id().to_string());
    let mut peak_kilobytes = 0;
    loop {
        if let Some(peak) = fs::read_to_string(folder.join("status")).ok().and_then(|status| peak_in(&status)) {
            peak_kilobytes = peak;
        }
        let (state, cpu) = process::status(&folder);
        if state == 'Z' {
            return Used { cpu, peak_kilobytes };
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
