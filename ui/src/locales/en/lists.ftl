# Lists over all accounts.
list-unread = Unread
list-drafts = Drafts
list-sent = Sent
list-allMail = All mail
