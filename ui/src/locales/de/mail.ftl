# Seitenleiste.
mailboxes = Postfächer
all-accounts = Alle Konten
all-inboxes = Alle Eingänge
flagged-list = Markiert
snoozed-list = Zurückgestellt
role-inbox = Posteingang
role-drafts = Entwürfe
role-sent = Gesendet
role-archive = Archiv
role-all = Alle Nachrichten
role-junk = Spam
role-trash = Papierkorb
role-flagged = Markiert
role-recovered = Gerettet
show-mailboxes = Postfächer
unread-count = { $count } ungelesen
folder-menu = Was mit „{ $folder }“ getan werden kann
keep-opened = Nur behalten, was geöffnet wurde
keep-days = { $days ->
    [365] Das letzte Jahr hier behalten
   *[other] Die letzten { $days } Tage hier behalten
}

# Liste.
messages = Nachrichten
filter = Zeigen
filter-all = Alle
filter-unread = Ungelesen
filter-files = Dateien
unread = Ungelesen
flagged = Markiert
muted = Stumm
answered = Beantwortet
forwarded = Weitergeleitet
unknown-sender = Unbekannter Absender
no-subject = (kein Betreff)
not-read-yet = Noch nicht gelesen
attachment-count = { $count ->
    [one] 1 Anhang
   *[other] { $count } Anhänge
}
fresh = { $count } neu
day-today = Heute
day-yesterday = Gestern
day-thisWeek = Diese Woche
day-lastWeek = Letzte Woche
day-later = Später
day-unknown = Ohne Datum
empty = Hier ist nichts
empty-hint = Was in diesen Ordner kommt, steht dann hier.
empty-snoozed = Nichts zurückgestellt
empty-snoozed-hint = Was Sie zurückstellen, steht hier, bis es oben in seiner Liste wiederkommt.
empty-unread = Nichts Ungelesenes
empty-files = Nichts mit Anhängen
empty-offline = Noch nicht auf diesem Computer
empty-offline-hint = Der Server ist gerade nicht erreichbar. Die Liste kommt, sobald er wieder da ist.
first-sync = Ihre Post wird geholt
connecting-hint = Die Liste erscheint mit der ersten Antwort des Servers.
signed-out-hint = Was schon geholt wurde, bleibt lesbar. Melden Sie sich an, um Neues zu sehen.
list-failed = Die Liste kann nicht gezeigt werden

# Lesebereich.
message = Nachricht
message-tools = Werkzeuge der Nachricht
message-text = Text der Nachricht
message-body = Inhalt der Nachricht
message-by = { $subject }, { $sender }
nothing-selected = Keine Nachricht gewählt
nothing-selected-hint = Wählen Sie eine in der Liste, um sie hier zu lesen.
selected-count = { $count ->
    [one] 1 Nachricht gewählt
   *[other] { $count } Nachrichten gewählt
}
selected-clear = hebt die Auswahl auf
mailing-list = Liste { $list }
me = mich
to = an
cc = Kopie an
bcc = Blindkopie an
reply-to = Antworten gehen an
also-from = auch von
no-recipients = keine Empfänger genannt
and-more = und { $count } weitere
addresses = Adressen
less = weniger
warning-severalFrom = Diese Nachricht nennt mehrere Absender. Seien Sie vorsichtig mit dem, was sie verlangt.
warning-unreadable = Der Absender dieser Nachricht ist nicht lesbar.
warning-nameIsAnotherAddress = Der Name des Absenders ist selbst eine Adresse – und nicht die, von der diese Nachricht kam.
warning-mixedScript = Die Domain des Absenders mischt Buchstaben mehrerer Schriften; sie gibt sich vielleicht für eine andere aus.
warning-hiddenCharacters = Aus dem Namen des Absenders wurden unsichtbare Zeichen entfernt.
gone-notice = Der Server hat diese Nachricht nicht mehr. Sie sehen die Kopie auf diesem Computer.
recovered-notice = Diese Nachricht konnte nicht dorthin, wohin sie sollte, und ihr Original ist weg. Sie ist nur auf diesem Computer: Verschieben Sie sie in einen Ordner oder speichern Sie sie. Der Grund: { $why }
images-held = { $count ->
    [one] 1 entferntes Bild zurückgehalten
   *[other] { $count } entfernte Bilder zurückgehalten
}
images-held-trackers = { $count ->
    [one] 1 entferntes Bild zurückgehalten, es sieht nach einem Zählpixel aus
   *[other] { $count } entfernte Bilder zurückgehalten, davon { $trackers ->
        [one] ein Zählpixel
       *[other] { $trackers } Zählpixel
    }
}
images-hosts = { $more ->
    [0] von { $hosts }
   *[other] von { $hosts } und { $more } weiteren
}
images-loading = { $count ->
    [one] 1 entferntes Bild wird geholt …
   *[other] { $count } entfernte Bilder werden geholt …
}
load-once = Einmal laden
load-always = Immer bei diesem Absender
body-waiting = Warte darauf, dass { $host } den Text schickt.
body-not-here = Diese Nachricht liegt nicht auf diesem Computer
body-not-here-hint = Ihr Text wurde hier nie geöffnet, und der Server ist gerade nicht erreichbar. Er kommt, sobald der Server wieder da ist.
body-gone = Diese Nachricht kann nicht gezeigt werden
body-gone-hint = Der Server hat sie nicht mehr, und ihr Text kam nie auf diesen Computer.
row-snoozed = zurückgestellt bis { $when }
row-back = wieder da seit { $when }
message-snoozed = Zurückgestellt bis { $when }
message-back = Wieder da seit { $when }
body-empty = Diese Nachricht hat keinen Text.
body-cut = Der Text ist sehr lang und wurde hier abgeschnitten. Speichern Sie die Nachricht, um ihn ganz zu haben.
raw-headers = Kopfzeilen
raw-source = Quelltext
raw-coming = Der Server wird gefragt …
attachments = Anhänge
save-all = Alle speichern
save-file = { $name } speichern
open-file = { $name } öffnen
cancel-file = { $name } abbrechen
on-server = auf dem Server
nowhere = nicht mehr auf dem Server
here = auf diesem Computer
transfer-progress = { $done } von { $total }
transfer-running = Unterwegs …
transfer-done = { $name } wurde gespeichert: { $path }
dangerous-title = Diese Datei kann etwas ausführen
dangerous-text = „{ $name }“ gehört zu den Dateien, die als Programm laufen und diesen Computer verändern können. Öffnen Sie sie nur, wenn Sie sie erwartet haben und wissen, von wem sie kommt.
dangerous-save = Nur speichern
dangerous-open = Trotzdem öffnen
link-title = Wohin führt dieser Link?
link-never = Links dieser Art öffnet Restante nicht.
link-hides = Dieser Link verbirgt seine wahre Adresse. Er führt zu { $host }.
link-open = { $host } öffnen
