"use strict";

{
  const data = JSON.parse(document.getElementById("data").textContent);
  const ROW_HEIGHT = 100;
  const find = (id) => document.getElementById(id);
  const pages = data.rows.map((row, index) => {
    const page = Object.fromEntries(data.columns.map((name, at) => [name, row[at]]));
    page.index = index;
    page.lower = page.name.toLowerCase();
    page.method = page.method === null ? "" : data.methods[page.method];
    return page;
  });
  const filters = find("filters");
  const ranges = {};
  let seen = pages;

  const number = (value, digits = 0) =>
    value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });
  const percent = (share) => number(100 * share, share < 0.1 ? 2 : 1);

  function make(tag, kind, text) {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function title(page) {
    return page.pages > 1 ? `${page.name}, page ${page.number} of ${page.pages}` : page.name;
  }

  function chips(page, tag) {
    const made = page.flags.map((flag) => make(tag, "chip", flag));
    if (page.status !== "done") made.unshift(make(tag, "chip bad", page.status));
    return made;
  }

  function cell(text, unit, label, optional) {
    const found = make("span", `number${optional ? " optional" : ""}`);
    found.append(make("span", "hidden-label", `${label} `), text);
    if (text !== "–" && unit) found.append(make("span", "unit", unit));
    return found;
  }

  function fill(button, page) {
    const thumb = make("span", "thumb");
    if (page.pictures.list) {
      const image = make("img");
      image.alt = "";
      image.decoding = "async";
      image.src = page.pictures.list;
      thumb.append(image);
    } else {
      thumb.append(make("span", "none", "no picture"));
    }
    const what = make("span", "what");
    const name = make("span", "name", page.name);
    name.title = page.name;
    if (page.pages > 1) name.append(make("small", "", ` page ${page.number} of ${page.pages}`));
    const row = make("span", "chips");
    row.append(...chips(page, "span"));
    what.append(name, make("span", "more", page.note || page.method), row);
    const known = page.ink !== null;
    button.append(
      thumb, what,
      cell(known ? percent(page.ink) : "–", " %", "ink"),
      cell(page.contrast === null ? "–" : number(page.contrast), "", "contrast", true),
      cell(known ? number(page.skew, 2) : "–", "°", "skew", true),
      cell(number(page.seconds, 2), " s", "time", true),
    );
    button.addEventListener("click", () => open(page));
  }

  const list = makeList(find("scroller"), find("list"), ROW_HEIGHT, fill);

  // Filters -----------------------------------------------------------------------------------

  function fits(wanted) {
    return (page) => {
      if (wanted.text && !page.lower.includes(wanted.text)) return false;
      if (wanted.status && page.status !== wanted.status) return false;
      if (wanted.flags.length && !wanted.flags.some((flag) => page.flags.includes(flag))) return false;
      return Object.entries(ranges).every(
        ([name, [from, to]]) => page[name] !== null && page[name] >= from && page[name] < to,
      );
    };
  }

  function sorted(found, order) {
    if (!order) return found;
    const name = order.replace("-", "");
    const sign = order.startsWith("-") ? 1 : -1;
    const value = (page) => (name === "skew" && page.skew !== null ? Math.abs(page.skew) : page[name]);
    const known = found.filter((page) => page[name] !== null);
    return known.sort((a, b) => sign * (value(a) - value(b)) || a.index - b.index);
  }

  function apply() {
    const form = new FormData(filters);
    const wanted = {
      text: form.get("text").trim().toLowerCase(),
      status: form.get("status"),
      flags: form.getAll("flag"),
    };
    seen = sorted(pages.filter(fits(wanted)), form.get("order"));
    find("count").textContent = `${number(seen.length)} of ${number(pages.length)}`;
    find("nothing").hidden = seen.length > 0;
    filters.querySelector("[type=reset]").hidden = seen.length === pages.length && !form.get("order");
    list.show(seen);
  }

  function inkRange() {
    const { from, to } = filters.elements;
    delete ranges.ink;
    if (from.value !== "" || to.value !== "") {
      // The end belongs to it.
      ranges.ink = [Number(from.value) / 100, to.value === "" ? Infinity : Number(to.value) / 100 + 1e-9];
    }
  }

  filters.addEventListener("input", (event) => {
    if (["from", "to"].includes(event.target.name)) {
      inkRange();
      charts.ink.clear();
    }
    apply();
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(() => {
    for (const name of Object.keys(ranges)) delete ranges[name];
    for (const chart of Object.values(charts)) chart.clear();
    apply();
  }));

  const counted = (values) => values.reduce((all, value) => all.set(value, (all.get(value) || 0) + 1), new Map());
  for (const [status, count] of counted(pages.map((page) => page.status))) {
    const option = make("option", "", `${status} (${number(count)})`);
    option.value = status;
    filters.elements.status.append(option);
  }
  const flagged = counted(pages.flatMap((page) => page.flags));
  for (const [flag, meaning] of Object.entries(data.flags)) {
    const label = make("label");
    label.title = meaning;
    const box = make("input");
    Object.assign(box, { type: "checkbox", name: "flag", value: flag });
    label.append(box, flag, make("small", "", number(flagged.get(flag) || 0)));
    filters.querySelector(".flags").append(label);
  }

  // Distributions -----------------------------------------------------------------------------

  function range(from, to, show, unit) {
    return to === null ? `${show(from)}${unit} and more` : `${show(from)} to ${show(to)}${unit}`;
  }

  function chart(name, top, count, show, unit) {
    const root = document.querySelector(`[data-chart=${name}]`);
    const values = pages.map((page) => page[name]).filter((value) => value !== null);
    const bins = binned(values, top, count, (from, to) => range(from, to, show, unit));
    root.parentElement.querySelector("[data-top]").textContent = `${show(top)}${unit}`;
    return makeHistogram(root, bins, (bin) => {
      delete ranges[name];
      if (bin) ranges[name] = [bin.from, bin.to];
      if (name === "ink") filters.elements.from.value = filters.elements.to.value = "";
      apply();
    });
  }

  function most(name, share) {
    const values = pages.map((page) => page[name]).filter((value) => value !== null).sort((a, b) => a - b);
    return values.length ? values[Math.min(values.length - 1, Math.floor(values.length * share))] : 1;
  }

  const charts = {
    ink: chart("ink", Math.max(0.02, Math.ceil(most("ink", 0.99) * 50) / 50), 20, (value) => number(100 * value, 1), " %"),
    contrast: chart("contrast", 255, 17, (value) => number(value), ""),
    seconds: chart("seconds", Math.max(0.1, Math.ceil(most("seconds", 0.99) * 10) / 10), 20, (value) => number(value, 2), " s"),
  };

  // Slowest and failed ------------------------------------------------------------------------

  function line(page, ...more) {
    const item = make("li");
    const button = make("button", "", title(page));
    button.type = "button";
    button.addEventListener("click", () => open(page));
    item.append(button, ...more);
    return item;
  }

  const slowest = [...pages].sort((a, b) => b.seconds - a.seconds).slice(0, 10);
  find("slow").append(...slowest.map((page) => line(page, make("span", "time", `${number(page.seconds, 2)} s`))));
  const bad = pages.filter((page) => page.status !== "done");
  const FEW = 50;
  find("bad").append(...bad.slice(0, FEW).map((page) => line(
    page, make("span", "chip bad", page.status), make("span", "why", page.note || ""))));
  if (!bad.length) find("bad-more").textContent = "None.";
  if (bad.length > FEW) find("bad-more").textContent = `and ${number(bad.length - FEW)} more: choose their status above`;

  // One page ----------------------------------------------------------------------------------

  const dialog = find("page");
  const slider = makeSlider(dialog.querySelector(".slider"));
  let shown = null;

  function facts(page) {
    const known = page.ink !== null;
    return [
      ["Size", page.width ? `${number(page.width)} × ${number(page.height)} pixels` : null],
      ["Method", page.method || null],
      ["Ink", known ? `${percent(page.ink)} %` : null],
      ["Paper", page.paper === null ? null : `${page.paper} of 255`],
      ["Ink level", page.darkness === null ? null : `${page.darkness} of 255`],
      ["Contrast", page.contrast === null ? null : `${page.contrast}`],
      ["Skew", known ? `${number(page.skew, 2)}°` : null],
      ["Time", `${number(page.seconds, 3)} s`],
    ].filter(([, value]) => value !== null);
  }

  function link(address, text) {
    const made = make("a", "", text);
    made.href = address;
    return made;
  }

  function open(page) {
    shown = page;
    find("page-name").textContent = title(page);
    find("page-flags").replaceChildren(...chips(page, "li"));
    find("page-note").textContent = page.note || "";
    find("page-note").hidden = !page.note;
    find("page-facts").replaceChildren(...facts(page).map(([name, value]) => {
      const row = make("div");
      row.append(make("dt", "", name), make("dd", "", value));
      return row;
    }));
    const links = [];
    if (page.result) links.push(link(page.result, "Open the result"));
    if (page.scan) links.push(link(page.scan, "Open the scan"));
    find("page-links").replaceChildren(...links);
    const { before, after } = page.pictures;
    dialog.querySelector(".slider").hidden = !after;
    dialog.querySelector(".stage").scrollTop = 0;
    if (page.width) dialog.querySelector(".slider").style.setProperty("--ratio", page.width / page.height);
    if (after) slider.show(before && { address: before, text: "Before" }, { address: after, text: "After" });
    slider.reset();
    const at = seen.indexOf(page);
    dialog.querySelector('[data-go="-1"]').disabled = at <= 0;
    dialog.querySelector('[data-go="1"]').disabled = at < 0 || at + 1 >= seen.length;
    if (!dialog.open) dialog.showModal();
  }

  find("whole").addEventListener("click", () => {
    const whole = dialog.querySelector(".stage").classList.toggle("whole");
    find("whole").setAttribute("aria-pressed", String(whole));
  });

  function go(step) {
    const next = seen[seen.indexOf(shown) + step];
    if (next) open(next);
  }

  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go]");
    if (button) go(Number(button.dataset.go));
    else if (event.target.closest("[data-close]") || event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "n") go(1);
    if (event.key === "p") go(-1);
  });
  dialog.addEventListener("close", () => {
    const at = seen.indexOf(shown);
    if (at >= 0) list.focus(at);
  });

  apply();
}
