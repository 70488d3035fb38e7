/** What several parts of the window read: accounts, folders, labels, settings, secrets. Each is read from the store and kept true. */
import { backend, type AccountView, type FolderView, type LabelView, type SecretsState, type Settings, type StartView } from "../backend";
import { live, type Live } from "../live.svelte";
import { setLanguage } from "../words.svelte";
import { attempt } from "./toasts.svelte";

const defaults: Settings = { theme: "system", density: "comfortable", language: "", darkenMail: true, preferPlain: false, notify: true, afterAct: "next", readOnOpen: true, undoSeconds: 10, keepBcc: true, answerBelow: false, conversations: true, newestLast: false };

class Known {
  /** Version and platform, from the start. */
  version = $state("");
  platform = $state("linux");
  #accounts = $state.raw<Live<AccountView[]>>();
  #folders = $state.raw<Live<FolderView[]>>();
  #labels = $state.raw<Live<LabelView[]>>();
  #settings = $state.raw<Live<Partial<Settings>>>();
  #secrets = $state.raw<Live<SecretsState>>();
  #first = $state.raw<StartView>();
  /** The system's own theme. */
  #systemDark = $state(false);

  /** Accounts in the person's order. */
  get accounts(): readonly AccountView[] {
    return this.#accounts?.value ?? this.#first?.accounts ?? [];
  }
  get folders(): readonly FolderView[] {
    return this.#folders?.value ?? [];
  }
  /** Labels in the person's order. */
  get labels(): readonly LabelView[] {
    return this.#labels?.value ?? [];
  }
  get settings(): Settings {
    return { ...defaults, ...(this.#settings?.value ?? this.#first?.settings) };
  }
  get secrets(): SecretsState {
    return this.#secrets?.value ?? this.#first?.secrets ?? { kind: "keyring" };
  }
  /** The theme to draw now. */
  get theme(): "light" | "dark" {
    const { theme } = this.settings;
    return theme === "system" ? (this.#systemDark ? "dark" : "light") : theme;
  }
  get mac(): boolean {
    return this.platform === "macos";
  }

  account(id: number): AccountView | undefined {
    return this.accounts.find((account) => account.id === id);
  }
  folder(id: number): FolderView | undefined {
    return this.folders.find((folder) => folder.id === id);
  }

  /** Begins with what the start told, and keeps it true. To be called while the window is set up. */
  begin(start: StartView): void {
    this.#first = start;
    this.version = start.version;
    this.platform = start.platform;
    this.#accounts = live(() => backend.accounts(), () => ["accounts", "health"]);
    this.#folders = live(() => backend.folders(), () => ["folders", "accounts"]);
    this.#labels = live(() => backend.labels(), () => ["labels"]);
    this.#settings = live(() => backend.settings(), () => ["settings"]);
    this.#secrets = live(() => backend.secretsState(), () => ["secrets"]);
    $effect(() => {
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const follow = () => (this.#systemDark = dark.matches);
      follow();
      dark.addEventListener("change", follow);
      return () => dark.removeEventListener("change", follow);
    });
    $effect.pre(() => setLanguage(this.settings.language));
    $effect.pre(() => {
      document.documentElement.dataset["theme"] = this.theme;
      document.documentElement.dataset["density"] = this.settings.density;
    });
  }

  /** Reads accounts, folders and labels again without waiting for their topics. */
  refresh(): void {
    this.#accounts?.refresh();
    this.#folders?.refresh();
    this.#labels?.refresh();
    this.#secrets?.refresh();
  }

  /** Changes some of the settings. */
  async change(change: Partial<Settings>): Promise<void> {
    if (await attempt(backend.setSettings({ ...this.settings, ...change }))) this.#settings?.refresh();
  }
}

export const known = new Known();
