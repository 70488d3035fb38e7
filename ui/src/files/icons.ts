/** How each kind of file looks. */
import Calendar from "@lucide/svelte/icons/calendar";
import File from "@lucide/svelte/icons/file";
import FileArchive from "@lucide/svelte/icons/file-archive";
import FileSheet from "@lucide/svelte/icons/file-spreadsheet";
import FileText from "@lucide/svelte/icons/file-text";
import FileType from "@lucide/svelte/icons/file-type";
import Files from "@lucide/svelte/icons/files";
import Image from "@lucide/svelte/icons/image";
import Music from "@lucide/svelte/icons/music";
import Presentation from "@lucide/svelte/icons/presentation";
import Video from "@lucide/svelte/icons/video";
import type { Component } from "svelte";
import type { FileKind } from "../backend";

/** The kinds in the order in which they are offered. */
export const kinds: readonly FileKind[] = ["all", "document", "pdf", "image", "sheet", "slides", "audio", "video", "archive", "invite", "other"];

export const kindIcons: Readonly<Record<FileKind, Component>> = {
  all: Files, document: FileText, pdf: FileType, image: Image, sheet: FileSheet, slides: Presentation, audio: Music, video: Video, archive: FileArchive, invite: Calendar, other: File,
};
