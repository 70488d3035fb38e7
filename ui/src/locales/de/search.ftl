# Suchfeld, und was darunter steht.
search-mail = Nachrichten suchen
search-completions = Ergänzungen
search-leave = Suche verlassen
action-search = Nachrichten suchen
action-leave-search = Suche verlassen
action-save-search = Suche speichern
action-files = Zu den Dateien
search-results = Suchergebnisse
search-found = { $count ->
    [one] 1 gefunden
   *[other] { $count } gefunden
}
search-about = Über diese Suche
search-where = Wo gesucht wird
search-everywhere = Überall
search-here = In { $folder }
search-servers = Auf den Servern suchen
search-only-here = Nur dieser Computer
search-details = Was durchsucht wurde
search-hint-from = wer sie geschickt hat
search-hint-to = an wen sie ging
search-hint-cc = wer eine Kopie bekam
search-hint-subject = im Betreff
search-hint-body = im Text
search-hint-in = in diesem Ordner
search-hint-account = in diesem Konto
search-hint-label = mit diesem Etikett
search-hint-has = mit Anhängen
search-hint-is = ungelesen, markiert, beantwortet
search-hint-before = vor diesem Tag
search-hint-after = nach diesem Tag
search-hint-during = in diesem Monat oder Jahr
search-hint-larger = mindestens so groß, etwa 5M
search-hint-smaller = höchstens so groß
search-hint-list = von dieser Mailingliste
search-fault-date = „{ $text }“ ist kein Datum. Schreiben Sie einen Tag, Monat oder ein Jahr, etwa 2026-11-24, 2026-11 oder 2026.
search-fault-size = „{ $text }“ ist keine Größe. Schreiben Sie eine Zahl wie 500K oder 5M.
search-fault-value = „{ $text }“ ist hier nicht bekannt.
search-fault-openQuote = Das Anführungszeichen bei „{ $text }“ ist nicht geschlossen.
search-fault-bracket = Der Klammer bei „{ $text }“ fehlt die andere Hälfte.
search-fault-tooLong = Die Suche ist zu lang; die Wörter ab „{ $text }“ bleiben weg.

covered-here = { $headers ->
    [one] 1 Kopfzeile
   *[other] { $headers } Kopfzeilen
} und { $texts ->
    [one] 1 Text
   *[other] { $texts } Texte
} auf diesem Computer durchsucht
covered-so-far = { $indexed } von { $headers } Kopfzeilen und { $texts ->
    [one] 1 Text
   *[other] { $texts } Texte
} bisher auf diesem Computer durchsucht
covered-servers = { $servers ->
    [one] der Server hat { $done } von { $folders } Ordnern durchsucht
   *[other] die Server haben { $done } von { $folders } Ordnern durchsucht
}
covered-not-asked = die Server wurden nach { $folders ->
    [one] 1 Ordner
   *[other] { $folders } Ordnern
} nicht gefragt
covered-waiting = { $count } weitere kommen noch
covered-found = { $count } dort gefunden
covered-all-here = alles ist auf diesem Computer
covered-idle = nach { $folders ->
    [one] 1 Ordner
   *[other] { $folders } Ordnern
} nicht gefragt
covered-asking = bisher { $done } von { $folders } Ordnern durchsucht
covered-done = { $done } von { $folders } Ordnern durchsucht
covered-failed = aufgegeben; { $done } von { $folders } Ordnern durchsucht
covered-offline = gerade nicht erreichbar; { $done } von { $folders } Ordnern durchsucht
covered-own-rules = nach den eigenen Regeln des Servers gefunden
search-nothing = Nichts gefunden
search-nothing-yet = Bisher nichts gefunden
search-nothing-hint = Weniger Wörter finden mehr; der Anfang eines Wortes genügt.

# Gespeicherte Suchen.
saved-searches = Gespeicherte Suchen
search-menu = Was mit „{ $name }“ getan werden kann
search-name = Name
search-save = Speichern
search-saved = „{ $name }“ steht in der Seitenleiste
search-replace = „{ $name }“ ändern
search-rename = Umbenennen
search-rename-yes = Umbenennen
search-up = Nach oben
search-down = Nach unten
search-remove = Entfernen
search-removed = „{ $name }“ wurde entfernt

# Die Palette.
palette-mail = Nachrichten
palette-people = Personen
palette-all-results = Alle Ergebnisse für „{ $typed }“ zeigen
palette-placeholder = Nachrichten, Personen, Ordner, Befehle suchen
palette-refine = verfeinern: from: to: in: has: before:
palette-written = { $count ->
    [0] { "" }
    [one] 1 Nachricht dorthin
   *[other] { $count } Nachrichten dorthin
}
palette-found = { $mail ->
    [one] 1 Nachricht
   *[other] { $mail } Nachrichten
}, { $people ->
    [one] 1 Person
   *[other] { $people } Personen
}, { $rest ->
    [one] 1 Postfach oder Befehl
   *[other] { $rest } Postfächer und Befehle
}

# Alle Anhänge.
files = Dateien
files-count = { $count ->
    [one] 1 Datei
   *[other] { $count } Dateien
}
files-filter = Welche Dateien
files-text = Name, Betreff oder Person
files-kind = Art
files-kind-all = Alle Arten
files-kind-image = Bilder
files-kind-document = Dokumente
files-kind-sheet = Tabellen
files-kind-slides = Präsentationen
files-kind-pdf = PDF
files-kind-audio = Ton
files-kind-video = Filme
files-kind-archive = Archive
files-kind-invite = Einladungen
files-kind-other = Andere
files-account = Konto
files-person = Person
files-anybody = Alle Personen
files-order = Reihenfolge
files-order-date = Datum
files-order-name = Name
files-order-size = Größe
files-up = Die kleinsten, ältesten oder ersten zuerst
files-down = Die größten, neuesten oder letzten zuerst
files-mail = Zur Nachricht von { $name }
files-none = Keine Dateien
files-none-hint = Hier stehen die Anhänge aller Konten mit Namen, ohne dass sie geholt werden.
files-none-such = Keine solchen Dateien
files-none-such-hint = Nichts hier hat diesen Namen, diese Art, diese Person und dieses Konto.
files-all = Alle Dateien zeigen
