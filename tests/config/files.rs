//! Mistakes in `crm-bridge.toml`: line, key, and what was probably meant; and what `.env` may hold.

use crm_bridge::error::{Failure, Kind};

use crate::place::{Place, URL};

fn failure(text: &str) -> Failure {
    Place::new().file("crm-bridge.toml", text).found().expect_err("a mistake in the file")
}

#[test]
fn an_unknown_key_names_its_line_and_the_nearest_key() {
    let failure = failure("url = \"https://x.pe/\"\n\ntimout = \"3s\"\n");
    assert_eq!(failure.kind, Kind::Usage);
    assert!(
        failure.message.en.ends_with("crm-bridge.toml:3: unknown key `timout`"),
        "{}",
        failure.message.en
    );
    assert!(failure.hint.expect("a hint").en.starts_with("did you mean `timeout`?"));
}

#[test]
fn an_unknown_key_in_a_profile_is_found_too() {
    let failure = failure("[profiles.dev]\nretrys = 3\n");
    assert!(
        failure.message.en.ends_with("crm-bridge.toml:2: unknown key `retrys`"),
        "{}",
        failure.message.en
    );
    assert!(failure.hint.expect("a hint").es.starts_with("¿quiso decir `retries`?"));
}

#[test]
fn a_value_of_the_wrong_kind_names_its_line() {
    for (text, line, what) in [
        ("retries = true", 1, "`retries` is a number"),
        ("\nallow_http = \"perhaps\"", 2, "`allow_http` is true or false"),
        ("signing_secret = []", 1, "or a list of them"),
        ("profiles = 3", 1, "tables such as [profiles.dev]"),
    ] {
        let message = failure(text).message.en;
        assert!(message.contains(&format!("crm-bridge.toml:{line}: ")), "{message}");
        assert!(message.contains(what), "{message}");
    }
}

#[test]
fn a_value_out_of_range_names_where_it_stands_and_how_to_set_it() {
    let failure = failure("\n\njobs = 0\n");
    assert!(failure.message.en.contains("crm-bridge.toml:3"), "{}", failure.message.en);
    assert!(failure.message.en.contains("it should be auto, or a number"), "{}", failure.message.en);
    let hint = failure.hint.expect("a hint").en;
    assert!(hint.contains("--jobs") && hint.contains("CRM_BRIDGE_JOBS"), "{hint}");
}

#[test]
fn a_syntax_error_never_quotes_the_line() {
    let failure = failure("token = \"MARKED-SECRET\ntimeout = 3");
    let all = format!("{failure:?}");
    assert!(all.contains("crm-bridge.toml:1"), "{all}");
    assert!(!all.contains("MARKED-SECRET"), "{all}");
}

#[test]
fn a_dotenv_line_that_cannot_be_read_is_said_without_quoting_it() {
    let place = Place::new().file(".env", "COMERCIAL_WEBHOOK_TOKEN=MARKED SECRET\nCRM_BRIDGE_RETRIES=2\n");
    let found = place.found().expect("settings");
    let all = format!("{:?}", found.warnings);
    assert!(all.contains("a line that can't be read"), "{all}");
    assert!(!all.contains("MARKED"), "{all}");
    assert!(found.token.is_none());
}

#[test]
fn token_and_token_file_side_by_side_are_a_contradiction() {
    let message = failure("token = \"a\"\ntoken_file = \"b\"").message.en;
    assert!(message.contains("are both set"), "{message}");
}

#[test]
fn an_unknown_profile_names_the_nearest() {
    let place = Place::new().file("crm-bridge.toml", "[profiles.prod]\nretries = 1").profile("prd");
    let failure = place.found().expect_err("no such profile");
    assert_eq!(failure.kind, Kind::Usage);
    assert_eq!(failure.hint.expect("a hint").en, "did you mean --profile prod?");
}

#[test]
fn a_mark_at_the_beginning_of_dotenv_is_no_part_of_its_first_name() {
    let text = format!("\u{feff}COMERCIAL_WEBHOOK_URL={URL}\r\nCRM_BRIDGE_RETRIES=7\r\n");
    let found = Place::new().file(".env", &text).found().expect("settings");
    assert_eq!(found.url.map(String::from).as_deref(), Some(URL));
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
}

#[test]
fn a_dollar_in_dotenv_is_never_replaced_without_a_word() {
    let said = |text: &str| {
        let place = Place::new().file(".env", &format!("# of the App Comercial\n{text}\n"));
        let found = place.found().expect("settings");
        let warnings: Vec<String> = found.warnings.into_iter().map(|said| said.en).collect();
        (found.token.map(|token| token.expose().to_owned()).unwrap_or_default(), warnings)
    };
    for text in [
        "COMERCIAL_WEBHOOK_TOKEN=abc$def/x",
        "COMERCIAL_WEBHOOK_TOKEN=abc/defx$",
        "export COMERCIAL_WEBHOOK_TOKEN = \"abc$def/x\"",
    ] {
        let (_, warnings) = said(text);
        assert_eq!(warnings.len(), 1, "{text}: {warnings:?}");
        assert!(warnings[0].contains(", line 2: ") && warnings[0].contains("COMERCIAL_WEBHOOK_TOKEN='…'"));
        assert!(!warnings[0].contains("abc") && !warnings[0].contains("def"), "{}", warnings[0]);
    }
    for (text, token) in [
        ("COMERCIAL_WEBHOOK_TOKEN='abc$def/x'", "abc$def/x"),
        ("COMERCIAL_WEBHOOK_TOKEN=abc\\$def/x", "abc$def/x"),
        ("OTHER=1234\nCOMERCIAL_WEBHOOK_TOKEN=${OTHER}5", "12345"),
        ("OTHER=a$b\nCOMERCIAL_WEBHOOK_TOKEN=12345 # a $sign", "12345"),
    ] {
        assert_eq!(said(text), (token.to_owned(), Vec::new()), "{text}");
    }
}

#[test]
fn paths_in_dotenv_are_relative_to_it_and_it_may_name_the_config_file() {
    let place = Place::new()
        .file("secret", "a-token-of-a-file")
        .file("other.toml", "retries = 9")
        .file(".env", "COMERCIAL_WEBHOOK_TOKEN_FILE=secret\nCRM_BRIDGE_CONFIG=other.toml\n");
    let found = place.found().expect("settings");
    assert_eq!(found.token.expect("a token").expose(), "a-token-of-a-file");
    assert_eq!(
        place.layers().expect("layers").text("retries").map(|(text, _)| text.to_owned()),
        Some("9".into())
    );
    // The process's own variable is stronger.
    let place = place.file("deep/third.toml", "retries = 8").variable("CRM_BRIDGE_CONFIG", "third.toml");
    assert_eq!(
        place.layers().expect("layers").text("retries").map(|(text, _)| text.to_owned()),
        Some("8".into())
    );
}
