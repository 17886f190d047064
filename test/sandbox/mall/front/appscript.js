// How Cafe24 brings the scripts of apps into a page: after everything else, one after the other.
window.addEventListener("load", function () {
  "use strict";
  JSON.parse(document.getElementById("cafe24-page").textContent).scripts.forEach(function (assigned) {
    var script = document.createElement("script");
    script.src = assigned.src;
    if (assigned.integrity) {
      script.integrity = assigned.integrity;
      script.crossOrigin = "anonymous";
    }
    document.body.appendChild(script);
  });
});
