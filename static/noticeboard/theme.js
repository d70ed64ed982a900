// Before the first paint: the colours chosen with the switch, kept as Django's admin keeps them.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // No storage, no choice: the system's colours stay.
  }
})();
