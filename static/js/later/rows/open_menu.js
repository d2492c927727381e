// A menu that is open stays so when its row comes again, but not when it comes with what was pressed in it.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const menu = document.querySelector("li .menu[open]");
  if (!menu || menu.contains(ctx.sourceElement)) return;
  const { id } = menu.closest("li");
  menu.id = `${id}-menu`;
  for (const { fragment } of tasks) {
    const link = fragment.querySelector(`[id="${id}"] a.menu`);
    if (link) Object.assign(link, { id: menu.id }).setAttribute("hx-preserve", "");
  }
});
