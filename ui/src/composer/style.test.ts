import { describe, expect, it } from "vitest";
import { isPaperOrInk, keptStyle } from "./style";

const kept = (text: string, mode: "keep" | "paste" = "keep") => keptStyle(text, mode).map(([property, value]) => `${property}: ${value}`).join("; ");

describe("a style that is kept", () => {
  it.each([
    ["color: #b03a2e", "color: #b03a2e"],
    ["COLOR: Red; font-weight:bold", "color: Red; font-weight: bold"],
    ["background: rgb(255, 240, 200)", "background-color: rgb(255, 240, 200)"],
    ["font-family: 'Times New Roman', serif; font-size: 14px", "font-family: 'Times New Roman', serif; font-size: 14px"],
    ["border-bottom: 1px solid #ccc !important; padding: 4px 8px", "border-bottom: 1px solid #ccc; padding: 4px 8px"],
    ["width: calc(100% - 20px)", "width: calc(100% - 20px)"],
    ["color: rgb(1 2 3 / 50%)", "color: rgb(1 2 3 / 50%)"],
    ["", ""],
  ])("%s", (given, wanted) => expect(kept(given)).toBe(wanted));

  it.each([
    "background: url(https://evil.example/x.png)",
    "background-image: url('//evil.example')",
    "background: red url(https://evil.example)",
    "background-color: u\\72l(https://evil.example)",
    "color: expression(alert(1))",
    "color: var(--ink)",
    "--x: red",
    "width: attr(data-x)",
    "background: image-set('https://evil.example/x.png' 1x)",
    "list-style: url(https://evil.example)",
    "list-style-image: url(x)",
    "content: 'x'",
    "cursor: url(x), auto",
    "position: fixed; inset: 0; top: 0; z-index: 99",
    "behavior: url(x.htc)",
    "-moz-binding: url(x)",
    "filter: url(#x)",
    "mask: url(x)",
    "transform: scale(9)",
    "animation: x 1s",
    "opacity: 0",
    "display: none",
    "visibility: hidden",
    "float: left",
    "font-size: 0",
    "font-size: 0px",
    "line-height: 0.0em",
    "margin: 0 -500px",
    "margin-left: -1px",
    "text-indent: -9999px",
    "width: calc(0px - -1px",
    "color: /* x */ red",
    "color: red}body{color:blue",
    "color: </style><script>",
    "color: @import",
    "color: 'red'",
    "font-family: 'x",
    "font-family: url(x)",
    "color",
    ": red",
    `color: ${"a".repeat(201)}`,
  ])("is not %s", (given) => expect(kept(given)).toBe(""));

  it("does not let a bracket or a quote hide the next one", () => {
    expect(kept("font-family: 'a;b'; color: red")).toBe("color: red");
    expect(kept("background: url(a;color:red); color: blue")).toBe("color: blue");
    expect(kept("color: red; ".repeat(2000))).toBe("");
  });

  it("of what is pasted is what carries meaning", () => {
    expect(kept("color: rgb(0, 0, 0); background-color: rgb(255, 255, 255); font-family: Arial; font-size: 13px; font-weight: 700; margin: 0px; color: #c0392b", "paste")).toBe("font-weight: 700; color: #c0392b");
    expect(kept("background-color: rgb(255, 242, 0); border: 1px solid red; width: 600px", "paste")).toBe("background-color: rgb(255, 242, 0)");
  });
});

describe("paper and ink", () => {
  it.each(["black", "#000", "#222222", "rgb(33, 33, 33)", "white", "#fff", "#fafafa", "rgba(0,0,0,0)", "windowtext", "transparent"])("%s", (color) => expect(isPaperOrInk(color)).toBe(true));
  it.each(["red", "#c0392b", "#777777", "rgb(255, 242, 0)", "navy", "#2f55c8"])("not %s", (color) => expect(isPaperOrInk(color)).toBe(false));
});
