// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { Pictures } from "../state/pictures";
import { exchange, exchangeText } from "./signature";
import { fromText, toHtml, toText } from "./write";

const tree = (html: string) => new DOMParser().parseFromString(html, "text/html").body;
const text = (html: string) => toText(tree(html));

describe("plain text of what is written", () => {
  it.each([
    ["<div>a</div><div>b</div>", "a\nb"],
    ["<div>a</div><div><br></div><div>b</div>", "a\n\nb"],
    ["<p>a</p><p>b</p>", "a\n\nb"],
    ["<div>a<br>b<br></div>", "a\nb"],
    ["<div>one  <b>two</b>\n three</div>", "one two three"],
    ["<blockquote><div>a</div><blockquote><div>b</div></blockquote></blockquote><div>c</div>", "> a\n> > b\nc"],
    ["<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"],
    ["<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"],
    ['<div><a href="https://meadow.example/x">here</a></div>', "here <https://meadow.example/x>"],
    ['<div><a href="https://meadow.example/x">https://meadow.example/x</a></div>', "https://meadow.example/x"],
    ['<div><a href="mailto:a@meadow.example">a@meadow.example</a></div>', "a@meadow.example"],
    ["<pre>a\n  b</pre>", "a\n  b"],
    ["<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"],
    ["<div>a&nbsp;b&lt;c&gt;</div>", "a b<c>"],
    ["<div><img alt='plan'></div><hr><div>x</div>", "plan\n---\nx"],
    ["", ""],
  ])("%s", (html, wanted) => expect(text(html)).toBe(wanted));
});

describe("text as markup", () => {
  it.each(["a", "a\n\nb", "a\n> b\n> > c\nd", "<b>&amp;</b>", "-- \nAlice", "日本語 עברית", "a  b"])("%j comes back", (given) => {
    expect(text(fromText(given))).toBe(given.split("\n").map((line) => line.trimEnd()).join("\n").replace("a  b", "a  b"));
  });
  it("is never markup itself", () => expect(tree(fromText("<img src=x onerror=alert(1)>")).querySelector("img")).toBeNull());
});

describe("markup that is stored", () => {
  it("holds nothing of the window", () => {
    const root = tree('<div class="x" id="y" data-z="1" aria-label="q" contenteditable="true">a\u200b<input type="hidden" id="squire-selection-start"><span class="color" style="color: red">b</span></div><!-- c -->');
    expect(toHtml(root, new Pictures())).toBe('<div>a<span style="color: red">b</span></div>');
  });
  it("escapes what could be read as markup", () => {
    const root = document.createElement("div");
    root.append(document.createTextNode('<script>"&'), Object.assign(document.createElement("a"), { href: 'https://x.example/?"><script>' }));
    expect(tree(toHtml(root, new Pictures())).querySelector("script")).toBeNull();
    expect(tree(toHtml(root, new Pictures())).textContent).toBe('<script>"&');
  });
});

describe("a signature", () => {
  const next = () => {
    const fragment = document.createDocumentFragment();
    fragment.append(...tree("<div>A. Moreau</div><div>Atelier</div>").childNodes);
    return fragment;
  };
  const old = (html: string) => {
    const fragment = document.createDocumentFragment();
    fragment.append(...tree(html).childNodes);
    return fragment;
  };
  const exchanged = (html: string, before: string, above = true) => {
    const root = tree(html);
    exchange(root, old(before), next(), above);
    return toHtml(root, new Pictures());
  };
  it("is exchanged where it stands", () => {
    expect(exchanged("<div>Hi</div><div>Alice</div><div>Greenhouse</div><blockquote><div>Alice</div><div>Greenhouse</div></blockquote>", "<div>Alice</div><div>Greenhouse</div>"))
      .toBe("<div>Hi</div><div>A. Moreau</div><div>Atelier</div><blockquote><div>Alice</div><div>Greenhouse</div></blockquote>");
  });
  it("stays where the person changed it", () => {
    expect(exchanged("<div>Hi</div><div>Alice M.</div>", "<div>Alice</div>")).toBe("<div>Hi</div><div>Alice M.</div>");
  });
  it("is put above the quote or at the end where there was none", () => {
    expect(exchanged("<div>Hi</div><blockquote><div>q</div></blockquote>", "")).toBe("<div>Hi</div><div>A. Moreau</div><div>Atelier</div><blockquote><div>q</div></blockquote>");
    expect(exchanged("<div>Hi</div><blockquote><div>q</div></blockquote>", "", false)).toBe("<div>Hi</div><blockquote><div>q</div></blockquote><div>A. Moreau</div><div>Atelier</div>");
  });
  it.each([
    ["Hi\n\n-- \nAlice\n\n> q", "Alice", "Bob", true, "Hi\n\n-- \nBob\n\n> q"],
    ["Hi", "", "Bob", true, "Hi\n\n-- \nBob"],
    ["Hi\n\n> q", "", "Bob", true, "Hi\n\n-- \nBob\n\n> q"],
    ["Hi\n\n> q", "", "Bob", false, "Hi\n\n> q\n\n-- \nBob"],
    ["Hi\nAl", "Alice", "Bob", true, "Hi\nAl"],
  ])("in plain text: %j", (given, before, after, above, wanted) => expect(exchangeText(given, before, after, above)).toBe(wanted));
});
