// The strip above the chats: figures, faults, time.

const strip = {
  show(now) {
    for (const name of ["credits", "running", "done", "failed"]) find(document, name).textContent = now[name];
    let some = false;
    for (const [name, state] of Object.entries(now.switches)) {
      const button = document.querySelector(`[data-switch=${name}]`);
      button.setAttribute("aria-pressed", Boolean(state));
      if (Number.isInteger(state)) button.textContent = button.textContent.replace(/\d+$/, state || 3);
      some ||= Boolean(state);
    }
    find(document, "gear").classList.toggle("some", some);
    const wrong = find(document, "violations");
    wrong.hidden = !now.violations.length;
    wrong.textContent = `⚠ ${now.violations.length} wrong calls`;
    wrong.title = now.violations.join("\n");
    find(document, "shifted").textContent = now.shifted ? `ahead by ${span(now.shifted)}` : "";
  },

  /** The verdict on the books: in words, and as a state. */
  verdict(audit) {
    if (audit.error) return [`books: ${audit.error}`, "unknown"];
    if (!audit.findings.length) return [`books sound: ${audit.invariants} invariants on ${audit.rows} rows`, "sound"];
    return [`${audit.findings.length} findings:\n${audit.findings.join("\n")}`, "findings"];
  },

  audit(audit) {
    const [words, state] = this.verdict(audit);
    const place = find(document, "audit");
    place.dataset.audit = state;
    place.textContent = { sound: "books sound", findings: `${audit.findings?.length} findings`, unknown: "books ?" }[state];
    place.title = words;
  },

  async attempt(step) {
    const place = find(document, "strip-error");
    try { await step(); place.hidden = true; } catch (error) { place.textContent = error.message; place.hidden = false; }
  },

  listen() {
    const gear = find(document, "gear"), faults = find(document, "faults");
    gear.addEventListener("click", () => gear.setAttribute("aria-expanded", faults.classList.toggle("open")));
    find(document, "strip-error").addEventListener("click", (event) => { event.currentTarget.hidden = true; });
    for (const button of document.querySelectorAll("[data-switch]")) {
      button.setAttribute("aria-pressed", false);
      button.addEventListener("click", () => this.attempt(async () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        this.show(await post(`/api/switch/${button.dataset.switch}`, { on }));
      }));
    }
    for (const button of document.querySelectorAll("[data-time]")) {
      button.addEventListener("click", () => this.attempt(async () => this.show(await post("/api/time", { seconds: Number(button.dataset.time) }))));
    }
    const restart = find(document, "restart");
    restart.addEventListener("click", () => this.attempt(async () => {
      restart.disabled = true;
      restart.textContent = "restarting…";
      try { this.show(await post("/api/restart", {})); } finally { restart.disabled = false; restart.textContent = "restart"; }
    }));
    const dialog = find(document, "newcomer");
    find(document, "add-user").addEventListener("click", () => dialog.showModal());
    find(document, "newcomer-cancel").addEventListener("click", () => dialog.close());
    dialog.querySelector("form").addEventListener("submit", (event) => this.attempt(async () => {
      const form = event.target;
      const { id } = await post("/api/users", { name: form.elements.name.value, language: form.elements.language.value });
      form.reset();
      seats.wanted = id;
    }));
  },
};

