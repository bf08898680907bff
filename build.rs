//! Gives release builds their commit for `--version`. A debug build has none, so that a commit does not rebuild it; nor
//! has one without git or outside a repository, such as of a source archive.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if release { commit() } else { None };
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = commit.map_or(version.clone(), |commit| format!("{version} ({commit})"));
    println!("cargo:rustc-env=CRM_BRIDGE_VERSION={version}");
}

fn commit() -> Option<String> {
    // Only of this package's own repository, not of one that a copy of it happens to lie in.
    let inside = git(&["rev-parse", "--show-prefix"])?;
    if !inside.is_empty() {
        return None;
    }
    // Both change with each commit: the branch that is checked out, and what it points to.
    for name in ["HEAD".to_owned(), git(&["rev-parse", "--symbolic-full-name", "HEAD"])?] {
        let path = git(&["rev-parse", "--git-path", &name])?;
        println!("cargo:rerun-if-changed={path}");
    }
    git(&["log", "-1", "--format=%h %cs"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
