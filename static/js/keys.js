// Single keys, while nothing is being typed. A control says in data-key which key presses it: one of the row in focus
// first, then one outside of the rows.
(() => {
  const ROWS = "main li[id], #panel li[id]";
  const OPENS = "a[href]:not([data-cancel]), input:not([type=hidden])";
  const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
  const GO_MS = 1500;
  let goesUntil = 0;
  const help = document.getElementById("keys");
  const content = document.getElementById("keys-help");

  const isTyped = (element) => element.matches("input, textarea, select");
  const hasKey = (key) => `[data-key~="${CSS.escape(key)}"]`;

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const row = target.closest(ROWS);
    if (event.altKey && move(row, key)) return event.preventDefault();
    if (!isForUs(event)) return;
    if (go(key, event.timeStamp)) return event.preventDefault();
    if (STEPS[key] ? step(row, key) : press(row, key === " " ? "Space" : key, event)) event.preventDefault();
  });

  function isForUs(event) {
    const isCombined = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    return help && !isCombined && !help.open && !isTyped(event.target) && document.body.dataset.keys !== "off";
  }

  // `g`, then the key of a view.
  function go(key, at) {
    const link = at < goesUntil && document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    goesUntil = key === "g" ? at + GO_MS : 0;
    if (link) link.click();
    return Boolean(link || goesUntil);
  }

  // With Alt an arrow moves the row, where its order is made by hand.
  function move(row, key) {
    const to = { ArrowUp: "up", ArrowDown: "down" }[key];
    const control = to && row && (row.closest(".tasks--ordered") ? menuOf(row) : row).querySelector(`:is(.menu__places, .lists__order) [value=${to}]`);
    control?.click();
    return Boolean(control);
  }

  // Arrows scroll the page unless they start in a row.
  function step(row, key) {
    const rows = [...(row?.closest("#panel") ?? document.getElementById("main")).querySelectorAll("li[id]")];
    const next = row ? rows[rows.indexOf(row) + STEPS[key]] : !key.startsWith("Arrow") && rows[0];
    next?.querySelector?.(OPENS)?.focus();
    return Boolean(row || next);
  }

  function press(row, key, { target, repeat }) {
    // In a small form that is open below a row, and not sent yet, keys are for the form.
    const inRow = row && !target.closest(".task__fact:not(:has(.htmx-request))") && (row.querySelector(hasKey(key)) ?? menuOf(row)?.querySelector(hasKey(key)));
    const elsewhere = [...document.querySelectorAll(hasKey(key))].filter((control) => !control.closest(ROWS)).at(-1);
    const control = inRow ?? elsewhere;
    // On a button a space is the browser's.
    if (!control || repeat || (key === "Space" && target.matches("button, summary"))) return false;
    openings.press(control);
    if (inRow && key === "Space") step(row, "j");
    return true;
  }

  // The help comes with the first question, and stays.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-help]") || !content?.childElementCount || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    help.showModal();
  }, true);

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => { if (ctx.target === content) help.showModal(); });
})();
