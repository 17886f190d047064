// Loads the payment button into pages that have a place for it. This file is pinned by the mall's script
// tag, and pins the button itself.
(function () {
  "use strict";
  function load() {
    if (!document.getElementById("appPaymentButtonBox")) return;
    var script = document.createElement("script");
    script.src = {{.Source}};
    script.integrity = {{.Integrity}};
    script.crossOrigin = "anonymous";
    script.async = true;
    script.setAttribute("data-client-id", {{.ClientID}});
    (document.head || document.documentElement).appendChild(script);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", load);
  else load();
})();
