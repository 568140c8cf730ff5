"use strict";

{
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const client = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const described = new Map();
  const slots = {
    a: { method: data.default, params: {}, steps: [], serial: 0, result: null },
    b: { method: "sauvola", params: {}, steps: [], serial: 0, result: null },
  };
  let slot = "a";
  let scan = null;
  let page = 0;
  let waiting = 0;

  const slider = makeSlider(find("slider"), find("frame"));
  const zoom = makeZoom(find("stage"), find("slider"), find("zoom"));
  const controls = makeControls(find("controls"), soon);

  // Requests ----------------------------------------------------------------------------------

  function say(text) {
    find("error").textContent = text || "";
    find("error").hidden = !text;
  }

  async function ask(address, options) {
    waiting += 1;
    find("stage").classList.add("busy");
    try {
      const answer = await fetch(address, options);
      const told = await answer.json();
      if (told.stale) return null;
      if (!answer.ok) throw new Error(told.error || answer.statusText);
      return told;
    } catch (error) {
      const gone = error instanceof TypeError;
      throw gone ? new Error("the viewer does not answer any more; start docbin view again") : error;
    } finally {
      waiting -= 1;
      find("stage").classList.toggle("busy", waiting > 0);
    }
  }

  async function guarded(work) {
    try {
      await work();
    } catch (error) {
      say(error.message);
    }
  }

  async function describe(method) {
    if (!described.has(method)) described.set(method, await ask(`method/${encodeURIComponent(method)}`));
    return described.get(method);
  }

  // Results -----------------------------------------------------------------------------------

  function seen() {
    return find("compare").value.split(" ");
  }

  function picture(name) {
    if (name === "scan") return { address: `scan/${scan.number}/${page}.jpg`, text: "Scan" };
    const { result, method } = slots[name];
    return result && { address: `result/${result.result}.png`, text: `${name.toUpperCase()}: ${method}` };
  }

  function show() {
    if (!scan) return;
    const [first, second] = seen().map(picture);
    find("empty").hidden = true;
    find("slider").hidden = false;
    if (first || second) slider.show(first, second);
    const [width, height] = scan.pages[page];
    zoom.page(width, height);
  }

  function tell(name) {
    const { result } = slots[name];
    tellResult(document.querySelector(`[data-result=${name}]`), result);
    if (result && result.metrics && result.metrics.error) say(result.metrics.error);
  }

  // What the method says of the page, such as that nothing was found to be done.
  function remarks() {
    const said = Object.entries(slots).flatMap(([name, { result }]) =>
      (result ? result.remarks : []).map((text) => `${name.toUpperCase()}: ${text}`));
    find("remarks").replaceChildren(...said.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
  }

  function command() {
    const result = slots[slot].result;
    find("command").textContent = result ? result.command : "";
    find("copy").disabled = find("recipe").disabled = !result;
    find("copied").textContent = "";
  }

  async function run(name) {
    if (!scan) return;
    const its = slots[name];
    its.serial += 1;
    const serial = its.serial;
    const dpi = find("dpi").value === "" ? null : Number(find("dpi").value);
    const wish = {
      client, slot: name, serial, scan: scan.number, page,
      method: its.method, params: its.params, steps: its.steps, dpi,
    };
    const told = await ask("run", { method: "POST", body: JSON.stringify(wish) });
    // An answer that came after a newer question is not shown.
    if (!told || its.serial !== serial) return;
    its.result = told;
    say("");
    tell(name);
    remarks();
    command();
    show();
  }

  function runAll() {
    for (const name of new Set([...seen().filter((each) => each !== "scan"), slot])) guarded(() => run(name));
  }

  let timer = 0;
  function soon() {
    slots[slot].params = controls.values();
    clearTimeout(timer);
    timer = setTimeout(() => guarded(() => run(slot)), 120);
  }

  // Settings ----------------------------------------------------------------------------------

  async function showSlot(name) {
    slot = name;
    for (const button of document.querySelectorAll("[data-slot]")) {
      button.setAttribute("aria-pressed", String(button.dataset.slot === name));
    }
    find("method").value = slots[name].method;
    for (const box of document.querySelectorAll("[name=step]")) box.checked = slots[name].steps.includes(box.value);
    const told = await describe(slots[name].method);
    find("does").textContent = told.does;
    controls.show(told, slots[name].params);
    command();
  }

  for (const method of data.methods) find("method").append(new Option(method, method));
  find("method").addEventListener("change", () => guarded(async () => {
    Object.assign(slots[slot], { method: find("method").value, params: {} });
    await showSlot(slot);
    await run(slot);
  }));
  document.querySelector(".steps").addEventListener("change", () => guarded(() => {
    slots[slot].steps = [...document.querySelectorAll("[name=step]:checked")].map((box) => box.value);
    return run(slot);
  }));
  for (const button of document.querySelectorAll("[data-slot]")) {
    button.addEventListener("click", () => guarded(async () => {
      const other = button.dataset.slot;
      if (!seen().includes(other)) find("compare").value = seen().includes("scan") ? `scan ${other}` : "a b";
      await showSlot(other);
      if (!slots[other].result) await run(other);
      show();
    }));
  }
  find("defaults").addEventListener("click", () => guarded(async () => {
    Object.assign(slots[slot], { params: {}, steps: [] });
    await showSlot(slot);
    await run(slot);
  }));
  find("dpi").addEventListener("change", () => { forget(); runAll(); });
  find("compare").addEventListener("change", () => {
    for (const name of seen()) if (name !== "scan" && !slots[name].result) guarded(() => run(name));
    show();
  });
  find("copy").addEventListener("click", () => guarded(async () => {
    await navigator.clipboard.writeText(find("command").textContent);
    find("copied").textContent = "copied";
  }));

  find("recipe").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = `result/${slots[slot].result.result}.toml`;
    link.download = `${slots[slot].method}.toml`;
    link.click();
  });

  // Scans -------------------------------------------------------------------------------------

  function forget() {
    for (const name of Object.keys(slots)) {
      slots[name].result = null;
      slots[name].serial += 1;
      tell(name);
    }
    remarks();
    command();
  }

  function truths() {
    find("truth-state").textContent = !scan ? "open a scan first"
      : scan.truths.includes(page) ? "metrics are shown below" : "or drop it here";
    find("truth").disabled = !scan;
  }

  function turn(to) {
    page = to;
    find("pages").value = String(page);
    const dpi = scan.pages[page][2];
    find("dpi-known").textContent = dpi ? `the file says ${Math.round(dpi[0])}` : "the file says none";
    truths();
    forget();
    show();
    runAll();
  }

  function take(told) {
    scan = told;
    say("");
    if (![...find("scans").options].some((each) => each.value === String(told.number))) {
      find("scans").append(new Option(told.name, told.number));
    }
    find("scans").value = String(told.number);
    find("pages").hidden = told.pages.length < 2;
    find("pages").replaceChildren(...told.pages.map((_, at) => new Option(`page ${at + 1} of ${told.pages.length}`, at)));
    turn(0);
    arrows();
  }

  const choose = (value) => guarded(async () => take(await ask(`scan/${value}`)));

  function arrows() {
    const { options, selectedIndex } = find("scans");
    const last = scan ? scan.pages.length - 1 : 0;
    find("before").disabled = !scan || (selectedIndex <= 0 && page === 0);
    find("after").disabled = !scan || (selectedIndex >= options.length - 1 && page >= last);
  }

  function step(by) {
    const list = find("scans");
    if (scan.pages[page + by]) {
      turn(page + by);
      arrows();
      return;
    }
    const next = list.options[list.selectedIndex + by];
    if (next) choose(next.value);
  }

  async function upload(address, file) {
    if (file.size > data.maxUpload) {
      throw new Error(`${file.name} is larger than ${Math.round(data.maxUpload / 1e6)} MB; start docbin view with a larger --max-upload`);
    }
    return ask(`${address}?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  }

  const openScan = (file) => guarded(async () => take(await upload("open", file)));
  const openTruth = (file) => guarded(async () => {
    if (!scan) throw new Error("open a scan before its truth");
    scan.truths = (await upload(`truth/${scan.number}/${page}`, file)).truths;
    truths();
    runAll();
  });

  pickFile(find("open"), find("open-file"), openScan);
  pickFile(find("truth"), find("truth-file"), openTruth);
  acceptDrops(find("stage"), openScan);
  acceptDrops(document.querySelector("aside"), openTruth);
  // What misses both must not replace the viewer.
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

  find("scans").addEventListener("change", () => choose(find("scans").value));
  find("pages").addEventListener("change", () => { turn(Number(find("pages").value)); arrows(); });
  find("before").addEventListener("click", () => step(-1));
  find("after").addEventListener("click", () => step(1));
  for (const [number_, name] of data.scans) find("scans").append(new Option(name, number_));

  truths();
  arrows();
  guarded(async () => {
    await showSlot("a");
    if (data.scans.length) await choose(data.scans[0][0]);
  });
}
