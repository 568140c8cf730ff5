"use strict";

// A list of which only the rows in sight exist, however long it is.
function makeList(scroller, list, rowHeight, fill) {
  const MARGIN = 6;
  let rows = [];
  let drawn = new Map();
  let current = 0;
  let frame = 0;

  function make(index) {
    const item = document.createElement("li");
    item.setAttribute("aria-setsize", rows.length);
    item.setAttribute("aria-posinset", index + 1);
    item.style.top = `${index * rowHeight}px`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "row";
    button.dataset.index = index;
    button.tabIndex = index === current ? 0 : -1;
    fill(button, rows[index]);
    item.append(button);
    return item;
  }

  function draw() {
    frame = 0;
    const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - MARGIN);
    const seen = Math.ceil(scroller.clientHeight / rowHeight) + 2 * MARGIN;
    const last = Math.min(rows.length, first + seen);
    const active = document.activeElement;
    for (const [index, item] of drawn) {
      // A row that has the focus stays, or the keyboard would lose its place.
      if ((index < first || index >= last) && !item.contains(active)) {
        item.remove();
        drawn.delete(index);
      }
    }
    for (let index = first; index < last; index += 1) {
      if (drawn.has(index)) continue;
      const item = make(index);
      drawn.set(index, item);
      // The order of the elements is that of the rows, for those who hear the page.
      let next = null;
      for (const [other, each] of drawn) {
        if (other > index && (next === null || other < next[0])) next = [other, each];
      }
      list.insertBefore(item, next && next[1]);
    }
  }

  function later() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  function setCurrent(index) {
    const before = drawn.get(current);
    if (before) before.firstChild.tabIndex = -1;
    current = index;
    const item = drawn.get(index);
    if (item) item.firstChild.tabIndex = 0;
  }

  function focus(index) {
    if (!rows.length) return;
    const wanted = Math.max(0, Math.min(rows.length - 1, index));
    const top = wanted * rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    const bottom = top + rowHeight - scroller.clientHeight;
    if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
    setCurrent(wanted);
    draw();
    drawn.get(wanted).firstChild.focus({ preventScroll: true });
    draw();
  }

  const STEPS = { ArrowDown: () => 1, ArrowUp: () => -1, PageDown: page, PageUp: () => -page() };
  function page() {
    return Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 1);
  }

  list.addEventListener("keydown", (event) => {
    if (event.key in STEPS) focus(current + STEPS[event.key]());
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(rows.length - 1);
    else return;
    event.preventDefault();
  });
  list.addEventListener("focusin", (event) => {
    const button = event.target.closest(".row");
    if (button) setCurrent(Number(button.dataset.index));
  });
  scroller.addEventListener("scroll", later, { passive: true });
  new ResizeObserver(later).observe(scroller);

  return {
    show(wanted) {
      rows = wanted;
      current = 0;
      drawn = new Map();
      list.replaceChildren();
      list.style.height = `${rows.length * rowHeight}px`;
      scroller.scrollTop = 0;
      draw();
    },
    focus,
    setCurrent,
  };
}
