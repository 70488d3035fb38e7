// @vitest-environment jsdom
/** What comes in by paste, drop, quote, draft or signature. A parser that follows the standard is what counts here. */
import { beforeEach, describe, expect, it } from "vitest";
import { Pictures } from "../state/pictures";
import { clean, isLink } from "./clean";
import { toHtml } from "./write";

const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
let pictures: Pictures;
beforeEach(() => {
  URL.createObjectURL = () => "blob:http://localhost/1";
  URL.revokeObjectURL = () => undefined;
  pictures = new Pictures();
});
const read = (html: string, mode: "keep" | "paste" = "keep") => {
  const root = document.createElement("div");
  root.append(clean(html, mode, pictures));
  return root;
};
const said = (html: string, mode: "keep" | "paste" = "keep") => toHtml(read(html, mode), pictures);

const harmless = new Set(["href", "style", "dir", "lang", "title", "align", "alt", "width", "height", "color", "size", "border", "cellpadding", "cellspacing", "bgcolor", "colspan", "rowspan", "valign", "nowrap", "span", "type", "start", "value", "data-picture", "src"]);
const never = "script,style,iframe,frame,frameset,object,embed,applet,link,meta,base,form,input,button,textarea,select,svg,math,video,audio,source,track,picture,canvas,template,slot,noscript,portal,dialog,marquee,xmp,plaintext,title,head,body,html";

/** Nothing in it could run, load, or reach out of the text. */
function expectHarmless(root: ParentNode): void {
  expect([...root.querySelectorAll(never)].map(({ localName }) => localName)).toEqual([]);
  for (const element of root.querySelectorAll("*")) {
    expect(element.namespaceURI).toBe("http://www.w3.org/1999/xhtml");
    for (const { name, value } of element.attributes) {
      expect([element.localName, name, harmless.has(name)]).toEqual([element.localName, name, true]);
      if (name === "src") expect(value).toMatch(/^blob:/);
      if (name === "href") expect(value).toMatch(/^(?:https?:\/\/|mailto:|tel:)/i);
      if (name === "style") expect(value).not.toMatch(/url|src|image|expression|import|position|fixed|absolute|\\|\/\*|var\(|behavior|binding|<|@/i);
    }
  }
}

const vectors: readonly string[] = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<img src=https://evil.example/pixel.gif width=1>",
  "<img srcset='https://evil.example/a 1x' src='//evil.example/b'>",
  "<svg onload=alert(1)><script>alert(1)</script></svg>",
  "<svg><animate attributeName=href values=javascript:alert(1) /><a><text>x</text></a></svg>",
  "<svg><style><img src=x onerror=alert(1)></style></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
  "<a href='javascript:alert(1)'>x</a>",
  "<a href='java\tscript:alert(1)'>x</a>",
  "<a href='&#106;avascript:alert(1)'>x</a>",
  "<a href=' \u0001javascript:alert(1)'>x</a>",
  "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
  "<a href='vbscript:msgbox(1)'>x</a>",
  "<a href='file:///etc/passwd'>x</a>",
  "<a href='blob:http://localhost/1'>x</a>",
  "<a href='https://user:pass@evil.example/'>x</a>",
  "<a href='//evil.example' ping='https://evil.example' target=_top rel=opener download>x</a>",
  "<iframe src='https://evil.example' srcdoc='<script>alert(1)</script>'></iframe>",
  "<object data='https://evil.example'></object><embed src='https://evil.example'>",
  "<form action='https://evil.example'><input name=a autofocus onfocus=alert(1)><button formaction=javascript:alert(1)>x</button></form>",
  "<link rel=stylesheet href='https://evil.example/x.css'><link rel=preconnect href='https://evil.example'><link rel=dns-prefetch href='//evil.example'>",
  "<meta http-equiv=refresh content='0;url=https://evil.example'><base href='https://evil.example/'>",
  "<style>@import 'https://evil.example/x.css'; body { background: url(https://evil.example) }</style>",
  "<div style='background: url(https://evil.example/x.png)'>x</div>",
  "<div style='background-image: url(&quot;https://evil.example/x.png&quot;)'>x</div>",
  "<div style='background:u\\72 l(https://evil.example)'>x</div>",
  "<div style='list-style: url(https://evil.example); cursor: url(x), auto; content: url(y)'>x</div>",
  "<div style='position:fixed;inset:0;background:red;z-index:9'>x</div>",
  "<div style=\"color: red; background: image-set('https://evil.example/x' 1x)\">x</div>",
  "<div style='width: expression(alert(1)); behavior: url(x.htc); -moz-binding: url(x)'>x</div>",
  "<div style='color:red/*'>x</div><div style='*/;background:url(https://evil.example)'>y</div>",
  "<table background='https://evil.example/x.png'><td background='//evil.example'>x</td></table>",
  "<body background='https://evil.example' onload=alert(1)>x</body>",
  "<video src='https://evil.example' poster='https://evil.example/p'><source src='https://evil.example'></video><audio src='//evil.example' autoplay></audio>",
  "<picture><source srcset='https://evil.example'><img src='https://evil.example'></picture>",
  "<input type=image src='https://evil.example'>",
  "<details open ontoggle=alert(1)><summary>x</summary></details>",
  "<marquee onstart=alert(1)>x</marquee>",
  "<template><img src=x onerror=alert(1)></template>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
  "<textarea></textarea><img src=x onerror=alert(1)><xmp><img src=y onerror=alert(1)></xmp>",
  "<!--><img src=x onerror=alert(1)>--><!--[if mso]><img src='https://evil.example'><![endif]-->",
  "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
  "<a id=x name=x></a><img name=createElement id=document><form name=body><input name=attributes></form>",
  "<p contenteditable=false tabindex=1 accesskey=x is=evil-x data-x=1 aria-label=x class=squire id=app role=dialog hidden>x</p>",
  "<custom-element onclick=alert(1)><b onclick=alert(1)>x</b></custom-element>",
  "<img src='data:image/svg+xml,<svg onload=alert(1)/>'><img src='data:text/html;base64,PHNjcmlwdD4='>",
  "<img src='cid:x' onerror=alert(1) style='position:fixed'>",
  "<blockquote cite='https://evil.example'><q cite='javascript:alert(1)'>x</q></blockquote>",
  "<font face='url(x)' color='expression(alert(1))'>x</font>",
  "<img alt='`><script>alert(1)</script>' src='`https://evil.example`'>",
  "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
  "\u0000<scr\u0000ipt>alert(1)</scr\u0000ipt>",
  "<<script>script>alert(1)<</script>/script>",
  `${"<div>".repeat(600)}<img src=x onerror=alert(1)>${"</div>".repeat(600)}`,
  "<html xmlns:v='urn:schemas-microsoft-com:vml'><v:image src='https://evil.example'/><o:p>x</o:p></html>",
];

describe("hostile markup", () => {
  it.each(vectors)("%s", (html) => {
    for (const mode of ["paste", "keep"] as const) {
      const root = read(html, mode);
      expectHarmless(root);
      const again = document.createElement("div");
      const stored = toHtml(root, pictures);
      expect(stored).not.toMatch(/blob:|data-picture|evil\.example\/[xp]/i);
      // What was stored and is read anew is as harmless, and the same.
      again.append(clean(stored, "keep", pictures));
      expectHarmless(again);
      expect(toHtml(again, pictures)).toBe(stored);
    }
  });

  it("is a table of at least thirty", () => expect(vectors.length).toBeGreaterThan(30));

  it("of any length is taken in within bounds", () => {
    const root = read(`<p>${"x".repeat(2_100_000)}</p>`);
    expect(root.textContent.length).toBeLessThanOrEqual(2_000_000);
  });
});

describe("what stays", () => {
  it.each([
    ["<p>a <b>b</b> <i>c</i> <a href='https://meadow.example/x?y=1&z=2'>d</a></p>", '<p>a <b>b</b> <i>c</i> <a href="https://meadow.example/x?y=1&amp;z=2">d</a></p>'],
    ["<ol start=3><li value=5>x</ol>", '<ol start="3"><li value="5">x</li></ol>'],
    ["<blockquote type=cite><div dir=rtl>x</div></blockquote>", '<blockquote type="cite"><div dir="rtl">x</div></blockquote>'],
    ["<table width=600 cellpadding=0><tr><td colspan=2 align=right bgcolor=#ffeecc>x</table>", '<table width="600" cellpadding="0"><tbody><tr><td colspan="2" align="right" bgcolor="#ffeecc">x</td></tr></tbody></table>'],
    ["<pre>a\n  b</pre>", "<pre>a\n  b</pre>"],
    ["a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"],
  ])("%s", (html, wanted) => expect(said(html)).toBe(wanted));

  it("is the look of a quote, and of what is pasted its colours", () => {
    const quote = "<div style='font-family: Georgia; color: rgb(0, 0, 0); margin: 10px'><span style='color: rgb(176, 65, 62)'>x</span></div>";
    expect(read(quote).querySelector("div")?.style.fontFamily).toBe("Georgia");
    expect(read(quote).querySelector("span")?.style.color).toBe("rgb(176, 65, 62)");
    expect(read(quote, "paste").querySelector("div")?.hasAttribute("style")).toBe(false);
    expect(read(quote, "paste").querySelector("span")?.style.color).toBe("rgb(176, 65, 62)");
  });

  it("of a picture of the draft is its name, shown from memory and stored as cid", () => {
    const html = '<img src="cid:a%40b" alt="plan" width="40">';
    const image = read(html).querySelector("img");
    expect(image?.hasAttribute("src")).toBe(false);
    expect(pictures.wanted.map(({ cid }) => cid)).toEqual(["a@b"]);
    pictures.came(pictures.wanted[0]!.key, new Blob(["x"]));
    expect(read(html).querySelector("img")?.getAttribute("src")).toMatch(/^blob:/);
    expect(said(html)).toBe('<img src="cid:a@b" alt="plan" width="40">');
  });

  it("of a picture that is pasted are its bytes, which are attached before it is stored", () => {
    const attached: string[] = [];
    pictures.onpasted = (key, bytes) => attached.push(`${key} ${bytes.type}`);
    const root = read(`<p>x<img src="${pixel}" alt="dot"></p>`, "paste");
    expect(attached).toEqual(["p1 image/png"]);
    expect(toHtml(root, pictures)).toBe("<p>x</p>");
    pictures.stored("p1", "new@meadow.example");
    expect(toHtml(root, pictures)).toBe('<p>x<img src="cid:new@meadow.example" alt="dot"></p>');
  });

  it("of a remote picture is what it is called; of another message's picture nothing", () => {
    expect(said("<p>a <img src='https://evil.example/x.png' alt='the plan'> b</p>")).toBe("<p>a the plan b</p>");
    expect(said("<p>a<img src='cid:other'></p>", "paste")).toBe("<p>a</p>");
  });
});

describe("a link", () => {
  it.each(["https://meadow.example", "http://meadow.example/a@b", "mailto:a@meadow.example", "tel:+4930"])("leads on: %s", (address) => expect(isLink(address)).toBe(true));
  it.each(["javascript:1", "https:evil", "ftp://x", "//x", "x", "", "https://a@b/", "JaVaScRiPt:1", "\u0000javascript:1", "data:text/html,x", "message://x", "tauri://localhost", "ipc://x"])("leads nowhere: %s", (address) => expect(isLink(address)).toBe(false));
});
