//! The committed fixtures are what the generator makes, byte for byte.

// The generator as the example compiles it: an integration test can't import an example.
#[path = "../../examples/make_fixtures/fixtures/mod.rs"]
mod generator;

use super::tree::root;

#[test]
fn the_committed_files_are_what_the_generator_makes() {
    for (name, made) in generator::all().unwrap() {
        let committed = std::fs::read(root().join("fixtures").join(name)).unwrap_or_default();
        assert!(made == committed, "fixtures/{name} differs: run `cargo run --example make_fixtures`");
    }
}

#[test]
fn a_long_export_is_made_of_the_same_rows() {
    let mut streamed = Vec::new();
    generator::write_export(&mut streamed, 1_200, generator::SEED).unwrap();
    let committed = std::fs::read(root().join("fixtures/citas.csv")).unwrap();
    assert!(streamed == committed);

    let mut other = Vec::new();
    generator::write_export(&mut other, 1_200, generator::SEED + 1).unwrap();
    assert!(other != committed, "the seed has no effect");
}
