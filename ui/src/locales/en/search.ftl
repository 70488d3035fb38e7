# Search field, and what stands under it.
search-mail = Search mail
search-completions = Completions
search-leave = Leave the search
action-search = Search mail
action-leave-search = Leave the search
action-save-search = Save search
action-files = Go to files
search-results = Search results
search-found = { $count ->
    [one] 1 found
   *[other] { $count } found
}
search-about = About this search
search-where = Where to search
search-everywhere = Everywhere
search-here = In { $folder }
search-servers = Search on the servers
search-only-here = Only this computer
search-details = What was searched
search-hint-from = who sent it
search-hint-to = who it was sent to
search-hint-cc = who got a copy
search-hint-subject = in the subject
search-hint-body = in the text
search-hint-in = in this folder
search-hint-account = in this account
search-hint-label = with this label
search-hint-has = with attachments
search-hint-is = unread, flagged, answered
search-hint-before = before this day
search-hint-after = after this day
search-hint-during = in this month or year
search-hint-larger = at least so large, such as 5M
search-hint-smaller = at most so large
search-hint-list = from this mailing list
search-fault-date = “{ $text }” is no date. Write a day, month or year, such as 2026-11-24, 2026-11 or 2026.
search-fault-size = “{ $text }” is no size. Write a number such as 500K or 5M.
search-fault-value = “{ $text }” is not known here.
search-fault-openQuote = The quotation mark at “{ $text }” is not closed.
search-fault-bracket = The bracket at “{ $text }” has no other half.
search-fault-tooLong = The search is too long; the words from “{ $text }” on are left out.

covered-here = { $headers ->
    [one] 1 header
   *[other] { $headers } headers
} and { $texts ->
    [one] 1 text
   *[other] { $texts } texts
} searched on this computer
covered-so-far = { $indexed } of { $headers } headers and { $texts ->
    [one] 1 text
   *[other] { $texts } texts
} searched on this computer so far
covered-servers = { $servers ->
    [one] the server searched { $done } of { $folders } folders
   *[other] the servers searched { $done } of { $folders } folders
}
covered-not-asked = the servers were not asked about { $folders ->
    [one] 1 folder
   *[other] { $folders } folders
}
covered-waiting = { $count } more arriving
covered-found = { $count } found there
covered-all-here = everything is on this computer
covered-idle = not asked about { $folders ->
    [one] 1 folder
   *[other] { $folders } folders
}
covered-asking = searched { $done } of { $folders } folders so far
covered-done = searched { $done } of { $folders } folders
covered-failed = gave up; { $done } of { $folders } folders searched
covered-offline = cannot be reached now; { $done } of { $folders } folders searched
covered-own-rules = found by the server’s own rules
search-nothing = Nothing found
search-nothing-yet = Nothing found so far
search-nothing-hint = Fewer words find more; the beginning of a word is enough.

# Saved searches.
saved-searches = Saved searches
search-menu = What can be done with { $name }
search-name = Name
search-save = Save
search-saved = “{ $name }” is in the sidebar
search-replace = Change “{ $name }”
search-rename = Rename
search-rename-yes = Rename
search-up = Move up
search-down = Move down
search-remove = Remove
search-removed = “{ $name }” was removed

# The palette.
palette-mail = Messages
palette-people = People
palette-all-results = Show all results for “{ $typed }”
palette-placeholder = Search mail, people, folders, commands
palette-refine = refine: from: to: in: has: before:
palette-written = { $count ->
    [0] { "" }
    [one] 1 message to them
   *[other] { $count } messages to them
}
palette-found = { $mail ->
    [one] 1 message
   *[other] { $mail } messages
}, { $people ->
    [one] 1 person
   *[other] { $people } people
}, { $rest ->
    [one] 1 mailbox or command
   *[other] { $rest } mailboxes and commands
}

# Attachment cabinet.
files = Files
files-count = { $count ->
    [one] 1 file
   *[other] { $count } files
}
files-filter = Which files
files-text = Name, subject or person
files-kind = Kind
files-kind-all = All kinds
files-kind-image = Pictures
files-kind-document = Documents
files-kind-sheet = Tables
files-kind-slides = Presentations
files-kind-pdf = PDF
files-kind-audio = Sound
files-kind-video = Films
files-kind-archive = Archives
files-kind-invite = Invitations
files-kind-other = Other
files-account = Account
files-person = Person
files-anybody = Anybody
files-order = Order
files-order-date = Date
files-order-name = Name
files-order-size = Size
files-up = Smallest, oldest or first first
files-down = Largest, newest or last first
files-mail = Go to the message of { $name }
files-none = No files
files-none-hint = Attachments of all accounts stand here by name, without being fetched.
files-none-such = No such files
files-none-such-hint = Nothing here has this name, kind, person and account.
files-all = Show all files
