// Notices stand one above the other. One that is only to be known leaves by itself, unless it is being read.
const notices = (() => {
  const BRIEF = "#notices > [data-brief]";
  const BRIEF_MS = 20_000;
  const MOST = 3;
  const timers = new WeakMap();

  function start(notice) {
    stop(notice);
    if (notice.matches(":hover, :focus-within")) return;
    timers.set(notice, setTimeout(() => remove(notice), BRIEF_MS));
  }

  function stop(notice) {
    clearTimeout(timers.get(notice));
  }

  function remove(notice) {
    stop(notice);
    if (notice.contains(document.activeElement)) focusReturn();
    notice.remove();
  }

  function add(id) {
    const notice = document.getElementById(id).content.firstElementChild.cloneNode(true);
    document.getElementById("notices").append(notice);
    arrange();
    return notice;
  }

  // An answer says only what was done and the operation: the notice around it is the same for all.
  function withUndo(words) {
    const notice = document.getElementById("undo-notice").content.firstElementChild.cloneNode(true);
    const form = notice.querySelector("form");
    for (const name of ["action", "hx-post"]) form.setAttribute(name, `/undo/${words.dataset.undoOf}`);
    form.dataset.announcement = `Undone: ${words.firstChild.textContent}`;
    form.dataset.returned = words.dataset.returned ?? "";
    notice.querySelector("p").replaceChildren(...words.childNodes);
    words.replaceWith(notice);
    htmx.process(notice);
  }

  function arrange() {
    document.querySelectorAll("#notices > [data-undo-of]").forEach(withUndo);
    document.querySelectorAll("[data-unless-in-view]").forEach((notice) => isInView(notice.dataset.unlessInView) && remove(notice));
    const brief = [...document.querySelectorAll(BRIEF)];
    brief.slice(0, -MOST).forEach(remove);
    brief.slice(-MOST).forEach((notice) => timers.has(notice) || start(notice));
  }

  // Uncovered too, by what stands over the page.
  function isInView(selector) {
    const row = document.querySelector(selector);
    const { left, width, top } = row?.getBoundingClientRect() ?? {};
    return Boolean(row?.contains(document.elementFromPoint(left + width / 2, top + 1)));
  }

  for (const [name, handle] of [["pointerover", stop], ["focusin", stop], ["pointerout", start], ["focusout", start]]) {
    document.addEventListener(name, ({ target, relatedTarget }) => {
      const notice = target.closest(BRIEF);
      if (notice && !notice.contains(relatedTarget)) handle(notice);
    });
  }

  // Of what went wrong the latest is enough.
  document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
    const isProblem = ({ target, fragment }) => target?.id === "notices" && fragment.querySelector(".notice--problem");
    if (tasks.some(isProblem)) document.querySelectorAll("#notices > .notice--problem").forEach(remove);
  });
  // One that is for the action before leaves with the next one that begins after it. Of several deletes each keeps its own.
  document.addEventListener("htmx:before:request", ({ detail: { ctx: { request, sourceElement }, ctx } }) => {
    const isOfDeletes = sourceElement.closest("[data-deleted]") || /\/delete$/.test(sourceElement.getAttribute("action"));
    const passing = `#notices > [data-passing]${isOfDeletes ? ":not([data-deleted])" : ""}`;
    ctx.passing = request.method === "GET" ? [] : [...document.querySelectorAll(passing)];
  });
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (ctx.response.status < 400) ctx.passing.splice(0).forEach(remove);
  });
  document.addEventListener("htmx:after:swap", arrange);
  arrange();

  return { add, arrange, remove };
})();
