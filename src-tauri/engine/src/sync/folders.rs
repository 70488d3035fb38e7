//! From LIST to folders: names, roles, what can be opened. Roles are recognised by attribute (RFC 6154), else by name in the
//! languages that servers and clients create folders in; one folder per role, attributes first, the shallowest name next.

use crate::remote::{Listed, MailboxName};
use crate::store::folders::Listing;
use crate::view::Role;
use std::collections::HashSet;

/// Names that mean a role, lower case. Whole last components only: "Sent" yes, "Sent to Anna" no.
const NAMES: [(Role, &[&str]); 5] = [
    (
        Role::Sent,
        &[
            "sent",
            "sent items",
            "sent mail",
            "sent messages",
            "gesendet",
            "gesendete objekte",
            "gesendete elemente",
            "postausgang",
            "envoyés",
            "messages envoyés",
            "éléments envoyés",
            "enviados",
            "elementos enviados",
            "itens enviados",
            "posta inviata",
            "inviati",
            "inviata",
            "verzonden",
            "verzonden items",
            "skickat",
            "sendt",
            "sendte elementer",
            "lähetetyt",
            "wysłane",
            "odeslaná pošta",
            "odeslané",
            "odoslané",
            "elküldött",
            "poslano",
            "отправленные",
            "надіслані",
            "送信済み",
            "送信済みアイテム",
            "已发送",
            "已发送邮件",
            "寄件備份",
            "보낸편지함",
            "gönderilmiş öğeler",
            "gönderilenler",
            "البريد المرسل",
        ],
    ),
    (
        Role::Drafts,
        &[
            "drafts",
            "draft",
            "entwürfe",
            "entwurf",
            "brouillons",
            "borradores",
            "rascunhos",
            "bozze",
            "concepten",
            "utkast",
            "kladder",
            "luonnokset",
            "kopie robocze",
            "szkice",
            "wersje robocze",
            "koncepty",
            "rozpísané",
            "piszkozatok",
            "osnutki",
            "черновики",
            "чернетки",
            "下書き",
            "草稿",
            "草稿箱",
            "임시보관함",
            "taslaklar",
            "مسودات",
        ],
    ),
    (
        Role::Trash,
        &[
            "trash",
            "deleted items",
            "deleted messages",
            "deleted",
            "bin",
            "papierkorb",
            "gelöschte objekte",
            "gelöschte elemente",
            "gelöscht",
            "corbeille",
            "éléments supprimés",
            "messages supprimés",
            "papelera",
            "elementos eliminados",
            "lixeira",
            "lixo",
            "itens excluídos",
            "cestino",
            "posta eliminata",
            "prullenbak",
            "verwijderde items",
            "papperskorgen",
            "papperskorg",
            "slettet post",
            "papirkurv",
            "roskakori",
            "poistetut",
            "kosz",
            "koš",
            "kôš",
            "törölt elemek",
            "lomtár",
            "koš za smeti",
            "корзина",
            "удаленные",
            "кошик",
            "ゴミ箱",
            "削除済みアイテム",
            "已删除",
            "已删除邮件",
            "垃圾桶",
            "휴지통",
            "çöp kutusu",
            "silinmiş öğeler",
            "المهملات",
        ],
    ),
    (
        Role::Junk,
        &[
            "junk",
            "spam",
            "junk e-mail",
            "junk email",
            "junk mail",
            "bulk mail",
            "bulk",
            "spamverdacht",
            "unerwünscht",
            "indésirables",
            "courrier indésirable",
            "pourriel",
            "correo no deseado",
            "lixo eletrônico",
            "posta indesiderata",
            "ongewenste e-mail",
            "ongewenst",
            "skräppost",
            "uønsket e-post",
            "søppelpost",
            "roskaposti",
            "wiadomości-śmieci",
            "nevyžádaná pošta",
            "levélszemét",
            "vsiljena pošta",
            "спам",
            "нежелательная почта",
            "迷惑メール",
            "垃圾邮件",
            "垃圾郵件",
            "스팸",
            "스팸메일함",
            "gereksiz",
            "istenmeyen",
        ],
    ),
    (
        Role::Archive,
        &[
            "archive",
            "archives",
            "archiv",
            "archivé",
            "archivo",
            "arquivo",
            "archivio",
            "archief",
            "arkiv",
            "arkisto",
            "archiwum",
            "archív",
            "archívum",
            "arhiv",
            "архив",
            "архів",
            "アーカイブ",
            "归档",
            "存档",
            "보관함",
            "arşiv",
        ],
    ),
];

fn by_attribute(l: &Listed) -> Option<Role> {
    l.attributes.iter().find_map(|a| match a.as_str() {
        "\\inbox" => Some(Role::Inbox),
        "\\drafts" => Some(Role::Drafts),
        "\\sent" => Some(Role::Sent),
        "\\archive" => Some(Role::Archive),
        "\\all" | "\\allmail" => Some(Role::All),
        "\\junk" | "\\spam" => Some(Role::Junk),
        "\\trash" => Some(Role::Trash),
        "\\flagged" | "\\starred" => Some(Role::Flagged),
        _ => None,
    })
}

fn components(l: &Listed) -> Vec<&str> {
    match l.delimiter {
        Some(d) => l.display.split(d).filter(|c| !c.is_empty()).collect(),
        None => vec![&l.display],
    }
}

fn by_name(l: &Listed) -> Option<Role> {
    let last = components(l).last()?.to_lowercase();
    NAMES.iter().find(|(_, names)| names.contains(&last.as_str())).map(|(role, _)| *role)
}

fn is_inbox(l: &Listed) -> bool {
    l.name.0.eq_ignore_ascii_case("INBOX")
}

/// Decides what each mailbox is.
pub(crate) fn listings(listed: &[Listed]) -> Vec<Listing> {
    let mut out: Vec<Listing> = Vec::with_capacity(listed.len());
    let mut seen: HashSet<&MailboxName> = HashSet::with_capacity(listed.len());
    for l in listed {
        let selectable = !l.attributes.iter().any(|a| a == "\\noselect" || a == "\\nonexistent");
        let role = match by_attribute(l) {
            _ if is_inbox(l) => Role::Inbox,
            Some(Role::Inbox) | None => Role::None,
            Some(role) => role,
        };
        if !seen.insert(&l.name) {
            continue;
        }
        out.push(Listing {
            mailbox: l.name.clone(),
            path: l.display.clone(),
            delimiter: l.delimiter,
            role: if selectable { role } else { Role::None },
            selectable,
            subscribed: l.subscribed || role == Role::Inbox,
            status: l.status.clone(),
        });
    }
    // One folder per role: by attribute the first, else by name the shallowest.
    let mut taken: Vec<Role> = Vec::new();
    for o in &mut out {
        if o.role != Role::None {
            if taken.contains(&o.role) {
                o.role = Role::None;
            } else {
                taken.push(o.role);
            }
        }
    }
    let mut named: Vec<(usize, &Listed, Role)> =
        listed.iter().filter_map(|l| by_name(l).map(|r| (components(l).len(), l, r))).collect();
    named.sort_by_key(|(depth, l, _)| (*depth, l.display.clone()));
    for (_, l, role) in named {
        if taken.contains(&role) {
            continue;
        }
        // Directly at the top, or directly under the inbox: "Projects/Sent" is somebody's own.
        let parts = components(l);
        let top = parts.len() == 1
            || (parts.len() == 2 && parts.first().is_some_and(|p| p.eq_ignore_ascii_case("INBOX")))
            || parts.first().is_some_and(|p| p.starts_with('[') && p.ends_with(']'));
        if let Some(o) = out.iter_mut().find(|o| o.mailbox == l.name && o.role == Role::None && o.selectable && top) {
            o.role = role;
            taken.push(role);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn l(name: &str, attributes: &[&str]) -> Listed {
        Listed {
            name: MailboxName(name.into()),
            display: name.into(),
            delimiter: Some('/'),
            attributes: attributes.iter().map(|a| (*a).to_owned()).collect(),
            subscribed: true,
            status: None,
        }
    }

    #[test]
    fn recognises_roles() {
        use Role::*;
        type Case = (&'static [(&'static str, &'static [&'static str])], &'static [Role]);
        let cases: &[Case] = &[
            (&[("inbox", &[]), ("Sent", &["\\sent"]), ("Sent Items", &[])], &[Inbox, Sent, None]),
            (
                &[("INBOX", &[]), ("Gesendet", &[]), ("Entwürfe", &[]), ("Papierkorb", &[])],
                &[Inbox, Sent, Drafts, Trash],
            ),
            (&[("INBOX", &[]), ("INBOX/Corbeille", &[]), ("Projects/Sent", &[])], &[Inbox, Trash, None]),
            (
                &[("[Gmail]", &["\\noselect"]), ("[Gmail]/All Mail", &["\\all"]), ("[Gmail]/Spam", &["\\junk"])],
                &[None, All, Junk],
            ),
            (&[("Archive", &["\\nonexistent"]), ("Archives", &[])], &[None, Archive]),
            (&[("送信済み", &[]), ("迷惑メール", &[])], &[Sent, Junk]),
            (&[("A", &["\\trash"]), ("B", &["\\trash"]), ("Trash", &[])], &[Trash, None, None]),
        ];
        for (folders, roles) in cases {
            let listed: Vec<Listed> = folders.iter().map(|(n, a)| l(n, a)).collect();
            let got: Vec<Role> = listings(&listed).into_iter().map(|x| x.role).collect();
            assert_eq!(&got, roles, "{folders:?}");
        }
    }
}
