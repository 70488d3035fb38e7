# Writing: windows of their own, templates, redirecting, reports. Contacts. The system's mail program.
action-redirect = Redirect
action-contacts = Contacts
writer-out = Write in a window of its own
writer-in = Write in the main window
recipient-hint = { $email } · Alt+↑ and Alt+↓ move it between To, Cc and Bcc
delivery-report = Ask for a delivery report
concern-no-delivery-report = The server of this account does not report deliveries, so nothing will come back about it.
redirecting = Redirect: { $subject }
redirect-hint = It goes on as it is, from the one who wrote it. Your address is added as that of the one who redirects.
original-of = { $subject }, as it is
original-date = Date
original-coming = The text is on its way…
original-files = Comes with: { $names }

templates = Templates
template-keep = Save as template…
template-manage = Manage templates…
template-keep-title = Save as template
template-name = Name
template-hint = Subject, text, files and recipients are kept. It stands in the menu of every message from now on.
template-replaces = There is a template of this name. It is replaced.
template-save = Save
template-replace = Replace
template-kept = The template “{ $name }” is saved
template-name-of = Name of the template { $name }
template-remove-of = Remove the template { $name }
template-remove-title = Remove the template { $name }?
template-remove-text = Messages that were begun with it stay as they are.
templates-none = There is no template. Write a message, and save it as one from its menu.

# A message that asks for a receipt.
receipt-asked = { $name } asks to be told that you have read this.
receipt-send = Send
receipt-leave = Don’t send
receipt-told = { $name } is told that you have read it

# Somebody in a message.
person-menu = { $name }
person-write = Write to { $name }
person-add = Add to contacts
person-edit = Edit contact
person-copy = Copy address

# Contacts.
contacts = Contacts
contacts-search = Search contacts
contacts-none = Nobody is here yet. People you write to are added by themselves.
contacts-nothing = Nobody matches “{ $query }”.
contacts-total = { $count ->
    [one] 1 contact
   *[other] { $count } contacts
}
contacts-import = Import…
contacts-export = Export…
contacts-imported = { $added ->
    [0] No new contacts
    [one] 1 new contact
   *[other] { $added } new contacts
}, { $changed ->
    [0] none changed
    [one] 1 changed
   *[other] { $changed } changed
}.
contacts-unreadable = { $count ->
    [one] One entry could not be read.
   *[other] { $count } entries could not be read.
}
contacts-exported = The contacts are saved
contact-add = Add a contact
contact-edit = Contact
contact-edit-of = Edit { $name }
contact-remove-of = Remove { $name }
contact-remove-title = Remove { $name }?
contact-remove-text = It is no longer suggested. If you write there again, it comes back.
contact-removed = { $name } is removed from the contacts
contact-write-to = Write to { $name }
contact-kept = entered by you
contact-collected = from your mail
contact-written = { $count ->
    [one] you wrote once
   *[other] you wrote { $count } times
}
contact-heard = { $count ->
    [one] wrote to you once
   *[other] wrote to you { $count } times
}
contact-last = last on { $when }
contact-name = Name
contact-save = Save
contact-saved = { $name } is in the contacts

# Senders and servers.
identity-sent = Copies of what is sent go to
identity-sent-usual = Sent of the account
identity-catch-all = Also answers for these addresses
identity-catch-all-hint = With * for anything, and a comma between. Mail that came to such an address is answered from it.
outgoing-of = Sending from { $account }
outgoing-edit = Edit the outgoing server of { $account }
outgoing-edit-short = Outgoing server
outgoing-own = The outgoing server has a login of its own
outgoing-own-hint = Otherwise it is { $user } and the same password as for receiving.
outgoing-user = Outgoing user name
outgoing-password = Outgoing password
outgoing-save = Try and save
outgoing-kept = The outgoing server of { $account } is saved
mail-program = Mail program of this computer
mail-program-ours = Mail addresses that you click anywhere are opened in Restante.
mail-program-others = Mail addresses that you click elsewhere are opened in another program.
mail-program-become = Make Restante the mail program
setting-answerBelow = Write answers below the quoted text
setting-answerBelow-hint = The cursor begins under what is quoted, instead of above it.
field-catchAll = The pattern of addresses
field-sentFolder = The folder for copies
field-outgoingPassword = The outgoing password
