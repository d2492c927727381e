// Where tasks open beside their list, the steps of a row are there too: the panel opens, in the field for a new one.
(() => {
  let wanted = "";

  document.addEventListener("click", (event) => {
    const link = event.target.closest("main [data-steps]");
    if (event.target.closest(".task__title:not([data-opens-field])")) wanted = "";
    const panel = document.getElementById("panel");
    if (!link || !panel || getComputedStyle(panel).getPropertyValue("--beside").trim() !== "1") return;
    event.preventDefault();
    link.closest("details").open = false;
    wanted = `step-of-${link.pathname.split("/")[2]}`;
    const title = link.closest("li").querySelector(".task__title");
    title.dataset.opensField = "";
    title.click();
    delete title.dataset.opensField;
  });

  // The title has the focus when the panel is open (static/js/panel.js).
  document.addEventListener("focusin", ({ target }) => {
    if (target.id !== "panel-title") return;
    const field = document.getElementById(wanted);
    wanted = "";
    field?.focus();
  });
})();
