/** What the stand-in host does to folders. */
import type { ActView, Backend, Code, FolderView, Intent, UiError } from "../backend";
import { makeFolders, type Scene } from "./mail";

const fault = (code: Code, params: Record<string, string> = {}): UiError => ({ code, params, detail: null, retry: false });

type Commands = Pick<Backend, "createFolder" | "renameFolder" | "moveFolder" | "deleteFolder" | "hideFolder" | "setFolderRole" | "favouriteFolder" | "keepOffline">;

export class Folders {
  all: FolderView[];
  readonly commands: Commands;

  /** `delay` in ms is what a server would take. */
  constructor(scene: Scene, announce: (...topics: string[]) => void, delay: number) {
    this.all = makeFolders(scene);
    const find = (id: number): FolderView => {
      const found = this.all.find((folder) => folder.id === id);
      if (!found) throw fault("no-such-folder");
      return found;
    };
    const change = (id: number, part: Partial<FolderView>): null => {
      find(id);
      this.all = this.all.map((folder) => (folder.id === id ? { ...folder, ...part } : folder));
      announce("folders");
      return null;
    };
    const inside = (id: number): number[] => [id, ...this.all.filter(({ parent }) => parent === id).flatMap((folder) => inside(folder.id))];
    const depthIn = (parent: number | null): number => (parent === null ? 0 : find(parent).depth + 1);
    const free = (account: number, parent: number | null, name: string, but = 0) => {
      if (name.trim() === "" || name.includes("/")) throw fault("invalid", { field: "name" });
      if (this.all.some((one) => one.id !== but && one.account === account && one.parent === parent && one.name === name)) throw fault("folder-exists", { folder: name });
    };
    /** Puts a folder and what is in it after the last one of its new surroundings. */
    const settle = (id: number, parent: number | null) => {
      const family = new Set(inside(id));
      const moved = this.all.filter((folder) => family.has(folder.id));
      const by = depthIn(parent) - find(id).depth;
      const rest = this.all.filter((folder) => !family.has(folder.id));
      const near = new Set(parent === null ? rest.filter(({ account }) => account === find(id).account).map((one) => one.id) : inside(parent).filter((one) => !family.has(one)));
      const at = rest.findLastIndex((folder) => near.has(folder.id)) + 1;
      this.all = rest.toSpliced(at, 0, ...moved.map((folder) => ({ ...folder, parent: folder.id === id ? parent : folder.parent, depth: folder.depth + by })));
      announce("folders");
    };
    /** An act that stands in no timeline here. */
    const did = (intent: Intent, folder: FolderView, to: string | null = null): ActView => ({
      id: 0, at: Date.now() / 1000, intent, count: 1, subject: folder.name, who: "", account: folder.account, to, state: "waiting", waiting: 1, refused: 0,
      error: null, undoable: false, undoes: null, onlyMarked: false, onlyHere: false,
    });

    this.commands = {
      createFolder: async (account, parent, name) => {
        free(account, parent, name);
        const id = Math.max(0, ...this.all.map((folder) => folder.id)) + 1;
        this.all = [...this.all, { id, account, parent, name, role: "none", unread: 0, total: 0, here: 0, selectable: true, keepDays: null, depth: 0, hidden: false, favourite: null, waiting: true, labels: true }];
        settle(id, parent);
        setTimeout(() => this.all.some((folder) => folder.id === id) && change(id, { waiting: false }), delay);
        return id;
      },
      renameFolder: async (id, name) => {
        const folder = find(id);
        free(folder.account, folder.parent, name, id);
        change(id, { name });
        return did({ kind: "renameFolder" }, folder, name);
      },
      moveFolder: async (id, parent) => {
        const folder = find(id);
        free(folder.account, parent, folder.name, id);
        settle(id, parent);
        return did({ kind: "moveFolder" }, folder, folder.name);
      },
      deleteFolder: async (id) => {
        const folder = find(id);
        const family = new Set(inside(id));
        this.all = this.all.filter((one) => !family.has(one.id));
        announce("folders", `list:${id}`);
        return did({ kind: "deleteFolder" }, folder);
      },
      hideFolder: async (id, hidden) => {
        const folder = find(id);
        change(id, { hidden });
        return did({ kind: "hideFolder", on: hidden }, folder, folder.name);
      },
      setFolderRole: async (id, role) => {
        const { account } = find(id);
        this.all = this.all.map((folder) => (role !== "none" && folder.account === account && folder.role === role ? { ...folder, role: "none" } : folder));
        return change(id, { role });
      },
      favouriteFolder: async (id, place) => {
        const order = this.all.filter((folder) => folder.favourite !== null && folder.id !== id).sort((a, b) => (a.favourite ?? 0) - (b.favourite ?? 0)).map((folder) => folder.id);
        if (place !== null) order.splice(place, 0, find(id).id);
        this.all = this.all.map((folder) => ({ ...folder, favourite: order.includes(folder.id) ? order.indexOf(folder.id) : null }));
        announce("folders");
        return null;
      },
      keepOffline: async (id, days) => change(id, { keepDays: days }),
    };
  }
}
