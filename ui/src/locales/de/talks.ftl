# Was mit ganzen Unterhaltungen getan wird; dasselbe für einzelne Nachrichten steht in acts und timeline.
did-conversation-read = { $count ->
    [one] 1 Unterhaltung als gelesen gekennzeichnet
   *[other] { $count } Unterhaltungen als gelesen gekennzeichnet
}
did-conversation-unread = { $count ->
    [one] 1 Unterhaltung als ungelesen gekennzeichnet
   *[other] { $count } Unterhaltungen als ungelesen gekennzeichnet
}
did-conversation-flag = { $count ->
    [one] 1 Unterhaltung markiert
   *[other] { $count } Unterhaltungen markiert
}
did-conversation-unflag = { $count ->
    [one] Markierung von 1 Unterhaltung entfernt
   *[other] Markierung von { $count } Unterhaltungen entfernt
}
did-conversation-mute = { $count ->
    [one] 1 Unterhaltung stummgeschaltet
   *[other] { $count } Unterhaltungen stummgeschaltet
}
did-conversation-unmute = { $count ->
    [one] 1 Unterhaltung nicht mehr stumm
   *[other] { $count } Unterhaltungen nicht mehr stumm
}
did-conversation-label = { $count ->
    [one] 1 Unterhaltung mit „{ $label }“ versehen
   *[other] { $count } Unterhaltungen mit „{ $label }“ versehen
}
did-conversation-unlabel = { $count ->
    [one] „{ $label }“ von 1 Unterhaltung entfernt
   *[other] „{ $label }“ von { $count } Unterhaltungen entfernt
}
did-conversation-snooze = { $count ->
    [one] 1 Unterhaltung bis { $when } zurückgestellt
   *[other] { $count } Unterhaltungen bis { $when } zurückgestellt
}
did-conversation-unsnooze = { $count ->
    [one] 1 Unterhaltung ist nicht mehr zurückgestellt
   *[other] { $count } Unterhaltungen sind nicht mehr zurückgestellt
}
did-conversation-archive = { $count ->
    [one] 1 Unterhaltung archiviert
   *[other] { $count } Unterhaltungen archiviert
}
did-conversation-trash = { $count ->
    [one] 1 Unterhaltung in den Papierkorb gelegt
   *[other] { $count } Unterhaltungen in den Papierkorb gelegt
}
did-conversation-junk = { $count ->
    [one] 1 Unterhaltung als Spam gekennzeichnet
   *[other] { $count } Unterhaltungen als Spam gekennzeichnet
}
did-conversation-not-junk = { $count ->
    [one] 1 Unterhaltung aus dem Spam geholt
   *[other] { $count } Unterhaltungen aus dem Spam geholt
}
did-conversation-move = { $count ->
    [one] 1 Unterhaltung nach { $to } verschoben
   *[other] { $count } Unterhaltungen nach { $to } verschoben
}
did-conversation-copy = { $count ->
    [one] 1 Unterhaltung nach { $to } kopiert
   *[other] { $count } Unterhaltungen nach { $to } kopiert
}
did-conversation-delete = { $count ->
    [one] 1 Unterhaltung endgültig gelöscht
   *[other] { $count } Unterhaltungen endgültig gelöscht
}
do-conversation-read = { $count ->
    [one] 1 Unterhaltung als gelesen kennzeichnen
   *[other] { $count } Unterhaltungen als gelesen kennzeichnen
}
do-conversation-unread = { $count ->
    [one] 1 Unterhaltung als ungelesen kennzeichnen
   *[other] { $count } Unterhaltungen als ungelesen kennzeichnen
}
do-conversation-flag = { $count ->
    [one] 1 Unterhaltung markieren
   *[other] { $count } Unterhaltungen markieren
}
do-conversation-unflag = { $count ->
    [one] Markierung von 1 Unterhaltung entfernen
   *[other] Markierung von { $count } Unterhaltungen entfernen
}
do-conversation-mute = { $count ->
    [one] 1 Unterhaltung stummschalten
   *[other] { $count } Unterhaltungen stummschalten
}
do-conversation-unmute = { $count ->
    [one] 1 Unterhaltung nicht mehr stummschalten
   *[other] { $count } Unterhaltungen nicht mehr stummschalten
}
do-conversation-label = { $count ->
    [one] 1 Unterhaltung mit „{ $label }“ versehen
   *[other] { $count } Unterhaltungen mit „{ $label }“ versehen
}
do-conversation-unlabel = { $count ->
    [one] „{ $label }“ von 1 Unterhaltung entfernen
   *[other] „{ $label }“ von { $count } Unterhaltungen entfernen
}
do-conversation-snooze = { $count ->
    [one] 1 Unterhaltung bis { $when } zurückstellen
   *[other] { $count } Unterhaltungen bis { $when } zurückstellen
}
do-conversation-unsnooze = { $count ->
    [one] 1 Unterhaltung nicht mehr zurückstellen
   *[other] { $count } Unterhaltungen nicht mehr zurückstellen
}
do-conversation-archive = { $count ->
    [one] 1 Unterhaltung archivieren
   *[other] { $count } Unterhaltungen archivieren
}
do-conversation-trash = { $count ->
    [one] 1 Unterhaltung löschen
   *[other] { $count } Unterhaltungen löschen
}
do-conversation-junk = { $count ->
    [one] 1 Unterhaltung als Spam kennzeichnen
   *[other] { $count } Unterhaltungen als Spam kennzeichnen
}
do-conversation-not-junk = { $count ->
    [one] 1 Unterhaltung aus dem Spam holen
   *[other] { $count } Unterhaltungen aus dem Spam holen
}
do-conversation-move = { $count ->
    [one] 1 Unterhaltung nach { $to } verschieben
   *[other] { $count } Unterhaltungen nach { $to } verschieben
}
do-conversation-copy = { $count ->
    [one] 1 Unterhaltung nach { $to } kopieren
   *[other] { $count } Unterhaltungen nach { $to } kopieren
}
do-conversation-delete = { $count ->
    [one] 1 Unterhaltung endgültig löschen
   *[other] { $count } Unterhaltungen endgültig löschen
}
pick-conversation-move = { $count ->
    [one] 1 Unterhaltung verschieben
   *[other] { $count } Unterhaltungen verschieben
}
pick-conversation-copy = { $count ->
    [one] 1 Unterhaltung kopieren
   *[other] { $count } Unterhaltungen kopieren
}
pick-conversation-label = { $count ->
    [one] 1 Unterhaltung mit Etiketten versehen
   *[other] { $count } Unterhaltungen mit Etiketten versehen
}
pick-conversation-snooze = { $count ->
    [one] 1 Unterhaltung zurückstellen
   *[other] { $count } Unterhaltungen zurückstellen
}
conversation-count = { $count ->
    [one] 1 Unterhaltung
   *[other] { $count } Unterhaltungen
}
conversations-selected = { $count ->
    [one] 1 Unterhaltung gewählt
   *[other] { $count } Unterhaltungen gewählt
}
ask-messages = { $count ->
    [one] 1 Nachricht
   *[other] { $count } Nachrichten
}
ask-in-all = Darin

# Eine Nachricht unter anderen im Lesebereich.
earlier-messages = { $count ->
    [one] 1 frühere Nachricht
   *[other] { $count } frühere Nachrichten
}
self = ich
by-me = Ich
row-also = auch in { $folders }
fold = { $who } zuklappen
message-menu = Was mit der Nachricht von { $who } getan werden kann
draft = Entwurf
reply-to-it = { $who } antworten
action-next-message = Nächste Nachricht der Unterhaltung
action-previous-message = Vorige Nachricht der Unterhaltung
action-expand-all = Alle Nachrichten aufklappen
action-collapse-all = Alle Nachrichten außer der letzten zuklappen
action-this-person = Nur, woran diese Person beteiligt ist

# Wie eine Liste gezeigt wird.
list-view = Sortieren und filtern
list-view-active = Sortieren und filtern, in Gebrauch
action-list-view = Die Liste sortieren und filtern
action-filter-text = In dieser Liste finden
action-filter-unread = Nur Ungelesenes
action-filter-flagged = Nur Markiertes
action-filter-files = Nur mit Anhängen
action-filter-none = Die ganze Liste zeigen
action-conversations = Diese Liste als Unterhaltungen zeigen
action-single-messages = Diese Liste Nachricht für Nachricht zeigen
filter-flagged = Markiert
filter-person = Mit { $person }
filter-text = „{ $text }“
filter-field = In dieser Liste finden
filter-field-hint = Betreff oder Personen
filter-people = Personen
filter-people-with = Mit { $person }
filter-off = Filter { $filter } aufheben
filter-clear = Alles zeigen
sort = Sortieren nach
sort-date = Datum
sort-sender = Absender
sort-subject = Betreff
sort-size = Größe
sort-files = Anhänge
sort-newest = Neueste zuerst
sort-oldest = Neueste zuletzt
sort-down-sender = Z bis A
sort-up-sender = A bis Z
sort-down-subject = Z bis A
sort-up-subject = A bis Z
sort-down-size = Größte zuerst
sort-up-size = Kleinste zuerst
sort-down-files = Meiste zuerst
sort-up-files = Wenigste zuerst
sort-off = Wieder nach Datum sortieren
sorted-by = Nach { $by }
shown-conversations = Unterhaltungen
shown-messages = Einzelne Nachrichten
shown-usual = Wie überall
empty-flagged = Nichts Markiertes
empty-person = Nichts mit { $person }
empty-text = Nichts mit „{ $text }“
empty-filtered = Nichts passt zu allen diesen Filtern
filter-hides-messages = { $count ->
    [one] Der Filter verbirgt 1 Nachricht dieser Liste.
   *[other] Der Filter verbirgt { $count } Nachrichten dieser Liste.
}
filter-hides-conversations = { $count ->
    [one] Der Filter verbirgt 1 Unterhaltung dieser Liste.
   *[other] Der Filter verbirgt { $count } Unterhaltungen dieser Liste.
}
filter-hides-nothing = Auch ohne den Filter ist die Liste leer.

# Listen aller Konten.
unread-list = Ungelesen
drafts-list = Entwürfe
sent-list = Gesendet
all-mail-list = Alle Nachrichten
action-go-unread = Zu allem Ungelesenen
action-go-flagged = Zu allem Markierten
in-all = In den Listen aller Konten
in-all-hint = Aus: Die Post dieses Kontos steht nur in dessen eigenen Ordnern.

# Einstellungen.
setting-conversations = Unterhaltungen
setting-conversations-hint = Nachrichten, die aufeinander antworten, stehen in einer Zeile und werden zusammen gelesen, samt Ihren Antworten. Jede Liste kann es anders halten.
setting-newestLast = Neueste zuletzt
setting-newestLast-hint = Listen beginnen mit dem Ältesten und öffnen sich an ihrem Ende.
