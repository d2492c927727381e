// How many open tasks stand under a heading, after each change of its rows.
(() => {
  document.addEventListener("htmx:after:swap", count);
  // A row may have changed before this script was there.
  count();

  function count() {
    for (const number of document.querySelectorAll("[data-count-rows]")) {
      const open = number.closest("section").querySelectorAll("li.task:not(.task--done)").length;
      number.textContent = open || "";
    }
    for (const number of document.querySelectorAll("[data-count-done]")) {
      number.textContent = document.querySelectorAll("#tasks li.task--done").length;
    }
  }
})();
