// What a row offers besides its forms: a field for a task below it, its address to copy, and, over it or with the focus
// in it, what is planned most often.
(() => {
  const { setPlace } = globalThis.daybook;
  const PLANNED = "main :not(.tasks--one) > li.task[id]:not(.task--done, .trash__item, [hx-morph-skip])";
  const FACTS = { due: "Due", move: "Move" };
  const titleOf = (row) => row.querySelector(".task__title");
  const announce = (text) => { document.getElementById("announcer").textContent = text; };

  document.addEventListener("click", (event) => {
    const { target } = event;
    const link = target.closest("[data-below]");
    if (link && document.getElementById("new-below")) {
      event.preventDefault();
      addBelow(link.closest("li"));
    } else if (target.closest("[data-copy-link]")) copy(target.closest("li"));
    else if (target.closest("[data-clear-below]")) {
      clear();
      target.closest("form").querySelector("input:not([type=hidden])").focus();
    }
  });

  // One task goes below the row; the next ones at the end again.
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.then && "submitQueue" in ctx.then && ctx.response.status < 300) clear();
  });

  function addBelow(row) {
    const note = document.getElementById("new-below");
    clear();
    row.querySelector("details.menu")?.removeAttribute("open");
    note.querySelector("bdi").textContent = titleOf(row).textContent;
    note.querySelector("[data-row]").value = row.id.split("-").at(-1);
    setPlace(note, row.closest("[data-place]")?.dataset.place);
    note.hidden = false;
    // A step is shown beside the view.
    note.closest("form").toggleAttribute("data-refreshes", Boolean(row.closest("[data-view]")));
    document.querySelector("[data-field=new-title]").click();
  }

  function clear() {
    const note = document.getElementById("new-below");
    if (!note) return;
    note.hidden = true;
    note.querySelector("[data-row]").value = "";
    setPlace(note);
    note.closest("form").removeAttribute("data-refreshes");
  }

  async function copy(row) {
    const link = titleOf(row);
    const address = location.origin + link.pathname;
    row.querySelector("details.menu")?.removeAttribute("open");
    try {
      await navigator.clipboard.writeText(address);
      announce(`Copied the link of ${link.textContent}`);
    } catch {
      announce(`The browser did not let the link be copied: ${address}`);
    }
  }

  for (const sign of ["pointerover", "focusin"]) document.addEventListener(sign, ({ target }) => offerDates(target));
  document.querySelectorAll(`${PLANNED}:is(:hover, :focus-within)`).forEach(offerDates);

  // Beside the menu, which has them too.
  function offerDates(element) {
    const row = element.closest(PLANNED);
    if (!row || row.querySelector(".task__actions > [data-fact]")) return;
    const { pathname, search, textContent } = titleOf(row);
    const links = Object.entries(FACTS).map(([fact, words]) => {
      const link = Object.assign(document.createElement("a"), { className: "button button--quiet", textContent: words, ariaLabel: `${words}: ${textContent}` });
      link.href = `${pathname}/${fact}${search}`;
      link.dataset.fact = fact;
      return link;
    });
    row.querySelector(".task__actions")?.prepend(...links);
  }
})();
