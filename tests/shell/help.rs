//! Every `--help`, as a snapshot.

use clap::{Command, CommandFactory};
use crm_bridge::cli::Cli;

#[test]
fn every_help() {
    let mut program = Cli::command().term_width(100);
    program.build();
    let mut seen = 0;
    visit(&program, &mut seen);
    assert!(seen > 5, "the commands were not found");
}

fn visit(command: &Command, seen: &mut usize) {
    *seen += 1;
    let path = command.get_bin_name().unwrap_or("crm-bridge").replace(' ', "_");
    let help = command.clone().term_width(100).render_long_help().to_string();
    insta::assert_snapshot!(path, help);
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        visit(inner, seen);
    }
}

/// A secret on the command line is in the shell's history and in the list of processes.
#[test]
fn no_flag_takes_a_secret() {
    let mut program = Cli::command();
    program.build();
    no_secret(&program);
}

fn no_secret(command: &Command) {
    for argument in command.get_arguments() {
        let name = argument.get_long().unwrap_or_default();
        let takes_file = name.ends_with("-file");
        let takes_none = !argument.get_action().takes_values();
        let secret = ["token", "secret", "password", "bearer"].iter().any(|word| name.contains(word));
        assert!(!secret || takes_file || takes_none, "{} --{name}", command.get_name());
    }
    command.get_subcommands().for_each(no_secret);
}
