# Ein Satz oder zwei zu jedem Fehler: was geschah, was es für die Post heißt, was zu tun ist. Die rohe Antwort steht unter „Details“.
error-unreachable = { $hasHost ->
    [yes] { $host } antwortet nicht.
   *[no] Der Server antwortet nicht.
} Ihre Post ist sicher, wo sie ist. Prüfen Sie das Netz und den Namen des Servers; Restante versucht es weiter.
error-no-such-host = { $hasHost ->
    [yes] Es gibt keinen Server namens { $host }.
   *[no] Es gibt keinen Server dieses Namens.
} Prüfen Sie den Namen auf einen Tippfehler.
error-offline = Dieser Computer hat kein Netz. Was schon geholt wurde, können Sie lesen; der Rest kommt, sobald das Netz wieder da ist.
error-wrong-protocol = { $hasHost ->
    [yes] Was bei { $host } antwortet, ist kein Mailserver dieser Art.
   *[no] Was dort antwortet, ist kein Mailserver dieser Art.
} Prüfen Sie Name und Port des Servers.
error-certificate = { $hasHost ->
    [yes] Dem Zertifikat von { $host } wird nicht vertraut,
   *[no] Dem Zertifikat des Servers wird nicht vertraut,
} darum wurde nichts gesendet. Sehen Sie es sich an, bevor Sie fortfahren.
error-no-tls = Der Server bietet keine geschützte Verbindung an, darum wurde kein Passwort gesendet. Wählen Sie in den Einstellungen eine andere Sicherheit oder einen anderen Port.
error-wrong-password = { $hasHost ->
    [yes] { $host } nimmt diesen Benutzernamen und dieses Passwort nicht an.
   *[no] Der Server nimmt diesen Benutzernamen und dieses Passwort nicht an.
} Geben Sie beides noch einmal ein; manche Anbieter verlangen hier ein App-Passwort.
error-app-password = { $hasProvider ->
    [yes] { $provider } verlangt ein App-Passwort statt Ihres gewohnten.
   *[no] Dieser Anbieter verlangt ein App-Passwort statt Ihres gewohnten.
} Legen Sie auf seinen Seiten eines an und geben Sie es hier ein.
error-browser-sign-in = { $hasProvider ->
    [yes] { $provider } lässt Mailprogramme nur über die eigene Seite im Browser herein;
   *[no] Dieser Anbieter lässt Mailprogramme nur über seine Seite im Browser herein;
} das kann Restante noch nicht.
error-refused = { $hasHost ->
    [yes] { $host } lehnt ab; der Grund steht unter „Details“.
   *[no] Der Server lehnt ab; der Grund steht unter „Details“.
} Verloren ging nichts.
error-busy = Der Server ist ausgelastet oder hat zu viele offene Verbindungen. Restante wartet und versucht es von selbst wieder.
error-protocol = Die Antwort des Servers ergab keinen Sinn. Es wurde nichts geändert; versuchen Sie es erneut und kopieren Sie den Bericht, wenn es so bleibt.
error-no-password = Für dieses Konto ist kein Passwort bekannt. Melden Sie sich an, um neue Post zu holen; was hier ist, können Sie lesen.
error-keyring = Der Schlüsselbund antwortet nicht, darum kann kein Passwort gelesen oder behalten werden. Entsperren Sie ihn oder wählen Sie einen anderen Ort für Passwörter.
error-wrong-passphrase = Diese Passphrase öffnet die versiegelte Datei nicht. Es wurde nichts geändert; versuchen Sie es erneut.
error-gone = Diese Nachricht ist nicht mehr auf dem Server und nicht auf diesem Computer.
error-not-here = Das liegt nicht auf diesem Computer, und der Server ist gerade nicht erreichbar. Es kommt, sobald er wieder da ist.
error-disk = Die Datei kann nicht geschrieben werden: Der Datenträger ist voll oder der Ordner geschützt. Nichts Halbes bleibt zurück.
error-store = Der Speicher auf diesem Computer kann nicht gelesen werden. Ihre Post ist auf ihrem Server sicher. Starten Sie Restante neu; hilft das nicht, sehen Sie unter „Details“ nach.
error-newer-store = Der Speicher stammt von einer neueren Version von Restante, und diese würde ihn beschädigen. Installieren Sie die neuere Version.
error-invalid = { $field } stimmt nicht. Bitte berichtigen.
error-no-folder = { $hasRole ->
    [yes] Dieses Konto hat keinen Ordner für { $role },
   *[no] Dieses Konto hat keinen Ordner dafür,
} darum wurde nichts verschoben. Legen Sie einen an oder wählen Sie im Menü eines Ordners, wofür er benutzt wird.
error-no-such-folder = { $hasFolder ->
    [yes] Den Ordner { $folder } gibt es nicht mehr,
   *[no] Diesen Ordner gibt es nicht mehr,
} darum sind die Nachrichten, wo sie waren. Wählen Sie einen anderen.
error-folder-exists = { $hasFolder ->
    [yes] Einen Ordner namens { $folder } gibt es schon.
   *[no] Einen Ordner dieses Namens gibt es schon.
} Es wurde nichts geändert; wählen Sie einen anderen Namen.
error-folder-in-use = { $hasFolder ->
    [yes] In den Ordner { $folder } sind nach dem Löschen noch Nachrichten hinein- oder zurückgekommen.
   *[no] In den Ordner sind nach dem Löschen noch Nachrichten hinein- oder zurückgekommen.
} Es wurde nichts gelöscht. Sehen Sie nach, und löschen Sie ihn noch einmal, wenn Sie wollen.
error-contact-exists = { $hasEmail ->
    [yes] Ein anderer Kontakt hat die Adresse { $email } schon.
   *[no] Ein anderer Kontakt hat diese Adresse schon.
} Es wurde nichts geändert; öffnen Sie jenen, oder geben Sie diesem eine andere Adresse.
error-sign-in-expired = { $hasHost ->
    [yes] { $host } nimmt die Anmeldung nicht mehr an.
   *[no] Der Server nimmt die Anmeldung nicht mehr an.
} Ihre Post auf diesem Computer bleibt lesbar. Melden Sie sich im Browser neu an, damit es weitergeht.
error-quota = Das Postfach ist voll. Die Nachrichten sind, wo sie waren. Löschen Sie etwas Großes oder leeren Sie den Papierkorb und versuchen Sie es dann erneut.
error-not-allowed = Der Server erlaubt das hier nicht: Der Ordner ist nur zu lesen, oder die Rechte fehlen. Alles ist, wie es vorher war.
error-elsewhere = Ein anderes Programm hat das vorher verschoben oder gelöscht. Es wurde nichts weiter damit getan; suchen Sie in den anderen Ordnern danach.
error-too-late = Das lässt sich nicht mehr rückgängig machen. Es wurde nichts geändert; suchen Sie die Nachricht dort, wohin sie kam.
error-too-large = Das ist zu groß, um hier gezeigt zu werden. Speichern Sie es stattdessen in eine Datei.
error-no-such-recipient = Diese Adresse gibt es nicht, oder sie nimmt keine Mail an. Prüfen Sie die Schreibweise und senden Sie dann nur an sie noch einmal.
error-recipient-full = Das Postfach des Empfängers ist voll. Benachrichtigen Sie ihn auf anderem Weg oder versuchen Sie es später.
error-message-too-large = Die Nachricht ist größer, als der Server annimmt. Es wurde nichts gesendet. Nehmen Sie einen Anhang heraus oder teilen Sie ihn auf anderem Weg.
error-sender-refused = Der Server lässt dieses Konto nicht unter dieser Adresse senden. Es wurde nichts gesendet. Wählen Sie einen anderen Absender.
error-address-script = Der Server kann eine Adresse in dieser Schrift nicht befördern. An sie wurde nichts gesendet. Bitten Sie um eine andere Adresse.
error-sent-too-much = Der Server bittet zu warten, bevor er mehr annimmt. Restante versucht es von selbst wieder.
error-rejected = Der Server hat die Nachricht nicht angenommen. Es wurde nichts gesendet. Unter „Details“ steht, warum.
error-no-outgoing = Dieses Konto kann nur empfangen: Es hat keinen Postausgangsserver. Es wurde nichts gesendet. Geben Sie ihm einen in den Einstellungen, oder schreiben Sie von einem anderen Konto.
error-cancelled = Abgebrochen.
error-internal = In Restante ging etwas schief. Ihre Post ist davon nicht betroffen. Unter „Details“ steht, was zu melden ist.

# Felder von Formularen, wie sie im Inneren heißen.
field-name = Der Name
field-email = Die E-Mail-Adresse
field-password = Das Passwort
field-passphrase = Die Passphrase
field-host = Der Name des Servers
field-port = Der Port
field-security = Die Sicherheit
field-user = Der Benutzername
field-color = Die Farbe
field-label = Der Name in der Seitenleiste
field-days = Die Zahl der Tage
field-url = Die Adresse
field-path = Der Ort zum Speichern
field-other = Etwas im Formular
