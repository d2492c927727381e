// The menu of a row. Until it is first used it is a link to the page of the task, which has the same actions.
const menuOf = (row) => {
  const link = row.querySelector("a.menu");
  if (!link) return row.querySelector("details.menu");
  const menu = document.getElementById("row-menu").content.firstElementChild.cloneNode(true);
  for (const form of menu.querySelectorAll("form")) form.setAttribute("action", addressIn(link, form.getAttribute("action")));
  // The place to come back to goes with links only: what is sent says it in its headers.
  for (const item of menu.querySelectorAll("a")) item.href = addressIn(link, item.getAttribute("href")) + link.search;
  const summary = menu.querySelector("summary");
  summary.ariaLabel = link.ariaLabel;
  const isFocused = document.activeElement === link;
  link.replaceWith(menu);
  htmx.process(menu);
  if (isFocused) summary.focus();
  return menu;
};

const addressIn = (link, address) => address.replace("/tasks/0", link.pathname);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.menu");
  if (!link) return;
  event.preventDefault();
  const menu = menuOf(link.closest("li"));
  menu.open = true;
  menu.querySelector("summary").focus();
});
