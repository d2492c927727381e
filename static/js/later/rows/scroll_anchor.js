// Rows in view stay in their place when others are added above them. Not every browser sees to that, and Chromium does
// not where the counts change in the same swap; static/css/base.css turns it off there.
(() => {
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (!ctx.isRefresh && ctx.swap !== "afterbegin") return;
    const rows = [...document.querySelectorAll("main li[id]")];
    const first = rows.find((row) => row.getBoundingClientRect().top >= 0);
    if (first && first !== rows[0]) ctx.anchor = { id: first.id, top: first.getBoundingClientRect().top };
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const row = ctx.anchor && document.getElementById(ctx.anchor.id);
    if (row) scrollBy(0, row.getBoundingClientRect().top - ctx.anchor.top);
  });
})();
