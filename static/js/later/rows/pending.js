// On a slow line what is being added shows at once: at its place where the preview has found nothing in the line, so that
// the place is known, and below the field otherwise. The text stays in the field until the server has it.
(() => {
  const SLOW_MS = 300;
  const QUEUED = "form[data-submit-queue]:has(#pending-line)";
  // In order: what is under way, and what waits for it.
  let entries = [];
  let timer = null;
  let isUnderWay = false;
  let previewed = "";

  const fieldOf = (form) => form.querySelector("[data-preview]");

  // What was sent before this script was there.
  for (const form of document.querySelectorAll(QUEUED)) {
    linesOf(form).forEach(wait);
    if (entries.length) begin();
  }

  // While capturing: afterwards the queue has it.
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches(QUEUED) || !isUnderWay) return;
    wait(linesOf(target).at(-1));
    draw();
  }, true);

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.matches(QUEUED)) return;
    const form = ctx.sourceElement;
    const { value } = fieldOf(form);
    if (!entries.length) entries.push({ text: value.trim(), isPlain: isPlain(form, value) });
    begin();
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if ("previewOf" in ctx) previewed = ctx.previewOf;
  });

  // The row of the server comes now.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => { if (ctx.sourceElement.matches(QUEUED)) clear(); });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.matches(QUEUED)) return;
    isUnderWay = false;
    // After a failure nothing that waited is sent: all of the text is in the field.
    entries = ctx.response?.status < 400 ? entries.slice(1) : [];
    if (!entries.length && timer) {
      if (timer !== "slow") clearTimeout(timer);
      timer = null;
    }
    draw();
  });

  function begin() {
    isUnderWay = true;
    timer ??= setTimeout(() => { timer = "slow"; draw(); }, SLOW_MS);
  }

  // Of each entry the line, which is the first field: without those before it, behind which it was typed.
  function linesOf(form) {
    const lines = globalThis.daybook.entriesOf(form).map(([line]) => line);
    return lines.map((line, place) => (place && line.startsWith(lines[place - 1]) ? line.slice(lines[place - 1].length) : line));
  }

  function wait(line) {
    if (line.trim()) entries.push({ text: line.trim(), isPlain: false });
  }

  // Not without what the page fills in: the place is then another one.
  function isPlain(form, value) {
    return previewed === value && !form.querySelector(".chips > :not(:has([data-unset])), [data-preset][data-name]");
  }

  function clear() {
    document.querySelectorAll("[data-adding]").forEach((row) => row.remove());
  }

  function draw() {
    clear();
    if (timer !== "slow") return;
    for (const { text, isPlain: isHere } of entries) {
      const row = document.getElementById("pending-line").content.firstElementChild.cloneNode(true);
      row.querySelector("[data-text]").textContent = text;
      const place = isHere && document.querySelector("[data-plain]");
      if (place) place.dataset.plain === "start" ? place.prepend(row) : place.append(row);
      else document.getElementById("pending").append(row);
    }
  }
})();
