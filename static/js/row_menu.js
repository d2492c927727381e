// The menu of a row. Until it is first used it is a link to the page of the task, which has the same actions.
const menuOf = (row) => {
  const link = row.querySelector("a.menu");
  if (!link) return row.querySelector("details.menu");
  const menu = document.getElementById("row-menu").content.firstElementChild.cloneNode(true);
  for (const name of ["action", "hx-post"]) {
    for (const form of menu.querySelectorAll(`[${name}]`)) form.setAttribute(name, addressIn(link, form.getAttribute(name)));
  }
  for (const part of menu.querySelectorAll("[data-only-in]")) row.closest(part.dataset.onlyIn) || part.remove();
  const toggle = row.querySelector(".task__toggle");
  if (!row.matches(".task--done")) menu.querySelector(".menu__complete").setAttribute("action", toggle.getAttribute("action"));
  // The place to come back to goes with links only: what is sent says it in its headers.
  for (const item of menu.querySelectorAll("a")) item.href = withQuery(addressIn(link, item.getAttribute("href")), link.search);
  const summary = menu.querySelector("summary");
  summary.ariaLabel = link.ariaLabel;
  const isFocused = document.activeElement === link;
  link.replaceWith(menu);
  htmx.process(menu);
  if (isFocused) summary.focus();
  return menu;
};

const addressIn = (link, address) => address.replace("/tasks/0", link.pathname).replace(/=0$/, `=${link.pathname.split("/").at(-1)}`);
const withQuery = (address, query) => address + (address.includes("?") ? query.replace("?", "&") : query);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.menu");
  if (!link) return;
  event.preventDefault();
  const menu = menuOf(link.closest("li"));
  menu.open = true;
  menu.querySelector("summary").focus({ preventScroll: true });
  menu.querySelector(".menu__items").scrollIntoView({ block: "nearest" });
});

// Hidden fields of a place, instead of those of another one.
function setPlace(element, place = "") {
  element.querySelectorAll("[data-of-place]").forEach((field) => field.remove());
  for (const [name, value] of new URLSearchParams(place)) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    field.dataset.ofPlace = "";
    element.append(field);
  }
}

// A move says where it is made: in which list, on which day. The view comes again, or the steps alone.
document.addEventListener("submit", ({ target: form }) => {
  if (!form.matches("[data-moves]")) return;
  const { place, view = "#tasks" } = form.closest("[data-place]").dataset;
  setPlace(form, place);
  for (const name of ["hx-target", "hx-select"]) form.setAttribute(name, view);
  form.setAttribute("hx-sync", `${view}:queue all`);
}, true);

// The form of a fact opens below its row; where the fact itself is shown, there.
(() => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".menu__items [data-fact]");
    if (!link) return;
    event.preventDefault();
    const row = link.closest("li");
    if (requestPolicy.isChanging(row)) return openLater(row.id, link.dataset.fact);
    link.closest("details").open = false;
    const shown = document.getElementById(`${link.dataset.fact}-link-${link.pathname.split("/")[2]}`);
    if (shown) shown.click();
    else htmx.ajax("GET", link.href, { source: link, target: placeBelow(row), swap: "innerHTML" });
  });

  // The answer that is under way replaces the row, and would take the form with it.
  function openLater(id, fact) {
    const isWanted = openings.wait(true);
    document.addEventListener("htmx:finally:request", () => setTimeout(() => {
      const row = isWanted() && document.getElementById(id);
      if (row) menuOf(row)?.querySelector(`[data-fact="${fact}"]`)?.click();
    }), { once: true });
  }

  // Instead of the fact as a line, which is for the page of the task.
  document.addEventListener("click", (event) => {
    const place = event.target.closest(".task__fact");
    if (!place || !event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    event.stopPropagation();
    leave(place.closest("li"));
  }, true);

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    // Another month of the same form leaves it open, and so does one that is for several.
    const isDone = ctx.request.method !== "GET" && !ctx.sourceElement.matches("[data-for-several]");
    ctx.rowOfFact = isDone && ctx.sourceElement.closest(".task__fact")?.closest("li");
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.rowOfFact && ctx.response.status < 400 && !ctx.staysOpen) leave(ctx.rowOfFact);
    else if (ctx.target.matches?.(".task__fact")) ctx.target.querySelector("[autofocus], button, input:not([type=hidden])").focus();
  });

  // Cancelled before it came, or lost.
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.target?.matches?.("li > .task__fact:empty")) leave(ctx.target.closest("li"));
  });

  function placeBelow(row) {
    document.querySelectorAll(".task__fact").forEach((other) => row.contains(other) || leave(other.closest("li")));
    const place = row.querySelector(".task__fact") ?? document.createElement("dl");
    place.className = "task__fact";
    row.append(place);
    // An open form survives a refresh of the list.
    row.setAttribute("hx-morph-skip", "");
    return place;
  }

  function leave(row) {
    const shown = document.getElementById(row.id) ?? row;
    shown.querySelector(".task__fact")?.remove();
    shown.removeAttribute("hx-morph-skip");
    shown.querySelector(".task__title")?.focus({ preventScroll: true });
  }
})();
