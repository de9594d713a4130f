const [width, height, left, bottom, top] = [720, 220, 44, 26, 10];

/** Draws losses as a line over the steps, zero at the bottom. */
export function drawLosses(svg, losses, steps) {
  const most = Math.max(...losses) * 1.05;
  const x = (step) => left + ((width - left - 10) * (step - 1)) / Math.max(1, steps - 1);
  const y = (loss) => top + (height - top - bottom) * (1 - loss / most);
  const points = losses.map((loss, n) => [x(n + 1), y(loss)]);
  const ticks = [0, most / 2, most].map(
    (loss) =>
      `<line x1="${left}" x2="${width - 10}" y1="${y(loss)}" y2="${y(loss)}" class="grid"/>
       <text x="${left - 8}" y="${y(loss) + 4}" text-anchor="end">${loss.toFixed(2)}</text>`,
  );
  const dots = points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5"/>`);
  const numbers = [...new Set([1, Math.ceil(steps / 2), steps])].map(
    (step) => `<text x="${x(step)}" y="${height - 6}" text-anchor="middle">${step}</text>`,
  );
  svg.innerHTML = `${ticks.join("")}<polyline points="${points.join(" ")}"/>${dots.join("")}${numbers.join("")}`;
}
