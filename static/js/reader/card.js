// What any reader gives, in one shape: {type, name, sex, nation, birth, address, idno, issuer, valid_from, valid_to,
// source: reader | wedge}. Adapters call CardReader.deliver(raw, source) or CardReader.fail(why); pages listen to
// the events card:read and card:failed. The server checks everything again; nothing is kept here.
(function () {
  "use strict";
  const form = document.querySelector("form[data-reader]");
  if (!form) return;
  // names that services of several makers use for the same thing
  const NAMES = {
    type: ["type", "certType", "cardType"],
    name: ["name", "partyName", "Name", "姓名"],
    sex: ["sex", "gender", "Sex", "性别"],
    nation: ["nation", "Nation", "民族"],
    birth: ["birth", "bornDay", "Birth", "出生"],
    address: ["address", "certAddress", "Address", "住址"],
    idno: ["idno", "certNumber", "IDNumber", "id", "号码"],
    issuer: ["issuer", "certOrg", "签发机关"],
    valid_from: ["valid_from", "effDate", "有效期开始"],
    valid_to: ["valid_to", "expDate", "有效期结束"],
    photo: ["photo", "identityPic", "照片"],
  };
  const MOST = { name: 120, address: 200, photo: 80000 };
  const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
  const RARE = /[\ue000-\uf8ff\u{f0000}-\u{10ffff}\ufffd?□]/u;
  let last = { idno: "", at: 0 };

  function text(raw, key) {
    const found = NAMES[key].map((name) => raw[name]).find((value) => typeof value === "string" || typeof value === "number");
    return found === undefined ? "" : String(found).replace(INVISIBLE, "").trim().slice(0, MOST[key] || 60);
  }

  // 2020.01.01, 20200101 or 2020年1月1日 as 2020-01-01; 长期 and whatever is no day as ""
  function day(value) {
    const found = value.match(/^(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$/);
    return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : "";
  }

  function shape(raw, source) {
    const card = { source };
    for (const key of Object.keys(NAMES)) card[key] = text(raw, key);
    for (const key of ["birth", "valid_from", "valid_to"]) card[key] = day(card[key]);
    card.idno = card.idno.normalize("NFKC").replace(/\s/g, "").toUpperCase();
    if (form.dataset.readerPhoto === undefined || !/^[A-Za-z0-9+/=]+$/.test(card.photo)) delete card.photo;
    card.rare = RARE.test(card.name) || RARE.test(card.address);
    return card;
  }

  const send = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

  window.CardReader = {
    // true when the card was taken; a service may wrap it in resultContent or data
    deliver(raw, source) {
      const inner = raw && typeof raw === "object" ? raw.resultContent || raw.data || raw : {};
      const card = shape(typeof inner === "object" ? inner : {}, source);
      if (!/^[0-9A-Z]{5,30}$/.test(card.idno)) { this.fail("garbled"); return false; }
      const twice = card.idno === last.idno && Date.now() - last.at < 1000;
      last = { idno: card.idno, at: Date.now() };
      if (twice) send("card:twice"); else send("card:read", card);
      return true;
    },
    fail(why) { send("card:failed", why); },
    waiting() { send("card:waiting"); },
  };
})();
