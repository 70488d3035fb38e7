#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use proptest::prelude::*;

/// 2024-03-15 12:00 UTC, a Friday, in a zone one hour ahead.
const CLOCK: Clock = Clock { now: 1_710_504_000, east: 3_600 };

/// A tree in few signs, so that tables can be read.
fn show(tree: &Tree) -> String {
    let list = |all: &[Tree]| all.iter().map(show).collect::<Vec<_>>().join(" ");
    match tree {
        Tree::Not(inner) => format!("-{}", show(inner)),
        Tree::And(all) => format!("({})", list(all)),
        Tree::Or(any) => format!("[{}]", list(any)),
        Tree::Test(Test::Words(w)) => {
            let field = if w.field == Field::Any { String::new() } else { format!("{:?}:", w.field).to_lowercase() };
            format!("{field}{}{}", w.words.join("_"), if w.last_is_part() { "*" } else { "" })
        }
        Tree::Test(test) => format!("{test:?}"),
    }
}

#[test]
fn what_is_typed_is_what_is_meant() {
    for (typed, meant) in [
        ("", "()"),
        ("   ", "()"),
        ("meet", "meet*"),
        ("Über MÜLLER", "(uber* muller*)"),
        ("\"annual report\"", "annual_report"),
        ("anna.schmidt@example.org", "anna_schmidt_example_org*"),
        ("from:anna", "from:anna*"),
        ("FROM:Anna", "from:anna*"),
        ("from:\"Anna Schmidt\"", "from:anna_schmidt"),
        ("to:bob cc:eve", "(to:bob* cc:eve*)"),
        ("subject:plan body:text", "(subject:plan* body:text*)"),
        ("subject:(plan or draft)", "[subject:plan* subject:draft*]"),
        ("list:dev.example", "list:dev_example*"),
        ("file:report filename:x", "(file:report* file:x*)"),
        ("in:inbox", "In(\"inbox\")"),
        ("in:\"Work/2024\"", "In(\"Work/2024\")"),
        ("account:work", "Account(\"work\")"),
        ("label:later", "Label(\"later\")"),
        ("has:attachment", "Attachment"),
        ("has:file:pdf", "Kind(Pdf)"),
        ("has:file:docx", "Extension(\"docx\")"),
        ("has:images has:archive", "(Kind(Image) Kind(Archive))"),
        ("is:unread is:flagged", "(Is(Unread) Is(Flagged))"),
        ("is:starred", "Is(Flagged)"),
        ("larger:2M smaller:500k", "(Larger(2000000) Smaller(500000))"),
        ("larger:1.5MB", "Larger(1500000)"),
        ("before:2024-03-01", "Before(1709247600)"),
        ("after:2024-03-01", "Since(1709247600)"),
        ("after:1.3.2024", "Since(1709247600)"),
        ("during:2023", "(Since(1672527600) Before(1704063600))"),
        ("during:today", "(Since(1710457200) Before(1710543600))"),
        ("during:lastmonth", "(Since(1706742000) Before(1709247600))"),
        ("after:7d", "Since(1709852400)"),
        ("-draft", "-draft*"),
        ("not from:anna", "-from:anna*"),
        ("--draft", "draft*"),
        ("plan - draft", "(plan* draft*)"),
        ("a or b c", "([a* b*] c*)"),
        ("a OR b or c", "[a* b* c*]"),
        ("a (b c) or d", "(a* [(b* c*) d*])"),
        ("-(a b)", "-(a* b*)"),
        ("or", "or*"),
        ("a or", "(a* or*)"),
        ("a and b", "(a* b*)"),
        ("from:", "()"),
        ("from: anna", "anna*"),
        ("http://x.example", "http_x_example*"),
        ("東京都", "東京_京都*"),
        ("\"東京\"", "東京*"),
        ("都", "都*"),
        ("A社", "a_社*"),
        ("회의", "회의*"),
        ("สวัสดี", "สว_วั_ัส_สด_ดี*"),
        ("!!! ...", "()"),
    ] {
        assert_eq!(show(&read(typed, CLOCK).tree), meant, "{typed}");
    }
}

#[test]
fn what_is_not_understood_is_said_at_its_place() {
    for (typed, fault) in [
        ("plan", None),
        ("from:", None),
        ("a \"open", Some((2, 7, FaultKind::OpenQuote))),
        ("(a b", Some((0, 1, FaultKind::Bracket))),
        ("a) b", Some((1, 2, FaultKind::Bracket))),
        ("(a) (b)", None),
        ("((a) b)", None),
        ("before:soon", Some((0, 11, FaultKind::Date))),
        ("after:2024-13", Some((0, 13, FaultKind::Date))),
        ("after:2023-02-29", Some((0, 16, FaultKind::Date))),
        ("x larger:big", Some((2, 12, FaultKind::Size))),
        ("is:odd", Some((0, 6, FaultKind::Value))),
        ("has:nothing", Some((0, 11, FaultKind::Value))),
        ("😀 is:odd", Some((3, 9, FaultKind::Value))),
    ] {
        let found = read(typed, CLOCK).fault.map(|f| (f.start, f.end, f.kind));
        assert_eq!(found, fault, "{typed}");
    }
    assert_eq!(read(&"(".repeat(10_000), CLOCK).fault.map(|f| f.kind), Some(FaultKind::TooLong));
    assert_eq!(read(&"a ".repeat(TESTS + 1), CLOCK).fault.map(|f| f.kind), Some(FaultKind::TooLong));
}

#[test]
fn what_looks_alike_is_found_alike() {
    for (one, other) in [
        ("Müller", "MULLER"),
        ("Straße", "strasse"),
        ("Ångström", "angstrom"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Ἀθῆναι", "αθηναι"),
        ("ΟΔΟΣ", "οδος"),
        ("Ёлка", "елка"),
        ("ｆｕｌｌ", "full"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("مُحَمَّد", "محمد"),
        ("إسلام", "اسلام"),
        ("שָׁלוֹם", "שלום"),
        ("e\u{301}te\u{301}", "été"),
        ("ﬁnal", "final"),
        ("co\u{ad}operate", "cooperate"),
    ] {
        assert_eq!(fold(one), fold(other), "{one}");
        assert_eq!(tokens(one), tokens(other), "{one}");
    }
    for (one, other) in [("かき", "がき"), ("คา", "ค่า"), ("हिंदी", "हंद")] {
        assert_ne!(tokens(one), tokens(other), "{one}");
    }
}

#[test]
fn words_are_found_where_they_stand() {
    for (typed, text, found) in [
        ("meet", "The meeting", true),
        ("\"meet\"", "The meeting", false),
        ("eeting", "The meeting", false),
        ("\"annual report\"", "our Annual   Report!", true),
        ("\"annual report\"", "annual big report", false),
        ("\"annual rep*\"", "annual report", true),
        ("東京", "今日は東京都へ", true),
        ("京都", "今日は東京都へ", true),
        ("東都", "今日は東京都へ", false),
        ("都", "東京都", true),
        ("\"都\"", "東京都庁", true),
        ("会社A", "会社A、B", true),
        ("회의", "내일 회의를 합니다", true),
        ("หนังสือ", "ฉันอ่านหนังสือ", true),
        ("हिन्दी", "यह हिन्दी है", true),
        ("анна", "Письмо от Анны", false),
        ("анн", "Письмо от Анны", true),
    ] {
        let Tree::Test(Test::Words(words)) = read(typed, CLOCK).tree else { panic!("{typed}") };
        assert_eq!(words.is_in(text), found, "{typed} in {text}");
    }
}

#[test]
fn files_are_of_their_kind() {
    for (name, mime, kind) in [
        ("a.PDF", "application/octet-stream", FileKind::Pdf),
        ("", "application/pdf", FileKind::Pdf),
        ("photo.jpeg", "", FileKind::Image),
        ("x", "image/x-new", FileKind::Image),
        ("t.xlsx", "application/octet-stream", FileKind::Sheet),
        ("s", "application/vnd.oasis.opendocument.spreadsheet", FileKind::Sheet),
        ("p.odp", "", FileKind::Slides),
        ("invite.ics", "text/calendar", FileKind::Invite),
        ("b.tar.gz", "", FileKind::Archive),
        (".hidden", "", FileKind::Other),
        ("strange.xyz", "application/x", FileKind::Other),
    ] {
        assert_eq!(FileKind::of(name, mime), kind, "{name} {mime}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_query(typed in "(?s:.{0,80})") {
        let query = read(&typed, CLOCK);
        let units = u32::try_from(typed.encode_utf16().count()).unwrap();
        if let Some(fault) = query.fault {
            prop_assert!(fault.start < fault.end && fault.end <= units);
        }
        operator_before(&typed);
    }

    #[test]
    fn so_is_any_heap_of_its_own_signs(pieces in prop::collection::vec(
        prop::sample::select(vec!["(", ")", "\"", "-", "or", " ", "not ", "from:", "is:", "unread", "a", "都", "before:", "2024", ":", "é", "*"]), 0..40)) {
        let query = read(&pieces.concat(), CLOCK);
        for test in query.tree.tests() {
            if let Test::Words(words) = test {
                prop_assert!(!words.words.is_empty() && words.words.len() <= WORDS);
            }
        }
    }

    #[test]
    fn words_of_a_text_find_that_text(text in "(?s:[\\w 東京都のกาก้한글é.]{1,30})") {
        if let Tree::Test(Test::Words(words)) = read(&format!("\"{text}\""), CLOCK).tree {
            let found = words.is_in(&format!("before {text} after"));
            prop_assert!(found || words.words.len() == WORDS, "{:?}", words);
        }
    }
}

#[test]
fn the_text_of_cleaned_markup_is_what_one_reads() {
    for (html, text) in [
        ("<p>Mee<b>ting</b> at <i>noon</i></p>", "\nMeeting at noon\n"),
        ("one<br>two", "one\ntwo"),
        ("<div title=\"a > b\">x</div>", "\nx\n"),
        ("a &amp; b &lt;c&gt; &nbsp;&#233;&#x20ac; &odd &", "a & b <c>  é€ &odd &"),
        ("<style>.a{color:red}</style>x", "\nx"),
        ("<!-- no -->x", "x"),
        ("<p", "\n"),
    ] {
        assert_eq!(plain(html), text, "{html}");
    }
    // What the cleaner makes of a letter reads as the cleaner's own plain text does, word for word.
    let html = "<h1>Ünder</h1><p>one<br>t<b>w</b>o &amp; three</p><ul><li>four</li></ul><script>no()</script>";
    let cleaned = crate::html::clean(html);
    assert_eq!(tokens(&plain(&cleaned.html)), tokens(&cleaned.plain));
}
