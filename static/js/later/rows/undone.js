// After an undo the row that came back has the focus: with the answer of a notice, or once the view has come again.
(() => {
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const notice = document.querySelector("#notices > [data-returned]");
    const id = ctx.isRefresh ? notice?.dataset.returned : ctx.response.status < 400 && ctx.then?.returned;
    const link = document.getElementById(id || "none")?.querySelector("a[href]");
    // Not from under one who is typing, or pressed a button elsewhere.
    if (link?.checkVisibility() && document.activeElement.matches("body, main, main li[id] *")) link.focus();
    if (ctx.isRefresh) notice?.removeAttribute("data-returned");
  });
})();
