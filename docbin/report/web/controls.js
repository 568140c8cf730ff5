"use strict";

// Inputs for the parameters of a method, as the server describes them.
function makeControls(form, changed) {
  let made = [];

  function element(tag, kind, text) {
    const found = document.createElement(tag);
    if (kind) found.className = kind;
    if (text) found.textContent = text;
    return found;
  }

  function field(type, id, name, value) {
    const input = document.createElement("input");
    Object.assign(input, { type, id, name, value, className: "value" });
    return input;
  }

  function slider(control, value) {
    const range = document.createElement("input");
    Object.assign(range, { type: "range", min: control.low, max: control.high, step: control.step });
    range.setAttribute("aria-label", `${control.name}, slider`);
    const text = field(control.kind === "number" ? "number" : "text", `set-${control.name}`, control.name, value);
    if (control.kind === "number") text.step = "any";
    else text.title = "pixels, or a length such as 2mm";
    // A length on paper has no place on a slider of pixels.
    const follow = () => { if (!Number.isNaN(Number(text.value)) && text.value !== "") range.value = text.value; };
    follow();
    range.addEventListener("input", () => {
      text.value = range.value;
      changed();
    });
    text.addEventListener("input", () => {
      follow();
      if (text.value.trim() !== "") changed();
    });
    const read = () => (control.kind === "number" ? Number(text.value) : text.value.trim());
    return { parts: [range, text], read: () => (text.value.trim() === "" ? control.default : read()) };
  }

  function choice(control, value) {
    const select = document.createElement("select");
    Object.assign(select, { id: `set-${control.name}`, className: "value" });
    for (const each of control.choices) select.append(new Option(each, each, false, each === value));
    select.addEventListener("change", changed);
    return { parts: [select], read: () => select.value };
  }

  function toggle(control, value) {
    const box = field("checkbox", `set-${control.name}`, control.name, "on");
    box.className = "";
    box.checked = value;
    box.addEventListener("change", changed);
    return { parts: [box], read: () => box.checked };
  }

  function text(control, value) {
    const input = field("text", `set-${control.name}`, control.name, value);
    input.addEventListener("change", changed);
    return { parts: [input], read: () => input.value.trim() };
  }

  const KINDS = { number: slider, length: slider, choice, switch: toggle, text };

  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    show(described, values) {
      made = described.controls.map((control) => {
        const value = control.name in values ? values[control.name] : control.default;
        const { parts, read } = KINDS[control.kind](control, value);
        const wide = ["choice", "text"].includes(control.kind);
        const box = element("div", `control ${control.kind}${wide ? " wide" : ""}`);
        const label = element("label", "", control.name);
        label.htmlFor = `set-${control.name}`;
        if (control.kind === "switch") box.append(...parts, label);
        else box.append(label, ...parts);
        if (control.help) {
          const help = element("details", "help");
          help.append(element("summary", "", "what it does"), element("span", "", control.help.replaceAll("`", "")));
          box.append(help);
        }
        form.append(box);
        return { control, box, read };
      });
      form.replaceChildren(...made.map((each) => each.box));
    },
    // Only what differs from the defaults, as on a command line.
    values() {
      const found = {};
      for (const { control, read } of made) {
        const value = read();
        if (String(value) !== String(control.default)) found[control.name] = value;
      }
      return found;
    },
  };
}
