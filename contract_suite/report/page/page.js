"use strict";
(() => {
  const one = (id) => document.getElementById(id);
  let findings = [...document.querySelectorAll(".finding")];
  const worstFirst = findings;
  const texts = new Map();
  let current = -1;

  // What a finding says, in lower case; worked out when it is first searched.
  const textOf = (finding) => {
    if (!texts.has(finding)) texts.set(finding, finding.textContent.toLowerCase());
    return texts.get(finding);
  };

  const visible = () => findings.filter((finding) => !finding.hidden);

  const filter = () => {
    const words = one("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = one("level").value;
    const family = one("family") ? one("family").value : "";
    const kind = one("kind").value;
    const operation = one("operation").value;
    const check = one("check").value;
    for (const finding of findings) {
      const { dataset } = finding;
      finding.hidden = !((!level || dataset.level === level) && (!family || dataset.family === family)
        && (!operation || dataset.operations.split("\n").includes(operation)) && (!check || dataset.check === check)
        && (!kind || dataset.kind.split(" ").includes(kind)) && words.every((word) => textOf(finding).includes(word)));
    }
    const shown = visible().length;
    one("shown").textContent = shown === findings.length ? `${shown} finding${shown === 1 ? "" : "s"}` : `${shown} of ${findings.length} findings`;
    one("none").hidden = shown > 0;
    for (const heading of document.querySelectorAll("h3.group")) {
      const count = heading.members.filter((finding) => !finding.hidden).length;
      heading.hidden = !count;
      heading.lastChild.textContent = ` ${count}`;
    }
    remember();
  };

  // Findings of one operation, check, level or line of the contract below a heading of theirs, in the order of the worst.
  const KEYS = {
    operation: (finding) => finding.dataset.operations.split("\n")[0] || "The API",
    check: (finding) => finding.dataset.check,
    level: (finding) => (finding.dataset.level === "failure" ? "Failures" : "Advisories"),
    place: (finding) => finding.dataset.place,
  };
  const group = () => {
    const key = KEYS[one("group").value];
    document.querySelectorAll("h3.group").forEach((heading) => heading.remove());
    const groups = new Map();
    for (const finding of worstFirst) {
      const name = key ? key(finding) : "";
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(finding);
    }
    for (const [name, members] of groups) {
      if (key) {
        const heading = document.createElement("h3");
        heading.className = "group";
        heading.members = members;
        heading.append(name, document.createElement("small"));
        one("list").append(heading);
      }
      one("list").append(...members);
    }
    findings = [...groups.values()].flat();
    current = -1;
    filter();
  };

  // What is chosen stands in the address, so that a filtered page can be shared.
  const NAMES = ["search", "level", "family", "operation", "check", "kind", "group"];
  const remember = () => {
    const chosen = new URLSearchParams();
    for (const name of NAMES) if (one(name) && one(name).value) chosen.set(name, one(name).value);
    const query = chosen.toString();
    try { history.replaceState(null, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`); } catch { /* where addresses can't be changed */ }
  };
  const recall = (query) => {
    const chosen = new URLSearchParams(query);
    for (const name of NAMES) if (one(name)) {
      one(name).value = chosen.get(name) || "";
      if (one(name).tagName === "SELECT" && one(name).selectedIndex < 0) one(name).value = "";
    }
    group();
  };

  const choose = (finding) => {
    findings.forEach((each) => each.classList.toggle("current", each === finding));
    current = findings.indexOf(finding);
    finding.querySelector("summary").focus({ preventScroll: true });
    finding.scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const list = visible();
    if (!list.length) return;
    let place = list.findIndex((each) => findings.indexOf(each) >= current);
    if (place < 0) place = list.length - 1;
    if (current >= 0 && list[place] === findings[current]) place += by;
    choose(list[Math.max(0, Math.min(list.length - 1, place))]);
  };

  // A link into something folded opens it, and a link to a finding that the filter hides shows it.
  const arrive = () => {
    let name = location.hash.slice(1);
    try { name = decodeURIComponent(name); } catch { /* a hash that no link of ours holds */ }
    const target = name && one(name);
    if (!target) return;
    if (target.hidden && target.classList.contains("finding")) {
      one("filter").reset();
      group();
    }
    for (let box = target; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    target.scrollIntoView();
    if (target.classList.contains("finding")) choose(target);
  };

  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const paint = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    one("theme").textContent = dark() ? "Light" : "Dark";
  };
  const turn = () => {
    const theme = dark() ? "light" : "dark";
    paint(theme);
    try { localStorage.setItem("contract-suite-theme", theme); } catch { /* a page without storage forgets */ }
  };

  let kept = null;
  try { kept = localStorage.getItem("contract-suite-theme"); } catch { /* as above */ }
  paint(kept === "dark" || kept === "light" ? kept : "");
  one("theme").hidden = one("help").hidden = false;
  one("theme").addEventListener("click", turn);
  one("help").addEventListener("click", () => one("keys").showModal());

  if (findings.length) {
    one("filter").hidden = false;
    one("filter").addEventListener("submit", (event) => event.preventDefault());
    for (const name of NAMES) if (one(name)) one(name).addEventListener("input", name === "group" ? group : filter);
    for (const link of document.querySelectorAll("a.only")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        recall(link.dataset.query);
        one("findings").scrollIntoView();
      });
    }
    one("narrow").addEventListener("click", () => {
      one("narrow").setAttribute("aria-expanded", String(one("filter").classList.toggle("wide")));
    });
    one("unfold").addEventListener("click", () => {
      const open = visible().some((finding) => !finding.open);
      visible().forEach((finding) => { finding.open = open; });
      one("unfold").textContent = open ? "Close all" : "Open all";
    });
    recall(location.search);
  }

  if (navigator.clipboard) {
    for (const command of document.querySelectorAll("pre.copy")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(command.textContent);
          button.textContent = "Copied";
        } catch { button.textContent = "Not allowed"; }
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      command.before(button);
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || one("keys").open) return;
    const typing = event.target instanceof Element && event.target.matches("input, select, textarea");
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing) return;
    const keys = {
      "/": () => findings.length && one("search").focus(),
      j: () => step(1),
      k: () => step(-1),
      o: () => { if (current >= 0) findings[current].open = !findings[current].open; },
      t: turn,
      "?": () => one("keys").showModal(),
    };
    if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // Paper gets the verdict, a line for each finding that is shown, and the matrix. What the reader has opened is printed in full.
  let untouched = document.querySelector(".finding[open]");
  if (untouched) untouched.querySelector("summary").addEventListener("click", () => { untouched = null; });
  addEventListener("beforeprint", () => {
    if (untouched) untouched.open = false;
    let shown = 0;
    for (const each of findings) each.classList.toggle("beyond", !each.hidden && (shown += 1) > 24);
  });
  addEventListener("afterprint", () => { if (untouched) untouched.open = true; });
  addEventListener("hashchange", arrive);
  arrive();
})();
