//! What the packages are made of is sound: the queue's configuration, the services' confinement, the dashboard.

use std::process::Command;

use super::tree::{files, root};

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
fn the_dashboard_shows_one_metric_of_each_kind() {
    let text = std::fs::read_to_string(root().join("packaging/grafana/crm-bridge.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    for metric in [
        "crm_bridge_accepted_total",
        "crm_bridge_delivered_total",
        "crm_bridge_retried_total",
        "crm_bridge_dead_total",
        "crm_bridge_queue_depth",
        "crm_bridge_oldest_age_seconds",
        "crm_bridge_delivery_seconds_bucket",
    ] {
        let shown = panels.iter().any(|panel| panel["targets"].to_string().contains(metric));
        assert!(shown, "{metric} is not shown");
    }
}
