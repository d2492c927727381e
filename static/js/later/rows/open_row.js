// Marks the row of the task in the panel.
(() => {
  document.addEventListener("htmx:after:swap", mark);
  // After static/js/panel.js, which closes the panel with one.
  document.addEventListener("click", mark);
  mark();

  function mark() {
    const row = document.querySelector("#panel:not([hidden]) [data-close]")?.dataset.row;
    document.querySelectorAll("main .task__title[aria-current]").forEach((title) => title.removeAttribute("aria-current"));
    if (row) document.querySelector(`main ${row} .task__title`)?.setAttribute("aria-current", "true");
  }
})();
