(() => {
  const fields = (form) => [form.elements.title, form.elements.description];
  // The fields as they stood at each Enter while the task before was still under way: each is one more to send.
  let waiting = [];

  // Captured, that is before htmx has begun with the first one.
  document.addEventListener("submit", ({ target }) => {
    if (target.id === "new" && target.matches(".htmx-request")) waiting.push(fields(target).map((field) => field.value));
  }, true);

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement.id !== "new") return;
    ctx.sent = fields(ctx.sourceElement).map((field) => ctx.request.body.get(field.name).replaceAll("\r\n", "\n"));
  });

  // A refused one comes back as it was sent; by then there may be more in the fields.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (ctx.sent && ctx.response.status === 422) ctx.typed = fields(document.getElementById("new")).map((field) => field.value);
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const form = document.getElementById("new");
    if (form && ctx.typed) write(form, ctx.typed);
    if (!form || !ctx.sent || ctx.response.status >= 300) return;
    ctx.added = true;
    const [title, description] = fields(form);
    write(form, [withoutSent(title.value, ctx.sent[0]), withoutSent(description.value, ctx.sent[1])]);
    forgive(form);
    if (!description.value) description.closest("details").open = false;
    const busy = document.activeElement;
    if (busy === document.body || (form.contains(busy) && !(busy === description && busy.value))) title.focus({ preventScroll: true });
    document.querySelector("#tasks .task")?.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (!ctx.sent) return;
    const left = waiting.map((values) => values.map((value, place) => withoutSent(value, ctx.sent[place])));
    waiting = ctx.added ? left.filter(([title]) => title.trim()) : [];
    // Only after this event does htmx let another one through.
    if (waiting.length) queueMicrotask(sendNext);
  });

  // Goes out as the user would send it; what they have typed on since stays in the field.
  function sendNext() {
    const form = document.getElementById("new");
    const typedOn = fields(form).map((field) => field.value);
    write(form, waiting.shift());
    form.requestSubmit();
    write(form, typedOn);
  }

  function write(form, values) {
    fields(form).forEach((field, place) => { field.value = values[place]; });
  }

  function forgive(form) {
    form.querySelectorAll(".field__error").forEach((error) => error.remove());
    for (const field of fields(form)) for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  }

  // What was typed on while the answer was under way stays.
  function withoutSent(value, sent) {
    return value.startsWith(sent) ? value.slice(sent.length) : value;
  }
})();
