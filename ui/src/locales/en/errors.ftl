# One sentence or two for each code: what happened, what it means for the mail, what to do. The raw answer is under Details.
error-unreachable = { $hasHost ->
    [yes] { $host } does not answer.
   *[no] The server does not answer.
} Your mail is safe where it is. Check the network and the server’s name; Restante goes on trying.
error-no-such-host = { $hasHost ->
    [yes] There is no server called { $host }.
   *[no] There is no server of that name.
} Check its name for a typing error.
error-offline = This computer has no network. What was fetched before can be read; the rest comes when the network is back.
error-wrong-protocol = { $hasHost ->
    [yes] What answers at { $host } is not a mail server of this kind.
   *[no] What answers there is not a mail server of this kind.
} Check the server’s name and port.
error-certificate = { $hasHost ->
    [yes] The certificate of { $host } is not trusted,
   *[no] The server’s certificate is not trusted,
} so nothing was sent. Look at it before you go on.
error-no-tls = The server does not offer a protected connection, so no password was sent. Choose another security or port in the settings.
error-wrong-password = { $hasHost ->
    [yes] { $host } does not accept this user name and password.
   *[no] The server does not accept this user name and password.
} Type them again; some providers want an app password here.
error-app-password = { $hasProvider ->
    [yes] { $provider } wants an app password instead of your usual one.
   *[no] This provider wants an app password instead of your usual one.
} Make one on its pages and type it here.
error-browser-sign-in = { $hasProvider ->
    [yes] { $provider } lets mail programs in only through its page in the browser,
   *[no] This provider lets mail programs in only through its page in the browser,
} which Restante cannot do yet.
error-refused = { $hasHost ->
    [yes] { $host } refused, for the reason under Details.
   *[no] The server refused, for the reason under Details.
} Nothing was lost.
error-busy = The server is busy or has too many connections open. Restante waits and tries again by itself.
error-protocol = The server’s answer made no sense. Nothing was changed; try again, and copy the report if it stays so.
error-no-password = No password is known for this account. Sign in to fetch new mail; what is here can be read.
error-keyring = The keyring does not answer, so no password can be kept or read. Unlock it, or choose another place for passwords.
error-wrong-passphrase = This passphrase does not open the sealed file. Nothing was changed; try again.
error-gone = This message is no longer on the server, and not on this computer.
error-not-here = This is not on this computer, and the server cannot be asked now. It comes when the server is back.
error-disk = The file cannot be written: the disk is full or the folder is protected. Nothing half-written is left behind.
error-store = The store on this computer cannot be read. Your mail is safe on its server. Start Restante again; if that fails, see Details.
error-newer-store = The store was written by a newer version of Restante, which this one would damage. Install the newer version.
error-invalid = { $field } is not right. Please correct it.
error-no-folder = { $hasRole ->
    [yes] This account has no folder for { $role },
   *[no] This account has no folder for that,
} so nothing was moved. Make one, or choose in the menu of a folder what it is used for.
error-no-such-folder = { $hasFolder ->
    [yes] The folder { $folder } is not there any more,
   *[no] That folder is not there any more,
} so the messages are where they were. Choose another one.
error-folder-exists = { $hasFolder ->
    [yes] There is a folder called { $folder } already.
   *[no] There is a folder of that name already.
} Nothing was changed; choose another name.
error-folder-in-use = { $hasFolder ->
    [yes] Messages came into { $folder }, or back to it, after you deleted it.
   *[no] Messages came into the folder, or back to it, after you deleted it.
} Nothing was deleted. Look at them, and delete the folder again if you want.
error-contact-exists = { $hasEmail ->
    [yes] Another contact has the address { $email } already.
   *[no] Another contact has this address already.
} Nothing was changed; open that one, or give this one another address.
error-sign-in-expired = { $hasHost ->
    [yes] { $host } does not accept the sign-in any more.
   *[no] The server does not accept the sign-in any more.
} Your mail on this computer stays readable. Sign in again in the browser to go on.
error-quota = The mailbox is full. The messages are where they were. Delete something large or empty the trash, then try again.
error-not-allowed = The server does not allow this here: the folder can only be read, or the rights are missing. Everything is as it was before.
error-elsewhere = Another program moved or deleted this before. Nothing more was done to it; look for it in the other folders.
error-too-late = This cannot be undone any more. Nothing was changed; look for the message where it went.
error-too-large = This is too large to be shown here. Save it to a file instead.
error-no-such-recipient = This address does not exist or takes no mail. Check how it is written, then send again to it alone.
error-recipient-full = The recipient’s mailbox is full. Tell them another way, or try again later.
error-message-too-large = The message is larger than the server takes. Nothing was sent. Take an attachment off, or share it another way.
error-sender-refused = The server does not let this account send from this address. Nothing was sent. Choose another sender.
error-address-script = The server cannot carry an address in this script. Nothing was sent to it. Ask the recipient for another address.
error-sent-too-much = The server asks to wait before it takes more. Restante tries again by itself.
error-rejected = The server did not take the message. Nothing was sent. Details says why.
error-no-outgoing = This account can only receive: it has no outgoing server. Nothing was sent. Give it one in the settings, or write from another account.
error-cancelled = Cancelled.
error-internal = Something went wrong inside Restante. Your mail is not affected. Details says what to report.

# Fields of forms, as the engine names them.
field-name = The name
field-email = The e-mail address
field-password = The password
field-passphrase = The passphrase
field-host = The server’s name
field-port = The port
field-security = The security
field-user = The user name
field-color = The colour
field-label = The name in the sidebar
field-days = The number of days
field-url = The address
field-path = The place to save to
field-other = Something in the form
