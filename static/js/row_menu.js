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
