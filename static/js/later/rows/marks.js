// Marks in the field for a task the words that chips were read from.
(() => {
  function mark() {
    for (const field of document.querySelectorAll("[data-preview]")) {
      const marks = field.previousElementSibling;
      // Where the field is scrolled to takes a layout of the page to know.
      if (!field.value && !marks.textContent) continue;
      const parts = [...field.form.querySelectorAll(".chip__plain[data-nth]")].map(({ dataset }) => partOf(field.value, dataset));
      marks.replaceChildren(...segments(field.value, parts.filter(Boolean)));
      marks.scrollLeft = field.scrollLeft;
    }
  }

  function partOf(text, { words, nth }) {
    const before = text.split(words).slice(0, Number(nth) + 1).join(words).length;
    return words && before < text.length ? [before, before + words.length] : null;
  }

  function segments(text, parts) {
    const marked = parts.sort(([a], [b]) => a - b).map(([start, end]) => Object.assign(document.createElement("mark"), { textContent: text.slice(start, end) }));
    const ends = [0, ...parts.map(([, end]) => end)];
    return ends.flatMap((end, place) => [text.slice(end, parts[place]?.[0]), ...marked.slice(place, place + 1)]);
  }

  for (const event of ["input", "htmx:after:swap", "htmx:finally:request"]) document.addEventListener(event, mark);
  document.addEventListener("scroll", ({ target }) => {
    if (target.matches?.("[data-preview]")) target.previousElementSibling.scrollLeft = target.scrollLeft;
  }, true);
  mark();
})();
