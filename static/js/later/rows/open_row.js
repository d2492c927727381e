// Marks the row of the task in the panel, and opens there what is added to be opened.
(() => {
  document.addEventListener("htmx:after:swap", mark);
  // After static/js/panel.js, which closes the panel with one.
  document.addEventListener("click", mark);
  mark();

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    const { body } = ctx.request;
    if (!(body instanceof FormData) || !body.has("open") || !isBeside()) return;
    body.delete("open");
    ctx.opensAdded = true;
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const id = ctx.opensAdded && ctx.response.headers.get("Daybook-Added");
    if (id) (document.querySelector(`#task-${id} .task__title`) ?? document.querySelector(`#notices [href="/tasks/${id}"]`)).click();
  });

  function isBeside() {
    const panel = document.getElementById("panel");
    return panel && getComputedStyle(panel).getPropertyValue("--beside").trim() === "1";
  }

  function mark() {
    const row = document.querySelector("#panel:not([hidden]) [data-close]")?.dataset.row;
    document.querySelectorAll("main .task__title[aria-current]").forEach((title) => title.removeAttribute("aria-current"));
    if (row) document.querySelector(`main ${row} .task__title`)?.setAttribute("aria-current", "true");
  }
})();
