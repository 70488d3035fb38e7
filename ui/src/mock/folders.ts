/** What the stand-in host does to folders. */
import type { Backend, Code, FolderView, UiError } from "../backend";
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
    const later = <T>(value: () => T): Promise<T> => new Promise((done, failed) => setTimeout(() => {
      try {
        done(value());
      } catch (thrown) {
        // Told as the host tells it: a plain value.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        failed(thrown);
      }
    }, delay));

    this.commands = {
      createFolder: async (account, parent, name) => {
        free(account, parent, name);
        const id = Math.max(0, ...this.all.map((folder) => folder.id)) + 1;
        this.all = [...this.all, { id, account, parent, name, role: "none", unread: 0, total: 0, here: 0, selectable: true, keepDays: null, depth: 0, hidden: false, favourite: null, waiting: true, labels: true }];
        settle(id, parent);
        setTimeout(() => this.all.some((folder) => folder.id === id) && change(id, { waiting: false }), delay);
        return id;
      },
      renameFolder: (id, name) => later(() => {
        const folder = find(id);
        free(folder.account, folder.parent, name, id);
        return change(id, { name });
      }),
      moveFolder: (id, parent) => later(() => {
        const folder = find(id);
        free(folder.account, parent, folder.name, id);
        settle(id, parent);
        return null;
      }),
      deleteFolder: (id) => later(() => {
        const family = new Set(inside(find(id).id));
        this.all = this.all.filter((folder) => !family.has(folder.id));
        announce("folders", `list:${id}`);
        return null;
      }),
      hideFolder: (id, hidden) => later(() => change(id, { hidden })),
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
