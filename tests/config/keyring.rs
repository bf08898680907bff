//! The token in a real keyring, GNOME's, in a session bus of the test's own. Only with the feature `keyring`.

use std::path::Path;
use std::process::Command;

/// What runs in the session: the daemon is unlocked with a password of no worth.
const SESSION: &str = r"
printf 'password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
export COMERCIAL_WEBHOOK_URL=http://127.0.0.1:9/api/webhook-presencia-crm/
until secret-tool search --all any any 2>/dev/null; do sleep 0.1; done
crm-bridge config show | grep '^token ' || exit 10
printf 'MARKED-token-of-the-keyring\n' | crm-bridge config keep-token || exit 11
crm-bridge config show | grep '^token ' || exit 12
crm-bridge test
COMERCIAL_WEBHOOK_URL=http://127.0.0.1:9/other/ crm-bridge test
COMERCIAL_WEBHOOK_TOKEN=a-token-of-the-environment crm-bridge test
";

#[test]
fn a_token_is_kept_and_found_where_no_other_place_has_one() {
    if !is_there(&["dbus-run-session", "gnome-keyring-daemon", "secret-tool"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_crm-bridge")).parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("dbus-run-session")
        .args(["--", "timeout", "60", "bash", "-c", SESSION])
        .current_dir(folder.path())
        .env_clear()
        .env("HOME", folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env("PATH", format!("{}:{path}", program.display()))
        .output()
        .expect("a session");
    let told = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let all = told.concat();
    assert!(!all.contains("MARKED"), "{all}");
    let shown: Vec<&str> = told[0].lines().filter(|line| line.starts_with("token ")).collect();
    assert!(shown.len() == 2 && shown[0].contains("not set") && shown[1].ends_with("keyring"), "{all}");
    let settings: Vec<&str> = told[0].lines().filter(|line| line.contains("settings ")).collect();
    assert!(
        settings.len() == 3
            && settings[0].contains("token (27 signs) from keyring")
            && settings[1].contains("no token is set")
            && settings[2].contains("token (26 signs) from environment COMERCIAL_WEBHOOK_TOKEN"),
        "{all}"
    );
}

#[test]
fn without_a_keyring_it_is_as_if_there_were_no_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .args(["test", "--url", "http://127.0.0.1:9/api/webhook-presencia-crm/"])
        .current_dir(folder.path())
        .env_clear()
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("HOME", folder.path())
        .output()
        .expect("a run");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(2) && told.contains("no token is set"), "{told}");
}

#[expect(clippy::print_stderr, reason = "a test that is skipped must be heard")]
fn is_there(programs: &[&str]) -> bool {
    let path = std::env::var("PATH").unwrap_or_default();
    let found = |name: &&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let Some(missing) = programs.iter().find(|program| !found(program)) else { return true };
    let how = "install it with apt-get install dbus gnome-keyring libsecret-tools";
    assert!(std::env::var_os("CRM_BRIDGE_REQUIRE_ALL").is_none(), "{missing} is missing, {how}");
    eprintln!("SKIPPED: {missing} is missing, {how}");
    false
}
