# Was ein Mensch mit Post tut: Aktionen, Knöpfe, der Hinweis mit „Rückgängig“, die Auswahlfelder und was vor Großem gezeigt wird.
# Was getan wurde, sagen die Texte `did-…` des Verlaufs.
action-archive = Archivieren
action-trash = Löschen
action-delete = Endgültig löschen
action-junk = Spam
action-not-junk = Kein Spam
action-move = Verschieben
action-copy = In einen Ordner kopieren
action-label = Etikett
action-snooze = Zurückstellen
action-unsnooze = Nicht mehr zurückstellen
action-flag = Markieren
action-unflag = Markierung entfernen
action-read = Als gelesen kennzeichnen
action-unread = Als ungelesen kennzeichnen
action-mute = Unterhaltung stummschalten
action-unmute = Unterhaltung nicht mehr stummschalten
action-archive-conversation = Unterhaltung archivieren
action-trash-conversation = Unterhaltung löschen
action-move-conversation = Unterhaltung verschieben
action-read-conversation = Unterhaltung als gelesen kennzeichnen
action-undo = Rückgängig
action-row-menu = Menü der Nachricht
keys-act = Ordnen und kennzeichnen
hint = { $name } ({ $key })
row-menu = Was damit geschehen soll
row-tools = Werkzeuge für { $subject }
row-labels = { $count ->
    [one] Etikett { $names }
   *[other] Etiketten { $names }
}
message-count = { $count ->
    [one] 1 Nachricht
   *[other] { $count } Nachrichten
}

# Der Hinweis.
undo = Rückgängig
undone = Rückgängig gemacht
undo-nothing = Es gibt nichts rückgängig zu machen
only-here = Dieser Ordner nimmt keine neuen Schlüsselwörter an: Stumm ist sie nur auf diesem Computer.
only-marked = Dieser Server kann Nachrichten nur als gelöscht kennzeichnen: Hier sind sie ausgeblendet, andere Programme zeigen sie vielleicht, bis der Server aufräumt.

# Einen Ordner oder Etiketten wählen.
pick-move = { $count ->
    [one] 1 Nachricht verschieben
   *[other] { $count } Nachrichten verschieben
}
pick-copy = { $count ->
    [one] 1 Nachricht kopieren
   *[other] { $count } Nachrichten kopieren
}
pick-label = { $count ->
    [one] Etiketten für 1 Nachricht
   *[other] Etiketten für { $count } Nachrichten
}
pick-snooze = { $count ->
    [one] 1 Nachricht zurückstellen
   *[other] { $count } Nachrichten zurückstellen
}
pick-snooze-hint = Bis wann?
pick-snooze-key = bis dahin zurückstellen
snooze-until = Kommt wieder
snooze-later = Später heute
snooze-tomorrow = Morgen früh
snooze-weekend = Am Wochenende
snooze-week = Nächste Woche
snooze-own = Datum und Uhrzeit wählen
snooze-date = Datum
snooze-time = Uhrzeit
snooze-back = Kommt wieder: { $when }
snooze-over = Wählen Sie eine Zeit, die noch kommt.
snooze-here = Dieser Server bewahrt dafür keine Zeichen auf: zurückgestellt nur auf diesem Computer.
pick-folder = Name eines Ordners
pick-move-key = dorthin verschieben
pick-copy-key = dorthin kopieren
pick-label-hint = Name eines Etiketts
pick-label-key = an oder aus, und schließen
pick-label-digits = an oder aus
recent-folders = Zuletzt gewählt
copy-several = Kopieren geht nur innerhalb eines Kontos, und diese Nachrichten liegen in mehreren.
label-make = Neues Etikett „{ $name }“

# Was vor Großem gezeigt wird. `do-…` sind Knöpfe und mit Fragezeichen die Überschrift.
ask = { $what }?
ask-undo = Sie können es danach rückgängig machen.
ask-for-ever = Sie werden auch auf dem Server gelöscht. Das lässt sich nicht rückgängig machen.
ask-unread = Ungelesen
ask-unread-of = { $unread } von { $count }
ask-none-unread = keine
ask-from = Von
ask-more-people = { $count ->
    [one] und 1 weitere Person
   *[other] und { $count } weitere Personen
}
ask-when = Erhalten
ask-accounts = { $count ->
    [one] Konto
   *[other] Konten
}
do-read = { $count ->
    [one] 1 Nachricht als gelesen kennzeichnen
   *[other] { $count } Nachrichten als gelesen kennzeichnen
}
do-unread = { $count ->
    [one] 1 Nachricht als ungelesen kennzeichnen
   *[other] { $count } Nachrichten als ungelesen kennzeichnen
}
do-flag = { $count ->
    [one] 1 Nachricht markieren
   *[other] { $count } Nachrichten markieren
}
do-unflag = { $count ->
    [one] Markierung von 1 Nachricht entfernen
   *[other] Markierung von { $count } Nachrichten entfernen
}
do-mute = { $count ->
    [one] Die Unterhaltung von 1 Nachricht stummschalten
   *[other] Die Unterhaltungen von { $count } Nachrichten stummschalten
}
do-unmute = { $count ->
    [one] Die Unterhaltung von 1 Nachricht nicht mehr stummschalten
   *[other] Die Unterhaltungen von { $count } Nachrichten nicht mehr stummschalten
}
do-label = { $count ->
    [one] 1 Nachricht mit „{ $label }“ versehen
   *[other] { $count } Nachrichten mit „{ $label }“ versehen
}
do-unlabel = { $count ->
    [one] „{ $label }“ von 1 Nachricht entfernen
   *[other] „{ $label }“ von { $count } Nachrichten entfernen
}
do-snooze = { $count ->
    [one] 1 Nachricht bis { $when } zurückstellen
   *[other] { $count } Nachrichten bis { $when } zurückstellen
}
do-unsnooze = { $count ->
    [one] 1 Nachricht nicht mehr zurückstellen
   *[other] { $count } Nachrichten nicht mehr zurückstellen
}
do-archive = { $count ->
    [one] 1 Nachricht archivieren
   *[other] { $count } Nachrichten archivieren
}
do-trash = { $count ->
    [one] 1 Nachricht löschen
   *[other] { $count } Nachrichten löschen
}
do-junk = { $count ->
    [one] 1 Nachricht als Spam kennzeichnen
   *[other] { $count } Nachrichten als Spam kennzeichnen
}
do-not-junk = { $count ->
    [one] 1 Nachricht aus dem Spam holen
   *[other] { $count } Nachrichten aus dem Spam holen
}
do-move = { $count ->
    [one] 1 Nachricht nach { $to } verschieben
   *[other] { $count } Nachrichten nach { $to } verschieben
}
do-copy = { $count ->
    [one] 1 Nachricht nach { $to } kopieren
   *[other] { $count } Nachrichten nach { $to } kopieren
}
do-delete = { $count ->
    [one] 1 Nachricht endgültig löschen
   *[other] { $count } Nachrichten endgültig löschen
}
