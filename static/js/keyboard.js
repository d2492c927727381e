(() => {
  let pressed = null;

  document.addEventListener("keydown", ({ target, key, isComposing, defaultPrevented }) => {
    if (key !== "Escape" || isComposing || defaultPrevented) return;
    target.closest(".edit, .notice, .fact--editing, .task__fact")?.querySelector("[data-cancel], [data-dismiss]")?.click();
    const menu = target.closest(".menu[open]");
    menu?.removeAttribute("open");
    menu?.querySelector("summary").focus();
  });

  document.addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(target)) menu.removeAttribute("open");
  });

  // A held key is one act: what it repeats would reach whatever has the focus by then.
  document.addEventListener("keydown", (event) => {
    const { target, key, repeat } = event;
    if (!repeat) pressed = target;
    else if (key === "Escape" || (key === "Enter" && !target.matches("textarea")) || (key === " " && target !== pressed)) event.preventDefault();
  }, true);

  // Ctrl+Enter in a field sends its form, and that for a new entry opens what it made; Shift+Enter goes on to the long text.
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, shiftKey, isComposing, repeat } = event;
    if (key !== "Enter" || isComposing || repeat || !target.form) return;
    const text = shiftKey && target.matches("input") && target.form.querySelector("textarea");
    if (text) {
      text.closest("details")?.setAttribute("open", "");
      text.focus();
    } else if (ctrlKey || metaKey) target.form.requestSubmit(target.form.querySelector("[data-open-added]"));
    else return;
    event.preventDefault();
  });

  // A click for another tab or window is the browser's: htmx would cancel it.
  document.addEventListener("click", (event) => {
    const forBrowser = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (forBrowser && event.target.closest("a[href]")) event.stopPropagation();
  }, true);
})();
