// Scripts that no first visit needs come when what they work on is there, or a field for it has the focus: those of a
// folder of static/js/later together. The pointer brings those of the rows (row_pointer.js).
(() => {
  const load = onlyOnce((name) => loadScript(name));

  document.addEventListener("htmx:after:swap", loadForms);
  loadForms();

  document.addEventListener("focusin", ({ target }) => { if (target.matches("[data-preview]")) load("adding"); });

  function loadForms() {
    if (document.querySelector("[data-type-ahead], .month")) load("forms");
  }

  // A script that did not come is asked for again.
  function onlyOnce(ask) {
    const asked = new Set();
    return (name) => {
      if (asked.has(name)) return;
      asked.add(name);
      ask(name).catch(() => asked.delete(name));
    };
  }
})();
