// What was typed waits in this tab, for the same user, where its form goes away: a sign-in that ran out, or a filter
// or a search that takes an open edit along with its row. It is there again when the form is.
(() => {
  const user = document.body.dataset.user;
  const fields = (form) => [...form.querySelectorAll("[name=title], [name=description], [name=version]")];
  const key = (form) => `kept ${form.getAttribute("action")}`;

  const keep = (form) => {
    const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
    sessionStorage.setItem(key(form), JSON.stringify({ user, values }));
  };

  // What was refused comes back as the form's own text.
  const isChanged = (form) =>
    form.querySelector(".versions, .field__error") || fields(form).some((field) => field.value !== field.defaultValue);

  const giveBack = () => {
    for (const form of document.querySelectorAll("form[method=post]")) {
      const kept = sessionStorage.getItem(key(form));
      if (!user || !kept || !fields(form).length) continue;
      for (const field of fields(form)) field.value = JSON.parse(kept).values[field.name];
      form.querySelector("details:has([name=description])")?.toggleAttribute("open", Boolean(JSON.parse(kept).values.description));
      sessionStorage.removeItem(key(form));
    }
  };

  const forgetOthers = () => {
    for (const name of Object.keys(sessionStorage).filter((name) => name.startsWith("kept "))) {
      if (user && JSON.parse(sessionStorage.getItem(name)).user !== user) sessionStorage.removeItem(name);
    }
  };

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    const form = ctx.sourceElement.closest("form[method=post]");
    if (form && ctx.response.headers.get("HX-Redirect") && fields(form).length) keep(form);
  });

  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (!(ctx.target instanceof Element)) return;
    // Whoever saves or cancels one has done with it.
    const others = [...ctx.target.querySelectorAll(".edit")].filter((form) => !form.contains(ctx.sourceElement));
    others.filter(isChanged).forEach(keep);
  });

  document.addEventListener("htmx:after:swap", giveBack);
  forgetOthers();
  giveBack();
})();
