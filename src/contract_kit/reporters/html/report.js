"use strict";
// Everything on the page can be read without this: it filters, opens and closes, copies, and keeps the theme.
(() => {
  const find = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);

  // -- theme: as the system has it, or as chosen --------------------------------------------------------------------------
  const themes = ["auto", "light", "dark"];
  const button = one("theme");
  const kept = (write) => {
    try {
      if (write !== undefined) localStorage.setItem("contract-kit-theme", write);
      return localStorage.getItem("contract-kit-theme");
    } catch {
      return null; // a browser that keeps nothing for files
    }
  };
  let theme = themes.includes(kept()) ? kept() : "auto";
  const dress = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    kept(theme);
    dress();
  });
  button.hidden = false;
  dress();

  // -- copying ------------------------------------------------------------------------------------------------------------
  for (const copy of find("[data-copy]")) {
    copy.hidden = false;
    const label = copy.firstChild;
    copy.addEventListener("click", async () => {
      const source = one(copy.dataset.copy);
      getSelection().selectAllChildren(source);
      let done = false;
      try {
        await navigator.clipboard.writeText(source.textContent);
        done = true;
      } catch {
        done = document.execCommand("copy");
      }
      label.nodeValue = done ? "Copied" : "Selected";
      setTimeout(() => { label.nodeValue = "Copy"; }, 2000);
    });
  }

  // -- opening ------------------------------------------------------------------------------------------------------------
  const causes = find(".cause").map((node) => ({
    node,
    places: find(".place", node).map((place) => ({ node: place, group: place.dataset.group })),
    api: node.dataset.api.split(" "),
  }));
  const reveal = () => {
    const target = location.hash.length > 1 && one(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (details) details.open = true;
    if (target && target.matches(".cause")) target.querySelector("summary").focus();
  };
  addEventListener("hashchange", reveal);
  reveal();
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = find("details:not([open])");
    for (const details of closed) if (!details.closest(".picture")) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  // -- filters ------------------------------------------------------------------------------------------------------------
  const form = document.querySelector(".filters");
  if (!form) return;
  const listed = causes.reduce((sum, cause) => sum + cause.places.length, 0);
  const text = (entry, node) => (entry.text ??= node.textContent.toLowerCase());
  const own = (cause) => text(cause, { textContent: find("summary, .matter", cause.node).map((part) => part.textContent).join(" ") });

  const filter = () => {
    const wanted = new FormData(form);
    const words = one("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const group = wanted.get("group") || "";
    let shownCauses = 0;
    let shownPlaces = 0;
    for (const cause of causes) {
      const { severity, evidence, code } = cause.node.dataset;
      const severities = form.elements.severity ? wanted.getAll("severity") : [severity];
      const evidences = form.elements.evidence && evidence ? wanted.getAll("evidence") : [evidence];
      let fits = severities.includes(severity) && evidences.includes(evidence);
      fits &&= !wanted.get("code") || wanted.get("code") === code;
      fits &&= !wanted.get("api") || cause.api.includes(wanted.get("api"));
      const whole = fits && words.every((word) => own(cause).includes(word));
      let some = 0;
      for (const place of cause.places) {
        const inside = fits && (!group || place.group === group);
        const here = inside && (whole || words.every((word) => (own(cause) + text(place, place.node)).includes(word)));
        place.node.hidden = !here;
        some += here;
      }
      const shown = some > 0 || (whole && !group);
      cause.node.hidden = !shown;
      shownCauses += shown;
      shownPlaces += some;
    }
    one("shown").textContent = `${shownCauses} of ${causes.length} causes, ${shownPlaces} of ${listed} listed places shown`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => event.preventDefault());
  one("open-all").addEventListener("click", () => { for (const cause of causes) if (!cause.node.hidden) cause.node.open = true; });
  one("close-all").addEventListener("click", () => { for (const cause of causes) cause.node.open = false; });
  form.hidden = false;
  filter();
})();
