# What is done to whole conversations; the same for single messages stands in acts and timeline.
did-conversation-read = { $count ->
    [one] 1 conversation marked as read
   *[other] { $count } conversations marked as read
}
did-conversation-unread = { $count ->
    [one] 1 conversation marked as unread
   *[other] { $count } conversations marked as unread
}
did-conversation-flag = { $count ->
    [one] 1 conversation flagged
   *[other] { $count } conversations flagged
}
did-conversation-unflag = { $count ->
    [one] Flag taken off 1 conversation
   *[other] Flag taken off { $count } conversations
}
did-conversation-mute = { $count ->
    [one] 1 conversation muted
   *[other] { $count } conversations muted
}
did-conversation-unmute = { $count ->
    [one] 1 conversation no longer muted
   *[other] { $count } conversations no longer muted
}
did-conversation-label = { $count ->
    [one] 1 conversation labelled “{ $label }”
   *[other] { $count } conversations labelled “{ $label }”
}
did-conversation-unlabel = { $count ->
    [one] Label “{ $label }” taken off 1 conversation
   *[other] Label “{ $label }” taken off { $count } conversations
}
did-conversation-snooze = { $count ->
    [one] 1 conversation snoozed until { $when }
   *[other] { $count } conversations snoozed until { $when }
}
did-conversation-unsnooze = { $count ->
    [one] 1 conversation is no longer snoozed
   *[other] { $count } conversations are no longer snoozed
}
did-conversation-archive = { $count ->
    [one] 1 conversation archived
   *[other] { $count } conversations archived
}
did-conversation-trash = { $count ->
    [one] 1 conversation moved to the trash
   *[other] { $count } conversations moved to the trash
}
did-conversation-junk = { $count ->
    [one] 1 conversation marked as junk
   *[other] { $count } conversations marked as junk
}
did-conversation-not-junk = { $count ->
    [one] 1 conversation taken out of junk
   *[other] { $count } conversations taken out of junk
}
did-conversation-move = { $count ->
    [one] 1 conversation moved to { $to }
   *[other] { $count } conversations moved to { $to }
}
did-conversation-copy = { $count ->
    [one] 1 conversation copied to { $to }
   *[other] { $count } conversations copied to { $to }
}
did-conversation-delete = { $count ->
    [one] 1 conversation deleted for ever
   *[other] { $count } conversations deleted for ever
}
do-conversation-read = { $count ->
    [one] Mark 1 conversation as read
   *[other] Mark { $count } conversations as read
}
do-conversation-unread = { $count ->
    [one] Mark 1 conversation as unread
   *[other] Mark { $count } conversations as unread
}
do-conversation-flag = { $count ->
    [one] Flag 1 conversation
   *[other] Flag { $count } conversations
}
do-conversation-unflag = { $count ->
    [one] Remove the flag from 1 conversation
   *[other] Remove the flag from { $count } conversations
}
do-conversation-mute = { $count ->
    [one] Mute 1 conversation
   *[other] Mute { $count } conversations
}
do-conversation-unmute = { $count ->
    [one] Unmute 1 conversation
   *[other] Unmute { $count } conversations
}
do-conversation-label = { $count ->
    [one] Label 1 conversation “{ $label }”
   *[other] Label { $count } conversations “{ $label }”
}
do-conversation-unlabel = { $count ->
    [one] Take “{ $label }” off 1 conversation
   *[other] Take “{ $label }” off { $count } conversations
}
do-conversation-snooze = { $count ->
    [one] Snooze 1 conversation until { $when }
   *[other] Snooze { $count } conversations until { $when }
}
do-conversation-unsnooze = { $count ->
    [one] Unsnooze 1 conversation
   *[other] Unsnooze { $count } conversations
}
do-conversation-archive = { $count ->
    [one] Archive 1 conversation
   *[other] Archive { $count } conversations
}
do-conversation-trash = { $count ->
    [one] Delete 1 conversation
   *[other] Delete { $count } conversations
}
do-conversation-junk = { $count ->
    [one] Mark 1 conversation as junk
   *[other] Mark { $count } conversations as junk
}
do-conversation-not-junk = { $count ->
    [one] Take 1 conversation out of junk
   *[other] Take { $count } conversations out of junk
}
do-conversation-move = { $count ->
    [one] Move 1 conversation to { $to }
   *[other] Move { $count } conversations to { $to }
}
do-conversation-copy = { $count ->
    [one] Copy 1 conversation to { $to }
   *[other] Copy { $count } conversations to { $to }
}
do-conversation-delete = { $count ->
    [one] Delete 1 conversation for ever
   *[other] Delete { $count } conversations for ever
}
pick-conversation-move = { $count ->
    [one] Move 1 conversation
   *[other] Move { $count } conversations
}
pick-conversation-copy = { $count ->
    [one] Copy 1 conversation
   *[other] Copy { $count } conversations
}
pick-conversation-label = { $count ->
    [one] Label 1 conversation
   *[other] Label { $count } conversations
}
pick-conversation-snooze = { $count ->
    [one] Snooze 1 conversation
   *[other] Snooze { $count } conversations
}
conversation-count = { $count ->
    [one] 1 conversation
   *[other] { $count } conversations
}
conversations-selected = { $count ->
    [one] 1 conversation selected
   *[other] { $count } conversations selected
}
ask-messages = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
ask-in-all = In them

# One message among others in the reader.
earlier-messages = { $count ->
    [one] 1 earlier message
   *[other] { $count } earlier messages
}
self = me
by-me = Me
row-also = also in { $folders }
fold = Fold { $who }
message-menu = What can be done with the message of { $who }
draft = Draft
reply-to-it = Reply to { $who }
action-next-message = Next message of the conversation
action-previous-message = Previous message of the conversation
action-expand-all = Unfold all messages
action-collapse-all = Fold all messages but the last
action-this-person = Only what this person takes part in

# How a list is shown.
list-view = Sort and filter
list-view-active = Sort and filter, in use
action-list-view = Sort and filter the list
action-filter-text = Find in this list
action-filter-unread = Only unread
action-filter-flagged = Only flagged
action-filter-files = Only with attachments
action-filter-none = Show all of the list
action-conversations = Show this list as conversations
action-single-messages = Show this list message by message
filter-flagged = Flagged
filter-person = With { $person }
filter-text = “{ $text }”
filter-field = Find in this list
filter-field-hint = Subject or people
filter-people = People
filter-people-with = With { $person }
filter-off = Take away the filter { $filter }
filter-clear = Show all
sort = Sort by
sort-date = Date
sort-sender = Sender
sort-subject = Subject
sort-size = Size
sort-files = Attachments
sort-newest = Newest first
sort-oldest = Newest last
sort-down-sender = Z to A
sort-up-sender = A to Z
sort-down-subject = Z to A
sort-up-subject = A to Z
sort-down-size = Largest first
sort-up-size = Smallest first
sort-down-files = Most first
sort-up-files = Fewest first
sort-off = Sort by date again
sorted-by = By { $by }
shown-conversations = Conversations
shown-messages = Single messages
shown-usual = As everywhere
empty-flagged = Nothing flagged
empty-person = Nothing with { $person }
empty-text = Nothing with “{ $text }”
empty-filtered = Nothing fits all of these filters
filter-hides-messages = { $count ->
    [one] The filter hides 1 message of this list.
   *[other] The filter hides { $count } messages of this list.
}
filter-hides-conversations = { $count ->
    [one] The filter hides 1 conversation of this list.
   *[other] The filter hides { $count } conversations of this list.
}
filter-hides-nothing = The list is empty without the filter too.

# Lists of all accounts.
unread-list = Unread
drafts-list = Drafts
sent-list = Sent
all-mail-list = All mail
action-go-unread = Go to everything unread
action-go-flagged = Go to everything flagged
in-all = In the lists of all accounts
in-all-hint = Off: its mail stands in its own folders alone.

# Settings.
setting-conversations = Conversations
setting-conversations-hint = Messages that answer each other are one row, and are read together, with your own answers. Each list can have a choice of its own.
setting-newestLast = Newest last
setting-newestLast-hint = Lists begin with the oldest and open at their end.
