# Sidebar.
mailboxes = Mailboxes
all-accounts = All accounts
all-inboxes = All inboxes
flagged-list = Flagged
snoozed-list = Snoozed
role-inbox = Inbox
role-drafts = Drafts
role-sent = Sent
role-archive = Archive
role-all = All mail
role-junk = Junk
role-trash = Trash
role-flagged = Flagged
role-recovered = Recovered
show-mailboxes = Mailboxes
unread-count = { $count } unread
folder-menu = What can be done with { $folder }
keep-opened = Keep only what was opened
keep-days = { $days ->
    [365] Keep the last year here
   *[other] Keep the last { $days } days here
}

# List.
messages = Messages
filter = Show
filter-all = All
filter-unread = Unread
filter-files = Files
unread = Unread
flagged = Flagged
muted = Muted
answered = Answered
forwarded = Forwarded
unknown-sender = Unknown sender
no-subject = (no subject)
not-read-yet = Not read yet
attachment-count = { $count ->
    [one] 1 attachment
   *[other] { $count } attachments
}
fresh = { $count } new
day-today = Today
day-yesterday = Yesterday
day-thisWeek = This week
day-lastWeek = Last week
day-later = Later
day-unknown = No date
empty = Nothing here
empty-hint = What comes into this folder will stand here.
empty-snoozed = Nothing snoozed
empty-snoozed-hint = What you snooze stands here until it comes back to the top of its list.
empty-unread = Nothing unread
empty-files = Nothing with attachments
empty-offline = Not on this computer yet
empty-offline-hint = The server cannot be reached now. The list comes as soon as it is back.
first-sync = Fetching your mail
connecting-hint = The list appears with the server’s first answer.
signed-out-hint = What was fetched before stays readable. Sign in to see what is new.
list-failed = The list cannot be shown

# Reader.
message = Message
message-tools = Message tools
message-text = Message text
message-body = Message body
message-by = { $subject }, { $sender }
nothing-selected = No message selected
nothing-selected-hint = Choose one in the list to read it here.
selected-count = { $count ->
    [one] 1 message selected
   *[other] { $count } messages selected
}
selected-clear = to clear
mailing-list = List { $list }
me = me
to = to
cc = cc
bcc = bcc
reply-to = replies go to
also-from = also from
no-recipients = no recipients named
and-more = and { $count } more
addresses = addresses
less = fewer
warning-severalFrom = This message names several senders. Be careful with what it asks for.
warning-unreadable = The sender of this message cannot be read.
warning-nameIsAnotherAddress = The sender’s name is an address of its own, not the one this message came from.
warning-mixedScript = The sender’s domain mixes letters of several scripts; it may pretend to be another.
warning-hiddenCharacters = Invisible characters were removed from the sender’s name.
gone-notice = The server no longer has this message. What you see is the copy on this computer.
recovered-notice = This message could not be stored where it was to go, and its original is gone. It is on this computer alone: move it to a folder, or save it. The reason: { $why }
images-held = { $count ->
    [one] 1 remote image is held back
   *[other] { $count } remote images are held back
}
images-held-trackers = { $count ->
    [one] 1 remote image is held back, it looks like a tracker
   *[other] { $count } remote images are held back, { $trackers } of them { $trackers ->
        [one] a tracker
       *[other] trackers
    }
}
images-hosts = { $more ->
    [0] from { $hosts }
   *[other] from { $hosts } and { $more } more
}
images-loading = { $count ->
    [one] Fetching 1 remote image…
   *[other] Fetching { $count } remote images…
}
load-once = Load once
load-always = Always for this sender
body-waiting = Waiting for { $host } to send the text.
body-not-here = This message is not on this computer
body-not-here-hint = Its text was never opened here and the server cannot be asked now. It comes when the server is back.
body-gone = This message cannot be shown
body-gone-hint = The server no longer has it, and its text never came to this computer.
row-snoozed = snoozed until { $when }
row-back = back since { $when }
message-snoozed = Snoozed until { $when }
message-back = Back since { $when }
body-empty = This message has no text.
body-cut = The text is very long and was cut here. Save the message to have all of it.
raw-headers = Headers
raw-source = Source
raw-coming = Asking the server…
attachments = Attachments
save-all = Save all
save-file = Save { $name }
open-file = Open { $name }
cancel-file = Cancel { $name }
on-server = on the server
nowhere = gone from the server
here = on this computer
transfer-progress = { $done } of { $total }
transfer-running = On its way…
transfer-done = { $name } was saved to { $path }
dangerous-title = This file can run
dangerous-text = “{ $name }” is of a kind that can run as a program and change this computer. Open it only if you expected it and know who it is from.
dangerous-save = Save only
dangerous-open = Open anyway
link-title = Where does this link lead?
link-never = Restante does not open links of this kind.
link-hides = This link hides its true address. It leads to { $host }.
link-open = Open { $host }
