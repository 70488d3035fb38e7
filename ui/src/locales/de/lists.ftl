# Listen über alle Konten.
list-unread = Ungelesen
list-drafts = Entwürfe
list-sent = Gesendet
list-allMail = Alle Nachrichten
