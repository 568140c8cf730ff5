"use strict";

// The page in any size: the wheel with Ctrl, + and -, whole (0), a pixel a pixel (1); dragging moves it.
function makeZoom(stage, picture, output) {
  const STEP = 1.25;
  let size = [1, 1];
  let fits = true;
  let scale = 1;

  function whole() {
    const style = getComputedStyle(stage);
    const room = [
      stage.clientWidth - 2 * parseFloat(style.paddingLeft),
      stage.clientHeight - 2 * parseFloat(style.paddingTop),
    ];
    return Math.max(0.01, Math.min(room[0] / size[0], room[1] / size[1]));
  }

  function apply(wanted, at) {
    const before = picture.getBoundingClientRect();
    scale = Math.max(0.02, Math.min(16, wanted));
    picture.style.width = `${Math.round(size[0] * scale)}px`;
    picture.classList.toggle("sharp", scale >= 2);
    output.textContent = `${Math.round(scale * 100)} %`;
    const view = stage.getBoundingClientRect();
    const point = at || [view.left + view.width / 2, view.top + view.height / 2];
    // What was under the pointer stays there.
    const share = [(point[0] - before.left) / before.width, (point[1] - before.top) / before.height];
    const now = picture.getBoundingClientRect();
    stage.scrollLeft += now.left + share[0] * now.width - point[0];
    stage.scrollTop += now.top + share[1] * now.height - point[1];
  }

  const ACTIONS = {
    in: (at) => { fits = false; apply(scale * STEP, at); },
    out: (at) => { fits = false; apply(scale / STEP, at); },
    fit: () => { fits = true; apply(whole()); },
    one: () => { fits = false; apply(1); },
  };
  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "one" };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) ACTIONS[button.dataset.zoom]();
  });
  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    ACTIONS[KEYS[event.key]]();
    event.preventDefault();
  });
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    ACTIONS[event.deltaY < 0 ? "in" : "out"]([event.clientX, event.clientY]);
  }, { passive: false });

  let held = null;
  picture.addEventListener("pointerdown", (event) => {
    if (event.target.tagName === "INPUT" || event.button !== 0) return;
    held = [event.clientX + stage.scrollLeft, event.clientY + stage.scrollTop];
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!held) return;
    stage.scrollLeft = held[0] - event.clientX;
    stage.scrollTop = held[1] - event.clientY;
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => { held = null; });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  new ResizeObserver(() => { if (fits) apply(whole()); }).observe(stage);

  return {
    page(width, height) {
      const same = size[0] === width && size[1] === height;
      size = [width, height];
      picture.style.aspectRatio = `${width} / ${height}`;
      if (!same || fits) ACTIONS.fit();
    },
  };
}
