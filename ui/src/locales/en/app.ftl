# What every part of the window uses.
close = Close
cancel = Cancel
details = Details
more = More
copy = Copy
copied = Copied
none = None
never = Never
later = Later
try-again = Try again
back = Back
edit = Edit
notes = Notes
cannot-start = Restante cannot start

# Actions: menus, palette, list of keys, tooltips.
action-next = Next message
action-previous = Previous message
action-first = First message
action-last = Last message
action-page-down = One page down
action-page-up = One page up
action-open = Open message
action-back = Back to the list
action-extend-down = Select the next one too
action-extend-up = Select the previous one too
action-extend-first = Select up to the first
action-extend-last = Select down to the last
action-extend-page-down = Select one page down
action-extend-page-up = Select one page up
action-wander-down = Move down without selecting
action-wander-up = Move up without selecting
action-toggle = Select or deselect
action-select-all = Select all of this list
action-select-one = Select one only
action-plain = Show as plain text
action-html = Show as HTML
action-original = Original colours
action-darken = Colours for the dark theme
action-headers = Headers
action-source = View source
action-save-message = Save as .eml
action-print = Print
action-go-inbox = Go to all inboxes
action-go-sent = Go to Sent
action-go-drafts = Go to Drafts
action-go-archive = Go to Archive
action-palette = Search and commands
action-add-account = Add an account
action-accounts = Accounts
action-settings = Settings
action-theme = Switch between light and dark
action-health = State of the accounts
action-look-now = Look for new mail now
action-keys = Keyboard shortcuts

keys = Keyboard shortcuts
keys-list = List
keys-select = Selecting several
keys-message = Message
keys-go = Go to
keys-window = Window

palette = Search and commands
palette-mailboxes = Mailboxes
palette-commands = Commands
palette-choose = choose
palette-open = open
palette-nothing = Nothing is called “{ $typed }”

# State line and the panel behind it.
state-none = No account
state-up-to-date = { $count ->
    [one] Up to date
   *[other] Up to date · { $count } accounts
}
state-offline = Offline — showing what is on this computer
state-some-offline = { $account } is offline
fetching = Fetching { $done } of { $total } headers
connecting = Connecting…
signed-out = Signed out
needs-you = { $account } needs you
open-health = State of the accounts
health = State of the accounts
health-push = New mail
health-push-on = Arrives by itself
health-push-off = Not pushed now
health-proof = Server last heard
health-sync = Last whole look
health-connections = Connections
health-connections-value = { $count } open · { $received } received, { $sent } sent
health-retry = Next try
health-capabilities = In use
health-unreadable = Unreadable
health-unreadable-value = { $count ->
    [one] One message could not be read and is shown as it came
   *[other] { $count } messages could not be read and are shown as they came
}
health-error = Last trouble
copy-report = Copy report
report-copied = The report is on the clipboard. It holds no password and nobody else’s address.
attend = See to it
