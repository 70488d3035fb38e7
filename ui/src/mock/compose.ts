/** The engine's side of writing and sending, made up: drafts live in memory, and what is sent arrives nowhere. */
import type { AccountView, AnswerKind, Code, Backend, Compose, Concern, Contact, Draft, DraftFile, DraftVersion, Identity, MessageView, Outgoing, Recipient, SendState, Template, UiError } from "../backend";

const fault = (code: Code, params: Record<string, string> = {}, detail: string | null = null): UiError => ({ code, params, detail, retry: false });
const quote = `<div>On Monday, 23 November 2026 at 10:42, Inès Caron wrote:</div><blockquote type="cite"><div>Good morning both,</div><div><br></div><div>The panes arrive on <b style="color: rgb(176, 65, 62)">Thursday morning</b>, so the frost is not a worry any more. I have put the three quotes side by side.</div><table style="border-collapse: collapse"><tbody><tr><td style="border-bottom: 1px solid rgb(200, 200, 200); padding: 4px 18px 4px 0px">Verrerie du Nord</td><td style="border-bottom: 1px solid rgb(200, 200, 200)">2 420 €</td></tr></tbody></table><div>Inès</div></blockquote>`;

/** What the stand-in knows of the rest. */
interface World {
  accounts: readonly AccountView[];
  message: (id: number) => MessageView;
  announce: (...topics: string[]) => void;
  undoSeconds: () => number;
  /** What a server would take, in ms. */
  delay: number;
  query: URLSearchParams;
}

const person = (name: string, email: string): Recipient => ({ name, email, wrong: false });
/** `Doe, John <john@doe.example>`, `"Doe, John" <…>`, or a bare address. */
function parse(text: string): Recipient[] {
  const out: Recipient[] = [];
  const whole = /\s*(?:("(?:[^"\\]|\\.)*"|[^<>@;\r\n"]*?)\s*<([^<>\s]+)>|([^,;\s<>"]+@[^,;\s<>"]+)|([^,;\r\n]+))\s*(?:[,;\r\n]+|$)/gy;
  for (const [, name, angle, bare, rest] of text.trim().matchAll(whole)) {
    const email = angle ?? bare ?? rest?.trim() ?? "";
    const good = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email);
    if (email) out.push({ name: good ? (name ?? "").trim().replace(/^"|"$/g, "").replace(/\\(.)/g, "$1") : "", email, wrong: !good });
  }
  return out;
}

/** The commands of writing and sending. */
type ComposeCommands = Pick<Backend, "identities" | "saveIdentity" | "removeIdentity" | "compose" | "draft" | "drafts" | "saveDraft" | "draftVersions" | "restoreDraft" | "closeDraft" | "discardDraft" | "undiscardDraft" | "attachFiles" | "attachBytes" | "detach" | "draftPicture" | "parseRecipients" | "checkDraft" | "sendDraft" | "outgoing" | "cancelSending" | "retrySending" | "confirmSent" | "sendAgain" | "suggest" | "contacts" | "saveContact" | "removeContact" | "importContacts" | "exportContacts" | "templates" | "saveTemplate" | "renameTemplate" | "removeTemplate" | "useTemplate">;

export function composeCommands(world: World): ComposeCommands {
  const { announce, delay } = world;
  const drafts = new Map<number, Draft>();
  const versions = new Map<number, { seen: DraftVersion; draft: Draft }[]>();
  const gone = new Map<number, Draft>();
  const pictures = new Map<number, string>();
  let outgoing: Outgoing[] = [];
  let next = 1;
  const now = () => Date.now() / 1000;
  let identities: Identity[] = world.accounts.map(({ id, name, email }) => ({
    id, account: id, name, email, replyTo: "", signature: id === 1 ? "<div>Alice</div>" : "<div>Alice Moreau<br>Atelier, Meadow</div>", signatureAbove: true, bcc: "", isDefault: true, sentFolder: null, catchAll: "",
  }));
  let contacts: Contact[] = [
    ["Inès Caron", "ines@verrerie.example", 41], ["Tomás Vidal", "tomas@meadow.example", 17], ["Owen Price", "owen@red-door.example", 9], ["Dalia Farouk", "dalia@lighting.example", 6],
    ["Marta Ribeiro", "marta@orchard.example", 3], ["田中 由紀", "yuki@example.jp", 2], ["The Seed Library", "post@seed-library.example", 0],
  ].map(([name, email, written], at) => ({ id: at + 1, name: String(name), email: String(email), written: Number(written), heard: Number(written) * 2, last: Number(written) > 0 ? Date.now() / 1000 - at * 200_000 : null, kept: at === 1 || Number(written) === 0 }));
  let templates: { shown: Template; draft: Draft }[] = [];

  const find = (id: number): Draft => {
    const draft = drafts.get(id);
    if (!draft) throw fault("gone");
    return draft;
  };
  const put = (draft: Draft): Draft => {
    drafts.set(draft.id, draft);
    announce("drafts");
    return draft;
  };
  const make = (part: Partial<Draft>): Draft => {
    const identity = identities.find(({ account }) => account === part.account) ?? identities[0];
    return put({
      id: next++, account: identity?.account ?? 1, identity: identity?.id ?? 1, to: [], cc: [], bcc: [], subject: "", html: `<div><br></div><div><br></div>${identity?.signature ?? ""}`, text: "",
      plain: false, files: [], answer: null, receipt: false, deliveryReport: false, redirect: false, changed: now(), version: 1, ...part,
    });
  };
  const keep = (draft: Draft, words: number) => {
    versions.set(draft.id, [{ seen: { version: draft.version, changed: draft.changed, subject: draft.subject, words }, draft }, ...(versions.get(draft.id) ?? [])].slice(0, 20));
  };
  function answer(id: number, how: AnswerKind, selection: string | null): Draft {
    const message = world.message(id);
    const me = new Set(identities.map(({ email }) => email));
    const from = message.from.map((one) => person(one.name, one.email));
    const others = [...message.to, ...message.cc].filter(({ email }) => !me.has(email)).map((one) => person(one.name, one.email));
    const bare = message.subject.replace(/^(?:(?:re|aw|sv|fwd?|wg):\s*)+/i, "");
    const identity = identities.find(({ account }) => account === message.account);
    const written = `<div><br></div><div><br></div>${identity?.signature ?? ""}<div><br></div>`;
    const files = message.attachments.map((file, at): DraftFile => ({ id: at + 1, name: file.name, size: file.size ?? 0, mime: file.mime, cid: null, remote: true }));
    if (how === "forward" || how === "forwardAttached")
      return make({ account: message.account, subject: `Fwd: ${bare}`, html: written + (how === "forward" ? quote : ""), files: how === "forward" ? files : [{ id: 1, name: `${bare}.eml`, size: message.size ?? 0, mime: "message/rfc822", cid: null, remote: true }], answer: { message: id, kind: how } });
    if (how === "editAsNew") return make({ account: message.account, to: others, subject: message.subject, html: quote.replace(/<\/?blockquote[^>]*>/g, "") });
    const list = person("", `list@${message.list ?? "lists.example"}`);
    return make({
      account: message.account, subject: `Re: ${bare}`, to: how === "replyList" ? [list] : from, cc: how === "replyAll" ? others : [],
      html: written + (selection === null ? quote : `<blockquote type="cite">${selection}</blockquote>`), answer: { message: id, kind: how },
    });
  }
  function begin(wish: Compose): Draft {
    switch (wish.kind) {
      case "new":
        return make(wish.account === null ? {} : { account: wish.account });
      case "mailto": {
        const url = new URL(wish.url);
        const of = (name: string) => parse(url.searchParams.get(name) ?? "");
        return make({ to: [...parse(decodeURIComponent(url.pathname)), ...of("to")], cc: of("cc"), bcc: of("bcc"), subject: url.searchParams.get("subject") ?? "" });
      }
      case "answer":
        return answer(wish.message, wish.how, wish.selection);
      case "redirect":
        return make({ account: world.message(wish.message).account, subject: world.message(wish.message).subject, redirect: true, answer: { message: wish.message, kind: "forwardAttached" }, html: "", files: [{ id: 1, name: "message.eml", size: 4000, mime: "message/rfc822", cid: null, remote: true }] });
      case "open":
        return find(wish.draft);
      case "take":
        return make({ subject: world.message(wish.message).subject, account: world.message(wish.message).account });
    }
  }
  const turn = (id: number, state: SendState) => {
    outgoing = outgoing.map((one) => (one.id === id ? { ...one, state, undoable: state.kind === "waiting" } : one));
    announce("outgoing");
  };
  /** Sends as a server would that knows some addresses by heart. */
  function sending(id: number): void {
    turn(id, { kind: "sending" });
    setTimeout(() => {
      const one = outgoing.find((other) => other.id === id);
      if (!one) return;
      const refused = one.to.filter(({ email }) => email.startsWith("refused@"));
      const host = "smtp.meadow.example";
      if (refused.length > 0) turn(id, { kind: "failed", error: fault("refused", { host }, "550 5.1.1 User unknown"), recipients: one.to.map(({ email }) => ({ email, error: email.startsWith("refused@") ? fault("refused", { host }, "550 5.1.1 User unknown") : null })) });
      else if (one.to.some(({ email }) => email.startsWith("unknown@"))) turn(id, { kind: "unknown", error: fault("unreachable", { host }, "connection reset after the final dot") });
      else if (one.to.some(({ email }) => email.startsWith("offline@"))) turn(id, { kind: "waiting", at: now() + 60, error: fault("unreachable", { host }), tries: 1 });
      else {
        turn(id, { kind: "sent", at: now() });
        drafts.delete(one.draft);
      }
    }, delay);
  }
  const found = (id: number): Outgoing => {
    const one = outgoing.find((other) => other.id === id);
    if (!one) throw fault("gone");
    return one;
  };
  const back = (id: number): Draft => {
    const one = found(id);
    if (one.state.kind === "sending" || one.state.kind === "sent") throw fault("too-late");
    outgoing = outgoing.filter((other) => other !== one);
    announce("outgoing", "drafts");
    const draft = find(one.draft);
    const refused = one.state.kind === "failed" ? new Set(one.state.recipients.filter(({ error }) => error !== null).map(({ email }) => email)) : null;
    return refused && refused.size > 0 ? put({ ...draft, to: draft.to.filter(({ email }) => refused.has(email)) }) : draft;
  };

  // Scenes: `?outbox=failed`, `unknown` or `waiting`.
  const scene = world.query.get("outbox");
  if (scene) {
    const host = "smtp.meadow.example";
    const states: Record<string, SendState> = {
      failed: { kind: "failed", error: fault("refused", { host }, "550 5.1.1 User unknown"), recipients: [{ email: "owen@red-door.example", error: fault("refused", { host }, "550 5.1.1 User unknown") }, { email: "ines@verrerie.example", error: null }] },
      unknown: { kind: "unknown", error: fault("unreachable", { host }, "connection reset after the final dot") },
      waiting: { kind: "waiting", at: now() + 300, error: fault("offline"), tries: 3 },
    };
    const to = [person("Owen Price", "owen@red-door.example"), person("Inès Caron", "ines@verrerie.example")];
    const draft = make({ subject: "The keys of number nine", to });
    outgoing = [{ id: next++, account: 1, draft: draft.id, to, subject: draft.subject, queued: now() - 600, state: states[scene] ?? { kind: "sending" }, undoable: scene === "waiting" }];
  }

  // The page of a window of its own: `?draft=1`.
  if (world.query.has("draft")) make({ subject: "Glass order", to: [person("Inès Caron", "ines@verrerie.example")] });

  return {
    identities: async () => identities,
    saveIdentity: async (identity) => {
      if (!parse(identity.email).some(({ wrong }) => !wrong)) throw fault("invalid", { field: "email" });
      const saved = { ...identity, id: identity.id || Math.max(0, ...identities.map(({ id }) => id)) + 1 };
      const rest = identities.map((one) => (saved.isDefault && one.account === saved.account ? { ...one, isDefault: false } : one));
      identities = rest.some(({ id }) => id === saved.id) ? rest.map((one) => (one.id === saved.id ? saved : one)) : [...rest, saved];
      announce("identities");
      return saved;
    },
    removeIdentity: async (id) => {
      identities = identities.filter((one) => one.id !== id);
      announce("identities");
      return null;
    },
    compose: async (wish) => begin(wish),
    draft: async (id) => find(id),
    drafts: async () => [...drafts.values()].filter(({ id }) => !outgoing.some((one) => one.draft === id)).sort((a, b) => (b.changed ?? 0) - (a.changed ?? 0)),
    saveDraft: async (id, version, change) => {
      const draft = find(id);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== null)) as Partial<Draft>;
      const saved = { ...draft, ...given, changed: now(), version: Math.max(draft.version, version) + 1 };
      put(saved);
      keep(saved, `${saved.html.replace(/<[^>]*>/g, " ")} ${saved.text}`.split(/\s+/).filter(Boolean).length);
      return saved.version;
    },
    draftVersions: async (id) => (versions.get(id) ?? []).map(({ seen }) => seen),
    restoreDraft: async (id, version) => {
      const kept = versions.get(id)?.find(({ seen }) => seen.version === version);
      if (!kept) throw fault("gone");
      return put({ ...kept.draft, version: find(id).version + 1 });
    },
    // No other computer looks into this one's Drafts.
    closeDraft: async () => null,
    discardDraft: async (id) => {
      gone.set(id, find(id));
      drafts.delete(id);
      announce("drafts");
      return null;
    },
    undiscardDraft: async (id) => {
      const draft = gone.get(id);
      if (draft) put(draft);
      return null;
    },
    attachFiles: async (id) => {
      const file: DraftFile = { id: next++, name: "bay-sketch.png", size: 640_000, mime: "image/png", cid: null, remote: false };
      put({ ...find(id), files: [...find(id).files, file] });
      return [file];
    },
    attachBytes: async (id, name, mime, bytes, inline) => {
      const number = next++;
      const file: DraftFile = { id: number, name, size: Math.floor((bytes.length * 3) / 4), mime, cid: inline ? `picture${number}@meadow.example` : null, remote: false };
      pictures.set(number, `data:${mime};base64,${bytes}`);
      put({ ...find(id), files: [...find(id).files, file] });
      return file;
    },
    detach: async (id, file) => {
      put({ ...find(id), files: find(id).files.filter((one) => one.id !== file) });
      return null;
    },
    draftPicture: async (_, file) => pictures.get(file) ?? "",
    parseRecipients: async (text) => parse(text),
    checkDraft: async (id) => {
      const draft = find(id);
      const people = [...draft.to, ...draft.cc, ...draft.bcc];
      const said = `${draft.html.replace(/<blockquote.*<\/blockquote>/s, "")} ${draft.text}`;
      const concerns: [Concern, boolean][] = [
        ["no-recipient", people.length === 0],
        ["wrong-recipient", people.some(({ wrong }) => wrong)],
        ["no-subject", draft.subject.trim() === ""],
        ["attachment-forgotten", /attach|anhang/i.test(said) && draft.files.length === 0],
        ["too-large", draft.files.reduce((sum, { size }) => sum + (size ?? 0), 0) > 25_000_000],
        ["no-outgoing-server", world.accounts.find((account) => account.id === draft.account)?.outgoing === null],
      ];
      return concerns.filter(([, so]) => so).map(([concern]) => concern);
    },
    sendDraft: async (id, at) => {
      const draft = find(id);
      const wait = at === null ? world.undoSeconds() : at - now();
      const one: Outgoing = {
        id: next++, account: draft.account, draft: id, to: [...draft.to, ...draft.cc, ...draft.bcc], subject: draft.subject, queued: now(),
        state: { kind: "waiting", at: now() + wait, error: null, tries: 0 }, undoable: true,
      };
      outgoing = [...outgoing, one];
      announce("outgoing", "drafts");
      if (wait < 3600) setTimeout(() => outgoing.some((other) => other.id === one.id) && sending(one.id), wait * 1000);
      return one;
    },
    outgoing: async () => outgoing,
    cancelSending: async (id) => back(id),
    retrySending: async (id) => {
      if (found(id).state.kind === "waiting") sending(id);
      return null;
    },
    confirmSent: async (id) => {
      if (found(id).state.kind === "unknown") turn(id, { kind: "sent", at: now() });
      return null;
    },
    sendAgain: async (id) => back(id),
    contacts: async (query, offset, limit) => {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      const fit = contacts.filter(({ name, email }) => words.every((word) => `${name} ${email}`.toLowerCase().includes(word)));
      fit.sort((a, b) => (a.name || a.email).localeCompare(b.name || b.email));
      return { total: fit.length, contacts: fit.slice(offset, offset + limit) };
    },
    saveContact: async (contact) => {
      if (!parse(contact.email).some(({ wrong }) => !wrong)) throw fault("invalid", { field: "email" });
      if (contacts.some(({ id, email }) => id !== contact.id && email.toLowerCase() === contact.email.toLowerCase())) throw fault("contact-exists", { email: contact.email });
      const saved = { ...contact, kept: true, id: contact.id || Math.max(0, ...contacts.map(({ id }) => id)) + 1 };
      contacts = contacts.some(({ id }) => id === saved.id) ? contacts.map((one) => (one.id === saved.id ? saved : one)) : [...contacts, saved];
      announce("contacts");
      return saved;
    },
    removeContact: async (id) => {
      contacts = contacts.filter((one) => one.id !== id);
      announce("contacts");
      return null;
    },
    importContacts: async () => {
      const id = Math.max(0, ...contacts.map((one) => one.id)) + 1;
      contacts = [...contacts, { id, name: "Ada Byron", email: `ada${id}@engine.example`, written: 0, heard: 0, last: null, kept: true }];
      announce("contacts");
      return { added: 1, changed: 0, unreadable: 1 };
    },
    exportContacts: async () => true,
    templates: async () => templates.map(({ shown }) => shown).toSorted((a, b) => a.name.localeCompare(b.name)),
    saveTemplate: async (draft, name) => {
      const of = find(draft);
      const before = templates.find(({ shown }) => shown.name.toLowerCase() === name.toLowerCase());
      const shown = { id: before?.shown.id ?? next++, name, subject: of.subject, changed: now() };
      templates = [...templates.filter((one) => one !== before), { shown, draft: of }];
      announce("templates");
      return shown;
    },
    renameTemplate: async (id, name) => {
      templates = templates.map((one) => (one.shown.id === id ? { ...one, shown: { ...one.shown, name } } : one));
      announce("templates");
      return null;
    },
    removeTemplate: async (id) => {
      templates = templates.filter(({ shown }) => shown.id !== id);
      announce("templates");
      return null;
    },
    useTemplate: async (id, template) => {
      const kept = templates.find(({ shown }) => shown.id === template);
      if (!kept) throw fault("gone");
      const draft = find(id);
      const { draft: from } = kept;
      const saved = { ...draft, html: from.html + draft.html, subject: draft.subject || from.subject, to: draft.to.length > 0 ? draft.to : from.to, files: [...draft.files, ...from.files], version: draft.version + 1 };
      return put(saved);
    },
    suggest: async (text, limit) => {
      const wanted = text.trim().toLowerCase();
      return contacts.filter(({ name, email }) => `${name} ${email}`.toLowerCase().split(/[\s@.]+/).some((word) => word.startsWith(wanted)) || email.startsWith(wanted)).slice(0, limit);
    },
  };
}
