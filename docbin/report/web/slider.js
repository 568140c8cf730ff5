"use strict";

// Two pictures of one page, one over the other; a range input says how much of the first is seen,
// so that pointer, touch and keyboard all work.
function makeSlider(root, labels = root) {
  const input = root.querySelector("input");
  const first = root.querySelector(".first");
  const second = root.querySelector(".second");
  function move() {
    const at = Number(input.value) / Number(input.max);
    root.style.setProperty("--at", `${Number((at * 100).toFixed(2))}%`);
    input.setAttribute("aria-valuetext", `${Math.round(at * 100)} % of the first picture`);
  }
  function put(image, address, text) {
    image.alt = text;
    if (address) image.src = address;
    else image.removeAttribute("src");
    image.hidden = !address;
  }
  input.addEventListener("input", move);
  move();
  return {
    show(before, after) {
      root.classList.toggle("single", !before || !after);
      put(first, before && before.address, before ? before.text : "");
      put(second, (after || before).address, (after || before).text);
      labels.querySelector(".tag.left").textContent = before ? before.text : "";
      labels.querySelector(".tag.right").textContent = (after || before).text;
    },
    reset() {
      input.value = Number(input.max) / 2;
      move();
    },
  };
}
