//! What people write: names, subjects and sentences in fifteen languages, with the charset that mail in them often has.

use super::Random;

/// One language.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// Its code.
    pub code: &'static str,
    /// A charset of old mail in it.
    pub charset: &'static str,
    /// Names of people.
    pub names: &'static [&'static str],
    /// Subjects.
    pub subjects: &'static [&'static str],
    /// Sentences.
    pub sentences: &'static [&'static str],
}

/// The one that half of all mail is in.
pub const ENGLISH: Language = Language {
    code: "en",
    charset: "utf-8",
    names: &["James Miller", "Olivia Brown", "Owen Price", "Helen Park", "Tom O'Connor"],
    subjects: &[
        "Notes from the meeting",
        "Lunch on Thursday?",
        "Question about the invoice",
        "The keys",
        "Draft of the contract",
        "Photos from the lake",
        "Moving the workshop",
        "Rain until Sunday",
    ],
    sentences: &[
        "Thank you for getting back to me so quickly.",
        "Could you have a look at the attached document before Friday?",
        "I moved the meeting to three o'clock because the room was taken.",
        "The numbers for last month are better than we expected.",
        "We found a small mistake in the second chapter and fixed it.",
        "The children really enjoyed the trip to the lake.",
        "As discussed on the phone, the delivery takes about ten days.",
        "Don't forget to bring the keys.",
        "I will be away until next Monday.",
        "Let me know whether this works for you.",
    ],
};

/// All of them.
pub const LANGUAGES: &[Language] = &[
    ENGLISH,
    Language {
        code: "de",
        charset: "iso-8859-1",
        names: &["Jürgen Müller", "Anna Schröder", "Käthe Böhm", "Lukas Weiß"],
        subjects: &[
            "Rechnung für März",
            "Besprechung am Donnerstag",
            "Rückfrage zum Angebot",
            "Grüße aus Köln",
            "Änderungen am Vertrag",
        ],
        sentences: &[
            "Vielen Dank für Ihre schnelle Rückmeldung.",
            "Könnten Sie sich den Entwurf bis Freitag ansehen?",
            "Die Rechnung über 1.234,56 Euro liegt bei.",
            "Das Büro bleibt am Montag geschlossen.",
            "Wir haben die Maße noch einmal geprüft.",
            "Schöne Grüße an die ganze Familie!",
        ],
    },
    Language {
        code: "fr",
        charset: "utf-8",
        names: &["François Lefèvre", "Élodie Gérard", "Zoé Crémieux", "Benoît Noël"],
        subjects: &[
            "Réunion reportée à jeudi",
            "Facture n° 4521",
            "Où êtes-vous ?",
            "Compte rendu de l'équipe",
            "Les plans de l'atelier",
        ],
        sentences: &[
            "Merci beaucoup pour votre réponse rapide.",
            "La réunion est reportée à jeudi prochain.",
            "Vous trouverez ci-joint le compte rendu de l'équipe.",
            "N'hésitez pas à me rappeler dès que possible.",
            "Le garçon a mangé une crêpe à la crème brûlée.",
            "Bien cordialement depuis Besançon.",
        ],
    },
    Language {
        code: "es",
        charset: "windows-1252",
        names: &["José García", "María Núñez", "Íñigo Peña"],
        subjects: &["¿Puedes revisar el presupuesto?", "Reunión de mañana", "Factura del año pasado"],
        sentences: &[
            "Gracias por su pronta respuesta.",
            "¿Podría enviarme el documento antes del viernes?",
            "La reunión de mañana se aplaza una semana.",
            "Un saludo desde España.",
        ],
    },
    Language {
        code: "pt",
        charset: "utf-8",
        names: &["João Gonçalves", "Conceição Araújo", "Marta Ribeiro"],
        subjects: &["Reunião amanhã", "Atenção: prazo até sexta", "Informações da viagem"],
        sentences: &[
            "Obrigado pela resposta rápida.",
            "A reunião de amanhã foi cancelada.",
            "Segue em anexo a relação de preços.",
            "Não se esqueça do pão e do café.",
        ],
    },
    Language {
        code: "pl",
        charset: "iso-8859-2",
        names: &["Łukasz Wójcik", "Małgorzata Żak"],
        subjects: &["Spotkanie w przyszłą środę", "Faktura za październik"],
        sentences: &[
            "Dziękuję za szybką odpowiedź.",
            "Spotkanie odbędzie się w przyszłą środę.",
            "Proszę o przesłanie dokumentów do końca miesiąca.",
            "Pozdrowienia z Łodzi.",
        ],
    },
    Language {
        code: "ru",
        charset: "windows-1251",
        names: &["Иван Петров", "Наталья Кузнецова", "Алёна Щербакова"],
        subjects: &["Встреча в четверг", "Счёт на оплату", "Вопрос по договору", "Отпуск в июле"],
        sentences: &[
            "Спасибо за быстрый ответ.",
            "Встреча переносится на четверг.",
            "Высылаю исправленный вариант договора.",
            "Пожалуйста, подтвердите получение письма.",
            "С уважением, отдел продаж.",
        ],
    },
    Language {
        code: "el",
        charset: "utf-8",
        names: &["Γιώργος Παπαδόπουλος", "Ελένη Ιωάννου"],
        subjects: &["Συνάντηση την Πέμπτη", "Τιμολόγιο"],
        sentences: &[
            "Ευχαριστώ για τη γρήγορη απάντηση.",
            "Η συνάντηση μεταφέρεται για την Πέμπτη.",
            "Με εκτίμηση από την Αθήνα.",
        ],
    },
    Language {
        code: "tr",
        charset: "utf-8",
        names: &["Işıl Çağlar", "Gökhan Öztürk"],
        subjects: &["Perşembe günkü toplantı", "Şirket içi duyuru"],
        sentences: &[
            "Hızlı yanıtınız için teşekkürler.",
            "Toplantı perşembe gününe ertelendi.",
            "İstanbul'dan saygılarımla.",
        ],
    },
    Language {
        code: "he",
        charset: "utf-8",
        names: &["דוד כהן", "שרה לוי"],
        subjects: &["פגישה ביום חמישי", "חשבונית"],
        sentences: &["תודה על התשובה המהירה.", "הפגישה נדחתה ליום חמישי.", "נא לאשר את קבלת המסמך."],
    },
    Language {
        code: "ar",
        charset: "utf-8",
        names: &["محمد أحمد", "فاطمة الزهراء"],
        subjects: &["اجتماع يوم الخميس", "فاتورة الشهر الماضي"],
        sentences: &[
            "شكرا على الرد السريع.",
            "تم تأجيل الاجتماع إلى يوم الخميس.",
            "يرجى مراجعة المستند المرفق.",
            "مع أطيب التحيات من القاهرة.",
        ],
    },
    Language {
        code: "ja",
        charset: "iso-2022-jp",
        names: &["山田太郎", "佐藤花子", "株式会社テスト"],
        subjects: &["木曜日の会議について", "請求書の件", "今週の予定"],
        sentences: &[
            "早速のご返信ありがとうございます。",
            "会議は木曜日に変更になりました。",
            "添付の資料をご確認ください。",
            "よろしくお願いいたします。",
        ],
    },
    Language {
        code: "zh",
        charset: "gb18030",
        names: &["王小明", "李华", "北京科技有限公司"],
        subjects: &["关于星期四的会议", "发票通知", "本周工作报告"],
        sentences: &["感谢您的快速回复。", "会议改到星期四举行。", "请查看附件中的文件。", "我们将在下周一之前完成。"],
    },
    Language {
        code: "ko",
        charset: "euc-kr",
        names: &["김철수", "이영희"],
        subjects: &["목요일 회의 안내", "청구서 발송"],
        sentences: &["빠른 답변 감사합니다.", "회의가 목요일로 변경되었습니다.", "첨부된 문서를 확인해 주세요."],
    },
    Language {
        code: "sv",
        charset: "iso-8859-1",
        names: &["Åsa Sjöström", "Örjan Lindqvist"],
        subjects: &["Möte på torsdag", "Räkning för maj"],
        sentences: &["Tack för ditt snabba svar.", "Mötet flyttas till torsdag.", "Hälsningar från Malmö."],
    },
];

impl Language {
    /// So many sentences, chosen by chance.
    pub fn paragraph(&self, sentences: usize, random: &mut Random) -> String {
        let chosen: Vec<&str> = (0..sentences).map(|_| random.one(self.sentences)).collect();
        chosen.join(if matches!(self.code, "ja" | "zh") { "" } else { " " })
    }
}

/// A language by its code; English where there is none.
pub fn language(code: &str) -> Language {
    LANGUAGES.iter().find(|l| l.code == code).copied().unwrap_or(ENGLISH)
}

/// A language by chance: half of all mail is English.
pub fn any_language(random: &mut Random) -> Language {
    if random.percent(50) {
        return ENGLISH;
    }
    LANGUAGES.get(random.below(LANGUAGES.len())).copied().unwrap_or(ENGLISH)
}
