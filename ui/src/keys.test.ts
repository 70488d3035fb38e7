import { afterEach, describe, expect, it } from "vitest";
import { actions, type Action } from "./actions";
import { belongsToFocus, keyLabel, KeyMap, keyName } from "./keys";
import { view, type ListHandle } from "./state/view.svelte";

const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });
const make = (id: string, keys: string[], when = true) => ({ id, keys, when: () => when }) as unknown as Action;

describe("a key press", () => {
  it.each([
    [press("j"), false, "j"],
    [press("J"), false, "j"],
    [press("J", { shiftKey: true }), false, "shift+j"],
    [press("?", { shiftKey: true }), false, "?"],
    [press("ArrowDown", { shiftKey: true }), false, "shift+ArrowDown"],
    [press("A", { ctrlKey: true, shiftKey: true }), false, "mod+shift+a"],
    [press("k", { ctrlKey: true }), false, "mod+k"],
    [press("k", { metaKey: true }), true, "mod+k"],
    [press("k", { ctrlKey: true }), true, ""],
    [press("j", { altKey: true }), false, ""],
    [press("PageDown"), false, "PageDown"],
    [press("#", { shiftKey: true }), false, "#"],
    [press("Delete", { shiftKey: true }), false, "shift+Delete"],
  ])("%j (mac: %s) is %s", (one, mac, name) => {
    expect(keyName(one, mac)).toBe(name);
  });

  it("calls the action that is possible now", () => {
    const map = new KeyMap([make("off", ["j"], false), make("on", ["j"])]);
    expect(map.press(press("j"), false, 0)?.id).toBe("on");
    expect(map.press(press("x"), false, 0)).toBeUndefined();
  });

  it("may be one of a pair, if the second comes soon", () => {
    const map = new KeyMap([make("sent", ["g s"]), make("flag", ["s"])]);
    expect(map.press(press("g"), false, 0)).toBeUndefined();
    expect(map.press(press("s"), false, 500)?.id).toBe("sent");
    expect(map.press(press("s"), false, 600)?.id).toBe("flag");
    map.press(press("g"), false, 1000);
    expect(map.press(press("s"), false, 9000)?.id).toBe("flag");
  });
});

describe("the actions", () => {
  afterEach(() => {
    view.key = { kind: "inboxes" };
    view.list = null;
    view.selected = 0;
  });

  it("never share a key", () => {
    // Of these only one is possible at a time: what is junk already can only be taken out of it, a draft is not answered, several
    // selected rows are let go of before the search is left.
    const opposites = ["not-junk", "unflag", "unmute", "write-on", "leave-search"];
    const keys = actions.filter(({ id }) => !opposites.includes(id)).flatMap((action) => action.keys);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it.each([
    [1, "leave-search"],
    [2, "select-one"],
  ])("leave by Escape what was come to last: in a search, %i selected, it is %s", (selected, id) => {
    view.key = { kind: "search", id: 1 };
    view.list = {} as ListHandle;
    view.selected = selected;
    expect(actions.filter((action) => action.keys.includes("Escape") && action.when()).map((action) => action.id)).toEqual([id]);
  });

  it("have one id each", () => {
    expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
  });

  it("act on messages by the keys of the design", () => {
    const of = (id: string) => actions.find((one) => one.id === id)?.keys;
    expect(Object.fromEntries(["archive", "trash", "delete", "junk", "flag", "unread", "read", "move", "copy", "label", "undo"].map((id) => [id, of(id)]))).toEqual({
      archive: ["e"], trash: ["#", "Delete"], delete: ["shift+Delete"], junk: ["!"], flag: ["s"], unread: ["shift+u"], read: ["shift+i"],
      move: ["v"], copy: [], label: ["l"], undo: ["z", "mod+z"],
    });
  });

  it("show their keys as people know them", () => {
    expect(["mod+k", "g i", "ArrowDown", "?", "shift+j", "Escape", "shift+Delete"].map((key) => keyLabel(key, false))).toEqual(["Ctrl K", "G I", "↓", "?", "Shift J", "Esc", "Shift Del"]);
    expect(["mod+k", "shift+ArrowUp"].map((key) => keyLabel(key, true))).toEqual(["⌘ K", "⇧ ↑"]);
  });
});

describe("a key belongs to what has the focus", () => {
  it.each([
    ["<input>", "input", "j", true],
    ["<textarea></textarea>", "textarea", "?", true],
    ["<button>x</button>", "button", "Enter", true],
    ["<button>x</button>", "button", "j", false],
    ["<div role=listbox></div>", "div", "ArrowDown", false],
    ["<div role=tree><i></i></div>", "i", "ArrowDown", true],
    ["<main><p></p></main>", "p", "ArrowDown", true],
    ["<main><p></p></main>", "p", "j", false],
    ["<main><p></p></main>", "p", "mod+a", true],
    ["<main><p></p></main>", "p", "Delete", false],
    ["<div role=tree><i></i></div>", "i", "Delete", true],
    ["<div role=tree><i></i></div>", "i", "ContextMenu", true],
    ["<div role=tree><i></i></div>", "i", "e", false],
    ["<input>", "input", "mod+a", true],
    ["<input>", "input", "mod+k", false],
    ["<input>", "input", "mod+z", true],
    ["<main><p></p></main>", "p", "mod+z", false],
    ["<div role=listbox></div>", "div", "mod+a", false],
    ["<div role=tree><i></i></div>", "i", "mod+ArrowDown", true],
  ])("%s: %s %s %s", (html, selector, name, belongs) => {
    const host = document.createElement("div");
    host.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    expect(belongsToFocus(host.querySelector(selector), { key: name.replace("mod+", ""), ctrlKey: name.startsWith("mod+"), metaKey: false })).toBe(belongs);
  });
});
