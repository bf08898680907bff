//! Files that hold secrets: reads them, and warns where others may read them too.

use std::io;
use std::path::Path;

use secrecy::zeroize::Zeroizing;

use super::token::Token;
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::said;

/// The longest token file; a longer one is some other file, named by mistake.
const LONGEST: u64 = 16 * 1024;

/// Reads the token in `path`. Fails where there is none; warns where others can read it.
pub fn read(path: &Path, warnings: &mut Vec<Said>) -> Result<Token, Failure> {
    let shown = path.display();
    let fail = |why: Said| {
        let (en, es) = (why.en, why.es);
        Failure::new(
            Kind::Usage,
            said!(en: "the token file {shown} {en}", es: "el archivo del token {shown} {es}"),
        )
        .hint(said!(
            en: "--token-file names a file with nothing but the token in it; or set COMERCIAL_WEBHOOK_TOKEN",
            es: "--token-file nombra un archivo que solo contiene el token; o defina COMERCIAL_WEBHOOK_TOKEN",
        ))
    };
    let length = std::fs::metadata(path).map_err(|error| fail(why(&error)))?.len();
    if length > LONGEST {
        return Err(fail(said!(en: "is too long to be a token", es: "es demasiado largo para ser un token")));
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| fail(why(&error)))?);
    let token = Token::new(text.trim_start_matches('\u{feff}'));
    if token.expose().is_empty() {
        return Err(fail(said!(en: "is empty", es: "está vacío")));
    }
    warn_if_shared(path, warnings);
    Ok(token)
}

fn why(error: &io::Error) -> Said {
    match error.kind() {
        io::ErrorKind::NotFound => said!(en: "does not exist", es: "no existe"),
        io::ErrorKind::PermissionDenied => {
            said!(en: "may not be read by this user", es: "no puede ser leído por este usuario")
        }
        io::ErrorKind::InvalidData => said!(en: "is not text", es: "no es texto"),
        _ => said!(en: "can't be read", es: "no se puede leer").because(error),
    }
}

/// Adds a warning where a file with a secret may be read by the group or by everybody.
pub(super) fn warn_if_shared(path: &Path, warnings: &mut Vec<Said>) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let shared = std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o044 != 0);
        if shared {
            let shown = path.display();
            warnings.push(said!(
                en: "{shown} holds a secret and others may read it; run: chmod 600 {shown}",
                es: "{shown} contiene un secreto y otros pueden leerlo; ejecute: chmod 600 {shown}",
            ));
        }
    }
    #[cfg(not(unix))]
    let _ = (path, warnings);
}
