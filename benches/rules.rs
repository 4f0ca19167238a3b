//! What the rules cost before the first document: `cargo bench --bench rules`.

use divan::Bencher;
use scutch::{Config, Packs, Pipeline};

/// Reading all built-in packs.
#[divan::bench]
fn read_packs(bencher: Bencher<'_, '_>) {
    let config = Config::default();
    bencher.bench(|| Packs::load(&config.rules.packs));
}

/// Compiling them to a pipeline.
#[divan::bench]
fn build_pipeline(bencher: Bencher<'_, '_>) {
    let config = Config::default();
    let (packs, faults) = Packs::load(&config.rules.packs);
    assert!(faults.is_empty(), "{faults:?}");
    bencher.bench(|| Pipeline::new(&config, &packs).expect("the default configuration is valid"));
}

/// The tests of all rules.
#[divan::bench(sample_count = 5)]
fn test_rules(bencher: Bencher<'_, '_>) {
    let (packs, _) = Packs::load(&Config::default().rules.packs);
    bencher.bench(|| packs.test(""));
}

fn main() {
    divan::main();
}
