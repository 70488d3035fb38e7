# What a person does to mail: actions, buttons, the note with Undo, the pickers, and what is shown before much is done. What was
# done is told by the texts `did-…` of the timeline.
action-archive = Archive
action-trash = Delete
action-delete = Delete for ever
action-junk = Junk
action-not-junk = Not junk
action-move = Move
action-copy = Copy to a folder
action-label = Label
action-snooze = Snooze
action-unsnooze = Unsnooze
action-flag = Flag
action-unflag = Remove flag
action-read = Mark as read
action-unread = Mark as unread
action-mute = Mute conversation
action-unmute = Unmute conversation
action-archive-conversation = Archive conversation
action-trash-conversation = Delete conversation
action-move-conversation = Move conversation
action-read-conversation = Mark conversation as read
action-undo = Undo
action-row-menu = Menu of the message
keys-act = Sorting and marking
hint = { $name } ({ $key })
row-menu = What to do with it
row-tools = Tools for { $subject }
row-labels = { $count ->
    [one] label { $names }
   *[other] labels { $names }
}
message-count = { $count ->
    [one] 1 message
   *[other] { $count } messages
}

# The note.
undo = Undo
undone = Undone
undo-nothing = There is nothing to undo
only-here = This folder takes no new keywords: it is muted on this computer alone.
only-marked = This server can only mark messages as deleted: they are hidden here, and other programs may show them until the server cleans up.

# Choosing a folder or labels.
pick-move = { $count ->
    [one] Move 1 message
   *[other] Move { $count } messages
}
pick-copy = { $count ->
    [one] Copy 1 message
   *[other] Copy { $count } messages
}
pick-label = { $count ->
    [one] Label 1 message
   *[other] Label { $count } messages
}
pick-snooze = { $count ->
    [one] Snooze 1 message
   *[other] Snooze { $count } messages
}
pick-snooze-hint = Until when?
pick-snooze-key = snooze until then
snooze-until = Comes back
snooze-later = Later today
snooze-tomorrow = Tomorrow morning
snooze-weekend = This weekend
snooze-week = Next week
snooze-own = Pick date and time
snooze-date = Date
snooze-time = Time
snooze-back = Comes back on { $when }
snooze-over = Pick a time that is still ahead.
snooze-here = This server keeps no marks for it: snoozed on this computer alone.
pick-folder = Type the name of a folder
pick-move-key = move there
pick-copy-key = copy there
pick-label-hint = Type the name of a label
pick-label-key = on or off, and close
pick-label-digits = on or off
recent-folders = Chosen last
copy-several = A copy can only be made within one account, and these messages are in several.
label-make = New label “{ $name }”

# What is shown before much is done. `do-…` are buttons, and with a question mark the heading.
ask = { $what }?
ask-undo = You can undo it afterwards.
ask-for-ever = They are deleted on the server too. This cannot be undone.
ask-unread = Unread
ask-unread-of = { $unread } of { $count }
ask-none-unread = none
ask-from = From
ask-more-people = { $count ->
    [one] and 1 more person
   *[other] and { $count } more people
}
ask-when = Received
ask-accounts = { $count ->
    [one] Account
   *[other] Accounts
}
do-read = { $count ->
    [one] Mark 1 message as read
   *[other] Mark { $count } messages as read
}
do-unread = { $count ->
    [one] Mark 1 message as unread
   *[other] Mark { $count } messages as unread
}
do-flag = { $count ->
    [one] Flag 1 message
   *[other] Flag { $count } messages
}
do-unflag = { $count ->
    [one] Remove the flag from 1 message
   *[other] Remove the flag from { $count } messages
}
do-mute = { $count ->
    [one] Mute the conversation of 1 message
   *[other] Mute the conversations of { $count } messages
}
do-unmute = { $count ->
    [one] Unmute the conversation of 1 message
   *[other] Unmute the conversations of { $count } messages
}
do-label = { $count ->
    [one] Label 1 message “{ $label }”
   *[other] Label { $count } messages “{ $label }”
}
do-unlabel = { $count ->
    [one] Take “{ $label }” off 1 message
   *[other] Take “{ $label }” off { $count } messages
}
do-snooze = { $count ->
    [one] Snooze 1 message until { $when }
   *[other] Snooze { $count } messages until { $when }
}
do-unsnooze = { $count ->
    [one] Unsnooze 1 message
   *[other] Unsnooze { $count } messages
}
do-archive = { $count ->
    [one] Archive 1 message
   *[other] Archive { $count } messages
}
do-trash = { $count ->
    [one] Delete 1 message
   *[other] Delete { $count } messages
}
do-junk = { $count ->
    [one] Mark 1 message as junk
   *[other] Mark { $count } messages as junk
}
do-not-junk = { $count ->
    [one] Take 1 message out of junk
   *[other] Take { $count } messages out of junk
}
do-move = { $count ->
    [one] Move 1 message to { $to }
   *[other] Move { $count } messages to { $to }
}
do-copy = { $count ->
    [one] Copy 1 message to { $to }
   *[other] Copy { $count } messages to { $to }
}
do-delete = { $count ->
    [one] Delete 1 message for ever
   *[other] Delete { $count } messages for ever
}
