// Forms that the browser itself sends, as those without htmx are.
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
    if (event.timeStamp - sentAt.get(event.target) < SENDING_MS) return event.preventDefault();
    sentAt.set(event.target, event.timeStamp);
    sayUser(event.target);
  });

  // As request_policy.js says it for htmx: from another user's page it is refused.
  function sayUser(form) {
    const { user } = document.body.dataset;
    if (!user || form.method !== "post") return;
    const address = new URL(form.action);
    address.searchParams.set("page_user", user);
    form.setAttribute("action", address.pathname + address.search);
  }

  addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => sentAt.delete(form)));
})();
