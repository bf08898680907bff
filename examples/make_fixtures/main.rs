//! Makes the files under `fixtures/`, and files of any length for the benchmarks.
//!
//! ```text
//! cargo run --example make_fixtures                                    # rewrites fixtures/
//! cargo run --example make_fixtures -- --out-dir DIR                   # the same files, elsewhere
//! cargo run --example make_fixtures -- --rows 1000000 --out F --seed 7 # one long export, written as it is made
//! ```

mod fixtures;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;

/// Makes exports of made-up people.
#[derive(Debug, Parser)]
struct Args {
    /// Folder of the committed fixtures.
    #[arg(long, value_name = "DIR", default_value = "fixtures", conflicts_with = "rows")]
    out_dir: PathBuf,
    /// Rows of one long export.
    #[arg(long, value_name = "N", requires = "out")]
    rows: Option<u64>,
    /// Where the long export goes.
    #[arg(long, value_name = "FILE", requires = "rows")]
    out: Option<PathBuf>,
    /// Other seeds make other people.
    #[arg(long, value_name = "N", default_value_t = fixtures::SEED)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let mut said = io::stderr().lock();
    if let (Some(rows), Some(out)) = (args.rows, &args.out) {
        let file = File::create(out).with_context(|| format!("can't write {}", out.display()))?;
        let mut file = BufWriter::with_capacity(1 << 16, file);
        fixtures::write_export(&mut file, rows, args.seed)?;
        file.flush()?;
        writeln!(said, "{}: {rows} rows", out.display())?;
        return Ok(());
    }
    for (name, content) in fixtures::all()? {
        let path = args.out_dir.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &content).with_context(|| format!("can't write {}", path.display()))?;
        writeln!(said, "{}: {} bytes", path.display(), content.len())?;
    }
    Ok(())
}
