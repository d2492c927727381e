// A row that is gone closes: what is below it moves up. Where less motion is asked for nothing moves.
(() => {
  const CLOSE_MS = 160;
  const PARTS = "#tasks :is(li.task, .view__heading, .view__done)";
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  const topOf = (part) => part.getBoundingClientRect().top;

  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (!isStill.matches) ctx.tops = new Map([...document.querySelectorAll(PARTS)].filter((part) => part.checkVisibility()).map((part) => [part, topOf(part)]));
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx: { tops } } }) => {
    const gone = [...tops?.keys() ?? []].filter(({ id, isConnected }) => !isConnected && !document.getElementById(id));
    // Several are gone where the user asked for another view.
    if (gone.length !== 1) return;
    for (const [part, top] of tops) {
      const by = top - topOf(part);
      if (part.isConnected && by > 0) part.animate([{ translate: `0 ${by}px` }, {}], CLOSE_MS);
    }
  });
})();
