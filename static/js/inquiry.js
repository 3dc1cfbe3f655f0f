// The public page: the code of a slip's QR stands behind # in the address; it goes into its field and out of the address.
(function () {
  "use strict";
  const code = document.querySelector("[data-code]");
  const read = location.hash.slice(1);
  if (!code || !/^[A-Za-z0-9-]{12,16}$/.test(read)) return;
  history.replaceState(null, "", location.pathname + location.search);
  code.value = read.toUpperCase().replace(/-/g, "").replace(/(.{4})(?=.)/g, "$1-");
  document.querySelector("[data-digits]").focus();
})();
