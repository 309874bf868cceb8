//! One seed for an experiment, and a seed of its own for every stage of it.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A reproducible source of randomness.
///
/// Stage seeds are the first eight bytes of SHA-256 over the parent seed and the stage's name, so adding a
/// stage never changes the numbers of another.
///
/// # Examples
/// ```
/// use dvol_core::seed::Seed;
/// let seed = Seed::new(42);
/// assert_eq!(seed.stage("bootstrap"), seed.stage("bootstrap"));
/// assert_ne!(seed.stage("bootstrap"), seed.stage("simulate"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(u64);

impl Seed {
    /// The seed of an experiment.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The seed of a named stage.
    pub fn stage(self, name: &str) -> Self {
        let digest =
            Sha256::new().chain_update(self.0.to_le_bytes()).chain_update(name.as_bytes()).finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        Self(u64::from_le_bytes(bytes))
    }

    /// The seed of the `index`-th of many equal stages (replications, folds).
    pub fn nth(self, index: usize) -> Self {
        self.stage(&index.to_string())
    }

    /// A portable generator: the same numbers on every machine and in every version of ours.
    pub fn rng(self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.0)
    }
}

impl Default for Seed {
    fn default() -> Self {
        Self(42)
    }
}
