/** The icon of each deed and of each thing that happened. Decoration: the words stand beside it. */
import AlarmClock from "@lucide/svelte/icons/alarm-clock";
import AlarmClockOff from "@lucide/svelte/icons/alarm-clock-off";
import Archive from "@lucide/svelte/icons/archive";
import Bell from "@lucide/svelte/icons/bell";
import BellOff from "@lucide/svelte/icons/bell-off";
import CircleX from "@lucide/svelte/icons/circle-x";
import Copy from "@lucide/svelte/icons/copy";
import Flag from "@lucide/svelte/icons/flag";
import FlagOff from "@lucide/svelte/icons/flag-off";
import Eye from "@lucide/svelte/icons/eye";
import EyeOff from "@lucide/svelte/icons/eye-off";
import FolderInput from "@lucide/svelte/icons/folder-input";
import FolderPlus from "@lucide/svelte/icons/folder-plus";
import FolderSync from "@lucide/svelte/icons/folder-sync";
import FolderTree from "@lucide/svelte/icons/folder-tree";
import FolderX from "@lucide/svelte/icons/folder-x";
import Forward from "@lucide/svelte/icons/forward";
import Mail from "@lucide/svelte/icons/mail";
import MailOpen from "@lucide/svelte/icons/mail-open";
import MonitorSmartphone from "@lucide/svelte/icons/monitor-smartphone";
import Pencil from "@lucide/svelte/icons/pencil";
import Reply from "@lucide/svelte/icons/reply";
import SearchX from "@lucide/svelte/icons/search-x";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import ShieldCheck from "@lucide/svelte/icons/shield-check";
import Tag from "@lucide/svelte/icons/tag";
import Trash from "@lucide/svelte/icons/trash-2";
import Undo from "@lucide/svelte/icons/undo-2";
import type { Component } from "svelte";
import type { ActView, Happening } from "../backend";
import { deedOf, type Deed } from "./say";

const deeds: Readonly<Record<Deed, Component>> = {
  read: MailOpen, unread: Mail, flag: Flag, unflag: FlagOff, label: Tag, unlabel: Tag, archive: Archive, trash: Trash, junk: ShieldAlert,
  notJunk: ShieldCheck, move: FolderInput, copy: Copy, delete: CircleX, snooze: AlarmClock, unsnooze: AlarmClockOff, answered: Reply, forwarded: Forward,
  makeFolder: FolderPlus, renameFolder: Pencil, moveFolder: FolderTree, deleteFolder: FolderX, hideFolder: EyeOff, unhideFolder: Eye,
  mute: BellOff, unmute: Bell,
};
const happenings: Readonly<Record<Exclude<Happening["kind"], "act">, Component>> = {
  elsewhere: MonitorSmartphone, folderGone: FolderX, renumbered: FolderSync, missing: SearchX,
};

export const iconOfAct = (act: ActView): Component => (act.undoes === null ? deeds[deedOf(act.intent)] : Undo);
export const iconOf = (what: Happening): Component => (what.kind === "act" ? deeds[deedOf(what.intent)] : happenings[what.kind]);
