// A sign-in that ran out costs nobody what they typed: it waits in this tab, for the same person.
(() => {
  const person = document.body.dataset.person;
  const fields = (form) => [...form.querySelectorAll("[name=title], [name=description]")];
  const key = (form) => `kept ${form.getAttribute("action")}`;

  const keep = ({ detail: { ctx } }) => {
    const form = ctx.sourceElement.closest("form[method=post]");
    if (!form || !ctx.response.headers.get("HX-Redirect") || !fields(form).length) return;
    const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
    sessionStorage.setItem(key(form), JSON.stringify({ person, values }));
  };

  const giveBack = () => {
    for (const form of document.querySelectorAll("form[method=post]")) {
      const kept = sessionStorage.getItem(key(form));
      if (!person || !kept || !fields(form).length) continue;
      for (const field of fields(form)) field.value = JSON.parse(kept).values[field.name];
      form.querySelector("details:has([name=description])")?.toggleAttribute("open", Boolean(JSON.parse(kept).values.description));
      sessionStorage.removeItem(key(form));
    }
  };

  const forgetOthers = () => {
    for (const name of Object.keys(sessionStorage).filter((name) => name.startsWith("kept "))) {
      if (person && JSON.parse(sessionStorage.getItem(name)).person !== person) sessionStorage.removeItem(name);
    }
  };

  document.addEventListener("htmx:after:request", keep);
  document.addEventListener("htmx:after:swap", giveBack);
  forgetOthers();
  giveBack();
})();
