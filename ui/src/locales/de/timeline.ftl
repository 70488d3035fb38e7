# Was getan wurde: Verlauf, Geschichte einer Nachricht, Ablehnungen. `did-…` sagt, was mit mehreren Nachrichten getan wurde, `was-…`,
# was mit einer geschah, `refused-…`, was der Server nicht tun wollte; `why-…` folgt auf einen Doppelpunkt.
action-timeline = Was getan wurde
action-history = Was geschah mit dieser Nachricht?
action-labels = Etiketten
timeline = Was getan wurde
timeline-search = Betreff, Personen und Ordner durchsuchen
timeline-enter = Die Eingabetaste macht es rückgängig
timeline-undo = Rückgängig
timeline-undo-key = rückgängig machen
timeline-which = Welche
timeline-limit = Was getan wurde, bleibt 30 Tage lang stehen.
timeline-empty = Noch nichts getan
timeline-empty-hint = Was Sie mit Ihrer Post tun, steht hier 30 Tage lang, und das meiste lässt sich von hier rückgängig machen.
timeline-nothing = Nichts, was getan wurde, passt zu „{ $query }“
timeline-nothing-hint = Durchsucht wurden Betreff, Personen und Ordner der letzten 30 Tage.

did-read = { $count ->
    [one] 1 Nachricht als gelesen gekennzeichnet
   *[other] { $count } Nachrichten als gelesen gekennzeichnet
}
did-unread = { $count ->
    [one] 1 Nachricht als ungelesen gekennzeichnet
   *[other] { $count } Nachrichten als ungelesen gekennzeichnet
}
did-flag = { $count ->
    [one] 1 Nachricht markiert
   *[other] { $count } Nachrichten markiert
}
did-unflag = { $count ->
    [one] Markierung von 1 Nachricht entfernt
   *[other] Markierung von { $count } Nachrichten entfernt
}
did-mute = { $count ->
    [one] Stummgeschaltet: 1 Nachricht
   *[other] Stummgeschaltet: { $count } Nachrichten
}
did-unmute = { $count ->
    [one] Nicht mehr stumm: 1 Nachricht
   *[other] Nicht mehr stumm: { $count } Nachrichten
}
did-label = { $count ->
    [one] 1 Nachricht mit „{ $label }“ versehen
   *[other] { $count } Nachrichten mit „{ $label }“ versehen
}
did-unlabel = { $count ->
    [one] Etikett „{ $label }“ von 1 Nachricht entfernt
   *[other] Etikett „{ $label }“ von { $count } Nachrichten entfernt
}
did-snooze = { $count ->
    [one] 1 Nachricht bis { $when } zurückgestellt
   *[other] { $count } Nachrichten bis { $when } zurückgestellt
}
did-unsnooze = { $count ->
    [one] 1 Nachricht ist nicht mehr zurückgestellt
   *[other] { $count } Nachrichten sind nicht mehr zurückgestellt
}
did-archive = { $count ->
    [one] 1 Nachricht archiviert
   *[other] { $count } Nachrichten archiviert
}
did-trash = { $count ->
    [one] 1 Nachricht in den Papierkorb gelegt
   *[other] { $count } Nachrichten in den Papierkorb gelegt
}
did-junk = { $count ->
    [one] 1 Nachricht als Spam gekennzeichnet
   *[other] { $count } Nachrichten als Spam gekennzeichnet
}
did-not-junk = { $count ->
    [one] 1 Nachricht aus dem Spam geholt
   *[other] { $count } Nachrichten aus dem Spam geholt
}
did-move = { $count ->
    [one] 1 Nachricht verschoben nach { $to }
   *[other] { $count } Nachrichten verschoben nach { $to }
}
did-copy = { $count ->
    [one] 1 Nachricht kopiert nach { $to }
   *[other] { $count } Nachrichten kopiert nach { $to }
}
did-delete = { $count ->
    [one] 1 Nachricht endgültig gelöscht
   *[other] { $count } Nachrichten endgültig gelöscht
}
did-make-folder = Ordner { $to } angelegt
did-rename-folder = Ordner { $folder } in { $to } umbenannt
did-move-folder = Ordner { $folder } verschoben, jetzt { $to }
did-delete-folder = Ordner { $folder } endgültig gelöscht
did-hide-folder = Ordner { $folder } ausgeblendet
did-unhide-folder = Ordner { $folder } wieder eingeblendet
did-answered = { $count ->
    [one] 1 Nachricht als beantwortet gekennzeichnet
   *[other] { $count } Nachrichten als beantwortet gekennzeichnet
}
did-forwarded = { $count ->
    [one] 1 Nachricht als weitergeleitet gekennzeichnet
   *[other] { $count } Nachrichten als weitergeleitet gekennzeichnet
}
did-undo = Rückgängig gemacht: { $what }
did-undo-something = { $count ->
    [one] Eine Änderung an 1 Nachricht wurde rückgängig gemacht
   *[other] Eine Änderung an { $count } Nachrichten wurde rückgängig gemacht
}
folder-unknown = einen anderen Ordner

act-about = { $count ->
    [one] { $subject }
   *[other] { $subject } und andere
}
act-waiting = Wartet auf den Server
act-waiting-some = { $waiting } von { $count } warten auf den Server
act-done = Vom Server bestätigt
act-only-here = Nur auf diesem Computer stumm
act-only-marked = Hier nicht mehr zu sehen; auf dem Server, bis er aufräumt
act-refused = Nicht geschehen
act-refused-why = Nicht geschehen: { $why }
act-refused-some = { $refused } von { $count } nicht geschehen: { $why }
act-undone = Rückgängig gemacht

why-quota = Das Postfach ist voll
why-not-allowed = Das ist dort nicht erlaubt
why-elsewhere = Ein anderes Programm hat es vorher verschoben oder gelöscht
why-no-such-folder = Den Ordner gibt es nicht mehr
why-folder-exists = Einen Ordner dieses Namens gibt es schon
why-folder-in-use = Nach dem Löschen sind noch Nachrichten hinein- oder zurückgekommen
why-in-details = Sein Grund steht unter „Details“
why-unknown = Er nannte keinen Grund

left-elsewhere = { $count ->
    [one] 1 Nachricht hat { $folder } verlassen: Ein anderes Programm hat sie verschoben oder gelöscht
   *[other] { $count } Nachrichten haben { $folder } verlassen: Ein anderes Programm hat sie verschoben oder gelöscht
}
left-folder-gone = { $count ->
    [one] 1 Nachricht ging mit dem Ordner { $folder }, den der Server nicht mehr hat
   *[other] { $count } Nachrichten gingen mit dem Ordner { $folder }, den der Server nicht mehr hat
}
left-renumbered = { $count ->
    [one] Der Ordner { $folder } wurde auf dem Server neu angelegt, ohne 1 Nachricht
   *[other] Der Ordner { $folder } wurde auf dem Server neu angelegt, ohne { $count } Nachrichten
}
left-missing = { $count ->
    [one] 1 Nachricht aus { $folder } fehlt auf dem Server und bleibt hier, bis ein zweiter Blick das bestätigt
   *[other] { $count } Nachrichten aus { $folder } fehlen auf dem Server und bleiben hier, bis ein zweiter Blick das bestätigt
}

history = Was geschah mit dieser Nachricht?
history-was-in = sie lag in { $folder }
history-empty = Mit ihr ist nichts geschehen
history-empty-hint = Was Sie, ein anderes Programm oder der Server mit ihr tun, steht hier 30 Tage lang.
was-read = Von Ihnen als gelesen gekennzeichnet
was-unread = Von Ihnen als ungelesen gekennzeichnet
was-flag = Von Ihnen markiert
was-unflag = Markierung von Ihnen entfernt
was-mute = Unterhaltung von Ihnen stummgeschaltet
was-unmute = Stummschaltung von Ihnen aufgehoben
was-label = Von Ihnen mit „{ $label }“ versehen
was-unlabel = Etikett „{ $label }“ von Ihnen entfernt
was-snooze = Von Ihnen bis { $when } zurückgestellt
was-unsnooze = Von Ihnen nicht länger zurückgestellt
was-moved = Von Ihnen verschoben nach { $to }
was-copied = Von Ihnen kopiert nach { $to }
was-deleted = Von Ihnen endgültig gelöscht
was-deleted-with-folder = Von Ihnen endgültig gelöscht, mit dem Ordner
was-answered = Von Ihnen beantwortet
was-forwarded = Von Ihnen weitergeleitet
happened-elsewhere = Von einem anderen Programm gelöscht oder aus { $folder } verschoben
happened-folder-gone = Der Server hat den Ordner { $folder } nicht mehr
happened-renumbered = Der Ordner { $folder } wurde auf dem Server neu angelegt, ohne diese Nachricht
happened-missing = Auf dem Server verschwunden; bleibt hier, bis ein zweiter Blick das bestätigt

refused-note = Nicht geschehen
refused-show = Im Verlauf zeigen
refused-dismiss = Verwerfen
refused-several = { $acts } Änderungen waren nicht möglich, an { $count ->
    [one] 1 Nachricht. Sie ist, wie sie vorher war.
   *[other] { $count } Nachrichten. Sie sind, wie sie vorher waren.
}
refused-read = { $count ->
    [one] Es war nicht möglich, 1 Nachricht als gelesen zu kennzeichnen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten als gelesen zu kennzeichnen: { $why }.
}
refused-unread = { $count ->
    [one] Es war nicht möglich, 1 Nachricht als ungelesen zu kennzeichnen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten als ungelesen zu kennzeichnen: { $why }.
}
refused-flag = { $count ->
    [one] Es war nicht möglich, 1 Nachricht zu markieren: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten zu markieren: { $why }.
}
refused-unflag = { $count ->
    [one] Es war nicht möglich, das Markierung von 1 Nachricht zu entfernen: { $why }.
   *[other] Es war nicht möglich, das Markierung von { $count } Nachrichten zu entfernen: { $why }.
}
refused-mute = { $count ->
    [one] 1 Nachricht konnte nicht stummgeschaltet werden: { $why }.
   *[other] { $count } Nachrichten konnten nicht stummgeschaltet werden: { $why }.
}
refused-unmute = { $count ->
    [one] Die Stummschaltung von 1 Nachricht konnte nicht aufgehoben werden: { $why }.
   *[other] Die Stummschaltung von { $count } Nachrichten konnte nicht aufgehoben werden: { $why }.
}
refused-label = { $count ->
    [one] Es war nicht möglich, 1 Nachricht mit „{ $label }“ zu versehen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten mit „{ $label }“ zu versehen: { $why }.
}
refused-unlabel = { $count ->
    [one] Es war nicht möglich, das Etikett „{ $label }“ von 1 Nachricht zu entfernen: { $why }.
   *[other] Es war nicht möglich, das Etikett „{ $label }“ von { $count } Nachrichten zu entfernen: { $why }.
}
refused-snooze = { $count ->
    [one] Es war nicht möglich, 1 Nachricht zurückzustellen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten zurückzustellen: { $why }.
}
refused-unsnooze = { $count ->
    [one] Es war nicht möglich, 1 Nachricht nicht länger zurückzustellen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten nicht länger zurückzustellen: { $why }.
}
refused-archive = { $count ->
    [one] Es war nicht möglich, 1 Nachricht zu archivieren: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten zu archivieren: { $why }.
}
refused-trash = { $count ->
    [one] Es war nicht möglich, 1 Nachricht in den Papierkorb zu legen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten in den Papierkorb zu legen: { $why }.
}
refused-junk = { $count ->
    [one] Es war nicht möglich, 1 Nachricht in den Spam zu verschieben: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten in den Spam zu verschieben: { $why }.
}
refused-not-junk = { $count ->
    [one] Es war nicht möglich, 1 Nachricht aus dem Spam zu holen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten aus dem Spam zu holen: { $why }.
}
refused-move = { $count ->
    [one] Es war nicht möglich, 1 Nachricht nach { $to } zu verschieben: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten nach { $to } zu verschieben: { $why }.
}
refused-copy = { $count ->
    [one] Es war nicht möglich, 1 Nachricht nach { $to } zu kopieren: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten nach { $to } zu kopieren: { $why }.
}
refused-delete = { $count ->
    [one] Es war nicht möglich, 1 Nachricht zu löschen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten zu löschen: { $why }.
}
refused-make-folder = Es war nicht möglich, den Ordner { $folder } anzulegen: { $why }.
refused-rename-folder = Es war nicht möglich, den Ordner { $folder } in { $to } umzubenennen: { $why }.
refused-move-folder = Es war nicht möglich, den Ordner { $folder } zu verschieben: { $why }.
refused-delete-folder = Der Ordner { $folder } wurde nicht gelöscht: { $why }.
refused-hide-folder = Es war nicht möglich, den Ordner { $folder } auszublenden: { $why }.
refused-unhide-folder = Es war nicht möglich, den Ordner { $folder } wieder einzublenden: { $why }.
refused-folder = Alles ist, wie es war.
refused-answered = { $count ->
    [one] Es war nicht möglich, 1 Nachricht als beantwortet zu kennzeichnen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten als beantwortet zu kennzeichnen: { $why }.
}
refused-forwarded = { $count ->
    [one] Es war nicht möglich, 1 Nachricht als weitergeleitet zu kennzeichnen: { $why }.
   *[other] Es war nicht möglich, { $count } Nachrichten als weitergeleitet zu kennzeichnen: { $why }.
}
refused-undo = { $count ->
    [one] Es war nicht möglich, eine Änderung an 1 Nachricht rückgängig zu machen: { $why }.
   *[other] Es war nicht möglich, eine Änderung an { $count } Nachrichten rückgängig zu machen: { $why }.
}
refused-where-before = { $count ->
    [one] Sie ist, wo sie war.
   *[other] Sie sind, wo sie waren.
}
refused-as-before = { $count ->
    [one] Sie ist, wie sie war.
   *[other] Sie sind, wie sie waren.
}

# Ordner: das Menü, und was es fragt.
favourites = Favoriten
account-menu = Was mit { $account } getan werden kann
folder-waiting = noch nicht auf dem Server
folder-hidden = ausgeblendet
hidden-unfold = { $count ->
    [one] 1 ausgeblendeten Ordner zeigen
   *[other] { $count } ausgeblendete Ordner zeigen
}
hidden-fold = Ausgeblendete Ordner verbergen
folder-new-in-account = Neuer Ordner …
folder-read = Alle als gelesen kennzeichnen
folder-favour = Zu den Favoriten
folder-unfavour = Aus den Favoriten nehmen
folder-up = Nach oben
folder-down = Nach unten
folder-new = Neuer Ordner darin …
folder-rename = Umbenennen …
folder-move = Unterordnen …
folder-use = Verwenden als
folder-use-none = Nichts Besonderes
folder-keep = Offline hier behalten
folder-hide = In der Seitenleiste ausblenden
folder-show = In der Seitenleiste zeigen
folder-empty = { $folder } leeren …
folder-delete = Löschen …
folder-name = Name des Ordners
folder-name-exists = Einen Ordner „{ $name }“ gibt es hier schon. Wählen Sie einen anderen Namen.
folder-name-invalid = So kann ein Ordner nicht heißen. Lassen Sie / * % und unsichtbare Zeichen weg, und beginnen Sie nicht mit Punkt oder ~.
folder-waits = Wartet auf den Server …
folder-new-title = Neuer Ordner in { $folder }
folder-new-yes = Ordner anlegen
folder-rename-title = { $folder } umbenennen
folder-rename-yes = Umbenennen
folder-move-title = { $folder } unterordnen
folder-move-where = Wohin
folder-move-yes = Verschieben
folder-find = Ordner suchen
folder-top = Ganz oben
folder-here-now = jetzt
folder-delete-title = { $folder } löschen?
folder-delete-text = { $count ->
    [0] Der Ordner { $folder } wird hier und auf { $host } endgültig gelöscht. Es ist keine Nachricht darin.
    [one] Der Ordner { $folder } und 1 Nachricht werden hier und auf { $host } endgültig gelöscht. Die Nachricht kommt nicht in den Papierkorb. Sobald der Server es weiß, lässt es sich nicht rückgängig machen.
   *[other] Der Ordner { $folder } und { $count } Nachrichten werden hier und auf { $host } endgültig gelöscht. Sie kommen nicht in den Papierkorb. Sobald der Server es weiß, lässt es sich nicht rückgängig machen.
}
folder-delete-inside = { $more ->
    [0] Darin und auch gelöscht: { $folders }.
   *[other] Darin und auch gelöscht: { $folders } und { $more } weitere.
}
folder-delete-yes = Ordner löschen
folder-empty-title = { $folder } leeren?
folder-empty-text = { $count ->
    [one] 1 Nachricht in { $folder } wird endgültig gelöscht, hier und auf { $host }. Das lässt sich nicht rückgängig machen.
   *[other] { $count } Nachrichten in { $folder } werden endgültig gelöscht, hier und auf { $host }. Das lässt sich nicht rückgängig machen.
}
folder-empty-yes = { $count ->
    [one] 1 Nachricht löschen
   *[other] { $count } Nachrichten löschen
}

# Einstellungen.
after-act = Nach dem Archivieren, Löschen oder Verschieben
after-act-next = Nächste Nachricht öffnen
after-act-previous = Vorige Nachricht öffnen
after-act-list = Zurück zur Liste
setting-readOnOpen = Nachrichten beim Öffnen als gelesen kennzeichnen
setting-readOnOpen-hint = Sonst bleiben sie ungelesen, bis Sie es sagen.
labels = Etiketten
labels-hint = Etiketten liegen als Schlüsselwörter auf dem Server; auch andere Mailprogramme kennen sie.
labels-none = Es gibt kein Etikett.
label-known-1 = Wichtig
label-known-2 = Arbeit
label-known-3 = Privat
label-known-4 = Zu erledigen
label-known-5 = Später
label-name-of = Name des Etiketts { $label }
label-new = Neues Etikett
label-add = Etikett hinzufügen
label-remove = Etikett { $label } entfernen
label-order = Etikett { $label } verschieben
label-order-hint = Ziehen, oder die Pfeiltasten drücken
label-ordered = { $label }: Platz { $at } von { $of }
label-remove-title = Etikett „{ $label }“ entfernen?
label-remove-text = Sein Name und seine Farbe werden hier vergessen. Die Nachrichten behalten das Schlüsselwort { $keyword } auf dem Server; andere Programme zeigen es weiter.
label-remove-yes = Etikett entfernen

health-waiting = Noch zu melden
health-waiting-value = { $count ->
    [one] 1 Änderung
   *[other] { $count } Änderungen
}
store-rescued = Der Speicher auf diesem Computer war beschädigt. Er wurde beiseitegelegt und wird von Ihren Servern neu aufgebaut; was Sie getan und noch nicht übertragen hatten, ist erhalten. Auf den Servern wurde nichts verändert.
