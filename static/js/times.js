(() => {
  const year = new Date().getFullYear();
  const parts = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
  let recent, older, whole;

  // The browser's first use of Intl takes as long as drawing the page: only where there is a time.
  function wakeUp() {
    recent = new Intl.DateTimeFormat(undefined, parts);
    older = new Intl.DateTimeFormat(undefined, { ...parts, year: "numeric" });
    whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
  }

  function localise() {
    for (const time of document.querySelectorAll("time[datetime]:not([title])")) {
      if (!whole) wakeUp();
      const moment = new Date(time.dateTime);
      time.title = whole.format(moment);
      time.textContent = (moment.getFullYear() === year ? recent : older).format(moment);
    }
  }

  localise();
  document.addEventListener("htmx:after:settle", localise);
})();
