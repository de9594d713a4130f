import { expect, test } from "vitest";
import { escapeText, html, trusted } from "./html.ts";

test("text is escaped in elements and attributes, markup is not escaped twice", () => {
  const name = `<img src=x onerror="alert('1')">&`;
  expect(html`<b title="${name}">${[html`<i>${name}</i>`, null]}</b>`.markup).toBe(
    `<b title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;">` +
      "<i>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;</i></b>",
  );
  expect(html`${trusted("<svg/>")}`.markup).toBe("<svg/>");
});

test("control characters and lone surrogates cannot break the file; emoji and line ends stay", () => {
  expect(escapeText("a\u0000b\u001Bc\uD800d\n😀")).toBe("a\uFFFDb\uFFFDc\uFFFDd\n😀");
});
