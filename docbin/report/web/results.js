"use strict";

// A line of the table of results.
function tellResult(row, result) {
  const head = row.firstElementChild;
  const number = (value, digits) => (value === null || value === undefined ? "–" : value.toFixed(digits));

  function cell(text) {
    const made = document.createElement("td");
    made.textContent = text;
    return made;
  }

  if (!result) {
    const empty = cell("not made yet");
    empty.colSpan = 7;
    empty.className = "quiet";
    row.replaceChildren(head, empty);
    return;
  }
  const metrics = result.metrics || {};
  const values = [
    result.method, `${number(result.seconds, 3)} s`, `${number(100 * result.ink, 2)} %`,
    number(metrics.FM, 2), number(metrics.F_ps, 2), number(metrics.PSNR, 2), number(metrics.DRD, 2),
  ];
  row.replaceChildren(head, ...values.map(cell));
}
