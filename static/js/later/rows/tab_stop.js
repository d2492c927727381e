// Of all rows one is in the order of Tab, with all its controls: the one that had the focus last. Arrows, j and k lead to the
// others. Where single keys are off, Tab goes through all rows, as it does without a script.
(() => {
  if (document.body.dataset.keys === "off") return;
  const ROWS = "#list li.task:has(a.task__title)";
  const CONTROLS = ":is(.task__toggle, .task__body, .task__actions) :is(a, button, summary)";
  let current = null;

  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest(ROWS);
    if (!row || row === current) return;
    if (current) take(current);
    else arrange();
    give(row);
  });

  // Rows come back as the server draws them.
  document.addEventListener("htmx:after:swap", arrange);

  function arrange() {
    const rows = [...document.querySelectorAll(ROWS)];
    rows.forEach(take);
    const row = rows.find((one) => one.contains(document.activeElement)) ?? rows.find(({ id }) => id === current?.id) ?? rows[0];
    if (row) give(row);
  }

  function take(row) {
    for (const control of row.querySelectorAll(CONTROLS)) control.tabIndex = -1;
  }

  function give(row) {
    current = row;
    for (const control of row.querySelectorAll(CONTROLS)) control.removeAttribute("tabindex");
  }

  arrange();
})();
