# Writing: actions.
keys-write = Writing
action-new-message = New message
action-reply = Reply
action-reply-all = Reply all
action-reply-list = Reply to the list
action-forward = Forward
action-forward-attached = Forward as attachment
action-edit-as-new = Edit as new
action-write-on = Continue writing
action-outbox = Outbox

# The composer. Its names are a contract with screen readers and with the tests of the window.
new-message = New message
from = From
field-to = To
field-cc = Cc
field-bcc = Bcc
subject = Subject
writer-text = Message text
send = Send
send-later = Send later
attach = Attach files
insert-picture = Insert picture
discard = Discard
plain-text = Plain text
receipt = Ask for a read receipt
versions = Earlier versions
writer-more = More for this message
writer-aside = Put aside
writer-enlarge = Write in the large form
writer-close = Close, the draft is kept
writer-close-of = Close { $subject }
writer-coming = Opening…
writings = Messages being written
quick-reply = Reply to { $name }…
quoted-text = quoted text
file-remove = Remove { $name }
file-too-large = “{ $name }” is larger than 50 MB, which mail does not carry. Send a link to it instead.
later-evening = This evening, { $when }
later-morning = Tomorrow morning, { $when }
later-monday = On Monday, { $when }

recipients-of = { $field }: recipients
recipient = { $name }, { $email }
recipient-wrong = “{ $text }” is not an e-mail address
recipient-remove = Remove { $name }
suggestions = Suggestions

formatting = Formatting
format-bold = Bold
format-italic = Italic
format-bullets = List
format-numbers = Numbered list
format-quote = Quote
format-code = Code
format-link = Link
link-address = Address
link-wrong = This is not an address that a reader can follow. It begins with https:// or is an e-mail address.
link-set = Set link

draft-saving = Saving…
draft-saved = Saved · { $time }
draft-unsaved = Not saved
draft-not-saved = The text is not saved yet, and it is tried again all the time. { $why }
draft-closing-waits = The text is not saved yet. This closes as soon as it is. { $why }
draft-kept = The draft is kept
draft-open = Open
draft-discarded = The draft was discarded
text-back = Your text is back: { $subject }
texts-back = { $count ->
    [one] Your text is back
   *[other] Your { $count } texts are back
}

version-words = { $count ->
    [one] 1 word
   *[other] { $count } words
}
version-restore = Bring back
version-restore-of = Bring back what was written at { $when }
versions-none = There is no earlier version.

# Before sending.
concerns = Send it like this?
concerns-stop = It cannot be sent yet
concerns-back = Go back
concerns-send = Send anyway
concern-no-recipient = There is nobody to send it to. Type an address under To.
concern-wrong-recipient = One of the recipients is not an e-mail address. It is marked; correct it or take it out.
concern-no-subject = It has no subject.
concern-attachment-forgotten = You wrote of an attachment, and nothing is attached.
concern-unusual-sender = You answer from another address than the one that was written to.
concern-too-large = It is larger than the server of your account takes, so it may be refused.
concern-no-outgoing-server = This account has no outgoing server, so it can only receive. Add one in its settings, or choose another sender.

# On its way out.
sending = Sending…
sending-in = Sending in { $seconds } s
sending-later = Will be sent at { $when }
undo-send = Do not send, and edit again
sent = Sent
outbox = Outbox
outbox-count = { $count ->
    [one] 1 message waits
   *[other] { $count } messages wait
}
outbox-troubled = { $count ->
    [one] 1 message needs you
   *[other] { $count } messages need you
}
outbox-to = to { $names }
outbox-waits = Will be sent at { $when }.
outbox-again = Not sent yet. { $why } Next try at { $when }.
outbox-failed = Not sent. { $why }
outbox-unknown = It may have been sent: the connection broke at the last moment. It is looked for in Sent, and never sent again by itself. { $why }
outbox-accepted = accepted
outbox-edit = Edit
outbox-retry = Try now
outbox-correct = Correct and send again
outbox-was-sent = It was sent
outbox-send-again = Send again
outbox-empty = Nothing waits here.
notice-failed = A message was not sent
notice-unknown = A message may have been sent

# Settings.
page-writing = Writing
setting-keepBcc = Keep blind copies visible in Sent
setting-keepBcc-hint = The copy in Sent shows who got a blind copy. It is never in what is sent.
undo-seconds = Sending can be undone
undo-seconds-of = { $seconds ->
    [0] not at all
   *[other] for { $seconds } seconds
}
identities-of = Senders of { $account }
identity-default = the usual one
identity-add = Add a sender
identity-add-to = Add a sender to { $account }
identity-edit = Sender
identity-edit-of = Edit { $identity }
identity-remove-of = Remove { $identity }
identity-remove-title = Remove the sender { $identity }?
identity-remove-text = Mail that was sent stays as it is. New messages can no longer be written from it.
identity-reply-to = Answers go to
identity-bcc = Always a blind copy to
identity-is-default = The usual sender of this account
identity-save = Save
signature = Signature
signature-above = The signature stands above the quoted text
