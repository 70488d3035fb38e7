/**
 * A stand-in for the host, for a plain browser and for tests: answers as the real one does, from mail that is made up.
 * Left out of what is shipped.
 */
import type { AccountForm, Backend, Check, Code, EventView, Left, ListKey, ListView, MessageView, SecretsState, Settings, Standing, TransferView, Trial, UiError } from "../backend";
import { Boxes } from "./boxes";
import { composeCommands } from "./compose";
import { Folders } from "./folders";
import { Searches } from "./search";
import { isMine, writerOf } from "./talks";
import { addressOf, makeAccounts, makeDocument, makeFolders, makeMessage, type Scene } from "./mail";

const fault = (code: Code, params: Record<string, string> = {}, detail: string | null = null): UiError => ({ code, params, detail, retry: false });
const later = <T>(value: T, ms: number): Promise<T> => new Promise((done) => setTimeout(() => done(value), ms));

/** Reads a scene from the address of the page: `?state=offline&theme=dark&rows=1000000`. */
export function sceneOf(query: URLSearchParams): Scene {
  return {
    state: query.get("state") ?? "normal",
    rows: Number(query.get("rows") ?? 4000),
    theme: (query.get("theme") ?? "system") as Scene["theme"],
    density: (query.get("density") ?? "comfortable") as Scene["density"],
    language: query.get("language") ?? "",
    talks: Number(query.get("talks") ?? 4),
  };
}

/** What tests may do to the stand-in beyond what the window can. */
export interface Mock extends Backend {
  /** Lets new mail arrive at the top of every list. */
  deliver(count: number): void;
  /** Lets an answer arrive in the conversation of a message; gives its id. */
  answer(message: number): number;
  /** Announces a change. */
  announce(...topics: string[]): void;
  /** Something asks to write to a `mailto:` address. */
  writeTo(mailto: string): void;
  /** The window of a draft is closed. */
  leave(left: Left): void;
  /** Replaces a message. */
  put(message: MessageView): void;
  /** Commands called so far, by name and arguments. */
  readonly calls: [string, ...unknown[]][];
}

/** Makes a stand-in. `delay` in ms is what a server would take; the store answers at once. */
export function mockBackend(query: URLSearchParams, delay = 700): Mock {
  const scene = sceneOf(query);
  const accounts = makeAccounts(scene);
  let settings: Settings = { theme: scene.theme, density: scene.density, language: scene.language, darkenMail: true, preferPlain: false, notify: true, afterAct: "next", readOnOpen: true, undoSeconds: Number(query.get("undo") ?? 10), keepBcc: true, answerBelow: false, conversations: query.get("conversations") !== "0", newestLast: query.get("newest") === "last" };
  let secrets: SecretsState = scene.state === "noKeyring" ? { kind: "missing", reason: "org.freedesktop.secrets: no such name" } : scene.state === "locked" ? { kind: "sealed", locked: true } : { kind: "keyring" };
  const messages = new Map<number, MessageView>();
  const transfers: TransferView[] = [];
  const listViews = new Map<string, [ListKey, ListView]>();
  const listeners: ((topics: string[]) => void)[] = [];
  const calls: [string, ...unknown[]][] = [];
  const mailtos: string[] = query.has("mailto") ? [query.get("mailto") ?? ""] : [];
  const mailtoListeners: (() => void)[] = [];
  const leftListeners: ((left: Left) => void)[] = [];
  const windows = new Set<number>();
  let standing: Standing = "others";
  const now = Math.floor(Date.now() / 1000);

  const announce = (...topics: string[]) => void setTimeout(() => listeners.forEach((listener) => listener(topics)), 0);
  const folders = new Folders(scene, announce, delay);
  const boxes = new Boxes(scene, () => folders.all, () => accounts, now, announce);

  const compose = composeCommands({ accounts, message: messageOf, announce, undoSeconds: () => settings.undoSeconds, delay, query });
  const searches = new Searches({ accounts, folders: () => folders.all, labels: () => boxes.labels, ids: () => boxes.mail(), row: (id) => boxes.row(id), suggest: (text, limit) => compose.suggest(text, limit), announce, delay, query });
  boxes.searched = searches;

  function messageOf(id: number): MessageView {
    const row = boxes.row(id);
    const known = messages.get(id);
    if (known) return { ...known, account: row.account, folders: [row.folder], unread: row.unread, flagged: row.flagged, muted: row.muted, labels: row.labels, due: row.due };
    const message = { ...makeMessage(row, [row.folder]), thread: boxes.threadOf(id), ...(isMine(id) && { from: [writerOf(row)], to: [{ name: row.who, email: addressOf(row.who) }], cc: [] }) };
    // The third is slow, the fourth is not here, the fifth fails: every state can be looked at.
    if (id === 1002) message.body = { kind: "coming", since: now - 3 };
    if (id === 1003) message.body = { kind: "failed", error: fault("not-here") };
    if (id === 1004) message.body = { kind: "failed", error: fault("refused", { host: "imap.meadow.example" }, "A17 NO [SERVERBUG] Internal error occurred. Refer to server log.") };
    if (scene.state === "offline" && id % 2 === 0) message.body = { kind: "failed", error: fault("not-here") };
    messages.set(id, message);
    return message;
  }
  const trialOf = (form: AccountForm): Trial => {
    const check = (side: { host: string; acceptedCertificate: string | null }): Check => {
      if (form.password === "wrong") return { kind: "failed", error: fault("wrong-password", { host: side.host, user: form.email }, "A1 NO [AUTHENTICATIONFAILED] Authentication failed.") };
      if (form.email.endsWith("@private.example") && side.acceptedCertificate === null) return { kind: "untrusted", certificate: { host: side.host, fingerprint: "3fa1b2c4d5e6f708".repeat(4), reason: "issuer is not known to this computer" } };
      return { kind: "ok" };
    };
    return { incoming: check(form.incoming), outgoing: form.outgoing && check(form.outgoing), folders: 14, recognised: 6 };
  };
  function transfer(message: number, part: string): number {
    const attachment = messageOf(message).attachments.find((one) => one.part === part);
    const entry: TransferView = { id: transfers.length + 1, message, part, name: attachment?.name ?? "message.eml", done: 0, total: attachment?.size ?? null, state: { kind: "running" } };
    transfers.push(entry);
    const at = transfers.length - 1;
    const step = (share: number) => {
      const one = transfers[at];
      if (!one || one.state.kind !== "running") return;
      transfers[at] = { ...one, done: (one.total ?? 0) * share, state: share >= 1 ? { kind: "done", path: `~/Downloads/${one.name}` } : one.state };
      if (share >= 1 && attachment) {
        const known = messageOf(message);
        messages.set(message, { ...known, attachments: known.attachments.map((file) => (file.part === part ? { ...file, here: true } : file)) });
        announce(`message:${message}`);
      } else setTimeout(() => step(share + 0.25), delay / 2);
      announce("transfers");
    };
    step(0);
    return entry.id;
  }

  const server = (host: string, port: number, user: string) => ({ host, port, security: "tls" as const, user, acceptedCertificate: null, allowClearText: false });
  const answers: Backend = {
    start: async () => ({ version: "0.1.0", platform: "linux", accounts: [...accounts], secrets, settings, rescued: false }),
    accounts: async () => [...accounts],
    folders: async () => boxes.counted(),
    listPage: async (list, offset, limit) => boxes.page(list, offset, limit),
    listIndex: async (list, row) => boxes.index(list, row),
    listCounts: async () => boxes.counts(),
    listViews: async () => [...listViews.values()],
    setListView: async (key, listView) => {
      if (listView) listViews.set(JSON.stringify(key), [key, listView]);
      else listViews.delete(JSON.stringify(key));
      announce("listViews");
      return null;
    },
    conversation: async (message) => boxes.conversation(message),
    act: async (intent, target) => boxes.act(intent, target),
    actPreview: async (target) => boxes.preview(target),
    markOpened: async (message) => (boxes.opened(message), null),
    undo: async (act) => boxes.undo(act),
    timeline: async (query, before, limit) =>
      boxes.acts
        .map(({ view }) => view)
        .filter((view) => (before === null || (view.at ?? 0) < before) && `${view.subject} ${view.who} ${view.to ?? ""}`.toLowerCase().includes(query.toLowerCase()))
        .slice(-limit)
        .reverse()
        .map((act) => ({ kind: "act", act })),
    history: async (message) =>
      boxes.acts
        .filter(({ before }) => before.has(message))
        .reverse()
        .map(({ view }): EventView => ({ at: view.at, message, subject: view.subject, who: view.who, folder: "INBOX", what: { kind: "act", intent: view.intent, to: view.to, state: view.state, error: view.error } })),
    refusals: async () => [],
    dismissRefusal: async () => null,
    labels: async () => [...boxes.labels],
    makeLabel: async (name, color) => {
      const label = { keyword: name.trim().toLowerCase().replace(/[^a-z0-9]+/g, "_"), name: name.trim(), color };
      boxes.labels = [...boxes.labels, label];
      announce("labels");
      return label;
    },
    editLabel: async (label) => {
      boxes.labels = boxes.labels.map((one) => (one.keyword === label.keyword ? label : one));
      announce("labels");
      return null;
    },
    orderLabels: async (keywords) => {
      const place = ({ keyword }: { keyword: string }) => (keywords.includes(keyword) ? keywords.indexOf(keyword) : keywords.length);
      boxes.labels = boxes.labels.toSorted((a, b) => place(a) - place(b));
      announce("labels");
      return null;
    },
    removeLabel: async (keyword) => {
      boxes.labels = boxes.labels.filter((one) => one.keyword !== keyword);
      announce("labels");
      return null;
    },
    ...folders.commands,
    ...compose,
    ...searches.commands,
    openMessage: async (id) => {
      const message = messageOf(id);
      if (message.body.kind === "coming" && id === 1002) {
        setTimeout(() => {
          messages.set(id, { ...message, body: { kind: "ready", hasHtml: true, hasPlain: true, cut: false, images: { count: 0, trackers: 0, hosts: [], state: "shown" } } });
          announce(`message:${id}`);
        }, delay * 3);
      }
      return message;
    },
    message: async (id) => messageOf(id),
    retryBody: async (id) => {
      messages.set(id, { ...messageOf(id), body: { kind: "coming", since: Date.now() / 1000 } });
      announce(`message:${id}`);
      return null;
    },
    messageHeaders: (id) => later(`Return-Path: <ines@verrerie.example>\r\nReceived: from mx.meadow.example by imap.meadow.example; Mon, 23 Nov 2026 10:42:07 +0100\r\nFrom: =?utf-8?q?In=C3=A8s?= Caron <ines@verrerie.example>\r\nTo: alice@meadow.example\r\nSubject: ${messageOf(id).subject}\r\nMessage-ID: <20261123.${id}@verrerie.example>\r\n`, delay),
    messageSource: (id) => later(`Subject: ${messageOf(id).subject}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGood morning both,\r\n--b--\r\n`, delay),
    loadImages: async (id) => {
      const set = (state: "loading" | "shown") => {
        const message = messageOf(id);
        if (message.body.kind === "ready") messages.set(id, { ...message, body: { ...message.body, images: { ...message.body.images, state } } });
        announce(`message:${id}`);
      };
      set("loading");
      setTimeout(() => set("shown"), delay);
      return null;
    },
    showBody: async (_id, format) => URL.createObjectURL(new Blob([makeDocument(format.dark, format.plain)], { type: "text/html" })),
    saveAttachment: async (message, part) => transfer(message, part),
    saveAllAttachments: async (message) => messageOf(message).attachments.map(({ part }) => transfer(message, part)).length,
    saveMessage: async (message) => transfer(message, ""),
    openAttachment: async (message, part) => (transfer(message, part), null),
    printMessage: async () => (window.print(), null),
    transfers: async () => [...transfers],
    cancelTransfer: async (id) => {
      const at = transfers.findIndex((one) => one.id === id);
      const one = transfers[at];
      if (one) transfers[at] = { ...one, state: { kind: "cancelled" } };
      announce("transfers");
      return null;
    },
    discover: (email) => {
      const domain = email.split("@")[1] ?? "";
      const found = !domain.startsWith("nowhere");
      return later({
        incoming: found ? server(`imap.${domain}`, 993, email) : null,
        outgoing: found ? server(`smtp.${domain}`, 465, email) : null,
        source: found ? "autoconfig" : "nothing",
        provider: domain === "gmail.example" ? "Gmail" : null,
        advice: domain === "gmail.example" ? { kind: "appPassword", url: "https://accounts.example/apppasswords" } : { kind: "password" },
      }, delay);
    },
    tryAccount: (form) => later(trialOf(form), delay),
    addAccount: async (form) => {
      const id = Math.max(0, ...accounts.map((account) => account.id)) + 1;
      accounts.push({ id, name: form.name, email: form.email, label: form.email, color: "#7b61c4", signedOut: false, incoming: form.incoming, outgoing: form.outgoing, ownOutgoingLogin: form.outgoingPassword !== null, state: { kind: "upToDate" }, inAll: true });
      folders.all = [...folders.all, ...makeFolders({ ...scene, state: "normal" }).slice(0, 5).map((folder) => ({ ...folder, id: folder.id + id * 100, account: id }))];
      announce("accounts", "folders");
      return later(id, delay);
    },
    editAccount: async (id, edit) => (boxes.forget(), change(id, edit)),
    orderAccounts: async (ids) => {
      accounts.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
      announce("accounts");
      return null;
    },
    signOut: async (id) => change(id, { signedOut: true, state: { kind: "signedOut" } }),
    signIn: async (id, password) => {
      if (password === "wrong") throw fault("wrong-password", { host: "imap.atelier.example" }, "A1 NO Authentication failed.");
      return change(id, { signedOut: false, state: { kind: "upToDate" } });
    },
    acceptCertificate: async (id) => change(id, { state: { kind: "upToDate" } }),
    removeAccount: async (id) => {
      accounts.splice(accounts.findIndex((account) => account.id === id), 1);
      folders.all = folders.all.filter((folder) => folder.account !== id);
      announce("accounts", "folders");
      return null;
    },
    secretsState: async () => secrets,
    chooseSecrets: async (choice) => {
      if (choice.kind !== "keyring") secrets = choice.kind === "ask" ? { kind: "ask" } : { kind: "sealed", locked: false };
      announce("secrets");
      return secrets;
    },
    unlockSecrets: async (passphrase) => {
      if (passphrase === "wrong") throw fault("wrong-passphrase");
      secrets = { kind: "sealed", locked: false };
      announce("secrets");
      return secrets;
    },
    settings: async () => settings,
    setSettings: async (next) => {
      settings = { ...settings, ...next };
      announce("settings");
      return null;
    },
    health: async () =>
      accounts.map((account) => ({
        account: account.id, state: account.state, push: account.state.kind === "upToDate", lastProof: Date.now() / 1000 - 12,
        capabilities: ["IDLE", "CONDSTORE", "QRESYNC", "COMPRESS=DEFLATE", "SPECIAL-USE", "LIST-STATUS"], connections: account.state.kind === "offline" ? 0 : 2,
        nextRetry: account.state.kind === "offline" ? Date.now() / 1000 + 42 : null,
        lastError: account.state.kind === "offline" ? fault("unreachable", { host: account.incoming.host }, "connection refused (os error 111)") : null,
        lastErrorAt: account.state.kind === "offline" ? now - 90 : null, received: 21_400_000, sent: 18_300, lastSync: now - 95, unreadable: 0, waiting: boxes.waiting(account.id),
      })),
    healthReport: async (id) => `Restante 0.1.0, account ${id}\nstate: up to date\n`,
    retryNow: async () => null,
    openLink: async () => null,
    pickUpTarget: async () => null,
    pickUpMailto: async () => mailtos.shift() ?? null,
    openWriting: async (draft) => (windows.add(draft), null),
    writings: async () => [...windows],
    closeWriting: async (how) => {
      for (const listener of leftListeners) listener({ draft: Number(query.get("draft") ?? 0), how });
      return null;
    },
    mailProgramStanding: async () => standing,
    becomeMailProgram: async () => (standing = "ours"),
    answerReceipt: async (message) => {
      messages.set(message, { ...messageOf(message), receipt: null });
      announce(`message:${message}`);
      return null;
    },
    editOutgoing: async (account, server, password) => {
      if (password === "wrong") throw fault("wrong-password", { host: server?.host ?? "", user: server?.user ?? "" }, "535 5.7.8 Authentication failed");
      const at = accounts.findIndex(({ id }) => id === account);
      const before = accounts[at];
      if (!before) throw fault("gone");
      accounts[at] = { ...before, outgoing: server, ownOutgoingLogin: password !== null };
      announce("accounts");
      return null;
    },
    painted: async () => null,
    onChanged: async (callback) => {
      listeners.push(callback);
      return () => void listeners.splice(listeners.indexOf(callback), 1);
    },
    onOpenMessage: async () => () => undefined,
    onLinkHeld: async () => () => undefined,
    onWriteMailto: async (callback) => {
      mailtoListeners.push(callback);
      return () => mailtoListeners.splice(mailtoListeners.indexOf(callback), 1);
    },
    onLeave: async () => () => undefined,
    onLeft: async (callback) => {
      leftListeners.push(callback);
      return () => leftListeners.splice(leftListeners.indexOf(callback), 1);
    },
  };
  function change(id: number, part: object): null {
    const account = accounts.find((one) => one.id === id);
    if (account) accounts[accounts.indexOf(account)] = { ...account, ...part };
    announce("accounts", "health");
    return null;
  }

  const recorded = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      (...args: unknown[]) => {
        calls.push([name, ...args]);
        return (answer as (...args: unknown[]) => unknown)(...args);
      },
    ]),
  ) as unknown as Backend;

  const mock: Mock = {
    ...recorded,
    calls,
    announce,
    writeTo(mailto) {
      mailtos.push(mailto);
      for (const listener of mailtoListeners) listener();
    },
    leave(left) {
      windows.delete(left.draft);
      for (const listener of leftListeners) listener(left);
    },
    deliver(count) {
      boxes.arrive(count);
      announce("inboxes", "folders", "files", ...folders.all.map(({ id }) => `list:${id}`));
    },
    answer: (message) => boxes.answer(message),
    put(message) {
      messages.set(message.id, message);
      announce(`message:${message.id}`);
    },
  };
  // For looking at the window by hand: `mock.deliver(3)` in the console.
  Object.assign(window, { mock });
  return mock;
}
