// One policy for every htmx request: whose answer it is, where it lands, and what happens when several are under way.
// What has data-refresh is the view, #list among it; #counts and #more are made for one view, a row for one record
// whatever the view. What has data-refresh-too belongs to it elsewhere on the page.
const requestPolicy = (() => {
  const underWay = new Set();
  let viewRequest = null;
  // Counts the views shown: what was made for an earlier one is out of date.
  let viewNumber = 0;
  let outdated = "";
  // What the user has opened stays open.
  htmx.config.morphIgnore.push("open");
  // Rows that a user drags, once that has been loaded.
  let drag = { isUnderWay: () => false, isAhead: () => false };

  on("htmx:config:request", (ctx) => { if (isView(ctx) && !ctx.isRefresh) keepOtherWishes(ctx); });
  on("htmx:before:request", send);
  on("htmx:before:response", checkSender);
  on("htmx:after:request", (ctx) => { if (!ctx.isBackground) formDrafts.answered(ctx); return place(ctx); });
  on("htmx:before:swap", (ctx, { tasks }) => { dropOutdated(ctx, tasks); keepEditors(ctx, tasks); keepRowsUnique(tasks); });
  on("htmx:after:swap", (ctx) => { if (ctx.response?.status >= 500) requestErrors.addRetry(ctx); });
  on("htmx:error", (ctx) => { if (ctx && !ctx.isBackground) requestErrors.add(ctx, "unsent"); });
  on("htmx:finally:request", finish);
  // What comes back goes before what was asked for the page that was left: htmx would drop it behind that.
  document.addEventListener("htmx:before:history:restore", () => {
    document.body.setAttribute("hx-sync", "replace");
    queueMicrotask(() => document.body.removeAttribute("hx-sync"));
  });
  // A page from the back/forward cache shows what was so when it was left, and so does one that was in the background.
  addEventListener("pageshow", ({ persisted }) => { if (persisted) refreshView(); });
  let isAway = false;
  addEventListener("blur", () => { isAway = true; });
  addEventListener("focus", comeBack);
  document.addEventListener("visibilitychange", () => document.hidden ? (isAway = true) : comeBack());
  // As does one that is in view when the browser's day ends.
  let day = new Date().getDate();
  setInterval(() => {
    const today = new Date().getDate();
    if (today === day || underWay.size) return;
    day = today;
    isAway = true;
    if (!document.hidden) comeBack();
  }, 60_000);

  function comeBack() {
    if (isAway && !underWay.size) {
      refreshView(true);
      document.getElementById("reminder-poll")?.dispatchEvent(new Event("returned"));
    }
    isAway = false;
  }

  function refreshView(isBackground = false) {
    if (viewPart()) refresh(viewPart(), isBackground);
  }

  function viewPart() {
    const view = document.querySelector("[data-refresh]");
    return view ? `#${view.id}` : "";
  }

  function on(name, handle) {
    document.addEventListener(name, (event) => {
      if (handle(event.detail.ctx, event.detail) === false) event.preventDefault();
    });
  }

  function isView({ request, target }) {
    return request.method === "GET" && (target === document.body || (target instanceof Element && target.matches("[data-refresh]")));
  }

  // Of two changes of the view the later one keeps what the earlier one asked for, answered or not.
  function keepOtherWishes(ctx) {
    const list = document.getElementById("list");
    const defaults = Object.fromEntries(new URLSearchParams(list?.dataset.defaults));
    const read = (url, body = []) => ({ ...defaults, ...Object.fromEntries([...new URL(url, location).searchParams, ...body]) });
    if (!list) return;
    const shown = read(list.dataset.view);
    const wish = read(ctx.request.action, ctx.request.body);
    const wishes = viewRequest ? read(viewRequest.request.action) : { ...shown };
    for (const name of Object.keys({ ...shown, ...wish })) if (wish[name] !== shown[name]) wishes[name] = wish[name];
    const chosen = Object.entries(wishes).filter(([name, value]) => value && value !== defaults[name]);
    ctx.request.action = `${new URL(ctx.request.action, location).pathname}?${new URLSearchParams(chosen)}`;
    ctx.request.body = new FormData();
  }

  function send(ctx) {
    const { user } = document.body.dataset;
    if (user) ctx.request.headers["Daybook-User"] = user;
    if (viewRequest && ctx.target?.id === "more") {
      viewRequest.thenMore = viewRequest.isRefresh;
      return false;
    }
    // A page in the background asks again when the user comes back to it.
    if (document.hidden && ctx.sourceElement.matches("[data-background]")) return false;
    if (isView(ctx)) {
      if (viewRequest) viewRequest.isReplaced = true;
      // htmx has that of the history to itself.
      viewRequest?.request.abort?.();
      viewRequest = ctx;
    }
    ctx.viewNumber = viewNumber;
    // What is done in the panel, or below a row, may change the view around it.
    ctx.refreshes = ctx.sourceElement.matches("[data-refreshes]") || isDoneBeside(ctx);
    for (const other of underWay) noteOverlap(ctx, other);
    // What is typed is read, not sent.
    if (ctx.sourceElement.matches("[data-preview]")) Object.assign(ctx, { isBackground: true, previewOf: ctx.sourceElement.value });
    else if (ctx.sourceElement.matches("[data-background]")) ctx.isBackground = true;
    else formDrafts.sending(ctx);
    if (!ctx.isBackground) underWay.forEach((other) => dropBehind(ctx, other));
    underWay.add(ctx);
    return true;
  }

  // What was asked in the background takes back nothing that is done in its place.
  function dropBehind(ctx, other) {
    if (other.isBackground && other.target === ctx.target) other.request.abort();
  }

  function isDoneBeside({ request, sourceElement }) {
    const beside = new URL(location).searchParams.has("task") ? ".task__fact, #panel :is(.steps, .fact), #notices" : ".task__fact";
    return request.method !== "GET" && Boolean(sourceElement.closest(beside));
  }

  // The server may have made one answer before it had the other request: afterwards the page is fetched again.
  function noteOverlap(one, other) {
    const actions = [one, other].filter(({ request, sourceElement }) => request.method !== "GET" && !sourceElement.matches("[data-background]")).length;
    // An action that renders the view again, or the rows in it, may do so without what the other one did.
    const rendersView = [one, other].some(({ select, target }) => target instanceof Element && (select || target.matches("[data-refresh], #panel")));
    const rendersSame = one.target?.id && one.target.id === other.target?.id;
    if (actions === 2) one.overlap = ((rendersView || rendersSame) && viewPart()) || one.overlap || "#counts";
    else if (actions === 1 && [one, other].some((ctx) => isView(ctx) || ctx.target?.id === "panel")) one.overlap = viewPart() || "#views";
  }

  // A proxy, a hotel's sign-in page: nothing of theirs lands in the page.
  function checkSender(ctx) {
    if (ctx.response.headers.has("Daybook")) return true;
    if (ctx.target === document.body) location.reload();
    else if (!ctx.isBackground) requestErrors.add(ctx, "foreign");
    return false;
  }

  function place(ctx) {
    const { status } = ctx.response;
    if (ctx.isReplaced) return false;
    if ("previewOf" in ctx && ctx.previewOf !== ctx.sourceElement.value) return false;
    if (status < 500) requestErrors.resolve(ctx.sourceElement);
    // The user pressed nothing: where the session has ended, the next action says so.
    if (ctx.isBackground && ctx.hx.redirect) return false;
    if (status < 400) ctx.sourceElement.closest("#notices > .notice")?.remove();
    if (ctx.hx.retarget || ctx.hx.redirect || ctx.target === document.body) return true;
    if (status >= 400 && ctx.select) return fail(ctx, status >= 500 ? "failed" : "refused", reasonOn(ctx.text));
    // The view comes again when all that was dragged is told.
    if (ctx.target.matches("[data-refresh]") && drag.isAhead(ctx)) return wait(ctx);
    if (isView(ctx)) viewNumber += 1;
    else if (isOutdated(ctx) && !isEditor(ctx.target) && (ctx.select || ctx.target.matches("#counts, #more"))) return dropMain(ctx);
    const isOfOtherTask = ctx.target.id === "panel" && ctx.panelTask && ctx.panelTask !== panelTask();
    if (!isOfOtherTask && ctx.target.isConnected) return true;
    const target = !isOfOtherTask && ctx.target.id && document.getElementById(ctx.target.id);
    if (!target) return status >= 400 ? fail(ctx, "lost") : dropMain(ctx);
    if (status < 400 && !ctx.swap.startsWith("delete")) {
      // An editor that was opened meanwhile stays, and one that was closed is not opened by an answer to what was sent before.
      if (isEditor(target) && !closes(ctx, target)) return dropMain(ctx, "#counts");
      if (!isEditor(target) && ctx.sourceElement.matches("[data-for-several]")) return dropMain(ctx);
    }
    ctx.target = target;
    return true;
  }

  // What a refresh of the view leaves alone.
  function isEditor(place) {
    return place.matches("[hx-morph-skip]");
  }

  // Cancel, pressed before the form came again; not where it came with text that could not be saved.
  function closes({ sourceElement }, editor) {
    return sourceElement.matches("[data-cancel]") && !editor.querySelector("[data-unsaved]");
  }

  function fail(ctx, kind, reason) {
    // No user sent a background refresh; the next one is sent at the next return.
    if (!ctx.isBackground) requestErrors.add(ctx, kind, reason);
    return false;
  }

  // An error page came instead of the page whose part was asked for.
  function reasonOn(page) {
    return new DOMParser().parseFromString(page, "text/html").querySelector("[data-reason]")?.textContent;
  }

  // What comes beside the main part still lands.
  function dropMain(ctx, part = viewPart() || "#views") {
    if (ctx.target.id === "more") return false;
    if (ctx.request.method !== "GET") outdated = part;
    ctx.hx.pushurl = ctx.hx.replaceurl = undefined;
    Object.assign(ctx, { target: document.body, swap: "none", push: "false", replace: "false" });
    return true;
  }

  function wait(ctx) {
    const lands = dropMain(ctx);
    outdated = viewPart();
    return lands;
  }

  function isOutdated(ctx) {
    return ctx.viewNumber !== viewNumber || (viewRequest !== null && viewRequest !== ctx);
  }

  function dropOutdated(ctx, tasks) {
    const counts = tasks.findIndex(({ target }) => target?.id === "counts");
    if (!isOutdated(ctx) || counts < 0) return;
    tasks.splice(counts, 1);
    outdated ||= "#counts";
  }

  // An editor stays open where the new view has its row, or the panel the fact, and where it comes beside something else.
  function keepEditors(ctx, tasks) {
    const isKept = ({ target, swapSpec }) => target !== ctx.target && target?.matches?.(":is(li, .fact)[hx-morph-skip]")
      && (swapSpec.style ?? swapSpec) !== "delete" && !target.contains(ctx.sourceElement);
    tasks.splice(0, tasks.length, ...tasks.filter((task) => !isKept(task)));
    const editors = isView(ctx) ? "#list li[hx-morph-skip]" : ctx.target.id === "panel" ? "#panel .fact--editing" : "";
    for (const { fragment } of editors ? tasks : []) {
      for (const { id } of document.querySelectorAll(editors)) {
        fragment.querySelector(`[id="${id}"]`)?.setAttribute("hx-preserve", "");
      }
    }
  }

  // Rows that were added or edited by hand come again when the list is continued.
  function keepRowsUnique(tasks) {
    for (const { target, fragment, swapSpec } of tasks) {
      const replaces = (row) => !/^(before|after)/.test(swapSpec.style) && target.contains(row);
      // What stands in the panel stands in the list too.
      for (const row of target && !target.closest?.("#panel") ? fragment.querySelectorAll("li[id]") : []) {
        const shown = document.getElementById(row.id);
        if (shown && !replaces(shown)) (shown.matches("[hx-morph-skip]") ? row : shown).remove();
      }
    }
  }

  function finish(ctx) {
    underWay.delete(ctx);
    if (viewRequest === ctx) viewRequest = null;
    if (ctx.thenMore) document.querySelector("#more a")?.click();
    if (ctx.overlap && outdated !== viewPart()) outdated = ctx.overlap;
    if (ctx.refreshes && ctx.response?.status < 400) outdated = viewPart() || "#views";
    settle();
  }

  // One that waited for this one goes first.
  function settle() {
    setTimeout(() => { if (!underWay.size && outdated && !drag.isUnderWay()) refresh(outdated); });
  }

  // The numbers of the index come along; a page without such a part has only them.
  function refresh(part, isBackground = false) {
    outdated = "";
    const target = [part, "#views"].find((one) => one && document.querySelector(one));
    const beside = [...document.querySelectorAll(`#views, ${part === viewPart() ? "[data-refresh-too]" : "#views"}`)];
    const selectOOB = beside.map(({ id }) => `#${id}`).filter((one) => one !== target).map((one) => `${one}:outerMorph`).join(",");
    const options = { target, select: target, selectOOB, swap: "outerMorph", isRefresh: true, isBackground };
    if (target) htmx.ajax("GET", location.pathname + location.search, options);
  }

  // Whether an answer is on its way that replaces this row.
  const isChanging = (row) => [...underWay].some(({ target }) => target?.id === row.id);

  return { settle, isChanging, follow: (dragging) => { drag = dragging; } };
})();
