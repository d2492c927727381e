// Escape while a form or the panel is still loading: it does not open.
(() => {
  const opening = new Set();

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (opens(ctx)) opening.add(ctx); });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => opening.delete(ctx));
  // Before what Escape does to something that is open already.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !opening.size) return;
    event.stopPropagation();
    for (const { request } of opening) request.abort();
  }, true);

  function opens({ request, sourceElement, target, isRefresh }) {
    const isPart = target instanceof Element && !target.matches("body, [data-refresh], #more");
    return request.method === "GET" && !isRefresh && isPart && sourceElement.matches("a[href]");
  }
})();
