// One notice for all requests that failed: Try again sends all of them again.
const requestErrors = (() => {
  // What was sent, and the button that sent it: a form may have several.
  const failed = new Map();

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-retry]")) retry();
    if (!target.closest("[data-dismiss]")) return;
    if (target.closest(".notice--problem")) failed.clear();
    notices.remove(target.closest(".notice"));
  });

  // `kind` names the sentence of the template: why there is no answer. A server that refused gave its own `reason`.
  function add(ctx, kind, reason = "") {
    failed.set(ctx.sourceElement, ctx.request?.submitter);
    for (const source of failed.keys()) if (!source.isConnected) failed.delete(source);
    clear();
    const notice = notices.add("failure");
    notice.querySelectorAll("[data-kind]").forEach((part) => part.dataset.kind.split(" ").includes(kind) || part.remove());
    notice.querySelector("[data-reason]")?.append(reason);
    if (!failed.size) notice.querySelector("[data-retry]")?.remove();
  }

  // The server said in #notices what is wrong.
  function addRetry(ctx) {
    failed.set(ctx.sourceElement, ctx.request.submitter);
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
    for (const [source, submitter] of [...failed]) {
      if (source === document.body) location.reload();
      else source.matches("form") ? source.requestSubmit(submitter) : source.click();
    }
  }

  return { add, addRetry, resolve };
})();
