"use strict";

// Bars of buttons: each says how many pages it stands for, and shows only them when it is pressed.
// One of them is a tab stop, the arrows go to the others.
function makeHistogram(root, bins, choose) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  let chosen = null;
  const bars = bins.map((bin, index) => {
    const bar = document.createElement("button");
    bar.type = "button";
    bar.tabIndex = index ? -1 : 0;
    bar.title = `${bin.text}: ${bin.count}`;
    bar.setAttribute("aria-label", `${bin.count} ${bin.count === 1 ? "page" : "pages"}, ${bin.text}`);
    bar.setAttribute("aria-pressed", "false");
    const fill = document.createElement("span");
    // A square root, so that a single page among thousands is seen.
    fill.style.height = bin.count ? `${Math.max(4, 100 * Math.sqrt(bin.count / most))}%` : "0";
    bar.append(fill);
    bar.addEventListener("click", () => press(chosen === index ? null : index));
    return bar;
  });
  root.replaceChildren(...bars);

  function press(index) {
    mark(index);
    choose(index === null ? null : bins[index]);
  }

  function mark(index) {
    chosen = index;
    bars.forEach((bar, at) => bar.setAttribute("aria-pressed", String(at === index)));
  }

  root.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = bars.indexOf(document.activeElement);
    const next = bars[Math.max(0, Math.min(bars.length - 1, at + step))];
    bars.forEach((bar) => { bar.tabIndex = bar === next ? 0 : -1; });
    next.focus();
    event.preventDefault();
  });
  return { clear: () => mark(null) };
}

// Equal bins from 0 to `top`; what is larger is in the last.
function binned(values, top, count, text) {
  const step = top / count || 1;
  const bins = Array.from({ length: count }, (_, index) => {
    const last = index === count - 1;
    const from = index * step;
    const to = last ? Infinity : from + step;
    return { from, to, count: 0, text: text(from, last ? null : to) };
  });
  for (const value of values) bins[Math.min(count - 1, Math.floor(value / step))].count += 1;
  return bins;
}
