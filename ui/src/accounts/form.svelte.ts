/**
 * The way from an address to an account: look up, show what was found, try it, keep it.
 *
 * The password leaves the window only with `check` and `finish`, that is after the servers it goes to were shown.
 */
import { asUiError, backend, type AccountForm, type CertificateView, type Check, type Discovered, type ServerSettings, type Trial, type UiError } from "../backend";

/** Where the person stands: typing, servers shown, signed in. */
export type Step = "fill" | "found" | "ready";

/** Which half of the account. */
export type Side = "incoming" | "outgoing";

const usualPort = { incoming: { tls: 993, startTls: 143, none: 143 }, outgoing: { tls: 465, startTls: 587, none: 25 } } as const;

/** Whether this name can only be this computer: clear text to it harms nobody. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host.trim());

/** The usual port, for a side and a protection. */
export const portFor = (side: Side, security: ServerSettings["security"]): number => usualPort[side][security];

export const blank = (side: Side, email: string): ServerSettings => {
  const domain = email.split("@")[1] ?? "";
  const host = domain && `${side === "incoming" ? "imap" : "smtp"}.${domain}`;
  return { host, port: portFor(side, "tls"), security: "tls", user: email, acceptedCertificate: null, allowClearText: false };
};

export class Form {
  name = $state("");
  email = $state("");
  password = $state("");
  incoming = $state<ServerSettings>(blank("incoming", ""));
  outgoing = $state<ServerSettings>(blank("outgoing", ""));
  /** Without an outgoing server mail is only received. */
  receiveOnly = $state(false);
  /** The outgoing server has a login of its own. */
  ownLogin = $state(false);
  outgoingPassword = $state("");
  manual = $state(false);
  step = $state<Step>("fill");
  /** What is under way. */
  busy = $state<"looking" | "trying" | "saving" | null>(null);
  discovered = $state.raw<Discovered | null>(null);
  trial = $state.raw<Trial | null>(null);
  error = $state.raw<UiError | null>(null);
  /** The field that the last error is about. */
  wrong = $state<string | null>(null);

  /** Certificates that the person has to decide on before it goes on. */
  get untrusted(): { side: Side; certificate: CertificateView }[] {
    const of = (side: Side, check: Check | null | undefined) => (check?.kind === "untrusted" ? [{ side, certificate: check.certificate }] : []);
    return [...of("incoming", this.trial?.incoming), ...of("outgoing", this.trial?.outgoing)];
  }

  /** The address was changed: what was found for another one no longer counts. */
  readdressed(): void {
    if (this.step === "fill" && !this.manual) return;
    if (!this.manual) this.step = "fill";
    this.discovered = null;
    this.changed();
  }

  /** Something was changed: what was tried before no longer counts. */
  changed(): void {
    this.trial = null;
    this.error = null;
    this.wrong = null;
    if (this.step === "ready") this.step = "found";
  }

  /** Opens the fields for the servers, filled with what is known. */
  edit(): void {
    if (this.incoming.host === "") this.incoming = blank("incoming", this.email.trim());
    if (this.outgoing.host === "") this.outgoing = blank("outgoing", this.email.trim());
    this.manual = true;
    if (this.step === "fill") this.step = "found";
    this.changed();
  }

  /** "Continue": the next step from where the person stands. */
  async next(): Promise<void> {
    if (this.busy !== null || !this.#complete()) return;
    if (this.step === "fill") await this.#look();
    else await this.#check();
  }

  /** The person accepts this certificate, for this host alone; the trial goes on. */
  async trust(side: Side, certificate: CertificateView): Promise<void> {
    for (const one of side === "incoming" ? [this.incoming, this.outgoing] : [this.outgoing, this.incoming]) {
      // One host that shows one certificate on both ports is one decision.
      if (one === this[side] || (one.host === certificate.host && this.#shows(one, certificate))) one.acceptedCertificate = certificate.fingerprint;
    }
    await this.#check();
  }

  /** "Open my mail": keeps the account. Answers with its id, or null where that failed. */
  async finish(): Promise<number | null> {
    if (this.busy !== null) return null;
    return this.#during("saving", () => backend.addAccount(this.#form()));
  }

  #shows(server: ServerSettings, certificate: CertificateView): boolean {
    const check = server === this.incoming ? this.trial?.incoming : this.trial?.outgoing;
    return check?.kind === "untrusted" && check.certificate.fingerprint === certificate.fingerprint;
  }

  async #look(): Promise<void> {
    const found = await this.#during("looking", () => backend.discover(this.email.trim()));
    if (!found) return;
    this.discovered = found;
    if (found.incoming) this.incoming = found.incoming;
    else this.incoming = blank("incoming", this.email.trim());
    this.outgoing = found.outgoing ?? blank("outgoing", this.email.trim());
    this.receiveOnly = found.incoming !== null && found.outgoing === null;
    this.manual = found.incoming === null;
    this.step = "found";
  }

  async #check(): Promise<void> {
    const trial = await this.#during("trying", () => backend.tryAccount(this.#form()));
    if (!trial) return;
    this.trial = trial;
    const failed = [trial.incoming, trial.outgoing].find((check) => check?.kind === "failed");
    if (failed?.kind === "failed") this.error = failed.error;
    this.step = trial.incoming.kind === "ok" && (trial.outgoing === null || trial.outgoing.kind === "ok") ? "ready" : "found";
    if (this.step === "ready") this.manual = false;
  }

  async #during<T>(what: "looking" | "trying" | "saving", work: () => Promise<T>): Promise<T | null> {
    this.busy = what;
    this.error = null;
    this.wrong = null;
    try {
      return await work();
    } catch (thrown) {
      this.error = asUiError(thrown);
      this.wrong = this.error.params["field"] ?? null;
      return null;
    } finally {
      this.busy = null;
    }
  }

  #complete(): boolean {
    const servers = this.step !== "fill" || this.manual;
    const checks: [string, boolean][] = [
      ["email", /^[^\s@]+@[^\s@]+$/.test(this.email.trim())],
      ["password", this.password !== ""],
      ["incomingHost", !servers || this.incoming.host.trim() !== ""],
      ["outgoingPassword", !this.ownLogin || this.receiveOnly || this.outgoingPassword !== ""],
      ["outgoingHost", !servers || this.receiveOnly || this.outgoing.host.trim() !== ""],
    ];
    this.wrong = checks.find(([, good]) => !good)?.[0] ?? null;
    return this.wrong === null;
  }

  #form(): AccountForm {
    const server = (from: ServerSettings): ServerSettings => ({ ...$state.snapshot(from), host: from.host.trim(), user: from.user.trim() });
    return {
      name: this.name.trim(),
      email: this.email.trim(),
      password: this.password,
      incoming: server(this.incoming),
      outgoing: this.receiveOnly ? null : server(this.outgoing),
      outgoingPassword: this.ownLogin && !this.receiveOnly ? this.outgoingPassword : null,
    };
  }
}
