(() => {
  const year = new Date().getFullYear();
  const parts = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
  const styles = { recent: parts, older: { ...parts, year: "numeric" }, whole: { dateStyle: "full", timeStyle: "long" } };
  const formats = {};

  // The browser's first use of Intl takes as long as drawing the page: each format only where it is needed.
  function said(moment, style) {
    formats[style] ??= new Intl.DateTimeFormat(undefined, styles[style]);
    return formats[style].format(moment);
  }

  function localise() {
    for (const time of document.querySelectorAll("time[datetime]:not([data-local])")) {
      const moment = new Date(time.dateTime);
      time.textContent = said(moment, moment.getFullYear() === year ? "recent" : "older");
      time.dataset.local = "";
    }
  }

  // Only a pointer shows a title.
  document.addEventListener("pointerover", ({ target }) => {
    if (target.matches("time[data-local]:not([title])")) target.title = said(new Date(target.dateTime), "whole");
  });

  localise();
  document.addEventListener("htmx:after:settle", localise);
})();
