//! How the process itself stands, as Linux tells; elsewhere these figures are missing.

use metrics::gauge;

use super::figure;

/// Looks now.
pub(super) fn look() {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return };
    if let Some(kibibytes) = field(&status, "VmRSS") {
        gauge!("process_resident_memory_bytes").set(figure(kibibytes.saturating_mul(1024)));
    }
    if let Some(threads) = field(&status, "Threads") {
        gauge!("process_threads").set(figure(threads));
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        // One of them is the folder that is being read.
        let open = u64::try_from(files.count()).unwrap_or(u64::MAX).saturating_sub(1);
        gauge!("process_open_fds").set(figure(open));
    }
}

/// A figure of `/proc/self/status`: `VmRSS:     12345 kB`.
fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let status = "Name:\tkiebot\nVmRSSx:\t 7 kB\nVmRSS:\t   12345 kB\nThreads:\t9\n";
        assert_eq!((field(status, "VmRSS"), field(status, "Threads")), (Some(12_345), Some(9)));
        assert_eq!((field(status, "Vm"), field(status, "Name")), (None, None));
    }
}
