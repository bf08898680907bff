//! Arguments that are described only once their command is asked for: describing every flag of every command costs more
//! than the rest of the start.

use clap::builder::Resettable;
use clap::error::Error;
use clap::{ArgMatches, Args, Command, FromArgMatches, Id};

/// Arguments `T` of a command.
#[derive(Debug)]
pub(super) struct Deferred<T>(pub(super) Box<T>);

/// Describes the arguments. What the command is about stays what the list of commands says, and the flags of every
/// command, which it has already, stay behind its own.
fn describe<T: Args>(command: Command) -> Command {
    let (about, long_about) = (command.get_about().cloned(), command.get_long_about().cloned());
    let of_all: Vec<Id> = command.get_arguments().map(|argument| argument.get_id().clone()).collect();
    let command =
        T::augment_args(command).about(Resettable::from(about)).long_about(Resettable::from(long_about));
    // An argument that is changed, even to itself, is the last one.
    of_all.into_iter().fold(command, |command, id| command.mut_arg(id, |argument| argument))
}

impl<T: Args> Args for Deferred<T> {
    fn group_id() -> Option<Id> {
        T::group_id()
    }

    fn augment_args(command: Command) -> Command {
        command.defer(describe::<T>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Deferred<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(|args| Self(Box::new(args)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
