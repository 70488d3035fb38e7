/** The icon of each kind of folder, the same wherever a folder is named. */
import Archive from "@lucide/svelte/icons/archive";
import FilePen from "@lucide/svelte/icons/file-pen";
import Flag from "@lucide/svelte/icons/flag";
import Folder from "@lucide/svelte/icons/folder";
import Inbox from "@lucide/svelte/icons/inbox";
import LifeBuoy from "@lucide/svelte/icons/life-buoy";
import Mails from "@lucide/svelte/icons/mails";
import Send from "@lucide/svelte/icons/send";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import Trash from "@lucide/svelte/icons/trash-2";
import type { Component } from "svelte";
import type { Role } from "../backend";

export const roleIcons: Readonly<Record<Role, Component>> = {
  inbox: Inbox,
  drafts: FilePen,
  sent: Send,
  archive: Archive,
  all: Mails,
  junk: ShieldAlert,
  trash: Trash,
  flagged: Flag,
  recovered: LifeBuoy,
  none: Folder,
};
