// Escape while a form or the panel is still loading, or is only going to: it does not open. This is there from the
// beginning, because Escape may be pressed before the scripts that come later.
const openings = (() => {
  const underWay = new Set();
  let cancelled = 0;

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (opens(ctx)) underWay.add(ctx); });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => underWay.delete(ctx));
  // Before what Escape does to something that is open already.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    cancelled += 1;
    if (!underWay.size) return;
    event.stopPropagation();
    for (const { request } of underWay) request.abort();
  }, true);

  function opens({ request, sourceElement, target, isRefresh }) {
    const isPart = target instanceof Element && !target.matches("body, [data-refresh], #more");
    return request.method === "GET" && !isRefresh && isPart && sourceElement.matches("a[href]:not([data-cancel])");
  }

  // For what waits before it opens something: a function that says whether there was no Escape since.
  function stillWanted() {
    const before = cancelled;
    return () => cancelled === before;
  }

  return { stillWanted };
})();
