//! What a mistaken command line is told, in Spanish; in English clap's own words stand.

use std::process::Command;

fn told(line: &str, lang: &[&str], locale: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .args(line.split_whitespace())
        .args(lang)
        .env_remove("LC_ALL")
        .env("LANG", locale)
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert!(output.stdout.is_empty(), "{line}");
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn each_mistake_is_told_in_spanish() {
    let mut said = String::new();
    for line in [
        "replay-csv",
        "replay-cs x",
        "replay-csv x --ignora A05",
        "replay-csv x --nop -- y",
        "send --token=visible",
        "send --json --json",
        "send -q -v",
        "map --show x",
        "runs settle last 3",
        "replay-csv x --trigger",
        "replay-csv x --date-order dma",
        "replay-csv x --encoding ebcdic",
        "replay-csv x --delimiter ab",
        "serve-mock --fault teapot",
        "serve-mock --fault 503;n=5-3",
        "serve-mock --fault delay:p50=pronto",
        "serve-mock --quirk ninguna",
        "serve-mock --listen aqui",
        "serve-mock --expect 3.5",
        "serve-mock --expect 99999999999999999999",
        "serve-mock --expect=",
        "worker --queue-replicas 9",
        "worker --partitions 9-44",
        "worker --ack-wait 3",
    ] {
        let told = told(line, &[], "es_PE.UTF-8");
        assert!(!told.contains("visible"), "{told}");
        let told = told.replace("\n\nMás información: --help\n", "\n");
        said.push_str(&format!("$ crm-bridge {line}\n{told}\n"));
    }
    insta::assert_snapshot!("spanish", said);
}

#[test]
fn the_language_of_the_flag_holds_though_the_line_can_not_be_parsed() {
    for lang in [&["--lang", "es"][..], &["--lang=es"], &["--lang", "en", "--lang=es"]] {
        let told = told("send --nada", lang, "C.UTF-8");
        assert!(told.starts_with("error: no existe el argumento '--nada'"), "{told}");
    }
    for (lang, locale) in [(&["--lang", "en"][..], "es_PE.UTF-8"), (&[], "C.UTF-8"), (&["--lang", "fr"], "C")]
    {
        let told = told("send --nada", lang, locale);
        assert!(told.starts_with("error: unexpected argument '--nada'"), "{told}");
    }
}
