# Schreiben: Aktionen.
keys-write = Schreiben
action-new-message = Neue Nachricht
action-reply = Antworten
action-reply-all = Allen antworten
action-reply-list = Der Liste antworten
action-forward = Weiterleiten
action-forward-attached = Als Anhang weiterleiten
action-edit-as-new = Als neu bearbeiten
action-write-on = Weiterschreiben
action-outbox = Ausgang

# Der Entwurf. Die Namen sind mit Bildschirmlesern und den Tests des Fensters vereinbart.
new-message = Neue Nachricht
from = Von
field-to = An
field-cc = Kopie
field-bcc = Blindkopie
subject = Betreff
writer-text = Nachrichtentext
send = Senden
send-later = Später senden
attach = Dateien anhängen
insert-picture = Bild einfügen
discard = Verwerfen
plain-text = Nur Text
receipt = Lesebestätigung erbitten
versions = Frühere Fassungen
writer-more = Mehr zu dieser Nachricht
writer-aside = Beiseitelegen
writer-enlarge = In der großen Ansicht schreiben
writer-close = Schließen, der Entwurf bleibt
writer-close-of = { $subject } schließen
writer-coming = Wird geöffnet …
writings = Nachrichten in Arbeit
quick-reply = { $name } antworten …
quoted-text = zitierter Text
file-remove = { $name } entfernen
file-too-large = „{ $name }“ ist größer als 50 MB, das befördert keine E-Mail. Senden Sie stattdessen einen Link darauf.
later-evening = Heute Abend, { $when }
later-morning = Morgen früh, { $when }
later-monday = Am Montag, { $when }

recipients-of = { $field }: Empfänger
recipient = { $name }, { $email }
recipient-wrong = „{ $text }“ ist keine E-Mail-Adresse
recipient-remove = { $name } entfernen
suggestions = Vorschläge

formatting = Gestaltung
format-bold = Fett
format-italic = Kursiv
format-bullets = Liste
format-numbers = Nummerierte Liste
format-quote = Zitat
format-code = Code
format-link = Link
link-address = Adresse
link-wrong = Dieser Adresse kann niemand folgen. Sie beginnt mit https:// oder ist eine E-Mail-Adresse.
link-set = Link setzen

draft-saving = Wird gesichert …
draft-saved = Gesichert · { $time }
draft-unsaved = Nicht gesichert
draft-not-saved = Der Text ist noch nicht gesichert; es wird immer wieder versucht. { $why }
draft-closing-waits = Der Text ist noch nicht gesichert. Sobald er es ist, schließt sich das Fenster. { $why }
draft-kept = Der Entwurf ist aufgehoben
draft-open = Öffnen
draft-discarded = Der Entwurf wurde verworfen
text-back = Ihr Text ist wieder da: { $subject }
texts-back = { $count ->
    [one] Ihr Text ist wieder da
   *[other] Ihre { $count } Texte sind wieder da
}

version-words = { $count ->
    [one] 1 Wort
   *[other] { $count } Wörter
}
version-restore = Zurückholen
version-restore-of = Zurückholen, was { $when } geschrieben war
versions-none = Es gibt keine frühere Fassung.

# Vor dem Senden.
concerns = So senden?
concerns-stop = Das lässt sich noch nicht senden
concerns-back = Zurück
concerns-send = Trotzdem senden
concern-no-recipient = Es gibt niemanden, an den es gehen soll. Tragen Sie unter An eine Adresse ein.
concern-wrong-recipient = Ein Empfänger ist keine E-Mail-Adresse. Er ist markiert; berichtigen oder entfernen Sie ihn.
concern-no-subject = Der Betreff fehlt.
concern-attachment-forgotten = Sie schreiben von einem Anhang, es ist aber nichts angehängt.
concern-unusual-sender = Sie antworten von einer anderen Adresse als der, an die geschrieben wurde.
concern-too-large = Die Nachricht ist größer, als der Server Ihres Kontos annimmt, und wird vielleicht abgelehnt.
concern-no-outgoing-server = Dieses Konto hat keinen Postausgangsserver und kann nur empfangen. Tragen Sie in seinen Einstellungen einen ein, oder wählen Sie einen anderen Absender.

# Unterwegs.
sending = Wird gesendet …
sending-in = Wird in { $seconds } s gesendet
sending-later = Wird gesendet: { $when }
undo-send = Nicht senden und weiter bearbeiten
sent = Gesendet
outbox = Ausgang
outbox-count = { $count ->
    [one] 1 Nachricht wartet
   *[other] { $count } Nachrichten warten
}
outbox-troubled = { $count ->
    [one] 1 Nachricht braucht Sie
   *[other] { $count } Nachrichten brauchen Sie
}
outbox-to = an { $names }
outbox-waits = Wird gesendet: { $when }.
outbox-again = Noch nicht gesendet. { $why } Nächster Versuch: { $when }.
outbox-failed = Nicht gesendet. { $why }
outbox-unknown = Sie wurde vielleicht gesendet: Die Verbindung riss im letzten Augenblick ab. Die Nachricht wird im Ordner Gesendet gesucht und nie von selbst noch einmal gesendet. { $why }
outbox-accepted = angenommen
outbox-edit = Bearbeiten
outbox-retry = Jetzt versuchen
outbox-correct = Berichtigen und neu senden
outbox-was-sent = Sie wurde gesendet
outbox-send-again = Noch einmal senden
outbox-empty = Hier wartet nichts.
notice-failed = Eine Nachricht wurde nicht gesendet
notice-unknown = Eine Nachricht wurde vielleicht gesendet

# Einstellungen.
page-writing = Schreiben
setting-keepBcc = Blindkopien in „Gesendet“ zeigen
setting-keepBcc-hint = Die Kopie in „Gesendet“ zeigt, wer eine Blindkopie bekam. Im Gesendeten selbst steht es nie.
undo-seconds = Senden lässt sich zurücknehmen
undo-seconds-of = { $seconds ->
    [0] gar nicht
   *[other] { $seconds } Sekunden lang
}
identities-of = Absender von { $account }
identity-default = der übliche
identity-add = Absender hinzufügen
identity-add-to = Absender zu { $account } hinzufügen
identity-edit = Absender
identity-edit-of = { $identity } bearbeiten
identity-remove-of = { $identity } entfernen
identity-remove-title = Den Absender { $identity } entfernen?
identity-remove-text = Gesendete E-Mails bleiben, wie sie sind. Neue Nachrichten lassen sich damit nicht mehr schreiben.
identity-reply-to = Antworten gehen an
identity-bcc = Immer eine Blindkopie an
identity-is-default = Der übliche Absender dieses Kontos
identity-save = Sichern
signature = Signatur
signature-above = Die Signatur steht über dem zitierten Text
