//! `map --show` and `--mapping`, by the program itself.

use assert_cmd::Command;

fn crm_bridge() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("LC_ALL", "C");
    command
}

#[test]
fn what_map_shows_is_a_mapping_that_changes_nothing() {
    let shown = crm_bridge().args(["map", "--show"]).assert().success();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("builtin.toml");
    std::fs::write(&file, &shown.get_output().stdout).unwrap();
    let validate = |further: &[&str]| {
        let run = crm_bridge()
            .args(["validate", "--json", "fixtures/citas-con-errores.csv"])
            .args(further)
            .assert()
            .code(1);
        let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
        let mut lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let summary = lines.pop().unwrap();
        (lines, summary["by_code"].clone(), summary["prepared"].clone())
    };
    let without = validate(&[]);
    assert!(without.0.len() > 20);
    assert_eq!(validate(&["--mapping", file.to_str().unwrap()]), without);
}

#[test]
fn a_mistake_in_a_mapping_file_is_a_usage_error_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.toml");
    std::fs::write(&file, "version = 1\n\n[colums]\n").unwrap();
    let run = crm_bridge().args(["validate", "fixtures/citas.csv", "--mapping"]).arg(&file).assert().code(2);
    let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(
        said.contains("line 3") && said.contains("colums") && said.contains("did you mean `columns`?"),
        "{said}"
    );
}

#[test]
fn map_wants_a_file_or_show() {
    crm_bridge().arg("map").assert().code(2);
    crm_bridge().args(["map", "--show", "fixtures/citas.csv"]).assert().code(2);
}
