import type { Figure } from "../figures/drawing.ts";
import { type Html, html, trusted } from "../html.ts";

/** Wider drawings than this go beyond the column of text. */
const columnWidth = 800;

/** A drawing with its title and its words; it scrolls by itself where the screen is narrow. */
export const figure = (drawing: Figure): Html =>
  html`<figure class="drawing${drawing.width > columnWidth ? " wide" : null}" id="figure-${drawing.id}">
<figcaption><strong>${drawing.title}.</strong> ${drawing.text}</figcaption>
<div class="scroll plain" role="region" aria-label="${drawing.title}" tabindex="0">${trusted(drawing.svg)}</div>
</figure>`;
