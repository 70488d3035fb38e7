/// <reference types="node" />
import { FluentResource } from "@fluent/bundle";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { actions } from "../src/actions";
import type { Code, Role, SenderWarning, Source } from "../src/backend";
import { listNames } from "../src/state/lists.svelte";
import { kinds } from "../src/files/icons";
import { operators } from "../src/search/query";
import { chooseLanguage, chooseLocale, explain, languages, setLanguage, t } from "../src/words.svelte";

const src = join(import.meta.dirname, "../src");

/** Every text of a language: id → its raw form. */
function texts(language: string): Map<string, unknown> {
  const folder = join(src, "locales", language);
  return new Map(
    readdirSync(folder).flatMap((file) => {
      const resource = new FluentResource(readFileSync(join(folder, file), "utf8"));
      return resource.body.map((entry) => [entry.id, entry.value] as const);
    }),
  );
}

/** Names of the values in a text. */
function valuesIn(pattern: unknown): Set<string> {
  const found = new Set<string>();
  JSON.stringify(pattern, (_, value: unknown) => {
    if (typeof value === "object" && value !== null && "type" in value && value.type === "var" && "name" in value) found.add(String(value.name));
    return value;
  });
  return found;
}

const sources = (readdirSync(src, { recursive: true }) as string[])
  .filter((file) => /\.(svelte|ts)$/.test(file) && !file.endsWith(".test.ts") && !file.startsWith("mock") && file !== "bindings.ts")
  .map((file) => readFileSync(join(src, file), "utf8"));

const codes: Record<Code, true> = {
  unreachable: true, "no-such-host": true, offline: true, "wrong-protocol": true, certificate: true, "no-tls": true, "wrong-password": true,
  "app-password": true, "browser-sign-in": true, "sign-in-expired": true, refused: true, busy: true, protocol: true, "no-password": true, keyring: true,
  "wrong-passphrase": true, gone: true, "not-here": true, disk: true, store: true, "newer-store": true, invalid: true, "no-folder": true,
  "no-such-folder": true, "folder-exists": true, "folder-in-use": true, "contact-exists": true, quota: true, "not-allowed": true, elsewhere: true, "too-late": true, "too-large": true,
  "no-such-recipient": true, "recipient-full": true, "message-too-large": true, "sender-refused": true, "address-script": true,
  "sent-too-much": true, rejected: true, "no-outgoing": true, cancelled: true, internal: true,
};
const roles: Record<Exclude<Role, "none">, true> = { inbox: true, drafts: true, sent: true, archive: true, all: true, junk: true, trash: true, flagged: true, recovered: true };
const warnings: Record<SenderWarning, true> = { severalFrom: true, unreadable: true, nameIsAnotherAddress: true, mixedScript: true, hiddenCharacters: true };
const found: Record<Source, true> = { shipped: true, autoconfig: true, dns: true, mx: true, guess: true, nothing: true };

/** Ids that the code makes from a value. */
const made = [
  ...actions.map(({ id }) => `action-${id}`),
  ...Object.keys(codes).map((code) => `error-${code}`),
  ...Object.keys(roles).map((role) => `role-${role}`),
  ...Object.keys(warnings).map((warning) => `warning-${warning}`),
  ...Object.keys(found).map((source) => `source-${source}`),
  ...["today", "yesterday", "thisWeek", "lastWeek", "later", "unknown"].map((day) => `day-${day}`),
  ...["all", "unread", "flagged", "files", "person", "text"].map((filter) => `filter-${filter}`),
  ...["unread", "flagged", "files", "person", "text"].map((filter) => `empty-${filter}`),
  ...["date", "sender", "subject", "size", "files"].map((by) => `sort-${by}`),
  ...["sender", "subject", "size", "files"].flatMap((by) => [`sort-up-${by}`, `sort-down-${by}`]),
  ...Object.values(listNames),
  ...["list", "select", "act", "write", "message", "go", "window"].map((group) => `keys-${group}`),
  ...["looking", "trying", "saving"].map((busy) => `busy-${busy}`),
  ...["incoming", "outgoing"].flatMap((side) => ["server", "port", "security"].map((part) => `${side}-${part}`)),
  ...["tls", "startTls", "none"].map((security) => `security-${security}`),
  ...["system", "light", "dark"].map((theme) => `theme-${theme}`),
  ...["comfortable", "compact"].map((density) => `density-${density}`),
  ...["conversations", "newestLast", "readOnOpen", "darkenMail", "preferPlain", "notify", "keepBcc", "answerBelow"].flatMap((name) => [`setting-${name}`, `setting-${name}-hint`]),
  ...["next", "previous", "list"].map((after) => `after-act-${after}`),
  ...["read", "favour", "unfavour", "up", "down", "new", "rename", "move", "use", "keep", "hide", "show", "empty", "delete"].map((line) => `folder-${line}`),
  ...["1", "2", "3", "4", "5"].map((label) => `label-known-${label}`),
  ...["read", "unread", "flag", "unflag", "label", "unlabel", "archive", "trash", "junk", "not-junk", "move", "copy", "delete", "snooze", "unsnooze", "mute", "unmute"].flatMap((what) => [`did-${what}`, `do-${what}`, `did-conversation-${what}`, `do-conversation-${what}`]),
  ...["move", "copy"].flatMap((what) => [`pick-${what}`, `pick-${what}-key`, `pick-conversation-${what}`]),
  ...["later", "tomorrow", "weekend", "week"].map((time) => `snooze-${time}`),
  ...["no-recipient", "wrong-recipient", "no-subject", "attachment-forgotten", "unusual-sender", "too-large", "no-outgoing-server", "no-delivery-report"].map((concern) => `concern-${concern}`),
  ...["ours", "others"].map((standing) => `mail-program-${standing}`),
  ...["bold", "italic", "bullets", "numbers", "quote", "code"].map((format) => `format-${format}`),
  ...["evening", "morning", "monday"].map((later) => `later-${later}`),
  ...["headers", "source"].map((what) => `raw-${what}`),
  ...operators.map((operator) => `search-hint-${operator}`),
  ...["openQuote", "bracket", "date", "size", "value", "tooLong"].map((fault) => `search-fault-${fault}`),
  ...["idle", "asking", "done", "failed", "offline"].map((state) => `covered-${state}`),
  ...kinds.map((kind) => `files-kind-${kind}`),
  ...["date", "name", "size"].map((order) => `files-order-${order}`),
  ...["none", "up-to-date", "offline", "some-offline"].map((state) => `state-${state}`),
  ...["to", "cc", "bcc", "reply-to", "also-from", "needs-you", "connecting", "fetching", "signed-out"],
  ...["name", "email", "password", "passphrase", "host", "port", "security", "user", "color", "label", "days", "url", "path", "catchAll", "sentFolder", "outgoingPassword", "other"].map((field) => `field-${field}`),
];
const written = sources.flatMap((text) => [...text.matchAll(/\bt\(\s*(?:[^"'`)]*\?\s*)?"([a-zA-Z-]+)"(?:\s*:\s*"([a-zA-Z-]+)")?/g)].flatMap((match) => [match[1], match[2]].filter((id) => id !== undefined)));

afterEach(() => setLanguage("en"));

describe.each([...languages.keys()])("the texts in %s", (language) => {
  const all = texts(language);

  it("hold every id that the code uses", () => {
    expect([...new Set([...written, ...made])].filter((id) => !all.has(id))).toEqual([]);
  });

  it("hold nothing that the code does not use", () => {
    const code = sources.join("\n");
    expect([...all.keys()].filter((id) => !made.includes(id) && !code.includes(`"${id}"`))).toEqual([]);
  });

  it("have the same ids with the same values as English", () => {
    const english = texts("en");
    expect([...all.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [id, pattern] of all) expect([id, valuesIn(pattern)]).toEqual([id, valuesIn(english.get(id))]);
  });

  it("give every error a sentence without gaps", () => {
    setLanguage(language);
    for (const code of Object.keys(codes) as Code[]) {
      for (const params of [{}, { host: "imap.meadow.example", provider: "Meadow", field: "port", folder: "Clients", role: "archive" }]) {
        const sentence = explain({ code, params, detail: null, retry: false });
        expect(sentence).toMatch(/\S.*[.]$/s);
        expect(sentence).not.toMatch(/error-|\{|\}|\$|undefined|\s\s/);
      }
    }
  });

  it("are set as print is: no straight quotes, no three dots", () => {
    for (const [id, pattern] of all) expect([id, JSON.stringify(pattern).replace(/\\?"/g, "").match(/'|\.\.\./)]).toEqual([id, null]);
  });
});

describe("the language", () => {
  it.each([
    ["", ["de-AT", "en"], "de", "de-AT"],
    ["", ["fr-FR", "de"], "de", "de-FR"],
    ["", ["fr-FR"], "en", "en-FR"],
    ["en", ["de-DE"], "en", "en-DE"],
    ["", ["en-US", "en"], "en", "en-US"],
    ["", ["C"], "en", "en-150"],
    ["de", ["en-US", "de-CH"], "de", "de-CH"],
    ["xx", [], "en", "en-150"],
  ])("%j on a system with %j is %s, dates as in %s", (choice, system, language, locale) => {
    expect(chooseLanguage(choice, system)).toBe(language);
    expect(chooseLocale(language, system)).toBe(locale);
  });

  it("is changed while the window is open", () => {
    setLanguage("de");
    expect(t("all-inboxes")).toBe("Alle Eingänge");
    expect(document.documentElement.lang).toBe("de");
  });

  it("counts as people do", () => {
    expect(t("attachment-count", { count: 1 })).toBe("1 attachment");
    expect(t("fetching", { done: 12_400, total: 100_000 })).toBe("Fetching 12,400 of 100,000 headers");
    expect(t("images-held-trackers", { count: 2, trackers: 1 })).toBe("2 remote images are held back, 1 of them a tracker");
    setLanguage("de", ["de-DE"]);
    expect(t("fetching", { done: 12_400, total: 100_000 })).toBe("12.400 von 100.000 Kopfzeilen geladen");
  });
});
