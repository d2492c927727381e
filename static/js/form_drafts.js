// What is typed into a form stays in this tab, for this user, until the form is sent, cancelled or discarded.
const formDrafts = (() => {
  const PREFIX = "draft ";
  const ENDING = "session ends";
  const SENT = "daybook-sent";
  const given = new WeakSet();
  const hiddenValues = new WeakMap();
  // By field, the text in front of what it shows: sent, with no answer yet (static/js/submit_queue.js).
  const sentText = new WeakMap();
  const user = document.body.dataset.user ?? "";

  // Of several forms with one action each has a name.
  const key = (form) => `${PREFIX}${pathOf(form)} ${form.dataset.form ?? ""}`;
  const pathOf = (form) => form.getAttribute("action").split("?")[0];
  // What a page presets is the page's, not the user's; a code is of no use a minute later.
  const named = (form) => [...form.elements].filter((field) => field.name && field.type !== "password" && !field.matches("button, [data-preset], [autocomplete=one-time-code]"));
  const visible = (form) => named(form).filter((field) => field.type !== "hidden");
  const isTyped = (form) => form.matches("form[method=post]") && visible(form).length > 0;
  // Its text is not saved, although it came with the page.
  const isUnsaved = (form) => form.matches("[data-unsaved], :has([aria-invalid])");
  const isChecked = (field) => field.type === "checkbox" || field.type === "radio";
  const valueOf = (field) => (isChecked(field) ? field.checked : (sentText.get(field) ?? "") + field.value);
  const values = (fields) => fields.map((field) => [field.name, valueOf(field)]);

  // Where none is marked the browser selects the first.
  const defaultOf = ({ options }) => [...options].findLast((option) => option.defaultSelected) ?? options[0];

  function isChanged(field) {
    if (isChecked(field)) return field.checked !== field.defaultChecked;
    if (field.options) return field.selectedIndex !== defaultOf(field).index;
    return valueOf(field) !== field.defaultValue;
  }

  function read(form) {
    const draft = JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
    return draft?.user === user ? draft : null;
  }

  function keep(form, isToReopen = true) {
    const { editor } = form.dataset;
    if (!isTyped(form)) return;
    given.add(form);
    if (!visible(form).some(isChanged) && !isUnsaved(form)) return forget(form);
    store(key(form), { user, values: values(named(form)), editor: isToReopen ? editor : "" });
  }

  // Where the browser has no room for it, an earlier draft is out of date as well.
  function store(name, draft) {
    try {
      sessionStorage.setItem(name, JSON.stringify(draft));
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      sessionStorage.removeItem(name);
    }
  }

  function forget(form) {
    sessionStorage.removeItem(key(form));
  }

  // What is done in one way needs none of the others.
  function forgetAction(form) {
    draftsOf(pathOf(form)).forEach((name) => sessionStorage.removeItem(name));
  }

  function write(fields, draft) {
    draft.forEach(([name, value], place) => {
      const field = fields[place]?.name === name ? fields[place] : fields.find((other) => other.name === name);
      if (!field) return;
      field[isChecked(field) ? "checked" : "value"] = value;
      sentText.delete(field);
    });
    for (const field of fields) if (field.type !== "hidden" && field.value) field.closest("details")?.setAttribute("open", "");
  }

  function giveBack(form) {
    const draft = read(form);
    if (given.has(form) || !isTyped(form)) return;
    given.add(form);
    if (!draft || isUnsaved(form)) return;
    hiddenValues.set(form, values(named(form)));
    write(named(form), draft.values);
    if (!visible(form).some(isChanged)) return forget(form);
    form.append(document.getElementById("draft").content.cloneNode(true));
    keep(form);
  }

  function discard(form) {
    forget(form);
    form.reset();
    write(named(form), hiddenValues.get(form));
    dropNote(form);
    visible(form)[0].focus();
  }

  function dropNote(form) {
    form.querySelector("[data-draft]")?.remove();
  }

  function giveBackAll() {
    document.querySelectorAll("form[method=post]").forEach(giveBack);
  }

  function drafts() {
    return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  }

  function draftsOf(path) {
    return drafts().filter((name) => name.startsWith(`${PREFIX}${path} `));
  }

  // Of another user, or sent by the browser itself and done: the cookie has the address of the form (web/http/response_headers.py).
  function dropOld() {
    const done = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${SENT}=`))?.slice(SENT.length + 1);
    const isError = document.querySelector("[data-failed]");
    // Where another tab replaced the session, the text stays for its user, and is shown to no other.
    const isNew = /sign-(in|up)/.test(document.referrer);
    for (const name of drafts()) {
      const draft = JSON.parse(sessionStorage.getItem(name));
      const isAnothers = user && draft.user !== user && !isError && (isNew || !draft.user);
      const isDone = draft.sent && draftsOf(done).includes(name);
      if (isAnothers || isDone) sessionStorage.removeItem(name);
    }
    if (done) document.cookie = `${SENT}=; Max-Age=0; Path=/`;
    endSession(isError);
  }

  function dropAll(whose) {
    for (const name of drafts()) if (!whose || JSON.parse(sessionStorage.getItem(name)).user === whose) sessionStorage.removeItem(name);
  }

  // A sign-out that was answered by the page of a user who is signed in, or by an error, did not happen.
  function endSession(isError) {
    const whose = sessionStorage.getItem(ENDING);
    if (whose && !user && !isError) {
      dropAll();
      localStorage.setItem(ENDING, whose);
    }
    localStorage.removeItem(ENDING);
    sessionStorage.removeItem(ENDING);
  }

  // In another tab.
  window.addEventListener("storage", (event) => { if (event.key === ENDING && event.newValue) dropAll(event.newValue); });

  // Editors that were open when the page went away open again, with their text.
  function reopenEditors() {
    const kept = drafts().map((name) => JSON.parse(sessionStorage.getItem(name))).filter((draft) => draft.user === user);
    for (const editor of new Set(kept.map((draft) => draft.editor))) if (editor && !isOpen(editor)) linkTo(editor)?.click();
  }

  function isOpen(editor) {
    return document.querySelector(`form[data-editor="${CSS.escape(editor)}"]`) !== null;
  }

  // Its address may have the view to come back to. The menu of a row is made when it is first used.
  function linkTo(editor) {
    const menu = [...document.querySelectorAll("a.menu")].find(({ pathname }) => editor.startsWith(`${pathname}/`));
    if (menu) menuOf(menu.closest("li"));
    return document.querySelector(`a:is([href="${CSS.escape(editor)}"], [href^="${CSS.escape(editor)}?"])`);
  }

  // Where Escape closed the editor, or is still about to, the way back to the text.
  function offer(form, closing) {
    const notice = notices.add("kept");
    const { editor } = form.dataset;
    notice.querySelector("[data-continue]").addEventListener("click", () => {
      notices.remove(notice);
      if (!form.isConnected) return linkTo(editor)?.click();
      closing.dispatchEvent(new Event("htmx:abort"));
      keep(form);
      visible(form)[0].focus();
    });
  }

  function sending(ctx) {
    const { form } = ctx.request;
    if (!form || !isTyped(form)) return;
    keep(form);
    ctx.sentValues = JSON.stringify(values(visible(form)));
  }

  // Called with every answer, before it is swapped: the form of what is done goes, what was typed since stays.
  function answered(ctx) {
    const { form } = ctx.request;
    // A search has the address of another form. On the way to the sign-in page nothing was done.
    if (!form?.matches("form[method=post]") || ctx.hx.redirect?.startsWith("/sign-in")) return;
    const isTypedOn = ctx.sentValues && form.isConnected && JSON.stringify(values(visible(form))) !== ctx.sentValues;
    if (ctx.response.status >= 400) ctx.typedOn = isTypedOn && values(visible(form));
    else if (!isTypedOn) forgetAction(form);
    else if (form.dataset.editor) stayOpen(ctx, form);
  }

  // The form goes on from what was saved.
  async function stayOpen(ctx, form) {
    ctx.staysOpen = form;
    const { editor } = form.dataset;
    const forms = (root) => [...root.querySelectorAll(`form[data-editor="${CSS.escape(editor)}"]`)];
    const place = forms(document).indexOf(form);
    const answer = await fetch(editor, { headers: { ...ctx.request.headers, "HX-Request-Type": "partial" } });
    const saved = forms(new DOMParser().parseFromString(await answer.text(), "text/html"))[place];
    for (const field of saved ? named(form) : []) {
      const { defaultValue } = saved.elements[field.name];
      if (field.type === "hidden") field.value = defaultValue;
      else field.defaultValue = defaultValue;
    }
    keep(form);
  }

  // A form that was refused comes back as it was sent.
  function writeTypedOn({ typedOn, request }) {
    const form = typedOn && [...document.querySelectorAll("form[method=post]")].find((shown) => key(shown) === key(request.form));
    if (!form) return;
    write(visible(form), typedOn);
    keep(form);
  }

  document.addEventListener("input", ({ target }) => { if (target.form) keep(target.form); });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-discard]")) discard(event.target.closest("form"));
    if (event.target.closest("[data-cancel]")) formsAround(event.target).forEach((form) => cancel(form, event));
  }, true);

  function formsAround(link) {
    const form = link.closest("form");
    return form ? [form] : [...(link.closest("[hx-morph-skip]")?.querySelectorAll("form[data-editor]") ?? [])];
  }

  // Escape clicks it too, and keeps the text for when the editor opens again.
  function cancel(form, { isTrusted, target }) {
    if (isTrusted) return forgetAction(form);
    keep(form, false);
    if (isTyped(form) && visible(form).some(isChanged)) offer(form, target);
  }

  document.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (target.matches("[data-ends-session]")) sessionStorage.setItem(ENDING, user);
    if (!defaultPrevented && target.matches("form[method=post]")) markSent(target);
  });

  // Kept again, as a sign-out in another tab may have dropped it.
  function markSent(form) {
    keep(form);
    for (const name of draftsOf(pathOf(form))) {
      const draft = JSON.parse(sessionStorage.getItem(name));
      if (draft.user === user) store(name, { ...draft, sent: true });
    }
  }

  // A draft outlives every way to leave the page but closing the tab, which has no navigation before it.
  let isNavigating = false;
  window.navigation?.addEventListener("navigate", () => { isNavigating = true; setTimeout(() => { isNavigating = false; }); });
  addEventListener("beforeunload", (event) => {
    const forms = user ? [...document.querySelectorAll("form[method=post]")] : [];
    if (window.navigation && !isNavigating && forms.some((form) => visible(form).some(isChanged))) event.preventDefault();
  });

  dropOld();
  giveBackAll();
  addEventListener("pageshow", giveBackAll);
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const stays = ({ target }) => ctx.staysOpen && target?.contains(ctx.staysOpen);
    tasks.splice(0, tasks.length, ...tasks.filter((task) => !stays(task)));
  });
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    writeTypedOn(ctx);
    giveBackAll();
  });
  // After htmx has made the links work.
  setTimeout(reopenEditors);

  return { answered, forget, keep, sending, sentText, valueOf, values, visible, write };
})();
