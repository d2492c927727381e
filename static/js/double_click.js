(() => {
  const SENDING_MS = 10_000;
  const sentAt = new WeakMap();

  // The second click of a double click is no second action: another button may be under the pointer by then.
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("button[type=submit]")) event.preventDefault();
  });

  // A form that the browser itself sends is sent once; htmx sees to the others.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method === "dialog") return;
    if (event.timeStamp - sentAt.get(event.target) < SENDING_MS) event.preventDefault();
    else sentAt.set(event.target, event.timeStamp);
  });

  addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => sentAt.delete(form)));
})();
