# What was done: the timeline, the history of a message, refusals. `did-…` tells what was done to several messages, `was-…` what
# happened to one, `refused-…` what the server would not do; `why-…` and `act-…` follow a colon or stand alone.
action-timeline = What was done
action-history = What happened to this message?
action-labels = Labels
timeline = What was done
timeline-search = Search subjects, people and folders
timeline-enter = Enter undoes it
timeline-undo = Undo
timeline-undo-key = undo
timeline-which = Which ones
timeline-limit = What was done is kept for 30 days.
timeline-empty = Nothing was done yet
timeline-empty-hint = What you do to your mail stands here for 30 days, and most of it can be undone from here.
timeline-nothing = Nothing that was done fits “{ $query }”
timeline-nothing-hint = Subjects, people and folders of the last 30 days were searched.

did-read = { $count ->
    [one] 1 message marked as read
   *[other] { $count } messages marked as read
}
did-unread = { $count ->
    [one] 1 message marked as unread
   *[other] { $count } messages marked as unread
}
did-flag = { $count ->
    [one] 1 message flagged
   *[other] { $count } messages flagged
}
did-unflag = { $count ->
    [one] Flag taken off 1 message
   *[other] Flag taken off { $count } messages
}
did-mute = { $count ->
    [one] Muted: 1 message
   *[other] Muted: { $count } messages
}
did-unmute = { $count ->
    [one] No longer muted: 1 message
   *[other] No longer muted: { $count } messages
}
did-label = { $count ->
    [one] 1 message labelled “{ $label }”
   *[other] { $count } messages labelled “{ $label }”
}
did-unlabel = { $count ->
    [one] Label “{ $label }” taken off 1 message
   *[other] Label “{ $label }” taken off { $count } messages
}
did-snooze = { $count ->
    [one] 1 message snoozed until { $when }
   *[other] { $count } messages snoozed until { $when }
}
did-unsnooze = { $count ->
    [one] 1 message is no longer snoozed
   *[other] { $count } messages are no longer snoozed
}
did-archive = { $count ->
    [one] 1 message archived
   *[other] { $count } messages archived
}
did-trash = { $count ->
    [one] 1 message moved to the trash
   *[other] { $count } messages moved to the trash
}
did-junk = { $count ->
    [one] 1 message marked as junk
   *[other] { $count } messages marked as junk
}
did-not-junk = { $count ->
    [one] 1 message taken out of junk
   *[other] { $count } messages taken out of junk
}
did-move = { $count ->
    [one] 1 message moved to { $to }
   *[other] { $count } messages moved to { $to }
}
did-copy = { $count ->
    [one] 1 message copied to { $to }
   *[other] { $count } messages copied to { $to }
}
did-delete = { $count ->
    [one] 1 message deleted for ever
   *[other] { $count } messages deleted for ever
}
did-make-folder = Folder { $to } made
did-rename-folder = Folder { $folder } renamed to { $to }
did-move-folder = Folder { $folder } moved, now { $to }
did-delete-folder = Folder { $folder } deleted for ever
did-hide-folder = Folder { $folder } hidden
did-unhide-folder = Folder { $folder } shown again
did-answered = { $count ->
    [one] 1 message marked as answered
   *[other] { $count } messages marked as answered
}
did-forwarded = { $count ->
    [one] 1 message marked as forwarded
   *[other] { $count } messages marked as forwarded
}
did-undo = Undone: { $what }
did-undo-something = { $count ->
    [one] Something done to 1 message was undone
   *[other] Something done to { $count } messages was undone
}
folder-unknown = another folder

act-about = { $count ->
    [one] { $subject }
   *[other] { $subject } and others
}
act-waiting = Waiting for the server
act-waiting-some = { $waiting } of { $count } wait for the server
act-done = Confirmed by the server
act-only-here = Muted on this computer alone
act-only-marked = Hidden here; the server keeps them until it cleans up
act-refused = Not done
act-refused-why = Not done: { $why }
act-refused-some = { $refused } of { $count } not done: { $why }
act-undone = Undone

why-quota = the mailbox is full
why-not-allowed = it is not allowed there
why-elsewhere = another program moved or deleted it before
why-no-such-folder = the folder is not there any more
why-folder-exists = there is a folder of that name already
why-folder-in-use = messages came into it, or back to it, after you deleted it
why-in-details = its reason is under Details
why-unknown = it gave no reason

left-elsewhere = { $count ->
    [one] 1 message left { $folder }: another program moved or deleted it
   *[other] { $count } messages left { $folder }: another program moved or deleted them
}
left-folder-gone = { $count ->
    [one] 1 message left with the folder { $folder }, which is gone from the server
   *[other] { $count } messages left with the folder { $folder }, which is gone from the server
}
left-renumbered = { $count ->
    [one] The folder { $folder } was made anew on the server, without 1 message
   *[other] The folder { $folder } was made anew on the server, without { $count } messages
}
left-missing = { $count ->
    [one] 1 message of { $folder } is gone from the server and kept here until a second look agrees
   *[other] { $count } messages of { $folder } are gone from the server and kept here until a second look agrees
}

history = What happened to this message?
history-was-in = it was in { $folder }
history-empty = Nothing has happened to it
history-empty-hint = What you, another program or the server do to it stands here for 30 days.
was-read = Marked as read by you
was-unread = Marked as unread by you
was-flag = Flagged by you
was-unflag = Flag taken off by you
was-mute = Conversation muted by you
was-unmute = Conversation unmuted by you
was-label = Labelled “{ $label }” by you
was-unlabel = Label “{ $label }” taken off by you
was-snooze = Snoozed until { $when } by you
was-unsnooze = Unsnoozed by you
was-moved = Moved to { $to } by you
was-copied = Copied to { $to } by you
was-deleted = Deleted for ever by you
was-deleted-with-folder = Deleted for ever by you, with its folder
was-answered = Answered by you
was-forwarded = Forwarded by you
happened-elsewhere = Deleted or moved out of { $folder } by another program
happened-folder-gone = The folder { $folder } is gone from the server
happened-renumbered = The folder { $folder } was made anew on the server, without this message
happened-missing = Gone from the server, kept here until a second look agrees

refused-note = Not done
refused-show = Show in timeline
refused-dismiss = Dismiss
refused-several = { $acts } changes were not possible for { $count ->
    [one] 1 message. It is as it was before.
   *[other] { $count } messages. They are as they were before.
}
refused-read = { $count ->
    [one] It was not possible to mark 1 message as read: { $why }.
   *[other] It was not possible to mark { $count } messages as read: { $why }.
}
refused-unread = { $count ->
    [one] It was not possible to mark 1 message as unread: { $why }.
   *[other] It was not possible to mark { $count } messages as unread: { $why }.
}
refused-flag = { $count ->
    [one] It was not possible to flag 1 message: { $why }.
   *[other] It was not possible to flag { $count } messages: { $why }.
}
refused-unflag = { $count ->
    [one] It was not possible to take the flag off 1 message: { $why }.
   *[other] It was not possible to take the flag off { $count } messages: { $why }.
}
refused-mute = { $count ->
    [one] It was not possible to mute 1 message: { $why }.
   *[other] It was not possible to mute { $count } messages: { $why }.
}
refused-unmute = { $count ->
    [one] It was not possible to unmute 1 message: { $why }.
   *[other] It was not possible to unmute { $count } messages: { $why }.
}
refused-label = { $count ->
    [one] It was not possible to label 1 message “{ $label }”: { $why }.
   *[other] It was not possible to label { $count } messages “{ $label }”: { $why }.
}
refused-unlabel = { $count ->
    [one] It was not possible to take the label “{ $label }” off 1 message: { $why }.
   *[other] It was not possible to take the label “{ $label }” off { $count } messages: { $why }.
}
refused-snooze = { $count ->
    [one] It was not possible to snooze 1 message: { $why }.
   *[other] It was not possible to snooze { $count } messages: { $why }.
}
refused-unsnooze = { $count ->
    [one] It was not possible to unsnooze 1 message: { $why }.
   *[other] It was not possible to unsnooze { $count } messages: { $why }.
}
refused-archive = { $count ->
    [one] It was not possible to archive 1 message: { $why }.
   *[other] It was not possible to archive { $count } messages: { $why }.
}
refused-trash = { $count ->
    [one] It was not possible to move 1 message to the trash: { $why }.
   *[other] It was not possible to move { $count } messages to the trash: { $why }.
}
refused-junk = { $count ->
    [one] It was not possible to move 1 message to junk: { $why }.
   *[other] It was not possible to move { $count } messages to junk: { $why }.
}
refused-not-junk = { $count ->
    [one] It was not possible to take 1 message out of junk: { $why }.
   *[other] It was not possible to take { $count } messages out of junk: { $why }.
}
refused-move = { $count ->
    [one] It was not possible to move 1 message to { $to }: { $why }.
   *[other] It was not possible to move { $count } messages to { $to }: { $why }.
}
refused-copy = { $count ->
    [one] It was not possible to copy 1 message to { $to }: { $why }.
   *[other] It was not possible to copy { $count } messages to { $to }: { $why }.
}
refused-delete = { $count ->
    [one] It was not possible to delete 1 message: { $why }.
   *[other] It was not possible to delete { $count } messages: { $why }.
}
refused-make-folder = It was not possible to make the folder { $folder }: { $why }.
refused-rename-folder = It was not possible to rename the folder { $folder } to { $to }: { $why }.
refused-move-folder = It was not possible to move the folder { $folder }: { $why }.
refused-delete-folder = The folder { $folder } was not deleted: { $why }.
refused-hide-folder = It was not possible to hide the folder { $folder }: { $why }.
refused-unhide-folder = It was not possible to show the folder { $folder } again: { $why }.
refused-folder = Everything is as it was before.
refused-answered = { $count ->
    [one] It was not possible to mark 1 message as answered: { $why }.
   *[other] It was not possible to mark { $count } messages as answered: { $why }.
}
refused-forwarded = { $count ->
    [one] It was not possible to mark 1 message as forwarded: { $why }.
   *[other] It was not possible to mark { $count } messages as forwarded: { $why }.
}
refused-undo = { $count ->
    [one] It was not possible to undo a change to 1 message: { $why }.
   *[other] It was not possible to undo a change to { $count } messages: { $why }.
}
refused-where-before = { $count ->
    [one] It is where it was.
   *[other] They are where they were.
}
refused-as-before = { $count ->
    [one] It is as it was.
   *[other] They are as they were.
}

# Folders: the menu, and what it asks.
favourites = Favourites
account-menu = What can be done with { $account }
folder-waiting = not on the server yet
folder-hidden = hidden
hidden-unfold = { $count ->
    [one] Show 1 hidden folder
   *[other] Show { $count } hidden folders
}
hidden-fold = Hide the hidden folders
folder-new-in-account = New folder…
folder-read = Mark all as read
folder-favour = Add to favourites
folder-unfavour = Remove from favourites
folder-up = Move up
folder-down = Move down
folder-new = New folder inside…
folder-rename = Rename…
folder-move = Move under…
folder-use = Use as
folder-use-none = Nothing special
folder-keep = Keep here offline
folder-hide = Hide from sidebar
folder-show = Show in sidebar
folder-empty = Empty { $folder }…
folder-delete = Delete…
folder-name = Name of the folder
folder-name-exists = There is a folder called “{ $name }” here already. Choose another name.
folder-name-invalid = A folder cannot be called that. Leave out / * % and signs that cannot be seen, and do not begin with a dot or ~.
folder-waits = Waiting for the server…
folder-new-title = New folder in { $folder }
folder-new-yes = Make folder
folder-rename-title = Rename { $folder }
folder-rename-yes = Rename
folder-move-title = Move { $folder } under
folder-move-where = Where to
folder-move-yes = Move
folder-find = Find a folder
folder-top = At the top
folder-here-now = now
folder-delete-title = Delete { $folder }?
folder-delete-text = { $count ->
    [0] The folder { $folder } is deleted for ever, here and on { $host }. There is no message in it.
    [one] The folder { $folder } and 1 message are deleted for ever, here and on { $host }. The message does not go to the trash. Once the server has been told this cannot be undone.
   *[other] The folder { $folder } and { $count } messages are deleted for ever, here and on { $host }. They do not go to the trash. Once the server has been told this cannot be undone.
}
folder-delete-inside = { $more ->
    [0] Inside it and deleted too: { $folders }.
   *[other] Inside it and deleted too: { $folders } and { $more } more.
}
folder-delete-yes = Delete folder
folder-empty-title = Empty { $folder }?
folder-empty-text = { $count ->
    [one] 1 message in { $folder } is deleted for ever, here and on { $host }. This cannot be undone.
   *[other] { $count } messages in { $folder } are deleted for ever, here and on { $host }. This cannot be undone.
}
folder-empty-yes = { $count ->
    [one] Delete 1 message
   *[other] Delete { $count } messages
}

# Settings.
after-act = After archiving, deleting or moving
after-act-next = Open the next message
after-act-previous = Open the previous one
after-act-list = Back to the list
setting-readOnOpen = Mark messages as read when opened
setting-readOnOpen-hint = Otherwise they stay unread until you say so.
labels = Labels
labels-hint = Labels are kept on the server as keywords; other mail programs know them too.
labels-none = There is no label.
label-known-1 = Important
label-known-2 = Work
label-known-3 = Personal
label-known-4 = To do
label-known-5 = Later
label-name-of = Name of the label { $label }
label-new = New label
label-add = Add label
label-remove = Remove the label { $label }
label-order = Move the label { $label }
label-order-hint = Drag it, or press the arrow keys
label-ordered = { $label }: place { $at } of { $of }
label-remove-title = Remove the label “{ $label }”?
label-remove-text = Its name and colour are forgotten here. Messages keep the keyword { $keyword } on the server, so other programs still show it.
label-remove-yes = Remove label

health-waiting = Still to be told
health-waiting-value = { $count ->
    [one] 1 change
   *[other] { $count } changes
}
store-rescued = The store on this computer was damaged. It was set aside and is being rebuilt from your servers; what you had done and not yet sent is kept. Nothing on the servers was touched.
