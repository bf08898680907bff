//! `config show` and `init`, by the real binary.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
    command.current_dir(folder).env_clear().env("HOME", folder.join("home"));
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn show_names_the_origin_of_each_value_and_masks_secrets() {
    let folder = folder();
    std::fs::write(folder.path().join("crm-bridge.toml"), "retries = 9\ntoken = \"MARKED-SECRET\"")
        .expect("a file");
    let output = program(folder.path())
        .args(["config", "show", "--json", "--url", "https://x.example.pe/hook/"])
        .env("CRM_BRIDGE_JOBS", "3")
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.contains("MARKED"), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |key: &str| {
        let line = lines.iter().find(|line| line["key"] == key).expect(key);
        (line["value"].as_str().map(str::to_owned), line["origin"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(of("url"), (Some("https://x.example.pe/hook/".into()), "--url".into()));
    assert_eq!(of("jobs"), (Some("3".into()), "environment CRM_BRIDGE_JOBS".into()));
    assert_eq!(of("timeout"), (Some("30s".into()), "default".into()));
    assert_eq!(of("token").0, Some("***".into()));
    let (retries, origin) = of("retries");
    assert_eq!(retries, Some("9".into()));
    assert!(origin.ends_with("crm-bridge.toml:1"), "{origin}");
}

#[test]
fn show_says_which_of_a_token_and_a_token_file_is_used() {
    let folder = folder();
    std::fs::write(folder.path().join("token"), "from-the-file").expect("a file");
    let run = |arguments: &[&str]| {
        let mut command = program(folder.path());
        command.args(["config", "show", "--token-file", "token"]).args(arguments);
        let output = command.env("COMERCIAL_WEBHOOK_TOKEN", "from-here").output().expect("a run");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let used = |key: &str| {
        let lines = run(&["--json"]);
        let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.find(|line| line["key"] == key).expect(key)["used"].clone()
    };
    assert_eq!((used("token"), used("token_file")), (Value::Bool(false), Value::Bool(true)));
    let text = run(&["--lang", "es"]);
    let unused: Vec<&str> = text.lines().filter(|line| line.contains("no se usa")).collect();
    assert!(unused.len() == 1 && unused[0].starts_with("token "), "{text}");
}

#[test]
fn show_hides_the_password_of_a_proxy_whatever_signs_it_has() {
    let folder = folder();
    for proxy in ["http://ana:MARKED/1@h:1", "http://ana:MAR?KED@h:1", "ana:MARKED/@h"] {
        let output =
            program(folder.path()).args(["config", "show", "--proxy", proxy]).output().expect("a run");
        let all = format!("{output:?}");
        assert!(!all.contains("MAR"), "{all}");
    }
}

#[test]
fn show_prints_a_malformed_value_and_then_fails() {
    let folder = folder();
    let output = program(folder.path())
        .args(["config", "show"])
        .env("CRM_BRIDGE_TIMEOUT", "soon")
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("soon"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("CRM_BRIDGE_TIMEOUT"));
}

#[test]
fn init_writes_a_file_that_is_valid_private_and_never_overwritten() {
    let folder = folder();
    let file = folder.path().join("crm-bridge.toml");
    program(folder.path()).arg("init").assert().code(0);
    let text = std::fs::read_to_string(&file).expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    program(folder.path()).args(["config", "show"]).assert().code(0);

    let refused = program(folder.path()).arg("init").output().expect("a run");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--force"));
    std::fs::write(&file, "changed").expect("a file");
    program(folder.path()).args(["init", "--force", "--lang", "es"]).assert().code(0);
    let spanish = std::fs::read_to_string(&file).expect("a file");
    assert_ne!(text, spanish);
    assert!(spanish.contains("el secreto compartido"));
}

/// What `init` suggests must be accepted once its comment signs are taken away.
#[test]
fn every_line_that_init_suggests_is_a_known_key_of_the_right_kind() {
    let folder = folder();
    let printed = program(folder.path()).args(["init", "--print"]).output().expect("a run");
    let text = String::from_utf8(printed.stdout).expect("UTF-8");
    let uncommented: String = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        // The two stand for one another.
        .filter(|line| !line.starts_with("token = "))
        .flat_map(|line| [line, "\n"])
        .collect();
    std::fs::write(folder.path().join("crm-bridge.toml"), &uncommented).expect("a file");
    let shown = program(folder.path()).args(["config", "show"]).output().expect("a run");
    let stderr = String::from_utf8_lossy(&shown.stderr).into_owned();
    // The files that the examples name do not exist; nothing else may be wrong.
    assert!(stderr.contains("token file"), "{stderr}\n{uncommented}");
    assert!(String::from_utf8_lossy(&shown.stdout).contains("comercial.example.pe"));
}
