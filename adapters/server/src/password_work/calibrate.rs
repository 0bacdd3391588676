//! How costly a password may be on this machine.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use sutra_kernel::PortError;

use super::scheme::refused;

/// Parameters, and how long one hash takes with them here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Calibration {
    /// For `passwords.memory_kib`.
    pub(crate) memory_kib: u32,
    /// For `passwords.iterations`.
    pub(crate) iterations: u32,
    pub(crate) takes: Duration,
}

/// The least that is accepted, and the most.
const FLOOR: (u32, u32) = (19_456, 2);
const MOST_ITERATIONS: u32 = 20;
const MEBIBYTE: u32 = 1_024;
/// Of so many hashes the middle one counts.
const SAMPLES: usize = 5;
/// The first estimate is of a small piece of memory, and later ones correct it.
const ROUNDS: usize = 3;

/// Finds the parameters with which a hash takes about as long as is wished: first more memory, up to the most that one
/// hash may have, then more passes over it.
///
/// # Errors
/// If Argon2 does not take the parameters.
pub(crate) fn calibrate(target: Duration, most_kib: u32) -> Result<Calibration, PortError> {
    fit(target, most_kib, measure)
}

/// The work is proportional to memory and to passes, so that each measurement says how much of them fits.
fn fit(
    target: Duration,
    most_kib: u32,
    mut measure: impl FnMut(u32, u32) -> Result<Duration, PortError>,
) -> Result<Calibration, PortError> {
    let (least_kib, least_iterations) = FLOOR;
    let most_kib = u64::from(most_kib.max(least_kib));
    let (mut memory_kib, mut iterations) = FLOOR;
    let mut takes = measure(memory_kib, iterations)?;
    for _ in 0..ROUNDS {
        let affordable = affordable(u64::from(memory_kib) * u64::from(iterations), takes, target);
        let memory = (affordable / u64::from(least_iterations)).clamp(u64::from(least_kib), most_kib);
        let passes = (affordable / memory).clamp(u64::from(least_iterations), u64::from(MOST_ITERATIONS));
        let memory = narrow(memory);
        let next = (if memory > least_kib { memory - memory % MEBIBYTE } else { memory }, narrow(passes));
        if next == (memory_kib, iterations) {
            break;
        }
        (memory_kib, iterations) = next;
        takes = measure(memory_kib, iterations)?;
    }
    Ok(Calibration { memory_kib, iterations, takes })
}

/// How much work, in passes over a kibibyte, fits into a time.
fn affordable(work: u64, took: Duration, target: Duration) -> u64 {
    let work = u128::from(work) * target.as_micros() / took.as_micros().max(1);
    u64::try_from(work).unwrap_or(u64::MAX)
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn measure(memory_kib: u32, iterations: u32) -> Result<Duration, PortError> {
    let params = Params::new(memory_kib, iterations, 1, None).map_err(refused)?;
    let mut blocks = vec![Block::new(); params.block_count()];
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut samples = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        let begun = Instant::now();
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        hasher.hash_password_into_with_memory(&[7; 16], &[7; 16], &mut out, &mut blocks).map_err(refused)?;
        samples.push(begun.elapsed());
    }
    samples.sort_unstable();
    Ok(samples.get(SAMPLES / 2).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a machine that needs so many nanoseconds for a pass over a kibibyte.
    fn fitted(nanos: u64, target_ms: u64, most_mib: u32) -> (u32, u32, u128) {
        let measure = |memory: u32, passes: u32| {
            Ok(Duration::from_nanos(nanos * u64::from(memory) * u64::from(passes)))
        };
        let fit = fit(Duration::from_millis(target_ms), most_mib * MEBIBYTE, measure).unwrap();
        (fit.memory_kib, fit.iterations, fit.takes.as_millis())
    }

    #[test]
    fn time_is_spent_on_memory_first_and_then_on_passes() {
        let cases = [
            ("as much memory as fits", (600, 100, 256), (82_944, 2, 99)),
            ("no more than there may be, and more passes", (600, 500, 64), (65_536, 12, 471)),
            ("no more than twenty passes", (100, 1_000, 64), (65_536, 20, 131)),
            ("a slow machine keeps to the least", (6_000, 100, 256), (19_456, 2, 233)),
            ("and so does one with little memory", (600, 30, 1), (19_456, 2, 23)),
            ("a machine that takes no time", (0, 100, 64), (65_536, 20, 0)),
        ];
        for (name, (nanos, target, most), expected) in cases {
            assert_eq!(fitted(nanos, target, most), expected, "{name}");
        }
    }

    #[test]
    fn a_first_estimate_that_was_wrong_is_corrected() {
        // What no longer fits into the processor's own memory takes three times as long.
        let measure = |memory: u32, passes: u32| {
            let nanos = if memory > FLOOR.0 { 900 } else { 300 };
            Ok(Duration::from_nanos(nanos * u64::from(memory) * u64::from(passes)))
        };
        let fit = fit(Duration::from_millis(100), 1_024 * MEBIBYTE, measure).unwrap();
        assert_eq!((fit.memory_kib, fit.iterations, fit.takes.as_millis()), (55_296, 2, 99));
    }

    #[test]
    fn what_is_measured_takes_some_time() {
        assert!(measure(FLOOR.0, 1).unwrap() > Duration::ZERO);
    }
}
