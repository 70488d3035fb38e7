# Schreiben: eigene Fenster, Vorlagen, Umleiten, Berichte. Kontakte. Das E-Mail-Programm des Systems.
action-redirect = Umleiten
action-contacts = Kontakte
writer-out = In eigenem Fenster schreiben
writer-in = Im Hauptfenster schreiben
recipient-hint = { $email } · Alt+↑ und Alt+↓ verschieben zwischen An, Cc und Bcc
delivery-report = Zustellbericht anfordern
concern-no-delivery-report = Der Server dieses Kontos berichtet nicht über die Zustellung; es wird keine Antwort darauf kommen.
redirecting = Umleiten: { $subject }
redirect-hint = Sie geht unverändert weiter, vom ursprünglichen Absender. Ihre Adresse wird als die des Umleitenden hinzugefügt.
original-of = { $subject }, wie sie ist
original-date = Datum
original-coming = Der Text ist unterwegs …
original-files = Mit dabei: { $names }

templates = Vorlagen
template-keep = Als Vorlage sichern …
template-manage = Vorlagen verwalten …
template-keep-title = Als Vorlage sichern
template-name = Name
template-hint = Betreff, Text, Dateien und Empfänger werden gesichert. Sie steht von nun an im Menü jeder Nachricht.
template-replaces = Es gibt eine Vorlage dieses Namens. Sie wird ersetzt.
template-save = Sichern
template-replace = Ersetzen
template-kept = Die Vorlage „{ $name }“ ist gesichert
template-name-of = Name der Vorlage { $name }
template-remove-of = Vorlage { $name } entfernen
template-remove-title = Vorlage { $name } entfernen?
template-remove-text = Nachrichten, die mit ihr begonnen wurden, bleiben, wie sie sind.
templates-none = Es gibt keine Vorlage. Schreiben Sie eine Nachricht und sichern Sie sie über ihr Menü als Vorlage.

# Eine Nachricht, die eine Bestätigung wünscht.
receipt-asked = { $name } möchte erfahren, dass Sie dies gelesen haben.
receipt-send = Senden
receipt-leave = Nicht senden
receipt-told = { $name } erfährt, dass Sie es gelesen haben

# Jemand in einer Nachricht.
person-menu = { $name }
person-write = An { $name } schreiben
person-add = Zu den Kontakten hinzufügen
person-edit = Kontakt bearbeiten
person-copy = Adresse kopieren

# Kontakte.
contacts = Kontakte
contacts-search = Kontakte durchsuchen
contacts-none = Hier ist noch niemand. Wem Sie schreiben, der kommt von selbst hierher.
contacts-nothing = Niemand passt zu „{ $query }“.
contacts-total = { $count ->
    [one] 1 Kontakt
   *[other] { $count } Kontakte
}
contacts-import = Importieren …
contacts-export = Exportieren …
contacts-imported = { $added ->
    [0] Keine neuen Kontakte
    [one] 1 neuer Kontakt
   *[other] { $added } neue Kontakte
}, { $changed ->
    [0] keiner geändert
    [one] 1 geändert
   *[other] { $changed } geändert
}.
contacts-unreadable = { $count ->
    [one] Ein Eintrag war nicht lesbar.
   *[other] { $count } Einträge waren nicht lesbar.
}
contacts-exported = Die Kontakte sind gesichert
contact-add = Kontakt hinzufügen
contact-edit = Kontakt
contact-edit-of = { $name } bearbeiten
contact-remove-of = { $name } entfernen
contact-remove-title = { $name } entfernen?
contact-remove-text = Die Adresse wird nicht mehr vorgeschlagen. Schreiben Sie wieder dorthin, kommt sie zurück.
contact-removed = { $name } ist aus den Kontakten entfernt
contact-write-to = An { $name } schreiben
contact-kept = von Ihnen eingetragen
contact-collected = aus Ihrer Post
contact-written = { $count ->
    [one] einmal angeschrieben
   *[other] { $count }-mal angeschrieben
}
contact-heard = { $count ->
    [one] schrieb Ihnen einmal
   *[other] schrieb Ihnen { $count }-mal
}
contact-last = zuletzt am { $when }
contact-name = Name
contact-save = Sichern
contact-saved = { $name } ist in den Kontakten

# Absender und Server.
identity-sent = Kopien des Gesendeten kommen nach
identity-sent-usual = Gesendet des Kontos
identity-catch-all = Antwortet auch für diese Adressen
identity-catch-all-hint = Mit * für Beliebiges und Komma dazwischen. Post an eine solche Adresse wird von ihr aus beantwortet.
outgoing-of = Senden von { $account }
outgoing-edit = Postausgangsserver von { $account } bearbeiten
outgoing-edit-short = Postausgang
outgoing-own = Der Postausgangsserver hat eine eigene Anmeldung
outgoing-own-hint = Sonst gelten { $user } und dasselbe Passwort wie für den Empfang.
outgoing-user = Benutzername für den Postausgang
outgoing-password = Passwort für den Postausgang
outgoing-save = Prüfen und sichern
outgoing-kept = Der Postausgangsserver von { $account } ist gesichert
mail-program = E-Mail-Programm dieses Computers
mail-program-ours = E-Mail-Adressen, auf die Sie irgendwo klicken, werden in Restante geöffnet.
mail-program-others = E-Mail-Adressen, auf die Sie anderswo klicken, werden in einem anderen Programm geöffnet.
mail-program-become = Restante zum E-Mail-Programm machen
setting-answerBelow = Antworten unter den zitierten Text schreiben
setting-answerBelow-hint = Der Cursor beginnt unter dem Zitat statt darüber.
field-catchAll = Das Adressmuster
field-sentFolder = Der Ordner für Kopien
field-outgoingPassword = Das Passwort für den Postausgang
