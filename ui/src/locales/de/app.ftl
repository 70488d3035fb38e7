# Was jeder Teil des Fensters braucht.
close = Schließen
cancel = Abbrechen
details = Details
more = Mehr
copy = Kopieren
copied = Kopiert
none = Keine
never = Nie
later = Später
try-again = Erneut versuchen
back = Zurück
edit = Ändern
notes = Hinweise
cannot-start = Restante kann nicht starten

# Aktionen: Menüs, Palette, Tastenliste, Kurzinfos.
action-next = Nächste Nachricht
action-previous = Vorige Nachricht
action-first = Erste Nachricht
action-last = Letzte Nachricht
action-page-down = Eine Seite nach unten
action-page-up = Eine Seite nach oben
action-open = Nachricht öffnen
action-back = Zurück zur Liste
action-extend-down = Nächste dazuwählen
action-extend-up = Vorige dazuwählen
action-extend-first = Bis zur ersten wählen
action-extend-last = Bis zur letzten wählen
action-extend-page-down = Seite nach unten wählen
action-extend-page-up = Seite nach oben wählen
action-wander-down = Nach unten, ohne zu wählen
action-wander-up = Nach oben, ohne zu wählen
action-toggle = Wählen oder abwählen
action-select-all = Die ganze Liste wählen
action-select-one = Nur eine wählen
action-plain = Als reinen Text zeigen
action-html = Als HTML zeigen
action-original = Originalfarben
action-darken = Farben für das dunkle Design
action-headers = Kopfzeilen
action-source = Quelltext anzeigen
action-save-message = Als .eml speichern
action-print = Drucken
action-go-inbox = Gehe zu: Alle Eingänge
action-go-sent = Gehe zu: Gesendet
action-go-drafts = Gehe zu: Entwürfe
action-go-archive = Gehe zu: Archiv
action-palette = Suche und Befehle
action-add-account = Konto hinzufügen
action-accounts = Konten
action-settings = Einstellungen
action-theme = Zwischen Hell und Dunkel wechseln
action-health = Zustand der Konten
action-look-now = Jetzt nach neuer Post sehen
action-keys = Tastenkürzel

keys = Tastenkürzel
keys-list = Liste
keys-select = Mehrere wählen
keys-message = Nachricht
keys-go = Gehe zu
keys-window = Fenster

palette = Suche und Befehle
palette-mailboxes = Postfächer
palette-commands = Befehle
palette-choose = wählen
palette-open = öffnen
palette-nothing = Nichts heißt „{ $typed }“

# Zustandszeile und das Feld dahinter.
state-none = Kein Konto
state-up-to-date = { $count ->
    [one] Aktuell
   *[other] Aktuell · { $count } Konten
}
state-offline = Offline – zu sehen ist, was auf diesem Computer liegt
state-some-offline = { $account } ist offline
fetching = { $done } von { $total } Kopfzeilen geladen
connecting = Verbinde …
signed-out = Abgemeldet
needs-you = { $account } braucht Sie
open-health = Zustand der Konten
health = Zustand der Konten
health-push = Neue Post
health-push-on = Kommt von selbst
health-push-off = Wird gerade nicht gemeldet
health-proof = Server zuletzt gehört
health-sync = Letzter ganzer Abgleich
health-connections = Verbindungen
health-connections-value = { $count } offen · { $received } empfangen, { $sent } gesendet
health-retry = Nächster Versuch
health-capabilities = In Gebrauch
health-unreadable = Unlesbar
health-unreadable-value = { $count ->
    [one] Eine Nachricht war nicht lesbar und wird so gezeigt, wie sie kam
   *[other] { $count } Nachrichten waren nicht lesbar und werden so gezeigt, wie sie kamen
}
health-error = Letzte Störung
copy-report = Bericht kopieren
report-copied = Der Bericht liegt in der Zwischenablage. Er enthält kein Passwort und keine fremde Adresse.
attend = Ansehen
