// A select and a field for a new name become one field: it filters the options as one types, and offers to make what is
// not among them. Without script both fields are there.
(() => {
  const FIELD = "[data-type-ahead] [role=combobox]";

  const parts = (form) => [form.querySelector("select"), form.querySelector("input:not([type=hidden])")];
  const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));

  document.addEventListener("htmx:after:swap", enhanceAll);
  enhanceAll();

  function enhanceAll() {
    document.querySelectorAll("[data-type-ahead]:not(:has([role=combobox]))").forEach(enhance);
  }

  function enhance(form) {
    const [select, field] = parts(form);
    const list = document.createElement("ul");
    Object.assign(list, { id: `${field.id}-options`, role: "listbox", className: "type-ahead" });
    list.ariaLabel = select.labels[0].textContent;
    field.after(list);
    field.role = "combobox";
    field.ariaAutoComplete = "list";
    field.ariaExpanded = "true";
    field.setAttribute("aria-controls", list.id);
    field.labels[0].textContent = form.dataset.label;
    select.closest(".field").hidden = true;
    if (document.activeElement === select) field.focus();
    select.removeAttribute("autofocus");
    show(field);
  }

  document.addEventListener("input", ({ target }) => { if (target.matches(FIELD)) show(target); });

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (event.defaultPrevented || event.isComposing || !target.matches?.(FIELD) || !(step || key === "Enter")) return;
    const options = [...listOf(target).children];
    const place = options.findIndex((option) => option.ariaSelected === "true");
    event.preventDefault();
    if (step) choose(target, options[(place + step + options.length) % options.length]);
    else target.form.requestSubmit();
  });

  document.addEventListener("click", ({ target }) => {
    const option = target.closest("[data-type-ahead] [role=option]");
    if (!option) return;
    const field = option.closest("form").querySelector("[role=combobox]");
    choose(field, option);
    field.form.requestSubmit();
  });

  // While capturing, that is before htmx reads the fields: the select takes what is among its options.
  document.addEventListener("submit", ({ target }) => {
    const field = target.querySelector(FIELD);
    const chosen = field && listOf(field).querySelector("[aria-selected=true]");
    if (chosen?.dataset.value === undefined) return;
    parts(target)[0].value = chosen.dataset.value;
    field.value = "";
  }, true);

  // 0 where the name begins with what is typed, 1 where a word of it does, 2 where it stands within one.
  function rank(text, typed) {
    const name = text.toLowerCase();
    return name.startsWith(typed) ? 0 : name.includes(` ${typed}`) ? 1 : 2;
  }

  // The option of that very name is the chosen one, otherwise the first.
  function show(field) {
    const [select] = parts(field.form);
    const typed = field.value.trim().toLowerCase();
    const found = [...select.options].filter(({ text }) => text.toLowerCase().includes(typed));
    if (typed) found.sort((one, other) => rank(one.text, typed) - rank(other.text, typed));
    const isNamed = found.some(({ text }) => text.toLowerCase() === typed);
    const items = found.map(({ text, value }) => optionOf(field, text, value));
    if (typed && !isNamed) items.push(optionOf(field, `${field.form.dataset.typeAhead} “${field.value.trim()}”`));
    listOf(field).replaceChildren(...items);
    const exact = items.find(({ textContent }) => textContent.toLowerCase() === typed);
    const chosen = items.find(({ dataset }) => dataset.value === select.value);
    choose(field, exact ?? ((!typed && chosen) || items[0]));
  }

  function optionOf(field, text, value) {
    const option = document.createElement("li");
    option.role = "option";
    option.id = `${field.id}-${value ?? "new"}`;
    option.textContent = text;
    if (value !== undefined) option.dataset.value = value;
    return option;
  }

  function choose(field, chosen) {
    for (const option of listOf(field).children) option.ariaSelected = String(option === chosen);
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
})();
