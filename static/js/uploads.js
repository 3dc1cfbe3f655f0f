// Forms marked data-upload: files chosen, dropped on data-drop, pasted, or taken by the camera go one request each,
// two at a time, with a row from template[data-row] in data-uploads: progress, cancel, retry. A retry carries the
// same key, so a file whose answer got lost is stored once. Each end sends "uploaded" to the form, which bubbles.
// All words stand in data-say-*. Without script the form is an ordinary one.
(function () {
  "use strict";
  const AT_ONCE = 2;
  const hex = (n) => String(n).padStart(2, "0");
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const jobsOf = new WeakMap();

  function jobs(form) {
    if (!jobsOf.has(form)) jobsOf.set(form, []);
    return jobsOf.get(form);
  }

  function show(job, state, text) {
    job.state = state;
    job.row.dataset.state = state;
    job.row.querySelector("[data-text]").textContent = text;
    const over = state !== "waiting" && state !== "sending";
    job.row.querySelector("[data-cancel]").hidden = over;
    job.row.querySelector("[data-retry]").hidden = !job.again;
    const form = job.form;
    const all = jobs(form);
    const kept = all.filter((one) => one.state === "kept" || one.state === "same").length; // the same file is there already
    const left = all.filter((one) => one.state === "waiting" || one.state === "sending").length;
    const sum = form.dataset.saySum.replace("{kept}", kept).replace("{refused}", all.length - kept - left).replace("{left}", left);
    const line = form.querySelector("[data-sum]");
    if (over && line.textContent !== sum) line.textContent = sum;
  }

  function end(job, state, text, again) {
    job.again = again;
    job.xhr = null;
    show(job, state, text);
    if (state === "kept") job.form.dispatchEvent(new CustomEvent("uploaded", { bubbles: true }));
    next(job.form);
  }

  function answered(job) {
    const xhr = job.xhr;
    const say = job.form.dataset;
    const login = document.body.dataset.login;
    if (login && xhr.responseURL && new URL(xhr.responseURL).pathname === login) { end(job, "refused", say.sayExpired, true); return; }
    let told = null;
    try { told = JSON.parse(xhr.responseText); } catch { /* no answer of ours */ }
    if (told && told.state) end(job, told.state, told.text, told.state === "refused");
    else end(job, "refused", say.sayFailed, true);
  }

  function send(job) {
    const form = job.form;
    const body = new FormData();
    for (const el of form.elements) {
      if (el.name && el.type !== "file" && el.name !== "whole") body.append(el.name, job.said[el.name] ?? el.value);
    }
    body.append("key", job.key);
    body.append("upload", job.file, job.name);
    body.append("whole", "1");
    const xhr = new XMLHttpRequest();
    const bar = job.row.querySelector("progress");
    job.xhr = xhr;
    job.again = false;
    bar.value = 0;
    show(job, "sending", form.dataset.saySending);
    xhr.upload.addEventListener("progress", (event) => {
      const share = event.lengthComputable ? Math.floor(100 * event.loaded / event.total) : 0;
      bar.value = share;
      job.row.querySelector("[data-text]").textContent = share < 100 ? `${form.dataset.saySending} ${share}%` : form.dataset.sayChecking;
    });
    xhr.addEventListener("load", () => answered(job));
    xhr.addEventListener("error", () => end(job, "refused", form.dataset.sayOffline, true));
    xhr.addEventListener("abort", () => end(job, "cancelled", form.dataset.sayCancelled, true));
    xhr.open("POST", form.action);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.send(body);
  }

  function next(form) {
    const all = jobs(form);
    let free = AT_ONCE - all.filter((job) => job.state === "sending").length;
    for (const job of all) {
      if (free > 0 && job.state === "waiting") { free -= 1; send(job); }
    }
  }

  function add(form, files) {
    const said = {};
    for (const el of form.querySelectorAll("select")) said[el.name] = el.value;
    for (const file of files) {
      const row = form.querySelector("template[data-row]").content.firstElementChild.cloneNode(true);
      const job = { form, file, row, said, key: newKey(), name: nameOf(file, form), state: "waiting", again: false, xhr: null };
      row.querySelector("[data-name]").textContent = job.name;
      row.querySelector("progress").setAttribute("aria-label", job.name);
      for (const button of row.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent} ${job.name}`);
      row.querySelector("[data-cancel]").addEventListener("click", () => {
        if (job.xhr) job.xhr.abort();
        else end(job, "cancelled", form.dataset.sayCancelled, true);
        row.querySelector("[data-retry]").focus();
      });
      row.querySelector("[data-retry]").addEventListener("click", () => {
        job.again = false;
        show(job, "waiting", form.dataset.sayWaiting);
        next(form);
        if (!row.querySelector("[data-cancel]").hidden) row.querySelector("[data-cancel]").focus();
      });
      form.querySelector("[data-uploads]").append(row);
      jobs(form).push(job);
      if (file.size > Number(form.dataset.limit) * 1024 * 1024) end(job, "refused", form.dataset.sayLarge, false);
      else show(job, "waiting", form.dataset.sayWaiting);
    }
    next(form);
  }

  // a pasted picture has no name of its own
  function nameOf(file, form) {
    if (!file.pasted) return file.name;
    const now = new Date();
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(hex).join("");
    return `${form.dataset.sayShot} ${now.getFullYear()}-${hex(now.getMonth() + 1)}-${hex(now.getDate())} ${time}.png`;
  }

  function start(root) {
    for (const form of root.querySelectorAll("form[data-upload]:not([data-live])")) {
      form.dataset.live = "";
      for (const el of form.querySelectorAll("[data-plain]")) el.hidden = true;
      for (const el of form.querySelectorAll("[data-js-only]")) el.hidden = false;
      for (const el of form.querySelectorAll("input[type=file]")) el.required = false;
      // a camera is worth a button where fingers point
      if (matchMedia("(pointer: coarse)").matches) form.querySelector("[data-shoot]").hidden = false;
    }
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-upload]");
    if (!form || event.target.type !== "file" || !event.target.files.length) return;
    add(form, [...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("dragover", (event) => {
    const box = event.target.closest("[data-drop]");
    if (!box || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    box.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    const box = event.target.closest("[data-drop]");
    if (box && !box.contains(event.relatedTarget)) box.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    const box = event.target.closest("[data-drop]");
    if (!box || !event.dataTransfer.files.length) return;
    event.preventDefault();
    box.classList.remove("over");
    add(box.closest("form"), [...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const form = document.querySelector("form[data-upload]");
    const files = event.clipboardData ? [...event.clipboardData.files] : [];
    if (!form || !files.length || event.target.matches("textarea, input:not([type=file])")) return;
    event.preventDefault();
    for (const file of files) if (file.name === "image.png") file.pasted = true;
    add(form, files);
  });
  window.addEventListener("beforeunload", (event) => {
    for (const form of document.querySelectorAll("form[data-upload]")) {
      if (jobs(form).some((job) => job.state === "sending" || job.state === "waiting")) event.preventDefault();
    }
  });
  document.addEventListener("htmx:load", (event) => start(event.target));
  start(document);
})();
