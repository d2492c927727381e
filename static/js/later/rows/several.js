// Several lines pasted into the field for one task: a task each, or all of them as one. The server says what they become.
(() => {
  const { formDrafts, insertAsOne } = globalThis.daybook;

  document.addEventListener("paste", (event) => {
    const field = event.target;
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const levels = levelsOf(pasted);
    const template = field.matches("[data-preview]") && document.getElementById("several-lines-form");
    if (!template || levels.length < 2) return;
    event.preventDefault();
    document.getElementById("several")?.remove();
    const form = template.content.firstElementChild.cloneNode(true);
    const lines = form.querySelector("textarea");
    lines.value = pasted;
    const count = () => { form.querySelector("[data-add-all]").textContent = addWords(levelsOf(lines.value)); };
    lines.addEventListener("input", count);
    count();
    form.querySelector("[data-keep-one]").addEventListener("click", () => {
      formDrafts.forget(form);
      form.remove();
      if (!field.checkVisibility()) field.closest("[popover]").showPopover();
      field.focus();
      insertAsOne(field, pasted);
    });
    // Not `after`: a field of the form has that name.
    field.closest("form").insertAdjacentElement("afterend", form);
    field.closest(":popover-open")?.hidePopover();
    formDrafts.keep(form);
    htmx.process(form);
    lines.dispatchEvent(new InputEvent("input", { bubbles: true }));
    lines.focus();
  });

  // The × of a part keeps its words as text, in the line that the preview shows there.
  document.addEventListener("click", ({ target }) => {
    const line = target.closest("[data-words]")?.closest(".several__line");
    if (!line) return;
    const lines = line.closest("form").querySelector("textarea");
    const { replaced } = globalThis.daybook;
    let left = [...line.parentElement.children].indexOf(line);
    const keep = (text) => (isTask(text) && left-- === 0 ? replaced(text, target.closest("[data-words]")) : text);
    lines.value = lines.value.replace(/[^\n\r\u2028\u2029]+/g, keep);
    lines.focus({ preventScroll: true });
    lines.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });

  // As the server reads the lines (web/domain/quick_add/lines.py): for each that is a task, 0, and for each step, more.
  const levelsOf = (text) => {
    const parents = [];
    return text.split(/\r\n|[\n\r\u2028\u2029]/).filter(isTask).slice(0, 200).map((line) => {
      const width = indentOf(line) + (bareOf(line) === line.trim() ? 0 : 2);
      while (parents.length && width < parents.at(-1) + 2) parents.pop();
      return parents.push(width) - 1;
    });
  };
  const BULLET = /^(?:[-*+•◦▪▫‣⁃·–—]|[0-9]{1,3}[.)])(?:\s+|$)/;
  const CHECKBOX = /^(?:\[[ xX]?\](?:\s+|$)|[☐□☑☒✓✔✅]\ufe0f?\s*)/;
  const RULE = /^([-*_=])(?:\s*\1){2,}\s*$/;
  const bareOf = (line) => line.trim().replace(BULLET, "").trim();
  const isTask = (line) => bareOf(line).replace(CHECKBOX, "").trim() && !RULE.test(line.trim());
  const indentOf = (line) => [.../^\s*/.exec(line)[0]].reduce((width, blank) => (blank === "\t" ? width + 4 - (width % 4) : width + 1), 0);
  const addWords = (levels) => {
    const steps = levels.filter(Boolean).length;
    const counted = [[levels.length - steps, "task"], [steps, "step"]].filter(([number]) => number);
    return `Add ${counted.map(([number, one]) => `${number} ${one}${number === 1 ? "" : "s"}`).join(" and ") || "all"}`;
  };
})();
