//! What is searched for.

/// The secret of the webhook.
pub(crate) const TOKEN: &str = "MARKED-token-7f3a91c5e2";
/// The Bearer of the CRM.
pub(crate) const BEARER: &str = "MARKED-bearer-44d1b09c3";
/// A signing secret; the part after `whsec_` is base64.
pub(crate) const SIGNING: &str = "whsec_TUFSS0VELXNpZ25pbmctc2VjcmV0";
/// The password in the address of a proxy or a queue.
pub(crate) const PASSWORD: &str = "MARKED-password-81e6";

/// The people of the exports: name, phone, document, e-mail, note.
pub(crate) const NAME: &str = "Marcelinda Zurimarcada Quintomarca";
pub(crate) const PHONE: &str = "986417253";
pub(crate) const DOCUMENT: &str = "70716253";
pub(crate) const EMAIL: &str = "marcelinda.zurimarcada@correo-marcado.pe";
pub(crate) const NOTE: &str = "llamar a su hermana Ruperta-Marcada";

/// Any of these is a leaked secret; the whole one, and the part that no mask shows.
const SECRETS: [&str; 7] = [
    TOKEN,
    "7f3a91c5e2",
    BEARER,
    "44d1b09c3",
    "TUFSS0VELXNpZ25pbmctc2VjcmV0",
    PASSWORD,
    "MARKED-signing-secret",
];

/// Any of these is a leaked person: what a mask leaves of a name or a number is less.
const PEOPLE: [&str; 9] = [
    "Marcelinda",
    "Zurimarcada",
    "Quintomarca",
    "MARCELINDA",
    PHONE,
    "417253",
    "716253",
    "correo-marcado",
    "Ruperta-Marcada",
];

/// Who may stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum May {
    /// Nobody.
    HoldNobody,
    /// People, but no secret.
    HoldPeople,
}

/// The marks that `text` must not hold, and does.
pub(crate) fn leaks(text: &[u8], may: May) -> Vec<&'static str> {
    let people = if may == May::HoldPeople { &[][..] } else { &PEOPLE[..] };
    SECRETS.iter().chain(people).copied().filter(|mark| holds(text, mark.as_bytes())).collect()
}

fn holds(text: &[u8], mark: &[u8]) -> bool {
    text.windows(mark.len()).any(|window| window == mark)
}

#[test]
fn a_leak_would_be_seen() {
    let text = format!("x-crm-webhook-token: {TOKEN}; {NAME}; {PHONE}; {DOCUMENT}; {EMAIL}; {NOTE}");
    assert_eq!(leaks(text.as_bytes(), May::HoldPeople), [TOKEN, "7f3a91c5e2"]);
    assert_eq!(leaks(text.as_bytes(), May::HoldNobody).len(), 10);
    assert_eq!(leaks(b"M*** Z*** Q***, 9864****, 70******, m***@***", May::HoldNobody), [""; 0]);
}
