//! What the packages are made of is sound: the queue's configuration, the services' confinement, the dashboard.

use std::collections::BTreeSet;
use std::process::Command;

use crm_bridge::relay::metrics::Metrics;
use crm_bridge::relay::outbox::Overview;

use super::tree::{files, root, rust_files};

/// Whether `program` is there; says how to get it where it isn't, and fails where nothing may be skipped.
fn has(program: &str, package: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        let skipped = format!("SKIPPED: {program} is missing, install with apt-get install {package}");
        assert!(std::env::var_os("CRM_BRIDGE_REQUIRE_ALL").is_none(), "{skipped}");
        #[expect(clippy::print_stderr, reason = "a skipped test must be heard")]
        {
            eprintln!("{skipped}");
        }
    }
    found
}

#[test]
fn the_queue_accepts_its_configuration() {
    if !has("nats-server", "nats-server") {
        return;
    }
    let names = [
        "NAME",
        "LISTEN",
        "HTTP",
        "STORE",
        "USER",
        "PASSWORD",
        "CLUSTER_LISTEN",
        "CLUSTER_USER",
        "CLUSTER_PASSWORD",
    ];
    for (file, unset, accepted) in [
        ("single.conf", None, true),
        ("cluster.conf", None, true),
        ("cluster.conf", Some("NATS_USER"), false),
    ] {
        let mut check = Command::new("nats-server");
        check.arg("-t").arg("-c").arg(root().join("packaging/nats").join(file));
        for name in names {
            let value = if name.ends_with("LISTEN") || name == "HTTP" { "127.0.0.1:4222" } else { "word" };
            check.env(format!("NATS_{name}"), value);
        }
        for route in ["A", "B", "C"] {
            check.env(format!("NATS_ROUTE_{route}"), format!("nats://route:word@nats-{route}.example:6222"));
        }
        if let Some(unset) = unset {
            check.env_remove(unset);
        }
        let said = check.output().unwrap();
        assert_eq!(said.status.success(), accepted, "{file}: {}", String::from_utf8_lossy(&said.stderr));
    }
}

/// An image is built from what is copied alone, so that a file which the build reads and nobody copies breaks it.
#[test]
fn the_image_is_built_from_all_that_the_build_reads() {
    let read = |file: &str| std::fs::read_to_string(root().join(file)).unwrap();
    let mut needed: BTreeSet<String> = ["Cargo.toml", "Cargo.lock", "build.rs"].map(str::to_owned).into();
    for source in rust_files("src") {
        let folder = std::path::Path::new(&source.path).parent().unwrap();
        for (at, macro_name) in source.text.match_indices("include_str!(\"") {
            let name = source.text[at + macro_name.len()..].split('"').next().unwrap();
            let path = folder.join(name);
            assert!(!name.contains("..") && root().join(&path).is_file(), "{}: {name}", source.path);
            needed.insert(path.to_string_lossy().into_owned());
        }
        needed.insert(source.path);
    }
    // What the build script itself reads, by the lines that tell cargo of it.
    let script = read("build.rs");
    for (at, line) in script.match_indices("rerun-if-changed=") {
        let name = script[at + line.len()..].split('"').next().unwrap();
        needed.extend((!name.contains('{')).then(|| name.to_owned()));
    }
    // What Cargo.toml names must exist.
    needed.extend(
        files("examples", |path| path.ends_with("/main.rs") || path.matches('/').count() == 1)
            .into_iter()
            .map(|file| file.path),
    );
    let container = read("packaging/container/Containerfile");
    let ignored = read("packaging/container/Containerfile.dockerignore");
    let copied: Vec<&str> = container
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|line| !line.starts_with("--from"))
        .flat_map(|line| line.split(' ').collect::<Vec<_>>().into_iter().rev().skip(1))
        .collect();
    let sent: Vec<&str> = ignored.lines().filter_map(|line| line.strip_prefix('!')).collect();
    assert!(ignored.starts_with("*\n") && needed.len() > 100 && copied.contains(&"src"));
    let holds = |among: &[&str], file: &str| {
        among.iter().any(|name| file == *name || file.starts_with(&format!("{name}/")))
    };
    for file in &needed {
        assert!(holds(&copied, file), "the Containerfile does not copy {file}");
        assert!(holds(&sent, file), "Containerfile.dockerignore leaves {file} out");
    }
}

/// Who deleted the settings has them elsewhere: dpkg does not bring them back, and the upgrade must not end there.
#[test]
#[cfg(unix)]
fn the_package_is_configured_where_the_settings_were_deleted() {
    use std::os::unix::fs::PermissionsExt;
    if std::path::Path::new("/etc/crm-bridge/crm-bridge.env").exists() {
        return;
    }
    let programs = tempfile::tempdir().unwrap();
    // Nothing is done to this machine; what is asked for a file that is not there fails.
    for (name, code) in [("getent", 0), ("useradd", 0), ("systemctl", 0), ("chown", 1)] {
        let path = programs.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\nexit {code}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let script = root().join("packaging/deb/postinst");
    let mut configure = Command::new("/bin/sh");
    let done =
        configure.arg(script).args(["configure", "0.0.1"]).env("PATH", programs.path()).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn services_are_confined() {
    let units = files("packaging/systemd", |path| path.ends_with(".service"));
    assert_eq!(units.len(), 2);
    for unit in units {
        for line in [
            "User=crm-bridge",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=",
            "SystemCallFilter=@system-service",
            "UMask=0077",
            "EnvironmentFile=/etc/crm-bridge/crm-bridge.env",
        ] {
            assert!(unit.text.lines().any(|found| found == line), "{}: no line {line}", unit.path);
        }
        assert!(!unit.text.contains("TOKEN"), "{}: a secret belongs into the environment file", unit.path);
    }
}

#[test]
fn the_dashboard_and_the_alerts_name_metrics_that_the_relay_has() {
    let metrics = Metrics::new();
    metrics.dead("rejected");
    let told = metrics.text(Some(&Overview::default()), false, true, 0);
    for (page, at_least) in [("packaging/grafana/crm-bridge.json", 8), ("docs/operations.md", 4)] {
        let text = std::fs::read_to_string(root().join(page)).unwrap();
        let named: BTreeSet<&str> = metrics_in(&text).collect();
        assert!(named.len() >= at_least, "{page} names {named:?}");
        for metric in named {
            assert!(metrics_in(&told).any(|known| known == metric), "{page}: the relay has no {metric}");
        }
    }
    let panels = std::fs::read_to_string(root().join("packaging/grafana/crm-bridge.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&panels).unwrap();
}

/// The names of metrics in a text.
fn metrics_in(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("crm_bridge_relay_").map(|(at, _)| {
        let end = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - at);
        &text[at..at + end]
    })
}
