// One notice for all requests that failed: Try again sends all of them again.
const requestErrors = (() => {
  const failed = new Set();

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-retry]")) retry();
    if (!target.closest("[data-dismiss]")) return;
    if (target.closest(".notice--problem")) failed.clear();
    notices.remove(target.closest(".notice"));
  });

  // `kind` names the sentence of the template: why there is no answer. A server that refused gave its own `reason`.
  function add(ctx, kind, reason = "") {
    failed.add(ctx.sourceElement);
    for (const source of failed) if (!source.isConnected) failed.delete(source);
    clear();
    const notice = notices.add("failure");
    notice.querySelectorAll("[data-kind]").forEach((part) => part.dataset.kind.split(" ").includes(kind) || part.remove());
    notice.querySelector("[data-reason]")?.append(reason);
    if (!failed.size) notice.querySelector("[data-retry]")?.remove();
  }

  // The server said in #notices what is wrong.
  function addRetry(ctx) {
    failed.add(ctx.sourceElement);
    clear();
    const again = document.getElementById("failure").content.querySelector("[data-retry]").cloneNode(true);
    const notice = document.querySelector("#notices .notice--problem");
    notice?.querySelector("[data-dismiss]").before(again);
    notice?.setAttribute("data-failed", "");
  }

  function resolve(source) {
    if (failed.delete(source) && !failed.size) clear();
  }

  function clear() {
    document.querySelectorAll("#notices [data-failed]").forEach(notices.remove);
  }

  function retry() {
    focusReturn();
    for (const source of [...failed]) {
      if (source === document.body) location.reload();
      else source.matches("form") ? source.requestSubmit() : source.click();
    }
  }

  return { add, addRetry, resolve };
})();
