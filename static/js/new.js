(() => {
  const fields = (form) => [form.elements.title, form.elements.description];

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.id !== "new") return;
    ctx.sent = fields(ctx.sourceElement).map((field) => ctx.request.body.get(field.name).replaceAll("\r\n", "\n"));
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const form = document.getElementById("new");
    if (!form || !ctx.sent || ctx.response.status >= 300) return;
    const [title, description] = fields(form);
    takeOut(title, ctx.sent[0]);
    takeOut(description, ctx.sent[1]);
    forgive(form);
    if (!description.value) description.closest("details").open = false;
    const busy = document.activeElement;
    if (busy === document.body || (form.contains(busy) && !(busy === description && busy.value))) title.focus({ preventScroll: true });
    document.querySelector("#tasks .task")?.scrollIntoView({ block: "nearest" });
  });

  function forgive(form) {
    form.querySelectorAll(".field__error").forEach((error) => error.remove());
    for (const field of fields(form)) for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  }

  // What was typed on while the answer was under way stays.
  function takeOut(field, sent) {
    if (field.value.startsWith(sent)) field.value = field.value.slice(sent.length);
  }
})();
