// A form with data-submit-queue takes Enter again while the entry before is still under way.
(() => {
  const QUEUED = "form[data-submit-queue]";
  // By form, the fields as they stood at each such Enter: each is one more entry to send. And the one that is under way.
  const waiting = new Map();
  const underWay = new Map();

  const { sentText } = formDrafts;
  const read = (form) => formDrafts.visible(form).map(formDrafts.valueOf);
  const shows = (form) => formDrafts.visible(form).map((field) => [field.value, sentText.get(field) ?? ""]);
  const show = (form, parts) => formDrafts.visible(form).forEach((field, place) => {
    const [value, sent] = parts[place];
    field.value = value;
    sentText.set(field, sent);
  });
  const isChoice = (field) => Boolean(field.options);
  const isEmpty = (form, values) => formDrafts.visible(form).every((field, place) => isChoice(field) || !values[place].trim());
  const nameOf = (form) => form.getAttribute("action");
  // An answer may have replaced it.
  const shown = (form) => (form.isConnected ? form : document.querySelector(`${QUEUED}[action="${CSS.escape(nameOf(form))}"]`));

  // While capturing, that is before htmx has begun with the first one.
  document.addEventListener("submit", ({ target }) => {
    if (target.matches(`${QUEUED}.htmx-request`)) waiting.set(nameOf(target), [...(waiting.get(nameOf(target)) ?? []), read(target)]);
  }, true);

  // A line typed after an Enter takes the place of the one that was sent.
  document.addEventListener("beforeinput", ({ target, inputType, isComposing }) => {
    if (isComposing || !inputType.startsWith("insert") || !target.form?.matches(`${QUEUED}.htmx-request`)) return;
    const sent = globalThis.daybook.entriesOf(target.form).at(-1)?.[formDrafts.visible(target.form).indexOf(target)];
    const isAtEnd = target.selectionStart === target.value.length;
    if (!target.matches("input") || !isAtEnd || sent !== formDrafts.valueOf(target)) return;
    sentText.set(target, sent);
    target.value = "";
  });

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.matches(QUEUED)) return;
    Object.assign(ctx, { entry: read(ctx.sourceElement), sender: ctx.sourceElement });
    underWay.set(nameOf(ctx.sender), ctx.entry);
  });

  // For scripts that come later: the fields of each entry that is under way or waits, in their order.
  globalThis.daybook.entriesOf = (form) => {
    const entry = underWay.get(nameOf(form));
    return entry ? [entry, ...(waiting.get(nameOf(form)) ?? [])] : [];
  };

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const form = ctx.entry && shown(ctx.sender);
    if (!form || ctx.response.status >= 300) return;
    ctx.added = true;
    keepCaret(form, () => show(form, shownWithout(form, shows(ctx.sender), ctx.entry)));
    resetChoices(form, ctx.entry);
    formDrafts.forget(form);
    formDrafts.keep(form);
    clearErrors(form);
    placeFocus(form);
    if (!formDrafts.visible(form)[0].value) form.querySelector(".chips")?.replaceChildren();
    if (ctx.swap.startsWith("beforeend")) ctx.target.lastElementChild?.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.entry) underWay.delete(nameOf(ctx.sender));
    const form = ctx.entry && shown(ctx.sender);
    if (!form) return;
    const left = (waiting.get(nameOf(form)) ?? []).map((values) => withoutSent(form, values, ctx.entry));
    waiting.set(nameOf(form), ctx.added ? left.filter((values) => !isEmpty(form, values)) : []);
    if (!ctx.added) keepCaret(form, () => show(form, read(form).map((value) => [value, ""])));
    // Only after this event does htmx let another one through.
    if (waiting.get(nameOf(form)).length) queueMicrotask(() => sendNext(form));
  });

  // Goes out as the user would send it; what they have typed since stays in the fields.
  function sendNext(form) {
    const typedOn = shows(form);
    keepCaret(form, () => {
      show(form, waiting.get(nameOf(form)).shift().map((value) => [value, ""]));
      form.requestSubmit();
      show(form, typedOn);
    });
  }

  // Writing into a field moves its caret to the end: it stays where it was, counted from there.
  function keepCaret(form, change) {
    const field = document.activeElement;
    const fromEnd = form.contains(field) ? field.value?.length - (field.selectionEnd ?? NaN) : 0;
    change();
    if (fromEnd) field.selectionStart = field.selectionEnd = Math.max(0, field.value.length - fromEnd);
  }

  function placeFocus(form) {
    const [first] = formDrafts.visible(form);
    const busy = document.activeElement;
    for (const details of form.querySelectorAll("details")) {
      details.open = [...details.querySelectorAll("[name]")].some((field) => field.value);
    }
    if (busy === document.body || (form.contains(busy) && !busy.value)) first.focus({ preventScroll: true });
  }

  function clearErrors(form) {
    form.removeAttribute("data-unsaved");
    form.querySelectorAll(".field__error, [data-draft]").forEach((error) => error.remove());
    for (const field of formDrafts.visible(form)) for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  }

  function shownWithout(form, parts, entry) {
    const values = withoutSent(form, parts.map(([value, sent]) => sent + value), entry);
    return parts.map(([value, sent], place) => (sent ? [value, values[place].slice(0, values[place].length - value.length)] : [values[place], ""]));
  }

  // What was typed while the answer was under way stays.
  function withoutSent(form, values, sent) {
    return formDrafts.visible(form).map((field, place) => {
      const isTypedOn = !isChoice(field) && values[place].startsWith(sent[place]);
      return isTypedOn ? values[place].slice(sent[place].length) : values[place];
    });
  }

  // A choice that was not changed since is that of the entry before.
  function resetChoices(form, sent) {
    formDrafts.visible(form).forEach((field, place) => {
      if (isChoice(field) && field.value === sent[place]) for (const option of field.options) option.selected = option.defaultSelected;
    });
  }
})();
